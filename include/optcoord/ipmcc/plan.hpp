// optcoord/ipmcc/plan.hpp -- a plan as data: steps, what they cost, what can be lost, and what was not chosen and why.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/reason.hpp>  // Code
#include <optcoord/ipmcc/filters.hpp>
#include <optcoord/market/contract.hpp>
#include <optcoord/market/greeks.hpp>  // OptionalGreeks

#include <algorithm>    // std::any_of
#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t, std::uint32_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::ipmcc {

/// What kind of answer a plan is.
enum class Path : std::uint8_t {
  none,           ///< nothing can be done; the reasons say why
  add_weekly,     ///< a LEAP is there: sell a call against what is not covered
  create,         ///< LEAP and weekly as one package
  roll_leap,      ///< the LEAP is short of days: buy the next one, sell it
  roll_weekly,    ///< buy the weekly back, sell the next one
  fully_covered,  ///< every LEAP has its call, or both are on their way
};

enum class Action : std::uint8_t { buy_to_open, sell_to_open, buy_to_close, sell_to_close };

[[nodiscard]] constexpr std::string_view text(Path p) noexcept {
  constexpr std::array<std::string_view, 6> texts{"none",      "add_weekly",  "create",
                                                  "roll_leap", "roll_weekly", "fully_covered"};
  return texts[static_cast<std::size_t>(p)];
}
[[nodiscard]] constexpr std::string_view text(Action a) noexcept {
  constexpr std::array<std::string_view, 4> texts{"buy_to_open", "sell_to_open", "buy_to_close", "sell_to_close"};
  return texts[static_cast<std::size_t>(a)];
}
[[nodiscard]] constexpr bool is_buy(Action a) noexcept { return a == Action::buy_to_open || a == Action::buy_to_close; }
[[nodiscard]] constexpr bool opens(Action a) noexcept { return a == Action::buy_to_open || a == Action::sell_to_open; }

/// One order to send. A step that depends on another is sent, or goes on, only as that one fills.
struct Step {
  Action action{Action::buy_to_open};
  Contract contract{};
  std::int64_t quantity{0};                   ///< contracts, > 0
  std::optional<double> limit_price{};        ///< USD per unit; unknown without a quote
  std::optional<std::uint32_t> package{};     ///< steps of one number are one order
  std::optional<std::uint32_t> depends_on{};  ///< place in the plan's steps

  friend bool operator==(const Step&, const Step&) = default;
};

/// A reason or warning with the figure behind it.
struct Note {
  Code code{Code::none};
  std::optional<double> usd{};   ///< short_below_long: lost if called; spread_margin: held per contract;
                                 ///< too_small_for_budget: the account value that affords one
  std::optional<Step> repair{};  ///< orphan_leg: what puts it right
  bool working{false};           ///< of a repair: an order at the broker may still do it by itself
  bool cancel{false};            ///< of a repair: not to trade, but to take that much of the order back
  bool planned{false};           ///< of a repair: the plan's own steps make it; nothing is to be sent beside them

  friend bool operator==(const Note&, const Note&) = default;
};

/// Why a weekly is rolled, or might be.
enum class RollRule : std::uint8_t { dte, delta, extrinsic, profit, max_loss };
/// What became of a rule: `unknown` where a quote, Greek or price paid is missing; it has not fired then.
enum class RollStanding : std::uint8_t { off, fired, not_reached, unknown };

[[nodiscard]] constexpr std::string_view text(RollRule r) noexcept {
  constexpr std::array<std::string_view, 5> texts{"dte", "delta", "extrinsic", "profit", "max_loss"};
  return texts[static_cast<std::size_t>(r)];
}
[[nodiscard]] constexpr std::string_view text(RollStanding s) noexcept {
  constexpr std::array<std::string_view, 4> texts{"off", "fired", "not_reached", "unknown"};
  return texts[static_cast<std::size_t>(s)];
}

/// A rule about rolling, the figure it looked at, and the one it compares with.
struct RuleOutcome {
  RollRule rule{RollRule::dte};
  RollStanding standing{RollStanding::off};
  double value{0};      ///< meaningful when fired or not reached
  double threshold{0};  ///< meaningful unless off

  [[nodiscard]] bool fired() const noexcept { return standing == RollStanding::fired; }
  friend bool operator==(const RuleOutcome&, const RuleOutcome&) = default;
};

/// The answer to "what should be done on this symbol now?". Amounts are USD for the whole plan; what needs a figure
/// that is unknown is absent.
struct Plan {
  Path path{Path::none};
  std::vector<Step> steps{};              ///< in the order to be sent
  std::int64_t quantity{0};               ///< units: contracts of each leg
  std::optional<double> expected_cash{};  ///< at the limit prices; + received, - paid
  std::optional<double> net_debit{};      ///< bought at the ask, sold at the bid; negative: a credit
  std::optional<double> break_even{};     ///< underlying's price, USD per unit
  std::optional<double> max_loss{};
  std::optional<double> loss_if_called{};
  OptionalGreeks exposure{};         ///< of one unit, all its steps, multiplier applied; in units of the underlying
  Tally rejected{};                  ///< with the contracts chosen they add up to the chain
  std::uint32_t chosen{0};           ///< contracts of the chain that stand in the steps as chosen
  std::optional<Contract> weekly{};  ///< of a weekly's roll: the call sold that is due
  std::vector<RuleOutcome> rules{};  ///< of a weekly's roll
  std::vector<Note> reasons{};       ///< why there are no steps, or not all
  std::vector<Note> warnings{};

  [[nodiscard]] bool has_reason(Code code) const noexcept { return has(reasons, code); }
  [[nodiscard]] bool has_warning(Code code) const noexcept { return has(warnings, code); }

 private:
  [[nodiscard]] static bool has(const std::vector<Note>& notes, Code code) noexcept {
    return std::any_of(notes.begin(), notes.end(), [code](const Note& n) { return n.code == code; });
  }
};

}  // namespace optcoord::ipmcc
