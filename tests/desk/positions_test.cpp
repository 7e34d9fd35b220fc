// tests/desk/positions_test.cpp -- the broker's positions as an event: what it says, in which order, and what follows.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <string>  // std::string

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

[[nodiscard]] PositionsEvent only_compared(std::vector<PositionText> positions) {
  return {.positions = std::move(positions), .adopt = false};
}

/// A desk on which A and B alone are known.
[[nodiscard]] DeskConfig two_strategies(LedgerConfig ledger) {
  DeskConfig c;
  c.ledger = std::move(ledger);
  c.strategies = std::vector<DeskStrategyConfig>(2);
  (*c.strategies)[0].name = "A";
  (*c.strategies)[1].name = "B";
  return c;
}

[[nodiscard]] std::string cancelled(const Answer& answer, std::int64_t left) {
  return "reservation " + std::to_string(static_cast<std::uint64_t>(answer.id)) + ": cancelled, " +
         std::to_string(left) + " left";
}

}  // namespace

TEST_CASE("positions that agree say so and change nothing") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", 5));
  const std::string before = book.everything();
  book.tell(PositionsEvent{{{"SPY", 5, {}}}});
  CHECK(book.said() == Lines{"reconciliation"});
  CHECK(book.everything() == before);
}

TEST_CASE("nothing at the broker is nothing held") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", 5));
  book.tell(PositionsEvent{});
  CHECK(book.said() == Lines{"reconciliation; missing SPY A 5>0"});
  CHECK(book.held("SPY") == "0");
}

TEST_CASE("differences come by contract text, then by registration, whatever was seen first") {
  DeskBook book(spy_delta(1000));
  book.trade(contracts("B", 1, "SPY"));
  CHECK_FALSE(book.send(PositionsEvent{{{call_460, 1, {}}, {"nonsense", 1, {}}}}).empty());  // seen, but refused
  book.tell(
      PositionsEvent{{{call_460, 1, {}}, {call_450, -2, "B"}, {call_450, 3, "A"}, {"SPX   260116P05900000", 1, {}}}});
  CHECK(book.said("reconciliation") ==
        Lines{"reconciliation; missing SPY B 1>0; extra SPX   260116P05900000 unassigned "
              "0>1; extra " +
              call_450 + " B 0>-2; extra " + call_450 + " A 0>3; extra " + call_460 + " unassigned 0>1"});
}

TEST_CASE("what was due comes first, then the reconciliation, what it cancelled, and the rows it put over") {
  DeskBook book(spy_delta(100));
  book.trade(shares("A", 90));
  const Answer lapses = book.ask(shares("A", 1).living(10));
  const Answer first = book.pending(shares("A", -50).exit());
  const Answer second = book.pending(shares("A", -40).exit());
  book.later(1min);
  book.tell(PositionsEvent{{{"SPY", 60, "A"}, {"SPY", 200, {}}}});
  CHECK(book.said() ==
        Lines{"reservation " + std::to_string(static_cast<std::uint64_t>(lapses.id)) + ": expired, 1 left at 15:00:10Z",
              "reconciliation; different SPY unassigned 0>200; different SPY A 90>60", cancelled(second, 40),
              "marked SPY.delta 260 beyond 100"});
  CHECK(book.row("SPY") == "held 260, pending -50 +0");
  CHECK(book.order(first, OrderStatus::cancelled) == "cancelled, 50 left");
  book.tell(PositionsEvent{{{"SPY", 60, {}}}});
  CHECK(book.said() == Lines{"reconciliation; different SPY unassigned 200>0", "marked"});
}

TEST_CASE("several cancelled reservations come by id") {
  DeskBook book(spy_delta(1000));
  book.delta(call_450, 0.5);
  book.trade(shares("A", 9));
  book.trade(contracts("B", 2, call_450));
  const Answer closing = book.ask(contracts("B", -2, call_450).exit());
  const Answer share = book.ask(shares("A", -9).exit());
  book.tell(PositionsEvent{});
  CHECK(book.said("reservation") == Lines{cancelled(closing, 2), cancelled(share, 9)});
}

TEST_CASE("not adopted, differences are told and nothing changes") {
  DeskBook book(spy_delta(100));
  book.trade(shares("A", 90));
  const Answer exit = book.pending(shares("A", -90).exit());
  const std::string before = book.everything();
  book.tell(only_compared({{"SPY", 500, "unassigned"}}));
  CHECK(book.said() == Lines{"comparison; different SPY unassigned 0>500; different SPY A 90>0"});
  CHECK(book.everything() == before);
  CHECK(book.fill(exit, "SPY", -90) == "filled, 0 left");
}

TEST_CASE("what nobody owns counts in every limit and may only be closed") {
  DeskBook book(
      two_strategies(rows({limit("SPY", Metric::delta, 1000), limit("ACCOUNT", Metric::dollar_delta, 450'000)})));
  book.price("SPY", 450);
  book.tell(PositionsEvent{{{"SPY", 900, {}}}});
  CHECK(book.held("SPY") == "900");
  CHECK(says(book.ask(shares("A", 101))) == "denied, max 100: limit_exceeded limit_exceeded");
  CHECK(book.refusal(shares("unassigned", -900)) == "invalid_value intent");
  CHECK(says(book.trade(shares("unassigned", -900).exit())) == "approved 900");
  CHECK(book.held("SPY") == "0");
}

TEST_CASE("an order the ledger never knew is put right by positions") {
  DeskBook book(spy_delta(1000));
  CHECK(book.send(FillEvent{RequestId{77}, ExecutionId{1}, "SPY", 100, 450.0, {}}) == "unknown_request request");
  book.tell(PositionsEvent{{{"SPY", 100, "A"}}});
  CHECK(says(book.trade(shares("A", -100).exit())) == "approved 100");
}

TEST_CASE("a position found is marked with the contract's last Greeks at once") {
  DeskBook book(spy_delta(1000));
  book.delta(call_450, 0.5);
  book.tell(PositionsEvent{{{call_450, -3, {}}}});
  CHECK(book.held("SPY") == "-150");
  book.delta(call_450, 0.6);
  CHECK(book.held("SPY") == "-180");
}

TEST_CASE("where any strategy is accepted, a line registers it, in the order of the lines") {
  DeskBook book(spy_delta(1000));
  book.delta(call_450, 0.5);
  book.delta(call_460, 0.3);
  book.trade(shares("A", 1));
  book.tell(PositionsEvent{{{"SPY", 1, "A"}, {call_450, 1, "N2"}, {call_460, 2, "N1"}, {"SPY", 4, "N2"}}});
  CHECK(book.said("reconciliation") ==
        Lines{"reconciliation; extra " + call_450 + " N2 0>1; extra " + call_460 + " N1 0>2; different SPY N2 0>4"});
  CHECK(book.desk().names().strategies.all() == std::vector<std::string>{"unassigned", "A", "N2", "N1"});
  CHECK(says(book.ask(shares("N2", -4).exit())) == "approved 4");
}

TEST_CASE("a refused line of positions registers nobody and nothing") {
  DeskBook book(spy_delta(1000));
  CHECK(book.send(PositionsEvent{{{"SPY", 1, "new"}, {"SPY", 1, "new"}}}) == "invalid_value positions[1].contract");
  CHECK(book.desk().names().strategies.size() == 1);
}

TEST_CASE("what the halt of a strategy lists to be closed is what it holds now") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", 5));
  book.tell(PositionsEvent{{{"SPY", 3, {}}}});
  book.halt("strategy:A");
  CHECK(book.said("halt") == Lines{"halt strategy:A halt ann drill; A SPY 3 close"});
  book.tell(PositionsEvent{{{"SPY", 4, {}}}});
  book.halt("account");
  CHECK(book.said("halt") == Lines{"halt account halt ann drill; unassigned SPY 1 close; A SPY 3 close"});
}
