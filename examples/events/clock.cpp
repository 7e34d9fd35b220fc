// examples/events/clock.cpp -- names of time zones and clock readings, as input files and command lines write them.
// SPDX-License-Identifier: MIT
#include "clock.hpp"

#include <chrono>   // std::chrono::hours
#include <cstdint>  // std::int64_t

namespace optcoord::events {

std::optional<Zone> zone_named(std::string_view name) noexcept {
  if (name == "America/New_York") return Zone::new_york;
  if (name == "America/Chicago") return Zone::chicago;
  if (name == "UTC") return Zone::utc;
  return std::nullopt;
}

std::optional<Duration> clock_time(std::string_view text) noexcept {
  constexpr std::size_t minutes_end = 5;  // "HH:MM"
  constexpr std::size_t seconds_end = 8;  // "HH:MM:SS"
  const int hour = detail::digits(text, 0, 2);
  const int minute = detail::digits(text, 3, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') return std::nullopt;
  const Duration whole = std::chrono::hours{hour} + std::chrono::minutes{minute};
  if (text.size() == minutes_end) return whole;
  const int second = detail::digits(text, 6, 2);
  if (second < 0 || second > 59 || text[minutes_end] != ':') return std::nullopt;
  if (text.size() == seconds_end) return whole + std::chrono::seconds{second};
  const std::size_t places = text.size() - seconds_end - 1;
  if (text[seconds_end] != '.' || places < 1 || places > 9) return std::nullopt;
  std::int64_t nanoseconds = detail::digits(text, seconds_end + 1, places);
  if (nanoseconds < 0) return std::nullopt;
  for (std::size_t i = places; i < 9; ++i) nanoseconds *= 10;
  return whole + std::chrono::seconds{second} + Duration{nanoseconds};
}

}  // namespace optcoord::events
