// optcoord/coordination/greek_totals.hpp -- portfolio and per-strategy Greeks, their coverage, and what has to go.
// SPDX-License-Identifier: MIT
//
// Exposures are whole millionths, so a total is the same in whatever order it is made, and a fill taken back leaves
// nothing. Two ways to the same totals: `total` and `add_by_strategy` over columns of positions, for a snapshot;
// `GreekBook`, which a fill changes without looking at any other position. Example:
//
//   GreekBook book;
//   book.fill(lt112, {0, put}, -2).value();            // sold two
//   book.portfolio().sums.delta;                       // of all strategies
//   hedge_to_limit(book.portfolio().sums, limits);     // gamma, lower, 12.5 must be added
#pragma once

#include <optcoord/core/decision.hpp>  // Metric, Side
#include <optcoord/core/error.hpp>
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/market/greeks.hpp>  // UnitGreeks

#include <algorithm>  // std::min
#include <array>      // std::array
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <cstring>    // std::memcpy
#include <optional>   // std::optional
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// How many Greeks are totalled: Metric::delta, gamma, theta, vega.
inline constexpr std::size_t greek_count = 4;

/// Exposures by Metric, signed as the position: share-equivalents, per USD, USD a day, USD per 0.01 of volatility.
using GreekSums = std::array<Micro, greek_count>;

[[nodiscard]] constexpr Micro of(const GreekSums& sums, Metric m) noexcept { return sums[static_cast<std::size_t>(m)]; }

/// A sum of positions, and how much of them it is a sum of.
struct GreekTotals {
  GreekSums sums{};             ///< of the legs that have Greeks
  std::int64_t legs{0};         ///< positions held
  std::int64_t with_greeks{0};  ///< of these, with all four

  [[nodiscard]] constexpr bool complete() const noexcept { return with_greeks == legs; }
  friend constexpr bool operator==(const GreekTotals&, const GreekTotals&) noexcept = default;
};

// ---- over columns

/// Positions, a column for each figure, all of the same length. Exposures are of the whole position, in millionths, and
/// 0 where they are not known.
struct PositionColumns {
  std::array<std::span<const std::int64_t>, greek_count> exposures{};  ///< by Metric
  std::span<const std::uint8_t> known{};                               ///< 1 or 0
  std::span<const StrategyId> strategies{};
};

namespace detail {

/// Eight sums side by side, so that no addition waits for the one before it.
[[nodiscard]] inline std::int64_t sum_of(std::span<const std::int64_t> column) noexcept {
  constexpr std::size_t width = 8;
  std::array<std::int64_t, width> lanes{};
  std::size_t i = 0;
  for (; i + width <= column.size(); i += width)
    for (std::size_t lane = 0; lane < width; ++lane) lanes[lane] += column[i + lane];
  std::int64_t sum = 0;
  for (; i < column.size(); ++i) sum += column[i];
  for (const std::int64_t lane : lanes) sum += lane;
  return sum;
}
/// How many flags are 1: eight at a time, as the bytes of one word, which hold up to 255 each.
[[nodiscard]] inline std::int64_t count_of(std::span<const std::uint8_t> flags) noexcept {
  constexpr std::size_t width = sizeof(std::uint64_t);
  constexpr std::uint64_t even_bytes = 0x00FF00FF00FF00FFU;
  std::int64_t count = 0;
  std::size_t i = 0;
  while (i + width <= flags.size()) {
    std::uint64_t bytes = 0;
    const std::size_t end = std::min(flags.size() - width, i + 254 * width);
    for (; i <= end; i += width) {
      std::uint64_t word = 0;
      std::memcpy(&word, flags.data() + i, width);
      bytes += word;
    }
    const std::uint64_t pairs = (bytes & even_bytes) + ((bytes >> 8) & even_bytes);
    count += static_cast<std::int64_t>((pairs * 0x0001000100010001U) >> 48);
  }
  for (; i < flags.size(); ++i) count += flags[i];
  return count;
}

}  // namespace detail

/// \returns the total of all positions. \pre sums stay within `max_sum_raw`. O(n), one pass over each column
[[nodiscard]] inline GreekTotals total(const PositionColumns& positions) noexcept {
  GreekTotals t;
  for (std::size_t g = 0; g < greek_count; ++g) t.sums[g].raw = detail::sum_of(positions.exposures[g]);
  t.legs = static_cast<std::int64_t>(positions.known.size());
  t.with_greeks = detail::count_of(positions.known);
  return t;
}

/// Adds every position to its strategy's total. \pre every strategy's id is below `totals.size()`. O(n)
inline void add_by_strategy(const PositionColumns& positions, std::span<GreekTotals> totals) noexcept {
  const std::int64_t* const delta = positions.exposures[0].data();
  const std::int64_t* const gamma = positions.exposures[1].data();
  const std::int64_t* const theta = positions.exposures[2].data();
  const std::int64_t* const vega = positions.exposures[3].data();
  for (std::size_t i = 0; i < positions.strategies.size(); ++i) {
    GreekTotals& t = totals[index_of(positions.strategies[i])];
    t.sums[0].raw += delta[i];
    t.sums[1].raw += gamma[i];
    t.sums[2].raw += theta[i];
    t.sums[3].raw += vega[i];
    ++t.legs;
    t.with_greeks += positions.known[i];
  }
}

/// \returns the places of the positions without Greeks, in order.
[[nodiscard]] inline std::vector<std::size_t> without_greeks(const PositionColumns& positions) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < positions.known.size(); ++i)
    if (positions.known[i] == 0) places.push_back(i);
  return places;
}

// ---- fill by fill

/// What one contract adds to the sums; nothing where its Greeks are not known.
using ContractGreeks = std::optional<GreekSums>;

/// \returns the exposures of one long contract, each rounded once to a millionth; nothing when one is beyond the range.
[[nodiscard]] inline ContractGreeks contract_greeks(const UnitGreeks& unit, double multiplier) noexcept {
  GreekSums sums;
  const std::array<double, greek_count> units{unit.delta, unit.gamma, unit.theta, unit.vega};
  for (std::size_t g = 0; g < greek_count; ++g) {
    const Result<Micro> exposure = to_micro(multiplier * units[g]);
    if (!exposure) return std::nullopt;
    sums[g] = *exposure;
  }
  return sums;
}

/// One position as it stands: a quantity, 0 when nothing is held, and its contract's Greeks.
struct HeldGreeks {
  std::int64_t quantity{0};  ///< contracts, signed
  ContractGreeks contract{};
};

/// Totals by strategy and of all, kept up change by change. A plain value.
class GreekBook {
 public:
  /// A position goes from `before` to `after`: by a quote, or out of the broker's books. What was put in as `after`
  /// comes back as `before` at the next change. \returns `invalid_value` (then nothing has changed) when a sum would
  /// leave the range. O(1), whatever the number of positions.
  [[nodiscard]] Result<void> change(StrategyId strategy, const HeldGreeks& before, const HeldGreeks& after) {
    Step step{.legs = held(after.quantity) - held(before.quantity), .with_greeks = covered(after) - covered(before)};
    if (before.contract) step.take(*before.contract, before.quantity, -1);
    if (after.contract) step.take(*after.contract, after.quantity, +1);
    return add(strategy, step);
  }
  /// A fill: `traded` contracts, signed, are added to the position `before`. Otherwise as `change`.
  [[nodiscard]] Result<void> fill(StrategyId strategy, const HeldGreeks& before, std::int64_t traded) {
    std::int64_t quantity = 0;
    if (__builtin_add_overflow(before.quantity, traded, &quantity))
      return optcoord::fail(Errc::invalid_value, "quantity");
    const int legs = held(quantity) - held(before.quantity);
    Step step{.legs = legs, .with_greeks = before.contract ? legs : 0};
    if (before.contract) step.take(*before.contract, traded, +1);
    return add(strategy, step);
  }

  [[nodiscard]] const GreekTotals& portfolio() const noexcept { return portfolio_; }
  /// \returns a strategy's totals; nothing held when it is not known.
  [[nodiscard]] GreekTotals of_strategy(StrategyId s) const noexcept {
    return index_of(s) < by_strategy_.size() ? by_strategy_[index_of(s)] : GreekTotals{};
  }

 private:
  /// What is added to two totals.
  struct Step {
    std::int64_t legs{0};
    std::int64_t with_greeks{0};
    GreekSums sums{};
    bool too_large{false};

    void take(const GreekSums& contract, std::int64_t quantity, std::int64_t sign) noexcept {
      for (std::size_t g = 0; g < greek_count; ++g) {
        std::int64_t exposure = 0;
        too_large |= __builtin_mul_overflow(contract[g].raw, quantity, &exposure);
        too_large |= __builtin_mul_overflow(exposure, sign, &exposure);
        too_large |= __builtin_add_overflow(sums[g].raw, exposure, &sums[g].raw);
      }
    }
    /// Whether `t` can take it.
    [[nodiscard]] bool fits(const GreekTotals& t) const noexcept {
      bool beyond = too_large;
      for (std::size_t g = 0; g < greek_count; ++g) {
        std::int64_t sum = 0;
        beyond |= __builtin_add_overflow(t.sums[g].raw, sums[g].raw, &sum);
        beyond |= sum > max_sum_raw || sum < -max_sum_raw;
      }
      return !beyond;
    }
    /// Field by field in place: copies of whole totals would wait for the stores of the change before.
    void add_to(GreekTotals& t) const noexcept {
      for (std::size_t g = 0; g < greek_count; ++g) t.sums[g] += sums[g];
      t.legs += legs;
      t.with_greeks += with_greeks;
    }
  };

  [[nodiscard]] Result<void> add(StrategyId strategy, const Step& step) {
    if (index_of(strategy) >= by_strategy_.size()) by_strategy_.resize(index_of(strategy) + 1);
    GreekTotals& own = by_strategy_[index_of(strategy)];
    if (!step.fits(own) || !step.fits(portfolio_)) return optcoord::fail(Errc::invalid_value, "quantity");
    step.add_to(own);
    step.add_to(portfolio_);
    return {};
  }
  [[nodiscard]] static constexpr int held(std::int64_t quantity) noexcept { return quantity != 0 ? 1 : 0; }
  [[nodiscard]] static int covered(const HeldGreeks& h) noexcept { return h.contract ? held(h.quantity) : 0; }

  GreekTotals portfolio_{};
  std::vector<GreekTotals> by_strategy_{};
};

// ---- what has to go

/// Bounds of one Greek; a side without bound is absent.
struct GreekLimit {
  Metric metric{Metric::delta};  ///< delta, gamma, theta or vega
  std::optional<Micro> lower{};
  std::optional<Micro> upper{};
};

/// A Greek beyond a bound, and what brings it back to it exactly.
struct HedgeToLimit {
  Metric metric{Metric::delta};
  Side side{Side::lower};
  Micro value{};
  Micro limit{};
  Micro change{};  ///< limit - value: to be added; negative over an upper bound, positive under a lower one
};

/// \returns what must go, in order of the limits; empty when all is within. At a bound is within. It speaks of the legs
/// that have Greeks: `GreekTotals::complete` says whether these are all.
[[nodiscard]] inline std::vector<HedgeToLimit> hedge_to_limit(const GreekSums& sums,
                                                              std::span<const GreekLimit> limits) {
  std::vector<HedgeToLimit> needs;
  for (const GreekLimit& l : limits) {
    const Micro value = of(sums, l.metric);
    if (l.lower && value < *l.lower) needs.push_back({l.metric, Side::lower, value, *l.lower, *l.lower - value});
    if (l.upper && value > *l.upper) needs.push_back({l.metric, Side::upper, value, *l.upper, *l.upper - value});
  }
  return needs;
}

}  // namespace optcoord
