// examples/friday_morning.cpp -- three strategies on one Friday morning, each for itself and then coordinated.
// SPDX-License-Identifier: MIT
//
// Alone each order is sound; together they are short 1,000 shares before a rally. Coordinated, the plan says who goes
// first and the ledger what still fits: the put spread that does not fit waits, the protection that does is bought.
#include <optcoord/core/explain.hpp>
#include <optcoord/desk/desk.hpp>

#include <cstdio>
#include <optional>

using namespace optcoord;

namespace {

struct Order {
  const char* strategy;
  const char* what;
  double delta;
};
constexpr Order orders[] = {{"0DTE", "iron condor", -500}, {"LT112", "put spread", -300}, {"LEAPLadders", "put", -200}};
constexpr double spot = 450;
constexpr double rally = 0.02;

/// Five strategies by priority; one limit on SPY, if any.
DeskConfig morning(std::optional<double> limit) {
  DeskConfig config;
  config.ledger.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}}}};
  if (limit) config.ledger.limits = {{.group = "SPY", .metric = Metric::delta, .lower = -*limit, .upper = *limit}};
  config.strategies.emplace();
  std::int32_t priority = 0;
  for (const char* name : {"0DTE", "LT112", "IPMCC", "FuturesStrangle", "LEAPLadders"}) {
    DeskStrategyConfig& strategy = config.strategies->emplace_back();
    strategy.name = name;
    strategy.priority = ++priority;
  }
  if (limit) config.coordination = CoordinationConfig{.max_active = 3, .min_interval = std::chrono::minutes{5}};
  return config;
}

/// Everybody asks, in the order of the plan. \returns the delta that was approved.
double open_all(Desk desk) {
  const Timestamp now = parse_time("2026-01-09T14:30:00Z").value();  // Friday, 09:30 in New York
  double held = 0;
  std::uint64_t id = 0;
  const auto print = [&](const Output& out) {
    if (const auto* d = std::get_if<DecisionOutput>(&out.body))
      std::printf("  %s\n", explain(d->decision, desk.names()).c_str());
  };
  for (const PlannedStrategy& next : desk.plan(now).strategies) {
    for (const Order& order : orders) {
      if (desk.names().strategies.text(next.strategy) != order.strategy) continue;
      std::printf("%s, %s of %.0f delta\n", order.strategy, order.what, order.delta);
      RequestEvent request;
      request.id = RequestId{++id};
      request.strategy = order.strategy;
      request.exposure = ExposureText{"SPY", order.delta, {}, {}, {}};
      if (!desk.step({now, request}, print)) std::puts("  refused");
      if (desk.ledger().remembers(request.id)) held += order.delta;
    }
  }
  return held;
}

void tell(const char* how, std::optional<double> limit) {
  std::printf("%s\n", how);
  const double delta = open_all(Desk::make(morning(limit)).value());
  std::printf("Total %.0f delta; SPY rallies 2 %%: %.0f USD\n\n", delta, delta * spot * rally);
}

}  // namespace

int main() {
  tell("Each for itself", std::nullopt);
  tell("Coordinated, at most 750 delta of SPY", 750);
}
