// tests/sizing/allocation_test.cpp -- sizing one trade allocates nothing, whatever the method and the answer.
// SPDX-License-Identifier: MIT
//
// A program of its own, since it replaces operator new by one that counts.
#include "support/sizing.hpp"

#include <optcoord/sizing/factory.hpp>
#include <optcoord/sizing/metrics.hpp>

#include <doctest/doctest.h>

#include <cstdint>  // std::uint64_t
#include <cstdlib>  // std::malloc, std::free
#include <new>      // std::bad_alloc
#include <string>

namespace {

std::uint64_t allocations = 0;

}  // namespace

// Not inlined: g++ would see malloc's memory freed by what it takes for another allocator's free.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  void* got = std::malloc(size == 0 ? 1 : size);
  if (got == nullptr) throw std::bad_alloc{};
  return got;
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }

namespace {

using namespace optcoord;
using namespace optcoord::test;

template <class Work>
[[nodiscard]] std::uint64_t allocations_of(Work work) {
  const std::uint64_t before = allocations;
  for (int i = 0; i < 100; ++i) work();
  return allocations - before;
}

[[nodiscard]] Result<Usd> half_the_equity(const MethodInput& in) { return Usd{in.request.equity / 2}; }

}  // namespace

TEST_CASE("the counter counts") {
  const std::uint64_t before = allocations;
  const std::string text(100, 'x');
  CHECK(allocations - before == 1);
  CHECK(text.size() == 100);
}

TEST_CASE("no method allocates, with every cap lowering or none") {
  const std::vector<HostMethod> methods{{"half", {}, half_the_equity}};
  for (PositionSizingConfig c : {fixed_usd(90'000), percent_equity(1), risk_based(0.5), fixed_units(1e6),
                                 kelly(0.9, 2, 1), volatility_target(0.9), PositionSizingConfig{.method = "half"}}) {
    CAPTURE(*c.method);
    c.max_position_size_usd = 80'000;
    c.risk_adjustment = RiskAdjustmentConfig{true, 30, 0.01, 1};
    const Sizer sizer = *Sizer::make(inherited({}, c), methods);
    PerformanceState history;
    REQUIRE(sizer.risk_adjustment().apply(history, {100, 100}));
    const SizeRequest tight{.equity = 70'000,
                            .price = 7,
                            .stop = 6.5,
                            .signal = 0.9,
                            .multiplier = 100,
                            .lot = 10,
                            .buying_power = 20'000,
                            .volatility = 0.2};
    const SizeRequest loose{.equity = 1e9, .price = 7, .stop = 6.5, .volatility = 0.2};
    bool good = true;
    CHECK(allocations_of([&] {
            good = good && sizer.size(tight, history) && sizer.size(loose, history) && sizer.size(loose);
          }) == 0);
    CHECK(good);
  }
}

TEST_CASE("a size of 0 and a trade that is refused allocate nothing") {
  const Sizer sizer = sizer_of(risk_based(0.02));
  int refused = 0;
  CHECK(allocations_of([&] {
          refused += sizer.size({.equity = 1, .price = 1}) ? 0 : 1;
          refused += sizer.size({.equity = 0, .price = 1, .stop = 0.5}) ? 0 : 1;
        }) == 0);
  CHECK(refused == 100);
}

TEST_CASE("looking a sizer up by name allocates nothing, known or not") {
  SizerFactoryConfig c;
  c.strategies = std::vector<StrategySizingConfig>{{"a strategy with a long name", fixed_usd(1)}};
  const SizerFactory f = *SizerFactory::make(c);
  int found = 0;
  CHECK(allocations_of([&] {
          found += f.sizer_for("a strategy with a long name") ? 1 : 0;
          found += f.sizer_for("another strategy with a long name") ? 1 : 0;
        }) == 0);
  CHECK(found == 100);
}

TEST_CASE("a full window and known strategies' metrics take trades without allocating") {
  const RiskAdjustment rule = *RiskAdjustment::make({true, 3, 0.01, 0.04});
  PerformanceState history;
  SizingMetricsState metrics;
  const Size size = size_of(fixed_usd(1000), usual_trade());
  for (int i = 0; i < 3; ++i) REQUIRE(rule.apply(history, {1, 1}));
  observe(metrics, StrategyId{4}, size);
  CHECK(allocations_of([&] {
          (void)rule.apply(history, {1, 1});
          observe(metrics, StrategyId{4}, size);
          observe(metrics, StrategyId{4}, TradeResult{1, 1});
        }) == 0);
}
