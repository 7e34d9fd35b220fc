// bench/naive.hpp -- NAIVE, the peer: a straight port of the concentration manager as it is usually written.
// SPDX-License-Identifier: MIT
//
// One mutex, strings for names, nested maps of delta by group and strategy that are summed on every question, and a
// text as the reason. Nothing is made slow on purpose: arguments come as references, limits are plain members, names
// are short enough for no allocation, an approval formats nothing, and the text of a denial is written by fmt, the
// fastest formatter at hand.
#pragma once

#include <fmt/format.h>

#include <map>            // std::map
#include <mutex>          // std::mutex
#include <string>         // std::string
#include <unordered_map>  // std::unordered_map
#include <utility>        // std::pair

namespace optcoord::bench {

class NaiveConcentrationManager {
 public:
  struct Limits {
    double group{0};    ///< magnitude, share-equivalents
    double account{0};  ///< the same
  };
  NaiveConcentrationManager(Limits limits, std::unordered_map<std::string, double> strategy_caps)
      : limits_(limits), strategy_caps_(std::move(strategy_caps)) {}

  /// May `strategy` add `requested_delta` in `group`? If so it is added at once.
  std::pair<bool, std::string> request_allocation(const std::string& group, const std::string& strategy,
                                                  const std::string& position_type, double requested_delta) {
    const std::lock_guard lock(mutex_);
    std::map<std::string, double>& in_group = allocations_[group];
    const double factor = event_in_force_ ? 0.5 : 1.0;

    const double group_delta = total(in_group);
    const double group_limit = limits_.group * factor;
    if (exceeds(group_delta + requested_delta, group_limit))
      return {false, denial(group, position_type, group_delta, requested_delta, group_limit)};

    double& own_delta = in_group[strategy];
    if (const auto cap = strategy_caps_.find(strategy); cap != strategy_caps_.end()) {
      if (exceeds(own_delta + requested_delta, cap->second))
        return {false, denial(strategy, position_type, own_delta, requested_delta, cap->second)};
    }

    std::map<std::string, double>& in_account = allocations_[account_];
    const double account_delta = total(in_account);
    const double account_limit = limits_.account * factor;
    if (exceeds(account_delta + requested_delta, account_limit))
      return {false, denial(account_, position_type, account_delta, requested_delta, account_limit)};

    own_delta += requested_delta;
    in_account[strategy] += requested_delta;
    const double use = magnitude(group_delta + requested_delta) / group_limit;
    if (use >= 0.75) return {true, fmt::format("{} exposure at {:.0f}% of limit", group, use * 100)};
    return {true, std::string{}};
  }

  /// Gives an allocation back.
  void release_allocation(const std::string& group, const std::string& strategy, double delta) {
    const std::lock_guard lock(mutex_);
    allocations_[group][strategy] -= delta;
    allocations_[account_][strategy] -= delta;
  }

 private:
  [[nodiscard]] static double total(const std::map<std::string, double>& by_strategy) {
    double sum = 0;
    for (const auto& [strategy, delta] : by_strategy) sum += delta;
    return sum;
  }
  [[nodiscard]] static double magnitude(double x) { return x < 0 ? -x : x; }
  [[nodiscard]] static bool exceeds(double delta, double limit) { return magnitude(delta) > limit; }
  [[nodiscard]] static std::string denial(const std::string& what, const std::string& position_type, double current,
                                          double requested, double limit) {
    return fmt::format("Would exceed maximum {} exposure ({}): current {}, requested {}, would be {}, limit {}", what,
                       position_type, current, requested, current + requested, limit);
  }

  std::mutex mutex_;
  Limits limits_;
  std::unordered_map<std::string, double> strategy_caps_;
  std::unordered_map<std::string, std::map<std::string, double>> allocations_;
  const std::string account_{"ACCOUNT"};
  bool event_in_force_{false};
};

}  // namespace optcoord::bench
