// optcoord/core/explain.hpp -- a decision as one line a trader can read.
// SPDX-License-Identifier: MIT
//
// Made once, at the edge; nothing else formats text. Figures are exact, thousands are separated by commas, no locale
// is asked. A denial is its reasons, the binding one first. Example:
//
//   explain(decision, names);
//   // Would exceed maximum SPY exposure: -700 held + -400 requested = -1,100, limit -1,000, headroom -300
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/fixed_point.hpp>  // append_text
#include <optcoord/core/names.hpp>        // Names

#include <fmt/format.h>  // fmt::format, fmt::format_to
#include <algorithm>     // std::any_of, std::min
#include <cstddef>       // std::size_t
#include <cstdint>       // std::int64_t
#include <iterator>      // std::back_inserter
#include <string>        // std::string
#include <string_view>   // std::string_view

namespace optcoord {
namespace detail {

/// Puts commas between the thousands of a decimal text: "-1100.5" becomes "-1,100.5".
inline void group_thousands(std::string& text) {
  const std::size_t first = text.find('-') == 0 ? 1 : 0;
  std::size_t at = std::min(text.find('.'), text.size());
  while (at > first + 3) {
    at -= 3;
    text.insert(at, 1, ',');
  }
}
[[nodiscard]] inline std::string grouped(Micro m) {
  std::string text;
  append_text(text, m);
  group_thousands(text);
  return text;
}
[[nodiscard]] inline std::string grouped(std::int64_t n) {
  std::string text = fmt::format("{}", n);
  group_thousands(text);
  return text;
}

/// A figure of a finding, "unknown" when it could not be computed.
[[nodiscard]] inline std::string figure(const Finding& f, Finding::Field field, Micro value) {
  return f.knows(field) ? grouped(value) : std::string("unknown");
}

/// What a row limits: "SPY exposure" for delta, as traders say it, else "ACCOUNT gamma exposure".
[[nodiscard]] inline std::string subject(const Finding& f, const Names& names) {
  std::string out;
  if (f.knows(Finding::group_field)) out = fmt::format("{} ", names.groups.text(f.group));
  if (f.knows(Finding::metric_field) && f.metric != Metric::delta) {
    std::string metric(text(f.metric));
    for (char& c : metric)
      if (c == '_') c = ' ';
    out += metric + ' ';
  }
  if (f.knows(Finding::scenario_field))
    return out + fmt::format("(spot {:+.10g}%, vol {:+.10g})", f.scenario.spot * 100, f.scenario.vol);
  return out + "exposure";
}

/// "-700 held + -200 pending + -400 requested = -1,300, limit -1,000, headroom -100"; of a conflict "-700 held,
/// tolerance -50"; empty without figures.
[[nodiscard]] inline std::string figures(const Finding& f) {
  constexpr unsigned any = Finding::held_field | Finding::pending_field | Finding::requested_field |
                           Finding::projected_field | Finding::limit_field | Finding::headroom_field;
  if ((f.has & any) == 0) return {};
  if (f.code == Code::conflicting_direction)
    return fmt::format("{} held, tolerance {}", figure(f, Finding::held_field, f.held),
                       figure(f, Finding::limit_field, f.limit));
  std::string out = figure(f, Finding::held_field, f.held) + " held";
  if (!f.knows(Finding::pending_field) || f.pending.raw != 0)
    out += fmt::format(" + {} pending", figure(f, Finding::pending_field, f.pending));
  fmt::format_to(std::back_inserter(out), " + {} requested = {}, limit {}, headroom {}",
                 figure(f, Finding::requested_field, f.requested), figure(f, Finding::projected_field, f.projected),
                 figure(f, Finding::limit_field, f.limit), figure(f, Finding::headroom_field, f.headroom));
  return out;
}

/// `value` in whole percent of `limit`, rounded down: what reads 100 % is reached. -1 for a bound of 0.
[[nodiscard]] constexpr std::int64_t percent_of(Micro value, Micro limit) noexcept {
  if (limit.raw == 0) return -1;
  const Int128 percent = static_cast<Int128>(value.raw) * 100 / limit.raw;
  return percent < 0 ? 0 : static_cast<std::int64_t>(percent);
}

/// Whether a row was at 90 % or more before the request came.
[[nodiscard]] constexpr bool is_near(const Finding& f) noexcept {
  if (!f.knows(Finding::held_field) || !f.knows(Finding::pending_field) || !f.knows(Finding::limit_field)) return false;
  return percent_of(f.held + f.pending, f.limit) >= 90;
}

/// The words that name no group. Empty for the codes whose words do.
[[nodiscard]] constexpr std::string_view plain_words(Code code) noexcept {
  switch (code) {
    case Code::event_limit: return "Market event - reduced limits in effect";
    case Code::volatility_limit: return "Volatility - reduced limits in effect";
    case Code::exit_not_reducing: return "Exit closes more than the strategy holds";
    case Code::exit_uncovers_short: return "Exit would leave uncovered short options";
    case Code::strategy_state: return "Strategy may not open in its present state";
    case Code::peer_state: return "Another strategy is in trouble";
    case Code::interlock: return "Interlocked with another strategy's state";
    case Code::outside_window: return "Outside the strategy's trading window";
    case Code::exclusion: return "Excluded beside another strategy";
    case Code::min_interval: return "Too soon after the strategy's last execution";
    case Code::max_active: return "Too many strategies entering";
    case Code::margin_pressure: return "Margin use is high";
    case Code::event_skip: return "Market event - no opening";
    case Code::event_scale: return "Market event - smaller size";
    case Code::no_short_calls: return "Market event - no short calls";
    case Code::hedge_only: return "Market event - bought protection only";
    case Code::calendar_missing: return "No calendar received";
    case Code::buying_power: return "Not enough buying power";
    case Code::adjusted_contract: return "Adjusted contract - may only be closed";
    case Code::leaves_uncovered_short: return "Leaves uncovered short options";
    case Code::greeks_computed: return "Greeks computed from the mid";
    default: return {};
  }
}

/// The sentence before a limit row's figures.
[[nodiscard]] inline std::string row_words(const Finding& f, const Names& names) {
  const std::string what = subject(f, names);
  switch (f.code) {
    case Code::limit_exceeded: return fmt::format("Would exceed maximum {}", what);
    case Code::priority_reserved: return fmt::format("{} is reserved for higher priority strategies", what);
    case Code::strategy_cap:
      return f.knows(Finding::strategy_field)
                 ? fmt::format("Would exceed {}'s cap on {}", names.strategies.text(f.strategy), what)
                 : fmt::format("Would exceed the strategy's cap on {}", what);
    case Code::notional_cap: return fmt::format("Would exceed the share of equity allowed for {}", what);
    case Code::strategy_count: return fmt::format("Too many strategies in {}", names.groups.text(f.group));
    case Code::conflicting_direction:
      return fmt::format("{} holds the opposite {}",
                         f.knows(Finding::strategy_field) ? names.strategies.text(f.strategy) : "Another strategy",
                         what);
    case Code::delta_unavailable:
      return f.knows(Finding::metric_field) && f.metric != Metric::delta
                 ? fmt::format("Delta calculation unavailable ({})", text(f.metric))
                 : std::string("Delta calculation unavailable");
    case Code::stale_greeks: return "Greeks or prices too old";
    case Code::equity_unknown: return fmt::format("Equity unknown - no limit on {}", what);
    case Code::correlation: return fmt::format("Strategies in {} move together", names.groups.text(f.group));
    case Code::correlation_unknown:
      return fmt::format("Not known yet whether strategies in {} move together", names.groups.text(f.group));
    case Code::avoid_group: return fmt::format("Market event - no opening in {}", names.groups.text(f.group));
    case Code::cut_unknown: return fmt::format("Cut of {} assumed - no quote of its level yet", what);
    case Code::not_computed:
      return f.scope == Scope::account ? std::string("Margin use unknown - not judged")
                                       : fmt::format("{} could not be computed", what);
    default: return {};
  }
}

[[nodiscard]] inline std::string halt_words(const Finding& f, const Names& names) {
  if (f.scope == Scope::none) return "Margin use is too high - reductions only";
  const std::string_view how = f.code == Code::halted ? "halted" : "reduce-only";
  if (f.scope == Scope::group) return fmt::format("Group {} is {}", names.groups.text(f.group), how);
  if (f.scope == Scope::strategy) return fmt::format("Strategy {} is {}", names.strategies.text(f.strategy), how);
  return fmt::format("Account is {}", how);
}

}  // namespace detail

/// \returns one reason or warning as a sentence without a full stop.
[[nodiscard]] inline std::string explain(const Finding& f, const Names& names) {
  if (f.code == Code::halted || f.code == Code::reduce_only) return detail::halt_words(f, names);
  if (f.code == Code::limit_warning || f.code == Code::limit_near) {
    if (!f.knows(Finding::projected_field) || !f.knows(Finding::limit_field))
      return fmt::format("{} near its limit", detail::subject(f, names));
    return fmt::format("{} would be at {}% of limit ({} of {})", detail::subject(f, names),
                       detail::percent_of(f.projected, f.limit), detail::grouped(f.projected),
                       detail::grouped(f.limit));
  }
  std::string out(detail::plain_words(f.code));
  if (out.empty() && f.code == Code::limit_exceeded && detail::is_near(f)) {
    out = fmt::format("{} at {}% of limit", detail::subject(f, names), detail::percent_of(f.held + f.pending, f.limit));
  }
  if (out.empty()) out = detail::row_words(f, names);
  if (out.empty()) {  // a code whose component has no sentence of its own
    out = text(f.code);
    for (char& c : out)
      if (c == '_') c = ' ';
  }
  if (f.knows(Finding::state_field))
    fmt::format_to(std::back_inserter(out), " ({} is {})", names.strategies.text(f.strategy), text(f.state));
  if (f.code == Code::exclusion) fmt::format_to(std::back_inserter(out), " ({})", names.strategies.text(f.strategy));
  if (f.knows(Finding::event_field)) fmt::format_to(std::back_inserter(out), " ({})", names.events.text(f.event));
  if (const std::string figures = detail::figures(f); !figures.empty()) {
    out += ": ";
    if (f.code == Code::event_limit || f.code == Code::volatility_limit) out += detail::subject(f, names) + ' ';
    out += figures;
  }
  return out;
}

/// \returns `decision` as one line: the verdict unless it is a denial, the reasons with the binding one first, then
/// what deserves a look.
[[nodiscard]] inline std::string explain(const Decision& decision, const Names& names) {
  std::string out;
  if (decision.verdict == Verdict::approved) {
    out = fmt::format("Approved: {} {}", detail::grouped(decision.units), decision.units == 1 ? "unit" : "units");
  } else if (decision.verdict == Verdict::reduced) {
    out = fmt::format("Reduced to {} of {} units", detail::grouped(decision.units),
                      detail::grouped(decision.units_requested));
  } else if (decision.reasons.empty()) {
    out = "Denied";
  }
  std::string_view before = out.empty() ? "" : ": ";
  const auto add = [&](const Finding& f) {
    out += before;
    out += explain(f, names);
    before = "; ";
  };
  const Finding* binding = nullptr;
  for (const Finding& f : decision.reasons) {
    if (f.code == decision.binding && (binding == nullptr || f.max_units < binding->max_units)) binding = &f;
  }
  if (binding != nullptr) add(*binding);
  for (const Finding& f : decision.reasons)
    if (&f != binding) add(f);
  before = "; exit passes over: ";
  for (const Finding& f : decision.warnings)
    if (!is_warning(f.code)) add(f);
  before = "; warning: ";
  for (const Finding& f : decision.warnings) {
    // A reduction has named its row already, with the figures that matter.
    const bool said = f.row != Finding::no_row &&
                      std::any_of(decision.reasons.begin(), decision.reasons.end(),
                                  [&f](const Finding& reason) { return reason.row == f.row && reason.side == f.side; });
    if (is_warning(f.code) && !said) add(f);
  }
  return out;
}

}  // namespace optcoord
