// tests/market/session_test.cpp -- sessions by root and date, expiry instants, market events.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/market_event.hpp>
#include <optcoord/market/position.hpp>
#include <optcoord/market/session.hpp>
#include <support/times.hpp>

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

TEST_CASE("a root's own session comes before that of all roots") {
  SessionBook sessions;
  CHECK_FALSE(sessions.close_on("SPY", day("2015-12-24")));
  REQUIRE(sessions.set("*", {at("2015-12-24T14:30:00Z"), at("2015-12-24T18:00:00Z")}));
  REQUIRE(sessions.set("ES", {at("2015-12-23T23:00:00Z"), at("2015-12-24T18:15:00Z")}));
  CHECK(*sessions.close_on("SPY", day("2015-12-24")) == at("2015-12-24T18:00:00Z"));
  CHECK(*sessions.close_on("ES", day("2015-12-24")) == at("2015-12-24T18:15:00Z"));
  CHECK(sessions.on("ES", day("2015-12-24"))->open == at("2015-12-23T23:00:00Z"));
  CHECK_FALSE(sessions.on("ES", day("2015-12-23")));  // it counts for the date of its close only
  CHECK_FALSE(sessions.on("SPY", day("2015-12-25")));
}

TEST_CASE("the same root and date replaces, whatever the order of arrival") {
  SessionBook sessions;
  REQUIRE(sessions.set("*", {at("2023-07-05T13:30:00Z"), at("2023-07-05T20:00:00Z")}));
  REQUIRE(sessions.set("SPY", {at("2023-07-03T13:30:00Z"), at("2023-07-03T20:00:00Z")}));
  REQUIRE(sessions.set("*", {at("2023-07-03T13:30:00Z"), at("2023-07-03T20:00:00Z")}));
  REQUIRE(sessions.set("*", {at("2023-07-03T13:30:00Z"), at("2023-07-03T17:00:00Z")}));
  CHECK(sessions.size() == 3);
  CHECK(*sessions.close_on("GOOG", day("2023-07-03")) == at("2023-07-03T17:00:00Z"));
  CHECK(*sessions.close_on("SPY", day("2023-07-03")) == at("2023-07-03T20:00:00Z"));
  CHECK(*sessions.close_on("SPY", day("2023-07-05")) == at("2023-07-05T20:00:00Z"));
}

TEST_CASE("a session must open before it closes, for a root or all of them") {
  SessionBook sessions;
  const Timestamp t = at("2023-07-03T13:30:00Z");
  CHECK(sessions.set("*", {t, t}).error() == Error{Errc::invalid_value, "close"});
  CHECK(sessions.set("**", {t, t + 1h}).error() == Error{Errc::invalid_value, "root"});
  CHECK(sessions.set("", {t, t + 1h}).error().code == Errc::invalid_value);
  CHECK(sessions.size() == 0);
}

TEST_CASE("a contract expires at the close of its expiry date, 16:00 New York where no session is known") {
  SessionBook sessions;
  const Contract goog = *parse_contract("GOOG  151224C00750000");
  CHECK(expiry_instant(goog, sessions) == at("2015-12-24T21:00:00Z"));
  REQUIRE(sessions.set("*", {at("2015-12-24T14:30:00Z"), at("2015-12-24T18:00:00Z")}));
  CHECK(expiry_instant(goog, sessions) == at("2015-12-24T18:00:00Z"));
  CHECK(expiry_instant(*parse_contract("GOOG  151231C00750000"), sessions) == at("2015-12-31T21:00:00Z"));
  CHECK(expiry_instant(*parse_contract("SPXW  230626C04350000"), sessions) == at("2023-06-26T20:00:00Z"));
  CHECK(expiry_instant(*parse_contract("ES 2026-03-20"), sessions) == at("2026-03-20T20:00:00Z"));
  CHECK(expiry_instant(*parse_contract("GOOG"), sessions) == Timestamp::max());
}

TEST_CASE("a market event is in force from its start until before its end") {
  const MarketEvent fomc{"FOMC", at("2023-07-26T18:00:00Z"), at("2023-07-26T20:00:00Z"), ""};
  CHECK_FALSE(in_force(fomc, fomc.from - 1ns));
  CHECK(in_force(fomc, fomc.from));
  CHECK(in_force(fomc, fomc.until - 1ns));
  CHECK_FALSE(in_force(fomc, fomc.until));
}

TEST_CASE("positions are values") {
  const Position a{*parse_contract("SPY"), -100, ""};
  Position b = a;
  CHECK(a == b);
  b.strategy = "LT112";
  CHECK_FALSE(a == b);
}
