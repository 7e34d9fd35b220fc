// optcoord/ipmcc/question.hpp -- what a plan is made from, and what of it can be trusted.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/reason.hpp>  // Code
#include <optcoord/ipmcc/book_state.hpp>
#include <optcoord/ipmcc/chain.hpp>
#include <optcoord/ipmcc/figures.hpp>  // is_amount
#include <optcoord/ipmcc/policy.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh, state

#include <optional>  // std::optional

namespace optcoord::ipmcc {

/// Everything a plan is made from.
struct Question {
  const IpmccPolicy& policy;
  const BookState& book;
  const Market& market;
  std::optional<double> account_value{};  ///< USD
  Timestamp now{};

  [[nodiscard]] const IpmccConfig& rules() const noexcept { return policy.rules(); }
  [[nodiscard]] const Contract& underlying() const noexcept { return market.underlying; }
  [[nodiscard]] Date today() const noexcept { return new_york_date(now); }
  /// What of the market keeps anything from being opened, or none.
  [[nodiscard]] Code unusable() const noexcept {
    if (!market.spot) return Code::no_quote;
    return is_amount(market.multiplier) && is_amount(market.tick) ? Code::none : Code::not_computed;
  }
};

namespace detail {

/// The market without a spot that cannot be one.
[[nodiscard]] inline Market usable(Market m) noexcept {
  if (m.spot && !is_amount(*m.spot)) m.spot = std::nullopt;
  return m;
}
/// Whether the contract is not traded any more: its last close is past.
[[nodiscard]] inline bool is_past(const Contract& c, const Market& m, Timestamp now) {
  return now >= (m.sessions != nullptr ? expiry_instant(c, *m.sessions) : from_new_york(c.expiry, usual_close));
}
/// The contract's entry in the chain where its quote can be trusted: fresh and not crossed. Else nullptr.
[[nodiscard]] inline const ChainOption* quoted(const Question& q, const Contract& contract) {
  const ChainOption* const o = find_in(q.market.chain, contract);
  const bool holds = o != nullptr && is_fresh(o->at, q.market.max_quote_age, q.now);
  return holds && state(o->quote) != QuoteState::crossed ? o : nullptr;
}

}  // namespace detail
}  // namespace optcoord::ipmcc
