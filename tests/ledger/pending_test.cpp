// tests/ledger/pending_test.cpp -- orders in flight count at their worst; what worsens nothing passes.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

}  // namespace

TEST_CASE("approvals add up before any of them fills") {
  LedgerBook book(spy_delta(1000));
  CHECK(verdict(book.ask(shares("A", -400))) == "approved");
  CHECK(verdict(book.ask(shares("B", -400))) == "approved");
  CHECK(says(book.ask(shares("C", -400))) == "denied, max 200: limit_exceeded");
}

TEST_CASE("pending orders that offset each other hide risk on neither side") {
  LedgerBook book(spy_delta(1000));
  book.pending(shares("A", 800));
  book.pending(shares("B", -800));
  CHECK(says(book.what_if(shares("C", 300))) == "denied, max 200: limit_exceeded");
  CHECK(says(book.what_if(shares("C", -300))) == "denied, max 200: limit_exceeded");
}

TEST_CASE("a pending order against what is held makes no room") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", 900));
  book.pending(shares("A", -900));
  CHECK(says(book.what_if(shares("B", 200))) == "denied, max 100: limit_exceeded");
}

TEST_CASE("a row that is over passes what takes from it, down to the other side's bound") {
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.trade(shares("A", 700));
  book.event("FOMC", true);
  CHECK(verdict(book.what_if(shares("B", -100))) == "approved");
  CHECK(verdict(book.what_if(shares("B", -1200))) == "approved");
  CHECK(says(book.what_if(shares("B", -1201))) == "denied, max 1200: event_limit");
}

TEST_CASE("several reducing requests cannot flip through together") {
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.trade(shares("A", 700));
  book.event("FOMC", true);
  CHECK(verdict(book.pending(shares("B", -700))) == "approved");
  CHECK(says(book.ask(shares("C", -700))) == "denied, max 500: event_limit");
}

TEST_CASE("a request that moves a row by nothing passes it however far it is over") {
  LedgerConfig c = rows({limit("SPY", Metric::delta, 1000), limit("SPY", Metric::gamma, 100)});
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.trade(shares("A", 1000));
  book.event("FOMC", true);
  CHECK(says(book.what_if(estimate("B", 1, {"SPY", 0.0, 10.0, 0.0, 0.0}))) == "approved 1");
}

TEST_CASE("a package counts its net") {
  LedgerBook book(spy_delta(100));
  book.delta(call_470, 0.60);
  book.delta(call_480, 0.45);
  const Ask spread = position("A", 5, {{call_470, 1}, {call_480, -1}});  // 15 a unit
  CHECK(verdict(book.what_if(spread)) == "approved");
  book.ask(spread);
  CHECK(book.row("SPY") == "held 0, pending 0 +75");
}

TEST_CASE("legs sent one by one count apart, each at its worst") {
  LedgerBook book(spy_delta(100));
  book.delta(call_470, 0.60);
  book.delta(call_480, 0.45);
  const Ask spread = position("A", 5, {{call_470, 1}, {call_480, -1}}).legging();
  const OwnedDecision d = book.what_if(spread);
  CHECK(says(d) == "denied, max 1: limit_exceeded limit_exceeded");  // 60 up, 45 down a unit
  REQUIRE(d.reasons.size() == 2);
  CHECK(d.reasons[0].max_units == 2);
  CHECK(d.reasons[1].max_units == 1);
  book.ask(spread.or_fewer());
  CHECK(book.row("SPY") == "held 0, pending -45 +60");
}

TEST_CASE("a package stays net while one of its legs has filled") {
  LedgerBook book(spy_delta(1000));
  book.delta(call_470, 0.60);
  book.delta(call_480, 0.45);
  const Answer spread = book.pending(position("A", 5, {{call_470, 1}, {call_480, -1}}));
  book.fill(spread, call_470, 5);
  CHECK(book.row("SPY") == "held 300, pending -225 +0");
  book.fill(spread, call_480, -2);
  CHECK(book.row("SPY") == "held 210, pending -135 +0");
}

TEST_CASE("legs of the same contract are netted first") {
  LedgerBook book(spy_delta(100));
  CHECK(verdict(book.what_if(position("A", 10, {{"SPY", 11}, {"SPY", -1}}))) == "approved");
  CHECK(says(book.what_if(position("A", 11, {{"SPY", 11}, {"SPY", -1}}))) == "denied, max 10: limit_exceeded");
}
