// tests/market/dividend_test.cpp -- dividends announced: replaced, taken back, and which comes next.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/dividend.hpp>
#include <support/not_finite.hpp>
#include <support/times.hpp>

using namespace optcoord;
using namespace optcoord::test;

TEST_CASE("the next dividend of a root is the first that goes ex after the date") {
  DividendBook book;
  REQUIRE(book.set({"SPY", day("2026-03-20"), 1.9}));
  REQUIRE(book.set({"AAPL", day("2026-02-09"), 0.26}));
  REQUIRE(book.set({"SPY", day("2025-12-19"), 1.8}));
  CHECK(book.next("SPY", day("2025-12-18"))->amount == 1.8);
  CHECK(book.next("SPY", day("2025-12-19"))->ex_date == day("2026-03-20"));
  CHECK_FALSE(book.next("SPY", day("2026-03-20")));
  CHECK_FALSE(book.next("QQQ", day("2025-01-01")));
  REQUIRE(book.all().size() == 3);
  CHECK(book.all()[1].root == "AAPL");
}

TEST_CASE("the same root and ex-date replaces, and an amount of 0 takes it back") {
  DividendBook book;
  REQUIRE(book.set({"SPY", day("2026-03-20"), 1.9}));
  REQUIRE(book.set({"SPY", day("2026-03-20"), 2.0}));
  CHECK(book.all().size() == 1);
  CHECK(book.next("SPY", day("2026-01-01"))->amount == 2.0);
  REQUIRE(book.set({"SPY", day("2026-03-20"), 0}));
  CHECK(book.all().empty());
  REQUIRE(book.set({"SPY", day("2026-03-20"), 0}));  // nothing to take back
  CHECK(book.all().empty());
}

TEST_CASE("what is no dividend is refused by field, and changes nothing") {
  DividendBook book;
  CHECK(std::string_view{book.set({"spy", day("2026-03-20"), 1}).error().field} == "root");
  CHECK(std::string_view{book.set({"SPY", Date{}, 1}).error().field} == "ex_date");
  CHECK(std::string_view{book.set({"SPY", day("2026-03-20"), -1}).error().field} == "amount");
  CHECK(std::string_view{book.set({"SPY", day("2026-03-20"), not_a_number}).error().field} == "amount");
  CHECK(book.all().empty());
}
