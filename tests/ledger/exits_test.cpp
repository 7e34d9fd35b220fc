// tests/ledger/exits_test.cpp -- exits are never blocked when proved, and never believed when not.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// Whether a warning of `code` is there.
[[nodiscard]] bool warns(const OwnedDecision& d, Code code) {
  for (const Finding& f : d.warnings)
    if (f.code == code) return true;
  return false;
}

}  // namespace

TEST_CASE("a proved exit passes a limit and lists what it passed") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", 500));
  book.trade(shares("B", -1400));
  const Answer exit = book.ask(shares("A", -500).exit());
  CHECK(says(exit) == "approved 500 / limit_exceeded (bypass)");
  REQUIRE(exit.warnings.size() == 1);
  CHECK(figures(exit.warnings[0]) ==
        "lower: held -900, pending 0, requested -500, projected -1400, limit -1000, headroom -100, max 100");
}

TEST_CASE("a proved exit that breaches nothing bypasses nothing") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -900));
  CHECK(says(book.ask(shares("A", 900).exit())) == "approved 900");
}

TEST_CASE("a proved exit passes a cut, and the item says it was the cut") {
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c);
  book.trade(shares("A", 400));
  book.trade(shares("B", -900));
  book.event("FOMC", true);
  CHECK(says(book.ask(shares("A", -400).exit())) == "approved 400 / event_limit (bypass)");
}

TEST_CASE("a proved exit needs no Greeks") {
  LedgerBook book(rows({limit("SPY", Metric::delta, 1000), limit("SPY", Metric::vega, 1000)}));
  book.greeks(put_440, {-0.3, 0.01, -0.05, 0.4});
  book.trade(contracts("A", -5, put_440));
  book.greeks(put_440, {});
  const Answer exit = book.ask(contracts("A", 5, put_440).exit());
  CHECK(verdict(exit) == "approved");
  CHECK(warns(exit, Code::delta_unavailable));
  CHECK(warns(exit, Code::not_computed));
  CHECK(exit.bypass);
  book.fill_all(exit);
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}

TEST_CASE("a proved exit needs no fresh Greeks and no prices") {
  LedgerBook book(rows({limit("SP500", Metric::delta, 10'000)}));
  book.price("SPY", 600);
  book.price("ES", 6000);
  book.trade(contracts("A", -2, "ES 2026-03-20"));
  book.wait(1h);
  const Answer exit = book.ask(contracts("A", 2, "ES 2026-03-20").exit());
  CHECK(verdict(exit) == "approved");
  CHECK(warns(exit, Code::stale_greeks));
}

TEST_CASE("a proved exit needs no equity") {
  LedgerBook book(rows({tiered_delta()}));
  book.equity(200'000);
  book.trade(shares("A", -300));
  book.equity(0.0);
  const Answer exit = book.ask(shares("A", 300).exit());
  CHECK(verdict(exit) == "approved");
  CHECK(warns(exit, Code::equity_unknown));
}

TEST_CASE("an exit of more than is held is not an exit, and says how much would be") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -300));
  const OwnedDecision d = book.what_if(shares("A", 400).exit());
  CHECK(says(d) == "denied, max 300: exit_not_reducing");
  CHECK(d.binding == Code::exit_not_reducing);
  CHECK(says(book.what_if(shares("A", 400).exit().or_fewer())) == "reduced to 300 of 400: exit_not_reducing");
  CHECK(says(book.what_if(shares("A", 400).emergency_exit())) == "denied, max 300: exit_not_reducing");
}

TEST_CASE("an exit in the wrong direction, of another's position or of nothing closes nothing") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -300));
  book.delta(put_440, -0.3);
  const std::string nothing = "denied, max 0: exit_not_reducing";
  CHECK(says(book.what_if(shares("A", -1).exit().or_fewer())) == nothing);
  CHECK(says(book.what_if(shares("B", 300).exit().or_fewer())) == nothing);
  CHECK(says(book.what_if(contracts("A", 1, put_440).exit())) == nothing);
}

TEST_CASE("what is pending is not held: it cannot be closed") {
  LedgerBook book(spy_delta(1000));
  (void)book.ask(shares("A", -300));
  CHECK(says(book.what_if(shares("A", 300).exit())) == "denied, max 0: exit_not_reducing");
}

TEST_CASE("two exits racing for one position cannot flip it") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -900));
  const Answer first = book.pending(shares("A", 600).exit());
  CHECK(verdict(first) == "approved");
  CHECK(says(book.what_if(shares("A", 600).exit())) == "denied, max 300: exit_not_reducing");
  const Answer second = book.pending(shares("A", 600).exit().or_fewer());
  CHECK(second.units == 300);
  CHECK(says(book.what_if(shares("A", 1).exit())) == "denied, max 0: exit_not_reducing");
  book.fill(first, "SPY", 200);
  CHECK(says(book.what_if(shares("A", 1).exit())) == "denied, max 0: exit_not_reducing");
  book.order(first, OrderStatus::cancelled);
  CHECK(says(book.what_if(shares("A", 401).exit())) == "denied, max 400: exit_not_reducing");
}

TEST_CASE("an exit that lapses gives back what it was to close") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -900));
  (void)book.ask(shares("A", 900).exit());
  CHECK(verdict(book.what_if(shares("A", 1).exit())) == "denied");
  book.wait(60s);
  CHECK(says(book.what_if(shares("A", 900).exit())) == "approved 900");
}

TEST_CASE("legs of one exit are netted before they are judged") {
  LedgerBook book(spy_delta(10'000));
  book.delta(put_440, -0.3);
  book.trade(contracts("A", -10, put_440));
  CHECK(says(book.what_if(position("A", 10, {{put_440, 2}, {put_440, -1}}).exit())) == "approved 10");
  CHECK(says(book.what_if(position("A", 11, {{put_440, 2}, {put_440, -1}}).exit())) ==
        "denied, max 10: exit_not_reducing");
  CHECK(says(book.what_if(position("A", 1, {{put_440, 1}, {put_440, -1}}).exit())) ==
        "denied, max 0: exit_not_reducing");
}

TEST_CASE("every leg of a package must close, in its ratio") {
  LedgerBook book(spy_delta(10'000));
  book.delta(put_440, -0.3);
  book.delta(put_430, -0.2);
  book.trade(position("A", 10, {{put_440, -1}, {put_430, 1}}));
  CHECK(says(book.what_if(position("A", 10, {{put_440, 1}, {put_430, -1}}).exit())) == "approved 10");
  CHECK(says(book.what_if(position("A", 10, {{put_440, 2}, {put_430, -1}}).exit())) ==
        "denied, max 5: exit_not_reducing");
  CHECK(says(book.what_if(position("A", 1, {{put_440, 1}, {"SPY", 1}}).exit())) == "denied, max 0: exit_not_reducing");
}

TEST_CASE("raw exits close the strategy's raw delta in that root, in any unit size") {
  LedgerBook book(spy_delta(10'000));
  const auto raw = [](std::string_view strategy, std::int64_t units, double delta, const char* root = "SPY") {
    return estimate(strategy, units, {root, delta, {}, {}, {}});
  };
  book.trade(raw("A", 3, -300));
  const std::string nothing = "denied, max 0: exit_not_reducing";
  CHECK(says(book.what_if(raw("A", 3, 300).exit())) == "approved 3");
  CHECK(says(book.what_if(raw("A", 4, 300).exit())) == "denied, max 3: exit_not_reducing");
  CHECK(says(book.what_if(raw("A", 9, 100).exit())) == "approved 9");
  CHECK(says(book.what_if(raw("A", 10, 100).exit())) == "denied, max 9: exit_not_reducing");
  CHECK(says(book.what_if(raw("A", 1, 901).exit())) == nothing);
  CHECK(says(book.what_if(raw("A", 1, -300).exit())) == nothing);
  CHECK(says(book.what_if(raw("A", 1, 0).exit())) == nothing);
  CHECK(says(book.what_if(raw("B", 1, 300).exit())) == nothing);
  CHECK(says(book.what_if(raw("A", 1, 300, "SPX").exit())) == nothing);
}

TEST_CASE("raw exits race like any other") {
  LedgerBook book(spy_delta(10'000));
  book.trade(raw_delta("A", -900));
  const Answer first = book.pending(estimate("A", 2, {"SPY", 300.0, {}, {}, {}}).exit());
  CHECK(verdict(first) == "approved");
  CHECK(says(book.what_if(raw_delta("A", 301).exit())) == "denied, max 300: exit_not_reducing");
  book.fill_units(first, 2);
  CHECK(says(book.what_if(raw_delta("A", 301).exit())) == "denied, max 300: exit_not_reducing");
  book.trade(raw_delta("A", 300).exit());
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
  CHECK(says(book.what_if(raw_delta("A", 1).exit())) == "denied, max 0: exit_not_reducing");
}

TEST_CASE("shares held and raw estimates do not close each other") {
  LedgerBook book(spy_delta(10'000));
  book.trade(shares("A", -900));
  CHECK(says(book.what_if(raw_delta("A", 900).exit())) == "denied, max 0: exit_not_reducing");
}

TEST_CASE("unassigned may only send exits") {
  LedgerBook book(spy_delta(10'000));
  CHECK(book.refusal(shares("unassigned", -1)) == "invalid_value intent");
  CHECK(book.refusal(shares("unassigned", -1).adjust()) == "invalid_value intent");
  CHECK(says(book.ask(shares("unassigned", -1).exit())) == "denied, max 0: exit_not_reducing");
}
