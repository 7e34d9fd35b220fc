// tests/ledger/gross_delta_test.cpp -- what strategies are long and short adds up instead of offsetting.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

[[nodiscard]] LedgerConfig gross(double bound) { return rows({limit("SPY", Metric::gross_delta, bound)}); }

[[nodiscard]] RowReport gross_row(const LedgerBook& book) { return book.report_of("SPY", Metric::gross_delta); }

}  // namespace

TEST_CASE("one strategy's long and another's short both count, up to the bound and not beyond") {
  LedgerBook book(gross(1000));
  CHECK(says(book.trade(shares("A", -400))) == "approved 400");
  CHECK(says(book.trade(shares("B", 300))) == "approved 300");
  CHECK(says(book.what_if(shares("C", -300))) == "approved 300 / limit_near");
  CHECK(says(book.what_if(shares("C", 300))) == "approved 300 / limit_near");
  const OwnedDecision d = book.what_if(shares("C", -301));
  CHECK(says(d) == "denied, max 300: limit_exceeded");
  REQUIRE(d.reasons.size() == 1);
  CHECK(d.reasons[0].metric == Metric::gross_delta);
  CHECK(figures(d.reasons[0]) ==
        "upper: held 700, pending 0, requested 301, projected 1001, limit 1000, headroom 300, max 300");
}

TEST_CASE("an order that may not fill offsets nothing: each strategy counts at its worst") {
  LedgerBook book(gross(1000));
  book.trade(shares("A", 300));
  book.pending(shares("A", -500));  // 300 long or 200 short: 300
  book.pending(shares("B", 200));   // or nothing: 200
  book.pending(shares("B", -350));  // 350 is worse
  CHECK(text_of(gross_row(book).held) == "300");
  CHECK(text_of(gross_row(book).pending_up) == "350");
  const OwnedDecision d = book.what_if(shares("C", 351));
  REQUIRE(d.reasons.size() == 1);
  CHECK(figures(d.reasons[0]) ==
        "upper: held 300, pending 350, requested 351, projected 1001, limit 1000, headroom 350, max 350");
}

TEST_CASE("a request passes a row that is over as long as it does not increase it") {
  LedgerConfig c = gross(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.trade(shares("A", 400));
  book.trade(shares("B", -400));
  book.event("FOMC", true);  // 800 of 500
  CHECK(says(book.what_if(shares("A", -400))) == "approved 400");
  CHECK(says(book.what_if(shares("A", -800))) == "approved 800");  // 400 short at worst: no more than 400 long
  CHECK(says(book.what_if(shares("A", -801))) == "denied, max 800: event_limit");
  CHECK(says(book.what_if(shares("A", -801).or_fewer())) == "reduced to 800 of 801: event_limit / limit_near");
  CHECK(says(book.what_if(shares("B", 800))) == "approved 800");
  CHECK(says(book.what_if(shares("A", 1))) == "denied, max 0: event_limit");
  CHECK(says(book.what_if(shares("C", -1))) == "denied, max 0: event_limit");
}

TEST_CASE("the largest number of units goes through zero to the other side") {
  LedgerBook book(gross(1000));
  book.trade(shares("A", -400));
  book.trade(shares("B", 300));
  CHECK(says(book.what_if(position("A", 400, {{"SPY", 3}}))) ==
        "denied, max 366: limit_exceeded");                                      // -400 + 1,100 > 700
  CHECK(says(book.what_if(shares("A", 1100))) == "approved 1100 / limit_near");  // 700 + 300
  CHECK(says(book.what_if(shares("A", 1101))) == "denied, max 1100: limit_exceeded");
}

TEST_CASE("legs sent one by one count each at its worst") {
  LedgerBook book(gross(100));
  book.delta(call_470, 0.6);
  book.delta(call_480, 0.5);
  const Ask spread = position("A", 2, {{call_470, 1}, {call_480, -1}});
  CHECK(says(book.what_if(spread)) == "approved 2");                               // 20
  CHECK(says(book.what_if(spread.legging())) == "denied, max 1: limit_exceeded");  // 120 long or 100 short
}

TEST_CASE("gross delta is cut by default") {
  LedgerConfig c = gross(1000);
  c.cuts = {event_cut("FOMC", 0.5), level_cut("VIX", 30, 28, 0.4)};
  LedgerBook book(c);
  book.price("VIX", 20);
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", -501))) == "denied, max 500: event_limit");
  CHECK(says(book.what_if(shares("A", -1001))) == "denied, max 500: limit_exceeded");
  book.price("VIX", 31);
  CHECK(says(book.what_if(shares("A", -501))) == "denied, max 400: volatility_limit");
}

TEST_CASE("a level cut without a quote is warned of where the request moves delta") {
  LedgerConfig c = gross(1000);
  c.cuts = {level_cut("VIX", 30, 28, 0.5)};
  LedgerBook book(c);
  CHECK(says(book.what_if(shares("A", 10))) == "approved 10 / cut_unknown");
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", 0.0, 0.0, 1.0, 0.0}))) == "approved 1");
}

TEST_CASE("a warning comes at three quarters, and only to who increases it") {
  LedgerBook book(gross(1000));
  book.trade(shares("A", 400));
  CHECK(says(book.trade(shares("B", -349))) == "approved 349");
  const OwnedDecision d = book.what_if(shares("C", 1));
  CHECK(says(d) == "approved 1 / limit_warning");
  CHECK(figures(d.warnings[0]) ==
        "upper: held 749, pending 0, requested 1, projected 750, limit 1000, headroom 251, max 1");
  book.trade(shares("C", 200));
  CHECK(says(book.what_if(shares("A", -1))) == "approved 1");
}

TEST_CASE("a strategy's own gross delta can be capped, and a fraction of equity is a notional cap") {
  LedgerConfig c = rows({limit("SPY", Metric::gross_delta, 1000)});
  c.limits[0].strategy = "A";
  LedgerBook capped(c);
  capped.trade(shares("B", 5000));
  CHECK(says(capped.what_if(shares("A", -1001))) == "denied, max 1000: strategy_cap");
  LimitConfig fraction;
  fraction.group = "SPY";
  fraction.metric = Metric::gross_delta;
  fraction.equity_fraction = 0.01;
  LedgerBook book(rows({fraction}));
  CHECK(says(book.what_if(shares("A", 1))) == "denied, max 0: equity_unknown");
  book.equity(50'000);
  CHECK(says(book.what_if(shares("A", -501))) == "denied, max 500: notional_cap");
  CHECK_FALSE(gross_row(book).lower);
}

TEST_CASE("what somebody holds without a figure denies whoever moves delta") {
  LedgerBook book(gross(1000));
  book.delta(call_470, 0.5);
  book.trade(contracts("A", 1, call_470));
  book.greeks(call_470, {});
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: delta_unavailable");
  CHECK(says(book.what_if(contracts("B", 1, call_470))) == "denied, max 0: delta_unavailable");
  CHECK(says(book.what_if(estimate("B", 1, {"SPY", 0.0, 0.0, 0.0, 0.0}))) == "approved 1");
  CHECK_FALSE(gross_row(book).held);
  book.delta(call_470, 0.5);
  CHECK(says(book.what_if(shares("B", 1))) == "approved 1");
}

TEST_CASE("only delta is asked of a leg, and it may not be old") {
  LedgerBook book(gross(1000));
  book.greeks(call_470, {0.5, {}, {}, {}});
  CHECK(says(book.what_if(contracts("A", 1, call_470))) == "approved 1");
  book.wait(60s + 1ns);
  CHECK(says(book.what_if(contracts("A", 1, call_470))) == "denied, max 0: stale_greeks");
}

TEST_CASE("held delta is re-marked, and all of it leaves with the position") {
  LedgerBook book(gross(1000));
  book.delta(call_470, 0.5);
  book.trade(contracts("A", 4, call_470));
  book.trade(contracts("B", -4, call_470));
  CHECK(text_of(gross_row(book).held) == "400");
  book.delta(call_470, 0.7);
  CHECK(text_of(gross_row(book).held) == "560");
  book.trade(contracts("A", -4, call_470).exit());
  book.trade(contracts("B", 4, call_470).exit());
  CHECK(text_of(gross_row(book).held) == "0");
  CHECK(text_of(gross_row(book).pending_up) == "0");
}

TEST_CASE("the report says use and what is over; a row over by what is held alone is marked") {
  LedgerConfig c = gross(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.trade(shares("A", 400));
  book.trade(shares("B", -300));
  book.pending(shares("C", -100));
  const RowReport before = gross_row(book);
  CHECK(text_of(before.pending_down) == "0");
  CHECK(text_of(before.upper) == "1000");
  CHECK_FALSE(before.lower);
  CHECK(before.utilisation == 0.8);
  CHECK(text_of(before.over) == "0");
  CHECK(book.ledger().rows_over().empty());
  book.event("FOMC", true);
  CHECK(text_of(gross_row(book).over) == "200");
  const std::vector<RowOver> over = book.ledger().rows_over();
  REQUIRE(over.size() == 1);
  CHECK(over[0].metric == Metric::gross_delta);
  CHECK(over[0].side == Side::upper);
  CHECK(over[0].value == Micro{700'000'000});
}

TEST_CASE("a proved exit increases nothing, so it passes without a word") {
  LedgerConfig c = gross(1000);
  c.cuts = {event_cut("FOMC", 0.1)};
  LedgerBook book(c);
  book.trade(shares("A", 900));
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", -900).exit())) == "approved 900");
}

TEST_CASE("a lower bound alone limits no gross delta and is refused; beside an upper one it binds nothing") {
  Names names;
  const Result<Ledger> made = Ledger::make(rows({lower_only("SPY", Metric::gross_delta, -5)}), names, ProductTable{});
  REQUIRE_FALSE(made.has_value());
  CHECK(says(made.error()) == "invalid_value limits[0].upper");
  LimitConfig both = limit("SPY", Metric::gross_delta, 1000);
  both.lower = -5;
  LedgerBook book(rows({both}));
  CHECK(says(book.what_if(shares("A", -1000))) == "approved 1000 / limit_near");
  CHECK_FALSE(gross_row(book).lower);
}
