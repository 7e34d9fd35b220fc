// examples/ipmcc/answers.cpp -- plans as tables and sentences.
// SPDX-License-Identifier: MIT
#include "answers.hpp"

#include "table.hpp"

#include <optcoord/core/explain.hpp>    // grouped
#include <optcoord/ipmcc/words.hpp>     // in_words, sentence
#include <optcoord/sizing/explain.hpp>  // number_text, usd_text

#include <algorithm>  // std::replace
#include <cmath>      // std::round

namespace optcoord::ipmcc_program {
namespace {

using ipmcc::Note;
using ipmcc::Path;
using ipmcc::Plan;
using ipmcc::Step;
using optcoord::detail::number_text;
using table::Rows;

[[nodiscard]] std::string usd(std::optional<double> amount) {
  return amount ? optcoord::detail::usd_text(Usd{*amount}) : "unknown";
}
/// An exposure to the thousandth: sums of products have digits that say nothing.
[[nodiscard]] std::string rounded(std::optional<double> value) {
  return value ? number_text(std::round(*value * 1000) / 1000) : "unknown";
}
[[nodiscard]] std::string figure(std::optional<double> value) { return value ? number_text(*value) : "unknown"; }
[[nodiscard]] std::string with_spaces(std::string_view name) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', ' ');
  return out;
}
[[nodiscard]] std::string contracts(std::int64_t n) {
  return optcoord::detail::grouped(n) + (n == 1 ? " contract" : " contracts");
}

[[nodiscard]] std::string headline(const Plan& plan, std::int64_t held) {
  switch (plan.path) {
    case Path::none: return "Nothing can be done";
    case Path::fully_covered: return "Nothing to do";
    case Path::add_weekly: return "Sell a call against the LEAP held";
    case Path::create: return "Buy a LEAP and sell a call against it";
    case Path::roll_leap: return "Roll the LEAP, which is short of days";
    case Path::roll_weekly: break;
  }
  const std::string call = plan.weekly ? to_text(*plan.weekly) + ", " + contracts(held) + " sold" : "a call sold";
  if (plan.steps.empty()) return "Due but not to be rolled: " + call;
  return (plan.steps.size() == 1 ? "Buy back: " : "Roll: ") + call;
}

/// How a step is sent, beside the others.
[[nodiscard]] std::string order_of_step(const Step& step) {
  std::string out = step.package ? "one package" : "alone";
  if (step.depends_on) out += ", only as far as step " + std::to_string(*step.depends_on + 1) + " fills";
  return out;
}

[[nodiscard]] std::string steps_as_text(const Plan& plan) {
  Rows rows{{"step", "action", "contract", "quantity", "limit", "sent as"}};
  for (const Step& step : plan.steps)
    rows.push_back({std::to_string(rows.size()), with_spaces(text(step.action)), to_text(step.contract),
                    optcoord::detail::grouped(step.quantity), step.limit_price ? figure(step.limit_price) : "no quote",
                    order_of_step(step)});
  return table::aligned(rows, 2);
}

[[nodiscard]] std::string figures_as_text(const Plan& plan) {
  const auto signed_usd = [](std::optional<double> amount, const char* if_negative) {
    return usd(amount) + (amount && *amount < 0 ? if_negative : "");
  };
  const OptionalGreeks& e = plan.exposure;
  return table::aligned({{"cash at the limits", signed_usd(plan.expected_cash, ": to be paid")},
                         {"net debit", signed_usd(plan.net_debit, ": a credit")},
                         {"break-even", usd(plan.break_even)},
                         {"maximum loss", usd(plan.max_loss)},
                         {"loss if called", usd(plan.loss_if_called)},
                         {"exposure of a unit", "delta " + rounded(e.delta) + ", gamma " + rounded(e.gamma) +
                                                    ", theta " + rounded(e.theta) + ", vega " + rounded(e.vega)}},
                        2);
}

[[nodiscard]] std::string repair_in_words(const Note& note) {
  const Step& repair = *note.repair;
  const std::string trade = with_spaces(text(repair.action)) + ' ' + optcoord::detail::grouped(repair.quantity) + ' ' +
                            to_text(repair.contract);
  if (note.planned) return trade + ", which the steps above do";
  if (note.cancel) return "cancel of the order to " + trade;
  const std::string price = repair.limit_price ? " at " + figure(repair.limit_price) : "";
  return trade + price + (note.working ? ", unless the order that is working still does it" : "");
}

[[nodiscard]] std::string in_words(const Note& note) {
  std::string out(ipmcc::sentence(note.code));
  if (out.empty()) out = text(note.code);
  if (note.code == Code::short_below_long) out += ": " + usd(note.usd) + " USD lost if called";
  if (note.code == Code::spread_margin) out += ": " + usd(note.usd) + " USD a contract";
  if (note.code == Code::too_small_for_budget) out += ": an account of " + usd(note.usd) + " USD affords one";
  if (note.repair) out += ": " + repair_in_words(note);
  return out;
}
[[nodiscard]] std::string notes_as_text(const char* title, const std::vector<Note>& notes) {
  std::string out;
  for (const Note& note : notes) out += std::string("  ") + title + ": " + in_words(note) + '\n';
  return out;
}

[[nodiscard]] std::string rules_as_text(const std::vector<ipmcc::RuleOutcome>& rules) {
  Rows rows;
  for (const ipmcc::RuleOutcome& rule : rules)
    rows.push_back({"rule " + with_spaces(text(rule.rule)), rule.fired() ? "fired" : "not fired", in_words(rule)});
  return table::aligned(rows, 2);
}

}  // namespace

std::string heading(const ipmcc::Market& market, Timestamp now) {
  return std::string(market.underlying.root()) + " at " + to_text(now) + ", spot " + figure(market.spot) + ", " +
         contracts(static_cast<std::int64_t>(market.chain.size())) + " in the chain\n";
}

std::string plan_as_text(const Plan& plan, std::int64_t held) {
  std::string out = headline(plan, held) + '\n';
  out += rules_as_text(plan.rules);
  out += notes_as_text("because", plan.reasons);
  if (!plan.steps.empty()) out += steps_as_text(plan) + figures_as_text(plan);
  if (plan.rejected.total() > 0) out += "  not chosen: " + in_words(plan.rejected) + '\n';
  return out + notes_as_text("warning", plan.warnings);
}

std::string not_due_as_text(const ipmcc::Holding& weekly, const std::vector<ipmcc::RuleOutcome>& rules) {
  return "Not due: " + to_text(weekly.contract) + ", " + contracts(weekly.quantity) + " sold\n" + rules_as_text(rules);
}

}  // namespace optcoord::ipmcc_program
