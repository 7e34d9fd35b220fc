// optcoord/coordination/gate_times.hpp -- gates 5 to 7: windows, exclusions, the pace of one strategy and of all.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/gate.hpp>
#include <optcoord/market/schedule.hpp>  // contains

#include <algorithm>  // std::any_of

namespace optcoord {

/// \returns whether the strategy may open at this hour. Without windows it always may.
[[nodiscard]] inline bool in_window(const StrategyPolicy& strategy, Timestamp now) {
  const auto& windows = strategy.windows;
  return windows.empty() ||
         std::any_of(windows.begin(), windows.end(), [now](const Schedule& w) { return contains(w, now); });
}

inline void gate_window(const Situation& now, const Asked& asked, GateAnswer& answer) {
  if (!in_window(now.policy.strategy(asked.strategy), now.time)) answer.deny(Code::outside_window);
}

/// A strategy it must not enter beside is opening something, or holds a position in a group they have in common; groups
/// of all roots are common to everybody and do not count. A plan takes the strategy's own groups for its request's.
inline void gate_exclusions(const Situation& now, const Asked& asked, GateAnswer& answer) {
  const StrategyPolicy& strategy = now.policy.strategy(asked.strategy);
  const std::span<const GroupId> groups = asked.planning ? std::span<const GroupId>{strategy.groups} : asked.groups;
  for (const StrategyId other : strategy.exclusions) {
    const auto holds_in = [&](GroupId g) { return !now.policy.group(g).all_roots && now.holdings.has_in(other, g); };
    if (now.standings[other].opening > 0 || std::any_of(groups.begin(), groups.end(), holds_in))
      answer.deny(GateAnswer::about(Code::exclusion, other));
  }
}

/// Exactly the interval passes, and so does what is part of the same entry as the last execution.
inline void gate_min_interval(const Situation& now, const Asked& asked, GateAnswer& answer) {
  const Standing& s = now.standings[asked.strategy];
  if (!now.policy.rules().min_interval || !s.executed_at) return;
  const bool same_entry = !asked.entry.empty() && asked.entry == s.entry;
  if (!same_entry && now.time - *s.executed_at < *now.policy.rules().min_interval) answer.deny(Code::min_interval);
}

/// \returns how many strategies but `strategy` are entering now, or, where positions count, hold one.
[[nodiscard]] inline std::int32_t others_active(const Situation& now, StrategyId strategy) {
  if (now.policy.rules().max_active_counts == MaxActiveCounts::entering)
    return now.standings.entering() - (is_entering(now.standings[strategy]) ? 1 : 0);
  std::int32_t active = 0;
  for (std::size_t s = 1; s < now.standings.size(); ++s) {
    const StrategyId other{static_cast<std::uint32_t>(s)};
    if (other != strategy && (is_entering(now.standings[other]) || now.holdings.has_any(other))) ++active;
  }
  return active;
}

inline void gate_max_active(const Situation& now, const Asked& asked, GateAnswer& answer) {
  const std::optional<std::int32_t> most = now.policy.rules().max_active;
  if (most && others_active(now, asked.strategy) >= *most) answer.deny(Code::max_active);
}

}  // namespace optcoord
