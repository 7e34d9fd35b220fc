// examples/events/sessions.hpp -- the trading hours given on the command line, the same every day.
// SPDX-License-Identifier: MIT
#pragma once

#include "outcome.hpp"  // Outcome

#include <optcoord/core/time.hpp>       // Date, Duration
#include <optcoord/market/session.hpp>  // Session

#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::events {

/// Trading hours by root, New York clock; "*" is every root without its own.
class Sessions {
 public:
  /// Reads "09:30,13:00" or "SPX=09:30,16:15" and keeps it, replacing what the root had.
  [[nodiscard]] Outcome<void> add(std::string_view text);

  /// The hours of `root` (else of "*") on `day`; none when neither was given.
  [[nodiscard]] std::optional<Session> find(std::string_view root, Date day) const;

  struct Hours {
    std::string root;
    Duration open{};
    Duration close{};
  };
  [[nodiscard]] const std::vector<Hours>& all() const noexcept { return all_; }
  [[nodiscard]] bool empty() const noexcept { return all_.empty(); }

 private:
  std::vector<Hours> all_;
};

}  // namespace optcoord::events
