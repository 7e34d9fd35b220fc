// src/desk/exercise.cpp -- Desk: what is to be closed before expiry, and what became of it.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <algorithm>
#include <chrono>
#include <tuple>

namespace optcoord {

Result<std::optional<ExerciseBook>> Desk::make_exercise(const std::optional<ExerciseConfig>& config) {
  std::optional<ExerciseBook> book;
  if (!config || !config->enabled) return book;
  Result<ExercisePolicy> policy = ExercisePolicy::make(*config);
  if (!policy) return tl::unexpected<Error>(policy.error());
  book.emplace(ExerciseBook{*std::move(policy)});
  return book;
}

ExpiryMarket Desk::expiry_market() const {
  return {market_.sessions, market_.dividends.all(), market_.rate(), formulas_};
}

/// Scores count minutes of trading: a volatility solved from the mid over calendar time is not what they want.
ExpiryPosition Desk::expiry_position(StrategyId strategy, ContractId id, std::int64_t quantity) const {
  ExpiryPosition p;
  p.strategy = strategy;
  p.id = id;
  p.contract = *parse_contract(names_.contracts.text(id));
  p.quantity = quantity;
  const Product product = products_.find(p.contract.root());
  p.terms = exercise_terms(p.contract, product);
  const std::optional<OptionState> option = market_.option(id);
  p.spot = p.contract.kind == Kind::future ? market_.contract_price(id) : spot(product, option.value_or(OptionState{}));
  if (!option) return p;
  p.quote = option->quote;
  p.quoted_at = option->at;
  if (!option->iv_solved) p.iv = option->iv;
  return p;
}

/// All that is held, in order of strategies, then of contracts.
std::vector<ExpiryPosition> Desk::expiry_positions() const {
  const LedgerState& state = ledger_.state();
  std::vector<ExpiryPosition> all;
  for (const std::uint32_t first : state.first_of_strategy) {
    for (std::uint32_t h = first; h != nil; h = state.holders[h].next_of_strategy) {
      const Holder& holder = state.holders[h];
      const Instrument& in = state.instruments[holder.instrument];
      if (!in.raw && holder.quantity != 0)
        all.push_back(expiry_position(holder.strategy, in.contract, holder.quantity));
    }
  }
  std::sort(all.begin(), all.end(), [](const ExpiryPosition& a, const ExpiryPosition& b) {
    return std::tie(a.strategy, a.contract) < std::tie(b.strategy, b.contract);
  });
  return all;
}

std::int64_t Desk::held(CloseKey key) const {
  const LedgerState& state = ledger_.state();
  const std::size_t contract = index_of(key.contract);
  if (contract >= state.instrument_of.size() || state.instrument_of[contract] == nil) return 0;
  return held_quantity(state, key.strategy, state.instrument_of[contract]);
}

/// \returns what a strategy holds, or would, of an option. Errors name the field.
Result<CloseKey> Desk::close_key(std::string_view strategy, std::string_view contract) {
  if (!exercise_) return fail(Errc::not_ready, "type");
  const Result<StrategyId> who = strategy_or_next(strategy, "strategy");
  if (!who) return tl::unexpected<Error>(who.error());
  const Result<ContractId> what = ledger_.add_contract(contract, names_, products_);
  if (!what) return tl::unexpected<Error>(what.error());
  if (parse_contract(contract)->kind != Kind::option) return fail(Errc::invalid_value, "contract");
  return CloseKey{*who, *what};
}

Result<void> Desk::check(const ExpiryEvent&, Timestamp) {
  if (!exercise_) return fail(Errc::not_ready, "type");
  return {};
}

/// A mode asked for is for this once. Naming another than the trigger's also ends the emergency: a person has looked.
void Desk::act(const ExpiryEvent& e, Timestamp t, SinkRef sink) {
  ExerciseBook& book = *exercise_;
  const bool ends = e.mode && *e.mode != ExerciseMode::emergency && book.state.mode == ExerciseMode::emergency;
  if (ends) set_mode(book.state, std::nullopt);
  const std::vector<ExpiryPosition> positions = expiry_positions();
  const ExerciseMode mode = e.mode.value_or(mode_of(book.state, book.policy));
  const ExpiryPlan plan = assess(positions, expiry_market(), book.policy, book.state, mode, t);
  book.day.looked(plan, positions, market_.sessions, t);
  sink({std::nullopt, ExpiryPlanOutput{&plan, &book.policy, positions}});
  if (ends) log_exercise(LogItem::emergency_off, {}, sink);
}

Result<void> Desk::check(const CloseRequestEvent& e, Timestamp) {
  const Result<CloseKey> key = close_key(e.strategy, e.contract);
  if (!key) return tl::unexpected<Error>(key.error());
  if (held(*key) == 0) return fail(Errc::invalid_value, "contract");
  return {};
}

void Desk::act(const CloseRequestEvent& e, Timestamp t, SinkRef sink) {
  ExerciseBook& book = *exercise_;
  const CloseKey key = *close_key(e.strategy, e.contract);
  const std::vector<ExpiryPosition> positions = expiry_positions();
  const ExpiryPlan plan = *close_one(positions, expiry_market(), book.policy, book.state, key, t);
  book.day.judged(plan, positions, market_.sessions, t);
  sink({std::nullopt, ExpiryPlanOutput{&plan, &book.policy, positions}});
}

Result<void> Desk::check(const CloseResultEvent& e, Timestamp) {
  const Result<CloseKey> key = close_key(e.strategy, e.contract);
  if (!key) return tl::unexpected<Error>(key.error());
  return optcoord::check(CloseResult{{}, {}, e.success, e.price, e.filled});
}

void Desk::act(const CloseResultEvent& e, Timestamp t, SinkRef sink) {
  ExerciseBook& book = *exercise_;
  CloseKey key = *close_key(e.strategy, e.contract);
  key.strategy = register_strategy(e.strategy);
  const CloseResult result{key.strategy, key.contract, e.success, e.price, e.filled};
  const std::int64_t left = held(key);
  book.day.tried(expiry_position(key.strategy, key.contract, left), result, t);
  const bool was_closed = book.state.breaker.state(book.policy.config().breaker, t) == BreakerState::closed;
  (void)close_result(book.state, book.policy, result, t);  // checked: cannot fail
  const bool fills_came_first = book.day.take_closed(key) >= e.filled.value_or(1);
  if (left == 0 || fills_came_first) position_filled(book.state, key);  // nothing to wait for
  tick(book.state, book.policy, t);
  const bool is_closed = book.state.breaker.state(book.policy.config().breaker, t) == BreakerState::closed;
  if (was_closed != is_closed) log_exercise(is_closed ? LogItem::breaker_off : LogItem::breaker_on, {}, sink);
}

Result<void> Desk::check(const StopOrderEvent& e, Timestamp) {
  const Result<CloseKey> key = close_key(e.strategy, e.contract);
  if (!key) return tl::unexpected<Error>(key.error());
  return optcoord::check(StopOrder{e.id, {}, {}, e.quantity, e.stop_price});
}

void Desk::act(const StopOrderEvent& e, Timestamp, SinkRef) {
  const CloseKey key = *close_key(e.strategy, e.contract);
  if (!e.working) return stop_cancelled(exercise_->state, e.id);
  const StrategyId strategy = register_strategy(e.strategy);
  (void)stop_working(exercise_->state, {e.id, strategy, key.contract, e.quantity, e.stop_price});  // checked
}

Result<void> Desk::check(const KillSwitchEvent& e, Timestamp) {
  if (!exercise_) return fail(Errc::not_ready, "type");
  if (e.actor.empty()) return fail(Errc::invalid_value, "actor");
  return {};
}

void Desk::act(const KillSwitchEvent& e, Timestamp, SinkRef sink) {
  kill_switch(exercise_->state, e.on);
  log_exercise(e.on ? LogItem::kill_switch_on : LogItem::kill_switch_off, e.actor, sink);
}

void Desk::log_exercise(LogItem item, std::string_view actor, SinkRef sink) const {
  EventLogOutput log;
  log.item = item;
  log.scope = "account";
  log.actor = actor;
  if (item == LogItem::emergency_on) log.root = exercise_->policy.config().emergency_trigger->root;
  sink({std::nullopt, log});
}

void Desk::watch_spot(std::string_view root, double price, Timestamp t, SinkRef sink) {
  if (exercise_ && spot_seen(exercise_->state, exercise_->policy, root, price, t))
    log_exercise(LogItem::emergency_on, {}, sink);
}

void Desk::note_closing_fill(const Fill& fill, std::optional<double> price) {
  if (!exercise_) return;
  const LedgerState& state = ledger_.state();
  const CloseKey key{state.reservations[find_reservation(state, fill.request)].strategy, fill.contract};
  position_filled(exercise_->state, key);
  exercise_->day.traded(key, fill.quantity, price);
}

/// What expired while nobody asked is settled at the last price told before its close.
void Desk::settle_expired(Timestamp t) {
  const auto price_of = [this](ContractId id) -> std::optional<double> {
    const std::optional<Price> price = expiry_position(unassigned, id, 0).spot;
    if (!price) return std::nullopt;
    return price->value;
  };
  const auto is_closed = [this](CloseKey key) { return held(key) == 0 || is_pending(exercise_->state, key); };
  exercise_->day.settle(t, price_of, is_closed);
}

/// A new New York day: what has expired is closed no more, whatever was said of it.
void Desk::start_exercise_day(Timestamp t) {
  const Date today = new_york_date(t);
  const auto is_over = [&](ContractId id) { return parse_contract(names_.contracts.text(id))->expiry < today; };
  ExerciseState& state = exercise_->state;
  std::erase_if(state.tracks, [&](const CloseTrack& track) { return is_over(track.key.contract); });
  std::erase_if(state.stops, [&](const StopOrder& stop) { return is_over(stop.contract); });
  tick(state, exercise_->policy, t);
  exercise_->day = {};
}

std::optional<ExerciseReport> Desk::exercise_report() const {
  if (!exercise_) return std::nullopt;
  const Timestamp t = now_.value_or(Timestamp{});
  const ExerciseState& state = exercise_->state;
  ExerciseReport report;
  report.mode = mode_of(state, exercise_->policy);
  report.kill_switch = state.kill_switch;
  report.breaker = state.breaker.state(exercise_->policy.config().breaker, t);
  for (const CloseTrack& track : state.tracks)
    if (const std::int32_t failed = failed_attempts(state, track.key, t); track.pending || failed > 0)
      report.closings.push_back({track.key.strategy, track.key.contract, track.pending, failed});
  std::sort(report.closings.begin(), report.closings.end(), [this](const ClosingReport& a, const ClosingReport& b) {
    const auto key = [this](const ClosingReport& c) {
      return std::tuple(c.strategy, names_.contracts.text(c.contract));
    };
    return key(a) < key(b);
  });
  report.stops = static_cast<std::int64_t>(state.stops.size());
  report.checks = exercise_->day.checks(t);
  if (report.checks.last) report.next_check = saturating_add(*report.checks.last, report.checks.interval);
  report.today = exercise_->day.summary(t);
  return report;
}

bool Desk::remembers(StopId id) const noexcept {
  return exercise_ && std::any_of(exercise_->state.stops.begin(), exercise_->state.stops.end(),
                                  [id](const StopOrder& stop) { return stop.id == id; });
}

}  // namespace optcoord
