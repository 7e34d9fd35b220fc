// optcoord/protocol/id_table.hpp -- the host's request and execution ids as dense numbers, and back.
// SPDX-License-Identifier: MIT
//
// Hosts name requests by JSON strings or whole numbers; the library inside knows 64-bit numbers. "1" and 1 are two
// ids. Numbers are given out in order of first sight and never again, so that an old number never means a new id.
// An id of 10 characters costs at most 40 bytes. Example:
//
//   IdTable ids;
//   std::uint64_t n = *ids.intern({.text = "r-1"});
//   ids.find(n)->text;                                        // "r-1"
//   if (ids.crowded()) ids.purge([&](std::uint64_t id) { return desk.remembers(RequestId{id}); });
#pragma once

#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint32_t, std::uint64_t
#include <cstring>      // std::memmove
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::protocol {

/// An id as the host wrote it.
struct HostId {
  std::string_view text;  ///< a string's characters, or a number's decimal digits
  bool is_number{false};  ///< a JSON number rather than a string

  friend constexpr bool operator==(const HostId&, const HostId&) noexcept = default;
};

/// A two-way table of ids. Nothing iterates over it, so its inner order reaches no output.
class IdTable {
 public:
  /// The longest text of an id, bytes.
  static constexpr std::size_t max_length = 128;

  /// \returns the number of `id`, a new one at first sight; nothing when the text is empty or too long, or when
  /// four gigabytes of ids are known. O(1) amortised.
  [[nodiscard]] std::optional<std::uint64_t> intern(HostId id);

  /// \returns the id behind `number`, or nothing when it was never given out or is forgotten. The view holds until the
  /// next `intern` or `purge`. O(log size), O(1) while nothing was forgotten.
  [[nodiscard]] std::optional<HostId> find(std::uint64_t number) const noexcept;

  /// How many ids are known.
  [[nodiscard]] std::size_t size() const noexcept { return numbers_.size(); }
  /// Memory in use, bytes, spare room included.
  [[nodiscard]] std::size_t bytes() const noexcept {
    return numbers_.capacity() * sizeof(std::uint64_t) + offsets_.capacity() * sizeof(std::uint32_t) +
           texts_.capacity() + slots_.capacity() * sizeof(std::uint32_t);
  }

  /// \returns whether enough ids came since the last purge that another one pays.
  [[nodiscard]] bool crowded() const noexcept { return numbers_.size() >= purge_at_; }

  /// Forgets every id for whose number `keep` is false. O(size).
  template <class Keep>
  void purge(const Keep& keep) {
    std::size_t kept = 0;
    std::size_t end = 0;
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (!keep(numbers_[i])) continue;
      const std::size_t length = record_length(offsets_[i]);
      std::memmove(texts_.data() + end, texts_.data() + offsets_[i], length);  // down, or where it is
      numbers_[kept] = numbers_[i];
      offsets_[kept] = static_cast<std::uint32_t>(end);
      end += length;
      ++kept;
    }
    shrink(kept, end);
  }

 private:
  static constexpr std::size_t smallest_purge = 4096;

  [[nodiscard]] HostId read(std::size_t offset) const noexcept;
  /// The slot that holds `id`, or the free one where it belongs.
  [[nodiscard]] std::size_t slot_of(HostId id) const noexcept;
  /// Length of the record at `offset`, its head included.
  [[nodiscard]] std::size_t record_length(std::size_t offset) const noexcept {
    return 2 + (static_cast<unsigned char>(texts_[offset]) >> 1U);
  }
  void shrink(std::size_t kept, std::size_t text_end);
  void rebuild_slots(std::size_t slots);

  std::uint64_t next_{0};  // the number of the next new id
  std::size_t purge_at_{smallest_purge};
  std::vector<std::uint64_t> numbers_;  // of every known id, ascending
  std::vector<std::uint32_t> offsets_;  // of its record in texts_
  std::vector<char> texts_;             // records: one byte (length - 1) * 2 + is_number, then the text
  std::vector<std::uint32_t> slots_;    // open addressing by hash: index + 1, or 0; a power of two
};

}  // namespace optcoord::protocol
