// src/config/load.cpp -- the whole: text to tree, names, every block in order, then what holds between blocks.
// SPDX-License-Identifier: MIT
#include "blocks.hpp"
#include "in_force.hpp"

#include <array>  // std::array

namespace optcoord::config {
namespace {

using detail::Context;
using detail::KnownNames;
using detail::Node;

/// The names defined by the entries of the list `key`, before anything is validated.
KnownNames names_in(const Node& root, std::string_view key, std::string_view kind) {
  KnownNames known{kind, true, {}};
  const Node* list = root.find(key);
  const auto* items = list == nullptr ? nullptr : list->as<std::vector<Node>>();
  if (items == nullptr) return known;
  for (const Node& item : *items) {
    const Node* name = item.find("name");
    const auto* text = name == nullptr ? nullptr : name->as<std::string>();
    if (text != nullptr) known.names.insert(*text);
  }
  return known;
}

void read_blocks(detail::ObjectReader& top, const Context& context, DeskConfig& config) {
  read_roots(top, config);
  read_groups(top, config.ledger);
  read_limits(top, context, config.ledger);
  read_headroom(top, context, config.ledger);
  read_cuts(top, context, config.ledger);
  read_ledger(top, config.ledger);
  read_strategies(top, context, config);
  read_interlocks(top, context, config);
  read_coordination(top, config);
  read_position_sizing(top, config);
  resolve_position_sizing(context.report, config);
  read_ipmcc(top, config);
  read_exercise(top, config);
}

}  // namespace

tl::expected<Loaded, std::vector<Fault>> load(std::string_view text) {
  using Faults = tl::unexpected<std::vector<Fault>>;
  if (text.size() > max_bytes)
    return Faults({Fault{Errc::parse_error, "", "longer than " + std::to_string(max_bytes) + " bytes"}});
  detail::Parsed parsed = detail::parse_json(text);
  if (!parsed.root) return Faults(std::move(parsed.faults));

  detail::Report report(std::move(parsed.faults));
  Context context{report, names_in(*parsed.root, "groups", "group"), names_in(*parsed.root, "strategies", "strategy"),
                  parsed.root->find("position_sizing") != nullptr};
  context.strategies.closed = parsed.root->find("strategies") != nullptr;
  Loaded loaded;
  detail::ObjectReader top(report, *parsed.root, "");
  read_blocks(top, context, loaded.config);
  top.finish();
  if (!report.faults().empty()) return Faults(std::move(report.faults()));
  loaded.effective = std::move(report.effective());
  loaded.not_in_force = detail::not_in_force(loaded.config);
  return loaded;
}

}  // namespace optcoord::config
