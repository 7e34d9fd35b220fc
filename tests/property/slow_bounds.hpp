// tests/property/slow_bounds.hpp -- SlowLedger: the bounds in force, by equity, cuts and headroom.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/market/new_york.hpp>  // to_new_york

#include "property/slow_ledger.hpp"  // the class

namespace optcoord::test {

namespace detail {
[[nodiscard]] inline std::int64_t times_factor(double amount, const CutConfig* cut) {
  const std::int64_t entered = exact_micro(amount);
  return cut == nullptr ? entered : exact_micro(static_cast<double>(entered) / 1e6 * cut->factor);
}
}  // namespace detail

/// The cut in force on a row: the smallest factor; of an event's and a level's of equal size the event's.
inline const CutConfig* SlowLedger::cut_on(const LimitConfig& row) const {
  const CutConfig* smallest = nullptr;
  for (std::size_t c = 0; c < cuts_.size(); ++c) {
    const CutConfig& cut = config_.cuts[c];
    if (!cuts_[c].on || !selects(cut, row)) continue;
    if (smallest == nullptr || cut.factor < smallest->factor ||
        (cut.factor == smallest->factor && smallest->event.empty() && !cut.event.empty()))
      smallest = &cut;
  }
  return smallest;
}

inline bool SlowLedger::unknown_cut_on(const LimitConfig& row) const {
  for (std::size_t c = 0; c < cuts_.size(); ++c)
    if (!cuts_[c].known && selects(config_.cuts[c], row)) return true;
  return false;
}

/// \returns nothing when the bound needs an equity that is not known.
inline std::optional<SlowLedger::Bounds> SlowLedger::bounds(const LimitConfig& row, bool with_cuts) const {
  std::optional<double> lower = row.lower;
  std::optional<double> upper = row.upper;
  if (!row.tiers.empty() || row.equity_fraction) {
    if (!equity_ || !std::isfinite(*equity_) || *equity_ <= 0) return std::nullopt;
    double limit = row.equity_fraction.value_or(0) * *equity_;
    for (auto tier = row.tiers.rbegin(); tier != row.tiers.rend(); ++tier) {
      const bool here = (!tier->equity_below || *equity_ < *tier->equity_below) &&
                        (!tier->equity_up_to || *equity_ <= *tier->equity_up_to);
      if (here) limit = tier->limit;
    }
    lower = -limit;
    upper = limit;
  }
  const CutConfig* cut = with_cuts ? cut_on(row) : nullptr;
  Bounds result;
  if (lower) result.lower = detail::times_factor(*lower, cut);
  if (upper) result.upper = detail::times_factor(*upper, cut);
  return result;
}

/// What strategies of strictly better priority have not used, now, of what is kept for them on `side`.
inline std::int64_t SlowLedger::kept_free(const LimitConfig& row, Side side, const std::string& asker, bool with_cuts,
                                          Timestamp now) const {
  if (!row.strategy.empty()) return 0;
  const auto priority_of = [this](const std::string& strategy) {
    return priorities_.contains(strategy) ? priorities_.at(strategy) : 1000;
  };
  const CivilTime clock = to_new_york(now);
  const unsigned today = std::chrono::weekday{std::chrono::sys_days{clock.date}}.iso_encoding() - 1;  // Monday is 0
  std::int64_t sum = 0;
  for (const HeadroomConfig& kept : config_.headroom) {
    if (kept.group != row.group || kept.metric != row.metric) continue;
    if (priority_of(kept.strategy) >= priority_of(asker)) continue;
    if (may_open_.contains(kept.strategy) && !may_open_.at(kept.strategy)) continue;
    const bool its_day = (kept.schedule.days >> today) % 2 == 1;
    if (!its_day || clock.since_midnight < kept.schedule.from || clock.since_midnight >= kept.schedule.until) continue;
    const std::int64_t amount = detail::times_factor(kept.amount, with_cuts ? cut_on(row) : nullptr);
    const LimitConfig its_own = of(row, kept.strategy);
    const SlowParts waiting = pending(its_own);
    const std::int64_t used = side == Side::upper ? std::max<std::int64_t>(0, *held(its_own) + waiting.up)
                                                  : -std::min<std::int64_t>(0, *held(its_own) + waiting.down);
    sum += std::max<std::int64_t>(0, amount - used);
  }
  return sum;
}

/// The bound of one side that `asker` meets; headroom moves it inward, never past 0. \pre the row has that bound.
inline std::int64_t SlowLedger::bound(const LimitConfig& row, Side side, const std::string& asker, bool with_cuts,
                                      bool with_headroom, Timestamp now) const {
  const Bounds limits = *bounds(row, with_cuts);
  const std::int64_t kept = with_headroom ? kept_free(row, side, asker, with_cuts, now) : 0;
  if (kept == 0) return side == Side::upper ? *limits.upper : *limits.lower;
  return side == Side::upper ? std::max<std::int64_t>(0, *limits.upper - kept)
                             : std::min<std::int64_t>(0, *limits.lower + kept);
}

}  // namespace optcoord::test
