// tests/pricing/implied_volatility_test.cpp -- there and back over the whole range, and a status for every corner.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/new_york.hpp>
#include <optcoord/market/quote.hpp>
#include <optcoord/pricing/implied_volatility.hpp>
#include <support/csv.hpp>
#include <support/not_finite.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double minute = 1.0 / 525'600;

/// How far two volatilities can be apart and still give prices that differ only by rounding: the price itself is
/// known to the rounding of the larger of spot and strike.
double uncertainty(const OptionTerms& o, double vol) {
  return 8 * epsilon * std::max(o.spot, o.strike) / (100 * greeks(o, vol).vega);
}

}  // namespace

TEST_CASE("the volatility of a model price comes back to 1e-9 wherever the price carries it") {
  int exact = 0;
  int solved = 0;
  for (const double t : {minute, 10 * minute, 390 * minute, 1.0 / 365, 7.0 / 365, 0.25, 1.0, 3.0})
    for (const double vol : {0.01, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0})
      for (const double sigmas : {-6.0, -3.0, -1.0, -0.1, 0.0, 0.1, 1.0, 3.0, 6.0})
        for (const double rate : {-0.02, 0.0, 0.05})
          for (const double yield : {0.0, 0.03})
            for (const Right right : {Right::call, Right::put}) {
              const double spot = 450.0;
              const OptionTerms o{right, spot, spot * std::exp(sigmas * vol * std::sqrt(t)), t, rate, yield};
              const double tolerance = std::max(1e-9, uncertainty(o, vol));
              if (!(tolerance < 1e-3 * vol)) continue;  // the price does not carry it
              CAPTURE(t);
              CAPTURE(vol);
              CAPTURE(sigmas);
              CAPTURE(rate);
              CAPTURE(right);
              const ImpliedVolatility iv = implied_volatility(o, value(o, vol));
              REQUIRE(iv.status == IvStatus::solved);
              CHECK(std::abs(iv.vol - vol) <= tolerance);
              exact += tolerance == 1e-9 ? 1 : 0;
              ++solved;
            }
  CHECK(solved > 5'000);
  CHECK(exact > 4'000);
}

TEST_CASE("out of the money the volatility comes back to 1e-9 ten sigma out") {
  for (const double vol : {0.01, 0.2, 1.0, 5.0})
    for (const double t : {minute, 1.0 / 365, 0.25, 1.0})
      for (const double sigmas : {2.0, 4.0, 6.0, 8.0, 10.0}) {
        const double deviation = vol * std::sqrt(t);
        const OptionTerms call{Right::call, 100.0, 100.0 * std::exp(sigmas * deviation), t, 0.0, 0.0};
        const OptionTerms put{Right::put, 100.0, 100.0 * std::exp(-sigmas * deviation), t, 0.0, 0.0};
        CAPTURE(vol);
        CAPTURE(t);
        CAPTURE(sigmas);
        for (const OptionTerms& o : {call, put}) {
          const ImpliedVolatility iv = implied_volatility(o, value(o, vol));
          REQUIRE(iv.status == IvStatus::solved);
          CHECK(std::abs(iv.vol - vol) <= std::max(1e-9, 1e-9 * vol));
        }
      }
}

TEST_CASE("price to volatility to price changes nothing that can be seen") {
  for (const double t : {minute, 1.0 / 365, 0.1, 2.0})
    for (const double strike : {60.0, 95.0, 100.0, 105.0, 160.0})
      for (const Right right : {Right::call, Right::put})
        for (const double time_value : {1e-9, 1e-4, 0.01, 0.3, 5.0, 50.0}) {
          const OptionTerms o{right, 100.0, strike, t, 0.03, 0.01};
          const double price = value(o, 0) + time_value;
          const ImpliedVolatility iv = implied_volatility(o, price);
          if (iv.status == IvStatus::solved)
            CHECK(std::abs(value(o, iv.vol) - price) <= 1e-12 * 100);
          else
            CHECK((iv.status == IvStatus::above_bound || iv.status == IvStatus::no_time_value));
        }
}

TEST_CASE("the ends of the range are inside it") {
  const OptionTerms o{Right::call, 100, 100, 1, 0, 0};
  for (const double vol : {min_implied_vol, max_implied_vol}) {
    const ImpliedVolatility iv = implied_volatility(o, value(o, vol));
    CHECK(iv.status == IvStatus::solved);
    CHECK(iv.vol == doctest::Approx(vol).epsilon(1e-9));
    CHECK(iv.vol >= min_implied_vol);
    CHECK(iv.vol <= max_implied_vol);
  }
}

TEST_CASE("prices without a volatility say why") {
  const OptionTerms call{Right::call, 100, 90, 0.5, 0.05, 0.02};
  const OptionTerms put{Right::put, 100, 110, 0.5, 0.05, 0.02};
  const auto status = [](const OptionTerms& o, double price) { return implied_volatility(o, price).status; };
  for (const OptionTerms& o : {call, put}) {
    const double intrinsic = value(o, 0);
    const double bound = o.right == Right::call ? 100 * std::exp(-0.01) : 110 * std::exp(-0.025);
    CHECK(status(o, intrinsic - 0.01) == IvStatus::below_intrinsic);
    CHECK(status(o, 0) == IvStatus::below_intrinsic);
    CHECK(status(o, intrinsic) == IvStatus::no_time_value);
    CHECK(status(o, intrinsic + 0.05) == IvStatus::solved);
    CHECK(status(o, bound) == IvStatus::above_bound);
    CHECK(status(o, bound * (1 - 1e-15)) == IvStatus::above_bound);
    CHECK(status(o, bound + 1) == IvStatus::above_bound);
    CHECK(status(o, 1e300) == IvStatus::above_bound);
  }
  const OptionTerms out{Right::call, 100, 110, 0.5, 0.05, 0.02};
  CHECK(status(out, -0.01) == IvStatus::below_intrinsic);
  CHECK(status(out, 0) == IvStatus::no_time_value);
  CHECK(status(out, std::numeric_limits<double>::denorm_min()) == IvStatus::solved);
  CHECK(status({Right::call, 100, 100, 0.5, 0, 0}, 1e-9) == IvStatus::no_time_value);  // less than 0.01 % would give
  CHECK(status({Right::call, 100, 100, minute, 0, 0}, 50) == IvStatus::above_bound);   // more than 1000 %
}

TEST_CASE("inputs that are no option say so first") {
  const OptionTerms good{Right::call, 100, 100, 0.5, 0.05, 0.02};
  const auto status = [](const OptionTerms& o, double price) {
    const ImpliedVolatility iv = implied_volatility(o, price);
    CHECK(iv.vol == 0);
    return iv.status;
  };
  for (const double price : {not_a_number, infinity, -infinity}) CHECK(status(good, price) == IvStatus::not_finite);
  for (const double bad : {0.0, -1.0, not_a_number, infinity}) {
    OptionTerms o = good;
    o.spot = bad;
    CHECK(status(o, 5) == IvStatus::not_finite);
    o = good;
    o.strike = bad;
    CHECK(status(o, 5) == IvStatus::not_finite);
  }
  OptionTerms o = good;
  o.years = not_a_number;
  CHECK(status(o, 5) == IvStatus::not_finite);
  o = good;
  o.rate = 1e6;  // the discounted strike is no number any more
  CHECK(status(o, 5) == IvStatus::not_finite);
  for (const double t : {0.0, -1e-9, -1.0}) {
    o = good;
    o.years = t;
    CHECK(status(o, 5) == IvStatus::expired);
  }
}

TEST_CASE("textbook prices have their textbook volatilities") {
  CHECK(implied_volatility({Right::call, 42, 40, 0.5, 0.10, 0}, 4.7594223928715334).vol == doctest::Approx(0.2));
  CHECK(implied_volatility({Right::put, 42, 40, 0.5, 0.10, 0}, 0.80859937290009365).vol == doctest::Approx(0.2));
  // Hull 7th ed., section 13.11: a call of 1.875 on 21, strike 20, 10 %, 0.25 years implies 0.235.
  CHECK(implied_volatility({Right::call, 21, 20, 0.25, 0.10, 0}, 1.875).vol == doctest::Approx(0.235).epsilon(2e-3));
}

TEST_CASE("vollib's out-of-the-money prices have the volatility they were made with") {
  const test::Csv table(std::string(OPTCOORD_DATA_DIR) + "/reference_values/black_scholes_greeks_pyvollib.csv");
  if (table.size() == 0) {
    MESSAGE("skipped: no reference values in the data directory");
    return;
  }
  int solved = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    OptionTerms o{Right::call,          table.number(i, "S"), table.number(i, "K"),
                  table.number(i, "t"), table.number(i, "R"), 0.0};
    const double vol = table.number(i, "v");
    for (const Right right : {Right::call, Right::put}) {
      o.right = right;
      const double price = table.number(i, right == Right::call ? "bs_call" : "bs_put");
      const double tolerance = 5e-7 / (100 * greeks(o, vol).vega);  // the table is rounded to some ten digits
      if (!(tolerance < 1e-4)) continue;
      CAPTURE(o.spot);
      const ImpliedVolatility iv = implied_volatility(o, price);
      REQUIRE(iv.status == IvStatus::solved);
      CHECK(std::abs(iv.vol - vol) <= tolerance);
      ++solved;
    }
  }
  CHECK(solved > 100);
}

TEST_CASE("deltas from real SPY mids have the right sign and fall with the strike, minute by minute") {
  const std::string directory = std::string(OPTCOORD_DATA_DIR) + "/spy_20230803";
  const test::Csv options(directory + "/options_minute_quotes.csv");
  const test::Csv shares(directory + "/spy_minute_quotes.csv");
  if (options.size() == 0 || shares.size() == 0) {
    MESSAGE("skipped: no SPY day in the data directory");
    return;
  }
  const auto mid_of = [](const test::Csv& table, std::size_t i) {
    return *mid(Quote{table.number(i, "bid_close"), table.number(i, "ask_close")});
  };
  std::map<std::string, double> spot_at;
  for (std::size_t i = 0; i < shares.size(); ++i) spot_at[shares.text(i, "time")] = mid_of(shares, i);
  struct Seen {
    std::map<std::string, double> delta, vol;  // by "430C"
  };
  std::map<std::string, Seen> minutes;
  for (std::size_t i = 0; i < options.size(); ++i) {
    const std::string time = options.text(i, "time");
    const Timestamp end_of_bar = *parse_time("2023-08-03T" + time + "Z") + std::chrono::minutes{1};
    const CivilTime clock = to_civil(end_of_bar, Zone::utc);
    const Timestamp now = from_new_york(clock.date, clock.since_midnight);
    const Timestamp expiry = from_new_york(*parse_date(options.text(i, "expiry")), std::chrono::hours{16});
    const std::string right = options.text(i, "right");
    const OptionTerms o{right == "C" ? Right::call : Right::put,
                        spot_at.at(time),
                        options.number(i, "strike"),
                        years(expiry - now),
                        0.053,
                        0.015};
    const ImpliedVolatility iv = implied_volatility(o, mid_of(options, i));
    CAPTURE(time);
    CAPTURE(o.strike);
    REQUIRE(iv.status == IvStatus::solved);
    const std::string key = options.text(i, "strike") + right;
    minutes[time].delta[key] = greeks(o, iv.vol).delta;
    minutes[time].vol[key] = iv.vol;
  }
  CHECK(minutes.size() == 405);
  for (const auto& [time, seen] : minutes) {
    const std::string at = time;
    CAPTURE(at);
    REQUIRE(seen.delta.size() == 4);
    CHECK(seen.delta.at("430C") > seen.delta.at("470C"));
    CHECK(seen.delta.at("470C") > 0);
    CHECK(seen.delta.at("430P") > seen.delta.at("470P"));
    CHECK(seen.delta.at("430P") < 0);
    CHECK(std::abs(seen.vol.at("430C") - seen.vol.at("430P")) < 0.05);
    CHECK(seen.vol.at("430P") > seen.vol.at("470C"));  // the usual skew
  }
}
