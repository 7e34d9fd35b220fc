// optcoord/ledger/row_findings.hpp -- what a limit row that is not calm has to say: breaches, warnings, gaps.
// SPDX-License-Identifier: MIT
//
// The rare path of judging (ledger/judge.hpp), which asks only for rows that a request may breach or come near, or
// whose figures are not all there. Asking about a calm row as well would add nothing. A code names the first thing
// without which the request would pass.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/fixed_point.hpp>              // saturating arithmetic
#include <optcoord/ledger/conflicting_direction.hpp>  // Conflict
#include <optcoord/ledger/exposure.hpp>               // Parts
#include <optcoord/ledger/gross_delta.hpp>            // GrossDelta
#include <optcoord/ledger/headroom.hpp>               // Headroom, Kept
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/request.hpp>
#include <optcoord/ledger/row_index.hpp>     // RowIndex::bit
#include <optcoord/ledger/side_figures.hpp>  // SideFigures, cut_in_force
#include <optcoord/ledger/state.hpp>
#include <optcoord/ledger/strategy_count.hpp>  // StrategyCount

#include <algorithm>  // std::any_of
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
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

/// \returns what every breach of a row says, whatever the figures. A code names the first thing without which the
/// request would pass; a cut or headroom may come before.
[[nodiscard]] inline Finding breach_of(const RowPolicy& rule, std::uint32_t row) noexcept {
  Finding f;
  f.code = rule.metric == Metric::strategy_count         ? Code::strategy_count
           : rule.strategy                               ? Code::strategy_cap
           : rule.source == BoundSource::equity_fraction ? Code::notional_cap
                                                         : Code::limit_exceeded;
  f.scope = Scope::group;
  f.row = row;
  f.group = rule.group;
  f.metric = rule.metric;
  f.has = Finding::group_field | Finding::metric_field;
  if (rule.scenario) {
    f.scenario = *rule.scenario;
    f.has |= Finding::scenario_field;
  }
  if (!rule.strategy) return f;
  f.strategy = *rule.strategy;
  f.has |= Finding::strategy_field;
  return f;
}

}  // namespace detail

/// The order in which rows are listed: as configured, then what is of no row, by group.
[[nodiscard]] inline bool is_listed_before(const Finding& a, const Finding& b) noexcept {
  return a.row != b.row ? a.row < b.row : a.row == Finding::no_row && a.group < b.group;
}

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
  void judge(std::uint32_t row, const Parts& unit, FigureQuality quality, const Headroom& kept = {}) {
    const Metric metric = policy_.rows()[row].metric;
    if (is_summed(metric) && (quality.skipped & RowIndex::bit(metric)) != 0) note(row, Code::not_computed);
    if (!unit.known) return cannot(row, Code::delta_unavailable);
    if (quality.stale) return cannot(row, Code::stale_greeks);
    if (unit.up != 0 && unit.down != 0 && has_sums(row) && s_.rows[row].bounds_known) judge_side(row, unit.down, kept);
    if (unit.up != 0 || unit.down != 0) judge(row, unit.up != 0 ? unit.up : unit.down, kept);
  }
  /// The same for figures that are all good and `unit`, not 0, on one side alone.
  void judge(std::uint32_t row, std::int64_t unit, const Headroom& kept = {}) {
    if (!has_sums(row)) return cannot(row, Code::delta_unavailable);
    if (!s_.rows[row].bounds_known)
      return without_bound(row, detail::side_figures(s_.lines[row], unit, request_.units));
    judge_side(row, unit, kept);
    if (s_.unknown_cuts != 0) warn_of_unknown_cut(row);
  }
  /// The same for a gross delta, of which each unit may take up `unit`.
  void judge(std::uint32_t row, const Parts& unit, FigureQuality quality, const GrossDelta& gross) {
    if (!unit.known) return cannot(row, Code::delta_unavailable);
    if (quality.stale) return cannot(row, Code::stale_greeks);
    if (unit.up == 0 && unit.down == 0) return;
    if (!gross.known) return cannot(row, Code::delta_unavailable);
    watch_range(unit);
    const detail::SideFigures side = detail::gross_figures(s_.lines[row], gross, unit, request_.units);
    if (!s_.rows[row].bounds_known) return without_bound(row, side);
    if (side.requested > 0) weigh(row, side, {}, [&] { return gross.passing(unit, request_.units, side.bound); });
    if (s_.unknown_cuts != 0) warn_of_unknown_cut(row);
  }
  /// The same for a number of strategies, of which the request's would be one.
  void judge(std::uint32_t row, FigureQuality quality, const StrategyCount& count) {
    if (quality.missing) return cannot(row, Code::delta_unavailable);
    if (quality.stale) return cannot(row, Code::stale_greeks);
    if (count.member) return;
    const detail::SideFigures side = detail::count_figures(s_.lines[row], count);
    if (!s_.rows[row].bounds_known) return without_bound(row, side);
    weigh(row, side, {}, [] { return std::int64_t{0}; });
  }
  /// Adds that another strategy holds the opposite direction in `group`, or that nobody can know.
  void judge(GroupId group, const Conflict& conflict, Micro tolerance) {
    if (conflict.other) {
      Finding& f = about(breaches_, group, Code::conflicting_direction);
      f.strategy = *conflict.other;
      f.held = {conflict.held};
      f.limit = conflict.held < 0 ? -tolerance : tolerance;
      f.has |= Finding::strategy_field | Finding::held_field | Finding::limit_field;
    }
    if (conflict.known) return;
    incomplete_ = true;
    about(breaches_, group, Code::delta_unavailable);
    if (exempt_) about(warnings_, group, Code::not_computed).max_units = request_.units;
  }
  /// Notes whether all units of `unit`, which no bound is asked about, are in range.
  void watch_range(const Parts& unit) noexcept {
    in_range_ = in_range_ && saturating_mul(request_.units, unit.up) <= max_sum_raw &&
                saturating_mul(request_.units, unit.down) >= -max_sum_raw;
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
  /// \returns false when the exposure of all units leaves the range somewhere.
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
  void without_bound(std::uint32_t row, const detail::SideFigures& side) {
    incomplete_ = true;
    Finding& f = figures(breaches_, row, side, Code::equity_unknown);
    f.has &= static_cast<std::uint16_t>(~(Finding::limit_field | Finding::headroom_field));
    if (exempt_) note(row, Code::not_computed);
  }
  void warn_of_unknown_cut(std::uint32_t row) {
    const std::vector<std::uint32_t>& cuts = policy_.rows()[row].cuts;
    if (std::any_of(cuts.begin(), cuts.end(), [this](std::uint32_t cut) { return !s_.cuts[cut].known; }))
      note(row, Code::cut_unknown);
  }

  /// The side of a row that `unit` moves towards.
  void judge_side(std::uint32_t row, std::int64_t unit, const Headroom& kept) {
    detail::SideFigures side = detail::side_figures(s_.lines[row], unit, request_.units);
    in_range_ = in_range_ && side.requested <= max_sum_raw && side.requested >= -max_sum_raw;
    if (side.unbounded()) return;
    if (kept.in_force.any()) {
      side.bound = detail::less_headroom(side.side, side.bound, kept.in_force);
      side.add_up();
    }
    weigh(row, side, kept, [&] { return side.passing(request_.units); });
  }

  /// A side that the request worsens, and has a bound: what goes beyond it or comes near. Use is of the bound after
  /// cuts, whatever headroom leaves of it.
  template <class Passing>
  void weigh(std::uint32_t row, const detail::SideFigures& side, const Headroom& kept, Passing passing) {
    const Line& line = s_.lines[row];
    const bool upper = side.side == Side::upper;
    const std::int64_t full = upper ? line.upper : line.lower;
    const bool breached = side.beyond(side.bound);
    if (breached) breach(row, side, full, kept, passing());
    if (breached && (exempt_ || !request_.partial)) return;  // a denial does not warn, nor does what is listed already
    if (full != 0 && side.beyond(upper ? s_.rows[row].calm_upper : s_.rows[row].calm_lower))
      figures(warnings_, row, side, near_or_warning(side, full)).max_units = request_.units;
  }

  void breach(std::uint32_t row, const detail::SideFigures& side, std::int64_t full, const Headroom& kept,
              std::int64_t max_units) {
    const RowPolicy& rule = policy_.rows()[row];
    const CutPolicy* cut = rule.cuts.empty() ? nullptr : detail::cut_in_force(policy_, s_, rule);
    Finding& f = figures(breaches_, row, side, s_.rows[row].breach.code);
    f.max_units = max_units;
    if (cut != nullptr && passes_uncut(rule, side, kept.uncut)) {
      f.code = cut->event ? Code::event_limit : Code::volatility_limit;
      if (!cut->event) return;
      f.event = *cut->event;
      f.has |= Finding::event_field;
    } else if (!side.beyond(full)) {
      f.code = Code::priority_reserved;
    }
  }

  /// Whether all units would pass if no cut were in force, neither on the bound nor on the headroom.
  [[nodiscard]] bool passes_uncut(const RowPolicy& rule, const detail::SideFigures& side, const Kept& kept) const {
    const std::optional<Bounds> uncut = bounds_at(rule, s_.equity);
    if (!uncut) return false;
    const std::optional<Micro> bound = side.side == Side::upper ? uncut->upper : uncut->lower;
    return !bound || !side.beyond(detail::less_headroom(side.side, bound->raw, kept));
  }

  [[nodiscard]] static Code near_or_warning(const detail::SideFigures& side, std::int64_t full) noexcept {
    const Int128 use = Int128{side.projected} * micro_per_unit;
    const Int128 near = Int128{full} * detail::near_use;
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
  /// Of a group's delta, which no row need limit.
  static Finding& about(Findings& list, GroupId group, Code code) {
    Finding& f = list.push({});
    f.code = code;
    f.scope = Scope::group;
    f.group = group;
    f.has = Finding::group_field | Finding::metric_field;
    return f;
  }

  Finding& figures(Findings& list, std::uint32_t row, const detail::SideFigures& side, Code code) const {
    Finding& f = about(list, row, code);
    f.side = side.side;
    f.held = {side.held};
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
      for (std::size_t j = i; j > 0 && is_listed_before(items[j], items[j - 1]); --j) std::swap(items[j], items[j - 1]);
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

/// Makes `d`, which says nothing yet, the decision that `reasons` and `warnings` amount to; nothing is reserved. A
/// denial has no warnings of limits that only an approval would come near.
inline void conclude(Decision& d, const AskedOfRows& asked, Intent intent, const Findings& reasons,
                     const Findings& warnings) {
  d.strategy = asked.strategy;
  d.intent = intent;
  d.units_requested = asked.units;
  d.reasons = reasons.all();
  conclude(d, d.reasons, asked.partial);
  if (d.verdict == Verdict::denied) return;
  d.warnings = warnings.all();
  d.bypass = std::any_of(d.warnings.begin(), d.warnings.end(), [](const Finding& f) { return !is_warning(f.code); });
}

/// \returns the decision that `reasons` and `warnings` amount to.
[[nodiscard]] inline Decision conclude(const Request& request, const Findings& reasons, const Findings& warnings) {
  Decision d;
  conclude(d, asked_of_rows(request), request.intent, reasons, warnings);
  return d;
}

}  // namespace optcoord
