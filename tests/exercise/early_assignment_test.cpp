// tests/exercise/early_assignment_test.cpp -- calls before a dividend, puts by carry: when a holder gains by exercise.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support/expiry_world.hpp"
#include "support/not_finite.hpp"

using namespace optcoord;
using optcoord::test::at;
using optcoord::test::day;
using optcoord::test::ExpiryWorld;

namespace {

/// A short SPY option of February, 635 at the strike, on Friday 2026-01-16, and a dividend on `ex_date`.
[[nodiscard]] ExpiryWorld before_dividend(const char* contract, double spot, double mid, const char* ex_date) {
  ExpiryWorld w;
  w.hold(contract, -1, spot, mid - 0.05, mid + 0.05);
  w.dividends = {{"SPY", day(ex_date), 1.75}};
  return w.at_minutes(60);
}
constexpr const char* call = "SPY   260220C00635000";
constexpr const char* put = "SPY   260220P00635000";

}  // namespace

TEST_CASE(
    "a short call in the money whose time value is below tomorrow's dividend is warned of, with what it delivers") {
  const ExpiryWorld w = before_dividend(call, 700, 66.70, "2026-01-19");  // Monday: the next session
  CHECK(w.says(0) == "warn");
  CHECK(w.row(0).warnings.has(Code::early_assignment));
  CHECK(w.row(0).assigned->underlying == -100);
  CHECK(w.plan.account.cash == 63'500);
}

TEST_CASE("no warning at a time value of the dividend, out of the money, long, European, or a session too soon") {
  CHECK(before_dividend(call, 700, 66.75, "2026-01-19").says(0) == "hold");
  CHECK(before_dividend(call, 634.99, 1.70, "2026-01-19").says(0) == "hold");
  CHECK(before_dividend(call, 700, 66.70, "2026-01-21").says(0) == "hold");
  CHECK(before_dividend(call, 700, 66.70, "2026-01-16").says(0) == "hold");  // already ex
  ExpiryWorld w = before_dividend(call, 700, 66.70, "2026-01-19");
  w.positions[0].terms.style = Style::european;
  CHECK(w.look().says(0) == "hold");
  w = before_dividend(call, 700, 66.70, "2026-01-19");
  w.positions[0].quantity = 1;
  CHECK(w.look().says(0) == "hold");
  w = before_dividend(call, 700, 66.70, "2026-01-19");
  w.dividends[0].root = "QQQ";
  CHECK(w.look().says(0) == "hold");
}

TEST_CASE("over a holiday that is known the next session is the day after it") {
  ExpiryWorld w = before_dividend(call, 700, 66.70, "2026-01-20");  // Monday the 19th is a holiday
  REQUIRE(w.sessions.set("*", {at("2026-01-22T14:30:00Z"), at("2026-01-22T21:00:00Z")}));
  CHECK(w.look().says(0) == "hold");  // as far as the sessions tell, Monday is none
  REQUIRE(w.sessions.set("*", {at("2026-01-20T14:30:00Z"), at("2026-01-20T21:00:00Z")}));
  CHECK(w.look().says(0) == "warn");
}

TEST_CASE("a time value that no quote shows counts as none") {
  ExpiryWorld w = before_dividend(call, 700, 66.70, "2026-01-19");
  w.positions[0].quote = {};
  CHECK(w.look().says(0) == "warn");
}

TEST_CASE("a short put is warned of when its time value is below what the strike earns until expiry, less dividends") {
  ExpiryWorld w;
  w.hold(put, -1, 500, 135.90, 136.00);  // time value 0.95
  w.at_minutes(60);
  CHECK(w.says(0) == "hold");  // no rate is known
  w.rate = 0.05;               // 35 days: 3.04
  CHECK(w.look().says(0) == "warn");
  w.dividends = {{"SPY", day("2026-02-10"), 2.50}};
  CHECK(w.look().says(0) == "hold");
  w.dividends[0].ex_date = day("2026-02-21");  // after expiry
  CHECK(w.look().says(0) == "warn");
  w.positions[0].quote = {138.50, 138.60};
  CHECK(w.look().says(0) == "hold");
}

TEST_CASE("a time value that only an old quote shows counts as none") {
  ExpiryWorld w = before_dividend(call, 700, 67.60, "2026-01-19");  // time value 2.60
  CHECK(w.says(0) == "hold");
  w.positions[0].quoted_at = w.now - std::chrono::hours{5};
  CHECK(w.look().says(0) == "warn");
}

TEST_CASE("a dividend that is none takes nothing away from one that is") {
  ExpiryWorld w = before_dividend(call, 700, 66.70, "2026-01-19");
  for (const double bad : {test::not_a_number, -test::infinity, -5.0}) {
    CAPTURE(bad);
    w.dividends.resize(1);
    w.dividends.push_back({"SPY", day("2026-01-19"), bad});
    CHECK(w.look().says(0) == "warn");
  }
}

TEST_CASE("where no session after today is known, a Monday in between may be a holiday, no other day") {
  CHECK(before_dividend(call, 700, 66.70, "2026-01-20").says(0) == "warn");  // over the weekend and a Monday
  CHECK(before_dividend(call, 700, 66.70, "2026-01-21").says(0) == "hold");
  const SessionBook none;
  CHECK_FALSE(next_session_is("SPY", day("2023-07-31"), day("2023-08-02"), none));  // Monday, Wednesday
  CHECK_FALSE(next_session_is("SPY", day("2023-08-03"), day("2023-08-07"), none));  // Thursday, Monday
  CHECK(next_session_is("SPY", day("2023-08-03"), day("2023-08-04"), none));
  CHECK(next_session_is("SPY", day("2023-08-04"), day("2023-08-07"), none));  // Friday, Monday
}
