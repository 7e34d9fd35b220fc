// tests/programs/simulate_expiry_test.cpp -- many simulated closes: what each rule prevents, and the program around it.
// SPDX-License-Identifier: MIT
#include "../../examples/expiry/bars.hpp"
#include "../../examples/expiry/simulation.hpp"
#include "support/running.hpp"
#include "support/times.hpp"

#include <doctest/doctest.h>

#include <cmath>        // std::abs
#include <cstdio>       // std::snprintf
#include <string>       // std::string
#include <string_view>  // std::string_view

namespace {

using namespace optcoord::expiry_program;
using optcoord::Right;
using optcoord::test::at;

/// Orders fill at once and quotes never fail.
[[nodiscard]] MarketModel kind() {
  MarketModel m;
  m.no_quote = m.rejected = 0;
  m.filled_at_mid = 1;
  m.half_spread_of_mid = 0;
  return m;
}
/// A day that stands at `spot` from half an hour before the close on.
[[nodiscard]] Day still_day(double spot) {
  return {{at("2026-01-16T14:30:00Z"), at("2026-01-16T21:00:00Z")}, usual_open, std::vector<double>(steps + 1, spot)};
}
[[nodiscard]] Figures lived(const Day& day, std::string_view rule, const MarketModel& model) {
  for (const Rule& r : rules())
    if (r.name == rule) return simulate({&day, 1}, r, model, 1);
  FAIL("no such rule");
  return {};
}
[[nodiscard]] std::int64_t missed(const Figures& f) {
  return total(f.missed_asked) + f.missed_in_work + f.missed_unseen;
}

/// A place in which optcoord-simulate-expiry runs.
class SimulationRun : public optcoord::test::ProgramRun {
 public:
  SimulationRun() : ProgramRun("optcoord-simulate-expiry") {}
  int operator()(std::string_view options) { return with(std::string{options}); }
  [[nodiscard]] std::string file(std::string_view name, std::string_view text) const {
    write(name, text);
    return at(name);
  }
  [[nodiscard]] bool says(std::string_view part) const { return prints(part); }
  [[nodiscard]] optcoord::test::Lines lines() const { return optcoord::test::lines_of(at("out")); }
};

/// Minute bars from 09:30 on, so many, the first at 100 and each a cent higher.
[[nodiscard]] std::string rising_bars(std::string_view date, int bars) {
  std::string out = "date,time,close\n";
  for (int i = 0; i < bars; ++i) {
    const int minute = 9 * 60 + 30 + i;
    char row[64] = {};
    std::snprintf(row, sizeof row, "%.*s,%02d:%02d:00,%d.%02d\n", static_cast<int>(date.size()), date.data(),
                  minute / 60, minute % 60, 100 + i / 100, i % 100);
    out += row;
  }
  return out;
}

}  // namespace

TEST_CASE("simulated closes: doing nothing prevents nothing, and every miss has its kind") {
  const MarketModel model;
  const std::vector<Day> days = model_days(model, 60, 3);
  for (const Rule& rule : rules()) {
    const Figures f = simulate(days, rule, model, 3);
    CAPTURE(rule.name);
    CHECK(f.days == 60);
    CHECK(f.summary.watched + f.netted == 60 * static_cast<std::int64_t>(book.size()));
    CHECK(f.summary.prevented + f.summary.exercised > 30);
    CHECK(missed(f) == f.summary.exercised);
    if (rule.name == "nothing") CHECK(f.summary.successes == 0);
    if (rule.name == "nothing") CHECK(f.summary.prevented == 0);
    if (rule.name != "nothing") CHECK(f.summary.prevented > 0);
  }
}

TEST_CASE("simulated closes: no rule leaves a short uncovered, however rough the market") {
  MarketModel rough;
  rough.vol = 0.6;
  rough.jumps = 20;
  rough.jump_size = 0.01;
  rough.filled_at_mid = 0.3;
  rough.no_quote = 0.2;
  rough.rejected = 0.3;
  const std::vector<Day> days = model_days(rough, 80, 5);
  for (const Rule& rule : rules()) {
    CAPTURE(rule.name);
    CHECK(simulate(days, rule, rough, 5).left_uncovered == 0);
  }
}

TEST_CASE("simulated closes: what is deep in the money is closed by the policies, and left by the first rule") {
  const Day day = still_day(441);  // two percent down: the short put, at 447 to 449, is in the money; the wings are not
  const Figures logic = lived(day, "closure_logic", kind());
  CHECK(logic.summary.prevented > 0);
  CHECK(logic.summary.exercised == 0);
  CHECK(logic.summary.mean_slippage == doctest::Approx(0).epsilon(0.01));
  const Figures first = lived(day, "near_money", kind());
  CHECK(first.missed_unseen > 0);
  CHECK(first.summary.exercised > 0);
  CHECK(lived(day, "thresholds", kind()).summary.exercised == 0);
}

TEST_CASE("simulated closes: legs that deliver to each other are no exercise") {
  const Figures f = lived(still_day(400), "closure_logic", kind());  // both put spreads beyond both strikes
  CHECK(f.netted == 4);
  CHECK(f.summary.prevented == 1);  // the short put, which no long covers
  CHECK(f.summary.exercised == 0);
}

TEST_CASE("simulated closes: an order is filled by how far the market has gone, quotes are whole cents outwards") {
  MarketModel m;
  m.filled_at_mid = 0.5;
  m.rejected = 0.02;
  const OptionMarket market{1.003, 0.02};
  CHECK(fill_chance(m, market, true, 1.003) == doctest::Approx(0.49));
  CHECK(fill_chance(m, market, true, 1.023) == doctest::Approx(0.98));
  CHECK(fill_chance(m, market, true, 1.50) == doctest::Approx(0.98));
  CHECK(fill_chance(m, market, true, 0.98) == 0);
  CHECK(fill_chance(m, market, false, 0.98) == doctest::Approx(0.98));
  CHECK(quote_of(market) == optcoord::Quote{0.98, 1.03});
  CHECK(quote_of({0.004, 0.01}) == optcoord::Quote{std::nullopt, 0.02});
}

TEST_CASE("simulated closes: chance is told by place, the same on every machine") {
  const Chance chance(1, 2);
  CHECK(chance.uniform(Draw::move, 3, 4) == Chance(1, 2).uniform(Draw::move, 3, 4));
  CHECK(chance.uniform(Draw::move, 3, 4) != chance.uniform(Draw::move, 4, 3));
  CHECK(chance.uniform(Draw::move, 3, 4) != Chance(2, 1).uniform(Draw::move, 3, 4));
  CHECK(chance.uniform(Draw::filled, 7, 1) == 0xb0b7bb1ab5e41p-53);
  double sum = 0;
  double squares = 0;
  for (std::uint64_t i = 0; i < 10'000; ++i) {
    const double x = chance.normal(Draw::move, i);
    sum += x;
    squares += x * x;
  }
  CHECK(std::abs(sum / 10'000) < 0.04);
  CHECK(squares / 10'000 == doctest::Approx(1).epsilon(0.06));
}

TEST_CASE("simulated closes: real bars are scaled, and half days end at their own close") {
  SimulationRun here;
  optcoord::events::Faults faults;
  const auto read = [&](std::string_view date, int bars) {
    const std::string path = here.file("bars.csv", rising_bars(date, bars));
    return *days_of_bars({"SPY", optcoord::Zone::new_york, path}, faults);
  };
  const std::vector<Day> half = read("2023-07-03", 210);
  REQUIRE(half.size() == 1);
  CHECK(half[0].session.close == at("2023-07-03T17:00:00Z"));
  CHECK(half[0].spot.size() == steps + 1);
  CHECK(half[0].spot.back() == doctest::Approx(102.09 * 4.5));
  CHECK(half[0].spot.front() == doctest::Approx(101.79 * 4.5));  // the bar of 12:29, over at 12:30
  CHECK(half[0].spot[11] == half[0].spot[0]);
  CHECK(half[0].spot[12] > half[0].spot[11]);
  CHECK(read("2023-07-05", 210).empty());  // an ordinary day that breaks off
  CHECK(read("2023-07-04", 390).empty());  // a holiday
  CHECK(read("2023-07-05", 390).size() == 1);
}

TEST_CASE("optcoord-simulate-expiry: a seed prints one text, with assumptions, targets and sensitivity") {
  SimulationRun simulate_expiry;
  CHECK(simulate_expiry("--days 4 --seed 7") == 0);
  const std::string first = simulate_expiry.out;
  for (const std::string_view part :
       {"4 simulated closes, seed 7", "assumed\n", "> 99 %", "< 0.05", "< 10 %", "nothing ", "near_money",
        "closure_logic", "thresholds", "sensitivity, 2 closes each", "vol 0.4", "half_spread 0.03", "filled_at_mid 0.1",
        "P&L/day", "probability of the money at T-30"}) {
    CAPTURE(part);
    CHECK(simulate_expiry.says(part));
  }
  CHECK(simulate_expiry("--days 4 --seed 7") == 0);
  CHECK(simulate_expiry.out == first);
  CHECK(simulate_expiry("--days 4 --seed 8") == 0);
  CHECK(simulate_expiry.out != first);
}

TEST_CASE("optcoord-simulate-expiry: the figures of one seed, as JSON") {
  SimulationRun simulate_expiry;
  CHECK(simulate_expiry("--days 40 --seed 1 --no-sensitivity --json") == 0);
  std::string figures;
  for (const std::string& line : simulate_expiry.lines())
    if (optcoord::test::value_of(line, "type") == "rule")
      figures += optcoord::test::value_of(line, "rule") + ' ' + optcoord::test::value_of(line, "exercised") + ' ' +
                 optcoord::test::value_of(line, "prevented") + ' ' +
                 optcoord::test::value_of(line, "closed_for_nothing") + ' ' +
                 optcoord::test::value_of(line, "attempts") + '\n';
  CHECK(figures ==
        "nothing 38 0 0 0\n"
        "near_money 15 29 28 90\n"
        "closure_logic 0 46 30 116\n"
        "thresholds 0 50 132 254\n");
}

TEST_CASE("optcoord-simulate-expiry: one policy, other assumptions, real bars") {
  SimulationRun simulate_expiry;
  CHECK(simulate_expiry("--days 2 --policy thresholds --vol 0.4 --patience-s 30") == 0);
  CHECK_FALSE(simulate_expiry.says("near_money "));
  CHECK(simulate_expiry.says("diffusion of 40 % a year"));
  CHECK(simulate_expiry.says("stands 30 s"));
  (void)simulate_expiry.file("bars.csv", rising_bars("2023-07-03", 210));
  CHECK(simulate_expiry("--days 2 --bars SPY=America/New_York:bars.csv") == 0);
  CHECK(simulate_expiry.says("2 closes on 1 real days' minute bars"));
  CHECK_FALSE(simulate_expiry.says("jump_size 0.01"));
}

TEST_CASE("optcoord-simulate-expiry: usage and unusable files are exit code 2, rows left out 1") {
  SimulationRun simulate_expiry;
  CHECK(simulate_expiry("--days 0") == 2);
  CHECK(simulate_expiry("--days 100001") == 2);
  CHECK(simulate_expiry("--policy none") == 2);
  CHECK(simulate_expiry("--vol 0") == 2);
  CHECK(simulate_expiry("--bars absent.csv") == 2);
  CHECK(simulate_expiry("--bars SPY=America/New_York:absent.csv") == 2);
  (void)simulate_expiry.file("few.csv", rising_bars("2023-07-03", 20));
  CHECK(simulate_expiry("--bars SPY=America/New_York:few.csv") == 2);
  CHECK(simulate_expiry.err.find("no session that is there to its close") != std::string::npos);
  (void)simulate_expiry.file("bad.csv", rising_bars("2023-07-03", 210) + "2023-07-03,12:00,x\n");
  CHECK(simulate_expiry("--days 1 --no-sensitivity --bars SPY=America/New_York:bad.csv") == 1);
  CHECK(simulate_expiry.err.find("bad.csv:212: ") != std::string::npos);
  CHECK(simulate_expiry("--help") == 0);
  CHECK(simulate_expiry("--version") == 0);
}
