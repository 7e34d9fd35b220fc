// tests/market/new_york_test.cpp -- exchange clocks against the published change days and real session opens.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/new_york.hpp>
#include <support/csv.hpp>
#include <support/times.hpp>

#include <string>

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

namespace {

struct ChangeDays {
  const char* spring;
  const char* autumn;
};
// As published, 2015 to 2028, and one or two years of each earlier rule.
constexpr ChangeDays change_days[] = {
    {"2015-03-08", "2015-11-01"}, {"2016-03-13", "2016-11-06"}, {"2017-03-12", "2017-11-05"},
    {"2018-03-11", "2018-11-04"}, {"2019-03-10", "2019-11-03"}, {"2020-03-08", "2020-11-01"},
    {"2021-03-14", "2021-11-07"}, {"2022-03-13", "2022-11-06"}, {"2023-03-12", "2023-11-05"},
    {"2024-03-10", "2024-11-03"}, {"2025-03-09", "2025-11-02"}, {"2026-03-08", "2026-11-01"},
    {"2027-03-14", "2027-11-07"}, {"2028-03-12", "2028-11-05"},  // second Sunday of March, first of November
    {"2007-03-11", "2007-11-04"}, {"2006-04-02", "2006-10-29"}, {"1987-04-05", "1987-10-25"},
    {"1986-04-27", "1986-10-26"}, {"1968-04-28", "1968-10-27"},
};

}  // namespace

static_assert(to_new_york(Timestamp{}) ==
              CivilTime{Date{std::chrono::year{1969}, std::chrono::month{12}, std::chrono::day{31}},
                        std::chrono::hours{19}});

TEST_CASE("clocks change at 02:00 to the nanosecond on the published days") {
  for (const ChangeDays& c : change_days) {
    CAPTURE(c.spring);
    const Timestamp spring = at((std::string(c.spring) + "T07:00:00Z").c_str());
    CHECK(to_new_york(spring - 1ns) == CivilTime{day(c.spring), 2h - 1ns});
    CHECK(to_new_york(spring) == CivilTime{day(c.spring), 3h});
    const Timestamp autumn = at((std::string(c.autumn) + "T06:00:00Z").c_str());
    CHECK(to_new_york(autumn - 1ns) == CivilTime{day(c.autumn), 2h - 1ns});
    CHECK(to_new_york(autumn) == CivilTime{day(c.autumn), 1h});
    CHECK(to_new_york(autumn + 1h - 1ns) == CivilTime{day(c.autumn), 2h - 1ns});
    CHECK(to_new_york(autumn + 1h) == CivilTime{day(c.autumn), 2h});
  }
}

TEST_CASE("a reading that the spring change skips moves forward by an hour") {
  for (const ChangeDays& c : change_days) {
    CAPTURE(c.spring);
    const Timestamp spring = at((std::string(c.spring) + "T07:00:00Z").c_str());
    CHECK(from_new_york(day(c.spring), 2h - 1ns) == spring - 1ns);
    CHECK(from_new_york(day(c.spring), 2h) == spring);
    CHECK(to_new_york(from_new_york(day(c.spring), 2h + 30min)) == CivilTime{day(c.spring), 3h + 30min});
    CHECK(to_new_york(from_new_york(day(c.spring), 3h - 1ns)) == CivilTime{day(c.spring), 4h - 1ns});
    CHECK(from_new_york(day(c.spring), 3h) == spring);
  }
}

TEST_CASE("a reading that occurs twice in autumn means the first time") {
  for (const ChangeDays& c : change_days) {
    CAPTURE(c.autumn);
    const Timestamp autumn = at((std::string(c.autumn) + "T06:00:00Z").c_str());
    CHECK(from_new_york(day(c.autumn), 1h) == autumn - 1h);
    CHECK(from_new_york(day(c.autumn), 2h - 1ns) == autumn - 1ns);
    CHECK(from_new_york(day(c.autumn), 2h) == autumn + 1h);
  }
}

TEST_CASE("New York and Chicago are an hour apart but for the hour between their changes") {
  CHECK(to_civil(at("2021-01-04T14:30:00Z"), Zone::chicago) == CivilTime{day("2021-01-04"), 8h + 30min});
  CHECK(to_civil(at("2021-07-01T13:30:00Z"), Zone::chicago) == CivilTime{day("2021-07-01"), 8h + 30min});
  CHECK(to_civil(at("2021-03-14T07:59:59.999999999Z"), Zone::chicago) == CivilTime{day("2021-03-14"), 2h - 1ns});
  CHECK(to_civil(at("2021-03-14T08:00:00Z"), Zone::chicago) == CivilTime{day("2021-03-14"), 3h});
  CHECK(to_civil(at("2021-11-07T06:59:59.999999999Z"), Zone::chicago) == CivilTime{day("2021-11-07"), 2h - 1ns});
  CHECK(to_civil(at("2021-11-07T07:00:00Z"), Zone::chicago) == CivilTime{day("2021-11-07"), 1h});
  CHECK(from_civil(day("2021-01-04"), 8h + 30min, Zone::chicago) == at("2021-01-04T14:30:00Z"));
  CHECK(from_civil(day("2021-11-07"), 1h + 30min, Zone::chicago) == at("2021-11-07T06:30:00Z"));
  for (Timestamp t = at("2021-01-01T00:10:00Z"); t < at("2022-01-01T00:00:00Z"); t += 1h) {
    const CivilTime ny = to_new_york(t);
    const CivilTime chicago = to_civil(t, Zone::chicago);
    const Duration apart = (std::chrono::sys_days{ny.date} - std::chrono::sys_days{chicago.date}) + ny.since_midnight -
                           chicago.since_midnight;
    if (t == at("2021-03-14T07:10:00Z"))
      CHECK(apart == 2h);
    else if (t == at("2021-11-07T06:10:00Z"))
      CHECK(apart == 0h);
    else
      CHECK(apart == 1h);
  }
}

TEST_CASE("UTC is its own civil time") {
  CHECK(to_civil(at("2023-07-03T23:59:59.5Z"), Zone::utc) == CivilTime{day("2023-07-03"), 24h - 500ms});
  CHECK(from_civil(day("2023-07-03"), 17h, Zone::utc) == at("2023-07-03T17:00:00Z"));
}

TEST_CASE("there and back gives the same instant outside the doubled hour") {
  const Timestamp end = at("2029-01-01T00:00:00Z");
  for (Timestamp t = at("2014-12-31T23:59:59.123456789Z"); t < end; t += 37min + 11s) {
    const CivilTime c = to_new_york(t);
    const Timestamp back = from_new_york(c.date, c.since_midnight);
    const bool doubled = back != t;
    if (!doubled) continue;
    CHECK(back == t - 1h);
    CHECK(c.since_midnight >= 1h);
    CHECK(c.since_midnight < 2h);
    CHECK(weekday(c.date) == std::chrono::Sunday);
  }
}

TEST_CASE("instants before 1970 have the civil time of their rule") {
  CHECK(to_new_york(at("1969-07-20T20:17:40Z")) == CivilTime{day("1969-07-20"), 16h + 17min + 40s});
  CHECK(to_new_york(at("1969-01-01T00:00:00Z")) == CivilTime{day("1968-12-31"), 19h});
  CHECK(new_york_date(at("1678-01-01T00:00:00Z")) == day("1677-12-31"));
}

TEST_CASE("a New York day begins at its own midnight, winter and summer, and 24:00 is the next one") {
  CHECK(midnight_new_york(day("2015-12-24")) == at("2015-12-24T05:00:00Z"));
  CHECK(midnight_new_york(day("2023-07-03")) == at("2023-07-03T04:00:00Z"));
  CHECK(midnight_new_york(day("2021-03-14")) == at("2021-03-14T05:00:00Z"));
  CHECK(midnight_new_york(day("2021-03-15")) == at("2021-03-15T04:00:00Z"));
  CHECK(from_new_york(day("2021-03-14"), 24h) == midnight_new_york(day("2021-03-15")));
  CHECK(from_new_york(day("2021-11-07"), 24h) == midnight_new_york(day("2021-11-08")));
  CHECK(new_york_date(at("2015-12-25T04:59:59.999999999Z")) == day("2015-12-24"));
  CHECK(new_york_date(at("2015-12-25T05:00:00Z")) == day("2015-12-25"));
}

TEST_CASE("days of the week and the day after") {
  CHECK(weekday(day("2015-12-24")) == std::chrono::Thursday);
  CHECK(weekday(day("2020-03-15")) == std::chrono::Sunday);
  CHECK(next_day(day("2015-12-31")) == day("2016-01-01"));
  CHECK(next_day(day("2020-02-28")) == day("2020-02-29"));
}

TEST_CASE("every New York Stock Exchange session opened at 09:30 on the New York clock") {
  const std::string directory = OPTCOORD_DATA_DIR;
  const test::Csv sessions(directory + "/calendars/xnys_sessions_2015_2023.csv");
  if (directory.empty() || sessions.size() == 0) {
    MESSAGE("skipped: no session calendar in the data directory");
    return;
  }
  CHECK(sessions.size() == 2023);
  int early = 0;
  for (std::size_t i = 0; i < sessions.size(); ++i) {
    const Date date = day(sessions.text(i, "session").c_str());
    const Timestamp open = at(sessions.text(i, "open_utc").c_str());
    const CivilTime close = to_new_york(at(sessions.text(i, "close_utc").c_str()));
    CAPTURE(sessions.text(i, "session"));
    CHECK(to_new_york(open) == CivilTime{date, 9h + 30min});
    CHECK(from_new_york(date, 9h + 30min) == open);
    CHECK(close.date == date);
    CHECK((close.since_midnight == 16h || close.since_midnight == 13h));
    early += close.since_midnight == 13h ? 1 : 0;
  }
  CHECK(early > 10);
}
