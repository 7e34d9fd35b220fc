// tests/support/asking.hpp -- requests, limits and answers in one line each, for the tests of ledger and desk.
// SPDX-License-Identifier: MIT
//
// Example:
//
//   shares("LT112", -400)                                // 400 units of one SPY share sold
//   position("0DTE", 2, {{put_450, -1}, {put_440, +1}})  // 2 put spreads
//   says(answer)                                         // "denied, max 300: limit_exceeded"
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/error.hpp>
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/core/reason.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ledger/config.hpp>
#include <optcoord/ledger/request.hpp>  // ReservationChange

#include <cstdint>      // std::int64_t, std::uint64_t
#include <cstdlib>      // std::abs
#include <optional>     // std::optional
#include <span>         // std::span
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::move
#include <vector>       // std::vector

namespace optcoord::test {

// ---- asking

struct AskedLeg {
  std::string contract{};
  std::int32_t ratio{1};
};

/// A caller's own exposure per unit.
struct AskedExposure {
  std::string root{};
  double delta{0};
  std::optional<double> gamma{};
  std::optional<double> theta{};
  std::optional<double> vega{};
};

/// A request by names. The numbers of requests are given out by the book it goes to, unless it brings one.
struct Ask {
  std::string strategy{};
  std::int64_t units{1};
  std::vector<AskedLeg> legs{};
  std::optional<AskedExposure> raw{};
  Intent intent{Intent::open};
  bool fewer_are_welcome{false};
  bool leg_by_leg{false};
  std::optional<double> seconds_to_live{};
  std::uint64_t id{0};
  std::string entry{};                   ///< what it is part of
  std::optional<double> buying_power{};  ///< USD a unit takes

  [[nodiscard]] Ask as(Intent i) const { return with(&Ask::intent, i); }
  [[nodiscard]] Ask exit() const { return as(Intent::exit); }
  [[nodiscard]] Ask emergency_exit() const { return as(Intent::emergency_exit); }
  [[nodiscard]] Ask adjust() const { return as(Intent::adjust); }
  [[nodiscard]] Ask or_fewer() const { return with(&Ask::fewer_are_welcome, true); }
  [[nodiscard]] Ask legging() const { return with(&Ask::leg_by_leg, true); }
  [[nodiscard]] Ask living(double seconds) const { return with(&Ask::seconds_to_live, std::optional{seconds}); }
  [[nodiscard]] Ask part_of(std::string what) const { return with(&Ask::entry, std::move(what)); }
  [[nodiscard]] Ask taking(double usd) const { return with(&Ask::buying_power, std::optional{usd}); }
  [[nodiscard]] Ask numbered(std::uint64_t n) const { return with(&Ask::id, n); }

 private:
  template <class T>
  [[nodiscard]] Ask with(T Ask::*field, T value) const {
    Ask copy = *this;
    copy.*field = std::move(value);
    return copy;
  }
};

/// `units` of a package of `legs`.
[[nodiscard]] inline Ask position(std::string_view strategy, std::int64_t units, std::vector<AskedLeg> legs) {
  Ask ask;
  ask.strategy = strategy;
  ask.units = units;
  ask.legs = std::move(legs);
  return ask;
}

/// |count| contracts bought (+) or sold (-).
[[nodiscard]] inline Ask contracts(std::string_view strategy, std::int64_t count, std::string_view contract) {
  return position(strategy, std::abs(count), {{std::string(contract), count < 0 ? -1 : 1}});
}

/// |count| shares, one a unit: units of 1 delta.
[[nodiscard]] inline Ask shares(std::string_view strategy, std::int64_t count, std::string_view root = "SPY") {
  return contracts(strategy, count, root);
}

/// `units` of the caller's own estimate.
[[nodiscard]] inline Ask estimate(std::string_view strategy, std::int64_t units, AskedExposure exposure) {
  Ask ask;
  ask.strategy = strategy;
  ask.units = units;
  ask.raw = std::move(exposure);
  return ask;
}

/// |count| units of raw delta 1 or -1.
[[nodiscard]] inline Ask raw_delta(std::string_view strategy, std::int64_t count, std::string_view root = "SPY") {
  return estimate(strategy, std::abs(count), {std::string(root), count < 0 ? -1.0 : 1.0, {}, {}, {}});
}

// ---- answers

/// A decision with the number of its request.
struct Answer : OwnedDecision {
  RequestId id{};
};

/// The codes of `items`, in order, separated by spaces.
[[nodiscard]] inline std::string codes(std::span<const Finding> items) {
  std::string out;
  for (const Finding& f : items) {
    if (!out.empty()) out += ' ';
    out += text(f.code);
  }
  return out;
}

/// A decision in a line: "approved 400", "reduced to 300 of 400: limit_exceeded / limit_near",
/// "denied, max 300: limit_exceeded". Warnings follow " / "; a bypass ends it with " (bypass)".
[[nodiscard]] inline std::string says(const OwnedDecision& d) {
  std::string out{text(d.verdict)};
  if (d.verdict == Verdict::approved) out += ' ' + std::to_string(d.units);
  if (d.verdict == Verdict::reduced)
    out += " to " + std::to_string(d.units) + " of " + std::to_string(d.units_requested);
  if (d.verdict == Verdict::denied) out += ", max " + std::to_string(d.max_units);
  if (!d.reasons.empty()) out += ": " + codes(d.reasons);
  if (!d.warnings.empty()) out += " / " + codes(d.warnings);
  if (d.bypass) out += " (bypass)";
  return out;
}

/// The verdict alone: "approved", "reduced" or "denied".
[[nodiscard]] inline std::string verdict(const OwnedDecision& d) { return std::string(text(d.verdict)); }

/// A finding's figures: "lower: held -700, pending 0, requested -400, projected -1100, limit -1000, headroom -300,
/// max 300"; "?" for a figure that is not known.
[[nodiscard]] inline std::string figures(const Finding& f) {
  std::string out = f.knows(Finding::side_field) ? std::string(text(f.side)) : "?";
  out += ':';
  const auto add = [&](std::string_view name, Finding::Field field, Micro value) {
    out += ' ';
    out += name;
    out += ' ' + (f.knows(field) ? to_text(value) : "?") + ',';
  };
  add("held", Finding::held_field, f.held);
  add("pending", Finding::pending_field, f.pending);
  add("requested", Finding::requested_field, f.requested);
  add("projected", Finding::projected_field, f.projected);
  add("limit", Finding::limit_field, f.limit);
  add("headroom", Finding::headroom_field, f.headroom);
  return out + " max " + std::to_string(f.max_units);
}

/// An absent figure reads "?".
[[nodiscard]] inline std::string text_of(std::optional<Micro> m) { return m ? to_text(*m) : "?"; }

/// "partly_filled, 3 left"
[[nodiscard]] inline std::string says(const ReservationChange& change) {
  return std::string(text(change.status)) + ", " + std::to_string(change.remaining) + " left";
}

/// "invalid_value legs[2].ratio"
[[nodiscard]] inline std::string says(const Error& error) {
  std::string field = error.field;
  const std::size_t brackets = field.find("[]");
  if (error.index >= 0 && brackets != std::string::npos) field.insert(brackets + 1, std::to_string(error.index));
  return std::string(text(error.code)) + ' ' + field;
}

// ---- configuring

/// A row with bounds -limit and +limit.
[[nodiscard]] inline LimitConfig limit(std::string_view group, Metric metric, double limit) {
  LimitConfig row;
  row.group = group;
  row.metric = metric;
  row.lower = -limit;
  row.upper = limit;
  return row;
}

[[nodiscard]] inline LimitConfig lower_only(std::string_view group, Metric metric, double lower) {
  LimitConfig row;
  row.group = group;
  row.metric = metric;
  row.lower = lower;
  return row;
}

[[nodiscard]] inline LimitConfig cap(std::string_view strategy, std::string_view group, Metric metric, double bound) {
  LimitConfig row = limit(group, metric, bound);
  row.strategy = strategy;
  return row;
}

/// The delta row of the sample configuration: 500, 1,000 or 2,000 by equity.
[[nodiscard]] inline LimitConfig tiered_delta() {
  LimitConfig row;
  row.group = "SPY";
  row.tiers = {{.name = "conservative", .equity_below = 100'000.0, .limit = 500},
               {.name = "moderate", .equity_up_to = 500'000.0, .limit = 1'000},
               {.name = "aggressive", .limit = 2'000}};
  return row;
}

/// The groups of the sample configuration, without limits.
[[nodiscard]] inline LedgerConfig sample_groups() {
  LedgerConfig c;
  c.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}}},
              {.name = "ES", .reference = "ES", .members = {{"ES"}, {"MES"}}},
              {.name = "SP500", .reference = "SPY", .members = {{"SPY"}, {"SPX"}, {"XSP"}, {"ES"}, {"MES"}}},
              {.name = "ACCOUNT", .reference = "SPY", .all_roots = true}};
  return c;
}

/// The sample's groups with one two-sided delta row on SPY.
[[nodiscard]] inline LedgerConfig spy_delta(double bound) {
  LedgerConfig c = sample_groups();
  c.limits = {limit("SPY", Metric::delta, bound)};
  return c;
}

/// The sample's groups with `rows`.
[[nodiscard]] inline LedgerConfig rows(std::vector<LimitConfig> rows) {
  LedgerConfig c = sample_groups();
  c.limits = std::move(rows);
  return c;
}

/// Headroom of SPY delta for `strategy`, at all times unless told otherwise.
[[nodiscard]] inline HeadroomConfig kept(std::string_view strategy, double amount) {
  HeadroomConfig headroom;
  headroom.strategy = strategy;
  headroom.group = "SPY";
  headroom.amount = amount;
  return headroom;
}

/// A strategy and its priority.
struct Ranked {
  std::string strategy{};
  std::int32_t priority{1000};
};

[[nodiscard]] inline CutConfig event_cut(std::string_view event, double factor) {
  CutConfig cut;
  cut.event = event;
  cut.factor = factor;
  return cut;
}

[[nodiscard]] inline CutConfig level_cut(std::string_view root, double above, double until_below, double factor) {
  CutConfig cut;
  cut.root = root;
  cut.above = above;
  cut.until_below = until_below;
  cut.factor = factor;
  return cut;
}

}  // namespace optcoord::test
