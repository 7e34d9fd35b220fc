// optcoord/ledger/own_sums.hpp -- what each strategy has in a group, for the rules about single strategies.
// SPDX-License-Identifier: MIT
//
// Gross delta, strategy count, conflicting directions and headroom read these lines, never positions: a decision costs
// a line per strategy at most. They are kept only where such a rule is configured (ledger/row_index.hpp).
#pragma once

#include <optcoord/core/fixed_point.hpp>  // Int128
#include <optcoord/core/ids.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>

#include <algorithm>  // std::clamp
#include <cstddef>    // std::size_t
#include <cstdint>    // std::int64_t, std::uint32_t
#include <limits>     // std::numeric_limits

namespace optcoord {

/// Calls f(strategy, line) for the sum of `metric` in `group` of every strategy registered, `unassigned` first.
/// \pre a rule about `metric` in `group` is configured
template <class F>
void for_each_own(const RowIndex& index, const LedgerState& s, GroupId group, Metric metric, F f) {
  const OwnSum sum = index.own(group, metric);
  for (std::size_t at = 0; at < s.strategies.size(); ++at) {
    const StrategyId strategy{static_cast<std::uint32_t>(at)};
    f(strategy, s.lines[index.line(sum, strategy)]);
  }
}

/// \returns `x`, or the end of the range of 64 bits it passes: comparing the result with a bound stays right.
[[nodiscard]] constexpr std::int64_t saturated(Int128 x) noexcept {
  return static_cast<std::int64_t>(
      std::clamp<Int128>(x, std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()));
}

}  // namespace optcoord
