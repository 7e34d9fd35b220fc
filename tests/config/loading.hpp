// tests/config/loading.hpp -- what the configuration tests share: the sample, and faults in a comparable form.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/config/load.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace optcoord::config {

/// The sample configuration that is shipped.
[[nodiscard]] inline std::string sample_text() {
  std::ifstream file(std::string{OPTCOORD_SOURCE_DIR} + "/examples/data/sample.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// The faults of `text`, none when it loads.
[[nodiscard]] inline std::vector<Fault> faults(std::string_view text) {
  auto loaded = load(text);
  return loaded ? std::vector<Fault>{} : loaded.error();
}

/// Each fault as "code path", in order.
[[nodiscard]] inline std::vector<std::string> fault_list(std::string_view text) {
  std::vector<std::string> out;
  for (const Fault& f : faults(text)) out.push_back(std::string{optcoord::text(f.code)} + " " + f.path);
  return out;
}

using Strings = std::vector<std::string>;

/// The configuration of `text`; the test fails when there is none.
[[nodiscard]] inline Loaded loaded(std::string_view text) {
  auto result = load(text);
  if (!result) {
    for (const Fault& f : result.error()) MESSAGE(f.path << ": " << f.message);
    REQUIRE(result.has_value());
  }
  return *result;
}

/// "value origin" of the effective value at `path`; empty when there is none.
[[nodiscard]] inline std::string effective(const Loaded& l, std::string_view path) {
  for (const EffectiveValue& v : l.effective)
    if (v.path == path) return v.value + " " + std::string{text(v.origin)};
  return {};
}

/// The effective value of `key` in the sizing of strategy `i`.
[[nodiscard]] inline std::string sized(const Loaded& l, int i, std::string_view key) {
  return effective(l, "strategies[" + std::to_string(i) + "].position_sizing." + std::string{key});
}

/// `text` with its first `from` replaced; the test fails when there is none.
[[nodiscard]] inline std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

}  // namespace optcoord::config
