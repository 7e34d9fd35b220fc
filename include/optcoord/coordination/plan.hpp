// optcoord/coordination/plan.hpp -- which strategies may act now, in which order, how much, and why not more.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/gates.hpp>

#include <array>        // std::array
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord {

enum class PlanVerdict : std::uint8_t {
  run,
  run_scaled,  ///< at part of its size
  exits_only,  ///< opens are denied, something is held or pending
  skip,        ///< opens are denied, and there is nothing to leave
};

[[nodiscard]] constexpr std::string_view text(PlanVerdict v) noexcept {
  constexpr std::array<std::string_view, 4> texts{"run", "run_scaled", "exits_only", "skip"};
  return texts[static_cast<std::size_t>(v)];
}

/// One strategy's place in the plan.
struct PlannedStrategy {
  StrategyId strategy{};
  PlanVerdict verdict{PlanVerdict::run};
  double scale{1};                 ///< part of its size it may open with; 0 when it may not
  bool prefer{false};              ///< a market event makes this a good time for it
  std::vector<Finding> reasons{};  ///< in gate order; their max_units mean nothing
};

struct ExecutionPlan {
  std::vector<PlannedStrategy> strategies{};  ///< by priority, then registration
  std::vector<StrategyId> exit_first{};       ///< under margin pressure: the worst unrealised P&L first
};

/// \returns what each strategy may do, judged without a request. One that is skipped never stops those behind it.
/// O(strategies), times those in trouble; O(strategies^2) where max_active counts positions.
[[nodiscard]] inline ExecutionPlan make_plan(const Situation& now) {
  ExecutionPlan plan;
  const std::vector<StrategyId> order = now.policy.order(now.standings.size());
  Findings reasons;
  Findings unknown;  // a plan says what is in the way, not what could not be judged
  for (const StrategyId strategy : order) {
    reasons.clear();
    Asked asked;
    asked.strategy = strategy;
    asked.planning = true;
    GateAnswer answer(asked, reasons, unknown);
    pass_gates(now, asked, answer);
    const bool involved = now.standings[strategy].orders > 0 || now.holdings.has_any(strategy);
    PlannedStrategy& planned = plan.strategies.emplace_back();
    planned.strategy = strategy;
    planned.scale = answer.denied() ? 0 : answer.smallest_scale();
    planned.verdict = answer.denied()     ? (involved ? PlanVerdict::exits_only : PlanVerdict::skip)
                      : planned.scale < 1 ? PlanVerdict::run_scaled
                                          : PlanVerdict::run;
    planned.prefer = any_in_force(now.policy.strategy(strategy), now.events, EventAction::prefer);
    planned.reasons.assign(reasons.all().begin(), reasons.all().end());
  }
  if (now.margin.on() || now.margin.reduce_only()) plan.exit_first = worst_first(order, now.standings);
  return plan;
}

/// \returns whether `strategy` could open at all at present: what the exposure kept free for it depends on. Not halted
/// or reduce-only, its state opens, within its window, no market event skips it.
[[nodiscard]] inline bool may_open(const Situation& now, StrategyId strategy) {
  const StrategyPolicy& policy = now.policy.strategy(strategy);
  return !now.halts.at(HaltScope::account()) && !now.halts.at(HaltScope::strategy(strategy)) &&
         !now.margin.reduce_only() && states::opening.has(now.standings[strategy].state) &&
         in_window(policy, now.time) && !any_in_force(policy, now.events, EventAction::skip);
}

}  // namespace optcoord
