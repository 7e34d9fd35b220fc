// optcoord/ipmcc/book_trades.hpp -- what changes lots: trades, assignments, expiries, the broker's word.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book.hpp>

namespace optcoord::ipmcc {
namespace detail {

/// The price of two parts together; unknown when one of them is.
[[nodiscard]] inline std::optional<double> average(std::optional<double> a, std::int64_t of_a, std::optional<double> b,
                                                   std::int64_t of_b) noexcept {
  if (!a || !b) return std::nullopt;
  const double sum = *a * static_cast<double>(of_a) + *b * static_cast<double>(of_b);
  return sum / static_cast<double>(of_a + of_b);
}

}  // namespace detail

/// \returns the LEAP of the same root that outlives `weekly` and has the most room; none when no LEAP outlives it.
inline std::optional<LotId> Book::leap_for(const Lot& weekly) const {
  std::optional<LotId> best;
  std::int64_t most = 0;
  for (const Lot& leap : lots_of(state_, weekly.contract)) {
    if (!leap.is_leap() || leap.contract.expiry <= weekly.contract.expiry) continue;
    std::int64_t room = leap.quantity;
    for (const Lot& l : lots_of(state_, weekly.contract))
      if (l.leap == leap.id && l.id != weekly.id) room += l.quantity;
    if (best && room <= most) continue;
    best = leap.id;
    most = room;
  }
  return best;
}

/// Takes `change` contracts, signed, off the lots of the other sign, oldest first. \returns what is left of it.
inline std::int64_t Book::reduce(const Contract& contract, std::int64_t change, BookEventKind kind,
                                 std::optional<double> price, std::optional<RequestId> by, Timestamp now) {
  for (Lot& l : state_.lots) {
    if (change == 0) break;
    if (l.contract != contract || (l.quantity > 0) == (change > 0)) continue;
    const std::int64_t taken = change > 0 ? std::min(change, -l.quantity) : std::max(change, -l.quantity);
    l.quantity += taken;
    change -= taken;
    note(kind, l.id, contract, taken, price, by, now);
  }
  std::erase_if(state_.lots, [](const Lot& l) { return l.quantity == 0; });
  return change;
}

inline LotId Book::open_lot(const BookFill& fill, BookEventKind kind, Timestamp now) {
  Lot made{LotId{state_.next_lot++}, fill.contract, fill.quantity, fill.price, std::nullopt, now, false};
  if (!made.is_leap()) made.leap = leap_for(made);
  state_.lots.insert(std::lower_bound(state_.lots.begin(), state_.lots.end(), made, is_before), made);
  note(kind, made.id, made.contract, made.quantity, made.average_price, fill.order, now);
  return made.id;
}

/// Books a trade: it closes what is open the other way, and what is left of it opens, or adds to what its leg opened.
inline void Book::trade(const BookFill& fill, BookLeg* leg, BookEventKind opening, Timestamp now) {
  BookFill rest = fill;
  rest.quantity = reduce(fill.contract, fill.quantity, BookEventKind::closed, fill.price, fill.order, now);
  std::int64_t mends = std::abs(fill.quantity);
  for (OpenRepair& r : state_.repairs) {
    if (r.contract != fill.contract || is_buy(r.action) != (fill.quantity > 0)) continue;
    const std::int64_t mended = std::min(mends, r.quantity);
    r.quantity -= mended;
    mends -= mended;
  }
  if (rest.quantity == 0) return;
  if (Lot* const own = leg != nullptr && leg->lot ? lot(*leg->lot) : nullptr) {
    own->average_price = detail::average(own->average_price, own->quantity, rest.price, rest.quantity);
    own->quantity += rest.quantity;
    return;
  }
  const LotId made = open_lot(rest, opening, now);
  if (leg != nullptr) leg->lot = made;
}

/// Counts a trade on the leg it belongs to.
inline void Book::count(BookOrder& of, std::size_t at, const BookFill& fill, Timestamp now) {
  const auto closes_same = [&](const BookLeg& l) {
    return !opens(l.action) && is_buy(l.action) != is_buy(of.legs[at].action);
  };
  const bool rolls = std::any_of(of.legs.begin(), of.legs.end(), closes_same);
  BookLeg& leg = of.legs[at];
  leg.filled += std::abs(fill.quantity);
  if (leg.filled == leg.quantity) leg.status = LegStatus::filled;
  trade(fill, &leg, rolls ? BookEventKind::rolled : BookEventKind::opened, now);
  note(leg.is_working() ? BookEventKind::partly_filled : BookEventKind::filled, leg.lot, fill.contract, fill.quantity,
       fill.price, of.id, now);
}

inline Result<Code> Book::fill(const BookFill& fill, Timestamp now) {
  if (!detail::is_call(fill.contract)) return fail(Errc::invalid_value, "contract");
  if (fill.quantity == 0 || std::abs(fill.quantity) > max_book_quantity) return fail(Errc::invalid_value, "quantity");
  if (fill.price && !(std::isfinite(*fill.price) && *fill.price >= 0)) return fail(Errc::invalid_value, "price");
  BookOrder* const of = fill.order ? order(*fill.order) : nullptr;
  const auto is_its = [&](const BookLeg& l) {
    return l.contract == fill.contract && is_buy(l.action) == (fill.quantity > 0) && l.is_working();
  };
  const auto leg =
      of == nullptr ? std::vector<BookLeg>::iterator{} : std::find_if(of->legs.begin(), of->legs.end(), is_its);
  Code code = Code::none;
  if (of == nullptr || leg == of->legs.end()) {
    trade(fill, nullptr, BookEventKind::opened, now);
    code = fill.order ? Code::late_fill : Code::none;
  } else {
    const std::int64_t ordered = std::min(leg->remaining(), std::abs(fill.quantity));
    const std::int64_t sign = fill.quantity > 0 ? 1 : -1;
    BookFill within = fill;
    within.quantity = sign * ordered;
    BookFill beyond = fill;
    beyond.quantity -= within.quantity;
    count(*of, static_cast<std::size_t>(leg - of->legs.begin()), within, now);
    if (beyond.quantity != 0) {
      trade(beyond, nullptr, BookEventKind::opened, now);
      code = Code::overfill;
    }
  }
  tidy();
  return code;
}

inline Result<void> Book::assign(const Contract& contract, std::int64_t quantity, Timestamp now) {
  if (quantity < 1 || quantity > std::max<std::int64_t>(0, -held_in(state_, contract)))
    return fail(Errc::invalid_value, "quantity");
  std::int64_t left = quantity;
  for (const Lot& l : lots_in(state_, contract)) {
    const std::int64_t taken = std::min(left, -l.quantity);
    if (taken <= 0) continue;
    state_.assignments.push_back({l.id, contract, taken, l.leap, now});
    left -= taken;
  }
  (void)reduce(contract, quantity, BookEventKind::assigned, contract.strike(), std::nullopt, now);
  tidy();
  return {};
}

inline Result<void> Book::settle(LotId weekly, std::int64_t quantity, Settled how, Timestamp now) {
  const auto of_weekly = [&](const Assignment& a) { return a.weekly == weekly; };
  const auto it = std::find_if(state_.assignments.begin(), state_.assignments.end(), of_weekly);
  if (it == state_.assignments.end()) return fail(Errc::invalid_value, "weekly");
  if (quantity < 1 || quantity > it->quantity) return fail(Errc::invalid_value, "quantity");
  if (how == Settled::leap_exercised) {
    const Lot* const leap = it->leap ? find_lot(state_, *it->leap) : nullptr;
    if (leap == nullptr || held_in(state_, leap->contract) < quantity) return fail(Errc::invalid_value, "leap");
    const Contract exercised = leap->contract;
    (void)reduce(exercised, -quantity, BookEventKind::closed, std::nullopt, std::nullopt, now);
  }
  it->quantity -= quantity;
  note(BookEventKind::settled, weekly, it->contract, quantity, std::nullopt, std::nullopt, now);
  std::erase_if(state_.assignments, [](const Assignment& a) { return a.quantity == 0; });
  tidy();
  return {};
}

inline void Book::expire_before(Date date, Timestamp now) {
  const auto is_past = [date](const Contract& c) { return c.expiry < date; };
  bool close_failed = false;
  for (BookOrder& o : state_.orders)
    for (std::size_t i = 0; i < o.legs.size(); ++i)
      if (is_past(o.legs[i].contract)) end_leg(o, i, LegStatus::cancelled, now, close_failed);
  for (const Lot& l : state_.lots)
    if (is_past(l.contract))
      note(BookEventKind::expired, l.id, l.contract, l.quantity, std::nullopt, std::nullopt, now);
  std::erase_if(state_.lots, [&](const Lot& l) { return is_past(l.contract); });
  std::erase_if(state_.repairs, [&](const OpenRepair& r) { return is_past(r.contract); });
  tidy();
}

inline void Book::adopt(const Contract& contract, std::int64_t quantity, Timestamp now) {
  const std::int64_t change = quantity - held_in(state_, contract);
  if (change == 0) return;
  BookFill found{std::nullopt, contract, change, std::nullopt};
  found.quantity = reduce(contract, change, BookEventKind::reconciled, std::nullopt, std::nullopt, now);
  if (found.quantity != 0) (void)open_lot(found, BookEventKind::reconciled, now);
  tidy();
}

inline void Book::forget_record(Timestamp until) {
  std::erase_if(state_.record, [until](const BookEvent& e) { return e.at < until; });
}

/// After every event: orders that are done go, with what they leave to repair; weeklies whose LEAP went get another;
/// repairs that make no sense any more are forgotten.
inline void Book::tidy() {
  for (BookOrder& o : state_.orders)
    for (BookLeg& leg : o.legs)
      if (leg.is_working() && leg.filled == leg.quantity) leg.status = LegStatus::filled;
  for (const BookOrder& o : state_.orders)
    if (!o.is_working()) detail::each_imbalance(o, [this](const OpenRepair& r) { state_.repairs.push_back(r); });
  std::erase_if(state_.orders, [](const BookOrder& o) { return !o.is_working(); });
  for (Lot& weekly : state_.lots)
    if (!weekly.is_leap() && (!weekly.leap || lot(*weekly.leap) == nullptr)) weekly.leap = leap_for(weekly);
  for (OpenRepair& r : state_.repairs) r.quantity = detail::sensible(state_, r);
  std::erase_if(state_.repairs, [](const OpenRepair& r) { return r.quantity <= 0; });
}

}  // namespace optcoord::ipmcc
