// tests/coordination/margin_pressure_test.cpp -- on strictly above, off at or below; who should leave first.
// SPDX-License-Identifier: MIT
#include "support/coordination_world.hpp"

namespace {

using namespace optcoord;
using namespace optcoord::test;

}  // namespace

TEST_CASE("pressure goes on above 0.70, and off at or below 0.65") {
  MarginPressure margin;
  const MarginConfig rules;
  CHECK(!margin.known());
  CHECK(!margin.take(0.70, rules));
  CHECK(margin.known());
  CHECK(!margin.on());
  CHECK(margin.take(0.7000001, rules));
  CHECK(margin.on());
  CHECK(!margin.take(0.6500001, rules));
  CHECK(margin.on());
  CHECK(margin.take(0.65, rules));
  CHECK(!margin.on());
  CHECK(!margin.take(0.70, rules));
}

TEST_CASE("reduce-only begins strictly above 0.80 and is not latched") {
  MarginPressure margin;
  const MarginConfig rules;
  (void)margin.take(0.80, rules);
  CHECK(!margin.reduce_only());
  (void)margin.take(0.8000001, rules);
  CHECK(margin.reduce_only());
  CHECK(margin.on());
  (void)margin.take(0.75, rules);
  CHECK(!margin.reduce_only());
  CHECK(margin.on());
}

TEST_CASE("under pressure two priorities open at half their size, and nobody else") {
  World w;
  w.use_margin(0.71);
  CHECK(w.open("0DTE") == "margin_pressure max 5");
  CHECK(w.open("LT112", {.units = 3}) == "margin_pressure max 1");
  CHECK(w.open("LT112", {.units = 1}) == "margin_pressure");
  CHECK(w.open("IPMCC") == "margin_pressure");
  CHECK(w.plan("LT112") == "run_scaled 0.5: margin_pressure");
  CHECK(w.plan("IPMCC") == "skip: margin_pressure");
  w.use_margin(0.81);
  for (const std::string& strategy : five) CHECK(w.open(strategy) == "reduce_only");
  w.use_margin(0.65);
  for (const std::string& strategy : five) CHECK(w.open(strategy).empty());
}

TEST_CASE("a margin use that nobody has told is not judged, which is said") {
  const World w;
  CHECK(w.open("IPMCC") == " / not_computed");
  CHECK(w.plan("IPMCC") == "run");
  const World off(sample_strategies(), CoordinationConfig{});
  CHECK(off.open("IPMCC").empty());
}

TEST_CASE("the worst unrealised result leaves first, equal ones by priority, unknown ones are not listed") {
  World w;
  const auto list = [&] { return w.in_words(make_plan(w.situation()).exit_first); };
  w.standings.set_unrealised(w.id("LEAPLadders"), -50);
  w.standings.set_unrealised(w.id("IPMCC"), 200);
  w.standings.set_unrealised(w.id("LT112"), -900);
  w.standings.set_unrealised(w.id("0DTE"), -50);
  CHECK(list().empty());
  w.use_margin(0.71);
  CHECK(list() == "LT112 0DTE LEAPLadders IPMCC");
}
