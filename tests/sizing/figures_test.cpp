// tests/sizing/figures_test.cpp -- metrics by strategy, and methods side by side over the same trades.
// SPDX-License-Identifier: MIT
#include "support/not_finite.hpp"
#include "support/sizing.hpp"

#include <optcoord/sizing/compare.hpp>
#include <optcoord/sizing/metrics.hpp>

#include <doctest/doctest.h>

#include <cmath>  // std::sqrt
#include <vector>

namespace {

using namespace optcoord;
using namespace optcoord::test;

constexpr StrategyId first_strategy{1};
constexpr StrategyId third_strategy{3};

[[nodiscard]] PastTrade past_trade(double entry, double exit) { return {{.price = entry}, exit}; }

}  // namespace

TEST_CASE("a size lies in the bucket of the first bound that is not below it") {
  SizeHistogram h;
  for (const double usd : {0.01, 100.0, 100.01, 1e6, 1e6 + 1}) h.add(Usd{usd});
  CHECK(h.counts[0] == 2);
  CHECK(h.counts[1] == 1);
  CHECK(h.counts[SizeHistogram::bounds.size() - 1] == 1);
  CHECK(h.counts[SizeHistogram::bounds.size()] == 1);
}

TEST_CASE("metrics say the last size, its risk, its share of capital and what a dollar of size earned") {
  SizingMetricsState state;
  CHECK(snapshot(state).empty());
  const SizeRequest with_stop{.equity = 10'000, .price = 100, .stop = 90};
  observe(state, first_strategy, size_of(risk_based(0.01), with_stop));  // 1,000, 100 at risk
  observe(state, third_strategy, size_of(fixed_usd(3000), usual_trade()));
  observe(state, first_strategy, TradeResult{.pnl = 50, .risked = 100});
  observe(state, first_strategy, TradeResult{.pnl = -30, .risked = 100});

  const std::vector<StrategySizingMetrics> all = snapshot(state);
  REQUIRE(all.size() == 2);
  CHECK(all[0].strategy == first_strategy);
  CHECK(all[0].figures.position_size.value == doctest::Approx(1000));
  CHECK(all[0].figures.risk_utilised->value == doctest::Approx(100));
  CHECK(all[0].figures.risk_target->value == doctest::Approx(100));
  CHECK(*all[0].capital_share == doctest::Approx(0.25));
  CHECK(*all[0].return_per_usd == doctest::Approx(20.0 / 2000));
  CHECK(all[1].strategy == third_strategy);
  CHECK(*all[1].capital_share == doctest::Approx(0.75));
  CHECK_FALSE(all[1].figures.risk_utilised);  // no stop was told
  CHECK_FALSE(all[1].figures.risk_target);
  CHECK_FALSE(all[1].return_per_usd);
}

TEST_CASE("an answer of 0 is the last size, and no part of the distribution") {
  SizingMetricsState state;
  observe(state, first_strategy, size_of(fixed_usd(3000), usual_trade()));
  observe(state, first_strategy, size_of(fixed_usd(3000), {.equity = 0, .price = 1}));
  const StrategySizingMetrics m = snapshot(state).at(0);
  CHECK(m.figures.sizes == 2);
  CHECK(m.figures.nothing == 1);
  CHECK(m.figures.position_size == Usd{0});
  CHECK(m.figures.distribution.counts[5] == 1);  // 2,500 to 5,000
  CHECK_FALSE(m.capital_share);                  // nothing is allocated
}

TEST_CASE("each trade is sized on the equity that those before it left") {
  const std::vector<PastTrade> trades{past_trade(100, 110), past_trade(100, 80), past_trade(50, 55)};
  const MethodFigures f = *assess(sizer_of(percent_equity(0.5)), 10'000, trades);
  // 5,000 -> +500; 5,250 -> -1,050; 4,725 -> +472.5
  CHECK(f.final_equity.value == doctest::Approx(9922.5));
  CHECK(f.mean_return == doctest::Approx((0.05 - 0.10 + 0.05) / 3).epsilon(1e-9));
  CHECK(f.max_drawdown == doctest::Approx(0.10));
  CHECK(f.trades == 3);
  CHECK(f.smallest->value == doctest::Approx(4725));
  CHECK(f.median->value == doctest::Approx(5000));
  CHECK(f.largest->value == doctest::Approx(5250));
}

TEST_CASE("Sharpe is mean over sample deviation, scaled by the root of trades a year") {
  const std::vector<PastTrade> trades{past_trade(100, 130), past_trade(100, 110)};
  const MethodFigures f = *assess(sizer_of(percent_equity(0.1)), 10'000, trades);
  const double deviation = std::sqrt(2 * 0.01 * 0.01);  // returns 0.03 and 0.01
  CHECK(*f.sharpe == doctest::Approx(0.02 / deviation));
  CHECK(*assess(sizer_of(percent_equity(0.1)), 10'000, trades, 252)->sharpe ==
        doctest::Approx(0.02 / deviation * std::sqrt(252)));
}

TEST_CASE("returns that do not vary have no Sharpe ratio") {
  const Sizer sizer = sizer_of(percent_equity(0.1));
  CHECK_FALSE(assess(sizer, 10'000, std::vector<PastTrade>{})->sharpe);
  CHECK_FALSE(assess(sizer, 10'000, std::vector{past_trade(100, 110)})->sharpe);
  CHECK_FALSE(assess(sizer, 10'000, std::vector{past_trade(100, 110), past_trade(100, 110)})->sharpe);
}

TEST_CASE("shorts earn when prices fall") {
  PastTrade t = past_trade(100, 90);
  t.request.side = PositionSide::short_side;
  CHECK(assess(sizer_of(fixed_usd(1000)), 10'000, std::vector{t})->final_equity.value == doctest::Approx(10'100));
}

TEST_CASE("a trade that cannot be sized is counted and not traded") {
  PastTrade with_stop = past_trade(100, 110);
  with_stop.request.stop = 90;
  const std::vector<PastTrade> trades{past_trade(100, 200), with_stop};
  const MethodFigures f = *assess(sizer_of(risk_based(0.01)), 10'000, trades);
  CHECK(f.failed == 1);
  CHECK(f.final_equity.value == doctest::Approx(10'100));
  CHECK(f.mean_return == doctest::Approx(0.005));
}

TEST_CASE("an account that is lost trades no more") {
  PastTrade short_trade = past_trade(100, 350);
  short_trade.request.side = PositionSide::short_side;
  const std::vector<PastTrade> trades{short_trade, past_trade(100, 200)};
  const MethodFigures f = *assess(sizer_of(fixed_usd(5000)), 5000, trades);
  CHECK(f.final_equity.value == doctest::Approx(-7500));
  CHECK(f.nothing == 1);
  CHECK(f.max_drawdown == doctest::Approx(2.5));
}

TEST_CASE("the risk adjustment learns from the series") {
  PositionSizingConfig c = risk_based(0.02);
  c.risk_adjustment = RiskAdjustmentConfig{true, 2, 0.001, 0.04};
  PastTrade lost = past_trade(100, 90);
  lost.request.stop = 90;
  const MethodFigures f = *assess(sizer_of(c), 10'000, std::vector{lost, lost});
  CHECK(f.final_equity.value == doctest::Approx(10'000 * 0.98 * 0.99));
}

TEST_CASE("a series that is no series is an error") {
  const Sizer sizer = sizer_of(fixed_usd(1));
  const std::vector<PastTrade> bad{past_trade(1, 1), past_trade(1, not_a_number)};
  CHECK(assess(sizer, 10, bad).error() == Error{Errc::invalid_value, "trades[].exit_price", 1});
  CHECK(assess(sizer, 10, std::vector{past_trade(1, -1)}).error().index == 0);
  CHECK(assess(sizer, 0, bad).error() == Error{Errc::invalid_value, "equity"});
  CHECK(assess(sizer, 10, bad, 0).error() == Error{Errc::invalid_value, "trades_per_year"});
}
