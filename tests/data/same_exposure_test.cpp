// tests/data/same_exposure_test.cpp -- real chains: one exposure is one group delta, in whichever contract it is said.
// SPDX-License-Identifier: MIT
//
// Two days, since no day has all five: SPX and its weekly options of 2021-01-04, ES and its options of 2020-01-06, each
// at 15:59 New York, beside SPY's close. XSP is a tenth of SPX by definition; MES is quoted as ES is. Deltas are
// computed from the mids, at a rate of 0.
#include "support/same_exposure.hpp"
#include "data/quotes.hpp"
#include "support/csv.hpp"

#include <optcoord/market/contract.hpp>             // parse_contract
#include <optcoord/market/new_york.hpp>             // from_new_york
#include <optcoord/pricing/implied_volatility.hpp>  // implied_volatility, greeks

#include <chrono>   // std::chrono::hours
#include <cstdio>   // std::snprintf
#include <iomanip>  // std::setw

using namespace optcoord;
using namespace optcoord::test;

namespace {

/// An underlying and its options as they stood, and SPY beside them.
struct RealDay {
  double spot{0};
  double spy{0};
  std::map<std::string, double> deltas{};  ///< by contract; mids without a volatility, or near 0 or 1, are left out
};

[[nodiscard]] double spy_close(const std::string& date) {
  const Csv days(data("daily_series/spy_daily_lean.csv"));
  for (std::size_t row = days.size(); row-- > 0;)
    if (days.text(row, "date") == date) return days.number(row, "close");
  FAIL("SPY has no ", date);
  return 0;
}

[[nodiscard]] RealDay real_day(const std::string& date, const std::string& options) {
  RealDay day;
  day.spy = spy_close(date);
  std::map<std::string, double> mids;
  for (const std::string& line : test::events("--date " + date + " --until 15:59 " + options)) {
    if (value_of(line, "type") == "quote") day.spot = number_of(line, "price").value_or(day.spot);
    if (value_of(line, "type") != "option") continue;
    const std::optional<double> mid = mid_of(line);
    mid ? (void)(mids[value_of(line, "contract")] = *mid) : (void)mids.erase(value_of(line, "contract"));
  }
  const Timestamp now = from_new_york(*parse_date(date), std::chrono::hours{15} + std::chrono::minutes{59});
  for (const auto& [name, mid] : mids) {
    const Contract contract = *parse_contract(name);
    const Timestamp close = from_new_york(contract.expiry, std::chrono::hours{16});
    const pricing::OptionTerms terms{contract.right, day.spot, contract.strike(), pricing::years(close - now), 0, 0};
    const pricing::ImpliedVolatility vol = pricing::implied_volatility(terms, mid);
    if (vol.status != pricing::IvStatus::solved) continue;
    const double delta = pricing::greeks(terms, vol.vol).delta;
    if (std::abs(delta) > 0.02 && std::abs(delta) < 0.98) day.deltas[name] = delta;
  }
  return day;
}

/// The contract of `root` with the terms of `contract` and its strike times `times`.
[[nodiscard]] std::string twin(const std::string& contract, const std::string& root, double times) {
  char strike[16];
  std::snprintf(strike, sizeof strike, "%08lld",
                std::llround(std::strtod(contract.substr(13).c_str(), nullptr) * times));
  std::string padded = root;
  padded.resize(6, ' ');
  return padded + contract.substr(6, 7) + strike;
}

/// Checks every option of the day against ten of its small twin, against dollars of every priced root, and against the
/// nearest whole number of each of `whole`.
void check_day(const RealDay& day, const Prices& prices, double option_multiplier, const std::string& small_root,
               double strike_times, const std::vector<std::string>& whole) {
  LedgerBook book = measuring(prices);
  for (const auto& option : day.deltas) {
    const std::string& name = option.first;
    const double delta = option.second;
    const std::string small = twin(name, small_root, strike_times);
    INFO(name << " at delta " << delta);
    book.delta(name, delta);
    book.delta(small, delta);
    std::vector<Ask> same{contracts("A", -10, name), contracts("A", -100, small)};
    for (const Ask& asked : in_every_root(prices, 10, -option_multiplier * delta * day.spot)) same.push_back(asked);
    check_same(book, same);
    for (const std::string& contract : whole) check_nearest(book, same.front(), contract);
  }
}

[[nodiscard]] bool is_here(const char* file) {
  if (!data(file).empty() && !data("daily_series/spy_daily_lean.csv").empty()) return true;
  MESSAGE("skipped: no ", std::string(file), " in OPTCOORD_DATA_DIR");
  return false;
}

}  // namespace

TEST_CASE("real SPX options are the same delta in SPX, XSP and SPY") {
  if (!is_here("spxw_0dte_202101/spx_minute.csv")) return;
  const std::string spx = data("spxw_0dte_202101");
  const RealDay day = real_day("2021-01-04", "--underlying 'SPX=America/Chicago:" + spx +
                                                 "/spx_minute.csv' --options 'SPXW=America/New_York:" + spx +
                                                 "/options_minute_quotes.csv.gz'");
  CHECK(day.spot == doctest::Approx(3700.65).epsilon(0.001));
  CHECK(day.deltas.size() == 10);
  const Prices prices{{"SPY", day.spy}, {"SPX", day.spot}, {"XSP", day.spot / 10}};
  check_day(day, prices, 100, "XSP", 0.1, {"SPY"});
}

TEST_CASE("real ES options are the same delta in ES, MES and SPY") {
  if (!is_here("es_futures_options_20200106/options_minute_quotes.csv.gz")) return;
  const std::string es = data("es_futures_options_20200106");
  const RealDay day = real_day("2020-01-06", "--underlying 'ES=UTC:" + es +
                                                 "/es_futures_minute_trades.csv.gz' --options 'ES=UTC:" + es +
                                                 "/options_minute_quotes.csv.gz'");
  CHECK(day.spot == doctest::Approx(3240).epsilon(0.002));
  CHECK(day.deltas.size() > 50);
  const Prices prices{{"SPY", day.spy}, {"ES", day.spot}, {"MES", day.spot}};
  check_day(day, prices, 50, "MES", 1, {"SPY", "ES 2020-03-20", "MES 2020-03-20"});
}
