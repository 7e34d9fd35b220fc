// src/protocol/encode_exercise.cpp -- the lines of what is to be closed before expiry, and how closings stand.
// SPDX-License-Identifier: MIT
#include "encode_parts.hpp"

#include <cmath>  // std::nearbyint

namespace optcoord::protocol {
namespace {

using Text = std::string_view;

constexpr Text text(ExerciseMode mode) noexcept {
  return mode == ExerciseMode::monitor ? "monitor" : mode == ExerciseMode::active ? "active" : "emergency";
}

/// Figures of people's size, without the digits in which machines differ.
[[nodiscard]] std::optional<double> rounded(std::optional<double> x, double per_unit) noexcept {
  if (!x) return x;
  return std::nearbyint(*x * per_unit) / per_unit;
}
/// USD and shares to a millionth; ratios, scores and probabilities to a millionth of a millionth.
[[nodiscard]] std::optional<double> usd(std::optional<double> x) noexcept { return rounded(x, 1e6); }
[[nodiscard]] std::optional<double> ratio(std::optional<double> x) noexcept { return rounded(x, 1e12); }

[[nodiscard]] double seconds(Duration d) noexcept { return static_cast<double>(d.count()) / 1e9; }

void write_order(ObjectWriter& item, const Assessment& a) {
  if (!a.order) return item.null("order");
  ObjectWriter order(item.key("order"));
  order.string("type", optcoord::text(a.order->type));
  order.number("limit_price", a.order->limit_price);
  order.number("quantity", a.order->quantity);
  order.close();
}

void write_costs(ObjectWriter& item, const Assessment& a) {
  if (!a.costs) return item.null("costs");
  ObjectWriter costs(item.key("costs"));
  costs.number("close_now", usd(a.costs->close_now));
  costs.number("assignment", usd(a.costs->assignment));
  costs.number("overnight", usd(a.costs->overnight));
  costs.close();
}

/// Of escalate, what stopped it; without a session, that.
[[nodiscard]] Text reason_of(const Assessment& a) noexcept {
  if (a.reason != Code::none) return optcoord::text(a.reason);
  return a.ready ? Text{} : optcoord::text(Errc::not_ready);
}

void write_warnings(ObjectWriter& item, const Assessment& a) {
  ListWriter warnings(item.key("warnings"));
  if (!a.ready) append_string(warnings.next(), optcoord::text(Errc::not_ready));
  for (const Code code : a.warnings) append_string(warnings.next(), optcoord::text(code));
  warnings.close();
}

void write_position(std::string& out, const Assessment& a, const ExercisePolicy& policy, const Names& names,
                    const Decoder& decoder) {
  ObjectWriter item(out);
  item.string("strategy", names.strategies.text(a.strategy));
  item.string("contract", names.contracts.text(a.contract));
  item.number("quantity", a.quantity);
  write_warnings(item, a);
  item.number("minutes_to_close", a.minutes_to_close);
  item.number("moneyness", ratio(a.moneyness));
  item.number("risk_score", ratio(a.risk_score));
  item.number("risk_score_raw", ratio(a.risk_score_raw));
  item.number("probability_itm", ratio(a.probability_itm));
  item.string_or_null("level", a.level ? optcoord::text(*a.level) : Text{});
  item.string_or_null("stage", a.stage ? policy.stage_text(*a.stage) : std::string());
  item.boolean("at_risk", a.at_risk);
  item.string("action", optcoord::text(a.action));
  item.string_or_null("reason", reason_of(a));
  item.string_or_null("cause", a.cause == CloseCause::none ? Text{} : optcoord::text(a.cause));
  write_order(item, a);
  append_id(item.key("cancel_stop"), a.cancel_stop ? decoder.text(*a.cancel_stop) : std::nullopt);
  item.boolean("pending", a.pending);
  item.number("underlying_if_assigned", a.assigned ? usd(a.assigned->underlying) : std::nullopt);
  item.number("cash_if_assigned", a.assigned ? usd(a.assigned->cash) : std::nullopt);
  item.number("notional_if_assigned", a.assigned ? usd(a.assigned->notional) : std::nullopt);
  item.time("assignable_until", a.assignable_until);
  write_costs(item, a);
  item.close();
}

void write_total(std::string& out, const AssignmentTotal& total) {
  ObjectWriter item(out);
  item.number("underlying_if_assigned", usd(total.shares));
  item.number("futures_if_assigned", usd(total.futures));
  item.number("cash_if_assigned", usd(total.cash));
  item.number("notional_if_assigned", usd(total.notional));
  item.close();
}

void write_totals(std::string& out, const ExpiryPlan& plan, const Names& names) {
  ObjectWriter totals(out);
  ObjectWriter by_strategy(totals.key("by_strategy"));
  for (const StrategyTotal& of : plan.by_strategy)
    write_total(by_strategy.named(names.strategies.text(of.strategy)), of.total);
  by_strategy.close();
  write_total(totals.key("account"), plan.account);
  totals.close();
}

void write_closings(std::string& out, const ExerciseReport& report, const Names& names) {
  ListWriter closings(out);
  for (const ClosingReport& closing : report.closings) {
    ObjectWriter item(closings.next());
    item.string("strategy", names.strategies.text(closing.strategy));
    item.string("contract", names.contracts.text(closing.contract));
    item.boolean("pending", closing.pending);
    item.number("failed_attempts", closing.failed_attempts);
    item.close();
  }
  closings.close();
}

void write_summary(std::string& out, const DailySummary& s) {
  ObjectWriter item(out);
  item.number("actions", s.actions);
  item.number("successes", s.successes);
  item.number("escalations", s.escalations);
  item.number("mean_moneyness", ratio(s.mean_moneyness));
  item.number("mean_slippage", usd(s.mean_slippage));
  item.number("pnl_impact", usd(s.pnl_impact));
  item.number("watched", s.watched);
  item.number("exercised", s.exercised);
  item.number("prevented", s.prevented);
  item.number("closed_for_nothing", s.closed_for_nothing);
  item.number("prevention_rate", s.prevention_rate);
  item.number("false_positive_rate", s.false_positive_rate);
  item.number("share_of_checks_made", s.share_of_checks_made);
  ListWriter buckets(item.key("buckets"));
  for (const ProbabilityBucket& bucket : s.buckets) {
    ObjectWriter tenth(buckets.next());
    tenth.number("predicted", bucket.predicted);
    tenth.number("in_the_money", bucket.in_the_money);
    tenth.number("sum", ratio(bucket.sum));
    tenth.close();
  }
  buckets.close();
  item.close();
}

}  // namespace

void write_body(ObjectWriter& line, const ExpiryPlanOutput& output, const Names& names, const Decoder& decoder) {
  const ExpiryPlan& plan = *output.plan;
  line.string("mode", text(plan.mode));
  line.boolean("kill_switch", plan.kill_switch);
  line.string("breaker", optcoord::text(plan.breaker));
  line.string("notice", optcoord::text(plan.notice));
  line.boolean("broker_may_liquidate", plan.broker_may_liquidate);
  line.number("next_check_s", std::optional{seconds(plan.next_check)});
  ListWriter positions(line.key("positions"));
  for (const Assessment& a : plan.positions) write_position(positions.next(), a, *output.policy, names, decoder);
  positions.close();
  ListWriter queue(line.key("queue"));
  for (const QueueEntry& entry : plan.queue) {
    const Assessment& a = plan.positions[entry.row];
    ObjectWriter item(queue.next());
    item.string("strategy", names.strategies.text(a.strategy));
    item.string("contract", names.contracts.text(a.contract));
    item.number("quantity", entry.quantity);
    item.string("action", optcoord::text(entry.action));
    item.close();
  }
  queue.close();
  write_totals(line.key("totals"), plan, names);
}

void write_exercise(std::string& out, const ExerciseReport* report, const Names& names) {
  ObjectWriter item(out);
  if (report != nullptr) {
    item.string("mode", text(report->mode));
    item.boolean("kill_switch", report->kill_switch);
    item.string("breaker", optcoord::text(report->breaker));
    write_closings(item.key("closings"), *report, names);
    item.number("stops", report->stops);
    item.time("next_check", report->next_check);
    item.number("checks_due", report->checks.due);
    item.number("checks_made", report->checks.made);
    write_summary(item.key("today"), report->today);
  }
  item.close();
}

}  // namespace optcoord::protocol
