// tests/market/product_test.cpp -- the built-in terms, the multiplier of every contract, and what can be held.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/market/product.hpp>
#include <support/not_finite.hpp>

using namespace optcoord;
using namespace optcoord::test;

namespace {
Contract contract(const char* text) { return *parse_contract(text); }
double multiplier_of(const char* text) { return multiplier(contract(text), ProductTable{}); }
Result<void> tradable_by_table(const char* text) {
  const Contract c = contract(text);
  return tradable(c, ProductTable{}.find(c.root()), "contract");
}
}  // namespace

TEST_CASE("the multiplier comes from the contract") {
  CHECK(multiplier_of("SPY") == 1);
  CHECK(multiplier_of("SPY   260116C00450000") == 100);
  CHECK(multiplier_of("SPX   260116C04500000") == 100);
  CHECK(multiplier_of("SPXW  260116C04500000") == 100);
  CHECK(multiplier_of("XSP   260116C00450000") == 100);
  CHECK(multiplier_of("ES 2026-03-20") == 50);
  CHECK(multiplier_of("ES    260320P05000000") == 50);
  CHECK(multiplier_of("MES 2026-03-20") == 5);
  CHECK(multiplier_of("MES   260320P05000000") == 5);
  CHECK(multiplier_of("ESTC  260320P00050000") == 100);  // names match exactly
}

TEST_CASE("the built-in rows have the market's terms") {
  const ProductTable products;
  const Product spx = products.find("SPX");
  CHECK(spx.style == Style::european);
  CHECK(spx.settlement == Settlement::cash);
  CHECK(spx.last_trade == LastTrade::am);
  CHECK(member_root(spx) == "SPX");
  CHECK(price_root(spx) == "SPX");
  const Product spxw = products.find("SPXW");
  CHECK(spxw.style == Style::european);
  CHECK(spxw.settlement == Settlement::cash);
  CHECK(spxw.last_trade == LastTrade::pm);
  CHECK(member_root(spxw) == "SPX");
  CHECK(price_root(spxw) == "SPX");
  const Product xsp = products.find("XSP");
  CHECK(xsp.settlement == Settlement::cash);
  CHECK(xsp.last_trade == LastTrade::pm);
  CHECK(member_root(xsp) == "XSP");
  CHECK(products.find("ES").settlement == Settlement::future);
  CHECK(products.find("MES").settlement == Settlement::future);
  CHECK(products.rows().size() == 5);
}

TEST_CASE("a root without a row has ordinary share options") {
  const ProductTable products;
  CHECK_FALSE(products.contains("GOOG"));
  const Product p = products.find("GOOG");
  CHECK(p == Product{"GOOG", "", "", 100.0, Style::american, Settlement::physical, LastTrade::pm, 0.01, false});
  CHECK(member_root(p) == "GOOG");
  CHECK(price_root(p) == "GOOG");
}

TEST_CASE("a row adds to the table or replaces the row of its root, in this table only") {
  ProductTable products;
  products.set(Product{"CL", "", "", 1000.0, Style::american, Settlement::future, LastTrade::pm, 0.01, false});
  products.set(Product{"ES", "", "", 25.0, Style::european, Settlement::future, LastTrade::pm, 0.25, false});
  CHECK(multiplier(contract("CL 2026-03-20"), products) == 1000);
  CHECK(multiplier(contract("ES    260320P05000000"), products) == 25);
  CHECK(products.rows().size() == 6);
  CHECK(multiplier_of("ES 2026-03-20") == 50);
}

TEST_CASE("a product is checked field by field") {
  Product good;
  good.root = "SPY";
  CHECK(checked(good));
  const auto field_at_fault = [&good](auto change) {
    Product p = good;
    change(p);
    return std::string_view(checked(p).error().field);
  };
  CHECK(field_at_fault([](Product& p) { p.root = ""; }) == "root");
  CHECK(field_at_fault([](Product& p) { p.root = "spy"; }) == "root");
  CHECK(field_at_fault([](Product& p) { p.member_as = "TOOLONG"; }) == "member_as");
  CHECK(field_at_fault([](Product& p) { p.price_of = "*"; }) == "price_of");
  CHECK(field_at_fault([](Product& p) { p.multiplier = 0; }) == "multiplier");
  CHECK(field_at_fault([](Product& p) { p.multiplier = not_a_number; }) == "multiplier");
  CHECK(field_at_fault([](Product& p) { p.tick = -0.01; }) == "tick");
}

TEST_CASE("nobody holds a share of an index or of a futures root") {
  for (const char* root : {"SPX", "SPXW", "XSP", "ES", "MES"}) {
    CAPTURE(root);
    REQUIRE_FALSE(tradable_by_table(root));
    CHECK(tradable_by_table(root).error() == Error{Errc::invalid_value, "contract"});
  }
  for (const char* text : {"SPY", "GOOG", "SPY   260116C00450000", "SPX   260116C04500000", "SPXW  260116C04500000",
                           "ES 2026-03-20", "MES 2026-03-20", "ES    260320P05000000"}) {
    CAPTURE(text);
    CHECK(tradable_by_table(text));
  }
}

TEST_CASE("a future needs a root that settles into futures") {
  CHECK_FALSE(tradable_by_table("SPY 2026-03-20"));
  CHECK_FALSE(tradable_by_table("SPX 2026-03-20"));
}
