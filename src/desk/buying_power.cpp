// src/desk/buying_power.cpp -- Desk: buying power as the account tells it, gate 12, and allocations.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <optional>
#include <vector>

namespace optcoord {

void Desk::take_buying_power(const AccountEvent& e, Timestamp now) {
  const std::optional<BuyingPower>& rule = coordination_.buying_power();
  if (!rule) return;
  std::optional<Micro> known;
  if (account_.buying_power) known = *to_micro(*account_.buying_power);  // checked
  rule->observe(buying_power_, known, now);
  for (const auto& [name, usd] : e.used) rule->set_used(buying_power_, register_strategy(name), *to_micro(usd));
}

/// Gate 12: a request that says what a unit takes must find it free. Before the first figure nothing is known to be.
void Desk::judge_buying_power(const Prepared& asked, Findings& out) const {
  const std::optional<BuyingPower>& rule = coordination_.buying_power();
  if (!rule || !asked.buying_power) return;
  const std::int64_t units = asked.request.units;
  const std::optional<Micro> free = rule->free_for(buying_power_, asked.request.strategy);
  const std::int64_t allowed = BuyingPower::units_within(free.value_or(Micro{}), *asked.buying_power, units);
  if (allowed == units) return;
  Finding f;
  f.code = Code::buying_power;
  f.max_units = allowed;
  out.push(f);
}

/// Who asks for how much, in ids.
Result<std::vector<Allotment>> Desk::demands_of(const AllocateEvent& e) const {
  std::vector<Allotment> demands;
  std::int32_t index = 0;
  for (const auto& [name, usd] : *e.demands) {
    const std::optional<StrategyId> id = names_.strategies.find(name);
    if (!id) return fail(Errc::unknown_name, "demands[]", index);
    if (*id == unassigned) return fail(Errc::invalid_value, "demands[]", index);
    const Result<Cents> amount = cents_down(usd, "demands[]", index);
    if (!amount) return tl::unexpected<Error>(amount.error());
    demands.push_back({*id, *amount});
    ++index;
  }
  return demands;
}

/// The configured shares; where any name is accepted, all strategies registered so far, alike and without a share.
BuyingPower Desk::claims_on_buying_power() const {
  if (!any_strategy_) return *coordination_.buying_power();
  std::vector<BuyingPowerShare> all;
  for (std::uint32_t s = 1; s < standings_.size(); ++s) all.push_back({StrategyId{s}});
  return *BuyingPower::make(*coordination_.rules().buying_power, all);  // without shares none is too large
}

Result<void> Desk::check(const AllocateEvent& e, Timestamp) {
  if (!coordination_.buying_power()) return fail(Errc::not_ready, "coordination.buying_power");
  if (!e.demands) return {};
  const Result<std::vector<Allotment>> demands = demands_of(e);
  if (!demands) return tl::unexpected<Error>(demands.error());
  const auto lends_nothing = [](StrategyId) { return false; };
  const auto tried = allocate(claims_on_buying_power(), Cents{}, *demands, AllocationMode::shares, lends_nothing);
  if (!tried) return tl::unexpected<Error>(tried.error());
  return {};
}

void Desk::act(const AllocateEvent& e, Timestamp, SinkRef sink) {
  const BuyingPower rule = claims_on_buying_power();
  const Cents basis = buying_power_.basis.value_or(Cents{});
  const AllocationMode usual =
      rule.mode() == BuyingPowerMode::waterfall ? AllocationMode::waterfall : AllocationMode::shares;
  const auto lends = [this](StrategyId s) { return states::lending.has(standings_[s].state); };
  const std::vector<Allotment> amounts =
      e.demands ? *allocate(rule, basis, *demands_of(e), e.mode.value_or(usual), lends) : allocate_shares(rule, basis);
  sink({std::nullopt, AllocationOutput{buying_power_.basis, amounts}});
}

}  // namespace optcoord
