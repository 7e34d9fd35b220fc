// optcoord/ledger/ledger_common_path.hpp -- Ledger: plain opens with all their figures, the common path of deciding.
// SPDX-License-Identifier: MIT
//
// A request is made ready, or was prepared before; then each of its rows is looked at and added to. What is not so
// plain goes the long way (ledger/ledger_decisions.hpp) to the same answer.
#pragma once

#include <optcoord/ledger/ledger.hpp>  // the class

#include <algorithm>  // std::max, std::min

namespace optcoord {

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

/// Brings the cells of an instrument that nobody holds up to date, so that asking again finds them so.
inline void Ledger::freshen(std::uint32_t instrument) {
  const Instrument& in = state_.instruments[instrument];
  if (in.version != state_.roots[index_of(in.terms.root)].version) refresh(*policy_, index_, state_, instrument);
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

inline Request Ledger::asked(const Prepared& kept, RequestId id, std::int64_t units) {
  Request request = kept.request;
  request.id = id;
  request.units = units;
  request.legs = kept.legs;
  return request;
}

/// The quickest path: what only later events need, legs by instrument and the queue of clocks, is left for them.
inline Result<Decision> Ledger::decide(PreparedId prepared, RequestId id, std::int64_t units, Timestamp now) {
  Prepared& kept = prepared_[index_of(prepared)];
  if (!still_holds(state_, kept.ready, now) && !make_ready_anew(kept, now)) [[unlikely]]
    return decide_at_length(asked(kept, id, units), now);
  const std::size_t slot = slot_for_new(id, units, kept.ready);
  if (slot == no_slot) [[unlikely]]
    return decide_at_length(asked(kept, id, units), now);
  if (const std::span<const UnitRow> loud = from_first_loud(state_, kept.ready.rows, units); !loud.empty()) [[unlikely]]
    return decide_loud(kept.ready, loud, id, units, slot, now);
  post_units(state_, kept.ready.rows, units);
  const Timestamp expires = saturating_add(now, kept.ready.ttl);
  const std::uint32_t at = detail::write_head(state_, {id, kept.ready.strategy, false, units, expires}, slot);
  unfinished_.push(at, prepared, expires);
  ++state_.counters.approved;
  return approval(kept.ready.strategy, id, units, expires);
}

/// Works a prepared request out again when a figure has changed. \returns false when it is no plain open at present.
[[gnu::noinline]] inline bool Ledger::make_ready_anew(Prepared& kept, Timestamp now) {
  const bool plain = kept.request.intent == Intent::open && !kept.request.legging && !kept.ready.legs.empty();
  for (const ReadyLeg& leg : kept.ready.legs) freshen(leg.instrument);
  kept.ready.holds = plain && work_out(*policy_, state_, now, kept.ready) && !kept.ready.computed;
  return kept.ready.holds;
}

/// Gives what prepared approvals have left undone its legs and clocks.
inline void Ledger::finish() {
  for (const Unfinished::Item& item : unfinished_.all())
    detail::write_legs(*policy_, index_, state_, item.reservation, prepared_[index_of(item.prepared)].ready.legs);
  unfinished_.clear();
}

/// Takes the last approval back while nothing but its rows and its id knows of it. \returns false when it is not `id`.
inline bool Ledger::withdraw_last(RequestId id) {
  if (unfinished_.empty()) return false;
  const Unfinished::Item& last = unfinished_.last();
  const Reservation& r = state_.reservations[last.reservation];
  const ReadyRequest& ready = prepared_[index_of(last.prepared)].ready;
  if (r.id != id || !ready.holds) return false;
  unpost_units(state_, ready.rows, r.units);
  detail::forget_head(state_, last.reservation);
  unfinished_.pop();
  return true;
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

}  // namespace optcoord
