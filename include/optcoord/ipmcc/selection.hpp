// optcoord/ipmcc/selection.hpp -- which LEAP to buy and which weekly call to sell, and why not the others.
// SPDX-License-Identifier: MIT
//
// The chain is read once to find the expiries that can be traded; their contracts are then looked at closely. Nothing
// is copied, sorted or allocated, and the chain's order does not matter.
#pragma once

#include <optcoord/ipmcc/chain.hpp>
#include <optcoord/ipmcc/filters.hpp>
#include <optcoord/ipmcc/policy.hpp>
#include <optcoord/ipmcc/strike_rule.hpp>

#include <algorithm>  // std::min
#include <cmath>      // std::abs
#include <compare>    // operator<=>
#include <cstdint>    // std::int32_t, std::uint32_t
#include <optional>   // std::optional
#include <span>       // std::span

namespace optcoord::ipmcc {

/// Without any delta the LEAP's strike is the one nearest to this part of spot: about 0.80 delta a year out.
inline constexpr double leap_strike_part = 0.82;

/// What is looked for in a chain. A role that is not wanted has no dates.
struct Wanted {
  std::optional<Date> leap_from{};    ///< first expiry a LEAP may have
  Date leap_target{};                 ///< its best one; of two as near the earlier
  std::optional<Date> weekly_from{};  ///< first and last expiry a weekly may have
  Date weekly_until{};
  std::optional<Date> ex_dividend{};  ///< weeklies open on that day are passed over
};

[[nodiscard]] constexpr Date days_after(Date date, std::int32_t days) noexcept {
  return Date{std::chrono::sys_days{date} + std::chrono::days{days}};
}

/// The contracts of one role that can be traded: all of the best expiry, somewhere in `from` to `until`.
struct Fit {
  std::optional<Date> expiry{};
  std::uint32_t count{0};  ///< over all expiries
  std::size_t from{0};
  std::size_t until{0};
};

/// A first look at the whole chain.
struct Survey {
  Tally rejected{};
  Fit leaps{};
  Fit weeklies{};
};

namespace detail {

/// A date as a number that orders as dates do; the calendar's arithmetic is left out of the loop over the chain.
[[nodiscard]] constexpr std::int32_t key(Date d) noexcept {
  return static_cast<int>(d.year()) * 512 +
         static_cast<std::int32_t>(static_cast<unsigned>(d.month()) * 32 + static_cast<unsigned>(d.day()));
}

/// Wanted, ready for the loop.
struct Bounds {
  static constexpr std::int32_t never = 1 << 30;
  std::int32_t leap_from{never};
  std::int32_t weekly_from{never};
  std::int32_t weekly_until{-1};
  std::int32_t ex_dividend{never};

  explicit Bounds(const Wanted& w) noexcept {
    if (w.leap_from) leap_from = key(*w.leap_from);
    if (w.weekly_from) weekly_from = key(*w.weekly_from), weekly_until = key(w.weekly_until);
    if (w.ex_dividend) ex_dividend = key(*w.ex_dividend);
  }
  [[nodiscard]] bool wants_leaps() const noexcept { return leap_from != never; }
  [[nodiscard]] bool wants_weeklies() const noexcept { return weekly_from != never; }
  /// Why an expiry serves neither role.
  [[nodiscard]] Filter fault(std::int32_t expiry) const noexcept {
    if (!wants_weeklies()) return Filter::under_min_dte;
    if (!wants_leaps() && expiry > weekly_until) return Filter::over_max_dte;
    return Filter::expiry;
  }
};

inline void widen(Fit& fit, std::size_t at, Date expiry, bool better) noexcept {
  ++fit.count;
  if (better) fit.expiry = expiry, fit.from = at;
  if (fit.expiry == expiry) fit.until = at + 1;
}
[[nodiscard]] inline bool is_better_leap(Date expiry, const std::optional<Date>& best, Date target) noexcept {
  if (!best) return true;
  if (expiry == *best) return false;
  const std::int32_t own = std::abs(days_between(target, expiry));
  const std::int32_t other = std::abs(days_between(target, *best));
  return own != other ? own < other : expiry < *best;
}

/// Whether `o` is a call of that expiry which passed the survey.
[[nodiscard]] inline bool is_fit(const ChainOption& o, const Market& m, const IpmccConfig& rules, Date expiry,
                                 Timestamp now) noexcept {
  return o.contract.expiry == expiry && o.contract.kind == Kind::option && o.contract.right == Right::call &&
         o.contract.root_chars == m.underlying.root_chars && !quote_fault(o, rules.max_spread, m.max_quote_age, now);
}

}  // namespace detail

/// Looks at every contract once. \returns what can be traded, and of the rest how many failed what. O(chain).
[[nodiscard]] inline Survey survey(const IpmccConfig& rules, const Market& m, const Wanted& wanted, Timestamp now) {
  const detail::Bounds bounds(wanted);
  Survey s;
  for (std::size_t i = 0; i < m.chain.size(); ++i) {
    const ChainOption& o = m.chain[i];
    if (o.contract.kind != Kind::option || o.contract.root_chars != m.underlying.root_chars) {
      s.rejected.add(Filter::other_root);
      continue;
    }
    if (o.contract.right == Right::put) {
      s.rejected.add(Filter::put);
      continue;
    }
    const std::int32_t expiry = detail::key(o.contract.expiry);
    const bool leap = expiry >= bounds.leap_from;
    const bool weekly = !leap && expiry >= bounds.weekly_from && expiry <= bounds.weekly_until;
    if (!leap && !weekly) {
      s.rejected.add(bounds.fault(expiry));
      continue;
    }
    if (const std::optional<Filter> fault = quote_fault(o, rules.max_spread, m.max_quote_age, now)) {
      s.rejected.add(*fault);
      continue;
    }
    const Date date = o.contract.expiry;
    if (leap) {
      detail::widen(s.leaps, i, date, detail::is_better_leap(date, s.leaps.expiry, wanted.leap_target));
    } else if (expiry >= bounds.ex_dividend) {
      s.rejected.add(Filter::ex_dividend);
    } else {
      detail::widen(s.weeklies, i, date, !s.weeklies.expiry || date > *s.weeklies.expiry);
    }
  }
  return s;
}

/// The best of what was seen so far: of equal distances, within rounding, the higher strike.
class Nearest {
 public:
  void see(const ChainOption& o, double distance) noexcept {
    constexpr double rounding = 1e-12;
    const bool nearer = best_ == nullptr || distance < distance_ - rounding;
    const bool as_near = best_ != nullptr && distance <= distance_ + rounding;
    if (!nearer && !(as_near && o.contract.strike_thousandths > best_->contract.strike_thousandths)) return;
    best_ = &o;
    distance_ = distance;
  }
  [[nodiscard]] const ChainOption* best() const noexcept { return best_; }

 private:
  const ChainOption* best_{nullptr};
  double distance_{0};
};

/// The contract chosen for a role, or none.
struct Choice {
  const ChainOption* option{nullptr};
  bool by_strike{false};  ///< no delta was to be had: the strike is approximate

  [[nodiscard]] explicit operator bool() const noexcept { return option != nullptr; }
};

/// \returns of the surveyed LEAPs of the best expiry the one whose delta is nearest to the rule's; where none has a
/// delta, the one whose strike is nearest to 0.82 x spot. The others are added to `rejected`. O(their span of the
/// chain).
[[nodiscard]] inline Choice choose_leap(const IpmccConfig& rules, const Market& m, const Fit& leaps, Tally& rejected,
                                        Timestamp now) {
  if (!leaps.expiry || !m.spot) return {};
  Nearest by_delta;
  Nearest by_strike;
  std::uint32_t seen = 0;
  std::uint32_t without_delta = 0;
  for (const ChainOption& o : m.chain.subspan(leaps.from, leaps.until - leaps.from)) {
    if (!detail::is_fit(o, m, rules, *leaps.expiry, now)) continue;
    ++seen;
    by_strike.see(o, std::abs(o.contract.strike() - leap_strike_part * *m.spot));
    const std::optional<double> delta = delta_of(o, m, now);
    if (delta) by_delta.see(o, std::abs(*delta - rules.leap_delta));
    if (!delta) ++without_delta;
  }
  rejected.add(Filter::other_expiry, leaps.count - seen);
  if (by_delta.best() == nullptr) {
    rejected.add(Filter::not_nearest, seen - 1);
    return {by_strike.best(), true};
  }
  rejected.add(Filter::no_delta, without_delta);
  rejected.add(Filter::not_nearest, seen - without_delta - 1);
  return {by_delta.best(), false};
}

/// What a weekly call is sold against, and instead of.
struct WeeklyTerms {
  double leap_strike{0};
  std::optional<double> leap_cost{};  ///< USD per unit; unknown: nothing can be promised about being called
  std::optional<Contract> rolled{};   ///< not this contract again
  std::optional<double> least_bid{};  ///< a roll for a credit: the bid must be above what closing costs
};

namespace detail {

/// What keeps a surveyed weekly from being sold, or nothing.
[[nodiscard]] inline std::optional<Filter> weekly_fault(const IpmccConfig& rules, const ChainOption& o, double target,
                                                        const WeeklyTerms& terms) noexcept {
  const double strike = o.contract.strike();
  const double bid = *o.quote.bid;
  if (terms.rolled == o.contract) return Filter::rolled;
  if (!is_on_the_right_side(*rules.strike_rule, strike, target, terms.leap_strike)) return Filter::strike;
  if (rules.min_credit && !is_at_least(bid, *rules.min_credit)) return Filter::min_credit;
  if (terms.least_bid && bid <= *terms.least_bid) return Filter::no_credit;
  const bool profits = terms.leap_cost && is_at_least(strike + bid, terms.leap_strike + *terms.leap_cost);
  if (rules.profit_if_called && !profits) return Filter::loses_if_called;
  return std::nullopt;
}

}  // namespace detail

/// \returns of the surveyed weeklies of the latest expiry the one the strike rule chooses; the others are added to
/// `rejected`. O(their span of the chain).
[[nodiscard]] inline Choice choose_weekly(const IpmccConfig& rules, const Market& m, const Fit& weeklies,
                                          const WeeklyTerms& terms, Tally& rejected, Timestamp now) {
  if (!weeklies.expiry || !m.spot) return {};
  const StrikeRule rule = *rules.strike_rule;
  const double target = strike_target(rule, rules.otm, *m.spot, terms.leap_strike);
  Nearest nearest;
  std::uint32_t seen = 0;
  std::uint32_t fit = 0;
  for (const ChainOption& o : m.chain.subspan(weeklies.from, weeklies.until - weeklies.from)) {
    if (!detail::is_fit(o, m, rules, *weeklies.expiry, now)) continue;
    ++seen;
    std::optional<Filter> fault = detail::weekly_fault(rules, o, target, terms);
    double distance = std::abs(o.contract.strike() - target);
    if (!fault && rule == StrikeRule::target_delta) {
      const std::optional<double> delta = delta_of(o, m, now);
      if (delta) distance = std::abs(*delta - *rules.target_delta);
      if (!delta) fault = Filter::no_delta;
    }
    if (fault) {
      rejected.add(*fault);
      continue;
    }
    ++fit;
    nearest.see(o, distance);
  }
  rejected.add(Filter::other_expiry, weeklies.count - seen);
  if (fit > 0) rejected.add(Filter::not_nearest, fit - 1);
  return {nearest.best(), false};
}

}  // namespace optcoord::ipmcc
