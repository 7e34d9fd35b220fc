// optcoord/ipmcc/chain.hpp -- an underlying's option chain as the host knows it: viewed, never copied.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>         // Date, Duration, Timestamp
#include <optcoord/market/contract.hpp>   // Contract
#include <optcoord/market/greeks.hpp>     // OptionalGreeks
#include <optcoord/market/new_york.hpp>   // new_york_date
#include <optcoord/market/quote.hpp>      // Quote, mid
#include <optcoord/market/session.hpp>    // SessionBook, expiry_instant
#include <optcoord/pricing/formulas.hpp>  // Formulas

#include <chrono>    // std::chrono::sys_days
#include <cmath>     // std::isfinite
#include <cstdint>   // std::int32_t
#include <optional>  // std::optional
#include <span>      // std::span

namespace optcoord::ipmcc {

/// One contract of a chain. What is not known is absent, never zero.
struct ChainOption {
  Contract contract{};
  Quote quote{};               ///< USD per unit
  std::optional<double> iv{};  ///< annual; at or below 0 the vendor's solver failed and its Greeks are not used
  OptionalGreeks greeks{};     ///< the host's, per unit, long side
  Timestamp at{};              ///< of the quote
};

/// What the host knows of one underlying when it asks for a plan. The chain is only looked at while a plan is made.
struct Market {
  Contract underlying{};                 ///< the share contract of the root: Contract::share("GOOG")
  std::optional<double> spot{};          ///< USD per unit
  std::span<const ChainOption> chain{};  ///< in any order; contracts of other roots are passed over
  double multiplier{100};                ///< units of underlying per contract
  double tick{0.01};                     ///< smallest price step, USD
  std::optional<double> rate{};          ///< continuous, per year; without it no Greeks can be computed
  double dividend_yield{0};              ///< continuous, per year
  Duration max_quote_age{std::chrono::seconds{60}};
  std::optional<double> vix{};
  std::optional<Date> ex_dividend{};     ///< the next ex-dividend date known
  bool no_short_calls{false};            ///< a market event in force forbids selling calls
  const SessionBook* sessions{nullptr};  ///< closes that are not at 16:00 New York
  pricing::Formulas formulas{pricing::scalar_formulas()};
};

/// \returns calendar days from `from` to `to`; negative when it lies before.
[[nodiscard]] constexpr std::int32_t days_between(Date from, Date to) noexcept {
  return static_cast<std::int32_t>((std::chrono::sys_days{to} - std::chrono::sys_days{from}).count());
}
/// \returns calendar days to expiry by New York's calendar: 0 on the expiry date.
[[nodiscard]] constexpr std::int32_t days_to_expiry(const Contract& c, Timestamp now) noexcept {
  return days_between(new_york_date(now), c.expiry);
}

/// Greeks, and whether they are our own.
struct ChainGreeks {
  OptionalGreeks greeks{};
  bool computed{false};
};

namespace detail {

[[nodiscard]] inline bool is_vendor_failure(const ChainOption& o) noexcept { return o.iv && !(*o.iv > 0); }

/// Whether a contract of this right can have the delta.
[[nodiscard]] inline bool is_possible(std::optional<double> delta, Right right) noexcept {
  if (!delta || !std::isfinite(*delta)) return false;
  return right == Right::call ? *delta >= 0 && *delta <= 1 : *delta <= 0 && *delta >= -1;
}

[[nodiscard]] inline std::optional<UnitGreeks> computed_greeks(const ChainOption& o, const Market& m, Timestamp now) {
  if (!m.spot || !m.rate) return std::nullopt;
  const Timestamp expiry =
      m.sessions != nullptr ? expiry_instant(o.contract, *m.sessions) : from_new_york(o.contract.expiry, usual_close);
  const pricing::OptionTerms terms{o.contract.right, *m.spot,         o.contract.strike(), pricing::years(expiry - now),
                                   *m.rate,          m.dividend_yield};
  double vol = o.iv.value_or(0.0);
  if (!(vol > 0) || !std::isfinite(vol)) {
    const std::optional<double> middle = mid(o.quote);
    if (!middle) return std::nullopt;
    const pricing::ImpliedVolatility solved = m.formulas.implied_volatility(terms, *middle);
    if (solved.status != pricing::IvStatus::solved) return std::nullopt;
    vol = solved.vol;
  }
  if (terms.years <= 0) return std::nullopt;
  const UnitGreeks greeks = m.formulas.unit_greeks(terms, vol);
  return std::isfinite(greeks.delta) ? std::optional{greeks} : std::nullopt;
}

}  // namespace detail

/// \returns all Greeks that can be had: the host's, and what it left out computed from its volatility or the mid. The
/// host's are not used beside a volatility at or below 0. O(1).
[[nodiscard]] inline ChainGreeks greeks_of(const ChainOption& o, const Market& m, Timestamp now) {
  OptionalGreeks known = detail::is_vendor_failure(o) ? OptionalGreeks{} : o.greeks;
  if (!detail::is_possible(known.delta, o.contract.right)) known.delta = std::nullopt;
  if (complete(known)) return {known, false};
  const std::optional<UnitGreeks> computed = detail::computed_greeks(o, m, now);
  return computed ? ChainGreeks{filled(known, *computed), true} : ChainGreeks{known, false};
}

/// \returns the delta of `o`, the host's before one computed; nothing where neither can be had. O(1).
[[nodiscard]] inline std::optional<double> delta_of(const ChainOption& o, const Market& m, Timestamp now) {
  if (!detail::is_vendor_failure(o) && detail::is_possible(o.greeks.delta, o.contract.right)) return o.greeks.delta;
  const std::optional<UnitGreeks> computed = detail::computed_greeks(o, m, now);
  return computed ? std::optional{computed->delta} : std::nullopt;
}

/// \returns the entry of `contract`, or nullptr. O(chain).
[[nodiscard]] inline const ChainOption* find_in(std::span<const ChainOption> chain, const Contract& contract) {
  for (const ChainOption& o : chain)
    if (o.contract == contract) return &o;
  return nullptr;
}

}  // namespace optcoord::ipmcc
