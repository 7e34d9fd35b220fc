// optcoord/ipmcc/coverage.hpp -- whether every call sold has a LEAP that lives longer, whatever fills.
// SPDX-License-Identifier: MIT
//
// A call sold is covered by a LEAP that expires later. For each day, then: calls sold that expire on it or later, less
// LEAPs that expire after it. By Hall's theorem all are covered when that is nowhere above zero. Orders count with the
// worst they can do: a sale fills, a purchase does not; a leg that depends on another goes only as far as that one.
#pragma once

#include <optcoord/ipmcc/book_state.hpp>

#include <algorithm>  // std::max, std::min
#include <cstdint>    // std::int64_t
#include <limits>     // std::numeric_limits
#include <vector>     // std::vector

namespace optcoord::ipmcc {

/// From which expiries on calls sold and LEAPs count.
struct CoverageDay {
  Date shorts_from{};
  Date leaps_from{};

  /// Calls that expire on `day` or later need LEAPs that expire after it.
  [[nodiscard]] static constexpr CoverageDay at(Date day) noexcept {
    return {day, Date{std::chrono::sys_days{day} + std::chrono::days{1}}};
  }
};

namespace detail {

/// What one contract traded by a leg adds to calls sold less LEAPs.
[[nodiscard]] constexpr std::int64_t weight(const BookLeg& leg, const CoverageDay& day) noexcept {
  const bool short_call = leg.action == Action::sell_to_open || leg.action == Action::buy_to_close;
  const bool counts = leg.contract.expiry >= (short_call ? day.shorts_from : day.leaps_from);
  return !counts ? 0 : is_buy(leg.action) ? -1 : 1;
}

/// How much of a dependent leg may fill already, and how much only with more of the other.
struct Released {
  std::int64_t now{0};
  std::int64_t later{0};
};
[[nodiscard]] inline Released released(const BookLeg& leg, const BookLeg& first) noexcept {
  if (!leg.is_working()) return {};
  const std::int64_t until = std::min(leg.quantity, std::max(first.filled, leg.filled));
  return {until - leg.filled, leg.quantity - until};
}

/// The most that `order` can add, its legs filling in any way their dependences allow.
[[nodiscard]] inline std::int64_t worst_of(const BookOrder& order, const CoverageDay& day) noexcept {
  std::int64_t worst = 0;
  for (std::size_t i = 0; i < order.legs.size(); ++i) {
    const BookLeg& first = order.legs[i];
    if (first.depends_on) continue;
    // As more of the first leg fills, dependents are released with it: the sum is largest at one of the bends.
    const auto at = [&](std::int64_t filled) {
      std::int64_t sum = weight(first, day) * filled;
      for (const BookLeg& leg : order.legs)
        if (leg.depends_on == i) {
          const Released r = released(leg, first);
          sum += std::max<std::int64_t>(0, weight(leg, day)) * (r.now + std::min(r.later, filled));
        }
      return sum;
    };
    std::int64_t most = std::max(at(0), at(first.remaining()));
    for (const BookLeg& leg : order.legs)
      if (leg.depends_on == i) most = std::max(most, at(std::min(released(leg, first).later, first.remaining())));
    worst += most;
  }
  return worst;
}

}  // namespace detail

/// \returns calls sold less LEAPs, as held; shares short by assignment count as the calls they were. Negative: room.
[[nodiscard]] inline std::int64_t uncovered_held(const BookState& s, const Contract& underlying, const CoverageDay& day,
                                                 bool with_assigned) noexcept {
  std::int64_t sum = 0;
  for (const Lot& l : lots_of(s, underlying))
    if (l.contract.expiry >= (l.is_leap() ? day.leaps_from : day.shorts_from)) sum -= l.quantity;
  if (!with_assigned) return sum;
  for (const Assignment& a : s.assignments)
    if (a.contract.root_chars == underlying.root_chars && a.contract.expiry >= day.shorts_from) sum += a.quantity;
  return sum;
}
/// \returns the same with the worst that working orders can do.
[[nodiscard]] inline std::int64_t uncovered_worst(const BookState& s, const Contract& underlying,
                                                  const CoverageDay& day) noexcept {
  std::int64_t sum = uncovered_held(s, underlying, day, true);
  for (const BookOrder& order : s.orders)
    if (is_of(order, underlying)) sum += detail::worst_of(order, day);
  return sum;
}

/// \returns the days on which coverage has to be looked at: the expiries of calls sold, held, assigned or on their way,
/// the latest first.
[[nodiscard]] inline std::vector<Date> coverage_days(const BookState& s, const Contract& underlying) {
  std::vector<Date> days;
  for (const Lot& l : lots_of(s, underlying))
    if (!l.is_leap()) days.push_back(l.contract.expiry);
  for (const Assignment& a : s.assignments)
    if (a.contract.root_chars == underlying.root_chars) days.push_back(a.contract.expiry);
  for (const BookOrder& order : s.orders)
    for (const BookLeg& leg : order.legs)
      if (is_of(order, underlying) && leg.action == Action::sell_to_open) days.push_back(leg.contract.expiry);
  std::sort(days.begin(), days.end(), [](Date a, Date b) { return a > b; });
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

/// Calls that will have been bought back by the time others are sold.
struct Freed {
  Date expiry{};
  std::int64_t quantity{0};
};

/// \returns how many calls expiring on `expiry` may still be sold: none ends uncovered whatever fills, and LEAPs that
/// expire before `leaps_from` are not counted on for the sum of all calls sold. Never negative.
[[nodiscard]] inline std::int64_t room_for_calls(const BookState& s, const Contract& underlying, Date expiry,
                                                 Date leaps_from, const Freed& freed = {}) {
  const auto room_at = [&](const CoverageDay& day) {
    const std::int64_t back = freed.expiry >= day.shorts_from ? freed.quantity : 0;
    return back - uncovered_worst(s, underlying, day);
  };
  constexpr Date ever{std::chrono::year{1}, std::chrono::January, std::chrono::day{1}};
  std::int64_t room = std::min(room_at({ever, leaps_from}), room_at(CoverageDay::at(expiry)));
  for (const Date day : coverage_days(s, underlying))
    if (day < expiry) room = std::min(room, room_at(CoverageDay::at(day)));
  return std::max<std::int64_t>(0, room);
}

/// \returns how many of `leap` may be sold, beside what is being sold, with no call uncovered whatever fills. Never
/// negative.
[[nodiscard]] inline std::int64_t free_of_calls(const BookState& s, const Contract& leap) {
  std::int64_t free = held_in(s, leap) - closing_in(s, leap);
  for (const Date day : coverage_days(s, leap))
    if (day < leap.expiry) free = std::min(free, -uncovered_worst(s, leap, CoverageDay::at(day)));
  return std::max<std::int64_t>(0, free);
}

/// \returns whether `order` beside those there are can leave no call uncovered that is not without it.
[[nodiscard]] inline bool keeps_coverage(const BookState& s, const BookOrder& order) {
  const Contract& underlying = order.legs.front().contract;
  const auto holds = [&](Date day) {
    const CoverageDay at = CoverageDay::at(day);
    return uncovered_worst(s, underlying, at) + detail::worst_of(order, at) <=
           std::max<std::int64_t>(0, uncovered_worst(s, underlying, at));
  };
  const auto sold = [&](const BookLeg& leg) {
    return leg.action != Action::sell_to_open || holds(leg.contract.expiry);
  };
  const std::vector<Date> days = coverage_days(s, underlying);
  return std::all_of(order.legs.begin(), order.legs.end(), sold) && std::all_of(days.begin(), days.end(), holds);
}

}  // namespace optcoord::ipmcc
