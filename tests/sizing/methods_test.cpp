// tests/sizing/methods_test.cpp -- what each method makes of an account, before and after the caps.
// SPDX-License-Identifier: MIT
#include "support/not_finite.hpp"
#include "support/sizing.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

}  // namespace

TEST_CASE("the checks: equity 10,000, price 50,000") {
  CHECK(size_of(fixed_usd(1000), usual_trade()).units.value == doctest::Approx(0.02));
  CHECK(size_of(percent_equity(0.05), usual_trade()).units.value == doctest::Approx(0.01));

  SizeRequest with_stop = usual_trade();
  with_stop.stop = 48'000;
  PositionSizingConfig c = risk_based(0.02);
  c.max_leverage = 1;
  const Size by_risk = size_of(c, with_stop);
  CHECK(by_risk.units.value == doctest::Approx(0.1));
  CHECK(by_risk.notional.value == doctest::Approx(5000));
  CHECK(by_risk.caps().empty());  // equity x 1 is 0.2 units
  CHECK(by_risk.at_risk->value == doctest::Approx(200));
  CHECK(by_risk.risk_target->value == doctest::Approx(200));

  c = fixed_usd(5000);
  c.max_position_size_usd = 1000;
  const Size capped = size_of(c, usual_trade());
  CHECK(capped.units.value == doctest::Approx(0.02));
  CHECK(capped.raw_notional.value == 5000);
  CHECK(caps_of(capped) == Texts{"max_position_size_usd 5000 -> 1000"});
  CHECK(capped.binding == SizeCap::max_position_size_usd);

  SizeRequest half = usual_trade();
  half.signal = 0.5;
  CHECK(size_of(fixed_usd(1000), half).units.value == doctest::Approx(0.01));
  CHECK(size_of(fixed_usd(1000), half).raw_notional.value == 1000);  // before the signal
}

TEST_CASE("a short is sized as a long is, with its stop above") {
  SizeRequest r = usual_trade();
  r.side = PositionSide::short_side;
  r.stop = 52'000;
  CHECK(size_of(risk_based(0.02), r).notional.value == doctest::Approx(5000));
}

TEST_CASE("a stop is taken from the trade's price, its percentage, the strategy's percentage, the default") {
  PositionSizingConfig c = risk_based(0.01);
  c.default_stop_loss_pct = 0.10;
  CHECK(size_of(c, usual_trade()).notional.value == doctest::Approx(1000));
  c.stop_loss_pct = 5.0;  // percent
  CHECK(size_of(c, usual_trade()).notional.value == doctest::Approx(2000));
  SizeRequest r = usual_trade();
  r.stop_loss_pct = 4.0;
  CHECK(size_of(c, r).notional.value == doctest::Approx(2500));
  r.stop = 49'000;  // 2 %
  CHECK(size_of(c, r).notional.value == doctest::Approx(5000));
}

TEST_CASE("a trade's stop of less than 1 is a fraction, from 1 on percent: the wider reading, the smaller trade") {
  SizeRequest r = usual_trade();
  r.stop_loss_pct = 0.04;
  CHECK(size_of(risk_based(0.01), r).notional.value == doctest::Approx(2500));
  r.stop_loss_pct = 0.99;
  CHECK(size_of(risk_based(0.01), r).notional.value == doctest::Approx(100 / 0.99));
  r.stop_loss_pct = 1.0;
  CHECK(size_of(risk_based(0.01), r).notional.value == doctest::Approx(10'000));
}

TEST_CASE("fixed units count contracts where there is a multiplier") {
  CHECK(size_of(fixed_units(0.1), usual_trade()).notional.value == doctest::Approx(5000));
  SizeRequest option{.equity = 10'000, .price = 2.5, .multiplier = 100};
  const Size s = size_of(fixed_units(3), option);
  CHECK(s.raw_notional.value == 750);
  CHECK(s.units.value == 300);
  CHECK(s.contracts == Contracts{3});
}

TEST_CASE("Kelly's fraction lies between 0 and its cap") {
  // b = 1.6, p = 0.65: (1.04 - 0.35) / 1.6 = 0.43125
  CHECK(size_of(kelly(0.65, 1.6, 1), usual_trade()).raw_notional.value == doctest::Approx(4312.5));
  CHECK(size_of(kelly(0.65, 1.6, 0.15), usual_trade()).raw_notional.value == doctest::Approx(1500));
  const Size none = size_of(kelly(0.3, 1, 0.15), usual_trade());  // f = -0.4
  CHECK(none.notional == Usd{0});
  CHECK(none.reason == Code::zero_size);
  CHECK(size_of(kelly(0.5, 1, 0.15), usual_trade()).reason == Code::zero_size);  // f = 0
}

TEST_CASE("a volatility target sizes by the volatility that is told") {
  SizeRequest r = usual_trade();
  r.volatility = 0.6;
  CHECK(size_of(volatility_target(0.15), r).notional.value == doctest::Approx(2500));
}

TEST_CASE("no equity is no position, by whatever method") {
  for (const double equity : {0.0, -1.0, -0.0}) {
    CAPTURE(equity);
    for (const PositionSizingConfig& c : {fixed_usd(1000), percent_equity(0.1), fixed_units(1), kelly(0.6, 1, 0.1)}) {
      const Size s = size_of(c, {.equity = equity, .price = 100, .multiplier = 10});
      CHECK(s.notional == Usd{0});
      CHECK(s.units == Units{0});
      CHECK(s.contracts == Contracts{0});
      CHECK(s.reason == Code::no_equity);
      CHECK(s.caps().empty());
      CHECK_FALSE(s.binding);
    }
  }
}

TEST_CASE("a signal of 0 is a size of 0, with a reason; 1 changes nothing") {
  SizeRequest r = usual_trade();
  r.signal = 0;
  CHECK(size_of(fixed_usd(1000), r).reason == Code::zero_size);
  CHECK(size_of(fixed_usd(1000), r).units == Units{0});
  r.signal = 1;
  CHECK(size_of(fixed_usd(1000), r).notional == Usd{1000});
}

TEST_CASE("a trade that cannot be sized is an error that names the input, never a fallback") {
  const auto with = [](auto change) {
    SizeRequest r = usual_trade();
    change(r);
    return r;
  };
  CHECK(refused_for(risk_based(0.02), usual_trade()) == "stop");
  CHECK(refused_for(volatility_target(0.1), usual_trade()) == "volatility");
  CHECK(refused_for(risk_based(0.02), {.equity = 0, .price = 1}) == "stop");  // not hidden by no_equity

  // the stop, for every method: it is a figure that is wrong
  for (const PositionSizingConfig& c : {risk_based(0.02), fixed_usd(100)}) {
    CHECK(refused_for(c, with([](SizeRequest& r) { r.stop = 50'000; })) == "stop");  // no distance
    CHECK(refused_for(c, with([](SizeRequest& r) { r.stop = 50'001; })) == "stop");  // above a long's entry
    CHECK(refused_for(c, with([](SizeRequest& r) { r.stop = 0; })) == "stop");
    CHECK(refused_for(c, with([](SizeRequest& r) { r.stop = not_a_number; })) == "stop");
    CHECK(refused_for(c, with([](SizeRequest& r) {
                        r.side = PositionSide::short_side;
                        r.stop = 49'999;
                      })) == "stop");
    for (const double pct : {0.0, -1.0, 100.0, not_a_number, infinity}) {
      CAPTURE(pct);
      CHECK(refused_for(c, with([pct](SizeRequest& r) { r.stop_loss_pct = pct; })) == "stop_loss_pct");
    }
  }
  for (const double bad : {not_a_number, infinity, -infinity}) {
    CAPTURE(bad);
    CHECK(refused_for(fixed_usd(1), {.equity = bad, .price = 1}) == "equity");
    CHECK(refused_for(fixed_usd(1), with([bad](SizeRequest& r) { r.buying_power = bad; })) == "buying_power");
  }
  for (const double bad : {not_a_number, infinity, 0.0, -1.0}) {
    CAPTURE(bad);
    CHECK(refused_for(fixed_usd(1), {.equity = 1, .price = bad}) == "price");
    CHECK(refused_for(fixed_usd(1), with([bad](SizeRequest& r) { r.multiplier = bad; })) == "multiplier");
    CHECK(refused_for(fixed_usd(1), with([bad](SizeRequest& r) { r.lot = bad; })) == "lot");
    CHECK(refused_for(fixed_usd(1), with([bad](SizeRequest& r) { r.max_loss_per_unit = bad; })) == "max_loss_per_unit");
    CHECK(refused_for(fixed_usd(1), with([bad](SizeRequest& r) { r.volatility = bad; })) == "volatility");
  }
  for (const double bad : {not_a_number, -0.001, 1.001, infinity}) {
    CAPTURE(bad);
    CHECK(refused_for(fixed_usd(1), with([bad](SizeRequest& r) { r.signal = bad; })) == "signal");
  }
}

TEST_CASE("a figure that runs out of range is an error, not infinity") {
  SizeRequest r = usual_trade();
  r.volatility = 1e-310;
  CHECK(refused_for(volatility_target(0.1), r) == "volatility");
  r = usual_trade();
  r.price = 1e-310;
  CHECK(refused_for(fixed_usd(1000), r) == "price");
  r.price = 1e308;
  CHECK(refused_for(fixed_units(1e15), r) == "price");
  r = {.equity = 1e6, .price = 1e-12, .multiplier = 1.5};
  CHECK(refused_for(fixed_usd(1e6), r) == "multiplier");  // more contracts than can be counted
}
