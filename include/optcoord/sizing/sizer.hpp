// optcoord/sizing/sizer.hpp -- one strategy's sizer: validated once, asked for every trade.
// SPDX-License-Identifier: MIT
//
// Immutable. What changes with trades is a PerformanceState the caller keeps. Example:
//
//   const Sizer sizer = *Sizer::make(inherited(global, own));
//   const Result<Size> size = sizer.size({.equity = 10'000, .price = 50'000, .stop = 48'000});
//   size->units;                 // 0.1, not USD, not contracts
//   size->caps();                // what lowered it, in order
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/sizing/fault.hpp>
#include <optcoord/sizing/inheritance.hpp>
#include <optcoord/sizing/method.hpp>
#include <optcoord/sizing/risk_adjustment.hpp>
#include <optcoord/sizing/size.hpp>
#include <optcoord/sizing/validate.hpp>

#include <algorithm>    // std::clamp
#include <cstddef>      // std::size_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::move
#include <vector>       // std::vector

namespace optcoord {

/// One field in force: its name, its value as text, and which level it is of.
struct EffectiveField {
  std::string name;
  std::string value;
  SizingOrigin origin{SizingOrigin::builtin_default};

  friend bool operator==(const EffectiveField&, const EffectiveField&) = default;
};

class Sizer {
 public:
  /// \returns the sizer, or every fault of what is in force, each with its path below `path`.
  [[nodiscard]] static SizingResult<Sizer> make(const InheritedSizing& in_force,
                                                std::span<const HostMethod> methods = {},
                                                const std::string& path = "position_sizing") {
    std::vector<SizingFault> faults;
    detail::check_written(in_force.config, methods, path, faults);
    detail::check_whole(in_force, methods, path, faults);
    detail::check_order(in_force.config, path, faults);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return Sizer(in_force, methods);
  }

  /// Sizes a trade at the configured risk, as before any trade. See optcoord::size. No allocation.
  [[nodiscard]] Result<Size> size(const SizeRequest& request) const { return size(request, {}); }
  /// Sizes a trade at the risk that `history` leaves.
  [[nodiscard]] Result<Size> size(const SizeRequest& request, const PerformanceState& history) const {
    return optcoord::size(rules_, request, risk_per_trade(history), host_values_);
  }

  /// The risk per trade now, a fraction of equity; nothing where none is configured.
  [[nodiscard]] std::optional<double> risk_per_trade(const PerformanceState& history = {}) const noexcept {
    if (!rules_.risk_per_trade) return std::nullopt;
    return adjustment_.risk(*rules_.risk_per_trade, history);
  }
  [[nodiscard]] const RiskAdjustment& risk_adjustment() const noexcept { return adjustment_; }
  [[nodiscard]] const SizingRules& rules() const noexcept { return rules_; }
  [[nodiscard]] std::string_view method() const noexcept { return method_; }
  /// Every field in force, method first, in the order of sizing_parameters, then risk_adjustment, then the host's.
  [[nodiscard]] std::span<const EffectiveField> fields() const noexcept { return fields_; }

 private:
  Sizer(const InheritedSizing& s, std::span<const HostMethod> methods) : method_(s.method_name()) {
    const PositionSizingConfig& c = s.config;
    rules_.rule = find_sizing_rule(method_).value_or(SizingRule::host);
    rules_.amount = amount_of(rules_.rule, c);
    rules_.risk_per_trade = c.risk_per_trade_pct;
    constexpr double percent = 100;
    rules_.stop_fraction = c.default_stop_loss_pct;
    if (c.stop_loss_pct) rules_.stop_fraction = *c.stop_loss_pct / percent;
    if (c.max_position_size_usd) rules_.max_position = Usd{*c.max_position_size_usd};
    if (c.min_position_size_usd) rules_.min_position = Usd{*c.min_position_size_usd};
    rules_.max_leverage = c.max_leverage.value_or(default_max_leverage);
    rules_.lot = c.lot_size;
    if (c.risk_adjustment) adjustment_ = *RiskAdjustment::make(*c.risk_adjustment);
    if (rules_.rule == SizingRule::host) take_host_method(*detail::find_host_method(methods, method_), c);
    note_fields(s);
  }

  [[nodiscard]] static double amount_of(SizingRule rule, const PositionSizingConfig& c) {
    switch (rule) {
      case SizingRule::fixed_usd: return *c.fixed_amount_usd;
      case SizingRule::percent_equity: return *c.percent_equity;
      case SizingRule::fixed_units: return *c.fixed_units;
      case SizingRule::volatility_target: return *c.target_volatility;
      case SizingRule::kelly: {
        const double p = *c.kelly_win_rate;
        const double b = *c.kelly_win_loss_ratio;
        return std::clamp((b * p - (1 - p)) / b, 0.0, *c.kelly_cap);
      }
      case SizingRule::risk_based:
      case SizingRule::host: break;
    }
    return 0;
  }

  void take_host_method(const HostMethod& method, const PositionSizingConfig& c) {
    rules_.host = method.notional;
    for (const HostParameterRule& p : method.parameters) {
      host_values_.emplace_back();
      for (const HostParameter& given : c.host_parameters)
        if (given.name == p.name) host_values_.back() = given.value;
    }
  }

  void note_fields(const InheritedSizing& s) {
    fields_.push_back({"method", method_, s.method});
    for (std::size_t i = 0; i < sizing_parameters.size(); ++i) {
      if (s.parameters[i] == SizingOrigin::absent) continue;
      const double value = (s.config.*sizing_parameters[i].member).value_or(default_max_leverage);
      fields_.push_back({std::string{sizing_parameters[i].name}, detail::number_text(value), s.parameters[i]});
    }
    if (const std::optional<RiskAdjustmentConfig>& a = s.config.risk_adjustment) {
      std::string value = "off";
      if (a->enabled)
        value = std::to_string(*a->performance_window) + " trades, " + detail::number_text(*a->min_risk_pct) + " to " +
                detail::number_text(*a->max_risk_pct);
      fields_.push_back({"risk_adjustment", std::move(value), s.risk_adjustment});
    }
    for (std::size_t i = 0; i < s.config.host_parameters.size(); ++i) {
      const HostParameter& p = s.config.host_parameters[i];
      fields_.push_back({p.name, detail::number_text(p.value), s.host_parameters[i]});
    }
  }

  std::string method_;
  SizingRules rules_{};
  RiskAdjustment adjustment_{};
  std::vector<std::optional<double>> host_values_{};
  std::vector<EffectiveField> fields_{};
};

}  // namespace optcoord
