// optcoord/pricing/formulas.hpp -- where a room gets prices from: the formulas of the headers, or the compiled kernels.
// SPDX-License-Identifier: MIT
//
// The rooms are header-only and price with what they are given. Alone they use the scalar formulas; the desk hands them
// those of its kernels, whose bits do not depend on the host's compiler. Example:
//
//   market.formulas = pricing::compiled_formulas();   // pricing/batch.hpp
#pragma once

#include <optcoord/market/greeks.hpp>  // UnitGreeks
#include <optcoord/pricing/black_scholes.hpp>
#include <optcoord/pricing/implied_volatility.hpp>

namespace optcoord::pricing {

/// Of one European option, per unit of underlying. Arguments, limits and errors are those of the functions of these
/// names in black_scholes.hpp and implied_volatility.hpp.
struct Formulas {
  double (*value)(const OptionTerms& terms, double vol) noexcept;
  UnitGreeks (*unit_greeks)(const OptionTerms& terms, double vol) noexcept;
  ImpliedVolatility (*implied_volatility)(const OptionTerms& terms, double price) noexcept;
};

/// \returns the formulas of the headers.
[[nodiscard]] inline Formulas scalar_formulas() noexcept {
  return {[](const OptionTerms& terms, double vol) noexcept { return value(terms, vol); },
          [](const OptionTerms& terms, double vol) noexcept { return unit_greeks(greeks(terms, vol)); },
          [](const OptionTerms& terms, double price) noexcept { return implied_volatility(terms, price); }};
}

}  // namespace optcoord::pricing
