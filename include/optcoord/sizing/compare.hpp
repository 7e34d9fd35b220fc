// optcoord/sizing/compare.hpp -- what a method would have made of a series of trades: return, drawdown, Sharpe, sizes.
// SPDX-License-Identifier: MIT
//
// Each trade is sized on the equity the ones before it left; the figures of several sizers stand side by side.
// Example:
//
//   const Result<MethodFigures> f = assess(sizer, 10'000, trades);
//   f->mean_return;    // of all trades, per trade, a fraction of the equity before it
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/sizing/amounts.hpp>
#include <optcoord/sizing/metrics.hpp>  // SizeHistogram
#include <optcoord/sizing/risk_adjustment.hpp>
#include <optcoord/sizing/sizer.hpp>

#include <algorithm>  // std::max, std::sort
#include <cmath>      // std::isfinite, std::sqrt
#include <cstddef>    // std::size_t
#include <cstdint>    // std::int32_t
#include <optional>   // std::optional
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// A trade that is over. The request's equity is not looked at.
struct PastTrade {
  SizeRequest request{};
  double exit_price{0};  ///< USD per unit, >= 0
};

struct MethodFigures {
  std::size_t trades{0};
  std::size_t nothing{0};  ///< sized 0
  std::size_t failed{0};   ///< could not be sized, so not traded
  Usd final_equity{};
  double mean_return{0};           ///< over all trades; one that was not made returned 0
  double max_drawdown{0};          ///< largest fall from a peak of equity, a fraction of the peak
  std::optional<double> sharpe{};  ///< mean over deviation x sqrt(trades a year); nothing without deviation
  SizeHistogram distribution{};    ///< of sizes above 0
  std::optional<Usd> smallest{};   ///< of sizes above 0
  std::optional<Usd> median{};     ///< the lower one of two
  std::optional<Usd> largest{};
};

namespace detail {

/// Mean over sample deviation; nothing where returns do not vary.
[[nodiscard]] inline std::optional<double> sharpe_of(std::span<const double> returns, double mean) {
  if (returns.size() < 2) return std::nullopt;
  double squares = 0;
  double largest = 0;
  for (const double r : returns) {
    squares += (r - mean) * (r - mean);
    largest = std::max(largest, std::abs(r));
  }
  const double deviation = std::sqrt(squares / static_cast<double>(returns.size() - 1));
  constexpr double rounding = 1e-12;
  if (!(deviation > rounding * largest)) return std::nullopt;
  return mean / deviation;
}

inline void describe_sizes(MethodFigures& f, std::vector<Usd>& sizes) {
  if (sizes.empty()) return;
  std::sort(sizes.begin(), sizes.end());
  f.smallest = sizes.front();
  f.median = sizes[(sizes.size() - 1) / 2];
  f.largest = sizes.back();
}

}  // namespace detail

/// Sizes and settles `trades` in order, from `equity` USD on, with the sizer's risk adjustment if it has one.
/// `trades_per_year` scales the Sharpe ratio; 1 leaves it per trade. \returns `invalid_value` for an equity not above
/// 0, a scale not above 0, or an exit price below 0, with the trade's index. O(n log n).
[[nodiscard]] inline Result<MethodFigures> assess(const Sizer& sizer, double equity, std::span<const PastTrade> trades,
                                                  double trades_per_year = 1) {
  if (!detail::is_positive(equity)) return fail(Errc::invalid_value, "equity");
  if (!detail::is_positive(trades_per_year)) return fail(Errc::invalid_value, "trades_per_year");
  MethodFigures f;
  PerformanceState history;
  std::vector<double> returns;
  std::vector<Usd> sizes;
  double peak = equity;
  double sum = 0;
  for (std::size_t i = 0; i < trades.size(); ++i) {
    const PastTrade& t = trades[i];
    if (!(std::isfinite(t.exit_price) && t.exit_price >= 0))
      return fail(Errc::invalid_value, "trades[].exit_price", static_cast<std::int32_t>(i));
    SizeRequest request = t.request;
    request.equity = equity;
    const Result<Size> size = sizer.size(request, history);
    f.failed += size ? 0U : 1U;
    f.nothing += size && size->reason != Code::none ? 1U : 0U;
    double pnl = 0;
    if (size && size->reason == Code::none) {
      const double gain =
          request.side == PositionSide::long_side ? t.exit_price - request.price : request.price - t.exit_price;
      pnl = size->units.value * gain;
      sizes.push_back(size->notional);
      f.distribution.add(size->notional);
      // What was not risked has no R-multiple: nothing is remembered of it.
      if (size->at_risk) (void)sizer.risk_adjustment().apply(history, {pnl, size->at_risk->value});
    }
    returns.push_back(equity > 0 ? pnl / equity : 0);
    sum += returns.back();
    equity += pnl;
    peak = std::max(peak, equity);
    f.max_drawdown = std::max(f.max_drawdown, (peak - equity) / peak);
  }
  f.trades = trades.size();
  f.final_equity = Usd{equity};
  f.mean_return = returns.empty() ? 0 : sum / static_cast<double>(returns.size());
  f.sharpe = detail::sharpe_of(returns, f.mean_return);
  if (f.sharpe) *f.sharpe *= std::sqrt(trades_per_year);
  detail::describe_sizes(f, sizes);
  return f;
}

}  // namespace optcoord
