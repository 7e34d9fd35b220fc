// src/desk/desk.cpp -- Desk: construction, the step, and what time alone brings about.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <optcoord/market/new_york.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <variant>

namespace optcoord {

Result<Desk> Desk::make(const DeskConfig& config) {
  ProductTable products;
  std::int32_t index = 0;
  for (const Product& product : config.roots) {
    if (!checked(product)) return fail(Errc::invalid_value, "roots[]", index);
    products.set(product);
    ++index;
  }
  Names names;
  index = 0;
  if (config.strategies) {
    for (const DeskStrategyConfig& strategy : *config.strategies) {
      if (strategy.name.empty()) return fail(Errc::invalid_value, "strategies[].name", index);
      if (names.strategies.find(strategy.name)) return fail(Errc::invalid_configuration, "strategies[].name", index);
      names.strategies.add(strategy.name);
      ++index;
    }
  }
  Result<Ledger> ledger = Ledger::make(config.ledger, names, products);
  if (!ledger) return tl::unexpected<Error>(ledger.error());
  Desk desk(*std::move(ledger), std::move(names), std::move(products));
  desk.any_strategy_ = !config.strategies.has_value();
  for (const Product& product : config.roots)
    if (product.adjusted) desk.adjusted_.push_back(desk.ledger_.add_root(product.root, desk.names_, desk.products_));
  desk.hedges_.assign(desk.names_.strategies.size(), false);
  desk.windows_.resize(desk.names_.strategies.size());
  if (config.strategies) {
    for (const DeskStrategyConfig& strategy : *config.strategies) {
      const StrategyId id = *desk.names_.strategies.find(strategy.name);
      desk.hedges_[index_of(id)] =
          std::find(strategy.tags.begin(), strategy.tags.end(), "hedge") != strategy.tags.end();
      desk.windows_[index_of(id)] = strategy.windows;
      desk.ledger_.set_priority(id, strategy.priority);
    }
  }
  return desk;
}

Result<void> Desk::step_into(const Event& event, SinkRef sink) {
  if (now_ && event.t < *now_) return fail(Errc::time_went_back, "t");
  const Result<void> checked = std::visit([&](const auto& body) { return check(body, event.t); }, event.body);
  if (!checked) return checked;
  advance(event.t, sink);
  std::visit([&](const auto& body) { act(body, event.t, sink); }, event.body);
  mark_if_changed(sink);
  return {};
}

void Desk::advance(Timestamp t, SinkRef sink) {
  const Timestamp before = now_.value_or(t);
  for (;;) {
    const std::optional<Timestamp> expiry = ledger_.next_expiry();
    const std::optional<CalendarChange> change = calendar_.next(before, t);
    if (expiry && *expiry <= t && (!change || *expiry <= change->at)) {
      const Timestamp at = *expiry;
      sink({at, ReservationOutput{ledger_.expire_next()}});
    } else if (change) {
      take_calendar_change(*change, sink);
    } else {
      break;
    }
  }
  if (!now_ || t >= next_midnight_) forget_old_ids(t);
  now_ = t;
}

namespace {

/// Ended before this instant means forgotten at `t`: two New York midnights have passed since.
[[nodiscard]] Timestamp forgotten_before(Timestamp t) {
  const auto yesterday = std::chrono::sys_days{new_york_date(t)} - std::chrono::days{1};
  return midnight_new_york(Date{yesterday});
}

}  // namespace

bool Desk::is_forgotten_at(Timestamp ended, Timestamp t) const {
  return t >= next_midnight_ && ended < forgotten_before(t);
}

bool Desk::is_forgotten_at(const Reservation& r, Timestamp t) const {
  if (!r.open) return is_forgotten_at(r.clock, t);
  const bool lapses = r.status == ReservationStatus::reserved && r.clock <= t;
  return lapses && is_forgotten_at(r.clock, t);
}

void Desk::forget_old_ids(Timestamp t) {
  next_midnight_ = midnight_new_york(next_day(new_york_date(t)));
  const Timestamp before = forgotten_before(t);
  ledger_.forget_ended_before(before);
  memory_.forget_if([&](RequestId id, Timestamp decided, Verdict verdict) {
    return verdict == Verdict::denied ? decided < before : !ledger_.remembers(id);
  });
}

void Desk::take_calendar_change(const CalendarChange& change, SinkRef sink) {
  const bool in_force = calendar_.take(change);
  log_cuts(ledger_.set_event(change.event, in_force), change.at, sink);
}

void Desk::log_cuts(const std::vector<std::uint32_t>& cuts, Timestamp at, SinkRef sink) {
  for (const std::uint32_t c : cuts) {
    const CutPolicy& cut = ledger_.policy().cuts()[c];
    EventLogOutput log;
    log.item = ledger_.state().cuts[c].on ? LogItem::cut_started : LogItem::cut_ended;
    log.event = cut.event;
    if (!cut.event) log.root = names_.roots.text(cut.root);
    log.factor = cut.factor;
    sink({at, log});
  }
}

void Desk::mark_if_changed(SinkRef sink) {
  if (ledger_.state().held_version == seen_held_version_) return;
  seen_held_version_ = ledger_.state().held_version;
  std::vector<RowOver> over = ledger_.rows_over();
  const auto same_row = [](const RowOver& a, const RowOver& b) {
    return a.group == b.group && a.metric == b.metric && a.side == b.side && a.strategy == b.strategy;
  };
  const bool same = std::equal(over.begin(), over.end(), rows_over_.begin(), rows_over_.end(), same_row);
  rows_over_ = std::move(over);
  if (!same) sink({std::nullopt, MarkedOutput{rows_over_}});
}

Result<StrategyId> Desk::strategy_or_next(std::string_view name, const char* field) const {
  if (const std::optional<StrategyId> known = names_.strategies.find(name)) return *known;
  if (name.empty()) return fail(Errc::invalid_value, field);
  if (!any_strategy_) return fail(Errc::unknown_name, field);
  return StrategyId{static_cast<std::uint32_t>(names_.strategies.size())};
}

StrategyId Desk::register_strategy(std::string_view name) {
  const StrategyId id = ledger_.add_strategy(name, names_);
  if (hedges_.size() <= index_of(id)) hedges_.resize(index_of(id) + 1, false);
  return id;
}

Result<HaltScope> Desk::halt_scope(std::string_view text) const {
  if (text == "account") return HaltScope::account();
  constexpr std::string_view group = "group:";
  constexpr std::string_view prefix = "strategy:";
  if (text.starts_with(group)) {
    const std::optional<GroupId> id = names_.groups.find(text.substr(group.size()));
    if (!id) return fail(Errc::unknown_name, "scope");
    return HaltScope::group(*id);
  }
  if (text.starts_with(prefix)) {
    const Result<StrategyId> id = strategy_or_next(text.substr(prefix.size()), "scope");
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

void Desk::act(const HaltEvent& e, Timestamp, SinkRef sink) {
  const HaltScope scope = *halt_scope(e.scope);
  constexpr std::string_view prefix = "strategy:";
  if (scope.kind == Scope::strategy) register_strategy(e.scope.substr(prefix.size()));
  EventLogOutput log;
  log.item = LogItem::halt;
  log.scope = e.scope;
  log.level = halts_.set(scope, e.level);
  log.actor = e.actor;
  log.reason = e.reason;
  defensive_.clear();
  if (log.level == HaltLevel::halt && scope.kind != Scope::group) list_defensive(scope);
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
      const bool short_option = in.terms.kind == Kind::option && holder.quantity < 0;
      const bool hedge = hedges_[s] && holder.quantity > 0;
      defensive_.push_back({holder.strategy, in.contract, holder.quantity,
                            short_option ? DefensiveAction::close_short_first
                            : hedge      ? DefensiveAction::hold_hedge
                                         : DefensiveAction::close});
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
  if (!halts_.at(*scope)) return fail(Errc::invalid_value, "scope");
  return {};
}

void Desk::act(const ResumeEvent& e, Timestamp, SinkRef sink) {
  EventLogOutput log;
  log.item = LogItem::resume;
  log.scope = e.scope;
  log.level = halts_.lift(*halt_scope(e.scope));
  log.actor = e.actor;
  log.reason = e.reason;
  sink({std::nullopt, log});
}

ExposureReport Desk::report() const {
  ExposureReport report = ledger_.report();
  for (GroupReport& group : report.groups)
    for (StrategyExposure& strategy : group.strategies)
      strategy.labels = labels_.held_in(ledger_.state(), group.group, strategy.strategy);
  return report;
}

void Desk::act(const ReportEvent&, Timestamp, SinkRef sink) {
  const ExposureReport all = report();
  sink({std::nullopt, ReportOutput{&all}});
}

}  // namespace optcoord
