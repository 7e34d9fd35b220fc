// tests/property/ledger_texts.hpp -- what the ledger says and holds, in the words of its slow model.
// SPDX-License-Identifier: MIT
//
// Where the model has no opinion the words leave it out: the order of what is about a group and no row, how often it is
// said there, and how a row that only goes up splits what is pending.
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/names.hpp>
#include <optcoord/ledger/report.hpp>

#include <algorithm>    // std::sort
#include <cstdint>      // std::int64_t, std::uint64_t
#include <map>          // std::map
#include <optional>     // std::optional
#include <set>          // std::set
#include <sstream>      // std::ostringstream
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::test {

/// Whether it is about a group rather than one of its rows: directions that conflict, or cannot be compared.
[[nodiscard]] inline bool is_of_group(const Finding& f) {
  return f.row == Finding::no_row && f.knows(Finding::group_field) &&
         (f.code == Code::conflicting_direction || f.code == Code::delta_unavailable || f.code == Code::not_computed);
}

[[nodiscard]] inline std::string text_of_finding(const Finding& f, const Names& names) {
  std::string out(text(f.code));
  if (is_of_group(f)) return out + '@' + std::string(names.groups.text(f.group));
  if (f.row != Finding::no_row) out += '@' + std::to_string(f.row);
  if (!is_warning(f.code) && f.knows(Finding::limit_field))
    out += ' ' + std::string(text(f.side)) + ' ' + std::to_string(f.held.raw + f.pending.raw) + " to " +
           std::to_string(f.projected.raw) + " of " + std::to_string(f.limit.raw);
  return out;
}

[[nodiscard]] inline std::string text_of_answer(const OwnedDecision& d, const Names& names) {
  std::ostringstream out;
  out << text(d.verdict) << ' ' << d.units << ", max " << d.max_units << ':';
  std::set<std::string> of_groups;
  for (const Finding& f : d.reasons) {
    const std::string reason = ' ' + text_of_finding(f, names) + " (" + std::to_string(f.max_units) + ')';
    is_of_group(f) ? (void)of_groups.insert(reason) : (void)(out << reason);
  }
  for (const std::string& reason : of_groups) out << reason;
  out << " /";
  std::multiset<std::string> warnings;
  for (const Finding& f : d.warnings) {
    const std::string warning = text_of_finding(f, names);
    if (!is_of_group(f) || !warnings.contains(warning)) warnings.insert(warning);
  }
  for (const std::string& warning : warnings) out << ' ' << warning;
  if (d.bypass) out << " (bypass)";
  return out.str();
}

/// A sum: "held down up lower upper over". Gross delta and count, which only go up: "held with-pending upper over".
[[nodiscard]] inline std::string text_of_row(const RowReport& row) {
  std::ostringstream out;
  const auto put = [&out](std::optional<Micro> figure) { figure ? out << figure->raw << ' ' : out << "? "; };
  if (row.metric == Metric::gross_delta || row.metric == Metric::strategy_count) {
    std::optional<Micro> with_pending;
    if (row.held && row.pending_up) with_pending = Micro{row.held->raw + row.pending_up->raw};
    for (const auto& figure : {row.held, with_pending, row.upper, row.over}) put(figure);
  } else {
    for (const auto& figure : {row.held, row.pending_down, row.pending_up, row.lower, row.upper, row.over}) put(figure);
  }
  return out.str();
}

[[nodiscard]] inline std::string text_of_report(const ExposureReport& report, const Names& names) {
  std::ostringstream out;
  for (const GroupReport& group : report.groups) {
    out << names.groups.text(group.group) << '\n';
    for (const RowReport& row : group.rows) out << text_of_row(row) << '\n';
    std::map<std::string_view, StrategyExposure> by_name;
    for (const StrategyExposure& s : group.strategies) by_name[names.strategies.text(s.strategy)] = s;
    for (const auto& [name, s] : by_name) {
      out << name << ": ";
      for (const std::optional<Micro>& figure : s.held) figure ? out << figure->raw << ' ' : out << "? ";
      out << '\n';
    }
    std::vector<std::string_view> missing;
    for (const ContractId id : group.missing) missing.push_back(names.contracts.text(id));
    std::sort(missing.begin(), missing.end());
    out << group.legs << " legs, " << group.with_greeks << " with Greeks, without:";
    for (const std::string_view name : missing) out << ' ' << name;
    out << '\n';
  }
  for (const OpenReservation& r : report.reservations) {
    out << static_cast<std::uint64_t>(r.id) << ' ' << names.strategies.text(r.strategy) << ' ' << text(r.status) << ' '
        << r.units << ' ' << r.remaining;
    if (r.expires) out << ' ' << r.expires->time_since_epoch().count();
    out << '\n';
  }
  const LedgerCounters& c = report.counters;
  for (const std::int64_t n : {c.approved, c.reduced, c.denied, c.fills, c.late_fills, c.overfills, c.duplicates,
                               c.expired, c.cancelled, c.rejected})
    out << n << ' ';
  return out.str();
}

}  // namespace optcoord::test
