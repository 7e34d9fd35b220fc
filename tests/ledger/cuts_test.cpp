// tests/ledger/cuts_test.cpp -- limits that shrink during market events and above a level of the VIX.
// SPDX-License-Identifier: MIT
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// A delta row of 1,000 with `cuts`.
[[nodiscard]] LedgerConfig with(std::vector<CutConfig> cuts) {
  LedgerConfig c = spy_delta(1000);
  c.cuts = std::move(cuts);
  return c;
}

[[nodiscard]] CutConfig vix(double factor = 0.5, bool on_when_unknown = true) {
  CutConfig cut = level_cut("VIX", 30, 28, factor);
  cut.on_when_unknown = on_when_unknown;
  return cut;
}

[[nodiscard]] std::int64_t most(LedgerBook& book) { return book.what_if(shares("A", -5000)).max_units; }

}  // namespace

TEST_CASE("an event cuts both bounds while it lasts, and no longer") {
  LedgerBook book(with({event_cut("FOMC", 0.5)}));
  CHECK(most(book) == 1000);
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", 501))) == "denied, max 500: event_limit");
  CHECK(says(book.what_if(shares("A", -501))) == "denied, max 500: event_limit");
  CHECK(says(book.what_if(shares("A", -375))) == "approved 375 / limit_warning");  // 75 % of what is left
  book.event("FOMC", false);
  CHECK(most(book) == 1000);
}

TEST_CASE("the event is named by a request that would pass without it, the limit by one that would not") {
  LedgerBook book(with({event_cut("FOMC", 0.5)}));
  book.event("FOMC", true);
  const OwnedDecision d = book.what_if(shares("A", -1000));
  CHECK(says(d) == "denied, max 500: event_limit");
  REQUIRE(d.reasons.size() == 1);
  CHECK(d.reasons[0].knows(Finding::event_field));
  CHECK(book.names().events.text(d.reasons[0].event) == "FOMC");
  CHECK(says(book.what_if(shares("A", -1001))) == "denied, max 500: limit_exceeded");
}

TEST_CASE("a level cut is on strictly above, off strictly below, and stays as it is between") {
  LedgerBook book(with({vix()}));
  const auto at = [&](double price) {
    book.price("VIX", price);
    return most(book);
  };
  CHECK(at(20) == 1000);
  CHECK(at(30) == 1000);
  CHECK(at(30.01) == 500);
  CHECK(at(29) == 500);
  CHECK(at(28) == 500);
  CHECK(at(27.99) == 1000);
  CHECK(at(29) == 1000);
  CHECK(says(book.what_if(shares("A", -5000))) == "denied, max 1000: limit_exceeded");
  book.price("VIX", 31);
  CHECK(says(book.what_if(shares("A", -600))) == "denied, max 500: volatility_limit");
}

TEST_CASE("before its first quote a level cut is on, unless configured otherwise, and says it does not know") {
  LedgerBook careful(with({vix()}));
  CHECK(most(careful) == 500);
  CHECK(says(careful.what_if(shares("A", -100))) == "approved 100 / cut_unknown");
  CHECK(says(careful.what_if(shares("A", -600).or_fewer())) ==
        "reduced to 500 of 600: volatility_limit / limit_near cut_unknown");
  LedgerBook bold(with({vix(0.5, false)}));
  CHECK(most(bold) == 1000);
  CHECK(says(bold.what_if(shares("A", -100))) == "approved 100 / cut_unknown");
}

TEST_CASE("a first quote between the thresholds leaves the cut as it was assumed") {
  LedgerBook careful(with({vix()}));
  careful.price("VIX", 29);
  CHECK(most(careful) == 500);
  CHECK(says(careful.what_if(shares("A", -100))) == "approved 100");
  LedgerBook bold(with({vix(0.5, false)}));
  bold.price("VIX", 29);
  CHECK(most(bold) == 1000);
}

TEST_CASE("an unknown cut warns only where it would cut and where the request moves something") {
  LedgerConfig c =
      rows({limit("SPY", Metric::theta, 1000), limit("ES", Metric::delta, 1000), limit("SPY", Metric::delta, 1000)});
  c.cuts = {vix()};
  LedgerBook book(c);
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", 0.0, 0.0, -5.0, 0.0}))) == "approved 1");
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", 1.0, 0.0, -5.0, 0.0}))) == "approved 1 / cut_unknown");
}

TEST_CASE("of several cuts the smallest factor alone holds") {
  LedgerBook book(with({event_cut("FOMC", 0.8), event_cut("CPI", 0.5), vix(0.9)}));
  book.price("VIX", 35);
  CHECK(most(book) == 900);
  book.event("FOMC", true);
  CHECK(most(book) == 800);
  book.event("CPI", true);
  CHECK(most(book) == 500);
  book.event("FOMC", false);
  CHECK(most(book) == 500);
  book.event("CPI", false);
  CHECK(most(book) == 900);
}

TEST_CASE("the cut in force names the code, an event when both are equal") {
  LedgerBook tie(with({vix(0.5), event_cut("FOMC", 0.5)}));
  tie.price("VIX", 35);
  tie.event("FOMC", true);
  CHECK(says(tie.what_if(shares("A", -600))) == "denied, max 500: event_limit");
  LedgerBook level(with({event_cut("FOMC", 0.5), vix(0.4)}));
  level.price("VIX", 35);
  level.event("FOMC", true);
  CHECK(says(level.what_if(shares("A", -600))) == "denied, max 400: volatility_limit");
}

TEST_CASE("a cut leaves gamma, theta and vega alone unless it names them") {
  LedgerConfig c = rows({limit("SPY", Metric::delta, 1000), limit("SPY", Metric::vega, 1000)});
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook plain(c);
  plain.event("FOMC", true);
  CHECK(says(plain.what_if(estimate("A", 600, {"SPY", 0.0, 0.0, 0.0, 1.0}))) == "approved 600");
  c.cuts[0].metrics = {Metric::vega};
  LedgerBook named(c);
  named.event("FOMC", true);
  CHECK(says(named.what_if(estimate("A", 600, {"SPY", 0.0, 0.0, 0.0, 1.0}))) == "denied, max 500: event_limit");
  CHECK(says(named.what_if(shares("A", 600))) == "approved 600");
}

TEST_CASE("a cut that names no metrics is of delta, dollar delta and nothing else that adds up") {
  LedgerConfig c =
      rows({limit("SPY", Metric::gamma, 1000), limit("SPY", Metric::theta, 1000), limit("SPY", Metric::vega, 1000),
            limit("SPY", Metric::dollar_delta, 1000), limit("SPY", Metric::delta, 1000)});
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.price("SPY", 1);
  book.event("FOMC", true);
  CHECK(says(book.what_if(estimate("A", 600, {"SPY", 0.0, 1.0, 1.0, 1.0}))) == "approved 600");
  CHECK(says(book.what_if(estimate("A", 600, {"SPY", 1.0, 0.0, 0.0, 0.0}))) ==
        "denied, max 500: event_limit event_limit");
}

TEST_CASE("a cut that names groups leaves the others alone") {
  LedgerConfig c = rows({limit("SPY", Metric::delta, 1000), limit("ACCOUNT", Metric::delta, 800)});
  c.cuts = {event_cut("FOMC", 0.5)};
  c.cuts[0].groups = {"SPY"};
  LedgerBook book(c);
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", 801))) == "denied, max 500: event_limit limit_exceeded");
}

TEST_CASE("a strategy's own cap is never cut") {
  LedgerConfig c = rows({cap("A", "SPY", Metric::delta, 400)});
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", -400))) == "approved 400 / limit_near");
}

TEST_CASE("a bound by equity is cut too, and the event named before the notional") {
  LimitConfig row;
  row.group = "SPY";
  row.metric = Metric::dollar_delta;
  row.equity_fraction = 1.0;
  LedgerConfig c = rows({row});
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.price("SPY", 100);
  book.equity(100'000);
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", 1000))) == "denied, max 500: event_limit");
  CHECK(says(book.what_if(shares("A", 1001))) == "denied, max 500: notional_cap");
}

TEST_CASE("a factor of 0 lets nothing in and everything out") {
  LedgerBook book(with({event_cut("FOMC", 0.0)}));
  book.trade(shares("A", -300));
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("B", -1))) == "denied, max 0: event_limit");
  CHECK(says(book.what_if(shares("B", 300))) == "approved 300");
  CHECK(says(book.what_if(shares("B", 301))) == "denied, max 300: event_limit");
  CHECK(says(book.what_if(shares("A", 300).exit())) == "approved 300");
}

TEST_CASE("an exit from a row that a cut left over passes as if there were none") {
  LedgerBook book(with({event_cut("FOMC", 0.5)}));
  book.trade(shares("A", -900));
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("A", 100).exit())) == "approved 100");
}

TEST_CASE("an event nobody configured cuts nothing") {
  LedgerBook book(with({event_cut("FOMC", 0.5)}));
  book.event("EARNINGS", true);
  CHECK(most(book) == 1000);
}
