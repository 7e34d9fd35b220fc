// optcoord/exercise/policy.hpp -- the expiry planner's configuration, validated: stages in nanoseconds.
// SPDX-License-Identifier: MIT
//
//   Result<ExercisePolicy> policy = ExercisePolicy::make({});   // the defaults: closure_logic, monitor
//   policy->stage_at(std::chrono::minutes{5});                  // 2: T-5, which begins exactly there
#pragma once

#include <optcoord/core/error.hpp>  // Result
#include <optcoord/core/time.hpp>
#include <optcoord/exercise/config.hpp>
#include <optcoord/market/contract.hpp>  // is_root

#include <charconv>  // std::to_chars
#include <cmath>     // std::isfinite, std::llround
#include <cstddef>   // std::size_t
#include <cstdint>   // std::int32_t
#include <string>    // std::string
#include <utility>   // std::move
#include <vector>    // std::vector

namespace optcoord {

/// A stage in force from `before` the close on.
struct ExpiryStage {
  Duration before{};
  double at_risk{0};  ///< fraction out of the money from which a position is at risk
  bool close_itm{false};
  std::optional<double> close_within{};  ///< fraction of the strike, either side
  bool convert_stops{false};
};

/// The number of a stage: 0 is monitoring, then the policy's stages from far to near.
using StageNumber = std::size_t;

class ExercisePolicy {
 public:
  /// \returns the policy, or `invalid_value` / `invalid_configuration` naming the first field at fault.
  [[nodiscard]] static Result<ExercisePolicy> make(ExerciseConfig config);

  [[nodiscard]] const ExerciseConfig& config() const noexcept { return config_; }
  [[nodiscard]] const std::vector<ExpiryStage>& stages() const noexcept { return stages_; }
  /// \pre 1 <= number <= stages().size()
  [[nodiscard]] const ExpiryStage& stage(StageNumber number) const noexcept { return stages_[number - 1]; }

  /// \returns the stage in force `before` the close: the last that has begun; each begins exactly at its minutes.
  [[nodiscard]] StageNumber stage_at(Duration before) const noexcept {
    StageNumber number = 0;
    while (number < stages_.size() && before <= stages_[number].before) ++number;
    return number;
  }
  /// From this stage on (T-5 of the defaults) what cannot be closed is escalated for want of a quote.
  [[nodiscard]] StageNumber urgent_stage() const noexcept { return stages_.size() > 1 ? 2 : 1; }
  /// \returns "monitoring", "T-30", "T-2.5".
  [[nodiscard]] std::string stage_text(StageNumber number) const {
    if (number == 0) return "monitoring";
    char digits[32] = {};
    const auto end = std::to_chars(digits, digits + sizeof digits, config_.stages[number - 1].minutes).ptr;
    return "T-" + std::string(digits, end);
  }
  /// \returns the fraction of the strike within which the close is open: the last stage's.
  [[nodiscard]] double pin_band() const noexcept {
    return stages_.back().close_within.value_or(stages_.back().at_risk);
  }

 private:
  [[nodiscard]] Result<void> add_stages();
  [[nodiscard]] Result<void> check_safeguards() const;
  [[nodiscard]] Result<void> check_options() const;

  ExerciseConfig config_{};
  std::vector<ExpiryStage> stages_{};
};

inline Result<ExercisePolicy> ExercisePolicy::make(ExerciseConfig config) {
  ExercisePolicy policy;
  policy.config_ = std::move(config);
  for (const auto check : {policy.add_stages(), policy.check_safeguards(), policy.check_options()})
    if (!check) return tl::unexpected<Error>(check.error());
  return policy;
}

inline Result<void> ExercisePolicy::add_stages() {
  const auto fraction = [](double x) { return x >= 0 && x < 1; };
  if (config_.stages.empty()) return fail(Errc::invalid_value, "exercise.stages");
  std::int32_t index = 0;
  for (const StageConfig& s : config_.stages) {
    if (!(s.minutes > 0 && s.minutes <= 1440)) return fail(Errc::invalid_value, "exercise.stages[].minutes", index);
    if (!fraction(s.at_risk)) return fail(Errc::invalid_value, "exercise.stages[].at_risk", index);
    if (s.close_within && !fraction(*s.close_within))
      return fail(Errc::invalid_value, "exercise.stages[].close_within", index);
    const Duration before{std::llround(s.minutes * 60e9)};
    if (!stages_.empty() && before >= stages_.back().before)
      return fail(Errc::invalid_configuration, "exercise.stages[].minutes", index);
    stages_.push_back({before, s.at_risk, s.close_itm, s.close_within, s.convert_stops});
    ++index;
  }
  return {};
}

inline Result<void> ExercisePolicy::check_safeguards() const {
  const ExerciseConfig& c = config_;
  const Duration none{0};
  if (!(c.default_vol > 0 && c.default_vol <= 10)) return fail(Errc::invalid_value, "exercise.default_vol");
  if (c.max_quote_age < none) return fail(Errc::invalid_value, "exercise.max_quote_age_s");
  if (!(std::isfinite(c.max_slippage) && c.max_slippage >= 0))
    return fail(Errc::invalid_value, "exercise.max_slippage");
  if (c.max_attempts < 1) return fail(Errc::invalid_value, "exercise.max_attempts");
  if (c.breaker.failures < 1) return fail(Errc::invalid_value, "exercise.breaker.failures");
  if (c.breaker.window <= none) return fail(Errc::invalid_value, "exercise.breaker.seconds");
  if (c.breaker.probe <= none) return fail(Errc::invalid_value, "exercise.breaker.probe_s");
  if (c.next_check.idle <= none) return fail(Errc::invalid_value, "exercise.next_check.idle");
  if (c.next_check.positions <= none) return fail(Errc::invalid_value, "exercise.next_check.positions");
  if (c.next_check.t30 <= none) return fail(Errc::invalid_value, "exercise.next_check.t30");
  if (c.next_check.t5 <= none) return fail(Errc::invalid_value, "exercise.next_check.t5");
  return {};
}

inline Result<void> ExercisePolicy::check_options() const {
  const ExerciseConfig& c = config_;
  const auto amount = [](const std::optional<double>& x) { return !x || (std::isfinite(*x) && *x >= 0); };
  if (!amount(c.pin_dollars)) return fail(Errc::invalid_value, "exercise.pin_dollars");
  if (!amount(c.pin_sigma)) return fail(Errc::invalid_value, "exercise.pin_sigma");
  if (!amount(c.preserve_cash)) return fail(Errc::invalid_value, "exercise.preserve_cash");
  if (c.max_contracts_per_close && *c.max_contracts_per_close < 1)
    return fail(Errc::invalid_value, "exercise.max_contracts_per_close");
  if (c.broker_profile) {
    const Duration from = c.broker_profile->liquidates_from;
    if (c.broker_profile->name.empty()) return fail(Errc::invalid_value, "exercise.broker_profile.name");
    if (from < Duration{0} || from > std::chrono::hours{24})
      return fail(Errc::invalid_value, "exercise.broker_profile.liquidates_from");
  }
  if (const auto& t = c.emergency_trigger) {
    if (!is_root(t->root)) return fail(Errc::invalid_value, "exercise.emergency_trigger.root");
    if (!(t->move > 0 && t->move <= 1)) return fail(Errc::invalid_value, "exercise.emergency_trigger.move");
    if (!(t->minutes > 0 && t->minutes <= 1440)) return fail(Errc::invalid_value, "exercise.emergency_trigger.minutes");
  }
  return {};
}

}  // namespace optcoord
