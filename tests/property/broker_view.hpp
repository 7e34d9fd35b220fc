// tests/property/broker_view.hpp -- what a broker might say is held: mostly what is, and sometimes not.
// SPDX-License-Identifier: MIT
//
// The rules do not say who is wrong when holders of one contract stand on both sides; then every strategy is named, so
// that at most one holder is left to the rule.
#pragma once

#include "property/slow_ledger.hpp"
#include "property/tape.hpp"

#include <cstddef>  // std::size_t
#include <cstdint>  // std::int64_t
#include <string>   // std::string
#include <vector>   // std::vector

namespace optcoord::test {

namespace detail {

[[nodiscard]] inline std::int64_t as_told(std::int64_t quantity, Tape& tape) {
  switch (tape.roll(12)) {
    case 6: return 0;
    case 7: return quantity / 2;
    case 8: return quantity - (quantity > 0 ? 1 : -1);
    case 9: return quantity + (quantity > 0 ? 2 : -2);
    case 10: return quantity * 2;
    case 11: return -quantity;
    default: return quantity;
  }
}

}  // namespace detail

[[nodiscard]] inline std::vector<SlowBrokerLine> chosen_broker_view(const SlowLedger& slow, Tape& tape) {
  std::vector<SlowBrokerLine> lines;
  const auto tell = [&lines](const std::string& contract, std::int64_t quantity, const std::string& strategy) {
    if (quantity != 0) lines.push_back({contract, quantity, strategy});
  };
  const auto first = static_cast<std::size_t>(tape.roll(static_cast<std::int64_t>(all_contracts.size())));
  for (std::size_t i = 0; i < all_contracts.size(); ++i) {
    const std::string& contract = all_contracts[(first + i) % all_contracts.size()];
    std::int64_t longs = 0;
    std::int64_t shorts = 0;
    for (const auto& [strategy, legs] : slow.positions) {
      const std::int64_t has = slow.quantity(strategy, contract);
      (has > 0 ? longs : shorts) += has;
    }
    if (longs == 0 && shorts == 0) {
      if (!tape.once_in(9)) continue;
      const std::int64_t found = tape.roll(9) - 4;
      tell(contract, found, tape.once_in(3) ? tape.pick(all_strategies) : "");
    } else if ((longs != 0 && shorts != 0) || tape.once_in(4)) {
      for (const std::string& strategy : all_strategies)
        tell(contract, detail::as_told(slow.quantity(strategy, contract), tape), strategy);
      tell(contract, detail::as_told(slow.quantity("unassigned", contract), tape), "");
    } else {
      tell(contract, detail::as_told(longs + shorts, tape), "");
    }
  }
  return lines;
}

}  // namespace optcoord::test
