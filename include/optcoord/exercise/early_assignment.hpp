// optcoord/exercise/early_assignment.hpp -- whether the holder of an American option gains by exercising it tonight.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/exercise/moneyness.hpp>
#include <optcoord/exercise/position.hpp>
#include <optcoord/exercise/trading_days.hpp>  // next_session_is
#include <optcoord/pricing/black_scholes.hpp>  // pricing::years

#include <algorithm>  // std::max
#include <cmath>      // std::exp, std::isfinite
#include <optional>   // std::optional

namespace optcoord {

namespace detail {

[[nodiscard]] inline bool pays(const Dividend& d, const ExpiryPosition& p) noexcept {
  return d.root == p.contract.root() && std::isfinite(d.amount) && d.amount > 0;
}

/// USD per share that goes ex on the session after `today`.
[[nodiscard]] inline double dividend_next(const ExpiryPosition& p, const ExpiryMarket& m, Date today) {
  double sum = 0;
  for (const Dividend& d : m.dividends)
    if (pays(d, p) && next_session_is(d.root, today, d.ex_date, m.sessions)) sum += d.amount;
  return sum;
}

/// USD per share that goes ex after `today` and by the expiry.
[[nodiscard]] inline double dividends_left(const ExpiryPosition& p, const ExpiryMarket& m, Date today) {
  double sum = 0;
  for (const Dividend& d : m.dividends)
    if (pays(d, p) && d.ex_date > today && d.ex_date <= p.contract.expiry) sum += d.amount;
  return sum;
}

}  // namespace detail

/// Whether a short option may be assigned before it expires: a call in the money whose time value is below the dividend
/// that goes ex on the next session; a put in the money whose time value is below what its strike would earn until
/// expiry, less dividends to come. `mid` is of a fresh quote: a time value that none shows counts as none, better
/// warned than surprised. False for what is long, European, out of the money, without a spot, or expired. Units USD per
/// share.
[[nodiscard]] inline bool early_assignment_likely(const ExpiryPosition& p, std::optional<double> mid,
                                                  const ExpiryMarket& m, Timestamp now) {
  const std::optional<double> spot = spot_of(p);
  if (p.contract.kind != Kind::option || p.quantity >= 0 || p.terms.style != Style::american || !spot) return false;
  const Right right = p.contract.right;
  const double strike = p.contract.strike();
  if (!in_the_money(right, *spot, strike)) return false;
  const Date today = new_york_date(now);
  if (p.contract.expiry <= today) return false;
  const double worth = intrinsic(right, *spot, strike);
  const double extrinsic = std::max(mid.value_or(worth) - worth, 0.0);
  if (right == Right::call) return extrinsic < detail::dividend_next(p, m, today);
  if (!m.rate) return false;
  const double years = pricing::years(expiry_instant(p.contract, m.sessions) - now);
  const double carry = strike * (1.0 - std::exp(-*m.rate * years)) - detail::dividends_left(p, m, today);
  return extrinsic < carry;
}

}  // namespace optcoord
