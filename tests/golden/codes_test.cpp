// tests/golden/codes_test.cpp -- texts and numbers of reason and error codes, which hosts store, never change.
// SPDX-License-Identifier: MIT
#include "support/golden.hpp"

#include <optcoord/core/error.hpp>
#include <optcoord/core/reason.hpp>

#include <set>  // std::set

using namespace optcoord;
using namespace optcoord::test;

namespace {

[[nodiscard]] Lines all_codes() {
  Lines lines;
  for (unsigned number = 0; number <= 0xFFFF; ++number) {
    const Code code{static_cast<std::uint16_t>(number)};
    if (text(code).empty()) continue;
    lines.push_back((is_warning(code) ? "warning " : "denial ") + std::to_string(number) + " " +
                    std::string(text(code)));
  }
  for (unsigned number = 0; number <= 0xFF; ++number) {
    const Errc code{static_cast<std::uint8_t>(number)};
    // A number that is no code reads as invalid_value does.
    if (text(code) == text(Errc::invalid_value) && code != Errc::invalid_value) continue;
    lines.push_back("error " + std::to_string(number) + " " + std::string(text(code)));
  }
  return lines;
}

}  // namespace

TEST_CASE("every code keeps its text and its number") {
  check_golden("codes.txt", "every denial, warning and error code, with its number.", all_codes(),
               [](std::size_t) { return "codes are added at the end, never renamed, renumbered or used again"; });
}

TEST_CASE("no two reasons share a text, and denials come before warnings") {
  std::set<std::string_view> seen;
  for (unsigned number = 0; number <= 0xFFFF; ++number) {
    const Code code{static_cast<std::uint16_t>(number)};
    if (text(code).empty()) continue;
    CHECK(seen.insert(text(code)).second);
    CHECK(is_warning(code) == (number > 100));
  }
  CHECK(seen.size() == 46 + 15);
}
