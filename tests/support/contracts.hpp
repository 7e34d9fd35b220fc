// tests/support/contracts.hpp -- the contracts that tests talk about, by name. SPY is near 450 there.
// SPDX-License-Identifier: MIT
#pragma once

#include <string>  // std::string

namespace optcoord::test {

// Of January 2026.
inline const std::string call_450 = "SPY   260116C00450000";
inline const std::string call_460 = "SPY   260116C00460000";
inline const std::string call_470 = "SPY   260116C00470000";
inline const std::string call_480 = "SPY   260116C00480000";
inline const std::string put_420 = "SPY   260116P00420000";
inline const std::string put_430 = "SPY   260116P00430000";
inline const std::string put_440 = "SPY   260116P00440000";
inline const std::string put_450 = "SPY   260116P00450000";

// A month later.
inline const std::string later_call_450 = "SPY   260220C00450000";
inline const std::string later_call_470 = "SPY   260220C00470000";
inline const std::string later_put_430 = "SPY   260220P00430000";
inline const std::string later_put_440 = "SPY   260220P00440000";

// Futures of March 2026.
inline const std::string es = "ES 2026-03-20";
inline const std::string mes = "MES 2026-03-20";

}  // namespace optcoord::test
