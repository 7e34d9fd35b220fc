// examples/events/outcome.hpp -- what can go wrong while files are read: faulty rows, and files that cannot be used.
// SPDX-License-Identifier: MIT
//
// Two channels. A file that cannot be read at all ends the program before anything is written (Outcome). A row
// that cannot be read is named, left out and counted (Faults); the other rows are still written.
#pragma once

#include <cstdint>  // std::int64_t
#include <string>   // std::string
#include <string_view>
#include <tl/expected.hpp>
#include <vector>  // std::vector

namespace optcoord::events {

/// A value, or one sentence that says why the input cannot be used.
template <class T>
using Outcome = tl::expected<T, std::string>;

/// The rows that were left out, in the order they were met.
class Faults {
 public:
  /// How many sentences are kept; the rest is only counted, so that a file of rubbish stays readable.
  static constexpr std::size_t kept = 20;

  /// Notes a fault as "FILE:LINE: COLUMN: what"; `column` may be empty.
  void add(std::string_view file, std::int64_t line, std::string_view column, std::string_view what) {
    ++count_;
    if (sentences_.size() >= kept) return;
    std::string sentence;
    sentence.append(file).append(":").append(std::to_string(line)).append(": ");
    if (!column.empty()) sentence.append(column).append(": ");
    sentences_.push_back(sentence.append(what));
  }

  [[nodiscard]] std::int64_t count() const noexcept { return count_; }
  [[nodiscard]] const std::vector<std::string>& sentences() const noexcept { return sentences_; }

 private:
  std::int64_t count_{0};
  std::vector<std::string> sentences_;
};

}  // namespace optcoord::events
