// tests/programs/events_support.hpp -- made-up input files, and optcoord-events run over them inside the test.
// SPDX-License-Identifier: MIT
#pragma once

#include "../../examples/events/event_file.hpp"  // write_events: what the program does
#include "support/running.hpp"                   // Scratch
#include "support/times.hpp"                     // day

#include <doctest/doctest.h>

#include <zlib.h>      // gzwrite
#include <filesystem>  // std::filesystem
#include <fstream>     // std::ofstream
#include <string>      // std::string
#include <string_view>
#include <utility>  // std::move
#include <vector>   // std::vector

namespace optcoord::events::test {

using optcoord::test::day;

namespace fs = std::filesystem;

/// Made-up files in a directory that is gone after the test.
class MadeUpFiles : public optcoord::test::Scratch {
 public:
  [[nodiscard]] std::string file(std::string_view name, std::string_view text) const {
    const std::string path = at(name);
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  [[nodiscard]] std::string gzip(std::string_view name, std::string_view text) const {
    const std::string path = at(name);
    gzFile out = gzopen(path.c_str(), "wb");
    gzwrite(out, text.data(), static_cast<unsigned>(text.size()));
    gzclose(out);
    return path;
  }
};

inline constexpr std::string_view option_header =
    "date,time,expiry,strike,right,bid_open,bid_high,bid_low,bid_close,bid_size,"
    "ask_open,ask_high,ask_low,ask_close,ask_size\n";

[[nodiscard]] inline std::string bar(std::string_view when, std::string_view contract, std::string_view bid,
                                     std::string_view ask) {
  std::string row(when);
  row.append(",").append(contract).append(",9,9,9,").append(bid).append(",1,9,9,9,").append(ask);
  return row.append(",1\n");
}

struct Run {
  Outcome<Summary> summary;
  std::vector<std::string> lines;
};

[[nodiscard]] inline Run run(const EventsConfig& config) {
  std::string text;
  Run out{write_events(config, [&text](std::string_view piece) { return text += piece, true; }), {}};
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    REQUIRE(end != std::string::npos);
    out.lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

[[nodiscard]] inline MarketFile new_york(std::string root, std::string path) {
  return {std::move(root), optcoord::Zone::new_york, std::move(path)};
}

}  // namespace optcoord::events::test
