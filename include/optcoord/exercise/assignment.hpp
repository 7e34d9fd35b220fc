// optcoord/exercise/assignment.hpp -- what exercise or assignment of a position delivers and costs.
// SPDX-License-Identifier: MIT
//
// Example: short 2 puts of strike 440 are assigned 200 shares and pay 88,000 USD.
#pragma once

#include <optcoord/exercise/position.hpp>

#include <cmath>     // std::abs
#include <cstdint>   // std::int64_t
#include <optional>  // std::optional

namespace optcoord {

/// Of one position, all of it.
struct Assignment {
  double underlying{0};              ///< shares or futures, + received, - delivered
  std::optional<double> cash{};      ///< USD, + received, - paid; none for options on futures
  std::optional<double> notional{};  ///< USD at the spot, at least 0; none without a spot
};

/// Sums over positions.
struct AssignmentTotal {
  double shares{0};
  double futures{0};
  double cash{0};      ///< USD, + received, - paid
  double notional{0};  ///< USD

  friend constexpr bool operator==(const AssignmentTotal&, const AssignmentTotal&) noexcept = default;
};

/// \returns what `p` becomes, short or long alike; nothing for what settles in cash or is no option.
[[nodiscard]] inline std::optional<Assignment> assignment(const ExpiryPosition& p) {
  if (p.contract.kind != Kind::option || p.terms.settlement == Settlement::cash) return std::nullopt;
  const double side = p.contract.right == Right::call ? 1.0 : -1.0;
  const double contracts = static_cast<double>(p.quantity) * side;
  const double units = contracts * p.terms.multiplier;
  Assignment a;
  const bool into_future = p.terms.settlement == Settlement::future;
  a.underlying = into_future ? contracts : units;
  if (!into_future) a.cash = -units * p.contract.strike();
  if (const std::optional<double> spot = spot_of(p)) a.notional = std::abs(units) * *spot;
  return a;
}

inline void add(AssignmentTotal& total, const ExpiryPosition& p, const Assignment& a) noexcept {
  (p.terms.settlement == Settlement::future ? total.futures : total.shares) += a.underlying;
  total.cash += a.cash.value_or(0);
  total.notional += a.notional.value_or(0);
}

}  // namespace optcoord
