// src/pricing/kernel_greeks.hpp -- value and Greeks of one expiry's options, several at once.
// SPDX-License-Identifier: MIT
#pragma once

#include "closed_form.hpp"
#include "kernel_table.hpp"

namespace optcoord::pricing {
namespace {

/// At most a block, and a multiple of the lanes.
OPTCOORD_INLINE void greeks_block(const GreeksWork& w, const Expiry& e, std::size_t from, std::size_t n) {
  constexpr double days_per_year = 365.0;
  const double per_spot = 1.0 / w.spot;
  const double decay = e.root_years > 0 ? -0.5 / (e.root_years * days_per_year) : 0.0;
  const double spot_carry = e.years > 0 ? w.dividend_yield / days_per_year : 0.0;
  const double strike_carry = e.years > 0 ? w.rate / days_per_year : 0.0;
  const double discounted_spot = w.spot * e.spot_discount;

  Steps steps;
  for (std::size_t i = 0; i < n; i += lanes) {
    const Doubles deviation = load(w.vol + from + i) * e.root_years + 0.0;
    place(steps, i, e.log_forward - load(w.log_strike + from + i), deviation, reciprocal(deviation));
  }
  find_peaks(steps, n, discounted_spot);
  for (std::size_t i = 0; i < n; i += lanes) {
    const std::size_t at = from + i;
    const Bits put_sign = signs(w.is_put + at);
    const Doubles vol = load(w.vol + at);
    const Doubles strike = load(w.strike + at);
    const Terms t = terms(steps, i, all(discounted_spot), strike * e.strike_discount, put_sign);
    // Without deviation there is no density, whatever the formula says at the money.
    const Doubles peak = select(vol * e.root_years > 0.0, load(steps.peak + i), Doubles{});
    // A strike that is no price, or a volatility that is none, leaves no figure.
    const Mask valid = is_price(strike) & is_volatility(vol) & is_volatility(all(e.years));
    const Bits blank = blank_unless(valid);

    store(w.value + at, blanked(larger(turned(t.spot - t.strike, put_sign), Doubles{}), blank));
    store(w.delta + at, blanked(turned(t.spot * per_spot, put_sign), blank));
    store(w.gamma + at, blanked(peak * load(steps.per_deviation + i) * (per_spot * per_spot), blank));
    const Doubles carry = turned(spot_carry * t.spot - strike_carry * t.strike, put_sign);
    store(w.theta + at, blanked(carry + peak * vol * decay, blank));
    store(w.vega + at, blanked(peak * (e.root_years * 0.01), blank));
  }
}

void greeks_kernel(const GreeksWork& w, std::size_t n) {
  const Expiry e = expiry(w.spot, w.years, w.rate, w.dividend_yield, w.anchor);
  const std::size_t whole = n - n % lanes;
  for (std::size_t i = 0; i < whole; i += block) greeks_block(w, e, i, whole - i < block ? whole - i : block);
  if (whole == n) return;
  const std::size_t i = whole;
  // The rest, in a place of its own; the lanes beyond repeat its first.
  std::uint8_t is_put[lanes];
  double in[3][lanes];
  double out[5][lanes];
  for (std::size_t k = 0; k < lanes; ++k) {
    const std::size_t from = i + k < n ? i + k : i;
    is_put[k] = w.is_put[from];
    in[0][k] = w.strike[from];
    in[1][k] = w.log_strike[from];
    in[2][k] = w.vol[from];
  }
  GreeksWork rest = w;
  rest.is_put = is_put;
  rest.strike = in[0];
  rest.log_strike = in[1];
  rest.vol = in[2];
  rest.value = out[0];
  rest.delta = out[1];
  rest.gamma = out[2];
  rest.theta = out[3];
  rest.vega = out[4];
  greeks_block(rest, e, 0, lanes);
  for (std::size_t k = 0; i + k < n; ++k) {
    w.value[i + k] = out[0][k];
    w.delta[i + k] = out[1][k];
    w.gamma[i + k] = out[2][k];
    w.theta[i + k] = out[3][k];
    w.vega[i + k] = out[4][k];
  }
}

}  // namespace
}  // namespace optcoord::pricing
