// bench/quantlib_lines.cpp -- chains, implied volatilities, grids and exercise risk against QuantLib's closed forms.
// SPDX-License-Identifier: MIT
//
// QL: BlackCalculator made and asked for value, delta, gamma, theta and vega; blackFormula; blackFormulaImpliedStdDev
// with its own accuracy of 1e-6, where ours is 1e-9. Forward and discount are made once for all options. Both sides
// must agree: values to 1e-13 of the spot, Greeks to 1e-10 of themselves, volatilities to 1e-9. Exercise risk is not
// QuantLib's: it must agree with the header's own arithmetic, to 1e-12.
#include "pricing_chain.hpp"

#include <optcoord/exercise/scores.hpp>

#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>

#include <algorithm>  // std::max, std::min
#include <optional>   // std::optional

namespace optcoord::bench {

namespace {

using pricing::InstructionSet;
using pricing::Kernels;
using Chain = std::shared_ptr<PricingChain>;

const double discount = std::exp(-PricingChain::rate * PricingChain::years);
const double forward = PricingChain::spot * std::exp(-PricingChain::yield * PricingChain::years) / discount;
const double root_years = std::sqrt(PricingChain::years);

[[nodiscard]] QuantLib::Option::Type type_of(Right right) {
  return right == Right::call ? QuantLib::Option::Call : QuantLib::Option::Put;
}
[[nodiscard]] bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

[[nodiscard]] pricing::OptionGreeks quantlib_greeks(const PricingChain& c, std::size_t i) {
  const QuantLib::BlackCalculator one(type_of(c.right[i]), c.strike[i], forward, c.vol[i] * root_years, discount);
  return {one.value(),
          one.delta(c.spot),
          one.gamma(c.spot),
          one.theta(c.spot, c.years) / pricing::days_per_year,
          one.vega(c.years) / 100,
          0};
}
/// One option's, so that a line that asks one thing of QuantLib asks nothing else.
[[nodiscard]] double quantlib_value(const PricingChain& c, std::size_t i, double spot_factor, double vol_shock) {
  const double vol = std::max(c.vol[i] + vol_shock, 0.0);
  return QuantLib::blackFormula(type_of(c.right[i]), c.strike[i], forward * spot_factor, vol * root_years, discount);
}

void expect_same_greeks(const PricingChain& c) {
  for (std::size_t i = 0; i < c.n; ++i) {
    const pricing::OptionGreeks g = quantlib_greeks(c, i);
    expect(near(c.value[i], g.value, 1e-13 * 600), "values differ");
    expect(near(c.delta[i], g.delta, 1e-10 * std::abs(g.delta)), "deltas differ");
    expect(near(c.gamma[i], g.gamma, 1e-10 * g.gamma), "gammas differ");
    expect(near(c.theta[i], g.theta, 1e-10 * std::abs(g.theta)), "thetas differ");
    expect(near(c.vega[i], g.vega, 1e-10 * g.vega), "vegas differ");
  }
}

[[nodiscard]] Arms chain_arms(const Chain& c, Kernels k) {
  c->greeks(k);
  expect_same_greeks(*c);
  return {[c, k] { return repeated(8, c->n, [&] { c->greeks(k); }); },
          [c] {
            return repeated(1, c->n, [&] {
              for (std::size_t i = 0; i < c->n; ++i) benchmark::DoNotOptimize(quantlib_greeks(*c, i));
            });
          }};
}

[[nodiscard]] Arms implied_arms(const Chain& c, Kernels k) {
  c->implied_volatilities(k);
  for (std::size_t i = 0; i < c->n; ++i) expect(near(c->implied[i], c->vol[i], 1e-9), "volatilities differ");
  return {[c, k] { return repeated(4, c->n, [&] { c->implied_volatilities(k); }); },
          [c] {
            return repeated(1, c->n, [&] {
              for (std::size_t i = 0; i < c->n; ++i)
                benchmark::DoNotOptimize(QuantLib::blackFormulaImpliedStdDev(type_of(c->right[i]), c->strike[i],
                                                                             forward, c->price[i], discount));
            });
          }};
}

[[nodiscard]] Arms grid_arms(const Chain& c, Kernels k) {
  c->grid(k);
  const auto each_cell = [](const PricingChain& chain, auto f) {
    std::size_t cell = 0;
    for (const double vol : chain.vol_shocks)
      for (const double spot : chain.spot_shocks)
        for (std::size_t i = 0; i < chain.n; ++i) f(cell++, i, 1.0 + spot, vol);
  };
  each_cell(*c, [&](std::size_t cell, std::size_t i, double factor, double vol) {
    expect(near(c->cells[cell], quantlib_value(*c, i, factor, vol), 1e-13 * 600), "cells differ");
  });
  return {[c, k] { return repeated(1, c->cells.size(), [&] { c->grid(k); }); },
          [c, each_cell] {
            return repeated(1, c->cells.size(), [&] {
              each_cell(*c, [&](std::size_t, std::size_t i, double factor, double vol) {
                benchmark::DoNotOptimize(quantlib_value(*c, i, factor, vol));
              });
            });
          }};
}

/// Of QuantLib's question only the time is compared: it has no such score.
void expect_same_risk(const PricingChain& c) {
  for (std::size_t i = 0; i < c.n; ++i) {
    const double m = (c.right[i] == Right::call ? 1.0 : -1.0) * (c.spot - c.strike[i]) / c.strike[i];
    const double raw = risk_score_raw(m, c.minutes, c.vol[i]);
    const double probability = probability_itm(c.right[i], c.spot, c.strike[i], c.vol[i], c.minutes);
    expect(near(c.raw_score[i], raw, 1e-12 * raw), "scores differ");
    expect(c.score[i] == std::min(c.raw_score[i], 1.0), "scores differ");
    expect(near(c.probability[i], probability, 1e-12), "probabilities differ");
  }
}

[[nodiscard]] Arms exercise_arms(const Chain& c, Kernels k) {
  c->exercise(k);
  expect_same_risk(*c);
  return {[c, k] { return repeated(8, c->n, [&] { c->exercise(k); }); },
          [c] {
            return repeated(1, c->n, [&] {
              for (std::size_t i = 0; i < c->n; ++i) benchmark::DoNotOptimize(quantlib_value(*c, i, 1, 0));
            });
          }};
}

/// A line for each instruction set of this processor; those without a required ratio are reported.
struct Family {
  const char* name;
  const char* about;
  const char* peer;
  std::optional<double> avx512;
  std::optional<double> avx2;
  std::optional<double> sse2;
  Arms (*make)(const Chain&, Kernels);
  int slow;

  [[nodiscard]] std::optional<double> required(InstructionSet set) const {
    switch (set) {
      case InstructionSet::portable: return std::nullopt;
      case InstructionSet::x86_64: return sse2;
      case InstructionSet::x86_64_v3: return avx2;
      case InstructionSet::x86_64_v4: return avx512;
    }
    return std::nullopt;
  }
};

constexpr Family families[] = {
    {"pricing.chain", "an option of a chain of 256: value and four Greeks", "QL BlackCalculator, five figures", 35, 15,
     4, chain_arms, 1},
    {"pricing.implied", "an implied volatility of a chain of 256", "QL blackFormulaImpliedStdDev", 10, std::nullopt,
     std::nullopt, implied_arms, 4},
    {"pricing.grid", "an option in one of 9 x 7 spot and volatility shocks", "QL blackFormula", 13, 7, 2, grid_arms,
     10},
    {"pricing.exercise", "a position's exercise score and probability in the money", "QL blackFormula", 10,
     std::nullopt, std::nullopt, exercise_arms, 1},
};

}  // namespace

std::vector<Line> quantlib_lines() {
  std::vector<Line> lines;
  for (const Family& family : families)
    for (const InstructionSet set : pricing::instruction_sets) {
      const std::optional<Kernels> kernels = Kernels::of(set);
      if (!kernels) continue;
      lines.push_back({.name = std::string(family.name) + "_" + short_name(set),
                       .about = std::string(family.about) + ", kernels for " + std::string(text(set)),
                       .peer = family.peer,
                       .required = family.required(set),
                       .slow = family.slow,
                       .no_allocation = true,
                       .make = [&family, k = *kernels] { return family.make(std::make_shared<PricingChain>(), k); }});
    }
  return lines;
}

}  // namespace optcoord::bench
