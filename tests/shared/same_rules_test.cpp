// tests/shared/same_rules_test.cpp -- a SharedLedger says what one plain Ledger says, over long scripts and at corners.
// SPDX-License-Identifier: MIT
#include "shared/two_books.hpp"

#include <array>   // std::array
#include <random>  // std::mt19937

using namespace optcoord;
using namespace optcoord::test;
using std::chrono::seconds;

namespace {

[[nodiscard]] LedgerConfig archipelago_where(bool directions_may_conflict) {
  LedgerConfig c = archipelago();
  if (directions_may_conflict) c.options.conflict_tolerance = 5;
  return c;
}

/// Two books with prices, contracts of every island, and a script written by chance.
struct Script {
  TwoBooks books;
  std::array<StrategyId, 3> who{books.strategy("A"), books.strategy("B"), books.strategy("C")};
  std::vector<ContractId> options;
  std::vector<ContractId> contracts;
  std::mt19937 chance;
  std::uint64_t requests{0};
  std::uint64_t executions{0};
  std::array<int, 3> decided{};

  explicit Script(unsigned seed) : books(archipelago_where(seed % 2 == 0)), chance(seed) {
    books.equity(250'000.0);
    for (const char* root : {"SPY", "SPX", "TLT", "GLD", "QQQ", "IWM", "VIX"}) books.price(root, 100.0);
    for (const char* root : {"SPY", "TLT", "GLD", "QQQ", "IWM"}) contracts.push_back(books.contract(root));
    for (const char* option : {"SPY   260116P00450000", "SPY   260220P00430000", "SPXW  260116C05000000",
                               "TLT   260116C00090000", "IWM   260116P00200000"}) {
      options.push_back(books.contract(option));
      contracts.push_back(options.back());
    }
    for (const ContractId option : options) books.greeks(option, {0.3, 0.01, -0.1, 0.2});
  }
  [[nodiscard]] int upto(int n) { return std::uniform_int_distribution<int>(0, n)(chance); }
  template <class List>
  [[nodiscard]] auto any_of(const List& list) {
    return list[static_cast<std::size_t>(upto(static_cast<int>(list.size()) - 1))];
  }
  /// An id in use, mostly.
  [[nodiscard]] RequestId some_id() {
    return RequestId{static_cast<std::uint64_t>(upto(static_cast<int>(requests))) + 1};
  }

  void ask() {
    std::vector<Leg> legs;
    for (int i = upto(2); i >= 0; --i) legs.push_back({any_of(contracts), upto(1) == 0 ? -1 : 1 + upto(1)});
    constexpr std::array<Intent, 6> intents{Intent::open, Intent::open,   Intent::open,
                                            Intent::exit, Intent::adjust, Intent::emergency_exit};
    Request r{.id = upto(20) == 0 ? some_id() : RequestId{++requests}, .strategy = any_of(who)};
    r.intent = any_of(intents);
    r.units = 1 + upto(upto(3) == 0 ? 400 : 20);
    r.partial = upto(2) == 0;
    r.legging = upto(5) == 0;
    if (upto(3) == 0) r.ttl = seconds{1 + upto(60)};
    if (upto(6) == 0) {
      r.raw = RawExposure{books.root(upto(1) == 0 ? "SPY" : "IWM"), upto(1) == 0 ? -1.0 : 1.0, 0.0, 0.0, 0.0};
    } else {
      r.legs = legs;
    }
    books.what_if(r);
    const std::string answer = books.ask(r);
    ++decided[answer.starts_with("approved") ? 0 : answer.starts_with("reduced") ? 1 : 2];
    if (upto(1) == 0 && answer.starts_with("approved"))
      for (const Leg& leg : legs) {
        const ExecutionId execution = upto(9) == 0 ? ExecutionId{1 + executions / 2} : ExecutionId{++executions};
        books.fill({r.id, execution, leg.contract, leg.ratio * r.units, 1.0});
      }
  }
  void coordinate() {
    books.priority(any_of(who), upto(2));
    books.may_open(any_of(who), upto(2) != 0);
    books.may_open(upto(1) == 0 ? "SAFE" : "SPY", upto(2) != 0);
  }
  /// The broker has what it may have, of some contracts, some for a strategy.
  void reconcile() {
    std::vector<BrokerPosition> positions;
    for (const ContractId contract : contracts) {
      if (upto(2) == 0) continue;
      positions.push_back({contract, upto(20) - 10, std::nullopt});
      if (upto(2) == 0) positions.push_back({contract, upto(6) - 3, any_of(who)});
    }
    if (upto(5) == 0) positions.push_back({any_of(contracts), 1, std::nullopt});  // perhaps given twice
    books.compare(positions);
    books.reconcile(positions);
  }
  void step() {
    switch (upto(16)) {
      case 0: books.order(some_id(), OrderStatus::working); break;
      case 1: books.order(some_id(), OrderStatus::cancelled); break;
      case 2: books.order(some_id(), OrderStatus::rejected); break;
      case 3:
        books.fill(
            {some_id(), ExecutionId{++executions}, any_of(contracts), upto(1) == 0 ? -1 - upto(5) : 1 + upto(5), 1.0});
        break;
      case 4: books.withdraw(some_id()); break;
      case 5: books.wait(seconds{upto(20)}); break;
      case 6: books.price(any_of(std::array{"SPY", "SPX", "TLT", "QQQ", "VIX"}), 20.0 + upto(200)); break;
      case 7: books.greeks(any_of(options), {0.1 * upto(9), 0.01, -0.1, 0.2}, upto(3) == 0); break;
      case 9: coordinate(); break;
      case 10:
        if (upto(9) == 0) reconcile();
        if (upto(19) == 0) books.forget(books.now - seconds{upto(30)});
        break;
      case 8:
        if (upto(3) == 0) books.event("FOMC", upto(1) == 0);
        if (upto(3) == 0) books.equity(50'000.0 * upto(4));
        break;
      default: ask();
    }
  }
};

}  // namespace

TEST_CASE("every answer over a long script is the plain ledger's") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Script script(seed);
    for (int i = 0; i < 700; ++i) {
      script.step();
      if (i % 50 == 0) script.books.same_views();
    }
    script.books.same_views();
    for (const int n : script.decided) CHECK(n > 0);
    script.books.wait(std::chrono::hours{1});
    for (std::uint64_t id = 1; id <= script.requests; ++id) script.books.order(RequestId{id}, OrderStatus::cancelled);
    script.books.forget(script.books.now + seconds{1});
    for (std::uint64_t id = 1; id <= script.requests; ++id) CHECK(!script.books.shared.remembers(RequestId{id}));
    for (int i = 0; i < 50; ++i) script.ask();
    script.books.same_views();
  }
}

TEST_CASE("groups that share no root are islands of their own, and roots in no group are one more") {
  Names names;
  CHECK((*SharedLedger::make(archipelago(), names, ProductTable{})).islands() == 4);
}

TEST_CASE("a group of all roots makes one island of everything") {
  Names names;
  CHECK((*SharedLedger::make(sample_groups(), names, ProductTable{})).islands() == 2);
}

TEST_CASE("a configuration is refused as the plain ledger refuses it") {
  LedgerConfig bad = archipelago();
  bad.limits[3].group = "SPYY";
  Names names;
  const Result<SharedLedger> made = SharedLedger::make(bad, names, ProductTable{});
  REQUIRE(!made);
  CHECK(says(made.error()) == "unknown_name limits[3].group");
}

TEST_CASE("a package of two islands is allowed what the tighter one allows, in both or in none") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  for (const char* root : {"SPY", "TLT", "QQQ", "VIX"}) books.price(root, 20.0);
  const Leg legs[] = {{books.contract("SPY"), 1}, {books.contract("TLT"), -2}};
  const StrategyId c = books.strategy("C");
  Request r{.id = RequestId{1}, .strategy = c, .units = 300, .legs = legs};
  CHECK(books.ask(r).starts_with("denied, max 200: limit_exceeded"));  // TLT: 400 / 2
  r.partial = true;
  CHECK(books.ask(r).starts_with("reduced to 200 of 300: limit_exceeded"));
  books.same_views();
  CHECK(text_of(books.shared.row(1).pending_up) == "200");
  CHECK(text_of(books.shared.row(2).pending_down) == "-400");
  books.order(r.id, OrderStatus::cancelled);
  books.same_views();
  CHECK(text_of(books.shared.row(2).pending_down) == "0");
}

TEST_CASE("the first fill of a package stops its clock in every island") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  for (const char* root : {"SPY", "TLT", "QQQ", "VIX"}) books.price(root, 20.0);
  const ContractId spy = books.contract("SPY");
  const ContractId tlt = books.contract("TLT");
  const Leg legs[] = {{spy, 1}, {tlt, -1}};
  books.ask({.id = RequestId{1}, .strategy = books.strategy("C"), .units = 10, .legs = legs});
  books.ask({.id = RequestId{2}, .strategy = books.strategy("C"), .units = 10, .legs = legs});
  CHECK(books.fill({RequestId{1}, ExecutionId{1}, spy, 10, 1.0}) == "partly_filled, 10 left");
  books.same_views();
  CHECK(books.wait(seconds{60}) == 1);  // the other one
  books.same_views();
  CHECK(books.fill({RequestId{1}, ExecutionId{2}, tlt, -10, 1.0}) == "filled, 0 left");
  CHECK(books.fill({RequestId{2}, ExecutionId{3}, tlt, -10, 1.0}) == "late_fill, 10 left");
  books.same_views();
}

TEST_CASE("a leg that had filled fills late once its package is cancelled") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  for (const char* root : {"SPY", "TLT", "QQQ", "VIX"}) books.price(root, 20.0);
  const ContractId spy = books.contract("SPY");
  const Leg legs[] = {{spy, 1}, {books.contract("TLT"), -1}};
  books.ask({.id = RequestId{1}, .strategy = books.strategy("C"), .units = 10, .legs = legs});
  books.fill({RequestId{1}, ExecutionId{1}, spy, 10, 1.0});
  CHECK(books.order(RequestId{1}, OrderStatus::cancelled) == "cancelled, 10 left");
  CHECK(books.fill({RequestId{1}, ExecutionId{2}, spy, 1, 1.0}) == "late_fill, 10 left");
  books.same_views();
}

TEST_CASE("an id and an execution are known in every island") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  const ContractId spy = books.contract("SPY");
  const ContractId tlt = books.contract("TLT");
  const Leg first[] = {{spy, 1}};
  const Leg second[] = {{tlt, 1}};
  const Leg both[] = {{spy, 1}, {tlt, 1}};
  const StrategyId c = books.strategy("C");
  books.price("VIX", 20.0);
  CHECK(books.ask({.id = RequestId{1}, .strategy = c, .legs = first}).starts_with("approved"));
  CHECK(books.ask({.id = RequestId{1}, .strategy = c, .legs = second}) == "duplicate_id id");
  CHECK(books.ask({.id = RequestId{1}, .strategy = c, .legs = both}) == "duplicate_id id");
  CHECK(books.ask({.id = RequestId{2}, .strategy = c, .legs = both}).starts_with("approved"));
  CHECK(books.ask({.id = RequestId{2}, .strategy = c, .legs = second}) == "duplicate_id id");
  books.fill({RequestId{1}, ExecutionId{1}, spy, 1, 1.0});
  CHECK(books.fill({RequestId{2}, ExecutionId{1}, tlt, 1, 1.0}) == "duplicate, 1 left");
  books.same_views();
}

TEST_CASE("an exit over two islands has to be proved in both") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  books.price("VIX", 20.0);
  const ContractId spy = books.contract("SPY");
  const ContractId tlt = books.contract("TLT");
  const StrategyId c = books.strategy("C");
  const Leg buy[] = {{spy, 1}, {tlt, 1}};
  const Leg sell[] = {{spy, -1}, {tlt, -1}};
  books.ask({.id = RequestId{1}, .strategy = c, .units = 10, .legs = buy});
  books.fill({RequestId{1}, ExecutionId{1}, spy, 10, 1.0});
  books.fill({RequestId{1}, ExecutionId{2}, tlt, 4, 1.0});
  Request exit{.id = RequestId{2}, .strategy = c, .intent = Intent::exit, .units = 6, .legs = sell};
  CHECK(books.ask(exit).starts_with("denied, max 4: exit_not_reducing"));
  exit.partial = true;
  CHECK(books.ask(exit).starts_with("reduced to 4 of 6: exit_not_reducing"));
  books.same_views();
}

TEST_CASE("a prepared request of one island is decided as the plain ledger decides it") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  books.price("VIX", 20.0);
  const Leg legs[] = {{books.contract("TLT"), 1}};
  const StrategyId c = books.strategy("C");
  const Request request{.strategy = c, .legs = legs};
  const PreparedId plain = *books.plain.prepare(request);
  const SharedPrepared shared = *books.shared.prepare(request);
  for (std::uint64_t id = 1; id < 8; ++id)
    CHECK(all_of(books.shared.decide(shared, RequestId{id}, 90, books.said, books.now)) ==
          all_of(books.plain.decide(plain, RequestId{id}, 90, books.now)));
  books.same_views();
  CHECK(books.wait(seconds{60}) == 4);
  books.shared.discard(shared);
  const Leg both[] = {{books.contract("TLT"), 1}, {books.contract("SPY"), 1}};
  const Result<SharedPrepared> refused = books.shared.prepare({.strategy = c, .legs = both});
  REQUIRE(!refused);
  CHECK(says(refused.error()) == "invalid_value legs");
}

TEST_CASE("the other direction held by another strategy stops a package as it stops one leg") {
  TwoBooks books(archipelago_where(true));
  books.equity(250'000.0);
  books.price("VIX", 20.0);
  const ContractId spy = books.contract("SPY");
  const Leg sell[] = {{spy, -1}};
  const Leg both[] = {{spy, 1}, {books.contract("TLT"), 1}};
  books.ask({.id = RequestId{1}, .strategy = books.strategy("B"), .units = 50, .legs = sell});
  books.fill({RequestId{1}, ExecutionId{1}, spy, -50, 1.0});
  const Request package{.id = RequestId{2}, .strategy = books.strategy("C"), .units = 10, .legs = both};
  books.what_if(package);
  CHECK(books.ask(package).starts_with("denied, max 0: conflicting_direction"));
}

TEST_CASE("what has filled of an open package is not forgotten before the package") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  books.price("VIX", 20.0);
  const ContractId spy = books.contract("SPY");
  const ContractId tlt = books.contract("TLT");
  const Leg both[] = {{spy, 1}, {tlt, -1}};
  const Leg one[] = {{tlt, 1}};
  const StrategyId c = books.strategy("C");
  books.ask({.id = RequestId{1}, .strategy = c, .units = 10, .legs = both});
  books.ask({.id = RequestId{2}, .strategy = c, .units = 1, .legs = one});
  books.fill({RequestId{1}, ExecutionId{1}, spy, 10, 1.0});
  books.forget(books.now + seconds{5});
  CHECK(books.fill({RequestId{1}, ExecutionId{1}, spy, 10, 1.0}) == "duplicate, 10 left");
  CHECK(books.fill({RequestId{2}, ExecutionId{1}, tlt, 1, 1.0}) == "duplicate, 1 left");
  CHECK(books.fill({RequestId{1}, ExecutionId{2}, spy, 3, 1.0}) == "overfill, 10 left");
  CHECK(books.order(RequestId{1}, OrderStatus::cancelled) == "cancelled, 10 left");
  books.same_views();
  books.forget(books.now + seconds{5});
  CHECK(!books.shared.remembers(RequestId{1}));
}

TEST_CASE("a package that works lapses never, nor does what may wait for ever") {
  TwoBooks books(archipelago());
  books.equity(250'000.0);
  books.price("VIX", 20.0);
  const Leg both[] = {{books.contract("SPY"), 1}, {books.contract("TLT"), -1}};
  const Leg one[] = {{books.contract("TLT"), 1}};
  const StrategyId c = books.strategy("C");
  books.ask({.id = RequestId{1}, .strategy = c, .units = 10, .legs = both});
  books.ask({.id = RequestId{2}, .strategy = c, .ttl = Duration::max(), .legs = one});
  books.ask({.id = RequestId{3}, .strategy = c, .ttl = Duration::max(), .legs = both});
  CHECK(books.order(RequestId{1}, OrderStatus::working) == "working, 10 left");
  CHECK(books.shared.next_expiry() == std::nullopt);
  CHECK(books.plain.next_expiry() == std::nullopt);
  CHECK(books.shared.expire(Timestamp::max()).empty());
  books.same_views();
}

TEST_CASE("an exit over two islands that leaves a naked short is judged and warned of by the rows of both") {
  TwoBooks books(archipelago());
  books.equity(90'000.0);  // 500 of SPY's delta
  for (const char* root : {"SPY", "TLT", "QQQ", "VIX"}) books.price(root, 20.0);
  const ContractId near = books.contract("SPY   260116C00470000");
  const ContractId far = books.contract("SPY   260220C00470000");
  const ContractId tlt = books.contract("TLT");
  const auto delta = [&](double each) {
    for (const ContractId option : {near, far}) books.greeks(option, {each, 0.0, 0.0, 0.0});
  };
  delta(0.2);
  const StrategyId c = books.strategy("C");
  const auto trade = [&](std::uint64_t id, ContractId what, std::int32_t ratio) {
    const Leg legs[] = {{what, ratio}};
    books.ask({.id = RequestId{id}, .strategy = c, .units = 20, .legs = legs});
    books.fill({RequestId{id}, ExecutionId{id}, what, 20 * ratio, 1.0});
  };
  trade(1, far, 1);
  trade(2, near, -1);
  trade(3, tlt, 1);
  delta(0.3);
  const Leg leave[] = {{far, -1}, {tlt, -1}};
  for (const bool partial : {false, true}) {
    Request exit{.id = RequestId{partial ? 5U : 4U}, .strategy = c, .intent = Intent::exit, .units = 20, .legs = leave};
    exit.partial = partial;
    books.what_if(exit);
    const std::string answer = books.ask(exit);
    CHECK(answer.find("exit_uncovers_short") != std::string::npos);
    CHECK((answer.find("limit_near") != std::string::npos) == partial);
  }
  books.same_views();
}

TEST_CASE("a price told before its root is registered is there when it is") {
  LedgerConfig config = archipelago();
  config.groups[1].members = {{"TLT"}, {"IEF"}};
  config.limits.push_back(limit("TLT", Metric::dollar_delta, 1e6));
  TwoBooks books(config);
  books.equity(250'000.0);
  for (const char* root : {"VIX", "TLT", "IEF"}) books.price(root, 90.0);
  const Leg legs[] = {{books.contract("IEF"), 1}};
  CHECK(books.ask({.id = RequestId{1}, .strategy = books.strategy("C"), .units = 1, .legs = legs})
            .starts_with("approved"));
}
