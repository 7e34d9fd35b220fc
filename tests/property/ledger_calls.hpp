// tests/property/ledger_calls.hpp -- which rules the random days draw, and the calls of the ledger that these need.
// SPDX-License-Identifier: MIT
//
// The one place to change when a rule arrives in the ledger, or a call of it is named otherwise. A call that the ledger
// does not have is left out, so a rule is drawn (`draws_...`) only once its calls are there.
#pragma once

#include <optcoord/ledger/ledger.hpp>

#include "property/slow_ledger.hpp"  // SlowBrokerLine

#include <cstdint>   // std::int64_t
#include <optional>  // std::optional
#include <span>      // std::span
#include <utility>   // std::forward
#include <vector>    // std::vector

namespace optcoord::test {

// ---- what the days draw
inline constexpr bool draws_gross_delta = true;
inline constexpr bool draws_strategy_count = true;
inline constexpr bool draws_conflicts = true;
inline constexpr bool draws_headroom = true;   ///< needs set_priority and set_may_open
inline constexpr bool draws_reconcile = true;  ///< needs reconcile

// ---- the calls
template <class SomeLedger>
void tell_priority(SomeLedger& ledger, StrategyId strategy, int priority) {
  if constexpr (requires { ledger.set_priority(strategy, priority); }) ledger.set_priority(strategy, priority);
}
template <class SomeLedger>
void tell_may_open(SomeLedger& ledger, StrategyId strategy, bool may) {
  if constexpr (requires { ledger.set_may_open(strategy, may); }) ledger.set_may_open(strategy, may);
}

namespace detail {
/// The type of a broker's line is the one that `reconcile` takes.
template <class SomeLedger, class Result, class Line, class NameOf>
void reconcile(SomeLedger& ledger, Result (SomeLedger::*call)(std::span<const Line>, Timestamp),
               const std::vector<SlowBrokerLine>& broker, NameOf names, Timestamp now) {
  std::vector<Line> lines;
  for (const SlowBrokerLine& line : broker) {
    std::optional<StrategyId> strategy;
    if (!line.strategy.empty()) strategy = names.strategy(line.strategy);
    lines.push_back(Line{names.contract(line.contract), line.quantity, strategy});
  }
  (void)(ledger.*call)(lines, now);
}
}  // namespace detail

/// `names` gives ids: names.strategy(text), names.contract(text).
template <class SomeLedger, class NameOf>
void tell_positions(SomeLedger& ledger, const std::vector<SlowBrokerLine>& broker, NameOf names, Timestamp now) {
  if constexpr (requires { &SomeLedger::reconcile; })
    detail::reconcile(ledger, &SomeLedger::reconcile, broker, names, now);
}

}  // namespace optcoord::test
