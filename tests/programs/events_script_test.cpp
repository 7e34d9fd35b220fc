// tests/programs/events_script_test.cpp -- optcoord-events: strategy scripts, and the program's exit codes.
// SPDX-License-Identifier: MIT
#include "events_support.hpp"

#include <cstdlib>  // std::system

using namespace optcoord::events;
using namespace optcoord::events::test;

TEST_CASE("script lines keep their text, take New York clock times, and come after the market data of their instant") {
  const MadeUpFiles scratch;
  EventsConfig config;
  config.filter.date = day("2025-06-20");
  config.underlyings.push_back(new_york("SPY", scratch.file("u.csv", "date,time,close\n2025-06-20,09:30:00,450\n")));
  config.scripts.push_back(scratch.file("s.jsonl",
                                        "// the day\n\n"
                                        "{\"type\":\"tick\",\"at\":\"09:31:00.5\"}\n"
                                        "  {\"at\":\"09:31\", \"type\":\"halt\",\"reason\":\"a \\\"b\\\", {c: [\"}\r\n"
                                        "{\"t\":\"2025-06-20T13:30:59Z\",\"type\":\"report\"}\n"));
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  CHECK(result.summary->faults.count() == 0);
  REQUIRE(result.lines.size() == 4);
  CHECK(result.lines[0] == R"({"t":"2025-06-20T13:30:59Z","type":"report"})");
  CHECK(result.lines[1] == R"({"t":"2025-06-20T13:31:00Z","type":"quote","root":"SPY","price":450})");
  CHECK(result.lines[2] == R"({"t":"2025-06-20T13:31:00Z","type":"halt","reason":"a \"b\", {c: ["})");
  CHECK(result.lines[3] == R"({"type":"tick","t":"2025-06-20T13:31:00.5Z"})");
}

TEST_CASE("fill_after_s adds the order and a fill of each leg at the last mid, or the only side") {
  const MadeUpFiles scratch;
  EventsConfig config;
  config.filter.date = day("2025-06-20");
  const std::string rows = bar("2025-06-20,09:30:00", "2025-06-20,450,C", "1", "1.25") +
                           bar("2025-06-20,09:30:00", "2025-06-20,460,C", "", "0.05") +
                           bar("2025-06-20,09:31:00", "2025-06-20,450,C", "7", "8");
  config.options.push_back(new_york("SPY", scratch.file("o.csv", std::string(option_header) + rows)));
  config.scripts.push_back(scratch.file(
      "s.jsonl", R"({"at":"09:31:10","type":"request","id":"r1","strategy":"A","intent":"open","units":5,)"
                 R"("fill_after_s":10,"fill_units":3,"legs":[{"contract":"SPY   250620C00450000","ratio":-1},)"
                 R"({"contract":"SPY   250620C00460000","ratio":2}]})"
                 "\n"
                 R"({"at":"09:40","type":"request","id":7,"strategy":"A","intent":"open","units":2,)"
                 R"("exposure":{"root":"SPY","delta":1},"fill_after_s":1})"
                 "\n"));
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  CHECK(result.summary->faults.count() == 0);
  REQUIRE(result.lines.size() == 10);
  CHECK(result.lines[2] == R"({"t":"2025-06-20T13:31:10Z","type":"request","id":"r1","strategy":"A","intent":"open",)"
                           R"("units":5,"legs":[{"contract":"SPY   250620C00450000","ratio":-1},)"
                           R"({"contract":"SPY   250620C00460000","ratio":2}]})");
  CHECK(result.lines[3] == R"({"t":"2025-06-20T13:31:11Z","type":"order","request":"r1","status":"working"})");
  CHECK(result.lines[4] == R"({"t":"2025-06-20T13:31:20Z","type":"fill","request":"r1","exec":"r1.1",)"
                           R"("leg":"SPY   250620C00450000","quantity":-3,"price":1.125})");
  CHECK(result.lines[5] == R"({"t":"2025-06-20T13:31:20Z","type":"fill","request":"r1","exec":"r1.2",)"
                           R"("leg":"SPY   250620C00460000","quantity":6,"price":0.05})");
  CHECK(result.lines[8] == R"({"t":"2025-06-20T13:40:01Z","type":"order","request":7,"status":"working"})");
  CHECK(result.lines[9] == R"({"t":"2025-06-20T13:40:01Z","type":"fill","request":7,"exec":"7.1","units":2})");
}

TEST_CASE("script lines that cannot be understood are named with their key and left out") {
  const MadeUpFiles scratch;
  EventsConfig config;
  config.filter.date = day("2025-06-20");
  const std::string path =
      scratch.file("s.jsonl",
                   "{\"at\":\"09:31\",\"type\":\"tick\"\n"
                   "[1]\n"
                   "{\"type\":\"tick\"}\n"
                   "{\"at\":\"24:00\",\"type\":\"tick\"}\n"
                   "{\"at\":\"09:31\"}\n"
                   "{\"at\":\"09:31\",\"type\":\"tick\",\"fill_after_s\":1,\"id\":\"a\"}\n"
                   "{\"at\":\"09:31\",\"type\":\"request\",\"id\":\"a\",\"units\":0,\"fill_after_s\":1}\n"
                   "{\"at\":\"09:31\",\"type\":\"request\",\"id\":\"a\",\"units\":1,\"fill_after_s\":1,"
                   "\"legs\":[{\"contract\":\"SPY\",\"ratio\":1}]}\n");
  config.scripts.push_back(path);
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  const std::vector<std::string> said = {"not JSON", "not a JSON object",  "at: neither", "at: not a clock",
                                         "type: ",   "fill_after_s: only", "units: ",     "fill_after_s: no price"};
  REQUIRE(result.summary->faults.sentences().size() == said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    INFO(result.summary->faults.sentences()[i]);
    CHECK(result.summary->faults.sentences()[i].find(path + ":" + std::to_string(i + 1) + ": " + said[i]) == 0);
  }
  CHECK(result.lines.size() == 2);  // the last request and its order: it passes on, its fill cannot be priced
}

#ifdef OPTCOORD_PROGRAM_DIR
TEST_CASE("the program answers with its exit codes") {
  const MadeUpFiles scratch;
  const std::string good =
      scratch.file("good.csv", std::string(option_header) + bar("2025-06-20,09:30:00", "2025-06-20,450,C", "1", "2"));
  const std::string bad = scratch.file("bad.csv", std::string(option_header) + "2025-06-20\n");
  const auto exit_code = [&](const std::string& arguments) {
    const int status = std::system((std::string(OPTCOORD_PROGRAM_DIR "/optcoord-events ") + arguments + " > " +
                                    scratch.at("out") + " 2> " + scratch.at("err"))
                                       .c_str());
    return status / 256;  // POSIX: the exit code is the second byte
  };
  CHECK(exit_code("--help") == 0);
  CHECK(exit_code("--version") == 0);
  CHECK(exit_code("--options SPY=America/New_York:" + good) == 0);
  CHECK(exit_code("--options SPY=America/New_York:- < " + good) == 0);
  CHECK(exit_code("--options SPY=America/New_York:" + bad) == 1);
  CHECK(exit_code("--options SPY=America/New_York:" + scratch.at("absent")) == 2);
  CHECK(exit_code("--options " + good) == 2);
  CHECK(exit_code("--date 2025-13-01") == 2);
  CHECK(exit_code("--no-such-option") == 2);
  CHECK(exit_code("--options SPY=UTC:" + good + " --out " + scratch.at("no/such/folder/file")) == 2);
}
#endif
