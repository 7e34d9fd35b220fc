// optcoord/ledger/judge_group.hpp -- a request against the rows of one group after another, whatever they measure.
// SPDX-License-Identifier: MIT
//
// The way for all that the common path (ledger/judge.hpp) does not take: prices to convert by, figures that are missing
// or old, legs of several roots, and rules about what single strategies have.
#pragma once

#include <optcoord/ledger/conflicting_direction.hpp>
#include <optcoord/ledger/exposure.hpp>
#include <optcoord/ledger/gross_delta.hpp>
#include <optcoord/ledger/headroom.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/ready.hpp>  // is_calm
#include <optcoord/ledger/row_findings.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/ledger/strategy_count.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh

#include <cstddef>   // std::size_t
#include <cstdint>   // std::int64_t, std::uint32_t
#include <optional>  // std::optional
#include <span>      // std::span

namespace optcoord {

namespace detail {

[[nodiscard]] inline bool has_stale_price(const LedgerPolicy& policy, const LedgerState& s, const Instrument& in,
                                          GroupId group, Timestamp now) {
  const Duration max_age = policy.options().max_quote_age;
  const std::optional<Price> price = spot(s, in);
  const std::optional<Price> reference = reference_price(s, policy.groups()[index_of(group)].reference);
  return (price && !is_fresh(price->at, max_age, now)) || (reference && !is_fresh(reference->at, max_age, now));
}

[[nodiscard]] inline FigureQuality quality_of(const LedgerPolicy& policy, const LedgerState& s, const GroupLegs& legs,
                                              GroupId group, std::size_t nth, Timestamp now) {
  const LedgerOptions& options = policy.options();
  FigureQuality quality;
  for (const LegView* leg : legs.legs()) {
    const Instrument& in = *leg->instrument;
    quality.skipped |= in.greeks_skipped;
    if (in.terms.kind == Kind::option && in.greeks_known != 0)
      quality.stale = quality.stale || !is_fresh(in.greeks_at, options.max_greeks_age, now);
    const RootState& root = s.roots[index_of(in.terms.root)];
    const std::size_t place = nth != searched ? nth : *place_in(root, group);
    quality.missing = quality.missing || (!in.raw && (root.groups[place].metrics & ~legs.known_of(leg)) != 0);
    if (!root.groups[place].same) quality.stale = quality.stale || has_stale_price(policy, s, in, group, now);
  }
  return quality;
}

/// What judging reads, and never changes, from the first group to the last.
struct GroupJudge {
  const LedgerPolicy& policy;
  const RowIndex& index;
  const LedgerState& s;
  const Request& request;
  RowFindings& findings;
  Timestamp now;

  /// Judges what `legs` do in `group`, the `nth` of their common root.
  void judge(GroupId group, std::size_t nth, std::span<const LegView> legs) const {
    const GroupLegs in_group(policy, s, legs, group, nth, Cells::current);
    const FigureQuality quality = quality_of(policy, s, in_group, group, nth, now);
    for (const RowRef row : index.rows(group, request.strategy)) {
      const RowPolicy& rule = policy.rows()[row.row];
      if (row.metric == Metric::strategy_count) {
        findings.judge(row.row, quality, strategy_count(index, s, group, request.strategy));
      } else if (row.metric == Metric::gross_delta) {
        const GrossDelta gross = gross_delta(index, s, group, rule.strategy, request.strategy);
        const Parts unit = quality.missing ? Parts{0, 0, false} : in_group.parts(Metric::delta, request.legging);
        findings.judge(row.row, unit, quality, gross);
      } else {
        judge_sum(row, quality.missing ? Parts{0, 0, false} : in_group.parts(index, row, request.legging), quality);
      }
    }
    judge_direction(group, in_group);
  }

 private:
  void judge_sum(RowRef row, const Parts& unit, FigureQuality quality) const {
    const RowPolicy& rule = policy.rows()[row.row];
    Headroom kept;
    if (!rule.headroom.empty()) {
      const CutPolicy* cut = cut_in_force(policy, s, rule);
      kept = headroom_of(policy, index, s, rule, request.strategy, cut != nullptr ? cut->factor : 1.0, now);
    }
    const Line& line = s.lines[row.row];
    const bool sound = s.unknown_cuts == 0 && !quality.stale && quality.skipped == 0 && !kept.in_force.any();
    const bool calm = sound && unit.known && (unit.up == 0 || is_calm(line, request.units, unit.up)) &&
                      (unit.down == 0 || is_calm(line, request.units, unit.down));
    if (!calm) findings.judge(row.row, unit, quality, kept);
  }

  /// Another strategy's opposite direction, in groups that name their members.
  void judge_direction(GroupId group, const GroupLegs& legs) const {
    const std::optional<Micro> tolerance = policy.conflict_tolerance();
    if (!tolerance || policy.groups()[index_of(group)].all_roots) return;
    const Parts unit = legs.parts(Metric::delta, request.legging);
    findings.watch_range(unit);
    if (!unit.known) return findings.judge(group, {.known = false}, *tolerance);
    if (unit.up == 0 && unit.down == 0) return;
    findings.judge(group, conflict_with(index, s, group, request.strategy, unit, *tolerance), *tolerance);
  }
};

/// Every case: a group's legs are collected, and the quality of their figures is asked.
[[gnu::noinline]] inline void judge_by_group(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s,
                                             const Request& request, std::span<const LegView> legs,
                                             RowFindings& findings, Timestamp now) {
  const RowFindings::Count before = findings.count();
  const GroupJudge judge{policy, index, s, request, findings, now};
  for_each_group(s, legs, [&](GroupId group, std::size_t nth) { judge.judge(group, nth, legs); });
  findings.put_in_order(before);
}

/// Whether all units of `legs` make the use of some bound larger: beyond zero on its side, and further than now.
/// Giving back exposure worsens nothing, as long as it does not come out on the other side.
[[nodiscard]] inline bool worsens_some_row(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s,
                                           const Request& request, std::span<const LegView> legs) {
  const auto after = [&](std::int64_t held, std::int64_t pending, std::int64_t unit) {
    return saturating_add(saturating_add(held, pending), saturating_mul(request.units, unit));
  };
  const auto worsens_sum = [&](const Line& line, const Parts& unit) {
    return (unit.up > 0 && line.upper != no_upper && after(line.held, line.up, unit.up) > 0) ||
           (unit.down < 0 && line.lower != no_lower && after(line.held, line.down, unit.down) < 0);
  };
  bool worse = false;
  for_each_group(s, legs, [&](GroupId group, std::size_t nth) {
    const GroupLegs in_group(policy, s, legs, group, nth, Cells::current);
    for (const RowRef row : index.rows(group, request.strategy)) {
      if (row.metric == Metric::strategy_count) {
        worse = worse || !strategy_count(index, s, group, request.strategy).member;
      } else if (row.metric == Metric::gross_delta) {
        const std::optional<StrategyId> only = policy.rows()[row.row].strategy;
        const Parts unit = in_group.parts(Metric::delta, request.legging);
        worse = worse || gross_delta(index, s, group, only, request.strategy).increase(unit, request.units) > 0;
      } else if (is_summed(row.metric)) {
        worse = worse || worsens_sum(s.lines[row.row], in_group.parts(index, row, request.legging));
      }
    }
  });
  return worse;
}

}  // namespace detail

}  // namespace optcoord
