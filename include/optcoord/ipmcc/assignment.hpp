// optcoord/ipmcc/assignment.hpp -- a call sold was assigned while its LEAP lives: the three ways out, with their cash.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/book_state.hpp>
#include <optcoord/ipmcc/chain.hpp>

#include <algorithm>    // std::max
#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view

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

/// \returns the three ways, each with its cash: the shares were delivered at the weekly's strike. O(chain).
[[nodiscard]] inline std::array<WayOutCash, 3> ways_out(const BookState& book, const Assignment& assignment,
                                                        const Market& m) {
  const double units = m.multiplier * static_cast<double>(assignment.quantity);
  const double received = assignment.contract.strike() * units;
  const Lot* const leap = assignment.leap ? find_lot(book, *assignment.leap) : nullptr;
  const ChainOption* const quoted = leap != nullptr ? find_in(m.chain, leap->contract) : nullptr;
  const bool has_bid = quoted != nullptr && quoted->quote.bid && *quoted->quote.bid > 0;
  const auto way = [&](WayOut w, std::optional<double> cash) {
    return WayOutCash{w, cash, cash ? std::optional{*cash + received} : std::nullopt, std::nullopt};
  };
  const std::optional<double> shares = m.spot ? std::optional{-*m.spot * units} : std::nullopt;
  const std::optional<double> sale =
      shares && has_bid ? std::optional{*shares + *quoted->quote.bid * units} : std::nullopt;
  const std::optional<double> exercise =
      leap != nullptr ? std::optional{-leap->contract.strike() * units} : std::nullopt;
  std::array<WayOutCash, 3> out{way(WayOut::sell_leap, sale), way(WayOut::exercise_leap, exercise),
                                way(WayOut::buy_shares, shares)};
  if (has_bid && m.spot) {
    const double intrinsic = std::max(0.0, *m.spot - leap->contract.strike());
    out[1].time_value_lost = std::max(0.0, *quoted->quote.bid - intrinsic) * units;
  }
  return out;
}

}  // namespace optcoord::ipmcc
