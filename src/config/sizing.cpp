// src/config/sizing.cpp -- the block `position_sizing`, global and by strategy: its keys and aliases.
// SPDX-License-Identifier: MIT
#include "sizing_fields.hpp"

#include <cmath>  // std::abs, std::isfinite

namespace optcoord::config::detail {
namespace {

/// What stands for a value that was refused: present, so that it is not reported as missing too, and in no relation
/// to anything. It never leaves `load`, which fails.
constexpr double refused = std::numeric_limits<double>::quiet_NaN();

struct Alias {
  std::string_view alias;
  std::string_view name;
};
constexpr std::array<Alias, 3> aliases{{{"fixed_usd_amount", "fixed_amount_usd"},
                                        {"equity_percentage", "percent_equity"},
                                        {"kelly_max_position_pct", "kelly_cap"}}};
constexpr std::array<Alias, 2> method_aliases{{{"equity_percentage", "percent_equity"}, {"kelly_criterion", "kelly"}}};

/// What a method may be called: the names, then the aliases.
std::vector<std::string_view> method_words() {
  std::vector<std::string_view> words;
  for (const MethodNeeds& m : sizing_methods) words.push_back(m.method);
  for (const Alias& a : method_aliases) words.push_back(a.alias);
  return words;
}

void read_method(ObjectReader& r, PositionSizingConfig& out) {
  r.describe("method", method_words());
  const Node* node = r.find("method");
  if (node == nullptr) return;
  out.method = "";
  const auto* written = node->as<std::string>();
  if (written == nullptr) {
    std::string ignored;
    static_cast<void>(convert(r.report(), *node, r.at("method"), ignored, TextRule::name));
    return;
  }
  std::string_view name = *written;
  for (const Alias& a : method_aliases)
    if (name == a.alias) name = a.name;
  std::vector<std::string_view> known;
  for (const MethodNeeds& m : sizing_methods) known.push_back(m.method);
  for (const std::string_view m : known)
    if (m == name) out.method = name;
  if (out.method->empty())
    r.report().fault(Errc::invalid_value, r.at("method"),
                     "Unknown position sizing method: " + *written + suggestion(known, *written));
}

void read_number(ObjectReader& r, const Node& node, std::string_view key, const SizingField& field,
                 PositionSizingConfig& out) {
  double value = 0;
  const bool good = convert(r.report(), node, r.at(key), value, field.range);
  out.*field.member = good ? value : refused;
}

void read_aliases(ObjectReader& r, PositionSizingConfig& out) {
  for (const Alias& a : aliases) {
    const SizingField& field = sizing_fields[*find_sizing_parameter(a.name)];
    r.describe(a.alias, 0.0, field.range);
    const Node* node = r.find(a.alias);
    if (node == nullptr) continue;
    if (r.has(a.name)) {
      r.contradiction(a.alias, "another name of " + std::string{a.name} + ", which is given too");
      continue;
    }
    read_number(r, *node, a.alias, field, out);
  }
}

/// Average win over average loss is the win/loss ratio; either sign of the loss is seen in the wild.
void read_kelly_averages(ObjectReader& r, PositionSizingConfig& out) {
  r.describe("kelly_avg_win", 0.0, above(0));
  r.describe("kelly_avg_loss", 0.0, any_number);
  const Node* win_node = r.find("kelly_avg_win");
  const Node* loss_node = r.find("kelly_avg_loss");
  if (win_node == nullptr && loss_node == nullptr) return;
  if (r.has("kelly_win_loss_ratio")) {
    for (const std::string_view key : {"kelly_avg_win", "kelly_avg_loss"})
      if (r.has(key)) r.contradiction(key, "says kelly_win_loss_ratio in another way, which is given too");
    return;
  }
  out.kelly_win_loss_ratio = refused;
  if (win_node == nullptr) r.missing("kelly_avg_win");
  if (loss_node == nullptr) r.missing("kelly_avg_loss");
  double win = 0;
  double loss = 0;
  const bool won = win_node != nullptr && convert(r.report(), *win_node, r.at("kelly_avg_win"), win, above(0));
  const bool lost = loss_node != nullptr && convert(r.report(), *loss_node, r.at("kelly_avg_loss"), loss, any_number);
  if (lost && loss == 0) r.report().fault(Errc::invalid_value, r.at("kelly_avg_loss"), "must not be 0");
  if (!won || !lost || loss == 0) return;
  const double ratio = win / std::abs(loss);
  if (std::isfinite(ratio) && ratio > 0) {
    out.kelly_win_loss_ratio = ratio;
  } else {
    r.contradiction("kelly_avg_loss", "no number is the ratio of kelly_avg_win to it");
  }
}

void read_risk_adjustment(ObjectReader& holder, const Node& node, bool in_strategy, PositionSizingConfig& out) {
  RiskAdjustmentConfig a;
  ObjectReader r(holder.report(), node, holder.at("risk_adjustment"), Notes::none);
  r.require("enabled", a.enabled);
  r.read("performance_window", a.performance_window, within(1, 1e6));
  r.read("min_risk_pct", a.min_risk_pct, above_to(0, 1));
  r.read("max_risk_pct", a.max_risk_pct, above_to(0, 1));
  r.finish(in_strategy ? extension_keys : HostKeys{});
  for (const std::string_view key : {"performance_window", "min_risk_pct", "max_risk_pct"})
    if (a.enabled && !r.has(key)) r.missing(key);
  if (a.min_risk_pct && a.max_risk_pct && *a.min_risk_pct > *a.max_risk_pct)
    r.contradiction("min_risk_pct", json_of(*a.min_risk_pct) + " is over max_risk_pct, " + json_of(*a.max_risk_pct));
  out.risk_adjustment = a;
}

/// \returns nothing, with the fault noted, when the node is no block at all.
std::optional<PositionSizingConfig> read_block(Report& report, const Node& node, const std::string& path,
                                               bool in_strategy) {
  PositionSizingConfig out;
  ObjectReader r(report, node, path, Notes::none);
  if (!r.usable()) return std::nullopt;
  read_method(r, out);
  for (const SizingField& f : sizing_fields) {
    r.describe(f.name, 0.0, f.range);
    if (const Node* n = r.find(f.name); n != nullptr) read_number(r, *n, f.name, f, out);
  }
  read_aliases(r, out);
  read_kelly_averages(r, out);
  if (const Node* n = r.find("risk_adjustment"); n != nullptr) read_risk_adjustment(r, *n, in_strategy, out);
  r.finish(in_strategy ? extension_keys : HostKeys{});
  return out;
}

}  // namespace

void read_position_sizing(ObjectReader& top, DeskConfig& out) {
  const Node* node = top.find("position_sizing");
  if (node == nullptr) return top.off("position_sizing");
  out.position_sizing = read_block(top.report(), *node, "position_sizing", false);
}

void read_strategy_sizing(ObjectReader& strategy, const Context& context, DeskStrategyConfig& out) {
  if (const Node* node = strategy.find("position_sizing"); node != nullptr)
    out.position_sizing = read_block(strategy.report(), *node, strategy.at("position_sizing"), true);
  const Node* adjustment = strategy.find("risk_adjustment");
  // a host without sizers may write what it likes there
  if (context.sized || out.position_sizing)
    strategy.read("stop_loss_pct", out.stop_loss_pct, sizing_fields[*find_sizing_parameter("stop_loss_pct")].range);
  if (adjustment == nullptr) return;
  if (out.position_sizing && out.position_sizing->risk_adjustment)
    return strategy.contradiction("risk_adjustment", "given in position_sizing too");
  PositionSizingConfig alone;  // without a block at either level there is no sizer to adjust
  const bool sized = context.sized || out.position_sizing;
  if (sized && !out.position_sizing) out.position_sizing.emplace();
  read_risk_adjustment(strategy, *adjustment, true, sized ? *out.position_sizing : alone);
}

}  // namespace optcoord::config::detail
