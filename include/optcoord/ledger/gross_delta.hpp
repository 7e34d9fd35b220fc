// optcoord/ledger/gross_delta.hpp -- how much delta strategies may come to hold, whatever their directions.
// SPDX-License-Identifier: MIT
//
// The sum over strategies of max(|h + p+|, |h + p-|): what one is short does not offset what another is long, and an
// order that may not fill offsets nothing. Since p- <= 0 <= p+, that is max(h + p+, -(h + p-)), which no request
// makes smaller before it fills: it passes if it leaves that as it is, or the sum within the bound.
#pragma once

#include <optcoord/core/fixed_point.hpp>  // Int128
#include <optcoord/ledger/exposure.hpp>   // Parts
#include <optcoord/ledger/own_sums.hpp>

#include <algorithm>  // std::max, std::min
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional

namespace optcoord {

/// The gross delta of a group as one strategy meets it.
struct GrossDelta {
  Int128 held{0};         ///< sum over strategies of |held|
  Int128 worst{0};        ///< the same with open reservations, each strategy's at its worst
  Int128 longest{0};      ///< the asking strategy's held and positive pending parts
  Int128 shortest{0};     ///< its held and negative ones
  bool held_known{true};  ///< false: a position has no figure
  bool known{true};       ///< false: a position or an open reservation has none

  /// \returns how much larger `worst` gets by so many units, >= 0.
  [[nodiscard]] constexpr Int128 increase(const Parts& unit, std::int64_t units) const noexcept {
    const Int128 now = std::max(longest, -shortest);
    const Int128 after = std::max(longest + Int128{units} * unit.up, -(shortest + Int128{units} * unit.down));
    return std::max<Int128>(0, after - now);
  }
  /// \returns how many of `units` keep `worst` at or below `bound`, or leave it as it is: the closed form.
  [[nodiscard]] constexpr std::int64_t passing(const Parts& unit, std::int64_t units,
                                               std::int64_t bound) const noexcept {
    const Int128 most = std::max(longest, -shortest) + std::max<Int128>(0, bound - worst);
    Int128 n = units;
    if (unit.up > 0) n = std::min(n, (most - longest) / unit.up);
    if (unit.down < 0) n = std::min(n, (most + shortest) / -Int128{unit.down});
    return static_cast<std::int64_t>(std::max<Int128>(0, n));
  }
};

/// \returns the gross delta of `group`, or with `only` of that strategy in it, as `asking` meets it. O(strategies).
/// \pre the group has a row on it
[[nodiscard]] inline GrossDelta gross_delta(const RowIndex& index, const LedgerState& s, GroupId group,
                                            std::optional<StrategyId> only, StrategyId asking) {
  GrossDelta gross;
  for_each_own(index, s, group, Metric::delta, [&](StrategyId strategy, const Line& own) {
    if (only && strategy != *only) return;
    const Int128 longest = Int128{own.held} + own.up;
    const Int128 shortest = Int128{own.held} + own.down;
    gross.held_known = gross.held_known && own.unknown_held == 0;
    gross.known = gross.known && (own.unknown_held | own.unknown_pending) == 0;
    gross.held += own.held < 0 ? -Int128{own.held} : Int128{own.held};
    gross.worst += std::max(longest, -shortest);
    if (strategy != asking) return;
    gross.longest = longest;
    gross.shortest = shortest;
  });
  return gross;
}

}  // namespace optcoord
