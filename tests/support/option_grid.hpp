// tests/support/option_grid.hpp -- a dense grid of options with its corners, and the closed form in 64-bit mantissas.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/pricing/black_scholes.hpp>
#include <support/option_batch.hpp>

#include <algorithm>  // std::max
#include <cmath>      // std::erfc, std::exp, std::log, std::sqrt
#include <cstdint>    // std::uint8_t
#include <limits>     // std::numeric_limits
#include <numbers>    // std::numbers

namespace optcoord::test {

/// What an option is on: of a future the rate is the yield.
enum class Underlying : std::uint8_t { without_yield, with_yield, future };

/// Options of one expiry and volatility.
struct GridChain {
  OptionBatch options{};
  double vol{0};
  Underlying underlying{Underlying::without_yield};
};

/// Calls `f` with each chain: one minute to three years, 1 % to 500 %, rates below, at and above 0, on the spot without
/// and with a yield and on the future, strikes up to ten deviations either way, both rights.
template <class F>
void for_each_chain(F f) {
  constexpr double spot = 450;
  for (const double years : {1.0 / 525'600, 30.0 / 525'600, 1.0 / 365, 7.0 / 365, 0.25, 1.0, 3.0})
    for (const double vol : {0.01, 0.05, 0.2, 0.8, 2.0, 5.0})
      for (const double rate : {-0.02, 0.0, 0.05})
        for (const Underlying underlying : {Underlying::without_yield, Underlying::with_yield, Underlying::future}) {
          GridChain chain{{}, vol, underlying};
          const double yields[] = {0.0, 0.03, rate};
          const double yield = yields[static_cast<std::size_t>(underlying)];
          chain.options.expiry = {spot, years, rate, yield, spot};
          const auto add = [&](double sigmas) {
            const double strike = spot * std::exp(sigmas * vol * std::sqrt(years));
            if (strike < 0.001 || strike > 99'999.999) return;  // no contract has it
            for (const Right right : {Right::call, Right::put}) chain.options.add(right, strike, vol);
          };
          for (double sigmas = -7; sigmas <= 7; sigmas += 0.5) add(sigmas);
          for (const double sigmas : {-10.0, -8.5, 8.5, 10.0}) add(sigmas);
          chain.options.finish(pricing::Kernels::best());
          f(chain);
        }
}

/// The closed form, and what it is made of.
struct ExactGreeks {
  pricing::OptionGreeks figures{};
  double theta_parts{0};  ///< of which theta is the difference
  double d{0};            ///< the larger of |d1| and |d2|
  double deviation{0};    ///< vol x sqrt(t)
  double per_forward{0};  ///< S^2 gamma: what S x delta moves by as the forward moves by all of itself
  double parts{0};        ///< S' + K', of which the value is a difference
};

/// \returns the figures of `o` at a volatility above 0, right to some 1e-14 wherever doubles are right to 1e-10. The
/// arguments count as they are: a double is a number, not a rounded one.
[[nodiscard]] inline ExactGreeks exact_greeks(const pricing::OptionTerms& o, double volatility) {
  using Long = long double;
  static_assert(std::numeric_limits<Long>::digits >= 64);
  constexpr Long root_two = std::numbers::sqrt2_v<Long>;
  const Long spot = o.spot, strike = o.strike, t = o.years, rate = o.rate, yield = o.dividend_yield, vol = volatility;
  const Long sign = o.right == Right::call ? 1 : -1;
  const auto normal = [](Long x) { return std::erfc(-x / root_two) / 2; };

  const Long deviation = vol * std::sqrt(t);
  const Long d1 = (std::log(spot / strike) + (rate - yield) * t) / deviation + deviation / 2;
  const Long d2 = d1 - deviation;
  const Long spot_now = spot * std::exp(-yield * t);
  const Long strike_now = strike * std::exp(-rate * t);
  const Long peak = spot_now * std::exp(-d1 * d1 / 2) * std::numbers::inv_sqrtpi_v<Long> / root_two;
  const Long spot_part = spot_now * normal(sign * d1);
  const Long strike_part = strike_now * normal(sign * d2);
  const Long decay = peak * vol / (2 * std::sqrt(t));

  const auto rounded = [](Long x) { return static_cast<double>(x); };
  ExactGreeks e;
  e.figures.value = rounded(sign * (spot_part - strike_part));
  e.figures.delta = rounded(sign * spot_part / spot);
  e.figures.gamma = rounded(peak / (spot * spot * deviation));
  e.figures.theta = rounded((sign * (yield * spot_part - rate * strike_part) - decay) / 365);
  e.figures.vega = rounded(peak * std::sqrt(t) / 100);
  e.figures.rho = rounded(sign * strike_part * t / 100);
  e.theta_parts = rounded((std::abs(yield) * spot_part + std::abs(rate) * strike_part + decay) / 365);
  e.d = rounded(std::max(std::abs(d1), std::abs(d2)));
  e.deviation = rounded(deviation);
  e.per_forward = rounded(peak / deviation);
  e.parts = rounded(spot_now + strike_now);
  return e;
}

}  // namespace optcoord::test
