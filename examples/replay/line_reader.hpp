// examples/replay/line_reader.hpp -- lines of a file or pipe in bounded memory, as soon as they arrive.
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::replay {

/// Reads one line after another. A pipe is not waited on while a whole line is there, so that a host may send a line
/// and wait for its answer.
class LineReader {
 public:
  enum class Status : std::uint8_t {
    line,      ///< `line()` is the next line
    too_long,  ///< a line beyond the limit was skipped in constant memory; `line()` is empty
    wait,      ///< nothing whole is there: the next call reads, and may wait for a writer
    end,       ///< no further line
    failed,    ///< the file cannot be read further; `failure()` says why
  };

  /// \param longest the longest line handed out, bytes.
  explicit LineReader(std::size_t longest) : longest_(longest), buffer_(2 * longest) {}
  ~LineReader();
  LineReader(const LineReader&) = delete;
  LineReader& operator=(const LineReader&) = delete;

  /// \param path a file, or "-" for standard input. \returns whether it is open; else `failure()` says why.
  [[nodiscard]] bool open(const std::string& path);

  /// Moves to the next line. Lines end with LF; the last one may lack it.
  [[nodiscard]] Status next();

  /// The present line without its end; holds until `next()`.
  [[nodiscard]] std::string_view line() const noexcept { return line_; }
  /// The present line's number, from 1; a skipped line counts.
  [[nodiscard]] std::int64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }

 private:
  [[nodiscard]] Status hand_out(std::size_t end, std::size_t next);
  [[nodiscard]] Status fill();

  std::size_t longest_;
  std::vector<char> buffer_;
  int file_{-1};
  std::size_t begin_{0};     // of what was not handed out yet
  std::size_t searched_{0};  // no line end before this
  std::size_t end_{0};       // of what was read
  bool waiting_{false};      // the caller was told that the next call may wait
  bool at_end_{false};
  bool skipping_{false};  // within a line that is too long
  std::string_view line_;
  std::int64_t number_{0};
  std::string failure_;
};

}  // namespace optcoord::replay
