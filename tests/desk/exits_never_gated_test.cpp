// tests/desk/exits_never_gated_test.cpp -- a proved exit is approved in every state, under every halt, past every gate.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <array>  // std::array

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

const std::string call = "SPY   260220C00470000";

/// What brings a strategy from ready into a state.
struct Way {
  TradingState to;
  std::vector<Trigger> by;
};

[[nodiscard]] std::vector<Way> ways() {
  using enum Trigger;
  const std::vector<Trigger> in{window_start, entry_met, order_sent, order_filled};
  const auto then = [&](std::initializer_list<Trigger> more) {
    std::vector<Trigger> all = in;
    all.insert(all.end(), more);
    return all;
  };
  return {{TradingState::initializing, {}},
          {TradingState::ready, {}},
          {TradingState::analyzing, {window_start}},
          {TradingState::pending_entry, {window_start, entry_met}},
          {TradingState::entering, {window_start, entry_met, order_sent}},
          {TradingState::position_open, in},
          {TradingState::managing, then({manage})},
          {TradingState::adjusting, then({adjustment_needed})},
          {TradingState::defensive_21dte, then({defensive_dte})},
          {TradingState::pending_exit, then({exit_requested})},
          {TradingState::exiting, then({exit_requested, order_sent})},
          {TradingState::partial_exit, then({exit_requested, order_sent, partial_fill})},
          {TradingState::closed, then({exit_requested, order_sent, order_filled})},
          {TradingState::margin_call, then({margin_call})},
          {TradingState::emergency_exit, then({emergency_exit})},
          {TradingState::error, {system_error}},
          {TradingState::suspended, {suspend}},
          {TradingState::halted, {Trigger::halt}},
          {TradingState::terminated, {terminate}}};
}

/// What stands in the way of opens.
struct Trouble {
  const char* code;  ///< that an open meets; empty: none
  void (*prepare)(DeskConfig&);
  void (*happen)(DeskBook&);
  bool by_state_of_another{false};
};

[[nodiscard]] StrategyConfig& a_of(DeskConfig& c) { return c.strategies->front(); }
void nothing(DeskConfig&) {}
void nothing_more(DeskBook&) {}
template <EventAction action>
void on_event(DeskConfig& c) {
  a_of(c).events = {{"FOMC", action, 0.1, "SPY"}};
}
void event_now(DeskBook& book) { book.event("FOMC", book.now(), 1h); }

const std::array troubles{
    Trouble{"", nothing, nothing_more},
    Trouble{"peer_state", nothing, [](DeskBook& book) { book.state("B", Trigger::system_error); }, true},
    Trouble{"interlock",
            [](DeskConfig& c) {
              c.interlocks = {{"A", "B", {"suspended"}}};
            },
            [](DeskBook& book) { book.state("B", Trigger::suspend); }, true},
    Trouble{"outside_window",
            [](DeskConfig& c) {
              a_of(c).windows = {{all_days, 9h, 10h}};
            },
            nothing_more},
    Trouble{"exclusion", [](DeskConfig& c) { a_of(c).exclusions = {"B"}; },
            [](DeskBook& book) { book.pending(shares("B", 1)); }},
    Trouble{"min_interval", nothing, [](DeskBook& book) { book.trade(shares("A", 1)); }},
    Trouble{"max_active", nothing,
            [](DeskBook& book) {
              book.pending(shares("B", 1));
              book.pending(shares("C", 1));
            }},
    Trouble{"margin_pressure", nothing, [](DeskBook& book) { book.margin(0.75); }},
    Trouble{"reduce_only", nothing, [](DeskBook& book) { book.margin(0.85); }},
    Trouble{"correlation", [](DeskConfig& c) { c.coordination->correlation.emplace(); },
            [](DeskBook& book) {
              for (int i = 0; i < 20; ++i) book.tell(ReturnsEvent{{{"B", i % 2 * 0.01}, {"C", i % 2 * 0.01}}});
            }},
    Trouble{"event_skip", on_event<EventAction::skip>, event_now},
    Trouble{"event_scale", on_event<EventAction::scale>, event_now},
    Trouble{"hedge_only", on_event<EventAction::hedge_only>, event_now},
    Trouble{"avoid_group", on_event<EventAction::avoid_group>, event_now},
    Trouble{"no_short_calls", on_event<EventAction::no_short_calls>, event_now},
    Trouble{"calendar_missing", [](DeskConfig& c) { c.coordination->require_calendar = true; }, nothing_more},
    Trouble{"buying_power", [](DeskConfig& c) { c.coordination->buying_power.emplace(); },
            [](DeskBook& book) {
              book.buying_power(100'000, {{"A", 1'000}});
            }},
    Trouble{"limit_exceeded", nothing, [](DeskBook& book) { book.trade(shares("B", -10'150)); }},
};

[[nodiscard]] DeskConfig config_for(const Trouble& trouble, TradingState state) {
  DeskConfig c;
  c.ledger = spy_delta(10'000);
  std::vector<DeskStrategyConfig> strategies(3);
  for (std::size_t i = 0; i < strategies.size(); ++i) {
    strategies[i].name = std::string(1, static_cast<char>('A' + i));
    strategies[i].priority = static_cast<std::int32_t>(i) + 1;
    strategies[i].groups = {"SPY"};
  }
  c.strategies = strategies;
  c.coordination.emplace();
  c.coordination->max_active = 2;
  c.coordination->min_interval = 5min;
  c.coordination->margin = MarginConfig{};
  a_of(c).starts_initializing = state == TradingState::initializing;
  trouble.prepare(c);
  return c;
}

/// The denial codes among what an exit is told.
[[nodiscard]] std::string passed_over(const OwnedDecision& d) {
  std::vector<Finding> items;
  for (const Finding& f : d.warnings)
    if (!is_warning(f.code)) items.push_back(f);
  return codes(items);
}

/// A, in `state`, holds five calls; it is in `trouble` and under a halt of `scope`, if any.
void check_exits(TradingState state, const std::vector<Trigger>& by, const Trouble& trouble, std::string_view scope,
                 HaltLevel level) {
  DeskBook book(config_for(trouble, state));
  // What the broker holds: no gate is asked.
  book.delta(call, 0.3);
  book.tell(PositionsEvent{{{call, 5, "A"}}, true});
  book.margin(0.1);
  trouble.happen(book);
  for (const Trigger t : by) book.state("A", t);
  if (!scope.empty()) book.halt(scope, level);
  book.delta(call, 0.3);

  const OwnedDecision open = book.what_if(contracts("A", -5, call).taking(100));
  const bool troubled = *trouble.code != '\0' || !scope.empty() || !states::opening.has(state);
  CHECK((open.verdict != Verdict::approved) == troubled);
  // A halt of the account takes the others out of the states that would trouble.
  const bool never_opened = state == TradingState::initializing && std::string_view(trouble.code) == "min_interval";
  const bool lifted = scope == "account" && level == HaltLevel::halt && trouble.by_state_of_another;
  if (!lifted && !never_opened)
    CHECK_MESSAGE(codes(open.reasons).find(trouble.code) != std::string::npos, codes(open.reasons));
  for (const Ask& untold : {contracts("A", -5, call).exit(), contracts("A", -5, call).emergency_exit(),
                            contracts("A", -2, call).exit().or_fewer()}) {
    const Ask asked = untold.taking(100);  // buying power a unit
    const OwnedDecision exit = book.what_if(asked);
    CHECK(exit.verdict == Verdict::approved);
    CHECK(exit.bypass == !passed_over(exit).empty());
    // exactly what would have denied or reduced an open of the same legs and units
    OwnedDecision same = book.what_if(asked.as(Intent::open));
    CHECK(passed_over(exit) == codes(same.reasons));
  }
  CHECK(book.trade(contracts("A", -5, call).exit()).verdict == Verdict::approved);
}

}  // namespace

TEST_CASE("exits are approved for every state, halt level, scope and gate") {
  std::size_t combinations = 0;
  for (const Way& way : ways()) {
    for (const Trouble& trouble : troubles) {
      for (const char* scope : {"", "account", "group:SPY", "strategy:A"}) {
        for (const HaltLevel level : {HaltLevel::reduce_only, HaltLevel::halt}) {
          if (*scope == '\0' && level == HaltLevel::halt) continue;
          CAPTURE(text(way.to));
          const std::string in = std::string(trouble.code) + " under " + scope;
          CAPTURE(in);
          CAPTURE(text(level));
          check_exits(way.to, way.by, trouble, scope, level);
          ++combinations;
        }
      }
    }
  }
  CHECK(combinations == trading_state_names.size() * troubles.size() * 7);
}
