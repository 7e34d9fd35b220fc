// tests/ledger/limit_sources_test.cpp -- bounds that follow equity: tiers, fractions, and what happens without it.
// SPDX-License-Identifier: MIT
#include "support/ledger_book.hpp"
#include "support/not_finite.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

[[nodiscard]] LimitConfig dollar_fraction(double fraction) {
  LimitConfig row;
  row.group = "SPY";
  row.metric = Metric::dollar_delta;
  row.equity_fraction = fraction;
  return row;
}

}  // namespace

TEST_CASE("the tier is chosen by equity, to the cent at its edges") {
  LedgerBook book(rows({tiered_delta()}));
  const auto most = [&](double equity) {
    book.equity(equity);
    CHECK(book.what_if(shares("A", 5000)).max_units == book.what_if(shares("A", -5000)).max_units);
    return book.what_if(shares("A", -5000)).max_units;
  };
  CHECK(most(0.01) == 500);
  CHECK(most(99'999.99) == 500);
  CHECK(most(100'000) == 1000);
  CHECK(most(500'000) == 1000);
  CHECK(most(500'000.01) == 2000);
  CHECK(most(1e15) == 2000);
}

TEST_CASE("without a usable equity a row that needs it denies what moves it") {
  LedgerBook book(rows({tiered_delta()}));
  const std::string denied = "denied, max 0: equity_unknown";
  CHECK(says(book.what_if(shares("A", -1))) == denied);
  for (const double equity : {0.0, -5.0, not_a_number}) {
    book.equity(equity);
    CHECK(says(book.what_if(shares("A", -1))) == denied);
    CHECK(says(book.what_if(shares("A", 1))) == denied);
  }
  book.equity(200'000);
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("without equity only that row denies, and only requests that move it") {
  LedgerBook book(rows({tiered_delta(), limit("ES", Metric::delta, 10)}));
  CHECK(says(book.what_if(contracts("A", 1, "MES 2026-03-20"))) == "denied, max 0: delta_unavailable");
  book.price("ES", 6000);
  book.price("MES", 6000);
  CHECK(says(book.what_if(contracts("A", 1, "MES 2026-03-20"))) == "approved 1");
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", 0.0, 1.0, {}, {}}))) == "approved 1");  // no delta
}

TEST_CASE("the last equity told counts") {
  LedgerBook book(rows({tiered_delta()}));
  book.equity(600'000);
  book.trade(shares("A", -1500));
  book.equity(200'000);
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: limit_exceeded");
  CHECK(verdict(book.what_if(shares("A", 1))) == "approved");
}

TEST_CASE("dollar delta is delta times the price of the underlying") {
  LedgerBook book(rows({limit("SPY", Metric::dollar_delta, 450'000)}));
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: delta_unavailable");  // no price yet
  book.price("SPY", 450);
  CHECK(verdict(book.what_if(shares("A", -1000))) == "approved");
  CHECK(says(book.what_if(shares("A", -1001))) == "denied, max 1000: limit_exceeded");
}

TEST_CASE("a fraction of equity is a notional cap") {
  LedgerBook book(rows({dollar_fraction(5.0)}));
  book.price("SPY", 500);
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: equity_unknown");
  book.equity(100'000);  // USD 500,000 of SPY at 500
  CHECK(says(book.what_if(shares("A", 1000))) == "approved 1000 / limit_near");
  CHECK(says(book.what_if(shares("A", 1001))) == "denied, max 1000: notional_cap");
  book.equity(50'000);
  CHECK(says(book.what_if(shares("A", -501))) == "denied, max 500: notional_cap");
}

TEST_CASE("a strategy's cap by equity is a strategy cap first") {
  LimitConfig row = dollar_fraction(1.0);
  row.strategy = "A";
  LedgerBook book(rows({row}));
  book.price("SPY", 100);
  book.equity(10'000);
  CHECK(says(book.what_if(shares("A", 101))) == "denied, max 100: strategy_cap");
  CHECK(says(book.what_if(shares("B", 101))) == "approved 101");
}
