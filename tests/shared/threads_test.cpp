// tests/shared/threads_test.cpp -- many threads at one SharedLedger: no limit passed, nothing lost, no id twice.
// SPDX-License-Identifier: MIT
#include "shared/two_books.hpp"

#include <array>   // std::array
#include <atomic>  // std::atomic
#include <random>  // std::mt19937
#include <thread>  // std::thread

using namespace optcoord;
using namespace optcoord::test;

namespace {

constexpr int groups = 4;
constexpr std::array<const char*, groups> roots{"AAA", "BBB", "CCC", "DDD"};

/// One group a root, so that each is an island, with a delta row each.
[[nodiscard]] LedgerConfig one_row_each(double bound) {
  LedgerConfig c;
  for (const char* root : roots) {
    c.groups.push_back({.name = root, .reference = root, .members = {{root}}});
    c.limits.push_back(limit(root, Metric::delta, bound));
  }
  return c;
}

/// What became of a request that was allowed.
struct Kept {
  RequestId id{};
  std::vector<Leg> legs{};
  std::int64_t units{0};
  std::vector<Fill> fills{};
};

struct Desk {
  Names names{};
  SharedLedger ledger;
  std::array<ContractId, groups> share{};
  StrategyId who;
  Timestamp now{*parse_time("2026-01-05T15:00:00Z")};

  explicit Desk(double bound) : ledger(*SharedLedger::make(one_row_each(bound), names, ProductTable{})) {
    for (std::size_t g = 0; g < groups; ++g) share[g] = *ledger.add_contract(roots[g], names, ProductTable{});
    who = ledger.add_strategy("A", names);
  }
};

template <class Work>
void in_threads(int count, Work work) {
  std::vector<std::thread> threads;
  for (int t = 0; t < count; ++t) threads.emplace_back([&work, t] { work(t); });
  for (std::thread& thread : threads) thread.join();
}

/// One thread's requests: approved ones are filled, taken back, cancelled or left.
[[nodiscard]] std::vector<Kept> hammer(Desk& desk, int thread, int requests) {
  std::mt19937 chance(static_cast<unsigned>(thread) + 1);
  const auto upto = [&chance](int n) { return std::uniform_int_distribution<int>(0, n)(chance); };
  const auto any = [&] { return desk.share[static_cast<std::size_t>(upto(groups - 1))]; };
  Judging said;
  std::vector<Kept> kept;
  std::uint64_t next = static_cast<std::uint64_t>(thread) << 32U;
  for (int i = 0; i < requests; ++i) {
    Kept k{RequestId{++next}, {{any(), upto(1) == 0 ? -1 : 1}}, 0, {}};
    if (upto(4) == 0) k.legs.push_back({any(), k.legs[0].ratio});
    const Request r{.id = k.id, .strategy = desk.who, .units = 1 + upto(30), .partial = upto(1) == 0, .legs = k.legs};
    const Result<Decision> d = desk.ledger.decide(r, said, desk.now);
    if (!d || d->verdict == Verdict::denied) continue;
    k.units = d->units;
    const int fate = upto(3);
    if (fate == 0) {
      desk.ledger.withdraw(k.id);
    } else if (fate == 1) {
      (void)desk.ledger.apply(k.id, OrderStatus::cancelled, desk.now);
    } else if (fate == 2) {
      const Fill fill{k.id, ExecutionId{++next}, k.legs[0].contract, k.legs[0].ratio * k.units, 1.0};
      if (desk.ledger.apply(fill, desk.now)) k.fills.push_back(fill);
      kept.push_back(k);
    } else {
      kept.push_back(k);
    }
  }
  return kept;
}

void totals_are_a_serial_replay(int threads, int requests) {
  constexpr double bound = 500;
  Desk desk(bound);
  std::vector<std::vector<Kept>> kept(static_cast<std::size_t>(threads));
  std::atomic<bool> done{false};
  std::atomic<bool> passed{false};
  std::thread reader([&] {
    while (!done) {
      (void)desk.ledger.report();
      for (const GroupReport& g : desk.ledger.last_report()->groups)
        if (g.rows[0].held->raw + g.rows[0].pending_up->raw > 500'000'000 ||
            g.rows[0].held->raw + g.rows[0].pending_down->raw < -500'000'000)
          passed = true;
      (void)desk.ledger.expire(desk.now);
      (void)desk.ledger.row(1);
      (void)desk.ledger.mark_root(*desk.names.roots.find("AAA"), 100.0, desk.now);
    }
  });
  in_threads(threads, [&](int t) { kept[static_cast<std::size_t>(t)] = hammer(desk, t, requests); });
  done = true;
  reader.join();
  CHECK(!passed);

  Names names;
  Ledger serial = *Ledger::make(one_row_each(1e9), names, ProductTable{});
  for (const char* root : roots) (void)*serial.add_contract(root, names, ProductTable{});
  (void)serial.add_strategy("A", names);
  for (const std::vector<Kept>& of_thread : kept)
    for (const Kept& k : of_thread) {
      const Request r{.id = k.id, .strategy = desk.who, .units = k.units, .legs = k.legs};
      const Result<Decision> d = serial.decide(r, desk.now);
      REQUIRE(d.has_value());
      REQUIRE(d->verdict == Verdict::approved);
      for (const Fill& fill : k.fills) REQUIRE(serial.apply(fill, desk.now).has_value());
    }
  for (std::size_t r = 0; r < groups; ++r) {
    const RowReport row = desk.ledger.row(r);
    const RowReport replayed = serial.row(r);
    CHECK(row.held == replayed.held);
    CHECK(row.pending_up == replayed.pending_up);
    CHECK(row.pending_down == replayed.pending_down);
    CHECK(row.held->raw + row.pending_up->raw <= 500'000'000);
    CHECK(row.held->raw + row.pending_down->raw >= -500'000'000);
  }
  CHECK(desk.ledger.report()->reservations.size() == serial.report().reservations.size());
}

}  // namespace

TEST_CASE("two threads: totals are those of the accepted requests one by one, and no limit is passed") {
  totals_are_a_serial_replay(2, 4000);
}

TEST_CASE("eight threads: totals are those of the accepted requests one by one, and no limit is passed") {
  totals_are_a_serial_replay(8, 1500);
}

TEST_CASE("of many threads with one id, one gets it, whatever island they ask") {
  Desk desk(1e6);
  std::atomic<int> approved{0};
  std::atomic<int> refused{0};
  constexpr int rounds = 300;
  in_threads(4, [&](int t) {
    Judging said;
    const Leg one[] = {{desk.share[static_cast<std::size_t>(t)], 1}};
    const Leg two[] = {{desk.share[0], 1}, {desk.share[static_cast<std::size_t>(t)], 1}};
    for (std::uint64_t id = 1; id <= rounds; ++id) {
      Request r{.id = RequestId{id}, .strategy = desk.who, .legs = one};
      if (id % 3 == 0) r.legs = two;
      const Result<Decision> d = desk.ledger.decide(r, said, desk.now);
      ++(d ? approved : refused);
    }
  });
  CHECK(approved == rounds);
  CHECK(refused == 3 * rounds);
}

TEST_CASE("a limit for one order is given to one of many threads") {
  for (int round = 0; round < 50; ++round) {
    Desk desk(100);
    std::atomic<int> approved{0};
    in_threads(4, [&](int t) {
      Judging said;
      const Leg legs[] = {{desk.share[0], 1}};
      const Request r{.id = RequestId{static_cast<std::uint64_t>(t)}, .strategy = desk.who, .units = 100, .legs = legs};
      const Result<Decision> d = desk.ledger.decide(r, said, desk.now);
      if (d && d->verdict == Verdict::approved) ++approved;
    });
    CHECK(approved == 1);
  }
}

TEST_CASE("contracts and strategies may be registered while others decide") {
  Desk desk(1e6);
  std::atomic<bool> done{false};
  std::thread registrar([&] {
    for (int i = 0; i < 200; ++i) {
      const std::string root = "R" + std::string(1, static_cast<char>('A' + i % 26)) + static_cast<char>('A' + i / 26);
      CHECK(desk.ledger.add_contract(root, desk.names, ProductTable{}).has_value());
      (void)desk.ledger.add_strategy("S" + std::to_string(i), desk.names);
    }
    done = true;
  });
  in_threads(2, [&](int t) {
    std::uint64_t round = 0;
    while (!done) (void)hammer(desk, t + 10 + static_cast<int>(2 * round++), 20);
  });
  registrar.join();
  CHECK(desk.ledger.report()->groups.size() == groups);
}
