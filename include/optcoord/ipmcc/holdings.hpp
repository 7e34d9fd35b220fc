// optcoord/ipmcc/holdings.hpp -- what the book holds on one symbol, by contract: LEAPs with their room, calls sold.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book_state.hpp>
#include <optcoord/ipmcc/chain.hpp>   // days_to_expiry
#include <optcoord/ipmcc/config.hpp>  // IpmccConfig
#include <optcoord/ipmcc/coverage.hpp>

#include <algorithm>  // std::find_if
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional
#include <vector>     // std::vector

namespace optcoord::ipmcc {

/// All open lots of one contract.
struct Holding {
  Contract contract{};
  std::int64_t quantity{0};               ///< contracts, > 0 on either side
  std::optional<double> average_price{};  ///< USD per unit; unknown when that of any lot is
  std::int64_t free{0};                   ///< LEAPs: less the calls that belong to them, sold or assigned, and sales
  std::optional<Contract> leap{};         ///< calls sold: the LEAP that the oldest lot belongs to
  bool close_failed{false};
};

/// \returns the LEAPs of the symbol, or the calls sold on it, in order of contract. O(lots of the symbol^2).
[[nodiscard]] inline std::vector<Holding> holdings(const BookState& s, const Contract& underlying, bool leaps) {
  std::vector<Holding> out;
  const std::span<const Lot> all = lots_of(s, underlying);
  double paid = 0;
  for (const Lot& lot : all) {
    if (lot.is_leap() != leaps) continue;
    const std::int64_t quantity = std::abs(lot.quantity);
    if (out.empty() || out.back().contract != lot.contract) {
      const Lot* const leap = lot.leap ? find_lot(s, *lot.leap) : nullptr;
      out.push_back({lot.contract, 0, 0.0, -closing_in(s, lot.contract), {}, lot.close_failed});
      if (leap != nullptr) out.back().leap = leap->contract;
      paid = 0;
    }
    Holding& h = out.back();
    h.quantity += quantity;
    h.free += quantity;
    for (const Lot& weekly : all)
      if (weekly.leap == lot.id) h.free += weekly.quantity;
    for (const Assignment& a : s.assignments)
      if (a.leap == lot.id) h.free -= a.quantity;
    if (!lot.average_price) h.average_price = std::nullopt;
    paid += lot.average_price.value_or(0.0) * static_cast<double>(quantity);
    if (h.average_price) h.average_price = paid / static_cast<double>(h.quantity);
  }
  return out;
}

/// \returns whether a call bought is a LEAP: one with a weekly's days or fewer covers what it covers and is no more.
[[nodiscard]] inline bool is_leap(const IpmccConfig& rules, const Contract& bought, Timestamp now) noexcept {
  return days_to_expiry(bought, now) > rules.weekly_max_dte;
}
/// \returns whether calls may be sold against a LEAP of this contract: `leap_exit_dte` days or more are left.
[[nodiscard]] inline bool is_active(const IpmccConfig& rules, const Contract& leap, Timestamp now) noexcept {
  return days_to_expiry(leap, now) >= rules.leap_exit_dte && is_leap(rules, leap, now);
}
/// \returns the first expiry a LEAP must have to be active.
[[nodiscard]] inline Date active_from(const IpmccConfig& rules, Timestamp now) noexcept {
  const std::int32_t days = std::max(rules.leap_exit_dte, rules.weekly_max_dte + 1);
  return Date{std::chrono::sys_days{new_york_date(now)} + std::chrono::days{days}};
}

/// \returns calls that working orders may sell now, beyond what they buy back or cover themselves. O(orders).
[[nodiscard]] inline std::int64_t calls_on_their_way(const BookState& s, const Contract& underlying) noexcept {
  std::int64_t sum = 0;
  for (const BookOrder& order : s.orders)
    for (const BookLeg& leg : order.legs)
      if (is_of(order, underlying) && leg.action == Action::sell_to_open)
        sum += leg.depends_on ? detail::released(leg, order.legs[*leg.depends_on]).now : leg.remaining();
  return sum;
}
/// Takes what belongs to no LEAP yet off what is free of the active ones, in the order in which they are sold against:
/// calls on their way, and those laid to a LEAP that has fewer.
inline void take_up(std::vector<Holding>& leaps, const BookState& s, const Contract& underlying,
                    const IpmccConfig& rules, Timestamp now) {
  std::int64_t left = calls_on_their_way(s, underlying);
  for (const Holding& h : leaps) left += std::max<std::int64_t>(0, -h.free);
  for (Holding& h : leaps) {
    h.free = std::max<std::int64_t>(0, h.free);
    if (!is_active(rules, h.contract, now)) continue;
    const std::int64_t taken = std::min(left, h.free);
    h.free -= taken;
    left -= taken;
  }
}

}  // namespace optcoord::ipmcc
