// src/desk/halts.cpp -- Desk: halts and their resume, by persons and by the day's loss, and margin pressure.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <algorithm>

namespace optcoord {

namespace {

constexpr std::string_view group_prefix = "group:";
constexpr std::string_view strategy_prefix = "strategy:";

/// Calls f(strategy) for each of `count` strategies that a halt of `scope` takes out of its normal course.
template <class F>
void for_each_in(HaltScope scope, std::size_t count, F f) {
  if (scope.kind == Scope::group) return;
  for (std::size_t s = 1; s < count; ++s)  // 0 is `unassigned`, which has no course
    if (scope.kind == Scope::account || scope.id == s) f(StrategyId{static_cast<std::uint32_t>(s)});
}

}  // namespace

Result<HaltScope> Desk::halt_scope(std::string_view text) const {
  if (text == "account") return HaltScope::account();
  if (text.starts_with(group_prefix)) {
    const std::optional<GroupId> id = names_.groups.find(text.substr(group_prefix.size()));
    if (!id) return fail(Errc::unknown_name, "scope");
    return HaltScope::group(*id);
  }
  if (text.starts_with(strategy_prefix)) {
    const Result<StrategyId> id = strategy_or_next(text.substr(strategy_prefix.size()), "scope");
    if (!id) return tl::unexpected<Error>(id.error());
    return HaltScope::strategy(*id);
  }
  return fail(Errc::invalid_value, "scope");
}

Result<void> Desk::check(const HaltEvent& e, Timestamp) {
  if (const Result<HaltScope> scope = halt_scope(e.scope); !scope) return tl::unexpected<Error>(scope.error());
  if (e.actor.empty()) return fail(Errc::invalid_value, "actor");
  if (e.reason.empty()) return fail(Errc::invalid_value, "reason");
  return {};
}

void Desk::act(const HaltEvent& e, Timestamp t, SinkRef sink) {
  const HaltScope scope = *halt_scope(e.scope);
  if (scope.kind == Scope::strategy) register_strategy(e.scope.substr(strategy_prefix.size()));
  set_halt(scope, e, t, sink);
}

void Desk::set_halt(HaltScope scope, const HaltEvent& e, Timestamp now, SinkRef sink) {
  EventLogOutput log;
  log.item = LogItem::halt;
  log.scope = e.scope;
  log.level = halts_.set(scope, e.level, e.actor, e.reason);
  log.actor = e.actor;
  log.reason = e.reason;
  defensive_.clear();
  if (log.level == HaltLevel::halt && scope.kind != Scope::group) {
    list_defensive(scope);
    for_each_in(scope, standings_.size(), [&](StrategyId s) {
      if (const auto moved = standings_.halt(s, e.reason, now)) sink({std::nullopt, TransitionOutput{s, *moved}});
    });
  }
  log.defensive = defensive_;
  sink({std::nullopt, log});
}

void Desk::list_defensive(HaltScope scope) {
  const LedgerState& state = ledger_.state();
  for (std::size_t s = 0; s < state.first_of_strategy.size(); ++s) {
    if (scope.kind == Scope::strategy && scope.id != s) continue;
    const std::size_t first = defensive_.size();
    for (std::uint32_t h = state.first_of_strategy[s]; h != nil; h = state.holders[h].next_of_strategy) {
      const Holder& holder = state.holders[h];
      const Instrument& in = state.instruments[holder.instrument];
      if (in.raw || holder.quantity == 0) continue;
      const bool hedge = coordination_.strategy(holder.strategy).hedge;
      defensive_.push_back({holder.strategy, in.contract, holder.quantity,
                            defensive_action(in.terms.kind == Kind::option, holder.quantity, hedge)});
    }
    std::sort(
        defensive_.begin() + static_cast<std::ptrdiff_t>(first), defensive_.end(),
        [this](const DefensiveItem& a, const DefensiveItem& b) {
          if ((a.action == DefensiveAction::close_short_first) != (b.action == DefensiveAction::close_short_first))
            return a.action == DefensiveAction::close_short_first;
          return names_.contracts.text(a.contract) < names_.contracts.text(b.contract);
        });
  }
}

Result<void> Desk::check(const ResumeEvent& e, Timestamp) {
  const Result<HaltScope> scope = halt_scope(e.scope);
  if (!scope) return tl::unexpected<Error>(scope.error());
  if (e.actor.empty()) return fail(Errc::invalid_value, "actor");
  if (e.reason.empty()) return fail(Errc::invalid_value, "reason");
  const bool halted = (*scope).kind == Scope::strategy && (*scope).id < standings_.size() &&
                      standings_[StrategyId{(*scope).id}].state == TradingState::halted;
  if (!halts_.at(*scope) && !halted) return fail(Errc::invalid_value, "scope");
  return {};
}

void Desk::act(const ResumeEvent& e, Timestamp t, SinkRef sink) {
  const HaltScope scope = *halt_scope(e.scope);
  EventLogOutput log;
  log.item = LogItem::resume;
  log.scope = e.scope;
  log.level = halts_.lift(scope);
  log.actor = e.actor;
  log.reason = e.reason;
  if (scope.kind == Scope::strategy && standings_[StrategyId{scope.id}].halted_alone) {
    standings_.lift_own_halt(StrategyId{scope.id});
    log.level = HaltLevel::halt;
  }
  const Holdings holdings = situation(t).holdings;
  for_each_in(scope, standings_.size(), [&](StrategyId s) {
    if (const auto moved = standings_.resume(s, halts_, holdings.has_any(s), e.reason, t))
      sink({std::nullopt, TransitionOutput{s, *moved}});
  });
  sink({std::nullopt, log});
}

/// What the account's figures bring about by themselves.
void Desk::take_account_figures(bool margin_told, Timestamp now, SinkRef sink) {
  const CoordinationConfig& rules = coordination_.rules();
  if (margin_told && rules.margin && margin_.take(*account_.margin_used, *rules.margin)) {
    EventLogOutput log;
    log.item = margin_.on() ? LogItem::margin_pressure_on : LogItem::margin_pressure_off;
    log.scope = "account";
    sink({std::nullopt, log});
  }
  const DayFigures day{account_.equity, account_.day_start_equity, account_.net_deposits};
  if (rules.loss_halt && loss_.take(day, *rules.loss_halt))
    set_halt(HaltScope::account(), {"account", HaltLevel::reduce_only, "system", "loss_halt"}, now, sink);
}

}  // namespace optcoord
