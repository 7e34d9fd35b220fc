// optcoord/coordination/gate_states.hpp -- gates 2 to 4: the strategy's own state, others in trouble, interlocks.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/gate.hpp>

namespace optcoord {

inline void gate_own_state(const Situation& now, const Asked& asked, GateAnswer& answer) {
  const TradingState state = now.standings[asked.strategy].state;
  const StateSet allowed = asked.adjust ? states::may_adjust : states::opening;
  if (!allowed.has(state)) answer.deny(GateAnswer::about(Code::strategy_state, asked.strategy, state));
}

/// Nobody adds risk while another is in error, margin_call or emergency_exit.
inline void gate_peer_state(const Situation& now, const Asked& asked, GateAnswer& answer) {
  if (!now.policy.coordinates()) return;
  for (const StrategyId other : now.standings.in_trouble())
    if (other != asked.strategy) answer.deny(GateAnswer::about(Code::peer_state, other, now.standings[other].state));
}

inline void gate_interlocks(const Situation& now, const Asked& asked, GateAnswer& answer) {
  for (const Interlock& lock : now.policy.interlocks()) {
    const TradingState state = now.standings[lock.other].state;
    if (lock.strategy == asked.strategy && lock.states.has(state))
      answer.deny(GateAnswer::about(Code::interlock, lock.other, state));
  }
}

}  // namespace optcoord
