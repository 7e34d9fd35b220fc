// tests/support/returns.hpp -- series of returns, and Eigen's straightforward computation of how they move together.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/correlation.hpp>

#include <Eigen/Core>

#include <algorithm>  // std::max
#include <cmath>      // std::pow, std::sqrt
#include <cstddef>    // std::size_t
#include <optional>   // std::optional
#include <vector>     // std::vector

namespace optcoord::test {

/// One observation: by strategy 0, 1, ...; nothing where the value is missing.
using Observation = std::vector<std::optional<double>>;

[[nodiscard]] inline std::vector<StrategyReturn> as_returns(const Observation& row) {
  std::vector<StrategyReturn> returns;
  for (std::size_t i = 0; i < row.size(); ++i)
    if (row[i]) returns.push_back({StrategyId{static_cast<std::uint32_t>(i)}, *row[i]});
  return returns;
}

/// What a pair has in common, all of it, as two vectors.
struct Together {
  Eigen::VectorXd x;
  Eigen::VectorXd y;
};
[[nodiscard]] inline Together together(const std::vector<Observation>& rows, std::size_t a, std::size_t b) {
  std::vector<double> x;
  std::vector<double> y;
  for (const Observation& row : rows) {
    if (a >= row.size() || b >= row.size() || !row[a] || !row[b]) continue;
    x.push_back(*row[a]);
    y.push_back(*row[b]);
  }
  const auto vector = [](const std::vector<double>& v) {
    return Eigen::VectorXd(Eigen::Map<const Eigen::VectorXd>(v.data(), std::ssize(v)));
  };
  return {vector(x), vector(y)};
}

/// Pearson over the last `window` common observations, by two passes.
[[nodiscard]] inline double plain_rolling(const std::vector<Observation>& rows, std::size_t a, std::size_t b,
                                          Eigen::Index window) {
  const Together t = together(rows, a, b);
  const Eigen::Index n = std::min(window, t.x.size());
  const Eigen::VectorXd x = t.x.tail(n).array() - t.x.tail(n).mean();
  const Eigen::VectorXd y = t.y.tail(n).array() - t.y.tail(n).mean();
  return x.dot(y) / (x.norm() * y.norm());
}

/// Exponentially weighted about zero, over all common observations.
[[nodiscard]] inline double plain_ewma(const std::vector<Observation>& rows, std::size_t a, std::size_t b,
                                       double lambda) {
  const Together t = together(rows, a, b);
  Eigen::VectorXd w(t.x.size());
  for (Eigen::Index i = 0; i < w.size(); ++i) w[i] = std::pow(lambda, static_cast<double>(w.size() - 1 - i));
  const double xy = (w.array() * t.x.array() * t.y.array()).sum();
  const double xx = (w.array() * t.x.array().square()).sum();
  const double yy = (w.array() * t.y.array().square()).sum();
  return xy / (std::sqrt(xx) * std::sqrt(yy));
}

/// The rolling figures of the first `n` strategies; nothing when one is unknown.
[[nodiscard]] inline std::optional<Eigen::MatrixXd> matrix_of(const Correlation& correlation,
                                                              const CorrelationState& state, std::uint32_t n,
                                                              std::optional<double> PairCorrelation::*figure) {
  Eigen::MatrixXd m = Eigen::MatrixXd::Identity(n, n);
  for (std::uint32_t i = 0; i < n; ++i)
    for (std::uint32_t j = 0; j < n; ++j) {
      if (i == j) continue;
      const PairCorrelation p = correlation.pair(state, StrategyId{i}, StrategyId{j});
      if (!(p.*figure)) return std::nullopt;
      m(i, j) = *(p.*figure);
    }
  return m;
}

}  // namespace optcoord::test
