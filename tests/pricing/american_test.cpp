// tests/pricing/american_test.cpp -- American options against published tables, a binomial tree, and what must hold.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/pricing/american.hpp>
#include <support/csv.hpp>
#include <support/not_finite.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

/// Cox, Ross and Rubinstein's tree, its last step the closed form so that the error falls as 1 / n: slow and obvious.
double tree_of(const OptionTerms& o, double vol, int n) {
  const double dt = o.years / n;
  const double up = std::exp(vol * std::sqrt(dt));
  const double p = (std::exp((o.rate - o.dividend_yield) * dt) - 1 / up) / (up - 1 / up);
  const double discount = std::exp(-o.rate * dt);
  const double sign = o.right == Right::call ? 1 : -1;
  std::vector<double> spots;  // from n steps down to n up
  for (int i = -n; i <= n; ++i) spots.push_back(o.spot * std::pow(up, i));
  const auto spot = [&](int ups, int steps) { return spots[static_cast<std::size_t>(2 * ups - steps + n)]; };
  const auto exercised = [&](int ups, int steps) { return std::max(sign * (spot(ups, steps) - o.strike), 0.0); };
  std::vector<double> x;
  for (int i = 0; i < n; ++i) {
    const OptionTerms last{o.right, spot(i, n - 1), o.strike, dt, o.rate, o.dividend_yield};
    x.push_back(std::max(value(last, vol), exercised(i, n - 1)));
  }
  for (int step = n - 2; step >= 0; --step)
    for (int i = 0; i <= step; ++i) {
      const auto at = static_cast<std::size_t>(i);
      x[at] = std::max(discount * (p * x[at + 1] + (1 - p) * x[at]), exercised(i, step));
    }
  return x[0];
}
/// Two sizes, extrapolated: good to some 1e-3 of a spot of 100.
double tree(const OptionTerms& o, double vol) { return 2 * tree_of(o, vol, 800) - tree_of(o, vol, 400); }

/// A row of the tables, whose `printed` is what the method named by `kind` gives.
struct AmericanRow {
  std::string kind;
  OptionTerms option;
  double vol;
  double printed;
};
/// Those of one kind; none where there is no data directory.
std::vector<AmericanRow> american_rows(const std::string& kind, std::size_t expected) {
  const Csv table(std::string(OPTCOORD_DATA_DIR) + "/reference_values/american_quantlib.csv");
  std::vector<AmericanRow> rows;
  for (std::size_t i = 0; i < table.size(); ++i)
    if (table.text(i, "kind") == kind)
      rows.push_back({kind,
                      {table.text(i, "type") == "call" ? Right::call : Right::put, table.number(i, "spot"),
                       table.number(i, "strike"), table.number(i, "t_years"), table.number(i, "rate"),
                       table.number(i, "dividend_yield")},
                      table.number(i, "vol"),
                      table.number(i, "expected")});
  if (table.size() == 0)
    MESSAGE("skipped: no reference values in the data directory");
  else
    CHECK(rows.size() == expected);
  return rows;
}

}  // namespace

TEST_CASE("Barone-Adesi and Whaley's approximation meets its printed table within 3e-3") {
  for (const AmericanRow& row : american_rows("american_baw", 37)) {
    CAPTURE(row.option.spot);
    CAPTURE(row.option.years);
    CAPTURE(row.vol);
    CHECK(std::abs(barone_adesi_whaley(row.option, row.vol) - row.printed) <= 3e-3);
  }
}

TEST_CASE("Ju and Zhong's better approximation meets its printed table within 1e-3") {
  for (const AmericanRow& row : american_rows("american_true_value_ju_table", 47)) {
    CAPTURE(row.option.spot);
    CAPTURE(row.option.years);
    CAPTURE(row.vol);
    CHECK(std::abs(ju_zhong(row.option, row.vol) - row.printed) <= 1e-3);
  }
}

TEST_CASE("the value meets the best known early exercise premiums within 3e-4") {
  for (const AmericanRow& row : american_rows("american_early_exercise_premium", 18)) {
    // Each row is what one choice of points gives; the best are .1069527 and .3671112.
    const double best = row.option.rate == 0.05 ? 0.1069527 : 0.3671112;
    const double premium = american_value(row.option, row.vol) - value(row.option, row.vol);
    CHECK(std::abs(premium - best) <= 3e-4);
    CHECK(std::abs(premium - row.printed) <= 1e-3);
  }
}

TEST_CASE("the value of every option in the approximations' tables is a tree's within 3e-3") {
  for (const char* kind : {"american_baw", "american_true_value_ju_table"})
    for (const AmericanRow& row : american_rows(kind, kind == std::string("american_baw") ? 37 : 47)) {
      CAPTURE(kind);
      CAPTURE(row.option.spot);
      CAPTURE(row.option.years);
      CAPTURE(row.vol);
      CHECK(std::abs(american_value(row.option, row.vol) - tree(row.option, row.vol)) <= 3e-3);
    }
}

TEST_CASE("Bjerksund and Stensland's approximation, one way to exercise, is worth no more than the value") {
  for (const AmericanRow& row : american_rows("american_bjst", 8)) {
    CAPTURE(row.option.spot);
    CAPTURE(row.vol);
    const double worth = american_value(row.option, row.vol);
    CHECK(worth >= row.printed - 5e-5);                    // what the table is good to
    if (row.vol < 10) CHECK(worth <= row.printed + 0.04);  // the worst one is 1 % low
  }
}

TEST_CASE("the value is that of a fine binomial tree") {
  for (const Right right : {Right::call, Right::put})
    for (const double strike : {80.0, 100.0, 125.0})
      for (const double years : {0.05, 0.5, 2.0})
        for (const double rate : {0.01, 0.08})
          for (const double yield : {0.0, 0.03, 0.08}) {
            const OptionTerms o{right, 100, strike, years, rate, yield};
            CAPTURE(right);
            CAPTURE(strike);
            CAPTURE(years);
            CAPTURE(rate);
            CAPTURE(yield);
            const double truth = tree(o, 0.3);
            CHECK(std::abs(american_value(o, 0.3) - truth) <= 3e-3);
            CHECK(std::abs(ju_zhong(o, 0.3) - truth) <= 0.1);
            CHECK(std::abs(barone_adesi_whaley(o, 0.3) - truth) <= 0.3);
          }
}

TEST_CASE("an American option is worth at least the European one and what exercise brings, and not more than it can") {
  for (const auto f : {+[](const OptionTerms&o, double vol) { return american_value(o, vol); },
                       +[](const OptionTerms&o, double vol) { return barone_adesi_whaley(o, vol); },
                       +[](const OptionTerms&o, double vol) { return ju_zhong(o, vol); }})
    for (const Right right : {Right::call, Right::put})
      for (const double spot : {20.0, 90.0, 100.0, 110.0, 400.0})
        for (const double years : {1.0 / 525'600, 0.1, 3.0})
          for (const double vol : {0.01, 0.2, 1.5})
            for (const double rate : {-0.02, 0.0, 1e-5, 0.05})
              for (const double yield : {-0.02, 0.0, 0.04}) {
                const OptionTerms o{right, spot, 100, years, rate, yield};
                CAPTURE(spot);
                CAPTURE(years);
                CAPTURE(vol);
                CAPTURE(rate);
                CAPTURE(yield);
                const double worth = f(o, vol);
                CHECK(worth >= value(o, vol));
                CHECK(worth >= (right == Right::call ? spot - 100 : 100 - spot));
                const double most = right == Right::call ? spot : 100.0;
                CHECK(worth <= std::max(most, value(o, vol)) * (1 + 1e-12));
              }
}

TEST_CASE("where waiting costs nothing the value is the European one") {
  const OptionTerms call{Right::call, 100, 90, 1, 0.05, 0};
  CHECK(american_value(call, 0.3) == value(call, 0.3));
  const OptionTerms put{Right::put, 100, 110, 1, 0, 0.02};
  CHECK(american_value(put, 0.3) == value(put, 0.3));
  CHECK(american_value({Right::put, 90, 100, 0, 0.05, 0}, 0.3) == 10);
  CHECK(american_value({Right::put, 90, 100, 1, 0.05, 0}, 0) == 10);
  CHECK(american_value({Right::put, 40, 100, 1, 0.05, 0}, 0.2) == 60);  // below the boundary
  for (const double bad : {not_a_number, -0.1}) CHECK(std::isnan(american_value(call, bad)));
  CHECK(std::isnan(american_value({Right::put, -1, 100, 1, 0.05, 0}, 0.2)));
  CHECK(std::isnan(ju_zhong({Right::put, 100, 0, 1, 0.05, 0}, 0.2)));
}

TEST_CASE("dividends are taken from the spot at their present value, those within the option's life alone") {
  const std::vector<CashDividend> dividends{{-0.1, 9}, {0.0, 9}, {2.0 / 12, 0.5}, {5.0 / 12, 0.5}, {0.75, 9}};
  // Hull, 7th ed., example 13.8: spot 40, dividends of 0.50 in two and five months, 9 %.
  const OptionTerms o{Right::call, 40, 40, 0.5, 0.09, 0};
  const OptionTerms net = escrowed(o, dividends);
  CHECK(net.spot == doctest::Approx(40 - 0.9741).epsilon(1e-5));
  CHECK(value(net, 0.3) == doctest::Approx(3.67).epsilon(2e-3));
  // Example 13.9: held to expiry 3.67, exercised before the second dividend 3.52: Black's approximation is 3.67.
  CHECK(american_value(o, 0.3, dividends) == doctest::Approx(value(net, 0.3)).epsilon(1e-9));
  // A large dividend the next day is not waited for.
  const std::vector<CashDividend> large{{1.0 / 365, 5}};
  const OptionTerms deep{Right::call, 60, 40, 0.25, 0.01, 0};
  CHECK(american_value(deep, 0.2, large) >= 20);
  CHECK(american_value(deep, 0.2, large) == doctest::Approx(20.001).epsilon(1e-4));
  CHECK(value(escrowed(deep, large), 0.2) < 16);
  // A put gains from it.
  const OptionTerms put{Right::put, 40, 40, 0.5, 0.09, 0};
  CHECK(american_value(put, 0.3, dividends) > american_value(put, 0.3));
  CHECK(american_value(put, 0.3, {}) == american_value(put, 0.3));
  CHECK(std::isnan(american_value(put, 0.3, std::vector<CashDividend>{{0.1, 50}})));
}
