// optcoord/market/greeks.hpp -- the sensitivities of one contract, in the units used everywhere.
// SPDX-License-Identifier: MIT
//
// Unit Greeks are per unit of underlying and for the long side; quantity, its sign and the multiplier are applied once,
// where a position is valued. Example: short 2 calls of delta 0.35 have position delta -2 x 100 x 0.35 = -70.
#pragma once

#include <cmath>     // std::isfinite
#include <optional>  // std::optional

namespace optcoord {

/// Sensitivities of a long contract, per unit of underlying.
struct UnitGreeks {
  double delta{0};  ///< USD per USD of the underlying; -1 to 1
  double gamma{0};  ///< change of delta per USD of the underlying; >= 0 for long options
  double theta{0};  ///< USD per calendar day; mostly negative
  double vega{0};   ///< USD per 0.01 of volatility; >= 0 for long options

  friend constexpr bool operator==(const UnitGreeks&, const UnitGreeks&) = default;
};

/// A share or future: it moves one for one with its underlying and has no other sensitivity.
inline constexpr UnitGreeks linear_greeks{1.0, 0.0, 0.0, 0.0};

/// Unit Greeks as far as they are known. Missing is missing, never zero.
struct OptionalGreeks {
  std::optional<double> delta;
  std::optional<double> gamma;
  std::optional<double> theta;
  std::optional<double> vega;

  friend constexpr bool operator==(const OptionalGreeks&, const OptionalGreeks&) = default;
};

/// \returns all four, or nothing when one is missing or not finite.
[[nodiscard]] inline std::optional<UnitGreeks> complete(const OptionalGreeks& g) noexcept {
  if (!g.delta || !g.gamma || !g.theta || !g.vega) return std::nullopt;
  const UnitGreeks all{*g.delta, *g.gamma, *g.theta, *g.vega};
  if (!std::isfinite(all.delta) || !std::isfinite(all.gamma) || !std::isfinite(all.theta) || !std::isfinite(all.vega))
    return std::nullopt;
  return all;
}

/// \returns `known` with each missing Greek taken from `computed`.
[[nodiscard]] constexpr OptionalGreeks filled(OptionalGreeks known, const UnitGreeks& computed) noexcept {
  if (!known.delta) known.delta = computed.delta;
  if (!known.gamma) known.gamma = computed.gamma;
  if (!known.theta) known.theta = computed.theta;
  if (!known.vega) known.vega = computed.vega;
  return known;
}

}  // namespace optcoord
