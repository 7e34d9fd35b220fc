// tests/exercise/closing_test.cpp -- closing safely: limits, attempts, breaker, quotes, stops, modes; never silence.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support/expiry_world.hpp"
#include "support/not_finite.hpp"

using namespace optcoord;
using optcoord::test::active;
using optcoord::test::at;
using optcoord::test::ExpiryWorld;
using optcoord::test::spy;
using std::chrono::seconds;

namespace {

/// A short call two percent in the money, four minutes before the close.
[[nodiscard]] ExpiryWorld in_danger(ExerciseConfig config = {}) {
  ExpiryWorld w = active(std::move(config));
  w.hold(spy('C', 635), -2, 648, 13.00, 13.20).at_minutes(4);
  return w;
}
/// Fails once, long enough after the last for the breaker.
void fails_slowly(ExpiryWorld& w) { w.at_time(w.now + seconds{13}).fails(0).look(); }

}  // namespace

TEST_CASE("limits begin at mid and end ten cents away, each attempt a ninth of the way, to the nearest cent") {
  ExpiryWorld w = in_danger();
  std::string limits = w.says(0);
  for (int i = 0; i < 9; ++i) {
    fails_slowly(w);
    limits += ", " + w.says(0);
  }
  CHECK(limits ==
        "close 13.10, close 13.11, close 13.12, close 13.13, close 13.14, close 13.16, close 13.17, close 13.18, "
        "close 13.19, close 13.20");
}

TEST_CASE("a long is sold from mid downwards") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), 2, 648, 13.00, 13.20).at_minutes(4);
  CHECK(w.says(0) == "close 13.10");
  fails_slowly(w);
  CHECK(w.says(0) == "close 13.09");
}

TEST_CASE("limit prices: whole ticks, never more than the cap from mid, never below a tick") {
  CHECK(limit_price(true, 1.15, 0, 0.10, 0.01) == 1.15);
  CHECK(limit_price(true, 1.005, 0, 0.10, 0.01) == 1.01);  // in the middle: towards the fill
  CHECK(limit_price(false, 1.005, 0, 0.10, 0.01) == 1.00);
  CHECK(limit_price(true, 1.225, 0.02, 0.10, 0.05) == 1.25);
  CHECK(limit_price(true, 1.225, 0.10, 0.10, 0.05) == 1.30);
  CHECK(limit_price(true, 1.24, 0.10, 0.10, 0.25) == 1.25);
  CHECK(limit_price(true, 1.14, 0.10, 0.10, 0.25) == 1.00);  // 1.25 would be 0.11 away
  CHECK(limit_price(false, 1.14, 0.10, 0.10, 0.05) == 1.05);
  CHECK(limit_price(false, 0.01, 0.10, 0.10, 0.01) == 0.01);
  CHECK(limit_price(true, 2.30, 0.10, 0.10, 0.01) == 2.40);
}

TEST_CASE("with one attempt the limit is mid") { CHECK(slippage_step(1, 1, 0.10) == 0.0); }

TEST_CASE("a quote whose far side is exactly the cap from mid is closed, a tenth of a cent more is escalated") {
  ExpiryWorld w = in_danger();
  CHECK(w.says(0) == "close 13.10");
  w.positions[0].quote = {13.00, 13.202};
  CHECK(w.look().says(0) == "escalate slippage_exceeded");
}

TEST_CASE("escalation names both costs, and what the shares may move overnight") {
  ExpiryWorld w = in_danger();
  w.fails(0, 6);
  w.look();
  CHECK(w.says(0) == "escalate breaker_open");
  CHECK(*w.row(0).costs->close_now == doctest::Approx(2640));   // 2 x 100 x 13.20
  CHECK(*w.row(0).costs->assignment == doctest::Approx(2600));  // 2 x 100 x 13
  CHECK(*w.row(0).costs->overnight == doctest::Approx(200 * 648 * 0.20 / std::sqrt(252)));
  CHECK(w.plan.notice == Notice::alarm);
  CHECK(w.plan.notice_row == 0);
}

TEST_CASE("escalation of a long counts what is received as below zero") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), 1, 648, 12.00, 14.00).at_minutes(4);
  CHECK(w.says(0) == "escalate slippage_exceeded");
  CHECK(*w.row(0).costs->close_now == doctest::Approx(-1200));
  CHECK(*w.row(0).costs->assignment == doctest::Approx(-1300));
}

TEST_CASE("the first reason that applies is named: attempts, breaker, quote, slippage, kill switch") {
  ExerciseConfig c;
  c.max_attempts = 2;
  c.breaker.failures = 1;
  ExpiryWorld w = in_danger(c);
  w.hold(spy('C', 634), -1, 648, 14.00, 14.10).at_minutes(4);
  kill_switch(w.state, true);
  CHECK(w.look().says(0) == "escalate kill_switch");
  w.positions[0].quote = {13.00, 14.00};
  CHECK(w.look().says(0) == "escalate slippage_exceeded");
  w.positions[0].quote = {14.00, 13.00};
  CHECK(w.look().says(0) == "escalate no_quote");
  w.fails(0).fails(1);
  CHECK(w.look().says(0) == "escalate breaker_open");
  w.fails(0);
  CHECK(w.look().says(0) == "escalate attempts_exhausted");
  CHECK(w.says(1) == "escalate breaker_open");
}

TEST_CASE("failures count and escalation shows in every mode") {
  for (const ExerciseMode mode : {ExerciseMode::monitor, ExerciseMode::active, ExerciseMode::emergency}) {
    ExpiryWorld w = in_danger();
    w.mode(mode).fails(0, 6);
    CHECK(w.look().says(0) == "escalate breaker_open");
    CHECK(w.queue() == "0");
    CHECK_FALSE(w.row(0).order);
  }
}

TEST_CASE("a filled close starts attempts anew") {
  ExpiryWorld w = in_danger();
  for (int i = 0; i < 4; ++i) fails_slowly(w);
  CHECK(w.says(0) == "close 13.14");
  w.succeeds(0).filled(0, 1);
  CHECK(w.look().says(0) == "close 13.10");
}

TEST_CASE("the next session starts attempts anew") {
  ExerciseConfig c;
  c.max_attempts = 1;
  ExpiryWorld w = in_danger(c);
  w.fails(0);
  CHECK(w.look().says(0) == "escalate attempts_exhausted");
  const auto failed_at = [&](const char* t) {
    return failed_attempts(w.state, w.key(0), session_date("SPY", w.sessions, at(t)));
  };
  CHECK(failed_at("2026-01-17T04:59:59.999999999Z") == 1);  // 23:59 New York
  CHECK(failed_at("2026-01-17T05:00:00Z") == 0);
  tick(w.state, w.policy, at("2026-01-17T05:00:00Z"));
  CHECK(w.state.tracks.empty());
}

TEST_CASE("attempts are counted by strategy and contract") {
  ExerciseConfig c;
  c.max_attempts = 1;
  ExpiryWorld w = in_danger(c);
  w.hold(spy('C', 635), -2, 648, 13.00, 13.20, 2).at_minutes(4).fails(0);
  CHECK(w.look().says(0) == "escalate attempts_exhausted");
  CHECK(w.says(1) == "close 13.10");
}

TEST_CASE("what the host has closed is not closed again until a fill, positions or a failure") {
  ExpiryWorld w = in_danger();
  w.succeeds(0).look();
  CHECK(w.row(0).pending);
  CHECK(w.says(0) == "warn");
  CHECK(w.queue().empty());
  w.filled(0, 1);
  CHECK(w.look().says(0) == "close 13.10");
  w.succeeds(0);
  positions_reported(w.state);
  CHECK(w.look().says(0) == "close 13.10");
  w.succeeds(0).fails(0);
  CHECK(w.look().says(0) == "close 13.11");
}

TEST_CASE("a close_result that makes no sense is an error and changes nothing") {
  ExpiryWorld w = in_danger();
  const ExerciseState before = w.state;
  const CloseKey k = w.key(0);
  const auto error = [&](CloseResult r) { return close_result(w.state, w.policy, r, w.session(0), w.now).error(); };
  CHECK(error({k.strategy, k.contract, true, test::not_a_number}) == Error{Errc::invalid_value, "price"});
  CHECK(error({k.strategy, k.contract, true, -0.01}) == Error{Errc::invalid_value, "price"});
  CHECK(error({k.strategy, k.contract, true, 1.0, 0}) == Error{Errc::invalid_value, "filled"});
  CHECK(error({k.strategy, k.contract, false, 1.0, -1}) == Error{Errc::invalid_value, "filled"});
  CHECK(w.state == before);
}

TEST_CASE("the breaker counts failures in the last 60 seconds, the one exactly 60 seconds old no longer") {
  const BreakerConfig rule;
  const Timestamp start = at("2026-01-16T20:55:00Z");
  Breaker b;
  for (int i = 0; i < 5; ++i) b.failed(rule, start);
  Breaker late = b;
  late.failed(rule, start + seconds{60});
  CHECK(late.state(rule, start + seconds{60}) == BreakerState::closed);
  b.failed(rule, start + seconds{60} - Duration{1});
  CHECK(b.state(rule, start + seconds{60}) == BreakerState::open);
}

TEST_CASE("a minute after it opened, to the nanosecond, the breaker lets one attempt through, which decides") {
  const BreakerConfig rule;
  const Timestamp start = at("2026-01-16T20:55:00Z");
  Breaker b;
  for (int i = 0; i < 6; ++i) b.failed(rule, start);
  CHECK(b.state(rule, start + seconds{60} - Duration{1}) == BreakerState::open);
  CHECK(b.state(rule, start + seconds{60}) == BreakerState::probing);
  Breaker good = b;
  good.succeeded(rule, start + seconds{61});
  CHECK(good.state(rule, start + seconds{61}) == BreakerState::closed);
  good.failed(rule, start + seconds{62});
  CHECK(good.state(rule, start + seconds{62}) == BreakerState::closed);
  b.failed(rule, start + seconds{61});
  CHECK(b.state(rule, start + seconds{120}) == BreakerState::open);
  CHECK(b.state(rule, start + seconds{121}) == BreakerState::probing);
}

TEST_CASE("results of orders sent before it opened neither close the breaker nor keep it open longer") {
  const BreakerConfig rule;
  const Timestamp start = at("2026-01-16T20:55:00Z");
  Breaker b;
  for (int i = 0; i < 6; ++i) b.failed(rule, start);
  b.succeeded(rule, start + seconds{1});
  CHECK(b.state(rule, start + seconds{1}) == BreakerState::open);
  b.failed(rule, start + seconds{30});
  CHECK(b.state(rule, start + seconds{60}) == BreakerState::probing);
}

TEST_CASE("the probe is the first of the queue that could be closed; the others wait for its result") {
  ExpiryWorld w = in_danger();
  w.hold(spy('C', 634), -1, 648, 14.00, 14.10).hold(spy('C', 620), -1, 648, 28.00, 29.00);
  w.fails(0, 6).at_time(w.now + seconds{60});
  CHECK(w.plan.breaker == BreakerState::probing);
  CHECK(w.says(2) == "escalate slippage_exceeded");  // the riskiest, but it cannot be closed
  CHECK(w.says(1) == "close 14.05");
  CHECK(w.says(0) == "escalate breaker_open");
  w.succeeds(1).look();
  CHECK(w.says(0) == "close 13.17");
}

TEST_CASE("no, stale, crossed and one-sided quotes are escalated inside T-5 and waited for before") {
  ExerciseConfig c;
  c.policy = ClosureRule::thresholds;
  const auto said = [&](double minutes, Quote quote, Duration age) {
    ExpiryWorld w = active(c);
    w.hold(spy('C', 635), -1, 640).at_minutes(minutes);
    w.positions[0].quote = quote;
    w.positions[0].quoted_at = w.now - age;
    return w.look().says(0);
  };
  const Quote good{5.00, 5.10};
  CHECK(said(5, good, seconds{15}) == "close 5.05");
  CHECK(said(5, good, seconds{15} + Duration{1}) == "escalate no_quote");
  CHECK(said(5, good, -Duration{1}) == "escalate no_quote");
  CHECK(said(5, {5.10, 5.00}, {}) == "escalate no_quote");
  CHECK(said(5, {std::nullopt, 5.00}, {}) == "escalate no_quote");
  CHECK(said(5, {}, {}) == "escalate no_quote");
  CHECK(said(5.01, {}, {}) == "close");
}

TEST_CASE(
    "a short that nobody bids for is bought back at half its ask, when that is within the cap; no long is sold so") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 633).hold(spy('P', 635), 1, 636, 1.00, 1.10, 2).at_minutes(2);
  w.positions[0].quote = w.positions[1].quote = {std::nullopt, 0.20};
  w.look();
  CHECK(w.says(0) == "close 0.10");
  CHECK(w.says(1) == "escalate no_quote");
  w.positions[0].quote = {0.0, 0.20};
  CHECK(w.look().says(0) == "close 0.10");
  w.positions[0].quote = {std::nullopt, 0.21};
  CHECK(w.look().says(0) == "escalate no_quote");
}

TEST_CASE("without a price of the underlying nothing can be judged: escalated inside T-5") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 640);
  w.positions[0].spot.reset();
  CHECK(w.at_minutes(6).says(0) == "warn");
  CHECK_FALSE(w.row(0).moneyness);
  CHECK(w.at_minutes(5).says(0) == "escalate no_quote");
  w.positions[0].spot = Price{test::not_a_number, w.now};
  CHECK(w.look().says(0) == "escalate no_quote");
}

TEST_CASE("a stale price of the underlying still decides, and is named") {
  ExpiryWorld w = in_danger();
  CHECK_FALSE(w.row(0).warnings.has(Code::no_quote));
  w.positions[0].spot->at = w.now - seconds{15} - Duration{1};
  CHECK(w.look().says(0) == "close 13.10");
  CHECK(w.row(0).warnings.has(Code::no_quote));
}

TEST_CASE("a position to close that has a stop says which to cancel; one that is only at risk converts it at T-2") {
  ExerciseConfig c;
  c.stages[2].close_within.reset();  // so that something is at risk and not closed
  ExpiryWorld w = active(c);
  w.hold(spy('C', 635), -1, 640).hold(spy('C', 641), -1, 640).hold(spy('C', 660), -1, 640);
  for (std::uint32_t i = 0; i < 3; ++i)
    REQUIRE(stop_working(w.state, {StopId{10 + i}, StrategyId{1}, w.positions[i].id, 1, 2.0}));
  w.at_minutes(2);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.row(0).cancel_stop == StopId{10});
  CHECK(w.says(1) == "convert_stop market");
  CHECK_FALSE(w.row(1).cancel_stop);
  CHECK(w.says(2) == "hold");
  CHECK(w.at_minutes(2.001).says(1) == "warn");
  stop_cancelled(w.state, StopId{11});
  CHECK(w.at_minutes(2).says(1) == "warn");
}

TEST_CASE("a stop order that makes no sense is an error; a later one of the same id replaces the first") {
  ExpiryWorld w = in_danger();
  const ContractId c = w.positions[0].id;
  CHECK(stop_working(w.state, {StopId{1}, StrategyId{1}, c, 1, 0.0}).error() ==
        Error{Errc::invalid_value, "stop_price"});
  CHECK(stop_working(w.state, {StopId{1}, StrategyId{1}, c, 0, 2.0}).error() == Error{Errc::invalid_value, "quantity"});
  CHECK(w.state.stops.empty());
  REQUIRE(stop_working(w.state, {StopId{1}, StrategyId{1}, c, 1, 2.0}));
  REQUIRE(stop_working(w.state, {StopId{1}, StrategyId{1}, c, 2, 3.0}));
  CHECK(w.state.stops.size() == 1);
  CHECK(w.state.stops[0].stop_price == 3.0);
  stop_cancelled(w.state, StopId{99});
  CHECK(w.state.stops.size() == 1);
}

TEST_CASE("the queue: shorts before longs, then the riskier, then strategy, then contract") {
  ExpiryWorld w = active();
  w.hold(spy('P', 660), 1, 640, 1.00, 1.10, 9)  // long
      .hold(spy('C', 639), -1, 640, 1.00, 1.10, 2)
      .hold(spy('C', 635), -1, 640, 1.00, 1.10, 3)
      .hold(spy('C', 639), -1, 640, 1.00, 1.10, 1)
      .hold(spy('P', 641), -1, 640, 1.00, 1.10, 1);
  w.at_minutes(3);
  CHECK(w.row(1).risk_score_raw == w.row(3).risk_score_raw);
  CHECK(w.queue() == "2 3 1 4 0");
}

TEST_CASE("emergency scope `all` closes everything, cash-settled and later expiries too") {
  ExerciseConfig c;
  c.emergency_scope = EmergencyScope::all;
  ExpiryWorld w = active(c);
  w.hold("SPX   260220C06000000", -1, 6100).hold("SPY   260220C00635000", 1, 640, 9.00, 9.10, 2).at_minutes(300);
  CHECK(w.says(0) == "settles_cash");
  CHECK(w.says(1) == "hold");
  w.mode(ExerciseMode::emergency).look();
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.says(1) == "close 9.05");
}

TEST_CASE(
    "a spot move of the size configured, either way within its minutes, switches to emergency until a person acts") {
  ExerciseConfig c;
  c.emergency_trigger = EmergencyTriggerConfig{"SPY", 0.02, 5};
  ExpiryWorld w = active(c);
  w.hold(spy('C', 700), -1, 640).at_minutes(100);
  const auto seen = [&](double minute, double price) {
    return spot_seen(w.state, w.policy, "SPY", price, w.now + Duration{std::llround(minute * 60e9)});
  };
  CHECK_FALSE(seen(0, 640));
  CHECK_FALSE(seen(1, 632));
  CHECK_FALSE(seen(5, 627.21));      // 640 x 0.98 is 627.20
  CHECK_FALSE(seen(5.001, 627.20));  // 640 is older than five minutes by now
  CHECK_FALSE(spot_seen(w.state, w.policy, "QQQ", 300, w.now + std::chrono::minutes{6}));
  CHECK(seen(5.9, 619));  // from 632
  CHECK(w.look().plan.mode == ExerciseMode::emergency);
  CHECK(w.says(0) == "close 1.05");
  CHECK_FALSE(seen(6, 500));  // already there
  set_mode(w.state, ExerciseMode::active);
  CHECK(w.look().says(0) == "hold");
}

TEST_CASE("the emergency trigger also sees rises, and prices that are none not at all") {
  const EmergencyTriggerConfig rule{"SPY", 0.02, 5};
  const Timestamp t = at("2026-01-16T20:00:00Z");
  SpotWatch w;
  CHECK_FALSE(w.saw(rule, 100, t));
  CHECK_FALSE(w.saw(rule, test::not_a_number, t));
  CHECK_FALSE(w.saw(rule, 0, t));
  CHECK_FALSE(w.saw(rule, 101, t + seconds{1}));
  CHECK_FALSE(w.saw(rule, 99.5, t + seconds{2}));
  CHECK(w.saw(rule, 101.5, t + seconds{3}));  // 99.5 x 1.02 is 101.49
}

TEST_CASE(
    "where assignment takes more cash than is to be kept, the largest payers close from T-30, until the rest fits") {
  ExerciseConfig c;
  c.preserve_cash = 100'000;
  ExpiryWorld w = active(c);
  w.hold(spy('P', 635), -1, 636).hold(spy('P', 634), -2, 636).hold(spy('C', 640), -1, 636, 1.00, 1.10, 2);
  w.at_minutes(31);
  CHECK(w.queue().empty());
  w.at_minutes(30);
  CHECK(w.plan.account.cash == doctest::Approx(-63'500 - 126'800 + 64'000));
  CHECK(w.says(1) == "close 1.05");  // pays 126,800
  CHECK(w.row(1).cause == CloseCause::preserve_cash);
  CHECK(w.says(0) == "warn");
  CHECK(w.says(2) == "warn");
}

TEST_CASE("a person closes one position, whatever its stage: it alone is planned") {
  ExpiryWorld w = in_danger();
  w.hold("SPY   260220C00700000", -3, 648, 0.50, 0.60).at_minutes(200);
  const Result<ExpiryPlan> plan = close_one(w.positions, w.market(), w.policy, w.state, w.key(1), w.now);
  REQUIRE(plan);
  REQUIRE(plan->positions.size() == 1);
  CHECK(plan->positions[0].action == ExpiryAction::close);
  CHECK(plan->positions[0].cause == CloseCause::manual);
  CHECK(*plan->positions[0].order == OrderAdvice{OrderType::limit, 0.55, 3});
  CHECK(plan->queue.size() == 1);
  kill_switch(w.state, true);
  CHECK(close_one(w.positions, w.market(), w.policy, w.state, w.key(1), w.now)->positions[0].reason ==
        Code::kill_switch);
  CHECK(close_one(w.positions, w.market(), w.policy, w.state, {StrategyId{8}, ContractId{0}}, w.now).error() ==
        Error{Errc::invalid_value, "contract"});
}

TEST_CASE("assessing changes nothing, and says the same again") {
  ExpiryWorld w = in_danger();
  const ExerciseState before = w.state;
  const std::string first = w.look().says(0);
  CHECK(w.look().says(0) == first);
  CHECK(w.state == before);
}

TEST_CASE("a stop is cancelled only by a close that is ordered now and closes the whole position") {
  ExpiryWorld w = in_danger();
  w.stop(9, 0, 2).look();
  CHECK(w.says(0) == "close 13.10");
  CHECK(w.row(0).cancel_stop == StopId{9});
  CHECK(w.mode(ExerciseMode::monitor).look().row(0).cancel_stop == StopId{9});  // advice, too
  w.mode(ExerciseMode::active);
  w.quote(0, {12.00, 14.00});
  CHECK(w.says(0) == "escalate slippage_exceeded");
  CHECK_FALSE(w.row(0).cancel_stop);
  w.quote(0, {});
  CHECK(w.says(0) == "escalate no_quote");
  CHECK_FALSE(w.row(0).cancel_stop);
  kill_switch(w.state, true);
  w.quote(0, {13.00, 13.20});
  CHECK(w.says(0) == "escalate kill_switch");
  CHECK_FALSE(w.row(0).cancel_stop);
}

TEST_CASE("a close that waits for a quote leaves the stop where it is") {
  ExerciseConfig c;
  c.policy = ClosureRule::thresholds;
  ExpiryWorld w = active(c);
  w.hold(spy('C', 635), -1, 640).stop(9, 0, 1).at_minutes(10);
  CHECK(w.row(0).cancel_stop == StopId{9});
  CHECK(w.quote(0, {}).says(0) == "close");
  CHECK_FALSE(w.row(0).cancel_stop);
}

TEST_CASE("an order cut down by the cap leaves the stop of the rest where it is, the last one cancels it") {
  ExerciseConfig c;
  c.max_contracts_per_close = 1;
  ExpiryWorld w = in_danger(c);
  w.stop(9, 0, 2).look();
  CHECK(w.row(0).order->quantity == 1);
  CHECK_FALSE(w.row(0).cancel_stop);
  w.filled(0, 1).succeeds(0, 1).look();
  CHECK(w.says(0) == "close 13.10");
  CHECK(w.row(0).cancel_stop == StopId{9});
}

TEST_CASE("a close whose fills came before its result is over: the rest is closed on") {
  ExerciseConfig c;
  c.max_contracts_per_close = 2;
  ExpiryWorld w = active(c);
  w.hold(spy('C', 635), -10, 648, 13.00, 13.20).at_minutes(1);
  w.filled(0, 2).succeeds(0, 2).look();
  CHECK_FALSE(w.row(0).pending);
  CHECK(w.says(0) == "close 13.10");
  w.filled(0, 1).succeeds(0, 2).look();  // one of the two is still to come
  CHECK(w.row(0).pending);
  CHECK_FALSE(w.filled(0, 1).look().row(0).pending);
  w.succeeds(0, 2).look();  // those fills were the last result's
  CHECK(w.row(0).pending);
  w.filled(0, 2).filled(0, 2).succeeds(0).look();  // all of it: no order has more than the cap
  CHECK_FALSE(w.row(0).pending);
  CHECK(w.row(0).quantity == -2);
}

TEST_CASE("fills of an attempt that failed in the end are not counted towards the next") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -10, 648, 13.00, 13.20).at_minutes(1);
  w.filled(0, 3).fails(0).succeeds(0, 2).look();
  CHECK(w.row(0).pending);
  w.filled(0, 2).result(0, false, 4).filled(0, 4).succeeds(0, 1).look();
  CHECK(w.row(0).pending);
}

TEST_CASE("a close of no told size waits for one fill, which is its own") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -10, 648, 13.00, 13.20).at_minutes(1);
  CHECK(w.succeeds(0).look().row(0).pending);
  CHECK_FALSE(w.filled(0, 4).look().row(0).pending);
  CHECK(w.succeeds(0, 4).look().row(0).pending);
}

TEST_CASE("what was said to be closed and never shown is closed again in the next session") {
  ExpiryWorld w = active();
  w.hold("SPY   260220C00700000", -3, 720, 20.00, 20.10).at_minutes(200).succeeds(0);
  CHECK(w.look().row(0).pending);
  w.close = at("2026-02-20T21:00:00Z");
  REQUIRE(w.sessions.set("*", {at("2026-02-20T14:30:00Z"), w.close}));
  CHECK(w.at_minutes(1).says(0) == "close 20.05");
}

TEST_CASE("an overnight session is one: its attempts count over midnight, and not those of the session before") {
  ExpiryWorld w = active();
  w.sessions = SessionBook{};
  REQUIRE(w.sessions.set("ES", {at("2026-01-14T23:00:00Z"), at("2026-01-15T22:00:00Z")}));
  REQUIRE(w.sessions.set("ES", {at("2026-01-15T23:00:00Z"), at("2026-01-16T21:00:00Z")}));
  w.hold("ES    260116P05000000", -1, 4990, 10.00, 10.10);
  w.at_time(at("2026-01-15T21:59:00Z")).fails(0, 2);
  w.at_time(at("2026-01-16T04:30:00Z"));  // 23:30 in New York
  CHECK(failed_attempts(w.state, w.key(0), w.session(0)) == 0);
  w.fails(0);
  w.at_minutes(4);
  CHECK(failed_attempts(w.state, w.key(0), w.session(0)) == 1);
}

TEST_CASE(
    "without a price of the underlying the plan is never quiet from T-30 on, and the last five minutes escalate") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 640);
  w.positions[0].spot.reset();
  CHECK(w.at_minutes(30.001).says(0) == "hold");
  CHECK(w.plan.notice == Notice::quiet);
  CHECK(w.at_minutes(30).says(0) == "warn");
  CHECK(w.row(0).warnings.has(Code::no_quote));
  CHECK(w.plan.notice == Notice::warn);
  ExerciseConfig late;
  late.stages = {{30, 0.02, false, std::nullopt, false}, {2, 0.005, true, 0.005, true}};
  ExpiryWorld v = active(late);
  v.hold(spy('C', 635), -1, 640);
  v.positions[0].spot.reset();
  CHECK(v.at_minutes(5.001).says(0) == "warn");
  CHECK(v.at_minutes(5).says(0) == "escalate no_quote");
}

TEST_CASE("a stale price of the underlying is never quiet from T-30 on, though what it says is harmless") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 600).at_minutes(20);
  CHECK(w.plan.notice == Notice::quiet);
  w.positions[0].spot->at = w.now - std::chrono::hours{3};
  CHECK(w.look().says(0) == "hold");
  CHECK(w.plan.notice == Notice::warn);
  CHECK(w.plan.notice_row == 0);
}

TEST_CASE("a price or volatility that is none counts as absent") {
  for (const double bad : {test::not_a_number, test::infinity, 0.0, -1.0}) {
    CAPTURE(bad);
    ExpiryWorld w = active();
    w.hold(spy('C', 635), -1, 640).hold(spy('P', 635), -1, 630, 5.00, 5.10, 2);
    w.positions[0].spot->value = bad;
    w.at_minutes(4);
    CHECK(w.says(0) == "escalate no_quote");
    CHECK_FALSE(w.row(0).assigned->notional);
    CHECK(w.plan.account.notional == 63'000);
  }
  ExpiryWorld w;
  w.hold(spy('C', 635), -1, 640, 5.00, 5.10).at_minutes(4);
  w.positions[0].iv.reset();
  const double usual = *w.look().row(0).probability_itm;
  for (const double bad : {test::not_a_number, test::infinity, 1e200, 10.001}) {
    w.positions[0].iv = bad;
    CHECK(*w.look().row(0).probability_itm == usual);
  }
}

TEST_CASE("escalation costs are of all contracts to be closed, and of a quote that is good now") {
  ExerciseConfig c;
  c.max_contracts_per_close = 1;
  ExpiryWorld w = active(c);
  w.hold(spy('C', 635), -10, 648, 12.00, 14.00).at_minutes(4);
  CHECK(w.says(0) == "escalate slippage_exceeded");
  CHECK(*w.row(0).costs->close_now == doctest::Approx(14'000));
  CHECK(*w.row(0).costs->assignment == doctest::Approx(13'000));
  CHECK(w.plan.queue[0].quantity == 10);
  CHECK_FALSE(w.quote(0, {14.00, 13.00}).row(0).costs->close_now);  // crossed
  w.quote(0, {12.00, 14.00});
  w.positions[0].quoted_at = w.now - seconds{16};
  CHECK(w.look().says(0) == "escalate no_quote");
  CHECK_FALSE(w.row(0).costs->close_now);
  CHECK(w.row(0).costs->assignment);
}

TEST_CASE("conversion keeps to attempts, breaker and kill switch: what may not go is escalated") {
  ExerciseConfig c;
  c.convert_all_stops = true;
  c.max_attempts = 2;
  const auto converting = [&] {
    ExpiryWorld w = active(c);
    w.hold(spy('C', 660), -2, 640, 0.10, 0.12).stop(9, 0, 2).at_minutes(2);
    return w;
  };
  ExpiryWorld w = converting();
  CHECK(w.says(0) == "convert_stop market");
  kill_switch(w.state, true);
  CHECK(w.look().says(0) == "escalate kill_switch");
  CHECK(w.row(0).costs->close_now == doctest::Approx(24));
  w = converting();
  CHECK(w.fails(0, 2).look().says(0) == "escalate attempts_exhausted");
  w = converting();
  w.hold(spy('C', 670), -1, 640).fails(1, 6);
  CHECK(w.look().says(0) == "escalate breaker_open");
}

TEST_CASE("several stops of one position: all are named, and converted as far as the position goes") {
  ExpiryWorld w = in_danger();
  w.stop(10, 0, 1).stop(9, 0, 1).look();
  CHECK(w.row(0).cancel_stop == StopId{9});
  CHECK(w.row(0).cancel_stops == std::vector{StopId{9}, StopId{10}});
  ExerciseConfig c;
  c.convert_all_stops = true;
  ExpiryWorld v = active(c);
  v.hold(spy('C', 660), -3, 640).stop(9, 0, 1).stop(10, 0, -1).at_minutes(2);
  CHECK(v.row(0).order == OrderAdvice{OrderType::market, std::nullopt, 2});
  CHECK(v.stop(11, 0, 7).look().row(0).order->quantity == 3);
  CHECK(v.row(0).cancel_stops.size() == 3);
}

TEST_CASE("cash to be kept: only longs in the money bring any, receipts of other shorts never offset") {
  ExerciseConfig c;
  c.preserve_cash = 50'000;
  ExpiryWorld otm = active(c);
  otm.hold(spy('P', 635), -1, 632).hold(spy('P', 630), 1, 632).at_minutes(30);
  CHECK(otm.says(0) == "close 1.05");
  CHECK(otm.row(0).cause == CloseCause::preserve_cash);
  ExpiryWorld strangle = active(c);
  strangle.hold(spy('P', 635), -1, 636).hold(spy('C', 640), -1, 636).at_minutes(29);
  CHECK(strangle.says(0) == "close 1.05");
  CHECK(strangle.says(1) == "warn");
  ExpiryWorld itm = active(c);
  itm.hold(spy('P', 635), -1, 628).hold(spy('P', 630), 1, 628).at_minutes(30);
  CHECK(itm.says(0) == "warn");  // pays 500 in the end
}
