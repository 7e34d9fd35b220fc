// optcoord/market/new_york.hpp -- exchange clocks: UTC to New York and Chicago civil time and back, by rule.
// SPDX-License-Identifier: MIT
//
// Decides which trading date and clock reading an instant has, without a time zone database: the United States rule is
// code, so every machine gives the same answer. For windows, expiries, sessions and input files. Example:
//
//   CivilTime c = to_new_york(*parse_time("2015-12-24T18:00:00Z"));   // c.date 2015-12-24, c.since_midnight 13 h
//   from_new_york(c.date, c.since_midnight);                          // 2015-12-24T18:00:00Z again
#pragma once

#include <optcoord/core/time.hpp>  // Date, Duration, Timestamp

#include <chrono>   // std::chrono::hours, weekday, sys_days
#include <cstdint>  // std::uint8_t

namespace optcoord {

/// The clocks that the field's data is written in. Chicago changes at its own 02:00, an hour after New York.
enum class Zone : std::uint8_t { utc, new_york, chicago };

/// What a clock on the wall and the calendar beside it show.
struct CivilTime {
  Date date{};
  /// The clock reading, 00:00 <= reading < 24:00. On the two days a year when clocks change it is not the time elapsed.
  Duration since_midnight{0};

  friend constexpr bool operator==(const CivilTime&, const CivilTime&) = default;
};

namespace detail {

/// The days on which daylight time starts and ends in `year`, both at 02:00 of the clock then showing.
/// From 2007 (Energy Policy Act of 2005) second Sunday of March to first Sunday of November; 1987 to 2006 first
/// Sunday of April to last Sunday of October; before, last Sunday of April to last Sunday of October (Uniform Time Act,
/// 1967 on). The emergency rule of 1974 and 1975 and the local rules before 1967 are not kept.
struct DaylightDays {
  std::chrono::sys_days start;
  std::chrono::sys_days end;
};
[[nodiscard]] constexpr DaylightDays daylight_days(std::chrono::year year) noexcept {
  using namespace std::chrono;
  if (year >= std::chrono::year{2007}) return {year / March / Sunday[2], year / November / Sunday[1]};
  if (year >= std::chrono::year{1987}) return {year / April / Sunday[1], year / October / Sunday[last]};
  return {year / April / Sunday[last], year / October / Sunday[last]};
}

/// Hours that the zone's standard time is ahead of UTC.
[[nodiscard]] constexpr std::chrono::hours standard_offset(Zone zone) noexcept {
  return std::chrono::hours{zone == Zone::chicago ? -6 : -5};
}

/// Whether daylight time holds at `reading`, a wall reading kept as if it were UTC. Daylight time holds from
/// `start_clock` on the first day until `end_clock` on the last.
[[nodiscard]] constexpr bool in_daylight(Timestamp reading, std::chrono::hours start_clock,
                                         std::chrono::hours end_clock) noexcept {
  const Date date{std::chrono::floor<std::chrono::days>(reading)};
  const unsigned month = static_cast<unsigned>(date.month());
  if (month <= 2 || month == 12) return false;
  if (month >= 5 && month <= 9) return true;
  const DaylightDays days = daylight_days(date.year());
  return reading >= Timestamp{days.start} + start_clock && reading < Timestamp{days.end} + end_clock;
}

[[nodiscard]] constexpr CivilTime split(Timestamp reading) noexcept {
  const auto day = std::chrono::floor<std::chrono::days>(reading);
  return {Date{day}, reading - Timestamp{day}};
}

}  // namespace detail

/// \returns what the zone's clock shows at `t`. O(1), some nanoseconds. Within a day of the first and last instants a
/// Timestamp can hold the result is not defined.
[[nodiscard]] constexpr CivilTime to_civil(Timestamp t, Zone zone) noexcept {
  using std::chrono::hours;
  if (zone == Zone::utc) return detail::split(t);
  const Timestamp standard = t + detail::standard_offset(zone);
  // The end is at 02:00 daylight, which is 01:00 of the standard clock compared here.
  return detail::split(detail::in_daylight(standard, hours{2}, hours{1}) ? standard + hours{1} : standard);
}

/// \returns the instant at which the zone's clock shows `clock` on `date`. A reading that the spring change skips
/// (02:00 to 03:00) moves forward by the hour skipped: 02:30 gives the instant of 03:30. A reading that occurs twice in
/// autumn (01:00 to 02:00) gives the first. `clock` may be 24:00, the midnight that ends the day. O(1).
/// `date` must exist, in the years 1678 to 2261.
[[nodiscard]] constexpr Timestamp from_civil(Date date, Duration clock, Zone zone) noexcept {
  using std::chrono::hours;
  const Timestamp reading = Timestamp{std::chrono::sys_days{date}} + clock;
  if (zone == Zone::utc) return reading;
  const bool daylight = detail::in_daylight(reading, hours{3}, hours{2});
  return reading - detail::standard_offset(zone) - (daylight ? hours{1} : hours{0});
}

/// \returns what a New York clock shows at `t`. As `to_civil`.
[[nodiscard]] constexpr CivilTime to_new_york(Timestamp t) noexcept { return to_civil(t, Zone::new_york); }

/// \returns the instant of a New York clock reading; readings skipped or doubled as in `from_civil`.
[[nodiscard]] constexpr Timestamp from_new_york(Date date, Duration clock) noexcept {
  return from_civil(date, clock, Zone::new_york);
}

/// \returns the New York calendar day of `t`.
[[nodiscard]] constexpr Date new_york_date(Timestamp t) noexcept { return to_new_york(t).date; }

/// \returns the instant at which `date` begins in New York. Midnight is never skipped or doubled there.
[[nodiscard]] constexpr Timestamp midnight_new_york(Date date) noexcept { return from_new_york(date, Duration{0}); }

/// \returns the day of the week of `date`.
[[nodiscard]] constexpr std::chrono::weekday weekday(Date date) noexcept {
  return std::chrono::weekday{std::chrono::sys_days{date}};
}

/// \returns the day after `date`.
[[nodiscard]] constexpr Date next_day(Date date) noexcept {
  return Date{std::chrono::sys_days{date} + std::chrono::days{1}};
}

}  // namespace optcoord
