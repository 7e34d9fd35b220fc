// optcoord/exercise/trading_days.hpp -- which days trade, as far as sessions tell: the last, the next, today.
// SPDX-License-Identifier: MIT
//
// Weekdays that no session tells of count as sessions, unless sessions just before and after them are known: holidays.
#pragma once

#include <optcoord/core/time.hpp>
#include <optcoord/exercise/position.hpp>  // ExerciseTerms
#include <optcoord/market/contract.hpp>
#include <optcoord/market/new_york.hpp>  // new_york_date, next_day, weekday
#include <optcoord/market/session.hpp>   // SessionBook

#include <chrono>       // std::chrono::days
#include <cstdint>      // std::int64_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord {

namespace detail {

[[nodiscard]] inline Date moved(Date d, int days) noexcept {
  return Date{std::chrono::sys_days{d} + std::chrono::days{days}};
}
[[nodiscard]] inline bool is_weekday(Date d) noexcept { return weekday(d).iso_encoding() <= 5; }

/// Whether a session of `root` is known on one of the days from `first` to `last` days after `d`.
[[nodiscard]] inline bool any_session(const SessionBook& sessions, std::string_view root, Date d, int first, int last) {
  for (int day = first; day <= last; ++day)
    if (sessions.on(root, moved(d, day))) return true;
  return false;
}

/// So many weekdays in a row may be closed, as after the storm of 2012: in a longer gap nobody has told of sessions.
inline constexpr std::int64_t longest_closure = 2;
/// After so many weekdays without a session no further one is looked for.
inline constexpr std::int64_t end_of_calendar = 10;

}  // namespace detail

/// \returns the date of the session that `now` belongs to: that of the close of the one it is in, else New York's.
[[nodiscard]] inline Date session_date(std::string_view root, const SessionBook& sessions, Timestamp now) {
  const Date today = new_york_date(now);
  for (int ahead = 0; ahead <= 3; ++ahead) {  // what closes on a Monday may open on the Friday before
    const std::optional<Session> s = sessions.on(root, detail::moved(today, ahead));
    if (s && s->open <= now && now <= s->close) return detail::moved(today, ahead);
  }
  return today;
}

/// \returns the last New York date on which the option trades: its expiry, or for those settled at the open the session
/// before. Weekdays without a session before it are holidays only where the sessions known reach past the expiry.
[[nodiscard]] inline Date last_trading_date(const Contract& c, const ExerciseTerms& t, const SessionBook& sessions) {
  if (t.last_trade == LastTrade::pm) return c.expiry;
  std::optional<Date> weekday_before;
  for (int back = 1; back <= 6; ++back) {
    const Date d = detail::moved(c.expiry, -back);
    if (sessions.on(c.root(), d)) {
      const bool nearest = !weekday_before || detail::any_session(sessions, c.root(), c.expiry, 0, 6);
      return nearest ? d : *weekday_before;
    }
    if (!weekday_before && detail::is_weekday(d)) weekday_before = d;
  }
  return weekday_before.value_or(c.expiry);
}

/// \returns weekdays after `from`, up to and with `until`: sessions as far as anybody without a calendar can tell.
[[nodiscard]] inline std::int64_t weekdays_between(Date from, Date until) noexcept {
  using std::chrono::days;
  using std::chrono::sys_days;
  const auto count = [](sys_days d) {  // weekdays since a Monday long ago
    const std::int64_t n = (d - sys_days{std::chrono::year{1600} / 1 / 3}).count();
    const std::int64_t rest = n % 7;
    return n / 7 * 5 + (rest < 5 ? rest + 1 : 5);
  };
  return until <= from ? 0 : count(sys_days{until}) - count(sys_days{from});
}

/// \returns sessions after `from`, up to and with `until`: those known, and weekdays where none are. O(days known).
[[nodiscard]] inline std::int64_t sessions_between(std::string_view root, Date from, Date until,
                                                   const SessionBook& sessions) {
  std::int64_t known = 0;
  std::int64_t gap = 0;  // weekdays since the last session known
  bool told = detail::any_session(sessions, root, from, -6, 0);
  for (Date d = next_day(from); d <= until; d = next_day(d)) {
    if (sessions.on(root, d)) {
      known += told && gap <= detail::longest_closure ? 1 : gap + 1;
      gap = 0;
      told = true;
    } else if (detail::is_weekday(d) && ++gap > detail::end_of_calendar) {
      return known + gap + weekdays_between(d, until);
    }
  }
  return known + gap;
}

/// \returns whether no session lies between `today` and `later`: the next one is on `later`. Where no session after
/// today is known, a Monday in between may be a holiday, as most are: better warned than surprised.
[[nodiscard]] inline bool next_session_is(std::string_view root, Date today, Date later, const SessionBook& sessions) {
  const auto ahead = (std::chrono::sys_days{later} - std::chrono::sys_days{today}).count();
  if (ahead <= 0 || ahead > 7) return false;
  const std::int64_t weekdays = weekdays_between(today, detail::moved(later, -1));
  if (!detail::any_session(sessions, root, today, 1, 7)) {
    const Date before{detail::moved(later, -1)};
    return weekdays == 0 || (weekdays == 1 && weekday(before) == std::chrono::Monday);
  }
  if (detail::any_session(sessions, root, today, 1, static_cast<int>(ahead) - 1)) return false;
  return weekdays == 0 || sessions.on(root, later).has_value();
}

}  // namespace optcoord
