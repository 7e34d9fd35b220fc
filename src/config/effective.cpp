// src/config/effective.cpp -- faults and values as text: JSON strings that always parse, one line per fault.
// SPDX-License-Identifier: MIT
#include <optcoord/config/load.hpp>

#include <array>  // std::array

namespace optcoord::config {
namespace {

/// \returns the length of the UTF-8 sequence at `at`; 0 where there is none.
std::size_t sequence_length(std::string_view s, std::size_t at) {
  const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0U; };
  const unsigned first = byte(at);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0U) != 0x80U) return 0;
  const unsigned second = byte(at + 1);
  const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
  const bool surrogate = first == 0xED && second > 0x9F;
  const bool beyond = first == 0xF4 && second > 0x8F;
  return overlong || surrogate || beyond ? 0 : length;
}

void append_escaped(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    case '\t': out += "\\t"; return;
    default: break;
  }
  const auto code = static_cast<unsigned char>(c);
  if (code >= 0x20) {
    out += c;
    return;
  }
  out += "\\u00";
  out += hex[code >> 4U];
  out += hex[code & 15U];
}

}  // namespace

std::string_view text(Origin origin) noexcept {
  constexpr std::array<std::string_view, 4> texts{"file", "default", "global", "strategy"};
  return texts[static_cast<std::size_t>(origin)];
}

void append_json_string(std::string& out, std::string_view s) {
  out += '"';
  for (std::size_t i = 0; i < s.size();) {
    const std::size_t length = sequence_length(s, i);
    if (length == 0) {
      out += "\\ufffd";
      ++i;
    } else if (length == 1) {
      append_escaped(out, s[i++]);
    } else {
      out.append(s.substr(i, length));
      i += length;
    }
  }
  out += '"';
}

void append_fault_line(std::string& out, const Fault& fault) {
  out += R"({"seq":0,"type":"error","code":)";
  append_json_string(out, optcoord::text(fault.code));
  out += R"(,"field":)";
  append_json_string(out, fault.path);
  out += R"(,"message":)";
  append_json_string(out, fault.message);
  out += "}\n";
}

}  // namespace optcoord::config
