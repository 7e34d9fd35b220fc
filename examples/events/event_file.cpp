// examples/events/event_file.cpp -- one protocol event file out of market data, calendars and a strategy script.
// SPDX-License-Identifier: MIT
#include "event_file.hpp"

#include "calendar_csv.hpp"  // read_calendar
#include "carry.hpp"         // carry_forward

#include <optcoord/market/new_york.hpp>  // new_york_date, midnight_new_york, next_day

#include <algorithm>  // std::stable_sort
#include <array>      // std::array
#include <charconv>   // std::to_chars
#include <utility>    // std::move

namespace optcoord::events {
namespace {

/// Appends the shortest text that reads back to the same double.
void append_number(std::string& out, double value) {
  constexpr std::size_t longest = 32;
  std::array<char, longest> buffer{};
  const auto written = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  out.append(buffer.data(), written.ptr);
}

[[nodiscard]] std::string start_of(Timestamp t, std::string_view type) {
  return R"({"t":")" + to_text(t) + R"(","type":")" + std::string(type) + "\"";
}

/// Appends the line of `quote`, its time given as text because a minute's lines share it.
void append_quote(std::string& out, const Quote& quote, const Subject& subject, std::string_view time) {
  const auto price = [&out](std::string_view key, const std::optional<double>& value) {
    out += key;
    if (value) {
      append_number(out, *value);
    } else {
      out += "null";
    }
  };
  out.append(R"({"t":")").append(time);
  out.append(subject.option ? R"(","type":"option","contract":")" : R"(","type":"quote","root":")");
  out.append(subject.text).append("\"");
  if (quote.price) {
    price(R"(,"price":)", quote.price);
  } else {
    price(R"(,"bid":)", quote.bid);
    price(R"(,"ask":)", quote.ask);
  }
  out += "}\n";
}

/// Everything read, before it is one file.
struct Inputs {
  Tape tape;
  std::vector<MarketEvent> calendar;
  std::vector<Script> scripts;
};

[[nodiscard]] Outcome<void> read_market(const EventsConfig& config, Tape& tape, Faults& faults) {
  const auto read_all = [&](const std::vector<MarketFile>& files, auto read) -> Outcome<void> {
    for (const MarketFile& file : files) {
      const std::size_t first = tape.quotes.size();
      const Outcome<void> done = read(file, config.filter, tape, faults);
      if (!done) return done;
      if (config.carry_forward) carry_forward(tape, first, file.root, config.sessions, tape.files.back());
    }
    return {};
  };
  // Underlyings first: an option's Greeks are computed from the price of the same instant.
  const Outcome<void> underlyings = read_all(config.underlyings, read_underlying);
  if (!underlyings) return underlyings;
  const Outcome<void> options = read_all(config.options, read_options);
  if (!options) return options;
  std::stable_sort(tape.quotes.begin(), tape.quotes.end(), [](const Quote& a, const Quote& b) { return a.t < b.t; });
  return {};
}

[[nodiscard]] Outcome<void> read_inputs(const EventsConfig& config, Inputs& inputs, Faults& faults) {
  const Outcome<void> market = read_market(config, inputs.tape, faults);
  if (!market) return market;
  for (const std::string& path : config.calendars) {
    const Outcome<void> done = read_calendar(path, inputs.calendar, faults);
    if (!done) return done;
  }
  for (const std::string& path : config.scripts) {
    Outcome<Script> script = read_script(path, config.filter.date, faults);
    if (!script) return tl::unexpected<std::string>(script.error());
    inputs.scripts.push_back(std::move(*script));
  }
  return {};
}

/// The New York days of the market data, in order; without any, the day of --date.
[[nodiscard]] std::vector<Date> days_of(const Tape& tape, std::optional<Date> date) {
  std::vector<Date> days;
  Timestamp day_ends{Timestamp::min()};
  for (const Quote& quote : tape.quotes) {
    if (quote.t < day_ends) continue;
    days.push_back(new_york_date(quote.t));
    day_ends = midnight_new_york(next_day(days.back()));
  }
  if (days.empty() && date) days.push_back(*date);
  return days;
}

[[nodiscard]] Line session_line(std::string_view root, Timestamp t, const Session& session) {
  return {t, start_of(t, "session") + R"(,"root":")" + std::string(root) + R"(","open":")" + to_text(session.open) +
                 R"(","close":")" + to_text(session.close) + "\"}"};
}

[[nodiscard]] Line calendar_line(Timestamp t, const MarketEvent& event) {
  std::string json = start_of(t, "calendar") + R"(,"name":")" + event.name + R"(","from":")" + to_text(event.from) +
                     R"(","until":")" + to_text(event.until) + "\"";
  if (!event.root.empty()) json += R"(,"root":")" + event.root + "\"";
  return {t, json + "}"};
}

/// Sessions, rates and calendars: known from the New York midnight on that their day begins with.
[[nodiscard]] std::vector<Line> opening_lines(const EventsConfig& config, const std::vector<MarketEvent>& calendar,
                                              const std::vector<Date>& days) {
  std::vector<Line> lines;
  const Timestamp first = midnight_new_york(days.front());
  const Timestamp end = midnight_new_york(next_day(days.back()));
  if (config.rate) {
    std::string json = start_of(first, "rates") + R"(,"rate":)";
    append_number(json, *config.rate);
    lines.push_back({first, json + "}"});
  }
  bool none = true;
  for (const MarketEvent& event : calendar) {
    if (event.until <= first || event.from >= end) continue;
    lines.push_back(calendar_line(first, event));
    none = false;
  }
  if (!config.calendars.empty() && none) lines.push_back(calendar_line(first, {"NONE", "", first, end}));
  for (const Date day : days) {
    for (const Sessions::Hours& hours : config.sessions.all())
      if (const std::optional<Session> session = config.sessions.find(hours.root, day))
        lines.push_back(session_line(hours.root, midnight_new_york(day), *session));
  }
  return lines;
}

/// Writes the texts of the fills that waited for a price: the last one at or before their time.
void price_fills(const Tape& tape, Script& script, Faults& faults) {
  std::vector<const Quote*> last(tape.subjects.size(), nullptr);
  std::size_t next = 0;
  for (const WantedFill& fill : script.fills) {
    for (; next < tape.quotes.size() && tape.quotes[next].t <= fill.t; ++next)
      last[tape.quotes[next].subject] = &tape.quotes[next];
    const std::optional<std::uint32_t> subject = tape.find(fill.contract);
    const Quote* quote = subject ? last[*subject] : nullptr;
    if (quote == nullptr || !(quote->price || quote->bid || quote->ask)) {
      faults.add(script.path, fill.number, "fill_after_s", "no price by " + to_text(fill.t) + " of " + fill.contract);
      continue;
    }
    double price = 0;
    if (quote->price) {
      price = *quote->price;
    } else if (quote->bid && quote->ask) {
      price = (*quote->bid + *quote->ask) / 2;
    } else {
      price = quote->bid ? *quote->bid : *quote->ask;
    }
    std::string& json = script.lines[fill.line].json;
    json = fill.start + R"(,"leg":")" + fill.contract + R"(","quantity":)" + std::to_string(fill.quantity) +
           R"(,"price":)";
    append_number(json, price);
    json += '}';
  }
}

/// All scripts in order of time, without the fills that found no price.
[[nodiscard]] std::vector<Line> script_lines(std::vector<Script>& scripts) {
  std::vector<Line> lines;
  for (Script& script : scripts)
    for (Line& line : script.lines)
      if (!line.json.empty()) lines.push_back(std::move(line));
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) { return a.t < b.t; });
  return lines;
}

/// Collects text and passes it on in large pieces.
class Writer {
 public:
  explicit Writer(const Write& write) : write_(write) { text_.reserve(piece + piece / 4); }
  [[nodiscard]] std::string& text() noexcept { return text_; }
  void line(const Line& line) { text_.append(line.json).append("\n"); }
  /// \returns false once writing failed.
  [[nodiscard]] bool pass_on(bool all) {
    if (good_ && (all || text_.size() >= piece)) {
      good_ = write_(text_);
      text_.clear();
    }
    return good_;
  }

 private:
  static constexpr std::size_t piece = 1 << 20;
  const Write& write_;
  std::string text_;
  bool good_{true};
};

[[nodiscard]] bool merge(const std::vector<Line>& opening, const Tape& tape, const std::vector<Line>& script,
                         const Write& write) {
  Writer writer(write);
  std::size_t o = 0;
  std::size_t s = 0;
  std::string time;
  Timestamp timed{Timestamp::min()};
  for (const Quote& quote : tape.quotes) {
    while (s < script.size() && script[s].t < quote.t) {
      for (; o < opening.size() && opening[o].t <= script[s].t; ++o) writer.line(opening[o]);
      writer.line(script[s++]);
    }
    for (; o < opening.size() && opening[o].t <= quote.t; ++o) writer.line(opening[o]);
    if (quote.t != timed) {
      timed = quote.t;
      time = to_text(timed);
    }
    append_quote(writer.text(), quote, tape.subjects[quote.subject], time);
    if (!writer.pass_on(false)) return false;
  }
  for (; s < script.size(); ++s) {
    for (; o < opening.size() && opening[o].t <= script[s].t; ++o) writer.line(opening[o]);
    writer.line(script[s]);
  }
  for (; o < opening.size(); ++o) writer.line(opening[o]);
  return writer.pass_on(true);
}

}  // namespace

Outcome<Summary> write_events(const EventsConfig& config, const Write& write) {
  Summary summary;
  if (config.carry_forward && config.sessions.empty())
    return tl::unexpected<std::string>("--carry-forward needs --session: until when?");
  Inputs inputs;
  const Outcome<void> read = read_inputs(config, inputs, summary.faults);
  if (!read) return tl::unexpected<std::string>(read.error());
  const std::vector<Date> days = days_of(inputs.tape, config.filter.date);
  std::vector<Line> opening;
  if (!days.empty()) {
    opening = opening_lines(config, inputs.calendar, days);
  } else if (config.rate || !config.sessions.empty() || !config.calendars.empty()) {
    return tl::unexpected<std::string>("no market data and no --date: on which day are session, rate and calendar?");
  }
  for (Script& script : inputs.scripts) price_fills(inputs.tape, script, summary.faults);
  const std::vector<Line> script = script_lines(inputs.scripts);
  if (!merge(opening, inputs.tape, script, write)) return tl::unexpected<std::string>("the output cannot be written");
  summary.files = std::move(inputs.tape.files);
  summary.script_lines = static_cast<std::int64_t>(script.size());
  summary.other_lines = static_cast<std::int64_t>(opening.size());
  summary.events = summary.script_lines + summary.other_lines + static_cast<std::int64_t>(inputs.tape.quotes.size());
  return summary;
}

std::string describe(const Summary& summary) {
  std::string out;
  const auto count = [&out](std::int64_t n, std::string_view what, bool always = true) {
    if (n != 0 || always) out.append(", ").append(std::to_string(n)).append(" ").append(what);
  };
  for (const FileCounts& file : summary.files) {
    out.append(file.label).append(": ").append(std::to_string(file.rows)).append(" rows");
    count(file.two_sided, "two-sided");
    count(file.no_bid, "no bid");
    count(file.no_ask, "no ask");
    count(file.neither, "neither");
    count(file.crossed, "crossed");
    count(file.not_an_event, "of them without a price to pass on", false);
    count(file.filtered, "filtered out", false);
    count(file.bad, "unreadable", false);
    count(file.carried, "carried forward", false);
    out += '\n';
  }
  out.append(std::to_string(summary.events)).append(" events written");
  count(summary.script_lines, "from scripts", false);
  count(summary.other_lines, "sessions, rates and calendars", false);
  out += '\n';
  for (const std::string& sentence : summary.faults.sentences()) out.append(sentence).append("\n");
  const std::int64_t more = summary.faults.count() - static_cast<std::int64_t>(summary.faults.sentences().size());
  if (more > 0) out.append("and ").append(std::to_string(more)).append(" more rows left out\n");
  return out;
}

}  // namespace optcoord::events
