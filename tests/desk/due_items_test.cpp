// tests/desk/due_items_test.cpp -- what time alone brings about is told first, in order, with its due time.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

[[nodiscard]] LedgerConfig with_cuts() {
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5), event_cut("CPI", 0.8), level_cut("VIX", 30, 28, 0.5)};
  return c;
}

}  // namespace

TEST_CASE("a reservation that lapsed is told with the instant it did") {
  DeskBook book(spy_delta(1000));
  (void)book.ask(shares("A", -400).numbered(5));
  book.wait(60s - 1ns);
  CHECK(book.said().empty());
  book.wait(1h);
  CHECK(book.said() == Lines{"reservation 5: expired, 400 left at 15:01:00Z"});
}

TEST_CASE("an event cut starts at from and ends at until, both told by the next line") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now() + 1h, 30min);
  CHECK(book.said().empty());
  book.wait(1h - 1ns);
  CHECK(book.said().empty());
  book.wait(1ns);
  CHECK(book.said() == Lines{"cut_started FOMC at 16:00:00Z"});
  book.wait(30min - 1ns);
  CHECK(book.said().empty());
  book.wait(1ns);
  CHECK(book.said() == Lines{"cut_ended FOMC at 16:30:00Z"});
}

TEST_CASE("an event that came and went between two lines is told in full") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now() + 1h, 30min);
  book.wait(5h);
  CHECK(book.said() == Lines{"cut_started FOMC at 16:00:00Z", "cut_ended FOMC at 16:30:00Z"});
}

TEST_CASE("an event announced when it is already on starts with that line, one that is over never does") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now() - 1h, 2h);
  CHECK(book.said() == Lines{"cut_started FOMC at 15:00:00Z"});
  book.event("CPI", book.now() - 1h, 1h);
  CHECK(book.said().empty());
}

TEST_CASE("an event announced again may be longer or shorter") {
  DeskBook book(with_cuts());
  const Timestamp from = book.now();
  book.event("FOMC", from, 30min);
  book.event("FOMC", from, 2h);
  book.wait(1h);
  CHECK(book.said().empty());
  book.event("FOMC", from, 1h);
  CHECK(book.said() == Lines{"cut_ended FOMC at 16:00:00Z"});
}

TEST_CASE("two announcements of one event are one cut, until the last of them ends") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now(), 1h);
  book.event("FOMC", book.now() + 30min, 1h);
  book.wait(2h);
  CHECK(book.said() == Lines{"cut_ended FOMC at 16:30:00Z"});
}

TEST_CASE("one instant: reservations lapse first, by number, then what ends ends, then what starts starts") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now(), 1min);
  book.event("CPI", book.now() + 1min, 1h);
  (void)book.ask(shares("A", -1).numbered(7));
  (void)book.ask(shares("A", -1).numbered(6));
  book.wait(1min);
  const Lines expected = {"reservation 6: expired, 1 left at 15:01:00Z", "reservation 7: expired, 1 left at 15:01:00Z",
                          "cut_ended FOMC at 15:01:00Z", "cut_started CPI at 15:01:00Z"};
  CHECK(book.said() == expected);
}

TEST_CASE("an event that follows itself ends before it starts") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now() + 1min, 1min);
  book.event("FOMC", book.now() + 2min, 1min);
  book.wait(2min);
  CHECK(book.said() ==
        Lines{"cut_started FOMC at 15:01:00Z", "cut_ended FOMC at 15:02:00Z", "cut_started FOMC at 15:02:00Z"});
}

TEST_CASE("different instants come in their order, whatever they are") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now() + 30s, 1min);
  (void)book.ask(shares("A", -1).numbered(5));
  book.wait(1h);
  CHECK(book.said() == Lines{"cut_started FOMC at 15:00:30Z", "reservation 5: expired, 1 left at 15:01:00Z",
                             "cut_ended FOMC at 15:01:30Z"});
}

TEST_CASE("what became due is in force for the line that tells of it") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now() + 1h, 30min);
  book.price("VIX", 15);
  (void)book.ask(shares("A", -1000).numbered(5));
  book.later(1h);
  const Answer b = book.ask(shares("B", -600));  // A's reservation is gone, the cut is there
  CHECK(says(b) == "denied, max 500: event_limit");
  const Lines expected = {"reservation 5: expired, 1000 left at 15:01:00Z", "cut_started FOMC at 16:00:00Z",
                          "decision"};
  CHECK(book.said() == expected);
}

TEST_CASE("a cut ends by itself") {
  DeskBook book(with_cuts());
  book.event("FOMC", book.now(), 1h);
  book.price("VIX", 15);
  CHECK(says(book.ask(shares("A", -600))) == "denied, max 500: event_limit");
  book.later(1h);
  CHECK(says(book.ask(shares("A", -600))) == "approved 600");
}

TEST_CASE("a level cut is told at the quote that changed it") {
  DeskBook book(with_cuts());
  book.price("VIX", 31);  // on before the first quote, and on after it: nothing changed
  CHECK(book.said("cut").empty());
  book.wait(1min);
  book.price("VIX", 27.99);
  CHECK(book.said() == Lines{"cut_ended VIX at 15:01:00Z"});
  book.price("VIX", 30.01);
  CHECK(book.said() == Lines{"cut_started VIX at 15:01:00Z"});
}

TEST_CASE("an event that no cut names is told of nowhere") {
  DeskBook book(with_cuts());
  book.event("EARNINGS", book.now(), 1h);
  CHECK(book.said().empty());
}
