// tests/support/csv.hpp -- small comma-separated tables for tests: files of the data directory, by column name.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdlib>      // std::strtod
#include <fstream>      // std::ifstream
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::test {

/// Splits one line at commas; double quotes protect commas and are taken away, "" inside them is one quote.
inline std::vector<std::string> split_csv(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"')
        cells.back() += line[i++];
      else
        quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back() += c;
    }
  }
  return cells;
}

/// A table in memory. Missing files give no rows; missing columns give empty cells.
class Csv {
 public:
  explicit Csv(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    while (std::getline(in, line)) {
      if (line.empty()) continue;
      if (head_.empty())
        head_ = split_csv(line);
      else
        rows_.push_back(split_csv(line));
    }
  }
  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] std::string text(std::size_t row, std::string_view column) const {
    for (std::size_t i = 0; i < head_.size(); ++i)
      if (head_[i] == column && i < rows_[row].size()) return rows_[row][i];
    return {};
  }
  [[nodiscard]] double number(std::size_t row, std::string_view column) const {
    return std::strtod(text(row, column).c_str(), nullptr);
  }

 private:
  std::vector<std::string> head_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace optcoord::test
