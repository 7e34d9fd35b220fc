// src/protocol/fields.cpp -- the readers of single values, and the sentences for what is wrong with them.
// SPDX-License-Identifier: MIT
#include "fields.hpp"

#include <optcoord/core/names.hpp>        // nearest_name
#include <optcoord/protocol/decoder.hpp>  // max_name
#include <optcoord/protocol/encode.hpp>   // append_string

#include <algorithm>  // std::find
#include <charconv>   // std::to_chars
#include <cmath>      // std::abs, std::trunc

namespace optcoord::protocol {

void ReadId::set(std::int64_t number) noexcept {
  is_number_ = true;
  const auto end = std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr;
  length_ = static_cast<std::size_t>(end - digits_.data());
}

std::string with_nearest(std::string message, Keys known, std::string_view given) {
  constexpr std::size_t longest = 64;  // longer ones are no typing errors, and comparing costs their length
  const std::string_view near = given.size() <= longest ? nearest_name(known, given) : std::string_view{};
  if (near.empty()) return message;
  message += ", did you mean ";
  append_string(message, near);
  message += '?';
  return message;
}

void Fields::refuse(std::string_view key, std::string_view why) {
  if (!ok()) return;
  std::string path = tree_.path(object_);
  if (!path.empty()) path += '.';
  path += key;
  std::string message;
  if (const std::uint32_t at = tree_.child(object_, key); at != 0) message = tree_.value(at) + ": ";
  message += why;
  fault_ = Fault{Errc::invalid_value, std::move(path), std::move(message)};
}

void Fields::refuse_node(std::uint32_t node, std::string_view wanted) {
  if (!ok()) return;
  std::string message = tree_.value(node);
  message += " is not ";
  message += wanted;
  fault_ = Fault{Errc::invalid_value, tree_.path(node), std::move(message)};
}

std::uint32_t Fields::required(std::string_view key) {
  const std::uint32_t at = find(key);
  if (at == 0) refuse(key, "missing");
  return at;
}

bool Fields::is_object() {
  if (tree_[object_].kind == NodeKind::object) return true;
  refuse_node(object_, "an object");
  return false;
}

void Fields::only(Keys keys, Keys shared) {
  if (!ok()) return;
  const auto among = [](Keys list, std::string_view key) {
    return std::find(list.begin(), list.end(), key) != list.end();
  };
  for (std::uint32_t c = object_ + 1; c < tree_[object_].end; c = tree_[c].end) {
    const std::string_view key = tree_[c].key;
    if (among(keys, key) || among(shared, key)) continue;
    std::string message = "unknown key ";
    append_string(message, cut(key, max_name));
    fault_ = Fault{Errc::unknown_key, tree_.path(c), with_nearest(std::move(message), keys, key)};
    return;
  }
}

std::string_view Fields::text_at(std::uint32_t node) {
  if (tree_[node].kind == NodeKind::string) return tree_[node].text;
  refuse_node(node, "a text");
  return {};
}

std::string_view Fields::name_at(std::uint32_t node) {
  const std::string_view text = text_at(node);
  if (ok() && (text.empty() || text.size() > max_name)) refuse_node(node, "a name of 1 to 128 bytes");
  return text;
}

std::string_view Fields::name(std::string_view key) {
  const std::uint32_t at = required(key);
  return at == 0 ? std::string_view{} : name_at(at);
}

std::string_view Fields::optional_name(std::string_view key) {
  const std::uint32_t at = find(key);
  return at == 0 ? std::string_view{} : name_at(at);
}

std::string_view Fields::optional_text(std::string_view key) {
  const std::uint32_t at = find(key);
  return at == 0 ? std::string_view{} : text_at(at);
}

std::string_view Fields::filled_text(std::string_view key) {
  const std::uint32_t at = required(key);
  if (at == 0) return {};
  const std::string_view text = text_at(at);
  if (ok() && text.empty()) refuse_node(at, "a text of at least one character");
  return text;
}

Timestamp Fields::time(std::string_view key) {
  const std::uint32_t at = required(key);
  if (at == 0) return {};
  if (tree_[at].kind == NodeKind::string) {
    if (const Result<Timestamp> t = parse_time(tree_[at].text)) return *t;
  }
  refuse_node(at, "a UTC time as 2026-01-05T14:30:00Z");
  return {};
}

Date Fields::date(std::string_view key) {
  const std::uint32_t at = required(key);
  if (at == 0) return {};
  if (tree_[at].kind == NodeKind::string) {
    if (const Result<Date> date = parse_date(tree_[at].text)) return *date;
  }
  refuse_node(at, "a date as 2026-01-05");
  return {};
}

double Fields::number_at(std::uint32_t node, Range range) {
  const Node& n = tree_[node];
  if (n.kind != NodeKind::integer && n.kind != NodeKind::number) {
    refuse_node(node, "a number");
  } else if (range == Range::positive && n.number <= 0) {
    refuse_node(node, "above 0");
  } else if (range == Range::not_negative && n.number < 0) {
    refuse_node(node, "0 or above");
  }
  return n.number;
}

double Fields::number(std::string_view key, Range range) {
  const std::uint32_t at = required(key);
  return at == 0 ? 0 : number_at(at, range);
}

std::optional<double> Fields::optional_number(std::string_view key, Range range) {
  const std::uint32_t at = find(key);
  if (at == 0) return std::nullopt;
  return number_at(at, range);
}

std::optional<double> Fields::optional_or_null(std::string_view key, Range range) {
  const std::uint32_t at = find(key);
  if (at == 0 || tree_[at].kind == NodeKind::null) return std::nullopt;
  return number_at(at, range);
}

std::int64_t Fields::integer_at(std::uint32_t node) {
  const Node& n = tree_[node];
  if (n.kind == NodeKind::integer) return n.integer;
  const bool whole = n.kind == NodeKind::number && std::trunc(n.number) == n.number &&
                     std::abs(n.number) <= static_cast<double>(max_integer);
  if (whole) return static_cast<std::int64_t>(n.number);
  refuse_node(node, "a whole number");
  return 0;
}

std::int64_t Fields::integer(std::string_view key) {
  const std::uint32_t at = required(key);
  return at == 0 ? 0 : integer_at(at);
}

bool Fields::flag(std::string_view key, bool absent) {
  const std::uint32_t at = find(key);
  if (at == 0) return absent;
  if (tree_[at].kind != NodeKind::boolean) refuse_node(at, "true or false");
  return tree_[at].boolean;
}

void Fields::id(std::string_view key, ReadId& id) {
  const std::uint32_t at = required(key);
  if (at == 0) return;
  const Node& n = tree_[at];
  if (n.kind == NodeKind::string) {
    id.set(n.text);
    if (!n.text.empty() && n.text.size() <= IdTable::max_length) return;
  } else if (n.kind == NodeKind::integer || n.kind == NodeKind::number) {
    const std::int64_t number = integer_at(at);
    if (!ok()) return;
    id.set(number);
    if (number >= 0) return;
  }
  refuse_node(at, "an id: a text of 1 to 128 bytes, or a whole number from 0");
}

void Fields::named_numbers(std::string_view key, NamedNumbers& out, Range range) {
  const std::uint32_t at = find(key);
  if (at == 0) return;
  if (tree_[at].kind != NodeKind::object) return refuse_node(at, "an object of numbers by name");
  for (std::uint32_t c = at + 1; ok() && c < tree_[at].end; c = tree_[c].end) {
    const std::string_view name = tree_[c].key;
    if (name.empty() || name.size() > max_name) return refuse_node(c, "under a name of 1 to 128 bytes");
    out.emplace_back(name, number_at(c, range));
  }
}

std::uint32_t Fields::filled_list(std::string_view key) {
  const std::uint32_t at = required(key);
  if (at == 0) return 0;
  if (tree_[at].kind == NodeKind::array && tree_[at].count > 0) return at;
  refuse_node(at, "a list of at least one");
  return 0;
}

std::uint32_t Fields::any_list(std::string_view key) {
  const std::uint32_t at = required(key);
  if (at == 0 || tree_[at].kind == NodeKind::array) return at;
  refuse_node(at, "a list");
  return 0;
}

std::size_t Fields::place_of(std::string_view key, Keys texts) {
  const std::uint32_t at = required(key);
  if (at == 0) return 0;
  if (tree_[at].kind == NodeKind::string) {
    const auto it = std::find(texts.begin(), texts.end(), tree_[at].text);
    if (it != texts.end()) return static_cast<std::size_t>(it - texts.begin());
  }
  std::string wanted = "one of ";
  for (const std::string_view text : texts) {
    wanted += text;
    wanted += text == texts.back() ? "" : ", ";
  }
  refuse_node(at, wanted);
  return 0;
}

}  // namespace optcoord::protocol
