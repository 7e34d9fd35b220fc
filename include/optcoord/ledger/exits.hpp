// optcoord/ledger/exits.hpp -- proves that a request closes what its strategy holds; only the proof passes over limits.
// SPDX-License-Identifier: MIT
//
// An exit is never believed: each leg must close contracts that this strategy holds and that no other open exit is
// already closing. A `VerifiedExit` can be made by `verify_exit` alone. Example:
//
//   const ExitCheck check = verify_exit(state, strategy, legs, units);
//   if (check.proof) ...            // passes over limits, cuts, gates and halts
//   else reduce_to(check.closable); // exit_not_reducing
#pragma once

#include <optcoord/ledger/marks.hpp>      // LegList
#include <optcoord/ledger/positions.hpp>  // find_holder
#include <optcoord/ledger/state.hpp>

#include <algorithm>  // std::max, std::min
#include <cstdint>    // fixed width integers
#include <optional>   // std::optional
#include <span>       // std::span

namespace optcoord {

struct ExitCheck;

/// Proof that so many units only close. Nothing but `verify_exit` makes one.
class VerifiedExit {
 public:
  [[nodiscard]] std::int64_t units() const noexcept { return units_; }

 private:
  friend ExitCheck verify_exit(const LedgerState&, StrategyId, std::span<const LegView>, std::int64_t);
  explicit VerifiedExit(std::int64_t units) noexcept : units_(units) {}
  std::int64_t units_;
};

/// What `verify_exit` found.
struct ExitCheck {
  std::optional<VerifiedExit> proof;  ///< for all units asked
  std::int64_t closable{0};           ///< the units that would be proved, at most those asked
};

namespace detail {

[[nodiscard]] constexpr std::int64_t magnitude(std::int64_t x) noexcept { return x < 0 ? -x : x; }

/// \returns how many units of one leg close contracts held and not yet set aside.
[[nodiscard]] inline std::int64_t closable_units(const LedgerState& s, StrategyId strategy, const LegView& leg) {
  const auto instrument = static_cast<std::uint32_t>(leg.instrument - s.instruments.data());
  const std::uint32_t at = find_holder(s, strategy, instrument);
  if (at == nil) return 0;
  const Holder& holder = s.holders[at];
  const bool opposite = (holder.quantity > 0) != (leg.weight > 0);
  if (holder.quantity == 0 || !opposite) return 0;
  return std::max<std::int64_t>(0, magnitude(holder.quantity) - holder.closing) / magnitude(leg.weight);
}

/// \returns how many units of a raw exposure close the strategy's raw delta in that root.
[[nodiscard]] inline std::int64_t closable_raw_units(const LedgerState& s, StrategyId strategy, const LegView& leg) {
  Int128 held = 0;
  Int128 closing = 0;
  const auto delta_of = [](const Instrument& in) { return to_micro(in.raw_exposure.delta).value_or(Micro{}).raw; };
  for (const std::uint32_t at : s.roots[index_of(leg.instrument->terms.root)].active) {
    const Instrument& in = s.instruments[at];
    if (!in.raw || in.raw_strategy != strategy) continue;
    const std::int64_t delta = delta_of(in);
    held += Int128{held_quantity(s, strategy, at)} * delta;
    for (std::uint32_t l = in.first_leg; l != nil; l = s.legs[l].next_of_instrument)
      if (s.legs[l].closes)
        closing += Int128{unfilled(s.reservations[s.legs[l].reservation], s.legs[l])} * magnitude(delta);
  }
  const Int128 unit = Int128{delta_of(*leg.instrument)} * leg.weight;
  if (unit == 0 || held == 0 || (unit > 0) == (held > 0)) return 0;
  const Int128 free = (held < 0 ? -held : held) - closing;
  if (free <= 0) return 0;
  return static_cast<std::int64_t>(std::min<Int128>(free / (unit < 0 ? -unit : unit), max_sum_raw));
}

}  // namespace detail

/// Judges whether `units` of `legs` (netted by instrument, weights per unit) only close what `strategy` holds:
/// opposite sign, no more than held minus closings pending. O(legs x strategies holding the contract).
[[nodiscard]] inline ExitCheck verify_exit(const LedgerState& s, StrategyId strategy, std::span<const LegView> legs,
                                           std::int64_t units) {
  ExitCheck check;
  if (legs.empty()) return check;
  check.closable = units;
  for (const LegView& leg : legs)
    check.closable = std::min(check.closable, leg.instrument->raw ? detail::closable_raw_units(s, strategy, leg)
                                                                  : detail::closable_units(s, strategy, leg));
  if (check.closable == units) check.proof = VerifiedExit{units};
  return check;
}

namespace detail {

/// Calls f(instrument, quantity, closing) for everything `strategy` would hold of `root` after `units` of `legs`.
template <class F>
void for_each_position_after(const LedgerState& s, StrategyId strategy, RootId root, std::span<const LegView> legs,
                             std::int64_t units, F f) {
  for (std::uint32_t h = s.first_of_strategy[index_of(strategy)]; h != nil; h = s.holders[h].next_of_strategy) {
    const Holder& holder = s.holders[h];
    const Instrument& in = s.instruments[holder.instrument];
    if (in.raw || in.terms.root != root) continue;
    std::int64_t quantity = holder.quantity;
    for (const LegView& leg : legs)
      if (leg.instrument == &in) quantity += leg.weight * units;
    f(in, quantity, holder.closing);
  }
  for (const LegView& leg : legs) {
    if (leg.instrument->raw || leg.instrument->terms.root != root) continue;
    const auto at = static_cast<std::uint32_t>(leg.instrument - s.instruments.data());
    if (find_holder(s, strategy, at) == nil) f(*leg.instrument, leg.weight * units, std::int64_t{0});
  }
}

}  // namespace detail

/// Counts the short options of `strategy` on `root` and `right` that nothing covers, after `units` of `legs`:
/// shorts beyond longs of the same root and right that expire no earlier, or beyond shares for calls (floor of
/// shares / multiplier; nothing covers puts). Longs that open exits are closing do not cover.
/// By Hall's theorem that is the largest, over expiries d, of shorts minus longs that expire on d or later.
/// O(n^2) in the strategy's positions of the root; no allocation.
[[nodiscard]] inline std::int64_t uncovered_shorts(const LedgerState& s, StrategyId strategy, RootId root, Right right,
                                                   std::span<const LegView> legs, std::int64_t units) {
  std::int64_t naked = 0;
  std::int64_t shares = 0;
  double multiplier = 0;
  const auto each = [&](auto f) { detail::for_each_position_after(s, strategy, root, legs, units, f); };
  each([&](const Instrument& in, std::int64_t quantity, std::int64_t closing) {
    if (in.terms.kind == Kind::share) shares += quantity > 0 ? quantity - closing : quantity;
    if (in.terms.kind != Kind::option || in.terms.right != right || quantity >= 0) return;
    multiplier = in.terms.multiplier;
    std::int64_t beyond = 0;
    each([&](const Instrument& other, std::int64_t held, std::int64_t set_aside) {
      const bool counts = other.terms.kind == Kind::option && other.terms.right == right &&
                          other.terms.expiry_day >= in.terms.expiry_day;
      if (counts) beyond += held < 0 ? -held : -std::max<std::int64_t>(0, held - set_aside);
    });
    naked = std::max(naked, beyond);
  });
  const bool covers = right == Right::call && shares > 0 && multiplier > 0;
  const auto covered = covers ? static_cast<std::int64_t>(static_cast<double>(shares) / multiplier) : 0;
  return std::max<std::int64_t>(0, naked - covered);
}

/// \returns whether `units` of `legs` leave `strategy` with more uncovered short options than it has now.
[[nodiscard]] inline bool raises_uncovered(const LedgerState& s, StrategyId strategy, std::span<const LegView> legs,
                                           std::int64_t units) {
  for (const LegView& leg : legs) {
    if (leg.instrument->raw) continue;
    const RootId root = leg.instrument->terms.root;
    for (const Right right : {Right::call, Right::put})
      if (uncovered_shorts(s, strategy, root, right, legs, units) > uncovered_shorts(s, strategy, root, right, {}, 0))
        return true;
  }
  return false;
}

}  // namespace optcoord
