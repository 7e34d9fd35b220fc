// optcoord/pricing/american_approximation.hpp -- American options by two quadratic approximations, quick and near.
// SPDX-License-Identifier: MIT
//
// Barone-Adesi and Whaley (Journal of Finance 1987; Haug 1998, p. 20) and its correction by Ju and Zhong (Journal of
// Derivatives, Winter 1999). american.hpp has the value they approximate, and starts from the boundary found here.
// Example:
//
//   barone_adesi_whaley({Right::put, 100.0, 100.0, 0.5, 0.10, 0.10}, 0.35);   // 9.5104; the true value is 9.49
#pragma once

#include <optcoord/pricing/black_scholes.hpp>  // OptionTerms, value, greeks

#include <algorithm>  // std::max
#include <cmath>      // std::abs, std::expm1, std::log, std::pow, std::sqrt

namespace optcoord::pricing {

namespace detail {

/// Whether waiting never costs, or there is nothing to wait for: then the value is the European one, or the intrinsic.
[[nodiscard]] inline bool never_early(const OptionTerms& o, double vol) noexcept {
  constexpr double smallest = 1e-8;  // of what waiting costs and of the deviation: below, formulas divide by nothing
  const double cost = o.right == Right::call ? o.dividend_yield : o.rate;
  return !(cost * o.years > smallest) || !(vol * std::sqrt(o.years) > smallest);
}

[[nodiscard]] inline double intrinsic(const OptionTerms& o) noexcept {
  return std::max(o.right == Right::call ? o.spot - o.strike : o.strike - o.spot, 0.0);
}

/// The early exercise premium as a power of the spot: alpha = 2 r / vol^2, beta = 2 (r - q) / vol^2, h = 1 - exp(-r t).
struct QuadraticPremium {
  OptionTerms option;
  double vol;
  double sign;  ///< 1 for calls, -1 for puts
  double alpha;
  double beta;
  double h;
  double root;     ///< sqrt((beta - 1)^2 + 4 alpha / h)
  double power;    ///< above 1 for calls, below 0 for puts
  double at_last;  ///< the power of an option that never expires

  QuadraticPremium(const OptionTerms& o, double v) noexcept
      : option(o), vol(v), sign(o.right == Right::call ? 1.0 : -1.0) {
    constexpr double least = 1e-8;  // a rate of 0 divides by 0, and next to it nothing changes
    if (std::abs(option.rate) < least) option.rate = least;
    alpha = 2.0 * option.rate / (vol * vol);
    beta = 2.0 * (option.rate - option.dividend_yield) / (vol * vol);
    h = -std::expm1(-option.rate * option.years);
    const double square = (beta - 1.0) * (beta - 1.0);
    root = std::sqrt(square + 4.0 * alpha / h);
    power = 0.5 * (1.0 - beta + sign * root);
    at_last = 0.5 * (1.0 - beta + sign * std::sqrt(std::max(square + 4.0 * alpha, 0.0)));
  }
  /// \returns what waiting at spot `s` is worth less what exercising is, by their approximation.
  [[nodiscard]] double waiting(double s) const noexcept {
    OptionTerms there = option;
    there.spot = s;
    const OptionGreeks g = greeks(there, vol);
    return g.value + sign * s / power * (1.0 - sign * g.delta) - sign * (s - option.strike);
  }
};

/// \returns the spot from which on the option is exercised, by their approximation: between the strike and the spot of
/// an option that never expires. By the secant, every third step by halving.
[[nodiscard]] inline double critical_spot(const QuadraticPremium& p) noexcept {
  const double strike = p.option.strike;
  double stop = strike * p.at_last / (p.at_last - 1.0);  // exercised here
  if (p.sign > 0 && !(stop > strike && stop < 1e6 * strike)) stop = 1e6 * strike;
  double wait = strike;  // not exercised here
  double at_stop = p.waiting(stop);
  double at_wait = p.waiting(wait);
  if (!(at_stop < 0) || !(at_wait > 0)) return stop;
  for (int step = 0; step < 100 && std::abs(wait - stop) > 1e-10 * strike; ++step) {
    const bool halve = step % 3 == 2;
    const double s = halve ? 0.5 * (stop + wait) : stop - at_stop * (wait - stop) / (at_wait - at_stop);
    const double w = p.waiting(s);
    (w < 0 ? stop : wait) = s;
    (w < 0 ? at_stop : at_wait) = w;
  }
  return 0.5 * (stop + wait);
}

/// Ju and Zhong's divisor of the premium: 1 at the boundary.
[[nodiscard]] inline double ju_zhong_divisor(const QuadraticPremium& p, double critical, double premium) noexcept {
  const OptionTerms& o = p.option;
  const double deviation = p.vol * std::sqrt(o.years);
  const double forward = critical * std::exp((o.rate - o.dividend_yield) * o.years);
  const double d1 = std::log(forward / o.strike) / deviation + 0.5 * deviation;
  const double by_h = forward * normal_density(d1) / (p.alpha * deviation) -
                      p.sign * forward * normal_cdf(p.sign * d1) * o.dividend_yield / o.rate +
                      p.sign * o.strike * normal_cdf(p.sign * (d1 - deviation));
  const double power_by_h = -p.sign * p.alpha / (p.h * p.h * p.root);
  const double slope = 2.0 * p.power + p.beta - 1.0;
  const double decayed = (1.0 - p.h) * p.alpha / slope;
  const double b = 0.5 * decayed * power_by_h;
  const double c = -decayed * (by_h / premium + 1.0 / p.h + power_by_h / slope);
  const double distance = std::log(o.spot / critical);
  return 1.0 - distance * (b * distance + c);
}

[[nodiscard]] inline double quadratic_value(const OptionTerms& o, double vol, bool corrected) noexcept {
  const double european = value(o, vol);
  if (!(european >= 0)) return european;  // not a number
  if (never_early(o, vol)) return std::max(european, intrinsic(o));
  const QuadraticPremium p(o, vol);
  const double critical = critical_spot(p);
  if (p.sign * (o.spot - critical) >= 0) return intrinsic(o);
  OptionTerms there = p.option;
  there.spot = critical;
  const double premium = p.sign * (critical - o.strike) - value(there, vol);
  const double divisor = corrected ? ju_zhong_divisor(p, critical, premium) : 1.0;
  const double early = premium * std::pow(o.spot / critical, p.power) / divisor;
  return std::max(european + std::max(early, 0.0), intrinsic(o));
}

}  // namespace detail

/// \returns Barone-Adesi and Whaley's value of an American option, USD per unit: within a cent or two per 100 of spot
/// up to some months, up to 0.5 in years. The limits are those of `american_value`. Some 30 European values.
[[nodiscard]] inline double barone_adesi_whaley(const OptionTerms& o, double vol) noexcept {
  return detail::quadratic_value(o, vol, false);
}

/// \returns Ju and Zhong's, which corrects it: within 0.1 per 100 of spot in years, mostly a tenth of that.
[[nodiscard]] inline double ju_zhong(const OptionTerms& o, double vol) noexcept {
  return detail::quadratic_value(o, vol, true);
}

}  // namespace optcoord::pricing
