// tests/coordination/correlation_gate_test.cpp -- gate 9: groups closed by pairs that move together, and unknown ones.
// SPDX-License-Identifier: MIT
#include "support/coordination_world.hpp"

namespace {

using namespace optcoord;
using namespace optcoord::test;

const Shape in_both{.groups = {"SPY", "ES", "SP500", "ACCOUNT"}};

/// The sample's strategies under no rule but those they bring.
[[nodiscard]] World with(std::initializer_list<std::string_view> closed,
                         std::initializer_list<std::string_view> unknown = {},
                         std::vector<StrategyConfig> strategies = sample_strategies()) {
  World w(std::move(strategies), CoordinationConfig{});
  for (const std::string_view group : closed) w.correlated.push_back({w.group(group), true});
  for (const std::string_view group : unknown) w.correlated.push_back({w.group(group), false});
  return w;
}

}  // namespace

TEST_CASE("a closed group is closed to every strategy whose legs count in it, and is named") {
  const World w = with({"SPY"});
  for (const std::string& strategy : five) CHECK(w.open(strategy) == "correlation SPY");
  CHECK(w.open("LT112", in_both) == "correlation SPY");
}

TEST_CASE("who does not touch a closed group passes") {
  const World w = with({"SPY"});
  for (const std::string& strategy : five) CHECK(w.open(strategy, in_es).empty());
}

TEST_CASE("groups that together leave a strategy nothing are in the way of its plan, though neither does alone") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[0].groups = {"SP500"};
  const World one = with({"SPY"}, {}, all);
  CHECK(one.plan("0DTE") == "run");
  const World both = with({"SPY", "ES"}, {}, all);
  CHECK(both.plan("0DTE") == "skip: correlation SPY; correlation ES");
}

TEST_CASE("each closed group is listed") {
  const World w = with({"ES", "SPY"});
  CHECK(w.open("0DTE", in_both) == "correlation ES; correlation SPY");
}

TEST_CASE("a group that contains another is closed to what the other holds too") {
  const World w = with({"SP500"});
  CHECK(w.open("0DTE") == "correlation SP500");
  CHECK(w.open("FuturesStrangle", in_es) == "correlation SP500");
}

TEST_CASE("an adjustment is not asked, bought protection is") {
  const World w = with({"SPY"}, {"ES"});
  CHECK(w.open("LT112", {.adjust = true}).empty());
  CHECK(w.open("LEAPLadders", {.all_bought = true}) == "correlation SPY");
}

TEST_CASE("a pair of which too little is known blocks nothing and is told of in its groups") {
  const World w = with({}, {"SPY"});
  CHECK(w.open("0DTE") == " / correlation_unknown SPY");
  CHECK(w.open("0DTE", in_es).empty());
  CHECK(w.plan("0DTE") == "run");
}

TEST_CASE("one group closed, another unknown") {
  const World w = with({"SPY"}, {"ES"});
  CHECK(w.open("0DTE", in_both) == "correlation SPY / correlation_unknown ES");
  CHECK(w.plan("FuturesStrangle") == "run");
}

TEST_CASE("a plan meets closed groups where none of the strategy's own is left") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[2].groups = {"SPY", "ES"};
  all[4].groups = {};
  const World one = with({"SPY"}, {}, all);
  CHECK(one.plan("LT112") == "skip: correlation SPY");
  CHECK(one.plan("IPMCC") == "run");
  CHECK(one.plan("FuturesStrangle") == "run");
  CHECK(one.plan("LEAPLadders") == "run");  // trades no group in particular
  World both = with({"SPY", "ES"}, {}, all);
  CHECK(both.plan("IPMCC") == "skip: correlation SPY; correlation ES");
  CHECK(both.plan("FuturesStrangle") == "skip: correlation ES");
  CHECK(both.plan("LEAPLadders") == "run");
  both.held = {{"IPMCC", "SPY"}};
  CHECK(both.plan("IPMCC") == "exits_only: correlation SPY; correlation ES");
  const World wide = with({"SP500"}, {}, all);
  CHECK(wide.plan("LT112") == "skip: correlation SP500");
  CHECK(wide.plan("FuturesStrangle") == "skip: correlation SP500");
}
