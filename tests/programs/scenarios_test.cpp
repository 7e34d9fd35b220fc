// tests/programs/scenarios_test.cpp -- the protocol by example: events in, every byte of the answer out.
// SPDX-License-Identifier: MIT
//
// Each tests/programs/protocol_scenarios/NAME.events.jsonl is replayed with NAME.config.json, or with the sample
// configuration where there is none, and answers NAME.expected.jsonl: lines that begin with # say what is shown, a
// line that ends in ... holds its beginning (the words of an error are free, its code and field are not).
#include <doctest/doctest.h>

#include "support/running.hpp"  // Scratch, program, source, run, lines_of

#include <algorithm>    // std::sort, std::erase_if, std::any_of
#include <filesystem>   // std::filesystem
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

using namespace optcoord::test;

namespace {

const std::string directory = source("tests/programs/protocol_scenarios/");

/// The names of all scenarios, sorted.
[[nodiscard]] std::vector<std::string> scenarios() {
  constexpr std::string_view ending = ".events.jsonl";
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    const std::string name = entry.path().filename().string();
    if (name.ends_with(ending)) names.push_back(name.substr(0, name.size() - ending.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

[[nodiscard]] bool is_as_expected(std::string_view line, std::string_view expected) {
  constexpr std::string_view open_end = "...";
  if (!expected.ends_with(open_end)) return line == expected;
  return line.starts_with(expected.substr(0, expected.size() - open_end.size()));
}

}  // namespace

TEST_CASE("every scenario of the protocol answers as written") {
  const Scratch scratch;
  const std::vector<std::string> names = scenarios();
  CHECK(names.size() >= 20);
  for (const std::string& name : names) {
    CAPTURE(name);
    const std::string own = directory + name + ".config.json";
    const std::string config = std::filesystem::exists(own) ? own : source("examples/data/sample.json");
    const int code = run("'" + program("optcoord-replay") + "' '" + config + "' '" + directory + name +
                         ".events.jsonl' >'" + scratch.at("out") + "' 2>'" + scratch.at("err") + "'");
    const Lines out = lines_of(scratch.at("out"));
    Lines expected = lines_of(directory + name + ".expected.jsonl");
    std::erase_if(expected, [](const std::string& line) { return line.starts_with('#'); });
    for (std::size_t i = 0; i < out.size() && i < expected.size(); ++i) {
      CAPTURE(out[i]);
      CAPTURE(expected[i]);
      CHECK(is_as_expected(out[i], expected[i]));
    }
    CHECK(out.size() == expected.size());
    const bool any_error = std::any_of(expected.begin(), expected.end(), [](const std::string& line) {
      return line.find(R"("type":"error")") != std::string::npos;
    });
    CHECK(code == (any_error ? 1 : 0));
  }
}
