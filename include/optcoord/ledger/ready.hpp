// optcoord/ledger/ready.hpp -- a request made ready: its legs looked up, and what one unit adds to each row.
// SPDX-License-Identifier: MIT
//
// Most requests are plain opens whose figures are all there and fresh. For those everything but the number of units
// is worked out first; judging and reserving then read one line for each row and nothing else. What is out of the
// ordinary (an exit, an old or missing figure, a rule that is no sum) is never ready, and takes the long way.
#pragma once

#include <optcoord/core/fixed_point.hpp>  // max_sum_raw
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ledger/exposure.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh

#include <algorithm>  // std::max, std::min
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// What one unit of a request adds to a row's sums, in millionths; never 0.
struct UnitRow {
  std::uint32_t row{0};
  std::int64_t unit{0};
};

/// A leg of a ready request. `stamp` is the instrument's when the figures were worked out.
struct ReadyLeg {
  std::uint32_t instrument{nil};
  std::int32_t ratio{0};
  std::uint64_t stamp{0};
};

/// A request, but for its id and its number of units.
struct ReadyRequest {
  bool holds{false};     ///< all below has been worked out, and rows say all there is to say
  bool partial{false};   ///< fewer units are welcome
  bool computed{false};  ///< some Greeks are not the host's: the answer has to say so
  StrategyId strategy{};
  std::uint64_t marks{0};        ///< of the ledger when this was last seen to hold
  Timestamp good_from{};         ///< figures are of the future before this
  Timestamp good_until{};        ///< figures are too old after this
  std::int64_t most_units{0};    ///< more are refused: contracts would leave the range of quantities
  Duration ttl{};                ///< life of the reservation until working
  std::vector<UnitRow> rows{};   ///< in order of configuration
  std::vector<ReadyLeg> legs{};  ///< netted
};

/// Whether what was worked out still holds: no figure has changed, or grown old.
[[nodiscard]] inline bool still_holds(const LedgerState& s, ReadyRequest& ready, Timestamp now) noexcept {
  if (now < ready.good_from || ready.good_until < now) return false;
  if (ready.marks == s.marks) [[likely]]
    return ready.holds;
  bool holds = ready.holds && s.unknown_cuts == 0;
  for (const ReadyLeg& leg : ready.legs) {
    const Instrument& in = s.instruments[leg.instrument];
    holds = holds && in.stamp == leg.stamp && in.version == s.roots[index_of(in.terms.root)].version;
  }
  ready.marks = s.marks;
  ready.holds = holds;
  return holds;
}

/// Works out what one unit of `ready`, whose strategy and legs are given, adds to each row. Cells must be up to date:
/// those of legs that nobody holds are not kept so.
/// \returns false, and `ready` is not, when there is more to say of the request than units can.
[[nodiscard]] inline bool work_out(const LedgerPolicy& policy, const LedgerState& s, Timestamp now,
                                   ReadyRequest& ready) {
  ready.rows.clear();
  ready.marks = s.marks;
  ready.computed = false;
  const RootId id = s.instruments[ready.legs[0].instrument].terms.root;
  const RootState& root = s.roots[index_of(id)];
  bool usual = root.plain && s.unknown_cuts == 0;
  ready.good_from = Timestamp::min();
  ready.good_until = Timestamp::max();
  for (ReadyLeg& leg : ready.legs) {
    const Instrument& in = s.instruments[leg.instrument];
    usual = usual && in.terms.root == id && in.complete && in.version == root.version;
    ready.computed = ready.computed || (in.greeks_computed && in.greeks_known != 0);
    leg.stamp = in.stamp;
    if (in.terms.kind != Kind::option || in.raw) continue;
    usual = usual && is_fresh(in.greeks_at, policy.options().max_greeks_age, now);
    ready.good_from = std::max(ready.good_from, in.greeks_at);
    ready.good_until = std::min(ready.good_until, saturating_add(in.greeks_at, policy.options().max_greeks_age));
  }
  if (!usual) return false;
  for (const RootRow row : rows_of(root, ready.strategy)) {
    std::int64_t unit = 0;
    for (const ReadyLeg& leg : ready.legs) {
      std::int64_t part =
          s.cells[s.instruments[leg.instrument].cells + row.nth].value[static_cast<std::size_t>(row.metric)];
      if (__builtin_mul_overflow(part, leg.ratio, &part) || __builtin_add_overflow(unit, part, &unit)) return false;
    }
    if (unit > max_sum_raw || unit < -max_sum_raw) return false;
    if (unit != 0) ready.rows.push_back({row.row, unit});
  }
  return true;
}

/// Whether nothing needs to be said of a row to whose sums all `units` add `unit`, not 0, each: figures are all there,
/// no bound is near on the side it moves to, and no sum leaves the range.
[[nodiscard]] inline bool is_calm(const Line& line, std::int64_t units, std::int64_t unit) noexcept {
  std::int64_t added = 0;
  if (__builtin_mul_overflow(units, unit, &added)) return false;
  return unit > 0 ? added <= line.spare_up : added >= line.spare_down;
}

/// \returns `rows` from the first that is not calm, mostly none.
[[gnu::always_inline]] [[nodiscard]] inline std::span<const UnitRow> from_first_loud(const LedgerState& s,
                                                                                     std::span<const UnitRow> rows,
                                                                                     std::int64_t units) noexcept {
  const Line* const lines = s.lines.data();
  const UnitRow* row = rows.data();
  const UnitRow* const end = row + rows.size();
  while (row != end && is_calm(lines[row->row], units, row->unit)) ++row;
  return {row, end};
}

/// Adds `units` of a package to the pending sums. \pre no product overflows
inline void post_units(LedgerState& s, std::span<const UnitRow> rows, std::int64_t units) noexcept {
  Line* const lines = s.lines.data();
  for (const UnitRow row : rows) {
    Line& line = lines[row.row];
    const std::int64_t added = units * row.unit;
    if (row.unit > 0) {
      add_wrapping(line.up, added, +1);
      add_wrapping(line.spare_up, added, -1);
    } else {
      add_wrapping(line.down, added, +1);
      add_wrapping(line.spare_down, added, -1);
    }
  }
}

/// Takes what `post_units` added off again. What is spare is worked out anew where something was to be said.
inline void unpost_units(LedgerState& s, std::span<const UnitRow> rows, std::int64_t units) noexcept {
  for (const UnitRow row : rows) {
    Line& line = s.lines[row.row];
    const std::int64_t added = units * row.unit;
    add_wrapping(row.unit > 0 ? line.up : line.down, added, -1);
    if (row.unit > 0 && line.spare_up >= 0) {
      line.spare_up = std::min(line.spare_up + added, max_sum_raw);
    } else if (row.unit < 0 && line.spare_down <= 0) {
      line.spare_down = std::max(line.spare_down + added, -max_sum_raw);
    } else {
      settle(line, s.rows[row.row]);
    }
  }
}

}  // namespace optcoord
