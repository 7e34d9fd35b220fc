// optcoord/ledger/strategy_count.hpp -- how many strategies have anything held or pending in a group.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/own_sums.hpp>

#include <cstdint>  // std::int64_t

namespace optcoord {

/// The strategies in a group, but for `unassigned`, which only holds what the others left.
struct StrategyCount {
  std::int64_t holding{0};
  std::int64_t pending{0};  ///< with open reservations alone
  bool member{false};       ///< whether the asking strategy is no newcomer: it is one of them, or never counted
};

/// \returns the strategies in `group`, as `asking` meets them. O(strategies).
/// \pre the group has a row on their number
[[nodiscard]] inline StrategyCount strategy_count(const RowIndex& index, const LedgerState& s, GroupId group,
                                                  StrategyId asking) {
  StrategyCount count;
  count.member = asking == unassigned;
  for_each_own(index, s, group, Metric::strategy_count, [&](StrategyId strategy, const Line& own) {
    const bool holds = own.held != 0;
    const bool waits = own.up != 0;
    if (strategy == unassigned || (!holds && !waits)) return;
    ++(holds ? count.holding : count.pending);
    count.member = count.member || strategy == asking;
  });
  return count;
}

}  // namespace optcoord
