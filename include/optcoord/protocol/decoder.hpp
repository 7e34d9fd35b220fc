// optcoord/protocol/decoder.hpp -- one JSON line in, one event out, or the fault that kept it from being one.
// SPDX-License-Identifier: MIT
//
// Decides whether a line is well formed: syntax, keys, types, ranges that need no state. Names and states are the
// desk's to judge. Hostile lines cost time in proportion to their length and leave nothing behind. Example:
//
//   Decoder decoder;
//   tl::expected<Event, Fault> event = decoder.decode(R"({"type":"tick","t":"2026-01-05T14:30:00Z"})");
//   if (!event) append_error(out, seq, event.error());
#pragma once

#include <optcoord/core/error.hpp>         // Error
#include <optcoord/core/ids.hpp>           // RequestId, ExecutionId, StopId
#include <optcoord/desk/event.hpp>         // Event
#include <optcoord/protocol/fault.hpp>     // Fault
#include <optcoord/protocol/id_table.hpp>  // IdTable

#include <cstddef>      // std::size_t
#include <memory>       // std::unique_ptr
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <tl/expected.hpp>

namespace optcoord::protocol {

/// The longest line, bytes; longer ones are a parse_error.
inline constexpr std::size_t max_line = std::size_t{1} << 20U;
/// The most values one line may have, and how deep they may nest.
inline constexpr std::size_t max_values = std::size_t{1} << 16U;
inline constexpr std::size_t max_depth = 16;
/// The longest name of a strategy, root, contract, event or actor, bytes.
inline constexpr std::size_t max_name = 128;
/// The longest time to live, seconds (some 31 years).
inline constexpr double max_ttl_s = 1e9;

/// \returns whether a line holds nothing but spaces, tabs and carriage returns: it counts, and yields nothing.
[[nodiscard]] bool is_blank(std::string_view line) noexcept;

/// Turns lines into events. Holds the ids seen and the memory of the last line, reused for the next.
class Decoder {
 public:
  Decoder();
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  /// Decodes one line (without its end; a carriage return there is white space). The event's texts point into the
  /// decoder and hold until the next `decode`. Integers may be written 3.0; null stands for absent only in an option's
  /// bid and ask.
  [[nodiscard]] tl::expected<Event, Fault> decode(std::string_view line);

  /// \returns the id behind a number, or nothing for one that is forgotten. Holds until the next `decode` or `forget`.
  [[nodiscard]] std::optional<HostId> text(RequestId id) const noexcept;
  [[nodiscard]] std::optional<HostId> text(ExecutionId id) const noexcept;
  [[nodiscard]] std::optional<HostId> text(StopId id) const noexcept;

  [[nodiscard]] const IdTable& requests() const noexcept { return requests_; }
  [[nodiscard]] const IdTable& executions() const noexcept { return executions_; }
  [[nodiscard]] const IdTable& stops() const noexcept { return stops_; }

  /// Forgets ids nobody remembers: `remembers(id)` of a RequestId, an ExecutionId and a StopId says who does. Cheap
  /// unless many ids came since the last time, so it may be called after every line; never between a line's `decode`
  /// and its last output.
  template <class Remembers>
  void forget(const Remembers& remembers) {
    if (requests_.crowded()) requests_.purge([&](std::uint64_t n) { return bool(remembers(RequestId{n})); });
    if (executions_.crowded()) executions_.purge([&](std::uint64_t n) { return bool(remembers(ExecutionId{n})); });
    if (stops_.crowded()) stops_.purge([&](std::uint64_t n) { return bool(remembers(StopId{n})); });
  }

  /// Where an error of the desk about the last line lies.
  struct Place {
    std::string path;       ///< with its indices filled in
    std::string value;      ///< the offending value as JSON, cut after 80 characters; empty when the line has none
    std::string_view text;  ///< a string's characters, or the key in an object of names; holds until the next `decode`
  };
  [[nodiscard]] Place place(const Error& error) const;

 private:
  struct Parsed;  // the line's values, in one flat list
  std::unique_ptr<Parsed> parsed_;
  IdTable requests_;
  IdTable executions_;
  IdTable stops_;
};

}  // namespace optcoord::protocol
