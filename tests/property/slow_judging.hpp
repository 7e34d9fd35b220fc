// tests/property/slow_judging.hpp -- SlowLedger: a request against every row, and the proof of an exit.
// SPDX-License-Identifier: MIT
#pragma once

#include "property/slow_ledger.hpp"  // the class

namespace optcoord::test {

/// Reasons and warnings so far, as texts; of reasons also the units each would allow.
struct SlowLedger::Judged {
  std::vector<std::pair<std::string, std::int64_t>> reasons{};
  std::vector<std::string> warnings{};
  bool bypass{false};

  void refuse(const std::string& text, std::int64_t max_units) { reasons.emplace_back(text, max_units); }
  void warn(Code code, std::optional<std::size_t> row) { warnings.push_back(named(code, row)); }
  [[nodiscard]] static std::string named(Code code, std::optional<std::size_t> row) {
    return std::string(optcoord::text(code)) + (row ? '@' + std::to_string(*row) : "");
  }
};

// ---- exits

/// Contracts of `thing` that open exits and adjustments will close.
inline std::int64_t SlowLedger::closing(const std::string& strategy, const std::string& thing) const {
  std::int64_t sum = 0;
  for (const auto& [id, r] : reservations)
    for (const SlowLeg& leg : r.legs)
      if (r.open() && r.strategy == strategy && leg.closes && leg.thing == thing) sum += r.unfilled(leg);
  return sum;
}

inline std::int64_t SlowLedger::closable_raw(const std::string& strategy, const SlowThing& t,
                                             std::int64_t weight) const {
  std::int64_t held = 0;
  std::int64_t spoken_for = 0;
  for (const auto& [name, other] : things) {
    if (!other.raw || other.root != t.root) continue;
    const std::int64_t delta = exact_micro(*other.greeks.delta);
    held += quantity(strategy, name) * delta;
    spoken_for += closing(strategy, name) * std::abs(delta);
  }
  const std::int64_t one = exact_micro(*t.greeks.delta) * weight;
  const bool opposite = (one > 0 && held < 0) || (one < 0 && held > 0);
  if (!opposite) return 0;
  return std::max<std::int64_t>(0, std::abs(held) - spoken_for) / std::abs(one);
}

/// The units, at most those asked, of which every leg closes what `strategy` holds and nobody is closing yet.
inline std::int64_t SlowLedger::closable(const std::string& strategy, const SlowLegs& legs, std::int64_t units) const {
  if (legs.empty()) return 0;
  std::int64_t most = units;
  for (const auto& [name, weight] : legs) {
    const SlowThing& t = things.at(name);
    if (t.raw) {
      most = std::min(most, closable_raw(strategy, t, weight));
      continue;
    }
    const std::int64_t has = quantity(strategy, name);
    const bool opposite = (has > 0 && weight < 0) || (has < 0 && weight > 0);
    const std::int64_t free = opposite ? std::max<std::int64_t>(0, std::abs(has) - closing(strategy, name)) : 0;
    most = std::min(most, free / std::abs(weight));
  }
  return most;
}

/// Pairs each short with a long that expires no earlier, the latest shorts first, and calls then with shares.
inline std::int64_t SlowLedger::uncovered(const std::string& strategy, const std::string& root, Right right,
                                          const SlowLegs& added, std::int64_t units) const {
  std::map<Date, std::int64_t> longs;
  std::map<Date, std::int64_t> shorts;
  std::int64_t shares = 0;
  double per_contract = 1;
  for (const auto& [name, t] : things) {
    if (t.raw || t.root != root) continue;
    const auto more = added.find(name);
    const std::int64_t has = quantity(strategy, name) + (more == added.end() ? 0 : more->second * units);
    const std::int64_t stays = has > 0 ? std::max<std::int64_t>(0, has - closing(strategy, name)) : has;
    if (t.kind == Kind::share) shares += stays;
    if (t.kind != Kind::option || t.right != right) continue;
    per_contract = t.multiplier;
    (has > 0 ? longs : shorts)[t.expiry] += std::abs(stays);
  }
  std::int64_t naked = 0;
  for (auto at = shorts.rbegin(); at != shorts.rend(); ++at) {
    std::int64_t open = at->second;
    for (auto cover = longs.lower_bound(at->first); cover != longs.end(); ++cover) {
      const std::int64_t paired = std::min(open, cover->second);
      open -= paired;
      cover->second -= paired;
    }
    naked += open;
  }
  if (right == Right::call) naked -= std::max<std::int64_t>(0, shares) / static_cast<std::int64_t>(per_contract);
  return std::max<std::int64_t>(0, naked);
}

inline bool SlowLedger::raises_uncovered(const std::string& strategy, const SlowLegs& legs, std::int64_t units) const {
  std::set<std::string> roots;
  for (const auto& [name, weight] : legs)
    if (!things.at(name).raw) roots.insert(things.at(name).root);
  for (const std::string& root : roots)
    for (const Right right : {Right::call, Right::put})
      if (uncovered(strategy, root, right, legs, units) > uncovered(strategy, root, right, {}, 0)) return true;
  return false;
}

// ---- rows

inline bool SlowLedger::is_stale(const SlowThing& t, const GroupConfig& group, Timestamp now) const {
  const auto old = [now](Timestamp at, Duration most) { return at > now || now - at > most; };
  const bool has_greeks =
      t.greeks.delta || t.greeks.gamma || t.greeks.theta || t.greeks.vega;  // none: missing, not old
  if (t.kind == Kind::option && !t.raw && has_greeks && old(t.greeks_at, config_.options.max_greeks_age)) return true;
  if (shares_price(t, group)) return false;
  const std::optional<Price> here = spot(t);
  const std::optional<Price> there = reference_price(group);
  return (here && old(here->at, config_.options.max_quote_age)) ||
         (there && old(there->at, config_.options.max_quote_age));
}

/// The code of a breach: a market event's or a level's cut if it would pass without cuts, headroom kept; headroom if it
/// would pass without that, cuts kept; otherwise what the row is.
inline Code SlowLedger::code_of_breach(const LimitConfig& row, Side side, std::int64_t before, std::int64_t after,
                                       const std::string& asker, Timestamp now) const {
  const auto passes = [&](std::int64_t bound) {
    return side == Side::upper ? after <= bound || after <= before : after >= bound || after >= before;
  };
  const CutConfig* cut = cut_on(row);
  if (cut != nullptr && passes(bound(row, side, asker, false, true, now)))
    return cut->event.empty() ? Code::volatility_limit : Code::event_limit;
  if (passes(bound(row, side, asker, true, false, now))) return Code::priority_reserved;
  if (row.metric == Metric::strategy_count) return Code::strategy_count;
  if (!row.strategy.empty()) return Code::strategy_cap;
  return row.equity_fraction ? Code::notional_cap : Code::limit_exceeded;
}

inline void SlowLedger::judge_side(std::size_t at, Side side, const Projected& projected, const Ask& asked, bool proved,
                                   Timestamp now, Judged& out) const {
  const LimitConfig& row = config_.limits[at];
  const std::int64_t sign = side == Side::upper ? 1 : -1;
  const std::int64_t before = projected(0);
  const std::int64_t after = projected(asked.units);
  const std::int64_t limit = bound(row, side, asked.strategy, true, true, now);
  const auto passes = [&](std::int64_t units) {
    return sign * projected(units) <= sign * limit || sign * projected(units) <= sign * before;
  };
  if (!passes(asked.units)) {
    const Code code = code_of_breach(row, side, before, after, asked.strategy, now);
    std::int64_t most = 0;  // by halving: what n passes, everything below n passes
    for (std::int64_t step = std::int64_t{1} << 40; step > 0; step /= 2)
      if (most + step <= asked.units && passes(most + step)) most += step;
    std::ostringstream text;
    text << Judged::named(code, at) << ' ' << optcoord::text(side) << ' ' << before << " to " << after << " of "
         << limit;
    proved ? out.warnings.push_back(text.str()) : out.refuse(text.str(), most);
    out.bypass = out.bypass || proved;
    if (proved) return;
  }
  if (after == before) return;  // worsens nothing
  const std::int64_t full = bound(row, side, asked.strategy, true, false, now);
  const auto warn_at = Int128{exact_micro(row.warn_at)};
  const auto uses = [&](Int128 share) { return Int128{sign * after} * 1'000'000 >= share * (sign * full); };
  if (full == 0) return;
  if (uses(900'000)) {
    out.warn(Code::limit_near, at);
  } else if (uses(warn_at)) {
    out.warn(Code::limit_warning, at);
  }
}

/// "delta_unavailable hits every row of a group that has the leg's root"; a raw exposure answers row by row.
inline bool SlowLedger::lacks_a_figure(const std::string& group, const SlowLegs& legs) const {
  for (const LimitConfig& row : config_.limits)
    for (const auto& [name, weight] : legs)
      if (row.group == group && !things.at(name).raw && !parts(row, {{name, weight}}, false).known) return true;
  return false;
}

inline void SlowLedger::judge_row(std::size_t at, const Ask& asked, const SlowLegs& legs, bool proved, Timestamp now,
                                  Judged& out) const {
  const LimitConfig& row = config_.limits[at];
  const GroupConfig& group = group_of(row);
  bool concerned = false;
  bool stale = false;
  for (const auto& [name, weight] : legs) {
    const SlowThing& t = things.at(name);
    if (!beta_in(t.root, group) || (!row.strategy.empty() && row.strategy != asked.strategy)) continue;
    concerned = true;
    stale = stale || is_stale(t, group, now);
    if (skipped(t, row.metric)) out.warn(Code::not_computed, at);
  }
  if (!concerned) return;
  const auto cannot = [&](Code code) {
    if (!proved) return out.refuse(Judged::named(code, at), 0);
    out.warn(code, at);
    out.warn(Code::not_computed, at);
    out.bypass = true;
  };
  const SlowParts unit = parts(row, legs, asked.leg_by_leg);
  if (!unit.known || lacks_a_figure(row.group, legs)) return cannot(Code::delta_unavailable);
  if (stale) return cannot(Code::stale_greeks);
  const auto judge_one = [&](Side side, const Projected& projected) {
    judge_side(at, side, projected, asked, proved, now, out);
  };
  if (row.metric == Metric::strategy_count) {
    if (!row.upper) return;
    return judge_one(Side::upper,
                     [&](std::int64_t units) { return count(row, true, units == 0 ? "" : asked.strategy); });
  }
  if (unit.up == 0 && unit.down == 0) return;
  if (!held(row) || !pending(row).known) return cannot(Code::delta_unavailable);
  const std::optional<Bounds> limits = bounds(row, true);
  if (!limits) return cannot(Code::equity_unknown);
  if (row.metric == Metric::gross_delta) {
    const auto gross_with = [&](std::int64_t units) {
      return *gross(row, asked.strategy, {units * unit.up, units * unit.down, true});
    };
    if (limits->upper) judge_one(Side::upper, gross_with);
  } else {
    const std::int64_t down = *held(row) + pending(row).down;
    const std::int64_t up = *held(row) + pending(row).up;
    if (unit.down < 0 && limits->lower)
      judge_one(Side::lower, [&](std::int64_t units) { return down + units * unit.down; });
    if (unit.up > 0 && limits->upper) judge_one(Side::upper, [&](std::int64_t units) { return up + units * unit.up; });
  }
  if (unknown_cut_on(row)) out.warn(Code::cut_unknown, at);
}

inline void SlowLedger::judge_rows(const Ask& asked, const SlowLegs& legs, bool proved, Timestamp now,
                                   Judged& out) const {
  for (std::size_t row = 0; row < config_.limits.size(); ++row) judge_row(row, asked, legs, proved, now, out);
  judge_directions(asked, legs, proved, out);
}

/// Another strategy's held delta of the opposite sign, in every group that names its members. What cannot be computed
/// denies here too.
inline void SlowLedger::judge_directions(const Ask& asked, const SlowLegs& legs, bool proved, Judged& out) const {
  if (!config_.options.conflict_tolerance) return;
  std::set<std::string> said;  // in no order but the alphabet's
  const std::int64_t tolerance = exact_micro(*config_.options.conflict_tolerance);
  for (const GroupConfig& group : config_.groups) {
    if (group.all_roots) continue;
    const LimitConfig delta = limit(group.name, Metric::delta, 0);
    const SlowParts unit = parts(delta, legs, asked.leg_by_leg);
    bool known = unit.known;
    bool conflict = false;
    for (const std::string& other : strategies_on(delta)) {
      const std::optional<std::int64_t> has = held(of(delta, other));
      if (other == asked.strategy || (unit.known && unit.up == 0 && unit.down == 0)) continue;
      known = known && has;
      conflict = conflict || (has && unit.up > 0 && *has < -tolerance) || (has && unit.down < 0 && *has > tolerance);
    }
    for (const Code code : {Code::conflicting_direction, Code::delta_unavailable}) {
      if (code == Code::conflicting_direction ? !conflict : known) continue;
      said.insert(std::string(optcoord::text(code)) + '@' + group.name);
      if (proved && code == Code::delta_unavailable) out.warnings.push_back("not_computed@" + group.name);
    }
  }
  for (const std::string& text : said) proved ? out.warnings.push_back(text) : out.refuse(text, 0);
  out.bypass = out.bypass || (proved && !said.empty());
}

inline SlowLedger::Judged SlowLedger::judge(const Ask& asked, const SlowLegs& legs, Timestamp now) const {
  Judged out;
  const std::int64_t closes = closable(asked.strategy, legs, asked.units);
  bool proved = false;
  if (asked.intent == Intent::adjust) {
    bool some = false;
    for (const auto& [name, weight] : legs)
      some = some || closable(asked.strategy, {{name, weight}}, asked.units) == asked.units;
    if (!some) out.refuse("exit_not_reducing", 0);
    if (raises_uncovered(asked.strategy, legs, asked.units)) out.refuse("exit_uncovers_short", 0);
  }
  if (is_exit(asked.intent)) {
    if (closes < asked.units) out.refuse("exit_not_reducing", closes);
    const std::int64_t units = closes == asked.units || asked.fewer_are_welcome ? closes : 0;
    if (units == 0) return out;
    const bool uncovers = raises_uncovered(asked.strategy, legs, units);
    proved = !uncovers || asked.intent == Intent::emergency_exit;
    if (!proved) {  // not free: judged like an open, and said first where the rows deny
      Judged rows;
      judge_rows(asked, legs, false, now, rows);
      std::int64_t most = asked.units;
      for (const auto& [text, max_units] : rows.reasons) most = std::min(most, max_units);
      if (!rows.reasons.empty()) out.refuse("exit_uncovers_short", most);
    }
    const bool passes = out.reasons.empty() || out.reasons.back().first != "exit_uncovers_short";
    if (uncovers && passes) out.warn(Code::leaves_uncovered_short, {});
  }
  judge_rows(asked, legs, proved, now, out);
  const bool computed = std::any_of(legs.begin(), legs.end(), [this](const auto& leg) {
    const SlowThing& t = things.at(leg.first);
    const OptionalGreeks& g = t.greeks;
    return t.computed && (g.delta || g.gamma || g.theta || g.vega);
  });
  if (computed) out.warn(Code::greeks_computed, {});
  return out;
}

}  // namespace optcoord::test
