// optcoord/config/load.hpp -- a configuration file's text to a DeskConfig, or every fault in it with its path.
// SPDX-License-Identifier: MIT
//
// Decides what a person may write, for the programs and for hosts that keep a file. Nothing is guessed: an unknown
// key is a fault that names the nearest known one, and all faults are found in one go. Example:
//
//   auto loaded = optcoord::config::load(text);
//   if (!loaded) for (const Fault& f : loaded.error()) complain(f.path, f.message);
//   else run(loaded->config);
#pragma once

#include <optcoord/core/error.hpp>   // Errc
#include <optcoord/desk/config.hpp>  // DeskConfig

#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <tl/expected.hpp>
#include <vector>  // std::vector

namespace optcoord::config {

/// The largest text `load` reads, bytes. A longer one is one parse_error.
inline constexpr std::size_t max_bytes = std::size_t{8} * 1024 * 1024;
/// The deepest nesting of objects and lists `load` follows.
inline constexpr std::size_t max_depth = 64;
/// How many faults are listed; one more says that there are others.
inline constexpr std::size_t max_faults = 1000;

/// One thing wrong with a configuration. The codes are parse_error (syntax, a duplicate key), unknown_key,
/// unknown_name (a group or strategy that is nowhere defined), invalid_value (one value: missing, wrong type, out of
/// range) and invalid_configuration (values that contradict each other).
struct Fault {
  Errc code{Errc::invalid_value};
  std::string path;     ///< "strategies[1].position_sizing.risk_per_trade_pct"; empty for the whole text
  std::string message;  ///< for people; faults of syntax name line and column

  friend bool operator==(const Fault&, const Fault&) = default;
};

/// Where a value of the effective configuration comes from.
enum class Origin : std::uint8_t {
  file,             ///< written at this path
  builtin_default,  ///< absent: the documented default, null where absence switches something off
  global,           ///< a strategy's sizing field taken from the global position_sizing block
  strategy,         ///< a strategy's sizing field of its own block
};

/// \returns "file", "default", "global" or "strategy".
[[nodiscard]] std::string_view text(Origin origin) noexcept;

/// One value in force.
struct EffectiveValue {
  std::string path;   ///< as in Fault; an alias is listed under the name it stands for
  std::string value;  ///< as JSON
  Origin origin{Origin::file};

  friend bool operator==(const EffectiveValue&, const EffectiveValue&) = default;
};

/// A valid configuration.
struct Loaded {
  DeskConfig config;
  std::vector<EffectiveValue> effective;  ///< in order of blocks, within a list in the file's order
};

/// Reads a configuration: JSON with `//` comments, at most `max_bytes` and `max_depth` deep.
/// \returns the configuration with all defaults filled in, or every fault, in order of the text's blocks. O(text).
[[nodiscard]] tl::expected<Loaded, std::vector<Fault>> load(std::string_view text);

/// Appends `{"seq":0,"type":"error","code":...,"field":...,"message":...}` and a newline to `out`. Bytes that are not
/// UTF-8 are replaced, so the line always parses.
void append_fault_line(std::string& out, const Fault& fault);

/// Appends `s` as a JSON string to `out`, as append_fault_line does.
void append_json_string(std::string& out, std::string_view s);

}  // namespace optcoord::config
