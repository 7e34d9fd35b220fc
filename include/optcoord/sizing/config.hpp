// optcoord/sizing/config.hpp -- one position_sizing block, global or of a strategy, as a person writes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>   // std::int32_t
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord {

/// Risk per trade adjusted by the last trades' R-multiples.
struct RiskAdjustmentConfig {
  bool enabled{false};
  std::optional<std::int32_t> performance_window{};  ///< trades, >= 1
  std::optional<double> min_risk_pct{};              ///< fraction of equity
  std::optional<double> max_risk_pct{};              ///< fraction of equity, >= min_risk_pct

  friend bool operator==(const RiskAdjustmentConfig&, const RiskAdjustmentConfig&) = default;
};

/// A parameter of a method that the host registered.
struct HostParameter {
  std::string name{};
  double value{0};

  friend bool operator==(const HostParameter&, const HostParameter&) = default;
};

/// Every field is optional: what a strategy leaves out is inherited from the global block, field by field.
/// Percentages are fractions (0.02), except stop_loss_pct, which the field writes in percent (3.0 is 3 %).
struct PositionSizingConfig {
  std::optional<std::string> method{};  ///< fixed_usd, risk_based, percent_equity, fixed_units, kelly,
                                        ///< volatility_target, or a method the host registered
  std::optional<double> fixed_amount_usd{};
  std::optional<double> risk_per_trade_pct{};
  std::optional<double> percent_equity{};
  std::optional<double> fixed_units{};
  std::optional<double> kelly_win_rate{};
  std::optional<double> kelly_win_loss_ratio{};
  std::optional<double> kelly_cap{};
  std::optional<double> target_volatility{};
  std::optional<double> stop_loss_pct{};          ///< percent
  std::optional<double> default_stop_loss_pct{};  ///< fraction
  std::optional<double> max_position_size_usd{};
  std::optional<double> min_position_size_usd{};
  std::optional<double> max_leverage{};
  std::optional<double> lot_size{};
  std::optional<RiskAdjustmentConfig> risk_adjustment{};
  std::vector<HostParameter> host_parameters{};  ///< each name once

  friend bool operator==(const PositionSizingConfig&, const PositionSizingConfig&) = default;
};

}  // namespace optcoord
