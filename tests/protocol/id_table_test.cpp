// tests/protocol/id_table_test.cpp -- ids to numbers and back, forgotten ids, memory.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/id_table.hpp>

#include <doctest/doctest.h>

#include <string>  // std::string

using optcoord::protocol::HostId;
using optcoord::protocol::IdTable;

TEST_CASE("an id keeps its number, and a text is not a number") {
  IdTable ids;
  const auto text_one = ids.intern({"1", false});
  const auto number_one = ids.intern({"1", true});
  REQUIRE(text_one);
  REQUIRE(number_one);
  CHECK(*text_one != *number_one);
  CHECK(ids.intern({"1", false}) == text_one);
  CHECK(ids.intern({"1", true}) == number_one);
  CHECK(*ids.find(*text_one) == HostId{"1", false});
  CHECK(*ids.find(*number_one) == HostId{"1", true});
  CHECK(ids.size() == 2);
}

TEST_CASE("ids are 1 to 128 bytes") {
  IdTable ids;
  CHECK_FALSE(ids.intern({"", false}));
  const std::string longest(IdTable::max_length, 'x');
  const auto number = ids.intern({longest, false});
  REQUIRE(number);
  CHECK(ids.find(*number)->text == longest);
  CHECK_FALSE(ids.intern({longest + "x", false}));
  CHECK(ids.size() == 1);
}

TEST_CASE("numbers never given out and forgotten ones are unknown") {
  IdTable ids;
  CHECK_FALSE(ids.find(0));
  const auto a = ids.intern({"a"});
  const auto b = ids.intern({"b"});
  const auto c = ids.intern({"c"});
  CHECK_FALSE(ids.find(*c + 1));
  ids.purge([&](std::uint64_t n) { return n != *b; });
  CHECK(ids.size() == 2);
  CHECK(ids.find(*a)->text == "a");
  CHECK_FALSE(ids.find(*b));
  CHECK(ids.find(*c)->text == "c");
  const auto b_again = ids.intern({"b"});
  CHECK(*b_again > *c);  // a number is never used twice
  CHECK(ids.intern({"c"}) == c);
  ids.purge([](std::uint64_t) { return false; });
  CHECK(ids.size() == 0);
  CHECK_FALSE(ids.find(*c));
  CHECK(*ids.intern({"a"}) > *b_again);
}

TEST_CASE("many ids survive growth and purges in any order") {
  IdTable ids;
  for (int i = 0; i < 20'000; ++i) REQUIRE(*ids.intern({"r-" + std::to_string(i)}) == static_cast<std::uint64_t>(i));
  ids.purge([](std::uint64_t n) { return n % 3 == 0; });
  for (int i = 0; i < 20'000; ++i) {
    const auto id = ids.find(static_cast<std::uint64_t>(i));
    REQUIRE(id.has_value() == (i % 3 == 0));
    if (id) REQUIRE(id->text == "r-" + std::to_string(i));
  }
  for (int i = 0; i < 20'000; ++i) {
    const auto number = ids.intern({"r-" + std::to_string(i)});
    REQUIRE((*number < 20'000) == (i % 3 == 0));
  }
}

TEST_CASE("a remembered id of ten characters costs at most 40 bytes") {
  for (const int count : {100'000, 131'072, 150'000, 196'609, 250'000}) {
    IdTable ids;
    for (int i = 0; i < count; ++i) REQUIRE(ids.intern({std::to_string(1'000'000'000 + i)}));
    CAPTURE(count);
    CHECK(ids.bytes() <= static_cast<std::size_t>(count) * 40);
  }
}

TEST_CASE("ids that come and go leave memory flat") {
  IdTable ids;
  std::size_t most = 0;
  std::size_t purges = 0;
  for (int i = 0; i < 300'000; ++i) {
    const std::uint64_t now = *ids.intern({std::to_string(1'000'000'000 + i)});
    if (ids.crowded()) {
      ids.purge([&](std::uint64_t n) { return n + 1000 > now; });
      ++purges;
    }
    if (i == 20'000) most = ids.bytes();
    if (i > 20'000) REQUIRE(ids.bytes() <= most);
  }
  CHECK(purges > 10);
  CHECK(purges < 100);
}
