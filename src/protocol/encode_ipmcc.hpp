// src/protocol/encode_ipmcc.hpp -- the fields of a plan of LEAPs and weekly calls, for every line that has one.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/plan.hpp>  // Plan

#include "write.hpp"  // ObjectWriter

namespace optcoord::protocol {

/// Writes `plan` from `path` to `warnings`, then `weekly` and `rules` where it is a weekly's roll. What is not known is
/// null; `rejected` has the filters that rejected something, in the order in which they are asked.
void write_plan(ObjectWriter& line, const ipmcc::Plan& plan);

}  // namespace optcoord::protocol
