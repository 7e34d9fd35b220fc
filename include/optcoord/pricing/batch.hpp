// optcoord/pricing/batch.hpp -- whole chains at once: Greeks, implied volatility, scenario grids, exercise risk.
// SPDX-License-Identifier: MIT
//
// The compiled kernels, target optcoord::kernels. Figures are those of black_scholes.hpp and implied_volatility.hpp up
// to rounding, and the same bits on every processor, whichever instruction set is used. Example:
//
//   const Kernels kernels = Kernels::best();
//   kernels.log_ratio(strike, anchor, log_strike);                    // once for a list of strikes
//   kernels.greeks({spot, years, rate, 0.0, anchor}, {right, strike, log_strike, vol}, out);
//
// Nothing is allocated and nothing is shared: a Kernels is a word to copy, and calls from several threads are fine.
#pragma once

#include <optcoord/core/error.hpp>                  // Result
#include <optcoord/market/contract.hpp>             // Right
#include <optcoord/market/greeks.hpp>               // UnitGreeks
#include <optcoord/pricing/black_scholes.hpp>       // OptionTerms
#include <optcoord/pricing/formulas.hpp>            // Formulas
#include <optcoord/pricing/implied_volatility.hpp>  // IvStatus

#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view

namespace optcoord::pricing {

struct KernelTable;

/// What the kernels are compiled for, from the least to the most. Results do not depend on it.
enum class InstructionSet : std::uint8_t {
  portable,   ///< one double at a time, on any processor
  x86_64,     ///< SSE2: two
  x86_64_v3,  ///< AVX2: four
  x86_64_v4,  ///< AVX-512: eight
};
inline constexpr InstructionSet instruction_sets[] = {InstructionSet::portable, InstructionSet::x86_64,
                                                      InstructionSet::x86_64_v3, InstructionSet::x86_64_v4};

[[nodiscard]] constexpr std::string_view text(InstructionSet set) noexcept {
  switch (set) {
    case InstructionSet::portable: return "portable";
    case InstructionSet::x86_64: return "x86-64";
    case InstructionSet::x86_64_v3: return "x86-64-v3";
    case InstructionSet::x86_64_v4: return "x86-64-v4";
  }
  return "portable";
}

/// What the options of one expiry share.
struct ExpiryTerms {
  double spot{0};            ///< USD per unit; for options on a future, its price
  double years{0};           ///< to expiry, 365-day years; at or below 0: expired
  double rate{0};            ///< continuous, per year
  double dividend_yield{0};  ///< continuous, per year; for options on a future, the rate
  /// A price near the strikes, the one `log_ratio` was given: near the money a logarithm of a ratio keeps more digits
  /// than the difference of two logarithms.
  double anchor{0};
};

/// Options of one expiry; all spans of one length.
struct ChainInput {
  std::span<const Right> right;
  std::span<const double> strike;      ///< USD per unit
  std::span<const double> log_strike;  ///< ln(strike / anchor)
  std::span<const double> vol;         ///< per year
};

/// Where value and Greeks of a long option go, per unit of underlying, in the units of OptionGreeks.
struct ChainGreeks {
  std::span<double> value;
  std::span<double> delta;
  std::span<double> gamma;
  std::span<double> theta;
  std::span<double> vega;
};

/// Options of one expiry with their prices; all spans of one length.
struct ChainPrices {
  std::span<const Right> right;
  std::span<const double> strike;
  std::span<const double> log_strike;
  std::span<const double> price;  ///< USD per unit, usually the mid
};

/// Where volatilities go; 0 beside any status but `solved`.
struct ChainVolatilities {
  std::span<double> vol;
  std::span<IvStatus> status;
};

/// Options that share nothing; all spans of one length.
struct GridInput {
  std::span<const Right> right;
  std::span<const double> spot;
  std::span<const double> strike;
  std::span<const double> years;
  std::span<const double> rate;
  std::span<const double> dividend_yield;
  std::span<const double> vol;
  std::span<const double> beta;  ///< how much of a spot shock each underlying takes; 1: all of it
};

inline constexpr double time_stands_still[] = {0.0};

/// What happens to all options at once: every move of spot with every change of volatility at every time.
struct GridShocks {
  std::span<const double> spot;  ///< fractions of the spot, added: -0.10 is 10 % down, times beta; at most 64
  std::span<const double> vol;   ///< added to the volatility, which stays at 0 or above; at most 64
  /// Taken from the time to expiry, 365-day years: first all cells of the first of these, then of the next.
  std::span<const double> years_passed{time_stands_still};
};

/// Positions that look at one close.
struct ExpiringInput {
  double spot{0};
  double minutes{0};          ///< to the close
  double trading_minutes{0};  ///< of the volatility's time: those minutes, and 390 for each further session
  double anchor{0};
  std::span<const Right> right;
  std::span<const double> strike;
  std::span<const double> log_strike;
  std::span<const double> vol;
};

/// Where scores and probabilities go.
struct ExpiringRisk {
  std::span<double> score;        ///< at most 1
  std::span<double> raw_score;    ///< uncapped, for ranking
  std::span<double> probability;  ///< of ending in the money, without drift
};

/// The numbers in the score.
struct ScoreScales {
  double moneyness{0.005};  ///< of the logistic: fraction of the strike
  double minutes{15};       ///< of the decay of time's weight
  double normal_vol{0.20};  ///< the volatility that weighs 1
  double least_vol_weight{0.5};
  double most_vol_weight{2};
  double minutes_per_year{98'280};  ///< 252 sessions of 390
};

/// The kernels of one instruction set.
class Kernels {
 public:
  /// \returns those of the best instruction set that this processor has, found out once.
  [[nodiscard]] static Kernels best() noexcept;
  /// \returns those of `set`; nothing where this processor or this build lacks it.
  [[nodiscard]] static std::optional<Kernels> of(InstructionSet set) noexcept;

  [[nodiscard]] InstructionSet instruction_set() const noexcept { return set_; }

  // Every call: O(n). Spans of different lengths are `invalid_value`, with the field's name, and nothing is written.
  // Inputs that are no option (not finite, prices at or below 0, a volatility below 0) give "not a number" in every
  // figure of that option, or IvStatus::not_finite. Output may not overlap input.

  /// ln(x / anchor) of each; not a number unless both are finite and above 0.
  [[nodiscard]] Result<void> log_ratio(std::span<const double> x, double anchor, std::span<double> out) const noexcept;

  /// The probability that a normal draw is at or below each x; relative error at most 1e-13 down to -12.
  [[nodiscard]] Result<void> normal_cdf(std::span<const double> x, std::span<double> out) const noexcept;

  /// Value within 1e-13 x max(spot, strike), Greeks within 1e-10 of themselves. The limits are those of `greeks()`.
  [[nodiscard]] Result<void> greeks(const ExpiryTerms& expiry, const ChainInput& in,
                                    const ChainGreeks& out) const noexcept;

  /// The volatility at which each option is worth its price, or why there is none: see `implied_volatility()`. Prices
  /// below 1e-290 of what the option can be worth are `no_time_value`.
  [[nodiscard]] Result<void> implied_volatility(const ExpiryTerms& expiry, const ChainPrices& in,
                                                const ChainVolatilities& out) const noexcept;

  /// Values in every scenario, USD per unit: value[((t x vols + v) x spots + s) x n + i] for time t, volatility shock
  /// v, spot shock s and option i of n.
  [[nodiscard]] Result<void> grid(const GridInput& in, const GridShocks& shocks,
                                  std::span<double> value) const noexcept;

  /// Score: logistic of signed moneyness x exp(-minutes / 15) x clamp(vol / 0.20, 0.5, 2). Probability: N(d) of the
  /// driftless model; at or after the close 1 in the money and 0 elsewhere.
  [[nodiscard]] Result<void> exercise_risk(const ExpiringInput& in, const ExpiringRisk& out,
                                           const ScoreScales& scales = {}) const noexcept;

  // One option at a time, to the same bits: what the desk prices with. O(1).

  /// As pricing::value.
  [[nodiscard]] double value(const OptionTerms& o, double vol) const noexcept;
  /// As pricing::unit_greeks of pricing::greeks.
  [[nodiscard]] UnitGreeks unit_greeks(const OptionTerms& o, double vol) const noexcept;
  /// As pricing::implied_volatility.
  [[nodiscard]] ImpliedVolatility implied_volatility(const OptionTerms& o, double price) const noexcept;

 private:
  Kernels(InstructionSet set, const KernelTable& table) noexcept : set_(set), table_(&table) {}

  InstructionSet set_;
  const KernelTable* table_;
};

/// \returns the formulas of `Kernels::best()`, for rooms that are told what to price with.
[[nodiscard]] Formulas compiled_formulas() noexcept;

}  // namespace optcoord::pricing
