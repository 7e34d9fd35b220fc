// tests/config/mutation_test.cpp -- every key of a configuration that uses them all: removed, nulled, misspelt.
// SPDX-License-Identifier: MIT
//
// The property: whatever is done to one value, the faults name its path or something the change made contradict, and
// nothing but the change.
#include "loading.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace optcoord::config {
namespace {

using Json = nlohmann::ordered_json;

/// One of every key that is not an alias.
constexpr std::string_view full = R"({
  "roots":[{"root":"SPXW","member_as":"SPX","price_of":"SPX","multiplier":100,"style":"european","settlement":"cash",
            "last_trade":"pm","tick":0.05,"adjusted":false}],
  "groups":[{"name":"SPY","reference":"SPY","members":[{"root":"SPY","beta":1},{"root":"SPX","beta":1}]},
            {"name":"ACCOUNT","reference":"SPY","members":"all"}],
  "limits":[{"group":"SPY","metric":"delta","warn_at":0.75,
            "tiers":[{"name":"a","equity_below":100,"limit":5},{"name":"b","equity_up_to":500,"limit":9},{"limit":20}]},
            {"group":"SPY","metric":"dollar_delta","equity_fraction":5},
            {"group":"SPY","metric":"vega","strategy":"A","lower":-5,"upper":5},
            {"group":"SPY","metric":"scenario_loss","limit":5,"scenario":{"spot":[-0.1],"vol":[0.1]}}],
  "headroom":[{"strategy":"A","group":"SPY","metric":"delta","amount":4,"from":"09:30","until":"10:30","days":["fri"]}],
  "cuts":[{"event":"FOMC","factor":0.5,"groups":["SPY"],"metrics":["delta"]},
          {"root":"VIX","above":30,"until_below":28,"factor":0.5,"when_unknown":"apply"}],
  "ledger":{"max_greeks_age_s":60,"max_quote_age_s":60,"default_ttl_s":60,"missing_greek":"skip",
            "conflict_tolerance":5},
  "strategies":[{"name":"A","priority":1,"buying_power_share":0.3,"groups":["SPY"],"tags":["hedge"],
                 "windows":[{"from":"09:30","until":"15:45","days":["mon"]}],"exclusions":["B"],"direction":"up",
                 "timeframe_days":7,"initial_state":"ready",
                 "events":{"E":{"action":"scale","factor":0.5},"F":{"action":"avoid_group","group":"SPY"}},
                 "position_sizing":{"method":"risk_based","risk_per_trade_pct":0.02},
                 "risk_adjustment":{"enabled":true,"performance_window":30,"min_risk_pct":0.01,"max_risk_pct":0.04}},
                {"name":"B"}],
  "interlocks":[{"strategy":"A","other":"B","states":["error"]}],
  "coordination":{"max_active":3,"max_active_counts":"entering","min_interval_s":300,"loss_halt":-0.05,
    "require_calendar":false,"margin":{"pressure":0.7,"release":0.65,"reduce_only":0.8,"max_priority":2,"scale":0.5},
    "correlation":{"threshold":0.8,"release":0.75,"window":60,"min_observations":20,"ewma_lambda":0.94},
    "buying_power":{"reserve":0,"mode":"shares"}},
  "position_sizing":{"method":"fixed_usd","fixed_amount_usd":1000,"risk_per_trade_pct":0.02,"percent_equity":0.1,
    "fixed_units":1,"kelly_win_rate":0.5,"kelly_win_loss_ratio":1.5,"kelly_cap":0.2,"target_volatility":0.1,
    "stop_loss_pct":3,"default_stop_loss_pct":0.05,"max_position_size_usd":5000,"min_position_size_usd":1,
    "max_leverage":1,"lot_size":1},
  "ipmcc":{"strike_rule":"target_delta","account_fraction":0.08,"max_contracts":5,"leap_min_dte":300,
    "leap_target_dte":365,"leap_delta":0.8,"leap_exit_dte":90,"weekly_max_dte":7,"otm":0.03,"profit_if_called":false,
    "target_delta":0.3,"max_spread":1,"roll_dte":1,"roll_delta":0.5,"roll_extrinsic":0.1,"roll_profit":0.8,
    "credit_only":false,"close_if_no_roll":false,"max_loss":100,"vix_scaling":{"above":30,"factor":0.5},
    "avoid_ex_dividend":false,"min_credit":0.1},
  "exercise":{"enabled":true,"mode":"monitor","policy":"closure_logic","default_vol":0.2,"max_quote_age_s":15,
    "stages":[{"minutes":30,"at_risk":0.02,"close_itm":false,"close_within":0.001,"convert_stops":false}],
    "max_slippage":0.1,"max_attempts":10,"breaker":{"failures":5,"seconds":60,"probe_s":60},"pin_dollars":0.5,
    "pin_sigma":1,"broker_profile":{"name":"B","liquidates_from":"15:30"},
    "emergency_trigger":{"root":"SPY","move":0.02,"minutes":5},"emergency_scope":"expiring","convert_all_stops":false,
    "preserve_cash":1000,"max_contracts_per_close":2,"next_check":{"idle":1800,"positions":900,"t30":300,"t5":60}}
})";

/// A pointer to a value, and the value's path as faults write it.
struct Place {
  Json::json_pointer pointer;
  std::string path;
};

void collect(const Json& value, const Place& here, std::vector<Place>& out) {
  if (!here.path.empty()) out.push_back(here);
  if (value.is_object()) {
    for (const auto& item : value.items())
      collect(item.value(), {here.pointer / item.key(), here.path + (here.path.empty() ? "" : ".") + item.key()}, out);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      collect(value[i], {here.pointer / i, here.path + "[" + std::to_string(i) + "]"}, out);
  }
}

[[nodiscard]] std::vector<Place> places(const Json& value) {
  std::vector<Place> out;
  collect(value, Place{Json::json_pointer{}, ""}, out);
  return out;
}

[[nodiscard]] bool names_path(const std::vector<Fault>& found, std::string_view path) {
  return std::any_of(found.begin(), found.end(), [path](const Fault& f) { return f.path == path; });
}

TEST_CASE("the configuration with every key loads") { CHECK(fault_list(full).empty()); }

TEST_CASE("null is a fault at its own path, wherever it is put") {
  const Json whole = Json::parse(full);
  for (const Place& place : places(whole)) {
    CAPTURE(place.path);
    Json changed = whole;
    changed[place.pointer] = nullptr;
    CHECK(names_path(faults(changed.dump()), place.path));
  }
}

TEST_CASE("a value of another type is a fault at its own path") {
  const Json whole = Json::parse(full);
  for (const Place& place : places(whole)) {
    CAPTURE(place.path);
    Json changed = whole;
    changed[place.pointer] = whole[place.pointer].is_string() ? Json(7) : Json("seven");
    CHECK(names_path(faults(changed.dump()), place.path));
  }
}

TEST_CASE("a number far out of range is a fault at its own path") {
  const Json whole = Json::parse(full);
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
  const Json whole = Json::parse(full);
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
  const Json whole = Json::parse(full);
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
  const Loaded once = loaded(full);
  const Loaded twice = loaded(full);
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
