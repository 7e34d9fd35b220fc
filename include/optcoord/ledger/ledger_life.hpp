// optcoord/ledger/ledger_life.hpp -- Ledger: what becomes of reservations: taken back, lapsed, reconciled, forgotten.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/ledger.hpp>  // the class

#include <algorithm>  // std::none_of

namespace optcoord {

inline void Ledger::withdraw(RequestId id) {
  if (withdraw_last(id)) return;
  finish();
  const std::uint32_t at = find_reservation(state_, id);
  if (at == nil) return;
  if (state_.reservations[at].open)
    end_reservation(*policy_, index_, state_, at, ReservationStatus::cancelled, state_.reservations[at].clock);
  const std::span<const ReservedLeg> legs = legs_of(state_, state_.reservations[at]);
  if (std::none_of(legs.begin(), legs.end(), [](const ReservedLeg& leg) { return leg.filled != 0; }))
    forget_reservation(state_, at);
}

inline ReservationChange Ledger::expire_next() {
  finish();
  const ExpiryQueue::Entry due = state_.expiries.front();
  end_reservation(*policy_, index_, state_, due.reservation, ReservationStatus::expired, due.at);
  ++state_.counters.expired;
  return {due.id, ReservationStatus::expired, remaining_units(state_, state_.reservations[due.reservation])};
}

inline Result<Reconciliation> Ledger::reconcile(std::span<const BrokerPosition> positions, Timestamp now) {
  finish();
  Result<Reconciliation> found = compare(positions);
  if (!found) return found;
  std::int32_t index = 0;
  for (const BrokerPosition& line : positions) {
    if (line.strategy && index_of(*line.strategy) >= state_.first_of_strategy.size())
      return fail(Errc::unknown_name, "positions[].strategy", index);
    ++index;
  }
  adopt_positions(*policy_, index_, state_, *found, now);
  return found;
}

template <class Keep>
void Ledger::forget_ended_before(Timestamp instant, Keep keep) {
  finish();
  std::vector<bool> gone(state_.reservations.size(), false);
  for (std::size_t at = 0; at < state_.reservations.size(); ++at) {
    const Reservation& r = state_.reservations[at];
    gone[at] = !r.open && r.leg_count != 0 && r.clock < instant && !keep(r.id);
  }
  std::erase_if(state_.executions, [&gone](const Execution& e) { return gone[e.reservation]; });
  state_.by_execution.restart(state_.executions.size());
  for (std::size_t at = 0; at < state_.executions.size(); ++at) {
    const std::size_t slot = state_.by_execution.slot_for(state_.executions[at].id(), execution_id_in(state_));
    state_.by_execution.fill(slot, static_cast<std::uint32_t>(at));
  }
  for (std::size_t at = 0; at < gone.size(); ++at)
    if (gone[at]) forget_reservation(state_, static_cast<std::uint32_t>(at));
}

}  // namespace optcoord
