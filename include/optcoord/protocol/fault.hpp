// optcoord/protocol/fault.hpp -- what is wrong with a line, with the path and a sentence for a person.
// SPDX-License-Identifier: MIT
//
// The core's Error carries no text; here, at the edge, it becomes one. Example:
//
//   std::string out;
//   append_error(out, 7, Fault{Errc::unknown_key, "prize", "unknown key \"prize\", did you mean \"price\"?"});
//   // {"seq":7,"type":"error","code":"unknown_key","field":"prize","message":"unknown key ..."}
#pragma once

#include <optcoord/core/error.hpp>  // Errc, Error
#include <optcoord/core/names.hpp>  // Names

#include <cstdint>  // std::int64_t
#include <string>   // std::string

namespace optcoord::protocol {

class Decoder;

/// One fault of an input line.
struct Fault {
  Errc code{Errc::invalid_value};
  std::string field;    ///< the path: "legs[1].ratio", "requests[0].legs[1].ratio"; empty for the line as a whole
  std::string message;  ///< one sentence, with the offending value and the nearest known name

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// Renders an error of the desk about the line `decoder` decoded last: the path with its indices, the offending
/// value as the line has it, and for unknown names the nearest known one.
[[nodiscard]] Fault to_fault(const Error& error, const Decoder& decoder, const Names& names);

/// Appends the protocol's error line, with its line end. `seq` is the input line's number; 0 for the configuration.
void append_error(std::string& out, std::int64_t seq, const Fault& fault);

}  // namespace optcoord::protocol
