// tests/property/slow_structure.hpp -- covers and worst cases of a structure, price by price, pair by pair.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/exercise/structure.hpp>

#include <algorithm>  // std::max, std::min
#include <cmath>      // std::floor
#include <cstddef>    // std::size_t
#include <cstdint>    // std::int64_t
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord::test {

[[nodiscard]] inline std::int64_t slow_uncovered(const Structure& s, std::span<const std::int64_t> held, Right right) {
  std::int64_t naked = 0;
  double cover = 0;
  double multiplier = 0;
  for (const std::size_t i : s.members) {
    const ExpiryPosition& p = s.all[i];
    if (p.contract.kind == Kind::option && p.contract.right == right && held[i] < 0) {
      naked -= held[i];
      multiplier = p.terms.multiplier;
    }
    if (p.contract.kind == Kind::share && right == Right::call) cover += static_cast<double>(held[i]);
  }
  for (const Pair& pair : pairs(s, held))
    if (s.all[pair.short_leg].contract.right == right) naked -= pair.quantity;
  if (cover > 0 && multiplier > 0) naked -= static_cast<std::int64_t>(std::floor(cover / multiplier));
  return std::max<std::int64_t>(naked, 0);
}

[[nodiscard]] inline WorstCase slow_worst_case(const Structure& s, std::span<const std::int64_t> held, Date from,
                                               Date until) {
  const auto counts = [&](std::size_t i) {
    const Contract& c = s.all[i].contract;
    if (c.kind != Kind::option) return true;
    return c.expiry >= from && (held[i] > 0 || c.expiry <= until);
  };
  const auto value_at = [&](std::int64_t spot) {  // thousandths of a dollar: exact as long as 2^53 is not passed
    double sum = 0;
    for (const std::size_t i : s.members) {
      if (!counts(i)) continue;
      const Contract& c = s.all[i].contract;
      const std::int64_t moved = spot - c.strike_thousandths;  // a share's strike is 0
      const std::int64_t worth = c.kind != Kind::option   ? moved
                                 : c.right == Right::call ? std::max<std::int64_t>(moved, 0)
                                                          : std::max<std::int64_t>(-moved, 0);
      sum += static_cast<double>(held[i]) * s.all[i].terms.multiplier * static_cast<double>(worth);
    }
    return sum / 1000.0;
  };
  WorstCase w{0, value_at(0)};
  for (const std::size_t i : s.members) {
    const Contract& c = s.all[i].contract;
    if (counts(i) && (c.kind != Kind::option || c.right == Right::call))
      w.slope += static_cast<double>(held[i]) * s.all[i].terms.multiplier;
    if (c.kind == Kind::option) w.least = std::min(w.least, value_at(c.strike_thousandths));
  }
  return w;
}

[[nodiscard]] inline bool slow_closes_safely(const Structure& s, std::span<const std::int64_t> held, std::size_t leg,
                                             std::int64_t quantity) {
  std::vector<std::int64_t> after(held.begin(), held.end());
  after[leg] -= quantity;
  for (const Right right : {Right::call, Right::put})
    if (slow_uncovered(s, after, right) > slow_uncovered(s, held, right)) return false;
  const Date until = s.all[leg].contract.expiry;
  for (const std::size_t i : s.members) {
    const Contract& c = s.all[i].contract;
    if (c.kind != Kind::option || c.expiry > until) continue;
    if (worse(slow_worst_case(s, after, c.expiry, until), slow_worst_case(s, held, c.expiry, until))) return false;
  }
  return true;
}

}  // namespace optcoord::test
