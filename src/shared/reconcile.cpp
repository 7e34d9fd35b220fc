// src/shared/reconcile.cpp -- SharedLedger: the broker's positions, each island told its own.
// SPDX-License-Identifier: MIT
#include "impl.hpp"

#include <algorithm>  // std::sort
#include <tuple>      // std::tie

namespace optcoord {

namespace {

void append(std::vector<PositionChange>& to, const std::vector<PositionChange>& more) {
  to.insert(to.end(), more.begin(), more.end());
}

/// Adds what one island found. Contracts of different islands are different ones.
void append(Reconciliation& to, const Reconciliation& more) {
  append(to.missing, more.missing);
  append(to.extra, more.extra);
  append(to.different, more.different);
  to.cancelled.insert(to.cancelled.end(), more.cancelled.begin(), more.cancelled.end());
  to.adopted = more.adopted;
}

void put_in_order(Reconciliation& found) {
  for (auto* list : {&found.missing, &found.extra, &found.different})
    std::sort(list->begin(), list->end(), [](const PositionChange& a, const PositionChange& b) {
      return std::tie(a.contract, a.strategy) < std::tie(b.contract, b.strategy);
    });
  std::sort(found.cancelled.begin(), found.cancelled.end(),
            [](const ReservationChange& a, const ReservationChange& b) { return a.id < b.id; });
}

}  // namespace

Result<std::vector<SharedLedger::Impl::Lines>> SharedLedger::Impl::divide_positions(
    std::span<const BrokerPosition> positions) const {
  if (const Result<std::vector<std::uint32_t>> order = detail::in_order(directory.state(), positions); !order)
    return tl::unexpected<Error>(order.error());
  std::vector<Lines> divided(islands.size());
  std::int32_t place = 0;
  for (const BrokerPosition& line : positions) {
    Lines& there = divided[contracts.at(index_of(line.contract))];
    there.lines.push_back(line);
    there.places.push_back(place++);
  }
  return divided;
}

Result<Reconciliation> SharedLedger::Impl::compare(const std::vector<Lines>& divided) const {
  Reconciliation all;
  for (std::size_t i = 0; i < islands.size(); ++i) {
    const Result<Reconciliation> found = islands[i].ledger.compare(divided[i].lines);
    if (!found) {
      Error error = found.error();
      if (error.index >= 0) error.index = divided[i].places[static_cast<std::size_t>(error.index)];
      return tl::unexpected<Error>(error);
    }
    append(all, *found);
  }
  put_in_order(all);
  return all;
}

Result<Reconciliation> SharedLedger::compare(std::span<const BrokerPosition> positions) const {
  const std::lock_guard<std::mutex> hold_directory(impl_->directory_lock);
  const Result<std::vector<Impl::Lines>> divided = impl_->divide_positions(positions);
  if (!divided) return tl::unexpected<Error>(divided.error());
  const Locks locks = impl_->lock_all();
  return impl_->compare(*divided);
}

Result<Reconciliation> SharedLedger::reconcile(std::span<const BrokerPosition> positions, Timestamp now) {
  const std::lock_guard<std::mutex> hold_directory(impl_->directory_lock);
  const Result<std::vector<Impl::Lines>> divided = impl_->divide_positions(positions);
  if (!divided) return tl::unexpected<Error>(divided.error());
  const Locks hold_ids = impl_->lock_ids();
  const Locks locks = impl_->lock_all();
  const Result<Reconciliation> compared = impl_->compare(*divided);
  if (!compared) return compared;
  std::int32_t index = 0;
  for (const BrokerPosition& line : positions) {
    if (line.strategy && index_of(*line.strategy) >= impl_->directory.state().first_of_strategy.size())
      return fail(Errc::unknown_name, "positions[].strategy", index);
    ++index;
  }
  Reconciliation all;
  for (std::size_t i = 0; i < impl_->islands.size(); ++i) {
    Island& island = impl_->islands[i];
    append(all, *island.ledger.reconcile((*divided)[i].lines, now));  // `compare` let it pass
    ++island.changes;
  }
  impl_->requests[0].correction.reconciled -= static_cast<std::int64_t>(impl_->islands.size()) - 1;  // it was one
  impl_->cancel_torn_packages(all.cancelled, now);
  put_in_order(all);
  return all;
}

void SharedLedger::Impl::cancel_torn_packages(std::vector<ReservationChange>& cancelled, Timestamp now) {
  std::vector<ReservationChange> whole;
  for (const ReservationChange& change : cancelled) {
    RequestStripe& requests_here = stripe(change.id);
    const auto found = requests_here.packages.find(static_cast<std::uint64_t>(change.id));
    if (found == requests_here.packages.end()) {
      whole.push_back(change);
      continue;
    }
    Package& package = found->second;
    --requests_here.correction.cancelled;  // the parts of a package are no orders
    if (!package.open) continue;           // by another part of it
    ++requests_here.correction.cancelled;
    end_package(requests_here, package, change.id, ReservationStatus::cancelled, now);
    whole.push_back({change.id, ReservationStatus::cancelled, remaining(package.islands, change.id)});
  }
  cancelled = std::move(whole);
}

}  // namespace optcoord
