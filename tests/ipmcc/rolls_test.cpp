// tests/ipmcc/rolls_test.cpp -- which calls are due, why, and what a roll does when something is in its way.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"
#include "support/not_finite.hpp"

using namespace optcoord;
using namespace optcoord::test;
using ipmcc::Action;
using ipmcc::Path;
using ipmcc::Plan;
using ipmcc::RollRule;
using ipmcc::RollStanding;

namespace {

/// Two LEAPs, two weeklies sold at 1.00 that expire on Friday; asked on Thursday, one day before.
[[nodiscard]] IpmccWorld thursday() {
  IpmccWorld world;
  world.now = at("2026-01-08T15:00:00Z");
  world.list_usual_chain();
  world.hold(call(next_january, 370), 2, 95.0);
  world.hold(call(this_friday, 465), -2, 1.00);
  return world;
}
[[nodiscard]] RollStanding standing(const Plan& plan, RollRule rule) {
  return plan.rules.at(static_cast<std::size_t>(rule)).standing;
}
[[nodiscard]] RollStanding standing_with(const IpmccWorld& world, RollRule rule) {
  const ipmcc::Market m = world.market();
  const IpmccPolicy policy = world.policy();
  const ipmcc::Question q{policy, world.book.state(), m, std::nullopt, world.now};
  const ipmcc::Holding weekly = ipmcc::holdings(world.book.state(), spy_share, false).at(0);
  return ipmcc::roll_rules(q, weekly, ipmcc::find_in(m.chain, weekly.contract))
      .at(static_cast<std::size_t>(rule))
      .standing;
}

}  // namespace

TEST_CASE("a weekly with a day left is rolled: bought back first, the next sold only after") {
  const IpmccWorld world = thursday();
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  const Plan& plan = rolls[0];
  CHECK(plan.path == Path::roll_weekly);
  REQUIRE(plan.steps.size() == 2);
  CHECK(step_text(plan.steps[0]) == "buy_to_close 2 SPY   260109C00465000");
  CHECK(plan.steps[1].action == Action::sell_to_open);
  CHECK(plan.steps[1].quantity == 2);
  CHECK(to_text(plan.steps[1].contract.expiry) == next_monday);
  CHECK(plan.steps[1].depends_on == 0U);
  CHECK_FALSE(plan.steps[0].package);
  CHECK(standing(plan, RollRule::dte) == RollStanding::fired);
  CHECK(plan.rejected.total() + plan.chosen == world.chain.size());
  const double ask = 0.02;  // a cent's worth, asked at the least
  CHECK(plan.net_debit == doctest::Approx((std::max(ask, *world.quoted(plan.steps[0].contract).quote.ask) -
                                           *world.quoted(plan.steps[1].contract).quote.bid) *
                                          200));
}

TEST_CASE("two days before nothing is due, but every rule can be asked why") {
  IpmccWorld world = thursday();
  world.now = at("2026-01-07T15:00:00Z");
  world.list_usual_chain();
  CHECK(world.rolls().empty());
  CHECK(standing_with(world, RollRule::dte) == RollStanding::not_reached);
  CHECK(standing_with(world, RollRule::delta) == RollStanding::off);
  world.config.roll_dte = 2;
  CHECK(world.rolls().size() == 1);
}

TEST_CASE("delta, extrinsic value and profit are triggers of their own, at their thresholds") {
  IpmccWorld world = thursday();
  world.now = at("2026-01-06T15:00:00Z");
  world.list_usual_chain();
  ipmcc::ChainOption& o = world.entry(call(this_friday, 465));
  o.greeks.delta = 0.60;
  o.quote = {0.15, 0.25};
  world.config.roll_delta = 0.60;
  CHECK(standing_with(world, RollRule::delta) == RollStanding::fired);
  world.config.roll_delta = 0.61;
  CHECK(standing_with(world, RollRule::delta) == RollStanding::not_reached);
  world.config.roll_extrinsic = 0.20;
  CHECK(standing_with(world, RollRule::extrinsic) == RollStanding::fired);
  world.config.roll_extrinsic = 0.19;
  CHECK(standing_with(world, RollRule::extrinsic) == RollStanding::not_reached);
  world.config.roll_profit = 0.80;  // sold at 1.00, worth 0.20
  CHECK(standing_with(world, RollRule::profit) == RollStanding::fired);
  world.config.roll_profit = 0.81;
  CHECK(standing_with(world, RollRule::profit) == RollStanding::not_reached);
  world.config.roll_profit = 0.80;
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(standing(rolls[0], RollRule::dte) == RollStanding::not_reached);
  CHECK(standing(rolls[0], RollRule::profit) == RollStanding::fired);
  CHECK(ipmcc::in_words(rolls[0].rules[0]) == "dte 3 is above 1");
  CHECK(ipmcc::in_words(rolls[0].rules[1]) == "delta 0.6 is below 0.61");
  CHECK(ipmcc::in_words(rolls[0].rules[3]) == "profit 0.8 is at or above 0.8");
  CHECK(ipmcc::in_words(rolls[0].rules[4]) == "max_loss is off");
}

TEST_CASE("what a rule needs and nobody knows is unknown, and does not fire") {
  IpmccWorld world = thursday();
  world.config.roll_delta = 0.5;
  world.config.roll_profit = 0.5;
  world.chain.clear();
  CHECK(standing_with(world, RollRule::delta) == RollStanding::unknown);
  CHECK(standing_with(world, RollRule::profit) == RollStanding::unknown);
  CHECK(standing_with(world, RollRule::dte) == RollStanding::fired);
}

TEST_CASE("a weekly without a bid is bought back at the ask") {
  IpmccWorld world = thursday();
  world.entry(call(this_friday, 465)).quote = {std::nullopt, 0.05};
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(rolls[0].steps[0].limit_price == 0.05);
}

TEST_CASE("a weekly without any quote is bought back without a limit, said as no_quote") {
  IpmccWorld world = thursday();
  world.entry(call(this_friday, 465)).quote = {};
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  REQUIRE_FALSE(rolls[0].steps.empty());
  CHECK_FALSE(rolls[0].steps[0].limit_price);
  CHECK(rolls[0].has_warning(Code::no_quote));
  CHECK_FALSE(rolls[0].net_debit);
}

TEST_CASE("without an active LEAP a due weekly is bought back only") {
  IpmccWorld world = thursday();
  world.config.leap_exit_dte = 299;
  world.hold(call(next_january, 370), -2, 95.0);
  world.hold(call("2026-06-19", 370), 2, 90.0);
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(rolls[0].has_reason(Code::no_active_leap));
  CHECK(ipmcc::sentence(Code::no_active_leap) == "No active LEAP found for rolling");
  REQUIRE(rolls[0].steps.size() == 1);
  CHECK(rolls[0].steps[0].action == Action::buy_to_close);
}

TEST_CASE("under no_short_calls a due weekly is bought back only") {
  IpmccWorld world = thursday();
  world.extra.no_short_calls = true;
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(rolls[0].path == Path::roll_weekly);
  CHECK(rolls[0].has_reason(Code::no_short_calls));
  REQUIRE(rolls[0].steps.size() == 1);
  CHECK(rolls[0].steps[0].action == Action::buy_to_close);
}

TEST_CASE("credit_only rolls as one package, for a credit or not at all") {
  IpmccWorld world = thursday();
  world.config.credit_only = true;
  std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  REQUIRE(rolls[0].steps.size() == 2);
  CHECK(*rolls[0].net_debit < 0);
  CHECK(rolls[0].steps[0].package == 0U);
  CHECK(rolls[0].steps[1].package == 0U);
  world.entry(call(this_friday, 465)).quote = {20.0, 20.1};
  rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(rolls[0].steps.empty());
  CHECK(rolls[0].has_reason(Code::no_weekly_candidate));
  CHECK(rolls[0].rejected[ipmcc::Filter::no_credit] > 0);
  world.config.close_if_no_roll = true;
  rolls = world.rolls();
  REQUIRE(rolls[0].steps.size() == 1);
  CHECK(rolls[0].steps[0].action == Action::buy_to_close);
}

TEST_CASE("credit_only rolls nothing beside calls that no LEAP covers") {
  IpmccWorld world = thursday();
  world.config.credit_only = true;
  world.hold(call(this_friday, 465), -3, 1.00);  // five calls on two LEAPs
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(rolls[0].steps.empty());
  CHECK(rolls[0].has_reason(Code::orphan_leg));
  world.config.credit_only = false;
  CHECK(world.rolls()[0].steps.at(0).quantity == 5);
  CHECK(world.rolls()[0].steps.at(1).quantity == 2);
}

TEST_CASE("without a later expiry a weekly is left alone, or closed where close_if_no_roll says so") {
  IpmccWorld world = thursday();
  std::erase_if(world.chain, [](const ipmcc::ChainOption& o) { return to_text(o.contract.expiry) == next_monday; });
  std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(rolls[0].steps.empty());
  CHECK(rolls[0].has_reason(Code::no_weekly_candidate));
  world.config.close_if_no_roll = true;
  rolls = world.rolls();
  REQUIRE(rolls[0].steps.size() == 1);
  CHECK(rolls[0].has_reason(Code::no_weekly_candidate));
}

TEST_CASE("at the maximum loss a weekly is bought back and nothing is sold") {
  IpmccWorld world = thursday();
  world.now = at("2026-01-06T15:00:00Z");
  world.list_usual_chain();
  world.entry(call(this_friday, 465)).quote = {5.95, 6.05};  // sold at 1.00: 5.00 x 200 lost
  world.config.max_loss = 1'000;
  std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(standing(rolls[0], RollRule::max_loss) == RollStanding::fired);
  REQUIRE(rolls[0].steps.size() == 1);
  CHECK(rolls[0].steps[0].action == Action::buy_to_close);
  world.config.max_loss = 1'000.01;
  CHECK(world.rolls().empty());
}

TEST_CASE("a weekly that is being bought back is not rolled again") {
  IpmccWorld world = thursday();
  (void)world.send(world.rolls().at(0));
  CHECK(world.rolls().empty());
}

TEST_CASE("a roll goes through: the old call gone, the next one there, covered at every step") {
  IpmccWorld world = thursday();
  const Plan plan = world.rolls().at(0);
  const RequestId id = world.send(plan);
  for (int i = 0; i < 2; ++i) {
    world.fill(id, plan.steps[0].contract, 1, 0.05);
    CHECK(world.orphans().empty());
    world.fill(id, plan.steps[1].contract, -1, 0.40);
    CHECK(world.orphans().empty());
  }
  CHECK(ipmcc::held_in(world.book.state(), plan.steps[0].contract) == 0);
  CHECK(ipmcc::held_in(world.book.state(), plan.steps[1].contract) == -2);
  CHECK(world.book.state().orders.empty());
  CHECK(world.plan().path == Path::fully_covered);
}

TEST_CASE("after a failed close the roll is planned again and says so") {
  IpmccWorld world = thursday();
  const RequestId id = world.send(world.rolls().at(0));
  REQUIRE(world.book.end(id, ipmcc::LegStatus::rejected, world.now));
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  CHECK(rolls[0].has_warning(Code::close_failed));
  CHECK(rolls[0].steps.size() == 2);
}

TEST_CASE("more calls than LEAPs are bought back, only what is covered is sold again") {
  IpmccWorld world = thursday();
  world.hold(call(this_friday, 465), -1, 1.00);  // naked, sold by hand
  const std::vector<Plan> rolls = world.rolls();
  REQUIRE(rolls.size() == 1);
  REQUIRE(rolls[0].steps.size() == 2);
  CHECK(rolls[0].steps[0].quantity == 3);
  CHECK(rolls[0].steps[1].quantity == 2);
  (void)world.send(rolls[0]);
}

TEST_CASE("weeklies of two strikes are two rolls") {
  IpmccWorld world = thursday();
  world.hold(call(next_january, 370), 1, 95.0);
  world.hold(call(this_friday, 470), -1, 0.5);
  CHECK(world.rolls().size() == 2);
}

TEST_CASE("what a stale or crossed quote says fires no rule and prices nothing; days need no quote") {
  for (const bool crossed : {false, true}) {
    IpmccWorld world = thursday();
    ipmcc::ChainOption& o = world.entry(call(this_friday, 465));
    o.greeks.delta = 0.9;
    o.quote = {0.10, 0.20};
    if (crossed) o.quote = {0.20, 0.10};
    if (!crossed) o.at -= std::chrono::seconds{61};
    world.config.roll_delta = 0.5;
    world.config.roll_extrinsic = 0.5;
    world.config.roll_profit = 0.5;
    const std::vector<Plan> rolls = world.rolls();
    REQUIRE(rolls.size() == 1);
    CHECK(standing(rolls[0], RollRule::dte) == RollStanding::fired);
    CHECK(standing(rolls[0], RollRule::delta) == RollStanding::unknown);
    CHECK(standing(rolls[0], RollRule::extrinsic) == RollStanding::unknown);
    CHECK(standing(rolls[0], RollRule::profit) == RollStanding::unknown);
    REQUIRE(rolls[0].steps.size() == 2);
    CHECK_FALSE(rolls[0].steps[0].limit_price);
    CHECK_FALSE(rolls[0].net_debit);
    CHECK_FALSE(rolls[0].expected_cash);
    CHECK(rolls[0].has_warning(Code::no_quote));
    world.config.roll_dte = 0;
    CHECK(world.rolls().empty());
  }
  IpmccWorld world = thursday();
  world.entry(call(this_friday, 465)).at -= std::chrono::seconds{60};  // as old as it may be
  CHECK(world.rolls().at(0).steps[0].limit_price);
}

TEST_CASE("a roll closes without a figure that cannot be, and opens nothing") {
  IpmccWorld world = thursday();
  world.config.close_if_no_roll = true;
  world.config.max_loss = 1;
  world.config.roll_extrinsic = 1;
  for (const double bad : {0.0, -1.0, not_a_number, infinity}) {
    world.extra.multiplier = bad;
    Plan plan = world.rolls().at(0);
    CHECK(plan.has_reason(Code::not_computed));
    REQUIRE(plan.steps.size() == 1);
    CHECK(plan.steps[0].limit_price);
    CHECK_FALSE(plan.expected_cash);
    CHECK_FALSE(plan.net_debit);
    CHECK_FALSE(plan.exposure.delta);
    CHECK(standing(plan, RollRule::max_loss) == RollStanding::unknown);
    world.extra = {};
    world.extra.tick = bad;
    plan = world.rolls().at(0);
    CHECK(plan.has_reason(Code::not_computed));
    REQUIRE(plan.steps.size() == 1);
    CHECK_FALSE(plan.steps[0].limit_price);
    world.extra = {};
    world.spot = bad;
    plan = world.rolls().at(0);
    CHECK(plan.has_reason(Code::no_quote));
    CHECK(plan.steps.size() == 1);
    CHECK(standing(plan, RollRule::extrinsic) == RollStanding::unknown);
    world.spot = 450;
  }
}

TEST_CASE("what is not traded any more is not rolled: past the close of its last day") {
  IpmccWorld world = thursday();
  world.now = at("2026-01-09T20:59:59Z");
  world.list_usual_chain();
  CHECK(world.rolls().size() == 1);
  world.now = at("2026-01-09T21:00:00Z");  // 16:00 New York
  CHECK(world.rolls().empty());
  world.now = at("2026-01-10T15:00:00Z");
  CHECK(world.rolls().empty());
  SessionBook sessions;
  REQUIRE(sessions.set("*", {at("2026-01-09T14:30:00Z"), at("2026-01-09T18:00:00Z")}));  // a half day
  world.extra.sessions = &sessions;
  world.now = at("2026-01-09T17:59:59Z");
  CHECK(world.rolls().size() == 1);
  world.now = at("2026-01-09T18:00:00Z");
  CHECK(world.rolls().empty());
}

TEST_CASE("a call rolled for its profit or time value goes to a later expiry or stays") {
  for (const bool for_profit : {true, false}) {
    IpmccWorld world = thursday();
    world.now = at("2026-01-07T15:00:00Z");
    world.list_usual_chain();
    world.entry(call(this_friday, 465)).quote = {0.05, 0.15};
    if (for_profit) world.config.roll_profit = 0.8;
    if (!for_profit) world.config.roll_extrinsic = 0.1;
    Plan plan = world.rolls().at(0);
    REQUIRE(plan.steps.size() == 2);
    CHECK(to_text(plan.steps[1].contract.expiry) == next_monday);
    std::erase_if(world.chain, [](const ipmcc::ChainOption& o) { return to_text(o.contract.expiry) == next_monday; });
    plan = world.rolls().at(0);
    CHECK(plan.steps.empty());
    CHECK(plan.has_reason(Code::no_weekly_candidate));
  }
}

TEST_CASE("a call rolled for its delta goes higher or later, never lower on the same day") {
  IpmccWorld world = thursday();
  world.now = at("2026-01-07T15:00:00Z");
  world.hold(call(this_friday, 465), 2, 1.0);
  world.hold(call(this_friday, 480), -2, 1.0);
  world.list_usual_chain();
  std::erase_if(world.chain, [](const ipmcc::ChainOption& o) { return to_text(o.contract.expiry) == next_monday; });
  world.entry(call(this_friday, 480)).greeks.delta = 0.7;
  world.config.roll_delta = 0.6;
  Plan plan = world.rolls().at(0);
  REQUIRE(plan.steps.size() == 2);
  CHECK(plan.steps[1].contract == call(this_friday, 485));  // 465 is nearest to the rule's target
  std::erase_if(world.chain, [](const ipmcc::ChainOption& o) { return o.contract.strike() > 480; });
  plan = world.rolls().at(0);
  CHECK(plan.steps.empty());
  CHECK(plan.has_reason(Code::no_weekly_candidate));
}

TEST_CASE("a roll's exposure per unit weighs each step by its quantity") {
  IpmccWorld world = thursday();
  world.hold(call(this_friday, 465), -2, 1.00);  // naked: four are bought back, two sold
  const Plan plan = world.rolls().at(0);
  REQUIRE(plan.steps.size() == 2);
  REQUIRE(plan.quantity == 4);
  REQUIRE(plan.steps[1].quantity == 2);
  const double old = *world.entry(plan.steps[0].contract).greeks.delta;
  const double next = *world.entry(plan.steps[1].contract).greeks.delta;
  CHECK(plan.exposure.delta == doctest::Approx(100 * (old - 0.5 * next)));
}

TEST_CASE("a roll sells above the highest of several LEAPs, not only above its own") {
  IpmccWorld world = thursday();
  world.hold(call(next_january, 480), 1, 20.0);
  const Plan plan = world.rolls().at(0);
  REQUIRE(plan.steps.size() == 2);
  CHECK(plan.steps[1].contract.strike() == 485);
}
