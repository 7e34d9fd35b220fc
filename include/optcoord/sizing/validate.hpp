// optcoord/sizing/validate.hpp -- whether a position_sizing block is sound by itself and whole after inheritance.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/names.hpp>  // nearest_name
#include <optcoord/sizing/fault.hpp>
#include <optcoord/sizing/inheritance.hpp>
#include <optcoord/sizing/method.hpp>
#include <optcoord/sizing/parameters.hpp>
#include <optcoord/sizing/risk_adjustment.hpp>

#include <algorithm>    // std::find_if
#include <cstddef>      // std::size_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::detail {

[[nodiscard]] inline const HostMethod* find_host_method(std::span<const HostMethod> methods, std::string_view name) {
  const auto it = std::find_if(methods.begin(), methods.end(), [name](const HostMethod& m) { return m.name == name; });
  return it == methods.end() ? nullptr : &*it;
}
[[nodiscard]] inline const HostParameterRule* find_host_parameter(std::span<const HostMethod> methods,
                                                                  std::string_view name) {
  for (const HostMethod& m : methods)
    for (const HostParameterRule& p : m.parameters)
      if (p.name == name) return &p;
  return nullptr;
}

/// \returns ", did you mean 'x'?", or nothing.
[[nodiscard]] inline std::string did_you_mean(const std::vector<std::string_view>& known, std::string_view name) {
  const std::string_view nearest = nearest_name(known, name);
  return nearest.empty() ? std::string{} : ", did you mean '" + std::string{nearest} + "'?";
}

inline void check_range(double v, const SizingRange& range, const std::string& path, std::vector<SizingFault>& out) {
  if (!range.contains(v))
    out.push_back({Errc::invalid_value, path, "must be " + words_of(range) + ", found " + number_text(v)});
}

inline void check_method(const PositionSizingConfig& c, std::span<const HostMethod> methods, const std::string& path,
                         std::vector<SizingFault>& out) {
  if (!c.method || find_sizing_rule(*c.method) || find_host_method(methods, *c.method) != nullptr) return;
  std::vector<std::string_view> known;
  for (const MethodNeeds& m : sizing_methods) known.push_back(m.method);
  for (const HostMethod& m : methods) known.emplace_back(m.name);
  out.push_back({Errc::invalid_value, join_path(path, "method"),
                 "Unknown position sizing method: " + *c.method + did_you_mean(known, *c.method)});
}

inline void check_host_parameters(const PositionSizingConfig& c, std::span<const HostMethod> methods,
                                  const std::string& path, std::vector<SizingFault>& out) {
  for (std::size_t i = 0; i < c.host_parameters.size(); ++i) {
    const HostParameter& given = c.host_parameters[i];
    const std::string at = join_path(path, given.name);
    for (std::size_t k = 0; k < i; ++k)
      if (c.host_parameters[k].name == given.name) out.push_back({Errc::invalid_configuration, at, "given twice"});
    if (const HostParameterRule* rule = find_host_parameter(methods, given.name)) {
      check_range(given.value, rule->range, at, out);
      continue;
    }
    std::vector<std::string_view> known;
    for (const SizingParameter& p : sizing_parameters) known.push_back(p.name);
    for (const HostMethod& m : methods)
      for (const HostParameterRule& p : m.parameters) known.emplace_back(p.name);
    out.push_back({Errc::unknown_key, at, "no method has this parameter" + did_you_mean(known, given.name)});
  }
}

/// What is wrong with the values that one level writes.
inline void check_written(const PositionSizingConfig& c, std::span<const HostMethod> methods, const std::string& path,
                          std::vector<SizingFault>& out) {
  check_method(c, methods, path, out);
  for (const SizingParameter& p : sizing_parameters)
    if (const std::optional<double>& v = c.*p.member) check_range(*v, p.range, join_path(path, p.name), out);
  check_host_parameters(c, methods, path, out);
  if (!c.risk_adjustment) return;
  if (const auto made = RiskAdjustment::make(*c.risk_adjustment); !made)
    out.push_back(
        {made.error().code, join_path(path, std::string{"risk_adjustment."} + made.error().field),
         made.error().code == Errc::invalid_configuration ? "is over max_risk_pct" : "missing or out of range"});
}

/// What the method in force lacks. Unknown methods were reported where they are written.
inline void check_whole(const InheritedSizing& s, std::span<const HostMethod> methods, const std::string& path,
                        std::vector<SizingFault>& out) {
  const std::string method{s.method_name()};
  const auto missing = [&](std::string_view parameter) {
    out.push_back({Errc::invalid_value, join_path(path, parameter),
                   "'" + std::string{parameter} + "' is required by the method " + method});
  };
  if (const std::optional<SizingRule> rule = find_sizing_rule(method)) {
    for (const std::string_view parameter : sizing_methods[static_cast<std::size_t>(*rule)].parameters)
      if (const std::optional<std::size_t> at = find_sizing_parameter(parameter))
        if (!(s.config.*sizing_parameters[*at].member)) missing(parameter);
  } else if (const HostMethod* host = find_host_method(methods, method)) {
    for (const HostParameterRule& p : host->parameters) {
      const auto& given = s.config.host_parameters;
      const auto is_it = [&p](const HostParameter& g) { return g.name == p.name; };
      if (p.required && std::find_if(given.begin(), given.end(), is_it) == given.end()) missing(p.name);
    }
  }
}

/// Whether minimum and maximum in force contradict each other.
inline void check_order(const PositionSizingConfig& c, const std::string& path, std::vector<SizingFault>& out) {
  if (c.min_position_size_usd && c.max_position_size_usd && *c.min_position_size_usd > *c.max_position_size_usd)
    out.push_back({Errc::invalid_configuration, join_path(path, "min_position_size_usd"),
                   number_text(*c.min_position_size_usd) + " is over max_position_size_usd, " +
                       number_text(*c.max_position_size_usd)});
}

/// What is wrong with the methods the host registered: a name or parameter that is taken, or nothing to call.
inline void check_host_methods(std::span<const HostMethod> methods, std::vector<SizingFault>& out) {
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const HostMethod& m = methods[i];
    const std::string path = "methods[" + std::to_string(i) + "]";
    const bool taken = find_sizing_rule(m.name) || find_host_method(methods, m.name) != &m;
    if (m.name.empty()) out.push_back({Errc::invalid_value, path + ".name", "must not be empty"});
    if (taken) out.push_back({Errc::invalid_configuration, path + ".name", "a method '" + m.name + "' exists"});
    if (m.notional == nullptr) out.push_back({Errc::invalid_value, path + ".notional", "no function"});
    for (const HostParameterRule& p : m.parameters)
      if (p.name.empty() || p.name == "method" || p.name == "risk_adjustment" || find_sizing_parameter(p.name) ||
          find_host_parameter(methods, p.name) != &p)
        out.push_back({Errc::invalid_configuration, path + ".parameters", "'" + p.name + "' is taken"});
  }
}

}  // namespace optcoord::detail
