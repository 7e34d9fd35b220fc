// tests/desk/headroom_test.cpp -- headroom with what the desk knows: priorities, halts and trading windows.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// 1,000 on SPY, 400 of it kept for 0DTE, which trades from 09:30 to 15:45. It is Monday, 10:00 in New York.
[[nodiscard]] DeskConfig sample_with_headroom() {
  DeskConfig c;
  c.ledger = spy_delta(1000);
  c.ledger.headroom = {kept("0DTE", 400)};
  std::vector<DeskStrategyConfig> strategies(3);
  strategies[0].name = "0DTE";
  strategies[0].priority = 1;
  strategies[0].windows = {{all_days, 9h + 30min, 12h}, {all_days, 13h, 15h + 45min}};
  strategies[1].name = "LT112";
  strategies[1].priority = 2;
  strategies[2].name = "Unranked";
  c.strategies = strategies;
  return c;
}

[[nodiscard]] std::int64_t most_sold(DeskBook& book, std::string_view strategy = "LT112") {
  return book.what_if(shares(strategy, -5000)).max_units;
}

}  // namespace

TEST_CASE("priorities come from the strategies' configuration, 1000 where there is none") {
  DeskBook book(sample_with_headroom());
  CHECK(most_sold(book, "0DTE") == 1000);
  CHECK(most_sold(book, "LT112") == 600);
  CHECK(most_sold(book, "Unranked") == 600);
}

TEST_CASE("where any strategy is accepted all are equal, and nothing is kept") {
  DeskConfig c = sample_with_headroom();
  c.strategies.reset();
  DeskBook book(c);
  CHECK(most_sold(book) == 1000);
}

TEST_CASE("a halt or reduce-only of the strategy or of the row's group voids headroom until it is lifted") {
  for (const char* scope : {"strategy:0DTE", "group:SPY"}) {
    for (const HaltLevel level : {HaltLevel::halt, HaltLevel::reduce_only}) {
      CAPTURE(scope);
      DeskBook book(sample_with_headroom());
      CHECK(most_sold(book) == 600);
      book.halt(scope, level);
      const OwnedDecision d = book.what_if(shares("LT112", -700));
      CHECK(codes(d.reasons).find("priority_reserved") == std::string::npos);
      book.resume(scope);
      CHECK(most_sold(book) == 600);
    }
  }
}

TEST_CASE("a halt of the account voids headroom, a halt of somebody else or elsewhere does not") {
  DeskBook book(sample_with_headroom());
  book.trade(shares("0DTE", -100));
  book.halt("account");
  CHECK(says(book.what_if(shares("LT112", -700))) == "denied, max 0: halted strategy_state");
  book.resume("account");
  book.halt("strategy:Unranked");
  book.halt("group:ES");
  CHECK(says(book.what_if(shares("LT112", -700))) == "denied, max 600: priority_reserved");
}

TEST_CASE("headroom is void outside the strategy's trading windows") {
  DeskBook book(sample_with_headroom());
  book.wait(2h - 1ns);
  CHECK(most_sold(book) == 600);
  book.wait(1ns);  // 12:00
  CHECK(most_sold(book) == 1000);
  book.wait(1h);  // 13:00
  CHECK(most_sold(book) == 600);
  book.wait(2h + 45min);  // 15:45
  CHECK(most_sold(book) == 1000);
}

TEST_CASE("a batch keeps headroom as its orders use it") {
  DeskBook book(sample_with_headroom());
  const std::vector<OwnedDecision> all =
      book.what_if(std::vector<Ask>{shares("LT112", -600), shares("LT112", -1), shares("0DTE", -400)});
  CHECK(says(all[0]) == "approved 600");
  CHECK(says(all[1]) == "denied, max 0: priority_reserved");
  CHECK(says(all[2]) == "approved 400 / limit_near");
  CHECK(most_sold(book) == 600);
}
