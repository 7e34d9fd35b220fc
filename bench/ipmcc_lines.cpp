// bench/ipmcc_lines.cpp -- planning on a long chain against the selection as the source document writes it.
// SPDX-License-Identifier: MIT
#include "ratio.hpp"

#include <optcoord/ipmcc/book.hpp>
#include <optcoord/ipmcc/planner.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>  // std::sort
#include <array>      // std::array
#include <cmath>      // std::abs
#include <memory>     // std::make_shared
#include <string>     // std::string

namespace optcoord::bench {

namespace {

constexpr double spot = 450;
constexpr int expiries = 25;
constexpr int strikes = 200;  // with calls and puts: 10,000 contracts
const Timestamp now = *parse_time("2026-01-05T15:00:00Z");
const Date today = *parse_date("2026-01-05");

/// Weeklies a week apart, then months, then years.
[[nodiscard]] Date expiry_of(int i) {
  constexpr std::array<int, expiries> days{0,   2,   4,   11,  18,  25,  32,  39,  46,  53,  60,  74, 102,
                                           130, 165, 193, 228, 256, 291, 347, 375, 410, 564, 746, 928};
  return ipmcc::days_after(today, days[static_cast<std::size_t>(i)]);
}

/// Every contract quoted on both sides, with the host's Greeks.
[[nodiscard]] std::vector<ipmcc::ChainOption> long_chain() {
  std::vector<ipmcc::ChainOption> chain;
  for (int e = 0; e < expiries; ++e)
    for (int s = 0; s < strikes; ++s)
      for (const Right right : {Right::call, Right::put}) {
        ipmcc::ChainOption o;
        o.contract = *Contract::option("SPY", expiry_of(e), right, 250'000 + s * 2'000);
        const double years = std::max(0.25, static_cast<double>(ipmcc::days_between(today, expiry_of(e)))) / 365;
        const pricing::OptionTerms terms{right, spot, o.contract.strike(), years, 0.04, 0};
        const pricing::OptionGreeks g = pricing::greeks(terms, 0.2);
        o.quote = {std::max(0.01, g.value - 0.05), g.value + 0.05};
        o.iv = 0.2;
        o.greeks = {g.delta, g.gamma, g.theta, g.vega};
        o.at = now;
        chain.push_back(o);
      }
  return chain;
}

// ---- SORT: the document's selection line by line. Candidates are filtered into lists, lists are sorted by distance.

struct PlainContract {
  std::string symbol;
  std::string right;
  Date expiry{};
  double strike{0};
  double bid{0};
  double ask{0};
};
struct PlainPlan {
  PlainContract leap;
  PlainContract weekly;
  int quantity{0};
};

[[nodiscard]] std::vector<PlainContract> plain_chain(const std::vector<ipmcc::ChainOption>& chain) {
  std::vector<PlainContract> plain;
  for (const ipmcc::ChainOption& o : chain)
    plain.push_back({to_text(o.contract), std::string(text(o.contract.right)), o.contract.expiry, o.contract.strike(),
                     *o.quote.bid, *o.quote.ask});
  return plain;
}
[[nodiscard]] PlainContract nearest_of(std::vector<PlainContract> candidates, double strike) {
  std::sort(candidates.begin(), candidates.end(), [strike](const PlainContract& a, const PlainContract& b) {
    return std::abs(a.strike - strike) < std::abs(b.strike - strike);
  });
  return candidates.at(0);
}
[[nodiscard]] PlainPlan plain_plan(const std::vector<PlainContract>& chain, double account_value) {
  std::vector<PlainContract> leaps;
  for (const PlainContract& c : chain)
    if (c.right == "call" && ipmcc::days_between(today, c.expiry) >= 300) leaps.push_back(c);
  PlainPlan plan;
  plan.leap = nearest_of(std::move(leaps), spot * 0.82);
  const double target = std::min(spot * 1.03, plan.leap.strike * 0.95);
  std::vector<PlainContract> weeklies;
  for (const PlainContract& c : chain) {
    const int days = ipmcc::days_between(today, c.expiry);
    if (c.right == "call" && days >= 1 && days <= 7) weeklies.push_back(c);
  }
  plan.weekly = nearest_of(std::move(weeklies), target);
  const double cost = std::max(0.0, spot - plan.leap.strike) + spot * 0.05;
  plan.quantity = std::min(5, std::max(1, static_cast<int>(account_value * 0.08 / (cost * 100))));
  return plan;
}

/// Times a few plans, as operations of one each, after one that warms up.
template <class Work>
[[nodiscard]] Batch timed_plans(std::uint64_t plans, Work work) {
  work();
  Stopwatch watch;
  watch.start();
  for (std::uint64_t i = 0; i < plans; ++i) work();
  watch.stop(plans);
  return watch.batch();
}

/// \param held  a LEAP is there: a weekly alone is looked for, by the same chain
[[nodiscard]] Arms plan_arms(bool held) {
  auto chain = std::make_shared<std::vector<ipmcc::ChainOption>>(long_chain());
  auto plain = std::make_shared<std::vector<PlainContract>>(plain_chain(*chain));
  IpmccConfig config;
  config.strike_rule = StrikeRule::below_leap;
  auto policy = std::make_shared<IpmccPolicy>(*IpmccPolicy::make(config));
  auto book = std::make_shared<ipmcc::Book>();
  if (held)
    expect(book->fill({{}, (*chain)[(20 * strikes + 60) * 2].contract, 2, 95.0}, now).has_value(), "a LEAP held");
  ipmcc::Market market;
  market.underlying = *Contract::share("SPY");
  market.spot = spot;
  market.rate = 0.04;
  Arms arms;
  arms.ours = [=]() mutable {
    market.chain = *chain;
    return timed_plans(20, [&] {
      const ipmcc::Plan plan = ipmcc::make_plan(*policy, book->state(), market, 1e6, now);
      expect(plan.path == (held ? ipmcc::Path::add_weekly : ipmcc::Path::create), "a plan");
      expect(plan.rejected.total() + plan.chosen == chain->size(), "every contract chosen or rejected");
    });
  };
  arms.peer = [=] {
    return timed_plans(2, [&] {
      const PlainPlan plan = plain_plan(*plain, 1e6);
      benchmark::DoNotOptimize(plan.quantity);
      expect(plan.weekly.strike < plan.leap.strike, "a plan of the document's");
    });
  };
  return arms;
}

}  // namespace

std::vector<Line> ipmcc_lines() {
  return {
      {.name = "ipmcc.create",
       .about = "LEAP and weekly out of 10,000 contracts, every rejection counted, figures and exposure",
       .peer = "SORT",
       .required = 20,
       .slow = 8,
       .make = [] { return plan_arms(false); }},
      {.name = "ipmcc.add_weekly",
       .about = "the weekly for a LEAP that is held, out of 10,000 contracts",
       .peer = "SORT",
       .slow = 8,
       .make = [] { return plan_arms(true); }},
  };
}

}  // namespace optcoord::bench
