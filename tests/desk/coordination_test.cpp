// tests/desk/coordination_test.cpp -- states, results and plans as events; what the desk tells the gates.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <limits>  // std::numeric_limits

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// A, B, C and the hedge H in SPY, with every rule of the sample.
[[nodiscard]] DeskConfig four() {
  DeskConfig c;
  c.ledger = spy_delta(1000);
  std::vector<DeskStrategyConfig> strategies(4);
  constexpr std::string_view names[] = {"A", "B", "C", "H"};
  for (std::size_t i = 0; i < strategies.size(); ++i) {
    strategies[i].name = names[i];
    strategies[i].priority = static_cast<std::int32_t>(i) + 1;
    strategies[i].groups = {"SPY"};
  }
  strategies[3].tags = {"hedge"};
  c.strategies = strategies;
  c.coordination.emplace();
  c.coordination->max_active = 1;
  c.coordination->min_interval = 5min;
  c.coordination->loss_halt = -0.05;
  return c;
}

/// The same with only the rules that `keep` leaves.
template <class Keep>
[[nodiscard]] DeskConfig four(Keep keep) {
  DeskConfig c = four();
  c.coordination.emplace();
  keep(c);
  return c;
}
[[nodiscard]] DeskConfig four_alone() {
  return four([](DeskConfig&) {});
}

}  // namespace

// ---- events

TEST_CASE("a state event moves a strategy and says so, a self-loop too") {
  DeskBook book(four());
  book.state("A", Trigger::window_start);
  CHECK(book.said() == Lines{"transition A ready>analyzing window_start"});
  book.state("A", Trigger::entry_met);
  book.state("A", Trigger::order_sent);
  book.state("A", Trigger::partial_fill);
  CHECK(book.said() == Lines{"transition A entering>entering partial_fill"});
}

TEST_CASE("what the table does not have is refused and changes nothing") {
  DeskBook book(four());
  const std::string before = book.everything();
  CHECK(book.send(StateEvent{"A", Trigger::order_filled, {}, {}}) == "illegal_transition trigger");
  CHECK(book.send(StateEvent{"nobody", Trigger::suspend, {}, {}}) == "unknown_name strategy");
  CHECK(book.send(StateEvent{"unassigned", Trigger::suspend, {}, {}}) == "invalid_value strategy");
  CHECK(book.everything() == before);
}

TEST_CASE("the reset of an error needs a name and a reason, that of a closed strategy does not") {
  DeskBook book(four());
  book.state("A", Trigger::system_error);
  CHECK(book.send(StateEvent{"A", Trigger::reset, "looked", {}}) == "invalid_value actor");
  CHECK(book.send(StateEvent{"A", Trigger::reset, {}, "ann"}) == "invalid_value reason");
  CHECK(book.send(StateEvent{"A", Trigger::reset, "looked", "ann"}).empty());
  CHECK(book.said() == Lines{"transition A error>ready reset"});
}

TEST_CASE("where any name is accepted a state event registers it") {
  DeskBook book(spy_delta(1000));
  book.state("New", Trigger::window_start);
  CHECK(book.said() == Lines{"transition New ready>analyzing window_start"});
  CHECK(book.plan() == Lines{"New run"});
}

TEST_CASE("a strategy goes on managing with a position or an order, of whatever kind") {
  DeskBook book(four_alone());
  const auto after_error = [&](std::string_view strategy) {
    book.state(strategy, Trigger::system_error);
    book.state(strategy, Trigger::reset);
    return std::string(text(book.desk().standings()[*book.desk().names().strategies.find(strategy)].state));
  };
  CHECK(after_error("A") == "ready");
  const Answer pending = book.ask(shares("A", -5));
  CHECK(after_error("A") == "managing");
  book.fill_all(pending);
  book.state("B", Trigger::suspend);
  book.state("B", Trigger::resume);
  CHECK(book.said() == Lines{"transition B suspended>ready resume"});
  book.state("A", Trigger::system_error);
  book.trade(shares("A", 5).exit());
  book.state("A", Trigger::reset);
  CHECK(book.said() == Lines{"transition A error>ready reset"});
}

TEST_CASE("a configured strategy may start before the market is open") {
  DeskConfig c = four();
  c.strategies->front().starts_initializing = true;
  DeskBook book(c);
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: strategy_state");
  book.state("A", Trigger::market_open);
  CHECK(says(book.ask(shares("A", -1))) == "approved 1");
}

TEST_CASE("results are taken for those named, and bad ones change nothing") {
  DeskBook book(four());
  book.tell(PnlEvent{{{"A", -5.0}, {"B", 7.0}}});
  CHECK(book.said().empty());
  const std::string before = book.everything();
  CHECK(book.send(PnlEvent{{{"A", 1.0}, {"nobody", 1.0}}}) == "unknown_name values[1]");
  CHECK(book.send(PnlEvent{{{"A", 1.0}, {"B", std::numeric_limits<double>::infinity()}}}) == "invalid_value values[1]");
  CHECK(book.everything() == before);
}

// ---- executions and orders

TEST_CASE("the interval runs from the last approved or reduced open, whatever became of the order") {
  DeskBook book(four([](DeskConfig& c) { c.coordination->min_interval = 5min; }));
  const Answer first = book.ask(shares("A", -1).part_of("ladder").numbered(1));
  book.order(first, OrderStatus::cancelled);
  book.later(2min);
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: min_interval");  // which is no execution
  CHECK(says(book.ask(shares("A", -1).part_of("ladder"))) == "approved 1");
  CHECK(says(book.ask(shares("A", -1).part_of("ladder").numbered(1))) == "approved 1");  // again: no execution
  book.later(5min - 1ns);
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: min_interval");
  book.later(1ns);
  CHECK(says(book.ask(shares("A", -1))) == "approved 1");
  book.later(5min);
  book.trade(shares("A", -1));
  CHECK(says(book.ask(shares("A", 1).exit())) == "approved 1 / min_interval (bypass)");
}

TEST_CASE("an order of another counts as entering until it is filled, cancelled, rejected or lapsed") {
  for (const int end : {0, 1, 2, 3}) {
    CAPTURE(end);
    DeskBook book(four([](DeskConfig& c) { c.coordination->max_active = 1; }));
    const Answer order = book.ask(shares("B", -2));
    CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: max_active");
    CHECK(says(book.what_if(shares("B", -1))) == "approved 1");
    if (end == 0) {
      book.fill(order, "SPY", -1);
      CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: max_active");
      book.fill(order, "SPY", -1);
    }
    if (end == 1) book.order(order, OrderStatus::cancelled);
    if (end == 2) book.order(order, OrderStatus::rejected);
    if (end == 3) book.wait(60s);
    CHECK(says(book.ask(shares("A", -1))) == "approved 1");
  }
}

TEST_CASE("exits and adjustments that are out do not count as entering, nor does what the broker cancels") {
  DeskBook book(four([](DeskConfig& c) { c.coordination->max_active = 1; }));
  book.trade(shares("B", -5));
  book.pending(shares("B", 2).exit());
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
  book.tell(PositionsEvent{{}, true});  // nothing is held: the exit is cancelled
  CHECK(book.desk().standings()[StrategyId{2}].orders == 0);
  const Answer late = book.ask(shares("B", -1));
  book.order(late, OrderStatus::cancelled);
  book.fill_all(late);  // after the end: no order ends twice
  CHECK(book.desk().standings()[StrategyId{2}].orders == 0);
  CHECK(book.desk().standings()[StrategyId{2}].opening == 0);
}

TEST_CASE("a batch is judged as if each were approved, and leaves nothing behind") {
  DeskBook book(four());
  book.ask(shares("C", -1).part_of("before"));
  book.wait(5min);
  const std::string before = book.everything();
  const auto all = book.what_if(
      std::vector<Ask>{shares("A", -1).part_of("x"), shares("A", -1).part_of("x"), shares("A", -1), shares("B", -1)});
  CHECK(says(all[0]) == "approved 1");
  CHECK(says(all[1]) == "approved 1");
  CHECK(says(all[2]) == "denied, max 0: min_interval");
  CHECK(says(all[3]) == "denied, max 0: max_active");
  CHECK(book.everything() == before);
}

// ---- legs

TEST_CASE("protection is bought in trouble, sold or raw it is not, nor what worsens a row over its bound") {
  DeskBook book(four());
  book.delta(later_put_440, -0.3);
  book.delta(later_call_470, 0.3);
  book.trade(shares("B", 500));
  book.state("B", Trigger::system_error);
  CHECK(says(book.what_if(contracts("H", 1, later_put_440))) == "approved 1");
  CHECK(says(book.what_if(contracts("C", 1, later_put_440))) == "denied, max 0: peer_state");
  CHECK(says(book.what_if(contracts("H", -1, later_put_440))) == "denied, max 0: peer_state");
  CHECK(says(book.what_if(position("H", 1, {{later_put_440, 1}, {later_call_470, -1}}))) ==
        "denied, max 0: peer_state");
  CHECK(says(book.what_if(position("H", 1, {{later_put_440, 2}, {later_put_440, -1}}))) ==
        "approved 1");  // netted: bought
  CHECK(says(book.what_if(raw_delta("H", -1))) == "denied, max 0: peer_state");
  CHECK(says(book.what_if(contracts("H", 20, later_call_470))) == "denied, max 16: limit_exceeded");
  book.tell(PositionsEvent{{{"SPY", 1500, "B"}}, true});
  CHECK(says(book.what_if(contracts("H", 1, later_put_440))) == "approved 1");
  CHECK(says(book.what_if(contracts("H", 1, later_call_470))) == "denied, max 0: peer_state limit_exceeded");
}

TEST_CASE("calls count as opened short on their root, and on the roots it stands for") {
  DeskBook book(four([](DeskConfig& c) {
    c.strategies->front().events = {{"EARNINGS", EventAction::no_short_calls, 1, {}}};
    c.ledger.limits.clear();
  }));
  const std::string spxw = "SPXW  260220C04700000";
  const auto on = [&](std::string_view root) {
    book.tell(CalendarEvent{"EARNINGS", book.now(), book.now() + 1h, root});
  };
  on("SPX");
  CHECK(says(book.what_if(contracts("A", -1, spxw))) == "denied, max 0: no_short_calls");
  CHECK(says(book.what_if(contracts("A", -1, later_call_470))) == "approved 1");
  CHECK(says(book.what_if(contracts("A", 1, spxw))) == "approved 1");
  CHECK(says(book.what_if(contracts("A", -1, "SPXW  260220P04700000"))) == "approved 1");
  on("SPY");
  CHECK(says(book.what_if(contracts("A", -1, later_call_470))) == "denied, max 0: no_short_calls");
  // An adjustment that sells a call it holds opens nothing.
  book.tell(PositionsEvent{{{later_call_470, 2, "A"}}, true});
  CHECK(says(book.what_if(position("A", 1, {{later_call_470, -1}, {later_put_440, 1}}).adjust())) == "approved 1");
  CHECK(says(book.what_if(position("A", 1, {{later_call_470, -1}, {"SPY   260320C00480000", -1}}).adjust()))
            .starts_with("denied, max 0: no_short_calls"));
}

TEST_CASE("an exclusion looks at positions in common groups and at opening orders anywhere") {
  DeskBook book(four([](DeskConfig& c) {
    c.strategies->front().exclusions = {"B"};
    c.ledger.limits.clear();
  }));
  book.trade(shares("B", 1, "IWM"));  // in ACCOUNT alone, which does not count
  CHECK(says(book.what_if(shares("A", 1, "IWM"))) == "approved 1");
  book.trade(raw_delta("B", 1, "MES"));
  CHECK(says(book.what_if(shares("A", 1, "IWM"))) == "approved 1");
  CHECK(says(book.what_if(shares("A", 1, "SPY"))) == "denied, max 0: exclusion");  // SP500 has both
  book.trade(raw_delta("B", -1, "MES").exit());
  CHECK(says(book.what_if(shares("A", 1, "SPY"))) == "approved 1");
  book.ask(shares("B", 1, "IWM"));
  CHECK(says(book.what_if(shares("A", 1, "SPY"))) == "denied, max 0: exclusion");
  CHECK(says(book.what_if(shares("B", 1, "SPY"))) == "approved 1");
}

// ---- the account's figures

TEST_CASE("margin pressure is logged when it goes on and off") {
  DeskBook book(four([](DeskConfig& c) { c.coordination->margin = MarginConfig{}; }));
  CHECK(says(book.ask(shares("C", -1))) == "approved 1 / not_computed");
  book.margin(0.71);
  CHECK(book.said() == Lines{"margin_pressure_on account"});
  book.equity(100'000);  // the last figure stands
  CHECK(book.said().empty());
  CHECK(says(book.ask(shares("C", -1))) == "denied, max 0: margin_pressure");
  CHECK(says(book.ask(shares("A", -5).or_fewer())) == "reduced to 2 of 5: margin_pressure");
  book.margin(0.65);
  CHECK(book.said() == Lines{"margin_pressure_off account"});
}

TEST_CASE("the day's loss makes the account reduce-only, by nobody but the system") {
  DeskBook book(four());
  book.tell(AccountEvent{190'000.0, {}, {}, {}, {}, {}});
  CHECK(book.said().empty());
  book.tell(AccountEvent{{}, {}, {}, 200'000.0, {}, {}});
  CHECK(book.said() == Lines{"halt account reduce_only system loss_halt"});
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: reduce_only");
  CHECK(book.desk().halts().all().front().actor == "system");
  book.resume("account");
  book.tell(AccountEvent{180'000.0, {}, {}, {}, {}, {}});
  CHECK(book.said().empty());
}

// ---- the plan

TEST_CASE("a plan lists everybody by priority, and asking changes nothing") {
  DeskBook book(four());
  book.trade(shares("B", -1));
  book.state("C", Trigger::system_error);
  const std::string before = book.everything();
  CHECK(book.plan() == Lines{"A skip: peer_state", "B exits_only: peer_state min_interval", "C skip: strategy_state",
                             "H skip: peer_state"});
  CHECK(book.everything() == before);
}

TEST_CASE("what was announced and is over, or yet to come, is not in force") {
  DeskBook book(four([](DeskConfig& c) { c.strategies->front().events = {{"FOMC", EventAction::skip, 1, {}}}; }));
  book.event("FOMC", book.now() + 1min, 1min);
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
  book.later(1min);
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: event_skip");
  book.later(1min);
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("a required calendar is received with any calendar event, NONE among them") {
  DeskBook book(four([](DeskConfig& c) { c.coordination->require_calendar = true; }));
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: calendar_missing");
  book.event("NONE", book.now(), 24h);
  CHECK(says(book.ask(shares("A", -1))) == "approved 1");
}

// ---- halts and states

TEST_CASE("a strategy halted by its own trigger is resumed by its own scope, and by no other") {
  DeskBook book(four());
  book.state("A", Trigger::halt);
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: strategy_state");
  book.halt("account");
  book.resume("account");
  CHECK(book.said("transition").size() == 3);
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: strategy_state");
  book.resume("strategy:A");
  CHECK(book.said() == Lines{"transition A halted>ready resume", "resume strategy:A halt ann over"});
  CHECK(book.send(ResumeEvent{"strategy:A", "ann", "again"}) == "invalid_value scope");
}

TEST_CASE("a strategy under two halts goes on when both are lifted; reduce-only moves nobody") {
  DeskBook book(four());
  book.halt("strategy:A");
  book.halt("account");
  CHECK(book.said("transition") ==
        Lines{"transition B ready>halted halt", "transition C ready>halted halt", "transition H ready>halted halt"});
  book.resume("strategy:A");
  CHECK(book.said("transition").empty());
  book.resume("account");
  CHECK(book.said("transition").size() == 4);
  book.halt("account", HaltLevel::reduce_only);
  book.halt("group:SPY");
  CHECK(book.said("transition").empty());
}
