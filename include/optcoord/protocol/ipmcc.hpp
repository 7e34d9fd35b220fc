// optcoord/protocol/ipmcc.hpp -- plans of LEAPs and weekly calls as JSON lines.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>   // Timestamp
#include <optcoord/ipmcc/plan.hpp>  // Plan
#include <optcoord/market/contract.hpp>

#include <string>  // std::string

namespace optcoord::protocol {

/// Appends `plan` as one `ipmcc_plan` line, with its line end: t, type, root, and the plan's fields as the desk's lines
/// have them.
void append_plan(std::string& out, const Contract& underlying, Timestamp now, const ipmcc::Plan& plan);

}  // namespace optcoord::protocol
