// optcoord/coordination/loss_halt.hpp -- the day's loss at which the account goes reduce-only by itself.
// SPDX-License-Identifier: MIT
//
// Day result = equity - day start - net deposits. It fires once: then not again before the result was above the
// threshold, or the day's starting equity changed. Example:
//
//   if (loss.take(figures, -0.05)) halts.set(HaltScope::account(), HaltLevel::reduce_only, "system", "loss_halt");
#pragma once

#include <optional>  // std::optional

namespace optcoord {

/// Figures of the account, USD; nothing when unknown.
struct DayFigures {
  std::optional<double> equity{};
  std::optional<double> day_start{};
  double net_deposits{0};
};

/// \returns whether the day's result is at or below `threshold`, a negative fraction of the day's starting equity.
/// Nothing before both figures are known, or when the day started with nothing.
[[nodiscard]] inline std::optional<bool> is_loss(const DayFigures& f, double threshold) noexcept {
  if (!f.equity || !f.day_start || !(*f.day_start > 0)) return std::nullopt;
  constexpr double slack = 1e-9;  // a loss of exactly the threshold may miss it by a rounding
  return *f.equity - *f.day_start - f.net_deposits <= threshold * *f.day_start + slack * *f.day_start;
}

class LossHalt {
 public:
  /// Takes the figures as now known. \returns whether the account must go reduce-only.
  bool take(const DayFigures& f, double threshold) noexcept {
    if (f.day_start != day_start_) armed_ = true;
    day_start_ = f.day_start;
    const std::optional<bool> loss = is_loss(f, threshold);
    if (!loss) return false;
    const bool fires = armed_ && *loss;
    armed_ = !*loss;
    return fires;
  }

 private:
  std::optional<double> day_start_{};
  bool armed_{true};
};

}  // namespace optcoord
