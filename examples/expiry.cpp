// examples/expiry.cpp -- optcoord-expiry: what to close before the close, once or minute by minute, from an event file.
// SPDX-License-Identifier: MIT
//
//   optcoord-expiry config.json events.jsonl                              the plan as of the last event
//   optcoord-expiry config.json events.jsonl --at 2026-01-16T15:31:15     as of then, New York clock
//   some_host | optcoord-expiry config.json - --follow                    a frame a minute, as events come
#include <optcoord/config/load.hpp>       // load, append_fault_line
#include <optcoord/desk/desk.hpp>         // Desk
#include <optcoord/protocol/decoder.hpp>  // Decoder
#include <optcoord/protocol/encode.hpp>   // append_line
#include <optcoord/protocol/fault.hpp>    // append_error, to_fault

#include "expiry/frame.hpp"
#include "program.hpp"
#include "replay/line_reader.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>  // std::max, std::min
#include <cerrno>     // errno
#include <chrono>     // std::chrono::minutes
#include <csignal>    // std::signal
#include <cstdio>     // std::fprintf, std::fwrite
#include <cstring>    // std::strerror
#include <exception>  // std::exception
#include <optional>   // std::optional
#include <string>     // std::string
#include <utility>    // std::move
#include <variant>    // std::get_if

namespace {

using namespace optcoord;
namespace parts = expiry_program;
using protocol::Fault;
using replay::LineReader;

using programs::done;
using programs::input_errors;
using programs::print;
using programs::unusable;

struct Arguments {
  std::string config;
  std::string events;
  std::optional<Timestamp> at{};
  std::optional<ExerciseMode> mode{};
  bool follow{false};
  bool as_json{false};
};

int complain(const std::string& what, const std::string& why) {
  return programs::complain("optcoord-expiry", what, why);
}

/// An event file fed to a desk, and the questions put to it in between.
class Expiry {
 public:
  Expiry(const Arguments& arguments, Desk desk)
      : arguments_(arguments), desk_(std::move(desk)), reader_(protocol::max_line) {}

  int run();

 private:
  enum class Fed : std::uint8_t { yes, no, enough };
  [[nodiscard]] Fed feed();
  [[nodiscard]] Fed refuse(const Fault& fault);
  /// The frames of the minutes that end before `t`.
  void frames_until(Timestamp t);
  void ask(Timestamp t);

  const Arguments& arguments_;
  Desk desk_;
  protocol::Decoder decoder_;
  LineReader reader_;
  std::string out_;
  std::optional<Timestamp> last_{};   // of the last event taken
  std::optional<Timestamp> frame_{};  // the whole minute at which the next frame may be due
  std::optional<Timestamp> due_{};    // when the last plan asked to be asked again
  bool heard_{false};                 // something since the last frame
  bool any_error_{false};
};

/// The first whole minute at or after `t`; New York's minutes are everybody's.
[[nodiscard]] Timestamp minute_from(Timestamp t) { return std::chrono::ceil<std::chrono::minutes>(t); }

Expiry::Fed Expiry::refuse(const Fault& fault) {
  std::string line;
  protocol::append_error(line, reader_.number(), fault);
  std::fwrite(line.data(), 1, line.size(), stderr);
  any_error_ = true;
  return Fed::no;
}

Expiry::Fed Expiry::feed() {
  const tl::expected<Event, Fault> event = decoder_.decode(reader_.line());
  if (!event) return refuse(event.error());
  if (arguments_.at && event->t > *arguments_.at) return Fed::enough;
  const auto ignore = [](const Output&) {};
  if (arguments_.follow && frame_ && *frame_ < event->t) {
    Desk trial = desk_;  // a line that is refused must not move the clock of the frames either
    if (const Result<void> would = trial.step(*event, ignore); !would)
      return refuse(protocol::to_fault(would.error(), decoder_, trial.names()));
    frames_until(event->t);
  }
  const Result<void> taken = desk_.step(*event, ignore);
  if (!taken) return refuse(protocol::to_fault(taken.error(), decoder_, desk_.names()));
  last_ = event->t;
  heard_ = true;
  if (!frame_) frame_ = minute_from(event->t);
  return Fed::yes;
}

/// A minute in which nothing was heard has a frame only when the plan asked for it.
void Expiry::frames_until(Timestamp t) {
  while (frame_ && *frame_ < t) {
    if (heard_ || (due_ && *due_ <= *frame_)) ask(*frame_);
    const Timestamp next = *frame_ + std::chrono::minutes{1};
    frame_ = heard_ || !due_ ? next : std::max(next, minute_from(std::min(*due_, t)));
  }
}

void Expiry::ask(Timestamp t) {
  const auto show = [&](const Output& output) {
    const auto* plan = std::get_if<ExpiryPlanOutput>(&output.body);
    if (plan == nullptr) return;
    due_ = saturating_add(t, plan->plan->next_check);
    if (arguments_.as_json) {
      protocol::append_line(out_, output, reader_.number(), t, desk_.names(), decoder_);
    } else {
      if (arguments_.follow && !out_.empty()) out_ += '\n';
      out_ += parts::frame(*plan, desk_.names(), t, arguments_.follow ? parts::Rows::in_danger : parts::Rows::all);
    }
  };
  (void)desk_.step(Event{t, ExpiryEvent{arguments_.mode}}, show);
  heard_ = false;
}

int Expiry::run() {
  if (!desk_.exercise_report()) return complain(arguments_.config, "has no exercise block, or one that is not enabled");
  if (!reader_.open(arguments_.events)) return complain(arguments_.events, reader_.failure());
  for (bool more = true; more;) {
    switch (reader_.next()) {
      case LineReader::Status::line:
        if (!protocol::is_blank(reader_.line())) more = feed() != Fed::enough;
        break;
      case LineReader::Status::too_long:
        (void)refuse({Errc::parse_error, "", "longer than a line may be (1 MiB)"});
        break;
      case LineReader::Status::wait:
        if (!print(out_)) return complain("standard output", std::strerror(errno));
        out_.clear();
        break;
      case LineReader::Status::end: more = false; break;
      case LineReader::Status::failed: return complain(arguments_.events, reader_.failure());
    }
    decoder_.forget([&](auto id) { return desk_.remembers(id); });
  }
  const std::optional<Timestamp> until = arguments_.at ? arguments_.at : last_;
  if (!until) return complain(arguments_.events, "no event to plan from");
  if (arguments_.follow) frames_until(*until);
  ask(*until);
  if (!print(out_)) return complain("standard output", std::strerror(errno));
  return any_error_ ? input_errors : done;
}

int start(const Arguments& arguments) {
  const auto loaded = programs::load_file("optcoord-expiry", arguments.config);
  if (!loaded) return loaded.error();
  Result<Desk> desk = Desk::make(loaded->config);
  if (!desk) return complain(arguments.config, desk.error().field);
  return Expiry(arguments, std::move(*desk)).run();
}

/// Reads "2026-01-16T15:31:15", New York clock, or the protocol's own times, which end in Z.
[[nodiscard]] std::optional<Timestamp> time_of(const std::string& text) {
  if (const Result<Timestamp> t = parse_time(text)) return *t;
  const Result<Timestamp> utc = parse_time(text + "Z");
  if (!utc) return std::nullopt;
  const auto day = std::chrono::floor<std::chrono::days>(*utc);
  return from_new_york(Date{day}, *utc - day);
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Plans what to close before expiry: once, as of the last event, or in a frame a minute.",
               "optcoord-expiry"};
  Arguments arguments;
  std::string at;
  std::string mode;
  app.add_option("CONFIG", arguments.config, "the configuration file")->required();
  app.add_option("EVENTS", arguments.events, "the event file, JSON lines; - reads standard input")->required();
  app.add_option("--at", at, "plan as of then: New York clock, or UTC with a Z; later events are not read");
  app.add_option("--mode", mode, "ask in this mode: monitor, active or emergency")
      ->check(CLI::IsMember({"monitor", "active", "emergency"}));
  app.add_flag("--follow", arguments.follow, "a frame a minute: what is at risk, what to do, what it costs");
  app.add_flag("--json", arguments.as_json, "print the protocol's expiry_plan lines");
  app.set_version_flag("--version", std::string{"optcoord-expiry "} + OPTCOORD_VERSION);
  app.footer(
      "Lines in error are told on standard error, and left out.\n"
      "Exit codes: 0 done, 1 lines in error, 2 usage, unreadable file, faulty configuration, nothing to plan from.");
  try {
    app.parse(argc, argv);
    if (arguments.config == "-" && arguments.events == "-")
      throw CLI::ValidationError("EVENTS", "standard input cannot be both files");
    if (!at.empty() && !(arguments.at = time_of(at))) throw CLI::ValidationError("--at", "not a time: " + at);
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? done : unusable;
  }
  if (mode == "monitor") arguments.mode = ExerciseMode::monitor;
  if (mode == "active") arguments.mode = ExerciseMode::active;
  if (mode == "emergency") arguments.mode = ExerciseMode::emergency;
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is a failed write, told as one
  try {
    return start(arguments);
  } catch (const std::exception& e) {
    return complain("out of memory or worse", e.what());
  }
}
