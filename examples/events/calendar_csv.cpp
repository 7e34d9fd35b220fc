// examples/events/calendar_csv.cpp -- market events (FOMC, EARNINGS, EXPIRATION, ...) read from CSV.
// SPDX-License-Identifier: MIT
#include "calendar_csv.hpp"

#include "clock.hpp"  // clock_time, is_usable
#include "csv.hpp"    // CsvFile

#include <optcoord/market/new_york.hpp>  // from_new_york

#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <utility>      // std::move

namespace optcoord::events {
namespace {

[[nodiscard]] std::optional<Timestamp> instant(std::string_view text) {
  if (const Result<Timestamp> utc = parse_time(text)) return *utc;
  constexpr std::size_t date_width = 10;
  const Result<Date> date = parse_date(text.substr(0, date_width));
  if (!date || !is_usable(*date)) return std::nullopt;
  if (text.size() == date_width) return midnight_new_york(*date);
  const std::optional<Duration> clock = clock_time(text.substr(date_width + 1));
  if (text[date_width] != ' ' || !clock) return std::nullopt;
  return from_new_york(*date, *clock);
}

[[nodiscard]] Timestamp midnight_after(Timestamp t) { return midnight_new_york(next_day(new_york_date(t))); }

[[nodiscard]] bool plain(std::string_view text) noexcept {
  for (const char c : text)
    if (c < ' ' || c > '~' || c == '"' || c == '\\') return false;
  return true;
}

}  // namespace

Outcome<void> read_calendar(const std::string& path, std::vector<MarketEvent>& out, Faults& faults) {
  Outcome<CsvFile> opened = CsvFile::open(path);
  if (!opened) return tl::unexpected<std::string>(opened.error());
  CsvFile csv = std::move(*opened);
  const Outcome<std::size_t> name = csv.required("name");
  if (!name) return tl::unexpected<std::string>(name.error());
  const Outcome<std::size_t> from = csv.required("from");
  if (!from) return tl::unexpected<std::string>(from.error());
  const std::optional<std::size_t> until = csv.column("until");
  const std::optional<std::size_t> root = csv.column("root");
  constexpr std::string_view form = "not a time: RFC 3339 in UTC, or YYYY-MM-DD[ HH:MM[:SS]] in New York";
  for (;;) {
    const Outcome<bool> more = csv.next(faults);
    if (!more) return tl::unexpected<std::string>(more.error());
    if (!*more) return {};
    MarketEvent event;
    event.name = csv.field(*name);
    if (event.name.empty() || !plain(event.name)) {
      csv.fault(faults, *name, "not a name: printable ASCII without quotes or backslash");
      continue;
    }
    const std::optional<Timestamp> start = instant(csv.field(*from));
    if (!start) {
      csv.fault(faults, *from, form);
      continue;
    }
    event.from = *start;
    const std::string_view end_text = until ? csv.field(*until) : std::string_view{};
    const std::optional<Timestamp> end = end_text.empty() ? midnight_after(*start) : instant(end_text);
    if (!end || *end <= *start) {
      csv.fault(faults, *until, end ? "not after from" : form);
      continue;
    }
    event.until = *end;
    if (root) event.root = csv.field(*root);
    if (!plain(event.root)) {
      csv.fault(faults, *root, "not a root");
      continue;
    }
    out.push_back(std::move(event));
  }
}

}  // namespace optcoord::events
