// examples/ipmcc/answers.hpp -- what optcoord-ipmcc prints for a trader: legs, figures, what was not chosen, and why.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/time.hpp>       // Timestamp
#include <optcoord/ipmcc/chain.hpp>     // Market
#include <optcoord/ipmcc/holdings.hpp>  // Holding
#include <optcoord/ipmcc/plan.hpp>      // Plan, RuleOutcome

#include <string>  // std::string
#include <vector>  // std::vector

namespace optcoord::ipmcc_program {

/// What the plans are made from: "SPY at 2026-01-05T15:00:00Z, spot 450, 594 contracts in the chain".
[[nodiscard]] std::string heading(const ipmcc::Market& market, Timestamp now);

/// The plan: a headline, legs, figures, what of the chain was not chosen, reasons and warnings. \param held  contracts
/// of the call that is due, in a weekly's roll
[[nodiscard]] std::string plan_as_text(const ipmcc::Plan& plan, std::int64_t held = 0);

/// A call sold that no rule says is due, with what each rule says.
[[nodiscard]] std::string not_due_as_text(const ipmcc::Holding& weekly, const std::vector<ipmcc::RuleOutcome>& rules);

}  // namespace optcoord::ipmcc_program
