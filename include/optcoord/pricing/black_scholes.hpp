// optcoord/pricing/black_scholes.hpp -- European option value and Greeks, one option at a time.
// SPDX-License-Identifier: MIT
//
// The Black-Scholes-Merton closed form with continuous rate and yield (Hull, 7th ed., ch. 13, 15 and 17; Haug 1998,
// p. 8). An option on a future is one whose yield equals the rate (Black 1976). Example:
//
//   OptionTerms terms{Right::call, 49.0, 50.0, 0.3846, 0.05, 0.0};
//   greeks(terms, 0.20);   // delta 0.522, gamma 0.066, vega 0.121 per 0.01, rho 0.0891 per 0.01
//
// Results are the same under every compiler and optimisation level that does not contract floating point
// (-ffp-contract=off where the target has fused multiply-add; never -ffast-math).
#pragma once

#include <optcoord/core/time.hpp>        // Duration
#include <optcoord/market/contract.hpp>  // Right
#include <optcoord/market/greeks.hpp>    // UnitGreeks
#include <optcoord/pricing/normal.hpp>   // normal_cdf, normal_density

#include <algorithm>  // std::max
#include <cmath>      // std::exp, std::isfinite, std::log, std::sqrt
#include <limits>     // std::numeric_limits

namespace optcoord::pricing {

/// Calendar days in the year that option time is counted in.
inline constexpr double days_per_year = 365.0;

/// \returns `span` in 365-day years; negative when it is.
[[nodiscard]] constexpr double years(Duration span) noexcept {
  constexpr double nanoseconds_per_day = 86'400e9;
  return static_cast<double>(span.count()) / (nanoseconds_per_day * days_per_year);
}

/// Everything about a European option but its volatility.
struct OptionTerms {
  Right right{Right::call};
  double spot{0};            ///< USD per unit; > 0
  double strike{0};          ///< USD per unit; > 0
  double years{0};           ///< to expiry, 365-day years; at or below 0: expired
  double rate{0};            ///< continuous, per year; may be negative
  double dividend_yield{0};  ///< continuous, per year; for an option on a future, the rate
};

/// Value and sensitivities of a long option per unit of underlying, in the units used everywhere.
struct OptionGreeks {
  double value{0};  ///< USD
  double delta{0};  ///< USD per USD of spot
  double gamma{0};  ///< change of delta per USD of spot
  double theta{0};  ///< USD per calendar day: the yearly figure / 365
  double vega{0};   ///< USD per 0.01 of volatility
  double rho{0};    ///< USD per 0.01 of the rate
};

/// \returns the four Greeks that positions are made of.
[[nodiscard]] constexpr UnitGreeks unit_greeks(const OptionGreeks& g) noexcept {
  return {g.delta, g.gamma, g.theta, g.vega};
}

/// \returns whether a price can be computed: all finite, spot and strike above 0.
[[nodiscard]] inline bool is_valid(const OptionTerms& o) noexcept {
  return std::isfinite(o.spot) && std::isfinite(o.strike) && std::isfinite(o.years) && std::isfinite(o.rate) &&
         std::isfinite(o.dividend_yield) && o.spot > 0 && o.strike > 0;
}

namespace detail {

/// What value, Greeks and implied volatility share. Time before expiry is cut off at 0.
struct Forward {
  double years;
  double spot;       ///< spot discounted at the yield, S exp(-q t)
  double strike;     ///< strike discounted at the rate, K exp(-r t)
  double moneyness;  ///< ln(forward / strike)
};
[[nodiscard]] inline Forward forward(const OptionTerms& o) noexcept {
  const double t = std::max(o.years, 0.0);
  return {t, o.spot * std::exp(-o.dividend_yield * t), o.strike * std::exp(-o.rate * t),
          std::log(o.spot / o.strike) + (o.rate - o.dividend_yield) * t};
}

/// N(d1), N(d2) and their complements for the right: probabilities, both > 0 for either right.
struct Weights {
  double spot;     ///< N(d1) of a call, N(-d1) of a put
  double strike;   ///< N(d2) of a call, N(-d2) of a put
  double density;  ///< the normal density at d1; 0 in the limit without deviation
};

/// `deviation` is vol x sqrt(t), >= 0. At 0 both weights are the limit: 1 in the money, 0 out of it, a half between.
[[nodiscard]] inline Weights weights(Right right, double moneyness, double deviation) noexcept {
  const double sign = right == Right::call ? 1.0 : -1.0;
  if (deviation <= 0) {
    const double weight = sign * moneyness > 0 ? 1.0 : sign * moneyness < 0 ? 0.0 : 0.5;
    return {weight, weight, 0.0};
  }
  const double d1 = moneyness / deviation + 0.5 * deviation;
  const double d2 = moneyness / deviation - 0.5 * deviation;
  return {normal_cdf(sign * d1), normal_cdf(sign * d2), normal_density(d1)};
}

}  // namespace detail

/// \returns the value of the option, USD per unit, within 1e-13 x max(spot, strike); call less put is the discounted
/// forward less the discounted strike to the same precision. The limits: at or after expiry the intrinsic value, at
/// `vol` 0 the discounted intrinsic value. Not a number unless the terms are valid and `vol` is finite and >= 0.
[[nodiscard]] inline double value(const OptionTerms& o, double vol) noexcept {
  if (!is_valid(o) || !std::isfinite(vol) || vol < 0) return std::numeric_limits<double>::quiet_NaN();
  const detail::Forward f = detail::forward(o);
  const detail::Weights w = detail::weights(o.right, f.moneyness, vol * std::sqrt(f.years));
  const double difference = f.spot * w.spot - f.strike * w.strike;
  return std::max(o.right == Right::call ? difference : -difference, 0.0);
}

/// \returns value and Greeks. The limits, at or after expiry and at `vol` 0: delta is that of the forward in the money,
/// 0 out of it and half of it exactly between; gamma and vega are 0; theta and rho are those of the discounted
/// intrinsic value, theta 0 from expiry on. Not numbers unless the terms are valid and `vol` is finite and >= 0.
[[nodiscard]] inline OptionGreeks greeks(const OptionTerms& o, double vol) noexcept {
  if (!is_valid(o) || !std::isfinite(vol) || vol < 0) {
    constexpr double none = std::numeric_limits<double>::quiet_NaN();
    return {none, none, none, none, none, none};
  }
  const detail::Forward f = detail::forward(o);
  const double root_years = std::sqrt(f.years);
  const double deviation = vol * root_years;
  const detail::Weights w = detail::weights(o.right, f.moneyness, deviation);
  const double sign = o.right == Right::call ? 1.0 : -1.0;
  const double spot_part = f.spot * w.spot;
  const double strike_part = f.strike * w.strike;

  OptionGreeks g;
  g.value = std::max(sign * (spot_part - strike_part), 0.0);
  g.delta = sign * (f.spot / o.spot) * w.spot;
  g.rho = sign * strike_part * f.years / 100.0;
  if (f.years > 0) {
    const double carry = sign * (o.dividend_yield * spot_part - o.rate * strike_part);
    g.theta = (carry - f.spot * w.density * vol / (2.0 * root_years)) / days_per_year;
  }
  if (deviation > 0) {
    g.gamma = (f.spot / o.spot) * w.density / (o.spot * deviation);
    g.vega = f.spot * w.density * root_years / 100.0;
  }
  return g;
}

/// \returns the risk-neutral probability of ending in the money, N(d2) of a call and N(-d2) of a put; with rate and
/// yield 0 that without drift. The limits: at or after expiry, and at `vol` 0, 1 in the money and 0 at or out of it.
/// Not a number unless the terms are valid and `vol` is finite and >= 0.
[[nodiscard]] inline double probability_in_the_money(const OptionTerms& o, double vol) noexcept {
  if (!is_valid(o) || !std::isfinite(vol) || vol < 0) return std::numeric_limits<double>::quiet_NaN();
  const double moneyness = detail::forward(o).moneyness;
  const double deviation = vol * std::sqrt(std::max(o.years, 0.0));
  if (deviation <= 0) return (o.right == Right::call ? moneyness > 0 : moneyness < 0) ? 1.0 : 0.0;
  return detail::weights(o.right, moneyness, deviation).strike;
}

}  // namespace optcoord::pricing
