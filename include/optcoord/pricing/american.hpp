// optcoord/pricing/american.hpp -- what an option that may be exercised at any time is worth.
// SPDX-License-Identifier: MIT
//
// The early exercise boundary by fixed-point iteration and the premium by quadrature over it (Andersen, Lake and
// Offengenden, "High-performance American option pricing", Journal of Computational Finance 2016), started from Barone-
// Adesi and Whaley's boundary. Calls are priced as puts with spot and strike, and rate and yield, exchanged (McDonald
// and Schroder 1998). Example:
//
//   american_value({Right::put, 100.0, 100.0, 1.0, 0.05, 0.05}, 0.25);   // 9.5694; the European one 9.4625
//
// Cash dividends are escrowed: what is to be paid before expiry is taken from the spot at its present value, and the
// rest moves.
#pragma once

#include <optcoord/pricing/american_approximation.hpp>  // the first guess
#include <optcoord/pricing/black_scholes.hpp>           // OptionTerms, value

#include <algorithm>  // std::clamp, std::max, std::min
#include <array>      // std::array
#include <cmath>      // std::cos, std::exp, std::log, std::sqrt
#include <cstddef>    // std::size_t
#include <numbers>    // std::numbers
#include <span>       // std::span

namespace optcoord::pricing {

namespace detail {

/// A call is a put on the strike, struck at the spot, in the other currency.
[[nodiscard]] inline OptionTerms as_put(const OptionTerms& o) noexcept {
  if (o.right == Right::put) return o;
  return {Right::put, o.strike, o.spot, o.years, o.dividend_yield, o.rate};
}

/// One half of Gauss and Legendre's 16 points on [-1, 1]: the other is its mirror image.
struct QuadraturePoint {
  double at;
  double weight;
};
inline constexpr QuadraturePoint quadrature[] = {
    {0.9894009349916499326, 0.02715245941175409485}, {0.9445750230732325761, 0.06225352393864789286},
    {0.8656312023878317439, 0.09515851168249278481}, {0.7554044083550030339, 0.1246289712555338721},
    {0.6178762444026437484, 0.1495959888165767321},  {0.4580167776572273863, 0.1691565193950025382},
    {0.2816035507792589132, 0.1826034150449235889},  {0.09501250983763744019, 0.1894506104550684963}};

/// The integral over `age` from 0 to `years` of f(age), which changes as the root of the age does near 0.
template <class F>
[[nodiscard]] double integral(double years, F f) noexcept {
  double sum = 0;
  for (const QuadraturePoint& point : quadrature)
    for (const double y : {1.0 + point.at, 1.0 - point.at}) sum += point.weight * 0.5 * y * f(0.25 * y * y * years);
  return sum * years;
}

/// The boundary of an American put as a function of the time left: ln^2(boundary / its limit at expiry) as a polynomial
/// in the root of that time, through Chebyshev's points.
class ExerciseBoundary {
 public:
  ExerciseBoundary(const OptionTerms& put, double vol) noexcept : put_(put), vol_(vol) {
    limit_ = put.strike * (put.dividend_yield > put.rate ? put.rate / put.dividend_yield : 1.0);
    for (std::size_t i = 0; i < points; ++i) {
      const double z = std::cos(std::numbers::pi * static_cast<double>(i) / (points - 1));
      years_[i] = 0.25 * (1.0 + z) * (1.0 + z) * put.years;
      if (i + 1 == points) continue;  // at expiry: the limit
      OptionTerms shorter = put;
      shorter.years = years_[i];
      set(i, critical_spot(QuadraticPremium(shorter, vol)));
    }
    fit();
    constexpr int iterations = 8;
    for (int k = 0; k < iterations; ++k) improve();
  }

  /// \returns the spot at or below which the put is exercised with `years` left.
  [[nodiscard]] double at(double years) const noexcept {
    const double z = 2.0 * std::sqrt(years / put_.years) - 1.0;
    double next = 0;
    double sum = 0;
    for (std::size_t k = points; k-- > 1;) {  // Clenshaw
      const double before = 2.0 * z * sum - next + coefficient_[k];
      next = sum;
      sum = before;
    }
    return limit_ * std::exp(-std::sqrt(std::max(z * sum - next + coefficient_[0], 0.0)));
  }

  /// \returns what the right to exercise early is worth at the put's spot.
  [[nodiscard]] double premium() const noexcept {
    const double whole = put_.years;
    return integral(whole, [&](double age) {
      const double d1 = distance(put_.spot / at(whole - age), age);
      return put_.rate * put_.strike * std::exp(-put_.rate * age) * normal_cdf(deviation(age) - d1) -
             put_.dividend_yield * put_.spot * std::exp(-put_.dividend_yield * age) * normal_cdf(-d1);
    });
  }

 private:
  static constexpr std::size_t points = 9;

  [[nodiscard]] double deviation(double years) const noexcept { return vol_ * std::sqrt(years); }
  [[nodiscard]] double distance(double ratio, double years) const noexcept {
    const double s = deviation(years);
    return (std::log(ratio) + (put_.rate - put_.dividend_yield) * years) / s + 0.5 * s;
  }
  void set(std::size_t i, double boundary) noexcept {
    const double ln = std::log(std::clamp(boundary, 1e-12 * limit_, limit_) / limit_);
    squared_[i] = ln * ln;
  }
  /// One fixed-point iteration at all points, on the boundary of the last.
  void improve() noexcept {
    for (std::size_t i = 0; i + 1 < points; ++i) {
      const double t = years_[i];
      const double b = limit_ * std::exp(-std::sqrt(squared_[i]));
      const double d1 = distance(b / put_.strike, t);
      const double r = put_.rate;
      const double q = put_.dividend_yield;
      double over = normal_cdf(d1 - deviation(t));
      double under = normal_cdf(d1);
      over += r * integral(t, [&](double age) {
                return std::exp(r * (t - age)) * normal_cdf(distance(b / at(t - age), age) - deviation(age));
              });
      if (q != 0)
        under += q * integral(t, [&](double age) {
                   return std::exp(q * (t - age)) * normal_cdf(distance(b / at(t - age), age));
                 });
      set(i, put_.strike * std::exp((q - r) * t) * over / under);
    }
    fit();
  }
  /// The polynomial through the points.
  void fit() noexcept {
    constexpr double n = points - 1;
    for (std::size_t k = 0; k < points; ++k) {
      double sum = 0.5 * (squared_[0] + (k % 2 == 0 ? 1.0 : -1.0) * squared_[points - 1]);
      for (std::size_t i = 1; i + 1 < points; ++i)
        sum += squared_[i] * std::cos(std::numbers::pi * static_cast<double>(i * k) / n);
      coefficient_[k] = (k == 0 || k + 1 == points ? 1.0 : 2.0) * sum / n;
    }
  }

  OptionTerms put_;
  double vol_;
  double limit_{0};
  std::array<double, points> years_{};
  std::array<double, points> squared_{};
  std::array<double, points> coefficient_{};
};

}  // namespace detail

/// \returns the value of an American option, USD per unit. Where waiting never costs (puts at a rate at or below 0,
/// calls at a yield at or below 0) it is the European value, or the intrinsic value if that is more; with both rate and
/// yield below 0 there can be two boundaries, which this does not look for. Not a number unless the terms are valid and
/// `vol` is finite and >= 0. Some 3,000 evaluations of the normal distribution.
[[nodiscard]] inline double american_value(const OptionTerms& o, double vol) noexcept {
  const double european = value(o, vol);
  if (!(european >= 0)) return european;  // not a number
  const OptionTerms put = detail::as_put(o);
  if (detail::never_early(o, vol)) return std::max(european, detail::intrinsic(o));
  const detail::ExerciseBoundary boundary(put, vol);
  if (put.spot <= boundary.at(put.years)) return detail::intrinsic(o);
  return std::max(european + std::max(boundary.premium(), 0.0), detail::intrinsic(o));
}

/// A payment of `amount` USD per unit to whoever holds the underlying before the ex-date, `years` from now.
struct CashDividend {
  double years{0};
  double amount{0};
};

/// \returns the terms with the present value of the dividends that fall after now and not after expiry taken from the
/// spot: what a European option is priced on.
[[nodiscard]] inline OptionTerms escrowed(OptionTerms o, std::span<const CashDividend> dividends) noexcept {
  for (const CashDividend& d : dividends)
    if (d.years > 0 && d.years <= o.years) o.spot -= d.amount * std::exp(-o.rate * d.years);
  return o;
}

/// \returns the value of an American option whose underlying pays cash dividends besides its yield. A call is worth the
/// most of keeping it and of exercising just before one of the ex-dates (Black 1975), a put its value on the escrowed
/// spot, which is a little much deep in the money before a dividend. Not a number when dividends exceed the spot.
[[nodiscard]] inline double american_value(const OptionTerms& o, double vol,
                                           std::span<const CashDividend> dividends) noexcept {
  double most = std::max(american_value(escrowed(o, dividends), vol), detail::intrinsic(o));
  if (o.right == Right::put) return most;
  for (const CashDividend& d : dividends) {
    if (!(d.years > 0) || d.years > o.years) continue;
    OptionTerms until = o;
    until.years = d.years;
    for (const CashDividend& before : dividends)
      if (before.years > 0 && before.years < d.years) until.spot -= before.amount * std::exp(-o.rate * before.years);
    most = std::max(most, american_value(until, vol));
  }
  return most;
}

}  // namespace optcoord::pricing
