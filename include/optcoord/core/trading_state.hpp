// optcoord/core/trading_state.hpp -- the states a strategy can be in, and their names.
// SPDX-License-Identifier: MIT
//
// Here rather than with the machine that moves between them (coordination/state_machine.hpp), because a reason for a
// denial may name one. Numbers and names never change: hosts store them.
#pragma once

#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord {

enum class TradingState : std::uint8_t {
  initializing,
  ready,
  analyzing,
  pending_entry,
  entering,
  position_open,
  managing,
  adjusting,
  defensive_21dte,
  pending_exit,
  exiting,
  partial_exit,
  closed,
  margin_call,
  emergency_exit,
  error,
  suspended,
  halted,
  terminated,
};

inline constexpr std::array<std::string_view, 19> trading_state_names{
    "initializing",  "ready",        "analyzing", "pending_entry",   "entering",
    "position_open", "managing",     "adjusting", "defensive_21dte", "pending_exit",
    "exiting",       "partial_exit", "closed",    "margin_call",     "emergency_exit",
    "error",         "suspended",    "halted",    "terminated"};

[[nodiscard]] constexpr std::string_view text(TradingState state) noexcept {
  return trading_state_names[static_cast<std::size_t>(state)];
}
/// \returns the state of that name, or nothing.
[[nodiscard]] constexpr std::optional<TradingState> parse_trading_state(std::string_view name) noexcept {
  for (std::size_t i = 0; i < trading_state_names.size(); ++i)
    if (trading_state_names[i] == name) return static_cast<TradingState>(i);
  return std::nullopt;
}

}  // namespace optcoord
