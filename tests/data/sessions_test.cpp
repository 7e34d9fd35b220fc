// tests/data/sessions_test.cpp -- the calendar against published sessions, day by day.
// SPDX-License-Identifier: MIT
#include <optcoord/calendar/calendar.hpp>
#include <optcoord/market/new_york.hpp>

#include <doctest/doctest.h>

#include <map>  // std::map
#include <set>  // std::set

#include "support/csv.hpp"
#include "support/times.hpp"

namespace {

using namespace optcoord;
using optcoord::test::Csv;

const std::string calendars = std::string(OPTCOORD_DATA_DIR) + "/calendars/";

[[nodiscard]] bool without_calendars() {
  if (!std::string(OPTCOORD_DATA_DIR).empty()) return false;
  MESSAGE("no data directory: skipped");
  return true;
}

}  // namespace

TEST_CASE("the NYSE sessions of 2015 to 2023, all 2,023, open and close") {
  if (without_calendars()) return;
  const Csv csv(calendars + "xnys_sessions_2015_2023.csv");
  REQUIRE(csv.size() == 2023);
  std::size_t row = 0;
  for (Date d = test::day("2015-01-01"); d <= test::day("2023-01-13"); d = next_day(d)) {
    const std::optional<Session> s = calendar::on(calendar::Venue::nyse, d).session;
    if (!s) continue;
    REQUIRE(row < csv.size());
    REQUIRE(csv.text(row, "session") == to_text(d));
    REQUIRE(csv.text(row, "open_utc") == to_text(s->open));
    REQUIRE(csv.text(row, "close_utc") == to_text(s->close));
    ++row;
  }
  CHECK(row == csv.size());
}

TEST_CASE("the NYSE holidays and half days published for 2015 to 2028") {
  if (without_calendars()) return;
  std::set<std::string> holidays;
  std::set<std::string> half_days;
  const Csv listed(calendars + "nyse_holidays_lean_1998_2028.csv");
  for (std::size_t i = 0; i < listed.size(); ++i)
    if (listed.text(i, "weekday")[0] != 'S') holidays.insert(listed.text(i, "date"));
  const Csv early(calendars + "nyse_early_closes_lean_1999_2028.csv");
  for (std::size_t i = 0; i < early.size(); ++i)
    if (early.text(i, "weekday")[0] != 'S') half_days.insert(early.text(i, "date"));  // 2017-12-24 was a Sunday
  REQUIRE(holidays.size() > 200);
  for (Date d = calendar::first_day(); d <= calendar::last_day(); d = next_day(d)) {
    if (weekday(d).iso_encoding() > 5) continue;
    CAPTURE(to_text(d));
    const calendar::DayKind kind = calendar::on(calendar::Venue::nyse, d).kind;
    REQUIRE((kind == calendar::DayKind::closed) == (holidays.count(to_text(d)) == 1));
    REQUIRE((kind == calendar::DayKind::early_close) == (half_days.count(to_text(d)) == 1));
  }
}

TEST_CASE("the CME equity sessions published for 2015 to 2027: the same days, and the same early closes on holidays") {
  if (without_calendars()) return;
  const Csv csv(calendars + "cme_equity_globex_sessions_2015_2027.csv");
  REQUIRE(csv.size() == 3233);
  std::map<std::string, std::string> closes;
  for (std::size_t i = 0; i < csv.size(); ++i) closes[csv.text(i, "session")] = csv.text(i, "close_utc");
  for (Date d = test::day("2015-01-01"); d <= test::day("2027-07-16"); d = next_day(d)) {
    CAPTURE(to_text(d));
    const calendar::Day futures = calendar::on(calendar::Venue::cme_equity, d);
    REQUIRE(futures.session.has_value() == (closes.count(to_text(d)) == 1));
    const bool shares_rest = calendar::on(calendar::Venue::nyse, d).kind == calendar::DayKind::closed;
    const bool early = closes[to_text(d)].find("T1") != std::string::npos;  // later years are not marked in the file
    if (early && shares_rest) REQUIRE(to_text(futures.session->close) == closes[to_text(d)]);
  }
}
