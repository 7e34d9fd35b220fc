// optcoord/sizing/inheritance.hpp -- a strategy's sizing over the global one, field by field, and whose each field is.
// SPDX-License-Identifier: MIT
//
// The one merge there is: configuration files, the factory and hosts that build configurations in code all call it.
// Merging twice changes nothing. Example:
//
//   const InheritedSizing s = inherited(global, own);
//   s.config.method;                        // own's, else the global one, whatever it is
//   s.origin_of("risk_per_trade_pct");      // strategy, global, builtin_default or absent
#pragma once

#include <optcoord/sizing/parameters.hpp>

#include <algorithm>    // std::any_of
#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord {

/// Where an effective field comes from.
enum class SizingOrigin : std::uint8_t {
  absent,           ///< neither level says, and there is no default
  builtin_default,  ///< neither level says
  global,           ///< the global block
  strategy,         ///< the strategy's own block
};

/// \returns "default", "global" or "strategy"; empty for `absent`.
[[nodiscard]] constexpr std::string_view text(SizingOrigin origin) noexcept {
  constexpr std::array<std::string_view, 4> texts{"", "default", "global", "strategy"};
  return texts[static_cast<std::size_t>(origin)];
}

/// What is in force after inheritance, and from where.
struct InheritedSizing {
  PositionSizingConfig config{};
  SizingOrigin method{SizingOrigin::builtin_default};
  std::array<SizingOrigin, sizing_parameters.size()> parameters{};  ///< in the order of sizing_parameters
  SizingOrigin risk_adjustment{};
  std::vector<SizingOrigin> host_parameters{};  ///< in the order of config.host_parameters

  /// The method in force.
  [[nodiscard]] std::string_view method_name() const noexcept {
    return config.method ? std::string_view{*config.method} : default_sizing_method;
  }
  /// \returns the origin of a built-in field; `absent` for names that are none.
  [[nodiscard]] constexpr SizingOrigin origin_of(std::string_view field) const noexcept {
    if (field == "method") return method;
    if (field == "risk_adjustment") return risk_adjustment;
    const std::optional<std::size_t> at = find_sizing_parameter(field);
    return at ? parameters[*at] : SizingOrigin::absent;
  }
};

namespace detail {
/// Takes `global`'s value where `own` has none. \returns whose the value is.
template <class T>
SizingOrigin inherit(std::optional<T>& own, const std::optional<T>& global, SizingOrigin otherwise) {
  if (own) return SizingOrigin::strategy;
  if (!global) return otherwise;
  own = global;
  return SizingOrigin::global;
}
}  // namespace detail

/// The strategy's values over the global ones: method and every parameter, whatever the methods are. risk_adjustment is
/// one field. Host parameters are fields by name: the strategy's first, then those only the global block has.
/// Defaults are not written into `config`. O(fields).
[[nodiscard]] inline InheritedSizing inherited(const PositionSizingConfig& global, const PositionSizingConfig& own) {
  InheritedSizing out;
  out.config = own;
  out.method = detail::inherit(out.config.method, global.method, SizingOrigin::builtin_default);
  for (std::size_t i = 0; i < sizing_parameters.size(); ++i) {
    const SizingParameter& p = sizing_parameters[i];
    const SizingOrigin otherwise = p.name == "max_leverage" ? SizingOrigin::builtin_default : SizingOrigin::absent;
    out.parameters[i] = detail::inherit(out.config.*p.member, global.*p.member, otherwise);
  }
  out.risk_adjustment = detail::inherit(out.config.risk_adjustment, global.risk_adjustment, SizingOrigin::absent);
  out.host_parameters.assign(own.host_parameters.size(), SizingOrigin::strategy);
  for (const HostParameter& g : global.host_parameters) {
    const bool overridden = std::any_of(own.host_parameters.begin(), own.host_parameters.end(),
                                        [&g](const HostParameter& o) { return o.name == g.name; });
    if (overridden) continue;
    out.config.host_parameters.push_back(g);
    out.host_parameters.push_back(SizingOrigin::global);
  }
  return out;
}

}  // namespace optcoord
