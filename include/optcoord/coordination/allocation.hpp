// optcoord/coordination/allocation.hpp -- who gets how much of the buying power, by share or by priority.
// SPDX-License-Identifier: MIT
//
// A question, asked once in a while by the host; it changes nothing. Cents, rounded down, never more than the basis.
// Example, of the document's shares and 100,000:
//
//   allocate_shares(rule, basis);                        // 30,000 25,000 20,000 15,000 10,000
//   allocate(rule, basis, demands, AllocationMode::priority, lends);
#pragma once

#include <optcoord/coordination/buying_power.hpp>
#include <optcoord/core/cents.hpp>
#include <optcoord/core/error.hpp>
#include <optcoord/core/ids.hpp>

#include <algorithm>  // std::find_if, std::min
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// How demands are met. `shares` and `waterfall`: each up to its share, then what is left flows on; `priority`: the
/// first takes what it wants.
enum class AllocationMode : std::uint8_t { shares, waterfall, priority };

/// What a strategy asks for, or gets.
struct Allotment {
  StrategyId strategy{};
  Cents amount{};  ///< >= 0
};

/// The fixed shares: what each strategy gets while nobody has asked for anything. By priority.
[[nodiscard]] inline std::vector<Allotment> allocate_shares(const BuyingPower& rule, Cents basis) {
  std::vector<Allotment> given;
  for (const BuyingPower::Claim& c : rule.claims()) given.push_back({c.strategy, BuyingPower::part_of(basis, c.parts)});
  return given;
}

/// What each strategy gets of `basis`, by priority, those without a demand nothing. A strategy for which `lends(id)`
/// (it is exiting, closed, in error or halted) gets nothing, and its share is there for others; so is what a strategy
/// leaves of its share. What belongs to no share stays with nobody, but under `priority`. \returns `unknown_name` for a
/// demand of a strategy without a claim, `invalid_value` for one below zero, with its index.
template <class Lends>
[[nodiscard]] Result<std::vector<Allotment>> allocate(const BuyingPower& rule, Cents basis,
                                                      std::span<const Allotment> demands, AllocationMode mode,
                                                      Lends lends) {
  const std::span<const BuyingPower::Claim> claims = rule.claims();
  std::vector<Cents> wanted(claims.size());
  for (std::size_t i = 0; i < demands.size(); ++i) {
    const auto it = std::find_if(claims.begin(), claims.end(),
                                 [&](const BuyingPower::Claim& c) { return c.strategy == demands[i].strategy; });
    if (it == claims.end()) return fail(Errc::unknown_name, "demands[]", static_cast<std::int32_t>(i));
    if (demands[i].amount < Cents{}) return fail(Errc::invalid_value, "demands[]", static_cast<std::int32_t>(i));
    if (!lends(it->strategy)) wanted[static_cast<std::size_t>(it - claims.begin())] = demands[i].amount;
  }

  std::vector<Allotment> given = allocate_shares(rule, basis);
  Cents left = basis;  // under priority all of it; else what is left of shares
  if (mode == AllocationMode::priority) {
    for (Allotment& a : given) a.amount = {};
  } else {
    left = {};
    for (std::size_t k = 0; k < given.size(); ++k) {
      const Cents within_share = std::min(given[k].amount, wanted[k]);
      left += given[k].amount - within_share;
      given[k].amount = within_share;
    }
  }
  for (std::size_t k = 0; k < given.size(); ++k) {
    const Cents more = std::min(wanted[k] - given[k].amount, left);
    given[k].amount += more;
    left -= more;
  }
  return given;
}

}  // namespace optcoord
