// optcoord/coordination/standing.hpp -- what the coordinator remembers of each strategy, and how their states move.
// SPDX-License-Identifier: MIT
//
//   Standings standings;
//   standings.grow(names.strategies.size());
//   standings.move(lt112, Trigger::window_start, holds, "09:30", now);   // the transition, or illegal_transition
#pragma once

#include <optcoord/coordination/halts.hpp>
#include <optcoord/coordination/state_machine.hpp>
#include <optcoord/core/error.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>

#include <algorithm>    // std::lower_bound
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int32_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::erase, std::vector

namespace optcoord {

/// A strategy's state changed, or was confirmed: `from` and `to` may be the same.
struct Transition {
  TradingState from{};
  TradingState to{};
  Trigger trigger{};
};

/// A transition with its reason and time.
struct PastTransition : Transition {
  std::string reason{};
  Timestamp at{};
};

/// The last transitions of a strategy, the latest last.
class History {
 public:
  static constexpr std::size_t most = 32;
  static constexpr std::size_t longest_reason = 200;  ///< bytes kept

  void push(const Transition& transition, std::string_view reason, Timestamp at) {
    if (past_.size() == most) past_.erase(past_.begin());
    past_.push_back({transition, std::string(reason.substr(0, longest_reason)), at});
  }
  [[nodiscard]] const std::vector<PastTransition>& all() const noexcept { return past_; }

 private:
  std::vector<PastTransition> past_{};
};

/// A strategy as it stands.
struct Standing {
  TradingState state{TradingState::ready};
  bool halted_alone{false};                ///< halted by a trigger of its own: the account's resume leaves it so
  std::int32_t orders{0};                  ///< open reservations
  std::int32_t opening{0};                 ///< those of them that open
  std::optional<Timestamp> executed_at{};  ///< its last approved or reduced open, whatever became of the order
  std::string entry{};                     ///< what that one was part of; empty: nothing named
  std::optional<double> unrealised{};      ///< P&L, USD
  History history{};
};

/// \returns whether the strategy counts as entering now, by its state or by an order.
[[nodiscard]] inline bool is_entering(const Standing& s) noexcept {
  return s.opening > 0 || states::entering_now.has(s.state);
}

/// All strategies as they stand, by id; one function for each thing that can happen to one.
class Standings {
 public:
  /// Makes strategies known until there are `count`; new ones are ready.
  void grow(std::size_t count) {
    if (count > all_.size()) all_.resize(count);
  }
  [[nodiscard]] std::size_t size() const noexcept { return all_.size(); }
  [[nodiscard]] const Standing& operator[](StrategyId s) const noexcept { return all_[index_of(s)]; }
  /// How many are entering now.
  [[nodiscard]] std::int32_t entering() const noexcept { return entering_; }
  /// Those in error, margin_call or emergency_exit, in order of registration.
  [[nodiscard]] std::span<const StrategyId> in_trouble() const noexcept { return in_trouble_; }

  /// Starts a strategy before the market is open.
  void start_initializing(StrategyId s) {
    change(s, [](Standing& own) { own.state = TradingState::initializing; });
  }
  /// Moves a strategy as the table says. \param holds  it holds a position
  /// \returns the transition; `illegal_transition` for a pair that is not in the table, with the state as index.
  [[nodiscard]] Result<Transition> move(StrategyId s, Trigger trigger, bool holds, std::string_view reason,
                                        Timestamp now) {
    const Next to = next((*this)[s].state, trigger);
    if (!to.legal) return fail(Errc::illegal_transition, "trigger", static_cast<std::int32_t>((*this)[s].state));
    const bool busy = holds || (*this)[s].orders > 0;
    return set_state(s, to.resumes ? resumed(busy) : to.to, trigger, trigger == Trigger::halt, reason, now);
  }
  /// Halts a strategy because its account or itself is halted. \returns nothing when it is already, or has terminated.
  std::optional<Transition> halt(StrategyId s, std::string_view reason, Timestamp now) {
    if (!next((*this)[s].state, Trigger::halt).legal) return std::nullopt;
    return set_state(s, TradingState::halted, Trigger::halt, false, reason, now);
  }
  /// Forgets that a trigger of its own halted a strategy: somebody has resumed it.
  void lift_own_halt(StrategyId s) { all_[index_of(s)].halted_alone = false; }
  /// Lets a halted strategy go on once nothing halts it any longer. \returns nothing when it stays as it is.
  std::optional<Transition> resume(StrategyId s, const Halts& halts, bool holds, std::string_view reason,
                                   Timestamp now) {
    const Standing& own = (*this)[s];
    if (own.state != TradingState::halted || own.halted_alone || is_covered(halts, s)) return std::nullopt;
    return set_state(s, resumed(holds || own.orders > 0), Trigger::resume, false, reason, now);
  }

  /// An open was approved or reduced: the strategy has executed, whatever becomes of the order.
  void set_execution(StrategyId s, std::string_view entry, std::optional<Timestamp> at) {
    Standing& own = all_[index_of(s)];
    own.executed_at = at;
    own.entry = entry;
  }
  /// A reservation was made, or has ended.
  void take_order(StrategyId s, bool opens) {
    change(s, [opens](Standing& own) { ++own.orders, own.opening += opens ? 1 : 0; });
  }
  void end_order(StrategyId s, bool opens) {
    change(s, [opens](Standing& own) { --own.orders, own.opening -= opens ? 1 : 0; });
  }
  void set_unrealised(StrategyId s, double usd) { all_[index_of(s)].unrealised = usd; }

 private:
  [[nodiscard]] static bool is_covered(const Halts& halts, StrategyId s) noexcept {
    return halts.at(HaltScope::account()) == HaltLevel::halt || halts.at(HaltScope::strategy(s)) == HaltLevel::halt;
  }
  Transition set_state(StrategyId s, TradingState to, Trigger trigger, bool alone, std::string_view reason,
                       Timestamp now) {
    const Transition transition{(*this)[s].state, to, trigger};
    change(s, [&](Standing& own) {
      own.state = to;
      own.halted_alone = alone;
      own.history.push(transition, reason, now);
    });
    return transition;
  }
  /// Changes one standing, and counts anew what is counted of all.
  template <class Change>
  void change(StrategyId s, Change with) {
    Standing& own = all_[index_of(s)];
    entering_ -= is_entering(own) ? 1 : 0;
    const bool was_in_trouble = states::in_trouble.has(own.state);
    with(own);
    entering_ += is_entering(own) ? 1 : 0;
    if (was_in_trouble == states::in_trouble.has(own.state)) return;
    if (was_in_trouble) {
      std::erase(in_trouble_, s);
    } else {
      in_trouble_.insert(std::lower_bound(in_trouble_.begin(), in_trouble_.end(), s), s);
    }
  }

  std::vector<Standing> all_{};
  std::vector<StrategyId> in_trouble_{};
  std::int32_t entering_{0};
};

}  // namespace optcoord
