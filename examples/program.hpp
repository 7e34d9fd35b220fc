// examples/program.hpp -- what the programs have in common: exit codes, complaints, printing, reading a configuration.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/config/load.hpp>  // load, append_fault_line

#include "config_file.hpp"

#include <cerrno>   // errno
#include <cstdio>   // std::fprintf, std::fwrite
#include <cstring>  // std::strerror
#include <string>   // std::string
#include <utility>  // std::move

#ifndef OPTCOORD_VERSION
#define OPTCOORD_VERSION "unknown"
#endif

namespace optcoord::programs {

// Exit codes.
inline constexpr int done = 0;
inline constexpr int input_errors = 1;  ///< some lines, rows or values were in error
inline constexpr int unusable = 2;      ///< usage, unreadable file, faulty configuration

/// Says on standard error what is wrong with `what`. \returns `unusable`.
inline int complain(const char* program, const std::string& what, const std::string& why) {
  std::fprintf(stderr, "%s: %s: %s\n", program, what.c_str(), why.c_str());
  return unusable;
}

/// \returns whether all of `out` has been written to standard output.
inline bool print(const std::string& out) {
  return std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
}

/// \returns the configuration of a file. When there is none, its faults have been printed, one line each, or the reason
/// has been said: the exit code is `unusable`.
inline tl::expected<config::Loaded, int> load_file(const char* program, const std::string& path) {
  std::string text;
  if (!config::read_file(path, text)) return tl::unexpected(complain(program, path, std::strerror(errno)));
  auto loaded = config::load(text);
  if (loaded) return *std::move(loaded);
  std::string out;
  for (const config::Fault& fault : loaded.error()) config::append_fault_line(out, fault);
  if (!print(out)) return tl::unexpected(complain(program, "standard output", std::strerror(errno)));
  return tl::unexpected(unusable);
}

}  // namespace optcoord::programs
