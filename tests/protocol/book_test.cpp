// tests/protocol/book_test.cpp -- the book as JSON: nothing lost, a restart after every event, hostile texts refused.
// SPDX-License-Identifier: MIT
#include "support/dice.hpp"
#include "support/ipmcc_walk.hpp"

#include <optcoord/protocol/ipmcc.hpp>

#include <cmath>    // std::nextafter
#include <limits>   // std::numeric_limits
#include <set>      // std::set
#include <utility>  // std::pair

namespace optcoord::test::walks {
namespace {

using protocol::book_from_json;
using protocol::Fault;
using protocol::to_json;

[[nodiscard]] Book read_again(const Book& book) {
  const std::string text = to_json(book.state());
  tl::expected<Book, Fault> again = book_from_json(text);
  if (!again) FAIL(again.error().field << ": " << again.error().message << ": " << text);
  return *std::move(again);
}

constexpr std::string_view one_lot =
    R"({"lots":[{"id":1,"contract":"SPY   270115C00370000","quantity":2,"average_price":95.25,"leap":null,)"
    R"("opened":"2026-01-05T15:00:00.000000001Z","close_failed":false}],)"
    R"("orders":[{"id":"18446744073709551615","package":true,"legs":[)"
    R"({"action":"buy_to_open","contract":"SPY   270115C00370000","quantity":3,"filled":2,"depends_on":null,)"
    R"("status":"working","lot":1},)"
    R"({"action":"sell_to_open","contract":"SPY   260109C00465000","quantity":3,"filled":0,"depends_on":0,)"
    R"("status":"working","lot":null}]}],)"
    R"("repairs":[{"order":"7","action":"sell_to_open","contract":"SPY   260109C00465000","quantity":1}],)"
    R"("assignments":[{"weekly":2,"contract":"SPY   260109C00460000","quantity":1,"leap":1,)"
    R"("at":"2026-01-05T16:00:00Z"}],)"
    R"("record":[{"kind":"partly_filled","lot":1,"contract":"SPY   270115C00370000","quantity":2,"price":95.25,)"
    R"("order":"18446744073709551615","at":"2026-01-05T15:00:00Z"},)"
    R"({"kind":"assigned","lot":2,"contract":"SPY   260109C00460000","quantity":1,"price":null,"order":null,)"
    R"("at":"2026-01-05T16:00:00Z"}],"next_lot":3})";

/// The text with `part` replaced, which must be there.
[[nodiscard]] std::string with(std::string_view part, std::string_view by) {
  std::string text(one_lot);
  const std::size_t at = text.find(part);
  REQUIRE_MESSAGE(at != std::string::npos, part);
  return text.replace(at, part.size(), by);
}
/// "code field" of what is wrong, or "none".
[[nodiscard]] std::string fault_of_text(std::string_view text) {
  const tl::expected<Book, Fault> book = book_from_json(text);
  if (book) return "none";
  CHECK_FALSE(book.error().message.empty());
  return std::string(optcoord::text(book.error().code)) + ' ' + book.error().field;
}
[[nodiscard]] std::string message_of(std::string_view text) {
  const tl::expected<Book, Fault> book = book_from_json(text);
  return book ? std::string{} : book.error().message;
}

/// One lot, one order, one of everything.
[[nodiscard]] Book one_of_each() {
  IpmccWorld world;
  world.hold(leap_a, 1, 95.25);
  world.hold(week_1, -1);
  REQUIRE(world.book.assign(week_1, 1, noon));
  REQUIRE(world.book.place({RequestId{std::numeric_limits<std::uint64_t>::max()}, true, full_menu()[1].steps}));
  world.fill(RequestId{std::numeric_limits<std::uint64_t>::max()}, leap_b, 1, 90.125);
  REQUIRE(fault_of_text(to_json(world.book.state())) == "none");
  return world.book;
}

/// What no book may be, judged on its own.
[[nodiscard]] bool contradicts_itself(const BookState& s) {
  std::set<ipmcc::LotId> open;
  for (const ipmcc::Lot& l : s.lots)
    if (l.quantity == 0 || static_cast<std::uint32_t>(l.id) >= s.next_lot || !open.insert(l.id).second) return true;
  const auto lot_of = [&](ipmcc::LotId id) { return ipmcc::find_lot(s, id); };
  for (const ipmcc::Lot& l : s.lots)
    if (l.leap && (lot_of(*l.leap) == nullptr || lot_of(*l.leap)->contract.expiry <= l.contract.expiry)) return true;
  std::set<RequestId> orders;
  for (const BookOrder& o : s.orders) {
    if (!orders.insert(o.id).second || !o.is_working()) return true;
    for (const BookLeg& l : o.legs)
      if (l.filled > l.quantity || l.filled < 0 || (l.depends_on && *l.depends_on >= o.legs.size()) ||
          (l.lot && lot_of(*l.lot) != nullptr && lot_of(*l.lot)->contract != l.contract))
        return true;
  }
  for (const ipmcc::Assignment& a : s.assignments)
    if (a.quantity < 1 || static_cast<std::uint32_t>(a.weekly) >= s.next_lot) return true;
  return false;
}

/// A book after some events drawn, at instants of any nanosecond and prices of any size.
[[nodiscard]] Book drawn_book(Dice& dice) {
  Book book;
  Timestamp now = noon;
  const std::vector<Contract> contracts{leap_a, leap_b, week_1, week_2, week_3};
  const std::vector<NewOrder> menu = full_menu();
  const auto price = [&]() -> std::optional<double> {
    switch (dice.roll(6)) {
      case 0: return std::nullopt;
      case 1: return 0.0;
      case 2: return std::nextafter(100.0, 101.0) * static_cast<double>(dice.roll(1000));
      case 3: return 9007199254740993.0 + static_cast<double>(dice.roll(1'000'000'000'000'000));
      case 4: return std::numeric_limits<double>::denorm_min() * static_cast<double>(1 + dice.roll(9));
      default: return static_cast<double>(dice.roll(1'000'000)) / 997;
    }
  };
  for (std::int64_t events = dice.roll(12); events >= 0; --events) {
    now += Duration{dice.roll(2'000'000'000'000)};
    const Contract& c = contracts[static_cast<std::size_t>(dice.roll(5))];
    NewOrder order = menu[static_cast<std::size_t>(dice.roll(5))];
    order.id = RequestId{static_cast<std::uint64_t>(dice.roll(4)) * 0x5555'5555'5555'5555U};
    switch (dice.roll(6)) {
      case 0: (void)book.place(order); break;
      case 1: (void)book.end(order.id, LegStatus::cancelled, now); break;
      case 2: (void)book.assign(c, 1, now); break;
      case 3: (void)book.fill({order.id, c, dice.roll(2) == 0 ? 1 : -1, price()}, now); break;
      default: (void)book.fill({std::nullopt, c, dice.roll(7) - 3, price()}, now);
    }
  }
  return book;
}

}  // namespace

TEST_CASE("a book is one JSON object with every key") {
  CHECK(to_json({}) == R"({"lots":[],"orders":[],"repairs":[],"assignments":[],"record":[],"next_lot":1})");
  const tl::expected<Book, Fault> book = book_from_json(one_lot);
  if (!book) FAIL(book.error().field << ": " << book.error().message);
  CHECK(to_json(book->state()) == one_lot);
  CHECK(book->state().lots[0].opened == at("2026-01-05T15:00:00.000000001Z"));
  CHECK(book->state().orders[0].id == RequestId{std::numeric_limits<std::uint64_t>::max()});
  CHECK(book->state().lots[0].average_price == 95.25);
}

TEST_CASE("spaces and ends of lines are a person's to choose") {
  std::string spaced;
  for (const char c : one_lot) {
    spaced += c;
    if (c == ',' || c == '{' || c == '[') spaced += "\n  ";
  }
  const tl::expected<Book, Fault> book = book_from_json(spaced + "\n");
  REQUIRE(book);
  CHECK(to_json(book->state()) == one_lot);
}

TEST_CASE("in every order of events the book goes through JSON and goes on as the same") {
  Walk walk(full_menu(), true, 0, read_again);
  CHECK(walk.run() > 1'000);
  Walk assigned({full_menu()[0], full_menu()[2], full_menu()[3]}, true, 1, read_again);
  CHECK(assigned.run() > 300);
  Walk disobedient({full_menu()[0], full_menu()[2], full_menu()[4]}, false, 1, read_again);
  CHECK(disobedient.run() > 500);
  CHECK(disobedient.orphans_seen > 0);
}

TEST_CASE("numbers are not given again after a restart, though no lot has them any more") {
  IpmccWorld world;
  world.hold(leap_a, 2, 95.0);
  world.hold(leap_a, -2, 96.0);
  world.book.forget_record(noon + std::chrono::hours{1});
  REQUIRE(world.book.state().lots.empty());
  Book again = read_again(world.book);
  REQUIRE(again.fill({std::nullopt, leap_b, 1, 90.0}, noon));
  CHECK(again.state().lots[0].id == ipmcc::LotId{2});
}

TEST_CASE("any book reads back to itself: every instant, every price, every number") {
  Dice dice{20260105};
  std::size_t with_orders = 0;
  for (int i = 0; i < 2'000; ++i) {
    const Book book = drawn_book(dice);
    with_orders += book.state().orders.empty() ? 0 : 1;
    const std::string text = to_json(book.state());
    const tl::expected<Book, Fault> again = book_from_json(text);
    if (!again) FAIL(again.error().field << ": " << again.error().message << ": " << text);
    if (!(again->state() == book.state())) FAIL("not the same: " << text);
    if (to_json(again->state()) != text) FAIL("not the same text: " << text);
  }
  CHECK(with_orders > 300);
}

TEST_CASE("a text that breaks off is refused wherever it does") {
  const std::string text = to_json(one_of_each().state());
  for (std::size_t length = 0; length < text.size(); ++length)
    if (fault_of_text(std::string_view(text).substr(0, length)) != "parse_error ") FAIL(text.substr(0, length));
}

TEST_CASE("with any one bit changed a book is refused, or is another one that does not contradict itself") {
  std::size_t taken = 0;
  for (std::size_t i = 0; i < one_lot.size() * 8; ++i) {
    std::string changed(one_lot);
    changed[i / 8] = static_cast<char>(static_cast<unsigned char>(changed[i / 8]) ^ (1U << i % 8));
    const tl::expected<Book, Fault> book = book_from_json(changed);
    if (!book) continue;
    ++taken;
    if (contradicts_itself(book->state())) FAIL(changed);
    (void)read_again(*book);
  }
  CHECK(taken > 100);  // digits of prices, times and quantities
  CHECK(taken < one_lot.size() * 2);
}

TEST_CASE("every key must be there, no other may, none twice; the path says which") {
  CHECK(fault_of_text(with(R"("next_lot":3)", R"("next_lot":3,"x":1)")) == "unknown_key x");
  CHECK(message_of(with(R"("next_lot":3)", R"("next_lots":3)")) ==
        R"(unknown key "next_lots", did you mean "next_lot"?)");
  CHECK(fault_of_text(with(R"("close_failed":false)", R"("close_fail":false)")) == "unknown_key lots[0].close_fail");
  CHECK(fault_of_text(with(R"("status":"working","lot":null)", R"("status":"working","lot":null,"fill":1)")) ==
        "unknown_key orders[0].legs[1].fill");
  CHECK(fault_of_text(with(R"("next_lot":3)", R"("next_lot":3,"next_lot":3)")) == "parse_error next_lot");
  CHECK(fault_of_text(with(R"("quantity":2,)", R"("quantity":2,"quantity":2,)")) == "parse_error lots[0].quantity");
  CHECK(fault_of_text(with(R"(,"next_lot":3)", "")) == "invalid_value next_lot");
  CHECK(fault_of_text(with(R"("leap":null,)", "")) == "invalid_value lots[0].leap");
  CHECK(fault_of_text(with(R"("average_price":95.25,)", "")) == "invalid_value lots[0].average_price");
  CHECK(fault_of_text(with(R"(,"close_failed":false)", "")) == "invalid_value lots[0].close_failed");
  CHECK(fault_of_text(with(R"("package":true,)", "")) == "invalid_value orders[0].package");
  CHECK(fault_of_text(with(R"("order":null,)", "")) == "invalid_value record[1].order");
  for (const std::string_view list : {"lots", "orders", "repairs", "assignments", "record"}) {
    const std::string key = '"' + std::string(list) + "\":";
    CHECK(fault_of_text(with(key + "[{", key + "{\"a\":[{")).starts_with("parse_error"));
    CHECK(fault_of_text(with(key, key + "null,\"x\":")) == "unknown_key x");
  }
  CHECK(fault_of_text("[]") == "parse_error ");
  CHECK(message_of("[]") == "a book is one JSON object");
  CHECK(message_of("{") == "the book ends before its JSON does");
}

TEST_CASE("each value is read as what it must be") {
  CHECK(fault_of_text(with("SPY   270115C00370000", "SPY 270115C00370000")) == "invalid_value lots[0].contract");
  CHECK(fault_of_text(with("SPY   270115C00370000", "SPY   270115P00370000")) == "invalid_value lots[0].contract");
  CHECK(fault_of_text(with("SPY   270115C00370000", "SPY")) == "invalid_value lots[0].contract");
  CHECK(message_of(with("SPY   270115C00370000", "SPY")) == "is not a call");
  CHECK(fault_of_text(with(R"("quantity":2)", R"("quantity":2.5)")) == "invalid_value lots[0].quantity");
  CHECK(fault_of_text(with(R"("quantity":2)", R"("quantity":"2")")) == "invalid_value lots[0].quantity");
  CHECK(fault_of_text(with("95.25", "-0.01")) == "invalid_value lots[0].average_price");
  CHECK(fault_of_text(with("95.25", "NaN")) == "parse_error ");
  CHECK(fault_of_text(with("95.25", "1e999")) == "invalid_value lots[0].average_price");
  CHECK(fault_of_text(with("15:00:00.000000001Z", "15:00:00")) == "invalid_value lots[0].opened");
  CHECK(fault_of_text(with("15:00:00.000000001Z", "15:00:00.0000000001Z")) == "invalid_value lots[0].opened");
  CHECK(fault_of_text(with("buy_to_open", "buy")) == "invalid_value orders[0].legs[0].action");
  CHECK(fault_of_text(with(R"("kind":"assigned")", R"("kind":"called")")) == "invalid_value record[1].kind");
  CHECK(fault_of_text(with(R"("id":1)", R"("id":-1)")) == "invalid_value lots[0].id");
  CHECK(fault_of_text(with(R"("id":1)", R"("id":4294967297)")) == "invalid_value lots[0].id");
  for (const std::string_view id : {"18446744073709551616", "-1", "07", "7 ", "x"})
    CHECK_MESSAGE(fault_of_text(with("\"7\"", '"' + std::string(id) + '"')) == "invalid_value repairs[0].order", id);
  CHECK(fault_of_text(with("\"7\"", "7")) == "invalid_value repairs[0].order");
}

TEST_CASE("a book that contradicts itself is refused, with the field and what is wrong with it") {
  CHECK(fault_of_text(with(R"("next_lot":3)", R"("next_lot":1)")) == "invalid_value lots[0].id");
  CHECK(fault_of_text(with(R"("leap":null)", R"("leap":2)")) == "invalid_value lots[0].leap");
  CHECK(message_of(with(R"("leap":null)", R"("leap":2)")) == "is no open LEAP of the same root that outlives the call");
  CHECK(fault_of_text(with(R"("filled":0)", R"("filled":4)")) == "invalid_value orders[0].legs[1].filled");
  CHECK(fault_of_text(with(R"("depends_on":0)", R"("depends_on":1)")) == "invalid_value orders[0].legs[1].depends_on");
  CHECK(fault_of_text(with(R"("weekly":2)", R"("weekly":9)")) == "invalid_value assignments[0].weekly");
  CHECK(fault_of_text(with("16:00:00Z\"}],\"next", "14:00:00Z\"}],\"next")) == "invalid_value record[1].at");
  CHECK(message_of(with("16:00:00Z\"}],\"next", "14:00:00Z\"}],\"next")) == "is earlier than the entry before");
  const std::string order = R"({"id":"5","package":false,"legs":[{"action":"buy_to_close",)"
                            R"("contract":"SPY   260109C00460000","quantity":1,"filled":0,"depends_on":null,)"
                            R"("status":"working","lot":null}]})";
  const std::string twice = with(R"("orders":[)", R"("orders":[)" + order + ',' + order + ',');
  CHECK(fault_of_text(twice) == "duplicate_id orders[1].id");
}

TEST_CASE("a text too long, too deep or of too many values is refused; a record of many years is not") {
  CHECK(fault_of_text(std::string(protocol::max_book_bytes + 1, ' ')) == "parse_error ");
  CHECK(message_of(std::string(protocol::max_book_bytes + 1, ' ')) == "longer than a book may be (16 MiB)");
  CHECK(fault_of_text(with(R"("lots":[)", R"("lots":[)" + std::string(100'000, '['))).starts_with("parse_error"));
  std::string zeros = R"({"lots":[0)";
  for (std::size_t i = 0; i < protocol::max_book_values; ++i) zeros += ",0";
  CHECK(message_of(zeros + "]}") == "more values than a book may have (1048576)");
  BookState state;
  state.next_lot = 2;
  state.record.assign(15'000, {ipmcc::BookEventKind::opened, ipmcc::LotId{1}, leap_a, 1, 95.0, RequestId{1}, noon});
  CHECK(fault_of_text(to_json(state)) == "none");
}

}  // namespace optcoord::test::walks
