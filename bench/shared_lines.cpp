// bench/shared_lines.cpp -- two threads at one SharedLedger against GMTX: our plain ledger behind one mutex.
// SPDX-License-Identifier: MIT
//
// Both sides hold the same 64 groups with a row each, and are asked the same prepared questions in the same order by
// two threads: one contract, reserved and taken back at once. Threads start together; the time is that from the start
// of the first to the end of the last, so it says what both got done.
#include "ratio.hpp"

#include <optcoord/shared/shared_ledger.hpp>

#include <array>    // std::array
#include <atomic>   // std::atomic
#include <chrono>   // std::chrono::seconds
#include <cstddef>  // std::size_t
#include <memory>   // std::shared_ptr
#include <mutex>    // std::mutex
#include <string>   // std::string
#include <thread>   // std::thread

namespace optcoord::bench {

namespace {

constexpr std::size_t groups = 64;
constexpr std::uint64_t block = 20'000;  // of each thread: long beside the start of a thread

/// Which group a thread asks next.
using Next = std::size_t (*)(std::size_t thread, std::uint64_t i);

std::size_t own_group(std::size_t thread, std::uint64_t) { return thread; }
std::size_t same_group(std::size_t, std::uint64_t) { return 0; }
std::size_t random_group(std::size_t thread, std::uint64_t i) {
  return static_cast<std::size_t>(((i * 2 + thread) * 0xD6E8'FEB8'6659'FD93U) >> 58U);
}

[[nodiscard]] std::string root_of(std::size_t group) {
  return {'G', static_cast<char>('A' + group / 26), static_cast<char>('A' + group % 26)};
}

[[nodiscard]] LedgerConfig one_row_each() {
  LedgerConfig c;
  for (std::size_t g = 0; g < groups; ++g) {
    c.groups.push_back({.name = root_of(g), .reference = root_of(g), .members = {{root_of(g)}}});
    LimitConfig row;
    row.group = root_of(g);
    row.lower = -1e6;
    row.upper = 1e6;
    c.limits.push_back(row);
  }
  return c;
}

constexpr Timestamp now{std::chrono::seconds{1'767'623'400}};

/// GMTX: the peer.
struct Behind {
  std::mutex lock;
  Names names;
  Ledger ledger{*Ledger::make(one_row_each(), names, ProductTable{})};
  std::array<PreparedId, groups> prepared{};

  Behind() {
    const StrategyId who = ledger.add_strategy("A", names);
    for (std::size_t g = 0; g < groups; ++g) {
      const Leg legs[] = {{*ledger.add_contract(root_of(g), names, ProductTable{}), 1}};
      prepared[g] = *ledger.prepare({.strategy = who, .legs = legs});
    }
  }
  [[nodiscard]] bool pair(std::size_t group, RequestId id, Judging&) {
    bool approved = false;
    {
      const std::lock_guard<std::mutex> hold(lock);
      approved = ledger.decide(prepared[group], id, 1, now)->verdict == Verdict::approved;
    }
    const std::lock_guard<std::mutex> hold(lock);
    ledger.withdraw(id);
    return approved;
  }
};

struct Shared {
  Names names;
  SharedLedger ledger{*SharedLedger::make(one_row_each(), names, ProductTable{})};
  std::array<SharedPrepared, groups> prepared{};

  Shared() {
    const StrategyId who = ledger.add_strategy("A", names);
    for (std::size_t g = 0; g < groups; ++g) {
      const Leg legs[] = {{*ledger.add_contract(root_of(g), names, ProductTable{}), 1}};
      prepared[g] = *ledger.prepare({.strategy = who, .legs = legs});
    }
  }
  [[nodiscard]] bool pair(std::size_t group, RequestId id, Judging& said) {
    const bool approved = ledger.decide(prepared[group], id, 1, said, now)->verdict == Verdict::approved;
    ledger.withdraw(id);
    return approved;
  }
};

/// One batch: two threads, `block` questions each.
template <class Side>
[[nodiscard]] Arm two_threads(Next next) {
  return [side = std::make_shared<Side>(), next] {
    std::atomic<int> ready{0};
    std::atomic<bool> go{false};
    std::atomic<std::uint64_t> good{0};
    const auto work = [&](std::size_t thread) {
      Judging said;
      std::uint64_t approved = 0;
      ++ready;
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (std::uint64_t i = 0; i < block; ++i)
        approved += side->pair(next(thread, i), RequestId{std::uint64_t{thread} << 32U | i}, said) ? 1 : 0;
      good += approved;
    };
    std::thread first(work, 0);
    std::thread second(work, 1);
    while (ready != 2) std::this_thread::yield();
    Stopwatch watch;
    watch.start();
    go.store(true, std::memory_order_release);
    first.join();
    second.join();
    watch.stop(2 * block);
    expect(good == 2 * block, "an answer was not the expected one");
    return watch.batch();
  };
}

[[nodiscard]] Line line(const char* name, const char* about, Next next) {
  Line l;
  l.name = name;
  l.about = about;
  l.peer = "GMTX, two threads";
  l.slow = 20;
  l.make = [next] { return Arms{two_threads<Shared>(next), two_threads<Behind>(next)}; };
  return l;
}

}  // namespace

std::vector<Line> shared_lines() {
  std::vector<Line> lines;
  lines.push_back(line("shared.different", "two threads, a group each: prepared, reserved and taken back", own_group));
  lines.back().required = 5;
  lines.push_back(line("shared.random", "the same over 64 groups at random", random_group));
  lines.back().required = 2.5;
  lines.push_back(line("shared.same", "the same, both at one group", same_group));
  lines.back().required = 1.7;
  lines.back().sense = Sense::times_the_time;
  return lines;
}

}  // namespace optcoord::bench
