// optcoord/ipmcc/config.hpp -- the LEAP + weekly call planner's policy, as a person writes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>   // std::int32_t
#include <optional>  // std::optional

namespace optcoord {

/// How the weekly call's strike is chosen.
enum class StrikeRule : std::uint8_t { below_leap, above_leap, at_the_money, target_delta };

/// Smaller size when volatility is high.
struct VixScalingConfig {
  double above{0};   ///< VIX level, strictly above
  double factor{1};  ///< [0, 1]
};

struct IpmccConfig {
  std::optional<StrikeRule> strike_rule{};  ///< required; there is no default (ipmcc::no_strike_rule says why)
  double account_fraction{0.08};            ///< of account value per position, (0, 1]
  std::int32_t max_contracts{5};
  std::int32_t leap_min_dte{300};     ///< calendar days at entry
  std::int32_t leap_target_dte{365};  ///< >= leap_min_dte
  double leap_delta{0.80};            ///< (0, 1)
  std::int32_t leap_exit_dte{90};     ///< below it the LEAP is rolled{}; < leap_min_dte
  std::int32_t weekly_max_dte{7};     ///< >= 1
  double otm{0.03};                   ///< short strike's distance above spot, fraction
  bool profit_if_called{false};
  std::optional<double> target_delta{};  ///< (0, 1); required by StrikeRule::target_delta
  std::optional<double> max_spread{};    ///< USD between bid and ask
  std::int32_t roll_dte{1};
  std::optional<double> roll_delta{};      ///< roll when the short's delta is at or above
  std::optional<double> roll_extrinsic{};  ///< roll when extrinsic value is at or below, USD
  std::optional<double> roll_profit{};     ///< roll when this fraction of the credit is earned
  bool credit_only{false};
  bool close_if_no_roll{false};
  std::optional<double> max_loss{};  ///< USD
  std::optional<VixScalingConfig> vix_scaling{};
  bool avoid_ex_dividend{false};
  std::optional<double> min_credit{};  ///< USD per unit
};

}  // namespace optcoord
