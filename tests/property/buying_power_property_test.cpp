// tests/property/buying_power_property_test.cpp -- any shares, demands, basis: sums, priority, monotony, to the cent.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/allocation.hpp>

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>  // std::min
#include <cstdint>    // std::int64_t
#include <map>        // std::map
#include <vector>     // std::vector

namespace {

using namespace optcoord;

/// Strategies with shares that add up to at most 1, mostly with more digits than cents can tell.
struct Drawn {
  BuyingPower rule;
  std::vector<Allotment> demands{};
  std::vector<bool> lends{};
  AllocationMode mode{AllocationMode::shares};
  std::int64_t basis{0};

  [[nodiscard]] std::vector<Allotment> given(std::int64_t cents) const {
    return *allocate(rule, Cents{cents}, demands, mode, [this](StrategyId s) { return lends[index_of(s)]; });
  }
  [[nodiscard]] Cents wanted(StrategyId s) const { return lends[index_of(s)] ? Cents{} : demands[index_of(s)].amount; }
};

[[nodiscard]] Drawn drawn() {
  const auto n = static_cast<std::size_t>(*rc::gen::inRange(1, 9));
  const std::vector<int> weights = *rc::gen::container<std::vector<int>>(n, rc::gen::inRange(0, 100));
  const std::vector<int> priorities = *rc::gen::container<std::vector<int>>(n, rc::gen::inRange(1, 4));
  double sum = *rc::gen::inRange(1, 50);
  for (const int w : weights) sum += w;
  std::vector<BuyingPowerShare> shares;
  for (std::size_t i = 0; i < n; ++i)
    shares.push_back({StrategyId{static_cast<std::uint32_t>(i)}, priorities[i], weights[i] / sum});
  Drawn d{.rule = *BuyingPower::make({}, shares)};
  d.basis = *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 200), rc::gen::inRange<std::int64_t>(0, 100'000'000));
  for (std::size_t i = 0; i < n; ++i) {
    d.demands.push_back({shares[i].strategy, Cents{*rc::gen::inRange<std::int64_t>(0, d.basis + 1)}});
    d.lends.push_back(*rc::gen::weightedElement<bool>({{4, false}, {1, true}}));
  }
  d.mode = *rc::gen::element(AllocationMode::shares, AllocationMode::waterfall, AllocationMode::priority);
  return d;
}

[[nodiscard]] Cents sum_of(const std::vector<Allotment>& given) {
  Cents sum;
  for (const Allotment& a : given) sum += a.amount;
  return sum;
}

}  // namespace

TEST_CASE("no allocation is above the basis or a demand, or below zero, to the cent") {
  CHECK(rc::check([] {
    const Drawn d = drawn();
    const std::vector<Allotment> given = d.given(d.basis);
    RC_ASSERT(sum_of(given) <= Cents{d.basis});
    RC_ASSERT(sum_of(allocate_shares(d.rule, Cents{d.basis})) <= Cents{d.basis});
    for (const Allotment& a : given) {
      RC_ASSERT(a.amount >= Cents{});
      RC_ASSERT(a.amount <= d.wanted(a.strategy));
    }
  }));
}

TEST_CASE("by shares everybody gets his share or his demand, and nothing is left where demand is not met") {
  CHECK(rc::check([] {
    Drawn d = drawn();
    d.mode = AllocationMode::shares;
    const std::vector<Allotment> given = d.given(d.basis);
    const std::vector<Allotment> shares = allocate_shares(d.rule, Cents{d.basis});
    bool all_met = true;
    for (std::size_t k = 0; k < given.size(); ++k) {
      RC_ASSERT(given[k].amount >= std::min(shares[k].amount, d.wanted(given[k].strategy)));
      all_met = all_met && given[k].amount == d.wanted(given[k].strategy);
    }
    RC_ASSERT(all_met || sum_of(given) == sum_of(shares));
  }));
}

TEST_CASE("priority is respected: who gets more than his share leaves nobody before him unmet") {
  CHECK(rc::check([] {
    const Drawn d = drawn();
    const std::vector<Allotment> given = d.given(d.basis);
    const std::vector<Allotment> shares = allocate_shares(d.rule, Cents{d.basis});
    bool all_met = true;
    for (std::size_t k = 0; k < given.size(); ++k) {
      const Cents own = d.mode == AllocationMode::priority ? Cents{} : shares[k].amount;
      RC_ASSERT(all_met || given[k].amount <= own);
      all_met = all_met && given[k].amount == d.wanted(given[k].strategy);
    }
  }));
}

TEST_CASE("a larger basis gives nobody less") {
  CHECK(rc::check([] {
    const Drawn d = drawn();
    const std::int64_t more =
        *rc::gen::oneOf(rc::gen::inRange<std::int64_t>(0, 5), rc::gen::inRange<std::int64_t>(0, d.basis + 1));
    const std::vector<Allotment> before = d.given(d.basis);
    const std::vector<Allotment> after = d.given(d.basis + more);
    for (std::size_t k = 0; k < before.size(); ++k) RC_ASSERT(after[k].amount >= before[k].amount);
  }));
}

TEST_CASE("usage is the sum of open orders and what of ended ones was filled, and what was taken comes back exactly") {
  CHECK(rc::check([] {
    const BuyingPower rule = *BuyingPower::make({}, {});
    BuyingPowerState state;
    struct Order {
      StrategyId strategy;
      Micro per_unit;
      std::int64_t units;
    };
    std::map<std::uint64_t, Order> open;
    std::map<StrategyId, std::int64_t> used;
    std::uint64_t id = 0;
    for (const int die : *rc::gen::container<std::vector<int>>(60, rc::gen::inRange(0, 1'000'000))) {
      if (die % 3 != 0 || open.empty()) {
        const Order o{StrategyId{static_cast<std::uint32_t>(die % 4)}, Micro{die * 1'001}, 1 + die % 7};
        rule.approve(state, RequestId{++id}, o.strategy, o.per_unit, o.units);
        used[o.strategy] += o.per_unit.raw * o.units;
        open[id] = o;
      } else {
        const auto it = open.begin();
        const std::int64_t not_filled = die % (it->second.units + 1);
        rule.finish(state, RequestId{it->first}, not_filled);
        used[it->second.strategy] -= it->second.per_unit.raw * not_filled;
        open.erase(it);
      }
      for (const auto& [strategy, raw] : used) RC_ASSERT(state.used_by(strategy).raw == raw);
      RC_ASSERT(state.open_orders.size() == open.size());
    }
  }));
}
