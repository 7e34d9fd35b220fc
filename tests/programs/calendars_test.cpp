// tests/programs/calendars_test.cpp -- the calendars that come with the examples: what they hold, and as events.
// SPDX-License-Identifier: MIT
#include "../../examples/events/calendar_csv.hpp"  // read_calendar
#include "events_support.hpp"

#include <optcoord/market/new_york.hpp>

#include <algorithm>  // std::count_if
#include <set>        // std::set

using namespace optcoord;
using namespace optcoord::events;
using namespace optcoord::events::test;

namespace {

const std::string fomc = std::string(OPTCOORD_SOURCE_DIR) + "/examples/data/fomc_2015_2027.csv";
const std::string expirations = std::string(OPTCOORD_SOURCE_DIR) + "/examples/data/monthly_expirations_2015_2027.csv";

[[nodiscard]] std::vector<MarketEvent> events_of(const std::string& path) {
  std::vector<MarketEvent> out;
  Faults faults;
  REQUIRE(read_calendar(path, out, faults).has_value());
  REQUIRE(faults.count() == 0);
  return out;
}

/// The events of one New York day, as optcoord-events writes them.
[[nodiscard]] std::vector<std::string> lines_on(const char* date, const std::vector<std::string>& calendars) {
  EventsConfig config;
  config.calendars = calendars;
  config.filter.date = day(date);
  return run(config).lines;
}

}  // namespace

TEST_CASE("decisions of the Federal Reserve: eight scheduled meetings a year, each the whole New York day") {
  const std::vector<MarketEvent> all = events_of(fomc);
  CHECK(all.size() == 105);
  std::set<Timestamp> days;
  for (const MarketEvent& e : all) {
    CHECK(e.name == "FOMC");
    CHECK(e.from == midnight_new_york(new_york_date(e.from)));
    CHECK(e.until == midnight_new_york(next_day(new_york_date(e.from))));
    days.insert(e.from);
  }
  CHECK(days.size() == all.size());
  for (int year = 2015; year <= 2027; ++year) {
    CAPTURE(year);
    const auto in_year = std::count_if(all.begin(), all.end(), [year](const MarketEvent& e) {
      return static_cast<int>(new_york_date(e.from).year()) == year;
    });
    CHECK(in_year == (year == 2020 ? 9 : 8));  // of 2020 one was cancelled, two were not scheduled
  }
}

TEST_CASE("monthly expirations are third Fridays, or the Thursday before a holiday") {
  const std::vector<MarketEvent> all = events_of(expirations);
  CHECK(all.size() == 13 * 12);
  std::string thursdays;
  for (std::size_t i = 0; i < all.size(); ++i) {
    using namespace std::chrono;
    const Date date = new_york_date(all[i].from);
    CHECK(all[i].name == "EXPIRATION");
    CHECK(static_cast<int>(date.year()) == 2015 + static_cast<int>(i / 12));
    CHECK(static_cast<unsigned>(date.month()) == i % 12 + 1);
    const sys_days third{date.year() / date.month() / Friday[3]};
    if (sys_days{date} == third) continue;
    CHECK(sys_days{date} == third - days{1});
    thursdays += to_text(date) + ' ';
  }
  CHECK(thursdays == "2019-04-18 2022-04-14 2025-04-17 2026-06-18 2027-06-17 ");
}

TEST_CASE("a day's events become calendar lines, a day without any the name NONE") {
  const std::vector<std::string> both{fomc, expirations};
  CHECK(lines_on("2015-12-16", both) ==
        std::vector<std::string>{R"({"t":"2015-12-16T05:00:00Z","type":"calendar","name":"FOMC",)"
                                 R"("from":"2015-12-16T05:00:00Z","until":"2015-12-17T05:00:00Z"})"});
  CHECK(lines_on("2026-06-18", both) ==
        std::vector<std::string>{R"({"t":"2026-06-18T04:00:00Z","type":"calendar","name":"EXPIRATION",)"
                                 R"("from":"2026-06-18T04:00:00Z","until":"2026-06-19T04:00:00Z"})"});
  const std::vector<std::string> quiet = lines_on("2026-01-05", both);
  REQUIRE(quiet.size() == 1);
  CHECK(quiet[0].find(R"("name":"NONE")") != std::string::npos);
}
