// src/config/sizing_fields.hpp -- the sizing room's parameters, with ranges as the reader takes them.
// SPDX-License-Identifier: MIT
#pragma once

#include "blocks.hpp"

#include <optcoord/sizing/parameters.hpp>  // sizing_parameters, sizing_methods

namespace optcoord::config::detail {

/// A parameter of a position_sizing block.
struct SizingField {
  std::string_view name;
  std::optional<double> PositionSizingConfig::*member;
  Range range;
};

inline constexpr std::array<SizingField, sizing_parameters.size()> sizing_fields = [] {
  std::array<SizingField, sizing_parameters.size()> fields{};
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const SizingRange& r = sizing_parameters[i].range;
    const double high = r.high == largest_number ? any_number.high : r.high;
    fields[i] = {sizing_parameters[i].name, sizing_parameters[i].member, {r.low, high, r.low_open, r.high_open}};
  }
  return fields;
}();

}  // namespace optcoord::config::detail
