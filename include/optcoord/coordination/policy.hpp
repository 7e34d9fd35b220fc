// optcoord/coordination/policy.hpp -- the coordinator's configuration, validated and in ids.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/buying_power.hpp>
#include <optcoord/coordination/config.hpp>
#include <optcoord/coordination/state_machine.hpp>  // StateSet
#include <optcoord/core/error.hpp>
#include <optcoord/core/names.hpp>

#include <algorithm>  // std::all_of, std::any_of, std::find, std::stable_sort
#include <cmath>      // std::isfinite
#include <cstdint>    // std::int32_t
#include <optional>   // std::optional
#include <span>       // std::span
#include <utility>    // std::move
#include <vector>     // std::vector

namespace optcoord {

/// A concentration group as far as the coordinator needs it.
struct GroupOutline {
  bool all_roots{false};
  std::vector<RootId> roots{};  ///< empty with all_roots

  [[nodiscard]] bool has(RootId root) const noexcept {
    return all_roots || std::find(roots.begin(), roots.end(), root) != roots.end();
  }
};

/// A strategy's answer to one market event.
struct EventRule {
  EventId event{};
  EventAction action{EventAction::allow};
  double factor{1};
  GroupId group{};
};

struct StrategyPolicy {
  std::int32_t priority{1000};
  double share{0};  ///< of the buying power
  std::vector<GroupId> groups{};
  bool hedge{false};                     ///< tagged "hedge"
  std::vector<Schedule> windows{};       ///< when it may open; empty: always
  std::vector<StrategyId> exclusions{};  ///< which it must not enter beside
  std::vector<EventRule> events{};       ///< in order of configuration
  bool starts_initializing{false};
  bool configured{false};  ///< false: only the place of its id is taken
};

/// `strategy` may not open while `other` is in one of `states`.
struct Interlock {
  StrategyId strategy{};
  StrategyId other{};
  StateSet states{};
};

/// The validated rules between strategies.
class CoordinationPolicy {
 public:
  /// Validates, and interns strategies, in their order, and events into `names`. `groups` are those of `names`, by id.
  /// \returns the first fault: `unknown_name`, `invalid_value` or `invalid_configuration` with field and index.
  [[nodiscard]] static Result<CoordinationPolicy> make(std::span<const StrategyConfig> strategies,
                                                       std::span<const InterlockConfig> interlocks,
                                                       std::optional<CoordinationConfig> rules,
                                                       std::vector<GroupOutline> groups, Names& names);

  /// The policy of `strategy`; one that was never configured has none of its own but what holds for everybody.
  [[nodiscard]] const StrategyPolicy& strategy(StrategyId strategy) const noexcept {
    return index_of(strategy) < strategies_.size() ? strategies_[index_of(strategy)] : usual_;
  }
  [[nodiscard]] const std::vector<Interlock>& interlocks() const noexcept { return interlocks_; }
  /// The block `coordination`; each member is off when absent.
  [[nodiscard]] const CoordinationConfig& rules() const noexcept { return rules_; }
  /// Who may use how much of the buying power; nothing when nobody counts it.
  [[nodiscard]] const std::optional<BuyingPower>& buying_power() const noexcept { return buying_power_; }
  /// Whether the block is there at all: without it the troubles of others stop nobody.
  [[nodiscard]] bool coordinates() const noexcept { return coordinates_; }
  [[nodiscard]] const GroupOutline& group(GroupId group) const noexcept { return groups_[index_of(group)]; }
  /// Whether some root counts in both groups.
  [[nodiscard]] bool overlap(GroupId a, GroupId b) const noexcept;
  /// Whether every root of `group` counts in some group that `closed(id)` names: in this one or in that.
  template <class Closed>
  [[nodiscard]] bool lies_within(GroupId group, Closed closed) const;
  /// Strategies 1 to `count` - 1 in order of priority, then of registration. 0 is `unassigned`, which opens nothing.
  [[nodiscard]] std::vector<StrategyId> order(std::size_t count) const;

 private:
  [[nodiscard]] Result<void> add_strategy(const StrategyConfig& config, std::int32_t index, Names& names);
  [[nodiscard]] Result<void> add_names(const StrategyConfig& config, std::int32_t index, Names& names);
  [[nodiscard]] Result<void> add_interlock(const InterlockConfig& config, std::int32_t index, const Names& names);
  [[nodiscard]] Result<void> check_rules() const;
  [[nodiscard]] Result<void> divide_buying_power();

  std::vector<StrategyPolicy> strategies_{};  // by StrategyId
  StrategyPolicy usual_{};
  std::vector<Interlock> interlocks_{};
  CoordinationConfig rules_{};
  std::optional<BuyingPower> buying_power_{};
  bool coordinates_{false};
  std::vector<GroupOutline> groups_{};  // by GroupId
};

inline bool CoordinationPolicy::overlap(GroupId a, GroupId b) const noexcept {
  const auto& roots = group(b).roots;
  return group(a).all_roots || group(b).all_roots ||
         std::any_of(roots.begin(), roots.end(), [&](RootId root) { return group(a).has(root); });
}

template <class Closed>
bool CoordinationPolicy::lies_within(GroupId inner, Closed closed) const {
  const auto in_some = [&](auto counts) {
    for (std::uint32_t g = 0; g < groups_.size(); ++g)
      if (counts(groups_[g]) && closed(GroupId{g})) return true;
    return false;
  };
  if (in_some([](const GroupOutline& g) { return g.all_roots; })) return true;
  const GroupOutline& own = group(inner);
  return !own.all_roots && std::all_of(own.roots.begin(), own.roots.end(), [&](RootId root) {
    return in_some([root](const GroupOutline& g) { return g.has(root); });
  });
}

inline std::vector<StrategyId> CoordinationPolicy::order(std::size_t count) const {
  std::vector<StrategyId> out;
  for (std::size_t s = 1; s < count; ++s) out.push_back(StrategyId{static_cast<std::uint32_t>(s)});
  std::stable_sort(out.begin(), out.end(),
                   [this](StrategyId a, StrategyId b) { return strategy(a).priority < strategy(b).priority; });
  return out;
}

/// First pass: numbers, and who there is.
inline Result<void> CoordinationPolicy::add_strategy(const StrategyConfig& config, std::int32_t index, Names& names) {
  if (config.name.empty()) return fail(Errc::invalid_value, "strategies[].name", index);
  const StrategyId id = names.strategies.add(config.name);
  if (id == unassigned || strategy(id).configured) return fail(Errc::invalid_configuration, "strategies[].name", index);
  if (config.priority < 1) return fail(Errc::invalid_value, "strategies[].priority", index);
  if (!(config.buying_power_share >= 0 && config.buying_power_share <= 1))
    return fail(Errc::invalid_value, "strategies[].buying_power_share", index);
  if (index_of(id) >= strategies_.size()) strategies_.resize(index_of(id) + 1);
  StrategyPolicy& policy = strategies_[index_of(id)];
  policy.configured = true;
  policy.priority = config.priority;
  policy.share = config.buying_power_share;
  policy.hedge = std::find(config.tags.begin(), config.tags.end(), "hedge") != config.tags.end();
  policy.starts_initializing = config.starts_initializing;
  for (const Schedule& window : config.windows) {
    if (!checked(window)) return fail(Errc::invalid_value, "strategies[].windows", index);
    policy.windows.push_back(window);
  }
  return {};
}

/// Second pass: what names others.
inline Result<void> CoordinationPolicy::add_names(const StrategyConfig& config, std::int32_t index, Names& names) {
  const StrategyId id = *names.strategies.find(config.name);
  StrategyPolicy& policy = strategies_[index_of(id)];
  for (const std::string& name : config.groups) {
    const std::optional<GroupId> group = names.groups.find(name);
    if (!group) return fail(Errc::unknown_name, "strategies[].groups", index);
    policy.groups.push_back(*group);
  }
  for (const std::string& name : config.exclusions) {
    const std::optional<StrategyId> other = names.strategies.find(name);
    if (!other) return fail(Errc::unknown_name, "strategies[].exclusions", index);
    if (*other == id) return fail(Errc::invalid_configuration, "strategies[].exclusions", index);
    policy.exclusions.push_back(*other);
  }
  for (const EventPolicyConfig& event : config.events) {
    if (event.event.empty() || !(event.factor >= 0 && event.factor <= 1))
      return fail(Errc::invalid_value, "strategies[].events", index);
    EventRule rule{names.events.add(event.event), event.action, event.factor, {}};
    if (event.action == EventAction::avoid_group) {
      const std::optional<GroupId> group = names.groups.find(event.group);
      if (!group) return fail(Errc::unknown_name, "strategies[].events", index);
      rule.group = *group;
    }
    policy.events.push_back(rule);
  }
  return {};
}

inline Result<void> CoordinationPolicy::add_interlock(const InterlockConfig& config, std::int32_t index,
                                                      const Names& names) {
  const std::optional<StrategyId> strategy = names.strategies.find(config.strategy);
  if (!strategy) return fail(Errc::unknown_name, "interlocks[].strategy", index);
  const std::optional<StrategyId> other = names.strategies.find(config.other);
  if (!other) return fail(Errc::unknown_name, "interlocks[].other", index);
  if (*other == *strategy) return fail(Errc::invalid_configuration, "interlocks[].other", index);
  Interlock lock{*strategy, *other, {}};
  for (const std::string& name : config.states) {
    const std::optional<TradingState> state = parse_trading_state(name);
    if (!state) return fail(Errc::invalid_value, "interlocks[].states", index);
    lock.states = lock.states | StateSet{*state};
  }
  interlocks_.push_back(lock);
  return {};
}

inline Result<void> CoordinationPolicy::check_rules() const {
  if (rules_.max_active && *rules_.max_active < 1) return fail(Errc::invalid_value, "coordination.max_active");
  if (rules_.min_interval && *rules_.min_interval < Duration::zero())
    return fail(Errc::invalid_value, "coordination.min_interval_s");
  if (rules_.loss_halt && !(*rules_.loss_halt >= -1 && *rules_.loss_halt < 0))
    return fail(Errc::invalid_value, "coordination.loss_halt");
  if (rules_.margin) {
    const MarginConfig& m = *rules_.margin;
    if (!(m.scale >= 0 && m.scale <= 1)) return fail(Errc::invalid_value, "coordination.margin.scale");
    if (!(m.release <= m.pressure)) return fail(Errc::invalid_configuration, "coordination.margin.release");
    if (!(m.reduce_only >= m.pressure)) return fail(Errc::invalid_configuration, "coordination.margin.reduce_only");
  }
  return {};
}

inline Result<void> CoordinationPolicy::divide_buying_power() {
  if (!rules_.buying_power) return {};
  std::vector<BuyingPowerShare> shares;
  for (std::uint32_t s = 0; s < strategies_.size(); ++s)
    if (strategies_[s].configured) shares.push_back({StrategyId{s}, strategies_[s].priority, strategies_[s].share});
  Result<BuyingPower> made = BuyingPower::make(*rules_.buying_power, shares);
  if (!made) return tl::unexpected<Error>(made.error());
  buying_power_ = *std::move(made);
  return {};
}

inline Result<CoordinationPolicy> CoordinationPolicy::make(std::span<const StrategyConfig> strategies,
                                                           std::span<const InterlockConfig> interlocks,
                                                           std::optional<CoordinationConfig> rules,
                                                           std::vector<GroupOutline> groups, Names& names) {
  CoordinationPolicy policy;
  policy.coordinates_ = rules.has_value();
  policy.rules_ = rules.value_or(CoordinationConfig{});
  policy.groups_ = std::move(groups);
  Result<void> done = policy.check_rules();
  for (std::size_t i = 0; done && i < strategies.size(); ++i)
    done = policy.add_strategy(strategies[i], static_cast<std::int32_t>(i), names);
  for (std::size_t i = 0; done && i < strategies.size(); ++i)
    done = policy.add_names(strategies[i], static_cast<std::int32_t>(i), names);
  for (std::size_t i = 0; done && i < interlocks.size(); ++i)
    done = policy.add_interlock(interlocks[i], static_cast<std::int32_t>(i), names);
  if (done) done = policy.divide_buying_power();
  if (!done) return tl::unexpected<Error>(done.error());
  return policy;
}

}  // namespace optcoord
