// tests/coordination/correlation_test.cpp -- pairs of strategies: figures as Eigen's, hysteresis, unknown, gaps.
// SPDX-License-Identifier: MIT
#include "support/returns.hpp"

#include <optcoord/coordination/correlated_groups.hpp>

#include <doctest/doctest.h>

#include <cmath>    // std::abs, std::sqrt
#include <cstdint>  // std::uint64_t
#include <limits>   // std::numeric_limits
#include <random>   // std::mt19937_64, std::normal_distribution

namespace {

using namespace optcoord;
using namespace optcoord::test;

constexpr StrategyId ann{0};
constexpr StrategyId bob{1};
constexpr StrategyId cat{2};

[[nodiscard]] Correlation rule(CorrelationConfig config = {}) {
  const Result<Correlation> made = Correlation::make(config);
  REQUIRE(made);
  return *made;
}
[[nodiscard]] CorrelationConfig window_of_20() {
  CorrelationConfig config;
  config.window = 20;
  return config;
}

/// The sample's rule with its state.
struct Watched {
  Correlation correlation{rule()};
  CorrelationState state{};
  std::vector<Observation> rows{};

  std::vector<CorrelationCrossing> observe(const Observation& row) {
    rows.push_back(row);
    const std::vector<StrategyReturn> returns = as_returns(row);
    REQUIRE(correlation.check(returns));
    return correlation.apply(state, returns);
  }
  [[nodiscard]] PairCorrelation pair(StrategyId x = ann, StrategyId y = bob) const {
    return correlation.pair(state, x, y);
  }
};

/// Twenty observations whose correlation is `r`, exactly but for rounding.
[[nodiscard]] std::vector<Observation> of_correlation(double r) {
  std::vector<Observation> rows;
  for (int i = 0; i < 20; ++i) {
    const double u = i < 10 ? 1 : -1;
    const double v = i % 2 == 0 ? 1 : -1;
    rows.push_back({0.01 * u, 0.01 * (r * u + std::sqrt(1 - r * r) * v)});
  }
  return rows;
}

/// A pair that begins with `first` and then has twenty observations of correlation `r`, in a window of twenty.
[[nodiscard]] Watched after(const Observation& first, double r) {
  Watched w{.correlation = rule(window_of_20())};
  w.observe(first);
  for (const Observation& row : of_correlation(r)) w.observe(row);
  return w;
}

const Observation far_together{1.0, 1.0};  ///< one such value outweighs all others of the window
const Observation far_apart{1.0, -1.0};

/// Returns of `n` strategies that share a factor; every value is missing with the chance `gap`.
[[nodiscard]] Observation drawn(std::mt19937_64& dice, std::size_t n, double gap = 0) {
  std::normal_distribution<double> normal(0.0004, 0.01);
  std::uniform_real_distribution<double> chance(0, 1);
  const double factor = normal(dice);
  Observation row(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double own = normal(dice);
    if (chance(dice) >= gap) row[i] = factor * static_cast<double>(i) + own;
  }
  return row;
}

void check_against_eigen(const Watched& w, std::uint32_t n) {
  const CorrelationConfig& config = w.correlation.config();
  for (std::uint32_t i = 0; i < n; ++i)
    for (std::uint32_t j = 0; j < i; ++j) {
      const PairCorrelation p = w.pair(StrategyId{i}, StrategyId{j});
      const Together t = together(w.rows, i, j);
      REQUIRE(p.observations == std::min<Eigen::Index>(t.x.size(), config.window));
      REQUIRE(p.rolling.has_value() == (p.observations >= config.min_observations));
      if (!p.rolling) continue;
      CHECK(std::abs(*p.rolling - plain_rolling(w.rows, i, j, config.window)) <= 1e-12);
      REQUIRE(p.ewma);
      CHECK(std::abs(*p.ewma - plain_ewma(w.rows, i, j, config.ewma_lambda)) <= 1e-12);
    }
}

}  // namespace

TEST_CASE("rolling and weighted figures are Eigen's to 1e-12, observation by observation") {
  std::mt19937_64 dice(1);
  Watched w;
  for (int t = 0; t < 200; ++t) {
    w.observe(drawn(dice, 4));
    check_against_eigen(w, 4);
  }
}

TEST_CASE("with values missing, each pair's window is the last observations in which both appear") {
  std::mt19937_64 dice(2);
  Watched w;
  for (int t = 0; t < 400; ++t) {
    w.observe(drawn(dice, 4, 0.3));
    if (t % 7 == 0) check_against_eigen(w, 4);
  }
}

TEST_CASE("a strategy that joins late or stops keeps the figures of what it had in common with others") {
  std::mt19937_64 dice(3);
  Watched w;
  for (int t = 0; t < 300; ++t) {
    Observation row = drawn(dice, 3);
    if (t < 100) row[2] = std::nullopt;
    if (t >= 200) row[0] = std::nullopt;
    w.observe(row);
    if (t % 10 == 9) check_against_eigen(w, 3);
  }
  CHECK(w.pair(ann, bob).observations == 60);
  const std::size_t rows = w.state.history.size();
  CHECK(rows == 120);  // 60 of the stopped one, 60 of the others
  for (int t = 0; t < 1000; ++t) w.observe({std::nullopt, 0.001 * t, 0.002});
  CHECK(w.state.history.size() == rows);
}

TEST_CASE("a very long run leaves no rounding errors behind") {
  std::mt19937_64 dice(4);
  Watched w;
  for (int t = 0; t < 200'000; ++t) {
    w.observe(drawn(dice, 2));
    if (w.rows.size() > 1000) w.rows.erase(w.rows.begin(), w.rows.begin() + 400);  // as far back as weights tell
  }
  check_against_eigen(w, 2);
  CHECK(std::abs(*w.pair().rolling - plain_rolling(w.rows, 0, 1, 60)) <= 1e-15);  // sums never made anew: 7e-15
  CHECK(w.state.history.size() == 60);
}

TEST_CASE("a value a million times the others leaves nothing behind when it leaves the window") {
  std::mt19937_64 dice(5);
  Watched w;
  for (int t = 0; t < 150; ++t) w.observe(t == 40 ? Observation{1e4, -3e3} : drawn(dice, 2));
  CHECK(std::abs(*w.pair().rolling - plain_rolling(w.rows, 0, 1, 60)) <= 1e-12);
}

TEST_CASE("returns far from zero that hardly vary are told as exactly as others") {
  std::mt19937_64 dice(6);
  Watched w;
  for (int t = 0; t < 150; ++t) {
    Observation row = drawn(dice, 2);
    for (std::optional<double>& value : row) *value = (t < 75 ? 3.0 : -5.0) + 0.001 * *value;
    w.observe(row);
    if (t < 20 || (t > 75 && t < 135)) continue;  // the step itself is in the window
    CHECK(std::abs(*w.pair().rolling - plain_rolling(w.rows, 0, 1, 60)) <= 1e-12);
  }
}

TEST_CASE("fewer than twenty common observations are unknown, twenty are known") {
  Watched w;
  const std::vector<Observation> rows = of_correlation(0.9);
  for (std::size_t i = 0; i + 1 < rows.size(); ++i) {
    CHECK(w.observe(rows[i]).empty());
    CHECK(!w.pair().rolling);
    CHECK(!w.pair().ewma);
    CHECK(!w.pair().blocked);
  }
  CHECK(w.pair().observations == 19);
  const std::vector<CorrelationCrossing> crossed = w.observe(rows.back());
  CHECK(w.pair().observations == 20);
  CHECK(*w.pair().rolling == doctest::Approx(0.9));
  REQUIRE(crossed.size() == 1);
  CHECK(crossed[0].a == ann);
  CHECK(crossed[0].b == bob);
  CHECK(crossed[0].blocked);
  CHECK(crossed[0].rolling == w.pair().rolling);
}

TEST_CASE("a constant series is unknown, whatever its value, until another value comes") {
  std::mt19937_64 dice(7);
  for (const double value : {0.0, 0.1, -0.3, 1.0 / 3}) {
    Watched w;
    for (int t = 0; t < 130; ++t) {
      Observation row = drawn(dice, 2);
      if (t >= 70) row[1] = value;
      w.observe(row);
    }
    CHECK(w.pair().observations == 60);
    CHECK(!w.pair().rolling);
    CHECK(!w.pair().ewma);
    w.observe({0.01, value + 0.01});
    CHECK(std::abs(*w.pair().rolling - plain_rolling(w.rows, 0, 1, 60)) <= 1e-12);
  }
}

TEST_CASE("what rounding makes of a constant is no movement") {
  std::mt19937_64 dice(9);
  Watched w;
  for (int t = 0; t < 130; ++t) {
    Observation row = drawn(dice, 2);
    if (t >= 70) row[1] = t % 3 == 0 ? 0.01 : 1.01 - 1;
    w.observe(row);
  }
  CHECK(!w.pair().rolling);
  CHECK(!w.correlation.rolling_matrix(w.state, std::vector<StrategyId>{ann, bob}));
}

TEST_CASE("a blocked pair whose figure becomes unknown is free, and says so") {
  Watched w{.correlation = rule(window_of_20())};
  for (const Observation& row : of_correlation(0.95)) w.observe(row);
  REQUIRE(w.pair().blocked);
  std::vector<CorrelationCrossing> crossed;
  for (int t = 0; t < 20; ++t)
    for (const CorrelationCrossing& x : w.observe({0.5, 0.5})) crossed.push_back(x);
  CHECK(!w.pair().blocked);
  REQUIRE(crossed.size() == 1);
  CHECK(!crossed[0].blocked);
  CHECK(!crossed[0].rolling);
}

TEST_CASE("exactly 0.80 does not block, anything above does") {
  CHECK(!after(far_apart, 0.80).pair().blocked);
  CHECK(!after(far_apart, 0.7999).pair().blocked);
  CHECK(after(far_apart, 0.8001).pair().blocked);
}

TEST_CASE("exactly 0.75 does not free, anything below does") {
  CHECK(after(far_together, 0.80).pair().blocked);
  CHECK(after(far_together, 0.7501).pair().blocked);
  CHECK(after(far_together, 0.75).pair().blocked);
  CHECK(!after(far_together, 0.7499).pair().blocked);
}

TEST_CASE("between the thresholds a pair that was free stays free") {
  CHECK(!after(far_apart, 0.78).pair().blocked);
  CHECK(after(far_together, 0.78).pair().blocked);
}

TEST_CASE("moving against each other does not block") {
  const Watched w = after(far_together, -1.0);
  CHECK(*w.pair().rolling == doctest::Approx(-1));
  CHECK(!w.pair().blocked);
}

TEST_CASE("a pair is the same from both sides, and figures stay within -1 and 1") {
  Watched w;
  for (int t = 0; t < 80; ++t) {
    const double x = 0.01 * std::sin(t);
    w.observe({x, 3 * x, -0.5 * x});
  }
  CHECK(w.pair(ann, bob).rolling == w.pair(bob, ann).rolling);
  CHECK(w.pair(bob, ann).a == ann);
  CHECK(*w.pair(ann, bob).rolling <= 1.0);
  CHECK(*w.pair(ann, bob).rolling == doctest::Approx(1));
  CHECK(*w.pair(ann, cat).rolling >= -1.0);
  CHECK(*w.pair(ann, cat).ewma == doctest::Approx(-1));
}

TEST_CASE("pairs are listed in order of registration, whoever came first") {
  Watched w;
  w.observe({std::nullopt, std::nullopt, 0.01});
  for (int t = 0; t < 30; ++t) w.observe({0.01 * std::sin(t), 0.01 * std::sin(t), 0.01 * std::cos(t)});
  const std::vector<PairCorrelation> all = w.correlation.pairs(w.state);
  REQUIRE(all.size() == 3);
  CHECK((all[0].a == ann && all[0].b == bob));
  CHECK((all[1].a == ann && all[1].b == cat));
  CHECK((all[2].a == bob && all[2].b == cat));
  const std::vector<PairCorrelation> blocked = w.correlation.blocked_pairs(w.state);
  REQUIRE(blocked.size() == 1);
  CHECK((blocked[0].a == ann && blocked[0].b == bob));
  CHECK(blocked[0].rolling == w.pair(ann, bob).rolling);
}

TEST_CASE("strategies without returns have no figure") {
  Watched w;
  CHECK(w.correlation.pairs(w.state).empty());
  w.observe({0.01});
  CHECK(w.correlation.pairs(w.state).empty());
  CHECK(w.pair().observations == 0);
  CHECK(!w.pair().rolling);
  w.observe({});
  w.observe({std::nullopt, 0.02});
  CHECK(w.correlation.pairs(w.state).size() == 1);
  CHECK(w.pair().observations == 0);
}

TEST_CASE("the order of values within an observation does not matter") {
  const Correlation correlation = rule();
  CorrelationState forwards;
  CorrelationState backwards;
  for (int t = 0; t < 40; ++t) {
    const std::vector<StrategyReturn> one{{ann, 0.01 * std::sin(t)}, {bob, 0.01 * std::cos(2 * t)}, {cat, 0.003 * t}};
    correlation.apply(forwards, one);
    correlation.apply(backwards, std::vector<StrategyReturn>(one.rbegin(), one.rend()));
  }
  for (const StrategyId other : {bob, cat}) {
    CHECK(correlation.pair(forwards, ann, other).rolling == correlation.pair(backwards, ann, other).rolling);
    CHECK(correlation.pair(forwards, ann, other).ewma == correlation.pair(backwards, ann, other).ewma);
  }
}

TEST_CASE("the matrix computed anew is the pairs' figures, and nothing when a value is missing") {
  std::mt19937_64 dice(8);
  Watched w;
  const std::vector<StrategyId> all{ann, bob, cat};
  for (int t = 0; t < 19; ++t) w.observe(drawn(dice, 3));
  CHECK(!w.correlation.rolling_matrix(w.state, all));
  for (int t = 0; t < 100; ++t) w.observe(drawn(dice, 3));
  const std::optional<Eigen::MatrixXd> anew = w.correlation.rolling_matrix(w.state, all);
  REQUIRE(anew);
  CHECK((*anew - *matrix_of(w.correlation, w.state, 3, &PairCorrelation::rolling)).cwiseAbs().maxCoeff() <= 1e-12);
  CHECK(!w.correlation.rolling_matrix(w.state, std::vector<StrategyId>{ann, StrategyId{9}}));
  w.observe({0.01, 0.02});
  CHECK(!w.correlation.rolling_matrix(w.state, all));
  CHECK(w.correlation.rolling_matrix(w.state, std::vector<StrategyId>{ann, bob}));
}

TEST_CASE("a return that is no number or beyond the range, or a strategy twice, is refused") {
  const Correlation correlation = rule();
  const auto fault = [&](double value, StrategyId second) {
    return correlation.check(std::vector<StrategyReturn>{{ann, 0.01}, {second, value}});
  };
  CHECK(fault(1e6, bob));
  CHECK(fault(-1e6, bob));
  CHECK(fault(1.0000001e6, bob).error() == Error{Errc::invalid_value, "values[]", 1});
  CHECK(!fault(std::numeric_limits<double>::quiet_NaN(), bob));
  CHECK(!fault(-std::numeric_limits<double>::infinity(), bob));
  CHECK(fault(0.01, ann).error() == Error{Errc::invalid_value, "values"});
}

TEST_CASE("a configuration out of range is refused by the field's name") {
  const auto fault = [](auto change) {
    CorrelationConfig config;
    change(config);
    const Result<Correlation> made = Correlation::make(config);
    return made ? std::string("none") : std::string(made.error().field);
  };
  CHECK(fault([](CorrelationConfig&) {}) == "none");
  CHECK(fault([](CorrelationConfig& x) { x.release = x.threshold; }) == "none");
  CHECK(fault([](CorrelationConfig& x) { x.release = 0.81; }) == "release");
  CHECK(fault([](CorrelationConfig& x) { x.threshold = 1.01; }) == "threshold");
  CHECK(fault([](CorrelationConfig& x) { x.window = 19; }) == "min_observations");
  CHECK(fault([](CorrelationConfig& x) { x.window = 1; }) == "window");
  CHECK(fault([](CorrelationConfig& x) { x.min_observations = 1; }) == "min_observations");
  CHECK(fault([](CorrelationConfig& x) { x.ewma_lambda = 1; }) == "ewma_lambda");
  CHECK(fault([](CorrelationConfig& x) { x.ewma_lambda = 0; }) == "ewma_lambda");
}

TEST_CASE("a blocked pair closes the groups it shares, or all of both when it shares none, never the whole account") {
  constexpr GroupId spy{0};
  constexpr GroupId es{1};
  constexpr GroupId qqq{2};
  constexpr GroupId account{3};
  using Groups = std::vector<GroupId>;
  const auto closed = [&](const Groups& x, const Groups& y) {
    Groups out;
    for_each_correlated_group(
        std::span<const GroupId>(x), std::span<const GroupId>(y), [&](GroupId g) { return g == account; },
        [&](GroupId g) { out.push_back(g); });
    return out;
  };
  CHECK(closed({spy, es}, {spy}) == Groups{spy});
  CHECK(closed({spy, account}, {qqq, spy, account}) == Groups{spy});
  CHECK(closed({spy, account}, {es}) == Groups{spy, es});
  CHECK(closed({spy, spy}, {qqq}) == Groups{spy, spy, qqq});
  CHECK(closed({spy, account}, {account, es}).empty());
  CHECK(closed({}, {es}) == Groups{es});
  CHECK(closed({}, {}).empty());
}
