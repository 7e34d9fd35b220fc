// tests/support/coordination_world.hpp -- five strategies, four groups and a clock, without a ledger or a desk.
// SPDX-License-Identifier: MIT
//
// Example:
//
//   World w;
//   w.to("LT112", TradingState::error);
//   CHECK(w.open("0DTE") == "peer_state LT112 error");
//   CHECK(w.plan("0DTE") == "skip: peer_state LT112 error");
#pragma once

#include <optcoord/coordination/plan.hpp>

#include <doctest/doctest.h>

#include <cstdint>      // std::int64_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::pair
#include <vector>       // std::vector

namespace optcoord::test {

inline const std::vector<std::string> five{"0DTE", "LT112", "IPMCC", "FuturesStrangle", "LEAPLadders"};

/// The rules of the sample configuration.
[[nodiscard]] inline CoordinationConfig sample_rules() {
  CoordinationConfig c;
  c.max_active = 3;
  c.min_interval = std::chrono::minutes{5};
  c.loss_halt = -0.05;
  c.margin = MarginConfig{};
  return c;
}

/// The strategies of the sample configuration, without windows and events.
[[nodiscard]] inline std::vector<StrategyConfig> sample_strategies() {
  std::vector<StrategyConfig> all(five.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].name = five[i];
    all[i].priority = static_cast<std::int32_t>(i) + 1;
    all[i].groups = {i == 3 ? "ES" : "SPY"};
  }
  all[4].tags = {"hedge"};
  return all;
}

[[nodiscard]] inline EventPolicyConfig on(std::string event, EventAction action, double factor = 1,
                                          std::string group = {}) {
  return {std::move(event), action, factor, std::move(group)};
}

/// A request's shape, as far as gates look.
struct Shape {
  std::int64_t units{10};
  std::string entry{};
  std::vector<std::string> groups{"SPY", "SP500", "ACCOUNT"};
  bool all_bought{false};
  bool adjust{false};
  bool worsens{true};
  bool worsens_over{false};
  std::vector<std::string> short_calls{};
};

/// Legs in ES.
inline const Shape in_es{.groups = {"ES", "SP500", "ACCOUNT"}};

class World {
 public:
  explicit World(std::vector<StrategyConfig> strategies = sample_strategies(),
                 std::optional<CoordinationConfig> rules = sample_rules(), std::vector<InterlockConfig> locks = {})
      : policy_(make(strategies, rules, locks)) {
    standings.grow(names.strategies.size());
  }

  Names names{};
  Standings standings{};
  Halts halts{};
  MarginPressure margin{};
  std::vector<MarketEvent> events{};
  bool calendar_received{false};
  std::vector<CorrelatedGroup> correlated{};
  Timestamp now{*parse_time("2026-01-05T15:00:00Z")};       // Monday, 10:00 in New York
  std::vector<std::pair<std::string, std::string>> held{};  ///< strategy, group

  [[nodiscard]] StrategyId id(std::string_view strategy) const { return names.strategies.find(strategy).value(); }
  [[nodiscard]] GroupId group(std::string_view group) const { return names.groups.find(group).value(); }
  /// Puts a strategy into `state`, from wherever it is.
  void to(std::string_view strategy, TradingState state) {
    Standings fresh;
    fresh.grow(standings.size());
    for (std::size_t s = 1; s < standings.size(); ++s) {
      const StrategyId other{static_cast<std::uint32_t>(s)};
      go(fresh, other, other == id(strategy) ? state : standings[other].state);
      for (int n = 0; n < standings[other].orders; ++n) fresh.take_order(other, n < standings[other].opening);
    }
    standings = fresh;
  }
  void use_margin(double used) { (void)margin.take(used, policy_.rules().margin.value()); }
  void start(std::string_view event, std::string_view root = {}) {
    MarketEvent e{names.events.add(event), {}};
    if (!root.empty()) e.root = names.roots.add(root);
    events.push_back(e);
  }
  void end(std::string_view event) {
    std::erase_if(events, [&](const MarketEvent& e) { return names.events.text(e.event) == event; });
  }

  [[nodiscard]] Situation situation() const {
    return {policy_, halts, standings, margin, events, calendar_received, correlated, {this, holds_any, holds_in}, now};
  }
  /// What the gates say of a request, "; " between items: code, what it is about, "max n" unless nothing passes. What
  /// could not be judged follows " / ".
  [[nodiscard]] std::string open(std::string_view strategy, const Shape& shape = {}) const {
    std::vector<GroupId> groups;
    for (const std::string& g : shape.groups) groups.push_back(group(g));
    std::vector<RootId> calls;
    for (const std::string& r : shape.short_calls) calls.push_back(names.roots.find(r).value());
    Asked asked;
    asked.strategy = id(strategy);
    asked.adjust = shape.adjust;
    asked.units = shape.units;
    asked.entry = shape.entry;
    asked.all_bought = shape.all_bought;
    asked.worsens = shape.worsens;
    asked.worsens_over = shape.worsens_over;
    asked.groups = groups;
    asked.short_calls = calls;
    Findings reasons;
    Findings warnings;
    GateAnswer answer(asked, reasons, warnings);
    pass_gates(situation(), asked, answer);
    std::string out = list(reasons.all(), true);
    if (!warnings.empty()) out += " / " + list(warnings.all(), false);
    return out;
  }
  /// What the plan says of a strategy: "run", "run_scaled 0.5: event_scale FOMC", "skip: halted".
  [[nodiscard]] std::string plan(std::string_view strategy) const {
    for (const PlannedStrategy& planned : make_plan(situation()).strategies) {
      if (planned.strategy != id(strategy)) continue;
      std::string out(text(planned.verdict));
      if (planned.verdict == PlanVerdict::run_scaled) out += ' ' + short_number(planned.scale);
      if (planned.prefer) out += ", preferred";
      if (!planned.reasons.empty()) out += ": " + list(planned.reasons, false);
      return out;
    }
    return "not in the plan";
  }
  /// The names of `strategies`, separated by spaces.
  [[nodiscard]] std::string in_words(const std::vector<StrategyId>& strategies) const {
    std::string out;
    for (const StrategyId s : strategies) {
      if (!out.empty()) out += ' ';
      out += names.strategies.text(s);
    }
    return out;
  }
  [[nodiscard]] const CoordinationPolicy& policy() const { return policy_; }

 private:
  [[nodiscard]] CoordinationPolicy make(const std::vector<StrategyConfig>& strategies,
                                        const std::optional<CoordinationConfig>& rules,
                                        const std::vector<InterlockConfig>& locks) {
    std::vector<GroupOutline> groups(4);
    const auto add = [&](std::string_view name, const std::vector<std::string>& roots) {
      GroupOutline& group = groups[index_of(names.groups.add(name))];
      for (const std::string& root : roots) group.roots.push_back(names.roots.add(root));
      group.all_roots = roots.empty();
    };
    add("SPY", {"SPY", "SPX"});
    add("ES", {"ES", "MES"});
    add("SP500", {"SPY", "SPX", "ES", "MES"});
    add("ACCOUNT", {});
    Result<CoordinationPolicy> made = CoordinationPolicy::make(strategies, locks, rules, groups, names);
    REQUIRE_MESSAGE(made.has_value(), (made ? "" : made.error().field));
    return *made;
  }
  void go(Standings& all, StrategyId s, TradingState state) const {
    using enum Trigger;
    const auto steps = [&](std::initializer_list<Trigger> triggers) {
      for (const Trigger t : triggers) (void)all.move(s, t, false, {}, now).value();
    };
    constexpr std::array in{window_start, entry_met, order_sent, order_filled};
    const auto enter = [&](std::size_t n) {
      for (std::size_t i = 0; i < n; ++i) steps({in[i]});
    };
    switch (state) {
      case TradingState::initializing: return all.start_initializing(s);
      case TradingState::ready: return;
      case TradingState::analyzing: return enter(1);
      case TradingState::pending_entry: return enter(2);
      case TradingState::entering: return enter(3);
      case TradingState::position_open: return enter(4);
      case TradingState::managing: return enter(4), steps({manage});
      case TradingState::adjusting: return enter(4), steps({adjustment_needed});
      case TradingState::defensive_21dte: return enter(4), steps({defensive_dte});
      case TradingState::pending_exit: return enter(4), steps({exit_requested});
      case TradingState::exiting: return enter(4), steps({exit_requested, order_sent});
      case TradingState::partial_exit: return enter(4), steps({exit_requested, order_sent, partial_fill});
      case TradingState::closed: return enter(4), steps({exit_requested, order_sent, order_filled});
      case TradingState::margin_call: return enter(4), steps({margin_call});
      case TradingState::emergency_exit: return enter(4), steps({emergency_exit});
      case TradingState::error: return steps({system_error});
      case TradingState::suspended: return steps({suspend});
      case TradingState::halted: return steps({halt});
      case TradingState::terminated: return steps({terminate});
    }
  }
  static bool holds_any(const void* world, StrategyId s) {
    const World& w = *static_cast<const World*>(world);
    for (const auto& [strategy, group] : w.held)
      if (w.id(strategy) == s) return true;
    return false;
  }
  static bool holds_in(const void* world, StrategyId s, GroupId g) {
    const World& w = *static_cast<const World*>(world);
    for (const auto& [strategy, group] : w.held)
      if (w.id(strategy) == s && w.group(group) == g) return true;
    return false;
  }
  [[nodiscard]] static std::string short_number(double x) {
    std::string out = std::to_string(x);
    while (out.back() == '0') out.pop_back();
    return out;
  }
  [[nodiscard]] std::string list(std::span<const Finding> findings, bool with_units) const {
    std::string out;
    for (const Finding& f : findings) {
      if (!out.empty()) out += "; ";
      out += text(f.code);
      if (f.scope == Scope::account && !is_warning(f.code)) out += " account";
      if (f.knows(Finding::group_field)) out += ' ' + std::string(names.groups.text(f.group));
      if (f.knows(Finding::strategy_field)) out += ' ' + std::string(names.strategies.text(f.strategy));
      if (f.knows(Finding::state_field)) out += ' ' + std::string(text(f.state));
      if (f.knows(Finding::event_field)) out += ' ' + std::string(names.events.text(f.event));
      if (with_units && f.max_units != 0) out += " max " + std::to_string(f.max_units);
    }
    return out;
  }

  CoordinationPolicy policy_;
};

}  // namespace optcoord::test
