// optcoord/sizing/request.hpp -- what one trade's size depends on, and whether it can be sized at all.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/error.hpp>

#include <array>        // std::array
#include <cmath>        // std::isfinite
#include <cstdint>      // std::uint8_t
#include <limits>       // std::numeric_limits
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord {

enum class PositionSide : std::uint8_t { long_side, short_side };

/// \returns "long" or "short".
[[nodiscard]] constexpr std::string_view text(PositionSide side) noexcept {
  return side == PositionSide::long_side ? "long" : "short";
}

/// The input of one size. USD, prices per unit of underlying.
struct SizeRequest {
  double equity{0};  ///< at or below 0: the size is 0
  double price{0};   ///< entry, > 0
  PositionSide side{PositionSide::long_side};
  std::optional<double> stop{};               ///< price, > 0: below the entry of a long, above that of a short
  std::optional<double> stop_loss_pct{};      ///< distance of the stop from the entry, above 0, below 100: see below
  std::optional<double> signal{};             ///< strength, 0 to 1; absent: 1
  std::optional<double> multiplier{};         ///< units per contract, > 0; above 1: whole contracts
  std::optional<double> lot{};                ///< units the exchange trades at least, > 0; before the strategy's
  std::optional<double> max_loss_per_unit{};  ///< USD, > 0: the worst case of an options structure, not its premium
  std::optional<double> buying_power{};       ///< USD available; below 0 counts as 0
  std::optional<double> volatility{};         ///< annualised, a fraction, > 0
};

/// The distance of the stop as a fraction of the entry, > 0. Nothing when `r` names no stop. A price wins over a
/// percentage, of which hosts send both kinds: below 1 it is taken for a fraction (0.03), from 1 on for percent (3.0),
/// so that of its two readings the wider stop counts, which never makes the larger trade. \pre `check(r)` is good
[[nodiscard]] constexpr std::optional<double> stop_fraction(const SizeRequest& r) noexcept {
  constexpr double percent = 100;
  if (r.stop) return (r.side == PositionSide::long_side ? r.price - *r.stop : *r.stop - r.price) / r.price;
  if (!r.stop_loss_pct) return std::nullopt;
  return *r.stop_loss_pct < 1 ? *r.stop_loss_pct : *r.stop_loss_pct / percent;
}

namespace detail {

[[nodiscard]] constexpr bool is_positive(double v) noexcept {
  return v > 0 && v <= std::numeric_limits<double>::max();  // not NaN, not infinite
}

/// The inputs that, where given, are above zero.
struct PositiveInput {
  const char* field;
  std::optional<double> SizeRequest::*member;
};
inline constexpr std::array<PositiveInput, 5> positive_inputs{{{"stop", &SizeRequest::stop},
                                                               {"multiplier", &SizeRequest::multiplier},
                                                               {"lot", &SizeRequest::lot},
                                                               {"max_loss_per_unit", &SizeRequest::max_loss_per_unit},
                                                               {"volatility", &SizeRequest::volatility}}};

}  // namespace detail

/// Whether every figure of `r` is one. \returns `invalid_value` naming the first that is not: not finite, not above
/// zero where it must be, a signal outside 0 to 1, a stop on the wrong side or at no distance. No figure is replaced.
[[nodiscard]] inline Result<void> check(const SizeRequest& r) noexcept {
  if (!std::isfinite(r.equity)) return fail(Errc::invalid_value, "equity");
  if (!detail::is_positive(r.price)) return fail(Errc::invalid_value, "price");
  for (const detail::PositiveInput& p : detail::positive_inputs)
    if (const std::optional<double>& given = r.*p.member; given && !detail::is_positive(*given))
      return fail(Errc::invalid_value, p.field);
  if (r.stop_loss_pct && !(*r.stop_loss_pct > 0 && *r.stop_loss_pct < 100))
    return fail(Errc::invalid_value, "stop_loss_pct");
  if (r.signal && !(*r.signal >= 0 && *r.signal <= 1)) return fail(Errc::invalid_value, "signal");
  if (r.buying_power && !std::isfinite(*r.buying_power)) return fail(Errc::invalid_value, "buying_power");
  if (const std::optional<double> distance = stop_fraction(r); distance && !detail::is_positive(*distance))
    return fail(Errc::invalid_value, r.stop ? "stop" : "stop_loss_pct");
  return {};
}

}  // namespace optcoord
