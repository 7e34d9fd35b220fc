// bench/decision_lines.cpp -- one decision by three layers against NAIVE: approved, denied, with and without release.
// SPDX-License-Identifier: MIT
//
// Both sides hold the same book of five strategies and answer the same questions: delta of the group, of the strategy
// in it, of the account. NAIVE is told the delta; we compute it from the contract's Greeks, check their age, work out
// how many units would pass, and remember the order by its id.
#include "naive.hpp"
#include "ratio.hpp"
#include "turns.hpp"

#include <optcoord/ledger/ledger.hpp>

#include <benchmark/benchmark.h>

#include <array>   // std::array
#include <chrono>  // std::chrono::seconds
#include <memory>  // std::shared_ptr
#include <string>  // std::string

namespace optcoord::bench {

namespace {

constexpr double unit_delta = -30;  // of one contract: -0.30 a share
constexpr std::array<const char*, 5> strategies{"0DTE", "LT112", "IPMCC", "LEAPLadders", "FuturesStrangle"};
constexpr double group_limit = 100'000;
constexpr double strategy_cap = 60'000;
constexpr double account_limit = 200'000;
constexpr std::int64_t units_over_cap = 2'200;   // 66,000: over the cap alone
constexpr std::int64_t units_over_all = 10'000;  // 300,000: over every row

/// The ledger of these lines, with the ids its requests are made of.
struct Ours {
  Names names;
  ProductTable products;
  Ledger ledger;
  StrategyId strategy;
  ContractId option;
  ContractId share;
  RootId root;
  PreparedId one_option;  ///< one contract of `option`, to be asked by units
  PreparedId one_delta;   ///< the caller's own estimate: a delta of -1, to be asked by units
  std::string strategy_name{"LT112"};
  std::string option_name{"SPY   260116P00450000"};
  Timestamp now{std::chrono::seconds{1'767'623'400}};
  std::uint64_t next_id{1};

  Ours() : ledger(*Ledger::make(config(), names, products)) {
    option = *ledger.add_contract(option_name, names, products);
    share = *ledger.add_contract("SPY", names, products);
    root = *names.roots.find("SPY");
    (void)ledger.mark_root(root, 470.0, now);
    ledger.mark_option(option, {.greeks = {-0.30, 0.01, -0.1, 0.2}, .computed = false, .underlying = {}}, now);
    for (const char* name : strategies) hold(*names.strategies.find(name));
    strategy = *names.strategies.find(strategy_name);
    const Leg legs[] = {{option, 1}};
    one_option = *ledger.prepare({.strategy = strategy, .legs = legs});
    one_delta = *ledger.prepare({.strategy = strategy, .raw = RawExposure{.root = root, .delta = -1}});
  }

  static LedgerConfig config() {
    const auto limit = [](const char* group, const char* capped, double bound) {
      LimitConfig row;
      row.group = group;
      row.strategy = capped;
      row.lower = -bound;
      row.upper = bound;
      return row;
    };
    LedgerConfig c;
    c.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}}},
                {.name = "ACCOUNT", .reference = "SPY", .members = {}, .all_roots = true}};
    c.limits = {limit("SPY", "", group_limit), limit("ACCOUNT", "", account_limit)};
    for (const char* name : strategies) c.limits.push_back(limit("SPY", name, strategy_cap));
    return c;
  }
  [[nodiscard]] RequestId fresh_id() { return RequestId{next_id++}; }
  void hold(StrategyId who) {
    const Leg buy[] = {{option, 1}};
    const RequestId id = fresh_id();
    const Result<Decision> d = ledger.decide({.id = id, .strategy = who, .units = 1, .legs = buy}, now);
    expect(d && d->verdict == Verdict::approved, "the book is not held");
    expect(ledger.apply(Fill{id, ExecutionId{next_id}, option, 1, 5.0}, now).has_value(), "the book is not filled");
  }
};

/// NAIVE with the same book.
struct Naive {
  NaiveConcentrationManager manager{{.group = group_limit, .account = account_limit}, caps()};
  std::string group{"SPY"};
  std::string strategy{"LT112"};
  std::string position_type{"put_spread"};

  Naive() {
    for (const char* name : strategies) manager.request_allocation(group, name, position_type, unit_delta);
  }
  static std::unordered_map<std::string, double> caps() {
    std::unordered_map<std::string, double> caps;
    for (const char* name : strategies) caps.emplace(name, strategy_cap);
    return caps;
  }
  [[nodiscard]] bool request(double delta) {
    const std::pair<bool, std::string> answer = manager.request_allocation(group, strategy, position_type, delta);
    benchmark::DoNotOptimize(answer.second.data());
    return answer.first;
  }
  void release() { manager.release_allocation(group, strategy, unit_delta); }
};

/// Decides in blocks and releases in blocks: only deciding is timed.
template <class Decide>
[[nodiscard]] Arm decide_in_blocks(Decide decide) {
  return [ours = std::make_shared<Ours>(), decide] {
    std::uint64_t released = ours->next_id;
    return turn([&] { return decide(*ours) == Verdict::approved; },
                [&] {
                  for (; released < ours->next_id; ++released) ours->ledger.withdraw(RequestId{released});
                });
  };
}

/// Decides and releases at once; both are timed.
template <class Decide>
[[nodiscard]] Arm decide_and_withdraw(Decide decide) {
  return [ours = std::make_shared<Ours>(), decide] {
    return turn(
        [&] {
          const RequestId id{ours->next_id};
          const bool approved = decide(*ours) == Verdict::approved;
          ours->ledger.withdraw(id);
          return approved;
        },
        [] {});
  };
}

[[nodiscard]] Verdict decide_prepared(Ours& ours, std::int64_t units = 1) {
  return looked_at(ours.ledger.decide(ours.one_option, ours.fresh_id(), units, ours.now));
}
[[nodiscard]] Verdict decide_prepared_delta(Ours& ours) {
  return looked_at(ours.ledger.decide(ours.one_delta, ours.fresh_id(), 30, ours.now));
}
[[nodiscard]] Verdict decide_option(Ours& ours, std::int64_t units = 1) {
  const Leg legs[] = {{ours.option, 1}};
  return looked_at(
      ours.ledger.decide({.id = ours.fresh_id(), .strategy = ours.strategy, .units = units, .legs = legs}, ours.now));
}
[[nodiscard]] Verdict decide_share(Ours& ours) {
  const Leg legs[] = {{ours.share, -30}};
  return looked_at(
      ours.ledger.decide({.id = ours.fresh_id(), .strategy = ours.strategy, .units = 1, .legs = legs}, ours.now));
}
[[nodiscard]] Verdict decide_raw(Ours& ours) {
  Request request{.id = ours.fresh_id(), .strategy = ours.strategy, .units = 1};
  request.raw = RawExposure{.root = ours.root, .delta = unit_delta};
  return looked_at(ours.ledger.decide(request, ours.now));
}
[[nodiscard]] Verdict decide_two_legs(Ours& ours) {
  const Leg legs[] = {{ours.option, 1}, {ours.share, 1}};
  return looked_at(
      ours.ledger.decide({.id = ours.fresh_id(), .strategy = ours.strategy, .units = 1, .legs = legs}, ours.now));
}
/// A strategy by its name, as a host without ids asks.
[[nodiscard]] Verdict decide_named(Ours& ours) {
  const Leg legs[] = {{ours.option, 1}};
  const std::optional<StrategyId> who = ours.names.strategies.find(ours.strategy_name);
  return looked_at(ours.ledger.decide(
      {.id = ours.fresh_id(), .strategy = who.value_or(unassigned), .units = 1, .legs = legs}, ours.now));
}
/// The strategy and the contract by name.
[[nodiscard]] Verdict decide_all_named(Ours& ours) {
  const std::optional<ContractId> what = ours.names.contracts.find(ours.option_name);
  const Leg legs[] = {{what.value_or(ContractId{}), 1}};
  const std::optional<StrategyId> who = ours.names.strategies.find(ours.strategy_name);
  return looked_at(ours.ledger.decide(
      {.id = ours.fresh_id(), .strategy = who.value_or(unassigned), .units = 1, .legs = legs}, ours.now));
}

[[nodiscard]] Arm naive_in_blocks() {
  return [naive = std::make_shared<Naive>()] {
    return turn([&] { return naive->request(unit_delta); },
                [&] {
                  for (std::uint64_t i = 0; i < block; ++i) naive->release();
                });
  };
}

[[nodiscard]] Arm naive_and_release() {
  return [naive = std::make_shared<Naive>()] {
    return turn(
        [&] {
          const bool approved = naive->request(unit_delta);
          naive->release();
          return approved;
        },
        [] {});
  };
}

template <class Decide>
[[nodiscard]] Arm deny_ours(Decide decide, std::int64_t units) {
  return [ours = std::make_shared<Ours>(), decide, units] {
    return turn([&] { return decide(*ours, units) == Verdict::denied; }, [] {});
  };
}

[[nodiscard]] Arm deny_naive(std::int64_t units) {
  return [naive = std::make_shared<Naive>(), delta = unit_delta * static_cast<double>(units)] {
    return turn([&] { return !naive->request(delta); }, [] {});
  };
}

/// Our named form against our form by ids.
template <class Decide>
[[nodiscard]] Arms against_ids(Decide decide) {
  return {decide_in_blocks(decide), decide_in_blocks([](Ours& ours) { return decide_option(ours); })};
}
template <class Decide>
[[nodiscard]] Arms against_naive(Decide decide) {
  return {decide_in_blocks(decide), naive_in_blocks()};
}

void add_gated(std::vector<Line>& lines) {
  lines.push_back({.name = "decision.approve",
                   .about =
                       "one option leg, prepared, by ids against three rows, approved and reserved; the release is "
                       "not timed",
                   .peer = "NAIVE approve",
                   .required = 8,
                   .stretch = 15,
                   .no_allocation = true,
                   .make = [] { return against_naive([](Ours& ours) { return decide_prepared(ours); }); }});
  lines.push_back(
      {.name = "decision.deny",
       .about = "the same over the strategy's cap alone: one breach with its figures, against a formatted text",
       .peer = "NAIVE deny",
       .required = 20,
       .stretch = 50,
       .no_allocation = true,
       .make = [] {
         return Arms{deny_ours(decide_prepared, units_over_cap), deny_naive(units_over_cap)};
       }});
}

void add_reported(std::vector<Line>& lines) {
  lines.push_back({.name = "decision.approve_release",
                   .about = "as decision.approve, each taken back at once (Ledger::withdraw), which is timed",
                   .peer = "NAIVE approve and release",
                   .no_allocation = true,
                   .make = [] {
                     const auto decide = [](Ours& ours) { return decide_prepared(ours); };
                     return Arms{decide_and_withdraw(decide), naive_and_release()};
                   }});
  lines.push_back({.name = "decision.deny_every_row",
                   .about = "over all three rows: we list three breaches, NAIVE stops at the first",
                   .peer = "NAIVE deny",
                   .no_allocation = true,
                   .make = [] {
                     return Arms{deny_ours(decide_prepared, units_over_all), deny_naive(units_over_all)};
                   }});
  lines.push_back(
      {.name = "decision.approve_delta",
       .about = "as decision.approve, for the caller's own delta, prepared: the very question NAIVE is asked",
       .peer = "NAIVE approve",
       .no_allocation = true,
       .make = [] { return against_naive(decide_prepared_delta); }});
  lines.push_back({.name = "decision.approve_request",
                   .about = "as decision.approve, not prepared: legs are looked up, netted and measured each time",
                   .peer = "NAIVE approve",
                   .no_allocation = true,
                   .make = [] { return against_naive([](Ours& ours) { return decide_option(ours); }); }});
  lines.push_back({.name = "decision.deny_request",
                   .about = "as decision.deny, not prepared",
                   .peer = "NAIVE deny",
                   .no_allocation = true,
                   .make = [] {
                     return Arms{deny_ours(decide_option, units_over_cap), deny_naive(units_over_cap)};
                   }});
  lines.push_back({.name = "decision.approve_shares",
                   .about = "as decision.approve_request, for shares: no Greeks whose age matters",
                   .peer = "NAIVE approve",
                   .no_allocation = true,
                   .make = [] { return against_naive([](Ours& ours) { return decide_share(ours); }); }});
  lines.push_back({.name = "decision.approve_two_legs",
                   .about = "as decision.approve_request, for an option and a share together",
                   .peer = "NAIVE approve",
                   .no_allocation = true,
                   .make = [] { return against_naive([](Ours& ours) { return decide_two_legs(ours); }); }});
  lines.push_back({.name = "decision.approve_raw",
                   .about = "as decision.approve_delta, not prepared",
                   .peer = "NAIVE approve",
                   .no_allocation = true,
                   .make = [] { return against_naive([](Ours& ours) { return decide_raw(ours); }); }});
  lines.push_back({.name = "decision.by_name",
                   .about = "as decision.approve_request, the strategy looked up by name inside the call",
                   .peer = "ours by ids",
                   .sense = Sense::times_the_time,
                   .stretch = 1.5,
                   .no_allocation = true,
                   .make = [] { return against_ids([](Ours& ours) { return decide_named(ours); }); }});
  lines.push_back({.name = "decision.by_names",
                   .about = "as decision.by_name, and the contract by its text",
                   .peer = "ours by ids",
                   .sense = Sense::times_the_time,
                   .no_allocation = true,
                   .make = [] { return against_ids([](Ours& ours) { return decide_all_named(ours); }); }});
}

}  // namespace

std::vector<Line> decision_lines() {
  std::vector<Line> lines;
  add_gated(lines);
  add_reported(lines);
  return lines;
}

}  // namespace optcoord::bench
