// tests/ledger/headroom_test.cpp -- exposure kept free for strategies of better priority.
// SPDX-License-Identifier: MIT
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

const std::vector<Ranked> ranked{{"0DTE", 1}, {"LT112", 2}, {"IPMCC", 3}};

/// 1,000 on SPY with `headroom`; strategies as `ranked`.
[[nodiscard]] LedgerConfig keeping(std::vector<HeadroomConfig> headroom) {
  LedgerConfig c = spy_delta(1000);
  c.headroom = std::move(headroom);
  return c;
}

[[nodiscard]] std::int64_t most_sold(LedgerBook& book, std::string_view strategy) {
  return book.what_if(shares(strategy, -5000)).max_units;
}
[[nodiscard]] std::int64_t most_bought(LedgerBook& book, std::string_view strategy) {
  return book.what_if(shares(strategy, 5000)).max_units;
}

}  // namespace

TEST_CASE("headroom moves the bound inward for strictly worse priorities, up to it and not beyond") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  CHECK(says(book.what_if(shares("LT112", -600))) == "approved 600");
  CHECK(says(book.what_if(shares("LT112", -601))) == "denied, max 600: priority_reserved");
  CHECK(says(book.what_if(shares("LT112", 601))) == "denied, max 600: priority_reserved");
  CHECK(says(book.what_if(shares("LT112", -1001))) == "denied, max 600: limit_exceeded");
  CHECK(most_sold(book, "0DTE") == 1000);
  CHECK(most_sold(book, "nobody ranked it") == 600);  // priority 1000
  book.ledger().set_priority(book.strategy("LT112"), 1);
  CHECK(most_sold(book, "LT112") == 1000);  // equal is not worse
}

TEST_CASE("each side is kept apart: what is used on one frees nothing on the other") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  book.trade(shares("0DTE", -100));
  CHECK(most_sold(book, "LT112") == 600);    // -1000 + 300 kept, 100 held
  CHECK(most_bought(book, "LT112") == 700);  // 1000 - 400 kept, -100 held
  book.trade(shares("0DTE", -300));
  CHECK(most_sold(book, "LT112") == 600);  // nothing kept any more, 400 held
  book.trade(shares("0DTE", -50));
  CHECK(most_sold(book, "LT112") == 550);
}

TEST_CASE("pending orders use headroom on their own side") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  book.trade(shares("0DTE", 100));
  book.pending(shares("0DTE", -300));        // at worst 200 short or 100 long
  CHECK(most_sold(book, "LT112") == 600);    // 200 kept: -800, from 100 - 300
  CHECK(most_bought(book, "LT112") == 600);  // 300 kept: 700, from 100
}

TEST_CASE("what several keep adds up, never past zero") {
  LedgerBook book(keeping({kept("0DTE", 400), kept("LT112", 300)}), ranked);
  CHECK(most_sold(book, "IPMCC") == 300);
  CHECK(most_sold(book, "LT112") == 600);
  CHECK(most_sold(book, "0DTE") == 1000);
  LedgerBook full(keeping({kept("0DTE", 800), kept("LT112", 800)}), ranked);
  const OwnedDecision d = full.what_if(shares("IPMCC", -1));
  CHECK(says(d) == "denied, max 0: priority_reserved");
  CHECK(figures(d.reasons[0]) == "lower: held 0, pending 0, requested -1, projected -1, limit 0, headroom 0, max 0");
  full.trade(shares("0DTE", 100));
  CHECK(most_sold(full, "IPMCC") == 100);  // back to zero and no further
}

TEST_CASE("the item shows the limit with headroom kept") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  book.trade(shares("IPMCC", -200));
  const OwnedDecision d = book.what_if(shares("LT112", -500));
  REQUIRE(d.reasons.size() == 1);
  CHECK(figures(d.reasons[0]) ==
        "lower: held -200, pending 0, requested -500, projected -700, limit -600, headroom -400, max 400");
}

TEST_CASE("a request that worsens nothing passes a bound that headroom moved past what is held") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  book.trade(shares("0DTE", -400));
  book.trade(shares("LT112", -500));
  book.trade(shares("0DTE", 400).exit());  // 400 kept again: -600, and -500 held
  CHECK(most_sold(book, "LT112") == 100);
  book.ledger().set_may_open(book.strategy("0DTE"), false);
  book.trade(shares("LT112", -500));
  book.ledger().set_may_open(book.strategy("0DTE"), true);
  CHECK(says(book.what_if(shares("LT112", 1000))) == "approved 1000");
  CHECK(says(book.what_if(shares("LT112", -1))) == "denied, max 0: limit_exceeded");
}

TEST_CASE("a window holds from its first clock reading to before its last, on its days") {
  HeadroomConfig until_half_past_ten = kept("0DTE", 400);
  until_half_past_ten.schedule = {day_mask(std::chrono::Monday), 10h, 10h + 30min};
  LedgerBook book(keeping({until_half_past_ten}), ranked);  // it is Monday, 10:00 in New York
  CHECK(most_sold(book, "LT112") == 600);
  book.wait(30min - 1ns);
  CHECK(most_sold(book, "LT112") == 600);
  book.wait(1ns);
  CHECK(most_sold(book, "LT112") == 1000);
  book.wait(24h - 30min);  // Tuesday, 10:00
  CHECK(most_sold(book, "LT112") == 1000);
  book.wait(6 * 24h - 1ns);  // Monday again
  CHECK(most_sold(book, "LT112") == 1000);
  book.wait(1ns);
  CHECK(most_sold(book, "LT112") == 600);
}

TEST_CASE("headroom is void while its strategy may not open, or nobody may in the group") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  book.ledger().set_may_open(book.strategy("0DTE"), false);
  CHECK(most_sold(book, "LT112") == 1000);
  book.ledger().set_may_open(book.strategy("0DTE"), true);
  CHECK(most_sold(book, "LT112") == 600);
  const GroupId spy = *book.names().groups.find("SPY");
  book.ledger().set_may_open(spy, false);
  CHECK(most_sold(book, "LT112") == 1000);
  book.ledger().set_may_open(spy, true);
  CHECK(most_sold(book, "LT112") == 600);
}

TEST_CASE("a cut cuts the headroom with the bound") {
  LedgerConfig c = keeping({kept("0DTE", 400)});
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c, ranked);
  book.event("FOMC", true);
  CHECK(most_sold(book, "LT112") == 300);  // 500 - 200
  CHECK(most_sold(book, "0DTE") == 500);
  book.trade(shares("0DTE", -50));
  CHECK(most_sold(book, "LT112") == 300);  // 150 kept
}

TEST_CASE("the code is the first thing without which all units would pass: cuts, then headroom, then the rest") {
  LedgerConfig c = keeping({kept("0DTE", 400)});
  c.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook book(c, ranked);
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("LT112", -600))) == "denied, max 300: event_limit");  // 1,000 - 400 without cuts
  CHECK(says(book.what_if(shares("LT112", -601))) == "denied, max 300: limit_exceeded");
  // With 900 kept nothing but 100 would pass without cuts, and 500 without headroom.
  LedgerConfig wide = keeping({kept("0DTE", 900)});
  wide.cuts = {event_cut("FOMC", 0.5)};
  LedgerBook tight(wide, ranked);
  tight.event("FOMC", true);
  CHECK(says(tight.what_if(shares("LT112", -100))) == "denied, max 50: event_limit");
  CHECK(says(tight.what_if(shares("LT112", -101))) == "denied, max 50: priority_reserved");
  CHECK(says(tight.what_if(shares("LT112", -500))) == "denied, max 50: priority_reserved");
  CHECK(says(tight.what_if(shares("LT112", -501))) == "denied, max 50: limit_exceeded");
}

TEST_CASE("a strategy's own cap keeps nothing free; a fraction of equity does") {
  LedgerConfig c = rows({cap("LT112", "SPY", Metric::delta, 700)});
  c.headroom = {kept("0DTE", 400)};
  LedgerBook capped(c, ranked);
  CHECK(most_sold(capped, "LT112") == 700);
  LimitConfig fraction;
  fraction.group = "SPY";
  fraction.equity_fraction = 0.01;
  LedgerConfig by_equity = rows({fraction});
  by_equity.headroom = {kept("0DTE", 400)};
  LedgerBook book(by_equity, ranked);
  CHECK(says(book.what_if(shares("LT112", -1))) == "denied, max 0: equity_unknown");
  book.equity(100'000);
  CHECK(says(book.what_if(shares("LT112", -601))) == "denied, max 600: priority_reserved");
  CHECK(says(book.what_if(shares("LT112", -1001))) == "denied, max 600: notional_cap");
}

TEST_CASE("a row with one bound keeps headroom on that side, in its own metric") {
  LedgerConfig c = rows({lower_only("SPY", Metric::theta, -500), limit("SPY", Metric::delta, 1000)});
  c.headroom = {kept("0DTE", 200)};
  c.headroom[0].metric = Metric::theta;
  LedgerBook book(c, ranked);
  const auto theta = [&](double per_unit) {
    return says(book.what_if(estimate("LT112", 400, {"SPY", 0.0, 0.0, per_unit, 0.0})));
  };
  CHECK(theta(-1) == "denied, max 300: priority_reserved");
  CHECK(theta(100) == "approved 400");
  CHECK(most_sold(book, "LT112") == 1000);
}

TEST_CASE("use is of the bound after cuts, whatever headroom leaves of it") {
  LedgerBook book(keeping({kept("0DTE", 100)}), ranked);
  CHECK(says(book.what_if(shares("LT112", -749))) == "approved 749");
  const OwnedDecision d = book.what_if(shares("LT112", -899));
  CHECK(says(d) == "approved 899 / limit_warning");
  CHECK(d.warnings[0].limit == Micro{-900'000'000});
  CHECK(says(book.what_if(shares("LT112", -900))) == "approved 900 / limit_near");
}

TEST_CASE("a partial request is reduced to what headroom leaves") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  CHECK(says(book.ask(shares("LT112", -700).or_fewer())) == "reduced to 600 of 700: priority_reserved");
}

TEST_CASE("a proved exit passes over headroom and says so") {
  LedgerBook book(keeping({kept("0DTE", 400)}), ranked);
  book.trade(shares("0DTE", -100));
  book.trade(shares("LT112", 500));
  book.trade(shares("0DTE", -300));
  book.trade(shares("IPMCC", -600));
  book.trade(shares("0DTE", 400).exit());  // LT112 500 long, IPMCC 600 short; 400 kept on each side
  CHECK(says(book.what_if(shares("LT112", -501))) == "denied, max 500: priority_reserved");
  book.trade(shares("IPMCC", -1));
  CHECK(says(book.what_if(shares("LT112", -500).exit())) == "approved 500 / priority_reserved (bypass)");
}

TEST_CASE("headroom of a metric that no row limits is kept of nothing") {
  LedgerConfig c = keeping({kept("0DTE", 400)});
  c.headroom[0].metric = Metric::vega;
  LedgerBook book(c, ranked);
  CHECK(most_sold(book, "LT112") == 1000);
}

TEST_CASE("headroom that makes no sense is refused") {
  const auto refused = [](auto change) {
    LedgerConfig c = keeping({kept("0DTE", 400)});
    change(c.headroom[0]);
    Names names;
    const Result<Ledger> made = Ledger::make(c, names, ProductTable{});
    return made ? std::string{"accepted"} : says(made.error());
  };
  CHECK(refused([](HeadroomConfig&) {}) == "accepted");
  CHECK(refused([](HeadroomConfig& h) { h.strategy.clear(); }) == "invalid_value headroom[0].strategy");
  CHECK(refused([](HeadroomConfig& h) { h.group = "SPX"; }) == "unknown_name headroom[0].group");
  CHECK(refused([](HeadroomConfig& h) { h.metric = Metric::gross_delta; }) == "invalid_value headroom[0].metric");
  CHECK(refused([](HeadroomConfig& h) { h.amount = -1; }) == "invalid_value headroom[0].amount");
  CHECK(refused([](HeadroomConfig& h) { h.schedule.until = h.schedule.from; }) == "invalid_value headroom[0].until");
}

TEST_CASE("without a rule about single strategies no line is kept of them") {
  LedgerBook plain(spy_delta(1000));
  for (const char* name : {"A", "B", "C"}) (void)plain.strategy(name);
  CHECK(plain.ledger().state().lines.size() == 1);
  LedgerBook book(keeping({kept("0DTE", 400)}));
  for (const char* name : {"A", "B", "C"}) (void)book.strategy(name);
  CHECK(book.ledger().state().lines.size() == 1 + 5);  // unassigned, 0DTE, A, B, C
}
