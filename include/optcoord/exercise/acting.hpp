// optcoord/exercise/acting.hpp -- turns what is to be closed into actions: orders, stops, escalations, in what order.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/exercise/closing.hpp>

#include <algorithm>  // std::find, std::find_if, std::min, std::sort
#include <cstdint>    // std::int64_t
#include <cstdlib>    // std::abs
#include <optional>   // std::optional
#include <span>       // std::span
#include <tuple>      // std::tuple
#include <utility>    // std::exchange
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

/// \returns what keeps every order of this position back: its own failures, or everybody's.
[[nodiscard]] inline Code held_back(const Draft& d, const ExpiryRow& r, bool breaker_stops) noexcept {
  if (failed_attempts(d.state, key_of(r), r.session) >= d.config.max_attempts) return Code::attempts_exhausted;
  return breaker_stops ? Code::breaker_open : Code::none;
}

/// \returns what keeps this position from being closed now; the first that applies.
[[nodiscard]] inline Code stopped_by(const Draft& d, const ExpiryRow& r, bool breaker_stops) noexcept {
  if (const Code stop = held_back(d, r, breaker_stops); stop != Code::none) return stop;
  if (!r.quote || r.a.cause == CloseCause::unknown) return Code::no_quote;
  if (exceeds_slippage(*r.quote, d.config.max_slippage)) return Code::slippage_exceeded;
  return d.state.kill_switch ? Code::kill_switch : Code::none;
}

[[nodiscard]] inline OrderAdvice limit_order(const Draft& d, const ExpiryRow& r, std::int64_t quantity) noexcept {
  const ExerciseConfig& c = d.config;
  const std::int32_t attempt = failed_attempts(d.state, key_of(r), r.session) + 1;
  const double step = slippage_step(attempt, c.max_attempts, c.max_slippage);
  const double middle = 0.5 * *r.quote->bid + 0.5 * *r.quote->ask;
  const double price = limit_price(r.p->quantity < 0, middle, step, c.max_slippage, r.p->terms.tick);
  return {OrderType::limit, price, quantity};
}

/// Without an action yet: to be closed, and not closed already.
[[nodiscard]] inline bool to_close(const ExpiryRow& r) noexcept { return r.want + r.refused > 0 && !r.a.pending; }

inline void escalate(ExpiryRow& r, Code reason, std::int64_t quantity) noexcept {
  r.a.action = ExpiryAction::escalate;
  r.a.reason = reason;
  r.a.close_quantity = quantity;
  r.a.costs = closing_costs(*r.p, quantity, r.vol, r.fresh);
}

[[nodiscard]] inline bool gives_orders(const Draft& d) noexcept {
  return d.mode != ExerciseMode::monitor && !d.state.kill_switch;
}

/// \returns the shorts of the book that are to go before the long at `leg` can: none while they are on their way, the
/// reason of the first when those that are escalated stand in its way; nothing when it can go without them.
[[nodiscard]] inline std::optional<Code> waits_for(const Draft& d, const Structure& book,
                                                   std::span<const std::int64_t> held, std::size_t leg,
                                                   std::int64_t quantity) {
  std::vector<std::int64_t> without(held.begin(), held.end());
  without[leg] = d.positions[leg].quantity;
  if (closes_safely(book, without, leg, quantity)) return std::nullopt;
  std::optional<Code> stuck;
  std::optional<Code> found;
  for (const std::size_t i : book.members) {
    if (d.row_of[i] == no_row || d.held[i] >= 0) continue;
    const ExpiryRow& r = d.rows[d.row_of[i]];
    const bool converts = r.a.action == ExpiryAction::convert_stop;
    if ((r.want == 0 && !converts) || r.p->contract.expiry > d.positions[leg].contract.expiry) continue;
    if (r.a.action == ExpiryAction::escalate) {
      if (!stuck) stuck = r.a.reason;
      continue;
    }
    without[i] += converts ? r.a.close_quantity : r.want;
    found = Code::none;
  }
  return stuck && !closes_safely(book, without, leg, quantity) ? stuck : found;
}

/// Contracts of the long at `leg` that may be sold at once, with every order that this plan gives. What they would do
/// is booked into `held`.
[[nodiscard]] inline std::int64_t release(const Structure& book, std::vector<std::int64_t>& held, std::size_t leg,
                                          std::int64_t quantity) {
  const std::int64_t covering = std::exchange(held[leg], book.all[leg].quantity);
  const std::int64_t free = closable(book, held, leg, quantity);
  held[leg] = std::min(covering, held[leg] - free);
  return free;
}

[[nodiscard]] inline const Structure& book_of(const Draft& d, const ExpiryRow& r) {
  return *std::find_if(d.books.begin(), d.books.end(), [&](const Structure& s) {
    return std::find(s.members.begin(), s.members.end(), r.a.position) != s.members.end();
  });
}

/// Names every working stop of the position.
inline void name_stops(const Draft& d, ExpiryRow& r) {
  for (const StopOrder& stop : d.state.stops)
    if (CloseKey{stop.strategy, stop.contract} == key_of(r)) r.a.cancel_stops.push_back(stop.id);
}

/// Closes or escalates one position. `held` is what is left when the longs before it have gone. \returns whether it may
/// go now: in a mode without orders, whether it might.
inline bool close_or_escalate(const Draft& d, std::vector<std::int64_t>& held, ExpiryRow& r, bool breaker_stops) {
  const std::int64_t all = r.want + r.refused;
  const Code stop = stopped_by(d, r, breaker_stops);
  if (r.want == 0) {
    escalate(r, stop == Code::none ? Code::leaves_uncovered_short : stop, all);
    return false;
  }
  const bool may_wait = stop == Code::no_quote && !urgent(d, r);
  if (stop != Code::none && !may_wait) {
    escalate(r, stop, all);
    return false;
  }
  r.a.action = ExpiryAction::close;
  r.a.close_quantity = order_quantity(d, r);
  std::int64_t free = r.a.close_quantity;
  if (r.p->quantity > 0) {
    const Structure& book = book_of(d, r);
    const std::optional<Code> wait = waits_for(d, book, held, r.a.position, free);
    free = wait || may_wait ? 0 : release(book, held, r.a.position, free);
    if (wait || (free < r.a.close_quantity && !may_wait)) r.a.warnings.add(Code::leaves_uncovered_short);
    if (wait && *wait != Code::none) escalate(r, *wait, all);
  }
  if (may_wait) r.a.warnings.add(Code::no_quote);
  if (free == 0 || may_wait) return false;
  if (gives_orders(d)) r.a.order = limit_order(d, r, free);
  if (free == std::abs(r.p->quantity)) {  // what stays keeps its stops
    name_stops(d, r);
    if (!r.a.cancel_stops.empty()) r.a.cancel_stop = r.a.cancel_stops.front();
  }
  return true;
}

/// Contracts whose stops become a market order: those of what is at risk and not being closed, in the stages that
/// convert. A leg left alone because its vertical nets keeps its stop, unless all are to be converted.
[[nodiscard]] inline std::int64_t to_convert(const Draft& d, const ExpiryRow& r) noexcept {
  if (!r.expiring || r.cash || *r.a.stage == 0 || r.a.pending || r.want + r.refused > 0 || d.manual) return 0;
  const bool in_danger = r.a.at_risk && r.netted == 0;
  if (!d.policy.stage(*r.a.stage).convert_stops || !(in_danger || d.config.convert_all_stops)) return 0;
  const std::int64_t held = std::abs(r.p->quantity);
  std::int64_t sum = 0;
  for (const StopOrder& stop : d.state.stops)
    if (CloseKey{stop.strategy, stop.contract} == key_of(r))
      sum = std::min(sum + std::min(std::abs(stop.quantity), held), held);
  return sum;
}

/// Converts the stops of one position, `quantity` > 0 contracts of it. \returns whether they may go now.
inline bool convert_or_escalate(const Draft& d, std::vector<std::int64_t>& held, ExpiryRow& r, std::int64_t quantity,
                                bool breaker_stops) {
  Code stop = held_back(d, r, breaker_stops);
  if (stop == Code::none && d.state.kill_switch) stop = Code::kill_switch;
  if (stop != Code::none) {
    escalate(r, stop, quantity);
    return false;
  }
  if (r.p->quantity > 0) quantity = release(book_of(d, r), held, r.a.position, quantity);
  if (quantity == 0) {
    r.a.warnings.add(Code::leaves_uncovered_short);
    r.a.action = ExpiryAction::warn;
    return false;
  }
  r.a.action = ExpiryAction::convert_stop;
  r.a.close_quantity = quantity;
  name_stops(d, r);
  if (gives_orders(d)) r.a.order = OrderAdvice{OrderType::market, std::nullopt, quantity};
  return true;
}

/// The actions that need neither quote nor queue.
[[nodiscard]] inline ExpiryAction quiet_action(const Draft& d, const ExpiryRow& r) noexcept {
  if (r.expired) return ExpiryAction::expired;
  if (r.cash && !(forced(d, r) && to_close(r))) return ExpiryAction::settles_cash;
  if (!r.a.ready || r.early) return ExpiryAction::warn;
  if (!r.expiring) return ExpiryAction::hold;
  if (r.blind && !r.a.moneyness) return ExpiryAction::warn;
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
    bool tried = false;
    if (to_close(r) && !r.expired) {
      tried = close_or_escalate(d, held, r, stops);
    } else if (const std::int64_t quantity = to_convert(d, r); quantity > 0) {
      tried = convert_or_escalate(d, held, r, quantity, stops);
    }
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
