// tests/support/ipmcc_walk.hpp -- every course of events over small books of LEAPs and weeklies, each book judged.
// SPDX-License-Identifier: MIT
//
// From an empty book every event that can happen next is tried: orders of a menu are placed, fill by one or whole, are
// cancelled, rejected or rejected on one leg, calls are assigned and settled. Books that are the same but for numbers
// and the record are followed once. Coverage is judged by pairing calls with LEAPs one by one, not by counting.
#pragma once

#include "support/ipmcc_world.hpp"

#include <algorithm>      // std::find_if, std::sort
#include <functional>     // std::function
#include <unordered_set>  // std::unordered_set

namespace optcoord::test::walks {

using ipmcc::Action;
using ipmcc::Book;
using ipmcc::BookLeg;
using ipmcc::BookOrder;
using ipmcc::BookState;
using ipmcc::LegStatus;
using ipmcc::NewOrder;

inline const Timestamp noon = at("2026-01-05T17:00:00Z");
inline const Contract leap_a = call(next_january, 370);
inline const Contract leap_b = call(in_december, 375);
inline const Contract week_1 = call(this_friday, 465);
inline const Contract week_2 = call(next_monday, 470);
inline const Contract week_3 = call(next_friday, 475);

[[nodiscard]] inline ipmcc::Step leg(Action action, const Contract& c, std::int64_t quantity,
                                     std::optional<std::uint32_t> after = std::nullopt) {
  return {action, c, quantity, std::nullopt, std::nullopt, after};
}

/// How far a leg may fill at present if the order's own rules are kept.
[[nodiscard]] inline std::int64_t allowed(const BookOrder& order, const BookLeg& l) {
  if (!l.is_working()) return 0;
  if (!l.depends_on) return l.quantity - l.filled;
  return std::max<std::int64_t>(0, std::min(l.quantity, order.legs[*l.depends_on].filled) - l.filled);
}

/// Calls that find no LEAP of their own that outlives them; with pending ones all sales allowed are taken as filled.
[[nodiscard]] inline std::int64_t unpaired(const BookState& s, bool with_pending) {
  std::vector<Date> calls;
  std::vector<Date> leaps;
  const auto add = [](std::vector<Date>& to, Date expiry, std::int64_t n) {
    for (; n > 0; --n) to.push_back(expiry);
  };
  for (const ipmcc::Lot& l : s.lots) add(l.is_leap() ? leaps : calls, l.contract.expiry, std::abs(l.quantity));
  for (const BookOrder& order : s.orders)
    for (const BookLeg& l : order.legs) {
      if (!with_pending || is_buy(l.action)) continue;
      if (l.action == Action::sell_to_open) add(calls, l.contract.expiry, allowed(order, l));
      for (std::int64_t n = l.action == Action::sell_to_close ? allowed(order, l) : 0; n > 0; --n) {
        const auto it = std::find(leaps.begin(), leaps.end(), l.contract.expiry);
        if (it != leaps.end()) leaps.erase(it);
      }
    }
  std::sort(calls.rbegin(), calls.rend());
  std::sort(leaps.rbegin(), leaps.rend());
  std::size_t used = 0;  // the longest calls are the hardest to pair: each takes the longest LEAP left
  for (const Date call_day : calls)
    if (used < leaps.size() && leaps[used] > call_day) ++used;
  return static_cast<std::int64_t>(calls.size() - used);
}

/// All of a state but numbers and the record.
[[nodiscard]] inline std::string outline(const BookState& s) {
  std::string out;
  const auto put_number = [&](std::int64_t n) { out += static_cast<char>('A' + n); };
  const auto put_contract = [&](const Contract& c) { put_number(c.strike_thousandths / 5000 - 70); };
  const auto put_lot = [&](std::optional<ipmcc::LotId> id) {
    const ipmcc::Lot* const lot = id ? ipmcc::find_lot(s, *id) : nullptr;
    put_number(lot == nullptr ? 40 : lot - s.lots.data());
  };
  for (const ipmcc::Lot& l : s.lots) {
    put_contract(l.contract);
    put_number(20 + l.quantity);
    put_lot(l.leap);
    put_number(l.close_failed ? 1 : 0);
  }
  out += '|';
  for (const BookOrder& o : s.orders) {
    put_number(static_cast<std::int64_t>(o.id));
    for (const BookLeg& l : o.legs) {
      put_number(l.quantity * 5 + l.filled);
      put_number(static_cast<std::int64_t>(l.status));
      put_lot(l.lot);
    }
  }
  out += '|';
  for (const ipmcc::OpenRepair& r : s.repairs) {
    put_contract(r.contract);
    put_number(static_cast<std::int64_t>(r.action) * 5 + r.quantity);
  }
  out += '|';
  for (const ipmcc::Assignment& a : s.assignments) put_contract(a.contract), put_number(a.quantity), put_lot(a.leap);
  return out;
}

/// Follows every course of events from an empty book.
class Walk {
 public:
  /// \param obedient  fills keep to the order's dependences; else a broker reports legs in any order
  /// \param restarted  goes on with what it makes of each book, which must be the same
  Walk(
      std::vector<NewOrder> menu, bool obedient, int assignments,
      std::function<Book(const Book&)> restarted = [](const Book& book) { return book; })
      : menu_(std::move(menu)), obedient_(obedient), assignments_(assignments), restarted_(std::move(restarted)) {}

  std::size_t run() {
    follow(Book{}, std::string(menu_.size(), '0') + "0", 1);
    while (!open_.empty()) {
      const Node node = std::move(open_.back());
      open_.pop_back();
      step_on(node);
    }
    return seen_.size();
  }
  std::size_t naked_seen{0};
  std::size_t orphans_seen{0};
  std::size_t refusals{0};

 private:
  struct Node {
    Book book;
    std::string used;  ///< which orders were placed; last: calls assigned
  };

  void follow(const Book& book, const std::string& used, std::uint32_t next_lot_before) {
    check(book.state(), next_lot_before);
    if (!seen_.insert(outline(book.state()) + used).second) return;
    Book next = restarted_(book);
    if (!(next.state() == book.state())) fail("not the same after a restart", book.state());
    next.forget_record(noon + std::chrono::hours{1});
    open_.push_back({std::move(next), used});
  }

  void step_on(const Node& node) {
    const BookState& s = node.book.state();
    for (std::size_t i = 0; i < menu_.size(); ++i) {
      if (node.used[i] != '0') continue;
      Book next = node.book;
      const Result<void> placed = next.place(menu_[i]);
      if (!placed) {
        ++refusals;
        if (!(next.state() == s)) FAIL_CHECK("a refusal changed the book");
        continue;
      }
      std::string used = node.used;
      used[i] = '1';
      follow(next, used, s.next_lot);
    }
    for (const BookOrder& order : s.orders) {
      for (std::uint32_t i = 0; i < order.legs.size(); ++i) fill_leg(node, order, i);
      end(node, order.id, LegStatus::cancelled, std::nullopt);
      for (std::uint32_t i = 0; i < order.legs.size(); ++i)
        if (order.legs[i].is_working()) end(node, order.id, LegStatus::rejected, i);
    }
    assign(node);
  }

  void fill_leg(const Node& node, const BookOrder& order, std::uint32_t i) {
    const BookLeg& l = order.legs[i];
    const std::int64_t most = obedient_ ? allowed(order, l) : l.remaining();
    for (std::int64_t n = 1; n <= most; ++n) {
      Book next = node.book;
      const Result<Code> code = next.fill({order.id, l.contract, is_buy(l.action) ? n : -n, 1.0}, noon);
      if (!code || *code != Code::none) FAIL_CHECK("a fill was not its order's");
      follow(next, node.used, node.book.state().next_lot);
    }
  }
  void end(const Node& node, RequestId id, LegStatus status, std::optional<std::uint32_t> at) {
    Book next = node.book;
    if (!next.end(id, status, noon, at)) FAIL_CHECK("an order did not end");
    follow(next, node.used, node.book.state().next_lot);
  }
  void assign(const Node& node) {
    const BookState& s = node.book.state();
    for (const ipmcc::Lot& l : s.lots) {
      if (l.is_leap() || node.used.back() - '0' >= assignments_) continue;
      Book next = node.book;
      if (!next.assign(l.contract, 1, noon)) FAIL_CHECK("a call was not assigned");
      std::string used = node.used;
      ++used.back();
      follow(next, used, s.next_lot);
    }
    for (const ipmcc::Assignment& a : s.assignments)
      for (const ipmcc::Settled how : {ipmcc::Settled::shares_bought, ipmcc::Settled::leap_exercised}) {
        Book next = node.book;
        if (next.settle(a.weekly, 1, how, noon)) follow(next, node.used, s.next_lot);
      }
  }

  /// What must hold in every state.
  void check(const BookState& s, std::uint32_t next_lot_before) {
    const std::int64_t naked = unpaired(s, false);
    const std::vector<ipmcc::Orphan> orphans = ipmcc::orphans(s, spy_share);
    if (obedient_ && assignments_ == 0 && unpaired(s, true) != 0) fail("a call is or can be uncovered", s);
    std::int64_t mended = 0;
    for (const ipmcc::Orphan& o : orphans) mended += is_buy(o.repair.action) ? o.repair.quantity : 0;
    if (mended < naked) fail("a naked call without a repair", s);
    naked_seen += naked > 0 ? 1 : 0;
    orphans_seen += orphans.empty() ? 0 : 1;
    for (const ipmcc::Lot& l : s.lots) {
      if (static_cast<std::uint32_t>(l.id) >= s.next_lot) fail("a number that was not given", s);
      if (l.leap && ipmcc::find_lot(s, *l.leap) == nullptr) fail("a weekly of no LEAP", s);
    }
    for (const ipmcc::BookEvent& e : s.record) {  // since the step before
      const bool makes = e.kind == ipmcc::BookEventKind::opened || e.kind == ipmcc::BookEventKind::rolled;
      if (makes && static_cast<std::uint32_t>(*e.lot) < next_lot_before) fail("a number given twice", s);
    }
    const Result<Book> again = Book::restore(s);
    if (!again || !(again->state() == s)) fail("does not restore", s);
    if (!orphans.empty()) repair_all(s);
  }
  /// Doing what the repairs say, order or not, leaves nothing naked.
  void repair_all(const BookState& s) {
    Book book = *Book::restore(s);
    while (!book.state().orders.empty())
      if (!book.end(book.state().orders[0].id, LegStatus::cancelled, noon)) break;
    for (int round = 0; round < 10; ++round) {
      const std::vector<ipmcc::Orphan> left = ipmcc::orphans(book.state(), spy_share);
      if (left.empty()) break;
      const ipmcc::Step& r = left[0].repair;
      (void)book.fill({std::nullopt, r.contract, is_buy(r.action) ? r.quantity : -r.quantity, 1.0}, noon);
    }
    if (!ipmcc::orphans(book.state(), spy_share).empty() || unpaired(book.state(), false) != 0)
      fail("repairs do not repair", s);
  }
  void fail(const char* what, const BookState& s) const {
    std::string state;
    for (const ipmcc::Lot& l : s.lots) state += std::to_string(l.quantity) + ' ' + to_text(l.contract) + ", ";
    for (const BookOrder& o : s.orders)
      for (const BookLeg& l : o.legs)
        state += std::string(ipmcc::text(l.action)) + ' ' + std::to_string(l.filled) + '/' +
                 std::to_string(l.quantity) + ' ' + to_text(l.contract) + ' ' + std::string(ipmcc::text(l.status)) +
                 ", ";
    FAIL(what << ": " << state);
  }

  std::vector<NewOrder> menu_;
  bool obedient_;
  int assignments_;
  std::function<Book(const Book&)> restarted_;
  std::unordered_set<std::string> seen_{};
  std::vector<Node> open_{};
};

/// Two LEAPs and three weeklies: created, added, rolled, sold.
[[nodiscard]] inline std::vector<NewOrder> full_menu() {
  return {
      {RequestId{1}, true, {leg(Action::buy_to_open, leap_a, 2), leg(Action::sell_to_open, week_1, 2)}},
      {RequestId{2}, true, {leg(Action::buy_to_open, leap_b, 1), leg(Action::sell_to_open, week_2, 1, 0U)}},
      {RequestId{3}, false, {leg(Action::buy_to_close, week_1, 1), leg(Action::sell_to_open, week_3, 1, 0U)}},
      {RequestId{4}, false, {leg(Action::sell_to_open, week_3, 1)}},
      {RequestId{5}, false, {leg(Action::sell_to_close, leap_a, 1)}},
  };
}
[[nodiscard]] inline std::vector<NewOrder> leap_roll_menu() {
  return {
      {RequestId{1}, true, {leg(Action::buy_to_open, leap_a, 2), leg(Action::sell_to_open, week_1, 2)}},
      {RequestId{2}, true, {leg(Action::buy_to_open, leap_b, 2), leg(Action::sell_to_close, leap_a, 2, 0U)}},
      {RequestId{3}, false, {leg(Action::sell_to_open, week_2, 1)}},
  };
}

}  // namespace optcoord::test::walks
