// src/calendar/holidays.cpp -- the holidays of the United States' exchanges: rules, then the dates no rule knew.
// SPDX-License-Identifier: MIT
#include "holidays.hpp"

#include <algorithm>  // std::find
#include <array>      // std::array
#include <chrono>     // std::chrono::sys_days

namespace optcoord::calendar::detail {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year;
using namespace std::chrono_literals;  // 2018y

/// National days of mourning: for George H. W. Bush and Jimmy Carter.
constexpr std::array mourning{Date{2018y / 12 / 5}, Date{2025y / 1 / 9}};

/// The first year in which exchanges kept Juneteenth.
constexpr year first_juneteenth{2022};

/// Easter Sunday of the western church (Meeus, Jones and Butcher).
[[nodiscard]] constexpr sys_days easter(year of) noexcept {
  const int y = static_cast<int>(of);
  const int a = y % 19;
  const int b = y / 100;
  const int c = y % 100;
  const int h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
  const int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return sys_days{of / (n / 31) / (n % 31 + 1)};
}

/// A holiday of a fixed date is kept on Friday when it falls on Saturday, on Monday when on Sunday.
[[nodiscard]] constexpr sys_days observed(sys_days date) noexcept {
  const std::chrono::weekday w{date};
  if (w == std::chrono::Saturday) return date - days{1};
  return w == std::chrono::Sunday ? date + days{1} : date;
}

/// New Year on a Saturday is not kept: exchanges trade on the last business day of a year.
[[nodiscard]] constexpr bool is_new_year(sys_days date, year of) noexcept {
  const sys_days first{of / 1 / 1};
  return date == first || (date == observed(first) && date > first);
}

[[nodiscard]] constexpr bool rests_everybody(sys_days date, year of) noexcept {
  return is_new_year(date, of) || date == easter(of) - days{2} || date == observed(of / 12 / 25);
}

[[nodiscard]] constexpr bool rest_shares(sys_days date, year of) noexcept {
  using namespace std::chrono;
  return date == sys_days{of / January / Monday[3]}                       // Martin Luther King
         || date == sys_days{of / February / Monday[3]}                   // Washington's birthday
         || date == sys_days{of / May / Monday[last]}                     // Memorial Day
         || (of >= first_juneteenth && date == observed(of / June / 19))  //
         || date == observed(of / July / 4)                               //
         || date == sys_days{of / September / Monday[1]}                  // Labor Day
         || date == sys_days{of / November / Thursday[4]};                // Thanksgiving
}

[[nodiscard]] constexpr bool is_half_day(sys_days date, year of) noexcept {
  using namespace std::chrono;
  return date == sys_days{of / July / 3} || date == sys_days{of / November / Thursday[4]} + days{1} ||
         date == sys_days{of / December / 24};
}

}  // namespace

Holiday holiday(Date date) noexcept {
  if (std::find(mourning.begin(), mourning.end(), date) != mourning.end()) return Holiday::everybody;
  if (rests_everybody(date, date.year())) return Holiday::everybody;
  if (rest_shares(date, date.year())) return Holiday::shares_only;
  return is_half_day(date, date.year()) ? Holiday::half_day : Holiday::none;
}

}  // namespace optcoord::calendar::detail
