// tests/support/buying_power.hpp -- the document's five strategies and their shares of the buying power.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/allocation.hpp>

#include <cstdint>  // std::uint32_t
#include <vector>   // std::vector

namespace optcoord::test {

/// 0DTE 30 %, LT112 25 %, IPMCC 20 %, FuturesStrangle 15 %, LEAPLadders 10 %, as strategies 1 to 5.
[[nodiscard]] inline std::vector<BuyingPowerShare> document_shares() {
  std::vector<BuyingPowerShare> shares;
  std::int32_t priority = 0;
  for (const double share : {0.30, 0.25, 0.20, 0.15, 0.10}) {
    ++priority;
    shares.push_back({StrategyId{static_cast<std::uint32_t>(priority)}, priority, share});
  }
  return shares;
}

[[nodiscard]] constexpr Cents dollars(std::int64_t usd) { return {usd * 100}; }

[[nodiscard]] inline std::vector<std::int64_t> cents_of(const std::vector<Allotment>& allotments) {
  std::vector<std::int64_t> cents;
  for (const Allotment& a : allotments) cents.push_back(a.amount.raw);
  return cents;
}

}  // namespace optcoord::test
