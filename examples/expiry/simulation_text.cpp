// examples/expiry/simulation_text.cpp -- a simulation as tables with its assumptions and targets, and as JSON.
// SPDX-License-Identifier: MIT
#include "simulation_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <algorithm>  // std::find_if
#include <optional>   // std::optional

namespace optcoord::expiry_program {
namespace {

using Json = nlohmann::ordered_json;

std::string percent(const std::optional<double>& fraction) {
  return fraction ? fmt::format("{:.2f} %", *fraction * 100) : "-";
}
std::string usd(const std::optional<double>& v) { return v ? fmt::format("{:.4f}", *v) : "-"; }

std::string about_days(const Simulation& s) {
  if (s.bars.empty()) return fmt::format("{} simulated closes, seed {}", s.days, s.seed);
  return fmt::format("{} closes on {} real days' minute bars, seed {}", s.days, s.real_days, s.seed);
}

std::string assumptions_as_text(const Simulation& s) {
  const MarketModel& m = s.model;
  std::string out = "assumed\n";
  if (s.bars.empty()) {
    out += fmt::format(
        "  prices     diffusion of {:.4g} % a year, {:.4g} jumps a session with a deviation of {:.4g} %, no drift;\n",
        m.vol * 100, m.jumps, m.jump_size * 100);
    out += fmt::format("             every 5 s, from {:.4g} at the open; NYSE sessions from 2015 on, half days too\n",
                       usual_open);
  } else {
    out += fmt::format("  prices     minute bars, scaled to {:.4g} at the open; the last bar stands until the next\n",
                       usual_open);
    for (const std::string& file : s.bars) out += "             " + file + "\n";
  }
  out +=
      "  positions  one contract a leg, strikes set at the open in deviations of the session's move: short put and\n"
      "             short call at 0.5, put spread at 1, iron condor at 0.75, wings 5 USD further; American, physical\n";
  out += fmt::format(
      "  quotes     closed form at {:.4g} %; half the spread {:.4g} USD + {:.4g} % of mid, to whole cents outwards;\n"
      "             none at {:.4g} % of the looks\n",
      quoted_vol(m) * 100, m.half_spread, m.half_spread_of_mid * 100, m.no_quote * 100);
  out += fmt::format(
      "  fills      an order stands {:.4g} s, then is filled at its limit or comes back: by the market of then, {:.4g} "
      "%\n"
      "             with its limit at mid, all at the far side, none a half spread behind; {:.4g} % rejected anyway\n",
      m.patience_s, m.filled_at_mid * 100, m.rejected * 100);
  out +=
      "  host       asks when the plan says and when an order ends; nobody answers an escalation; being exercised is\n"
      "             counted, not priced; legs of one strategy that deliver to each other are no exercise\n";
  return out;
}

/// A figure and whether it misses its target.
std::string marked(std::string text, bool misses) { return text + (misses ? "!" : " "); }

bool misses_prevention(const DailySummary& d) { return d.prevention_rate && !(*d.prevention_rate > wanted_prevention); }
bool misses_slippage(const DailySummary& d) { return d.mean_slippage && !(*d.mean_slippage < wanted_slippage); }
bool misses_false_positives(const DailySummary& d) {
  return d.false_positive_rate && !(*d.false_positive_rate < wanted_false_positives);
}

std::string three_targets(const DailySummary& d) {
  return fmt::format("{:>11} {:>9} {:>11}", marked(percent(d.prevention_rate), misses_prevention(d)),
                     marked(usd(d.mean_slippage), misses_slippage(d)),
                     marked(percent(d.false_positive_rate), misses_false_positives(d)));
}

std::string rules_as_text(const std::vector<RuleFigures>& rules) {
  std::string out = fmt::format("{:<14} {:>7} {:>9} {:>7}  {:>11} {:>9} {:>11} {:>9} {:>9}  {:>26}\n", "rule",
                                "watched", "exercise", "closed", "prevention ", "slippage ", "false pos. ", "escalated",
                                "P&L/day", "missed: asked/work/unseen");
  for (const RuleFigures& r : rules) {
    const Figures& f = r.figures;
    const DailySummary& d = f.summary;
    out += fmt::format("{:<14} {:>7} {:>9} {:>7}  {} {:>9} {:>9.2f}  {:>26}\n", r.rule.name, d.watched,
                       d.prevented + d.exercised, d.successes, three_targets(d), total(f.asked),
                       d.pnl_impact / static_cast<double>(f.days),
                       fmt::format("{} / {} / {}", total(f.missed_asked), f.missed_in_work, f.missed_unseen));
  }
  out += fmt::format("{:<14} {:>7} {:>9} {:>7}  {:>11} {:>9} {:>11}   (! misses it)\n", "wanted", "", "", "", "> 99 % ",
                     "< 0.05 ", "< 10 % ");
  return out;
}

/// Why a person was asked, and how many of those positions were exercised.
std::string reasons_as_text(const std::vector<RuleFigures>& rules) {
  std::string out;
  for (const RuleFigures& r : rules) {
    if (r.figures.asked.empty()) continue;
    out += fmt::format("  {:<14}", r.rule.name);
    for (const auto& [reason, count] : r.figures.asked) {
      const auto missed = r.figures.missed_asked.find(reason);
      out +=
          fmt::format(" {} {} ({})", text(reason), count, missed == r.figures.missed_asked.end() ? 0 : missed->second);
    }
    out += '\n';
  }
  return out.empty() ? out : "escalated, by the last reason, and (missed)\n" + out;
}

std::string legend(const std::vector<RuleFigures>& rules) {
  std::string out;
  for (const RuleFigures& r : rules) out += fmt::format("  {:<14} {}\n", r.rule.name, r.rule.meaning);
  out +=
      "  exercise: positions that would be or were exercised; prevention: those of them closed in time. slippage: USD "
      "per\n"
      "  unit against mid when ordered. false pos.: closed, and finished out of the money, of all watched. P&L: of "
      "closing\n"
      "  against settlement. missed: exercised after a person was asked / while closing was tried / never called "
      "for.\n";
  return out;
}

std::string sensitivity_as_text(const Simulation& s) {
  if (s.sensitivity.empty()) return {};
  std::string out = fmt::format("\nsensitivity, {} closes each\n{:<26}", s.sensitivity_days, "");
  for (const RuleFigures& r : s.sensitivity.front().rules) out += fmt::format(" | {:<33}", r.rule.name);
  out += fmt::format("\n{:<26}", "assumption");
  for (std::size_t i = 0; i < s.sensitivity.front().rules.size(); ++i)
    out += fmt::format(" | {:>11} {:>9} {:>11}", "prevention ", "slippage ", "false pos. ");
  out += '\n';
  for (const Sensitivity& one : s.sensitivity) {
    out += fmt::format("{:<26}", one.assumption);
    for (const RuleFigures& r : one.rules) out += " | " + three_targets(r.figures.summary);
    out += '\n';
  }
  return out;
}

std::string calibration_as_text(const DailySummary& d) {
  std::string out =
      "\nprobability of the money at T-30, against the close\n   said   positions   mean said   came true\n";
  for (std::size_t i = 0; i < d.buckets.size(); ++i) {
    const ProbabilityBucket& b = d.buckets[i];
    if (b.predicted == 0) continue;
    const auto n = static_cast<double>(b.predicted);
    out +=
        fmt::format("{:>4.1f}-{:.1f} {:>10} {:>11.4f} {:>11.4f}\n", static_cast<double>(i) / 10,
                    static_cast<double>(i + 1) / 10, b.predicted, b.sum / n, static_cast<double>(b.in_the_money) / n);
  }
  return out;
}

Json number(const std::optional<double>& v) { return v ? Json(*v) : Json(nullptr); }

Json json_of(const std::map<Code, std::int64_t>& by_reason) {
  Json out = Json::object();
  for (const auto& [reason, count] : by_reason) out[std::string(text(reason))] = count;
  return out;
}

Json json_of(const RuleFigures& r) {
  const Figures& f = r.figures;
  const DailySummary& d = f.summary;
  return {{"rule", r.rule.name},
          {"days", f.days},
          {"watched", d.watched},
          {"exercised", d.exercised},
          {"prevented", d.prevented},
          {"closed_for_nothing", d.closed_for_nothing},
          {"netted", f.netted},
          {"attempts", d.actions},
          {"closed", d.successes},
          {"prevention_rate", number(d.prevention_rate)},
          {"mean_slippage", number(d.mean_slippage)},
          {"false_positive_rate", number(d.false_positive_rate)},
          {"escalated", json_of(f.asked)},
          {"missed_escalated", json_of(f.missed_asked)},
          {"missed_in_work", f.missed_in_work},
          {"missed_unseen", f.missed_unseen},
          {"left_uncovered", f.left_uncovered},
          {"pnl_impact", d.pnl_impact}};
}

void append_line(std::string& out, const Json& object) { out += object.dump() + '\n'; }

}  // namespace

std::string as_text(const Simulation& s) {
  std::string out = about_days(s) + "\n" + assumptions_as_text(s) + "\n" + rules_as_text(s.rules) + legend(s.rules) +
                    reasons_as_text(s.rules);
  out += sensitivity_as_text(s);
  if (!s.rules.empty()) out += calibration_as_text(s.rules.front().figures.summary);
  return out;
}

std::string as_json(const Simulation& s) {
  std::string out;
  Json assumed{
      {"type", "assumptions"}, {"seed", s.seed}, {"days", s.days}, {"bars", s.bars}, {"real_days", s.real_days}};
  for (const Assumption& a : assumptions) assumed[std::string(a.name)] = s.model.*a.member;
  append_line(out, assumed);
  for (const RuleFigures& r : s.rules) {
    Json line{{"type", "rule"}};
    line.update(json_of(r));
    append_line(out, line);
  }
  for (const Sensitivity& one : s.sensitivity)
    for (const RuleFigures& r : one.rules) {
      Json line{{"type", "sensitivity"}, {"assumption", one.assumption}};
      line.update(json_of(r));
      append_line(out, line);
    }
  if (s.rules.empty()) return out;
  for (std::size_t i = 0; i < s.rules.front().figures.summary.buckets.size(); ++i) {
    const ProbabilityBucket& b = s.rules.front().figures.summary.buckets[i];
    append_line(out, {{"type", "calibration"},
                      {"from", static_cast<double>(i) / 10},
                      {"positions", b.predicted},
                      {"sum", b.sum},
                      {"in_the_money", b.in_the_money}});
  }
  return out;
}

}  // namespace optcoord::expiry_program
