// tests/config/schema_test.cpp -- the JSON Schema and the reader know the same keys, and require the same.
// SPDX-License-Identifier: MIT
//
// Whether they accept the same values is asked of an independent validator, by schema_check.py.
#include <optcoord/config/schema.hpp>

#include "every_key.hpp"

namespace optcoord::config {
namespace {

[[nodiscard]] const Json& schema() {
  static const Json parsed = Json::parse(json_schema());
  return parsed;
}

/// An object of the schema or a property of one: where faults name it, and the smallest configuration that has it.
struct SchemaPlace {
  std::string path;
  Json::json_pointer pointer;
  const Json* schema;
  bool hosts{false};
};

void collect_schema(const SchemaPlace& here, std::vector<SchemaPlace>& out) {
  const Json& s = *here.schema;
  if (!here.path.empty()) out.push_back(here);
  if (s.contains("anyOf"))
    for (const Json& alternative : s["anyOf"])
      if (alternative.contains("items")) collect_schema({here.path, here.pointer, &alternative}, out);
  if (s.contains("items")) collect_schema({here.path + "[0]", here.pointer / 0, &s["items"]}, out);
  const std::string dot = here.path.empty() ? "" : ".";
  if (s.contains("properties"))
    for (const auto& [key, value] : s["properties"].items())
      collect_schema({here.path + dot + key, here.pointer / key, &value, value.empty()}, out);
  if (s.contains("additionalProperties") && s["additionalProperties"].is_object())
    collect_schema({here.path + dot + "EVENT", here.pointer / "EVENT", &s["additionalProperties"]}, out);
}

[[nodiscard]] std::vector<SchemaPlace> schema_places() {
  std::vector<SchemaPlace> out;
  collect_schema({"", Json::json_pointer{}, &schema()}, out);
  return out;
}

/// The faults of the smallest configuration that has `value` at `pointer`.
[[nodiscard]] std::vector<Fault> faults_with(const Json::json_pointer& pointer, const Json& value) {
  Json whole = Json::object();
  Json::json_pointer here;
  std::vector<std::string> tokens;
  for (Json::json_pointer p = pointer; !p.empty(); p.pop_back()) tokens.insert(tokens.begin(), p.back());
  for (const std::string& token : tokens) {
    if (token == "0") whole[here] = Json::array();
    here /= token;
  }
  whole[pointer] = value;
  return faults(whole.dump());
}

TEST_CASE("the schema says what it is") {
  CHECK(schema()["$schema"] == "http://json-schema.org/draft-07/schema#");
  CHECK(schema()["type"] == "object");
  CHECK(schema()["additionalProperties"] == false);
  CHECK_FALSE(schema().contains("required"));
  CHECK(json_schema() == json_schema());
}

TEST_CASE("the schema gives types, ranges, words and defaults") {
  const Json& properties = schema()["properties"];
  CHECK(properties["ledger"]["properties"]["default_ttl_s"] ==
        Json::parse(R"({"type":"number","exclusiveMinimum":0,"maximum":1000000000,"default":60})"));
  CHECK(properties["coordination"]["properties"]["max_active"] ==
        Json::parse(R"({"type":"integer","minimum":1,"maximum":2147483647})"));
  CHECK(properties["ipmcc"]["properties"]["strike_rule"] ==
        Json::parse(R"({"enum":["below_leap","above_leap","at_the_money","target_delta"]})"));
  CHECK(properties["position_sizing"]["properties"]["method"]["enum"] ==
        Json::parse(R"(["fixed_usd","risk_based","percent_equity","fixed_units","kelly","volatility_target",
            "equity_percentage","kelly_criterion"])"));
  const Json& members = properties["groups"]["items"]["properties"]["members"]["anyOf"];
  CHECK(members[0] == Json::parse(R"({"enum":["all"]})"));
  CHECK(members[1]["items"]["required"] == Json::parse(R"(["root"])"));
  // a product's terms default to those of its root: no one default
  CHECK_FALSE(properties["roots"]["items"]["properties"]["multiplier"].contains("default"));
  CHECK(properties["strategies"]["items"]["patternProperties"] == Json::parse(R"({"^x_":{}})"));
  CHECK(properties["strategies"]["items"]["properties"]["market"] == Json::object());
}

TEST_CASE("every key that the reader knows is in the schema") {
  const std::vector<SchemaPlace> known = schema_places();
  const auto in_schema = [&known](std::string path) {
    for (std::size_t at = path.find('['); at != std::string::npos; at = path.find('[', at + 1))
      path.replace(at, path.find(']', at) - at, "[0");
    for (const std::string_view event : {"events.E", "events.F"})
      if (const std::size_t at = path.find(event); at != std::string::npos)
        path.replace(at, event.size(), "events.EVENT");
    return std::any_of(known.begin(), known.end(), [&path](const SchemaPlace& p) { return p.path == path; });
  };
  for (const Place& place : places(Json::parse(every_key()))) {
    CAPTURE(place.path);
    CHECK(in_schema(place.path));
  }
  for (const std::string_view alias :
       {"fixed_usd_amount", "equity_percentage", "kelly_max_position_pct", "kelly_avg_win", "kelly_avg_loss"}) {
    CHECK(in_schema("position_sizing." + std::string{alias}));
    CHECK(in_schema("strategies[0].position_sizing." + std::string{alias}));
  }
  for (const std::string_view key : {"t30_moneyness", "t5_moneyness", "t2_moneyness"})
    CHECK(in_schema("exercise." + std::string{key}));
}

TEST_CASE("every key of the schema is known to the reader, which judges its value, and has a type") {
  std::size_t hosts = 0;
  for (const SchemaPlace& place : schema_places()) {
    CAPTURE(place.path);
    const std::vector<Fault> found = faults_with(place.pointer, nullptr);
    const bool unknown =
        std::any_of(found.begin(), found.end(), [](const Fault& f) { return f.code == Errc::unknown_key; });
    CHECK_FALSE(unknown);
    // what belongs to one action is judged when that action is named
    const bool of_action = place.path.ends_with(".EVENT.factor") || place.path.ends_with(".EVENT.group");
    if (!of_action) CHECK(names_path(found, place.path) == !place.hosts);
    const Json& s = *place.schema;
    CHECK((s.contains("type") || s.contains("enum") || s.contains("anyOf")) == !place.hosts);
    hosts += place.hosts ? 1 : 0;
  }
  CHECK(hosts == 9);  // market, exchange and their like
}

TEST_CASE("an object is as closed in the schema as it is to the reader, and requires the same keys") {
  std::size_t objects = 0;
  for (const SchemaPlace& place : schema_places()) {
    const Json& s = *place.schema;
    if (s.value("type", "") != "object") continue;
    CAPTURE(place.path);
    ++objects;
    const std::vector<Fault> strange = faults_with(place.pointer / "zzz", Json::object());
    const bool unknown = std::any_of(strange.begin(), strange.end(), [&](const Fault& f) {
      return f.code == Errc::unknown_key && f.path == place.path + ".zzz";
    });
    CHECK(unknown == (s["additionalProperties"] == false));
    const std::vector<Fault> passed = faults_with(place.pointer / "x_note", 1);
    CHECK(names_path(passed, place.path + ".x_note") != s.contains("patternProperties"));
    const std::vector<Fault> empty = faults_with(place.pointer, Json::object());
    if (!s.contains("required")) continue;
    for (const Json& key : s["required"]) {
      CAPTURE(key);
      CHECK(names_path(empty, place.path + "." + key.get<std::string>()));
    }
  }
  CHECK(objects > 25);
}

}  // namespace
}  // namespace optcoord::config
