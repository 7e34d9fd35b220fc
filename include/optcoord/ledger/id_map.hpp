// optcoord/ledger/id_map.hpp -- request and execution ids to places, in few bytes each.
// SPDX-License-Identifier: MIT
//
// Open addressing that keeps places alone, four bytes each: the ids stand in the records at those places, where
// `id_of(place)` reads them. Removal moves the followers back, so ids that come and go leave no tombstones. Nothing
// iterates over it into output. Example:
//
//   const auto id_of = [&](std::uint32_t place) { return orders[place].id; };
//   const std::uint32_t place = map.find(7, id_of);  // IdMap::nowhere when unknown
#pragma once

#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint64_t, std::uint32_t
#include <utility>  // std::swap
#include <vector>   // std::vector

namespace optcoord {

/// A map from ids to places. Look-up, insertion and removal are O(1) on average; only growth allocates.
class IdMap {
 public:
  /// No place: what `find` says of an unknown id.
  static constexpr std::uint32_t nowhere = 0xFFFF'FFFF;

  /// \returns the slot that holds `id` or, with room made, the one it belongs in: with `place_at` and `fill` one probe
  /// serves a look-up and the insertion that may follow. Holds until the next change.
  template <class IdOf>
  [[nodiscard]] std::size_t slot_for(std::uint64_t id, IdOf id_of) {
    if (size_ >= most_) [[unlikely]]
      resize(slots_.empty() ? smallest : slots_.size() * 2, id_of);
    return probe(id, id_of);
  }
  /// \returns what `slot` holds, or `nowhere`.
  [[nodiscard]] std::uint32_t place_at(std::size_t slot) const noexcept { return slots_[slot]; }
  /// Puts `place`, whose record has the id already, into its slot. \pre `slot_for` gave `slot`, and it is empty.
  void fill(std::size_t slot, std::uint32_t place) noexcept {
    slots_[slot] = place;
    ++size_;
  }
  /// \returns the place of `id`, or `nowhere`.
  template <class IdOf>
  [[nodiscard]] std::uint32_t find(std::uint64_t id, IdOf id_of) const noexcept {
    return slots_.empty() ? nowhere : slots_[probe(id, id_of)];
  }
  /// Removes `id` if it is known. \pre its record still has it
  template <class IdOf>
  void erase(std::uint64_t id, IdOf id_of) noexcept {
    if (slots_.empty()) return;
    const std::size_t at = probe(id, id_of);
    if (slots_[at] != nowhere) erase_at(at, id_of);
  }
  /// Forgets all ids and makes room for `count`, which are then to be added one by one.
  void restart(std::size_t count) {
    std::size_t wanted = smallest;
    while (most_of(wanted) < count) wanted *= 2;
    slots_.assign(wanted, nowhere);
    slots_.shrink_to_fit();
    set_size(wanted);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::size_t smallest = 16;
  /// Three quarters: an id that is looked up for the first time then rarely meets another's record.
  [[nodiscard]] static constexpr std::size_t most_of(std::size_t slots) noexcept { return slots / 4 * 3; }

  /// Fibonacci hashing by the high bits: consecutive ids, the usual ones, land far from each other.
  [[nodiscard]] std::size_t home(std::uint64_t id) const noexcept {
    return static_cast<std::size_t>((id * 0x9E3779B97F4A7C15U) >> shift_);
  }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & mask_; }
  template <class IdOf>
  [[nodiscard]] std::size_t probe(std::uint64_t id, IdOf id_of) const noexcept {
    std::size_t at = home(id);
    while (slots_[at] != nowhere && id_of(slots_[at]) != id) at = next(at);
    return at;
  }
  void set_size(std::size_t slots) noexcept {
    size_ = 0;
    mask_ = slots - 1;
    most_ = most_of(slots);
    shift_ = 64;
    for (std::size_t left = slots; left > 1; left /= 2) --shift_;
  }
  template <class IdOf>
  [[gnu::noinline]] void resize(std::size_t slots, IdOf id_of) {
    std::vector<std::uint32_t> old(slots, nowhere);
    old.swap(slots_);
    set_size(slots);
    for (const std::uint32_t place : old)
      if (place != nowhere) fill(probe(id_of(place), id_of), place);
  }
  template <class IdOf>
  void erase_at(std::size_t hole, IdOf id_of) noexcept {
    for (std::size_t at = next(hole); slots_[at] != nowhere; at = next(at)) {
      const std::size_t wanted = home(id_of(slots_[at]));
      // an entry may move back into the hole only if that does not put it before its home
      if (((at - wanted) & mask_) >= ((at - hole) & mask_)) {
        slots_[hole] = slots_[at];
        hole = at;
      }
    }
    slots_[hole] = nowhere;
    --size_;
  }

  std::vector<std::uint32_t> slots_;
  std::size_t size_{0};
  std::size_t mask_{0};  ///< slots - 1, a power of two less one
  std::size_t most_{0};  ///< ids until the table grows
  unsigned shift_{64};   ///< 64 less the bits of a slot's number
};

}  // namespace optcoord
