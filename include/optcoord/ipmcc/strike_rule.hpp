// optcoord/ipmcc/strike_rule.hpp -- the four rules for the weekly call's strike, and why one of them must be named.
// SPDX-License-Identifier: MIT
//
//   strike_target(StrikeRule::below_leap, 0.03, 450.0, 369.0);   // 350.55: 5 % under the LEAP's strike
#pragma once

#include <optcoord/ipmcc/config.hpp>  // StrikeRule

#include <algorithm>    // std::max, std::min
#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <string_view>  // std::string_view

namespace optcoord::ipmcc {

[[nodiscard]] constexpr std::string_view text(StrikeRule rule) noexcept {
  constexpr std::array<std::string_view, 4> texts{"below_leap", "above_leap", "at_the_money", "target_delta"};
  return texts[static_cast<std::size_t>(rule)];
}

/// What somebody is told who configures no strike rule.
inline constexpr std::string_view no_strike_rule =
    "strike_rule is required and has no default: with an in-the-money LEAP the rule below_leap sells an in-the-money "
    "call under the long strike, which can lose when called and ties up spread margin, while the other rules sell "
    "above it. No strike is above spot, below such a LEAP and 2 to 5 % out of the money at once, so the configuration "
    "must say which is meant: below_leap, above_leap, at_the_money or target_delta.";

/// The short strike of `below_leap` is at most this part of the LEAP's.
inline constexpr double below_leap_part = 0.95;

/// Prices are compared with this much room, relative: 1.03 x 450 is 463.5 to a trader, not the double above it.
inline constexpr double price_room = 1e-12;

[[nodiscard]] constexpr bool is_at_least(double price, double bound) noexcept {
  return price >= bound - price_room * bound;
}
[[nodiscard]] constexpr bool is_at_most(double price, double bound) noexcept {
  return price <= bound + price_room * bound;
}

/// \returns the strike a rule aims at, USD: of `below_leap` the highest it may sell, of `above_leap` and
/// `at_the_money` the lowest, but for what must lie strictly above the LEAP's strike; of `target_delta` the LEAP's
/// strike, above which the delta decides. \param otm  distance above spot, a fraction
[[nodiscard]] constexpr double strike_target(StrikeRule rule, double otm, double spot, double leap_strike) noexcept {
  switch (rule) {
    case StrikeRule::below_leap: return std::min((1 + otm) * spot, below_leap_part * leap_strike);
    case StrikeRule::above_leap: return std::max((1 + otm) * spot, leap_strike);
    case StrikeRule::at_the_money: return std::max(spot, leap_strike);
    case StrikeRule::target_delta: return leap_strike;
  }
  return leap_strike;
}

/// \returns whether `strike` may be sold under the rule, whose target is `target`.
[[nodiscard]] constexpr bool is_on_the_right_side(StrikeRule rule, double strike, double target,
                                                  double leap_strike) noexcept {
  if (rule == StrikeRule::below_leap) return is_at_most(strike, target);
  return strike > leap_strike && is_at_least(strike, target);
}

}  // namespace optcoord::ipmcc
