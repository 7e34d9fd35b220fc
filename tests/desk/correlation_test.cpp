// tests/desk/correlation_test.cpp -- returns as events: pairs that move together close groups, and what that does.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <limits>  // std::numeric_limits

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// A strategy and its groups.
struct Trades {
  std::string name{};
  std::vector<std::string> groups{};
};

[[nodiscard]] DeskConfig trading(const std::vector<Trades>& who) {
  DeskConfig c;
  c.ledger = spy_delta(1000);
  c.strategies.emplace();
  for (const Trades& t : who) {
    c.strategies->emplace_back().name = t.name;
    c.strategies->back().groups = t.groups;
  }
  c.coordination.emplace();
  c.coordination->correlation.emplace();
  return c;
}
/// A and B trade SPY, C trades ES.
[[nodiscard]] DeskConfig three() { return trading({{"A", {"SPY"}}, {"B", {"SPY"}}, {"C", {"ES"}}}); }

/// Observations of two strategies that alternate by `size`: alike, or against each other.
void observe(DeskBook& book, int count, bool alike, double size = 0.01, std::string_view a = "A",
             std::string_view b = "B") {
  for (int i = 0; i < count; ++i) {
    const double move = i % 2 == 0 ? size : -size;
    book.tell(ReturnsEvent{{{a, move}, {b, alike ? move : -move}}});
  }
}

[[nodiscard]] Ask an_es(std::string_view strategy) { return raw_delta(strategy, -1, "ES"); }

}  // namespace

TEST_CASE("the twentieth observation closes the group of a pair that moves together, and says so") {
  DeskBook book(three());
  observe(book, 19, true);
  CHECK(book.said().empty());
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1 / correlation_unknown");
  observe(book, 1, true);
  CHECK(book.said() == Lines{"correlation_on A, B"});
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: correlation");
  CHECK(says(book.what_if(shares("C", -1))) == "denied, max 0: correlation");  // whoever it is
  CHECK(says(book.what_if(an_es("C"))) == "approved 1");
  CHECK(book.plan() == Lines{"A skip: correlation", "B skip: correlation", "C run"});
  observe(book, 1, true);
  CHECK(book.said().empty());
}

TEST_CASE("a blocked pair is freed strictly below the release, not before") {
  DeskBook book(three());
  observe(book, 20, true);
  observe(book, 2, false, 0.0109545);  // (20 - 2.4) / (20 + 2.4) = 0.786
  CHECK(book.said().empty());
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: correlation");
  observe(book, 1, false);
  CHECK(book.said() == Lines{"correlation_off A, B"});
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("what never was above the threshold does not block between release and threshold") {
  DeskBook book(three());
  observe(book, 2, false, 0.010547);
  observe(book, 18, true);  // (18 - 2.22) / (18 + 2.22) = 0.78
  CHECK(book.said().empty());
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("moving against each other does not block") {
  DeskBook book(three());
  observe(book, 30, false);
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("exits pass closed groups and list them, adjustments are not asked") {
  DeskBook book(three());
  book.trade(shares("A", -10));
  observe(book, 20, true);
  CHECK(says(book.ask(shares("A", 5).exit())) == "approved 5 / correlation (bypass)");
  CHECK(says(book.ask(shares("A", 2).emergency_exit())) == "approved 2 / correlation (bypass)");
  CHECK(says(book.what_if(shares("A", 1).adjust())) == "approved 1");
}

TEST_CASE("a pair that shares no group closes all groups of both") {
  DeskBook book(three());
  observe(book, 20, true, 0.01, "A", "C");
  CHECK(book.said() == Lines{"correlation_on A, C"});
  CHECK(says(book.what_if(shares("B", -1))) == "denied, max 0: correlation");
  CHECK(says(book.what_if(an_es("B"))) == "denied, max 0: correlation");
}

TEST_CASE("groups of all roots are never closed, alone or beside others") {
  DeskBook shared(trading({{"A", {"ACCOUNT"}}, {"B", {"ACCOUNT", "SPY"}}}));
  observe(shared, 20, true);
  CHECK(shared.said() == Lines{"correlation_on A, B"});  // seen, and without consequence
  CHECK(says(shared.what_if(shares("A", -1))) == "approved 1");
  CHECK(shared.plan() == Lines{"A run", "B run"});
  DeskBook apart(trading({{"A", {"ACCOUNT"}}, {"B", {"SPY"}}}));
  observe(apart, 20, true);
  CHECK(says(apart.what_if(an_es("A"))) == "approved 1");
  CHECK(says(apart.what_if(shares("A", -1))) == "denied, max 0: correlation");
}

TEST_CASE("a group stays closed until no pair closes it any longer") {
  DeskBook book(three());
  for (int i = 0; i < 20; ++i) {
    const double move = i % 2 == 0 ? 0.01 : -0.01;
    book.tell(ReturnsEvent{{{"A", move}, {"B", move}, {"C", move}}});
  }
  CHECK(book.said() == Lines{"correlation_on A, B", "correlation_on A, C", "correlation_on B, C"});
  CHECK(says(book.what_if(an_es("A"))) == "denied, max 0: correlation");
  observe(book, 4, false, 0.02);  // A and B alone
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: correlation");
}

TEST_CASE("a series that does not move is unknown, as a pair never seen together is") {
  DeskBook book(three());
  for (int i = 0; i < 25; ++i) book.tell(ReturnsEvent{{{"A", i % 2 * 0.01}, {"B", 0.0}}});
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1 / correlation_unknown");
  CHECK(says(book.what_if(an_es("C"))) == "approved 1");
  book.tell(ReturnsEvent{{{"C", 0.01}}});
  CHECK(says(book.what_if(an_es("C"))) == "approved 1 / correlation_unknown");
  CHECK(book.plan() == Lines{"A run", "B run", "C run"});
}

TEST_CASE("before the first returns nobody is told of what is unknown") {
  DeskBook book(three());
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("what is held in closed groups is to be reduced, the latest opening fill first") {
  DeskBook book(three());
  book.delta(later_put_440, -0.3);
  book.delta(later_call_470, 0.3);
  book.trade(contracts("A", -2, later_put_440));
  book.trade(contracts("B", 3, later_call_470));
  book.trade(shares("C", 10));
  book.tell(PositionsEvent{
      {{later_put_440, -2, "A"}, {later_call_470, 3, "B"}, {"SPY", 10, "C"}, {later_put_430, 4, {}}}, true});
  CHECK(book.reduce_first().empty());  // nothing is closed yet
  observe(book, 20, true);
  CHECK(book.reduce_first() ==
        Lines{"SPY", later_call_470, later_put_440, later_put_430});  // the last was never filled here
}

TEST_CASE("a fill that opens more moves its contract to the front, one that closes does not") {
  DeskBook book(three());
  book.trade(shares("A", -10));
  book.delta(later_call_470, 0.3);
  book.trade(contracts("B", 3, later_call_470));
  const Answer closing = book.ask(contracts("B", -1, later_call_470).exit());
  const Answer opening = book.ask(shares("A", -2));
  observe(book, 20, true);
  CHECK(book.reduce_first() == Lines{later_call_470, "SPY"});
  book.fill_all(opening);
  CHECK(book.reduce_first() == Lines{"SPY", later_call_470});
  book.fill_all(closing);
  CHECK(book.reduce_first() == Lines{"SPY", later_call_470});
  book.trade(shares("A", 12).exit());
  CHECK(book.reduce_first() == Lines{later_call_470});
}

TEST_CASE("what lies outside the closed groups, or is an estimate, is not listed") {
  DeskBook book(three());
  book.future_price("ES 2026-03-20", 4500);
  book.trade(contracts("C", 1, "ES 2026-03-20"));
  book.trade(raw_delta("A", 5));
  observe(book, 20, true);
  CHECK(book.reduce_first().empty());
}

TEST_CASE("returns that cannot be taken change nothing") {
  DeskBook book(three());
  observe(book, 19, true);
  const std::string before = book.everything();
  constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
  CHECK(book.send(ReturnsEvent{{{"A", 0.01}, {"nobody", 0.01}}}) == "unknown_name values[1]");
  CHECK(book.send(ReturnsEvent{{{"A", 0.01}, {"unassigned", 0.01}}}) == "invalid_value values[1]");
  CHECK(book.send(ReturnsEvent{{{"A", 0.01}, {"B", not_a_number}}}) == "invalid_value values[1]");
  CHECK(book.send(ReturnsEvent{{{"A", 0.01}, {"B", 2e6}}}) == "invalid_value values[1]");
  CHECK(book.send(ReturnsEvent{{{"A", 0.01}, {"A", 0.01}}}) == "invalid_value values");
  CHECK(book.everything() == before);
  book.tell(ReturnsEvent{});
  CHECK(book.everything() == before);
}

TEST_CASE("without the rule returns are taken and used for nothing") {
  DeskConfig c = three();
  c.coordination->correlation.reset();
  DeskBook book(c);
  observe(book, 25, true);
  CHECK(book.said().empty());
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
  CHECK(book.send(ReturnsEvent{{{"nobody", 0.01}}}) == "unknown_name values[0]");
}

TEST_CASE("where any name is accepted returns register strategies, which have no groups to close") {
  DeskConfig c = three();
  c.strategies.reset();
  DeskBook book(c);
  observe(book, 20, true);
  CHECK(book.said() == Lines{"correlation_on A, B"});
  CHECK(book.plan() == Lines{"A run", "B run"});
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("a rule that cannot be is refused") {
  DeskConfig c = three();
  c.coordination->correlation->release = 0.9;
  const Result<Desk> made = Desk::make(c);
  REQUIRE(!made);
  CHECK(says(made.error()) == "invalid_configuration release");
}
