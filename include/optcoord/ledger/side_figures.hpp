// optcoord/ledger/side_figures.hpp -- the numbers of one side of a row: held, pending, requested, bound in force.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/decision.hpp>       // Side
#include <optcoord/core/fixed_point.hpp>    // saturating arithmetic
#include <optcoord/ledger/exposure.hpp>     // Parts
#include <optcoord/ledger/gross_delta.hpp>  // GrossDelta
#include <optcoord/ledger/headroom.hpp>     // Kept
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/ledger/strategy_count.hpp>  // StrategyCount

#include <algorithm>  // std::min
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits

namespace optcoord {

namespace detail {

inline constexpr std::int64_t no_lower = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t no_upper = std::numeric_limits<std::int64_t>::max();

/// Use of a bound, in millionths, from which a warning is `limit_near`.
inline constexpr std::int64_t near_use = 900'000;

/// \returns a / b towards zero, for a and b of one sign, |b| <= max_sum_raw. Through doubles and put right by one:
/// dividing whole numbers of 64 bits takes many processors longer than all else of a denial.
[[nodiscard]] inline std::int64_t quotient(std::int64_t a, std::int64_t b) noexcept {
  constexpr double exact_below = 1LL << 50U;  // up to here the estimate is off by one at most
  const double estimate = static_cast<double>(a) / static_cast<double>(b);
  if (estimate >= exact_below) return a / b;
  const auto n = static_cast<std::int64_t>(estimate);
  // less than 2 |b| in magnitude, so that wrapping on the way does no harm
  const auto rest = static_cast<std::int64_t>(static_cast<std::uint64_t>(a) -
                                              static_cast<std::uint64_t>(n) * static_cast<std::uint64_t>(b));
  if (b > 0) return rest < 0 ? n - 1 : rest >= b ? n + 1 : n;
  return rest > 0 ? n - 1 : rest <= b ? n + 1 : n;
}

/// The figures of one side of a row, signed as the row is.
struct SideFigures {
  Side side{Side::upper};
  std::int64_t held{0};
  std::int64_t pending{0};
  std::int64_t unit{0};  ///< exposure of one unit: > 0 on the upper side, < 0 on the lower
  std::int64_t bound{0};
  std::int64_t requested{0};
  std::int64_t projected{0};
  std::int64_t headroom{0};

  [[nodiscard]] bool unbounded() const noexcept { return bound == (side == Side::upper ? no_upper : no_lower); }
  /// \returns whether `projected` lies beyond `limit` on this side.
  [[nodiscard]] bool beyond(std::int64_t limit) const noexcept {
    return side == Side::upper ? projected > limit : projected < limit;
  }
  /// \returns how many of `units` pass: the closed form.
  [[nodiscard]] std::int64_t passing(std::int64_t units) const noexcept {
    const bool none = side == Side::upper ? headroom < unit : headroom > unit;
    return none ? 0 : std::min(units, quotient(headroom, unit));
  }
  /// Sets what the other figures lead to. \pre held, pending, requested and bound are set
  void add_up() noexcept {
    projected = saturating_add(saturating_add(held, pending), requested);
    headroom = saturating_sub(saturating_sub(bound, held), pending);
  }
};

/// \returns the figures of the side that `unit`, not 0, moves towards.
[[nodiscard]] inline SideFigures side_figures(const Line& line, std::int64_t unit, std::int64_t units) noexcept {
  const bool upper = unit > 0;
  SideFigures f;
  f.side = upper ? Side::upper : Side::lower;
  f.held = line.held;
  f.pending = upper ? line.up : line.down;
  f.unit = unit;
  f.bound = upper ? line.upper : line.lower;
  f.requested = saturating_mul(units, unit);
  f.add_up();
  return f;
}

/// \returns the figures of a gross delta that `units` of `unit` are added to.
[[nodiscard]] inline SideFigures gross_figures(const Line& line, const GrossDelta& gross, const Parts& unit,
                                               std::int64_t units) noexcept {
  SideFigures f;
  f.held = saturated(gross.held);
  f.pending = saturated(gross.worst - gross.held);
  f.bound = line.upper;
  f.requested = saturated(gross.increase(unit, units));
  f.add_up();
  return f;
}

/// \returns the figures of a number of strategies that one more is added to.
[[nodiscard]] inline SideFigures count_figures(const Line& line, const StrategyCount& count) noexcept {
  SideFigures f;
  f.held = count.holding * micro_per_unit;
  f.pending = count.pending * micro_per_unit;
  f.bound = line.upper;
  f.requested = micro_per_unit;
  f.add_up();
  return f;
}

/// \returns `bound`, of a row's `side`, with headroom kept.
[[nodiscard]] inline std::int64_t less_headroom(Side side, std::int64_t bound, const Kept& kept) noexcept {
  return side == Side::upper ? upper_less(bound, kept.upper) : lower_less(bound, kept.lower);
}

/// Which cut gives a row its factor; of an event and a level of equal factor, the event.
[[nodiscard]] inline const CutPolicy* cut_in_force(const LedgerPolicy& policy, const LedgerState& s,
                                                   const RowPolicy& row) {
  const CutPolicy* smallest = nullptr;
  for (const std::uint32_t at : row.cuts) {
    const CutPolicy& cut = policy.cuts()[at];
    if (!s.cuts[at].on) continue;
    const bool wins = smallest == nullptr || cut.factor < smallest->factor ||
                      (cut.factor == smallest->factor && cut.event && !smallest->event);
    if (wins) smallest = &cut;
  }
  return smallest;
}

}  // namespace detail

}  // namespace optcoord
