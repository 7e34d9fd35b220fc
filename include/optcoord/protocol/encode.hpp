// optcoord/protocol/encode.hpp -- one JSON line for each output of the desk.
// SPDX-License-Identifier: MIT
//
// Keys come in a fixed order, numbers are the shortest text that reads back to the same value, exposures are exact:
// equal outputs are equal bytes. Example:
//
//   const auto sink = [&](const Output& output) { append_line(out, output, seq, t, desk.names(), decoder); };
#pragma once

#include <optcoord/core/names.hpp>        // Names
#include <optcoord/core/time.hpp>         // Timestamp
#include <optcoord/desk/output.hpp>       // Output
#include <optcoord/protocol/decoder.hpp>  // Decoder: the texts of ids

#include <cstdint>      // std::int64_t
#include <string>       // std::string
#include <string_view>  // std::string_view

namespace optcoord::protocol {

/// Appends `output` as one line, with its line end. `seq` and `t` are the input line's number and time.
void append_line(std::string& out, const Output& output, std::int64_t seq, Timestamp t, const Names& names,
                 const Decoder& decoder);

/// Appends `s` as a JSON string in quotes; control characters are escaped, other bytes are copied.
void append_string(std::string& out, std::string_view s);

/// Appends the shortest text that reads back to `x`: 400, 0.1, 1e+20. Written without an exponent from 1e-6 to
/// below 1e16. What is not finite has no JSON and becomes null.
void append_number(std::string& out, double x);

}  // namespace optcoord::protocol
