// tests/property/exercise_property_test.cpp -- the scores' order, and advice that never uncovers or worsens anything.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <cmath>    // std::abs
#include <cstdint>  // std::int64_t
#include <string>   // std::string
#include <vector>   // std::vector

#include "property/slow_structure.hpp"
#include "support/expiry_world.hpp"

namespace {

using namespace optcoord;
using optcoord::test::ExpiryWorld;

/// The expiry planner's world.
using Drawn = ExpiryWorld;

[[nodiscard]] double between(double low, double high) {
  return low + (high - low) * *rc::gen::inRange(0, 1'000'001) / 1e6;
}

/// Up to eight legs near the money of one strategy, two expiries, perhaps shares; any mode, rule, stage, failures.
[[nodiscard]] Drawn drawn() {
  ExerciseConfig c;
  c.mode = *rc::gen::element(ExerciseMode::active, ExerciseMode::emergency);
  c.policy = *rc::gen::element(ClosureRule::closure_logic, ClosureRule::thresholds);
  c.emergency_scope = *rc::gen::element(EmergencyScope::expiring, EmergencyScope::all);
  c.convert_all_stops = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) c.max_contracts_per_close = *rc::gen::inRange(1, 4);
  if (*rc::gen::arbitrary<bool>()) c.preserve_cash = *rc::gen::inRange(0, 100'000);
  Drawn w(c);
  const double spot = between(95, 105);
  const auto legs = static_cast<std::size_t>(*rc::gen::inRange(1, 9));
  for (std::size_t i = 0; i < legs; ++i) {
    const int strike = *rc::gen::inRange(94, 107);
    const std::string expiry = *rc::gen::weightedElement<std::string>({{4, "260116"}, {1, "260123"}});
    const std::string right = *rc::gen::element<std::string>("C", "P");
    const std::string digits = std::to_string(strike * 1000);
    const std::string contract = "XYZ   " + expiry + right + std::string(8 - digits.size(), '0') + digits;
    const std::int64_t quantity = *rc::gen::element<std::int64_t>(-3, -2, -1, 1, 2, 3);
    const auto same = [&](const ExpiryPosition& p) { return to_text(p.contract) == contract; };
    if (std::any_of(w.positions.begin(), w.positions.end(), same)) continue;
    w.hold(contract, quantity, spot);
    if (*rc::gen::inRange(0, 6) == 0) w.positions.back().quote = {};
  }
  if (*rc::gen::inRange(0, 4) == 0) w.hold("XYZ", *rc::gen::inRange(-300, 301), spot);
  for (std::size_t i = 0; i < w.positions.size(); ++i) {
    const ExpiryPosition& p = w.positions[i];
    if (*rc::gen::inRange(0, 4) == 0)
      RC_ASSERT(stop_working(w.state, {StopId{i}, p.strategy, p.id, p.quantity < 0 ? 1 : -1, 1.0}).has_value());
    if (*rc::gen::inRange(0, 8) == 0) w.succeeds(i);  // said to be closed, and perhaps gone
    if (*rc::gen::inRange(0, 8) == 0) w.fails(i);
  }
  return w;
}

[[nodiscard]] std::vector<std::int64_t> held(const Drawn& w) {
  std::vector<std::int64_t> out;
  for (const ExpiryPosition& p : w.positions) out.push_back(p.quantity);
  return out;
}

/// What is really held: longs that are pending are gone already, as the host says.
[[nodiscard]] std::vector<std::int64_t> truly_held(const Drawn& w) {
  std::vector<std::int64_t> out = held(w);
  for (std::size_t i = 0; i < out.size(); ++i)
    if (is_pending(w.state, w.key(i), w.session(i))) out[i] = 0;
  return out;
}

/// Whether `after` is no worse than `before` in every way an advice may not worsen: uncovered shorts of either right,
/// and the worst case on each expiry's day, of what lives to see it.
void check_no_worse(const Drawn& w, const std::vector<std::int64_t>& before, const std::vector<std::int64_t>& after) {
  const Structure s = structures(w.positions)[0];
  for (const Right right : {Right::call, Right::put})
    RC_ASSERT(uncovered(s, after, right) <= uncovered(s, before, right));
  const Date today = test::day("2026-01-16");
  RC_ASSERT_FALSE(worse(worst_case(s, after, today, today), worst_case(s, before, today, today)));
}

}  // namespace

TEST_CASE("the score does not fall as moneyness, volatility or nearness to the close rise; below the cap it rises") {
  CHECK(rc::check([] {
    const double m = between(-0.05, 0.05);
    const double minutes = between(0, 60);
    const double vol = between(0.01, 1);
    const double more_m = m + between(0.0001, 0.05);
    const double fewer = minutes * between(0, 0.999);
    const double more_vol = vol + between(0.001, 1);
    const double score = risk_score_raw(m, minutes, vol);
    RC_ASSERT(risk_score_raw(more_m, minutes, vol) > score);
    RC_ASSERT(risk_score_raw(m, fewer, vol) >= score);
    RC_ASSERT(risk_score_raw(m, minutes, more_vol) >= score);
    if (minutes > 0.01) RC_ASSERT(risk_score_raw(m, fewer, vol) > score);
    RC_ASSERT(risk_score(score) <= 1);
    RC_ASSERT(score >= 0);
  }));
}

TEST_CASE("the probability is one, rises with moneyness, and both rights of a strike add up to certainty") {
  CHECK(rc::check([] {
    const double strike = between(50, 6000);
    const double spot = strike * between(0.95, 1.05);
    const double minutes = between(0.01, 1000);
    const double vol = between(0.05, 1);
    const double call = probability_itm(Right::call, spot, strike, vol, minutes);
    const double put = probability_itm(Right::put, spot, strike, vol, minutes);
    RC_ASSERT(call >= 0 && call <= 1);
    RC_ASSERT(std::abs(call + put - 1) < 1e-12);
    RC_ASSERT(probability_itm(Right::call, spot * 1.001, strike, vol, minutes) >= call);
    RC_ASSERT(probability_itm(Right::put, spot * 0.999, strike, vol, minutes) >= put);
  }));
}

TEST_CASE("no order, alone or with any others of its plan, in any part, uncovers a short or worsens the worst case") {
  CHECK(rc::check([] {
    Drawn w = drawn();
    w.at_minutes(*rc::gen::element(40.0, 20.0, 4.0, 1.0));
    std::vector<std::int64_t> before = truly_held(w);
    for (const QueueEntry& entry : w.plan.queue) {  // shorts may be bought back, or not, before or after any long
      const Assessment& a = w.plan.positions[entry.row];
      if (!a.order || a.quantity > 0) continue;
      std::int64_t& quantity = before[a.position];
      quantity += *rc::gen::inRange<std::int64_t>(0, a.order->quantity + 1);
    }
    std::vector<std::int64_t> after = before;
    for (const QueueEntry& entry : w.plan.queue) {
      const Assessment& a = w.plan.positions[entry.row];
      if (!a.order || a.quantity < 0) continue;
      after[a.position] -= *rc::gen::inRange<std::int64_t>(0, a.order->quantity + 1);
    }
    check_no_worse(w, before, after);
  }));
}

TEST_CASE("followed to the end, with any order filled in part or not at all, no step uncovers or worsens anything") {
  CHECK(rc::check([] {
    Drawn w = drawn();
    w.state.tracks.clear();
    for (double minutes = 6; minutes >= 0; minutes -= 0.5) {
      const std::vector<std::int64_t> start = held(w);
      w.at_minutes(minutes);
      for (const QueueEntry& entry : w.plan.queue) {
        const Assessment& a = w.plan.positions[entry.row];
        if (!a.order) continue;
        const std::int64_t filled = *rc::gen::inRange<std::int64_t>(0, a.order->quantity + 1);
        std::int64_t& quantity = w.positions[a.position].quantity;
        RC_ASSERT(filled <= std::abs(quantity));
        quantity += quantity < 0 ? filled : -filled;
        check_no_worse(w, start, held(w));
      }
    }
  }));
}

TEST_CASE("what may be closed safely is what going through every price and every pair says, too") {
  CHECK(rc::check([] {
    const Drawn w = drawn();
    std::vector<std::int64_t> now = held(w);
    for (std::int64_t& quantity : now) quantity = *rc::gen::inRange<std::int64_t>(-4, 5);
    const Structure s = structures(w.positions)[0];
    const Date today = test::day("2026-01-16");
    RC_ASSERT(uncovered(s, now, Right::call) == test::slow_uncovered(s, now, Right::call));
    RC_ASSERT(uncovered(s, now, Right::put) == test::slow_uncovered(s, now, Right::put));
    for (const char* until : {"2026-01-16", "2026-01-23"}) {
      const WorstCase quick = worst_case(s, now, today, test::day(until));
      const WorstCase slow = test::slow_worst_case(s, now, today, test::day(until));
      RC_ASSERT(quick.slope == slow.slope);
      RC_ASSERT(quick.least == slow.least);
    }
    for (const std::size_t leg : s.members)
      for (std::int64_t n = 1; n <= now[leg]; ++n)
        RC_ASSERT(closes_safely(s, now, leg, n) == test::slow_closes_safely(s, now, leg, n));
  }));
}

TEST_CASE("what should be closed is never silent: it is closed, waits for its short, or is escalated") {
  CHECK(rc::check([] {
    Drawn w = drawn();
    w.at_minutes(*rc::gen::element(4.0, 1.0));
    for (const Assessment& a : w.plan.positions) {
      if (a.cause == CloseCause::none || a.pending) continue;
      RC_ASSERT(a.action == ExpiryAction::close || a.action == ExpiryAction::escalate ||
                a.action == ExpiryAction::expired);
      if (a.action == ExpiryAction::escalate) RC_ASSERT(a.reason != Code::none && a.costs.has_value());
      if (a.action == ExpiryAction::close && !a.order)
        RC_ASSERT(a.quantity > 0 && a.warnings.has(Code::leaves_uncovered_short));
    }
  }));
}
