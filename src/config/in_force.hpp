// src/config/in_force.hpp -- which configured features no component of this version acts on yet.
// SPDX-License-Identifier: MIT
//
// A row of the table goes when the room that acts on the feature lands.
#pragma once

#include <optcoord/desk/config.hpp>

#include <string>  // std::string
#include <vector>  // std::vector

namespace optcoord::config::detail {

/// \returns the features of `config` that are validated and then left alone, in order of the table.
[[nodiscard]] std::vector<std::string> not_in_force(const DeskConfig& config);

}  // namespace optcoord::config::detail
