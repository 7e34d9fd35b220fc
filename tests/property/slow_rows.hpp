// tests/property/slow_rows.hpp -- SlowLedger: rows that are no plain sum, and a row as it stands.
// SPDX-License-Identifier: MIT
#pragma once

#include "property/slow_ledger.hpp"  // the class

namespace optcoord::test {

/// Those that hold anything or have anything open, in any group; of a cap the one it is on.
inline std::set<std::string> SlowLedger::strategies_on(const LimitConfig& row) const {
  if (!row.strategy.empty()) return {row.strategy};
  std::set<std::string> names;
  for (const auto& [strategy, legs] : positions) names.insert(strategy);
  for (const auto& [id, r] : reservations) names.insert(r.strategy);
  return names;
}

// ---- gross_delta

inline std::optional<std::int64_t> SlowLedger::gross_held(const LimitConfig& row) const {
  std::int64_t sum = 0;
  for (const std::string& strategy : strategies_on(row)) {
    const std::optional<std::int64_t> has = held(of(row, strategy));
    if (!has) return std::nullopt;
    sum += std::abs(*has);
  }
  return sum;
}

/// The sum over strategies of max(|h + p+|, |h + p-|), `added` being pending of `asker` too.
inline std::optional<std::int64_t> SlowLedger::gross(const LimitConfig& row, const std::string& asker,
                                                     const SlowParts& added) const {
  std::set<std::string> names = strategies_on(row);
  if (row.strategy.empty() && !asker.empty()) names.insert(asker);
  std::int64_t sum = 0;
  for (const std::string& strategy : names) {
    const std::optional<std::int64_t> has = held(of(row, strategy));
    SlowParts waiting = pending(of(row, strategy));
    if (!has || !waiting.known) return std::nullopt;
    if (strategy == asker) waiting = {waiting.up + added.up, waiting.down + added.down, true};
    sum += std::max(std::abs(*has + waiting.up), std::abs(*has + waiting.down));
  }
  return sum;
}

// ---- strategy_count

inline bool SlowLedger::holds_in(const LimitConfig& row, const std::string& strategy) const {
  for (const auto& [name, legs] : positions)
    for (const auto& [thing, has] : legs)
      if (name == strategy && has != 0 && beta_in(things.at(thing).root, group_of(row))) return true;
  return false;
}

inline bool SlowLedger::waits_in(const LimitConfig& row, const std::string& strategy) const {
  for (const auto& [id, r] : reservations)
    for (const SlowLeg& leg : r.legs)
      if (r.open() && r.strategy == strategy && r.unfilled(leg) > 0 &&
          beta_in(things.at(leg.thing).root, group_of(row)))
        return true;
  return false;
}

/// Strategies with anything in the group, in millionths; `added` is one of them if it was not.
inline std::int64_t SlowLedger::count(const LimitConfig& row, bool pending_too, const std::string& added) const {
  std::set<std::string> members;
  for (const std::string& strategy : strategies_on(row))
    if (holds_in(row, strategy) || (pending_too && waits_in(row, strategy))) members.insert(strategy);
  if (!added.empty()) members.insert(added);
  members.erase("unassigned");
  return static_cast<std::int64_t>(members.size()) * 1'000'000;
}

// ---- a row as it stands

/// A sum: "held down up lower upper over". Gross delta and count, which only go up: "held with-pending upper over".
inline std::string SlowLedger::row_text(const LimitConfig& row) const {
  std::ostringstream out;
  const auto put = [&out](std::optional<std::int64_t> figure) { figure ? out << *figure << ' ' : out << "? "; };
  std::optional<Bounds> limits = bounds(row, true);
  std::optional<std::int64_t> holds = held(row);
  if (row.metric == Metric::gross_delta || row.metric == Metric::strategy_count) {
    const bool counted = row.metric == Metric::strategy_count;
    holds = counted ? count(row, false, "") : gross_held(row);
    put(holds);
    put(counted ? count(row, true, "") : gross(row, "", {}));
    if (limits) limits->lower = std::nullopt;
  } else {
    const SlowParts waiting = pending(row);
    put(holds);
    put(waiting.known ? std::optional{waiting.down} : std::nullopt);
    put(waiting.known ? std::optional{waiting.up} : std::nullopt);
    put(limits ? limits->lower : std::nullopt);
  }
  put(limits ? limits->upper : std::nullopt);
  const std::int64_t above = limits && holds && limits->upper ? *holds - *limits->upper : 0;
  const std::int64_t below = limits && holds && limits->lower ? *limits->lower - *holds : 0;
  put(limits && holds ? std::optional{std::max({std::int64_t{0}, above, below})} : std::nullopt);
  return out.str();
}

}  // namespace optcoord::test
