// tests/support/expiry_world.hpp -- a few positions, one close and a clock, for the expiry planner's tests.
// SPDX-License-Identifier: MIT
//
// SPY options of 2026-01-16 unless said otherwise, closing 16:00 New York (21:00 UTC). Example:
//
//   ExpiryWorld w;
//   w.hold("SPY   260116P00635000", -1, 629.92, 5.00, 5.10);
//   CHECK(w.at_minutes(28.75).row(0).level == RiskLevel::high);
#pragma once

#include <optcoord/exercise/planner.hpp>

#include <doctest/doctest.h>

#include <cmath>        // std::llround
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

#include "support/times.hpp"

namespace optcoord::test {

inline const std::string close_of_day = "2026-01-16T21:00:00Z";

[[nodiscard]] inline std::string spy(char right, int strike) {
  const std::string digits = std::to_string(strike * 1000);
  return "SPY   260116" + std::string(1, right) + std::string(8 - digits.size(), '0') + digits;
}

class ExpiryWorld {
 public:
  explicit ExpiryWorld(ExerciseConfig config = {}) : policy(*ExercisePolicy::make(std::move(config))) {
    REQUIRE(sessions.set("*", {at("2026-01-16T14:30:00Z"), close}).has_value());
  }

  Timestamp close{at(close_of_day)};
  Timestamp now{at(close_of_day)};
  SessionBook sessions{};
  ProductTable products{};
  std::vector<Dividend> dividends{};
  std::optional<double> rate{};
  ExercisePolicy policy;
  ExerciseState state{};
  std::vector<ExpiryPosition> positions{};
  ExpiryPlan plan{};

  /// The clock keeps quotes and spots fresh; volatility is 20 %.
  ExpiryWorld& hold(std::string_view contract, std::int64_t quantity, double spot, double bid = 1.00, double ask = 1.10,
                    std::uint32_t strategy = 1) {
    ExpiryPosition p;
    p.strategy = StrategyId{strategy};
    p.id = ContractId{static_cast<std::uint32_t>(positions.size())};
    p.contract = *parse_contract(contract);
    p.quantity = quantity;
    p.terms = exercise_terms(p.contract, products.find(p.contract.root()));
    p.spot = Price{spot, now};
    p.quote = {bid, ask};
    p.iv = 0.20;
    positions.push_back(p);
    return *this;
  }
  /// Moves the clock to `minutes` before the close; prices stay fresh.
  ExpiryWorld& at_minutes(double minutes) { return at_time(close - Duration{std::llround(minutes * 60e9)}); }
  ExpiryWorld& at_time(Timestamp t) {
    now = t;
    for (ExpiryPosition& p : positions) {
      if (p.spot) p.spot->at = t;
      p.quoted_at = t;
    }
    return look();
  }
  ExpiryWorld& look() {
    plan = assess(positions, market(), policy, state, now);
    return *this;
  }
  ExpiryWorld& mode(ExerciseMode m) {
    set_mode(state, m);
    return *this;
  }
  ExpiryWorld& fails(std::size_t position, int times = 1) {
    for (int i = 0; i < times; ++i) result(position, false);
    return *this;
  }
  ExpiryWorld& succeeds(std::size_t position, std::optional<std::int64_t> filled = {}) {
    return result(position, true, filled);
  }
  ExpiryWorld& result(std::size_t position, bool success, std::optional<std::int64_t> filled = {}) {
    const CloseKey k = key(position);
    const CloseResult r{k.strategy, k.contract, success, std::nullopt, filled};
    REQUIRE(close_result(state, policy, r, session(position), now));
    return *this;
  }
  /// The broker reports so many contracts of the position closed.
  ExpiryWorld& filled(std::size_t position, std::int64_t contracts) {
    std::int64_t& quantity = positions[position].quantity;
    quantity += quantity < 0 ? contracts : -contracts;
    position_filled(state, key(position), contracts, session(position));
    return *this;
  }
  ExpiryWorld& stop(std::uint64_t id, std::size_t position, std::int64_t quantity) {
    REQUIRE(stop_working(state, {StopId{id}, positions[position].strategy, positions[position].id, quantity, 2.0}));
    return *this;
  }
  ExpiryWorld& quote(std::size_t position, Quote q) {
    positions[position].quote = q;
    return look();
  }
  [[nodiscard]] Date session(std::size_t i) const { return session_date(positions[i].contract.root(), sessions, now); }
  [[nodiscard]] ExpiryMarket market() const { return {sessions, dividends, rate}; }
  [[nodiscard]] const Assessment& row(std::size_t i) const { return plan.positions.at(i); }
  [[nodiscard]] CloseKey key(std::size_t i) const { return {positions[i].strategy, positions[i].id}; }

  /// "close 1.05", "escalate no_quote", "warn".
  [[nodiscard]] std::string says(std::size_t i) const {
    const Assessment& a = row(i);
    std::string out(text(a.action));
    if (a.reason != Code::none) out += ' ' + std::string(text(a.reason));
    if (!a.order) return out;
    return out + (a.order->limit_price ? " " + cents(*a.order->limit_price) : " market");
  }
  /// The queue as places of positions: "0 2 1".
  [[nodiscard]] std::string queue() const {
    std::string out;
    for (const QueueEntry& e : plan.queue)
      out += (out.empty() ? "" : " ") + std::to_string(plan.positions[e.row].position);
    return out;
  }

 private:
  [[nodiscard]] static std::string cents(double usd) {
    const long long c = std::llround(usd * 100);
    return std::to_string(c / 100) + '.' + std::to_string(c / 10 % 10) + std::to_string(c % 10);
  }
};

[[nodiscard]] inline ExpiryWorld active(ExerciseConfig config = {}) {
  config.mode = ExerciseMode::active;
  return ExpiryWorld(std::move(config));
}

}  // namespace optcoord::test
