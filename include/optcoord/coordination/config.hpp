// optcoord/coordination/config.hpp -- strategies and the rules between them, as a person writes them.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>        // Duration
#include <optcoord/market/schedule.hpp>  // Schedule

#include <chrono>    // std::chrono::seconds
#include <cstdint>   // std::int32_t
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord {

/// What a strategy does while a market event lasts.
enum class EventAction : std::uint8_t { allow, prefer, skip, scale, hedge_only, avoid_group, no_short_calls };

/// A strategy's answer to one market event.
struct EventPolicyConfig {
  std::string event{};
  EventAction action{EventAction::allow};
  double factor{1};     ///< for scale: [0, 1]
  std::string group{};  ///< for avoid_group
};

/// A strategy: who it is and when it may open.
struct StrategyConfig {
  std::string name{};
  std::int32_t priority{1000};            ///< 1 is best
  double buying_power_share{0};           ///< [0, 1]; all shares together at most 1
  std::vector<std::string> groups{};      ///< the groups it trades
  std::vector<std::string> tags{};        ///< "hedge" is known to the gates
  std::vector<Schedule> windows{};        ///< when it may open, New York clock; empty: always
  std::vector<std::string> exclusions{};  ///< strategies it must not enter beside
  std::vector<EventPolicyConfig> events{};
  std::string direction{};                       ///< for display
  std::optional<std::int64_t> timeframe_days{};  ///< for display
  bool starts_initializing{false};               ///< initial_state: initializing instead of ready
};

/// `strategy` may not open while `other` is in one of `states`.
struct InterlockConfig {
  std::string strategy{};
  std::string other{};
  std::vector<std::string> states{};
};

/// Thresholds of margin use, as fractions of what may be used.
struct MarginConfig {
  double pressure{0.70};         ///< on strictly above
  double release{0.65};          ///< off at or below{}; <= pressure
  double reduce_only{0.80};      ///< opens denied strictly above{}; >= pressure
  std::int32_t max_priority{2};  ///< under pressure only this priority or better opens
  double scale{0.5};             ///< and at this part of the units
};

/// Co-movement of strategies' returns.
struct CorrelationConfig {
  double threshold{0.80};  ///< blocks strictly above
  double release{0.75};    ///< frees strictly below{}; <= threshold
  std::int32_t window{60};
  std::int32_t min_observations{20};  ///< 2 to window
  double ewma_lambda{0.94};           ///< (0, 1)
};

enum class BuyingPowerMode : std::uint8_t { shares, waterfall };

struct BuyingPowerConfig {
  double reserve{0};  ///< fraction never given out, [0, 1)
  BuyingPowerMode mode{BuyingPowerMode::shares};
};

enum class MaxActiveCounts : std::uint8_t { entering, positions };

/// The rules between strategies. An absent member is switched off.
struct CoordinationConfig {
  std::optional<std::int32_t> max_active{};
  MaxActiveCounts max_active_counts{MaxActiveCounts::entering};
  std::optional<Duration> min_interval{};
  std::optional<double> loss_halt{};  ///< fraction of the day's starting equity, negative
  bool require_calendar{false};
  std::optional<MarginConfig> margin{};
  std::optional<CorrelationConfig> correlation{};
  std::optional<BuyingPowerConfig> buying_power{};
};

}  // namespace optcoord
