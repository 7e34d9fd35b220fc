// src/protocol/encode_ipmcc.cpp -- plans of LEAPs and weekly calls.
// SPDX-License-Identifier: MIT
#include "encode_ipmcc.hpp"
#include "encode_parts.hpp"

#include <optcoord/ipmcc/words.hpp>  // in_words, sentence
#include <optcoord/protocol/ipmcc.hpp>

namespace optcoord::protocol {
namespace {

using ipmcc::Note;
using ipmcc::Step;

void write_contract(ObjectWriter& item, const Contract& contract) { item.string("contract", to_text(contract)); }

void write_place(ObjectWriter& item, std::string_view name, std::optional<std::uint32_t> place) {
  if (!place) return item.null(name);
  item.number(name, *place);
}

void write_step(std::string& out, const Step& step) {
  ObjectWriter item(out);
  item.string("action", text(step.action));
  write_contract(item, step.contract);
  item.number("quantity", step.quantity);
  item.number("limit_price", step.limit_price);
  write_place(item, "package", step.package);
  write_place(item, "depends_on", step.depends_on);
  item.close();
}

/// What the amount of a note is an amount of.
[[nodiscard]] std::string_view amount_name(Code code) noexcept {
  switch (code) {
    case Code::short_below_long: return "loss_if_called";
    case Code::spread_margin: return "margin_per_contract";
    case Code::too_small_for_budget: return "account_value_for_one";
    default: return "usd";
  }
}

void write_repair(std::string& out, const Note& note) {
  ObjectWriter item(out);
  item.string("action", text(note.repair->action));
  write_contract(item, note.repair->contract);
  item.number("quantity", note.repair->quantity);
  item.number("limit_price", note.repair->limit_price);
  item.boolean("working", note.working);
  item.boolean("cancel", note.cancel);
  item.close();
}

void write_notes(std::string& out, const std::vector<Note>& notes) {
  ListWriter list(out);
  for (const Note& note : notes) {
    ObjectWriter item(list.next());
    item.string("code", text(note.code));
    if (note.usd) item.number(amount_name(note.code), note.usd);
    if (note.repair) write_repair(item.key("repair"), note);
    item.string("text", ipmcc::sentence(note.code));
    item.close();
  }
  list.close();
}

void write_exposure(std::string& out, const OptionalGreeks& greeks) {
  ObjectWriter item(out);
  item.number("delta", greeks.delta);
  item.number("gamma", greeks.gamma);
  item.number("theta", greeks.theta);
  item.number("vega", greeks.vega);
  item.close();
}

void write_rejected(std::string& out, const ipmcc::Tally& rejected) {
  ObjectWriter item(out);
  for (std::size_t i = 0; i < ipmcc::filter_count; ++i) {
    const auto filter = static_cast<ipmcc::Filter>(i);
    if (rejected[filter] > 0) item.number(text(filter), rejected[filter]);
  }
  item.close();
}

void write_rules(std::string& out, const std::vector<ipmcc::RuleOutcome>& rules) {
  ListWriter list(out);
  for (const ipmcc::RuleOutcome& rule : rules) {
    ObjectWriter item(list.next());
    item.string("rule", text(rule.rule));
    item.boolean("fired", rule.fired());
    item.string("why", in_words(rule));
    item.close();
  }
  list.close();
}

void write_contract_or_null(ObjectWriter& item, std::string_view name, const std::optional<Contract>& contract) {
  if (!contract) return item.null(name);
  item.string(name, to_text(*contract));
}

void write_way_out(std::string& out, const ipmcc::WayOutCash& way) {
  ObjectWriter item(out);
  item.string("way", text(way.way));
  item.number("cash", way.cash);
  item.number("with_assignment", way.with_assignment);
  if (way.way == ipmcc::WayOut::exercise_leap) item.number("time_value_lost", way.time_value_lost);
  item.close();
}

void write_assigned(std::string& out, const AssignedCalls& calls) {
  ObjectWriter item(out);
  item.string("weekly", to_text(calls.assignment.contract));
  item.number("quantity", calls.assignment.quantity);
  write_contract_or_null(item, "leap", calls.leap);
  ListWriter ways(item.key("ways"));
  for (const ipmcc::WayOutCash& way : calls.ways) write_way_out(ways.next(), way);
  ways.close();
  item.close();
}

}  // namespace

void write_body(ObjectWriter& line, const IpmccPlanOutput& output, const Names& names, const Decoder&) {
  line.string("strategy", names.strategies.text(output.strategy));
  line.string("root", names.roots.text(output.root));
  write_plan(line, *output.plan);
  if (output.assigned.empty()) return;
  ListWriter assigned(line.key("assigned"));
  for (const AssignedCalls& calls : output.assigned) write_assigned(assigned.next(), calls);
  assigned.close();
}

void write_ipmcc_positions(std::string& out, std::span<const IpmccPosition> positions, const Names& names) {
  ListWriter list(out);
  for (const IpmccPosition& position : positions) {
    ObjectWriter item(list.next());
    item.string("strategy", names.strategies.text(position.strategy));
    write_contract_or_null(item, "leap", position.leap);
    write_contract_or_null(item, "weekly", position.weekly);
    item.number("quantity", position.quantity);
    item.close();
  }
  list.close();
}

void write_plan(ObjectWriter& line, const ipmcc::Plan& plan) {
  line.string("path", text(plan.path));
  ListWriter steps(line.key("steps"));
  for (const Step& step : plan.steps) write_step(steps.next(), step);
  steps.close();
  line.number("quantity", plan.quantity);
  line.number("expected_cash", plan.expected_cash);
  line.number("net_debit", plan.net_debit);
  line.number("break_even", plan.break_even);
  line.number("max_loss", plan.max_loss);
  line.number("loss_if_called", plan.loss_if_called);
  write_exposure(line.key("exposure"), plan.exposure);
  write_rejected(line.key("rejected"), plan.rejected);
  write_notes(line.key("reasons"), plan.reasons);
  write_notes(line.key("warnings"), plan.warnings);
  if (!plan.rules.empty()) write_rules(line.key("rules"), plan.rules);
}

void append_plan(std::string& out, const Contract& underlying, Timestamp now, const ipmcc::Plan& plan) {
  ObjectWriter line(out);
  line.time("t", now);
  line.string("type", "ipmcc_plan");
  line.string("root", underlying.root());
  write_plan(line, plan);
  line.close();
  out += '\n';
}

}  // namespace optcoord::protocol
