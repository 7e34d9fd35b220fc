// tests/desk/buying_power_test.cpp -- gate 12 through the desk: what is free, who takes it, when it comes back.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <limits>  // std::numeric_limits

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// A to E with the document's shares, and no limit on anything but buying power. E is a hedge, F has no share.
[[nodiscard]] DeskConfig sharing(BuyingPowerConfig rule = {}) {
  DeskConfig c;
  c.ledger = sample_groups();
  c.strategies.emplace();
  constexpr double shares[] = {0.30, 0.25, 0.20, 0.15, 0.10, 0.0};
  for (std::size_t i = 0; i < std::size(shares); ++i) {
    DeskStrategyConfig& s = c.strategies->emplace_back();
    s.name = std::string(1, static_cast<char>('A' + i));
    s.priority = static_cast<std::int32_t>(i) + 1;
    s.buying_power_share = shares[i];
    s.groups = {"SPY"};
  }
  c.strategies->at(4).tags = {"hedge"};
  c.coordination.emplace();
  c.coordination->buying_power = rule;
  return c;
}
[[nodiscard]] DeskConfig waterfall() { return sharing({.reserve = 0, .mode = BuyingPowerMode::waterfall}); }

/// A desk that was told 100,000 today.
[[nodiscard]] DeskBook with_100_000(const DeskConfig& c = sharing()) {
  DeskBook book(c);
  book.buying_power(100'000);
  return book;
}

/// |count| shares that take 1,000 each.
[[nodiscard]] Ask thousands(std::string_view strategy, std::int64_t count) {
  return shares(strategy, count).taking(1'000);
}

/// Whole dollars `strategy` may still use.
[[nodiscard]] std::int64_t free_for(DeskBook& book, std::string_view strategy) {
  const OwnedDecision d = book.what_if(shares(strategy, -1'000'000).or_fewer().taking(1));
  CHECK(codes(d.reasons) == "buying_power");
  return d.max_units;
}

using Demands = std::vector<std::pair<std::string_view, double>>;

[[nodiscard]] std::string allocation(DeskBook& book, std::optional<Demands> demands = {},
                                     std::optional<AllocationMode> mode = {}) {
  book.tell(AllocateEvent{std::move(demands), mode});
  REQUIRE(book.said().size() == 1);
  return book.said().front();
}

}  // namespace

// ---- what is free

TEST_CASE("a strategy may use its share, to the dollar") {
  DeskBook book = with_100_000();
  CHECK(says(book.what_if(thousands("A", -31))) == "denied, max 30: buying_power");
  CHECK(says(book.what_if(shares("A", -30).taking(1'000.000001))) == "denied, max 29: buying_power");
  CHECK(says(book.ask(thousands("A", -30))) == "approved 30");
  CHECK(says(book.ask(thousands("A", -1))) == "denied, max 0: buying_power");
  CHECK(says(book.ask(thousands("B", -25))) == "approved 25");  // each its own
}

TEST_CASE("with partial the request is reduced to what is free") {
  DeskBook book = with_100_000();
  CHECK(says(book.ask(thousands("A", -31).or_fewer())) == "reduced to 30 of 31: buying_power");
  CHECK(free_for(book, "A") == 0);
}

TEST_CASE("waterfall: all of the basis is there for whoever comes first") {
  DeskBook book = with_100_000(waterfall());
  CHECK(says(book.ask(thousands("F", -60))) == "approved 60");
  CHECK(says(book.ask(thousands("A", -41))) == "denied, max 40: buying_power");
  CHECK(says(book.ask(thousands("A", -40))) == "approved 40");
}

TEST_CASE("who has no share has nothing, and what all use does not count against a share") {
  DeskBook book = with_100_000();
  CHECK(free_for(book, "F") == 0);
  book.buying_power({}, {{"B", 1'000'000.0}});
  CHECK(free_for(book, "A") == 30'000);
  CHECK(free_for(book, "B") == 0);
}

TEST_CASE("the reserve is never given out") {
  DeskBook book = with_100_000(sharing({.reserve = 0.1}));
  CHECK(free_for(book, "A") == 27'000);
}

TEST_CASE("the basis is the first account event's of a New York date") {
  DeskBook book = with_100_000();
  book.buying_power(50'000);
  CHECK(free_for(book, "A") == 30'000);
  book.tick_at(*parse_time("2026-01-06T04:59:59.999999999Z"));  // a moment before midnight in New York
  book.buying_power(60'000);
  CHECK(free_for(book, "A") == 30'000);
  book.tick_at(*parse_time("2026-01-06T05:00:00Z"));
  CHECK(free_for(book, "A") == 30'000);  // no account event yet
  book.equity(1);                        // which repeats what was last told
  CHECK(free_for(book, "A") == 18'000);
  book.buying_power(200'000);
  CHECK(free_for(book, "A") == 18'000);
}

TEST_CASE("an account event without a figure is not the first that has one") {
  DeskBook book(sharing());
  book.equity(1);
  CHECK(free_for(book, "A") == 0);
  book.buying_power(100'000);
  CHECK(free_for(book, "A") == 30'000);
}

TEST_CASE("while the basis is unknown what takes buying power is denied") {
  DeskBook book(sharing());
  CHECK(says(book.ask(thousands("A", -1).or_fewer())) == "denied, max 0: buying_power");
  CHECK(says(book.ask(shares("A", -1).taking(0))) == "approved 1");  // takes none
}

TEST_CASE("a request that does not say what it takes is not judged and takes nothing") {
  DeskBook book = with_100_000();
  book.buying_power({}, {{"A", 30'000.0}});
  CHECK(says(book.ask(shares("A", -1000))) == "approved 1000");
  book.buying_power({}, {{"A", 0.0}});
  CHECK(free_for(book, "A") == 30'000);
}

TEST_CASE("without the rule nothing is judged") {
  DeskConfig c = sharing();
  c.coordination->buying_power.reset();
  DeskBook book(c);
  CHECK(says(book.ask(thousands("A", -1'000))) == "approved 1000");
}

TEST_CASE("bought protection by a hedge is judged like any open") {
  DeskBook book = with_100_000();
  CHECK(says(book.ask(contracts("E", 11, later_put_430).taking(1'000))) == "denied, max 10: buying_power");
}

// ---- what takes it, what gives it back

TEST_CASE("the account sets what the strategies it names use") {
  DeskBook book = with_100_000();
  book.ask(thousands("B", -5));
  book.buying_power({}, {{"A", 12'000.0}});
  CHECK(free_for(book, "A") == 18'000);
  CHECK(free_for(book, "B") == 20'000);
}

TEST_CASE("approvals add, a fill keeps") {
  DeskBook book = with_100_000();
  const Answer order = book.ask(thousands("A", -10).numbered(1));
  book.ask(thousands("A", -10).numbered(1));  // the same again
  CHECK(free_for(book, "A") == 20'000);
  book.fill_all(order);
  CHECK(free_for(book, "A") == 20'000);
}

TEST_CASE("cancel, reject and expiry take back the units not wholly filled") {
  for (const int end : {0, 1, 2}) {
    CAPTURE(end);
    DeskBook book = with_100_000();
    const Answer order = book.ask(thousands("A", -10));
    if (end == 0) book.order(order, OrderStatus::cancelled);
    if (end == 1) book.order(order, OrderStatus::rejected);
    if (end == 2) book.wait(61s);
    CHECK(free_for(book, "A") == 30'000);
    book.order(order, OrderStatus::cancelled);  // too late to change anything
    CHECK(free_for(book, "A") == 30'000);
  }
  DeskBook book = with_100_000();
  const Answer order = book.ask(thousands("A", -10));
  book.fill(order, "SPY", -4);
  book.order(order, OrderStatus::cancelled);
  CHECK(free_for(book, "A") == 26'000);
}

TEST_CASE("a unit of a package is wholly filled when all of its legs are") {
  DeskBook book = with_100_000();
  book.delta(later_put_430, -0.2);
  book.delta(later_put_440, -0.3);
  const Answer order = book.ask(position("A", 10, {{later_put_440, -1}, {later_put_430, 2}}).taking(1'000));
  book.fill(order, later_put_440, -10);
  book.fill(order, later_put_430, 7);  // three and a half units
  book.order(order, OrderStatus::cancelled);
  CHECK(free_for(book, "A") == 27'000);
}

TEST_CASE("the use that comes back never exceeds what is in use") {
  DeskBook book = with_100_000();
  const Answer order = book.ask(thousands("A", -10));
  book.buying_power({}, {{"A", 4'000.0}});  // the broker leaves the order out
  book.order(order, OrderStatus::cancelled);
  CHECK(free_for(book, "A") == 30'000);
}

TEST_CASE("adjustments are not judged, and what they take counts") {
  DeskBook book = with_100_000();
  book.trade(shares("A", -10));
  book.buying_power({}, {{"A", 29'000.0}});
  CHECK(says(book.ask(thousands("A", 5).adjust())) == "approved 5");
  CHECK(free_for(book, "A") == 0);
  CHECK(text_of(book.desk().buying_power().used_by(*book.desk().names().strategies.find("A"))) == "34000");
}

TEST_CASE("exits pass, list it, and take none") {
  DeskBook book = with_100_000();
  book.trade(shares("A", -10));
  book.buying_power({}, {{"A", 28'000.0}});
  CHECK(says(book.ask(thousands("A", 2).exit())) == "approved 2");  // as many would be free
  CHECK(free_for(book, "A") == 2'000);
  const Answer exit = book.ask(thousands("A", 5).exit());
  CHECK(says(exit) == "approved 5 / buying_power (bypass)");
  CHECK(exit.warnings[0].max_units == 2);
  CHECK(says(book.ask(thousands("A", 3).emergency_exit())) == "approved 3 / buying_power (bypass)");
  book.order(exit, OrderStatus::cancelled);
  CHECK(free_for(book, "A") == 2'000);
}

TEST_CASE("a batch of questions counts what each would take and leaves usage as it was") {
  DeskBook book = with_100_000();
  book.ask(thousands("A", -5));
  const std::string before = book.everything();
  const auto answers = book.what_if({thousands("A", -20), thousands("A", -20), thousands("A", -9).or_fewer()});
  REQUIRE(answers.size() == 3);
  CHECK(says(answers[0]) == "approved 20");
  CHECK(says(answers[1]) == "denied, max 5: buying_power");
  CHECK(says(answers[2]) == "reduced to 5 of 9: buying_power");
  CHECK(book.everything() == before);
  CHECK(says(book.what_if(thousands("A", -25))) == "approved 25");
  CHECK(book.everything() == before);
}

TEST_CASE("figures that cannot be taken change nothing") {
  DeskBook book = with_100_000();
  const std::string before = book.everything();
  constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
  for (const double usd : {-0.01, not_a_number, 1e300})
    CHECK(book.refusal(shares("A", -1).taking(usd)) == "invalid_value buying_power");
  CHECK(book.send(AccountEvent{{}, 1e300, {}, {}, {}, {}}) == "invalid_value buying_power");
  CHECK(book.send(AccountEvent{{}, 5.0, {}, {}, {}, {{"A", 1.0}, {"B", 1e300}}}) == "invalid_value used[1]");
  CHECK(book.everything() == before);
}

TEST_CASE("buying power that no sum can hold is refused, and many large ones come back to the last millionth") {
  DeskBook book = with_100_000();
  book.buying_power(100'000, {{"A", 10'000.0}});
  book.trade(shares("A", -100));
  CHECK(free_for(book, "A") == 20'000);
  const std::string before = book.everything();
  CHECK(book.refusal(shares("A", 10).adjust().taking(1e12)) == "invalid_value buying_power");
  CHECK(book.everything() == before);
  std::vector<Ask> rolls(20, shares("A", 1).adjust().taking(9e11));
  book.what_if(rolls);
  CHECK(free_for(book, "A") == 20'000);
}

TEST_CASE("a share is what it says to a millionth of a dollar") {
  DeskConfig c = sharing();
  for (DeskStrategyConfig& s : *c.strategies) s.buying_power_share = s.name < "D" ? 1.0 / 3 : 0;
  DeskBook book(c);
  book.buying_power(100'000'000);
  CHECK(allocation(book) == "allocation of 100000000: A 33333333.33 B 33333333.33 C 33333333.33 D 0 E 0 F 0");
  DeskBook small(sharing());
  small.buying_power(33.33);
  CHECK(says(small.what_if(shares("A", -3).taking(3.333))) == "approved 3");  // 9.999, which is 0.3 of it
}

TEST_CASE("shares that add up to more than everything are refused") {
  DeskConfig c = sharing();
  c.strategies->at(5).buying_power_share = 0.01;
  const Result<Desk> made = Desk::make(c);
  REQUIRE(!made);
  CHECK(says(made.error()) == "invalid_configuration buying_power_share");
}

TEST_CASE("without demands everybody gets the fixed share") {
  DeskBook book = with_100_000();
  CHECK(allocation(book) == "allocation of 100000: A 30000 B 25000 C 20000 D 15000 E 10000 F 0");
  CHECK(allocation(book, {}, AllocationMode::priority) ==
        "allocation of 100000: A 30000 B 25000 C 20000 D 15000 E 10000 F 0");
}

TEST_CASE("demands are met up to the shares, what is left goes on by priority") {
  for (const DeskConfig& c : {sharing(), waterfall()}) {
    DeskBook book = with_100_000(c);
    CHECK(allocation(book, Demands{{"B", 60'000.0}, {"A", 60'000.0}, {"C", 5'000.0}}) ==
          "allocation of 100000: A 60000 B 35000 C 5000 D 0 E 0 F 0");
    CHECK(allocation(book, Demands{{"F", 5'000.0}}) == "allocation of 100000: A 0 B 0 C 0 D 0 E 0 F 5000");
    CHECK(allocation(book, Demands{}) == "allocation of 100000: A 0 B 0 C 0 D 0 E 0 F 0");
  }
}

TEST_CASE("by priority alone the first two of five are funded whole") {
  DeskBook book(sharing());
  book.buying_power(20'000);
  CHECK(allocation(book, Demands{{"A", 1e4}, {"B", 1e4}, {"C", 1e4}, {"D", 1e4}, {"E", 1e4}},
                   AllocationMode::priority) == "allocation of 20000: A 10000 B 10000 C 0 D 0 E 0 F 0");
}

TEST_CASE("a strategy that is exiting, closed, in error or halted lends its share") {
  using enum Trigger;
  const std::vector<Trigger> out{window_start, entry_met, order_sent, order_filled, exit_requested, order_sent};
  std::vector<Trigger> gone = out;
  gone.push_back(order_filled);
  const std::vector<std::vector<Trigger>> ways{out, gone, {system_error}, {Trigger::halt}};
  for (const std::vector<Trigger>& way : ways) {
    DeskBook book = with_100_000();
    for (const Trigger t : way) book.state("A", t);
    CHECK(allocation(book, Demands{{"A", 30'000.0}, {"B", 60'000.0}, {"C", 50'000.0}}) ==
          "allocation of 100000: A 0 B 60000 C 40000 D 0 E 0 F 0");
  }
  DeskBook suspended = with_100_000();
  suspended.state("A", suspend);
  CHECK(allocation(suspended, Demands{{"A", 30'000.0}, {"B", 60'000.0}}) ==
        "allocation of 100000: A 30000 B 60000 C 0 D 0 E 0 F 0");
}

TEST_CASE("allocations are of the day's basis, rounded down to cents, whatever is in use") {
  DeskBook book(sharing({.reserve = 0.05}));
  book.buying_power(1'000.01);  // less the reserve 950.0095
  book.ask(shares("A", -1).taking(100));
  CHECK(allocation(book) == "allocation of 950: A 285 B 237.5 C 190 D 142.5 E 95 F 0");
  CHECK(allocation(book, Demands{{"A", 0.019}}) == "allocation of 950: A 0.01 B 0 C 0 D 0 E 0 F 0");
}

TEST_CASE("without a basis the amounts are unknown") {
  DeskBook book(sharing());
  CHECK(allocation(book) == "allocation of ?: A ? B ? C ? D ? E ? F ?");
  CHECK(allocation(book, Demands{{"A", 1.0}}) == "allocation of ?: A ? B ? C ? D ? E ? F ?");
}

TEST_CASE("without the rule there is nothing to allocate") {
  DeskConfig c = sharing();
  c.coordination->buying_power.reset();
  DeskBook book(c);
  CHECK(book.send(AllocateEvent{}) == "not_ready coordination.buying_power");
}

TEST_CASE("where any name is accepted, those registered are alike and have no share") {
  DeskConfig c = sharing();
  c.strategies.reset();
  DeskBook book(c);
  book.buying_power(1'000, {{"P", 0.0}, {"Q", 0.0}});
  CHECK(allocation(book) == "allocation of 1000: P 0 Q 0");
  CHECK(allocation(book, Demands{{"Q", 100.0}}) == "allocation of 1000: P 0 Q 0");
  CHECK(allocation(book, Demands{{"Q", 700.0}, {"P", 600.0}}, AllocationMode::priority) ==
        "allocation of 1000: P 600 Q 400");
}

TEST_CASE("demands that cannot be are refused and change nothing") {
  DeskBook book = with_100_000();
  const std::string before = book.everything();
  const auto refusal = [&](std::string_view second, double usd) {
    return book.send(AllocateEvent{Demands{{"A", 1.0}, {second, usd}}, {}});
  };
  CHECK(refusal("nobody", 1.0) == "unknown_name demands[1]");
  CHECK(refusal("unassigned", 1.0) == "invalid_value demands[1]");
  CHECK(refusal("B", -0.01) == "invalid_value demands[1]");
  CHECK(refusal("B", std::numeric_limits<double>::quiet_NaN()) == "invalid_value demands[1]");
  CHECK(refusal("B", 1e300) == "invalid_value demands[1]");
  CHECK(book.everything() == before);
}
