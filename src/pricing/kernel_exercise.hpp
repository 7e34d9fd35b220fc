// src/pricing/kernel_exercise.hpp -- exercise risk of positions before a close: score and probability in the money.
// SPDX-License-Identifier: MIT
#pragma once

#include "closed_form.hpp"
#include "kernel_table.hpp"

namespace optcoord::pricing {
namespace {

/// What the positions that look at one close share.
struct Close {
  double log_spot, root_time, time_weight;
};

OPTCOORD_INLINE Close close_of(const ExerciseWork& w) {
  const bool valid = w.spot > 0 && w.anchor > 0 && w.spot < __builtin_inf() && w.anchor < __builtin_inf() &&
                     (w.minutes + w.trading_minutes) * 0.0 == 0.0;
  if (!valid) return {not_a_number, not_a_number, not_a_number};
  const double time = w.trading_minutes > 0 ? w.trading_minutes / w.minutes_per_year : 0.0;
  return {first(ln(all(w.spot / w.anchor))), first(square_root(all(time))),
          first(smaller(exp_of(all(-w.minutes / w.minutes_scale)), all(1e300)))};
}

OPTCOORD_INLINE void exercise_at(const ExerciseWork& w, const Close& close, std::size_t i) {
  const double per_scale = 1.0 / w.logistic_scale;
  const double per_normal = 1.0 / w.normal_vol;
  const Bits put_sign = signs(w.is_put + i);
  const Doubles strike = load(w.strike + i);
  const Doubles vol = load(w.vol + i);
  const Mask valid = is_price(strike) & is_volatility(vol) & is_volatility(all(close.time_weight));
  const Bits blank = blank_unless(valid);

  const Doubles moneyness = turned((w.spot - strike) / strike, put_sign);
  const Doubles adjustment =
      smaller(larger(vol * per_normal, all(w.least_adjustment)), all(w.most_adjustment)) * close.time_weight;
  const Doubles raw = adjustment / (1.0 + exp_of(moneyness * -per_scale));
  store(w.raw_score + i, blanked(raw, blank));
  store(w.score + i, blanked(smaller(raw, all(1.0)), blank));

  const Doubles deviation = vol * close.root_time + 0.0;
  const Doubles log_moneyness = close.log_spot - load(w.log_strike + i);
  const Doubles d = log_moneyness * reciprocal(deviation) - 0.5 * deviation;
  const Doubles certain = select(moneyness > 0.0, all(1.0), Doubles{});
  store(w.probability + i, blanked(select(deviation > 0.0, normal(turned(d, put_sign)), certain), blank));
}

void exercise_kernel(const ExerciseWork& w, std::size_t n) {
  const Close close = close_of(w);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) exercise_at(w, close, i);
  if (i == n) return;
  std::uint8_t is_put[lanes];
  double in[3][lanes];
  double out[3][lanes];
  for (std::size_t k = 0; k < lanes; ++k) {
    const std::size_t from = i + k < n ? i + k : i;
    is_put[k] = w.is_put[from];
    in[0][k] = w.strike[from];
    in[1][k] = w.log_strike[from];
    in[2][k] = w.vol[from];
  }
  ExerciseWork rest = w;
  rest.is_put = is_put;
  rest.strike = in[0];
  rest.log_strike = in[1];
  rest.vol = in[2];
  rest.score = out[0];
  rest.raw_score = out[1];
  rest.probability = out[2];
  exercise_at(rest, close, 0);
  for (std::size_t k = 0; i + k < n; ++k) {
    w.score[i + k] = out[0][k];
    w.raw_score[i + k] = out[1][k];
    w.probability[i + k] = out[2][k];
  }
}

}  // namespace
}  // namespace optcoord::pricing
