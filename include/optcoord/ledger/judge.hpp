// optcoord/ledger/judge.hpp -- a request against every limit row: which it would breach, and how many units pass.
// SPDX-License-Identifier: MIT
//
// With h = held, p+ / p- = sums of open reservations' positive / negative parts, r = exposure of one unit:
//   r > 0: n units pass if h + p+ + n r <= upper;   r < 0: if h + p- + n r >= lower;   r = 0: pass.
// So open orders that offset each other never hide risk, and a request that worsens nothing is never blocked by a
// row that is already over. The largest n is found in closed form per row.
//
// Nearly every row of nearly every request is calm: nothing unknown, no bound near. Of a request that could be made
// ready (ledger/ready.hpp) those are told in one sweep that reads a cache line each; the others are looked into by
// ledger/row_findings.hpp, and what is not so plain takes the way of ledger/judge_group.hpp.
#pragma once

#include <optcoord/ledger/ready.hpp>
#include <optcoord/ledger/row_findings.hpp>
#include <optcoord/ledger/state.hpp>

#include <cstdint>  // std::int64_t
#include <span>     // std::span

namespace optcoord {

namespace detail {

/// Looks into the rows that are not calm, the first of `loud` being one.
inline void judge_loud(const LedgerState& s, std::span<const UnitRow> loud, std::int64_t units, RowFindings& findings) {
  while (!loud.empty()) {
    findings.judge(loud.front().row, loud.front().unit);
    loud = from_first_loud(s, loud.subspan(1), units);
  }
}

}  // namespace detail

}  // namespace optcoord
