// bench/pricing_chain.hpp -- the chain that the pricing lines work on, and what a level's kernels make of it.
// SPDX-License-Identifier: MIT
#pragma once

#include "ratio.hpp"

#include <optcoord/pricing/batch.hpp>
#include <optcoord/pricing/black_scholes.hpp>

#include <benchmark/benchmark.h>

#include <cmath>    // std::exp, std::sqrt
#include <cstddef>  // std::size_t
#include <memory>   // std::shared_ptr
#include <string>   // std::string
#include <vector>   // std::vector

namespace optcoord::bench {

/// 256 options of one expiry, calls and puts from a third below the spot to a third above it, with a skew.
struct PricingChain {
  static constexpr std::size_t n = 256;
  static constexpr double spot = 450, years = 0.25, rate = 0.05, yield = 0.015, minutes = 28.75;

  std::vector<Right> right = std::vector<Right>(n);
  std::vector<double> strike = columns(), log_strike = columns(), vol = columns(), price = columns();
  std::vector<double> value = columns(), delta = columns(), gamma = columns(), theta = columns(), vega = columns();
  std::vector<double> implied = columns();
  std::vector<pricing::IvStatus> status = std::vector<pricing::IvStatus>(n);
  std::vector<double> spots = std::vector<double>(n, spot), all_years = std::vector<double>(n, years);
  std::vector<double> rates = std::vector<double>(n, rate), yields = std::vector<double>(n, yield);
  std::vector<double> betas = std::vector<double>(n, 1.0);
  std::vector<double> spot_shocks{-0.20, -0.15, -0.10, -0.05, 0.0, 0.05, 0.10, 0.15, 0.20};
  std::vector<double> vol_shocks{-0.05, 0.0, 0.05, 0.10, 0.20, 0.30, 0.50};
  std::vector<double> cells = std::vector<double>(n * 63);
  std::vector<double> score = columns(), raw_score = columns(), probability = columns();

  PricingChain() {
    for (std::size_t i = 0; i < n; ++i) {
      const double x = static_cast<double>(i) / n;
      right[i] = i % 2 == 0 ? Right::call : Right::put;
      strike[i] = 300 + 300 * x;
      vol[i] = 0.35 - 0.2 * x;
      price[i] = pricing::value(terms(i), vol[i]);
    }
    expect(pricing::Kernels::best().log_ratio(strike, spot, log_strike).has_value(), "no logarithms");
  }
  [[nodiscard]] pricing::OptionTerms terms(std::size_t i) const {
    return {right[i], spot, strike[i], years, rate, yield};
  }
  [[nodiscard]] pricing::ExpiryTerms expiry() const { return {spot, years, rate, yield, spot}; }

  void greeks(const pricing::Kernels& k) {
    const pricing::ChainInput in{right, strike, log_strike, vol};
    expect(k.greeks(expiry(), in, {value, delta, gamma, theta, vega}).has_value(), "no Greeks");
  }
  void implied_volatilities(const pricing::Kernels& k) {
    const pricing::ChainPrices in{right, strike, log_strike, price};
    expect(k.implied_volatility(expiry(), in, {implied, status}).has_value(), "no volatilities");
  }
  void grid(const pricing::Kernels& k) {
    const pricing::GridInput in{right, spots, strike, all_years, rates, yields, vol, betas};
    expect(k.grid(in, {spot_shocks, vol_shocks}, cells).has_value(), "no grid");
  }
  void exercise(const pricing::Kernels& k) {
    const pricing::ExpiringInput in{spot, minutes, minutes, spot, right, strike, log_strike, vol};
    expect(k.exercise_risk(in, {score, raw_score, probability}).has_value(), "no exercise risk");
  }

 private:
  [[nodiscard]] static std::vector<double> columns() { return std::vector<double>(n); }
};

/// Does `work` once to warm up, then `times` times, each of `operations` operations.
template <class Work>
[[nodiscard]] Batch repeated(int times, std::size_t operations, Work work) {
  work();
  Stopwatch watch;
  watch.start();
  for (int k = 0; k < times; ++k) {
    work();
    benchmark::ClobberMemory();
  }
  watch.stop(static_cast<std::uint64_t>(times) * operations);
  return watch.batch();
}

/// The instruction set as it stands in a line's name.
[[nodiscard]] inline std::string short_name(pricing::InstructionSet set) {
  switch (set) {
    case pricing::InstructionSet::portable: return "portable";
    case pricing::InstructionSet::x86_64: return "sse2";
    case pricing::InstructionSet::x86_64_v3: return "avx2";
    case pricing::InstructionSet::x86_64_v4: return "avx512";
  }
  return "portable";
}

}  // namespace optcoord::bench
