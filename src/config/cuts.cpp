// src/config/cuts.cpp -- the blocks `cuts` and `ledger`: factors on bounds, ages and lifetimes; and `roots`.
// SPDX-License-Identifier: MIT
#include "blocks.hpp"

namespace optcoord::config::detail {
namespace {

constexpr Words<MissingGreek, 2> missing_greek_words{{{"deny", MissingGreek::deny}, {"skip", MissingGreek::skip}}};
constexpr Words<bool, 2> when_unknown_words{{{"apply", true}, {"ignore", false}}};
constexpr Words<Style, 2> style_words{{{"european", Style::european}, {"american", Style::american}}};
constexpr Words<Settlement, 3> settlement_words{
    {{"physical", Settlement::physical}, {"cash", Settlement::cash}, {"future", Settlement::future}}};
constexpr Words<LastTrade, 2> last_trade_words{{{"pm", LastTrade::pm}, {"am", LastTrade::am}}};

/// What switches the cut on: an event's name, or a level of a root's price.
void read_trigger(ObjectReader& r, CutConfig& cut) {
  if (r.has("event") && r.has("root")) r.contradiction("root", "a cut has an event or a root, not both");
  if (r.has("event") || !r.has("root")) {
    r.require("event", cut.event, TextRule::name);
    for (const std::string_view key : {"above", "until_below", "when_unknown"})
      if (r.find(key) != nullptr && !r.has("root")) r.contradiction(key, "belongs to a cut by a root's level");
    r.find("root");
    return;
  }
  r.find("event");
  r.require("root", cut.root, TextRule::root);
  const bool on = r.require("above", cut.above, within(0, largest_bound));
  const bool off = r.require("until_below", cut.until_below, within(0, largest_bound));
  if (on && off && cut.until_below > cut.above)
    r.contradiction("until_below", "must not be over above, " + json_of(cut.above));
  r.read("when_unknown", cut.on_when_unknown, when_unknown_words);
}

}  // namespace

void read_cuts(ObjectReader& top, const Context& context, LedgerConfig& out) {
  top.list("cuts", [&](const Node& node, const std::string& path) {
    CutConfig cut;
    ObjectReader r(top.report(), node, path, Notes::entry);
    read_trigger(r, cut);
    r.require("factor", cut.factor, within(0, 1));
    r.names("groups", cut.groups, &context.groups);
    r.list("metrics", [&](const Node& item, const std::string& item_path) {
      Metric metric{};
      if (!convert(top.report(), item, item_path, metric, metric_words())) return;
      if (metric == Metric::strategy_count)
        top.report().fault(Errc::invalid_value, item_path, "strategy_count is never cut");
      top.report().note(item_path, json_of(metric, metric_words()), Origin::file);
      cut.metrics.push_back(metric);
    });
    for (const std::string_view key : {"groups", "metrics"})
      if (const Node* n = r.find(key);
          n != nullptr && n->as<std::vector<Node>>() != nullptr && n->as<std::vector<Node>>()->empty())
        top.report().fault(Errc::invalid_value, r.at(key), "must not be empty; leave it out to select the default");
    r.finish();
    out.cuts.push_back(std::move(cut));
  });
}

void read_ledger(ObjectReader& top, LedgerConfig& out) {
  const Node absent{std::vector<Member>{}};
  const Node* node = top.find("ledger");
  ObjectReader r(top.report(), node != nullptr ? *node : absent, "ledger");
  LedgerOptions& o = out.options;
  r.read("max_greeks_age_s", o.max_greeks_age, SecondsRule{at_least(0)});
  r.read("max_quote_age_s", o.max_quote_age, SecondsRule{at_least(0)});
  r.read("default_ttl_s", o.default_ttl, SecondsRule{above(0)});
  r.read("missing_greek", o.missing_greek, missing_greek_words);
  r.read("conflict_tolerance", o.conflict_tolerance, within(0, largest_bound));
  r.finish();
}

void read_roots(ObjectReader& top, DeskConfig& out) {
  const ProductTable built_in;
  std::set<std::string, std::less<>> seen;
  top.list("roots", [&](const Node& node, const std::string& path) {
    ObjectReader r(top.report(), node, path, Notes::entry);
    std::string root;
    const bool named = r.require("root", root, TextRule::root);
    if (named && !seen.insert(root).second)
      r.contradiction("root", "the root " + in_quotes(root) + " is defined already");
    Product p = built_in.find(root);  // what is left out keeps the built-in row's terms
    std::optional<std::string> other;
    if (r.read("member_as", other, TextRule::root)) p.member_as = *other;
    if (r.read("price_of", other, TextRule::root)) p.price_of = *other;
    r.read("multiplier", p.multiplier, above_to(0, 1e6));
    r.read("style", p.style, style_words);
    r.read("settlement", p.settlement, settlement_words);
    r.read("last_trade", p.last_trade, last_trade_words);
    r.read("tick", p.tick, above_to(0, 1e6));
    r.read("adjusted", p.adjusted);
    r.finish();
    out.roots.push_back(std::move(p));
  });
}

}  // namespace optcoord::config::detail
