// optcoord/ledger/positions.hpp -- who holds what, and what open exits have set aside.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/marks.hpp>  // activate, post_held
#include <optcoord/ledger/state.hpp>

#include <cstdint>  // fixed width integers

namespace optcoord {

/// \returns the place of what `strategy` holds of `instrument`, or nil. O(strategies holding it).
[[nodiscard]] inline std::uint32_t find_holder(const LedgerState& s, StrategyId strategy, std::uint32_t instrument) {
  std::uint32_t at = s.instruments[instrument].first_holder;
  while (at != nil && s.holders[at].strategy != strategy) at = s.holders[at].next;
  return at;
}

/// \returns contracts of `instrument` that `strategy` holds, signed.
[[nodiscard]] inline std::int64_t held_quantity(const LedgerState& s, StrategyId strategy, std::uint32_t instrument) {
  const std::uint32_t at = find_holder(s, strategy, instrument);
  return at == nil ? 0 : s.holders[at].quantity;
}

namespace detail {

[[nodiscard]] inline std::uint32_t add_holder(LedgerState& s, StrategyId strategy, std::uint32_t instrument) {
  const std::uint32_t at = take(s.holders, s.free_holders);
  Holder& holder = s.holders[at];
  holder = {.instrument = instrument, .strategy = strategy, .next = s.instruments[instrument].first_holder};
  s.instruments[instrument].first_holder = at;
  std::uint32_t& first = s.first_of_strategy[index_of(strategy)];
  holder.next_of_strategy = first;
  if (first != nil) s.holders[first].previous_of_strategy = at;
  first = at;
  return at;
}

inline void remove_holder(LedgerState& s, std::uint32_t at) {
  const Holder& holder = s.holders[at];
  std::uint32_t* link = &s.instruments[holder.instrument].first_holder;
  while (*link != at) link = &s.holders[*link].next;
  *link = holder.next;
  if (holder.next_of_strategy != nil)
    s.holders[holder.next_of_strategy].previous_of_strategy = holder.previous_of_strategy;
  if (holder.previous_of_strategy != nil) {
    s.holders[holder.previous_of_strategy].next_of_strategy = holder.next_of_strategy;
  } else {
    s.first_of_strategy[index_of(holder.strategy)] = holder.next_of_strategy;
  }
  s.free_holders.push_back(at);
}

}  // namespace detail

/// Adds `change` contracts to what `strategy` holds of `instrument`, and to the held sums.
inline void change_position(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, StrategyId strategy,
                            std::uint32_t instrument, std::int64_t change) {
  if (change == 0) return;
  activate(policy, index, s, instrument);
  std::uint32_t at = find_holder(s, strategy, instrument);
  if (at == nil) at = detail::add_holder(s, strategy, instrument);
  post_held(policy, index, s, strategy, instrument, s.holders[at].quantity, -1);
  add_wrapping(s.holders[at].quantity, change, +1);
  post_held(policy, index, s, strategy, instrument, s.holders[at].quantity, +1);
  if (s.holders[at].quantity == 0 && s.holders[at].closing == 0) detail::remove_holder(s, at);
  deactivate_if_idle(s, instrument);
}

/// Sets `change` more (or, negative, fewer) contracts aside for open exits of a position.
inline void change_closing(LedgerState& s, StrategyId strategy, std::uint32_t instrument, std::int64_t change) {
  const std::uint32_t at = find_holder(s, strategy, instrument);
  if (at == nil || change == 0) return;
  s.holders[at].closing = std::max<std::int64_t>(0, s.holders[at].closing + change);
  if (s.holders[at].quantity == 0 && s.holders[at].closing == 0) detail::remove_holder(s, at);
  deactivate_if_idle(s, instrument);
}

}  // namespace optcoord
