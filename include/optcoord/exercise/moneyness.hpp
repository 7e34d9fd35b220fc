// optcoord/exercise/moneyness.hpp -- how far in the money, and the comparisons of prices that stages rest on.
// SPDX-License-Identifier: MIT
//
// Ratios are for people; decisions compare prices in millionths of a dollar, so that a boundary is the same for every
// strike and machine. Example:
//
//   moneyness(Right::put, 629.92, 635.0);                 // 0.008: 0.8 % in the money
//   at_least(Right::put, 647.70, 635.0, -0.02);           // true: exactly 2 % out of the money is inside
#pragma once

#include <optcoord/core/error.hpp>       // Result
#include <optcoord/market/contract.hpp>  // Right

#include <cmath>  // std::isfinite, std::nearbyint

namespace optcoord {

/// In the money by so much at the close, USD, is exercised unless somebody says otherwise (exercise by exception).
inline constexpr double exercise_by_exception = 0.01;

/// \returns the distance of `spot` into the money as a fraction of `strike`: positive in the money, for either right.
/// `invalid_value` naming the field unless both are finite and above 0.
[[nodiscard]] inline Result<double> moneyness(Right right, double spot, double strike) {
  if (!std::isfinite(spot) || spot <= 0) return fail(Errc::invalid_value, "spot");
  if (!std::isfinite(strike) || strike <= 0) return fail(Errc::invalid_value, "strike");
  return (right == Right::call ? spot - strike : strike - spot) / strike;
}

namespace detail {

/// Whole millionths of a dollar, kept as a double: any price compares, none overflows.
[[nodiscard]] inline double millionths(double usd) noexcept { return std::nearbyint(usd * 1e6); }

}  // namespace detail

/// \returns whether moneyness is `m` or more, compared as prices: call spot >= strike x (1 + m), put spot <= strike x
/// (1 - m), in millionths of a dollar; exactly there is inside. \pre prices finite and above 0
[[nodiscard]] inline bool at_least(Right right, double spot, double strike, double m) noexcept {
  const double s = detail::millionths(spot);
  return right == Right::call ? s >= detail::millionths(strike * (1 + m)) : s <= detail::millionths(strike * (1 - m));
}

/// \returns whether the option is in the money at all: by a millionth of a dollar.
[[nodiscard]] inline bool in_the_money(Right right, double spot, double strike) noexcept {
  const double s = detail::millionths(spot);
  const double k = detail::millionths(strike);
  return right == Right::call ? s > k : s < k;
}

/// \returns whether `spot` is within the fraction `band` of the strike, either side, the ends included.
[[nodiscard]] inline bool within(double spot, double strike, double band) noexcept {
  const double s = detail::millionths(spot);
  return s >= detail::millionths(strike * (1 - band)) && s <= detail::millionths(strike * (1 + band));
}

/// \returns whether `spot` is within `dollars` of the strike, the ends included.
[[nodiscard]] inline bool within_dollars(double spot, double strike, double dollars) noexcept {
  return std::abs(detail::millionths(spot) - detail::millionths(strike)) <= detail::millionths(dollars);
}

/// \returns USD per unit that exercise is worth, at least 0.
[[nodiscard]] inline double intrinsic(Right right, double spot, double strike) noexcept {
  const double value = right == Right::call ? spot - strike : strike - spot;
  return value > 0 ? value : 0.0;
}

/// \returns whether an option that closes at `spot` is exercised without anybody asking for it.
[[nodiscard]] inline bool exercised_by_exception(Right right, double spot, double strike) noexcept {
  const double depth = detail::millionths(spot) - detail::millionths(strike);
  return (right == Right::call ? depth : -depth) >= detail::millionths(exercise_by_exception);
}

}  // namespace optcoord
