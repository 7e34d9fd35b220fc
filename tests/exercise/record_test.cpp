// tests/exercise/record_test.cpp -- what is kept of a plan and of attempts, and the day summed up.
// SPDX-License-Identifier: MIT
#include <optcoord/exercise/record.hpp>

#include <doctest/doctest.h>

#include "support/expiry_world.hpp"

using namespace optcoord;
using optcoord::test::active;
using optcoord::test::ExpiryWorld;
using optcoord::test::spy;
using std::chrono::minutes;

TEST_CASE("each position of a plan is one record: strike, expiry, moneyness, action, price") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -1, 641.35).hold("SPY", 100, 641.35).hold(spy('C', 700), -1, 641.35).at_minutes(3);
  const std::vector<ExerciseRecord> records = records_of(w.plan, w.positions, w.now);
  REQUIRE(records.size() == 2);
  CHECK(records[0].contract == w.positions[0].contract);
  CHECK(*records[0].moneyness == doctest::Approx(0.01));
  CHECK(records[0].action == ExpiryAction::close);
  CHECK(records[0].price == 1.05);
  CHECK_FALSE(records[0].success);
  CHECK(records[1].contract == w.positions[2].contract);
  CHECK(records[1].action == ExpiryAction::hold);
}

TEST_CASE("slippage is what a fill gave up against mid: buying above, selling below") {
  CHECK(slippage(-1, 1.10, 1.05) == doctest::Approx(0.05));
  CHECK(slippage(1, 1.00, 1.05) == doctest::Approx(0.05));
  CHECK(slippage(1, 1.10, 1.05) == doctest::Approx(-0.05));
}

TEST_CASE("the day: actions, successes, means, prevention, false positives, result against settlement") {
  ExpiryWorld w = active();
  w.hold(spy('C', 635), -2, 641.35).hold(spy('P', 640), 1, 641.35).at_minutes(3);
  const auto attempt = [&](std::size_t i, bool success, std::optional<double> price) {
    return record_of(w.positions[i], {StrategyId{1}, w.positions[i].id, success, price, std::nullopt}, w.now);
  };
  std::vector<ExerciseRecord> records = records_of(w.plan, w.positions, w.now);
  records[0].action = ExpiryAction::escalate;
  records.push_back(attempt(0, false, std::nullopt));
  records.push_back(attempt(0, true, 1.09));
  records.push_back(attempt(1, true, 1.05));
  const auto outcome = [&](std::size_t i, bool closed, std::optional<double> price, double settled) {
    const ExpiryPosition& p = w.positions[i];
    return ExpiryOutcome{p.contract, p.terms, p.quantity, closed, price, 0.95, settled};
  };
  const std::vector<ExpiryOutcome> outcomes{
      outcome(0, true, 1.09, 635.50),  // would have been assigned; bought at 1.09 what is worth 0.50: 118 lost
      outcome(1, true, 1.05, 640.00),  // would have expired; sold for 105
      outcome(0, false, {}, 635.01),   // assigned for a cent
      outcome(0, false, {}, 635.00)};
  const DailySummary s = summarize(records, outcomes, {});
  CHECK(s.actions == 3);
  CHECK(s.successes == 2);
  CHECK(s.escalations == 1);
  CHECK(*s.mean_moneyness == doctest::Approx((0.01 + 0.01 - 1.35 / 640) / 3));
  CHECK(*s.mean_slippage == doctest::Approx(0.02));
  CHECK(s.pnl_impact == doctest::Approx(-118 + 105));
  CHECK(s.watched == 4);
  CHECK(*s.prevention_rate == 0.5);
  CHECK(*s.false_positive_rate == 0.25);
  CHECK(s.buckets[9].predicted == 4);
  CHECK(s.buckets[9].in_the_money == 2);
  CHECK(s.buckets[9].sum == doctest::Approx(3.8));
}

TEST_CASE("a day without anything has no rates; cash-settled positions are counted in the buckets alone") {
  const DailySummary none = summarize({}, {}, {});
  CHECK_FALSE(none.mean_slippage);
  CHECK_FALSE(none.prevention_rate);
  CHECK_FALSE(none.false_positive_rate);
  CHECK_FALSE(none.share_of_checks_made);
  ExpiryOutcome o{*parse_contract("SPXW  260116C06000000"), {}, -1, false, {}, 1.0, 6100};
  o.terms.settlement = Settlement::cash;
  const DailySummary s = summarize({}, std::vector{o}, {});
  CHECK(s.watched == 0);
  CHECK(s.exercised == 0);
  CHECK(s.buckets[9].in_the_money == 1);
}

TEST_CASE("checks left out count as due") {
  CheckCount c;
  const Timestamp start = test::at("2026-01-16T20:30:00Z");
  checked(c, minutes{5}, start);
  checked(c, minutes{5}, start + minutes{5});
  checked(c, minutes{1}, start + minutes{20});                             // two were left out
  checked(c, minutes{1}, start + minutes{20} + std::chrono::seconds{30});  // one more than asked for
  CHECK(c.made == 4);
  CHECK(c.due == 6);
}
