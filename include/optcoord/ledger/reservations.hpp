// optcoord/ledger/reservations.hpp -- the life of an approval: reserved, working, filled leg by leg, ended.
// SPDX-License-Identifier: MIT
//
//   reserved -> working -> partly_filled -> filled | cancelled | rejected | expired
//
// The time to live runs in `reserved` only. Fills move exposure from pending to held, leg by leg. An ended
// reservation keeps its legs until it is forgotten, so that a fill which arrives late is still booked.
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/ledger/exits.hpp>      // detail::magnitude
#include <optcoord/ledger/marks.hpp>      // activate, open_part
#include <optcoord/ledger/positions.hpp>  // change_position
#include <optcoord/ledger/ready.hpp>
#include <optcoord/ledger/request.hpp>
#include <optcoord/ledger/state.hpp>

#include <algorithm>  // std::min
#include <array>      // std::array
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <span>       // std::span

namespace optcoord {

/// A reservation about to be made.
struct NewReservation {
  RequestId id{};
  StrategyId strategy{};
  bool legging{false};
  std::int64_t units{0};
  Timestamp expires;
};

/// A leg about to be reserved.
struct NewLeg {
  std::uint32_t instrument;
  std::int32_t ratio;
  bool closes;  ///< a proved closing
};

/// Legs about to be reserved, without the heap. Only the first `count` items mean anything.
struct NewLegs {
  NewLegs() noexcept {}
  std::array<NewLeg, max_legs> items;
  std::size_t count{0};

  void push(NewLeg leg) noexcept { items[count++] = leg; }
  [[nodiscard]] std::span<const NewLeg> view() const noexcept { return std::span{items}.first(count); }
};

namespace detail {

inline void link_leg(LedgerState& s, std::uint32_t at) {
  ReservedLeg& leg = s.legs[at];
  std::uint32_t& first = s.instruments[leg.instrument].first_leg;
  leg.next_of_instrument = first;
  leg.previous_of_instrument = nil;
  if (first != nil) s.legs[first].previous_of_instrument = at;
  first = at;
}

inline void unlink_leg(LedgerState& s, std::uint32_t at) {
  const ReservedLeg& leg = s.legs[at];
  if (leg.next_of_instrument != nil) s.legs[leg.next_of_instrument].previous_of_instrument = leg.previous_of_instrument;
  if (leg.previous_of_instrument != nil) {
    s.legs[leg.previous_of_instrument].next_of_instrument = leg.next_of_instrument;
  } else {
    s.instruments[leg.instrument].first_leg = leg.next_of_instrument;
  }
}

[[gnu::noinline]] inline std::uint32_t add_legs(LedgerState& s, std::size_t count) {
  const auto end = static_cast<std::uint32_t>(s.legs.size());
  for (std::size_t i = 0; i < count; ++i) s.legs.emplace_back();
  return end;
}
/// Takes places for `count` legs side by side. An intrusive list per count, so that giving back asks for no memory.
[[nodiscard]] inline std::uint32_t take_legs(LedgerState& s, std::size_t count) {
  const std::uint32_t first = s.free_legs[count];
  if (first == nil) return add_legs(s, count);
  s.free_legs[count] = s.legs[first].instrument;
  return first;
}
inline void free_legs(LedgerState& s, std::uint32_t first, std::size_t count) noexcept {
  s.legs[first].instrument = s.free_legs[count];
  s.free_legs[count] = first;
}

[[gnu::noinline]] inline std::uint32_t add_reservation(LedgerState& s) {
  s.reservations.emplace_back();
  return static_cast<std::uint32_t>(s.reservations.size() - 1);
}
[[nodiscard]] inline std::uint32_t take_reservation(LedgerState& s) {
  const std::uint32_t at = s.free_reservation;
  if (at == nil) return add_reservation(s);
  s.free_reservation = s.reservations[at].queue_place;
  return at;
}

inline auto queue_place_of(LedgerState& s) {
  return [&s](std::uint32_t reservation, std::uint32_t place) { s.reservations[reservation].queue_place = place; };
}

inline void stop_clock(LedgerState& s, Reservation& r) {
  if (r.queue_place == nil) return;
  s.expiries.remove(r.queue_place, queue_place_of(s));
  r.queue_place = nil;
}

inline void post_reservation(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, const Reservation& r,
                             int sign) {
  post_pending(policy, index, s, r.strategy, open_part(s, r).view(), r.legging, sign);
}

}  // namespace detail

/// \returns the reservation of `id`, open or remembered, or nil.
[[nodiscard]] inline std::uint32_t find_reservation(const LedgerState& s, RequestId id) noexcept {
  return s.by_id.find(static_cast<std::uint64_t>(id), request_id_in(s));
}

/// \returns units of `r` not wholly filled, >= 0.
[[nodiscard]] inline std::int64_t remaining_units(const LedgerState& s, const Reservation& r) noexcept {
  std::int64_t whole = r.leg_count == 0 ? 0 : r.units;  // without legs yet nothing has filled
  for (const ReservedLeg& leg : legs_of(s, r)) whole = std::min(whole, leg.filled / detail::magnitude(leg.ratio));
  return r.units - whole;
}

namespace detail {

/// Writes the head of a reservation down. Neither legs nor a running clock yet.
[[nodiscard]] inline std::uint32_t write_head(LedgerState& s, const NewReservation& what, std::size_t slot) {
  const std::uint32_t at = take_reservation(s);
  Reservation& r = s.reservations[at];
  r.id = what.id;
  r.units = what.units;
  r.clock = what.expires;
  r.strategy = what.strategy;
  r.status = ReservationStatus::reserved;
  r.legging = what.legging;
  r.first_leg = 0;
  r.leg_count = 0;
  r.open = true;
  r.queue_place = nil;
  s.by_id.fill(slot, at);
  return at;
}

/// Gives a reservation its legs, and starts its clock. `Legs`: items with `instrument` and `ratio`.
template <class Legs>
void write_legs(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, std::uint32_t at, const Legs& legs) {
  Reservation& r = s.reservations[at];
  r.first_leg = take_legs(s, legs.size());
  r.leg_count = static_cast<std::uint8_t>(legs.size());
  std::uint32_t place = r.first_leg;
  for (const auto& leg : legs) {
    activate(policy, index, s, leg.instrument);
    s.legs[place] = {.instrument = leg.instrument, .reservation = at, .ratio = leg.ratio};
    link_leg(s, place++);
    if (s.instruments[leg.instrument].raw) ++s.instruments[leg.instrument].references;
  }
  if (r.clock == Timestamp::max()) return;  // it never lapses
  r.queue_place = s.expiries.push({r.clock, r.id, at}, queue_place_of(s));
}

}  // namespace detail

/// Sets units aside: their exposure is pending, and for closing legs the quantity they will close is spoken for.
/// \pre `slot` is where `s.by_id` has room for the id, which holds no reservation. Allocates only when more is open or
/// remembered than ever before.
inline void reserve(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, const NewReservation& what,
                    std::span<const NewLeg> legs, std::size_t slot) {
  const std::uint32_t at = detail::write_head(s, what, slot);
  detail::write_legs(policy, index, s, at, legs);
  std::uint32_t place = s.reservations[at].first_leg;
  for (const NewLeg& leg : legs) {
    s.legs[place++].closes = leg.closes;
    if (leg.closes) change_closing(s, what.strategy, leg.instrument, what.units * detail::magnitude(leg.ratio));
  }
  detail::post_reservation(policy, index, s, s.reservations[at], +1);
}

/// The same for units of a ready request, whose exposure has been posted row by row.
inline void reserve_ready(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, const ReadyRequest& ready,
                          const NewReservation& what, std::size_t slot) {
  detail::write_legs(policy, index, s, detail::write_head(s, what, slot), ready.legs);
}

/// Ends `r`: what had not filled is pending no more, what was to be closed is free again.
inline void end_reservation(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, std::uint32_t at,
                            ReservationStatus status, Timestamp now) {
  Reservation& r = s.reservations[at];
  detail::post_reservation(policy, index, s, r, -1);
  detail::stop_clock(s, r);
  r.open = false;
  r.status = status;
  r.clock = now;
  for (std::uint32_t l = r.first_leg; l != r.first_leg + r.leg_count; ++l) {
    const ReservedLeg& leg = s.legs[l];
    detail::unlink_leg(s, l);
    if (leg.closes) change_closing(s, r.strategy, leg.instrument, -unfilled(r, leg));
    deactivate_if_idle(s, leg.instrument);
  }
}

namespace detail {

/// Gives the place of a reservation that has no legs any more free: its id is unknown from now on.
inline void forget_head(LedgerState& s, std::uint32_t at) {
  Reservation& r = s.reservations[at];
  s.by_id.erase(static_cast<std::uint64_t>(r.id), request_id_in(s));
  r = Reservation{};
  r.queue_place = s.free_reservation;
  s.free_reservation = at;
}

}  // namespace detail

/// The same for an ended reservation, with its legs.
inline void forget_reservation(LedgerState& s, std::uint32_t at) {
  const Reservation& r = s.reservations[at];
  for (const ReservedLeg& leg : legs_of(s, r)) {
    if (!s.instruments[leg.instrument].raw) continue;
    --s.instruments[leg.instrument].references;
    retire_if_unused(s, leg.instrument);
  }
  detail::free_legs(s, r.first_leg, r.leg_count);
  detail::forget_head(s, at);
}

/// An order's news. What no longer applies changes nothing. \returns the present state, or `unknown_request`.
[[nodiscard]] inline Result<ReservationChange> apply_order(const LedgerPolicy& policy, const RowIndex& index,
                                                           LedgerState& s, RequestId id, OrderStatus status,
                                                           Timestamp now) {
  const std::uint32_t at = find_reservation(s, id);
  if (at == nil) return fail(Errc::unknown_request, "request");
  Reservation& r = s.reservations[at];
  if (r.open && status == OrderStatus::working && r.status == ReservationStatus::reserved) {
    detail::stop_clock(s, r);
    r.status = ReservationStatus::working;
  } else if (r.open && status != OrderStatus::working) {
    const bool cancelled = status == OrderStatus::cancelled;
    ++(cancelled ? s.counters.cancelled : s.counters.rejected);
    end_reservation(policy, index, s, at, cancelled ? ReservationStatus::cancelled : ReservationStatus::rejected, now);
  }
  return ReservationChange{id, r.status, remaining_units(s, r)};
}

namespace detail {

/// Which leg a fill is of, and how many contracts of it.
struct FilledLeg {
  std::uint32_t leg{nil};
  std::int64_t contracts{0};  ///< > 0
};

/// The largest quantity of contracts anything may reach: what a JSON number holds exactly.
inline constexpr std::int64_t max_quantity = 9'007'199'254'740'992;

[[nodiscard]] inline Result<FilledLeg> filled_leg(const LedgerState& s, const Reservation& r, const Fill& fill) {
  if (fill.quantity == 0 || magnitude(fill.quantity) > max_quantity) return fail(Errc::invalid_value, "quantity");
  const bool raw = s.instruments[s.legs[r.first_leg].instrument].raw;
  for (std::uint32_t l = r.first_leg; l != r.first_leg + r.leg_count; ++l) {
    const ReservedLeg& leg = s.legs[l];
    if (!raw && s.instruments[leg.instrument].contract != fill.contract) continue;
    if (raw ? fill.quantity < 0 : (fill.quantity > 0) != (leg.ratio > 0)) return fail(Errc::invalid_value, "quantity");
    const std::int64_t after = held_quantity(s, r.strategy, leg.instrument) + fill.quantity;
    if (magnitude(after) > max_quantity || leg.filled > max_quantity) return fail(Errc::invalid_value, "quantity");
    return FilledLeg{l, magnitude(fill.quantity)};
  }
  return fail(Errc::invalid_value, "leg");
}

}  // namespace detail

/// Whether `fill` could be booked if its execution is new. \returns `unknown_request`, or `invalid_value` for a leg
/// that is not the request's or a trade of the wrong sign.
[[nodiscard]] inline Result<void> check_fill(const LedgerState& s, const Fill& fill) {
  const std::uint32_t at = find_reservation(s, fill.request);
  if (at == nil) return fail(Errc::unknown_request, "request");
  const Result<detail::FilledLeg> leg = detail::filled_leg(s, s.reservations[at], fill);
  if (!leg) return tl::unexpected<Error>(leg.error());
  return {};
}

/// Books a trade. Late fills and overfills are booked too: they happened.
/// \returns what it did, or an error as `check_fill` does, with nothing booked.
[[nodiscard]] inline Result<ReservationChange> apply_fill(const LedgerPolicy& policy, const RowIndex& index,
                                                          LedgerState& s, const Fill& fill, Timestamp now) {
  const std::uint32_t at = find_reservation(s, fill.request);
  if (at == nil) return fail(Errc::unknown_request, "request");
  Reservation& r = s.reservations[at];
  const std::size_t slot = s.by_execution.slot_for(static_cast<std::uint64_t>(fill.execution), execution_id_in(s));
  if (s.by_execution.place_at(slot) != IdMap::nowhere) {
    ++s.counters.duplicates;
    return ReservationChange{fill.request, ReservationStatus::duplicate, remaining_units(s, r)};
  }
  const Result<detail::FilledLeg> found = detail::filled_leg(s, r, fill);
  if (!found) return tl::unexpected<Error>(found.error());
  s.executions.push_back(Execution::of(fill.execution, at));
  s.by_execution.fill(slot, static_cast<std::uint32_t>(s.executions.size() - 1));
  ++s.counters.fills;

  ReservedLeg& leg = s.legs[(*found).leg];
  const std::int64_t rest = unfilled(r, leg);
  const bool was_open = r.open;
  if (was_open) detail::post_reservation(policy, index, s, r, -1);
  leg.filled += (*found).contracts;
  if (was_open) {
    detail::stop_clock(s, r);
    r.status = ReservationStatus::partly_filled;
    if (leg.closes) change_closing(s, r.strategy, leg.instrument, -std::min(rest, (*found).contracts));
    detail::post_reservation(policy, index, s, r, +1);
  }
  change_position(policy, index, s, r.strategy, leg.instrument,
                  leg.ratio < 0 ? -(*found).contracts : (*found).contracts);

  bool complete = true;
  for (const ReservedLeg& each : legs_of(s, r)) complete = complete && unfilled(r, each) == 0;
  if (was_open && complete) end_reservation(policy, index, s, at, ReservationStatus::filled, now);

  ReservationChange change{fill.request, r.status, remaining_units(s, r)};
  const bool late = !was_open && r.status != ReservationStatus::filled;
  if (late) {
    change.status = ReservationStatus::late_fill;
    ++s.counters.late_fills;
  } else if ((*found).contracts > rest) {
    change.status = ReservationStatus::overfill;
    ++s.counters.overfills;
  }
  return change;
}

}  // namespace optcoord
