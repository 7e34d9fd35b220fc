// tests/pricing/kernel_risk_test.cpp -- scenario grids and exercise risk by the kernels, against the plain formulas.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/pricing/batch.hpp>
#include <optcoord/pricing/black_scholes.hpp>
#include <support/dice.hpp>
#include <support/not_finite.hpp>
#include <support/option_batch.hpp>

#include <algorithm>
#include <cmath>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

/// One row of exercise risk for a single option.
struct OneRisk {
  double score{0};
  double raw_score{0};
  double probability{0};
};
OneRisk risk_of(Right right, double spot, double strike, double minutes, double vol) {
  const Kernels best = Kernels::best();
  const std::vector<Right> rights{right};
  const std::vector<double> strikes{strike}, vols{vol};
  std::vector<double> logs(1), score(1), raw(1), probability(1);
  REQUIRE(best.log_ratio(strikes, spot, logs));
  REQUIRE(best.exercise_risk({spot, minutes, minutes, spot, rights, strikes, logs, vols}, {score, raw, probability}));
  return {score[0], raw[0], probability[0]};
}

}  // namespace

TEST_CASE("every cell of a grid is the option revalued after the shock") {
  Dice dice(5);
  const std::vector<double> spots{-1.2, -0.3, -0.1, -0.01, 0.0, 0.02, 0.25, 1.0};
  const std::vector<double> vols{-0.4, -0.05, 0.0, 0.1, 1.0};
  constexpr std::size_t n = 37;
  const std::vector<double> times{0.0, 1.0 / 365, 0.5};
  OptionBatch b;
  std::vector<double> spot, years, rate, yield, beta;
  for (std::size_t i = 0; i < n; ++i) {
    const double s = log_between(dice, 1, 5000);
    b.add(dice.roll(2) == 0 ? Right::call : Right::put, s * between(dice, 0.7, 1.3), log_between(dice, 0.05, 2.0));
    spot.push_back(s);
    years.push_back(log_between(dice, 1e-5, 2.0));
    rate.push_back(between(dice, -0.02, 0.08));
    yield.push_back(between(dice, 0.0, 0.05));
    beta.push_back(dice.roll(2) == 0 ? 1.0 : between(dice, 0.3, 1.5));
  }
  std::vector<double> cells(n * spots.size() * vols.size() * times.size());
  REQUIRE(
      Kernels::best().grid({b.right, spot, b.strike, years, rate, yield, b.vol, beta}, {spots, vols, times}, cells));
  for (std::size_t t = 0; t < times.size(); ++t)
    for (std::size_t v = 0; v < vols.size(); ++v)
      for (std::size_t s = 0; s < spots.size(); ++s)
        for (std::size_t i = 0; i < n; ++i) {
          const double factor = std::max(1.0 + beta[i] * spots[s], 1e-12);
          const OptionTerms shocked{b.right[i], spot[i] * factor, b.strike[i], years[i] - times[t], rate[i], yield[i]};
          const double expected = value(shocked, std::max(b.vol[i] + vols[v], 0.0));
          CAPTURE(i);
          CAPTURE(t);
          CAPTURE(v);
          CAPTURE(s);
          CHECK(std::abs(cells[((t * vols.size() + v) * spots.size() + s) * n + i] - expected) <=
                1e-13 * std::max(shocked.spot, shocked.strike));
        }
}

TEST_CASE("a grid of what is no option is no number, and beside it nothing changes") {
  std::vector<double> spot(9, 100), strike(9, 100), years(9, 1), rate(9, 0.05), yield(9, 0), vol(9, 0.2), beta(9, 1);
  const std::vector<Right> right(9, Right::put);
  spot[1] = 0;
  strike[2] = not_a_number;
  years[3] = infinity;
  rate[4] = not_a_number;
  yield[5] = not_a_number;
  vol[6] = -0.1;
  beta[7] = not_a_number;
  const std::vector<double> shocks{-0.1, 0.1}, none{0.0};
  std::vector<double> cells(18);
  REQUIRE(Kernels::best().grid({right, spot, strike, years, rate, yield, vol, beta}, {shocks, none}, cells));
  for (std::size_t i = 0; i < 9; ++i)
    for (std::size_t s = 0; s < 2; ++s) CHECK(std::isnan(cells[s * 9 + i]) == (i != 0 && i != 8));
}

TEST_CASE("the exercise score is logistic moneyness times the weight of time and of volatility") {
  for (const Right right : {Right::call, Right::put})
    for (const double spot : {627.0, 630.0, 633.0, 637.0})
      for (const double minutes : {0.0, 2.0, 28.75, 390.0})
        for (const double vol : {0.05, 0.2, 0.31, 0.9}) {
          const OneRisk r = risk_of(right, spot, 632.0, minutes, vol);
          const double m = (right == Right::call ? spot - 632.0 : 632.0 - spot) / 632.0;
          const double raw = 1 / (1 + std::exp(-m / 0.005)) * std::exp(-minutes / 15) * std::clamp(vol / 0.2, 0.5, 2.0);
          CHECK(std::abs(r.raw_score / raw - 1) <= 1e-13);
          CHECK(r.score == std::min(r.raw_score, 1.0));
        }
}

TEST_CASE("the probability of ending in the money is the driftless model's, over trading minutes") {
  for (const Right right : {Right::call, Right::put})
    for (const double spot : {600.0, 627.0, 632.0, 637.0, 700.0})
      for (const double minutes : {0.5, 5.0, 28.75, 390.0})
        for (const double vol : {0.1, 0.2, 0.9}) {
          const OneRisk r = risk_of(right, spot, 632.0, minutes, vol);
          const double v = vol * vol * minutes / 98'280;
          const double d = (std::log(spot / 632.0) - v / 2) / std::sqrt(v);
          const double expected = normal_cdf(right == Right::call ? d : -d);
          CHECK(std::abs(r.probability - expected) <= 1e-12 * expected + 1e-18);
        }
}

TEST_CASE("score and probability rise with moneyness and score(0.01, 30) is below score(0.01, 2)") {
  CHECK(risk_of(Right::call, 101, 100, 30, 0.2).score < risk_of(Right::call, 101, 100, 2, 0.2).score);
  double before = 0;
  double likely = 0;
  for (double spot = 95; spot <= 105; spot += 0.25) {
    const OneRisk r = risk_of(Right::call, spot, 100, 20, 0.2);
    CHECK(r.raw_score > before);
    CHECK(r.probability >= likely);
    before = r.raw_score;
    likely = r.probability;
  }
  // SPY 635P at +0.8 % and 28:45 to go is high, 638C at -1.2 % is low.
  CHECK(risk_of(Right::put, 635 / 1.008, 635, 28.75, 0.2).probability >= 0.5);
  CHECK(risk_of(Right::call, 638 * 0.988, 638, 28.75, 0.2).probability < 0.10);
}

TEST_CASE("from the close on, and without volatility, only what is in the money stays so") {
  for (const double minutes : {0.0, -1.0})
    for (const Right right : {Right::call, Right::put}) {
      CHECK(risk_of(right, right == Right::call ? 100.01 : 99.99, 100, minutes, 0.2).probability == 1);
      CHECK(risk_of(right, 100, 100, minutes, 0.2).probability == 0);
      CHECK(risk_of(right, right == Right::call ? 99.99 : 100.01, 100, minutes, 0.2).probability == 0);
    }
  CHECK(risk_of(Right::call, 101, 100, 10, 0.0).probability == 1);
  CHECK(risk_of(Right::call, 100, 100, 10, 0.0).probability == 0);
  for (const double bad : {-0.1, not_a_number, infinity}) {
    CHECK(std::isnan(risk_of(Right::call, 101, 100, 10, bad).probability));
    CHECK(std::isnan(risk_of(Right::call, 101, 100, 10, bad).raw_score));
  }
  CHECK(std::isnan(risk_of(Right::call, 101, 0, 10, 0.2).score));
  CHECK(std::isnan(risk_of(Right::call, 101, 100, not_a_number, 0.2).score));
}
