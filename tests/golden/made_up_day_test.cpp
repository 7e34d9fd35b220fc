// tests/golden/made_up_day_test.cpp -- the made-up day gives the committed bytes; an event cuts what it should.
// SPDX-License-Identifier: MIT
//
// Whatever the compiler and its optimisation, the bytes are the same: no product and sum is fused, sums of exposures
// are whole numbers, and what is rounded is rounded far above the last bit. They do rely on exp, log and erfc of the C
// library: one that errs otherwise in the last bit may, once in a long while, move a millionth.
#include "support/golden.hpp"

using namespace optcoord::test;

namespace {

/// What examples/demo.sh makes of the made-up day, in `scratch`.
void demo(const Scratch& scratch) {
  REQUIRE(run("OPTCOORD_DATA_DIR=/nonexistent '" + source("examples/demo.sh") + "' '" OPTCOORD_PROGRAM_DIR "' '" +
              scratch.at("") + "' 2>'" + scratch.at("messages") + "'") == 0);
}

/// The decisions of the day, from its bars, with or without its calendar.
[[nodiscard]] Lines decisions(const Scratch& bars, bool with_calendar) {
  const std::string data = source("examples/data");
  const std::string events = bars.at("again.events.jsonl");
  const std::string out = bars.at("again.decisions.jsonl");
  const std::string calendar = with_calendar ? " --calendar '" + data + "/made_up_calendar.csv'" : "";
  REQUIRE(run("'" + program("optcoord-events") + "' --date 2025-06-13 --session 09:30,16:00 --carry-forward" +
              " --underlying 'SPY=America/New_York:" + bars.at("spy_minute_trades.csv") + "'" +
              " --underlying 'ES=America/Chicago:" + bars.at("es_minute_trades.csv") + "'" +
              " --options 'SPY=America/New_York:" + bars.at("spy_option_quotes.csv") + "'" +
              " --options 'ES=America/New_York:" + bars.at("es_option_quotes.csv") + "'" + calendar + " --script '" +
              data + "/made_up_day.jsonl' --out '" + events + "' 2>/dev/null") == 0);
  REQUIRE(run("'" + program("optcoord-replay") + "' '" + data + "/sample.json' '" + events + "' >'" + out +
              "' 2>/dev/null") == 0);
  return lines_of(out);
}

}  // namespace

TEST_CASE("the made-up day gives the committed decisions") {
  const Scratch scratch;
  demo(scratch);
  check_golden_day("made_up_day.txt", "what ./dev demo decides on the made-up day, a line for each line of output.",
                   lines_of(scratch.at("made_up.events.jsonl")), lines_of(scratch.at("made_up.decisions.jsonl")));
}

TEST_CASE("FOMC halves the delta limit and LT112 from 14:00 to 15:00, and nothing else changes") {
  const Scratch scratch;
  demo(scratch);
  const Lines with = decisions(scratch, true);
  const Lines without = decisions(scratch, false);
  CHECK(with == lines_of(scratch.at("made_up.decisions.jsonl")));

  // The one opening of that hour; what is halted then, and the exit past it, only list LT112's smaller size.
  CHECK(ids_that_differ(with, without) == std::vector<std::string>{"r16", "r17", "r18"});
  const std::string cut = decisions_by_id(with)["r16"];
  CHECK(value_of(cut, "verdict") == "denied");
  CHECK(value_of(cut, "binding") == "event_limit");
  CHECK(value_of(cut, "event") == "FOMC");
  CHECK(value_of(cut, "limit") == "500");
  const std::string uncut = decisions_by_id(without)["r16"];
  CHECK(value_of(uncut, "verdict") == "approved");
  CHECK(value_of(uncut, "code") == "limit_warning");
  CHECK(value_of(uncut, "limit") == "1000");

  for (const std::string& line : without) {
    CHECK(line.find("event_limit") == std::string::npos);
    CHECK(line.find("FOMC") == std::string::npos);
  }
  std::vector<std::string> log;
  for (const std::string& line : with)
    if (value_of(line, "item").starts_with("cut_"))
      log.push_back(value_of(line, "at") + " " + value_of(line, "item") + " " + value_of(line, "factor"));
  CHECK(log == std::vector<std::string>{"2025-06-13T18:00:00Z cut_started 0.5", "2025-06-13T19:00:00Z cut_ended 0.5"});
}
