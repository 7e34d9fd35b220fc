// optcoord/coordination/gates.hpp -- the gates of the coordinator, in the order in which their reasons are listed.
// SPDX-License-Identifier: MIT
//
// Requests that open pass all of them, adjustments those marked so, plans all but those that need a request. Exits pass
// none; for them the same items say what was passed over. Example:
//
//   GateAnswer answer(asked, reasons, warnings);
//   pass_gates(situation, asked, before_rows, answer);
#pragma once

#include <optcoord/coordination/gate.hpp>
#include <optcoord/coordination/gate_correlation.hpp>
#include <optcoord/coordination/gate_halts.hpp>
#include <optcoord/coordination/gate_market.hpp>
#include <optcoord/coordination/gate_states.hpp>
#include <optcoord/coordination/gate_times.hpp>

#include <array>        // std::array
#include <string_view>  // std::string_view

namespace optcoord {

/// A gate: what it is called, what it does, and who passes it unasked.
struct Gate {
  std::string_view name;
  void (*judge)(const Situation&, const Asked&, GateAnswer&);
  bool stops_adjustments;
  bool stops_protection;  ///< false: bought protection by a strategy tagged "hedge" passes it
};

// A new gate is a row here, in its place, and a function with its test.
inline constexpr std::array gates{
    //    name                      function           stops adjustments, protection
    Gate{"halts and reduce-only", gate_halts, true, true},
    Gate{"own state", gate_own_state, true, true},
    Gate{"others in trouble", gate_peer_state, false, false},
    Gate{"interlocks", gate_interlocks, false, true},
    Gate{"trading window", gate_window, false, true},
    Gate{"exclusions", gate_exclusions, false, true},
    Gate{"interval between executions", gate_min_interval, false, false},
    Gate{"strategies entering at once", gate_max_active, false, false},
    Gate{"margin pressure", gate_margin, false, false},
    Gate{"correlation", gate_correlation, false, true},
    Gate{"market events", gate_events, true, true},
};

/// \returns whether `asked` buys protection, which must be possible in trouble: a strategy tagged "hedge", every leg
/// bought, and no row that is over its bound already made worse.
[[nodiscard]] inline bool is_protection(const Situation& now, const Asked& asked) {
  return now.policy.strategy(asked.strategy).hedge && asked.all_bought && !asked.worsens_over && !asked.planning;
}

/// Judges `asked` by every gate that concerns it; what they say is added in their order.
inline void pass_gates(const Situation& now, const Asked& asked, GateAnswer& answer) {
  const bool protection = is_protection(now, asked);
  for (const Gate& gate : gates)
    if (!(asked.adjust && !gate.stops_adjustments) && !(protection && !gate.stops_protection))
      gate.judge(now, asked, answer);
}

}  // namespace optcoord
