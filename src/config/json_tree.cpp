// src/config/json_tree.cpp -- builds the tree from the parser's events; the only file here that sees the JSON library.
// SPDX-License-Identifier: MIT
#include "json_tree.hpp"

#include <array>       // std::array
#include <cstdint>     // std::int64_t
#include <functional>  // std::less
#include <nlohmann/json.hpp>
#include <set>      // std::set
#include <utility>  // std::move

namespace optcoord::config::detail {
namespace {

constexpr std::size_t longest_shown = 80;

std::string shortened(std::string_view s) {
  if (s.size() <= longest_shown) return std::string{s};
  return std::string{s.substr(0, longest_shown)} + "...";
}

/// The library's text without its "[json.exception...] " head.
std::string without_head(std::string_view what) {
  const std::size_t end = what.find("] ");
  return std::string{!what.empty() && what[0] == '[' && end != std::string_view::npos ? what.substr(end + 2) : what};
}

/// Receives the parser's events. Its function names are the library's.
class TreeBuilder {
 public:
  using Json = nlohmann::json;

  explicit TreeBuilder(Parsed& parsed) : parsed_(parsed) {}

  bool null() { return put({nullptr}); }
  bool boolean(bool v) { return put({v}); }
  bool number_integer(Json::number_integer_t v) {
    const auto d = static_cast<double>(v);
    return put({Number{d, d >= -exact_integers}});
  }
  bool number_unsigned(Json::number_unsigned_t v) {
    return put({Number{static_cast<double>(v), v <= static_cast<std::uint64_t>(exact_integers)}});
  }
  bool number_float(Json::number_float_t v, const std::string& written) {
    return put({Number{v, written.find_first_of(".eE") != std::string::npos}});
  }
  bool string(std::string& v) { return put({std::move(v)}); }
  bool binary(Json::binary_t&) { return false; }
  bool start_object(std::size_t) { return open({std::vector<Member>{}}); }
  bool start_array(std::size_t) { return open({std::vector<Node>{}}); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }

  bool key(std::string& name) {
    Frame& frame = frames_.back();
    frame.key = std::move(name);
    frame.repeated = !frame.seen.insert(frame.key).second;
    if (frame.repeated && parsed_.faults.size() < max_faults)
      parsed_.faults.push_back({Errc::parse_error, path(), "the key " + in_quotes(frame.key) + " is given twice"});
    return true;
  }

  bool parse_error(std::size_t, const std::string&, const nlohmann::detail::exception& e) {
    constexpr int number_overflow = 406;
    const bool overflow = e.id == number_overflow;
    parsed_.faults.push_back({overflow ? Errc::invalid_value : Errc::parse_error, path(), without_head(e.what())});
    return false;
  }

 private:
  struct Frame {
    Node node;
    std::string key{};
    std::set<std::string, std::less<>> seen{};
    bool repeated{false};  // the value to come is of a key already given
  };

  [[nodiscard]] std::string path() const {
    std::string out;
    for (const Frame& frame : frames_) {
      if (const auto* items = frame.node.as<std::vector<Node>>()) {
        out = join(out, items->size());
      } else if (!frame.key.empty()) {
        out = join(out, frame.key);
      }
    }
    return out;
  }

  bool put(Node node) {
    if (frames_.empty()) {
      parsed_.root = std::move(node);
      return true;
    }
    Frame& frame = frames_.back();
    if (auto* items = std::get_if<std::vector<Node>>(&frame.node.value)) {
      items->push_back(std::move(node));
    } else if (!frame.repeated) {
      std::get<std::vector<Member>>(frame.node.value).push_back({std::move(frame.key), std::move(node)});
      frame.key.clear();  // what follows is not its any more
    }
    return true;
  }

  bool open(Node node) {
    if (frames_.size() >= max_depth) {
      parsed_.faults.push_back(
          {Errc::parse_error, path(), "nested deeper than " + std::to_string(max_depth) + " levels"});
      return false;
    }
    frames_.push_back({std::move(node)});
    return true;
  }

  bool close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    return put(std::move(node));
  }

  Parsed& parsed_;
  std::vector<Frame> frames_;
};

}  // namespace

std::string_view Node::kind() const noexcept {
  constexpr std::array<std::string_view, 6> kinds{"null", "true or false", "a number", "a text", "a list", "an object"};
  return kinds[value.index()];
}

const Node* Node::find(std::string_view key) const noexcept {
  const auto* members = as<std::vector<Member>>();
  if (members == nullptr) return nullptr;
  for (const Member& m : *members)
    if (m.key == key) return &m.value;
  return nullptr;
}

Parsed parse_json(std::string_view text) {
  Parsed parsed;
  // the reader takes a NUL for the end of the text and would not see what follows
  if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
    parsed.faults.push_back({Errc::parse_error, "", "not JSON at byte " + std::to_string(nul + 1)});
    return parsed;
  }
  TreeBuilder builder(parsed);
  constexpr bool whole = true;
  constexpr bool ignore_comments = true;
  const bool complete = nlohmann::json::sax_parse(text.begin(), text.end(), &builder,
                                                  nlohmann::json::input_format_t::json, whole, ignore_comments);
  if (!complete) parsed.root.reset();
  return parsed;
}

std::string join(std::string_view path, std::string_view key) {
  std::string out{path};
  if (!out.empty()) out += '.';
  return out += shortened(key);
}

std::string join(std::string_view path, std::size_t index) {
  return std::string{path} + '[' + std::to_string(index) + ']';
}

std::string in_quotes(std::string_view s) {
  std::string quoted{"'"};
  quoted += shortened(s);
  quoted += '\'';
  return quoted;
}

}  // namespace optcoord::config::detail
