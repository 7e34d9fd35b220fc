// tests/pricing/black_76_test.cpp -- options on futures: Hull's example, parity, and the Greeks as differences.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/pricing/black_76.hpp>
#include <optcoord/pricing/implied_volatility.hpp>

#include <cmath>

using namespace optcoord;
using namespace optcoord::pricing;

TEST_CASE("Hull's option on crude oil futures is worth 1.12") {
  const FutureOptionTerms o{Right::put, 20.0, 20.0, 4.0 / 12.0, 0.09};
  CHECK(value(o, 0.25) == doctest::Approx(1.1166414565589438).epsilon(1e-12));
  CHECK(greeks(o, 0.25).value == value(o, 0.25));
  CHECK(implied_volatility(as_option(o), 1.1166414565589438).vol == doctest::Approx(0.25).epsilon(1e-12));
}

TEST_CASE("call less put on a future is the discounted difference of future and strike") {
  for (const double strike : {3000.0, 3250.0, 3500.0})
    for (const double rate : {-0.01, 0.0, 0.05}) {
      const FutureOptionTerms call{Right::call, 3240.0, strike, 0.2, rate};
      FutureOptionTerms put = call;
      put.right = Right::put;
      const double parity = std::exp(-rate * 0.2) * (3240.0 - strike);
      CHECK(std::abs(value(call, 0.15) - value(put, 0.15) - parity) <= 1e-12 * 3240);
    }
}

TEST_CASE("Greeks of an option on a future are the differences of its value, rho with the future held") {
  for (const Right right : {Right::call, Right::put}) {
    const FutureOptionTerms o{right, 3240.0, 3200.0, 0.25, 0.04};
    const auto moved = [&](double future, double years, double rate, double vol) {
      return value(FutureOptionTerms{right, 3240.0 + future, 3200.0, 0.25 + years, 0.04 + rate}, 0.18 + vol);
    };
    const OptionGreeks g = greeks(o, 0.18);
    CHECK((moved(0.1, 0, 0, 0) - moved(-0.1, 0, 0, 0)) / 0.2 == doctest::Approx(g.delta).epsilon(1e-7));
    CHECK((moved(1, 0, 0, 0) - 2 * moved(0, 0, 0, 0) + moved(-1, 0, 0, 0)) == doctest::Approx(g.gamma).epsilon(1e-5));
    CHECK((moved(0, -1e-5, 0, 0) - moved(0, 1e-5, 0, 0)) / 2e-5 / 365 == doctest::Approx(g.theta).epsilon(1e-6));
    CHECK((moved(0, 0, 0, 1e-5) - moved(0, 0, 0, -1e-5)) / 2e-3 == doctest::Approx(g.vega).epsilon(1e-7));
    CHECK((moved(0, 0, 1e-5, 0) - moved(0, 0, -1e-5, 0)) / 2e-3 == doctest::Approx(g.rho).epsilon(1e-7));
  }
  CHECK(greeks(FutureOptionTerms{Right::call, 3240, 3200, -1, 0.04}, 0.18).rho == 0);
}
