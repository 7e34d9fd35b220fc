// tests/data/greeks_from_mids_test.cpp -- Greeks of real options, computed from their mids: signs, and order by strike.
// SPDX-License-Identifier: MIT
//
// GOOG's chain as it stood at 10:00 on 2015-12-24, each contract's last quote of the first half hour. Out of the money
// a price is all time value and deltas come in the order of strikes; in the money a mid, 4 USD wide, says little of it.
#include "data/quotes.hpp"

#include <optcoord/market/contract.hpp>             // Right
#include <optcoord/market/new_york.hpp>             // from_new_york
#include <optcoord/pricing/implied_volatility.hpp>  // implied_volatility, greeks

#include <chrono>   // std::chrono::hours
#include <utility>  // std::pair

using namespace optcoord;
using namespace optcoord::test;

namespace {

struct Priced {
  double spread{0};  ///< USD
  pricing::OptionTerms terms;
  pricing::ImpliedVolatility vol;
  pricing::OptionGreeks greeks;
};

/// By expiry and right, then by strike; two-sided quotes alone.
using Chain = std::map<std::pair<std::string, Right>, std::map<double, Priced>>;

[[nodiscard]] Chain chain_at_ten() {
  constexpr double rate = 0.005;
  const std::string goog = data("goog_20151224");
  double spot = 0;
  std::map<std::string, std::string> last;
  for (const std::string& line :
       test::events("--date 2015-12-24 --until 10:00 --underlying 'GOOG=America/New_York:" + goog +
                    "/underlying_minute_quotes.csv' --options 'GOOG=America/New_York:" + goog +
                    "/options_minute_quotes.csv.gz'")) {
    if (value_of(line, "type") == "quote") spot = mid_of(line).value_or(spot);
    if (value_of(line, "type") == "option") last[value_of(line, "contract")] = line;
  }
  const Date today = *parse_date("2015-12-24");
  const Timestamp now = from_new_york(today, std::chrono::hours{10});
  Chain chain;
  for (const auto& [name, line] : last) {
    const std::optional<double> mid = mid_of(line);
    if (!mid) continue;
    const Result<Contract> contract = parse_contract(name);
    REQUIRE(contract);
    const Date expiry = contract->expiry;
    const Timestamp close = from_new_york(expiry, std::chrono::hours{expiry == today ? 13 : 16});
    Priced p;
    p.spread = *number_of(line, "ask") - *number_of(line, "bid");
    p.terms = {contract->right, spot, contract->strike(), pricing::years(close - now), rate, 0};
    p.vol = pricing::implied_volatility(p.terms, *mid);
    if (p.vol.status == pricing::IvStatus::solved) p.greeks = pricing::greeks(p.terms, p.vol.vol);
    chain[{to_text(expiry), contract->right}][p.terms.strike] = p;
  }
  return chain;
}

[[nodiscard]] bool skipped() {
  if (!data("goog_20151224/options_minute_quotes.csv.gz").empty()) return false;
  MESSAGE("skipped: no GOOG day in OPTCOORD_DATA_DIR");
  return true;
}

/// Out of the money.
[[nodiscard]] bool is_out(const pricing::OptionTerms& terms) {
  return terms.right == Right::call ? terms.strike >= terms.spot : terms.strike <= terms.spot;
}

/// How many neighbours among the out-of-the-money options whose spread is at most `widest` were compared, and by how
/// much deltas went up where they should go down with the strike.
struct Order {
  int pairs{0};
  std::vector<double> wrong{};
};

[[nodiscard]] Order order_of(const Chain& chain, double widest) {
  Order order;
  for (const auto& [key, options] : chain) {
    std::optional<double> before;
    for (const auto& [strike, p] : options) {
      if (p.vol.status != pricing::IvStatus::solved || !is_out(p.terms) || p.spread > widest) continue;
      if (before) {
        ++order.pairs;
        if (p.greeks.delta > *before) order.wrong.push_back(p.greeks.delta - *before);
      }
      before = p.greeks.delta;
    }
  }
  return order;
}

}  // namespace

TEST_CASE("Greeks computed from real mids have the right signs, and a mid without a volatility says why") {
  if (skipped()) return;
  std::map<std::string_view, int> statuses;
  for (const auto& same_day : chain_at_ten()) {
    const bool call = same_day.first.second == Right::call;
    for (const auto& entry : same_day.second) {
      const Priced& p = entry.second;
      INFO(same_day.first.first << (call ? " call " : " put ") << entry.first);
      ++statuses[text(p.vol.status)];
      if (p.vol.status != pricing::IvStatus::solved) {
        CHECK(p.vol.status == pricing::IvStatus::below_intrinsic);
        CHECK_FALSE(is_out(p.terms));
        continue;
      }
      const double delta = call ? p.greeks.delta : -p.greeks.delta;
      CHECK(delta > 0);
      CHECK(delta < 1);
      CHECK(p.greeks.gamma > 0);
      CHECK(p.greeks.vega > 0);
      if (is_out(p.terms)) CHECK(p.greeks.theta < 0);
    }
  }
  CHECK(statuses["solved"] == 1525);
  CHECK(statuses["below_intrinsic"] == 93);
}

TEST_CASE("deltas from real mids go down with the strike where quotes are narrow, and almost wherever there are two") {
  if (skipped()) return;
  const Chain chain = chain_at_ten();
  CHECK(chain.size() == 24);  // twelve expiries
  const Order narrow = order_of(chain, 1.0);
  CHECK(narrow.pairs > 200);
  CHECK(narrow.wrong.empty());
  const Order all = order_of(chain, 1e9);
  CHECK(all.pairs > 580);
  CHECK(all.wrong.size() <= 1);
  for (const double by : all.wrong) CHECK(by < 0.005);
}
