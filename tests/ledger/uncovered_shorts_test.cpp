// tests/ledger/uncovered_shorts_test.cpp -- closing the wing that covers a short is not free.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

#include <initializer_list>  // std::initializer_list
#include <utility>           // std::pair

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

const std::string xsp_call_470 = "XSP   260116C00470000";

/// A book in which "A" holds `positions` and nothing limits it.
[[nodiscard]] LedgerBook holding(std::initializer_list<std::pair<std::string, std::int64_t>> positions) {
  LedgerBook book(sample_groups());
  for (const auto& [contract, quantity] : positions) book.trade(contracts("A", quantity, contract));
  return book;
}

/// Whether selling or buying so many leaves more naked shorts than there were.
[[nodiscard]] bool uncovers(LedgerBook book, std::int64_t quantity, const std::string& contract) {
  const OwnedDecision d = book.what_if(contracts("A", quantity, contract).exit());
  REQUIRE(d.verdict == Verdict::approved);
  return codes(d.warnings) == "leaves_uncovered_short";
}

/// Short 10 puts at 440 and long 10 at 430, deltas -0.30 and -0.20, so held +100; selling the wing adds 20 each.
[[nodiscard]] LedgerBook put_spreads(double bound) {
  LedgerBook book(spy_delta(bound));
  book.delta(put_440, -0.30);
  book.delta(put_430, -0.20);
  book.trade(position("A", 10, {{put_440, -1}, {put_430, 1}}));
  return book;
}

}  // namespace

TEST_CASE("the long wing of a vertical covers its short") {
  const auto vertical = {std::pair{put_440, std::int64_t{-2}}, std::pair{put_430, std::int64_t{2}}};
  CHECK(uncovers(holding(vertical), -1, put_430));
  CHECK(!uncovers(holding(vertical), 1, put_440));
}

TEST_CASE("spare longs may go") {
  const auto position = {std::pair{put_440, std::int64_t{-2}}, std::pair{put_430, std::int64_t{3}}};
  CHECK(!uncovers(holding(position), -1, put_430));
  CHECK(uncovers(holding(position), -2, put_430));
}

TEST_CASE("a long covers shorts that expire no later than itself") {
  CHECK(uncovers(holding({{put_440, -1}, {later_put_440, 1}}), -1, later_put_440));
  CHECK(!uncovers(holding({{later_put_440, -1}, {put_440, 1}}), -1, put_440));  // it never covered
}

TEST_CASE("each long covers one short, the one it can") {
  // short near and far, long near and far: the far long is the only cover of the far short
  const auto both = {std::pair{put_440, std::int64_t{-1}}, std::pair{later_put_440, std::int64_t{-1}},
                     std::pair{put_430, std::int64_t{1}}, std::pair{later_put_430, std::int64_t{1}}};
  CHECK(uncovers(holding(both), -1, later_put_430));
  CHECK(uncovers(holding(both), -1, put_430));
}

TEST_CASE("shares cover whole contracts of calls") {
  const auto covered = {std::pair{std::string("SPY"), std::int64_t{250}}, std::pair{call_470, std::int64_t{-2}}};
  CHECK(!uncovers(holding(covered), -50, "SPY"));
  CHECK(uncovers(holding(covered), -51, "SPY"));
}

TEST_CASE("shares and long calls cover together") {
  const auto mixed = {std::pair{std::string("SPY"), std::int64_t{100}}, std::pair{call_480, std::int64_t{1}},
                      std::pair{call_470, std::int64_t{-2}}};
  CHECK(uncovers(holding(mixed), -1, call_480));
  CHECK(uncovers(holding(mixed), -1, "SPY"));
}

TEST_CASE("nothing but long puts covers puts") {
  CHECK(!uncovers(holding({{"SPY", 200}, {put_440, -2}}), -200, "SPY"));
  CHECK(!uncovers(holding({{"SPY", -200}, {put_440, -2}}), 200, "SPY"));
  CHECK(!uncovers(holding({{call_470, 2}, {put_440, -2}}), -2, call_470));
}

TEST_CASE("another root covers nothing") {
  CHECK(!uncovers(holding({{xsp_call_470, 2}, {call_470, -2}}), -2, xsp_call_470));
}

TEST_CASE("another strategy covers nothing") {
  LedgerBook book(sample_groups());
  book.trade(contracts("A", -1, put_440));
  book.trade(contracts("B", 1, put_430));
  CHECK(says(book.what_if(contracts("B", -1, put_430).exit())) == "approved 1");
}

TEST_CASE("a long that another exit is closing covers nothing any more") {
  LedgerBook book = holding({{put_440, -2}, {put_430, 3}});
  book.pending(contracts("A", -1, put_430).exit());
  CHECK(uncovers(book, -1, put_430));
}

TEST_CASE("an uncovering exit that the rows let pass is approved with a warning") {
  LedgerBook book = put_spreads(10'000);
  const OwnedDecision d = book.what_if(contracts("A", -10, put_430).exit());
  CHECK(says(d) == "approved 10 / leaves_uncovered_short");
  CHECK(!d.bypass);
}

TEST_CASE("an uncovering exit is judged by the rows like an open") {
  LedgerBook book = put_spreads(200);
  const OwnedDecision d = book.what_if(contracts("A", -10, put_430).exit());
  CHECK(says(d) == "denied, max 5: exit_uncovers_short limit_exceeded");
  CHECK(d.binding == Code::exit_uncovers_short);
  CHECK(says(book.what_if(contracts("A", -5, put_430).exit())).substr(0, 10) == "approved 5");
}

TEST_CASE("an uncovering exit that takes fewer gets what the rows pass") {
  LedgerBook book = put_spreads(200);
  const OwnedDecision d = book.what_if(contracts("A", -10, put_430).exit().or_fewer());
  CHECK(d.verdict == Verdict::reduced);
  CHECK(d.units == 5);
  CHECK(codes(d.reasons) == "exit_uncovers_short limit_exceeded");
  CHECK(!d.bypass);
}

TEST_CASE("an uncovering exit needs figures like an open") {
  LedgerBook book = put_spreads(10'000);
  book.wait(61s);
  CHECK(says(book.what_if(contracts("A", -10, put_430).exit())) == "denied, max 0: exit_uncovers_short stale_greeks");
}

TEST_CASE("an emergency exit passes and says what it leaves") {
  LedgerBook book = put_spreads(200);
  const OwnedDecision d = book.what_if(contracts("A", -10, put_430).emergency_exit());
  CHECK(says(d) == "approved 10 / leaves_uncovered_short limit_exceeded (bypass)");
}

TEST_CASE("closing the whole spread uncovers nothing") {
  LedgerBook book = put_spreads(200);
  CHECK(says(book.what_if(position("A", 10, {{put_440, 1}, {put_430, -1}}).exit())) == "approved 10");
}
