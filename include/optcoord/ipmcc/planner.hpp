// optcoord/ipmcc/planner.hpp -- what to do on a symbol now: sell a call, roll the LEAP, start a position, or nothing.
// SPDX-License-Identifier: MIT
//
// An active LEAP is never bought beside; no more calls are sold than LEAPs are free. Example:
//
//   Plan plan = make_plan(policy, book.state(), market, account_value, now);
//   if (plan.path == Path::create) send(order_of(plan, id));   // LEAP and weekly, one package
#pragma once

#include <optcoord/ipmcc/book_state.hpp>
#include <optcoord/ipmcc/coverage.hpp>
#include <optcoord/ipmcc/figures.hpp>
#include <optcoord/ipmcc/holdings.hpp>
#include <optcoord/ipmcc/orphans.hpp>
#include <optcoord/ipmcc/plan.hpp>
#include <optcoord/ipmcc/policy.hpp>
#include <optcoord/ipmcc/selection.hpp>
#include <optcoord/ipmcc/size.hpp>

#include <algorithm>  // std::any_of, std::find_if, std::min
#include <optional>   // std::optional
#include <vector>     // std::vector

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
};

namespace detail {

inline Plan& because(Plan& plan, Code code, std::optional<double> usd = std::nullopt) {
  plan.reasons.push_back({code, usd, std::nullopt});
  return plan;
}
inline void warn(Plan& plan, Code code) { plan.warnings.push_back({code, std::nullopt, std::nullopt}); }

/// Says of each orphan on the symbol what puts it right, priced where it is quoted.
inline void add_orphans(Plan& plan, const Question& q) {
  for (const Orphan& orphan : orphans(q.book, q.underlying())) {
    Step repair = orphan.repair;
    if (!orphan.cancel)
      repair.limit_price = limit_price(find_in(q.market.chain, repair.contract), q.market.tick, is_buy(repair.action));
    plan.warnings.push_back({Code::orphan_leg, std::nullopt, repair, orphan.working, orphan.cancel});
  }
}
/// Whether calls are sold, or on their way, that no LEAP covers.
[[nodiscard]] inline bool has_naked_calls(const Question& q) {
  const std::vector<Date> days = coverage_days(q.book, q.underlying());
  return std::any_of(days.begin(), days.end(), [&](Date date) {
    const CoverageDay day = CoverageDay::at(date);
    const std::int64_t held = std::max<std::int64_t>(0, uncovered_held(q.book, q.underlying(), day, true));
    return uncovered_held(q.book, q.underlying(), day, false) > 0 ||
           uncovered_worst(q.book, q.underlying(), day) > held;
  });
}

[[nodiscard]] inline Wanted wanted_leaps(const Question& q) {
  Wanted w;
  w.leap_from = days_after(q.today(), q.rules().leap_min_dte);
  w.leap_target = days_after(q.today(), q.rules().leap_target_dte);
  return w;
}
/// \param leap_expiry  the weekly must expire before
inline void want_weeklies(Wanted& w, const Question& q, std::optional<Date> leap_expiry) {
  w.weekly_from = days_after(q.today(), 1);
  w.weekly_until = days_after(q.today(), q.rules().weekly_max_dte);
  if (leap_expiry) w.weekly_until = std::min(w.weekly_until, days_after(*leap_expiry, -1));
  if (q.rules().avoid_ex_dividend && q.market.ex_dividend && *q.market.ex_dividend > q.today())
    w.ex_dividend = q.market.ex_dividend;
}

/// The weekly to sell, what was not chosen, and how much of the chain was.
[[nodiscard]] inline Choice find_weekly(Plan& plan, const Question& q, const Wanted& wanted, const WeeklyTerms& terms) {
  Survey seen = survey(q.rules(), q.market, wanted, q.now);
  const Choice weekly = choose_weekly(q.rules(), q.market, seen.weeklies, terms, seen.rejected, q.now);
  plan.rejected = seen.rejected;
  plan.chosen = weekly ? 1 : 0;
  return weekly;
}

/// Path 1: a LEAP is there and calls may be sold against it.
[[nodiscard]] inline Plan add_weekly(Plan plan, const Question& q, const std::vector<Holding>& leaps) {
  Wanted wanted;
  want_weeklies(wanted, q, std::nullopt);
  const auto is_free = [&](const Holding& h) { return is_active(q.rules(), h.contract, q.now) && h.free > 0; };
  const auto leap = std::find_if(leaps.begin(), leaps.end(), is_free);
  if (leap != leaps.end()) want_weeklies(wanted, q, leap->contract.expiry);
  const std::int64_t room = leap == leaps.end()
                                ? 0
                                : std::min(leap->free, room_for_calls(q.book, q.underlying(), wanted.weekly_until,
                                                                      active_from(q.rules(), q.now)));
  if (room == 0) {
    plan.path = Path::fully_covered;
    because(plan, Code::fully_covered);
    return q.market.no_short_calls ? because(plan, Code::no_short_calls) : plan;
  }
  if (q.market.no_short_calls) return because(plan, Code::no_short_calls);
  if (!q.market.spot) return because(plan, Code::no_quote);
  const LeapBasis basis{leap->contract.strike(), leap->average_price};
  const Choice weekly = find_weekly(plan, q, wanted, {basis.strike, basis.cost, {}, {}});
  if (!weekly) return because(plan, Code::no_weekly_candidate);
  plan.path = Path::add_weekly;
  plan.quantity = room;
  add_step(plan, {Action::sell_to_open, weekly.option->contract, room, {}, {}, {}}, weekly.option, q.market, q.now);
  const double bid = *weekly.option->quote.bid;
  plan.net_debit = -bid * q.market.multiplier * static_cast<double>(room);
  add_risk(plan, basis, weekly.option->contract.strike(), bid, q.market.multiplier, room);
  return plan;
}

/// Path 2: the LEAP is short of days. The new one is bought before the old one is sold, in one package.
[[nodiscard]] inline Plan roll_leap(Plan plan, const Question& q, const Holding& old) {
  if (q.market.no_short_calls) return because(plan, Code::no_short_calls);
  if (!q.market.spot) return because(plan, Code::no_quote);
  Survey seen = survey(q.rules(), q.market, wanted_leaps(q), q.now);
  const Choice leap = choose_leap(q.rules(), q.market, seen.leaps, seen.rejected, q.now);
  plan.rejected = seen.rejected;
  if (!leap) return because(plan, Code::no_leap_candidate);
  if (leap.by_strike) warn(plan, Code::approximate_strike);
  plan.chosen = 1;
  plan.path = Path::roll_leap;
  plan.quantity = old.quantity - closing_in(q.book, old.contract);
  const ChainOption* const sold = find_in(q.market.chain, old.contract);
  add_step(plan, {Action::buy_to_open, leap.option->contract, plan.quantity, {}, 0U, {}}, leap.option, q.market, q.now);
  add_step(plan, {Action::sell_to_close, old.contract, plan.quantity, {}, 0U, 0U}, sold, q.market, q.now);
  if (!plan.steps.back().limit_price) warn(plan, Code::no_quote);
  const double units = q.market.multiplier * static_cast<double>(plan.quantity);
  const double cost = *leap.option->quote.ask;
  if (sold != nullptr && sold->quote.bid) plan.net_debit = (cost - *sold->quote.bid) * units;
  plan.break_even = leap.option->contract.strike() + cost;
  plan.max_loss = cost * units;
  return plan;
}

/// Path 3: nothing is there. LEAP and weekly are one package of equal quantity.
[[nodiscard]] inline Plan create(Plan plan, const Question& q) {
  if (q.market.no_short_calls) return because(plan, Code::no_short_calls);
  if (has_naked_calls(q)) return because(plan, Code::orphan_leg);
  if (!q.market.spot) return because(plan, Code::no_quote);
  Wanted wanted = wanted_leaps(q);
  want_weeklies(wanted, q, std::nullopt);
  Survey seen = survey(q.rules(), q.market, wanted, q.now);
  if (!seen.leaps.expiry) {  // said of the whole chain: what is no LEAP, is none
    plan.rejected = survey(q.rules(), q.market, wanted_leaps(q), q.now).rejected;
    return because(plan, Code::no_leap_candidate);
  }
  const Choice leap = choose_leap(q.rules(), q.market, seen.leaps, seen.rejected, q.now);
  const double cost = *leap.option->quote.ask;
  const LeapBasis basis{leap.option->contract.strike(), cost};
  const WeeklyTerms terms{basis.strike, basis.cost, {}, {}};
  if (leap.by_strike) warn(plan, Code::approximate_strike);
  const Choice weekly = choose_weekly(q.rules(), q.market, seen.weeklies, terms, seen.rejected, q.now);
  if (!weekly) {
    want_weeklies(wanted = {}, q, leap.option->contract.expiry);
    (void)find_weekly(plan, q, wanted, terms);
    return because(plan, Code::no_weekly_candidate);
  }
  plan.rejected = seen.rejected;
  plan.chosen = 2;
  const PositionSize size = size_position(q.rules(), q.account_value, cost * q.market.multiplier, 0, q.market.vix);
  if (size.vix_unknown) warn(plan, Code::not_computed);
  if (size.quantity == 0) return because(plan, size.reason, size.account_value_for_one);
  plan.path = Path::create;
  plan.quantity = size.quantity;
  add_step(plan, {Action::buy_to_open, leap.option->contract, size.quantity, {}, 0U, {}}, leap.option, q.market, q.now);
  add_step(plan, {Action::sell_to_open, weekly.option->contract, size.quantity, {}, 0U, 0U}, weekly.option, q.market,
           q.now);
  const double bid = *weekly.option->quote.bid;
  plan.net_debit = (cost - bid) * q.market.multiplier * static_cast<double>(size.quantity);
  add_risk(plan, basis, weekly.option->contract.strike(), bid, q.market.multiplier, size.quantity);
  return plan;
}

}  // namespace detail

/// \returns what to do on `market.underlying` now. Always an answer: what is in the way is among the reasons.
/// O(chain + lots x orders of the symbol); allocates for the steps, notes and lots alone, however long the chain.
[[nodiscard]] inline Plan make_plan(const IpmccPolicy& policy, const BookState& book, const Market& market,
                                    std::optional<double> account_value, Timestamp now) {
  const Question q{policy, book, market, account_value, now};
  Plan plan;
  detail::add_orphans(plan, q);
  const std::vector<Holding> leaps = holdings(book, market.underlying, true);
  const auto serves = [&](const Holding& h) { return is_active(policy.rules(), h.contract, now); };
  if (std::any_of(leaps.begin(), leaps.end(), serves)) return detail::add_weekly(std::move(plan), q, leaps);
  if (leaps_on_their_way(book, market.underlying) > 0) {  // with their calls, or instead of the old ones
    plan.path = Path::fully_covered;
    detail::because(plan, Code::fully_covered);
    return market.no_short_calls ? detail::because(plan, Code::no_short_calls) : plan;
  }
  const auto can_roll = [&](const Holding& h) {
    return h.quantity > closing_in(book, h.contract) && days_to_expiry(h.contract, now) >= 0;
  };
  const auto old = std::find_if(leaps.begin(), leaps.end(), can_roll);
  if (old != leaps.end()) return detail::roll_leap(std::move(plan), q, *old);
  if (!leaps.empty()) return detail::because(plan, Code::no_active_leap);  // being sold already, or past
  return detail::create(std::move(plan), q);
}

}  // namespace optcoord::ipmcc
