// tests/sizing/factory_test.cpp -- a sizer for each strategy or every fault; methods of the host's; words for people.
// SPDX-License-Identifier: MIT
#include "support/not_finite.hpp"
#include "support/sizing.hpp"

#include <optcoord/sizing/explain.hpp>
#include <optcoord/sizing/factory.hpp>

#include <doctest/doctest.h>

#include <cmath>  // std::sqrt

namespace {

using namespace optcoord;
using namespace optcoord::test;

[[nodiscard]] SizerFactoryConfig guides_mixed_example() {
  SizerFactoryConfig c;
  c.position_sizing = PositionSizingConfig{
      .method = "fixed_usd", .fixed_amount_usd = 1000, .risk_per_trade_pct = 0.02, .max_position_size_usd = 5000};
  c.strategies = std::vector<StrategySizingConfig>{
      {"conservative_strategy", {}},
      {"moderate_strategy", PositionSizingConfig{.method = "risk_based"}},
      {"aggressive_strategy",
       PositionSizingConfig{.method = "percent_equity", .percent_equity = 0.2, .max_position_size_usd = 15'000}}};
  return c;
}
[[nodiscard]] Texts faults_of(const SizerFactoryConfig& c) {
  const SizingResult<SizerFactory> made = SizerFactory::make(c);
  return made ? Texts{} : fault_list_of(made.error());
}
/// One strategy "A" with this block over that global one.
[[nodiscard]] SizerFactoryConfig one_strategy(const PositionSizingConfig& own,
                                              std::optional<PositionSizingConfig> global = {}) {
  SizerFactoryConfig c;
  c.position_sizing = std::move(global);
  c.strategies = std::vector<StrategySizingConfig>{{"A", own}};
  return c;
}

[[nodiscard]] Result<Usd> square_root_notional(const MethodInput& in) {
  return Usd{*in.parameters[0] * std::sqrt(in.request.equity) + in.parameters[1].value_or(0)};
}
[[nodiscard]] Result<Usd> faulty_notional(const MethodInput& in) {
  if (in.request.price == 1) return Usd{not_a_number};
  if (in.request.price == 2) return Usd{-1};
  if (in.request.price == 3) return Usd{infinity};
  return fail(Errc::not_ready, "model");
}
[[nodiscard]] HostMethod square_root_method() {
  return {"square_root", {{"root_factor", {0, 1000, true}}, {"root_offset", {0, 10}, false}}, square_root_notional};
}

}  // namespace

TEST_CASE("the guide's mixed example makes three sizers") {
  const SizingResult<SizerFactory> f = SizerFactory::make(guides_mixed_example());
  REQUIRE(f);
  CHECK((*f->sizer_for("conservative_strategy"))->method() == "fixed_usd");
  CHECK((*f->sizer_for("moderate_strategy"))->method() == "risk_based");
  CHECK((*f->sizer_for("aggressive_strategy"))->size(usual_trade())->notional.value == doctest::Approx(2000));
  CHECK(f->strategies() == Texts{"conservative_strategy", "moderate_strategy", "aggressive_strategy"});
}

TEST_CASE("every field in force says from where it is") {
  const SizerFactory f = *SizerFactory::make(guides_mixed_example());
  CHECK(explain(**f.sizer_for("conservative_strategy")) ==
        "method=fixed_usd (global), fixed_amount_usd=1000 (global), risk_per_trade_pct=0.02 (global), "
        "max_position_size_usd=5000 (global), max_leverage=1 (default)");
  CHECK(explain(**f.sizer_for("moderate_strategy")) ==
        "method=risk_based (strategy), fixed_amount_usd=1000 (global), risk_per_trade_pct=0.02 (global), "
        "max_position_size_usd=5000 (global), max_leverage=1 (default)");
  PositionSizingConfig adaptive = risk_based(0.02);
  adaptive.risk_adjustment = RiskAdjustmentConfig{true, 30, 0.01, 0.04};
  CHECK(explain(sizer_of(adaptive)) ==
        "method=risk_based (strategy), risk_per_trade_pct=0.02 (strategy), max_leverage=1 (default), "
        "risk_adjustment=30 trades, 0.01 to 0.04 (strategy)");
  CHECK(explain(sizer_of({.fixed_amount_usd = 5})).starts_with("method=fixed_usd (default)"));
}

TEST_CASE("a strategy nobody configured is an error in the words people look for") {
  const SizerFactory f = *SizerFactory::make(guides_mixed_example());
  const Result<const Sizer*> none = f.sizer_for("moderate_stratgy");
  REQUIRE_FALSE(none);
  CHECK(none.error().code == Errc::unknown_name);
  CHECK(explain_failure(none.error(), "moderate_stratgy", f) ==
        "Strategy not found in position sizers: 'moderate_stratgy', did you mean 'moderate_strategy'?");
}

TEST_CASE("a strategy without sizing at either level has no sizer") {
  SizerFactoryConfig c;
  c.strategies = std::vector<StrategySizingConfig>{{"A", {}}, {"B", fixed_usd(1)}};
  const SizerFactory f = *SizerFactory::make(c);
  REQUIRE_FALSE(f.sizer_for("A"));
  CHECK(f.sizer_for("A").error().code == Errc::no_sizer);
  CHECK(f.sizer_for("B"));
  CHECK(explain_failure(f.sizer_for("A").error(), "A", f) ==
        "Position size calculation failed for strategy A: no position_sizing, neither global nor its own");
}

TEST_CASE("without a list of strategies any name is sized by the global block") {
  SizerFactoryConfig c;
  c.position_sizing = fixed_usd(1000);
  CHECK((*SizerFactory::make(c)->sizer_for("whoever"))->method() == "fixed_usd");
  CHECK(SizerFactory::make({})->sizer_for("whoever").error().code == Errc::no_sizer);
}

TEST_CASE("any other fault names the strategy and the input") {
  const SizerFactory f = *SizerFactory::make(guides_mixed_example());
  const Result<Size> size = (*f.sizer_for("moderate_strategy"))->size(usual_trade());
  REQUIRE_FALSE(size);
  CHECK(explain_failure(size.error(), "moderate_strategy", f) ==
        "Position size calculation failed for strategy moderate_strategy: 'stop' is missing or out of range");
}

TEST_CASE("all faults are found, each with its path") {
  SizerFactoryConfig c;
  c.position_sizing = PositionSizingConfig{.percent_equity = 5, .max_position_size_usd = -1};
  PositionSizingConfig kelly_alone{.method = "kelly"};
  kelly_alone.risk_adjustment = RiskAdjustmentConfig{true, 0, 0.01, 0.04};
  c.strategies = std::vector<StrategySizingConfig>{
      {"A", PositionSizingConfig{.method = "risk_based"}}, {"A", fixed_usd(1)}, {"B", kelly_alone}, {"C", {}}};
  CHECK(faults_of(c) == Texts{"invalid_value position_sizing.percent_equity",
                              "invalid_value position_sizing.max_position_size_usd",
                              "invalid_value position_sizing.fixed_amount_usd",
                              "invalid_value strategies[0].position_sizing.risk_per_trade_pct",
                              "invalid_configuration strategies[1].name",
                              "invalid_value strategies[2].position_sizing.risk_adjustment.performance_window",
                              "invalid_value strategies[2].position_sizing.kelly_win_rate",
                              "invalid_value strategies[2].position_sizing.kelly_win_loss_ratio",
                              "invalid_value strategies[2].position_sizing.kelly_cap"});
}

TEST_CASE("an unknown method is an error in the words people look for, with the nearest known one") {
  const SizingResult<SizerFactory> f = SizerFactory::make(one_strategy({.method = "risk_base"}));
  REQUIRE_FALSE(f);
  REQUIRE(f.error().size() == 1);
  CHECK(f.error()[0] == SizingFault{Errc::invalid_value, "strategies[0].position_sizing.method",
                                    "Unknown position sizing method: risk_base, did you mean 'risk_based'?"});
  CHECK(SizerFactory::make(one_strategy({.method = "martingale"})).error()[0].message ==
        "Unknown position sizing method: martingale");
}

TEST_CASE("each parameter has its range, and NaN is in none") {
  for (const SizingParameter& p : sizing_parameters) {
    CAPTURE(p.name);
    PositionSizingConfig c = fixed_usd(1);
    const auto fault = [&](double v) {
      c.*p.member = v;
      return faults_of(one_strategy(c));
    };
    const Texts refused{"invalid_value strategies[0].position_sizing." + std::string{p.name}};
    for (const double bad : {not_a_number, infinity, -infinity, -1.0}) CHECK(fault(bad) == refused);
    CHECK(fault(0).empty() == !p.range.low_open);
    CHECK(fault(p.range.high).empty() == !p.range.high_open);
  }
}

TEST_CASE("a minimum over the maximum is found across levels, at the level that writes one of them") {
  PositionSizingConfig global = fixed_usd(1);
  global.min_position_size_usd = 100;
  CHECK(faults_of(one_strategy({.max_position_size_usd = 50}, global)) ==
        Texts{"invalid_configuration strategies[0].position_sizing.min_position_size_usd"});
  CHECK(faults_of(one_strategy({.max_position_size_usd = 100}, global)).empty());
  global.max_position_size_usd = 99;
  CHECK(faults_of(one_strategy({}, global)) == Texts{"invalid_configuration position_sizing.min_position_size_usd"});
}

TEST_CASE("a global block that every strategy completes need not be whole") {
  CHECK(faults_of(one_strategy(fixed_usd(1), PositionSizingConfig{.max_leverage = 2})).empty());
}

TEST_CASE("replacing is all or nothing") {
  SizerFactory f = *SizerFactory::make(guides_mixed_example());
  SizerFactoryConfig bad = guides_mixed_example();
  bad.position_sizing->fixed_amount_usd = 1;
  (*bad.strategies)[2].position_sizing->percent_equity = 2;
  REQUIRE_FALSE(replace(f, bad));
  CHECK((*f.sizer_for("conservative_strategy"))->size(usual_trade())->notional.value == 1000);
  (*bad.strategies)[2].position_sizing->percent_equity = 0.3;
  REQUIRE(replace(f, bad));
  CHECK((*f.sizer_for("conservative_strategy"))->size(usual_trade())->notional.value == 1);
}

TEST_CASE("a method of the host's is inherited, validated, capped and explained like the built-in ones") {
  SizerFactoryConfig c;
  c.methods = {square_root_method()};
  c.position_sizing = PositionSizingConfig{
      .method = "square_root", .max_position_size_usd = 900, .host_parameters = {{"root_factor", 10}}};
  c.strategies = std::vector<StrategySizingConfig>{
      {"A", {}}, {"B", PositionSizingConfig{.host_parameters = {{"root_factor", 5}, {"root_offset", 1}}}}};
  const SizerFactory f = *SizerFactory::make(c);
  const Size a = *(*f.sizer_for("A"))->size(usual_trade());
  CHECK(a.raw_notional.value == doctest::Approx(1000));
  CHECK(caps_of(a) == Texts{"max_position_size_usd 1000 -> 900"});
  CHECK((*f.sizer_for("B"))->size(usual_trade())->notional.value == doctest::Approx(501));
  CHECK(explain(**f.sizer_for("B")) ==
        "method=square_root (global), max_position_size_usd=900 (global), max_leverage=1 (default), "
        "root_factor=5 (strategy), root_offset=1 (strategy)");

  c.position_sizing->host_parameters = {{"root_factr", 10}};
  (*c.strategies)[1].position_sizing->host_parameters = {{"root_factor", 0}, {"root_offset", 1}, {"root_offset", 2}};
  const SizingResult<SizerFactory> bad = SizerFactory::make(c);
  REQUIRE_FALSE(bad);
  CHECK(fault_list_of(bad.error()) == Texts{"unknown_key position_sizing.root_factr",
                                            "invalid_value position_sizing.root_factor",
                                            "invalid_value strategies[1].position_sizing.root_factor",
                                            "invalid_configuration strategies[1].position_sizing.root_offset"});
  CHECK(bad.error()[0].message == "no method has this parameter, did you mean 'root_factor'?");
}

TEST_CASE("a host's method that gives no figure gives no size") {
  SizerFactoryConfig c;
  c.methods = {{"faulty", {}, faulty_notional}};
  c.position_sizing = PositionSizingConfig{.method = "faulty"};
  const SizerFactory f = *SizerFactory::make(c);
  for (const double price : {1.0, 2.0, 3.0}) {
    const Result<Size> size = (*f.sizer_for("A"))->size({.equity = 1, .price = price});
    REQUIRE_FALSE(size);
    CHECK(std::string{size.error().field} == "method");
  }
  CHECK((*f.sizer_for("A"))->size({.equity = 1, .price = 4}).error() == Error{Errc::not_ready, "model"});
}

TEST_CASE("a host's method may not take a name that is taken, and must be there") {
  SizerFactoryConfig c;
  c.methods = {square_root_method(),
               square_root_method(),
               {"kelly", {}, faulty_notional},
               {"none", {}, nullptr},
               {"thief", {{"lot_size"}}, faulty_notional}};
  CHECK(faults_of(c) == Texts{"invalid_configuration methods[1].name", "invalid_configuration methods[1].parameters",
                              "invalid_configuration methods[1].parameters", "invalid_configuration methods[2].name",
                              "invalid_value methods[3].notional", "invalid_configuration methods[4].parameters"});
}

TEST_CASE("a size reads as one line") {
  PositionSizingConfig c = fixed_usd(5000);
  c.max_position_size_usd = 1000;
  CHECK(explain(size_of(c, usual_trade())) ==
        "1,000 USD, 0.02 units. Position size exceeds maximum limit: 5,000 -> 1,000 USD (max_position_size_usd)");
  CHECK(explain(size_of(fixed_usd(1000.5), {.equity = 10'000, .price = 3, .multiplier = 100})) ==
        "900 USD, 300 units, 3 contracts. Rounded down to whole lots: 1,000.50 -> 900 USD");
  CHECK(explain(size_of(c, {.equity = 0, .price = 1})) == "0 USD, 0 units. No equity to size on");
  c.min_position_size_usd = 999;
  CHECK(explain(size_of(c, {.equity = 10'000, .price = 1, .signal = 0.1})) ==
        "0 USD, 0 units. Under the minimum position size");
  CHECK(explain(size_of(c, {.equity = 10'000, .price = 1, .signal = 0})) == "0 USD, 0 units. Nothing to trade");
}
