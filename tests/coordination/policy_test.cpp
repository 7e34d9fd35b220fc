// tests/coordination/policy_test.cpp -- configurations made in code are refused with the field at fault.
// SPDX-License-Identifier: MIT
#include "support/coordination_world.hpp"

#include "support/asking.hpp"  // says(Error)

#include <algorithm>  // std::any_of

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// The fault of `strategies` and `locks`, empty without one.
[[nodiscard]] std::string fault(const std::vector<StrategyConfig>& strategies, CoordinationConfig rules = {},
                                const std::vector<InterlockConfig>& locks = {}) {
  Names names;
  names.groups.add("SPY");
  const auto made = CoordinationPolicy::make(strategies, locks, rules, {GroupOutline{}}, names);
  return made ? "" : says(made.error());
}

[[nodiscard]] std::vector<StrategyConfig> a_and_b() {
  std::vector<StrategyConfig> all(2);
  all[0].name = "A";
  all[1].name = "B";
  return all;
}

/// The fault after `change` of B.
template <class Change>
[[nodiscard]] std::string fault_of(Change change) {
  std::vector<StrategyConfig> all = a_and_b();
  change(all[1]);
  return fault(all);
}

}  // namespace

TEST_CASE("strategies") {
  CHECK(fault(a_and_b()).empty());
  CHECK(fault_of([](StrategyConfig& s) { s.name = ""; }) == "invalid_value strategies[1].name");
  CHECK(fault_of([](StrategyConfig& s) { s.name = "A"; }) == "invalid_configuration strategies[1].name");
  CHECK(fault_of([](StrategyConfig& s) { s.name = "unassigned"; }) == "invalid_configuration strategies[1].name");
  CHECK(fault_of([](StrategyConfig& s) { s.priority = 0; }) == "invalid_value strategies[1].priority");
  CHECK(fault_of([](StrategyConfig& s) { s.buying_power_share = 1.1; }) ==
        "invalid_value strategies[1].buying_power_share");
  CHECK(fault_of([](StrategyConfig& s) { s.groups = {"ES"}; }) == "unknown_name strategies[1].groups");
  CHECK(fault_of([](StrategyConfig& s) { s.exclusions = {"C"}; }) == "unknown_name strategies[1].exclusions");
  CHECK(fault_of([](StrategyConfig& s) { s.exclusions = {"B"}; }) == "invalid_configuration strategies[1].exclusions");
  CHECK(fault_of([](StrategyConfig& s) { s.exclusions = {"A"}; }).empty());
  CHECK(fault_of([](StrategyConfig& s) {
          s.windows = {{all_days, Duration{1}, Duration{1}}};
        }) == "invalid_value strategies[1].windows");
  CHECK(fault_of([](StrategyConfig& s) { s.events = {on("", EventAction::skip)}; }) ==
        "invalid_value strategies[1].events");
  CHECK(fault_of([](StrategyConfig& s) { s.events = {on("X", EventAction::scale, 1.5)}; }) ==
        "invalid_value strategies[1].events");
  CHECK(fault_of([](StrategyConfig& s) { s.events = {on("X", EventAction::avoid_group, 1, "ES")}; }) ==
        "unknown_name strategies[1].events");
}

TEST_CASE("interlocks") {
  CHECK(fault(a_and_b(), {}, {{"A", "B", {"error"}}}).empty());
  CHECK(fault(a_and_b(), {}, {{"C", "B", {"error"}}}) == "unknown_name interlocks[0].strategy");
  CHECK(fault(a_and_b(), {}, {{"A", "C", {"error"}}}) == "unknown_name interlocks[0].other");
  CHECK(fault(a_and_b(), {}, {{"A", "A", {"error"}}}) == "invalid_configuration interlocks[0].other");
  CHECK(fault(a_and_b(), {}, {{"A", "B", {"errors"}}}) == "invalid_value interlocks[0].states");
}

TEST_CASE("the rules between strategies") {
  const auto rules = [](auto change) {
    CoordinationConfig c = sample_rules();
    change(c);
    return fault(a_and_b(), c);
  };
  CHECK(rules([](CoordinationConfig&) {}).empty());
  CHECK(rules([](CoordinationConfig& c) { c.max_active = 0; }) == "invalid_value coordination.max_active");
  CHECK(rules([](CoordinationConfig& c) { c.min_interval = Duration{-1}; }) ==
        "invalid_value coordination.min_interval_s");
  CHECK(rules([](CoordinationConfig& c) { c.loss_halt = 0; }) == "invalid_value coordination.loss_halt");
  CHECK(rules([](CoordinationConfig& c) { c.margin->scale = 2; }) == "invalid_value coordination.margin.scale");
  CHECK(rules([](CoordinationConfig& c) { c.margin->release = 0.8; }) ==
        "invalid_configuration coordination.margin.release");
  CHECK(rules([](CoordinationConfig& c) { c.margin->reduce_only = 0.6; }) ==
        "invalid_configuration coordination.margin.reduce_only");
}

TEST_CASE("a group lies within others when they have all of its roots, together or one alone") {
  const World w;
  const auto lies_within = [&](std::string_view inner, const std::vector<std::string>& closed) {
    return w.policy().lies_within(w.group(inner), [&](GroupId g) {
      return std::any_of(closed.begin(), closed.end(), [&](const std::string& name) { return w.group(name) == g; });
    });
  };
  CHECK(lies_within("SPY", {"SP500"}));
  CHECK(lies_within("SPY", {"SPY"}));
  CHECK(!lies_within("SP500", {"SPY"}));
  CHECK(lies_within("SP500", {"SPY", "ES"}));
  CHECK(!lies_within("SPY", {"ES"}));
  CHECK(!lies_within("SPY", {}));
  CHECK(lies_within("SPY", {"ACCOUNT"}));
  CHECK(lies_within("ACCOUNT", {"ACCOUNT"}));
  CHECK(!lies_within("ACCOUNT", {"SP500"}));
}

TEST_CASE("groups overlap where a root counts in both, those of all roots with every group") {
  const World w;
  const auto overlap = [&](std::string_view a, std::string_view b) {
    return w.policy().overlap(w.group(a), w.group(b)) && w.policy().overlap(w.group(b), w.group(a));
  };
  CHECK(overlap("SPY", "SP500"));
  CHECK(!overlap("SPY", "ES"));
  CHECK(overlap("ACCOUNT", "ES"));
}
