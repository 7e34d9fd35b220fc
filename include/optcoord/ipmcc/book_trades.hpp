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
  const auto is_earlier = [&](const Lot& l) { return l.contract < contract; };
  const auto first = std::partition_point(state_.lots.begin(), state_.lots.end(), is_earlier);
  auto at = first;
  for (; at != state_.lots.end() && at->contract == contract && change != 0; ++at) {
    Lot& l = *at;
    if ((l.quantity > 0) == (change > 0)) continue;
    const std::int64_t taken = change > 0 ? std::min(change, -l.quantity) : std::max(change, -l.quantity);
    leaps_changed_ = leaps_changed_ || l.is_leap();
    l.quantity += taken;
    change -= taken;
    note(kind, l.id, contract, taken, price, by, now);
  }
  const auto is_gone = [](const Lot& l) { return l.quantity == 0; };
  state_.lots.erase(std::remove_if(first, at, is_gone), at);
  return change;
}

inline LotId Book::open_lot(const BookFill& fill, BookEventKind kind, Timestamp now) {
  Lot made{LotId{state_.next_lot++}, fill.contract, fill.quantity, fill.price, std::nullopt, now, false};
  if (made.is_leap()) leaps_changed_ = true;
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
  const std::int64_t sign = fill.quantity > 0 ? 1 : -1;
  BookFill beyond = fill;
  for (std::size_t i = 0; of != nullptr && i < of->legs.size() && beyond.quantity != 0; ++i) {
    const BookLeg& leg = of->legs[i];
    if (leg.contract != fill.contract || is_buy(leg.action) != (sign > 0) || leg.remaining() == 0) continue;
    BookFill within = fill;
    within.quantity = sign * std::min(leg.remaining(), std::abs(beyond.quantity));
    beyond.quantity -= within.quantity;
    count(*of, i, within, now);
  }
  Code code = Code::none;
  if (beyond.quantity != 0) {
    if (fill.order) code = beyond.quantity == fill.quantity ? Code::late_fill : Code::overfill;
    trade(beyond, nullptr, BookEventKind::opened, now);
  }
  tidy();
  return code;
}

/// Of calls that were open when they expired and have not been assigned yet. \returns how many of `quantity` there
/// are, the latest to go first.
inline std::int64_t Book::assign_expired(const Contract& contract, std::int64_t quantity, Timestamp now, bool really) {
  std::int64_t found = 0;
  for (std::size_t i = state_.record.size(); i-- > 0 && found < quantity;) {
    const BookEvent gone = state_.record[i];
    if (gone.kind != BookEventKind::expired || gone.contract != contract || gone.quantity >= 0) continue;
    std::int64_t open = -gone.quantity;
    for (std::size_t k = i; k < state_.record.size(); ++k)
      if (state_.record[k].kind == BookEventKind::assigned && state_.record[k].lot == gone.lot)
        open -= state_.record[k].quantity;
    const std::int64_t taken = std::min(open, quantity - found);
    if (taken <= 0) continue;
    found += taken;
    if (!really) continue;
    const Lot weekly{*gone.lot, contract, -taken, std::nullopt, std::nullopt, now, false};
    state_.assignments.push_back({*gone.lot, contract, taken, leap_for(weekly), now});
    note(BookEventKind::assigned, gone.lot, contract, taken, contract.strike(), std::nullopt, now);
  }
  return found;
}

inline Result<void> Book::assign(const Contract& contract, std::int64_t quantity, Timestamp now) {
  const std::int64_t open = std::max<std::int64_t>(0, -held_in(state_, contract));
  const std::int64_t expired = std::max<std::int64_t>(0, quantity - open);
  if (quantity < 1 || assign_expired(contract, expired, now, false) < expired)
    return fail(Errc::invalid_value, "quantity");
  std::int64_t left = quantity - expired;
  for (const Lot& l : lots_in(state_, contract)) {
    const std::int64_t taken = std::min(left, -l.quantity);
    if (taken <= 0) continue;
    state_.assignments.push_back({l.id, contract, taken, l.leap, now});
    left -= taken;
  }
  (void)reduce(contract, quantity - expired, BookEventKind::assigned, contract.strike(), std::nullopt, now);
  (void)assign_expired(contract, expired, now, true);
  tidy();
  return {};
}

inline Result<void> Book::settle(LotId weekly, std::int64_t quantity, Settled how, Timestamp now) {
  const auto of_weekly = [&](const Assignment& a) { return a.weekly == weekly; };
  const auto it = std::find_if(state_.assignments.begin(), state_.assignments.end(), of_weekly);
  if (it == state_.assignments.end()) return fail(Errc::invalid_value, "weekly");
  if (quantity < 1 || quantity > it->quantity) return fail(Errc::invalid_value, "quantity");
  if (how == Settled::leap_exercised) {
    const std::vector<LeapPart> parts = leaps_that_deliver(state_, *it, quantity);
    std::int64_t held = 0;
    for (const LeapPart& part : parts) held += part.quantity;
    if (held < quantity) return fail(Errc::invalid_value, "leap");
    for (const LeapPart& part : parts)
      (void)reduce(part.contract, -part.quantity, BookEventKind::closed, std::nullopt, std::nullopt, now);
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
  leaps_changed_ = true;
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

/// Weeklies whose LEAP went, or that had none, get one where one outlives them; so do those that were assigned.
inline void Book::find_leaps_anew() {
  leaps_changed_ = false;
  std::optional<Contract> last_leap;  // of the root, in order of expiry
  for (Lot& l : state_.lots) {
    if (!last_leap || last_leap->root_chars != l.contract.root_chars) {
      const std::span<const Lot> all = lots_of(state_, l.contract);
      const auto found = std::find_if(all.rbegin(), all.rend(), [](const Lot& each) { return each.is_leap(); });
      last_leap = found == all.rend() ? l.contract : found->contract;
    }
    if (l.is_leap() || (l.leap && lot(*l.leap) != nullptr)) continue;
    l.leap = last_leap->expiry > l.contract.expiry ? leap_for(l) : std::nullopt;
  }
  for (Assignment& a : state_.assignments)
    if (!a.leap || lot(*a.leap) == nullptr)
      a.leap = leap_for({a.weekly, a.contract, -a.quantity, std::nullopt, std::nullopt, a.at, false});
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
  if (leaps_changed_) find_leaps_anew();
  for (OpenRepair& r : state_.repairs) r.quantity = detail::sensible(state_, r);
  std::erase_if(state_.repairs, [](const OpenRepair& r) { return r.quantity <= 0; });
}

}  // namespace optcoord::ipmcc
