// optcoord/exercise/structure.hpp -- positions of one strategy and root judged whole: covers, pairs, worst case.
// SPDX-License-Identifier: MIT
//
// No closing may leave a short uncovered or make the worst case of what remains worse. Example, a bull put spread:
//
//   Structure s{positions, {0, 1}};                      // -1 x 450P, +1 x 440P
//   closes_safely(s, held, 1, 1);                        // false: the long covers the short
#pragma once

#include <optcoord/exercise/position.hpp>

#include <algorithm>  // std::max, std::min, std::none_of, std::sort, std::unique
#include <cmath>      // std::floor
#include <cstddef>    // std::size_t
#include <cstdint>    // std::int64_t
#include <cstdlib>    // std::llabs
#include <span>       // std::span
#include <tuple>      // std::tuple
#include <utility>    // std::exchange
#include <vector>     // std::vector

namespace optcoord {

/// A short option and the long that covers it, by place in the positions.
struct Pair {
  std::size_t short_leg{0};
  std::size_t long_leg{0};
  std::int64_t quantity{0};  ///< contracts, > 0

  friend constexpr bool operator==(const Pair&, const Pair&) noexcept = default;
};

/// The positions of one strategy and root, by place in `all`.
struct Structure {
  std::span<const ExpiryPosition> all;
  std::vector<std::size_t> members{};
};

/// Positions by strategy and root, in order of first appearance. O(n x structures).
[[nodiscard]] inline std::vector<Structure> structures(std::span<const ExpiryPosition> all) {
  std::vector<Structure> out;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto same = [&](const Structure& s) {
      const ExpiryPosition& first = all[s.members.front()];
      return first.strategy == all[i].strategy && first.contract.root() == all[i].contract.root();
    };
    const auto at = std::find_if(out.begin(), out.end(), same);
    if (at == out.end()) {
      out.push_back({all, {i}});
    } else {
      at->members.push_back(i);
    }
  }
  return out;
}

/// Matches each short with longs of its right that expire no earlier, nearest strike first. The latest shorts choose
/// first: fewer longs serve them, so that as many shorts as possible are covered. `held` is contracts by place in
/// `all`, which may differ from the positions'. O(n^2 log n).
[[nodiscard]] inline std::vector<Pair> pairs(const Structure& s, std::span<const std::int64_t> held) {
  std::vector<std::int64_t> left(held.begin(), held.end());
  std::vector<std::size_t> shorts;
  for (const std::size_t i : s.members)
    if (s.all[i].contract.kind == Kind::option && held[i] < 0) shorts.push_back(i);
  std::sort(shorts.begin(), shorts.end(), [&](std::size_t a, std::size_t b) {
    const Contract& x = s.all[a].contract;
    const Contract& y = s.all[b].contract;
    return x.expiry != y.expiry ? x.expiry > y.expiry : std::tie(x, a) < std::tie(y, b);
  });
  std::vector<Pair> out;
  for (const std::size_t i : shorts) {
    const Contract& c = s.all[i].contract;
    std::vector<std::size_t> longs;
    for (const std::size_t j : s.members) {
      const Contract& l = s.all[j].contract;
      if (l.kind == Kind::option && l.right == c.right && l.expiry >= c.expiry && left[j] > 0) longs.push_back(j);
    }
    const auto nearness = [&](std::size_t j) {
      const Contract& l = s.all[j].contract;
      return std::tuple(std::llabs(l.strike_thousandths - c.strike_thousandths), l.expiry, l.strike_thousandths, j);
    };
    std::sort(longs.begin(), longs.end(), [&](std::size_t a, std::size_t b) { return nearness(a) < nearness(b); });
    for (const std::size_t j : longs) {
      const std::int64_t n = std::min(-left[i], left[j]);
      if (n == 0) continue;
      left[i] += n;
      left[j] -= n;
      out.push_back({i, j, n});
    }
  }
  return out;
}

/// \returns short options of `right` that no long covers and, for calls, no shares held of the root. O(n log n).
[[nodiscard]] inline std::int64_t uncovered(const Structure& s, std::span<const std::int64_t> held, Right right) {
  std::vector<std::size_t> legs;
  double cover = 0;
  double multiplier = 0;
  for (const std::size_t i : s.members) {
    const ExpiryPosition& p = s.all[i];
    if (p.contract.kind == Kind::share && right == Right::call) cover += static_cast<double>(held[i]);
    if (p.contract.kind != Kind::option || p.contract.right != right) continue;
    legs.push_back(i);
    if (held[i] < 0) multiplier = p.terms.multiplier;
  }
  // Any long serves any short that expires no later: how many are covered does not depend on strikes.
  std::sort(legs.begin(), legs.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(s.all[b].contract.expiry, held[b]) < std::tuple(s.all[a].contract.expiry, held[a]);
  });
  std::int64_t spare = 0;
  std::int64_t naked = 0;
  for (const std::size_t i : legs) {
    spare += held[i];
    if (spare < 0) naked -= std::exchange(spare, 0);
  }
  if (cover > 0 && multiplier > 0) naked -= static_cast<std::int64_t>(std::floor(cover / multiplier));
  return std::max<std::int64_t>(naked, 0);
}

/// The worst that settlement at any price can do, costs apart. Lower is worse, slope first; a smaller sure gain is not.
struct WorstCase {
  double slope{0};  ///< USD per USD of the underlying beyond every strike; below 0 the loss has no bound
  double least{0};  ///< USD, the least at 0 and at every strike

  [[nodiscard]] friend constexpr bool worse(const WorstCase& a, const WorstCase& b) noexcept {
    return std::min(a.slope, 0.0) < std::min(b.slope, 0.0) || std::min(a.least, 0.0) < std::min(b.least, 0.0);
  }
};

/// Longs that expire on `from` or later, shorts from `from` to `until`, all at intrinsic value; what is not an option
/// counts as it is. \returns the worst over every price from 0. O(n log n).
[[nodiscard]] inline WorstCase worst_case(const Structure& s, std::span<const std::int64_t> held, Date from,
                                          Date until) {
  struct Bend {
    std::int64_t strike;  // thousandths of a dollar: exact as long as 2^53 is not passed
    double units;         // by which the slope rises there
  };
  std::vector<Bend> bends;
  double value = 0;  // at the strike reached, times 1000; first at 0
  double slope = 0;  // beyond it
  for (const std::size_t i : s.members) {
    const Contract& c = s.all[i].contract;
    const double units = static_cast<double>(held[i]) * s.all[i].terms.multiplier;
    if (c.kind != Kind::option) {
      slope += units;
      continue;
    }
    const bool counts = c.expiry >= from && (held[i] > 0 || c.expiry <= until);
    bends.push_back({c.strike_thousandths, counts ? units : 0.0});
    if (c.right == Right::call || !counts) continue;
    value += units * static_cast<double>(c.strike_thousandths);
    slope -= units;
  }
  std::sort(bends.begin(), bends.end(), [](const Bend& a, const Bend& b) { return a.strike < b.strike; });
  double least = value;
  std::int64_t reached = 0;
  for (const Bend& bend : bends) {
    value += slope * static_cast<double>(bend.strike - reached);
    least = std::min(least, value);
    slope += bend.units;
    reached = bend.strike;
  }
  return {slope, least / 1000.0};
}

/// \returns whether closing `quantity` contracts of the long at `leg` leaves no more shorts uncovered than `held` does,
/// and no worse worst case on any day that the long is there for. O(n log n x expiries); O(n) with nothing short.
[[nodiscard]] inline bool closes_safely(const Structure& s, std::span<const std::int64_t> held, std::size_t leg,
                                        std::int64_t quantity) {
  const auto is_short = [&](std::size_t i) { return held[i] < 0; };
  if (quantity <= held[leg] && std::none_of(s.members.begin(), s.members.end(), is_short)) return true;
  std::vector<std::int64_t> after(held.begin(), held.end());
  after[leg] -= quantity;
  for (const Right right : {Right::call, Right::put})
    if (uncovered(s, after, right) > uncovered(s, held, right)) return false;
  const Date until = s.all[leg].contract.expiry;
  std::vector<Date> days;
  for (const std::size_t i : s.members) {
    const Contract& c = s.all[i].contract;
    if (c.kind == Kind::option && c.expiry <= until) days.push_back(c.expiry);
  }
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return std::none_of(days.begin(), days.end(), [&](Date day) {
    return worse(worst_case(s, after, day, until), worst_case(s, held, day, until));
  });
}

/// \returns how many of `wanted` contracts of the long at `leg` may be closed: what `closes_safely` allows.
[[nodiscard]] inline std::int64_t closable(const Structure& s, std::span<const std::int64_t> held, std::size_t leg,
                                           std::int64_t wanted) {
  if (closes_safely(s, held, leg, wanted)) return wanted;
  std::int64_t safe = 0;
  std::int64_t unsafe = wanted;
  while (unsafe - safe > 1) {  // fewer are never less safe
    const std::int64_t half = safe + (unsafe - safe) / 2;
    (closes_safely(s, held, leg, half) ? safe : unsafe) = half;
  }
  return safe;
}

}  // namespace optcoord
