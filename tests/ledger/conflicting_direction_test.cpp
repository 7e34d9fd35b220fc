// tests/ledger/conflicting_direction_test.cpp -- nobody trades against what another strategy holds.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// No limits, only the rule.
[[nodiscard]] LedgerConfig tolerating(double delta) {
  LedgerConfig c = sample_groups();
  c.options.conflict_tolerance = delta;
  return c;
}

}  // namespace

TEST_CASE("the opposite of what another strategy holds is denied, strictly above the tolerance") {
  LedgerBook book(tolerating(100));
  book.trade(shares("A", -100));
  CHECK(says(book.what_if(shares("B", 1))) == "approved 1");
  book.trade(shares("A", -1));
  const OwnedDecision d = book.what_if(shares("B", 1).or_fewer());
  CHECK(says(d) == "denied, max 0: conflicting_direction conflicting_direction");  // in SPY and in SP500
  const Finding& f = d.reasons[0];
  CHECK(book.names().groups.text(f.group) == "SPY");
  CHECK(book.names().groups.text(d.reasons[1].group) == "SP500");
  CHECK(f.metric == Metric::delta);
  CHECK(book.names().strategies.text(f.strategy) == "A");
  CHECK(figures(f) == "?: held -101, pending ?, requested ?, projected ?, limit -100, headroom ?, max 0");
}

TEST_CASE("the same direction, one's own position and what moves no delta pass") {
  LedgerBook book(tolerating(0));
  book.trade(shares("A", -101));
  CHECK(says(book.what_if(shares("B", -5000))) == "approved 5000");
  CHECK(says(book.what_if(shares("A", 5000))) == "approved 5000");
  CHECK(says(book.what_if(estimate("B", 1, {"SPY", 0.0, 1.0, 1.0, 1.0}))) == "approved 1");
  CHECK(says(book.what_if(shares("B", 1, "QQQ"))) == "approved 1");  // in no group that names its members
}

TEST_CASE("long is protected as short is") {
  LedgerBook book(tolerating(50));
  book.trade(shares("A", 51));
  CHECK(verdict(book.what_if(shares("B", -1))) == "denied");
  CHECK(verdict(book.what_if(shares("B", 1))) == "approved");
}

TEST_CASE("only held exposure counts, not what is pending") {
  LedgerBook book(tolerating(0));
  const Answer a = book.pending(shares("A", -500));
  CHECK(verdict(book.what_if(shares("B", 1))) == "approved");
  book.fill(a, "SPY", -1);
  CHECK(verdict(book.what_if(shares("B", 1))) == "denied");
}

TEST_CASE("each strategy's net in the group counts, not the sum of several") {
  LedgerBook book(tolerating(100));
  book.trade(shares("A", -80));
  book.trade(shares("B", -80));
  CHECK(verdict(book.what_if(shares("C", 1))) == "approved");
  book.trade(shares("A", -30));
  const OwnedDecision d = book.what_if(shares("C", 1));
  REQUIRE(d.reasons.size() == 2);
  CHECK(book.names().strategies.text(d.reasons[0].strategy) == "A");
  book.trade(shares("B", -300));
  CHECK(book.names().strategies.text(book.what_if(shares("C", 1)).reasons[0].strategy) == "B");  // it holds most
}

TEST_CASE("a package goes where its net goes; legs sent one by one go both ways") {
  LedgerBook book(tolerating(10));
  book.delta(call_470, 0.6);
  book.delta(call_480, 0.5);
  book.trade(shares("A", 11));
  const Ask spread = position("B", 1, {{call_470, 1}, {call_480, -1}});
  CHECK(verdict(book.what_if(spread)) == "approved");
  CHECK(verdict(book.what_if(spread.legging())) == "denied");
}

TEST_CASE("what cannot be computed denies") {
  LedgerBook book(tolerating(10));
  CHECK(says(book.what_if(contracts("A", 1, call_470))) == "denied, max 0: delta_unavailable delta_unavailable");
  book.delta(call_470, 0.5);
  book.trade(contracts("A", 1, call_470));
  book.greeks(call_470, {});
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: delta_unavailable delta_unavailable");
  CHECK(verdict(book.what_if(shares("A", 1))) == "approved");  // what it holds itself is not asked
}

TEST_CASE("conflicts come after the rows, by group in order of configuration") {
  LedgerConfig c = rows({limit("ACCOUNT", Metric::delta, 5), limit("SPY", Metric::delta, 5)});
  c.options.conflict_tolerance = 0;
  LedgerBook book(c);
  book.price("SPY", 500);
  book.price("ES", 5000);
  book.trade(shares("A", -1));
  book.trade(contracts("C", -1, "ES 2026-03-20"));  // denied by ACCOUNT
  const OwnedDecision d = book.what_if(position("B", 10, {{"ES 2026-03-20", 1}, {"SPY", 1}}));
  CHECK(codes(d.reasons) == "limit_exceeded limit_exceeded conflicting_direction conflicting_direction");
  CHECK(d.reasons[0].row == 0);
  CHECK(d.reasons[1].row == 1);
  CHECK(book.names().groups.text(d.reasons[2].group) == "SPY");
  CHECK(book.names().groups.text(d.reasons[3].group) == "SP500");
}

TEST_CASE("a proved exit passes and lists the conflict") {
  LedgerBook book(tolerating(10));
  book.trade(shares("A", -10));
  book.trade(shares("B", -50));
  CHECK(says(book.what_if(shares("A", 10))) == "denied, max 0: conflicting_direction conflicting_direction");
  CHECK(says(book.what_if(shares("A", 10).exit())) ==
        "approved 10 / conflicting_direction conflicting_direction (bypass)");
}

TEST_CASE("a tolerance that is none is refused") {
  for (const double bad : {-1.0, 1e300}) {
    Names names;
    const Result<Ledger> made = Ledger::make(tolerating(bad), names, ProductTable{});
    REQUIRE_FALSE(made.has_value());
    CHECK(says(made.error()) == "invalid_value ledger.conflict_tolerance");
  }
}
