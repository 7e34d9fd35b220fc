// tests/sizing/risk_adjustment_test.cpp -- risk follows the last trades' R-multiples, within its bounds, exactly.
// SPDX-License-Identifier: MIT
#include "support/not_finite.hpp"
#include "support/sizing.hpp"

#include <optcoord/sizing/risk_adjustment.hpp>

#include <doctest/doctest.h>

#include <vector>

namespace {

using namespace optcoord;
using namespace optcoord::test;

[[nodiscard]] RiskAdjustment adjustment(std::int32_t window, double least, double most) {
  return *RiskAdjustment::make({true, window, least, most});
}
/// The risk after trades of these R-multiples, base 0.02.
[[nodiscard]] double risk_after(const RiskAdjustment& rule, const std::vector<double>& multiples) {
  PerformanceState state;
  for (const double r : multiples) REQUIRE(rule.apply(state, {.pnl = r * 200, .risked = 200}));
  return rule.risk(0.02, state);
}

}  // namespace

TEST_CASE("no history leaves the base risk") {
  CHECK(adjustment(30, 0.01, 0.04).risk(0.02, {}) == 0.02);
  CHECK(adjustment(30, 0.03, 0.04).risk(0.02, {}) == 0.03);  // a base outside the bounds is brought in
}

TEST_CASE("trades that have not happened count 0") {
  const RiskAdjustment rule = adjustment(4, 0.001, 1);
  CHECK(risk_after(rule, {-1}) == doctest::Approx(0.015));
  CHECK(risk_after(rule, {2}) == doctest::Approx(0.03));
  CHECK(risk_after(rule, {2, -1, 0.5}) == doctest::Approx(0.02 * 1.375));
}

TEST_CASE("a window of full losses takes risk to the minimum, winners take it no further than the maximum") {
  const RiskAdjustment rule = adjustment(3, 0.01, 0.04);
  CHECK(risk_after(rule, {-1, -1, -1}) == 0.01);
  CHECK(risk_after(rule, {-5}) == 0.01);
  CHECK(risk_after(rule, {1, 1, 1}) == 0.04);
  CHECK(risk_after(rule, {10, 10, 10}) == 0.04);
}

TEST_CASE("only the last n trades count") {
  const RiskAdjustment rule = adjustment(3, 0.001, 1);
  CHECK(risk_after(rule, {100, -50, 1, 1, 1}) == doctest::Approx(0.04));
  CHECK(risk_after(rule, {1, 1, 1, -1}) == doctest::Approx(0.02 * (1 + 1.0 / 3)));
  CHECK(risk_after(adjustment(1, 0.001, 1), {1, -0.5}) == doctest::Approx(0.01));
}

TEST_CASE("what leaves takes away exactly what it added, after however many trades") {
  const RiskAdjustment rule = adjustment(7, 0.0001, 1);
  PerformanceState state;
  for (int i = 0; i < 10'000; ++i) REQUIRE(rule.apply(state, {.pnl = (i % 13) * 0.1 - 0.3, .risked = 0.7}));
  REQUIRE(rule.apply(state, {.pnl = 900'000, .risked = 1}));
  for (int i = 0; i < 7; ++i) REQUIRE(rule.apply(state, {.pnl = 0, .risked = 1}));
  CHECK(rule.risk(0.02, state) == 0.02);
}

TEST_CASE("a trade whose R-multiple is no figure is refused and changes nothing") {
  const RiskAdjustment rule = adjustment(3, 0.01, 0.04);
  PerformanceState state;
  REQUIRE(rule.apply(state, {.pnl = 100, .risked = 200}));
  const PerformanceState before = state;
  const auto refused = [&](double pnl, double risked) {
    const Result<double> r = rule.apply(state, {pnl, risked});
    CHECK(state == before);
    return r ? std::string{} : std::string{r.error().field};
  };
  CHECK(refused(not_a_number, 1) == "pnl");
  CHECK(refused(infinity, 1) == "pnl");
  CHECK(refused(1, 0) == "risked");
  CHECK(refused(1, -1) == "risked");
  CHECK(refused(1, not_a_number) == "risked");
  CHECK(refused(1, 1e-7) == "risked");  // 10^7 R
  CHECK(*rule.apply(state, {-300, 200}) == -1.5);
}

TEST_CASE("what is not enabled changes and remembers nothing") {
  const RiskAdjustment off = *RiskAdjustment::make({false, {}, {}, {}});
  PerformanceState state;
  CHECK(*off.apply(state, {-200, 200}) == -1);
  CHECK(state == PerformanceState{});
  CHECK(off.risk(0.5, state) == 0.5);
}

TEST_CASE("another window keeps the last trades") {
  PerformanceState state;
  const RiskAdjustment four = adjustment(4, 0.0001, 1);
  for (const double r : {9.0, 1.0, 2.0, 3.0, 4.0}) REQUIRE(four.apply(state, {r, 1}));  // 1 2 3 4, turned over
  PerformanceState shorter = state;
  const RiskAdjustment two = adjustment(2, 0.0001, 1);
  CHECK(two.risk(0.02, shorter) == doctest::Approx(0.02 * (1 + 7.0 / 2)));  // before anything fitted the state
  two.fit(shorter);
  CHECK(two.risk(0.02, shorter) == doctest::Approx(0.02 * (1 + 7.0 / 2)));
  REQUIRE(two.apply(shorter, {0, 1}));
  CHECK(two.risk(0.02, shorter) == doctest::Approx(0.02 * (1 + 4.0 / 2)));

  const RiskAdjustment eight = adjustment(8, 0.0001, 1);
  REQUIRE(eight.apply(state, {5, 1}));
  CHECK(eight.risk(0.02, state) == doctest::Approx(0.02 * (1 + 15.0 / 8)));
}

TEST_CASE("a configuration that is not whole or not in order makes no rule") {
  const auto field_of = [](const RiskAdjustmentConfig& c) {
    const Result<RiskAdjustment> r = RiskAdjustment::make(c);
    return r ? std::string{} : std::string{text(r.error().code)} + " " + r.error().field;
  };
  CHECK(field_of({true, {}, 0.01, 0.04}) == "invalid_value performance_window");
  CHECK(field_of({true, 0, 0.01, 0.04}) == "invalid_value performance_window");
  CHECK(field_of({true, 1'000'001, 0.01, 0.04}) == "invalid_value performance_window");
  CHECK(field_of({true, 1, {}, 0.04}) == "invalid_value min_risk_pct");
  CHECK(field_of({true, 1, 0, 0.04}) == "invalid_value min_risk_pct");
  CHECK(field_of({true, 1, 0.01, {}}) == "invalid_value max_risk_pct");
  CHECK(field_of({true, 1, 0.01, 1.01}) == "invalid_value max_risk_pct");
  CHECK(field_of({true, 1, 0.05, 0.04}) == "invalid_configuration min_risk_pct");
  CHECK(field_of({true, 1, 0.04, 0.04}).empty());
  CHECK(field_of({false, {}, {}, {}}).empty());
}

TEST_CASE("a sizer sizes at the risk that its history leaves") {
  PositionSizingConfig c = risk_based(0.02);
  c.risk_adjustment = RiskAdjustmentConfig{true, 2, 0.005, 0.03};
  const Sizer sizer = sizer_of(c);
  const SizeRequest r{.equity = 10'000, .price = 100, .stop = 90};
  CHECK(sizer.size(r)->notional.value == doctest::Approx(2000));
  PerformanceState history;
  REQUIRE(sizer.risk_adjustment().apply(history, {-200, 200}));
  CHECK(sizer.size(r, history)->notional.value == doctest::Approx(1000));
  CHECK(sizer.size(r, history)->risk_target->value == doctest::Approx(100));
  REQUIRE(sizer.risk_adjustment().apply(history, {-200, 200}));
  CHECK(sizer.size(r, history)->notional.value == doctest::Approx(500));
  CHECK(*sizer.risk_per_trade(history) == 0.005);
  CHECK(*sizer.risk_per_trade() == 0.02);
}
