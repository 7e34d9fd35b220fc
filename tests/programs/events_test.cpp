// tests/programs/events_test.cpp -- optcoord-events: rows to events, their order, times and counts, bad input.
// SPDX-License-Identifier: MIT
#include "../../examples/events/text_reader.hpp"  // TextReader::max_line
#include "events_support.hpp"

#include <cmath>    // std::abs
#include <cstdlib>  // std::strtod

using namespace optcoord::events;
using namespace optcoord::events::test;

TEST_CASE("a row becomes an option event a minute after the bar's start, in UTC") {
  const MadeUpFiles scratch;
  EventsConfig config;
  config.options.push_back(
      new_york("SPY", scratch.file("o.csv", std::string(option_header) +
                                                bar("2025-06-20,09:30:00", "2025-06-20,450,C", "0.10", "0.125"))));
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  REQUIRE(result.lines.size() == 1);
  CHECK(result.lines[0] ==
        R"({"t":"2025-06-20T13:31:00Z","type":"option","contract":"SPY   250620C00450000","bid":0.1,"ask":0.125})");
  CHECK(result.summary->events == 1);
}

TEST_CASE("one-sided and crossed rows are passed on as they are and counted") {
  const MadeUpFiles scratch;
  const std::string rows = bar("2025-06-20,09:30:00", "2025-06-20,450.5,P", "", "0.05") +
                           bar("2025-06-20,09:31:00", "2025-06-20,450.5,P", "0.05", "") +
                           bar("2025-06-20,09:32:00", "2025-06-20,450.5,P", "", "") +
                           bar("2025-06-20,09:33:00", "2025-06-20,450.5,P", "0.2", "0.1") +
                           bar("2025-06-20,09:34:00", "2025-06-20,450.5,P", "0", "0.1") +
                           bar("2025-06-20,09:35:00", "2025-06-20,450.5,P", "0.1", "0.1");
  EventsConfig config;
  config.options.push_back(new_york("SPY", scratch.file("o.csv", std::string(option_header) + rows)));
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  const FileCounts& counts = result.summary->files.at(0);
  CHECK(counts.rows == 6);
  CHECK(counts.two_sided == 2);
  CHECK(counts.no_bid == 2);
  CHECK(counts.no_ask == 1);
  CHECK(counts.neither == 1);
  CHECK(counts.crossed == 1);
  REQUIRE(result.lines.size() == 6);
  CHECK(result.lines[0].find(R"("bid":null,"ask":0.05})") != std::string::npos);
  CHECK(result.lines[1].find(R"("bid":0.05,"ask":null})") != std::string::npos);
  CHECK(result.lines[2].find(R"("bid":null,"ask":null})") != std::string::npos);
  CHECK(result.lines[3].find(R"(00450500","bid":0.2,"ask":0.1})") != std::string::npos);
  CHECK(result.lines[4].find(R"("bid":null,"ask":0.1})") != std::string::npos);
}

TEST_CASE("Chicago's 08:30 comes with New York's 09:30, the underlying before its options") {
  const MadeUpFiles scratch;
  EventsConfig config;
  config.options.push_back(
      new_york("SPXW", scratch.file("o.csv", std::string(option_header) +
                                                 bar("2021-01-04,09:30:00", "2021-01-04,3700,C", "64.9", "67.9"))));
  config.underlyings.push_back(
      {"SPX", optcoord::Zone::chicago,
       scratch.file("u.csv", "date,time,open,high,low,close,volume\n2021-01-04,08:30:00,1,2,1,3766.63,59\n")});
  config.underlyings.push_back({"ES 2021-03-19", optcoord::Zone::utc,
                                scratch.file("f.csv",
                                             "date,time,bid_close,ask_close\n2021-01-04,14:30:00,3759.25,3759.5\n"
                                             "2021-01-04,14:31:00,,3759.5\n")});
  const Run result = run(config);
  REQUIRE(result.lines.size() == 3);
  CHECK(result.lines[0] == R"({"t":"2021-01-04T14:31:00Z","type":"quote","root":"SPX","price":3766.63})");
  CHECK(result.lines[1] ==
        R"({"t":"2021-01-04T14:31:00Z","type":"quote","root":"ES 2021-03-19","bid":3759.25,"ask":3759.5})");
  CHECK(result.lines[2].find(R"("t":"2021-01-04T14:31:00Z","type":"option")") != std::string::npos);
  CHECK(result.summary->files.at(1).not_an_event == 1);
}

TEST_CASE("rows are sorted by time, stable, also out of gzip files and over the autumn clock change") {
  const MadeUpFiles scratch;
  const std::string rows = bar("2025-11-03,09:30:00", "2025-11-07,450,C", "1", "2") +
                           bar("2025-10-31,15:59:00", "2025-11-07,450,C", "1", "2") +
                           bar("2025-10-31,15:59:00", "2025-11-07,450,P", "1", "2");
  EventsConfig config;
  config.options.push_back(new_york("SPY", scratch.gzip("o.csv", std::string(option_header) + rows)));
  const Run result = run(config);
  REQUIRE(result.lines.size() == 3);
  CHECK(result.lines[0].find(R"("t":"2025-10-31T20:00:00Z","type":"option","contract":"SPY   251107C)") == 1);
  CHECK(result.lines[1].find(R"("t":"2025-10-31T20:00:00Z","type":"option","contract":"SPY   251107P)") == 1);
  CHECK(result.lines[2].find(R"("t":"2025-11-03T14:31:00Z")") == 1);
}

TEST_CASE("date, clock and expiry filters leave rows out and say how many") {
  const MadeUpFiles scratch;
  const std::string rows = bar("2025-06-19,09:30:00", "2025-06-20,450,C", "1", "2") +
                           bar("2025-06-20,09:29:00", "2025-06-20,450,C", "1", "2") +
                           bar("2025-06-20,09:30:00", "2025-06-20,450,C", "1", "2") +
                           bar("2025-06-20,09:30:00", "2025-06-27,450,C", "1", "2") +
                           bar("2025-06-20,16:00:00", "2025-06-20,450,C", "1", "2");
  EventsConfig config;
  config.options.push_back(new_york("SPY", scratch.file("o.csv", std::string(option_header) + rows)));
  config.filter.date = day("2025-06-20");
  config.filter.from = std::chrono::hours{9} + std::chrono::minutes{30};
  config.filter.until = std::chrono::hours{16};
  config.filter.expiries = {day("2025-06-20")};
  const Run result = run(config);
  CHECK(result.lines.size() == 1);
  CHECK(result.summary->files.at(0).rows == 1);
  CHECK(result.summary->files.at(0).filtered == 4);
}

TEST_CASE("carry-forward repeats each last row every minute until the close, and never over a newer one") {
  const MadeUpFiles scratch;
  const std::string rows = bar("2025-06-20,15:54:00", "2025-06-20,450,C", "1", "2") +
                           bar("2025-06-20,15:57:00", "2025-06-20,450,C", "", "3") +
                           bar("2025-06-20,15:58:00", "2025-06-20,450,P", "4", "5");
  EventsConfig config;
  config.options.push_back(new_york("SPY", scratch.file("o.csv", std::string(option_header) + rows)));
  config.carry_forward = true;
  CHECK_FALSE(run(config).summary.has_value());  // until when?
  REQUIRE(config.sessions.add("09:30,16:00").has_value());
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  CHECK(result.summary->files.at(0).carried == 5);
  REQUIRE(result.lines.size() == 9);
  CHECK(result.lines[0] == R"({"t":"2025-06-20T04:00:00Z","type":"session","root":"*","open":"2025-06-20T13:30:00Z",)"
                           R"("close":"2025-06-20T20:00:00Z"})");
  CHECK(result.lines[1].find(R"("t":"2025-06-20T19:55:00Z")") == 1);
  CHECK(result.lines[3].find(
            R"("t":"2025-06-20T19:57:00Z","type":"option","contract":"SPY   250620C00450000","bid":1)") == 1);
  CHECK(result.lines[4].find(
            R"("t":"2025-06-20T19:58:00Z","type":"option","contract":"SPY   250620C00450000","bid":null)") == 1);
  CHECK(result.lines[8].find(
            R"("t":"2025-06-20T20:00:00Z","type":"option","contract":"SPY   250620P00450000","bid":4)") == 1);
}

TEST_CASE("sessions, rates and calendars open the day; a calendar without an event that day says NONE") {
  const MadeUpFiles scratch;
  EventsConfig config;
  config.filter.date = day("2015-12-24");
  config.rate = 0.0025;
  config.calendars.push_back(scratch.file("c.csv",
                                          "name,from,until,root\n"
                                          "FOMC,2015-12-16 14:00,2015-12-16 16:00,\n"
                                          "EXPIRATION,2015-12-24,,\n"
                                          "EARNINGS,2015-12-24T14:30:00Z,2015-12-24 12:00:30,GOOG\n"));
  REQUIRE(config.sessions.add("GOOG=09:30,13:00").has_value());
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  REQUIRE(result.lines.size() == 4);
  CHECK(result.lines[0] == R"({"t":"2015-12-24T05:00:00Z","type":"rates","rate":0.0025})");
  CHECK(result.lines[1] == R"({"t":"2015-12-24T05:00:00Z","type":"calendar","name":"EXPIRATION",)"
                           R"("from":"2015-12-24T05:00:00Z","until":"2015-12-25T05:00:00Z"})");
  CHECK(result.lines[2] == R"({"t":"2015-12-24T05:00:00Z","type":"calendar","name":"EARNINGS",)"
                           R"("from":"2015-12-24T14:30:00Z","until":"2015-12-24T17:00:30Z","root":"GOOG"})");
  CHECK(result.lines[3].find(R"("root":"GOOG","open":"2015-12-24T14:30:00Z","close":"2015-12-24T18:00:00Z"})") !=
        std::string::npos);
  config.filter.date = day("2015-12-23");
  CHECK(run(config).lines[1] ==
        R"({"t":"2015-12-23T05:00:00Z","type":"calendar","name":"NONE","from":"2015-12-23T05:00:00Z",)"
        R"("until":"2015-12-24T05:00:00Z"})");
  config.filter.date.reset();
  CHECK_FALSE(run(config).summary.has_value());  // on which day?
}

TEST_CASE("rows that cannot be read are named with file, line and column, left out, and the rest is written") {
  const MadeUpFiles scratch;
  const std::string path = scratch.file(
      "o.csv", std::string(option_header) + bar("2025-06-20,09:30:00", "2025-06-20,450,C", "1", "2") +
                   bar("2025-06-31,09:30:00", "2025-06-20,450,C", "1", "2") +
                   bar("2025-06-20,9:30", "2025-06-20,450,C", "1", "2") +
                   bar("2025-06-20,09:30:00", "2025-02-29,450,C", "1", "2") +
                   bar("2025-06-20,09:30:00", "2025-06-20,450.1234,C", "1", "2") +
                   bar("2025-06-20,09:30:00", "2025-06-20,450,X", "1", "2") +
                   bar("2025-06-20,09:30:00", "2025-06-20,450,C", "nan", "2") +
                   bar("2025-06-20,09:30:00", "2025-06-20,450,C", "1", "-2") + "2025-06-20,09:31:00,2025-06-20,45\n" +
                   bar("2025-06-20,09:32:00", "2025-06-20,450,C", "1", "1e999") +
                   std::string(TextReader::max_line + 10, 'x') + "\n" +
                   bar("2025-06-20,09:33:00", "2025-06-20,450,C", "1", "2"));
  EventsConfig config;
  config.options.push_back(new_york("SPY", path));
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  CHECK(result.lines.size() == 2);
  CHECK(result.summary->files.at(0).bad == 10);
  const std::vector<std::string> columns = {"date",      "time",      "expiry", "strike",    "right",
                                            "bid_close", "ask_close", "right",  "ask_close", "the line is too long"};
  const std::vector<std::string>& said = result.summary->faults.sentences();
  REQUIRE(said.size() == columns.size());
  for (std::size_t i = 0; i < columns.size(); ++i) {
    INFO(said[i]);
    CHECK(said[i].find(path + ":" + std::to_string(i + 3) + ": " + columns[i]) == 0);
  }
}

TEST_CASE("a file that cannot be used ends the run before anything is written") {
  const MadeUpFiles scratch;
  const std::string whole = std::string(option_header) + bar("2025-06-20,09:30:00", "2025-06-20,450,C", "1", "2");
  std::string many = whole;
  for (int i = 0; i < 2000; ++i)
    many += bar("2025-06-20,09:31:00", "2025-06-20,4" + std::to_string(i) + ",C", "1", "2");
  const std::string broken = scratch.gzip("broken.csv.gz", many);
  fs::resize_file(broken, fs::file_size(broken) / 2);
  const std::vector<std::string> unusable = {
      scratch.at("absent.csv"), scratch.at(""), scratch.file("empty.csv", ""), broken,
      scratch.file("no_column.csv", "date,time,expiry,strike,bid_close,ask_close\n")};
  for (const std::string& path : unusable) {
    INFO(path);
    EventsConfig config;
    config.options.push_back(new_york("SPY", scratch.file("whole.csv", whole)));
    config.options.push_back(new_york("SPY", path));
    const Run result = run(config);
    REQUIRE_FALSE(result.summary.has_value());
    CHECK(result.summary.error().find(path) == 0);
    CHECK(result.lines.empty());
  }
  EventsConfig config;
  config.options.push_back(new_york("SPY", unusable.back()));
  CHECK(run(config).summary.error() == unusable.back() + ":1: no column right");
}

TEST_CASE("ROOT=ZONE:FILE and [ROOT=]OPEN,CLOSE are read as typed") {
  const Outcome<MarketFile> file = market_file("GOOG=America/New_York:a:b=c.csv.gz");
  REQUIRE(file.has_value());
  CHECK(file->root == "GOOG");
  CHECK(file->zone == optcoord::Zone::new_york);
  CHECK(file->path == "a:b=c.csv.gz");
  CHECK(market_file("SPX=America/Chicago:-")->zone == optcoord::Zone::chicago);
  CHECK(market_file("ES 2020-03-20=UTC:f.csv").has_value());
  for (const char* wrong :
       {"GOOG", "GOOG=UTC", "GOOG=UTC:", "GOOG=Europe/Paris:f", "=UTC:f", "goog=UTC:f", "TOOLONG=UTC:f"})
    CHECK_FALSE(market_file(wrong).has_value());
  Sessions sessions;
  for (const char* wrong : {"", "09:30", "16:00,09:30", "09:30,09:30", "=09:30,16:00", "9:30,16:00"})
    CHECK_FALSE(sessions.add(wrong).has_value());
  REQUIRE(sessions.add("09:30,16:00").has_value());
  REQUIRE(sessions.add("SPX=09:30,16:15").has_value());
  CHECK(sessions.find("SPX", day("2025-06-20"))->close - sessions.find("SPY", day("2025-06-20"))->close ==
        std::chrono::minutes{15});
}

TEST_CASE("the real GOOG day has the rows its provenance counts") {
  const std::string data = OPTCOORD_DATA_DIR;
  const std::string folder = data + "/goog_20151224/";
  if (data.empty() || !fs::exists(folder)) {
    MESSAGE("skipped: no real data");
    return;
  }
  EventsConfig config;
  config.options.push_back(new_york("GOOG", folder + "options_minute_quotes.csv.gz"));
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  const FileCounts& counts = result.summary->files.at(0);
  CHECK(counts.rows == 275552);
  CHECK(counts.two_sided == 163230);
  CHECK(counts.no_bid == 66781);
  CHECK(counts.no_ask == 44556);
  CHECK(counts.neither == 985);
  CHECK(counts.crossed == 0);
  CHECK(counts.bad == 0);
  CHECK(result.summary->events == 275552);
  CHECK(result.lines.front().find(R"("t":"2015-12-24T14:31:00Z")") == 1);
}

TEST_CASE("index bars in Chicago time meet their options: put-call parity on the real SPX day") {
  const std::string data = OPTCOORD_DATA_DIR;
  const std::string folder = data + "/spxw_0dte_202101/";
  if (data.empty() || !fs::exists(folder)) {
    MESSAGE("skipped: no real data");
    return;
  }
  EventsConfig config;
  config.options.push_back(new_york("SPXW", folder + "options_minute_quotes.csv.gz"));
  config.underlyings.push_back({"SPX", optcoord::Zone::chicago, folder + "spx_minute.csv"});
  config.filter.date = day("2021-01-04");
  config.filter.expiries = {day("2021-01-04")};
  const Run result = run(config);
  REQUIRE(result.summary.has_value());
  const auto number = [](const std::string& line, std::string_view key) {
    const std::size_t at = line.find(key);
    return at == std::string::npos ? 0.0 : std::strtod(line.c_str() + at + key.size(), nullptr);
  };
  double spot = 0;
  double call = 0;
  double put = 0;
  int minutes = 0;
  int close = 0;
  for (const std::string& line : result.lines) {
    const double mid = (number(line, "\"bid\":") + number(line, "\"ask\":")) / 2;
    if (line.find("\"type\":\"quote\"") != std::string::npos) spot = number(line, "\"price\":");
    if (line.find("C03700000") != std::string::npos) call = mid;
    if (line.find("P03700000") == std::string::npos) continue;
    put = mid;  // the call's row of the same minute came before
    ++minutes;
    if (std::abs(call - put + 3700 - spot) < 1.0) ++close;
  }
  CHECK(minutes == 390);
  CHECK(close > 350);  // an hour off, hardly one minute in ten would be
}
