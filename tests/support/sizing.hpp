// tests/support/sizing.hpp -- sizers of few words: the accounts and prices that sizing tests share.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/sizing/sizer.hpp>

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace optcoord::test {

/// Equity 10,000 and price 50,000, which the checks of sizing are about.
[[nodiscard]] inline SizeRequest usual_trade() { return {.equity = 10'000, .price = 50'000}; }

[[nodiscard]] inline PositionSizingConfig fixed_usd(double amount) {
  return {.method = "fixed_usd", .fixed_amount_usd = amount};
}
[[nodiscard]] inline PositionSizingConfig percent_equity(double fraction) {
  return {.method = "percent_equity", .percent_equity = fraction};
}
[[nodiscard]] inline PositionSizingConfig risk_based(double fraction) {
  return {.method = "risk_based", .risk_per_trade_pct = fraction};
}
[[nodiscard]] inline PositionSizingConfig fixed_units(double units) {
  return {.method = "fixed_units", .fixed_units = units};
}
[[nodiscard]] inline PositionSizingConfig kelly(double win_rate, double win_loss_ratio, double cap) {
  return {.method = "kelly", .kelly_win_rate = win_rate, .kelly_win_loss_ratio = win_loss_ratio, .kelly_cap = cap};
}
[[nodiscard]] inline PositionSizingConfig volatility_target(double target) {
  return {.method = "volatility_target", .target_volatility = target};
}

/// A sizer of one block that is right.
[[nodiscard]] inline Sizer sizer_of(const PositionSizingConfig& config) {
  SizingResult<Sizer> made = Sizer::make(inherited({}, config));
  REQUIRE(made);
  return *std::move(made);
}
/// The size of a trade that can be sized.
[[nodiscard]] inline Size size_of(const PositionSizingConfig& config, const SizeRequest& request) {
  const Result<Size> size = sizer_of(config).size(request);
  REQUIRE(size);
  return *size;
}
/// The field that keeps a trade from being sized.
[[nodiscard]] inline std::string refused_for(const PositionSizingConfig& config, const SizeRequest& request) {
  const Result<Size> size = sizer_of(config).size(request);
  REQUIRE_FALSE(size);
  CHECK(size.error().code == Errc::invalid_value);
  return size.error().field;
}
/// The caps that lowered a size, as "lot 990 -> 950".
[[nodiscard]] inline std::vector<std::string> caps_of(const Size& size) {
  std::vector<std::string> out;
  for (const AppliedCap& c : size.caps())
    out.push_back(std::string{text(c.cap)} + " " + optcoord::detail::number_text(c.from.value) + " -> " +
                  optcoord::detail::number_text(c.to.value));
  return out;
}
/// What is wrong with a configuration, as "invalid_value path".
[[nodiscard]] inline std::vector<std::string> fault_list_of(const std::vector<SizingFault>& faults) {
  std::vector<std::string> out;
  for (const SizingFault& f : faults) out.push_back(std::string{text(f.code)} + " " + f.path);
  return out;
}

using Texts = std::vector<std::string>;

}  // namespace optcoord::test
