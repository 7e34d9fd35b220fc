// tests/support/ledger_book.hpp -- a Ledger with names, products and a clock of its own, one line per event.
// SPDX-License-Identifier: MIT
//
// Example:
//
//   LedgerBook book(spy_delta(1000));
//   book.trade(shares("A", -400));                       // asked, approved, filled
//   CHECK(says(book.ask(shares("B", -700))) == "denied, max 600: limit_exceeded");
#pragma once

#include <optcoord/ledger/ledger.hpp>

#include "support/asking.hpp"

#include <doctest/doctest.h>

#include <chrono>       // std::chrono::nanoseconds
#include <cstdint>      // std::int64_t
#include <map>          // std::map
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::test {

class LedgerBook {
 public:
  explicit LedgerBook(const LedgerConfig& config, const std::vector<Ranked>& priorities = {}) : ledger_(make(config)) {
    for (const Ranked& ranked : priorities) ledger_.set_priority(strategy(ranked.strategy), ranked.priority);
  }

  // ---- time: what lapses meanwhile is done, as a host does it
  [[nodiscard]] Timestamp now() const { return now_; }
  void wait(Duration time) {
    now_ += time;
    while (ledger_.next_expiry() && *ledger_.next_expiry() <= now_) expired.push_back(ledger_.expire_next());
  }
  std::vector<ReservationChange> expired;

  // ---- marks
  void price(std::string_view root, double usd) {
    ledger_.mark_root(ledger_.add_root(root, names_, products_), usd, now_);
  }
  void future_price(std::string_view future, double usd) { ledger_.mark_future(contract(future), usd, now_); }
  /// Greeks of an option, per unit, long side.
  void greeks(std::string_view option, OptionalGreeks greeks) {
    ledger_.mark_option(contract(option), {greeks, false, {}}, now_);
  }
  /// The same, with what it is valued anew by in scenarios.
  void greeks(std::string_view option, OptionalGreeks greeks, const Revaluation& by) {
    ledger_.mark_option(contract(option), {greeks, false, {}, by}, now_);
  }
  void delta(std::string_view option, double delta) { greeks(option, {delta, 0.0, 0.0, 0.0}); }
  void equity(std::optional<double> usd) { ledger_.set_equity(usd); }
  void event(std::string_view name, bool in_force) { ledger_.set_event(names_.events.add(name), in_force); }

  // ---- requests
  /// Whether the ledger is asked by prepared requests, each prepared once.
  void ask_prepared(bool on) { asks_prepared_ = on; }
  /// Gives all prepared requests back.
  void discard_prepared() {
    for (const Kept& kept : kept_) ledger_.discard(kept.id);
    kept_.clear();
  }
  Answer ask(const Ask& asked) {
    const Prepared p = prepare(asked);
    const Result<Decision> d = decide(p);
    REQUIRE_MESSAGE(d.has_value(), "refused: ", says(d ? Error{} : d.error()));
    Answer answer{OwnedDecision(*d), p.request.id};
    orders_[p.request.id] = {p.legs, asked.raw.has_value()};
    return answer;
  }
  /// The error a request is refused with.
  std::string refusal(const Ask& asked) {
    const Prepared p = prepare(asked);
    const Result<Decision> d = decide(p);
    return d ? "accepted" : says(d.error());
  }
  OwnedDecision what_if(const Ask& asked) {
    const Result<OwnedDecision> d = ledger_.what_if(prepare(asked).request, now_);
    REQUIRE(d.has_value());
    return *d;
  }
  /// Asks, and fills what was allowed at once.
  Answer trade(const Ask& asked) {
    const Answer answer = ask(asked);
    if (answer.verdict != Verdict::denied) fill_all(answer);
    return answer;
  }
  /// Asks, and takes the order to the market, where it stays.
  Answer pending(const Ask& asked) {
    const Answer answer = ask(asked);
    if (answer.verdict != Verdict::denied) order(answer, OrderStatus::working);
    return answer;
  }
  void fill_all(const Answer& answer) {
    const Order& order = orders_.at(answer.id);
    if (order.raw) {
      fill_units(answer, answer.units);
      return;
    }
    std::map<ContractId, std::int64_t> net;
    for (const Leg& leg : order.legs) net[leg.contract] += leg.ratio;
    for (const auto& [contract, ratio] : net)
      if (ratio != 0) {
        const Fill fill{answer.id, next_execution(), contract, ratio * answer.units, 1.0};
        const auto change = ledger_.apply(fill, now_);
        REQUIRE(change.has_value());
      }
  }
  /// Fills signed contracts of one leg. \returns what it did, or the error, as text.
  std::string fill(const Answer& answer, std::string_view leg, std::int64_t quantity,
                   std::optional<std::uint64_t> execution = {}) {
    const ExecutionId exec = execution ? ExecutionId{*execution} : next_execution();
    return applied(Fill{answer.id, exec, contract(leg), quantity, 1.0});
  }
  std::string fill_units(const Answer& answer, std::int64_t units) {
    return applied(Fill{answer.id, next_execution(), ContractId{}, units, 1.0});
  }
  std::string order(const Answer& answer, OrderStatus status) {
    const auto change = ledger_.apply(answer.id, status, now_);
    return change ? says(*change) : says(change.error());
  }

  // ---- views
  /// "held -400, pending -100 +200"
  [[nodiscard]] std::string row(std::string_view group, Metric metric = Metric::delta) const {
    const RowReport r = report_of(group, metric);
    return "held " + text_of(r.held) + ", pending " + text_of(r.pending_down) + " +" + text_of(r.pending_up);
  }
  [[nodiscard]] std::string held(std::string_view group, Metric metric = Metric::delta) const {
    return text_of(report_of(group, metric).held);
  }
  [[nodiscard]] RowReport report_of(std::string_view group, Metric metric) const {
    for (const GroupReport& g : ledger_.report().groups)
      for (const RowReport& r : g.rows)
        if (names_.groups.text(g.group) == group && r.metric == metric && !r.strategy) return r;
    FAIL("no such row: ", std::string(group));
    return {};
  }
  [[nodiscard]] Ledger& ledger() { return ledger_; }
  [[nodiscard]] const Names& names() const { return names_; }
  ContractId contract(std::string_view name) {
    const Result<ContractId> id = ledger_.add_contract(name, names_, products_);
    REQUIRE_MESSAGE(id.has_value(), std::string(name));
    return *id;
  }
  StrategyId strategy(std::string_view name) { return ledger_.add_strategy(name, names_); }

 private:
  struct Order {
    std::vector<Leg> legs{};
    bool raw{false};
  };
  struct Prepared {
    std::vector<Leg> legs{};
    Request request{};
  };
  [[nodiscard]] Ledger make(const LedgerConfig& config) {
    Result<Ledger> made = Ledger::make(config, names_, products_);
    REQUIRE_MESSAGE(made.has_value(), says(made ? Error{} : made.error()));
    return *std::move(made);
  }
  [[nodiscard]] Prepared prepare(const Ask& asked) {
    Prepared p;
    for (const AskedLeg& leg : asked.legs) p.legs.push_back({contract(leg.contract), leg.ratio});
    p.request.id = RequestId{asked.id != 0 ? asked.id : ++last_request_};
    p.request.strategy = strategy(asked.strategy);
    p.request.intent = asked.intent;
    p.request.units = asked.units;
    p.request.partial = asked.fewer_are_welcome;
    p.request.legging = asked.leg_by_leg;
    if (asked.seconds_to_live) p.request.ttl = Duration{static_cast<std::int64_t>(*asked.seconds_to_live * 1e9)};
    if (asked.raw)
      p.request.raw = RawExposure{ledger_.add_root(asked.raw->root, names_, products_), asked.raw->delta,
                                  asked.raw->gamma, asked.raw->theta, asked.raw->vega};
    p.request.legs = p.legs;  // a moved vector keeps its items where they are
    return p;
  }
  /// A prepared request, and what it was prepared of.
  struct Kept {
    Prepared of;
    PreparedId id;
    [[nodiscard]] bool is(const Prepared& p) const {
      const Request& a = of.request;
      const Request& b = p.request;
      return of.legs == p.legs && a.raw == b.raw && a.strategy == b.strategy && a.intent == b.intent &&
             a.partial == b.partial && a.legging == b.legging && a.ttl == b.ttl;
    }
  };
  [[nodiscard]] Result<Decision> decide(const Prepared& p) {
    if (!asks_prepared_) return ledger_.decide(p.request, now_);
    for (const Kept& kept : kept_)
      if (kept.is(p)) return ledger_.decide(kept.id, p.request.id, p.request.units, now_);
    const Result<PreparedId> id = ledger_.prepare(p.request);
    if (!id) return ledger_.decide(p.request, now_);  // to hear of all that is wrong with it
    kept_.push_back({p, *id});
    return ledger_.decide(*id, p.request.id, p.request.units, now_);
  }
  std::string applied(const Fill& fill) {
    const auto change = ledger_.apply(fill, now_);
    return change ? says(*change) : says(change.error());
  }
  ExecutionId next_execution() { return ExecutionId{++last_execution_}; }

  Names names_{};
  ProductTable products_{};
  Ledger ledger_;
  Timestamp now_{*parse_time("2026-01-05T15:00:00Z")};
  std::uint64_t last_request_{1000};
  std::uint64_t last_execution_{1'000'000};
  std::map<RequestId, Order> orders_{};
  bool asks_prepared_{false};
  std::vector<Kept> kept_{};
};

}  // namespace optcoord::test
