// optcoord/ledger/ledger_setup.hpp -- Ledger: construction, registration, marks and bounds.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/ledger.hpp>  // the class

#include <algorithm>  // std::find, std::min, std::sort
#include <chrono>     // std::chrono::sys_days
#include <cmath>      // std::isfinite
#include <string>     // std::string

namespace optcoord {

inline Ledger::Ledger(LedgerPolicy policy, std::size_t groups)
    : policy_(std::make_shared<const LedgerPolicy>(std::move(policy))), index_(*policy_, groups) {
  const std::size_t rows = policy_->rows().size();
  state_.lines.resize(rows);
  state_.rows.resize(rows);
  for (std::uint32_t r = 0; r < rows; ++r) state_.rows[r].breach = detail::breach_of(policy_->rows()[r], r);
  state_.closed_groups.assign(groups, false);
  for (const CutPolicy& cut : policy_->cuts())
    state_.cuts.push_back({!cut.event && cut.on_when_unknown, cut.event.has_value()});
  for (const CutState& cut : state_.cuts) state_.unknown_cuts += cut.known ? 0 : 1;
  // A row can give two items per side, a group two of its own; one more of each may say what could not be computed.
  judging_.reasons.reserve(2 * (rows + groups) + 16);
  judging_.warnings.reserve(3 * (rows + groups) + 16);
  refresh_all_bounds();
}

inline Result<Ledger> Ledger::make(const LedgerConfig& config, Names& names, const ProductTable& products) {
  Result<LedgerPolicy> policy = LedgerPolicy::make(config, names);
  if (!policy) return tl::unexpected<Error>(policy.error());
  Ledger ledger(*std::move(policy), names.groups.size());
  for (std::size_t r = 0; r < names.roots.size(); ++r)
    ledger.add_root(std::string(names.roots.text(RootId{static_cast<std::uint32_t>(r)})), names, products);
  for (const std::string& strategy : std::vector<std::string>(names.strategies.all()))
    ledger.add_strategy(strategy, names);
  return ledger;
}

inline StrategyId Ledger::add_strategy(std::string_view name, Names& names) {
  const StrategyId id = names.strategies.add(name);
  if (state_.first_of_strategy.size() > index_of(id)) return id;
  state_.first_of_strategy.resize(index_of(id) + 1, nil);
  state_.strategies.resize(index_of(id) + 1);
  state_.lines.resize(index_.lines(state_.strategies.size()));
  return id;
}

inline RootId Ledger::add_root(std::string_view root, Names& names, const ProductTable& products) {
  const RootId id = names.roots.add(root);
  const Product product = products.find(root);
  const RootId member_as = names.roots.add(member_root(product));
  const RootId price_of = names.roots.add(price_root(product));
  for (const GroupPolicy& group : policy_->groups())  // all that is named below has its place before one is pointed at
    (void)names.roots.add(price_root(products.find(std::string(names.roots.text(group.reference)))));
  for (std::size_t r = state_.roots.size(); r < names.roots.size(); ++r) {
    const RootId added{static_cast<std::uint32_t>(r)};
    state_.roots.emplace_back().terms = {added, added};
  }
  RootState& state = state_.roots[index_of(id)];
  if (state.registered) return id;
  state.registered = true;
  state.terms = {member_as, price_of};
  const auto depends_on = [&](RootId price) {
    std::vector<RootId>& dependents = state_.roots[index_of(price)].dependents;
    if (std::find(dependents.begin(), dependents.end(), id) == dependents.end()) dependents.push_back(id);
  };
  depends_on(id);
  depends_on(price_of);
  for (const GroupPolicy& group : policy_->groups()) {
    std::optional<double> beta;
    if (group.all_roots) beta = 1.0;
    for (const auto& [member, member_beta] : group.members)
      if (member == id || (member == member_as && !beta)) beta = member_beta;
    if (!beta) continue;
    const std::string reference(names.roots.text(group.reference));
    const RootId reference_price = names.roots.add(price_root(products.find(reference)));
    const bool same = id == group.reference || price_of == reference_price;
    RootState& member_state = state_.roots[index_of(id)];
    member_state.groups.push_back({group.id, member_state.losses, same, index_.metrics(group.id), *beta});
    member_state.losses += static_cast<std::uint32_t>(index_.scenarios(group.id).size());
    member_state.plain = member_state.plain && same && index_.has_sums_alone(group.id);
    depends_on(group.reference);
    depends_on(reference_price);
  }
  list_rows(state_.roots[index_of(id)]);
  return id;
}

/// Lists the rows of the root's groups, for every strategy that has caps of its own there and once for all others.
inline void Ledger::list_rows(RootState& root) const {
  root.rows.clear();
  root.rows_of.assign(1, RowSlice{});
  if (root.groups.empty()) return;  // no rows, whoever asks: not a slice a strategy
  const auto list = [&](StrategyId strategy) {
    RowSlice slice{static_cast<std::uint32_t>(root.rows.size()), 0};
    for (std::size_t nth = 0; nth < root.groups.size(); ++nth)
      for (const RowRef row : index_.rows(root.groups[nth].group, strategy))
        root.rows.push_back({row.row, static_cast<std::uint16_t>(nth), row.metric});
    slice.count = static_cast<std::uint32_t>(root.rows.size()) - slice.begin;
    std::sort(root.rows.begin() + slice.begin, root.rows.end(),
              [](const RootRow& a, const RootRow& b) { return a.row < b.row; });
    return slice;
  };
  const RowSlice shared = list(StrategyId{static_cast<std::uint32_t>(index_.capped())});
  root.rows_of.assign(index_.capped() + 1, shared);
  for (std::uint32_t strategy = 0; strategy < index_.capped(); ++strategy) {
    const RowSlice own = list(StrategyId{strategy});
    if (own.count != shared.count) {
      root.rows_of[strategy] = own;
    } else {
      root.rows.resize(own.begin);  // no caps here
    }
  }
}

inline Result<ContractId> Ledger::add_contract(std::string_view text, Names& names, const ProductTable& products,
                                               const char* field, std::int32_t index) {
  const auto known = names.contracts.find(text);
  if (known && index_of(*known) < state_.instrument_of.size() && state_.instrument_of[index_of(*known)] != nil)
    return *known;
  const Result<Contract> contract = parse_contract(text, field);
  if (!contract) return fail(contract.error().code, field, index);
  const Product product = products.find((*contract).root());
  if (!tradable(*contract, product, field)) return fail(Errc::invalid_value, field, index);
  Instrument in;
  in.terms.root = add_root((*contract).root(), names, products);
  in.terms.kind = (*contract).kind;
  in.terms.right = (*contract).right;
  in.terms.multiplier = multiplier(*contract, product);
  if ((*contract).kind != Kind::share)
    in.terms.expiry_day =
        static_cast<std::int32_t>(std::chrono::sys_days{(*contract).expiry}.time_since_epoch().count());
  if ((*contract).kind != Kind::option) {
    in.greeks = linear_greeks;
    in.greeks_known = RowIndex::bit(Metric::delta) | RowIndex::bit(Metric::gamma) | RowIndex::bit(Metric::theta) |
                      RowIndex::bit(Metric::vega);
  }
  in.contract = names.contracts.add(text);
  if (state_.instrument_of.size() <= index_of(in.contract)) state_.instrument_of.resize(index_of(in.contract) + 1, nil);
  state_.instrument_of[index_of(in.contract)] = add_instrument(in);
  return in.contract;
}

inline std::uint32_t Ledger::add_instrument(const Instrument& instrument) {
  const auto at = static_cast<std::uint32_t>(state_.instruments.size());
  state_.instruments.push_back(instrument);
  state_.instruments[at].cells = static_cast<std::uint32_t>(state_.cells.size());
  state_.instruments[at].losses = static_cast<std::uint32_t>(state_.losses.size());
  state_.instruments[at].version = 0;
  const RootState& root = state_.roots[index_of(instrument.terms.root)];
  state_.cells.resize(state_.cells.size() + root.groups.size());
  state_.losses.resize(state_.losses.size() + root.losses, unknown_loss);
  return at;
}

inline std::vector<std::uint32_t> Ledger::mark_root(RootId root, double price, Timestamp now) {
  finish();
  ++state_.marks;
  std::optional<Price>& known = state_.roots[index_of(root)].price;
  const bool moved = !known || known->value != price;
  known = Price{price, now};
  if (moved) reprice(*policy_, index_, state_, root);
  std::vector<std::uint32_t> changed;
  for (std::size_t c = 0; c < state_.cuts.size(); ++c) {
    const CutPolicy& cut = policy_->cuts()[c];
    if (cut.event || cut.root != root) continue;
    CutState& state = state_.cuts[c];
    const bool on = price > cut.above || (state.on && !(price < cut.until_below));
    if (!state.known) --state_.unknown_cuts;
    state.known = true;
    if (on != state.on) changed.push_back(static_cast<std::uint32_t>(c));
    state.on = on;
  }
  if (!changed.empty()) refresh_all_bounds();
  return changed;
}

inline void Ledger::mark_future(ContractId future, double price, Timestamp now) {
  Instrument& in = state_.instruments[state_.instrument_of[index_of(future)]];
  finish();
  ++state_.marks;
  const bool moved = !in.price || in.price->value != price;
  in.price = Price{price, now};
  if (moved) reprice(*policy_, index_, state_, in.terms.root);
}

inline void Ledger::mark_option(ContractId option, const OptionMark& mark, Timestamp now) {
  const std::uint32_t at = state_.instrument_of[index_of(option)];
  Instrument& in = state_.instruments[at];
  finish();
  ++state_.marks;
  in.greeks_known = 0;
  const auto take_greek = [&in](double& greek, std::optional<double> value, Metric metric) {
    if (!value || !std::isfinite(*value)) return;
    greek = *value;
    in.greeks_known |= RowIndex::bit(metric);
  };
  take_greek(in.greeks.delta, mark.greeks.delta, Metric::delta);
  take_greek(in.greeks.gamma, mark.greeks.gamma, Metric::gamma);
  take_greek(in.greeks.theta, mark.greeks.theta, Metric::theta);
  take_greek(in.greeks.vega, mark.greeks.vega, Metric::vega);
  in.greeks_computed = mark.computed;
  in.greeks_at = now;
  if (index_.has_scenarios()) {
    if (state_.revaluations.size() <= index_of(option)) state_.revaluations.resize(index_of(option) + 1);
    state_.revaluations[index_of(option)] = mark.revaluation;
  }
  if (mark.underlying) {
    in.underlying = state_.instrument_of[index_of(*mark.underlying)];
    std::vector<RootId>& dependents = state_.roots[index_of(state_.instruments[in.underlying].terms.root)].dependents;
    if (std::find(dependents.begin(), dependents.end(), in.terms.root) == dependents.end())
      dependents.push_back(in.terms.root);
  }
  in.version = 0;  // no root has this version: the cells are computed when next asked for
  if (in.active_at != nil) refresh(*policy_, index_, state_, at);
}

inline void Ledger::set_equity(std::optional<double> equity) {
  if (equity == state_.equity) return;
  state_.equity = equity;
  refresh_all_bounds();
}

inline std::vector<std::uint32_t> Ledger::set_event(EventId event, bool in_force) {
  std::vector<std::uint32_t> changed;
  for (std::size_t c = 0; c < state_.cuts.size(); ++c) {
    if (policy_->cuts()[c].event != event || state_.cuts[c].on == in_force) continue;
    state_.cuts[c].on = in_force;
    changed.push_back(static_cast<std::uint32_t>(c));
  }
  if (!changed.empty()) refresh_all_bounds();
  return changed;
}

inline void Ledger::refresh_all_bounds() {
  ++state_.held_version;
  for (std::size_t r = 0; r < state_.rows.size(); ++r) refresh_bounds(r);
}

inline void Ledger::refresh_bounds(std::size_t row) {
  const RowPolicy& rule = policy_->rows()[row];
  Line& line = state_.lines[row];
  const std::optional<Bounds> raw = bounds_at(rule, state_.equity);
  const CutPolicy* cut = detail::cut_in_force(*policy_, state_, rule);
  state_.rows[row].bounds_known = raw.has_value();
  const Bounds bounds = raw ? scaled(*raw, cut != nullptr ? cut->factor : 1.0) : Bounds{};
  // use >= warn_at in fixed point: projected x 10^6 >= warn_at x bound, so it is calm below; a bound of 0 never warns
  const auto calm = [&rule](std::int64_t bound) {
    const Int128 product = Int128{bound} * std::min(rule.warn_at, detail::near_use);
    const bool whole = product % micro_per_unit == 0;
    const auto towards_zero = static_cast<std::int64_t>(product / micro_per_unit);
    return whole && bound != 0 ? towards_zero - (bound > 0 ? 1 : -1) : towards_zero;
  };
  line.lower = bounds.lower ? bounds.lower->raw : detail::no_lower;
  line.upper = bounds.upper ? bounds.upper->raw : detail::no_upper;
  state_.rows[row].calm_lower = bounds.lower ? calm(line.lower) : detail::no_lower;
  state_.rows[row].calm_upper = bounds.upper ? calm(line.upper) : detail::no_upper;
  settle(line, state_.rows[row]);
}

}  // namespace optcoord
