// tests/pricing/quantlib_test.cpp -- values and Greeks beside QuantLib's, on a dense grid with its corners.
// SPDX-License-Identifier: MIT
//
// QuantLib is a peer of this test alone, built where it is found. Ours are held to 1e-10 of the exact figure everywhere
// by greeks_grid_test.cpp; here the two are, wherever QuantLib's own arithmetic carries as many digits.
#include <doctest/doctest.h>

#include <optcoord/pricing/black_76.hpp>
#include <support/option_grid.hpp>

#include <ql/pricingengines/blackcalculator.hpp>
#include <ql/pricingengines/blackformula.hpp>

#include <algorithm>
#include <cmath>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

struct QuantLibFigures {
  OptionGreeks greeks;
  double formula;  ///< the value by blackFormula
};
QuantLibFigures by_quantlib(const OptionTerms& o, double vol) {
  const auto type = o.right == Right::call ? QuantLib::Option::Call : QuantLib::Option::Put;
  const double discount = std::exp(-o.rate * o.years);
  const double forward = o.spot * std::exp((o.rate - o.dividend_yield) * o.years);
  const double deviation = vol * std::sqrt(o.years);
  const QuantLib::BlackCalculator q(type, o.strike, forward, deviation, discount);
  return {{q.value(), q.delta(o.spot), q.gamma(o.spot), q.theta(o.spot, o.years) / days_per_year, q.vega(o.years) / 100,
           q.rho(o.years) / 100},
          QuantLib::blackFormula(type, o.strike, forward, deviation, discount)};
}

/// How far rounding may take QuantLib's figures. It is given forward, deviation and discount as doubles, each some
/// roundings from what they stand for, and adds up terms that cancel:
/// - the density at d has d^2 roundings, and d itself 1 / deviation of the forward's;
/// - delta and rho hold S n(d1) / deviation twice, with opposite signs; gamma and vega hold themselves d / deviation
///   times, twice; N(d) is right to a rounding of 1;
/// - theta finds the rates again as logarithms of discount and forward, divided by the time.
OptionGreeks roundings_of_quantlib(const OptionTerms& o, const ExactGreeks& exact, double vol) {
  constexpr double some = 12 * 0x1p-53;
  const OptionGreeks& x = exact.figures;
  const double density = 1 + exact.d * exact.d;
  const double cancelled = some * density * (1 + exact.d / exact.deviation);
  const double in_usd = some * (exact.parts + density * exact.per_forward);
  OptionGreeks r;
  r.value = some * exact.parts;
  r.delta = in_usd / o.spot;
  r.gamma = cancelled * x.gamma;
  r.vega = cancelled * x.vega;
  r.rho = in_usd * o.years / 100;
  r.theta = (some * (x.value + o.spot * std::abs(x.delta)) / o.years + std::abs(o.rate) * r.value +
             std::abs(o.rate - o.dividend_yield) * in_usd + 0.5 * vol * vol * o.spot * o.spot * r.gamma) /
            days_per_year;
  return r;
}

/// Counts the comparisons, and those at 1e-10 alone.
struct Agreement {
  std::size_t compared{0};
  std::size_t by_1e10{0};

  bool operator()(double ours, double theirs, double rounding) {
    const double digits = 1e-10 * std::abs(theirs);
    ++compared;
    if (rounding <= digits) ++by_1e10;
    return std::abs(ours - theirs) <= std::max(digits, rounding);
  }
};

}  // namespace

TEST_CASE("values and Greeks agree with QuantLib's to 1e-10, and where it rounds more, to its roundings") {
  Agreement agree;
  for_each_chain([&](const GridChain& chain) {
    const OptionBatch& b = chain.options;
    CAPTURE(b.expiry.years);
    CAPTURE(b.expiry.rate);
    CAPTURE(b.expiry.dividend_yield);
    CAPTURE(chain.vol);
    for (std::size_t i = 0; i < b.size(); ++i) {
      CAPTURE(b.strike[i]);
      const OptionTerms o = b.terms(i);
      const OptionGreeks ours = greeks(o, chain.vol);
      const QuantLibFigures theirs = by_quantlib(o, chain.vol);
      const OptionGreeks rounding = roundings_of_quantlib(o, exact_greeks(o, chain.vol), chain.vol);
      CHECK(std::abs(ours.value - theirs.greeks.value) <= 1e-13 * std::max(o.spot, o.strike));
      CHECK(std::abs(ours.value - theirs.formula) <= 1e-13 * std::max(o.spot, o.strike));
      CHECK(agree(ours.delta, theirs.greeks.delta, rounding.delta));
      CHECK(agree(ours.gamma, theirs.greeks.gamma, rounding.gamma));
      CHECK(agree(ours.theta, theirs.greeks.theta, rounding.theta));
      CHECK(agree(ours.vega, theirs.greeks.vega, rounding.vega));
      CHECK(agree(ours.rho, theirs.greeks.rho, rounding.rho));
    }
  });
  CHECK(agree.compared == 5 * 22'644);
  CHECK(agree.by_1e10 > 7 * agree.compared / 10);
}
