// src/calendar/holidays.hpp -- the holidays of the United States' exchanges, by rule.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>  // Date

#include <cstdint>  // std::uint8_t

namespace optcoord::calendar::detail {

/// What keeps exchanges from an ordinary day.
enum class Holiday : std::uint8_t {
  none,
  everybody,    ///< New Year, Good Friday, Christmas, national days of mourning: every venue is closed
  shares_only,  ///< the others: shares and options rest, index futures trade until 13:00
  half_day,     ///< 3 July, the day after Thanksgiving, 24 December: all close early
};

/// \pre a day that exists, Monday to Friday, in the years 2015 to 2028
[[nodiscard]] Holiday holiday(Date date) noexcept;

}  // namespace optcoord::calendar::detail
