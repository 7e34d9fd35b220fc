// tests/desk/exercise_test.cpp -- the desk before expiry: positions in, plans out, and what results do to the next one.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support/closing_day.hpp"

#include <chrono>
#include <string>

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

namespace {

const std::string put_635 = spy_at('P', 635);
const std::string call_638 = spy_at('C', 638);

/// A short put in the money, in active mode, quoted 5.00 to 5.10.
[[nodiscard]] ClosingDay one_short(ExerciseConfig config = in_mode(ExerciseMode::active)) {
  ClosingDay d(std::move(config));
  d.spot(630).hold("A", put_635, -1).quote(put_635, 5.00, 5.10);
  return d;
}

}  // namespace

TEST_CASE("expiry: the screen example: at 28:45 SPY 635P is high, 638C low, and the put closes at T-5") {
  ClosingDay d(in_mode(ExerciseMode::active));
  d.spot(629.92).hold("A", put_635, -2).hold("B", call_638, -1).quote(put_635, 5.00, 5.10).quote(call_638, 0.02, 0.04);
  d.at_minutes(28.75);
  REQUIRE(d.plan.positions.size() == 2);
  CHECK(d.row("A", put_635).minutes_to_close == 28.75);
  CHECK(d.row("A", put_635).moneyness.value() == doctest::Approx(0.008));
  CHECK(d.row("A", put_635).level == RiskLevel::high);
  CHECK(d.row("B", call_638).level == RiskLevel::low);
  CHECK(d.says("A", put_635) == "warn");
  CHECK(d.plan.next_check == 5min);
  CHECK(d.at_minutes(5).says("A", put_635) == "close 5.05");
  CHECK(d.row("A", put_635).level == RiskLevel::critical);
  CHECK(d.queue() == Lines{"close 2 A " + put_635});
  CHECK(d.plan.next_check == 1min);
  CHECK(d.row("A", put_635).assigned->underlying == 200);
  CHECK(d.row("A", put_635).assigned->cash == -127'000);
  CHECK(d.plan.account.cash == -127'000);
}

TEST_CASE("expiry: monitor advises and orders nothing; a mode asked for is for that question alone") {
  ClosingDay d = one_short(in_mode(ExerciseMode::monitor));
  CHECK(d.at_minutes(100).says("A", put_635) == "watch");
  CHECK(d.look(ExerciseMode::emergency).says("A", put_635) == "close 5.05");
  CHECK(d.look().plan.mode == ExerciseMode::monitor);
  CHECK(d.at_minutes(4).says("A", put_635) == "close");
  CHECK(d.look(ExerciseMode::active).says("A", put_635) == "close 5.05");
  CHECK(d.plan.mode == ExerciseMode::active);
  CHECK(d.look().says("A", put_635) == "close");
}

TEST_CASE("expiry: the trigger's emergency holds until a person asks in another mode") {
  ExerciseConfig config = in_mode(ExerciseMode::active);
  config.emergency_trigger = EmergencyTriggerConfig{"SPY", 0.02, 10};
  ClosingDay d = one_short(config);
  CHECK(d.at_minutes(100).plan.mode == ExerciseMode::active);
  d.spot(617.4);  // -2 % exactly
  CHECK(d.book.said() == Lines{"emergency_on account SPY"});
  CHECK(d.report().mode == ExerciseMode::emergency);
  d.spot(617);
  CHECK(d.book.said().empty());  // on already
  CHECK(d.look().says("A", put_635) == "close 5.05");
  CHECK(d.look(ExerciseMode::emergency).plan.mode == ExerciseMode::emergency);
  CHECK(d.look().plan.mode == ExerciseMode::emergency);
  CHECK(d.look(ExerciseMode::monitor).plan.mode == ExerciseMode::monitor);
  CHECK(d.book.said() == Lines{"expiry_plan", "emergency_off account"});
  CHECK(d.look().plan.mode == ExerciseMode::active);
  d.spot(616);
  CHECK(d.book.said().empty());  // the move it was pulled by is over and done with
  d.spot(603);
  CHECK(d.book.said() == Lines{"emergency_on account SPY"});
}

TEST_CASE("expiry: the kill switch takes every order, says so everywhere, and is logged with its actor") {
  ClosingDay d = one_short();
  d.at_minutes(4).kill(true);
  CHECK(d.book.said() == Lines{"kill_switch_on account ann"});
  CHECK(d.look().says("A", put_635) == "escalate kill_switch");
  CHECK(d.plan.kill_switch);
  CHECK(d.book.close_one("A", put_635).kill_switch);
  CHECK(d.report().kill_switch);
  d.kill(false);
  CHECK(d.book.said() == Lines{"kill_switch_off account ann"});
  CHECK(d.look().says("A", put_635) == "close 5.05");
  CHECK_FALSE(d.report().kill_switch);
}

TEST_CASE("expiry: the breaker opens at the sixth failure in a minute and lets one probe through after another") {
  ClosingDay d = one_short();
  d.hold("B", spy_at('P', 640), -1).quote(spy_at('P', 640), 10.0, 10.1).at_minutes(10);
  d.fails("A", put_635, 3).fails("B", spy_at('P', 640), 2);
  CHECK(d.book.said().empty());
  CHECK(d.report().breaker == BreakerState::closed);
  d.fails("A", put_635);
  CHECK(d.book.said() == Lines{"breaker_on account"});
  CHECK(d.at_minutes(4.999).says("A", put_635) == "escalate breaker_open");
  REQUIRE(d.row("A", put_635).costs);
  CHECK(d.row("A", put_635).costs->close_now.value() == doctest::Approx(510));  // to buy back at the ask
  CHECK(d.row("A", put_635).costs->assignment == 500);                          // given up at settlement at 630
}

TEST_CASE("expiry: the probe's success closes the breaker") {
  ClosingDay d = one_short();
  d.at_minutes(4).fails("A", put_635, 6);
  CHECK(d.after(59s + 999ms).says("A", put_635) == "escalate breaker_open");
  CHECK(d.after(1ms).says("A", put_635) == "close 5.12");
  CHECK(d.report().breaker == BreakerState::probing);
  d.closes("A", put_635, 5.10);
  CHECK(d.book.said() == Lines{"breaker_off account"});
  CHECK(d.report().breaker == BreakerState::closed);
}

TEST_CASE("expiry: ten attempts, each a step worse, then a person decides; the next session begins anew") {
  ClosingDay d = one_short();
  d.at_minutes(5);
  for (int attempt = 1; attempt <= 10; ++attempt) {
    CAPTURE(attempt);
    CHECK(d.look().row("A", put_635).action == ExpiryAction::close);
    d.after(13s).fails("A", put_635);
  }
  CHECK(d.look().says("A", put_635) == "escalate attempts_exhausted");
  REQUIRE(d.report().closings.size() == 1);
  CHECK(d.report().closings[0].failed_attempts == 10);
  d.book.tick_at(at("2026-01-17T05:00:00Z"));  // midnight in New York
  CHECK(d.report().closings.empty());
}

TEST_CASE("expiry: a filled close forgets the failures before it, another strategy's does not") {
  ClosingDay d = one_short();
  d.at_minutes(4).fails("A", put_635, 3);
  CHECK(d.look().says("A", put_635) == "close 5.08");
  d.closes("B", put_635, 5.0);
  CHECK(d.look().says("A", put_635) == "close 5.08");
  d.closes("A", put_635, 5.1).report_positions();  // the broker holds it still
  CHECK(d.look().says("A", put_635) == "close 5.05");
}

TEST_CASE("expiry: a reported close keeps the contract out of the queue until a fill, positions or a failure") {
  ClosingDay d = one_short();
  d.at_minutes(4);
  const Answer answer = d.book.ask(contracts("A", 1, put_635).exit());
  d.closes("A", put_635, 5.05);
  CHECK(d.book.said().empty());
  CHECK(d.look().queue().empty());
  CHECK(d.row("A", put_635).pending);
  CHECK(d.row("A", put_635).quantity == -1);  // results move no ledger
  SUBCASE("a failure") {
    d.fails("A", put_635);
    CHECK(d.look().queue() == Lines{"close 1 A " + put_635});
  }
  SUBCASE("the broker's positions") {
    d.report_positions();
    CHECK(d.look().queue() == Lines{"close 1 A " + put_635});
  }
  SUBCASE("the fill") {
    d.book.fill_all(answer);
    CHECK(d.look().plan.positions.empty());
    CHECK(d.report().closings.empty());
  }
  SUBCASE("the fill, and after it the result") {
    d.book.fill_all(answer);
    d.closes("A", put_635, 5.05);
    CHECK(d.report().closings.empty());  // nothing to wait for
  }
}

TEST_CASE("expiry: a result that comes after its fill keeps nothing out of the queue, or the rest would be forgotten") {
  ExerciseConfig config = in_mode(ExerciseMode::active);
  config.max_contracts_per_close = 1;
  ClosingDay d(config);
  d.spot(630).hold("A", put_635, -3).quote(put_635, 5.00, 5.10).at_minutes(4);
  CHECK(d.queue() == Lines{"close 1 A " + put_635});
  const Answer answer = d.book.ask(contracts("A", 3, put_635).exit());
  CHECK(d.book.fill(answer, put_635, 1) == "partly_filled, 2 left");
  d.book.tell(CloseResultEvent{"A", put_635, true, 5.05, 1});
  CHECK(d.look().queue() == Lines{"close 1 A " + put_635});
  d.book.tell(CloseResultEvent{"A", put_635, true, 5.05, 1});  // this one's fill is still to come
  CHECK(d.look().queue().empty());
  CHECK(d.book.fill(answer, put_635, 1) == "partly_filled, 1 left");
  CHECK(d.look().queue() == Lines{"close 1 A " + put_635});
}

TEST_CASE("expiry: without a session a position that expires today is not ready, and said to be") {
  ClosingDay d(in_mode(ExerciseMode::active), std::nullopt);
  d.spot(630).hold("A", put_635, -1).hold("A", "SPY   260220P00635000", -1).quote(put_635, 5.00, 5.10);
  d.at_minutes(4);
  CHECK_FALSE(d.row("A", put_635).ready);
  CHECK(d.says("A", put_635) == "warn");
  CHECK_FALSE(d.row("A", put_635).stage);
  CHECK_FALSE(d.row("A", put_635).minutes_to_close);
  CHECK(d.row("A", "SPY   260220P00635000").ready);
  d.session("QQQ");  // another root's
  CHECK_FALSE(d.look().row("A", put_635).ready);
  d.session("SPY");
  CHECK(d.look().says("A", put_635) == "close 5.05");
}

TEST_CASE("expiry: a session counts for the New York date of its close only, and an early close is the close") {
  DeskBook book(closing(in_mode(ExerciseMode::active)));
  book.tick_at(at("2026-01-15T22:00:00Z"));
  book.tell(SessionEvent{"*", at("2026-01-15T23:00:00Z"), at("2026-01-16T18:00:00Z")});  // from the evening before
  book.price("SPY", 630);
  book.tell(PositionsEvent{{{put_635, -1, "A"}}, true});
  CHECK_FALSE(book.expiry().positions[0].minutes_to_close);  // Thursday evening: no session of Thursday's is known
  CHECK_FALSE(book.expiry().positions[0].stage);
  book.tick_at(at("2026-01-16T17:56:00Z"));
  book.price("SPY", 630);
  CHECK(book.expiry().positions[0].minutes_to_close == 4);  // 13:00
  CHECK(book.expiry().positions[0].stage == StageNumber{2});
  book.tick_at(at("2026-01-16T18:00:00.000000001Z"));
  CHECK(book.expiry().positions[0].action == ExpiryAction::expired);
  CHECK_FALSE(book.expiry().positions[0].stage);
}

TEST_CASE("expiry: SPX settles in cash, SPXW takes its price from SPX, and AM-settled SPX has expired") {
  ClosingDay d(in_mode(ExerciseMode::active));
  d.spot(6300, "SPX").hold("A", "SPXW  260116P06350000", -1).hold("A", "SPX   260116P06350000", -1);
  d.at_minutes(1);
  CHECK(d.says("A", "SPXW  260116P06350000") == "settles_cash");
  CHECK(d.row("A", "SPXW  260116P06350000").moneyness.value() == doctest::Approx(50.0 / 6350));
  CHECK(d.says("A", "SPX   260116P06350000") == "expired");
  CHECK(d.queue().empty());
  CHECK(d.plan.account == AssignmentTotal{});
}

TEST_CASE("expiry: options on futures follow their own future") {
  const std::string option = "ES    260116P06350000";
  ClosingDay d(in_mode(ExerciseMode::active));
  d.hold("A", option, -2);
  OptionEvent e;
  e.contract = option;
  e.underlying = "ES 2026-03-20";
  e.quote = {50.0, 50.1};
  d.book.tick_at(at("2026-01-16T20:58:00Z"));
  d.spot(6400, "ES");
  d.book.tell(e);
  d.book.future_price("ES 2026-03-20", 6300);
  d.look();
  CHECK(d.row("A", option).moneyness.value() == doctest::Approx(50.0 / 6350));
  CHECK(d.row("A", option).assigned->underlying == 2);  // futures
  CHECK_FALSE(d.row("A", option).assigned->cash);
  CHECK(d.plan.account.futures == 2);
}

TEST_CASE("expiry: the stop of what is closed is cancelled with it") {
  ClosingDay d(in_mode(ExerciseMode::active));
  const std::string near = spy_at('P', 628);
  d.spot(630).hold("A", put_635, -1).hold("B", near, -1).quote(put_635, 5.00, 5.10);
  d.book.tell(StopOrderEvent{StopId{7}, "A", put_635, 1, 6.0, true});
  d.book.tell(StopOrderEvent{StopId{8}, "C", near, 1, 0.5, true});  // another strategy's
  CHECK(d.book.said().empty());
  d.at_minutes(4);
  CHECK(d.says("A", put_635) == "close 5.05");
  CHECK(d.row("A", put_635).cancel_stop == StopId{7});
  CHECK_FALSE(d.row("B", near).cancel_stop);
  CHECK(d.report().stops == 2);
  d.book.tell(StopOrderEvent{StopId{7}, "A", put_635, 1, 6.0, false});
  CHECK_FALSE(d.look().row("A", put_635).cancel_stop);
  CHECK(d.report().stops == 1);
  d.book.tell(StopOrderEvent{StopId{99}, "A", put_635, 1, 6.0, false});  // not known: nothing to cancel
  CHECK(d.report().stops == 1);
}

TEST_CASE("expiry: a stop of a position at risk is converted at T-2, in the modes that order") {
  ExerciseConfig config = in_mode(ExerciseMode::active);
  config.stages = {{2, 0.02, true, std::nullopt, true}};
  ClosingDay d(config);
  const std::string near = spy_at('P', 625);
  d.spot(630).hold("A", near, -1).quote(near, 0.05, 0.07);
  d.book.tell(StopOrderEvent{StopId{7}, "A", near, 1, 1.0, true});
  CHECK(d.at_minutes(2.001).says("A", near) == "hold");
  CHECK(d.at_minutes(2).says("A", near) == "convert_stop market");
  CHECK(d.queue() == Lines{"convert_stop 1 A " + near});
  CHECK(d.look(ExerciseMode::monitor).says("A", near) == "convert_stop");
}

TEST_CASE("expiry: no quote is waited for before T-5 and escalated within, with what assignment costs") {
  ClosingDay d = one_short();
  d.book.tick_at(at("2026-01-16T20:56:00Z"));
  d.spot(630);
  CHECK(d.look().says("A", put_635) == "escalate no_quote");  // the quote is hours old
  CHECK(d.row("A", put_635).costs->assignment == 500);
  d.quote(put_635, 5.00, 5.10).book.later(15s);
  d.spot(630);
  CHECK(d.look().says("A", put_635) == "close 5.05");  // 15 s is fresh
  d.book.later(1ns);
  d.spot(630);
  CHECK(d.look().says("A", put_635) == "escalate no_quote");
}

TEST_CASE("expiry: no advice uncovers a short: the long waits, and shares cover calls") {
  ClosingDay d(in_mode(ExerciseMode::active));
  const std::string call_625 = spy_at('C', 625);
  const std::string call_630 = spy_at('C', 630);
  d.spot(630.5).hold("A", call_625, 1).hold("A", call_630, -1).quote(call_625, 5.45, 5.55).quote(call_630, 0.5, 0.6);
  d.at_minutes(1);
  CHECK(d.queue() == Lines{"close 1 A " + call_630, "close 1 A " + call_625});
  CHECK(d.says("A", call_630) == "close 0.55");
  CHECK(d.says("A", call_625) == "close");  // no order until the short has gone
  d.hold("A", call_630, 0).at_minutes(0.5);
  CHECK(d.says("A", call_625) == "close 5.50");
}

TEST_CASE("expiry: a person closes one position by hand, and hears of that one alone") {
  ClosingDay d = one_short();
  d.hold("B", call_638, -1).at_minutes(200);
  CHECK(d.queue().empty());
  const ExpiryPlan one = d.book.close_one("A", put_635);
  REQUIRE(one.positions.size() == 1);
  CHECK(one.positions[0].action == ExpiryAction::close);
  CHECK(one.positions[0].order->limit_price == 5.05);
  REQUIRE(one.queue.size() == 1);
  CHECK(one.account.shares == 100);
  CHECK(d.look().queue().empty());  // a question: nothing is remembered of it
}

TEST_CASE("expiry: the host's volatility counts, one solved over calendar time does not") {
  ClosingDay d(in_mode(ExerciseMode::active));
  d.book.tell(RatesEvent{0.04, {}});
  const std::string option = spy_at('P', 629);
  d.spot(630).hold("A", option, -1);
  d.book.tick_at(at("2026-01-16T20:30:00Z"));
  d.spot(630);
  OptionEvent e;
  e.contract = option;
  e.quote = {0.25, 0.35};
  d.book.tell(e);
  const double solved = *d.book.desk().market().option(*d.book.desk().names().contracts.find(option))->iv;
  const pricing::OptionTerms terms{Right::put, 630, 629, 30.0 / minutes_per_year, 0, 0};
  const double traded = pricing::implied_volatility(terms, 0.30).vol;
  CHECK(traded < 0.75 * solved);  // minutes of trading are dearer than minutes of the calendar
  CHECK(d.look().row("A", option).probability_itm.value() ==
        doctest::Approx(probability_itm(Right::put, 630, 629, traded, 30.0)));
  e.iv = 0.5;
  d.book.tell(e);
  CHECK(d.look().row("A", option).probability_itm == probability_itm(Right::put, 630, 629, 0.5, 30.0));
  e.iv = -1;
  e.quote = {};
  d.book.tell(e);
  CHECK(d.look().row("A", option).warnings.has(Code::approximate_vol));
}

TEST_CASE("expiry: a dividend that goes ex on the next session makes early assignment likely") {
  ClosingDay d(in_mode(ExerciseMode::active));
  const std::string call = "SPY   260220C00600000";
  d.spot(630).hold("A", call, -1).quote(call, 29.8, 30.2);
  CHECK_FALSE(d.at_minutes(60).row("A", call).warnings.has(Code::early_assignment));
  d.book.tell(DividendEvent{"SPY", *parse_date("2026-01-20"), 1.9});  // Monday is a holiday; a weekday counts as open
  CHECK_FALSE(d.look().row("A", call).warnings.has(Code::early_assignment));
  d.book.tell(DividendEvent{"SPY", *parse_date("2026-01-19"), 1.9});
  CHECK(d.look().row("A", call).warnings.has(Code::early_assignment));
  CHECK(d.says("A", call) == "warn");
  d.book.tell(DividendEvent{"SPY", *parse_date("2026-01-19"), 0});
  CHECK_FALSE(d.look().row("A", call).warnings.has(Code::early_assignment));
}

TEST_CASE("expiry: the day is summed up by how positions ended at the last price before the close") {
  ClosingDay d(in_mode(ExerciseMode::active));
  const std::string left = spy_at('P', 636);
  const std::string needless = spy_at('P', 629);
  d.spot(630).hold("A", put_635, -1).hold("A", left, -1).hold("A", needless, -1);
  d.quote(put_635, 5.00, 5.10).quote(needless, 0.2, 0.3).at_minutes(30);
  d.at_minutes(4);
  d.after(1s).fails("A", put_635);
  const Answer saved = d.book.ask(contracts("A", 1, put_635).exit());
  d.closes("A", put_635, 5.06);
  d.book.fill_all(saved);  // at 1.00
  d.fails("A", left).look().look();
  const Answer other = d.book.ask(contracts("A", 1, needless).exit());
  d.book.fill_all(other);
  CHECK(d.report().today.watched == 0);  // nothing has closed yet
  d.spot(631);
  d.book.tick_at(at("2026-01-16T21:00:00Z"));
  d.spot(632);  // the close itself still counts
  CHECK(d.report().today.watched == 0);
  d.book.tick_at(at("2026-01-16T21:00:00.000000001Z"));
  d.spot(700);  // after it
  const DailySummary s = d.report().today;
  CHECK(s.watched == 3);
  CHECK(s.prevented == 1);           // 635P, in the money at 632
  CHECK(s.exercised == 1);           // 636P was left
  CHECK(s.closed_for_nothing == 1);  // 629P
  CHECK(s.prevention_rate == 0.5);
  CHECK(s.false_positive_rate == 1.0 / 3);
  CHECK(s.actions == 3);
  CHECK(s.successes == 1);
  CHECK(s.mean_slippage.value() == doctest::Approx(0.01));
  CHECK(s.pnl_impact == doctest::Approx(100 * (3.0 - 1.0) - 100 * 1.0));
  CHECK(s.escalations == 1);  // 636P without a quote, however often it was said
  CHECK(s.buckets[9].predicted == 2);
  d.book.tick_at(at("2026-01-17T05:00:00Z"));
  CHECK(d.report().today.watched == 0);  // another day
}

TEST_CASE("expiry: checks that were due and nobody made are counted") {
  ClosingDay d = one_short();
  d.at_minutes(60);  // the next is due in 15 minutes
  d.at_minutes(45).at_minutes(30);
  CHECK(d.report().checks.due == 3);
  CHECK(d.report().checks.made == 3);
  CHECK(d.report().next_check == at("2026-01-16T20:35:00Z"));
  d.at_minutes(10);  // three of the five-minute checks left out
  CHECK(d.report().checks.due == 7);
  CHECK(d.report().checks.made == 4);
  d.book.tick_at(at("2026-01-16T22:00:00Z"));
  CHECK(d.report().checks.due == 9);  // and nobody looked until the close
  CHECK(d.report().today.share_of_checks_made == doctest::Approx(4.0 / 9));
}

TEST_CASE("expiry: nothing of it blocks an exit, or opens a gate for anything else") {
  ClosingDay d = one_short();
  d.at_minutes(4).fails("A", put_635, 6).kill(true);
  CHECK(d.look().says("A", put_635) == "escalate breaker_open");
  CHECK(verdict(d.book.ask(contracts("A", 1, put_635).exit())) == "approved");
  CHECK(verdict(d.book.ask(contracts("B", 1, put_635))) == "approved");
}

TEST_CASE("expiry: stops and reported closes of what has expired are forgotten at midnight") {
  ClosingDay d = one_short();
  d.at_minutes(4).closes("A", put_635, 5.0);
  d.book.tell(StopOrderEvent{StopId{7}, "A", put_635, 1, 6.0, true});
  d.book.tell(StopOrderEvent{StopId{8}, "A", "SPY   260220P00635000", 1, 6.0, true});
  CHECK(d.book.desk().remembers(StopId{7}));
  d.book.tick_at(at("2026-01-17T04:59:59Z"));
  CHECK(d.report().stops == 2);
  d.book.tick_at(at("2026-01-17T05:00:00Z"));
  CHECK(d.report().stops == 1);
  CHECK_FALSE(d.book.desk().remembers(StopId{7}));
  CHECK(d.report().closings.empty());
}

TEST_CASE("expiry: events are refused by field, change nothing, and want the block `exercise`") {
  ClosingDay d = one_short();
  d.at_minutes(4).fails("A", put_635);
  const std::string before = d.book.everything();
  const std::string future = "ES 2026-03-20";
  const Lines refused{d.book.send(CloseRequestEvent{"A", "SPY"}),
                      d.book.send(CloseRequestEvent{"A", spy_at('P', 636)}),
                      d.book.send(CloseRequestEvent{"B", put_635}),
                      d.book.send(CloseRequestEvent{"A", "spy"}),
                      d.book.send(CloseResultEvent{"A", future, true, {}, {}}),
                      d.book.send(CloseResultEvent{"A", put_635, true, -1.0, {}}),
                      d.book.send(CloseResultEvent{"A", put_635, true, {}, 0}),
                      d.book.send(CloseResultEvent{"A", put_635, false, {}, -1}),
                      d.book.send(StopOrderEvent{StopId{1}, "A", put_635, 0, 6.0, true}),
                      d.book.send(StopOrderEvent{StopId{1}, "A", put_635, 1, 0, true}),
                      d.book.send(StopOrderEvent{StopId{1}, "", put_635, 1, 6.0, true}),
                      d.book.send(KillSwitchEvent{true, ""}),
                      d.book.send(DividendEvent{"spy", *parse_date("2026-01-19"), 1}),
                      d.book.send(DividendEvent{"SPY", *parse_date("2026-01-19"), -1})};
  CHECK(refused == Lines{"invalid_value contract", "invalid_value contract", "invalid_value contract",
                         "invalid_value contract", "invalid_value contract", "invalid_value price",
                         "invalid_value filled", "invalid_value filled", "invalid_value quantity",
                         "invalid_value stop_price", "invalid_value strategy", "invalid_value actor",
                         "invalid_value root", "invalid_value amount"});
  CHECK(d.book.send_at(d.book.now() - 1s, ExpiryEvent{}) == "time_went_back t");
  CHECK(d.book.everything() == before);
  ExerciseConfig off;
  off.enabled = false;
  for (const auto& config : {closing(std::nullopt), closing(off)}) {
    DeskBook book(config);
    CHECK(book.send(ExpiryEvent{}) == "not_ready type");
    CHECK(book.send(CloseRequestEvent{"A", put_635}) == "not_ready type");
    CHECK(book.send(CloseResultEvent{"A", put_635, true, {}, {}}) == "not_ready type");
    CHECK(book.send(StopOrderEvent{StopId{1}, "A", put_635, 1, 6.0, true}) == "not_ready type");
    CHECK(book.send(KillSwitchEvent{true, "ann"}) == "not_ready type");
    CHECK(book.send(DividendEvent{"SPY", *parse_date("2026-01-19"), 1}).empty());  // the market's, not the planner's
    CHECK_FALSE(book.desk().exercise_report());
  }
}

TEST_CASE("expiry: an unsound block makes no desk") {
  ExerciseConfig config;
  config.max_attempts = 0;
  const auto made = Desk::make(closing(config));
  REQUIRE_FALSE(made);
  CHECK(std::string(made.error().field) == "exercise.max_attempts");
}
