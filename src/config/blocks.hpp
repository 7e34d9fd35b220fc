// src/config/blocks.hpp -- one reader per block of the configuration; load.cpp calls them in order.
// SPDX-License-Identifier: MIT
#pragma once

#include "reader.hpp"

#include <optcoord/desk/config.hpp>

#include <string>  // std::string

namespace optcoord::config::detail {

/// What every block may refer to.
struct Context {
  Report& report;
  KnownNames groups;
  KnownNames strategies;
  bool sized{false};  ///< there is a global position_sizing: every strategy has a sizer
};

/// The largest bound or amount of an exposure, as in core/fixed_point.hpp.
inline constexpr double largest_bound = 4e12;

/// Reads every block of `root` in order, and reports every fault.
void read_configuration(Report& report, const Node& root, DeskConfig& out);

/// Each reads its block out of the whole configuration `top` into `out`, and reports its faults.
void read_roots(ObjectReader& top, DeskConfig& out);
void read_groups(ObjectReader& top, LedgerConfig& out);
void read_limits(ObjectReader& top, const Context& context, LedgerConfig& out);
void read_headroom(ObjectReader& top, const Context& context, LedgerConfig& out);
void read_cuts(ObjectReader& top, const Context& context, LedgerConfig& out);
void read_ledger(ObjectReader& top, LedgerConfig& out);
void read_strategies(ObjectReader& top, const Context& context, DeskConfig& out);
void read_interlocks(ObjectReader& top, const Context& context, DeskConfig& out);
void read_coordination(ObjectReader& top, DeskConfig& out);
void read_position_sizing(ObjectReader& top, DeskConfig& out);
void read_ipmcc(ObjectReader& top, DeskConfig& out);
void read_exercise(ObjectReader& top, DeskConfig& out);

/// Reads the sizing keys of strategy `strategy`: its block, its risk_adjustment and, where it has a sizer, its stop.
void read_strategy_sizing(ObjectReader& strategy, const Context& context, DeskStrategyConfig& out);
/// Validates the sizing of each strategy after inheritance, and notes it with its origins.
void resolve_position_sizing(Report& report, const DeskConfig& config);

/// Reads `from`, `until` and `days` of `entry`; each may be absent.
void read_schedule(ObjectReader& entry, Schedule& out);
/// Reads `metric` words; see Metric.
[[nodiscard]] const Words<Metric, 8>& metric_words() noexcept;
/// What passes anywhere inside a strategy.
inline constexpr HostKeys extension_keys{.extensions = true};

}  // namespace optcoord::config::detail
