// src/shared/impl.hpp -- what a SharedLedger is made of: a directory, stripes of ids, and islands.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/shared/shared_ledger.hpp>

#include "homes.hpp"
#include "routes.hpp"

#include <array>    // std::array
#include <atomic>   // std::atomic
#include <deque>    // std::deque
#include <mutex>    // std::mutex
#include <set>      // std::set
#include <utility>  // std::pair
#include <vector>   // std::vector

namespace optcoord {

/// One island. All but `soonest` is read and written under its lock alone.
struct Island {
  Island(Ledger l, std::vector<GroupId> g, std::vector<std::uint32_t> r)
      : ledger(std::move(l)), groups(std::move(g)), rows(std::move(r)) {}

  alignas(128) SpinLock lock;  // with what every change writes
  std::uint64_t changes{1};
  std::atomic<Duration::rep> soonest{Timestamp::max().time_since_epoch().count()};  ///< nothing is due before
  alignas(64) Ledger ledger;
  std::vector<GroupId> groups;      ///< its own GroupId to the whole configuration's
  std::vector<std::uint32_t> rows;  ///< its own row to the whole configuration's

  /// Calls its numbers what the whole configuration calls them.
  void translate(Finding& f) const noexcept {
    if (f.knows(Finding::group_field)) f.group = groups[index_of(f.group)];
    if (f.row != Finding::no_row) f.row = rows[f.row];
  }
  void wake_at(Timestamp t) noexcept {
    const Duration::rep at = t.time_since_epoch().count();
    if (at < soonest.load(std::memory_order_relaxed)) soonest.store(at, std::memory_order_relaxed);
  }
  [[nodiscard]] bool may_be_due(Timestamp now) const noexcept {
    return soonest.load(std::memory_order_relaxed) <= now.time_since_epoch().count();
  }
};

/// The legs of a request that are of one island.
struct Part {
  std::uint32_t island{0};
  std::vector<Leg> legs{};
};

/// Holds the locks of some islands.
using Locks = std::vector<std::unique_lock<SpinLock>>;

struct SharedLedger::Impl {
  explicit Impl(Ledger d) : directory(std::move(d)) {}

  // ---- names: what belongs where
  mutable std::mutex directory_lock;                  ///< taken first
  Ledger directory;                                   ///< every name and group, no rows, nothing held
  LedgerPolicy policy;                                ///< of the whole configuration
  std::vector<std::uint32_t> island_of_group;         ///< by GroupId
  std::vector<std::vector<std::uint32_t>> concerned;  ///< by RootId: the islands its price matters to, ascending
  Routes contracts;
  Routes roots;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> row_at;  ///< by row: its island, and its place there

  // ---- ids
  mutable std::array<RequestStripe, stripes> requests;
  mutable std::array<ExecutionStripe, stripes> executions;
  mutable SpinLock clock_lock;                              ///< taken last
  std::set<std::pair<Timestamp, RequestId>> package_clock;  ///< packages that wait for their order

  // ---- exposure
  mutable std::deque<Island> islands;  ///< the last: roots in no group

  // ---- views
  struct View {
    std::uint64_t changes{0};
    ExposureReport report{};
  };
  mutable std::mutex views_lock;  ///< one report is made at a time
  mutable std::vector<View> views;
  mutable std::mutex last_lock;  ///< held to copy or change the pointer alone
  mutable std::shared_ptr<const ExposureReport> last{std::make_shared<const ExposureReport>()};

  [[nodiscard]] RequestStripe& stripe(RequestId id) const noexcept {
    return requests[stripe_of(static_cast<std::uint64_t>(id))];
  }
  [[nodiscard]] ExecutionStripe& stripe(ExecutionId id) const noexcept {
    return executions[stripe_of(static_cast<std::uint64_t>(id))];
  }
  [[nodiscard]] std::uint32_t rest() const noexcept { return static_cast<std::uint32_t>(islands.size() - 1); }
  [[nodiscard]] std::uint32_t home_of(RootId root) const;
  void concern(RootId root, std::uint32_t island);
  void settle_root(RootId root);
  /// \returns the island of `request`, `several`, or one that will say what is wrong with it.
  [[nodiscard]] std::uint32_t route(const Request& request) const noexcept;
  [[nodiscard]] Locks lock_islands(const std::vector<std::uint32_t>& which) const;
  [[nodiscard]] Locks lock_all() const;
  [[nodiscard]] Locks lock_ids() const;

  /// Decides in one island by `ask(ledger)`.
  template <class Ask>
  [[nodiscard]] Result<Decision> decide_in(std::uint32_t island, RequestId id, Judging& said, Ask ask);
  [[nodiscard]] Result<Decision> decide_in(std::uint32_t island, const Request& request, Judging& said, Timestamp now);

  // ---- packages of several islands
  [[nodiscard]] bool stands(OpenReservation& r) const;
  [[nodiscard]] Result<std::vector<Part>> divide_legs(const Request& request) const;
  /// \pre the parts' islands are locked. \returns false when the exposure of all units is out of range.
  [[nodiscard]] bool judge(const std::vector<Part>& parts, const Request& request, Judging& said, Timestamp now) const;
  [[nodiscard]] Result<Decision> decide_package(const Request& request, Judging& said, Timestamp now);
  [[nodiscard]] std::int64_t remaining(const std::vector<std::uint32_t>& where, RequestId id) const;
  [[nodiscard]] Result<ReservationChange> order_package(RequestStripe& stripe, RequestId id, OrderStatus status,
                                                        Timestamp now);
  [[nodiscard]] Result<ReservationChange> fill_package(RequestStripe& stripe, ExecutionStripe& executed,
                                                       const Fill& fill, Timestamp now);
  /// Ends what is open of a package in every island; the counters say it once.
  void end_package(RequestStripe& stripe, Package& package, RequestId id, ReservationStatus status, Timestamp now);
  void end_traded(Package& package) const;
  void stop_clock(const Package& package, RequestId id);

  // ---- the broker's positions
  /// The lines of each island, and where among all lines each was.
  struct Lines {
    std::vector<BrokerPosition> lines{};
    std::vector<std::int32_t> places{};
  };
  [[nodiscard]] Result<std::vector<Lines>> divide_positions(std::span<const BrokerPosition> positions) const;
  /// \pre all islands are locked
  [[nodiscard]] Result<Reconciliation> compare(const std::vector<Lines>& divided) const;
  /// Cancels the packages of which an island has cancelled a part, and lists each once.
  void cancel_torn_packages(std::vector<ReservationChange>& cancelled, Timestamp now);
  void expire_packages(Timestamp now, std::vector<std::pair<Timestamp, ReservationChange>>& out);
};

/// \returns `request` with the legs of one part.
[[nodiscard]] inline Request part_of(const Request& request, const Part& part) noexcept {
  Request r = request;
  r.legs = part.legs;
  return r;
}

}  // namespace optcoord
