// tests/config/sizing_test.cpp -- position_sizing: defaults, aliases, ranges, every fault; the guide's text is beside.
// SPDX-License-Identifier: MIT
#include "loading.hpp"

namespace optcoord::config {
namespace {

[[nodiscard]] Strings global(std::string_view keys) {
  return fault_list(R"({"position_sizing":{)" + std::string{keys} + "}}");
}
/// A global fixed_usd block of 1000 and a strategy A with this block.
[[nodiscard]] Strings own(std::string_view keys) {
  return fault_list(R"({"position_sizing":{"method":"fixed_usd","fixed_amount_usd":1000},
      "strategies":[{"name":"A","position_sizing":{)" +
                    std::string{keys} + "}}]}");
}

TEST_CASE("the method is fixed_usd only when neither level names one") {
  const Loaded l = loaded(R"({"position_sizing":{"fixed_amount_usd":1},
      "strategies":[{"name":"A"},{"name":"B","position_sizing":{"method":"percent_equity","percent_equity":0.1}}]})");
  CHECK(effective(l, "position_sizing.method") == "\"fixed_usd\" default");
  CHECK(sized(l, 0, "method") == "\"fixed_usd\" default");
  CHECK(sized(l, 1, "method") == "\"percent_equity\" strategy");
  CHECK_FALSE((*l.config.strategies)[0].position_sizing);
}

TEST_CASE("nothing is taken from the sample, and no block means no sizer") {
  CHECK(loaded(R"({"strategies":[{"name":"A"}]})").effective.back().path == "exercise");
  CHECK(global("") == Strings{"invalid_value position_sizing.fixed_amount_usd"});
  CHECK(fault_list(R"({"strategies":[{"name":"A","position_sizing":{}}]})") ==
        Strings{"invalid_value strategies[0].position_sizing.fixed_amount_usd"});
}

TEST_CASE("a risk_adjustment or a stop alone makes no sizer") {
  const Loaded l = loaded(R"({"strategies":[{"name":"A","stop_loss_pct":4,"risk_adjustment":{"enabled":false}}]})");
  CHECK_FALSE((*l.config.strategies)[0].position_sizing);
  CHECK(fault_list(R"({"strategies":[{"name":"A","risk_adjustment":{"enabled":7}}]})") ==
        Strings{"invalid_value strategies[0].risk_adjustment.enabled"});
}

TEST_CASE("the stop beside a block is shown as what is in force, before the global block's") {
  const Loaded l = loaded(R"({"position_sizing":{"method":"risk_based","risk_per_trade_pct":0.02,"stop_loss_pct":10},
      "strategies":[{"name":"A","stop_loss_pct":4},{"name":"B","stop_loss_pct":4,"position_sizing":{"lot_size":1}},
                    {"name":"C","stop_loss_pct":4,"position_sizing":{"stop_loss_pct":3}},{"name":"D"}]})");
  CHECK(sized(l, 0, "stop_loss_pct") == "4 strategy");
  CHECK(sized(l, 1, "stop_loss_pct") == "4 strategy");
  CHECK(sized(l, 2, "stop_loss_pct") == "3 strategy");
  CHECK(sized(l, 3, "stop_loss_pct") == "10 global");
}

TEST_CASE("what is no block is one fault, not a block without its parameters too") {
  CHECK(fault_list(R"({"position_sizing":null})") == Strings{"invalid_value position_sizing"});
  CHECK(fault_list(R"({"position_sizing":7})") == Strings{"invalid_value position_sizing"});
  CHECK(fault_list(R"({"strategies":[{"name":"A","position_sizing":null}]})") ==
        Strings{"invalid_value strategies[0].position_sizing"});
}

TEST_CASE("a method needs its parameters at one of the two levels") {
  CHECK(own(R"("method":"risk_based")") == Strings{"invalid_value strategies[0].position_sizing.risk_per_trade_pct"});
  CHECK(own(R"("method":"percent_equity")") == Strings{"invalid_value strategies[0].position_sizing.percent_equity"});
  CHECK(own(R"("method":"fixed_units")") == Strings{"invalid_value strategies[0].position_sizing.fixed_units"});
  CHECK(own(R"("method":"kelly")") == Strings{"invalid_value strategies[0].position_sizing.kelly_win_rate",
                                              "invalid_value strategies[0].position_sizing.kelly_win_loss_ratio",
                                              "invalid_value strategies[0].position_sizing.kelly_cap"});
  CHECK(own(R"("method":"volatility_target")") ==
        Strings{"invalid_value strategies[0].position_sizing.target_volatility"});
  CHECK(own(R"("method":"fixed_usd")").empty());
  // a global block that every strategy completes need not be whole; one that somebody uses alone must be
  CHECK(fault_list(R"({"position_sizing":{"max_position_size_usd":5},
      "strategies":[{"name":"A","position_sizing":{"fixed_amount_usd":1}}]})")
            .empty());
  CHECK(fault_list(R"({"position_sizing":{"max_position_size_usd":5},"strategies":[{"name":"A"},{"name":"B"}]})") ==
        Strings{"invalid_value position_sizing.fixed_amount_usd"});
}

TEST_CASE("an unknown method is named, with the nearest known one") {
  const std::vector<Fault> f = faults(R"({"position_sizing":{"method":"fixed_us"}})");
  REQUIRE(f.size() == 1);
  CHECK(f[0] == Fault{Errc::invalid_value, "position_sizing.method",
                      "Unknown position sizing method: fixed_us, did you mean 'fixed_usd'?"});
  CHECK(own(R"("method":7)") == Strings{"invalid_value strategies[0].position_sizing.method"});
  CHECK(own(R"("method":"")") == Strings{"invalid_value strategies[0].position_sizing.method"});
}

TEST_CASE("an override of null is a fault, not an inheritance") {
  CHECK(own(R"("fixed_amount_usd":null)") == Strings{"invalid_value strategies[0].position_sizing.fixed_amount_usd"});
  CHECK(own(R"("method":null)") == Strings{"invalid_value strategies[0].position_sizing.method"});
  CHECK(fault_list(R"({"strategies":[{"name":"A","position_sizing":null}]})").front() ==
        "invalid_value strategies[0].position_sizing");
}

TEST_CASE("aliases stand for their names, and an alias beside its name is a contradiction at the alias") {
  const Loaded l = loaded(R"({"position_sizing":{"method":"equity_percentage","fixed_usd_amount":500,
      "equity_percentage":0.05,"kelly_win_rate":0.6,"kelly_avg_win":0.03,"kelly_avg_loss":0.02,
      "kelly_max_position_pct":0.25,"default_stop_loss_pct":0.05,"fixed_units":0.1,"min_position_size_usd":50,
      "max_position_size_usd":1000,"max_leverage":1}})");
  const PositionSizingConfig& p = *l.config.position_sizing;
  CHECK(p.method == "percent_equity");
  CHECK(p.fixed_amount_usd == 500);
  CHECK(p.percent_equity == 0.05);
  CHECK(p.kelly_win_loss_ratio == doctest::Approx(1.5));
  CHECK(p.kelly_cap == 0.25);
  CHECK(effective(l, "position_sizing.fixed_amount_usd") == "500 file");
  CHECK(loaded(R"({"position_sizing":{"method":"kelly_criterion","kelly_win_rate":0.6,"kelly_win_loss_ratio":1,
      "kelly_cap":0.1}})")
            .config.position_sizing->method == "kelly");

  CHECK(global(R"("fixed_amount_usd":1,"fixed_usd_amount":1)") ==
        Strings{"invalid_configuration position_sizing.fixed_usd_amount"});
  CHECK(global(R"("fixed_amount_usd":1,"equity_percentage":0.1,"percent_equity":0.1)") ==
        Strings{"invalid_configuration position_sizing.equity_percentage"});
  CHECK(global(R"("fixed_amount_usd":1,"kelly_cap":0.1,"kelly_max_position_pct":0.1)") ==
        Strings{"invalid_configuration position_sizing.kelly_max_position_pct"});
  CHECK(global(R"("fixed_amount_usd":1,"kelly_win_loss_ratio":1,"kelly_avg_win":1,"kelly_avg_loss":1)") ==
        Strings{"invalid_configuration position_sizing.kelly_avg_win",
                "invalid_configuration position_sizing.kelly_avg_loss"});
  CHECK(global(R"("fixed_amount_usd":1,"kelly_avg_win":1)") == Strings{"invalid_value position_sizing.kelly_avg_loss"});
  CHECK(global(R"("fixed_amount_usd":1,"kelly_avg_win":0,"kelly_avg_loss":0)") ==
        Strings{"invalid_value position_sizing.kelly_avg_win", "invalid_value position_sizing.kelly_avg_loss"});
  // on different levels alias and name are simply an override
  CHECK(own(R"("fixed_usd_amount":5)").empty());
}

TEST_CASE("averages whose ratio no number holds are a contradiction, not an infinite ratio") {
  for (const std::string_view pair :
       {R"("kelly_avg_win":1e308,"kelly_avg_loss":1e-308)", R"("kelly_avg_win":1e-308,"kelly_avg_loss":-1e308)"})
    CHECK(global(R"("fixed_amount_usd":1,)" + std::string{pair}) ==
          Strings{"invalid_configuration position_sizing.kelly_avg_loss"});
  CHECK(loaded(R"({"position_sizing":{"fixed_amount_usd":1,"kelly_avg_win":3,"kelly_avg_loss":-2}})")
            .config.position_sizing->kelly_win_loss_ratio == 1.5);
}

TEST_CASE("a strategy's own stop_loss_pct is kept for its sizer, and is the host's alone where there is none") {
  const auto stop = [](std::string_view value, std::string_view more) {
    return R"({"strategies":[{"name":"A","stop_loss_pct":)" + std::string{value} + std::string{more};
  };
  constexpr std::string_view own_block = R"(,"position_sizing":{"fixed_amount_usd":1}}]})";
  constexpr std::string_view global_block = R"(}],"position_sizing":{"fixed_amount_usd":1,"stop_loss_pct":9}})";
  for (const std::string_view block : {own_block, global_block}) {
    const Loaded l = loaded(stop("3.0", block));
    CHECK((*l.config.strategies)[0].stop_loss_pct == 3.0);
    CHECK(effective(l, "strategies[0].stop_loss_pct") == "3 file");
    for (const std::string_view bad : {"0", "100", "-1", "\"3 %\"", "null"})
      CHECK(fault_list(stop(bad, block)) == Strings{"invalid_value strategies[0].stop_loss_pct"});
  }
  for (const std::string_view anything : {"3.0", "300", "\"3 %\"", "null", "[]"}) {
    const Loaded l = loaded(stop(anything, "}]}"));
    CHECK_FALSE((*l.config.strategies)[0].stop_loss_pct);
    CHECK(effective(l, "strategies[0].stop_loss_pct").empty());
  }
  // the block's own is another field
  const Loaded both = loaded(stop("3.0", R"(,"position_sizing":{"fixed_amount_usd":1,"stop_loss_pct":4}}]})"));
  CHECK((*both.config.strategies)[0].stop_loss_pct == 3.0);
  CHECK((*both.config.strategies)[0].position_sizing->stop_loss_pct == 4.0);
}

TEST_CASE("each parameter has its range") {
  struct Case {
    std::string_view key;
    std::vector<std::string_view> good, bad;
  };
  const std::vector<Case> cases{{"fixed_amount_usd", {"0.01", "1e15"}, {"0", "-1", "2e15", "\"1\"", "true"}},
                                {"risk_per_trade_pct", {"0.0001", "1"}, {"0", "1.01", "-0.02", "2"}},
                                {"percent_equity", {"0.0001", "1"}, {"0", "5"}},
                                {"fixed_units", {"0.001"}, {"0"}},
                                {"kelly_win_rate", {"0", "1"}, {"-0.1", "1.1"}},
                                {"kelly_win_loss_ratio", {"0.1", "10"}, {"0", "-1"}},
                                {"kelly_cap", {"1"}, {"0", "1.1"}},
                                {"target_volatility", {"0.1", "10"}, {"0", "11"}},
                                {"stop_loss_pct", {"0.5", "99.9"}, {"0", "100"}},
                                {"default_stop_loss_pct", {"0.01", "0.999"}, {"0", "1", "5"}},
                                {"max_position_size_usd", {"1"}, {"0", "-1000"}},
                                {"min_position_size_usd", {"0", "1"}, {"-1"}},
                                {"max_leverage", {"0.5", "1000"}, {"0", "1001"}},
                                {"lot_size", {"0.001", "100"}, {"0"}}};
  for (const Case& c : cases) {
    CAPTURE(c.key);
    const std::string head = "\"" + std::string{c.key} + "\":";
    for (const std::string_view v : c.good) CHECK(own(head + std::string{v}).empty());
    for (const std::string_view v : c.bad)
      CHECK(own(head + std::string{v}) == Strings{"invalid_value strategies[0].position_sizing." + std::string{c.key}});
  }
}

TEST_CASE("a minimum over the maximum is a contradiction at the minimum, across levels too") {
  CHECK(global(R"("fixed_amount_usd":1,"min_position_size_usd":2,"max_position_size_usd":2)").empty());
  CHECK(global(R"("fixed_amount_usd":1,"min_position_size_usd":2.01,"max_position_size_usd":2)") ==
        Strings{"invalid_configuration position_sizing.min_position_size_usd"});
  CHECK(fault_list(R"({"position_sizing":{"fixed_amount_usd":1,"min_position_size_usd":100},
      "strategies":[{"name":"A"},{"name":"B","position_sizing":{"max_position_size_usd":50}}]})") ==
        Strings{"invalid_configuration strategies[1].position_sizing.min_position_size_usd"});
}

TEST_CASE("risk_adjustment is whole when it is enabled, and in one place") {
  const auto adjusted = [](std::string_view keys) {
    return fault_list(R"({"strategies":[{"name":"A","position_sizing":{"fixed_amount_usd":1},"risk_adjustment":{)" +
                      std::string{keys} + "}}]}");
  };
  CHECK(adjusted(R"("enabled":false)").empty());
  CHECK(adjusted("") == Strings{"invalid_value strategies[0].risk_adjustment.enabled"});
  CHECK(adjusted(R"("enabled":true)") == Strings{"invalid_value strategies[0].risk_adjustment.performance_window",
                                                 "invalid_value strategies[0].risk_adjustment.min_risk_pct",
                                                 "invalid_value strategies[0].risk_adjustment.max_risk_pct"});
  CHECK(adjusted(R"("enabled":true,"performance_window":0,"min_risk_pct":0.05,"max_risk_pct":0.04)") ==
        Strings{"invalid_value strategies[0].risk_adjustment.performance_window",
                "invalid_configuration strategies[0].risk_adjustment.min_risk_pct"});
  CHECK(fault_list(R"({"strategies":[{"name":"A","risk_adjustment":{"enabled":false},
      "position_sizing":{"fixed_amount_usd":1,"risk_adjustment":{"enabled":false}}}]})") ==
        Strings{"invalid_configuration strategies[0].risk_adjustment"});
}

}  // namespace
}  // namespace optcoord::config
