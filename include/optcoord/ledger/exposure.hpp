// optcoord/ledger/exposure.hpp -- from prices and Greeks to the exposure of one contract, and from there to row sums.
// SPDX-License-Identifier: MIT
//
// A figure is rounded once, per contract and metric (multiplier x unit Greek x factors), half to even; all after
// that is integer arithmetic, so what was added is taken away exactly. What cannot be computed is marked unknown
// and counted on the row, never added as zero.
#pragma once

#include <optcoord/core/decision.hpp>  // Metric
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/quote.hpp>  // is_fresh

#include <algorithm>  // std::any_of, std::max, std::min
#include <array>      // std::array
#include <cstdint>    // fixed width integers
#include <optional>   // std::optional
#include <span>       // std::span

namespace optcoord {

/// A quantity of an instrument: the common form of a request's leg, a position and a reservation's open part.
struct LegView {
  const Instrument* instrument{nullptr};
  std::int64_t weight{0};  ///< contracts, signed
};

/// Which cells to add up: those row sums contain, or those of this moment. They differ only for instruments that
/// are neither held nor pending, whose cells are not kept up to date.
enum class Cells : std::uint8_t { posted, current };

/// An exposure split by sign. A package counts its net, so one of the two is zero; legs sent one by one count apart.
struct Parts {
  std::int64_t up{0};    ///< >= 0
  std::int64_t down{0};  ///< <= 0
  bool known{true};      ///< false: a leg has no figure, or the sum leaves the range
};

/// \returns whether exposures of `root` in a group measured in `reference` need no price: S / S_ref is exactly 1.
[[nodiscard]] inline bool same_underlying(const LedgerState& s, RootId root, RootId reference) {
  return root == reference || s.roots[index_of(root)].terms.price_of == s.roots[index_of(reference)].terms.price_of;
}

/// \returns the price of what `in` is a contract on: its future's where one is named and quoted, else its root's.
[[nodiscard]] inline std::optional<Price> spot(const LedgerState& s, const Instrument& in) {
  if (in.price) return in.price;
  if (in.underlying != nil && s.instruments[in.underlying].price) return s.instruments[in.underlying].price;
  return s.roots[index_of(s.roots[index_of(in.terms.root)].terms.price_of)].price;
}

/// \returns the price of a group's reference.
[[nodiscard]] inline std::optional<Price> reference_price(const LedgerState& s, RootId reference) {
  return s.roots[index_of(s.roots[index_of(reference)].terms.price_of)].price;
}

/// \returns the exposure of one contract of `in` in the group `m`. The order of multiplications is part of the
/// contract: ((unit Greek x multiplier) x beta) x (S / S_ref), for gamma then x (beta x S / S_ref).
[[nodiscard]] inline Cell compute_cell(const LedgerPolicy& policy, const LedgerState& s, const Instrument& in,
                                       const Membership& m) {
  Cell cell;
  const auto set = [&cell](Metric metric, bool known, double value) {
    const Result<Micro> rounded = to_micro(value);
    if (!known || !rounded) return;
    cell.value[static_cast<std::size_t>(metric)] = rounded->raw;
    cell.known |= RowIndex::bit(metric);
  };
  const auto knows = [&in](Metric metric) { return (in.greeks_known & RowIndex::bit(metric)) != 0; };
  const RootId reference = policy.groups()[index_of(m.group)].reference;
  const bool same = same_underlying(s, in.terms.root, reference);
  const std::optional<Price> price = spot(s, in);
  const std::optional<Price> ref = same ? std::nullopt : reference_price(s, reference);
  const bool convertible = same || (price && ref);
  const double ratio = !same && convertible ? price->value / ref->value : 1.0;

  const double delta = in.greeks.delta * in.terms.multiplier;
  const double gamma = in.greeks.gamma * in.terms.multiplier * m.beta;
  set(Metric::delta, knows(Metric::delta) && convertible, same ? delta * m.beta : delta * m.beta * ratio);
  set(Metric::gamma, knows(Metric::gamma) && convertible,
      same ? gamma * m.beta : gamma * ratio * (m.beta * ratio));
  set(Metric::theta, knows(Metric::theta), in.greeks.theta * in.terms.multiplier);
  set(Metric::vega, knows(Metric::vega), in.greeks.vega * in.terms.multiplier);
  set(Metric::dollar_delta, knows(Metric::delta) && price.has_value(), price ? delta * price->value * m.beta : 0);
  return cell;
}

/// \returns the cell of `in` for the `nth` group of its root.
[[nodiscard]] inline Cell cell_of(const LedgerPolicy& policy, const LedgerState& s, const Instrument& in,
                                  std::size_t nth, Cells which) {
  const RootState& root = s.roots[index_of(in.terms.root)];
  if (which == Cells::posted || in.version == root.version) return s.cells[in.cells + nth];
  return compute_cell(policy, s, in, root.groups[nth]);
}

/// \returns which of the groups of `root` is `group`, or nothing.
[[nodiscard]] inline std::optional<std::size_t> place_in(const RootState& root, GroupId group) {
  for (std::size_t i = 0; i < root.groups.size(); ++i)
    if (root.groups[i].group == group) return i;
  return std::nullopt;
}

/// Adds `legs` up in one group and metric.
[[nodiscard]] inline Parts parts_in(const LedgerPolicy& policy, const LedgerState& s, std::span<const LegView> legs,
                                    bool legging, GroupId group, Metric metric, Cells which) {
  const std::uint8_t bit = RowIndex::bit(metric);
  Int128 up = 0;
  Int128 down = 0;
  bool known = true;
  for (const LegView& leg : legs) {
    const Instrument& in = *leg.instrument;
    const std::optional<std::size_t> nth = place_in(s.roots[index_of(in.terms.root)], group);
    if (!nth || leg.weight == 0 || (in.greeks_skipped & bit) != 0) continue;
    const Cell cell = cell_of(policy, s, in, *nth, which);
    known = known && (cell.known & bit) != 0;
    const Int128 part = Int128{leg.weight} * cell.value[static_cast<std::size_t>(metric)];
    (part > 0 ? up : down) += part;
  }
  if (!legging) {
    const Int128 net = up + down;
    up = std::max<Int128>(net, 0);
    down = std::min<Int128>(net, 0);
  }
  if (!known || up > max_sum_raw || down < -max_sum_raw) return {0, 0, false};
  return {static_cast<std::int64_t>(up), static_cast<std::int64_t>(down), true};
}

/// Calls f(group) once for every group that has a root of `legs`.
template <class F>
void for_each_group(const LedgerState& s, std::span<const LegView> legs, F f) {
  const auto root_of = [](const LegView& leg) { return leg.instrument->terms.root; };
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const std::span<const LegView> before = legs.first(i);
    const RootId root = root_of(legs[i]);
    if (std::any_of(before.begin(), before.end(), [&](const LegView& leg) { return root_of(leg) == root; })) continue;
    for (const Membership& m : s.roots[index_of(root)].groups) {
      const bool seen = std::any_of(before.begin(), before.end(), [&](const LegView& leg) {
        return place_in(s.roots[index_of(root_of(leg))], m.group).has_value();
      });
      if (!seen) f(m.group);
    }
  }
}

/// Calls f(row number) for the rows of `group` that count what `strategy` does: the shared ones, then its caps.
template <class F>
void for_each_row(const RowIndex& index, GroupId group, StrategyId strategy, F f) {
  for (const std::uint32_t row : index.general(group)) f(row);
  for (const std::uint32_t row : index.caps(group, strategy)) f(row);
}

/// Sums wrap instead of overflowing: whatever was added can be taken away exactly, and judging refuses what would
/// leave the range long before.
inline void add_wrapping(std::int64_t& sum, std::int64_t x, int sign) noexcept {
  const auto ux = static_cast<std::uint64_t>(x);
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) + (sign > 0 ? ux : ~ux + 1));
}

/// Adds (sign +1) or takes away (-1) a position of `quantity` contracts to or from the held sums.
inline void post_held(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, StrategyId strategy,
                      std::uint32_t instrument, std::int64_t quantity, int sign) {
  if (quantity == 0) return;
  ++s.held_version;
  const LegView leg{&s.instruments[instrument], quantity};
  for_each_group(s, {&leg, 1}, [&](GroupId group) {
    for_each_row(index, group, strategy, [&](std::uint32_t row) {
      if (!s.rows[row].judged) return;
      const Parts parts = parts_in(policy, s, {&leg, 1}, false, group, policy.rows()[row].metric, Cells::posted);
      add_wrapping(s.lines[row].held, parts.up + parts.down, sign);
      s.lines[row].unknown_held += parts.known ? 0 : sign;
    });
  });
}

/// Adds or takes away the open part of a reservation to or from the pending sums.
inline void post_pending(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, StrategyId strategy,
                         std::span<const LegView> legs, bool legging, int sign) {
  for_each_group(s, legs, [&](GroupId group) {
    for_each_row(index, group, strategy, [&](std::uint32_t row) {
      if (!s.rows[row].judged) return;
      const Parts parts = parts_in(policy, s, legs, legging, group, policy.rows()[row].metric, Cells::posted);
      add_wrapping(s.lines[row].up, parts.up, sign);
      add_wrapping(s.lines[row].down, parts.down, sign);
      s.lines[row].unknown_pending += parts.known ? 0 : sign;
    });
  });
}

}  // namespace optcoord
