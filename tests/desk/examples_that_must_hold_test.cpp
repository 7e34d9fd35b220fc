// tests/desk/examples_that_must_hold_test.cpp -- the sequences the ledger is known by, as events of a desk.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"
#include "support/ledger_examples.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord::test;

/// Runs an example by shares and by the callers' own estimates.
template <class Example>
void both_ways(Example example) {
  for (const DeltaOf delta : {by_shares, by_estimate}) {
    CAPTURE(delta == by_shares);
    (Examples<DeskBook>{delta}.*example)();
  }
}

}  // namespace

TEST_CASE("two sellers fit a limit of 1,000 and the third may sell 300") {
  both_ways(&Examples<DeskBook>::three_sellers_share_a_limit);
}

TEST_CASE("four sellers fit and the last is warned at 75 %") {
  both_ways(&Examples<DeskBook>::the_fourth_warns_at_three_quarters);
}

TEST_CASE("during a market event the halved limit denies and names the event") {
  both_ways(&Examples<DeskBook>::a_market_event_halves_the_limit);
}

TEST_CASE("closing all that is held is approved, limit cut or not") {
  both_ways(&Examples<DeskBook>::an_exit_passes_with_and_without_a_cut);
}

TEST_CASE("with a limit of 750: yes to 500, no to 300, yes to 200") {
  both_ways(&Examples<DeskBook>::a_smaller_request_fits_where_a_larger_did_not);
}

TEST_CASE("a pending purchase may never fill, so it makes no room for a sale") {
  both_ways(&Examples<DeskBook>::pending_orders_that_offset_hide_nothing);
}

TEST_CASE("a row that is over after a cut blocks what worsens it and nothing else") {
  both_ways(&Examples<DeskBook>::what_worsens_nothing_passes_a_row_that_is_over);
}

TEST_CASE("what 0DTE keeps until 10:30 is not there for a strategy of worse priority") {
  both_ways(&Examples<DeskBook>::a_window_keeps_headroom_for_the_better);
}
