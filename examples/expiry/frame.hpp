// examples/expiry/frame.hpp -- an expiry plan as a trader reads it: what is at risk, what to do, what it costs not to.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/names.hpp>   // Names
#include <optcoord/desk/output.hpp>  // ExpiryPlanOutput

#include <cstdint>  // std::uint8_t
#include <string>   // std::string

namespace optcoord::expiry_program {

enum class Rows : std::uint8_t {
  all,        ///< every option held
  in_danger,  ///< those at risk, or with something to do or to look at
};

/// \returns the plan made at `t` as text: head, positions, actions in their order, escalations with both costs, what
/// assignment would leave, when to ask again. Clocks are New York's.
[[nodiscard]] std::string frame(const ExpiryPlanOutput& output, const Names& names, Timestamp t, Rows rows);

}  // namespace optcoord::expiry_program
