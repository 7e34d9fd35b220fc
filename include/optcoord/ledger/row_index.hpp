// optcoord/ledger/row_index.hpp -- which limit rows and own sums a group and a strategy have, found without a search.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/ledger/policy.hpp>  // LedgerPolicy, RowPolicy

#include <algorithm>  // std::any_of, std::find, std::max
#include <cstddef>    // std::size_t
#include <cstdint>    // std::uint32_t
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// A row as judging meets it: its place in the configuration, and what it measures.
struct RowRef {
  std::uint32_t row{0};
  Metric metric{Metric::delta};
  std::uint32_t scenario{0};  ///< on scenario_loss: which of the group's scenarios
};

/// A sum of each strategy's own in a group, which some rule asks for: one line a strategy, without bounds.
struct OwnSum {
  Metric metric{Metric::delta};  ///< a sum over contracts; or strategy_count: how many positions and open legs
  std::uint32_t nth{0};          ///< among all there are
};

/// The rows that count what a strategy does in a group: those all strategies share and its own caps, in order of
/// configuration. And the lines of strategies' own sums, which stand behind those of the rows: none unless a rule about
/// single strategies (gross delta, strategy count, conflicting directions, headroom) is configured for the group.
class RowIndex {
 public:
  RowIndex() = default;
  /// O(rows + groups x strategies with caps).
  RowIndex(const LedgerPolicy& policy, std::size_t groups) : groups_(groups), metrics_(groups, 0), scenarios_(groups) {
    const std::vector<RowPolicy>& rows = policy.rows();
    for (const RowPolicy& row : rows) {
      metrics_[index_of(row.group)] |= figures_of(row.metric);
      if (row.scenario && place_of(row) == scenarios_[index_of(row.group)].size())
        scenarios_[index_of(row.group)].push_back(*row.scenario);
      if (row.strategy) capped_ = std::max(capped_, index_of(*row.strategy) + 1);
    }
    list_own_sums(policy);
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
  /// Bits of the figures that rows of `group` need of a contract, caps included.
  [[nodiscard]] std::uint8_t metrics(GroupId group) const noexcept { return metrics_[index_of(group)]; }
  /// The scenarios that rows of `group` ask about, each once.
  [[nodiscard]] std::span<const Scenario> scenarios(GroupId group) const noexcept {
    return scenarios_[index_of(group)];
  }
  /// Whether some row asks about a scenario.
  [[nodiscard]] bool has_scenarios() const noexcept {
    return std::any_of(scenarios_.begin(), scenarios_.end(), [](const auto& of_group) { return !of_group.empty(); });
  }
  /// Whether a request in `group` concerns nothing but rows that are sums over contracts.
  [[nodiscard]] bool has_sums_alone(GroupId group) const noexcept {
    constexpr std::uint8_t summed_bits = (1U << summed_metrics) - 1;
    return own(group).empty() && (metrics(group) & ~summed_bits) == 0;
  }

  /// The sums that each strategy has in `group`.
  [[nodiscard]] std::span<const OwnSum> own(GroupId group) const noexcept {
    return std::span{own_}.subspan(own_of_[index_of(group)].begin, own_of_[index_of(group)].count);
  }
  /// How many lines `strategies` strategies and all rows take.
  [[nodiscard]] std::size_t lines(std::size_t strategies) const noexcept {
    return first_own_ + strategies * own_.size();
  }
  /// The line of what `strategy` has of `sum`.
  [[nodiscard]] std::uint32_t line(OwnSum sum, StrategyId strategy) const noexcept {
    return static_cast<std::uint32_t>(first_own_ + index_of(strategy) * own_.size() + sum.nth);
  }
  /// \pre a rule about `metric` in `group` asks for it
  [[nodiscard]] OwnSum own(GroupId group, Metric metric) const noexcept {
    std::span<const OwnSum> sums = own(group);
    while (sums.front().metric != metric) sums = sums.subspan(1);
    return sums.front();
  }

  [[nodiscard]] static constexpr std::uint8_t bit(Metric m) noexcept {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(m));
  }

 private:
  struct Slice {
    std::uint32_t begin{0};
    std::uint32_t count{0};
  };
  /// \returns which of its group's scenarios the row asks about; their number when it is not among them yet.
  [[nodiscard]] std::uint32_t place_of(const RowPolicy& row) const noexcept {
    const std::vector<Scenario>& known = scenarios_[index_of(row.group)];
    return static_cast<std::uint32_t>(std::find(known.begin(), known.end(), *row.scenario) - known.begin());
  }
  /// Bits of the figures that a row on `metric` needs of a contract.
  [[nodiscard]] static constexpr std::uint8_t figures_of(Metric metric) noexcept {
    if (metric == Metric::gross_delta) return bit(Metric::delta);
    return metric == Metric::strategy_count ? std::uint8_t{0} : bit(metric);
  }

  void list_own_sums(const LedgerPolicy& policy) {
    std::vector<std::uint8_t> wanted(groups_, 0);
    for (const RowPolicy& row : policy.rows()) {
      std::uint8_t& bits = wanted[index_of(row.group)];
      if (row.metric == Metric::gross_delta) bits |= bit(Metric::delta);
      if (row.metric == Metric::strategy_count || !row.headroom.empty()) bits |= bit(row.metric);
    }
    if (policy.conflict_tolerance())
      for (const GroupPolicy& group : policy.groups())
        if (!group.all_roots) wanted[index_of(group.id)] |= bit(Metric::delta);
    first_own_ = policy.rows().size();
    for (const std::uint8_t bits : wanted) {
      own_of_.push_back({static_cast<std::uint32_t>(own_.size()), 0});
      for (unsigned m = 0; bits >> m != 0; ++m) {
        if ((bits >> m & 1U) == 0) continue;
        own_.push_back({static_cast<Metric>(m), static_cast<std::uint32_t>(own_.size())});
        ++own_of_.back().count;
      }
    }
  }

  /// Row numbers by group, in order of configuration.
  using ByGroup = std::vector<std::vector<std::uint32_t>>;

  /// Lays out the rows of `group` that `counts` selects, and has `slice` say where.
  template <class Counts>
  void lay_out(const std::vector<RowPolicy>& rows, const std::vector<std::uint32_t>& of_group, Slice& slice,
               Counts counts) {
    slice = {static_cast<std::uint32_t>(rows_.size()), 0};
    for (const std::uint32_t r : of_group) {
      if (!counts(rows[r])) continue;
      rows_.push_back({r, rows[r].metric, rows[r].scenario ? place_of(rows[r]) : 0});
      ++slice.count;
    }
  }

  std::size_t groups_{0};
  std::vector<std::uint8_t> metrics_;
  std::vector<std::vector<Scenario>> scenarios_;  ///< by group
  std::size_t capped_{0};                         ///< strategies below this id may have caps
  std::vector<RowRef> rows_;
  std::vector<Slice> slices_;  ///< by strategy and group; those of strategies without caps last
  std::vector<OwnSum> own_;
  std::vector<Slice> own_of_;  ///< by group
  std::size_t first_own_{0};   ///< the line of the first own sum of the first strategy
};

}  // namespace optcoord
