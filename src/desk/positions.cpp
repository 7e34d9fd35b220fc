// src/desk/positions.cpp -- Desk: the broker's positions.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <algorithm>
#include <tuple>

namespace optcoord {

Result<void> Desk::check(const PositionsEvent& e, Timestamp) {
  broker_positions_.clear();
  std::vector<std::string_view> newcomers;  // strategies that `act` will register, in this order
  std::int32_t index = 0;
  for (const PositionText& line : e.positions) {
    const Result<ContractId> contract =
        ledger_.add_contract(line.contract, names_, products_, "positions[].contract", index);
    if (!contract) return tl::unexpected<Error>(contract.error());
    BrokerPosition& position = broker_positions_.emplace_back();
    position = {*contract, line.quantity, std::nullopt};
    if (!line.strategy.empty()) {
      const Result<StrategyId> known = strategy_or_next(line.strategy, "positions[].strategy");
      if (!known) return fail(known.error().code, known.error().field, index);
      position.strategy = *known;
      if (index_of(*known) >= names_.strategies.size()) {
        const auto at = std::find(newcomers.begin(), newcomers.end(), line.strategy);
        const auto before = static_cast<std::size_t>(at - newcomers.begin());
        position.strategy = StrategyId{static_cast<std::uint32_t>(index_of(*known) + before)};
        if (at == newcomers.end()) newcomers.push_back(line.strategy);
      }
    }
    ++index;
  }
  const Result<Reconciliation> found = ledger_.compare(broker_positions_);
  if (!found) return tl::unexpected<Error>(found.error());
  return {};
}

void Desk::act(const PositionsEvent& e, Timestamp t, SinkRef sink) {
  for (const PositionText& line : e.positions)
    if (!line.strategy.empty()) register_strategy(line.strategy);
  Reconciliation found = *(e.adopt ? ledger_.reconcile(broker_positions_, t) : ledger_.compare(broker_positions_));
  if (found.adopted) {
    const LedgerState& state = ledger_.state();
    for (const auto* list : {&found.missing, &found.extra, &found.different})
      for (const PositionChange& change : *list)
        labels_.trim(state, change.strategy, state.instrument_of[index_of(change.contract)]);
  }
  // Contracts are numbered at first sight, also by lines that were refused; their texts have an order of their own.
  for (auto* list : {&found.missing, &found.extra, &found.different})
    std::sort(list->begin(), list->end(), [this](const PositionChange& a, const PositionChange& b) {
      const auto key = [this](const PositionChange& change) {
        return std::tuple(names_.contracts.text(change.contract), change.strategy);
      };
      return key(a) < key(b);
    });
  if (exercise_) positions_reported(exercise_->state);
  sink({std::nullopt, ReconciliationOutput{&found}});
  if (found.adopted && ipmcc_) ipmcc_->books.take_positions(ledger_, names_, found, t);
  if (found.adopted)
    for (const ReservationChange& change : found.cancelled) end_order(change, t);
  for (const ReservationChange& change : found.cancelled) sink({std::nullopt, ReservationOutput{change}});
}

}  // namespace optcoord
