// tests/coordination/events_test.cpp -- gate 10: market events in force, each strategy's own answer, all united.
// SPDX-License-Identifier: MIT
#include "support/coordination_world.hpp"

namespace {

using namespace optcoord;
using namespace optcoord::test;
using enum EventAction;

/// One strategy A in group SPY with these answers; `hedge` tags it.
[[nodiscard]] World with(std::vector<EventPolicyConfig> events, bool hedge = false,
                         std::vector<std::string> groups = {"SPY"}) {
  StrategyConfig strategy;
  strategy.name = "A";
  strategy.groups = std::move(groups);
  strategy.events = std::move(events);
  if (hedge) strategy.tags = {"hedge"};
  return World({strategy}, CoordinationConfig{});
}

}  // namespace

TEST_CASE("an event that the strategy does not name does not touch it") {
  World w = with({on("FOMC", skip)});
  w.start("EARNINGS");
  CHECK(w.open("A").empty());
  CHECK(w.plan("A") == "run");
}

TEST_CASE("skip denies while it lasts") {
  World w = with({on("FOMC", skip)});
  w.start("FOMC");
  CHECK(w.open("A") == "event_skip FOMC");
  CHECK(w.open("A", {.adjust = true}) == "event_skip FOMC");
  CHECK(w.plan("A") == "skip: event_skip FOMC");
  w.end("FOMC");
  CHECK(w.open("A").empty());
}

TEST_CASE("allow and prefer restrict nothing, and prefer is shown") {
  World w = with({on("FOMC", prefer), on("EXPIRATION", allow)});
  w.start("EXPIRATION");
  CHECK(w.plan("A") == "run");
  w.start("FOMC");
  CHECK(w.open("A").empty());
  CHECK(w.plan("A") == "run, preferred");
}

TEST_CASE("of several scales the smallest holds, and it is said once") {
  World w = with({on("CPI", scale, 0.5), on("FOMC", scale, 0.3), on("NFP", scale, 0.3)});
  w.start("CPI");
  CHECK(w.open("A") == "event_scale CPI max 5");
  CHECK(w.plan("A") == "run_scaled 0.5: event_scale CPI");
  w.start("FOMC");
  w.start("NFP");
  CHECK(w.open("A") == "event_scale FOMC max 3");
  CHECK(w.plan("A") == "run_scaled 0.3: event_scale FOMC");
}

TEST_CASE("a scale lets whole units pass: one at a half is none, and 0.1 x 10 is one") {
  CHECK(scaled_units(0.5, 1) == 0);
  CHECK(scaled_units(0.5, 2) == 1);
  CHECK(scaled_units(0.5, 3) == 1);
  CHECK(scaled_units(0.1, 10) == 1);
  CHECK(scaled_units(0.29, 100) == 29);  // 28.999999999999996 without slack
  CHECK(scaled_units(0, 1'000) == 0);
  CHECK(scaled_units(1, 9'007'199'254'740'992) == 9'007'199'254'740'992);
  World w = with({on("FOMC", scale, 0.5)});
  w.start("FOMC");
  CHECK(w.open("A", {.units = 1}) == "event_scale FOMC");
}

TEST_CASE("a scale that lets all units pass is not worth a word, and one of 0 is a denial") {
  World w = with({on("FOMC", scale, 1)});
  w.start("FOMC");
  CHECK(w.open("A").empty());
  CHECK(w.plan("A") == "run");
  World none = with({on("FOMC", scale, 0)});
  none.start("FOMC");
  CHECK(none.open("A") == "event_scale FOMC");
  CHECK(none.plan("A") == "skip: event_scale FOMC");
}

TEST_CASE("scales of margin and events do not multiply") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[1].events = {on("FOMC", scale, 0.4)};
  World w(all);
  w.use_margin(0.75);
  w.start("FOMC");
  CHECK(w.open("LT112") == "margin_pressure max 5; event_scale FOMC max 4");
  CHECK(w.plan("LT112") == "run_scaled 0.4: margin_pressure; event_scale FOMC");
}

TEST_CASE("hedge_only lets bought legs of a hedge pass") {
  World w = with({on("CRASH", hedge_only)}, true);
  w.start("CRASH");
  CHECK(w.open("A", {.all_bought = true}).empty());
  CHECK(w.open("A", {.all_bought = false}) == "hedge_only CRASH");
  CHECK(w.plan("A") == "run");
  World other = with({on("CRASH", hedge_only)});
  other.start("CRASH");
  CHECK(other.open("A", {.all_bought = true}) == "hedge_only CRASH");
  CHECK(other.plan("A") == "skip: hedge_only CRASH");
}

TEST_CASE("avoid_group denies legs in the group; a plan when no other is left") {
  World w = with({on("EXPIRATION", avoid_group, 1, "SPY")});
  w.start("EXPIRATION");
  CHECK(w.open("A") == "avoid_group SPY EXPIRATION");
  CHECK(w.open("A", in_es).empty());
  CHECK(w.plan("A") == "skip: avoid_group SPY EXPIRATION");
  World es = with({on("EXPIRATION", avoid_group, 1, "SPY")}, false, {"ES"});
  es.start("EXPIRATION");
  CHECK(es.plan("A") == "run");
  World both = with({on("EXPIRATION", avoid_group, 1, "SPY"), on("ROLL", avoid_group, 1, "ES")}, false, {"SPY", "ES"});
  both.start("EXPIRATION");
  CHECK(both.plan("A") == "run");
  both.start("ROLL");
  CHECK(both.plan("A") == "skip: avoid_group SPY EXPIRATION; avoid_group ES ROLL");
  World one = with({on("EXPIRATION", avoid_group, 1, "SPY"), on("ROLL", avoid_group, 1, "ES")}, false, {"SPY"});
  one.start("EXPIRATION");
  one.start("ROLL");
  CHECK(one.plan("A") == "skip: avoid_group SPY EXPIRATION");  // ES is none of its own
  World wide = with({on("EXPIRATION", avoid_group, 1, "SP500")});
  wide.start("EXPIRATION");
  CHECK(wide.plan("A") == "skip: avoid_group SP500 EXPIRATION");
  World all = with({on("EXPIRATION", avoid_group, 1, "ACCOUNT")}, false, {});
  all.start("EXPIRATION");
  CHECK(all.plan("A") == "skip: avoid_group ACCOUNT EXPIRATION");
}

TEST_CASE("no_short_calls denies calls opened short on the event's root, on any when it names none") {
  World w = with({on("EARNINGS", no_short_calls)});
  w.start("EARNINGS", "SPX");
  CHECK(w.open("A", {.short_calls = {"SPX"}}) == "no_short_calls EARNINGS");
  CHECK(w.open("A", {.short_calls = {"SPY"}}).empty());
  CHECK(w.open("A").empty());
  CHECK(w.plan("A") == "run: no_short_calls EARNINGS");  // listed, and it runs
  w.start("EARNINGS", "SPY");                            // the same event of another root
  CHECK(w.open("A", {.short_calls = {"SPY"}}) == "no_short_calls EARNINGS");
  CHECK(w.open("A", {.short_calls = {"SPX", "SPY"}}) == "no_short_calls EARNINGS");
  w.end("EARNINGS");
  w.start("EARNINGS");
  CHECK(w.open("A", {.short_calls = {"ES"}}) == "no_short_calls EARNINGS");
}

TEST_CASE("events that overlap are united, in order of configuration") {
  World w = with({on("FOMC", scale, 0.5), on("EARNINGS", no_short_calls), on("EXPIRATION", avoid_group, 1, "SPY"),
                  on("HOLIDAY", skip), on("CRASH", hedge_only), on("GOOD", prefer)});
  for (const char* event : {"GOOD", "CRASH", "HOLIDAY", "EXPIRATION", "EARNINGS", "FOMC"}) w.start(event);
  CHECK(w.open("A", {.short_calls = {"SPY"}}) ==
        "event_scale FOMC max 5; no_short_calls EARNINGS; avoid_group SPY EXPIRATION; event_skip HOLIDAY; "
        "hedge_only CRASH");
}

TEST_CASE("a calendar that is required and was never received denies, until one was") {
  CoordinationConfig rules;
  rules.require_calendar = true;
  World w(sample_strategies(), rules);
  CHECK(w.open("0DTE") == "calendar_missing");
  CHECK(w.plan("0DTE") == "skip: calendar_missing");
  w.calendar_received = true;
  CHECK(w.open("0DTE").empty());
}
