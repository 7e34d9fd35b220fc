// optcoord/market/market_event.hpp -- a named stretch of time that cuts and strategies react to: FOMC, EARNINGS.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>  // Timestamp

#include <string>  // std::string

namespace optcoord {

/// A calendar entry, in force during [from, until).
struct MarketEvent {
  std::string name;  ///< as configured: "FOMC"
  Timestamp from;
  Timestamp until;
  std::string root;  ///< the root it concerns; empty: all

  friend bool operator==(const MarketEvent&, const MarketEvent&) = default;
};

/// \returns whether `e` is in force: from <= now < until.
[[nodiscard]] inline bool in_force(const MarketEvent& e, Timestamp now) noexcept {
  return e.from <= now && now < e.until;
}

}  // namespace optcoord
