// tests/ipmcc/selection_test.cpp -- which LEAP and which weekly are chosen, and each filter by its name and count.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"
#include "support/not_finite.hpp"

#include <algorithm>  // std::reverse

using namespace optcoord;
using namespace optcoord::test;
using ipmcc::Filter;
using ipmcc::Path;
using ipmcc::Plan;

namespace {

/// Everything that was looked at was chosen or rejected, once.
void check_sum(const Plan& plan, const IpmccWorld& world) {
  CHECK(plan.rejected.total() + plan.chosen == world.chain.size());
}
/// A world in which one LEAP is held, so that weeklies alone are looked for.
[[nodiscard]] IpmccWorld with_leap(double strike = 370, double price = 95) {
  IpmccWorld world;
  world.hold(call(next_january, strike), 1, price);
  return world;
}
/// One LEAP and one weekly, and whatever is added to them.
[[nodiscard]] IpmccWorld small_world() {
  IpmccWorld world;
  world.chain = {world.quoted(call(next_january, 370)), world.quoted(call(this_friday, 465))};
  return world;
}
/// How many of a filter are there once `change` was done to a further LEAP.
template <class Change>
[[nodiscard]] std::uint32_t count_after(Filter filter, Change change) {
  IpmccWorld world = small_world();
  world.chain.push_back(world.quoted(call(next_january, 375)));
  change(world, world.chain.back());
  const Plan plan = world.plan();
  CHECK(plan.path == Path::create);
  check_sum(plan, world);
  return plan.rejected[filter];
}

}  // namespace

TEST_CASE("the LEAP is of the expiry nearest to 365 days and has the delta nearest to 0.80") {
  const IpmccWorld world;
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::create);
  const Contract leap = plan.steps[0].contract;
  CHECK(to_text(leap.expiry) == next_january);
  double best = 1;
  double own = 1;
  for (const ipmcc::ChainOption& o : world.chain) {
    if (o.contract.expiry != leap.expiry || o.contract.right == Right::put) continue;
    best = std::min(best, std::abs(*o.greeks.delta - 0.80));
    if (o.contract == leap) own = std::abs(*o.greeks.delta - 0.80);
  }
  CHECK(own == best);
  check_sum(plan, world);
}

TEST_CASE("of two expiries as near to the target the earlier is taken") {
  IpmccWorld world;
  world.chain.clear();
  world.list("2026-12-31", 350, 400, 5);  // 360 days
  world.list("2027-01-10", 350, 400, 5);  // 370 days
  world.chain.push_back(world.quoted(call(this_friday, 465)));
  CHECK(to_text(world.plan().steps[0].contract.expiry) == "2026-12-31");
}

TEST_CASE("of two deltas as near the higher strike is taken") {
  IpmccWorld world = small_world();
  world.chain[0].greeks.delta = 0.805;
  world.chain.push_back(world.quoted(call(next_january, 375)));
  world.chain.back().greeks.delta = 0.795;
  CHECK(world.plan().steps[0].contract == call(next_january, 375));
}

TEST_CASE("300 days make a LEAP, 299 do not") {
  IpmccWorld world = small_world();
  world.chain[0] = world.quoted(call("2026-11-01", 370));
  CHECK(world.plan().path == Path::create);
  world.chain[0] = world.quoted(call("2026-10-31", 370));
  const Plan plan = world.plan();
  CHECK(plan.path == Path::none);
  CHECK(plan.has_reason(Code::no_leap_candidate));
  CHECK(plan.rejected[Filter::under_min_dte] == 2);
}

TEST_CASE("without any usable delta the LEAP's strike is the one nearest to 0.82 x spot, and the plan says so") {
  IpmccWorld world;
  world.no_rate = true;
  for (ipmcc::ChainOption& o : world.chain) o.greeks = {}, o.iv = std::nullopt;
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::create);
  CHECK(plan.steps[0].contract.strike() == 370);  // 0.82 x 450 = 369
  CHECK(plan.has_warning(Code::approximate_strike));
  check_sum(plan, world);
}

TEST_CASE("a delta is computed from the mid where the host gives none, and where the vendor's volatility is 0") {
  IpmccWorld world;
  const Contract chosen = world.plan().steps[0].contract;
  for (ipmcc::ChainOption& o : world.chain) {
    o.iv = std::nullopt;
    o.greeks = {};
  }
  Plan plan = world.plan();
  REQUIRE(plan.path == Path::create);
  CHECK(plan.steps[0].contract == chosen);
  CHECK(plan.has_warning(Code::greeks_computed));
  CHECK_FALSE(plan.has_warning(Code::approximate_strike));
  for (ipmcc::ChainOption& o : world.chain) {  // a failed solver leaves delta 0.8 everywhere
    o.iv = 0;
    o.greeks = {0.8, 0, 0, 0};
  }
  plan = world.plan();
  REQUIRE(plan.path == Path::create);
  CHECK(plan.steps[0].contract == chosen);
}

TEST_CASE("vendor Greeks beside a volatility of 0 are rejected where they cannot be computed again") {
  IpmccWorld world;
  world.no_rate = true;
  for (ipmcc::ChainOption& o : world.chain)
    if (o.contract.strike() != 300) o.iv = 0;
  const Plan plan = world.plan();
  CHECK(plan.steps.at(0).contract.strike() == 300);  // the only one with a delta to be believed
  CHECK(plan.rejected[Filter::no_delta] == 60);
  check_sum(plan, world);
}

TEST_CASE("each filter counts what it rejected, and with what was chosen they add up to the chain") {
  using O = ipmcc::ChainOption;
  using W = IpmccWorld;
  CHECK(count_after(Filter::put, [](W& w, O& o) { o = w.quoted(put(next_january, 375)); }) == 1);
  CHECK(count_after(Filter::other_root, [](W&, O& o) { o.contract.root_chars[1] = 'X'; }) == 1);
  CHECK(count_after(Filter::other_root, [](W&, O& o) { o.contract = spy_share; }) == 1);
  CHECK(count_after(Filter::expiry, [](W& w, O& o) { o = w.quoted(call("2026-03-20", 375)); }) == 1);
  CHECK(count_after(Filter::expiry, [](W& w, O& o) { o = w.quoted(call("2026-01-05", 465)); }) == 1);
  CHECK(count_after(Filter::no_bid, [](W&, O& o) { o.quote.bid = std::nullopt; }) == 1);
  CHECK(count_after(Filter::no_bid, [](W&, O& o) { o.quote.bid = 0; }) == 1);
  CHECK(count_after(Filter::no_bid, [](W&, O& o) { o.quote = {not_a_number, 90}; }) == 1);
  CHECK(count_after(Filter::no_ask, [](W&, O& o) { o.quote.ask = std::nullopt; }) == 1);
  CHECK(count_after(Filter::crossed, [](W&, O& o) { o.quote.ask = *o.quote.bid - 0.01; }) == 1);
  CHECK(count_after(Filter::above_spot, [](W&, O& o) { o.quote = {449.99, 450.01}; }) == 1);
  CHECK(count_after(Filter::above_spot, [](W&, O& o) { o.quote = {449.99, 450.00}; }) == 0);
  CHECK(count_after(Filter::above_spot, [](W&, O& o) { o.quote = {450.00, 450.00}; }) == 1);
  CHECK(count_after(Filter::stale, [](W& w, O& o) { o.at = w.now - std::chrono::seconds{61}; }) == 1);
  CHECK(count_after(Filter::stale, [](W& w, O& o) { o.at = w.now + std::chrono::seconds{1}; }) == 1);
  CHECK(count_after(Filter::stale, [](W& w, O& o) { o.at = w.now - std::chrono::seconds{60}; }) == 0);
  CHECK(count_after(Filter::other_expiry, [](W& w, O& o) { o = w.quoted(call(in_december, 375)); }) == 1);
  CHECK(count_after(Filter::other_expiry, [](W& w, O& o) { o = w.quoted(call("2026-01-07", 465)); }) == 1);
  CHECK(count_after(Filter::strike, [](W& w, O& o) { o = w.quoted(call(this_friday, 460)); }) == 1);
  CHECK(count_after(Filter::not_nearest, [](W& w, O& o) { o = w.quoted(call(next_january, 300)); }) == 1);
}

TEST_CASE("a spread of exactly the limit passes, a cent more does not") {
  IpmccWorld world = small_world();
  world.config.max_spread = 0.10;
  CHECK(world.plan().path == Path::create);
  *world.entry(call(next_january, 370)).quote.ask += 0.01;
  const Plan plan = world.plan();
  CHECK(plan.path == Path::none);
  CHECK(plan.rejected[Filter::wide_spread] == 1);
  check_sum(plan, world);
}

TEST_CASE("nothing suitable is a reason with counts, in words a trader reads") {
  IpmccWorld world;
  world.chain.clear();
  world.list(this_friday, 430, 470, 10);
  world.chain.push_back(world.quoted(call(next_january, 370)));
  world.chain.back().quote.bid = std::nullopt;
  const Plan plan = world.plan();
  CHECK(plan.path == Path::none);
  CHECK(plan.steps.empty());
  CHECK(plan.has_reason(Code::no_leap_candidate));
  CHECK(ipmcc::in_words(plan.rejected) == "11 contracts: 5 puts, 5 under the LEAP's least DTE, 1 no bid");
  check_sum(plan, world);
}

TEST_CASE("an empty chain is an answer") {
  IpmccWorld world;
  world.chain.clear();
  const Plan plan = world.plan();
  CHECK(plan.has_reason(Code::no_leap_candidate));
  CHECK(ipmcc::in_words(plan.rejected) == "0 contracts");
}

TEST_CASE("the weekly is of the latest expiry within seven days") {
  IpmccWorld world = with_leap();
  Plan plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  CHECK(to_text(plan.steps[0].contract.expiry) == next_monday);  // exactly 7 days
  CHECK(plan.rejected[Filter::expiry] == 61);                    // today's, of 0 days
  check_sum(plan, world);
  world.config.weekly_max_dte = 6;
  plan = world.plan();
  CHECK(to_text(plan.steps[0].contract.expiry) == this_friday);
  check_sum(plan, world);
  world.config.weekly_max_dte = 1;
  plan = world.plan();
  CHECK(plan.path == Path::none);
  CHECK(plan.has_reason(Code::no_weekly_candidate));
  CHECK(plan.rejected[Filter::over_max_dte] > 0);
  check_sum(plan, world);
}

TEST_CASE("a holiday's Thursday comes from the chain itself") {
  IpmccWorld world;
  world.now = at("2015-12-24T15:00:00Z");
  world.chain.clear();
  world.list("2015-12-31", 430, 480, 5);
  world.list("2017-01-20", 350, 400, 5);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::create);
  CHECK(to_text(plan.steps[1].contract.expiry) == "2015-12-31");  // 2016-01-01 is a holiday
}

TEST_CASE("above_leap takes the lowest listed strike at or above 1.03 x spot and over the LEAP's") {
  IpmccWorld world = with_leap();
  CHECK(world.plan().steps[0].contract.strike() == 465);  // target 463.5
  world.chain.push_back(world.quoted(call(next_monday, 463.5)));
  CHECK(world.plan().steps[0].contract.strike() == 463.5);
  IpmccWorld high = with_leap(480, 30);
  CHECK(high.plan().steps[0].contract.strike() == 485);  // strictly above
}

TEST_CASE("above_leap with profit_if_called takes no strike at which being called loses") {
  IpmccWorld world = with_leap(370, 104);
  world.config.profit_if_called = true;
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  const double strike = plan.steps[0].contract.strike();
  CHECK(strike + *world.entry(plan.steps[0].contract).quote.bid >= 370 + 104);
  CHECK(strike == 475);  // at 470 the bid of a cent does not make up for 4 dollars
  CHECK(plan.rejected[Filter::loses_if_called] == 2);
  CHECK(plan.loss_if_called == doctest::Approx(0));
  check_sum(plan, world);
  IpmccWorld unknown;
  unknown.config.profit_if_called = true;
  unknown.hold(call(next_january, 370), 1);  // nobody knows what it cost
  CHECK(unknown.plan().has_reason(Code::no_weekly_candidate));
}

TEST_CASE("at_the_money takes the lowest strike at or above spot and over the LEAP's") {
  IpmccWorld world = with_leap();
  world.config = rules_with(StrikeRule::at_the_money);
  CHECK(world.plan().steps[0].contract.strike() == 450);
  world.spot = 450.01;
  CHECK(world.plan().steps[0].contract.strike() == 455);
  IpmccWorld high = with_leap(450, 50);
  high.config = rules_with(StrikeRule::at_the_money);
  CHECK(high.plan().steps[0].contract.strike() == 455);
}

TEST_CASE("below_leap takes the highest listed strike at or below its target") {
  IpmccWorld world = with_leap(369, 95);
  world.config = rules_with(StrikeRule::below_leap);
  CHECK(world.plan().steps[0].contract.strike() == 350);  // target 350.55
  IpmccWorld high = with_leap(480, 30);
  high.config = rules_with(StrikeRule::below_leap);
  CHECK(high.plan().steps[0].contract.strike() == 455);  // target 456
  high.chain.push_back(high.quoted(call(next_monday, 456)));
  CHECK(high.plan().steps[0].contract.strike() == 456);
}

TEST_CASE("target_delta takes the nearest delta above the LEAP's strike, the higher strike of two") {
  IpmccWorld world = with_leap();
  world.config = rules_with(StrikeRule::target_delta);
  const Plan plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  const double delta = *world.entry(plan.steps[0].contract).greeks.delta;
  for (const ipmcc::ChainOption& o : world.chain)
    if (o.contract.right == Right::call && to_text(o.contract.expiry) == next_monday)
      CHECK(std::abs(*o.greeks.delta - 0.30) >= std::abs(delta - 0.30));
  world.entry(call(next_monday, 455)).greeks.delta = 0.32;
  world.entry(call(next_monday, 460)).greeks.delta = 0.28;
  CHECK(world.plan().steps[0].contract.strike() == 460);
  IpmccWorld high = with_leap(470, 30);
  high.config = rules_with(StrikeRule::target_delta);
  CHECK(high.plan().steps[0].contract.strike() == 475);  // nearer deltas lie below the LEAP
}

TEST_CASE("a weekly without the least credit, or open on an ex-dividend date, is not sold") {
  IpmccWorld world = with_leap();
  world.config.min_credit = 5;
  Plan plan = world.plan();
  CHECK(plan.has_reason(Code::no_weekly_candidate));
  CHECK(plan.rejected[Filter::min_credit] > 0);
  check_sum(plan, world);
  world.config.min_credit = std::nullopt;
  world.config.avoid_ex_dividend = true;
  world.extra.ex_dividend = day(next_monday);
  plan = world.plan();
  REQUIRE(plan.path == Path::add_weekly);
  CHECK(to_text(plan.steps[0].contract.expiry) == this_friday);  // gone before that day
  CHECK(plan.rejected[Filter::ex_dividend] == 61);
  check_sum(plan, world);
  world.extra.ex_dividend = day("2026-01-05");  // today: whoever is assigned tonight owes nothing
  CHECK(to_text(world.plan().steps[0].contract.expiry) == next_monday);
}

TEST_CASE("the chain's order does not matter") {
  IpmccWorld world;
  const Plan forward = world.plan();
  std::reverse(world.chain.begin(), world.chain.end());
  const Plan backward = world.plan();
  CHECK(forward.steps == backward.steps);
  CHECK(forward.rejected == backward.rejected);
  for (std::size_t i = 0; i < world.chain.size(); ++i)  // 37 and the size have no common divisor
    std::swap(world.chain[i], world.chain[i * 37 % world.chain.size()]);
  const Plan mixed = world.plan();
  CHECK(forward.steps == mixed.steps);
  CHECK(forward.rejected == mixed.rejected);
}

TEST_CASE("days are counted between dates in New York, whatever the hour in London") {
  const Contract c = call(this_friday, 450);
  CHECK(ipmcc::days_to_expiry(c, at("2026-01-08T04:59:59Z")) == 2);  // still Wednesday evening
  CHECK(ipmcc::days_to_expiry(c, at("2026-01-08T05:00:00Z")) == 1);
  CHECK(ipmcc::days_to_expiry(c, at("2026-01-09T20:00:00Z")) == 0);
  CHECK(ipmcc::days_to_expiry(c, at("2026-01-10T12:00:00Z")) == -1);
}
