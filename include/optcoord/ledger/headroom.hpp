// optcoord/ledger/headroom.hpp -- exposure that strategies of better priority keep free within their windows.
// SPDX-License-Identifier: MIT
//
// Within its window strategy k keeps an amount, times the row's cut factor, of each bounded side. What it has not used,
//   lower side: max(0, amount + min(0, h + p-)),   upper side: max(0, amount - max(0, h + p+)),
// moves the bound inward, never past 0, for strategies of strictly worse priority, while k itself may open.
#pragma once

#include <optcoord/core/time.hpp>
#include <optcoord/ledger/own_sums.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/schedule.hpp>  // contains

#include <algorithm>  // std::max, std::min
#include <cstdint>    // std::int64_t, std::uint32_t

namespace optcoord {

/// What is kept of the two sides of a row, and unused; both >= 0.
struct Kept {
  std::int64_t lower{0};
  std::int64_t upper{0};

  [[nodiscard]] constexpr bool any() const noexcept { return (lower | upper) != 0; }
};

/// The headroom of a row that one request meets.
struct Headroom {
  Kept in_force;  ///< with the row's cut
  Kept uncut;     ///< as it would be without any
};

namespace detail {

/// Whether `kept` is in force for `asking` now.
[[nodiscard]] inline bool is_kept_from(const LedgerState& s, const HeadroomPolicy& kept, StrategyId asking,
                                       Timestamp now) {
  const StrategyState& keeper = s.strategies[index_of(kept.strategy)];
  return keeper.priority < s.strategies[index_of(asking)].priority && keeper.may_open &&
         !s.closed_groups[index_of(kept.group)] && contains(kept.schedule, now);
}

inline void add_unused(Kept& sum, Micro amount, const Line& own) {
  const Int128 longest = Int128{own.held} + own.up;
  const Int128 shortest = Int128{own.held} + own.down;
  const auto unused = [amount](Int128 used) { return saturated(std::max<Int128>(0, amount.raw - used)); };
  sum.upper = saturating_add(sum.upper, unused(std::max<Int128>(0, longest)));
  sum.lower = saturating_add(sum.lower, unused(std::max<Int128>(0, -shortest)));
}

}  // namespace detail

/// \returns what others keep of `row` from `asking` at `now`, while a cut by `factor` is in force on it. O(headroom
/// configured for the row).
[[nodiscard]] inline Headroom headroom_of(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s,
                                          const RowPolicy& row, StrategyId asking, double factor, Timestamp now) {
  Headroom headroom;
  for (const std::uint32_t at : row.headroom) {
    const HeadroomPolicy& kept = policy.headroom()[at];
    if (!detail::is_kept_from(s, kept, asking, now)) continue;
    const Line& own = s.lines[index.line(index.own(row.group, row.metric), kept.strategy)];
    detail::add_unused(headroom.in_force, scaled(kept.amount, factor), own);
    detail::add_unused(headroom.uncut, kept.amount, own);
  }
  return headroom;
}

/// \returns an upper bound moved inward by `kept`, never past 0. \pre bound >= 0
[[nodiscard]] constexpr std::int64_t upper_less(std::int64_t bound, std::int64_t kept) noexcept {
  return std::max<std::int64_t>(0, bound - kept);
}
/// \returns a lower bound moved inward by `kept`, never past 0. \pre bound <= 0
[[nodiscard]] constexpr std::int64_t lower_less(std::int64_t bound, std::int64_t kept) noexcept {
  return std::min<std::int64_t>(0, bound + kept);
}

}  // namespace optcoord
