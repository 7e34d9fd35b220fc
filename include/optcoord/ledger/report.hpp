// optcoord/ledger/report.hpp -- views of the ledger: exposure against limits, by group and strategy.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/decision.hpp>  // Metric, Side
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ledger/request.hpp>  // ReservationStatus

#include <array>     // std::array
#include <cstdint>   // std::int64_t
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord {

/// One limit row as it stands. A figure that cannot be computed is absent, never zero.
struct RowReport {
  Metric metric{Metric::delta};
  std::optional<StrategyId> strategy{};  ///< set on a strategy's cap
  std::optional<Scenario> scenario{};    ///< set on scenario_loss
  std::optional<Micro> held{};
  std::optional<Micro> pending_up{};    ///< sum of open reservations' positive parts
  std::optional<Micro> pending_down{};  ///< sum of their negative parts
  std::optional<Micro> lower{};         ///< bounds in force, after cuts; absent when unbounded or unknown
  std::optional<Micro> upper{};
  std::optional<Micro> headroom_lower{};  ///< lower - held - pending_down, as in a finding: < 0 is room left, > 0 over
  std::optional<Micro> headroom_upper{};  ///< upper - held - pending_up: > 0 is room left, < 0 over
  std::optional<double> utilisation{};    ///< the larger side's (held + pending) / bound, >= 0
  std::optional<Micro> over{};            ///< how much held exposure must go to be within bounds, >= 0
};

/// Whole units that a strategy holds under one of the host's labels (ledger/labels.hpp).
struct LabelledUnits {
  std::string label{};
  std::int64_t units{0};  ///< > 0
};

/// What one strategy holds in a group.
struct StrategyExposure {
  StrategyId strategy{};
  std::array<std::optional<Micro>, summed_metrics> held{};  ///< by Metric; absent when a leg has no figure
  std::vector<LabelledUnits> labels{};                      ///< in order of their first fill; empty from a ledger alone
};

struct GroupReport {
  GroupId group{};
  std::vector<RowReport> rows{};               ///< in order of configuration
  std::int64_t legs{0};                        ///< positions (strategy and contract) held in the group
  std::int64_t with_greeks{0};                 ///< of these, with every figure but dollar delta known
  std::vector<ContractId> missing{};           ///< the contracts without
  std::vector<StrategyExposure> strategies{};  ///< those that hold something, in order of registration
};

/// A reservation that still may fill.
struct OpenReservation {
  RequestId id{};
  StrategyId strategy{};
  ReservationStatus status{ReservationStatus::reserved};
  std::int64_t units{0};
  std::int64_t remaining{0};           ///< units not wholly filled
  std::optional<Timestamp> expires{};  ///< while reserved
};

/// How often what happened, since the start.
struct LedgerCounters {
  std::int64_t approved{0};
  std::int64_t reduced{0};
  std::int64_t denied{0};
  std::int64_t fills{0};
  std::int64_t late_fills{0};
  std::int64_t overfills{0};
  std::int64_t duplicates{0};
  std::int64_t expired{0};
  std::int64_t cancelled{0};
  std::int64_t rejected{0};
  std::int64_t reconciled{0};  ///< times the broker's positions were adopted
};

struct ExposureReport {
  std::vector<GroupReport> groups{};            ///< in order of configuration
  std::vector<OpenReservation> reservations{};  ///< in order of their ids
  LedgerCounters counters{};
};

/// A row that held exposure alone puts over a bound in force.
struct RowOver {
  GroupId group{};
  Metric metric{Metric::delta};
  Side side{Side::lower};
  std::optional<StrategyId> strategy{};  ///< set on a strategy's cap
  std::optional<Scenario> scenario{};    ///< set on scenario_loss
  Micro value{};
  Micro limit{};
};

}  // namespace optcoord
