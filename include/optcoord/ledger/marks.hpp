// optcoord/ledger/marks.hpp -- what a price or new Greeks change: held and pending exposures, at once and exactly.
// SPDX-License-Identifier: MIT
//
// Only instruments that are held or pending are in row sums, so only they are re-counted when a price moves; the
// cells of all others are computed when somebody asks for them.
#pragma once

#include <optcoord/ledger/exposure.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>

#include <algorithm>  // std::max
#include <cstdint>    // fixed width integers
#include <optional>   // std::optional
#include <span>       // std::span

namespace optcoord {

/// \returns contracts of `leg` that may still fill, >= 0.
[[nodiscard]] inline std::int64_t unfilled(const Reservation& r, const ReservedLeg& leg) noexcept {
  const std::int64_t ordered = r.units * (leg.ratio < 0 ? -std::int64_t{leg.ratio} : std::int64_t{leg.ratio});
  return std::max<std::int64_t>(0, ordered - leg.filled);
}

/// \returns the legs of `r` with what may still fill, signed.
[[nodiscard]] inline LegList open_part(const LedgerState& s, const Reservation& r) {
  LegList list;
  for (const ReservedLeg& leg : legs_of(s, r)) {
    const std::int64_t rest = unfilled(r, leg);
    list.push({&s.instruments[leg.instrument], leg.ratio < 0 ? -rest : rest});
  }
  return list;
}

/// Posts (or takes back) everything row sums contain of `instrument`.
inline void post_instrument(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, std::uint32_t instrument,
                            int sign) {
  for (std::uint32_t h = s.instruments[instrument].first_holder; h != nil; h = s.holders[h].next)
    post_held(policy, index, s, s.holders[h].strategy, instrument, s.holders[h].quantity, sign);
  for (std::uint32_t l = s.instruments[instrument].first_leg; l != nil; l = s.legs[l].next_of_instrument) {
    const Reservation& r = s.reservations[s.legs[l].reservation];
    post_pending(policy, index, s, r.strategy, open_part(s, r).view(), r.legging, sign);
  }
}

/// Brings the stored cells of `instrument` up to date, and with them every sum that contains them.
inline void refresh(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, std::uint32_t instrument) {
  Instrument& in = s.instruments[instrument];
  const RootState& root = s.roots[index_of(in.terms.root)];
  bool changed = false;
  bool complete = in.greeks_skipped == 0;
  const std::optional<Revalued> revalued =
      root.losses > 0 ? std::optional<Revalued>(std::in_place, policy, s, in) : std::nullopt;
  const auto replace = [&](auto& figure, const auto& now) {
    if (figure == now) return;
    if (!changed && in.active_at != nil) post_instrument(policy, index, s, instrument, -1);
    changed = true;
    figure = now;
  };
  for (std::size_t i = 0; i < root.groups.size(); ++i) {
    const Membership& m = root.groups[i];
    const Cell now = compute_cell(policy, s, in, m);
    complete = complete && (m.metrics & ~now.known) == 0;
    replace(s.cells[in.cells + i], now);
    std::size_t place = in.losses + m.first_loss;
    for (const Scenario& shock : index.scenarios(m.group)) replace(s.losses[place++], revalued->loss(m.beta, shock));
  }
  in.complete = complete;  // not before: what was posted is taken back as it was
  in.version = root.version;
  ++in.stamp;
  if (changed && in.active_at != nil) post_instrument(policy, index, s, instrument, +1);
}

/// Marks every exposure that the price of `root` enters as changed, and re-counts those in row sums.
inline void reprice(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, RootId root) {
  for (const RootId dependent : s.roots[index_of(root)].dependents) {
    std::uint32_t& version = s.roots[index_of(dependent)].version;
    if (++version == 0) version = 1;  // 0 is nobody's: cells never computed
  }
  for (const RootId dependent : s.roots[index_of(root)].dependents)
    for (const std::uint32_t instrument : s.roots[index_of(dependent)].active) refresh(policy, index, s, instrument);
}

/// Puts `instrument` among those whose exposure row sums contain. To be called before the first holder or leg.
inline void activate(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, std::uint32_t instrument) {
  Instrument& in = s.instruments[instrument];
  if (in.active_at != nil) return;
  RootState& root = s.roots[index_of(in.terms.root)];
  if (in.version != root.version) refresh(policy, index, s, instrument);
  in.active_at = static_cast<std::uint32_t>(root.active.size());
  root.active.push_back(instrument);
}

/// A raw instrument that nothing names any more may serve another exposure.
inline void retire_if_unused(LedgerState& s, std::uint32_t instrument) {
  Instrument& in = s.instruments[instrument];
  if (!in.raw || in.references != 0 || in.active_at != nil) return;
  in.raw = false;
  s.roots[index_of(in.terms.root)].free_raw.push_back(instrument);
}

/// Takes `instrument` out again when nothing is held or pending; a raw one is retired for re-use.
inline void deactivate_if_idle(LedgerState& s, std::uint32_t instrument) {
  Instrument& in = s.instruments[instrument];
  if (in.active_at == nil || in.first_holder != nil || in.first_leg != nil) return;
  RootState& root = s.roots[index_of(in.terms.root)];
  const std::uint32_t last = root.active.back();
  root.active[in.active_at] = last;
  s.instruments[last].active_at = in.active_at;
  root.active.pop_back();
  in.active_at = nil;
  retire_if_unused(s, instrument);
}

}  // namespace optcoord
