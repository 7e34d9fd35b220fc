// tests/exercise/document_test.cpp -- the source document's own screen, safeguards and modes, one case each.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support/expiry_world.hpp"

using namespace optcoord;
using optcoord::test::active;
using optcoord::test::ExpiryWorld;
using optcoord::test::spy;

TEST_CASE("the screen example: at 28:45 SPY 635P at +0.8 % is high, 638C at -1.2 % is low") {
  ExpiryWorld w = active();
  w.hold(spy('P', 635), -1, 629.92).hold(spy('C', 638), -1, 630.344).at_minutes(28.75);
  CHECK(*w.row(0).moneyness == doctest::Approx(0.008));
  CHECK(*w.row(1).moneyness == doctest::Approx(-0.012));
  CHECK(w.row(0).level == RiskLevel::high);
  CHECK(w.row(1).level == RiskLevel::low);
  CHECK(w.says(0) == "warn");  // to be closed at T-5
  CHECK(w.says(1) == "warn");  // within 2 %: at risk, though unlikely
  CHECK(w.at_minutes(5).says(0) == "close 1.05");
  CHECK(w.row(0).level == RiskLevel::critical);
  CHECK(w.says(1) == "hold");
}

TEST_CASE("document: in-the-money positions close at T-5, near-the-money ones at T-2, stops become market orders") {
  ExerciseConfig c;
  c.convert_all_stops = true;
  ExpiryWorld w = active(c);
  w.hold(spy('C', 635), -1, 636).hold(spy('C', 638), -1, 636, 0.2, 0.3, 2).hold(spy('C', 660), -1, 636, 0.01, 0.02, 3);
  REQUIRE(stop_working(w.state, {StopId{7}, StrategyId{3}, w.positions[2].id, 1, 2.0}));
  w.at_minutes(5);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.says(1) == "warn");
  CHECK(w.says(2) == "hold");
  w.at_minutes(2);
  CHECK(w.says(1) == "close 0.25");
  CHECK(w.says(2) == "convert_stop market");
}

TEST_CASE("document: at most 10 attempts, then a person decides") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 640).at_minutes(4);
  for (int attempt = 1; attempt <= 10; ++attempt) {
    CAPTURE(attempt);
    CHECK(w.look().row(0).action == ExpiryAction::close);
    w.at_time(w.now + std::chrono::seconds{13}).fails(0);  // never more than five a minute
  }
  CHECK(w.look().says(0) == "escalate attempts_exhausted");
}

TEST_CASE("document: slippage above 10 cents is not paid") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 640, 5.00, 5.20).at_minutes(4);
  CHECK(w.says(0) == "close 5.10");
  w.positions[0].quote = {5.00, 5.22};
  CHECK(w.look().says(0) == "escalate slippage_exceeded");
}

TEST_CASE("document: more than 5 failures in 60 seconds stop closing for a minute") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 640).hold(spy('C', 636), -1, 640).at_minutes(4);
  w.fails(0, 5);
  CHECK(w.look().says(0) == "close 1.11");
  w.fails(1);
  CHECK(w.look().says(0) == "escalate breaker_open");
  CHECK(w.says(1) == "escalate breaker_open");
}

TEST_CASE("document: the kill switch stops every order, and what should be closed is escalated") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 640).hold(spy('C', 660), -1, 640).at_minutes(4);
  kill_switch(w.state, true);
  w.look();
  CHECK(w.plan.kill_switch);
  CHECK(w.says(0) == "escalate kill_switch");
  CHECK(w.says(1) == "hold");
  kill_switch(w.state, false);
  CHECK(w.look().says(0) == "close 1.05");
}

TEST_CASE("document: monitoring, the default, watches and orders nothing") {
  ExpiryWorld w;
  w.hold(spy('C', 635), -1, 640).at_minutes(2);
  CHECK(w.plan.mode == ExerciseMode::monitor);
  CHECK(w.says(0) == "close");
  CHECK(w.queue() == "0");
}

TEST_CASE("document: emergency closes all that expires at once, whatever its stage, shorts first") {
  ExpiryWorld w = active();
  w.hold(spy('P', 600), 2, 640, 0.05, 0.07, 2)
      .hold(spy('C', 700), -1, 640, 0.05, 0.07)
      .hold(spy('C', 650), -3, 640)
      .hold("SPY   260220C00650000", -1, 640);
  w.at_minutes(200);
  CHECK(w.queue().empty());
  w.mode(ExerciseMode::emergency).look();
  CHECK(w.queue() == "2 1 0");
  CHECK(w.says(2) == "close 1.05");
  CHECK(w.says(0) == "close 0.06");
  CHECK(w.says(3) == "hold");
}

TEST_CASE("document: single contracts first, then more: a cap on contracts per close") {
  ExerciseConfig c;
  c.max_contracts_per_close = 1;
  ExpiryWorld w = active(c);
  w.hold(spy('C', 635), -10, 640).at_minutes(4);
  CHECK(w.row(0).order->quantity == 1);
  CHECK(w.plan.queue[0].quantity == 1);
}
