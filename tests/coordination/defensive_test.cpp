// tests/coordination/defensive_test.cpp -- shorts are closed first, a hedge is held, the rest is closed.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/defensive.hpp>

#include <doctest/doctest.h>

using namespace optcoord;

TEST_CASE("the defensive action of a position") {
  using enum DefensiveAction;
  for (const bool hedge : {false, true}) {
    CHECK(defensive_action(true, -1, hedge) == close_short_first);
    CHECK(defensive_action(false, -1, hedge) == close);  // shares and futures held short
    CHECK(defensive_action(true, 1, hedge) == (hedge ? hold_hedge : close));
    CHECK(defensive_action(false, 1, hedge) == (hedge ? hold_hedge : close));
  }
}
