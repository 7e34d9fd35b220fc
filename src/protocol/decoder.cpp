// src/protocol/decoder.cpp -- a line's way: syntax, type, time, keys, fields.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/decoder.hpp>
#include <optcoord/protocol/encode.hpp>  // append_string

#include "event_types.hpp"
#include "tree.hpp"

#include <utility>

namespace optcoord::protocol {

struct Decoder::Parsed {
  Tree tree;
};

namespace {

[[nodiscard]] const EventType* find_type(std::string_view name) noexcept {
  for (const EventType& type : event_types())
    if (type.name == name) return &type;
  return nullptr;
}

[[nodiscard]] Fault unknown_type(std::string_view name) {
  std::vector<std::string_view> known;
  for (const EventType& type : event_types()) known.push_back(type.name);
  std::string message = "unknown event type ";
  append_string(message, cut(name, max_name));
  return {Errc::unknown_type, "type", with_nearest(std::move(message), known, name)};
}

/// Walks from `node` along "legs[].ratio", filling "[]" with `index`; 0 once the line has no such value.
class Walk {
 public:
  Walk(const Tree& tree, std::int32_t index) : tree_(tree), index_(index) {}

  void key(std::string_view name) {
    named_ = false;
    if (!path_.empty()) path_ += '.';
    path_ += name;
    if (here_) node_ = down(tree_[node_].kind == NodeKind::object ? tree_.child(node_, name) : 0);
  }
  /// An element of a list, or the value of that place in an object of names.
  void element(std::int32_t position) {
    const auto place = static_cast<std::size_t>(position);
    named_ = here_ && tree_[node_].kind == NodeKind::object;
    if (here_) node_ = down(position >= 0 ? tree_.child(node_, place) : 0);
    if (named_ && here_) {
      path_ += '.';
      path_ += tree_[node_].key;
    } else {
      path_ += '[';
      if (position >= 0) path_ += std::to_string(position);
      path_ += ']';
    }
  }
  void along(std::string_view field) {
    while (!field.empty()) {
      const std::size_t end = std::min(field.find('.'), field.size());
      std::string_view name = field.substr(0, end);
      field.remove_prefix(std::min(end + 1, field.size()));
      const bool list = name.ends_with("[]");
      if (list) name.remove_suffix(2);
      key(name);
      if (list) element(index_);
    }
  }
  [[nodiscard]] std::string take_path() { return std::move(path_); }
  /// Whether the value is one of an object of names: then an unknown name is its key.
  [[nodiscard]] bool is_named() const noexcept { return named_ && here_; }
  /// The value's node, or 0.
  [[nodiscard]] std::uint32_t node() const noexcept { return here_ ? node_ : 0; }

 private:
  [[nodiscard]] std::uint32_t down(std::uint32_t to) noexcept {
    here_ = to != 0;
    return to;
  }

  const Tree& tree_;
  std::int32_t index_;
  bool here_{true};
  bool named_{false};
  std::uint32_t node_{0};
  std::string path_;
};

}  // namespace

bool is_blank(std::string_view line) noexcept { return line.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Decoder::Decoder() : parsed_(std::make_unique<Parsed>()) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

tl::expected<Event, Fault> Decoder::decode(std::string_view line) {
  Tree& tree = parsed_->tree;
  std::optional<Fault> fault = tree.parse(line);
  if (fault) return tl::unexpected<Fault>(std::move(*fault));
  Fields fields(tree, 0, fault);
  const std::string_view name = fields.name("type");
  if (fault) return tl::unexpected<Fault>(std::move(*fault));
  const EventType* type = find_type(name);
  if (type == nullptr) return tl::unexpected<Fault>(unknown_type(name));
  tl::expected<Event, Fault> event;
  (*event).t = fields.time("t");
  fields.only(type->keys, head_keys);
  if (fields.ok()) type->decode(fields, Ids{requests_, executions_, stops_}, (*event).body);
  if (fault) return tl::unexpected<Fault>(std::move(*fault));
  return event;
}

std::optional<HostId> Decoder::text(RequestId id) const noexcept {
  return requests_.find(static_cast<std::uint64_t>(id));
}
std::optional<HostId> Decoder::text(ExecutionId id) const noexcept {
  return executions_.find(static_cast<std::uint64_t>(id));
}

std::optional<HostId> Decoder::text(StopId id) const noexcept { return stops_.find(static_cast<std::uint64_t>(id)); }

Decoder::Place Decoder::place(const Error& error) const {
  const Tree& tree = parsed_->tree;
  Place place;
  if (tree.empty()) {
    place.path = error.field;
    return place;
  }
  Walk walk(tree, error.index);
  if (error.batch >= 0) {
    walk.key("requests");
    walk.element(error.batch);
  }
  walk.along(error.field);
  if (const std::uint32_t node = walk.node(); node != 0) {
    place.value = tree.value(node);
    if (tree[node].kind == NodeKind::string) place.text = tree[node].text;
    if (walk.is_named()) place.text = tree[node].key;
  }
  place.path = walk.take_path();
  return place;
}

}  // namespace optcoord::protocol
