// optcoord/pricing/worst_loss.hpp -- what a book loses in the worst of many scenarios: each owner's, and the account's.
// SPDX-License-Identifier: MIT
//
// For whoever runs several strategies on one account: each may be hedged against another's disaster, so the worst
// scenario of all together is looked for by itself. Compiled with the kernels. Example:
//
//   const std::vector<double> moves{-0.10, -0.05, 0.05}, vols{0.0, 0.10};
//   Result<WorstLosses> worst = worst_losses(Kernels::best(), book, {moves, vols}, strategies);
//   if (worst && worst->all) warn(worst->all->usd, moves[worst->all->spot]);
#pragma once

#include <optcoord/core/error.hpp>     // Result
#include <optcoord/pricing/batch.hpp>  // GridInput, GridShocks, Kernels

#include <cstddef>   // std::size_t
#include <cstdint>   // std::uint32_t
#include <optional>  // std::optional
#include <span>      // std::span
#include <vector>    // std::vector

namespace optcoord::pricing {

/// Shares or futures: they gain and lose what their price does.
struct LinearHolding {
  double spot{0};          ///< USD per unit; > 0
  double beta{1};          ///< how much of a spot shock the price takes
  double units{0};         ///< quantity x multiplier, + long, - short
  std::uint32_t owner{0};  ///< a strategy's number, below the number of owners
};

/// What is held: options as the grid takes them, beside each how much and whose it is. Spans of options of one length.
struct ShockedBook {
  GridInput options{};
  std::span<const double> units{};         ///< quantity x multiplier, + long, - short
  std::span<const std::uint32_t> owner{};  ///< below the number of owners
  std::span<const LinearHolding> linear{};
};

/// The scenario that costs the most, as places in the shocks.
struct WorstLoss {
  double usd{0};        ///< value now less value then; below 0: even the worst scenario gains
  std::size_t spot{0};  ///< of the first of equals: the earliest time, then volatility, then spot
  std::size_t vol{0};
  std::size_t time{0};
};

/// What cannot be computed is absent, never 0: of an owner with an option that has no value, and then of all.
struct WorstLosses {
  std::vector<std::optional<WorstLoss>> by_owner{};
  std::optional<WorstLoss> all{};  ///< of everything in one scenario: not the sum of the owners'
};

/// \returns the worst losses of `owners` owners, 0 to owners - 1. Errors: those of Kernels::grid, `invalid_value` for
/// spans of different lengths, an owner that is none, units that are not finite. O(options x scenarios); allocates
/// O(owners x scenarios).
[[nodiscard]] Result<WorstLosses> worst_losses(const Kernels& kernels, const ShockedBook& book,
                                               const GridShocks& shocks, std::size_t owners);

}  // namespace optcoord::pricing
