// tests/property/ledger_property_test.cpp -- random days: the ledger says what the slow model says, and keeps its word.
// SPDX-License-Identifier: MIT
//
// After every event verdict, units, reasons with their rows and figures, warnings, reservations, every row and every
// strategy's exposure are the model's; no row's held and worst pending went further over a bound but by what may do
// that; and when everything has ended and closed, nothing is left. OPTCOORD_PROPERTY_OPERATIONS sets how many events
// there are in all (24,000 by default); RC_PARAMS is rapidcheck's own ("seed=1", "reproduce=...").
#include "property/broker_view.hpp"
#include "property/two_ledgers.hpp"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <array>     // std::array
#include <cstdint>   // std::int64_t, std::uint64_t
#include <cstdlib>   // std::getenv, setenv
#include <iostream>  // std::cout
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace {

using namespace optcoord;
using namespace optcoord::test;

constexpr int usual_length = 60;  ///< events a day, on average

// ---- a day, step by step

/// A price near the usual one.
void quote(TwoLedgers& both, const std::string& root, Tape& tape) {
  const double usd = usual_price(root) * (0.9 + 0.01 * static_cast<double>(tape.roll(21)));
  both.price(root, usd);
}

void mark(TwoLedgers& both, const std::string& option, Tape& tape) {
  const double delta = 0.05 + 0.0123 * static_cast<double>(tape.roll(70));
  const auto some = [&tape](double figure) -> std::optional<double> {
    if (tape.once_in(12)) return std::nullopt;
    return figure;
  };
  OptionalGreeks g;
  g.delta = some(option[12] == 'C' ? delta : -delta);
  g.gamma = some(0.001 * static_cast<double>(tape.roll(40)));
  g.theta = some(-0.01 * static_cast<double>(tape.roll(90)));
  g.vega = some(0.013 * static_cast<double>(tape.roll(50)));
  if (tape.once_in(40)) g = {};
  both.greeks(option, g, tape.once_in(6));
}

/// Everything quoted again, but for what the tape leaves out.
void refresh(TwoLedgers& both, Tape tape) {
  for (const std::string& root : all_prices)
    if (root != "VIX" && !tape.once_in(16)) quote(both, root, tape);
  for (const std::string& option : all_options)
    if (const std::int64_t delta = 1 + tape.roll(9); delta != 9) {
      const double d = 0.1 * static_cast<double>(delta);
      both.greeks(option, {option[12] == 'C' ? d : -d, 0.02 * d, -0.3 * d, 0.7 * d}, false);
    }
}

/// A thing some strategy holds, with its quantity; of "A" when nobody holds anything.
struct Held {
  std::string strategy{"A"};
  std::string thing{"SPY"};
  std::int64_t quantity{1};
};
[[nodiscard]] Held pick_held(const TwoLedgers& both, Tape& tape, bool raw_too) {
  std::vector<Held> all;
  for (const auto& [strategy, legs] : both.slow().positions)
    for (const auto& [thing, quantity] : legs)
      if (raw_too || !both.slow().things.at(thing).raw) all.push_back({strategy, thing, quantity});
  return all.empty() ? Held{} : tape.pick(all);
}

[[nodiscard]] AskedExposure chosen_exposure(Tape& tape) {
  const std::vector<std::string> roots{"SPY", "SPX", "QQQ", "MES", "SPXW"};
  const std::vector<double> deltas{10, -10, 2.5, -33.3333335, 0.1, -7.77};
  const auto some = [&tape](double figure) -> std::optional<double> {
    if (tape.once_in(5)) return std::nullopt;
    return figure * static_cast<double>(tape.roll(7) - 3);
  };
  AskedExposure e{tape.pick(roots), tape.pick(deltas), {}, {}, {}};
  e.gamma = some(0.5);
  e.theta = some(3.1);
  e.vega = some(7.25);
  return e;
}

/// What closes `held`, of which the strategy may have less.
[[nodiscard]] Ask closing(const TwoLedgers& both, const Held& held, std::int64_t units) {
  const SlowThing& t = both.slow().things.at(held.thing);
  const double sign = held.quantity > 0 ? -1 : 1;
  const auto times = [sign](std::optional<double> figure) -> std::optional<double> {
    if (!figure) return std::nullopt;
    return *figure * sign;
  };
  if (!t.raw) return position(held.strategy, units, {{held.thing, sign < 0 ? -1 : 1}});
  const AskedExposure e{t.root, *t.greeks.delta * sign, times(t.greeks.gamma), times(t.greeks.theta),
                        times(t.greeks.vega)};
  return estimate(held.strategy, units, e);
}

[[nodiscard]] Ask with_terms(Ask ask, Tape& tape) {
  ask.fewer_are_welcome = tape.once_in(3);
  ask.leg_by_leg = tape.once_in(4);
  if (tape.once_in(3)) ask.seconds_to_live = 1.5 + static_cast<double>(tape.roll(30));
  return ask;
}

void open(TwoLedgers& both, Tape& tape) {
  const std::vector<std::int32_t> ratios{1, -1, -1, 2, -3};
  Ask ask;
  ask.strategy = tape.pick(all_strategies);
  const auto legs = 1 + tape.roll(3);
  ask.units = 1 + tape.roll(tape.once_in(3) ? 400 : 12);
  for (std::int64_t i = 0; i < legs; ++i) ask.legs.push_back({tape.pick(all_contracts), tape.pick(ratios)});
  if (tape.once_in(5)) ask.legs = {{all_options[0], -1}, {all_options[2], 1}};  // a short call and its cover
  both.ask(with_terms(ask, tape));
}

void open_raw(TwoLedgers& both, Tape& tape) {
  const std::string strategy = tape.pick(all_strategies);
  const std::int64_t units = 1 + tape.roll(20);
  both.ask(with_terms(estimate(strategy, units, chosen_exposure(tape)), tape));
}

void leave(TwoLedgers& both, Tape& tape) {
  const Held held = pick_held(both, tape, true);
  const std::int64_t has = std::abs(held.quantity);
  Ask ask = closing(both, held, std::max<std::int64_t>(1, tape.once_in(2) ? has : 1 + tape.roll(has + 1)));
  if (!ask.raw && tape.once_in(3)) {  // a second leg of the same strategy
    const Held other = pick_held(both, tape, false);
    if (other.strategy == held.strategy) ask.legs.push_back({other.thing, other.quantity > 0 ? -1 : 1});
    ask.units = std::max<std::int64_t>(1, std::min(ask.units, std::abs(other.quantity)));
  }
  if (tape.once_in(30)) ask.strategy = tape.pick(all_strategies);
  both.ask(with_terms(tape.once_in(3) ? ask.emergency_exit() : ask.exit(), tape));
}

void adjust(TwoLedgers& both, Tape& tape) {
  const Held held = pick_held(both, tape, false);
  if (held.strategy == "unassigned") return;  // it may only leave
  Ask ask = closing(both, held, 1 + tape.roll(std::abs(held.quantity)));
  const std::vector<std::int32_t> ratios{1, -1, 2};
  if (!tape.once_in(4)) ask.legs.push_back({tape.pick(all_contracts), tape.pick(ratios)});
  both.ask(with_terms(ask.adjust(), tape));
}

[[nodiscard]] std::uint64_t pick_reservation(const TwoLedgers& both, Tape& tape, bool open_only) {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, r] : both.slow().reservations)
    if (r.open() || !open_only) ids.push_back(id);
  if (ids.empty() && open_only && !tape.once_in(10)) return pick_reservation(both, tape, false);
  return ids.empty() ? both.last_id() + 1 : tape.pick(ids);
}

void fill(TwoLedgers& both, Tape& tape) {
  const std::uint64_t id = pick_reservation(both, tape, !tape.once_in(8));
  const auto r = both.slow().reservations.find(id);
  if (r == both.slow().reservations.end()) return tape.once_in(5) ? both.fill(id, "SPY", 1) : open(both, tape);
  const SlowLeg leg = tape.pick(r->second.legs);
  const std::int64_t rest = r->second.unfilled(leg);
  const bool raw = both.slow().things.at(leg.thing).raw;
  std::int64_t contracts = rest;
  if (rest == 0 || tape.once_in(3)) contracts = tape.roll(rest + 1);
  if (tape.once_in(20)) contracts += 2;
  if (rest == 0 && tape.once_in(2)) contracts = 1;
  const std::int64_t sign = (leg.ratio < 0 && !raw ? -1 : 1) * (tape.once_in(40) ? -1 : 1);
  const std::uint64_t again = tape.once_in(12) ? both.last_execution() : 0;
  both.fill(id, raw ? "" : tape.once_in(40) ? tape.pick(all_contracts) : leg.thing, sign * contracts, again);
}

void order(TwoLedgers& both, Tape& tape) {
  const auto status = static_cast<OrderStatus>(tape.roll(3));
  both.order(pick_reservation(both, tape, !tape.once_in(5)), status);
}

void quote_future(TwoLedgers& both, Tape& tape) {
  const std::string future = tape.pick(all_futures);
  both.future_price(future, 5'900 + static_cast<double>(tape.roll(400)));
}

/// What the days draw only where the ledger has it.
void further_step(TwoLedgers& both, std::int64_t what, Tape& tape) {
  constexpr std::array<std::int64_t, 5> hours{1, 5, 14, 24, 72};
  if (draws_reconcile && what < 8) return (void)both.reconcile(chosen_broker_view(both.slow(), tape));
  if (!draws_headroom) return;
  if (what < 11) return both.priority(tape.pick(all_strategies), static_cast<int>(1 + tape.roll(3)));
  if (what < 13) {
    const bool may = !tape.once_in(3);
    return both.may_open(tape.pick(all_strategies), may);
  }
  both.wait(3600 * tape.pick(hours));
  refresh(both, tape);
}

/// One step of a day, as its number says.
void step(TwoLedgers& both, std::uint64_t number) {
  Tape tape(number);
  constexpr std::array<std::int64_t, 8> waits{1, 5, 10, 30, 59, 60, 61, 400};
  constexpr std::array<std::int64_t, 6> equities{99'999, 100'000, 500'000, 500'001, 2'000'000, 0};
  const std::int64_t what = tape.roll(draws_reconcile || draws_headroom ? 114 : 100);
  if (what >= 100) return further_step(both, what - 100, tape);
  if (what < 26) return open(both, tape);
  if (what < 31) return open_raw(both, tape);
  if (what < 41) return leave(both, tape);
  if (what < 45) return adjust(both, tape);
  if (what < 69) return fill(both, tape);
  if (what < 76) return order(both, tape);
  if (what < 80) return quote(both, tape.pick(all_prices), tape);
  if (what < 81) return quote_future(both, tape);
  if (what < 85) return mark(both, tape.pick(all_options), tape);
  if (what < 87)
    return both.equity(tape.once_in(6) ? std::nullopt : std::optional{static_cast<double>(tape.pick(equities))});
  if (what < 89) {
    const bool in_force = tape.once_in(2);
    return both.event(tape.once_in(2) ? "CPI" : "FOMC", in_force);
  }
  if (what < 90) return both.price("VIX", static_cast<double>(24 + tape.roll(8)));
  if (what < 97) {
    both.wait(tape.pick(waits));
    return tape.once_in(3) ? void() : refresh(both, tape);
  }
  if (what < 98) return both.forget(tape.roll(200));
  if (what < 99) {  // a known number again; its content is the host's affair
    Ask again = both.last_asked();
    return again.id == 0 ? void() : (void)both.ask(again);
  }
  // the last one, mostly just approved, or any
  const std::uint64_t id = tape.once_in(2) ? both.last_id() : pick_reservation(both, tape, true);
  const auto r = both.slow().reservations.find(id);
  if (r == both.slow().reservations.end()) return;
  for (const SlowLeg& leg : r->second.legs)
    if (leg.filled != 0) return;
  both.withdraw(id);
}

// ---- the end of a day: everything ends, everything closes, nothing is left

void end_reservations(TwoLedgers& both) {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, r] : both.slow().reservations)
    if (r.open()) ids.push_back(id);
  for (const std::uint64_t id : ids) both.order(id, OrderStatus::cancelled);
}

/// Closes `held` as far as its exit is proved, which passes whatever the rows say. \returns whether anything closed.
bool close(TwoLedgers& both, const Held& held) {
  const Ask ask = closing(both, held, std::abs(held.quantity)).emergency_exit().or_fewer();
  const SlowAnswer answer = both.ask(ask);
  const bool raw = both.slow().things.at(held.thing).raw;
  if (!raw && answer.verdict != Verdict::approved) both.fail_with("a proved emergency exit was not approved");
  if (answer.verdict == Verdict::denied) return false;
  both.fill(both.last_id(), raw ? "" : held.thing, !raw && held.quantity > 0 ? -answer.units : answer.units);
  return true;
}

void close_everything(TwoLedgers& both, bool by_broker, Tally& tally) {
  end_reservations(both);
  if (by_broker && both.reconcile({})) ++tally["broker is flat"];
  for (bool progress = true; progress;) {
    progress = false;
    const auto positions = both.slow().positions;
    for (const auto& [strategy, legs] : positions)
      for (const auto& [thing, quantity] : legs) progress = close(both, {strategy, thing, quantity}) || progress;
  }
  // Raw exposures whose deltas cancel out are no position that an exit could be proved against.
  for (const auto& [strategy, legs] : both.slow().positions)
    if (!legs.empty()) return (void)++tally["raw left"];
  ++tally["closed"];
  for (const Line& line : both.ledger().state().lines)
    if (line.held != 0 || line.up != 0 || line.down != 0 || line.unknown_held != 0 || line.unknown_pending != 0)
      both.fail_with("something is left");
  for (const GroupReport& group : both.ledger().report().groups)
    for (const RowReport& row : group.rows)
      for (const std::optional<Micro>& figure : {row.held, row.pending_down, row.pending_up})
        if (figure.value_or(Micro{}).raw != 0 || !row.held) both.fail_with("a row still shows something");
  for (const RootState& root : both.ledger().state().roots)
    if (!root.active.empty()) both.fail_with("an instrument is still active");
  both.forget(-1);
}

void live_through(const ConfigNumbers& config, const std::vector<std::uint64_t>& steps, Tally& tally) {
  try {
    TwoLedgers both(chosen_config(config), tally);
    refresh(both, Tape(config[11]));
    Tape first(config[12]);
    const bool by_broker = draws_reconcile && first.once_in(2);
    for (std::size_t i = 0; draws_headroom && i < all_strategies.size(); ++i)
      if (!first.once_in(6)) both.priority(all_strategies[i], static_cast<int>(1 + first.roll(3)));
    if (config[0] % 5 != 0) both.equity(250'000.0);
    for (const std::uint64_t number : steps) step(both, number);
    close_everything(both, by_broker, tally);
    tally["events"] += static_cast<std::int64_t>(steps.size());
  } catch (const Difference& difference) {
    RC_FAIL(difference.text);
  }
}

// ---- how many, from which seed

/// rapidcheck's parameters: ours, then those of the environment, which count.
void set_parameters() {
  const char* const asked = std::getenv("OPTCOORD_PROPERTY_OPERATIONS");
  const char* const own = std::getenv("RC_PARAMS");
  const std::int64_t operations = asked != nullptr ? std::strtoll(asked, nullptr, 10) : 24'000;
  std::string parameters = "seed=20260105 max_success=" + std::to_string(operations / usual_length + 1);
  if (own != nullptr) parameters += ' ' + std::string(own);
  setenv("RC_PARAMS", parameters.c_str(), 1);
  std::cout << "ledger properties: RC_PARAMS=\"" << parameters << "\"\n";
}

}  // namespace

TEST_CASE("on any day the ledger says and holds what the slow model of it does, and nothing is left at the end") {
  set_parameters();
  Tally tally;
  const auto number = rc::gen::resize(rc::kNominalSize, rc::gen::arbitrary<std::uint64_t>());
  const bool holds = rc::check("ledger and model agree", [&] {
    const auto config = *rc::gen::container<ConfigNumbers>(number);
    const auto steps = *rc::gen::resize(2 * usual_length, rc::gen::container<std::vector<std::uint64_t>>(number));
    live_through(config, steps, tally);
  });
  CHECK(holds);
  for (const auto& [what, count] : tally) std::cout << what << ' ' << count << '\n';
  if (!holds || tally["events"] < 20'000) return;
  std::vector<std::string> further;
  const auto expect = [&further](bool drawn, const char* seen) {
    if (drawn) further.emplace_back(seen);
  };
  expect(draws_strategy_count, "strategy_count");
  expect(draws_conflicts, "conflicting_direction");
  expect(draws_headroom, "priority_reserved");
  for (const char* seen : {"broker differs", "broker ends exits", "broker is flat"}) expect(draws_reconcile, seen);
  for (const std::string& seen : further) CHECK_MESSAGE(tally[seen] > 0, seen, " never came up");
  for (const char* seen : {"approved",
                           "reduced",
                           "denied",
                           "limit_exceeded",
                           "event_limit",
                           "volatility_limit",
                           "strategy_cap",
                           "notional_cap",
                           "delta_unavailable",
                           "stale_greeks",
                           "equity_unknown",
                           "exit_not_reducing",
                           "exit_uncovers_short",
                           "leaves_uncovered_short",
                           "limit_warning",
                           "limit_near",
                           "cut_unknown",
                           "not_computed",
                           "greeks_computed",
                           "bypass",
                           "late_fill",
                           "overfill",
                           "duplicate",
                           "partly_filled",
                           "filled",
                           "closed"})
    CHECK_MESSAGE(tally[seen] > 0, std::string(seen), " never came up");
}
