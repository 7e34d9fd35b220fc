// src/config/json_tree.hpp -- a configuration's JSON as an ordered tree that remembers what the text said.
// SPDX-License-Identifier: MIT
//
// A library's own document type keeps the last of two equal keys and turns every number into what fits; here a
// duplicate key is a fault and an integer knows whether a double holds it.
#pragma once

#include <optcoord/config/load.hpp>  // Fault

#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <variant>      // std::variant
#include <vector>       // std::vector

namespace optcoord::config::detail {

struct Member;

/// Up to here, 2^53, a double holds every whole number.
inline constexpr double exact_integers = 9007199254740992.0;

/// A number as written.
struct Number {
  double value{0};
  bool exact{true};  ///< false for an integer beyond exact_integers
};

/// One JSON value.
struct Node {
  std::variant<std::nullptr_t, bool, Number, std::string, std::vector<Node>, std::vector<Member>> value;

  template <class T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&value);
  }
  /// \returns what kind of value this is, with its article: "a number".
  [[nodiscard]] std::string_view kind() const noexcept;
  /// \returns the value of `key` of an object; nullptr when there is none. O(members).
  [[nodiscard]] const Node* find(std::string_view key) const noexcept;
};

/// A key and its value.
struct Member {
  std::string key;
  Node value;
};

/// What became of a text: the root unless its syntax is broken, and the faults of syntax and duplicate keys.
struct Parsed {
  std::optional<Node> root;
  std::vector<Fault> faults;
};

/// Reads JSON with comments. Of duplicate keys the first value stays in the tree.
[[nodiscard]] Parsed parse_json(std::string_view text);

/// \returns `path` extended by a key; long keys are shortened, paths are for people.
[[nodiscard]] std::string join(std::string_view path, std::string_view key);
/// \returns `path` extended by a place in a list.
[[nodiscard]] std::string join(std::string_view path, std::size_t index);
/// \returns `s` in single quotes, shortened.
[[nodiscard]] std::string in_quotes(std::string_view s);

}  // namespace optcoord::config::detail
