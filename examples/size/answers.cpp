// examples/size/answers.cpp -- tables with columns as wide as they need, and the same as JSON, one object a line.
// SPDX-License-Identifier: MIT
#include "answers.hpp"

#include "table.hpp"

#include <optcoord/config/load.hpp>  // append_json_string
#include <optcoord/core/explain.hpp>
#include <optcoord/sizing/explain.hpp>

#include <algorithm>  // std::any_of
#include <cstdio>     // std::snprintf

namespace optcoord::size_program {
namespace {

using optcoord::detail::number_text;
using optcoord::detail::usd_text;
using table::aligned;

std::string bound_by(const Size& size) {
  if (size.reason != Code::none) return std::string{text(size.reason)};
  return size.binding ? std::string{text(*size.binding)} : "-";
}

std::string percent(double fraction) {
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.3f %%", fraction * 100);
  return buffer.data();
}
std::string two_digits(double v) {
  std::array<char, 40> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.2f", v);
  return buffer.data();
}
std::string or_dash(const std::optional<Usd>& usd) { return usd ? usd_text(*usd) : "-"; }

/// Writes members of a JSON object, strings escaped.
class Members {
 public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  void close() { out_ += '}'; }
  std::string& key(std::string_view name) {
    if (!first_) out_ += ',';
    first_ = false;
    config::append_json_string(out_, name);
    return out_ += ':';
  }
  void string(std::string_view name, std::string_view value) { config::append_json_string(key(name), value); }
  void number(std::string_view name, std::optional<double> v) { key(name) += v ? number_text(*v) : "null"; }
  void usd(std::string_view name, std::optional<Usd> v) { number(name, v ? std::optional{v->value} : std::nullopt); }

 private:
  std::string& out_;
  bool first_{true};
};

void append_caps(std::string& out, const AppliedCaps& caps) {
  out += '[';
  for (const AppliedCap& cap : caps) {
    if (out.back() != '[') out += ',';
    Members item(out);
    item.string("cap", text(cap.cap));
    item.usd("from", cap.from);
    item.usd("to", cap.to);
    item.close();
  }
  out += ']';
}

void append_size(std::string& out, const SizedStrategy& row) {
  Members line(out);
  line.string("strategy", row.strategy);
  if (row.sizer != nullptr) line.string("method", row.sizer->method());
  if (row.size) {
    line.usd("raw_notional_usd", row.size->raw_notional);
    line.usd("notional_usd", row.size->notional);
    line.number("units", row.size->units.value);
    line.key("contracts") += row.size->contracts ? std::to_string(row.size->contracts->value) : "null";
    append_caps(line.key("caps"), row.size->caps());
    if (row.size->binding) {
      line.string("binding", text(*row.size->binding));
    } else {
      line.key("binding") += "null";
    }
    std::string& reasons = line.key("reasons") += '[';
    if (row.size->reason != Code::none) config::append_json_string(reasons, text(row.size->reason));
    reasons += ']';
  }
  if (row.sizer != nullptr) {
    Members origins(line.key("origins"));
    for (const EffectiveField& f : row.sizer->fields()) origins.string(f.name, text(f.origin));
    origins.close();
  }
  if (!row.failure.empty()) line.string("error", row.failure);
  line.close();
}

template <class Row, class Append>
std::string lines_of(const std::vector<Row>& rows, Append append) {
  std::string out;
  for (const Row& row : rows) {
    append(out, row);
    out += '\n';
  }
  return out;
}

}  // namespace

std::string sizes_as_text(const std::vector<SizedStrategy>& rows) {
  std::vector<std::vector<std::string>> cells{
      {"strategy", "method", "raw USD", "USD", "units", "contracts", "bound by", "from"}};
  std::string failures;
  for (const SizedStrategy& row : rows) {
    const std::string from = row.sizer == nullptr ? "-" : explain(*row.sizer);
    const std::string method = row.sizer == nullptr ? "-" : std::string{row.sizer->method()};
    if (!row.failure.empty()) failures += row.failure + '\n';
    if (!row.size) {
      cells.push_back({row.strategy, method, "-", "-", "-", "-", "-", from});
      continue;
    }
    const Size& s = *row.size;
    cells.push_back({row.strategy, method, usd_text(s.raw_notional), usd_text(s.notional), number_text(s.units.value),
                     s.contracts ? std::to_string(s.contracts->value) : "-", bound_by(s), from});
  }
  return aligned(cells) + failures;
}

std::string sizes_as_json(const std::vector<SizedStrategy>& rows) { return lines_of(rows, append_size); }

std::string comparison_as_text(const std::vector<Assessed>& columns) {
  std::vector<std::vector<std::string>> cells;
  const auto line = [&](std::string name, auto figure) {
    std::vector<std::string> row{std::move(name)};
    for (const Assessed& c : columns) row.push_back(figure(c));
    cells.push_back(std::move(row));
  };
  line("", [](const Assessed& c) { return c.name; });
  line("method", [](const Assessed& c) { return c.method; });
  line("trades", [](const Assessed& c) { return std::to_string(c.figures.trades); });
  line("sized 0", [](const Assessed& c) { return std::to_string(c.figures.nothing); });
  line("not sized", [](const Assessed& c) { return std::to_string(c.figures.failed); });
  line("mean return", [](const Assessed& c) { return percent(c.figures.mean_return); });
  line("maximum drawdown", [](const Assessed& c) { return percent(c.figures.max_drawdown); });
  line("Sharpe", [](const Assessed& c) { return c.figures.sharpe ? two_digits(*c.figures.sharpe) : "-"; });
  line("final equity", [](const Assessed& c) { return usd_text(c.figures.final_equity); });
  line("smallest size", [](const Assessed& c) { return or_dash(c.figures.smallest); });
  line("median size", [](const Assessed& c) { return or_dash(c.figures.median); });
  line("largest size", [](const Assessed& c) { return or_dash(c.figures.largest); });
  constexpr std::size_t bounds = SizeHistogram::bounds.size();
  for (std::size_t i = 0; i <= bounds; ++i) {
    const auto count = [i](const Assessed& c) { return c.figures.distribution.counts[i]; };
    if (std::none_of(columns.begin(), columns.end(), [&](const Assessed& c) { return count(c) > 0; })) continue;
    const bool last = i == bounds;
    line((last ? "sizes above " : "sizes to ") + usd_text(Usd{SizeHistogram::bounds[last ? i - 1 : i]}),
         [&](const Assessed& c) { return std::to_string(count(c)); });
  }
  return aligned(cells);
}

std::string comparison_as_json(const std::vector<Assessed>& columns) {
  return lines_of(columns, [](std::string& out, const Assessed& c) {
    const MethodFigures& f = c.figures;
    Members line(out);
    line.string("name", c.name);
    line.string("method", c.method);
    line.number("trades", static_cast<double>(f.trades));
    line.number("nothing", static_cast<double>(f.nothing));
    line.number("failed", static_cast<double>(f.failed));
    line.number("mean_return", f.mean_return);
    line.number("max_drawdown", f.max_drawdown);
    line.number("sharpe", f.sharpe);
    line.usd("final_equity", f.final_equity);
    line.usd("smallest", f.smallest);
    line.usd("median", f.median);
    line.usd("largest", f.largest);
    Members sizes(line.key("distribution"));
    for (std::size_t i = 0; i < f.distribution.counts.size(); ++i)
      if (f.distribution.counts[i] > 0)
        sizes.number(i < SizeHistogram::bounds.size() ? "to_" + number_text(SizeHistogram::bounds[i]) : "above",
                     static_cast<double>(f.distribution.counts[i]));
    sizes.close();
    line.close();
  });
}

}  // namespace optcoord::size_program
