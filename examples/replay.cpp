// examples/replay.cpp -- optcoord-replay: a configuration and events in, decisions out. The main program.
// SPDX-License-Identifier: MIT
//
//   optcoord-replay config.json events.jsonl > decisions.jsonl
//   some_host | optcoord-replay config.json -        answers each line before it waits for the next
#include <optcoord/config/load.hpp>       // load, append_fault_line
#include <optcoord/desk/desk.hpp>         // Desk
#include <optcoord/protocol/decoder.hpp>  // Decoder
#include <optcoord/protocol/encode.hpp>   // append_line
#include <optcoord/protocol/fault.hpp>    // append_error, to_fault

#include "config_file.hpp"
#include "replay/line_reader.hpp"
#include "replay/summary.hpp"

#include <CLI/CLI.hpp>

#include <unistd.h>   // isatty, write
#include <algorithm>  // std::sort
#include <cerrno>     // errno
#include <chrono>     // std::chrono::steady_clock
#include <csignal>    // std::signal
#include <cstdio>     // std::fprintf
#include <cstring>    // std::strerror
#include <exception>  // std::exception
#include <optional>   // std::optional
#include <string>     // std::string
#include <variant>    // std::get, std::holds_alternative
#include <vector>     // std::vector

#ifndef OPTCOORD_VERSION
#define OPTCOORD_VERSION "unknown"
#endif

namespace {

using namespace optcoord;
using protocol::Decoder;
using protocol::Fault;
using replay::LineReader;
using replay::Summary;

constexpr int done = 0;
constexpr int bad_lines = 1;
constexpr int unusable = 2;

struct Arguments {
  std::string config;
  std::string events;
  bool strict{false};
  bool summary{false};
};

int complain(const std::string& what, const std::string& why) {
  std::fprintf(stderr, "optcoord-replay: %s: %s\n", what.c_str(), why.c_str());
  return unusable;
}

/// Standard output, written in large pieces.
class Out {
 public:
  [[nodiscard]] std::string& text() noexcept { return text_; }
  /// Writes what is there. \returns false once a write has failed: a full disk, a reader that went away.
  [[nodiscard]] bool flush() {
    std::size_t at = 0;
    while (at < text_.size()) {
      const ssize_t wrote = ::write(STDOUT_FILENO, text_.data() + at, text_.size() - at);
      if (wrote < 0 && errno == EINTR) continue;
      if (wrote < 0) return false;
      at += static_cast<std::size_t>(wrote);
    }
    text_.clear();
    return true;
  }
  /// The same once there is much.
  [[nodiscard]] bool flush_if_large() { return text_.size() < large || flush(); }

 private:
  static constexpr std::size_t large = std::size_t{1} << 18U;
  std::string text_;
};

/// How far a long run is, on a terminal, once a second.
class Progress {
 public:
  void line(std::int64_t number) {
    constexpr std::int64_t lines_between_looks = 1024;
    if (!terminal_ || number % lines_between_looks != 0) return;
    const auto now = Clock::now();
    if (now - last_ < std::chrono::seconds{1}) return;
    last_ = now;
    shown_ = true;
    std::fprintf(stderr, "\r%lld lines", static_cast<long long>(number));
  }
  void end() const {
    if (shown_) std::fprintf(stderr, "\n");
  }
  [[nodiscard]] double seconds() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

 private:
  using Clock = std::chrono::steady_clock;
  bool terminal_{::isatty(STDERR_FILENO) == 1};
  bool shown_{false};
  Clock::time_point start_{Clock::now()};
  Clock::time_point last_{start_};
};

/// The run over the lines of one file.
class Replay {
 public:
  Replay(const Arguments& arguments, Desk desk)
      : arguments_(arguments), desk_(std::move(desk)), reader_(protocol::max_line) {}

  int run();

 private:
  /// Feeds one line to the desk. \returns whether it was taken.
  bool take_line();
  bool refuse(const Fault& fault) {
    protocol::append_error(out_.text(), reader_.number(), fault);
    summary_.take_error(fault.code);
    any_error_ = true;
    return false;
  }
  void write(const Output& output, Timestamp t) {
    protocol::append_line(out_.text(), output, reader_.number(), t, desk_.names(), decoder_);
  }
  void write_changes(Timestamp t);
  [[nodiscard]] int finish(const std::string& read_failure);

  const Arguments& arguments_;
  Desk desk_;
  Decoder decoder_;
  LineReader reader_;
  Out out_;
  Summary summary_;
  Progress progress_;
  std::vector<Output> changes_;    // of reservations: those that one instant or one line ended together
  std::optional<Timestamp> last_;  // of the last line taken
  bool any_error_{false};
};

/// Numbers before texts, each in its own order.
[[nodiscard]] bool precedes(const protocol::HostId& a, const protocol::HostId& b) {
  if (a.is_number != b.is_number) return a.is_number;
  if (a.is_number && a.text.size() != b.text.size()) return a.text.size() < b.text.size();
  return a.text < b.text;
}

/// What ends together comes in the order of the ids as the host wrote them; the desk knows their numbers only.
void Replay::write_changes(Timestamp t) {
  const auto id = [this](const Output& change) {
    return decoder_.text(std::get<ReservationOutput>(change.body).change.id).value_or(protocol::HostId{});
  };
  std::sort(changes_.begin(), changes_.end(), [&](const Output& a, const Output& b) { return precedes(id(a), id(b)); });
  for (const Output& change : changes_) write(change, t);
  changes_.clear();
}

bool Replay::take_line() {
  const tl::expected<Event, Fault> event = decoder_.decode(reader_.line());
  if (!event) return refuse(event.error());
  bool use_changed = false;
  auto sink = [&](const Output& output) {
    const bool change = std::holds_alternative<ReservationOutput>(output.body);
    if (!changes_.empty() && (!change || changes_.front().at != output.at)) write_changes(event->t);
    if (change) {
      changes_.push_back(output);
    } else {
      write(output, event->t);
    }
    if (arguments_.summary) use_changed |= summary_.take(output);
  };
  const Result<void> taken = desk_.step(*event, sink);
  if (!taken) return refuse(protocol::to_fault(taken.error(), decoder_, desk_.names()));
  write_changes(event->t);
  last_ = event->t;
  if (use_changed) summary_.take(desk_.ledger(), event->t);
  return true;
}

int Replay::run() {
  if (!reader_.open(arguments_.events)) return complain(arguments_.events, reader_.failure());
  std::string read_failure;
  for (bool more = true; more;) {
    bool taken = true;
    switch (reader_.next()) {
      case LineReader::Status::line:
        if (!protocol::is_blank(reader_.line())) taken = take_line();
        break;
      case LineReader::Status::too_long:
        taken = refuse({Errc::parse_error, "", "longer than a line may be (1 MiB)"});
        break;
      case LineReader::Status::wait:  // whoever writes the lines may wait for the answers
        if (!out_.flush()) return complain("standard output", std::strerror(errno));
        continue;
      case LineReader::Status::end: more = false; break;
      case LineReader::Status::failed:
        read_failure = reader_.failure();
        more = false;
        break;
    }
    if (!taken && arguments_.strict) more = false;
    if (!out_.flush_if_large()) return complain("standard output", std::strerror(errno));
    decoder_.forget([&](auto id) { return desk_.remembers(id); });
    progress_.line(reader_.number());
  }
  return finish(read_failure);
}

int Replay::finish(const std::string& read_failure) {
  progress_.end();
  if (!out_.flush()) return complain("standard output", std::strerror(errno));
  if (arguments_.summary) {
    if (last_) summary_.take(desk_.ledger(), *last_);
    const std::string page = summary_.page(desk_.names(), reader_.number(), progress_.seconds());
    std::fwrite(page.data(), 1, page.size(), stderr);
  }
  if (!read_failure.empty()) return complain(arguments_.events, read_failure);
  return any_error_ ? bad_lines : done;
}

int start(const Arguments& arguments) {
  std::string text;
  if (!config::read_file(arguments.config, text)) return complain(arguments.config, std::strerror(errno));
  const auto loaded = config::load(text);
  Out out;
  if (!loaded) {
    for (const config::Fault& fault : loaded.error()) config::append_fault_line(out.text(), fault);
    if (!out.flush()) return complain("standard output", std::strerror(errno));
    return unusable;
  }
  Result<Desk> desk = Desk::make(loaded->config);
  if (!desk) {
    protocol::append_error(out.text(), 0, {desk.error().code, desk.error().field, "refused by the desk"});
    if (!out.flush()) return complain("standard output", std::strerror(errno));
    return unusable;
  }
  return Replay(arguments, std::move(*desk)).run();
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Replays a file of events against a configuration: one JSON line in, its decisions out.",
               "optcoord-replay"};
  Arguments arguments;
  app.add_option("CONFIG", arguments.config, "the configuration file")->required();
  app.add_option("EVENTS", arguments.events, "the event file, JSON lines; - reads standard input")->required();
  app.add_flag("--strict", arguments.strict, "stop at the first line that is in error");
  app.add_flag("--summary", arguments.summary, "print the day on one screen to standard error");
  app.set_version_flag("--version", std::string{"optcoord-replay "} + OPTCOORD_VERSION);
  app.footer(
      "Exit codes: 0 done, 1 lines in error (denials are none), 2 usage, unreadable file, faulty configuration.");
  try {
    app.parse(argc, argv);
    if (arguments.config == "-" && arguments.events == "-")
      throw CLI::ValidationError("EVENTS", "standard input cannot be both files");
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? done : unusable;
  }
  std::signal(SIGPIPE, SIG_IGN);  // a reader that went away is a failed write, told as one
  try {
    return start(arguments);
  } catch (const std::exception& e) {
    return complain("out of memory or worse", e.what());
  }
}
