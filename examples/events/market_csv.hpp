// examples/events/market_csv.hpp -- minute bars of options and underlyings, read from CSV onto the tape.
// SPDX-License-Identifier: MIT
//
// A bar is known when it is over: its event time is the bar's start plus 60 seconds. Closing values are used.
#pragma once

#include "outcome.hpp"  // Faults, Outcome
#include "tape.hpp"     // Tape

#include <optcoord/market/new_york.hpp>  // Zone

#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::events {

/// One input file as the command line names it: ROOT=ZONE:FILE.
struct MarketFile {
  std::string root;
  Zone zone{Zone::new_york};
  std::string path;
};
/// Reads "GOOG=America/New_York:quotes.csv.gz". \returns a sentence that says what is wrong with it.
[[nodiscard]] Outcome<MarketFile> market_file(std::string_view text);

/// Which rows to use. Everything empty: all of them.
struct RowFilter {
  std::optional<Date> date;       ///< the file's own date column
  std::optional<Duration> from;   ///< New York clock at the bar's start, inclusive
  std::optional<Duration> until;  ///< New York clock at the bar's start, exclusive
  std::vector<Date> expiries;     ///< options only
};

/// Reads option quotes: columns date, time, expiry, strike, right, bid_close, ask_close; others are ignored.
/// Blank (or 0) is no quote on that side. Rows that cannot be read become `faults`.
[[nodiscard]] Outcome<void> read_options(const MarketFile& file, const RowFilter& filter, Tape& tape, Faults& faults);

/// Reads an underlying: columns date, time and either close (trades) or bid_close and ask_close (quotes).
[[nodiscard]] Outcome<void> read_underlying(const MarketFile& file, const RowFilter& filter, Tape& tape,
                                            Faults& faults);

}  // namespace optcoord::events
