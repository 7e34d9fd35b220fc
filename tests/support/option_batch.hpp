// tests/support/option_batch.hpp -- many options side by side, drawn by chance, and where their figures go.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/pricing/batch.hpp>
#include <support/dice.hpp>

#include <cmath>    // std::exp, std::log
#include <cstddef>  // std::size_t
#include <cstring>  // std::memcmp
#include <vector>   // std::vector

namespace optcoord::test {

/// A number from `low` to `high`.
[[nodiscard]] inline double between(Dice& dice, double low, double high) {
  return low + (high - low) * static_cast<double>(dice.roll(1'000'001)) * 1e-6;
}
/// The same, each order of magnitude as likely as another.
[[nodiscard]] inline double log_between(Dice& dice, double low, double high) {
  return std::exp(between(dice, std::log(low), std::log(high)));
}

/// The options of one expiry.
struct OptionBatch {
  pricing::ExpiryTerms expiry{};
  std::vector<Right> right{};
  std::vector<double> strike{};
  std::vector<double> log_strike{};
  std::vector<double> vol{};

  void add(Right r, double k, double v) {
    right.push_back(r);
    strike.push_back(k);
    vol.push_back(v);
  }
  /// To be called when all are there.
  void finish(const pricing::Kernels& kernels) {
    log_strike.resize(strike.size());
    (void)kernels.log_ratio(strike, expiry.anchor, log_strike);
  }
  [[nodiscard]] std::size_t size() const { return strike.size(); }
  [[nodiscard]] pricing::ChainInput input() const { return {right, strike, log_strike, vol}; }
  [[nodiscard]] pricing::OptionTerms terms(std::size_t i) const {
    return {right[i], expiry.spot, strike[i], expiry.years, expiry.rate, expiry.dividend_yield};
  }
};

/// Columns of figures, all of one length.
struct Columns {
  std::vector<std::vector<double>> at;
  Columns(std::size_t columns, std::size_t n) : at(columns, std::vector<double>(n, -1.0)) {}
  [[nodiscard]] pricing::ChainGreeks greeks() { return {at[0], at[1], at[2], at[3], at[4]}; }
};

/// \returns whether every bit is the same, those of "not a number" too.
[[nodiscard]] inline bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}
[[nodiscard]] inline bool same_bits(const Columns& a, const Columns& b) {
  for (std::size_t c = 0; c < a.at.size(); ++c)
    if (!same_bits(a.at[c], b.at[c])) return false;
  return a.at.size() == b.at.size();
}

/// An expiry with `n` options of all kinds: wings, the last minute, no volatility and far too much of it.
[[nodiscard]] inline OptionBatch drawn_options(Dice& dice, std::size_t n) {
  OptionBatch b;
  const double spot = log_between(dice, 0.5, 10'000);
  const double years = dice.roll(20) == 0 ? 0.0 : log_between(dice, 1.0 / 525'600, 3.0);
  b.expiry = {spot, years, between(dice, -0.03, 0.10), dice.roll(2) == 0 ? 0.0 : between(dice, 0.0, 0.08), spot};
  for (std::size_t i = 0; i < n; ++i) {
    const double vol = dice.roll(50) == 0 ? 0.0 : log_between(dice, 0.01, 5.0);
    const double sigmas = between(dice, -9.0, 9.0);
    const double strike = dice.roll(50) == 0 ? spot : spot * std::exp(sigmas * vol * std::sqrt(years));
    b.add(dice.roll(2) == 0 ? Right::call : Right::put, strike, vol);
  }
  return b;
}

}  // namespace optcoord::test
