// src/config/in_force.cpp -- the table of features that are read and not acted on yet.
// SPDX-License-Identifier: MIT
#include "in_force.hpp"

#include <array>        // std::array
#include <string_view>  // std::string_view

namespace optcoord::config::detail {
namespace {

struct Feature {
  std::string_view name;
  bool (*configured)(const DeskConfig&);
};

constexpr std::array<Feature, 1> features{{
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
