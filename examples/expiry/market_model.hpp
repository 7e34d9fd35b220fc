// examples/expiry/market_model.hpp -- what is assumed of an expiry day: prices, option quotes, whether orders fill.
// SPDX-License-Identifier: MIT
//
// Chance is told by place, not by order: the same seed, day and moment give the same number whatever was asked before,
// so every rule meets the same days. Example:
//
//   MarketModel model;                                     // the assumptions, each with its default
//   Day day = model_day(model, session, {seed, 17});       // prices of the last half hour, every five seconds
#pragma once

#include <optcoord/core/time.hpp>
#include <optcoord/market/contract.hpp>  // Right
#include <optcoord/market/quote.hpp>     // Quote
#include <optcoord/market/session.hpp>   // Session

#include <array>        // std::array
#include <chrono>       // std::chrono::seconds
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint64_t
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::expiry_program {

/// All that is assumed. Prices are USD per unit.
struct MarketModel {
  double vol{0.20};                  ///< annual, of the diffusion
  double jumps{0.5};                 ///< expected number in a session of 390 minutes
  double jump_size{0.004};           ///< one standard deviation of a jump, fraction of the price
  double half_spread{0.01};          ///< of every option
  double half_spread_of_mid{0.005};  ///< added to it, fraction of the option's mid
  double no_quote{0.01};             ///< chance that a look finds no quote of an option
  double filled_at_mid{0.5};         ///< chance that an order standing at mid when its time is over was filled
  double rejected{0.02};             ///< chance that an order comes back whatever its price
  double patience_s{15};             ///< how long an order stands before it is taken back
};

/// The name of an assumption, where it stands, and what it may be.
struct Assumption {
  std::string_view name;
  double MarketModel::*member;
  double least;
  double most;
  std::string_view meaning;
};
inline constexpr std::array<Assumption, 9> assumptions{{
    {"vol", &MarketModel::vol, 0.01, 5, "annual volatility of the diffusion"},
    {"jumps", &MarketModel::jumps, 0, 100, "expected jumps in a session of 390 minutes"},
    {"jump_size", &MarketModel::jump_size, 0, 0.5, "one standard deviation of a jump, fraction of the price"},
    {"half_spread", &MarketModel::half_spread, 0, 10, "half the spread of every option, USD"},
    {"half_spread_of_mid", &MarketModel::half_spread_of_mid, 0, 1, "added to it, fraction of the option's mid"},
    {"no_quote", &MarketModel::no_quote, 0, 1, "chance that a look finds no quote of an option"},
    {"filled_at_mid", &MarketModel::filled_at_mid, 0, 1,
     "chance that an order at mid was filled when its time is over"},
    {"rejected", &MarketModel::rejected, 0, 1, "chance that an order comes back whatever its price"},
    {"patience_s", &MarketModel::patience_s, 5, 300, "seconds that an order stands, in steps of five"},
}};

/// \returns the volatility that quotes are made of: the jumps' variance counted in.
[[nodiscard]] double quoted_vol(const MarketModel& model) noexcept;

/// What a number is drawn for.
enum class Draw : std::uint64_t { move, jump, jump_size, shift, no_quote, filled };

/// One day's chance. A value.
class Chance {
 public:
  Chance(std::uint64_t seed, std::uint64_t day) noexcept : state_(mixed(mixed(seed) + day)) {}
  /// \returns a number in [0, 1).
  [[nodiscard]] double uniform(Draw what, std::uint64_t step, std::uint64_t which = 0) const noexcept;
  /// \returns a standard normal, by Box and Muller.
  [[nodiscard]] double normal(Draw what, std::uint64_t step) const noexcept;

 private:
  [[nodiscard]] static std::uint64_t mixed(std::uint64_t z) noexcept;
  std::uint64_t state_;
};

/// Prices are known every five seconds from half an hour before the close on; the last is the close itself.
inline constexpr std::chrono::seconds step_length{5};
inline constexpr std::size_t steps = 360;

/// The underlying on an expiry day.
struct Day {
  Session session{};
  double open{0};              ///< USD; the strikes are set by it
  std::vector<double> spot{};  ///< USD, steps + 1 of them
};

/// The price at the open, USD: bars of any underlying are scaled to it.
inline constexpr double usual_open = 450;

/// \returns a day by diffusion and jumps, without drift, in whole cents.
[[nodiscard]] Day model_day(const MarketModel& model, const Session& session, const Chance& chance);

/// The market maker's view of an option: worth, and half the spread around it.
struct OptionMarket {
  double mid{0};
  double half{0};
};
[[nodiscard]] OptionMarket option_market(const MarketModel& model, Right right, double strike, double spot,
                                         double minutes) noexcept;

/// \returns the quote in whole cents, bid down and ask up; without a bid when nobody would pay a cent.
[[nodiscard]] Quote quote_of(const OptionMarket& market) noexcept;

/// \returns the chance that an order with this limit was filled when its time is over: none where the market has gone
/// as far away as the other side, all but the rejections where it has come to the limit.
[[nodiscard]] double fill_chance(const MarketModel& model, const OptionMarket& market, bool buys,
                                 double limit) noexcept;

}  // namespace optcoord::expiry_program
