// examples/replay/summary.cpp -- counting, and the page.
// SPDX-License-Identifier: MIT
#include "summary.hpp"

#include <optcoord/core/fixed_point.hpp>  // to_text

#include <algorithm>    // std::max
#include <array>        // std::array
#include <charconv>     // std::to_chars
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <variant>      // std::get_if

namespace optcoord::replay {

bool Summary::take(const Output& output) {
  if (const auto* made = std::get_if<DecisionOutput>(&output.body)) {
    const Decision& d = made->decision;
    if (!made->id) {
      ++what_ifs_;
      return false;
    }
    if (d.duplicate) return false;
    ++decisions_[d.strategy][static_cast<std::size_t>(d.verdict)];
    if (d.verdict == Verdict::denied) ++denials_[d.binding];
    if (d.verdict != Verdict::denied && !d.warnings.empty()) ++(d.bypass ? bypassed_ : warned_);
    return d.verdict != Verdict::denied;
  }
  return std::holds_alternative<ReservationOutput>(output.body) ||
         std::holds_alternative<ReconciliationOutput>(output.body) || std::holds_alternative<MarkedOutput>(output.body);
}

void Summary::take(const Ledger& ledger, Timestamp t) {
  const auto& rows = ledger.policy().rows();
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const RowReport row = ledger.row(r);
    if (r == peaks_.size()) peaks_.push_back({rows[r].group, row, t});
    Peak& peak = peaks_[r];
    if (row.utilisation.value_or(-1) > peak.row.utilisation.value_or(-1)) peak = {rows[r].group, row, t};
  }
}

namespace {

/// A cell of a table, and the space to the next one.
[[nodiscard]] std::string left(std::string_view text, std::size_t width) {
  std::string cell(text);
  if (cell.size() < width) cell.append(width - cell.size(), ' ');
  return cell + ' ';
}
[[nodiscard]] std::string right(std::string_view text, std::size_t width) {
  std::string cell(text.size() < width ? width - text.size() : 0, ' ');
  cell += text;
  return cell + ' ';
}
[[nodiscard]] std::string right(std::int64_t n, std::size_t width) { return right(std::to_string(n), width); }

[[nodiscard]] std::string fixed(double x, int places) {
  std::array<char, 400> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), x, std::chars_format::fixed, places);
  return {buffer.data(), end.ptr};
}

[[nodiscard]] std::string or_unknown(const std::optional<Micro>& m) { return m ? to_text(*m) : "unknown"; }

/// "-1000 .. 1000"; an open side is blank.
[[nodiscard]] std::string bounds(const RowReport& row) {
  std::string out;
  if (row.lower) out += to_text(*row.lower) + ' ';
  out += "..";
  if (row.upper) out += ' ' + to_text(*row.upper);
  return out;
}

constexpr std::size_t name_width = 30;
constexpr std::size_t count_width = 9;

}  // namespace

std::string Summary::page(const Names& names, std::int64_t lines, double seconds) const {
  std::string out = std::to_string(lines) + " lines in " + fixed(seconds, 2) + " s (" +
                    fixed(static_cast<double>(lines) / std::max(seconds, 1e-9), 0) + " lines/s)\n\n";
  out += left("decisions", name_width) + right("approved", count_width) + right("reduced", count_width) +
         right("denied", count_width) + '\n';
  for (const auto& [strategy, counts] : decisions_) {
    out += left(names.strategies.text(strategy), name_width);
    for (const std::int64_t count : counts) out += right(count, count_width);
    out += '\n';
  }
  out += "approved or reduced with warnings " + std::to_string(warned_) + ", exits past limits " +
         std::to_string(bypassed_) + ", what_if " + std::to_string(what_ifs_) + '\n';
  if (!peaks_.empty()) {
    out += '\n' + left("peak use of limits", name_width) + right("use", count_width) + right("held", 16) + ' ' +
           left("bounds", 22) + "at\n";
  }
  for (const Peak& peak : peaks_) {
    std::string name(names.groups.text(peak.group));
    (name += ' ') += text(peak.row.metric);
    if (peak.row.strategy) (name += " of ") += names.strategies.text(*peak.row.strategy);
    const auto use = peak.row.utilisation;
    out += left(name, name_width) + right(use ? fixed(100 * *use, 1) + '%' : "unknown", count_width) +
           right(or_unknown(peak.row.held), 16) + ' ' + left(bounds(peak.row), 22) + to_text(peak.t) + '\n';
  }
  if (!denials_.empty()) out += "\ndenials by code\n";
  for (const auto& [code, count] : denials_) out += left(text(code), name_width) + right(count, count_width) + '\n';
  if (!errors_.empty()) out += "\nerrors by code\n";
  for (const auto& [code, count] : errors_) out += left(text(code), name_width) + right(count, count_width) + '\n';
  return out;
}

}  // namespace optcoord::replay
