// optcoord/ledger/row_index.hpp -- which limit rows a group and a strategy have, found without a search.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/ledger/policy.hpp>  // RowPolicy

#include <algorithm>  // std::max
#include <cstddef>    // std::size_t
#include <cstdint>  // std::uint32_t
#include <span>     // std::span
#include <vector>   // std::vector

namespace optcoord {

/// A row as judging meets it: its place in the configuration, and what it measures.
struct RowRef {
  std::uint32_t row{0};
  Metric metric{Metric::delta};
};

/// Rows by group, and strategies' caps by (group, strategy), each in order of configuration.
class RowIndex {
 public:
  RowIndex() = default;
  /// O(rows + groups x strategies with caps).
  RowIndex(const std::vector<RowPolicy>& rows, std::size_t groups) : groups_(groups), metrics_(groups, 0) {
    for (const RowPolicy& row : rows) {
      metrics_[index_of(row.group)] |= bit(row.metric);
      if (row.strategy) capped_ = std::max(capped_, index_of(*row.strategy) + 1);
    }
    general_begin_ = offsets(rows, groups, false, general_);
    caps_begin_ = offsets(rows, groups * capped_, true, caps_);
  }

  /// The rows of `group` that all strategies share.
  [[nodiscard]] std::span<const RowRef> general(GroupId group) const noexcept {
    return slice(general_, general_begin_, index_of(group));
  }
  /// The caps of `strategy` in `group`.
  [[nodiscard]] std::span<const RowRef> caps(GroupId group, StrategyId strategy) const noexcept {
    if (index_of(strategy) >= capped_) return {};
    return slice(caps_, caps_begin_, index_of(strategy) * groups_ + index_of(group));
  }
  /// Bits of the metrics that rows of `group` measure, caps included.
  [[nodiscard]] std::uint8_t metrics(GroupId group) const noexcept { return metrics_[index_of(group)]; }

  [[nodiscard]] static constexpr std::uint8_t bit(Metric m) noexcept {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(m));
  }

 private:
  [[nodiscard]] std::size_t key(const RowPolicy& row) const noexcept {
    return row.strategy ? index_of(*row.strategy) * groups_ + index_of(row.group) : index_of(row.group);
  }
  [[nodiscard]] std::vector<std::uint32_t> offsets(const std::vector<RowPolicy>& rows, std::size_t keys, bool caps,
                                                   std::vector<RowRef>& out) const {
    std::vector<std::uint32_t> begin(keys + 1, 0);
    for (const RowPolicy& row : rows)
      if (row.strategy.has_value() == caps) ++begin[key(row) + 1];
    for (std::size_t k = 0; k < keys; ++k) begin[k + 1] += begin[k];
    out.resize(begin[keys]);
    std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t r = 0; r < rows.size(); ++r)
      if (rows[r].strategy.has_value() == caps) out[next[key(rows[r])]++] = {static_cast<std::uint32_t>(r), rows[r].metric};
    return begin;
  }
  [[nodiscard]] static std::span<const RowRef> slice(const std::vector<RowRef>& rows,
                                                     const std::vector<std::uint32_t>& begin, std::size_t k) noexcept {
    return std::span{rows}.subspan(begin[k], begin[k + 1] - begin[k]);
  }

  std::size_t groups_{0};
  std::vector<std::uint8_t> metrics_;
  std::size_t capped_{0};  ///< strategies below this id may have caps
  std::vector<RowRef> general_;
  std::vector<std::uint32_t> general_begin_;
  std::vector<RowRef> caps_;
  std::vector<std::uint32_t> caps_begin_;
};

}  // namespace optcoord
