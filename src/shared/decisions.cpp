// src/shared/decisions.cpp -- SharedLedger: a request sent to its island, and its id kept one over all islands.
// SPDX-License-Identifier: MIT
#include "impl.hpp"

namespace optcoord {

namespace {

/// Copies what is said in an island's own lists to `said`, whose owner keeps it.
void keep(Island& island, Decision& d, Judging& said) {
  said.clear();
  for (const Finding& f : d.reasons) island.translate(said.reasons.push(f));
  for (const Finding& f : d.warnings) island.translate(said.warnings.push(f));
  d.reasons = said.reasons.all();
  d.warnings = said.warnings.all();
}

}  // namespace

std::uint32_t SharedLedger::Impl::route(const Request& request) const noexcept {
  if (request.raw) {
    const std::uint32_t at = roots.at(index_of(request.raw->root));
    return at == nowhere ? rest() : at;
  }
  std::uint32_t home = nowhere;
  for (const Leg& leg : request.legs) {
    const std::uint32_t at = contracts.at(index_of(leg.contract));
    if (at == nowhere || at == home) continue;
    if (home != nowhere) return several;
    home = at;
  }
  return home == nowhere ? rest() : home;
}

template <class Ask>
Result<Decision> SharedLedger::Impl::decide_in(std::uint32_t at, RequestId id, Judging& said, Ask ask) {
  RequestStripe& requests_here = stripe(id);
  const std::lock_guard<SpinLock> hold_id(requests_here.lock);
  const std::size_t slot = requests_here.homes.slot_for(static_cast<std::uint64_t>(id));
  const std::uint32_t home = requests_here.homes.home_at(slot);
  if (home != HomeTable::unknown && home != at) [[unlikely]]
    return fail(Errc::duplicate_id, "id");
  Island& island = islands[at];
  const std::lock_guard<SpinLock> hold(island.lock);
  Result<Decision> d = ask(island.ledger);
  if (!d) [[unlikely]]
    return d;
  ++island.changes;
  if (d->verdict != Verdict::denied) {
    requests_here.homes.fill(slot, static_cast<std::uint64_t>(id), at);
    island.wake_at(*d->expires);
  }
  if (!d->reasons.empty() || !d->warnings.empty()) keep(island, *d, said);
  return d;
}

Result<Decision> SharedLedger::Impl::decide_in(std::uint32_t at, const Request& request, Judging& said, Timestamp now) {
  return decide_in(at, request.id, said, [&](Ledger& ledger) { return ledger.decide(request, now); });
}

Result<Decision> SharedLedger::decide(const Request& request, Judging& said, Timestamp now) {
  const std::uint32_t at = impl_->route(request);
  return at == several ? impl_->decide_package(request, said, now) : impl_->decide_in(at, request, said, now);
}

Result<SharedPrepared> SharedLedger::prepare(const Request& request) {
  const std::uint32_t at = impl_->route(request);
  if (at == several) return fail(Errc::invalid_value, "legs");
  Island& island = impl_->islands[at];
  const std::lock_guard<SpinLock> hold(island.lock);
  const Result<PreparedId> id = island.ledger.prepare(request);
  if (!id) return tl::unexpected<Error>(id.error());
  return SharedPrepared{at, *id};
}

Result<Decision> SharedLedger::decide(SharedPrepared prepared, RequestId id, std::int64_t units, Judging& said,
                                      Timestamp now) {
  return impl_->decide_in(prepared.island, id, said,
                          [&](Ledger& ledger) { return ledger.decide(prepared.id, id, units, now); });
}

void SharedLedger::discard(SharedPrepared prepared) {
  Island& island = impl_->islands[prepared.island];
  const std::lock_guard<SpinLock> hold(island.lock);
  island.ledger.discard(prepared.id);
}

void SharedLedger::withdraw(RequestId id) {
  RequestStripe& stripe = impl_->stripe(id);
  const std::lock_guard<SpinLock> hold_id(stripe.lock);
  const std::uint32_t home = stripe.homes.find(static_cast<std::uint64_t>(id));
  if (home == HomeTable::unknown) return;
  if (home != several) [[likely]] {
    Island& island = impl_->islands[home];
    const std::lock_guard<SpinLock> hold(island.lock);
    island.ledger.withdraw(id);
    ++island.changes;
    if (island.ledger.remembers(id)) return;  // it has traded
  } else {
    const auto package = stripe.packages.find(static_cast<std::uint64_t>(id));
    const Locks locks = impl_->lock_islands(package->second.islands);
    bool traded = false;
    for (const std::uint32_t i : package->second.islands) {
      impl_->islands[i].ledger.withdraw(id);
      ++impl_->islands[i].changes;
      traded = traded || impl_->islands[i].ledger.remembers(id);
    }
    impl_->stop_clock(package->second, id);
    if (traded) {
      impl_->end_traded(package->second);
      return;
    }
    stripe.packages.erase(package);
  }
  stripe.homes.erase(static_cast<std::uint64_t>(id));
}

/// What has traded is not taken back: it ends, if it has not ended before.
void SharedLedger::Impl::end_traded(Package& package) const {
  if (!package.open) return;
  package.open = false;
  package.status = ReservationStatus::cancelled;
  package.ended = package.expires;
}

bool SharedLedger::remembers(RequestId id) const {
  RequestStripe& stripe = impl_->stripe(id);
  const std::lock_guard<SpinLock> hold_id(stripe.lock);
  return stripe.homes.find(static_cast<std::uint64_t>(id)) != HomeTable::unknown;
}

}  // namespace optcoord
