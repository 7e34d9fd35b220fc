// tests/property/correlation_property_test.cpp -- any returns: matrices are proper, figures and blocks as told.
// SPDX-License-Identifier: MIT
#include "support/returns.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <Eigen/Eigenvalues>

#include <cmath>    // std::abs
#include <cstdint>  // std::uint32_t

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// Returns of `n` strategies: some share a factor wholly or in part, some hardly move, now and then one jumps.
[[nodiscard]] std::vector<Observation> drawn_returns(std::uint32_t n, bool gaps) {
  const auto length = static_cast<std::size_t>(*rc::gen::inRange(20, 200));
  const std::vector<int> kinds = *rc::gen::container<std::vector<int>>(n, rc::gen::inRange(0, 4));
  const std::vector<int> dice =
      *rc::gen::container<std::vector<int>>(length * (2 * n + 1), rc::gen::inRange(-1000, 1001));
  std::vector<Observation> rows;
  auto die = dice.begin();
  for (std::size_t t = 0; t < length; ++t) {
    const double factor = 1e-5 * *die++;
    Observation row(n);
    for (std::uint32_t i = 0; i < n; ++i) {
      const double own = 1e-5 * *die++;
      const int chance = *die++;
      constexpr double shared[] = {1, 0.9, 0.5, 0};
      const double part = shared[kinds[i]];
      double value = part * factor + (1 - part) * own;
      if (chance > 995) value *= 1e4;
      if (!gaps || chance > -700) row[i] = value;
    }
    rows.push_back(row);
  }
  return rows;
}

[[nodiscard]] CorrelationConfig drawn_config() {
  CorrelationConfig config;
  config.window = *rc::gen::inRange(2, 80);
  config.min_observations = *rc::gen::inRange(2, config.window + 1);
  config.ewma_lambda = 0.01 * *rc::gen::inRange(50, 100);
  return config;
}

/// Whether both series of a pair vary by more than what two passes can lose in taking the mean away.
[[nodiscard]] bool well_conditioned(const std::vector<Observation>& rows, Eigen::Index window) {
  const Together t = together(rows, 0, 1);
  const auto varies = [&](const Eigen::VectorXd& all) {
    const Eigen::ArrayXd x = all.tail(std::min(window, all.size())).array();
    return (x - x.mean()).abs().maxCoeff() > 1e-6 * x.abs().maxCoeff();
  };
  return varies(t.x) && varies(t.y);
}

}  // namespace

TEST_CASE("with no value missing both matrices are symmetric, with a unit diagonal, and positive semidefinite") {
  CHECK(rc::check([] {
    const auto n = static_cast<std::uint32_t>(*rc::gen::inRange(2, 9));
    const Correlation correlation = *Correlation::make(drawn_config());
    CorrelationState state;
    for (const Observation& row : drawn_returns(n, false)) correlation.apply(state, as_returns(row));
    for (const auto figure : {&PairCorrelation::rolling, &PairCorrelation::ewma}) {
      const std::optional<Eigen::MatrixXd> m = matrix_of(correlation, state, n, figure);
      if (!m) continue;
      RC_ASSERT(*m == m->transpose());
      RC_ASSERT((m->diagonal().array() == 1).all());
      RC_ASSERT((m->array().abs() <= 1).all());
      const double least = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(*m).eigenvalues().minCoeff();
      RC_ASSERT(least >= -1e-11);  // figures to 1e-12, summed over up to eight
    }
  }));
}

TEST_CASE("with values missing or not, every figure is Eigen's and the blocks follow from the figures") {
  CHECK(rc::check([] {
    const CorrelationConfig config = drawn_config();
    const Correlation correlation = *Correlation::make(config);
    const bool gaps = *rc::gen::arbitrary<bool>();
    CorrelationState state;
    std::vector<Observation> rows;
    bool blocked = false;
    bool told = false;
    for (const Observation& row : drawn_returns(3, gaps)) {
      rows.push_back(row);
      for (const CorrelationCrossing& x : correlation.apply(state, as_returns(row)))
        if (x.a == StrategyId{0} && x.b == StrategyId{1}) {
          RC_ASSERT(x.blocked != told);
          told = x.blocked;
        }
      const PairCorrelation p = correlation.pair(state, StrategyId{0}, StrategyId{1});
      RC_ASSERT(p.blocked == told);
      if (!p.rolling) {
        blocked = false;
        RC_ASSERT(!p.blocked);
        continue;
      }
      if (well_conditioned(rows, config.window))
        RC_ASSERT(std::abs(*p.rolling - plain_rolling(rows, 0, 1, config.window)) <= 1e-12);
      RC_ASSERT(std::abs(*p.ewma - plain_ewma(rows, 0, 1, config.ewma_lambda)) <= 1e-12);
      if (*p.rolling > config.threshold) blocked = true;
      if (*p.rolling < config.release) blocked = false;
      const bool at_a_threshold =
          std::abs(*p.rolling - config.threshold) <= 1e-9 || std::abs(*p.rolling - config.release) <= 1e-9;
      if (at_a_threshold) blocked = p.blocked;
      RC_ASSERT(p.blocked == blocked);
    }
  }));
}
