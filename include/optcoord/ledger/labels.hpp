// optcoord/ledger/labels.hpp -- what the host calls its positions: whole units held under each label.
// SPDX-License-Identifier: MIT
//
// A report reads better as "0DTE: -200 delta (2 iron condors)". The 2 are whole units that were filled under the label
// and that what the strategy holds still makes up:
// - a unit counts when all its legs have filled; of a roll only the legs that open, since the others are gone with it;
//   late fills and overfills count, an exit's label does not;
// - a unit is gone as soon as the strategy holds too little of one of its contracts for it, by whatever fill or
//   reconciliation, labelled or not. Where several units share a contract the newest go first.
// So the count never says more than is held, and may say less: positions in opposite directions of one contract are one
// net position, and what came without a label, or by reconciliation, has none. Example:
//
//   const std::int64_t before = filled_units(ledger.state(), id);
//   (void)ledger.apply(fill, now);
//   labels.take_fill(ledger.state(), id, "iron condors", before);
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/ledger/exits.hpp>         // detail::magnitude
#include <optcoord/ledger/exposure.hpp>      // place_in
#include <optcoord/ledger/positions.hpp>     // held_quantity
#include <optcoord/ledger/report.hpp>        // LabelledUnits
#include <optcoord/ledger/reservations.hpp>  // find_reservation
#include <optcoord/ledger/state.hpp>

#include <algorithm>    // std::any_of, std::find_if, std::min
#include <cstdint>      // fixed width integers
#include <limits>       // std::numeric_limits
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord {

/// \returns whole units of request `id` that have filled, overfills included; 0 for one that is not known.
[[nodiscard]] inline std::int64_t filled_units(const LedgerState& s, RequestId id) {
  const std::uint32_t at = find_reservation(s, id);
  if (at == nil || s.reservations[at].leg_count == 0) return 0;
  std::int64_t units = std::numeric_limits<std::int64_t>::max();
  for (const ReservedLeg& leg : legs_of(s, s.reservations[at]))
    units = std::min(units, leg.filled / detail::magnitude(leg.ratio));
  return units;
}

/// The labelled units that are held. Memory: what is held under labels, nothing else.
class LabelBook {
 public:
  /// Takes note of a fill of `id` that is booked already: of whole units that came beside the `filled_before`, under
  /// `label` unless that is empty, and of those that it closed. O(labelled positions), nothing when there are none.
  void take_fill(const LedgerState& s, RequestId id, std::string_view label, std::int64_t filled_before) {
    if (label.empty() && packages_.empty()) return;
    const std::uint32_t at = find_reservation(s, id);
    if (at == nil) return;
    const Reservation& r = s.reservations[at];
    const std::int64_t units = filled_units(s, id) - filled_before;
    if (!label.empty() && units > 0) add(s, r, label, units);
    for (const ReservedLeg& leg : legs_of(s, r)) trim(s, r.strategy, leg.instrument);
  }
  /// Takes back units that what `strategy` holds of `instrument` no longer makes up, the newest first.
  void trim(const LedgerState& s, StrategyId strategy, std::uint32_t instrument) {
    if (packages_.empty()) return;
    const std::int64_t held = held_quantity(s, strategy, instrument);
    std::int64_t left = detail::magnitude(held);  // not yet spoken for by older units
    for (Package& package : packages_) {
      if (package.strategy != strategy) continue;
      for (const PackageLeg& leg : package.legs) {
        if (leg.instrument != instrument) continue;
        const bool same_side = held != 0 && (held > 0) == (leg.ratio > 0);
        const std::int64_t each = detail::magnitude(leg.ratio);
        package.units = same_side ? std::min(package.units, left / each) : 0;
        left -= package.units * each;
      }
    }
    std::erase_if(packages_, [](const Package& package) { return package.units == 0; });
  }
  /// \returns what `strategy` holds under labels with a leg in `group`, in order of first fill.
  [[nodiscard]] std::vector<LabelledUnits> held_in(const LedgerState& s, GroupId group, StrategyId strategy) const {
    std::vector<LabelledUnits> out;
    for (const Package& package : packages_) {
      if (package.strategy != strategy) continue;
      const bool inside = std::any_of(package.legs.begin(), package.legs.end(), [&](const PackageLeg& leg) {
        return place_in(s.roots[index_of(s.instruments[leg.instrument].terms.root)], group).has_value();
      });
      if (!inside) continue;
      const auto same = [&](const LabelledUnits& units) { return units.label == package.label; };
      const auto at = std::find_if(out.begin(), out.end(), same);
      if (at == out.end()) {
        out.push_back({package.label, package.units});
      } else {
        at->units += package.units;
      }
    }
    return out;
  }

 private:
  struct PackageLeg {
    std::uint32_t instrument{nil};
    std::int32_t ratio{0};

    friend constexpr bool operator==(const PackageLeg&, const PackageLeg&) noexcept = default;
  };
  struct Package {
    StrategyId strategy{};
    std::string label{};
    std::vector<PackageLeg> legs{};
    std::int64_t units{0};
  };

  void add(const LedgerState& s, const Reservation& r, std::string_view label, std::int64_t units) {
    std::vector<PackageLeg> legs;
    for (const ReservedLeg& leg : legs_of(s, r))
      if (!leg.closes) legs.push_back({leg.instrument, leg.ratio});
    if (legs.empty()) return;
    const auto same = [&](const Package& p) { return p.strategy == r.strategy && p.label == label && p.legs == legs; };
    const auto at = std::find_if(packages_.begin(), packages_.end(), same);
    if (at != packages_.end()) {
      at->units += units;
    } else {
      packages_.push_back({r.strategy, std::string(label), std::move(legs), units});
    }
  }

  std::vector<Package> packages_{};  // in order of their first fill
};

}  // namespace optcoord
