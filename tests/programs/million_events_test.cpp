// tests/programs/million_events_test.cpp -- memory of optcoord-replay: flat, but for ids it must remember.
// SPDX-License-Identifier: MIT
//
// n events against 2 n, n being OPTCOORD_EVENTS or 100,000; the test with the label `long` takes a million. Peaks of
// memory are compared, never times (those are in bench/million.sh). Under sanitizers, whose own memory hides the
// program's, the events are replayed all the same.
#include "support/own_memory.hpp"
#include "support/running.hpp"

#include <optcoord/core/time.hpp>

#include <fmt/format.h>

#include <fcntl.h>         // open
#include <sys/resource.h>  // rusage
#include <sys/wait.h>      // wait4
#include <chrono>          // std::chrono::milliseconds
#include <csignal>         // std::signal
#include <iterator>        // std::back_inserter

using namespace optcoord::test;

namespace {

constexpr double mebibyte = 1024.0 * 1024.0;

constexpr std::string_view config =
    R"({"groups":[{"name":"SPY","reference":"SPY","members":[{"root":"SPY"}]}],
        "limits":[{"group":"SPY","metric":"delta","limit":1000},{"group":"SPY","metric":"vega","limit":1000}],
        "strategies":[{"name":"LT112"},{"name":"0DTE"}]})";

/// Lines on their way into a program, its standard input.
class Feed {
 public:
  explicit Feed(int pipe) : pipe_(pipe) {}

  template <class... Args>
  void line(fmt::format_string<Args...> text, Args&&... args) {
    fmt::format_to(std::back_inserter(buffer_), text, std::forward<Args>(args)...);
    buffer_ += '\n';
    if (buffer_.size() >= large) flush();
  }
  void flush() {
    for (std::size_t at = 0; at < buffer_.size() && good_;) {
      const ssize_t wrote = ::write(pipe_, buffer_.data() + at, buffer_.size() - at);
      good_ = wrote > 0;
      if (good_) at += static_cast<std::size_t>(wrote);
    }
    buffer_.clear();
  }

 private:
  static constexpr std::size_t large = std::size_t{1} << 16U;
  int pipe_;
  bool good_{true};
  std::string buffer_;
};

/// Something that happens over and over: `events` lines that name `ids` new ids, for the i-th time at `t`.
struct Story {
  int events;
  int ids;
  void (*tell)(Feed& feed, int i, const std::string& t);
};

/// The highest resident memory of optcoord-replay, bytes, over `times` times the story, `a_day` of them each day.
[[nodiscard]] double peak(const Story& story, int times, int a_day) {
  const Scratch scratch;
  std::ofstream(scratch.at("config.json")) << config;
  const std::string replay = program("optcoord-replay");
  const std::string config_path = scratch.at("config.json");
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  const pid_t child = fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const int nowhere = open("/dev/null", O_WRONLY);
    dup2(ends[0], STDIN_FILENO);
    dup2(nowhere, STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execl(replay.c_str(), replay.c_str(), config_path.c_str(), "-", static_cast<char*>(nullptr));
    _exit(127);
  }
  close(ends[0]);
  std::signal(SIGPIPE, SIG_IGN);
  Feed feed(ends[1]);
  using namespace std::chrono;
  const optcoord::Timestamp opening{seconds{1'767'623'400}};  // 2026-01-05 14:30 UTC
  for (int i = 0; i < times; ++i)
    story.tell(feed, i, optcoord::to_text(opening + hours{24 * (i / a_day)} + milliseconds{10} * (i % a_day)));
  feed.flush();
  close(ends[1]);
  int status = 0;
  rusage usage{};
  REQUIRE(wait4(child, &status, 0, &usage) == child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  return 1024.0 * static_cast<double>(usage.ru_maxrss);
}

[[nodiscard]] int events_wanted() {
  const char* text = std::getenv("OPTCOORD_EVENTS");
  constexpr int usual = 100'000;
  return text == nullptr ? usual : std::atoi(text);
}

struct Peaks {
  double once{0};
  double twice{0};
  double ids{0};  ///< more in the second

  [[nodiscard]] double bytes_per_id() const { return (twice - once) / ids; }
};

[[nodiscard]] Peaks peaks(const Story& story, int a_day) {
  const int times = events_wanted() / story.events;
  return {peak(story, times, a_day), peak(story, 2 * times, a_day), static_cast<double>(times) * story.ids};
}

constexpr int one_day = 100'000'000;

void tell_market(Feed& feed, int i, const std::string& t) {
  feed.line(R"({{"type":"quote","t":"{}","root":"SPY","price":{}}})", t, 440 + i % 20);
  for (int strike = 440; strike < 460; strike += 5)
    feed.line(R"({{"type":"option","t":"{}","contract":"SPY   260116C00{}000","bid":{},"ask":{}}})", t, strike,
              11 + i % 7, 12 + i % 7);
}

/// An approval that is filled, back and forth, and a denial.
void tell_trade(Feed& feed, int i, const std::string& t) {
  const int side = i % 2 == 0 ? 1 : -1;
  feed.line(R"({{"type":"quote","t":"{}","root":"SPY","price":{}}})", t, 440 + i % 20);
  feed.line(R"({{"type":"request","t":"{}","id":"r-{:08}","strategy":"LT112","intent":"open","units":5,)"
            R"("legs":[{{"contract":"SPY","ratio":{}}}]}})",
            t, i, side);
  feed.line(R"({{"type":"order","t":"{}","request":"r-{:08}","status":"working"}})", t, i);
  feed.line(R"({{"type":"fill","t":"{}","request":"r-{:08}","exec":"e-{:08}","leg":"SPY","quantity":{},"price":450}})",
            t, i, i, 5 * side);
  feed.line(R"({{"type":"request","t":"{}","id":"d-{:08}","strategy":"0DTE","intent":"open","units":5000,)"
            R"("legs":[{{"contract":"SPY","ratio":1}}]}})",
            t, i);
}

/// An approval of the host's own estimate, that comes to nothing.
void tell_estimate(Feed& feed, int i, const std::string& t) {
  feed.line(R"({{"type":"request","t":"{}","id":"r-{:08}","strategy":"LT112","intent":"open","units":5,)"
            R"("exposure":{{"root":"SPY","delta":-1,"vega":0.5}}}})",
            t, i);
  feed.line(R"({{"type":"order","t":"{}","request":"r-{:08}","status":"cancelled"}})", t, i);
}

void check_flat(const Peaks& p) {
  MESSAGE("peak MiB: ", p.once / mebibyte, ", with twice the events ", p.twice / mebibyte);
  if (memory_is_ours) CHECK(p.twice - p.once < mebibyte);
}

void check_bytes_per_id(const Peaks& p, double most) {
  MESSAGE("peak MiB: ", p.once / mebibyte, ", with twice the events ", p.twice / mebibyte,
          "; bytes for each id: ", p.bytes_per_id());
  if (memory_is_ours) CHECK(p.bytes_per_id() <= most);
}

}  // namespace

TEST_CASE("market data takes no memory, however much comes") { check_flat(peaks({5, 0, tell_market}, one_day)); }

TEST_CASE("ids are forgotten at the second midnight, and their memory is used again") {
  constexpr int a_day = 500;
  check_flat(peaks({5, 3, tell_trade}, a_day));
  check_flat(peaks({2, 1, tell_estimate}, a_day));
}

// The aim is 96 bytes for each. What the ledger keeps of ended orders, for fills that come late, takes more as yet:
// above all an own estimate, which stays a pseudo-contract of its own.
TEST_CASE("an id of a request or fill takes a bounded number of bytes while it is remembered") {
  check_bytes_per_id(peaks({5, 3, tell_trade}, one_day), 180);
  check_bytes_per_id(peaks({2, 1, tell_estimate}, one_day), 700);
}
