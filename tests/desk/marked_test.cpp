// tests/desk/marked_test.cpp -- whenever the rows that held exposure puts over their bounds change, it is told.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("nothing over, nothing told") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", -1000));
  CHECK(book.said("marked").empty());
}

TEST_CASE("a fill that takes a row over is told once, and so is the way back") {
  DeskBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -1000));
  book.fill(a, "SPY", -1001);
  CHECK(book.said("marked") == Lines{"marked SPY.delta -1001 beyond -1000"});
  CHECK(book.said().back().substr(0, 6) == "marked");  // last of its line
  book.fill(a, "SPY", -1);
  CHECK(book.said("marked").empty());  // still the same row over
  const Answer b = book.ask(shares("A", 2).exit());
  CHECK(book.said("marked").empty());  // pending does not count
  book.fill(b, "SPY", 2);
  CHECK(book.said("marked") == Lines{"marked"});
}

TEST_CASE("a cut that leaves a row over is told with the line that started it") {
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  DeskBook book(c);
  book.trade(shares("A", 700));
  book.event("FOMC", book.now() + 1h, 1h);
  book.wait(1h);
  CHECK(book.said() == Lines{"cut_started FOMC at 16:00:00Z", "marked SPY.delta 700 beyond 500"});
  book.wait(1h);
  CHECK(book.said() == Lines{"cut_ended FOMC at 17:00:00Z", "marked"});
}

TEST_CASE("a quote that moves held exposure over a bound is told") {
  DeskBook book(rows({limit("SPY", Metric::dollar_delta, 100'000), limit("SP500", Metric::delta, 600)}));
  book.price("SPY", 500);
  book.price("ES", 5000);
  book.trade(contracts("A", -1, "ES 2026-03-20"));  // 500 shares of SPY
  book.trade(shares("B", 200));                     // USD 100,000
  CHECK(book.said("marked").empty());
  book.price("SPY", 500.01);
  CHECK(book.said() == Lines{"marked SPY.dollar_delta 100002 beyond 100000"});
  book.price("SPY", 300);  // -833.333333 + 200
  CHECK(book.said() == Lines{"marked SP500.delta -633.333333 beyond -600"});
}

TEST_CASE("an equity that lowers a tier is told") {
  DeskBook book(rows({tiered_delta()}));
  book.equity(600'000);
  book.trade(shares("A", -1500));
  book.equity(90'000);
  CHECK(book.said() == Lines{"marked SPY.delta -1500 beyond -500"});
}

TEST_CASE("rows come in order of configuration, a strategy's cap with its name") {
  DeskBook book(
      rows({cap("A", "SPY", Metric::delta, 10), limit("ACCOUNT", Metric::delta, 20), limit("SPY", Metric::delta, 5)}));
  const Answer a = book.ask(shares("A", -5));
  book.fill(a, "SPY", -30);
  CHECK(book.said("marked") ==
        Lines{"marked SPY.delta[A] -30 beyond -10 ACCOUNT.delta -30 beyond -20 SPY.delta -30 beyond -5"});
}

TEST_CASE("a row over on the other side is another row") {
  DeskBook book(spy_delta(10));
  const Answer a = book.ask(shares("A", -10));
  book.fill(a, "SPY", -20);
  const Answer b = book.ask(shares("B", 10));
  book.fill(b, "SPY", 40);
  CHECK(book.said("marked") == Lines{"marked SPY.delta 20 beyond 10"});
}
