// optcoord/ipmcc/words.hpp -- rules and counts as a trader reads them; made at the edge, for people alone.
// SPDX-License-Identifier: MIT
//
//   in_words(plan.rejected);   // "312 contracts: 198 puts, 90 under the LEAP's least DTE, 24 no bid"
#pragma once

#include <optcoord/ipmcc/plan.hpp>

#include <array>     // std::array
#include <charconv>  // std::to_chars
#include <string>    // std::string

namespace optcoord::ipmcc {
namespace detail {

/// The shortest text that reads back to the same number.
template <class Number>
void append_number(std::string& out, Number n) {
  std::array<char, 32> buffer{};
  out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), n).ptr);
}

}  // namespace detail

/// \returns how many contracts were not chosen, and for what, in the order in which filters are asked.
[[nodiscard]] inline std::string in_words(const Tally& tally) {
  std::string out;
  detail::append_number(out, tally.total());
  out += tally.total() == 1 ? " contract" : " contracts";
  const char* before = ": ";
  for (std::size_t i = 0; i < filter_count; ++i) {
    const auto filter = static_cast<Filter>(i);
    if (tally[filter] == 0) continue;
    out += before;
    detail::append_number(out, tally[filter]);
    out += ' ';
    out += words(filter);
    before = ", ";
  }
  return out;
}

/// \returns why a rule fired or not: "dte 1 is at or below 1", "delta is unknown, threshold 0.7", "profit is off".
[[nodiscard]] inline std::string in_words(const RuleOutcome& r) {
  std::string out(text(r.rule));
  if (r.standing == RollStanding::off) return out + " is off";
  if (r.standing == RollStanding::unknown) {
    out += " is unknown, threshold ";
    detail::append_number(out, r.threshold);
    return out;
  }
  const bool falls = r.rule == RollRule::dte || r.rule == RollRule::extrinsic;
  out += ' ';
  detail::append_number(out, r.value);
  out += falls == r.fired() ? (r.fired() ? " is at or below " : " is below ")
                            : (r.fired() ? " is at or above " : " is above ");
  detail::append_number(out, r.threshold);
  return out;
}

/// \returns what somebody is told about a reason or warning that a plan can have; empty for others.
[[nodiscard]] constexpr std::string_view sentence(Code code) noexcept {
  switch (code) {
    case Code::close_failed: return "Failed to close existing weekly call";
    case Code::no_short_calls: return "Market event - no short calls";
    case Code::no_quote: return "No usable quote";
    case Code::no_equity: return "No account value to size on";
    case Code::zero_size: return "The size is zero";
    case Code::no_active_leap: return "No active LEAP found for rolling";
    case Code::no_leap_candidate: return "No LEAP passes the filters";
    case Code::no_weekly_candidate: return "No weekly call passes the filters";
    case Code::fully_covered: return "Every LEAP has its call";
    case Code::too_small_for_budget: return "One contract costs more than the budget";
    case Code::short_below_long: return "The short strike is under the LEAP's";
    case Code::spread_margin: return "The broker holds margin for it";
    case Code::orphan_leg: return "A leg stands without its other half";
    case Code::approximate_strike: return "Strike chosen without Greeks";
    case Code::greeks_computed: return "Greeks computed from the mid";
    case Code::not_computed: return "A figure could not be computed";
    default: return {};
  }
}

}  // namespace optcoord::ipmcc
