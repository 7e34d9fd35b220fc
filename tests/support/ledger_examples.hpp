// tests/support/ledger_examples.hpp -- the sequences of approvals the ledger must get right, for any book that asks.
// SPDX-License-Identifier: MIT
//
// Units of 1 delta, a different strategy each time, ten minutes apart, filled at once unless an order stays pending.
// `Book` is a LedgerBook or a DeskBook; `sold` and `bought` make shares or raw exposures.
#pragma once

#include "support/asking.hpp"

#include <doctest/doctest.h>

#include <chrono>       // std::chrono::minutes
#include <cstdint>      // std::int64_t
#include <string_view>  // std::string_view

namespace optcoord::test {

/// How a unit of delta is asked for.
using DeltaOf = Ask (*)(std::string_view strategy, std::int64_t count);

inline Ask by_shares(std::string_view strategy, std::int64_t count) { return shares(strategy, count); }
inline Ask by_estimate(std::string_view strategy, std::int64_t count) { return raw_delta(strategy, count); }

template <class Book>
struct Examples {
  DeltaOf delta;

  [[nodiscard]] static LedgerConfig with_cut(double limit, double factor) {
    LedgerConfig c = spy_delta(limit);
    c.cuts = {event_cut("FOMC", factor)};
    return c;
  }
  static Answer next(Book& book, const Ask& asked) {
    book.wait(std::chrono::minutes{10});
    return book.trade(asked);
  }

  void three_sellers_share_a_limit() const {
    Book book(spy_delta(1000));
    CHECK(says(next(book, delta("A", -400))) == "approved 400");
    CHECK(says(next(book, delta("B", -300))) == "approved 300");  // 70 %: no warning
    const Answer third = next(book, delta("C", -400));
    CHECK(says(third) == "denied, max 300: limit_exceeded");
    REQUIRE(third.reasons.size() == 1);
    CHECK(figures(third.reasons[0]) ==
          "lower: held -700, pending 0, requested -400, projected -1100, limit -1000, headroom -300, max 300");
  }
  void the_fourth_warns_at_three_quarters() const {
    Book book(spy_delta(1000));
    CHECK(says(next(book, delta("A", -200))) == "approved 200");
    CHECK(says(next(book, delta("B", -150))) == "approved 150");
    CHECK(says(next(book, delta("C", -100))) == "approved 100");
    CHECK(says(next(book, delta("D", -300))) == "approved 300 / limit_warning");
  }
  void a_market_event_halves_the_limit() const {
    Book book(with_cut(1000, 0.5));
    book.event("FOMC", true);
    CHECK(says(next(book, delta("A", -200))) == "approved 200");
    CHECK(says(next(book, delta("B", -400))) == "denied, max 300: event_limit");
  }
  void an_exit_passes_with_and_without_a_cut() const {
    Book book(with_cut(1000, 0.5));
    CHECK(verdict(next(book, delta("A", -900))) == "approved");
    CHECK(says(next(book, delta("A", 900).exit())) == "approved 900");
    CHECK(verdict(next(book, delta("A", -900))) == "approved");
    book.event("FOMC", true);
    CHECK(says(next(book, delta("A", 900).exit())) == "approved 900");
    CHECK(book.held("SPY") == "0");
  }
  void a_smaller_request_fits_where_a_larger_did_not() const {
    Book book(spy_delta(750));
    CHECK(says(next(book, delta("A", -500))) == "approved 500");
    CHECK(says(next(book, delta("B", -300))) == "denied, max 250: limit_exceeded");
    CHECK(says(next(book, delta("C", -200))) == "approved 200 / limit_near");
    CHECK(book.held("SPY") == "-700");
  }
  void pending_orders_that_offset_hide_nothing() const {
    Book book(spy_delta(1000));
    CHECK(verdict(book.pending(delta("A", -800))) == "approved");
    CHECK(verdict(book.pending(delta("B", 800))) == "approved");
    CHECK(says(next(book, delta("C", -300))) == "denied, max 200: limit_exceeded");
    CHECK(book.row("SPY") == "held 0, pending -800 +800");
  }
  void what_worsens_nothing_passes_a_row_that_is_over() const {
    Book book(with_cut(1000, 0.5));
    CHECK(verdict(next(book, delta("A", 700))) == "approved");
    book.event("FOMC", true);
    CHECK(says(next(book, delta("B", -100))) == "approved 100");
    const Answer more = next(book, delta("C", 1));
    CHECK(verdict(more) == "denied");
    CHECK(more.max_units == 0);
  }
  void a_window_keeps_headroom_for_the_better() const {
    LedgerConfig c = spy_delta(1000);
    c.headroom = {kept("0DTE", 400)};
    c.headroom[0].schedule.until = std::chrono::minutes{10 * 60 + 30};
    Book book(c, {{"0DTE", 1}, {"LT112", 2}, {"LEAPLadders", 5}});
    CHECK(says(next(book, delta("LEAPLadders", -200))) == "approved 200");
    const Answer second = next(book, delta("LT112", -500));
    CHECK(says(second) == "denied, max 400: priority_reserved");
    REQUIRE(second.reasons.size() == 1);
    CHECK(figures(second.reasons[0]) ==
          "lower: held -200, pending 0, requested -500, projected -700, limit -600, headroom -400, max 400");
    CHECK(says(next(book, delta("0DTE", -400))) == "approved 400");
  }
};

}  // namespace optcoord::test
