// optcoord/ledger/id_map.hpp -- 64-bit host ids to small places, one probe in the common case.
// SPDX-License-Identifier: MIT
//
// Open addressing with linear probes and back-shifting, so that ids which come and go leave no tombstones and the
// table stays as small as what it holds. Nothing iterates over it into output.
#pragma once

#include <cstddef>   // std::size_t
#include <cstdint>   // std::uint64_t, std::uint32_t
#include <optional>  // std::optional
#include <vector>    // std::vector

namespace optcoord {

/// A map from ids to places. Look-up, insertion and removal are O(1) on average; only growth allocates.
class IdMap {
 public:
  /// Makes room for `count` ids without further allocation.
  void reserve(std::size_t count) {
    std::size_t wanted = smallest;
    while (wanted * max_load_numerator < count * max_load_denominator) wanted *= 2;
    if (wanted > slots_.size()) rehash(wanted);
  }
  /// Adds `key`. \returns false, changing nothing, when it is known already.
  bool insert(std::uint64_t key, std::uint32_t place) {
    const std::size_t slot = slot_for(key);
    if (is_used(slot)) return false;
    fill(slot, key, place);
    return true;
  }
  /// \returns the slot that holds `key` or, with room made, the one it belongs in: with `is_used` and `fill` one probe
  /// serves a look-up and the insertion that may follow. Holds until the next change.
  [[nodiscard]] std::size_t slot_for(std::uint64_t key) {
    if (size_ >= most_) rehash(slots_.empty() ? smallest : slots_.size() * 2);
    return probe(key);
  }
  [[nodiscard]] bool is_used(std::size_t slot) const noexcept { return slots_[slot].place != nowhere; }
  /// Adds `key` at its slot. \pre `slot_for(key)` gave `slot`, and it is not used.
  void fill(std::size_t slot, std::uint64_t key, std::uint32_t place) noexcept {
    slots_[slot] = {key, place};
    ++size_;
  }
  /// \returns the place of `key`, or nothing.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key) const noexcept {
    if (slots_.empty()) return std::nullopt;
    const Slot& slot = slots_[probe(key)];
    if (slot.place == nowhere) return std::nullopt;
    return slot.place;
  }
  /// Removes `key` if it is known.
  void erase(std::uint64_t key) noexcept {
    if (slots_.empty()) return;
    const std::size_t at = probe(key);
    if (is_used(at)) erase_at(at);
  }
  /// Removes every id whose place `gone` selects. O(table).
  template <class Gone>
  void erase_if(Gone gone) {
    std::vector<Slot> old(slots_.size());
    old.swap(slots_);
    size_ = 0;
    for (const Slot& slot : old)
      if (slot.place != nowhere && !gone(slot.place)) insert(slot.key, slot.place);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  static constexpr std::uint32_t nowhere = 0xFFFF'FFFF;
  struct Slot {
    std::uint64_t key{0};
    std::uint32_t place{nowhere};  ///< `nowhere`: not used
  };
  static constexpr std::size_t smallest = 16;
  static constexpr std::size_t max_load_numerator = 7;
  static constexpr std::size_t max_load_denominator = 8;

  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept {
    std::uint64_t h = key * 0x9E3779B97F4A7C15U;  // Fibonacci hashing; ids are often consecutive
    return static_cast<std::size_t>((h ^ (h >> 32U)) & mask_);
  }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & mask_; }
  [[nodiscard]] std::size_t probe(std::uint64_t key) const noexcept {
    std::size_t at = home(key);
    while (is_used(at) && slots_[at].key != key) at = next(at);
    return at;
  }
  void rehash(std::size_t count) {
    std::vector<Slot> old(count);
    old.swap(slots_);
    size_ = 0;
    mask_ = count - 1;
    most_ = count / max_load_denominator * max_load_numerator;
    for (const Slot& slot : old)
      if (slot.place != nowhere) insert(slot.key, slot.place);
  }
  void erase_at(std::size_t hole) noexcept {
    for (std::size_t at = next(hole); is_used(at); at = next(at)) {
      const std::size_t wanted = home(slots_[at].key);
      // an entry may move back into the hole only if that does not put it before its home
      if (((at - wanted) & mask_) >= ((at - hole) & mask_)) {
        slots_[hole] = slots_[at];
        hole = at;
      }
    }
    slots_[hole] = {};
    --size_;
  }

  std::vector<Slot> slots_;
  std::size_t size_{0};
  std::size_t mask_{0};  ///< slots - 1, a power of two less one
  std::size_t most_{0};  ///< ids until the table grows
};

}  // namespace optcoord
