// tests/support/ipmcc_world.hpp -- SPY at 450 on a Monday, its chain priced at one volatility, and books in one line.
// SPDX-License-Identifier: MIT
//
//   IpmccWorld world;                      // 2026-01-05 10:00 New York; weeklies to 01-09, LEAPs to 2027
//   world.plan().path                      // create
//   world.hold(world.leap(370), 2, 95.0);  // two LEAPs bought at 95
#pragma once

#include "support/times.hpp"

#include <optcoord/ipmcc/assignment.hpp>
#include <optcoord/ipmcc/book.hpp>
#include <optcoord/ipmcc/planner.hpp>
#include <optcoord/ipmcc/policy.hpp>
#include <optcoord/ipmcc/reconcile.hpp>
#include <optcoord/ipmcc/rolls.hpp>
#include <optcoord/ipmcc/words.hpp>

#include <doctest/doctest.h>

#include <cmath>     // std::floor
#include <cstdint>   // std::int64_t
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord::test {

inline const Contract spy_share = *Contract::share("SPY");

[[nodiscard]] inline Contract call(const char* expiry, double strike) {
  return *Contract::option("SPY", day(expiry), Right::call, static_cast<std::int64_t>(strike * 1000 + 0.5));
}
[[nodiscard]] inline Contract put(const char* expiry, double strike) {
  return *Contract::option("SPY", day(expiry), Right::put, static_cast<std::int64_t>(strike * 1000 + 0.5));
}

inline constexpr const char* this_friday = "2026-01-09";   // 4 days
inline constexpr const char* next_friday = "2026-01-16";   // 11 days
inline constexpr const char* next_monday = "2026-01-12";   // 7 days
inline constexpr const char* next_january = "2027-01-15";  // 375 days, the nearest to 365
inline constexpr const char* in_december = "2026-12-18";   // 347 days

/// A policy; the rule is the only key that must be given.
[[nodiscard]] inline IpmccConfig rules_with(StrikeRule rule) {
  IpmccConfig c;
  c.strike_rule = rule;
  if (rule == StrikeRule::target_delta) c.target_delta = 0.30;
  return c;
}

/// SPY's chain and whoever trades on it.
struct IpmccWorld {
  Timestamp now{at("2026-01-05T15:00:00Z")};
  double spot{450};
  double vol{0.20};
  double rate{0.04};
  IpmccConfig config{rules_with(StrikeRule::above_leap)};
  std::vector<ipmcc::ChainOption> chain{};
  ipmcc::Book book{};
  std::optional<double> account_value{1'000'000};
  ipmcc::Market extra{};  ///< all but what the world itself says
  std::uint64_t next_order{1};

  IpmccWorld() { list_usual_chain(); }

  [[nodiscard]] ipmcc::ChainOption quoted(const Contract& c) const {
    const Timestamp close = from_new_york(c.expiry, usual_close);
    const pricing::OptionTerms terms{c.right, spot, c.strike(), pricing::years(close - now), rate, 0};
    const pricing::OptionGreeks g = pricing::greeks(terms, vol);
    const double cents = std::floor(g.value * 100) / 100;
    ipmcc::ChainOption o;
    o.contract = c;
    o.quote = {std::max(0.01, cents - 0.05), std::max(0.02, cents + 0.05)};
    o.iv = vol;
    o.greeks = {g.delta, g.gamma, g.theta, g.vega};
    o.at = now;
    return o;
  }
  void list(const char* expiry, double from, double until, double step) {
    for (double strike = from; strike <= until; strike += step)
      for (const Right right : {Right::call, Right::put}) {
        const Contract c = right == Right::call ? call(expiry, strike) : put(expiry, strike);
        chain.push_back(quoted(c));
      }
  }
  /// 5-dollar strikes 300 to 600 of nine expiries.
  void list_usual_chain() {
    chain.clear();
    for (const char* expiry : {"2026-01-05", "2026-01-07", this_friday, next_monday, next_friday, "2026-03-20",
                               in_december, next_january, "2028-01-21"})
      list(expiry, 300, 600, 5);
  }
  [[nodiscard]] ipmcc::ChainOption& entry(const Contract& c) {
    for (ipmcc::ChainOption& o : chain)
      if (o.contract == c) return o;
    FAIL("not in the chain: " << to_text(c));
    return chain.front();
  }
  [[nodiscard]] ipmcc::Market market() const {
    ipmcc::Market m = extra;
    m.underlying = spy_share;
    if (!no_spot) m.spot = spot;
    m.chain = chain;
    if (!no_rate) m.rate = rate;
    return m;
  }
  bool no_spot{false};
  bool no_rate{false};

  [[nodiscard]] IpmccPolicy policy() const {
    const Result<IpmccPolicy> made = IpmccPolicy::make(config);
    REQUIRE(made);
    return *made;
  }
  [[nodiscard]] ipmcc::Plan plan() const {
    return ipmcc::make_plan(policy(), book.state(), market(), account_value, now);
  }
  [[nodiscard]] std::vector<ipmcc::Plan> rolls() const {
    return ipmcc::due_rolls(policy(), book.state(), market(), now);
  }
  /// Puts calls into the book, as traded outside.
  void hold(const Contract& c, std::int64_t quantity, std::optional<double> price = std::nullopt) {
    REQUIRE(book.fill({std::nullopt, c, quantity, price}, now));
  }
  /// Sends a plan as one order. \returns its number.
  RequestId send(const ipmcc::Plan& plan) {
    const RequestId id{next_order++};
    const Result<void> placed = book.place(ipmcc::order_of(plan, id));
    REQUIRE_MESSAGE(placed, std::string(placed ? "" : placed.error().field));
    return id;
  }
  void fill(RequestId id, const Contract& c, std::int64_t quantity, std::optional<double> price = 1.0) {
    REQUIRE(book.fill({id, c, quantity, price}, now));
  }
  [[nodiscard]] std::vector<ipmcc::Orphan> orphans() const { return ipmcc::orphans(book.state(), spy_share); }
};

[[nodiscard]] inline std::string step_text(const ipmcc::Step& s) {
  return std::string(ipmcc::text(s.action)) + ' ' + std::to_string(s.quantity) + ' ' + to_text(s.contract);
}

}  // namespace optcoord::test
