// tests/consumer/host/other.cpp -- the second translation unit: the same headers twice in one program must link.
// SPDX-License-Identifier: MIT
#include <optcoord/core/explain.hpp>
#include <optcoord/ledger/ledger.hpp>

#include <chrono>
#include <string>

using namespace optcoord;

std::string one_second_later(Timestamp t) { return to_text(t + std::chrono::seconds{1}); }

/// A decision of the header-only core: 400 shares where 300 are allowed.
std::string decided_by_ledger(Timestamp t) {
  LedgerConfig config;
  config.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}}}};
  config.limits = {{.group = "SPY", .metric = Metric::delta, .lower = -300, .upper = 300}};
  Names names;
  const ProductTable products;
  Ledger ledger = Ledger::make(config, names, products).value();
  const StrategyId strategy = ledger.add_strategy("A", names);
  const Leg buy[] = {{ledger.add_contract("SPY", names, products).value(), 1}};
  return explain(ledger.decide({.id = RequestId{1}, .strategy = strategy, .units = 400, .legs = buy}, t).value(),
                 names);
}
