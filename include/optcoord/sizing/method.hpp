// optcoord/sizing/method.hpp -- a sizing method of the host's own: its name, its parameters, its notional before caps.
// SPDX-License-Identifier: MIT
//
// It takes part in inheritance, validation, caps and explain as the built-in ones do. Example:
//
//   Result<Usd> square_root(const MethodInput& in) {
//     return Usd{*in.parameters[0] * std::sqrt(in.request.equity)};
//   }
//   const HostMethod method{.name = "square_root", .parameters = {{"root_factor", {0, 1000}}}, .notional =
//   square_root};
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/sizing/amounts.hpp>
#include <optcoord/sizing/parameters.hpp>  // SizingRange
#include <optcoord/sizing/request.hpp>

#include <optional>  // std::optional
#include <span>      // std::span
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord {

/// What a host's method may look at.
struct MethodInput {
  const SizeRequest& request;                         ///< checked; equity > 0
  std::optional<double> risk_per_trade;               ///< fraction of equity, adjusted by performance
  std::optional<double> stop_fraction;                ///< of the request, else of the strategy
  double unit_value{0};                               ///< USD that one unit counts: its maximum loss, else its price
  std::span<const std::optional<double>> parameters;  ///< the method's own, in its order
};

/// \returns the notional before signal and caps, finite and >= 0, or an error. Pure: the same input, the same answer.
using HostNotional = Result<Usd> (*)(const MethodInput&);

struct HostParameterRule {
  std::string name{};  ///< none of the built-in names
  SizingRange range{};
  bool required{true};
};

struct HostMethod {
  std::string name{};  ///< none of the built-in names
  std::vector<HostParameterRule> parameters{};
  HostNotional notional{nullptr};
};

}  // namespace optcoord
