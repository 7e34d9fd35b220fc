// tests/exercise/products_test.cpp -- what products deliver and when they stop: cash, shares, futures, morning settled.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support/expiry_world.hpp"

using namespace optcoord;
using optcoord::test::active;
using optcoord::test::at;
using optcoord::test::ExpiryWorld;
using optcoord::test::spy;

TEST_CASE("cash-settled index options settle: no closing, no assignment, though their probability is told") {
  for (const char* c : {"SPXW  260116C06000000", "XSP   260116C00600000"}) {
    ExpiryWorld w = active();
    w.hold(c, -1, 6100).at_minutes(1);
    CHECK(w.says(0) == "settles_cash");
    CHECK(w.row(0).level == RiskLevel::critical);
    CHECK_FALSE(w.row(0).assigned);
    CHECK(w.plan.account == AssignmentTotal{});
    CHECK(w.mode(ExerciseMode::emergency).look().says(0) == "settles_cash");
  }
}

TEST_CASE("options settled at the open: over after the session before, and expired on their date") {
  ExpiryWorld w;
  REQUIRE(w.sessions.set("SPX", {at("2026-01-15T14:30:00Z"), at("2026-01-15T21:15:00Z")}));
  w.hold("SPX   260116C06000000", -1, 6100);
  CHECK(w.at_time(at("2026-01-15T21:15:00Z")).says(0) == "settles_cash");
  CHECK(w.row(0).minutes_to_close == 0);
  CHECK(w.at_time(at("2026-01-15T21:15:00.000000001Z")).says(0) == "expired");
  CHECK(w.at_time(at("2026-01-16T14:00:00Z")).says(0) == "expired");
  CHECK_FALSE(w.row(0).stage);
}

TEST_CASE("the last trading date of a morning-settled option is the session before, over holidays that are known") {
  ExerciseTerms am;
  am.last_trade = LastTrade::am;
  const Contract friday = *parse_contract("SPX   220422C04000000");
  const Contract monday = *parse_contract("SPX   220418C04000000");  // after Good Friday
  SessionBook none;
  CHECK(last_trading_date(friday, am, none) == test::day("2022-04-21"));
  CHECK(last_trading_date(monday, am, none) == test::day("2022-04-15"));
  SessionBook known;
  REQUIRE(known.set("*", {at("2022-04-14T13:30:00Z"), at("2022-04-14T20:00:00Z")}));
  CHECK(last_trading_date(monday, am, known) == test::day("2022-04-15"));  // nobody has told of the Friday yet
  REQUIRE(known.set("*", {at("2022-04-18T13:30:00Z"), at("2022-04-18T20:00:00Z")}));
  CHECK(last_trading_date(monday, am, known) == test::day("2022-04-14"));
  CHECK(last_trading_date(friday, ExerciseTerms{}, known) == test::day("2022-04-22"));
}

TEST_CASE("if assigned: calls and puts, short and long, in shares and cash") {
  struct Case {
    char right;
    std::int64_t quantity;
    double shares;
    double cash;
  };
  for (const Case& c : {Case{'C', -2, -200, 127'000}, Case{'P', -2, 200, -127'000}, Case{'C', 3, 300, -190'500},
                        Case{'P', 3, -300, 190'500}}) {
    CAPTURE(c.right);
    CAPTURE(c.quantity);
    ExpiryWorld w;
    w.hold(spy(c.right, 635), c.quantity, 636).at_minutes(20);
    REQUIRE(w.row(0).assigned);
    CHECK(w.row(0).assigned->underlying == c.shares);
    CHECK(w.row(0).assigned->cash == c.cash);
    CHECK(w.row(0).assigned->notional == std::abs(c.shares) * 636);
  }
}

TEST_CASE("options on futures exercise into the future: at risk like shares, in contracts and notional, no cash") {
  for (const char* c : {"ES    260116P05000000", "MES   260116P05000000"}) {
    ExpiryWorld w = active();
    w.hold(c, -3, 4990).at_minutes(5);
    CHECK(w.row(0).action == ExpiryAction::close);
    CHECK(w.row(0).assigned->underlying == 3);
    CHECK_FALSE(w.row(0).assigned->cash);
    CHECK(w.row(0).assigned->notional == 3 * 4990 * (c[0] == 'E' ? 50 : 5));
    CHECK(w.plan.account.futures == 3);
    CHECK(w.plan.account.shares == 0);
  }
}

TEST_CASE("totals by strategy and account add what is at risk") {
  ExpiryWorld w;
  w.hold(spy('P', 635), -1, 636, 1.00, 1.10, 2)
      .hold(spy('C', 637), -1, 636, 1.00, 1.10, 1)
      .hold(spy('C', 630), -1, 636, 1.00, 1.10, 2)
      .hold(spy('C', 700), -1, 636, 1.00, 1.10, 1);  // not at risk
  w.at_minutes(20);
  REQUIRE(w.plan.by_strategy.size() == 2);
  CHECK(w.plan.by_strategy[0].strategy == StrategyId{1});
  CHECK(w.plan.by_strategy[0].total == AssignmentTotal{-100, 0, 63'700, 63'600});
  CHECK(w.plan.by_strategy[1].total == AssignmentTotal{0, 0, -500, 127'200});
  CHECK(w.plan.account == AssignmentTotal{-100, 0, 63'200, 190'800});
}

TEST_CASE("a short near its strike can be assigned until 17:30 New York, also after an out-of-the-money close") {
  ExpiryWorld w;
  w.hold(spy('C', 635), -1, 634).at_minutes(-10);
  CHECK(w.says(0) == "expired");
  CHECK(w.row(0).assignable_until == at("2026-01-16T22:30:00Z"));
  CHECK(w.at_minutes(-90).row(0).assignable_until == at("2026-01-16T22:30:00Z"));
  CHECK_FALSE(w.at_minutes(-90.01).row(0).assignable_until);
  w.positions[0].spot->value = 631.82;  // out of the half percent
  CHECK_FALSE(w.at_minutes(-10).row(0).assignable_until);
  w.positions[0].spot->value = 634;
  w.positions[0].quantity = 1;
  CHECK_FALSE(w.at_minutes(-10).row(0).assignable_until);
}

TEST_CASE("where contrary exercise is not allowed the close is the end: cash, weekly and end-of-month options on ES") {
  const auto until = [](const char* contract, double spot) {
    ExpiryWorld w;
    w.hold(contract, -1, spot).at_minutes(-10);
    return w.row(0).assignable_until.has_value();
  };
  CHECK(until("ES    260116P05000000", 5001));  // the third Friday
  CHECK_FALSE(until("SPXW  260116P05000000", 5001));
  ExerciseTerms es{50, Style::american, Settlement::future, LastTrade::pm, 0.05};
  CHECK_FALSE(contrary_exercise(*parse_contract("ES    260115P05000000"), es));  // a Thursday
  CHECK_FALSE(contrary_exercise(*parse_contract("ES    260109P05000000"), es));  // the second Friday
  CHECK(contrary_exercise(*parse_contract("ES    260320P05000000"), es));
  es.style = Style::european;
  CHECK_FALSE(contrary_exercise(*parse_contract("ES    260320P05000000"), es));
}

TEST_CASE("volatility: the host's, else what the mid implies, else the default, with a warning") {
  ExpiryWorld w;
  w.hold(spy('C', 640), -1, 635, 0.45, 0.55).at_minutes(100);
  CHECK(*w.row(0).probability_itm == probability_itm(Right::call, 635, 640, 0.20, 100));
  w.positions[0].iv = 0.30;
  CHECK(*w.look().row(0).probability_itm == probability_itm(Right::call, 635, 640, 0.30, 100));
  w.positions[0].iv = 0.0;  // as good as none
  w.look();
  const double implied = pricing::implied_volatility({Right::call, 635, 640, 100 / minutes_per_year, 0, 0}, 0.50).vol;
  CHECK(*w.row(0).probability_itm == probability_itm(Right::call, 635, 640, implied, 100));
  CHECK_FALSE(w.row(0).warnings.has(Code::approximate_vol));
  w.positions[0].quote = {};
  CHECK(*w.look().row(0).probability_itm == probability_itm(Right::call, 635, 640, 0.20, 100));
  CHECK(w.row(0).warnings.has(Code::approximate_vol));
  w.positions[0].quote = {640, 641};  // more than any call is worth
  CHECK(w.look().row(0).warnings.has(Code::approximate_vol));
}

TEST_CASE("shares and futures are not assessed") {
  ExpiryWorld w;
  w.hold("SPY", 100, 635).hold("ES 2026-03-20", 1, 5000).hold(spy('C', 640), -1, 635).hold(spy('C', 641), 0, 635);
  w.at_minutes(10);
  REQUIRE(w.plan.positions.size() == 1);
  CHECK(w.row(0).position == 2);
}

TEST_CASE("an earlier session known is not the last one of a morning-settled option while the days between are not") {
  ExpiryWorld w;
  w.sessions = SessionBook{};
  REQUIRE(w.sessions.set("*", {at("2026-01-12T14:30:00Z"), at("2026-01-12T21:00:00Z")}));  // Monday
  w.hold("SPX   260116C06000000", -1, 6000).at_time(at("2026-01-12T21:01:00Z"));
  CHECK(w.says(0) == "settles_cash");
  CHECK(*w.row(0).probability_itm ==
        doctest::Approx(probability_itm(Right::call, 6000, 6000, 0.20, 3 * 390)));  // to Thursday
}

TEST_CASE("further sessions are those known: a weekday between two of them is a holiday, beyond them weekdays count") {
  ExpiryWorld w;
  REQUIRE(w.sessions.set("*", {at("2026-01-20T14:30:00Z"), at("2026-01-20T21:00:00Z")}));
  const auto minutes_of = [](double sessions) {
    return doctest::Approx(probability_itm(Right::call, 600, 600, 0.20, 60 + sessions * 390)).epsilon(1e-9);
  };
  w.hold("SPY   260120C00600000", -1, 600).hold("SPY   260122C00600000", -1, 600).at_minutes(60);
  CHECK(*w.row(0).probability_itm == minutes_of(1));  // Monday is none
  CHECK(*w.row(1).probability_itm == minutes_of(3));
  const Date friday = test::day("2026-01-16");
  CHECK(sessions_between("SPY", friday, test::day("2027-01-15"), w.sessions) ==
        weekdays_between(friday, test::day("2027-01-15")) - 1);
  CHECK(sessions_between("SPY", test::day("2025-12-29"), friday, w.sessions) == 14);  // nothing known before
}
