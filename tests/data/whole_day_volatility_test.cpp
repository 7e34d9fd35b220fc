// tests/data/whole_day_volatility_test.cpp -- GOOG's whole chain all day: a volatility for every quote, or why not.
// SPDX-License-Identifier: MIT
#include "data/quotes.hpp"

#include <optcoord/market/contract.hpp>             // parse_contract
#include <optcoord/market/new_york.hpp>             // from_new_york
#include <optcoord/pricing/implied_volatility.hpp>  // implied_volatility, greeks

#include <chrono>       // std::chrono::hours
#include <map>          // std::map
#include <string_view>  // std::string_view

using namespace optcoord;
using namespace optcoord::test;

TEST_CASE("every two-sided quote of the GOOG day has a volatility, or a mid below what exercise brings") {
  if (data("goog_20151224/options_minute_quotes.csv.gz").empty()) {
    MESSAGE("skipped: no GOOG day in OPTCOORD_DATA_DIR");
    return;
  }
  const std::string goog = data("goog_20151224");
  const Date today = *parse_date("2015-12-24");
  std::optional<double> spot;
  std::map<std::string_view, int> statuses;
  int before_any_price = 0;
  int two_sided = 0;
  for (const std::string& line : test::events("--date 2015-12-24 --underlying 'GOOG=America/New_York:" + goog +
                                              "/underlying_minute_quotes.csv' --options 'GOOG=America/New_York:" +
                                              goog + "/options_minute_quotes.csv.gz'")) {
    const std::string type = value_of(line, "type");
    if (type == "quote") spot = mid_of(line);
    if (type != "option") continue;
    if (!spot) {
      ++before_any_price;
      continue;
    }
    const Result<Contract> contract = parse_contract(value_of(line, "contract"));
    REQUIRE(contract);
    const Contract& c = *contract;
    const Timestamp close = from_new_york(c.expiry, std::chrono::hours{c.expiry == today ? 13 : 16});
    const Timestamp now = *parse_time(value_of(line, "t"));
    const pricing::OptionTerms terms{c.right, *spot, c.strike(), pricing::years(close - now), 0.005, 0};
    const Quote quote{number_of(line, "bid"), number_of(line, "ask")};
    const pricing::ImpliedVolatility iv = pricing::implied_volatility(terms, quote);
    ++statuses[text(iv.status)];
    CAPTURE(line);
    const bool expired = now >= close;  // the last bars of the day are stamped with their end
    CHECK((iv.status == pricing::IvStatus::expired) == expired);
    if (!expired) CHECK((state(quote) == QuoteState::two_sided) == (iv.status != pricing::IvStatus::one_sided));
    two_sided += state(quote) == QuoteState::two_sided ? 1 : 0;
    if (iv.status == pricing::IvStatus::solved) {
      const double delta = pricing::greeks(terms, iv.vol).delta;
      CHECK((c.right == Right::call ? delta : -delta) > 0);
      CHECK(std::abs(pricing::value(terms, iv.vol) - *mid(quote)) <= 1e-9);
    } else if (iv.status == pricing::IvStatus::below_intrinsic) {
      // In the money alone, where the mid of a wide quote can be less than exercise brings.
      CHECK((c.right == Right::call ? c.strike() < *spot : c.strike() > *spot));
    } else if (iv.status == pricing::IvStatus::above_bound) {
      CHECK(c.expiry == today);  // a wide quote's mid, which 1000 % would not make in the hours left
    }
  }
  CHECK(before_any_price == 0);
  CHECK(two_sided == 163'230);
  CHECK(statuses["solved"] == 151'028);
  CHECK(statuses["below_intrinsic"] == 11'913);
  CHECK(statuses["above_bound"] == 203);
  CHECK(statuses["expired"] == 164);
  CHECK(statuses["one_sided"] == 112'244);
  CHECK(statuses.size() == 5);
}
