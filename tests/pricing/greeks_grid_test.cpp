// tests/pricing/greeks_grid_test.cpp -- values and Greeks against the closed form in longer arithmetic, with corners.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/pricing/batch.hpp>
#include <optcoord/pricing/black_76.hpp>
#include <support/option_grid.hpp>

#include <algorithm>
#include <cmath>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

bool within(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }
/// Theta is a difference, and counts as a part of what it is the difference of.
bool greeks_within_1e10(const OptionGreeks& ours, const ExactGreeks& exact) {
  const OptionGreeks& x = exact.figures;
  return within(ours.delta, x.delta, 1e-10 * std::abs(x.delta)) && within(ours.gamma, x.gamma, 1e-10 * x.gamma) &&
         within(ours.theta, x.theta, 1e-10 * exact.theta_parts) && within(ours.vega, x.vega, 1e-10 * x.vega);
}

}  // namespace

TEST_CASE("one by one and in chains Greeks are right to 1e-10 of themselves, a minute to three years, 1 % to 500 %") {
  std::size_t options = 0;
  for_each_chain([&](const GridChain& chain) {
    const OptionBatch& b = chain.options;
    Columns out(5, b.size());
    REQUIRE(Kernels::best().greeks(b.expiry, b.input(), out.greeks()));
    CAPTURE(b.expiry.years);
    CAPTURE(b.expiry.rate);
    CAPTURE(b.expiry.dividend_yield);
    CAPTURE(chain.vol);
    for (std::size_t i = 0; i < b.size(); ++i, ++options) {
      CAPTURE(b.strike[i]);
      const OptionTerms o = b.terms(i);
      const ExactGreeks exact = exact_greeks(o, chain.vol);
      const OptionGreeks one = greeks(o, chain.vol);
      const OptionGreeks in_chain{out.at[0][i], out.at[1][i], out.at[2][i], out.at[3][i], out.at[4][i], 0};
      const double least = 1e-13 * std::max(o.spot, o.strike);
      CHECK(within(one.value, exact.figures.value, least));
      CHECK(within(in_chain.value, exact.figures.value, least));
      CHECK(greeks_within_1e10(one, exact));
      CHECK(greeks_within_1e10(in_chain, exact));
      CHECK(within(one.rho, exact.figures.rho, 1e-10 * std::abs(exact.figures.rho)));
      if (chain.underlying != Underlying::future) continue;
      const OptionGreeks on_future = greeks(FutureOptionTerms{o.right, o.spot, o.strike, o.years, o.rate}, chain.vol);
      CHECK(unit_greeks(on_future) == unit_greeks(one));
      CHECK(within(on_future.rho, -o.years * exact.figures.value / 100, o.years / 100 * least));
    }
  });
  CHECK(options == 22'644);
}
