// src/config/sizing_fields.hpp -- the sizing parameters as one table, and which of them a method needs.
// SPDX-License-Identifier: MIT
#pragma once

#include "blocks.hpp"

namespace optcoord::config::detail {

/// A parameter of a position_sizing block.
struct SizingField {
  std::string_view name;
  std::optional<double> PositionSizingConfig::*member;
  Range range;
};

inline constexpr double largest_usd = 1e15;
inline constexpr Range stop_percent = between(0, 100);

inline constexpr std::array<SizingField, 14> sizing_fields{{
    {"fixed_amount_usd", &PositionSizingConfig::fixed_amount_usd, above_to(0, largest_usd)},
    {"risk_per_trade_pct", &PositionSizingConfig::risk_per_trade_pct, above_to(0, 1)},
    {"percent_equity", &PositionSizingConfig::percent_equity, above_to(0, 1)},
    {"fixed_units", &PositionSizingConfig::fixed_units, above_to(0, largest_usd)},
    {"kelly_win_rate", &PositionSizingConfig::kelly_win_rate, within(0, 1)},
    {"kelly_win_loss_ratio", &PositionSizingConfig::kelly_win_loss_ratio, above(0)},
    {"kelly_cap", &PositionSizingConfig::kelly_cap, above_to(0, 1)},
    {"target_volatility", &PositionSizingConfig::target_volatility, above_to(0, 10)},
    {"stop_loss_pct", &PositionSizingConfig::stop_loss_pct, stop_percent},
    {"default_stop_loss_pct", &PositionSizingConfig::default_stop_loss_pct, between(0, 1)},
    {"max_position_size_usd", &PositionSizingConfig::max_position_size_usd, above_to(0, largest_usd)},
    {"min_position_size_usd", &PositionSizingConfig::min_position_size_usd, within(0, largest_usd)},
    {"max_leverage", &PositionSizingConfig::max_leverage, above_to(0, 1000)},
    {"lot_size", &PositionSizingConfig::lot_size, above(0)},
}};

/// A method and the parameters without which it cannot size.
struct MethodNeeds {
  std::string_view method;
  std::array<std::string_view, 3> parameters;  ///< unused places are empty
};

inline constexpr std::array<MethodNeeds, 6> sizing_methods{{
    {"fixed_usd", {"fixed_amount_usd"}},
    {"risk_based", {"risk_per_trade_pct"}},
    {"percent_equity", {"percent_equity"}},
    {"fixed_units", {"fixed_units"}},
    {"kelly", {"kelly_win_rate", "kelly_win_loss_ratio", "kelly_cap"}},
    {"volatility_target", {"target_volatility"}},
}};

inline constexpr std::string_view default_sizing_method = "fixed_usd";
inline constexpr double default_max_leverage = 1.0;

}  // namespace optcoord::config::detail
