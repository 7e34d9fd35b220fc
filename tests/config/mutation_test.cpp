// tests/config/mutation_test.cpp -- every key of a configuration that uses them all: removed, nulled, misspelt.
// SPDX-License-Identifier: MIT
//
// The property: whatever is done to one value, the faults name its path or something the change made contradict, and
// nothing but the change.
#include "every_key.hpp"

#include <algorithm>
#include <set>

namespace optcoord::config {
namespace {

TEST_CASE("the configuration with every key loads") { CHECK(fault_list(every_key()).empty()); }

TEST_CASE("null is a fault at its own path, wherever it is put") {
  const Json whole = Json::parse(every_key());
  for (const Place& place : places(whole)) {
    CAPTURE(place.path);
    Json changed = whole;
    changed[place.pointer] = nullptr;
    CHECK(names_path(faults(changed.dump()), place.path));
  }
}

TEST_CASE("a value of another type is a fault at its own path") {
  const Json whole = Json::parse(every_key());
  for (const Place& place : places(whole)) {
    CAPTURE(place.path);
    Json changed = whole;
    changed[place.pointer] = whole[place.pointer].is_string() ? Json(7) : Json("seven");
    CHECK(names_path(faults(changed.dump()), place.path));
  }
}

TEST_CASE("a number far out of range is a fault at its own path") {
  const Json whole = Json::parse(every_key());
  const std::set<std::string_view> unbounded{"groups[0].members[0].beta", "groups[0].members[1].beta"};
  for (const Place& place : places(whole)) {
    if (!whole[place.pointer].is_number() || unbounded.count(place.path) != 0) continue;
    CAPTURE(place.path);
    Json changed = whole;
    changed[place.pointer] = -1e300;
    CHECK(names_path(faults(changed.dump()), place.path));
  }
}

TEST_CASE("a misspelt key is an unknown key with the right one suggested") {
  const Json whole = Json::parse(every_key());
  for (const Place& place : places(whole)) {
    const std::string key = place.pointer.back();
    const Json& holder = whole[place.pointer.parent_pointer()];
    if (!holder.is_object()) continue;
    if (place.path == "strategies[0].events.E" || place.path == "strategies[0].events.F") continue;  // free names
    CAPTURE(place.path);
    Json changed = whole;
    changed[place.pointer.parent_pointer()][key + "q"] = holder[key];
    const std::vector<Fault> found = faults(changed.dump());
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == Errc::unknown_key);
    CHECK(found[0].path == place.path + "q");
    CHECK(found[0].message.find("'" + key + "'?") != std::string::npos);
  }
}

TEST_CASE("removing a required key is an invalid_value at its path; removing any other leaves a configuration") {
  const Json whole = Json::parse(every_key());
  const std::set<std::string_view> required{"roots[0].root",
                                            "groups[0].name",
                                            "groups[0].reference",
                                            "groups[0].members",
                                            "groups[0].members[0].root",
                                            "groups[0].members[1].root",
                                            "groups[1].name",
                                            "groups[1].reference",
                                            "groups[1].members",
                                            "limits[0].group",
                                            "limits[0].metric",
                                            "limits[0].tiers[0].limit",
                                            "limits[0].tiers[1].limit",
                                            "limits[0].tiers[2].limit",
                                            "limits[1].group",
                                            "limits[1].metric",
                                            "limits[2].group",
                                            "limits[2].metric",
                                            "limits[3].group",
                                            "limits[3].metric",
                                            "limits[3].limit",
                                            "limits[3].scenario",
                                            "limits[3].scenario.spot",
                                            "headroom[0].strategy",
                                            "headroom[0].group",
                                            "headroom[0].metric",
                                            "headroom[0].amount",
                                            "cuts[0].event",
                                            "cuts[0].factor",
                                            "cuts[1].above",
                                            "cuts[1].until_below",
                                            "cuts[1].factor",
                                            "strategies[0].name",
                                            "strategies[1].name",
                                            "strategies[0].events.E.action",
                                            "strategies[0].events.E.factor",
                                            "strategies[0].events.F.action",
                                            "strategies[0].events.F.group",
                                            "strategies[0].risk_adjustment.enabled",
                                            "strategies[0].risk_adjustment.performance_window",
                                            "strategies[0].risk_adjustment.min_risk_pct",
                                            "strategies[0].risk_adjustment.max_risk_pct",
                                            "interlocks[0].strategy",
                                            "interlocks[0].other",
                                            "interlocks[0].states",
                                            "position_sizing.fixed_amount_usd",
                                            "ipmcc.strike_rule",
                                            "ipmcc.target_delta",
                                            "ipmcc.vix_scaling.above",
                                            "ipmcc.vix_scaling.factor",
                                            "exercise.stages[0].minutes",
                                            "exercise.stages[0].at_risk",
                                            "exercise.broker_profile.name",
                                            "exercise.broker_profile.liquidates_from",
                                            "exercise.emergency_trigger.root",
                                            "exercise.emergency_trigger.move",
                                            "exercise.emergency_trigger.minutes"};
  // what is left contradicts or is refused elsewhere
  const std::set<std::string_view> entangled{"groups",
                                             "limits[0].tiers",
                                             "limits[0].tiers[0].equity_below",
                                             "limits[0].tiers[1].equity_up_to",
                                             "limits[1].equity_fraction",
                                             "cuts[1].root"};
  std::size_t seen = 0;
  for (const Place& place : places(whole)) {
    const Json::json_pointer holder = place.pointer.parent_pointer();
    if (!whole[holder].is_object()) continue;
    CAPTURE(place.path);
    Json changed = whole;
    changed[holder].erase(place.pointer.back());
    const std::vector<Fault> found = faults(changed.dump());
    if (required.count(place.path) != 0) {
      ++seen;
      CHECK(std::any_of(found.begin(), found.end(),
                        [&](const Fault& f) { return f.path == place.path && f.code == Errc::invalid_value; }));
    } else {
      CHECK(found.empty() == (entangled.count(place.path) == 0));
    }
  }
  CHECK(seen == required.size());
}

TEST_CASE("the sample survives the same treatment") {
  const Json whole = Json::parse(sample_text());
  for (const Place& place : places(whole)) {
    CAPTURE(place.path);
    Json changed = whole;
    changed[place.pointer] = nullptr;
    CHECK(names_path(faults(changed.dump()), place.path));
  }
}

TEST_CASE("a text cut off anywhere is one fault of syntax") {
  const std::string text = sample_text();
  const std::size_t end = text.rfind('}');
  for (std::size_t length = 0; length <= end; length += 7) {
    const std::vector<Fault> found = faults(std::string_view{text}.substr(0, length));
    REQUIRE(found.size() == 1);
    CHECK(found[0].code == Errc::parse_error);
  }
}

TEST_CASE("the values in force are JSON, each said once, the same every time") {
  const Loaded once = loaded(every_key());
  const Loaded twice = loaded(every_key());
  CHECK(once.effective == twice.effective);
  std::set<std::string> paths;
  for (const EffectiveValue& v : once.effective) {
    CAPTURE(v.path);
    CHECK(paths.insert(v.path).second);  // said once
    CHECK(Json::accept(v.value));        // as JSON
  }
}

}  // namespace
}  // namespace optcoord::config
