// src/protocol/decode_book.cpp -- the book of LEAPs and weekly calls from JSON: every key, nothing guessed.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/ipmcc.hpp>

#include "fields.hpp"

#include <algorithm>     // std::find_if
#include <array>         // std::array
#include <charconv>      // std::from_chars
#include <limits>        // std::numeric_limits
#include <system_error>  // std::errc
#include <utility>       // std::move

namespace optcoord::protocol {
namespace {

using ipmcc::Assignment;
using ipmcc::BookEvent;
using ipmcc::BookLeg;
using ipmcc::BookOrder;
using ipmcc::BookState;
using ipmcc::Lot;
using ipmcc::LotId;
using ipmcc::OpenRepair;

using Text = std::string_view;

constexpr std::array book_keys{Text{"lots"},        Text{"orders"}, Text{"repairs"},
                               Text{"assignments"}, Text{"record"}, Text{"next_lot"}};
constexpr std::array lot_keys{Text{"id"},   Text{"contract"}, Text{"quantity"},    Text{"average_price"},
                              Text{"leap"}, Text{"opened"},   Text{"close_failed"}};
constexpr std::array book_leg_keys{Text{"action"},     Text{"contract"}, Text{"quantity"}, Text{"filled"},
                                   Text{"depends_on"}, Text{"status"},   Text{"lot"}};
constexpr std::array order_keys{Text{"id"}, Text{"package"}, Text{"legs"}};
constexpr std::array repair_keys{Text{"order"}, Text{"action"}, Text{"contract"}, Text{"quantity"}};
constexpr std::array assignment_keys{Text{"weekly"}, Text{"contract"}, Text{"quantity"}, Text{"leap"}, Text{"at"}};
constexpr std::array event_keys{Text{"kind"},  Text{"lot"},   Text{"contract"}, Text{"quantity"},
                                Text{"price"}, Text{"order"}, Text{"at"}};

/// The texts of an enum's values in their order, as `text` gives them.
template <class Enum, std::size_t count>
[[nodiscard]] constexpr std::array<Text, count> texts_of() {
  std::array<Text, count> out{};
  for (std::size_t i = 0; i < count; ++i) out[i] = text(static_cast<Enum>(i));
  return out;
}
constexpr auto actions = texts_of<ipmcc::Action, 4>();
constexpr auto leg_statuses = texts_of<ipmcc::LegStatus, 4>();
constexpr auto event_kinds = texts_of<ipmcc::BookEventKind, 12>();

[[nodiscard]] Contract read_contract(Fields& f) {
  const Text text = f.name("contract");
  const Result<Contract> contract = parse_contract(text);
  if (f.ok() && !contract) f.refuse("contract", "is not a contract as \"SPY   260116C00450000\"");
  return contract.value_or(Contract{});
}
[[nodiscard]] std::optional<double> read_price(Fields& f, Text key) {
  if (f.is_null(key)) return std::nullopt;
  return f.number(key, Range::not_negative);
}
/// A number of 32 bits.
template <class Number>
[[nodiscard]] Number read_number(Fields& f, Text key) {
  const std::int64_t number = f.integer(key);
  const bool fits = number >= 0 && number <= std::numeric_limits<std::uint32_t>::max();
  if (f.ok() && !fits) f.refuse(key, "is not a whole number from 0 to 4294967295");
  return static_cast<Number>(fits ? number : 0);
}
template <class Number>
[[nodiscard]] std::optional<Number> read_number_or_null(Fields& f, Text key) {
  if (f.is_null(key)) return std::nullopt;
  return read_number<Number>(f, key);
}
[[nodiscard]] RequestId read_order_number(Fields& f, Text key) {
  const Text text = f.filled_text(key);
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = read.ec == std::errc{} && read.ptr == text.data() + text.size();
  if (f.ok() && (!whole || (text.size() > 1 && text.front() == '0')))
    f.refuse(key, "is not an order's number: a text of digits, below 2^64");
  return RequestId{number};
}
[[nodiscard]] bool read_flag(Fields& f, Text key) {
  if (f.ok() && !f.has(key)) f.refuse(key, "missing");
  return f.flag(key);
}

[[nodiscard]] Lot read_lot(Fields& f) {
  f.only(lot_keys);
  Lot lot;
  lot.id = read_number<LotId>(f, "id");
  lot.contract = read_contract(f);
  lot.quantity = f.integer("quantity");
  lot.average_price = read_price(f, "average_price");
  lot.leap = read_number_or_null<LotId>(f, "leap");
  lot.opened = f.time("opened");
  lot.close_failed = read_flag(f, "close_failed");
  return lot;
}

[[nodiscard]] BookLeg read_leg(Fields& f) {
  f.only(book_leg_keys);
  BookLeg leg;
  leg.action = f.one_of<ipmcc::Action>("action", actions);
  leg.contract = read_contract(f);
  leg.quantity = f.integer("quantity");
  leg.filled = f.integer("filled");
  leg.depends_on = read_number_or_null<std::uint32_t>(f, "depends_on");
  leg.status = f.one_of<ipmcc::LegStatus>("status", leg_statuses);
  leg.lot = read_number_or_null<LotId>(f, "lot");
  return leg;
}

[[nodiscard]] BookOrder read_order(Fields& f) {
  f.only(order_keys);
  BookOrder order;
  order.id = read_order_number(f, "id");
  order.package = read_flag(f, "package");
  f.each("legs", [&](Fields& leg) { order.legs.push_back(read_leg(leg)); });
  return order;
}

[[nodiscard]] OpenRepair read_repair(Fields& f) {
  f.only(repair_keys);
  OpenRepair repair;
  repair.order = read_order_number(f, "order");
  repair.action = f.one_of<ipmcc::Action>("action", actions);
  repair.contract = read_contract(f);
  repair.quantity = f.integer("quantity");
  return repair;
}

[[nodiscard]] Assignment read_assignment(Fields& f) {
  f.only(assignment_keys);
  Assignment assignment;
  assignment.weekly = read_number<LotId>(f, "weekly");
  assignment.contract = read_contract(f);
  assignment.quantity = f.integer("quantity");
  assignment.leap = read_number_or_null<LotId>(f, "leap");
  assignment.at = f.time("at");
  return assignment;
}

[[nodiscard]] BookEvent read_event(Fields& f) {
  f.only(event_keys);
  BookEvent event;
  event.kind = f.one_of<ipmcc::BookEventKind>("kind", event_kinds);
  event.lot = read_number_or_null<LotId>(f, "lot");
  event.contract = read_contract(f);
  event.quantity = f.integer("quantity");
  event.price = read_price(f, "price");
  if (!f.is_null("order")) event.order = read_order_number(f, "order");
  event.at = f.time("at");
  return event;
}

[[nodiscard]] BookState read_book(Fields& f) {
  f.only(book_keys);
  BookState book;
  f.each_if_any("lots", [&](Fields& lot) { book.lots.push_back(read_lot(lot)); });
  f.each_if_any("orders", [&](Fields& order) { book.orders.push_back(read_order(order)); });
  f.each_if_any("repairs", [&](Fields& repair) { book.repairs.push_back(read_repair(repair)); });
  f.each_if_any("assignments", [&](Fields& each) { book.assignments.push_back(read_assignment(each)); });
  f.each_if_any("record", [&](Fields& event) { book.record.push_back(read_event(event)); });
  book.next_lot = read_number<std::uint32_t>(f, "next_lot");
  return book;
}

/// What is told of a field that contradicts the rest of the book.
struct Contradiction {
  Text field;
  Text sentence;
};
constexpr std::array contradictions{
    Contradiction{"next_lot", "is not the number of a lot to come: from 1 to 4000000000"},
    Contradiction{"lots[]", "is out of place: lots stand in order of contract, then number"},
    Contradiction{"lots[].id", "was not given out, for it is not under next_lot, or stands twice"},
    Contradiction{"lots[].quantity", "is 0, or on the other side than its contract's other lots"},
    Contradiction{"lots[].leap", "is no open LEAP of the same root that outlives the call"},
    Contradiction{"orders[].legs", "are more than 8, or none of them is working"},
    Contradiction{"orders[].id", "stands twice"},
    Contradiction{"orders[].legs[].contract", "is not a call of the order's root"},
    Contradiction{"orders[].legs[].quantity", "is out of range, or above that of the leg it depends on"},
    Contradiction{"orders[].legs[].filled", "is out of range: 0 up to the leg's quantity"},
    Contradiction{"orders[].legs[].status", "contradicts what is filled"},
    Contradiction{"orders[].legs[].depends_on", "is no leg of the order that depends on none"},
    Contradiction{"orders[].legs[].lot", "is not what this leg has opened"},
    Contradiction{"assignments[].weekly", "was not given out, or is another contract's"},
    Contradiction{"assignments[].leap", "was not given out, or is no LEAP of the same root that outlives the call"},
    Contradiction{"record[].lot", "was not given out"},
    Contradiction{"record[].at", "is earlier than the entry before"},
};
[[nodiscard]] Text contradiction_of(Text field) {
  const auto it = std::find_if(contradictions.begin(), contradictions.end(),
                               [field](const Contradiction& c) { return c.field == field; });
  if (it != contradictions.end()) return it->sentence;
  return field.ends_with(".contract") ? "is not a call" : "is out of range";
}

/// "orders[].legs[].lot" with its places: of a leg `batch` is the order's and `index` its own.
[[nodiscard]] Fault fault_of_book(const Error& error) {
  std::string path(error.field);
  std::size_t at = 0;
  for (const std::int32_t place : {error.batch, error.index}) {
    if (place < 0) continue;
    at = path.find("[]", at);
    if (at == std::string::npos) break;
    path.insert(++at, std::to_string(place));
  }
  return {error.code, std::move(path), std::string(contradiction_of(error.field))};
}

}  // namespace

tl::expected<ipmcc::Book, Fault> book_from_json(std::string_view text) {
  Tree tree;
  std::optional<Fault> fault = tree.parse(text, {"book", max_book_bytes, max_book_values});
  if (fault) return tl::unexpected<Fault>(std::move(*fault));
  Fields fields(tree, 0, fault);
  BookState state = read_book(fields);
  if (fault) return tl::unexpected<Fault>(std::move(*fault));
  Result<ipmcc::Book> book = ipmcc::Book::restore(std::move(state));
  if (!book) return tl::unexpected<Fault>(fault_of_book(book.error()));
  return *std::move(book);
}

}  // namespace optcoord::protocol
