// tests/support/closing_day.hpp -- a desk on the day its options expire: positions, prices and a clock to the close.
// SPDX-License-Identifier: MIT
//
// SPY options of Friday 2026-01-16, closing 16:00 New York (21:00 UTC) unless said otherwise. Example:
//
//   ClosingDay d(in_mode(ExerciseMode::active));
//   d.hold("A", spy_at('P', 635), -1).quote(spy_at('P', 635), 5.00, 5.10).spot(629.92);
//   CHECK(d.at_minutes(4).says("A", spy_at('P', 635)) == "close 5.05");
#pragma once

#include "support/desk_book.hpp"
#include "support/times.hpp"

#include <cmath>        // std::llround
#include <map>          // std::map
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::move, std::pair
#include <vector>       // std::vector

namespace optcoord::test {

/// A SPY option of the day.
[[nodiscard]] inline std::string spy_at(char right, int strike) {
  const std::string digits = std::to_string(strike * 1000);
  return "SPY   260116" + std::string(1, right) + std::string(8 - digits.size(), '0') + digits;
}

[[nodiscard]] inline ExerciseConfig in_mode(ExerciseMode mode) {
  ExerciseConfig c;
  c.mode = mode;
  return c;
}
[[nodiscard]] inline DeskConfig closing(std::optional<ExerciseConfig> exercise) {
  DeskConfig c;
  c.exercise = std::move(exercise);
  return c;
}

class ClosingDay {
 public:
  explicit ClosingDay(ExerciseConfig config, std::optional<std::string_view> closes = "2026-01-16T21:00:00Z")
      : book(closing(std::move(config))), close_(at(closes.value_or("2026-01-16T21:00:00Z"))) {
    book.tick_at(at("2026-01-16T14:00:00Z"));
    if (closes) session("*");
  }

  DeskBook book;

  void session(std::string_view root) { book.tell(SessionEvent{root, at("2026-01-16T14:30:00Z"), close_}); }
  /// The broker's positions, one more.
  ClosingDay& hold(std::string_view strategy, std::string_view contract, std::int64_t quantity) {
    positions_[{std::string(strategy), std::string(contract)}] = quantity;
    report_positions();
    return *this;
  }
  void report_positions() {
    PositionsEvent e;
    for (const auto& [key, quantity] : positions_) e.positions.push_back({key.second, quantity, key.first});
    book.tell(e);
  }
  ClosingDay& quote(const std::string& contract, std::optional<double> bid, std::optional<double> ask) {
    OptionEvent e;
    e.contract = contract;
    e.quote = {bid, ask};
    e.iv = 0.20;
    quotes_[contract] = e.quote;
    book.tell(e);
    return *this;
  }
  ClosingDay& spot(double usd, std::string_view root = "SPY") {
    spots_[std::string(root)] = usd;
    book.price(root, usd);
    return *this;
  }
  /// Moves the clock to `minutes` before the close; spots and quotes come again, so that they are fresh. Then looks.
  ClosingDay& at_minutes(double minutes) { return at_time(close_ - Duration{std::llround(minutes * 60e9)}); }
  ClosingDay& at_time(Timestamp t) {
    book.tick_at(t);
    for (const auto& [root, usd] : spots_) spot(usd, root);
    const auto quotes = quotes_;
    for (const auto& [contract, q] : quotes) quote(contract, q.bid, q.ask);
    return look();
  }
  ClosingDay& after(Duration time) { return at_time(book.now() + time); }
  ClosingDay& look(std::optional<ExerciseMode> mode = {}) {
    plan = book.expiry(mode);
    return *this;
  }
  ClosingDay& fails(std::string_view strategy, const std::string& contract, int times = 1) {
    for (int i = 0; i < times; ++i) book.tell(CloseResultEvent{strategy, contract, false, {}, {}});
    return *this;
  }
  ClosingDay& closes(std::string_view strategy, const std::string& contract, double usd) {
    book.tell(CloseResultEvent{strategy, contract, true, usd, {}});
    return *this;
  }
  void kill(bool on) { book.tell(KillSwitchEvent{on, "ann"}); }

  [[nodiscard]] const Assessment& row(std::string_view strategy, std::string_view contract) const {
    for (const Assessment& a : plan.positions)
      if (name(a) == std::string(strategy) + ' ' + std::string(contract)) return a;
    FAIL("no such position: ", std::string(contract));
    return plan.positions.front();
  }
  /// "close 1.05", "escalate no_quote", "warn".
  [[nodiscard]] std::string says(std::string_view strategy, std::string_view contract) const {
    const Assessment& a = row(strategy, contract);
    std::string out(text(a.action));
    if (a.reason != Code::none) out += ' ' + std::string(text(a.reason));
    if (!a.order) return out;
    return out + (a.order->limit_price ? " " + cents(*a.order->limit_price) : " market");
  }
  /// What is to be done, in order.
  [[nodiscard]] Lines queue() const {
    Lines out;
    for (const QueueEntry& e : plan.queue)
      out.push_back(std::string(text(e.action)) + ' ' + std::to_string(e.quantity) + ' ' + name(plan.positions[e.row]));
    return out;
  }
  [[nodiscard]] ExerciseReport report() const { return book.desk().exercise_report().value(); }

  ExpiryPlan plan{};

 private:
  [[nodiscard]] std::string name(const Assessment& a) const {
    const Names& names = book.desk().names();
    return std::string(names.strategies.text(a.strategy)) + ' ' + std::string(names.contracts.text(a.contract));
  }
  [[nodiscard]] static std::string cents(double usd) {
    const long long c = std::llround(usd * 100);
    return std::to_string(c / 100) + '.' + std::to_string(c / 10 % 10) + std::to_string(c % 10);
  }

  Timestamp close_;
  std::map<std::pair<std::string, std::string>, std::int64_t> positions_{};
  std::map<std::string, Quote> quotes_{};
  std::map<std::string, double> spots_{};
};

}  // namespace optcoord::test
