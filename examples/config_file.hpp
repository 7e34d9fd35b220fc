// examples/config_file.hpp -- a configuration file as the programs read it.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/config/load.hpp>  // config::max_bytes

#include <cerrno>   // errno
#include <cstddef>  // std::size_t
#include <cstdio>   // std::FILE, std::fread
#include <string>   // std::string
#include <vector>   // std::vector

namespace optcoord::config {

/// Puts the whole of a file, `-` for standard input, into `text`, but never much more than `most` bytes, for which
/// `load` reads no more. \returns false with the cause in errno.
[[nodiscard]] inline bool read_file(const std::string& path, std::string& text, std::size_t most = max_bytes) {
  std::FILE* file = path == "-" ? stdin : std::fopen(path.c_str(), "rb");
  if (file == nullptr) return false;
  std::vector<char> buffer(std::size_t{1} << 16U);
  std::size_t got = buffer.size();
  while (got == buffer.size() && text.size() <= most) {
    got = std::fread(buffer.data(), 1, buffer.size(), file);
    text.append(buffer.data(), got);
  }
  const bool good = std::ferror(file) == 0;
  const int why = errno;
  if (file != stdin) std::fclose(file);
  errno = why;
  return good;
}

}  // namespace optcoord::config
