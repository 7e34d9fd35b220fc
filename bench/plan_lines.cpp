// bench/plan_lines.cpp -- the plan of a thousand strategies, against the coordinator as it is usually written.
// SPDX-License-Identifier: MIT
#include "ratio.hpp"

#include <optcoord/coordination/plan.hpp>

#include <fmt/format.h>

#include <benchmark/benchmark.h>

#include <algorithm>      // std::equal, std::sort
#include <memory>         // std::make_shared
#include <string>         // std::string
#include <unordered_map>  // std::unordered_map
#include <utility>        // std::pair
#include <vector>         // std::vector

namespace optcoord::bench {

namespace {

[[nodiscard]] std::string strategy_name(int i) { return fmt::format("S{:04}", i); }

/// Every fifth sits FOMC out, every seventh halves its size then; every tenth waits while its neighbour defends.
constexpr int skips_every = 5;
constexpr int halves_every = 7;
constexpr int waits_every = 10;
constexpr int defends_every = 20;
constexpr int ten_priorities = 10;

/// A FOMC afternoon: strategies in ready but for those that defend, the event in force, nobody in trouble.
class Afternoon {
 public:
  explicit Afternoon(int strategies) : policy_(make(strategies)) {
    standings_.grow(names_.strategies.size());
    for (int i = 1; i < strategies; i += defends_every) defend(*names_.strategies.find(strategy_name(i)));
    events_.push_back({*names_.events.find("FOMC"), {}});
  }
  [[nodiscard]] ExecutionPlan plan() const {
    return make_plan({policy_, halts_, standings_, margin_, events_, true, {}, {}, now_});
  }
  [[nodiscard]] std::vector<std::string> may_run(const ExecutionPlan& plan) const {
    std::vector<std::string> out;
    for (const PlannedStrategy& s : plan.strategies)
      if (s.verdict == PlanVerdict::run || s.verdict == PlanVerdict::run_scaled)
        out.emplace_back(names_.strategies.text(s.strategy));
    return out;
  }

 private:
  [[nodiscard]] CoordinationPolicy make(int strategies) {
    std::vector<StrategyConfig> all;
    std::vector<InterlockConfig> locks;
    for (int i = 0; i < strategies; ++i) {
      StrategyConfig& s = all.emplace_back();
      s.name = strategy_name(i);
      s.priority = i % ten_priorities + 1;
      if (i % skips_every == 0)
        s.events.push_back({"FOMC", EventAction::skip, 1, {}});
      else if (i % halves_every == 0)
        s.events.push_back({"FOMC", EventAction::scale, 0.5, {}});
      if (i % waits_every == 0 && i + 1 < strategies)
        locks.push_back({s.name, strategy_name(i + 1), {"defensive_21dte"}});
    }
    CoordinationConfig rules;
    rules.max_active = 3;
    rules.min_interval = std::chrono::minutes{5};
    Result<CoordinationPolicy> made = CoordinationPolicy::make(all, locks, rules, {}, names_);
    expect(made.has_value(), "the strategies were refused");
    return *std::move(made);
  }
  void defend(StrategyId s) {
    for (const Trigger t : {Trigger::window_start, Trigger::entry_met, Trigger::order_sent, Trigger::order_filled,
                            Trigger::defensive_dte})
      expect(standings_.move(s, t, false, {}, now_).has_value(), "a state was refused");
  }

  Timestamp now_{std::chrono::seconds{1'767'726'000}};
  Names names_{};
  CoordinationPolicy policy_;
  Standings standings_{};
  Halts halts_{};
  MarginPressure margin_{};
  std::vector<MarketEvent> events_{};
};

/// The coordinator as it is usually written: states by name, every strategy asks after every other's.
class NaiveCoordinator {
 public:
  explicit NaiveCoordinator(int strategies) {
    for (int i = 0; i < strategies; ++i) {
      const std::string name = strategy_name(i);
      priorities_.emplace_back(i % ten_priorities + 1, name);
      states_[name] = i % defends_every == 1 ? "DEFENSIVE_21DTE" : "READY";
      if (i % skips_every == 0)
        events_[name] = "SKIP";
      else if (i % halves_every == 0)
        events_[name] = "REDUCE";
      if (i % waits_every == 0 && i + 1 < strategies) waits_for_[name] = strategy_name(i + 1);
    }
  }
  [[nodiscard]] std::vector<std::string> execution_order() const {
    std::vector<std::pair<int, std::string>> order = priorities_;
    std::sort(order.begin(), order.end());
    std::vector<std::string> out;
    for (const auto& [priority, name] : order)
      if (can_execute(name)) out.push_back(name);
    return out;
  }

 private:
  [[nodiscard]] bool can_execute(const std::string& name) const {
    for (const auto& [other, state] : states_)
      if (state == "ERROR" || state == "MARGIN_CALL" || state == "EMERGENCY_EXIT") return false;
    if (const auto lock = waits_for_.find(name); lock != waits_for_.end())
      if (states_.at(lock->second) == "DEFENSIVE_21DTE") return false;
    const auto event = events_.find(name);
    return event == events_.end() || event->second != "SKIP";
  }

  std::vector<std::pair<int, std::string>> priorities_;
  std::unordered_map<std::string, std::string> states_;
  std::unordered_map<std::string, std::string> events_;
  std::unordered_map<std::string, std::string> waits_for_;
};

[[nodiscard]] Arm plan_arm(int strategies) {
  const auto afternoon = std::make_shared<Afternoon>(strategies);
  return [afternoon, strategies] {
    Stopwatch watch;
    for (int left = 1000; left > 0; left -= strategies) {
      watch.start();
      const ExecutionPlan plan = afternoon->plan();
      watch.stop(static_cast<std::uint64_t>(strategies));
      expect(plan.strategies.size() == static_cast<std::size_t>(strategies), "a strategy is missing");
    }
    return watch.batch();
  };
}

[[nodiscard]] Arm naive_arm(int strategies) {
  const auto naive = std::make_shared<NaiveCoordinator>(strategies);
  const Afternoon afternoon(strategies);
  // Defending strategies may not open, which the naive one does not look at.
  std::vector<std::string> theirs = naive->execution_order();
  const std::vector<std::string> ours = afternoon.may_run(afternoon.plan());
  std::erase_if(theirs, [](const std::string& s) { return std::stoi(s.substr(1)) % defends_every == 1; });
  expect(theirs == ours, "the two plans differ");
  return [naive, strategies] {
    Stopwatch watch;
    watch.start();
    const std::vector<std::string> order = naive->execution_order();
    watch.stop(static_cast<std::uint64_t>(strategies));
    expect(!order.empty(), "nobody may run");
    return watch.batch();
  };
}

}  // namespace

std::vector<Line> plan_lines() {
  constexpr int many = 1000;
  constexpr int few = 10;
  return {{.name = "plan.1000",
           .about = "the plan of 1,000 strategies with every reason, per strategy, against the usual coordinator",
           .peer = "NAIVE execution order",
           .slow = 20,
           .make =
               [] {
                 return Arms{plan_arm(many), naive_arm(many)};
               }},
          {.name = "plan.1000_of_10",
           .about = "the same, per strategy, against a plan of ten",
           .peer = "ours, of 10",
           .sense = Sense::times_the_time,
           .slow = 4,
           .make = [] {
             return Arms{plan_arm(many), plan_arm(few)};
           }}};
}

}  // namespace optcoord::bench
