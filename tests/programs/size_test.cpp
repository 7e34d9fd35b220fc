// tests/programs/size_test.cpp -- optcoord-size as a person runs it: sizes, methods side by side, exit codes.
// SPDX-License-Identifier: MIT
#include "support/running.hpp"

#include <doctest/doctest.h>

#include <string>       // std::string
#include <string_view>  // std::string_view

namespace {

/// A place with a configuration and trades, in which optcoord-size runs.
class SizeRun : public optcoord::test::ProgramRun {
 public:
  SizeRun() : ProgramRun("optcoord-size") {
    write("config.json", R"({
  "position_sizing": {"method": "fixed_usd", "fixed_amount_usd": 1000, "risk_per_trade_pct": 0.02,
                      "max_position_size_usd": 5000},
  "strategies": [
    {"name": "plain"},
    {"name": "risky", "position_sizing": {"method": "risk_based"}},
    {"name": "stopped", "stop_loss_pct": 50, "position_sizing": {"method": "risk_based"}},
    {"name": "big", "position_sizing": {"fixed_amount_usd": 9000}}
  ]
})");
    write("trades.csv", "price,exit_price,side,stop\n100,110,,95\n100,120,short,105\n100,105,long,98\n");
  }
  int operator()(std::string_view options, std::string_view config = "config.json") {
    return with(std::string{config} + " " + std::string{options});
  }
};

/// The line that begins with `name`.
[[nodiscard]] std::string line_from(const std::string& text, std::string_view name) {
  const std::size_t at = ("\n" + text).find("\n" + std::string{name} + " ");
  return at == std::string::npos ? std::string{} : text.substr(at, text.find('\n', at) - at);
}
[[nodiscard]] bool says(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("sizes by strategy: the cap that bound, and where each parameter is from") {
  SizeRun size;
  CHECK(size("--equity 10000 --price 50000 --stop 48000") == 0);
  CHECK(says(line_from(size.out, "plain"), "fixed_usd   1,000    1,000  0.02"));
  CHECK(says(line_from(size.out, "plain"), "fixed_amount_usd=1000 (global)"));
  CHECK(says(line_from(size.out, "plain"), "max_leverage=1 (default)"));
  // 10,000 x 2 % at a stop of 4 % is 5,000 = 0.1 units
  CHECK(says(line_from(size.out, "risky"), "0.1"));
  CHECK(says(line_from(size.out, "risky"), "method=risk_based (strategy), "));
  CHECK(says(line_from(size.out, "big"), "max_position_size_usd"));
  CHECK(says(line_from(size.out, "big"), "9,000    5,000  0.1"));
}

TEST_CASE("an event's stop wins over the strategy's, which needs no other") {
  SizeRun size;
  CHECK(size("--equity 10000 --price 100 --strategy stopped --json") == 0);
  CHECK(optcoord::test::value_of(size.out, "notional_usd") == "400");
  CHECK(says(size.out, "\"stop_loss_pct\":\"strategy\""));
  CHECK(size("--equity 10000 --price 100 --strategy stopped --json --stop-loss-pct 10") == 0);
  CHECK(optcoord::test::value_of(size.out, "notional_usd") == "2000");
}

TEST_CASE("a size that cannot be computed is said, and exit code 1") {
  SizeRun size;
  CHECK(size("--equity 10000 --price 50000") == 1);
  CHECK(says(size.out, "Position size calculation failed for strategy risky"));
  CHECK(says(line_from(size.out, "plain"), "1,000"));  // the others are sized
  CHECK(size("--equity 10000 --price 100 --strategy plian") == 1);
  CHECK(says(size.out, "Strategy not found in position sizers: 'plian', did you mean 'plain'?"));
}

TEST_CASE("what nobody holds is not sized, whatever names are accepted") {
  SizeRun size;
  size.write("any.json", R"({"position_sizing":{"fixed_amount_usd":5}})");
  CHECK(size("--equity 10000 --price 100 --strategy unassigned", "any.json") == 1);
  CHECK(size("--equity 10000 --price 100 --strategy whoever", "any.json") == 0);
}

TEST_CASE("past trades that cannot be sized are exit code 1") {
  SizeRun size;
  size.write("no_stop.csv", "price,exit_price\n100,110\n");
  CHECK(size("--equity 10000 --trades no_stop.csv --strategy risky") == 1);
  CHECK(size("--equity 10000 --trades no_stop.csv --strategy stopped") == 1);  // the global block by risk has no stop
}

TEST_CASE("with --json one object a line, as the protocol's size") {
  SizeRun size;
  CHECK(size("--equity 10000 --price 50 --multiplier 100 --strategy big --json") == 0);
  CHECK(optcoord::test::value_of(size.out, "strategy") == "big");
  CHECK(optcoord::test::value_of(size.out, "contracts") == "1");
  CHECK(optcoord::test::value_of(size.out, "units") == "100");
  CHECK(says(size.out, R"("caps":[{"cap":"max_position_size_usd","from":9000,"to":5000}],)"
                       R"("binding":"max_position_size_usd","reasons":[],"origins":{"method":"global",)"));
  CHECK(size("--equity 0 --price 50 --strategy plain --json") == 0);
  CHECK(says(size.out, R"("binding":null,"reasons":["no_equity"])"));
}

TEST_CASE("with --trades the methods stand side by side") {
  SizeRun size;
  CHECK(size("--equity 10000 --trades trades.csv") == 0);
  // 1,000 each time: +100, -200, +50
  CHECK(says(line_from(size.out, "final equity"), "9,950"));
  CHECK(says(line_from(size.out, "trades"), "3"));
  CHECK(says(line_from(size.out, "method"), "fixed_usd"));
  CHECK(says(line_from(size.out, "method"), "risk_based"));
  for (const std::string_view figure : {"mean return", "maximum drawdown", "Sharpe", "median size", "sizes to 1,000"})
    CHECK_FALSE(line_from(size.out, figure).empty());
  CHECK(size("--equity 10000 --trades trades.csv --json --strategy plain") == 0);
  CHECK(says(size.out, R"({"name":"plain","method":"fixed_usd","trades":3,"nothing":0,"failed":0,)"));
  CHECK(says(size.out, R"("distribution":{"to_1000":3})"));
}

TEST_CASE("rows that are no trades are named and left out, exit code 1") {
  SizeRun size;
  size.write("bad.csv", "price,exit_price,side,stop\n100,110,,95\n100,x,,\n100,110,up,\n100,110,long,105\n");
  CHECK(size("--equity 10000 --trades bad.csv") == 1);
  CHECK(says(size.err, "bad.csv:3: exit_price: "));
  CHECK(says(size.err, "bad.csv:4: side: neither long nor short"));
  CHECK(says(size.err, "bad.csv:5: stop: "));
  CHECK(says(line_from(size.out, "trades"), "1"));
}

TEST_CASE("optcoord-size: usage, unreadable files and faulty configurations are exit code 2") {
  SizeRun size;
  CHECK(size("--price 100") == 2);
  CHECK(size("--equity 100") == 2);
  CHECK(size("--equity 100 --price 1 --side up") == 2);
  CHECK(size("--equity 100 --price 1 --trades trades.csv") == 2);
  CHECK(size("--equity 100 --price 1", "absent.json") == 2);
  CHECK(size("--equity 100 --trades absent.csv") == 2);
  size.write("faulty.json", R"({"position_sizing":{"method":"risk_based"}})");
  CHECK(size("--equity 100 --price 1", "faulty.json") == 2);
  CHECK(size.out.starts_with(R"({"seq":0,"type":"error","code":"invalid_value",)"
                             R"("field":"position_sizing.risk_per_trade_pct")"));
  CHECK(size("--help", "") == 0);
  CHECK(size("--version", "") == 0);
  CHECK(size.out.starts_with("optcoord-size "));
}
