// optcoord/ledger/conflicting_direction.hpp -- whether another strategy holds the opposite direction in a group.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/exposure.hpp>  // Parts
#include <optcoord/ledger/own_sums.hpp>

#include <cstdint>   // std::int64_t
#include <optional>  // std::optional

namespace optcoord {

/// Who stands in the way of a direction.
struct Conflict {
  std::optional<StrategyId> other{};  ///< the one that holds most of the opposite direction; nothing when nobody does
  std::int64_t held{0};               ///< its delta, signed
  bool known{true};                   ///< false: what some other strategy holds has no figure
};

/// \returns who but `asking` holds delta in `group` opposite to `unit`, of a magnitude strictly above `tolerance`.
/// O(strategies). \pre conflicting directions are judged in the group
[[nodiscard]] inline Conflict conflict_with(const RowIndex& index, const LedgerState& s, GroupId group,
                                            StrategyId asking, const Parts& unit, Micro tolerance) {
  Conflict conflict;
  std::int64_t most = tolerance.raw;
  for_each_own(index, s, group, Metric::delta, [&](StrategyId strategy, const Line& own) {
    if (strategy == asking) return;
    conflict.known = conflict.known && own.unknown_held == 0;
    if (own.unknown_held != 0) return;
    const bool opposite = (unit.up > 0 && own.held < 0) || (unit.down < 0 && own.held > 0);
    const std::int64_t magnitude = own.held < 0 ? -own.held : own.held;
    if (!opposite || magnitude <= most) return;
    most = magnitude;
    conflict.other = strategy;
    conflict.held = own.held;
  });
  return conflict;
}

}  // namespace optcoord
