// optcoord/coordination/correlation_state.hpp -- what is remembered of strategies' returns; needs no Eigen.
// SPDX-License-Identifier: MIT
//
// A plain value: copying it is a snapshot. `Correlation` (coordination/correlation.hpp) changes and reads it; who only
// stores or copies it includes this header alone.
#pragma once

#include <optcoord/coordination/pair_sums.hpp>
#include <optcoord/coordination/return_history.hpp>
#include <optcoord/core/ids.hpp>

#include <cstddef>   // std::size_t
#include <cstdint>   // fixed width integers
#include <limits>    // std::numeric_limits
#include <optional>  // std::optional
#include <vector>    // std::vector

namespace optcoord {

/// One strategy's return in one `returns` event.
struct StrategyReturn {
  StrategyId strategy{};
  double value{0};  ///< fraction: 0.01 is one per cent
};

/// How two strategies have moved together. Both figures are unknown together: too few observations, or a series that is
/// constant over the window.
struct PairCorrelation {
  StrategyId a{};  ///< the earlier registered
  StrategyId b{};
  std::optional<double> rolling{};  ///< Pearson over the last observations in which both appear, -1 to 1
  std::optional<double> ewma{};     ///< the same pairs' returns about zero, exponentially weighted, -1 to 1
  std::int32_t observations{0};     ///< in the window
  bool blocked{false};
};

/// A pair that has begun or ceased to block.
struct CorrelationCrossing {
  StrategyId a{};
  StrategyId b{};
  bool blocked{false};
  std::optional<double> rolling{};  ///< unknown when the pair ceased to block because its figure became unknown
};

/// Exponentially weighted sums of products, about zero. While no value has ever been missing one triangle is enough:
/// the newest observation has a growing weight instead of the old ones a falling one, and ratios are the same. From the
/// first gap on, each pair has sums over its own observations, and the old ones fall.
struct EwmaSums {
  std::size_t stride{0};         ///< slots there is room for: entry (i, j) of a table is at j * stride + i
  std::vector<double> xy{};      ///< i >= j: the sum of x_i x_j
  std::vector<double> xx{};      ///< (i, j), i != j: the sum of x_i squared where both appear; empty without gaps
  std::vector<double> latest{};  ///< room for one observation
  double weight{1};              ///< of the newest observation, without gaps
  bool gaps{false};
};

struct CorrelationState {
  static constexpr std::uint32_t no_slot = std::numeric_limits<std::uint32_t>::max();

  std::vector<std::uint32_t> slot_of{};  ///< by StrategyId; `no_slot` until its first return
  std::vector<StrategyId> members{};     ///< by slot
  ReturnHistory history{};
  std::vector<PairSums> pairs{};        ///< of slots i > j at i (i - 1) / 2 + j
  std::vector<std::uint8_t> blocked{};  ///< 1 where the pair blocks, as `pairs`
  EwmaSums ewma{};

  [[nodiscard]] std::optional<std::size_t> slot(StrategyId strategy) const noexcept {
    const std::size_t id = index_of(strategy);
    if (id >= slot_of.size() || slot_of[id] == no_slot) return std::nullopt;
    return slot_of[id];
  }
  /// \returns where the pair of two different slots stands in `pairs`.
  [[nodiscard]] static constexpr std::size_t pair_index(std::size_t i, std::size_t j) noexcept {
    return i > j ? i * (i - 1) / 2 + j : j * (j - 1) / 2 + i;
  }
};

}  // namespace optcoord
