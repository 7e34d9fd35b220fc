// optcoord/exercise/emergency.hpp -- watches one spot for a move large enough to switch to emergency mode.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>
#include <optcoord/exercise/config.hpp>  // EmergencyTriggerConfig

#include <cmath>   // std::abs, std::isfinite, std::llround
#include <vector>  // std::erase_if, std::vector

namespace optcoord {

/// The lowest and highest prices of the last minutes, as far as they can still matter. A value.
class SpotWatch {
 public:
  /// Takes a price of the trigger's root. \returns whether it is `move` or more away, as a fraction of the earlier
  /// price, from any price at most `minutes` old. Amortised O(1) but for the erasures.
  [[nodiscard]] bool saw(const EmergencyTriggerConfig& rule, double price, Timestamp now) {
    if (!std::isfinite(price) || price <= 0) return false;
    const Duration window{std::llround(rule.minutes * 60e9)};
    keep(lows_, window, now);
    keep(highs_, window, now);
    const bool fell = !highs_.empty() && price <= highs_.front().price * (1 - rule.move);
    const bool rose = !lows_.empty() && price >= lows_.front().price * (1 + rule.move);
    // What is older and no more extreme than this price will never be the extreme again.
    while (!lows_.empty() && lows_.back().price >= price) lows_.pop_back();
    while (!highs_.empty() && highs_.back().price <= price) highs_.pop_back();
    lows_.push_back({now, price});
    highs_.push_back({now, price});
    return fell || rose;
  }

  friend bool operator==(const SpotWatch&, const SpotWatch&) = default;

 private:
  struct Seen {
    Timestamp at{};
    double price{0};

    friend bool operator==(const Seen&, const Seen&) = default;
  };
  static void keep(std::vector<Seen>& seen, Duration window, Timestamp now) {
    std::erase_if(seen, [&](const Seen& s) { return saturating_add(s.at, window) < now; });
  }
  std::vector<Seen> lows_{};   // rising prices, oldest first
  std::vector<Seen> highs_{};  // falling prices, oldest first
};

}  // namespace optcoord
