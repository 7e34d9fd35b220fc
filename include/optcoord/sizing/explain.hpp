// optcoord/sizing/explain.hpp -- a size, a sizer and what went wrong as lines a trader can read.
// SPDX-License-Identifier: MIT
//
// Text is made here alone. Its sentences about faults are the ones people search their logs for. Example:
//
//   explain(size);    // 1,000 USD, 0.02 units. Position size exceeds maximum limit: 5,000 -> 1,000 USD
//   (max_position_... explain(sizer);   // method=fixed_usd (global), fixed_amount_usd=2000 (strategy), max_leverage=1
//   (default)
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/core/explain.hpp>  // group_thousands
#include <optcoord/core/reason.hpp>
#include <optcoord/sizing/factory.hpp>
#include <optcoord/sizing/fault.hpp>
#include <optcoord/sizing/size.hpp>
#include <optcoord/sizing/sizer.hpp>

#include <array>        // std::array
#include <charconv>     // std::to_chars
#include <cstdint>      // std::int64_t
#include <string>       // std::string
#include <string_view>  // std::string_view

namespace optcoord {
namespace detail {

/// Dollars and cents with commas: "1,000", "999.50".
[[nodiscard]] inline std::string usd_text(Usd usd) {
  if (!(usd.value < largest_usd)) return number_text(usd.value);
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), usd.value, std::chars_format::fixed, 2);
  std::string out{buffer.data(), end.ptr};
  constexpr std::string_view no_cents = ".00";
  if (out.ends_with(no_cents)) out.resize(out.size() - no_cents.size());
  group_thousands(out);
  return out;
}

}  // namespace detail

/// \returns the size, then why it is 0 or what lowered it.
[[nodiscard]] inline std::string explain(const Size& size) {
  std::string out = detail::usd_text(size.notional) + " USD, " + detail::number_text(size.units.value) + " units";
  if (size.contracts) out += ", " + detail::grouped(size.contracts->value) + " contracts";
  if (size.reason == Code::no_equity) out += ". No equity to size on";
  if (size.reason == Code::below_min) out += ". Under the minimum position size";
  if (size.reason == Code::zero_size) out += ". Nothing to trade";
  for (const AppliedCap& c : size.caps()) {
    out += c.cap == SizeCap::lot ? ". Rounded down to whole lots: " : ". Position size exceeds maximum limit: ";
    out += detail::usd_text(c.from) + " -> " + detail::usd_text(c.to) + " USD";
    if (c.cap != SizeCap::lot) out += " (" + std::string{text(c.cap)} + ")";
  }
  return out;
}

/// \returns every field in force with its origin.
[[nodiscard]] inline std::string explain(const Sizer& sizer) {
  std::string out;
  for (const EffectiveField& f : sizer.fields()) {
    if (!out.empty()) out += ", ";
    out += f.name + "=" + f.value + " (" + std::string{text(f.origin)} + ")";
  }
  return out;
}

/// \returns what kept `strategy` from a size.
[[nodiscard]] inline std::string explain_failure(const Error& error, std::string_view strategy,
                                                 const SizerFactory& factory) {
  const std::string name{strategy};
  if (error.code == Errc::unknown_name) {
    const std::string_view nearest = factory.nearest(strategy);
    std::string out = "Strategy not found in position sizers: '" + name + "'";
    return nearest.empty() ? out : out + ", did you mean '" + std::string{nearest} + "'?";
  }
  const std::string out = "Position size calculation failed for strategy " + name;
  if (error.code == Errc::no_sizer) return out + ": no position_sizing, neither global nor its own";
  return out + ": '" + error.field + "' is missing or out of range";
}

}  // namespace optcoord
