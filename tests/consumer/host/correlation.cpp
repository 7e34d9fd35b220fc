// tests/consumer/host/correlation.cpp -- what a host asks of correlation, through the one header that includes Eigen.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/correlation.hpp>

using namespace optcoord;

/// Two strategies that always move together block each other.
bool together_is_blocked() {
  const Correlation correlation = Correlation::make({}).value();
  CorrelationState state;
  for (int i = 0; i < 20; ++i) {
    const double move = i % 3 - 1;
    const StrategyReturn returns[] = {{StrategyId{1}, move}, {StrategyId{2}, 2 * move}};
    correlation.apply(state, returns);
  }
  return correlation.pair(state, StrategyId{1}, StrategyId{2}).blocked;
}
