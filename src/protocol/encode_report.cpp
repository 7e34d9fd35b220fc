// src/protocol/encode_report.cpp -- the lines that say how things stand: reconciliation, event_log, marked, report.
// SPDX-License-Identifier: MIT
#include <optcoord/core/explain.hpp>  // detail::grouped

#include "encode_parts.hpp"

#include <array>  // std::array

namespace optcoord::protocol {
namespace {

using Text = std::string_view;

// in the order of the enumerators
constexpr std::array log_items{Text{"halt"},
                               Text{"resume"},
                               Text{"cut_started"},
                               Text{"cut_ended"},
                               Text{"margin_pressure_on"},
                               Text{"margin_pressure_off"},
                               Text{"correlation_on"},
                               Text{"correlation_off"},
                               Text{"kill_switch_on"},
                               Text{"kill_switch_off"},
                               Text{"breaker_on"},
                               Text{"breaker_off"},
                               Text{"emergency_on"},
                               Text{"emergency_off"}};

template <class Enum, std::size_t count>
[[nodiscard]] Text text_in(const std::array<Text, count>& texts, Enum value) {
  return texts[static_cast<std::size_t>(value)];
}

[[nodiscard]] Text text_or_none(const Names& names, std::optional<StrategyId> strategy) {
  return strategy ? names.strategies.text(*strategy) : Text{};
}

void write_row(std::string& out, const RowReport& row, const Names& names) {
  ObjectWriter item(out);
  item.string("metric", text(row.metric));
  item.string_or_null("strategy", text_or_none(names, row.strategy));
  if (row.scenario) write_scenario(item.key("scenario"), *row.scenario);
  item.micro("held", row.held);
  item.micro("pending_up", row.pending_up);
  item.micro("pending_down", row.pending_down);
  item.micro("lower", row.lower);
  item.micro("upper", row.upper);
  item.number("utilisation", row.utilisation);
  item.micro("over", row.over);
  item.micro("headroom_lower", row.headroom_lower);
  item.micro("headroom_upper", row.headroom_upper);
  item.close();
}

void write_coverage(std::string& out, const GroupReport& group, const Names& names) {
  ObjectWriter item(out);
  item.number("legs", group.legs);
  item.number("with_greeks", group.with_greeks);
  ListWriter missing(item.key("missing"));
  for (const ContractId contract : group.missing) append_string(missing.next(), names.contracts.text(contract));
  missing.close();
  item.close();
}

/// {strategy: {label: units}}, of strategies that hold something under a label.
void write_labels(std::string& out, const GroupReport& group, const Names& names) {
  ObjectWriter strategies(out);
  for (const StrategyExposure& exposure : group.strategies) {
    if (exposure.labels.empty()) continue;
    ObjectWriter labels(strategies.named(names.strategies.text(exposure.strategy)));
    for (const LabelledUnits& held : exposure.labels) append_integer(labels.named(held.label), held.units);
    labels.close();
  }
  strategies.close();
}

constexpr auto delta_place = static_cast<std::size_t>(Metric::delta);

[[nodiscard]] std::string delta_text(std::string_view who, std::optional<Micro> delta) {
  return std::string(who) + ": " + (delta ? detail::grouped(*delta) : "unknown") + " delta";
}

/// \returns the delta of all strategies; nothing when one is unknown, or the sum is out of range.
[[nodiscard]] std::optional<Micro> total_delta(const GroupReport& group) {
  Int128 sum = 0;
  for (const StrategyExposure& exposure : group.strategies) {
    if (!exposure.held[delta_place]) return std::nullopt;
    sum += exposure.held[delta_place]->raw;
  }
  if (sum > max_sum_raw || sum < -max_sum_raw) return std::nullopt;
  return Micro{static_cast<std::int64_t>(sum)};
}

/// The group as a person reads it: "0DTE: -200 delta (2 iron condors)", a line a strategy, and the total.
void write_tree(std::string& out, const GroupReport& group, const Names& names) {
  ListWriter lines(out);
  for (const StrategyExposure& exposure : group.strategies) {
    std::string line = delta_text(names.strategies.text(exposure.strategy), exposure.held[delta_place]);
    for (const LabelledUnits& held : exposure.labels) {
      line += &held == exposure.labels.data() ? " (" : ", ";
      line += detail::grouped(held.units) + ' ' + held.label;
    }
    if (!exposure.labels.empty()) line += ')';
    append_string(lines.next(), line);
  }
  append_string(lines.next(), delta_text("Total", total_delta(group)));
  lines.close();
}

void write_group(std::string& out, const GroupReport& group, const Names& names) {
  ObjectWriter item(out);
  item.string("group", names.groups.text(group.group));
  ListWriter rows(item.key("rows"));
  for (const RowReport& row : group.rows) write_row(rows.next(), row, names);
  rows.close();
  write_coverage(item.key("coverage"), group, names);
  ObjectWriter strategies(item.key("strategies"));
  for (const StrategyExposure& exposure : group.strategies) {
    ObjectWriter metrics(strategies.named(names.strategies.text(exposure.strategy)));
    for (std::size_t m = 0; m < summed_metrics; ++m) metrics.micro(text(static_cast<Metric>(m)), exposure.held[m]);
    metrics.close();
  }
  strategies.close();
  write_labels(item.key("labels"), group, names);
  write_tree(item.key("tree"), group, names);
  item.close();
}

void write_reservation(std::string& out, const OpenReservation& reservation, const Names& names,
                       const Decoder& decoder) {
  ObjectWriter item(out);
  append_id(item.key("id"), decoder.text(reservation.id));
  item.string("strategy", names.strategies.text(reservation.strategy));
  item.string("status", text(reservation.status));
  item.number("units", reservation.units);
  item.number("remaining", reservation.remaining);
  item.time("expires", reservation.expires);
  item.close();
}

void write_changes(std::string& out, const std::vector<PositionChange>& changes, const Names& names) {
  ListWriter items(out);
  for (const PositionChange& change : changes) {
    ObjectWriter item(items.next());
    item.string("contract", names.contracts.text(change.contract));
    item.string("strategy", names.strategies.text(change.strategy));
    item.number("before", change.before);
    item.number("after", change.after);
    item.close();
  }
  items.close();
}

void write_counters(std::string& out, const LedgerCounters& c) {
  ObjectWriter item(out);
  item.number("approved", c.approved);
  item.number("reduced", c.reduced);
  item.number("denied", c.denied);
  item.number("fills", c.fills);
  item.number("late_fills", c.late_fills);
  item.number("overfills", c.overfills);
  item.number("duplicates", c.duplicates);
  item.number("expired", c.expired);
  item.number("cancelled", c.cancelled);
  item.number("rejected", c.rejected);
  item.number("reconciled", c.reconciled);
  item.close();
}

}  // namespace

void write_body(ObjectWriter& line, const EventLogOutput& output, const Names& names, const Decoder&) {
  line.string("item", text_in(log_items, output.item));
  line.string_or_null("scope", output.scope);
  line.string_or_null("level", output.level ? text(*output.level) : Text{});
  line.string_or_null("event", output.event ? names.events.text(*output.event) : Text{});
  line.string_or_null("root", output.root);
  line.number("factor", output.factor);
  line.string_or_null("actor", output.actor);
  line.string_or_null("reason", output.reason);
  if (output.item != LogItem::halt) return;
  ListWriter items(line.key("defensive"));
  for (const DefensiveItem& defensive : output.defensive) {
    ObjectWriter item(items.next());
    item.string("strategy", names.strategies.text(defensive.strategy));
    item.string("contract", names.contracts.text(defensive.contract));
    item.number("quantity", defensive.quantity);
    item.string("action", text(defensive.action));
    item.close();
  }
  items.close();
}

void write_body(ObjectWriter& line, const ReconciliationOutput& output, const Names& names, const Decoder&) {
  const Reconciliation& found = *output.reconciliation;
  write_changes(line.key("missing"), found.missing, names);
  write_changes(line.key("extra"), found.extra, names);
  write_changes(line.key("different"), found.different, names);
  line.boolean("adopted", found.adopted);
}

void write_body(ObjectWriter& line, const MarkedOutput& output, const Names& names, const Decoder&) {
  ListWriter rows(line.key("rows_over"));
  for (const RowOver& row : output.rows_over) {
    ObjectWriter item(rows.next());
    item.string("group", names.groups.text(row.group));
    item.string("metric", text(row.metric));
    item.string("side", text(row.side));
    item.string_or_null("strategy", text_or_none(names, row.strategy));
    if (row.scenario) write_scenario(item.key("scenario"), *row.scenario);
    item.micro("value", row.value);
    item.micro("limit", row.limit);
    item.close();
  }
  rows.close();
}

void write_body(ObjectWriter& line, const ReportOutput& output, const Names& names, const Decoder& decoder) {
  const ExposureReport& report = *output.report;
  ListWriter groups(line.key("groups"));
  for (const GroupReport& group : report.groups) write_group(groups.next(), group, names);
  groups.close();
  line.number("open_reservations", report.reservations.size());
  ListWriter reservations(line.key("reservations"));
  for (const OpenReservation& reservation : report.reservations)
    write_reservation(reservations.next(), reservation, names, decoder);
  reservations.close();
  write_counters(line.key("counters"), report.counters);
  write_ipmcc_positions(line.key("ipmcc"), output.ipmcc, names);
  write_exercise(line.key("exercise"), output.exercise, names);
}

}  // namespace optcoord::protocol
