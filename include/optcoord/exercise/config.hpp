// optcoord/exercise/config.hpp -- the expiry planner's stages and safeguards, as a person writes them.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>  // Duration

#include <chrono>    // std::chrono::seconds
#include <cstdint>   // std::int32_t
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord {

enum class ExerciseMode : std::uint8_t { monitor, active, emergency };
/// What a stage closes: what its own columns say, or all that its band calls at risk.
enum class ClosureRule : std::uint8_t { closure_logic, thresholds };
enum class EmergencyScope : std::uint8_t { expiring, all };

/// What happens from `minutes` before the close on. Stages are listed from far to near.
struct StageConfig {
  double minutes{0};                     ///< > 0, strictly falling from stage to stage
  double at_risk{0};                     ///< moneyness from which a position is at risk, fraction below the strike
  bool close_itm{false};                 ///< closes what is in the money
  std::optional<double> close_within{};  ///< closes within this fraction of the strike
  bool convert_stops{false};             ///< stops of positions at risk become market orders
};

/// A broker that liquidates by itself from a New York clock time on.
struct BrokerProfileConfig {
  std::string name{};
  Duration liquidates_from{};
};

/// A spot move that switches to emergency mode by itself.
struct EmergencyTriggerConfig {
  std::string root{};
  double move{0};     ///< fraction, > 0, either way
  double minutes{0};  ///< within this time
};

struct BreakerConfig {
  std::int32_t failures{5};                   ///< opens at the failure that exceeds this count
  Duration window{std::chrono::seconds{60}};  ///< counted over (now - window, now]
  Duration probe{std::chrono::seconds{60}};   ///< one attempt is let through after this
};

/// How soon the host should ask again.
struct NextCheckConfig {
  Duration idle{std::chrono::minutes{30}};
  Duration positions{std::chrono::minutes{15}};
  Duration t30{std::chrono::minutes{5}};
  Duration t5{std::chrono::minutes{1}};
};

struct ExerciseConfig {
  bool enabled{true};
  ExerciseMode mode{ExerciseMode::monitor};
  ClosureRule policy{ClosureRule::closure_logic};
  double default_vol{0.20};
  Duration max_quote_age{std::chrono::seconds{15}};
  std::vector<StageConfig> stages{
      {30, 0.02, false, std::nullopt, false}, {5, 0.01, true, std::nullopt, false}, {2, 0.005, true, 0.005, true}};
  double max_slippage{0.10};  ///< USD per unit from mid
  std::int32_t max_attempts{10};
  BreakerConfig breaker{};
  std::optional<double> pin_dollars{};
  std::optional<double> pin_sigma{};
  std::optional<BrokerProfileConfig> broker_profile{};
  std::optional<EmergencyTriggerConfig> emergency_trigger{};
  EmergencyScope emergency_scope{EmergencyScope::expiring};
  bool convert_all_stops{false};
  std::optional<double> preserve_cash{};  ///< USD
  std::optional<std::int32_t> max_contracts_per_close{};
  NextCheckConfig next_check{};
};

}  // namespace optcoord
