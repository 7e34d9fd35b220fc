// optcoord/coordination/return_history.hpp -- the observations of strategies' returns that some pair still needs.
// SPDX-License-Identifier: MIT
//
// One `returns` event is one row. A pair's window is the last rows in which both appear, so windows differ where values
// are missing, and a strategy that has stopped may need old rows for ever. Rows are shared by all pairs and counted: a
// row goes when no window has it any more. Without gaps that leaves `window` rows, however many pairs there are.
#pragma once

#include <cstddef>  // std::size_t
#include <cstdint>  // fixed width integers
#include <limits>   // std::numeric_limits
#include <vector>   // std::vector

namespace optcoord {

/// The number of a row while some window has it; used again afterwards.
using ReturnRowId = std::uint32_t;
inline constexpr ReturnRowId no_row = std::numeric_limits<ReturnRowId>::max();

/// One observation, by slot: the place of a strategy in the order of first appearance.
struct ReturnRow {
  std::vector<double> values{};       ///< fractions; 0 where not known
  std::vector<std::uint8_t> known{};  ///< 1 where the strategy appears; shorter than today's slots for old rows
  std::int64_t windows{0};            ///< how many pairs' windows it is in
  ReturnRowId earlier{no_row};        ///< the rows still needed before and after it
  ReturnRowId later{no_row};

  [[nodiscard]] bool has(std::size_t slot) const noexcept { return slot < known.size() && known[slot] != 0; }
};

/// The rows still needed, linked from the earliest to the latest.
class ReturnHistory {
 public:
  [[nodiscard]] const ReturnRow& operator[](ReturnRowId row) const noexcept { return rows_[row]; }
  [[nodiscard]] ReturnRowId latest() const noexcept { return latest_; }
  /// How many rows are kept.
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size() - free_.size(); }

  /// A new latest row for `slots` strategies, nothing known yet.
  ReturnRowId add(std::size_t slots) {
    ReturnRowId id = static_cast<ReturnRowId>(rows_.size());
    if (free_.empty()) {
      rows_.emplace_back();
      free_.reserve(rows_.capacity());  // so that dropping never allocates
    } else {
      id = free_.back();
      free_.pop_back();
    }
    ReturnRow& row = rows_[id];
    row.values.assign(slots, 0.0);
    row.known.assign(slots, 0);
    row.windows = 0;
    row.earlier = latest_;
    row.later = no_row;
    if (latest_ != no_row) rows_[latest_].later = id;
    latest_ = id;
    return id;
  }
  void set(ReturnRowId row, std::size_t slot, double value) noexcept {
    rows_[row].values[slot] = value;
    rows_[row].known[slot] = 1;
  }
  /// One more window has the row.
  void enter(ReturnRowId row) noexcept { ++rows_[row].windows; }
  /// One window fewer has the row. `drop_unneeded` is asked separately, since a walk may still stand on it.
  void leave(ReturnRowId row) noexcept { --rows_[row].windows; }
  void drop_unneeded(ReturnRowId row) noexcept {
    ReturnRow& gone = rows_[row];
    if (gone.windows != 0) return;
    if (gone.earlier != no_row) rows_[gone.earlier].later = gone.later;
    if (gone.later != no_row) rows_[gone.later].earlier = gone.earlier;
    if (latest_ == row) latest_ = gone.earlier;
    free_.push_back(row);
  }
  /// \returns the next row after `row` that has both. \pre there is one. O(rows between)
  [[nodiscard]] ReturnRowId next_with(ReturnRowId row, std::size_t i, std::size_t j) const noexcept {
    do row = rows_[row].later;
    while (!rows_[row].has(i) || !rows_[row].has(j));
    return row;
  }

 private:
  std::vector<ReturnRow> rows_{};
  std::vector<ReturnRowId> free_{};
  ReturnRowId latest_{no_row};
};

}  // namespace optcoord
