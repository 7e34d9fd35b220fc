// optcoord/coordination/margin_pressure.hpp -- margin use with hysteresis, and who should leave first.
// SPDX-License-Identifier: MIT
//
//   MarginPressure margin;
//   margin.take(0.71, config);   // on, strictly above 0.70; off again at or below 0.65
#pragma once

#include <optcoord/coordination/config.hpp>    // MarginConfig
#include <optcoord/coordination/standing.hpp>  // Standings
#include <optcoord/core/ids.hpp>

#include <algorithm>  // std::stable_sort
#include <optional>   // std::optional
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// How much of the margin is used, and what that means.
class MarginPressure {
 public:
  /// Takes a figure, a fraction of what may be used. \returns whether pressure went on or off.
  bool take(double used, const MarginConfig& config) noexcept {
    used_ = used;
    const bool before = on_;
    on_ = on_ ? used > config.release : used > config.pressure;
    reduce_only_ = used > config.reduce_only;
    return on_ != before;
  }
  [[nodiscard]] bool known() const noexcept { return used_.has_value(); }
  /// Only strategies of good priority open, at part of their size.
  [[nodiscard]] bool on() const noexcept { return on_; }
  /// Nobody opens. Not latched: it is off with the next figure that is not above.
  [[nodiscard]] bool reduce_only() const noexcept { return reduce_only_; }

 private:
  std::optional<double> used_{};
  bool on_{false};
  bool reduce_only_{false};
};

/// \returns the strategies with a known P&L among `order`, the worst first, in order where equal.
[[nodiscard]] inline std::vector<StrategyId> worst_first(std::span<const StrategyId> order,
                                                         const Standings& standings) {
  std::vector<StrategyId> out;
  for (const StrategyId s : order)
    if (standings[s].unrealised) out.push_back(s);
  std::stable_sort(out.begin(), out.end(),
                   [&](StrategyId a, StrategyId b) { return *standings[a].unrealised < *standings[b].unrealised; });
  return out;
}

}  // namespace optcoord
