// src/pricing/kernel_table.hpp -- what the front hands to a level's kernels, and where it finds them.
// SPDX-License-Identifier: MIT
//
// Plain pointers and numbers alone: this is included by sources compiled for different processors.
#pragma once

#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint8_t

namespace optcoord::pricing {

/// The options of one expiry: what they share, what each has, and where its figures go.
struct GreeksWork {
  double spot, years, rate, dividend_yield, anchor;
  const std::uint8_t* is_put;
  const double* strike;
  const double* log_strike;
  const double* vol;
  double* value;
  double* delta;
  double* gamma;
  double* theta;
  double* vega;
};

/// As GreeksWork, the other way: prices in, volatilities and statuses out.
struct ImpliedWork {
  double spot, years, rate, dividend_yield, anchor;
  const std::uint8_t* is_put;
  const double* strike;
  const double* log_strike;
  const double* price;
  double* vol;
  std::uint8_t* status;  ///< the numbers of IvStatus
};

/// Options that share nothing, valued at every pair of a spot and a volatility shock.
struct GridWork {
  const std::uint8_t* is_put;
  const double* spot;
  const double* strike;
  const double* years;
  const double* rate;
  const double* dividend_yield;
  const double* vol;
  const double* beta;
  std::size_t stride;  ///< from one cell's values to the next's
  const double* spot_shock;
  std::size_t spot_shocks;
  const double* vol_shock;
  std::size_t vol_shocks;
  double years_passed;
  double* value;  ///< [vol shock][spot shock][option]
};

/// Positions that look at one close.
struct ExerciseWork {
  double spot, minutes, trading_minutes, anchor;
  double logistic_scale, minutes_scale, normal_vol, least_adjustment, most_adjustment, minutes_per_year;
  const std::uint8_t* is_put;
  const double* strike;
  const double* log_strike;
  const double* vol;
  double* score;
  double* raw_score;
  double* probability;
};

/// The kernels of a level; each works on `n` entries, whatever they hold.
struct KernelTable {
  void (*greeks)(const GreeksWork&, std::size_t n);
  void (*implied)(const ImpliedWork&, std::size_t n);
  void (*grid)(const GridWork&, std::size_t n);
  void (*exercise)(const ExerciseWork&, std::size_t n);
  void (*log_ratio)(const double* x, double anchor, double* out, std::size_t n);
  void (*normal_cdf)(const double* x, double* out, std::size_t n);
};

extern const KernelTable portable_kernels;
extern const KernelTable x86_64_kernels;
extern const KernelTable x86_64_v3_kernels;
extern const KernelTable x86_64_v4_kernels;

/// The most shocks of either kind.
inline constexpr std::size_t most_shocks = 64;

}  // namespace optcoord::pricing
