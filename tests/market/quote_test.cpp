// tests/market/quote_test.cpp -- when a quote has a mid and when it is fresh; Greeks that are known in part.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/greeks.hpp>
#include <optcoord/market/quote.hpp>
#include <support/not_finite.hpp>

#include <limits>

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

TEST_CASE("only a two-sided quote that is not crossed has a mid") {
  CHECK(state({}) == QuoteState::none);
  CHECK(state({1.0, std::nullopt}) == QuoteState::one_sided);
  CHECK(state({std::nullopt, 1.0}) == QuoteState::one_sided);
  CHECK(state({1.1, 1.0}) == QuoteState::crossed);
  CHECK(state({1.0, 1.0}) == QuoteState::two_sided);
  CHECK(state({1.0, 1.1}) == QuoteState::two_sided);
  CHECK_FALSE(mid({}));
  CHECK_FALSE(mid({1.0, std::nullopt}));
  CHECK_FALSE(mid({std::nullopt, 1.0}));
  CHECK_FALSE(mid({1.1, 1.0}));
  CHECK(*mid({1.0, 1.0}) == 1.0);
  CHECK(*mid({1.0, 1.5}) == 1.25);
}

TEST_CASE("a side at zero, below it or not finite is no side") {
  CHECK(state({0.0, 0.05}) == QuoteState::one_sided);
  CHECK(state({0.0, 0.0}) == QuoteState::none);
  CHECK(state({-1.0, 0.05}) == QuoteState::one_sided);
  CHECK(state({not_a_number, 0.05}) == QuoteState::one_sided);
  CHECK(state({1.0, infinity}) == QuoteState::one_sided);
  constexpr double largest = std::numeric_limits<double>::max();
  CHECK(*mid({largest, largest}) == largest);
}

TEST_CASE("fresh is at most the greatest age, and never from the future") {
  const Timestamp now = *parse_time("2015-12-24T17:59:00Z");
  CHECK(is_fresh(now, 60s, now));
  CHECK(is_fresh(now - 60s, 60s, now));
  CHECK_FALSE(is_fresh(now - 60s - 1ns, 60s, now));
  CHECK_FALSE(is_fresh(now + 1ns, 60s, now));
  CHECK(is_fresh(now, 0s, now));
  CHECK_FALSE(is_fresh(Timestamp::min(), 60s, Timestamp{} - 1s));
}

TEST_CASE("Greeks are complete only when all four are there and finite") {
  OptionalGreeks g{0.5, 0.01, -0.1, 0.2};
  CHECK(*complete(g) == UnitGreeks{0.5, 0.01, -0.1, 0.2});
  g.theta.reset();
  CHECK_FALSE(complete(g));
  CHECK(*complete(filled(g, UnitGreeks{9, 9, -9, 9})) == UnitGreeks{0.5, 0.01, -9, 0.2});
  g.theta = not_a_number;
  CHECK_FALSE(complete(g));
}
