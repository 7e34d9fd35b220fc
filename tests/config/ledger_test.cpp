// tests/config/ledger_test.cpp -- groups, limits, headroom, cuts, ledger and roots: defaults, names, contradictions.
// SPDX-License-Identifier: MIT
#include "loading.hpp"

#include <chrono>

namespace optcoord::config {
namespace {

constexpr std::string_view group = R"({"name":"SPY","reference":"SPY","members":[{"root":"SPY"},{"root":"SPX"}]})";

[[nodiscard]] std::string groups(std::string_view list) { return R"({"groups":[)" + std::string{list} + "]}"; }

/// A configuration with the group SPY and `entries` in the list `key`.
[[nodiscard]] std::string beside_group(std::string_view key, std::string_view entries, std::string_view more = "") {
  return R"({"groups":[)" + std::string{group} + "],\"" + std::string{key} + "\":[" + std::string{entries} + "]" +
         std::string{more} + "}";
}
[[nodiscard]] Strings limit_faults(std::string_view rows) { return fault_list(beside_group("limits", rows)); }
[[nodiscard]] Strings cut_faults(std::string_view rows) { return fault_list(beside_group("cuts", rows)); }
[[nodiscard]] LimitConfig row(std::string_view text) {
  return loaded(beside_group("limits", text)).config.ledger.limits.at(0);
}

TEST_CASE("a member's beta is 1 unless it is given") {
  const Loaded l =
      loaded(groups(R"({"name":"G","reference":"SPY","members":[{"root":"SPY"},{"root":"X","beta":-0.5}]})"));
  CHECK(l.config.ledger.groups[0].members[0].beta == 1);
  CHECK(l.config.ledger.groups[0].members[1].beta == -0.5);
  CHECK(effective(l, "groups[0].members[0].beta") == "1 default");
  CHECK(effective(l, "groups[0].members[1].beta") == "-0.5 file");
}

TEST_CASE("what a group needs and cannot be") {
  CHECK(fault_list(groups("{}")) == Strings{"invalid_value groups[0].name", "invalid_value groups[0].reference",
                                            "invalid_value groups[0].members"});
  CHECK(fault_list(groups(R"({"name":"","reference":"TOOLONG","members":[{}]})")) ==
        Strings{"invalid_value groups[0].name", "invalid_value groups[0].reference",
                "invalid_value groups[0].members[0].root"});
  CHECK(fault_list(groups(R"({"name":"G","reference":"SPY","members":[{"root":"SPY"},{"root":"SPY"}]})")) ==
        Strings{"invalid_configuration groups[0].members[1].root"});
  CHECK(fault_list(groups(R"({"name":"G","reference":"SPY","members":[{"root":"SPY","beta":0}]})")) ==
        Strings{"invalid_value groups[0].members[0].beta"});
  CHECK(fault_list(groups(std::string{group} + "," + std::string{group})) ==
        Strings{"invalid_configuration groups[1].name"});
  CHECK(fault_list(R"({"groups":{}})") == Strings{"invalid_value groups"});
  CHECK(fault_list(R"({"groups":[7]})") == Strings{"invalid_value groups[0]"});
}

TEST_CASE("limit x means both bounds, and upper alone for metrics that have no lower one") {
  const LimitConfig both = row(R"({"group":"SPY","metric":"delta","limit":300})");
  CHECK(both.lower == -300);
  CHECK(both.upper == 300);
  CHECK(both.warn_at == 0.75);
  for (const std::string_view metric : {"gross_delta", "strategy_count"}) {
    const LimitConfig one = row(R"({"group":"SPY","metric":")" + std::string{metric} + R"(","limit":4,"warn_at":1})");
    CHECK_FALSE(one.lower);
    CHECK(one.upper == 4);
    CHECK(one.warn_at == 1);
  }
  CHECK(row(R"({"group":"SPY","metric":"dollar_delta","equity_fraction":5.0})").equity_fraction == 5);
  CHECK(row(R"({"group":"SPY","metric":"theta","lower":-500})").lower == -500);
  CHECK(row(R"({"group":"SPY","metric":"delta","limit":0})").upper == 0);
}

TEST_CASE("a scenario row has its scenarios") {
  const LimitConfig r = row(R"({"group":"SPY","metric":"scenario_loss","limit":20000,
      "scenario":{"spot":[-0.10,-0.05,0.05],"vol":[0.0,0.10]}})");
  CHECK(r.scenario.spot == std::vector<double>{-0.10, -0.05, 0.05});
  CHECK(r.scenario.vol == std::vector<double>{0.0, 0.10});
  CHECK(row(R"({"group":"SPY","metric":"scenario_loss","limit":1,"scenario":{"spot":[-0.1]}})").scenario.vol ==
        std::vector<double>{0.0});
  CHECK(limit_faults(R"({"group":"SPY","metric":"scenario_loss","limit":1})") ==
        Strings{"invalid_value limits[0].scenario"});
  CHECK(limit_faults(R"({"group":"SPY","metric":"scenario_loss","limit":1,"scenario":{"spot":[-1]}})") ==
        Strings{"invalid_value limits[0].scenario.spot[0]"});
  CHECK(limit_faults(R"({"group":"SPY","metric":"scenario_loss","limit":1,"scenario":{"spot":[],"vol":[]}})") ==
        Strings{"invalid_value limits[0].scenario.spot", "invalid_value limits[0].scenario.vol"});
  CHECK(limit_faults(R"({"group":"SPY","metric":"delta","limit":1,"scenario":{"spot":[0.1]}})") ==
        Strings{"invalid_configuration limits[0].scenario"});
}

TEST_CASE("bounds come from one source and lie on their side of zero") {
  const auto bounds = [](std::string_view text) {
    return limit_faults(R"({"group":"SPY","metric":"delta",)" + std::string{text} + "}");
  };
  CHECK(limit_faults(R"({"group":"SPY","metric":"delta"})") == Strings{"invalid_value limits[0].limit"});
  CHECK(bounds(R"("limit":-1)") == Strings{"invalid_value limits[0].limit"});
  CHECK(bounds(R"("lower":0.001)") == Strings{"invalid_value limits[0].lower"});
  CHECK(bounds(R"("upper":-0.001)") == Strings{"invalid_value limits[0].upper"});
  CHECK(bounds(R"("lower":0,"upper":0)").empty());
  CHECK(bounds(R"("limit":4000000000001)") == Strings{"invalid_value limits[0].limit"});
  CHECK(bounds(R"("limit":1,"lower":-1)") == Strings{"invalid_configuration limits[0].lower"});
  CHECK(bounds(R"("upper":1,"tiers":[{"limit":1}])") == Strings{"invalid_configuration limits[0].tiers"});
  CHECK(bounds(R"("tiers":[{"limit":1}],"equity_fraction":1)") ==
        Strings{"invalid_configuration limits[0].equity_fraction"});
  CHECK(bounds(R"("equity_fraction":0)") == Strings{"invalid_value limits[0].equity_fraction"});
  CHECK(limit_faults(R"({"group":"SPY","metric":"gross_delta","lower":-1})") ==
        Strings{"invalid_configuration limits[0].lower"});
  CHECK(limit_faults(R"({"group":"SPY","metric":"strategy_count","limit":1.5})") ==
        Strings{"invalid_value limits[0].limit"});
}

TEST_CASE("warn_at is above 0 and at most 1") {
  const auto warn = [](std::string_view x) {
    return limit_faults(R"({"group":"SPY","metric":"delta","limit":1,"warn_at":)" + std::string{x} + "}");
  };
  CHECK(warn("0.0001").empty());
  CHECK(warn("1").empty());
  CHECK(warn("0") == Strings{"invalid_value limits[0].warn_at"});
  CHECK(warn("1.0001") == Strings{"invalid_value limits[0].warn_at"});
}

TEST_CASE("tiers rise and end with one that has no bound") {
  const auto tiers = [](std::string_view text) {
    return limit_faults(R"({"group":"SPY","metric":"delta","tiers":[)" + std::string{text} + "]}");
  };
  CHECK(tiers(R"({"limit":1})").empty());
  CHECK(tiers("") == Strings{"invalid_value limits[0].tiers"});
  CHECK(tiers(R"({"equity_below":1,"limit":1})") == Strings{"invalid_configuration limits[0].tiers[0]"});
  CHECK(tiers(R"({"limit":1},{"limit":2})") == Strings{"invalid_configuration limits[0].tiers[1]"});
  CHECK(tiers(R"({"equity_below":2,"limit":1},{"equity_up_to":2,"limit":1},{"limit":2})") ==
        Strings{"invalid_configuration limits[0].tiers[1].equity_up_to"});
  CHECK(tiers(R"({"equity_below":2,"equity_up_to":3,"limit":1},{"limit":2})") ==
        Strings{"invalid_configuration limits[0].tiers[0].equity_up_to"});
  CHECK(tiers(R"({"equity_below":0,"limit":1},{"limit":2})") ==
        Strings{"invalid_value limits[0].tiers[0].equity_below"});
  CHECK(tiers(R"({"equity_below":1},{"limit":2})") == Strings{"invalid_value limits[0].tiers[0].limit"});
}

TEST_CASE("two rows may bound the same thing in two ways, not in one") {
  const std::string constant = R"({"group":"SPY","metric":"delta","limit":1})";
  CHECK(limit_faults(constant + "," + constant) == Strings{"invalid_configuration limits[1]"});
  CHECK(limit_faults(constant + R"(,{"group":"SPY","metric":"delta","equity_fraction":1})").empty());
  CHECK(limit_faults(R"({"group":"SPY","metric":"delta","lower":-1},{"group":"SPY","metric":"delta","upper":1})")
            .empty());
  CHECK(limit_faults(constant + R"(,{"group":"SPY","metric":"delta","strategy":"A","limit":1})").empty());
  CHECK(limit_faults(constant + R"(,{"group":"SPY","metric":"delta","upper":2})") ==
        Strings{"invalid_configuration limits[1]"});
}

TEST_CASE("rows name groups and strategies that exist") {
  const std::vector<Fault> f = faults(beside_group("limits", R"({"group":"SPX","metric":"delta","limit":1},
      {"group":"SPY","metric":"delta","strategy":"LT12","limit":1})",
                                                   R"(,"strategies":[{"name":"LT112"}])"));
  REQUIRE(f.size() == 2);
  CHECK(f[0] == Fault{Errc::unknown_name, "limits[0].group", "no group 'SPX' is defined, did you mean 'SPY'?"});
  CHECK(f[1] ==
        Fault{Errc::unknown_name, "limits[1].strategy", "no strategy 'LT12' is defined, did you mean 'LT112'?"});
  // without `strategies` any name is a strategy
  CHECK(limit_faults(R"({"group":"SPY","metric":"delta","strategy":"LT12","limit":1})").empty());
}

TEST_CASE("headroom needs strategy, group, metric and amount, and a window that is one") {
  const auto headroom = [](std::string_view text) { return fault_list(beside_group("headroom", text)); };
  CHECK(headroom("{}") == Strings{"invalid_value headroom[0].strategy", "invalid_value headroom[0].group",
                                  "invalid_value headroom[0].metric", "invalid_value headroom[0].amount"});
  const std::string head = R"({"strategy":"A","group":"SPY","metric":"delta","amount":1)";
  CHECK(headroom(head + "}").empty());
  CHECK(headroom(head + R"(,"from":"09:30","until":"09:30"})") == Strings{"invalid_configuration headroom[0].until"});
  CHECK(headroom(head + R"(,"from":"09:30","until":"09:31"})").empty());
  CHECK(headroom(head + R"(,"from":"24:00"})") == Strings{"invalid_configuration headroom[0].from"});
  CHECK(headroom(head + R"(,"from":"9:30"})") == Strings{"invalid_value headroom[0].from"});
  CHECK(headroom(head + R"(,"days":[]})") == Strings{"invalid_value headroom[0].days"});
  CHECK(headroom(head + R"(,"days":["fri","friday"]})") == Strings{"invalid_value headroom[0].days[1]"});
  CHECK(headroom(R"({"strategy":"A","group":"SPY","metric":"delta","amount":-1})") ==
        Strings{"invalid_value headroom[0].amount"});
  CHECK(headroom(R"({"strategy":"A","group":"SPY","metric":"strategy_count","amount":1})") ==
        Strings{"invalid_value headroom[0].metric"});
  const Loaded l = loaded(beside_group("headroom", head + R"(,"days":["mon","sun"]})"));
  CHECK(l.config.ledger.headroom[0].schedule.days == 0x41);
  CHECK(l.config.ledger.headroom[0].schedule.until == std::chrono::hours{24});
  CHECK(effective(l, "headroom[0].until") == "\"24:00\" default");
}

TEST_CASE("a cut is by an event or by a root's level") {
  const Loaded l = loaded(beside_group("cuts", R"({"event":"FOMC","factor":0.5,"groups":["SPY"],"metrics":["vega"]},
      {"root":"VIX","above":30,"until_below":28,"factor":0.5,"when_unknown":"ignore"},
      {"root":"VIX","above":30,"until_below":30,"factor":0})"));
  CHECK(l.config.ledger.cuts[0].groups == Strings{"SPY"});
  CHECK(l.config.ledger.cuts[0].metrics == std::vector<Metric>{Metric::vega});
  CHECK_FALSE(l.config.ledger.cuts[1].on_when_unknown);
  CHECK(l.config.ledger.cuts[2].on_when_unknown);
  CHECK(effective(l, "cuts[2].when_unknown") == "\"apply\" default");
  CHECK(cut_faults(R"({"factor":1})") == Strings{"invalid_value cuts[0].event"});
  CHECK(cut_faults(R"({"event":"FOMC"})") == Strings{"invalid_value cuts[0].factor"});
  CHECK(cut_faults(R"({"event":"FOMC","root":"VIX","factor":1})") == Strings{"invalid_configuration cuts[0].root"});
  CHECK(cut_faults(R"({"event":"FOMC","above":1,"factor":1})") == Strings{"invalid_configuration cuts[0].above"});
  CHECK(cut_faults(R"({"root":"VIX","factor":1})") ==
        Strings{"invalid_value cuts[0].above", "invalid_value cuts[0].until_below"});
  CHECK(cut_faults(R"({"root":"VIX","above":30,"until_below":30.1,"factor":1})") ==
        Strings{"invalid_configuration cuts[0].until_below"});
  for (const std::string_view factor : {"-0.0001", "1.0001"})
    CHECK(cut_faults(R"({"event":"FOMC","factor":)" + std::string{factor} + "}") ==
          Strings{"invalid_value cuts[0].factor"});
  CHECK(cut_faults(R"({"event":"FOMC","factor":1,"groups":["SPX"],"metrics":["strategy_count","delt"]})") ==
        Strings{"unknown_name cuts[0].groups[0]", "invalid_value cuts[0].metrics[0]",
                "invalid_value cuts[0].metrics[1]"});
  CHECK(cut_faults(R"({"event":"FOMC","factor":1,"groups":[]})") == Strings{"invalid_value cuts[0].groups"});
}

TEST_CASE("the ledger's defaults are the sample's but for missing_greek") {
  const LedgerOptions o = loaded(R"({"ledger":{}})").config.ledger.options;
  CHECK(o.max_greeks_age == std::chrono::seconds{60});
  CHECK(o.max_quote_age == std::chrono::seconds{60});
  CHECK(o.default_ttl == std::chrono::seconds{60});
  CHECK(o.missing_greek == MissingGreek::deny);
  CHECK_FALSE(o.conflict_tolerance);
  const Loaded l = loaded(R"({"ledger":{"default_ttl_s":0.5,"max_quote_age_s":0,"conflict_tolerance":0}})");
  CHECK(l.config.ledger.options.default_ttl == std::chrono::milliseconds{500});
  CHECK(effective(l, "ledger.default_ttl_s") == "0.5 file");
  CHECK(l.config.ledger.options.max_quote_age == Duration{0});
  CHECK(l.config.ledger.options.conflict_tolerance == 0);
  CHECK(fault_list(R"({"ledger":{"default_ttl_s":0,"max_quote_age_s":-1,"max_greeks_age_s":1000000001}})") ==
        Strings{"invalid_value ledger.max_greeks_age_s", "invalid_value ledger.max_quote_age_s",
                "invalid_value ledger.default_ttl_s"});
  CHECK(fault_list(R"({"ledger":{"missing_greek":"Skip","conflict_tolerance":null}})") ==
        Strings{"invalid_value ledger.missing_greek", "invalid_value ledger.conflict_tolerance"});
}

TEST_CASE("a root replaces a row of the product table or adds one") {
  const Loaded l = loaded(R"({"roots":[{"root":"SPXW","tick":0.1},{"root":"GOOG1","adjusted":true,"multiplier":99},
      {"root":"SPXQ","member_as":"SPX","price_of":"SPX","multiplier":100,"style":"european","settlement":"cash",
       "last_trade":"am","tick":0.05}]})");
  const std::vector<Product>& roots = l.config.roots;
  CHECK(roots[0] == Product{"SPXW", "SPX", "SPX", 100, Style::european, Settlement::cash, LastTrade::pm, 0.1, false});
  CHECK(roots[1] == Product{"GOOG1", "", "", 99, Style::american, Settlement::physical, LastTrade::pm, 0.01, true});
  CHECK(roots[2] == Product{"SPXQ", "SPX", "SPX", 100, Style::european, Settlement::cash, LastTrade::am, 0.05, false});
  CHECK(fault_list(R"({"roots":[{"multiplier":0,"tick":0,"style":"bermudan"},{"root":"A"},{"root":"A"}]})") ==
        Strings{"invalid_value roots[0].root", "invalid_value roots[0].multiplier", "invalid_value roots[0].style",
                "invalid_value roots[0].tick", "invalid_configuration roots[2].root"});
}

}  // namespace
}  // namespace optcoord::config
