// optcoord/coordination/market_events.hpp -- what the market events in force ask of a strategy, all of them united.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/policy.hpp>
#include <optcoord/core/ids.hpp>

#include <optional>  // std::optional
#include <span>      // std::span

namespace optcoord {

/// A market event in force.
struct MarketEvent {
  EventId event{};
  std::optional<RootId> root{};  ///< none: it concerns all roots

  friend constexpr bool operator==(const MarketEvent&, const MarketEvent&) noexcept = default;
};

/// Calls f(rule, event) for each of the strategy's rules whose event is in force, in order of configuration, and for
/// each of that name. What the strategy's policy does not name does not touch it.
template <class F>
void for_each_rule_in_force(const StrategyPolicy& strategy, std::span<const MarketEvent> in_force, F f) {
  for (const EventRule& rule : strategy.events)
    for (const MarketEvent& event : in_force)
      if (event.event == rule.event) f(rule, event);
}

/// \returns whether a rule with `action` is in force.
[[nodiscard]] inline bool any_in_force(const StrategyPolicy& strategy, std::span<const MarketEvent> in_force,
                                       EventAction action) {
  bool any = false;
  for_each_rule_in_force(strategy, in_force,
                         [&](const EventRule& rule, const MarketEvent&) { any = any || rule.action == action; });
  return any;
}

/// \returns the rule with the smallest scale in force, the first of several; null without one.
[[nodiscard]] inline const EventRule* smallest_scale(const StrategyPolicy& strategy,
                                                     std::span<const MarketEvent> in_force) {
  const EventRule* smallest = nullptr;
  for_each_rule_in_force(strategy, in_force, [&](const EventRule& rule, const MarketEvent&) {
    if (rule.action == EventAction::scale && (smallest == nullptr || rule.factor < smallest->factor)) smallest = &rule;
  });
  return smallest;
}

}  // namespace optcoord
