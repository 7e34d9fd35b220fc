// tests/ledger/zero_residue_test.cpp -- random days against a naive double entry: no exposure is lost or invented.
// SPDX-License-Identifier: MIT
#include "support/dice.hpp"
#include "support/ledger_book.hpp"

#include <doctest/doctest.h>

#include <algorithm>  // std::max
#include <array>      // std::array
#include <cstdint>    // std::uint64_t
#include <cstdlib>    // std::abs
#include <map>        // std::map
#include <utility>    // std::pair

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

const std::array<std::string, 5> instruments = {"SPY", "SPY   260116C00450000", "SPY   260116P00440000",
                                                "SPX   260116P05900000", "ES 2026-03-20"};

/// The books kept the slow way: quantities only, everything added up anew whenever somebody asks.
class SlowBooks {
 public:
  struct Order {
    Answer answer{};
    std::size_t instrument{0};
    std::int64_t wanted{0};  // signed
    std::int64_t filled{0};  // magnitude
    bool open{true};
    bool working{false};
  };
  std::vector<Order> orders{};
  std::map<std::pair<int, std::size_t>, std::int64_t> held{};
  std::array<std::int64_t, instruments.size()> micro{};  // exposure of one contract in SP500

  [[nodiscard]] std::string row() const {
    std::int64_t sum = 0;
    std::int64_t up = 0;
    std::int64_t down = 0;
    for (const auto& [key, quantity] : held) sum += quantity * micro[key.second];
    for (const Order& order : orders) {
      if (!order.open) continue;
      const std::int64_t rest = std::max<std::int64_t>(0, std::abs(order.wanted) - order.filled);
      const std::int64_t part = (order.wanted < 0 ? -rest : rest) * micro[order.instrument];
      (part > 0 ? up : down) += part;
    }
    return "held " + to_text(Micro{sum}) + ", pending " + to_text(Micro{down}) + " +" + to_text(Micro{up});
  }
};

/// One row, and prices and Greeks that do not age.
[[nodiscard]] LedgerConfig wide_open() {
  LedgerConfig c = rows({limit("SP500", Metric::delta, 1e9)});
  c.options.max_greeks_age = 24h;
  c.options.max_quote_age = 24h;
  return c;
}

struct TradingDay {
  explicit TradingDay(std::uint64_t seed) : dice(seed), book(wide_open()) {
    price("SPY", 450 + static_cast<double>(dice.roll(1000)) / 7.0);
    price("SPX", 4500 + static_cast<double>(dice.roll(1000)) / 3.0);
    price("ES", 4510 + static_cast<double>(dice.roll(1000)) / 3.0);
    for (std::size_t i = 1; i < 4; ++i) new_greeks(i);
  }
  void price(std::string_view root, double usd) {
    book.price(root, usd);
    usd_[std::string(root)] = usd;
    recompute();
  }
  void new_greeks(std::size_t instrument) {
    deltas_[instrument] = static_cast<double>(dice.roll(2001) - 1000) / 997.0;
    book.delta(instruments[instrument], deltas_[instrument]);
    recompute();
  }
  /// The fine print's order of multiplications, rounded once.
  void recompute() {
    constexpr std::array<double, instruments.size()> multipliers = {1, 100, 100, 100, 50};
    const std::array<std::string, instruments.size()> roots = {"SPY", "SPY", "SPY", "SPX", "ES"};
    for (std::size_t i = 0; i < instruments.size(); ++i) {
      const double ratio = roots[i] == "SPY" ? 1.0 : usd_[roots[i]] / usd_["SPY"];
      const double delta = i == 0 || i == 4 ? 1.0 : deltas_[i];
      slow.micro[i] = (*to_micro(delta * multipliers[i] * 1.0 * ratio)).raw;
    }
  }
  void open() {
    const int strategy = static_cast<int>(dice.roll(3));
    const auto instrument = static_cast<std::size_t>(dice.roll(instruments.size()));
    const std::int64_t wanted = (dice.roll(50) + 1) * (dice.roll(2) == 0 ? 1 : -1);
    SlowBooks::Order order;
    order.answer = book.ask(contracts(name(strategy), wanted, instruments[instrument]));
    REQUIRE(order.answer.verdict == Verdict::approved);
    order.instrument = instrument;
    order.wanted = wanted;
    owners_.push_back(strategy);
    slow.orders.push_back(order);
  }
  void fill(std::size_t at, std::int64_t contracts) {
    SlowBooks::Order& order = slow.orders[at];
    const std::int64_t quantity = order.wanted < 0 ? -contracts : contracts;
    book.fill(order.answer, instruments[order.instrument], quantity);
    slow.held[{owners_[at], order.instrument}] += quantity;
    order.filled += contracts;
    order.working = true;
    if (order.filled >= std::abs(order.wanted)) order.open = false;
  }
  void order_news(std::size_t at) {
    SlowBooks::Order& order = slow.orders[at];
    const std::int64_t which = dice.roll(3);
    book.order(order.answer, static_cast<OrderStatus>(which));
    if (which == 0) order.working = true;
    if (which != 0) order.open = false;
  }
  void wait() {
    book.wait(std::chrono::seconds{dice.roll(40)});
    for (const ReservationChange& change : book.expired)
      for (SlowBooks::Order& order : slow.orders)
        if (order.answer.id == change.id) {
          CHECK(order.open);
          CHECK(!order.working);
          order.open = false;
        }
    book.expired.clear();
  }
  void something_happens() {
    const std::int64_t what = dice.roll(10);
    if (what < 3 || slow.orders.empty()) return open();
    const auto at = static_cast<std::size_t>(dice.roll(static_cast<std::int64_t>(slow.orders.size())));
    if (what < 6) return fill(at, dice.roll(30) + 1);  // in time, late, or too much
    if (what == 6) return order_news(at);
    if (what == 7) return wait();
    if (what == 8) return new_greeks(static_cast<std::size_t>(dice.roll(3)) + 1);
    price(dice.roll(2) == 0 ? "SPY" : "ES", 440 + static_cast<double>(dice.roll(999)) / 7.0);
  }
  void close_everything() {
    for (std::size_t at = 0; at < slow.orders.size(); ++at) {
      book.order(slow.orders[at].answer, OrderStatus::cancelled);
      slow.orders[at].open = false;
    }
    for (const auto& [key, quantity] : slow.held) {
      if (quantity == 0) continue;
      const Answer exit = book.ask(contracts(name(key.first), -quantity, instruments[key.second]).emergency_exit());
      CAPTURE(says(exit));
      REQUIRE(exit.verdict == Verdict::approved);
      book.fill_all(exit);
    }
    slow.held.clear();
  }
  [[nodiscard]] static std::string name(int strategy) { return std::string(1, static_cast<char>('A' + strategy)); }

  Dice dice;
  LedgerBook book;
  SlowBooks slow{};

 private:
  std::map<std::string, double> usd_{{"SPY", 1.0}, {"SPX", 1.0}, {"ES", 1.0}};
  std::array<double, instruments.size()> deltas_{};
  std::vector<int> owners_{};
};

}  // namespace

TEST_CASE("after every event of a random day the row is what a slow count says, and zero after the last exit") {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    CAPTURE(seed);
    TradingDay day(seed);
    for (int event = 0; event < 80; ++event) {
      day.something_happens();
      REQUIRE(day.book.row("SP500") == day.slow.row());
    }
    day.close_everything();
    REQUIRE(day.book.row("SP500") == "held 0, pending 0 +0");
  }
}
