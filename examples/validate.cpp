// examples/validate.cpp -- optcoord-validate: every fault of a configuration, or what is in force and where it is from.
// SPDX-License-Identifier: MIT
//
//   optcoord-validate CONFIG          exit code 0 valid, 1 faults (one JSON line each), 2 usage or unreadable file
//   optcoord-validate --json -        reads standard input, writes JSON
//   optcoord-validate --schema        a JSON Schema of every configuration, for editors
#include <optcoord/config/load.hpp>
#include <optcoord/config/schema.hpp>

#include "config_file.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>  // std::max
#include <cerrno>     // errno
#include <cstdio>     // std::fprintf
#include <cstring>    // std::strerror
#include <optional>   // std::optional
#include <string>     // std::string
#include <vector>     // std::vector

#ifndef OPTCOORD_VERSION
#define OPTCOORD_VERSION "0.1.0"
#endif

namespace {

namespace config = optcoord::config;

constexpr int valid = 0;
constexpr int faulty = 1;
constexpr int unusable = 2;

/// The whole of `path` ("-" is standard input); nothing, with a message on standard error, when it cannot be read.
std::optional<std::string> contents(const std::string& path) {
  std::string text;
  if (config::read_file(path, text)) return text;
  std::fprintf(stderr, "optcoord-validate: %s: %s\n", path.c_str(), std::strerror(errno));
  return std::nullopt;
}

void append_padded(std::string& out, std::string_view text, std::size_t width) {
  out += text;
  if (text.size() < width) out.append(width - text.size(), ' ');
}

/// Path, value and origin in three columns; a very long value pushes only its own origin aside.
std::string table(const std::vector<config::EffectiveValue>& values) {
  constexpr std::size_t widest_value = 48;
  std::size_t paths = 0;
  std::size_t texts = 0;
  for (const config::EffectiveValue& v : values) {
    paths = std::max(paths, v.path.size());
    if (v.value.size() <= widest_value) texts = std::max(texts, v.value.size());
  }
  std::string out;
  for (const config::EffectiveValue& v : values) {
    append_padded(out, v.path, paths + 2);
    append_padded(out, v.value, texts);
    out += "  ";
    out += config::text(v.origin);
    out += '\n';
  }
  return out;
}

/// A JSON list of {path, value, origin}, one a line.
std::string json(const std::vector<config::EffectiveValue>& values) {
  std::string out = "[";
  for (const config::EffectiveValue& v : values) {
    out += out.size() == 1 ? "\n{\"path\":" : ",\n{\"path\":";
    config::append_json_string(out, v.path);
    out += ",\"value\":" + v.value + ",\"origin\":";
    config::append_json_string(out, config::text(v.origin));
    out += '}';
  }
  return out += "\n]\n";
}

bool print(const std::string& out) {
  return std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
}

int validate(const std::string& path, bool as_json) {
  const std::optional<std::string> text = contents(path);
  if (!text) return unusable;
  const auto loaded = config::load(*text);
  std::string out;
  if (loaded) {
    out = as_json ? json(loaded->effective) : table(loaded->effective);
  } else {
    for (const config::Fault& fault : loaded.error()) config::append_fault_line(out, fault);
  }
  if (!print(out)) return unusable;
  return loaded ? valid : faulty;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Checks a configuration of optcoord: prints all its faults, or the values in force with their origin.",
               "optcoord-validate"};
  std::string path;
  bool as_json = false;
  bool as_schema = false;
  CLI::Option* file = app.add_option("CONFIG", path, "the configuration file; - reads standard input");
  CLI::Option* values = app.add_flag("--json", as_json, "print the values in force as JSON");
  app.add_flag("--schema", as_schema, "print a JSON Schema (draft-07) of the configuration, for editors")
      ->excludes(file)
      ->excludes(values);
  app.set_version_flag("--version", std::string{"optcoord-validate "} + OPTCOORD_VERSION);
  app.footer("Exit codes: 0 valid, 1 faults found, 2 usage or unreadable file.");
  try {
    app.parse(argc, argv);
    if (file->empty() && !as_schema) throw CLI::RequiredError(file->get_name());
  } catch (const CLI::ParseError& e) {
    return app.exit(e) == 0 ? valid : unusable;
  }
  if (as_schema) return print(config::json_schema()) ? valid : unusable;
  return validate(path, as_json);
}
