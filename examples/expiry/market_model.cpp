// examples/expiry/market_model.cpp -- diffusion with jumps, closed-form quotes, fills by how far the market went.
// SPDX-License-Identifier: MIT
#include "market_model.hpp"

#include <optcoord/exercise/scores.hpp>  // minutes_per_session, minutes_per_year
#include <optcoord/pricing/black_scholes.hpp>

#include <algorithm>  // std::clamp, std::max
#include <cmath>      // std::ceil, std::cos, std::exp, std::floor, std::log, std::round, std::sqrt
#include <numbers>    // std::numbers::pi

namespace optcoord::expiry_program {
namespace {

constexpr double minutes_per_step = static_cast<double>(step_length.count()) / 60.0;

/// \returns by which factor the price moves in `minutes`, at most one jump among it.
double move(const MarketModel& m, const Chance& chance, std::uint64_t step, double minutes) {
  const double deviation = m.vol * std::sqrt(minutes / minutes_per_year);
  double log_move = deviation * chance.normal(Draw::move, step) - 0.5 * deviation * deviation;
  if (chance.uniform(Draw::jump, step) < m.jumps * minutes / minutes_per_session)
    log_move += m.jump_size * chance.normal(Draw::jump_size, step);
  return std::exp(log_move);
}

double whole_cents(double usd) { return std::max(std::round(usd * 100), 1.0) / 100; }

}  // namespace

double quoted_vol(const MarketModel& m) noexcept {
  const double sessions = minutes_per_year / minutes_per_session;
  return std::sqrt(m.vol * m.vol + sessions * m.jumps * m.jump_size * m.jump_size);
}

std::uint64_t Chance::mixed(std::uint64_t z) noexcept {  // splitmix64
  z += 0x9E3779B97F4A7C15U;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

double Chance::uniform(Draw what, std::uint64_t step, std::uint64_t which) const noexcept {
  const std::uint64_t place = mixed(mixed(mixed(state_ + static_cast<std::uint64_t>(what)) + step) + which);
  return static_cast<double>(place >> 11U) * 0x1p-53;
}

double Chance::normal(Draw what, std::uint64_t step) const noexcept {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform(what, step, 1)));
  return radius * std::cos(2.0 * std::numbers::pi * uniform(what, step, 2));
}

Day model_day(const MarketModel& model, const Session& session, const Chance& chance) {
  Day day{session, usual_open, {}};
  double price = day.open;
  const Timestamp last_half_hour = session.close - step_length * static_cast<std::int64_t>(steps);
  std::uint64_t at = 0;
  for (Timestamp t = session.open; t < last_half_hour; t += std::chrono::minutes{1})
    price *= move(model, chance, at++, 1);
  day.spot.reserve(steps + 1);
  day.spot.push_back(whole_cents(price));
  for (std::size_t i = 0; i < steps; ++i) {
    price *= move(model, chance, at++, minutes_per_step);
    day.spot.push_back(whole_cents(price));
  }
  return day;
}

OptionMarket option_market(const MarketModel& m, Right right, double strike, double spot, double minutes) noexcept {
  const pricing::OptionTerms terms{right, spot, strike, minutes / minutes_per_year, 0, 0};
  const double mid = pricing::value(terms, quoted_vol(m));
  return {mid, m.half_spread + m.half_spread_of_mid * mid};
}

Quote quote_of(const OptionMarket& market) noexcept {
  constexpr double rounding = 1e-9;  // prices are decimals, doubles are not
  const double bid = std::floor((market.mid - market.half) * 100 + rounding);
  const double ask = std::ceil((market.mid + market.half) * 100 - rounding);
  Quote quote{std::nullopt, std::max(ask, 1.0) / 100};
  if (bid >= 1) quote.bid = bid / 100;
  return quote;
}

double fill_chance(const MarketModel& m, const OptionMarket& market, bool buys, double limit) noexcept {
  const double towards = buys ? limit - market.mid : market.mid - limit;
  const double way = market.half > 0 ? towards / market.half : towards >= 0 ? 1.0 : -1.0;
  return (1 - m.rejected) * std::clamp(m.filled_at_mid + (1 - m.filled_at_mid) * way, 0.0, 1.0);
}

}  // namespace optcoord::expiry_program
