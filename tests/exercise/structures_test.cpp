// tests/exercise/structures_test.cpp -- positions of one strategy judged whole: covers, netting, packages, orphans.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support/expiry_world.hpp"

using namespace optcoord;
using optcoord::test::active;
using optcoord::test::ExpiryWorld;
using optcoord::test::spy;

namespace {

[[nodiscard]] std::string matched(const ExpiryWorld& w) {
  std::vector<std::int64_t> held;
  for (const ExpiryPosition& p : w.positions) held.push_back(p.quantity);
  std::string out;
  for (const Structure& s : structures(w.positions))
    for (const Pair& p : pairs(s, held))
      out += std::to_string(p.short_leg) + '-' + std::to_string(p.long_leg) + 'x' + std::to_string(p.quantity) + ' ';
  return out;
}
[[nodiscard]] bool warned(const ExpiryWorld& w, std::size_t i, Code code) { return w.row(i).warnings.has(code); }

}  // namespace

TEST_CASE("shorts are matched with longs of the same strategy, root and right that expire no earlier") {
  ExpiryWorld w;
  w.hold(spy('C', 640), -3, 635)
      .hold(spy('C', 650), 1, 635)
      .hold("SPY   260220C00630000", 1, 635)
      .hold("SPY   260115C00640000", 9, 635)        // expires earlier
      .hold(spy('P', 640), 9, 635)                  // the other right
      .hold("QQQ   260116C00640000", 9, 635)        // another root
      .hold(spy('C', 640), 9, 635, 1.00, 1.10, 2);  // another strategy
  CHECK(matched(w) == "0-1x1 0-2x1 ");
  std::vector<std::int64_t> held{-3, 1, 1, 9, 9, 9, 9};
  CHECK(uncovered(structures(w.positions)[0], held, Right::call) == 1);
  CHECK(uncovered(structures(w.positions)[0], held, Right::put) == 0);
}

TEST_CASE("the nearest strike is matched first; the short that expires later chooses first") {
  ExpiryWorld near;
  near.hold(spy('C', 640), -1, 635).hold(spy('C', 660), 1, 635).hold(spy('C', 637), 1, 635);
  CHECK(matched(near) == "0-2x1 ");
  ExpiryWorld late;
  late.hold(spy('C', 640), -1, 635)
      .hold("SPY   260220C00650000", -1, 635)
      .hold("SPY   260220C00641000", 1, 635)
      .hold(spy('C', 660), 1, 635);
  CHECK(matched(late) == "1-2x1 0-3x1 ");  // were the near one first, the later short would have nothing
}

TEST_CASE("shares cover calls, whole contracts of them, and nothing covers puts but puts") {
  ExpiryWorld w;
  w.hold(spy('C', 640), -2, 635).hold("SPY", 199, 635).hold(spy('P', 640), -1, 635);
  const std::vector<std::int64_t> held{-2, 199, -1};
  CHECK(uncovered(structures(w.positions)[0], held, Right::call) == 1);
  CHECK(uncovered(structures(w.positions)[0], held, Right::put) == 1);
}

TEST_CASE("worst case: a vertical loses its width, a naked call has no bound, a broken wing loses in the middle") {
  const auto of = [](ExpiryWorld w) {
    std::vector<std::int64_t> held;
    for (const ExpiryPosition& p : w.positions) held.push_back(p.quantity);
    const Date d = test::day("2026-01-16");
    return worst_case(structures(w.positions)[0], held, d, d);
  };
  ExpiryWorld vertical;
  vertical.hold(spy('P', 450), -1, 455).hold(spy('P', 440), 1, 455);
  CHECK(of(vertical).least == -1000);
  CHECK(of(vertical).slope == 0);
  ExpiryWorld naked;
  naked.hold(spy('C', 450), -1, 455);
  CHECK(of(naked).slope == -100);
  ExpiryWorld wing;
  wing.hold(spy('P', 460), 1, 455).hold(spy('P', 450), -2, 455).hold(spy('P', 430), 1, 455);
  CHECK(of(wing).least == -1000);  // at 430 and below
}

TEST_CASE("a vertical with both legs in the money nets to cash: warned, not closed, its totals show what is left") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -2, 460).hold(spy('C', 450), 2, 460).at_minutes(5);
  CHECK(w.says(0) == "warn");
  CHECK(w.says(1) == "warn");
  CHECK(w.plan.account.shares == 0);
  CHECK(w.plan.account.cash == -2000);
  REQUIRE(w.plan.by_strategy.size() == 1);
  CHECK(w.plan.by_strategy[0].total == w.plan.account);
}

TEST_CASE("what nets is closed after all when one leg is within half a percent of its strike at T-2") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -1, 452).hold(spy('C', 450), 1, 452);
  CHECK(w.at_minutes(2.01).says(0) == "warn");
  w.at_minutes(2);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.says(1) == "close");  // waits for the short
  CHECK(warned(w, 1, Code::leaves_uncovered_short));
}

TEST_CASE("of three shorts against two longs in the money one is a danger") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -3, 460).hold(spy('C', 450), 2, 460).at_minutes(5);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.row(0).close_quantity == 1);
  CHECK(w.says(1) == "warn");
}

TEST_CASE("one leg in the money is the danger: the short goes, and the long that stays is named") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -1, 445).hold(spy('C', 450), 1, 445, 0.10, 0.12).at_minutes(5);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.says(1) == "hold");
  CHECK(warned(w, 1, Code::orphan_leg));
  CHECK_FALSE(warned(w, 0, Code::orphan_leg));
}

TEST_CASE("a long in the money takes along the short it covers: the short first, the long when it is gone") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), 1, 445, 5.00, 5.10).hold(spy('C', 450), -1, 445, 0.10, 0.12).at_minutes(5);
  CHECK(w.queue() == "1 0");
  CHECK(w.says(1) == "close 0.11");
  CHECK(w.row(1).cause == CloseCause::structure);
  CHECK(w.says(0) == "close");
  CHECK(warned(w, 0, Code::leaves_uncovered_short));
  w.succeeds(1).look();  // said, but not yet seen in the positions
  CHECK(w.says(0) == "close");
  w.positions.pop_back();
  CHECK(w.look().says(0) == "close 5.05");
}

TEST_CASE("a long whose short cannot be closed is escalated with it, for the same reason") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), 1, 445, 5.00, 5.10).hold(spy('C', 450), -1, 445).at_minutes(5);
  w.positions[1].quote = {};
  w.look();
  CHECK(w.says(1) == "escalate no_quote");
  CHECK(w.says(0) == "escalate no_quote");
}

TEST_CASE("a long beyond what nets and covers is sold at once") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -1, 460).hold(spy('C', 450), 3, 460).at_minutes(5);
  CHECK(w.says(0) == "warn");
  CHECK(w.says(1) == "close 1.05");
  CHECK(w.row(1).order->quantity == 2);
}

TEST_CASE("a long that goes whole takes its short along, though one of three would have been enough to cover it") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), 3, 445, 5.00, 5.10).hold(spy('C', 460), -1, 445, 0.01, 0.03).at_minutes(5);
  CHECK(w.says(1) == "close 0.02");
  CHECK(w.says(0) == "close");
  w.positions.pop_back();
  CHECK(w.look().says(0) == "close 5.05");
}

TEST_CASE("a long of a later expiry that covers is never closed, and the short goes alone") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -1, 445).hold("SPY   261218C00350000", 1, 445).at_minutes(5);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.says(1) == "hold");
  CHECK_FALSE(warned(w, 1, Code::orphan_leg));
}

TEST_CASE("a long that covers nothing, and yet bounds the loss, goes only with the shorts it bounds") {
  // By strikes the 90 covers the short 100; selling the 112 would all the same turn no loss into one of ten.
  ExpiryWorld w = active();
  w.hold("XYZ   260116P00100000", -1, 111).hold("XYZ   260116P00090000", 1, 111).hold("XYZ   260116P00112000", 1, 111);
  CHECK(matched(w) == "0-1x1 ");
  w.at_minutes(5);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.row(0).cause == CloseCause::structure);
  CHECK(w.says(2) == "close");
}

TEST_CASE("a long call that covers shares sold short is not sold: that would uncover them") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), 1, 445).hold("SPY", -100, 445).at_minutes(5);
  CHECK(w.says(0) == "escalate leaves_uncovered_short");
  CHECK(*w.row(0).costs->assignment == -500);
  CHECK(warned(w, 0, Code::leaves_uncovered_short));
}

TEST_CASE("a stop on a long that covers is not converted") {
  ExerciseConfig c;
  c.convert_all_stops = true;
  ExpiryWorld w = active(c);
  w.hold(spy('C', 440), -1, 400).hold(spy('C', 450), 1, 400);
  REQUIRE(stop_working(w.state, {StopId{1}, StrategyId{1}, w.positions[1].id, -1, 0.5}));
  w.at_minutes(2);
  CHECK(w.says(1) == "warn");
  CHECK(warned(w, 1, Code::leaves_uncovered_short));
  w.positions.erase(w.positions.begin());
  CHECK(w.look().says(0) == "convert_stop market");
}

TEST_CASE("a long that the host says is closed covers nothing any more") {
  ExpiryWorld w = active();
  w.hold(spy('C', 450), -1, 445)
      .hold(spy('C', 452), 1, 445)
      .hold(spy('C', 440), 1, 445, 5.00, 5.10);  // in the money: with the 452 there it could go alone
  w.succeeds(1).at_minutes(5);
  CHECK(w.says(0) == "close 1.05");
  CHECK(w.says(2) == "close");
}

TEST_CASE("a person who closes a covering long gets no order while the short is there") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -1, 400).hold(spy('C', 450), 1, 400).at_minutes(100);
  const Result<ExpiryPlan> plan = close_one(w.positions, w.market(), w.policy, w.state, w.key(1), w.now);
  REQUIRE(plan);
  CHECK(plan->positions[0].action == ExpiryAction::close);
  CHECK_FALSE(plan->positions[0].order);
  CHECK(plan->positions[0].warnings.has(Code::leaves_uncovered_short));
}

TEST_CASE("longs that together never lose are closed all the same: guts, what is left of a box, a protective put") {
  ExpiryWorld guts = active();
  guts.hold(spy('C', 440), 1, 445, 5.00, 5.10).hold(spy('P', 450), 1, 445, 5.00, 5.10).at_minutes(5);
  CHECK(guts.says(0) == "close 5.05");
  CHECK(guts.says(1) == "close 5.05");
  ExpiryWorld box = active();
  box.hold(spy('C', 440), 1, 450).hold(spy('C', 460), -1, 450, 0.10, 0.12);
  box.hold(spy('P', 460), 1, 450).hold(spy('P', 440), -1, 450, 0.10, 0.12).at_minutes(5);
  CHECK(box.queue() == "1 3 0 2");
  box.positions[1].quantity = box.positions[3].quantity = 0;
  CHECK(box.look().says(0) == "close 1.05");
  CHECK(box.says(1) == "close 1.05");
  ExpiryWorld put = active();
  put.hold(spy('P', 450), 1, 440, 10.00, 10.10).hold("SPY", 100, 440).at_minutes(4);
  CHECK(put.says(0) == "close 10.05");
}

TEST_CASE("a long waits for the shorts it covers only, and its stop waits with it") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), 1, 445, 5.00, 5.10).hold(spy('P', 450), -1, 445).at_minutes(5);
  CHECK(w.quote(1, {}).says(1) == "escalate no_quote");
  CHECK(w.says(0) == "close 5.05");
  ExpiryWorld v = active();
  v.hold(spy('C', 440), 1, 445, 5.00, 5.10).hold(spy('C', 450), -1, 445, 0.10, 0.12);
  v.hold(spy('C', 435), -1, 445, 9.00, 9.10, 2).stop(7, 0, -1).at_minutes(5);
  CHECK(v.says(0) == "close");
  CHECK_FALSE(v.row(0).cancel_stop);
  v.fails(1, 6);
  CHECK(v.look().says(0) == "escalate breaker_open");
}

TEST_CASE("a long whose covered short is stuck is escalated for it, whatever other shorts do, and says that it waits") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), 1, 445, 5.00, 5.10).hold(spy('C', 450), -1, 445).hold(spy('P', 450), -1, 445).at_minutes(5);
  w.quote(1, {});
  CHECK(w.says(0) == "escalate no_quote");
  CHECK(warned(w, 0, Code::leaves_uncovered_short));
  w.quote(1, {0.10, 0.12}).quote(2, {});
  CHECK(w.says(0) == "close");  // the short it covers is on its way
}

TEST_CASE("a leg left alone because its vertical nets keeps its stop, unless all are to be converted") {
  ExerciseConfig c;
  ExpiryWorld w = active(c);
  w.hold(spy('C', 440), -1, 460, 20.00, 20.10).hold(spy('C', 445), 1, 460, 15.00, 15.10).stop(5, 0, 1).at_minutes(2);
  CHECK(w.says(0) == "warn");
  CHECK(w.says(1) == "warn");
  c.convert_all_stops = true;
  ExpiryWorld v = active(c);
  v.hold(spy('C', 440), -1, 460, 20.00, 20.10).hold(spy('C', 445), 1, 460, 15.00, 15.10).stop(5, 0, 1).at_minutes(2);
  CHECK(v.says(0) == "convert_stop market");
}

TEST_CASE("two longs closed by hand one after the other do not uncover the short that either of them covers") {
  ExpiryWorld w = active();
  w.hold(spy('C', 440), -1, 400).hold(spy('C', 430), 1, 400).hold(spy('C', 435), 1, 400).at_minutes(100);
  const auto by_hand = [&](std::size_t i) {
    return close_one(w.positions, w.market(), w.policy, w.state, w.key(i), w.now)->positions[0].order;
  };
  REQUIRE(by_hand(1));
  close_advised(w.state, w.key(1), 1, w.session(1));
  CHECK_FALSE(by_hand(2));
  CHECK(by_hand(1));  // asked again
  SUBCASE("it failed") { w.fails(1); }
  SUBCASE("the broker's positions show it") { positions_reported(w.state); }
  CHECK(by_hand(2));
}

TEST_CASE("a long closed by hand beside a plan does not uncover the short that the plan's own long leaves to it") {
  ExpiryWorld w = active();
  w.hold(spy('C', 450), -1, 445).hold(spy('C', 448), 1, 445).hold(spy('C', 440), 1, 445, 5.00, 5.10).at_minutes(5);
  REQUIRE(w.says(2) == "close 5.05");  // the 448 covers
  const auto order = close_one(w.positions, w.market(), w.policy, w.state, w.key(1), w.now)->positions[0].order;
  CHECK_FALSE(order);
  close_advised(w.state, w.key(1), 1, w.session(1));
  CHECK(w.look().says(2) == "close");  // takes the short along, and waits for it
  CHECK(w.says(0) == "close 1.05");
}
