// tests/support/golden.hpp -- committed outputs: compared line by line, written anew by ./dev golden alone.
// SPDX-License-Identifier: MIT
//
// A file of tests/golden begins with lines of `#`, which a comparison skips. To write all of them anew: ./dev golden.
// That is right when decisions were changed on purpose; the difference is read before it is committed.
#pragma once

#include "support/running.hpp"

#include <cstdlib>  // std::getenv

namespace optcoord::test {

/// \returns whether ./dev golden runs this test.
[[nodiscard]] inline bool writes_golden() {
  const char* wanted = std::getenv("OPTCOORD_GOLDEN");
  return wanted != nullptr && std::string_view(wanted) == "write";
}

/// A line of output in short: its hash, which all of it enters, and what a reader of differences wants to see.
[[nodiscard]] inline std::string in_short(const std::string& line) {
  std::string text = Fnv().add(line).hex();
  for (const char* key : {"seq", "type", "id", "item", "status", "verdict", "units"}) {
    const std::string value = value_of(line, key);
    if (!value.empty()) text += " " + value;
  }
  constexpr std::string_view code = "\"code\":\"";
  for (std::size_t at = line.find(code); at != std::string::npos; at = line.find(code, at + 1)) {
    const std::size_t begin = at + code.size();
    text += " " + line.substr(begin, line.find('"', begin) - begin);
  }
  return text;
}

/// "events 7873 <hash>": how many lines, and the hash of all.
[[nodiscard]] inline std::string summed_up(const std::string& what, const Lines& lines) {
  Fnv hash;
  for (const std::string& line : lines) hash.add(line).add("\n");
  return what + " " + std::to_string(lines.size()) + " " + hash.hex();
}

/// Compares `now` with tests/golden/`name`, or writes it there. `full` says what a line of `now` stands for.
template <class Full>
void check_golden(const std::string& name, const std::string& about, const Lines& now, const Full& full) {
  const std::string path = source("tests/golden/" + name);
  if (writes_golden()) {
    std::ofstream out(path, std::ios::binary);
    out << "# tests/golden/" << name << " -- " << about << "\n"
        << "# Written by ./dev golden, never by hand, and only when what it holds was changed on purpose.\n";
    for (const std::string& line : now) out << line << "\n";
    out.close();
    CHECK_MESSAGE(out.good(), path);
    return;
  }
  Lines then = lines_of(path);
  std::erase_if(then, [](const std::string& line) { return line.starts_with('#'); });
  for (std::size_t i = 0; i < then.size() && i < now.size(); ++i) {
    if (then[i] == now[i]) continue;
    FAIL(path << ", the first difference:\n  there: " << then[i] << "\n  now:   " << now[i] << "\n  " << full(i));
  }
  CHECK_MESSAGE(then.size() == now.size(), path, ": as far as both go they agree");
}

/// A day's decisions against tests/golden/`name`.
inline void check_golden_day(const std::string& name, const std::string& about, const Lines& events,
                             const Lines& decisions) {
  Lines now;
  for (const std::string& line : decisions) now.push_back(in_short(line));
  now.push_back(summed_up("decisions", decisions));  // last: which line differs says more than that some line does
  now.push_back(summed_up("events", events));
  check_golden(name, about, now, [&](std::size_t i) { return i < decisions.size() ? decisions[i] : std::string{}; });
}

}  // namespace optcoord::test
