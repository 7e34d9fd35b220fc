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
#include <optcoord/ipmcc/question.hpp>
#include <optcoord/ipmcc/selection.hpp>
#include <optcoord/ipmcc/size.hpp>

#include <algorithm>  // std::any_of, std::find_if, std::max, std::min, std::sort
#include <optional>   // std::optional
#include <vector>     // std::vector

namespace optcoord::ipmcc {

namespace detail {

inline Plan& because(Plan& plan, Code code, std::optional<double> usd = std::nullopt) {
  plan.reasons.push_back({code, usd, std::nullopt});
  return plan;
}
inline void warn(Plan& plan, Code code) { plan.warnings.push_back({code, std::nullopt, std::nullopt}); }

/// Says of each orphan on the symbol what puts it right, priced where it is quoted. Of a sale that the plan makes
/// itself it says so: whoever did both would sell twice.
inline void add_orphans(Plan& plan, const Question& q, const std::vector<Orphan>& found) {
  const auto sells = [](const Step& s) { return s.action == Action::sell_to_open; };
  const bool plan_sells = std::any_of(plan.steps.begin(), plan.steps.end(), sells);
  std::vector<Note> notes;
  for (const Orphan& orphan : found) {
    Step repair = orphan.repair;
    if (!orphan.cancel)
      repair.limit_price = limit_price(quoted(q, repair.contract), q.market.tick, is_buy(repair.action));
    const bool planned = plan_sells && sells(repair) && !orphan.working;
    notes.push_back({Code::orphan_leg, std::nullopt, repair, orphan.working, orphan.cancel, planned});
  }
  plan.warnings.insert(plan.warnings.begin(), notes.begin(), notes.end());  // what is wrong comes first
}
/// Adds calls bought that have nothing to do any more, as far as they cover no call: those that are no LEAPs, and, once
/// an active LEAP serves, those short of days.
inline void add_idle(std::vector<Orphan>& out, const Question& q, const std::vector<Holding>& bought, bool served) {
  for (const Holding& h : bought) {
    const bool idle = !is_leap(q.rules(), h.contract, q.now) || (served && !is_active(q.rules(), h.contract, q.now));
    if (!idle || is_past(h.contract, q.market, q.now)) continue;
    // What is sold of one no longer covers what the next one could be free of.
    const std::int64_t free = free_of_calls(q.book, h.contract) - named(out, Action::sell_to_close);
    if (free > 0) out.push_back({{Action::sell_to_close, h.contract, free, {}, {}, {}}, std::nullopt, false, false});
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

/// Whether shares are owed of calls assigned: half a position, to be settled before the next one is started.
[[nodiscard]] inline bool owes_shares(const Question& q) noexcept {
  const std::vector<Assignment>& all = q.book.assignments;
  return std::any_of(all.begin(), all.end(),
                     [&](const Assignment& a) { return a.contract.root_chars == q.underlying().root_chars; });
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

/// What a call is sold against: a LEAP's strike and cost, for the rules those of all active ones together. The book
/// lays calls to LEAPs as they come and go, so any of them may end up covering it: the rules must hold for each.
[[nodiscard]] inline WeeklyTerms terms_over(const Question& q, const Holding& leap, const std::vector<Holding>& leaps) {
  WeeklyTerms terms{leap.contract.strike(), leap.average_price, {}, {}};
  if (q.policy.strike_rule() == StrikeRule::below_leap) return terms;
  std::optional<double> called = 0.0;  // what must come in, strike and bid, for a profit over each of them
  for (const Holding& h : leaps) {
    if (!is_active(q.rules(), h.contract, q.now)) continue;
    const double strike = h.contract.strike();
    terms.leap_strike = std::max(terms.leap_strike, strike);
    called = called && h.average_price ? std::optional{std::max(*called, strike + *h.average_price)} : std::nullopt;
  }
  terms.leap_cost = called ? std::optional{*called - terms.leap_strike} : std::nullopt;
  return terms;
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
  if (const Code code = q.unusable(); code != Code::none) return because(plan, code);
  const LeapBasis basis{leap->contract.strike(), leap->average_price};
  const Choice weekly = find_weekly(plan, q, wanted, terms_over(q, *leap, leaps));
  if (!weekly) return because(plan, Code::no_weekly_candidate);
  plan.path = Path::add_weekly;
  plan.quantity = room;
  add_step(plan, {Action::sell_to_open, weekly.option->contract, room, {}, {}, {}}, weekly.option, q.market, q.now);
  const double bid = *weekly.option->quote.bid;
  plan.net_debit = -bid * q.market.multiplier * static_cast<double>(room);
  add_risk(plan, basis, weekly.option->contract.strike(), bid, q.market.multiplier, room);
  return plan;
}

/// What calls that are open under the strike of a new LEAP can lose over it, the lowest first, and its warnings. What
/// they were sold for is earned already and not counted.
inline void add_open_calls(Plan& plan, const Question& q, double leap_strike, double cost) {
  std::int64_t left = plan.quantity;
  double lost = 0;
  double widest = 0;
  std::vector<Holding> open = holdings(q.book, q.underlying(), false);
  std::sort(open.begin(), open.end(), [](const Holding& a, const Holding& b) {
    return a.contract.strike_thousandths < b.contract.strike_thousandths;
  });
  for (const Holding& h : open) {
    const double gap = leap_strike - h.contract.strike();
    const std::int64_t quantity = std::min(left, h.quantity);
    if (gap <= 0 || quantity <= 0) break;
    const double units = q.market.multiplier * static_cast<double>(quantity);
    *plan.max_loss += gap * units;
    lost += (cost + gap) * units;
    widest = std::max(widest, gap);
    left -= quantity;
  }
  if (widest <= 0) return;
  plan.loss_if_called = lost;
  plan.warnings.push_back({Code::short_below_long, lost, {}});
  plan.warnings.push_back({Code::spread_margin, widest * q.market.multiplier, {}});
}

/// Path 2: the LEAP is short of days. The new one is bought before the old one is sold, in one package.
[[nodiscard]] inline Plan roll_leap(Plan plan, const Question& q, const Holding& old) {
  if (q.market.no_short_calls) return because(plan, Code::no_short_calls);
  if (const Code code = q.unusable(); code != Code::none) return because(plan, code);
  Survey seen = survey(q.rules(), q.market, wanted_leaps(q), q.now);
  const Choice leap = choose_leap(q.rules(), q.market, seen.leaps, seen.rejected, q.now);
  plan.rejected = seen.rejected;
  if (!leap) return because(plan, Code::no_leap_candidate);
  if (leap.by_strike) warn(plan, Code::approximate_strike);
  plan.chosen = 1;
  plan.path = Path::roll_leap;
  plan.quantity = old.quantity - closing_in(q.book, old.contract);
  const ChainOption* const sold = quoted(q, old.contract);
  add_step(plan, {Action::buy_to_open, leap.option->contract, plan.quantity, {}, 0U, {}}, leap.option, q.market, q.now);
  add_step(plan, {Action::sell_to_close, old.contract, plan.quantity, {}, 0U, 0U}, sold, q.market, q.now);
  if (!plan.steps.back().limit_price) warn(plan, Code::no_quote);
  const double units = q.market.multiplier * static_cast<double>(plan.quantity);
  const double cost = *leap.option->quote.ask;
  if (sold != nullptr && sold->quote.bid) plan.net_debit = (cost - *sold->quote.bid) * units;
  plan.break_even = leap.option->contract.strike() + cost;
  plan.max_loss = cost * units;
  add_open_calls(plan, q, leap.option->contract.strike(), cost);
  return plan;
}

/// Path 3: nothing is there. LEAP and weekly are one package of equal quantity.
[[nodiscard]] inline Plan create(Plan plan, const Question& q) {
  if (q.market.no_short_calls) return because(plan, Code::no_short_calls);
  if (has_naked_calls(q) || owes_shares(q)) return because(plan, Code::orphan_leg);
  if (const Code code = q.unusable(); code != Code::none) return because(plan, code);
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

/// \param bought  calls held long, LEAPs or not  \param served  an active LEAP is among them
[[nodiscard]] inline Plan choose_path(const Question& q, const std::vector<Holding>& bought, bool served) {
  Plan plan;
  if (served) return add_weekly(std::move(plan), q, bought);
  if (leaps_on_their_way(q.book, q.underlying()) > 0) {  // with their calls, or instead of the old ones
    plan.path = Path::fully_covered;
    because(plan, Code::fully_covered);
    return q.market.no_short_calls ? because(plan, Code::no_short_calls) : plan;
  }
  const auto can_serve = [&](const Holding& h) { return is_leap(q.rules(), h.contract, q.now); };
  const auto can_roll = [&](const Holding& h) { return can_serve(h) && h.quantity > closing_in(q.book, h.contract); };
  const auto old = std::find_if(bought.begin(), bought.end(), can_roll);
  if (old != bought.end()) return roll_leap(std::move(plan), q, *old);
  if (std::any_of(bought.begin(), bought.end(), can_serve))  // being sold already
    return because(plan, Code::no_active_leap);
  return create(std::move(plan), q);
}

}  // namespace detail

/// \returns what to do on `market.underlying` now. Always an answer: what is in the way is among the reasons. Without a
/// spot, multiplier and tick that can be, nothing is opened: `no_quote`, `not_computed`.
/// O(chain + lots x orders of the symbol); allocates for the steps, notes and lots alone, however long the chain.
[[nodiscard]] inline Plan make_plan(const IpmccPolicy& policy, const BookState& book, const Market& market,
                                    std::optional<double> account_value, Timestamp now) {
  const Market usable = detail::usable(market);
  const Question q{policy, book, usable, account_value, now};
  std::vector<Holding> bought = holdings(book, market.underlying, true);
  take_up(bought, book, market.underlying, policy.rules(), now);
  const bool served = std::any_of(bought.begin(), bought.end(),
                                  [&](const Holding& h) { return is_active(policy.rules(), h.contract, now); });
  Plan plan = detail::choose_path(q, bought, served);
  std::vector<Orphan> repairs = orphans(book, market.underlying);
  detail::add_idle(repairs, q, bought, served);
  detail::add_orphans(plan, q, repairs);
  return plan;
}

}  // namespace optcoord::ipmcc
