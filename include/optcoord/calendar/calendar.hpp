// optcoord/calendar/calendar.hpp -- the sessions of NYSE, Cboe and CME, 2015 to 2028: rules, and the days no rule knew.
// SPDX-License-Identifier: MIT
//
// For hosts without an exchange feed. Outside the years covered there is no answer rather than a guess. Example:
//
//   using namespace optcoord;
//   calendar::Day d = calendar::on(calendar::Venue::nyse, *parse_date("2015-12-24"));
//   d.kind;             // calendar::DayKind::early_close
//   d.session->close;   // 18:00 UTC, 13:00 New York
//
//   SessionBook sessions;
//   calendar::add_sessions(sessions, first, last);   // "*", SPX, SPXW, XSP, ES and MES, each by its own hours
#pragma once

#include <optcoord/core/time.hpp>       // Date
#include <optcoord/market/session.hpp>  // Session, SessionBook

#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord::calendar {

/// Whose hours. New York clock; early closes in brackets.
enum class Venue : std::uint8_t {
  nyse,           ///< shares, and options on shares and funds: 09:30 to 16:00 (13:00)
  cboe_index,     ///< index options that do not expire that day: 09:30 to 16:15 (13:15)
  cboe_expiring,  ///< index options settled at the close, on their last day: 09:30 to 16:00 (13:00)
  cme_equity,     ///< ES and MES futures: 18:00 of the day before to 17:00 (13:15, on holidays 13:00)
  cme_expiring,   ///< options on them, on their last day: 18:00 of the day before to 16:00 (13:00)
};

enum class DayKind : std::uint8_t { full, early_close, closed, not_covered };

[[nodiscard]] std::string_view text(Venue venue) noexcept;
[[nodiscard]] std::string_view text(DayKind kind) noexcept;

/// One day of a venue; `session` is there when it trades, and counts for the date asked.
struct Day {
  DayKind kind{DayKind::not_covered};
  std::optional<Session> session{};

  friend bool operator==(const Day&, const Day&) noexcept = default;
};

/// The days covered, both included.
[[nodiscard]] Date first_day() noexcept;
[[nodiscard]] Date last_day() noexcept;

/// \returns what `venue` does on `date`; not_covered before `first_day()`, after `last_day()` and for no date. O(1).
[[nodiscard]] Day on(Venue venue, Date date) noexcept;

/// \returns the next day after `date` on which `venue` trades; nothing where that is not covered.
[[nodiscard]] std::optional<Date> next_session(Venue venue, Date date) noexcept;
/// \returns the last day before `date` on which `venue` trades; nothing where that is not covered.
[[nodiscard]] std::optional<Date> previous_session(Venue venue, Date date) noexcept;

/// Puts the sessions of `from` to `until`, both included, into `book`: "*" as NYSE, SPX as cboe_index (its monthly
/// options trade last on an ordinary day), SPXW and XSP as cboe_expiring, ES and MES as cme_expiring.
/// \returns full, or not_covered, and nothing put in, when a day of them is not covered or from > until.
[[nodiscard]] DayKind add_sessions(SessionBook& book, Date from, Date until);

}  // namespace optcoord::calendar
