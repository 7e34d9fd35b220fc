// tests/exercise/scores_test.cpp -- the document's score and the probability, at values known by hand.
// SPDX-License-Identifier: MIT
#include <optcoord/exercise/scores.hpp>

#include <doctest/doctest.h>

using namespace optcoord;
using doctest::Approx;

TEST_CASE("risk score: the document's unit test, the same moneyness is riskier two minutes before the close") {
  CHECK(risk_score_raw(0.01, 30, 0.20) < risk_score_raw(0.01, 2, 0.20));
}

TEST_CASE("the score is moneyness factor x time weight x volatility adjustment") {
  CHECK(risk_score_raw(0, 0, 0.20) == Approx(0.5));
  CHECK(risk_score_raw(0.005, 15, 0.20) == Approx(0.7310585786 * 0.3678794412));
  CHECK(risk_score_raw(-0.01, 30, 0.30) == Approx(0.1192029220 * 0.1353352832 * 1.5));
}

TEST_CASE("the volatility adjustment stays between a half and two") {
  CHECK(risk_score_raw(0, 0, 0.10) == Approx(0.25));
  CHECK(risk_score_raw(0, 0, 0.01) == Approx(0.25));
  CHECK(risk_score_raw(0, 0, 0.40) == Approx(1.0));
  CHECK(risk_score_raw(0, 0, 4.00) == Approx(1.0));
}

TEST_CASE("the score is shown capped at 1; the raw one goes on ranking") {
  const double raw = risk_score_raw(0.05, 0, 0.40);
  CHECK(raw > 1.9);
  CHECK(risk_score(raw) == 1.0);
  CHECK(risk_score(0.25) == 0.25);
}

TEST_CASE("after the close the time weight stays at its end") {
  CHECK(risk_score_raw(0.01, -5, 0.20) == risk_score_raw(0.01, 0, 0.20));
}

TEST_CASE("probability in the money: half a variance below even at the strike, one minus the other for the put") {
  const double v = 0.04 * 390 / 98'280;
  CHECK(variance(0.20, 390) == Approx(v));
  CHECK(probability_itm(Right::call, 600, 600, 0.20, 390) ==
        Approx(0.5 - 0.3989422804 * 0.5 * std::sqrt(v)).epsilon(1e-6));
  CHECK(probability_itm(Right::call, 610, 600, 0.20, 390) + probability_itm(Right::put, 610, 600, 0.20, 390) ==
        Approx(1.0));
}

TEST_CASE("probability at and after the close is 1 in the money, else 0") {
  CHECK(probability_itm(Right::call, 600.01, 600, 0.20, 0) == 1.0);
  CHECK(probability_itm(Right::call, 600, 600, 0.20, 0) == 0.0);
  CHECK(probability_itm(Right::put, 599.99, 600, 0.20, -3) == 1.0);
  CHECK(probability_itm(Right::put, 600.01, 600, 0.20, -3) == 0.0);
}

TEST_CASE("levels: low < 0.10 <= medium < 0.50 <= high, and high within five minutes is critical") {
  CHECK(risk_level(0.0999999, 30) == RiskLevel::low);
  CHECK(risk_level(0.10, 30) == RiskLevel::medium);
  CHECK(risk_level(0.4999999, 1) == RiskLevel::medium);
  CHECK(risk_level(0.50, 5.0001) == RiskLevel::high);
  CHECK(risk_level(0.50, 5) == RiskLevel::critical);
}
