// tests/market/contract_test.cpp -- contract texts: what reads, what does not, and that all of it comes back.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/contract.hpp>
#include <support/times.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <type_traits>
#include <unordered_set>
#include <vector>

using namespace optcoord;
using namespace optcoord::test;

static_assert(std::is_trivially_copyable_v<Contract>);
static_assert(sizeof(Contract) == 24);
static_assert((*parse_contract("SPY   260116C00450000")).strike_thousandths == 450'000);

namespace {

/// A contract of any kind drawn from `rng`, by way of the named constructors.
Contract any_contract(std::mt19937& rng) {
  const auto below = [&rng](unsigned n) { return static_cast<unsigned>(rng() % n); };
  const std::string first = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const std::string rest = first + "0123456789.";
  std::string root(1, first[below(26)]);
  for (unsigned more = below(6); more > 0; --more) root += rest[below(37)];
  const auto start = std::chrono::sys_days{day("2000-01-01")};
  const Date expiry{start + std::chrono::days{below(36'525)}};
  if (below(8) == 0) return *Contract::share(root);
  if (below(4) == 0) return *Contract::future(root, expiry);
  return *Contract::option(root, expiry, below(2) == 0 ? Right::call : Right::put, 1 + below(99'999'999));
}

}  // namespace

TEST_CASE("an OSI text is read to its last digit") {
  const Contract c = *parse_contract("SPY   260116C00450000");
  CHECK(c.kind == Kind::option);
  CHECK(c.root() == "SPY");
  CHECK(c.expiry == day("2026-01-16"));
  CHECK(c.right == Right::call);
  CHECK(c.strike() == 450.0);
  const Contract p = *parse_contract("ES    260320P05000000");
  CHECK(p.root() == "ES");
  CHECK(p.right == Right::put);
  CHECK(p.strike() == 5000.0);
  CHECK((*parse_contract("ABCDEF991231P00000001")).strike_thousandths == 1);
  CHECK((*parse_contract("ABCDEF991231P00000001")).expiry == day("2099-12-31"));
  CHECK((*parse_contract("GOOG  151224C00747500")).strike() == 747.5);
  CHECK((*parse_contract("AAPL7 140606C00645000")).root() == "AAPL7");
  CHECK((*parse_contract("X     000229C99999999")).strike_thousandths == 99'999'999);
}

TEST_CASE("a future is root and expiry, a share its root") {
  const Contract f = *parse_contract("ES 2026-03-20");
  CHECK(f.kind == Kind::future);
  CHECK(f.root() == "ES");
  CHECK(f.expiry == day("2026-03-20"));
  CHECK(f.strike_thousandths == 0);
  const Contract s = *parse_contract("SPY");
  CHECK(s.kind == Kind::share);
  CHECK(s.root() == "SPY");
  CHECK(s.strike() == 0.0);
  CHECK((*parse_contract("BRK.B")).root() == "BRK.B");
  CHECK((*parse_contract("GOOGLE")).root() == "GOOGLE");
}

TEST_CASE("any other text is an invalid value naming the field") {
  for (const char* bad : {"",
                          " ",
                          "spy",
                          "1SPX",
                          ".SPY",
                          "SPY ",
                          " SPY",
                          "ES/H6",
                          "TOOLONG",
                          "SP Y",
                          "SPY\n",
                          "SP-Y",
                          "ES  2026-03-20",
                          "ES 2026-3-20",
                          "ES 2026-02-30",
                          "ES 2026-03-20 ",
                          "ES 1999-12-31",
                          "ES 2100-01-01",
                          "TOOLONG 2026-03-20",
                          " 2026-03-20",
                          "SPY   260116C0045000",
                          "SPY   260116C004500000",
                          "SPY   260116c00450000",
                          "SPY   260116X00450000",
                          "SPY   260230C00450000",
                          "SPY   261301C00450000",
                          "SPY   260100C00450000",
                          "SPY   260116C00000000",
                          "SPY   260116C-0450000",
                          "SPY   260116C00450.00",
                          "SPY   2601 6C00450000",
                          " SPY  260116C00450000",
                          "S PY  260116C00450000",
                          "      260116C00450000",
                          "spy   260116C00450000",
                          "1SPX  260116C00450000",
                          "SPY\t  260116C00450000",
                          "SPY   260116 C0450000",
                          "SPY260116C00450000"}) {
    CAPTURE(bad);
    const Result<Contract> c = parse_contract(bad, "legs[].contract");
    REQUIRE_FALSE(c);
    CHECK(c.error() == Error{Errc::invalid_value, "legs[].contract"});
  }
  CHECK_FALSE(parse_contract(std::string_view("SPY\0", 4)));
  CHECK_FALSE(parse_contract(std::string(100'000, 'A')));
}

TEST_CASE("the named constructors refuse what a text could not say") {
  CHECK_FALSE(Contract::option("SPY", day("2026-01-16"), Right::call, 0));
  CHECK_FALSE(Contract::option("SPY", day("2026-01-16"), Right::call, -1));
  CHECK_FALSE(Contract::option("SPY", day("2026-01-16"), Right::call, 100'000'000));
  CHECK_FALSE(Contract::option("SPY", Date{}, Right::call, 1));
  CHECK_FALSE(Contract::future("ES", day("2100-01-01")));
  CHECK_FALSE(Contract::share("spy"));
}

TEST_CASE("every contract's text reads back as the same contract") {
  std::mt19937 rng(20151224);
  for (int i = 0; i < 20'000; ++i) {
    const Contract c = any_contract(rng);
    const std::string osi = to_text(c);
    CAPTURE(osi);
    if (c.kind == Kind::option) CHECK(osi.size() == osi_length);
    const Result<Contract> back = parse_contract(osi);
    REQUIRE(back);
    CHECK(*back == c);
    CHECK(to_text(*back) == osi);
  }
}

TEST_CASE("contracts sort as their texts do") {
  std::mt19937 rng(7);
  std::vector<Contract> all;
  for (int i = 0; i < 2'000; ++i) all.push_back(any_contract(rng));
  for (const char* text : {"ES", "ES 2026-03-20", "ES    260320P05000000", "ES    260320C05000000", "ESTC", "ES.A", "E",
                           "ES    260320C04999999", "ES 2026-06-19", "ESTC  260320C04999999"})
    all.push_back(*parse_contract(text));
  std::sort(all.begin(), all.end());
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(to_text(all[i - 1]) <= to_text(all[i]));
}

TEST_CASE("equal contracts hash alike and a whole chain hashes apart") {
  CHECK(ContractHash{}(*parse_contract("SPY")) == ContractHash{}(*Contract::share("SPY")));
  std::unordered_set<std::size_t> hashes;
  std::size_t contracts = 0;
  for (const char* root : {"SPY", "SPX", "SPXW", "XSP", "ES"})
    for (unsigned d = 0; d < 30; ++d)
      for (std::int64_t strike = 3'000; strike < 3'200; strike += 1)
        for (const Right right : {Right::call, Right::put}) {
          const Date expiry{std::chrono::sys_days{day("2026-01-16")} + std::chrono::days{d * 7}};
          hashes.insert(ContractHash{}(*Contract::option(root, expiry, right, strike * 1000)));
          ++contracts;
        }
  CHECK(hashes.size() == contracts);
}
