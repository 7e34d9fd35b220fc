// tests/fuzz/config_fuzz.cpp -- libFuzzer's entry: any bytes are a configuration or a list of faults, and no more.
// SPDX-License-Identifier: MIT
//
//   clang++ -std=c++20 -g -O1 -fsanitize=fuzzer,address -Iinclude tests/fuzz/config_fuzz.cpp src/config/*.cpp ...
// With OPTCOORD_ACCEPTED=FILE every text that is accepted is appended to FILE, a NUL after each, for schema_check.py.
#include <optcoord/config/load.hpp>
#include <optcoord/desk/desk.hpp>

#include <cstdint>  // std::uint8_t
#include <cstdio>   // std::FILE
#include <cstdlib>  // std::abort, std::getenv
#include <string>   // std::string
#include <string_view>

namespace {

using namespace optcoord;

void demand(bool holds) {
  if (!holds) std::abort();
}

void keep(std::string_view text) {
  static std::FILE* const file = [] {
    const char* const path = std::getenv("OPTCOORD_ACCEPTED");
    return path == nullptr ? nullptr : std::fopen(path, "ab");
  }();
  if (file == nullptr) return;
  std::fwrite(text.data(), 1, text.size(), file);
  std::fputc('\0', file);
}

void check_faults(const std::vector<config::Fault>& faults) {
  demand(!faults.empty() && faults.size() <= config::max_faults + 1);
  std::string out;
  for (const config::Fault& f : faults) {
    demand(f.code == Errc::parse_error || f.code == Errc::unknown_key || f.code == Errc::unknown_name ||
           f.code == Errc::invalid_value || f.code == Errc::invalid_configuration);
    demand(!f.message.empty() && f.message.size() < 4096);
    out.clear();
    config::append_fault_line(out, f);
    demand(out.find('\n') == out.size() - 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto loaded = config::load(text);
  if (!loaded) {
    check_faults(loaded.error());
    return 0;
  }
  for (const config::EffectiveValue& v : loaded->effective) {
    demand(!v.path.empty() && !v.value.empty());
    demand(v.value.find("nan") != 0 && v.value.find("inf") != 0 && v.value.find("-inf") != 0);
  }
  // what the reader accepts the desk can run
  demand(Desk::make(loaded->config).has_value());
  keep(text);
  return 0;
}
