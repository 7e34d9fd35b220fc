// optcoord/exercise/plan.hpp -- what an assessment says: one row a position, the queue, the totals, when to ask again.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/core/reason.hpp>  // Code
#include <optcoord/core/time.hpp>
#include <optcoord/exercise/assignment.hpp>
#include <optcoord/exercise/order.hpp>
#include <optcoord/exercise/policy.hpp>  // StageNumber
#include <optcoord/exercise/scores.hpp>
#include <optcoord/exercise/state.hpp>  // StopId

#include <algorithm>    // std::find
#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // fixed width integers
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord {

enum class ExpiryAction : std::uint8_t {
  expired,       ///< its last trading is over
  settles_cash,  ///< cash at expiry: nobody is assigned
  hold,
  escalate,  ///< should be closed and cannot be: a person decides, with both costs
  close,
  convert_stop,  ///< its stop becomes a market order, in one replace
  warn,          ///< at risk
  watch,         ///< medium or more
};

[[nodiscard]] constexpr std::string_view text(ExpiryAction a) noexcept {
  constexpr std::array<std::string_view, 8> texts{"expired", "settles_cash", "hold", "escalate",
                                                  "close",   "convert_stop", "warn", "watch"};
  return texts[static_cast<std::size_t>(a)];
}

/// Why a position is to be closed.
enum class CloseCause : std::uint8_t {
  none,
  in_the_money,
  near_the_money,  ///< within the stage's or the pin band
  band,            ///< within the at-risk band, under the rule `thresholds`
  preserve_cash,   ///< assignment would take more cash than is to be kept
  structure,       ///< a long it is covered by must go, and it goes first
  emergency,
  manual,   ///< a person asked
  unknown,  ///< no price of the underlying inside the urgent stage
};

[[nodiscard]] constexpr std::string_view text(CloseCause c) noexcept {
  constexpr std::array<std::string_view, 9> texts{
      "none", "in_the_money", "near_the_money", "band", "preserve_cash", "structure", "emergency", "manual", "unknown"};
  return texts[static_cast<std::size_t>(c)];
}

/// The warnings of one position, in order of appearance; each once.
class WarningList {
 public:
  void add(Code code) noexcept {
    if (count_ < codes_.size() && std::find(begin(), end(), code) == end()) codes_[count_++] = code;
  }
  [[nodiscard]] const Code* begin() const noexcept { return codes_.data(); }
  [[nodiscard]] const Code* end() const noexcept { return codes_.data() + count_; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] bool has(Code code) const noexcept { return std::find(begin(), end(), code) != end(); }

 private:
  std::array<Code, 6> codes_{};
  std::size_t count_{0};
};

/// One option position, judged. What is not known is absent.
struct Assessment {
  std::size_t position{0};  ///< its place in the positions given
  StrategyId strategy{};
  ContractId contract{};
  std::int64_t quantity{0};
  bool ready{true};                          ///< false: expires today, and no session says when trading ends
  std::optional<double> minutes_to_close{};  ///< to its own close today; below 0 after it
  std::optional<double> moneyness{};         ///< fraction of the strike, + in the money
  std::optional<double> risk_score{};        ///< 0 to 1
  std::optional<double> risk_score_raw{};    ///< uncapped: ranks
  std::optional<double> probability_itm{};   ///< 0 to 1
  std::optional<RiskLevel> level{};
  std::optional<StageNumber> stage{};  ///< absent after the close and for what does not expire at it
  bool at_risk{false};
  ExpiryAction action{ExpiryAction::hold};
  Code reason{Code::none};  ///< of escalate
  CloseCause cause{CloseCause::none};
  std::int64_t close_quantity{0};  ///< contracts to close with this order, > 0; 0 when none are to be
  std::optional<OrderAdvice> order{};
  std::optional<StopId> cancel_stop{};   ///< of `close`, when all of the position goes: the lowest of `cancel_stops`
  std::vector<StopId> cancel_stops{};    ///< all working stops that `close` cancels or `convert_stop` replaces, by id
  bool pending{false};                   ///< the host has said it is closed
  std::optional<Assignment> assigned{};  ///< of what is at risk, to be closed or likely assigned early
  std::optional<Timestamp> assignable_until{};  ///< short at the pin: holders may still exercise until then
  std::optional<ClosingCosts> costs{};          ///< of escalate
  WarningList warnings{};
};

struct QueueEntry {
  std::size_t row{0};  ///< of `ExpiryPlan::positions`
  std::int64_t quantity{0};
  ExpiryAction action{ExpiryAction::close};
};

struct StrategyTotal {
  StrategyId strategy{};
  AssignmentTotal total{};
};

/// How loudly the host should speak up.
enum class Notice : std::uint8_t { quiet, inform, warn, alarm };

[[nodiscard]] constexpr std::string_view text(Notice n) noexcept {
  constexpr std::array<std::string_view, 4> texts{"quiet", "inform", "warn", "alarm"};
  return texts[static_cast<std::size_t>(n)];
}

/// Everything one look at the positions says. A value without references.
struct ExpiryPlan {
  ExerciseMode mode{ExerciseMode::monitor};
  bool kill_switch{false};
  BreakerState breaker{BreakerState::closed};
  bool broker_may_liquidate{false};          ///< the profile's clock has passed, and something is at risk
  Duration next_check{};                     ///< how soon to ask again
  std::vector<Assessment> positions{};       ///< the options, in the order given
  std::vector<QueueEntry> queue{};           ///< in the order to act: shorts first
  std::vector<StrategyTotal> by_strategy{};  ///< if all that is at risk is assigned; by id
  AssignmentTotal account{};
  Notice notice{Notice::quiet};
  std::optional<std::size_t> notice_row{};  ///< the position that set it
};

}  // namespace optcoord
