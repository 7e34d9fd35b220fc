// tests/ledger/same_exposure_test.cpp -- one exposure, said in SPY, SPX, XSP, ES or MES, is one delta of the group.
// SPDX-License-Identifier: MIT
//
// Made-up prices: the index at 5,893.27, its tenth at 589.327, SPY below it by its dividends, the futures above it by
// their carry. data/same_exposure_test.cpp does it with real ones.
#include "support/same_exposure.hpp"
#include "support/contracts.hpp"

namespace {

using namespace optcoord::test;

const Prices prices{{"SPY", 587.31}, {"SPX", 5893.27}, {"XSP", 589.327}, {"ES", 5921.75}, {"MES", 5921.75}};
const std::string spx_put = "SPX   260116P05800000";
const std::string xsp_put = "XSP   260116P00580000";

}  // namespace

TEST_CASE("the same dollars in any of the five roots are the same group delta") {
  const LedgerBook book = measuring(prices);
  for (const double usd : {587.31, -58'731.0, 123.45, -1'000'000.0, 0.37})
    for (const std::int64_t units : {1, 7, 400}) check_same(book, in_every_root(prices, units, usd));
  CHECK(group_delta(book, estimate("A", 1, {"ES", 50, {}, {}, {}})) == 504'141'765);  // 50 x 5921.75 / 587.31
}

TEST_CASE("ten of the small contract are one of the large") {
  LedgerBook book = measuring(prices);
  book.delta(spx_put, -0.3127);
  book.delta(xsp_put, -0.3127);
  check_same(book, {contracts("A", -1, es), contracts("A", -10, mes), estimate("A", 1, {"ES", -50, {}, {}, {}}),
                    estimate("A", 1, {"SPY", -50 * 5921.75 / 587.31, {}, {}, {}})});
  check_same(book, {contracts("A", -3, spx_put), contracts("A", -30, xsp_put),
                    estimate("A", 3, {"SPX", 31.27, {}, {}, {}}), estimate("A", 3, {"XSP", 312.7, {}, {}, {}})});
}

TEST_CASE("whole contracts of another root come within half a contract") {
  LedgerBook book = measuring(prices);
  book.delta(spx_put, -0.3127);
  book.delta(xsp_put, -0.3127);
  for (const Ask& asked : {contracts("A", -2, es), contracts("A", 7, mes), contracts("A", -5, spx_put),
                           contracts("A", 13, xsp_put), shares("A", -1234)})
    for (const std::string& other : {es, mes, spx_put, xsp_put, std::string("SPY")}) check_nearest(book, asked, other);
}

TEST_CASE("the same exposure stays the same when prices move together, and not when one moves alone") {
  LedgerBook book = measuring(prices);
  const Ask ten_spy = estimate("A", 10, {"SPY", 100, {}, {}, {}});
  const Ask ten_es = estimate("A", 10, {"ES", 100 * 587.31 / 5921.75, {}, {}, {}});
  check_same(book, {ten_spy, ten_es});
  for (const auto& [root, usd] : prices) book.price(root, usd * 1.1);
  check_same(book, {ten_spy, ten_es});
  book.price("ES", 5921.75);
  CHECK(group_delta(book, ten_es) < group_delta(book, ten_spy) - 90'000'000);  // a tenth of 1,000 less, over 1.1
}
