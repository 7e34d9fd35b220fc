// src/config/load.cpp -- the whole: text to tree, names, every block in order, then what holds between blocks.
// SPDX-License-Identifier: MIT
#include "blocks.hpp"

namespace optcoord::config {
namespace detail {
namespace {

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

}  // namespace

void read_configuration(Report& report, const Node& root, DeskConfig& out) {
  Context context{report, names_in(root, "groups", "group"), names_in(root, "strategies", "strategy"),
                  root.find("position_sizing") != nullptr};
  context.strategies.closed = root.find("strategies") != nullptr;
  ObjectReader top(report, root, "");
  read_roots(top, out);
  read_groups(top, out.ledger);
  read_limits(top, context, out.ledger);
  read_headroom(top, context, out.ledger);
  read_cuts(top, context, out.ledger);
  read_ledger(top, out.ledger);
  read_strategies(top, context, out);
  read_interlocks(top, context, out);
  read_coordination(top, out);
  read_position_sizing(top, out);
  resolve_position_sizing(report, out);
  read_ipmcc(top, out);
  read_exercise(top, out);
  top.finish();
}

}  // namespace detail

tl::expected<Loaded, std::vector<Fault>> load(std::string_view text) {
  using Faults = tl::unexpected<std::vector<Fault>>;
  if (text.size() > max_bytes)
    return Faults({Fault{Errc::parse_error, "", "longer than " + std::to_string(max_bytes) + " bytes"}});
  detail::Parsed parsed = detail::parse_json(text);
  if (!parsed.root) return Faults(std::move(parsed.faults));

  detail::Report report(std::move(parsed.faults));
  Loaded loaded;
  detail::read_configuration(report, *parsed.root, loaded.config);
  if (!report.faults().empty()) return Faults(std::move(report.faults()));
  loaded.effective = std::move(report.effective());
  return loaded;
}

}  // namespace optcoord::config
