// optcoord/ipmcc/orphans.hpp -- legs that stand without their other half, each with the step that puts it right.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book_state.hpp>
#include <optcoord/ipmcc/coverage.hpp>

#include <algorithm>  // std::max, std::min
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional
#include <vector>     // std::vector

namespace optcoord::ipmcc {

/// What is out of step, as the step that repairs it.
struct Orphan {
  Step repair{};
  std::optional<RequestId> order{};  ///< whose legs are out of step
  bool working{false};               ///< that order may still put it right by itself
  bool cancel{false};                ///< the repair is to take that much of the order back, not to trade

  friend bool operator==(const Orphan&, const Orphan&) = default;
};

namespace detail {

/// The repair of a package whose legs have filled unequally: what lags is done, but a call sold without its LEAP is
/// bought back, since the LEAP may not be had any more.
[[nodiscard]] inline std::optional<OpenRepair> imbalance(RequestId order, const BookLeg& first, const BookLeg& second) {
  const std::int64_t ahead = second.filled - first.filled;
  if (ahead == 0) return std::nullopt;
  if (ahead < 0) return OpenRepair{order, second.action, second.contract, -ahead};
  if (second.action == Action::sell_to_open) return OpenRepair{order, Action::buy_to_close, second.contract, ahead};
  return OpenRepair{order, first.action, first.contract, ahead};
}

template <class Each>
void each_imbalance(const BookOrder& order, Each each) {
  if (!order.package) return;
  for (const BookLeg& leg : order.legs)
    if (leg.depends_on)
      if (const std::optional<OpenRepair> repair = imbalance(order.id, order.legs[*leg.depends_on], leg)) each(*repair);
}

/// How much of a repair still makes sense with what is held, orders apart: they may end unfilled.
[[nodiscard]] inline std::int64_t sensible(const BookState& s, const OpenRepair& r) {
  const std::int64_t held = held_in(s, r.contract);
  const CoverageDay day = CoverageDay::at(r.contract.expiry);
  switch (r.action) {
    case Action::buy_to_close: return std::min(r.quantity, std::max<std::int64_t>(0, -held));
    case Action::sell_to_close: return std::min(r.quantity, std::max<std::int64_t>(0, held));
    case Action::sell_to_open:  // as long as LEAPs are without a call
      return std::clamp<std::int64_t>(-uncovered_held(s, r.contract, day, true), 0, r.quantity);
    case Action::buy_to_open: break;
  }
  std::int64_t naked = 0;  // as long as calls are without a LEAP
  for (const Date short_day : coverage_days(s, r.contract))
    naked = std::max(naked, uncovered_held(s, r.contract, CoverageDay::at(short_day), false));
  return std::min(r.quantity, naked);
}

/// How much the repairs named so far, those an order may still make apart, trade of `contract` in that way.
[[nodiscard]] inline std::int64_t named(const std::vector<Orphan>& repairs, Action action, const Contract& contract) {
  std::int64_t sum = 0;
  for (const Orphan& o : repairs)
    if (!o.working && o.repair.action == action && o.repair.contract == contract) sum += o.repair.quantity;
  return sum;
}
/// The same of all contracts.
[[nodiscard]] inline std::int64_t named(const std::vector<Orphan>& repairs, Action action) {
  std::int64_t sum = 0;
  for (const Orphan& o : repairs)
    if (!o.working && o.repair.action == action) sum += o.repair.quantity;
  return sum;
}

/// How much of a repair is still to be sent: less what orders on their way, and repairs named before it, do already.
[[nodiscard]] inline std::int64_t to_send(const BookState& s, const OpenRepair& r, const std::vector<Orphan>& before) {
  const auto most = [&]() -> std::int64_t {
    const Date expiry = r.contract.expiry;
    switch (r.action) {
      case Action::sell_to_open:
        return room_for_calls(s, r.contract, expiry, CoverageDay::at(expiry).leaps_from) - named(before, r.action);
      case Action::sell_to_close: return free_of_calls(s, r.contract) - named(before, r.action);
      case Action::buy_to_close:
        return -held_in(s, r.contract) - closing_in(s, r.contract) - named(before, r.action, r.contract);
      case Action::buy_to_open: break;
    }
    return sensible(s, r) - leaps_on_their_way(s, r.contract) - named(before, r.action);
  };
  return std::min(sensible(s, r), most());
}

[[nodiscard]] inline Step step_of(const OpenRepair& r) { return {r.action, r.contract, r.quantity, {}, {}, {}}; }

/// The order at the broker that buys `contract` back, if any.
[[nodiscard]] inline std::optional<RequestId> order_closing(const BookState& s, const Contract& contract) {
  for (const BookOrder& order : s.orders)
    for (const BookLeg& leg : order.legs)
      if (leg.contract == contract && leg.action == Action::buy_to_close && leg.remaining() > 0) return order.id;
  return std::nullopt;
}

/// Calls sold that no LEAP covers and no repair named so far covers either: bought back, the latest to expire first.
/// What an order buys back already is named as that order's to do.
inline void add_naked(const BookState& s, const Contract& underlying, std::vector<Orphan>& out) {
  const auto mended = [&](Date day) {  // of the calls that expire on it or later
    std::int64_t sum = 0;
    for (const Orphan& o : out)
      if (is_buy(o.repair.action) && o.repair.contract.expiry >= day) sum += o.repair.quantity;
    return sum;
  };
  Contract last{};
  for (const Date day : coverage_days(s, underlying)) {
    std::int64_t naked = uncovered_held(s, underlying, CoverageDay::at(day), false) - mended(day);
    const auto name = [&](const Contract& contract, std::int64_t most, std::optional<RequestId> order) {
      const std::int64_t quantity = std::min(naked, most);
      if (quantity <= 0) return;
      out.push_back({{Action::buy_to_close, contract, quantity, {}, {}, {}}, order, order.has_value(), false});
      naked -= quantity;
    };
    for (const Lot& lot : lots_of(s, underlying)) {
      if (lot.is_leap() || lot.contract.expiry != day || lot.contract == last) continue;
      last = lot.contract;
      const std::int64_t open = -held_in(s, last) - named(out, Action::buy_to_close, last);
      const std::int64_t under_way = std::min(open, closing_in(s, last));
      name(last, under_way, order_closing(s, last));
      name(last, open - under_way, std::nullopt);
    }
  }
}

/// Sales still on their way for which the LEAPs have gone: taken back, the latest order first.
inline void add_uncovered_sales(const BookState& s, const Contract& underlying, std::vector<Orphan>& out) {
  std::int64_t too_many = 0;
  for (const Date day : coverage_days(s, underlying)) {
    const CoverageDay at = CoverageDay::at(day);
    const std::int64_t held = std::max<std::int64_t>(0, uncovered_held(s, underlying, at, true));
    too_many = std::max(too_many, uncovered_worst(s, underlying, at) - held);
  }
  for (auto order = s.orders.rbegin(); order != s.orders.rend() && too_many > 0; ++order) {
    if (!is_of(*order, underlying)) continue;
    for (const BookLeg& leg : order->legs) {
      if (is_buy(leg.action) || leg.remaining() == 0 || too_many <= 0) continue;
      const std::int64_t quantity = std::min(too_many, leg.remaining());
      out.push_back({{leg.action, leg.contract, quantity, {}, {}, {}}, order->id, true, true});
      too_many -= quantity;
    }
  }
}

}  // namespace detail

/// \returns everything on the symbol that stands without its other half: packages filled on one leg only, working or
/// ended, calls sold without a LEAP, and sales on their way that would be. O(lots x orders).
[[nodiscard]] inline std::vector<Orphan> orphans(const BookState& s, const Contract& underlying) {
  std::vector<Orphan> out;
  for (const BookOrder& order : s.orders)
    if (is_of(order, underlying))
      detail::each_imbalance(order, [&](const OpenRepair& r) {
        out.push_back({detail::step_of(r), r.order, true, false});
      });
  for (OpenRepair r : s.repairs) {
    if (r.contract.root_chars != underlying.root_chars) continue;
    r.quantity = detail::to_send(s, r, out);
    if (r.quantity > 0) out.push_back({detail::step_of(r), r.order, false, false});
  }
  detail::add_naked(s, underlying, out);
  detail::add_uncovered_sales(s, underlying, out);
  return out;
}

}  // namespace optcoord::ipmcc
