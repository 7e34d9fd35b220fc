// examples/table.hpp -- rows of cells as lines, each column as wide as its widest cell.
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>  // std::max
#include <cstddef>    // std::size_t
#include <string>     // std::string
#include <vector>     // std::vector

namespace optcoord::table {

using Rows = std::vector<std::vector<std::string>>;

/// \param indent  spaces before each line
[[nodiscard]] inline std::string aligned(const Rows& rows, std::size_t indent = 0) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (const auto& row : rows) {
    out.append(indent, ' ');
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - row[i].size() + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

}  // namespace optcoord::table
