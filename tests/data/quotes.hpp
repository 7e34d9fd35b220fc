// tests/data/quotes.hpp -- real quotes as optcoord-events tells them, read back.
// SPDX-License-Identifier: MIT
#pragma once

#include "support/running.hpp"

#include <optcoord/core/time.hpp>

#include <cstdlib>   // std::strtod
#include <optional>  // std::optional

namespace optcoord::test {

/// The lines optcoord-events writes with these options.
[[nodiscard]] inline Lines events(const std::string& options) {
  const Scratch scratch;
  const std::string out = scratch.at("events.jsonl");
  REQUIRE(run("'" + program("optcoord-events") + "' " + options + " --out '" + out + "' 2>/dev/null") == 0);
  return lines_of(out);
}

/// A number of a line, or nothing for null.
[[nodiscard]] inline std::optional<double> number_of(std::string_view line, std::string_view key) {
  const std::string text = value_of(line, key);
  if (text.empty() || text == "null") return std::nullopt;
  return std::strtod(text.c_str(), nullptr);
}

/// Halfway between bid and ask, or nothing for a quote that is one-sided or crossed.
[[nodiscard]] inline std::optional<double> mid_of(std::string_view option_line) {
  const std::optional<double> bid = number_of(option_line, "bid");
  const std::optional<double> ask = number_of(option_line, "ask");
  if (!bid || !ask || *bid > *ask) return std::nullopt;
  return 0.5 * (*bid + *ask);
}

}  // namespace optcoord::test
