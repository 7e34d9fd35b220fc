// tests/property/tape.hpp -- random numbers that stand for choices, and the small ledgers that are chosen with them.
// SPDX-License-Identifier: MIT
//
// A day is a list of 64-bit numbers, one a step; a step's choices are its remainders. So any list is a valid day, and
// a failing one shrinks by leaving steps out and making numbers smaller.
#pragma once

#include <optcoord/ledger/config.hpp>

#include "property/ledger_calls.hpp"  // draws_...
#include "support/asking.hpp"

#include <algorithm>  // std::any_of
#include <array>      // std::array
#include <chrono>     // std::chrono::seconds
#include <cstddef>    // std::size_t
#include <cstdint>    // std::uint64_t
#include <string>     // std::string
#include <vector>     // std::vector

namespace optcoord::test {

/// One number, taken apart choice by choice; when it is used up every choice is the first.
class Tape {
 public:
  explicit Tape(std::uint64_t number) : number_(number) {}
  /// \returns 0 to choices - 1.
  std::int64_t roll(std::int64_t choices) {
    const auto base = static_cast<std::uint64_t>(choices);
    const auto rolled = static_cast<std::int64_t>(number_ % base);
    number_ /= base;
    return rolled;
  }
  [[nodiscard]] bool once_in(std::int64_t times) { return roll(times) == times - 1; }
  template <class List>
  [[nodiscard]] auto pick(const List& list) {
    return *(list.begin() + roll(static_cast<std::int64_t>(list.size())));
  }

 private:
  std::uint64_t number_;
};

inline const std::vector<std::string> all_strategies{"A", "B", "C"};
inline const std::vector<std::string> all_prices{"SPY", "SPX", "XSP", "ES", "MES", "QQQ", "VIX"};
inline const std::vector<std::string> all_futures{"ES 2026-03-20", "MES 2026-03-20"};
inline const std::vector<std::string> all_options{
    "SPY   260116C00450000", "SPY   260116P00440000", "SPY   260220C00460000", "SPX   260116P05900000",
    "SPXW  260116C05900000", "XSP   260116C00590000", "ES    260320P05000000"};
inline const std::vector<std::string> all_contracts{
    "SPY",           "SPY   260116C00450000", "SPY   260116P00440000", "SPY   260220C00460000",
    "QQQ",           "SPX   260116P05900000", "SPXW  260116C05900000", "XSP   260116C00590000",
    "ES 2026-03-20", "ES    260320P05000000", "MES 2026-03-20"};

/// \returns a usual price of `root`.
[[nodiscard]] inline double usual_price(const std::string& root) {
  if (root == "SPX" || root == "ES" || root == "MES") return 5900;
  return root == "XSP" ? 590 : root == "VIX" ? 28 : root == "QQQ" ? 512 : 588;
}

namespace detail {

[[nodiscard]] inline std::vector<GroupConfig> chosen_groups(Tape tape) {
  const std::vector<double> betas{1, 1.2, 0.1, -0.5};
  const GroupConfig account{.name = "ACCOUNT", .reference = "SPY", .all_roots = true};
  const GroupConfig sp500{.name = "SP500",
                          .reference = "SPY",
                          .members = {{"SPY", tape.pick(betas)}, {"SPX"}, {"XSP"}, {"ES"}, {"MES", tape.pick(betas)}}};
  const GroupConfig spy{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}}};
  const GroupConfig es{.name = "ES", .reference = "ES", .members = {{"ES"}, {"MES"}}};
  const GroupConfig mixed{
      .name = "MIXED", .reference = "SPX", .members = {{"QQQ", tape.pick(betas)}, {"SPY"}, {"SPXW", 0.5}, {"SPX"}}};
  std::vector<GroupConfig> groups;
  for (const GroupConfig& group : {spy, sp500, mixed, es, account})
    if (!tape.once_in(2) || (group.name == "ACCOUNT" && groups.empty())) groups.push_back(group);
  return groups;
}

/// A usual bound of `metric`.
[[nodiscard]] inline double scale_of(Metric metric) {
  constexpr std::array<double, 6> scales{1000, 50, 200, 500, 500'000, 1500};
  return scales[static_cast<std::size_t>(metric)];
}

[[nodiscard]] inline const std::vector<Metric>& drawn_metrics() {
  static const std::vector<Metric> metrics = [] {
    std::vector<Metric> all{Metric::delta, Metric::gamma, Metric::theta, Metric::vega, Metric::dollar_delta};
    for (int twice = 0; twice < 2; ++twice)
      if (draws_gross_delta) all.push_back(Metric::gross_delta);
    if (draws_strategy_count) all.push_back(Metric::strategy_count);
    return all;
  }();
  return metrics;
}

[[nodiscard]] inline LimitConfig chosen_row(Tape tape, const std::vector<GroupConfig>& groups) {
  const std::vector<double> sizes{1, 2, 0.3, 5, 0};
  const std::vector<double> warnings{0.75, 0.9, 0.5, 1, 0.95, 0.333333};
  LimitConfig row;
  row.metric = tape.once_in(2) ? Metric::delta : tape.pick(drawn_metrics());
  row.group = tape.pick(groups).name;
  row.warn_at = tape.pick(warnings);
  if (row.metric == Metric::strategy_count) {
    row.upper = static_cast<double>(tape.roll(4));
    if (tape.once_in(2)) row.lower = -*row.upper;
    return row;
  }
  const double bound = scale_of(row.metric) * tape.pick(sizes);
  switch (tape.roll(8)) {
    case 0:
      row.lower = -bound;
      if (row.metric == Metric::gross_delta) row.upper = bound;
      break;
    case 1: row.upper = bound; break;
    case 2: row.lower = -bound / 2, row.upper = bound; break;
    case 3: row.equity_fraction = (bound + 10) / 100'000; break;
    case 4:
      row.tiers = {{.name = "small", .equity_below = 100'000.0, .limit = bound / 2},
                   {.name = "middle", .equity_up_to = 500'000.0, .limit = bound},
                   {.name = "large", .limit = bound * 2}};
      break;
    default: row.lower = -bound, row.upper = bound;
  }
  if (tape.once_in(4)) row.strategy = tape.pick(all_strategies);
  return row;
}

[[nodiscard]] inline CutConfig chosen_cut(Tape tape, const std::vector<GroupConfig>& groups) {
  const std::vector<double> factors{0.5, 0.25, 0.3, 0, 1};
  const double factor = tape.pick(factors);
  CutConfig cut =
      tape.once_in(2) ? level_cut("VIX", 30, 25, factor) : event_cut(tape.once_in(2) ? "CPI" : "FOMC", factor);
  cut.on_when_unknown = tape.once_in(2);
  if (tape.once_in(3)) cut.groups = {tape.pick(groups).name};
  if (tape.once_in(3)) {
    const Metric metric = tape.pick(drawn_metrics());
    cut.metrics = {Metric::delta};
    if (metric != Metric::strategy_count) cut.metrics.push_back(metric);
  }
  return cut;
}

/// A part of one row's bounds kept for a strategy, in a window that days cross. Nothing where it has one there already.
inline void choose_headroom(Tape tape, LedgerConfig& c) {
  using std::chrono::hours;
  using std::chrono::minutes;
  const std::vector<Schedule> windows{{},
                                      {all_days, hours{9} + minutes{30}, hours{10} + minutes{30}},
                                      {all_days, hours{10}, hours{10} + minutes{5}},
                                      {all_days, hours{0}, hours{10}},
                                      {day_mask(std::chrono::Monday), hours{9} + minutes{30}, hours{16}},
                                      {day_mask(std::chrono::Tuesday), hours{0}, hours{24}}};
  const std::vector<double> sizes{0.4, 0.1, 1, 0.333333, 2, 0};
  const LimitConfig row = tape.pick(c.limits);
  HeadroomConfig kept;
  kept.strategy = tape.pick(all_strategies);
  kept.group = row.group;
  kept.metric = row.metric;
  const auto same = [&kept](const HeadroomConfig& h) {
    return h.strategy == kept.strategy && h.group == kept.group && h.metric == kept.metric;
  };
  if (static_cast<std::size_t>(row.metric) >= summed_metrics || !row.strategy.empty()) return;
  if (std::any_of(c.headroom.begin(), c.headroom.end(), same)) return;
  kept.amount = scale_of(row.metric) * tape.pick(sizes);
  kept.schedule = tape.pick(windows);
  c.headroom.push_back(kept);
}

}  // namespace detail

/// The numbers that choose a ledger, and the prices it starts with.
using ConfigNumbers = std::array<std::uint64_t, 16>;

/// \returns the ledger that `numbers` choose: some groups, up to 7 rows, up to 3 cuts, up to 3 headrooms.
[[nodiscard]] inline LedgerConfig chosen_config(const ConfigNumbers& numbers) {
  LedgerConfig c;
  Tape tape(numbers[0]);
  c.groups = detail::chosen_groups(Tape(numbers[1]));
  const auto rows = static_cast<std::size_t>(1 + tape.roll(7));
  const auto cuts = static_cast<std::size_t>(tape.roll(4));
  for (std::size_t i = 0; i < rows; ++i) c.limits.push_back(detail::chosen_row(Tape(numbers[2 + i]), c.groups));
  for (std::size_t i = 0; i < cuts; ++i) c.cuts.push_back(detail::chosen_cut(Tape(numbers[9 + i]), c.groups));
  if (tape.once_in(2)) c.options.missing_greek = MissingGreek::skip;
  if (tape.once_in(2)) c.options.max_greeks_age = std::chrono::minutes{10};
  if (tape.once_in(2)) c.options.max_quote_age = std::chrono::minutes{10};
  if (tape.once_in(3)) c.options.default_ttl = std::chrono::seconds{10};
  const std::vector<double> tolerances{50, 0, 500, 12.345678};
  if (draws_conflicts && tape.once_in(3)) c.options.conflict_tolerance = tape.pick(tolerances);
  for (std::size_t i = 13; draws_headroom && i < numbers.size(); ++i)
    if (!tape.once_in(3)) detail::choose_headroom(Tape(numbers[i]), c);
  return c;
}

}  // namespace optcoord::test
