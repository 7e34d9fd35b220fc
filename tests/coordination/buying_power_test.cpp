// tests/coordination/buying_power_test.cpp -- the day's basis, what strategies use of it, and what is free.
// SPDX-License-Identifier: MIT
#include "support/buying_power.hpp"

#include <doctest/doctest.h>

#include <chrono>  // std::chrono::hours
#include <string>  // std::string

namespace {

using namespace optcoord;
using namespace optcoord::test;

constexpr StrategyId first_strategy{1};
constexpr StrategyId second_strategy{2};

[[nodiscard]] Micro usd(double amount) { return *to_micro(amount); }
[[nodiscard]] Timestamp at(const char* text) { return *parse_time(text); }

/// The document's shares in `mode`, with a basis of 100,000.
struct Book {
  BuyingPower rule;
  BuyingPowerState state{};

  explicit Book(BuyingPowerConfig config = {}) : rule(*BuyingPower::make(config, document_shares())) {
    rule.observe(state, usd(100'000), at("2026-01-05T14:30:00Z"));
  }
  [[nodiscard]] double free(StrategyId s) const { return to_double(*rule.free_for(state, s)); }
};

}  // namespace

TEST_CASE("the basis is the buying power of the first account event of a New York date, less the reserve") {
  const BuyingPower rule = *BuyingPower::make({.reserve = 0.1}, document_shares());
  BuyingPowerState state;
  CHECK(!rule.free_for(state, first_strategy));
  rule.observe(state, std::nullopt, at("2026-01-05T14:00:00Z"));
  CHECK(!state.basis);
  rule.observe(state, usd(100'000), at("2026-01-05T14:30:00Z"));
  CHECK(*state.basis == dollars(90'000));
  rule.observe(state, usd(50'000), at("2026-01-06T04:59:59Z"));  // 23:59:59 in New York
  CHECK(*state.basis == dollars(90'000));
  rule.observe(state, std::nullopt, at("2026-01-06T05:00:00Z"));
  CHECK(*state.basis == dollars(90'000));
  rule.observe(state, usd(50'000), at("2026-01-06T05:00:01Z"));
  CHECK(*state.basis == dollars(45'000));
}

TEST_CASE("the basis is rounded down to the cent and never below zero") {
  const auto basis = [](double buying_power, double reserve) {
    const BuyingPower rule = *BuyingPower::make({.reserve = reserve}, document_shares());
    BuyingPowerState state;
    rule.observe(state, usd(buying_power), at("2026-01-05T14:30:00Z"));
    return state.basis->raw;
  };
  CHECK(basis(0.29, 0) == 29);
  CHECK(basis(0.299999, 0) == 29);
  CHECK(basis(1000, 0.05) == 95'000);
  CHECK(basis(0.01, 0.5) == 0);
  CHECK(basis(-5'000, 0.1) == 0);
}

TEST_CASE("by shares a strategy is free to use its share less what it uses itself") {
  Book book;
  CHECK(book.free(first_strategy) == 30'000);
  book.rule.set_used(book.state, first_strategy, usd(12'000.5));
  CHECK(book.free(first_strategy) == 17'999.5);
  CHECK(book.free(second_strategy) == 25'000);
  book.rule.set_used(book.state, first_strategy, usd(40'000));
  CHECK(book.free(first_strategy) == -10'000);
  CHECK(book.free(StrategyId{17}) == 0);  // no share
}

TEST_CASE("by waterfall a strategy is free to use the basis less what all use") {
  Book book({.reserve = 0, .mode = BuyingPowerMode::waterfall});
  book.rule.set_used(book.state, first_strategy, usd(12'000));
  book.rule.set_used(book.state, second_strategy, usd(50'000));
  CHECK(book.free(first_strategy) == 38'000);
  CHECK(book.free(StrategyId{17}) == 38'000);
}

TEST_CASE("approvals add to usage; what ends gives back the units not wholly filled") {
  Book book;
  book.rule.approve(book.state, RequestId{1}, first_strategy, usd(1'000.25), 4);
  CHECK(to_double(book.state.used_by(first_strategy)) == 4'001);
  book.rule.approve(book.state, RequestId{2}, first_strategy, usd(10), 1);
  book.rule.finish(book.state, RequestId{1}, 3);
  CHECK(to_double(book.state.used_by(first_strategy)) == 1'010.25);
  book.rule.finish(book.state, RequestId{2}, 0);  // filled
  CHECK(to_double(book.state.used_by(first_strategy)) == 1'010.25);
  CHECK(book.state.open_orders.empty());
}

TEST_CASE("an order ends once, and orders without buying power are unknown here") {
  Book book;
  book.rule.approve(book.state, RequestId{1}, first_strategy, usd(100), 2);
  book.rule.finish(book.state, RequestId{1}, 2);
  book.rule.finish(book.state, RequestId{1}, 2);
  book.rule.finish(book.state, RequestId{9}, 2);
  CHECK(book.state.used_by(first_strategy) == Micro{});
}

TEST_CASE("the broker's usage replaces what was added up, for the strategies it names") {
  Book book;
  book.rule.approve(book.state, RequestId{1}, first_strategy, usd(100), 5);
  book.rule.approve(book.state, RequestId{2}, second_strategy, usd(100), 5);
  book.rule.set_used(book.state, first_strategy, usd(80));
  CHECK(to_double(book.state.used_by(first_strategy)) == 80);
  CHECK(to_double(book.state.used_by(second_strategy)) == 500);
  book.rule.finish(book.state, RequestId{1}, 5);  // 80 said nothing of this order, or of a part: never below zero
  CHECK(book.state.used_by(first_strategy) == Micro{});
}

TEST_CASE("units that fit: exactly the last cent fits, a millionth less does not") {
  CHECK(BuyingPower::units_within(usd(1'000), usd(100), 20) == 10);
  CHECK(BuyingPower::units_within(usd(999.999999), usd(100), 20) == 9);
  CHECK(BuyingPower::units_within(usd(1'000), usd(100), 7) == 7);
  CHECK(BuyingPower::units_within(usd(-1), usd(100), 7) == 0);
  CHECK(BuyingPower::units_within(usd(-500), usd(100), 7) == 0);
  CHECK(BuyingPower::units_within(usd(-1), usd(0), 7) == 7);
}

TEST_CASE("a configuration out of range is refused by the field's name") {
  const auto fault = [](BuyingPowerConfig config, std::vector<BuyingPowerShare> shares) {
    const auto made = BuyingPower::make(config, shares);
    return made ? std::string("none") : std::string(made.error().field);
  };
  CHECK(fault({.reserve = 0.999}, {}) == "none");
  CHECK(fault({.reserve = 1}, {}) == "reserve");
  CHECK(fault({.reserve = -0.01}, {}) == "reserve");
  CHECK(fault({}, {{first_strategy, 1, 1.0}}) == "none");
  CHECK(fault({}, {{first_strategy, 1, 1.01}}) == "buying_power_share");
  CHECK(fault({}, {{first_strategy, 1, -0.01}}) == "buying_power_share");
  CHECK(fault({}, {{first_strategy, 1, 0.6}, {second_strategy, 2, 0.41}}) == "buying_power_share");
}
