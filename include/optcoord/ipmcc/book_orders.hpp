// optcoord/ipmcc/book_orders.hpp -- orders of the book: what may be placed, and how they end.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book.hpp>

namespace optcoord::ipmcc {
namespace detail {

/// What is wrong with one leg of an order, by itself or beside the others.
[[nodiscard]] inline Result<void> check_leg(const std::vector<Step>& steps, std::size_t i) {
  const Step& step = steps[i];
  const auto index = static_cast<std::int32_t>(i);
  const bool one_root = step.contract.root_chars == steps.front().contract.root_chars;
  if (!is_call(step.contract) || !one_root) return fail(Errc::invalid_value, "steps[].contract", index);
  if (step.quantity < 1 || step.quantity > max_book_quantity)
    return fail(Errc::invalid_value, "steps[].quantity", index);
  if (!step.depends_on) return {};
  if (*step.depends_on >= i || steps[*step.depends_on].depends_on)
    return fail(Errc::invalid_value, "steps[].depends_on", index);
  return {};
}

}  // namespace detail

inline BookOrder Book::booked(const NewOrder& order) {
  BookOrder out{order.id, order.package, {}};
  std::optional<std::uint32_t> purchase;
  for (std::size_t i = 0; i < order.steps.size() && !purchase; ++i)
    if (is_buy(order.steps[i].action) && !order.steps[i].depends_on) purchase = static_cast<std::uint32_t>(i);
  for (const Step& step : order.steps) {
    BookLeg leg{step.action, step.contract, step.quantity, 0, step.depends_on, LegStatus::working, {}};
    if (order.package && !is_buy(step.action) && !leg.depends_on) leg.depends_on = purchase;
    out.legs.push_back(leg);
  }
  return out;
}

inline Result<void> Book::check_form(const NewOrder& order) const {
  const auto same_id = [&](const BookOrder& o) { return o.id == order.id; };
  if (std::any_of(state_.orders.begin(), state_.orders.end(), same_id)) return fail(Errc::duplicate_id, "id");
  if (order.steps.empty() || order.steps.size() > max_order_legs) return fail(Errc::invalid_value, "steps");
  for (std::size_t i = 0; i < order.steps.size(); ++i)
    if (Result<void> done = detail::check_leg(order.steps, i); !done) return done;
  return {};
}

inline Result<void> Book::check_closings(const NewOrder& order) const {
  for (std::size_t i = 0; i < order.steps.size(); ++i) {
    const Step& step = order.steps[i];
    if (opens(step.action)) continue;
    std::int64_t closes = closing_in(state_, step.contract);
    for (std::size_t k = 0; k <= i; ++k)
      if (order.steps[k].contract == step.contract && !opens(order.steps[k].action)) closes += order.steps[k].quantity;
    const std::int64_t held = held_in(state_, step.contract);
    if (closes > (is_buy(step.action) ? -held : held))
      return fail(Errc::invalid_value, "steps[].quantity", static_cast<std::int32_t>(i));
  }
  return {};
}

inline void Book::add(BookOrder order) {
  for (const BookLeg& leg : order.legs)
    if (leg.action == Action::buy_to_close)
      for (Lot& l : state_.lots)
        if (l.contract == leg.contract) l.close_failed = false;
  state_.orders.push_back(std::move(order));
}

inline Result<void> Book::place(const NewOrder& order) {
  if (Result<void> done = check_form(order); !done) return done;
  if (Result<void> done = check_closings(order); !done) return done;
  BookOrder made = booked(order);
  for (std::size_t i = 0; i < made.legs.size(); ++i) {
    const BookLeg& leg = made.legs[i];
    if (!leg.depends_on) continue;
    const std::int64_t first = made.legs[*leg.depends_on].quantity;
    if (leg.quantity > first || (made.package && leg.quantity != first))
      return fail(Errc::invalid_value, "steps[].quantity", static_cast<std::int32_t>(i));
  }
  if (!keeps_coverage(state_, made)) return fail(Errc::invalid_value, "coverage");
  add(std::move(made));
  return {};
}

inline Result<void> Book::sent(const NewOrder& order) {
  if (Result<void> done = check_form(order); !done) return done;
  add(booked(order));
  return {};
}

inline void Book::end_leg(BookOrder& order, std::size_t at, LegStatus status, Timestamp now, bool& close_failed) {
  BookLeg& leg = order.legs[at];
  if (!leg.is_working()) return;
  const std::int64_t left = leg.remaining();
  leg.status = status;
  note(status == LegStatus::rejected ? BookEventKind::rejected : BookEventKind::cancelled, leg.lot, leg.contract, left,
       std::nullopt, order.id, now);
  for (std::size_t i = 0; i < order.legs.size(); ++i) {
    BookLeg& next = order.legs[i];
    if (next.depends_on != at || !next.is_working()) continue;
    // What was to follow this leg goes no further than it did.
    next.quantity = std::min(next.quantity, std::max(leg.filled, next.filled));
    if (next.filled == next.quantity) end_leg(order, i, LegStatus::cancelled, now, close_failed);
  }
  if (leg.action != Action::buy_to_close) return;  // the sale of a roll may be an order of its own, not sent yet
  close_failed = true;
  note(BookEventKind::close_failed, std::nullopt, leg.contract, left, std::nullopt, order.id, now);
  for (Lot& l : state_.lots)
    if (l.contract == leg.contract && !l.is_leap()) l.close_failed = true;
}

inline Result<Code> Book::end(RequestId id, LegStatus status, Timestamp now, std::optional<std::uint32_t> leg) {
  if (status != LegStatus::cancelled && status != LegStatus::rejected) return fail(Errc::invalid_value, "status");
  BookOrder* const ended = order(id);
  if (ended == nullptr) return fail(Errc::unknown_request, "order");
  if (leg && (*leg >= ended->legs.size() || !ended->legs[*leg].is_working())) return fail(Errc::unknown_request, "leg");
  bool close_failed = false;
  for (std::size_t i = 0; i < ended->legs.size(); ++i)
    if (!leg || *leg == i) end_leg(*ended, i, status, now, close_failed);
  tidy();
  return close_failed ? Code::close_failed : Code::none;
}

}  // namespace optcoord::ipmcc
