// examples/own_estimate.cpp -- request_spy_allocation(...) for a host that knows no contracts, only its own delta.
// SPDX-License-Identifier: MIT
//
// The form many hosts have: a strategy's name, what it is about to trade, the delta it expects of it, how many. Here
// the estimate is a raw exposure per unit; everything else is as ever: one step approves and reserves, fills turn
// pending into held. A mistake (0 contracts, a delta that is no number) throws; it is never a no.
#include <optcoord/core/explain.hpp>
#include <optcoord/ledger/ledger.hpp>

#include <cstdio>
#include <string>
#include <utility>

using namespace optcoord;

struct SpyConcentration {
  Names names;
  ProductTable products;
  Ledger ledger;
  RootId spy{};
  std::uint64_t last_id{0};

  SpyConcentration() : ledger(Ledger::make(config(), names, products).value()), spy(*names.roots.find("SPY")) {}

  static LedgerConfig config() {
    LedgerConfig c;
    c.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}}}};
    c.limits = {{.group = "SPY", .metric = Metric::delta, .lower = -1000, .upper = 1000}};
    return c;
  }

  /// May `strategy_name` add `requested_delta`, in all, by `requested_contracts`? If so it is pending from now on.
  std::pair<bool, std::string> request_spy_allocation(const std::string& strategy_name,
                                                      const std::string& position_type, double requested_delta,
                                                      std::int64_t requested_contracts, Timestamp now) {
    const double each = requested_delta / static_cast<double>(requested_contracts);
    const Request request{.id = RequestId{++last_id},
                          .strategy = ledger.add_strategy(strategy_name, names),
                          .units = requested_contracts,
                          .raw = RawExposure{.root = spy, .delta = each}};
    const Decision decision = ledger.decide(request, now).value();
    std::string text = strategy_name + ' ' + position_type + ": " + explain(decision, names);
    if (decision.verdict == Verdict::denied) text += "; would pass: " + std::to_string(decision.max_units);
    return {decision.verdict == Verdict::approved, text};
  }
  /// The order of the last approval has traded whole: what was pending is held.
  void filled(std::int64_t contracts, Timestamp now) {
    (void)ledger.apply(Fill{RequestId{last_id}, ExecutionId{last_id}, {}, contracts, 0}, now).value();
  }
  [[nodiscard]] double total_delta() const { return to_double(ledger.row(0).held.value()); }
};

int main() {
  SpyConcentration manager;
  const Timestamp now = parse_time("2026-01-05T15:00:00Z").value();  // the host's clock
  const auto request = [&](const char* strategy, const char* position, double delta, std::int64_t contracts) {
    const auto [approved, reason] = manager.request_spy_allocation(strategy, position, delta, contracts, now);
    std::puts(reason.c_str());
    if (approved) manager.filled(contracts, now);  // here the order would go out
    return approved;
  };
  const bool held = request("0DTE", "iron_condor", -200, 2) && request("LT112", "put_spread", -150, 1) &&
                    request("LEAP", "protective_put", -100, 1);
  std::printf("Total: %g delta\n", manager.total_delta());
  const bool more = request("LT112", "put_spread", -300, 3);
  std::printf("Total: %g delta\n", manager.total_delta());
  const bool too_much = request("LEAP", "protective_put", -400, 4);
  return held && more && !too_much ? 0 : 1;
}
