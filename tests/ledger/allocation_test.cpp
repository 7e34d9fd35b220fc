// tests/ledger/allocation_test.cpp -- deciding allocates nothing, whatever the answer is.
// SPDX-License-Identifier: MIT
//
// A program of its own, since it replaces operator new by one that counts. Room is made at registration and by the
// first requests; after those, no kind of question and no answer may ask for memory.
#include <optcoord/ledger/ledger.hpp>

#include <doctest/doctest.h>

#include <chrono>   // std::chrono::seconds
#include <cstdint>  // std::uint64_t
#include <cstdlib>  // std::malloc, std::aligned_alloc, std::free
#include <new>      // std::bad_alloc, std::align_val_t
#include <string>   // std::string

namespace {

std::uint64_t allocations = 0;

void* counted(void* got) {
  ++allocations;
  if (got == nullptr) throw std::bad_alloc{};
  return got;
}

}  // namespace

// Not inlined: g++ would see malloc's memory freed by what it takes for another allocator's free.
[[gnu::noinline]] void* operator new(std::size_t size) { return counted(std::malloc(size == 0 ? 1 : size)); }
[[gnu::noinline]] void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto step = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(step, (size + step - 1) / step * step));
}
[[gnu::noinline]] void operator delete(void* p) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::align_val_t) noexcept { std::free(p); }
[[gnu::noinline]] void operator delete(void* p, std::size_t, std::align_val_t) noexcept { std::free(p); }

namespace {

using namespace optcoord;

constexpr int warm_up = 64;
constexpr int rounds = 1000;

/// A ledger with the three layers of a usual request, rows of every summed metric, a cut in force, and a strategy
/// that holds 50 short puts (delta +1,500 in all), the long puts that cover them, and 300 shares.
struct Desk {
  Names names{};
  ProductTable products{};
  Ledger ledger;
  StrategyId strategy{*names.strategies.find("LT112")};
  ContractId share{*ledger.add_contract("SPY", names, products)};
  ContractId short_put{*ledger.add_contract("SPY   260116P00450000", names, products)};
  ContractId long_put{*ledger.add_contract("SPY   260116P00430000", names, products)};
  Timestamp now{std::chrono::seconds{1'767'623'400}};
  std::uint64_t last_id{0};

  explicit Desk(const LedgerConfig& with = config()) : ledger(*Ledger::make(with, names, products)) {
    ledger.set_equity(250'000.0);
    (void)ledger.mark_root(*names.roots.find("SPY"), 470.0, now);
    ledger.mark_option(short_put, {.greeks = {-0.30, 0.01, -0.10, 0.20}, .computed = false, .underlying = {}}, now);
    ledger.mark_option(long_put, {.greeks = {-0.20, 0.01, -0.05, 0.15}, .computed = false, .underlying = {}}, now);
    (void)ledger.set_event(*names.events.find("FOMC"), true);
    const Leg spread[] = {{short_put, -1}, {long_put, 1}};
    const Leg shares[] = {{share, 1}};
    hold(spread, 50);
    hold(shares, 300);
  }

  static LedgerConfig config() {
    LedgerConfig c;
    c.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}}},
                {.name = "ACCOUNT", .reference = "SPY", .members = {}, .all_roots = true}};
    c.cuts.push_back({.event = "FOMC", .factor = 0.5});
    const auto row = [&c](const char* group, Metric metric, const char* capped, double bound) {
      LimitConfig limit;
      limit.group = group;
      limit.metric = metric;
      limit.strategy = capped;
      limit.lower = -bound;
      limit.upper = bound;
      c.limits.push_back(limit);
    };
    row("SPY", Metric::delta, "", 4000);
    row("SPY", Metric::delta, "LT112", 1900);
    row("ACCOUNT", Metric::delta, "", 8000);
    row("ACCOUNT", Metric::gamma, "", 5000);
    row("ACCOUNT", Metric::theta, "", 5000);
    row("ACCOUNT", Metric::vega, "", 50'000);
    row("ACCOUNT", Metric::dollar_delta, "", 4'000'000);
    LimitConfig fraction;
    fraction.group = "SPY";
    fraction.metric = Metric::dollar_delta;
    fraction.equity_fraction = 20;
    c.limits.push_back(fraction);
    return c;
  }

  /// The same with every rule about single strategies: gross delta, strategy count, directions, headroom of another.
  static LedgerConfig with_rules_about_strategies() {
    LedgerConfig c = config();
    for (const Metric metric : {Metric::gross_delta, Metric::strategy_count}) {
      LimitConfig limit;
      limit.group = "SPY";
      limit.metric = metric;
      limit.upper = metric == Metric::gross_delta ? 6000 : 1;
      c.limits.push_back(limit);
    }
    c.options.conflict_tolerance = 100;
    c.headroom.resize(1);
    c.headroom[0].strategy = "0DTE";
    c.headroom[0].group = "SPY";
    c.headroom[0].amount = 400;
    return c;
  }

  [[nodiscard]] Request request(std::span<const Leg> legs, std::int64_t units, Intent intent = Intent::open) {
    return {.id = RequestId{++last_id}, .strategy = strategy, .intent = intent, .units = units, .legs = legs};
  }
  void hold(std::span<const Leg> legs, std::int64_t units) {
    const Request r = request(legs, units);
    const Result<Decision> d = ledger.decide(r, now);
    REQUIRE(d);
    REQUIRE(d->verdict == Verdict::approved);
    for (const Leg& leg : legs) {
      const Fill fill{r.id, ExecutionId{++last_id}, leg.contract, units * leg.ratio, 1.0};
      REQUIRE(ledger.apply(fill, now));
    }
  }
};

/// How often `ask(desk)` allocates in a thousand questions, after some for warming up. It says whether the answer was
/// the one expected.
template <class Ask>
[[nodiscard]] std::uint64_t allocations_of(Desk& desk, Ask ask) {
  for (int i = 0; i < warm_up; ++i) REQUIRE(ask(desk));
  const std::uint64_t before = allocations;
  bool good = true;
  for (int i = 0; i < rounds; ++i) good = ask(desk) && good;
  const std::uint64_t after = allocations;
  CHECK(good);
  return after - before;
}

/// Decides `r` and takes the reservation back, as cancelled orders are. \returns whether the verdict was `expected`.
[[nodiscard]] bool decide(Desk& desk, const Request& r, Verdict expected, std::size_t warnings = 0) {
  const Result<Decision> d = desk.ledger.decide(r, desk.now);
  const bool good = d && d->verdict == expected && d->warnings.size() == warnings;
  desk.ledger.withdraw(r.id);
  return good;
}

}  // namespace

TEST_CASE("the counter counts") {
  const std::uint64_t before = allocations;
  const std::string text(100, 'x');
  CHECK(allocations - before == 1);
  CHECK(text.size() == 100);
}

TEST_CASE("an approval allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, -1}, {d.long_put, 1}};
          return decide(d, d.request(legs, 1), Verdict::approved);
        }) == 0);
}

TEST_CASE("an approval with warnings allocates nothing") {
  Desk desk;  // delta held 800 of 1,900 and, cut to half, of 2,000: 700 more are 79 % and 75 %
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.share, 1}};
          return decide(d, d.request(legs, 700), Verdict::approved, 2);
        }) == 0);
}

TEST_CASE("a denial allocates nothing, however many rows it breaches") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, -1}};
          return decide(d, d.request(legs, 100), Verdict::denied);
        }) == 0);
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, -1}};
          return decide(d, d.request(legs, 1'000'000), Verdict::denied);
        }) == 0);
}

TEST_CASE("rules about single strategies allocate nothing, passed or breached") {
  Desk desk(Desk::with_rules_about_strategies());
  const StrategyId other = *desk.names.strategies.find("0DTE");
  desk.ledger.set_priority(other, 1);
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, -1}, {d.long_put, 1}};
          return decide(d, d.request(legs, 1), Verdict::approved);
        }) == 0);
  CHECK(allocations_of(desk, [other](Desk& d) {  // a newcomer, against what is held, over the gross delta
          const Leg legs[] = {{d.share, -1}};
          Request r = d.request(legs, 3000);
          r.strategy = other;
          const Result<Decision> decision = d.ledger.decide(r, d.now);
          return decision && decision->verdict == Verdict::denied && decision->reasons.size() == 4;
        }) == 0);
  CHECK(allocations_of(desk, [](Desk& d) {  // 800 held of the cut 2,000, 200 of them kept: one too many
          const Leg legs[] = {{d.share, 1}};
          const Result<Decision> decision = d.ledger.decide(d.request(legs, 1001), d.now);
          return decision && decision->reasons.size() == 1 && decision->reasons[0].limit == Micro{1'800'000'000};
        }) == 0);
}

TEST_CASE("a reduced request allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.share, 10}};
          Request r = d.request(legs, 1000);
          r.partial = true;
          const Result<Decision> decision = d.ledger.decide(r, d.now);
          d.ledger.withdraw(r.id);
          return decision && decision->verdict == Verdict::reduced && decision->units > 0;
        }) == 0);
}

TEST_CASE("a raw exposure allocates nothing once its kind is known") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          Request r = d.request({}, 1);
          r.raw = RawExposure{*d.names.roots.find("SPY"), -30.0, -1.0, 5.0, -10.0};
          return decide(d, r, Verdict::approved);
        }) == 0);
}

TEST_CASE("a proved exit allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, 1}, {d.long_put, -1}};
          return decide(d, d.request(legs, 20, Intent::exit), Verdict::approved);
        }) == 0);
}

TEST_CASE("a proved exit that passes over limits allocates nothing") {
  Desk desk;  // the puts' deltas turn: -4,000 of them against 300 shares, whose sale makes it worse in every delta row
  desk.ledger.mark_option(desk.long_put, {.greeks = {-0.9, 0.01, -0.1, 0.1}, .computed = false, .underlying = {}},
                          desk.now);
  desk.ledger.mark_option(desk.short_put, {.greeks = {-0.1, 0.01, -0.1, 0.1}, .computed = false, .underlying = {}},
                          desk.now);
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.share, -1}};
          const Request r = d.request(legs, 300, Intent::exit);
          const Result<Decision> decision = d.ledger.decide(r, d.now);
          d.ledger.withdraw(r.id);
          return decision && decision->verdict == Verdict::approved && decision->bypass;
        }) == 0);
}

TEST_CASE("an exit that is not proved, or leaves a naked short, allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, 1}};
          return decide(d, d.request(legs, 51, Intent::exit), Verdict::denied);
        }) == 0);
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.long_put, -1}};
          const Request r = d.request(legs, 50, Intent::emergency_exit);
          const Result<Decision> decision = d.ledger.decide(r, d.now);
          d.ledger.withdraw(r.id);
          return decision && decision->verdict == Verdict::approved && !decision->warnings.empty();
        }) == 0);
}

TEST_CASE("a roll allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, 1}, {d.share, -1}};
          return decide(d, d.request(legs, 1, Intent::adjust), Verdict::approved);
        }) == 0);
}

TEST_CASE("a request that cannot be judged allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{ContractId{999'999}, 1}};
          return !d.ledger.decide(d.request(legs, 1), d.now).has_value();
        }) == 0);
}

TEST_CASE("an order that works and is cancelled allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.share, 1}};
          const Request r = d.request(legs, 1);
          const bool good = d.ledger.decide(r, d.now).has_value() &&
                            d.ledger.apply(r.id, OrderStatus::working, d.now).has_value() &&
                            d.ledger.apply(r.id, OrderStatus::cancelled, d.now).has_value();
          d.ledger.withdraw(r.id);
          return good;
        }) == 0);
}

TEST_CASE("checking whether a request can be judged allocates nothing") {
  Desk desk;
  CHECK(allocations_of(desk, [](Desk& d) {
          const Leg legs[] = {{d.short_put, -1}, {d.long_put, 1}};
          return d.ledger.check(d.request(legs, 1)).has_value();
        }) == 0);
}

TEST_CASE("judging alone allocates nothing") {
  Desk desk;
  Judging judging;
  CHECK(allocations_of(desk, [&](Desk& d) {
          const Leg legs[] = {{d.short_put, -1}};
          judging.clear();
          (void)d.ledger.judge(d.request(legs, 1'000'000), judging, d.now);
          return !judging.reasons.empty();
        }) == 0);
}
