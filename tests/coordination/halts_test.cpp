// tests/coordination/halts_test.cpp -- halts by scope: the stricter level stays, only the same scope is lifted.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/halts.hpp>

#include <doctest/doctest.h>

namespace {

using namespace optcoord;

constexpr GroupId spy{0};
constexpr GroupId es{1};

}  // namespace

TEST_CASE("no scope is halted until it is told") {
  const Halts halts;
  CHECK(halts.all().empty());
  CHECK(!halts.at(HaltScope::account()));
}

TEST_CASE("halts stand in the order account, groups, strategies, whatever came first") {
  Halts halts;
  halts.set(HaltScope::strategy(StrategyId{3}), HaltLevel::halt);
  halts.set(HaltScope::group(es), HaltLevel::halt);
  halts.set(HaltScope::group(spy), HaltLevel::reduce_only);
  halts.set(HaltScope::account(), HaltLevel::reduce_only);
  REQUIRE(halts.all().size() == 4);
  CHECK(halts.all()[0].scope == HaltScope::account());
  CHECK(halts.all()[1].scope == HaltScope::group(spy));
  CHECK(halts.all()[2].scope == HaltScope::group(es));
  CHECK(halts.all()[3].scope == HaltScope::strategy(StrategyId{3}));
}

TEST_CASE("a halt remembers who set the level in force, and why") {
  Halts halts;
  halts.set(HaltScope::account(), HaltLevel::reduce_only, "system", "loss_halt");
  halts.set(HaltScope::account(), HaltLevel::halt, "ann", "breaker");
  halts.set(HaltScope::account(), HaltLevel::reduce_only, "system", "loss_halt");
  CHECK(halts.all().front().actor == "ann");
  CHECK(halts.all().front().reason == "breaker");
  halts.set(HaltScope::account(), HaltLevel::halt, "bob", "still");
  CHECK(halts.all().front().actor == "bob");
}

TEST_CASE("a repeated halt keeps the stricter level in either order") {
  for (const bool strict_first : {true, false}) {
    Halts halts;
    halts.set(HaltScope::account(), strict_first ? HaltLevel::halt : HaltLevel::reduce_only);
    const HaltLevel now = halts.set(HaltScope::account(), strict_first ? HaltLevel::reduce_only : HaltLevel::halt);
    CHECK(now == HaltLevel::halt);
    CHECK(halts.at(HaltScope::account()) == HaltLevel::halt);
    CHECK(halts.all().size() == 1);
  }
}

TEST_CASE("only the same scope is lifted, and only once") {
  Halts halts;
  halts.set(HaltScope::account(), HaltLevel::halt);
  halts.set(HaltScope::group(spy), HaltLevel::reduce_only);
  CHECK(!halts.lift(HaltScope::group(es)));
  CHECK(!halts.lift(HaltScope::strategy(StrategyId{0})));
  CHECK(halts.lift(HaltScope::group(spy)) == HaltLevel::reduce_only);
  CHECK(!halts.lift(HaltScope::group(spy)));
  CHECK(halts.at(HaltScope::account()) == HaltLevel::halt);
}

TEST_CASE("a group and a strategy of the same number are different scopes") {
  Halts halts;
  halts.set(HaltScope::group(GroupId{3}), HaltLevel::halt);
  CHECK(!halts.at(HaltScope::strategy(StrategyId{3})));
}
