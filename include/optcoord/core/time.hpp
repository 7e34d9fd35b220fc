// optcoord/core/time.hpp -- instants: UTC nanoseconds, and their RFC 3339 text in and out.
// SPDX-License-Identifier: MIT
//
// The library reads no clock. `Timestamp now` is the last parameter of whatever depends on time. Example:
//
//   Timestamp t = *parse_time("2015-12-24T17:59:00.5Z");
//   to_text(t);                                            // "2015-12-24T17:59:00.5Z"
#pragma once

#include <optcoord/core/error.hpp>  // Result

#include <array>        // std::array
#include <chrono>       // std::chrono::sys_time
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <type_traits>  // std::is_same_v

namespace optcoord {

/// A length of time, nanoseconds.
using Duration = std::chrono::nanoseconds;
/// An instant, UTC, nanoseconds since 1970-01-01; covers the years 1678 to 2261.
using Timestamp = std::chrono::sys_time<Duration>;

/// \returns `t` + `d`, or the last instant there is when that lies beyond it. \pre d >= 0
[[nodiscard]] constexpr Timestamp saturating_add(Timestamp t, Duration d) noexcept {
  return t > Timestamp::max() - d ? Timestamp::max() : t + d;
}
/// A calendar day without a time zone: a trading date, an expiry.
using Date = std::chrono::year_month_day;

namespace detail {

/// Reads exactly `count` decimal digits at `at`; -1 where there are fewer.
[[nodiscard]] constexpr int digits(std::string_view s, std::size_t at, std::size_t count) noexcept {
  if (at + count > s.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (s[i] < '0' || s[i] > '9') return -1;
    value = value * 10 + (s[i] - '0');
  }
  return value;
}

inline void put_digits(std::string& out, std::int64_t value, int width) {
  std::array<char, 20> buffer{};
  for (int i = width - 1; i >= 0; --i) {
    buffer[static_cast<std::size_t>(i)] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  out.append(buffer.data(), static_cast<std::size_t>(width));
}

}  // namespace detail

/// Reads "YYYY-MM-DD". \returns `parse_error` on any other form, also for days that do not exist.
[[nodiscard]] constexpr Result<Date> parse_date(std::string_view s, const char* field = "date") {
  const int y = detail::digits(s, 0, 4);
  const int m = detail::digits(s, 5, 2);
  const int d = detail::digits(s, 8, 2);
  if (s.size() != 10 || y < 0 || m < 0 || d < 0 || s[4] != '-' || s[7] != '-') return fail(Errc::parse_error, field);
  const Date date{std::chrono::year{y}, std::chrono::month{static_cast<unsigned>(m)},
                  std::chrono::day{static_cast<unsigned>(d)}};
  if (!date.ok()) return fail(Errc::parse_error, field);
  return date;
}

/// Reads RFC 3339 in UTC: "2015-12-24T17:59:00Z", up to nine fraction digits, capital T and Z.
/// No offset other than Z, no leap second (the field's clocks smear them).
/// \returns `parse_error` on any other form, also outside the years a Timestamp covers.
[[nodiscard]] constexpr Result<Timestamp> parse_time(std::string_view s, const char* field = "t") {
  constexpr std::size_t whole = 19;  // "YYYY-MM-DDThh:mm:ss"
  if (s.size() < whole + 1 || s[10] != 'T' || s[13] != ':' || s[16] != ':' || s.back() != 'Z')
    return fail(Errc::parse_error, field);
  const Result<Date> date = parse_date(s.substr(0, 10), field);
  if (!date) return tl::unexpected<Error>(date.error());
  const int hour = detail::digits(s, 11, 2);
  const int minute = detail::digits(s, 14, 2);
  const int second = detail::digits(s, 17, 2);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
    return fail(Errc::parse_error, field);
  std::int64_t nanos = 0;
  if (s.size() > whole + 1) {  // ".f" to ".fffffffff" before the Z
    const std::size_t places = s.size() - whole - 2;
    if (s[whole] != '.' || places < 1 || places > 9) return fail(Errc::parse_error, field);
    const int fraction = detail::digits(s, whole + 1, places);
    if (fraction < 0) return fail(Errc::parse_error, field);
    nanos = fraction;
    for (std::size_t i = places; i < 9; ++i) nanos *= 10;
  }
  const int year = static_cast<int>((*date).year());
  if (year < 1678 || year > 2261) return fail(Errc::parse_error, field);
  return Timestamp{std::chrono::sys_days{*date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second} + Duration{nanos};
}

/// Appends "YYYY-MM-DD" to `out`.
inline void append_text(std::string& out, Date date) {
  detail::put_digits(out, static_cast<int>(date.year()), 4);
  out += '-';
  detail::put_digits(out, static_cast<unsigned>(date.month()), 2);
  out += '-';
  detail::put_digits(out, static_cast<unsigned>(date.day()), 2);
}

/// Appends RFC 3339 in UTC to `out`, without trailing zeros in the fraction, ending in Z.
inline void append_text(std::string& out, Timestamp t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  append_text(out, Date{day});
  const std::int64_t nanos = (t - day).count();
  constexpr std::int64_t second = 1'000'000'000;
  out += 'T';
  detail::put_digits(out, nanos / (3600 * second), 2);
  out += ':';
  detail::put_digits(out, nanos / (60 * second) % 60, 2);
  out += ':';
  detail::put_digits(out, nanos / second % 60, 2);
  if (nanos % second != 0) {
    out += '.';
    detail::put_digits(out, nanos % second, 9);
    while (out.back() == '0') out.pop_back();
  }
  out += 'Z';
}

/// \returns `value` as text: a Date as "YYYY-MM-DD", a Timestamp as RFC 3339.
template <class T>
  requires std::is_same_v<T, Date> || std::is_same_v<T, Timestamp>
[[nodiscard]] std::string to_text(T value) {
  std::string out;
  append_text(out, value);
  return out;
}

}  // namespace optcoord
