// tests/protocol/exercise_lines_test.cpp -- the lines about closing before expiry: what decodes, and every key out.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/encode.hpp>

#include "lines.hpp"

#include <string>

namespace {

using namespace optcoord;
using namespace optcoord::protocol;
using namespace optcoord::protocol::testing;

const std::string a_put = R"("strategy":"A","contract":"SPY   260116P00635000")";

[[nodiscard]] std::string stop(std::string_view rest) { return line("stop_order", a_put + "," + std::string(rest)); }
[[nodiscard]] std::string result(std::string_view rest) {
  return line("close_result", a_put + "," + std::string(rest));
}

}  // namespace

TEST_CASE("lines about closing before expiry decode, shortest and longest") {
  Decoder d;
  const auto working = body<StopOrderEvent>(d, stop(R"("id":"s","quantity":-2,"stop_price":0.5,"status":"working")"));
  CHECK(working.strategy == "A");
  CHECK(working.contract == "SPY   260116P00635000");
  CHECK(working.quantity == -2);
  CHECK(working.stop_price == 0.5);
  CHECK(working.working);
  CHECK(d.text(working.id)->text == "s");
  const auto gone = body<StopOrderEvent>(d, stop(R"("id":"s","quantity":-2,"stop_price":0.5,"status":"cancelled")"));
  CHECK_FALSE(gone.working);
  CHECK(gone.id == working.id);
  CHECK(d.stops().size() == 1);

  CHECK_FALSE(body<ExpiryEvent>(d, line("expiry")).mode);
  CHECK(body<ExpiryEvent>(d, line("expiry", R"("mode":"monitor")")).mode == ExerciseMode::monitor);
  CHECK(body<ExpiryEvent>(d, line("expiry", R"("mode":"active")")).mode == ExerciseMode::active);
  CHECK(body<ExpiryEvent>(d, line("expiry", R"("mode":"emergency")")).mode == ExerciseMode::emergency);
  CHECK(body<CloseRequestEvent>(d, line("close_request", a_put)).strategy == "A");

  const auto shortest = body<CloseResultEvent>(d, result(R"("success":false)"));
  CHECK_FALSE(shortest.success);
  CHECK_FALSE(shortest.price);
  CHECK_FALSE(shortest.filled);
  const auto longest = body<CloseResultEvent>(d, result(R"("success":true,"price":0,"filled":3)"));
  CHECK(longest.success);
  CHECK(longest.price == 0);
  CHECK(longest.filled == 3);
  CHECK_FALSE(body<KillSwitchEvent>(d, line("kill_switch", R"("on":false,"actor":"ann")")).on);
  CHECK(body<KillSwitchEvent>(d, line("kill_switch", R"("on":true,"actor":"ann")")).actor == "ann");
}

TEST_CASE("lines about closing before expiry are refused by field, and leave no id behind") {
  using enum Errc;
  check_fault(stop(R"("quantity":1,"stop_price":1,"status":"working")"), invalid_value, "id");
  check_fault(stop(R"("id":1,"stop_price":1,"status":"working")"), invalid_value, "quantity");
  check_fault(stop(R"("id":1,"quantity":0,"stop_price":1,"status":"working")"), invalid_value, "quantity");
  check_fault(stop(R"("id":1,"quantity":1.5,"stop_price":1,"status":"working")"), invalid_value, "quantity");
  check_fault(stop(R"("id":1,"quantity":1,"stop_price":0,"status":"working")"), invalid_value, "stop_price");
  check_fault(stop(R"("id":1,"quantity":1,"stop_price":1,"status":"filled")"), invalid_value, "status");
  check_fault(line("expiry", R"("mode":"on")"), invalid_value, "mode");
  check_fault(line("expiry", R"("mode":null)"), invalid_value, "mode");
  check_fault(line("expiry", R"("modes":"active")"), unknown_key, "modes");
  check_fault(line("close_request", R"("strategy":"A")"), invalid_value, "contract");
  check_fault(line("close_request", R"("contract":"SPY")"), invalid_value, "strategy");
  check_fault(line("close_request", a_put + R"(,"mode":"active")"), unknown_key, "mode");
  check_fault(line("close_result", a_put), invalid_value, "success");
  check_fault(result(R"("success":1)"), invalid_value, "success");
  check_fault(result(R"("success":true,"filled":0)"), invalid_value, "filled");
  check_fault(result(R"("success":false,"filled":-1)"), invalid_value, "filled");
  check_fault(result(R"("success":true,"price":-0.01)"), invalid_value, "price");
  check_fault(line("kill_switch", R"("actor":"ann")"), invalid_value, "on");
  check_fault(line("kill_switch", R"("on":"yes","actor":"ann")"), invalid_value, "on");
  check_fault(line("kill_switch", R"("on":true)"), invalid_value, "actor");
  check_fault(line("dividend", R"("root":"SPY","ex_date":"2026-02-30","amount":1)"), invalid_value, "ex_date");
  check_fault(line("dividend", R"("root":"SPY","ex_date":20260320,"amount":1)"), invalid_value, "ex_date");
  check_fault(line("dividend", R"("root":"SPY","ex_date":"2026-03-20","amount":-1)"), invalid_value, "amount");
  check_fault(line("dividend", R"("root":"SPY","ex_date":"2026-03-20")"), invalid_value, "amount");
  Decoder d;
  CHECK_FALSE(d.decode(stop(R"("id":"s","quantity":1,"stop_price":1,"status":"filled")")).has_value());
  CHECK(d.stops().size() == 0);
}

TEST_CASE("a plan before expiry says every listed field, null where nothing is known") {
  Decoder decoder;
  const auto seen = body<StopOrderEvent>(decoder, stop(R"("id":7,"quantity":1,"stop_price":6,"status":"working")"));
  Names names;
  const ContractId put = names.contracts.add("SPY   260116P00635000");
  const StrategyId a = names.strategies.add("A");
  const ExercisePolicy policy = *ExercisePolicy::make({});
  ExpiryPlan plan;
  plan.mode = ExerciseMode::active;
  plan.next_check = std::chrono::milliseconds{62500};
  Assessment unknown;
  unknown.strategy = unassigned;
  unknown.contract = put;
  unknown.quantity = 1;
  unknown.ready = false;
  unknown.action = ExpiryAction::warn;
  Assessment known;
  known.strategy = a;
  known.contract = put;
  known.quantity = -2;
  known.minutes_to_close = 4.5;
  known.moneyness = 0.008;
  known.risk_score = 1;
  known.risk_score_raw = 1.25;
  known.probability_itm = 0.75;
  known.level = RiskLevel::critical;
  known.stage = 2;
  known.at_risk = true;
  known.action = ExpiryAction::escalate;
  known.reason = Code::slippage_exceeded;
  known.cause = CloseCause::in_the_money;
  known.close_quantity = 2;
  known.order = OrderAdvice{OrderType::limit, 5.05, 2};
  known.cancel_stop = seen.id;
  known.assigned = Assignment{200, -127000.0, 126000.0};
  known.costs = ClosingCosts{1020.0, 1000.0, std::nullopt};
  known.warnings.add(Code::approximate_vol);
  plan.positions = {unknown, known};
  plan.queue = {{1, 2, ExpiryAction::escalate}};
  plan.account = {200, 1, -127000.0, 126000.0};
  plan.by_strategy = {{a, {200, 0, -127000.0, 126000.0}}};
  std::string out;
  append_line(out, Output{std::nullopt, ExpiryPlanOutput{&plan, &policy, {}}}, 3, *parse_time("2026-01-16T20:55:30Z"),
              names, decoder);
  CHECK(out ==
        R"({"seq":3,"t":"2026-01-16T20:55:30Z","type":"expiry_plan","mode":"active","kill_switch":false,)"
        R"("breaker":"closed","notice":"quiet","broker_may_liquidate":false,"next_check_s":62.5,"positions":[)"
        R"({"strategy":"unassigned","contract":"SPY   260116P00635000","quantity":1,"warnings":["not_ready"],)"
        R"("minutes_to_close":null,"moneyness":null,"risk_score":null,"risk_score_raw":null,"probability_itm":null,)"
        R"("level":null,"stage":null,"at_risk":false,"action":"warn","reason":"not_ready","cause":null,"order":null,)"
        R"("cancel_stop":null,"pending":false,"underlying_if_assigned":null,"cash_if_assigned":null,)"
        R"("notional_if_assigned":null,"assignable_until":null,"costs":null},)"
        R"({"strategy":"A","contract":"SPY   260116P00635000","quantity":-2,"warnings":["approximate_vol"],)"
        R"("minutes_to_close":4.5,"moneyness":0.008,"risk_score":1,"risk_score_raw":1.25,"probability_itm":0.75,)"
        R"("level":"critical","stage":"T-5","at_risk":true,"action":"escalate","reason":"slippage_exceeded",)"
        R"("cause":"in_the_money","order":{"type":"limit","limit_price":5.05,"quantity":2},"cancel_stop":7,)"
        R"("pending":false,"underlying_if_assigned":200,"cash_if_assigned":-127000,"notional_if_assigned":126000,)"
        R"("assignable_until":null,"costs":{"close_now":1020,"assignment":1000,"overnight":null}}],)"
        R"("queue":[{"strategy":"A","contract":"SPY   260116P00635000","quantity":2,"action":"escalate"}],)"
        R"("totals":{"by_strategy":{"A":{"underlying_if_assigned":200,"futures_if_assigned":0,)"
        R"("cash_if_assigned":-127000,"notional_if_assigned":126000}},"account":{"underlying_if_assigned":200,)"
        R"("futures_if_assigned":1,"cash_if_assigned":-127000,"notional_if_assigned":126000}}})"
        "\n");
}
