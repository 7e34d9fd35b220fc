// tests/programs/replay_test.cpp -- optcoord-replay as a person runs it: bad input, exit codes, bounded memory.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <support/own_memory.hpp>

#include <sys/resource.h>  // getrusage
#include <sys/wait.h>      // WEXITSTATUS
#include <unistd.h>        // getpid
#include <atomic>          // std::atomic
#include <cstdlib>         // std::system
#include <filesystem>      // std::filesystem
#include <fstream>         // std::ofstream
#include <iterator>        // std::istreambuf_iterator
#include <string>          // std::string
#include <string_view>
#include <vector>  // std::vector

namespace {

namespace fs = std::filesystem;

const std::string replay_program = std::string(OPTCOORD_PROGRAM_DIR) + "/optcoord-replay";

constexpr std::string_view small_config =
    R"({"groups":[{"name":"SPY","reference":"SPY","members":[{"root":"SPY"}]}], // one group
        "limits":[{"group":"SPY","metric":"delta","limit":1000}],
        "strategies":[{"name":"LT112"},{"name":"0DTE"}]})";

constexpr std::string_view tick = R"({"type":"tick","t":"2026-01-05T14:30:00Z"})";

/// A request of `units` times -1 delta.
[[nodiscard]] std::string request(std::string_view id, int units, std::string_view strategy = "LT112") {
  return R"({"type":"request","t":"2026-01-05T14:30:00Z","id":")" + std::string(id) + R"(","strategy":")" +
         std::string(strategy) + R"(","intent":"open","units":)" + std::to_string(units) +
         R"(,"exposure":{"root":"SPY","delta":-1}})";
}

struct Finished {
  int code{-1};
  std::string out;
  std::string err;

  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (std::size_t at = 0; at < out.size();) {
      const std::size_t end = out.find('\n', at);
      REQUIRE(end != std::string::npos);  // every line is whole
      all.push_back(out.substr(at, end - at));
      at = end + 1;
    }
    return all;
  }
};

/// A directory that is gone after the test, and runs in it.
class Bench {
 public:
  Bench() {
    static std::atomic<int> count{0};
    path_ = fs::temp_directory_path() / ("optcoord_replay_" + std::to_string(getpid()) + "_" + std::to_string(++count));
    fs::create_directories(path_);
    write("config.json", small_config);
  }
  ~Bench() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  void write(const std::string& name, std::string_view text) const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  }
  /// Runs a shell command with `$replay` set, in the directory.
  [[nodiscard]] Finished shell(const std::string& command) const {
    const std::string line =
        "cd '" + path_.string() + "' && replay='" + replay_program + "' && { " + command + "; } >out 2>err";
    const int status = std::system(line.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read("out"), read("err")};
  }
  /// Replays a file of `events`.
  [[nodiscard]] Finished replay(std::string_view events, const std::string& flags = "") const {
    write("events.jsonl", events);
    return shell("\"$replay\" " + flags + " config.json events.jsonl");
  }

 private:
  fs::path path_;
};

[[nodiscard]] bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

void check_error(const std::string& line, int seq, std::string_view code, std::string_view field) {
  const std::string head = "{\"seq\":" + std::to_string(seq) + R"(,"type":"error","code":")" + std::string(code) +
                           R"(","field":")" + std::string(field) + "\",\"message\":\"";
  CAPTURE(line);
  CHECK(line.starts_with(head));
  CHECK(line.size() > head.size() + 2);
}

}  // namespace

TEST_CASE("decisions come out in the order of the lines, and denials are no errors") {
  const Bench bench;
  const Finished run =
      bench.replay(request("a", 800) + "\n" + request("b", 300, "0DTE") + "\n" + request("a", 800) + "\n");
  CHECK(run.code == 0);
  CHECK(run.err.empty());
  const auto lines = run.lines();
  REQUIRE(lines.size() == 3);
  CHECK(lines[0].starts_with(R"({"seq":1,"t":"2026-01-05T14:30:00Z","type":"decision","id":"a","strategy":"LT112",)"
                             R"("intent":"open","verdict":"approved","units_requested":800,"units":800,)"
                             R"("max_units":800,"reservation":"a","expires":"2026-01-05T14:31:00Z")"));
  CHECK(has(lines[1], R"("verdict":"denied","units_requested":300,"units":0,"max_units":200,"reservation":null)"));
  CHECK(has(lines[1], R"("text":"Would exceed maximum SPY exposure: 0 held + -800 pending + -300 requested = -1,100, )"
                      R"(limit -1,000, headroom -200")"));
  CHECK(has(lines[2], R"("duplicate":true)"));
  CHECK(has(lines[2], R"("verdict":"approved")"));
}

TEST_CASE("a bad line is told with its number and field, changes nothing, and the run goes on") {
  const Bench bench;
  const std::vector<std::pair<std::string, std::pair<std::string, std::string>>> bad{
      {R"({"type":"tick","t":"2026-01-05T14:3)", {"parse_error", ""}},
      {R"({"type":"quote","t":"2026-01-05T14:30:00Z","root":"SPY","prize":450})", {"unknown_key", "prize"}},
      {R"({"type":"quote","t":"2026-01-05T14:30:00Z","root":"SPY","price":1,"price":2})", {"parse_error", "price"}},
      {R"({"type":"quote","t":"2026-01-05T14:30:00Z","root":"SPY","price":NaN})", {"parse_error", ""}},
      {R"({"type":"tick","t":"2026-01-05T14:29:59.999999999Z"})", {"time_went_back", "t"}},
      {request("x", 1, "LT12"), {"unknown_name", "strategy"}},
      {R"({"type":"expiry","t":"2026-01-05T14:30:00Z"})", {"not_ready", "type"}},
      {R"({"type":"tock","t":"2026-01-05T14:30:00Z"})", {"unknown_type", "type"}},
      {R"({"type":"order","t":"2026-01-05T14:30:00Z","request":"nobody","status":"working"})",
       {"unknown_request", "request"}},
      {request("a", 801), {"duplicate_id", "id"}},
      {request("y", 0), {"invalid_value", "units"}},
  };
  std::string events = request("a", 800) + "\n";
  for (const auto& [line, fault] : bad) events += line + "\n";
  events += request("c", 200) + "\n";
  const Finished run = bench.replay(events);
  CHECK(run.code == 1);
  const auto lines = run.lines();
  REQUIRE(lines.size() == bad.size() + 2);
  for (std::size_t i = 0; i < bad.size(); ++i)
    check_error(lines[i + 1], static_cast<int>(i) + 2, bad[i].second.first, bad[i].second.second);
  CHECK(has(lines[6], "did you mean \\\"LT112\\\"?"));
  CHECK(has(lines.back(), R"("verdict":"approved")"));  // as if the bad lines had not been there

  const Finished strict = bench.replay(events, "--strict");
  CHECK(strict.code == 1);
  CHECK(strict.lines().size() == 2);
}

TEST_CASE("a line in error does not advance time") {
  const Bench bench;
  const std::string late = R"({"type":"tick","t":"2026-01-05T15:00:00Z","x":1})";
  const Finished run = bench.replay(late + "\n" + std::string(tick) + "\n" + late + "\n" + request("a", 1) + "\n");
  CHECK(run.code == 1);
  REQUIRE(run.lines().size() == 3);
  CHECK(has(run.lines()[2], R"("verdict":"approved")"));
}

TEST_CASE("blank lines and line ends of Windows count and yield nothing") {
  const Bench bench;
  const Finished run = bench.replay("\n  \r\n\t\n" + request("a", 1) + "\r\n\n" + request("b", 1));
  CHECK(run.code == 0);
  const auto lines = run.lines();
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].starts_with("{\"seq\":4,"));
  CHECK(lines[1].starts_with("{\"seq\":6,"));
  CHECK(bench.replay("").code == 0);
  CHECK(bench.replay("\n").lines().empty());
}

TEST_CASE("standard input is answered before it is waited on") {
  const Bench bench;
  bench.write("first", request("a", 1) + "\n");
  // the second line is sent only once the answer to the first is there
  const Finished run = bench.shell(
      "mkfifo in && { \"$replay\" config.json - <in >answers & } && exec 3>in && cat first >&3 && "
      "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do grep -q seq answers && break; sleep 0.5; done; "
      "cat answers; exec 3>&-; wait");
  CHECK(run.lines().size() == 1);
  CHECK(has(run.out, R"("verdict":"approved")"));
}

TEST_CASE("a very long line is skipped in bounded memory") {
  const Bench bench;
  bench.write("before", std::string(tick) + "\n");
  bench.write("after", "\n" + request("a", 1) + "\n");
  const Finished run =
      bench.shell("{ cat before; head -c 268435456 /dev/zero | tr '\\0' 'x'; cat after; } | \"$replay\" config.json -");
  CHECK(run.code == 1);
  const auto lines = run.lines();
  REQUIRE(lines.size() == 2);
  check_error(lines[0], 2, "parse_error", "");
  CHECK(lines[1].starts_with("{\"seq\":3,"));
  rusage usage{};
  REQUIRE(getrusage(RUSAGE_CHILDREN, &usage) == 0);
  if (optcoord::test::memory_is_ours) CHECK(usage.ru_maxrss < 128 * 1024);  // KiB, the largest of all children so far
}

TEST_CASE("a line of exactly the limit is read, one byte more is not, also at the end of the file") {
  const Bench bench;
  constexpr std::size_t limit = std::size_t{1} << 20U;
  std::string longest(tick);
  longest.append(limit - longest.size(), ' ');
  CHECK(bench.replay(longest + "\n" + longest).code == 0);
  const Finished run = bench.replay(longest + " \n" + longest + "\n" + longest + " ");
  CHECK(run.code == 1);
  REQUIRE(run.lines().size() == 2);
  check_error(run.lines()[0], 1, "parse_error", "");
  check_error(run.lines()[1], 3, "parse_error", "");
}

TEST_CASE("unreadable files, bad usage and faulty configurations end with 2") {
  const Bench bench;
  bench.write("events.jsonl", tick);
  bench.write("faulty.json", R"({"groups":[{"name":"SPY","refrence":"SPY","members":"all"}],"limits":[{"group":"SPX",)"
                             R"("metric":"delta","limit":1}]})");
  const Finished missing = bench.shell("\"$replay\" config.json nowhere.jsonl");
  CHECK(missing.code == 2);
  CHECK(missing.out.empty());
  CHECK(has(missing.err, "nowhere.jsonl: No such file"));
  CHECK(bench.shell("\"$replay\" nowhere.json events.jsonl").code == 2);
  CHECK(bench.shell("\"$replay\" . events.jsonl").code == 2);
  const Finished directory = bench.shell("\"$replay\" config.json .");
  CHECK(directory.code == 2);
  CHECK(has(directory.err, "directory"));
  CHECK(bench.shell("\"$replay\"").code == 2);
  CHECK(bench.shell("\"$replay\" config.json").code == 2);
  CHECK(bench.shell("\"$replay\" --nonsense config.json events.jsonl").code == 2);
  CHECK(bench.shell("\"$replay\" - - </dev/null").code == 2);

  const Finished faulty = bench.shell("\"$replay\" faulty.json events.jsonl");
  CHECK(faulty.code == 2);
  const auto lines = faulty.lines();
  CHECK(lines.size() >= 2);
  for (const std::string& line : lines) CHECK(line.starts_with(R"({"seq":0,"type":"error","code":")"));
  CHECK(has(faulty.out, R"("code":"unknown_key","field":"groups[0].refrence")"));
}

TEST_CASE("a full disk and a reader that went away end with 2 and say so") {
  const Bench bench;
  bench.write("events.jsonl", request("a", 1) + "\n");
  const Finished full = bench.shell("\"$replay\" config.json events.jsonl >/dev/full");
  CHECK(full.code == 2);
  CHECK(has(full.err, "standard output: No space left on device"));
  const Finished gone =
      bench.shell("{ \"$replay\" config.json events.jsonl; echo $? >code; } | true; sleep 0; cat code");
  CHECK((gone.out == "2\n" || gone.out == "0\n"));  // 0 when the line was written before the reader left
}

TEST_CASE("help and version answer on standard output") {
  const Bench bench;
  const Finished help = bench.shell("\"$replay\" --help");
  CHECK(help.code == 0);
  for (const char* part : {"CONFIG", "EVENTS", "--strict", "--summary", "Exit codes"}) CHECK(has(help.out, part));
  const Finished version = bench.shell("\"$replay\" --version");
  CHECK(version.code == 0);
  CHECK(version.out.starts_with("optcoord-replay "));
}

TEST_CASE("the summary is one screen on standard error and leaves the output as it is") {
  const Bench bench;
  const std::string events = request("a", 800) + "\n" + request("b", 300, "0DTE") + "\n{\n";
  const Finished plain = bench.replay(events);
  const Finished summed = bench.replay(events, "--summary");
  CHECK(summed.code == 1);
  CHECK(summed.out == plain.out);
  CHECK(plain.err.empty());
  for (const char* part :
       {"3 lines", "LT112", "0DTE", "SPY delta", "80.0%", "-1000 .. 1000", "limit_exceeded", "parse_error"}) {
    CAPTURE(part);
    CHECK(has(summed.err, part));
  }
}

TEST_CASE("the same input gives the same bytes") {
  const Bench bench;
  std::string events;
  for (int i = 0; i < 200; ++i)
    events += request("r" + std::to_string(i), 1 + i % 7, i % 2 == 0 ? "LT112" : "0DTE") + "\n";
  events += R"({"type":"report","t":"2026-01-05T14:30:00Z"})";
  const Finished first = bench.replay(events);
  CHECK(first.code == 0);
  CHECK(first.out == bench.replay(events).out);
  CHECK(first.out == bench.shell("cat events.jsonl | \"$replay\" config.json -").out);
}
