// tests/ledger/prepared_test.cpp -- a request prepared once gets the answers it would get each time anew.
// SPDX-License-Identifier: MIT
#include <optcoord/ledger/labels.hpp>

#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

#include <chrono>  // std::chrono_literals

using namespace std::chrono_literals;

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// A book that asks by prepared requests, its Greeks fresh.
struct PreparedBook : LedgerBook {
  explicit PreparedBook(const LedgerConfig& config) : LedgerBook(config) {
    ask_prepared(true);
    delta(put_450, -0.30);
    delta(call_470, 0.50);
  }
};

[[nodiscard]] Ask puts(int units) { return position("A", units, {{put_450, -1}}); }  // +30 a unit

}  // namespace

TEST_CASE("a prepared request is judged against what is pending and held now") {
  PreparedBook book(spy_delta(1000));
  CHECK(says(book.ask(puts(20))) == "approved 20");
  CHECK(says(book.ask(puts(13))) == "approved 13 / limit_near");
  CHECK(says(book.ask(puts(1))) == "denied, max 0: limit_exceeded");
  CHECK(book.row("SPY") == "held 0, pending 0 +990");
}

TEST_CASE("new Greeks change what a prepared request adds, and what it has pending") {
  PreparedBook book(spy_delta(1000));
  (void)book.ask(puts(10));
  book.delta(put_450, -0.60);
  CHECK(book.row("SPY") == "held 0, pending 0 +600");
  CHECK(says(book.ask(puts(7))) == "denied, max 6: limit_exceeded");
  CHECK(verdict(book.ask(puts(6))) == "approved");
}

TEST_CASE("a prepared request is denied when its Greeks have grown old, and passes again when they are new") {
  PreparedBook book(spy_delta(1000));
  CHECK(verdict(book.ask(puts(1))) == "approved");
  book.wait(60s);
  CHECK(verdict(book.ask(puts(1))) == "approved");
  book.wait(1ns);
  CHECK(says(book.ask(puts(1))) == "denied, max 0: stale_greeks");
  book.delta(put_450, -0.30);
  CHECK(verdict(book.ask(puts(1))) == "approved");
}

TEST_CASE("a bound that moves is met by a prepared request at once") {
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  PreparedBook book(c);
  CHECK(verdict(book.ask(puts(10))) == "approved");
  book.event("FOMC", true);
  CHECK(says(book.ask(puts(10))) == "denied, max 6: event_limit");
  book.event("FOMC", false);
  CHECK(verdict(book.ask(puts(10))) == "approved");
}

TEST_CASE("what a prepared request reserved lives as any reservation does") {
  PreparedBook book(spy_delta(1000));
  const Answer fills = book.ask(puts(10));
  const Answer ends = book.ask(puts(5));
  const Answer lapses = book.ask(puts(3));
  REQUIRE(lapses.expires);
  CHECK(book.ledger().next_expiry() == *fills.expires);
  CHECK(book.ledger().report().reservations.size() == 3);
  CHECK(book.fill(fills, put_450, -4) == "partly_filled, 6 left");
  CHECK(book.order(ends, OrderStatus::cancelled) == "cancelled, 5 left");
  CHECK(book.row("SPY") == "held 120, pending 0 +270");
  book.wait(60s);
  REQUIRE(book.expired.size() == 1);
  CHECK(book.expired[0].id == lapses.id);
  CHECK(book.row("SPY") == "held 120, pending 0 +180");
  CHECK(book.fill(lapses, put_450, -3) == "late_fill, 0 left");
}

TEST_CASE("a copy of a ledger finishes what the first was asked") {
  PreparedBook book(spy_delta(1000));
  const Answer answer = book.ask(puts(10));
  Ledger copy = book.ledger();
  CHECK(copy.apply(answer.id, OrderStatus::working, book.now()).has_value());
  CHECK(copy.report().reservations.at(0).status == ReservationStatus::working);
  CHECK(book.ledger().report().reservations.at(0).status == ReservationStatus::reserved);
}

TEST_CASE("a prepared request may be partial, and is reduced then") {
  PreparedBook book(spy_delta(1000));
  Ask asked = puts(40);
  asked.fewer_are_welcome = true;
  CHECK(says(book.ask(asked)) == "reduced to 33 of 40: limit_exceeded / limit_near");
  CHECK(book.row("SPY") == "held 0, pending 0 +990");
}

TEST_CASE("a known id and units out of range are refused, and change nothing") {
  PreparedBook book(spy_delta(1000));
  Ask asked = puts(1);
  asked.id = 7;
  (void)book.ask(asked);
  CHECK(book.refusal(asked) == "duplicate_id id");
  CHECK(book.refusal(puts(0)) == "invalid_value units");
  CHECK(book.refusal(puts(-1)) == "invalid_value units");
  CHECK(book.row("SPY") == "held 0, pending 0 +30");
}

TEST_CASE("what cannot be asked at all cannot be prepared") {
  LedgerBook book(spy_delta(1000));
  const StrategyId a = book.strategy("A");
  CHECK(book.ledger().prepare({.strategy = a}).error() == Error{Errc::invalid_value, "legs"});
  const Leg legs[] = {{book.contract(put_450), 0}};
  CHECK(book.ledger().prepare({.strategy = a, .legs = legs}).error() == Error{Errc::invalid_value, "legs[].ratio", 0});
  CHECK(book.ledger().prepare({.strategy = StrategyId{99}, .legs = legs}).error().code == Errc::unknown_name);
}

TEST_CASE("exits may be prepared, and are proved each time") {
  PreparedBook book(spy_delta(1000));
  (void)book.trade(puts(10));
  Ask exit = position("A", 6, {{put_450, 1}});
  exit.intent = Intent::exit;
  CHECK(verdict(book.ask(exit)) == "approved");
  CHECK(says(book.ask(exit)) == "denied, max 4: exit_not_reducing");
}

TEST_CASE("a caller's own delta may be prepared, also while nothing of it is pending") {
  PreparedBook book(spy_delta(1000));
  const Ask one = estimate("A", 1, {"SPY", -400.0, {}, {}, {}});
  const Answer first = book.ask(one);
  CHECK(book.order(first, OrderStatus::cancelled) == "cancelled, 1 left");
  book.ledger().forget_ended_before(book.now() + 1s);
  CHECK(verdict(book.ask(one)) == "approved");
  CHECK(says(book.ask(estimate("A", 2, {"SPY", -400.0, {}, {}, {}}))) == "denied, max 1: limit_exceeded");
  CHECK(book.row("SPY") == "held 0, pending -400 +0");
}

TEST_CASE("a discarded request keeps what it reserved, and gives its place to another") {
  PreparedBook book(spy_delta(1000));
  const Answer before = book.ask(puts(10));
  book.discard_prepared();
  CHECK(book.fill(before, put_450, -10) == "filled, 0 left");
  CHECK(verdict(book.ask(position("A", 1, {{call_470, 1}}))) == "approved");
  CHECK(book.row("SPY") == "held 300, pending 0 +50");
}

TEST_CASE("a fill of a quick approval can be checked before it is told") {
  PreparedBook book(spy_delta(1000));
  (void)book.pending(puts(1));  // so that the next one is quick
  const Answer quick = book.ask(puts(2));
  const Fill fill{quick.id, ExecutionId{5}, book.contract(put_450), -2, 4.20};
  CHECK(filled_units(book.ledger().state(), quick.id) == 0);
  CHECK(book.ledger().check(fill).has_value());
  CHECK(book.ledger().apply(fill, book.now())->status == ReservationStatus::filled);
  CHECK(filled_units(book.ledger().state(), quick.id) == 2);
}

TEST_CASE("units whose contracts leave the range are refused as they would be unprepared, also where legs net") {
  PreparedBook book(spy_delta(1000));
  const Ask netted = position("A", 2'000'000'000'000'000, {{put_450, 5}, {put_450, -4}});
  CHECK(book.refusal(netted) == "invalid_value units");
  book.ask_prepared(false);
  CHECK(book.refusal(netted) == "invalid_value units");
}

TEST_CASE("a quick approval taken back at once leaves nothing, and its id may be used again") {
  PreparedBook book(spy_delta(1000));
  (void)book.pending(puts(1));
  const Answer kept = book.ask(puts(10));
  book.wait(5s);
  const Answer back = book.ask(puts(20));
  book.ledger().withdraw(back.id);
  CHECK_FALSE(book.ledger().remembers(back.id));
  CHECK(book.row("SPY") == "held 0, pending 0 +330");
  CHECK(book.ledger().report().reservations.size() == 2);
  CHECK(book.ledger().next_expiry() < *back.expires);
  book.ledger().withdraw(kept.id);  // now the last
  CHECK(book.row("SPY") == "held 0, pending 0 +30");
  Ask again = puts(33);
  again.id = static_cast<std::uint64_t>(back.id);
  CHECK(says(book.ask(again)) == "denied, max 32: limit_exceeded");
  again.units = 32;
  CHECK(verdict(book.ask(again)) == "approved");
}

TEST_CASE("taking quick approvals back in any order leaves the sums and clocks of the others") {
  PreparedBook book(spy_delta(1000));
  const Answer first = book.ask(puts(1));
  book.wait(1s);
  const Answer second = book.ask(puts(2));
  book.wait(1s);
  const Answer third = book.ask(puts(4));
  book.ledger().withdraw(first.id);
  CHECK(book.row("SPY") == "held 0, pending 0 +180");
  CHECK(book.ledger().next_expiry() == *second.expires);
  book.ledger().withdraw(third.id);
  book.ledger().withdraw(third.id);  // unknown by now
  CHECK(book.row("SPY") == "held 0, pending 0 +60");
  CHECK(book.ledger().next_expiry() == *second.expires);
  book.wait(60s);
  CHECK(book.expired.size() == 1);
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}

TEST_CASE("taking a quick approval back frees no row that something else has blocked meanwhile") {
  PreparedBook book(spy_delta(1000));
  (void)book.pending(puts(1));
  const Answer quick = book.ask(puts(10));
  SUBCASE("a bound that needs an unknown equity") {
    LedgerConfig c = spy_delta(1000);
    c.limits[0].lower.reset();
    c.limits[0].upper.reset();
    c.limits[0].tiers = {{.name = "all", .limit = 1000}};
    PreparedBook tiered(c);
    tiered.equity(100'000.0);
    (void)tiered.pending(puts(1));
    const Answer back = tiered.ask(puts(10));
    tiered.equity(std::nullopt);
    tiered.ledger().withdraw(back.id);
    CHECK(says(tiered.ask(puts(1))) == "denied, max 0: equity_unknown");
  }
  SUBCASE("a bound that was cut") {
    LedgerConfig c = spy_delta(1000);
    c.cuts = {event_cut("FOMC", 0.5)};
    PreparedBook cut(c);
    (void)cut.pending(puts(1));
    const Answer back = cut.ask(puts(10));
    cut.event("FOMC", true);
    cut.ledger().withdraw(back.id);
    CHECK(says(cut.ask(puts(16))) == "denied, max 15: event_limit");
    CHECK(says(cut.ask(puts(15))) == "approved 15 / limit_near");
  }
  SUBCASE("nothing: it is free again to its last unit") {
    book.ledger().withdraw(quick.id);
    CHECK(says(book.ask(puts(32))) == "approved 32 / limit_near");
  }
}

TEST_CASE("a caller's own delta that fills late is the pseudo-contract it was, whatever was asked meanwhile") {
  for (const bool prepared : {false, true}) {
    CAPTURE(prepared);
    LedgerConfig c = spy_delta(1000);
    LimitConfig one_strategy;
    one_strategy.group = "SPY";
    one_strategy.metric = Metric::strategy_count;
    one_strategy.upper = 1;
    c.limits.push_back(one_strategy);
    PreparedBook book(c);
    book.ask_prepared(prepared);
    const Answer first = book.ask(estimate("A", 9, {"SPY", 10.0, {}, {}, {}}));
    (void)book.order(first, OrderStatus::cancelled);
    (void)book.trade(estimate("A", 5, {"SPY", 10.0, {}, {}, {}}));
    CHECK(book.fill_units(first, 9) == "late_fill, 0 left");
    Ask exit = estimate("A", 14, {"SPY", -10.0, {}, {}, {}});
    exit.intent = Intent::exit;
    CHECK(verdict(book.trade(exit)) == "approved");
    CHECK(book.ledger().report().groups[0].legs == 0);
    CHECK(says(book.what_if(position("B", 1, {{"SPY", 1}}))) == "approved 1 / limit_near");  // the one strategy
  }
}

TEST_CASE("one raw exposure is one pseudo-contract, prepared or not") {
  PreparedBook book(spy_delta(1000));
  const Ask one = estimate("A", 1, {"SPY", 1.0, {}, {}, {}});
  const Answer idle = book.ask(one);
  (void)book.order(idle, OrderStatus::cancelled);
  book.ask_prepared(false);
  const Answer plain = book.trade(estimate("A", 5, {"SPY", 1.0, {}, {}, {}}));
  book.ask_prepared(true);
  (void)book.trade(estimate("A", 5, {"SPY", 1.0, {}, {}, {}}));
  Ask exit = estimate("A", 10, {"SPY", -1.0, {}, {}, {}});
  exit.intent = Intent::exit;
  CHECK(verdict(book.trade(exit)) == "approved");
  CHECK(book.ledger().report().groups[0].legs == 0);
  (void)plain;
}
