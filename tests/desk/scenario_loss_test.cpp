// tests/desk/scenario_loss_test.cpp -- what options are valued anew by: the host's volatility, else that of the mid.
// SPDX-License-Identifier: MIT
#include <optcoord/pricing/black_scholes.hpp>

#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <utility>  // std::pair

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// What may be lost at -10 %, with volatility 0.05 higher.
[[nodiscard]] LedgerConfig at_minus_10_percent() {
  LimitConfig row;
  row.group = "SPY";
  row.metric = Metric::scenario_loss;
  row.upper = 1e6;
  row.scenario = {{-0.10}, {0.05}};
  return rows({row});
}

/// SPY at 450, the rate 4 %.
[[nodiscard]] DeskBook with_a_rate() {
  DeskBook book(at_minus_10_percent());
  book.price("SPY", 450);
  book.tell(RatesEvent{0.04, {}});
  return book;
}

[[nodiscard]] pricing::OptionTerms put_440_terms(double spot, Timestamp now) {
  const double years = static_cast<double>((*parse_time("2026-01-16T21:00:00Z") - now).count()) / (365.0 * 86400e9);
  return {Right::put, spot, 440, years, 0.04, 0};
}

/// What a put sold loses at a volatility of `vol`, a hundred a contract.
[[nodiscard]] double loss_of_a_put_sold(double vol, Timestamp now) {
  return 100 * (pricing::value(put_440_terms(405, now), vol + 0.05) - pricing::value(put_440_terms(450, now), vol));
}

/// What the row says it would lose, to within a cent.
void check_loss(DeskBook& book, double expected) {
  const OwnedDecision d = book.what_if(contracts("A", -500, put_440));
  REQUIRE(says(d) == "denied, max " + std::to_string(static_cast<std::int64_t>(1e6 / expected)) + ": limit_exceeded");
  CHECK(to_double(d.reasons[0].requested) == doctest::Approx(500 * expected));
}

[[nodiscard]] OptionEvent with_greeks() {
  OptionEvent e;
  e.contract = put_440;
  e.delta = -0.3;
  e.gamma = 0.02;
  e.theta = -0.1;
  e.vega = 0.3;
  return e;
}

}  // namespace

TEST_CASE("the host's volatility values an option anew, whoever knows its Greeks") {
  DeskBook book = with_a_rate();
  OptionEvent e = with_greeks();
  e.iv = 0.25;
  book.tell(e);
  check_loss(book, loss_of_a_put_sold(0.25, book.now()));
}

TEST_CASE("without one it is solved from the mid, though the Greeks are the host's") {
  DeskBook book = with_a_rate();
  const double mid = pricing::value(put_440_terms(450, book.now()), 0.25);
  OptionEvent e = with_greeks();
  e.quote = {mid - 0.01, mid + 0.01};
  book.tell(e);
  check_loss(book, loss_of_a_put_sold(0.25, book.now()));
}

TEST_CASE("a price that moves re-marks what would be lost") {
  DeskBook book = with_a_rate();
  OptionEvent e = with_greeks();
  e.iv = 0.25;
  book.tell(e);
  book.price("SPY", 440);
  const Timestamp now = book.now();
  check_loss(book,
             100 * (pricing::value(put_440_terms(396, now), 0.30) - pricing::value(put_440_terms(440, now), 0.25)));
}

TEST_CASE("without a volatility, a mid or a rate nobody knows what would be lost, and opens are denied") {
  DeskBook book = with_a_rate();
  book.tell(with_greeks());
  CHECK(says(book.what_if(contracts("A", 1, put_440))) == "denied, max 0: delta_unavailable");
  DeskBook no_rate(at_minus_10_percent());
  no_rate.price("SPY", 450);
  OptionEvent e = with_greeks();
  e.iv = 0.25;
  no_rate.tell(e);
  CHECK(says(no_rate.what_if(contracts("A", 1, put_440))) == "denied, max 0: delta_unavailable");
}
