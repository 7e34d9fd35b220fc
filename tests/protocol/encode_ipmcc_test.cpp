// tests/protocol/encode_ipmcc_test.cpp -- the exact bytes of plans of LEAPs and weekly calls.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"

#include <optcoord/protocol/ipmcc.hpp>

namespace optcoord::test {
namespace {

using ipmcc::Action;
using ipmcc::Filter;
using ipmcc::Plan;
using ipmcc::RollRule;
using ipmcc::RollStanding;

[[nodiscard]] std::string plan_line(const Plan& plan) {
  std::string out;
  protocol::append_plan(out, spy_share, at("2026-01-05T15:00:00.25Z"), plan);
  return out;
}
[[nodiscard]] bool has_text(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a plan line has every field, in order, figures as short as they can be") {
  Plan plan;
  plan.path = ipmcc::Path::create;
  plan.steps = {{Action::buy_to_open, call(next_january, 370), 2, 98.25, 0U, {}},
                {Action::sell_to_open, call(this_friday, 465.5), 2, 0.4, 0U, 0U}};
  plan.quantity = 2;
  plan.expected_cash = -19570;
  plan.net_debit = 19600.5;
  plan.break_even = 467.9;
  plan.max_loss = 19600.5;
  plan.loss_if_called = 0;
  plan.exposure = {71.5, -0.5, std::nullopt, 120.0};
  plan.rejected.add(Filter::put, 198);
  plan.rejected.add(Filter::no_bid, 24);
  plan.warnings = {{ipmcc::Note{Code::greeks_computed, {}, {}}}};
  CHECK(plan_line(plan) ==
        R"({"t":"2026-01-05T15:00:00.25Z","type":"ipmcc_plan","root":"SPY","path":"create","steps":[)"
        R"({"action":"buy_to_open","contract":"SPY   270115C00370000","quantity":2,"limit_price":98.25,)"
        R"("package":0,"depends_on":null},)"
        R"({"action":"sell_to_open","contract":"SPY   260109C00465500","quantity":2,"limit_price":0.4,)"
        R"("package":0,"depends_on":0}],"quantity":2,"expected_cash":-19570,"net_debit":19600.5,)"
        R"("break_even":467.9,"max_loss":19600.5,"loss_if_called":0,)"
        R"("exposure":{"delta":71.5,"gamma":-0.5,"theta":null,"vega":120},)"
        R"("rejected":{"put":198,"no_bid":24},"reasons":[],)"
        R"("warnings":[{"code":"greeks_computed","text":"Greeks computed from the mid"}]})"
        "\n");
}

TEST_CASE("what is not known is null, what was not rejected is left out") {
  Plan plan;
  plan.reasons = {{Code::too_small_for_budget, 129375.0, {}}};
  CHECK(plan_line(plan) ==
        R"({"t":"2026-01-05T15:00:00.25Z","type":"ipmcc_plan","root":"SPY","path":"none","steps":[],"quantity":0,)"
        R"("expected_cash":null,"net_debit":null,"break_even":null,"max_loss":null,"loss_if_called":null,)"
        R"("exposure":{"delta":null,"gamma":null,"theta":null,"vega":null},"rejected":{},)"
        R"("reasons":[{"code":"too_small_for_budget","account_value_for_one":129375,)"
        R"("text":"One contract costs more than the budget"}],"warnings":[]})"
        "\n");
}

TEST_CASE("each amount is named by what it is of") {
  Plan plan;
  plan.warnings = {{Code::short_below_long, 250.5, {}}, {Code::spread_margin, 1845.0, {}}};
  const std::string line = plan_line(plan);
  CHECK(has_text(line, R"({"code":"short_below_long","loss_if_called":250.5,)"));
  CHECK(has_text(line, R"({"code":"spread_margin","margin_per_contract":1845,)"));
}

TEST_CASE("a leg without its other half comes with the step that puts it right, priced where it is quoted") {
  IpmccWorld world;
  world.hold(call(this_friday, 465), -1, 0.5);
  const std::string naked = plan_line(world.plan());
  CHECK(has_text(naked, R"("warnings":[{"code":"orphan_leg","repair":{"action":"buy_to_close",)"
                        R"("contract":"SPY   260109C00465000","quantity":1,"limit_price":)"));
  CHECK(has_text(naked, R"("working":false,"cancel":false,"planned":false},)"
                        R"("text":"A leg stands without its other half"}])"));
}

TEST_CASE("a sale on its way whose LEAP has gone is to be taken back, not made") {
  IpmccWorld world;
  world.hold(world.entry(call(next_january, 370)).contract, 1, 95.0);
  (void)world.send(world.plan());
  world.hold(call(next_january, 370), -1, 95.0);
  const std::string line = plan_line(world.plan());
  CHECK(has_text(line, R"("repair":{"action":"sell_to_open",)"));
  CHECK(has_text(line, R"("limit_price":null,"working":true,"cancel":true,"planned":false})"));
}

TEST_CASE("a roll's plan says of each rule whether it fired, with the figure and the threshold") {
  Plan plan;
  plan.path = ipmcc::Path::roll_weekly;
  plan.weekly = call(this_friday, 465);
  plan.rules = {{RollRule::dte, RollStanding::fired, 1, 1},
                {RollRule::delta, RollStanding::not_reached, 0.62, 0.7},
                {RollRule::extrinsic, RollStanding::off, 0, 0},
                {RollRule::profit, RollStanding::unknown, 0, 0.8}};
  CHECK(has_text(
      plan_line(plan),
      R"("weekly":"SPY   260109C00465000","rules":[{"rule":"dte","fired":true,"why":"dte 1 is at or below 1"},)"
      R"({"rule":"delta","fired":false,"why":"delta 0.62 is below 0.7"},)"
      R"({"rule":"extrinsic","fired":false,"why":"extrinsic is off"},)"
      R"({"rule":"profit","fired":false,"why":"profit is unknown, threshold 0.8"}]})"));
}

TEST_CASE("every reason and warning that a plan can have is a sentence") {
  for (const Code code : {Code::no_short_calls, Code::too_small_for_budget, Code::no_equity, Code::zero_size,
                          Code::no_quote, Code::no_leap_candidate, Code::no_weekly_candidate, Code::fully_covered,
                          Code::no_active_leap, Code::close_failed, Code::short_below_long, Code::spread_margin,
                          Code::orphan_leg, Code::greeks_computed, Code::approximate_strike, Code::not_computed})
    CHECK_MESSAGE(!ipmcc::sentence(code).empty(), text(code));
}

}  // namespace optcoord::test
