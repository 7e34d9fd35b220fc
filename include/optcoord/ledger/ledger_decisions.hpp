// optcoord/ledger/ledger_decisions.hpp -- Ledger: from a request to a judgement, a decision and a reservation.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/ledger.hpp>  // the class

#include <algorithm>  // std::any_of, std::min, std::remove_if
#include <cmath>      // std::isfinite
#include <limits>     // std::numeric_limits

namespace optcoord {

namespace detail {

[[nodiscard]] inline bool all_finite(const RawExposure& raw) noexcept {
  return std::isfinite(raw.delta) && std::isfinite(raw.gamma.value_or(0)) && std::isfinite(raw.theta.value_or(0)) &&
         std::isfinite(raw.vega.value_or(0));
}

/// \returns -1 when `raw` is the negative of its canonical form, whose first figure that is not 0 is positive. Both
/// signs are one pseudo-contract, so that an exit meets what it closes.
[[nodiscard]] inline int raw_sign(const RawExposure& raw) noexcept {
  for (const double figure : {raw.delta, raw.gamma.value_or(0), raw.theta.value_or(0), raw.vega.value_or(0)})
    if (figure != 0) return figure < 0 ? -1 : 1;
  return 1;
}

}  // namespace detail

inline Instrument Ledger::raw_instrument(StrategyId strategy, const RawExposure& raw) const {
  Instrument in;
  in.raw = true;
  in.raw_strategy = strategy;
  in.terms.root = raw.root;
  const double sign = detail::raw_sign(raw);
  const bool skip = policy_->options().missing_greek == MissingGreek::skip;
  const auto take_figure = [&](double& greek, std::optional<double>& kept, std::optional<double> figure, Metric m) {
    if (figure) {
      greek = *figure * sign;
      kept = greek;
      in.greeks_known |= RowIndex::bit(m);
    } else if (skip) {
      in.greeks_skipped |= RowIndex::bit(m);
    }
  };
  std::optional<double> delta;
  in.raw_exposure.root = raw.root;
  take_figure(in.greeks.delta, delta, raw.delta, Metric::delta);
  in.raw_exposure.delta = in.greeks.delta;
  take_figure(in.greeks.gamma, in.raw_exposure.gamma, raw.gamma, Metric::gamma);
  take_figure(in.greeks.theta, in.raw_exposure.theta, raw.theta, Metric::theta);
  take_figure(in.greeks.vega, in.raw_exposure.vega, raw.vega, Metric::vega);
  return in;
}

inline void Ledger::resolve(const Request& request, Resolved& out) const {
  if (request.raw) {
    out.raw = raw_instrument(request.strategy, *request.raw);
    const Instrument* in = &out.raw;
    for (const std::uint32_t at : state_.roots[index_of(request.raw->root)].active) {
      const Instrument& other = state_.instruments[at];
      if (other.raw && other.raw_strategy == request.strategy && other.raw_exposure == out.raw.raw_exposure)
        in = &other;
    }
    out.legs.items[out.legs.count++] = {in, detail::raw_sign(*request.raw)};
    return;
  }
  for (const Leg& leg : request.legs) {
    const Instrument* in = &state_.instruments[state_.instrument_of[index_of(leg.contract)]];
    std::size_t at = 0;
    while (at < out.legs.count && out.legs.items[at].instrument != in) ++at;
    if (at == out.legs.count) out.legs.items[out.legs.count++] = {in, 0};
    out.legs.items[at].weight += leg.ratio;
  }
  LegView* const first = out.legs.items.data();
  LegView* const end = std::remove_if(first, first + out.legs.count, [](const LegView& l) { return l.weight == 0; });
  out.legs.count = static_cast<std::size_t>(end - first);
}

inline Result<void> Ledger::check(const Request& request) const {
  if (index_of(request.strategy) >= state_.first_of_strategy.size()) return fail(Errc::unknown_name, "strategy");
  if (request.units < 1 || request.units > detail::max_quantity) return fail(Errc::invalid_value, "units");
  if (request.ttl && *request.ttl <= Duration::zero()) return fail(Errc::invalid_value, "ttl_s");
  if (request.strategy == unassigned && !is_exit(request.intent)) return fail(Errc::invalid_value, "intent");
  if (request.raw.has_value() == !request.legs.empty()) return fail(Errc::invalid_value, "legs");
  if (request.raw) {
    if (index_of(request.raw->root) >= state_.roots.size()) return fail(Errc::unknown_name, "exposure.root");
    if (!detail::all_finite(*request.raw)) return fail(Errc::invalid_value, "exposure");
    for (const double figure : {request.raw->delta, request.raw->gamma.value_or(0), request.raw->theta.value_or(0),
                                request.raw->vega.value_or(0)})
      if (!to_micro(figure)) return fail(Errc::invalid_value, "exposure");
  }
  if (request.legs.size() > max_legs) return fail(Errc::invalid_value, "legs");
  std::int32_t index = 0;
  for (const Leg& leg : request.legs) {
    const bool known = index_of(leg.contract) < state_.instrument_of.size() &&
                       state_.instrument_of[index_of(leg.contract)] != nil;
    if (!known) return fail(Errc::unknown_name, "legs[].contract", index);
    const bool too_many = Int128{request.units} * detail::magnitude(leg.ratio) > detail::max_quantity;
    if (leg.ratio == 0 || too_many) return fail(Errc::invalid_value, leg.ratio == 0 ? "legs[].ratio" : "units", index);
    ++index;
  }
  Resolved resolved;
  resolve(request, resolved);
  for (const LegView& leg : resolved.legs.view())
    if (detail::magnitude(leg.weight) > std::numeric_limits<std::int32_t>::max())
      return fail(Errc::invalid_value, "legs");
  if (resolved.legs.count == 0 && !is_exit(request.intent)) return fail(Errc::invalid_value, "legs");
  const RowQuestion question{request.strategy, resolved.legs.view(), request.units, request.legging, false};
  return in_range(*policy_, index_, state_, question);
}

inline void Ledger::judge_rows(const Request& request, std::span<const LegView> legs, Findings& reasons,
                               Findings& warnings, Timestamp now) const {
  const bool exempt = &reasons == &warnings;
  const RowQuestion question{request.strategy, legs, request.units, request.legging, exempt};
  RowJudge(*policy_, index_, state_, question, reasons, warnings, now).run();
}

inline Judgement Ledger::judge(const Request& request, Findings& reasons, Findings& warnings, Timestamp now) const {
  Resolved resolved;
  resolve(request, resolved);
  const std::span<const LegView> legs = resolved.legs.view();
  Judgement judgement;
  if (is_exit(request.intent)) {
    judgement = judge_exit(request, legs, reasons, warnings, now);
  } else {
    if (request.intent == Intent::adjust) judge_adjust(request, legs, reasons);
    judge_rows(request, legs, reasons, warnings, now);
    judgement.worsens = worsens(request, legs);
    judgement.units = request.units;
  }
  const bool computed = std::any_of(legs.begin(), legs.end(), [](const LegView& l) {
    return l.instrument->greeks_computed && l.instrument->greeks_known != 0;
  });
  if (computed) {
    Finding f;
    f.code = Code::greeks_computed;
    f.max_units = request.units;
    warnings.push(f);
  }
  return judgement;
}

inline Judgement Ledger::judge_exit(const Request& request, std::span<const LegView> legs, Findings& reasons,
                                    Findings& warnings, Timestamp now) const {
  Judgement judgement;
  judgement.gated = false;
  const ExitCheck exit = verify_exit(state_, request.strategy, legs, request.units);
  judgement.units = exit.proof ? exit.proof->units() : request.partial ? exit.closable : 0;
  if (!exit.proof) {
    Finding f;
    f.code = Code::exit_not_reducing;
    f.max_units = exit.closable;
    reasons.push(f);
  }
  if (judgement.units == 0) return judgement;

  Finding naked;
  naked.max_units = request.units;
  const bool uncovers = raises_uncovered(state_, request.strategy, legs, judgement.units);
  judgement.exempt = !uncovers || request.intent == Intent::emergency_exit;
  if (judgement.exempt) {
    naked.code = Code::leaves_uncovered_short;
    if (uncovers) warnings.push(naked);
    judge_rows(request, legs, warnings, warnings, now);
    return judgement;
  }
  // Leaving a naked short is not free: the rows judge it like an open, and it is said first if they deny.
  const std::size_t place = reasons.size();
  reasons.push(naked);
  judge_rows(request, legs, reasons, warnings, now);
  if (reasons.size() == place + 1) {
    reasons.pop();
    naked.code = Code::leaves_uncovered_short;
    warnings.push(naked);
    return judgement;
  }
  for (const Finding& breach : reasons.all().subspan(place + 1))
    naked.max_units = std::min(naked.max_units, breach.max_units);
  naked.code = Code::exit_uncovers_short;
  reasons.all()[place] = naked;
  return judgement;
}

inline void Ledger::judge_adjust(const Request& request, std::span<const LegView> legs, Findings& reasons) const {
  const bool closes = std::any_of(legs.begin(), legs.end(), [&](const LegView& leg) {
    return verify_exit(state_, request.strategy, {&leg, 1}, request.units).proof.has_value();
  });
  Finding f;
  if (!closes) {
    f.code = Code::exit_not_reducing;
    reasons.push(f);
  }
  if (raises_uncovered(state_, request.strategy, legs, request.units)) {
    f.code = Code::exit_uncovers_short;
    reasons.push(f);
  }
}

inline bool Ledger::worsens(const Request& request, std::span<const LegView> legs) const {
  bool worse = false;
  for_each_group(state_, legs, [&](GroupId group) {
    for_each_row(index_, group, request.strategy, [&](std::uint32_t row) {
      const Line& line = state_.lines[row];
      const Parts unit = parts_in(*policy_, state_, legs, request.legging, group, policy_->rows()[row].metric,
                                  Cells::current);
      worse = worse || !unit.known || !state_.rows[row].judged || !state_.rows[row].bounds_known ||
              (unit.down < 0 && line.lower != detail::no_lower) || (unit.up > 0 && line.upper != detail::no_upper);
    });
  });
  return worse;
}

/// The decision that `reasons` and `warnings` amount to; nothing is reserved. A denial has no warnings of limits that
/// only an approval would come near.
[[nodiscard]] inline Decision conclude(const Request& request, const Findings& reasons, const Findings& warnings) {
  Decision d;
  d.strategy = request.strategy;
  d.intent = request.intent;
  d.units_requested = request.units;
  conclude(d, reasons.all(), request.partial);
  d.reasons = reasons.all();
  if (d.verdict == Verdict::denied) return d;
  d.warnings = warnings.all();
  d.bypass = std::any_of(d.warnings.begin(), d.warnings.end(), [](const Finding& f) { return !is_warning(f.code); });
  return d;
}

inline Result<Decision> Ledger::decide(const Request& request, Timestamp now) {
  if (const Result<void> checked = check(request); !checked) return tl::unexpected<Error>(checked.error());
  if (remembers(request.id)) return fail(Errc::duplicate_id, "id");
  reasons_.clear();
  warnings_.clear();
  judge(request, reasons_, warnings_, now);
  Decision d = conclude(request, reasons_, warnings_);
  if (d.verdict != Verdict::denied) {
    d.reservation = request.id;
    d.expires = reserve_units(request, d.units, now);
  }
  ++(d.verdict == Verdict::approved  ? state_.counters.approved
     : d.verdict == Verdict::reduced ? state_.counters.reduced
                                     : state_.counters.denied);
  return d;
}

inline Result<OwnedDecision> Ledger::what_if(const Request& request, Timestamp now) const {
  if (const Result<void> checked = check(request); !checked) return tl::unexpected<Error>(checked.error());
  Findings reasons;
  Findings warnings;
  judge(request, reasons, warnings, now);
  return OwnedDecision(conclude(request, reasons, warnings));
}

inline std::uint32_t Ledger::place_raw(const Instrument& raw) {
  std::vector<std::uint32_t>& free = state_.roots[index_of(raw.terms.root)].free_raw;
  if (free.empty()) return add_instrument(raw);
  const std::uint32_t at = free.back();
  free.pop_back();
  const std::uint32_t cells = state_.instruments[at].cells;
  state_.instruments[at] = raw;
  state_.instruments[at].cells = cells;
  state_.instruments[at].version = 0;
  return at;
}

inline Timestamp Ledger::reserve_units(const Request& request, std::int64_t units, Timestamp now) {
  Resolved resolved;
  resolve(request, resolved);
  std::array<NewLeg, max_legs> legs;
  std::size_t count = 0;
  const bool closing = request.intent != Intent::open;
  for (const LegView& leg : resolved.legs.view()) {
    const bool closes = closing && verify_exit(state_, request.strategy, {&leg, 1}, units).proof.has_value();
    const auto ratio = static_cast<std::int32_t>(leg.weight);
    const bool known = leg.instrument != &resolved.raw;
    legs[count++] = {known ? static_cast<std::uint32_t>(leg.instrument - state_.instruments.data()) : nil, ratio, closes};
  }
  for (std::size_t i = 0; i < count; ++i)  // after the pointers are no longer needed: this may move the instruments
    if (legs[i].instrument == nil) legs[i].instrument = place_raw(resolved.raw);
  const Duration ttl = request.ttl.value_or(policy_->options().default_ttl);
  const Timestamp expires = now > Timestamp::max() - ttl ? Timestamp::max() : now + ttl;
  reserve(*policy_, index_, state_, {request.id, request.strategy, request.intent, request.legging, units, expires},
          std::span<const NewLeg>(legs).first(count));
  return expires;
}

inline void Ledger::withdraw(RequestId id) {
  const std::uint32_t at = find_reservation(state_, id);
  if (at == nil) return;
  if (state_.reservations[at].open)
    end_reservation(*policy_, index_, state_, at, ReservationStatus::cancelled, state_.reservations[at].expires);
  forget_reservation(state_, at);
}

inline ReservationChange Ledger::expire_next() {
  const ExpiryQueue::Entry due = state_.expiries.front();
  end_reservation(*policy_, index_, state_, due.reservation, ReservationStatus::expired, due.at);
  ++state_.counters.expired;
  return {due.id, ReservationStatus::expired, remaining_units(state_, state_.reservations[due.reservation])};
}

inline void Ledger::forget_ended_before(Timestamp instant) {
  std::vector<bool> gone(state_.reservations.size(), false);
  for (std::size_t at = 0; at < state_.reservations.size(); ++at) {
    const Reservation& r = state_.reservations[at];
    gone[at] = !r.open && r.first_leg != nil && r.ended < instant;
  }
  state_.executions.erase_if([&gone](std::uint32_t place) { return gone[place]; });
  for (std::size_t at = 0; at < gone.size(); ++at)
    if (gone[at]) forget_reservation(state_, static_cast<std::uint32_t>(at));
}

}  // namespace optcoord
