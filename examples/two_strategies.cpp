// examples/two_strategies.cpp -- two strategies, one delta budget: an order half filled, a cancel, a cut, an exit.
// SPDX-License-Identifier: MIT
//
// Run it and read what it prints: one line for each question, and what the group has after each answer. `.value()`
// throws on a mistake; a host would look at `.error()`.
#include <optcoord/core/explain.hpp>
#include <optcoord/ledger/ledger.hpp>

#include <cstdio>

using namespace optcoord;

int main() {
  // SPY, SPX and XSP share +-1,000 deltas of SPY, half of that while an FOMC event lasts.
  LedgerConfig config;
  config.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}}}};
  config.limits = {{.group = "SPY", .metric = Metric::delta, .lower = -1000, .upper = 1000}};
  config.cuts = {{.event = "FOMC", .factor = 0.5}};
  Names names;
  const ProductTable products;
  Ledger ledger = Ledger::make(config, names, products).value();
  const StrategyId lt112 = ledger.add_strategy("LT112", names);
  const StrategyId zero_dte = ledger.add_strategy("0DTE", names);
  const ContractId put = ledger.add_contract("SPY   260116P00430000", names, products).value();
  const ContractId share = ledger.add_contract("SPY", names, products).value();

  const Timestamp now = parse_time("2026-01-05T15:00:00Z").value();  // the host's clock
  ledger.mark_root(names.roots.find("SPY").value(), 450.0, now);
  ledger.mark_option(put, {{.delta = -0.25, .gamma = 0.01, .theta = -0.12, .vega = 0.35}, false, {}}, now);

  std::uint64_t ids = 0;
  const auto ask = [&](const char* what, StrategyId strategy, Intent intent, std::int64_t units, const Leg& leg) {
    const Request request{.id = RequestId{++ids},
                          .strategy = strategy,
                          .intent = intent,
                          .units = units,
                          .partial = true,
                          .legs = {&leg, 1}};
    const Decision decision = ledger.decide(request, now).value();
    std::printf("%s\n  %s\n", what, explain(decision, names).c_str());
    return request.id;
  };
  const auto fill = [&](RequestId order, ContractId contract, std::int64_t quantity, double price) {
    ledger.apply(Fill{order, ExecutionId{++ids}, contract, quantity, price}, now).value();
  };
  const auto show = [&] {
    const RowReport row = ledger.row(0);
    std::printf("  -> held %g, pending %g\n", to_double(row.held.value()), to_double(row.pending_up.value()));
  };

  const Leg sell_put{put, -1};      // +25 deltas each
  const Leg sell_share{share, -1};  // -1 delta each
  const Leg buy_share{share, +1};

  const RequestId hedge = ask("LT112 sells 200 shares short, all filled", lt112, Intent::open, 200, sell_share);
  fill(hedge, share, -200, 450.00);
  show();
  const RequestId half = ask("LT112 sells 24 puts, 12 filled", lt112, Intent::open, 24, sell_put);
  fill(half, put, -12, 4.20);
  show();
  // What LT112 holds and what it may still get both count.
  const RequestId fewer = ask("0DTE would sell 40 puts", zero_dte, Intent::open, 40, sell_put);
  fill(fewer, put, -24, 4.20);
  show();
  (void)ledger.apply(half, OrderStatus::cancelled, now).value();
  const RequestId more =
      ask("LT112 cancels the rest of its order: 0DTE sells 8 puts", zero_dte, Intent::open, 8, sell_put);
  fill(more, put, -8, 4.20);
  show();
  (void)ledger.set_event(names.events.find("FOMC").value(), true);
  (void)ask("FOMC: 0DTE would sell 1 put", zero_dte, Intent::open, 1, sell_put);
  // The group gets longer by it, but LT112 only closes what it holds: never blocked, and said.
  const RequestId exit = ask("FOMC: LT112 buys its 200 shares back", lt112, Intent::exit, 200, buy_share);
  fill(exit, share, +200, 450.00);
  show();
}
