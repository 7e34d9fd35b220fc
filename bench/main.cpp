// bench/main.cpp -- optcoord-bench: prints our speeds as ratios against named peers; --check fails on a missed one.
// SPDX-License-Identifier: MIT
//
//   optcoord-bench                         the table
//   optcoord-bench --check --repeats 5001  exits 1 when a required ratio is missed or something allocates
//   optcoord-bench --detail [--benchmark_...]   every side by itself, timed by Google Benchmark
#include "ratio.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>     // std::printf
#include <cstdlib>    // std::strtol
#include <exception>  // std::exception
#include <fstream>    // the machine's name

namespace {

using namespace optcoord::bench;

constexpr int done = 0;
constexpr int missed = 1;
constexpr int unusable = 2;

struct Arguments {
  bool list{false};
  bool check{false};
  bool detail{false};
  int repeats{1001};
  std::vector<std::string> only;
};

constexpr const char* usage =
    "usage: optcoord-bench [--list] [--check] [--only NAME]... [--repeats N] [--detail [--benchmark_...]]\n"
    "  --list       the lines and what they measure\n"
    "  --check      exit 1 when a required ratio is missed, or what may not allocate does\n"
    "  --only NAME  this line, or all that begin with NAME\n"
    "  --repeats N  rounds of turns the medians are taken over, 1 to 100000 (1001)\n"
    "  --detail     each side by itself, with Google Benchmark and its options\n";

[[nodiscard]] bool parse(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    const bool takes_value = word == "--only" || word == "--repeats";
    if (takes_value && i + 1 == argc) return false;
    if (word == "--list") {
      arguments.list = true;
    } else if (word == "--check") {
      arguments.check = true;
    } else if (word == "--detail") {
      arguments.detail = true;
    } else if (word == "--only") {
      arguments.only.emplace_back(argv[++i]);
    } else if (word == "--repeats") {
      char* end = nullptr;
      const long repeats = std::strtol(argv[++i], &end, 10);
      if (*end != '\0' || repeats < 1 || repeats > 100'000) return false;
      arguments.repeats = static_cast<int>(repeats);
    } else if (word.rfind("--benchmark_", 0) != 0) {
      return false;
    }
  }
  return true;
}

[[nodiscard]] std::vector<Line> chosen(const Arguments& arguments) {
  std::vector<Line> all = decision_lines();
  for (Line& line : scale_lines()) all.push_back(std::move(line));
  for (Line& line : shared_lines()) all.push_back(std::move(line));
  for (Line& line : coordination_lines()) all.push_back(std::move(line));
  for (Line& line : plan_lines()) all.push_back(std::move(line));
  for (Line& line : replay_lines()) all.push_back(std::move(line));
  if (arguments.only.empty()) return all;
  std::vector<Line> some;
  for (Line& line : all) {
    bool wanted = false;
    for (const std::string& name : arguments.only) wanted = wanted || line.name.rfind(name, 0) == 0;
    if (wanted) some.push_back(std::move(line));
  }
  return some;
}

[[nodiscard]] std::string processor() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.rfind("model name", 0) == 0) return line.substr(line.find(':') + 2);
  return "unknown processor";
}

[[nodiscard]] std::string bound(const Line& line, const std::optional<double>& value) {
  if (!value) return "-";
  char text[32];
  std::snprintf(text, sizeof text, "%s%gx", line.sense == Sense::times_faster ? ">=" : "<=", *value);
  return text;
}

/// A figure, or a dash where there is none.
[[nodiscard]] std::string figure(bool there, const char* format, double value) {
  if (!there) return "-";
  char text[32];
  std::snprintf(text, sizeof text, format, value);
  return text;
}

/// Measures one line and prints it. \returns whether it passes.
[[nodiscard]] bool run(const Line& line, int repeats) {
  const Outcome o = measure(line, repeats);
  const bool peer = !line.peer.empty();
  const char* verdict = !o.passes(line) ? "FAIL" : line.required ? "pass" : "reported";
  std::printf("%-26s %9.1f %9s %8s %9s %8s %7.2f  %-8s %s\n", line.name.c_str(), o.ours_ns,
              figure(peer, "%.1f", o.peer_ns).c_str(), figure(peer, "%.2fx", o.ratio).c_str(),
              bound(line, line.required).c_str(), bound(line, line.stretch).c_str(), o.allocations, verdict,
              peer ? line.peer.c_str() : (figure(true, "%.0f", 1e9 / o.ours_ns) + " per second").c_str());
  std::fflush(stdout);
  return o.passes(line);
}

int print_table(const std::vector<Line>& lines, const Arguments& arguments) {
  std::printf("%s, %s, median of %d rounds of turns\n", processor().c_str(),
#if defined(__clang__)
              "clang " __clang_version__,
#else
              "g++ " __VERSION__,
#endif
              arguments.repeats);
  std::printf("%-26s %9s %9s %8s %9s %8s %7s  %-8s %s\n", "line", "ours ns", "peer ns", "ratio", "required", "stretch",
              "allocs", "verdict", "peer");
  int failed = 0;
  for (const Line& line : lines) failed += run(line, arguments.repeats) ? 0 : 1;
  if (failed != 0) std::printf("%d of %zu lines failed\n", failed, lines.size());
  return arguments.check && failed != 0 ? missed : done;
}

void register_arm(const std::string& name, const Arm& arm) {
  const auto body = [arm](benchmark::State& state) {
    std::uint64_t operations = 0;
    std::uint64_t allocated = 0;
    for (auto _ : state) {
      const Batch batch = arm();
      state.SetIterationTime(batch.ns * 1e-9);
      operations += batch.operations;
      allocated += batch.allocations;
    }
    const auto count = static_cast<double>(operations);
    state.SetItemsProcessed(static_cast<std::int64_t>(operations));
    state.counters["time/op"] = benchmark::Counter(count, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
    state.counters["allocs/op"] = static_cast<double>(allocated) / count;
  };
  benchmark::RegisterBenchmark(name.c_str(), body)->UseManualTime()->Unit(benchmark::kMillisecond);
}

int print_detail(const std::vector<Line>& lines, int argc, char** argv) {
  for (const Line& line : lines) {
    const Arms arms = line.make();
    register_arm(line.name + "/ours", arms.ours);
    if (arms.peer) register_arm(line.name + "/" + line.peer, arms.peer);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return done;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!parse(argc, argv, arguments)) {
    std::fputs(usage, stderr);
    return unusable;
  }
  try {
    const std::vector<Line> lines = chosen(arguments);
    if (lines.empty()) {
      std::fputs("optcoord-bench: no line has such a name; --list shows them\n", stderr);
      return unusable;
    }
    if (arguments.list) {
      for (const Line& line : lines) std::printf("%-26s %s\n", line.name.c_str(), line.about.c_str());
      return done;
    }
#if !defined(NDEBUG) || !defined(__OPTIMIZE__)
    std::fputs("optcoord-bench: built with assertions or without optimisation: no figure counts\n", stderr);
    if (arguments.check) return unusable;
#endif
    return arguments.detail ? print_detail(lines, argc, argv) : print_table(lines, arguments);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "optcoord-bench: %s\n", e.what());
    return unusable;
  }
}
