// optcoord/ledger/judge.hpp -- a request against every limit row: which it would breach, and how many units pass.
// SPDX-License-Identifier: MIT
//
// With h = held, p+ / p- = sums of open reservations' positive / negative parts, r = exposure of one unit:
//   r > 0: n units pass if h + p+ + n r <= upper;   r < 0: if h + p- + n r >= lower;   r = 0: pass.
// So open orders that offset each other never hide risk, and a request that worsens nothing is never blocked by a
// row that is already over. The largest n is found in closed form per row.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/ledger/exposure.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh

#include <algorithm>  // std::clamp, std::min
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <span>       // std::span
#include <utility>    // std::swap

namespace optcoord {

/// A request as the rows see it.
struct RowQuestion {
  StrategyId strategy{};
  std::span<const LegView> legs;  ///< netted, weights per unit
  std::int64_t units{1};
  bool legging{false};
  bool exempt{false};  ///< a proved exit: breaches are listed, in place of near-limit warnings, and bind nothing
};

namespace detail {

inline constexpr std::int64_t no_lower = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t no_upper = std::numeric_limits<std::int64_t>::max();

/// One side of a row, with lower bounds mirrored so that one rule serves both: worse is larger.
struct SideView {
  Side side{Side::upper};
  Int128 held{0};
  Int128 pending{0};
  Int128 unit{0};   ///< > 0: exposure one unit adds towards the bound
  Int128 bound{0};

  [[nodiscard]] Int128 projected(std::int64_t units) const noexcept { return held + pending + units * unit; }
  [[nodiscard]] std::int64_t passing(std::int64_t units) const noexcept {
    const Int128 room = bound - held - pending;
    if (room < 0) return 0;
    return static_cast<std::int64_t>(std::min<Int128>(units, room / unit));
  }
};

[[nodiscard]] inline SideView upper_side(const Line& line, const Parts& unit) noexcept {
  return {Side::upper, line.held, line.up, unit.up, line.upper};
}
[[nodiscard]] inline SideView lower_side(const Line& line, const Parts& unit) noexcept {
  return {Side::lower, -Int128{line.held}, -Int128{line.down}, -Int128{unit.down}, -Int128{line.lower}};
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

/// Judges one request against all its rows and writes what it finds.
class RowJudge {
 public:
  RowJudge(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& state, const RowQuestion& question,
           Findings& breaches, Findings& warnings, Timestamp now) noexcept
      : policy_(policy), index_(index), s_(state), q_(question), breaches_(breaches), warnings_(warnings), now_(now) {}

  /// Adds every breach and every warning of the rows, each in order of configuration, lower before upper. The two
  /// lists may be one.
  void run() {
    const std::size_t old_breaches = breaches_.size();
    const std::size_t old_warnings = warnings_.size();
    for_each_group(s_, q_.legs, [this](GroupId group) {
      const bool stale = has_stale_leg(group);
      for_each_row(index_, group, q_.strategy, [&](std::uint32_t row) { judge_row(row, stale); });
    });
    in_row_order(breaches_.all().subspan(old_breaches));
    if (&breaches_ != &warnings_) in_row_order(warnings_.all().subspan(old_warnings));
  }

 private:
  void judge_row(std::uint32_t row, bool stale) {
    const RowPolicy& rule = policy_.rows()[row];
    const Line& line = s_.lines[row];
    const RowState& state = s_.rows[row];
    if (!state.judged) return cannot(row, Code::delta_unavailable);
    warn_skipped(row, rule);
    const Parts unit = parts_in(policy_, s_, q_.legs, q_.legging, rule.group, rule.metric, Cells::current);
    if (!unit.known) return cannot(row, Code::delta_unavailable);
    if (stale) return cannot(row, Code::stale_greeks);
    if (unit.up == 0 && unit.down == 0) return;
    if (line.unknown_held != 0 || line.unknown_pending != 0) return cannot(row, Code::delta_unavailable);
    if (!state.bounds_known) return cannot(row, Code::equity_unknown);
    if (unit.down < 0 && line.lower != detail::no_lower) judge_side(row, detail::lower_side(line, unit), line);
    if (unit.up > 0 && line.upper != detail::no_upper) judge_side(row, detail::upper_side(line, unit), line);
    warn_unknown_cut(row, rule);
  }

  void judge_side(std::uint32_t row, const detail::SideView& side, const Line& line) {
    const Int128 projected = side.projected(q_.units);
    const Int128 warn = side.side == Side::upper ? Int128{line.warn_upper} : -Int128{line.warn_lower};
    if (projected <= side.bound && projected < warn) return;  // the common path
    if (projected > side.bound) breach(row, side);
    if (projected >= warn && !(q_.exempt && projected > side.bound)) warn_near(row, side, projected);
  }

  /// The rare path: finds the code of a breach. A code names the first thing without which the request would pass.
  void breach(std::uint32_t row, const detail::SideView& side) {
    const RowPolicy& rule = policy_.rows()[row];
    Finding f = figures(row, side, Code::limit_exceeded);
    f.max_units = side.passing(q_.units);
    const CutPolicy* cut = detail::cut_in_force(policy_, s_, rule);
    const std::optional<Bounds> uncut = bounds_at(rule, s_.equity);
    const std::optional<Micro> bound = !uncut ? std::nullopt : side.side == Side::upper ? uncut->upper : uncut->lower;
    const bool passes_uncut =
        cut != nullptr && bound && side.projected(q_.units) <= (bound->raw < 0 ? -Int128{bound->raw} : Int128{bound->raw});
    if (passes_uncut) {
      f.code = cut->event ? Code::event_limit : Code::volatility_limit;
      if (cut->event) {
        f.event = *cut->event;
        f.has |= Finding::event_field;
      }
    } else if (rule.strategy) {
      f.code = Code::strategy_cap;
    } else if (rule.source == BoundSource::equity_fraction) {
      f.code = Code::notional_cap;
    }
    breaches_.push(f);
  }

  void warn_near(std::uint32_t row, const detail::SideView& side, Int128 projected) {
    const bool near = projected * 10 >= side.bound * 9;  // use >= 0.90
    Finding f = figures(row, side, near ? Code::limit_near : Code::limit_warning);
    f.max_units = q_.units;
    warnings_.push(f);
  }

  /// A row that cannot be computed denies; figures without a value are unknown.
  void cannot(std::uint32_t row, Code code) {
    Finding f = about(row, code);
    f.has |= Finding::figures_field;
    const Line& line = s_.lines[row];
    if (s_.rows[row].judged && line.unknown_held == 0) {
      f.held = {line.held};
      f.has |= Finding::held_field;
    }
    breaches_.push(f);
    if (!q_.exempt) return;
    f.code = Code::not_computed;
    f.max_units = q_.units;
    warnings_.push(f);
  }

  void warn_skipped(std::uint32_t row, const RowPolicy& rule) {
    for (const LegView& leg : q_.legs) {
      if ((leg.instrument->greeks_skipped & RowIndex::bit(rule.metric)) == 0) continue;
      Finding f = about(row, Code::not_computed);
      f.max_units = q_.units;
      return warnings_.push(f);
    }
  }

  void warn_unknown_cut(std::uint32_t row, const RowPolicy& rule) {
    for (const std::uint32_t at : rule.cuts) {
      if (s_.cuts[at].known) continue;
      Finding f = about(row, Code::cut_unknown);
      f.max_units = q_.units;
      return warnings_.push(f);
    }
  }

  [[nodiscard]] Finding about(std::uint32_t row, Code code) const {
    const RowPolicy& rule = policy_.rows()[row];
    Finding f;
    f.code = code;
    f.scope = Scope::group;
    f.row = row;
    f.group = rule.group;
    f.metric = rule.metric;
    f.has = Finding::group_field | Finding::metric_field;
    if (rule.strategy) {
      f.strategy = *rule.strategy;
      f.has |= Finding::strategy_field;
    }
    return f;
  }

  [[nodiscard]] Finding figures(std::uint32_t row, const detail::SideView& side, Code code) const {
    Finding f = about(row, code);
    const bool upper = side.side == Side::upper;
    const auto signed_figure = [upper](Int128 x) {
      const Int128 clamped = std::clamp<Int128>(upper ? x : -x, detail::no_lower, detail::no_upper);
      return Micro{static_cast<std::int64_t>(clamped)};
    };
    f.side = side.side;
    f.held = signed_figure(side.held);
    f.pending = signed_figure(side.pending);
    f.requested = signed_figure(q_.units * side.unit);
    f.projected = signed_figure(side.projected(q_.units));
    f.limit = signed_figure(side.bound);
    f.headroom = signed_figure(side.bound - side.held - side.pending);
    f.has |= Finding::side_field | Finding::held_field | Finding::pending_field | Finding::requested_field |
             Finding::projected_field | Finding::limit_field | Finding::headroom_field | Finding::figures_field;
    return f;
  }

  /// A leg's Greeks, or a price that S / S_ref of this group needs, are too old.
  [[nodiscard]] bool has_stale_leg(GroupId group) const {
    const LedgerOptions& options = policy_.options();
    for (const LegView& leg : q_.legs) {
      const Instrument& in = *leg.instrument;
      if (!place_in(s_.roots[index_of(in.terms.root)], group)) continue;
      if (in.terms.kind == Kind::option && in.greeks_known != 0 &&
          !is_fresh(in.greeks_at, options.max_greeks_age, now_))
        return true;
      const RootId reference = policy_.groups()[index_of(group)].reference;
      if (same_underlying(s_, in.terms.root, reference)) continue;
      const std::optional<Price> price = spot(s_, in);
      const std::optional<Price> ref = reference_price(s_, reference);
      if (price && !is_fresh(price->at, options.max_quote_age, now_)) return true;
      if (ref && !is_fresh(ref->at, options.max_quote_age, now_)) return true;
    }
    return false;
  }

  static void in_row_order(std::span<Finding> items) {
    // At most one item per row and side, pushed lower first: a stable insertion keeps that order.
    for (std::size_t i = 1; i < items.size(); ++i)
      for (std::size_t j = i; j > 0 && items[j].row < items[j - 1].row; --j) std::swap(items[j], items[j - 1]);
  }

  const LedgerPolicy& policy_;
  const RowIndex& index_;
  const LedgerState& s_;
  const RowQuestion& q_;
  Findings& breaches_;
  Findings& warnings_;
  Timestamp now_;
};

/// \returns `invalid_value` when the exposure of all units of `q` in some row is out of range.
[[nodiscard]] inline Result<void> in_range(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s,
                                           const RowQuestion& q) {
  bool fits = true;
  for_each_group(s, q.legs, [&](GroupId group) {
    for_each_row(index, group, q.strategy, [&](std::uint32_t row) {
      if (!s.rows[row].judged) return;
      const Parts unit =
          parts_in(policy, s, q.legs, q.legging, group, policy.rows()[row].metric, Cells::current);
      const Int128 units = q.units;
      fits = fits && units * unit.up <= max_sum_raw && units * unit.down >= -Int128{max_sum_raw};
    });
  });
  if (!fits) return fail(Errc::invalid_value, "units");
  return {};
}

}  // namespace optcoord
