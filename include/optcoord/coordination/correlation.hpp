// optcoord/coordination/correlation.hpp -- which strategies move together, and since when too much; needs Eigen 3.4.
// SPDX-License-Identifier: MIT
//
// Each `returns` event is one observation. Two figures per pair, both kept up observation by observation: the signed
// Pearson correlation over the last `window` observations in which both appear, and the exponentially weighted one
// about zero (RiskMetrics). The first blocks strictly above `threshold` and frees strictly below `release`; the second
// is reported beside it. Example:
//
//   const Correlation correlation = *Correlation::make(config);
//   CorrelationState state;
//   const auto crossed = correlation.apply(state, returns);   // pairs that begin or cease to block
//   correlation.pair(state, a, b).rolling;                    // 0.83, or nothing when unknown
//
// The one header that includes Eigen; hosts that do not include it need none. What is stored (correlation_state.hpp)
// has no type of Eigen's, so its layout does not depend on how Eigen was configured.
#pragma once

#if !__has_include(<Eigen/Core>)
#error "optcoord/coordination/correlation.hpp needs Eigen 3.4 or later (Debian: libeigen3-dev, package Eigen3 in CMake)"
#endif

#include <optcoord/coordination/config.hpp>  // CorrelationConfig
#include <optcoord/coordination/correlation_state.hpp>
#include <optcoord/core/error.hpp>  // Result

#include <Eigen/Core>

#include <algorithm>  // std::adjacent_find, std::clamp, std::max, std::sort
#include <cmath>      // std::abs, std::isfinite, std::sqrt
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <span>       // std::span
#include <utility>    // std::pair
#include <vector>     // std::vector

#if !EIGEN_VERSION_AT_LEAST(3, 4, 0)
#error "optcoord/coordination/correlation.hpp needs Eigen 3.4 or later"
#endif

namespace optcoord {

namespace detail {

/// Returns of one event in order of slots, as the sums want them.
struct SlotReturn {
  std::size_t slot;
  double value;
};

inline void grow(EwmaSums& s, std::size_t slots) {
  if (slots <= s.stride) return;
  const std::size_t stride = std::max(slots, 2 * s.stride);
  const auto moved = [&](const std::vector<double>& from) {
    std::vector<double> to(from.empty() ? 0 : stride * stride, 0.0);
    for (std::size_t j = 0; j < s.stride && !from.empty(); ++j)
      std::copy_n(from.begin() + static_cast<std::ptrdiff_t>(j * s.stride), s.stride,
                  to.begin() + static_cast<std::ptrdiff_t>(j * stride));
    return to;
  };
  s.xx = moved(s.xx);
  s.xy = moved(s.xy);
  s.xy.resize(stride * stride, 0.0);
  s.stride = stride;
}

/// From one triangle to sums of each pair's own. So far the first `slots` strategies were all in every observation.
inline void begin_gaps(EwmaSums& s, std::size_t slots) {
  for (double& sum : s.xy) sum /= s.weight;
  s.weight = 1;
  s.gaps = true;
  s.xx.assign(s.stride * s.stride, 0.0);
  for (std::size_t j = 0; j < slots; ++j)
    for (std::size_t i = 0; i < slots; ++i)
      if (i != j) s.xx[j * s.stride + i] = s.xy[i * s.stride + i];
}

/// One observation of all `slots` strategies, none of which was ever missing.
inline void observe_all(EwmaSums& s, std::span<const SlotReturn> returns, double lambda) {
  constexpr double heavy = 1e50;
  const auto n = static_cast<Eigen::Index>(returns.size());
  const auto stride = static_cast<Eigen::Index>(s.stride);
  using Table = Eigen::Map<Eigen::MatrixXd, Eigen::Unaligned, Eigen::OuterStride<>>;
  Table xy(s.xy.data(), n, n, Eigen::OuterStride<>(stride));
  s.weight /= std::max(lambda, 1e-100);  // what is older than that weighs nothing in any case
  if (s.weight > heavy) {
    xy.triangularView<Eigen::Lower>() = xy / s.weight;
    s.weight = 1;
  }
  s.latest.clear();
  for (const SlotReturn& r : returns) s.latest.push_back(r.value);
  xy.selfadjointView<Eigen::Lower>().rankUpdate(Eigen::Map<const Eigen::VectorXd>(s.latest.data(), n), s.weight);
}

/// One observation of some strategies; the sums of pairs without both stay as they are.
inline void observe_some(EwmaSums& s, std::span<const SlotReturn> returns, double lambda) {
  for (std::size_t b = 0; b < returns.size(); ++b) {
    const auto [j, y] = returns[b];
    for (const auto& [i, x] : returns.subspan(b + 1)) {
      double& xy = s.xy[j * s.stride + i];
      double& xx = s.xx[j * s.stride + i];
      double& yy = s.xx[i * s.stride + j];
      xy = lambda * xy + x * y;
      xx = lambda * xx + x * x;
      yy = lambda * yy + y * y;
    }
  }
}

/// \returns the weighted correlation of slots i > j, nothing where one of them never moved.
[[nodiscard]] inline std::optional<double> correlation(const EwmaSums& s, std::size_t i, std::size_t j) noexcept {
  const double xx = s.gaps ? s.xx[j * s.stride + i] : s.xy[i * s.stride + i];
  const double yy = s.gaps ? s.xx[i * s.stride + j] : s.xy[j * s.stride + j];
  const double scale = std::sqrt(xx) * std::sqrt(yy);
  if (!(scale > 0)) return std::nullopt;
  return std::clamp(s.xy[j * s.stride + i] / scale, -1.0, 1.0);
}

}  // namespace detail

/// The rule of which co-movement blocks. Immutable; the figures are in a CorrelationState.
class Correlation {
 public:
  /// The largest magnitude a return may have.
  static constexpr double max_return = 1e6;
  /// How exact the rolling figure is held. What differs less from a threshold counts as equal to it.
  static constexpr double accuracy = 1e-12;

  /// \returns `invalid_value` or `invalid_configuration` naming the first field at fault.
  [[nodiscard]] static Result<Correlation> make(const CorrelationConfig& c) {
    const auto within = [](double x, double low, double high) { return x >= low && x <= high; };
    if (!within(c.threshold, -1, 1)) return fail(Errc::invalid_value, "threshold");
    if (!within(c.release, -1, 1)) return fail(Errc::invalid_value, "release");
    if (c.release > c.threshold) return fail(Errc::invalid_configuration, "release");
    if (c.window < 2 || c.window > 100'000) return fail(Errc::invalid_value, "window");
    if (c.min_observations < 2) return fail(Errc::invalid_value, "min_observations");
    if (c.min_observations > c.window) return fail(Errc::invalid_configuration, "min_observations");
    if (!(c.ewma_lambda > 0 && c.ewma_lambda < 1)) return fail(Errc::invalid_value, "ewma_lambda");
    return Correlation(c);
  }

  /// \returns why one observation cannot be taken: a return not finite or beyond `max_return`, or a strategy twice.
  [[nodiscard]] Result<void> check(std::span<const StrategyReturn> returns) const {
    for (std::size_t i = 0; i < returns.size(); ++i)
      if (!std::isfinite(returns[i].value) || std::abs(returns[i].value) > max_return)
        return fail(Errc::invalid_value, "values[]", static_cast<std::int32_t>(i));
    const std::vector<StrategyReturn> sorted = by_strategy(returns);
    const auto same = [](const StrategyReturn& a, const StrategyReturn& b) { return a.strategy == b.strategy; };
    if (std::adjacent_find(sorted.begin(), sorted.end(), same) != sorted.end())
      return fail(Errc::invalid_value, "values");
    return {};
  }

  /// Takes one observation; the order of `returns` does not matter. \pre `check(returns)` passes.
  /// \returns the pairs that begin or cease to block, in order of registration. O(pairs that appear)
  std::vector<CorrelationCrossing> apply(CorrelationState& state, std::span<const StrategyReturn> returns) const {
    const std::size_t members_before = state.members.size();
    const std::vector<detail::SlotReturn> slots = enter(state, returns);
    weigh(state, slots, members_before);
    const ReturnRowId row = state.history.add(state.members.size());
    for (const auto& [slot, value] : slots) state.history.set(row, slot, value);
    std::vector<CorrelationCrossing> crossed;
    for (std::size_t a = 0; a < slots.size(); ++a)
      for (std::size_t b = 0; b < a; ++b) roll(state, slots[a].slot, slots[b].slot, crossed);
    state.history.drop_unneeded(row);
    std::sort(crossed.begin(), crossed.end(), [](const CorrelationCrossing& p, const CorrelationCrossing& q) {
      return std::pair(p.a, p.b) < std::pair(q.a, q.b);
    });
    return crossed;
  }

  /// \returns the figures of two different strategies; without observations when one of them has no returns.
  [[nodiscard]] PairCorrelation pair(const CorrelationState& state, StrategyId a, StrategyId b) const {
    PairCorrelation p{.a = std::min(a, b), .b = std::max(a, b)};
    const std::optional<std::size_t> i = state.slot(a);
    const std::optional<std::size_t> j = state.slot(b);
    if (!i || !j || i == j) return p;
    const std::size_t at = CorrelationState::pair_index(*i, *j);
    p.observations = state.pairs[at].count();
    p.rolling = rolling(state.pairs[at]);
    if (p.rolling) p.ewma = detail::correlation(state.ewma, std::max(*i, *j), std::min(*i, *j));
    p.blocked = state.blocked[at] != 0;
    return p;
  }
  /// \returns all pairs of strategies that have had returns, in order of registration.
  [[nodiscard]] std::vector<PairCorrelation> pairs(const CorrelationState& state) const {
    return chosen_pairs(state, [](std::size_t) { return true; });
  }
  /// \returns the pairs that block, in order of registration.
  [[nodiscard]] std::vector<PairCorrelation> blocked_pairs(const CorrelationState& state) const {
    return chosen_pairs(state, [&state](std::size_t at) { return state.blocked[at] != 0; });
  }

  /// The rolling figures of `strategies` as a matrix, computed anew from the window's observations: symmetric, with a
  /// diagonal of 1, positive semidefinite up to rounding. \returns nothing when a value is missing among the last
  /// observations, there are too few of them, or a series is constant. O(strategies^2 x window)
  [[nodiscard]] std::optional<Eigen::MatrixXd> rolling_matrix(const CorrelationState& state,
                                                              std::span<const StrategyId> strategies) const {
    std::optional<Eigen::MatrixXd> z = window_of(state, strategies);
    if (!z) return std::nullopt;
    const Eigen::VectorXd mean = z->rowwise().mean();
    z->colwise() -= mean;
    const Eigen::VectorXd norm = z->rowwise().norm();
    const double rounding = PairSums::constant_within * std::sqrt(static_cast<double>(z->cols()));
    if ((norm.array() <= (rounding * mean.array().abs()).max(std::numeric_limits<double>::min())).any())
      return std::nullopt;
    *z = norm.cwiseInverse().asDiagonal() * *z;
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(z->rows(), z->rows());
    matrix.selfadjointView<Eigen::Lower>().rankUpdate(*z);
    matrix.triangularView<Eigen::StrictlyUpper>() = matrix.transpose();
    matrix.diagonal().setOnes();
    return matrix;
  }

  [[nodiscard]] const CorrelationConfig& config() const noexcept { return config_; }

 private:
  explicit Correlation(const CorrelationConfig& c) : config_(c) {}

  [[nodiscard]] static std::vector<StrategyReturn> by_strategy(std::span<const StrategyReturn> returns) {
    std::vector<StrategyReturn> sorted(returns.begin(), returns.end());
    std::sort(sorted.begin(), sorted.end(),
              [](const StrategyReturn& a, const StrategyReturn& b) { return a.strategy < b.strategy; });
    return sorted;
  }

  /// Gives newcomers their slots. \returns the returns in order of slots.
  [[nodiscard]] static std::vector<detail::SlotReturn> enter(CorrelationState& state,
                                                             std::span<const StrategyReturn> returns) {
    std::vector<detail::SlotReturn> slots;
    slots.reserve(returns.size());
    for (const auto& [strategy, value] : by_strategy(returns)) {
      const std::size_t id = index_of(strategy);
      if (id >= state.slot_of.size()) state.slot_of.resize(id + 1, CorrelationState::no_slot);
      if (state.slot_of[id] == CorrelationState::no_slot) {
        state.slot_of[id] = static_cast<std::uint32_t>(state.members.size());
        state.members.push_back(strategy);
      }
      slots.push_back({state.slot_of[id], value});
    }
    std::sort(slots.begin(), slots.end(),
              [](const detail::SlotReturn& a, const detail::SlotReturn& b) { return a.slot < b.slot; });
    const std::size_t n = state.members.size();
    state.pairs.resize(n * (n - (n > 0 ? 1 : 0)) / 2);
    state.blocked.resize(state.pairs.size(), 0);
    return slots;
  }

  void weigh(CorrelationState& state, std::span<const detail::SlotReturn> slots, std::size_t members_before) const {
    const std::size_t members = state.members.size();
    detail::grow(state.ewma, members);
    const bool joined_late = members_before > 0 && members > members_before;
    if (!state.ewma.gaps && (joined_late || slots.size() < members)) detail::begin_gaps(state.ewma, members_before);
    if (state.ewma.gaps)
      detail::observe_some(state.ewma, slots, config_.ewma_lambda);
    else
      detail::observe_all(state.ewma, slots, config_.ewma_lambda);
  }

  /// The rolling figure of slots i > j with the latest row, and what it does to the block.
  void roll(CorrelationState& state, std::size_t i, std::size_t j, std::vector<CorrelationCrossing>& crossed) const {
    const std::size_t at = CorrelationState::pair_index(i, j);
    state.pairs[at].observe(state.history, {i, j}, config_.window);
    const std::optional<double> r = rolling(state.pairs[at]);
    const bool was = state.blocked[at] != 0;
    if (is_blocked(r, was) == was) return;
    state.blocked[at] = was ? 0 : 1;
    const StrategyId a = state.members[i];
    const StrategyId b = state.members[j];
    crossed.push_back({std::min(a, b), std::max(a, b), !was, r});
  }
  [[nodiscard]] bool is_blocked(std::optional<double> r, bool was) const noexcept {
    if (!r) return false;  // unknown blocks nothing
    if (*r > config_.threshold + accuracy) return true;
    if (*r < config_.release - accuracy) return false;
    return was;
  }
  [[nodiscard]] std::optional<double> rolling(const PairSums& sums) const noexcept {
    if (sums.count() < config_.min_observations) return std::nullopt;
    return sums.correlation();
  }

  template <class Choose>
  [[nodiscard]] std::vector<PairCorrelation> chosen_pairs(const CorrelationState& state, Choose choose) const {
    std::vector<StrategyId> ids = state.members;
    std::sort(ids.begin(), ids.end());
    std::vector<PairCorrelation> all;
    for (std::size_t a = 0; a < ids.size(); ++a)
      for (std::size_t b = a + 1; b < ids.size(); ++b)
        if (choose(CorrelationState::pair_index(*state.slot(ids[a]), *state.slot(ids[b]))))
          all.push_back(pair(state, ids[a], ids[b]));
    return all;
  }

  /// \returns the last observations, a column each; nothing when a value is missing or there are too few.
  [[nodiscard]] std::optional<Eigen::MatrixXd> window_of(const CorrelationState& state,
                                                         std::span<const StrategyId> strategies) const {
    const ReturnHistory& history = state.history;
    std::vector<std::size_t> slots;
    for (const StrategyId s : strategies) {
      if (!state.slot(s)) return std::nullopt;
      slots.push_back(*state.slot(s));
    }
    std::vector<ReturnRowId> rows;
    for (ReturnRowId row = history.latest(); row != no_row && std::ssize(rows) < config_.window;
         row = history[row].earlier)
      rows.push_back(row);
    if (std::ssize(rows) < config_.min_observations) return std::nullopt;
    Eigen::MatrixXd window(std::ssize(slots), std::ssize(rows));
    double* out = window.data();
    for (const ReturnRowId id : rows) {
      const ReturnRow& row = history[id];
      for (const std::size_t slot : slots) {
        if (!row.has(slot)) return std::nullopt;
        *out++ = row.values[slot];
      }
    }
    return window;
  }

  CorrelationConfig config_;
};

}  // namespace optcoord
