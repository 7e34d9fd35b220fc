// optcoord/desk/output.hpp -- everything the desk can answer: one struct per output, one variant.
// SPDX-License-Identifier: MIT
//
// Views in outputs hold until the sink returns. Names are ids here; `Desk::names()` has the texts.
#pragma once

#include <optcoord/coordination/allocation.hpp>         // Allotment
#include <optcoord/coordination/correlation_state.hpp>  // PairCorrelation
#include <optcoord/coordination/defensive.hpp>
#include <optcoord/coordination/plan.hpp>
#include <optcoord/core/decision.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/desk/call_books.hpp>     // IpmccPosition
#include <optcoord/desk/event.hpp>          // HaltLevel
#include <optcoord/desk/exercise_book.hpp>  // ExerciseReport, ExpiryPlan
#include <optcoord/ipmcc/assignment.hpp>    // WayOutCash
#include <optcoord/ipmcc/plan.hpp>          // Plan
#include <optcoord/ledger/reconcile.hpp>    // Reconciliation
#include <optcoord/ledger/report.hpp>       // ExposureReport, RowOver
#include <optcoord/market/greeks.hpp>       // OptionalGreeks
#include <optcoord/sizing/sizer.hpp>

#include <array>        // std::array
#include <cstdint>      // std::int64_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view
#include <variant>      // std::variant

namespace optcoord {

/// What the desk computed for an option whose Greeks the host did not tell, so that a decision can be checked later.
struct ComputedGreeks {
  ContractId contract{};
  Timestamp at{};              ///< of the quote they were computed from
  std::optional<double> iv{};  ///< annual
  OptionalGreeks greeks{};     ///< as judged: the host's where it told some
};

struct DecisionOutput {
  Decision decision{};
  std::optional<RequestId> id{};                      ///< absent for what_if
  std::span<const ComputedGreeks> computed_greeks{};  ///< of the legs; none when a decision is told again
};

struct ReservationOutput {
  ReservationChange change{};
};

/// What the broker's positions contradicted. Its lists are in order of the contracts' texts, then of registration; what
/// it cancelled follows as reservation outputs, by id.
struct ReconciliationOutput {
  const Reconciliation* reconciliation{nullptr};  ///< never null
};

/// A strategy's state changed, or was confirmed.
struct TransitionOutput {
  StrategyId strategy{};
  Transition transition{};
};

/// Which strategies may act, and what holds for all of them.
struct PlanOutput {
  const ExecutionPlan* plan{nullptr};  ///< never null
  const Halts* halts{nullptr};         ///< never null
  bool margin_pressure{false};
  std::span<const PairCorrelation> correlations{};  ///< of all that have had returns, in order of registration
  std::span<const MarketEvent> events{};            ///< in force
  std::span<const ContractId> reduce_first{};       ///< held in closed groups, the latest opening fill first
};

/// Who gets how much of the buying power, by priority.
struct AllocationOutput {
  std::optional<Cents> basis{};          ///< nothing before the first account event
  std::span<const Allotment> amounts{};  ///< without a basis they are unknown
};

/// How large a trade may be, and by which rules.
struct SizeOutput {
  StrategyId strategy{};
  const Sizer* sizer{nullptr};  ///< never null
  Size size{};
};

/// Weeklies that were assigned, with the shares still owed, and how those can be come by.
struct AssignedCalls {
  ipmcc::Assignment assignment{};
  std::optional<Contract> leap{};  ///< the one they belonged to, while it lives
  std::array<ipmcc::WayOutCash, 3> ways{};
};

/// What to do with LEAPs and weekly calls: an answer, or a roll that is due.
struct IpmccPlanOutput {
  StrategyId strategy{};
  RootId root{};
  const ipmcc::Plan* plan{nullptr};  ///< never null
  std::span<const AssignedCalls> assigned{};
};

/// What should be done about a position of a halted scope.
struct DefensiveItem {
  StrategyId strategy{};
  ContractId contract{};
  std::int64_t quantity{0};
  DefensiveAction action{DefensiveAction::close};
};

enum class LogItem : std::uint8_t {
  halt,
  resume,
  cut_started,
  cut_ended,
  margin_pressure_on,
  margin_pressure_off,
  correlation_on,
  correlation_off,
  kill_switch_on,
  kill_switch_off,
  breaker_on,
  breaker_off,
  emergency_on,
  emergency_off,
};

/// A change of what is in force. Only what applies is set.
struct EventLogOutput {
  LogItem item{LogItem::halt};
  std::string_view scope{};          ///< halt, resume
  std::optional<HaltLevel> level{};  ///< halt, resume: the level in force, or that was lifted
  std::optional<EventId> event{};    ///< cuts by event
  std::string_view root{};           ///< cuts by level; emergency_on: whose price moved
  std::optional<double> factor{};    ///< cuts
  std::string_view actor{};
  std::string_view reason{};
  std::span<const DefensiveItem> defensive{};  ///< halt of account or strategy
};

struct MarkedOutput {
  std::span<const RowOver> rows_over{};
};

struct ReportOutput {
  const ExposureReport* report{nullptr};    ///< never null
  const ExerciseReport* exercise{nullptr};  ///< null when switched off
  std::span<const IpmccPosition> ipmcc{};   ///< by strategy, then by contract
};

/// What is to be closed before expiry, when and how.
struct ExpiryPlanOutput {
  const ExpiryPlan* plan{nullptr};              ///< never null
  const ExercisePolicy* policy{nullptr};        ///< never null
  std::span<const ExpiryPosition> positions{};  ///< all that is held; `Assessment::position` is a place among them
};

using OutputBody = std::variant<DecisionOutput, ReservationOutput, ReconciliationOutput, TransitionOutput, PlanOutput,
                                AllocationOutput, SizeOutput, IpmccPlanOutput, EventLogOutput, MarkedOutput,
                                ReportOutput, ExpiryPlanOutput>;

struct Output {
  std::optional<Timestamp> at{};  ///< when it became due, for what time alone brought about
  OutputBody body{};
};

}  // namespace optcoord
