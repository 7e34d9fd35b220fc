// optcoord/ipmcc/rolls.hpp -- which calls sold are due to be rolled, why, and into what.
// SPDX-License-Identifier: MIT
//
// A roll buys back first; the next call is sold only as far as that has filled. Example:
//
//   for (const Plan& roll : due_rolls(policy, book.state(), market, now)) send(order_of(roll, next_id()));
#pragma once

#include <optcoord/ipmcc/planner.hpp>

#include <algorithm>  // std::any_of, std::max, std::min
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional
#include <vector>     // std::vector

namespace optcoord::ipmcc {
namespace detail {

/// What a call is worth to whoever buys it back: the mid, or without a bid the ask.
[[nodiscard]] inline std::optional<double> worth_of(const ChainOption* o) noexcept {
  if (o == nullptr) return std::nullopt;
  if (const std::optional<double> middle = mid(o->quote)) return middle;
  return state(o->quote) == QuoteState::one_sided ? ask_of(o) : std::nullopt;
}

/// \param falls  fires at or below the threshold; else at or above it
[[nodiscard]] inline RuleOutcome judge(RollRule rule, std::optional<double> threshold, std::optional<double> value,
                                       bool falls) noexcept {
  if (!threshold) return {rule, RollStanding::off, 0, 0};
  if (!value) return {rule, RollStanding::unknown, 0, *threshold};
  constexpr double rounding = 1e-9;  // 80 % of a credit is reached by 0.8000000001 of it
  const bool fired = falls ? *value <= *threshold + rounding : *value >= *threshold - rounding;
  return {rule, fired ? RollStanding::fired : RollStanding::not_reached, *value, *threshold};
}

}  // namespace detail

/// \returns what each rule says about a call sold, in the order of RollRule. `o` is its entry in the chain, or nullptr.
[[nodiscard]] inline std::vector<RuleOutcome> roll_rules(const Question& q, const Holding& weekly,
                                                         const ChainOption* o) {
  const IpmccConfig& rules = q.rules();
  const std::optional<double> worth = detail::worth_of(o);
  const std::optional<double> sold = weekly.average_price;
  std::optional<double> extrinsic;
  if (worth && q.market.spot) extrinsic = *worth - std::max(0.0, *q.market.spot - weekly.contract.strike());
  std::optional<double> profit;
  if (worth && sold && *sold > 0) profit = (*sold - *worth) / *sold;
  std::optional<double> loss;
  if (worth && sold && is_amount(q.market.multiplier))
    loss = (*worth - *sold) * q.market.multiplier * static_cast<double>(weekly.quantity);
  const std::optional<double> delta = o != nullptr ? delta_of(*o, q.market, q.now) : std::nullopt;
  const auto days = static_cast<double>(days_to_expiry(weekly.contract, q.now));
  return {detail::judge(RollRule::dte, static_cast<double>(rules.roll_dte), days, true),
          detail::judge(RollRule::delta, rules.roll_delta, delta, false),
          detail::judge(RollRule::extrinsic, rules.roll_extrinsic, extrinsic, true),
          detail::judge(RollRule::profit, rules.roll_profit, profit, false),
          detail::judge(RollRule::max_loss, rules.max_loss, loss, false)};
}

namespace detail {

[[nodiscard]] inline bool fired(const Plan& plan, RollRule rule) noexcept {
  return plan.rules[static_cast<std::size_t>(rule)].fired();
}

/// The LEAP the next call is sold against: the one the old call belongs to, else the first active one.
[[nodiscard]] inline const Holding* leap_to_roll_on(const Question& q, const Holding& weekly,
                                                    const std::vector<Holding>& leaps) {
  const Holding* first = nullptr;
  for (const Holding& leap : leaps) {
    if (!is_active(q.rules(), leap.contract, q.now)) continue;
    if (weekly.leap == leap.contract) return &leap;
    if (first == nullptr) first = &leap;
  }
  return first;
}

/// What is wanted next: a later expiry when days, time value or profit were the reason; of the same one, else, the
/// selection takes higher strikes alone.
[[nodiscard]] inline Wanted wanted_next(const Plan& plan, const Question& q, const Holding& weekly,
                                        const Holding& leap) {
  Wanted w;
  want_weeklies(w, q, leap.contract.expiry);
  const bool used_up = fired(plan, RollRule::dte) || fired(plan, RollRule::extrinsic) || fired(plan, RollRule::profit);
  const Date first = used_up ? days_after(weekly.contract.expiry, 1) : weekly.contract.expiry;
  w.weekly_from = std::max(*w.weekly_from, first);
  return w;
}

/// Sells the next call after the old one is bought back; nothing, and the reason, where that cannot be.
[[nodiscard]] inline Choice choose_next(Plan& plan, const Question& q, const Holding& weekly, const Holding* leap,
                                        const std::vector<Holding>& leaps, const ChainOption* old) {
  if (leap == nullptr) return because(plan, Code::no_active_leap), Choice{};
  if (q.market.no_short_calls) return because(plan, Code::no_short_calls), Choice{};
  if (fired(plan, RollRule::max_loss)) return {};
  if (const Code code = q.unusable(); code != Code::none) return because(plan, code), Choice{};
  WeeklyTerms terms = terms_over(q, *leap, leaps);
  terms.rolled = weekly.contract;
  if (q.rules().credit_only) {
    terms.least_bid = ask_of(old);
    if (!terms.least_bid) return because(plan, Code::no_quote), Choice{};
  }
  const Choice next = find_weekly(plan, q, wanted_next(plan, q, weekly, *leap), terms);
  if (!next) because(plan, Code::no_weekly_candidate);
  return next;
}

/// Whether a call that cannot be rolled is bought back all the same.
[[nodiscard]] inline bool closes_anyway(const Plan& plan, const Question& q) {
  return q.rules().close_if_no_roll || plan.has_reason(Code::no_active_leap) || plan.has_reason(Code::no_short_calls) ||
         fired(plan, RollRule::max_loss);
}

[[nodiscard]] inline Plan roll_weekly(Plan plan, const Question& q, const Holding& weekly, const ChainOption* old,
                                      const std::vector<Holding>& leaps) {
  plan.path = Path::roll_weekly;
  plan.quantity = weekly.quantity;
  const Holding* const leap = leap_to_roll_on(q, weekly, leaps);
  const Choice next = choose_next(plan, q, weekly, leap, leaps, old);
  std::int64_t room = 0;
  if (next)
    room = std::min(weekly.quantity,
                    room_for_calls(q.book, q.underlying(), next.option->contract.expiry, active_from(q.rules(), q.now),
                                   {weekly.contract.expiry, weekly.quantity}));
  if (next && room == 0) because(plan, Code::fully_covered);
  if (room == 0 && !closes_anyway(plan, q) && !next) return plan;
  const bool as_package = q.rules().credit_only;
  if (next && as_package && room < weekly.quantity) {
    // Legs of one quantity: a part would be rolled beside calls that nothing covers.
    if (room > 0) because(plan, Code::orphan_leg);
    if (!closes_anyway(plan, q)) return plan;
    room = 0;
  }
  const std::optional<std::uint32_t> package = room > 0 && as_package ? std::optional<std::uint32_t>{0} : std::nullopt;
  add_step(plan, {Action::buy_to_close, weekly.contract, plan.quantity, {}, package, {}}, old, q.market, q.now);
  if (!plan.steps.back().limit_price) warn(plan, Code::no_quote);
  const std::optional<double> ask = ask_of(old);
  if (ask && is_amount(q.market.multiplier))
    plan.net_debit = *ask * q.market.multiplier * static_cast<double>(plan.quantity);
  if (room == 0) return plan;
  add_step(plan, {Action::sell_to_open, next.option->contract, room, {}, package, 0U}, next.option, q.market, q.now);
  const double bid = *next.option->quote.bid;
  if (plan.net_debit) *plan.net_debit -= bid * q.market.multiplier * static_cast<double>(room);
  add_risk(plan, {leap->contract.strike(), leap->average_price}, next.option->contract.strike(), bid,
           q.market.multiplier, room);
  return plan;
}

}  // namespace detail

/// \returns a plan for each call sold on `market.underlying` that any rule says is due, in order of contract; calls
/// that are being bought back already, or not traded any more, are not. What is looked at of a call's quote must be
/// fresh and not crossed: else rules about it are unknown and its limit price is absent, with `no_quote`. A roll that
/// cannot be made says why, and closes alone without an active LEAP, under `no_short_calls`, at the maximum loss, or
/// where `close_if_no_roll` says so. O(chain) a call that is due.
[[nodiscard]] inline std::vector<Plan> due_rolls(const IpmccPolicy& policy, const BookState& book, const Market& market,
                                                 Timestamp now) {
  const Market usable = detail::usable(market);
  const Question q{policy, book, usable, std::nullopt, now};
  std::vector<Plan> out;
  const std::vector<Holding> leaps = holdings(book, market.underlying, true);
  for (Holding weekly : holdings(book, market.underlying, false)) {
    weekly.quantity -= closing_in(book, weekly.contract);
    if (weekly.quantity <= 0 || detail::is_past(weekly.contract, market, now)) continue;
    const ChainOption* const old = detail::quoted(q, weekly.contract);
    Plan plan;
    plan.weekly = weekly.contract;
    plan.rules = roll_rules(q, weekly, old);
    if (std::none_of(plan.rules.begin(), plan.rules.end(), [](const RuleOutcome& r) { return r.fired(); })) continue;
    if (weekly.close_failed) detail::warn(plan, Code::close_failed);
    out.push_back(detail::roll_weekly(std::move(plan), q, weekly, old, leaps));
  }
  return out;
}

}  // namespace optcoord::ipmcc
