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
    if ((size_ + 1) * max_load_denominator > slots_.size() * max_load_numerator)
      rehash(slots_.empty() ? smallest : slots_.size() * 2);
    std::size_t at = home(key);
    for (; slots_[at].used; at = next(at))
      if (slots_[at].key == key) return false;
    slots_[at] = {key, place, true};
    ++size_;
    return true;
  }
  /// \returns the place of `key`, or nothing.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key) const noexcept {
    if (slots_.empty()) return std::nullopt;
    for (std::size_t at = home(key); slots_[at].used; at = next(at))
      if (slots_[at].key == key) return slots_[at].place;
    return std::nullopt;
  }
  /// Removes `key` if it is known.
  void erase(std::uint64_t key) noexcept {
    if (slots_.empty()) return;
    std::size_t at = home(key);
    while (slots_[at].used && slots_[at].key != key) at = next(at);
    if (slots_[at].used) erase_at(at);
  }
  /// Removes every id whose place `gone` selects. O(table).
  template <class Gone>
  void erase_if(Gone gone) {
    std::vector<Slot> old(slots_.size());
    old.swap(slots_);
    size_ = 0;
    for (const Slot& slot : old)
      if (slot.used && !gone(slot.place)) insert(slot.key, slot.place);
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  struct Slot {
    std::uint64_t key{0};
    std::uint32_t place{0};
    bool used{false};
  };
  static constexpr std::size_t smallest = 16;
  static constexpr std::size_t max_load_numerator = 7;
  static constexpr std::size_t max_load_denominator = 8;

  [[nodiscard]] std::size_t home(std::uint64_t key) const noexcept {
    std::uint64_t h = key * 0x9E3779B97F4A7C15U;  // Fibonacci hashing; ids are often consecutive
    return static_cast<std::size_t>((h ^ (h >> 32U)) & (slots_.size() - 1));
  }
  [[nodiscard]] std::size_t next(std::size_t at) const noexcept { return (at + 1) & (slots_.size() - 1); }
  void rehash(std::size_t count) {
    std::vector<Slot> old(count);
    old.swap(slots_);
    size_ = 0;
    for (const Slot& slot : old)
      if (slot.used) insert(slot.key, slot.place);
  }
  void erase_at(std::size_t hole) noexcept {
    for (std::size_t at = next(hole); slots_[at].used; at = next(at)) {
      const std::size_t wanted = home(slots_[at].key);
      // an entry may move back into the hole only if that does not put it before its home
      const std::size_t mask = slots_.size() - 1;
      if (((at - wanted) & mask) >= ((at - hole) & mask)) {
        slots_[hole] = slots_[at];
        hole = at;
      }
    }
    slots_[hole] = {};
    --size_;
  }

  std::vector<Slot> slots_;
  std::size_t size_{0};
};

}  // namespace optcoord
