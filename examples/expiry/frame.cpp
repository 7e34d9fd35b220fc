// examples/expiry/frame.cpp -- an expiry plan as a trader reads it.
// SPDX-License-Identifier: MIT
#include "frame.hpp"

#include <fmt/format.h>

#include <algorithm>    // std::any_of, std::max, std::min
#include <chrono>       // std::chrono::seconds
#include <cmath>        // std::abs, std::llround
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::expiry_program {
namespace {

using Cells = std::vector<std::string>;

constexpr std::string_view mode_text(ExerciseMode mode) noexcept {
  return mode == ExerciseMode::monitor ? "MONITOR" : mode == ExerciseMode::active ? "ACTIVE" : "EMERGENCY";
}

/// "00:28:45".
std::string clock_text(Duration d) {
  const auto s = std::chrono::duration_cast<std::chrono::seconds>(d).count();
  return fmt::format("{:02}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

/// "-127,000 USD".
std::string dollars(double usd) {
  const long long whole = std::llround(std::abs(usd));
  std::string digits = std::to_string(whole);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return (usd < 0 && whole != 0 ? "-" : "") + digits + " USD";
}
std::string dollars(const std::optional<double>& usd) { return usd ? dollars(*usd) : "unknown"; }

/// "SPY 2026-01-16 635P".
std::string contract_text(const Contract& c) {
  std::string out = fmt::format("{} {} {:.3f}", c.root(), to_text(c.expiry), c.strike());
  out.erase(out.find_last_not_of('0') + 1);
  if (out.back() == '.') out.pop_back();
  return out + (c.right == Right::call ? 'C' : 'P');
}

/// Rows of cells, each column as wide as its widest, two blanks before each row.
std::string table(const std::vector<Cells>& rows) {
  std::vector<std::size_t> widths;
  for (const Cells& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const Cells& row : rows) {
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i) line += fmt::format(" {:<{}}", row[i], widths[i] + 1);
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + '\n';
  }
  return out;
}

/// To the next close of what is held; nothing when nothing closes today any more.
std::optional<double> minutes_left(const ExpiryPlan& plan) {
  std::optional<double> least;
  for (const Assessment& a : plan.positions)
    if (a.stage && a.minutes_to_close) least = std::min(least.value_or(*a.minutes_to_close), *a.minutes_to_close);
  return least;
}

std::string head(const ExpiryPlan& plan, Timestamp t) {
  const CivilTime now = to_new_york(t);
  std::string out = fmt::format("{} {} New York | Mode: {} | ", to_text(now.date), clock_text(now.since_midnight),
                                mode_text(plan.mode));
  const std::optional<double> left = minutes_left(plan);
  out += left ? "Time to close: " + clock_text(Duration{std::llround(*left * 60e9)}) : "nothing held expires today";
  if (plan.kill_switch) out += " | KILL SWITCH ON: no orders";
  if (plan.breaker != BreakerState::closed) out += fmt::format(" | breaker {}", text(plan.breaker));
  if (plan.broker_may_liquidate) out += " | the broker may liquidate by now";
  return out + '\n';
}

bool in_danger(const Assessment& a) {
  const bool quiet =
      a.action == ExpiryAction::hold || a.action == ExpiryAction::expired || a.action == ExpiryAction::settles_cash;
  return a.at_risk || !quiet || !a.ready;
}

/// What of a row is not in its columns.
std::string notes(const Assessment& a) {
  std::string out;
  const auto add = [&out](std::string_view note) { out.append(out.empty() ? "" : ", ").append(note); };
  if (!a.ready) add("no session known");
  if (a.pending) add("close reported, not seen yet");
  for (const Code code : a.warnings) add(text(code));
  if (a.assignable_until)
    add("assignable until " + clock_text(to_new_york(*a.assignable_until).since_midnight).substr(0, 5));
  return out;
}

std::string positions_text(const ExpiryPlanOutput& o, const Names& names, Rows rows) {
  std::vector<Cells> cells{
      {"strategy", "contract", "qty", "moneyness", "P(ITM)", "score", "risk", "stage", "action", ""}};
  for (const Assessment& a : o.plan->positions) {
    if (rows == Rows::in_danger && !in_danger(a)) continue;
    cells.push_back({std::string(names.strategies.text(a.strategy)), contract_text(o.positions[a.position].contract),
                     fmt::format("{:+}", a.quantity), a.moneyness ? fmt::format("{:+.2f} %", *a.moneyness * 100) : "-",
                     a.probability_itm ? fmt::format("{:.2f}", *a.probability_itm) : "-",
                     a.risk_score ? fmt::format("{:.2f}", *a.risk_score) : "-",
                     a.level ? std::string(text(*a.level)) : "-", a.stage ? o.policy->stage_text(*a.stage) : "-",
                     std::string(text(a.action)), notes(a)});
  }
  if (cells.size() == 1) return rows == Rows::all ? "No option is held.\n" : "Positions at risk: none\n";
  return (rows == Rows::all ? "Positions:\n" : "Positions at risk:\n") + table(cells);
}

/// "limit 5.05", "market", "no order".
std::string order_text(const Assessment& a) {
  if (!a.order) return "no order";
  return a.order->limit_price ? fmt::format("limit {:.2f}", *a.order->limit_price) : "market";
}

std::string actions_text(const ExpiryPlanOutput& o, const Names& names) {
  std::vector<Cells> cells;
  for (const QueueEntry& entry : o.plan->queue) {
    const Assessment& a = o.plan->positions[entry.row];
    const Contract& c = o.positions[a.position].contract;
    if (entry.action == ExpiryAction::escalate) continue;
    std::string verb = entry.action == ExpiryAction::convert_stop ? "stop to market" : a.quantity < 0 ? "buy" : "sell";
    std::string with = a.cause == CloseCause::none ? "" : std::string(text(a.cause));
    if (a.cancel_stop) with += with.empty() ? "cancel its stop" : ", cancel its stop";
    cells.push_back({fmt::format("{}.", cells.size() + 1), std::move(verb), std::to_string(entry.quantity),
                     contract_text(c), std::string(names.strategies.text(a.strategy)), order_text(a), std::move(with)});
  }
  return cells.empty() ? "Actions: none\n" : "Actions:\n" + table(cells);
}

std::string escalations_text(const ExpiryPlanOutput& o, const Names& names) {
  std::vector<Cells> cells;
  for (const QueueEntry& entry : o.plan->queue) {
    if (entry.action != ExpiryAction::escalate) continue;
    const Assessment& a = o.plan->positions[entry.row];
    const ClosingCosts costs = a.costs.value_or(ClosingCosts{});
    cells.push_back({std::to_string(entry.quantity), contract_text(o.positions[a.position].contract),
                     std::string(names.strategies.text(a.strategy)), std::string(text(a.reason)),
                     "closing now " + dollars(costs.close_now), "assignment " + dollars(costs.assignment),
                     "a night's move " + dollars(costs.overnight)});
  }
  return cells.empty() ? "" : "DECIDE NOW:\n" + table(cells);
}

std::string total_text(const AssignmentTotal& total) {
  std::string out;
  if (total.shares != 0) out += fmt::format("{:+} shares, ", total.shares);
  if (total.futures != 0) out += fmt::format("{:+} futures, ", total.futures);
  return out + dollars(total.cash) + " cash, notional " + dollars(total.notional);
}

std::string assignment_text(const ExpiryPlan& plan, const Names& names) {
  if (plan.by_strategy.empty()) return {};
  std::string out = "If assigned:\n";
  for (const StrategyTotal& of : plan.by_strategy)
    out += fmt::format("  {}: {}\n", names.strategies.text(of.strategy), total_text(of.total));
  return out + "  account: " + total_text(plan.account) + '\n';
}

std::string foot(const ExpiryPlanOutput& o) {
  const ExpiryPlan& plan = *o.plan;
  std::string out = fmt::format("Ask again in {}", clock_text(plan.next_check));
  if (plan.notice_row) {
    const Assessment& a = plan.positions[*plan.notice_row];
    out +=
        fmt::format(" | {}: {} {}", text(plan.notice), text(a.action), contract_text(o.positions[a.position].contract));
  }
  return out + '\n';
}

}  // namespace

std::string frame(const ExpiryPlanOutput& output, const Names& names, Timestamp t, Rows rows) {
  return head(*output.plan, t) + positions_text(output, names, rows) + actions_text(output, names) +
         escalations_text(output, names) + assignment_text(*output.plan, names) + foot(output);
}

}  // namespace optcoord::expiry_program
