// examples/ipmcc.cpp -- optcoord-ipmcc: what to do with LEAPs and weekly calls now, from a chain file and a book file.
// SPDX-License-Identifier: MIT
//
//   optcoord-ipmcc CONFIG --chain chain.csv --root SPY --equity 500000                  a new position
//   optcoord-ipmcc CONFIG --chain chain.csv --root SPY --book book.json --rolls         the calls sold that are due
#include "ipmcc/answers.hpp"
#include "ipmcc/chain.hpp"
#include "program.hpp"

#include <optcoord/config/load.hpp>
#include <optcoord/ipmcc/planner.hpp>
#include <optcoord/ipmcc/rolls.hpp>
#include <optcoord/protocol/ipmcc.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>  // std::find_if
#include <cerrno>     // errno
#include <cmath>      // std::isfinite
#include <cstdio>     // std::fprintf, std::fwrite
#include <cstring>    // std::strerror
#include <exception>  // std::exception
#include <optional>   // std::optional
#include <string>     // std::string
#include <utility>    // std::move
#include <vector>     // std::vector

namespace {

using namespace optcoord;
namespace parts = ipmcc_program;

using programs::done;
using programs::input_errors;
using programs::print;
using programs::unusable;

struct Arguments {
  std::string config;
  std::string chain;
  std::string underlying;  ///< minute bars of it
  std::string book;
  std::string root;
  std::optional<double> spot{};
  std::optional<double> equity{};
  std::optional<double> rate{};
  std::optional<double> vix{};
  std::string at;
  std::string ex_dividend;
  bool no_short_calls{false};
  bool rolls{false};
  bool as_json{false};
};

int complain(const std::string& what, const std::string& why) {
  return programs::complain("optcoord-ipmcc", what, why);
}

/// The contracts sold of a call.
std::int64_t sold(const ipmcc::BookState& book, const std::optional<Contract>& call) {
  return call ? -ipmcc::held_in(book, *call) : 0;
}

std::string plans_as_json(const ipmcc::Question& q, const Arguments& arguments) {
  std::string out;
  if (!arguments.rolls)
    protocol::append_plan(out, q.underlying(), q.now,
                          ipmcc::make_plan(q.policy, q.book, q.market, q.account_value, q.now));
  for (const ipmcc::Plan& roll : ipmcc::due_rolls(q.policy, q.book, q.market, q.now))
    protocol::append_plan(out, q.underlying(), q.now, roll);
  return out;
}

/// Calls sold that are not due, with what each rule says.
std::string calls_not_due(const ipmcc::Question& q, const std::vector<ipmcc::Plan>& due) {
  std::string out;
  for (const ipmcc::Holding& weekly : ipmcc::holdings(q.book, q.underlying(), false)) {
    const auto is_its = [&](const ipmcc::Plan& roll) { return roll.weekly == weekly.contract; };
    if (std::find_if(due.begin(), due.end(), is_its) != due.end()) continue;
    const std::vector<ipmcc::RuleOutcome> rules =
        ipmcc::roll_rules(q, weekly, ipmcc::find_in(q.market.chain, weekly.contract));
    out += '\n' + parts::not_due_as_text(weekly, rules);
  }
  return out;
}

std::string plans_as_text(const ipmcc::Question& q, const Arguments& arguments) {
  std::string out = parts::heading(q.market, q.now);
  if (!arguments.rolls)
    out += '\n' + parts::plan_as_text(ipmcc::make_plan(q.policy, q.book, q.market, q.account_value, q.now));
  const std::vector<ipmcc::Plan> due = ipmcc::due_rolls(q.policy, q.book, q.market, q.now);
  for (const ipmcc::Plan& roll : due) out += '\n' + parts::plan_as_text(roll, sold(q.book, roll.weekly));
  if (arguments.rolls) out += calls_not_due(q, due);
  return out;
}

/// A book that is none, in the form asked for.
int refuse_book(const Arguments& arguments, const protocol::Fault& fault) {
  if (!arguments.as_json) {
    (void)complain(arguments.book, fault.field.empty() ? fault.message : fault.field + ": " + fault.message);
    return input_errors;
  }
  std::string out;
  protocol::append_error(out, 0, fault);
  return print(out) ? input_errors : complain("standard output", std::strerror(errno));
}

/// What was asked on the command line, read.
struct Asked {
  Contract underlying{};
  std::optional<Timestamp> now{};
  std::optional<Date> ex_dividend{};
};

int plan(const Arguments& arguments, const Asked& asked, const DeskConfig& config, const IpmccPolicy& policy) {
  ipmcc::Book book;
  if (!arguments.book.empty()) {
    std::string text;
    if (!config::read_file(arguments.book, text, protocol::max_book_bytes))
      return complain(arguments.book, std::strerror(errno));
    auto read = protocol::book_from_json(text);
    if (!read) return refuse_book(arguments, read.error());
    book = *std::move(read);
  }
  events::Faults faults;
  const events::Outcome<parts::Chain> chain = parts::read_chain(arguments.chain, asked.underlying, asked.now, faults);
  if (!chain) return complain(arguments.chain, chain.error());
  if (!chain->now) return complain(arguments.chain, "no row has a time, and --at is not given");
  std::optional<double> spot = arguments.spot ? arguments.spot : chain->spot;
  if (!arguments.underlying.empty()) {
    const auto read = parts::read_spot(arguments.underlying, asked.underlying, *chain->now, faults);
    if (!read) return complain(arguments.underlying, read.error());
    spot = *read;
  }
  ProductTable products;
  for (const Product& p : config.roots) products.set(p);
  ipmcc::Market market;
  market.underlying = asked.underlying;
  market.spot = spot;
  market.chain = chain->options;
  market.multiplier = products.find(arguments.root).multiplier;
  market.tick = products.find(arguments.root).tick;
  market.rate = arguments.rate;
  market.vix = arguments.vix;
  market.ex_dividend = asked.ex_dividend;
  market.no_short_calls = arguments.no_short_calls;
  const ipmcc::Question q{policy, book.state(), market, arguments.equity, *chain->now};
  for (const std::string& sentence : faults.sentences()) std::fprintf(stderr, "optcoord-ipmcc: %s\n", sentence.c_str());
  if (faults.count() > 0)
    std::fprintf(stderr, "optcoord-ipmcc: %lld rows left out\n", static_cast<long long>(faults.count()));
  if (!print(arguments.as_json ? plans_as_json(q, arguments) : plans_as_text(q, arguments)))
    return complain("standard output", std::strerror(errno));
  return faults.count() > 0 ? input_errors : done;
}

int start(const Arguments& arguments) {
  const auto loaded = programs::load_file("optcoord-ipmcc", arguments.config);
  if (!loaded) return loaded.error();
  if (!loaded->config.ipmcc) return complain(arguments.config, "has no block ipmcc");
  const Result<IpmccPolicy> policy = IpmccPolicy::make(*loaded->config.ipmcc);
  if (!policy) return complain(policy.error().field, "not a value that fits here");
  Asked asked;
  const Result<Contract> underlying = Contract::share(arguments.root);
  if (!underlying) return complain("--root", "not a root of 1 to 6 characters, as SPY");
  asked.underlying = *underlying;
  if (!arguments.at.empty()) {
    const Result<Timestamp> at = parse_time(arguments.at);
    if (!at) return complain("--at", "not a UTC time as 2026-01-05T14:30:00Z");
    asked.now = *at;
  }
  if (!arguments.ex_dividend.empty()) {
    const Result<Date> date = parse_date(arguments.ex_dividend);
    if (!date) return complain("--ex-dividend", "not a date as 2026-03-20");
    asked.ex_dividend = *date;
  }
  for (const std::optional<double>& figure : {arguments.spot, arguments.equity, arguments.rate, arguments.vix})
    if (figure && !std::isfinite(*figure)) return complain("--spot, --equity, --rate or --vix", "not a finite number");
  return plan(arguments, asked, loaded->config, *policy);
}

void add_options(CLI::App& app, Arguments& arguments) {
  app.add_option("CONFIG,--config", arguments.config,
                 "the configuration file, with a block ipmcc; - reads standard input")
      ->required();
  app.add_option("--chain", arguments.chain, "the option chain, a CSV file")->required();
  app.add_option("--root", arguments.root, "the underlying's root, as SPY")->required();
  app.add_option("--book", arguments.book, "what is held and at the broker, a JSON file; without it nothing is");
  app.add_option("--equity", arguments.equity, "account value, USD; a new position is sized on it");
  CLI::Option* spot =
      app.add_option("--spot", arguments.spot, "the underlying's price, where the chain has no row of it")
          ->check(CLI::PositiveNumber);
  app.add_option("--underlying", arguments.underlying, "minute bars of the underlying's price, a CSV file")
      ->excludes(spot);
  app.add_option("--rate", arguments.rate, "interest rate, a fraction a year; computes Greeks that the chain lacks");
  app.add_option("--vix", arguments.vix, "the VIX, where a rule scales by it")->check(CLI::NonNegativeNumber);
  app.add_option("--ex-dividend", arguments.ex_dividend, "the next ex-dividend date known");
  app.add_option("--at", arguments.at, "the instant to plan for, UTC; without it the latest in the chain");
  app.add_flag("--no-short-calls", arguments.no_short_calls, "a market event forbids selling calls");
  app.add_flag("--rolls", arguments.rolls, "only the calls sold: which are due, and why, and which are not");
  app.add_flag("--json", arguments.as_json, "print ipmcc_plan lines: the plan, then one for each call that is due");
  app.set_version_flag("--version", std::string{"optcoord-ipmcc "} + OPTCOORD_VERSION);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Plans a LEAP with weekly calls sold against it, from an option chain and what is held.",
               "optcoord-ipmcc"};
  Arguments arguments;
  add_options(app, arguments);
  app.footer(
      "Chain: comma-separated, the first line names the columns: contract,bid,ask, and any of iv, delta, gamma, "
      "theta,\n"
      "vega (a unit, long side), at. A row whose contract is the root is the underlying's quote. Or minute bars in "
      "New\n"
      "York time: date,time,expiry,strike,right,bid_close,ask_close, of which the last until --at stands.\n"
      "Exit codes: 0 done, 1 rows or a book in error, 2 usage, unreadable file, faulty configuration.");
  try {
    app.parse(argc, argv);
    int from_standard_input = 0;
    for (const std::string& path : {arguments.config, arguments.chain, arguments.book, arguments.underlying})
      from_standard_input += path == "-" ? 1 : 0;
    if (from_standard_input > 1) throw CLI::ValidationError("-", "standard input cannot be two files");
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? done : unusable;
  }
  try {
    return start(arguments);
  } catch (const std::exception& e) {
    return complain("out of memory or worse", e.what());
  }
}
