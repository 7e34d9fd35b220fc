// src/desk/correlation.cpp -- Desk: strategies' returns, and the groups that pairs which move together close.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/correlated_groups.hpp>
#include <optcoord/coordination/correlation.hpp>
#include <optcoord/desk/desk.hpp>

#include <algorithm>
#include <cmath>
#include <string>

namespace optcoord {

namespace {

/// \returns the rule, which `Desk::make` has seen to be sound.
[[nodiscard]] Correlation rule_of(const CoordinationPolicy& policy) {
  return *Correlation::make(*policy.rules().correlation);
}

}  // namespace

Result<void> Desk::check_correlation(const std::optional<CoordinationConfig>& config) {
  if (!config || !config->correlation) return {};
  return Correlation::make(*config->correlation).map([](const Correlation&) {});
}

Result<void> Desk::check(const ReturnsEvent& e, Timestamp) {
  returns_.clear();
  std::vector<std::string_view> newcomers;  // strategies that `act` will register, in this order
  std::int32_t index = 0;
  for (const auto& [name, value] : e.values) {
    const Result<StrategyId> known = strategy_or_next(name, "values[]");
    if (!known) return fail(known.error().code, "values[]", index);
    StrategyId id = *known;
    if (id == unassigned) return fail(Errc::invalid_value, "values[]", index);
    if (index_of(id) >= names_.strategies.size()) {
      const auto at = std::find(newcomers.begin(), newcomers.end(), name);
      id = StrategyId{static_cast<std::uint32_t>(index_of(id) + static_cast<std::size_t>(at - newcomers.begin()))};
      if (at == newcomers.end()) newcomers.push_back(name);
    }
    if (!std::isfinite(value)) return fail(Errc::invalid_value, "values[]", index);
    returns_.push_back({id, value});
    ++index;
  }
  if (!coordination_.rules().correlation) return {};
  return rule_of(coordination_).check(returns_);
}

void Desk::act(const ReturnsEvent& e, Timestamp, SinkRef sink) {
  for (const auto& [name, value] : e.values) register_strategy(name);
  if (!coordination_.rules().correlation) return;
  const std::vector<CorrelationCrossing> crossed = rule_of(coordination_).apply(correlation_, returns_);
  list_correlated_groups();
  for (const CorrelationCrossing& pair : crossed) {
    const std::string who =
        std::string(names_.strategies.text(pair.a)) + ", " + std::string(names_.strategies.text(pair.b));
    EventLogOutput log;
    log.item = pair.blocked ? LogItem::correlation_on : LogItem::correlation_off;
    log.reason = who;
    sink({std::nullopt, log});
  }
}

std::vector<PairCorrelation> Desk::correlations() const {
  return coordination_.rules().correlation ? rule_of(coordination_).pairs(correlation_)
                                           : std::vector<PairCorrelation>{};
}

/// Of each group, in order of configuration, the worst that some pair says: closed, else unknown.
void Desk::list_correlated_groups() {
  enum class Said : std::uint8_t { nothing, unknown, closed };
  std::vector<Said> said(names_.groups.size(), Said::nothing);
  const auto all_roots = [this](GroupId g) { return coordination_.group(g).all_roots; };
  for (const PairCorrelation& pair : correlations()) {
    if (pair.rolling && !pair.blocked) continue;
    const Said what = pair.blocked ? Said::closed : Said::unknown;
    for_each_correlated_group(coordination_.strategy(pair.a).groups, coordination_.strategy(pair.b).groups, all_roots,
                              [&](GroupId g) { said[index_of(g)] = std::max(said[index_of(g)], what); });
  }
  correlated_groups_.clear();
  for (std::uint32_t g = 0; g < said.size(); ++g)
    if (said[g] != Said::nothing) correlated_groups_.push_back({GroupId{g}, said[g] == Said::closed});
}

std::int64_t Desk::held_by_asker(const Fill& fill) const {
  const LedgerState& s = ledger_.state();
  const std::uint32_t at = find_reservation(s, fill.request);
  const std::size_t contract = index_of(fill.contract);
  if (at == nil || contract >= s.instrument_of.size() || s.instrument_of[contract] == nil) return 0;
  return held_quantity(s, s.reservations[at].strategy, s.instrument_of[contract]);
}

void Desk::note_opening(ContractId contract) {
  if (index_of(contract) >= opened_at_.size()) opened_at_.resize(index_of(contract) + 1, 0);
  opened_at_[index_of(contract)] = ++opening_fills_;
}

/// Contracts held in closed groups, the latest opening fill first; those never filled here, which the broker's
/// positions brought, come last, by their texts.
std::vector<ContractId> Desk::reduce_first() const {
  const LedgerState& s = ledger_.state();
  std::vector<ContractId> held;
  for (const std::uint32_t first : s.first_of_strategy) {
    for (std::uint32_t h = first; h != nil; h = s.holders[h].next_of_strategy) {
      const Instrument& in = s.instruments[s.holders[h].instrument];
      if (in.raw || s.holders[h].quantity == 0) continue;
      const RootState& root = s.roots[index_of(in.terms.root)];
      const bool closed =
          std::any_of(correlated_groups_.begin(), correlated_groups_.end(),
                      [&](const CorrelatedGroup& g) { return g.closed && place_in(root, g.group).has_value(); });
      if (closed && std::find(held.begin(), held.end(), in.contract) == held.end()) held.push_back(in.contract);
    }
  }
  const auto opened = [this](ContractId c) { return index_of(c) < opened_at_.size() ? opened_at_[index_of(c)] : 0; };
  std::sort(held.begin(), held.end(), [&](ContractId a, ContractId b) {
    return opened(a) != opened(b) ? opened(a) > opened(b) : names_.contracts.text(a) < names_.contracts.text(b);
  });
  return held;
}

}  // namespace optcoord
