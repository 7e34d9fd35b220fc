// optcoord/sizing/risk_adjustment.hpp -- risk per trade by how the strategy's last trades went, in R-multiples.
// SPDX-License-Identifier: MIT
//
// R is P&L over the amount risked. risk = clamp(base x (1 + sum of the last n R / n), min, max); trades that have not
// happened count 0. The rule is immutable, the trades are a value apart from it. Example:
//
//   const RiskAdjustment rule = *RiskAdjustment::make(config);
//   PerformanceState state;
//   rule.apply(state, {.pnl = -200, .risked = 200});   // R = -1
//   rule.risk(0.02, state);                            // of a window of 4: 0.015
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/core/fixed_point.hpp>  // Int128
#include <optcoord/sizing/config.hpp>
#include <optcoord/sizing/parameters.hpp>  // SizingRange

#include <algorithm>  // std::clamp, std::min, std::rotate
#include <cmath>      // std::abs, std::isfinite, std::ldexp
#include <cstddef>    // std::size_t
#include <cstdint>    // std::int32_t
#include <optional>   // std::optional
#include <vector>     // std::vector

namespace optcoord {

/// One closed trade, USD.
struct TradeResult {
  double pnl{0};
  double risked{0};  ///< what would have been lost at the stop, > 0
};

/// The last trades of one strategy. A plain value: copying it is a snapshot.
struct PerformanceState {
  std::vector<double> multiples{};  ///< R, at most as many as the window; a ring once it is full
  std::size_t oldest{0};            ///< place of the oldest in a full ring; 0 before
  Int128 sum{0};                    ///< of `multiples`, in 2^-60: exact, so that what leaves takes away what it added

  friend bool operator==(const PerformanceState&, const PerformanceState&) = default;
};

/// The largest magnitude of an R-multiple: what is larger is a mistake in the amount risked.
inline constexpr double largest_r_multiple = 1e6;
/// The longest window, trades.
inline constexpr std::int32_t longest_performance_window = 1'000'000;
/// \returns P&L over the amount risked, or `invalid_value` naming the figure at fault.
[[nodiscard]] inline Result<double> r_multiple(const TradeResult& trade) noexcept {
  if (!std::isfinite(trade.pnl)) return fail(Errc::invalid_value, "pnl");
  if (!(std::isfinite(trade.risked) && trade.risked > 0)) return fail(Errc::invalid_value, "risked");
  const double r = trade.pnl / trade.risked;
  if (!(std::abs(r) <= largest_r_multiple)) return fail(Errc::invalid_value, "risked");
  return r;
}

/// What min_risk_pct and max_risk_pct may be.
inline constexpr SizingRange risk_pct_range{0, 1, true};

/// Immutable; the trades are in a PerformanceState.
class RiskAdjustment {
 public:
  /// An adjustment that changes nothing and remembers nothing.
  RiskAdjustment() = default;
  /// \returns `invalid_value` or `invalid_configuration` naming the field. What is not enabled need not be whole.
  [[nodiscard]] static Result<RiskAdjustment> make(const RiskAdjustmentConfig& config) {
    RiskAdjustment made;
    const auto bad = [](const std::optional<double>& pct) { return pct && !risk_pct_range.contains(*pct); };
    if (config.performance_window &&
        (*config.performance_window < 1 || *config.performance_window > longest_performance_window))
      return fail(Errc::invalid_value, "performance_window");
    if (bad(config.min_risk_pct)) return fail(Errc::invalid_value, "min_risk_pct");
    if (bad(config.max_risk_pct)) return fail(Errc::invalid_value, "max_risk_pct");
    if (config.min_risk_pct && config.max_risk_pct && *config.min_risk_pct > *config.max_risk_pct)
      return fail(Errc::invalid_configuration, "min_risk_pct");
    if (!config.enabled) return made;
    if (!config.performance_window) return fail(Errc::invalid_value, "performance_window");
    if (!config.min_risk_pct) return fail(Errc::invalid_value, "min_risk_pct");
    if (!config.max_risk_pct) return fail(Errc::invalid_value, "max_risk_pct");
    made.window_ = static_cast<std::size_t>(*config.performance_window);
    made.min_ = *config.min_risk_pct;
    made.max_ = *config.max_risk_pct;
    return made;
  }

  [[nodiscard]] bool enabled() const noexcept { return window_ > 0; }
  /// Trades remembered; 0 when not enabled.
  [[nodiscard]] std::size_t window() const noexcept { return window_; }

  /// \returns the risk per trade now, a fraction of equity, from the configured `base`. O(1); O(window) while the state
  /// is still another window's.
  [[nodiscard]] double risk(double base, const PerformanceState& state) const noexcept {
    if (!enabled()) return base;
    const double sum = std::ldexp(static_cast<double>(fits(state) ? state.sum : last_sum(state)), -fraction_bits);
    return std::clamp(base * (1 + sum / static_cast<double>(window_)), min_, max_);
  }

  /// A closed trade. \returns its R-multiple, or the error of `r_multiple`, then nothing has changed.
  /// O(1) but for making room and for a window that was another before.
  [[nodiscard]] Result<double> apply(PerformanceState& state, const TradeResult& trade) const {
    const Result<double> r = r_multiple(trade);
    if (!r) return r;
    fit(state);
    if (!enabled()) return r;
    if (state.multiples.size() < window_) {
      state.multiples.push_back(*r);
    } else {
      state.sum -= exact(state.multiples[state.oldest]);
      state.multiples[state.oldest] = *r;
      state.oldest = (state.oldest + 1) % window_;
    }
    state.sum += exact(*r);
    return r;
  }

  /// Makes a state that another window left fit this one: the last trades stay. For replaced configurations.
  void fit(PerformanceState& state) const {
    if (fits(state)) return;
    std::vector<double>& r = state.multiples;
    std::rotate(r.begin(), r.begin() + static_cast<std::ptrdiff_t>(state.oldest), r.end());
    r.erase(r.begin(), r.end() - static_cast<std::ptrdiff_t>(std::min(r.size(), window_)));
    state.oldest = 0;
    state.sum = 0;
    for (const double one : r) state.sum += exact(one);
  }

 private:
  /// 10^6 trades of 10^6 R in 2^-60 are some 2^100: far inside 128 bits.
  static constexpr int fraction_bits = 60;
  [[nodiscard]] static Int128 exact(double r) noexcept { return static_cast<Int128>(std::ldexp(r, fraction_bits)); }
  [[nodiscard]] bool fits(const PerformanceState& state) const noexcept {
    const std::size_t kept = state.multiples.size();
    return kept <= window_ && (state.oldest == 0 || kept == window_);
  }
  /// The sum of the last trades of a ring that another window left.
  [[nodiscard]] Int128 last_sum(const PerformanceState& state) const noexcept {
    const std::size_t kept = state.multiples.size();
    Int128 sum = 0;
    for (std::size_t back = 1; back <= std::min(kept, window_); ++back)
      sum += exact(state.multiples[(state.oldest + kept - back) % kept]);
    return sum;
  }

  std::size_t window_{0};
  double min_{0};
  double max_{0};
};

}  // namespace optcoord
