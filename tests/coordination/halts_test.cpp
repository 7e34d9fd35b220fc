// tests/coordination/halts_test.cpp -- halts by scope: the stricter level stays, only the same scope is lifted.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/halts.hpp>

#include <doctest/doctest.h>

#include <string>  // std::string

namespace {

using namespace optcoord;

constexpr GroupId spy{0};
constexpr GroupId es{1};
constexpr StrategyId lt112{3};
constexpr StrategyId other{4};

/// The reasons for which `strategy` may not open in `group`, with their scopes.
[[nodiscard]] std::string reasons(const Halts& halts, StrategyId strategy, GroupId group) {
  constexpr const char* scopes[] = {"none", "account", "group", "strategy"};
  Findings found;
  gate_halts(
      halts, strategy, [&](GroupId g) { return g == group; }, found);
  std::string out;
  for (const Finding& f : found.all()) {
    if (!out.empty()) out += ", ";
    out += std::string(text(f.code)) + " by " + scopes[static_cast<std::size_t>(f.scope)];
    CHECK(f.max_units == 0);
  }
  return out;
}

}  // namespace

TEST_CASE("no halt, no reason") {
  const Halts halts;
  CHECK(halts.all().empty());
  CHECK(reasons(halts, lt112, spy).empty());
  CHECK(!halts.at(HaltScope::account()));
}

TEST_CASE("each scope stops what is in it") {
  Halts halts;
  halts.set(HaltScope::group(spy), HaltLevel::halt);
  CHECK(reasons(halts, lt112, spy) == "halted by group");
  CHECK(reasons(halts, lt112, es).empty());
  halts.set(HaltScope::strategy(lt112), HaltLevel::reduce_only);
  CHECK(reasons(halts, lt112, es) == "reduce_only by strategy");
  CHECK(reasons(halts, other, es).empty());
  halts.set(HaltScope::account(), HaltLevel::halt);
  CHECK(reasons(halts, other, es) == "halted by account");
}

TEST_CASE("reasons come as account, groups in their order, strategy, whatever came first") {
  Halts halts;
  halts.set(HaltScope::strategy(lt112), HaltLevel::halt);
  halts.set(HaltScope::group(es), HaltLevel::halt);
  halts.set(HaltScope::group(spy), HaltLevel::reduce_only);
  halts.set(HaltScope::account(), HaltLevel::reduce_only);
  CHECK(reasons(halts, lt112, spy) == "reduce_only by account, reduce_only by group, halted by strategy");
  REQUIRE(halts.all().size() == 4);
  CHECK(halts.all()[1].scope == HaltScope::group(spy));
  CHECK(halts.all()[2].scope == HaltScope::group(es));
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
  CHECK(reasons(halts, lt112, spy) == "halted by account");
}

TEST_CASE("a group and a strategy of the same number are different scopes") {
  Halts halts;
  halts.set(HaltScope::group(GroupId{3}), HaltLevel::halt);
  CHECK(!halts.at(HaltScope::strategy(StrategyId{3})));
  CHECK(reasons(halts, StrategyId{3}, spy).empty());
}
