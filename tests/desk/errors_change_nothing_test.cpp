// tests/desk/errors_change_nothing_test.cpp -- a refused event names its field and leaves state and time as they were.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"
#include "support/not_finite.hpp"

#include <doctest/doctest.h>

#include <cstdint>  // std::int64_t
#include <limits>   // std::numeric_limits

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// A desk with something of everything: held, pending, halted, an event to come, known strategies.
struct Busy {
  Busy() : book(config()) {
    book.equity(200'000);
    book.price("SPY", 450);
    book.delta(put_440, -0.3);
    book.trade(contracts("A", -5, put_440));
    order = book.ask(shares("B", 100));
    raw = book.pending(estimate("B", 50, {"SPY", 1.0, 0.0, 0.0, 0.0}));
    book.event("FOMC", book.now() + 30s, 1h);
    book.halt("group:ES");
    before = book.everything();
  }
  static DeskConfig config() {
    DeskConfig c;
    c.ledger = rows({tiered_delta(), limit("ACCOUNT", Metric::vega, 1000), cap("A", "SPY", Metric::delta, 900)});
    c.ledger.cuts = {event_cut("FOMC", 0.5)};
    std::vector<DeskStrategyConfig> strategies(2);
    strategies[0].name = "A";
    strategies[1].name = "B";
    strategies[0].position_sizing = PositionSizingConfig{.method = "risk_based", .risk_per_trade_pct = 0.02};
    c.strategies = strategies;
    return c;
  }
  /// Sends `body` two minutes from now, when a reservation would lapse and an event begin.
  /// \returns the error. Nothing may be said, nothing may change, and time may not pass.
  std::string refusal(const EventBody& body) {
    const std::string error = book.send_at(book.now() + 2min, body);
    CHECK(book.said().empty());
    CHECK(book.everything() == before);
    CHECK(book.send(TickEvent{}).empty());  // now is not in the past
    CHECK(book.said().empty());             // and nothing was due by now
    return error;
  }
  DeskBook book;
  Answer order{};
  Answer raw{};
  std::string before{};
};

[[nodiscard]] RequestEvent request() {
  RequestEvent e;
  e.id = RequestId{5};
  e.strategy = "A";
  e.units = 1;
  e.legs = {{"SPY", -1}};
  return e;
}

/// `request()` after `change`.
template <class Change>
[[nodiscard]] RequestEvent request_with(Change change) {
  RequestEvent e = request();
  change(e);
  return e;
}

}  // namespace

TEST_CASE("time does not go back, and equal is fine") {
  Busy busy;
  CHECK(busy.book.send_at(busy.book.now() - 1ns, TickEvent{}) == "time_went_back t");
  CHECK(busy.book.everything() == busy.before);
  CHECK(busy.book.send_at(busy.book.now(), TickEvent{}).empty());
}

TEST_CASE("what a refused line would have brought about comes with the next accepted one") {
  Busy busy;
  CHECK(busy.refusal(QuoteEvent{"SPY", -1.0, {}}) == "invalid_value price");
  busy.book.wait(2min);
  CHECK(busy.book.said().size() == 2);  // the event begins, the reservation lapses
}

TEST_CASE("account") {
  Busy busy;
  AccountEvent e;
  e.equity = not_a_number;
  CHECK(busy.refusal(e) == "invalid_value equity");
  e = {};
  e.buying_power = infinity;
  CHECK(busy.refusal(e) == "invalid_value buying_power");
  e = {};
  e.margin_used = not_a_number;
  CHECK(busy.refusal(e) == "invalid_value margin_used");
  e = {};
  e.day_start_equity = -infinity;
  CHECK(busy.refusal(e) == "invalid_value day_start_equity");
  e = {};
  e.equity = 1.0;  // fine, but the line as a whole is not
  e.net_deposits = not_a_number;
  CHECK(busy.refusal(e) == "invalid_value net_deposits");
  e = {};
  e.used = {{"nobody", 1.0}};
  CHECK(busy.refusal(e) == "unknown_name used[0]");
}

TEST_CASE("quote") {
  Busy busy;
  for (const double price : {0.0, -1.0, not_a_number, infinity})
    CHECK(busy.refusal(QuoteEvent{"SPY", price, {}}) == "invalid_value price");
  CHECK(busy.refusal(QuoteEvent{"SPY", {}, {}}) == "invalid_value price");
  CHECK(busy.refusal(QuoteEvent{"spy", 1.0, {}}) == "invalid_value root");
  CHECK(busy.refusal(QuoteEvent{"", 1.0, {}}) == "invalid_value root");
  CHECK(busy.refusal(QuoteEvent{put_440, 1.0, {}}) == "invalid_value root");
  CHECK(busy.refusal(QuoteEvent{"SPY 2026-03-20", 1.0, {}}) == "invalid_value root");  // there is no such future
}

TEST_CASE("option") {
  Busy busy;
  OptionEvent e;
  e.contract = "SPY";
  CHECK(busy.refusal(e) == "invalid_value contract");
  e.contract = "SPY   260230P00440000";
  CHECK(busy.refusal(e) == "invalid_value contract");
  e.contract = put_440;
  e.underlying = "SPY 2026-03-20";
  CHECK(busy.refusal(e) == "invalid_value underlying");
  e.underlying = {};
  e.delta = not_a_number;
  CHECK(busy.refusal(e) == "invalid_value delta");
  e.delta = -0.9;
  e.vega = infinity;
  CHECK(busy.refusal(e) == "invalid_value vega");
}

TEST_CASE("rates") {
  Busy busy;
  CHECK(busy.refusal(RatesEvent{not_a_number, {}}) == "invalid_value rate");
  CHECK(busy.refusal(RatesEvent{0.04, {{"SPY", infinity}}}) == "invalid_value dividend_yield[0]");
  CHECK(busy.refusal(RatesEvent{0.04, {{"no root", 0.01}}}) == "invalid_value dividend_yield[0]");
}

TEST_CASE("calendar") {
  Busy busy;
  const Timestamp t = busy.book.now();
  CHECK(busy.refusal(CalendarEvent{"", t, t + 1h, {}}) == "invalid_value name");
  CHECK(busy.refusal(CalendarEvent{"FOMC", t, t + 1h, "no root"}) == "invalid_value root");
}

TEST_CASE("session") {
  Busy busy;
  const Timestamp t = busy.book.now();
  CHECK(busy.refusal(SessionEvent{"SPY", t, t}) == "invalid_value close");
  CHECK(busy.refusal(SessionEvent{"no root", t, t + 1h}) == "invalid_value root");
}

TEST_CASE("request") {
  Busy busy;
  CHECK(busy.refusal(request_with([](RequestEvent& e) { e.strategy = "C"; })) == "unknown_name strategy");
  CHECK(busy.refusal(request_with([](RequestEvent& e) { e.strategy = ""; })) == "invalid_value strategy");
  for (const std::int64_t units : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{9'007'199'254'740'993}})
    CHECK(busy.refusal(request_with([&](RequestEvent& e) { e.units = units; })) == "invalid_value units");
  for (const double ttl : {0.0, -1.0, not_a_number, infinity})
    CHECK(busy.refusal(request_with([&](RequestEvent& e) { e.ttl_s = ttl; })) == "invalid_value ttl_s");
  for (const double usd : {-1.0, not_a_number, infinity})
    CHECK(busy.refusal(request_with([&](RequestEvent& e) { e.buying_power = usd; })) == "invalid_value buying_power");
  CHECK(busy.refusal(request_with([](RequestEvent& e) { e.legs.clear(); })) == "invalid_value legs");
  CHECK(busy.refusal(request_with([](RequestEvent& e) {
    e.legs.push_back({"SPY", 0});
  })) == "invalid_value legs[1].ratio");
  CHECK(busy.refusal(request_with([](RequestEvent& e) {
    e.legs.push_back({"SPX", 1});
  })) == "invalid_value legs[1].contract");
  CHECK(busy.refusal(request_with([](RequestEvent& e) { e.legs[0].contract = "nothing at all"; })) ==
        "invalid_value legs[0].contract");
  CHECK(busy.refusal(request_with([](RequestEvent& e) { e.legs[0].ratio = 5'000'000'000; })) ==
        "invalid_value legs[0].ratio");
  constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
  CHECK(busy.refusal(request_with([](RequestEvent& e) { e.legs[0].ratio = lowest; })) == "invalid_value legs[0].ratio");
}

TEST_CASE("raw exposure") {
  Busy busy;
  const auto raw = [](ExposureText exposure) {
    return request_with([&](RequestEvent& e) {
      e.legs.clear();
      e.exposure = exposure;
    });
  };
  CHECK(busy.refusal(raw({"no root", 1.0, {}, {}, {}})) == "invalid_value exposure.root");
  CHECK(busy.refusal(raw({"SPY", not_a_number, {}, {}, {}})) == "invalid_value exposure.delta");
  CHECK(busy.refusal(raw({"SPY", 1e13, {}, {}, {}})) == "invalid_value exposure.delta");
  CHECK(busy.refusal(raw({"SPY", 1.0, infinity, {}, {}})) == "invalid_value exposure.gamma");
  CHECK(busy.refusal(raw({"SPY", 1.0, {}, not_a_number, {}})) == "invalid_value exposure.theta");
  CHECK(busy.refusal(raw({"SPY", 1.0, {}, {}, not_a_number})) == "invalid_value exposure.vega");
  const RequestEvent both = request_with([](RequestEvent& e) { e.exposure = ExposureText{"SPY", 1.0, {}, {}, {}}; });
  CHECK(busy.refusal(both).substr(0, 13) == "invalid_value");
}

TEST_CASE("what_if") {
  Busy busy;
  CHECK(busy.refusal(WhatIfEvent{}) == "invalid_value requests");
  WhatIfEvent e;
  e.batch = true;
  e.requests = {request(), request_with([](RequestEvent& r) { r.units = 0; })};
  CHECK(busy.refusal(e) == "invalid_value units");
}

TEST_CASE("order") {
  Busy busy;
  CHECK(busy.refusal(OrderEvent{RequestId{77}, OrderStatus::cancelled}) == "unknown_request request");
}

TEST_CASE("fill") {
  Busy busy;
  const RequestId id = busy.order.id;
  const ExecutionId exec{9};
  CHECK(busy.refusal(FillEvent{RequestId{77}, exec, "SPY", 100, 450.0, {}}) == "unknown_request request");
  CHECK(busy.refusal(FillEvent{id, exec, "SPX", 100, 450.0, {}}) == "invalid_value leg");
  CHECK(busy.refusal(FillEvent{id, exec, put_440, 1, 450.0, {}}) == "invalid_value leg");
  CHECK(busy.refusal(FillEvent{id, exec, "", 1, 450.0, {}}) == "invalid_value leg");
  CHECK(busy.refusal(FillEvent{id, exec, "SPY", -100, 450.0, {}}) == "invalid_value quantity");
  CHECK(busy.refusal(FillEvent{id, exec, "SPY", 0, 450.0, {}}) == "invalid_value quantity");
  CHECK(busy.refusal(FillEvent{id, exec, "SPY", {}, 450.0, {}}) == "invalid_value quantity");
  CHECK(busy.refusal(FillEvent{id, exec, {}, {}, 450.0, 100}).substr(0, 13) == "invalid_value");
  CHECK(busy.refusal(FillEvent{id, exec, "SPY", 100, not_a_number, {}}) == "invalid_value price");
  const RequestId raw = busy.raw.id;
  CHECK(busy.refusal(FillEvent{raw, exec, {}, {}, 450.0, {}}) == "invalid_value units");
  CHECK(busy.refusal(FillEvent{raw, exec, {}, {}, 450.0, 0}) == "invalid_value units");
  CHECK(busy.refusal(FillEvent{raw, exec, "SPY", 50, 450.0, {}}).substr(0, 13) == "invalid_value");
}

TEST_CASE("positions") {
  Busy busy;
  const auto refusal = [&](std::vector<PositionText> positions) {
    return busy.refusal(PositionsEvent{std::move(positions)});
  };
  constexpr std::int64_t most = std::int64_t{1} << 53;
  CHECK(refusal({{put_440, -5, {}}, {"spy", 1, {}}}) == "invalid_value positions[1].contract");
  CHECK(refusal({{"SPX", 1, {}}}) == "invalid_value positions[0].contract");  // nobody holds a share of it
  CHECK(refusal({{"", 1, {}}}) == "invalid_value positions[0].contract");
  CHECK(refusal({{"SPY", 1, {}}, {"SPY", 1, "nobody"}}) == "unknown_name positions[1].strategy");
  CHECK(refusal({{"SPY", most + 1, {}}}) == "invalid_value positions[0].quantity");
  CHECK(refusal({{"SPY", 1, {}}, {put_440, 1, {}}, {"SPY", -1, {}}}) == "invalid_value positions[2].contract");
  CHECK(refusal({{"SPY", 1, "A"}, {"SPY", 1, "B"}, {"SPY", 1, "A"}}) == "invalid_value positions[2].contract");
  CHECK(refusal({{"SPY", most, "unassigned"}, {"SPY", 1, {}}}) == "invalid_value positions[1].quantity");
}

TEST_CASE("size and trade_result") {
  Busy busy;
  const SizeRequest trade{.price = 100, .stop = 90};
  CHECK(busy.refusal(SizeEvent{"C", {}, trade}) == "unknown_name strategy");
  CHECK(busy.refusal(SizeEvent{"B", {}, trade}) == "no_sizer strategy");
  CHECK(busy.refusal(SizeEvent{"A", not_a_number, trade}) == "invalid_value equity");
  CHECK(busy.refusal(SizeEvent{"A", {}, {.price = 100}}) == "invalid_value stop");
  CHECK(busy.refusal(SizeEvent{"A", {}, {.price = 100, .stop = 100}}) == "invalid_value stop");
  CHECK(busy.refusal(SizeEvent{"A", {}, {.price = 0, .stop = 90}}) == "invalid_value price");
  CHECK(busy.refusal(SizeEvent{"A", {}, {.price = 100, .stop = 90, .signal = 1.5}}) == "invalid_value signal");
  CHECK(busy.refusal(TradeResultEvent{"C", {1, 1}}) == "unknown_name strategy");
  CHECK(busy.refusal(TradeResultEvent{"A", {not_a_number, 1}}) == "invalid_value pnl");
  CHECK(busy.refusal(TradeResultEvent{"A", {1, 0}}) == "invalid_value risked");
  CHECK(busy.refusal(TradeResultEvent{"A", {1, 1e-7}}) == "invalid_value risked");
}

TEST_CASE("state and pnl") {
  Busy busy;
  CHECK(busy.refusal(StateEvent{"A", Trigger::order_filled, {}, {}}) == "illegal_transition trigger");
  CHECK(busy.refusal(StateEvent{"C", Trigger::suspend, {}, {}}) == "unknown_name strategy");
  CHECK(busy.refusal(PnlEvent{{{"A", not_a_number}}}) == "invalid_value values[0]");
  CHECK(busy.refusal(PnlEvent{{{"A", 1.0}, {"C", 1.0}}}) == "unknown_name values[1]");
}

TEST_CASE("halt and resume") {
  Busy busy;
  CHECK(busy.refusal(HaltEvent{"everything", HaltLevel::halt, "ann", "why"}) == "invalid_value scope");
  CHECK(busy.refusal(HaltEvent{"group:DAX", HaltLevel::halt, "ann", "why"}) == "unknown_name scope");
  CHECK(busy.refusal(HaltEvent{"strategy:C", HaltLevel::halt, "ann", "why"}) == "unknown_name scope");
  CHECK(busy.refusal(HaltEvent{"account", HaltLevel::halt, "", "why"}) == "invalid_value actor");
  CHECK(busy.refusal(HaltEvent{"account", HaltLevel::halt, "ann", ""}) == "invalid_value reason");
  CHECK(busy.refusal(ResumeEvent{"account", "ann", "why"}) == "invalid_value scope");
  CHECK(busy.refusal(ResumeEvent{"group:ES", "", "why"}) == "invalid_value actor");
  CHECK(busy.refusal(ResumeEvent{"group:ES", "ann", ""}) == "invalid_value reason");
}

TEST_CASE("events of components that are not there") {
  Busy busy;
  CHECK(busy.refusal(IpmccEvent{"A", "SPY"}) == "not_ready type");
  CHECK(busy.refusal(IpmccRollsEvent{"A"}) == "not_ready type");
}

TEST_CASE("a refused request registers nobody: strategies are listed in the order of accepted lines") {
  DeskBook book(spy_delta(1000));
  CHECK(book.refusal(shares("late", 0)) == "invalid_value units");
  CHECK(book.refusal(contracts("late", 1, "SPY   260230P00440000")) == "invalid_value legs[0].contract");
  book.trade(shares("early", 1));
  book.trade(shares("late", 1));
  const auto strategies = book.desk().report().groups[0].strategies;
  REQUIRE(strategies.size() == 2);
  CHECK(book.desk().names().strategies.text(strategies[0].strategy) == "early");
}
