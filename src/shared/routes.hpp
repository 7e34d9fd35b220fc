// src/shared/routes.hpp -- which island an id belongs to, readable while others are added, without a lock.
// SPDX-License-Identifier: MIT
#pragma once

#include <array>    // std::array
#include <atomic>   // std::atomic
#include <bit>      // std::bit_width
#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint32_t
#include <memory>   // std::unique_ptr

namespace optcoord {

/// "No island."
inline constexpr std::uint32_t nowhere = 0xFFFF'FFFF;

/// A table by dense id that grows in pieces, each twice the last, which never move: readers need no lock.
class Routes {
 public:
  /// \returns what `set` was told of `id`, or `nowhere`.
  [[nodiscard]] std::uint32_t at(std::size_t id) const noexcept {
    const Cell* const piece = published_[piece_of(id)].load(std::memory_order_acquire);
    return piece == nullptr ? nowhere : piece[id - first_of(piece_of(id))].load(std::memory_order_acquire);
  }
  /// One writer at a time.
  void set(std::size_t id, std::uint32_t island) {
    const std::size_t p = piece_of(id);
    if (!pieces_[p]) {
      const std::size_t size = first_of(p + 1) - first_of(p);
      pieces_[p] = std::make_unique<Cell[]>(size);
      for (std::size_t i = 0; i < size; ++i) pieces_[p][i].store(nowhere, std::memory_order_relaxed);
      published_[p].store(pieces_[p].get(), std::memory_order_release);
    }
    pieces_[p][id - first_of(p)].store(island, std::memory_order_release);
  }

 private:
  using Cell = std::atomic<std::uint32_t>;
  static constexpr std::size_t smallest = 64;
  static constexpr std::size_t most_pieces = 27;  // every 32-bit id
  /// Piece p holds the ids from 64 (2^p - 1) on.
  [[nodiscard]] static constexpr std::size_t first_of(std::size_t p) noexcept {
    return smallest * ((std::size_t{1} << p) - 1);
  }
  [[nodiscard]] static constexpr std::size_t piece_of(std::size_t id) noexcept {
    return static_cast<std::size_t>(std::bit_width(id / smallest + 1)) - 1;
  }

  std::array<std::unique_ptr<Cell[]>, most_pieces> pieces_{};
  std::array<std::atomic<const Cell*>, most_pieces> published_{};
};

}  // namespace optcoord
