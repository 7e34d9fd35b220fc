// src/config/ledger.cpp -- the blocks of the concentration ledger: groups, limits and headroom; cuts.cpp has the rest.
// SPDX-License-Identifier: MIT
#include "blocks.hpp"

#include <algorithm>  // std::find_if
#include <map>        // std::map
#include <tuple>      // std::tuple

namespace optcoord::config::detail {
namespace {

/// The metrics with an upper bound only.
bool upper_only(Metric m) {
  return m == Metric::gross_delta || m == Metric::strategy_count || m == Metric::scenario_loss;
}

void read_members(ObjectReader& r, GroupConfig& out) {
  constexpr Words<bool, 1> all_word{{{"all", true}}};
  r.describe("members", true, all_word);
  if (!r.needs("members")) return;
  const Node* members = r.find("members");
  if (const auto* word = members->as<std::string>(); word != nullptr) {
    out.all_roots = *word == "all";
    if (out.all_roots) return r.report().note(r.at("members"), "\"all\"", Origin::file);
    return r.report().fault(Errc::invalid_value, r.at("members"),
                            in_quotes(*word) + " is neither \"all\" nor a list of roots");
  }
  std::set<std::string, std::less<>> seen;
  r.list("members", [&](const Node& node, const std::string& path) {
    MemberConfig member;
    ObjectReader entry(r.report(), node, path, Notes::entry);
    entry.require("root", member.root, TextRule::root);
    entry.read("beta", member.beta, any_number);
    if (member.beta == 0) r.report().fault(Errc::invalid_value, entry.at("beta"), "must not be 0");
    entry.finish();
    if (!member.root.empty() && !seen.insert(member.root).second)
      entry.contradiction("root", in_quotes(member.root) + " is a member of the group already");
    out.members.push_back(std::move(member));
  });
  const auto* items = members->as<std::vector<Node>>();
  if (items != nullptr && items->empty())
    r.report().fault(Errc::invalid_value, r.at("members"), "a group needs at least one member");
}

void read_tiers(ObjectReader& r, LimitConfig& out) {
  double floor = 0;  // the bound of the tier before
  bool ended = false;
  r.list("tiers", [&](const Node& node, const std::string& path) {
    TierConfig tier;
    ObjectReader entry(r.report(), node, path, Notes::entry);
    entry.read("name", tier.name, TextRule::any);
    const bool below = entry.read("equity_below", tier.equity_below, above(0));
    const bool up_to = entry.read("equity_up_to", tier.equity_up_to, above(0));
    entry.require("limit", tier.limit, within(0, largest_bound));
    entry.finish();
    if (below && up_to) entry.contradiction("equity_up_to", "a tier ends at equity_below or at equity_up_to");
    if (ended)
      r.report().fault(Errc::invalid_configuration, path, "the tier before has no bound, so this one never holds");
    if (below || up_to) {
      const double bound = below ? *tier.equity_below : *tier.equity_up_to;
      if (bound <= floor)
        entry.contradiction(below ? "equity_below" : "equity_up_to", "tiers rise: must be above " + json_of(floor));
      floor = bound;
    }
    ended = ended || !entry.usable() || !(entry.has("equity_below") || entry.has("equity_up_to"));
    out.tiers.push_back(std::move(tier));
  });
  if (out.tiers.empty()) {
    r.report().fault(Errc::invalid_value, r.at("tiers"), "at least one tier is required");
  } else if (!ended) {
    r.report().fault(Errc::invalid_configuration, join(r.at("tiers"), out.tiers.size() - 1),
                     "the last tier has no bound, or no limit would hold for more equity");
  }
}

/// Where a row's bounds come from.
enum class Source : std::uint8_t { none, constant, tiers, equity_fraction };

Source read_bounds(ObjectReader& r, LimitConfig& out) {
  const bool one_sided = upper_only(out.metric);
  std::optional<double> limit;
  if (r.read("limit", limit, within(0, largest_bound))) {
    out.upper = limit;
    if (!one_sided) out.lower = 0.0 - *limit;  // never -0
  }
  for (const std::string_view key : {"lower", "upper"})
    if (r.has("limit") && r.has(key)) r.contradiction(key, "beside limit, which sets both bounds");
  std::optional<double> lower;
  std::optional<double> upper;
  if (r.read("lower", lower, within(-largest_bound, 0))) out.lower = lower;
  if (r.read("upper", upper, within(0, largest_bound))) out.upper = upper;
  if (one_sided && lower) r.contradiction("lower", std::string{text(out.metric)} + " has an upper bound only");
  if (r.has("tiers")) read_tiers(r, out);
  r.find("tiers");
  r.read("equity_fraction", out.equity_fraction, above_to(0, 1e6));

  const bool constant = r.has("limit") || r.has("lower") || r.has("upper");
  if (constant && r.has("tiers")) r.contradiction("tiers", "beside a constant bound");
  if ((constant || r.has("tiers")) && r.has("equity_fraction"))
    r.contradiction("equity_fraction", "beside another bound; use a second row, the tighter one holds");
  if (constant) return Source::constant;
  if (r.has("tiers")) return Source::tiers;
  if (r.has("equity_fraction")) return Source::equity_fraction;
  if (r.usable())
    r.report().fault(Errc::invalid_value, r.at("limit"),
                     "one of limit, lower, upper, tiers and equity_fraction is required");
  return Source::none;
}

void read_shocks(ObjectReader& r, std::string_view key, std::vector<double>& out, const Range& range) {
  out.clear();
  r.list(key, [&](const Node& node, const std::string& path) {
    double shock = 0;
    if (!convert(r.report(), node, path, shock, range)) return;
    r.report().note(path, json_of(shock), Origin::file);
    out.push_back(shock);
  });
  if (const Node* n = r.find(key);
      n != nullptr && n->as<std::vector<Node>>() != nullptr && n->as<std::vector<Node>>()->empty())
    r.report().fault(Errc::invalid_value, r.at(key), "must not be empty");
}

void read_scenario(ObjectReader& r, LimitConfig& out) {
  const Node* node = r.find("scenario");
  const bool wanted = out.metric == Metric::scenario_loss;
  if (node == nullptr) {
    if (wanted) r.missing("scenario");
    return;
  }
  if (!wanted) r.contradiction("scenario", "only rows of the metric scenario_loss have scenarios");
  ObjectReader s(r.report(), *node, r.at("scenario"), Notes::entry);
  s.needs("spot");
  read_shocks(s, "spot", out.scenario.spot, {.low = -1, .high = 10, .low_open = true});
  read_shocks(s, "vol", out.scenario.vol, within(-10, 10));
  s.finish();
  if (s.has("vol")) return;
  out.scenario.vol = {0.0};
  r.report().note(s.at("vol"), "[0]", Origin::builtin_default);
}

/// Whether two rows on the same group, metric, strategy and scenario say different things about the same bound: same
/// kind of bound, a side in common. A constant beside an equity fraction is two rows with their own codes, of which the
/// tighter holds.
bool contradict(const LimitConfig& a, Source from_a, const LimitConfig& b, Source from_b) {
  if (from_a != from_b) return false;
  return from_a != Source::constant || (a.lower && b.lower) || (a.upper && b.upper);
}

/// Counts are whole.
void check_count(ObjectReader& r, const LimitConfig& row) {
  if (row.metric != Metric::strategy_count) return;
  if (r.has("strategy")) r.contradiction("strategy", "strategies are counted together, not one by one");
  if (r.has("equity_fraction")) r.contradiction("equity_fraction", "strategies are not counted in USD");
  if (row.upper && *row.upper != static_cast<double>(static_cast<std::int64_t>(*row.upper)))
    r.report().fault(Errc::invalid_value, r.at(r.has("limit") ? "limit" : "upper"), "must be a whole number");
}

}  // namespace

const Words<Metric, 8>& metric_words() noexcept {
  static constexpr Words<Metric, 8> words{{{text(Metric::delta), Metric::delta},
                                           {text(Metric::gamma), Metric::gamma},
                                           {text(Metric::theta), Metric::theta},
                                           {text(Metric::vega), Metric::vega},
                                           {text(Metric::dollar_delta), Metric::dollar_delta},
                                           {text(Metric::gross_delta), Metric::gross_delta},
                                           {text(Metric::strategy_count), Metric::strategy_count},
                                           {text(Metric::scenario_loss), Metric::scenario_loss}}};
  return words;
}

void read_schedule(ObjectReader& entry, Schedule& out) {
  const bool from = entry.read("from", out.from, ClockRule{});
  const bool until = entry.read("until", out.until, ClockRule{});
  if ((from || until) && out.from >= out.until)
    entry.contradiction(entry.has("until") ? "until" : "from",
                        "from must be before until; a window across midnight is two windows");
  DayMask days = 0;
  std::string noted;
  const bool listed = entry.list("days", [&](const Node& node, const std::string& path) {
    const std::vector<std::string_view> words(day_names.begin(), day_names.end());
    const std::optional<std::size_t> day = find_word(entry.report(), node, path, words);
    if (!day) return;
    days = static_cast<DayMask>(days | (1U << *day));
    noted += (noted.empty() ? "\"" : ",\"") + std::string{day_names[*day]} + '"';
  });
  if (!listed) return;
  if (entry.find("days")->as<std::vector<Node>>()->empty())
    entry.report().fault(Errc::invalid_value, entry.at("days"), "must name at least one day");
  out.days = days;
  entry.report().note(entry.at("days"), "[" + noted + "]", Origin::file);
}

void read_groups(ObjectReader& top, LedgerConfig& out) {
  std::set<std::string, std::less<>> seen;
  top.list("groups", [&](const Node& node, const std::string& path) {
    GroupConfig group;
    ObjectReader r(top.report(), node, path, Notes::entry);
    if (r.require("name", group.name, TextRule::name) && !seen.insert(group.name).second)
      r.contradiction("name", "the group " + in_quotes(group.name) + " is defined already");
    r.require("reference", group.reference, TextRule::root);
    read_members(r, group);
    r.finish();
    out.groups.push_back(std::move(group));
  });
}

void read_limits(ObjectReader& top, const Context& context, LedgerConfig& out) {
  std::vector<Source> sources;
  using Bounded = std::tuple<std::string, Metric, std::string, std::vector<double>, std::vector<double>>;
  std::map<Bounded, std::vector<std::size_t>> alike;  // rows by what they bound: group, metric, strategy, scenario
  top.list("limits", [&](const Node& node, const std::string& path) {
    LimitConfig row;
    ObjectReader r(top.report(), node, path, Notes::entry);
    const bool placed = r.require("group", row.group, TextRule::name);
    if (placed) context.groups.check(top.report(), row.group, r.at("group"));
    const bool measured = r.require("metric", row.metric, metric_words());
    std::optional<std::string> strategy;
    if (r.read("strategy", strategy, TextRule::name)) {
      row.strategy = *strategy;
      context.strategies.check(top.report(), row.strategy, r.at("strategy"));
    }
    const Source source = read_bounds(r, row);
    r.read("warn_at", row.warn_at, above_to(0, 1));
    read_scenario(r, row);
    check_count(r, row);
    r.finish();
    std::vector<std::size_t>& others =
        alike[{row.group, row.metric, row.strategy, row.scenario.spot, row.scenario.vol}];
    const auto other = std::find_if(others.begin(), others.end(), [&](std::size_t i) {
      return placed && measured && contradict(out.limits[i], sources[i], row, source);
    });
    if (other == others.end()) {
      others.push_back(out.limits.size());
    } else {
      top.report().fault(Errc::invalid_configuration, path,
                         "bounds what " + join("limits", *other) + " bounds already, in the same way");
    }
    sources.push_back(source);
    out.limits.push_back(std::move(row));
  });
}

void read_headroom(ObjectReader& top, const Context& context, LedgerConfig& out) {
  top.list("headroom", [&](const Node& node, const std::string& path) {
    HeadroomConfig row;
    ObjectReader r(top.report(), node, path, Notes::entry);
    if (r.require("strategy", row.strategy, TextRule::name))
      context.strategies.check(top.report(), row.strategy, r.at("strategy"));
    if (r.require("group", row.group, TextRule::name)) context.groups.check(top.report(), row.group, r.at("group"));
    if (r.require("metric", row.metric, metric_words()) && static_cast<std::size_t>(row.metric) >= summed_metrics)
      top.report().fault(Errc::invalid_value, r.at("metric"),
                         "headroom is kept of delta, gamma, theta, vega and dollar_delta only");
    r.require("amount", row.amount, within(0, largest_bound));
    read_schedule(r, row.schedule);
    r.finish();
    out.headroom.push_back(std::move(row));
  });
}

}  // namespace optcoord::config::detail
