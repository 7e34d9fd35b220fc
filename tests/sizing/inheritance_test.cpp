// tests/sizing/inheritance_test.cpp -- field by field, the strategy's value first, and each field says whose it is.
// SPDX-License-Identifier: MIT
#include "support/sizing.hpp"

#include <optcoord/sizing/inheritance.hpp>

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// The guide's global block.
[[nodiscard]] PositionSizingConfig guides_global() {
  return {.method = "fixed_usd", .fixed_amount_usd = 1000, .risk_per_trade_pct = 0.02, .max_position_size_usd = 5000};
}

}  // namespace

TEST_CASE("the guide's three strategies inherit what they leave out") {
  const InheritedSizing a = inherited(guides_global(), {.method = "risk_based"});
  CHECK(a.method_name() == "risk_based");
  CHECK(a.config.risk_per_trade_pct == 0.02);
  CHECK(a.config.max_position_size_usd == 5000);
  CHECK(a.origin_of("method") == SizingOrigin::strategy);
  CHECK(a.origin_of("risk_per_trade_pct") == SizingOrigin::global);

  const InheritedSizing b = inherited(guides_global(), {.fixed_amount_usd = 2000});
  CHECK(b.method_name() == "fixed_usd");
  CHECK(b.config.fixed_amount_usd == 2000);
  CHECK(b.config.max_position_size_usd == 5000);
  CHECK(b.origin_of("method") == SizingOrigin::global);
  CHECK(b.origin_of("fixed_amount_usd") == SizingOrigin::strategy);

  const InheritedSizing c = inherited(guides_global(), {});
  CHECK(c.config == guides_global());
  CHECK(c.origin_of("fixed_amount_usd") == SizingOrigin::global);
}

TEST_CASE("parameters of other methods are inherited too") {
  const InheritedSizing s = inherited(guides_global(), {.method = "percent_equity", .percent_equity = 0.2});
  CHECK(s.config.fixed_amount_usd == 1000);
  CHECK(s.config.risk_per_trade_pct == 0.02);
}

TEST_CASE("every parameter is inherited, and overridden") {
  for (const SizingParameter& p : sizing_parameters) {
    CAPTURE(p.name);
    PositionSizingConfig global;
    global.*p.member = 0.25;
    CHECK(inherited(global, {}).config.*p.member == 0.25);
    CHECK(inherited(global, {}).origin_of(p.name) == SizingOrigin::global);
    PositionSizingConfig own;
    own.*p.member = 0.5;
    CHECK(inherited(global, own).config.*p.member == 0.5);
    CHECK(inherited(global, own).origin_of(p.name) == SizingOrigin::strategy);
  }
}

TEST_CASE("the method is fixed_usd by default only where neither level names one") {
  CHECK(inherited({}, {}).method_name() == "fixed_usd");
  CHECK(inherited({}, {}).origin_of("method") == SizingOrigin::builtin_default);
  CHECK_FALSE(inherited({}, {}).config.method);
  CHECK(inherited({.method = "kelly"}, {}).method_name() == "kelly");
}

TEST_CASE("what nobody says is absent, but for the leverage that has a default") {
  const InheritedSizing s = inherited({}, {});
  for (const SizingParameter& p : sizing_parameters) {
    CAPTURE(p.name);
    CHECK((s.origin_of(p.name) == SizingOrigin::absent) == (p.name != "max_leverage"));
  }
  CHECK(s.origin_of("max_leverage") == SizingOrigin::builtin_default);
  CHECK(s.origin_of("risk_adjustment") == SizingOrigin::absent);
  CHECK(s.origin_of("no such field") == SizingOrigin::absent);
}

TEST_CASE("the performance adjustment is one field") {
  const RiskAdjustmentConfig on{true, 30, 0.01, 0.04};
  const RiskAdjustmentConfig off{false, {}, {}, {}};
  CHECK(inherited({.risk_adjustment = on}, {}).config.risk_adjustment == on);
  CHECK(inherited({.risk_adjustment = on}, {}).origin_of("risk_adjustment") == SizingOrigin::global);
  CHECK(inherited({.risk_adjustment = on}, {.risk_adjustment = off}).config.risk_adjustment == off);
}

TEST_CASE("host parameters are fields by name") {
  const InheritedSizing s =
      inherited({.host_parameters = {{"factor", 1}, {"power", 2}}}, {.host_parameters = {{"floor", 3}, {"power", 4}}});
  CHECK(s.config.host_parameters == std::vector<HostParameter>{{"floor", 3}, {"power", 4}, {"factor", 1}});
  CHECK(s.host_parameters ==
        std::vector<SizingOrigin>{SizingOrigin::strategy, SizingOrigin::strategy, SizingOrigin::global});
}

TEST_CASE("origins read as the protocol writes them") {
  CHECK(text(SizingOrigin::builtin_default) == "default");
  CHECK(text(SizingOrigin::global) == "global");
  CHECK(text(SizingOrigin::strategy) == "strategy");
}
