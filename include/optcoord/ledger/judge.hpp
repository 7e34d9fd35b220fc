// optcoord/ledger/judge.hpp -- a request against every limit row: which it would breach, and how many units pass.
// SPDX-License-Identifier: MIT
//
// With h = held, p+ / p- = sums of open reservations' positive / negative parts, r = exposure of one unit:
//   r > 0: n units pass if h + p+ + n r <= upper;   r < 0: if h + p- + n r >= lower;   r = 0: pass.
// So open orders that offset each other never hide risk, and a request that worsens nothing is never blocked by a
// row that is already over. The largest n is found in closed form per row.
//
// Nearly every row of nearly every request is calm: nothing unknown, no bound near. Of a request that could be made
// ready (ledger/ready.hpp) those are told in one sweep that reads a cache line each; the others are looked into by
// ledger/row_findings.hpp.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/ledger/exposure.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/ready.hpp>
#include <optcoord/ledger/row_findings.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh

#include <cstddef>   // std::size_t
#include <cstdint>   // fixed width integers
#include <optional>  // std::optional
#include <span>      // std::span
#include <utility>   // std::swap

namespace optcoord {

namespace detail {

/// Looks into the rows that are not calm, the first of `loud` being one.
inline void judge_loud(const LedgerState& s, std::span<const UnitRow> loud, std::int64_t units, RowFindings& findings) {
  while (!loud.empty()) {
    findings.judge(loud.front().row, loud.front().unit);
    loud = from_first_loud(s, loud.subspan(1), units);
  }
}

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

/// Every other case: a group's legs are collected, and the quality of their figures is asked.
[[gnu::noinline]] inline void judge_by_group(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s,
                                             const Request& request, std::span<const LegView> legs,
                                             RowFindings& findings, Timestamp now) {
  const RowFindings::Count before = findings.count();
  for_each_group(s, legs, [&](GroupId group, std::size_t nth) {
    const GroupLegs in_group(policy, s, legs, group, nth, Cells::current);
    const FigureQuality quality = quality_of(policy, s, in_group, group, nth, now);
    const bool sound = s.unknown_cuts == 0 && !quality.stale && quality.skipped == 0;
    for (const RowRef row : index.rows(group, request.strategy)) {
      const Line& line = s.lines[row.row];
      const bool computed = is_summed(row.metric) && !quality.missing;
      const Parts unit = computed ? in_group.parts(row.metric, request.legging) : Parts{0, 0, false};
      const bool calm = sound && unit.known && (unit.up == 0 || is_calm(line, request.units, unit.up)) &&
                        (unit.down == 0 || is_calm(line, request.units, unit.down));
      if (!calm) findings.judge(row.row, unit, quality);
    }
  });
  findings.put_in_order(before);
}

/// Whether all units of `legs` make the use of some bound larger: beyond zero on its side, and further than now.
/// Giving back exposure worsens nothing, as long as it does not come out on the other side.
[[nodiscard]] inline bool worsens_some_row(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s,
                                           const Request& request, std::span<const LegView> legs) {
  bool worse = false;
  const auto after = [&](std::int64_t held, std::int64_t pending, std::int64_t unit) {
    return saturating_add(saturating_add(held, pending), saturating_mul(request.units, unit));
  };
  const auto ask = [&](std::uint32_t row, const Parts& unit) {
    const Line& line = s.lines[row];
    worse = worse || (unit.up > 0 && line.upper != no_upper && after(line.held, line.up, unit.up) > 0) ||
            (unit.down < 0 && line.lower != no_lower && after(line.held, line.down, unit.down) < 0);
  };
  for_each_exposure(policy, index, s, request.strategy, legs, request.legging, Cells::current, ask);
  return worse;
}

}  // namespace detail

}  // namespace optcoord
