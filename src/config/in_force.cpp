// src/config/in_force.cpp -- the table of features that are read and not acted on yet.
// SPDX-License-Identifier: MIT
#include "in_force.hpp"

#include <algorithm>    // std::any_of
#include <array>        // std::array
#include <string_view>  // std::string_view

namespace optcoord::config::detail {
namespace {

struct Feature {
  std::string_view name;
  bool (*configured)(const DeskConfig&);
};

template <class Pick>
bool any_strategy(const DeskConfig& c, Pick pick) {
  return c.strategies && std::any_of(c.strategies->begin(), c.strategies->end(), pick);
}

bool sizing(const DeskConfig& c) {
  return c.position_sizing ||
         any_strategy(c, [](const DeskStrategyConfig& s) { return s.position_sizing.has_value(); });
}

constexpr std::array<Feature, 3> features{{
    {"position_sizing", sizing},
    {"ipmcc", [](const DeskConfig& c) { return c.ipmcc.has_value(); }},
    {"exercise", [](const DeskConfig& c) { return c.exercise.has_value(); }},
}};

}  // namespace

std::vector<std::string> not_in_force(const DeskConfig& config) {
  std::vector<std::string> out;
  for (const Feature& f : features)
    if (f.configured(config)) out.emplace_back(f.name);
  return out;
}

}  // namespace optcoord::config::detail
