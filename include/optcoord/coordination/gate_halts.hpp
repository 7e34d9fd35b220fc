// optcoord/coordination/gate_halts.hpp -- gate 1: halts and reduce-only of the account, of groups, of the strategy.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/gate.hpp>

namespace optcoord {

namespace detail {

/// Whether a halted group is in the way: of a request that its legs count in it, of a plan that with all halted groups
/// none of the strategy's is left.
[[nodiscard]] inline bool stops(const Situation& now, const Asked& asked, GroupId group) {
  if (!asked.planning) return asked.touches(group);
  const auto is_halted = [&](GroupId g) { return now.halts.at(HaltScope::group(g)).has_value(); };
  return is_in_the_way(now, asked.strategy, group, is_halted);
}

}  // namespace detail

/// One item per halt in the way: account, groups in their order, strategy. A roll or a defensive move may go on under
/// reduce-only as long as it worsens nothing.
inline void gate_halts(const Situation& now, const Asked& asked, GateAnswer& answer) {
  for (const Halts::Entry& halt : now.halts.all()) {
    if (halt.level == HaltLevel::reduce_only && asked.adjust && !asked.worsens) continue;
    Finding f;
    f.code = halt.level == HaltLevel::halt ? Code::halted : Code::reduce_only;
    f.scope = halt.scope.kind;
    if (halt.scope.kind == Scope::group) {
      f.group = GroupId{halt.scope.id};
      f.has = Finding::group_field;
      if (!detail::stops(now, asked, f.group)) continue;
    }
    if (halt.scope.kind == Scope::strategy) {
      f.strategy = StrategyId{halt.scope.id};
      f.has = Finding::strategy_field;
      if (f.strategy != asked.strategy) continue;
    }
    answer.deny(f);
  }
}

}  // namespace optcoord
