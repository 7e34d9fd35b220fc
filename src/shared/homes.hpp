// src/shared/homes.hpp -- where a request or an execution is at home: one id, one request over all islands.
// SPDX-License-Identifier: MIT
//
// Ids are spread over stripes, each with a lock that is held through all that anybody asks about one of its ids. So
// what becomes of an id happens in one order; what lapses in one island needs that island's lock alone. Locks are taken
// in this order: reports, directory, a request's stripe, an execution's stripe, islands from the first to the last, the
// clock of packages, the last report.
#pragma once

#include <optcoord/core/time.hpp>  // Timestamp
#include <optcoord/ledger/id_map.hpp>
#include <optcoord/ledger/report.hpp>   // LedgerCounters
#include <optcoord/ledger/request.hpp>  // ReservationStatus

#include "spin_lock.hpp"

#include <array>          // std::array
#include <cstddef>        // std::size_t
#include <cstdint>        // fixed width integers
#include <unordered_map>  // std::unordered_map
#include <vector>         // std::vector

namespace optcoord {

/// A home that is no island: the request is a package of several.
inline constexpr std::uint32_t several = 0xFFFF'FFFE;

/// Ids and their homes.
class HomeTable {
 public:
  static constexpr std::uint32_t unknown = 0xFFFF'FFFF;

 private:
  struct Record {
    std::uint64_t id{0};
    std::uint32_t home{unknown};
  };
  [[nodiscard]] auto id_in() const noexcept {
    return [this](std::uint32_t place) { return records_[place].id; };
  }

 public:
  /// \returns the slot of `id`, or the one it belongs in, with room made. Holds until the next change.
  [[nodiscard]] std::size_t slot_for(std::uint64_t id) {
    if (free_.empty()) add_room();
    return map_.slot_for(id, id_in());
  }
  [[nodiscard]] std::uint32_t home_at(std::size_t slot) const noexcept {
    const std::uint32_t at = map_.place_at(slot);
    return at == IdMap::nowhere ? unknown : records_[at].home;
  }
  /// Allocates nothing. \pre `slot_for` gave `slot`, and it is empty.
  void fill(std::size_t slot, std::uint64_t id, std::uint32_t home) noexcept {
    const std::uint32_t at = free_.back();
    free_.pop_back();
    records_[at] = {id, home};
    map_.fill(slot, at);
  }
  [[nodiscard]] std::uint32_t find(std::uint64_t id) const noexcept {
    const std::uint32_t at = map_.find(id, id_in());
    return at == IdMap::nowhere ? unknown : records_[at].home;
  }
  void erase(std::uint64_t id) noexcept {
    const std::uint32_t at = map_.find(id, id_in());
    if (at == IdMap::nowhere) return;
    map_.erase(id, id_in());
    records_[at].home = unknown;
    free_.push_back(at);  // has room for all
  }
  /// Erases every id of which `gone(id, home)`. O(ids there have been at once).
  template <class Gone>
  void erase_if(Gone gone) {
    for (const Record& r : std::vector<Record>(records_))
      if (r.home != unknown && gone(r.id, r.home)) erase(r.id);
  }

 private:
  [[gnu::noinline]] void add_room() {
    const std::size_t before = records_.size();
    records_.resize(2 * before + 16);
    free_.reserve(records_.size());
    for (std::size_t at = records_.size(); at > before; --at) free_.push_back(static_cast<std::uint32_t>(at - 1));
  }

  IdMap map_;
  std::vector<Record> records_;
  std::vector<std::uint32_t> free_;
};

/// A request with legs in several islands, each of which has its part reserved without a clock.
struct Package {
  std::vector<std::uint32_t> islands{};  ///< ascending
  std::int64_t units{0};
  ReservationStatus status{ReservationStatus::reserved};
  bool open{true};
  Timestamp expires{};  ///< while reserved
  Timestamp ended{};    ///< once it is no longer open
};

/// Some of the requests.
struct alignas(128) RequestStripe {
  SpinLock lock;
  HomeTable homes;
  std::unordered_map<std::uint64_t, Package> packages;
  LedgerCounters correction;  ///< what the islands' own counters do not say, or say more than once
};

/// Some of the executions.
struct alignas(128) ExecutionStripe {
  SpinLock lock;
  HomeTable homes;
};

/// How many stripes.
inline constexpr std::size_t stripes = 256;

/// \returns the stripe of `id`: neighbours share one, so that a thread that draws its ids from a range of its own keeps
/// its stripe in its own cache for a thousand requests.
[[nodiscard]] constexpr std::size_t stripe_of(std::uint64_t id) noexcept {
  return static_cast<std::size_t>(((id >> 10U) * 0xD6E8'FEB8'6659'FD93U) >> 56U);
}

}  // namespace optcoord
