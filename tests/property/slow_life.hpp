// tests/property/slow_life.hpp -- SlowLedger: decisions, reservations, fills, and the state as one text.
// SPDX-License-Identifier: MIT
#pragma once

#include "property/slow_ledger.hpp"  // the class

namespace optcoord::test {

/// The unit's legs netted by thing, without those that cancel out. A raw exposure and its negative are one thing.
inline SlowLegs SlowLedger::netted(const Ask& asked) {
  SlowLegs legs;
  for (const AskedLeg& leg : asked.legs) legs[leg.contract] += leg.ratio;
  std::erase_if(legs, [](const auto& leg) { return leg.second == 0; });
  if (!asked.raw) return legs;
  const AskedExposure& e = *asked.raw;
  double sign = 1;
  for (const double figure : {e.vega.value_or(0), e.theta.value_or(0), e.gamma.value_or(0), e.delta})
    if (figure != 0) sign = figure < 0 ? -1 : 1;
  SlowThing thing;
  thing.raw = true;
  thing.root = e.root;
  std::ostringstream name;
  name.precision(17);
  name << "raw " << asked.strategy << ' ' << e.root;
  const auto times_sign = [&](std::optional<double> figure) -> std::optional<double> {
    figure ? name << ' ' << *figure * sign : name << " ?";
    if (!figure) return std::nullopt;
    return *figure * sign;
  };
  thing.greeks.delta = times_sign(e.delta);
  thing.greeks.gamma = times_sign(e.gamma);
  thing.greeks.theta = times_sign(e.theta);
  thing.greeks.vega = times_sign(e.vega);
  things[name.str()] = thing;
  return {{name.str(), sign < 0 ? -1 : 1}};
}

/// Judges `asked`, and, unless only asking, reserves what passes.
inline SlowAnswer SlowLedger::ask(const Ask& asked, Timestamp now, bool only_asking) {
  if (!only_asking && reservations.contains(asked.id)) return {Verdict::denied, 0, "duplicate_id id"};
  const SlowLegs legs = netted(asked);
  if (legs.empty() && !is_exit(asked.intent)) return {Verdict::denied, 0, "invalid_value legs"};
  Judged judged = judge(asked, legs, now);

  std::int64_t most = asked.units;
  for (const auto& [text, max_units] : judged.reasons) most = std::min(most, max_units);
  SlowAnswer answer;
  answer.units = judged.reasons.empty() ? asked.units : asked.fewer_are_welcome ? most : 0;
  answer.verdict = judged.reasons.empty() ? Verdict::approved : answer.units > 0 ? Verdict::reduced : Verdict::denied;
  const bool passes = answer.verdict != Verdict::denied;
  std::ostringstream text;
  text << optcoord::text(answer.verdict) << ' ' << answer.units << ", max " << most << ':';
  for (const auto& [reason, max_units] : judged.reasons) text << ' ' << reason << " (" << max_units << ')';
  text << " /";
  if (passes) {
    std::sort(judged.warnings.begin(), judged.warnings.end());
    for (const std::string& warning : judged.warnings) text << ' ' << warning;
    if (judged.bypass) text << " (bypass)";
  }
  answer.text = text.str();
  if (only_asking) return answer;
  ++counters_[std::string(optcoord::text(answer.verdict))];
  if (!passes) return answer;

  SlowReservation r;
  r.strategy = asked.strategy;
  r.legging = asked.leg_by_leg;
  r.units = answer.units;
  r.expires = now + (asked.seconds_to_live ? Duration{static_cast<std::int64_t>(*asked.seconds_to_live * 1e9)}
                                           : config_.options.default_ttl);
  for (const auto& [name, weight] : legs) {
    const bool proved = closable(asked.strategy, {{name, weight}}, answer.units) == answer.units;
    r.legs.push_back({name, weight, asked.intent != Intent::open && proved, 0});
  }
  reservations[asked.id] = r;
  return answer;
}

inline std::string SlowLedger::order(std::uint64_t id, OrderStatus status, Timestamp now) {
  const auto at = reservations.find(id);
  if (at == reservations.end()) return "unknown_request request";
  SlowReservation& r = at->second;
  if (status == OrderStatus::working) {
    if (r.status == ReservationStatus::reserved) r.status = ReservationStatus::working;
  } else if (r.open()) {
    r.status = status == OrderStatus::cancelled ? ReservationStatus::cancelled : ReservationStatus::rejected;
    r.ended = now;
    ++counters_[std::string(optcoord::text(r.status))];
  }
  return std::string(optcoord::text(r.status)) + ", " + std::to_string(r.remaining()) + " left";
}

inline std::string SlowLedger::fill(std::uint64_t id, const std::string& contract, std::int64_t quantity,
                                    std::uint64_t execution, Timestamp now) {
  const auto at = reservations.find(id);
  if (at == reservations.end()) return "unknown_request request";
  SlowReservation& r = at->second;
  const auto left = [&r] { return ", " + std::to_string(r.remaining()) + " left"; };
  if (executions_.contains(execution)) {
    ++counters_["duplicates"];
    return "duplicate" + left();
  }
  SlowLeg* leg = nullptr;
  for (SlowLeg& candidate : r.legs)
    if (things[candidate.thing].raw || candidate.thing == contract) leg = &candidate;
  if (quantity == 0) return "invalid_value quantity";
  if (leg == nullptr) return "invalid_value leg";
  const bool raw = things[leg->thing].raw;
  if (raw ? quantity < 0 : (quantity > 0) != (leg->ratio > 0)) return "invalid_value quantity";

  executions_[execution] = id;
  ++counters_["fills"];
  const std::int64_t rest = r.unfilled(*leg);
  const bool late = !r.open() && r.status != ReservationStatus::filled;
  leg->filled += std::abs(quantity);
  std::int64_t& has = positions[r.strategy][leg->thing];
  has += raw && leg->ratio < 0 ? -quantity : quantity;
  if (has == 0) positions[r.strategy].erase(leg->thing);
  if (r.open()) {
    bool complete = true;
    for (const SlowLeg& each : r.legs) complete = complete && r.unfilled(each) == 0;
    r.status = complete ? ReservationStatus::filled : ReservationStatus::partly_filled;
    r.ended = now;
  }
  if (late) {
    ++counters_["late_fills"];
    return "late_fill" + left();
  }
  if (std::abs(quantity) > rest) {
    ++counters_["overfills"];
    return "overfill" + left();
  }
  return std::string(optcoord::text(r.status)) + left();
}

/// What lapses until `now`, in order of instant and number.
inline std::vector<std::string> SlowLedger::expire_until(Timestamp now) {
  std::map<std::pair<Timestamp, std::uint64_t>, SlowReservation*> due;
  for (auto& [id, r] : reservations)
    if (r.status == ReservationStatus::reserved && !(now < r.expires)) due[{r.expires, id}] = &r;
  std::vector<std::string> said;
  for (const auto& [when, r] : due) {
    r->status = ReservationStatus::expired;
    r->ended = r->expires;
    ++counters_["expired"];
    said.push_back(std::to_string(when.second) + " expired, " + std::to_string(r->remaining()) + " left");
  }
  return said;
}

inline void SlowLedger::forget_ended_before(Timestamp instant) {
  const auto gone = [&](std::uint64_t id) { return !reservations[id].open() && reservations[id].ended < instant; };
  std::erase_if(executions_, [&](const auto& e) { return gone(e.second); });
  std::erase_if(reservations, [&](const auto& r) { return !r.second.open() && r.second.ended < instant; });
}

/// Every row, every strategy's exposure, open reservations and counters; what cannot be computed reads "?".
inline std::string SlowLedger::text() const {
  std::ostringstream out;
  const auto put = [&out](std::optional<std::int64_t> figure) { figure ? out << *figure << ' ' : out << "? "; };
  for (const GroupConfig& group : config_.groups) {
    out << group.name << '\n';
    for (std::size_t at = 0; at < config_.limits.size(); ++at) {
      const LimitConfig& row = config_.limits[at];
      if (row.group != group.name) continue;
      out << row_text(row) << '\n';
    }
    std::int64_t legs = 0;
    std::int64_t complete = 0;
    std::set<std::string> missing;
    for (const auto& [strategy, holds] : positions) {
      std::array<std::optional<std::int64_t>, summed_metrics> sums{0, 0, 0, 0, 0};
      bool any = false;
      for (const auto& [name, quantity] : holds) {
        const SlowThing& t = things.at(name);
        if (!beta_in(t.root, group)) continue;
        any = true;
        bool greeks = true;
        for (std::size_t m = 0; m < summed_metrics; ++m) {
          const auto metric = static_cast<Metric>(m);
          const std::optional<std::int64_t> one = skipped(t, metric) ? 0 : unit(t, group, metric);
          sums[m] = one && sums[m] ? std::optional{*sums[m] + quantity * *one} : std::nullopt;
          if (metric != Metric::dollar_delta) greeks = greeks && one.has_value();
        }
        ++legs;
        complete += greeks ? 1 : 0;
        if (!greeks && !t.raw) missing.insert(name);
      }
      if (!any) continue;
      out << strategy << ": ";
      for (const std::optional<std::int64_t>& sum : sums) put(sum);
      out << '\n';
    }
    out << legs << " legs, " << complete << " with Greeks, without:";
    for (const std::string& name : missing) out << ' ' << name;
    out << '\n';
  }
  for (const auto& [id, r] : reservations) {
    if (!r.open()) continue;
    out << id << ' ' << r.strategy << ' ' << optcoord::text(r.status) << ' ' << r.units << ' ' << r.remaining();
    if (r.status == ReservationStatus::reserved) out << ' ' << r.expires.time_since_epoch().count();
    out << '\n';
  }
  for (const char* name : {"approved", "reduced", "denied", "fills", "late_fills", "overfills", "duplicates", "expired",
                           "cancelled", "rejected"})
    out << (counters_.contains(name) ? counters_.at(name) : 0) << ' ';
  return out.str();
}

}  // namespace optcoord::test
