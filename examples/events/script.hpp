// examples/events/script.hpp -- who asks for what, when: protocol events written by hand, with New York clock times.
// SPDX-License-Identifier: MIT
//
// A script is JSON lines: events of the protocol, passed through unchanged but for two keys of its own. Blank
// lines and lines that begin with // are for the reader. Example:
//
//   {"at":"10:15","type":"request","id":"r1","strategy":"0DTE","intent":"open","units":2,"fill_after_s":10,
//    "legs":[{"contract":"SPY   260116C00450000","ratio":-1}]}                      (on one line)
//
// - `at`: a New York clock time on the day of --date, instead of `t`; it becomes `t`.
// - `fill_after_s` on a request: one second later the order is working, after so many seconds every leg is
//   filled at the last mid seen by then (the one side there is, when the other is missing), for `fill_units`
//   units (all units asked, when absent). The request is expected to be approved for as many: the fills of a
//   denied one are errors in the replay.
#pragma once

#include "outcome.hpp"  // Faults, Outcome

#include <optcoord/core/time.hpp>  // Date, Timestamp

#include <cstdint>   // std::int64_t
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord::events {

/// One finished line of the event file.
struct Line {
  Timestamp t;
  std::string json;
};

/// A leg to be filled at the price the market then shows.
struct WantedFill {
  Timestamp t;
  std::size_t line{0};     ///< index into `Script::lines`: the place kept for the fill, its text still empty
  std::int64_t number{0};  ///< the request's line in the script, for messages
  std::string start;       ///< the fill's JSON up to its leg
  std::string contract;
  std::int64_t quantity{0};
};

/// A script as read: its lines in order of time, and the fills whose prices only the market knows.
struct Script {
  std::string path;
  std::vector<Line> lines;
  std::vector<WantedFill> fills;  ///< in order of time
};

/// Reads a script. \param date the day `at` refers to; a line with `at` without it is a fault.
/// Lines that are no JSON object, or whose own keys cannot be read, become `faults` and are left out.
[[nodiscard]] Outcome<Script> read_script(const std::string& path, std::optional<Date> date, Faults& faults);

}  // namespace optcoord::events
