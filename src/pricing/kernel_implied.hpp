// src/pricing/kernel_implied.hpp -- implied volatilities of one expiry's options, several at once.
// SPDX-License-Identifier: MIT
//
// The search of implied_volatility.hpp, lane by lane: on the out-of-the-money side of the strike, in the same three
// regions, with Halley's steps in place of Newton's. A lane that has its root waits for the others; none sees another.
#pragma once

#include "closed_form.hpp"
#include "kernel_table.hpp"

namespace optcoord::pricing {
namespace {

// The numbers of IvStatus.
constexpr double solved = 0, below_intrinsic = 1, above_bound = 2, no_time_value = 3, expired = 4, not_finite = 5;

/// The out-of-the-money option of a strike at the deviation s: see TimeValue in implied_volatility.hpp.
struct Curve {
  Doubles low;
  Doubles high;
  Doubles distance;  ///< |ln(S' / K')|
};
struct Point {
  Doubles worth;
  Doubles missing;
  Doubles slope;
  Doubles per_s;
  Doubles bend;  ///< of the slope: its derivative over it
};
OPTCOORD_INLINE Point at(const Curve& c, Doubles s) {
  const Doubles per_s = 1.0 / s;
  const Doubles middle = c.distance * per_s;
  const Doubles half = 0.5 * s;
  const Doubles d1 = half - middle;
  const Doubles far1 = smaller(magnitude(d1), all(farthest));
  const Doubles far2 = smaller(half + middle, all(farthest));
  const Quotient m1 = mills_ratio(far1);
  const Quotient m2 = mills_ratio(far2);
  const Doubles slope = c.low * density(far1);
  const Doubles shared = slope / (m1.under * m2.under);
  const Doubles tail1 = m1.over * m2.under * shared;
  const Doubles tail2 = m2.over * m1.under * shared;
  const Mask beyond = d1 > 0.0;
  return {select(beyond, c.low - tail1, tail1) - tail2, select(beyond, tail1, c.low - tail1) + tail2, slope, per_s,
          middle * middle * per_s - 0.25 * s};
}

/// Where Halley's step leads from `s`; not a number where it leads nowhere.
OPTCOORD_INLINE Doubles halley(const Point& p, Doubles s, Doubles goal, Doubles per_goal, Mask near_bound,
                               Mask below_inflexion) {
  const Doubles seen = select(near_bound, p.missing, p.worth);
  const Doubles ratio = seen * per_goal;
  const Doubles log_ratio = select(is_price(ratio), ln(ratio), all(not_a_number));
  const Doubles per_slope = 1.0 / p.slope;
  const Doubles log_step = seen * per_slope * log_ratio;
  const Doubles newton = select(near_bound, log_step, (goal - p.worth) * per_slope);
  // Near the bound ln(missing), above the inflexion the worth itself, over s; below it ln(worth), over 1 / s^2.
  const Doubles bent = select(near_bound, newton * p.bend + log_ratio, newton * p.bend);
  const Doubles bent_below = log_ratio - log_step * p.bend - 3.0 * log_step * p.per_s;
  const Doubles step = select(below_inflexion, 2.0 * log_step * p.per_s, newton) /
                       (1.0 + 0.5 * select(below_inflexion, bent_below, bent));
  const Doubles square = 1.0 + step;
  const Doubles below = select(square > 0.0, s / square_root(square), all(not_a_number));
  return select(below_inflexion, below, s + step);
}

struct Search {
  Doubles s;
  Mask too_low;   ///< the root is below the range
  Mask too_high;  ///< the root is above the range
};

/// The root of worth(s) = target between `lower` and `upper`, or on which side of them it is. Lanes of `idle` are not
/// waited for.
OPTCOORD_INLINE Search search(const Curve& c, Doubles target, double lower, double upper, Mask idle) {
  constexpr double short_step = 1e-5;  // what is left after such a step is of the order of its third power
  constexpr double beside = 1e-3;      // so that the ends of the range are inside the bracket
  constexpr int most_steps = 100;
  const Mask near_bound = target > 0.5 * c.low;
  const Doubles goal = select(near_bound, c.low - target, target);
  const Doubles per_goal = 1.0 / goal;
  const Doubles inflexion = square_root(2.0 * c.distance);
  const Doubles first = select(inflexion <= lower, 2.5 * target / c.low, inflexion);  // at the money: worth ~ 0.4 s low
  Doubles s = smaller(larger(first, all(lower)), all(upper));
  Doubles bottom = all(lower * (1.0 - beside));
  Doubles top = all(upper * (1.0 + beside));
  Mask done = idle;
  Search found{s, s > top, s > top};  // nowhere yet
  for (int step = 0; step < most_steps && any(!done); ++step) {
    const Point p = at(c, s);
    const Mask over = select(near_bound, goal, p.worth) > select(near_bound, p.missing, goal);
    found.too_low = found.too_low | (over & (s <= lower) & !done);
    found.too_high = found.too_high | ((s >= upper) & !over & !done);
    top = select(over, s, top);
    bottom = select(over, bottom, s);
    const Doubles leads = halley(p, s, goal, per_goal, near_bound, (s < inflexion) & !near_bound);
    const Doubles next = smaller(larger(leads, all(lower)), all(upper));
    const Mask inside = (next > bottom) & (next < top);
    const Doubles between = select(top > 4.0 * bottom, square_root(bottom) * square_root(top), 0.5 * (bottom + top));
    const Doubles to = select(inside, next, between);
    const Mask arrived = (inside & (magnitude(next - s) <= short_step * s)) | !(top > bottom);
    s = select(done, s, to);
    done = done | arrived | found.too_low | found.too_high;
  }
  found.s = s;
  return found;
}

OPTCOORD_INLINE void implied_at(const ImpliedWork& w, const Expiry& e, std::size_t i) {
  constexpr double epsilon = 0x1p-52;
  constexpr double least = 1e-4;  // min_implied_vol and max_implied_vol
  constexpr double most = 10.0;
  constexpr double margin = 1e-9;
  constexpr double nothing = 1e-290;  // of the bound: beyond it densities are 0
  const double spot = w.spot * e.spot_discount;
  const Bits put_sign = signs(w.is_put + i);
  const Mask is_put = turned(all(1.0), put_sign) < 0.0;
  const Doubles strike = load(w.strike + i);
  const Doubles price = load(w.price + i);
  const Doubles discounted = strike * e.strike_discount;
  const Doubles moneyness = e.log_forward - load(w.log_strike + i);
  const Mask is_option = is_price(strike) & is_price(discounted) & is_price(all(spot)) &
                         is_volatility(magnitude(price)) & is_volatility(magnitude(moneyness));

  const Mask in_the_money = turned(moneyness, put_sign) > 0.0;
  const Curve c{smaller(all(spot), discounted), larger(all(spot), discounted), magnitude(moneyness)};
  const Doubles target = select(in_the_money, price - (c.high - c.low), price);
  const Doubles noise = select(in_the_money, 4.0 * epsilon * c.high, Doubles{});
  // From the last reason to the first: the first stands.
  Doubles status = select(target < nothing * c.low, all(no_time_value), all(solved));
  status = select(target >= c.low, all(above_bound), status);
  status = select(target <= noise, all(no_time_value), status);
  status = select(target < Doubles{} - noise, all(below_intrinsic), status);
  status = select(price >= select(is_put, discounted, all(spot)), all(above_bound), status);
  status = select(is_option, status, all(not_finite));
  if (!(e.years > 0)) status = select(is_option, all(expired), status);

  const Mask idle = status > solved;
  const Search found =
      search(c, target, least * (1.0 - margin) * e.root_years, most * (1.0 + margin) * e.root_years, idle);
  status = select(found.too_low & !idle, all(no_time_value), status);
  status = select(found.too_high & !idle, all(above_bound), status);
  const Doubles vol = smaller(larger(found.s * (1.0 / e.root_years), all(least)), all(most));
  store(w.vol + i, select(status > solved, Doubles{}, vol));
  double codes[lanes];
  store(codes, status);
  for (std::size_t k = 0; k < lanes; ++k) w.status[i + k] = static_cast<std::uint8_t>(codes[k]);
}

void implied_kernel(const ImpliedWork& w, std::size_t n) {
  const Expiry e = expiry(w.spot, w.years, w.rate, w.dividend_yield, w.anchor);
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) implied_at(w, e, i);
  if (i == n) return;
  std::uint8_t is_put[lanes];
  double in[3][lanes];
  double vol[lanes];
  std::uint8_t status[lanes];
  for (std::size_t k = 0; k < lanes; ++k) {
    const std::size_t from = i + k < n ? i + k : i;
    is_put[k] = w.is_put[from];
    in[0][k] = w.strike[from];
    in[1][k] = w.log_strike[from];
    in[2][k] = w.price[from];
  }
  ImpliedWork rest = w;
  rest.is_put = is_put;
  rest.strike = in[0];
  rest.log_strike = in[1];
  rest.price = in[2];
  rest.vol = vol;
  rest.status = status;
  implied_at(rest, e, 0);
  for (std::size_t k = 0; i + k < n; ++k) {
    w.vol[i + k] = vol[k];
    w.status[i + k] = status[k];
  }
}

}  // namespace
}  // namespace optcoord::pricing
