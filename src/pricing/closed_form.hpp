// src/pricing/closed_form.hpp -- the Black-Scholes-Merton closed form in steps, several options at once.
// SPDX-License-Identifier: MIT
//
// With A = S' n(d1) = K' n(d2) (S', K' the discounted spot and strike, n the normal density) and R the Mills ratio, the
// tails of the closed form are S' N(-|d1|) = A R(|d1|) and K' N(-|d2|) = A R(|d2|): one exponential serves both normal
// distributions and all Greeks, and one division both ratios.
#pragma once

#include "lane_functions.hpp"

namespace optcoord::pricing {
namespace {

/// Options worked on from step to step: each step is a short loop over the block, so that a processor has several turns
/// of it under way, where one long loop would wait for itself. Bits do not depend on the size.
constexpr std::size_t block = 64;

/// What steps hand to each other, by option. The terms are S' N(d1) and K' N(d2) for calls, S' N(-d1) and K' N(-d2)
/// for puts.
struct alignas(64) Steps {
  double d1[block];
  double d2[block];
  double per_deviation[block];
  double peak[block];  ///< A above
};

/// 1 / deviation, of one that is not below 0.
OPTCOORD_INLINE Doubles reciprocal(Doubles deviation) {
  constexpr double so_large = 0x1p600;  // yet 0 times it is 0
  return smaller(1.0 / deviation, all(so_large));
}

/// What the options of an expiry share, worked out once, lane by lane the same.
struct Expiry {
  double years, root_years, spot_discount, strike_discount, log_forward;
};
OPTCOORD_INLINE Expiry expiry(double spot, double years, double rate, double yield, double anchor) {
  // Valid means finite, and spot and anchor above 0: the logarithm would make something of anything.
  const bool valid = spot > 0 && anchor > 0 && spot < __builtin_inf() && anchor < __builtin_inf() &&
                     (years + rate + yield) * 0.0 == 0.0;
  if (!valid) return {not_a_number, not_a_number, not_a_number, not_a_number, not_a_number};
  const double t = years > 0 ? years : 0.0;
  return {t, first(square_root(all(t))), first(exp_of(all(-yield * t))), first(exp_of(all(-rate * t))),
          first(ln(all(spot / anchor))) + (rate - yield) * t};
}

/// d1 and d2 of `moneyness` = ln(S' / K') and `deviation` = vol x sqrt(years), never -0.
OPTCOORD_INLINE void place(Steps& s, std::size_t i, Doubles moneyness, Doubles deviation, Doubles per_deviation) {
  const Doubles middle = moneyness * per_deviation;
  store(s.d1 + i, middle + 0.5 * deviation);
  store(s.d2 + i, middle - 0.5 * deviation);
  store(s.per_deviation + i, per_deviation);
}
OPTCOORD_INLINE void find_peaks(Steps& s, std::size_t n, double spot) {
  for (std::size_t i = 0; i < n; i += lanes)
    store(s.peak + i, spot * density(smaller(magnitude(load(s.d1 + i)), all(farthest))));
}
struct Terms {
  Doubles spot;
  Doubles strike;
};
OPTCOORD_INLINE Terms terms(const Steps& s, std::size_t i, Doubles spot, Doubles strike, Bits put_sign) {
  const Doubles d1 = load(s.d1 + i);
  const Doubles d2 = load(s.d2 + i);
  const Quotient m1 = mills_ratio(smaller(magnitude(d1), all(farthest)));
  const Quotient m2 = mills_ratio(smaller(magnitude(d2), all(farthest)));
  const Doubles shared = load(s.peak + i) / (m1.under * m2.under);
  const Doubles tail1 = m1.over * m2.under * shared;
  const Doubles tail2 = m2.over * m1.under * shared;
  return {select(turned(d1, put_sign) > 0.0, spot - tail1, tail1),
          select(turned(d2, put_sign) > 0.0, strike - tail2, tail2)};
}

}  // namespace
}  // namespace optcoord::pricing
