// tests/pricing/black_scholes_test.cpp -- value and Greeks against 17-digit figures, textbooks, parity and limits.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/pricing/black_scholes.hpp>
#include <support/csv.hpp>
#include <support/not_finite.hpp>

#include <algorithm>
#include <cmath>
#include <string>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

struct Row {
  OptionTerms terms;
  double vol;
  OptionGreeks expected;
};
// Computed with 50 digits from the closed form. The first two are Hull's example 13.6 (printed 4.76 and 0.81).
constexpr Row rows[] = {
    {{Right::call, 42.0, 40.0, 0.5, 0.1, 0.0},
     0.2,
     {4.7594223928715334, 0.77913129094266894, 0.049962670405911853, -0.012490663546829114, 0.088134150596028514,
      0.13982045913360281}},
    {{Right::put, 42.0, 40.0, 0.5, 0.1, 0.0},
     0.2,
     {0.80859937290009365, -0.22086870905733106, 0.049962670405911853, -0.0020662314975062205, 0.088134150596028514,
      -0.050425425766539992}},
    {{Right::call, 100.0, 100.0, 1.0, 0.05, 0.02},
     0.25,
     {11.123761928058132, 0.58495491125788314, 0.015179235690178281, -0.016279966549456043, 0.37948089225445703,
      0.47371729197730182}},
    {{Right::put, 100.0, 100.0, 1.0, 0.05, 0.02},
     0.25,
     {8.2268370474540021, -0.39524376204887217, 0.015179235690178281, -0.0086203781223599896, 0.37948089225445703,
      -0.47751213252341219}},
    {{Right::call, 450.0, 500.0, 3.0, -0.01, 0.015},
     0.4,
     {89.706839359210889, 0.51078893416466957, 0.0012187779539282659, -0.040807933528431469, 2.9616304280456863,
      4.2044454304467125}},
    {{Right::put, 450.0, 500.0, 3.0, -0.01, 0.015},
     0.4,
     {174.73523951107436, -0.44520854766843034, 0.0012187779539282659, -0.072603154547995876, 2.9616304280456863,
      -11.25237257885604}},
    {{Right::call, 748.4, 747.5, 1.0 / 525'600, 0.0036, 0.0},
     0.15,  // one minute
     {0.90000511993909568, 0.99999999698449735, 1.1643532785969103e-7, -0.0073746127406913112, 1.8611793723930438e-10,
      1.4221841564369457e-5}},
    {{Right::put, 748.4, 750.0, 1.0 / 525'600, 0.0036, 0.0},
     0.15,
     {1.599994863013739, -1.0, 1.8901512258907477e-23, 0.0073972602233064365, 3.0213428664627452e-26,
      -1.4269406294958403e-5}},
    {{Right::put, 3700.0, 2500.0, 0.25, 0.01, 0.015},
     0.6,
     {40.859699814946652, -0.072887983267909237, 0.00012466433690325161, -0.84421284846383414, 2.5599821583082718,
      -0.77636309476552707}},
    {{Right::call, 3700.0, 5000.0, 0.02, 0.05, 0.015},
     0.2,  // 10 sigma out of the money
     {1.3399779596968767e-25, 1.3852370311467082e-26, 1.4162470975536237e-27, -1.0672757188375855e-24,
      7.755369106203644e-25, 1.0223954471291703e-26}},
    {{Right::put, 5000.0, 5000.0, 0.2, 0.05, 0.05},
     0.01,
     {8.8318515630477467, -0.49414173171827925, 0.017663673686609908, -0.059282190493452051, 8.8318368433049546,
      -4.9590810203088883}},
    {{Right::call, 100.0, 100.0, 1.0, 0.05, 0.0},
     5.0,
     {98.788779236833345, 0.99396344191958734, 3.4189340914993882e-5, -0.011791906471590424, 0.017094670457496941,
      0.0060756495512538915}},
    {{Right::call, 100.0, 20.0, 0.5, 0.05, 0.0},
     0.3,
     {80.493801759433354, 0.99999999999999716, 1.0621435875499263e-15, -0.0026720819507638249, 1.5932153813248894e-14,
      0.097530991202831809}},
    {{Right::put, 20.0, 100.0, 0.5, 0.05, 0.1},
     0.3,
     {78.506402712818994, -0.95122942450069979, 2.5897979223369406e-14, 0.0081481937291500929, 1.5538787534021643e-14,
      -0.48765495601416495}},
};

bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }
bool relatively_near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance * std::abs(b); }

/// A figure under the names and in the units that the reference tables use.
double figure(const std::string& kind, const OptionTerms& o, double vol) {
  const OptionGreeks g = greeks(o, vol);
  if (kind == "value") return g.value;
  if (kind == "delta") return g.delta;
  if (kind == "gamma") return g.gamma;
  if (kind == "vega") return g.vega * 100;
  if (kind == "rho") return g.rho * 100;
  if (kind == "theta_per_day") return g.theta;
  if (kind == "theta_per_year") return g.theta * 365;
  if (kind == "elasticity") return g.delta * o.spot / g.value;
  if (kind == "dividend_rho") return -o.years * o.spot * g.delta;
  return not_a_number;
}

}  // namespace

TEST_CASE("the normal distribution is right to 1e-13 of itself, 7 sigma out") {
  constexpr double table[][2] = {{-7, 1.279812543885835e-12},
                                 {-6.5, 4.0160005838591178e-11},
                                 {-6, 9.8658764503769814e-10},
                                 {-5, 2.8665157187919391e-7},
                                 {-4, 3.1671241833119921e-5},
                                 {-3, 0.0013498980316300945},
                                 {-2, 0.022750131948179207},
                                 {-1, 0.15865525393145705},
                                 {-0.5, 0.3085375387259869},
                                 {-0.125, 0.45026177516988711},
                                 {0, 0.5},
                                 {0.5, 0.6914624612740131},
                                 {1, 0.84134474606854295},
                                 {2, 0.97724986805182079},
                                 {4, 0.99996832875816688},
                                 {7, 0.99999999999872019}};
  for (const auto& row : table) {
    const double x = row[0];
    const double expected = row[1];
    CAPTURE(x);
    CHECK(relatively_near(normal_cdf(x), expected, 1e-13));
    CHECK(near(normal_cdf(x) + normal_cdf(-x), 1.0, 1e-15));
  }
  CHECK(relatively_near(normal_density(0), 0.3989422804014327, 1e-15));
  CHECK(relatively_near(normal_density(-2), 0.05399096651318806, 1e-14));
  CHECK(normal_cdf(-infinity) == 0);
  CHECK(normal_cdf(infinity) == 1);
}

TEST_CASE("value is right to 1e-13 of the spot and Greeks to 1e-10 of themselves") {
  for (const Row& row : rows) {
    CAPTURE(row.terms.strike);
    CAPTURE(row.terms.years);
    const OptionGreeks g = greeks(row.terms, row.vol);
    CHECK(near(g.value, row.expected.value, 1e-13 * std::max(row.terms.spot, row.terms.strike)));
    CHECK(value(row.terms, row.vol) == g.value);
    CHECK(relatively_near(g.delta, row.expected.delta, 1e-10));
    CHECK(relatively_near(g.gamma, row.expected.gamma, 1e-10));
    CHECK(relatively_near(g.theta, row.expected.theta, 1e-10));
    CHECK(relatively_near(g.vega, row.expected.vega, 1e-10));
    CHECK(relatively_near(g.rho, row.expected.rho, 1e-10));
    CHECK(unit_greeks(g) == UnitGreeks{g.delta, g.gamma, g.theta, g.vega});
  }
}

TEST_CASE("call less put is discounted forward less discounted strike") {
  for (const double spot : {4.0, 100.0, 4500.0})
    for (const double ratio : {0.2, 0.9, 0.99, 1.0, 1.01, 1.1, 5.0})
      for (const double t : {1.0 / 525'600, 1.0 / 365, 0.25, 3.0})
        for (const double rate : {-0.02, 0.0, 0.05})
          for (const double yield : {0.0, 0.03})
            for (const double vol : {0.0, 0.01, 0.2, 1.0, 5.0}) {
              const OptionTerms call{Right::call, spot, spot * ratio, t, rate, yield};
              OptionTerms put = call;
              put.right = Right::put;
              const double forward = spot * std::exp(-yield * t) - call.strike * std::exp(-rate * t);
              CHECK(near(value(call, vol) - value(put, vol), forward, 1e-12 * spot));
              const OptionGreeks c = greeks(call, vol);
              const OptionGreeks p = greeks(put, vol);
              CHECK(near(c.delta - p.delta, std::exp(-yield * t), 1e-14));
              CHECK(c.gamma == p.gamma);
              CHECK(c.vega == p.vega);
            }
}

TEST_CASE("theta is the value lost by one calendar day, vega the value of one point of volatility") {
  const OptionTerms today{Right::put, 450.0, 440.0, 0.25, 0.05, 0.015};
  OptionTerms sooner = today;
  sooner.years -= 1e-4 / days_per_year;
  OptionTerms later = today;
  later.years += 1e-4 / days_per_year;
  const OptionGreeks g = greeks(today, 0.2);
  CHECK(relatively_near((value(sooner, 0.2) - value(later, 0.2)) / 2e-4, g.theta, 1e-6));
  CHECK(relatively_near((value(today, 0.2 + 1e-6) - value(today, 0.2 - 1e-6)) / 2e-4, g.vega, 1e-6));
}

TEST_CASE("at or after expiry an option is its intrinsic value") {
  for (const double t : {0.0, -1.0}) {
    const OptionGreeks in = greeks({Right::call, 101, 100, t, 0.05, 0.01}, 0.2);
    CHECK(in.value == 1);
    CHECK(in.delta == 1);
    CHECK(in.gamma == 0);
    CHECK(in.theta == 0);
    CHECK(in.vega == 0);
    CHECK(in.rho == 0);
    const OptionGreeks out = greeks({Right::call, 99, 100, t, 0.05, 0.01}, 0.2);
    CHECK(out.value == 0);
    CHECK(out.delta == 0);
    const OptionGreeks at = greeks({Right::put, 100, 100, t, 0.05, 0.01}, 0.2);
    CHECK(at.value == 0);
    CHECK(at.delta == -0.5);
    CHECK(value({Right::put, 99, 100, t, 0.05, 0.01}, 0.2) == 1);
  }
}

TEST_CASE("without volatility an option is its discounted intrinsic value") {
  const OptionTerms call{Right::call, 100, 90, 1, 0.05, 0.02};
  const double forward = 100 * std::exp(-0.02) - 90 * std::exp(-0.05);
  const OptionGreeks g = greeks(call, 0);
  CHECK(near(g.value, forward, 1e-12));
  CHECK(near(g.delta, std::exp(-0.02), 1e-15));
  CHECK(g.gamma == 0);
  CHECK(g.vega == 0);
  CHECK(near(g.theta, (0.02 * 100 * std::exp(-0.02) - 0.05 * 90 * std::exp(-0.05)) / 365, 1e-14));
  CHECK(near(g.value, greeks(call, 1e-9).value, 1e-12));
  CHECK(value({Right::put, 100, 90, 1, 0.05, 0.02}, 0) == 0);
}

TEST_CASE("inputs without a price give no number") {
  const OptionTerms good{Right::call, 100, 100, 1, 0, 0};
  CHECK(std::isfinite(value(good, 0.2)));
  for (const double vol : {-0.2, not_a_number, infinity}) CHECK(std::isnan(value(good, vol)));
  for (const double bad : {0.0, -1.0, not_a_number, infinity}) {
    OptionTerms o = good;
    o.spot = bad;
    CHECK(std::isnan(value(o, 0.2)));
    CHECK(std::isnan(greeks(o, 0.2).delta));
    o = good;
    o.strike = bad;
    CHECK(std::isnan(value(o, 0.2)));
  }
  OptionTerms o = good;
  o.rate = not_a_number;
  CHECK(std::isnan(greeks(o, 0.2).vega));
}

TEST_CASE("time is counted in years of 365 days") {
  using namespace std::chrono_literals;
  CHECK(years(365 * 24h) == 1.0);
  CHECK(years(1min) == doctest::Approx(1.0 / 525'600).epsilon(1e-15));
  CHECK(years(-24h) < 0);
}

TEST_CASE("Haug's table of European options is met to its printed digits") {
  const test::Csv table(std::string(OPTCOORD_DATA_DIR) + "/reference_values/european_haug_quantlib.csv");
  if (table.size() == 0) {
    MESSAGE("skipped: no reference values in the data directory");
    return;
  }
  CHECK(table.size() == 54);
  for (std::size_t i = 0; i < table.size(); ++i) {
    const OptionTerms o{table.text(i, "type") == "call" ? Right::call : Right::put,
                        table.number(i, "spot"),
                        table.number(i, "strike"),
                        table.number(i, "t_years"),
                        table.number(i, "rate"),
                        table.number(i, "dividend_yield")};
    const std::string kind = table.text(i, "kind").substr(std::string("european_").size());
    CAPTURE(i);
    CAPTURE(kind);
    CHECK(near(figure(kind, o, table.number(i, "vol")), table.number(i, "expected"), table.number(i, "tolerance")));
  }
}

TEST_CASE("the textbook examples of Hull and Haug are met to their printed digits") {
  const test::Csv table(std::string(OPTCOORD_DATA_DIR) + "/reference_values/hull_haug_textbook_pyvollib.csv");
  if (table.size() == 0) {
    MESSAGE("skipped: no reference values in the data directory");
    return;
  }
  std::size_t checked = 0;
  for (std::size_t i = 0; i < table.size(); ++i) {
    std::string kind = table.text(i, "quantity");
    if (kind == "d1" || kind == "d2") continue;  // intermediate figures that have no public name
    const double rate = table.number(i, "rate");
    const OptionTerms o{table.text(i, "flag") == "c" ? Right::call : Right::put,
                        table.number(i, "spot_or_forward"),
                        table.number(i, "strike"),
                        table.number(i, "t_years"),
                        rate,
                        table.text(i, "model") == "black76" ? rate : table.number(i, "dividend_yield")};
    double scale = 1;
    if (kind == "vega" || kind == "rho")
      scale = 0.01;  // printed per 0.01
    else if (kind == "theta")
      kind = "theta_per_year";
    else if (kind != "delta" && kind != "gamma")
      kind = "value";
    CAPTURE(i);
    CAPTURE(kind);
    const double ours = figure(kind, o, table.number(i, "vol")) * scale;
    CHECK(near(ours, table.number(i, "expected"), table.number(i, "tolerance")));
    ++checked;
  }
  CHECK(checked == 16);
}

TEST_CASE("vollib's table of values and Greeks is met to its printed digits") {
  const test::Csv table(std::string(OPTCOORD_DATA_DIR) + "/reference_values/black_scholes_greeks_pyvollib.csv");
  if (table.size() == 0) {
    MESSAGE("skipped: no reference values in the data directory");
    return;
  }
  CHECK(table.size() == 101);
  for (std::size_t i = 0; i < table.size(); ++i) {
    OptionTerms o{Right::call,          table.number(i, "S"), table.number(i, "K"),
                  table.number(i, "t"), table.number(i, "R"), 0.0};
    const double vol = table.number(i, "v");
    CAPTURE(o.spot);
    for (const Right right : {Right::call, Right::put}) {
      o.right = right;
      const std::string prefix = right == Right::call ? "C" : "P";
      CHECK(near(value(o, vol), table.number(i, right == Right::call ? "bs_call" : "bs_put"), 5e-7));
      CHECK(near(figure("delta", o, vol), table.number(i, prefix + "D"), 1e-9));
      CHECK(near(figure("gamma", o, vol), table.number(i, prefix + "G"), 1e-9));
      CHECK(near(figure("theta_per_year", o, vol), table.number(i, prefix + "T"), 5e-7));
      CHECK(near(figure("vega", o, vol), table.number(i, prefix + "V"), 1e-6));
      CHECK(near(figure("rho", o, vol), table.number(i, prefix + "R"), 1e-6));
    }
  }
}
