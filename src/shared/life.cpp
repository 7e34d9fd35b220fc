// src/shared/life.cpp -- SharedLedger: what becomes of reservations: orders, fills, lapses, and being forgotten.
// SPDX-License-Identifier: MIT
#include "impl.hpp"

#include <algorithm>  // std::all_of, std::find, std::max, std::none_of, std::sort

namespace optcoord {

namespace {

/// \returns the reservation of `id` in `ledger`, or nothing.
[[nodiscard]] const Reservation* reservation_in(const Ledger& ledger, RequestId id) {
  const std::uint32_t at = find_reservation(ledger.state(), id);
  return at == nil ? nullptr : &ledger.state().reservations[at];
}

}  // namespace

/// \returns units of `id` not wholly filled. \pre the islands are locked
std::int64_t SharedLedger::Impl::remaining(const std::vector<std::uint32_t>& where, RequestId id) const {
  std::int64_t most = 0;
  for (const std::uint32_t i : where) {
    const Ledger& ledger = islands[i].ledger;
    const Reservation* const r = reservation_in(ledger, id);
    if (r == nullptr) continue;
    most = std::max(most, remaining_units(ledger.state(), *r));
  }
  return most;
}

void SharedLedger::Impl::stop_clock(const Package& package, RequestId id) {
  const std::lock_guard<SpinLock> hold(clock_lock);
  package_clock.erase({package.expires, id});
}

// ---- orders

Result<ReservationChange> SharedLedger::apply(RequestId id, OrderStatus status, Timestamp now) {
  RequestStripe& stripe = impl_->stripe(id);
  const std::lock_guard<SpinLock> hold_id(stripe.lock);
  const std::uint32_t home = stripe.homes.find(static_cast<std::uint64_t>(id));
  if (home == HomeTable::unknown) return fail(Errc::unknown_request, "request");
  if (home == several) return impl_->order_package(stripe, id, status, now);
  Island& island = impl_->islands[home];
  const std::lock_guard<SpinLock> hold(island.lock);
  ++island.changes;
  return island.ledger.apply(id, status, now);
}

Result<ReservationChange> SharedLedger::Impl::order_package(RequestStripe& requests_here, RequestId id,
                                                            OrderStatus status, Timestamp now) {
  Package& package = requests_here.packages.at(static_cast<std::uint64_t>(id));
  const Locks locks = lock_islands(package.islands);
  if (package.open && status == OrderStatus::working && package.status == ReservationStatus::reserved) {
    stop_clock(package, id);
    package.status = ReservationStatus::working;
  } else if (package.open && status != OrderStatus::working) {
    const bool cancelled = status == OrderStatus::cancelled;
    ++(cancelled ? requests_here.correction.cancelled : requests_here.correction.rejected);
    end_package(requests_here, package, id, cancelled ? ReservationStatus::cancelled : ReservationStatus::rejected,
                now);
  }
  return ReservationChange{id, package.status, remaining(package.islands, id)};
}

void SharedLedger::Impl::end_package(RequestStripe& requests_here, Package& package, RequestId id,
                                     ReservationStatus status, Timestamp now) {
  for (const std::uint32_t i : package.islands) {
    const Reservation* const part = reservation_in(islands[i].ledger, id);
    if (part == nullptr || !part->open) continue;  // filled already
    (void)islands[i].ledger.apply(id, OrderStatus::cancelled, now);
    --requests_here.correction.cancelled;  // the parts of a package are no orders
    ++islands[i].changes;
  }
  stop_clock(package, id);
  package.open = false;
  package.status = status;
  package.ended = now;
}

// ---- fills

Result<ReservationChange> SharedLedger::apply(const Fill& fill, Timestamp now) {
  RequestStripe& stripe = impl_->stripe(fill.request);
  const std::lock_guard<SpinLock> hold_id(stripe.lock);
  const std::uint32_t home = stripe.homes.find(static_cast<std::uint64_t>(fill.request));
  if (home == HomeTable::unknown) return fail(Errc::unknown_request, "request");
  ExecutionStripe& executed = impl_->stripe(fill.execution);
  const std::lock_guard<SpinLock> hold_execution(executed.lock);
  if (home == several) return impl_->fill_package(stripe, executed, fill, now);
  Island& island = impl_->islands[home];
  const std::lock_guard<SpinLock> hold(island.lock);
  const std::size_t slot = executed.homes.slot_for(static_cast<std::uint64_t>(fill.execution));
  const std::uint32_t booked = executed.homes.home_at(slot);
  if (booked != HomeTable::unknown && booked != home) {
    ++stripe.correction.duplicates;
    return ReservationChange{fill.request, ReservationStatus::duplicate, impl_->remaining({home}, fill.request)};
  }
  Result<ReservationChange> change = island.ledger.apply(fill, now);
  ++island.changes;
  if (change && booked == HomeTable::unknown)
    executed.homes.fill(slot, static_cast<std::uint64_t>(fill.execution), home);
  return change;
}

Result<ReservationChange> SharedLedger::Impl::fill_package(RequestStripe& requests_here, ExecutionStripe& executed,
                                                           const Fill& fill, Timestamp now) {
  Package& package = requests_here.packages.at(static_cast<std::uint64_t>(fill.request));
  const Locks locks = lock_islands(package.islands);
  const std::size_t slot = executed.homes.slot_for(static_cast<std::uint64_t>(fill.execution));
  if (executed.homes.home_at(slot) != HomeTable::unknown) {
    ++requests_here.correction.duplicates;
    return ReservationChange{fill.request, ReservationStatus::duplicate, remaining(package.islands, fill.request)};
  }
  const std::uint32_t of_leg = contracts.at(index_of(fill.contract));
  const bool known = std::find(package.islands.begin(), package.islands.end(), of_leg) != package.islands.end();
  const std::uint32_t at = known ? of_leg : package.islands.front();  // which says that it is none of its legs
  const Result<ReservationChange> booked = islands[at].ledger.apply(fill, now);
  if (!booked) return booked;
  ++islands[at].changes;
  executed.homes.fill(slot, static_cast<std::uint64_t>(fill.execution), at);
  const bool late = !package.open && package.status != ReservationStatus::filled;
  if (package.open) {
    stop_clock(package, fill.request);
    const bool complete = std::all_of(package.islands.begin(), package.islands.end(), [&](std::uint32_t i) {
      const Reservation* const part = reservation_in(islands[i].ledger, fill.request);
      return part == nullptr || part->status == ReservationStatus::filled;
    });
    package.status = complete ? ReservationStatus::filled : ReservationStatus::partly_filled;
    package.open = !complete;
    package.ended = now;
  }
  ReservationChange change{fill.request, package.status, remaining(package.islands, fill.request)};
  // A part that had filled calls overfill what is late for a package that ended meanwhile.
  if (late && booked->status == ReservationStatus::overfill) {
    --requests_here.correction.overfills;
    ++requests_here.correction.late_fills;
  }
  if (late) {
    change.status = ReservationStatus::late_fill;
  } else if (booked->status == ReservationStatus::overfill) {
    change.status = ReservationStatus::overfill;
  }
  return change;
}

// ---- lapses

std::optional<Timestamp> SharedLedger::next_expiry() const {
  std::optional<Timestamp> soonest;
  const auto take = [&soonest](std::optional<Timestamp> t) {
    if (t && (!soonest || *t < *soonest)) soonest = t;
  };
  for (Island& island : impl_->islands) {
    const std::lock_guard<SpinLock> hold(island.lock);
    take(island.ledger.next_expiry());
  }
  const std::lock_guard<SpinLock> hold(impl_->clock_lock);
  if (!impl_->package_clock.empty()) take(impl_->package_clock.begin()->first);
  return soonest;
}

std::vector<ReservationChange> SharedLedger::expire(Timestamp now) {
  std::vector<std::pair<Timestamp, ReservationChange>> lapsed;
  for (Island& island : impl_->islands) {
    if (!island.may_be_due(now)) continue;
    const std::lock_guard<SpinLock> hold(island.lock);
    std::optional<Timestamp> next = island.ledger.next_expiry();
    for (; next && *next <= now; next = island.ledger.next_expiry()) {
      lapsed.emplace_back(*next, island.ledger.expire_next());
      ++island.changes;
    }
    island.soonest.store(next.value_or(Timestamp::max()).time_since_epoch().count(), std::memory_order_relaxed);
  }
  impl_->expire_packages(now, lapsed);
  std::sort(lapsed.begin(), lapsed.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : a.second.id < b.second.id;
  });
  std::vector<ReservationChange> changes;
  for (const auto& [at, change] : lapsed) changes.push_back(change);
  return changes;
}

void SharedLedger::Impl::expire_packages(Timestamp now, std::vector<std::pair<Timestamp, ReservationChange>>& out) {
  std::vector<RequestId> due;
  {
    const std::lock_guard<SpinLock> hold(clock_lock);
    for (const auto& [at, id] : package_clock) {
      if (at > now) break;
      due.push_back(id);
    }
  }
  for (const RequestId id : due) {
    RequestStripe& requests_here = stripe(id);
    const std::lock_guard<SpinLock> hold_id(requests_here.lock);
    const auto found = requests_here.packages.find(static_cast<std::uint64_t>(id));
    if (found == requests_here.packages.end()) continue;
    Package& package = found->second;
    if (package.status != ReservationStatus::reserved || package.expires > now) continue;  // an order came first
    const Locks locks = lock_islands(package.islands);
    end_package(requests_here, package, id, ReservationStatus::expired, package.expires);
    ++requests_here.correction.expired;
    out.emplace_back(package.expires,
                     ReservationChange{id, ReservationStatus::expired, remaining(package.islands, id)});
  }
}

// ---- being forgotten

void SharedLedger::forget_ended_before(Timestamp instant) {
  const Locks hold_ids = impl_->lock_ids();
  const Locks locks = impl_->lock_all();
  // A part of a package is kept as long as the package, whose other parts may be open.
  const auto keep = [this, instant](RequestId id) {
    const RequestStripe& stripe = impl_->stripe(id);
    const auto package = stripe.packages.find(static_cast<std::uint64_t>(id));
    return package != stripe.packages.end() && (package->second.open || package->second.ended >= instant);
  };
  for (Island& island : impl_->islands) {
    island.ledger.forget_ended_before(instant, keep);
    ++island.changes;
  }
  for (RequestStripe& stripe : impl_->requests) {
    stripe.homes.erase_if([&](std::uint64_t raw, std::uint32_t home) {
      const RequestId id{raw};
      if (home != several) return !impl_->islands[home].ledger.remembers(id);
      const std::vector<std::uint32_t>& where = stripe.packages.at(raw).islands;
      const bool gone = std::none_of(where.begin(), where.end(),
                                     [&](std::uint32_t i) { return impl_->islands[i].ledger.remembers(id); });
      if (gone) stripe.packages.erase(raw);
      return gone;
    });
  }
  for (ExecutionStripe& stripe : impl_->executions)
    stripe.homes.erase_if([&](std::uint64_t raw, std::uint32_t home) {
      return !impl_->islands[home].ledger.remembers(ExecutionId{raw});
    });
}

}  // namespace optcoord
