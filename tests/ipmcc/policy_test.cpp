// tests/ipmcc/policy_test.cpp -- what the planner's rules may say, and the strike formulas.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"
#include "support/not_finite.hpp"

using namespace optcoord;
using namespace optcoord::test;

namespace {

[[nodiscard]] std::string fault_of(const IpmccConfig& c) {
  const Result<IpmccPolicy> made = IpmccPolicy::make(c);
  if (made) return "none";
  return std::string(text(made.error().code)) + ' ' + made.error().field;
}
template <class Change>
[[nodiscard]] std::string fault_after(Change change) {
  IpmccConfig c = rules_with(StrikeRule::above_leap);
  change(c);
  return fault_of(c);
}

}  // namespace

TEST_CASE("a strike rule must be named: there is no default, and the explanation says why in two sentences") {
  CHECK(fault_of(IpmccConfig{}) == "invalid_value ipmcc.strike_rule");
  std::size_t sentences = 0;
  const std::string words(ipmcc::no_strike_rule);
  for (std::size_t i = 0; i < words.size(); ++i)
    if (words[i] == '.' && (i + 1 == words.size() || words[i + 1] == ' ')) ++sentences;
  CHECK(sentences == 2);
  for (const char* rule : {"below_leap", "above_leap", "at_the_money", "target_delta"})
    CHECK(words.find(rule) != std::string::npos);
}

TEST_CASE("each rule by its name makes a policy") {
  for (const StrikeRule rule :
       {StrikeRule::below_leap, StrikeRule::above_leap, StrikeRule::at_the_money, StrikeRule::target_delta}) {
    const Result<IpmccPolicy> made = IpmccPolicy::make(rules_with(rule));
    REQUIRE(made);
    CHECK(made->strike_rule() == rule);
  }
}

TEST_CASE("values out of range name their field") {
  using C = IpmccConfig;
  CHECK(fault_after([](C& c) { c.account_fraction = 0; }) == "invalid_value ipmcc.account_fraction");
  CHECK(fault_after([](C& c) { c.account_fraction = 1; }) == "none");
  CHECK(fault_after([](C& c) { c.account_fraction = 1.01; }) == "invalid_value ipmcc.account_fraction");
  CHECK(fault_after([](C& c) { c.account_fraction = not_a_number; }) == "invalid_value ipmcc.account_fraction");
  CHECK(fault_after([](C& c) { c.max_contracts = 0; }) == "invalid_value ipmcc.max_contracts");
  CHECK(fault_after([](C& c) { c.leap_delta = 1; }) == "invalid_value ipmcc.leap_delta");
  CHECK(fault_after([](C& c) { c.weekly_max_dte = 0; }) == "invalid_value ipmcc.weekly_max_dte");
  CHECK(fault_after([](C& c) { c.otm = 0; }) == "none");
  CHECK(fault_after([](C& c) { c.otm = 1; }) == "invalid_value ipmcc.otm");
  CHECK(fault_after([](C& c) { c.max_spread = 0; }) == "invalid_value ipmcc.max_spread");
  CHECK(fault_after([](C& c) { c.roll_dte = -1; }) == "invalid_value ipmcc.roll_dte");
  CHECK(fault_after([](C& c) { c.roll_profit = 1.5; }) == "invalid_value ipmcc.roll_profit");
  CHECK(fault_after([](C& c) { c.max_loss = 0; }) == "invalid_value ipmcc.max_loss");
  CHECK(fault_after([](C& c) { c.vix_scaling = {30, 1.5}; }) == "invalid_value ipmcc.vix_scaling.factor");
  CHECK(fault_after([](C& c) { c.min_credit = -0.01; }) == "invalid_value ipmcc.min_credit");
}

TEST_CASE("values that contradict each other are refused") {
  using C = IpmccConfig;
  CHECK(fault_after([](C& c) { c.leap_target_dte = 299; }) == "invalid_configuration ipmcc.leap_target_dte");
  CHECK(fault_after([](C& c) { c.leap_exit_dte = 300; }) == "invalid_configuration ipmcc.leap_exit_dte");
  CHECK(fault_after([](C& c) { c.weekly_max_dte = 299; }) == "none");
  CHECK(fault_after([](C& c) { c.weekly_max_dte = 300; }) == "invalid_configuration ipmcc.weekly_max_dte");
  CHECK(fault_after([](C& c) { c.strike_rule = StrikeRule::target_delta; }) == "invalid_value ipmcc.target_delta");
  CHECK(fault_after([](C& c) { c.strike_rule = StrikeRule::below_leap, c.profit_if_called = true; }) ==
        "invalid_configuration ipmcc.profit_if_called");
}

TEST_CASE("below_leap aims at the lower of 3 % over spot and 5 % under the LEAP's strike") {
  const auto target = [](double spot, double leap) {
    return ipmcc::strike_target(StrikeRule::below_leap, 0.03, spot, leap);
  };
  CHECK(target(450, 369) == doctest::Approx(350.55));
  CHECK(target(450, 480) == doctest::Approx(456));
  CHECK(target(450, 500) == doctest::Approx(463.5));
  CHECK(target(600, 492) == doctest::Approx(467.4));
}

TEST_CASE("the other rules aim above the LEAP's strike, and a strike on the target counts") {
  using ipmcc::is_on_the_right_side;
  using ipmcc::strike_target;
  CHECK(strike_target(StrikeRule::above_leap, 0.03, 450, 369) == doctest::Approx(463.5));
  CHECK(strike_target(StrikeRule::above_leap, 0.03, 450, 480) == 480);
  CHECK(strike_target(StrikeRule::at_the_money, 0.03, 450, 369) == 450);
  // 1.03 x 450 is 463.5 to a trader, whatever the double's last bit says.
  const double target = strike_target(StrikeRule::above_leap, 0.03, 450, 369);
  CHECK(is_on_the_right_side(StrikeRule::above_leap, 463.5, target, 369));
  CHECK_FALSE(is_on_the_right_side(StrikeRule::above_leap, 463.499, target, 369));
  CHECK_FALSE(is_on_the_right_side(StrikeRule::above_leap, 480, 480, 480));  // strictly above the LEAP
  CHECK(is_on_the_right_side(StrikeRule::at_the_money, 450, 450, 369));
  CHECK(is_on_the_right_side(StrikeRule::below_leap, 350.55, 0.95 * 369, 369));
  CHECK_FALSE(is_on_the_right_side(StrikeRule::below_leap, 350.551, 0.95 * 369, 369));
  CHECK(is_on_the_right_side(StrikeRule::target_delta, 369.001, 369, 369));
  CHECK_FALSE(is_on_the_right_side(StrikeRule::target_delta, 369, 369, 369));
}
