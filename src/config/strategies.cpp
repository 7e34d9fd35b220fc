// src/config/strategies.cpp -- the blocks `strategies` and `interlocks`: who trades, when, and beside whom.
// SPDX-License-Identifier: MIT
#include <optcoord/core/trading_state.hpp>  // trading_state_names

#include "blocks.hpp"

#include <map>  // std::map

namespace optcoord::config::detail {
namespace {

constexpr Words<EventAction, 7> event_action_words{{{"allow", EventAction::allow},
                                                    {"prefer", EventAction::prefer},
                                                    {"skip", EventAction::skip},
                                                    {"scale", EventAction::scale},
                                                    {"hedge_only", EventAction::hedge_only},
                                                    {"avoid_group", EventAction::avoid_group},
                                                    {"no_short_calls", EventAction::no_short_calls}}};
constexpr Words<bool, 2> initial_state_words{{{"ready", false}, {"initializing", true}}};

/// What the documents' hosts write into a strategy.
constexpr std::array<std::string_view, 9> host_names{"market",     "exchange",          "timeframe",
                                                     "indicators", "stop_loss_pct",     "leverage",
                                                     "enabled",    "max_position_size", "risk_per_trade_pct"};
constexpr HostKeys strategy_host_keys{.extensions = true, .names = host_names};

constexpr double share_slack = 1e-9;  // ten shares of 0.1 add up to a little more than 1

void read_events(ObjectReader& r, const Context& context, StrategyConfig& out) {
  const Node* node = r.find("events");
  if (node == nullptr) return;
  ObjectReader events(r.report(), *node, r.at("events"), Notes::entry);
  events.named(extension_keys, [&](const std::string& event, const Node& value, const std::string& path) {
    EventPolicyConfig policy;
    policy.event = event;
    ObjectReader p(r.report(), value, path, Notes::entry);
    if (event.empty() || event.size() > 100)
      r.report().fault(Errc::invalid_value, p.path(), "an event's name has 1 to 100 bytes");
    const bool known = p.require("action", policy.action, event_action_words);
    const bool scales = known && policy.action == EventAction::scale;
    const bool avoids = known && policy.action == EventAction::avoid_group;
    if (scales) {
      p.require("factor", policy.factor, within(0, 1));
    } else if (p.find("factor") != nullptr && known) {
      p.contradiction("factor", "only the action scale has a factor");
    }
    if (avoids && p.require("group", policy.group, TextRule::name)) {
      context.groups.check(r.report(), policy.group, p.at("group"));
    } else if (!avoids && p.find("group") != nullptr && known) {
      p.contradiction("group", "only the action avoid_group has a group");
    }
    p.finish(extension_keys);
    out.events.push_back(std::move(policy));
  });
}

void read_windows(ObjectReader& r, StrategyConfig& out) {
  r.list("windows", [&](const Node& node, const std::string& path) {
    Schedule window;
    ObjectReader entry(r.report(), node, path, Notes::entry);
    read_schedule(entry, window);
    entry.finish(extension_keys);
    out.windows.push_back(window);
  });
}

/// Where each name was first seen.
using Places = std::map<std::string, std::size_t, std::less<>>;

void read_name(ObjectReader& r, Places& places, std::size_t place, std::string& name) {
  if (!r.require("name", name, TextRule::name)) return;
  if (name == "unassigned")
    r.report().fault(Errc::invalid_value, r.at("name"),
                     "'unassigned' is reserved for what the broker holds and no strategy owns");
  const auto [first, is_new] = places.try_emplace(name, place);
  if (!is_new)
    r.contradiction("name",
                    "the strategy " + in_quotes(name) + " is defined already, at " + join("strategies", first->second));
}

void read_strategy(ObjectReader& r, const Context& context, DeskStrategyConfig& s) {
  r.read("priority", s.priority, at_least(1));
  r.read("buying_power_share", s.buying_power_share, within(0, 1));
  r.names("groups", s.groups, &context.groups);
  r.names("tags", s.tags);
  read_windows(r, s);
  r.names("exclusions", s.exclusions, &context.strategies);
  for (std::size_t i = 0; i < s.exclusions.size(); ++i)
    if (s.exclusions[i] == s.name)
      r.report().fault(Errc::invalid_configuration, join(r.at("exclusions"), i), "a strategy cannot exclude itself");
  read_events(r, context, s);
  std::optional<std::string> direction;
  if (r.read("direction", direction, TextRule::any)) s.direction = *direction;
  r.read("timeframe_days", s.timeframe_days, at_least(0));
  r.read("initial_state", s.starts_initializing, initial_state_words);
  read_strategy_sizing(r, context, s);
}

}  // namespace

void read_strategies(ObjectReader& top, const Context& context, DeskConfig& out) {
  std::vector<DeskStrategyConfig> strategies;
  Places places;
  double shares = 0;
  bool over = false;
  const bool present = top.list("strategies", [&](const Node& node, const std::string& path) {
    DeskStrategyConfig s;
    ObjectReader r(top.report(), node, path, Notes::entry);
    read_name(r, places, strategies.size(), s.name);
    read_strategy(r, context, s);
    r.finish(strategy_host_keys);
    shares += s.buying_power_share;
    if (shares > 1 + share_slack && !over) {
      over = true;
      r.contradiction("buying_power_share", "the shares up to here add up to " + json_of(shares) + ", more than 1");
    }
    strategies.push_back(std::move(s));
  });
  if (present) out.strategies = std::move(strategies);
}

void read_interlocks(ObjectReader& top, const Context& context, DeskConfig& out) {
  top.list("interlocks", [&](const Node& node, const std::string& path) {
    InterlockConfig lock;
    ObjectReader r(top.report(), node, path, Notes::entry);
    if (r.require("strategy", lock.strategy, TextRule::name))
      context.strategies.check(top.report(), lock.strategy, r.at("strategy"));
    if (r.require("other", lock.other, TextRule::name)) {
      context.strategies.check(top.report(), lock.other, r.at("other"));
      if (lock.other == lock.strategy) r.contradiction("other", "a strategy cannot be interlocked with itself");
    }
    r.needs("states");
    const std::vector<std::string_view> words(trading_state_names.begin(), trading_state_names.end());
    const bool listed = r.list("states", [&](const Node& item, const std::string& item_path) {
      const std::optional<std::size_t> at = find_word(top.report(), item, item_path, words);
      if (!at) return;
      top.report().note(item_path, json_of(std::string{trading_state_names[*at]}), Origin::file);
      lock.states.emplace_back(trading_state_names[*at]);
    });
    if (listed && r.find("states")->as<std::vector<Node>>()->empty())
      top.report().fault(Errc::invalid_value, r.at("states"), "must name at least one state");
    r.finish();
    out.interlocks.push_back(std::move(lock));
  });
}

}  // namespace optcoord::config::detail
