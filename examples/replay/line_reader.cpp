// examples/replay/line_reader.cpp -- read(2) into one buffer; what is too long is dropped as it comes.
// SPDX-License-Identifier: MIT
#include "line_reader.hpp"

#include <fcntl.h>   // open
#include <unistd.h>  // close, read
#include <cerrno>    // errno
#include <cstring>   // std::memchr, std::memmove, std::strerror

namespace optcoord::replay {

LineReader::~LineReader() {
  if (file_ > STDIN_FILENO) ::close(file_);
}

bool LineReader::open(const std::string& path) {
  file_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file_ < 0) failure_ = std::strerror(errno);
  return file_ >= 0;
}

LineReader::Status LineReader::next() {
  line_ = {};
  while (true) {
    const char* from = buffer_.data() + searched_;
    const void* found = searched_ < end_ ? std::memchr(from, '\n', end_ - searched_) : nullptr;
    if (found != nullptr) {
      const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - buffer_.data());
      return hand_out(at, at + 1);
    }
    searched_ = end_;
    if (end_ - begin_ > longest_) {  // whatever follows, this line is too long
      skipping_ = true;
      begin_ = searched_ = end_ = 0;
    }
    if (at_end_) {
      if (begin_ == end_ && !skipping_) return Status::end;
      return hand_out(end_, end_);
    }
    if (!waiting_) {
      waiting_ = true;
      return Status::wait;
    }
    waiting_ = false;
    if (fill() == Status::failed) return Status::failed;
  }
}

LineReader::Status LineReader::hand_out(std::size_t end, std::size_t next) {
  const bool too_long = skipping_ || end - begin_ > longest_;
  if (!too_long) line_ = {buffer_.data() + begin_, end - begin_};
  skipping_ = false;
  begin_ = searched_ = next;
  ++number_;
  return too_long ? Status::too_long : Status::line;
}

LineReader::Status LineReader::fill() {
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    searched_ -= begin_;
    end_ -= begin_;
    begin_ = 0;
  }
  while (true) {
    const ssize_t got = ::read(file_, buffer_.data() + end_, buffer_.size() - end_);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      return Status::line;
    }
    if (got == 0) {
      at_end_ = true;
      return Status::end;
    }
    if (errno == EINTR) continue;
    failure_ = std::strerror(errno);
    return Status::failed;
  }
}

}  // namespace optcoord::replay
