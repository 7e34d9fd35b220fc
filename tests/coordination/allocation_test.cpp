// tests/coordination/allocation_test.cpp -- who gets how much: fixed shares, demands, lending, priority, cents.
// SPDX-License-Identifier: MIT
#include "support/buying_power.hpp"

#include <doctest/doctest.h>

#include <cstdint>  // std::int64_t
#include <vector>   // std::vector

namespace {

using namespace optcoord;
using namespace optcoord::test;

using Whole = std::vector<std::int64_t>;

[[nodiscard]] BuyingPower rule_of(const std::vector<BuyingPowerShare>& shares, BuyingPowerConfig config = {}) {
  const Result<BuyingPower> made = BuyingPower::make(config, shares);
  REQUIRE(made);
  return *made;
}
[[nodiscard]] BuyingPower document_rule() { return rule_of(document_shares()); }

constexpr auto nobody_lends = [](StrategyId) { return false; };

/// What strategies 1, 2, ... get when they ask for so many dollars; -1 asks for nothing.
template <class Lends>
[[nodiscard]] Whole dollars_given(std::int64_t basis, const Whole& demands, AllocationMode mode, Lends lends) {
  std::vector<Allotment> asked;
  for (std::size_t i = 0; i < demands.size(); ++i)
    if (demands[i] >= 0) asked.push_back({StrategyId{static_cast<std::uint32_t>(i + 1)}, dollars(demands[i])});
  const auto given = allocate(document_rule(), dollars(basis), asked, mode, lends);
  REQUIRE(given);
  Whole out;
  for (const std::int64_t cents : cents_of(*given)) {
    CHECK(cents % 100 == 0);
    out.push_back(cents / 100);
  }
  return out;
}
[[nodiscard]] Whole dollars_given(std::int64_t basis, const Whole& demands,
                                  AllocationMode mode = AllocationMode::shares) {
  return dollars_given(basis, demands, mode, nobody_lends);
}

}  // namespace

TEST_CASE("without demands each gets its share: 100,000 gives 30, 25, 20, 15 and 10 thousand") {
  CHECK(cents_of(allocate_shares(document_rule(), dollars(100'000))) ==
        Whole{3'000'000, 2'500'000, 2'000'000, 1'500'000, 1'000'000});
}

TEST_CASE("shares are rounded down to the cent") {
  CHECK(cents_of(allocate_shares(document_rule(), Cents{9})) == Whole{2, 2, 1, 1, 0});
  const BuyingPower thirds =
      rule_of({{StrategyId{1}, 1, 1.0 / 3}, {StrategyId{2}, 2, 1.0 / 3}, {StrategyId{3}, 3, 1.0 / 3}});
  CHECK(cents_of(allocate_shares(thirds, Cents{100})) == Whole{33, 33, 33});
  const BuyingPower odd = rule_of({{StrategyId{1}, 1, 0.29}, {StrategyId{2}, 2, 0.57}});
  CHECK(cents_of(allocate_shares(odd, Cents{100})) == Whole{29, 57});   // not 28 and 56, which the doubles would give
  const BuyingPower computed = rule_of({{StrategyId{1}, 1, 1 - 0.9}});  // 0.09999999999999998
  CHECK(cents_of(allocate_shares(computed, Cents{1000})) == Whole{100});
}

TEST_CASE("ten shares of a tenth make the whole, and never more") {
  std::vector<BuyingPowerShare> tenths;
  for (std::uint32_t i = 0; i < 10; ++i) tenths.push_back({StrategyId{i}, 1, 0.1});
  std::int64_t sum = 0;
  for (const std::int64_t cents : cents_of(allocate_shares(rule_of(tenths), Cents{100'000'000'000'000}))) sum += cents;
  CHECK(sum == 100'000'000'000'000);
}

TEST_CASE("strategies come by priority, and by registration where priorities are equal") {
  const BuyingPower rule = rule_of({{StrategyId{1}, 7, 0.1}, {StrategyId{2}, 1, 0.2}, {StrategyId{3}, 7, 0.3}});
  const std::vector<Allotment> given = allocate_shares(rule, Cents{1000});
  REQUIRE(given.size() == 3);
  CHECK(given[0].strategy == StrategyId{2});
  CHECK(given[1].strategy == StrategyId{1});
  CHECK(given[2].strategy == StrategyId{3});
  CHECK(cents_of(given) == Whole{200, 100, 300});
}

TEST_CASE("demands within the shares are met, and nobody gets more than he asked for") {
  CHECK(dollars_given(100'000, {10'000, 5'000, 0, 1, 10'000}) == Whole{10'000, 5'000, 0, 1, 10'000});
}

TEST_CASE("demands beyond the shares get the shares when nobody leaves anything") {
  CHECK(dollars_given(100'000, {50'000, 50'000, 50'000, 50'000, 50'000}) ==
        Whole{30'000, 25'000, 20'000, 15'000, 10'000});
}

TEST_CASE("what others leave of their shares goes to unmet demand by priority") {
  // LT112 leaves 15,000, IPMCC asks for nothing: 35,000 for 0DTE's 30,000 unmet, then 5,000 for FuturesStrangle
  CHECK(dollars_given(100'000, {60'000, 10'000, -1, 40'000, 10'000}) == Whole{60'000, 10'000, 0, 20'000, 10'000});
  CHECK(dollars_given(100'000, {60'000, 10'000, -1, 40'000, 10'000}, AllocationMode::waterfall) ==
        Whole{60'000, 10'000, 0, 20'000, 10'000});
}

TEST_CASE("a strategy that lends gets nothing, and its share is there for others") {
  const auto lt112_lends = [](StrategyId s) { return s == StrategyId{2}; };
  CHECK(dollars_given(100'000, {40'000, 25'000, 20'000, 30'000, 10'000}, AllocationMode::shares, lt112_lends) ==
        Whole{40'000, 0, 20'000, 30'000, 10'000});
  CHECK(dollars_given(20'000, {10'000, 10'000, 10'000, 0, 0}, AllocationMode::priority, lt112_lends) ==
        Whole{10'000, 0, 10'000, 0, 0});
}

TEST_CASE("by priority the first are funded whole: of five demands of 10,000, 20,000 fund two") {
  const Whole five(5, 10'000);
  CHECK(dollars_given(20'000, five, AllocationMode::priority) == Whole{10'000, 10'000, 0, 0, 0});
  CHECK(dollars_given(25'000, five, AllocationMode::priority) == Whole{10'000, 10'000, 5'000, 0, 0});
  CHECK(dollars_given(20'000, five, AllocationMode::shares) == Whole{6'000, 5'000, 4'000, 3'000, 2'000});
}

TEST_CASE("what belongs to no share is given out under priority alone") {
  const BuyingPower rule = rule_of({{StrategyId{1}, 1, 0.3}, {StrategyId{2}, 2, 0}});
  const std::vector<Allotment> asked{{StrategyId{1}, Cents{900}}, {StrategyId{2}, Cents{900}}};
  CHECK(cents_of(*allocate(rule, Cents{1000}, asked, AllocationMode::shares, nobody_lends)) == Whole{300, 0});
  CHECK(cents_of(*allocate(rule, Cents{1000}, asked, AllocationMode::priority, nobody_lends)) == Whole{900, 100});
}

TEST_CASE("a basis of nothing gives nothing") {
  CHECK(dollars_given(0, {10, 10, 10, 10, 10}) == Whole(5, 0));
  CHECK(dollars_given(0, {10, 10, 10, 10, 10}, AllocationMode::priority) == Whole(5, 0));
  CHECK(cents_of(allocate_shares(document_rule(), Cents{0})) == Whole(5, 0));
}

TEST_CASE("a demand below zero or of an unknown strategy is refused with its place") {
  const auto fault = [](const std::vector<Allotment>& asked) {
    return allocate(document_rule(), dollars(100), asked, AllocationMode::shares, nobody_lends).error();
  };
  CHECK(fault({{StrategyId{1}, Cents{5}}, {StrategyId{2}, Cents{-1}}}) == Error{Errc::invalid_value, "demands[]", 1});
  CHECK(fault({{StrategyId{9}, Cents{5}}}) == Error{Errc::unknown_name, "demands[]", 0});
}
