// tests/support/desk_book.hpp -- a Desk with a clock of its own: one line per event, and what it said in words.
// SPDX-License-Identifier: MIT
//
// Example:
//
//   DeskBook book(spy_delta(1000));
//   book.trade(shares("A", -400));
//   book.event("FOMC", book.now(), 30min);
//   CHECK(says(book.ask(shares("B", -400))) == "denied, max 100: event_limit");
//   CHECK(book.said() == Lines{"decision"});
#pragma once

#include <optcoord/desk/desk.hpp>

#include "support/asking.hpp"

#include <doctest/doctest.h>

#include <chrono>       // literals of time
#include <cstdint>      // std::int64_t
#include <map>          // std::map
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::move
#include <vector>       // std::vector

namespace optcoord::test {

using Lines = std::vector<std::string>;

class DeskBook {
 public:
  explicit DeskBook(DeskConfig config) : desk_(make(config)) {}
  /// A desk of nothing but a ledger, where any strategy is accepted.
  explicit DeskBook(LedgerConfig ledger) : DeskBook(with(std::move(ledger))) {}
  /// The same of these strategies alone.
  DeskBook(LedgerConfig ledger, const std::vector<Ranked>& priorities)
      : DeskBook(with(std::move(ledger), priorities)) {}

  // ---- time
  [[nodiscard]] Timestamp now() const { return now_; }
  /// Lets time pass, and tells the desk.
  void wait(Duration time) { tick_at(now_ + time); }
  void tick_at(Timestamp t) {
    now_ = t;
    tell(TickEvent{});
  }
  /// Lets time pass without telling the desk: the next event does.
  void later(Duration time) { now_ += time; }

  // ---- events
  /// Sends `body` now; it must be accepted.
  void tell(const EventBody& body) {
    const std::string error = send(body);
    REQUIRE_MESSAGE(error.empty(), "refused: ", error);
  }
  /// Sends `body` now. \returns the error it is refused with, empty when it is accepted.
  std::string send(const EventBody& body) { return send_at(now_, body); }
  std::string send_at(Timestamp t, const EventBody& body) {
    said_.clear();
    decisions_.clear();
    ipmcc_plans_.clear();
    const Result<void> ok = desk_.step(Event{t, body}, [this](const Output& out) { hear(out); });
    return ok ? "" : says(ok.error());
  }
  void price(std::string_view root, double usd) { tell(QuoteEvent{root, usd, {}}); }
  void future_price(std::string_view future, double usd) { tell(QuoteEvent{future, usd, {}}); }
  void greeks(std::string_view option, OptionalGreeks g) {
    OptionEvent e;
    e.contract = option;
    e.delta = g.delta;
    e.gamma = g.gamma;
    e.theta = g.theta;
    e.vega = g.vega;
    tell(e);
  }
  void delta(std::string_view option, double delta) { greeks(option, {delta, 0.0, 0.0, 0.0}); }
  void equity(double usd) { tell(AccountEvent{usd, {}, {}, {}, {}, {}}); }
  /// A market event from `from` on for `lasting`.
  void event(std::string_view name, Timestamp from, Duration lasting) {
    tell(CalendarEvent{name, from, from + lasting, {}});
  }
  /// A market event that starts now, or ends it.
  void event(std::string_view name, bool in_force) {
    if (in_force) event_from_ = now_;
    tell(CalendarEvent{name, event_from_, in_force ? now_ + std::chrono::hours{24} : now_, {}});
  }
  void state(std::string_view strategy, Trigger trigger) { tell(StateEvent{strategy, trigger, "drill", "ann"}); }
  void margin(double used) { tell(AccountEvent{{}, {}, used, {}, {}, {}}); }
  /// What the account may use, and who uses how much of it.
  void buying_power(std::optional<double> usd, std::vector<std::pair<std::string_view, double>> used = {}) {
    tell(AccountEvent{{}, usd, {}, {}, {}, std::move(used)});
  }
  /// The plan, a line a strategy: "0DTE run", "LT112 exits_only: halted".
  Lines plan() {
    tell(PlanEvent{});
    Lines lines;
    for (const PlannedStrategy& p : plan_.strategies) {
      lines.push_back(std::string(desk_.names().strategies.text(p.strategy)) + ' ' + std::string(text(p.verdict)));
      if (!p.reasons.empty()) lines.back() += ": " + codes(p.reasons);
    }
    return lines;
  }
  void halt(std::string_view scope, HaltLevel level = HaltLevel::halt) {
    tell(HaltEvent{scope, level, "ann", "drill"});
  }
  void resume(std::string_view scope) { tell(ResumeEvent{scope, "ann", "over"}); }

  /// What the plan would have reduced first.
  Lines reduce_first() {
    tell(PlanEvent{});
    return reduce_first_;
  }

  /// The size of a trade that can be sized.
  Size size(const SizeEvent& e) {
    tell(e);
    return size_;
  }

  /// What is to be closed before expiry, in the mode in force or the one asked for.
  const ExpiryPlan& expiry(std::optional<ExerciseMode> mode = {}) {
    tell(ExpiryEvent{mode});
    return expiry_;
  }
  /// What closing one position by hand would do.
  const ExpiryPlan& close_one(std::string_view strategy, std::string_view contract) {
    tell(CloseRequestEvent{strategy, contract});
    return expiry_;
  }

  // ---- requests
  Answer ask(const Ask& asked) {
    const RequestId id{asked.id != 0 ? asked.id : ++last_request_};
    tell(request_event(asked, id));
    REQUIRE(decisions_.size() == 1);
    Answer answer{decisions_.front(), id};
    orders_[id] = asked;
    return answer;
  }
  /// The error a request is refused with, empty when it is accepted.
  std::string refusal(const Ask& asked) {
    return send(request_event(asked, RequestId{asked.id != 0 ? asked.id : ++last_request_}));
  }
  std::vector<OwnedDecision> what_if(const std::vector<Ask>& asked) {
    WhatIfEvent e;
    for (const Ask& a : asked) e.requests.push_back(request_event(a, RequestId{}));
    e.batch = asked.size() > 1;
    tell(e);
    return decisions_;
  }
  OwnedDecision what_if(const Ask& asked) { return what_if(std::vector<Ask>{asked}).front(); }
  Answer trade(const Ask& asked) {
    const Answer answer = ask(asked);
    if (answer.verdict != Verdict::denied) fill_all(answer);
    return answer;
  }
  Answer pending(const Ask& asked) {
    const Answer answer = ask(asked);
    if (answer.verdict != Verdict::denied) order(answer, OrderStatus::working);
    return answer;
  }
  void fill_all(const Answer& answer) {
    const Ask& asked = orders_.at(answer.id);
    if (asked.raw) return (void)fill_units(answer, answer.units);
    std::map<std::string, std::int64_t> net;
    for (const AskedLeg& leg : asked.legs) net[leg.contract] += leg.ratio;
    for (const auto& [contract, ratio] : net)
      if (ratio != 0) REQUIRE(fill(answer, contract, ratio * answer.units).find(" left") != std::string::npos);
  }
  /// Fills signed contracts of one leg. \returns what it did, or the error, as text.
  std::string fill(const Answer& answer, std::string_view leg, std::int64_t quantity,
                   std::optional<std::uint64_t> execution = {}) {
    const ExecutionId exec{execution ? *execution : ++last_execution_};
    return outcome(FillEvent{answer.id, exec, leg, quantity, 1.0, {}});
  }
  std::string fill_units(const Answer& answer, std::int64_t units) {
    return outcome(FillEvent{answer.id, ExecutionId{++last_execution_}, {}, {}, 1.0, units});
  }
  std::string order(const Answer& answer, OrderStatus status) { return outcome(OrderEvent{answer.id, status}); }

  // ---- what it said to the last event, one line an output
  [[nodiscard]] const Lines& said() const { return said_; }
  /// The lines that start with `word`.
  [[nodiscard]] Lines said(std::string_view word) const {
    Lines found;
    for (const std::string& line : said_)
      if (line.substr(0, word.size()) == word) found.push_back(line);
    return found;
  }
  /// The plans of LEAPs and weekly calls it answered the last event with.
  [[nodiscard]] const std::vector<ipmcc::Plan>& ipmcc_plans() const { return ipmcc_plans_; }
  /// All that can be seen of the state, as text: two are equal when nothing changed.
  [[nodiscard]] std::string everything() const;
  [[nodiscard]] std::string row(std::string_view group, Metric metric = Metric::delta) const {
    const RowReport r = report_of(group, metric);
    return "held " + text_of(r.held) + ", pending " + text_of(r.pending_down) + " +" + text_of(r.pending_up);
  }
  [[nodiscard]] std::string held(std::string_view group, Metric metric = Metric::delta) const {
    return text_of(report_of(group, metric).held);
  }
  [[nodiscard]] RowReport report_of(std::string_view group, Metric metric) const {
    for (const GroupReport& g : desk_.report().groups)
      for (const RowReport& r : g.rows)
        if (desk_.names().groups.text(g.group) == group && r.metric == metric && !r.strategy) return r;
    FAIL("no such row: ", std::string(group));
    return {};
  }
  [[nodiscard]] const Desk& desk() const { return desk_; }

  static RequestEvent request_event(const Ask& asked, RequestId id) {
    RequestEvent e;
    e.id = id;
    e.strategy = asked.strategy;
    e.intent = asked.intent;
    e.units = asked.units;
    e.partial = asked.fewer_are_welcome;
    e.legging = asked.leg_by_leg;
    e.ttl_s = asked.seconds_to_live;
    e.entry = asked.entry;
    e.buying_power = asked.buying_power;
    for (const AskedLeg& leg : asked.legs) e.legs.push_back({leg.contract, leg.ratio});
    if (asked.raw)
      e.exposure = ExposureText{asked.raw->root, asked.raw->delta, asked.raw->gamma, asked.raw->theta, asked.raw->vega};
    return e;
  }

 private:
  static Desk make(const DeskConfig& config) {
    Result<Desk> made = Desk::make(config);
    REQUIRE_MESSAGE(made.has_value(), says(made ? Error{} : made.error()));
    return *std::move(made);
  }
  static DeskConfig with(LedgerConfig ledger) {
    DeskConfig config;
    config.ledger = std::move(ledger);
    return config;
  }
  static DeskConfig with(LedgerConfig ledger, const std::vector<Ranked>& priorities) {
    DeskConfig config = with(std::move(ledger));
    config.strategies.emplace();
    for (const Ranked& ranked : priorities) {
      config.strategies->emplace_back().name = ranked.strategy;
      config.strategies->back().priority = ranked.priority;
    }
    return config;
  }
  /// Sends an order or a fill. \returns the reservation output without its number, or the error.
  std::string outcome(const EventBody& body) {
    const std::string error = send(body);
    if (!error.empty()) return error;
    const Lines lines = said("reservation");
    return lines.empty() ? "nothing" : lines.back().substr(lines.back().find(": ") + 2);
  }
  void hear(const Output& out) {
    const std::string at = out.at ? " at " + to_text(*out.at).substr(11) : "";
    std::visit([&](const auto& body) { said_.push_back(line(body) + at); }, out.body);
  }
  std::string line(const DecisionOutput& out) {
    decisions_.emplace_back(out.decision);
    return out.decision.duplicate ? "decision again" : "decision";
  }
  std::string line(const ReservationOutput& out) const {
    return "reservation " + std::to_string(static_cast<std::uint64_t>(out.change.id)) + ": " + says(out.change);
  }
  std::string line(const TransitionOutput& out) const {
    std::string text = "transition " + std::string(desk_.names().strategies.text(out.strategy)) + ' ';
    text += optcoord::text(out.transition.from);
    text += '>';
    text += optcoord::text(out.transition.to);
    return text + ' ' + std::string(optcoord::text(out.transition.trigger));
  }
  std::string line(const PlanOutput& out) {
    plan_ = *out.plan;
    reduce_first_.clear();
    for (const ContractId contract : out.reduce_first)
      reduce_first_.emplace_back(desk_.names().contracts.text(contract));
    return "plan";
  }
  std::string line(const IpmccPlanOutput& out) {
    ipmcc_plans_.push_back(*out.plan);
    std::string text = "ipmcc_plan " + std::string(ipmcc::text(out.plan->path));
    for (const ipmcc::Step& s : out.plan->steps)
      text += "; " + std::string(ipmcc::text(s.action)) + ' ' + std::to_string(s.quantity) + ' ' + to_text(s.contract);
    for (const ipmcc::Note& n : out.plan->reasons) text += "; " + std::string(optcoord::text(n.code));
    for (const AssignedCalls& a : out.assigned)
      text += "; assigned " + std::to_string(a.assignment.quantity) + ' ' + to_text(a.assignment.contract);
    return text;
  }
  std::string line(const AllocationOutput& out) const {
    const auto usd = [&](Cents c) { return out.basis ? to_text(to_micro(c)) : "?"; };
    std::string text = "allocation of " + usd(out.basis.value_or(Cents{})) + ':';
    for (const Allotment& a : out.amounts)
      text += ' ' + std::string(desk_.names().strategies.text(a.strategy)) + ' ' + usd(a.amount);
    return text;
  }
  std::string line(const SizeOutput& out) {
    size_ = out.size;
    return "size " + std::string(desk_.names().strategies.text(out.strategy)) + ' ' +
           std::to_string(out.size.notional.value);
  }
  std::string line(const ReconciliationOutput& out) const;
  std::string line(const EventLogOutput& log) const;
  std::string line(const MarkedOutput& marked) const {
    std::string text = "marked";
    for (const RowOver& row : marked.rows_over) text += ' ' + over(row);
    return text;
  }
  std::string over(const RowOver& row) const {
    std::string out(desk_.names().groups.text(row.group));
    out += '.';
    out += optcoord::text(row.metric);
    if (row.strategy) out += '[' + std::string(desk_.names().strategies.text(*row.strategy)) + ']';
    return out + ' ' + to_text(row.value) + " beyond " + to_text(row.limit);
  }
  std::string line(const ReportOutput&) const { return "report"; }
  std::string line(const ExpiryPlanOutput& out) {
    expiry_ = *out.plan;
    return "expiry_plan";
  }

  Desk desk_;
  Timestamp now_{*parse_time("2026-01-05T15:00:00Z")};  // Monday, 10:00 in New York
  Timestamp event_from_{};
  std::uint64_t last_request_{1000};
  std::uint64_t last_execution_{1'000'000};
  std::map<RequestId, Ask> orders_{};
  Lines said_{};
  std::vector<OwnedDecision> decisions_{};
  std::vector<ipmcc::Plan> ipmcc_plans_{};
  ExecutionPlan plan_{};
  Size size_{};
  Lines reduce_first_{};
  ExpiryPlan expiry_{};
};

inline std::string DeskBook::line(const EventLogOutput& log) const {
  constexpr std::string_view items[] = {"halt",
                                        "resume",
                                        "cut_started",
                                        "cut_ended",
                                        "margin_pressure_on",
                                        "margin_pressure_off",
                                        "correlation_on",
                                        "correlation_off",
                                        "kill_switch_on",
                                        "kill_switch_off",
                                        "breaker_on",
                                        "breaker_off",
                                        "emergency_on",
                                        "emergency_off"};
  std::string out(items[static_cast<std::size_t>(log.item)]);
  const auto add = [&out](std::string_view word) {
    if (!word.empty()) (out += ' ') += word;
  };
  add(log.scope);
  if (log.level) add(optcoord::text(*log.level));
  if (log.event) add(desk_.names().events.text(*log.event));
  add(log.root);
  add(log.actor);
  add(log.reason);
  for (const DefensiveItem& item : log.defensive) {
    out += "; ";
    out += desk_.names().strategies.text(item.strategy);
    add(desk_.names().contracts.text(item.contract));
    add(std::to_string(item.quantity));
    add(optcoord::text(item.action));
  }
  return out;
}

inline std::string DeskBook::line(const ReconciliationOutput& out) const {
  const Reconciliation& found = *out.reconciliation;
  std::string text = found.adopted ? "reconciliation" : "comparison";
  const auto add = [&](std::string_view word, const std::vector<PositionChange>& changes) {
    for (const PositionChange& c : changes) {
      text += "; " + std::string(word) + ' ' + std::string(desk_.names().contracts.text(c.contract)) + ' ';
      text += desk_.names().strategies.text(c.strategy);
      text += ' ' + std::to_string(c.before) + '>' + std::to_string(c.after);
    }
  };
  add("missing", found.missing);
  add("extra", found.extra);
  add("different", found.different);
  return text;
}

inline std::string DeskBook::everything() const {
  std::string out;
  const ExposureReport report = desk_.report();
  for (const GroupReport& group : report.groups) {
    out += std::string(desk_.names().groups.text(group.group)) + '\n';
    for (const RowReport& r : group.rows)
      out += "  " + text_of(r.held) + ' ' + text_of(r.pending_down) + ' ' + text_of(r.pending_up) + ' ' +
             text_of(r.lower) + ' ' + text_of(r.upper) + ' ' + text_of(r.over) + '\n';
    out += "  legs " + std::to_string(group.legs) + ' ' + std::to_string(group.with_greeks) + '\n';
    for (const StrategyExposure& s : group.strategies) {
      out += "  " + std::string(desk_.names().strategies.text(s.strategy));
      for (const auto& held : s.held) out += ' ' + text_of(held);
      out += '\n';
    }
  }
  for (const OpenReservation& r : report.reservations)
    out += std::to_string(static_cast<std::uint64_t>(r.id)) + ' ' + std::string(optcoord::text(r.status)) + ' ' +
           std::to_string(r.units) + ' ' + std::to_string(r.remaining) + '\n';
  const LedgerCounters& c = report.counters;
  for (const std::int64_t n : {c.approved, c.reduced, c.denied, c.fills, c.late_fills, c.overfills, c.duplicates,
                               c.expired, c.cancelled, c.rejected})
    out += std::to_string(n) + ' ';
  out += '\n';
  for (const Halts::Entry& halt : desk_.halts().all())
    out += std::string(optcoord::text(halt.level)) + ' ' + std::to_string(halt.scope.id) + '\n';
  for (std::uint32_t s = 1; s < desk_.standings().size(); ++s) {
    const Standing& standing = desk_.standings()[StrategyId{s}];
    const bool untouched = standing.state == TradingState::ready && standing.history.all().empty() &&
                           !standing.executed_at && !standing.unrealised && standing.orders == 0;
    if (untouched) continue;  // known by name alone, as after a what_if
    out += std::string(optcoord::text(standing.state)) + ' ' + std::to_string(standing.orders) + ' ' +
           std::to_string(standing.opening) + ' ' + standing.entry + ' ' +
           std::to_string(standing.history.all().size()) +
           (standing.executed_at ? to_text(*standing.executed_at) : "?") +
           (standing.unrealised ? std::to_string(*standing.unrealised) : "?") + '\n';
  }
  const Account& a = desk_.account();
  for (const auto& figure : {a.equity, a.buying_power, a.margin_used, a.day_start_equity})
    out += figure ? std::to_string(*figure) + ' ' : "? ";
  const BuyingPowerState& power = desk_.buying_power();
  out += "\nbasis " + (power.basis ? to_text(to_micro(*power.basis)) : "?") + " used";
  for (std::uint32_t s = 0; s < desk_.standings().size(); ++s)
    if (const Micro used = power.used_by(StrategyId{s}); used.raw != 0)
      out += ' ' + std::to_string(s) + ": " + to_text(used);
  for (const StrategySizingMetrics& m : desk_.sizing_metrics())
    out += "\nsized " + std::to_string(m.figures.sizes) + ' ' + std::to_string(m.figures.pnl.value) + ' ' +
           std::to_string(static_cast<double>(desk_.performance(m.strategy).sum));
  for (const IpmccPosition& p : desk_.ipmcc_positions())
    out += "\ncalls " + (p.leap ? to_text(*p.leap) : "-") + ' ' + (p.weekly ? to_text(*p.weekly) : "-") + ' ' +
           std::to_string(p.quantity);
  for (const PairCorrelation& pair : desk_.correlations())
    out += "\npair " + std::to_string(pair.observations) + ' ' + (pair.blocked ? "blocked " : "free ") +
           (pair.rolling ? std::to_string(*pair.rolling) : "?");
  out += "\ndividends " + std::to_string(desk_.market().dividends.all().size());
  if (const std::optional<ExerciseReport> e = desk_.exercise_report()) {
    out += "\nclosings " + std::to_string(static_cast<int>(e->mode)) + (e->kill_switch ? " killed " : " ") +
           std::string(optcoord::text(e->breaker)) + ' ' + std::to_string(e->stops) + ' ' +
           std::to_string(e->checks.made) + ' ' + std::to_string(e->today.actions);
    for (const ClosingReport& closing : e->closings)
      out += ' ' + std::string(desk_.names().contracts.text(closing.contract)) + (closing.pending ? " pending " : " ") +
             std::to_string(closing.failed_attempts);
  }
  return out;
}

}  // namespace optcoord::test

/// Lines in a failed check are shown one below the other.
template <>
struct doctest::StringMaker<optcoord::test::Lines> {
  static doctest::String convert(const optcoord::test::Lines& lines) {
    std::string out = "{";
    for (const std::string& line : lines) out += "\n    " + line;
    return (out + "}").c_str();
  }
};
