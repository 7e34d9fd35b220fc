// examples/size.cpp -- optcoord-size: how large a trade each strategy of a configuration would make, and why not more.
// SPDX-License-Identifier: MIT
//
//   optcoord-size CONFIG --equity 10000 --price 50000 --stop 48000      sizes by strategy
//   optcoord-size CONFIG --equity 10000 --trades trades.csv             the methods side by side over past trades
#include "program.hpp"
#include "size/answers.hpp"
#include "size/trades.hpp"

#include <optcoord/config/load.hpp>
#include <optcoord/desk/sizing_config.hpp>
#include <optcoord/sizing/explain.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>  // std::replace
#include <cerrno>     // errno
#include <cstdio>     // std::fprintf, std::fwrite
#include <cstring>    // std::strerror
#include <exception>  // std::exception
#include <string>     // std::string
#include <utility>    // std::move
#include <vector>     // std::vector

namespace {

using namespace optcoord;
namespace parts = size_program;

using programs::done;
using programs::input_errors;
using programs::print;
using programs::unusable;

struct Arguments {
  std::string config;
  std::vector<std::string> strategies;
  SizeRequest trade{};
  std::string trades;
  double trades_per_year{1};
  bool as_json{false};
};

int complain(const std::string& what, const std::string& why) { return programs::complain("optcoord-size", what, why); }

/// Whom to size: those asked for, else all; where no strategy is configured, whoever comes.
std::vector<std::string> names_of(const Arguments& arguments, const SizerFactory& sizers, const DeskConfig& config) {
  if (!arguments.strategies.empty()) return arguments.strategies;
  if (config.strategies) return sizers.strategies();
  return {"(any)"};
}

/// What the broker holds for nobody is closed, never opened, so nothing sizes it.
Result<const Sizer*> sizer_of(const std::string& name, const SizerFactory& sizers) {
  if (name == Names{}.strategies.text(unassigned)) return fail(Errc::no_sizer, "strategy");
  return sizers.sizer_for(name);
}

int print_sizes(const Arguments& arguments, const SizerFactory& sizers, const std::vector<std::string>& names) {
  std::vector<parts::SizedStrategy> rows;
  bool failed = false;
  for (const std::string& name : names) {
    parts::SizedStrategy row{name};
    const Result<const Sizer*> sizer = sizer_of(name, sizers);
    const Result<Size> size = sizer ? (*sizer)->size(arguments.trade) : tl::unexpected<Error>(sizer.error());
    if (sizer) row.sizer = *sizer;
    if (size) row.size = *size;
    if (!size) row.failure = explain_failure(size.error(), name, sizers);
    failed = failed || !size;
    rows.push_back(std::move(row));
  }
  if (!print(arguments.as_json ? parts::sizes_as_json(rows) : parts::sizes_as_text(rows)))
    return complain("standard output", std::strerror(errno));
  return failed ? input_errors : done;
}

/// The global block under each built-in method whose parameters it has, then each strategy's sizer.
std::vector<parts::Assessed> columns_of(const DeskConfig& config, const SizerFactory& sizers,
                                        const std::vector<std::string>& names, std::vector<Sizer>& all) {
  std::vector<parts::Assessed> columns;
  const auto take = [&](std::string name, const Sizer& sizer) {
    columns.push_back({std::move(name), std::string{sizer.method()}, {}});
    all.push_back(sizer);
  };
  for (const MethodNeeds& m : sizing_methods) {
    PositionSizingConfig own;
    own.method = std::string{m.method};
    if (!config.position_sizing) break;
    if (const SizingResult<Sizer> sizer = Sizer::make(inherited(*config.position_sizing, own))) take("global", *sizer);
  }
  for (const std::string& name : names)
    if (const Result<const Sizer*> sizer = sizer_of(name, sizers); sizer && name != "(any)") take(name, **sizer);
  return columns;
}

int compare(const Arguments& arguments, const DeskConfig& config, const SizerFactory& sizers,
            const std::vector<std::string>& names) {
  events::Faults faults;
  const events::Outcome<std::vector<PastTrade>> trades = parts::read_trades(arguments.trades, faults);
  if (!trades) return complain(arguments.trades, trades.error());
  std::vector<Sizer> all;
  std::vector<parts::Assessed> columns = columns_of(config, sizers, names, all);
  bool failed = faults.count() > 0;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const Result<MethodFigures> f = assess(all[i], arguments.trade.equity, *trades, arguments.trades_per_year);
    if (!f) return complain(f.error().field, "out of range");
    columns[i].figures = *f;
    failed = failed || f->failed > 0;
  }
  for (const std::string& name : names) {
    const Result<const Sizer*> sizer = sizer_of(name, sizers);
    if (sizer) continue;
    failed = true;
    std::fprintf(stderr, "optcoord-size: %s\n", explain_failure(sizer.error(), name, sizers).c_str());
  }
  for (const std::string& sentence : faults.sentences()) std::fprintf(stderr, "optcoord-size: %s\n", sentence.c_str());
  if (faults.count() > 0)
    std::fprintf(stderr, "optcoord-size: %lld rows left out\n", static_cast<long long>(faults.count()));
  if (!print(arguments.as_json ? parts::comparison_as_json(columns) : parts::comparison_as_text(columns)))
    return complain("standard output", std::strerror(errno));
  return failed ? input_errors : done;
}

int start(const Arguments& arguments) {
  const auto loaded = programs::load_file("optcoord-size", arguments.config);
  if (!loaded) return loaded.error();
  const SizingResult<SizerFactory> sizers = SizerFactory::make(sizing_of(loaded->config));
  if (!sizers) return complain(sizers.error().front().path, sizers.error().front().message);
  const std::vector<std::string> names = names_of(arguments, *sizers, loaded->config);
  if (!arguments.trades.empty()) return compare(arguments, loaded->config, *sizers, names);
  return print_sizes(arguments, *sizers, names);
}

/// Options and their rules. \returns the one that gives the price.
CLI::Option* add_options(CLI::App& app, Arguments& arguments, std::string& side) {
  app.add_option("CONFIG", arguments.config, "the configuration file; - reads standard input")->required();
  app.add_option("--equity", arguments.trade.equity, "equity, USD")->required();
  CLI::Option* price = app.add_option("--price", arguments.trade.price, "entry price, USD a unit");
  app.add_option("--side", side, "long (the default) or short")->check(CLI::IsMember({"long", "short"}));
  for (const parts::TradeFigure& figure : parts::trade_figures) {
    std::string name = "--" + std::string{figure.name};
    std::replace(name.begin(), name.end(), '_', '-');
    app.add_option(name, arguments.trade.*figure.member, figure.meaning)->needs(price);
  }
  app.add_option("--strategy", arguments.strategies, "only these strategies")->take_all();
  CLI::Option* trades = app.add_option("--trades", arguments.trades, "compare methods over a CSV file of past trades");
  app.add_option("--trades-per-year", arguments.trades_per_year, "scales the Sharpe ratio; 1 leaves it per trade")
      ->needs(trades);
  trades->excludes(price);
  app.add_flag("--json", arguments.as_json, "print JSON, one object a line");
  app.set_version_flag("--version", std::string{"optcoord-size "} + OPTCOORD_VERSION);
  return price;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Sizes a trade by each strategy of a configuration, or compares methods over past trades.",
               "optcoord-size"};
  Arguments arguments;
  std::string side = "long";
  const CLI::Option* price = add_options(app, arguments, side);
  app.footer(
      "Trades: comma-separated, the first line names the columns: price,exit_price, and any of side, stop,\n"
      "stop_loss_pct (below 1 a fraction, from 1 on percent), signal, multiplier, lot, max_loss_per_unit,\n"
      "buying_power, volatility.\n"
      "Exit codes: 0 done, 1 sizes or rows in error, 2 usage, unreadable file, faulty configuration.");
  try {
    app.parse(argc, argv);
    if (price->empty() && arguments.trades.empty()) throw CLI::RequiredError("--price or --trades");
    if (arguments.config == "-" && arguments.trades == "-")
      throw CLI::ValidationError("--trades", "standard input cannot be both files");
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? done : unusable;
  }
  if (side == "short") arguments.trade.side = PositionSide::short_side;
  try {
    return start(arguments);
  } catch (const std::exception& e) {
    return complain("out of memory or worse", e.what());
  }
}
