// bench/replay_lines.cpp -- events per second from text to text, in memory: decode, step, encode.
// SPDX-License-Identifier: MIT
//
// Reported, not gated. The lines are a made-up trading day: every minute a quote, forty options whose Greeks are
// computed from their mids, and an order's life of request, working, fill or cancel.
#include "ratio.hpp"

#include <optcoord/desk/desk.hpp>
#include <optcoord/pricing/black_scholes.hpp>
#include <optcoord/protocol/decoder.hpp>
#include <optcoord/protocol/encode.hpp>

#include <fmt/format.h>

#include <chrono>  // std::chrono::minutes
#include <cmath>   // std::sin
#include <memory>  // std::shared_ptr

namespace optcoord::bench {

namespace {

constexpr int minutes = 200;
constexpr int strikes = 20;
constexpr int first_strike = 431;
constexpr double volatility = 0.2;
constexpr double rate = 0.04;

using Lines = std::vector<std::string>;

/// Which events a day has beside its quotes.
struct Kinds {
  bool options{false};
  bool orders{false};
};

[[nodiscard]] Timestamp opening() { return Timestamp{std::chrono::seconds{1'767'623'400}}; }  // 2026-01-05 14:30 UTC
[[nodiscard]] Timestamp expiry() { return Timestamp{std::chrono::seconds{1'768'597'200}}; }   // 2026-01-16 21:00 UTC

[[nodiscard]] std::string contract(Right right, int strike) {
  return fmt::format("SPY   260116{}{:05}000", right == Right::call ? 'C' : 'P', strike);
}

void add_options(Lines& lines, Timestamp t, double spot) {
  for (const Right right : {Right::call, Right::put}) {
    for (int strike = first_strike; strike < first_strike + strikes; ++strike) {
      const pricing::OptionTerms terms{right, spot, static_cast<double>(strike), pricing::years(expiry() - t), rate, 0};
      const double mid = pricing::value(terms, volatility);
      lines.push_back(fmt::format(R"({{"type":"option","t":"{}","contract":"{}","bid":{:.3f},"ask":{:.3f}}})",
                                  to_text(t), contract(right, strike), mid - 0.005, mid + 0.005));
    }
  }
}

/// A vertical put spread, approved; half of them are filled, and a second request far too large is denied.
void add_order(Lines& lines, Timestamp t, int number) {
  const std::string time = to_text(t);
  const std::string sold = contract(Right::put, first_strike + 10);
  const std::string bought = contract(Right::put, first_strike + 5);
  const auto request = [&](char kind, int units) {
    lines.push_back(fmt::format(R"({{"type":"request","t":"{}","id":"{}{}","strategy":"LT112","intent":"open",)"
                                R"("units":{},"legs":[{{"contract":"{}","ratio":-1}},{{"contract":"{}","ratio":1}}]}})",
                                time, kind, number, units, sold, bought));
  };
  const auto order = [&](const char* status) {
    lines.push_back(fmt::format(R"({{"type":"order","t":"{}","request":"a{}","status":"{}"}})", time, number, status));
  };
  const auto fill = [&](const std::string& leg, int quantity) {
    lines.push_back(fmt::format(R"({{"type":"fill","t":"{}","request":"a{}","exec":"e{}{}","leg":"{}",)"
                                R"("quantity":{},"price":2.5}})",
                                time, number, number, quantity < 0 ? "s" : "b", leg, quantity));
  };
  request('a', 1);
  request('b', 100'000);
  order("working");
  if (number % 2 == 0) {
    fill(sold, -1);
    fill(bought, 1);
  } else {
    order("cancelled");
  }
}

[[nodiscard]] Lines day(Kinds kinds) {
  Lines lines;
  const std::string start = to_text(opening());
  lines.push_back(fmt::format(R"({{"type":"account","t":"{}","equity":250000}})", start));
  lines.push_back(fmt::format(R"({{"type":"rates","t":"{}","rate":{}}})", start, rate));
  lines.push_back(fmt::format(R"({{"type":"quote","t":"{}","root":"SPY","price":440}})", start));
  add_options(lines, opening(), 440);
  for (int minute = 1; minute <= minutes; ++minute) {
    const Timestamp t = opening() + std::chrono::minutes{minute};
    const double spot = 440 + 3 * std::sin(minute * 0.05);
    lines.push_back(fmt::format(R"({{"type":"quote","t":"{}","root":"SPY","price":{:.2f}}})", to_text(t), spot));
    if (kinds.options) add_options(lines, t, spot);
    if (!kinds.orders) continue;
    const int each_minute = kinds.options ? 1 : 20;
    for (int i = 0; i < each_minute; ++i) add_order(lines, t, minute * each_minute + i);
  }
  return lines;
}

[[nodiscard]] DeskConfig config() {
  const auto limit = [](const char* group, Metric metric, const char* strategy, double bound) {
    LimitConfig row;
    row.group = group;
    row.metric = metric;
    row.strategy = strategy;
    row.lower = -bound;
    row.upper = bound;
    return row;
  };
  DeskConfig c;
  c.ledger.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}}},
                     {.name = "ACCOUNT", .reference = "SPY", .members = {}, .all_roots = true}};
  c.ledger.limits = {limit("SPY", Metric::delta, "", 100'000), limit("SPY", Metric::delta, "LT112", 60'000),
                     limit("ACCOUNT", Metric::gamma, "", 50'000), limit("ACCOUNT", Metric::theta, "", 50'000),
                     limit("ACCOUNT", Metric::vega, "", 100'000)};
  c.ledger.options.max_greeks_age = std::chrono::hours{24};
  return c;
}

[[nodiscard]] Batch replay(const Lines& lines, bool orders) {
  constexpr std::size_t large = std::size_t{1} << 18U;
  Desk desk = *Desk::make(config());
  protocol::Decoder decoder;
  std::string out;
  out.reserve(2 * large);
  std::int64_t seq = 0;
  std::int64_t refused = 0;
  std::uint64_t answers = 0;
  Stopwatch watch;
  watch.start();
  for (const std::string& line : lines) {
    ++seq;
    const auto event = decoder.decode(line);
    auto sink = [&](const Output& output) {
      ++answers;
      protocol::append_line(out, output, seq, event->t, desk.names(), decoder);
    };
    if (!event || !desk.step(*event, sink)) ++refused;
    if (out.size() >= large) out.clear();
    decoder.forget([&](auto id) { return desk.remembers(id); });
  }
  watch.stop(lines.size());
  expect(refused == 0, "a line was refused");
  expect((answers > 0) == orders, "orders and answers do not match");
  return watch.batch();
}

[[nodiscard]] std::function<Arms()> arms(Kinds kinds) {
  return [kinds] {
    const auto lines = std::make_shared<const Lines>(day(kinds));
    return Arms{[lines, kinds] { return replay(*lines, kinds.orders); }, {}};
  };
}

}  // namespace

std::vector<Line> replay_lines() {
  std::vector<Line> lines;
  lines.push_back({.name = "replay.day",
                   .about = "JSON lines in memory to JSON lines: quotes, options by their mids, an order a minute",
                   .slow = 50,
                   .make = arms({.options = true, .orders = true})});
  lines.push_back({.name = "replay.options",
                   .about = "the same without orders: nine events in ten of a real day",
                   .slow = 50,
                   .make = arms({.options = true, .orders = false})});
  lines.push_back({.name = "replay.orders",
                   .about = "orders alone: requests approved and denied, working, filled or cancelled",
                   .slow = 50,
                   .make = arms({.options = false, .orders = true})});
  return lines;
}

}  // namespace optcoord::bench
