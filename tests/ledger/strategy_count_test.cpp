// tests/ledger/strategy_count_test.cpp -- how many strategies may be in a group at once.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

[[nodiscard]] LedgerConfig most(double count) { return rows({limit("SPY", Metric::strategy_count, count)}); }

[[nodiscard]] RowReport count_row(const LedgerBook& book) { return book.report_of("SPY", Metric::strategy_count); }

}  // namespace

TEST_CASE("a newcomer is denied once as many strategies are in the group, however little it asks for") {
  LedgerBook book(most(2));
  CHECK(says(book.trade(shares("A", -1))) == "approved 1");
  CHECK(says(book.trade(shares("B", 1))) == "approved 1 / limit_near");
  const OwnedDecision d = book.what_if(shares("C", 50).or_fewer());
  CHECK(says(d) == "denied, max 0: strategy_count");
  REQUIRE(d.reasons.size() == 1);
  CHECK(d.reasons[0].metric == Metric::strategy_count);
  CHECK(figures(d.reasons[0]) == "upper: held 2, pending 0, requested 1, projected 3, limit 2, headroom 0, max 0");
}

TEST_CASE("a member never counts against itself") {
  LedgerBook book(most(1));
  book.trade(shares("A", -1));
  CHECK(says(book.what_if(shares("A", -5000))) == "approved 5000");
  const Answer b = book.ask(shares("B", 1, "QQQ"));  // not in the group
  CHECK(says(b) == "approved 1");
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: strategy_count");
}

TEST_CASE("an open reservation makes a member, until it ends with nothing filled") {
  LedgerBook book(most(1));
  const Answer a = book.pending(shares("A", -10));
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: strategy_count");
  CHECK(text_of(count_row(book).held) == "0");
  CHECK(text_of(count_row(book).pending_up) == "1");
  SUBCASE("cancelled") {
    book.order(a, OrderStatus::cancelled);
    CHECK(says(book.what_if(shares("B", 1))) == "approved 1 / limit_near");
  }
  SUBCASE("cancelled after a part filled") {
    book.fill(a, "SPY", -1);
    book.order(a, OrderStatus::cancelled);
    CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: strategy_count");
    CHECK(text_of(count_row(book).held) == "1");
    CHECK(text_of(count_row(book).pending_up) == "0");
  }
}

TEST_CASE("who has closed everything counts no more") {
  LedgerBook book(most(1));
  book.trade(shares("A", -10));
  const Answer out = book.pending(shares("A", 10).exit());
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: strategy_count");
  book.fill(out, "SPY", 10);
  CHECK(says(book.what_if(shares("B", 1))) == "approved 1 / limit_near");
}

TEST_CASE("positions that offset each other still make a member") {
  LedgerBook book(most(1));
  book.trade(shares("A", 100));
  book.delta(call_470, 1.0);
  book.trade(contracts("A", -1, call_470));
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: strategy_count");
}

TEST_CASE("a warning counts the newcomer: three of four are three quarters, four all") {
  LedgerBook book(most(4));
  CHECK(says(book.trade(shares("A", 1))) == "approved 1");
  CHECK(says(book.trade(shares("B", 1))) == "approved 1");
  CHECK(says(book.trade(shares("C", 1))) == "approved 1 / limit_warning");
  CHECK(says(book.trade(shares("D", 1))) == "approved 1 / limit_near");
  CHECK(says(book.trade(shares("D", 1))) == "approved 1");
  CHECK(count_row(book).utilisation == 1.0);
}

TEST_CASE("the number of strategies is never cut") {
  LedgerConfig c = most(1);
  c.cuts = {event_cut("FOMC", 0.0)};
  c.cuts[0].metrics = {Metric::strategy_count, Metric::delta};
  LedgerBook book(c);
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", 1))) == "approved 1 / limit_near");
}

TEST_CASE("Greeks are not needed to count, unless another row of the group needs them") {
  LedgerBook alone(most(1));
  CHECK(says(alone.what_if(contracts("A", 1, call_470))) == "approved 1 / limit_near");
  LedgerBook beside(rows({limit("SPY", Metric::delta, 1000), limit("SPY", Metric::strategy_count, 1)}));
  CHECK(says(beside.what_if(contracts("A", 1, call_470))) == "denied, max 0: delta_unavailable delta_unavailable");
  // what somebody else holds without a figure is nothing to count by
  alone.trade(contracts("A", 1, call_470));
  CHECK(says(alone.what_if(shares("B", 1))) == "denied, max 0: strategy_count");
}

TEST_CASE("tiers of equity set the number too; without equity newcomers alone are denied") {
  LedgerConfig c = most(0);
  c.limits[0].lower.reset();
  c.limits[0].upper.reset();
  c.limits[0].tiers = {{.name = "small", .equity_below = 100'000.0, .limit = 1}, {.name = "large", .limit = 2}};
  LedgerBook book(c);
  book.equity(100'000);
  book.trade(shares("A", 1));
  CHECK(says(book.trade(shares("B", 1))) == "approved 1 / limit_near");
  book.equity(99'999);
  CHECK(says(book.what_if(shares("C", 1))) == "denied, max 0: strategy_count");
  CHECK(text_of(count_row(book).over) == "1");
  CHECK(book.ledger().rows_over().size() == 1);
  book.equity({});
  CHECK(says(book.what_if(shares("C", 1))) == "denied, max 0: equity_unknown");
  CHECK(says(book.what_if(shares("B", 1))) == "approved 1");
}

TEST_CASE("a proved exit is never counted out") {
  LedgerConfig c = most(0);
  c.limits[0].lower.reset();
  c.limits[0].upper.reset();
  c.limits[0].tiers = {{.name = "small", .equity_below = 100'000.0, .limit = 0}, {.name = "large", .limit = 2}};
  LedgerBook book(c);
  book.equity(100'000);
  book.trade(shares("A", 5));
  book.equity(1);
  CHECK(says(book.what_if(shares("A", -5).exit())) == "approved 5");
}

TEST_CASE("strategies are counted together, not one by one") {
  LedgerConfig c = most(3);
  c.limits[0].strategy = "A";
  Names names;
  const Result<Ledger> made = Ledger::make(c, names, ProductTable{});
  REQUIRE_FALSE(made.has_value());
  CHECK(says(made.error()) == "invalid_configuration limits[0].strategy");
}
