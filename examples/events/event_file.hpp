// examples/events/event_file.hpp -- one protocol event file out of market data, calendars and a strategy script.
// SPDX-License-Identifier: MIT
//
// Lines come in order of time; at the same instant first sessions, rates and calendars, then underlyings, then
// options, then the script, each in the order of its input.
#pragma once

#include "market_csv.hpp"  // MarketFile, RowFilter
#include "outcome.hpp"     // Faults, Outcome
#include "script.hpp"      // Line
#include "sessions.hpp"    // Sessions
#include "tape.hpp"        // FileCounts

#include <cstdint>      // std::int64_t
#include <functional>   // std::function
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::events {

/// What the command line asks for.
struct EventsConfig {
  std::vector<MarketFile> options;
  std::vector<MarketFile> underlyings;
  std::vector<std::string> calendars;
  std::vector<std::string> scripts;
  RowFilter filter;
  Sessions sessions;
  std::optional<double> rate;  ///< continuous, per year
  bool carry_forward{false};   ///< needs sessions
};

/// What was read and written.
struct Summary {
  std::vector<FileCounts> files;
  std::int64_t script_lines{0};  ///< lines written for scripts, fills included
  std::int64_t other_lines{0};   ///< sessions, rates, calendars
  std::int64_t events{0};        ///< all lines written
  Faults faults;
};

/// Takes the next piece of the file; false when it could not be written.
using Write = std::function<bool(std::string_view)>;

/// Reads every input, then hands the event file to `write` in pieces that end with a line's end.
/// \returns a failure (nothing was written) when an input cannot be used, or when writing failed.
[[nodiscard]] Outcome<Summary> write_events(const EventsConfig& config, const Write& write);

/// The summary as a person reads it on stderr: a line per file, one for the whole, then the faults.
[[nodiscard]] std::string describe(const Summary& summary);

}  // namespace optcoord::events
