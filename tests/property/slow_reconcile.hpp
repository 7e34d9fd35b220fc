// tests/property/slow_reconcile.hpp -- SlowLedger: the broker's positions become ours.
// SPDX-License-Identifier: MIT
#pragma once

#include "property/slow_ledger.hpp"  // the class

namespace optcoord::test {

/// Adds the open reservations that close more of `thing` than `strategy` has now to those that are cancelled.
inline void SlowLedger::cancel_beyond(const std::string& strategy, const std::string& thing, bool changed,
                                      SlowReconciliation& done) const {
  const std::int64_t has = quantity(strategy, thing);
  std::vector<std::pair<std::uint64_t, std::int64_t>> closers;  // and how much each closes, newest first
  std::int64_t closings = 0;
  for (auto at = reservations.rbegin(); at != reservations.rend(); ++at)
    for (const SlowLeg& leg : at->second.legs) {
      const SlowReservation& r = at->second;
      if (!r.open() || r.strategy != strategy || !leg.closes || leg.thing != thing || r.unfilled(leg) == 0) continue;
      const bool of_this_side = has != 0 && (leg.ratio < 0) == (has > 0);
      if (of_this_side) {
        closers.emplace_back(at->first, r.unfilled(leg));
        closings += r.unfilled(leg);
      } else {  // nothing is left of what it closes
        done.cancelled.push_back(at->first);
        done.settled = done.settled && changed;
      }
    }
  if (closings <= std::abs(has)) return;
  if (closers.size() > 1 || !changed) done.settled = false;  // which of them? does it matter where nothing changed?
  for (const auto& [id, closes] : closers) {
    if (closings <= std::abs(has)) break;
    closings -= closes;
    done.cancelled.push_back(id);
  }
}

/// Lines that name a strategy are the truth for it; the others together are what all the rest hold. What is beyond that
/// goes to `unassigned`; what is missing is taken from `unassigned`, then from strategies in reverse registration
/// order. Raw exposures stay, and so do reservations but those that close more than is there now, the newest going
/// first.
inline SlowReconciliation SlowLedger::reconcile(const std::vector<SlowBrokerLine>& broker, Timestamp now) {
  SlowReconciliation done;
  const std::map<std::string, SlowLegs> before = positions;
  std::vector<std::string> giving{"unassigned"};
  for (auto name = registered_.rbegin(); name != registered_.rend(); ++name)
    if (*name != "unassigned") giving.push_back(*name);

  for (const auto& [name, thing] : things) {
    if (thing.raw) continue;
    std::set<std::string> told;
    std::int64_t rest = 0;  // what the broker has of those it did not name
    for (const SlowBrokerLine& line : broker) {
      if (line.contract != name) continue;
      if (line.strategy.empty()) rest += line.quantity;
      if (!line.strategy.empty()) positions[line.strategy][name] = line.quantity;
      if (!line.strategy.empty()) told.insert(line.strategy);
    }
    std::int64_t longs = 0;
    std::int64_t shorts = 0;
    for (const std::string& strategy : giving) {
      const std::int64_t has = told.contains(strategy) ? 0 : quantity(strategy, name);
      (has > 0 ? longs : shorts) += has;
    }
    if (longs != 0 && shorts != 0) done.settled = false;  // who of them is wrong?
    const std::int64_t side = longs + shorts < 0 ? -1 : 1;
    std::int64_t missing = std::abs(longs + shorts) - side * rest;
    for (const std::string& strategy : giving) {
      if (missing <= 0 || told.contains(strategy)) continue;
      const std::int64_t given = std::min(missing, std::abs(quantity(strategy, name)));
      positions[strategy][name] -= side * given;
      missing -= given;
    }
    std::int64_t explained = 0;
    for (const std::string& strategy : giving) explained += told.contains(strategy) ? 0 : quantity(strategy, name);
    positions["unassigned"][name] += rest - explained;
  }
  for (auto& [strategy, legs] : positions) std::erase_if(legs, [](const auto& leg) { return leg.second == 0; });
  std::erase_if(positions, [](const auto& of) { return of.second.empty(); });

  for (const std::string& strategy : giving)
    for (const auto& [name, thing] : things) {
      const auto it = before.find(strategy);
      const auto was = it == before.end() || !it->second.contains(name) ? 0 : it->second.at(name);
      const std::int64_t is = quantity(strategy, name);
      if (was != is)
        done.changes.push_back(strategy + ' ' + name + ' ' + std::to_string(was) + " to " + std::to_string(is));
      if (!thing.raw) cancel_beyond(strategy, name, was != is, done);
    }
  std::sort(done.cancelled.begin(), done.cancelled.end());
  done.cancelled.erase(std::unique(done.cancelled.begin(), done.cancelled.end()), done.cancelled.end());
  for (const std::uint64_t id : done.cancelled) (void)order(id, OrderStatus::cancelled, now);
  return done;
}

}  // namespace optcoord::test
