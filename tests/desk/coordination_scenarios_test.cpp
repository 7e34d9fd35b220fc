// tests/desk/coordination_scenarios_test.cpp -- the days five strategies share an account for: what each may do then.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;
using enum EventAction;

/// The sample configuration's strategies and rules, with 1,000 delta of SPY, 400 of it kept for 0DTE until 10:30.
[[nodiscard]] DeskConfig sample() {
  DeskConfig c;
  c.ledger = spy_delta(1000);
  c.ledger.headroom = {kept("0DTE", 400)};
  c.ledger.headroom.front().schedule = {all_days, 9h + 30min, 10h + 30min};
  std::vector<DeskStrategyConfig> five(5);
  constexpr std::string_view names[] = {"0DTE", "LT112", "IPMCC", "FuturesStrangle", "LEAPLadders"};
  for (std::size_t i = 0; i < five.size(); ++i) {
    five[i].name = names[i];
    five[i].priority = static_cast<std::int32_t>(i) + 1;
    five[i].groups = {i == 3 ? "ES" : "SPY"};
    five[i].events = {{"EXPIRATION", i == 0 ? allow : avoid_group, 1, "SPY"}};
  }
  five[0].windows = {{all_days, 9h + 30min, 15h + 45min}};
  five[0].events.push_back({"FOMC", skip, 1, {}});
  five[1].events.push_back({"FOMC", scale, 0.5, {}});
  five[2].events.push_back({"EARNINGS", no_short_calls, 1, {}});
  five[4].events.push_back({"FOMC", prefer, 1, {}});
  five[4].tags = {"hedge"};
  c.strategies = five;
  c.interlocks = {{"0DTE", "LT112", {"defensive_21dte"}}};
  c.coordination.emplace();
  c.coordination->max_active = 3;
  c.coordination->min_interval = 5min;
  c.coordination->loss_halt = -0.05;
  c.coordination->margin = MarginConfig{};
  return c;
}

/// A desk where nothing is wrong: Monday, 10:00 in New York.
[[nodiscard]] DeskBook quiet_day() {
  DeskBook book(sample());
  book.margin(0.2);
  book.delta(later_put_430, -0.2);
  book.delta(later_call_470, 0.3);
  return book;
}

[[nodiscard]] Ask small_open(std::string_view strategy) {
  return strategy == "FuturesStrangle" ? raw_delta(strategy, -1, "ES") : raw_delta(strategy, -1);
}

/// What a hypothetical open of each strategy is told, by priority.
[[nodiscard]] Lines opens(DeskBook& book) {
  Lines out;
  for (const char* strategy : {"0DTE", "LT112", "IPMCC", "FuturesStrangle", "LEAPLadders"})
    out.push_back(says(book.what_if(small_open(strategy))));
  return out;
}

const Lines all_open(5, "approved 1");

}  // namespace

TEST_CASE("all want entry: three by priority, the others wait until those are in") {
  DeskBook book = quiet_day();
  CHECK(book.plan() == Lines{"0DTE run", "LT112 run", "IPMCC run", "FuturesStrangle run", "LEAPLadders run"});
  CHECK(opens(book) == all_open);
  const Answer first = book.ask(small_open("0DTE"));
  const Answer second = book.ask(small_open("LT112"));
  const Answer third = book.ask(small_open("IPMCC"));
  CHECK(says(third) == "approved 1");
  CHECK(says(book.ask(small_open("FuturesStrangle"))) == "denied, max 0: max_active");
  CHECK(book.plan() == Lines{"0DTE exits_only: min_interval", "LT112 exits_only: min_interval",
                             "IPMCC exits_only: min_interval", "FuturesStrangle skip: max_active",
                             "LEAPLadders skip: max_active"});
  book.fill_all(first);
  CHECK(says(book.ask(small_open("FuturesStrangle"))) == "approved 1");
}

TEST_CASE("cascade failure: one in a margin call, no new risk by the others, every exit free, protection bought") {
  DeskBook book = quiet_day();
  book.trade(raw_delta("LT112", -5));
  book.trade(raw_delta("IPMCC", -5));
  book.later(5min);
  for (const Trigger t : {Trigger::window_start, Trigger::entry_met, Trigger::order_sent, Trigger::order_filled})
    book.state("LT112", t);
  CHECK(opens(book) == all_open);
  book.state("LT112", Trigger::margin_call);
  CHECK(opens(book) == Lines{"denied, max 0: peer_state", "denied, max 0: strategy_state", "denied, max 0: peer_state",
                             "denied, max 0: peer_state", "denied, max 0: peer_state"});
  book.delta(later_put_430, -0.2);
  CHECK(says(book.what_if(contracts("LEAPLadders", 1, later_put_430))) == "approved 1");
  CHECK(says(book.trade(raw_delta("IPMCC", 5).exit())) == "approved 5 / peer_state (bypass)");
  CHECK(says(book.trade(raw_delta("LT112", 5).exit())) == "approved 5 / strategy_state (bypass)");
  book.state("LT112", Trigger::flat);
  CHECK(says(book.what_if(small_open("0DTE"))) == "approved 1");
}

TEST_CASE("contention: what is left of the limit is 0DTE's before 10:30, whoever asks first, while it may open") {
  DeskBook book = quiet_day();
  CHECK(book.what_if(raw_delta("LT112", -1000)).max_units == 600);
  CHECK(book.what_if(raw_delta("0DTE", -1000)).max_units == 1000);
  const auto kept_from_lt112 = [&] { return book.what_if(raw_delta("LT112", -1000)).max_units == 600; };
  book.state("0DTE", Trigger::suspend);  // the wrong state
  CHECK(!kept_from_lt112());
  book.state("0DTE", Trigger::resume);
  CHECK(kept_from_lt112());
  book.halt("strategy:0DTE", HaltLevel::reduce_only);
  CHECK(!kept_from_lt112());
  book.resume("strategy:0DTE");
  book.event("FOMC", true);  // skipped
  CHECK(book.what_if(raw_delta("IPMCC", -1000)).max_units == 1000);
  book.later(1min);
  book.event("FOMC", false);
  CHECK(kept_from_lt112());
  book.later(29min);
  CHECK(!kept_from_lt112());
}

TEST_CASE("emergency halt: every open denied, every exit approved, and still halted when data recover") {
  DeskBook book = quiet_day();
  book.trade(contracts("LT112", -1, later_call_470));
  book.trade(contracts("LEAPLadders", 1, later_put_430));
  book.halt("account");
  CHECK(book.said("transition").size() == 5);
  CHECK(book.said("halt") == Lines{"halt account halt ann drill; LT112 " + later_call_470 +
                                   " -1 close_short_first; LEAPLadders " + later_put_430 + " 1 hold_hedge"});
  const Lines halted(5, "denied, max 0: halted strategy_state");
  book.later(5min);
  CHECK(opens(book) == halted);
  book.price("SPY", 450);
  book.margin(0.1);
  book.equity(250'000);
  CHECK(opens(book) == halted);
  book.delta(later_call_470, 0.3);
  CHECK(says(book.what_if(contracts("LT112", 1, later_call_470).exit())) ==
        "approved 1 / halted strategy_state (bypass)");
  book.resume("account");
  CHECK(book.said("transition") ==
        Lines{"transition 0DTE halted>ready resume", "transition LT112 halted>managing resume",
              "transition IPMCC halted>ready resume", "transition FuturesStrangle halted>ready resume",
              "transition LEAPLadders halted>managing resume"});
  CHECK(opens(book) == all_open);
}

TEST_CASE("margin pressure: two priorities at half size, then nobody, then all again") {
  DeskBook book = quiet_day();
  book.margin(0.75);
  CHECK(says(book.what_if(raw_delta("LT112", -10).or_fewer())) == "reduced to 5 of 10: margin_pressure");
  CHECK(says(book.what_if(raw_delta("IPMCC", -10).or_fewer())) == "denied, max 0: margin_pressure");
  book.margin(0.85);
  CHECK(opens(book) == Lines(5, "denied, max 0: reduce_only"));
  CHECK(says(book.what_if(contracts("LEAPLadders", 1, later_put_430))) == "approved 1");
  book.margin(0.65);
  CHECK(opens(book) == all_open);
}

TEST_CASE("FOMC: 0DTE skips, LT112 at half size, LEAPLadders preferred") {
  DeskBook book = quiet_day();
  book.event("FOMC", true);
  CHECK(book.plan() == Lines{"0DTE skip: event_skip", "LT112 run_scaled: event_scale", "IPMCC run",
                             "FuturesStrangle run", "LEAPLadders run"});
  CHECK(says(book.what_if(raw_delta("LT112", -3).or_fewer())) == "reduced to 1 of 3: event_scale");
  CHECK(says(book.what_if(small_open("LT112"))) == "denied, max 0: event_scale");
}

TEST_CASE("EARNINGS: IPMCC sells no calls, the others are not touched") {
  DeskBook book = quiet_day();
  book.event("EARNINGS", true);
  CHECK(book.plan() ==
        Lines{"0DTE run", "LT112 run", "IPMCC run: no_short_calls", "FuturesStrangle run", "LEAPLadders run"});
  CHECK(says(book.what_if(contracts("IPMCC", -1, later_call_470))) == "denied, max 0: no_short_calls");
  CHECK(says(book.what_if(contracts("IPMCC", 1, later_call_470))) == "approved 1");
  CHECK(says(book.what_if(contracts("LT112", -1, later_call_470))) == "approved 1");
}

TEST_CASE("EXPIRATION: 0DTE trades, all others avoid SPY") {
  DeskBook book = quiet_day();
  book.event("EXPIRATION", true);
  CHECK(opens(book) == Lines{"approved 1", "denied, max 0: avoid_group", "denied, max 0: avoid_group", "approved 1",
                             "denied, max 0: avoid_group"});
  CHECK(says(book.what_if(raw_delta("FuturesStrangle", -1))) == "denied, max 0: avoid_group");
}

TEST_CASE("LT112 in defensive_21dte: of the others only 0DTE is blocked") {
  DeskBook book = quiet_day();
  for (const Trigger t :
       {Trigger::window_start, Trigger::entry_met, Trigger::order_sent, Trigger::order_filled, Trigger::defensive_dte})
    book.state("LT112", t);
  CHECK(opens(book) ==
        Lines{"denied, max 0: interlock", "denied, max 0: strategy_state", "approved 1", "approved 1", "approved 1"});
}
