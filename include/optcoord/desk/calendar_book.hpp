// optcoord/desk/calendar_book.hpp -- market events announced: which are in force, and what starts or ends next.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>

#include <algorithm>    // std::any_of, std::find_if, std::max
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <tuple>        // std::tie
#include <vector>       // std::vector

namespace optcoord {

/// A start or an end that time brings about.
struct CalendarChange {
  Timestamp at{};
  bool starts{false};  ///< else it ends; ends come before starts of the same instant
  EventId event{};
};

/// Announced events, by (name, root, from); one that has ended is dropped.
class CalendarBook {
 public:
  /// Announces an event in force for from <= now < until; the same (name, root, from) replaces `until`.
  void announce(EventId event, std::string_view root, Timestamp from, Timestamp until) {
    const auto it = std::find_if(entries_.begin(), entries_.end(),
                                 [&](const Entry& e) { return e.event == event && e.root == root && e.from == from; });
    if (it != entries_.end()) {
      it->until = until;
    } else {
      entries_.push_back({event, std::string(root), from, until, false});
    }
  }
  /// \returns the next change up to and including `now`; one that is late is due at once, at `earliest`.
  [[nodiscard]] std::optional<CalendarChange> next(Timestamp earliest, Timestamp now) const {
    std::optional<CalendarChange> first;
    for (const Entry& e : entries_) {
      const CalendarChange change{std::max(e.on ? e.until : e.from, earliest), !e.on, e.event};
      if (change.at > now) continue;
      const auto key = [](const CalendarChange& c) { return std::tie(c.at, c.starts, c.event); };
      if (!first || key(change) < key(*first)) first = change;
    }
    return first;
  }
  /// Takes `change` as happened. \returns whether the event's name is now in force, by this or another entry.
  bool take(const CalendarChange& change) {
    const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) {
      return e.event == change.event && e.on != change.starts &&
             std::max(e.on ? e.until : e.from, change.at) == change.at;
    });
    if (it != entries_.end()) {
      if (change.starts && it->until > change.at) {
        it->on = true;
      } else {
        entries_.erase(it);
      }
    }
    return std::any_of(entries_.begin(), entries_.end(),
                       [&](const Entry& e) { return e.event == change.event && e.on; });
  }

  /// Calls f(event, root) for each event in force, in order of announcement; an empty root means all.
  template <class F>
  void for_each_in_force(F f) const {
    for (const Entry& e : entries_)
      if (e.on) f(e.event, std::string_view{e.root});
  }

 private:
  struct Entry {
    EventId event{};
    std::string root{};
    Timestamp from{};
    Timestamp until{};
    bool on{false};
  };
  std::vector<Entry> entries_{};
};

}  // namespace optcoord
