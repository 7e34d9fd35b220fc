// tests/config/strategies_test.cpp -- strategies, interlocks and coordination: defaults, host keys, contradictions.
// SPDX-License-Identifier: MIT
#include "loading.hpp"

#include <chrono>

namespace optcoord::config {
namespace {

/// A configuration with the groups SPY and ES and these strategies.
[[nodiscard]] std::string strategies(std::string_view list, std::string_view more = "") {
  return R"({"groups":[{"name":"SPY","reference":"SPY","members":[{"root":"SPY"}]},
      {"name":"ES","reference":"ES","members":[{"root":"ES"}]}],"strategies":[)" +
         std::string{list} + "]" + std::string{more} + "}";
}
[[nodiscard]] Strings strategy_faults(std::string_view list) { return fault_list(strategies(list)); }
/// Faults of a strategy A with these further keys.
[[nodiscard]] Strings one(std::string_view keys) {
  return strategy_faults(R"({"name":"A",)" + std::string{keys} + "},{\"name\":\"B\"}");
}
[[nodiscard]] Strings coordination(std::string_view keys) {
  return fault_list(R"({"coordination":{)" + std::string{keys} + "}}");
}

TEST_CASE("a strategy needs a name and nothing else") {
  const Loaded l = loaded(strategies(R"({"name":"A"})"));
  const DeskStrategyConfig& s = (*l.config.strategies)[0];
  CHECK(s.priority == 1000);
  CHECK(s.buying_power_share == 0);
  CHECK_FALSE(s.starts_initializing);
  CHECK_FALSE(s.position_sizing);
  CHECK(s.windows.empty());
  CHECK(effective(l, "strategies[0].priority") == "1000 default");
  CHECK(strategy_faults("{}") == Strings{"invalid_value strategies[0].name"});
  CHECK(strategy_faults(R"({"name":"unassigned"})") == Strings{"invalid_value strategies[0].name"});
  CHECK(strategy_faults(R"({"name":"A\u0000"})") == Strings{"invalid_value strategies[0].name"});
  CHECK(loaded(strategies("")).config.strategies->empty());
}

TEST_CASE("a strategy defined twice is reported at the second name") {
  const std::vector<Fault> f = faults(strategies(R"({"name":"A"},{"name":"B"},{"name":"A"})"));
  REQUIRE(f.size() == 1);
  CHECK(f[0].code == Errc::invalid_configuration);
  CHECK(f[0].path == "strategies[2].name");
  CHECK(f[0].message == "the strategy 'A' is defined already, at strategies[0]");
}

TEST_CASE("the host's keys pass through, whatever they hold") {
  CHECK(one(R"("market":"ETH-USD","exchange":{"a":1},"timeframe":"1m","indicators":["rsi_4h"],"stop_loss_pct":3.0,
      "leverage":null,"enabled":true,"max_position_size":0.1,"risk_per_trade_pct":2,"x_anything":[{}],
      "events":{"FOMC":{"action":"allow","x_why":"n"},"x_note":1},"windows":[{"x_name":"lunch"}],
      "position_sizing":{"x_note":1,"fixed_amount_usd":1})")
            .empty());
  CHECK(one(R"("markt":"ETH-USD")") == Strings{"unknown_key strategies[0].markt"});
  CHECK(fault_list(R"({"x_anything":1})") == Strings{"unknown_key x_anything"});
  CHECK(coordination(R"("x_note":1)") == Strings{"unknown_key coordination.x_note"});
}

TEST_CASE("priorities are whole numbers from 1, shares fractions that add up to at most 1") {
  CHECK(one(R"("priority":1)").empty());
  for (const std::string_view bad : {"0", "-1", "1.5", "2147483648", "\"1\"", "null", "true"})
    CHECK(one(R"("priority":)" + std::string{bad}) == Strings{"invalid_value strategies[0].priority"});
  CHECK(one(R"("buying_power_share":1)").empty());
  CHECK(one(R"("buying_power_share":1.01)") == Strings{"invalid_value strategies[0].buying_power_share"});
  CHECK(one(R"("buying_power_share":-0.01)") == Strings{"invalid_value strategies[0].buying_power_share"});
  CHECK(strategy_faults(R"({"name":"A","buying_power_share":0.5},{"name":"B","buying_power_share":0.51},
      {"name":"C","buying_power_share":0.1})") == Strings{"invalid_configuration strategies[1].buying_power_share"});
  std::string tenths;
  for (char c = 'a'; c < 'a' + 10; ++c)
    tenths += std::string(c == 'a' ? "" : ",") + "{\"name\":\"" + c + "\",\"buying_power_share\":0.1}";
  CHECK(strategy_faults(tenths).empty());
}

TEST_CASE("strategies refer to groups and strategies that exist") {
  CHECK(one(R"("groups":["SPY","ESX"],"exclusions":["B","C"])") ==
        Strings{"unknown_name strategies[0].groups[1]", "unknown_name strategies[0].exclusions[1]"});
  CHECK(one(R"("groups":["SPY",1,"ESX"])") ==
        Strings{"invalid_value strategies[0].groups[1]", "unknown_name strategies[0].groups[2]"});
  CHECK(one(R"("exclusions":["A"])") == Strings{"invalid_configuration strategies[0].exclusions[0]"});
}

TEST_CASE("event policies have exactly what their action needs") {
  const auto policy = [](std::string_view text) { return one(R"("events":{"E":)" + std::string{text} + "}"); };
  for (const std::string_view action : {"allow", "prefer", "skip", "hedge_only", "no_short_calls"})
    CHECK(policy(R"({"action":")" + std::string{action} + "\"}").empty());
  CHECK(policy(R"({"action":"scale","factor":0})").empty());
  CHECK(policy(R"({"action":"scale","factor":1})").empty());
  CHECK(policy(R"({"action":"avoid_group","group":"ES"})").empty());
  CHECK(policy("{}") == Strings{"invalid_value strategies[0].events.E.action"});
  CHECK(policy(R"({"action":"sclae"})") == Strings{"invalid_value strategies[0].events.E.action"});
  CHECK(policy(R"({"action":"scale"})") == Strings{"invalid_value strategies[0].events.E.factor"});
  CHECK(policy(R"({"action":"scale","factor":1.1})") == Strings{"invalid_value strategies[0].events.E.factor"});
  CHECK(policy(R"({"action":"skip","factor":0.5})") == Strings{"invalid_configuration strategies[0].events.E.factor"});
  CHECK(policy(R"({"action":"avoid_group"})") == Strings{"invalid_value strategies[0].events.E.group"});
  CHECK(policy(R"({"action":"avoid_group","group":"EX"})") == Strings{"unknown_name strategies[0].events.E.group"});
  CHECK(policy(R"({"action":"skip","group":"ES"})") == Strings{"invalid_configuration strategies[0].events.E.group"});
  CHECK(policy("\"skip\"") == Strings{"invalid_value strategies[0].events.E"});
  CHECK(one(R"("events":[])") == Strings{"invalid_value strategies[0].events"});
}

TEST_CASE("windows, display keys and the initial state are read") {
  const Loaded l = loaded(strategies(R"({"name":"A","windows":[{"from":"09:30","until":"15:45","days":["mon"]},{}],
      "direction":"neutral","timeframe_days":112,"initial_state":"initializing","tags":["hedge"]})"));
  const DeskStrategyConfig& s = (*l.config.strategies)[0];
  REQUIRE(s.windows.size() == 2);
  CHECK(s.windows[0] == Schedule{1, std::chrono::minutes{570}, std::chrono::minutes{945}});
  CHECK(s.windows[1] == Schedule{});
  CHECK(s.direction == "neutral");
  CHECK(s.timeframe_days == 112);
  CHECK(s.starts_initializing);
  CHECK(one(R"("windows":[{"from":"16:00","until":"09:30"}])") ==
        Strings{"invalid_configuration strategies[0].windows[0].until"});
  CHECK(one(R"("initial_state":"halted","direction":1)") ==
        Strings{"invalid_value strategies[0].direction", "invalid_value strategies[0].initial_state"});
}

TEST_CASE("interlocks name two strategies and states of the state machine") {
  const auto lock = [](std::string_view text) {
    return fault_list(strategies(R"({"name":"A"},{"name":"B"})", ",\"interlocks\":[" + std::string{text} + "]"));
  };
  CHECK(lock(R"({"strategy":"A","other":"B","states":["defensive_21dte","error"]})").empty());
  CHECK(lock("{}") == Strings{"invalid_value interlocks[0].strategy", "invalid_value interlocks[0].other",
                              "invalid_value interlocks[0].states"});
  CHECK(lock(R"({"strategy":"C","other":"D","states":["defensive"]})") ==
        Strings{"unknown_name interlocks[0].strategy", "unknown_name interlocks[0].other",
                "invalid_value interlocks[0].states[0]"});
  CHECK(lock(R"({"strategy":"A","other":"A","states":[]})") ==
        Strings{"invalid_configuration interlocks[0].other", "invalid_value interlocks[0].states"});
}

TEST_CASE("in coordination each gate is off when absent, and a present object takes the sample's values") {
  const Loaded empty = loaded(R"({"coordination":{}})");
  const CoordinationConfig& off = *empty.config.coordination;
  CHECK_FALSE(off.max_active);
  CHECK_FALSE(off.min_interval);
  CHECK_FALSE(off.loss_halt);
  CHECK_FALSE(off.margin);
  CHECK_FALSE(off.correlation);
  CHECK_FALSE(off.buying_power);
  CHECK(off.max_active_counts == MaxActiveCounts::entering);
  CHECK_FALSE(off.require_calendar);
  CHECK(effective(empty, "coordination.margin") == "null default");
  CHECK(effective(empty, "coordination.max_active") == "null default");
  CHECK(effective(empty, "coordination.require_calendar") == "false default");

  const Loaded l = loaded(R"({"coordination":{"margin":{},"correlation":{},"buying_power":{}}})");
  const CoordinationConfig& on = *l.config.coordination;
  CHECK(on.margin->pressure == 0.70);
  CHECK(on.margin->release == 0.65);
  CHECK(on.margin->reduce_only == 0.80);
  CHECK(on.margin->max_priority == 2);
  CHECK(on.margin->scale == 0.5);
  CHECK(on.correlation->threshold == 0.80);
  CHECK(on.correlation->release == 0.75);
  CHECK(on.correlation->window == 60);
  CHECK(on.correlation->min_observations == 20);
  CHECK(on.correlation->ewma_lambda == 0.94);
  CHECK(on.buying_power->reserve == 0);
  CHECK(on.buying_power->mode == BuyingPowerMode::shares);
}

TEST_CASE("coordination's values have ranges") {
  CHECK(coordination(R"("max_active":1,"min_interval_s":0,"loss_halt":-1)").empty());
  CHECK(coordination(R"("max_active":0,"min_interval_s":-1,"loss_halt":0,"max_active_counts":"all")") ==
        Strings{"invalid_value coordination.max_active", "invalid_value coordination.max_active_counts",
                "invalid_value coordination.min_interval_s", "invalid_value coordination.loss_halt"});
  CHECK(coordination(R"("loss_halt":0.05)") == Strings{"invalid_value coordination.loss_halt"});
  CHECK(coordination(R"("margin":{"pressure":0.65,"release":0.65,"reduce_only":0.65})").empty());
  CHECK(coordination(R"("margin":{"pressure":0.9})") ==
        Strings{"invalid_configuration coordination.margin.reduce_only"});
  CHECK(coordination(R"("margin":{"pressure":0.6})") == Strings{"invalid_configuration coordination.margin.release"});
  CHECK(coordination(R"("margin":{"pressure":70,"scale":2,"max_priority":0})") ==
        Strings{"invalid_value coordination.margin.pressure", "invalid_value coordination.margin.max_priority",
                "invalid_value coordination.margin.scale"});
  CHECK(coordination(R"("correlation":{"threshold":0.7})") ==
        Strings{"invalid_configuration coordination.correlation.release"});
  CHECK(coordination(R"("correlation":{"window":20})").empty());
  CHECK(coordination(R"("correlation":{"window":19})") ==
        Strings{"invalid_configuration coordination.correlation.min_observations"});
  CHECK(coordination(R"("correlation":{"min_observations":1,"ewma_lambda":1,"threshold":1.1})") ==
        Strings{"invalid_value coordination.correlation.threshold",
                "invalid_value coordination.correlation.min_observations",
                "invalid_value coordination.correlation.ewma_lambda"});
  CHECK(coordination(R"("buying_power":{"reserve":0.999,"mode":"waterfall"})").empty());
  CHECK(coordination(R"("buying_power":{"reserve":1,"mode":"priority"})") ==
        Strings{"invalid_value coordination.buying_power.reserve", "invalid_value coordination.buying_power.mode"});
  CHECK(coordination(R"("margin":true)") == Strings{"invalid_value coordination.margin"});
}

}  // namespace
}  // namespace optcoord::config
