// src/config/shape.hpp -- what the reader asks for, written down while it reads; the JSON Schema is made of this.
// SPDX-License-Identifier: MIT
//
// There is no second list of keys: a reader that asks for a key puts it into the schema by asking.
#pragma once

#include <optional>     // std::optional
#include <span>         // std::span
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::config::detail {

/// Keys of an object that are the host's: they pass through with any value.
struct HostKeys {
  bool extensions{false};  ///< "x_..."
  std::span<const std::string_view> names{};

  [[nodiscard]] bool contains(std::string_view key) const noexcept;
};

/// What one value may be: any of the alternatives that were seen.
struct Shape {
  struct Key;

  std::vector<std::string> scalars;       ///< each the inside of a JSON Schema: "type":"number","minimum":0
  std::optional<std::string> fallback{};  ///< the default as JSON; empty when it depends

  bool object{false};
  std::vector<Key> keys;  ///< in the order in which they were first asked for
  bool closed{false};     ///< no other keys, but the host's
  HostKeys hosts{};
  std::optional<std::vector<std::string_view>> required{};  ///< asked for as required in every such object
  std::vector<Shape> named;                                 ///< at most one: the values of keys that the file chooses

  bool list{false};
  std::vector<Shape> entries;  ///< at most one: of all entries
};
struct Shape::Key {
  std::string name;
  Shape shape;
};

/// Collects shapes by the paths at which the reader works: "strategies[0].events.FOMC". All entries of a list, and all
/// values under names that the file chooses, are one shape.
class Shapes {
 public:
  void scalar(std::string_view path, std::string inside);
  void fallback(std::string_view path, std::string json);
  void key(std::string_view path, std::string_view name);
  void object(std::string_view path);
  /// The object at `path` has been read whole; `required` are the keys it had to have.
  void closed(std::string_view path, const std::vector<std::string_view>& required, HostKeys hosts);
  /// The object at `path` has keys that the file chooses, but for the host's.
  void named(std::string_view path, HostKeys hosts);
  void list(std::string_view path);

  [[nodiscard]] const Shape& root() const noexcept { return root_; }

 private:
  [[nodiscard]] Shape& at(std::string_view path);

  Shape root_;
};

}  // namespace optcoord::config::detail
