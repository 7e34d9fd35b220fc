// tests/core/decision_test.cpp -- what a list of reasons amounts to: verdict, units, and the reason that binds.
// SPDX-License-Identifier: MIT
#include <optcoord/core/decision.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace {

using namespace optcoord;

[[nodiscard]] Finding reason(Code code, std::int64_t max_units) {
  Finding f;
  f.code = code;
  f.max_units = max_units;
  return f;
}

[[nodiscard]] DecisionHead concluded(std::int64_t units, std::initializer_list<Finding> reasons, bool partial) {
  DecisionHead head;
  head.units_requested = units;
  const std::vector<Finding> list(reasons);
  conclude(head, list, partial);
  return head;
}

}  // namespace

TEST_CASE("without a reason all units are approved, partial or not") {
  for (const bool partial : {false, true}) {
    const DecisionHead d = concluded(7, {}, partial);
    CHECK(d.verdict == Verdict::approved);
    CHECK(d.units == 7);
    CHECK(d.max_units == 7);
    CHECK(d.binding == Code::none);
  }
}

TEST_CASE("a reason denies, and says how many units would pass") {
  const DecisionHead d = concluded(400, {reason(Code::limit_exceeded, 300)}, false);
  CHECK(d.verdict == Verdict::denied);
  CHECK(d.units == 0);
  CHECK(d.max_units == 300);
  CHECK(d.binding == Code::limit_exceeded);
}

TEST_CASE("where fewer units are welcome a reason reduces") {
  const DecisionHead d = concluded(400, {reason(Code::event_limit, 300)}, true);
  CHECK(d.verdict == Verdict::reduced);
  CHECK(d.units == 300);
  CHECK(d.max_units == 300);
  CHECK(d.binding == Code::event_limit);
}

TEST_CASE("nothing left is a denial even where fewer are welcome") {
  const DecisionHead d = concluded(400, {reason(Code::limit_exceeded, 0)}, true);
  CHECK(d.verdict == Verdict::denied);
  CHECK(d.units == 0);
  CHECK(d.max_units == 0);
  CHECK(d.binding == Code::limit_exceeded);
}

TEST_CASE("the smallest number of units counts, wherever it stands") {
  const auto reasons = {reason(Code::limit_exceeded, 9), reason(Code::strategy_cap, 2), reason(Code::notional_cap, 5)};
  const DecisionHead d = concluded(10, reasons, true);
  CHECK(d.units == 2);
  CHECK(d.max_units == 2);
  CHECK(d.binding == Code::strategy_cap);
}

TEST_CASE("of several smallest the first binds") {
  CHECK(concluded(10, {reason(Code::limit_exceeded, 3), reason(Code::strategy_cap, 3)}, false).binding ==
        Code::limit_exceeded);
  CHECK(concluded(10, {reason(Code::strategy_cap, 3), reason(Code::limit_exceeded, 3)}, false).binding ==
        Code::strategy_cap);
  CHECK(concluded(10, {reason(Code::limit_exceeded, 0), reason(Code::strategy_cap, 0)}, false).binding ==
        Code::limit_exceeded);
}

TEST_CASE("a reason that would allow everything still denies") {
  const DecisionHead d = concluded(5, {reason(Code::halted, 5)}, false);
  CHECK(d.verdict == Verdict::denied);
  CHECK(d.binding == Code::halted);
  CHECK(d.max_units == 5);
}

TEST_CASE("concluding again starts afresh") {
  DecisionHead head;
  head.units_requested = 10;
  const std::array first{reason(Code::limit_exceeded, 0)};
  conclude(head, first, true);
  conclude(head, {}, true);
  CHECK(head.verdict == Verdict::approved);
  CHECK(head.units == 10);
  CHECK(head.binding == Code::none);
}

TEST_CASE("texts of verdicts, intents, metrics and sides are the protocol's") {
  CHECK(text(Verdict::approved) == "approved");
  CHECK(text(Verdict::reduced) == "reduced");
  CHECK(text(Verdict::denied) == "denied");
  CHECK(text(Intent::open) == "open");
  CHECK(text(Intent::adjust) == "adjust");
  CHECK(text(Intent::exit) == "exit");
  CHECK(text(Intent::emergency_exit) == "emergency_exit");
  CHECK(text(Metric::delta) == "delta");
  CHECK(text(Metric::gamma) == "gamma");
  CHECK(text(Metric::theta) == "theta");
  CHECK(text(Metric::vega) == "vega");
  CHECK(text(Metric::dollar_delta) == "dollar_delta");
  CHECK(text(Metric::gross_delta) == "gross_delta");
  CHECK(text(Metric::strategy_count) == "strategy_count");
  CHECK(text(Metric::scenario_loss) == "scenario_loss");
  CHECK(text(Side::lower) == "lower");
  CHECK(text(Side::upper) == "upper");
}

TEST_CASE("only the two exits are exits") {
  CHECK(!is_exit(Intent::open));
  CHECK(!is_exit(Intent::adjust));
  CHECK(is_exit(Intent::exit));
  CHECK(is_exit(Intent::emergency_exit));
}

TEST_CASE("a finding knows the figures it was given and no others") {
  Finding f;
  CHECK(!f.knows(Finding::held_field));
  f.has = Finding::held_field | Finding::limit_field;
  CHECK(f.knows(Finding::held_field));
  CHECK(f.knows(Finding::limit_field));
  CHECK(!f.knows(Finding::pending_field));
  CHECK(f.row == Finding::no_row);
}

TEST_CASE("an owned decision outlives the storage it was made from, and views as it was") {
  OwnedDecision owned;
  {
    std::vector<Finding> reasons{reason(Code::limit_exceeded, 3)};
    std::vector<Finding> warnings{reason(Code::limit_near, 5), reason(Code::cut_unknown, 5)};
    Decision d;
    d.units_requested = 5;
    d.reservation = RequestId{9};
    conclude(d, reasons, true);
    d.reasons = reasons;
    d.warnings = warnings;
    owned = OwnedDecision(d);
    reasons[0].code = Code::none;
    warnings.clear();
  }
  const Decision view = owned.view();
  CHECK(view.verdict == Verdict::reduced);
  CHECK(view.units == 3);
  CHECK(view.reservation == RequestId{9});
  REQUIRE(view.reasons.size() == 1);
  CHECK(view.reasons[0].code == Code::limit_exceeded);
  REQUIRE(view.warnings.size() == 2);
  CHECK(view.warnings[1].code == Code::cut_unknown);
}

TEST_CASE("a list of findings keeps order, and loses what is selected") {
  Findings list(2);
  CHECK(list.empty());
  for (const std::int64_t units : {1, 2, 3, 4}) list.push(reason(Code::limit_exceeded, units));
  list.remove_if([](const Finding& f) { return f.max_units % 2 == 0; });
  REQUIRE(list.size() == 2);
  CHECK(list.all()[0].max_units == 1);
  CHECK(list.all()[1].max_units == 3);
  list.pop();
  CHECK(list.size() == 1);
  list.clear();
  CHECK(list.empty());
}
