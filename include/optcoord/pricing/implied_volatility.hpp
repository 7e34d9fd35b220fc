// optcoord/pricing/implied_volatility.hpp -- the volatility at which a European option is worth its price.
// SPDX-License-Identifier: MIT
//
// Decides, for every input, between a volatility and a named reason why there is none. Example:
//
//   ImpliedVolatility iv = implied_volatility({Right::call, 42.0, 40.0, 0.5, 0.10, 0.0}, 4.7594);
//   if (iv.status == IvStatus::solved) use(iv.vol);   // 0.2000
//
// The search works on the out-of-the-money side of the strike (by parity), where the price is all time value, and takes
// Newton steps inside a bracket that only shrinks: bounded, deterministic, the same under every compiler.
#pragma once

#include <optcoord/market/quote.hpp>           // Quote, mid, state
#include <optcoord/pricing/black_scholes.hpp>  // OptionTerms, detail::forward
#include <optcoord/pricing/normal.hpp>         // normal_cdf, normal_density

#include <algorithm>    // std::clamp, std::max, std::min
#include <cmath>        // std::abs, std::isfinite, std::log, std::sqrt
#include <cstdint>      // std::uint8_t
#include <limits>       // std::numeric_limits
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord::pricing {

/// The volatilities searched, per year: 0.01 % to 1000 %.
inline constexpr double min_implied_vol = 1e-4;
inline constexpr double max_implied_vol = 10.0;

enum class IvStatus : std::uint8_t {
  solved,           ///< `vol` is the volatility
  below_intrinsic,  ///< the price is below the discounted intrinsic value, or negative
  above_bound,      ///< the price is at or above what an option can be worth, or above its value at max_implied_vol
  no_time_value,    ///< the price is the intrinsic value as far as it can tell, or below its value at min_implied_vol
  expired,          ///< no time is left
  not_finite,       ///< an input is not finite, or spot or strike is not above 0
  one_sided,        ///< of a quote: no bid, no ask, or neither, so there is no mid
  crossed,          ///< of a quote: the bid is above the ask
};

[[nodiscard]] constexpr std::string_view text(IvStatus s) noexcept {
  switch (s) {
    case IvStatus::solved: return "solved";
    case IvStatus::below_intrinsic: return "below_intrinsic";
    case IvStatus::above_bound: return "above_bound";
    case IvStatus::no_time_value: return "no_time_value";
    case IvStatus::expired: return "expired";
    case IvStatus::not_finite: return "not_finite";
    case IvStatus::one_sided: return "one_sided";
    case IvStatus::crossed: return "crossed";
  }
  return "not_finite";
}

struct ImpliedVolatility {
  double vol{0};  ///< per year, min_implied_vol to max_implied_vol when solved; 0 otherwise
  IvStatus status{IvStatus::not_finite};
};

namespace detail {

/// The out-of-the-money option of a strike as a function of one number, the deviation s = vol x sqrt(t). Calls and puts
/// become the same: `low` <= `high` are the discounted spot and strike in order of size, `moneyness` = ln(low / high).
struct TimeValue {
  double low;
  double high;
  double moneyness;

  [[nodiscard]] double at(double s) const noexcept {
    return low * normal_cdf(moneyness / s + 0.5 * s) - high * normal_cdf(moneyness / s - 0.5 * s);
  }
  /// What is missing to `low`, the most it can be worth; computed without cancellation.
  [[nodiscard]] double missing_at(double s) const noexcept {
    return low * normal_cdf(-moneyness / s - 0.5 * s) + high * normal_cdf(moneyness / s - 0.5 * s);
  }
  [[nodiscard]] double slope(double s) const noexcept { return low * normal_density(moneyness / s + 0.5 * s); }
};

/// The regions of a search. In each the function has a form that is nearly straight, so that Newton steps are good.
enum class Region : std::uint8_t {
  below_inflexion,  ///< ln(worth) over 1 / s^2
  above_inflexion,  ///< worth as it is
  near_bound,       ///< ln(what is missing to the bound), where worth is more than half of it
};

/// One Newton step from `s`, where the function is `worth` with the slope `slope`, towards `goal`; near the bound both
/// are what is missing to it. May leave any bracket.
[[nodiscard]] inline double newton_step(Region region, double worth, double goal, double slope, double s) noexcept {
  if (region == Region::near_bound) return s + worth / slope * std::log(worth / goal);
  if (region == Region::above_inflexion) return s + (goal - worth) / slope;
  const double bend = 1.0 + 2.0 * std::log(worth / goal) * worth / (slope * s);  // (s / next)^2
  return bend > 0 ? s / std::sqrt(bend) : std::numeric_limits<double>::infinity();
}

/// The root of f(s) = target in [lower, upper], which must contain it but for rounding. A Newton step this short has
/// an error of the order of its square, so the search ends with it. At most 100 steps; mostly 2 to 8.
[[nodiscard]] inline double solve(const TimeValue& f, double target, double lower, double upper) noexcept {
  constexpr double short_step = 1e-9;
  const bool near_bound = target > 0.5 * f.low;
  const double goal = near_bound ? f.low - target : target;
  const double inflexion = std::sqrt(2.0 * std::abs(f.moneyness));
  double s = std::clamp(inflexion, lower, upper);
  if (inflexion <= lower) s = std::clamp(2.5 * target / f.low, lower, upper);  // at the money: worth / low ~ 0.4 s
  for (int step = 0; step < 100; ++step) {
    const double worth = near_bound ? f.missing_at(s) : f.at(s);
    const Region region = near_bound       ? Region::near_bound
                          : s >= inflexion ? Region::above_inflexion
                                           : Region::below_inflexion;
    const double next = newton_step(region, worth, goal, f.slope(s), s);
    if (std::abs(next - s) <= short_step * s) return next;
    const bool too_high = near_bound ? worth < goal : worth > goal;
    (too_high ? upper : lower) = s;
    const double between = upper > 4.0 * lower ? std::sqrt(lower) * std::sqrt(upper) : 0.5 * (lower + upper);
    s = next > lower && next < upper ? next : between;
  }
  return s;
}

}  // namespace detail

/// \returns the volatility at which `pricing::value(o, vol)` is `price`, or the status that says why there is none.
/// The error is at most 1e-9 wherever the price carries that much: a price is known to its last bit only, so an option
/// whose vega is V cannot tell volatilities closer than about 1e-16 x max(spot, price) / V. O(1), no allocation.
[[nodiscard]] inline ImpliedVolatility implied_volatility(const OptionTerms& o, double price) noexcept {
  if (!is_valid(o) || !std::isfinite(price)) return {0, IvStatus::not_finite};
  if (o.years <= 0) return {0, IvStatus::expired};
  const detail::Forward f = detail::forward(o);
  if (!std::isfinite(f.spot) || !std::isfinite(f.strike) || f.spot <= 0 || f.strike <= 0)
    return {0, IvStatus::not_finite};

  const bool in_the_money = o.right == Right::call ? f.moneyness > 0 : f.moneyness < 0;
  const detail::TimeValue curve{std::min(f.spot, f.strike), std::max(f.spot, f.strike), -std::abs(f.moneyness)};
  if (price >= (o.right == Right::call ? f.spot : f.strike)) return {0, IvStatus::above_bound};
  const double target = in_the_money ? price - (curve.high - curve.low) : price;
  // An in-the-money price carries its time value only to the rounding of the whole.
  const double noise = in_the_money ? 4.0 * std::numeric_limits<double>::epsilon() * curve.high : 0.0;
  if (target < -noise) return {0, IvStatus::below_intrinsic};
  if (target <= noise) return {0, IvStatus::no_time_value};

  constexpr double margin = 1e-9;  // so that prices made at the very ends of the range find their way back
  const double root_years = std::sqrt(o.years);
  const double lower = min_implied_vol * (1.0 - margin) * root_years;
  const double upper = max_implied_vol * (1.0 + margin) * root_years;
  if (target < curve.at(lower)) return {0, IvStatus::no_time_value};
  if (target >= curve.low || curve.missing_at(upper) > curve.low - target) return {0, IvStatus::above_bound};
  const double vol = detail::solve(curve, target, lower, upper) / root_years;
  return {std::clamp(vol, min_implied_vol, max_implied_vol), IvStatus::solved};
}

/// \returns the same for a quote's mid. What is no option or has expired says so first, then what is wrong with the
/// quote.
[[nodiscard]] inline ImpliedVolatility implied_volatility(const OptionTerms& o, const Quote& quote) noexcept {
  const std::optional<double> price = mid(quote);
  if (price) return implied_volatility(o, *price);
  if (!is_valid(o)) return {0, IvStatus::not_finite};
  if (o.years <= 0) return {0, IvStatus::expired};
  return {0, state(quote) == QuoteState::crossed ? IvStatus::crossed : IvStatus::one_sided};
}

}  // namespace optcoord::pricing
