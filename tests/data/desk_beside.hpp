// tests/data/desk_beside.hpp -- a desk that is told what a host of the bare expiry planner knows, and must plan alike.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/desk/desk.hpp>

#include <doctest/doctest.h>

#include <map>      // std::map
#include <span>     // std::span
#include <string>   // std::string
#include <utility>  // std::move
#include <vector>   // std::vector

namespace optcoord::test {

/// Strategies are called by their numbers, and registered in their order.
class DeskBeside {
 public:
  explicit DeskBeside(ExerciseConfig config) : desk_(make(std::move(config))) {}

  void session(std::string_view root, const Session& s, Timestamp t) { tell(SessionEvent{root, s.open, s.close}, t); }
  void positions(std::span<const ExpiryPosition> all, Timestamp t) {
    std::vector<std::pair<std::string, std::string>> texts;
    for (const ExpiryPosition& p : all) texts.emplace_back(to_text(p.contract), name(p.strategy));
    PositionsEvent e;
    for (std::size_t i = 0; i < all.size(); ++i)
      e.positions.push_back({texts[i].first, all[i].quantity, texts[i].second});
    tell(e, t);
  }
  void price(std::string_view root, double usd, Timestamp t) { tell(QuoteEvent{root, usd, {}}, t); }
  void quote(const Contract& contract, const Quote& q, Timestamp t) {
    const std::string text = to_text(contract);
    OptionEvent e;
    e.contract = text;
    e.quote = q;
    tell(e, t);
  }
  void result(const ExpiryPosition& p, bool success, std::optional<double> price, Timestamp t) {
    const std::string contract = to_text(p.contract);
    const std::string strategy = name(p.strategy);
    tell(CloseResultEvent{strategy, contract, success, price, {}}, t);
  }
  /// Plans now; every row must say what `plan` says of the same position.
  void check_plan(const ExpiryPlan& plan, std::span<const ExpiryPosition> all, Timestamp t) {
    std::map<std::string, std::string> mine;
    const auto sink = [&](const Output& out) {
      if (const auto* o = std::get_if<ExpiryPlanOutput>(&out.body))
        for (const Assessment& a : o->plan->positions)
          mine[name(a.strategy) + ' ' + to_text(o->positions[a.position].contract)] = in_words(a);
    };
    REQUIRE(desk_.step({t, ExpiryEvent{}}, sink).has_value());
    std::map<std::string, std::string> theirs;
    for (const Assessment& a : plan.positions)
      theirs[name(a.strategy) + ' ' + to_text(all[a.position].contract)] = in_words(a);
    REQUIRE(mine == theirs);
  }

 private:
  static Desk make(ExerciseConfig config) {
    DeskConfig c;
    c.exercise = std::move(config);
    return *Desk::make(c);
  }
  static std::string name(StrategyId s) { return std::to_string(index_of(s)); }
  static std::string in_words(const Assessment& a) {
    std::string out =
        std::string(text(a.action)) + ' ' + std::string(text(a.reason)) + ' ' + std::string(text(a.cause));
    out += ' ' + std::to_string(a.quantity) + ' ' + std::to_string(a.close_quantity);
    for (const auto& figure : {a.moneyness, a.minutes_to_close, a.probability_itm})
      out +=
          figure ? ' ' + std::to_string(*figure) : " ?";  // to a millionth: the desk's kernels differ in the last bit
    if (a.order) out += " order " + std::to_string(a.order->limit_price.value_or(0));
    return out;
  }
  void tell(const EventBody& body, Timestamp t) {
    REQUIRE(desk_.step({t, body}, [](const Output&) {}).has_value());
  }

  Desk desk_;
};

}  // namespace optcoord::test
