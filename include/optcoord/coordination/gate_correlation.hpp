// optcoord/coordination/gate_correlation.hpp -- gate 9: groups in which two strategies move together too much.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/gate.hpp>

#include <algorithm>  // std::any_of

namespace optcoord {

namespace detail {

/// The closed groups are in the way of a plan when none of the strategy's own is left beside them.
inline void plan_correlation(const Situation& now, const Asked& asked, GateAnswer& answer) {
  const auto is_closed = [&](GroupId g) {
    return std::any_of(now.correlated.begin(), now.correlated.end(),
                       [g](const CorrelatedGroup& c) { return c.closed && c.group == g; });
  };
  for (const CorrelatedGroup& c : now.correlated)
    if (c.closed && is_in_the_way(now, asked.strategy, c.group, is_closed))
      answer.deny(GateAnswer::about(Code::correlation, c.group));
}

}  // namespace detail

/// A closed group is closed to opens of every strategy. A pair of which too little is known closes nothing; requests in
/// the groups it would close are told.
inline void gate_correlation(const Situation& now, const Asked& asked, GateAnswer& answer) {
  if (asked.planning) return detail::plan_correlation(now, asked, answer);
  for (const CorrelatedGroup& c : now.correlated) {
    if (!asked.touches(c.group)) continue;
    if (c.closed)
      answer.deny(GateAnswer::about(Code::correlation, c.group));
    else
      answer.warn(GateAnswer::about(Code::correlation_unknown, c.group));
  }
}

}  // namespace optcoord
