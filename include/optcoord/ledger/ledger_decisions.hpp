// optcoord/ledger/ledger_decisions.hpp -- Ledger: any request, at length: checked, judged by every rule, reserved.
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
  if (skip) in.greeks_skipped |= RowIndex::bit(Metric::scenario_loss);  // no estimate says what it loses
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
  if (index_of(raw.root) >= state_.roots.size() || !state_.roots[index_of(raw.root)].registered)
    return fail(Errc::unknown_name, "exposure.root");
  if (!to_micro(raw.delta)) return fail(Errc::invalid_value, "exposure.delta");
  if (!to_micro(raw.gamma.value_or(0))) return fail(Errc::invalid_value, "exposure.gamma");
  if (!to_micro(raw.theta.value_or(0))) return fail(Errc::invalid_value, "exposure.theta");
  if (!to_micro(raw.vega.value_or(0))) return fail(Errc::invalid_value, "exposure.vega");
  out.raw = raw_instrument(request.strategy, raw);
  const Instrument* in = &*out.raw;
  for (const std::uint32_t at : state_.roots[index_of(raw.root)].raw) {
    const Instrument& other = state_.instruments[at];  // idle ones too: what is remembered may still fill
    if (other.raw && other.raw_strategy == request.strategy && other.raw_exposure == out.raw->raw_exposure) in = &other;
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

inline Judgement Ledger::judge_rows(const Request& request, Judging& out, bool exempt, Timestamp now) const {
  Resolved resolved;
  if (!resolve(request, resolved) || !resolved.nets) return {};  // `check` refused it
  return judge_rows(request, resolved.legs.view(), out, exempt, now);
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
  RootState& root = state_.roots[index_of(raw.terms.root)];
  std::vector<std::uint32_t>& free = root.free_raw;
  if (free.empty()) {
    root.raw.push_back(add_instrument(raw));
    return root.raw.back();
  }
  const std::uint32_t at = free.back();
  free.pop_back();
  const Instrument before = state_.instruments[at];
  state_.instruments[at] = raw;
  state_.instruments[at].cells = before.cells;
  state_.instruments[at].losses = before.losses;
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

}  // namespace optcoord
