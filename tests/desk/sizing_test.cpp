// tests/desk/sizing_test.cpp -- sizes and trade results through the desk: whose equity, whose sizer, whose history.
// SPDX-License-Identifier: MIT
#include "support/sizing.hpp"
#include "support/desk_book.hpp"
#include "support/not_finite.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// "fixed" by the global block, "risk" by its own with an adjustment over two trades.
[[nodiscard]] DeskConfig two_sized_strategies() {
  DeskConfig c;
  c.position_sizing = fixed_usd(1000);
  c.strategies.emplace(2);
  c.strategies->at(0).name = "fixed";
  c.strategies->at(1).name = "risk";
  c.strategies->at(1).position_sizing = risk_based(0.02);
  c.strategies->at(1).position_sizing->risk_adjustment = RiskAdjustmentConfig{true, 2, 0.005, 0.03};
  return c;
}
[[nodiscard]] SizeEvent trade_of(std::string_view strategy, std::optional<double> equity = 10'000) {
  return {strategy, equity, {.price = 100, .stop = 90}};
}

}  // namespace

TEST_CASE("a size is answered with the strategy's sizer, and changes nothing") {
  DeskBook book(two_sized_strategies());
  CHECK(book.size(trade_of("fixed")).notional.value == 1000);
  CHECK(book.said().size() == 1);
  CHECK(book.size(trade_of("risk")).notional.value == doctest::Approx(2000));
  CHECK(book.desk().report().reservations.empty());
}

TEST_CASE("the event's equity goes before the account's, and one of them must be known") {
  DeskBook book(two_sized_strategies());
  CHECK(book.send(trade_of("risk", {})) == "invalid_value equity");
  book.equity(5000);
  CHECK(book.size(trade_of("risk", {})).notional.value == doctest::Approx(1000));
  CHECK(book.size(trade_of("risk", 20'000)).notional.value == doctest::Approx(4000));
  book.equity(-1);
  CHECK(book.size(trade_of("risk", {})).reason == Code::no_equity);
  // an account's buying power is not the trade's: only what the event says is a cap
  book.buying_power(10);
  CHECK(book.size(trade_of("fixed")).notional.value == 1000);
}

TEST_CASE("who has no sizing has no sizer, and who is not known is not sized") {
  DeskConfig c = two_sized_strategies();
  c.position_sizing.reset();
  DeskBook book(c);
  CHECK(book.send(trade_of("fixed")) == "no_sizer strategy");
  CHECK(book.send(trade_of("unassigned")) == "no_sizer strategy");
  CHECK(book.send(trade_of("nobody")) == "unknown_name strategy");
  CHECK(book.send(trade_of("")) == "invalid_value strategy");
  CHECK(DeskBook(DeskConfig{}).send(trade_of("whoever")) == "no_sizer strategy");
}

TEST_CASE("where any name is accepted all are sized by the global block, but what nobody owns") {
  DeskConfig c;
  c.position_sizing = fixed_usd(500);
  DeskBook book(c);
  CHECK(book.size(trade_of("whoever")).notional.value == 500);
  CHECK(book.desk().names().strategies.find("whoever"));
  CHECK(book.send(trade_of("unassigned")) == "no_sizer strategy");
}

TEST_CASE("trade results write nothing and move the risk of their strategy alone") {
  DeskConfig c = two_sized_strategies();
  c.strategies->push_back(c.strategies->at(1));
  c.strategies->back().name = "other";
  DeskBook book(c);
  const auto result = [&](double pnl) { book.tell(TradeResultEvent{"risk", {pnl, 200}}); };
  result(-200);
  CHECK(book.said().empty());
  CHECK(book.size(trade_of("risk")).notional.value == doctest::Approx(1000));
  CHECK(book.size(trade_of("other")).notional.value == doctest::Approx(2000));
  result(-200);
  CHECK(book.size(trade_of("risk")).notional.value == doctest::Approx(500));  // the minimum
  result(400);
  result(400);
  CHECK(book.size(trade_of("risk")).notional.value == doctest::Approx(3000));  // the maximum
}

TEST_CASE(
    "results of a strategy without an adjustment, or without a sizer, are taken and remembered in metrics alone") {
  DeskConfig c = two_sized_strategies();
  c.position_sizing.reset();
  DeskBook book(c);
  book.tell(TradeResultEvent{"fixed", {50, 100}});
  CHECK(book.desk().performance(*book.desk().names().strategies.find("fixed")) == PerformanceState{});
  REQUIRE(book.desk().sizing_metrics().size() == 1);
  CHECK(book.desk().sizing_metrics()[0].figures.pnl.value == 50);
}

TEST_CASE("metrics follow sizes and results") {
  DeskBook book(two_sized_strategies());
  book.size(trade_of("fixed"));
  book.size(trade_of("risk"));
  book.tell(TradeResultEvent{"fixed", {20, 100}});
  const std::vector<StrategySizingMetrics> m = book.desk().sizing_metrics();
  REQUIRE(m.size() == 2);
  CHECK(m[0].figures.position_size.value == 1000);
  CHECK(m[0].figures.risk_utilised->value == doctest::Approx(100));
  CHECK(*m[0].return_per_usd == doctest::Approx(0.02));
  CHECK(*m[1].capital_share == doctest::Approx(2.0 / 3));
}

TEST_CASE("sizing that is not sound makes no desk") {
  const auto error_of = [](const DeskConfig& c) {
    const Result<Desk> made = Desk::make(c);
    return made ? std::string{} : says(made.error());
  };
  DeskConfig c = two_sized_strategies();
  c.strategies->at(1).position_sizing->risk_per_trade_pct = 2;
  CHECK(error_of(c) == "invalid_value strategies[1].position_sizing");
  c = two_sized_strategies();
  c.position_sizing->fixed_amount_usd.reset();
  CHECK(error_of(c) == "invalid_value position_sizing");
  c = two_sized_strategies();
  c.sizing_methods = {{"kelly", {}, [](const MethodInput&) -> Result<Usd> { return Usd{1}; }}};
  CHECK(error_of(c) == "invalid_configuration sizing_methods[0]");
}

TEST_CASE("a method of the host's sizes through the desk") {
  DeskConfig c;
  c.sizing_methods = {{"tenth", {}, [](const MethodInput& in) -> Result<Usd> { return Usd{in.request.equity / 10}; }}};
  c.position_sizing = PositionSizingConfig{.method = "tenth"};
  CHECK(DeskBook(c).size(trade_of("whoever")).notional.value == 1000);
}
