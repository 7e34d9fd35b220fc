// optcoord/market/position.hpp -- what the broker reports as held.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/market/contract.hpp>  // Contract

#include <cstdint>  // std::int64_t
#include <string>   // std::string

namespace optcoord {

/// One line of the broker's positions.
struct Position {
  Contract contract;
  std::int64_t quantity{0};  ///< contracts or shares; + long, - short
  std::string strategy;      ///< the strategy it belongs to, as far as the broker knows; empty: not given

  friend bool operator==(const Position&, const Position&) = default;
};

}  // namespace optcoord
