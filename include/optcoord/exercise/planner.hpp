// optcoord/exercise/planner.hpp -- judges every option position before its close: what to close, when and how.
// SPDX-License-Identifier: MIT
//
// A question: nothing is changed, the same inputs give the same plan. Example:
//
//   ExpiryPlan plan = assess(positions, {sessions}, policy, state, now);
//   for (const QueueEntry& next : plan.queue) send(plan.positions[next.row]);   // shorts first
//   wait(plan.next_check);
//
// Orders in a plan can be sent in any order and filled in any part: no short is left uncovered and no worst case gets
// worse. A long that covers a short to be closed has no order until the short is gone.
#pragma once

#include <optcoord/core/error.hpp>  // Result
#include <optcoord/exercise/acting.hpp>

#include <algorithm>  // std::find_if, std::max, std::min
#include <span>       // std::span
#include <utility>    // std::move

namespace optcoord {

namespace detail {

[[nodiscard]] inline Draft draft(std::span<const ExpiryPosition> positions, const ExpiryMarket& market,
                                 const ExercisePolicy& policy, const ExerciseState& state, ExerciseMode mode,
                                 Timestamp now) {
  Draft d{positions, policy.config(), policy, state, mode, std::nullopt, {}, {}, {}, structures(positions)};
  for (std::size_t i = 0; i < positions.size(); ++i) {
    const bool option = positions[i].contract.kind == Kind::option && positions[i].quantity != 0;
    d.held.push_back(positions[i].quantity);
    d.row_of.push_back(option ? d.rows.size() : no_row);
    if (!option) continue;
    d.rows.push_back(figures(positions[i], i, market, policy, now));
    d.rows.back().a.pending = is_pending(state, key_of(d.rows.back()), d.rows.back().session);
    const ExpiryRow& r = d.rows.back();
    if (positions[i].quantity < 0) continue;
    const std::int64_t going = r.a.pending ? positions[i].quantity : in_flight(state, key_of(r), r.session);
    d.held.back() = std::max<std::int64_t>(positions[i].quantity - going, 0);
  }
  return d;
}

/// How soon to ask again: never past the beginning of the next stage.
[[nodiscard]] inline Duration next_check(const Draft& d) noexcept {
  const NextCheckConfig& c = d.config.next_check;
  Duration soonest = c.idle;
  for (const ExpiryRow& r : d.rows) {
    if (r.expired) continue;
    if (!r.expiring) {
      soonest = std::min(soonest, c.positions);
      continue;
    }
    const StageNumber stage = *r.a.stage;
    soonest = std::min(soonest, stage == 0 ? c.positions : stage == 1 ? c.t30 : c.t5);
    if (stage < d.policy.stages().size()) soonest = std::min(soonest, r.before - d.policy.stage(stage + 1).before);
  }
  return soonest;
}

[[nodiscard]] inline Notice notice_of(ExpiryAction action) noexcept {
  switch (action) {
    case ExpiryAction::escalate: return Notice::alarm;
    case ExpiryAction::close:
    case ExpiryAction::convert_stop:
    case ExpiryAction::warn: return Notice::warn;
    case ExpiryAction::watch: return Notice::inform;
    case ExpiryAction::expired:
    case ExpiryAction::settles_cash:
    case ExpiryAction::hold: break;
  }
  return Notice::quiet;
}
[[nodiscard]] inline Notice notice_of(const ExpiryRow& r) noexcept {
  return std::max(notice_of(r.a.action), r.blind ? Notice::warn : Notice::quiet);
}

inline void total_up(ExpiryPlan& plan, ExpiryRow& r) {
  if (r.expired || r.cash || !(r.a.at_risk || r.want + r.refused > 0 || r.early)) return;
  r.a.assigned = assignment(*r.p);
  if (!r.a.assigned) return;
  const auto at = std::lower_bound(plan.by_strategy.begin(), plan.by_strategy.end(), r.a.strategy,
                                   [](const StrategyTotal& t, StrategyId s) { return t.strategy < s; });
  const bool there = at != plan.by_strategy.end() && at->strategy == r.a.strategy;
  StrategyTotal& of_strategy = there ? *at : *plan.by_strategy.insert(at, {r.a.strategy, {}});
  add(of_strategy.total, *r.p, *r.a.assigned);
  add(plan.account, *r.p, *r.a.assigned);
}

/// Whether the broker of the profile may liquidate by itself by now.
[[nodiscard]] inline bool broker_may_liquidate(const Draft& d, Timestamp now) noexcept {
  if (!d.config.broker_profile || to_new_york(now).since_midnight < d.config.broker_profile->liquidates_from)
    return false;
  return std::any_of(d.rows.begin(), d.rows.end(), [](const ExpiryRow& r) { return r.expiring && r.a.at_risk; });
}

[[nodiscard]] inline ExpiryPlan finish(Draft& d, Timestamp now) {
  choose_closings(d);
  const std::vector<std::size_t> order = choose_actions(d, now);
  name_orphans(d);
  ExpiryPlan plan;
  plan.mode = d.mode;
  plan.kill_switch = d.state.kill_switch;
  plan.breaker = d.state.breaker.state(d.config.breaker, now);
  plan.broker_may_liquidate = broker_may_liquidate(d, now);
  plan.next_check = next_check(d);
  for (ExpiryRow& r : d.rows) {
    total_up(plan, r);
    if (const Notice n = notice_of(r); n > plan.notice) {
      plan.notice = n;
      plan.notice_row = plan.positions.size();
    }
    plan.positions.push_back(r.a);
  }
  for (const std::size_t i : order) {
    const Assessment& a = plan.positions[i];
    const bool acts =
        a.action == ExpiryAction::escalate || a.action == ExpiryAction::close || a.action == ExpiryAction::convert_stop;
    if (acts) plan.queue.push_back({i, a.close_quantity, a.action});
  }
  return plan;
}

}  // namespace detail

/// Judges all positions in `mode`. Options are assessed; shares and futures only cover. Positions of one strategy and
/// contract come once. Allocates; O(n^2) in the positions of one strategy and root, more where longs are closed.
[[nodiscard]] inline ExpiryPlan assess(std::span<const ExpiryPosition> positions, const ExpiryMarket& market,
                                       const ExercisePolicy& policy, const ExerciseState& state, ExerciseMode mode,
                                       Timestamp now) {
  detail::Draft d = detail::draft(positions, market, policy, state, mode, now);
  return detail::finish(d, now);
}

/// Judges all positions in the mode in force.
[[nodiscard]] inline ExpiryPlan assess(std::span<const ExpiryPosition> positions, const ExpiryMarket& market,
                                       const ExercisePolicy& policy, const ExerciseState& state, Timestamp now) {
  return assess(positions, market, policy, state, mode_of(state, policy), now);
}

/// A person closes one position, whatever its stage: the plan of that position alone. It keeps to attempts, slippage,
/// breaker, mode and kill switch, and a long that covers a short has no order: neither alone nor beside what the plan
/// of all orders now. Whoever passes its order on says so with `close_advised`. \returns `invalid_value` unless `key`
/// is an option that is held.
[[nodiscard]] inline Result<ExpiryPlan> close_one(std::span<const ExpiryPosition> positions, const ExpiryMarket& market,
                                                  const ExercisePolicy& policy, const ExerciseState& state,
                                                  CloseKey key, Timestamp now) {
  detail::Draft d = detail::draft(positions, market, policy, state, mode_of(state, policy), now);
  const auto named = [key](const Assessment& a) { return CloseKey{a.strategy, a.contract} == key; };
  const auto row = std::find_if(d.rows.begin(), d.rows.end(), [&](const ExpiryRow& r) { return named(r.a); });
  if (row == d.rows.end()) return fail(Errc::invalid_value, "contract");
  d.manual = key;
  for (const Assessment& a : assess(positions, market, policy, state, d.mode, now).positions)
    if (a.order && a.quantity > 0 && !named(a))
      d.held[a.position] = std::max<std::int64_t>(d.held[a.position] - a.order->quantity, 0);
  ExpiryPlan all = detail::finish(d, now);
  ExpiryPlan one = all;
  one.positions.clear();
  one.queue.clear();
  one.by_strategy.clear();
  one.account = {};
  one.notice_row.reset();
  const auto place = static_cast<std::size_t>(row - d.rows.begin());
  one.positions.push_back(all.positions[place]);
  one.notice = detail::notice_of(d.rows[place]);
  if (one.notice != Notice::quiet) one.notice_row = 0;
  detail::total_up(one, d.rows[place]);
  for (const QueueEntry& entry : all.queue)
    if (entry.row == place) one.queue.push_back({0, entry.quantity, entry.action});
  return one;
}

}  // namespace optcoord
