// tests/data/correlation_test.cpp -- SPY, QQQ and IWM day by day: figures as Eigen's, crossing 0.8 and 0.75 as told.
// SPDX-License-Identifier: MIT
#include "../../examples/events/text_reader.hpp"
#include "support/csv.hpp"
#include "support/returns.hpp"
#include "support/running.hpp"

#include <doctest/doctest.h>

#include <array>   // std::array
#include <cmath>   // std::abs
#include <map>     // std::map
#include <string>  // std::string

namespace {

using namespace optcoord;
using namespace optcoord::test;

constexpr std::array<const char*, 3> files{"spy_daily_lean.csv", "qqq_daily_lean.csv.gz", "iwm_daily_lean.csv.gz"};

/// Closing prices by date.
[[nodiscard]] std::map<std::string, double> closes(const std::string& path) {
  auto reader = events::TextReader::open(path);
  REQUIRE_MESSAGE(reader, path);
  std::map<std::string, double> by_date;
  while (reader->next() == events::TextReader::Status::line) {
    const std::vector<std::string> cells = split_csv(reader->line());
    if (cells[0] != "date") by_date[cells[0]] = std::strtod(cells[4].c_str(), nullptr);
  }
  return by_date;
}

/// Daily returns of all three. Prices are raw: a day of a split has no return, nor the first after years without
/// prices.
[[nodiscard]] std::vector<Observation> daily_returns() {
  std::map<std::string, Observation> by_date;
  for (std::size_t i = 0; i < files.size(); ++i) {
    double before = 0;
    for (const auto& [date, close] : closes(test::data(std::string("daily_series/") + files[i]))) {
      const double r = before > 0 ? close / before - 1 : 1;
      by_date[date].resize(files.size());
      if (std::abs(r) < 0.3) by_date[date][i] = r;
      before = close;
    }
  }
  std::vector<Observation> rows;
  for (auto& [date, row] : by_date) rows.push_back(std::move(row));
  return rows;
}

}  // namespace

TEST_CASE("SPY, QQQ and IWM cross 0.8 both ways, and block and free as hysteresis says") {
  if (data("daily_series").empty()) {
    MESSAGE("skipped: OPTCOORD_DATA_DIR has no daily_series");
    return;
  }
  const std::vector<Observation> rows = daily_returns();
  REQUIRE(rows.size() > 5800);

  const Correlation correlation = *Correlation::make({});
  CorrelationState state;
  struct Pair {
    std::vector<Observation> recent{};  ///< of both; further back weights tell nothing: 0.94^1000 is 10^-27
    bool blocked{false};
    int began{0};
    int ceased{0};
    int between_blocked{0};  ///< days between the thresholds
    int between_free{0};
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Pair> pairs;
  for (const Observation& row : rows) {
    const std::vector<CorrelationCrossing> crossed = correlation.apply(state, as_returns(row));
    std::size_t expected_crossings = 0;
    for (std::uint32_t a = 0; a < 3; ++a)
      for (std::uint32_t b = a + 1; b < 3; ++b) {
        const PairCorrelation p = correlation.pair(state, StrategyId{a}, StrategyId{b});
        Pair& model = pairs[{a, b}];
        std::vector<Observation>& recent = model.recent;
        if (row[a] && row[b]) recent.push_back({row[a], row[b]});
        if (recent.size() > 2000) recent.erase(recent.begin(), recent.begin() + 1000);
        if (!p.rolling) continue;
        const double r = plain_rolling(recent, 0, 1, 60);
        CHECK(std::abs(*p.rolling - r) <= 1e-12);
        CHECK(std::abs(*p.ewma - plain_ewma(recent, 0, 1, 0.94)) <= 1e-12);
        const bool before = model.blocked;
        if (r > 0.80) model.blocked = true;
        if (r < 0.75) model.blocked = false;
        CHECK(p.blocked == model.blocked);
        if (model.blocked && !before) ++model.began;
        if (!model.blocked && before) ++model.ceased;
        if (model.blocked != before) ++expected_crossings;
        if (r <= 0.80 && r >= 0.75) ++(model.blocked ? model.between_blocked : model.between_free);
      }
    CHECK(crossed.size() == expected_crossings);
  }
  REQUIRE(pairs.size() == 3);
  for (const auto& each : pairs) {  // no structured binding: clang 14 cannot capture one
    const auto& pair = each.second;
    CAPTURE(each.first.first);
    CAPTURE(each.first.second);
    CHECK(pair.began >= 3);
    CHECK(pair.ceased >= 3);
    CHECK(pair.between_blocked > 0);
    CHECK(pair.between_free > 0);
  }
}
