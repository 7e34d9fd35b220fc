// tests/coordination/standing_test.cpp -- strategies move, are halted and go on; what is counted of them stays true.
// SPDX-License-Identifier: MIT
#include "support/coordination_world.hpp"
#include "support/dice.hpp"

namespace {

using namespace optcoord;
using namespace optcoord::test;

constexpr StrategyId a{1};
constexpr StrategyId b{2};
const Timestamp now = *parse_time("2026-01-05T15:00:00Z");

[[nodiscard]] Standings two() {
  Standings s;
  s.grow(3);
  return s;
}

}  // namespace

TEST_CASE("a strategy starts ready, or where it is told to") {
  Standings s = two();
  CHECK(s[a].state == TradingState::ready);
  s.start_initializing(b);
  CHECK(s[b].state == TradingState::initializing);
}

TEST_CASE("a move that is not in the table is an error that names the state, and changes nothing") {
  Standings s = two();
  const Result<Transition> moved = s.move(a, Trigger::order_filled, false, "why", now);
  REQUIRE(!moved);
  CHECK(moved.error() == Error{Errc::illegal_transition, "trigger", static_cast<int>(TradingState::ready)});
  CHECK(s[a].state == TradingState::ready);
  CHECK(s[a].history.all().empty());
}

TEST_CASE("what resumes goes on managing with a position or an order, and else is ready") {
  for (const bool holds : {false, true})
    for (const bool orders : {false, true}) {
      Standings s = two();
      if (orders) s.take_order(a, false);
      (void)s.move(a, Trigger::system_error, holds, {}, now).value();
      const Transition back = s.move(a, Trigger::reset, holds, {}, now).value();
      CHECK(back.to == (holds || orders ? TradingState::managing : TradingState::ready));
    }
}

TEST_CASE("the history keeps the last transitions, with trigger, reason and time") {
  Standings s = two();
  for (std::size_t i = 0; i < History::most + 3; ++i)
    (void)s.move(a, i % 2 == 0 ? Trigger::suspend : Trigger::resume, false, std::to_string(i), now).value();
  const auto& past = s[a].history.all();
  REQUIRE(past.size() == History::most);
  CHECK(past.front().reason == "3");
  CHECK(past.back().reason == std::to_string(History::most + 2));
  CHECK(past.back().at == now);
  CHECK(past.back().trigger == Trigger::suspend);
  (void)s.move(a, Trigger::resume, false, std::string(1000, 'x'), now).value();
  CHECK(s[a].history.all().back().reason.size() == History::longest_reason);
}

TEST_CASE("a halt of the account lasts until nothing covers the strategy any longer") {
  Standings s = two();
  Halts halts;
  halts.set(HaltScope::account(), HaltLevel::halt);
  halts.set(HaltScope::strategy(a), HaltLevel::halt);
  REQUIRE(s.halt(a, "why", now));
  CHECK(!s.halt(a, "again", now));
  halts.lift(HaltScope::account());
  CHECK(!s.resume(a, halts, false, "ok", now));
  halts.lift(HaltScope::strategy(a));
  halts.set(HaltScope::account(), HaltLevel::reduce_only);  // which covers nobody
  const auto back = s.resume(a, halts, true, "ok", now);
  REQUIRE(back);
  CHECK(back->to == TradingState::managing);
  CHECK(back->trigger == Trigger::resume);
}

TEST_CASE("a strategy halted by a trigger of its own waits for its own resume") {
  Standings s = two();
  (void)s.move(a, Trigger::halt, false, {}, now).value();
  CHECK(!s.resume(a, Halts{}, false, {}, now));
  s.lift_own_halt(a);
  CHECK(s.resume(a, Halts{}, false, {}, now)->to == TradingState::ready);
}

TEST_CASE("a halt leaves the terminated alone, and takes everybody else") {
  for (std::size_t n = 0; n < trading_state_names.size(); ++n) {
    const auto state = static_cast<TradingState>(n);
    World w;
    w.to("LT112", state);
    CAPTURE(text(state));
    const bool halts = state != TradingState::terminated && state != TradingState::halted;
    CHECK(w.standings.halt(w.id("LT112"), {}, now).has_value() == halts);
  }
}

TEST_CASE("the counts of all strategies are what counting them one by one gives") {
  Dice dice(7);
  Standings s;
  s.grow(8);
  for (int i = 0; i < 20'000; ++i) {
    const StrategyId who{static_cast<std::uint32_t>(1 + dice.roll(7))};
    switch (dice.roll(4)) {
      case 0: s.take_order(who, dice.roll(2) == 1); break;
      case 1:
        if (s[who].opening > 0) s.end_order(who, true);
        break;
      case 2:
        if (s[who].orders > s[who].opening) s.end_order(who, false);
        break;
      default: {
        const auto trigger = static_cast<Trigger>(dice.roll(static_cast<int>(Trigger::terminate)));
        if (trigger != Trigger::halt) (void)s.move(who, trigger, false, {}, now);
      }
    }
    std::int32_t entering = 0;
    std::vector<StrategyId> trouble;
    for (std::uint32_t n = 1; n < 8; ++n) {
      entering += is_entering(s[StrategyId{n}]) ? 1 : 0;
      if (states::in_trouble.has(s[StrategyId{n}].state)) trouble.push_back(StrategyId{n});
    }
    REQUIRE(s.entering() == entering);
    REQUIRE(std::vector<StrategyId>(s.in_trouble().begin(), s.in_trouble().end()) == trouble);
  }
}
