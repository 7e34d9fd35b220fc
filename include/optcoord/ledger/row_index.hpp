// optcoord/ledger/row_index.hpp -- which limit rows a group and a strategy have, found without a search.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/ledger/policy.hpp>  // RowPolicy

#include <algorithm>  // std::max
#include <cstddef>    // std::size_t
#include <cstdint>    // std::uint32_t
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// A row as judging meets it: its place in the configuration, and what it measures.
struct RowRef {
  std::uint32_t row{0};
  Metric metric{Metric::delta};
};

/// The rows that count what a strategy does in a group: those all strategies share and its own caps, in order of
/// configuration.
class RowIndex {
 public:
  RowIndex() = default;
  /// O(rows + groups x strategies with caps).
  RowIndex(const std::vector<RowPolicy>& rows, std::size_t groups) : groups_(groups), metrics_(groups, 0) {
    for (const RowPolicy& row : rows) {
      metrics_[index_of(row.group)] |= bit(row.metric);
      if (row.strategy) capped_ = std::max(capped_, index_of(*row.strategy) + 1);
    }
    ByGroup by_group(groups);
    for (std::uint32_t r = 0; r < rows.size(); ++r) by_group[index_of(rows[r].group)].push_back(r);
    slices_.resize(groups * (capped_ + 1));
    for (std::size_t g = 0; g < groups; ++g) {
      const std::vector<std::uint32_t>& of_group = by_group[g];
      const auto shared = [](const RowPolicy& row) { return !row.strategy; };
      lay_out(rows, of_group, slices_[capped_ * groups + g], shared);
      for (std::size_t strategy = 0; strategy < capped_; ++strategy)
        slices_[strategy * groups + g] = slices_[capped_ * groups + g];
      for (const std::uint32_t r : of_group) {  // a strategy with several caps here gets the same rows each time
        if (!rows[r].strategy) continue;
        const StrategyId owner = *rows[r].strategy;
        const auto counts = [owner](const RowPolicy& row) { return !row.strategy || *row.strategy == owner; };
        lay_out(rows, of_group, slices_[index_of(owner) * groups + g], counts);
      }
    }
  }

  /// O(1).
  [[nodiscard]] std::span<const RowRef> rows(GroupId group, StrategyId strategy) const noexcept {
    const std::size_t table = index_of(strategy) < capped_ ? index_of(strategy) : capped_;
    const Slice slice = slices_[table * groups_ + index_of(group)];
    return std::span{rows_}.subspan(slice.begin, slice.count);
  }
  /// Strategies below this id may have caps.
  [[nodiscard]] std::size_t capped() const noexcept { return capped_; }
  /// Bits of the metrics that rows of `group` measure, caps included.
  [[nodiscard]] std::uint8_t metrics(GroupId group) const noexcept { return metrics_[index_of(group)]; }

  [[nodiscard]] static constexpr std::uint8_t bit(Metric m) noexcept {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(m));
  }

 private:
  struct Slice {
    std::uint32_t begin{0};
    std::uint32_t count{0};
  };
  /// Row numbers by group, in order of configuration.
  using ByGroup = std::vector<std::vector<std::uint32_t>>;

  /// Lays out the rows of `group` that `counts` selects, and has `slice` say where.
  template <class Counts>
  void lay_out(const std::vector<RowPolicy>& rows, const std::vector<std::uint32_t>& of_group, Slice& slice,
               Counts counts) {
    slice = {static_cast<std::uint32_t>(rows_.size()), 0};
    for (const std::uint32_t r : of_group) {
      if (!counts(rows[r])) continue;
      rows_.push_back({r, rows[r].metric});
      ++slice.count;
    }
  }

  std::size_t groups_{0};
  std::vector<std::uint8_t> metrics_;
  std::size_t capped_{0};  ///< strategies below this id may have caps
  std::vector<RowRef> rows_;
  std::vector<Slice> slices_;  ///< by strategy and group; those of strategies without caps last
};

}  // namespace optcoord
