// optcoord/ipmcc/restore.hpp -- whether a book that was kept somewhere is one: numbers, references, orders.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book.hpp>

namespace optcoord::ipmcc {
namespace detail {

[[nodiscard]] inline bool is_price(std::optional<double> price) noexcept {
  return !price || (std::isfinite(*price) && *price >= 0);
}
[[nodiscard]] inline bool is_quantity(std::int64_t quantity, std::int64_t least) noexcept {
  return quantity >= least && quantity <= max_book_quantity;
}
/// A number that was given out.
[[nodiscard]] inline bool is_given(LotId id, const BookState& s) noexcept {
  return id != LotId{} && static_cast<std::uint32_t>(id) < s.next_lot;
}

[[nodiscard]] inline Result<void> check_lots(const BookState& s) {
  for (std::size_t i = 0; i < s.lots.size(); ++i) {
    const Lot& l = s.lots[i];
    const auto index = static_cast<std::int32_t>(i);
    if (!is_call(l.contract)) return fail(Errc::invalid_value, "lots[].contract", index);
    if (l.quantity == 0 || !is_quantity(std::abs(l.quantity), 1))
      return fail(Errc::invalid_value, "lots[].quantity", index);
    if (!is_price(l.average_price)) return fail(Errc::invalid_value, "lots[].average_price", index);
    if (!is_given(l.id, s)) return fail(Errc::invalid_value, "lots[].id", index);
    if (i > 0 && !is_before(s.lots[i - 1], l)) return fail(Errc::invalid_value, "lots", index);
    if (i > 0 && s.lots[i - 1].contract == l.contract && s.lots[i - 1].is_leap() != l.is_leap())
      return fail(Errc::invalid_value, "lots[].quantity", index);
    for (std::size_t k = 0; k < i; ++k)
      if (s.lots[k].id == l.id) return fail(Errc::invalid_value, "lots[].id", index);
    if (!l.leap) continue;
    const Lot* const leap = find_lot(s, *l.leap);
    const bool fits = leap != nullptr && leap->is_leap() && !l.is_leap() &&
                      leap->contract.root_chars == l.contract.root_chars && leap->contract.expiry > l.contract.expiry;
    if (!fits) return fail(Errc::invalid_value, "lots[].leap", index);
  }
  return {};
}

[[nodiscard]] inline Result<void> check_order(const BookState& s, const BookOrder& o, std::int32_t index) {
  if (o.legs.empty() || o.legs.size() > max_order_legs || !o.is_working())
    return fail(Errc::invalid_value, "orders[].legs", index);
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    const BookLeg& leg = o.legs[i];
    if (!is_call(leg.contract) || leg.contract.root_chars != o.legs.front().contract.root_chars)
      return fail(Errc::invalid_value, "orders[].legs[].contract", index);
    if (!is_quantity(leg.quantity, 0) || !is_quantity(leg.filled, 0) || leg.filled > leg.quantity)
      return fail(Errc::invalid_value, "orders[].legs[].filled", index);
    const bool done = leg.filled == leg.quantity;
    if (done ? leg.is_working() : leg.status == LegStatus::filled)
      return fail(Errc::invalid_value, "orders[].legs[].status", index);
    const bool waits = leg.depends_on.has_value();
    if (waits && (*leg.depends_on >= o.legs.size() || o.legs[*leg.depends_on].depends_on))
      return fail(Errc::invalid_value, "orders[].legs[].depends_on", index);
    if (leg.lot && !is_given(*leg.lot, s)) return fail(Errc::invalid_value, "orders[].legs[].lot", index);
  }
  for (const BookOrder& other : s.orders)
    if (&other != &o && other.id == o.id) return fail(Errc::duplicate_id, "orders[].id", index);
  return {};
}

[[nodiscard]] inline Result<void> check_rest(const BookState& s) {
  for (std::size_t i = 0; i < s.repairs.size(); ++i)
    if (!is_call(s.repairs[i].contract) || !is_quantity(s.repairs[i].quantity, 1))
      return fail(Errc::invalid_value, "repairs", static_cast<std::int32_t>(i));
  for (std::size_t i = 0; i < s.assignments.size(); ++i) {
    const Assignment& a = s.assignments[i];
    const bool numbered = is_given(a.weekly, s) && (!a.leap || is_given(*a.leap, s));
    if (!is_call(a.contract) || !is_quantity(a.quantity, 1) || !numbered)
      return fail(Errc::invalid_value, "assignments", static_cast<std::int32_t>(i));
  }
  for (std::size_t i = 0; i < s.record.size(); ++i) {
    const BookEvent& e = s.record[i];
    const bool numbered = !e.lot || is_given(*e.lot, s);
    const bool in_order = i == 0 || s.record[i - 1].at <= e.at;
    if (!is_price(e.price) || !numbered || !in_order)
      return fail(Errc::invalid_value, "record", static_cast<std::int32_t>(i));
  }
  return {};
}

}  // namespace detail

inline Result<Book> Book::restore(BookState state) {
  if (state.next_lot == 0) return fail(Errc::invalid_value, "next_lot");
  Result<void> done = detail::check_lots(state);
  for (std::size_t i = 0; done && i < state.orders.size(); ++i)
    done = detail::check_order(state, state.orders[i], static_cast<std::int32_t>(i));
  if (done) done = detail::check_rest(state);
  if (!done) return tl::unexpected<Error>(done.error());
  Book book;
  book.state_ = std::move(state);
  book.leaps_changed_ = true;
  return book;
}

}  // namespace optcoord::ipmcc
