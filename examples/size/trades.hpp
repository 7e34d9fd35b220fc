// examples/size/trades.hpp -- the figures a trade's size depends on by name, and a CSV file of past trades.
// SPDX-License-Identifier: MIT
#pragma once

#include "events/outcome.hpp"  // Faults, Outcome

#include <optcoord/sizing/compare.hpp>  // PastTrade
#include <optcoord/sizing/request.hpp>  // SizeRequest

#include <array>        // std::array
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::size_program {

/// A figure that a trade may have: a column of the file, an option of the program.
struct TradeFigure {
  std::string_view name;
  std::optional<double> SizeRequest::*member;
  const char* meaning;
};
inline constexpr std::array<TradeFigure, 8> trade_figures{{
    {"stop", &SizeRequest::stop, "price of the stop"},
    {"stop_loss_pct", &SizeRequest::stop_loss_pct,
     "distance of the stop: below 1 a fraction of the price, from 1 on percent"},
    {"signal", &SizeRequest::signal, "signal strength, 0 to 1"},
    {"multiplier", &SizeRequest::multiplier, "units a contract; above 1 sizes are whole contracts"},
    {"lot", &SizeRequest::lot, "units the exchange trades at least"},
    {"max_loss_per_unit", &SizeRequest::max_loss_per_unit, "USD an options structure can lose, a unit"},
    {"buying_power", &SizeRequest::buying_power, "USD available"},
    {"volatility", &SizeRequest::volatility, "annualised volatility, a fraction"},
}};

/// Reads past trades: columns price and exit_price, and side and any of trade_figures, whose blanks are absent. Rows
/// that are no trade are left out, and noted in `faults`. \returns a failure when the file cannot be used.
[[nodiscard]] events::Outcome<std::vector<PastTrade>> read_trades(const std::string& path, events::Faults& faults);

}  // namespace optcoord::size_program
