// src/pricing/lane_functions.hpp -- exponential, logarithm and normal tail, lane by lane, without a branch.
// SPDX-License-Identifier: MIT
//
// The C library's own do not vectorise, and differ between processors. Relative errors, measured against 60 digits:
// exp_of 3e-16, ln 3e-16 (of 1 where the logarithm is smaller), density 3e-16 x x^2, mills_ratio 2e-14 to 12.
#pragma once

#include "lanes.hpp"

namespace optcoord::pricing {
namespace {

constexpr double ln2_high = 0x1.62e42fee00000p-1;  // 33 bits: times an exponent it is exact
constexpr double ln2_low = 0x1.a39ef35793c76p-33;
constexpr double one_over_ln2 = 0x1.71547652b82fep0;
constexpr double round_to_integer = 0x1.8p52;  // added and taken away, it rounds to the nearest integer
constexpr double one_over_root_two_pi = 0x1.9884533d43651p-2;
constexpr double not_a_number = __builtin_nan("");

/// e^x. 0 below -708, infinite above 709; not a number stays so.
OPTCOORD_INLINE Doubles exp_of(Doubles x) {
  constexpr double lowest = -708.0;
  constexpr double highest = 709.0;
  const Doubles inside = smaller(larger(x, all(lowest)), all(highest));
  const Doubles shifted = inside * one_over_ln2 + round_to_integer;
  const Doubles n = shifted - round_to_integer;
  const Doubles r = (inside - n * ln2_high) - n * ln2_low;
  // Minimax of degree 11 on |r| <= ln 2 / 2, even and odd powers apart so that they can go on at the same time.
  const Doubles rr = r * r;
  const Doubles even =
      1.0 +
      rr * (0.50000000000000177736 +
            rr * (0.041666666666492074803 +
                  rr * (0.0013888888951410252813 + rr * (2.4801486320588121143e-5 + rr * 2.7632368019197577849e-7))));
  const Doubles odd =
      1.0 +
      rr * (0.16666666666666166175 +
            rr * (0.0083333333335601749048 +
                  rr * (0.00019841269431454022099 + rr * (2.7557623136996031038e-6 + rr * 2.4994247177932404938e-8))));
  const Doubles power = even + r * odd;
  const Doubles scaled = from_bits(bits(power) + (bits(shifted) << 52));
  const Doubles low_cut = select(x < lowest, Doubles{}, scaled);
  return select(x > highest, all(__builtin_inf()), low_cut);
}

/// ln x of a finite x > 0, subnormals too. Anything else gives nonsense, which the caller masks.
OPTCOORD_INLINE Doubles ln(Doubles x) {
  constexpr std::uint64_t below_root_half = 0x3FE6A09E667F3BCDU;  // the bits of sqrt(1/2)
  constexpr double smallest_normal = 0x1p-1022;
  const Mask subnormal = x < smallest_normal;
  const Bits b = bits(select(subnormal, x * 0x1p54, x)) - below_root_half;
  // b's exponent is now that of x relative to sqrt(1/2), from -1021 to 1024; with 2048 added it is a small integer.
  const Bits above = (b + (std::uint64_t{2048} << 52)) >> 52;
  const Doubles exponent = from_bits((above & 0xFFFU) | 0x4330000000000000U) - (0x1p52 + 2048.0);  // 2^52 and it
  const Doubles m = from_bits((b & 0x000F'FFFF'FFFF'FFFFU) + below_root_half);  // sqrt(1/2) <= m < sqrt(2)
  const Doubles n = select(subnormal, exponent - 54.0, exponent);
  // fdlibm's: with s = f / (2 + f), ln(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)).
  const Doubles f = m - 1.0;
  const Doubles s = f / (2.0 + f);
  const Doubles z = s * s;
  const Doubles w = z * z;
  const Doubles t1 = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const Doubles t2 =
      z * (6.666666666666735130e-01 +
           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const Doubles half_square = 0.5 * f * f;
  return n * ln2_high - ((half_square - (s * (half_square + (t1 + t2)) + n * ln2_low)) - f);
}

/// A quotient that is not yet divided: two of them share one division.
struct Quotient {
  Doubles over;
  Doubles under;
};

/// The Mills ratio of the normal distribution, (1 - N(x)) / density(x), of 0 <= x <= 40: a rational function of degree
/// 7 over 8 fitted to [0, 12], all of whose coefficients are positive, so that nothing cancels.
OPTCOORD_INLINE Quotient mills_ratio(Doubles x) {
  const Doubles y = x * x;
  const Doubles over_even =
      1.253314137315496924 + y * (0.9597283931004056641 + y * (0.09135400195538839685 + y * 0.00150365926904073991));
  const Doubles over_odd =
      1.558266303823316172 + y * (0.3649078785080282022 + y * (0.01500727104367583734 + y * 0.00007177248471512279056));
  const Doubles under_even =
      1.0 + y * (1.894395379428496417 +
                 y * (0.3797754900454678187 + y * (0.01507905232493949637 + y * 0.00007177248722452861565)));
  const Doubles under_odd =
      2.041201186242347169 + y * (1.048024114665892261 + y * (0.09285744022282730566 + y * 0.001503659051366461478));
  return {over_even + x * over_odd, under_even + x * under_odd};
}

/// From here on the density counts as 0; it is below 10^-307.
constexpr double farthest = 37.6;

/// The normal density at 0 <= x <= farthest: e^(-x^2 / 2) as in exp_of(), with fewer digits, which the rounding of x^2
/// has already taken. Not a number gives anything.
OPTCOORD_INLINE Doubles density(Doubles x) {
  const Doubles square = x * x;
  const Doubles shifted = square * (-0.5 * one_over_ln2) + round_to_integer;
  const Doubles r = square * -0.5 - (shifted - round_to_integer) * (ln2_high + ln2_low);
  const Doubles rr = r * r;
  const Doubles even =
      1.0000000000000000665 +
      rr * (0.49999999999997273449 +
            rr * (0.041666666668433052683 +
                  rr * (0.0013888888497969528624 + rr * (2.4801918348225787719e-5 + rr * 2.7488374716071094214e-7))));
  const Doubles odd =
      1.0000000000000064746 +
      rr * (0.16666666666557307854 +
            rr * (0.0083333333848190860329 + rr * (0.00019841171188100675389 + rr * 2.7639850419948039846e-6)));
  const Doubles power = (even + r * odd) * one_over_root_two_pi;
  const Doubles scaled = from_bits(bits(power) + (bits(shifted) << 52));
  return select(x < farthest, scaled, Doubles{});
}

/// N(x).
OPTCOORD_INLINE Doubles normal(Doubles x) {
  const Doubles far = smaller(magnitude(x), all(farthest));
  const Quotient mills = mills_ratio(far);
  const Doubles tail = density(far) * (mills.over / mills.under);
  const Doubles p = select(x > 0.0, 1.0 - tail, tail);
  return blanked(p, blank_unless(x <= __builtin_inf()));  // a number
}

}  // namespace
}  // namespace optcoord::pricing
