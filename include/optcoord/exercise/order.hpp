// optcoord/exercise/order.hpp -- the limit of a closing attempt, what stops it, and what not closing would cost.
// SPDX-License-Identifier: MIT
//
// Example: buying back at bid 1.10, ask 1.20, cap 0.10, ten attempts: 1.15 first, 1.25 at the tenth.
#pragma once

#include <optcoord/core/reason.hpp>  // Code
#include <optcoord/exercise/moneyness.hpp>
#include <optcoord/exercise/position.hpp>
#include <optcoord/exercise/scores.hpp>

#include <algorithm>  // std::max, std::min
#include <cmath>      // std::abs, std::ceil, std::floor, std::round, std::sqrt
#include <cstdint>    // std::int32_t
#include <optional>   // std::optional

namespace optcoord {

enum class OrderType : std::uint8_t { limit, market };

[[nodiscard]] constexpr std::string_view text(OrderType t) noexcept {
  return t == OrderType::limit ? "limit" : "market";
}

/// What to send. A market order replaces the working stop; a limit order closes.
struct OrderAdvice {
  OrderType type{OrderType::limit};
  std::optional<double> limit_price{};  ///< USD per unit
  std::int64_t quantity{0};             ///< contracts, > 0: buys back a short, sells a long

  friend constexpr bool operator==(const OrderAdvice&, const OrderAdvice&) noexcept = default;
};

/// How far from mid attempt `attempt` of `attempts` goes, USD: nothing at first, all of `most` at the last.
[[nodiscard]] inline double slippage_step(std::int32_t attempt, std::int32_t attempts, double most) noexcept {
  if (attempts <= 1) return 0.0;
  return most * static_cast<double>(attempt - 1) / static_cast<double>(attempts - 1);
}

/// \returns the limit `step` from `mid` towards the market, to the nearest whole tick (the nearer to a fill when in the
/// middle), but never more than `most` from mid: then the tick before. At least one tick. USD per unit.
[[nodiscard]] inline double limit_price(bool buy, double mid, double step, double most, double tick) noexcept {
  constexpr double rounding = 1e-9;  // of a tick: prices are decimals, doubles are not
  const double way = buy ? 1.0 : -1.0;
  const double wanted = way * (mid + way * step) / tick;
  const double furthest = way * (mid + way * most) / tick;
  const double ticks = way * std::min(std::floor(wanted + 0.5 + rounding), std::floor(furthest + rounding));
  const double per_dollar = std::round(1.0 / tick);
  const bool divides = std::abs(per_dollar * tick - 1.0) < rounding;  // 115 / 100 is 1.15; 115 x 0.01 is not
  const double whole = std::max(ticks, 1.0);
  return divides ? whole / per_dollar : whole * tick;
}

/// The quote a position of `quantity` can be closed on: two-sided as it is. An ask alone, of at most twice `most`, buys
/// back a short: nobody bids for what is nearly worthless, so the bid is 0. \returns nothing for any other.
[[nodiscard]] inline std::optional<Quote> closing_quote(const Quote& q, std::int64_t quantity, double most) noexcept {
  const QuoteState s = state(q);
  if (s == QuoteState::two_sided) return q;
  const bool ask_alone = s == QuoteState::one_sided && q.ask && std::isfinite(*q.ask) && *q.ask > 0;
  if (quantity >= 0 || !ask_alone || detail::millionths(*q.ask) > 2 * detail::millionths(most)) return std::nullopt;
  return Quote{0.0, q.ask};
}

/// \returns whether the far side of a `closing_quote` is more than `most` from mid: no limit within the cap reaches it.
[[nodiscard]] inline bool exceeds_slippage(const Quote& q, double most) noexcept {
  return detail::millionths(0.5 * (*q.ask - *q.bid)) > detail::millionths(most);
}

/// What to weigh when closing is stopped. USD, + paid, - received.
struct ClosingCosts {
  std::optional<double> close_now{};   ///< at the far side of a fresh quote; none without one, or crossed
  std::optional<double> assignment{};  ///< the value given up at settlement, at the present spot
  std::optional<double> overnight{};   ///< one standard deviation of a session's move of what would be delivered
};

/// \returns the costs of closing `quantity` (> 0) contracts of `p` now, on a quote that is `fresh`, and of not doing
/// so.
[[nodiscard]] inline ClosingCosts closing_costs(const ExpiryPosition& p, std::int64_t quantity, double vol,
                                                bool fresh) {
  const double units = static_cast<double>(quantity) * p.terms.multiplier;
  const double sign = p.quantity < 0 ? 1.0 : -1.0;
  ClosingCosts c;
  const std::optional<double>& far = p.quantity < 0 ? p.quote.ask : p.quote.bid;
  const bool usable = fresh && state(p.quote) != QuoteState::crossed;
  if (usable && far && std::isfinite(*far) && *far > 0) c.close_now = sign * units * *far;
  const std::optional<double> spot = spot_of(p);
  if (!spot) return c;
  c.assignment = sign * units * intrinsic(p.contract.right, *spot, p.contract.strike());
  c.overnight = units * *spot * std::sqrt(variance(vol, minutes_per_session));
  return c;
}

}  // namespace optcoord
