// tests/desk/halts_test.cpp -- a halt denies opens in its scope, never an exit, and only its own resume lifts it.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

[[nodiscard]] DeskConfig with_a_hedger() {
  DeskConfig c;
  c.ledger = spy_delta(10'000);
  std::vector<DeskStrategyConfig> strategies(3);
  strategies[0].name = "LEAPLadders";
  strategies[0].tags = {"hedge"};
  strategies[1].name = "LT112";
  strategies[2].name = "0DTE";
  c.strategies = strategies;
  return c;
}

}  // namespace

TEST_CASE("a halt of the account denies every open") {
  DeskBook book(spy_delta(1000));
  book.halt("account");
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: halted");
  CHECK(says(book.ask(shares("B", 1).or_fewer())) == "denied, max 0: halted");
  CHECK(says(book.ask(shares("B", -1, "IWM"))) == "denied, max 0: halted");
}

TEST_CASE("reduce-only denies opens under its own name") {
  DeskBook book(spy_delta(1000));
  book.halt("account", HaltLevel::reduce_only);
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: reduce_only");
}

TEST_CASE("a halted group denies what touches it, a halted strategy what is its own") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", -1));
  book.halt("group:SPY");
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: halted");
  CHECK(says(book.ask(raw_delta("A", -1))) == "denied, max 0: halted");
  CHECK(says(book.ask(shares("A", -1, "IWM"))) == "approved 1");
  book.resume("group:SPY");
  book.halt("strategy:A");
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: halted strategy_state");
  CHECK(says(book.ask(shares("B", -1))) == "approved 1");
}

TEST_CASE("every halt that applies is a reason: account, group, strategy, then the rows") {
  DeskBook book(spy_delta(10));
  book.trade(shares("A", -1));
  book.halt("strategy:A", HaltLevel::reduce_only);
  book.halt("group:ACCOUNT");
  book.halt("group:SPY", HaltLevel::reduce_only);
  book.halt("account");
  const Answer d = book.ask(shares("A", -20));
  CHECK(says(d) == "denied, max 0: halted reduce_only halted reduce_only strategy_state limit_exceeded");
  CHECK(d.binding == Code::halted);
  REQUIRE(d.reasons.size() == 6);
  CHECK(d.reasons[0].scope == Scope::account);
  CHECK(d.reasons[1].scope == Scope::group);
  CHECK(book.desk().names().groups.text(d.reasons[1].group) == "SPY");  // in order of configuration
  CHECK(d.reasons[3].scope == Scope::strategy);
}

TEST_CASE("exits pass any halt, and say which they passed") {
  for (const std::string scope : {"account", "group:SPY", "strategy:A"}) {
    DeskBook book(spy_delta(1000));
    book.trade(shares("A", -900));
    book.halt(scope);
    const std::string passed = scope == "group:SPY" ? "halted" : "halted strategy_state";
    CHECK(says(book.ask(shares("A", 400).exit())) == "approved 400 / " + passed + " (bypass)");
    CHECK(says(book.ask(shares("A", 400).emergency_exit())) == "approved 400 / " + passed + " (bypass)");
    CHECK(says(book.ask(shares("A", 200).exit())) == "denied, max 100: exit_not_reducing");
  }
}

TEST_CASE("an exit that uncovers a short is not gated either") {
  DeskBook book(spy_delta(10'000));
  book.delta(put_440, -0.3);
  book.delta(put_430, -0.2);
  book.trade(position("A", 1, {{put_440, -1}, {put_430, 1}}));
  book.halt("account");
  CHECK(verdict(book.ask(contracts("A", -1, put_430).exit())) == "approved");
}

TEST_CASE("an adjustment passes reduce-only when it worsens no row, and no halt") {
  DeskBook book(spy_delta(1000));
  book.delta(put_440, -0.3);
  book.delta(put_430, -0.2);
  book.trade(contracts("A", -10, put_440));  // held +300
  const Ask roll_down = position("A", 1, {{put_440, 1}, {put_430, -1}}).adjust();
  book.halt("account", HaltLevel::reduce_only);
  CHECK(says(book.ask(roll_down)) == "approved 1");  // -10 of +300 held: exposure given back
  book.delta(put_430, -0.4);
  CHECK(says(book.ask(roll_down)) == "denied, max 0: reduce_only");  // +10
  book.halt("account");
  CHECK(says(book.ask(roll_down)) == "denied, max 0: halted strategy_state");
}

TEST_CASE("nothing lifts a halt but its own resume") {
  DeskBook book(spy_delta(1000));
  book.halt("account");
  book.price("SPY", 450);
  book.equity(1e6);
  book.wait(24h * 7);
  CHECK(verdict(book.ask(shares("A", -1))) == "denied");
  CHECK(book.send(ResumeEvent{"group:SPY", "ann", "over"}) == "invalid_value scope");
  CHECK(book.send(ResumeEvent{"strategy:A", "ann", "over"}).find("scope") != std::string::npos);
  book.resume("account");
  CHECK(book.said() == Lines{"resume account halt ann over"});
  CHECK(says(book.ask(shares("A", -1))) == "approved 1");
  CHECK(book.send(ResumeEvent{"account", "ann", "over"}) == "invalid_value scope");
}

TEST_CASE("a repeated halt keeps the stricter level, one resume lifts it") {
  DeskBook book(spy_delta(1000));
  book.halt("account", HaltLevel::halt);
  book.halt("account", HaltLevel::reduce_only);
  CHECK(book.said() == Lines{"halt account halt ann drill"});
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: halted");
  book.resume("account");
  CHECK(says(book.ask(shares("A", -1))) == "approved 1");
  book.halt("account", HaltLevel::reduce_only);
  book.halt("account", HaltLevel::halt);
  CHECK(says(book.ask(shares("A", -1))) == "denied, max 0: halted strategy_state");
}

TEST_CASE("a halt is logged with who, why and what should be done about open positions") {
  DeskBook book(with_a_hedger());
  book.delta(put_440, -0.3);
  book.delta(put_430, -0.2);
  book.trade(contracts("LEAPLadders", 3, put_440));
  book.trade(position("LT112", 2, {{put_430, 1}, {put_440, -1}}));
  book.trade(shares("0DTE", 5));
  book.trade(shares("0DTE", -5).exit());
  book.halt("strategy:LT112");
  CHECK(book.said("halt") ==
        Lines{"halt strategy:LT112 halt ann drill; LT112 SPY   260116P00440000 -2 close_short_first; "
              "LT112 SPY   260116P00430000 2 close"});
  book.halt("account");
  CHECK(book.said("halt") ==
        Lines{"halt account halt ann drill; LEAPLadders SPY   260116P00440000 3 hold_hedge; "
              "LT112 SPY   260116P00440000 -2 close_short_first; LT112 SPY   260116P00430000 2 close"});
}
