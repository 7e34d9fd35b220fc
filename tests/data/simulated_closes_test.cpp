// tests/data/simulated_closes_test.cpp -- closes on real minute bars: which days, and that no short is left uncovered.
// SPDX-License-Identifier: MIT
#include "../../examples/expiry/bars.hpp"
#include "../../examples/expiry/simulation.hpp"
#include "data/quotes.hpp"
#include "support/times.hpp"

#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace {

using namespace optcoord::expiry_program;

struct BarFile {
  std::string_view root;
  optcoord::Zone zone;
  std::string_view path;
  std::vector<std::string_view> closes;
};

}  // namespace

TEST_CASE("real bars: each session to its own close, and no rule leaves a short uncovered on any of them") {
  const std::vector<BarFile> files{
      {"SPY", optcoord::Zone::new_york, "spy_20230803/spy_minute_trades.csv", {"2023-08-03T20:00:00Z"}},
      {"SPX", optcoord::Zone::chicago, "spxw_0dte_202101/spx_minute.csv", {"2021-01-04T21:00:00Z"}},
      {"SPX",
       optcoord::Zone::chicago,
       "spxw_0dte_202101/spx_minute_2023.csv",
       {"2023-06-26T20:00:00Z", "2023-06-30T20:00:00Z", "2023-07-03T17:00:00Z"}},
  };
  std::vector<Day> days;
  for (const BarFile& file : files) {
    const std::string path = ::optcoord::test::data(file.path);
    if (path.empty()) {
      MESSAGE("skipped: no ", std::string(file.path), " in OPTCOORD_DATA_DIR");
      return;
    }
    optcoord::events::Faults faults;
    const auto read = days_of_bars({std::string(file.root), file.zone, path}, faults);
    REQUIRE(read.has_value());
    CHECK(faults.count() == 0);
    REQUIRE(read->size() == file.closes.size());
    for (std::size_t i = 0; i < read->size(); ++i)
      CHECK((*read)[i].session.close == optcoord::test::at(file.closes[i]));
    days.insert(days.end(), read->begin(), read->end());
  }
  std::vector<Day> many;
  for (int i = 0; i < 20; ++i) many.insert(many.end(), days.begin(), days.end());
  const MarketModel model;
  for (const Rule& rule : rules()) {
    const Figures f = simulate(many, rule, model, 1);
    CAPTURE(rule.name);
    CHECK(f.left_uncovered == 0);
    CHECK(total(f.missed_asked) + f.missed_in_work + f.missed_unseen == f.summary.exercised);
    if (rule.name == "nothing") CHECK(f.summary.prevented == 0);
  }
}
