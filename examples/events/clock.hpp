// examples/events/clock.hpp -- names of time zones and clock readings, as input files and command lines write them.
// SPDX-License-Identifier: MIT
//
// Minute bars are stamped in the exchange's civil time: options in New York, index levels in Chicago. Example:
//
//   from_civil(date, *clock_time("08:30"), *zone_named("America/Chicago"));   // New York's clocks show 09:30
#pragma once

#include <optcoord/core/time.hpp>        // Date, Duration
#include <optcoord/market/new_york.hpp>  // Zone

#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord::events {

/// Reads "America/New_York", "America/Chicago" or "UTC".
[[nodiscard]] std::optional<Zone> zone_named(std::string_view name) noexcept;

/// Reads "HH:MM", "HH:MM:SS" or "HH:MM:SS.fffffffff" (one to nine places) as the time since midnight.
[[nodiscard]] std::optional<Duration> clock_time(std::string_view text) noexcept;

/// The days whose every instant a Timestamp covers, with room for a day either way.
[[nodiscard]] constexpr bool is_usable(Date date) noexcept {
  return date.ok() && date.year() >= std::chrono::year{1700} && date.year() <= std::chrono::year{2250};
}

}  // namespace optcoord::events
