// optcoord/core/fixed_point.hpp -- exposures as whole millionths, so that reserve, fill and release leave exactly zero.
// SPDX-License-Identifier: MIT
//
// A double is rounded once, on entry; all arithmetic after that is integer arithmetic. Example:
//
//   Micro delta = *to_micro(-0.35 * 100);   // -35.000000
//   to_text(delta);                         // "-35"
#pragma once

#include <optcoord/core/error.hpp>  // Result

#include <array>         // std::array
#include <charconv>      // std::to_chars
#include <cmath>         // std::fma, std::isfinite, std::nearbyint
#include <compare>       // operator<=>
#include <cstdint>       // std::int64_t
#include <limits>        // std::numeric_limits
#include <string>        // std::string
#include <system_error>  // std::errc

namespace optcoord {

/// 128-bit intermediate for products of two exposures; never stored.
__extension__ using Int128 = __int128;

/// \returns a + b, or the end of the range it passes: comparing the result with a bound stays right.
[[nodiscard]] constexpr std::int64_t saturating_add(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t sum = 0;
  if (!__builtin_add_overflow(a, b, &sum)) return sum;
  return b > 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}
/// \returns a - b, or the end of the range it passes.
[[nodiscard]] constexpr std::int64_t saturating_sub(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t difference = 0;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return b < 0 ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}
/// \returns a x b, or the end of the range it passes.
[[nodiscard]] constexpr std::int64_t saturating_mul(std::int64_t a, std::int64_t b) noexcept {
  std::int64_t product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) return product;
  return (a > 0) == (b > 0) ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
}

/// An exposure in millionths of its unit (share-equivalents, USD, ...). Sign as the quantity it measures.
/// Ordered and equal by value. Sums are the caller's to keep in range; `to_micro` bounds what enters.
struct Micro {
  std::int64_t raw{0};  ///< millionths

  friend constexpr auto operator<=>(Micro, Micro) noexcept = default;
  friend constexpr Micro operator+(Micro a, Micro b) noexcept { return {a.raw + b.raw}; }
  friend constexpr Micro operator-(Micro a, Micro b) noexcept { return {a.raw - b.raw}; }
  constexpr Micro operator-() const noexcept { return {-raw}; }
  constexpr Micro& operator+=(Micro b) noexcept { return raw += b.raw, *this; }
  constexpr Micro& operator-=(Micro b) noexcept { return raw -= b.raw, *this; }
};

/// How many millionths make one.
inline constexpr std::int64_t micro_per_unit = 1'000'000;

/// The largest magnitude that may enter, in millionths: 10^12 units.
inline constexpr std::int64_t max_entry_raw = 1'000'000'000'000 * micro_per_unit;

/// The largest magnitude any sum of exposures may reach, in millionths. Whoever adds checks against it first.
inline constexpr std::int64_t max_sum_raw = 4'000'000'000'000 * micro_per_unit;

/// `x` rounded to the nearest integer of millionths, ties to even, exactly: the double's own value is
/// rounded, not the rounded product. \returns `invalid_value` when `x` is not finite or beyond 10^12 units.
/// Assumes the default rounding mode, as the whole library does.
[[nodiscard]] inline Result<Micro> to_micro(double x, const char* field = "value", std::int32_t index = -1) noexcept {
  if (!std::isfinite(x)) return fail(Errc::invalid_value, field, index);
  const double product = x * static_cast<double>(micro_per_unit);
  if (std::abs(product) > static_cast<double>(max_entry_raw)) return fail(Errc::invalid_value, field, index);
  const double lost = std::fma(x, static_cast<double>(micro_per_unit), -product);  // exact error of the product
  double whole = std::nearbyint(product);
  const double rest = product - whole;  // exact; at most one half, to which `lost` may add or take
  // nearbyint sends what looks like a tie to even; `lost` says when the true value lies beyond the middle
  if (rest == 0.5 && lost > 0) whole += 1;
  if (rest == -0.5 && lost < 0) whole -= 1;
  const double more = std::nearbyint(lost);  // 0 below 2^52: from there on the product itself skips integers
  Micro m{static_cast<std::int64_t>(whole) + static_cast<std::int64_t>(more)};
  const bool tie = rest == 0 && std::abs(lost - more) == 0.5;
  if (tie && m.raw % 2 != 0) m.raw += lost > more ? 1 : -1;
  return m;
}

/// \returns the nearest double.
[[nodiscard]] constexpr double to_double(Micro m) noexcept {
  return static_cast<double>(m.raw) / static_cast<double>(micro_per_unit);
}

/// Appends the exact decimal text, without trailing zeros: "-1100", "0.5", "0.000001".
inline void append_text(std::string& out, Micro m) {
  const bool negative = m.raw < 0;
  const std::uint64_t magnitude = negative ? ~static_cast<std::uint64_t>(m.raw) + 1 : static_cast<std::uint64_t>(m.raw);
  std::array<char, 24> buffer{};
  if (negative) out += '-';
  const auto whole = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude / 1'000'000);
  out.append(buffer.data(), whole.ptr);
  std::uint64_t fraction = magnitude % 1'000'000;
  if (fraction == 0) return;
  std::array<char, 6> places{};
  for (std::size_t i = places.size(); i-- > 0; fraction /= 10) places[i] = static_cast<char>('0' + fraction % 10);
  std::size_t length = places.size();
  while (places[length - 1] == '0') --length;
  out += '.';
  out.append(places.data(), length);
}

/// \returns the exact decimal text, without trailing zeros.
[[nodiscard]] inline std::string to_text(Micro m) {
  std::string out;
  append_text(out, m);
  return out;
}

}  // namespace optcoord
