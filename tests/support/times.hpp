// tests/support/times.hpp -- instants and days as texts.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>

#include <string_view>  // std::string_view

namespace optcoord::test {

/// The text must be a time.
[[nodiscard]] inline Timestamp at(std::string_view text) { return *parse_time(text); }
/// The text must be a date.
[[nodiscard]] inline Date day(std::string_view text) { return *parse_date(text); }

}  // namespace optcoord::test
