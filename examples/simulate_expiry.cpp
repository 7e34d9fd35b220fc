// examples/simulate_expiry.cpp -- optcoord-simulate-expiry: what each closing rule prevents, and misses, on many days.
// SPDX-License-Identifier: MIT
//
//   optcoord-simulate-expiry                                   a thousand closes of the model, every rule, sensitivity
//   optcoord-simulate-expiry --policy thresholds --vol 0.4     one policy, another assumption
//   optcoord-simulate-expiry --bars SPY=America/New_York:spy_minute_trades.csv
#include "expiry/bars.hpp"
#include "expiry/simulation.hpp"
#include "expiry/simulation_text.hpp"
#include "program.hpp"

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
namespace parts = expiry_program;

using programs::done;
using programs::input_errors;
using programs::print;
using programs::unusable;

struct Arguments {
  std::int64_t days{1000};
  std::uint64_t seed{1};
  std::vector<std::string> policies;
  std::vector<std::string> bars;
  parts::MarketModel model{};
  bool no_sensitivity{false};
  bool as_json{false};
};

/// One assumption made otherwise.
struct Otherwise {
  const char* name;
  double value;
  bool of_prices;  ///< no matter where bars are the prices
};
constexpr Otherwise otherwise[] = {
    {"vol", 0.10, false},
    {"vol", 0.40, false},
    {"jumps", 0, true},
    {"jumps", 5, true},
    {"jump_size", 0.01, true},
    {"half_spread", 0.03, false},
    {"half_spread_of_mid", 0.02, false},
    {"no_quote", 0.10, false},
    {"filled_at_mid", 0.1, false},
    {"filled_at_mid", 0.9, false},
    {"rejected", 0.20, false},
    {"patience_s", 5, false},
    {"patience_s", 30, false},
};

int complain(const std::string& what, const std::string& why) {
  return programs::complain("optcoord-simulate-expiry", what, why);
}

std::vector<parts::Rule> chosen(const std::vector<std::string>& names) {
  std::vector<parts::Rule> out;
  for (parts::Rule& rule : parts::rules())
    if (names.empty() || std::find(names.begin(), names.end(), rule.name) != names.end())
      out.push_back(std::move(rule));
  return out;
}

/// The real days, in turn, as often as it takes; or the model's.
std::vector<parts::Day> days_of(const Arguments& arguments, const parts::MarketModel& model,
                                const std::vector<parts::Day>& real, std::int64_t count) {
  if (arguments.bars.empty()) return parts::model_days(model, static_cast<std::size_t>(count), arguments.seed);
  std::vector<parts::Day> days;
  for (std::int64_t i = 0; i < count; ++i) days.push_back(real[static_cast<std::size_t>(i) % real.size()]);
  return days;
}

std::vector<parts::RuleFigures> figures_of(const std::vector<parts::Rule>& rules, const std::vector<parts::Day>& days,
                                           const parts::MarketModel& model, std::uint64_t seed) {
  std::vector<parts::RuleFigures> out;
  for (const parts::Rule& rule : rules) out.push_back({rule, parts::simulate(days, rule, model, seed)});
  return out;
}

/// The rules that close anything, under each assumption made otherwise.
void add_sensitivity(parts::Simulation& s, const Arguments& arguments, std::vector<parts::Rule> rules,
                     const std::vector<parts::Day>& real) {
  std::erase_if(rules, [](const parts::Rule& r) { return r.name != "closure_logic" && r.name != "thresholds"; });
  if (rules.empty()) return;
  s.sensitivity_days = std::max<std::int64_t>(arguments.days / 2, 1);
  const auto add = [&](std::string assumption, const parts::MarketModel& model) {
    const std::vector<parts::Day> days = days_of(arguments, model, real, s.sensitivity_days);
    s.sensitivity.push_back({std::move(assumption), figures_of(rules, days, model, arguments.seed)});
  };
  add("as assumed", arguments.model);
  for (const Otherwise& o : otherwise) {
    if (o.of_prices && !arguments.bars.empty()) continue;
    const auto named = [&o](const parts::Assumption& a) { return a.name == o.name; };
    const parts::Assumption& a = *std::find_if(parts::assumptions.begin(), parts::assumptions.end(), named);
    parts::MarketModel model = arguments.model;
    model.*a.member = o.value;
    char value[32] = {};
    std::snprintf(value, sizeof value, " %g", o.value);
    add(std::string(a.name) + value, model);
  }
}

int start(const Arguments& arguments) {
  events::Faults faults;
  std::vector<parts::Day> real;
  for (const std::string& text : arguments.bars) {
    const auto file = events::market_file(text);
    if (!file) return complain("--bars " + text, file.error());
    const auto days = parts::days_of_bars(*file, faults);
    if (!days) return complain(file->path, days.error());
    if (days->empty()) return complain(file->path, "no session that is there to its close");
    real.insert(real.end(), days->begin(), days->end());
  }
  const std::vector<parts::Rule> rules = chosen(arguments.policies);
  parts::Simulation s{arguments.seed, arguments.days, arguments.bars, static_cast<std::int64_t>(real.size()),
                      arguments.model};
  s.rules = figures_of(rules, days_of(arguments, s.model, real, s.days), s.model, s.seed);
  if (!arguments.no_sensitivity) add_sensitivity(s, arguments, rules, real);
  const std::string out = arguments.as_json ? parts::as_json(s) : parts::as_text(s);
  if (!print(out)) return complain("standard output", std::strerror(errno));
  for (const std::string& sentence : faults.sentences())
    std::fprintf(stderr, "optcoord-simulate-expiry: %s\n", sentence.c_str());
  return faults.count() > 0 ? input_errors : done;
}

void add_options(CLI::App& app, Arguments& arguments) {
  constexpr std::int64_t most_days = 100'000;
  app.add_option("--days", arguments.days, "closes lived through")
      ->check(CLI::Range(std::int64_t{1}, most_days))
      ->capture_default_str();
  app.add_option("--seed", arguments.seed, "of all chance")->capture_default_str();
  std::vector<std::string> names;
  for (const parts::Rule& rule : parts::rules()) names.push_back(rule.name);
  app.add_option("--policy", arguments.policies, "only these rules")->take_all()->check(CLI::IsMember(names));
  app.add_option("--bars", arguments.bars, "real minute bars in place of the model's prices, as ROOT=ZONE:FILE");
  for (const parts::Assumption& a : parts::assumptions) {
    std::string name = "--" + std::string(a.name);
    std::replace(name.begin(), name.end(), '_', '-');
    app.add_option(name, arguments.model.*a.member, std::string(a.meaning))
        ->check(CLI::Range(a.least, a.most))
        ->capture_default_str();
  }
  app.add_flag("--no-sensitivity", arguments.no_sensitivity, "the rules under the assumptions alone");
  app.add_flag("--json", arguments.as_json, "print JSON, one object a line");
  app.set_version_flag("--version", std::string{"optcoord-simulate-expiry "} + OPTCOORD_VERSION);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "Lives through many closes under each closing rule: prevention, slippage, false positives, what was missed.",
      "optcoord-simulate-expiry"};
  Arguments arguments;
  add_options(app, arguments);
  app.footer(
      "Bars: comma-separated, columns date, time and close (or bid_close and ask_close); plain or gzip.\n"
      "Exit codes: 0 done, also where a target is missed; 1 rows left out; 2 usage, unusable file.");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? done : unusable;
  }
  try {
    return start(arguments);
  } catch (const std::exception& e) {
    return complain("out of memory or worse", e.what());
  }
}
