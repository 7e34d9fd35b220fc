// tests/pricing/kernel_figures_test.cpp -- the kernels' figures are those of the scalar formulas, corners included.
// SPDX-License-Identifier: MIT
//
// The scalar formulas are held to 50 digits in black_scholes_test.cpp.
#include <doctest/doctest.h>

#include <optcoord/pricing/batch.hpp>
#include <optcoord/pricing/black_scholes.hpp>
#include <support/dice.hpp>
#include <support/not_finite.hpp>
#include <support/option_batch.hpp>

#include <algorithm>
#include <cmath>
#include <string>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

constexpr double one_minute = 1.0 / 525'600;

bool off_by_at_most(double a, double b, double tolerance) {
  return std::abs(a - b) <= tolerance || (std::isnan(a) && std::isnan(b));
}

/// Strikes from 8 deviations below to 8 above the spot, both rights.
OptionBatch ladder(double years, double vol, double rate, double yield) {
  OptionBatch b;
  b.expiry = {450.0, years, rate, yield, 450.0};
  for (double sigmas = -8; sigmas <= 8; sigmas += 0.25)
    for (const Right right : {Right::call, Right::put})
      b.add(right, 450.0 * std::exp(sigmas * vol * std::sqrt(years)), vol);
  b.finish(Kernels::best());
  return b;
}

}  // namespace

TEST_CASE("the kernels' normal distribution is right to 1e-13 of itself from -12 to 8") {
  std::vector<double> x;
  for (double at = -12; at <= 8; at += 1.0 / 256) x.push_back(at);
  std::vector<double> p(x.size());
  REQUIRE(Kernels::best().normal_cdf(x, p));
  for (std::size_t i = 0; i < x.size(); ++i) {
    CAPTURE(x[i]);
    CHECK(std::abs(p[i] / normal_cdf(x[i]) - 1.0) <= 1e-13);
  }
  const std::vector<double> table{-7, -5, -0.125, 0, 0.5, 2, 7};
  const double digits[] = {1.279812543885835e-12, 2.8665157187919391e-7, 0.45026177516988711, 0.5,
                           0.6914624612740131,    0.97724986805182079,   0.99999999999872019};
  std::vector<double> q(table.size());
  REQUIRE(Kernels::best().normal_cdf(table, q));
  for (std::size_t i = 0; i < q.size(); ++i) CHECK(std::abs(q[i] / digits[i] - 1.0) <= 1e-13);
  std::vector<double> ends(3);
  REQUIRE(Kernels::best().normal_cdf(std::vector<double>{-infinity, infinity, not_a_number}, ends));
  CHECK(ends[0] == 0);
  CHECK(ends[1] == 1);
  CHECK(std::isnan(ends[2]));
}

TEST_CASE("logarithms of ratios are right to the last digit or two, and no number where there is none") {
  const std::vector<double> x{450, 449.99, 450.01, 1e-300,   1e300,       1e-310, 0.5, 636.3961030678928,
                              900, 0,      -1,     infinity, not_a_number};
  std::vector<double> out(x.size());
  REQUIRE(Kernels::best().log_ratio(x, 450, out));
  for (std::size_t i = 0; i < x.size(); ++i) {
    CAPTURE(x[i]);
    if (i < 9)
      CHECK(off_by_at_most(out[i], std::log(x[i] / 450), 4e-16 * std::max(std::abs(std::log(x[i] / 450)), 0.0)));
    else
      CHECK(std::isnan(out[i]));
  }
}

TEST_CASE("chain values are right to 1e-13 of the spot, Greeks to 1e-10 of themselves, parity holds to 1e-12") {
  for (const double years : {one_minute, 30 * one_minute, 1.0 / 365, 0.1, 1.0, 3.0})
    for (const double vol : {0.01, 0.05, 0.2, 1.0, 5.0})
      for (const double rate : {-0.02, 0.0, 0.05})
        for (const double yield : {0.0, 0.03}) {
          const OptionBatch b = ladder(years, vol, rate, yield);
          Columns out(5, b.size());
          REQUIRE(Kernels::best().greeks(b.expiry, b.input(), out.greeks()));
          for (std::size_t i = 0; i < b.size(); ++i) {
            CAPTURE(years);
            CAPTURE(vol);
            CAPTURE(rate);
            CAPTURE(b.strike[i]);
            const OptionGreeks g = greeks(b.terms(i), vol);
            const double largest = std::max(450.0, b.strike[i]);
            CHECK(off_by_at_most(out.at[0][i], g.value, 1e-13 * largest));
            // Relative to themselves, down to where they move nothing.
            CHECK(off_by_at_most(out.at[1][i], g.delta, 1e-10 * std::abs(g.delta) + 1e-18));
            CHECK(off_by_at_most(out.at[2][i], g.gamma, 1e-10 * g.gamma + 1e-18));
            CHECK(off_by_at_most(out.at[3][i], g.theta, 1e-10 * std::abs(g.theta) + 1e-14 * largest));
            CHECK(off_by_at_most(out.at[4][i], g.vega, 1e-10 * g.vega + 1e-18));
            if (i % 2 == 0) continue;  // a call, with its put behind it
            const double parity = 450.0 * std::exp(-yield * years) - b.strike[i] * std::exp(-rate * years);
            CHECK(off_by_at_most(out.at[0][i - 1] - out.at[0][i], parity, 1e-12 * largest));
          }
        }
}

TEST_CASE("expired options and options without volatility are their intrinsic value, also in a chain") {
  for (const double years : {-1.0, 0.0, 0.5})
    for (const double vol : {0.0, -0.0, 0.2}) {
      if (years > 0 && vol > 0) continue;
      OptionBatch b;
      b.expiry = {100.0, years, 0.05, 0.02, 100.0};
      for (const double strike : {90.0, 100.0, 110.0})
        for (const Right right : {Right::call, Right::put}) b.add(right, strike, vol);
      b.finish(Kernels::best());
      Columns out(5, b.size());
      REQUIRE(Kernels::best().greeks(b.expiry, b.input(), out.greeks()));
      for (std::size_t i = 0; i < b.size(); ++i) {
        CAPTURE(b.strike[i]);
        CAPTURE(years);
        const OptionGreeks g = greeks(b.terms(i), vol);
        CHECK(off_by_at_most(out.at[0][i], g.value, 1e-13 * 110));
        CHECK(off_by_at_most(out.at[1][i], g.delta, 1e-14));
        CHECK(out.at[2][i] == 0);
        CHECK(off_by_at_most(out.at[3][i], g.theta, 1e-15));
        CHECK(out.at[4][i] == 0);
      }
    }
}

TEST_CASE("an input that is no option has no figure, and its neighbours keep theirs") {
  for (const double bad : {0.0, -1.0, not_a_number, infinity}) {
    OptionBatch b;
    b.expiry = {100.0, 0.5, 0.05, 0.0, 100.0};
    for (int i = 0; i < 20; ++i) b.add(Right::call, 100, 0.2);
    b.strike[5] = bad;
    if (bad != 0.0) b.vol[11] = bad;
    b.finish(Kernels::best());
    Columns out(5, b.size());
    REQUIRE(Kernels::best().greeks(b.expiry, b.input(), out.greeks()));
    for (std::size_t i = 0; i < b.size(); ++i)
      for (const auto& column : out.at) CHECK(std::isnan(column[i]) == (i == 5 || (i == 11 && bad != 0.0)));
    for (double ExpiryTerms::*field :
         {&ExpiryTerms::spot, &ExpiryTerms::anchor, &ExpiryTerms::years, &ExpiryTerms::rate}) {
      if (std::isfinite(bad) && (field == &ExpiryTerms::years || field == &ExpiryTerms::rate)) continue;
      ExpiryTerms expiry = b.expiry;
      expiry.*field = bad;
      REQUIRE(Kernels::best().greeks(expiry, b.input(), out.greeks()));
      for (const auto& column : out.at) CHECK(std::isnan(column[0]));
    }
  }
}

TEST_CASE("the kernels find the volatility of a model price to 1e-9 wherever the price carries it") {
  int solved = 0;
  for (const double years : {one_minute, 30 * one_minute, 1.0 / 365, 0.1, 1.0, 3.0})
    for (const double vol : {0.01, 0.05, 0.2, 1.0, 5.0})
      for (const double rate : {-0.02, 0.0, 0.05}) {
        const OptionBatch b = ladder(years, vol, rate, 0.01);
        std::vector<double> price, found(b.size());
        std::vector<IvStatus> status(b.size());
        for (std::size_t i = 0; i < b.size(); ++i) price.push_back(value(b.terms(i), vol));
        REQUIRE(
            Kernels::best().implied_volatility(b.expiry, {b.right, b.strike, b.log_strike, price}, {found, status}));
        for (std::size_t i = 0; i < b.size(); ++i) {
          const double rounding = 8 * 0x1p-52 * std::max(450.0, b.strike[i]) / (100 * greeks(b.terms(i), vol).vega);
          const double tolerance = std::max(1e-9, rounding);
          if (!(tolerance < 1e-3 * vol)) continue;  // the price does not carry it
          CAPTURE(years);
          CAPTURE(vol);
          CAPTURE(b.strike[i]);
          REQUIRE(status[i] == IvStatus::solved);
          CHECK(std::abs(found[i] - vol) <= tolerance);
          ++solved;
        }
      }
  CHECK(solved > 5'000);
}

TEST_CASE("statuses from the kernels are those of the scalar search, for prices of every kind") {
  Dice dice(11);
  std::size_t seen[6] = {};
  for (int round = 0; round < 300; ++round) {
    OptionBatch b = drawn_options(dice, 64);
    b.finish(Kernels::best());
    std::vector<double> price, vol(b.size());
    std::vector<IvStatus> status(b.size());
    for (std::size_t i = 0; i < b.size(); ++i) {
      const double exact = value(b.terms(i), b.vol[i]);
      const double kinds[] = {exact, exact - b.expiry.spot, 3 * (b.expiry.spot + b.strike[i]),
                              0.0,   not_a_number,          log_between(dice, 1e-12, 1.0) * b.expiry.spot};
      price.push_back(kinds[dice.roll(6)]);
    }
    REQUIRE(Kernels::best().implied_volatility(b.expiry, {b.right, b.strike, b.log_strike, price}, {vol, status}));
    for (std::size_t i = 0; i < b.size(); ++i) {
      const OptionTerms o = b.terms(i);
      const ImpliedVolatility one = implied_volatility(o, price[i]);
      ++seen[static_cast<std::size_t>(one.status)];
      CAPTURE(o.strike);
      CAPTURE(o.years);
      CAPTURE(price[i]);
      if (one.status != status[i]) {
        // Only where the price says hardly anything: within rounding of the intrinsic value.
        CHECK(std::abs(price[i] - value(o, 0)) <= 1e-13 * std::max(o.spot, o.strike));
        continue;
      }
      if (one.status != IvStatus::solved) {
        CHECK(vol[i] == 0);
        continue;
      }
      const double rounding = 8 * 0x1p-52 * std::max(o.spot, o.strike) / (100 * greeks(o, one.vol).vega);
      if (rounding < 1e-3 * one.vol) CHECK(off_by_at_most(vol[i], one.vol, std::max(1e-9, rounding)));
    }
  }
  for (const std::size_t count : seen) CHECK(count > 100);
}

TEST_CASE("spans of different lengths are an error that names one, and nothing is written") {
  const Kernels best = Kernels::best();
  const std::vector<double> three(3, 1.0), two(2, 1.0);
  const std::vector<Right> right(3, Right::call);
  Columns out(5, 3);
  const Result<void> r = best.greeks({100, 1, 0, 0, 100}, {right, three, three, two}, out.greeks());
  REQUIRE_FALSE(r);
  CHECK(r.error() == Error{Errc::invalid_value, "vol", -1, -1});
  for (const auto& column : out.at)
    for (const double x : column) CHECK(x == -1.0);
  CHECK(best.log_ratio(three, 1, out.at[0]));
  std::vector<double> short_out(2);
  CHECK_FALSE(best.log_ratio(three, 1, short_out));
  CHECK_FALSE(best.normal_cdf(three, short_out));
  std::vector<IvStatus> status(3);
  CHECK(best.implied_volatility({1, 1, 0, 0, 1}, {right, three, three, two}, {short_out, status}).error().field ==
        std::string("price"));
  const std::vector<double> many(65, 0.0);
  std::vector<double> values(3);
  const GridInput grid{right, three, three, three, three, three, three, three};
  CHECK(best.grid(grid, {many, two}, values).error().field == std::string("shocks.spot"));
  CHECK(best.grid(grid, {two, {}}, values).error().field == std::string("shocks.vol"));
  CHECK(best.grid(grid, {two, two}, values).error().field == std::string("value"));
  CHECK(best.grid(grid, {two, two, {}}, values).error().field == std::string("shocks.years_passed"));
  CHECK(best.grid(grid, {two, two, two}, values).error().field == std::string("value"));
  CHECK(best.exercise_risk({1, 1, 1, 1, right, three, three, two}, {values, values, values}).error().field ==
        std::string("vol"));
}

TEST_CASE("nothing at all is fine") {
  const Kernels best = Kernels::best();
  CHECK(best.greeks({}, {}, {}));
  CHECK(best.implied_volatility({}, {}, {}));
  const std::vector<double> none{0.0};
  CHECK(best.grid({}, {none, none}, {}));
  CHECK(best.exercise_risk({}, {}));
}
