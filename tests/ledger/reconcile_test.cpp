// tests/ledger/reconcile_test.cpp -- the broker's positions: who gains, who gives, what is cancelled, what is refused.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

#include <cstdint>      // std::int64_t
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// A line of the broker's, by names.
struct Line {
  std::string contract{};
  std::int64_t quantity{0};
  std::string strategy{};  ///< empty: the broker does not know
};

/// A book with strategies A, B and C, registered in that order, and all the room there is.
struct Book : LedgerBook {
  Book() : Book(spy_delta(1'000'000)) {}
  explicit Book(const LedgerConfig& config) : LedgerBook(config) {
    for (const char* name : {"A", "B", "C"}) strategy(name);
    delta(call_450, 0.5);
    delta(call_460, 0.3);
  }
  std::vector<BrokerPosition> lines(const std::vector<Line>& truth) {
    std::vector<BrokerPosition> out;
    for (const Line& line : truth) {
      BrokerPosition& position = out.emplace_back();
      position = {contract(line.contract), line.quantity, {}};
      if (!line.strategy.empty()) position.strategy = strategy(line.strategy);
    }
    return out;
  }
  /// "missing SPY A 5>0; extra SPX unassigned 0>3; different ...; cancelled 1001"
  [[nodiscard]] std::string says(const Reconciliation& r) const {
    std::string out;
    const auto list = [&](std::string_view word, const std::vector<PositionChange>& changes) {
      for (const PositionChange& c : changes) {
        if (!out.empty()) out += "; ";
        out += std::string(word) + ' ' + std::string(names().contracts.text(c.contract)) + ' ' +
               std::string(names().strategies.text(c.strategy)) + ' ' + std::to_string(c.before) + '>' +
               std::to_string(c.after);
      }
    };
    list("missing", r.missing);
    list("extra", r.extra);
    list("different", r.different);
    for (const ReservationChange& c : r.cancelled) {
      out += (out.empty() ? "cancelled " : "; cancelled ") + std::to_string(static_cast<std::uint64_t>(c.id));
      if (c.status != ReservationStatus::cancelled) out += "?";
    }
    return out;
  }
  std::string reconcile(const std::vector<Line>& truth) {
    const auto found = ledger().reconcile(lines(truth), now());
    if (!found) return optcoord::test::says(found.error());
    CHECK(found->adopted);
    return says(*found);
  }
  std::string compare(const std::vector<Line>& truth) {
    const auto found = ledger().compare(lines(truth));
    if (!found) return optcoord::test::says(found.error());
    CHECK_FALSE(found->adopted);
    return says(*found);
  }
  /// "A 5, B -3": who holds how much of `name`, in order of registration.
  [[nodiscard]] std::string holders(std::string_view name) {
    const LedgerState& s = ledger().state();
    const std::uint32_t at = s.instrument_of[index_of(contract(name))];
    std::string out;
    for (std::uint32_t id = 0; id < s.first_of_strategy.size(); ++id) {
      const std::int64_t quantity = held_quantity(s, StrategyId{id}, at);
      if (quantity == 0) continue;
      out += (out.empty() ? "" : ", ") + std::string(names().strategies.text(StrategyId{id})) + ' ' +
             std::to_string(quantity);
    }
    return out;
  }
};

/// What becomes of SPY shares held as `held` says when the broker has `broker`.
[[nodiscard]] std::string settled(const std::vector<std::pair<std::string, std::int64_t>>& held, std::int64_t broker,
                                  std::int64_t nobodys = 0) {
  Book book;
  std::vector<Line> truth;
  for (const auto& [name, quantity] : held) truth.push_back({"SPY", quantity, name});
  truth.push_back({"SPY", nobodys, "unassigned"});
  (void)book.reconcile(truth);
  (void)book.reconcile({{"SPY", broker, ""}});
  return book.holders("SPY");
}

}  // namespace

TEST_CASE("the same positions change nothing") {
  Book book;
  book.trade(shares("A", 5));
  book.trade(shares("B", -3));
  book.trade(contracts("B", -2, call_450));
  book.trade(raw_delta("C", 40));
  CHECK(book.reconcile({{call_450, -2, ""}, {"SPY", 2, ""}}).empty());
  CHECK(book.holders("SPY") == "A 5, B -3");
  CHECK(book.holders(call_450) == "B -2");
  CHECK(book.held("SPY") == "-58");  // 5 - 3 - 2 x 100 x 0.5 + 40
}

TEST_CASE("a contract absent from them is zero, and each change is listed") {
  Book book;
  book.trade(shares("A", 5));
  book.trade(contracts("A", 1, call_450));
  book.trade(contracts("B", -2, call_450));
  CHECK(book.reconcile({{"SPY", 5, ""}}) == "missing " + call_450 + " B -2>-1");  // A's +1 and the rest cancel out
  CHECK(book.reconcile({{"SPY", 5, ""}, {call_450, 0, "A"}, {call_450, 0, "B"}}) ==
        "missing " + call_450 + " A 1>0; missing " + call_450 + " B -1>0");
  CHECK(book.reconcile({}) == "missing SPY A 5>0");
  CHECK(book.held("SPY") == "0");
}

TEST_CASE("quantity beyond what strategies hold goes to unassigned") {
  CHECK(settled({{"A", 5}}, 8) == "unassigned 3, A 5");
  CHECK(settled({{"A", -5}}, -8) == "unassigned -3, A -5");
  CHECK(settled({}, 8) == "unassigned 8");
  CHECK(settled({}, -8) == "unassigned -8");
  CHECK(settled({{"A", 5}}, 10, 3) == "unassigned 5, A 5");
}

TEST_CASE("less is taken from unassigned first, then from strategies in reverse order of registration") {
  CHECK(settled({{"A", 5}, {"B", 4}}, 11, 3) == "unassigned 2, A 5, B 4");
  CHECK(settled({{"A", 5}, {"B", 4}}, 9, 3) == "A 5, B 4");
  CHECK(settled({{"A", 5}, {"B", 4}}, 8, 3) == "A 5, B 3");
  CHECK(settled({{"A", 5}, {"B", 4}}, 5, 3) == "A 5");
  CHECK(settled({{"A", 5}, {"B", 4}}, 1, 3) == "A 1");
  CHECK(settled({{"A", -5}, {"B", -4}}, -6) == "A -5, B -1");
  CHECK(settled({{"A", -5}, {"B", -4}}, 0).empty());
}

TEST_CASE("a broker on the other side flattens strategies, and the rest is nobody's") {
  CHECK(settled({{"A", 5}, {"B", 4}}, -2) == "unassigned -2");
  CHECK(settled({{"A", -5}}, 7, -1) == "unassigned 7");
}

TEST_CASE("longs and shorts of one contract: only the side that is too large gives, and nobody is turned around") {
  CHECK(settled({{"A", 5}, {"B", -3}}, 2) == "A 5, B -3");
  CHECK(settled({{"A", 5}, {"B", -3}}, 1) == "A 4, B -3");
  CHECK(settled({{"A", 5}, {"B", -3}}, 0) == "A 3, B -3");
  CHECK(settled({{"A", 5}, {"B", -3}}, -1) == "A 2, B -3");
  CHECK(settled({{"A", 5}, {"B", -3}}, -3) == "B -3");
  CHECK(settled({{"A", 5}, {"B", -3}}, -6) == "unassigned -3, B -3");
  CHECK(settled({{"A", 5}, {"B", -3}}, 4) == "unassigned 2, A 5, B -3");
  CHECK(settled({{"A", 3}, {"B", -5}}, -1) == "A 3, B -4");
  CHECK(settled({{"A", 3}, {"B", -5}}, -3) == "unassigned -1, A 3, B -5");
  CHECK(settled({{"A", 5}, {"B", -5}}, 0) == "A 5, B -5");
  CHECK(settled({{"A", 5}, {"B", -5}}, 2) == "unassigned 2, A 5, B -5");
  CHECK(settled({{"A", 5}, {"B", -5}, {"C", 2}}, -1) == "A 4, B -5");
}

TEST_CASE("what nobody owns may lie on the other side of what strategies hold") {
  CHECK(settled({{"A", 5}}, 2, -3) == "unassigned -3, A 5");
  CHECK(settled({{"A", 5}}, 4, -3) == "unassigned -1, A 5");
  CHECK(settled({{"A", 5}}, 6, -3) == "unassigned 1, A 5");
  CHECK(settled({{"A", 5}}, 1, -3) == "unassigned -3, A 4");
}

TEST_CASE("a line that names a strategy is the truth for it; the rest goes by the rule") {
  Book book;
  book.trade(shares("A", 5));
  book.trade(shares("B", 4));
  book.trade(shares("C", 3));
  // C is told; of the 7 others the broker has, A and B hold 9
  CHECK(book.reconcile({{"SPY", 10, "C"}, {"SPY", 7, ""}}) == "different SPY B 4>2; different SPY C 3>10");
  CHECK(book.holders("SPY") == "A 5, B 2, C 10");
  CHECK(book.reconcile({{"SPY", -1, "A"}, {"SPY", 2, "B"}, {"SPY", 12, ""}}) ==
        "different SPY unassigned 0>2; different SPY A 5>-1");
  CHECK(book.holders("SPY") == "unassigned 2, A -1, B 2, C 10");
  // nothing but named lines: the others hold nothing
  CHECK(book.reconcile({{"SPY", 1, "A"}}) ==
        "different SPY unassigned 2>0; different SPY A -1>1; different SPY B 2>0; different SPY C 10>0");
}

TEST_CASE("a line may name unassigned, and what is beyond comes on top") {
  Book book;
  book.trade(shares("A", 5));
  CHECK(book.reconcile({{"SPY", 5, "unassigned"}}) == "different SPY unassigned 0>5; different SPY A 5>0");
  CHECK(book.reconcile({{"SPY", 2, "unassigned"}, {"SPY", 4, ""}}) == "different SPY unassigned 5>6");
  CHECK(book.reconcile({{"SPY", 2, "unassigned"}, {"SPY", 3, "A"}, {"SPY", -4, ""}}) ==
        "different SPY unassigned 6>-2; different SPY A 0>3");
}

TEST_CASE("contracts come in order, missing, extra and different apart") {
  Book book;
  book.trade(shares("A", 5));
  book.trade(contracts("B", 1, call_450));
  CHECK(book.reconcile({{"SPX   260116P05900000", -1, "A"}, {call_450, 2, ""}, {"ES 2026-03-20", 1, ""}}) ==
        "missing SPY A 5>0; extra SPX   260116P05900000 A 0>-1; extra ES 2026-03-20 unassigned 0>1; different " +
            call_450 + " unassigned 0>1");
}

TEST_CASE("comparing lists the same and changes nothing") {
  Book book;
  book.trade(shares("A", 5));
  const Answer exit = book.pending(shares("A", -5).exit());
  const std::string before = book.row("SPY");
  CHECK(book.compare({{"SPY", 2, ""}, {call_450, 1, ""}}) ==
        "extra " + call_450 + " unassigned 0>1; different SPY A 5>2");
  CHECK(book.holders("SPY") == "A 5");
  CHECK(book.row("SPY") == before);
  CHECK(book.fill(exit, "SPY", -5) == "filled, 0 left");
}

TEST_CASE("what is held after it counts in the rows at once") {
  Book book(spy_delta(1000));
  book.trade(shares("A", 500));
  CHECK(book.reconcile({{"SPY", 400, ""}, {call_450, 10, ""}}) ==
        "extra " + call_450 + " unassigned 0>10; different SPY A 500>400");
  CHECK(book.held("SPY") == "900");
  CHECK(says(book.ask(shares("B", 101))) == "denied, max 100: limit_exceeded");
}

TEST_CASE("a position without Greeks denies what it counts in") {
  Book book(spy_delta(1000));
  CHECK(book.reconcile({{"SPY   260116P00440000", -1, ""}}) == "extra SPY   260116P00440000 unassigned 0>-1");
  CHECK(says(book.ask(shares("A", 1))) == "denied, max 0: delta_unavailable");
  CHECK(book.held("SPY") == "?");
}

TEST_CASE("unassigned may only send exits") {
  Book book;
  (void)book.reconcile({{"SPY", 10, ""}});
  CHECK(book.refusal(shares("unassigned", -10)) == "invalid_value intent");
  CHECK(book.refusal(shares("unassigned", -10).adjust()) == "invalid_value intent");
  CHECK(says(book.trade(shares("unassigned", -10).exit())) == "approved 10");
  CHECK(book.holders("SPY").empty());
}

TEST_CASE("raw exposure and its reservations stay") {
  Book book;
  book.trade(raw_delta("A", 100));
  const Answer exit = book.pending(raw_delta("A", -40).exit());
  CHECK(book.reconcile({}).empty());
  CHECK(book.row("SPY") == "held 100, pending -40 +0");
  CHECK(book.fill_units(exit, 40) == "filled, 0 left");
}

TEST_CASE("reservations that open stay, whatever the broker has") {
  Book book;
  book.trade(shares("A", 5));
  const Answer more = book.pending(shares("A", 7));
  const Answer other = book.ask(contracts("B", 1, call_450));
  CHECK(book.reconcile({}) == "missing SPY A 5>0");
  CHECK(book.row("SPY") == "held 0, pending 0 +57");
  CHECK(book.fill(more, "SPY", 7) == "filled, 0 left");
  CHECK(book.fill(other, call_450, 1) == "filled, 0 left");
}

TEST_CASE("closing reservations within the new quantity stay, beyond it they are cancelled") {
  Book book;
  book.trade(shares("A", 10));
  const Answer first = book.pending(shares("A", -4).exit());
  const Answer second = book.pending(shares("A", -3).exit());
  const std::string second_id = std::to_string(static_cast<std::uint64_t>(second.id));
  CHECK(book.reconcile({{"SPY", 7, ""}}) == "different SPY A 10>7");
  CHECK(book.reconcile({{"SPY", 6, ""}}) == "different SPY A 7>6; cancelled " + second_id);
  CHECK(book.row("SPY") == "held 6, pending -4 +0");
  CHECK(book.fill(first, "SPY", -1) == "partly_filled, 3 left");
  CHECK(book.reconcile({{"SPY", 3, ""}}) == "different SPY A 5>3");  // 3 are still to be closed
  CHECK(book.order(second, OrderStatus::working) == "cancelled, 3 left");
  CHECK(book.ledger().report().counters.cancelled == 1);
}

TEST_CASE("of several closings the lower ids stay, and a later one that still fits stays too") {
  Book book;
  book.trade(shares("A", 12));
  const Answer four = book.pending(shares("A", -4).exit().numbered(1));
  const Answer five = book.pending(shares("A", -5).exit().numbered(2));
  const Answer three = book.pending(shares("A", -3).exit().numbered(3));
  CHECK(book.reconcile({{"SPY", 7, ""}}) == "different SPY A 12>7; cancelled 2");
  CHECK(book.reconcile({{"SPY", 3, ""}}) == "different SPY A 7>3; cancelled 1");
  CHECK(book.fill(three, "SPY", -3) == "filled, 0 left");
  CHECK(book.holders("SPY").empty());
}

TEST_CASE("a closing of a position that changed sides or is gone is cancelled") {
  Book book;
  book.trade(shares("A", 5));
  book.trade(shares("B", -5));
  (void)book.pending(shares("A", -1).exit().numbered(1));
  (void)book.ask(shares("B", 5).exit().numbered(2));  // not yet working
  CHECK(book.reconcile({{"SPY", -5, "A"}}) == "different SPY A 5>-5; different SPY B -5>0; cancelled 1; cancelled 2");
  CHECK(book.row("SPY") == "held -5, pending 0 +0");
  CHECK_FALSE(book.ledger().next_expiry().has_value());
  CHECK(says(book.ask(shares("A", 5).exit())) == "approved 5");  // nothing is spoken for any more
}

TEST_CASE("a package that closes one leg too many is cancelled as a whole") {
  Book book;
  book.trade(position("A", 2, {{call_450, -1}, {call_460, 1}}));
  const Answer exit = book.pending(position("A", 2, {{call_450, 1}, {call_460, -1}}).exit().numbered(1));
  const Answer roll = book.pending(position("A", 1, {{call_450, 1}, {later_call_450, -1}}).adjust());
  CHECK(says(roll) == "denied, max 0: exit_not_reducing delta_unavailable");
  CHECK(book.reconcile({{call_450, -2, ""}, {call_460, 1, ""}}) == "different " + call_460 + " A 2>1; cancelled 1");
  CHECK(says(book.ask(contracts("A", 2, call_450).exit())) == "approved 2");  // its other leg is free again
  CHECK(book.fill(exit, call_460, -1) == "late_fill, 2 left");
}

TEST_CASE("a leg that has filled closes nothing more") {
  Book book;
  book.trade(position("A", 2, {{call_450, -1}, {call_460, 1}}));
  const Answer exit = book.pending(position("A", 2, {{call_450, 1}, {call_460, -1}}).exit());
  (void)book.fill(exit, call_450, 2);
  CHECK(book.reconcile({{call_460, 2, ""}}).empty());
  CHECK(book.fill(exit, call_460, -2) == "filled, 0 left");
}

TEST_CASE("a roll whose closing leg is beyond what is held is cancelled") {
  Book book;
  book.delta(later_call_450, 0.55);
  book.trade(shares("A", 300));
  book.trade(contracts("A", -2, call_450));
  const Answer roll = book.pending(position("A", 2, {{call_450, 1}, {later_call_450, -1}}).adjust().numbered(1));
  REQUIRE(says(roll) == "approved 2");
  CHECK(book.reconcile({{"SPY", 300, ""}, {call_450, -1, ""}}) == "different " + call_450 + " A -2>-1; cancelled 1");
  CHECK(book.row("SPY") == "held 250, pending 0 +0");
}

TEST_CASE("fills after it start from the new quantity") {
  Book book;
  book.trade(shares("A", 5));
  const Answer more = book.ask(shares("A", 3));
  (void)book.reconcile({{"SPY", 1, ""}});
  (void)book.fill(more, "SPY", 3);
  CHECK(book.holders("SPY") == "A 4");
}

TEST_CASE("a position that was retired and found again leaves nothing behind") {
  Book book;
  book.trade(contracts("A", 3, call_450));
  (void)book.reconcile({});
  book.delta(call_450, 0.9);
  CHECK(book.held("SPY") == "0");
  (void)book.reconcile({{call_450, 3, "A"}});
  CHECK(book.held("SPY") == "270");
  (void)book.reconcile({});
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}

TEST_CASE("what is wrong with the broker's positions is said by line and field, and changes nothing") {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  Book book;
  book.trade(shares("A", 5));
  const auto refused = [&](const std::vector<BrokerPosition>& lines) {
    const auto compared = book.ledger().compare(lines);
    const auto found = book.ledger().reconcile(lines, book.now());
    if (compared.has_value() == found.has_value() && !found) CHECK(compared.error() == found.error());
    CHECK(book.holders("SPY") == "A 5");
    return found ? "accepted" : says(found.error());
  };
  const ContractId spy = book.contract("SPY");
  const ContractId call = book.contract(call_450);
  const StrategyId a = book.strategy("A");
  CHECK(refused({{spy, 5, {}}, {ContractId{9999}, 1, {}}}) == "unknown_name positions[1].contract");
  CHECK(refused({{spy, most + 1, {}}}) == "invalid_value positions[0].quantity");
  CHECK(refused({{call, 1, {}}, {spy, -most - 1, {}}}) == "invalid_value positions[1].quantity");
  CHECK(refused({{spy, std::numeric_limits<std::int64_t>::min(), {}}}) == "invalid_value positions[0].quantity");
  CHECK(refused({{spy, 5, {}}, {call, 1, {}}, {spy, 5, {}}}) == "invalid_value positions[2].contract");
  CHECK(refused({{spy, 5, a}, {call, 1, {}}, {spy, 1, {}}, {spy, 6, a}}) == "invalid_value positions[3].contract");
  CHECK(refused({{call, 1, {}}, {spy, 5, StrategyId{77}}}) == "unknown_name positions[1].strategy");
}

TEST_CASE("as much as can be held can be reconciled, and no more") {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  Book book;
  CHECK(book.reconcile({{"SPY", most, "unassigned"}, {"SPY", -most, "A"}}) ==
        "extra SPY unassigned 0>9007199254740992; extra SPY A 0>-9007199254740992");
  CHECK(book.reconcile({{"SPY", most, "unassigned"}, {"SPY", 1, ""}}) == "invalid_value positions[1].quantity");
  CHECK(book.reconcile({{"SPY", -most, ""}}) == "different SPY unassigned 9007199254740992>0");
  CHECK(book.reconcile({}) == "missing SPY A -9007199254740992>0");
  CHECK(book.row("SPY") == "held 0, pending 0 +0");
}
