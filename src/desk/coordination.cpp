// src/desk/coordination.cpp -- Desk: what strategies and the market tell the coordinator, and what its gates are told.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <algorithm>
#include <cmath>

namespace optcoord {

namespace {

/// Calls f(holder) for each position of `strategy` until it returns true. \returns whether it did.
template <class F>
[[nodiscard]] bool any_position(const LedgerState& s, StrategyId strategy, F f) {
  if (index_of(strategy) >= s.first_of_strategy.size()) return false;
  for (std::uint32_t h = s.first_of_strategy[index_of(strategy)]; h != nil; h = s.holders[h].next_of_strategy)
    if (s.holders[h].quantity != 0 && f(s.holders[h])) return true;
  return false;
}

[[nodiscard]] bool holds_any(const void* book, StrategyId strategy) {
  return any_position(*static_cast<const LedgerState*>(book), strategy, [](const Holder&) { return true; });
}

[[nodiscard]] bool holds_in_group(const void* book, StrategyId strategy, GroupId group) {
  const LedgerState& s = *static_cast<const LedgerState*>(book);
  return any_position(s, strategy, [&](const Holder& h) {
    return place_in(s.roots[index_of(s.instruments[h.instrument].terms.root)], group).has_value();
  });
}

/// Whether held exposure alone is over the bound a breach tells of.
[[nodiscard]] bool is_over_already(const Finding& f) {
  if (f.row == Finding::no_row || !f.knows(Finding::held_field) || !f.knows(Finding::limit_field)) return false;
  return f.side == Side::upper ? f.held > f.limit : f.held < f.limit;
}

}  // namespace

Situation Desk::situation(Timestamp now) const {
  return {coordination_,
          halts_,
          standings_,
          margin_,
          events_in_force_,
          calendar_received_,
          correlated_groups_,
          {&ledger_.state(), holds_any, holds_in_group},
          now};
}

/// Headroom is void while its strategy may not open.
void Desk::tell_who_may_open(Timestamp now) {
  if (ledger_.policy().headroom().empty()) return;
  const Situation here = situation(now);
  for (const HeadroomPolicy& kept : ledger_.policy().headroom()) {
    ledger_.set_may_open(kept.strategy, may_open(here, kept.strategy));
    ledger_.set_may_open(kept.group, !halts_.at(HaltScope::group(kept.group)));
  }
}

void Desk::gates(const Request& request, std::string_view entry, const Judgement& judgement, Timestamp now) {
  gate_items_.clear();
  gate_warnings_.clear();
  if (has_adjusted_leg(request)) {
    Finding f;
    f.code = Code::adjusted_contract;
    gate_items_.push(f);
  }
  Asked asked;
  asked.strategy = request.strategy;
  asked.adjust = request.intent == Intent::adjust;
  asked.units = request.units;
  asked.entry = entry;
  asked.worsens = judgement.worsens;
  asked.worsens_over = worsens_over();
  look_at_legs(request, asked);
  GateAnswer answer(asked, gate_items_, gate_warnings_);
  pass_gates(situation(now), asked, answer);
}

bool Desk::worsens_over() const {
  const auto any_over = [](std::span<const Finding> items) {
    return std::any_of(items.begin(), items.end(), is_over_already);
  };
  return any_over(rows_.reasons.all()) || any_over(rows_.warnings.all());
}

/// What the legs, netted, are to the gates: groups, whether all are bought, calls that would be opened short.
void Desk::look_at_legs(const Request& request, Asked& asked) {
  const LedgerState& state = ledger_.state();
  groups_of_legs_.clear();
  short_calls_.clear();
  if (request.raw) look_at_groups(request.raw->root);
  bool sold = request.raw.has_value();
  for (const Leg& leg : request.legs) {
    const Instrument& in = state.instruments[state.instrument_of[index_of(leg.contract)]];
    look_at_groups(in.terms.root);
    std::int64_t net = 0;
    for (const Leg& other : request.legs) net += other.contract == leg.contract ? other.ratio : 0;
    if (net >= 0) continue;
    sold = true;
    if (in.terms.kind != Kind::option || in.terms.right != Right::call) continue;
    const LegView view{&in, net};
    if (asked.adjust && verify_exit(state, request.strategy, {&view, 1}, request.units).proof) continue;
    const RootTerms& root = state.roots[index_of(in.terms.root)].terms;
    short_calls_.insert(short_calls_.end(), {in.terms.root, root.member_as, root.price_of});
  }
  asked.all_bought = !sold;
  asked.groups = groups_of_legs_;
  asked.short_calls = short_calls_;
}

void Desk::look_at_groups(RootId root) {
  for (const Membership& m : ledger_.state().roots[index_of(root)].groups)
    if (std::find(groups_of_legs_.begin(), groups_of_legs_.end(), m.group) == groups_of_legs_.end())
      groups_of_legs_.push_back(m.group);
}

bool Desk::is_open(RequestId id) const {
  const std::uint32_t at = find_reservation(ledger_.state(), id);
  return at != nil && ledger_.state().reservations[at].open;
}

/// A reservation has ended: its strategy has an order less out.
void Desk::end_order(const ReservationChange& ended, Timestamp now) {
  if (const auto asker = memory_.asker(ended.id)) {
    standings_.end_order(asker->first, asker->second == Intent::open);
    if (ipmcc_) ipmcc_->books.end_order(asker->first, ended, now);
  }
  if (coordination_.buying_power()) coordination_.buying_power()->finish(buying_power_, ended.id, ended.remaining);
}

void Desk::list_events_in_force() {
  events_in_force_.clear();
  calendar_.for_each_in_force([this](EventId event, std::string_view root) {
    MarketEvent e{event, {}};
    if (!root.empty()) e.root = names_.roots.find(root);
    events_in_force_.push_back(e);
  });
}

Result<void> Desk::check(const StateEvent& e, Timestamp) {
  const Result<StrategyId> id = strategy_or_next(e.strategy, "strategy");
  if (!id) return tl::unexpected<Error>(id.error());
  if (*id == unassigned) return fail(Errc::invalid_value, "strategy");
  const TradingState state = index_of(*id) < standings_.size() ? standings_[*id].state : TradingState::ready;
  if (!next(state, e.trigger).legal) return fail(Errc::illegal_transition, "trigger", static_cast<std::int32_t>(state));
  if (needs_a_person(state, e.trigger) && e.actor.empty()) return fail(Errc::invalid_value, "actor");
  if (needs_a_person(state, e.trigger) && e.reason.empty()) return fail(Errc::invalid_value, "reason");
  return {};
}

void Desk::act(const StateEvent& e, Timestamp t, SinkRef sink) {
  const StrategyId id = register_strategy(e.strategy);
  const bool holds = situation(t).holdings.has_any(id);
  sink({std::nullopt, TransitionOutput{id, *standings_.move(id, e.trigger, holds, e.reason, t)}});
}

Result<void> Desk::check(const PnlEvent& e, Timestamp) {
  std::int32_t index = 0;
  for (const auto& [name, usd] : e.values) {
    if (const Result<StrategyId> id = strategy_or_next(name, "values[]"); !id)
      return fail(id.error().code, "values[]", index);
    if (!std::isfinite(usd)) return fail(Errc::invalid_value, "values[]", index);
    ++index;
  }
  return {};
}

void Desk::act(const PnlEvent& e, Timestamp, SinkRef) {
  for (const auto& [name, usd] : e.values) standings_.set_unrealised(register_strategy(name), usd);
}

void Desk::act(const PlanEvent&, Timestamp t, SinkRef sink) {
  const ExecutionPlan all = plan(t);
  const std::vector<PairCorrelation> pairs = correlations();
  const std::vector<ContractId> first = reduce_first();
  sink({std::nullopt, PlanOutput{&all, &halts_, margin_.on(), pairs, events_in_force_, first}});
}

}  // namespace optcoord
