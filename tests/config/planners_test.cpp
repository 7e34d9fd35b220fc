// tests/config/planners_test.cpp -- ipmcc and exercise: defaults, ranges, contradictions, aliases.
// SPDX-License-Identifier: MIT
#include "loading.hpp"

#include <algorithm>
#include <chrono>

namespace optcoord::config {
namespace {

[[nodiscard]] Strings ipmcc(std::string_view keys) {
  return fault_list(R"({"ipmcc":{"strike_rule":"above_leap")" + std::string{keys.empty() ? "" : ","} +
                    std::string{keys} + "}}");
}
[[nodiscard]] Strings exercise(std::string_view keys) {
  return fault_list(R"({"exercise":{)" + std::string{keys} + "}}");
}

TEST_CASE("a missing strike rule is explained in two sentences") {
  const std::vector<Fault> f = faults(R"({"ipmcc":{}})");
  REQUIRE(f.size() == 1);
  CHECK(f[0].code == Errc::invalid_value);
  CHECK(f[0].path == "ipmcc.strike_rule");
  CHECK(f[0].message.find("under the long strike") != std::string::npos);
  const std::string& m = f[0].message;
  std::size_t sentences = 0;
  for (std::size_t i = 0; i < m.size(); ++i)
    if (m[i] == '.' && (i + 1 == m.size() || m[i + 1] == ' ')) ++sentences;
  CHECK(sentences == 2);
  CHECK(fault_list(R"({"ipmcc":{"strike_rule":"above"}})") == Strings{"invalid_value ipmcc.strike_rule"});
}

TEST_CASE("ipmcc takes the sample's values") {
  const Loaded l = loaded(R"({"ipmcc":{"strike_rule":"below_leap"}})");
  const IpmccConfig& c = *l.config.ipmcc;
  CHECK(c.strike_rule == StrikeRule::below_leap);
  CHECK(c.account_fraction == 0.08);
  CHECK(c.max_contracts == 5);
  CHECK(c.leap_min_dte == 300);
  CHECK(c.leap_target_dte == 365);
  CHECK(c.leap_delta == 0.80);
  CHECK(c.leap_exit_dte == 90);
  CHECK(c.weekly_max_dte == 7);
  CHECK(c.otm == 0.03);
  CHECK_FALSE(c.profit_if_called);
  CHECK(c.roll_dte == 1);
  CHECK_FALSE(c.target_delta);
  CHECK_FALSE(c.vix_scaling);
  CHECK(effective(l, "ipmcc.account_fraction") == "0.08 default");
  CHECK(effective(l, "ipmcc.max_spread") == "null default");
}

TEST_CASE("ipmcc's further keys are read and have ranges") {
  const Loaded l = loaded(R"({"ipmcc":{"strike_rule":"target_delta","target_delta":0.3,"max_spread":0.5,"roll_dte":0,
      "roll_delta":0.7,"roll_extrinsic":0.1,"roll_profit":0.8,"credit_only":true,"close_if_no_roll":true,
      "max_loss":1000,"vix_scaling":{"above":30,"factor":0.5},"avoid_ex_dividend":true,"min_credit":0.2}})");
  const IpmccConfig& c = *l.config.ipmcc;
  CHECK(c.target_delta == 0.3);
  CHECK(c.roll_profit == 0.8);
  CHECK(c.vix_scaling->above == 30);
  CHECK(c.min_credit == 0.2);
  CHECK(fault_list(R"({"ipmcc":{"strike_rule":"target_delta"}})") == Strings{"invalid_value ipmcc.target_delta"});
  CHECK(ipmcc(R"("account_fraction":1,"leap_exit_dte":299,"leap_target_dte":300,"otm":0)").empty());
  CHECK(ipmcc(R"("account_fraction":8,"max_contracts":0,"leap_delta":1,"weekly_max_dte":0,"otm":-0.01)") ==
        Strings{"invalid_value ipmcc.account_fraction", "invalid_value ipmcc.max_contracts",
                "invalid_value ipmcc.leap_delta", "invalid_value ipmcc.weekly_max_dte", "invalid_value ipmcc.otm"});
  CHECK(ipmcc(R"("leap_exit_dte":300)") == Strings{"invalid_configuration ipmcc.leap_exit_dte"});
  CHECK(ipmcc(R"("leap_target_dte":299)") == Strings{"invalid_configuration ipmcc.leap_target_dte"});
  CHECK(ipmcc(R"("weekly_max_dte":299)").empty());
  CHECK(ipmcc(R"("weekly_max_dte":300)") == Strings{"invalid_configuration ipmcc.weekly_max_dte"});
  CHECK(faults(R"({"ipmcc":{"strike_rule":"above_leap","weekly_max_dte":300}})").at(0).message ==
        "is not under leap_min_dte, so that one contract could be the LEAP and the weekly sold against it");
  CHECK(ipmcc(R"("vix_scaling":{})") ==
        Strings{"invalid_value ipmcc.vix_scaling.above", "invalid_value ipmcc.vix_scaling.factor"});
  CHECK(ipmcc(R"("max_spread":0,"roll_delta":0,"roll_extrinsic":-1,"roll_profit":1.1,"max_loss":0,"min_credit":-1)")
            .size() == 6);
  CHECK(ipmcc(R"("profit_if_called":true)").empty());
  CHECK(fault_list(R"({"ipmcc":{"strike_rule":"at_the_money","profit_if_called":true}})") ==
        Strings{"invalid_configuration ipmcc.profit_if_called"});
}

TEST_CASE("exercise takes the sample's values") {
  const Loaded l = loaded(R"({"exercise":{}})");
  const ExerciseConfig& c = *l.config.exercise;
  CHECK(c.enabled);
  CHECK(c.mode == ExerciseMode::monitor);
  CHECK(c.policy == ClosureRule::closure_logic);
  CHECK(c.default_vol == 0.20);
  CHECK(c.max_quote_age == std::chrono::seconds{15});
  REQUIRE(c.stages.size() == 3);
  CHECK(c.stages[0].minutes == 30);
  CHECK(c.stages[0].at_risk == 0.02);
  CHECK_FALSE(c.stages[0].close_itm);
  CHECK(c.stages[1].close_itm);
  CHECK_FALSE(c.stages[1].close_within);
  CHECK(c.stages[2].close_within == 0.005);
  CHECK(c.stages[2].convert_stops);
  CHECK(c.max_slippage == 0.10);
  CHECK(c.max_attempts == 10);
  CHECK(c.breaker.failures == 5);
  CHECK(c.breaker.window == std::chrono::seconds{60});
  CHECK(c.breaker.probe == std::chrono::seconds{60});
  CHECK(c.next_check.idle == std::chrono::minutes{30});
  CHECK(c.next_check.t5 == std::chrono::minutes{1});
  CHECK(c.emergency_scope == EmergencyScope::expiring);
  CHECK(effective(l, "exercise.stages[2].close_within") == "0.005 default");
  CHECK(effective(l, "exercise.breaker.probe_s") == "60 default");
}

TEST_CASE("a stage that is given has the defaults of an entry, not the sample's, and the list replaces the whole") {
  const Loaded l = loaded(R"({"exercise":{"stages":[{"minutes":5,"at_risk":0.01}],"breaker":{"failures":3}}})");
  const ExerciseConfig& c = *l.config.exercise;
  REQUIRE(c.stages.size() == 1);
  CHECK_FALSE(c.stages[0].close_itm);
  CHECK_FALSE(c.stages[0].close_within);
  CHECK_FALSE(c.stages[0].convert_stops);
  CHECK(c.breaker.failures == 3);
  CHECK(c.breaker.window == std::chrono::seconds{60});
  CHECK(exercise(R"("stages":[{}])") ==
        Strings{"invalid_value exercise.stages[0].minutes", "invalid_value exercise.stages[0].at_risk"});
  CHECK(exercise(R"("stages":[])") == Strings{"invalid_value exercise.stages"});
  CHECK(exercise(R"("stages":[{"minutes":5,"at_risk":0},{"minutes":5,"at_risk":0}])") ==
        Strings{"invalid_configuration exercise.stages[1].minutes"});
  CHECK(exercise(R"("stages":[{"minutes":0,"at_risk":1}])") ==
        Strings{"invalid_value exercise.stages[0].minutes", "invalid_value exercise.stages[0].at_risk"});
}

TEST_CASE("the document's thresholds are aliases of the stages' bands") {
  const Loaded l = loaded(R"({"exercise":{"t30_moneyness":0.03,"t2_moneyness":0}})");
  CHECK(l.config.exercise->stages[0].at_risk == 0.03);
  CHECK(l.config.exercise->stages[1].at_risk == 0.01);
  CHECK(l.config.exercise->stages[2].at_risk == 0);
  CHECK(effective(l, "exercise.stages[0].at_risk") == "0.03 file");
  CHECK(effective(l, "exercise.stages[1].at_risk") == "0.01 default");
  CHECK(exercise(R"("t5_moneyness":1)") == Strings{"invalid_value exercise.t5_moneyness"});
  CHECK(exercise(R"("t5_moneyness":0.01,"stages":[{"minutes":5,"at_risk":0}])") ==
        Strings{"invalid_configuration exercise.t5_moneyness"});
}

TEST_CASE("exercise's further keys are read and have ranges") {
  const Loaded l = loaded(R"({"exercise":{"mode":"active","policy":"thresholds","pin_dollars":0.5,"pin_sigma":1,
      "broker_profile":{"name":"B","liquidates_from":"15:30"},
      "emergency_trigger":{"root":"SPY","move":0.02,"minutes":5},
      "emergency_scope":"all","convert_all_stops":true,"preserve_cash":10000,"max_contracts_per_close":2,
      "next_check":{"t5":30},"enabled":false}})");
  const ExerciseConfig& c = *l.config.exercise;
  CHECK(c.mode == ExerciseMode::active);
  CHECK(c.broker_profile->liquidates_from == std::chrono::minutes{930});
  CHECK(c.emergency_trigger->move == 0.02);
  CHECK(c.next_check.t5 == std::chrono::seconds{30});
  CHECK(c.next_check.t30 == std::chrono::minutes{5});
  CHECK(c.max_contracts_per_close == 2);
  CHECK_FALSE(c.enabled);
  CHECK(exercise(R"("mode":"on","policy":"x","emergency_scope":"y")").size() == 3);
  CHECK(exercise(R"("default_vol":0,"max_slippage":-1,"max_attempts":0,"pin_dollars":-1,"preserve_cash":-1,
      "max_contracts_per_close":0,"breaker":{"failures":0,"seconds":0,"probe_s":0},"next_check":{"idle":0})")
            .size() == 10);
  CHECK(exercise(R"("broker_profile":{},"emergency_trigger":{})") ==
        Strings{"invalid_value exercise.broker_profile.name", "invalid_value exercise.broker_profile.liquidates_from",
                "invalid_value exercise.emergency_trigger.root", "invalid_value exercise.emergency_trigger.move",
                "invalid_value exercise.emergency_trigger.minutes"});
}

}  // namespace
}  // namespace optcoord::config
