// examples/events/text_reader.hpp -- lines of a plain or gzip text file, or of standard input, in bounded memory.
// SPDX-License-Identifier: MIT
#pragma once

#include "outcome.hpp"  // Outcome

#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t
#include <memory>       // std::unique_ptr
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::events {

/// Reads one line after another. Whether the file is gzip is seen from its first bytes, not from its name.
class TextReader {
 public:
  /// The longest line that is handed out, bytes; a longer one is skipped in constant memory.
  static constexpr std::size_t max_line = 1 << 20;

  enum class Status : std::uint8_t {
    line,      ///< `line()` and `number()` are the next line
    too_long,  ///< a line beyond `max_line` was skipped; `number()` is its number
    end,       ///< no further line
    failed,    ///< the file broke off or is damaged; `failure()` says how
  };

  /// \param path a file, or "-" for standard input.
  [[nodiscard]] static Outcome<TextReader> open(const std::string& path);

  /// Moves to the next line. A line end is LF or CR LF; the last line may lack it.
  [[nodiscard]] Status next();

  /// The present line, without its end; valid until `next()`.
  [[nodiscard]] std::string_view line() const noexcept { return line_; }
  /// The present line's number, from 1.
  [[nodiscard]] std::int64_t number() const noexcept { return number_; }
  [[nodiscard]] const std::string& failure() const noexcept { return failure_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  struct Close {
    void operator()(void* file) const noexcept;
  };
  TextReader(std::string path, void* file) : path_(std::move(path)), file_(file), buffer_(max_line) {}
  [[nodiscard]] bool fill();
  [[nodiscard]] Status skip_long_line();
  void hand_out(std::size_t begin, std::size_t end);

  std::string path_;
  std::unique_ptr<void, Close> file_;  // a gzFile; zlib's header stays out of this one
  std::vector<char> buffer_;
  std::size_t begin_{0};  // first byte not handed out yet
  std::size_t end_{0};    // behind the last byte read
  bool at_end_{false};
  std::string_view line_;
  std::int64_t number_{0};
  std::string failure_;
};

}  // namespace optcoord::events
