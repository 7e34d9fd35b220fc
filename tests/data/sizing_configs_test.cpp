// tests/data/sizing_configs_test.cpp -- another program's configurations: what is ours loads, the rest is named.
// SPDX-License-Identifier: MIT
#include "support/running.hpp"

#include <optcoord/config/load.hpp>

#include <doctest/doctest.h>

#include <algorithm>          // std::all_of, std::find
#include <fstream>            // std::ifstream
#include <iterator>           // std::istreambuf_iterator
#include <nlohmann/json.hpp>  // nlohmann::ordered_json
#include <string>             // std::string
#include <string_view>        // std::string_view
#include <vector>             // std::vector

namespace {

using namespace optcoord;
using Document = nlohmann::ordered_json;

[[nodiscard]] bool without_sizing_data() {
  if (!test::data("sizing_configs").empty()) return false;
  MESSAGE("skipped: OPTCOORD_DATA_DIR has no sizing_configs");
  return true;
}

[[nodiscard]] std::string sizing_file(std::string_view name) {
  std::ifstream in(test::data("sizing_configs/" + std::string{name}), std::ios::binary);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The keys of a strategy there that are neither ours nor known as a host's.
const std::vector<std::string> strange_strategy_keys{"main_leverage", "hedge_leverage", "hedge_ratio",
                                                     "take_profit_pct"};

/// What of `whole` is ours: sizing and strategies, without strange keys.
[[nodiscard]] std::string ours(const Document& whole) {
  Document out = Document::object();
  for (const char* key : {"position_sizing", "strategies"})
    if (whole.contains(key)) out[key] = whole[key];
  if (out.contains("strategies"))
    for (Document& strategy : out["strategies"])
      for (const std::string& key : strange_strategy_keys) strategy.erase(key);
  return out.dump();
}

/// A configuration of one global block.
[[nodiscard]] std::string sized_by(const Document& block) { return Document{{"position_sizing", block}}.dump(); }

[[nodiscard]] std::string in_force(const config::Loaded& loaded, std::string_view path) {
  for (const config::EffectiveValue& v : loaded.effective)
    if (v.path == path) return v.value + " " + std::string{config::text(v.origin)};
  return {};
}

TEST_CASE("whole files of another program fail at every key that is not ours, and at nothing else") {
  if (without_sizing_data()) return;
  for (const char* name : {"spark_stacker_config.json", "spark_stacker_multi_timeframe_config.json"}) {
    CAPTURE(name);
    const std::string text = sizing_file(name);
    const Document whole = Document::parse(text);
    std::vector<std::string> expected;
    for (std::size_t i = 0; i < whole["strategies"].size(); ++i)
      for (const auto& [key, value] : whole["strategies"][i].items())
        if (std::find(strange_strategy_keys.begin(), strange_strategy_keys.end(), key) != strange_strategy_keys.end())
          expected.push_back("strategies[" + std::to_string(i) + "]." + key);
    for (const auto& [key, value] : whole.items())
      if (key != "position_sizing" && key != "strategies") expected.push_back(key);
    const auto loaded = config::load(text);
    REQUIRE_FALSE(loaded.has_value());
    std::vector<std::string> found;
    for (const config::Fault& f : loaded.error()) {
      CHECK(f.code == Errc::unknown_key);
      found.push_back(f.path);
    }
    CHECK(found == expected);
    CHECK(config::load(ours(whole)).has_value());
  }
}

TEST_CASE("their sizing blocks load by their aliases") {
  if (without_sizing_data()) return;
  const auto loaded = config::load(ours(Document::parse(sizing_file("spark_stacker_config.json"))));
  REQUIRE(loaded.has_value());
  CHECK(in_force(*loaded, "position_sizing.method") == "\"fixed_usd\" file");
  CHECK(in_force(*loaded, "position_sizing.fixed_amount_usd") == "100 file");
  CHECK(in_force(*loaded, "position_sizing.percent_equity") == "0.05 file");
  CHECK(loaded->config.position_sizing->kelly_win_loss_ratio == doctest::Approx(1.5));
  CHECK(in_force(*loaded, "position_sizing.kelly_cap") == "0.25 file");
  CHECK(in_force(*loaded, "strategies[0].position_sizing.fixed_amount_usd") == "100 global");
  // beside the block these are the host's, but for the stop
  CHECK(in_force(*loaded, "strategies[0].position_sizing.risk_per_trade_pct") == "0.02 global");
  CHECK((*loaded->config.strategies)[0].stop_loss_pct == 5.0);
}

TEST_CASE("the fixtures' whole configurations load; what they hold invalid is about indicators, not about sizing") {
  if (without_sizing_data()) return;
  const Document all = Document::parse(sizing_file("spark_stacker_integrated_configs_fixture.json"));
  for (const char* name : {"minimal_single_strategy_config", "multi_strategy_multi_timeframe_config",
                           "multi_exchange_config", "full_application_config"}) {
    CAPTURE(name);
    CHECK(config::load(ours(all[name])).has_value());
  }
  for (const auto& item : all["invalid_configs"].items()) {
    CAPTURE(item.key());
    CHECK(config::load(ours(item.value())).has_value());
  }
  const auto loaded = config::load(ours(all["multi_strategy_multi_timeframe_config"]));
  REQUIRE(loaded.has_value());
  CHECK(in_force(*loaded, "strategies[0].position_sizing.fixed_amount_usd") == "500 strategy");
  CHECK(in_force(*loaded, "strategies[0].position_sizing.max_position_size_usd") == "5000 global");
  CHECK(in_force(*loaded, "strategies[1].position_sizing.method") == "\"percent_equity\" strategy");
  CHECK(in_force(*loaded, "strategies[2].position_sizing.method") == "\"kelly\" strategy");
  CHECK((*loaded->config.strategies)[2].position_sizing->kelly_win_loss_ratio == doctest::Approx(1.6));
}

TEST_CASE("the fixtures' merged blocks are what inheritance makes of the two") {
  if (without_sizing_data()) return;
  const Document all = Document::parse(sizing_file("spark_stacker_position_sizing_fixture.json"));
  for (const Document& c : all["position_size_inheritance_tests"]) {
    CAPTURE(c["description"]);
    const Document both{{"position_sizing", c["global_config"]},
                        {"strategies", {{{"name", "a"}, {"position_sizing", c["strategy_config"]}}}}};
    const auto loaded = config::load(both.dump());
    REQUIRE(loaded.has_value());
    const auto merged = config::load(sized_by(c["expected_merged_config"]));
    REQUIRE(merged.has_value());
    for (const config::EffectiveValue& v : merged->effective) {
      if (!v.path.starts_with("position_sizing.")) continue;
      CAPTURE(v.path);
      const std::string value = in_force(*loaded, "strategies[0]." + v.path);
      CHECK(value.substr(0, value.rfind(' ')) == v.value);
    }
  }
}

TEST_CASE("the fixtures' faulty blocks fail at the field that is wrong") {
  if (without_sizing_data()) return;
  const std::vector<std::string> expected{"method", "fixed_amount_usd", "percent_equity", "max_position_size_usd",
                                          "min_position_size_usd"};
  const Document all = Document::parse(sizing_file("spark_stacker_position_sizing_fixture.json"));
  const Document& cases = all["validation_test_cases"];
  REQUIRE(cases.size() == expected.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    CAPTURE(cases[i]["description"]);
    const auto loaded = config::load(sized_by(cases[i]["config"]));
    REQUIRE_FALSE(loaded.has_value());
    REQUIRE(loaded.error().size() == 1);
    CHECK(loaded.error()[0].path == "position_sizing." + expected[i]);
    if (i == 0) CHECK(loaded.error()[0].message.starts_with("Unknown position sizing method: invalid_method"));
  }
  for (const auto& item : all["strategy_specific_configs"].items()) {
    CAPTURE(item.key());
    CHECK(config::load(sized_by(item.value())).has_value());
  }
  CHECK(config::load(sized_by(all["global_position_sizing_config"])).has_value());
}

}  // namespace
