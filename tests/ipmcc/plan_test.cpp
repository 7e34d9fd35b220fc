// tests/ipmcc/plan_test.cpp -- the dual path, and a plan's figures, warnings and exposure.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"
#include "support/not_finite.hpp"

#include <optional>  // std::optional
#include <string>    // std::string

using namespace optcoord;
using namespace optcoord::test;
using ipmcc::Action;
using ipmcc::Path;
using ipmcc::Plan;

namespace {

/// LEAP 370 asked at 100.00, weekly 465 bid at 0.50.
[[nodiscard]] IpmccWorld priced_world() {
  IpmccWorld world;
  world.chain = {world.quoted(call(next_january, 370)), world.quoted(call(this_friday, 465)),
                 world.quoted(call(this_friday, 350))};
  world.chain[0].quote = {99.00, 100.00};
  world.chain[1].quote = {0.50, 0.61};
  world.chain[2].quote = {100.00, 100.40};
  return world;
}

/// The repairs a plan names for somebody to trade, in order.
[[nodiscard]] std::string repairs_to_send(const Plan& plan) {
  std::string out;
  for (const ipmcc::Note& n : plan.warnings)
    if (n.code == Code::orphan_leg && !n.working && !n.cancel && !n.planned) out += step_text(*n.repair) + '\n';
  return out;
}
[[nodiscard]] std::optional<double> usd_of(const Plan& plan, Code warning) {
  for (const ipmcc::Note& n : plan.warnings)
    if (n.code == warning) return n.usd;
  return std::nullopt;
}

}  // namespace

TEST_CASE("without a LEAP, LEAP and weekly are one package of equal quantity, the sale behind the purchase") {
  IpmccWorld world = priced_world();
  world.account_value = 300'000;
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::create);
  REQUIRE(plan.steps.size() == 2);
  CHECK(step_text(plan.steps[0]) == "buy_to_open 2 SPY   270115C00370000");
  CHECK(step_text(plan.steps[1]) == "sell_to_open 2 SPY   260109C00465000");
  CHECK(plan.steps[0].package == 0U);
  CHECK(plan.steps[1].package == 0U);
  CHECK_FALSE(plan.steps[0].depends_on);
  CHECK(plan.steps[1].depends_on == 0U);
  CHECK(plan.quantity == 2);
  CHECK(plan.reasons.empty());
}

TEST_CASE("a new position's debit, break-even and losses are those of the formulas") {
  IpmccWorld world = priced_world();
  world.account_value = 300'000;
  const Plan plan = world.plan();
  CHECK(plan.net_debit == doctest::Approx((100.0 - 0.50) * 200));
  CHECK(plan.break_even == doctest::Approx(370 + 100 - 0.50));
  CHECK(plan.max_loss == doctest::Approx(100 * 200 - 0.50 * 200));
  CHECK(plan.loss_if_called == doctest::Approx((100 - 0.50 - 95) * 200));
  CHECK(plan.expected_cash == doctest::Approx((-99.50 + 0.56) * 200));
}

TEST_CASE("limit prices are the mid on the tick's grid: up for sales, down for purchases") {
  IpmccWorld world = priced_world();
  Plan plan = world.plan();
  CHECK(plan.steps[0].limit_price == 99.50);
  CHECK(plan.steps[1].limit_price == 0.56);  // the mid is 0.555
  world.extra.tick = 0.05;
  world.chain[0].quote = {99.03, 100.00};
  plan = world.plan();
  CHECK(plan.steps[0].limit_price == 99.50);  // the mid is 99.515
  CHECK(plan.steps[1].limit_price == 0.60);
  CHECK(ipmcc::on_tick(1.15, 0.05, true) == 1.15);
  CHECK(ipmcc::on_tick(1.15, 0.05, false) == 1.15);
  CHECK(ipmcc::on_tick(0.004, 0.01, true) == 0.01);  // never for nothing
}

TEST_CASE("a plan's exposure is that of one unit, multiplier applied, as a request takes it") {
  IpmccWorld world = priced_world();
  const Plan plan = world.plan();
  const OptionalGreeks& leap = world.chain[0].greeks;
  const OptionalGreeks& weekly = world.chain[1].greeks;
  CHECK(plan.exposure.delta == doctest::Approx(100 * (*leap.delta - *weekly.delta)));
  CHECK(plan.exposure.gamma == doctest::Approx(100 * (*leap.gamma - *weekly.gamma)));
  CHECK(plan.exposure.theta == doctest::Approx(100 * (*leap.theta - *weekly.theta)));
  CHECK(plan.exposure.vega == doctest::Approx(100 * (*leap.vega - *weekly.vega)));
  world.extra.multiplier = 50;
  CHECK(world.plan().exposure.delta == doctest::Approx(50 * (*leap.delta - *weekly.delta)));
  world.no_rate = true;
  world.chain[1].greeks.vega = std::nullopt;  // and nothing to compute it with
  CHECK_FALSE(world.plan().exposure.vega);
  CHECK(world.plan().exposure.delta);
}

TEST_CASE("an active LEAP is sold against and never bought beside") {
  IpmccWorld world = priced_world();
  world.hold(call(next_january, 370), 3, 90.0);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  REQUIRE(plan.steps.size() == 1);
  CHECK(step_text(plan.steps[0]) == "sell_to_open 3 SPY   260109C00465000");
  CHECK(plan.net_debit == doctest::Approx(-0.50 * 300));
  CHECK(plan.break_even == doctest::Approx(370 + 90 - 0.50));
  CHECK(plan.max_loss == doctest::Approx(90 * 300 - 0.50 * 300));
  CHECK(plan.loss_if_called == doctest::Approx(0));  // 90 - 0.50 - 95 is a gain
}

TEST_CASE("what a LEAP cost is unknown where nobody told: so are break-even and losses") {
  IpmccWorld world = priced_world();
  world.hold(call(next_january, 370), 1, 90.0);
  world.hold(call(next_january, 370), 1);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  CHECK(plan.quantity == 2);
  CHECK(plan.net_debit == doctest::Approx(-0.50 * 200));
  CHECK_FALSE(plan.break_even);
  CHECK_FALSE(plan.max_loss);
  CHECK_FALSE(plan.loss_if_called);
}

TEST_CASE("lots of one LEAP count together at their average price") {
  IpmccWorld world = priced_world();
  world.hold(call(next_january, 370), 1, 90.0);
  world.hold(call(next_january, 370), 3, 98.0);
  const Plan plan = world.plan();
  CHECK(plan.quantity == 4);
  CHECK(plan.break_even == doctest::Approx(370 + 96 - 0.50));
}

TEST_CASE("only the uncovered quantity is sold: less calls open, less calls on their way") {
  IpmccWorld world = priced_world();
  world.hold(call(next_january, 370), 5, 90.0);
  world.hold(call(this_friday, 465), -2, 0.5);
  CHECK(world.plan().quantity == 3);
  ipmcc::Plan part = world.plan();
  part.steps[0].quantity = 2;
  (void)world.send(part);
  CHECK(world.plan().quantity == 1);
  part.steps[0].quantity = 1;
  (void)world.send(part);
  const Plan plan = world.plan();
  CHECK(plan.path == Path::fully_covered);
  CHECK(plan.steps.empty());
  CHECK(plan.has_reason(Code::fully_covered));
}

TEST_CASE("asked again before anything has filled, a position is not started twice") {
  IpmccWorld world = priced_world();
  const RequestId id = world.send(world.plan());
  CHECK(world.plan().path == Path::fully_covered);
  REQUIRE(world.book.end(id, ipmcc::LegStatus::cancelled, world.now));
  CHECK(world.plan().path == Path::create);
}

TEST_CASE("a LEAP is active with 90 days left and rolled with 89") {
  IpmccWorld world;
  world.hold(call("2026-04-05", 370), 2, 80.0);  // 90 days
  CHECK(world.plan().path == Path::add_weekly);
  IpmccWorld late;
  late.chain.push_back(late.quoted(call("2026-04-04", 370)));
  late.hold(call("2026-04-04", 370), 2, 80.0);  // 89 days
  const Plan plan = late.plan();
  REQUIRE(plan.path == Path::roll_leap);
  REQUIRE(plan.steps.size() == 2);
  CHECK(plan.steps[0].action == ipmcc::Action::buy_to_open);
  CHECK(to_text(plan.steps[0].contract.expiry) == next_january);
  CHECK(step_text(plan.steps[1]) == "sell_to_close 2 SPY   260404C00370000");
  CHECK(plan.steps[0].quantity == 2);
  CHECK(plan.steps[0].package == plan.steps[1].package);
  CHECK(plan.steps[1].depends_on == 0U);
  const double ask = *late.entry(plan.steps[0].contract).quote.ask;
  const double bid = *late.entry(call("2026-04-04", 370)).quote.bid;
  CHECK(plan.net_debit == doctest::Approx((ask - bid) * 200));
  CHECK(plan.max_loss == doctest::Approx(ask * 200));
  CHECK(plan.rejected.total() + plan.chosen == late.chain.size());
}

TEST_CASE("a LEAP that is being rolled is not rolled again, nor is another bought") {
  IpmccWorld world;
  world.hold(call("2026-03-20", 370), 2, 80.0);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::roll_leap);
  const RequestId id = world.send(plan);
  CHECK(world.plan().path == Path::fully_covered);
  world.fill(id, plan.steps[0].contract, 1);
  CHECK(world.plan().path == Path::add_weekly);  // the new one serves already, as far as it is there
  CHECK(world.plan().quantity == 1);
}

TEST_CASE("a LEAP can be rolled with its weeklies open, and they are covered at every step") {
  IpmccWorld world;
  const Contract old = call("2026-03-20", 370);
  world.hold(old, 2, 80.0);
  world.hold(call(this_friday, 465), -2, 0.5);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::roll_leap);
  const RequestId id = world.send(plan);
  for (int i = 0; i < 2; ++i) {
    world.fill(id, plan.steps[0].contract, 1);
    world.fill(id, old, -1);
    CHECK(world.orphans().empty());
  }
  for (const ipmcc::Lot& lot : world.book.state().lots)
    if (!lot.is_leap()) CHECK(ipmcc::find_lot(world.book.state(), *lot.leap)->contract == plan.steps[0].contract);
}

TEST_CASE("too small an account gets no contract, the reason, and what would afford one") {
  IpmccWorld world = priced_world();
  world.account_value = 124'999;  // 8 % pays for less than one at 100.00
  const Plan plan = world.plan();
  CHECK(plan.path == Path::none);
  CHECK(plan.steps.empty());
  REQUIRE(plan.has_reason(Code::too_small_for_budget));
  CHECK(plan.reasons[0].usd == doctest::Approx(125'000));
  world.account_value = 125'000;
  CHECK(world.plan().quantity == 1);
  world.account_value = std::nullopt;
  CHECK(world.plan().has_reason(Code::no_equity));
  world.account_value = 10'000'000;
  CHECK(world.plan().quantity == 5);
}

TEST_CASE("below_leap warns of the short under the long, with the loss if called and the margin held") {
  IpmccWorld world = priced_world();
  world.account_value = 300'000;
  world.config = rules_with(StrikeRule::below_leap);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::create);
  CHECK(plan.steps[1].contract.strike() == 350);
  REQUIRE(plan.has_warning(Code::short_below_long));
  REQUIRE(plan.has_warning(Code::spread_margin));
  const double loss = (100 - 100 - (350 - 370)) * 200.0;
  CHECK(plan.loss_if_called == doctest::Approx(loss));
  for (const ipmcc::Note& note : plan.warnings) {
    if (note.code == Code::short_below_long) CHECK(note.usd == doctest::Approx(loss));
    if (note.code == Code::spread_margin) CHECK(note.usd == doctest::Approx(20 * 100.0));
  }
  CHECK(plan.max_loss == doctest::Approx(100 * 200 - 100 * 200 + 20 * 200));
  CHECK(plan.net_debit == doctest::Approx(0));
  world.config = rules_with(StrikeRule::above_leap);
  CHECK_FALSE(world.plan().has_warning(Code::short_below_long));
}

TEST_CASE("no_short_calls sells nothing: no new position, no weekly; covered stays covered") {
  IpmccWorld world = priced_world();
  world.extra.no_short_calls = true;
  CHECK(world.plan().path == Path::none);
  CHECK(world.plan().has_reason(Code::no_short_calls));
  CHECK(world.plan().steps.empty());
  world.hold(call(next_january, 370), 1, 90.0);
  CHECK(world.plan().path == Path::none);
  CHECK(world.plan().has_reason(Code::no_short_calls));
  world.hold(call(this_friday, 465), -1, 0.5);
  CHECK(world.plan().path == Path::fully_covered);
  CHECK(world.plan().has_reason(Code::no_short_calls));
}

TEST_CASE("no_short_calls leaves a LEAP short of days alone too, and says so of one that is on its way") {
  IpmccWorld world = priced_world();
  world.extra.no_short_calls = true;
  world.hold(call("2026-03-20", 370), 1, 90.0);
  CHECK(world.plan().path == Path::none);
  CHECK(world.plan().has_reason(Code::no_short_calls));
  CHECK(world.plan().steps.empty());
  world.extra.no_short_calls = false;
  const Plan roll = world.plan();
  REQUIRE(roll.path == Path::roll_leap);
  (void)world.send(roll);
  world.extra.no_short_calls = true;
  CHECK(world.plan().path == Path::fully_covered);
  CHECK(world.plan().has_reason(Code::no_short_calls));
}

TEST_CASE("without a spot price nothing is planned") {
  IpmccWorld world = priced_world();
  world.no_spot = true;
  CHECK(world.plan().has_reason(Code::no_quote));
  CHECK(world.plan().steps.empty());
  world.hold(call(next_january, 370), 1, 90.0);
  CHECK(world.plan().has_reason(Code::no_quote));
}

TEST_CASE("other symbols in the same book change nothing") {
  IpmccWorld world = priced_world();
  REQUIRE(world.book.fill({std::nullopt, *parse_contract("QQQ   270115C00370000"), 3, 50.0}, world.now));
  REQUIRE(world.book.fill({std::nullopt, *parse_contract("SPYX  270115C00370000"), 3, 50.0}, world.now));
  CHECK(world.plan().path == Path::create);
}

TEST_CASE("nothing is started while a call stands naked: the repair comes first") {
  IpmccWorld world = priced_world();
  world.hold(call(this_friday, 465), -1, 0.5);
  const Plan plan = world.plan();
  CHECK(plan.path == Path::none);
  REQUIRE(plan.has_warning(Code::orphan_leg));
  const ipmcc::Step repair = *plan.warnings[0].repair;
  CHECK(step_text(repair) == "buy_to_close 1 SPY   260109C00465000");
  CHECK(repair.limit_price == 0.55);
}

TEST_CASE("two LEAPs of different contracts: each is sold against by itself") {
  IpmccWorld world;
  world.hold(call(in_december, 370), 1, 80.0);
  world.hold(call(next_january, 480), 2, 30.0);
  const Plan first = world.plan();
  REQUIRE(first.path == Path::add_weekly);
  CHECK(first.quantity == 1);
  CHECK(first.steps[0].contract.strike() == 485);  // above either LEAP: any of them may end up covering it
  world.fill(world.send(first), first.steps[0].contract, -1, 0.5);
  const Plan second = world.plan();
  REQUIRE(second.path == Path::add_weekly);
  CHECK(first.quantity + second.quantity <= 3);
}

TEST_CASE("a host that obeys both the plan and its repairs sells no call twice") {
  IpmccWorld world;
  const Plan started = world.plan();
  const RequestId id = world.send(started);
  world.fill(id, started.steps[0].contract, started.quantity, 73.0);
  REQUIRE(world.book.end(id, ipmcc::LegStatus::cancelled, world.now));
  const Plan sale = world.plan();
  REQUIRE(sale.path == Path::add_weekly);
  CHECK(sale.quantity == started.quantity);
  CHECK(repairs_to_send(sale).empty());  // the sale is the repair
  const RequestId selling = world.send(sale);
  CHECK(repairs_to_send(world.plan()).empty());
  REQUIRE(world.book.end(selling, ipmcc::LegStatus::rejected, world.now));
  world.extra.no_short_calls = true;  // no sale in the plan: the repair is named again
  CHECK(repairs_to_send(world.plan()) == step_text(started.steps[1]) + '\n');
}

TEST_CASE("nothing is opened without a spot, multiplier and tick that can be, and the reason is typed") {
  for (const bool with_leap : {false, true})
    for (const double bad : {0.0, -1.0, not_a_number, infinity, -infinity}) {
      IpmccWorld at_spot;
      at_spot.config = rules_with(StrikeRule::at_the_money);
      IpmccWorld by_multiplier;
      IpmccWorld by_tick;
      at_spot.spot = bad;
      by_multiplier.extra.multiplier = bad;
      by_tick.extra.tick = bad;
      for (IpmccWorld* world : {&at_spot, &by_multiplier, &by_tick}) {
        if (with_leap) world->hold(call(next_january, 370), 1, 90.0);
        const Plan plan = world->plan();
        CHECK(plan.path == Path::none);
        CHECK(plan.steps.empty());
        CHECK(plan.quantity == 0);
        CHECK(plan.has_reason(world == &at_spot ? Code::no_quote : Code::not_computed));
      }
    }
}

TEST_CASE("a call bought that has a weekly's days is no LEAP: sold, not rolled, and in nobody's way") {
  IpmccWorld world;
  world.hold(call(next_monday, 460), 3, 1.0);  // 7 days
  const Plan plan = world.plan();
  CHECK(plan.path == Path::create);
  CHECK(repairs_to_send(plan) == "sell_to_close 3 SPY   260112C00460000\n");
  REQUIRE_FALSE(plan.warnings.empty());
  CHECK(plan.warnings[0].repair->limit_price);
  world.hold(call(this_friday, 465), -1, 0.5);  // which it covers
  CHECK(repairs_to_send(world.plan()) == "sell_to_close 2 SPY   260112C00460000\n");
  const ipmcc::Step part{Action::sell_to_close, call(next_monday, 460), 2, {}, {}, {}};
  REQUIRE(world.book.place({RequestId{77}, false, {part}}));
  CHECK(repairs_to_send(world.plan()).empty());
  IpmccWorld longer;
  longer.hold(call("2026-01-13", 460), 3, 1.0);  // 8 days
  CHECK(longer.plan().path == Path::roll_leap);
  CHECK(repairs_to_send(longer.plan()).empty());
}

TEST_CASE("of two calls bought that cover one sale either is free, and not both") {
  IpmccWorld world;
  world.hold(call(next_monday, 460), 1, 1.0);
  world.hold(call(next_monday, 470), 1, 1.0);
  world.hold(call(this_friday, 465), -1, 0.5);
  CHECK(repairs_to_send(world.plan()) == "sell_to_close 1 SPY   260112C00460000\n");
}

TEST_CASE("beside an active LEAP one short of days is to be sold, as far as it covers nothing") {
  IpmccWorld world;
  world.hold(call("2026-03-20", 370), 2, 90.0);
  CHECK(repairs_to_send(world.plan()).empty());  // it is rolled
  world.hold(call(next_january, 370), 1, 90.0);
  CHECK(repairs_to_send(world.plan()) == "sell_to_close 2 SPY   260320C00370000\n");
  world.hold(call(this_friday, 465), -2, 0.5);
  CHECK(repairs_to_send(world.plan()) == "sell_to_close 1 SPY   260320C00370000\n");
}

TEST_CASE("a LEAP rolled to a strike above its open calls says what they can lose over it, and the margin") {
  IpmccWorld world;
  world.hold(call("2026-03-20", 370), 2, 90.0);
  world.hold(call(this_friday, 400), -1, 1.0);
  world.hold(call(this_friday, 465), -1, 1.0);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::roll_leap);
  REQUIRE(plan.steps[0].contract.strike() == 405);
  const double ask = *world.entry(plan.steps[0].contract).quote.ask;
  CHECK(plan.max_loss == doctest::Approx(ask * 200 + 5 * 100));
  CHECK(usd_of(plan, Code::short_below_long) == doctest::Approx((ask + 5) * 100));
  CHECK(plan.loss_if_called == usd_of(plan, Code::short_below_long));
  CHECK(usd_of(plan, Code::spread_margin) == doctest::Approx(5 * 100));
}

TEST_CASE("a quote that is too old or crossed prices neither the LEAP that is rolled nor a repair") {
  IpmccWorld world;
  world.hold(call("2026-03-20", 370), 2, 90.0);
  world.entry(call("2026-03-20", 370)).at -= std::chrono::seconds{61};
  Plan plan = world.plan();
  REQUIRE(plan.path == Path::roll_leap);
  CHECK_FALSE(plan.steps[1].limit_price);
  CHECK_FALSE(plan.net_debit);
  CHECK(plan.has_warning(Code::no_quote));
  IpmccWorld naked;
  naked.hold(call(this_friday, 465), -1, 0.5);
  naked.entry(call(this_friday, 465)).at -= std::chrono::seconds{61};
  CHECK_FALSE(naked.plan().warnings[0].repair->limit_price);
}

TEST_CASE("while shares are owed and the LEAP is gone no new position is started") {
  IpmccWorld world;
  world.hold(call(next_january, 370), 1, 90.0);
  world.hold(call(this_friday, 440), -1, 3.0);
  REQUIRE(world.book.assign(call(this_friday, 440), 1, world.now));
  world.hold(call(next_january, 370), -1, 90.0);
  const Plan plan = world.plan();
  CHECK(plan.path == Path::none);
  CHECK(plan.has_reason(Code::orphan_leg));
  CHECK(plan.steps.empty());
  const ipmcc::LotId weekly = world.book.state().assignments.at(0).weekly;
  REQUIRE(world.book.settle(weekly, 1, ipmcc::Settled::shares_bought, world.now));
  CHECK(world.plan().path == Path::create);
}

TEST_CASE("the strike rules hold over the highest of several LEAPs, whichever a call is sold against") {
  for (const StrikeRule rule : {StrikeRule::above_leap, StrikeRule::at_the_money, StrikeRule::target_delta}) {
    IpmccWorld world;
    world.config = rules_with(rule);
    world.hold(call(in_december, 370), 1, 90.0);
    world.hold(call(next_january, 480), 1, 20.0);
    INFO(ipmcc::text(rule));
    const Plan plan = world.plan();
    REQUIRE(plan.path == Path::add_weekly);
    CHECK(plan.steps[0].contract.strike() > 480);
  }
  IpmccWorld world;
  world.config.profit_if_called = true;
  world.hold(call(in_december, 370), 1, 90.0);
  world.hold(call(next_january, 480), 1, 40.0);  // called away under 520 it loses
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  CHECK(plan.steps[0].contract.strike() + *world.entry(plan.steps[0].contract).quote.bid >= 520);
}

TEST_CASE("a call on its way takes up its LEAP: the next is sold against another") {
  IpmccWorld world;
  world.hold(call(in_december, 370), 1, 90.0);
  world.hold(call(next_january, 380), 1, 85.0);
  const Plan first = world.plan();
  CHECK(first.break_even == doctest::Approx(370 + 90 - *world.entry(first.steps[0].contract).quote.bid));
  (void)world.send(first);
  const Plan second = world.plan();
  REQUIRE(second.path == Path::add_weekly);
  CHECK(second.break_even == doctest::Approx(380 + 85 - *world.entry(second.steps[0].contract).quote.bid));
  (void)world.send(second);
  CHECK(world.plan().path == Path::fully_covered);
}

TEST_CASE("a LEAP whose call was assigned is not free until the shares are delivered") {
  IpmccWorld world;
  world.hold(call(in_december, 370), 1, 90.0);
  world.hold(call(this_friday, 465), -1, 0.5);
  REQUIRE(world.book.assign(call(this_friday, 465), 1, world.now));
  world.hold(call(next_january, 380), 1, 85.0);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  CHECK(plan.break_even == doctest::Approx(380 + 85 - *world.entry(plan.steps[0].contract).quote.bid));
}
