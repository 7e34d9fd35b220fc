// src/protocol/tree.hpp -- the values of one JSON line in one flat list, its memory reused from line to line.
// SPDX-License-Identifier: MIT
//
// A value is followed by what it contains: the children of node i begin at i + 1, and the next sibling of node c is
// node(c).end. What JSON allows and the protocol does not (a key twice, a top-level list, huge numbers) is refused
// while reading.
#pragma once

#include <optcoord/protocol/decoder.hpp>  // max_line, max_values
#include <optcoord/protocol/fault.hpp>    // Fault

#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint32_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::protocol {

enum class NodeKind : std::uint8_t { null, boolean, integer, number, string, array, object };

/// One JSON value.
struct Node {
  NodeKind kind{NodeKind::null};
  bool boolean{false};
  std::uint32_t parent{0};    ///< the container; of the root, itself
  std::uint32_t position{0};  ///< place in the container, from 0
  std::uint32_t count{0};     ///< of a container: its values
  std::uint32_t end{0};       ///< one past the last node within
  std::string_view key;       ///< within an object
  std::string_view text;      ///< of a string
  std::int64_t integer{0};    ///< of an integer, magnitude at most 2^53
  double number{0};           ///< of an integer or a number, finite
};

/// The largest magnitude of a whole number that every JSON reader holds exactly: 2^53.
inline constexpr std::int64_t max_integer = std::int64_t{1} << 53U;

/// The beginning of `text`, at most `longest` bytes, not ending within a UTF-8 sequence.
[[nodiscard]] std::string_view cut(std::string_view text, std::size_t longest) noexcept;

/// How much a text may be.
struct Extent {
  std::string_view what{"line"};  ///< as its faults call it
  std::size_t bytes{max_line};
  std::size_t values{max_values};
};

class Tree {
 public:
  /// Reads one line, or a text of another extent. \returns the fault, or nothing; then node 0 is an object.
  [[nodiscard]] std::optional<Fault> parse(std::string_view line, const Extent& extent = {});

  [[nodiscard]] const Node& operator[](std::size_t i) const noexcept { return nodes_[i]; }
  [[nodiscard]] bool empty() const noexcept { return nodes_.empty(); }

  /// \returns the child of object `parent` with `key`, or 0.
  [[nodiscard]] std::uint32_t child(std::uint32_t parent, std::string_view key) const noexcept {
    for (std::uint32_t c = parent + 1; c < nodes_[parent].end; c = nodes_[c].end)
      if (nodes_[c].key == key) return c;
    return 0;
  }
  /// \returns the child of container `parent` at `position`, or 0.
  [[nodiscard]] std::uint32_t child(std::uint32_t parent, std::size_t position) const noexcept;

  /// \returns the path of a node from the root: "requests[0].legs[1].ratio"; empty for the root.
  [[nodiscard]] std::string path(std::uint32_t node) const;
  /// \returns the node as JSON, cut after 80 characters, containers as "[...]" and "{...}".
  [[nodiscard]] std::string value(std::uint32_t node) const;

 private:
  friend class TreeReader;
  std::vector<Node> nodes_;
  std::string texts_;                // decoded strings; never longer than the line, so views into it stay
  std::vector<std::uint32_t> open_;  // containers being read
  std::vector<std::uint32_t> keys_;  // for finding a key twice in large objects
};

}  // namespace optcoord::protocol
