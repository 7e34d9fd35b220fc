// examples/expiry/simulation_text.hpp -- what optcoord-simulate-expiry prints: tables, or JSON, one object a line.
// SPDX-License-Identifier: MIT
#pragma once

#include "simulation.hpp"

#include <cstdint>  // std::uint64_t
#include <string>   // std::string
#include <vector>   // std::vector

namespace optcoord::expiry_program {

/// What each figure should reach.
inline constexpr double wanted_prevention = 0.99;       ///< more
inline constexpr double wanted_slippage = 0.05;         ///< less, USD per unit
inline constexpr double wanted_false_positives = 0.10;  ///< less

/// One rule, simulated.
struct RuleFigures {
  Rule rule;
  Figures figures{};
};
/// One assumption replaced, and what came of it.
struct Sensitivity {
  std::string assumption;  ///< "vol 0.4"
  std::vector<RuleFigures> rules{};
};
/// A run of the program.
struct Simulation {
  std::uint64_t seed{0};
  std::int64_t days{0};
  std::vector<std::string> bars{};  ///< the files of real bars; empty: the model's days
  std::int64_t real_days{0};        ///< in them
  MarketModel model{};
  std::vector<RuleFigures> rules{};
  std::vector<Sensitivity> sensitivity{};
  std::int64_t sensitivity_days{0};
};

[[nodiscard]] std::string as_text(const Simulation& s);
[[nodiscard]] std::string as_json(const Simulation& s);

}  // namespace optcoord::expiry_program
