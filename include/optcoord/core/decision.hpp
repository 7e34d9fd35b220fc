// optcoord/core/decision.hpp -- the answer to "may this strategy do this now, and how much?", with every reason.
// SPDX-License-Identifier: MIT
//
// A denial is data, not an error, and a Decision never converts to bool. Example:
//
//   Decision d = ledger.decide(request, now);
//   if (d.verdict != Verdict::denied) send(d.units);
//   for (const Finding& f : d.reasons) log(text(f.code), f.max_units);
#pragma once

#include <optcoord/core/fixed_point.hpp>  // Micro
#include <optcoord/core/ids.hpp>
#include <optcoord/core/reason.hpp>  // Code
#include <optcoord/core/time.hpp>    // Timestamp
#include <optcoord/core/trading_state.hpp>

#include <algorithm>    // std::max, std::remove_if
#include <array>        // std::array
#include <cstdint>      // fixed width integers
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view
#include <type_traits>  // std::is_trivially_copyable_v
#include <vector>       // OwnedDecision's items

namespace optcoord {

enum class Verdict : std::uint8_t {
  approved,  ///< all units asked
  reduced,   ///< fewer whole units, at least one
  denied,    ///< none
};

/// What a request is for. Only proved exits pass over limits and halts (ledger/exits.hpp).
enum class Intent : std::uint8_t {
  open,            ///< adds a position
  adjust,          ///< rolls or defends one: at least one leg closes
  exit,            ///< closes what the strategy holds
  emergency_exit,  ///< as exit, and may leave a naked short
};

/// What a limit row measures.
enum class Metric : std::uint8_t {
  delta,           ///< share-equivalents of the group's reference
  gamma,           ///< change of delta per USD 1 of the reference
  theta,           ///< USD per calendar day
  vega,            ///< USD per 0.01 of volatility
  dollar_delta,    ///< USD
  gross_delta,     ///< sum over strategies of their largest possible |delta|
  strategy_count,  ///< strategies with anything held or pending
  scenario_loss,   ///< USD lost in a scenario
};

/// The metrics that are sums over contracts, the first of the list above.
inline constexpr std::size_t summed_metrics = 5;

enum class Side : std::uint8_t { lower, upper };

/// A shock to the market: what is held is valued anew under it.
struct Scenario {
  double spot{0};  ///< relative move of the group's reference, above -1
  double vol{0};   ///< change of every volatility, absolute

  friend constexpr bool operator==(const Scenario&, const Scenario&) noexcept = default;
};

/// What a reason is about.
enum class Scope : std::uint8_t { none, account, group, strategy };

[[nodiscard]] constexpr std::string_view text(Verdict v) noexcept {
  constexpr std::array<std::string_view, 3> texts{"approved", "reduced", "denied"};
  return texts[static_cast<std::size_t>(v)];
}
[[nodiscard]] constexpr std::string_view text(Intent i) noexcept {
  constexpr std::array<std::string_view, 4> texts{"open", "adjust", "exit", "emergency_exit"};
  return texts[static_cast<std::size_t>(i)];
}
[[nodiscard]] constexpr std::string_view text(Metric m) noexcept {
  constexpr std::array<std::string_view, 8> texts{"delta",        "gamma",       "theta",          "vega",
                                                  "dollar_delta", "gross_delta", "strategy_count", "scenario_loss"};
  return texts[static_cast<std::size_t>(m)];
}
[[nodiscard]] constexpr std::string_view text(Side s) noexcept { return s == Side::lower ? "lower" : "upper"; }

/// \returns whether `intent` asks to leave a position.
[[nodiscard]] constexpr bool is_exit(Intent intent) noexcept {
  return intent == Intent::exit || intent == Intent::emergency_exit;
}

/// One reason or warning: a code and the numbers behind it. Which numbers apply is said by `has`; what does
/// not apply or could not be computed has no bit there, and its value means nothing.
struct Finding {
  /// Bits of `has`.
  enum Field : std::uint16_t {
    group_field = 1U << 0U,
    metric_field = 1U << 1U,
    side_field = 1U << 2U,
    strategy_field = 1U << 3U,
    held_field = 1U << 4U,
    pending_field = 1U << 5U,
    requested_field = 1U << 6U,
    projected_field = 1U << 7U,
    limit_field = 1U << 8U,
    headroom_field = 1U << 9U,
    event_field = 1U << 10U,
    figures_field = 1U << 11U,  ///< the item has figures; those without a bit of their own are unknown
    state_field = 1U << 12U,
    scenario_field = 1U << 13U,
  };

  Code code{Code::none};
  Scope scope{Scope::none};
  Metric metric{Metric::delta};
  Side side{Side::lower};
  TradingState state{TradingState::initializing};  ///< of `strategy`, or of the one that asks
  std::uint16_t has{0};
  GroupId group{};
  StrategyId strategy{};
  EventId event{};
  std::uint32_t row{no_row};  ///< the limit row's place in the configuration
  std::int64_t max_units{0};  ///< the units this reason alone would allow
  Micro held;                 ///< exposure held, the row's unit
  Micro pending;              ///< worst case of open reservations on the side
  Micro requested;            ///< of all units asked
  Micro projected;            ///< held + pending + requested
  Micro limit;                ///< the bound in force
  Micro headroom;             ///< limit - held - pending, signed
  Scenario scenario{};        ///< of a row on scenario_loss

  static constexpr std::uint32_t no_row = 0xFFFF'FFFF;

  [[nodiscard]] constexpr bool knows(Field field) const noexcept { return (has & field) != 0; }
};
static_assert(std::is_trivially_copyable_v<Finding>);

/// The head of a decision, without its reasons and warnings.
struct DecisionHead {
  StrategyId strategy{};
  Intent intent{Intent::open};
  Verdict verdict{Verdict::denied};
  bool bypass{false};                    ///< a proved exit passed over at least one breach, listed among the warnings
  bool duplicate{false};                 ///< the first decision on this id again
  Code binding{Code::none};              ///< of the first reason with the smallest max_units
  std::int64_t units_requested{0};       ///< as asked, >= 1
  std::int64_t units{0};                 ///< allowed now; 0 when denied
  std::int64_t max_units{0};             ///< the largest number that would pass
  std::optional<RequestId> reservation;  ///< set when units are reserved
  std::optional<Timestamp> expires;      ///< when the reservation lapses unless working by then

  DecisionHead() noexcept {}  // members alone: `= default` would have all bytes zeroed first, wherever one is made
};

/// Fills in verdict, units, max_units and binding of `head` from its reasons: the decision's max_units is the
/// smallest of theirs, binding the first that has it. Fewer units than asked are `reduced` only if `partial`.
constexpr void conclude(DecisionHead& head, std::span<const Finding> reasons, bool partial) noexcept {
  head.max_units = head.units_requested;
  head.binding = Code::none;
  for (const Finding& f : reasons) {
    if (head.binding != Code::none && f.max_units >= head.max_units) continue;
    head.max_units = f.max_units;
    head.binding = f.code;
  }
  const bool some = partial && head.max_units > 0;
  head.verdict = reasons.empty() ? Verdict::approved : some ? Verdict::reduced : Verdict::denied;
  head.units = reasons.empty() ? head.units_requested : some ? head.max_units : 0;
}

/// A verdict with every breach and warning. Reasons and warnings are views into storage of whoever decided and
/// hold until its next call; `OwnedDecision` keeps them.
struct Decision : DecisionHead {
  std::span<const Finding> reasons;   ///< every breach, in gate order; empty when approved
  std::span<const Finding> warnings;  ///< what deserves a look; denial codes here were bypassed by a proved exit

  Decision() noexcept {}  // as DecisionHead's
};

/// A Decision that owns its reasons and warnings.
struct OwnedDecision : DecisionHead {
  std::vector<Finding> reasons;
  std::vector<Finding> warnings;

  OwnedDecision() = default;
  explicit OwnedDecision(const Decision& d)
      : DecisionHead(d), reasons(d.reasons.begin(), d.reasons.end()), warnings(d.warnings.begin(), d.warnings.end()) {}
  /// \returns a view of this decision.
  [[nodiscard]] Decision view() const noexcept {
    Decision d;
    static_cast<DecisionHead&>(d) = *this;
    d.reasons = reasons;
    d.warnings = warnings;
    return d;
  }
};

/// A list of findings with room fixed up front, so that judging never allocates.
class Findings {
 public:
  explicit Findings(std::size_t capacity = 0) : items_(capacity) {}
  /// Grows only past the capacity asked for at the start.
  Finding& push(const Finding& f) {
    if (count_ == items_.size()) [[unlikely]]
      items_.resize(2 * count_ + 1);
    return items_[count_++] = f;
  }
  /// Takes the last one back.
  void pop() noexcept { --count_; }
  template <class Selected>
  void remove_if(Selected selected) {
    const std::span<Finding> kept = all();
    count_ = static_cast<std::size_t>(std::remove_if(kept.begin(), kept.end(), selected) - kept.begin());
  }
  void clear() noexcept { count_ = 0; }
  void reserve(std::size_t capacity) { items_.resize(std::max(capacity, items_.size())); }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::span<Finding> all() noexcept { return std::span{items_}.first(count_); }
  [[nodiscard]] std::span<const Finding> all() const noexcept { return std::span{items_}.first(count_); }

 private:
  std::vector<Finding> items_;  ///< the first `count_` of these, and room for more
  std::size_t count_{0};
};

}  // namespace optcoord
