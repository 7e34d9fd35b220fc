// src/pricing/kernel_grid.hpp -- options valued at every pair of a spot and a volatility shock, several at once.
// SPDX-License-Identifier: MIT
#pragma once

#include "closed_form.hpp"
#include "kernel_table.hpp"

namespace optcoord::pricing {
namespace {

/// What the cells of a few options share.
struct alignas(64) Shocked {
  double spot[most_shocks][lanes];       ///< discounted
  double moneyness[most_shocks][lanes];  ///< ln(S' / K') after the shock
  double deviation[most_shocks][lanes];
  double per_deviation[most_shocks][lanes];
};

/// The cells from `from` on, as many as a block holds, of the options at `i`.
OPTCOORD_INLINE void grid_cells(const GridWork& w, const Shocked& shocked, Doubles strike, Bits put_sign, Bits blank,
                                std::size_t from, std::size_t cells, std::size_t i) {
  constexpr std::size_t most = block / lanes;
  const std::size_t n = cells - from < most ? cells - from : most;
  Steps steps;
  std::size_t v = from / w.spot_shocks;
  std::size_t s = from % w.spot_shocks;
  Doubles spot[most];
  for (std::size_t k = 0; k < n; ++k) {
    place(steps, k * lanes, load(shocked.moneyness[s]), load(shocked.deviation[v]), load(shocked.per_deviation[v]));
    spot[k] = load(shocked.spot[s]);
    if (++s == w.spot_shocks) s = 0, ++v;
  }
  for (std::size_t k = 0; k < n; ++k)
    store(steps.peak + k * lanes, spot[k] * density(smaller(magnitude(load(steps.d1 + k * lanes)), all(farthest))));
  for (std::size_t k = 0; k < n; ++k) {
    const Terms t = terms(steps, k * lanes, spot[k], strike, put_sign);
    store(w.value + (from + k) * w.stride + i, blanked(larger(turned(t.spot - t.strike, put_sign), Doubles{}), blank));
  }
}

OPTCOORD_INLINE void grid_at(const GridWork& w, std::size_t i) {
  constexpr double worthless = 1e-12;  // of the spot: what a shock of -100 % or more leaves of it
  const Bits put_sign = signs(w.is_put + i);
  const Doubles spot = load(w.spot + i);
  const Doubles strike = load(w.strike + i);
  const Doubles rate = load(w.rate + i);
  const Doubles yield = load(w.dividend_yield + i);
  const Doubles vol = load(w.vol + i);
  const Doubles beta = load(w.beta + i);
  const Doubles years = load(w.years + i) - w.years_passed;
  const Doubles t = larger(years, Doubles{});
  const Doubles root_t = square_root(t);
  const Doubles discounted_spot = spot * exp_of(Doubles{} - yield * t);
  const Doubles discounted_strike = strike * exp_of(Doubles{} - rate * t);
  const Doubles moneyness = ln(spot / strike) + (rate - yield) * t;
  const Mask valid = is_price(spot) & is_price(strike) & is_volatility(vol) &
                     is_volatility(magnitude(rate + yield + years)) & is_volatility(magnitude(beta));
  const Bits blank = blank_unless(valid);

  Shocked shocked;
  for (std::size_t s = 0; s < w.spot_shocks; ++s) {
    const Doubles factor = larger(1.0 + beta * w.spot_shock[s], all(worthless));
    store(shocked.spot[s], discounted_spot * factor);
    store(shocked.moneyness[s], moneyness + ln(factor));
  }
  for (std::size_t v = 0; v < w.vol_shocks; ++v) {
    const Doubles deviation = larger(vol + w.vol_shock[v], Doubles{}) * root_t + 0.0;
    store(shocked.deviation[v], deviation);
    store(shocked.per_deviation[v], reciprocal(deviation));
  }
  const std::size_t cells = w.spot_shocks * w.vol_shocks;
  for (std::size_t from = 0; from < cells; from += block / lanes)
    grid_cells(w, shocked, discounted_strike, put_sign, blank, from, cells, i);
}

void grid_kernel(const GridWork& w, std::size_t n) {
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) grid_at(w, i);
  if (i == n) return;
  std::uint8_t is_put[lanes];
  double in[7][lanes];
  double out[most_shocks * lanes];
  const double* const from[7] = {w.spot, w.strike, w.years, w.rate, w.dividend_yield, w.vol, w.beta};
  for (std::size_t k = 0; k < lanes; ++k) {
    const std::size_t source = i + k < n ? i + k : i;
    is_put[k] = w.is_put[source];
    for (std::size_t c = 0; c < 7; ++c) in[c][k] = from[c][source];
  }
  GridWork rest = w;
  rest.is_put = is_put;
  rest.spot = in[0];
  rest.strike = in[1];
  rest.years = in[2];
  rest.rate = in[3];
  rest.dividend_yield = in[4];
  rest.vol = in[5];
  rest.beta = in[6];
  rest.stride = lanes;
  rest.value = out;
  rest.vol_shocks = 1;  // one at a time: `out` holds the cells of one
  for (std::size_t v = 0; v < w.vol_shocks; ++v) {
    rest.vol_shock = w.vol_shock + v;
    grid_at(rest, 0);
    for (std::size_t s = 0; s < w.spot_shocks; ++s)
      for (std::size_t k = 0; i + k < n; ++k) w.value[(v * w.spot_shocks + s) * w.stride + i + k] = out[s * lanes + k];
  }
}

}  // namespace
}  // namespace optcoord::pricing
