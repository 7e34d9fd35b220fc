// src/shared/shared_ledger.cpp -- SharedLedger: construction, registration, and marks sent where they matter.
// SPDX-License-Identifier: MIT
#include "division.hpp"
#include "impl.hpp"

#include <algorithm>  // std::find, std::sort
#include <numeric>    // std::iota
#include <utility>    // std::move

namespace optcoord {

namespace {

/// Makes a ledger of a part of a configuration that has been validated, with groups numbered from 0.
[[nodiscard]] Ledger make_part(const LedgerConfig& part, const Names& names, const ProductTable& products) {
  Names own = names;  // all names of the whole are known: none is added, ids are the same
  own.groups = {};
  return *Ledger::make(part, own, products);
}

}  // namespace

SharedLedger::SharedLedger(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
SharedLedger::SharedLedger(SharedLedger&&) noexcept = default;
SharedLedger& SharedLedger::operator=(SharedLedger&&) noexcept = default;
SharedLedger::~SharedLedger() = default;

Result<SharedLedger> SharedLedger::make(const LedgerConfig& config, Names& names, const ProductTable& products) {
  const Result<Ledger> whole = Ledger::make(config, names, products);
  if (!whole) return tl::unexpected<Error>(whole.error());
  LedgerConfig groups_alone;
  groups_alone.groups = config.groups;
  groups_alone.options = config.options;
  auto impl = std::make_unique<Impl>(make_part(groups_alone, names, products));
  impl->policy = (*whole).policy();
  Division division = divide(config, *whole);
  impl->island_of_group = std::move(division.of_group);
  impl->row_at.resize(config.limits.size());
  for (IslandPlan& plan : division.islands) {
    const auto at = static_cast<std::uint32_t>(impl->islands.size());
    for (std::uint32_t r = 0; r < plan.rows.size(); ++r) impl->row_at[plan.rows[r]] = {at, r};
    impl->islands.emplace_back(make_part(plan.config, names, products), std::move(plan.groups), std::move(plan.rows));
  }
  impl->views.resize(impl->islands.size());
  for (std::uint32_t r = 0; r < names.roots.size(); ++r) impl->settle_root(RootId{r});
  const auto price_matters = [&](RootId root, std::uint32_t island) {
    impl->concern(root, island);
    impl->concern(impl->directory.state().roots[index_of(root)].terms.price_of, island);
  };
  for (const GroupPolicy& group : impl->policy.groups())
    price_matters(group.reference, impl->island_of_group[index_of(group.id)]);
  for (std::uint32_t i = 0; i < impl->islands.size(); ++i)
    for (const CutPolicy& cut : impl->islands[i].ledger.policy().cuts())
      if (!cut.event) impl->concern(cut.root, i);
  return SharedLedger(std::move(impl));
}

// ---- names

/// \returns the island that a root known to the directory counts in.
std::uint32_t SharedLedger::Impl::home_of(RootId root) const {
  const std::vector<Membership>& groups = directory.state().roots[index_of(root)].groups;
  return groups.empty() ? rest() : island_of_group[index_of(groups.front().group)];
}

/// Has prices of `root` sent to `island` from now on, and the one that is known already.
void SharedLedger::Impl::concern(RootId root, std::uint32_t island) {
  if (concerned.size() <= index_of(root)) concerned.resize(index_of(root) + 1);
  std::vector<std::uint32_t>& all = concerned[index_of(root)];
  if (std::find(all.begin(), all.end(), island) != all.end()) return;
  all.push_back(island);
  std::sort(all.begin(), all.end());
  const std::optional<Price> known = directory.state().roots[index_of(root)].price;
  if (!known) return;
  const std::lock_guard<SpinLock> hold(islands[island].lock);
  islands[island].ledger.mark_root(root, known->value, known->at);
  ++islands[island].changes;
}

/// Settles where a root that the directory and its island know belongs.
void SharedLedger::Impl::settle_root(RootId root) {
  const std::uint32_t home = home_of(root);
  concern(root, home);
  concern(directory.state().roots[index_of(root)].terms.price_of, home);
  roots.set(index_of(root), home);
}

StrategyId SharedLedger::add_strategy(std::string_view name, Names& names) {
  const std::lock_guard<std::mutex> hold_directory(impl_->directory_lock);
  const std::size_t known = impl_->directory.state().first_of_strategy.size();
  const StrategyId id = impl_->directory.add_strategy(name, names);
  if (index_of(id) < known) return id;
  for (Island& island : impl_->islands) {
    const std::lock_guard<SpinLock> hold(island.lock);
    island.ledger.add_strategy(name, names);
  }
  return id;
}

RootId SharedLedger::add_root(std::string_view root, Names& names, const ProductTable& products) {
  const std::lock_guard<std::mutex> hold_directory(impl_->directory_lock);
  const RootId id = impl_->directory.add_root(root, names, products);
  if (impl_->roots.at(index_of(id)) != nowhere) return id;
  Island& home = impl_->islands[impl_->home_of(id)];
  {
    const std::lock_guard<SpinLock> hold(home.lock);
    home.ledger.add_root(root, names, products);
  }
  impl_->settle_root(id);
  return id;
}

Result<ContractId> SharedLedger::add_contract(std::string_view text, Names& names, const ProductTable& products,
                                              const char* field, std::int32_t index) {
  const std::lock_guard<std::mutex> hold_directory(impl_->directory_lock);
  const Result<ContractId> id = impl_->directory.add_contract(text, names, products, field, index);
  if (!id || impl_->contracts.at(index_of(*id)) != nowhere) return id;
  const LedgerState& known = impl_->directory.state();
  const RootId root = known.instruments[known.instrument_of[index_of(*id)]].terms.root;
  const std::uint32_t at = impl_->home_of(root);
  {
    Island& home = impl_->islands[at];
    const std::lock_guard<SpinLock> hold(home.lock);
    const Result<ContractId> same = home.ledger.add_contract(text, names, products, field, index);
    if (!same) return same;
  }
  if (impl_->roots.at(index_of(root)) == nowhere) impl_->settle_root(root);
  impl_->contracts.set(index_of(*id), at);
  return id;
}

// ---- inputs from whoever coordinates the strategies

void SharedLedger::set_priority(StrategyId strategy, std::int32_t priority) {
  const Locks locks = impl_->lock_all();
  for (Island& island : impl_->islands) island.ledger.set_priority(strategy, priority);
}

void SharedLedger::set_may_open(StrategyId strategy, bool may) {
  const Locks locks = impl_->lock_all();
  for (Island& island : impl_->islands) island.ledger.set_may_open(strategy, may);
}

void SharedLedger::set_may_open(GroupId group, bool may) {
  Island& island = impl_->islands[impl_->island_of_group[index_of(group)]];
  const auto own = std::find(island.groups.begin(), island.groups.end(), group) - island.groups.begin();
  const std::lock_guard<SpinLock> hold(island.lock);
  island.ledger.set_may_open(GroupId{static_cast<std::uint32_t>(own)}, may);
}

// ---- locks

Locks SharedLedger::Impl::lock_islands(const std::vector<std::uint32_t>& which) const {
  Locks locks;
  locks.reserve(which.size());
  for (const std::uint32_t i : which) locks.emplace_back(islands[i].lock);
  return locks;
}

Locks SharedLedger::Impl::lock_all() const {
  std::vector<std::uint32_t> all(islands.size());
  std::iota(all.begin(), all.end(), 0U);
  return lock_islands(all);
}

/// Takes the locks of all ids; those of islands come after.
Locks SharedLedger::Impl::lock_ids() const {
  Locks locks;
  locks.reserve(requests.size() + executions.size());
  for (RequestStripe& stripe : requests) locks.emplace_back(stripe.lock);
  for (ExecutionStripe& stripe : executions) locks.emplace_back(stripe.lock);
  return locks;
}

// ---- marks

std::vector<std::uint32_t> SharedLedger::mark_root(RootId root, double price, Timestamp now) {
  std::unique_lock<std::mutex> hold_directory(impl_->directory_lock);
  if (index_of(root) >= impl_->directory.state().roots.size()) return {};
  (void)impl_->directory.mark_root(root, price, now);  // for islands it may come to concern
  if (index_of(root) >= impl_->concerned.size()) return {};
  const std::vector<std::uint32_t> where = impl_->concerned[index_of(root)];
  const Locks locks = impl_->lock_islands(where);
  hold_directory.unlock();  // an island that joins now takes the new price from these
  std::vector<std::uint32_t> changed;
  for (const std::uint32_t i : where) {
    Island& island = impl_->islands[i];
    std::vector<std::uint32_t> there = island.ledger.mark_root(root, price, now);
    ++island.changes;
    if (i == impl_->rest()) changed = std::move(there);  // it has every cut, by the whole configuration's numbers
  }
  return changed;
}

void SharedLedger::mark_future(ContractId future, double price, Timestamp now) {
  const std::uint32_t at = impl_->contracts.at(index_of(future));
  if (at == nowhere) return;
  Island& island = impl_->islands[at];
  const std::lock_guard<SpinLock> hold(island.lock);
  island.ledger.mark_future(future, price, now);
  ++island.changes;
}

void SharedLedger::mark_option(ContractId option, const OptionMark& mark, Timestamp now) {
  const std::uint32_t at = impl_->contracts.at(index_of(option));
  if (at == nowhere) return;
  const OptionMark alone{mark.greeks, mark.computed, std::nullopt, mark.revaluation};
  const bool known_here = !mark.underlying || impl_->contracts.at(index_of(*mark.underlying)) == at;
  Island& island = impl_->islands[at];
  const std::lock_guard<SpinLock> hold(island.lock);
  island.ledger.mark_option(option, known_here ? mark : alone, now);
  ++island.changes;
}

void SharedLedger::set_equity(std::optional<double> equity) {
  const Locks locks = impl_->lock_all();
  for (Island& island : impl_->islands) {
    island.ledger.set_equity(equity);
    ++island.changes;
  }
}

std::vector<std::uint32_t> SharedLedger::set_event(EventId event, bool in_force) {
  const Locks locks = impl_->lock_all();
  std::vector<std::uint32_t> changed;
  for (Island& island : impl_->islands) {
    changed = island.ledger.set_event(event, in_force);  // the last island has every cut
    ++island.changes;
  }
  return changed;
}

}  // namespace optcoord
