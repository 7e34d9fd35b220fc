// optcoord/ipmcc/restore.hpp -- whether a book that was kept somewhere is one: numbers, references, orders.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book.hpp>

#include <algorithm>  // std::adjacent_find, std::lower_bound, std::sort
#include <cmath>      // std::isfinite
#include <cstddef>    // std::size_t
#include <cstdint>    // std::int32_t, std::int64_t, std::uint32_t
#include <iterator>   // std::next
#include <optional>   // std::optional
#include <utility>    // std::move, std::pair
#include <vector>     // std::vector

namespace optcoord::ipmcc {
namespace detail {

/// Beyond it a book that goes on could come to give numbers twice.
inline constexpr std::uint32_t last_lot_number = 4'000'000'000;

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

/// Numbers and where they stand, in order of number, to find them and those given twice.
template <class Id>
using Places = std::vector<std::pair<Id, std::size_t>>;

template <class Id, class Items>
[[nodiscard]] Places<Id> places_of(const Items& items) {
  Places<Id> out;
  for (std::size_t i = 0; i < items.size(); ++i) out.emplace_back(items[i].id, i);
  std::sort(out.begin(), out.end());
  return out;
}
/// \returns the second place of a number that stands twice.
template <class Id>
[[nodiscard]] std::optional<std::size_t> twice(const Places<Id>& places) {
  const auto same = [](const auto& a, const auto& b) { return a.first == b.first; };
  const auto it = std::adjacent_find(places.begin(), places.end(), same);
  return it == places.end() ? std::nullopt : std::optional{std::next(it)->second};
}

/// The open lots of a state by number.
class LotsByNumber {
 public:
  explicit LotsByNumber(const BookState& s) : lots_(s.lots), places_(places_of<LotId>(s.lots)) {}
  [[nodiscard]] const Lot* find(LotId id) const {
    const auto it = std::lower_bound(places_.begin(), places_.end(), std::pair{id, std::size_t{0}});
    return it == places_.end() || it->first != id ? nullptr : &lots_[it->second];
  }
  [[nodiscard]] std::optional<std::size_t> given_twice() const { return twice(places_); }

 private:
  const std::vector<Lot>& lots_;
  Places<LotId> places_;
};

/// Whether an open lot can be the LEAP a call belongs to.
[[nodiscard]] inline bool fits_as_leap(const Lot* leap, const Contract& call) {
  return leap->is_leap() && leap->contract.root_chars == call.root_chars && leap->contract.expiry > call.expiry;
}

[[nodiscard]] inline Result<void> check_lots(const BookState& s, const LotsByNumber& numbers) {
  if (const std::optional<std::size_t> second = numbers.given_twice())
    return fail(Errc::invalid_value, "lots[].id", static_cast<std::int32_t>(*second));
  for (std::size_t i = 0; i < s.lots.size(); ++i) {
    const Lot& l = s.lots[i];
    const auto index = static_cast<std::int32_t>(i);
    if (!is_call(l.contract)) return fail(Errc::invalid_value, "lots[].contract", index);
    if (!is_quantity(l.quantity, -max_book_quantity) || l.quantity == 0)
      return fail(Errc::invalid_value, "lots[].quantity", index);
    if (!is_price(l.average_price)) return fail(Errc::invalid_value, "lots[].average_price", index);
    if (!is_given(l.id, s)) return fail(Errc::invalid_value, "lots[].id", index);
    if (i > 0 && !is_before(s.lots[i - 1], l)) return fail(Errc::invalid_value, "lots[]", index);
    if (i > 0 && s.lots[i - 1].contract == l.contract && s.lots[i - 1].is_leap() != l.is_leap())
      return fail(Errc::invalid_value, "lots[].quantity", index);
    if (!l.leap) continue;
    const Lot* const leap = numbers.find(*l.leap);
    if (leap == nullptr || l.is_leap() || !fits_as_leap(leap, l.contract))
      return fail(Errc::invalid_value, "lots[].leap", index);
  }
  return {};
}

[[nodiscard]] inline Result<void> check_legs(const BookState& s, const BookOrder& o, std::size_t place,
                                             const LotsByNumber& numbers) {
  for (std::size_t i = 0; i < o.legs.size(); ++i) {
    const BookLeg& leg = o.legs[i];
    const auto wrong = [&](const char* field) -> Result<void> {
      return tl::unexpected<Error>(
          Error{Errc::invalid_value, field, static_cast<std::int32_t>(i), static_cast<std::int32_t>(place)});
    };
    if (!is_call(leg.contract) || leg.contract.root_chars != o.legs.front().contract.root_chars)
      return wrong("orders[].legs[].contract");
    if (!is_quantity(leg.quantity, 0)) return wrong("orders[].legs[].quantity");
    if (!is_quantity(leg.filled, 0) || leg.filled > leg.quantity) return wrong("orders[].legs[].filled");
    const bool done = leg.filled == leg.quantity;
    if (done ? leg.is_working() : leg.status == LegStatus::filled) return wrong("orders[].legs[].status");
    if (leg.depends_on) {
      if (*leg.depends_on >= o.legs.size() || o.legs[*leg.depends_on].depends_on)
        return wrong("orders[].legs[].depends_on");
      if (leg.quantity > o.legs[*leg.depends_on].quantity) return wrong("orders[].legs[].quantity");
    }
    if (!leg.lot) continue;
    const Lot* const opened = numbers.find(*leg.lot);
    const bool its_own =
        opened == nullptr || (opened->contract == leg.contract && opened->is_leap() == is_buy(leg.action));
    if (!is_given(*leg.lot, s) || leg.filled == 0 || !its_own) return wrong("orders[].legs[].lot");
  }
  return {};
}

[[nodiscard]] inline Result<void> check_orders(const BookState& s, const LotsByNumber& numbers) {
  for (std::size_t i = 0; i < s.orders.size(); ++i) {
    const BookOrder& o = s.orders[i];
    if (o.legs.empty() || o.legs.size() > max_order_legs || !o.is_working())
      return fail(Errc::invalid_value, "orders[].legs", static_cast<std::int32_t>(i));
    if (Result<void> done = check_legs(s, o, i, numbers); !done) return done;
  }
  if (const std::optional<std::size_t> second = twice(places_of<RequestId>(s.orders)))
    return fail(Errc::duplicate_id, "orders[].id", static_cast<std::int32_t>(*second));
  return {};
}

[[nodiscard]] inline Result<void> check_assignment(const Assignment& a, std::int32_t index, const BookState& s,
                                                   const LotsByNumber& numbers) {
  const Lot* const weekly = numbers.find(a.weekly);
  const Lot* const leap = a.leap ? numbers.find(*a.leap) : nullptr;
  if (!is_call(a.contract)) return fail(Errc::invalid_value, "assignments[].contract", index);
  if (!is_quantity(a.quantity, 1)) return fail(Errc::invalid_value, "assignments[].quantity", index);
  if (!is_given(a.weekly, s) || (weekly != nullptr && weekly->contract != a.contract))
    return fail(Errc::invalid_value, "assignments[].weekly", index);
  if (a.leap && (!is_given(*a.leap, s) || (leap != nullptr && !fits_as_leap(leap, a.contract))))
    return fail(Errc::invalid_value, "assignments[].leap", index);
  return {};
}

[[nodiscard]] inline Result<void> check_record(const BookState& s) {
  for (std::size_t i = 0; i < s.record.size(); ++i) {
    const BookEvent& e = s.record[i];
    const auto index = static_cast<std::int32_t>(i);
    if (!is_call(e.contract)) return fail(Errc::invalid_value, "record[].contract", index);
    if (!is_price(e.price)) return fail(Errc::invalid_value, "record[].price", index);
    if (e.lot && !is_given(*e.lot, s)) return fail(Errc::invalid_value, "record[].lot", index);
    if (i > 0 && e.at < s.record[i - 1].at) return fail(Errc::invalid_value, "record[].at", index);
  }
  return {};
}

[[nodiscard]] inline Result<void> check_rest(const BookState& s, const LotsByNumber& numbers) {
  for (std::size_t i = 0; i < s.repairs.size(); ++i) {
    const auto index = static_cast<std::int32_t>(i);
    if (!is_call(s.repairs[i].contract)) return fail(Errc::invalid_value, "repairs[].contract", index);
    if (!is_quantity(s.repairs[i].quantity, 1)) return fail(Errc::invalid_value, "repairs[].quantity", index);
  }
  for (std::size_t i = 0; i < s.assignments.size(); ++i)
    if (Result<void> done = check_assignment(s.assignments[i], static_cast<std::int32_t>(i), s, numbers); !done)
      return done;
  return check_record(s);
}

}  // namespace detail

inline Result<Book> Book::restore(BookState state) {
  if (state.next_lot == 0 || state.next_lot > detail::last_lot_number) return fail(Errc::invalid_value, "next_lot");
  const detail::LotsByNumber numbers(state);
  Result<void> done = detail::check_lots(state, numbers);
  if (done) done = detail::check_orders(state, numbers);
  if (done) done = detail::check_rest(state, numbers);
  if (!done) return tl::unexpected<Error>(done.error());
  Book book;
  book.state_ = std::move(state);
  book.leaps_changed_ = true;
  return book;
}

}  // namespace optcoord::ipmcc
