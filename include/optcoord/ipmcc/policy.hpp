// optcoord/ipmcc/policy.hpp -- the planner's rules, validated and immutable.
// SPDX-License-Identifier: MIT
//
//   IpmccConfig config;
//   IpmccPolicy::make(config);                       // invalid_value ipmcc.strike_rule: it has no default
//   config.strike_rule = StrikeRule::above_leap;
//   IpmccPolicy policy = *IpmccPolicy::make(config);
#pragma once

#include <optcoord/core/error.hpp>         // Result
#include <optcoord/ipmcc/config.hpp>       // IpmccConfig
#include <optcoord/ipmcc/strike_rule.hpp>  // no_strike_rule

#include <array>        // std::array
#include <cmath>        // std::isfinite
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord {

/// A validated IpmccConfig.
class IpmccPolicy {
 public:
  /// \returns the first fault with its field: `invalid_value`, for a missing strike rule too (ipmcc::no_strike_rule is
  /// the explanation), and `invalid_configuration` where values contradict each other.
  [[nodiscard]] static Result<IpmccPolicy> make(const IpmccConfig& config);

  [[nodiscard]] const IpmccConfig& rules() const noexcept { return rules_; }
  [[nodiscard]] StrikeRule strike_rule() const noexcept { return *rules_.strike_rule; }

 private:
  explicit IpmccPolicy(const IpmccConfig& config) : rules_(config) {}

  IpmccConfig rules_;
};

namespace ipmcc::detail {

/// A value with the range it must lie in.
struct Range {
  const char* field;
  std::optional<double> value;  ///< absent: nothing to check
  double lower;
  double upper;
  bool with_lower;
  bool with_upper;

  [[nodiscard]] bool holds() const noexcept {
    if (!value) return true;
    if (!std::isfinite(*value)) return false;
    return (with_lower ? *value >= lower : *value > lower) && (with_upper ? *value <= upper : *value < upper);
  }
};

[[nodiscard]] inline Result<void> check_ranges(const IpmccConfig& c) {
  constexpr double most = 1e15;
  const auto days = [](std::int32_t n) { return std::optional<double>{static_cast<double>(n)}; };
  const std::optional<double> above = c.vix_scaling ? std::optional{c.vix_scaling->above} : std::nullopt;
  const std::optional<double> factor = c.vix_scaling ? std::optional{c.vix_scaling->factor} : std::nullopt;
  const std::array<Range, 18> ranges{{
      {"ipmcc.account_fraction", c.account_fraction, 0, 1, false, true},
      {"ipmcc.max_contracts", days(c.max_contracts), 1, most, true, true},
      {"ipmcc.leap_min_dte", days(c.leap_min_dte), 1, most, true, true},
      {"ipmcc.leap_target_dte", days(c.leap_target_dte), 1, most, true, true},
      {"ipmcc.leap_delta", c.leap_delta, 0, 1, false, false},
      {"ipmcc.leap_exit_dte", days(c.leap_exit_dte), 0, most, true, true},
      {"ipmcc.weekly_max_dte", days(c.weekly_max_dte), 1, most, true, true},
      {"ipmcc.otm", c.otm, 0, 1, true, false},
      {"ipmcc.target_delta", c.target_delta, 0, 1, false, false},
      {"ipmcc.max_spread", c.max_spread, 0, most, false, true},
      {"ipmcc.roll_dte", days(c.roll_dte), 0, most, true, true},
      {"ipmcc.roll_delta", c.roll_delta, 0, 1, false, true},
      {"ipmcc.roll_extrinsic", c.roll_extrinsic, 0, most, true, true},
      {"ipmcc.roll_profit", c.roll_profit, 0, 1, false, true},
      {"ipmcc.max_loss", c.max_loss, 0, most, false, true},
      {"ipmcc.vix_scaling.above", above, 0, most, true, true},
      {"ipmcc.vix_scaling.factor", factor, 0, 1, true, true},
      {"ipmcc.min_credit", c.min_credit, 0, most, true, true},
  }};
  for (const Range& range : ranges)
    if (!range.holds()) return fail(Errc::invalid_value, range.field);
  return {};
}

}  // namespace ipmcc::detail

namespace ipmcc {

/// Values that are sound one by one and make no sense together.
struct Contradiction {
  const char* field;  ///< the one to change, "ipmcc.leap_exit_dte"
  bool (*found)(const IpmccConfig&);
  std::string_view why;  ///< what is wrong with its value
};

inline constexpr std::array<Contradiction, 4> contradictions{{
    {"ipmcc.leap_target_dte", [](const IpmccConfig& c) { return c.leap_target_dte < c.leap_min_dte; },
     "under leap_min_dte"},
    {"ipmcc.leap_exit_dte", [](const IpmccConfig& c) { return c.leap_exit_dte >= c.leap_min_dte; },
     "not under leap_min_dte, so that a new LEAP would be rolled at once"},
    {"ipmcc.weekly_max_dte", [](const IpmccConfig& c) { return c.weekly_max_dte >= c.leap_min_dte; },
     "not under leap_min_dte, so that one contract could be the LEAP and the weekly sold against it"},
    {"ipmcc.profit_if_called",
     [](const IpmccConfig& c) {
       return c.profit_if_called && c.strike_rule && *c.strike_rule != StrikeRule::above_leap;
     },
     "what only the strike rule above_leap can promise"},
}};

}  // namespace ipmcc

inline Result<IpmccPolicy> IpmccPolicy::make(const IpmccConfig& config) {
  if (!config.strike_rule) return fail(Errc::invalid_value, "ipmcc.strike_rule");
  if (const Result<void> in_range = ipmcc::detail::check_ranges(config); !in_range)
    return tl::unexpected<Error>(in_range.error());
  if (config.strike_rule == StrikeRule::target_delta && !config.target_delta)
    return fail(Errc::invalid_value, "ipmcc.target_delta");
  for (const ipmcc::Contradiction& c : ipmcc::contradictions)
    if (c.found(config)) return fail(Errc::invalid_configuration, c.field);
  return IpmccPolicy(config);
}

}  // namespace optcoord
