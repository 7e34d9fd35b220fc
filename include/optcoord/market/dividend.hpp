// optcoord/market/dividend.hpp -- cash dividends announced, by root and ex-dividend date.
// SPDX-License-Identifier: MIT
//
// Example:
//
//   DividendBook dividends;
//   (void)dividends.set({"SPY", ex_date, 1.89});
//   dividends.next("SPY", today);   // the first ex-date after today
#pragma once

#include <optcoord/core/error.hpp>       // Result
#include <optcoord/core/time.hpp>        // Date
#include <optcoord/market/contract.hpp>  // is_root

#include <algorithm>    // std::find_if, std::lower_bound
#include <cmath>        // std::isfinite
#include <optional>     // std::optional
#include <span>         // std::span
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <tuple>        // std::tie
#include <utility>      // std::move
#include <vector>       // std::vector

namespace optcoord {

/// A cash dividend: who holds the share at the close before `ex_date` receives it.
struct Dividend {
  std::string root;
  Date ex_date{};
  double amount{0};  ///< USD per share

  friend bool operator==(const Dividend&, const Dividend&) = default;
};

/// \returns `invalid_value` naming the field unless root is one, the date exists, and amount is finite and at least 0.
[[nodiscard]] inline Result<void> check(const Dividend& d) {
  if (!is_root(d.root)) return fail(Errc::invalid_value, "root");
  if (!d.ex_date.ok()) return fail(Errc::invalid_value, "ex_date");
  if (!std::isfinite(d.amount) || d.amount < 0) return fail(Errc::invalid_value, "amount");
  return {};
}

/// The dividends known, by ex-date and root.
class DividendBook {
 public:
  /// Adds `d`, or replaces the amount of the same root and ex-date; an amount of 0 takes the announcement back.
  /// \returns an error as `check` does, and nothing changed. O(dividends).
  [[nodiscard]] Result<void> set(Dividend d) {
    if (const Result<void> sound = check(d); !sound) return sound;
    const auto at = std::lower_bound(all_.begin(), all_.end(), d, [](const Dividend& a, const Dividend& b) {
      return std::tie(a.ex_date, a.root) < std::tie(b.ex_date, b.root);
    });
    const bool known = at != all_.end() && at->ex_date == d.ex_date && at->root == d.root;
    if (d.amount == 0) {
      if (known) all_.erase(at);
    } else if (known) {
      at->amount = d.amount;
    } else {
      all_.insert(at, std::move(d));
    }
    return {};
  }
  /// \returns the first dividend of `root` that goes ex after `date`. O(dividends).
  [[nodiscard]] std::optional<Dividend> next(std::string_view root, Date date) const {
    const auto at =
        std::find_if(all_.begin(), all_.end(), [&](const Dividend& d) { return d.root == root && d.ex_date > date; });
    if (at == all_.end()) return std::nullopt;
    return *at;
  }
  /// All of them, by ex-date, then root.
  [[nodiscard]] std::span<const Dividend> all() const noexcept { return all_; }

 private:
  std::vector<Dividend> all_{};
};

}  // namespace optcoord
