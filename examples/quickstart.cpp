// examples/quickstart.cpp -- the shortest host there is: ask the ledger, send, report the fill, ask for the exit.
// SPDX-License-Identifier: MIT
#include <optcoord/core/explain.hpp>
#include <optcoord/ledger/ledger.hpp>

#include <cstdio>

using namespace optcoord;

int main() {
  LedgerConfig config;
  config.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}}}};
  config.limits = {{.group = "SPY", .metric = Metric::delta, .lower = -1000, .upper = 1000}};
  Names names;
  const ProductTable products;
  Ledger ledger = Ledger::make(config, names, products).value();
  const StrategyId lt112 = ledger.add_strategy("LT112", names);
  const RootId spy = ledger.add_root("SPY", names, products);
  const ContractId put = ledger.add_contract("SPY   260116P00430000", names, products).value();

  const Timestamp now = parse_time("2026-01-05T15:00:00Z").value();  // the host's clock
  ledger.mark_root(spy, 450.0, now);
  ledger.mark_option(put, {{.delta = -0.30, .gamma = 0.01, .theta = -0.12, .vega = 0.35}, false, {}}, now);

  const Leg sell[] = {{put, -1}};  // each unit adds -1 x 100 x -0.30 = 30 deltas
  const Request open{.id = RequestId{1}, .strategy = lt112, .units = 50, .partial = true, .legs = sell};
  const Decision opening = ledger.decide(open, now).value();
  std::puts(explain(opening, names).c_str());
  if (opening.verdict == Verdict::denied) return 1;
  const std::int64_t sold = opening.units;  // here the order goes out, and all of it trades
  ledger.apply(Fill{open.id, ExecutionId{1}, put, -sold, 4.20}, now).value();

  const Leg buy[] = {{put, +1}};
  const Request exit{.id = RequestId{2}, .strategy = lt112, .intent = Intent::exit, .units = sold, .legs = buy};
  const Decision closing = ledger.decide(exit, now).value();
  std::puts(explain(closing, names).c_str());
  return closing.verdict == Verdict::approved ? 0 : 1;
}
