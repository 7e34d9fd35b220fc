// optcoord/ledger/policy.hpp -- groups, rows, cuts and headroom as validated: immutable, in ids, in configured order.
// SPDX-License-Identifier: MIT
//
// `LedgerPolicy::make` is the only way in; the ledger reads it and never changes it.
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/names.hpp>
#include <optcoord/ledger/config.hpp>
#include <optcoord/market/schedule.hpp>  // Schedule, checked

#include <algorithm>  // std::all_of, std::find, std::min
#include <cmath>      // std::isfinite
#include <cstdint>    // std::int64_t, std::uint32_t
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <string>     // std::string
#include <utility>    // std::move
#include <vector>     // std::vector

namespace optcoord {

/// A root's place in a group, as the root sees it.
struct Membership {
  GroupId group{};
  std::uint32_t first_loss{0};  ///< place of its scenarios' losses among those of an instrument of the root
  bool same{true};              ///< root and reference share their price: S / S_ref is exactly 1, needing none
  std::uint8_t metrics{0};      ///< bits of the figures that rows of the group need of a contract
  double beta{1};
};

/// A group: its reference, and which roots belong to it.
struct GroupPolicy {
  GroupId id{};
  RootId reference{};
  bool all_roots{false};
  std::vector<std::pair<RootId, double>> members;  ///< root and beta; empty with all_roots
};

/// One step of a bound by equity.
struct TierPolicy {
  double equity{std::numeric_limits<double>::infinity()};
  bool inclusive{true};  ///< holds at `equity` itself
  Micro limit;
};

/// Where a row's bounds come from.
enum class BoundSource : std::uint8_t { constant, tiers, equity_fraction };

/// One limit row.
struct RowPolicy {
  GroupId group{};
  Metric metric{Metric::delta};
  std::optional<StrategyId> strategy;  ///< a cap on this strategy alone
  BoundSource source{BoundSource::constant};
  std::optional<Micro> lower;  ///< constant bounds
  std::optional<Micro> upper;
  std::vector<TierPolicy> tiers;
  double equity_fraction{0};
  std::optional<Scenario> scenario;     ///< of a row on scenario_loss: the one whose loss it bounds
  std::int64_t warn_at{750'000};        ///< millionths of the bound
  std::vector<std::uint32_t> cuts;      ///< which cuts select this row
  std::vector<std::uint32_t> headroom;  ///< which headroom is kept of this row
};

/// One cut.
struct CutPolicy {
  std::optional<EventId> event;  ///< an event cut; else a level cut on `root`
  RootId root{};
  double above{0};
  double until_below{0};
  bool on_when_unknown{true};
  double factor{1};
};

/// Exposure kept free for a strategy within its window.
struct HeadroomPolicy {
  StrategyId strategy{};
  GroupId group{};
  Metric metric{Metric::delta};
  Micro amount;  ///< of each bounded side, >= 0
  Schedule schedule{};
};

/// \returns whether rows on `m` count upwards from 0 and so have no lower bound.
[[nodiscard]] constexpr bool is_upper_only(Metric m) noexcept { return static_cast<std::size_t>(m) >= summed_metrics; }

/// Both bounds of a row; an absent one does not bind.
struct Bounds {
  std::optional<Micro> lower;
  std::optional<Micro> upper;

  friend constexpr bool operator==(const Bounds&, const Bounds&) noexcept = default;
};

/// \returns the bounds of `row` before cuts. Nothing when they need an equity that is unknown, zero or negative.
[[nodiscard]] inline std::optional<Bounds> bounds_at(const RowPolicy& row, std::optional<double> equity) {
  if (row.source == BoundSource::constant) return Bounds{row.lower, row.upper};
  const auto both_sides = [&row](Micro limit) {
    return is_upper_only(row.metric) ? Bounds{std::nullopt, limit} : Bounds{-limit, limit};
  };
  if (!equity || !std::isfinite(*equity) || *equity <= 0) return std::nullopt;
  if (row.source == BoundSource::equity_fraction) {
    const Result<Micro> limit = to_micro(*equity * row.equity_fraction, "equity");
    if (!limit) return std::nullopt;
    return both_sides(*limit);
  }
  for (const TierPolicy& tier : row.tiers)
    if (*equity < tier.equity || (tier.inclusive && *equity == tier.equity)) return both_sides(tier.limit);
  return std::nullopt;
}

/// \returns `m` times a cut's `factor`, rounded to a millionth.
[[nodiscard]] inline Micro scaled(Micro m, double factor) noexcept {
  // A factor is at most 1, so what entered stays in range and the fall-back is never taken.
  return factor == 1.0 ? m : to_micro(to_double(m) * factor).value_or(Micro{0});
}

/// \returns `bounds` times `factor`, rounded to a millionth.
[[nodiscard]] inline Bounds scaled(Bounds bounds, double factor) noexcept {
  if (bounds.lower) bounds.lower = scaled(*bounds.lower, factor);
  if (bounds.upper) bounds.upper = scaled(*bounds.upper, factor);
  return bounds;
}

/// The validated configuration of a ledger.
class LedgerPolicy {
 public:
  /// Validates `config` and interns its names into `names`.
  /// \returns `unknown_name`, `invalid_value` or `invalid_configuration` with the field and index of the first fault.
  [[nodiscard]] static Result<LedgerPolicy> make(const LedgerConfig& config, Names& names);

  [[nodiscard]] const std::vector<GroupPolicy>& groups() const noexcept { return groups_; }
  [[nodiscard]] const std::vector<RowPolicy>& rows() const noexcept { return rows_; }
  [[nodiscard]] const std::vector<CutPolicy>& cuts() const noexcept { return cuts_; }
  [[nodiscard]] const std::vector<HeadroomPolicy>& headroom() const noexcept { return headroom_; }
  [[nodiscard]] const LedgerOptions& options() const noexcept { return options_; }
  /// The largest held delta of another strategy in the opposite direction that stops nobody; nothing when not judged.
  [[nodiscard]] std::optional<Micro> conflict_tolerance() const noexcept { return conflict_tolerance_; }

 private:
  [[nodiscard]] Result<void> add_group(const GroupConfig& config, std::int32_t index, Names& names);
  [[nodiscard]] Result<void> add_cut(const CutConfig& config, std::int32_t index, Names& names);
  [[nodiscard]] Result<void> add_row(const LimitConfig& config, std::int32_t index, const LedgerConfig& all,
                                     Names& names);
  [[nodiscard]] Result<void> add_headroom(const HeadroomConfig& config, std::int32_t index, Names& names);
  [[nodiscard]] Result<void> take_options(const LedgerOptions& options);

  std::vector<GroupPolicy> groups_;
  std::vector<RowPolicy> rows_;
  std::vector<CutPolicy> cuts_;
  std::vector<HeadroomPolicy> headroom_;
  LedgerOptions options_;
  std::optional<Micro> conflict_tolerance_;
};

namespace detail {

/// The metrics a cut selects when it names none.
[[nodiscard]] inline bool cut_by_default(Metric m) noexcept {
  return m == Metric::delta || m == Metric::dollar_delta || m == Metric::gross_delta;
}

[[nodiscard]] inline bool selects(const CutConfig& cut, const LimitConfig& row) {
  if (!row.strategy.empty()) return false;  // cuts apply to rows without a strategy
  if (row.metric == Metric::strategy_count) return false;
  if (!cut.groups.empty() && std::find(cut.groups.begin(), cut.groups.end(), row.group) == cut.groups.end())
    return false;
  if (cut.metrics.empty()) return cut_by_default(row.metric);
  return std::find(cut.metrics.begin(), cut.metrics.end(), row.metric) != cut.metrics.end();
}

[[nodiscard]] inline Result<TierPolicy> tier_policy(const TierConfig& config, bool last, std::int32_t index) {
  TierPolicy tier;
  const int bounds = (config.equity_below ? 1 : 0) + (config.equity_up_to ? 1 : 0);
  if (bounds != (last ? 0 : 1)) return fail(Errc::invalid_configuration, "limits[].tiers", index);
  if (!last) {
    tier.equity = config.equity_below ? *config.equity_below : *config.equity_up_to;
    tier.inclusive = config.equity_up_to.has_value();
    if (!std::isfinite(tier.equity) || tier.equity <= 0) return fail(Errc::invalid_value, "limits[].tiers", index);
  }
  const Result<Micro> limit = to_micro(config.limit, "limits[].tiers", index);
  if (!limit || limit->raw < 0) return fail(Errc::invalid_value, "limits[].tiers", index);
  tier.limit = *limit;
  return tier;
}

[[nodiscard]] inline Result<void> check(const ScenarioConfig& scenario, std::int32_t index) {
  const auto all = [](const std::vector<double>& shocks, auto good) {
    return !shocks.empty() && std::all_of(shocks.begin(), shocks.end(), good);
  };
  if (!all(scenario.spot, [](double x) { return std::isfinite(x) && x > -1; }))
    return fail(Errc::invalid_value, "limits[].scenario.spot", index);
  if (!all(scenario.vol, [](double x) { return std::isfinite(x); }))
    return fail(Errc::invalid_value, "limits[].scenario.vol", index);
  return {};
}

}  // namespace detail

inline Result<void> LedgerPolicy::add_group(const GroupConfig& config, std::int32_t index, Names& names) {
  if (config.name.empty()) return fail(Errc::invalid_value, "groups[].name", index);
  if (names.groups.find(config.name)) return fail(Errc::invalid_configuration, "groups[].name", index);
  if (config.reference.empty()) return fail(Errc::invalid_value, "groups[].reference", index);
  if (config.all_roots == !config.members.empty()) return fail(Errc::invalid_value, "groups[].members", index);
  GroupPolicy group;
  group.id = names.groups.add(config.name);
  group.reference = names.roots.add(config.reference);
  group.all_roots = config.all_roots;
  for (const MemberConfig& member : config.members) {
    if (member.root.empty()) return fail(Errc::invalid_value, "groups[].members", index);
    if (!std::isfinite(member.beta)) return fail(Errc::invalid_value, "groups[].members", index);
    const RootId root = names.roots.add(member.root);
    for (const auto& [other, beta] : group.members)
      if (other == root) return fail(Errc::invalid_configuration, "groups[].members", index);
    group.members.emplace_back(root, member.beta);
  }
  groups_.push_back(std::move(group));
  return {};
}

inline Result<void> LedgerPolicy::add_cut(const CutConfig& config, std::int32_t index, Names& names) {
  if (config.event.empty() == config.root.empty()) return fail(Errc::invalid_value, "cuts[].event", index);
  if (!(config.factor >= 0 && config.factor <= 1)) return fail(Errc::invalid_value, "cuts[].factor", index);
  CutPolicy cut;
  cut.factor = config.factor;
  if (!config.event.empty()) {
    cut.event = names.events.add(config.event);
  } else {
    if (!std::isfinite(config.above) || !std::isfinite(config.until_below) || config.until_below > config.above)
      return fail(Errc::invalid_configuration, "cuts[].until_below", index);
    cut.root = names.roots.add(config.root);
    cut.above = config.above;
    cut.until_below = config.until_below;
    cut.on_when_unknown = config.on_when_unknown;
  }
  for (const std::string& group : config.groups)
    if (!names.groups.find(group)) return fail(Errc::unknown_name, "cuts[].groups", index);
  cuts_.push_back(cut);
  return {};
}

inline Result<void> LedgerPolicy::add_row(const LimitConfig& config, std::int32_t index, const LedgerConfig& all,
                                          Names& names) {
  const std::optional<GroupId> group = names.groups.find(config.group);
  if (!group) return fail(Errc::unknown_name, "limits[].group", index);
  const bool constant = config.lower || config.upper;
  if ((constant ? 1 : 0) + (config.tiers.empty() ? 0 : 1) + (config.equity_fraction ? 1 : 0) != 1)
    return fail(Errc::invalid_value, "limits[].limit", index);
  if (!(config.warn_at > 0 && config.warn_at <= 1)) return fail(Errc::invalid_value, "limits[].warn_at", index);
  RowPolicy row;
  row.group = *group;
  row.metric = config.metric;
  if (!config.strategy.empty() && config.metric == Metric::strategy_count)
    return fail(Errc::invalid_configuration, "limits[].strategy", index);
  if (!config.strategy.empty()) row.strategy = names.strategies.add(config.strategy);
  row.warn_at = to_micro(config.warn_at)->raw;
  if (constant && is_upper_only(config.metric) && !config.upper)
    return fail(Errc::invalid_value, "limits[].upper", index);
  if (config.lower) {
    const Result<Micro> lower = to_micro(*config.lower, "limits[].lower", index);
    if (!lower || lower->raw > 0) return fail(Errc::invalid_value, "limits[].lower", index);
    if (!is_upper_only(config.metric)) row.lower = *lower;  // what counts upwards from 0 is never below it
  }
  if (config.upper) {
    const Result<Micro> upper = to_micro(*config.upper, "limits[].upper", index);
    if (!upper || upper->raw < 0) return fail(Errc::invalid_value, "limits[].upper", index);
    row.upper = *upper;
  }
  double below = 0;
  for (std::size_t i = 0; i < config.tiers.size(); ++i) {
    const Result<TierPolicy> tier = detail::tier_policy(config.tiers[i], i + 1 == config.tiers.size(), index);
    if (!tier) return tl::unexpected<Error>(tier.error());
    if ((*tier).equity <= below) return fail(Errc::invalid_configuration, "limits[].tiers", index);
    below = (*tier).equity;
    row.tiers.push_back(*tier);
    row.source = BoundSource::tiers;
  }
  if (config.equity_fraction) {
    if (!std::isfinite(*config.equity_fraction) || *config.equity_fraction <= 0)
      return fail(Errc::invalid_value, "limits[].equity_fraction", index);
    row.equity_fraction = *config.equity_fraction;
    row.source = BoundSource::equity_fraction;
  }
  for (std::size_t c = 0; c < all.cuts.size(); ++c)
    if (detail::selects(all.cuts[c], config)) row.cuts.push_back(static_cast<std::uint32_t>(c));
  if (config.metric != Metric::scenario_loss) {
    rows_.push_back(std::move(row));
    return {};
  }
  if (const Result<void> sound = detail::check(config.scenario, index); !sound) return sound;
  for (const double spot : config.scenario.spot) {  // a row each
    for (const double vol : config.scenario.vol) {
      row.scenario = Scenario{spot, vol};
      rows_.push_back(row);
    }
  }
  return {};
}

inline Result<void> LedgerPolicy::add_headroom(const HeadroomConfig& config, std::int32_t index, Names& names) {
  if (config.strategy.empty()) return fail(Errc::invalid_value, "headroom[].strategy", index);
  const std::optional<GroupId> group = names.groups.find(config.group);
  if (!group) return fail(Errc::unknown_name, "headroom[].group", index);
  if (static_cast<std::size_t>(config.metric) >= summed_metrics)
    return fail(Errc::invalid_value, "headroom[].metric", index);
  const Result<Micro> amount = to_micro(config.amount, "headroom[].amount", index);
  if (!amount || amount->raw < 0) return fail(Errc::invalid_value, "headroom[].amount", index);
  if (!checked(config.schedule)) return fail(Errc::invalid_value, "headroom[].until", index);
  const auto place = static_cast<std::uint32_t>(headroom_.size());
  headroom_.push_back({names.strategies.add(config.strategy), *group, config.metric, *amount, config.schedule});
  for (RowPolicy& row : rows_)  // of rows without a strategy, as cuts are
    if (row.group == *group && row.metric == config.metric && !row.strategy) row.headroom.push_back(place);
  return {};
}

inline Result<void> LedgerPolicy::take_options(const LedgerOptions& options) {
  if (options.max_greeks_age < Duration::zero()) return fail(Errc::invalid_value, "ledger.max_greeks_age_s");
  if (options.max_quote_age < Duration::zero()) return fail(Errc::invalid_value, "ledger.max_quote_age_s");
  if (options.default_ttl <= Duration::zero()) return fail(Errc::invalid_value, "ledger.default_ttl_s");
  if (options.conflict_tolerance) {
    const Result<Micro> tolerance = to_micro(*options.conflict_tolerance, "ledger.conflict_tolerance");
    if (!tolerance || tolerance->raw < 0) return fail(Errc::invalid_value, "ledger.conflict_tolerance");
    conflict_tolerance_ = *tolerance;
  }
  options_ = options;
  return {};
}

namespace detail {

/// Calls add(item, place) for each of `items`. \returns the first error.
template <class Item, class Add>
[[nodiscard]] Result<void> add_each(const std::vector<Item>& items, Add add) {
  std::int32_t place = 0;
  for (const Item& item : items)
    if (const Result<void> added = add(item, place++); !added) return added;
  return {};
}

}  // namespace detail

inline Result<LedgerPolicy> LedgerPolicy::make(const LedgerConfig& config, Names& names) {
  LedgerPolicy policy;
  Result<void> done = policy.take_options(config.options);
  if (done)
    done = detail::add_each(config.groups,
                            [&](const GroupConfig& g, std::int32_t i) { return policy.add_group(g, i, names); });
  if (done)
    done =
        detail::add_each(config.cuts, [&](const CutConfig& c, std::int32_t i) { return policy.add_cut(c, i, names); });
  if (done)
    done = detail::add_each(
        config.limits, [&](const LimitConfig& row, std::int32_t i) { return policy.add_row(row, i, config, names); });
  if (done)
    done = detail::add_each(config.headroom,
                            [&](const HeadroomConfig& h, std::int32_t i) { return policy.add_headroom(h, i, names); });
  if (!done) return tl::unexpected<Error>(done.error());
  return policy;
}

}  // namespace optcoord
