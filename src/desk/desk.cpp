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

namespace {

/// The groups as the coordinator knows them.
[[nodiscard]] std::vector<GroupOutline> outlines(const LedgerPolicy& policy) {
  std::vector<GroupOutline> out;
  for (const GroupPolicy& group : policy.groups()) {
    GroupOutline& outline = out.emplace_back(GroupOutline{group.all_roots, {}});
    for (const auto& [root, beta] : group.members) outline.roots.push_back(root);
  }
  return out;
}

}  // namespace

Result<Desk> Desk::make(const DeskConfig& config) {
  ProductTable products;
  std::int32_t index = 0;
  for (const Product& product : config.roots) {
    if (!checked(product)) return fail(Errc::invalid_value, "roots[]", index);
    products.set(product);
    ++index;
  }
  Names names;
  std::vector<StrategyConfig> strategies;
  if (config.strategies) strategies.assign(config.strategies->begin(), config.strategies->end());
  for (const StrategyConfig& strategy : strategies) names.strategies.add(strategy.name);  // registered in this order
  LedgerConfig limits = config.ledger;
  limits.options.formulas = pricing::compiled_formulas();
  Result<Ledger> ledger = Ledger::make(limits, names, products);
  if (!ledger) return tl::unexpected<Error>(ledger.error());
  if (const Result<void> sound = check_correlation(config.coordination); !sound)
    return tl::unexpected<Error>(sound.error());
  Result<CoordinationPolicy> coordination =
      CoordinationPolicy::make(strategies, config.interlocks, config.coordination, outlines((*ledger).policy()), names);
  if (!coordination) return tl::unexpected<Error>(coordination.error());
  Result<SizerFactory> sizers = make_sizers(config);
  if (!sizers) return tl::unexpected<Error>(sizers.error());
  std::optional<IpmccPolicy> ipmcc;
  if (config.ipmcc) {
    const Result<IpmccPolicy> policy = IpmccPolicy::make(*config.ipmcc);
    if (!policy) return tl::unexpected<Error>(policy.error());
    ipmcc = *policy;
  }
  Result<std::optional<ExerciseBook>> exercise = make_exercise(config.exercise);
  if (!exercise) return tl::unexpected<Error>(exercise.error());
  Desk desk(*std::move(ledger), *std::move(coordination), *std::move(sizers), std::move(names), std::move(products));
  desk.exercise_ = *std::move(exercise);
  desk.any_strategy_ = !config.strategies.has_value();
  for (const Product& product : config.roots)
    if (product.adjusted) desk.adjusted_.push_back(desk.ledger_.add_root(product.root, desk.names_, desk.products_));
  if (ipmcc) desk.ipmcc_ = Ipmcc{*ipmcc, {}, {}};
  desk.configured_roots_ = desk.names_.roots.size();
  desk.standings_.grow(desk.names_.strategies.size());
  for (const StrategyConfig& strategy : strategies) {
    const StrategyId id = *desk.names_.strategies.find(strategy.name);
    desk.ledger_.set_priority(id, strategy.priority);
    if (strategy.starts_initializing) desk.standings_.start_initializing(id);
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
  if (exercise_ && exercise_->day.next_close() < t) settle_expired(t);
  for (;;) {
    const std::optional<Timestamp> expiry = ledger_.next_expiry();
    const std::optional<CalendarChange> change = calendar_.next(before, t);
    if (expiry && *expiry <= t && (!change || *expiry <= change->at)) {
      const Timestamp at = *expiry;
      const ReservationChange lapsed = ledger_.expire_next();
      end_order(lapsed, at);
      sink({at, ReservationOutput{lapsed}});
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
  if (exercise_) start_exercise_day(t);
  const Timestamp before = forgotten_before(t);
  ledger_.forget_ended_before(before);
  if (ipmcc_) {
    const Date today = new_york_date(t);
    const auto a_week_ago = std::chrono::sys_days{today} - std::chrono::days{7};  // assignments are told days later
    ipmcc_->books.begin_day(today, midnight_new_york(Date{a_week_ago}), t);
    ipmcc_->chains.forget_before(today);
  }
  memory_.forget_if([&](RequestId id, Timestamp decided, Verdict verdict) {
    return verdict == Verdict::denied ? decided < before : !ledger_.remembers(id);
  });
}

void Desk::take_calendar_change(const CalendarChange& change, SinkRef sink) {
  const bool in_force = calendar_.take(change);
  list_events_in_force();
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
    return a.group == b.group && a.metric == b.metric && a.side == b.side && a.strategy == b.strategy &&
           a.scenario == b.scenario;
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
  standings_.grow(index_of(id) + 1);
  return id;
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
  const std::vector<IpmccPosition> calls = ipmcc_positions();
  const std::optional<ExerciseReport> exercise = exercise_report();
  sink({std::nullopt, ReportOutput{&all, exercise ? &*exercise : nullptr, calls}});
}

}  // namespace optcoord
