// src/pricing/kernels.hpp -- the one source of all kernels; each level compiles it with its own registers.
// SPDX-License-Identifier: MIT
#pragma once

#include "kernel_exercise.hpp"
#include "kernel_greeks.hpp"
#include "kernel_grid.hpp"
#include "kernel_implied.hpp"

namespace optcoord::pricing {
namespace {

/// Applies `f` to each of x[0..n).
template <class F>
OPTCOORD_INLINE void each(const double* x, double* out, std::size_t n, F f) {
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) store(out + i, f(load(x + i)));
  if (i == n) return;
  double rest[lanes];
  for (std::size_t k = 0; k < lanes; ++k) rest[k] = x[i + k < n ? i + k : i];
  store(rest, f(load(rest)));
  for (std::size_t k = 0; i + k < n; ++k) out[i + k] = rest[k];
}

void log_ratio_kernel(const double* x, double anchor, double* out, std::size_t n) {
  each(x, out, n, [anchor](Doubles one) {
    const Doubles ratio = one / all(anchor);
    return blanked(ln(ratio), blank_unless(is_price(ratio)));
  });
}

void normal_cdf_kernel(const double* x, double* out, std::size_t n) {
  each(x, out, n, [](Doubles one) { return normal(one); });
}

constexpr KernelTable table{greeks_kernel,   implied_kernel,   grid_kernel,
                            exercise_kernel, log_ratio_kernel, normal_cdf_kernel};

}  // namespace
}  // namespace optcoord::pricing
