// tests/desk/requests_test.cpp -- asking twice changes nothing; numbers are remembered for two New York midnights.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// The same request but for one field.
[[nodiscard]] std::vector<Ask> variations(const Ask& asked) {
  std::vector<Ask> others(8, asked);
  others[0].strategy = "B";
  others[1].units += 1;
  others[2].fewer_are_welcome = true;
  others[3].leg_by_leg = true;
  others[4].seconds_to_live = 61.0;
  others[5].legs[0].ratio = 1;
  others[6].legs[0].contract = "XSP   260116C00470000";
  others[7].intent = Intent::exit;
  return others;
}

}  // namespace

TEST_CASE("the same request again gives the first decision and reserves nothing more") {
  DeskBook book(spy_delta(1000));
  const Answer first = book.ask(shares("A", -800).numbered(5));
  book.wait(10s);
  const Answer again = book.ask(shares("A", -800).numbered(5));
  CHECK(book.said() == Lines{"decision again"});
  CHECK(again.duplicate);
  CHECK(!first.duplicate);
  CHECK(says(again) == says(first));
  CHECK(again.expires == first.expires);
  CHECK(again.reservation == first.reservation);
  CHECK(book.row("SPY") == "held 0, pending -800 +0");
  CHECK(book.desk().report().counters.approved == 1);
}

TEST_CASE("a known number with other content is an error and changes nothing") {
  DeskBook book(spy_delta(1000));
  (void)book.ask(shares("A", -200).numbered(5));
  const std::string before = book.everything();
  for (const Ask& other : variations(shares("A", -200).numbered(5))) CHECK(book.refusal(other) == "duplicate_id id");
  CHECK(book.everything() == before);
  (void)book.ask(shares("A", -200).numbered(5));
  CHECK(book.said() == Lines{"decision again"});
}

TEST_CASE("label, entry and buying power are content too, and the time is not") {
  DeskBook book(spy_delta(1000));
  const Ask asked = shares("A", -1);
  const RequestEvent e = DeskBook::request_event(asked, RequestId{5});
  book.tell(e);
  book.later(5s);
  book.tell(e);
  RequestEvent labelled = e;
  labelled.label = "x";
  CHECK(book.send(labelled) == "duplicate_id id");
  RequestEvent entered = e;
  entered.entry = "x";
  CHECK(book.send(entered) == "duplicate_id id");
  RequestEvent costed = e;
  costed.buying_power = 0.0;
  CHECK(book.send(costed) == "duplicate_id id");
}

TEST_CASE("denied and reduced requests are remembered as approved ones are") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", -900));
  const Answer denied = book.ask(shares("B", -800).numbered(6));
  const Answer reduced = book.ask(shares("B", -800).or_fewer().numbered(7));
  book.order(reduced, OrderStatus::cancelled);
  book.trade(shares("A", 900).exit());  // now either would pass
  const Answer denied_again = book.ask(shares("B", -800).numbered(6));
  CHECK(says(denied_again) == says(denied));
  REQUIRE(denied_again.reasons.size() == 1);
  CHECK(figures(denied_again.reasons[0]) == figures(denied.reasons[0]));
  CHECK(says(book.ask(shares("B", -800).or_fewer().numbered(7))) == says(reduced));
  CHECK(book.refusal(shares("B", -1).numbered(6)) == "duplicate_id id");
  CHECK(book.desk().report().counters.denied == 1);
}

TEST_CASE("a request that was an error is not remembered") {
  DeskBook book(spy_delta(1000));
  CHECK(book.refusal(shares("A", 0).numbered(5)) == "invalid_value units");
  CHECK(says(book.ask(shares("A", -10).numbered(5))) == "approved 10");
}

TEST_CASE("a denied number is forgotten at the second New York midnight") {
  DeskBook book(spy_delta(5));
  book.tick_at(*parse_time("2026-01-05T15:00:00Z"));  // Monday 10:00 in New York
  (void)book.ask(shares("A", -10).numbered(5));
  book.tick_at(*parse_time("2026-01-07T04:59:59.999999999Z"));  // Tuesday's last nanosecond
  CHECK(book.refusal(shares("A", -11).numbered(5)) == "duplicate_id id");
  book.tick_at(*parse_time("2026-01-07T05:00:00Z"));
  CHECK(says(book.ask(shares("A", -11).numbered(5))) == "denied, max 5: limit_exceeded");
  CHECK(book.said() == Lines{"decision"});
}

TEST_CASE("the number of an order is forgotten at the second New York midnight after the order ended") {
  DeskBook book(spy_delta(1000));
  const Answer a = book.pending(shares("A", -10).numbered(5));  // Monday
  book.tick_at(*parse_time("2026-01-08T15:00:00Z"));            // Thursday: still working, still known
  CHECK(book.desk().remembers(a.id));
  book.order(a, OrderStatus::cancelled);
  book.tick_at(*parse_time("2026-01-10T04:59:59Z"));
  CHECK(book.desk().remembers(a.id));
  CHECK(book.order(a, OrderStatus::working) == "cancelled, 10 left");
  book.tick_at(*parse_time("2026-01-10T05:00:00Z"));
  CHECK(!book.desk().remembers(a.id));
  CHECK(book.order(a, OrderStatus::working) == "unknown_request request");
  CHECK(book.fill(a, "SPY", -1) == "unknown_request request");
}

TEST_CASE("midnight is New York's, in summer too") {
  DeskBook book(spy_delta(5));
  book.tick_at(*parse_time("2026-07-06T03:59:59Z"));  // Sunday, one second before midnight
  (void)book.ask(shares("A", -10).numbered(5));
  book.tick_at(*parse_time("2026-07-07T03:59:59Z"));
  CHECK(book.desk().remembers(RequestId{5}));
  book.tick_at(*parse_time("2026-07-07T04:00:00Z"));
  CHECK(!book.desk().remembers(RequestId{5}));
}

// What time alone brings about comes first, also when no line told of it before.

TEST_CASE("an order for a number that the passing of days has meanwhile forgotten is unknown_request") {
  DeskBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -10));  // lapses a minute later, and is forgotten on Wednesday
  book.later(24h * 4);
  CHECK(book.order(a, OrderStatus::working) == "unknown_request request");
  CHECK(book.said().empty());
}

TEST_CASE("a fill for a number that the passing of days has meanwhile forgotten is unknown_request") {
  DeskBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -10));
  book.later(24h * 4);
  CHECK(book.fill(a, "SPY", -10) == "unknown_request request");
  book.tick_at(book.now());
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}

TEST_CASE("a number that the passing of days has meanwhile forgotten is a new one") {
  DeskBook book(spy_delta(1000));
  (void)book.ask(shares("A", -10).numbered(5));
  book.later(24h * 4);
  CHECK(says(book.ask(shares("A", -20).numbered(5))) == "approved 20");
  CHECK(book.said("decision") == Lines{"decision"});
  CHECK(book.row("SPY") == "held 0, pending -20 +0");
  (void)book.ask(shares("A", -10).numbered(6));
  book.later(24h * 4);
  (void)book.ask(shares("A", -10).numbered(6));
  CHECK(book.said("decision") == Lines{"decision"});
}

TEST_CASE("a fill that comes with the line that lets its reservation lapse is late") {
  DeskBook book(spy_delta(1000));
  const Answer a = book.ask(shares("A", -10));
  book.later(60s);
  CHECK(book.fill(a, "SPY", -10).substr(0, 9) == "late_fill");
  CHECK(book.said().size() >= 2);
  CHECK(book.row("SPY") == "held -10, pending 0 +0");
}

TEST_CASE("an execution that the passing of days has meanwhile forgotten is a new one, and is checked like one") {
  DeskBook book(spy_delta(1000));
  const Answer old = book.ask(shares("A", -10));
  CHECK(book.fill(old, "SPY", -10, 7) == "filled, 0 left");
  const Answer working = book.pending(shares("B", -10));
  book.later(24h * 4);
  CHECK(book.fill(working, "SPY", 10, 7) == "invalid_value quantity");
  CHECK(book.fill(working, "SPY", -4, 7) == "partly_filled, 6 left");
  CHECK(book.fill(working, "SPY", -4, 7) == "duplicate, 6 left");
}
