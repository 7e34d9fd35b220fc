// src/calendar/calendar.cpp -- the hours of each venue on each kind of day, read from one table.
// SPDX-License-Identifier: MIT
#include "holidays.hpp"

#include <optcoord/calendar/calendar.hpp>
#include <optcoord/market/new_york.hpp>  // from_new_york, next_day, weekday

#include <array>    // std::array
#include <chrono>   // std::chrono::hours
#include <cstddef>  // std::size_t

namespace optcoord::calendar {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using namespace std::chrono_literals;  // 2015y

constexpr Date first_covered{2015y / 1 / 1};
constexpr Date last_covered{2028y / 12 / 31};

/// New York clock readings. A venue that opens in the evening does so on the day before.
struct Hours {
  std::string_view name;
  Duration open;
  bool opens_the_day_before;
  Duration close;
  Duration early;                         ///< close of half days
  std::optional<Duration> on_holidays{};  ///< close of days on which shares rest; absent: closed
};

constexpr std::array<Hours, 5> hours_of{{
    {"nyse", hours{9} + minutes{30}, false, hours{16}, hours{13}},
    {"cboe_index", hours{9} + minutes{30}, false, hours{16} + minutes{15}, hours{13} + minutes{15}},
    {"cboe_expiring", hours{9} + minutes{30}, false, hours{16}, hours{13}},
    {"cme_equity", hours{18}, true, hours{17}, hours{13} + minutes{15}, hours{13}},
    {"cme_expiring", hours{18}, true, hours{16}, hours{13}},
}};

[[nodiscard]] const Hours& of(Venue venue) noexcept { return hours_of[static_cast<std::size_t>(venue)]; }

[[nodiscard]] Day day(const Hours& h, Date date, DayKind kind, Duration close) noexcept {
  const Date opens_on = h.opens_the_day_before ? Date{sys_days{date} - days{1}} : date;
  return {kind, Session{from_new_york(opens_on, h.open), from_new_york(date, close)}};
}

struct RootHours {
  std::string_view root;
  Venue venue;
};
constexpr std::array<RootHours, 6> roots{{{"*", Venue::nyse},
                                          {"SPX", Venue::cboe_index},
                                          {"SPXW", Venue::cboe_expiring},
                                          {"XSP", Venue::cboe_expiring},
                                          {"ES", Venue::cme_expiring},
                                          {"MES", Venue::cme_expiring}}};

[[nodiscard]] bool covered(Date date) noexcept { return date.ok() && date >= first_covered && date <= last_covered; }

}  // namespace

std::string_view text(Venue venue) noexcept { return of(venue).name; }

std::string_view text(DayKind kind) noexcept {
  constexpr std::array<std::string_view, 4> texts{"full", "early_close", "closed", "not_covered"};
  return texts[static_cast<std::size_t>(kind)];
}

Date first_day() noexcept { return first_covered; }
Date last_day() noexcept { return last_covered; }

Day on(Venue venue, Date date) noexcept {
  if (!covered(date)) return {};
  if (weekday(date).iso_encoding() > 5) return {DayKind::closed, std::nullopt};
  const Hours& h = of(venue);
  switch (detail::holiday(date)) {
    case detail::Holiday::none: return day(h, date, DayKind::full, h.close);
    case detail::Holiday::half_day: return day(h, date, DayKind::early_close, h.early);
    case detail::Holiday::shares_only:
      if (h.on_holidays) return day(h, date, DayKind::early_close, *h.on_holidays);
      break;
    case detail::Holiday::everybody: break;
  }
  return {DayKind::closed, std::nullopt};
}

std::optional<Date> next_session(Venue venue, Date date) noexcept {
  if (!date.ok() || date < Date{sys_days{first_covered} - days{1}}) return std::nullopt;
  for (Date d = next_day(date); covered(d); d = next_day(d))
    if (on(venue, d).session) return d;
  return std::nullopt;
}

std::optional<Date> previous_session(Venue venue, Date date) noexcept {
  if (!date.ok() || date > next_day(last_covered)) return std::nullopt;
  for (Date d{sys_days{date} - days{1}}; covered(d); d = Date{sys_days{d} - days{1}})
    if (on(venue, d).session) return d;
  return std::nullopt;
}

DayKind add_sessions(SessionBook& book, Date from, Date until) {
  if (!covered(from) || !covered(until) || from > until) return DayKind::not_covered;
  for (Date d = from; d <= until; d = next_day(d))
    for (const RootHours& r : roots)
      if (const std::optional<Session> s = on(r.venue, d).session) (void)book.set(r.root, *s);
  return DayKind::full;
}

}  // namespace optcoord::calendar
