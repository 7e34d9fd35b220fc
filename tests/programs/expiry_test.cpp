// tests/programs/expiry_test.cpp -- optcoord-expiry as a person runs it: the plan, frames, what is refused, exit codes.
// SPDX-License-Identifier: MIT
#include "support/running.hpp"

#include <doctest/doctest.h>

#include <string>       // std::string
#include <string_view>  // std::string_view

namespace optcoord::test {
namespace {

/// A place with a configuration and the example's events, in which optcoord-expiry runs.
class ExpiryRun : public ProgramRun {
 public:
  ExpiryRun() : ProgramRun("optcoord-expiry") {
    write("config.json", R"({"strategies":[{"name":"0DTE"}],"exercise":{"mode":"active"}})");
    write("events.jsonl", contents_of(source("examples/data/expiry_screen.jsonl")));
  }
  int operator()(std::string_view options, std::string_view files = "config.json events.jsonl") {
    return with(std::string{files} + " " + std::string{options});
  }
};

constexpr std::string_view in_the_document = "--at 2025-06-13T19:31:15Z";

}  // namespace

TEST_CASE("the document's screen: 28:45 to go, the 635 put is high, the 638 call is low, nothing is closed yet") {
  ExpiryRun expiry;
  CHECK(expiry(in_the_document) == 0);
  CHECK(expiry.out == R"(2025-06-13 15:31:15 New York | Mode: ACTIVE | Time to close: 00:28:45
Positions:
  strategy  contract             qty  moneyness  P(ITM)  score  risk  stage  action
  0DTE      SPY 2025-06-13 638C  -2   -1.25 %    0.00    0.01   low   T-30   warn
  0DTE      SPY 2025-06-13 635P  -2   +0.79 %    0.99    0.12   high  T-30   warn
Actions: none
If assigned:
  0DTE: 600 USD cash, notional 252,000 USD
  account: 600 USD cash, notional 252,000 USD
Ask again in 00:05:00 | warn: warn SPY 2025-06-13 638C
)");
  CHECK(expiry.err.empty());
}

TEST_CASE("four minutes before the bell the put in the money is to be bought back at its mid") {
  ExpiryRun expiry;
  CHECK(expiry("--at 2025-06-13T19:56:00Z") == 0);
  CHECK(expiry.out == R"(2025-06-13 15:56:00 New York | Mode: ACTIVE | Time to close: 00:04:00
Positions:
  strategy  contract             qty  moneyness  P(ITM)  score  risk      stage  action
  0DTE      SPY 2025-06-13 638C  -2   -0.55 %    0.00    0.19   low       T-5    warn
  0DTE      SPY 2025-06-13 635P  -2   +0.08 %    0.73    0.41   critical  T-5    close   assignable until 17:30
Actions:
  1.  buy  2  SPY 2025-06-13 635P  0DTE  limit 0.62  in_the_money
If assigned:
  0DTE: 600 USD cash, notional 253,800 USD
  account: 600 USD cash, notional 253,800 USD
Ask again in 00:01:00 | warn: warn SPY 2025-06-13 638C
)");
}

TEST_CASE("what cannot be closed within the slippage allowed asks for a decision, with both costs") {
  ExpiryRun expiry;
  CHECK(expiry("") == 0);
  CHECK(expiry.out == R"(2025-06-13 15:57:00 New York | Mode: ACTIVE | Time to close: 00:03:00
Positions:
  strategy  contract             qty  moneyness  P(ITM)  score  risk      stage  action
  0DTE      SPY 2025-06-13 638C  -2   -0.63 %    0.00    0.18   low       T-5    warn
  0DTE      SPY 2025-06-13 635P  -2   +0.16 %    0.92    0.47   critical  T-5    escalate  assignable until 17:30
Actions: none
DECIDE NOW:
  2  SPY 2025-06-13 635P  0DTE  slippage_exceeded  closing now 240 USD  assignment 200 USD  a night's move 1,598 USD
If assigned:
  0DTE: 600 USD cash, notional 253,600 USD
  account: 600 USD cash, notional 253,600 USD
Ask again in 00:01:00 | alarm: escalate SPY 2025-06-13 635P
)");
}

TEST_CASE("in monitor mode the same plan orders nothing") {
  ExpiryRun expiry;
  CHECK(expiry("--mode monitor --at 2025-06-13T19:56:00Z") == 0);
  CHECK(expiry.prints("Mode: MONITOR"));
  CHECK_FALSE(expiry.prints("limit"));
}

TEST_CASE("frames follow the day: one a minute in which something happened or the plan asked to be asked") {
  ExpiryRun expiry;
  CHECK(expiry("--follow") == 0);
  CHECK(expiry.prints("Time to close: 00:28:00"));
  CHECK(expiry.prints("Time to close: 00:05:00"));
  CHECK(expiry.prints("Time to close: 00:04:00"));
  CHECK(expiry.prints("DECIDE NOW"));
  CHECK_FALSE(expiry.prints("00:29:00"));  // nothing was held before
}

TEST_CASE("the protocol's lines for programs, one for each look") {
  ExpiryRun expiry;
  CHECK(expiry(std::string("--json ") + std::string(in_the_document)) == 0);
  CHECK(expiry.out.starts_with(R"({"seq":7,"t":"2025-06-13T19:31:15Z","type":"expiry_plan","mode":"active")"));
  CHECK(expiry.prints(R"("contract":"SPY   250613P00635000","quantity":-2,)"));
}

TEST_CASE("an early close is the session's") {
  ExpiryRun expiry;
  expiry.write("early.jsonl", R"(
{"type":"session","t":"2023-07-03T13:30:00Z","root":"*","open":"2023-07-03T13:30:00Z","close":"2023-07-03T17:00:00Z"}
{"type":"quote","t":"2023-07-03T16:57:00Z","root":"SPY","price":444}
{"type":"positions","t":"2023-07-03T16:57:00Z",)"
                              R"("positions":[{"contract":"SPY   230703C00443000","quantity":-1,"strategy":"0DTE"}]}
{"type":"option","t":"2023-07-03T16:57:00Z","contract":"SPY   230703C00443000","bid":1.00,"ask":1.04,"iv":0.1}
)");
  CHECK(expiry("", "config.json early.jsonl") == 0);
  CHECK(expiry.prints("Time to close: 00:03:00"));
  CHECK(expiry.prints("close"));
}

TEST_CASE("lines in error are told with their number, left out, and make the exit code 1") {
  ExpiryRun expiry;
  expiry.write("bad.jsonl", R"({"type":"quote","t":"2025-06-13T19:31:15Z","root":"SPY","price":-1}
{"type":"quote","t":"2025-06-13T19:31:15Z","root":"SPY","price":630}
)");
  CHECK(expiry("", "config.json bad.jsonl") == 1);
  CHECK(expiry.complains("1"));
  CHECK(expiry.complains("price"));
}

TEST_CASE("what cannot be used is exit code 2, with the reason") {
  ExpiryRun expiry;
  CHECK(expiry("", "config.json nowhere.jsonl") == 2);
  CHECK(expiry.complains("nowhere.jsonl"));
  expiry.write("other.json", R"({"strategies":[{"name":"0DTE"}]})");
  CHECK(expiry("", "other.json events.jsonl") == 2);
  CHECK(expiry.complains("exercise"));
  expiry.write("faulty.json", R"({"exercise":{"mode":"brave"}})");
  CHECK(expiry("", "faulty.json events.jsonl") == 2);
  CHECK(expiry.prints("exercise.mode"));
  CHECK(expiry("--at yesterday") == 2);
  CHECK(expiry("--mode brave") == 2);
}

}  // namespace optcoord::test
