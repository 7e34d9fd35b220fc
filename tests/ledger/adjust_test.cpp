// tests/ledger/adjust_test.cpp -- rolls and defensive moves: one leg must close, and nothing may become naked.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// Short 10 puts at 440; held delta +300.
[[nodiscard]] LedgerBook short_puts(double bound) {
  LedgerBook book(spy_delta(bound));
  book.delta(put_440, -0.30);
  book.delta(put_430, -0.20);
  book.delta(put_420, -0.45);  // as if it mattered
  book.trade(contracts("A", -10, put_440));
  return book;
}

[[nodiscard]] Ask roll_to(const std::string& contract, std::int64_t units) {
  return position("A", units, {{put_440, 1}, {contract, -1}}).adjust();
}

}  // namespace

TEST_CASE("a roll closes one leg and opens another") {
  LedgerBook book = short_puts(1000);
  CHECK(says(book.what_if(roll_to(put_430, 10))) == "approved 10");
}

TEST_CASE("an adjustment in which nothing is proved to close is denied") {
  LedgerBook book = short_puts(1000);
  CHECK(codes(book.what_if(roll_to(put_430, 11)).reasons).find("exit_not_reducing") == 0);
  CHECK(verdict(book.what_if(roll_to(put_430, 11))) == "denied");
  CHECK(verdict(book.what_if(contracts("A", -1, put_430).adjust())) == "denied");
  CHECK(verdict(book.what_if(position("B", 1, {{put_440, 1}, {put_430, -1}}).adjust())) == "denied");
}

TEST_CASE("an adjustment may not leave more naked shorts") {
  LedgerBook book = short_puts(1000);
  const OwnedDecision d = book.what_if(position("A", 5, {{put_440, 1}, {put_430, -2}}).adjust());
  CHECK(verdict(d) == "denied");
  CHECK(codes(d.reasons) == "exit_uncovers_short");
}

TEST_CASE("an adjustment's net exposure is judged by the rows") {
  LedgerBook book = short_puts(400);
  CHECK(says(book.what_if(roll_to(put_420, 10))) == "denied, max 6: limit_exceeded");  // +15 each on +300
  CHECK(says(book.what_if(roll_to(put_420, 6))) == "approved 6 / limit_near");
}

TEST_CASE("the closing leg of a pending adjustment is spoken for") {
  LedgerBook book = short_puts(1000);
  const Answer roll = book.pending(roll_to(put_430, 10));
  CHECK(says(book.what_if(contracts("A", 1, put_440).exit())) == "denied, max 0: exit_not_reducing");
  book.order(roll, OrderStatus::cancelled);
  CHECK(says(book.what_if(contracts("A", 10, put_440).exit())) == "approved 10");
}
