// optcoord/ledger/ledger_decisions.hpp -- Ledger: from a request to a judgement, a decision and a reservation.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/ledger.hpp>  // the class

#include <algorithm>  // std::any_of, std::min, std::remove_if
#include <cmath>      // std::isfinite
#include <limits>     // std::numeric_limits

namespace optcoord {

namespace detail {

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

inline Result<void> Ledger::check_head(const Request& request) const {
  if (request.units < 1 || request.units > detail::max_quantity) return fail(Errc::invalid_value, "units");
  if (request.ttl && *request.ttl <= Duration::zero()) return fail(Errc::invalid_value, "ttl_s");
  if (request.strategy == unassigned && !is_exit(request.intent)) return fail(Errc::invalid_value, "intent");
  if (request.raw.has_value() == !request.legs.empty()) return fail(Errc::invalid_value, "legs");
  if (request.legs.size() > max_legs) return fail(Errc::invalid_value, "legs");
  return {};
}

inline Result<void> Ledger::resolve(const Request& request, Resolved& out) const {
  if (const Result<void> head = check_head(request); !head) return head;
  return request.raw ? resolve_raw(request, out) : resolve_legs(request, out);
}

inline Result<void> Ledger::resolve_raw(const Request& request, Resolved& out) const {
  const RawExposure& raw = *request.raw;
  if (index_of(raw.root) >= state_.roots.size()) return fail(Errc::unknown_name, "exposure.root");
  if (!to_micro(raw.delta)) return fail(Errc::invalid_value, "exposure.delta");
  if (!to_micro(raw.gamma.value_or(0))) return fail(Errc::invalid_value, "exposure.gamma");
  if (!to_micro(raw.theta.value_or(0))) return fail(Errc::invalid_value, "exposure.theta");
  if (!to_micro(raw.vega.value_or(0))) return fail(Errc::invalid_value, "exposure.vega");
  out.raw = raw_instrument(request.strategy, raw);
  const Instrument* in = &*out.raw;
  for (const std::uint32_t at : state_.roots[index_of(raw.root)].active) {
    const Instrument& other = state_.instruments[at];
    if (other.raw && other.raw_strategy == request.strategy && other.raw_exposure == out.raw->raw_exposure) in = &other;
  }
  for (const Prepared& kept : prepared_) {  // which keep their place while nothing of them is held or pending
    if (!kept.request.raw) continue;
    const Instrument& other = state_.instruments[kept.ready.legs[0].instrument];
    if (other.raw_strategy == request.strategy && other.raw_exposure == out.raw->raw_exposure) in = &other;
  }
  out.legs.push({in, detail::raw_sign(raw)});
  return {};
}

inline Result<void> Ledger::resolve_legs(const Request& request, Resolved& out) const {
  std::int32_t index = 0;
  bool cancelled = false;
  for (const Leg& leg : request.legs) {
    const std::size_t contract = index_of(leg.contract);
    const std::uint32_t place = contract < state_.instrument_of.size() ? state_.instrument_of[contract] : nil;
    if (place == nil) return fail(Errc::unknown_name, "legs[].contract", index);
    if (leg.ratio == 0) return fail(Errc::invalid_value, "legs[].ratio", index);
    if (saturating_mul(request.units, detail::magnitude(leg.ratio)) > detail::max_quantity)
      return fail(Errc::invalid_value, "units");
    const Instrument* in = &state_.instruments[place];
    std::size_t at = 0;
    while (at < out.legs.count && out.legs.items[at].instrument != in) ++at;
    if (at == out.legs.count) out.legs.push({in, 0});
    std::int64_t& weight = out.legs.items[at].weight;
    weight += leg.ratio;
    cancelled = cancelled || weight == 0;
    if (detail::magnitude(weight) > std::numeric_limits<std::int32_t>::max()) out.nets = false;
    ++index;
  }
  if (cancelled) {
    LegView* const first = out.legs.items.data();
    LegView* const end = std::remove_if(first, first + out.legs.count, [](const LegView& l) { return l.weight == 0; });
    out.legs.count = static_cast<std::size_t>(end - first);
    if (out.legs.count == 0 && !is_exit(request.intent)) out.nets = false;
  }
  return {};
}

inline bool Ledger::in_range(const Request& request, const Resolved& resolved) const {
  bool fits = true;
  const auto add = [&](std::uint32_t, const Parts& unit) {
    fits = fits && saturating_mul(request.units, unit.up) <= max_sum_raw &&
           saturating_mul(request.units, unit.down) >= -max_sum_raw;
  };
  for_each_exposure(*policy_, index_, state_, request.strategy, resolved.legs.view(), request.legging, Cells::current,
                    add);
  return fits;
}

inline Result<void> Ledger::check(const Request& request) const {
  Resolved resolved;
  if (const Result<void> legs = resolve(request, resolved); !legs) return legs;
  if (!resolved.nets) return fail(Errc::invalid_value, "legs");
  if (!in_range(request, resolved)) return fail(Errc::invalid_value, "units");
  return {};
}

/// Adds every breach and every warning of the rows, each in order of configuration, lower before upper.
inline Judgement Ledger::judge_rows(const Request& request, std::span<const LegView> legs, Judging& out, bool exempt,
                                    Timestamp now) const {
  Judgement judgement;
  RowFindings findings(*policy_, state_, asked_of_rows(request), exempt, exempt ? out.warnings : out.reasons,
                       out.warnings);
  if (!request.legging && make_ready(request.strategy, legs, now, out.ready)) {
    detail::judge_loud(state_, from_first_loud(state_, out.ready.rows, request.units), request.units, findings);
  } else {
    detail::judge_by_group(*policy_, index_, state_, request, legs, findings, now);
  }
  judgement.in_range = findings.in_range();
  if (request.intent == Intent::adjust)
    judgement.worsens = findings.incomplete() || detail::worsens_some_row(*policy_, index_, state_, request, legs);
  return judgement;
}

inline Judgement Ledger::judge(const Request& request, Judging& out, Timestamp now) const {
  Resolved resolved;
  if (!resolve(request, resolved) || !resolved.nets) return {};  // `check` refused it
  return judge_resolved(request, resolved.legs.view(), out, now);
}

inline Judgement Ledger::judge_resolved(const Request& request, std::span<const LegView> legs, Judging& out,
                                        Timestamp now) const {
  if (request.intent == Intent::adjust) judge_adjust(request, legs, out);
  const Judgement judgement =
      is_exit(request.intent) ? judge_exit(request, legs, out, now) : judge_rows(request, legs, out, false, now);
  bool computed = false;
  for (const LegView& leg : legs)
    computed = computed || (leg.instrument->greeks_computed && leg.instrument->greeks_known != 0);
  if (computed) {
    Finding f;
    f.code = Code::greeks_computed;
    f.max_units = request.units;
    out.warnings.push(f);
  }
  return judgement;
}

inline Judgement Ledger::judge_exit(const Request& request, std::span<const LegView> legs, Judging& out,
                                    Timestamp now) const {
  Judgement judgement;
  const ExitCheck exit = verify_exit(state_, request.strategy, legs, request.units);
  const std::int64_t proved = exit.proof ? exit.proof->units() : request.partial ? exit.closable : 0;
  if (!exit.proof) {
    Finding f;
    f.code = Code::exit_not_reducing;
    f.max_units = exit.closable;
    out.reasons.push(f);
  }
  judgement.gated = false;
  if (proved == 0) return judgement;

  Finding naked;
  naked.max_units = request.units;
  const bool uncovers = raises_uncovered(state_, request.strategy, legs, proved);
  if (!uncovers || request.intent == Intent::emergency_exit) {
    naked.code = Code::leaves_uncovered_short;
    if (uncovers) out.warnings.push(naked);
    judge_rows(request, legs, out, true, now);
    return judgement;
  }
  // Leaving a naked short is not free: the rows judge it like an open, and it is said first if they deny.
  const std::size_t place = out.reasons.size();
  out.reasons.push(naked);
  judge_rows(request, legs, out, false, now);
  if (out.reasons.size() == place + 1) {
    out.reasons.pop();
    naked.code = Code::leaves_uncovered_short;
    out.warnings.push(naked);
    return judgement;
  }
  for (const Finding& breach : out.reasons.all().subspan(place + 1))
    naked.max_units = std::min(naked.max_units, breach.max_units);
  naked.code = Code::exit_uncovers_short;
  out.reasons.all()[place] = naked;
  return judgement;
}

inline void Ledger::judge_adjust(const Request& request, std::span<const LegView> legs, Judging& out) const {
  const bool closes = std::any_of(legs.begin(), legs.end(), [&](const LegView& leg) {
    return verify_exit(state_, request.strategy, {&leg, 1}, request.units).proof.has_value();
  });
  Finding f;
  if (!closes) {
    f.code = Code::exit_not_reducing;
    out.reasons.push(f);
  }
  if (raises_uncovered(state_, request.strategy, legs, request.units)) {
    f.code = Code::exit_uncovers_short;
    out.reasons.push(f);
  }
}

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

/// Looks the legs of a plain open up. \returns false for everything else, faults among it: the long way says which.
inline bool Ledger::look_up(const Request& request, ReadyRequest& ready) {
  bool plain = request.intent == Intent::open && !request.legging && !request.raw && !request.legs.empty() &&
               request.legs.size() <= max_legs && request.strategy != unassigned &&
               index_of(request.strategy) < state_.first_of_strategy.size() &&
               (!request.ttl || *request.ttl > Duration::zero());
  ready.legs.clear();
  std::int64_t largest_ratio = 1;
  for (const Leg& leg : request.legs) {
    const std::size_t contract = index_of(leg.contract);
    const std::uint32_t place = contract < state_.instrument_of.size() ? state_.instrument_of[contract] : nil;
    for (const ReadyLeg& other : ready.legs) plain = plain && other.instrument != place;
    if (!plain || place == nil || leg.ratio == 0) return false;
    ready.legs.push_back({place, leg.ratio, 0});
    largest_ratio = std::max(largest_ratio, detail::magnitude(leg.ratio));
    freshen(place);
  }
  ready.strategy = request.strategy;
  ready.partial = request.partial;
  ready.ttl = request.ttl.value_or(policy_->options().default_ttl);
  ready.most_units = largest_ratio == 1 ? detail::max_quantity : detail::max_quantity / largest_ratio;
  return plain;
}

/// Makes legs that are looked up and netted ready.
inline bool Ledger::make_ready(StrategyId strategy, std::span<const LegView> legs, Timestamp now,
                               ReadyRequest& ready) const {
  ready.legs.clear();
  ready.strategy = strategy;
  for (const LegView& leg : legs) {
    if (!is_placed(leg.instrument)) return false;
    ready.legs.push_back({place_of(leg.instrument), static_cast<std::int32_t>(leg.weight), 0});
  }
  return !ready.legs.empty() && work_out(*policy_, state_, now, ready);
}

inline Result<Decision> Ledger::decide(const Request& request, Timestamp now) {
  ReadyRequest& ready = judging_.ready;
  if (!look_up(request, ready) || !work_out(*policy_, state_, now, ready) || ready.computed)
    return decide_at_length(request, now);
  const std::size_t slot = slot_for_new(request.id, request.units, ready);
  if (slot == no_slot) return decide_at_length(request, now);
  return decide_ready(ready, request.id, request.units, slot, now);
}

/// The slot for a new id. \returns `no_slot` for one that is known, or units out of range.
inline std::size_t Ledger::slot_for_new(RequestId id, std::int64_t units, const ReadyRequest& ready) {
  if (units < 1 || units > ready.most_units) return no_slot;
  const std::size_t slot = state_.by_id.slot_for(static_cast<std::uint64_t>(id), request_id_in(state_));
  return state_.by_id.place_at(slot) == IdMap::nowhere ? slot : no_slot;
}

/// \returns all units approved, and nothing to be said of them.
[[nodiscard]] inline Result<Decision> approval(StrategyId strategy, RequestId id, std::int64_t units,
                                               Timestamp expires) {
  Result<Decision> out{tl::in_place};  // written where the caller reads it
  out->strategy = strategy;
  out->verdict = Verdict::approved;
  out->units_requested = units;
  out->units = units;
  out->max_units = units;
  out->reservation = id;
  out->expires = expires;
  return out;
}

/// The common path: of each row one line is read, and written.
inline Result<Decision> Ledger::decide_ready(const ReadyRequest& ready, RequestId id, std::int64_t units,
                                             std::size_t slot, Timestamp now) {
  if (const std::span<const UnitRow> loud = from_first_loud(state_, ready.rows, units); !loud.empty()) [[unlikely]]
    return decide_loud(ready, loud, id, units, slot, now);
  post_units(state_, ready.rows, units);
  const Timestamp expires = saturating_add(now, ready.ttl);
  reserve_ready(*policy_, index_, state_, ready, {id, ready.strategy, false, units, expires}, slot);
  ++state_.counters.approved;
  return approval(ready.strategy, id, units, expires);
}

/// The same when some row has something to say.
[[gnu::noinline, gnu::flatten]] inline Result<Decision> Ledger::decide_loud(const ReadyRequest& ready,
                                                                            std::span<const UnitRow> loud, RequestId id,
                                                                            std::int64_t units, std::size_t slot,
                                                                            Timestamp now) {
  const AskedOfRows asked{ready.strategy, units, ready.partial};
  judging_.reasons.clear();
  judging_.warnings.clear();
  RowFindings findings(*policy_, state_, asked, false, judging_.reasons, judging_.warnings);
  detail::judge_loud(state_, loud, units, findings);
  Result<Decision> out{tl::in_place};  // the one thing returned, so that it is written where the caller reads it
  if (!findings.in_range()) {
    out = fail(Errc::invalid_value, "units");
    return out;
  }
  conclude(*out, asked, Intent::open, judging_.reasons, judging_.warnings);
  count(out->verdict);
  if (out->verdict == Verdict::denied) return out;
  out->reservation = id;
  out->expires = saturating_add(now, ready.ttl);
  post_units(state_, ready.rows, out->units);
  reserve_ready(*policy_, index_, state_, ready, {id, ready.strategy, false, out->units, *out->expires}, slot);
  return out;
}

inline Result<PreparedId> Ledger::prepare(const Request& request) {
  if (index_of(request.strategy) >= state_.first_of_strategy.size()) return fail(Errc::unknown_name, "strategy");
  Request one = request;
  one.units = 1;
  if (const Result<void> checked = check(one); !checked) return tl::unexpected<Error>(checked.error());
  Resolved resolved;
  (void)resolve(one, resolved);  // `check` let it pass
  const std::uint32_t at = take(prepared_, free_prepared_);
  Prepared& kept = prepared_[at];
  kept.request = one;
  kept.request.legs = {};
  kept.legs.assign(one.legs.begin(), one.legs.end());
  ReadyRequest& ready = kept.ready;
  ready.strategy = one.strategy;
  ready.partial = one.partial;
  ready.ttl = one.ttl.value_or(policy_->options().default_ttl);
  ready.most_units = detail::max_quantity;
  for (const Leg& leg : one.legs)  // as they were asked: netting makes nothing right that was out of range
    ready.most_units = std::min(ready.most_units, detail::max_quantity / detail::magnitude(leg.ratio));
  for (const LegView& leg : resolved.legs.view()) {
    const std::uint32_t place = is_placed(leg.instrument) ? place_of(leg.instrument) : place_raw(*resolved.raw);
    ready.legs.push_back({place, static_cast<std::int32_t>(leg.weight), 0});
    if (one.raw) ++state_.instruments[place].references;  // its pseudo-contract stays as long as it is prepared
  }
  return PreparedId{at};
}

/// The quickest path: what only later events need, legs by instrument and the queue of clocks, is left for them.
inline Result<Decision> Ledger::decide(PreparedId prepared, RequestId id, std::int64_t units, Timestamp now) {
  Prepared& kept = prepared_[index_of(prepared)];
  if (!still_holds(state_, kept.ready, now)) [[unlikely]]
    return decide_anew(kept, id, units, now);
  const std::size_t slot = slot_for_new(id, units, kept.ready);
  if (slot == no_slot) [[unlikely]]
    return decide_at_length(asked(kept, id, units), now);
  if (const std::span<const UnitRow> loud = from_first_loud(state_, kept.ready.rows, units); !loud.empty()) [[unlikely]]
    return decide_loud(kept.ready, loud, id, units, slot, now);
  post_units(state_, kept.ready.rows, units);
  const Timestamp expires = saturating_add(now, kept.ready.ttl);
  const std::uint32_t at = detail::write_head(state_, {id, kept.ready.strategy, false, units, expires}, slot);
  unfinished_.push({at, prepared}, expires);
  ++state_.counters.approved;
  return approval(kept.ready.strategy, id, units, expires);
}

/// Gives what prepared approvals have left undone its legs and clocks.
inline void Ledger::finish() {
  for (const Unfinished::Item& item : unfinished_.all())
    detail::write_legs(*policy_, index_, state_, item.reservation, prepared_[index_of(item.prepared)].ready.legs);
  unfinished_.clear();
}

/// A price has moved, or it is no plain open.
[[gnu::noinline]] inline Result<Decision> Ledger::decide_anew(Prepared& kept, RequestId id, std::int64_t units,
                                                              Timestamp now) {
  const bool plain = kept.request.intent == Intent::open && !kept.request.legging && !kept.ready.legs.empty();
  for (const ReadyLeg& leg : kept.ready.legs) freshen(leg.instrument);
  kept.ready.holds = plain && work_out(*policy_, state_, now, kept.ready) && !kept.ready.computed;
  const std::size_t slot = kept.ready.holds ? slot_for_new(id, units, kept.ready) : no_slot;
  if (slot == no_slot) return decide_at_length(asked(kept, id, units), now);
  return decide_ready(kept.ready, id, units, slot, now);
}

inline Request Ledger::asked(const Prepared& kept, RequestId id, std::int64_t units) {
  Request request = kept.request;
  request.id = id;
  request.units = units;
  request.legs = kept.legs;
  return request;
}

inline void Ledger::discard(PreparedId prepared) {
  finish();
  Prepared& kept = prepared_[index_of(prepared)];
  if (kept.request.raw) {
    const std::uint32_t place = kept.ready.legs[0].instrument;
    --state_.instruments[place].references;
    retire_if_unused(state_, place);
  }
  kept = Prepared{};
  free_prepared_.push_back(static_cast<std::uint32_t>(index_of(prepared)));
}

/// Every other request: exits, adjustments, rules that are no sums, missing figures, faults.
[[gnu::noinline]] inline Result<Decision> Ledger::decide_at_length(const Request& request, Timestamp now) {
  if (index_of(request.strategy) >= state_.first_of_strategy.size()) return fail(Errc::unknown_name, "strategy");
  Resolved resolved;
  if (const Result<void> legs = resolve(request, resolved); !legs) return tl::unexpected<Error>(legs.error());
  const std::size_t slot = state_.by_id.slot_for(static_cast<std::uint64_t>(request.id), request_id_in(state_));
  if (state_.by_id.place_at(slot) != IdMap::nowhere) return fail(Errc::duplicate_id, "id");
  if (!resolved.nets) return fail(Errc::invalid_value, "legs");
  for (const LegView& leg : resolved.legs.view())
    if (is_placed(leg.instrument)) freshen(place_of(leg.instrument));
  judging_.clear();
  const Judgement judgement = judge_resolved(request, resolved.legs.view(), judging_, now);
  if (!judgement.in_range) return fail(Errc::invalid_value, "units");
  Decision d = conclude(request, judging_.reasons, judging_.warnings);
  if (d.verdict != Verdict::denied) {
    d.reservation = request.id;
    d.expires = reserve_resolved(request, resolved, d.units, slot, now);
  }
  count(d.verdict);
  return d;
}

inline void Ledger::count(Verdict verdict) noexcept {
  LedgerCounters& c = state_.counters;
  ++(verdict == Verdict::approved ? c.approved : verdict == Verdict::reduced ? c.reduced : c.denied);
}

inline Result<OwnedDecision> Ledger::what_if(const Request& request, Timestamp now) const {
  if (index_of(request.strategy) >= state_.first_of_strategy.size()) return fail(Errc::unknown_name, "strategy");
  if (const Result<void> checked = check(request); !checked) return tl::unexpected<Error>(checked.error());
  Judging judging;
  if (!judge(request, judging, now).in_range) return fail(Errc::invalid_value, "units");
  return OwnedDecision(conclude(request, judging.reasons, judging.warnings));
}

inline std::uint32_t Ledger::place_raw(const Instrument& raw) {
  std::vector<std::uint32_t>& free = state_.roots[index_of(raw.terms.root)].free_raw;
  if (free.empty()) return add_instrument(raw);
  const std::uint32_t at = free.back();
  free.pop_back();
  const Instrument before = state_.instruments[at];
  state_.instruments[at] = raw;
  state_.instruments[at].cells = before.cells;
  state_.instruments[at].stamp = before.stamp + 1;
  state_.instruments[at].version = 0;
  return at;
}

inline Timestamp Ledger::reserve_units(const Request& request, std::int64_t units, Timestamp now) {
  Resolved resolved;
  if (!resolve(request, resolved) || !resolved.nets) return now;  // `check` refused it
  const std::size_t slot = state_.by_id.slot_for(static_cast<std::uint64_t>(request.id), request_id_in(state_));
  return reserve_resolved(request, resolved, units, slot, now);
}

/// Brings the cells of an instrument that nobody holds up to date, so that asking again finds them so.
inline void Ledger::freshen(std::uint32_t instrument) {
  const Instrument& in = state_.instruments[instrument];
  if (in.version != state_.roots[index_of(in.terms.root)].version) refresh(*policy_, index_, state_, instrument);
}

inline Timestamp Ledger::reserve_resolved(const Request& request, const Resolved& resolved, std::int64_t units,
                                          std::size_t slot, Timestamp now) {
  NewLegs legs;
  for (const LegView& leg : resolved.legs.view()) {
    const bool closes =
        request.intent != Intent::open && verify_exit(state_, request.strategy, {&leg, 1}, units).proof.has_value();
    legs.push(
        {is_placed(leg.instrument) ? place_of(leg.instrument) : nil, static_cast<std::int32_t>(leg.weight), closes});
  }
  // A new raw instrument may move the others, so it gets its place when no pointer to one is needed any more.
  if (resolved.raw && legs.items[0].instrument == nil) legs.items[0].instrument = place_raw(*resolved.raw);
  const Timestamp expires = saturating_add(now, request.ttl.value_or(policy_->options().default_ttl));
  reserve(*policy_, index_, state_, {request.id, request.strategy, request.legging, units, expires}, legs.view(), slot);
  return expires;
}

inline void Ledger::withdraw(RequestId id) {
  finish();
  const std::uint32_t at = find_reservation(state_, id);
  if (at == nil) return;
  if (state_.reservations[at].open)
    end_reservation(*policy_, index_, state_, at, ReservationStatus::cancelled, state_.reservations[at].clock);
  forget_reservation(state_, at);
}

inline ReservationChange Ledger::expire_next() {
  finish();
  const ExpiryQueue::Entry due = state_.expiries.front();
  end_reservation(*policy_, index_, state_, due.reservation, ReservationStatus::expired, due.at);
  ++state_.counters.expired;
  return {due.id, ReservationStatus::expired, remaining_units(state_, state_.reservations[due.reservation])};
}

inline Result<Reconciliation> Ledger::reconcile(std::span<const BrokerPosition> positions, Timestamp now) {
  finish();
  Result<Reconciliation> found = compare(positions);
  if (!found) return found;
  std::int32_t index = 0;
  for (const BrokerPosition& line : positions) {
    if (line.strategy && index_of(*line.strategy) >= state_.first_of_strategy.size())
      return fail(Errc::unknown_name, "positions[].strategy", index);
    ++index;
  }
  adopt_positions(*policy_, index_, state_, *found, now);
  return found;
}

inline void Ledger::forget_ended_before(Timestamp instant) {
  finish();
  std::vector<bool> gone(state_.reservations.size(), false);
  for (std::size_t at = 0; at < state_.reservations.size(); ++at) {
    const Reservation& r = state_.reservations[at];
    gone[at] = !r.open && r.leg_count != 0 && r.clock < instant;
  }
  std::erase_if(state_.executions, [&gone](const Execution& e) { return gone[e.reservation]; });
  state_.by_execution.restart(state_.executions.size());
  for (std::size_t at = 0; at < state_.executions.size(); ++at) {
    const std::size_t slot = state_.by_execution.slot_for(state_.executions[at].id(), execution_id_in(state_));
    state_.by_execution.fill(slot, static_cast<std::uint32_t>(at));
  }
  for (std::size_t at = 0; at < gone.size(); ++at)
    if (gone[at]) forget_reservation(state_, static_cast<std::uint32_t>(at));
}

}  // namespace optcoord
