// tests/ipmcc/size_test.cpp -- how many contracts: the boundaries of budget and cap.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"
#include "support/not_finite.hpp"

using namespace optcoord;
using namespace optcoord::test;
using ipmcc::leap_cost;
using ipmcc::PositionSize;
using ipmcc::size_position;

namespace {

const IpmccConfig plain_rules = rules_with(StrikeRule::above_leap);

[[nodiscard]] PositionSize sized(double account_value, std::int64_t held = 0) {
  return size_position(plain_rules, account_value, leap_cost(std::nullopt, 450, 369) * 100, held, std::nullopt);
}

}  // namespace

TEST_CASE("a LEAP costs its ask; without one intrinsic value and 5 % of spot") {
  CHECK(leap_cost(104.2, 450, 369) == 104.2);
  CHECK(leap_cost(std::nullopt, 450, 369) == 103.5);
  CHECK(leap_cost(std::nullopt, 450, 480) == 22.5);
}

TEST_CASE("8 % of the account pays for whole contracts, at most five, and for none below the first") {
  CHECK(sized(129'374).quantity == 0);
  CHECK(sized(129'375).quantity == 1);
  CHECK(sized(258'749).quantity == 1);
  CHECK(sized(258'750).quantity == 2);
  CHECK(sized(646'875).quantity == 5);
  CHECK(sized(100'000'000).quantity == 5);
}

TEST_CASE("too small for the budget says which account affords one") {
  const PositionSize size = sized(129'374);
  CHECK(size.reason == Code::too_small_for_budget);
  REQUIRE(size.account_value_for_one);
  CHECK(*size.account_value_for_one == doctest::Approx(129'375));
  CHECK(sized(129'375).reason == Code::none);
}

TEST_CASE("what is held on the symbol already uses up the cap") {
  CHECK(sized(646'875, 2).quantity == 3);
  CHECK(sized(646'875, 4).quantity == 1);
  CHECK(sized(646'875, 5).quantity == 0);
  CHECK(sized(646'875, 5).reason == Code::zero_size);
  CHECK(sized(646'875, 9).quantity == 0);
}

TEST_CASE("an account whose value is not known, not a number or not positive has no size") {
  for (const std::optional<double> value : {std::optional<double>{}, std::optional{0.0}, std::optional{-1.0},
                                            std::optional{not_a_number}, std::optional{infinity}}) {
    const PositionSize size = size_position(plain_rules, value, 10'350, 0, std::nullopt);
    CHECK(size.quantity == 0);
    CHECK(size.reason == Code::no_equity);
  }
}

TEST_CASE("a high VIX makes the budget smaller, strictly above its level, and an unknown one counts as high") {
  IpmccConfig rules = plain_rules;
  rules.vix_scaling = {30, 0.5};
  const auto with = [&](std::optional<double> vix) { return size_position(rules, 258'750, 10'350, 0, vix); };
  CHECK(with(30).quantity == 2);
  CHECK(with(30.01).quantity == 1);
  CHECK(with(std::nullopt).quantity == 1);
  CHECK(with(std::nullopt).vix_unknown);
  CHECK_FALSE(with(30.01).vix_unknown);
  CHECK(size_position(rules, 129'375, 10'350, 0, 40).account_value_for_one == doctest::Approx(258'750));
  rules.vix_scaling->factor = 0;
  CHECK(with(40).reason == Code::zero_size);
  CHECK(size_position(plain_rules, 258'750, 10'350, 0, std::nullopt).quantity == 2);
}
