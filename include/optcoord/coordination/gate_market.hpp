// optcoord/coordination/gate_market.hpp -- gates 8 and 10: margin pressure and market events.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/gate.hpp>

#include <algorithm>  // std::any_of

namespace optcoord {

/// Under pressure good priorities open at part of their size and the others not at all; above the last threshold nobody
/// does. A figure that nobody has told is not judged.
inline void gate_margin(const Situation& now, const Asked& asked, GateAnswer& answer) {
  const std::optional<MarginConfig>& rules = now.policy.rules().margin;
  if (!rules) return;
  if (!now.margin.known()) return answer.warn(Code::not_computed);
  if (now.margin.reduce_only()) return answer.deny(Code::reduce_only);
  if (!now.margin.on()) return;
  if (now.policy.strategy(asked.strategy).priority > rules->max_priority) return answer.deny(Code::margin_pressure);
  answer.scale(rules->scale, GateAnswer::finding(Code::margin_pressure));
}

namespace detail {

/// Whether a group is to be avoided by this request; by a plan, whether with all that are none of its own is left.
[[nodiscard]] inline bool avoids(const Situation& now, const Asked& asked, GroupId group) {
  if (!asked.planning) return asked.touches(group);
  return is_in_the_way(now, asked.strategy, group, [&](GroupId g) {
    bool avoided = false;
    for_each_rule_in_force(now.policy.strategy(asked.strategy), now.events,
                           [&](const EventRule& rule, const MarketEvent&) {
                             avoided = avoided || (rule.action == EventAction::avoid_group && rule.group == g);
                           });
    return avoided;
  });
}

/// Whether it opens short calls on the event's root, on any when the event names none.
[[nodiscard]] inline bool sells_calls(const Asked& asked, const MarketEvent& event) {
  return std::any_of(asked.short_calls.begin(), asked.short_calls.end(),
                     [&](RootId root) { return !event.root || *event.root == root; });
}

/// Whether one rule in force denies `asked`; scales are taken together.
[[nodiscard]] inline bool denies(const Situation& now, const Asked& asked, const EventRule& rule,
                                 const MarketEvent& event) {
  const bool hedge = now.policy.strategy(asked.strategy).hedge;
  switch (rule.action) {
    case EventAction::allow:
    case EventAction::prefer:
    case EventAction::scale: return false;
    case EventAction::skip: return true;
    case EventAction::hedge_only: return !hedge || !(asked.planning || asked.all_bought);
    case EventAction::avoid_group: return avoids(now, asked, rule.group);
    case EventAction::no_short_calls: return !asked.planning && sells_calls(asked, event);
  }
  return true;
}

[[nodiscard]] constexpr Code code_of(EventAction action) noexcept {
  switch (action) {
    case EventAction::hedge_only: return Code::hedge_only;
    case EventAction::avoid_group: return Code::avoid_group;
    case EventAction::no_short_calls: return Code::no_short_calls;
    case EventAction::scale: return Code::event_scale;
    default: return Code::event_skip;
  }
}

/// \returns whether the rule had something to say.
inline bool judge_rule(const Situation& now, const Asked& asked, const EventRule& rule, const MarketEvent& event,
                       GateAnswer& answer) {
  const bool listed = asked.planning && rule.action == EventAction::no_short_calls;
  const bool denied = denies(now, asked, rule, event);
  if (!denied && !listed) return false;
  Finding f = GateAnswer::about(code_of(rule.action), rule.event);
  if (rule.action == EventAction::avoid_group) f = GateAnswer::about(f.code, rule.group, rule.event);
  denied ? answer.deny(f) : answer.note(f);
  return true;
}

}  // namespace detail

/// Whether a market event in force forbids the strategy to sell calls on a root, known by any of these names.
[[nodiscard]] inline bool forbids_short_calls(const Situation& now, StrategyId strategy,
                                              std::span<const RootId> names_of_root) {
  Asked asked;
  asked.short_calls = names_of_root;
  bool forbidden = false;
  for_each_rule_in_force(now.policy.strategy(strategy), now.events, [&](const EventRule& rule, const MarketEvent& e) {
    forbidden = forbidden || (rule.action == EventAction::no_short_calls && detail::sells_calls(asked, e));
  });
  return forbidden;
}

/// The restrictions of all events in force, united.
inline void gate_events(const Situation& now, const Asked& asked, GateAnswer& answer) {
  if (now.policy.rules().require_calendar && !now.calendar_received) answer.deny(Code::calendar_missing);
  const StrategyPolicy& strategy = now.policy.strategy(asked.strategy);
  const EventRule* smallest = smallest_scale(strategy, now.events);
  for (const EventRule& rule : strategy.events) {
    for (const MarketEvent& event : now.events)  // an item a rule, however many events of the name are in force
      if (event.event == rule.event && detail::judge_rule(now, asked, rule, event, answer)) break;
    if (&rule == smallest) answer.scale(rule.factor, GateAnswer::about(Code::event_scale, rule.event));
  }
}

}  // namespace optcoord
