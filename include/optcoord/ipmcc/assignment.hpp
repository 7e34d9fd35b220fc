// optcoord/ipmcc/assignment.hpp -- a call sold was assigned while its LEAP lives: the three ways out, with their cash.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book_state.hpp>
#include <optcoord/ipmcc/chain.hpp>

#include <algorithm>    // std::max
#include <array>        // std::array
#include <cmath>        // std::isfinite
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t, std::uint8_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::ipmcc {

enum class WayOut : std::uint8_t {
  sell_leap,      ///< buy the shares owed and sell the LEAP: nothing is left
  exercise_leap,  ///< deliver what the LEAP gives: its time value is lost
  buy_shares,     ///< buy the shares owed and keep the LEAP
};

[[nodiscard]] constexpr std::string_view text(WayOut w) noexcept {
  constexpr std::array<std::string_view, 3> texts{"sell_leap", "exercise_leap", "buy_shares"};
  return texts[static_cast<std::size_t>(w)];
}

/// One way out. Amounts are USD for the whole assignment, unknown without a spot, a LEAP or its bid.
struct WayOutCash {
  WayOut way{WayOut::sell_leap};
  std::optional<double> cash{};             ///< + received, - paid, to take it
  std::optional<double> with_assignment{};  ///< the same and what the assignment itself brought
  std::optional<double> time_value_lost{};  ///< of exercising: the LEAP's bid over its intrinsic value
};

/// \returns the three ways, each with its cash: the shares were delivered at the weekly's strike. LEAPs count as far as
/// they are held, the weekly's own first; shares that they do not deliver are bought. O(chain x LEAPs).
[[nodiscard]] inline std::array<WayOutCash, 3> ways_out(const BookState& book, const Assignment& assignment,
                                                        const Market& m) {
  const double units = m.multiplier * static_cast<double>(assignment.quantity);
  const double received = assignment.contract.strike() * units;
  const double spot = m.spot.value_or(0.0);
  const bool priced = std::isfinite(spot) && spot > 0;
  const auto way = [&](WayOut w, std::optional<double> cash) {
    return WayOutCash{w, cash, cash ? std::optional{*cash + received} : std::nullopt, std::nullopt};
  };
  const std::optional<double> shares = priced ? std::optional{-spot * units} : std::nullopt;
  const std::vector<LeapPart> leaps = leaps_that_deliver(book, assignment, assignment.quantity);
  std::optional<double> sale = leaps.empty() ? std::nullopt : shares;
  double exercise = 0;
  std::optional<double> time_value = 0.0;
  std::int64_t left = assignment.quantity;
  for (const LeapPart& leap : leaps) {
    const double own = m.multiplier * static_cast<double>(leap.quantity);
    const double strike = leap.contract.strike();
    const ChainOption* const o = find_in(m.chain, leap.contract);
    const bool has_bid = o != nullptr && o->quote.bid && std::isfinite(*o->quote.bid) && *o->quote.bid > 0;
    sale = sale && has_bid ? std::optional{*sale + *o->quote.bid * own} : std::nullopt;
    time_value = time_value && has_bid && priced
                     ? std::optional{*time_value + std::max(0.0, *o->quote.bid - std::max(0.0, spot - strike)) * own}
                     : std::nullopt;
    exercise -= strike * own;
    left -= leap.quantity;
  }
  if (left > 0 && priced) exercise -= spot * m.multiplier * static_cast<double>(left);
  const bool can_exercise = !leaps.empty() && (left == 0 || priced);
  std::array<WayOutCash, 3> out{way(WayOut::sell_leap, sale),
                                way(WayOut::exercise_leap, can_exercise ? std::optional{exercise} : std::nullopt),
                                way(WayOut::buy_shares, shares)};
  if (!leaps.empty()) out[1].time_value_lost = time_value;
  return out;
}

}  // namespace optcoord::ipmcc
