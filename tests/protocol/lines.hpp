// tests/protocol/lines.hpp -- lines to decode, and what came of them.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/protocol/decoder.hpp>

#include <doctest/doctest.h>

#include <string>       // std::string
#include <string_view>  // std::string_view

namespace optcoord::protocol::testing {

inline constexpr std::string_view at = R"("t":"2026-01-05T14:30:00Z")";

/// A line of `type` with further fields.
[[nodiscard]] inline std::string line(std::string_view type, std::string_view fields = "") {
  std::string out = R"({"type":")";
  out += type;
  out += "\",";
  out += at;
  if (!fields.empty()) out += ",";
  out += fields;
  return out + "}";
}

template <class Body>
[[nodiscard]] Body body(Decoder& decoder, const std::string& text) {
  const auto event = decoder.decode(text);
  CAPTURE(text);
  if (!event) FAIL(event.error().field, ": ", event.error().message);
  REQUIRE(std::holds_alternative<Body>(event->body));
  CHECK(event->t == *parse_time("2026-01-05T14:30:00Z"));
  return std::get<Body>(event->body);
}

[[nodiscard]] inline Fault fault(std::string_view text) {
  Decoder decoder;
  const auto event = decoder.decode(text);
  CAPTURE(text.substr(0, 200));
  if (event) FAIL("decoded without a fault");
  CHECK_FALSE(event.error().message.empty());
  return event.error();
}

inline void check_fault(const std::string& text, Errc code, std::string_view field) {
  const Fault f = fault(text);
  CAPTURE(text.substr(0, 200));
  CAPTURE(f.message);
  CHECK(optcoord::text(f.code) == optcoord::text(code));
  CHECK(f.field == field);
}

inline constexpr std::string_view legs = R"("legs":[{"contract":"SPY   260116P00450000","ratio":-1}])";

[[nodiscard]] inline std::string request(std::string_view fields) {
  return line("request", R"("id":"r1","strategy":"LT112","intent":"open","units":1,)" + std::string(fields));
}

}  // namespace optcoord::protocol::testing
