// optcoord/exercise/position.hpp -- one held position with all the planner looks at: terms, prices, dividends.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/market/contract.hpp>
#include <optcoord/market/dividend.hpp>   // Dividend
#include <optcoord/market/new_york.hpp>   // weekday, next_day
#include <optcoord/market/product.hpp>    // Product
#include <optcoord/market/quote.hpp>      // Quote
#include <optcoord/market/session.hpp>    // SessionBook
#include <optcoord/market/snapshot.hpp>   // Price
#include <optcoord/pricing/formulas.hpp>  // Formulas

#include <chrono>    // std::chrono::days
#include <cmath>     // std::isfinite
#include <cstdint>   // std::int64_t
#include <optional>  // std::optional
#include <span>      // std::span

namespace optcoord {

/// What of a product decides about exercise.
struct ExerciseTerms {
  double multiplier{100};  ///< units of underlying per contract
  Style style{Style::american};
  Settlement settlement{Settlement::physical};
  LastTrade last_trade{LastTrade::pm};
  double tick{0.01};  ///< USD

  friend constexpr bool operator==(const ExerciseTerms&, const ExerciseTerms&) noexcept = default;
};

[[nodiscard]] inline ExerciseTerms exercise_terms(const Contract& c, const Product& p) noexcept {
  return {multiplier(c, p), p.style, p.settlement, p.last_trade, p.tick};
}

/// A position of one strategy and what is known of its prices. Shares and futures cover calls and count in the worst
/// case of a structure; only options are assessed.
struct ExpiryPosition {
  StrategyId strategy{};
  ContractId id{};  ///< with the strategy, what attempts and stops are kept by
  Contract contract{};
  std::int64_t quantity{0};  ///< contracts, + long, - short
  ExerciseTerms terms{};
  std::optional<Price> spot{};  ///< of the underlying
  Quote quote{};                ///< of the option
  Timestamp quoted_at{};
  std::optional<double> iv{};  ///< annual, the host's; at or below 0 or above `highest_vol` is absent
};

/// The highest volatility believed, annual: 1000 %, where the search for an implied one ends.
inline constexpr double highest_vol = 10.0;

/// \returns the price of the underlying; nothing unless it is finite and above 0.
[[nodiscard]] inline std::optional<double> spot_of(const ExpiryPosition& p) noexcept {
  if (!p.spot || !std::isfinite(p.spot->value) || p.spot->value <= 0) return std::nullopt;
  return p.spot->value;
}

/// What the planner needs besides positions.
struct ExpiryMarket {
  const SessionBook& sessions;
  std::span<const Dividend> dividends{};
  std::optional<double> rate{};  ///< continuous, per year
  pricing::Formulas formulas{pricing::scalar_formulas()};
};

/// Whether holders may refuse exercise in the money, or ask for it out of it, after the close. Options on futures
/// allow it when they are American: the quarterly and serial months, which expire on the third Friday. The weekly and
/// end-of-month ones of the same root do not.
[[nodiscard]] inline bool contrary_exercise(const Contract& c, const ExerciseTerms& t) noexcept {
  if (t.settlement == Settlement::cash) return false;
  if (t.settlement == Settlement::physical) return true;
  if (t.style != Style::american) return false;
  const unsigned day = static_cast<unsigned>(c.expiry.day());
  return weekday(c.expiry) == std::chrono::Friday && day >= 15 && day <= 21;
}

}  // namespace optcoord
