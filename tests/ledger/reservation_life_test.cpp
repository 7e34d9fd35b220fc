// tests/ledger/reservation_life_test.cpp -- from approval to fill or end: what stays pending, what becomes held.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// 10 put spreads sold at deltas -0.30 and -0.20: +10 a unit, +30 and -20 by leg.
[[nodiscard]] Answer sell_spreads(LedgerBook& book) {
  book.delta(put_440, -0.30);
  book.delta(put_430, -0.20);
  return book.ask(position("A", 10, {{put_440, -1}, {put_430, 1}}));
}

}  // namespace

TEST_CASE("an approval is reserved for the configured time") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  REQUIRE(a.expires);
  CHECK(*a.expires == book.now() + 60s);
  REQUIRE(book.ledger().next_expiry());
  CHECK(*book.ledger().next_expiry() == *a.expires);
}

TEST_CASE("a reservation lives while now is before its expiry, and not at it") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -800).living(5));
  book.wait(5s - 1ns);
  CHECK(book.expired.empty());
  CHECK(says(book.what_if(shares("B", -300))) == "denied, max 200: limit_exceeded");
  book.wait(1ns);
  REQUIRE(book.expired.size() == 1);
  CHECK(book.expired[0].id == a.id);
  CHECK(says(book.expired[0]) == "expired, 800 left");
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
  CHECK(says(book.what_if(shares("B", -300))) == "approved 300");
}

TEST_CASE("a working order does not expire") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.order(a, OrderStatus::working) == "working, 400 left");
  CHECK(!book.ledger().next_expiry());
  book.wait(24h * 365);
  CHECK(book.row("SPY") == "held 0, pending -400 +0");
}

TEST_CASE("the first fill ends the time to live") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.fill(a, "SPY", -1) == "partly_filled, 399 left");
  CHECK(!book.ledger().next_expiry());
  book.wait(24h);
  CHECK(book.row("SPY") == "held -1, pending -399 +0");
}

TEST_CASE("reservations lapse in order of their time, then of their number") {
  LedgerBook book(spy_delta(1000));
  (void)book.ask(shares("A", -1).numbered(30).living(10));
  (void)book.ask(shares("A", -1).numbered(20).living(20));
  (void)book.ask(shares("A", -1).numbered(10).living(20));
  (void)book.ask(shares("A", -1).numbered(40).living(5));
  book.wait(1min);
  REQUIRE(book.expired.size() == 4);
  CHECK(book.expired[0].id == RequestId{40});
  CHECK(book.expired[1].id == RequestId{30});
  CHECK(book.expired[2].id == RequestId{10});
  CHECK(book.expired[3].id == RequestId{20});
}

TEST_CASE("fills move exposure from pending to held") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.fill(a, "SPY", -150) == "partly_filled, 250 left");
  CHECK(book.row("SPY") == "held -150, pending -250 +0");
  CHECK(book.fill(a, "SPY", -250) == "filled, 0 left");
  CHECK(book.row("SPY") == "held -400, pending 0 +0");
}

TEST_CASE("a fill of one leg leaves the other pending") {
  LedgerBook book(spy_delta(1000));
  const Answer a = sell_spreads(book);
  CHECK(book.row("SPY") == "held 0, pending 0 +100");
  CHECK(book.fill(a, put_440, -10) == "partly_filled, 10 left");
  CHECK(book.row("SPY") == "held 300, pending -200 +0");
  CHECK(book.fill(a, put_430, 4) == "partly_filled, 6 left");
  CHECK(book.row("SPY") == "held 220, pending -120 +0");
  CHECK(book.fill(a, put_430, 6) == "filled, 0 left");
  CHECK(book.row("SPY") == "held 100, pending 0 +0");
}

TEST_CASE("a cancel frees what has not filled and keeps what has") {
  LedgerBook book(spy_delta(1000));
  const Answer a = sell_spreads(book);
  book.fill(a, put_440, -3);
  CHECK(book.order(a, OrderStatus::cancelled) == "cancelled, 10 left");
  CHECK(book.row("SPY") == "held 90, pending 0 +0");
}

TEST_CASE("a rejected order frees everything") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.order(a, OrderStatus::rejected) == "rejected, 400 left");
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}

TEST_CASE("a fill after the end still books, as late") {
  for (const OrderStatus end : {OrderStatus::cancelled, OrderStatus::rejected}) {
    LedgerBook book(spy_delta(1000));
    const Answer a = book.ask(shares("A", -400));
    book.order(a, end);
    CHECK(book.fill(a, "SPY", -100).substr(0, 9) == "late_fill");
    CHECK(book.fill(a, "SPY", -100).substr(0, 9) == "late_fill");
    CHECK(book.row("SPY") == "held -200, pending 0 +0");
  }
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  book.wait(1min);
  CHECK(book.fill(a, "SPY", -400).substr(0, 9) == "late_fill");
  CHECK(book.row("SPY") == "held -400, pending 0 +0");
}

TEST_CASE("more than was ordered books as an overfill") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.fill(a, "SPY", -410).substr(0, 8) == "overfill");
  CHECK(book.row("SPY") == "held -410, pending 0 +0");
  const Answer b = book.ask(shares("B", -100));
  CHECK(book.fill(b, "SPY", -100) == "filled, 0 left");
  CHECK(book.fill(b, "SPY", -5).substr(0, 8) == "overfill");
  CHECK(book.row("SPY") == "held -515, pending 0 +0");
}

TEST_CASE("an overfill is beyond the units allowed, not those asked") {
  LedgerBook book(spy_delta(300));
  const Answer a = book.ask(shares("A", -400).or_fewer());
  CHECK(a.units == 300);
  CHECK(book.fill(a, "SPY", -301).substr(0, 8) == "overfill");
}

TEST_CASE("an overfill of one leg leaves the other pending") {
  LedgerBook book(spy_delta(1000));
  const Answer a = sell_spreads(book);
  CHECK(book.fill(a, put_440, -11).substr(0, 8) == "overfill");
  CHECK(book.row("SPY") == "held 330, pending -200 +0");
}

TEST_CASE("an execution counts once, whatever it is said to be the second time") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.fill(a, "SPY", -100, 7) == "partly_filled, 300 left");
  CHECK(book.fill(a, "SPY", -100, 7) == "duplicate, 300 left");
  CHECK(book.fill(a, "SPY", -200, 7) == "duplicate, 300 left");
  CHECK(book.row("SPY") == "held -100, pending -300 +0");
  book.order(a, OrderStatus::cancelled);
  CHECK(book.fill(a, "SPY", -100, 7).substr(0, 9) == "duplicate");
  CHECK(book.row("SPY") == "held -100, pending 0 +0");
}

TEST_CASE("a fill of a contract not asked for, or of the wrong sign, books nothing") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.fill(a, put_440, -1) == "invalid_value leg");
  CHECK(book.fill(a, "SPY", 100) == "invalid_value quantity");
  CHECK(book.fill(a, "SPY", 0) == "invalid_value quantity");
  CHECK(book.row("SPY") == "held 0, pending -400 +0");
}

TEST_CASE("an execution that was refused may come again, corrected") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -400));
  CHECK(book.fill(a, "SPY", 100, 7) == "invalid_value quantity");
  CHECK(book.fill(a, "SPY", -100, 7) == "partly_filled, 300 left");
}

TEST_CASE("orders and fills of unknown or denied requests are unknown_request") {
  LedgerBook book(spy_delta(100));
  Answer nobody;
  nobody.id = RequestId{77};
  CHECK(book.order(nobody, OrderStatus::working) == "unknown_request request");
  CHECK(book.fill(nobody, "SPY", -1) == "unknown_request request");
  const Answer denied = book.ask(shares("A", -400));
  CHECK(book.order(denied, OrderStatus::cancelled) == "unknown_request request");
  CHECK(book.fill(denied, "SPY", -1) == "unknown_request request");
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}

TEST_CASE("order news that no longer applies changes nothing and tells the present state") {
  LedgerBook book(spy_delta(1000));
  const Answer filled = book.trade(shares("A", -100));
  CHECK(book.order(filled, OrderStatus::cancelled) == "filled, 0 left");
  const Answer partly = book.ask(shares("A", -100));
  book.fill(partly, "SPY", -40);
  CHECK(book.order(partly, OrderStatus::working) == "partly_filled, 60 left");
  const Answer cancelled = book.ask(shares("A", -100));
  book.order(cancelled, OrderStatus::cancelled);
  CHECK(book.order(cancelled, OrderStatus::rejected) == "cancelled, 100 left");
  CHECK(book.order(cancelled, OrderStatus::working) == "cancelled, 100 left");
  const Answer expired = book.ask(shares("A", -100));
  book.wait(60s);
  CHECK(book.order(expired, OrderStatus::working) == "expired, 100 left");
  CHECK(book.row("SPY") == "held -140, pending -60 +0");
}

TEST_CASE("raw requests fill in units") {
  LedgerBook book(spy_delta(1000));
  const Answer a = book.ask(estimate("A", 4, {"SPY", -100.0, {}, {}, {}}));
  CHECK(book.fill_units(a, -1) == "invalid_value quantity");
  CHECK(book.fill_units(a, 3) == "partly_filled, 1 left");
  CHECK(book.row("SPY") == "held -300, pending -100 +0");
  CHECK(book.fill_units(a, 1) == "filled, 0 left");
  CHECK(book.row("SPY") == "held -400, pending 0 +0");
}

TEST_CASE("a request number in use is refused") {
  LedgerBook book(spy_delta(1000));
  (void)book.ask(shares("A", -1).numbered(5));
  CHECK(book.refusal(shares("A", -1).numbered(5)) == "duplicate_id id");
}

TEST_CASE("the report lists open reservations by number, and when they lapse while nobody works them") {
  LedgerBook book(spy_delta(1000));
  const Answer later = book.ask(shares("A", -2).numbered(9));
  const Answer sooner = book.ask(shares("A", -1).numbered(8));
  book.order(later, OrderStatus::working);
  const auto open = book.ledger().report().reservations;
  REQUIRE(open.size() == 2);
  CHECK(open[0].id == RequestId{8});
  CHECK(open[0].expires == sooner.expires);
  CHECK(open[1].id == RequestId{9});
  CHECK(!open[1].expires);
}
