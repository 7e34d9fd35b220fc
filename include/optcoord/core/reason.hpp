// optcoord/core/reason.hpp -- the stable codes of every denial and warning, said once.
// SPDX-License-Identifier: MIT
//
// A code's text and number never change and are never reused: hosts store them. Denials are 1 to 99, warnings
// from 101. A bypassing exit carries denial codes among its warnings. Example:
//
//   text(Code::limit_exceeded);   // "limit_exceeded"
#pragma once

#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint16_t
#include <string_view>  // std::string_view

namespace optcoord {

/// Why a decision is what it is.
enum class Code : std::uint16_t {
  none = 0,
  limit_exceeded = 1,         ///< a row would pass its bound
  event_limit = 2,            ///< it would pass without the cut of a market event
  volatility_limit = 3,       ///< it would pass without the cut of a level (VIX)
  priority_reserved = 4,      ///< it would pass without headroom kept for better priorities
  strategy_cap = 5,           ///< the strategy's own cap on the group
  notional_cap = 6,           ///< a bound that is a fraction of equity
  strategy_count = 7,         ///< too many strategies in the group
  conflicting_direction = 8,  ///< another strategy holds the opposite direction
  delta_unavailable = 9,      ///< an exposure cannot be computed
  stale_greeks = 10,          ///< a leg's Greeks or a needed price are too old
  equity_unknown = 11,        ///< a bound needs equity and none is known
  exit_not_reducing = 12,     ///< an exit that does not close what the strategy holds
  exit_uncovers_short = 13,   ///< a closing that leaves more naked shorts, over a row
  halted = 14,                ///< a halt of the account, group or strategy
  reduce_only = 15,           ///< only reductions are allowed
  strategy_state = 16,        ///< the strategy's own state does not open
  peer_state = 17,            ///< another strategy is in trouble
  interlock = 18,             ///< a configured pair of states
  outside_window = 19,        ///< outside the strategy's trading windows
  exclusion = 20,             ///< a strategy it must not enter beside
  min_interval = 21,          ///< too soon after its last execution
  max_active = 22,            ///< too many strategies entering
  margin_pressure = 23,       ///< margin use is high
  correlation = 24,           ///< strategies move together
  event_skip = 25,            ///< a market event: no opening
  event_scale = 26,           ///< a market event: smaller size
  no_short_calls = 27,        ///< a market event: no short calls
  avoid_group = 28,           ///< a market event: not in this group
  hedge_only = 29,            ///< a market event: bought protection only
  calendar_missing = 30,      ///< no calendar received yet
  buying_power = 31,          ///< not enough buying power
  below_min = 32,             ///< under the minimum size
  zero_size = 33,             ///< the size is zero
  no_equity = 34,             ///< no equity to size on
  too_small_for_budget = 35,  ///< one contract exceeds the budget
  no_leap_candidate = 36,     ///< no LEAP passes the filters
  no_weekly_candidate = 37,   ///< no weekly call passes the filters
  fully_covered = 38,         ///< every LEAP has its call
  no_active_leap = 39,        ///< no LEAP to roll against
  close_failed = 40,          ///< the old call could not be closed
  no_quote = 41,              ///< no usable quote
  attempts_exhausted = 42,    ///< too many closing attempts
  slippage_exceeded = 43,     ///< would cost more than the slippage allowed
  breaker_open = 44,          ///< too many failures in a row
  kill_switch = 45,           ///< a person stopped all orders
  adjusted_contract = 46,     ///< an adjusted root may only be closed

  limit_warning = 101,           ///< use at or above warn_at
  limit_near = 102,              ///< use at or above 90 %
  leaves_uncovered_short = 103,  ///< the exit leaves a naked short
  short_below_long = 104,        ///< the short strike is under the long one
  spread_margin = 105,           ///< the broker holds margin for it
  orphan_leg = 106,              ///< one leg filled without the other
  late_fill = 107,               ///< a fill after the order ended
  overfill = 108,                ///< more filled than ordered
  greeks_computed = 109,         ///< Greeks were computed from the mid
  approximate_strike = 110,      ///< strike chosen without Greeks
  approximate_vol = 111,         ///< default volatility used
  early_assignment = 112,        ///< early assignment is likely
  correlation_unknown = 113,     ///< too few observations
  cut_unknown = 114,             ///< a level cut without a quote
  not_computed = 115,            ///< a figure could not be computed and was not judged
};

namespace detail {
inline constexpr std::array<std::string_view, 47> denial_texts{
    "",
    "limit_exceeded",
    "event_limit",
    "volatility_limit",
    "priority_reserved",
    "strategy_cap",
    "notional_cap",
    "strategy_count",
    "conflicting_direction",
    "delta_unavailable",
    "stale_greeks",
    "equity_unknown",
    "exit_not_reducing",
    "exit_uncovers_short",
    "halted",
    "reduce_only",
    "strategy_state",
    "peer_state",
    "interlock",
    "outside_window",
    "exclusion",
    "min_interval",
    "max_active",
    "margin_pressure",
    "correlation",
    "event_skip",
    "event_scale",
    "no_short_calls",
    "avoid_group",
    "hedge_only",
    "calendar_missing",
    "buying_power",
    "below_min",
    "zero_size",
    "no_equity",
    "too_small_for_budget",
    "no_leap_candidate",
    "no_weekly_candidate",
    "fully_covered",
    "no_active_leap",
    "close_failed",
    "no_quote",
    "attempts_exhausted",
    "slippage_exceeded",
    "breaker_open",
    "kill_switch",
    "adjusted_contract",
};
inline constexpr std::array<std::string_view, 15> warning_texts{
    "limit_warning",       "limit_near",      "leaves_uncovered_short",
    "short_below_long",    "spread_margin",   "orphan_leg",
    "late_fill",           "overfill",        "greeks_computed",
    "approximate_strike",  "approximate_vol", "early_assignment",
    "correlation_unknown", "cut_unknown",     "not_computed",
};
}  // namespace detail

/// The first number that is a warning's.
inline constexpr std::uint16_t first_warning = 101;

/// \returns whether `code` by itself only warns.
[[nodiscard]] constexpr bool is_warning(Code code) noexcept {
  return static_cast<std::uint16_t>(code) >= first_warning;
}

/// \returns the protocol's name of `code`, empty for `none`.
[[nodiscard]] constexpr std::string_view text(Code code) noexcept {
  const auto number = static_cast<std::uint16_t>(code);
  if (is_warning(code)) {
    const auto at = static_cast<std::size_t>(number - first_warning);
    return at < detail::warning_texts.size() ? detail::warning_texts[at] : std::string_view{};
  }
  return number < detail::denial_texts.size() ? detail::denial_texts[number] : std::string_view{};
}

}  // namespace optcoord
