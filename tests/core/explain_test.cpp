// tests/core/explain_test.cpp -- the line a trader reads: the source document's words, exact figures.
// SPDX-License-Identifier: MIT
#include <optcoord/core/explain.hpp>

#include <doctest/doctest.h>

#include <vector>  // std::vector

namespace {

using namespace optcoord;

constexpr std::uint16_t all_figures = Finding::held_field | Finding::pending_field | Finding::requested_field |
                                      Finding::projected_field | Finding::limit_field | Finding::headroom_field |
                                      Finding::figures_field;

[[nodiscard]] constexpr Micro whole(std::int64_t units) { return Micro{units * micro_per_unit}; }

struct World {
  Names names;
  GroupId spy{names.groups.add("SPY")};
  GroupId account{names.groups.add("ACCOUNT")};
  StrategyId lt112{names.strategies.add("LT112")};
  EventId fomc{names.events.add("FOMC")};

  [[nodiscard]] Finding row(Code code, std::int64_t held, std::int64_t pending, std::int64_t requested,
                            std::int64_t limit) const {
    Finding f;
    f.code = code;
    f.scope = Scope::group;
    f.group = spy;
    f.row = 0;
    f.has = all_figures | Finding::group_field | Finding::metric_field | Finding::side_field;
    f.held = whole(held);
    f.pending = whole(pending);
    f.requested = whole(requested);
    f.projected = whole(held + pending + requested);
    f.limit = whole(limit);
    f.headroom = whole(limit - held - pending);
    return f;
  }
};

[[nodiscard]] Decision denied(const std::vector<Finding>& reasons, Code binding) {
  Decision d;
  d.verdict = Verdict::denied;
  d.binding = binding;
  d.units_requested = 4;
  d.reasons = reasons;
  return d;
}

}  // namespace

TEST_CASE("a breach reads as the foundation says it") {
  const World w;
  const Finding f = w.row(Code::limit_exceeded, -700, 0, -400, -1000);
  const std::string expected =
      "Would exceed maximum SPY exposure: -700 held + -400 requested = -1,100, limit -1,000, headroom -300";
  CHECK(explain(f, w.names) == expected);
  CHECK(explain(denied({f}, Code::limit_exceeded), w.names) == expected);
}

TEST_CASE("pending exposure is shown when there is some") {
  const World w;
  CHECK(explain(w.row(Code::limit_exceeded, -500, -200, -400, -1000), w.names) ==
        "Would exceed maximum SPY exposure: -500 held + -200 pending + -400 requested = -1,100, limit -1,000, "
        "headroom -300");
}

TEST_CASE("a conflict names who holds what, and how much is tolerated") {
  const World w;
  Finding f;
  f.code = Code::conflicting_direction;
  f.scope = Scope::group;
  f.group = w.spy;
  f.strategy = w.lt112;
  f.held = whole(-1500);
  f.limit = whole(-100);
  f.has = Finding::group_field | Finding::metric_field | Finding::strategy_field | Finding::held_field |
          Finding::limit_field;
  CHECK(explain(f, w.names) == "LT112 holds the opposite SPY exposure: -1,500 held, tolerance -100");
}

TEST_CASE("use of 90 % before the request is said in percent, rounded down") {
  const World w;
  CHECK(explain(w.row(Code::limit_exceeded, -839, -100, -100, -1000), w.names) ==
        "SPY exposure at 93% of limit: -839 held + -100 pending + -100 requested = -1,039, limit -1,000, "
        "headroom -61");
  CHECK(explain(w.row(Code::limit_exceeded, 900, 0, 200, 1000), w.names).starts_with("SPY exposure at 90% of limit"));
  CHECK(explain(w.row(Code::limit_exceeded, 899, 0, 200, 1000), w.names).starts_with("Would exceed maximum SPY"));
  CHECK(explain(w.row(Code::limit_exceeded, 1200, 0, 1, 1000), w.names).starts_with("SPY exposure at 120% of limit"));
  CHECK(explain(w.row(Code::limit_exceeded, -1200, 0, 2300, 1000), w.names).starts_with("Would exceed maximum SPY"));
  CHECK(explain(w.row(Code::limit_exceeded, 0, 0, 1, 0), w.names).starts_with("Would exceed maximum SPY exposure"));
}

TEST_CASE("a cut's denial names the event and the reduced limit") {
  const World w;
  Finding f = w.row(Code::event_limit, -200, 0, -400, -500);
  CHECK(explain(f, w.names) ==
        "Market event - reduced limits in effect: SPY exposure -200 held + -400 requested = -600, limit -500, "
        "headroom -300");
  f.has |= Finding::event_field;
  f.event = w.fomc;
  CHECK(explain(f, w.names).starts_with("Market event - reduced limits in effect (FOMC): SPY exposure -200 held"));
}

TEST_CASE("what cannot be computed says so and shows no invented figure") {
  const World w;
  Finding f;
  f.code = Code::delta_unavailable;
  f.has = Finding::group_field | Finding::metric_field | Finding::figures_field;
  f.group = w.spy;
  CHECK(explain(f, w.names) == "Delta calculation unavailable");
  f.metric = Metric::vega;
  CHECK(explain(f, w.names) == "Delta calculation unavailable (vega)");
  f.metric = Metric::delta;
  f.has |= Finding::limit_field;
  f.limit = whole(1000);
  CHECK(explain(f, w.names) ==
        "Delta calculation unavailable: unknown held + unknown pending + unknown requested = "
        "unknown, limit 1,000, headroom unknown");
}

TEST_CASE("other metrics are named, and fractions are exact") {
  const World w;
  Finding f = w.row(Code::limit_exceeded, 0, 0, 0, 50);
  f.group = w.account;
  f.metric = Metric::dollar_delta;
  f.held = Micro{1'234'567'000'001};
  f.requested = Micro{500'000};
  f.projected = f.held + f.requested;
  f.limit = whole(1'250'000);
  f.headroom = f.limit - f.held;
  CHECK(explain(f, w.names) ==
        "ACCOUNT dollar delta exposure at 98% of limit: 1,234,567.000001 held + 0.5 requested = 1,234,567.500001, "
        "limit 1,250,000, headroom 15,432.999999");
}

TEST_CASE("halts name their scope") {
  const World w;
  Finding f;
  f.code = Code::halted;
  f.scope = Scope::account;
  CHECK(explain(f, w.names) == "Account is halted");
  f.scope = Scope::group;
  f.group = w.spy;
  CHECK(explain(f, w.names) == "Group SPY is halted");
  f.code = Code::reduce_only;
  f.scope = Scope::strategy;
  f.strategy = w.lt112;
  CHECK(explain(f, w.names) == "Strategy LT112 is reduce-only");
}

TEST_CASE("gates name who is in which state, and what the margin's own items are about") {
  const World w;
  Finding f;
  f.code = Code::peer_state;
  f.strategy = w.lt112;
  f.state = TradingState::margin_call;
  f.has = Finding::strategy_field | Finding::state_field;
  CHECK(explain(f, w.names) == "Another strategy is in trouble (LT112 is margin_call)");
  f.code = Code::exclusion;
  f.has = Finding::strategy_field;
  CHECK(explain(f, w.names) == "Excluded beside another strategy (LT112)");
  f = {};
  f.code = Code::reduce_only;
  CHECK(explain(f, w.names) == "Margin use is too high - reductions only");
  f.code = Code::not_computed;
  f.scope = Scope::account;
  CHECK(explain(f, w.names) == "Margin use unknown - not judged");
}

TEST_CASE("an approval with warnings mentions them") {
  const World w;
  Decision d;
  d.verdict = Verdict::approved;
  d.units_requested = d.units = d.max_units = 1200;
  CHECK(explain(d, w.names) == "Approved: 1,200 units");
  d.units = 1;
  const std::vector<Finding> warnings{w.row(Code::limit_warning, -450, 0, -300, -1000)};
  d.warnings = warnings;
  CHECK(explain(d, w.names) == "Approved: 1 unit; warning: SPY exposure would be at 75% of limit (-750 of -1,000)");
}

TEST_CASE("a reduction says how many of how many, and why") {
  const World w;
  const std::vector<Finding> reasons{w.row(Code::limit_exceeded, -700, 0, -500, -1000)};
  Decision d = denied(reasons, Code::limit_exceeded);
  d.verdict = Verdict::reduced;
  d.units = 3;
  d.units_requested = 5;
  CHECK(explain(d, w.names) ==
        "Reduced to 3 of 5 units: Would exceed maximum SPY exposure: -700 held + -500 requested = -1,200, limit "
        "-1,000, headroom -300");
}

TEST_CASE("the binding reason comes first, the others in order") {
  const World w;
  Finding first = w.row(Code::strategy_cap, 0, 0, 1, 1);
  first.max_units = 2;
  first.has = Finding::group_field | Finding::strategy_field;
  first.strategy = w.lt112;
  Finding binding = w.row(Code::equity_unknown, 0, 0, 1, 1);
  binding.has = Finding::group_field;
  Finding last;
  last.code = Code::calendar_missing;
  last.max_units = 1;
  const std::vector<Finding> reasons{first, binding, last};
  CHECK(explain(denied(reasons, Code::equity_unknown), w.names) ==
        "Equity unknown - no limit on SPY exposure; Would exceed LT112's cap on SPY exposure; No calendar received");
}

TEST_CASE("a bypassing exit says what it passed over, apart from warnings") {
  const World w;
  Decision d;
  d.verdict = Verdict::approved;
  d.intent = Intent::emergency_exit;
  d.bypass = true;
  d.units = 2;
  Finding uncovered;
  uncovered.code = Code::leaves_uncovered_short;
  Finding halt;
  halt.code = Code::halted;
  halt.scope = Scope::account;
  const std::vector<Finding> warnings{uncovered, halt};
  d.warnings = warnings;
  CHECK(explain(d, w.names) ==
        "Approved: 2 units; exit passes over: Account is halted; warning: Leaves uncovered short options");
}

TEST_CASE("every code reads as something") {
  const World w;
  for (std::uint16_t n = 1; n <= 115; ++n) {
    Finding f;
    f.code = Code{n};
    if (text(f.code).empty()) continue;
    f.has = Finding::group_field | Finding::metric_field;
    f.group = w.spy;
    CAPTURE(text(f.code));
    CHECK_FALSE(explain(f, w.names).empty());
  }
  Decision nothing;
  CHECK(explain(nothing, w.names) == "Denied");
}
