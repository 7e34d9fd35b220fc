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
  std::optional<double> iv{};  ///< annual, the host's; at or below 0 is absent
};

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

/// \returns the last New York date on which the option trades: its expiry, or for those settled at the open the session
/// before: the nearest of the six days before that `sessions` knows, else the weekday before.
[[nodiscard]] inline Date last_trading_date(const Contract& c, const ExerciseTerms& t, const SessionBook& sessions) {
  if (t.last_trade == LastTrade::pm) return c.expiry;
  std::optional<Date> business_day;
  for (int back = 1; back <= 6; ++back) {
    const Date d{std::chrono::sys_days{c.expiry} - std::chrono::days{back}};
    if (sessions.on(c.root(), d)) return d;
    if (!business_day && weekday(d).iso_encoding() <= 5) business_day = d;
  }
  return business_day.value_or(c.expiry);
}

/// \returns weekdays after `from`, up to and with `until`: sessions as far as anybody without a calendar can tell.
[[nodiscard]] inline std::int64_t weekdays_between(Date from, Date until) noexcept {
  using std::chrono::days;
  using std::chrono::sys_days;
  const auto count = [](sys_days d) {  // weekdays since a Monday long ago
    const std::int64_t n = (d - sys_days{std::chrono::year{1600} / 1 / 3}).count();
    const std::int64_t rest = n % 7;
    return n / 7 * 5 + (rest < 5 ? rest + 1 : 5);
  };
  return until <= from ? 0 : count(sys_days{until}) - count(sys_days{from});
}

/// \returns whether no session lies between `today` and `later`: the next one is on `later`. Days that `sessions` does
/// not know count as sessions when they are weekdays.
[[nodiscard]] inline bool next_session_is(std::string_view root, Date today, Date later, const SessionBook& sessions) {
  if (later <= today || std::chrono::sys_days{later} - std::chrono::sys_days{today} > std::chrono::days{7})
    return false;
  for (Date d = next_day(today); d < later; d = next_day(d)) {
    const bool calendar_known = sessions.on(root, later).has_value();
    if (sessions.on(root, d) || (!calendar_known && weekday(d).iso_encoding() <= 5)) return false;
  }
  return true;
}

}  // namespace optcoord
