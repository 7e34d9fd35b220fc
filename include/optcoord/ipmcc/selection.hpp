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

#include <cmath>     // std::abs
#include <cstdint>   // std::int32_t, std::uint32_t
#include <cstring>   // std::memcmp
#include <limits>    // std::numeric_limits
#include <optional>  // std::optional
#include <span>      // std::span

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

/// What an expiry is good for.
enum class Role : std::uint8_t { none, leap, weekly };

/// The role of each expiry met, worked out once for all contracts of it that follow each other.
class Roles {
 public:
  explicit Roles(const Wanted& w) noexcept : wanted_(w) {}

  void look_at(Date expiry) noexcept {
    if (expiry == expiry_ && known_) [[likely]]
      return;
    expiry_ = expiry;
    known_ = true;
    const bool late_enough = wanted_.weekly_from && expiry >= *wanted_.weekly_from;
    role = Role::none;
    if (wanted_.leap_from && expiry >= *wanted_.leap_from) {
      role = Role::leap;
    } else if (late_enough && expiry <= wanted_.weekly_until) {
      role = Role::weekly;
    } else if (!wanted_.weekly_from) {
      fault = Filter::under_min_dte;
    } else {
      fault = late_enough && !wanted_.leap_from ? Filter::over_max_dte : Filter::expiry;
    }
    over_ex_dividend = wanted_.ex_dividend && expiry >= *wanted_.ex_dividend;
    if (role == Role::leap) distance = std::abs(days_between(wanted_.leap_target, expiry));
  }

  Role role{Role::none};
  Filter fault{Filter::expiry};  ///< of no role
  bool over_ex_dividend{false};  ///< of a weekly: open on that day
  std::int32_t distance{0};      ///< of a LEAP: days from the best expiry there could be

 private:
  const Wanted& wanted_;
  Date expiry_{};
  bool known_{false};
};

[[nodiscard]] inline bool is_option_on(const Contract& c, const Contract& underlying) noexcept {
  return c.kind == Kind::option &&
         std::memcmp(c.root_chars.data(), underlying.root_chars.data(), sizeof c.root_chars) == 0;
}
inline void widen(Fit& fit, std::size_t at, Date expiry, bool better) noexcept {
  ++fit.count;
  if (better) fit.expiry = expiry, fit.from = at;
  if (fit.expiry == expiry) fit.until = at + 1;
}
/// Whether `o` is a call of that expiry which passed the survey.
[[nodiscard]] inline bool is_fit(const ChainOption& o, const Market& m, const IpmccConfig& rules, Date expiry,
                                 Timestamp now) noexcept {
  return o.contract.expiry == expiry && o.contract.right == Right::call && is_option_on(o.contract, m.underlying) &&
         !quote_fault(o, m.spot, rules.max_spread, m.max_quote_age, now);
}

}  // namespace detail

/// Looks at every contract once. \returns what can be traded, and of the rest how many failed what. O(chain).
[[nodiscard]] inline Survey survey(const IpmccConfig& rules, const Market& m, const Wanted& wanted, Timestamp now) {
  detail::Roles roles(wanted);
  Survey s;
  std::uint32_t puts = 0;  // half of most chains
  std::int32_t nearest = std::numeric_limits<std::int32_t>::max();
  for (std::size_t i = 0; i < m.chain.size(); ++i) {
    const ChainOption& o = m.chain[i];
    if (!detail::is_option_on(o.contract, m.underlying)) [[unlikely]] {
      s.rejected.add(Filter::other_root);
      continue;
    }
    if (o.contract.right == Right::put) {
      ++puts;
      continue;
    }
    roles.look_at(o.contract.expiry);
    if (roles.role == detail::Role::none) {
      s.rejected.add(roles.fault);
      continue;
    }
    if (const std::optional<Filter> fault = quote_fault(o, m.spot, rules.max_spread, m.max_quote_age, now)) {
      s.rejected.add(*fault);
      continue;
    }
    const Date date = o.contract.expiry;
    if (roles.role == detail::Role::leap) {
      const bool as_near = roles.distance == nearest && date < *s.leaps.expiry;
      const bool nearer = roles.distance < nearest || as_near;
      if (nearer) nearest = roles.distance;
      detail::widen(s.leaps, i, date, nearer);
    } else if (roles.over_ex_dividend) {
      s.rejected.add(Filter::ex_dividend);
    } else {
      detail::widen(s.weeklies, i, date, !s.weeklies.expiry || date > *s.weeklies.expiry);
    }
  }
  s.rejected.add(Filter::put, puts);
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
  std::optional<Contract> rolled{};   ///< not this contract again, nor a lower strike of its expiry
  std::optional<double> least_bid{};  ///< a roll for a credit: the bid must be above what closing costs
};

namespace detail {

/// What keeps a surveyed weekly from being sold, or nothing.
[[nodiscard]] inline std::optional<Filter> weekly_fault(const IpmccConfig& rules, const ChainOption& o, double target,
                                                        const WeeklyTerms& terms) noexcept {
  const double strike = o.contract.strike();
  const double bid = *o.quote.bid;
  if (terms.rolled && o.contract.expiry == terms.rolled->expiry && strike <= terms.rolled->strike())
    return Filter::rolled;
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
