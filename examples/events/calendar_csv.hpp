// examples/events/calendar_csv.hpp -- market events (FOMC, EARNINGS, EXPIRATION, ...) read from CSV.
// SPDX-License-Identifier: MIT
//
//   name,from,until,root
//   FOMC,2015-12-16 14:00,2015-12-16 16:00,
//   EXPIRATION,2015-12-24,,
#pragma once

#include "outcome.hpp"  // Faults, Outcome

#include <optcoord/core/time.hpp>  // Timestamp

#include <string>  // std::string
#include <vector>  // std::vector

namespace optcoord::events {

/// A market event; in force while from <= now < until.
struct MarketEvent {
  std::string name;
  std::string root;  ///< empty: every root
  Timestamp from;
  Timestamp until;
};

/// Reads the columns name, from and, where the file has them, until and root. A time is RFC 3339 in UTC, or
/// "YYYY-MM-DD HH:MM[:SS]" or "YYYY-MM-DD" (midnight) in New York; a blank until is the New York midnight
/// after `from`. Appends to `out`; rows that cannot be read become `faults`.
[[nodiscard]] Outcome<void> read_calendar(const std::string& path, std::vector<MarketEvent>& out, Faults& faults);

}  // namespace optcoord::events
