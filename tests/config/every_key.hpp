// tests/config/every_key.hpp -- a configuration that uses every key, and the places of its values.
// SPDX-License-Identifier: MIT
#pragma once

#include "loading.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace optcoord::config {

using Json = nlohmann::ordered_json;

/// One of every key that is not an alias.
[[nodiscard]] inline std::string every_key() {
  std::ifstream file(std::string{OPTCOORD_SOURCE_DIR} + "/tests/config/every_key.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// A pointer to a value, and the value's path as faults write it.
struct Place {
  Json::json_pointer pointer;
  std::string path;
};

inline void collect(const Json& value, const Place& here, std::vector<Place>& out) {
  if (!here.path.empty()) out.push_back(here);
  if (value.is_object()) {
    for (const auto& item : value.items())
      collect(item.value(), {here.pointer / item.key(), here.path + (here.path.empty() ? "" : ".") + item.key()}, out);
  } else if (value.is_array()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      collect(value[i], {here.pointer / i, here.path + "[" + std::to_string(i) + "]"}, out);
  }
}

[[nodiscard]] inline std::vector<Place> places(const Json& value) {
  std::vector<Place> out;
  collect(value, Place{Json::json_pointer{}, ""}, out);
  return out;
}

[[nodiscard]] inline bool names_path(const std::vector<Fault>& found, std::string_view path) {
  return std::any_of(found.begin(), found.end(), [path](const Fault& f) { return f.path == path; });
}

}  // namespace optcoord::config
