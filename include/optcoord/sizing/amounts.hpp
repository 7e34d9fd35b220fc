// optcoord/sizing/amounts.hpp -- dollars, units and contracts as types of their own, so that none passes for another.
// SPDX-License-Identifier: MIT
#pragma once

#include <compare>  // operator<=>
#include <cstdint>  // std::int64_t

namespace optcoord {

/// US dollars.
struct Usd {
  double value{0};
  friend constexpr auto operator<=>(Usd, Usd) noexcept = default;
};
/// Units of the underlying: shares, coins; fractions where no lot forbids them.
struct Units {
  double value{0};
  friend constexpr auto operator<=>(Units, Units) noexcept = default;
};
/// Whole contracts of `multiplier` units each.
struct Contracts {
  std::int64_t value{0};
  friend constexpr auto operator<=>(Contracts, Contracts) noexcept = default;
};

}  // namespace optcoord
