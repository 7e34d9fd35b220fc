// optcoord/pricing/black_76.hpp -- European options on a future: value and Greeks.
// SPDX-License-Identifier: MIT
//
// Black's formula (Journal of Financial Economics 1976; Hull, 7th ed., section 16.8): the closed form with a yield
// equal to the rate. Only rho is another, since a future's price does not move with the rate. Example:
//
//   greeks(FutureOptionTerms{Right::put, 20.0, 20.0, 4.0 / 12.0, 0.09}, 0.25).value;   // 1.1166
#pragma once

#include <optcoord/pricing/black_scholes.hpp>  // OptionTerms, OptionGreeks

#include <algorithm>  // std::max

namespace optcoord::pricing {

/// Everything about a European option on a future but its volatility.
struct FutureOptionTerms {
  Right right{Right::call};
  double future{0};  ///< USD per unit; > 0
  double strike{0};  ///< USD per unit; > 0
  double years{0};   ///< to the option's expiry, 365-day years; at or below 0: expired
  double rate{0};    ///< continuous, per year
};

/// \returns the same option for whatever prices `OptionTerms`: value, implied volatility, probabilities.
[[nodiscard]] constexpr OptionTerms as_option(const FutureOptionTerms& o) noexcept {
  return {o.right, o.future, o.strike, o.years, o.rate, o.rate};
}

/// \returns the value, as `value(OptionTerms)`.
[[nodiscard]] inline double value(const FutureOptionTerms& o, double vol) noexcept { return value(as_option(o), vol); }

/// \returns value and Greeks, as `greeks(OptionTerms)`, delta and gamma in the future's price; rho is what 0.01 more of
/// discounting takes from the value.
[[nodiscard]] inline OptionGreeks greeks(const FutureOptionTerms& o, double vol) noexcept {
  OptionGreeks g = greeks(as_option(o), vol);
  g.rho = -std::max(o.years, 0.0) * g.value / 100.0;
  return g;
}

}  // namespace optcoord::pricing
