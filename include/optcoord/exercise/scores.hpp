// optcoord/exercise/scores.hpp -- two measures of the danger of exercise: a score that ranks, a probability that means.
// SPDX-License-Identifier: MIT
//
// Pure arithmetic, no allocation. Example:
//
//   risk_score_raw(0.01, 30.0, 0.20) < risk_score_raw(0.01, 2.0, 0.20);   // nearer the close is more dangerous
//   probability_itm(Right::put, 629.92, 635.0, 0.20, 28.75);              // 0.99: high
#pragma once

#include <optcoord/market/contract.hpp>  // Right
#include <optcoord/pricing/normal.hpp>   // normal_cdf

#include <algorithm>    // std::clamp, std::max, std::min
#include <cmath>        // std::exp, std::log, std::sqrt
#include <cstdint>      // std::uint8_t
#include <string_view>  // std::string_view

namespace optcoord {

/// Minutes of trading in a session, and in a year of 252 sessions.
inline constexpr double minutes_per_session = 390.0;
inline constexpr double minutes_per_year = 252.0 * minutes_per_session;

enum class RiskLevel : std::uint8_t { low, medium, high, critical };

[[nodiscard]] constexpr std::string_view text(RiskLevel level) noexcept {
  switch (level) {
    case RiskLevel::low: return "low";
    case RiskLevel::medium: return "medium";
    case RiskLevel::high: return "high";
    case RiskLevel::critical: return "critical";
  }
  return "low";
}

/// The product of moneyness factor, time weight and volatility adjustment, 0 to 2: it ranks positions.
/// Non-decreasing in `moneyness` (fraction) and `vol` (annual), and as `minutes` to the close fall.
[[nodiscard]] inline double risk_score_raw(double moneyness, double minutes, double vol) noexcept {
  constexpr double moneyness_scale = 0.005;  // half a percent: the band the field calls near the money
  constexpr double time_scale = 15.0;        // minutes
  constexpr double usual_vol = 0.20;
  const double moneyness_factor = 1.0 / (1.0 + std::exp(-moneyness / moneyness_scale));
  const double time_weight = std::exp(-std::max(minutes, 0.0) / time_scale);
  return moneyness_factor * time_weight * std::clamp(vol / usual_vol, 0.5, 2.0);
}

/// \returns the score as shown: capped at 1.
[[nodiscard]] inline double risk_score(double raw) noexcept { return std::min(raw, 1.0); }

/// \returns the variance of the logarithm of the price over `minutes` of trading; 0 at or after the close.
[[nodiscard]] inline double variance(double vol, double minutes) noexcept {
  return vol * vol * std::max(minutes, 0.0) / minutes_per_year;
}

/// \returns the probability, 0 to 1, of closing in the money: lognormal without drift. At or after the close (or
/// without volatility) it is known: 1 in the money, else 0. \pre spot and strike finite and above 0, vol >= 0
[[nodiscard]] inline double probability_itm(Right right, double spot, double strike, double vol,
                                            double minutes) noexcept {
  const double v = variance(vol, minutes);
  if (v <= 0) return (right == Right::call ? spot > strike : spot < strike) ? 1.0 : 0.0;
  const double d = (std::log(spot / strike) - 0.5 * v) / std::sqrt(v);
  return pricing::normal_cdf(right == Right::call ? d : -d);
}

/// low < 0.10 <= medium < 0.50 <= high; high within five minutes of the close is critical.
[[nodiscard]] constexpr RiskLevel risk_level(double probability, double minutes) noexcept {
  if (probability < 0.10) return RiskLevel::low;
  if (probability < 0.50) return RiskLevel::medium;
  return minutes <= 5.0 ? RiskLevel::critical : RiskLevel::high;
}

}  // namespace optcoord
