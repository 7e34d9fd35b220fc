// tests/core/time_test.cpp -- instants and days as text: what is read, what is refused, what is written.
// SPDX-License-Identifier: MIT
#include <optcoord/core/time.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace optcoord {
namespace {

[[nodiscard]] std::int64_t nanos(std::string_view text) {
  const Result<Timestamp> t = parse_time(text);
  REQUIRE_MESSAGE(t.has_value(), std::string(text));
  return t->time_since_epoch().count();
}

constexpr std::int64_t second = 1'000'000'000;
constexpr std::int64_t day = 86'400 * second;

TEST_CASE("an instant is nanoseconds since 1970 in UTC") {
  CHECK(nanos("1970-01-01T00:00:00Z") == 0);
  CHECK(nanos("1970-01-01T00:00:00.000000001Z") == 1);
  CHECK(nanos("1970-01-02T03:04:05Z") == day + (3 * 3600 + 4 * 60 + 5) * second);
  CHECK(nanos("2015-12-24T17:59:00Z") == 1'450'979'940 * second);
  CHECK(nanos("2015-12-24T17:59:00.5Z") == 1'450'979'940 * second + second / 2);
}

TEST_CASE("instants before 1970 count backwards, fractions included") {
  CHECK(nanos("1969-12-31T23:59:59Z") == -second);
  CHECK(nanos("1969-12-31T23:59:59.999999999Z") == -1);
  CHECK(to_text(Timestamp{Duration{-1}}) == "1969-12-31T23:59:59.999999999Z");
  CHECK(to_text(Timestamp{Duration{-day}}) == "1969-12-31T00:00:00Z");
}

TEST_CASE("the fraction may have one to nine digits, each in its place") {
  CHECK(nanos("1970-01-01T00:00:00.1Z") == 100'000'000);
  CHECK(nanos("1970-01-01T00:00:00.01Z") == 10'000'000);
  CHECK(nanos("1970-01-01T00:00:00.123456789Z") == 123'456'789);
  CHECK(nanos("1970-01-01T00:00:00.100000000Z") == 100'000'000);
  CHECK_FALSE(parse_time("1970-01-01T00:00:00.1234567890Z").has_value());
  CHECK_FALSE(parse_time("1970-01-01T00:00:00.Z").has_value());
}

TEST_CASE("times are written without trailing zeros in the fraction and end in Z") {
  for (const char* text : {"2015-12-24T17:59:00Z", "2015-12-24T17:59:00.5Z", "2015-12-24T00:00:00.000000001Z",
                           "2021-01-04T14:31:00.25Z", "1970-01-01T00:00:00Z", "2024-02-29T23:59:59.999999999Z"})
    CHECK(to_text(*parse_time(text)) == text);
  CHECK(to_text(*parse_time("2015-12-24T17:59:00.500000000Z")) == "2015-12-24T17:59:00.5Z");
  CHECK(to_text(*parse_time("2015-12-24T17:59:00.000Z")) == "2015-12-24T17:59:00Z");
}

TEST_CASE("the years 1678 to 2261 round-trip to their first and last nanosecond; others are refused") {
  for (const char* text : {"1678-01-01T00:00:00Z", "2261-12-31T23:59:59.999999999Z"})
    CHECK(to_text(*parse_time(text)) == text);
  CHECK_FALSE(parse_time("1677-12-31T23:59:59.999999999Z").has_value());
  CHECK_FALSE(parse_time("2262-01-01T00:00:00Z").has_value());
  CHECK_FALSE(parse_time("0000-01-01T00:00:00Z").has_value());
  CHECK_FALSE(parse_time("9999-12-31T23:59:59Z").has_value());
}

TEST_CASE("hours, minutes and seconds stay within the day; leap seconds are refused") {
  CHECK(parse_time("2016-12-31T23:59:59Z").has_value());
  for (const char* text : {"2016-12-31T23:59:60Z", "2016-12-31T23:60:00Z", "2016-12-31T24:00:00Z"})
    CHECK_FALSE_MESSAGE(parse_time(text).has_value(), text);
}

TEST_CASE("any other form of a time is a parse_error that names the field") {
  for (const char* text : {"",
                           "Z",
                           "2015-12-24",
                           "2015-12-24T17:59Z",
                           "2015-12-24T17:59:00",
                           "2015-12-24 17:59:00Z",
                           "2015-12-24t17:59:00Z",
                           "2015-12-24T17:59:00z",
                           "2015-12-24T17:59:00+00:00",
                           "2015-12-24T17:59:00-05:00",
                           "2015-12-24T17:59:00ZZ",
                           " 2015-12-24T17:59:00Z",
                           "2015-12-24T17:59:00Z ",
                           "2015-12-24T17:59:00,5Z",
                           "2015-12-24T17:59:00.5 Z",
                           "2015-12-24T17:59:00.-5Z",
                           "2015-12-24T1a:59:00Z",
                           "2015-12-24T+7:59:00Z",
                           "2015-13-24T17:59:00Z",
                           "2015-00-24T17:59:00Z",
                           "2015-12-00T17:59:00Z",
                           "2015/12/24T17:59:00Z",
                           "2015-12-24T17.59.00Z",
                           "15-12-24T17:59:00Z",
                           "+2015-12-24T17:59:00Z",
                           "1450979940"}) {
    const Result<Timestamp> t = parse_time(text, "from");
    REQUIRE_FALSE_MESSAGE(t.has_value(), text);
    CHECK(t.error() == Error{Errc::parse_error, "from", -1});
  }
  CHECK(parse_time("x").error().field == std::string_view("t"));
}

TEST_CASE("a NUL inside a time is not its end") {
  const std::string text{"2015-12-24T17:59:00\0Z", 21};
  CHECK_FALSE(parse_time(text).has_value());
}

TEST_CASE("days exist in their month, leap years by the Gregorian rule") {
  for (const char* text : {"2000-02-29", "2024-02-29", "2015-12-31", "2023-06-30", "0001-01-01", "9999-12-31"}) {
    const Result<Date> date = parse_date(text);
    REQUIRE_MESSAGE(date.has_value(), text);
    CHECK(to_text(*date) == text);
  }
  for (const char* text : {"1900-02-29", "2100-02-29", "2023-02-29", "2023-02-30", "2023-04-31", "2023-06-31",
                           "2023-01-32", "2023-01-00", "2023-00-01", "2023-13-01"})
    CHECK_FALSE_MESSAGE(parse_date(text).has_value(), text);
}

TEST_CASE("any other form of a day is a parse_error that names the field") {
  for (const char* text : {"", "2015", "2015-12-2", "2015-12-240", "20151224", "2015-1-024", "2015/12/24", "24-12-2015",
                           "2015-12-24 ", " 2015-12-24", "-015-12-24", "2015-12-2x"}) {
    const Result<Date> date = parse_date(text, "ex_date");
    REQUIRE_FALSE_MESSAGE(date.has_value(), text);
    CHECK(date.error() == Error{Errc::parse_error, "ex_date", -1});
  }
}

TEST_CASE("every day of 400 years round-trips between text and instant") {
  using std::chrono::sys_days;
  int days = 0;
  for (sys_days d = sys_days{std::chrono::year{1800} / 1 / 1}; d < sys_days{std::chrono::year{2200} / 1 / 1};
       d += std::chrono::days{1}, ++days) {
    const Timestamp t{d};
    std::string text = to_text(Date{d});
    text += "T00:00:00Z";
    if (to_text(t) != text || parse_time(text) != t) FAIL(text);
  }
  CHECK(days == 146'097);
}

TEST_CASE("appending adds to what is already there") {
  std::string line = "t=";
  append_text(line, *parse_time("2015-12-24T17:59:00Z"));
  line += " day=";
  append_text(line, *parse_date("2015-12-24"));
  CHECK(line == "t=2015-12-24T17:59:00Z day=2015-12-24");
}

}  // namespace
}  // namespace optcoord
