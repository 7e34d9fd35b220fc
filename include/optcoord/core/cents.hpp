// optcoord/core/cents.hpp -- money for budgets: whole cents, rounded down where it is given out.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/error.hpp>  // Result
#include <optcoord/core/fixed_point.hpp>

#include <compare>  // operator<=>
#include <cstdint>  // std::int64_t

namespace optcoord {

/// US dollars in whole cents. Sums are the caller's to keep in range; `cents_down` bounds what enters.
struct Cents {
  std::int64_t raw{0};

  friend constexpr auto operator<=>(Cents, Cents) noexcept = default;
  friend constexpr Cents operator+(Cents a, Cents b) noexcept { return {a.raw + b.raw}; }
  friend constexpr Cents operator-(Cents a, Cents b) noexcept { return {a.raw - b.raw}; }
  constexpr Cents& operator+=(Cents b) noexcept { return raw += b.raw, *this; }
  constexpr Cents& operator-=(Cents b) noexcept { return raw -= b.raw, *this; }
};

inline constexpr std::int64_t micro_per_cent = micro_per_unit / 100;

/// \returns the same amount in millionths of a dollar.
[[nodiscard]] constexpr Micro to_micro(Cents c) noexcept { return {c.raw * micro_per_cent}; }

/// \returns the whole cents of `m`, towards minus infinity.
[[nodiscard]] constexpr Cents cents_down(Micro m) noexcept {
  const std::int64_t whole = m.raw / micro_per_cent;
  return {m.raw % micro_per_cent < 0 ? whole - 1 : whole};
}

/// \returns the whole cents of `usd`, rounded to a millionth first, so that 0.29 is 29. Errors as `to_micro`.
[[nodiscard]] inline Result<Cents> cents_down(double usd, const char* field = "value", std::int32_t index = -1) {
  return to_micro(usd, field, index).map([](Micro m) { return cents_down(m); });
}

}  // namespace optcoord
