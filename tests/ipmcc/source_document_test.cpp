// tests/ipmcc/source_document_test.cpp -- the test lists, don'ts and dos of the document the planner comes from.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"

using namespace optcoord;
using namespace optcoord::test;
using ipmcc::Action;
using ipmcc::Path;
using ipmcc::Plan;

namespace {

/// Runs a position for some weeks: plans, fills, rolls on each day before expiry.
void trade_for_weeks(IpmccWorld& world, int weeks) {
  const auto send_and_fill = [&](const Plan& plan) {
    const RequestId id = world.send(plan);
    for (const ipmcc::Step& s : plan.steps)
      world.fill(id, s.contract, is_buy(s.action) ? s.quantity : -s.quantity, s.limit_price);
  };
  for (int week = 0; week < weeks; ++week) {
    const Plan plan = world.plan();
    if (!plan.steps.empty()) send_and_fill(plan);
    world.now += std::chrono::days{4};  // Friday's eve, a day or four before its weekly ends
    const Date first = ipmcc::days_after(new_york_date(world.now), 1);
    world.chain.clear();
    for (int days = 0; days < 8; days += 1) world.list(to_text(ipmcc::days_after(first, days)).c_str(), 430, 480, 5);
    world.list(next_january, 350, 400, 5);
    for (const Plan& roll : world.rolls())
      if (!roll.steps.empty()) send_and_fill(roll);
    world.now += std::chrono::days{3};
    world.book.expire_before(new_york_date(world.now), world.now);
    for (ipmcc::ChainOption& o : world.chain) o = world.quoted(o.contract);
  }
}

}  // namespace

// ---- "Unit Tests Should Verify"

TEST_CASE("unit 1: existing LEAP detection works correctly") {
  IpmccWorld world;
  CHECK(world.plan().path == Path::create);
  world.hold(call(next_january, 370), 1, 95.0);
  CHECK(world.plan().path == Path::add_weekly);
  world.hold(call(next_january, 370), -1, 99.0);  // sold again: there is none
  CHECK(world.plan().path == Path::create);
}

TEST_CASE("unit 2: strike selection logic follows safety rules") {
  for (const StrikeRule rule :
       {StrikeRule::below_leap, StrikeRule::above_leap, StrikeRule::at_the_money, StrikeRule::target_delta})
    for (const double strike : {330.0, 370.0, 450.0, 480.0, 500.0}) {
      IpmccWorld world;
      world.config = rules_with(rule);
      world.hold(call(next_january, strike), 1, 60.0);
      const Plan plan = world.plan();
      INFO(ipmcc::text(rule) << " over " << strike);
      REQUIRE(plan.path == Path::add_weekly);
      const double sold = plan.steps[0].contract.strike();
      if (rule == StrikeRule::below_leap) CHECK(sold <= 0.95 * strike + 1e-9);
      if (rule != StrikeRule::below_leap) CHECK(sold > strike);
      CHECK(plan.has_warning(Code::short_below_long) == (sold < strike));
    }
}

TEST_CASE("unit 3: position sizing respects account limits") {
  for (double value = 10'000; value < 2'000'000; value += 10'000) {
    IpmccWorld world;
    world.account_value = value;
    const Plan plan = world.plan();
    CHECK(plan.quantity <= 5);
    if (plan.path == Path::none) CHECK(plan.has_reason(Code::too_small_for_budget));
    if (plan.path != Path::create) continue;
    const double cost = *world.entry(plan.steps[0].contract).quote.ask * 100 * static_cast<double>(plan.quantity);
    CHECK(cost <= 0.08 * value + 1e-6);
    value += 50'000;
  }
}

TEST_CASE("unit 4: dual-path execution routes correctly") {
  IpmccWorld world;
  CHECK(world.plan().path == Path::create);
  world.hold(call(next_january, 370), 1, 95.0);
  CHECK(world.plan().path == Path::add_weekly);
  world.hold(call(this_friday, 465), -1, 0.5);
  CHECK(world.plan().path == Path::fully_covered);
  IpmccWorld late;
  late.hold(call("2026-03-20", 370), 1, 80.0);
  CHECK(late.plan().path == Path::roll_leap);
}

// ---- "Integration Tests Should Verify"

TEST_CASE("integration 1: no duplicate LEAPs are created") {
  IpmccWorld world;
  trade_for_weeks(world, 6);
  std::int64_t leaps = 0;
  std::int64_t bought = 0;
  for (const ipmcc::Lot& lot : world.book.state().lots) leaps += lot.is_leap() ? lot.quantity : 0;
  for (const ipmcc::BookEvent& e : world.book.state().record)
    if (e.kind == ipmcc::BookEventKind::opened && e.quantity > 0) bought += e.quantity;
  CHECK(leaps == 5);
  CHECK(bought == 5);
}

TEST_CASE("integration 2: weekly calls properly track to LEAPs") {
  IpmccWorld world;
  trade_for_weeks(world, 3);
  for (const ipmcc::Lot& lot : world.book.state().lots) {
    if (lot.is_leap()) continue;
    REQUIRE(lot.leap);
    const ipmcc::Lot* leap = ipmcc::find_lot(world.book.state(), *lot.leap);
    REQUIRE(leap != nullptr);
    CHECK(leap->is_leap());
    CHECK(leap->contract.expiry > lot.contract.expiry);
  }
}

TEST_CASE("integration 3: roll mechanics work seamlessly") {
  IpmccWorld world;
  trade_for_weeks(world, 6);
  int opened = 0;
  int rolled = 0;
  for (const ipmcc::BookEvent& e : world.book.state().record) {
    opened += e.kind == ipmcc::BookEventKind::opened && e.quantity < 0 ? 1 : 0;
    rolled += e.kind == ipmcc::BookEventKind::rolled ? 1 : 0;
  }
  CHECK(opened + rolled >= 6);
  CHECK(world.orphans().empty());
  CHECK(world.book.state().orders.empty());
}

TEST_CASE("integration 4: position state persistence survives restarts") {
  IpmccWorld world;
  for (int week = 0; week < 4; ++week) {
    trade_for_weeks(world, 1);
    Result<ipmcc::Book> again = ipmcc::Book::restore(world.book.state());
    REQUIRE(again);
    CHECK(again->state() == world.book.state());
    const Plan before = world.plan();
    world.book = *again;
    CHECK(world.plan().steps == before.steps);
  }
}

// ---- "Never Do These"

TEST_CASE("never 1: the LEAP existence check is not skipped, whatever account, event or quote") {
  IpmccWorld world;
  world.hold(call(next_january, 370), 1, 95.0);
  for (const double value : {0.0, 100.0, 1e9}) {
    world.account_value = value;
    for (const ipmcc::Step& s : world.plan().steps) CHECK(s.action != Action::buy_to_open);
  }
}

TEST_CASE("never 2: a weekly's strike relation to the LEAP is the one that was configured, and named when it loses") {
  IpmccWorld world;
  world.config = rules_with(StrikeRule::below_leap);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::create);
  CHECK(plan.steps[1].contract.strike() < plan.steps[0].contract.strike());
  CHECK(plan.has_warning(Code::short_below_long));
}

TEST_CASE("never 3: position size limits are not exceeded") {
  IpmccWorld world;
  world.account_value = 1e12;
  CHECK(world.plan().quantity == 5);
}

TEST_CASE("never 4: no LEAP is created without tracking") {
  IpmccWorld world;
  const Plan plan = world.plan();
  const RequestId id = world.send(plan);
  CHECK(world.book.state().orders.size() == 1);  // tracked from the order on
  world.fill(id, plan.steps[0].contract, 1, 95.0);
  CHECK(world.book.state().lots.size() == 1);
  CHECK(world.book.state().lots[0].average_price == 95.0);
}

TEST_CASE("never 5: nothing is rolled without closing what is there") {
  IpmccWorld world;
  world.now = at("2026-01-08T15:00:00Z");
  world.list_usual_chain();
  world.hold(call(next_january, 370), 2, 95.0);
  world.hold(call(this_friday, 465), -2, 1.0);
  for (const Plan& plan : world.rolls()) {
    REQUIRE_FALSE(plan.steps.empty());
    CHECK(plan.steps[0].action == Action::buy_to_close);
    for (std::size_t i = 1; i < plan.steps.size(); ++i) CHECK(plan.steps[i].depends_on == 0U);
  }
}
