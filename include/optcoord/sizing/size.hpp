// optcoord/sizing/size.hpp -- one trade's size: notional by the method, then every cap in order, then whole lots.
// SPDX-License-Identifier: MIT
//
// Callers ask a Sizer (sizing/sizer.hpp), which validated the rules; this is the arithmetic. With a maximum loss per
// unit everything in USD is capital at risk: what one unit counts is its worst case, not its price.
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/core/reason.hpp>
#include <optcoord/sizing/amounts.hpp>
#include <optcoord/sizing/method.hpp>
#include <optcoord/sizing/parameters.hpp>
#include <optcoord/sizing/request.hpp>

#include <algorithm>    // std::max, std::min
#include <array>        // std::array
#include <cmath>        // std::floor, std::isfinite
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t, std::uint8_t
#include <limits>       // std::numeric_limits
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view

namespace optcoord {

/// What may lower a size, in the order in which each acts on what the one before it left.
enum class SizeCap : std::uint8_t { max_position_size_usd, max_leverage, buying_power, lot };

inline constexpr std::size_t size_cap_count = 4;

/// \returns the protocol's name.
[[nodiscard]] constexpr std::string_view text(SizeCap cap) noexcept {
  constexpr std::array<std::string_view, size_cap_count> texts{"max_position_size_usd", "max_leverage", "buying_power",
                                                               "lot"};
  return texts[static_cast<std::size_t>(cap)];
}

/// A cap that lowered the size.
struct AppliedCap {
  SizeCap cap{};
  Usd from{};
  Usd to{};  ///< < from
};

/// The caps that lowered one size, in order.
class AppliedCaps {
 public:
  [[nodiscard]] const AppliedCap* begin() const noexcept { return caps_.data(); }
  [[nodiscard]] const AppliedCap* end() const noexcept { return caps_.data() + count_; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] const AppliedCap& operator[](std::size_t i) const noexcept { return caps_[i]; }

 private:
  friend struct Size;
  std::array<AppliedCap, size_cap_count> caps_{};
  std::size_t count_{0};
};

/// The answer. Zero is an answer too, with its reason.
struct Size {
  Usd raw_notional{};                    ///< by the method, before signal and caps
  Usd notional{};                        ///< of `units`; capital at risk when a maximum loss per unit was given
  Units units{};                         ///< of the underlying, not contracts
  std::optional<Contracts> contracts{};  ///< whole contracts; nothing without a multiplier above 1
  Code reason{Code::none};               ///< of a size of 0: no_equity, below_min or zero_size
  std::optional<SizeCap> binding{};      ///< the last cap that lowered and is not lot, else lot
  std::optional<Usd> at_risk{};          ///< lost at the stop or in the worst case; nothing without either
  std::optional<Usd> risk_target{};      ///< equity x risk per trade; nothing where no risk is configured

  // Not defaulted: value-initialising would clear all of it before the members are.
  Size() noexcept {}

  /// Every cap that lowered, in order.
  [[nodiscard]] AppliedCaps caps() const noexcept {
    AppliedCaps out;
    Usd from = before_caps_;
    for (std::size_t i = 0; i < size_cap_count; ++i) {
      if ((lowered_ >> i & 1U) == 0) continue;
      out.caps_[out.count_++] = {static_cast<SizeCap>(i), from, left_by_[i]};
      from = left_by_[i];
    }
    return out;
  }

  /// Lowers the notional to `limit`; nothing happens when it is not above it. Caps come in their order.
  void lower(SizeCap cap, Usd limit) noexcept {
    if (!(notional > limit)) return;
    if (lowered_ == 0) before_caps_ = notional;
    const auto at = static_cast<std::size_t>(cap);
    lowered_ = static_cast<std::uint8_t>(lowered_ | 1U << at);
    left_by_[at] = limit;
    if (cap != SizeCap::lot || !binding) binding = cap;
    notional = limit;
  }

 private:
  std::uint8_t lowered_{0};                    ///< a bit for each cap
  Usd before_caps_{};                          ///< what the first of them lowered
  std::array<Usd, size_cap_count> left_by_{};  ///< by SizeCap: each begins where the one before it ended
};

/// A strategy's rules as numbers. Made by Sizer::make, which validates them.
struct SizingRules {
  SizingRule rule{SizingRule::fixed_usd};
  /// fixed_usd: USD; percent_equity, kelly: fraction of equity; fixed_units: units or contracts; volatility_target: the
  /// target. 0 for the others.
  double amount{0};
  std::optional<double> risk_per_trade{};  ///< fraction of equity
  std::optional<double> stop_fraction{};   ///< of the entry; where a request names no stop
  Usd max_position{std::numeric_limits<double>::infinity()};
  Usd min_position{0};
  double max_leverage{default_max_leverage};
  std::optional<double> lot{};  ///< units
  HostNotional host{nullptr};   ///< for SizingRule::host
};

namespace detail {

/// Every floor of the room: what is short of a whole number by rounding alone counts as whole.
inline constexpr double floor_slack = 1e-12;
[[nodiscard]] inline double floor_whole(double x) noexcept { return std::floor(x * (1 + floor_slack)); }

/// \returns the input without which the method cannot size, or nullptr.
[[nodiscard]] constexpr const char* missing_input(const SizingRules& rules, const SizeRequest& r) noexcept {
  const bool stop_known = r.max_loss_per_unit || r.stop || r.stop_loss_pct || rules.stop_fraction;
  if (rules.rule == SizingRule::risk_based && !stop_known) return "stop";
  if (rules.rule == SizingRule::volatility_target && !r.volatility) return "volatility";
  return nullptr;
}

/// What a size is made of, beside rules and request.
struct SizingBasis {
  std::optional<double> risk_per_trade{};
  std::optional<double> stop_fraction{};
  double unit_value{0};
};

[[nodiscard]] inline Result<Usd> notional_of_host(const SizingRules& rules, const SizeRequest& r, const SizingBasis& b,
                                                  std::span<const std::optional<double>> values) {
  Result<Usd> own = rules.host({r, b.risk_per_trade, b.stop_fraction, b.unit_value, values});
  if (own && own->value < 0) return fail(Errc::invalid_value, "method");
  return own;
}

/// The table of built-in methods. \pre nothing is missing, equity > 0
[[nodiscard]] inline Usd notional_before_caps(const SizingRules& rules, const SizeRequest& r, const SizingBasis& b) {
  switch (rules.rule) {
    case SizingRule::fixed_usd: return Usd{rules.amount};
    case SizingRule::percent_equity:
    case SizingRule::kelly: return Usd{r.equity * rules.amount};
    case SizingRule::fixed_units: return Usd{rules.amount * b.unit_value * r.multiplier.value_or(1)};
    case SizingRule::volatility_target: return Usd{r.equity * rules.amount / *r.volatility};
    case SizingRule::risk_based: {
      const double risked = r.equity * *b.risk_per_trade;
      if (r.max_loss_per_unit) return Usd{floor_whole(risked / *r.max_loss_per_unit) * *r.max_loss_per_unit};
      return Usd{risked / *b.stop_fraction};
    }
    case SizingRule::host: break;
  }
  return Usd{};
}

/// The input that makes a figure too large when it is too small or large itself.
[[nodiscard]] constexpr const char* driving_input(const SizingRules& rules, const SizeRequest& r) noexcept {
  switch (rules.rule) {
    case SizingRule::volatility_target: return "volatility";
    case SizingRule::risk_based: return r.max_loss_per_unit ? "max_loss_per_unit" : "stop";
    case SizingRule::fixed_units: return "price";
    case SizingRule::host: return "method";
    default: return "equity";
  }
}

/// Turns the notional into units: whole lots, then whole contracts, both down. What that costs is the cap `lot`.
/// \returns `invalid_value` naming the input when the figure is out of range.
[[nodiscard]] inline Result<void> round_down(Size& s, const SizingRules& rules, const SizeRequest& r,
                                             double unit_value) {
  constexpr double largest_count = 9e15;  // beyond, a double no longer counts
  const double exact = s.notional.value / unit_value;
  if (!std::isfinite(exact)) return fail(Errc::invalid_value, r.max_loss_per_unit ? "max_loss_per_unit" : "price");
  double units = exact;
  std::optional<double> lot = r.lot ? r.lot : rules.lot;
  if (!lot && r.max_loss_per_unit) lot = 1;  // half an options structure cannot be traded
  if (lot) units = floor_whole(units / *lot) * *lot;
  if (!std::isfinite(units)) return fail(Errc::invalid_value, "lot");
  if (r.multiplier && *r.multiplier > 1) {
    const double contracts = floor_whole(units / *r.multiplier);
    if (contracts > largest_count) return fail(Errc::invalid_value, "multiplier");
    s.contracts = Contracts{static_cast<std::int64_t>(contracts)};
    units = contracts * *r.multiplier;
  }
  const bool something_lost = units < exact * (1 - floor_slack);
  if (something_lost) s.lower(SizeCap::lot, Usd{units * unit_value});
  s.units = Units{units};
  return {};
}

/// Makes the answer 0.
inline void be_nothing(Size& s, const SizeRequest& r, Code reason) noexcept {
  s.notional = {};
  s.units = {};
  if (r.multiplier && *r.multiplier > 1) s.contracts = Contracts{};
  s.reason = reason;
}

}  // namespace detail

namespace detail {

/// Fills in `s`, which is new. \returns the error that keeps it from being filled in.
[[nodiscard]] inline Result<void> size_into(Size& s, const SizingRules& rules, const SizeRequest& r,
                                            std::optional<double> risk_per_trade,
                                            std::span<const std::optional<double>> host_values) {
  if (const Result<void> good = check(r); !good) return good;
  if (const char* missing = missing_input(rules, r)) return fail(Errc::invalid_value, missing);
  if (risk_per_trade) s.risk_target = Usd{std::max(r.equity, 0.0) * *risk_per_trade};
  if (!(r.equity > 0)) return be_nothing(s, r, Code::no_equity), Result<void>{};

  SizingBasis basis{risk_per_trade, rules.stop_fraction, r.max_loss_per_unit.value_or(r.price)};
  if (const std::optional<double> asked = stop_fraction(r)) basis.stop_fraction = *asked;
  if (rules.rule == SizingRule::host) {
    const Result<Usd> own = notional_of_host(rules, r, basis, host_values);
    if (!own) return tl::unexpected<Error>(own.error());
    s.raw_notional = *own;
  } else {
    s.raw_notional = notional_before_caps(rules, r, basis);
  }
  if (!std::isfinite(s.raw_notional.value)) return fail(Errc::invalid_value, driving_input(rules, r));

  s.notional = Usd{s.raw_notional.value * r.signal.value_or(1)};
  s.lower(SizeCap::max_position_size_usd, rules.max_position);
  s.lower(SizeCap::max_leverage, Usd{r.equity * rules.max_leverage});
  if (r.buying_power) s.lower(SizeCap::buying_power, Usd{std::max(*r.buying_power, 0.0)});
  if (const Result<void> rounded = round_down(s, rules, r, basis.unit_value); !rounded) return rounded;

  const bool nothing = !(s.notional > Usd{}) || !(s.units > Units{});
  if (nothing || s.notional < rules.min_position) be_nothing(s, r, nothing ? Code::zero_size : Code::below_min);
  if (r.max_loss_per_unit) {
    s.at_risk = s.notional;
  } else if (basis.stop_fraction) {
    s.at_risk = Usd{s.notional.value * *basis.stop_fraction};
  }
  return {};
}

}  // namespace detail

/// Sizes one trade. `risk_per_trade` is the rules', or what performance has made of it; `host_values` are those of the
/// host's method. \returns the size, or `invalid_value` naming the input that keeps it from being computed: never a
/// fallback. No allocation, O(1).
[[nodiscard]] inline Result<Size> size(const SizingRules& rules, const SizeRequest& r,
                                       std::optional<double> risk_per_trade,
                                       std::span<const std::optional<double>> host_values = {}) {
  Result<Size> out{tl::in_place};  // filled in where it is returned: it is larger than what is computed
  if (const Result<void> good = detail::size_into(*out, rules, r, risk_per_trade, host_values); !good)
    out = tl::unexpected<Error>(good.error());
  return out;
}

}  // namespace optcoord
