// examples/expiry/simulation.hpp -- many expiry days under one rule: what was prevented, at what price, and missed.
// SPDX-License-Identifier: MIT
//
// The host of these days holds eight option positions of four strategies, asks when the plan says and when an order has
// ended, and sends what the plan orders. Nobody answers what is escalated. Pure: the same seed, the same figures.
#pragma once

#include "market_model.hpp"

#include <optcoord/exercise/config.hpp>
#include <optcoord/exercise/record.hpp>  // DailySummary

#include <cstdint>  // std::int64_t
#include <map>      // std::map
#include <span>     // std::span
#include <string>   // std::string
#include <vector>   // std::vector

namespace optcoord::expiry_program {

/// One leg of the book that every day is lived through with.
struct BookLeg {
  std::uint32_t strategy;
  std::string_view of;
  Right right;
  double distance;  ///< standard deviations of the session's move, out of the money at the open
  double further;   ///< USD beyond that
  std::int64_t quantity;
};
inline constexpr std::array<BookLeg, 8> book{{
    {1, "short put", Right::put, 0.5, 0, -1},
    {2, "short call", Right::call, 0.5, 0, -1},
    {3, "put spread", Right::put, 1.0, 0, -1},
    {3, "put spread", Right::put, 1.0, 5, 1},
    {4, "iron condor", Right::put, 0.75, 0, -1},
    {4, "iron condor", Right::put, 0.75, 5, 1},
    {4, "iron condor", Right::call, 0.75, 0, -1},
    {4, "iron condor", Right::call, 0.75, 5, 1},
}};
/// The whole book is moved by up to so many standard deviations either way, so that no day's strikes are another's.
inline constexpr double book_shift = 0.25;

/// A way to decide what is closed.
struct Rule {
  std::string name;
  std::string meaning;
  ExerciseConfig config;
};
/// Doing nothing, the first rule of all (what is within half a percent of the strike, two minutes before the close),
/// and the two policies.
[[nodiscard]] std::vector<Rule> rules();

/// What came of all days. Counts are of positions.
struct Figures {
  DailySummary summary{};  ///< of all of them; legs that deliver to each other are nobody's exercise
  std::int64_t days{0};
  std::int64_t netted{0};                       ///< in the money, and delivered to each other
  std::map<Code, std::int64_t> asked{};         ///< of which a person was asked, by the last reason
  std::map<Code, std::int64_t> missed_asked{};  ///< exercised after a person had been asked
  std::int64_t missed_in_work{0};               ///< exercised while closing was tried
  std::int64_t missed_unseen{0};                ///< exercised without having been called for
  std::int64_t left_uncovered{0};               ///< fills after which more shorts were uncovered than at first
};

/// \returns the sum over all reasons.
[[nodiscard]] std::int64_t total(const std::map<Code, std::int64_t>& by_reason) noexcept;

/// Lives through each day. The day's place among `days` and the seed are its chance.
/// \pre days not empty; rule.config valid
[[nodiscard]] Figures simulate(std::span<const Day> days, const Rule& rule, const MarketModel& model,
                               std::uint64_t seed);

/// \returns so many days of the model, on the sessions of the calendar from 2015 on, again from the first after the
/// last.
[[nodiscard]] std::vector<Day> model_days(const MarketModel& model, std::size_t days, std::uint64_t seed);

}  // namespace optcoord::expiry_program
