// tests/desk/strategies_together_test.cpp -- gross delta, strategy count and conflicting directions through the desk.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("strategies registered at first sight count from their first request on") {
  DeskBook book(rows({limit("SPY", Metric::gross_delta, 1000), limit("SPY", Metric::strategy_count, 2)}));
  book.trade(shares("A", -400));
  book.trade(shares("B", 400));
  CHECK(says(book.ask(shares("C", 201))) == "denied, max 0: limit_exceeded strategy_count");
  CHECK(says(book.ask(shares("B", -801))) == "approved 801 / limit_warning");
  CHECK(text_of(book.report_of("SPY", Metric::strategy_count).held) == "2");
  CHECK(text_of(book.report_of("SPY", Metric::gross_delta).held) == "800");
}

TEST_CASE("rows that a cut or a late fill leaves over are marked, in order of configuration") {
  LedgerConfig c = rows({limit("SPY", Metric::strategy_count, 1), limit("SPY", Metric::gross_delta, 1000)});
  c.cuts = {event_cut("FOMC", 0.5)};
  DeskBook book(c);
  const Answer a = book.ask(shares("A", -100));
  book.order(a, OrderStatus::cancelled);
  book.trade(shares("B", 500));
  CHECK(book.said("marked").empty());
  CHECK(book.fill(a, "SPY", -100) == "late_fill, 0 left");
  CHECK(book.said("marked") == Lines{"marked SPY.strategy_count 2 beyond 1"});
  book.event("FOMC", true);
  CHECK(book.said("marked") == Lines{"marked SPY.strategy_count 2 beyond 1 SPY.gross_delta 600 beyond 500"});
}

TEST_CASE("a batch counts a strategy from its first order on, and leaves no trace") {
  DeskBook book(rows({limit("SPY", Metric::strategy_count, 1)}));
  const std::string before = book.everything();
  const std::vector<OwnedDecision> all = book.what_if(std::vector<Ask>{shares("A", 1), shares("A", 1), shares("B", 1)});
  CHECK(says(all[0]) == "approved 1 / limit_near");
  CHECK(says(all[1]) == "approved 1");
  CHECK(says(all[2]) == "denied, max 0: strategy_count");
  CHECK(book.everything() == before);
}

TEST_CASE("under reduce-only an adjustment may not make the gross delta larger") {
  DeskBook book(rows({limit("SPY", Metric::gross_delta, 1000)}));
  const std::string near = "SPY   260116C00470000";
  const std::string far = "SPY   260220C00480000";
  book.delta(near, 0.4);
  book.delta(far, 0.3);
  book.trade(contracts("A", -2, near));
  book.halt("account", HaltLevel::reduce_only);
  CHECK(says(book.ask(position("A", 1, {{near, 1}, {far, -1}}).adjust())) == "approved 1");  // +10: no worse
  book.delta(far, 0.5);
  CHECK(says(book.ask(position("A", 1, {{near, 1}, {far, -1}}).adjust())) == "denied, max 0: reduce_only");  // -10
}
