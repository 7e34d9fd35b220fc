// examples/events/sessions.cpp -- the trading hours given on the command line, the same every day.
// SPDX-License-Identifier: MIT
#include "sessions.hpp"

#include "clock.hpp"  // clock_time

#include <optcoord/market/new_york.hpp>  // from_new_york

namespace optcoord::events {

Outcome<void> Sessions::add(std::string_view text) {
  const std::size_t equals = text.find('=');
  std::string_view clocks = text;
  std::string_view root = "*";
  if (equals != std::string_view::npos) {
    root = text.substr(0, equals);
    clocks = text.substr(equals + 1);
  }
  const std::size_t comma = clocks.find(',');
  const std::optional<Duration> open = clock_time(clocks.substr(0, comma));
  const std::optional<Duration> close =
      comma == std::string_view::npos ? std::nullopt : clock_time(clocks.substr(comma + 1));
  if (root.empty() || !open || !close || *open >= *close)
    return tl::unexpected<std::string>(std::string(text) + ": not [ROOT=]HH:MM,HH:MM with open before close");
  for (Hours& hours : all_) {
    if (hours.root != root) continue;
    hours.open = *open;
    hours.close = *close;
    return {};
  }
  all_.push_back({std::string(root), *open, *close});
  return {};
}

std::optional<Session> Sessions::find(std::string_view root, Date day) const {
  const Hours* found = nullptr;
  for (const Hours& hours : all_) {
    if (hours.root == root) found = &hours;
    if (hours.root == "*" && found == nullptr) found = &hours;
  }
  if (found == nullptr) return std::nullopt;
  return Session{from_new_york(day, found->open), from_new_york(day, found->close)};
}

}  // namespace optcoord::events
