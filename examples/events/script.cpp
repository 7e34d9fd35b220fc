// examples/events/script.cpp -- who asks for what, when: protocol events written by hand, with New York clock times.
// SPDX-License-Identifier: MIT
#include "script.hpp"

#include "clock.hpp"        // clock_time
#include "text_reader.hpp"  // TextReader

#include <optcoord/market/new_york.hpp>  // from_new_york

#include <nlohmann/json.hpp>  // syntax, and the values of request lines; other text is passed on as it stands

#include <algorithm>    // std::stable_sort
#include <chrono>       // std::chrono::seconds
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <utility>      // std::move

namespace optcoord::events {
namespace {

/// A key of the line's object and the text of its value.
struct Member {
  std::string_view key;    // between the quotes
  std::string_view value;  // as written
  std::string_view whole;  // key and value as written
};

[[nodiscard]] bool is_space(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

[[nodiscard]] std::string_view trimmed(std::string_view s) noexcept {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
  while (!s.empty() && is_space(s.back())) s.remove_suffix(1);
  return s;
}

/// Splits the text of a JSON object, known to be valid, into its members.
[[nodiscard]] std::vector<Member> members_of(std::string_view object) {
  std::vector<Member> members;
  int depth = 0;
  bool in_string = false;
  std::size_t begin = 1;
  std::size_t colon = 0;
  for (std::size_t i = 0; i < object.size(); ++i) {
    const char c = object[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
      continue;
    }
    if (c == '"') in_string = true;
    if (c == '{' || c == '[') ++depth;
    if (c == ':' && depth == 1) colon = i;
    const bool ends = (c == ',' && depth == 1) || (c == '}' && depth == 1);
    if (ends && colon > begin) {
      const std::string_view key = trimmed(object.substr(begin, colon - begin));
      members.push_back({key.substr(1, key.size() - 2), trimmed(object.substr(colon + 1, i - colon - 1)),
                         trimmed(object.substr(begin, i - begin))});
      begin = i + 1;
    }
    if (c == '}' || c == ']') --depth;
  }
  return members;
}

using Json = nlohmann::json;

/// A fault of one line: the key and what is wrong with its value.
struct LineFault {
  std::string_view key;
  std::string what;
};
template <class T>
using Checked = tl::expected<T, LineFault>;
[[nodiscard]] tl::unexpected<LineFault> wrong(std::string_view key, std::string what) {
  return tl::unexpected<LineFault>(LineFault{key, std::move(what)});
}

[[nodiscard]] Checked<Timestamp> line_time(const Json& line, std::optional<Date> date) {
  const bool has_at = line.contains("at");
  if (has_at == line.contains("t")) return wrong("at", has_at ? "beside t" : "neither at nor t");
  const Json& value = line.at(has_at ? "at" : "t");
  if (!value.is_string()) return wrong(has_at ? "at" : "t", "not a string");
  const std::string& text = value.get_ref<const std::string&>();
  if (!has_at) {
    const Result<Timestamp> t = parse_time(text);
    if (!t) return wrong("t", "not RFC 3339 in UTC");
    return *t;
  }
  const std::optional<Duration> clock = clock_time(text);
  if (!clock) return wrong("at", "not a clock time HH:MM[:SS]");
  if (!date) return wrong("at", "needs --date");
  return from_new_york(*date, *clock);
}

/// The whole number from 1 to `largest` at `key`.
[[nodiscard]] Checked<std::int64_t> whole_number(const Json& line, const char* key, std::uint64_t largest) {
  if (line.contains(key)) {
    const Json& value = line.at(key);
    if (value.is_number_unsigned() && value.get<std::uint64_t>() >= 1 && value.get<std::uint64_t>() <= largest)
      return static_cast<std::int64_t>(value.get<std::uint64_t>());
  }
  return wrong(key, "not a whole number from 1 to " + std::to_string(largest));
}

/// A leg's name and ratio.
struct Leg {
  std::string contract;
  std::int64_t ratio{0};
};
[[nodiscard]] Checked<std::vector<Leg>> legs_of(const Json& line) {
  constexpr std::int64_t largest_ratio = 1'000'000;
  std::vector<Leg> legs;
  const Json& list = line.at("legs");
  if (!list.is_array() || list.empty()) return wrong("legs", "not a list of legs");
  for (const Json& item : list) {
    if (!item.is_object() || !item.contains("contract") || !item.at("contract").is_string() ||
        !item.contains("ratio") || !item.at("ratio").is_number_integer())
      return wrong("legs", "a leg is {contract, ratio}");
    const auto ratio = item.at("ratio").get<std::int64_t>();
    if (ratio == 0 || ratio > largest_ratio || ratio < -largest_ratio) return wrong("legs", "a ratio out of range");
    legs.push_back({item.at("contract").get<std::string>(), ratio});
  }
  return legs;
}

/// A line and, where its text waits for a price, what is to be filled.
struct Entry {
  Line line;
  std::optional<WantedFill> fill;
};

/// `"r1"` becomes `"r1.2"`, `17` becomes `"17.2"`.
[[nodiscard]] std::string execution_id(std::string_view request, std::size_t number) {
  std::string id(request);
  if (id.front() == '"') {
    id.pop_back();
  } else {
    id.insert(id.begin(), '"');
  }
  return id.append(".").append(std::to_string(number)).append("\"");
}

/// The order and its fills, for a request that asks for them.
[[nodiscard]] Checked<std::vector<Entry>> order_of(const Json& line, std::string_view id, Timestamp t) {
  constexpr std::uint64_t a_day = 86'400;
  constexpr std::uint64_t largest_units = 1'000'000'000;
  if (line.at("type") != "request") return wrong("fill_after_s", "only for a request");
  const Checked<std::int64_t> after = whole_number(line, "fill_after_s", a_day);
  if (!after) return tl::unexpected<LineFault>(after.error());
  const Checked<std::int64_t> units =
      whole_number(line, line.contains("fill_units") ? "fill_units" : "units", largest_units);
  if (!units) return tl::unexpected<LineFault>(units.error());
  std::vector<Leg> legs;
  if (line.contains("legs")) {
    Checked<std::vector<Leg>> read = legs_of(line);
    if (!read) return tl::unexpected<LineFault>(read.error());
    legs = std::move(*read);
  }
  const Timestamp working = t + std::chrono::seconds{1};
  const Timestamp filled = t + std::chrono::seconds{*after};
  const auto start = [id](Timestamp at, std::string_view type) {
    return R"({"t":")" + to_text(at) + R"(","type":")" + std::string(type) + R"(","request":)" + std::string(id);
  };
  std::vector<Entry> entries;
  entries.push_back({{working, start(working, "order") + R"(,"status":"working"})"}, std::nullopt});
  if (legs.empty()) {
    entries.push_back({{filled, start(filled, "fill") + R"(,"exec":)" + execution_id(id, 1) + R"(,"units":)" +
                                    std::to_string(*units) + "}"},
                       std::nullopt});
  }
  for (std::size_t i = 0; i < legs.size(); ++i) {
    WantedFill fill;
    fill.t = filled;
    fill.start = start(filled, "fill") + R"(,"exec":)" + execution_id(id, i + 1);
    fill.contract = legs[i].contract;
    fill.quantity = legs[i].ratio * *units;
    entries.push_back({{filled, {}}, std::move(fill)});
  }
  return entries;
}

/// The line's text with `t` in place of `at`, without the keys that are only for this program.
[[nodiscard]] std::string passed_on(const std::vector<Member>& members, Timestamp t) {
  std::string json = "{";
  for (const Member& member : members) {
    if (member.key == "fill_after_s" || member.key == "fill_units") continue;
    if (json.size() > 1) json += ',';
    if (member.key == "at") {
      json.append(R"("t":")").append(to_text(t)).append("\"");
    } else {
      json += member.whole;
    }
  }
  return json += '}';
}

/// Everything one script line stands for.
[[nodiscard]] Checked<std::vector<Entry>> entries_of(std::string_view text, std::optional<Date> date) {
  const Json line = Json::parse(text.begin(), text.end(), nullptr, false);
  if (line.is_discarded()) return wrong("", "not JSON");
  if (!line.is_object()) return wrong("", "not a JSON object");
  if (!line.contains("type")) return wrong("type", "is missing");
  const Checked<Timestamp> t = line_time(line, date);
  if (!t) return tl::unexpected<LineFault>(t.error());
  const std::vector<Member> members = members_of(text);
  std::vector<Entry> entries;
  entries.push_back({{*t, passed_on(members, *t)}, std::nullopt});
  if (!line.contains("fill_after_s")) {
    if (line.contains("fill_units")) return wrong("fill_units", "without fill_after_s");
    return entries;
  }
  std::string_view id;
  for (const Member& member : members)
    if (member.key == "id") id = member.value;
  if (id.empty()) return wrong("id", "is missing");
  Checked<std::vector<Entry>> order = order_of(line, id, *t);
  if (!order) return order;
  for (Entry& entry : *order) entries.push_back(std::move(entry));
  return entries;
}

[[nodiscard]] Script in_order_of_time(std::string path, std::vector<Entry> entries) {
  std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.line.t < b.line.t; });
  Script script;
  script.path = std::move(path);
  for (Entry& entry : entries) {
    if (entry.fill) {
      entry.fill->line = script.lines.size();
      script.fills.push_back(std::move(*entry.fill));
    }
    script.lines.push_back(std::move(entry.line));
  }
  return script;
}

}  // namespace

Outcome<Script> read_script(const std::string& path, std::optional<Date> date, Faults& faults) {
  Outcome<TextReader> opened = TextReader::open(path);
  if (!opened) return tl::unexpected<std::string>(opened.error());
  TextReader reader = std::move(*opened);
  std::vector<Entry> entries;
  for (;;) {
    const TextReader::Status status = reader.next();
    if (status == TextReader::Status::failed) return tl::unexpected<std::string>(reader.failure());
    if (status == TextReader::Status::end) return in_order_of_time(path, std::move(entries));
    if (status == TextReader::Status::too_long) {
      faults.add(path, reader.number(), "", "the line is too long");
      continue;
    }
    const std::string_view text = trimmed(reader.line());
    if (text.empty() || text.substr(0, 2) == "//") continue;
    Checked<std::vector<Entry>> read = entries_of(text, date);
    if (!read) {
      faults.add(path, reader.number(), read.error().key, read.error().what);
      continue;
    }
    for (Entry& entry : *read) {
      if (entry.fill) entry.fill->number = reader.number();
      entries.push_back(std::move(entry));
    }
  }
}

}  // namespace optcoord::events
