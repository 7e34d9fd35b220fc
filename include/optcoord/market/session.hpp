// optcoord/market/session.hpp -- when trading opens and closes, by root and day, and when a contract expires.
// SPDX-License-Identifier: MIT
//
// The host or the calendar component supplies sessions; the library knows no holiday. Example:
//
//   SessionBook sessions;
//   (void)sessions.set("*", Session{open, close});      // 2015-12-24, closing 13:00 New York
//   expiry_instant(contract, sessions);                 // that close for a contract expiring 2015-12-24
#pragma once

#include <optcoord/core/error.hpp>       // Result
#include <optcoord/core/time.hpp>        // Date, Duration, Timestamp
#include <optcoord/market/contract.hpp>  // Contract
#include <optcoord/market/new_york.hpp>  // new_york_date, from_new_york

#include <algorithm>    // std::lower_bound
#include <chrono>       // std::chrono::hours
#include <cstddef>      // std::size_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord {

/// One trading session. It counts for the New York date of its close only, whenever it opened.
struct Session {
  Timestamp open;
  Timestamp close;

  friend constexpr bool operator==(const Session&, const Session&) = default;
};

/// The sessions known, by root and New York date of the close. The root "*" stands for every root without its own.
class SessionBook {
 public:
  /// Adds `s`, or replaces the session of the same root and date. `root` is a root or "*".
  /// \returns `invalid_value` naming the field unless root is one of those and open < close.
  /// O(sessions) at worst, O(log sessions) when sessions come in order.
  [[nodiscard]] Result<void> set(std::string_view root, Session s) {
    if (root != "*" && !is_root(root)) return fail(Errc::invalid_value, "root");
    if (s.open >= s.close) return fail(Errc::invalid_value, "close");
    const Date date = new_york_date(s.close);
    const auto it = lower(root, date);
    if (it != entries_.end() && it->date == date && it->root == root) {
      entries_[static_cast<std::size_t>(it - entries_.begin())].session = s;
    } else {
      entries_.insert(it, Entry{date, std::string(root), s});
    }
    return {};
  }
  /// \returns the session of `root` that closes on `date`, its own before that of "*". O(log sessions).
  [[nodiscard]] std::optional<Session> on(std::string_view root, Date date) const {
    for (const std::string_view key : {root, std::string_view{"*"}}) {
      const auto it = lower(key, date);
      if (it != entries_.end() && it->date == date && it->root == key) return it->session;
    }
    return std::nullopt;
  }
  /// \returns the close on `date`, the root's own before that of "*". O(log sessions).
  [[nodiscard]] std::optional<Timestamp> close_on(std::string_view root, Date date) const {
    const std::optional<Session> session = on(root, date);
    if (!session) return std::nullopt;
    return session->close;
  }
  [[nodiscard]] std::size_t size() const noexcept { return entries_.size(); }

 private:
  struct Entry {
    Date date;
    std::string root;
    Session session;
  };
  [[nodiscard]] std::vector<Entry>::const_iterator lower(std::string_view root, Date date) const {
    return std::lower_bound(entries_.begin(), entries_.end(), date, [root](const Entry& e, Date d) {
      return e.date != d ? e.date < d : std::string_view{e.root} < root;
    });
  }
  std::vector<Entry> entries_;  // by date, then root: new sessions go to the end
};

/// The clock at which trading ends where no session says otherwise.
inline constexpr Duration usual_close = std::chrono::hours{16};

/// \returns the instant up to which `c` is priced: the session close of its expiry date, else 16:00 New York of that
/// date. Options settled at the open are priced to the same close. A share never expires: `Timestamp::max()`.
[[nodiscard]] inline Timestamp expiry_instant(const Contract& c, const SessionBook& sessions) {
  if (c.kind == Kind::share) return Timestamp::max();
  const std::optional<Timestamp> close = sessions.close_on(c.root(), c.expiry);
  return close ? *close : from_new_york(c.expiry, usual_close);
}

}  // namespace optcoord
