// tests/ledger/reconcile_days_test.cpp -- random days that the broker interrupts: what must hold after each of them.
// SPDX-License-Identifier: MIT
#include "support/dice.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

#include <algorithm>  // std::any_of
#include <array>      // std::array
#include <cstdint>    // std::int64_t
#include <cstdlib>    // std::abs
#include <map>        // std::map
#include <set>        // std::set
#include <string>     // std::string
#include <utility>    // std::pair
#include <vector>     // std::vector

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

const std::array<std::string, 4> names_of_contracts = {"SPY", "SPY   260116C00450000", "SPY   260116P00440000",
                                                       "ES 2026-03-20"};
constexpr std::uint32_t strategies = 4;  // with unassigned

/// Who holds how much of what.
using Holdings = std::map<std::pair<ContractId, StrategyId>, std::int64_t>;

struct BrokerDay {
  explicit BrokerDay(std::uint64_t seed) : dice(seed), book(rows({limit("SP500", Metric::delta, 1e9)})) {
    for (const char* strategy : {"A", "B", "C"}) book.strategy(strategy);
    book.price("SPY", 450.3);
    book.price("ES", 4510.25);
    book.delta(names_of_contracts[1], 0.517);
    book.delta(names_of_contracts[2], -0.283);
    for (const std::string& name : names_of_contracts) contracts.push_back(book.contract(name));
  }
  [[nodiscard]] std::size_t any_contract() { return static_cast<std::size_t>(dice.roll(4)); }
  [[nodiscard]] StrategyId any_strategy() { return StrategyId{static_cast<std::uint32_t>(dice.roll(strategies))}; }

  void ask() {
    Ask asked = test::contracts(std::string(1, static_cast<char>('A' + dice.roll(3))),
                                (dice.roll(9) + 1) * (dice.roll(2) == 0 ? 1 : -1), names_of_contracts[any_contract()]);
    if (dice.roll(3) == 0) asked.legs.push_back({names_of_contracts[any_contract()], dice.roll(2) == 0 ? 1 : -1});
    constexpr std::array intents{Intent::open, Intent::open, Intent::exit, Intent::adjust, Intent::emergency_exit};
    asked.intent = intents[static_cast<std::size_t>(dice.roll(5))];
    asked.fewer_are_welcome = dice.roll(2) == 0;
    if (asked.legs.size() == 2 && asked.legs[0].contract == asked.legs[1].contract) asked.legs.pop_back();
    const Answer answer = book.ask(asked);
    if (answer.verdict != Verdict::denied) orders.push_back({answer, asked});
  }
  void news() {
    if (orders.empty()) return ask();
    const auto& [answer, asked] = orders[static_cast<std::size_t>(dice.roll(static_cast<std::int64_t>(orders.size())))];
    if (dice.roll(4) == 0) return (void)book.order(answer, static_cast<OrderStatus>(dice.roll(3)));
    const AskedLeg& leg = asked.legs[static_cast<std::size_t>(dice.roll(static_cast<std::int64_t>(asked.legs.size())))];
    (void)book.fill(answer, leg.contract, leg.ratio * (dice.roll(answer.units) + 1));
  }
  /// Positions near to what is held, or anything at all; each line with a strategy or without.
  [[nodiscard]] std::vector<BrokerPosition> truth(const Holdings& held) {
    std::vector<BrokerPosition> lines;
    for (const ContractId contract : contracts) {
      std::int64_t sum = 0;
      for (const auto& [key, quantity] : held) sum += key.first == contract ? quantity : 0;
      const std::int64_t what = dice.roll(8);
      if (what < 5) lines.push_back({contract, sum + (what < 2 ? 0 : dice.roll(21) - 10), {}});
      if (what == 4 || what == 5) lines.push_back({contract, dice.roll(13) - 6, any_strategy()});
    }
    return lines;
  }
  [[nodiscard]] Holdings holdings() {
    Holdings held;
    const LedgerState& s = book.ledger().state();
    for (const ContractId contract : contracts)
      for (std::uint32_t id = 0; id < strategies; ++id)
        held[{contract, StrategyId{id}}] = held_quantity(s, StrategyId{id}, s.instrument_of[index_of(contract)]);
    return held;
  }
  /// What the report adds up anew, position by position.
  [[nodiscard]] std::string recounted() {
    for (const GroupReport& group : book.ledger().report().groups) {
      if (book.names().groups.text(group.group) != "SP500") continue;
      Micro sum{0};
      for (const StrategyExposure& strategy : group.strategies) sum += strategy.held[0].value();
      return to_text(sum);
    }
    return "?";
  }

  Dice dice;
  LedgerBook book;
  std::vector<ContractId> contracts{};
  std::vector<std::pair<Answer, Ask>> orders{};
};

/// What is named for a strategy, or nothing.
[[nodiscard]] std::optional<std::int64_t> named(const std::vector<BrokerPosition>& lines, ContractId contract,
                                                StrategyId strategy) {
  for (const BrokerPosition& line : lines)
    if (line.contract == contract && line.strategy == strategy) return line.quantity;
  return std::nullopt;
}

void check_holdings(const Holdings& before, const Holdings& after, const std::vector<BrokerPosition>& lines,
                    const std::vector<ContractId>& contracts) {
  for (const ContractId contract : contracts) {
    std::int64_t broker = 0;
    std::int64_t held = 0;
    for (const BrokerPosition& line : lines) broker += line.contract == contract ? line.quantity : 0;
    for (std::uint32_t id = 0; id < strategies; ++id) {
      const StrategyId strategy{id};
      const std::int64_t was = before.at({contract, strategy});
      const std::int64_t is = after.at({contract, strategy});
      held += is;
      if (strategy == unassigned) continue;
      if (const auto told = named(lines, contract, strategy)) {
        REQUIRE(is == *told);
      } else {  // it may only give
        REQUIRE(std::abs(is) <= std::abs(was));
        REQUIRE(is * was >= 0);
      }
    }
    REQUIRE(held == broker);
  }
}

/// The changes listed are those made, each once.
void check_listed(const Reconciliation& found, const Holdings& before, const Holdings& after) {
  Holdings listed = before;
  std::size_t changes = 0;
  for (const auto* list : {&found.missing, &found.extra, &found.different})
    for (const PositionChange& change : *list) {
      std::int64_t& held = listed.at({change.contract, change.strategy});
      REQUIRE(held == change.before);
      REQUIRE(change.before != change.after);
      held = change.after;
      ++changes;
    }
  REQUIRE(listed == after);
  std::size_t differ = 0;
  for (const auto& [key, quantity] : before) differ += after.at(key) != quantity ? 1 : 0;
  REQUIRE(changes == differ);
}

/// No open exit closes more than there is, and only closing reservations were cancelled.
void check_closings(const LedgerState& s, const Reconciliation& found, const std::set<RequestId>& open_before) {
  for (const std::uint32_t first : s.first_of_strategy)
    for (std::uint32_t h = first; h != nil; h = s.holders[h].next_of_strategy)
      REQUIRE(s.holders[h].closing <= std::abs(s.holders[h].quantity));
  std::set<RequestId> cancelled;
  for (const ReservationChange& change : found.cancelled) {
    REQUIRE(change.status == ReservationStatus::cancelled);
    const Reservation& r = s.reservations[find_reservation(s, change.id)];
    const std::span<const ReservedLeg> legs = legs_of(s, r);
    REQUIRE(std::any_of(legs.begin(), legs.end(), [](const ReservedLeg& leg) { return leg.closes; }));
    REQUIRE(open_before.contains(change.id));
    cancelled.insert(change.id);
  }
  REQUIRE(cancelled.size() == found.cancelled.size());
  for (const RequestId id : open_before)
    REQUIRE(s.reservations[find_reservation(s, id)].open == !cancelled.contains(id));
}

}  // namespace

TEST_CASE("after every reconciliation holders add up to the broker's, rows to a recount, and no exit closes too much") {
  std::size_t cancelled = 0;
  std::size_t changed = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    BrokerDay day(seed);
    for (int event = 0; event < 80; ++event) {
      if (day.dice.roll(8) != 0) {
        day.dice.roll(2) == 0 ? day.ask() : day.news();
        continue;
      }
      const Holdings before = day.holdings();
      std::set<RequestId> open_before;
      for (const OpenReservation& r : day.book.ledger().report().reservations) open_before.insert(r.id);
      const std::vector<BrokerPosition> lines = day.truth(before);
      const auto compared = day.book.ledger().compare(lines);
      REQUIRE(compared.has_value());
      REQUIRE(day.holdings() == before);
      const auto found = day.book.ledger().reconcile(lines, day.book.now());
      REQUIRE(found.has_value());
      REQUIRE(found->missing == compared->missing);
      REQUIRE(found->extra == compared->extra);
      REQUIRE(found->different == compared->different);
      const Holdings after = day.holdings();
      check_holdings(before, after, lines, day.contracts);
      check_listed(*found, before, after);
      check_closings(day.book.ledger().state(), *found, open_before);
      REQUIRE(day.book.held("SP500") == day.recounted());
      const auto again = day.book.ledger().reconcile(lines, day.book.now());
      REQUIRE(again.has_value());
      REQUIRE((again->missing.empty() && again->extra.empty() && again->different.empty() && again->cancelled.empty()));
      cancelled += found->cancelled.size();
      changed += found->missing.size() + found->extra.size() + found->different.size();
    }
    for (const auto& [answer, asked] : day.orders) day.book.order(answer, OrderStatus::cancelled);
    (void)day.book.ledger().reconcile({}, day.book.now());
    REQUIRE(day.book.row("SP500") == "held 0, pending 0 +0");
  }
  CHECK(cancelled > 20);  // the days reach what they are about
  CHECK(changed > 500);
}
