// optcoord/coordination/gate_correlation.hpp -- gate 9: groups in which two strategies move together too much.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/gate.hpp>

#include <algorithm>  // std::any_of

namespace optcoord {

/// A closed group is closed to opens of every strategy. A pair of which too little is known closes nothing; requests in
/// its groups are told.
inline void gate_correlation(const Situation& now, const Asked& asked, GateAnswer& answer) {
  bool unknown = false;
  for (const CorrelatedGroup& g : now.correlated) {
    if (asked.planning || !asked.touches(g.group)) continue;
    unknown = unknown || !g.closed;
    if (!g.closed) continue;
    Finding f = GateAnswer::finding(Code::correlation);
    f.scope = Scope::group;
    f.group = g.group;
    f.has = Finding::group_field;
    answer.deny(f);
  }
  if (unknown) answer.warn(Code::correlation_unknown);
  const auto is_closed = [&](GroupId own) {
    return std::any_of(now.correlated.begin(), now.correlated.end(),
                       [&](const CorrelatedGroup& g) { return g.closed && now.policy.covers(g.group, own); });
  };
  if (asked.planning && finds_all_closed(now, asked.strategy, is_closed)) answer.deny(Code::correlation);
}

}  // namespace optcoord
