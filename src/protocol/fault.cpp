// src/protocol/fault.cpp -- errors as sentences, and their lines.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/fault.hpp>

#include <optcoord/protocol/decoder.hpp>  // Decoder::place
#include <optcoord/protocol/encode.hpp>   // append_string

#include "write.hpp"  // ObjectWriter

#include <string_view>  // std::string_view

namespace optcoord::protocol {
namespace {

/// What a field's name is a name of.
struct Kind {
  std::string_view noun;
  std::string_view nearest;
};

[[nodiscard]] Kind kind_of(std::string_view field, std::string_view given, const Names& names) {
  const std::size_t dot = field.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? field : field.substr(dot + 1);
  constexpr std::string_view group = "group:";
  constexpr std::string_view strategy = "strategy:";
  const auto named_in = [field](std::string_view object) { return field.starts_with(object); };
  if (last.starts_with("strateg") || named_in("used[") || named_in("values[") || named_in("demands["))
    return {"strategy", names.strategies.nearest(given)};
  if (given.starts_with(group)) return {"group", names.groups.nearest(given.substr(group.size()))};
  if (given.starts_with(strategy)) return {"strategy", names.strategies.nearest(given.substr(strategy.size()))};
  if (last.starts_with("group")) return {"group", names.groups.nearest(given)};
  if (last.starts_with("contract") || last == "leg") return {"contract", names.contracts.nearest(given)};
  const std::string_view root = names.roots.nearest(given);
  return {last == "root" ? "root" : "name", root == given ? std::string_view{} : root};  // a line refused may name it
}

[[nodiscard]] std::string sentence(const Error& error, const Decoder::Place& place, const Names& names) {
  const Errc code = error.code;
  const std::string_view field = error.field;
  const std::string& value = place.value;
  const std::string head = value.empty() ? std::string() : value + ": ";
  constexpr std::size_t longest = 64;
  switch (code) {
    case Errc::unknown_name: {
      if (place.text.empty() || place.text.size() > longest) return head + "unknown name";
      const Kind kind = kind_of(field, place.text, names);
      std::string message = "unknown ";
      message += kind.noun;
      message += ' ';
      append_string(message, place.text);
      if (kind.nearest.empty()) return message;
      message += ", did you mean ";
      append_string(message, kind.nearest);
      return message + '?';
    }
    case Errc::time_went_back: return head + "earlier than a line already accepted";
    case Errc::duplicate_id: return head + "a known id with other content";
    case Errc::unknown_request: return head + "no such request holds a reservation, or it is forgotten";
    case Errc::illegal_transition:
      return head + "not taken in the state " + std::string(text(static_cast<TradingState>(error.index)));
    case Errc::no_sizer: return head + "the strategy has no position sizing";
    case Errc::not_ready: return head + "the component asked is not there, or lacks what it needs";
    case Errc::invalid_value: return value.empty() ? "missing" : head + "not a value that fits here";
    default: return head + std::string(text(code));
  }
}

/// The sentences people look for in their logs when a size did not come.
[[nodiscard]] std::string size_sentence(const Error& error, const Decoder& decoder, std::string why) {
  if (error.code == Errc::unknown_name) return "Strategy not found in position sizers: " + why;
  const Decoder::Place strategy = decoder.place({error.code, "strategy"});
  return "Position size calculation failed for strategy " + std::string(strategy.text) + ": " + why;
}

}  // namespace

Fault to_fault(const Error& error, const Decoder& decoder, const Names& names) {
  Decoder::Place place = decoder.place(error);
  std::string message = sentence(error, place, names);
  const bool sizing = decoder.place({error.code, "type"}).text == "size";
  if (sizing && error.code != Errc::time_went_back) message = size_sentence(error, decoder, std::move(message));
  return {error.code, std::move(place.path), std::move(message)};
}

void append_error(std::string& out, std::int64_t seq, const Fault& fault) {
  ObjectWriter line(out);
  line.number("seq", seq);
  line.string("type", "error");
  line.string("code", text(fault.code));
  line.string("field", fault.field);
  line.string("message", fault.message);
  line.close();
  out += '\n';
}

}  // namespace optcoord::protocol
