// optcoord/coordination/buying_power.hpp -- what there is to give out, and what of it each strategy uses.
// SPDX-License-Identifier: MIT
//
// The basis is set once a day, by the first account event of a New York date. Usage is what the broker last said, and
// since then what approvals took and what cancels, rejects and expiries gave back. Example:
//
//   const BuyingPower rule = *BuyingPower::make(config, shares);
//   BuyingPowerState state;
//   rule.observe(state, *to_micro(100'000), now);        // an account event
//   rule.free_for(state, lt112);                         // 25,000 of a share of 0.25
//   rule.approve(state, request, lt112, per_unit, 3);    // 3 units x the request's buying_power
//   rule.finish(state, request, 1);                      // ended with one unit not wholly filled
#pragma once

#include <optcoord/coordination/config.hpp>  // BuyingPowerConfig
#include <optcoord/core/cents.hpp>
#include <optcoord/core/error.hpp>
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/market/new_york.hpp>  // new_york_date

#include <algorithm>      // std::clamp, std::find_if, std::max, std::min, std::stable_sort
#include <cmath>          // std::floor, std::nearbyint
#include <cstddef>        // std::size_t
#include <cstdint>        // fixed width integers
#include <limits>         // std::numeric_limits
#include <optional>       // std::optional
#include <span>           // std::span
#include <unordered_map>  // std::unordered_map
#include <vector>         // std::vector

namespace optcoord {

/// What a strategy has a claim to.
struct BuyingPowerShare {
  StrategyId strategy{};
  std::int32_t priority{1000};  ///< 1 is best
  double share{0};              ///< fraction of the basis, [0, 1]; all together at most 1
};

/// The figures of one account. A plain value: copying it is a snapshot.
struct BuyingPowerState {
  struct Order {
    StrategyId strategy{};
    Micro per_unit{};
  };
  std::optional<Cents> basis{};                        ///< nothing before the first account event that has a figure
  Date date{};                                         ///< the New York date it is of
  std::vector<Int128> used{};                          ///< millionths of USD by StrategyId, >= 0; wide, so that what
                                                       ///< orders take is given back to the last of them
  std::unordered_map<RequestId, Order> open_orders{};  ///< never walked, so that its order cannot matter

  /// What `s` uses, or the end of the range where that is more.
  [[nodiscard]] Micro used_by(StrategyId s) const noexcept {
    constexpr Int128 most = std::numeric_limits<std::int64_t>::max();
    return {static_cast<std::int64_t>(index_of(s) < used.size() ? std::min(used[index_of(s)], most) : 0)};
  }
};

/// Shares of the buying power and how they are used. Immutable; the figures are in a BuyingPowerState.
class BuyingPower {
 public:
  /// A strategy's share as a whole number of this many parts.
  static constexpr std::int64_t parts_per_unit = 1'000'000'000'000;
  struct Claim {
    StrategyId strategy{};
    std::int64_t parts{0};
  };

  /// `shares` come in order of registration. \returns `invalid_value` or `invalid_configuration` naming the field.
  [[nodiscard]] static Result<BuyingPower> make(const BuyingPowerConfig& config,
                                                std::span<const BuyingPowerShare> shares) {
    if (!(config.reserve >= 0 && config.reserve < 1)) return fail(Errc::invalid_value, "reserve");
    BuyingPower made;
    made.mode_ = config.mode;
    made.given_parts_ = parts_per_unit -
                        static_cast<std::int64_t>(std::nearbyint(config.reserve * static_cast<double>(parts_per_unit)));
    std::vector<BuyingPowerShare> sorted(shares.begin(), shares.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const BuyingPowerShare& a, const BuyingPowerShare& b) { return a.priority < b.priority; });
    constexpr double slack = 1e-9;  // ten shares of 0.1 add up to a little more than 1
    double sum = 0;
    std::int64_t left = parts_per_unit;
    for (const BuyingPowerShare& s : sorted) {
      if (!(s.share >= 0 && s.share <= 1)) return fail(Errc::invalid_value, "buying_power_share");
      sum += s.share;
      made.claims_.push_back({s.strategy, std::min(parts_down(s.share), left)});
      left -= made.claims_.back().parts;
    }
    if (sum > 1 + slack) return fail(Errc::invalid_configuration, "buying_power_share");
    return made;
  }

  /// By priority, then in order of registration.
  [[nodiscard]] std::span<const Claim> claims() const noexcept { return claims_; }
  [[nodiscard]] BuyingPowerMode mode() const noexcept { return mode_; }
  /// \returns what a claim is of a basis, rounded down.
  [[nodiscard]] static constexpr Cents part_of(Cents basis, std::int64_t parts) noexcept {
    return {static_cast<std::int64_t>(Int128{basis.raw} * parts / parts_per_unit)};
  }

  // ---- changes, one for each event

  /// An account event, with the buying power as last known. Sets the basis when it is the date's first that has a
  /// figure. A negative buying power leaves nothing to give.
  void observe(BuyingPowerState& state, std::optional<Micro> buying_power, Timestamp now) const {
    const Date today = new_york_date(now);
    if (!buying_power || (state.basis && state.date == today)) return;
    state.date = today;
    const Micro given{static_cast<std::int64_t>(Int128{std::max<std::int64_t>(buying_power->raw, 0)} * given_parts_ /
                                                parts_per_unit)};
    state.basis = cents_down(given);
  }
  /// `account.used` of one strategy, USD. Below zero counts as zero.
  void set_used(BuyingPowerState& state, StrategyId s, Micro used) const {
    used_of(state, s) = std::max<std::int64_t>(used.raw, 0);
  }
  /// A request with `buying_power` was approved for `units`. \pre the id has no open order, per_unit >= 0
  void approve(BuyingPowerState& state, RequestId id, StrategyId s, Micro per_unit, std::int64_t units) const {
    used_of(state, s) += Int128{per_unit.raw} * units;
    state.open_orders[id] = {s, per_unit};
  }
  /// The order of `id` has ended, by whatever: cancel, reject and expiry give back the units not wholly filled, an
  /// order that is filled has none. Usage never falls below zero: the broker's own figure may have left the order out
  /// already. Unknown ids change nothing.
  void finish(BuyingPowerState& state, RequestId id, std::int64_t units_not_filled) const {
    const auto it = state.open_orders.find(id);
    if (it == state.open_orders.end()) return;
    Int128& used = used_of(state, it->second.strategy);
    used = std::max<Int128>(used - Int128{it->second.per_unit.raw} * units_not_filled, 0);
    state.open_orders.erase(it);
  }

  // ---- questions

  /// What `s` may still use, USD; below zero when it uses more than it may. Nothing while there is no basis.
  /// `shares`: its share, to a millionth, less what it uses; `waterfall`: the basis less what all use.
  [[nodiscard]] std::optional<Micro> free_for(const BuyingPowerState& state, StrategyId s) const noexcept {
    if (!state.basis) return std::nullopt;
    const Int128 basis = to_micro(*state.basis).raw;
    const bool by_share = mode_ == BuyingPowerMode::shares;
    Int128 free = by_share ? basis * parts_of(s) / parts_per_unit : basis;
    for (std::size_t k = 0; k < state.used.size(); ++k)
      if (!by_share || k == index_of(s)) free -= state.used[k];
    constexpr Int128 least = std::numeric_limits<std::int64_t>::min();
    return Micro{static_cast<std::int64_t>(std::max(free, least))};
  }
  /// \returns how many of `units` fit into `free`, each taking `per_unit` >= 0. Nothing is always free for nothing.
  [[nodiscard]] static constexpr std::int64_t units_within(Micro free, Micro per_unit, std::int64_t units) noexcept {
    if (per_unit.raw == 0) return units;
    return std::clamp<std::int64_t>(free.raw / per_unit.raw, 0, units);
  }

 private:
  [[nodiscard]] static std::int64_t parts_down(double share) noexcept {
    constexpr double rounding = 1e-3;  // 0.29 x 10^12 is a little less than it says
    return static_cast<std::int64_t>(std::floor(share * static_cast<double>(parts_per_unit) + rounding));
  }
  [[nodiscard]] std::int64_t parts_of(StrategyId s) const noexcept {
    const auto it = std::find_if(claims_.begin(), claims_.end(), [&](const Claim& c) { return c.strategy == s; });
    return it == claims_.end() ? 0 : it->parts;
  }
  [[nodiscard]] static Int128& used_of(BuyingPowerState& state, StrategyId s) {
    if (index_of(s) >= state.used.size()) state.used.resize(index_of(s) + 1);
    return state.used[index_of(s)];
  }

  std::vector<Claim> claims_{};
  BuyingPowerMode mode_{BuyingPowerMode::shares};
  std::int64_t given_parts_{parts_per_unit};  ///< of the buying power: what is not reserved
};

}  // namespace optcoord
