// tests/property/sizing_property_test.cpp -- any rules and trade: within every cap, monotone, scaling; merges settle.
// SPDX-License-Identifier: MIT
#include "support/sizing.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>  // std::clamp, std::max, std::min, std::sort
#include <cmath>      // std::abs, std::isfinite, std::pow, std::round
#include <numeric>    // std::accumulate

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// Dollar figures are compared as closely as the room's floors round: what is whole but for 10^-12 is whole.
constexpr double closeness = 4e-12;

/// A number between two bounds, as often small as large.
[[nodiscard]] double drawn_between(double low, double high) {
  const double part = *rc::gen::inRange(0, 1'000'001) / 1e6;
  return low * std::pow(high / low, part);
}
[[nodiscard]] bool drawn_bool() { return *rc::gen::arbitrary<bool>(); }

[[nodiscard]] PositionSizingConfig drawn_block() {
  PositionSizingConfig c;
  switch (*rc::gen::inRange(0, 6)) {
    case 0: c = fixed_usd(drawn_between(1, 1e6)); break;
    case 1: c = percent_equity(drawn_between(1e-4, 1)); break;
    case 2: c = risk_based(drawn_between(1e-4, 1)); break;
    case 3: c = fixed_units(drawn_between(1e-3, 1e4)); break;
    case 4: c = kelly(*rc::gen::inRange(0, 101) / 100.0, drawn_between(0.1, 10), drawn_between(0.01, 1)); break;
    default: c = volatility_target(drawn_between(0.01, 10));
  }
  const double least = drawn_between(1, 1e4);
  if (drawn_bool()) c.min_position_size_usd = least;
  if (drawn_bool()) c.max_position_size_usd = least * drawn_between(1, 1e3);
  if (drawn_bool()) c.max_leverage = drawn_between(0.01, 100);
  if (drawn_bool()) c.lot_size = drawn_between(1e-3, 100);
  return c;
}
/// With stop and volatility, so that every method can size it.
[[nodiscard]] SizeRequest drawn_trade() {
  SizeRequest r{.equity = drawn_between(1, 1e8), .price = drawn_between(1e-2, 1e5)};
  r.side = drawn_bool() ? PositionSide::long_side : PositionSide::short_side;
  const double distance = drawn_between(1e-4, 0.9);
  r.stop = r.price * (r.side == PositionSide::long_side ? 1 - distance : 1 + distance);
  r.volatility = drawn_between(0.01, 5);
  if (drawn_bool()) r.signal = *rc::gen::inRange(0, 101) / 100.0;
  if (drawn_bool()) r.multiplier = *rc::gen::element(1.0, 5.0, 50.0, 100.0);
  if (drawn_bool()) r.lot = *rc::gen::element(0.001, 1.0, 100.0);
  if (drawn_bool()) r.max_loss_per_unit = drawn_between(0.01, 1e4);
  if (drawn_bool()) r.buying_power = drawn_between(1, 1e8);
  return r;
}
/// A trade that no cap, lot or minimum touches, for the laws of the methods themselves.
[[nodiscard]] SizeRequest free_trade() {
  SizeRequest r = drawn_trade();
  r.signal.reset();
  r.multiplier.reset();
  r.lot.reset();
  r.max_loss_per_unit.reset();
  r.buying_power.reset();
  return r;
}
[[nodiscard]] double raw_of(const PositionSizingConfig& c, const SizeRequest& r) {
  return size_of(c, r).raw_notional.value;
}
[[nodiscard]] bool nearly(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

/// Some fields of a block, none of it whole.
[[nodiscard]] PositionSizingConfig drawn_part() {
  PositionSizingConfig c;
  if (drawn_bool()) c.method = *rc::gen::element<std::string>("kelly", "fixed_usd", "of the host");
  for (const SizingParameter& p : sizing_parameters)
    if (drawn_bool()) c.*p.member = *rc::gen::inRange(1, 10) / 10.0;
  if (drawn_bool()) c.risk_adjustment = RiskAdjustmentConfig{drawn_bool(), *rc::gen::inRange(1, 50), 0.01, 0.04};
  for (const char* name : {"a", "b", "c"})
    if (drawn_bool()) c.host_parameters.push_back({name, static_cast<double>(*rc::gen::inRange(0, 5))});
  return c;
}
/// The same fields, whatever the order of the host's.
[[nodiscard]] PositionSizingConfig in_order(PositionSizingConfig c) {
  std::sort(c.host_parameters.begin(), c.host_parameters.end(),
            [](const HostParameter& a, const HostParameter& b) { return a.name < b.name; });
  return c;
}

}  // namespace

TEST_CASE("no size is above a cap, under the minimum, negative or not finite") {
  CHECK(rc::check([] {
    const PositionSizingConfig c = drawn_block();
    const SizeRequest r = drawn_trade();
    const Size s = size_of(c, r);
    const double notional = s.notional.value;
    RC_ASSERT(std::isfinite(notional) && notional >= 0);
    RC_ASSERT(std::isfinite(s.units.value) && s.units.value >= 0);
    RC_ASSERT(notional <= s.raw_notional.value * r.signal.value_or(1));
    RC_ASSERT(notional <= c.max_position_size_usd.value_or(notional));
    RC_ASSERT(notional <= r.equity * c.max_leverage.value_or(1));
    RC_ASSERT(notional <= r.buying_power.value_or(notional));
    RC_ASSERT(notional == 0 || notional >= c.min_position_size_usd.value_or(0));
    RC_ASSERT((notional == 0) == (s.reason != Code::none));
    RC_ASSERT((notional == 0) == (s.units.value == 0));
    const double unit_value = r.max_loss_per_unit.value_or(r.price);
    RC_ASSERT(std::abs(s.units.value * unit_value - notional) <= closeness * notional);
  }));
}

TEST_CASE("sizes are whole lots and whole contracts") {
  CHECK(rc::check([] {
    const PositionSizingConfig c = drawn_block();
    const SizeRequest r = drawn_trade();
    const Size s = size_of(c, r);
    RC_ASSERT(s.contracts.has_value() == (r.multiplier.value_or(1) > 1));
    if (s.contracts) {
      RC_ASSERT(s.units.value == static_cast<double>(s.contracts->value) * *r.multiplier);
    } else if (const std::optional<double> lot = r.lot ? r.lot : c.lot_size) {
      const double lots = s.units.value / *lot;
      RC_ASSERT(std::abs(lots - std::round(lots)) <= closeness * std::max(1.0, lots));
    }
  }));
}

TEST_CASE("the caps listed are a chain from the signalled notional down to the size") {
  CHECK(rc::check([] {
    const SizeRequest r = drawn_trade();
    const Size s = size_of(drawn_block(), r);
    double running = s.raw_notional.value * r.signal.value_or(1);
    std::optional<SizeCap> before;
    for (const AppliedCap& c : s.caps()) {
      RC_ASSERT(c.from.value == running);
      RC_ASSERT(c.to < c.from);
      const bool in_order = !before || *before < c.cap;  // RC_ASSERT reads both sides
      RC_ASSERT(in_order);
      before = c.cap;
      running = c.to.value;
    }
    RC_ASSERT(s.notional.value == running || s.reason != Code::none);
    const AppliedCaps caps = s.caps();
    if (caps.empty()) {
      RC_ASSERT(!s.binding);
    } else {
      const bool lot_last = caps[caps.size() - 1].cap == SizeCap::lot && caps.size() > 1;
      RC_ASSERT(s.binding == caps[caps.size() - (lot_last ? 2 : 1)].cap);
    }
  }));
}

TEST_CASE("more equity, a stronger signal or more buying power never makes a size smaller") {
  CHECK(rc::check([] {
    const PositionSizingConfig c = drawn_block();
    SizeRequest r = drawn_trade();
    const double before = size_of(c, r).notional.value;
    switch (*rc::gen::inRange(0, 3)) {
      case 0: r.equity *= drawn_between(1, 100); break;
      case 1: r.signal = std::min(1.0, r.signal.value_or(1) + *rc::gen::inRange(0, 50) / 100.0); break;
      default:
        if (r.buying_power) *r.buying_power *= drawn_between(1, 100);
    }
    RC_ASSERT(size_of(c, r).notional.value >= before * (1 - closeness));
  }));
}

TEST_CASE("a tighter cap never makes a size larger") {
  CHECK(rc::check([] {
    PositionSizingConfig c = drawn_block();
    c.min_position_size_usd.reset();
    const SizeRequest r = drawn_trade();
    const double before = size_of(c, r).notional.value;
    const double part = drawn_between(0.01, 1);
    c.max_position_size_usd = c.max_position_size_usd.value_or(1e6) * part;
    c.max_leverage = c.max_leverage.value_or(1) * part;
    RC_ASSERT(size_of(c, r).notional.value <= before * (1 + closeness) || before == 0);
  }));
}

TEST_CASE("each method scales as its formula does") {
  CHECK(rc::check([] {
    const SizeRequest r = free_trade();
    SizeRequest richer = r;
    const double k = drawn_between(1, 100);
    richer.equity *= k;
    const double part = drawn_between(1e-3, 0.01);
    RC_ASSERT(raw_of(fixed_usd(500), richer) == raw_of(fixed_usd(500), r));
    RC_ASSERT(raw_of(fixed_units(3), richer) == raw_of(fixed_units(3), r));
    for (const PositionSizingConfig& c :
         {percent_equity(part), risk_based(part), kelly(0.6, 2, 0.9), volatility_target(part)})
      RC_ASSERT(nearly(raw_of(c, richer), k * raw_of(c, r)));
    RC_ASSERT(nearly(raw_of(percent_equity(2 * part), r), 2 * raw_of(percent_equity(part), r)));
    RC_ASSERT(nearly(raw_of(risk_based(2 * part), r), 2 * raw_of(risk_based(part), r)));
    RC_ASSERT(nearly(raw_of(fixed_usd(2 * part), r), 2 * raw_of(fixed_usd(part), r)));

    SizeRequest calmer = r;  // half the stop's distance, half the volatility: twice the size
    calmer.stop = r.price + (*r.stop - r.price) / 2;
    calmer.volatility = *r.volatility / 2;
    RC_ASSERT(nearly(raw_of(risk_based(part), calmer), 2 * raw_of(risk_based(part), r)));
    RC_ASSERT(nearly(raw_of(volatility_target(part), calmer), 2 * raw_of(volatility_target(part), r)));

    SizeRequest dearer = free_trade();  // prices scale out of risk, stops with them
    dearer.equity = r.equity;
    dearer.price = k * r.price;
    dearer.side = r.side;
    dearer.stop = k * *r.stop;
    RC_ASSERT(nearly(raw_of(risk_based(part), dearer), raw_of(risk_based(part), r)));
    RC_ASSERT(nearly(raw_of(fixed_units(3), dearer), k * raw_of(fixed_units(3), r)));
  }));
}

TEST_CASE("what is lost at the stop is the risk that was asked, where nothing lowers it") {
  CHECK(rc::check([] {
    PositionSizingConfig c = risk_based(drawn_between(1e-4, 0.5));
    c.max_leverage = 1000;
    const SizeRequest r = free_trade();
    const Size s = size_of(c, r);
    if (!s.caps().empty()) return;
    RC_ASSERT(nearly(s.units.value * std::abs(r.price - *r.stop), r.equity * *c.risk_per_trade_pct));
    RC_ASSERT(nearly(s.at_risk->value, s.risk_target->value));
  }));
}

TEST_CASE("merging twice changes nothing, and it does not matter which two of three levels are merged first") {
  CHECK(rc::check([] {
    const PositionSizingConfig a = drawn_part();
    const PositionSizingConfig b = drawn_part();
    const PositionSizingConfig c = drawn_part();
    const PositionSizingConfig once = inherited(a, b).config;
    RC_ASSERT(inherited(a, once).config == once);
    RC_ASSERT(inherited(once, once).config == once);
    RC_ASSERT(in_order(inherited(a, inherited(b, c).config).config) ==
              in_order(inherited(inherited(a, b).config, c).config));
  }));
}

TEST_CASE("the performance adjustment is that of the last trades summed anew") {
  CHECK(rc::check([] {
    const auto window = static_cast<std::int32_t>(*rc::gen::inRange(1, 12));
    const RiskAdjustment rule = *RiskAdjustment::make({true, window, 0.001, 0.5});
    PerformanceState state;
    std::vector<double> all;
    for (const int die : *rc::gen::container<std::vector<int>>(40, rc::gen::inRange(-300, 500))) {
      all.push_back(*rule.apply(state, {.pnl = die / 7.0, .risked = 13}));
      const auto from = all.end() - std::min<std::ptrdiff_t>(window, static_cast<std::ptrdiff_t>(all.size()));
      const double sum = std::accumulate(from, all.end(), 0.0);
      RC_ASSERT(nearly(rule.risk(0.05, state), std::clamp(0.05 * (1 + sum / window), 0.001, 0.5)));
    }
  }));
}
