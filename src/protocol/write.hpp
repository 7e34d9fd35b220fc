// src/protocol/write.hpp -- JSON objects and lists appended by hand, key by key.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/fixed_point.hpp>  // Micro
#include <optcoord/core/time.hpp>         // Timestamp
#include <optcoord/protocol/encode.hpp>   // append_number, append_string

#include <array>        // std::array
#include <charconv>     // std::to_chars
#include <concepts>     // std::integral
#include <cstdint>      // std::int64_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view

namespace optcoord::protocol {

template <std::integral T>
void append_integer(std::string& out, T value) {
  std::array<char, 24> buffer{};
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

/// Values separated by commas between two brackets. Keys are literals that need no escaping, but in `named`.
class ListWriter {
 public:
  explicit ListWriter(std::string& out, char open = '[') : out_(out) { out_ += open; }
  void close(char bracket = ']') { out_ += bracket; }
  /// To be written after: one value.
  std::string& next() {
    if (!first_) out_ += ',';
    first_ = false;
    return out_;
  }

 private:
  std::string& out_;
  bool first_{true};
};

class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : list_(out, '{') {}
  void close() { list_.close('}'); }

  /// To be written after: the value of `key`.
  std::string& key(std::string_view key) {
    std::string& out = list_.next();
    out += '"';
    out += key;
    out += "\":";
    return out;
  }
  /// The same for a name that comes from outside.
  std::string& named(std::string_view name) {
    std::string& out = list_.next();
    append_string(out, name);
    out += ':';
    return out;
  }
  void string(std::string_view name, std::string_view value) { append_string(key(name), value); }
  /// An empty text is null.
  void string_or_null(std::string_view name, std::string_view value) {
    if (value.empty()) return null(name);
    string(name, value);
  }
  template <std::integral T>
  void number(std::string_view name, T value) {
    append_integer(key(name), value);
  }
  void number(std::string_view name, std::optional<double> value) {
    if (!value) return null(name);
    append_number(key(name), *value);
  }
  void micro(std::string_view name, std::optional<Micro> value) {
    if (!value) return null(name);
    append_text(key(name), *value);
  }
  void time(std::string_view name, std::optional<Timestamp> value) {
    if (!value) return null(name);
    std::string& out = key(name);
    out += '"';
    append_text(out, *value);
    out += '"';
  }
  void boolean(std::string_view name, bool value) { key(name) += value ? "true" : "false"; }
  void null(std::string_view name) { key(name) += "null"; }

 private:
  ListWriter list_;
};

}  // namespace optcoord::protocol
