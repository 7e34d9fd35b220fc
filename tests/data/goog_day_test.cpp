// tests/data/goog_day_test.cpp -- the real GOOG day of 2015-12-24: the same bytes each time, and its early close.
// SPDX-License-Identifier: MIT
#include "support/golden.hpp"

using namespace optcoord::test;

namespace {

/// Runs the day as examples/demo.sh does, into `name`.events.jsonl and `name`.decisions.jsonl of `scratch`.
void replay_day(const Scratch& scratch, const std::string& name, bool with_calendar) {
  const std::string days = source("examples/data");
  const std::string goog = data("goog_20151224");
  const std::string events = scratch.at(name + ".events.jsonl");
  const std::string calendar = with_calendar ? " --calendar '" + days + "/goog_calendar.csv'" : "";
  REQUIRE(run("'" + program("optcoord-events") + "' --date 2015-12-24 --session 09:30,13:00 --rate 0.005" +
              " --underlying 'GOOG=America/New_York:" + goog + "/underlying_minute_quotes.csv'" +
              " --options 'GOOG=America/New_York:" + goog + "/options_minute_quotes.csv.gz'" + calendar +
              " --script '" + days + "/goog_day.jsonl' --out '" + events + "' 2>/dev/null") == 0);
  REQUIRE(run("'" + program("optcoord-replay") + "' '" + days + "/goog.json' '" + events + "' >'" +
              scratch.at(name + ".decisions.jsonl") + "' 2>/dev/null") == 0);
}

[[nodiscard]] bool has_goog() {
  if (!data("goog_20151224/options_minute_quotes.csv.gz").empty()) return true;
  MESSAGE("skipped: no GOOG day in OPTCOORD_DATA_DIR");
  return false;
}

/// How often each code stands among the reasons and warnings of a decision.
[[nodiscard]] std::map<std::string, int> codes_in(const std::string& line) {
  std::map<std::string, int> codes;
  std::string_view rest(line);
  for (std::size_t at = rest.find("\"code\":"); at != std::string_view::npos; at = rest.find("\"code\":")) {
    rest.remove_prefix(at);
    ++codes[value_of(rest, "code")];
    rest.remove_prefix(1);
  }
  return codes;
}

}  // namespace

TEST_CASE("the real GOOG day gives the committed decisions, twice the same bytes") {
  if (!has_goog()) return;
  const Scratch scratch;
  replay_day(scratch, "again", true);
  REQUIRE(run("OPTCOORD_DATA_DIR='" OPTCOORD_DATA_DIR "' '" + source("examples/demo.sh") +
              "' '" OPTCOORD_PROGRAM_DIR "' '" + scratch.at("") + "' 2>/dev/null") == 0);
  const Lines events = lines_of(scratch.at("goog.events.jsonl"));
  const Lines decisions = lines_of(scratch.at("goog.decisions.jsonl"));
  CHECK(events == lines_of(scratch.at("again.events.jsonl")));
  CHECK(decisions == lines_of(scratch.at("again.decisions.jsonl")));
  CHECK(events.size() > 275'552);  // one for each row of the file, and more
  check_golden_day("goog_day.txt", "what ./dev demo decides on the real GOOG day, a line for each line of output.",
                   events, decisions);
}

TEST_CASE("the early close cuts GOOG's delta limits to four tenths for its last hour, and nothing else changes") {
  if (!has_goog()) return;
  const Scratch scratch;
  replay_day(scratch, "with", true);
  replay_day(scratch, "without", false);
  const Lines with = lines_of(scratch.at("with.decisions.jsonl"));
  const Lines without = lines_of(scratch.at("without.decisions.jsonl"));
  // g21 would open, g23 is refused for another reason too, g24 leaves and is only warned.
  CHECK(ids_that_differ(with, without) == std::vector<std::string>{"g21", "g23", "g24"});
  auto cut = decisions_by_id(with);
  auto uncut = decisions_by_id(without);

  CHECK(value_of(cut["g21"], "verdict") == "denied");
  CHECK(value_of(cut["g21"], "binding") == "event_limit");
  CHECK(value_of(cut["g21"], "limit") == "160");                                  // of 400
  CHECK(codes_in(cut["g21"]) == std::map<std::string, int>{{"event_limit", 2}});  // delta and dollar_delta
  CHECK(value_of(uncut["g21"], "verdict") == "approved");

  CHECK(value_of(cut["g23"], "binding") == "reduce_only");
  CHECK(codes_in(cut["g23"]) == std::map<std::string, int>{{"event_limit", 2}, {"reduce_only", 1}});
  CHECK(value_of(uncut["g23"], "binding") == "reduce_only");
  CHECK(codes_in(uncut["g23"]) == std::map<std::string, int>{{"reduce_only", 1}});

  CHECK(value_of(cut["g24"], "verdict") == "approved");
  CHECK(value_of(uncut["g24"], "verdict") == "approved");
  CHECK(codes_in(cut["g24"])["limit_warning"] == 2);
  CHECK(codes_in(uncut["g24"])["limit_warning"] == 0);

  for (const std::string& line : without) CHECK(line.find("event_limit") == std::string::npos);
}
