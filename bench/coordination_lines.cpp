// bench/coordination_lines.cpp -- correlation against Eigen's recomputation, Greeks against the obvious loops.
// SPDX-License-Identifier: MIT
#include "ratio.hpp"

#include <optcoord/coordination/correlation.hpp>
#include <optcoord/coordination/greek_totals.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>  // std::max
#include <array>      // std::array
#include <cmath>      // std::pow, std::sqrt
#include <cstring>    // std::memcpy
#include <map>        // std::map
#include <memory>     // std::make_shared
#include <random>     // std::mt19937_64
#include <string>     // std::string

namespace optcoord::bench {

namespace {

/// Times `work` once, as `operations` operations, after a run that warms up.
template <class Work>
[[nodiscard]] Batch timed(std::uint64_t operations, Work work) {
  work();
  Stopwatch watch;
  watch.start();
  work();
  watch.stop(operations);
  return watch.batch();
}

// ---- correlation

constexpr double lambda = 0.94;
constexpr Eigen::Index window = 60;
/// An older observation weighs less than 10^-12, which is what figures are held to: 0.94^448.
constexpr Eigen::Index rows_that_weigh = 448;

/// Returns of `n` strategies, an observation a column, the latest last.
[[nodiscard]] Eigen::MatrixXd drawn_returns(Eigen::Index n, Eigen::Index observations) {
  std::mt19937_64 dice(7);
  std::normal_distribution<double> normal(0.0004, 0.01);
  Eigen::MatrixXd x(n, observations);
  for (Eigen::Index t = 0; t < observations; ++t) {
    const double factor = normal(dice);
    for (Eigen::Index i = 0; i < n; ++i) x(i, t) = 0.7 * factor + normal(dice);
  }
  return x;
}
[[nodiscard]] std::vector<StrategyReturn> observation(const Eigen::MatrixXd& x, Eigen::Index t) {
  std::vector<StrategyReturn> returns;
  for (Eigen::Index i = 0; i < x.rows(); ++i) returns.push_back({StrategyId{static_cast<std::uint32_t>(i)}, x(i, t)});
  return returns;
}

/// EIG: products of all observations, summed anew into the lower triangle.
void recompute(const Eigen::MatrixXd& x, Eigen::MatrixXd& out) {
  out.setZero();
  out.selfadjointView<Eigen::Lower>().rankUpdate(x);
  benchmark::DoNotOptimize(out.data());
  benchmark::ClobberMemory();
}

/// Both sides of a weighted update: ours has seen every observation, Eigen is given the last `rows`, already weighted.
struct Weighted {
  Eigen::MatrixXd x;
  EwmaSums ours{};
  std::vector<std::vector<detail::SlotReturn>> slots{};
  Eigen::MatrixXd weighted;
  Eigen::MatrixXd sums;
  std::size_t next{0};

  Weighted(Eigen::Index n, Eigen::Index rows) : x(drawn_returns(n, 600)), sums(n, n) {
    for (Eigen::Index t = 0; t < x.cols(); ++t) {
      slots.emplace_back();
      for (Eigen::Index i = 0; i < n; ++i) slots.back().push_back({static_cast<std::size_t>(i), x(i, t)});
    }
    weighted = x.rightCols(rows);
    for (Eigen::Index t = 0; t < rows; ++t)
      weighted.col(t) *= std::sqrt(std::pow(lambda, static_cast<double>(rows - 1 - t)));
    detail::grow(ours, static_cast<std::size_t>(n));
    for (const auto& one : slots) detail::observe_all(ours, one, lambda);
    if (rows < rows_that_weigh) return;  // another figure
    recompute(weighted, sums);
    const double eigen = sums(1, 0) / std::sqrt(sums(0, 0) * sums(1, 1));
    expect(std::abs(*detail::correlation(ours, 1, 0) - eigen) <= 1e-12, "the weighted figures differ");
  }
  void update(int times) {
    for (int i = 0; i < times; ++i) detail::observe_all(ours, slots[next++ % slots.size()], lambda);
    benchmark::DoNotOptimize(ours.xy.data());
    benchmark::ClobberMemory();
  }
};

[[nodiscard]] Arms weighted_arms(Eigen::Index n, Eigen::Index rows) {
  const auto both = std::make_shared<Weighted>(n, rows);
  const int times = n > 100 ? 5 : 100;
  return {[both, times] { return timed(static_cast<std::uint64_t>(times), [&] { both->update(times); }); },
          [both] { return timed(1, [&] { recompute(both->weighted, both->sums); }); }};
}

/// The window of `n` strategies, in our state and as Eigen's matrix.
struct Rolling {
  Eigen::MatrixXd x;
  Correlation correlation{*Correlation::make({})};
  CorrelationState state{};
  std::vector<StrategyId> all{};
  Eigen::Index next{0};

  explicit Rolling(Eigen::Index n) : x(drawn_returns(n, 200)) {
    for (Eigen::Index t = 0; t < x.cols(); ++t) correlation.apply(state, observation(x, t));
    all = state.members;
    expect((*ours() - eigen()).cwiseAbs().maxCoeff() <= 1e-12, "the matrices differ");
  }
  [[nodiscard]] std::optional<Eigen::MatrixXd> ours() const { return correlation.rolling_matrix(state, all); }
  /// The straightforward way: take the means away, sum the products, divide by the deviations.
  [[nodiscard]] Eigen::MatrixXd eigen() const {
    Eigen::MatrixXd centred = x.rightCols(window);
    const Eigen::VectorXd mean = centred.rowwise().mean();
    centred.colwise() -= mean;
    Eigen::MatrixXd sums = Eigen::MatrixXd::Zero(x.rows(), x.rows());
    sums.selfadjointView<Eigen::Lower>().rankUpdate(centred);
    const Eigen::VectorXd scale = sums.diagonal().cwiseSqrt().cwiseInverse();
    Eigen::MatrixXd full = sums.selfadjointView<Eigen::Lower>();
    return scale.asDiagonal() * full * scale.asDiagonal();
  }
};

[[nodiscard]] Arms full_arms(Eigen::Index n) {
  const auto both = std::make_shared<Rolling>(n);
  return {[both] { return timed(1, [&] { benchmark::DoNotOptimize(both->ours()->data()); }); },
          [both] { return timed(1, [&] { benchmark::DoNotOptimize(both->eigen().data()); }); }};
}

/// A whole `returns` event: rolling and weighted figures of all pairs, and what they block.
[[nodiscard]] Arms event_arms(Eigen::Index n) {
  const auto both = std::make_shared<Rolling>(n);
  return {[both] {
            return timed(1, [&] {
              const std::vector<StrategyReturn> returns = observation(both->x, both->next++ % both->x.cols());
              benchmark::DoNotOptimize(both->correlation.apply(both->state, returns).data());
            });
          },
          [both] { return timed(1, [&] { benchmark::DoNotOptimize(both->eigen().data()); }); }};
}

// ---- Greeks

constexpr std::array<const char*, 5> names{"0DTE", "LT112", "IPMCC", "LEAPLadders", "FuturesStrangle"};

/// A position as it is usually written down.
struct PlainPosition {
  std::string strategy;
  double quantity{0};
  double multiplier{100};
  double delta{0};
  double gamma{0};
  double theta{0};
  double vega{0};
  bool known{true};
};
/// The same for the peer that needs no name: PLAIN is not to pay for a string it does not read.
struct NamelessPosition {
  double quantity{0};
  double multiplier{100};
  double delta{0};
  double gamma{0};
  double theta{0};
  double vega{0};
  bool known{true};
};
struct PlainTotals {
  double delta{0};
  double gamma{0};
  double theta{0};
  double vega{0};
  std::int64_t legs{0};
  std::int64_t with_greeks{0};

  template <class Position>
  void add(const Position& p) {
    const double scale = p.quantity * p.multiplier;
    delta += scale * p.delta;
    gamma += scale * p.gamma;
    theta += scale * p.theta;
    vega += scale * p.vega;
    ++legs;
    with_greeks += p.known ? 1 : 0;
  }
};

/// The same positions as columns and as structs.
struct Positions {
  std::array<std::vector<std::int64_t>, greek_count> exposures{};
  std::vector<std::uint8_t> known{};
  std::vector<StrategyId> strategies{};
  std::vector<PlainPosition> plain{};
  std::vector<NamelessPosition> nameless{};

  Positions(std::size_t n, bool with_names, bool with_structs) {
    std::mt19937_64 dice(3);
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint64_t die = dice();
      const UnitGreeks g{0.3, 0.01, -0.12, 0.35};
      const auto quantity = static_cast<std::int64_t>(die % 21) - 10;
      const ContractGreeks one = contract_greeks(g, 100);
      for (std::size_t k = 0; k < greek_count; ++k) exposures[k].push_back((*one)[k].raw * quantity);
      known.push_back(1);
      strategies.push_back(StrategyId{static_cast<std::uint32_t>((die >> 32) % names.size())});
      const auto q = static_cast<double>(quantity);
      if (with_names)
        plain.push_back({names[index_of(strategies.back())], q, 100, g.delta, g.gamma, g.theta, g.vega, true});
      if (with_structs) nameless.push_back({q, 100, g.delta, g.gamma, g.theta, g.vega, true});
    }
  }
  [[nodiscard]] PositionColumns view() const {
    return {{exposures[0], exposures[1], exposures[2], exposures[3]}, known, strategies};
  }
};

void check_same(double plain, Micro ours) {
  expect(std::abs(plain - to_double(ours)) <= 1e-6 * (1 + std::abs(plain)), "the totals differ");
}

[[nodiscard]] Arms total_arms(std::size_t n) {
  const auto book = std::make_shared<Positions>(n, false, true);
  const std::size_t passes = std::max<std::size_t>(1, 20'000 / n);
  return {[book, n, passes] {
            return timed(n * passes, [&] {
              for (std::size_t pass = 0; pass < passes; ++pass) {
                const GreekTotals t = total(book->view());
                benchmark::DoNotOptimize(t.sums.data());
                expect(t.with_greeks == static_cast<std::int64_t>(n), "a position was not counted");
                benchmark::ClobberMemory();
              }
            });
          },
          [book, n, passes] {
            PlainTotals t;
            const Batch batch = timed(n * passes, [&] {
              for (std::size_t pass = 0; pass < passes; ++pass) {
                t = {};
                for (const NamelessPosition& p : book->nameless) t.add(p);
                benchmark::DoNotOptimize(t);
                benchmark::ClobberMemory();
              }
            });
            check_same(t.delta, total(book->view()).sums[0]);
            return batch;
          }};
}

/// Ours against reading as many bytes from one place, eight words at a time: what memory allows.
[[nodiscard]] Arms bandwidth_arms(std::size_t n) {
  const auto book = std::make_shared<Positions>(n, false, false);
  const auto bytes = std::make_shared<std::vector<std::uint64_t>>(n * (greek_count * 8 + 1) / 8 + 8, 1);
  return {[book, n] { return timed(n, [&] { benchmark::DoNotOptimize(total(book->view())); }); },
          [bytes, n] {
            return timed(n, [&] {
              std::array<std::uint64_t, 8> lanes{};
              for (std::size_t i = 0; i + 8 <= bytes->size(); i += 8)
                for (std::size_t lane = 0; lane < 8; ++lane) lanes[lane] += (*bytes)[i + lane];
              benchmark::DoNotOptimize(lanes);
            });
          }};
}

[[nodiscard]] Arms by_strategy_arms(std::size_t n) {
  const auto book = std::make_shared<Positions>(n, true, false);
  return {[book, n] {
            return timed(n, [&] {
              std::array<GreekTotals, names.size()> totals{};
              add_by_strategy(book->view(), totals);
              benchmark::DoNotOptimize(totals);
            });
          },
          [book, n] {
            std::map<std::string, PlainTotals> totals;
            const Batch batch = timed(n, [&] {
              totals.clear();
              for (const PlainPosition& p : book->plain) totals[p.strategy].add(p);
              benchmark::DoNotOptimize(totals);
            });
            std::array<GreekTotals, names.size()> ours{};
            add_by_strategy(book->view(), ours);
            for (std::size_t s = 0; s < names.size(); ++s) check_same(totals[names[s]].delta, ours[s].sums[0]);
            return batch;
          }};
}

/// Fills of positions in no order, out of `n`; the cold ones are not in any cache.
[[nodiscard]] Arm fill_arm(std::size_t n) {
  constexpr std::uint64_t fills = 2000;
  struct alignas(64) Position {  // one line of cache
    HeldGreeks held{};
  };
  struct Book {
    GreekBook totals{};
    std::vector<Position> positions;
    std::uint64_t state{88172645463325252U};
  };
  const auto book = std::make_shared<Book>();
  book->positions.assign(n, {{1, contract_greeks({0.3, 0.01, -0.12, 0.35}, 100)}});
  return [book, n] {
    return timed(fills, [&] {
      for (std::uint64_t i = 0; i < fills; ++i) {
        book->state = book->state * 6364136223846793005U + 1442695040888963407U;
        const std::size_t at = static_cast<std::size_t>((static_cast<Int128>(book->state) * n) >> 64);
        const StrategyId strategy{static_cast<std::uint32_t>(at % names.size())};
        const std::int64_t traded = (i & 1) == 0 ? 1 : -1;
        HeldGreeks& held = book->positions[at].held;
        expect(book->totals.fill(strategy, held, traded).has_value(), "a fill was refused");
        held.quantity += traded;
      }
    });
  };
}

void add_correlation(std::vector<Line>& lines) {
  const auto weighted = [&](const char* name, Eigen::Index n, Eigen::Index rows, std::optional<double> required,
                            int slow) {
    lines.push_back({.name = name,
                     .about = "weighted sums of " + std::to_string(n) + " strategies after one more observation, " +
                              "against products of " + std::to_string(rows) + " observations summed anew",
                     .peer = "EIG recompute, " + std::to_string(rows) + " rows",
                     .required = required,
                     .slow = slow,
                     .make = [n, rows] { return weighted_arms(n, rows); }});
  };
  weighted("correlation.ewma_50", 50, rows_that_weigh, 80, 2);
  weighted("correlation.ewma_500", 500, rows_that_weigh, 40, 40);
  weighted("correlation.ewma_50_by_60", 50, window, std::nullopt, 1);
  weighted("correlation.ewma_500_by_60", 500, window, std::nullopt, 10);
  const auto times = [&](const char* name, const char* about, std::optional<double> required, int slow, auto make) {
    lines.push_back({.name = name,
                     .about = about,
                     .peer = "EIG full matrix",
                     .sense = Sense::times_the_time,
                     .required = required,
                     .slow = slow,
                     .make = make});
  };
  constexpr const char* full = "the rolling matrix made anew from the window, against centring, rankUpdate and scaling";
  times("correlation.full_50", full, 1.1, 1, [] { return full_arms(50); });
  times("correlation.full_500", full, 1.1, 20, [] { return full_arms(500); });
  constexpr const char* event = "a whole returns event: rolling and weighted figures and blocks of all pairs";
  times("correlation.event_50", event, std::nullopt, 1, [] { return event_arms(50); });
  times("correlation.event_500", event, std::nullopt, 20, [] { return event_arms(500); });
}

void add_greeks(std::vector<Line>& lines) {
  const auto faster = [&](const char* name, const char* about, const char* peer, double required, int slow, auto make) {
    lines.push_back({.name = name,
                     .about = about,
                     .peer = peer,
                     .required = required,
                     .slow = slow,
                     .no_allocation = true,
                     .make = make});
  };
  constexpr const char* total_about = "four totals and the coverage, per position, from columns of exposures";
  faster("greeks.total_1e3", total_about, "PLAIN loop over structs", 2.5, 1, [] { return total_arms(1'000); });
  faster("greeks.total_1e4", total_about, "PLAIN loop over structs", 2.5, 1, [] { return total_arms(10'000); });
  faster("greeks.total_1e5", total_about, "PLAIN loop over structs", 2.5, 4, [] { return total_arms(100'000); });
  lines.push_back({.name = "greeks.total_1e7",
                   .about = "as greeks.total_1e3, out of every cache, against reading as many bytes",
                   .peer = "bytes / bandwidth",
                   .sense = Sense::times_the_time,
                   .required = 1.3,
                   .slow = 50,
                   .no_allocation = true,
                   .make = [] { return bandwidth_arms(10'000'000); }});
  constexpr const char* by_about = "four totals and the coverage by strategy, per position";
  faster("greeks.by_strategy_1e3", by_about, "structs, string map", 8, 1, [] { return by_strategy_arms(1'000); });
  faster("greeks.by_strategy_1e5", by_about, "structs, string map", 8, 20, [] { return by_strategy_arms(100'000); });
  const auto fill = [&](const char* name, std::size_t n, std::optional<double> required) {
    lines.push_back({.name = name,
                     .about = "all totals after a fill of one of " + std::to_string(n) +
                              " positions, read and written " + "in no order, against the same of 1,000",
                     .peer = "ours, of 1,000",
                     .sense = Sense::times_the_time,
                     .required = required,
                     .slow = 4,
                     .no_allocation = true,
                     .make = [n] {
                       return Arms{fill_arm(n), fill_arm(1'000)};
                     }});
  };
  fill("greeks.fill_1e5", 100'000, std::nullopt);
  fill("greeks.fill_1e7", 10'000'000, 6);
}

}  // namespace

std::vector<Line> coordination_lines() {
  std::vector<Line> lines;
  add_correlation(lines);
  add_greeks(lines);
  return lines;
}

}  // namespace optcoord::bench
