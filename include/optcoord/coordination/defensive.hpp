// optcoord/coordination/defensive.hpp -- what should be done about a position when its strategy is halted.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t, std::uint8_t
#include <string_view>  // std::string_view

namespace optcoord {

enum class DefensiveAction : std::uint8_t {
  close_short_first,  ///< short options: they are the ones that can run away
  hold_hedge,         ///< what a strategy tagged "hedge" has bought protects the rest
  close,
};

[[nodiscard]] constexpr std::string_view text(DefensiveAction action) noexcept {
  constexpr std::array<std::string_view, 3> texts{"close_short_first", "hold_hedge", "close"};
  return texts[static_cast<std::size_t>(action)];
}

/// \param quantity  contracts, + long, - short  \param hedge  the strategy is tagged "hedge"
[[nodiscard]] constexpr DefensiveAction defensive_action(bool option, std::int64_t quantity, bool hedge) noexcept {
  if (option && quantity < 0) return DefensiveAction::close_short_first;
  return hedge && quantity > 0 ? DefensiveAction::hold_hedge : DefensiveAction::close;
}

}  // namespace optcoord
