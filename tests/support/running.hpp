// tests/support/running.hpp -- programs run as a person runs them: a directory to do it in, commands, lines out.
// SPDX-License-Identifier: MIT
#pragma once

#include <doctest/doctest.h>

#include <sys/wait.h>   // WEXITSTATUS
#include <unistd.h>     // getpid
#include <atomic>       // std::atomic
#include <cstdint>      // std::uint64_t
#include <cstdlib>      // std::system
#include <filesystem>   // std::filesystem
#include <fstream>      // std::ifstream, std::ofstream
#include <iterator>     // std::istreambuf_iterator
#include <map>          // std::map
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::test {

using Lines = std::vector<std::string>;

/// A directory that is gone after the test.
class Scratch {
 public:
  Scratch() {
    static std::atomic<int> count{0};
    const std::string name = "optcoord_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    path_ = std::filesystem::temp_directory_path() / name;
    std::filesystem::create_directories(path_);
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] std::string at(std::string_view name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

[[nodiscard]] inline std::string program(std::string_view name) {
  return std::string(OPTCOORD_PROGRAM_DIR) + "/" + std::string(name);
}
[[nodiscard]] inline std::string source(std::string_view path) {
  return std::string(OPTCOORD_SOURCE_DIR) + "/" + std::string(path);
}
/// A path of the real data; empty when there is none here.
[[nodiscard]] inline std::string data(std::string_view path) {
  const std::string directory = OPTCOORD_DATA_DIR;
  const std::string full = directory + "/" + std::string(path);
  return !directory.empty() && std::filesystem::exists(full) ? full : std::string{};
}

/// Runs a shell command. \returns its exit code; its output goes where it says.
[[nodiscard]] inline int run(const std::string& command) {
  const int status = std::system(command.c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// The bytes of a file; none where there is no such file.
[[nodiscard]] inline std::string contents_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

[[nodiscard]] inline Lines lines_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE_MESSAGE(in.good(), path);
  Lines lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

/// A directory with files of its own, in which one program runs, and what it printed last.
class ProgramRun {
 public:
  explicit ProgramRun(std::string_view name) : program_(program(name)) {}

  void write(std::string_view name, std::string_view text) const {
    std::ofstream(scratch_.at(name), std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(std::string_view name) const { return contents_of(scratch_.at(name)); }
  /// Runs the program with these arguments. \returns the exit code.
  int with(const std::string& arguments) {
    const int code = run("cd '" + scratch_.at("") + "' && '" + program_ + "' " + arguments + " >out 2>err");
    out = read("out");
    err = read("err");
    return code;
  }
  [[nodiscard]] bool prints(std::string_view part) const { return out.find(part) != std::string::npos; }
  [[nodiscard]] bool complains(std::string_view part) const { return err.find(part) != std::string::npos; }
  [[nodiscard]] std::string at(std::string_view name) const { return scratch_.at(name); }

  std::string out{};  ///< standard output
  std::string err{};  ///< standard error

 private:
  std::string program_;
  Scratch scratch_{};
};

/// The 64-bit FNV-1a hash of what it is fed.
class Fnv {
 public:
  Fnv& add(std::string_view text) {
    for (const char c : text) state_ = (state_ ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
    return *this;
  }
  [[nodiscard]] std::string hex() const {
    std::string out;
    for (unsigned shift = 64; shift > 0; shift -= 4) out += "0123456789abcdef"[state_ >> (shift - 4) & 15U];
    return out;
  }

 private:
  std::uint64_t state_{0xCBF29CE484222325U};
};

/// What stands behind the first `"key":` of a line of JSON: text without its quotes, numbers and null as they are,
/// empty when it is not there. For what our own programs write, not for JSON at large.
[[nodiscard]] inline std::string value_of(std::string_view line, std::string_view key) {
  const std::string mark = "\"" + std::string(key) + "\":";
  const std::size_t found = line.find(mark);
  if (found == std::string_view::npos) return {};
  std::string_view rest = line.substr(found + mark.size());
  if (!rest.starts_with('"')) return std::string(rest.substr(0, rest.find_first_of(",}]")));
  rest.remove_prefix(1);
  return std::string(rest.substr(0, rest.find('"')));
}

/// A line without its number, which an event more or less at the start moves.
[[nodiscard]] inline std::string without_seq(const std::string& line) {
  return line.starts_with("{\"seq\":") ? "{" + line.substr(line.find(',') + 1) : line;
}

/// Decisions on requests, by id, without their line numbers.
[[nodiscard]] inline std::map<std::string, std::string> decisions_by_id(const Lines& lines) {
  std::map<std::string, std::string> decisions;
  for (const std::string& line : lines) {
    if (value_of(line, "type") != "decision" || line.find("\"what_if\":true") != std::string::npos) continue;
    decisions[value_of(line, "id")] = without_seq(line);
  }
  return decisions;
}

/// The ids on which two runs decided otherwise, and those only one of them decided on.
[[nodiscard]] inline std::vector<std::string> ids_that_differ(const Lines& a, const Lines& b) {
  const auto first = decisions_by_id(a);
  auto second = decisions_by_id(b);
  std::vector<std::string> ids;
  for (const auto& [id, line] : first) {
    const auto other = second.find(id);
    if (other == second.end() || other->second != line) ids.push_back(id);
    if (other != second.end()) second.erase(other);
  }
  for (const auto& [id, line] : second) ids.push_back(id);
  return ids;
}

}  // namespace optcoord::test
