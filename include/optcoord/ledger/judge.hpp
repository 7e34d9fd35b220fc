// optcoord/ledger/judge.hpp -- a request against every limit row: which it would breach, and how many units pass.
// SPDX-License-Identifier: MIT
//
// With h = held, p+ / p- = sums of open reservations' positive / negative parts, r = exposure of one unit:
//   r > 0: n units pass if h + p+ + n r <= upper;   r < 0: if h + p- + n r >= lower;   r = 0: pass.
// So open orders that offset each other never hide risk, and a request that worsens nothing is never blocked by a
// row that is already over. The largest n is found in closed form per row.
//
// Nearly every row of nearly every request is calm: nothing unknown, no bound near. Those are told in one sweep that
// reads a cache line each; the others are looked into by ledger/row_findings.hpp, and what is not so plain takes the
// way of ledger/judge_group.hpp.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/fixed_point.hpp>  // max_sum_raw
#include <optcoord/ledger/exposure.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/row_findings.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh

#include <cstddef>  // std::size_t
#include <cstdint>  // fixed width integers
#include <span>     // std::span
#include <utility>  // std::swap

namespace optcoord {

namespace detail {

/// Whether nothing needs to be said of a row to whose sums all `units` add `unit` each: figures are all there, no bound
/// is near on the side it moves to, and no sum leaves the range.
[[nodiscard]] inline bool is_calm(const Line& line, std::int64_t units, std::int64_t unit) noexcept {
  std::int64_t added = 0;
  std::int64_t after = 0;
  if (__builtin_mul_overflow(units, unit, &added)) return false;
  if (added > max_sum_raw || added < -max_sum_raw) return false;
  if ((line.unknown_held | line.unknown_pending) != 0) return false;
  if (unit > 0)
    return !__builtin_add_overflow(line.held, line.up, &after) && !__builtin_add_overflow(after, added, &after) &&
           after <= line.calm_upper;
  return !__builtin_add_overflow(line.held, line.down, &after) && !__builtin_add_overflow(after, added, &after) &&
         after >= line.calm_lower;
}

/// Whether no leg's Greeks are too old.
[[nodiscard]] inline bool are_fresh(std::span<const LegView> legs, Duration max_age, Timestamp now) noexcept {
  bool fresh = true;
  for (const LegView& leg : legs)
    fresh = fresh && (leg.instrument->terms.kind != Kind::option || is_fresh(leg.instrument->greeks_at, max_age, now));
  return fresh;
}

/// The common path: one sweep over the rows of plain legs with fresh Greeks, which writes nothing and calls nothing.
/// \returns `rows` from the first that is not calm, mostly none.
[[nodiscard]] inline std::span<const RootRow> from_first_loud(const LedgerState& s, std::span<const RootRow> rows,
                                                              const PlainLegs& legs, std::int64_t units) noexcept {
  const Line* const lines = s.lines.data();
  const RootRow* row = rows.data();
  const RootRow* const end = row + rows.size();
  for (; row != end; ++row) {
    std::int64_t unit = 0;
    if (!legs.net(*row, unit)) break;
    if (unit != 0 && !is_calm(lines[row->row], units, unit)) break;
  }
  return {row, end};
}

/// Looks into the rows that are not calm, the first of `loud` being one.
inline void judge_loud(const LedgerState& s, std::span<const RootRow> loud, const PlainLegs& legs, std::int64_t units,
                       RowFindings& findings) {
  while (!loud.empty()) {
    std::int64_t unit = 0;
    if (legs.net(loud.front(), unit)) {
      findings.judge(loud.front().row, unit);
    } else {
      findings.judge(loud.front().row, legs.parts(loud.front()), {});
    }
    loud = from_first_loud(s, loud.subspan(1), legs, units);
  }
}

/// Whether the common path may judge `legs`: nothing that makes a judgement long is there.
[[nodiscard]] inline bool may_sweep(const LedgerPolicy& policy, const LedgerState& s, std::span<const LegView> legs,
                                    bool legging, Timestamp now) noexcept {
  return !legging && s.unknown_cuts == 0 && is_plain(s, legs, Cells::current) &&
         are_fresh(legs, policy.options().max_greeks_age, now);
}

}  // namespace detail

}  // namespace optcoord
