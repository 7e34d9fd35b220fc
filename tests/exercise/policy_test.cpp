// tests/exercise/policy_test.cpp -- which configurations make a policy, and the field at fault of those that do not.
// SPDX-License-Identifier: MIT
#include <optcoord/exercise/policy.hpp>

#include <doctest/doctest.h>

#include <functional>  // std::function

#include "support/not_finite.hpp"

using namespace optcoord;

namespace {

[[nodiscard]] Error fault(const std::function<void(ExerciseConfig&)>& change) {
  ExerciseConfig c;
  change(c);
  const Result<ExercisePolicy> policy = ExercisePolicy::make(c);
  REQUIRE_FALSE(policy);
  return policy.error();
}
[[nodiscard]] Error invalid(const char* field, std::int32_t index = -1) {
  return {Errc::invalid_value, field, index, -1};
}

}  // namespace

TEST_CASE("the defaults are the document's: closure_logic, monitor, three stages, ten cents, ten attempts") {
  const Result<ExercisePolicy> policy = ExercisePolicy::make({});
  REQUIRE(policy);
  const ExerciseConfig& c = policy->config();
  CHECK(c.mode == ExerciseMode::monitor);
  CHECK(c.policy == ClosureRule::closure_logic);
  CHECK(c.default_vol == 0.20);
  CHECK(c.max_quote_age == std::chrono::seconds{15});
  CHECK(c.max_slippage == 0.10);
  CHECK(c.max_attempts == 10);
  CHECK(c.breaker.failures == 5);
  CHECK(policy->stages().size() == 3);
  CHECK(policy->stage_text(0) == "monitoring");
  CHECK(policy->stage_text(1) == "T-30");
  CHECK(policy->stage_text(3) == "T-2");
  CHECK(policy->pin_band() == 0.005);
}

TEST_CASE("stages run towards the close, with fractions for bands") {
  CHECK(fault([](auto& c) { c.stages.clear(); }) == invalid("exercise.stages"));
  CHECK(fault([](auto& c) { c.stages[1].minutes = 0; }) == invalid("exercise.stages[].minutes", 1));
  CHECK(fault([](auto& c) { c.stages[1].minutes = test::not_a_number; }) == invalid("exercise.stages[].minutes", 1));
  CHECK(fault([](auto& c) { c.stages[0].minutes = 1441; }) == invalid("exercise.stages[].minutes", 0));
  CHECK(fault([](auto& c) { c.stages[1].minutes = 30; }) ==
        Error{Errc::invalid_configuration, "exercise.stages[].minutes", 1, -1});
  CHECK(fault([](auto& c) { c.stages[2].at_risk = 1; }) == invalid("exercise.stages[].at_risk", 2));
  CHECK(fault([](auto& c) { c.stages[2].at_risk = -0.01; }) == invalid("exercise.stages[].at_risk", 2));
  CHECK(fault([](auto& c) { c.stages[2].close_within = 1; }) == invalid("exercise.stages[].close_within", 2));
}

TEST_CASE("safeguards must safeguard") {
  CHECK(fault([](auto& c) { c.default_vol = 0; }) == invalid("exercise.default_vol"));
  CHECK(fault([](auto& c) { c.max_quote_age = Duration{-1}; }) == invalid("exercise.max_quote_age_s"));
  CHECK(fault([](auto& c) { c.max_slippage = test::infinity; }) == invalid("exercise.max_slippage"));
  CHECK(fault([](auto& c) { c.max_attempts = 0; }) == invalid("exercise.max_attempts"));
  CHECK(fault([](auto& c) { c.breaker.failures = 0; }) == invalid("exercise.breaker.failures"));
  CHECK(fault([](auto& c) { c.breaker.window = Duration{0}; }) == invalid("exercise.breaker.seconds"));
  CHECK(fault([](auto& c) { c.breaker.probe = Duration{0}; }) == invalid("exercise.breaker.probe_s"));
  CHECK(fault([](auto& c) { c.next_check.t5 = Duration{0}; }) == invalid("exercise.next_check.t5"));
}

TEST_CASE("options that are given make sense") {
  CHECK(fault([](auto& c) { c.pin_dollars = -1; }) == invalid("exercise.pin_dollars"));
  CHECK(fault([](auto& c) { c.pin_sigma = test::not_a_number; }) == invalid("exercise.pin_sigma"));
  CHECK(fault([](auto& c) { c.preserve_cash = -1; }) == invalid("exercise.preserve_cash"));
  CHECK(fault([](auto& c) { c.max_contracts_per_close = 0; }) == invalid("exercise.max_contracts_per_close"));
  CHECK(fault([](auto& c) { c.broker_profile = BrokerProfileConfig{}; }) == invalid("exercise.broker_profile.name"));
  CHECK(fault([](auto& c) {
          c.emergency_trigger = EmergencyTriggerConfig{"spy", 0.02, 5};
        }) == invalid("exercise.emergency_trigger.root"));
  CHECK(fault([](auto& c) {
          c.emergency_trigger = EmergencyTriggerConfig{"SPY", 0, 5};
        }) == invalid("exercise.emergency_trigger.move"));
}
