// tests/calendar/calendar_test.cpp -- holidays by rule, half days, days of mourning, clock changes, and no guesses.
// SPDX-License-Identifier: MIT
#include <optcoord/calendar/calendar.hpp>
#include <optcoord/market/new_york.hpp>

#include <doctest/doctest.h>

#include "support/times.hpp"

using namespace optcoord;
using calendar::DayKind;
using calendar::Venue;
using optcoord::test::at;
using optcoord::test::day;

namespace {

[[nodiscard]] std::string hours(Venue venue, const char* date) {
  const calendar::Day d = calendar::on(venue, day(date));
  std::string out(text(d.kind));
  if (d.session) out += ' ' + to_text(d.session->open) + ' ' + to_text(d.session->close);
  return out;
}
[[nodiscard]] bool closed(const char* date) { return calendar::on(Venue::nyse, day(date)).kind == DayKind::closed; }

}  // namespace

TEST_CASE("an ordinary day of each venue, in winter and in summer") {
  CHECK(hours(Venue::nyse, "2021-01-04") == "full 2021-01-04T14:30:00Z 2021-01-04T21:00:00Z");
  CHECK(hours(Venue::cboe_index, "2021-01-04") == "full 2021-01-04T14:30:00Z 2021-01-04T21:15:00Z");
  CHECK(hours(Venue::cboe_expiring, "2021-01-04") == "full 2021-01-04T14:30:00Z 2021-01-04T21:00:00Z");
  CHECK(hours(Venue::cme_equity, "2021-01-04") == "full 2021-01-03T23:00:00Z 2021-01-04T22:00:00Z");
  CHECK(hours(Venue::cme_expiring, "2021-01-04") == "full 2021-01-03T23:00:00Z 2021-01-04T21:00:00Z");
  CHECK(hours(Venue::nyse, "2021-07-01") == "full 2021-07-01T13:30:00Z 2021-07-01T20:00:00Z");
}

TEST_CASE("early closes: 2015-12-24 and 2023-07-03 end at 13:00 New York, index options at 13:15") {
  CHECK(hours(Venue::nyse, "2015-12-24") == "early_close 2015-12-24T14:30:00Z 2015-12-24T18:00:00Z");
  CHECK(hours(Venue::nyse, "2023-07-03") == "early_close 2023-07-03T13:30:00Z 2023-07-03T17:00:00Z");
  CHECK(hours(Venue::cboe_index, "2023-07-03") == "early_close 2023-07-03T13:30:00Z 2023-07-03T17:15:00Z");
  CHECK(hours(Venue::cboe_expiring, "2023-07-03") == "early_close 2023-07-03T13:30:00Z 2023-07-03T17:00:00Z");
  CHECK(hours(Venue::cme_equity, "2023-07-03") == "early_close 2023-07-02T22:00:00Z 2023-07-03T17:15:00Z");
}

TEST_CASE("no half day where the day itself is the holiday, or lies on a weekend") {
  CHECK(closed("2015-07-03"));  // 4 July is a Saturday
  CHECK(closed("2026-07-03"));
  CHECK(closed("2021-12-24"));  // Christmas is a Saturday
  CHECK(closed("2017-12-24"));  // a Sunday, which one published calendar calls a half day
  CHECK(hours(Venue::nyse, "2017-12-22") == "full 2017-12-22T14:30:00Z 2017-12-22T21:00:00Z");
  CHECK(hours(Venue::nyse, "2016-07-01") == "full 2016-07-01T13:30:00Z 2016-07-01T20:00:00Z");
}

TEST_CASE("a holiday on a Sunday is kept on Monday, on a Saturday on Friday, but New Year never in the old year") {
  CHECK(closed("2016-12-26"));
  CHECK(closed("2017-01-02"));
  CHECK(closed("2022-06-20"));
  CHECK(closed("2027-06-18"));
  CHECK_FALSE(closed("2021-12-31"));
  CHECK_FALSE(closed("2027-12-31"));
}

TEST_CASE("Juneteenth is kept from 2022 on") {
  CHECK_FALSE(closed("2018-06-19"));
  CHECK_FALSE(closed("2021-06-18"));
  CHECK(closed("2023-06-19"));
}

TEST_CASE("Good Fridays and days of mourning") {
  for (const char* date : {"2015-04-03", "2016-03-25", "2019-04-19", "2024-03-29", "2027-03-26", "2028-04-14"}) {
    CAPTURE(date);
    CHECK(closed(date));
    CHECK(hours(Venue::cme_equity, date) == "closed");
  }
  CHECK(closed("2018-12-05"));
  CHECK(closed("2025-01-09"));
  CHECK_FALSE(closed("2018-12-04"));
}

TEST_CASE("futures trade until 13:00 on holidays of shares; options on them do not expire then") {
  CHECK(hours(Venue::cme_equity, "2024-05-27") == "early_close 2024-05-26T22:00:00Z 2024-05-27T17:00:00Z");
  CHECK(hours(Venue::cme_expiring, "2024-05-27") == "closed");
  CHECK(hours(Venue::nyse, "2024-05-27") == "closed");
}

TEST_CASE("weeks in which clocks change: the close stays at 16:00 New York") {
  CHECK(hours(Venue::nyse, "2021-03-12") == "full 2021-03-12T14:30:00Z 2021-03-12T21:00:00Z");
  CHECK(hours(Venue::nyse, "2021-03-15") == "full 2021-03-15T13:30:00Z 2021-03-15T20:00:00Z");
  CHECK(hours(Venue::cme_equity, "2021-03-15") == "full 2021-03-14T22:00:00Z 2021-03-15T21:00:00Z");
  CHECK(hours(Venue::nyse, "2021-11-05") == "full 2021-11-05T13:30:00Z 2021-11-05T20:00:00Z");
  CHECK(hours(Venue::nyse, "2021-11-08") == "full 2021-11-08T14:30:00Z 2021-11-08T21:00:00Z");
}

TEST_CASE("outside 2015 to 2028 there is no answer") {
  CHECK(hours(Venue::nyse, "2014-12-31") == "not_covered");
  CHECK(hours(Venue::nyse, "2015-01-01") == "closed");
  CHECK(hours(Venue::nyse, "2028-12-29") == "full 2028-12-29T14:30:00Z 2028-12-29T21:00:00Z");
  CHECK(hours(Venue::nyse, "2028-12-31") == "closed");
  CHECK(hours(Venue::nyse, "2029-01-02") == "not_covered");
  CHECK(calendar::on(Venue::nyse, Date{}).kind == DayKind::not_covered);
  SessionBook book;
  CHECK(calendar::add_sessions(book, day("2028-12-29"), day("2029-01-02")) == DayKind::not_covered);
  CHECK(calendar::add_sessions(book, day("2028-12-29"), day("2028-12-28")) == DayKind::not_covered);
  CHECK(book.size() == 0);
}

TEST_CASE("the session after and before a day") {
  CHECK(calendar::next_session(Venue::nyse, day("2022-04-14")) == day("2022-04-18"));  // over Good Friday
  CHECK(calendar::previous_session(Venue::nyse, day("2022-04-18")) == day("2022-04-14"));
  CHECK(calendar::next_session(Venue::nyse, day("2014-12-31")) == day("2015-01-02"));
  CHECK_FALSE(calendar::next_session(Venue::nyse, day("2014-12-30")));
  CHECK_FALSE(calendar::next_session(Venue::nyse, day("2028-12-29")));
  CHECK(calendar::previous_session(Venue::nyse, day("2029-01-01")) == day("2028-12-29"));
  CHECK_FALSE(calendar::previous_session(Venue::nyse, day("2015-01-02")));
}

TEST_CASE("a session book filled by the calendar knows each root's own close") {
  SessionBook book;
  CHECK(calendar::add_sessions(book, day("2023-07-01"), day("2023-07-07")) == DayKind::full);
  CHECK(book.close_on("SPY", day("2023-07-03")) == at("2023-07-03T17:00:00Z"));
  CHECK(book.close_on("SPXW", day("2023-07-05")) == at("2023-07-05T20:00:00Z"));
  CHECK(book.close_on("SPX", day("2023-07-05")) == at("2023-07-05T20:15:00Z"));
  CHECK(book.close_on("ES", day("2023-07-05")) == at("2023-07-05T20:00:00Z"));
  CHECK_FALSE(book.close_on("SPY", day("2023-07-04")));
}
