// tests/coordination/state_machine_test.cpp -- every pair of state and trigger, and what must hold of all of them.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/state_machine.hpp>

#include <doctest/doctest.h>

#include <array>        // std::array
#include <set>          // std::set
#include <string>       // std::string
#include <string_view>  // std::string_view

namespace {

using namespace optcoord;

struct Line {
  std::string_view state;
  std::string_view moves;  ///< in the order of the triggers
};

// Written from the specification's table, state by state, not from the code. "~" is `resumed`.
constexpr std::array<Line, 19> expected{{
    {"initializing", "market_open>ready system_error>error halt>halted suspend>suspended terminate>terminated"},
    {"ready", "window_start>analyzing system_error>error halt>halted suspend>suspended terminate>terminated"},
    {"analyzing",
     "window_end>ready market_close>ready entry_met>pending_entry entry_failed>ready system_error>error halt>halted "
     "suspend>suspended"},
    {"pending_entry",
     "window_end>ready market_close>ready entry_failed>ready order_sent>entering order_rejected>ready "
     "system_error>error halt>halted emergency_exit>emergency_exit margin_call>margin_call"},
    {"entering",
     "order_filled>position_open partial_fill>entering order_rejected>ready system_error>error halt>halted "
     "emergency_exit>emergency_exit margin_call>margin_call"},
    {"position_open",
     "manage>managing adjustment_needed>adjusting defensive_dte>defensive_21dte profit_target>pending_exit "
     "stop_loss>pending_exit exit_requested>pending_exit system_error>error halt>halted "
     "emergency_exit>emergency_exit margin_call>margin_call suspend>suspended"},
    {"managing",
     "adjustment_needed>adjusting defensive_dte>defensive_21dte profit_target>pending_exit stop_loss>pending_exit "
     "exit_requested>pending_exit system_error>error halt>halted emergency_exit>emergency_exit "
     "margin_call>margin_call suspend>suspended"},
    {"adjusting",
     "order_filled>managing partial_fill>adjusting order_rejected>managing adjustment_needed>adjusting "
     "defensive_dte>defensive_21dte profit_target>pending_exit stop_loss>pending_exit exit_requested>pending_exit "
     "system_error>error halt>halted emergency_exit>emergency_exit margin_call>margin_call suspend>suspended"},
    {"defensive_21dte",
     "order_filled>managing profit_target>pending_exit stop_loss>pending_exit exit_requested>pending_exit "
     "system_error>error halt>halted emergency_exit>emergency_exit margin_call>margin_call suspend>suspended"},
    {"pending_exit",
     "order_sent>exiting order_rejected>managing system_error>error halt>halted emergency_exit>emergency_exit "
     "margin_call>margin_call suspend>suspended"},
    {"exiting",
     "order_sent>exiting order_filled>closed partial_fill>partial_exit order_rejected>pending_exit "
     "system_error>error halt>halted emergency_exit>emergency_exit margin_call>margin_call suspend>suspended"},
    {"partial_exit",
     "order_sent>exiting order_filled>closed partial_fill>partial_exit order_rejected>pending_exit "
     "system_error>error halt>halted emergency_exit>emergency_exit margin_call>margin_call suspend>suspended"},
    {"closed", "market_open>ready reset>ready system_error>error halt>halted suspend>suspended terminate>terminated"},
    {"margin_call",
     "exit_requested>pending_exit flat>closed margin_restored>~ system_error>error halt>halted "
     "emergency_exit>emergency_exit"},
    {"emergency_exit", "flat>closed system_error>error halt>halted"},
    {"error", "reset>~ halt>halted emergency_exit>emergency_exit terminate>terminated"},
    {"suspended",
     "resume>~ system_error>error halt>halted emergency_exit>emergency_exit margin_call>margin_call "
     "terminate>terminated"},
    {"halted", "system_error>error emergency_exit>emergency_exit terminate>terminated"},
    {"terminated", ""},
}};

constexpr std::size_t all_states = trading_state_names.size();
constexpr std::size_t all_triggers = trigger_names.size();

[[nodiscard]] std::string moves_of(TradingState state) {
  std::string out;
  for (std::size_t t = 0; t < all_triggers; ++t) {
    const Next n = next(state, static_cast<Trigger>(t));
    if (!n.legal) continue;
    if (!out.empty()) out += ' ';
    out += std::string(trigger_names[t]) + '>' + (n.resumes ? "~" : std::string(text(n.to)));
  }
  return out;
}

/// The states one trigger away; a halt is left by a resume, to either state a strategy goes on in.
[[nodiscard]] std::set<TradingState> neighbours(TradingState state) {
  std::set<TradingState> out;
  const auto both = [&] { out.insert({resumed(true), resumed(false)}); };
  if (state == TradingState::halted) both();
  for (std::size_t t = 0; t < all_triggers; ++t) {
    const Next n = next(state, static_cast<Trigger>(t));
    if (n.legal && n.resumes) both();
    if (n.legal && !n.resumes) out.insert(n.to);
  }
  return out;
}

}  // namespace

TEST_CASE("every pair of state and trigger is as the table says") {
  for (std::size_t s = 0; s < all_states; ++s) {
    const auto state = static_cast<TradingState>(s);
    CHECK(text(state) == expected[s].state);
    CHECK(moves_of(state) == expected[s].moves);
  }
}

TEST_CASE("every state but terminated reaches ready") {
  for (std::size_t s = 0; s < all_states; ++s) {
    const auto start = static_cast<TradingState>(s);
    std::set<TradingState> reached{start};
    for (bool grew = true; grew;) {
      const std::size_t before = reached.size();
      for (const TradingState at : std::set<TradingState>(reached)) reached.merge(neighbours(at));
      grew = reached.size() > before;
    }
    CAPTURE(text(start));
    CHECK(reached.contains(TradingState::ready) == (start != TradingState::terminated));
  }
}

TEST_CASE("nothing resumes into a state that counts as entering, and only where somebody or something let go") {
  for (const bool holds : {false, true}) {
    CHECK(!states::entering_now.has(resumed(holds)));
    CHECK(states::opening.has(resumed(holds)));
  }
  CHECK(resumed(true) == TradingState::managing);
  CHECK(resumed(false) == TradingState::ready);
  std::string resuming;
  for (std::size_t s = 0; s < all_states; ++s)
    for (std::size_t t = 0; t < all_triggers; ++t)
      if (next(static_cast<TradingState>(s), static_cast<Trigger>(t)).resumes)
        resuming += std::string(trading_state_names[s]) + '+' + std::string(trigger_names[t]) + ' ';
  CHECK(resuming == "margin_call+margin_restored error+reset suspended+resume ");
}

TEST_CASE("every state with positions takes an emergency exit, a margin call, a system error and a halt") {
  std::size_t with_positions = 0;
  for (std::size_t s = 0; s < all_states; ++s) {
    const auto state = static_cast<TradingState>(s);
    if (!states::with_position.has(state)) continue;
    ++with_positions;
    CAPTURE(text(state));
    CHECK(next(state, Trigger::emergency_exit) == Next{true, false, TradingState::emergency_exit});
    CHECK(next(state, Trigger::margin_call) == Next{true, false, TradingState::margin_call});
    CHECK(next(state, Trigger::system_error) == Next{true, false, TradingState::error});
    CHECK(next(state, Trigger::halt) == Next{true, false, TradingState::halted});
  }
  CHECK(with_positions == 7);
}

TEST_CASE("halted is left by no trigger of its own course, and terminated by none at all") {
  CHECK(!next(TradingState::halted, Trigger::resume).legal);
  CHECK(!next(TradingState::halted, Trigger::halt).legal);
  CHECK(!next(TradingState::halted, Trigger::market_open).legal);
  for (std::size_t t = 0; t < all_triggers; ++t) CHECK(!next(TradingState::terminated, static_cast<Trigger>(t)).legal);
}

TEST_CASE("names are one to one, and read back") {
  for (std::size_t s = 0; s < all_states; ++s)
    CHECK(parse_trading_state(trading_state_names[s]) == static_cast<TradingState>(s));
  CHECK(!parse_trading_state("Ready"));
  CHECK(!parse_trading_state(""));
  CHECK(std::set<std::string_view>(trigger_names.begin(), trigger_names.end()).size() == all_triggers);
}

TEST_CASE("only the reset of an error needs a person") {
  for (std::size_t s = 0; s < all_states; ++s)
    for (std::size_t t = 0; t < all_triggers; ++t) {
      const auto state = static_cast<TradingState>(s);
      const auto trigger = static_cast<Trigger>(t);
      CHECK(needs_a_person(state, trigger) == (state == TradingState::error && trigger == Trigger::reset));
    }
}
