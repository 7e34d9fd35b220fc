// src/config/ipmcc.cpp -- the block `ipmcc`: the LEAP + weekly call planner's policy.
// SPDX-License-Identifier: MIT
#include "blocks.hpp"

#include <optcoord/ipmcc/policy.hpp>       // contradictions
#include <optcoord/ipmcc/strike_rule.hpp>  // no_strike_rule

namespace optcoord::config::detail {
namespace {

constexpr Words<StrikeRule, 4> strike_rule_words{{{"below_leap", StrikeRule::below_leap},
                                                  {"above_leap", StrikeRule::above_leap},
                                                  {"at_the_money", StrikeRule::at_the_money},
                                                  {"target_delta", StrikeRule::target_delta}}};

void read_leap(ObjectReader& r, IpmccConfig& c) {
  r.read("leap_min_dte", c.leap_min_dte, at_least(1));
  r.read("leap_target_dte", c.leap_target_dte, at_least(1));
  r.read("leap_delta", c.leap_delta, between(0, 1));
  r.read("leap_exit_dte", c.leap_exit_dte, at_least(0));
}

void read_rolls(ObjectReader& r, IpmccConfig& c) {
  r.read("roll_dte", c.roll_dte, at_least(0));
  r.read("roll_delta", c.roll_delta, above_to(0, 1));
  r.read("roll_extrinsic", c.roll_extrinsic, at_least(0));
  r.read("roll_profit", c.roll_profit, above_to(0, 1));
  r.read("credit_only", c.credit_only);
  r.read("close_if_no_roll", c.close_if_no_roll);
}

void read_vix_scaling(ObjectReader& r, IpmccConfig& c) {
  const Node* node = r.find("vix_scaling");
  if (node == nullptr) return r.off("vix_scaling");
  VixScalingConfig v;
  ObjectReader b(r.report(), *node, r.at("vix_scaling"));
  b.require("above", v.above, at_least(0));
  b.require("factor", v.factor, within(0, 1));
  b.finish();
  c.vix_scaling = v;
}

}  // namespace

void read_ipmcc(ObjectReader& top, DeskConfig& out) {
  const Node* node = top.find("ipmcc");
  if (node == nullptr) return top.off("ipmcc");
  IpmccConfig c;
  ObjectReader r(top.report(), *node, "ipmcc");
  bool ruled = false;
  if (r.has("strike_rule") || node->as<std::vector<Member>>() == nullptr) {
    StrikeRule rule{};
    ruled = r.require("strike_rule", rule, strike_rule_words);
    if (ruled) c.strike_rule = rule;
  } else {
    r.find("strike_rule");
    top.report().fault(Errc::invalid_value, r.at("strike_rule"), std::string{ipmcc::no_strike_rule});
  }
  r.read("account_fraction", c.account_fraction, above_to(0, 1));
  r.read("max_contracts", c.max_contracts, at_least(1));
  read_leap(r, c);
  r.read("weekly_max_dte", c.weekly_max_dte, at_least(1));
  r.read("otm", c.otm, from_below(0, 1));
  r.read("profit_if_called", c.profit_if_called);
  r.read("target_delta", c.target_delta, between(0, 1));
  r.read("max_spread", c.max_spread, above(0));
  read_rolls(r, c);
  r.read("max_loss", c.max_loss, above(0));
  read_vix_scaling(r, c);
  r.read("avoid_ex_dividend", c.avoid_ex_dividend);
  r.read("min_credit", c.min_credit, at_least(0));
  r.finish();
  if (ruled && c.strike_rule == StrikeRule::target_delta && !r.has("target_delta")) r.missing("target_delta");
  for (const ipmcc::Contradiction& found : ipmcc::contradictions) {
    if (!found.found(c)) continue;
    const std::string_view key = std::string_view{found.field}.substr(std::string_view{"ipmcc."}.size());
    r.contradiction(key, "is " + std::string{found.why});
  }
  out.ipmcc = c;
}

}  // namespace optcoord::config::detail
