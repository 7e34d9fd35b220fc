// tests/desk/greeks_test.cpp -- Greeks that the host does not send are computed, and what cannot be is missing.
// SPDX-License-Identifier: MIT
#include <optcoord/pricing/black_scholes.hpp>

#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <cmath>    // std::abs
#include <cstdlib>  // std::strtod

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

constexpr double vol_of_the_day = 0.25;

[[nodiscard]] LedgerConfig all_greeks() {
  return rows({limit("SPY", Metric::delta, 1e6), limit("SPY", Metric::gamma, 1e6), limit("SPY", Metric::theta, 1e6),
               limit("SPY", Metric::vega, 1e6)});
}

/// What the desk should assume of put_440 at `now`: expiry at 16:00 New York, 365-day years, last spot and rate.
[[nodiscard]] pricing::OptionTerms terms_at(Timestamp now) {
  pricing::OptionTerms terms;
  terms.right = Right::put;
  terms.spot = 450;
  terms.strike = 440;
  terms.years = static_cast<double>((*parse_time("2026-01-16T21:00:00Z") - now).count()) / (365.0 * 86400.0 * 1e9);
  terms.rate = 0.04;
  return terms;
}

[[nodiscard]] OptionEvent quoted(double bid, double ask) {
  OptionEvent e;
  e.contract = put_440;
  e.quote = {bid, ask};
  return e;
}

/// A desk that knows spot and rate and got a quote whose mid is worth `vol_of_the_day`.
[[nodiscard]] DeskBook with_a_quote() {
  DeskBook book(all_greeks());
  book.price("SPY", 450);
  book.tell(RatesEvent{0.04, {}});
  const double mid = pricing::value(terms_at(book.now()), vol_of_the_day);
  book.tell(quoted(mid - 0.01, mid + 0.01));
  return book;
}

[[nodiscard]] bool near(const std::string& text, double expected) {
  const double value = std::strtod(text.c_str(), nullptr);
  return std::abs(value - expected) <= 1e-6 * (1 + std::abs(expected));
}

}  // namespace

TEST_CASE("all Greeks are computed from the mid, the last spot and the rate, and said to be") {
  DeskBook book = with_a_quote();
  CHECK(says(book.trade(contracts("A", 1, put_440))) == "approved 1 / greeks_computed");
  const UnitGreeks g = pricing::unit_greeks(pricing::greeks(terms_at(book.now()), vol_of_the_day));
  CHECK(near(book.held("SPY", Metric::delta), 100 * g.delta));
  CHECK(near(book.held("SPY", Metric::gamma), 100 * g.gamma));
  CHECK(near(book.held("SPY", Metric::theta), 100 * g.theta));
  CHECK(near(book.held("SPY", Metric::vega), 100 * g.vega));
  CHECK(g.delta < 0);
  CHECK(g.theta < 0);
}

TEST_CASE("a decision says which Greeks the desk computed for it, and from which volatility") {
  const DeskBook book = with_a_quote();
  Desk desk = book.desk();
  std::vector<ComputedGreeks> computed;
  const std::vector<LegText> legs{{put_440, 1}};
  const RequestEvent request{.id = RequestId{7}, .strategy = "A", .legs = legs};
  const auto ask = [&](const EventBody& body) {
    REQUIRE(desk.step({book.now(), body}, [&](const Output& out) {
      if (const auto* d = std::get_if<DecisionOutput>(&out.body))
        computed.assign(d->computed_greeks.begin(), d->computed_greeks.end());
    }));
  };
  for (const EventBody& body : {EventBody{WhatIfEvent{{request}}}, EventBody{request}}) {
    ask(body);
    REQUIRE(computed.size() == 1);
    const UnitGreeks g = pricing::unit_greeks(pricing::greeks(terms_at(book.now()), vol_of_the_day));
    CHECK(book.desk().names().contracts.text(computed[0].contract) == put_440);
    CHECK(*computed[0].iv == doctest::Approx(vol_of_the_day).epsilon(1e-9));
    CHECK(*computed[0].greeks.delta == doctest::Approx(g.delta).epsilon(1e-7));
    CHECK(*computed[0].greeks.vega == doctest::Approx(g.vega).epsilon(1e-7));
    CHECK(computed[0].at == book.now());
  }
  ask(request);  // told again: nothing was computed for it now
  CHECK(computed.empty());
}

TEST_CASE("the desk's Greeks are those of the compiled kernels, to the last bit") {
  DeskBook book = with_a_quote();
  const pricing::OptionTerms terms = terms_at(book.now());
  const Quote quote = book.desk().market().option(*book.desk().names().contracts.find(put_440))->quote;
  const pricing::Kernels kernels = *pricing::Kernels::of(pricing::InstructionSet::portable);
  const pricing::ImpliedVolatility iv = kernels.implied_volatility(terms, *mid(quote));
  const Instrument& in = book.desk().ledger().state().instruments.back();
  CHECK(in.greeks == kernels.unit_greeks(terms, iv.vol));
}

TEST_CASE("a volatility that the host sends saves solving for one") {
  DeskBook book(all_greeks());
  book.price("SPY", 450);
  book.tell(RatesEvent{0.04, {}});
  OptionEvent e;
  e.contract = put_440;
  e.iv = vol_of_the_day;
  book.tell(e);  // no quote at all
  CHECK(says(book.trade(contracts("A", 1, put_440))) == "approved 1 / greeks_computed");
  CHECK(near(book.held("SPY"), 100 * pricing::greeks(terms_at(book.now()), vol_of_the_day).delta));
}

TEST_CASE("what the host sends is taken as it is, the rest is computed") {
  DeskBook book = with_a_quote();
  OptionEvent e = quoted(5, 6);
  e.iv = vol_of_the_day;
  e.delta = -0.5;
  book.tell(e);
  CHECK(says(book.trade(contracts("A", 1, put_440))) == "approved 1 / greeks_computed");
  CHECK(book.held("SPY") == "-50");
  CHECK(near(book.held("SPY", Metric::vega),
             100 * pricing::unit_greeks(pricing::greeks(terms_at(book.now()), vol_of_the_day)).vega));
}

TEST_CASE("all four from the host need no computing and no warning") {
  DeskBook book(all_greeks());
  book.greeks(put_440, {-0.5, 0.01, -0.05, 0.4});
  CHECK(says(book.ask(contracts("A", 1, put_440))) == "approved 1");
}

TEST_CASE("a volatility at or below zero is as good as absent") {
  for (const double iv : {0.0, -1.0}) {
    DeskBook book = with_a_quote();
    const double mid = pricing::value(terms_at(book.now()), vol_of_the_day);
    OptionEvent e = quoted(mid - 0.01, mid + 0.01);
    e.iv = iv;
    book.tell(e);
    CHECK(says(book.trade(contracts("A", 1, put_440))) == "approved 1 / greeks_computed");
    CHECK(near(book.held("SPY"), 100 * pricing::greeks(terms_at(book.now()), vol_of_the_day).delta));
  }
}

TEST_CASE("without spot, rate or a two-sided quote nothing can be computed and opens are denied") {
  const std::string denied = "denied, max 0: delta_unavailable delta_unavailable delta_unavailable delta_unavailable";
  {
    DeskBook no_spot(all_greeks());
    no_spot.tell(RatesEvent{0.04, {}});
    no_spot.tell(quoted(5, 6));
    CHECK(says(no_spot.ask(contracts("A", 1, put_440))) == denied);
  }
  {
    DeskBook no_rate(all_greeks());
    no_rate.price("SPY", 450);
    no_rate.tell(quoted(5, 6));
    CHECK(says(no_rate.ask(contracts("A", 1, put_440))) == denied);
  }
  DeskBook book = with_a_quote();
  CHECK(verdict(book.ask(contracts("A", 1, put_440))) == "approved");
  OptionEvent no_bid = quoted(5, 6);
  no_bid.quote.bid.reset();
  book.tell(no_bid);
  CHECK(says(book.ask(contracts("B", 1, put_440))) == denied);
  book.tell(quoted(6, 5));  // crossed
  CHECK(says(book.ask(contracts("B", 1, put_440))) == denied);
  book.tell(quoted(449, 451));  // worth more than the strike: no volatility gives that
  CHECK(says(book.ask(contracts("B", 1, put_440))) == denied);
}

TEST_CASE("an option that nobody ever quoted has no Greeks") {
  DeskBook book(spy_delta(1000));
  CHECK(says(book.ask(contracts("A", 1, put_440))) == "denied, max 0: delta_unavailable");
}

TEST_CASE("computed Greeks age like any others") {
  DeskBook book = with_a_quote();
  book.later(60s);
  CHECK(verdict(book.ask(contracts("A", 1, put_440))) == "approved");
  book.later(1ns);
  CHECK(verdict(book.ask(contracts("A", 1, put_440))) == "denied");
}

TEST_CASE("a session of its own sets the close an option is priced to") {
  DeskBook book(all_greeks());
  book.price("SPY", 450);
  book.tell(RatesEvent{0.04, {}});
  book.tell(SessionEvent{"*", *parse_time("2026-01-16T14:30:00Z"), *parse_time("2026-01-16T18:00:00Z")});
  pricing::OptionTerms terms = terms_at(book.now());
  terms.years -= 3.0 / (365 * 24);
  OptionEvent e;
  e.contract = put_440;
  e.iv = vol_of_the_day;
  book.tell(e);
  book.trade(contracts("A", 1, put_440));
  CHECK(near(book.held("SPY"), 100 * pricing::greeks(terms, vol_of_the_day).delta));
}

TEST_CASE("an option at its close has no Greeks any more") {
  DeskBook book(all_greeks());
  book.tick_at(*parse_time("2026-01-16T21:00:00Z"));
  book.price("SPY", 450);
  book.tell(RatesEvent{0.04, {}});
  book.tell(quoted(5, 6));
  CHECK(verdict(book.ask(contracts("A", 1, put_440))) == "denied");
}
