// tests/support/exact_micro.hpp -- rounding to millionths by integer arithmetic alone, to hold to_micro against.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/fixed_point.hpp>  // Int128

#include <cmath>    // std::frexp, std::ldexp
#include <cstdint>  // std::int64_t

namespace optcoord::test {

/// `x`, |x| <= 10^12, in millionths: its mantissa and exponent taken apart, times 10^6, halves to even.
[[nodiscard]] inline std::int64_t exact_micro(double x) {
  int exponent = 0;
  const double fraction = std::frexp(std::abs(x), &exponent);
  const auto mantissa = static_cast<std::int64_t>(std::ldexp(fraction, 53));
  const int shift = 53 - exponent;  // x = mantissa / 2^shift
  const Int128 millionths = Int128{mantissa} * 1'000'000;
  if (shift > 120) return 0;
  Int128 whole = millionths >> shift;
  const Int128 rest = millionths - (whole << shift);
  const Int128 half = Int128{1} << (shift - 1);
  if (rest > half || (rest == half && whole % 2 != 0)) whole += 1;
  return static_cast<std::int64_t>(x < 0 ? -whole : whole);
}

}  // namespace optcoord::test
