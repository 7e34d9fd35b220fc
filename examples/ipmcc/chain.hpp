// examples/ipmcc/chain.hpp -- an option chain from a CSV file: one quote a contract, or a day's minute bars.
// SPDX-License-Identifier: MIT
//
//   contract,bid,ask,iv,delta,gamma,theta,vega,at
//   SPY   270115C00370000,98.1,98.4,0.21,0.80,,,,2026-01-05T15:00:00Z
//   SPY,449.99,450.01,,,,,,
#pragma once

#include "events/outcome.hpp"  // Faults, Outcome

#include <optcoord/core/time.hpp>    // Timestamp
#include <optcoord/ipmcc/chain.hpp>  // ChainOption
#include <optcoord/market/contract.hpp>

#include <optional>  // std::optional
#include <string>    // std::string
#include <vector>    // std::vector

namespace optcoord::ipmcc_program {

/// What a file says of an underlying and its options.
struct Chain {
  std::vector<ipmcc::ChainOption> options{};
  std::optional<double> spot{};    ///< USD: the mid of the underlying's own row, or its last bar
  std::optional<Timestamp> now{};  ///< the instant asked for, else the latest in the file
};

/// Reads the chain of `underlying` as of `now`. Columns contract, bid and ask, and any of iv, delta, gamma, theta, vega
/// (per unit, long side) and at; blanks are unknown, and a quote without a time is of now. A file with the columns
/// date, time, expiry, strike, right, bid_close, ask_close has minute bars by New York's clock, written when a quote
/// changes: the last one over by `now`, which must be given then, stands. Rows that are no quote, are later than `now`
/// or repeat a contract are left out and noted in `faults`. \returns a failure when the file cannot be used.
[[nodiscard]] events::Outcome<Chain> read_chain(const std::string& path, const Contract& underlying,
                                                std::optional<Timestamp> now, events::Faults& faults);

/// Reads the last price of `underlying` over by `now` from minute bars: date, time, and close or bid_close, ask_close.
[[nodiscard]] events::Outcome<std::optional<double>> read_spot(const std::string& path, const Contract& underlying,
                                                               Timestamp now, events::Faults& faults);

}  // namespace optcoord::ipmcc_program
