// optcoord/ledger/config.hpp -- groups, limit rows, cuts and headroom as a person writes them.
// SPDX-License-Identifier: MIT
//
// Plain data; `Ledger::make` validates it. Names are texts here and ids nowhere else. Example:
//
//   LedgerConfig c;
//   c.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}}}};
//   c.limits = {{.group = "SPY", .metric = Metric::delta, .lower = -1000, .upper = 1000}};
#pragma once

#include <optcoord/core/decision.hpp>    // Metric
#include <optcoord/core/time.hpp>        // Duration
#include <optcoord/market/schedule.hpp>  // Schedule
#include <optcoord/pricing/formulas.hpp>

#include <chrono>    // std::chrono::seconds
#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord {

/// A root's place in a group.
struct MemberConfig {
  std::string root{};
  double beta{1.0};  ///< reference moves per move of the root, both relative{}; any finite sign
};

/// Roots whose exposures add up, measured in shares of one reference root.
struct GroupConfig {
  std::string name{};
  std::string reference{};              ///< the root whose shares measure the group
  std::vector<MemberConfig> members{};  ///< empty with `all_roots`
  bool all_roots{false};                ///< every root, with beta 1
};

/// One step of a limit by equity. Exactly one bound is set, except in the last entry, which has none.
struct TierConfig {
  std::string name{};                    ///< for reports; may be empty
  std::optional<double> equity_below{};  ///< holds while equity < this, USD
  std::optional<double> equity_up_to{};  ///< holds while equity <= this, USD
  double limit{0};                       ///< both bounds: -limit and +limit
};

/// A scenario of a scenario_loss row.
struct ScenarioConfig {
  std::vector<double> spot{};    ///< relative moves of the group's reference, above -1
  std::vector<double> vol{0.0};  ///< absolute changes of volatility; each with each of the moves
};

/// One limit row: the bounds of one metric of one group, or of one strategy in it.
/// Bounds come from exactly one of: lower/upper, tiers, equity_fraction.
struct LimitConfig {
  std::string group{};
  Metric metric{Metric::delta};
  std::optional<double> lower{};  ///< inclusive, <= 0; in the metric's unit
  std::optional<double> upper{};  ///< inclusive, >= 0
  std::vector<TierConfig> tiers{};
  std::optional<double> equity_fraction{};  ///< bounds are -/+ this times equity; > 0
  double warn_at{0.75};                     ///< share of the bound from which an approval warns, (0, 1]
  std::string strategy{};                   ///< a cap on this strategy alone; empty for all
  ScenarioConfig scenario{};                ///< for scenario_loss only
};

/// A factor on both bounds of the rows it selects, while an event lasts or a level is exceeded.
struct CutConfig {
  std::string event{};                ///< name of a market event; or empty and `root` is set
  std::string root{};                 ///< level cut: on when its price is strictly above `above`
  double above{0};                    ///< level cut: threshold
  double until_below{0};              ///< level cut: off when strictly below this{}; <= above
  bool on_when_unknown{true};         ///< level cut: in force before the first quote
  double factor{1};                   ///< [0, 1]
  std::vector<std::string> groups{};  ///< empty: all
  std::vector<Metric> metrics{};      ///< empty: delta, dollar_delta, gross_delta
};

/// Exposure kept free for a strategy within its window.
struct HeadroomConfig {
  std::string strategy{};
  std::string group{};
  Metric metric{Metric::delta};
  double amount{0};     ///< of each bounded side, in the metric's unit{}; >= 0
  Schedule schedule{};  ///< New York clock
};

/// What happens to a row that a raw exposure says nothing about.
enum class MissingGreek : std::uint8_t {
  deny,  ///< the open is denied, delta_unavailable
  skip,  ///< the row is not judged, warning not_computed
};

/// Ages, lifetimes, and how options are valued.
struct LedgerOptions {
  Duration max_greeks_age{
      std::chrono::seconds{60}};  ///< oldest Greeks a request's leg may rest on{}; exactly this is fresh
  Duration max_quote_age{std::chrono::seconds{60}};  ///< oldest price S/S_ref may rest on{}; exactly this is fresh
  Duration default_ttl{std::chrono::seconds{60}};    ///< life of a reservation that no order took up
  MissingGreek missing_greek{MissingGreek::deny};
  std::optional<double> conflict_tolerance{};  ///< share-equivalents; absent: conflicting directions are not judged
  pricing::Formulas formulas{pricing::scalar_formulas()};  ///< of losses in scenarios
};

/// Everything the ledger is configured with. Order is meaning: reasons come in the order of `limits`.
struct LedgerConfig {
  std::vector<GroupConfig> groups{};
  std::vector<LimitConfig> limits{};
  std::vector<HeadroomConfig> headroom{};
  std::vector<CutConfig> cuts{};
  LedgerOptions options{};
};

}  // namespace optcoord
