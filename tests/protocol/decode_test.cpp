// tests/protocol/decode_test.cpp -- every event type's shortest and longest line; ids; what a decoder keeps.
// SPDX-License-Identifier: MIT
#include "lines.hpp"

#include <string>  // std::string

using namespace optcoord;
using namespace optcoord::protocol;
using namespace optcoord::protocol::testing;

TEST_CASE("market and account events decode, shortest and longest") {
  Decoder d;
  CHECK_FALSE(body<AccountEvent>(d, line("account")).equity);
  const auto account = body<AccountEvent>(
      d, line("account", R"("equity":250000,"buying_power":1e5,"margin_used":0.4,"day_start_equity":249000.5,)"
                         R"("net_deposits":-100,"used":{"LT112":5000,"0DTE":0})"));
  CHECK(account.equity == 250000);
  CHECK(account.buying_power == 100000);
  CHECK(account.margin_used == 0.4);
  CHECK(account.day_start_equity == 249000.5);
  CHECK(account.net_deposits == -100);
  REQUIRE(account.used.size() == 2);
  CHECK(account.used[0] == std::pair<std::string_view, double>{"LT112", 5000});

  const auto price = body<QuoteEvent>(d, line("quote", R"("root":"SPY","price":450.25)"));
  CHECK(price.instrument == "SPY");
  CHECK(price.price == 450.25);
  const auto sides = body<QuoteEvent>(d, line("quote", R"("root":"ES 2026-03-20","bid":5000,"ask":5000.25)"));
  CHECK_FALSE(sides.price);
  CHECK(sides.quote.bid == 5000);
  CHECK(sides.quote.ask == 5000.25);

  const auto bare = body<OptionEvent>(d, line("option", R"("contract":"SPY   260116C00450000")"));
  CHECK(bare.underlying.empty());
  CHECK_FALSE(bare.quote.bid);
  const auto option = body<OptionEvent>(
      d, line("option", R"("contract":"ES    260320P05000000","underlying":"ES 2026-03-20","bid":null,"ask":1.5,)"
                        R"("iv":0,"delta":-0.3,"gamma":0.01,"theta":-0.2,"vega":0.4)"));
  CHECK(option.contract == "ES    260320P05000000");
  CHECK(option.underlying == "ES 2026-03-20");
  CHECK_FALSE(option.quote.bid);
  CHECK(option.quote.ask == 1.5);
  CHECK(option.iv == 0);
  CHECK(option.delta == -0.3);
  CHECK(option.vega == 0.4);

  CHECK(body<RatesEvent>(d, line("rates", R"("rate":-0.005)")).rate == -0.005);
  CHECK(body<RatesEvent>(d, line("rates", R"("rate":0.04,"dividend_yield":{"SPY":0.013})")).dividend_yield.size() == 1);
  const auto dividend = body<DividendEvent>(d, line("dividend", R"("root":"SPY","ex_date":"2026-03-20","amount":1.9)"));
  CHECK(dividend.root == "SPY");
  CHECK(to_text(dividend.ex_date) == "2026-03-20");
  CHECK(dividend.amount == 1.9);
  const auto calendar = body<CalendarEvent>(
      d, line("calendar", R"("name":"FOMC","from":"2026-01-28T19:00:00Z","until":"2026-01-28T21:00:00.5Z")"));
  CHECK(calendar.name == "FOMC");
  CHECK(calendar.root.empty());
  CHECK(to_text(calendar.until) == "2026-01-28T21:00:00.5Z");
  const auto session = body<SessionEvent>(
      d, line("session", R"("root":"*","open":"2026-01-05T14:30:00Z","close":"2026-01-05T21:00:00Z")"));
  CHECK(session.root == "*");
  CHECK(to_text(session.close) == "2026-01-05T21:00:00Z");
}

TEST_CASE("requests decode, shortest and longest") {
  Decoder d;
  const auto shortest = body<RequestEvent>(d, request(legs));
  CHECK(shortest.strategy == "LT112");
  CHECK(shortest.intent == Intent::open);
  CHECK_FALSE(shortest.partial);
  CHECK_FALSE(shortest.ttl_s);
  REQUIRE(shortest.legs.size() == 1);
  CHECK(shortest.legs[0].contract == "SPY   260116P00450000");
  CHECK(shortest.legs[0].ratio == -1);
  CHECK(d.text(shortest.id) == HostId{"r1", false});

  const auto longest = body<RequestEvent>(
      d, line("request", R"("id":7,"strategy":"0DTE","intent":"emergency_exit","units":30,"partial":true,)"
                         R"("legging":true,"ttl_s":0.5,"entry":"morning","label":"2 iron condors","buying_power":0,)"
                         R"("exposure":{"root":"SPY","delta":-10,"gamma":0.1,"theta":1,"vega":-2})"));
  CHECK(d.text(longest.id) == HostId{"7", true});
  CHECK(longest.intent == Intent::emergency_exit);
  CHECK(longest.units == 30);
  CHECK(longest.partial);
  CHECK(longest.legging);
  CHECK(longest.ttl_s == 0.5);
  CHECK(longest.buying_power == 0);
  CHECK(longest.entry == "morning");
  CHECK(longest.label == "2 iron condors");
  REQUIRE(longest.exposure);
  CHECK(longest.exposure->root == "SPY");
  CHECK(longest.exposure->delta == -10);
  CHECK(longest.exposure->vega == -2);
  CHECK(longest.legs.empty());
}

TEST_CASE("what_if is one request without an id, or a batch") {
  Decoder d;
  const std::string fields = R"("strategy":"LT112","intent":"adjust","units":2,)" + std::string(legs);
  const auto one = body<WhatIfEvent>(d, line("what_if", fields));
  CHECK_FALSE(one.batch);
  REQUIRE(one.requests.size() == 1);
  CHECK(one.requests[0].intent == Intent::adjust);
  const auto batch = body<WhatIfEvent>(d, line("what_if", R"("requests":[{)" + fields + "},{" + fields + "}]"));
  CHECK(batch.batch);
  CHECK(batch.requests.size() == 2);
  CHECK(d.requests().size() == 0);
  CHECK(body<WhatIfEvent>(d, line("what_if", R"("id":"r9",)" + fields)).requests.size() == 1);
  CHECK(d.requests().size() == 0);  // an id of a what_if is not remembered
}

TEST_CASE("orders, fills, halts and the rest decode") {
  Decoder d;
  const RequestId id = body<RequestEvent>(d, request(legs)).id;
  const auto order = body<OrderEvent>(d, line("order", R"("request":"r1","status":"rejected")"));
  CHECK(order.request == id);
  CHECK(order.status == OrderStatus::rejected);
  const auto fill = body<FillEvent>(
      d, line("fill", R"("request":"r1","exec":12,"leg":"SPY   260116P00450000","quantity":-1,"price":0)"));
  CHECK(fill.request == id);
  CHECK(fill.quantity == -1);
  CHECK(fill.price == 0);
  CHECK_FALSE(fill.units);
  CHECK(d.text(fill.execution) == HostId{"12", true});
  const auto raw = body<FillEvent>(d, line("fill", R"("request":"r1","exec":"12","units":4)"));
  CHECK(raw.execution != fill.execution);
  CHECK(raw.units == 4);
  const auto positions = body<PositionsEvent>(
      d, line("positions", R"("positions":[{"contract":"SPY","quantity":-400,"strategy":"LT112"},)"
                           R"({"contract":"SPY","quantity":3.0},{"contract":"SPX","quantity":0}],"adopt":false)"));
  REQUIRE(positions.positions.size() == 3);
  CHECK(positions.positions[0].contract == "SPY");
  CHECK(positions.positions[0].quantity == -400);
  CHECK(positions.positions[0].strategy == "LT112");
  CHECK(positions.positions[1].quantity == 3);
  CHECK(positions.positions[1].strategy.empty());
  CHECK_FALSE(positions.adopt);
  const auto none = body<PositionsEvent>(d, line("positions", R"("positions":[])"));
  CHECK(none.positions.empty());
  CHECK(none.adopt);
  const auto halt =
      body<HaltEvent>(d, line("halt", R"("scope":"group:SPY","level":"reduce_only","actor":"ann","reason":"news")"));
  CHECK(halt.scope == "group:SPY");
  CHECK(halt.level == HaltLevel::reduce_only);
  CHECK(halt.actor == "ann");
  const auto resume = body<ResumeEvent>(d, line("resume", R"("scope":"account","actor":"ann","reason":"over")"));
  CHECK(resume.reason == "over");
  const auto state = body<StateEvent>(
      d, line("state", R"("strategy":"LT112","trigger":"defensive_dte","reason":"21 days","actor":"ann")"));
  CHECK(state.strategy == "LT112");
  CHECK(state.trigger == Trigger::defensive_dte);
  CHECK(state.reason == "21 days");
  CHECK(state.actor == "ann");
  const auto bare = body<StateEvent>(d, line("state", R"("strategy":"LT112","trigger":"terminate")"));
  CHECK(bare.trigger == Trigger::terminate);
  CHECK(bare.reason.empty());
  CHECK(bare.actor.empty());
  const auto pnl = body<PnlEvent>(d, line("pnl", R"("values":{"LT112":-12.5,"0DTE":3})"));
  REQUIRE(pnl.values.size() == 2);
  CHECK(pnl.values[0].first == "LT112");
  CHECK(pnl.values[0].second == -12.5);
  CHECK(body<PnlEvent>(d, line("pnl", R"("values":{})")).values.empty());
  const auto returns = body<ReturnsEvent>(d, line("returns", R"("values":{"LT112":-0.012,"0DTE":0.03})"));
  REQUIRE(returns.values.size() == 2);
  CHECK(returns.values[0].first == "LT112");
  CHECK(returns.values[0].second == -0.012);
  const auto allocate = body<AllocateEvent>(d, line("allocate", R"("demands":{"LT112":500},"mode":"priority")"));
  REQUIRE(allocate.demands);
  REQUIRE(allocate.demands->size() == 1);
  CHECK((*allocate.demands)[0].second == 500);
  CHECK(allocate.mode == AllocationMode::priority);
  CHECK(body<AllocateEvent>(d, line("allocate", R"("mode":"waterfall")")).mode == AllocationMode::waterfall);
  const auto shares = body<AllocateEvent>(d, line("allocate"));
  CHECK(!shares.demands);
  CHECK(!shares.mode);
  CHECK(body<AllocateEvent>(d, line("allocate", R"("demands":{})")).demands->empty());
  const auto size = body<SizeEvent>(d, line("size", R"("strategy":"A","price":50000,"side":"long")"));
  CHECK(size.strategy == "A");
  CHECK_FALSE(size.equity);
  CHECK(size.trade.price == 50000);
  CHECK(size.trade.side == PositionSide::long_side);
  CHECK_FALSE(size.trade.stop);
  CHECK_FALSE(size.trade.volatility);
  const auto full = body<SizeEvent>(
      d,
      line("size", R"("strategy":"A","price":2.5,"side":"short","equity":-1,"stop":3,"stop_loss_pct":4,"signal":0.5,)"
                   R"("multiplier":100,"lot":10,"max_loss_per_unit":5,"buying_power":6,"volatility":0.7)"));
  CHECK(full.equity == -1);
  CHECK(full.trade.side == PositionSide::short_side);
  CHECK(full.trade.stop == 3);
  CHECK(full.trade.stop_loss_pct == 4);
  CHECK(full.trade.signal == 0.5);
  CHECK(full.trade.multiplier == 100);
  CHECK(full.trade.lot == 10);
  CHECK(full.trade.max_loss_per_unit == 5);
  CHECK(full.trade.buying_power == 6);
  CHECK(full.trade.volatility == 0.7);
  const auto result = body<TradeResultEvent>(d, line("trade_result", R"("strategy":"A","pnl":-20,"risked":40)"));
  CHECK(result.strategy == "A");
  CHECK(result.result.pnl == -20);
  CHECK(result.result.risked == 40);
  (void)body<PlanEvent>(d, line("plan"));
  (void)body<TickEvent>(d, line("tick"));
  (void)body<ReportEvent>(d, line("report"));
}

TEST_CASE("plans of LEAPs and weekly calls are asked for by strategy and root") {
  Decoder d;
  const auto asked = body<IpmccEvent>(d, line("ipmcc", R"("strategy":"IPMCC","root":"SPY")"));
  CHECK(asked.strategy == "IPMCC");
  CHECK(asked.root == "SPY");
  CHECK(body<IpmccRollsEvent>(d, line("ipmcc_rolls", R"("strategy":"IPMCC")")).strategy == "IPMCC");
  check_fault(line("ipmcc", R"("strategy":"IPMCC")"), Errc::invalid_value, "root");
  check_fault(line("ipmcc", R"("strategy":7,"root":"SPY")"), Errc::invalid_value, "strategy");
  check_fault(line("ipmcc", R"("strategy":"IPMCC","root":["SPY"])"), Errc::invalid_value, "root");
  check_fault(line("ipmcc_rolls"), Errc::invalid_value, "strategy");
  check_fault(line("ipmcc_rolls", R"("strategy":"IPMCC","root":"SPY")"), Errc::unknown_key, "root");
}

TEST_CASE("a whole number may be written with a fraction of zero") {
  Decoder d;
  const auto r = body<RequestEvent>(
      d, line("request", R"("id":3.0,"strategy":"A","intent":"open","units":3.0,)" + std::string(legs)));
  CHECK(r.units == 3);
  CHECK(d.text(r.id) == HostId{"3", true});
}

TEST_CASE("ids are texts of 1 to 128 bytes or whole numbers from 0, kept apart") {
  Decoder d;
  const auto order = [](std::string_view id) {
    return line("order", R"("request":)" + std::string(id) + R"(,"status":"working")");
  };
  CHECK(body<OrderEvent>(d, order("1")).request != body<OrderEvent>(d, order("\"1\"")).request);
  CHECK(body<OrderEvent>(d, order("0")).request == body<OrderEvent>(d, order("0")).request);
  (void)body<OrderEvent>(d, order("\"" + std::string(IdTable::max_length, 'x') + "\""));
  for (const std::string& id : {std::string("\"\""), std::string("-1"), std::string("1.5"), std::string("null"),
                                std::string("[1]"), "\"" + std::string(IdTable::max_length + 1, 'x') + "\""})
    check_fault(order(id), Errc::invalid_value, "request");
}

TEST_CASE("a rejected line leaves no id behind") {
  Decoder d;
  CHECK_FALSE(d.decode(line("order", R"("request":"r1","status":"bad")")).has_value());
  CHECK_FALSE(d.decode(line("fill", R"("request":"r1","exec":"e1","units":0)")).has_value());
  CHECK(d.requests().size() == 0);
  CHECK(d.executions().size() == 0);
}

TEST_CASE("ids nobody remembers are forgotten in time") {
  Decoder d;
  struct Nobody {
    bool operator()(RequestId) const { return false; }
    bool operator()(ExecutionId) const { return false; }
    bool operator()(StopId) const { return false; }
  };
  for (int i = 0; i < 10'000; ++i) {
    const auto event = d.decode(line("order", R"("request":)" + std::to_string(i) + R"(,"status":"working")"));
    REQUIRE(event.has_value());
    d.forget(Nobody{});
  }
  CHECK(d.requests().size() < 5'000);
}

TEST_CASE("white space, escapes and line ends of Windows are fine") {
  Decoder d;
  CHECK(d.decode("  " + line("tick") + " \t\r").has_value());
  CHECK(body<QuoteEvent>(d, line("quote", R"("\u0072oot":"S\u0050Y" , "price" : 1)")).instrument == "SPY");
  CHECK(is_blank(""));
  CHECK(is_blank(" \t\r"));
  CHECK_FALSE(is_blank(" x"));
}

TEST_CASE("a decoder goes on after any fault, and its texts hold until the next line") {
  Decoder d;
  CHECK_FALSE(d.decode("{\"a\":[[[").has_value());
  const auto label = std::string(300, 'L');
  const auto r = body<RequestEvent>(d, request(R"("label":")" + label + R"(",)" + std::string(legs)));
  CHECK(r.label == label);
}
