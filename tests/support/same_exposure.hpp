// tests/support/same_exposure.hpp -- one exposure said in SPY, SPX, XSP, ES or MES, and what the group makes of it.
// SPDX-License-Identifier: MIT
//
// What a unit adds is rounded once, to a millionth of a SPY share; so two ways to say the same differ by half a
// millionth a unit at most on each side.
#pragma once

#include "support/asking.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

#include <cmath>    // std::llround
#include <cstdint>  // std::int64_t
#include <cstdlib>  // std::abs
#include <map>      // std::map
#include <string>   // std::string
#include <utility>  // std::pair
#include <vector>   // std::vector

namespace optcoord::test {

/// USD by root. Roots without a price are left out of what is compared.
using Prices = std::map<std::string, double>;

/// A ledger that measures all five roots in SPY shares and denies nothing.
[[nodiscard]] inline LedgerBook measuring(const Prices& prices) {
  LedgerBook book(rows({limit("SP500", Metric::delta, 1e9)}));
  for (const auto& [root, usd] : prices) book.price(root, usd);
  return book;
}

/// The group's delta in millionths of a SPY share once `asked` is filled.
[[nodiscard]] inline std::int64_t group_delta(LedgerBook book, const Ask& asked) {
  REQUIRE(verdict(book.trade(asked)) == "approved");
  return book.report_of("SP500", Metric::delta).held->raw;
}

/// Checks that every one of `same` is one exposure to `book`: equal within their roundings.
inline void check_same(const LedgerBook& book, const std::vector<Ask>& same) {
  const std::int64_t first = group_delta(book, same.front());
  for (const Ask& asked : same) {
    const std::int64_t difference = std::abs(group_delta(book, asked) - first);
    CAPTURE(asked.raw ? asked.raw->root : asked.legs.front().contract);
    CHECK(2 * difference <= same.front().units + asked.units);
  }
}

/// `units` of `usd` each, as every priced root's own delta.
[[nodiscard]] inline std::vector<Ask> in_every_root(const Prices& prices, std::int64_t units, double usd) {
  std::vector<Ask> same;
  for (const auto& [root, price] : prices) same.push_back(estimate("A", units, {root, usd / price, {}, {}, {}}));
  return same;
}

/// Checks that the nearest whole number of `contract` comes within half of one to what `asked` is.
inline void check_nearest(const LedgerBook& book, const Ask& asked, const std::string& contract) {
  CAPTURE(contract);
  const std::int64_t wanted = group_delta(book, asked);
  const std::int64_t one = group_delta(book, contracts("A", 1, contract));
  const std::int64_t count = std::llround(static_cast<double>(wanted) / static_cast<double>(one));
  const std::int64_t has = count == 0 ? 0 : group_delta(book, contracts("A", count, contract));
  CHECK(std::abs(has - wanted) <= std::abs(one) / 2 + 1);
}

}  // namespace optcoord::test
