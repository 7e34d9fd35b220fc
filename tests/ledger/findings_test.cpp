// tests/ledger/findings_test.cpp -- the numbers and the order of reasons and warnings.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

}  // namespace

TEST_CASE("a breach shows what is held, pending, requested and left on its side") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -300));
  book.pending(shares("B", -200));
  book.pending(shares("C", 400));  // on the other side: no help and no harm
  const OwnedDecision d = book.what_if(shares("D", -600));
  REQUIRE(d.reasons.size() == 1);
  const Finding& f = d.reasons[0];
  CHECK(figures(f) ==
        "lower: held -300, pending -200, requested -600, projected -1100, limit -1000, headroom -500, max 500");
  CHECK(book.names().groups.text(f.group) == "SPY");
  CHECK(f.metric == Metric::delta);
  CHECK(f.knows(Finding::group_field));
  CHECK(f.knows(Finding::metric_field));
}

TEST_CASE("the upper side counts upwards") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -300));
  book.pending(shares("C", 400));
  const OwnedDecision d = book.what_if(shares("D", 1000));
  REQUIRE(d.reasons.size() == 1);
  CHECK(figures(d.reasons[0]) ==
        "upper: held -300, pending 400, requested 1000, projected 1100, limit 1000, headroom 900, max 900");
}

TEST_CASE("headroom is negative where the row is over already") {
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.trade(shares("A", 700));
  book.event("FOMC", true);
  const OwnedDecision d = book.what_if(shares("B", 1));
  REQUIRE(d.reasons.size() == 1);
  CHECK(figures(d.reasons[0]) ==
        "upper: held 700, pending 0, requested 1, projected 701, limit 500, headroom -200, max 0");
}

TEST_CASE("a warning shows the bound it comes near") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -500));
  const OwnedDecision d = book.what_if(shares("B", -300));
  REQUIRE(d.warnings.size() == 1);
  CHECK(figures(d.warnings[0]) ==
        "lower: held -500, pending 0, requested -300, projected -800, limit -1000, headroom -500, max 300");
}

TEST_CASE("a strategy's cap shows that strategy's figures") {
  LedgerBook book(rows({cap("A", "SPY", Metric::delta, 400)}));
  book.trade(shares("A", -100));
  book.trade(shares("B", -5000));
  const OwnedDecision d = book.what_if(shares("A", -301));
  REQUIRE(d.reasons.size() == 1);
  CHECK(d.reasons[0].held == Micro{-100'000'000});
  CHECK(d.reasons[0].knows(Finding::strategy_field));
  CHECK(book.names().strategies.text(d.reasons[0].strategy) == "A");
}

TEST_CASE("reasons come in the order of configuration, whatever group or metric") {
  LedgerBook book(
      rows({limit("ACCOUNT", Metric::vega, 10), limit("SPY", Metric::delta, 10), limit("ACCOUNT", Metric::delta, 5),
            limit("SPY", Metric::gamma, 1), lower_only("SP500", Metric::theta, -1)}));
  book.greeks(call_470, {0.5, 0.02, -0.03, 0.4});
  const OwnedDecision d = book.what_if(contracts("A", 1, call_470));
  REQUIRE(d.reasons.size() == 5);
  for (std::uint32_t row = 0; row < 5; ++row) CHECK(d.reasons[row].row == row);
}

TEST_CASE("warnings come in the order of configuration too") {
  LedgerBook book(rows(
      {limit("ACCOUNT", Metric::delta, 100), limit("SPY", Metric::delta, 125), limit("SP500", Metric::delta, 110)}));
  const OwnedDecision d = book.what_if(shares("A", 100));
  CHECK(says(d) == "approved 100 / limit_near limit_warning limit_near");
}

TEST_CASE("of one row the lower side comes before the upper") {
  LedgerBook book(spy_delta(100));
  book.delta(call_470, 0.6);
  book.delta(call_480, 0.7);
  const OwnedDecision d = book.what_if(position("A", 1, {{call_470, 2}, {call_480, -2}}).legging());
  REQUIRE(d.reasons.size() == 2);
  CHECK(d.reasons[0].side == Side::lower);
  CHECK(d.reasons[1].side == Side::upper);
}

TEST_CASE("the binding reason is the first of those that allow least") {
  LedgerBook book(rows(
      {limit("SPY", Metric::delta, 900), cap("A", "SPY", Metric::delta, 300), limit("ACCOUNT", Metric::delta, 300)}));
  const OwnedDecision d = book.what_if(shares("A", -1000));
  CHECK(says(d) == "denied, max 300: limit_exceeded strategy_cap limit_exceeded");
  CHECK(d.binding == Code::strategy_cap);
  CHECK(d.reasons[0].max_units == 900);
  CHECK(d.reasons[1].max_units == 300);
}

TEST_CASE("an approval has no reasons, no binding and all units") {
  LedgerBook book(spy_delta(1000));
  const Answer d = book.ask(shares("A", -10));
  CHECK(d.reasons.empty());
  CHECK(d.binding == Code::none);
  CHECK(d.max_units == 10);
  CHECK(d.units == 10);
  CHECK(d.reservation == d.id);
}

TEST_CASE("a denial reserves nothing") {
  LedgerBook book(spy_delta(5));
  const Answer d = book.ask(shares("A", -10));
  CHECK(d.units == 0);
  CHECK(!d.reservation);
  CHECK(!d.expires);
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}
