// optcoord/exercise/breaker.hpp -- stops closing after too many failures, then lets one attempt through at a time.
// SPDX-License-Identifier: MIT
//
// One for all positions. Example, with 5 failures in 60 s allowed:
//
//   Breaker b;
//   b.failed(rule, now);        // the sixth within a minute opens it
//   b.state(rule, now);         // BreakerState::open; a minute later BreakerState::probing
//   b.succeeded(rule, later);   // the probe's success closes it
#pragma once

#include <optcoord/core/time.hpp>
#include <optcoord/exercise/config.hpp>  // BreakerConfig

#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <vector>       // std::erase_if, std::vector

namespace optcoord {

enum class BreakerState : std::uint8_t {
  closed,   ///< attempts pass
  open,     ///< none passes
  probing,  ///< one passes, and decides
};

[[nodiscard]] constexpr std::string_view text(BreakerState s) noexcept {
  return s == BreakerState::closed ? "closed" : s == BreakerState::open ? "open" : "probing";
}

/// A value. Failures are counted over (now - window, now].
class Breaker {
 public:
  /// A failed attempt. While open, results of attempts sent earlier change nothing; a failed probe opens it anew.
  void failed(const BreakerConfig& rule, Timestamp now) {
    const BreakerState before = state(rule, now);
    forget(rule, now);
    failures_.push_back(now);
    const bool too_many = failures_.size() > static_cast<std::size_t>(rule.failures);
    if (before == BreakerState::probing || (before == BreakerState::closed && too_many)) opened_ = now;
  }
  /// A successful attempt: closes it when it was the probe.
  void succeeded(const BreakerConfig& rule, Timestamp now) {
    if (state(rule, now) != BreakerState::probing) return;
    opened_.reset();
    failures_.clear();
  }
  [[nodiscard]] BreakerState state(const BreakerConfig& rule, Timestamp now) const noexcept {
    if (!opened_) return BreakerState::closed;
    return now < saturating_add(*opened_, rule.probe) ? BreakerState::open : BreakerState::probing;
  }
  /// Drops what no longer counts.
  void forget(const BreakerConfig& rule, Timestamp now) {
    std::erase_if(failures_, [&](Timestamp t) { return saturating_add(t, rule.window) <= now; });
  }

  friend bool operator==(const Breaker&, const Breaker&) = default;

 private:
  std::vector<Timestamp> failures_{};  // oldest first
  std::optional<Timestamp> opened_{};
};

}  // namespace optcoord
