// src/protocol/encode_ipmcc.cpp -- plans of LEAPs and weekly calls, and the book that is kept of them.
// SPDX-License-Identifier: MIT
#include "encode_ipmcc.hpp"
#include "encode_parts.hpp"

#include <optcoord/ipmcc/words.hpp>  // in_words, sentence
#include <optcoord/protocol/ipmcc.hpp>

#include "tree.hpp"  // max_integer

#include <cmath>  // std::abs

namespace optcoord::protocol {
namespace {

using ipmcc::Note;
using ipmcc::Step;
using Text = std::string_view;

void write_contract(ObjectWriter& item, const Contract& contract) { item.string("contract", to_text(contract)); }
template <class Number>
void write_number(ObjectWriter& item, Text name, std::optional<Number> number) {
  if (!number) return item.null(name);
  item.number(name, static_cast<std::uint32_t>(*number));
}

// ---- plans

void write_step(std::string& out, const Step& step) {
  ObjectWriter item(out);
  item.string("action", text(step.action));
  write_contract(item, step.contract);
  item.number("quantity", step.quantity);
  item.number("limit_price", step.limit_price);
  write_number(item, "package", step.package);
  write_number(item, "depends_on", step.depends_on);
  item.close();
}

/// What the amount of a note is an amount of.
[[nodiscard]] Text amount_name(Code code) noexcept {
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
  item.boolean("planned", note.planned);
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

// ---- the book

/// As every number, but where it is whole and beyond 2^53 as one with a fraction: readers refuse such whole numbers.
void write_price(ObjectWriter& item, Text name, std::optional<double> price) {
  if (!price) return item.null(name);
  std::string& out = item.key(name);
  const std::size_t begin = out.size();
  append_number(out, *price);
  const bool whole = out.find_first_of(".e", begin) == std::string::npos;
  if (whole && std::abs(*price) > static_cast<double>(max_integer)) out += ".0";
}
/// Orders' numbers have 64 bits, more than a JSON number holds everywhere: they are texts.
void write_order_number(ObjectWriter& item, Text name, std::optional<RequestId> id) {
  if (!id) return item.null(name);
  std::string& out = item.key(name);
  out += '"';
  append_integer(out, static_cast<std::uint64_t>(*id));
  out += '"';
}

void write_item(ObjectWriter& item, const ipmcc::Lot& lot) {
  write_number(item, "id", std::optional{lot.id});
  write_contract(item, lot.contract);
  item.number("quantity", lot.quantity);
  write_price(item, "average_price", lot.average_price);
  write_number(item, "leap", lot.leap);
  item.time("opened", lot.opened);
  item.boolean("close_failed", lot.close_failed);
}

void write_item(ObjectWriter& item, const ipmcc::BookLeg& leg) {
  item.string("action", text(leg.action));
  write_contract(item, leg.contract);
  item.number("quantity", leg.quantity);
  item.number("filled", leg.filled);
  write_number(item, "depends_on", leg.depends_on);
  item.string("status", text(leg.status));
  write_number(item, "lot", leg.lot);
}

template <class Items>
void write_list(ObjectWriter& object, Text name, const Items& items);

void write_item(ObjectWriter& item, const ipmcc::BookOrder& order) {
  write_order_number(item, "id", order.id);
  item.boolean("package", order.package);
  write_list(item, "legs", order.legs);
}

void write_item(ObjectWriter& item, const ipmcc::OpenRepair& repair) {
  write_order_number(item, "order", repair.order);
  item.string("action", text(repair.action));
  write_contract(item, repair.contract);
  item.number("quantity", repair.quantity);
}

void write_item(ObjectWriter& item, const ipmcc::Assignment& assignment) {
  write_number(item, "weekly", std::optional{assignment.weekly});
  write_contract(item, assignment.contract);
  item.number("quantity", assignment.quantity);
  write_number(item, "leap", assignment.leap);
  item.time("at", assignment.at);
}

void write_item(ObjectWriter& item, const ipmcc::BookEvent& event) {
  item.string("kind", text(event.kind));
  write_number(item, "lot", event.lot);
  write_contract(item, event.contract);
  item.number("quantity", event.quantity);
  write_price(item, "price", event.price);
  write_order_number(item, "order", event.order);
  item.time("at", event.at);
}

template <class Items>
void write_list(ObjectWriter& object, Text name, const Items& items) {
  ListWriter list(object.key(name));
  for (const auto& each : items) {
    ObjectWriter item(list.next());
    write_item(item, each);
    item.close();
  }
  list.close();
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
  if (plan.weekly) line.string("weekly", to_text(*plan.weekly));
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

std::string to_json(const ipmcc::BookState& book) {
  std::string out;
  ObjectWriter object(out);
  write_list(object, "lots", book.lots);
  write_list(object, "orders", book.orders);
  write_list(object, "repairs", book.repairs);
  write_list(object, "assignments", book.assignments);
  write_list(object, "record", book.record);
  object.number("next_lot", book.next_lot);
  object.close();
  return out;
}

}  // namespace optcoord::protocol
