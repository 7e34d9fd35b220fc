// tests/ledger/conversion_test.cpp -- one measure for SPY, SPX, XSP, ES and MES, from live prices.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

const std::string spx_call = "SPX   260116C06000000";
const std::string spxw_call = "SPXW  260105C06000000";
const std::string xsp_call = "XSP   260116C00600000";

/// Rows that never deny, for what they measure; SPY at 600, the indexes and futures at ten times that.
[[nodiscard]] LedgerBook measuring(LedgerConfig c = sample_groups()) {
  for (const char* group : {"SPY", "SP500", "ES"})
    for (const Metric metric : {Metric::delta, Metric::gamma, Metric::theta, Metric::vega, Metric::dollar_delta})
      c.limits.push_back(limit(group, metric, 1e9));
  LedgerBook book(c);
  book.price("SPY", 600);
  book.price("SPX", 6000);
  book.price("XSP", 600);
  book.price("ES", 6000);
  book.price("MES", 6000);
  return book;
}

/// The SP500 delta of one contract.
[[nodiscard]] std::string one(LedgerBook book, const std::string& contract) {
  book.trade(contracts("A", 1, contract));
  return book.held("SP500");
}

}  // namespace

TEST_CASE("factors come from live prices") {
  LedgerBook book = measuring();
  for (const auto& option : {call_450, spx_call, spxw_call, xsp_call}) book.delta(option, 1.0);
  CHECK(one(book, "SPY") == "1");
  CHECK(one(book, call_450) == "100");
  CHECK(one(book, xsp_call) == "100");
  CHECK(one(book, spx_call) == "1000");
  CHECK(one(book, spxw_call) == "1000");
  CHECK(one(book, es) == "500");
  CHECK(one(book, mes) == "50");
  book.price("SPY", 480);
  CHECK(one(book, es) == "625");
}

TEST_CASE("the weekly index options count where the index is a member, at the index's price") {
  LedgerBook book(spy_delta(1e6));
  book.price("SPY", 600);
  book.price("SPX", 6000);
  book.delta(spxw_call, 0.5);
  book.trade(contracts("A", 2, spxw_call));
  CHECK(book.held("SPY") == "1000");
}

TEST_CASE("beta scales delta and dollar delta, its square gamma, and nothing else") {
  LedgerConfig c = sample_groups();
  c.groups[0].members.push_back({"IWM", 1.2});
  LedgerBook book = measuring(c);
  const std::string iwm_call = "IWM   260116C00200000";
  book.price("IWM", 200);
  book.greeks(iwm_call, {0.5, 0.02, -0.1, 0.3});
  book.trade(contracts("A", 10, iwm_call));
  CHECK(book.held("SPY", Metric::delta) == "200");  // 10 x 100 x 0.5 x 1.2 x 200/600
  CHECK(book.held("SPY", Metric::gamma) == "3.2");  // 10 x 100 x 0.02 x 0.4^2
  CHECK(book.held("SPY", Metric::theta) == "-100");
  CHECK(book.held("SPY", Metric::vega) == "300");
  CHECK(book.held("SPY", Metric::dollar_delta) == "120000");  // 10 x 100 x 0.5 x 200 x 1.2
}

TEST_CASE("gamma is scaled by the square of the price ratio") {
  LedgerBook book = measuring();
  book.greeks(spx_call, {0.5, 0.002, -1.5, 6.0});
  book.trade(contracts("A", 1, spx_call));
  CHECK(book.held("SPY", Metric::gamma) == "20");  // 100 x 0.002 x 10^2
  CHECK(book.held("SPY", Metric::theta) == "-150");
  CHECK(book.held("SPY", Metric::vega) == "600");
}

TEST_CASE("a root in its own group needs no price, however odd its beta") {
  LedgerConfig c;
  c.groups = {{.name = "G", .reference = "SPY", .members = {{"SPY", 0.1}}}};
  c.limits = {limit("G", Metric::delta, 1000)};
  LedgerBook book(c);
  book.trade(shares("A", 30));
  CHECK(book.held("G") == "3");
}

TEST_CASE("quotes re-mark what is held and what is pending at once") {
  LedgerBook book = measuring();
  book.trade(contracts("A", -1, es));
  book.pending(contracts("A", 2, es));
  CHECK(book.row("SP500") == "held -500, pending 0 +1000");
  book.price("ES", 6600);
  CHECK(book.row("SP500") == "held -550, pending 0 +1100");
  book.price("SPY", 660);
  CHECK(book.row("SP500") == "held -500, pending 0 +1000");
  CHECK(book.row("ES") == "held -50, pending 0 +100");
}

TEST_CASE("a future's own quote is its price") {
  LedgerBook book = measuring();
  book.trade(contracts("A", 1, es));
  book.future_price(es, 6060);
  CHECK(book.held("SP500") == "505");
  book.price("ES", 7000);
  CHECK(book.held("SP500") == "505");
}

TEST_CASE("an option keeps its unit Greeks until its next event, whatever its underlying does") {
  LedgerBook book = measuring();
  book.delta(call_450, 0.5);
  book.trade(contracts("A", 1, call_450));
  book.price("SPY", 700);
  CHECK(book.held("SPY") == "50");
  CHECK(book.held("SPY", Metric::dollar_delta) == "35000");
  book.delta(call_450, 0.9);
  CHECK(book.held("SPY") == "90");
}

TEST_CASE("a raw estimate is converted from its root, live") {
  LedgerBook book = measuring();
  book.trade(estimate("A", 2, {"SPX", 10.0, 0.5, -3.0, 4.0}));
  CHECK(book.held("SPY") == "200");
  CHECK(book.held("SPY", Metric::gamma) == "100");
  CHECK(book.held("SPY", Metric::theta) == "-6");
  CHECK(book.held("SPY", Metric::vega) == "8");
  CHECK(book.held("SPY", Metric::dollar_delta) == "120000");
  book.price("SPX", 6600);
  CHECK(book.held("SPY") == "220");
}

TEST_CASE("a raw estimate is scaled by its root's beta as a contract is") {
  LedgerConfig c = sample_groups();
  c.groups[0].members.push_back({"IWM", 1.2});
  LedgerBook book = measuring(c);
  book.price("IWM", 200);
  book.trade(estimate("A", 10, {"IWM", 50.0, 2.0, -10.0, 30.0}));
  CHECK(book.held("SPY", Metric::delta) == "200");  // 10 x 50 x 1.2 x 200/600
  CHECK(book.held("SPY", Metric::gamma) == "3.2");  // 10 x 2 x 0.4^2
  CHECK(book.held("SPY", Metric::theta) == "-100");
  CHECK(book.held("SPY", Metric::vega) == "300");
  CHECK(book.held("SPY", Metric::dollar_delta) == "120000");  // 10 x 50 x 200 x 1.2
}
