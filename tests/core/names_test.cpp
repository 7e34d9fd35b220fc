// tests/core/names_test.cpp -- names become ids once, match exactly, and a typing error finds its neighbour.
// SPDX-License-Identifier: MIT
#include <optcoord/core/names.hpp>

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace optcoord;

[[nodiscard]] NameTable<RootId> table(const std::vector<std::string>& names) {
  NameTable<RootId> made;
  for (const std::string& name : names) made.add(name);
  return made;
}

}  // namespace

TEST_CASE("names get dense ids in order of addition") {
  NameTable<RootId> roots;
  CHECK(roots.add("SPY") == RootId{0});
  CHECK(roots.add("SPX") == RootId{1});
  CHECK(roots.add("XSP") == RootId{2});
  CHECK(roots.size() == 3);
  CHECK(roots.all() == std::vector<std::string>{"SPY", "SPX", "XSP"});
}

TEST_CASE("a name added again keeps its id") {
  NameTable<RootId> roots = table({"SPY", "SPX"});
  CHECK(roots.add("SPY") == RootId{0});
  CHECK(roots.add("SPX") == RootId{1});
  CHECK(roots.size() == 2);
}

TEST_CASE("names match exactly: case, length and blanks count") {
  const NameTable<RootId> roots = table({"ES"});
  CHECK(roots.find("ES") == RootId{0});
  for (const std::string_view other : {"ESTC", "E", "es", "Es", " ES", "ES ", "", "MES"}) CHECK(!roots.find(other));
}

TEST_CASE("a table without names finds none") {
  const NameTable<GroupId> groups;
  CHECK(groups.size() == 0);
  CHECK(!groups.find("SPY"));
  CHECK(!groups.find(""));
  CHECK(groups.text(GroupId{0}).empty());
  CHECK(groups.nearest("SPY").empty());
  CHECK(groups.all().empty());
}

TEST_CASE("an id reads as its name, and one never given out as nothing") {
  const NameTable<RootId> roots = table({"SPY", "SPX"});
  CHECK(roots.text(RootId{0}) == "SPY");
  CHECK(roots.text(RootId{1}) == "SPX");
  CHECK(roots.text(RootId{2}).empty());
  CHECK(roots.text(RootId{0xFFFF'FFFF}).empty());
}

TEST_CASE("the empty name is a name like any other") {
  NameTable<EventId> events;
  CHECK(events.add("") == EventId{0});
  CHECK(events.find("") == EventId{0});
  CHECK(events.add("FOMC") == EventId{1});
}

TEST_CASE("ids stay valid however many names follow") {
  NameTable<ContractId> contracts;
  for (int i = 0; i < 2'000; ++i) contracts.add("contract " + std::to_string(i));
  for (const int i : {0, 1, 999, 1'999}) {
    const std::string name = "contract " + std::to_string(i);
    CHECK(contracts.find(name) == ContractId{static_cast<std::uint32_t>(i)});
    CHECK(contracts.text(ContractId{static_cast<std::uint32_t>(i)}) == name);
  }
}

TEST_CASE("a table keeps its own copy of a name") {
  NameTable<RootId> roots;
  std::string name = "SPY";
  roots.add(name);
  name = "XXX";
  CHECK(roots.text(RootId{0}) == "SPY");
  const NameTable<RootId> copy = roots;
  roots = {};
  CHECK(copy.find("SPY") == RootId{0});
}

TEST_CASE("names of every kind start empty, but for the strategy that holds what nobody owns") {
  const Names names;
  CHECK(names.strategies.find("unassigned") == unassigned);
  CHECK(names.strategies.size() == 1);
  CHECK(names.groups.size() == 0);
  CHECK(names.roots.size() == 0);
  CHECK(names.contracts.size() == 0);
  CHECK(names.events.size() == 0);
}

TEST_CASE("edit distance counts inserts, deletes, replacements and swaps of neighbours") {
  CHECK(edit_distance("", "") == 0);
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("abc", "") == 3);
  CHECK(edit_distance("LT112", "LT112") == 0);
  CHECK(edit_distance("LT12", "LT112") == 1);
  CHECK(edit_distance("LT1112", "LT112") == 1);
  CHECK(edit_distance("LT113", "LT112") == 1);
  CHECK(edit_distance("LT121", "LT112") == 1);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("detla", "delta") == 1);
}

TEST_CASE("edit distance does not mind letter case") {
  CHECK(edit_distance("spy", "SPY") == 0);
  CHECK(edit_distance("DETLA", "delta") == 1);
}

TEST_CASE("a typing error finds the nearest name") {
  const NameTable<StrategyId> strategies = [] {
    NameTable<StrategyId> t;
    for (const std::string_view name : {"LT112", "0DTE", "LEAPLadders", "IPMCC", "FuturesStrangle"}) t.add(name);
    return t;
  }();
  CHECK(strategies.nearest("LT12") == "LT112");
  CHECK(strategies.nearest("odte") == "0DTE");
  CHECK(strategies.nearest("LeapLadder") == "LEAPLadders");
  CHECK(strategies.nearest("IMPCC") == "IPMCC");
  CHECK(strategies.nearest("FutureStrangles") == "FuturesStrangle");
}

TEST_CASE("what is near to nothing is no suggestion") {
  const NameTable<RootId> roots = table({"SPY", "SPX", "max_position_size"});
  CHECK(roots.nearest("GOOG").empty());
  CHECK(roots.nearest("completely different").empty());
  CHECK(roots.nearest("").empty());
}

TEST_CASE("of names equally near the first counts") {
  CHECK(table({"SPY", "SPX"}).nearest("SPZ") == "SPY");
  CHECK(table({"SPX", "SPY"}).nearest("SPZ") == "SPX");
}

TEST_CASE("long names may differ in up to a third") {
  const std::vector<std::string_view> known{"max_position_size_usd"};
  CHECK(nearest_name(known, "max_position_usd") == "max_position_size_usd");  // 5 of 21
  CHECK(nearest_name(known, "max_usd").empty());                              // 14 of 21
}
