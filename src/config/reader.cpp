// src/config/reader.cpp -- values out of the tree: types, ranges, words, and the sentences that say what is wrong.
// SPDX-License-Identifier: MIT
#include "reader.hpp"

#include <optcoord/market/contract.hpp>  // is_root
#include <optcoord/market/schedule.hpp>  // parse_clock

#include <algorithm>  // std::find
#include <charconv>   // std::to_chars
#include <cmath>      // std::abs, std::nearbyint

namespace optcoord::config::detail {
namespace {

/// The longest time that is read, seconds; some 31 years, far inside what a Duration holds.
constexpr double longest_seconds = 1e9;
constexpr std::size_t longest_name = 100;

bool refuse(Report& report, const std::string& path, std::string message) {
  report.fault(Errc::invalid_value, path, std::move(message));
  return false;
}

bool refuse_kind(Report& report, const Node& node, const std::string& path, std::string_view wanted) {
  return refuse(report, path, "expected " + std::string{wanted} + ", found " + std::string{node.kind()});
}

bool contains(const Range& r, double v) {
  return (r.low_open ? v > r.low : v >= r.low) && (r.high_open ? v < r.high : v <= r.high);
}

std::string words_of(const Range& r) {
  std::string out;
  if (r.low > any_number.low) out += (r.low_open ? "above " : "at least ") + json_of(r.low);
  if (r.high < any_number.high) {
    if (!out.empty()) out += " and ";
    out += (r.high_open ? "below " : "at most ") + json_of(r.high);
  }
  return out;
}

/// A finite number in `range`, integers not beyond what a double holds.
bool convert_number(Report& report, const Node& node, const std::string& path, double& out, const Range& range) {
  const auto* number = node.as<Number>();
  if (number == nullptr) return refuse_kind(report, node, path, "a number");
  if (!number->exact) return refuse(report, path, "integers beyond 2^53 are not read");
  if (!contains(range, number->value))
    return refuse(report, path, "must be " + words_of(range) + ", found " + json_of(number->value));
  out = number->value == 0 ? 0.0 : number->value;  // no negative zero
  return true;
}

/// The magnitude up to which a whole number is read.
template <class Int>
constexpr double largest = sizeof(Int) == 4 ? static_cast<double>(std::numeric_limits<Int>::max()) : exact_integers;

template <class Int>
bool convert_integer(Report& report, const Node& node, const std::string& path, Int& out, const Range& range) {
  double v = 0;
  if (!convert_number(report, node, path, v, range)) return false;
  if (v != std::nearbyint(v)) return refuse(report, path, "must be a whole number, found " + json_of(v));
  if (v < -largest<Int> || v > largest<Int>) return refuse(report, path, "out of range: " + json_of(v));
  out = static_cast<Int>(v);
  return true;
}

template <class Int>
std::string integer_text(Int v) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v);
  return {buffer.data(), end.ptr};
}

Range in_seconds(const SecondsRule& rule) {
  Range range = rule.range;
  if (range.high > longest_seconds) range.high = longest_seconds;
  return range;
}

std::string bounds_of(const Range& r) {
  std::string out;
  if (r.low > any_number.low) out += (r.low_open ? R"(,"exclusiveMinimum":)" : R"(,"minimum":)") + json_of(r.low);
  if (r.high < any_number.high) out += (r.high_open ? R"(,"exclusiveMaximum":)" : R"(,"maximum":)") + json_of(r.high);
  return out;
}

template <class Int>
std::string schema_of_integer(Range range) {
  if (range.low < -largest<Int>) range.low = -largest<Int>;
  if (range.high > largest<Int>) range.high = largest<Int>;
  return R"("type":"integer")" + bounds_of(range);
}

void append_two_digits(std::string& out, std::int64_t v) {
  out += static_cast<char>('0' + v / 10 % 10);
  out += static_cast<char>('0' + v % 10);
}

}  // namespace

void Report::fault(Errc code, std::string path, std::string message) {
  if (faults_.size() < max_faults) {
    faults_.push_back({code, std::move(path), std::move(message)});
  } else if (faults_.size() == max_faults) {
    faults_.push_back({code, std::move(path), "and more faults that are not listed"});
  }
}

void Report::note(std::string path, std::string value, Origin origin) {
  effective_.push_back({std::move(path), std::move(value), origin});
}

void KnownNames::check(Report& report, std::string_view name, std::string path) const {
  if (!closed || report.full() || names.find(name) != names.end()) return;
  report.fault(Errc::unknown_name, std::move(path),
               "no " + std::string{kind} + " " + in_quotes(name) + " is defined" + suggestion(names, name));
}

bool convert(Report& report, const Node& node, const std::string& path, double& out, const Range& range) {
  describe(report, path, out, range);
  return convert_number(report, node, path, out, range);
}
bool convert(Report& report, const Node& node, const std::string& path, std::int32_t& out, const Range& range) {
  describe(report, path, out, range);
  return convert_integer(report, node, path, out, range);
}
bool convert(Report& report, const Node& node, const std::string& path, std::int64_t& out, const Range& range) {
  describe(report, path, out, range);
  return convert_integer(report, node, path, out, range);
}
bool convert(Report& report, const Node& node, const std::string& path, bool& out) {
  describe(report, path, out);
  const bool* v = node.as<bool>();
  if (v == nullptr) return refuse_kind(report, node, path, "true or false");
  out = *v;
  return true;
}
bool convert(Report& report, const Node& node, const std::string& path, std::string& out, TextRule rule) {
  describe(report, path, out, rule);
  const auto* v = node.as<std::string>();
  if (v == nullptr) return refuse_kind(report, node, path, "a text");
  if (rule == TextRule::root && !is_root(*v))
    return refuse(report, path, in_quotes(*v) + " is no root: 1 to 6 of A-Z, 0-9 and the point, a letter first");
  if (rule == TextRule::name) {
    if (v->empty()) return refuse(report, path, "must not be empty");
    if (v->size() > longest_name) return refuse(report, path, "longer than 100 bytes");
    for (const char c : *v)
      if (static_cast<unsigned char>(c) < 0x20) return refuse(report, path, "has a control character");
  }
  out = *v;
  return true;
}
bool convert(Report& report, const Node& node, const std::string& path, Duration& out, ClockRule rule) {
  describe(report, path, out, rule);
  const auto* v = node.as<std::string>();
  if (v == nullptr) return refuse_kind(report, node, path, "a text");
  const Result<Duration> clock = parse_clock(*v);
  if (!clock) return refuse(report, path, in_quotes(*v) + " is no time of day: HH:MM, 00:00 to 24:00");
  out = *clock;
  return true;
}
bool convert(Report& report, const Node& node, const std::string& path, Duration& out, const SecondsRule& rule) {
  describe(report, path, out, rule);
  const Range range = in_seconds(rule);
  double seconds = 0;
  if (!convert_number(report, node, path, seconds, range)) return false;
  constexpr double nanos = 1e9;
  const Duration length{static_cast<std::int64_t>(std::nearbyint(seconds * nanos))};
  if (length == Duration{0} && seconds != 0) return refuse(report, path, "shorter than a nanosecond");
  out = length;
  return true;
}

std::string schema_of(double, const Range& range) { return R"("type":"number")" + bounds_of(range); }
std::string schema_of(std::int32_t, const Range& range) { return schema_of_integer<std::int32_t>(range); }
std::string schema_of(std::int64_t, const Range& range) { return schema_of_integer<std::int64_t>(range); }
std::string schema_of(bool) { return R"("type":"boolean")"; }
std::string schema_of(const std::string&, TextRule rule) {
  // lengths are in bytes here and in characters there, of which there are no more
  if (rule == TextRule::name)
    return R"("type":"string","minLength":1,"maxLength":100,"pattern":"^[^\\u0000-\\u001f]*$")";
  if (rule == TextRule::root) return R"("type":"string","pattern":"^[A-Z][A-Z0-9.]{0,5}$")";
  return R"("type":"string")";
}
std::string schema_of(Duration, ClockRule) {
  return R"("type":"string","pattern":"^(([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|24:00(:00)?)$")";
}
std::string schema_of(Duration, const SecondsRule& rule) { return schema_of(0.0, in_seconds(rule)); }
std::string schema_of(const std::vector<std::string_view>& words) {
  std::string out = R"("enum":[)";
  for (std::size_t i = 0; i < words.size(); ++i) (out += i == 0 ? "" : ",") += json_of(std::string{words[i]});
  return out += ']';
}

std::string json_of(double v, const Range&) {
  constexpr double plain = 1e15;  // whole numbers below are written out: 100000, not 1e+05
  if (std::abs(v) < plain && v == std::nearbyint(v)) return integer_text(static_cast<std::int64_t>(v));
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), v);
  return {buffer.data(), end.ptr};
}
std::string json_of(std::int32_t v, const Range&) { return integer_text(v); }
std::string json_of(std::int64_t v, const Range&) { return integer_text(v); }
std::string json_of(bool v) { return v ? "true" : "false"; }
std::string json_of(const std::string& v, TextRule) {
  std::string out;
  append_json_string(out, v);
  return out;
}
std::string json_of(Duration v, ClockRule) {
  const std::int64_t seconds = v / std::chrono::seconds{1};
  std::string out = "\"";
  append_two_digits(out, seconds / 3600);
  out += ':';
  append_two_digits(out, seconds / 60 % 60);
  if (seconds % 60 != 0) {
    out += ':';
    append_two_digits(out, seconds % 60);
  }
  return out += '"';
}
std::string json_of(Duration v, const SecondsRule&) { return json_of(static_cast<double>(v.count()) / 1e9); }

std::optional<std::size_t> find_word(Report& report, const Node& node, const std::string& path,
                                     const std::vector<std::string_view>& words) {
  describe(report, path, words);
  const auto* v = node.as<std::string>();
  if (v == nullptr) {
    refuse_kind(report, node, path, "a text");
    return std::nullopt;
  }
  const auto found = std::find(words.begin(), words.end(), *v);
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  std::string message = in_quotes(*v) + " is none of ";
  for (std::size_t i = 0; i < words.size(); ++i) (message += i == 0 ? "" : ", ") += words[i];
  refuse(report, path, message + suggestion(words, *v));
  return std::nullopt;
}

ObjectReader::ObjectReader(Report& report, const Node& node, std::string path, Notes notes)
    : report_(report), node_(&node), path_(std::move(path)), notes_(notes) {
  if (report_.shapes() != nullptr) report_.shapes()->object(path_);
  if (node.as<std::vector<Member>>() != nullptr) return;
  usable_ = false;
  notes_ = Notes::none;
  wrong_kind(node, path_, "an object");
}

const Node* ObjectReader::find(std::string_view key) {
  known_.push_back(key);
  if (report_.shapes() != nullptr) report_.shapes()->key(path_, key);
  return node_->find(key);
}

bool ObjectReader::names(std::string_view key, std::vector<std::string>& out, const KnownNames* known) {
  out.clear();
  if (report_.shapes() != nullptr) detail::describe(report_, join(at(key), 0), std::string{}, TextRule::name);
  const bool found = list(key, [&](const Node& n, const std::string& item_path) {
    std::string name;
    if (!convert(report_, n, item_path, name, TextRule::name)) return;
    if (known != nullptr) known->check(report_, name, item_path);
    out.push_back(std::move(name));
  });
  if (!found || notes_ == Notes::none) return found;
  std::string value = "[";
  for (std::size_t i = 0; i < out.size(); ++i) (value += i == 0 ? "" : ",") += json_of(out[i]);
  report_.note(at(key), value + "]", Origin::file);
  return true;
}

bool ObjectReader::needs(std::string_view key) {
  needed_.push_back(key);
  if (find(key) != nullptr) return true;
  missing(key);
  return false;
}

void ObjectReader::missing(std::string_view key) {
  if (usable_) report_.fault(Errc::invalid_value, at(key), in_quotes(key) + " is required");
}

void ObjectReader::off(std::string_view key) {
  if (notes_ == Notes::all) report_.note(at(key), "null", Origin::builtin_default);
}

void ObjectReader::contradiction(std::string_view key, std::string message) {
  report_.fault(Errc::invalid_configuration, at(key), std::move(message));
}

void ObjectReader::finish(HostKeys hosts) {
  if (report_.shapes() != nullptr) report_.shapes()->closed(path_, needed_, hosts);
  const auto* members = node_->as<std::vector<Member>>();
  if (members == nullptr) return;
  for (const Member& m : *members) {
    if (report_.full()) return;
    if (std::find(known_.begin(), known_.end(), m.key) != known_.end()) continue;
    if (hosts.contains(m.key)) continue;
    report_.fault(Errc::unknown_key, at(m.key), "unknown key " + in_quotes(m.key) + suggestion(known_, m.key));
  }
}

void ObjectReader::wrong_kind(const Node& node, std::string path, std::string_view wanted) {
  refuse_kind(report_, node, path, wanted);
}

}  // namespace optcoord::config::detail
