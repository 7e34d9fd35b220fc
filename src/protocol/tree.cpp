// src/protocol/tree.cpp -- nlohmann's SAX reader filling the flat list. The only file of the room that sees nlohmann.
// SPDX-License-Identifier: MIT
#include "tree.hpp"

#include <optcoord/protocol/decoder.hpp>  // max_depth
#include <optcoord/protocol/encode.hpp>   // append_number, append_string

#include <algorithm>  // std::sort
#include <charconv>   // std::to_chars
#include <cmath>      // std::isfinite
#include <nlohmann/json.hpp>

namespace optcoord::protocol {
namespace {

void append_key(std::string& path, std::string_view key) {
  if (!path.empty()) path += '.';
  path += cut(key, max_name);  // a hostile key is not repeated whole
}

}  // namespace

std::string_view cut(std::string_view text, std::size_t longest) noexcept {
  if (text.size() <= longest) return text;
  while (longest > 0 && (static_cast<unsigned char>(text[longest]) & 0xC0U) == 0x80U) --longest;
  return text.substr(0, longest);
}

/// The SAX interface; false from a function ends the reading.
class TreeReader {
 public:
  TreeReader(Tree& tree, std::size_t line_size, const Extent& extent)
      : tree_(tree), line_size_(line_size), extent_(extent) {}

  bool null() { return add(NodeKind::null) != nullptr; }
  bool boolean(bool value) {
    Node* node = add(NodeKind::boolean);
    if (node != nullptr) node->boolean = value;
    return node != nullptr;
  }
  bool number_integer(std::int64_t value) {
    if (value < -max_integer) return too_large();
    return integer(value);
  }
  bool number_unsigned(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(max_integer)) return too_large();
    return integer(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string& text) {
    // whole numbers beyond 64 bits arrive here
    if (!std::isfinite(value) || text.find_first_of(".eE") == std::string::npos) return too_large();
    Node* node = add(NodeKind::number);
    if (node != nullptr) node->number = value;
    return node != nullptr;
  }
  bool string(std::string& value) {
    Node* node = add(NodeKind::string);
    if (node != nullptr) node->text = keep(value);
    return node != nullptr;
  }
  bool binary(const std::vector<std::uint8_t>&) { return false; }  // not in JSON texts
  bool start_object(std::size_t) { return open(NodeKind::object); }
  bool start_array(std::size_t) { return open(NodeKind::array); }
  bool end_object();
  bool end_array() { return close(); }
  bool key(std::string& value);
  bool parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& ex);

  [[nodiscard]] std::optional<Fault> take_fault() { return std::move(fault_); }

 private:
  /// Objects up to this size are searched for a second key at once, larger ones sorted at their end.
  static constexpr std::uint32_t few_keys = 16;

  bool fail(Errc code, std::string field, std::string message) {
    if (!fault_) fault_ = Fault{code, std::move(field), std::move(message)};
    return false;
  }
  bool too_large() {
    return fail(Errc::invalid_value, next_path(), "number too large: whole numbers reach 2^53, others 1.8e308");
  }
  bool duplicate(std::uint32_t object, std::string_view key) {
    std::string path = tree_.path(object);
    append_key(path, key);
    return fail(Errc::parse_error, std::move(path), "a key is given twice in one object");
  }
  bool integer(std::int64_t value) {
    Node* node = add(NodeKind::integer);
    if (node == nullptr) return false;
    node->integer = value;
    node->number = static_cast<double>(value);
    return true;
  }
  [[nodiscard]] std::string next_path() const;
  [[nodiscard]] std::string_view keep(const std::string& text) {
    const std::size_t at = tree_.texts_.size();
    tree_.texts_ += text;
    return std::string_view(tree_.texts_).substr(at);
  }
  Node* add(NodeKind kind);
  bool open(NodeKind kind);
  bool close();

  Tree& tree_;
  std::size_t line_size_;
  const Extent& extent_;
  std::string_view key_;
  std::optional<Fault> fault_;
};

Node* TreeReader::add(NodeKind kind) {
  std::vector<Node>& nodes = tree_.nodes_;
  if (nodes.size() >= extent_.values) {
    fail(Errc::invalid_value, next_path(),
         "more values than a " + std::string(extent_.what) + " may have (" + std::to_string(extent_.values) + ')');
    return nullptr;
  }
  if (tree_.open_.empty() && kind != NodeKind::object) {
    fail(Errc::parse_error, "", "a " + std::string(extent_.what) + " is one JSON object");
    return nullptr;
  }
  const auto index = static_cast<std::uint32_t>(nodes.size());
  Node& node = nodes.emplace_back();
  node.kind = kind;
  node.end = index + 1;
  if (!tree_.open_.empty()) {
    node.parent = tree_.open_.back();
    Node& parent = nodes[node.parent];
    node.position = parent.count++;
    if (parent.kind == NodeKind::object) node.key = key_;
  }
  return &nodes.back();
}

bool TreeReader::open(NodeKind kind) {
  if (tree_.open_.size() >= max_depth) return fail(Errc::parse_error, next_path(), "nested too deeply");
  const auto index = static_cast<std::uint32_t>(tree_.nodes_.size());
  if (add(kind) == nullptr) return false;
  tree_.open_.push_back(index);
  return true;
}

bool TreeReader::close() {
  tree_.nodes_[tree_.open_.back()].end = static_cast<std::uint32_t>(tree_.nodes_.size());
  tree_.open_.pop_back();
  return true;
}

bool TreeReader::key(std::string& value) {
  const std::uint32_t object = tree_.open_.back();
  const std::vector<Node>& nodes = tree_.nodes_;
  if (nodes[object].count <= few_keys) {
    for (std::uint32_t c = object + 1; c < nodes.size(); c = nodes[c].end)
      if (nodes[c].key == value) return duplicate(object, value);
  }
  key_ = keep(value);
  return true;
}

bool TreeReader::end_object() {
  const std::uint32_t object = tree_.open_.back();
  close();
  const std::vector<Node>& nodes = tree_.nodes_;
  if (nodes[object].count <= few_keys) return true;
  std::vector<std::uint32_t>& keys = tree_.keys_;
  keys.clear();
  for (std::uint32_t c = object + 1; c < nodes[object].end; c = nodes[c].end) keys.push_back(c);
  std::sort(keys.begin(), keys.end(), [&](std::uint32_t a, std::uint32_t b) { return nodes[a].key < nodes[b].key; });
  for (std::size_t i = 1; i < keys.size(); ++i)
    if (nodes[keys[i]].key == nodes[keys[i - 1]].key) return duplicate(object, nodes[keys[i]].key);
  return true;
}

bool TreeReader::parse_error(std::size_t position, const std::string&, const nlohmann::detail::exception& ex) {
  constexpr int number_overflow = 406;  // nlohmann's number of it
  if (ex.id == number_overflow) return too_large();
  if (position > line_size_)
    return fail(Errc::parse_error, "", "the " + std::string(extent_.what) + " ends before its JSON does");
  std::string message = "not JSON at character ";
  message += std::to_string(std::max<std::size_t>(position, 1));
  return fail(Errc::parse_error, "", std::move(message));
}

/// The path of the value about to be read.
std::string TreeReader::next_path() const {
  if (tree_.open_.empty()) return {};
  const std::uint32_t container = tree_.open_.back();
  std::string path = tree_.path(container);
  if (tree_.nodes_[container].kind == NodeKind::array) {
    path += '[';
    path += std::to_string(tree_.nodes_[container].count);
    path += ']';
    return path;
  }
  append_key(path, key_);
  return path;
}

std::optional<Fault> Tree::parse(std::string_view line, const Extent& extent) {
  nodes_.clear();
  texts_.clear();
  open_.clear();
  if (line.size() > extent.bytes)
    return Fault{
        Errc::parse_error, "",
        "longer than a " + std::string(extent.what) + " may be (" + std::to_string(extent.bytes >> 20U) + " MiB)"};
  // the reader takes a NUL for the end of the text and would not see what follows
  if (const std::size_t nul = line.find('\0'); nul != std::string_view::npos)
    return Fault{Errc::parse_error, "", "not JSON at character " + std::to_string(nul + 1)};
  texts_.reserve(line.size());
  TreeReader reader(*this, line.size(), extent);
  if (nlohmann::json::sax_parse(line.data(), line.data() + line.size(), &reader)) return std::nullopt;
  std::optional<Fault> fault = reader.take_fault();
  nodes_.clear();  // half a tree is none
  return fault ? fault : Fault{Errc::parse_error, "", "not JSON"};
}

std::uint32_t Tree::child(std::uint32_t parent, std::size_t position) const noexcept {
  for (std::uint32_t c = parent + 1; c < nodes_[parent].end; c = nodes_[c].end)
    if (nodes_[c].position == position) return c;
  return 0;
}

std::string Tree::path(std::uint32_t node) const {
  if (node == 0) return {};
  const Node& n = nodes_[node];
  std::string path = this->path(n.parent);
  if (nodes_[n.parent].kind == NodeKind::array) {
    path += '[';
    path += std::to_string(n.position);
    path += ']';
    return path;
  }
  append_key(path, n.key);
  return path;
}

std::string Tree::value(std::uint32_t node) const {
  constexpr std::size_t longest = 80;
  const Node& n = nodes_[node];
  std::string out;
  switch (n.kind) {
    case NodeKind::null: return "null";
    case NodeKind::boolean: return n.boolean ? "true" : "false";
    case NodeKind::integer: return std::to_string(n.integer);
    case NodeKind::number: append_number(out, n.number); return out;
    case NodeKind::array: return n.count == 0 ? "[]" : "[...]";
    case NodeKind::object: return n.count == 0 ? "{}" : "{...}";
    case NodeKind::string: break;
  }
  append_string(out, cut(n.text, longest));
  if (n.text.size() > longest) out += "...";
  return out;
}

}  // namespace optcoord::protocol
