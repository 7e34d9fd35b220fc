// src/config/sizing_inheritance.cpp -- a strategy's sizing after inheritance: is it whole, and where is it from?
// SPDX-License-Identifier: MIT
#include "sizing_fields.hpp"

#include <optcoord/desk/sizing_config.hpp>
#include <optcoord/sizing/inheritance.hpp>
#include <optcoord/sizing/validate.hpp>  // check_whole

#include <vector>  // std::vector

namespace optcoord::config::detail {
namespace {

/// Reports the parameters that the method in force lacks.
void check_whole(Report& report, const InheritedSizing& in_force, const std::string& path) {
  std::vector<SizingFault> faults;
  optcoord::detail::check_whole(in_force, {}, path, faults);
  for (const SizingFault& f : faults) report.fault(f.code, f.path, f.message);
}

void check_order(Report& report, const PositionSizingConfig& c, const std::string& path) {
  if (c.min_position_size_usd && c.max_position_size_usd && *c.min_position_size_usd > *c.max_position_size_usd)
    report.fault(
        Errc::invalid_configuration, join(path, "min_position_size_usd"),
        json_of(*c.min_position_size_usd) + " is over max_position_size_usd, " + json_of(*c.max_position_size_usd));
}

void note_adjustment(Report& report, const RiskAdjustmentConfig& a, const std::string& path, Origin origin) {
  report.note(join(path, "enabled"), json_of(a.enabled), origin);
  if (a.performance_window) report.note(join(path, "performance_window"), json_of(*a.performance_window), origin);
  if (a.min_risk_pct) report.note(join(path, "min_risk_pct"), json_of(*a.min_risk_pct), origin);
  if (a.max_risk_pct) report.note(join(path, "max_risk_pct"), json_of(*a.max_risk_pct), origin);
}

/// Notes what is in force: a value that `own` has is of `owner`, any other is inherited from the global block.
void note_effective(Report& report, const PositionSizingConfig& effective, const PositionSizingConfig& own,
                    Origin owner, const std::string& path) {
  const auto origin = [owner](bool owned) { return owned ? owner : Origin::global; };
  const std::string method = effective.method.value_or(std::string{default_sizing_method});
  report.note(join(path, "method"), json_of(method),
              effective.method ? origin(own.method.has_value()) : Origin::builtin_default);
  for (const SizingField& f : sizing_fields) {
    const std::optional<double>& value = effective.*f.member;
    if (value) {
      report.note(join(path, f.name), json_of(*value), origin((own.*f.member).has_value()));
    } else if (f.name == "max_leverage") {
      report.note(join(path, f.name), json_of(default_max_leverage), Origin::builtin_default);
    }
  }
  if (effective.risk_adjustment)
    note_adjustment(report, *effective.risk_adjustment, join(path, "risk_adjustment"),
                    origin(own.risk_adjustment.has_value()));
}

/// One strategy, whose values go before the global ones.
void resolve(Report& report, const PositionSizingConfig& global, const PositionSizingConfig& own,
             const std::string& path) {
  const InheritedSizing in_force = inherited(global, own);
  const PositionSizingConfig& effective = in_force.config;
  check_whole(report, in_force, path);
  if (own.min_position_size_usd || own.max_position_size_usd) check_order(report, effective, path);
  note_effective(report, effective, own, Origin::strategy, path);
}

}  // namespace

void resolve_position_sizing(Report& report, const DeskConfig& config) {
  const PositionSizingConfig none;
  const PositionSizingConfig& global = config.position_sizing ? *config.position_sizing : none;
  bool global_alone = !config.strategies;  // somebody sizes by the global block as it stands
  if (config.strategies)
    for (const DeskStrategyConfig& s : *config.strategies) global_alone = global_alone || !s.position_sizing;
  if (config.position_sizing) {
    check_order(report, global, "position_sizing");
    if (global_alone) check_whole(report, inherited(global, none), "position_sizing");
    note_effective(report, global, global, Origin::file, "position_sizing");
  }
  if (!config.strategies) return;
  for (std::size_t i = 0; i < config.strategies->size(); ++i) {
    const DeskStrategyConfig& strategy = (*config.strategies)[i];
    const PositionSizingConfig own = sizing_of(strategy).value_or(none);
    const std::string path = join(join("strategies", i), "position_sizing");
    if (strategy.position_sizing) {
      resolve(report, global, own, path);
    } else if (config.position_sizing) {
      note_effective(report, inherited(global, own).config, own, Origin::strategy, path);
    }
  }
}

}  // namespace optcoord::config::detail
