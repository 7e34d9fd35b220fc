// examples/events/csv.hpp -- rows of a comma-separated file by column name, with faults that name line and column.
// SPDX-License-Identifier: MIT
//
// No quoting: a field ends at the next comma. The first line names the columns.
#pragma once

#include "outcome.hpp"      // Faults, Outcome
#include "text_reader.hpp"  // TextReader

#include <cstddef>      // std::size_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::events {

/// A comma-separated file, open at its first row.
class CsvFile {
 public:
  /// Opens `path` and reads the column names. \returns a failure when it cannot be read or is empty.
  [[nodiscard]] static Outcome<CsvFile> open(const std::string& path);

  /// The columns, as the first line names them.
  [[nodiscard]] const std::vector<std::string>& columns() const noexcept { return names_; }
  /// The position of the column `name`; none when the file has no such column.
  [[nodiscard]] std::optional<std::size_t> column(std::string_view name) const;
  /// As `column`, for a column that must be there: its absence is a failure that names file and column.
  [[nodiscard]] Outcome<std::size_t> required(std::string_view name) const;

  /// Moves to the next row that has as many fields as the header; others, but blank lines, are `faults`.
  /// \returns false at the end, a failure when the file broke off.
  [[nodiscard]] Outcome<bool> next(Faults& faults);

  [[nodiscard]] std::string_view field(std::size_t column) const noexcept { return fields_[column]; }
  /// Notes a fault in the present row at `column`.
  void fault(Faults& faults, std::size_t column, std::string_view what) const {
    faults.add(reader_.path(), reader_.number(), names_[column], what);
  }

 private:
  explicit CsvFile(TextReader reader) : reader_(std::move(reader)) {}
  TextReader reader_;
  std::vector<std::string> names_;
  std::vector<std::string_view> fields_;
};

/// Reads a price: `blank` for an empty field or 0 (no quote), `bad` unless a plain finite number >= 0.
struct PriceField {
  bool bad{false};
  std::optional<double> value;
};
[[nodiscard]] PriceField price_field(std::string_view text) noexcept;

}  // namespace optcoord::events
