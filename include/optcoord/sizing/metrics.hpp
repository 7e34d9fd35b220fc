// optcoord/sizing/metrics.hpp -- what sizes came out and what they earned, by strategy, as plain numbers.
// SPDX-License-Identifier: MIT
//
// A value the caller keeps; `snapshot` is what an exposition prints. Example:
//
//   SizingMetricsState state;
//   observe(state, strategy, size);
//   observe(state, strategy, TradeResult{.pnl = 40, .risked = 200});
//   for (const StrategySizingMetrics& m : snapshot(state)) expose(m);
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/sizing/amounts.hpp>
#include <optcoord/sizing/risk_adjustment.hpp>  // TradeResult
#include <optcoord/sizing/size.hpp>

#include <algorithm>  // std::lower_bound
#include <array>      // std::array
#include <cstddef>    // std::size_t
#include <cstdint>    // std::uint64_t
#include <optional>   // std::optional
#include <vector>     // std::vector

namespace optcoord {

/// How many sizes lie in which range: in a bound's bucket those at most the bound and above the one before.
struct SizeHistogram {
  static constexpr std::array<double, 13> bounds{100,    250,    500,     1'000,   2'500,   5'000,    10'000,
                                                 25'000, 50'000, 100'000, 250'000, 500'000, 1'000'000};  ///< USD
  std::array<std::uint64_t, bounds.size() + 1> counts{};  ///< the last: above every bound

  void add(Usd size) noexcept {
    const auto it = std::lower_bound(bounds.begin(), bounds.end(), size.value);
    ++counts[static_cast<std::size_t>(it - bounds.begin())];
  }
  friend bool operator==(const SizeHistogram&, const SizeHistogram&) = default;
};

/// What has been seen of one strategy.
struct SizingFigures {
  std::uint64_t sizes{0};              ///< answers, those of 0 too
  std::uint64_t nothing{0};            ///< answers of 0
  Usd position_size{};                 ///< the last answer
  SizeHistogram distribution{};        ///< of answers above 0
  std::optional<Usd> risk_utilised{};  ///< what the last answer puts at risk
  std::optional<Usd> risk_target{};    ///< equity x risk per trade at the last answer
  Usd pnl{};                           ///< of closed trades
  Usd traded{};                        ///< of each closed trade the latest size above 0 before it
  Usd latest_above_zero{};
};

/// By StrategyId. A plain value: copying it is a snapshot.
struct SizingMetricsState {
  std::vector<SizingFigures> figures{};
};

struct StrategySizingMetrics {
  StrategyId strategy{};
  SizingFigures figures{};
  std::optional<double> capital_share{};   ///< of the sum of all strategies' last sizes; nothing when that is 0
  std::optional<double> return_per_usd{};  ///< P&L over `traded`; nothing before the first closed trade
};

namespace detail {
[[nodiscard]] inline SizingFigures& figures_of(SizingMetricsState& state, StrategyId s) {
  if (index_of(s) >= state.figures.size()) state.figures.resize(index_of(s) + 1);
  return state.figures[index_of(s)];
}
}  // namespace detail

/// A size was asked. Allocates at the first sight of a strategy alone.
inline void observe(SizingMetricsState& state, StrategyId strategy, const Size& size) {
  SizingFigures& f = detail::figures_of(state, strategy);
  ++f.sizes;
  f.position_size = size.notional;
  f.risk_utilised = size.at_risk;
  f.risk_target = size.risk_target;
  if (!(size.notional > Usd{})) {
    ++f.nothing;
    return;
  }
  f.distribution.add(size.notional);
  f.latest_above_zero = size.notional;
}

/// A trade was closed. \pre its figures are finite
inline void observe(SizingMetricsState& state, StrategyId strategy, const TradeResult& trade) {
  SizingFigures& f = detail::figures_of(state, strategy);
  f.pnl.value += trade.pnl;
  f.traded.value += f.latest_above_zero.value;
}

/// \returns the strategies of which something has been seen, by id. O(strategies).
[[nodiscard]] inline std::vector<StrategySizingMetrics> snapshot(const SizingMetricsState& state) {
  double all = 0;
  for (const SizingFigures& f : state.figures) all += f.position_size.value;
  std::vector<StrategySizingMetrics> out;
  for (std::size_t i = 0; i < state.figures.size(); ++i) {
    const SizingFigures& f = state.figures[i];
    if (f.sizes == 0 && f.pnl == Usd{}) continue;
    StrategySizingMetrics m{StrategyId{static_cast<std::uint32_t>(i)}, f, {}, {}};
    if (all > 0) m.capital_share = f.position_size.value / all;
    if (f.traded > Usd{}) m.return_per_usd = f.pnl.value / f.traded.value;
    out.push_back(m);
  }
  return out;
}

}  // namespace optcoord
