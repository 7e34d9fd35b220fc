// examples/expiry/bars.hpp -- real minute bars of an underlying to expiry days.
// SPDX-License-Identifier: MIT
#pragma once

#include "events/market_csv.hpp"  // MarketFile
#include "events/outcome.hpp"     // Faults, Outcome
#include "market_model.hpp"          // Day

#include <string>  // std::string
#include <vector>  // std::vector

namespace optcoord::expiry_program {

/// The sessions of a file of minute bars, by NYSE's calendar. A bar is known when it is over and stands until the next;
/// prices are scaled so that the first bar of the day is `usual_open`. Left out are days without a bar in the first
/// half hour, in the half hour before the last, or in the last two minutes.
[[nodiscard]] events::Outcome<std::vector<Day>> days_of_bars(const events::MarketFile& file, events::Faults& faults);

}  // namespace optcoord::expiry_program
