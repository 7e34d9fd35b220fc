// optcoord/ledger/expiry_queue.hpp -- which reservation lapses next: by instant, then by request id.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>

#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint32_t
#include <utility>  // std::swap
#include <vector>   // std::vector

namespace optcoord {

/// A binary heap that tells each reservation its place, so that `working` can take it out. Adding in order of
/// time, the usual case, is one comparison. `Place` is called as place(reservation, place) on every move.
class ExpiryQueue {
 public:
  struct Entry {
    Timestamp at;
    RequestId id{};
    std::uint32_t reservation{0};
  };

  /// \returns the place of `entry`; `place` is told of the others that had to move.
  template <class Place>
  [[nodiscard]] std::uint32_t push(Entry entry, Place place) {
    if (size_ == heap_.size()) [[unlikely]]
      grow();
    const std::size_t at = size_++;
    heap_[at] = entry;
    if (at != 0 && before(entry, heap_[(at - 1) / 2])) [[unlikely]]
      return static_cast<std::uint32_t>(rise(at, place));
    return static_cast<std::uint32_t>(at);
  }
  /// Takes out the entry at `at`, a place told by `place`.
  template <class Place>
  void remove(std::uint32_t at, Place place) {
    const std::size_t last = --size_;
    if (at == last) return;
    heap_[at] = heap_[last];
    place(heap_[at].reservation, at);
    sink(rise(at, place), place);
  }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const Entry& front() const noexcept { return heap_.front(); }

 private:
  [[gnu::noinline]] void grow() { heap_.resize(2 * heap_.size() + 16); }
  [[nodiscard]] static bool before(const Entry& a, const Entry& b) noexcept {
    return a.at != b.at ? a.at < b.at : a.id < b.id;
  }
  template <class Place>
  [[gnu::noinline]] std::size_t rise(std::size_t i, Place place) {
    while (i > 0 && before(heap_[i], heap_[(i - 1) / 2])) {
      std::swap(heap_[i], heap_[(i - 1) / 2]);
      place(heap_[i].reservation, static_cast<std::uint32_t>(i));
      i = (i - 1) / 2;
    }
    place(heap_[i].reservation, static_cast<std::uint32_t>(i));
    return i;
  }
  template <class Place>
  void sink(std::size_t i, Place place) {
    for (;;) {
      std::size_t least = i;
      for (const std::size_t child : {2 * i + 1, 2 * i + 2})
        if (child < size_ && before(heap_[child], heap_[least])) least = child;
      if (least == i) return;
      std::swap(heap_[i], heap_[least]);
      place(heap_[i].reservation, static_cast<std::uint32_t>(i));
      place(heap_[least].reservation, static_cast<std::uint32_t>(least));
      i = least;
    }
  }

  std::vector<Entry> heap_;  ///< the first `size_` of these, and room for more
  std::size_t size_{0};
};

}  // namespace optcoord
