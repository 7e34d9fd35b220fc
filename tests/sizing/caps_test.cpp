// tests/sizing/caps_test.cpp -- each cap at its boundary, in order, and what lots, contracts and maximum losses do.
// SPDX-License-Identifier: MIT
#include "support/sizing.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// Fixed USD with a maximum and a minimum.
[[nodiscard]] PositionSizingConfig bounded(double amount, double least, double most) {
  PositionSizingConfig c = fixed_usd(amount);
  c.min_position_size_usd = least;
  c.max_position_size_usd = most;
  return c;
}

}  // namespace

TEST_CASE("a size at a cap is not lowered, one above is lowered to it") {
  CHECK(caps_of(size_of(bounded(1000, 0, 1000), usual_trade())).empty());
  CHECK(caps_of(size_of(bounded(1000.5, 0, 1000), usual_trade())) == Texts{"max_position_size_usd 1000.5 -> 1000"});

  CHECK(caps_of(size_of(fixed_usd(10'000), usual_trade())).empty());  // leverage 1 by default
  CHECK(caps_of(size_of(fixed_usd(10'001), usual_trade())) == Texts{"max_leverage 10001 -> 10000"});
  PositionSizingConfig c = fixed_usd(25'000);
  c.max_leverage = 2;
  CHECK(caps_of(size_of(c, usual_trade())) == Texts{"max_leverage 25000 -> 20000"});
  c.max_leverage = 0.5;
  CHECK(caps_of(size_of(c, usual_trade())) == Texts{"max_leverage 25000 -> 5000"});

  SizeRequest r = usual_trade();
  r.buying_power = 1000;
  CHECK(caps_of(size_of(fixed_usd(1000), r)).empty());
  CHECK(caps_of(size_of(fixed_usd(1001), r)) == Texts{"buying_power 1001 -> 1000"});
}

TEST_CASE("caps act in order, each on what the one before it left, and the binding one is the last that is not lot") {
  PositionSizingConfig c = fixed_usd(50'000);
  c.max_position_size_usd = 20'000;
  SizeRequest r{.equity = 10'000, .price = 300, .lot = 1, .buying_power = 1000};
  const Size all = size_of(c, r);
  CHECK(caps_of(all) == Texts{"max_position_size_usd 50000 -> 20000", "max_leverage 20000 -> 10000",
                              "buying_power 10000 -> 1000", "lot 1000 -> 900"});
  CHECK(all.binding == SizeCap::buying_power);
  CHECK(all.units.value == 3);
  CHECK(all.notional.value == 900);

  r.buying_power.reset();
  CHECK(size_of(c, r).binding == SizeCap::max_leverage);
  const Size by_lot = size_of(fixed_usd(1000), {.equity = 10'000, .price = 300, .lot = 1});
  CHECK(by_lot.binding == SizeCap::lot);
  CHECK_FALSE(size_of(fixed_usd(900), {.equity = 10'000, .price = 300, .lot = 1}).binding);
}

TEST_CASE("signal strength comes before the caps") {
  SizeRequest r = usual_trade();
  r.signal = 0.5;
  const Size s = size_of(bounded(3000, 0, 1000), r);
  CHECK(s.raw_notional.value == 3000);
  CHECK(caps_of(s) == Texts{"max_position_size_usd 1500 -> 1000"});
}

TEST_CASE("no buying power left is a size of 0 that says so") {
  for (const double left : {0.0, -500.0}) {
    SizeRequest r = usual_trade();
    r.buying_power = left;
    const Size s = size_of(fixed_usd(1000), r);
    CHECK(s.notional == Usd{0});
    CHECK(s.reason == Code::zero_size);
    CHECK(s.binding == SizeCap::buying_power);
    CHECK(caps_of(s) == Texts{"buying_power 1000 -> 0"});
  }
}

TEST_CASE("a size under the minimum is 0, never raised; one at the minimum stands") {
  CHECK(size_of(bounded(100, 100, 1000), usual_trade()).notional.value == 100);
  const Size below = size_of(bounded(99.99, 100, 1000), usual_trade());
  CHECK(below.notional == Usd{0});
  CHECK(below.units == Units{0});
  CHECK(below.reason == Code::below_min);
  CHECK(below.raw_notional.value == 99.99);

  SizeRequest r = usual_trade();
  r.buying_power = 50;  // a cap may bring it under the minimum
  const Size capped = size_of(bounded(500, 100, 1000), r);
  CHECK(capped.reason == Code::below_min);
  CHECK(caps_of(capped) == Texts{"buying_power 500 -> 50"});
  CHECK(capped.binding == SizeCap::buying_power);

  r = {.equity = 10'000, .price = 30, .lot = 1};  // so may rounding
  CHECK(size_of(bounded(100, 95, 1000), r).reason == Code::below_min);
  CHECK(size_of(bounded(100, 90, 1000), r).notional.value == 90);
}

TEST_CASE("what rounding leaves nothing of is zero_size, whatever the minimum is") {
  const SizeRequest r{.equity = 10'000, .price = 3000, .lot = 1};
  const Size s = size_of(bounded(2999, 100, 5000), r);
  CHECK(s.reason == Code::zero_size);
  CHECK(caps_of(s) == Texts{"lot 2999 -> 0"});
  CHECK(size_of(bounded(3000, 100, 5000), r).units.value == 1);
}

TEST_CASE("lots: what is short of a whole one by rounding alone is whole, and no cap is listed for it") {
  // 0.07 / 0.01 is 7.000000000000001, 0.29 / 0.01 is 28.999999999999996
  for (const double units : {0.07, 0.29, 0.57, 0.58}) {
    CAPTURE(units);
    const Size s = size_of(fixed_usd(units * 1000), {.equity = 10'000, .price = 1000, .lot = 0.01});
    CHECK(s.units.value == doctest::Approx(units));
    CHECK(s.notional.value == units * 1000);
    CHECK(s.caps().empty());
  }
  // 54 lots of 0.001 at 110 are 5.9399999999999995: they stand for the 5.94 that was asked, minimum and all
  const Size whole = size_of(bounded(5.94, 5.94, 10), {.equity = 10'000, .price = 110, .lot = 0.001});
  CHECK(whole.notional.value == 5.94);
  CHECK(whole.caps().empty());
  const Size s = size_of(fixed_usd(289.9), {.equity = 10'000, .price = 1000, .lot = 0.01});
  CHECK(s.units.value == doctest::Approx(0.28));
  CHECK(s.binding == SizeCap::lot);
}

TEST_CASE("the trade's lot wins over the strategy's") {
  PositionSizingConfig c = fixed_usd(1000);
  c.lot_size = 4;
  CHECK(size_of(c, {.equity = 10'000, .price = 100}).units.value == 8);
  CHECK(size_of(c, {.equity = 10'000, .price = 100, .lot = 3}).units.value == 9);
}

TEST_CASE("with a multiplier above 1 there are whole contracts, and units and notional follow") {
  const Size s = size_of(fixed_usd(1000), {.equity = 10'000, .price = 3, .multiplier = 100});
  CHECK(s.contracts == Contracts{3});
  CHECK(s.units.value == 300);
  CHECK(s.notional.value == 900);
  CHECK(caps_of(s) == Texts{"lot 1000 -> 900"});
  CHECK(s.binding == SizeCap::lot);

  CHECK(size_of(fixed_usd(900), {.equity = 10'000, .price = 3, .multiplier = 100}).caps().empty());
  const Size none = size_of(fixed_usd(299), {.equity = 10'000, .price = 3, .multiplier = 100});
  CHECK(none.contracts == Contracts{0});
  CHECK(none.reason == Code::zero_size);

  CHECK_FALSE(size_of(fixed_usd(1000), {.equity = 10'000, .price = 3}).contracts);
  CHECK_FALSE(size_of(fixed_usd(1000), {.equity = 10'000, .price = 3, .multiplier = 1}).contracts);
  CHECK_FALSE(size_of(fixed_usd(1000), {.equity = 10'000, .price = 3, .multiplier = 0.1}).contracts);
}

TEST_CASE("lots and contracts are one cap, lots first") {
  const Size s = size_of(fixed_usd(1000), {.equity = 10'000, .price = 1, .multiplier = 100, .lot = 30});
  CHECK(s.contracts == Contracts{9});  // 1000 -> 990 units -> 900
  CHECK(caps_of(s) == Texts{"lot 1000 -> 900"});
}

TEST_CASE("contracts under the minimum are 0 contracts") {
  const Size s = size_of(bounded(1000, 950, 5000), {.equity = 10'000, .price = 3, .multiplier = 100});
  CHECK(s.reason == Code::below_min);
  CHECK(s.contracts == Contracts{0});
}

TEST_CASE("a structure is sized by its maximum loss, in whole units, not by its premium") {
  SizeRequest r{.equity = 100'000, .price = 1.2, .max_loss_per_unit = 380};
  const Size s = size_of(risk_based(0.02), r);  // 2,000 / 380 = 5.26
  CHECK(s.units.value == 5);
  CHECK(s.raw_notional.value == 1900);
  CHECK(s.notional.value == 1900);
  CHECK(s.at_risk->value == 1900);
  CHECK(s.risk_target->value == 2000);
  CHECK(s.caps().empty());

  r.max_loss_per_unit = 400;  // exactly five
  CHECK(size_of(risk_based(0.02), r).units.value == 5);
  r.max_loss_per_unit = 2000.01;
  const Size none = size_of(risk_based(0.02), r);
  CHECK(none.units.value == 0);
  CHECK(none.reason == Code::zero_size);
}

TEST_CASE("with a maximum loss the caps act on capital at risk, and what they leave is whole units again") {
  SizeRequest r{.equity = 100'000, .price = 1.2, .max_loss_per_unit = 380};
  PositionSizingConfig c = risk_based(0.02);
  c.max_position_size_usd = 1000;
  const Size s = size_of(c, r);
  CHECK(caps_of(s) == Texts{"max_position_size_usd 1900 -> 1000", "lot 1000 -> 760"});
  CHECK(s.units.value == 2);
  CHECK(s.binding == SizeCap::max_position_size_usd);
  r.buying_power = 379;
  CHECK(size_of(c, r).reason == Code::zero_size);
  r.buying_power = 380;
  CHECK(size_of(c, r).units.value == 1);
  c.min_position_size_usd = 381;  // so does the minimum
  CHECK(size_of(c, r).reason == Code::below_min);
}

TEST_CASE("a maximum loss counts for every method, with multipliers and signals") {
  const SizeRequest r{.equity = 100'000, .price = 1.2, .max_loss_per_unit = 3.8};
  CHECK(size_of(fixed_usd(1000), r).units.value == 263);
  CHECK(size_of(fixed_units(7), r).notional.value == doctest::Approx(26.6));

  SizeRequest spread{.equity = 100'000, .price = 1.2, .multiplier = 100, .max_loss_per_unit = 3.8};
  const Size s = size_of(risk_based(0.02), spread);  // 526 units
  CHECK(s.contracts == Contracts{5});
  CHECK(s.units.value == 500);
  CHECK(s.notional.value == doctest::Approx(1900));
  spread.signal = 0.5;
  CHECK(size_of(risk_based(0.02), spread).contracts == Contracts{2});
}

TEST_CASE("a maximum loss goes before a stop") {
  SizeRequest r{.equity = 10'000, .price = 100, .stop = 99, .max_loss_per_unit = 50};
  CHECK(size_of(risk_based(0.02), r).units.value == 4);
}
