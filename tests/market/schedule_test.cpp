// tests/market/schedule_test.cpp -- weekly windows on the New York clock.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/schedule.hpp>
#include <support/times.hpp>

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

TEST_CASE("a window is half-open on the New York clock, winter and summer") {
  const Schedule s{all_days, 9h + 30min, 10h + 30min};
  CHECK_FALSE(contains(s, at("2015-12-24T14:29:59.999999999Z")));
  CHECK(contains(s, at("2015-12-24T14:30:00Z")));
  CHECK(contains(s, at("2015-12-24T15:29:59.999999999Z")));
  CHECK_FALSE(contains(s, at("2015-12-24T15:30:00Z")));
  CHECK(contains(s, at("2023-07-03T13:30:00Z")));
  CHECK_FALSE(contains(s, at("2023-07-03T14:30:00Z")));
}

TEST_CASE("days are New York days") {
  const Schedule fridays{day_mask(std::chrono::Friday), 0h, 24h};
  CHECK_FALSE(contains(fridays, at("2023-01-06T04:59:59.999999999Z")));  // still Thursday in New York
  CHECK(contains(fridays, at("2023-01-06T05:00:00Z")));
  CHECK(contains(fridays, at("2023-01-07T04:59:59.999999999Z")));
  CHECK_FALSE(contains(fridays, at("2023-01-07T05:00:00Z")));
}

TEST_CASE("the default schedule is always") {
  for (Timestamp t = at("2023-11-04T00:00:00Z"); t < at("2023-11-12T00:00:00Z"); t += 13min) CHECK(contains({}, t));
}

TEST_CASE("the doubled hour of autumn is inside both times") {
  const Schedule s{all_days, 1h, 2h};
  CHECK(contains(s, at("2021-11-07T05:30:00Z")));
  CHECK(contains(s, at("2021-11-07T06:30:00Z")));
  CHECK_FALSE(contains(s, at("2021-11-07T07:00:00Z")));
}

TEST_CASE("a window needs from before until, inside the day, and a day") {
  CHECK(checked(Schedule{}));
  CHECK(checked(Schedule{all_days, 9h, 9h + 1s}));
  CHECK(checked(Schedule{all_days, 9h, 9h}).error() == Error{Errc::invalid_value, "until"});
  CHECK_FALSE(checked(Schedule{all_days, 10h, 9h}));
  CHECK_FALSE(checked(Schedule{all_days, -1ns, 9h}));
  CHECK_FALSE(checked(Schedule{all_days, 9h, 24h + 1ns}));
  CHECK_FALSE(checked(Schedule{0, 9h, 10h}));
}

TEST_CASE("clock texts are HH:MM or HH:MM:SS up to 24:00") {
  CHECK(*parse_clock("00:00") == 0h);
  CHECK(*parse_clock("09:30") == 9h + 30min);
  CHECK(*parse_clock("23:59:59") == 24h - 1s);
  CHECK(*parse_clock("24:00") == 24h);
  CHECK(*parse_clock("24:00:00") == 24h);
  for (const char* bad : {"", "9:30", "09:30:", "0930", "09-30", "09:60", "09:30:60", "24:01", "24:00:01", "25:00",
                          "-1:00", " 9:30", "09:30Z", "09:30:0", "09.30.00", "ab:cd", "+9:30"}) {
    CAPTURE(bad);
    REQUIRE_FALSE(parse_clock(bad, "from"));
    CHECK(parse_clock(bad, "from").error() == Error{Errc::invalid_value, "from"});
  }
}

TEST_CASE("days are named mon to sun, Monday the lowest bit") {
  CHECK(*parse_day("mon") == 0x01);
  CHECK(*parse_day("fri") == day_mask(std::chrono::Friday));
  CHECK(*parse_day("sun") == 0x40);
  DayMask all = 0;
  for (const auto name : day_names) all = static_cast<DayMask>(all | *parse_day(name));
  CHECK(all == all_days);
  for (const char* bad : {"", "Mon", "monday", "mo", "fri "}) CHECK(parse_day(bad).error().code == Errc::invalid_value);
}
