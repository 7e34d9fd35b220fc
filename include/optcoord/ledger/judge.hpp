// optcoord/ledger/judge.hpp -- a request against every limit row: which it would breach, and how many units pass.
// SPDX-License-Identifier: MIT
//
// With h = held, p+ / p- = sums of open reservations' positive / negative parts, r = exposure of one unit:
//   r > 0: n units pass if h + p+ + n r <= upper;   r < 0: if h + p- + n r >= lower;   r = 0: pass.
// So open orders that offset each other never hide risk, and a request that worsens nothing is never blocked by a
// row that is already over. The largest n is found in closed form per row.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/fixed_point.hpp>  // saturating arithmetic
#include <optcoord/ledger/exposure.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh

#include <algorithm>  // std::any_of, std::min
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <span>       // std::span
#include <utility>    // std::swap
#include <vector>     // std::vector

namespace optcoord {

/// A request as the rows see it.
struct RowQuestion {
  StrategyId strategy{};
  std::span<const LegView> legs;  ///< netted, weights per unit
  std::int64_t units{1};
  bool legging{false};
  bool exempt{false};  ///< a proved exit: breaches are listed, in place of near-limit warnings, and bind nothing
};

/// What one unit adds to one row while it is pending.
struct Posting {
  std::uint32_t row{0};
  Parts unit{};
};

namespace detail {

inline constexpr std::int64_t no_lower = std::numeric_limits<std::int64_t>::min();
inline constexpr std::int64_t no_upper = std::numeric_limits<std::int64_t>::max();

/// Use of a bound, in millionths, from which a warning is `limit_near`.
inline constexpr std::int64_t near_use = 900'000;

/// The figures of one side of a row, signed as the row is.
struct SideFigures {
  Side side{Side::upper};
  std::int64_t held{0};
  std::int64_t pending{0};
  std::int64_t unit{0};   ///< exposure of one unit on this side: > 0 on the upper, < 0 on the lower
  std::int64_t bound{0};
  std::int64_t requested{0};
  std::int64_t projected{0};
  std::int64_t headroom{0};

  [[nodiscard]] bool breached() const noexcept { return side == Side::upper ? projected > bound : projected < bound; }
  /// \returns how many of `units` pass: the closed form.
  [[nodiscard]] std::int64_t passing(std::int64_t units) const noexcept {
    const bool none = side == Side::upper ? headroom < unit : headroom > unit;
    return none ? 0 : std::min(units, headroom / unit);
  }
};

[[nodiscard]] inline SideFigures side_figures(Side side, const Line& line, const Parts& unit,
                                              std::int64_t units) noexcept {
  const bool upper = side == Side::upper;
  SideFigures f{side, line.held, upper ? line.up : line.down, upper ? unit.up : unit.down,
                upper ? line.upper : line.lower, 0, 0, 0};
  f.requested = saturating_mul(units, f.unit);
  f.projected = saturating_add(saturating_add(f.held, f.pending), f.requested);
  f.headroom = saturating_sub(saturating_sub(f.bound, f.held), f.pending);
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

/// Judges one request against all its rows and writes what it finds.
class RowJudge {
 public:
  /// `breaches` and `warnings` may be one list.
  RowJudge(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& state, const RowQuestion& question,
           Findings& breaches, Findings& warnings, Timestamp now) noexcept
      : policy_(policy), index_(index), s_(state), q_(question), breaches_(breaches), warnings_(warnings), now_(now) {}

  /// Adds every breach and every warning of the rows, each in order of configuration, lower before upper, and to
  /// `postings` what one unit adds to each row it touches.
  void run(std::vector<Posting>& postings) {
    const std::size_t old_breaches = breaches_.size();
    const std::size_t old_warnings = warnings_.size();
    if (is_plain()) {
      run_plain(postings);
    } else {
      run_by_group(postings);
    }
    if (breaches_.size() > old_breaches + 1) in_row_order(breaches_.all().subspan(old_breaches));
    if (&breaches_ != &warnings_ && warnings_.size() > old_warnings + 1)
      in_row_order(warnings_.all().subspan(old_warnings));
  }
  /// \returns false when the exposure of all units leaves the range in some row.
  [[nodiscard]] bool in_range() const noexcept { return in_range_; }
  /// \returns whether the request moves some row towards a bound it has, or may: not all could be computed.
  [[nodiscard]] bool worsens() const noexcept { return worsens_; }

 private:
  /// What a group's figures are worth, asked once per group.
  struct Quality {
    bool stale{false};        ///< a leg's Greeks, or a price that S / S_ref needs, are too old
    std::uint8_t skipped{0};  ///< metrics that a raw exposure leaves out, by configuration
  };

  /// Whether all that makes a judgement long is absent: one root whose rows are sums in its own shares, and legs with
  /// every figure known, fresh and up to date.
  [[nodiscard]] bool is_plain() const noexcept {
    if (q_.legs.empty() || q_.legging) return false;
    const RootId root = q_.legs[0].instrument->terms.root;
    const RootState& state = s_.roots[index_of(root)];
    if (!state.plain) return false;
    for (const LegView& leg : q_.legs) {
      const Instrument& in = *leg.instrument;
      if (in.terms.root != root || in.version != state.version || !in.complete) return false;
      if (in.terms.kind == Kind::option && !is_fresh(in.greeks_at, policy_.options().max_greeks_age, now_)) return false;
    }
    return true;
  }

  /// The common path: the same sums as `GroupLegs` makes, in one sweep over the rows.
  void run_plain(std::vector<Posting>& postings) {
    const RootState& root = s_.roots[index_of(q_.legs[0].instrument->terms.root)];
    const auto judge_sum = [&](std::uint32_t row, std::size_t nth, Metric metric) {
      const Parts unit = net_of(nth, metric);
      postings.push_back({row, unit});
      judge_row(row, unit, {});
    };
    for (const RootRow& row : root.rows) judge_sum(row.row, row.nth, row.metric);
    for (std::size_t nth = 0; nth < root.groups.size(); ++nth)
      for (const RowRef row : index_.caps(root.groups[nth].group, q_.strategy)) judge_sum(row.row, nth, row.metric);
  }
  [[nodiscard]] Parts net_of(std::size_t nth, Metric metric) const noexcept {
    std::int64_t net = 0;
    bool fits = true;
    for (const LegView& leg : q_.legs) {
      const std::int64_t unit = s_.cells[leg.instrument->cells + nth].value[static_cast<std::size_t>(metric)];
      std::int64_t part = 0;
      const bool overflow = __builtin_mul_overflow(leg.weight, unit, &part) || __builtin_add_overflow(net, part, &net);
      fits = fits && !overflow;
    }
    if (!fits || net > max_sum_raw || net < -max_sum_raw) return {0, 0, false};
    return {net > 0 ? net : 0, net < 0 ? net : 0, true};
  }

  void run_by_group(std::vector<Posting>& postings) {
    for_each_group(s_, q_.legs, [&](GroupId group, std::size_t nth) {
      const GroupLegs legs(policy_, s_, q_.legs, group, nth, Cells::current);
      const Quality quality = quality_of(legs, group, nth);
      for_each_row(index_, group, q_.strategy, [&](RowRef row) {
        const Parts unit = is_summed(row.metric) ? legs.parts(row.metric, q_.legging) : Parts{0, 0, false};
        postings.push_back({row.row, unit});
        judge_row(row.row, unit, quality);
      });
    });
  }

  void judge_row(std::uint32_t row, const Parts& unit, Quality quality) {
    const Line& line = s_.lines[row];
    const bool computed =
        unit.known && (line.unknown_held | line.unknown_pending) == 0 && !quality.stale && quality.skipped == 0;
    bool calm = computed && s_.unknown_cuts == 0;
    if (unit.up != 0) calm = calm && rises_calmly(line, unit.up);
    if (unit.down != 0) calm = calm && falls_calmly(line, unit.down);
    if (calm) return;  // the common path
    judge_row_in_detail(row, line, unit, quality);
  }

  [[nodiscard]] bool rises_calmly(const Line& line, std::int64_t unit) {
    const std::int64_t added = saturating_mul(q_.units, unit);
    in_range_ = in_range_ && added <= max_sum_raw;
    worsens_ = worsens_ || line.upper != detail::no_upper;
    return saturating_add(saturating_add(line.held, line.up), added) <= line.calm_upper;
  }
  [[nodiscard]] bool falls_calmly(const Line& line, std::int64_t unit) {
    const std::int64_t added = saturating_mul(q_.units, unit);
    in_range_ = in_range_ && added >= -max_sum_raw;
    worsens_ = worsens_ || line.lower != detail::no_lower;
    return saturating_add(saturating_add(line.held, line.down), added) >= line.calm_lower;
  }

  void judge_row_in_detail(std::uint32_t row, const Line& line, const Parts& unit, Quality quality) {
    const RowPolicy& rule = policy_.rows()[row];
    if (is_summed(rule.metric) && (quality.skipped & RowIndex::bit(rule.metric)) != 0)
      warnings_.push(note(row, Code::not_computed));
    if (!unit.known) return cannot(row, Code::delta_unavailable);
    if (quality.stale) return cannot(row, Code::stale_greeks);
    if (unit.up == 0 && unit.down == 0) return;
    if (line.unknown_held != 0 || line.unknown_pending != 0) return cannot(row, Code::delta_unavailable);
    if (!s_.rows[row].bounds_known) return cannot(row, Code::equity_unknown);
    if (unit.down < 0 && line.lower != detail::no_lower)
      judge_side(row, detail::side_figures(Side::lower, line, unit, q_.units), line);
    if (unit.up > 0 && line.upper != detail::no_upper)
      judge_side(row, detail::side_figures(Side::upper, line, unit, q_.units), line);
    const bool unknown_cut = std::any_of(rule.cuts.begin(), rule.cuts.end(),
                                         [this](std::uint32_t cut) { return !s_.cuts[cut].known; });
    if (unknown_cut) warnings_.push(note(row, Code::cut_unknown));
  }

  void judge_side(std::uint32_t row, const detail::SideFigures& side, const Line& line) {
    const bool breached = side.breached();
    if (breached) breach(row, side);
    const bool calm =
        side.side == Side::upper ? side.projected <= line.calm_upper : side.projected >= line.calm_lower;
    if (!calm && side.bound != 0 && !(q_.exempt && breached)) warn_near(row, side);
  }

  /// A code names the first thing without which the request would pass.
  void breach(std::uint32_t row, const detail::SideFigures& side) {
    const RowPolicy& rule = policy_.rows()[row];
    const CutPolicy* cut = detail::cut_in_force(policy_, s_, rule);
    Code code = Code::limit_exceeded;
    if (cut != nullptr && passes_uncut(rule, side)) {
      code = cut->event ? Code::event_limit : Code::volatility_limit;
    } else if (rule.strategy) {
      code = Code::strategy_cap;
    } else if (rule.source == BoundSource::equity_fraction) {
      code = Code::notional_cap;
    }
    Finding& f = breaches_.push(figures(row, side, code));
    f.max_units = side.passing(q_.units);
    if (code == Code::event_limit) {
      f.event = *cut->event;
      f.has |= Finding::event_field;
    }
  }

  [[nodiscard]] bool passes_uncut(const RowPolicy& rule, const detail::SideFigures& side) const {
    const std::optional<Bounds> uncut = bounds_at(rule, s_.equity);
    if (!uncut) return false;
    const std::optional<Micro> bound = side.side == Side::upper ? uncut->upper : uncut->lower;
    if (!bound) return true;
    return side.side == Side::upper ? side.projected <= bound->raw : side.projected >= bound->raw;
  }

  void warn_near(std::uint32_t row, const detail::SideFigures& side) {
    const Int128 use = Int128{side.projected} * micro_per_unit;
    const Int128 near = Int128{side.bound} * detail::near_use;
    const bool is_near = side.side == Side::upper ? use >= near : use <= near;
    warnings_.push(figures(row, side, is_near ? Code::limit_near : Code::limit_warning)).max_units = q_.units;
  }

  /// A row that cannot be computed denies; figures without a value are unknown.
  void cannot(std::uint32_t row, Code code) {
    worsens_ = true;
    Finding f = about(row, code);
    f.has |= Finding::figures_field;
    const Line& line = s_.lines[row];
    if (is_summed(policy_.rows()[row].metric) && line.unknown_held == 0) {
      f.held = {line.held};
      f.has |= Finding::held_field;
    }
    breaches_.push(f);
    if (q_.exempt) warnings_.push(note(row, Code::not_computed));
  }

  /// A warning about a row that is not about its figures.
  [[nodiscard]] Finding note(std::uint32_t row, Code code) const {
    Finding f = about(row, code);
    f.max_units = q_.units;
    return f;
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

  [[nodiscard]] Finding figures(std::uint32_t row, const detail::SideFigures& side, Code code) const {
    Finding f = about(row, code);
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

  [[nodiscard]] Quality quality_of(const GroupLegs& legs, GroupId group, std::size_t nth) const {
    const LedgerOptions& options = policy_.options();
    Quality quality;
    for (const LegView* leg : legs.legs()) {
      const Instrument& in = *leg->instrument;
      quality.skipped |= in.greeks_skipped;
      if (in.terms.kind == Kind::option && in.greeks_known != 0)
        quality.stale = quality.stale || !is_fresh(in.greeks_at, options.max_greeks_age, now_);
      const RootState& root = s_.roots[index_of(in.terms.root)];
      const std::size_t place = nth != searched ? nth : *place_in(root, group);
      if (!root.groups[place].same) quality.stale = quality.stale || has_stale_price(in, group);
    }
    return quality;
  }

  [[nodiscard]] bool has_stale_price(const Instrument& in, GroupId group) const {
    const Duration max_age = policy_.options().max_quote_age;
    const std::optional<Price> price = spot(s_, in);
    const std::optional<Price> reference = reference_price(s_, policy_.groups()[index_of(group)].reference);
    return (price && !is_fresh(price->at, max_age, now_)) || (reference && !is_fresh(reference->at, max_age, now_));
  }

  static void in_row_order(std::span<Finding> items) {
    // A stable insertion: rows come almost in order, and of one row what was found first stays first.
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
  bool in_range_{true};
  bool worsens_{false};
};

}  // namespace optcoord
