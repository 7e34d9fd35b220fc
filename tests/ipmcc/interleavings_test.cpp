// tests/ipmcc/interleavings_test.cpp -- every order of events over small books: coverage, orphans, numbers, restoring.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_walk.hpp"

namespace optcoord::test::walks {

TEST_CASE("in every order of fills, partial fills, rejections and cancels no call is or can be uncovered") {
  Walk walk(full_menu(), true, 0);
  const std::size_t books = walk.run();
  CHECK(books > 1'000);
  CHECK(walk.refusals > 0);
  CHECK(walk.naked_seen == 0);
  CHECK(walk.orphans_seen > 0);
}

TEST_CASE("rolling LEAPs under their weeklies, in every order of events, uncovers none") {
  Walk walk(leap_roll_menu(), true, 0);
  CHECK(walk.run() > 300);
  CHECK(walk.naked_seen == 0);
}

TEST_CASE("with assignments among the events, whatever is naked has its repair") {
  Walk walk(full_menu(), true, 1);
  CHECK(walk.run() > 2'000);
}

TEST_CASE("a broker that reports legs in any order leaves naked calls, never without the repair that ends them") {
  Walk walk({full_menu()[0], full_menu()[2], full_menu()[4]}, false, 1);
  CHECK(walk.run() > 500);
  CHECK(walk.naked_seen > 0);
  Walk rolls(leap_roll_menu(), false, 0);
  CHECK(rolls.run() > 500);
  CHECK(rolls.naked_seen > 0);
}

}  // namespace optcoord::test::walks
