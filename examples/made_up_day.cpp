// examples/made_up_day.cpp -- optcoord-made-up-day: a trading day that never was, as minute bars in CSV files.
// SPDX-License-Identifier: MIT
//
//   optcoord-made-up-day DIR
//
// Writes DIR/spy_minute_trades.csv, spy_option_quotes.csv, es_minute_trades.csv and es_option_quotes.csv: Friday
// 2025-06-13, SPY near 450 and the ES future ten times that, eighteen options that expire between the same day and
// the year after. The seed is fixed and no part of it comes from a library that may differ between machines, so that
// every run writes the same files. As in real files a bar is there only when a quote changed, and worthless options
// have no bid. SPY's bars are stamped in New York time, ES's own in Chicago time.
#include <optcoord/core/time.hpp>              // Date, Timestamp
#include <optcoord/market/contract.hpp>        // Right
#include <optcoord/market/new_york.hpp>        // from_new_york
#include <optcoord/pricing/black_scholes.hpp>  // greeks

#include <algorithm>  // std::max
#include <chrono>     // std::chrono::minutes
#include <cmath>      // std::floor, std::log
#include <cstdint>    // std::int64_t
#include <fstream>    // std::ofstream
#include <iostream>
#include <random>  // std::mt19937_64: its numbers are fixed by the standard, its distributions are not
#include <string>  // std::string
#include <vector>  // std::vector

namespace {

using namespace optcoord;
using std::chrono::minutes;

constexpr Date today{std::chrono::year{2025}, std::chrono::June, std::chrono::day{13}};
constexpr int bars = 390;  // 09:30 to 16:00
constexpr double rate = 0.04;
constexpr double spy_yield = 0.012;
constexpr std::int64_t es_per_spy = 10;

/// Numbers that are the same on every machine.
class Chance {
 public:
  /// Uniform over 0 <= x < 1.
  [[nodiscard]] double uniform() {
    constexpr int unused_bits = 11;
    constexpr double two_to_minus_53 = 1.0 / 9007199254740992.0;
    return static_cast<double>(engine_() >> unused_bits) * two_to_minus_53;
  }
  /// Close enough to a standard normal: twelve uniforms less their mean.
  [[nodiscard]] double normal() {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += uniform();
    return sum;
  }
  [[nodiscard]] int between(int low, int high) { return low + static_cast<int>(uniform() * (high - low + 1)); }

 private:
  std::mt19937_64 engine_{20250613};
};

/// Whole cents as "450.25".
[[nodiscard]] std::string dollars(std::int64_t cents) {
  std::string text = std::to_string(cents / 100) + ".";
  detail::put_digits(text, cents % 100, 2);
  return text;
}

/// Open, high, low and close of a minute, cents.
struct Bar {
  std::int64_t open{0};
  std::int64_t high{0};
  std::int64_t low{0};
  std::int64_t close{0};

  [[nodiscard]] std::string text() const {
    return dollars(open) + "," + dollars(high) + "," + dollars(low) + "," + dollars(close);
  }
};

/// "2025-06-13,09:30:00" for the bar's start, `ahead` of New York's clock.
[[nodiscard]] std::string stamp(int bar, minutes ahead = minutes{0}) {
  const auto clock = minutes{9 * 60 + 30 + bar} + ahead;
  std::string text = to_text(today) + ",";
  detail::put_digits(text, clock.count() / 60, 2);
  text += ':';
  detail::put_digits(text, clock.count() % 60, 2);
  return text + ":00";
}

/// SPY's minutes: a random walk of about 0.6 % a day.
[[nodiscard]] std::vector<Bar> walk(Chance& chance) {
  constexpr std::int64_t start = 45'000;
  constexpr double cents_a_minute = 14.0;
  std::vector<Bar> out;
  std::int64_t last = start;
  for (int i = 0; i < bars; ++i) {
    Bar bar;
    bar.open = last;
    bar.close = last + static_cast<std::int64_t>(std::floor(cents_a_minute * chance.normal() + 0.5));
    bar.high = std::max(bar.open, bar.close) + chance.between(0, 6);
    bar.low = std::min(bar.open, bar.close) - chance.between(0, 6);
    last = bar.close;
    out.push_back(bar);
  }
  return out;
}

struct Listed {
  Date expiry;
  int strike;
  Right right;
};

/// A volatility for each expiry, higher for low strikes; same-day options most, as before an announcement.
[[nodiscard]] double volatility(double years, double spot, double strike) {
  constexpr double a_day = 1.0 / 365;
  if (years < a_day) return 0.40;
  const double skew = -0.2 * std::log(strike / spot);
  return std::max(0.08, (years < 0.05 ? 0.14 : 0.165) + skew);
}

/// What differs between SPY's options and those on the future.
struct Market {
  std::string root;
  std::int64_t scale;     ///< times SPY's price
  std::int64_t tick;      ///< cents
  double dividend_yield;  ///< an option on a future carries at the rate
  std::vector<Listed> listed;
};

/// Bid and ask in cents; a bid of 0 is no bid.
struct Sides {
  std::int64_t bid{0};
  std::int64_t ask{0};
  friend bool operator==(const Sides&, const Sides&) = default;
};

[[nodiscard]] Sides quote(const Market& market, const Listed& option, std::int64_t spot_cents, Timestamp now,
                          Chance& chance) {
  const double spot = static_cast<double>(spot_cents) / 100;
  const Timestamp expiry = from_new_york(option.expiry, std::chrono::hours{16});
  const double strike = option.strike;
  const pricing::OptionTerms terms{option.right,         spot, strike, pricing::years(expiry - now), rate,
                                   market.dividend_yield};
  const double value = 100 * pricing::greeks(terms, volatility(terms.years, spot, strike)).value;
  const auto tick = static_cast<double>(market.tick);
  const double half_spread = tick * 0.5 + value * 0.004;
  const double noise = tick * 0.5 * (chance.uniform() - 0.5);
  const auto ticks = [&](double cents) { return static_cast<std::int64_t>(cents / tick) * market.tick; };
  Sides sides;
  sides.bid = ticks(std::max(0.0, std::floor(value + noise - half_spread)));
  sides.ask = std::max(sides.bid, ticks(value + noise + half_spread)) + market.tick;
  return sides;
}

/// One side of a row: open, high, low, close and size; blank when there is no quote.
[[nodiscard]] std::string side(std::int64_t before, std::int64_t now, int size) {
  if (now == 0) return ",,,,0";
  const std::int64_t open = before == 0 ? now : before;
  return Bar{open, std::max(open, now), std::min(open, now), now}.text() + "," + std::to_string(size);
}

/// The options' file: contract by contract, as vendors' files are.
[[nodiscard]] std::string option_rows(const Market& market, const std::vector<Bar>& spy, Chance& chance) {
  std::string out =
      "date,time,expiry,strike,right,bid_open,bid_high,bid_low,bid_close,bid_size,"
      "ask_open,ask_high,ask_low,ask_close,ask_size\n";
  for (const Listed& option : market.listed) {
    Sides before;
    for (int i = 0; i < bars; ++i) {
      const Timestamp end = from_new_york(today, minutes{9 * 60 + 31 + i});
      const Sides now = quote(market, option, spy[static_cast<std::size_t>(i)].close * market.scale, end, chance);
      const int bid_size = chance.between(1, 60);
      const int ask_size = chance.between(1, 60);
      if (now == before) continue;
      out += stamp(i) + "," + to_text(option.expiry) + "," + std::to_string(option.strike) +
             (option.right == Right::call ? ",C," : ",P,") + side(before.bid, now.bid, bid_size) + "," +
             side(before.ask, now.ask, ask_size) + "\n";
      before = now;
    }
  }
  return out;
}

[[nodiscard]] std::string underlying_rows(const std::vector<Bar>& spy, std::int64_t scale, minutes ahead,
                                          Chance& chance) {
  std::string out = "date,time,open,high,low,close,volume\n";
  for (int i = 0; i < bars; ++i) {
    const Bar& bar = spy[static_cast<std::size_t>(i)];
    const Bar scaled{bar.open * scale, bar.high * scale, bar.low * scale, bar.close * scale};
    out += stamp(i, ahead) + "," + scaled.text() + "," + std::to_string(chance.between(1'000, 200'000)) + "\n";
  }
  return out;
}

[[nodiscard]] Date date(int year, unsigned month, unsigned day) {
  return Date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
}

[[nodiscard]] Market spy_options() {
  const Date next_week = date(2025, 6, 20);
  const Date autumn = date(2025, 10, 17);
  const Date leap = date(2026, 6, 18);
  return {"SPY",
          1,
          1,
          spy_yield,
          {{today, 442, Right::put},
           {today, 446, Right::put},
           {today, 450, Right::put},
           {today, 450, Right::call},
           {today, 454, Right::call},
           {today, 458, Right::call},
           {next_week, 440, Right::put},
           {next_week, 460, Right::call},
           {autumn, 370, Right::put},
           {autumn, 410, Right::put},
           {autumn, 420, Right::put},
           {leap, 400, Right::put},
           {leap, 380, Right::call},
           {leap, 470, Right::call}}};
}

[[nodiscard]] Market es_options() {
  const Date summer = date(2025, 7, 18);
  return {"ES",
          es_per_spy,
          25,
          rate,
          {{summer, 4100, Right::put},
           {summer, 4250, Right::put},
           {summer, 4700, Right::call},
           {summer, 4850, Right::call}}};
}

[[nodiscard]] bool write(const std::string& path, const std::string& text) {
  std::ofstream out(path, std::ios::binary);
  out << text;
  out.close();
  if (!out) std::cerr << "optcoord-made-up-day: " << path << " cannot be written\n";
  return !out.fail();
}

}  // namespace

int main(int argc, char** argv) {
  const std::string directory = argc == 2 ? argv[1] : "--help";
  if (directory.substr(0, 1) == "-") {
    std::cerr << "usage: optcoord-made-up-day DIR\nWrites the minute bars of a made-up 2025-06-13 into DIR.\n";
    return argc == 2 && directory == "--help" ? 0 : 2;
  }
  Chance chance;
  const std::vector<Bar> spy = walk(chance);
  const minutes chicago{-60};
  const bool good = write(directory + "/spy_minute_trades.csv", underlying_rows(spy, 1, minutes{0}, chance)) &&
                    write(directory + "/es_minute_trades.csv", underlying_rows(spy, es_per_spy, chicago, chance)) &&
                    write(directory + "/spy_option_quotes.csv", option_rows(spy_options(), spy, chance)) &&
                    write(directory + "/es_option_quotes.csv", option_rows(es_options(), spy, chance));
  return good ? 0 : 2;
}
