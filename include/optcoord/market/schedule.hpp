// optcoord/market/schedule.hpp -- a weekly window on the New York clock, and the texts it is written in.
// SPDX-License-Identifier: MIT
//
// One shape for trading windows, headroom and events. Example:
//
//   Schedule opening{day_mask(std::chrono::Friday), *parse_clock("09:30"), *parse_clock("10:30")};
//   contains(opening, now);   // Fridays, 09:30 <= New York clock < 10:30
#pragma once

#include <optcoord/core/error.hpp>       // Result
#include <optcoord/core/time.hpp>        // Duration, Timestamp
#include <optcoord/market/new_york.hpp>  // to_new_york, weekday

#include <array>        // std::array
#include <chrono>       // std::chrono::weekday
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <string_view>  // std::string_view

namespace optcoord {

/// Days of the week as bits: Monday is bit 0, Sunday bit 6.
using DayMask = std::uint8_t;
inline constexpr DayMask all_days = 0x7F;

/// \returns the mask with the one bit of `day`.
[[nodiscard]] constexpr DayMask day_mask(std::chrono::weekday day) noexcept {
  return static_cast<DayMask>(1U << (day.iso_encoding() - 1));
}

/// A half-open window of the New York clock on some days of the week. All of every day when default.
struct Schedule {
  DayMask days{all_days};
  Duration from{0};                        ///< first clock reading inside
  Duration until{std::chrono::hours{24}};  ///< first clock reading no longer inside; at most 24:00

  friend constexpr bool operator==(const Schedule&, const Schedule&) = default;
};

/// \returns `s`, or `invalid_value` when it selects nothing or leaves the day: 00:00 <= from < until <= 24:00 and at
/// least one day are required. A window across midnight is two schedules.
[[nodiscard]] constexpr Result<Schedule> checked(Schedule s, const char* field = "until") {
  if (s.from < Duration{0} || s.until > std::chrono::hours{24} || s.from >= s.until || (s.days & all_days) == 0)
    return fail(Errc::invalid_value, field);
  return s;
}

/// \returns whether the New York clock and calendar at `now` are inside `s`. A reading that occurs twice (the autumn
/// change) counts both times. O(1).
[[nodiscard]] constexpr bool contains(const Schedule& s, Timestamp now) noexcept {
  const CivilTime civil = to_new_york(now);
  return (s.days & day_mask(weekday(civil.date))) != 0 && civil.since_midnight >= s.from &&
         civil.since_midnight < s.until;
}

/// Reads a clock "HH:MM" or "HH:MM:SS", 00:00 to 24:00. \returns `invalid_value` on any other text.
[[nodiscard]] constexpr Result<Duration> parse_clock(std::string_view s, const char* field = "clock") {
  const bool with_seconds = s.size() == 8;
  if ((s.size() != 5 && !with_seconds) || s[2] != ':' || (with_seconds && s[5] != ':'))
    return fail(Errc::invalid_value, field);
  const int hour = detail::digits(s, 0, 2);
  const int minute = detail::digits(s, 3, 2);
  const int second = with_seconds ? detail::digits(s, 6, 2) : 0;
  if (hour < 0 || minute < 0 || minute > 59 || second < 0 || second > 59) return fail(Errc::invalid_value, field);
  const Duration clock = std::chrono::hours{hour} + std::chrono::minutes{minute} + std::chrono::seconds{second};
  if (clock > std::chrono::hours{24}) return fail(Errc::invalid_value, field);
  return clock;
}

/// The names of the days, Monday first: bit i of a DayMask is day_names[i].
inline constexpr std::array<std::string_view, 7> day_names{"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

/// Reads one of `day_names`. \returns its mask, or `invalid_value`.
[[nodiscard]] constexpr Result<DayMask> parse_day(std::string_view s, const char* field = "days") {
  for (std::size_t i = 0; i < day_names.size(); ++i)
    if (s == day_names[i]) return static_cast<DayMask>(1U << i);
  return fail(Errc::invalid_value, field);
}

}  // namespace optcoord
