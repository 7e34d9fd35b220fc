// optcoord/ledger/reconcile.hpp -- the broker's positions against the ledger's: what differs, and whose it becomes.
// SPDX-License-Identifier: MIT
//
// The broker knows what the account holds, never which strategy holds it. This room says how a difference is laid at
// somebody's door. For each contract on its own:
//
// 1. A line that names a strategy is the truth for that strategy and contract: nothing is taken from it.
// 2. The line without a strategy (no line: 0) is what all others together hold, strategies and `unassigned`. Let
//    `gap` be that less what the ledger has for them.
// 3. A gap away from zero (the broker is further long or short than the ledger, or the ledger is flat) is quantity
//    beyond what strategies hold: all of it goes to `unassigned`. Nobody is made to own what he never traded.
// 4. A gap towards zero is quantity that is gone. It is taken from those who hold on the side that is too large, long
//    ones when the broker has less, short ones when it has more: `unassigned` first, then strategies in reverse order
//    of registration, each down to zero and never through it. Nobody's position grows or changes sides because
//    somebody else's is gone. What is left when all of that side are flat goes to `unassigned` (on top of what a line
//    that names it says).
//
// So A +5 and B -3 against a broker's +1 leaves A +4 and B -3 (one long contract is gone; B's short stays), against
// -1 leaves A +2, against +4 adds +2 to `unassigned`, and against -6 leaves A flat, B -3 and `unassigned` -3. After
// it the holders add up to what the broker has, contract by contract.
//
// Raw exposures are no contracts of the broker's: they stay, and so do reservations, but for those that would close
// more than is held now. Example:
//
//   const BrokerPosition truth[] = {{spy, 400}, {put_450, -3, lt112}};
//   const Reconciliation r = *ledger.reconcile(truth, now);   // every contract that is not named is gone
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/core/fixed_point.hpp>  // Int128
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ledger/positions.hpp>     // change_position, find_holder
#include <optcoord/ledger/request.hpp>       // ReservationChange
#include <optcoord/ledger/reservations.hpp>  // end_reservation
#include <optcoord/ledger/state.hpp>

#include <algorithm>  // std::min, std::sort, std::unique
#include <cstdint>    // fixed width integers
#include <optional>   // std::optional
#include <span>       // std::span
#include <tuple>      // std::tie
#include <utility>    // std::move
#include <vector>     // std::vector

namespace optcoord {

/// One line of the broker's positions, in ids.
struct BrokerPosition {
  ContractId contract{};
  std::int64_t quantity{0};              ///< contracts, + long, - short; at most 2^53 either way; 0: none
  std::optional<StrategyId> strategy{};  ///< whose they are, where the host knows
};

/// A holding that the broker's positions contradict.
struct PositionChange {
  ContractId contract{};
  StrategyId strategy{};
  std::int64_t before{0};  ///< contracts the ledger has for the strategy, signed
  std::int64_t after{0};   ///< contracts by the rule above

  friend constexpr bool operator==(const PositionChange&, const PositionChange&) noexcept = default;
};

/// What came of the broker's positions: every holding that changes, in order of contract, then of registration.
struct Reconciliation {
  std::vector<PositionChange> missing{};       ///< in contracts held here that the broker does not have
  std::vector<PositionChange> extra{};         ///< in contracts the broker has that nobody holds here
  std::vector<PositionChange> different{};     ///< in contracts that both have
  std::vector<ReservationChange> cancelled{};  ///< those that would have closed more than is held now, by id
  bool adopted{false};                         ///< false: only compared, nothing changed
};

namespace detail {

/// What one strategy holds of a contract, and what it will.
struct Claim {
  StrategyId strategy{};
  std::int64_t before{0};
  std::int64_t after{0};
  bool named{false};  ///< the broker's positions say so: not to be touched
};

/// Settles what nobody is named for, by the rule at the head of this file. `claims` by strategy, `unassigned` first.
/// \returns whether what `unassigned` is left with is a quantity that can be held.
[[nodiscard]] inline bool settle(std::span<Claim> claims, std::int64_t broker) {
  Int128 held = 0;
  for (const Claim& claim : claims) held += claim.named ? 0 : claim.after;
  Int128 gap = Int128{broker} - held;
  const int away = gap > 0 ? 1 : -1;
  const bool towards_zero = held != 0 && (held > 0) != (gap > 0);
  const auto take_from = [&](Claim& claim) {
    const bool too_large = claim.after != 0 && (claim.after > 0) != (gap > 0);
    if (claim.named || gap == 0 || !too_large) return;
    const auto taken = static_cast<std::int64_t>(std::min<Int128>(gap * away, magnitude(claim.after)));
    claim.after += away * taken;
    gap -= away * taken;
  };
  if (towards_zero) {
    take_from(claims[0]);
    for (std::size_t i = claims.size(); i-- > 1;) take_from(claims[i]);
  }
  const Int128 rest = Int128{claims[0].after} + gap;
  if (rest > max_quantity || rest < -max_quantity) return false;
  claims[0].after = static_cast<std::int64_t>(rest);
  return true;
}

/// The broker's lines, by contract and then by strategy, those without one first; ties as they came.
/// \returns `unknown_name` or `invalid_value` with the place of the first line at fault.
[[nodiscard]] inline Result<std::vector<std::uint32_t>> in_order(const LedgerState& s,
                                                                 std::span<const BrokerPosition> lines) {
  std::vector<std::uint32_t> order;
  order.reserve(lines.size());
  for (const BrokerPosition& line : lines) {
    const auto at = static_cast<std::int32_t>(order.size());
    const std::size_t contract = index_of(line.contract);
    if (contract >= s.instrument_of.size() || s.instrument_of[contract] == nil)
      return fail(Errc::unknown_name, "positions[].contract", at);
    if (line.quantity > max_quantity || line.quantity < -max_quantity)
      return fail(Errc::invalid_value, "positions[].quantity", at);
    order.push_back(static_cast<std::uint32_t>(at));
  }
  std::sort(order.begin(), order.end(), [lines](std::uint32_t a, std::uint32_t b) {
    return std::tie(lines[a].contract, lines[a].strategy, a) < std::tie(lines[b].contract, lines[b].strategy, b);
  });
  std::uint32_t again = nil;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const BrokerPosition& before = lines[order[i - 1]];
    const BrokerPosition& line = lines[order[i]];
    if (before.contract == line.contract && before.strategy == line.strategy) again = std::min(again, order[i]);
  }
  if (again != nil) return fail(Errc::invalid_value, "positions[].contract", static_cast<std::int32_t>(again));
  return order;
}

/// \returns who holds `instrument`, by strategy, `unassigned` always and first.
[[nodiscard]] inline std::vector<Claim> claims_on(const LedgerState& s, std::uint32_t instrument) {
  std::vector<Claim> claims{{.strategy = unassigned}};
  for (std::uint32_t h = s.instruments[instrument].first_holder; h != nil; h = s.holders[h].next) {
    const Holder& holder = s.holders[h];
    if (holder.strategy != unassigned) claims.push_back({.strategy = holder.strategy});
    Claim& claim = holder.strategy == unassigned ? claims.front() : claims.back();
    claim.before = claim.after = holder.quantity;
  }
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) { return a.strategy < b.strategy; });
  return claims;
}

/// Gives `strategy` what the broker's positions say it holds.
inline void assign(std::vector<Claim>& claims, StrategyId strategy, std::int64_t quantity) {
  const auto is_before = [](const Claim& claim, StrategyId id) { return claim.strategy < id; };
  auto at = std::lower_bound(claims.begin(), claims.end(), strategy, is_before);
  if (at == claims.end() || at->strategy != strategy) at = claims.insert(at, {.strategy = strategy});
  at->after = quantity;
  at->named = true;
}

/// \returns the contracts that somebody holds or the broker names, in order.
[[nodiscard]] inline std::vector<ContractId> contracts_of(const LedgerState& s, std::span<const BrokerPosition> lines) {
  std::vector<ContractId> contracts;
  for (const BrokerPosition& line : lines) contracts.push_back(line.contract);
  for (const RootState& root : s.roots)
    for (const std::uint32_t at : root.active)
      if (!s.instruments[at].raw && s.instruments[at].first_holder != nil)
        contracts.push_back(s.instruments[at].contract);
  std::sort(contracts.begin(), contracts.end());
  contracts.erase(std::unique(contracts.begin(), contracts.end()), contracts.end());
  return contracts;
}

/// \returns the open reservations with a leg that closes a position, by id.
[[nodiscard]] inline std::vector<std::uint32_t> closing_reservations(const LedgerState& s) {
  std::vector<std::uint32_t> closing;
  for (const std::uint32_t first : s.first_of_strategy) {
    for (std::uint32_t h = first; h != nil; h = s.holders[h].next_of_strategy) {
      const Holder& holder = s.holders[h];
      if (holder.closing == 0) continue;
      for (std::uint32_t l = s.instruments[holder.instrument].first_leg; l != nil; l = s.legs[l].next_of_instrument)
        if (s.legs[l].closes && s.reservations[s.legs[l].reservation].strategy == holder.strategy)
          closing.push_back(s.legs[l].reservation);
    }
  }
  std::sort(closing.begin(), closing.end(),
            [&s](std::uint32_t a, std::uint32_t b) { return s.reservations[a].id < s.reservations[b].id; });
  closing.erase(std::unique(closing.begin(), closing.end()), closing.end());
  return closing;
}

/// Cancels reservations that would close more than is held: in order of their ids each stays while every leg of it,
/// with those that stayed before, closes no more than there is. \returns those that did not stay.
[[nodiscard]] inline std::vector<ReservationChange> cancel_beyond_held(const LedgerPolicy& policy,
                                                                       const RowIndex& index, LedgerState& s,
                                                                       Timestamp now) {
  std::vector<ReservationChange> cancelled;
  std::vector<std::int64_t> spoken_for(s.holders.size(), 0);  // by holder, of reservations that stay
  for (const std::uint32_t at : closing_reservations(s)) {
    const Reservation& r = s.reservations[at];
    const auto holder_of = [&](const ReservedLeg& leg) { return find_holder(s, r.strategy, leg.instrument); };
    const auto closes_contracts = [&](const ReservedLeg& leg) {
      return leg.closes && !s.instruments[leg.instrument].raw && unfilled(r, leg) > 0;
    };
    const auto fits = [&](const ReservedLeg& leg) {
      if (!closes_contracts(leg)) return true;
      const std::uint32_t h = holder_of(leg);
      const std::int64_t quantity = s.holders[h].quantity;
      const bool opposite = quantity != 0 && (quantity > 0) != (leg.ratio > 0);
      return opposite && spoken_for[h] + unfilled(r, leg) <= magnitude(quantity);
    };
    const std::span<const ReservedLeg> legs = legs_of(s, r);
    if (std::all_of(legs.begin(), legs.end(), fits)) {
      for (const ReservedLeg& leg : legs)
        if (closes_contracts(leg)) spoken_for[holder_of(leg)] += unfilled(r, leg);
      continue;
    }
    end_reservation(policy, index, s, at, ReservationStatus::cancelled, now);
    ++s.counters.cancelled;
    cancelled.push_back({r.id, ReservationStatus::cancelled, remaining_units(s, r)});
  }
  return cancelled;
}

}  // namespace detail

/// \returns what `positions`, the broker's whole truth, contradict, and whose it would become; nothing changes.
/// Strategies may be about to be registered. Errors: `unknown_name` for a contract that is not registered,
/// `invalid_value` for a quantity out of range, for a contract given twice for the same strategy or twice without, and
/// for what would leave `unassigned` with more than 2^53; each with `positions[].contract` or `positions[].quantity`
/// and the line's place. O(n log n) in lines and positions.
[[nodiscard]] inline Result<Reconciliation> compare_positions(const LedgerState& s,
                                                              std::span<const BrokerPosition> positions) {
  const Result<std::vector<std::uint32_t>> order = detail::in_order(s, positions);
  if (!order) return tl::unexpected<Error>(order.error());
  Reconciliation out;
  auto next = (*order).begin();
  for (const ContractId contract : detail::contracts_of(s, positions)) {
    std::vector<detail::Claim> claims = detail::claims_on(s, s.instrument_of[index_of(contract)]);
    const auto holds_some = [](const detail::Claim& claim) { return claim.before != 0; };
    const bool held_here = std::any_of(claims.begin(), claims.end(), holds_some);
    bool held_there = false;
    std::int64_t shared = 0;
    std::int32_t shared_at = -1;
    for (; next != (*order).end() && positions[*next].contract == contract; ++next) {
      const BrokerPosition& line = positions[*next];
      held_there = held_there || line.quantity != 0;
      if (line.strategy) {
        detail::assign(claims, *line.strategy, line.quantity);
      } else {
        shared = line.quantity;
        shared_at = static_cast<std::int32_t>(*next);
      }
    }
    if (!detail::settle(claims, shared)) return fail(Errc::invalid_value, "positions[].quantity", shared_at);
    std::vector<PositionChange>& list = !held_there ? out.missing : !held_here ? out.extra : out.different;
    for (const detail::Claim& claim : claims)
      if (claim.before != claim.after) list.push_back({contract, claim.strategy, claim.before, claim.after});
  }
  return out;
}

/// Makes every change that `found` lists, and cancels the reservations that would close more than is held then.
/// \pre `found` is what `compare_positions` just returned, and its strategies are registered.
inline void adopt_positions(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, Reconciliation& found,
                            Timestamp now) {
  for (const auto* list : {&found.missing, &found.extra, &found.different})
    for (const PositionChange& change : *list)
      change_position(policy, index, s, change.strategy, s.instrument_of[index_of(change.contract)],
                      change.after - change.before);
  found.cancelled = detail::cancel_beyond_held(policy, index, s, now);
  found.adopted = true;
  ++s.counters.reconciled;
}

}  // namespace optcoord
