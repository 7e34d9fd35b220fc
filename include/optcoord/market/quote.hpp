// optcoord/market/quote.hpp -- bid and ask, what they are good for, and how long.
// SPDX-License-Identifier: MIT
//
// Decides when a quote has a mid. Crossed and one-sided quotes are kept as they came and never repaired. Example:
//
//   mid(Quote{1.10, 1.20});           // 1.15
//   mid(Quote{std::nullopt, 1.20});   // nothing
#pragma once

#include <optcoord/core/time.hpp>  // Duration, Timestamp

#include <cmath>        // std::isfinite
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord {

/// The best prices of a contract, USD per unit. A side is there when it is given, finite and above 0: feeds write "no
/// bid" as 0 as often as they leave it out.
struct Quote {
  std::optional<double> bid;
  std::optional<double> ask;

  friend constexpr bool operator==(const Quote&, const Quote&) = default;
};

enum class QuoteState : std::uint8_t {
  none,       ///< neither side
  one_sided,  ///< a bid or an ask
  crossed,    ///< bid above ask
  two_sided,  ///< bid at or below ask; equal (locked) is fine
};

[[nodiscard]] constexpr std::string_view text(QuoteState s) noexcept {
  switch (s) {
    case QuoteState::none: return "none";
    case QuoteState::one_sided: return "one_sided";
    case QuoteState::crossed: return "crossed";
    case QuoteState::two_sided: return "two_sided";
  }
  return "none";
}

/// \returns what `q` is good for.
[[nodiscard]] inline QuoteState state(const Quote& q) noexcept {
  const auto there = [](const std::optional<double>& side) { return side && std::isfinite(*side) && *side > 0; };
  if (!there(q.bid) && !there(q.ask)) return QuoteState::none;
  if (!there(q.bid) || !there(q.ask)) return QuoteState::one_sided;
  return *q.bid > *q.ask ? QuoteState::crossed : QuoteState::two_sided;
}

/// \returns the middle of a two-sided quote, USD per unit; nothing otherwise.
[[nodiscard]] inline std::optional<double> mid(const Quote& q) noexcept {
  if (state(q) != QuoteState::two_sided) return std::nullopt;
  return 0.5 * *q.bid + 0.5 * *q.ask;  // halved first: two large prices cannot overflow
}

/// \returns whether something stamped `stamp` may be used: at most `max_age` old (exactly that is fresh) and not from
/// the future, which is stale.
[[nodiscard]] constexpr bool is_fresh(Timestamp stamp, Duration max_age, Timestamp now) noexcept {
  return stamp <= now && now - stamp <= max_age;
}

}  // namespace optcoord
