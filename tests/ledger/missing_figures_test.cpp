// tests/ledger/missing_figures_test.cpp -- what cannot be computed, or is too old, denies an open where it matters.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

[[nodiscard]] LedgerConfig four_rows() {
  return rows({limit("SPY", Metric::delta, 1000), limit("SPY", Metric::gamma, 1000), limit("SPY", Metric::theta, 1000),
               limit("SPY", Metric::vega, 1000)});
}

[[nodiscard]] LedgerBook with_prices() {
  LedgerBook book(rows({limit("ES", Metric::delta, 1000), limit("SP500", Metric::delta, 1e6)}));
  book.price("SPY", 600);
  book.price("ES", 6000);
  return book;
}

}  // namespace

TEST_CASE("Greeks of exactly the greatest age are fresh, a nanosecond more is stale") {
  LedgerBook book(four_rows());
  book.greeks(put_440, {-0.3, 0.01, -0.05, 0.4});
  book.wait(60s);
  CHECK(says(book.what_if(contracts("A", 1, put_440))) == "approved 1");
  book.wait(1ns);
  CHECK(says(book.what_if(contracts("A", 1, put_440))) ==
        "denied, max 0: stale_greeks stale_greeks stale_greeks stale_greeks");
}

TEST_CASE("Greeks stamped in the future are stale") {
  LedgerBook book(four_rows());
  book.ledger().mark_option(book.contract(put_440), {{-0.3, 0.01, -0.05, 0.4}, false, {}}, book.now() + 1ns);
  CHECK(verdict(book.what_if(contracts("A", 1, put_440))) == "denied");
  book.wait(1ns);
  CHECK(verdict(book.what_if(contracts("A", 1, put_440))) == "approved");
}

TEST_CASE("ages are configured") {
  LedgerConfig c = four_rows();
  c.options.max_greeks_age = 0s;
  LedgerBook book(c);
  book.greeks(put_440, {-0.3, 0.01, -0.05, 0.4});
  CHECK(verdict(book.what_if(contracts("A", 1, put_440))) == "approved");
  book.wait(1ns);
  CHECK(verdict(book.what_if(contracts("A", 1, put_440))) == "denied");
}

TEST_CASE("the age of what is held is nobody's concern") {
  LedgerBook book(four_rows());
  book.greeks(put_440, {-0.3, 0.01, -0.05, 0.4});
  book.trade(contracts("A", 1, put_440));
  book.wait(24h);
  CHECK(says(book.what_if(shares("B", 1))) == "approved 1");
}

TEST_CASE("a price of exactly the greatest age converts, a nanosecond more is stale") {
  LedgerBook book = with_prices();
  book.wait(60s);
  CHECK(verdict(book.what_if(contracts("A", 1, es))) == "approved");
  book.wait(1ns);
  CHECK(says(book.what_if(contracts("A", 1, es))) == "denied, max 0: stale_greeks");  // SP500; ES needs no price
}

TEST_CASE("both prices of a conversion must be fresh, and no price where none is needed") {
  LedgerBook book = with_prices();
  book.wait(61s);
  book.price("ES", 6000);
  CHECK(verdict(book.what_if(contracts("A", 1, es))) == "denied");
  book.price("SPY", 600);
  CHECK(verdict(book.what_if(contracts("A", 1, es))) == "approved");
  book.wait(61s);
  CHECK(says(book.what_if(shares("A", 1))) == "approved 1");
}

TEST_CASE("a price from the future is stale") {
  LedgerBook book = with_prices();
  book.ledger().mark_root(*book.names().roots.find("SPY"), 600, book.now() + 1s);
  CHECK(says(book.what_if(contracts("A", 1, es))) == "denied, max 0: stale_greeks");
}

TEST_CASE("a conversion without a price is unavailable") {
  LedgerBook book(rows({limit("ES", Metric::delta, 1000), limit("SP500", Metric::delta, 1e6)}));
  CHECK(says(book.what_if(contracts("A", 1, es))) == "denied, max 0: delta_unavailable");
  book.price("ES", 6000);
  CHECK(says(book.what_if(contracts("A", 1, es))) == "denied, max 0: delta_unavailable");
  book.price("SPY", 600);
  CHECK(says(book.what_if(contracts("A", 1, es))) == "approved 1");
}

TEST_CASE("an option without Greeks is unavailable in every row of every group it is in, and in no other") {
  LedgerBook book(rows({limit("SPY", Metric::delta, 1000), limit("ES", Metric::delta, 1000),
                        limit("SPY", Metric::vega, 1000), limit("ACCOUNT", Metric::theta, 1000)}));
  const OwnedDecision d = book.what_if(contracts("A", 1, put_440).or_fewer());
  CHECK(says(d) == "denied, max 0: delta_unavailable delta_unavailable delta_unavailable");
  CHECK(d.reasons[1].metric == Metric::vega);
}

TEST_CASE("one missing leg is enough") {
  LedgerBook book(spy_delta(1000));
  CHECK(says(book.what_if(position("A", 1, {{"SPY", 1}, {put_440, 1}}))) == "denied, max 0: delta_unavailable");
}

TEST_CASE("a row that holds something without figures denies whatever would move it") {
  LedgerBook book(four_rows());
  book.greeks(put_440, {-0.3, 0.01, -0.05, 0.4});
  book.trade(contracts("A", 10, put_440));
  book.greeks(put_440, {});
  CHECK(book.held("SPY") == "?");
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: delta_unavailable");  // moves delta, not the others
  CHECK(says(book.what_if(estimate("B", 1, {"SPY", 0.0, 0.0, 0.0, 0.0}))) == "approved 1");
  book.greeks(put_440, {-0.4, 0.01, -0.05, 0.4});
  CHECK(book.held("SPY") == "-400");
  CHECK(says(book.what_if(shares("B", 1))) == "approved 1");
}

TEST_CASE("a row that holds something without a price to convert it by denies whatever would move it") {
  LedgerBook book(rows({limit("SP500", Metric::delta, 1e6)}));
  const BrokerPosition found[] = {{book.contract(es), 2, {}}};
  REQUIRE(book.ledger().reconcile(found, book.now()).has_value());
  CHECK(book.held("SP500") == "?");
  CHECK(says(book.what_if(shares("A", 1))) == "denied, max 0: delta_unavailable");
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", 0.0, {}, {}, {}}))) == "approved 1");
  book.price("SPY", 600);
  CHECK(book.held("SP500") == "?");
  book.price("ES", 6000);
  CHECK(book.held("SP500") == "1000");
  CHECK(says(book.what_if(shares("A", 1))) == "approved 1");
}

TEST_CASE("what is pending without figures denies as well") {
  LedgerBook book(four_rows());
  book.greeks(put_440, {-0.3, 0.01, -0.05, 0.4});
  const Answer pending = book.pending(contracts("A", 10, put_440));
  book.greeks(put_440, {});
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: delta_unavailable");
  book.order(pending, OrderStatus::cancelled);
  CHECK(says(book.what_if(shares("B", 1))) == "approved 1");
}

TEST_CASE("what a raw estimate leaves out is unavailable, by name") {
  LedgerBook book(four_rows());
  const OwnedDecision d = book.what_if(estimate("A", 1, {"SPY", 10.0, 0.1, {}, {}}));
  CHECK(says(d) == "denied, max 0: delta_unavailable delta_unavailable");
  CHECK(d.reasons[0].metric == Metric::theta);
  CHECK(d.reasons[1].metric == Metric::vega);
}

TEST_CASE("or is not judged and said so, when so configured") {
  LedgerConfig c = four_rows();
  c.options.missing_greek = MissingGreek::skip;
  LedgerBook book(c);
  const Answer a = book.trade(estimate("A", 1, {"SPY", 10.0, 0.1, {}, {}}));
  CHECK(says(a) == "approved 1 / not_computed not_computed");
  REQUIRE(a.warnings.size() == 2);
  CHECK(a.warnings[0].metric == Metric::theta);
  CHECK(a.warnings[1].metric == Metric::vega);
  CHECK(verdict(book.what_if(contracts("A", 1, put_440))) == "denied");  // contracts are not estimates
}

TEST_CASE("a raw estimate on a root that is only a name is refused: no row would count it") {
  LedgerConfig c;
  c.groups = {{.name = "ALL", .reference = "SPY", .members = {}, .all_roots = true}};
  c.limits = {limit("ALL", Metric::vega, 10)};
  LedgerBook book(c);
  (void)book.contract("SPXW  260116P05000000");  // names SPX, whose price it follows
  const RootId spx = *book.names().roots.find("SPX");
  Request request{.id = RequestId{1}, .strategy = book.strategy("A"), .units = 1000};
  request.raw = RawExposure{.root = spx, .delta = 0.0, .vega = 5.0};
  const Result<Decision> d = book.ledger().decide(request, book.now());
  REQUIRE(!d);
  CHECK(d.error() == Error{Errc::unknown_name, "exposure.root"});
}

TEST_CASE("a raw estimate's dollar delta needs a price of its root") {
  LedgerBook book(rows({limit("SPY", Metric::dollar_delta, 1e6)}));
  CHECK(says(book.what_if(raw_delta("A", 1))) == "denied, max 0: delta_unavailable");
  book.price("SPY", 450);
  CHECK(says(book.what_if(raw_delta("A", 1))) == "approved 1");
}
