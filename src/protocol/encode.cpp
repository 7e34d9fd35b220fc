// src/protocol/encode.cpp -- numbers, texts, and the lines of decisions and reservations.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/encode.hpp>

#include <optcoord/core/explain.hpp>  // explain

#include "encode_parts.hpp"
#include "write.hpp"

#include <cmath>         // std::abs, std::isfinite
#include <cstdint>       // std::uint8_t
#include <system_error>  // std::errc
#include <variant>       // std::visit

namespace optcoord::protocol {

void append_string(std::string& out, std::string_view s) {
  constexpr std::string_view hex = "0123456789abcdef";
  out += '"';
  std::size_t copied = 0;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const auto byte = static_cast<unsigned char>(s[i]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(s, copied, i - copied);
    copied = i + 1;
    switch (s[i]) {
      case '"': out += "\\\""; break;
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      default:
        out += "\\u00";
        out += hex[byte >> 4U];
        out += hex[byte & 15U];
    }
  }
  out.append(s, copied, s.size() - copied);
  out += '"';
}

void append_number(std::string& out, double x) {
  constexpr double smallest_fixed = 1e-6;
  constexpr double first_scientific = 1e16;
  if (!std::isfinite(x)) {
    out += "null";
    return;
  }
  if (x == 0) {  // also -0
    out += '0';
    return;
  }
  const double magnitude = std::abs(x);
  const bool fixed = magnitude >= smallest_fixed && magnitude < first_scientific;
  std::array<char, 48> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x,
                                 fixed ? std::chars_format::fixed : std::chars_format::scientific);
  out.append(buffer.data(), end.ptr);
}

void append_id(std::string& out, const std::optional<HostId>& id) {
  if (!id) {
    out += "null";
  } else if (id->is_number) {
    out += id->text;
  } else {
    append_string(out, id->text);
  }
}

void write_scenario(std::string& out, const Scenario& scenario) {
  ObjectWriter item(out);
  item.number("spot", scenario.spot);
  item.number("vol", scenario.vol);
  item.close();
}

namespace {

/// A halt's scope as the protocol names it in halt events.
[[nodiscard]] std::string scope_text(Scope scope, GroupId group, StrategyId strategy, const Names& names) {
  if (scope == Scope::group) return "group:" + std::string(names.groups.text(group));
  if (scope == Scope::strategy) return "strategy:" + std::string(names.strategies.text(strategy));
  return "account";
}

/// Items that are not about halts name their group alone.
void write_scope(ObjectWriter& item, const Finding& f, const Names& names) {
  const bool halt = f.code == Code::halted || f.code == Code::reduce_only;
  if (halt && f.scope != Scope::none) {
    item.string("scope", scope_text(f.scope, f.group, f.strategy, names));
  } else if (f.knows(Finding::group_field)) {
    item.string("scope", names.groups.text(f.group));
  }
}

void write_figure(ObjectWriter& item, std::string_view name, const Finding& f, Finding::Field field, Micro value) {
  if (f.knows(field)) {
    item.micro(name, value);
  } else if (f.knows(Finding::figures_field)) {
    item.null(name);
  }
}

/// Without a request there are no units to allow.
enum class Units : std::uint8_t { shown, none };

void write_finding(std::string& out, const Finding& f, const Names& names, Units units) {
  ObjectWriter item(out);
  item.string("code", text(f.code));
  if (units == Units::shown) item.number("max_units", f.max_units);
  write_scope(item, f, names);
  if (f.knows(Finding::metric_field)) item.string("metric", text(f.metric));
  if (f.knows(Finding::side_field)) item.string("side", text(f.side));
  if (f.knows(Finding::strategy_field)) item.string("strategy", names.strategies.text(f.strategy));
  write_figure(item, "held", f, Finding::held_field, f.held);
  write_figure(item, "pending", f, Finding::pending_field, f.pending);
  write_figure(item, "requested", f, Finding::requested_field, f.requested);
  write_figure(item, "projected", f, Finding::projected_field, f.projected);
  write_figure(item, "limit", f, Finding::limit_field, f.limit);
  write_figure(item, "headroom", f, Finding::headroom_field, f.headroom);
  if (f.knows(Finding::state_field)) item.string("state", text(f.state));
  if (f.knows(Finding::event_field)) item.string("event", names.events.text(f.event));
  if (f.knows(Finding::scenario_field)) write_scenario(item.key("scenario"), f.scenario);
  item.close();
}

void write_findings(ObjectWriter& line, std::string_view key, std::span<const Finding> findings, const Names& names,
                    Units units = Units::shown) {
  ListWriter list(line.key(key));
  for (const Finding& f : findings) write_finding(list.next(), f, names, units);
  list.close();
}

void write_computed(ObjectWriter& line, std::span<const ComputedGreeks> computed, const Names& names) {
  ListWriter list(line.key("greeks_computed"));
  for (const ComputedGreeks& c : computed) {
    ObjectWriter item(list.next());
    item.string("contract", names.contracts.text(c.contract));
    item.time("at", c.at);
    item.number("iv", c.iv);
    item.number("delta", c.greeks.delta);
    item.number("gamma", c.greeks.gamma);
    item.number("theta", c.greeks.theta);
    item.number("vega", c.greeks.vega);
    item.close();
  }
  list.close();
}

void write_body(ObjectWriter& line, const DecisionOutput& output, const Names& names, const Decoder& decoder) {
  const Decision& d = output.decision;
  if (output.id) {
    append_id(line.key("id"), decoder.text(*output.id));
  } else {
    line.boolean("what_if", true);
  }
  line.string("strategy", names.strategies.text(d.strategy));
  line.string("intent", text(d.intent));
  line.string("verdict", text(d.verdict));
  line.number("units_requested", d.units_requested);
  line.number("units", d.units);
  line.number("max_units", d.max_units);
  append_id(line.key("reservation"), d.reservation ? decoder.text(*d.reservation) : std::nullopt);
  line.time("expires", d.expires);
  line.string_or_null("binding", text(d.binding));
  write_findings(line, "reasons", d.reasons, names);
  write_findings(line, "warnings", d.warnings, names);
  line.boolean("bypass", d.bypass);
  if (d.duplicate) line.boolean("duplicate", true);
  if (!output.computed_greeks.empty()) write_computed(line, output.computed_greeks, names);
  line.string("text", explain(d, names));
}

void write_body(ObjectWriter& line, const ReservationOutput& output, const Names&, const Decoder& decoder) {
  append_id(line.key("id"), decoder.text(output.change.id));
  line.string("status", text(output.change.status));
  line.number("remaining", output.change.remaining);
}

void write_body(ObjectWriter& line, const TransitionOutput& output, const Names& names, const Decoder&) {
  line.string("strategy", names.strategies.text(output.strategy));
  line.string("from", text(output.transition.from));
  line.string("to", text(output.transition.to));
  line.string("trigger", text(output.transition.trigger));
}

void write_planned(std::string& out, const PlannedStrategy& planned, const Names& names) {
  ObjectWriter item(out);
  item.string("strategy", names.strategies.text(planned.strategy));
  item.string("verdict", text(planned.verdict));
  item.number("scale", std::optional{planned.scale});
  write_findings(item, "reasons", planned.reasons, names, Units::none);
  item.boolean("prefer", planned.prefer);
  item.close();
}

void write_halt(std::string& out, const Halts::Entry& halt, const Names& names) {
  ObjectWriter item(out);
  item.string("scope", scope_text(halt.scope.kind, GroupId{halt.scope.id}, StrategyId{halt.scope.id}, names));
  item.string("level", text(halt.level));
  item.string_or_null("actor", halt.actor);
  item.string_or_null("reason", halt.reason);
  item.close();
}

void write_pair(std::string& out, const PairCorrelation& pair, const Names& names) {
  ObjectWriter item(out);
  item.string("a", names.strategies.text(pair.a));
  item.string("b", names.strategies.text(pair.b));
  item.number("rolling", pair.rolling);
  item.number("ewma", pair.ewma);
  item.number("observations", std::int64_t{pair.observations});
  item.boolean("blocked", pair.blocked);
  item.close();
}

void write_system(std::string& out, const PlanOutput& output, const Names& names) {
  ObjectWriter system(out);
  ListWriter halts(system.key("halts"));
  for (const Halts::Entry& halt : output.halts->all()) write_halt(halts.next(), halt, names);
  halts.close();
  system.boolean("margin_pressure", output.margin_pressure);
  ListWriter pairs(system.key("correlations"));
  for (const PairCorrelation& pair : output.correlations) write_pair(pairs.next(), pair, names);
  pairs.close();
  ListWriter events(system.key("events"));
  for (const MarketEvent& event : output.events) append_string(events.next(), names.events.text(event.event));
  events.close();
  system.close();
}

void write_body(ObjectWriter& line, const PlanOutput& output, const Names& names, const Decoder&) {
  ListWriter strategies(line.key("strategies"));
  for (const PlannedStrategy& planned : output.plan->strategies) write_planned(strategies.next(), planned, names);
  strategies.close();
  write_system(line.key("system"), output, names);
  ListWriter exits(line.key("exit_first"));
  for (const StrategyId strategy : output.plan->exit_first)
    append_string(exits.next(), names.strategies.text(strategy));
  exits.close();
  ListWriter contracts(line.key("reduce_first"));
  for (const ContractId contract : output.reduce_first) append_string(contracts.next(), names.contracts.text(contract));
  contracts.close();
}

void write_body(ObjectWriter& line, const AllocationOutput& output, const Names& names, const Decoder&) {
  const auto usd = [](Cents amount) { return std::optional{to_micro(amount)}; };
  line.micro("basis", output.basis ? usd(*output.basis) : std::nullopt);
  ObjectWriter amounts(line.key("amounts"));
  for (const Allotment& a : output.amounts)
    amounts.micro(names.strategies.text(a.strategy), output.basis ? usd(a.amount) : std::nullopt);
  amounts.close();
}

constexpr std::string_view type_of(const DecisionOutput&) { return "decision"; }
constexpr std::string_view type_of(const ReservationOutput&) { return "reservation"; }
constexpr std::string_view type_of(const ReconciliationOutput&) { return "reconciliation"; }
constexpr std::string_view type_of(const TransitionOutput&) { return "transition"; }
constexpr std::string_view type_of(const PlanOutput&) { return "execution_plan"; }
constexpr std::string_view type_of(const AllocationOutput&) { return "allocation"; }
constexpr std::string_view type_of(const SizeOutput&) { return "size"; }
constexpr std::string_view type_of(const IpmccPlanOutput&) { return "ipmcc_plan"; }
constexpr std::string_view type_of(const EventLogOutput&) { return "event_log"; }
constexpr std::string_view type_of(const MarkedOutput&) { return "marked"; }
constexpr std::string_view type_of(const ReportOutput&) { return "exposure_report"; }
constexpr std::string_view type_of(const ExpiryPlanOutput&) { return "expiry_plan"; }

}  // namespace

void append_line(std::string& out, const Output& output, std::int64_t seq, Timestamp t, const Names& names,
                 const Decoder& decoder) {
  std::visit(
      [&](const auto& body) {
        ObjectWriter line(out);
        line.number("seq", seq);
        line.time("t", t);
        line.string("type", type_of(body));
        if (output.at) line.time("at", output.at);
        write_body(line, body, names, decoder);
        line.close();
        out += '\n';
      },
      output.body);
}

}  // namespace optcoord::protocol
