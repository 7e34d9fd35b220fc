// optcoord/sizing/fault.hpp -- what is wrong with a sizing configuration, by path, and the words for it.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/sizing/parameters.hpp>  // SizingRange

#include <array>        // std::array
#include <charconv>     // std::to_chars
#include <cstddef>      // std::size_t
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <tl/expected.hpp>
#include <vector>  // std::vector

namespace optcoord {

/// One fault. The codes are unknown_key (a host parameter of no method), invalid_value (one value: missing, out of
/// range, an unknown method) and invalid_configuration (values that contradict each other).
struct SizingFault {
  Errc code{Errc::invalid_value};
  std::string path;  ///< "strategies[1].position_sizing.risk_per_trade_pct"
  std::string message;

  friend bool operator==(const SizingFault&, const SizingFault&) = default;
};

/// A value or everything that kept it from being made.
template <class T>
using SizingResult = tl::expected<T, std::vector<SizingFault>>;

namespace detail {

/// \returns the shortest text that reads back to the same number.
[[nodiscard]] inline std::string number_text(double v) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v);
  return {buffer.data(), end.ptr};
}

[[nodiscard]] inline std::string words_of(const SizingRange& r) {
  std::string out;
  if (r.low > -largest_number) out += (r.low_open ? "above " : "at least ") + number_text(r.low);
  if (r.high < largest_number) {
    if (!out.empty()) out += " and ";
    out += (r.high_open ? "below " : "at most ") + number_text(r.high);
  }
  return out.empty() ? "a finite number" : out;
}

[[nodiscard]] inline std::string join_path(std::string_view path, std::string_view key) {
  std::string out{path};
  if (!out.empty()) out += '.';
  return out += key;
}

}  // namespace detail

}  // namespace optcoord
