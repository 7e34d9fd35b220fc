// optcoord/ledger/ledger_views.hpp -- Ledger: reports of what is held, pending, free and over.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/ledger.hpp>  // the class

#include <algorithm>  // std::find, std::max, std::sort
#include <limits>     // std::numeric_limits

namespace optcoord {

namespace detail {

[[nodiscard]] inline std::optional<Micro> bound_of(std::int64_t raw, std::int64_t none) {
  if (raw == none) return std::nullopt;
  return Micro{raw};
}

/// \returns how much of a bound held and pending exposure use, 0 when they lie on its other side or nothing binds; a
/// bound of 0 with anything against it counts as fully used.
[[nodiscard]] inline double use_of(std::int64_t bound, std::int64_t none, std::int64_t held, std::int64_t pending) {
  const Int128 against = Int128{held} + pending;
  const bool on_this_side = none > 0 ? against > 0 : against < 0;
  if (bound == none || !on_this_side) return 0;
  return bound != 0 ? static_cast<double>(against) / static_cast<double>(bound) : 1;
}

/// What a row counts, held and pending; a figure that cannot be computed is absent.
struct RowSums {
  std::optional<std::int64_t> held{};
  std::optional<std::int64_t> up{};
  std::optional<std::int64_t> down{};
};

[[nodiscard]] inline RowSums row_sums(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s,
                                      std::size_t place) {
  const RowPolicy& rule = policy.rows()[place];
  if (rule.metric == Metric::strategy_count) {
    const StrategyCount count = strategy_count(index, s, rule.group, unassigned);
    return {count.holding * micro_per_unit, count.pending * micro_per_unit, 0};
  }
  RowSums sums;
  if (rule.metric == Metric::gross_delta) {
    const GrossDelta gross = gross_delta(index, s, rule.group, rule.strategy, unassigned);
    if (gross.held_known) sums.held = saturated(gross.held);
    if (gross.known) sums.up = saturated(gross.worst - gross.held);
    if (gross.known) sums.down = 0;
  } else if (is_summed(rule.metric)) {
    const Line& line = s.lines[place];
    if (line.unknown_held == 0) sums.held = line.held;
    if (line.unknown_pending == 0) sums.up = line.up;
    if (line.unknown_pending == 0) sums.down = line.down;
  }
  return sums;
}

[[nodiscard]] inline RowReport row_report(const RowPolicy& rule, const RowState& state, const Line& line,
                                          const RowSums& sums) {
  RowReport row;
  row.metric = rule.metric;
  row.strategy = rule.strategy;
  row.scenario = rule.scenario;
  const auto micro = [](std::optional<std::int64_t> raw) { return raw ? std::optional{Micro{*raw}} : std::nullopt; };
  row.held = micro(sums.held);
  row.pending_up = micro(sums.up);
  row.pending_down = micro(sums.down);
  if (!state.bounds_known) return row;
  row.lower = bound_of(line.lower, no_lower);
  row.upper = bound_of(line.upper, no_upper);
  if (!sums.held) return row;
  const std::int64_t above = row.upper ? *sums.held - line.upper : 0;
  const std::int64_t below = row.lower ? line.lower - *sums.held : 0;
  row.over = Micro{std::max<std::int64_t>({0, above, below})};
  if (sums.up && sums.down)
    row.utilisation = std::max(use_of(line.upper, no_upper, *sums.held, *sums.up),
                               use_of(line.lower, no_lower, *sums.held, *sums.down));
  return row;
}

/// \returns limit - held - pending, as findings have it; nothing when a part is unknown, absent or out of range.
[[nodiscard]] inline std::optional<Micro> headroom(std::optional<Micro> limit, std::optional<Micro> held,
                                                   std::optional<Micro> pending) {
  if (!limit || !held || !pending) return std::nullopt;
  const Int128 room = Int128{limit->raw} - held->raw - pending->raw;
  if (room > std::numeric_limits<std::int64_t>::max() || room < std::numeric_limits<std::int64_t>::min())
    return std::nullopt;
  return Micro{static_cast<std::int64_t>(room)};
}

/// Adds `quantity` x `unit` to `sum`, which is unknown once it leaves the range of sums.
inline void add_exposure(std::optional<Micro>& sum, std::int64_t quantity, std::int64_t unit) {
  if (!sum) return;
  const Int128 exact = Int128{quantity} * unit + sum->raw;
  sum.reset();
  if (exact <= max_sum_raw && exact >= -max_sum_raw) sum = Micro{static_cast<std::int64_t>(exact)};
}

[[nodiscard]] inline OpenReservation as_it_stands(const LedgerState& s, const Reservation& r) {
  OpenReservation open{r.id, r.strategy, r.status, r.units, remaining_units(s, r), std::nullopt};
  if (r.status == ReservationStatus::reserved) open.expires = r.clock;
  return open;
}

/// \returns the open reservations that have legs, found by them: ended ones, which may be many, have none in these
/// lists.
[[nodiscard]] inline std::vector<OpenReservation> open_reservations(const LedgerState& s) {
  std::vector<OpenReservation> all;
  for (const RootState& root : s.roots) {
    for (const std::uint32_t instrument : root.active) {
      for (std::uint32_t l = s.instruments[instrument].first_leg; l != nil; l = s.legs[l].next_of_instrument) {
        const Reservation& r = s.reservations[s.legs[l].reservation];
        if (r.first_leg == l) all.push_back(as_it_stands(s, r));  // once each
      }
    }
  }
  return all;
}

}  // namespace detail

inline ExposureReport Ledger::report() const {
  ExposureReport report;
  report.counters = state_.counters;
  for (const GroupPolicy& group : policy_->groups()) {
    GroupReport view;
    view.group = group.id;
    for (std::size_t r = 0; r < policy_->rows().size(); ++r)
      if (policy_->rows()[r].group == group.id) view.rows.push_back(row(r));
    for (std::size_t strategy = 0; strategy < state_.first_of_strategy.size(); ++strategy) {
      StrategyExposure exposure;
      exposure.strategy = StrategyId{static_cast<std::uint32_t>(strategy)};
      exposure.held.fill(Micro{0});
      bool holds = false;
      for (std::uint32_t h = state_.first_of_strategy[strategy]; h != nil; h = state_.holders[h].next_of_strategy) {
        const Holder& holder = state_.holders[h];
        const Instrument& in = state_.instruments[holder.instrument];
        const std::optional<std::size_t> nth = place_in(state_.roots[index_of(in.terms.root)], group.id);
        if (!nth || holder.quantity == 0) continue;
        holds = true;
        ++view.legs;
        const Cell cell = current_cell(*policy_, state_, in, *nth);
        const std::uint8_t greeks = static_cast<std::uint8_t>(~RowIndex::bit(Metric::dollar_delta)) & 0x1FU;
        const bool complete = ((cell.known | in.greeks_skipped) & greeks) == greeks;
        view.with_greeks += complete ? 1 : 0;
        if (!complete && !in.raw) view.missing.push_back(in.contract);
        for (std::size_t m = 0; m < summed_metrics; ++m) {
          const bool known = ((cell.known | in.greeks_skipped) & (1U << m)) != 0;
          if (!known) exposure.held[m].reset();
          detail::add_exposure(exposure.held[m], holder.quantity, cell.value[m]);
        }
      }
      if (holds) view.strategies.push_back(exposure);
    }
    std::sort(view.missing.begin(), view.missing.end());
    view.missing.erase(std::unique(view.missing.begin(), view.missing.end()), view.missing.end());
    report.groups.push_back(std::move(view));
  }
  report.reservations = detail::open_reservations(state_);
  for (const Unfinished::Item& item : unfinished_.all())
    report.reservations.push_back(detail::as_it_stands(state_, state_.reservations[item.reservation]));
  std::sort(report.reservations.begin(), report.reservations.end(),
            [](const OpenReservation& a, const OpenReservation& b) { return a.id < b.id; });
  return report;
}

inline RowReport Ledger::row(std::size_t place) const {
  RowReport row = detail::row_report(policy_->rows()[place], state_.rows[place], state_.lines[place],
                                     detail::row_sums(*policy_, index_, state_, place));
  row.headroom_lower = detail::headroom(row.lower, row.held, row.pending_down);
  row.headroom_upper = detail::headroom(row.upper, row.held, row.pending_up);
  return row;
}

inline std::optional<RowOver> Ledger::row_over(std::size_t place) const {
  const RowPolicy& rule = policy_->rows()[place];
  const Line& line = state_.lines[place];
  const std::optional<std::int64_t> held = detail::row_sums(*policy_, index_, state_, place).held;
  if (!held || !state_.rows[place].bounds_known || (*held >= line.lower && *held <= line.upper)) return std::nullopt;
  const bool below = *held < line.lower;
  return RowOver{rule.group,    rule.metric,  below ? Side::lower : Side::upper,     rule.strategy,
                 rule.scenario, Micro{*held}, Micro{below ? line.lower : line.upper}};
}

inline std::vector<RowOver> Ledger::rows_over() const {
  std::vector<RowOver> over;
  for (std::size_t r = 0; r < policy_->rows().size(); ++r)
    if (const std::optional<RowOver> row = row_over(r)) over.push_back(*row);
  return over;
}

}  // namespace optcoord
