// tests/ipmcc/restore_test.cpp -- a book that was kept is taken back as it was, and a damaged one is refused by field.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"
#include "support/not_finite.hpp"

using namespace optcoord;
using namespace optcoord::test;
using ipmcc::Book;
using ipmcc::BookState;
using ipmcc::LegStatus;
using ipmcc::LotId;

namespace {

/// Two LEAPs, one weekly, a package half filled, an assignment, a repair.
[[nodiscard]] BookState busy_state() {
  IpmccWorld world;
  world.hold(call(in_december, 370), 3, 95.0);
  world.hold(call(this_friday, 465), -2, 0.5);
  ipmcc::Plan both = world.plan();
  both.steps = {{ipmcc::Action::buy_to_open, call(next_january, 370), 2, {}, 0U, {}},
                {ipmcc::Action::sell_to_open, call(next_monday, 465), 2, {}, 0U, 0U}};
  const RequestId first = world.send(both);
  world.fill(first, call(next_january, 370), 1);
  REQUIRE(world.book.end(first, LegStatus::cancelled, world.now));
  const RequestId second = world.send(both);
  world.fill(second, call(next_january, 370), 1);
  REQUIRE(world.book.assign(call(this_friday, 465), 1, world.now));
  return world.book.state();
}
template <class Damage>
[[nodiscard]] std::string fault_of_state(Damage damage) {
  BookState state = busy_state();
  damage(state);
  const Result<Book> book = Book::restore(state);
  return book ? "none" : std::string(text(book.error().code)) + ' ' + book.error().field;
}

}  // namespace

TEST_CASE("a busy book is restored as it was and goes on from there") {
  const BookState state = busy_state();
  REQUIRE(state.lots.size() == 4);
  REQUIRE(state.orders.size() == 1);
  REQUIRE(state.repairs.size() == 1);
  REQUIRE(state.assignments.size() == 1);
  Result<Book> book = Book::restore(state);
  REQUIRE(book);
  CHECK(book->state() == state);
  REQUIRE(book->fill({std::nullopt, call(next_january, 400), 1, 80.0}, at("2026-01-05T16:00:00Z")));
  CHECK(ipmcc::lots_in(book->state(), call(next_january, 400))[0].id == LotId{state.next_lot});
}

TEST_CASE("an empty book is a book") { CHECK(Book::restore(BookState{})); }

TEST_CASE("each kind of damage is refused with its field") {
  using S = BookState;
  CHECK(fault_of_state([](S&) {}) == "none");
  CHECK(fault_of_state([](S& s) { s.next_lot = 0; }) == "invalid_value next_lot");
  CHECK(fault_of_state([](S& s) { s.next_lot = 1; }) == "invalid_value lots[].id");
  CHECK(fault_of_state([](S& s) { s.next_lot = 4'000'000'000; }) == "none");
  CHECK(fault_of_state([](S& s) { s.next_lot = 4'000'000'001; }) == "invalid_value next_lot");
  CHECK(fault_of_state([](S& s) { s.lots[0].contract.right = Right::put; }) == "invalid_value lots[].contract");
  CHECK(fault_of_state([](S& s) { s.lots[0].contract = spy_share; }) == "invalid_value lots[].contract");
  CHECK(fault_of_state([](S& s) { s.lots[0].quantity = 0; }) == "invalid_value lots[].quantity");
  CHECK(fault_of_state([](S& s) { s.lots[0].quantity = -ipmcc::max_book_quantity - 1; }) ==
        "invalid_value lots[].quantity");
  CHECK(fault_of_state([](S& s) { s.lots[0].average_price = not_a_number; }) == "invalid_value lots[].average_price");
  CHECK(fault_of_state([](S& s) { s.lots[0].id = LotId{0}; }) == "invalid_value lots[].id");
  CHECK(fault_of_state([](S& s) { s.lots[0].id = s.lots[2].id; }) == "invalid_value lots[].id");
  CHECK(fault_of_state([](S& s) { std::swap(s.lots[0], s.lots[1]); }) == "invalid_value lots[]");
  CHECK(fault_of_state([](S& s) { s.lots[0].leap = s.lots[0].id; }) == "invalid_value lots[].leap");
  CHECK(fault_of_state([](S& s) { s.lots[0].leap = LotId{99}; }) == "invalid_value lots[].leap");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs.clear(); }) == "invalid_value orders[].legs");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[0].filled = 3; }) == "invalid_value orders[].legs[].filled");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[0].filled = -1; }) == "invalid_value orders[].legs[].filled");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[0].filled = 2; }) == "invalid_value orders[].legs[].status");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[0].status = LegStatus::filled; }) ==
        "invalid_value orders[].legs[].status");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[1].depends_on = 7; }) == "invalid_value orders[].legs[].depends_on");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[1].depends_on = 1; }) == "invalid_value orders[].legs[].depends_on");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[0].lot = LotId{99}; }) == "invalid_value orders[].legs[].lot");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[0].quantity = 1; }) == "invalid_value orders[].legs[].status");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[1].quantity = 3; }) == "invalid_value orders[].legs[].quantity");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[0].lot = s.lots[0].id; }) == "invalid_value orders[].legs[].lot");
  CHECK(fault_of_state([](S& s) { s.orders[0].legs[1].lot = LotId{1}; }) == "invalid_value orders[].legs[].lot");
  CHECK(fault_of_state([](S& s) { s.repairs[0].contract = spy_share; }) == "invalid_value repairs[].contract");
  CHECK(fault_of_state([](S& s) { s.assignments[0].contract = spy_share; }) == "invalid_value assignments[].contract");
  CHECK(fault_of_state([](S& s) { s.assignments[0].weekly = *s.lots[0].leap; }) ==
        "invalid_value assignments[].weekly");
  CHECK(fault_of_state([](S& s) { s.assignments[0].leap = s.lots[0].id; }) == "invalid_value assignments[].leap");
  CHECK(fault_of_state([](S& s) { s.record[0].contract = spy_share; }) == "invalid_value record[].contract");
  CHECK(fault_of_state([](S& s) { s.record[0].price = -0.01; }) == "invalid_value record[].price");
  CHECK(fault_of_state([](S& s) { s.orders.push_back(s.orders[0]); }) == "duplicate_id orders[].id");
  CHECK(fault_of_state([](S& s) { s.repairs[0].quantity = 0; }) == "invalid_value repairs[].quantity");
  CHECK(fault_of_state([](S& s) { s.assignments[0].weekly = LotId{99}; }) == "invalid_value assignments[].weekly");
  CHECK(fault_of_state([](S& s) { s.assignments[0].quantity = -1; }) == "invalid_value assignments[].quantity");
  CHECK(fault_of_state([](S& s) { s.record[0].lot = LotId{99}; }) == "invalid_value record[].lot");
  CHECK(fault_of_state([](S& s) { s.record[0].at += std::chrono::hours{1}; }) == "invalid_value record[].at");
}

TEST_CASE("the fault of an order's leg says which order and which leg") {
  BookState state = busy_state();
  state.orders.insert(state.orders.begin(), state.orders[0]);
  state.orders[0].id = RequestId{77};
  state.orders[1].legs[1].filled = -1;
  const Result<Book> book = Book::restore(state);
  REQUIRE(!book);
  CHECK(book.error() == Error{Errc::invalid_value, "orders[].legs[].filled", 1, 1});
}
