// optcoord/coordination/gate.hpp -- what a gate is told, and how it answers.
// SPDX-License-Identifier: MIT
//
// A gate is a function that looks at how things stand and at what is asked, and says what is in the way. It says all of
// it: gates do not know of each other, and none stops those behind it. The same gates judge requests and, without one,
// strategies for the execution plan. Example:
//
//   inline void gate_window(const Situation& now, const Asked& asked, GateAnswer& answer) {
//     if (!in_window(now.policy.strategy(asked.strategy), now.time)) answer.deny(Code::outside_window);
//   }
#pragma once

#include <optcoord/coordination/halts.hpp>
#include <optcoord/coordination/margin_pressure.hpp>
#include <optcoord/coordination/market_events.hpp>
#include <optcoord/coordination/policy.hpp>
#include <optcoord/coordination/standing.hpp>
#include <optcoord/core/decision.hpp>  // Finding, Findings, Intent
#include <optcoord/core/time.hpp>

#include <algorithm>    // std::all_of, std::any_of, std::find, std::min
#include <cmath>        // std::floor
#include <cstdint>      // std::int64_t
#include <span>         // std::span
#include <string_view>  // std::string_view

namespace optcoord {

/// Who holds what, as somebody else knows it.
struct Holdings {
  const void* book{nullptr};
  bool (*any)(const void* book, StrategyId){nullptr};                ///< a position, of whatever
  bool (*in_group)(const void* book, StrategyId, GroupId){nullptr};  ///< a position in a root of the group

  [[nodiscard]] bool has_any(StrategyId s) const { return any != nullptr && any(book, s); }
  [[nodiscard]] bool has_in(StrategyId s, GroupId g) const { return in_group != nullptr && in_group(book, s, g); }
};

/// A group that a pair of strategies which move together concerns: closed to opens, or nobody knows.
struct CorrelatedGroup {
  GroupId group{};
  bool closed{false};  ///< else too little has been observed of the pair
};

/// How things stand. Views hold for one judgement.
struct Situation {
  const CoordinationPolicy& policy;
  const Halts& halts;
  const Standings& standings;
  const MarginPressure& margin;
  std::span<const MarketEvent> events;  ///< in force, in order of announcement
  bool calendar_received{false};
  std::span<const CorrelatedGroup> correlated{};  ///< each once
  Holdings holdings{};
  Timestamp time{};
};

/// What is asked. For a plan nothing but the strategy is known.
struct Asked {
  StrategyId strategy{};
  bool planning{false};
  bool adjust{false};  ///< else it opens, or is judged as if it did
  std::int64_t units{1};
  std::string_view entry{};               ///< what it is part of; empty: nothing named
  bool all_bought{false};                 ///< every leg is bought
  bool worsens{true};                     ///< adjustments: moves some bounded row towards its bound
  bool worsens_over{false};               ///< moves a row that is over its bound already further
  std::span<const GroupId> groups{};      ///< in which its legs count
  std::span<const RootId> short_calls{};  ///< on which it opens short calls

  [[nodiscard]] bool touches(GroupId group) const {
    return std::find(groups.begin(), groups.end(), group) != groups.end();
  }
};

/// \returns the units that a scale lets pass: 1 unit at 0.5 is none.
[[nodiscard]] inline std::int64_t scaled_units(double scale, std::int64_t units) noexcept {
  constexpr double slack = 1e-9;
  return std::min(units, static_cast<std::int64_t>(std::floor(scale * static_cast<double>(units) + slack)));
}

/// Collects what the gates say. Scales do not multiply, the smallest holds.
class GateAnswer {
 public:
  GateAnswer(const Asked& asked, Findings& reasons, Findings& warnings)
      : asked_(asked), reasons_(reasons), warnings_(warnings) {}

  /// Nothing may be opened.
  void deny(const Finding& why) {
    denied_ = true;
    reasons_.push(why).max_units = 0;
  }
  void deny(Code why) { deny(finding(why)); }
  /// Part of the units may; said only when it is fewer than asked.
  void scale(double factor, const Finding& why) {
    scale_ = std::min(scale_, factor);
    const std::int64_t units = scaled_units(factor, asked_.units);
    if (asked_.planning ? factor < 1 : units < asked_.units) reasons_.push(why).max_units = units;
  }
  /// In the way of some requests, though not of all: plans list it.
  void note(const Finding& why) { reasons_.push(why); }
  /// Could not be judged.
  void warn(const Finding& what) { warnings_.push(what).max_units = asked_.units; }
  void warn(Code what) {
    Finding f = finding(what);
    f.scope = Scope::account;
    warn(f);
  }
  [[nodiscard]] bool denied() const noexcept { return denied_ || scale_ <= 0; }
  /// The smallest scale; 1 without any.
  [[nodiscard]] double smallest_scale() const noexcept { return scale_; }

  [[nodiscard]] static Finding finding(Code code) {
    Finding f;
    f.code = code;
    return f;
  }
  [[nodiscard]] static Finding about(Code code, StrategyId strategy) {
    Finding f = finding(code);
    f.strategy = strategy;
    f.has = Finding::strategy_field;
    return f;
  }
  [[nodiscard]] static Finding about(Code code, StrategyId strategy, TradingState state) {
    Finding f = about(code, strategy);
    f.state = state;
    f.has |= Finding::state_field;
    return f;
  }
  [[nodiscard]] static Finding about(Code code, EventId event) {
    Finding f = finding(code);
    f.event = event;
    f.has = Finding::event_field;
    return f;
  }
  [[nodiscard]] static Finding about(Code code, GroupId group) {
    Finding f = finding(code);
    f.scope = Scope::group;
    f.group = group;
    f.has = Finding::group_field;
    return f;
  }
  [[nodiscard]] static Finding about(Code code, GroupId group, EventId event) {
    Finding f = about(code, group);
    f.event = event;
    f.has |= Finding::event_field;
    return f;
  }

 private:
  const Asked& asked_;
  Findings& reasons_;
  Findings& warnings_;
  bool denied_{false};
  double scale_{1};
};

/// Whether `group`, one of those that `closed(id)` names, is in the way of a strategy that has no request yet: it has
/// groups of its own, `group` closes some root of theirs, and all closed groups together leave it none. A closed group
/// of all roots is in everybody's way.
template <class Closed>
[[nodiscard]] bool is_in_the_way(const Situation& now, StrategyId strategy, GroupId group, Closed closed) {
  if (now.policy.group(group).all_roots) return true;
  const auto& own = now.policy.strategy(strategy).groups;
  const auto is_closed = [&](GroupId g) { return now.policy.lies_within(g, closed); };
  return std::any_of(own.begin(), own.end(), [&](GroupId g) { return now.policy.overlap(group, g); }) &&
         std::all_of(own.begin(), own.end(), is_closed);
}

}  // namespace optcoord
