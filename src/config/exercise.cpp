// src/config/exercise.cpp -- the block `exercise`: the expiry planner's stages and safeguards.
// SPDX-License-Identifier: MIT
#include "blocks.hpp"

namespace optcoord::config::detail {
namespace {

constexpr Words<ExerciseMode, 3> mode_words{
    {{"monitor", ExerciseMode::monitor}, {"active", ExerciseMode::active}, {"emergency", ExerciseMode::emergency}}};
constexpr Words<ClosureRule, 2> policy_words{
    {{"closure_logic", ClosureRule::closure_logic}, {"thresholds", ClosureRule::thresholds}}};
constexpr Words<EmergencyScope, 2> scope_words{{{"expiring", EmergencyScope::expiring}, {"all", EmergencyScope::all}}};

constexpr Range band = from_below(0, 1);
constexpr Range stage_minutes = above_to(0, 1440);

void read_stage(Report& report, const Node& node, const std::string& path, std::vector<StageConfig>& stages) {
  StageConfig stage;
  ObjectReader r(report, node, path, Notes::entry);
  const bool timed = r.require("minutes", stage.minutes, stage_minutes);
  r.require("at_risk", stage.at_risk, band);
  r.read("close_itm", stage.close_itm);
  r.read("close_within", stage.close_within, band);
  r.read("convert_stops", stage.convert_stops);
  r.finish();
  if (timed && !stages.empty() && stages.back().minutes > 0 && stage.minutes >= stages.back().minutes)
    r.contradiction("minutes", "stages run towards the close: must be below " + json_of(stages.back().minutes));
  stages.push_back(stage);
}

/// The document's names for the bands of its three stages.
void read_band_aliases(ObjectReader& r, ExerciseConfig& c) {
  constexpr std::array<std::string_view, 3> aliases{"t30_moneyness", "t5_moneyness", "t2_moneyness"};
  for (std::size_t i = 0; i < aliases.size(); ++i) {
    r.describe(aliases[i], 0.0, band);
    const Node* node = r.find(aliases[i]);
    if (node == nullptr) continue;
    if (r.has("stages")) {
      r.contradiction(aliases[i], "stands for at_risk of a stage, and stages are given");
    } else if (convert(r.report(), *node, r.at(aliases[i]), c.stages[i].at_risk, band)) {
      r.report().note(join(join(r.at("stages"), i), "at_risk"), json_of(c.stages[i].at_risk), Origin::file);
    }
  }
}

void note_default_stages(ObjectReader& r, const std::vector<StageConfig>& stages) {
  const auto note = [&](const std::string& path, std::string value) {
    r.report().note(path, std::move(value), Origin::builtin_default);
  };
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const std::string path = join(r.at("stages"), i);
    constexpr std::array<std::string_view, 3> aliases{"t30_moneyness", "t5_moneyness", "t2_moneyness"};
    note(join(path, "minutes"), json_of(stages[i].minutes));
    if (!r.has(aliases[i])) note(join(path, "at_risk"), json_of(stages[i].at_risk));
    note(join(path, "close_itm"), json_of(stages[i].close_itm));
    if (stages[i].close_within) note(join(path, "close_within"), json_of(*stages[i].close_within));
    note(join(path, "convert_stops"), json_of(stages[i].convert_stops));
  }
}

void read_stages(ObjectReader& r, ExerciseConfig& c) {
  if (r.has("stages")) {
    std::vector<StageConfig> stages;
    const bool listed = r.list(
        "stages", [&](const Node& node, const std::string& path) { read_stage(r.report(), node, path, stages); });
    if (listed && stages.empty())
      r.report().fault(Errc::invalid_value, r.at("stages"), "at least one stage is required");
    c.stages = std::move(stages);
  } else {
    r.find("stages");
    note_default_stages(r, c.stages);
  }
  read_band_aliases(r, c);
}

void read_breaker(ObjectReader& r, ExerciseConfig& c) {
  const Node absent{std::vector<Member>{}};
  const Node* node = r.find("breaker");
  ObjectReader b(r.report(), node != nullptr ? *node : absent, r.at("breaker"));
  b.read("failures", c.breaker.failures, at_least(1));
  b.read("seconds", c.breaker.window, SecondsRule{above(0)});
  b.read("probe_s", c.breaker.probe, SecondsRule{above(0)});
  b.finish();
}

void read_next_check(ObjectReader& r, ExerciseConfig& c) {
  const Node absent{std::vector<Member>{}};
  const Node* node = r.find("next_check");
  ObjectReader b(r.report(), node != nullptr ? *node : absent, r.at("next_check"));
  const SecondsRule length{above(0)};
  b.read("idle", c.next_check.idle, length);
  b.read("positions", c.next_check.positions, length);
  b.read("t30", c.next_check.t30, length);
  b.read("t5", c.next_check.t5, length);
  b.finish();
}

void read_broker_profile(ObjectReader& r, ExerciseConfig& c) {
  const Node* node = r.find("broker_profile");
  if (node == nullptr) return r.off("broker_profile");
  BrokerProfileConfig p;
  ObjectReader b(r.report(), *node, r.at("broker_profile"));
  b.require("name", p.name, TextRule::name);
  b.require("liquidates_from", p.liquidates_from, ClockRule{});
  b.finish();
  c.broker_profile = std::move(p);
}

void read_emergency_trigger(ObjectReader& r, ExerciseConfig& c) {
  const Node* node = r.find("emergency_trigger");
  if (node == nullptr) return r.off("emergency_trigger");
  EmergencyTriggerConfig t;
  ObjectReader b(r.report(), *node, r.at("emergency_trigger"));
  b.require("root", t.root, TextRule::root);
  b.require("move", t.move, above_to(0, 1));
  b.require("minutes", t.minutes, stage_minutes);
  b.finish();
  c.emergency_trigger = std::move(t);
}

}  // namespace

void read_exercise(ObjectReader& top, DeskConfig& out) {
  const Node* node = top.find("exercise");
  if (node == nullptr) return top.off("exercise");
  ExerciseConfig c;
  ObjectReader r(top.report(), *node, "exercise");
  r.read("enabled", c.enabled);
  r.read("mode", c.mode, mode_words);
  r.read("policy", c.policy, policy_words);
  r.read("default_vol", c.default_vol, above_to(0, 10));
  r.read("max_quote_age_s", c.max_quote_age, SecondsRule{at_least(0)});
  read_stages(r, c);
  r.read("max_slippage", c.max_slippage, at_least(0));
  r.read("max_attempts", c.max_attempts, at_least(1));
  read_breaker(r, c);
  r.read("pin_dollars", c.pin_dollars, at_least(0));
  r.read("pin_sigma", c.pin_sigma, at_least(0));
  read_broker_profile(r, c);
  read_emergency_trigger(r, c);
  r.read("emergency_scope", c.emergency_scope, scope_words);
  r.read("convert_all_stops", c.convert_all_stops);
  r.read("preserve_cash", c.preserve_cash, at_least(0));
  r.read("max_contracts_per_close", c.max_contracts_per_close, at_least(1));
  read_next_check(r, c);
  r.finish();
  out.exercise = std::move(c);
}

}  // namespace optcoord::config::detail
