// optcoord/sizing/parameters.hpp -- the sizing parameters and built-in methods as tables: names, ranges, needs.
// SPDX-License-Identifier: MIT
//
// One table for whoever reads, merges, validates or prints a position_sizing block.
#pragma once

#include <optcoord/sizing/config.hpp>

#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <limits>       // std::numeric_limits
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord {

/// The values a parameter may have. Both ends belong to it unless said otherwise.
struct SizingRange {
  double low{-std::numeric_limits<double>::max()};
  double high{std::numeric_limits<double>::max()};
  bool low_open{false};
  bool high_open{false};

  [[nodiscard]] constexpr bool contains(double v) const noexcept {  // false for NaN
    return (low_open ? v > low : v >= low) && (high_open ? v < high : v <= high);
  }
};

/// A number of a position_sizing block.
struct SizingParameter {
  std::string_view name;
  std::optional<double> PositionSizingConfig::*member;
  SizingRange range;
};

inline constexpr double largest_usd = 1e15;
inline constexpr double largest_number = std::numeric_limits<double>::max();

/// What each is, in the order in which blocks are read and printed.
inline constexpr std::array<SizingParameter, 14> sizing_parameters{{
    {"fixed_amount_usd", &PositionSizingConfig::fixed_amount_usd, {0, largest_usd, true}},
    {"risk_per_trade_pct", &PositionSizingConfig::risk_per_trade_pct, {0, 1, true}},
    {"percent_equity", &PositionSizingConfig::percent_equity, {0, 1, true}},
    {"fixed_units", &PositionSizingConfig::fixed_units, {0, largest_usd, true}},
    {"kelly_win_rate", &PositionSizingConfig::kelly_win_rate, {0, 1}},
    {"kelly_win_loss_ratio", &PositionSizingConfig::kelly_win_loss_ratio, {0, largest_number, true}},
    {"kelly_cap", &PositionSizingConfig::kelly_cap, {0, 1, true}},
    {"target_volatility", &PositionSizingConfig::target_volatility, {0, 10, true}},
    {"stop_loss_pct", &PositionSizingConfig::stop_loss_pct, {0, 100, true, true}},
    {"default_stop_loss_pct", &PositionSizingConfig::default_stop_loss_pct, {0, 1, true, true}},
    {"max_position_size_usd", &PositionSizingConfig::max_position_size_usd, {0, largest_usd, true}},
    {"min_position_size_usd", &PositionSizingConfig::min_position_size_usd, {0, largest_usd}},
    {"max_leverage", &PositionSizingConfig::max_leverage, {0, 1000, true}},
    {"lot_size", &PositionSizingConfig::lot_size, {0, largest_number, true}},
}};

/// How the notional before caps is found; `host`: by a function that the host registered.
enum class SizingRule : std::uint8_t {
  fixed_usd,
  risk_based,
  percent_equity,
  fixed_units,
  kelly,
  volatility_target,
  host
};

/// A built-in method and the parameters without which it cannot size.
struct MethodNeeds {
  std::string_view method;
  std::array<std::string_view, 3> parameters;  ///< unused places are empty
};

/// In the order of SizingRule.
inline constexpr std::array<MethodNeeds, 6> sizing_methods{{
    {"fixed_usd", {"fixed_amount_usd"}},
    {"risk_based", {"risk_per_trade_pct"}},
    {"percent_equity", {"percent_equity"}},
    {"fixed_units", {"fixed_units"}},
    {"kelly", {"kelly_win_rate", "kelly_win_loss_ratio", "kelly_cap"}},
    {"volatility_target", {"target_volatility"}},
}};

/// The method where neither level names one.
inline constexpr std::string_view default_sizing_method = "fixed_usd";
/// The largest notional as a multiple of equity where neither level says.
inline constexpr double default_max_leverage = 1.0;

/// \returns the place of `name` in sizing_parameters, or nothing.
[[nodiscard]] constexpr std::optional<std::size_t> find_sizing_parameter(std::string_view name) noexcept {
  for (std::size_t i = 0; i < sizing_parameters.size(); ++i)
    if (sizing_parameters[i].name == name) return i;
  return std::nullopt;
}
/// \returns the built-in rule called `name`, or nothing.
[[nodiscard]] constexpr std::optional<SizingRule> find_sizing_rule(std::string_view name) noexcept {
  for (std::size_t i = 0; i < sizing_methods.size(); ++i)
    if (sizing_methods[i].method == name) return static_cast<SizingRule>(i);
  return std::nullopt;
}

}  // namespace optcoord
