// optcoord/ipmcc/figures.hpp -- a plan's money: limit prices, debit, break-even, what can be lost, exposure per unit.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/chain.hpp>
#include <optcoord/ipmcc/plan.hpp>

#include <algorithm>  // std::max
#include <cmath>      // std::ceil, std::floor, std::round
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional

namespace optcoord::ipmcc {

/// \returns whether it is what a price, multiplier or tick can be.
[[nodiscard]] inline bool is_amount(double value) noexcept { return std::isfinite(value) && value > 0; }

/// \returns `price` on the grid of ticks: up for a sale, down for a purchase, never below one tick.
[[nodiscard]] inline double on_tick(double price, double tick, bool buys) noexcept {
  constexpr double rounding = 1e-9;  // a mid of 1.15 lies on the grid of 0.05
  const double ticks = price / tick;
  const double whole = std::max(1.0, buys ? std::floor(ticks + rounding) : std::ceil(ticks - rounding));
  const double per_dollar = std::round(1.0 / tick);
  const bool divides = std::abs(per_dollar * tick - 1.0) < rounding;
  return divides ? whole / per_dollar : whole * tick;  // 3 / 20 prints as 0.15, 3 x 0.05 does not
}

/// \returns the limit price of an order in `o`: the mid on the grid; for a purchase without a bid the ask; else none.
[[nodiscard]] inline std::optional<double> limit_price(const ChainOption* o, double tick, bool buys) noexcept {
  if (o == nullptr || !is_amount(tick)) return std::nullopt;
  if (const std::optional<double> middle = mid(o->quote)) return on_tick(*middle, tick, buys);
  const bool ask_alone = state(o->quote) == QuoteState::one_sided && o->quote.ask && *o->quote.ask > 0;
  return buys && ask_alone ? std::optional{on_tick(*o->quote.ask, tick, buys)} : std::nullopt;
}

/// \returns what it costs to buy at once, USD per unit, where there is an ask.
[[nodiscard]] inline std::optional<double> ask_of(const ChainOption* o) noexcept {
  return o != nullptr && o->quote.ask && std::isfinite(*o->quote.ask) && *o->quote.ask > 0 ? o->quote.ask
                                                                                           : std::nullopt;
}

/// Adds what `step` adds to the exposure of one of the plan's units; a Greek that is missing once is missing in the
/// sum.
inline void add_exposure(Plan& plan, const Step& step, const ChainOption* o, const Market& m, Timestamp now) {
  const ChainGreeks own = o != nullptr && is_amount(m.multiplier) ? greeks_of(*o, m, now) : ChainGreeks{};
  const double part = static_cast<double>(step.quantity) / static_cast<double>(plan.quantity);
  const double units = (is_buy(step.action) ? m.multiplier : -m.multiplier) * part;
  const bool first = plan.steps.size() == 1;
  const auto add = [&](std::optional<double>& sum, std::optional<double> value) {
    const double before = first ? 0.0 : sum.value_or(0.0);
    const bool known = value && (first || sum);
    sum = known ? std::optional{before + units * *value} : std::nullopt;
  };
  add(plan.exposure.delta, own.greeks.delta);
  add(plan.exposure.gamma, own.greeks.gamma);
  add(plan.exposure.theta, own.greeks.theta);
  add(plan.exposure.vega, own.greeks.vega);
  if (own.computed && !plan.has_warning(Code::greeks_computed))
    plan.warnings.push_back({Code::greeks_computed, {}, {}});
}

/// Adds a step with its limit price, cash and exposure; the plan's quantity is set before. \param o  its entry in the
/// chain, or nullptr
inline void add_step(Plan& plan, Step step, const ChainOption* o, const Market& m, Timestamp now) {
  step.limit_price = limit_price(o, m.tick, is_buy(step.action));
  const double units = (is_buy(step.action) ? -m.multiplier : m.multiplier) * static_cast<double>(step.quantity);
  if (plan.steps.empty()) plan.expected_cash = 0;
  plan.expected_cash = plan.expected_cash && step.limit_price && is_amount(m.multiplier)
                           ? std::optional{*plan.expected_cash + units * *step.limit_price}
                           : std::nullopt;
  plan.steps.push_back(step);
  add_exposure(plan, step, o, m, now);
}

/// What a call is sold against: the LEAP's strike, and its cost per unit where known.
struct LeapBasis {
  double strike{0};
  std::optional<double> cost{};
};

/// Fills in break-even, what can be lost, and the warnings of a short strike under the LEAP's.
/// \param bid  of the weekly, USD per unit
inline void add_risk(Plan& plan, const LeapBasis& leap, double short_strike, double bid, double multiplier,
                     std::int64_t quantity) {
  const double units = multiplier * static_cast<double>(quantity);
  const double gap = std::max(0.0, leap.strike - short_strike);
  if (leap.cost) {
    plan.break_even = leap.strike + *leap.cost - bid;
    plan.max_loss = *leap.cost * units - bid * units + gap * units;
    plan.loss_if_called = std::max(0.0, *leap.cost - bid - (short_strike - leap.strike)) * units;
  }
  if (gap <= 0) return;
  plan.warnings.push_back({Code::short_below_long, plan.loss_if_called, {}});
  plan.warnings.push_back({Code::spread_margin, gap * multiplier, {}});
}

}  // namespace optcoord::ipmcc
