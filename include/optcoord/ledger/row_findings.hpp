// optcoord/ledger/row_findings.hpp -- what a limit row that is not calm has to say: breaches, warnings, gaps.
// SPDX-License-Identifier: MIT
//
// The rare path of judging (ledger/judge.hpp), which asks only for rows that a request may breach or come near, or
// whose figures are not all there. Asking about a calm row as well would add nothing. A code names the first thing
// without which the request would pass.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/fixed_point.hpp>  // saturating arithmetic
#include <optcoord/ledger/exposure.hpp>   // Parts
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/request.hpp>
#include <optcoord/ledger/row_index.hpp>  // RowIndex::bit
#include <optcoord/ledger/state.hpp>

#include <algorithm>  // std::any_of, std::min
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <span>       // std::span
#include <utility>    // std::swap
#include <vector>     // std::vector

namespace optcoord {

/// What a group's figures are worth, asked once per group.
struct FigureQuality {
  bool missing{false};      ///< a leg that is a contract lacks a figure that some row of the group measures
  bool stale{false};        ///< a leg's Greeks, or a price that S / S_ref needs, are too old
  std::uint8_t skipped{0};  ///< metrics that a raw exposure leaves out, by configuration
};

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
};

/// \returns the figures of the side that `unit`, not 0, moves towards.
[[nodiscard]] inline SideFigures side_figures(const Line& line, std::int64_t unit, std::int64_t units) noexcept {
  const bool upper = unit > 0;
  SideFigures f;
  f.side = upper ? Side::upper : Side::lower;
  f.pending = upper ? line.up : line.down;
  f.unit = unit;
  f.bound = upper ? line.upper : line.lower;
  f.requested = saturating_mul(units, unit);
  f.projected = saturating_add(saturating_add(line.held, f.pending), f.requested);
  f.headroom = saturating_sub(saturating_sub(f.bound, line.held), f.pending);
  return f;
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

namespace detail {

/// \returns what every breach of a row says, whatever the figures. A code names the first thing without which the
/// request would pass; a cut may come before.
[[nodiscard]] inline Finding breach_of(const RowPolicy& rule, std::uint32_t row) noexcept {
  Finding f;
  f.code = rule.strategy                                 ? Code::strategy_cap
           : rule.source == BoundSource::equity_fraction ? Code::notional_cap
                                                         : Code::limit_exceeded;
  f.scope = Scope::group;
  f.row = row;
  f.group = rule.group;
  f.metric = rule.metric;
  f.has = Finding::group_field | Finding::metric_field;
  if (!rule.strategy) return f;
  f.strategy = *rule.strategy;
  f.has |= Finding::strategy_field;
  return f;
}

}  // namespace detail

/// What rows need to know of a request beside its exposure.
struct AskedOfRows {
  StrategyId strategy{};
  std::int64_t units{0};
  bool partial{false};
};
[[nodiscard]] inline AskedOfRows asked_of_rows(const Request& request) noexcept {
  return {request.strategy, request.units, request.partial};
}

/// Writes what rows have to say of one request, and remembers what that means for the whole.
class RowFindings {
 public:
  /// Of a proved exit, `exempt`, breaches are listed and bind nothing; `breaches` and `warnings` may be one list.
  RowFindings(const LedgerPolicy& policy, const LedgerState& state, AskedOfRows request, bool exempt,
              Findings& breaches, Findings& warnings) noexcept
      : policy_(policy), s_(state), request_(request), exempt_(exempt), breaches_(breaches), warnings_(warnings) {}

  /// Adds the breaches and warnings of `row`, to which each unit adds `unit`; lower before upper.
  void judge(std::uint32_t row, const Parts& unit, FigureQuality quality) {
    const Metric metric = policy_.rows()[row].metric;
    if (is_summed(metric) && (quality.skipped & RowIndex::bit(metric)) != 0) note(row, Code::not_computed);
    if (!unit.known) return cannot(row, Code::delta_unavailable);
    if (quality.stale) return cannot(row, Code::stale_greeks);
    if (unit.up != 0 && unit.down != 0 && has_sums(row) && s_.rows[row].bounds_known) judge_side(row, unit.down);
    if (unit.up != 0 || unit.down != 0) judge(row, unit.up != 0 ? unit.up : unit.down);
  }
  /// The same for figures that are all good and `unit`, not 0, on one side alone.
  void judge(std::uint32_t row, std::int64_t unit) {
    if (!has_sums(row)) return cannot(row, Code::delta_unavailable);
    if (!s_.rows[row].bounds_known) return without_bound(row, unit);
    judge_side(row, unit);
    if (s_.unknown_cuts != 0) warn_of_unknown_cut(row);
  }
  struct Count {
    std::size_t breaches;
    std::size_t warnings;
  };
  [[nodiscard]] Count count() const noexcept { return {breaches_.size(), warnings_.size()}; }
  /// Puts what was added after `before` in order of configuration: groups may come in another.
  void put_in_order(Count before) noexcept {
    in_row_order(breaches_.all().subspan(before.breaches));
    if (&breaches_ != &warnings_) in_row_order(warnings_.all().subspan(before.warnings));
  }
  /// \returns false when the exposure of all units leaves the range in some row asked about.
  [[nodiscard]] bool in_range() const noexcept { return in_range_; }
  /// \returns whether some figure was missing, so that nobody knows whether its row gets worse.
  [[nodiscard]] bool incomplete() const noexcept { return incomplete_; }

 private:
  /// Whether what the row holds and has pending is known.
  [[nodiscard]] bool has_sums(std::uint32_t row) const noexcept {
    const Line& line = s_.lines[row];
    return (line.unknown_held | line.unknown_pending) == 0;
  }
  /// A bound that needs an equity which is unknown: all figures but its own are there.
  void without_bound(std::uint32_t row, std::int64_t unit) {
    incomplete_ = true;
    const Line& line = s_.lines[row];
    Finding& f = figures(breaches_, row, line, detail::side_figures(line, unit, request_.units), Code::equity_unknown);
    f.has &= static_cast<std::uint16_t>(~(Finding::limit_field | Finding::headroom_field));
    if (exempt_) note(row, Code::not_computed);
  }
  void warn_of_unknown_cut(std::uint32_t row) {
    const std::vector<std::uint32_t>& cuts = policy_.rows()[row].cuts;
    if (std::any_of(cuts.begin(), cuts.end(), [this](std::uint32_t cut) { return !s_.cuts[cut].known; }))
      note(row, Code::cut_unknown);
  }

  /// The side of a row that `unit` moves towards.
  void judge_side(std::uint32_t row, std::int64_t unit) {
    const RowPolicy& rule = policy_.rows()[row];
    const Line& line = s_.lines[row];
    const detail::SideFigures side = detail::side_figures(line, unit, request_.units);
    in_range_ = in_range_ && side.requested <= max_sum_raw && side.requested >= -max_sum_raw;
    if (side.unbounded()) return;
    const bool breached = side.beyond(side.bound);
    if (breached) breach(row, rule, line, side);
    if (breached && (exempt_ || !request_.partial)) return;  // a denial does not warn, nor does what is listed already
    if (side.bound != 0 && side.beyond(side.side == Side::upper ? s_.rows[row].calm_upper : s_.rows[row].calm_lower))
      figures(warnings_, row, line, side, near_or_warning(side)).max_units = request_.units;
  }

  void breach(std::uint32_t row, const RowPolicy& rule, const Line& line, const detail::SideFigures& side) {
    const CutPolicy* cut = rule.cuts.empty() ? nullptr : detail::cut_in_force(policy_, s_, rule);
    const bool by_cut = cut != nullptr && passes_uncut(rule, side);
    Finding& f = figures(breaches_, row, line, side, s_.rows[row].breach.code);
    f.max_units = side.passing(request_.units);
    if (!by_cut) return;
    f.code = cut->event ? Code::event_limit : Code::volatility_limit;
    if (!cut->event) return;
    f.event = *cut->event;
    f.has |= Finding::event_field;
  }

  [[nodiscard]] bool passes_uncut(const RowPolicy& rule, const detail::SideFigures& side) const {
    const std::optional<Bounds> uncut = bounds_at(rule, s_.equity);
    if (!uncut) return false;
    const std::optional<Micro> bound = side.side == Side::upper ? uncut->upper : uncut->lower;
    return !bound || !side.beyond(bound->raw);
  }

  [[nodiscard]] static Code near_or_warning(const detail::SideFigures& side) noexcept {
    const Int128 use = Int128{side.projected} * micro_per_unit;
    const Int128 near = Int128{side.bound} * detail::near_use;
    const bool is_near = side.side == Side::upper ? use >= near : use <= near;
    return is_near ? Code::limit_near : Code::limit_warning;
  }

  /// A row that cannot be computed denies; figures without a value are unknown.
  void cannot(std::uint32_t row, Code code) {
    incomplete_ = true;
    Finding& f = about(breaches_, row, code);
    f.has |= Finding::figures_field;
    const Line& line = s_.lines[row];
    if (is_summed(f.metric) && line.unknown_held == 0) {
      f.held = {line.held};
      f.has |= Finding::held_field;
    }
    if (exempt_) note(row, Code::not_computed);
  }

  /// Warns of something about a row that is not about its figures.
  void note(std::uint32_t row, Code code) { about(warnings_, row, code).max_units = request_.units; }

  Finding& about(Findings& list, std::uint32_t row, Code code) const {
    Finding& f = list.push(s_.rows[row].breach);
    f.code = code;
    return f;
  }

  Finding& figures(Findings& list, std::uint32_t row, const Line& line, const detail::SideFigures& side,
                   Code code) const {
    Finding& f = about(list, row, code);
    f.side = side.side;
    f.held = {line.held};
    f.pending = {side.pending};
    f.requested = {side.requested};
    f.projected = {side.projected};
    f.limit = {side.bound};
    f.headroom = {side.headroom};
    f.has |= Finding::side_field | Finding::held_field | Finding::pending_field | Finding::requested_field |
             Finding::projected_field | Finding::limit_field | Finding::headroom_field | Finding::figures_field;
    return f;
  }

  static void in_row_order(std::span<Finding> items) {
    // A stable insertion: rows come almost in order, and of one row what was found first stays first.
    for (std::size_t i = 1; i < items.size(); ++i)
      for (std::size_t j = i; j > 0 && items[j].row < items[j - 1].row; --j) std::swap(items[j], items[j - 1]);
  }

  const LedgerPolicy& policy_;
  const LedgerState& s_;
  AskedOfRows request_;
  bool exempt_;
  Findings& breaches_;
  Findings& warnings_;
  bool in_range_{true};
  bool incomplete_{false};
};

}  // namespace optcoord
