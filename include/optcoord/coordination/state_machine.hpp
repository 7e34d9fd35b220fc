// optcoord/coordination/state_machine.hpp -- what a strategy's state becomes when something happens: one table.
// SPDX-License-Identifier: MIT
//
// Only `state` events and halts move a strategy; requests and fills do not. Example:
//
//   const Next n = next(TradingState::ready, Trigger::window_start);
//   if (!n.legal) return fail(Errc::illegal_transition, "trigger");
//   state = n.resumes ? resumed(holds_something) : n.to;
#pragma once

#include <optcoord/core/trading_state.hpp>

#include <array>             // std::array
#include <cstddef>           // std::size_t
#include <cstdint>           // std::uint32_t
#include <initializer_list>  // std::initializer_list
#include <string_view>       // std::string_view

namespace optcoord {

/// What can happen to a strategy.
enum class Trigger : std::uint8_t {
  market_open,
  window_start,
  window_end,
  market_close,
  entry_met,
  entry_failed,
  order_sent,
  order_filled,
  partial_fill,
  order_rejected,
  manage,
  adjustment_needed,
  defensive_dte,
  profit_target,
  stop_loss,
  exit_requested,
  flat,
  reset,
  margin_restored,
  resume,
  system_error,
  halt,
  emergency_exit,
  margin_call,
  suspend,
  terminate,
};

inline constexpr std::array<std::string_view, 26> trigger_names{
    "market_open",     "window_start",  "window_end",   "market_close",   "entry_met",      "entry_failed",
    "order_sent",      "order_filled",  "partial_fill", "order_rejected", "manage",         "adjustment_needed",
    "defensive_dte",   "profit_target", "stop_loss",    "exit_requested", "flat",           "reset",
    "margin_restored", "resume",        "system_error", "halt",           "emergency_exit", "margin_call",
    "suspend",         "terminate"};

[[nodiscard]] constexpr std::string_view text(Trigger trigger) noexcept {
  return trigger_names[static_cast<std::size_t>(trigger)];
}

/// A set of states, a bit each.
class StateSet {
 public:
  constexpr StateSet() noexcept = default;
  constexpr StateSet(std::initializer_list<TradingState> states) noexcept {
    for (const TradingState s : states) bits_ |= bit(s);
  }
  [[nodiscard]] constexpr bool has(TradingState s) const noexcept { return (bits_ & bit(s)) != 0; }
  [[nodiscard]] constexpr StateSet without(StateSet other) const noexcept { return StateSet(bits_ & ~other.bits_); }
  friend constexpr StateSet operator|(StateSet a, StateSet b) noexcept { return StateSet(a.bits_ | b.bits_); }
  friend constexpr bool operator==(StateSet, StateSet) noexcept = default;
  [[nodiscard]] static constexpr StateSet all() noexcept {
    return StateSet((std::uint32_t{1} << trading_state_names.size()) - 1);
  }

 private:
  constexpr explicit StateSet(std::uint32_t bits) noexcept : bits_(bits) {}
  [[nodiscard]] static constexpr std::uint32_t bit(TradingState s) noexcept {
    return std::uint32_t{1} << static_cast<unsigned>(s);
  }
  std::uint32_t bits_{0};
};

namespace states {
using enum TradingState;

/// Those in which a strategy has a position.
inline constexpr StateSet with_position{position_open, managing, adjusting,   defensive_21dte,
                                        pending_exit,  exiting,  partial_exit};
/// Those in which it may open.
inline constexpr StateSet opening{ready, analyzing, pending_entry, entering, position_open, managing, adjusting};
/// Those in which it may adjust what it holds.
inline constexpr StateSet may_adjust = opening | StateSet{defensive_21dte};
/// Those in which it counts as entering, whether it has an order out or not.
inline constexpr StateSet entering_now{analyzing, pending_entry, entering, adjusting};
/// Those that keep all others from opening.
inline constexpr StateSet in_trouble{error, margin_call, emergency_exit};
/// Whose share of the buying power is there for others.
inline constexpr StateSet lending{exiting, closed, error, halted};
}  // namespace states

/// What `next` says of a pair.
struct Next {
  bool legal{false};
  bool resumes{false};  ///< to managing or ready, as `resumed` says; `to` means nothing then
  TradingState to{};

  friend constexpr bool operator==(const Next&, const Next&) noexcept = default;
};

namespace detail::transition_rules {

using enum TradingState;

/// A row of the table: from any of these states, on any of these triggers.
struct Rule {
  StateSet from;
  std::array<Trigger, 5> on;  ///< the first `triggers` of them
  std::size_t triggers;
  Next next;
};

struct To {
  Next next;
  constexpr To(TradingState to) noexcept : next{true, false, to} {}
  constexpr explicit To(Next n) noexcept : next(n) {}
};
inline constexpr To to_resumed{Next{true, true, {}}};

[[nodiscard]] constexpr Rule rule(StateSet from, std::initializer_list<Trigger> on, To to) noexcept {
  Rule r{from, {}, on.size(), to.next};
  std::size_t i = 0;
  for (const Trigger t : on) r.on[i++] = t;
  return r;
}

inline constexpr StateSet live = StateSet::all().without({terminated});

// One row a line. No pair stands in two of them.
inline constexpr std::array rules{
    rule({initializing}, {Trigger::market_open}, ready),
    rule({ready}, {Trigger::window_start}, analyzing),
    rule({analyzing}, {Trigger::entry_met}, pending_entry),
    rule({analyzing}, {Trigger::entry_failed, Trigger::window_end, Trigger::market_close}, ready),
    rule({pending_entry}, {Trigger::order_sent}, entering),
    rule({pending_entry}, {Trigger::entry_failed, Trigger::order_rejected, Trigger::window_end, Trigger::market_close},
         ready),
    rule({entering}, {Trigger::order_filled}, position_open),
    rule({entering}, {Trigger::partial_fill}, entering),
    rule({entering}, {Trigger::order_rejected}, ready),
    rule({position_open}, {Trigger::manage}, managing),
    rule({position_open, managing, adjusting}, {Trigger::adjustment_needed}, adjusting),
    rule({position_open, managing, adjusting}, {Trigger::defensive_dte}, defensive_21dte),
    rule({position_open, managing, adjusting, defensive_21dte},
         {Trigger::profit_target, Trigger::stop_loss, Trigger::exit_requested}, pending_exit),
    rule({adjusting}, {Trigger::order_filled, Trigger::order_rejected}, managing),
    rule({adjusting}, {Trigger::partial_fill}, adjusting),
    rule({defensive_21dte}, {Trigger::order_filled}, managing),
    rule({pending_exit}, {Trigger::order_sent}, exiting),
    rule({pending_exit}, {Trigger::order_rejected}, managing),
    rule({exiting, partial_exit}, {Trigger::partial_fill}, partial_exit),
    rule({exiting, partial_exit}, {Trigger::order_filled}, closed),
    rule({exiting, partial_exit}, {Trigger::order_rejected}, pending_exit),
    rule({exiting, partial_exit}, {Trigger::order_sent}, exiting),
    rule({closed}, {Trigger::market_open, Trigger::reset}, ready),
    rule({margin_call}, {Trigger::margin_restored}, to_resumed),
    rule({margin_call}, {Trigger::exit_requested}, pending_exit),
    rule({margin_call, emergency_exit}, {Trigger::flat}, closed),
    rule({error}, {Trigger::reset}, to_resumed),
    rule({suspended}, {Trigger::resume}, to_resumed),
    rule(live.without({error}), {Trigger::system_error}, error),
    rule(live.without({halted}), {Trigger::halt}, halted),
    rule(states::with_position | StateSet{pending_entry, entering, margin_call, error, suspended, halted},
         {Trigger::emergency_exit}, emergency_exit),
    rule(states::with_position | StateSet{pending_entry, entering, suspended}, {Trigger::margin_call}, margin_call),
    rule(states::with_position | StateSet{initializing, ready, analyzing, closed}, {Trigger::suspend}, suspended),
    rule({initializing, ready, closed, error, suspended, halted}, {Trigger::terminate}, terminated),
};

using TransitionTable = std::array<std::array<Next, trigger_names.size()>, trading_state_names.size()>;

[[nodiscard]] consteval TransitionTable expanded() {
  TransitionTable table{};
  for (const Rule& r : rules)
    for (std::size_t s = 0; s < table.size(); ++s)
      for (std::size_t i = 0; i < r.triggers; ++i)
        if (r.from.has(static_cast<TradingState>(s))) table[s][static_cast<std::size_t>(r.on[i])] = r.next;
  return table;
}
inline constexpr TransitionTable table = expanded();

[[nodiscard]] consteval bool no_pair_twice() {
  std::array<std::array<bool, trigger_names.size()>, trading_state_names.size()> seen{};
  for (const Rule& r : rules)
    for (std::size_t s = 0; s < seen.size(); ++s)
      for (std::size_t i = 0; i < r.triggers; ++i) {
        if (!r.from.has(static_cast<TradingState>(s))) continue;
        bool& here = seen[s][static_cast<std::size_t>(r.on[i])];
        if (here) return false;
        here = true;
      }
  return true;
}
static_assert(no_pair_twice(), "two rows for one state and trigger");

}  // namespace detail::transition_rules

/// \returns what `trigger` does in `state`. A halt is left by a resume of its scope alone, never by a trigger.
[[nodiscard]] constexpr Next next(TradingState state, Trigger trigger) noexcept {
  return detail::transition_rules::table[static_cast<std::size_t>(state)][static_cast<std::size_t>(trigger)];
}

/// \returns where a strategy goes on. Never into an entering state.
/// \param holds  it holds a position or has an open reservation
[[nodiscard]] constexpr TradingState resumed(bool holds) noexcept {
  return holds ? TradingState::managing : TradingState::ready;
}

/// \returns whether `trigger` in `state` needs somebody's name and a reason.
[[nodiscard]] constexpr bool needs_a_person(TradingState state, Trigger trigger) noexcept {
  return state == TradingState::error && trigger == Trigger::reset;
}

}  // namespace optcoord
