// examples/events.cpp -- optcoord-events: minute bars, calendars and a strategy script in, one protocol event file out.
// SPDX-License-Identifier: MIT
//
//   optcoord-events --underlying GOOG=America/New_York:goog.csv --options GOOG=America/New_York:quotes.csv.gz
//                   --date 2015-12-24 --session 09:30,13:00 --script day.jsonl > events.jsonl     (on one line)
#include "events/clock.hpp"       // clock_time
#include "events/event_file.hpp"  // write_events

#include <CLI/CLI.hpp>

#include <cmath>   // std::isfinite
#include <cstdio>  // std::fopen, std::fwrite
#include <iostream>
#include <memory>  // std::unique_ptr
#include <string>  // std::string
#include <vector>  // std::vector

namespace {

namespace events = optcoord::events;

#ifndef OPTCOORD_VERSION
#define OPTCOORD_VERSION "unknown"
#endif

constexpr int done = 0;
constexpr int bad_rows = 1;
constexpr int unusable = 2;

constexpr const char* about =
    "optcoord-events: turns minute bars into one file of protocol events, in order of time.\n\n"
    "A bar's event time is its start plus 60 seconds. FILE is plain or gzip text; - is standard input.\n"
    "One-sided and crossed rows are passed on as they are and counted on stderr.";

constexpr const char* formats =
    "Files (comma-separated, the first line names the columns, other columns are ignored):\n"
    "  options      date,time,expiry,strike,right,bid_close,ask_close   blank or 0: no quote on that side\n"
    "  underlying   date,time,close   or   date,time,bid_close,ask_close\n"
    "  calendar     name,from[,until][,root]   a time is 2015-12-16T19:00:00Z, or New York's \"2015-12-16 14:00\" or\n"
    "               \"2015-12-16\" (midnight); a blank until is the midnight after from. Events that touch the days "
    "of\n"
    "               the market data are written; when none does, one named NONE.\n"
    "  script       JSON lines: protocol events, passed through. \"at\":\"10:15:30\" (New York, on --date) stands for "
    "t.\n"
    "               On a request, \"fill_after_s\":10 adds: order working after 1 s, and after 10 s a fill of each "
    "leg\n"
    "               for \"fill_units\" (else units) at the last mid. Blank lines and // lines are skipped.\n"
    "Order at one instant: sessions, rates, calendars; underlyings; options; scripts.\n"
    "Exit code: 0 done; 1 rows or script lines were unreadable and left out (named on stderr: file, line, column);\n"
    "2 usage, or a file that cannot be read or written or lacks a column (then nothing is written).\n"
    "Zones: America/New_York, America/Chicago, UTC.";

/// What is typed, before it is understood.
struct Arguments {
  std::vector<std::string> options;
  std::vector<std::string> underlyings;
  std::vector<std::string> calendars;
  std::vector<std::string> scripts;
  std::vector<std::string> sessions;
  std::vector<std::string> expiries;
  std::string date;
  std::string from;
  std::string until;
  std::string out;
  double rate{0};
  bool has_rate{false};
  bool carry_forward{false};
};

/// Reads `text`, when given, with `read` into `out`; a sentence about `option` when it is not understood.
template <class Read, class T>
[[nodiscard]] bool understand(const std::string& text, const char* option, Read read, T& out, std::string& complaint) {
  if (text.empty()) return true;
  const auto value = read(text);
  if (value) {
    out = *value;
    return true;
  }
  complaint = std::string(option) + " " + text + ": not understood";
  return false;
}

[[nodiscard]] events::Outcome<events::EventsConfig> config_from(const Arguments& arguments) {
  events::EventsConfig config;
  const auto market_files = [](const std::vector<std::string>& texts,
                               std::vector<events::MarketFile>& out) -> events::Outcome<void> {
    for (const std::string& text : texts) {
      const events::Outcome<events::MarketFile> file = events::market_file(text);
      if (!file) return tl::unexpected<std::string>(file.error());
      out.push_back(*file);
    }
    return {};
  };
  const events::Outcome<void> options = market_files(arguments.options, config.options);
  if (!options) return tl::unexpected<std::string>(options.error());
  const events::Outcome<void> underlyings = market_files(arguments.underlyings, config.underlyings);
  if (!underlyings) return tl::unexpected<std::string>(underlyings.error());
  for (const std::string& text : arguments.sessions) {
    const events::Outcome<void> added = config.sessions.add(text);
    if (!added) return tl::unexpected<std::string>("--session " + added.error());
  }
  const auto date = [](const std::string& text) { return optcoord::parse_date(text); };
  const auto clock = [](const std::string& text) { return events::clock_time(text); };
  std::string complaint;
  for (const std::string& text : arguments.expiries) {
    optcoord::Date expiry;
    if (!understand(text, "--expiry", date, expiry, complaint)) return tl::unexpected<std::string>(complaint);
    config.filter.expiries.push_back(expiry);
  }
  if (!understand(arguments.date, "--date", date, config.filter.date, complaint) ||
      !understand(arguments.from, "--from", clock, config.filter.from, complaint) ||
      !understand(arguments.until, "--until", clock, config.filter.until, complaint))
    return tl::unexpected<std::string>(complaint);
  if (config.filter.date && !events::is_usable(*config.filter.date))
    return tl::unexpected<std::string>("--date " + arguments.date + ": not a day between 1700 and 2250");
  if (!std::isfinite(arguments.rate)) return tl::unexpected<std::string>("--rate: not a finite number");
  if (arguments.has_rate) config.rate = arguments.rate;
  config.calendars = arguments.calendars;
  config.scripts = arguments.scripts;
  config.carry_forward = arguments.carry_forward;
  return config;
}

struct CloseFile {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};

/// Writes the events; the file is made only when there is something to put into it.
[[nodiscard]] int run(const events::EventsConfig& config, const std::string& out) {
  std::unique_ptr<std::FILE, CloseFile> owned;
  std::FILE* file = out.empty() || out == "-" ? stdout : nullptr;
  const auto write = [&](std::string_view text) {
    if (file == nullptr) {
      owned.reset(std::fopen(out.c_str(), "wb"));
      file = owned.get();
    }
    return file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
  };
  const events::Outcome<events::Summary> summary = events::write_events(config, write);
  if (!summary) {
    std::cerr << "optcoord-events: " << summary.error() << "\n";
    return unusable;
  }
  std::cerr << events::describe(*summary);
  return summary->faults.count() == 0 ? done : bad_rows;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{about};
  app.footer(formats);
  app.set_version_flag("--version", std::string("optcoord-events ") + OPTCOORD_VERSION);
  app.add_option("--options", arguments.options, "Option quotes, repeatable")->type_name("ROOT=ZONE:FILE");
  app.add_option("--underlying", arguments.underlyings, "Prices of an underlying, repeatable")
      ->type_name("ROOT=ZONE:FILE");
  app.add_option("--calendar", arguments.calendars, "Market events, repeatable")->type_name("FILE");
  app.add_option("--script", arguments.scripts, "Who asks for what, when, repeatable")->type_name("FILE");
  app.add_option("--session", arguments.sessions, "Trading hours, New York clock, repeatable by root")
      ->type_name("[ROOT=]HH:MM,HH:MM");
  app.add_option("--date", arguments.date, "Only rows of this date; the day of a script's clock times")
      ->type_name("YYYY-MM-DD");
  app.add_option("--from", arguments.from, "Only bars that start at or after this New York clock time")
      ->type_name("HH:MM");
  app.add_option("--until", arguments.until, "Only bars that start before this New York clock time")
      ->type_name("HH:MM");
  app.add_option("--expiry", arguments.expiries, "Only options of this expiry, repeatable")->type_name("YYYY-MM-DD");
  CLI::Option* rate = app.add_option("--rate", arguments.rate, "Continuous interest rate per year, a fraction");
  app.add_flag("--carry-forward", arguments.carry_forward,
               "Repeat the last row of each contract and underlying every minute until the session's close");
  app.add_option("--out", arguments.out, "Where to write; standard output when absent")->type_name("FILE");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? done : unusable;
  }
  arguments.has_rate = rate->count() > 0;
  const events::Outcome<events::EventsConfig> config = config_from(arguments);
  if (!config) {
    std::cerr << "optcoord-events: " << config.error() << "\n";
    return unusable;
  }
  return run(*config, arguments.out);
}
