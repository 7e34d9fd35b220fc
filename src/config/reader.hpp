// src/config/reader.hpp -- reads one object of the tree by the names it may have, and collects every fault.
// SPDX-License-Identifier: MIT
//
// A block's reader asks for each key it knows; whatever it did not ask for is an unknown key. Example:
//
//   ObjectReader r(report, node, "coordination.margin");
//   r.read("pressure", margin.pressure, above_to(0, 1));   // absent: keeps and reports the default
//   r.finish();                                            // unknown keys, with the nearest known name
#pragma once

#include "json_tree.hpp"
#include "shape.hpp"

#include <optcoord/config/load.hpp>  // Fault, Origin
#include <optcoord/core/names.hpp>   // nearest_name
#include <optcoord/core/time.hpp>    // Duration

#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int32_t, std::int64_t
#include <functional>   // std::less
#include <limits>       // std::numeric_limits
#include <optional>     // std::optional
#include <set>          // std::set
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::move
#include <vector>       // std::vector

namespace optcoord::config::detail {

/// The values a number may have.
struct Range {
  double low{-std::numeric_limits<double>::infinity()};
  double high{std::numeric_limits<double>::infinity()};
  bool low_open{false};
  bool high_open{false};
};
inline constexpr Range any_number{};
[[nodiscard]] constexpr Range at_least(double low) { return {.low = low}; }
[[nodiscard]] constexpr Range above(double low) { return {.low = low, .low_open = true}; }
[[nodiscard]] constexpr Range within(double low, double high) { return {.low = low, .high = high}; }
[[nodiscard]] constexpr Range above_to(double low, double high) { return {.low = low, .high = high, .low_open = true}; }
[[nodiscard]] constexpr Range from_below(double low, double high) {
  return {.low = low, .high = high, .high_open = true};
}
[[nodiscard]] constexpr Range between(double low, double high) {
  return {.low = low, .high = high, .low_open = true, .high_open = true};
}

/// A word of the file and what it means.
template <class E>
struct Word {
  std::string_view text;
  E value;
};
template <class E, std::size_t N>
using Words = std::array<Word<E>, N>;

/// What a text has to be.
enum class TextRule : std::uint8_t {
  any,   ///< may be empty
  name,  ///< 1 to 100 bytes, no control characters
  root,  ///< a product root: 1 to 6 of A-Z, 0-9 and the point
};
/// A time of day, "HH:MM".
struct ClockRule {};
/// A length of time, written as a number of seconds.
struct SecondsRule {
  Range range{};
};

/// Everything found so far.
class Report {
 public:
  explicit Report(std::vector<Fault> faults) : faults_(std::move(faults)) {}
  /// One that also writes down in `shapes` what is asked for.
  explicit Report(Shapes& shapes) : shapes_(&shapes) {}

  void fault(Errc code, std::string path, std::string message);
  void note(std::string path, std::string value, Origin origin);
  /// Whether no further fault is listed, so that its message need not be found.
  [[nodiscard]] bool full() const noexcept { return faults_.size() > max_faults; }

  [[nodiscard]] std::vector<Fault>& faults() noexcept { return faults_; }
  [[nodiscard]] std::vector<EffectiveValue>& effective() noexcept { return effective_; }
  /// Where to write down what is asked for; nullptr when only the values are wanted.
  [[nodiscard]] Shapes* shapes() const noexcept { return shapes_; }

 private:
  std::vector<Fault> faults_;
  std::vector<EffectiveValue> effective_;
  Shapes* shapes_{nullptr};
};

/// The names of one kind that a configuration defines.
struct KnownNames {
  std::string_view kind;  ///< "group", "strategy"
  bool closed{true};      ///< false: any name is accepted
  std::set<std::string, std::less<>> names;

  /// Reports `unknown_name` at `path` unless `name` is known.
  void check(Report& report, std::string_view name, std::string path) const;
};

/// \returns ", did you mean 'x'?", or nothing when no name is near, `name` is too long to be one, or there are too many
/// to compare: a hostile text must not cost more than its length.
template <class Names>
[[nodiscard]] std::string suggestion(const Names& known, std::string_view name) {
  constexpr std::size_t longest = 100;
  constexpr std::size_t most = 1000;
  if (name.size() > longest || known.size() > most) return {};
  const std::string_view nearest = nearest_name(known, name);
  return nearest.empty() ? std::string{} : ", did you mean " + in_quotes(nearest) + "?";
}

/// The inside of the JSON Schema of what `convert` accepts for a value of this type under this rule. A schema may
/// accept more than `convert`, never less.
[[nodiscard]] std::string schema_of(double, const Range& = any_number);
[[nodiscard]] std::string schema_of(std::int32_t, const Range&);
[[nodiscard]] std::string schema_of(std::int64_t, const Range&);
[[nodiscard]] std::string schema_of(bool);
[[nodiscard]] std::string schema_of(const std::string&, TextRule);
[[nodiscard]] std::string schema_of(Duration, ClockRule);
[[nodiscard]] std::string schema_of(Duration, const SecondsRule&);
[[nodiscard]] std::string schema_of(const std::vector<std::string_view>& words);
template <class E, std::size_t N>
[[nodiscard]] std::string schema_of(E, const Words<E, N>& words) {
  std::vector<std::string_view> texts;
  for (const Word<E>& w : words) texts.push_back(w.text);
  return schema_of(texts);
}

/// Writes down that the value at `path` is one of `T` under `rule`.
template <class T, class... Rule>
void describe(Report& report, const std::string& path, const T& value, const Rule&... rule) {
  if (report.shapes() != nullptr) report.shapes()->scalar(path, schema_of(value, rule...));
}

[[nodiscard]] bool convert(Report&, const Node&, const std::string& path, double& out, const Range& = any_number);
[[nodiscard]] bool convert(Report&, const Node&, const std::string& path, std::int32_t& out, const Range&);
[[nodiscard]] bool convert(Report&, const Node&, const std::string& path, std::int64_t& out, const Range&);
[[nodiscard]] bool convert(Report&, const Node&, const std::string& path, bool& out);
[[nodiscard]] bool convert(Report&, const Node&, const std::string& path, std::string& out, TextRule);
[[nodiscard]] bool convert(Report&, const Node&, const std::string& path, Duration& out, ClockRule);
[[nodiscard]] bool convert(Report&, const Node&, const std::string& path, Duration& out, const SecondsRule&);

[[nodiscard]] std::string json_of(double v, const Range& = any_number);
[[nodiscard]] std::string json_of(std::int32_t v, const Range& = any_number);
[[nodiscard]] std::string json_of(std::int64_t v, const Range& = any_number);
[[nodiscard]] std::string json_of(bool v);
[[nodiscard]] std::string json_of(const std::string& v, TextRule = TextRule::any);
[[nodiscard]] std::string json_of(Duration v, ClockRule);
[[nodiscard]] std::string json_of(Duration v, const SecondsRule&);

/// Reports `invalid_value` at `path` unless `node` is a text of `words`. \returns its place in them.
[[nodiscard]] std::optional<std::size_t> find_word(Report&, const Node& node, const std::string& path,
                                                   const std::vector<std::string_view>& words);

template <class E, std::size_t N>
[[nodiscard]] bool convert(Report& report, const Node& node, const std::string& path, E& out,
                           const Words<E, N>& words) {
  std::vector<std::string_view> texts;
  for (const Word<E>& w : words) texts.push_back(w.text);
  const std::optional<std::size_t> at = find_word(report, node, path, texts);
  if (at) out = words[*at].value;
  return at.has_value();
}
template <class E, std::size_t N>
[[nodiscard]] std::string json_of(E v, const Words<E, N>& words) {
  for (const Word<E>& w : words)
    if (w.value == v) return json_of(std::string{w.text});
  return "null";
}

/// What an object's reader writes into the effective configuration.
enum class Notes : std::uint8_t {
  all,    ///< values, defaults, and null for what is switched off: blocks
  entry,  ///< values and defaults: entries of lists
  none,   ///< nothing: the caller does
};

class ObjectReader {
 public:
  /// Reports `invalid_value` at `path` when `node` is no object; then every key counts as absent and none as missing.
  ObjectReader(Report& report, const Node& node, std::string path, Notes notes = Notes::all);

  /// \returns the value of `key`, or nullptr. Whatever is asked for is known. A caller that converts the value only
  /// when it is there describes it too.
  const Node* find(std::string_view key);
  [[nodiscard]] bool has(std::string_view key) const { return node_->find(key) != nullptr; }
  [[nodiscard]] std::string at(std::string_view key) const { return join(path_, key); }
  /// Whether there is an object at all.
  [[nodiscard]] bool usable() const noexcept { return usable_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] Report& report() noexcept { return report_; }

  /// Reads a key that must be there. \returns whether it is and `out` is set.
  template <class T, class... Rule>
  bool require(std::string_view key, T& out, const Rule&... rule) {
    describe(key, out, rule...);
    return needs(key) && take(key, *node_->find(key), out, rule...);
  }
  /// Reads a key whose absence leaves `out`, the default. \returns whether it is there and `out` is set.
  template <class T, class... Rule>
  bool read(std::string_view key, T& out, const Rule&... rule) {
    describe(key, out, rule...);
    if (report_.shapes() != nullptr) report_.shapes()->fallback(at(key), json_of(out, rule...));
    const Node* n = find(key);
    if (n != nullptr) return take(key, *n, out, rule...);
    if (notes_ != Notes::none) report_.note(at(key), json_of(out, rule...), Origin::builtin_default);
    return false;
  }
  /// Reads a key whose absence means that something is off.
  template <class T, class... Rule>
  bool read(std::string_view key, std::optional<T>& out, const Rule&... rule) {
    T value{};
    describe(key, value, rule...);
    const Node* n = find(key);
    if (n == nullptr) return off(key), false;
    if (!take(key, *n, value, rule...)) return false;
    out = std::move(value);
    return true;
  }
  /// Calls `each(node, path)` for the entries of the list `key`. \returns whether there is a list.
  template <class F>
  bool list(std::string_view key, F each) {
    const Node* n = find(key);
    if (report_.shapes() != nullptr) report_.shapes()->list(at(key));
    if (n == nullptr) return false;
    const auto* items = n->as<std::vector<Node>>();
    if (items == nullptr) return wrong_kind(*n, at(key), "a list"), false;
    for (std::size_t i = 0; i < items->size(); ++i) each((*items)[i], join(at(key), i));
    return true;
  }
  /// Reads a list of names, which must be `known` unless that is nullptr, and notes them as one value.
  bool names(std::string_view key, std::vector<std::string>& out, const KnownNames* known = nullptr);

  /// Calls `each(name, node, path)` for what stands under names that the file chooses, `hosts` keys aside.
  template <class F>
  void named(HostKeys hosts, F each) {
    if (report_.shapes() != nullptr) report_.shapes()->named(path_, hosts);
    const auto* members = node_->as<std::vector<Member>>();
    if (members == nullptr) return;
    for (const Member& m : *members)
      if (!hosts.contains(m.key)) each(m.key, m.value, at(m.key));
  }

  /// Writes down what `key` takes.
  template <class T, class... Rule>
  void describe(std::string_view key, const T& value, const Rule&... rule) {
    if (report_.shapes() != nullptr) detail::describe(report_, at(key), value, rule...);
  }
  /// \returns whether `key` is there, and reports that it is required when it is not.
  bool needs(std::string_view key);
  /// Reports that `key` is required, here and now; `needs` is for what is required always.
  void missing(std::string_view key);
  /// Notes that the optional `key` is absent.
  void off(std::string_view key);
  /// Reports `key` as contradicting something.
  void contradiction(std::string_view key, std::string message);
  /// Reports every key of the object that nobody asked for, but for `hosts`.
  void finish(HostKeys hosts = {});

 private:
  template <class T, class... Rule>
  bool take(std::string_view key, const Node& n, T& out, const Rule&... rule) {
    T value = out;
    if (!convert(report_, n, at(key), value, rule...)) return false;
    out = std::move(value);
    if (notes_ != Notes::none) report_.note(at(key), json_of(out, rule...), Origin::file);
    return true;
  }
  void wrong_kind(const Node& node, std::string path, std::string_view wanted);

  Report& report_;
  const Node* node_;
  std::string path_;
  Notes notes_;
  bool usable_{true};
  std::vector<std::string_view> known_;
  std::vector<std::string_view> needed_;
};

}  // namespace optcoord::config::detail
