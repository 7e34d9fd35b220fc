// tests/ledger/limits_test.cpp -- how much a row lets pass, and from where on it warns.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

}  // namespace

TEST_CASE("both bounds are inclusive, to the millionth") {
  LedgerBook book(spy_delta(1000));
  CHECK(says(book.what_if(shares("A", -1000))) == "approved 1000 / limit_near");
  CHECK(says(book.what_if(shares("A", 1000))) == "approved 1000 / limit_near");
  CHECK(says(book.what_if(shares("A", -1001))) == "denied, max 1000: limit_exceeded");
  CHECK(says(book.what_if(shares("A", 1001))) == "denied, max 1000: limit_exceeded");
  CHECK(verdict(book.what_if(estimate("A", 1, {"SPY", -1000.0, {}, {}, {}}))) == "approved");
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", -1000.000001, {}, {}, {}}))) == "denied, max 0: limit_exceeded");
  CHECK(verdict(book.what_if(estimate("A", 1, {"SPY", -1000.0000004, {}, {}, {}}))) == "approved");  // rounded on entry
}

TEST_CASE("a bound may differ by side") {
  LimitConfig row = limit("SPY", Metric::delta, 1000);
  row.upper = 200;
  LedgerBook book(rows({row}));
  CHECK(says(book.what_if(shares("A", 300))) == "denied, max 200: limit_exceeded");
  CHECK(says(book.what_if(shares("A", -300))) == "approved 300");
}

TEST_CASE("theta with only a lower bound limits decay and not income") {
  LedgerBook book(rows({lower_only("ACCOUNT", Metric::theta, -500)}));
  book.greeks(put_440, {-0.3, 0.01, -0.05, 0.4});  // 5 USD a day and contract
  CHECK(says(book.what_if(contracts("A", 100, put_440))) == "approved 100 / limit_near");
  CHECK(says(book.what_if(contracts("A", 101, put_440))) == "denied, max 100: limit_exceeded");
  CHECK(says(book.what_if(contracts("A", -1'000'000, put_440))) == "approved 1000000");
}

TEST_CASE("approvals warn at exactly 75 % and not a millionth below") {
  LedgerBook book(spy_delta(1000));
  CHECK(says(book.what_if(shares("A", -749))) == "approved 749");
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", -749.999999, {}, {}, {}}))) == "approved 1");
  CHECK(says(book.what_if(shares("A", -750))) == "approved 750 / limit_warning");
  CHECK(says(book.what_if(shares("A", 750))) == "approved 750 / limit_warning");
}

TEST_CASE("from 90 % on the warning is limit_near") {
  LedgerBook book(spy_delta(1000));
  CHECK(says(book.what_if(estimate("A", 1, {"SPY", 899.999999, {}, {}, {}}))) == "approved 1 / limit_warning");
  CHECK(says(book.what_if(shares("A", 900))) == "approved 900 / limit_near");
}

TEST_CASE("warn_at is each row's own, and 90 % is near whatever it says") {
  LimitConfig early = limit("SPY", Metric::delta, 1000);
  early.warn_at = 0.2;
  LedgerBook book(rows({early}));
  CHECK(says(book.what_if(shares("A", 199))) == "approved 199");
  CHECK(says(book.what_if(shares("A", 200))) == "approved 200 / limit_warning");
  LimitConfig late = limit("SPY", Metric::delta, 1000);
  late.warn_at = 1.0;
  LedgerBook other(rows({late}));
  CHECK(says(other.what_if(shares("A", 899))) == "approved 899");
  CHECK(says(other.what_if(shares("A", 900))) == "approved 900 / limit_near");
}

TEST_CASE("a bound of 0 never warns") {
  LimitConfig long_only = limit("SPY", Metric::delta, 1000);
  long_only.lower = 0;
  LedgerBook book(rows({long_only}));
  book.trade(shares("A", 100));
  CHECK(says(book.what_if(shares("B", -100))) == "approved 100");
  CHECK(says(book.what_if(shares("B", -101))) == "denied, max 100: limit_exceeded");
}

TEST_CASE("only the side that the request worsens warns") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -900));
  CHECK(says(book.what_if(shares("B", 50))) == "approved 50");  // -850 still uses 85 % of the lower side
}

TEST_CASE("a request that may be reduced gets what fits") {
  LedgerBook book(spy_delta(1000));
  book.trade(shares("A", -700));
  const Answer reduced = book.ask(shares("B", -400).or_fewer());
  CHECK(says(reduced) == "reduced to 300 of 400: limit_exceeded / limit_near");
  CHECK(reduced.max_units == 300);
  CHECK(reduced.binding == Code::limit_exceeded);
  CHECK(book.row("SPY") == "held -700, pending -300 +0");
  CHECK(says(book.ask(shares("C", -1).or_fewer())) == "denied, max 0: limit_exceeded");
}

TEST_CASE("a request that fits is approved, partial or not") {
  LedgerBook book(spy_delta(1000));
  CHECK(says(book.ask(shares("A", -400).or_fewer())) == "approved 400");
}

TEST_CASE("units are whole: what is left below one more is left") {
  LedgerBook book(spy_delta(1000));
  CHECK(book.what_if(estimate("A", 10'000, {"SPY", -0.3, {}, {}, {}})).max_units == 3333);
  CHECK(book.what_if(estimate("A", 10'000, {"SPY", 0.3, {}, {}, {}})).max_units == 3333);
  CHECK(book.what_if(estimate("A", 10, {"SPY", 1000.5, {}, {}, {}})).max_units == 0);
}

TEST_CASE("a thousand million million units are counted in one step") {
  LedgerBook book(spy_delta(1e9));
  const AskedExposure speck{"SPY", -0.000001, {}, {}, {}};
  CHECK(book.what_if(estimate("A", 1'000'000'000'000'005, speck)).max_units == 1'000'000'000'000'000);
  CHECK(verdict(book.what_if(estimate("A", 1'000'000'000'000'000, speck))) == "approved");
}

TEST_CASE("exposure beyond what the books can hold is an error, not an answer") {
  LedgerBook book(spy_delta(1000));
  CHECK(book.refusal(estimate("A", 1, {"SPY", 2e12, {}, {}, {}})) == "invalid_value exposure.delta");
  CHECK(book.refusal(estimate("A", 9'000'000'000'000'000, {"SPY", 1e6, {}, {}, {}})) == "invalid_value units");
}

TEST_CASE("a strategy's cap counts its own exposure alone and names itself") {
  LedgerBook book(rows({limit("SPY", Metric::delta, 1000), cap("LT112", "SPY", Metric::delta, 400)}));
  book.trade(shares("0DTE", -300));
  CHECK(says(book.what_if(shares("LT112", -401))) == "denied, max 400: strategy_cap");
  CHECK(verdict(book.trade(shares("LT112", -400))) == "approved");
  CHECK(says(book.what_if(shares("LT112", -1))) == "denied, max 0: strategy_cap");
  CHECK(says(book.what_if(shares("0DTE", -100))) == "approved 100 / limit_warning");
}

TEST_CASE("a cap and the group's row are both reasons when both deny") {
  LedgerBook book(rows({limit("SPY", Metric::delta, 1000), cap("LT112", "SPY", Metric::delta, 400)}));
  const OwnedDecision d = book.what_if(shares("LT112", -1200));
  CHECK(says(d) == "denied, max 400: limit_exceeded strategy_cap");
  CHECK(d.binding == Code::strategy_cap);
}

TEST_CASE("every group with the root has its say, and no other") {
  LedgerBook book(rows({limit("SPY", Metric::delta, 1000), limit("SP500", Metric::delta, 600),
                        limit("ES", Metric::delta, 10), limit("ACCOUNT", Metric::delta, 500)}));
  const OwnedDecision d = book.what_if(shares("A", -700));
  CHECK(says(d) == "denied, max 500: limit_exceeded limit_exceeded");
  REQUIRE(d.reasons.size() == 2);
  CHECK(book.names().groups.text(d.reasons[0].group) == "SP500");
  CHECK(book.names().groups.text(d.reasons[1].group) == "ACCOUNT");
  book.price("SPY", 450);
  book.price("IWM", 225);
  CHECK(says(book.what_if(shares("A", -1100, "IWM"))) == "denied, max 1000: limit_exceeded");  // ACCOUNT alone, at half
}

TEST_CASE("no limits, no denials") {
  LedgerBook book(sample_groups());
  CHECK(says(book.ask(shares("A", -1'000'000))) == "approved 1000000");
}

TEST_CASE("a unit beyond the range of exposures denies, also where no bound is on its side") {
  LedgerBook book(rows({lower_only("ACCOUNT", Metric::theta, -500)}));
  book.greeks(put_440, {-0.3, 0.01, 1e10, 0.4});  // 10^12 USD a day and contract, the most there is
  CHECK(verdict(book.what_if(position("A", 1, {{put_440, 4}}))) == "approved");
  CHECK(says(book.what_if(position("A", 1, {{put_440, 5}}))) == "denied, max 0: delta_unavailable");
  CHECK(says(book.ask(position("A", 1, {{put_440, 5}}))) == "denied, max 0: delta_unavailable");
  CHECK(verdict(book.ask(position("B", 1, {{put_440, 1}}))) == "approved");
}

TEST_CASE("a group may be measured in a root whose price is another's") {
  LedgerConfig c = spy_delta(1000);
  c.groups.push_back({.name = "INDEX", .reference = "SPXW", .members = {}, .all_roots = true});
  LedgerBook book(c);
  CHECK(verdict(book.what_if(shares("A", 1))) == "approved");
}
