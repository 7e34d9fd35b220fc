// optcoord/exercise/acting.hpp -- turns what is to be closed into actions: orders, stops, escalations, in what order.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/exercise/closing.hpp>

#include <algorithm>  // std::any_of, std::find_if, std::min, std::sort
#include <tuple>      // std::tuple
#include <vector>     // std::vector

namespace optcoord::detail {

/// Contracts of the next order: what is wanted, at most what one order may have.
[[nodiscard]] inline std::int64_t order_quantity(const Draft& d, const ExpiryRow& r) noexcept {
  const std::int64_t cap = d.config.max_contracts_per_close.value_or(0);
  return cap > 0 ? std::min<std::int64_t>(r.want, cap) : r.want;
}

/// Rows in the order of the queue: shorts, then the most dangerous, then strategy and contract.
[[nodiscard]] inline std::vector<std::size_t> queue_order(const Draft& d) {
  std::vector<std::size_t> order(d.rows.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  const auto rank = [&](std::size_t i) {
    const ExpiryRow& r = d.rows[i];
    return std::tuple(r.p->quantity > 0, -r.a.risk_score_raw.value_or(-1.0), r.a.strategy, r.p->contract, i);
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  return order;
}

/// \returns what keeps this position from being closed now, the breaker apart; the first that applies.
[[nodiscard]] inline Code stopped_by(const Draft& d, const ExpiryRow& r, Timestamp now, bool breaker_stops) noexcept {
  if (failed_attempts(d.state, key_of(r), now) >= d.config.max_attempts) return Code::attempts_exhausted;
  if (breaker_stops) return Code::breaker_open;
  if (!r.quote || r.a.cause == CloseCause::unknown) return Code::no_quote;
  if (exceeds_slippage(*r.quote, d.config.max_slippage)) return Code::slippage_exceeded;
  return d.state.kill_switch ? Code::kill_switch : Code::none;
}

[[nodiscard]] inline OrderAdvice limit_order(const Draft& d, const ExpiryRow& r, std::int64_t quantity,
                                             Timestamp now) noexcept {
  const ExerciseConfig& c = d.config;
  const std::int32_t attempt = failed_attempts(d.state, key_of(r), now) + 1;
  const double step = slippage_step(attempt, c.max_attempts, c.max_slippage);
  const double middle = 0.5 * *r.quote->bid + 0.5 * *r.quote->ask;
  const double price = limit_price(r.p->quantity < 0, middle, step, c.max_slippage, r.p->terms.tick);
  return {OrderType::limit, price, quantity};
}

/// Without an action yet: to be closed, and not closed already.
[[nodiscard]] inline bool to_close(const ExpiryRow& r) noexcept { return r.want > 0 && !r.a.pending; }

inline void escalate(ExpiryRow& r, Code reason, std::int64_t quantity) noexcept {
  r.a.action = ExpiryAction::escalate;
  r.a.reason = reason;
  r.a.costs = closing_costs(*r.p, quantity, r.vol);
}

/// Closes or escalates one position. Before the urgent stage a missing quote is waited for. \returns whether it may go.
inline bool close_or_escalate(const Draft& d, ExpiryRow& r, Timestamp now, bool breaker_stops) noexcept {
  r.a.close_quantity = order_quantity(d, r);
  const Code stop = stopped_by(d, r, now, breaker_stops);
  if (stop == Code::none) {
    r.a.action = ExpiryAction::close;
    return true;
  }
  if (stop == Code::no_quote && !urgent(d, r)) {
    r.a.action = ExpiryAction::close;
    r.a.warnings.add(Code::no_quote);
    return false;
  }
  escalate(r, stop, r.a.close_quantity);
  return false;
}

/// The shorts of the book that go before the long at `leg`, and are still there. \returns the reason of the first that
/// is escalated; none when all are on their way; nothing when there are none.
[[nodiscard]] inline std::optional<Code> waits_for(const Draft& d, const Structure& book, std::size_t leg) noexcept {
  std::optional<Code> found;
  for (const std::size_t i : book.members) {
    if (d.row_of[i] == no_row || d.held[i] >= 0) continue;
    const Assessment& a = d.rows[d.row_of[i]].a;
    if (d.rows[d.row_of[i]].want == 0 && a.action != ExpiryAction::convert_stop) continue;
    if (d.positions[i].contract.expiry > d.positions[leg].contract.expiry) continue;
    if (a.action == ExpiryAction::escalate) return a.reason;
    found = Code::none;
  }
  return found;
}

/// Contracts of the long at `leg` that may be sold at once, with every order that this plan gives: none while a short
/// of its book is still to go. What they would do is booked into `held`.
[[nodiscard]] inline std::int64_t release(const Draft& d, const Structure& book, std::vector<std::int64_t>& held,
                                          std::size_t leg, std::int64_t quantity) {
  if (waits_for(d, book, leg)) return 0;
  const std::int64_t free = closable(book, held, leg, quantity);
  held[leg] -= free;
  return free;
}

[[nodiscard]] inline bool gives_orders(const Draft& d) noexcept {
  return d.mode != ExerciseMode::monitor && !d.state.kill_switch;
}

/// A long that may go: when its shorts have gone.
inline void act_on_long(const Draft& d, const Structure& book, std::vector<std::int64_t>& held, ExpiryRow& r, bool go,
                        Timestamp now) {
  const std::size_t leg = r.a.position;
  const std::optional<Code> wait = waits_for(d, book, leg);
  if (wait && *wait != Code::none && r.a.action == ExpiryAction::close) escalate(r, *wait, r.a.close_quantity);
  if (!go || r.a.action != ExpiryAction::close) return;
  const std::int64_t free = release(d, book, held, leg, r.a.close_quantity);
  if (free < r.a.close_quantity) r.a.warnings.add(Code::leaves_uncovered_short);
  if (free > 0 && gives_orders(d)) r.a.order = limit_order(d, r, free, now);
}

[[nodiscard]] inline const Structure& book_of(const Draft& d, const ExpiryRow& r) {
  return *std::find_if(d.books.begin(), d.books.end(), [&](const Structure& s) {
    return std::find(s.members.begin(), s.members.end(), r.a.position) != s.members.end();
  });
}

/// The stop of what is at risk and not being closed, in the stages that convert.
[[nodiscard]] inline const StopOrder* stop_to_convert(const Draft& d, const ExpiryRow& r) noexcept {
  if (!r.expiring || r.cash || *r.a.stage == 0 || r.a.pending || r.want > 0 || d.manual) return nullptr;
  if (!d.policy.stage(*r.a.stage).convert_stops || !(r.a.at_risk || d.config.convert_all_stops)) return nullptr;
  return working_stop(d.state, key_of(r));
}

inline void convert(const Draft& d, std::vector<std::int64_t>& held, ExpiryRow& r, const StopOrder& stop) {
  std::int64_t quantity = std::min(std::abs(stop.quantity), std::abs(r.p->quantity));
  if (r.p->quantity > 0) {
    quantity = release(d, book_of(d, r), held, r.a.position, quantity);
    if (quantity == 0) {
      r.a.warnings.add(Code::leaves_uncovered_short);
      r.a.action = ExpiryAction::warn;
      return;
    }
  }
  r.a.action = ExpiryAction::convert_stop;
  r.a.close_quantity = quantity;
  if (gives_orders(d)) r.a.order = OrderAdvice{OrderType::market, std::nullopt, quantity};
}

/// The actions that need neither quote nor queue.
[[nodiscard]] inline ExpiryAction quiet_action(const Draft& d, const ExpiryRow& r) noexcept {
  if (r.expired) return ExpiryAction::expired;
  if (r.cash && !(forced(d, r) && to_close(r))) return ExpiryAction::settles_cash;
  if (!r.a.ready || r.early) return ExpiryAction::warn;
  if (!r.expiring) return ExpiryAction::hold;
  if (r.a.at_risk || r.a.warnings.has(Code::leaves_uncovered_short)) return ExpiryAction::warn;
  return r.a.level && *r.a.level >= RiskLevel::medium ? ExpiryAction::watch : ExpiryAction::hold;
}

/// Fills the action of every row, shorts before the longs that wait for them. \returns the order of the queue.
inline std::vector<std::size_t> choose_actions(Draft& d, Timestamp now) {
  std::vector<std::size_t> order = queue_order(d);
  const BreakerState breaker = d.state.breaker.state(d.config.breaker, now);
  bool stops = breaker == BreakerState::open;
  std::vector<std::int64_t> held(d.held);
  for (const std::size_t i : order) {
    ExpiryRow& r = d.rows[i];
    r.a.action = quiet_action(d, r);
    const StopOrder* stop = working_stop(d.state, key_of(r));
    if (stop != nullptr && (r.want > 0 || r.a.pending)) r.a.cancel_stop = stop->id;
    if (const StopOrder* other = stop_to_convert(d, r)) convert(d, held, r, *other);
    if (!to_close(r) || r.expired) continue;
    const bool go = close_or_escalate(d, r, now, stops);
    if (r.p->quantity > 0) act_on_long(d, book_of(d, r), held, r, go, now);
    if (go && r.p->quantity < 0 && gives_orders(d)) r.a.order = limit_order(d, r, r.a.close_quantity, now);
    const bool tried = go && (r.p->quantity < 0 || !waits_for(d, book_of(d, r), r.a.position));
    if (tried && breaker == BreakerState::probing) stops = true;  // one probe: the others wait for its result
  }
  return order;
}

/// Longs that stay while all shorts they cover are closed are not forgotten: they are named.
inline void name_orphans(Draft& d) {
  for (const Structure& book : d.books) {
    for (const Pair& pair : pairs(book, d.held)) {
      const ExpiryRow& one = d.rows[d.row_of[pair.short_leg]];
      ExpiryRow& other = d.rows[d.row_of[pair.long_leg]];
      const bool goes = one.a.action == ExpiryAction::close && one.want >= pair.quantity;
      if (goes && other.expiring && other.want == 0) other.a.warnings.add(Code::orphan_leg);
    }
  }
}

}  // namespace optcoord::detail
