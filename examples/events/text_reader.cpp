// examples/events/text_reader.cpp -- lines of a plain or gzip text file, or of standard input, in bounded memory.
// SPDX-License-Identifier: MIT
#include "text_reader.hpp"

#include <unistd.h>  // dup, STDIN_FILENO
#include <zlib.h>    // gzopen, gzread: both read plain files as they are
#include <cerrno>    // errno
#include <cstring>   // std::memchr, std::memmove, std::strerror

namespace optcoord::events {

void TextReader::Close::operator()(void* file) const noexcept { gzclose_r(static_cast<gzFile>(file)); }

Outcome<TextReader> TextReader::open(const std::string& path) {
  errno = 0;
  gzFile file = path == "-" ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path.c_str(), "rb");
  if (file == nullptr)
    return tl::unexpected<std::string>(path +
                                       ": cannot be opened: " + (errno != 0 ? std::strerror(errno) : "out of memory"));
  gzbuffer(file, 1 << 18);
  return TextReader(path, file);
}

/// Reads more behind what is not handed out yet. \returns false when there is no room, no more, or a failure.
bool TextReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (at_end_ || end_ == buffer_.size()) return false;
  auto* file = static_cast<gzFile>(file_.get());
  const auto room = static_cast<unsigned>(buffer_.size() - end_);
  errno = 0;
  const int got = gzread(file, buffer_.data() + end_, room);
  int code = Z_OK;
  const char* text = gzerror(file, &code);
  if (got < 0 || (code != Z_OK && code != Z_STREAM_END)) {
    failure_ = path_ + ": cannot be read: " + (code == Z_ERRNO && errno != 0 ? std::strerror(errno) : text);
    return false;
  }
  if (got == 0) at_end_ = true;
  end_ += static_cast<std::size_t>(got);
  return got > 0;
}

void TextReader::hand_out(std::size_t begin, std::size_t end) {
  if (end > begin && buffer_[end - 1] == '\r') --end;
  line_ = std::string_view(buffer_.data() + begin, end - begin);
  ++number_;
}

TextReader::Status TextReader::skip_long_line() {
  ++number_;
  line_ = {};
  for (;;) {
    const void* newline = std::memchr(buffer_.data() + begin_, '\n', end_ - begin_);
    if (newline != nullptr) {
      begin_ = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data()) + 1;
      return Status::too_long;
    }
    begin_ = end_;
    if (!fill()) return failure_.empty() ? Status::too_long : Status::failed;
  }
}

TextReader::Status TextReader::next() {
  std::size_t searched = begin_;
  for (;;) {
    const void* newline = std::memchr(buffer_.data() + searched, '\n', end_ - searched);
    if (newline != nullptr) {
      const auto at = static_cast<std::size_t>(static_cast<const char*>(newline) - buffer_.data());
      const std::size_t begin = begin_;
      begin_ = at + 1;
      hand_out(begin, at);
      return Status::line;
    }
    const std::size_t pending = end_ - begin_;
    if (!fill()) {
      if (!failure_.empty()) return Status::failed;
      if (!at_end_) return skip_long_line();
      if (pending == 0) return Status::end;
      const std::size_t begin = begin_;
      begin_ = end_;
      hand_out(begin, end_);
      return Status::line;
    }
    searched = begin_ + pending;
  }
}

}  // namespace optcoord::events
