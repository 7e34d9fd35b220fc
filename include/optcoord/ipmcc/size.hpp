// optcoord/ipmcc/size.hpp -- how many contracts a new position may have: a part of the account, and a cap.
// SPDX-License-Identifier: MIT
//
//   leap_cost(std::nullopt, 450, 369);   // 103.5: intrinsic value and 5 % of spot, per unit
//   size_position(rules, 129'375.0, 10'350.0, 0, std::nullopt).quantity;   // 1; of 129'374 it is 0
#pragma once

#include <optcoord/core/reason.hpp>   // Code
#include <optcoord/ipmcc/config.hpp>  // IpmccConfig

#include <algorithm>  // std::max, std::min
#include <cmath>      // std::floor, std::isfinite
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional

namespace optcoord::ipmcc {

/// Time value assumed where a LEAP has no ask, as a part of spot.
inline constexpr double assumed_time_value = 0.05;

/// \returns USD per unit: the ask where there is one, else intrinsic value and 5 % of spot.
[[nodiscard]] constexpr double leap_cost(std::optional<double> ask, double spot, double strike) noexcept {
  return ask ? *ask : std::max(0.0, spot - strike) + assumed_time_value * spot;
}

/// How many contracts, and why not more.
struct PositionSize {
  std::int64_t quantity{0};
  Code reason{Code::none};                        ///< why it is 0
  std::optional<double> account_value_for_one{};  ///< USD, with `too_small_for_budget`
  bool vix_unknown{false};                        ///< a VIX rule is configured and nobody told the VIX: taken as high
};

/// \param cost  USD per contract, > 0  \param held  contracts on the symbol already, pending ones too
/// \returns floor(budget / cost), at most what the cap leaves; 0 with `no_equity`, `too_small_for_budget` or
/// `zero_size` (the cap is used up, or the VIX rule's factor is 0).
[[nodiscard]] inline PositionSize size_position(const IpmccConfig& rules, std::optional<double> account_value,
                                                double cost, std::int64_t held, std::optional<double> vix) {
  PositionSize size;
  if (!account_value || !std::isfinite(*account_value) || *account_value <= 0) {
    size.reason = Code::no_equity;
    return size;
  }
  double fraction = rules.account_fraction;
  if (rules.vix_scaling) {
    size.vix_unknown = !vix || !std::isfinite(*vix);
    if (size.vix_unknown || *vix > rules.vix_scaling->above) fraction *= rules.vix_scaling->factor;
  }
  const std::int64_t room = std::max<std::int64_t>(0, rules.max_contracts - held);
  if (room == 0 || fraction <= 0) {
    size.reason = Code::zero_size;
    return size;
  }
  constexpr double rounding = 1e-12;  // a budget of exactly n contracts pays for n
  const double affordable = std::floor(*account_value * fraction / cost * (1 + rounding));
  size.quantity = affordable >= static_cast<double>(room) ? room : static_cast<std::int64_t>(affordable);
  if (size.quantity == 0) {
    size.reason = Code::too_small_for_budget;
    size.account_value_for_one = cost / fraction;
  }
  return size;
}

}  // namespace optcoord::ipmcc
