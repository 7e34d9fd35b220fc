// tests/programs/ipmcc_test.cpp -- optcoord-ipmcc as a person runs it: plans, rolls, what is refused, exit codes.
// SPDX-License-Identifier: MIT
#include "support/running.hpp"

#include <doctest/doctest.h>

#include <string>       // std::string
#include <string_view>  // std::string_view

namespace optcoord::test {
namespace {

/// A place with a configuration, the example's chain and book, in which optcoord-ipmcc runs.
class IpmccRun : public ProgramRun {
 public:
  IpmccRun() : ProgramRun("optcoord-ipmcc") {
    write("config.json", R"({"ipmcc":{"strike_rule":"above_leap","roll_profit":0.8,"roll_delta":0.5}})");
    write("chain.csv", contents_of(source("examples/data/ipmcc_chain.csv")));
    write("book.json", contents_of(source("examples/data/ipmcc_book.json")));
  }
  /// Runs with config.json, the root SPY and these options.
  int operator()(std::string_view options, std::string_view before = "config.json --root SPY") {
    return with(std::string{before} + " " + std::string{options});
  }
};

/// `text` with `part`, which must be there, replaced.
[[nodiscard]] std::string changed(std::string text, std::string_view part, std::string_view by) {
  const std::size_t at = text.find(part);
  REQUIRE_MESSAGE(at != std::string::npos, part);
  return text.replace(at, part.size(), by);
}

}  // namespace

TEST_CASE("a new position as a table: legs, prices, what can be lost, what was not chosen and why") {
  IpmccRun ipmcc;
  CHECK(ipmcc("--chain chain.csv --equity 500000") == 0);
  CHECK(ipmcc.out == R"(SPY at 2026-01-05T15:00:00Z, spot 450, 16 contracts in the chain

Buy a LEAP and sell a call against it
  step  action        contract               quantity  limit  sent as
  1     buy to open   SPY   270115C00370000  4         98.4   one package
  2     sell to open  SPY   260112C00465000  4         0.57   one package, only as far as step 1 fills
  cash at the limits  -39,132: to be paid
  net debit           39,260
  break-even          468.15
  maximum loss        39,260
  loss if called      1,260
  exposure of a unit  delta 68.1, gamma -1, theta 5, vega 120
)"
                     "  not chosen: 14 contracts: 2 puts, 2 of another time to expiry, 1 no bid, 1 crossed, 1 stale, "
                     "5 of another expiry, 2 not nearest\n");
  CHECK(ipmcc.err.empty());
}

TEST_CASE("with a LEAP held only a call is sold, and the calls that are due say of each rule why") {
  IpmccRun ipmcc;
  CHECK(ipmcc("--chain chain.csv --book book.json") == 0);
  CHECK(ipmcc.prints("\nSell a call against the LEAP held\n"));
  CHECK(ipmcc.prints("  1     sell to open  SPY   260112C00465000  1         0.57   alone\n"));
  CHECK(ipmcc.prints("  net debit           -55: a credit\n"));
  CHECK(ipmcc.prints("\nRoll: SPY   260106C00462000, 1 contract sold\n"));
  CHECK(ipmcc.prints("  rule dte        fired      dte 1 is at or below 1\n"));
  CHECK(ipmcc.prints("  rule delta      not fired  delta 0.03 is below 0.5\n"));
  CHECK(ipmcc.prints("  rule profit     fired      profit 0.9375 is at or above 0.8\n"));
  CHECK(ipmcc.prints("  rule extrinsic  not fired  extrinsic is off\n"));
  CHECK(ipmcc.prints("  1     buy to close  SPY   260106C00462000  1         0.05   alone\n"));
  CHECK(ipmcc.prints(
      "  2     sell to open  SPY   260112C00465000  1         0.57   alone, only as far as step 1 fills\n"));
  CHECK_FALSE(ipmcc.prints("Not due"));
}

TEST_CASE("--rolls prints the calls sold alone, those that are not due too") {
  IpmccRun ipmcc;
  CHECK(ipmcc("--chain chain.csv --book book.json --rolls") == 0);
  CHECK_FALSE(ipmcc.prints("Sell a call against"));
  CHECK(ipmcc.prints("\nRoll: SPY   260106C00462000, 1 contract sold\n"));
  CHECK(ipmcc.prints("\nNot due: SPY   260109C00455000, 1 contract sold\n"));
  CHECK(ipmcc.prints("  rule dte        not fired  dte 4 is above 1\n"));
}

TEST_CASE("with --json one ipmcc_plan line for the plan and one for each call that is due") {
  IpmccRun ipmcc;
  CHECK(ipmcc("--chain chain.csv --book book.json --json") == 0);
  CHECK(ipmcc.out.starts_with(R"({"t":"2026-01-05T15:00:00Z","type":"ipmcc_plan","root":"SPY","path":"add_weekly",)"
                              R"("steps":[{"action":"sell_to_open","contract":"SPY   260112C00465000",)"));
  CHECK(
      ipmcc.prints("\n{\"t\":\"2026-01-05T15:00:00Z\",\"type\":\"ipmcc_plan\",\"root\":\"SPY\","
                   "\"path\":\"roll_weekly\","));
  CHECK(ipmcc.prints(R"({"rule":"profit","fired":true,"why":"profit 0.9375 is at or above 0.8"})"));
  CHECK(ipmcc("--chain chain.csv --book book.json --json --rolls") == 0);
  CHECK_FALSE(ipmcc.prints("add_weekly"));
}

TEST_CASE("what stands in the way is said: the budget, no spot, no equity, an event") {
  IpmccRun ipmcc;
  CHECK(ipmcc("--chain chain.csv --equity 100000") == 0);
  CHECK(
      ipmcc.prints("Nothing can be done\n  because: One contract costs more than the budget: an account of 123,375 USD"
                   " affords one\n"));
  CHECK(ipmcc("--chain chain.csv") == 0);
  CHECK(ipmcc.prints("because: No account value to size on"));
  CHECK(ipmcc("--chain chain.csv --book book.json --no-short-calls") == 0);
  CHECK(ipmcc.prints("because: Market event - no short calls"));
  CHECK(ipmcc.prints("Buy back: SPY   260106C00462000, 1 contract sold"));
  ipmcc.write("no_spot.csv", changed(ipmcc.read("chain.csv"), "SPY,449.99,450.01,,,,,,2026-01-05T15:00:00Z\n", ""));
  CHECK(ipmcc("--chain no_spot.csv --equity 500000") == 0);
  CHECK(ipmcc.prints("spot unknown"));
  CHECK(ipmcc.prints("because: No usable quote"));
  CHECK(ipmcc("--chain no_spot.csv --equity 500000 --spot 450") == 0);
  CHECK(ipmcc.prints("Buy a LEAP"));
}

TEST_CASE("naked calls in the book are said with the step that puts them right") {
  IpmccRun ipmcc;
  std::string book = changed(ipmcc.read("book.json"), R"("quantity": 3)", R"("quantity": 1)");
  ipmcc.write("naked.json", book);
  CHECK(ipmcc("--chain chain.csv --book naked.json") == 0);
  CHECK(ipmcc.prints("warning: A leg stands without its other half: buy to close 1 SPY   260106C00462000 at 0.05\n"));
}

TEST_CASE("a book that contradicts itself is refused with the field, exit code 1") {
  IpmccRun ipmcc;
  ipmcc.write("book.json", changed(ipmcc.read("book.json"), R"("leap": 1)", R"("leap": 3)"));
  CHECK(ipmcc("--chain chain.csv --book book.json") == 1);
  CHECK(ipmcc.out.empty());
  CHECK(ipmcc.complains("book.json: lots[0].leap: is no open LEAP of the same root that outlives the call\n"));
  CHECK(ipmcc("--chain chain.csv --book book.json --json") == 1);
  CHECK(ipmcc.prints(R"({"seq":0,"type":"error","code":"invalid_value","field":"lots[0].leap",)"));
  ipmcc.write("book.json", R"({"lots":[)");
  CHECK(ipmcc("--chain chain.csv --book book.json") == 1);
  CHECK(ipmcc.complains("book.json: the book ends before its JSON does"));
}

TEST_CASE("rows of the chain that are no quotes are named by line and left out, exit code 1") {
  IpmccRun ipmcc;
  ipmcc.write("bad.csv",
              "contract,bid,ask,iv,at\nSPY 450,1,2,,\nSPY   270115C00370000,x,2,,\n"
              "SPY   270115C00370000,1,2,high,\nSPY   270115C00370000,1,2,,noon\n"
              "SPY   270115C00370000,1\nSPY   270115C00370000,98,99,,\nSPY   270115C00370000,98,99,,\n"
              "SPY,2,,,\nSPY   270115C00380000,1,2,,2026-01-05T16:00:00Z\n");
  CHECK(ipmcc("--chain bad.csv --at 2026-01-05T15:00:00Z") == 1);
  for (const char* sentence :
       {"bad.csv:2: contract: not a contract", "bad.csv:3: bid: not a price", "bad.csv:4: iv: no number",
        "bad.csv:5: at: not a UTC time", "bad.csv:6: ask: ", "bad.csv:8: contract: stands twice",
        "bad.csv:9: bid: the underlying needs", "bad.csv:10: at: later than the instant asked for", "8 rows left out"})
    CHECK_MESSAGE(ipmcc.complains(sentence), sentence);
  CHECK(ipmcc.prints("SPY at 2026-01-05T15:00:00Z, spot unknown, 1 contract in the chain"));
}

TEST_CASE("optcoord-ipmcc: usage, files that cannot be used and faulty configurations are exit code 2") {
  IpmccRun ipmcc;
  CHECK(ipmcc("--chain absent.csv") == 2);
  CHECK(ipmcc("--chain chain.csv --book absent.json") == 2);
  CHECK(ipmcc("--chain chain.csv", "absent.json --root SPY") == 2);
  CHECK(ipmcc("--chain chain.csv", "config.json") == 2);
  CHECK(ipmcc("--chain chain.csv", "config.json --root spy") == 2);
  CHECK(ipmcc("") == 2);
  CHECK(ipmcc("--chain chain.csv --at noon") == 2);
  CHECK(ipmcc("--chain chain.csv --spot 0") == 2);
  ipmcc.write("unknown.csv", "contract,bid,ask,dleta\n");
  CHECK(ipmcc("--chain unknown.csv") == 2);
  CHECK(ipmcc.complains("unknown.csv:1: unknown column dleta, did you mean delta?"));
  ipmcc.write("missing.csv", "contract,bid\n");
  CHECK(ipmcc("--chain missing.csv") == 2);
  CHECK(ipmcc.complains("missing.csv:1: no column ask"));
  ipmcc.write("undated.csv", "contract,bid,ask\nSPY   270115C00370000,98,99\n");
  CHECK(ipmcc("--chain undated.csv") == 2);
  CHECK(ipmcc.complains("no row has a time, and --at is not given"));
  ipmcc.write("no_block.json", "{}");
  CHECK(ipmcc("--chain chain.csv", "no_block.json --root SPY") == 2);
  CHECK(ipmcc.complains("has no block ipmcc"));
  CHECK(ipmcc("--help", "") == 0);
  CHECK(ipmcc("--version", "") == 0);
  CHECK(ipmcc.out.starts_with("optcoord-ipmcc "));
}

TEST_CASE("a configuration without a strike rule is told in two sentences why there is no default") {
  IpmccRun ipmcc;
  ipmcc.write("no_rule.json", R"({"ipmcc":{}})");
  CHECK(ipmcc("--chain chain.csv", "no_rule.json --root SPY") == 2);
  CHECK(ipmcc.out.starts_with(R"({"seq":0,"type":"error","code":"invalid_value","field":"ipmcc.strike_rule",)"));
  CHECK(ipmcc.prints("strike_rule is required and has no default: "));
  CHECK(ipmcc.prints(". No strike is above spot, below such a LEAP and 2 to 5 % out of the money at once, so "));
}

TEST_CASE("a real day's minute bars are a chain: the 393-day LEAP and the Thursday weekly of GOOG") {
  const std::string bars = data("goog_20151224/options_minute_quotes.csv.gz");
  const std::string underlying = data("goog_20151224/underlying_minute_quotes.csv");
  if (bars.empty() || underlying.empty()) return;
  IpmccRun ipmcc;
  ipmcc.write("config.json", R"({"ipmcc":{"strike_rule":"at_the_money"}})");  // at 3 % above nothing is bid
  const std::string files = "--root GOOG --equity 2000000 --rate 0.005 --chain '" + bars + "'";
  CHECK(ipmcc(files + " --underlying '" + underlying + "' --at 2015-12-24T17:00:00Z", "config.json") == 0);
  CHECK(ipmcc.prints("Buy a LEAP and sell a call against it"));
  CHECK(ipmcc.prints("buy to open   GOOG  170120C00"));
  CHECK(ipmcc.prints("sell to open  GOOG  151231C00"));
  CHECK(ipmcc.prints("warning: Greeks computed from the mid"));
  CHECK(ipmcc(files, "config.json") == 2);
  CHECK(ipmcc.complains("minute bars need --at"));
}

}  // namespace optcoord::test
