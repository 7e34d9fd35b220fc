// src/shared/views.cpp -- SharedLedger: rows and reports, island by island.
// SPDX-License-Identifier: MIT
#include "impl.hpp"

#include <algorithm>  // std::max, std::sort

namespace optcoord {

namespace {

void add(LedgerCounters& sum, const LedgerCounters& more) {
  sum.approved += more.approved;
  sum.reduced += more.reduced;
  sum.denied += more.denied;
  sum.fills += more.fills;
  sum.late_fills += more.late_fills;
  sum.overfills += more.overfills;
  sum.duplicates += more.duplicates;
  sum.expired += more.expired;
  sum.cancelled += more.cancelled;
  sum.rejected += more.rejected;
  sum.reconciled += more.reconciled;
}

/// Makes one entry of each reservation: the parts of a package are what is left of it at most.
void join_parts(std::vector<OpenReservation>& all) {
  std::sort(all.begin(), all.end(), [](const OpenReservation& a, const OpenReservation& b) { return a.id < b.id; });
  std::size_t kept = 0;
  for (const OpenReservation& r : all) {
    if (kept != 0 && all[kept - 1].id == r.id) {
      all[kept - 1].remaining = std::max(all[kept - 1].remaining, r.remaining);
    } else {
      all[kept++] = r;
    }
  }
  all.resize(kept);
}

}  // namespace

const LedgerPolicy& SharedLedger::policy() const noexcept { return impl_->policy; }

std::size_t SharedLedger::islands() const noexcept { return impl_->islands.size(); }

RowReport SharedLedger::row(std::size_t place) const {
  const auto [at, row] = impl_->row_at[place];
  Island& island = impl_->islands[at];
  const std::lock_guard<SpinLock> hold(island.lock);
  return island.ledger.row(row);
}

std::vector<RowOver> SharedLedger::rows_over() const {
  std::vector<RowOver> over;
  for (const auto& [at, row] : impl_->row_at) {
    Island& island = impl_->islands[at];
    const std::lock_guard<SpinLock> hold(island.lock);
    std::optional<RowOver> found = island.ledger.row_over(row);
    if (!found) continue;
    found->group = island.groups[index_of(found->group)];
    over.push_back(*found);
  }
  return over;
}

std::shared_ptr<const ExposureReport> SharedLedger::last_report() const {
  const std::lock_guard<std::mutex> hold(impl_->last_lock);
  return impl_->last;
}

/// Gives an entry that is part of a package the package's status and clock. \returns false when it has ended since its
/// island was looked at.
bool SharedLedger::Impl::stands(OpenReservation& r) const {
  RequestStripe& requests_here = stripe(r.id);
  const std::lock_guard<SpinLock> hold(requests_here.lock);
  const auto id = static_cast<std::uint64_t>(r.id);
  const std::uint32_t home = requests_here.homes.find(id);
  if (home != several) return home != HomeTable::unknown;
  const Package& package = requests_here.packages.at(id);
  r.status = package.status;
  r.expires.reset();
  if (r.status == ReservationStatus::reserved) r.expires = package.expires;
  return package.open;
}

std::shared_ptr<const ExposureReport> SharedLedger::report() const {
  const std::lock_guard<std::mutex> one_at_a_time(impl_->views_lock);
  auto whole = std::make_shared<ExposureReport>();
  whole->groups.resize(impl_->policy.groups().size());
  for (std::size_t i = 0; i < impl_->islands.size(); ++i) {
    Island& island = impl_->islands[i];
    Impl::View& view = impl_->views[i];
    {
      const std::lock_guard<SpinLock> hold(island.lock);
      if (view.changes != island.changes) view.report = island.ledger.report();
      view.changes = island.changes;
    }
    for (const GroupReport& group : view.report.groups) {
      const GroupId id = island.groups[index_of(group.group)];
      GroupReport& there = whole->groups[index_of(id)];
      there = group;
      there.group = id;
    }
    whole->reservations.insert(whole->reservations.end(), view.report.reservations.begin(),
                               view.report.reservations.end());
    add(whole->counters, view.report.counters);
  }
  join_parts(whole->reservations);
  std::erase_if(whole->reservations, [this](OpenReservation& r) { return !impl_->stands(r); });
  for (RequestStripe& stripe : impl_->requests) {
    const std::lock_guard<SpinLock> hold(stripe.lock);
    add(whole->counters, stripe.correction);
  }
  std::shared_ptr<const ExposureReport> last = whole;
  {
    const std::lock_guard<std::mutex> hold(impl_->last_lock);
    impl_->last.swap(last);
  }
  return whole;  // the one before dies without the lock
}

}  // namespace optcoord
