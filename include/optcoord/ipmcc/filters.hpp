// optcoord/ipmcc/filters.hpp -- why a contract of the chain was not chosen, each under one name, and how many.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ipmcc/chain.hpp>  // ChainOption
#include <optcoord/market/quote.hpp>

#include <array>        // std::array
#include <cmath>        // std::isfinite
#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint32_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view

namespace optcoord::ipmcc {

/// What a contract failed, in the order in which it is asked.
enum class Filter : std::uint8_t {
  other_root,  ///< not an option on this underlying
  put,
  expiry,         ///< neither a weekly's nor a LEAP's: expired, expiring today, or between
  under_min_dte,  ///< a LEAP was looked for: expires too early
  over_max_dte,   ///< a weekly was looked for: expires too late
  no_bid,         ///< an ask alone, or no quote at all
  no_ask,
  crossed,
  above_spot,  ///< the ask is above spot or the bid not under it: no call is worth its underlying
  wide_spread,
  stale,
  ex_dividend,      ///< the call would be open on the ex-dividend date
  other_expiry,     ///< fit to be traded, but of another expiry than the one chosen
  rolled,           ///< the contract that is to be rolled, or a lower strike of its expiry
  no_delta,         ///< others have one, this one has not
  strike,           ///< on the wrong side of the strike rule's target
  min_credit,       ///< the bid is under the least credit
  no_credit,        ///< a roll into it would cost money
  loses_if_called,  ///< called away at this strike, the position would lose
  not_nearest,      ///< another one is nearer to the target
};
inline constexpr std::size_t filter_count = static_cast<std::size_t>(Filter::not_nearest) + 1;

/// The protocol's name.
[[nodiscard]] constexpr std::string_view text(Filter f) noexcept {
  constexpr std::array<std::string_view, filter_count> texts{
      "other_root", "put",        "expiry",      "under_min_dte", "over_max_dte",    "no_bid",       "no_ask",
      "crossed",    "above_spot", "wide_spread", "stale",         "ex_dividend",     "other_expiry", "rolled",
      "no_delta",   "strike",     "min_credit",  "no_credit",     "loses_if_called", "not_nearest"};
  return texts[static_cast<std::size_t>(f)];
}
/// As a trader says it: "198 puts".
[[nodiscard]] constexpr std::string_view words(Filter f) noexcept {
  constexpr std::array<std::string_view, filter_count> texts{"of another underlying",
                                                             "puts",
                                                             "of another time to expiry",
                                                             "under the LEAP's least DTE",
                                                             "over the weekly's most DTE",
                                                             "no bid",
                                                             "no ask",
                                                             "crossed",
                                                             "priced above spot",
                                                             "wide spread",
                                                             "stale",
                                                             "over an ex-dividend date",
                                                             "of another expiry",
                                                             "to be rolled",
                                                             "no delta",
                                                             "strike",
                                                             "under the least credit",
                                                             "no credit",
                                                             "losing if called",
                                                             "not nearest"};
  return texts[static_cast<std::size_t>(f)];
}

/// How many contracts each filter rejected. With those chosen they add up to the chain.
class Tally {
 public:
  void add(Filter f, std::uint32_t count = 1) noexcept { counts_[static_cast<std::size_t>(f)] += count; }
  [[nodiscard]] std::uint32_t operator[](Filter f) const noexcept { return counts_[static_cast<std::size_t>(f)]; }
  [[nodiscard]] std::uint32_t total() const noexcept {
    std::uint32_t sum = 0;
    for (const std::uint32_t n : counts_) sum += n;
    return sum;
  }
  Tally& operator+=(const Tally& other) noexcept {
    for (std::size_t i = 0; i < filter_count; ++i) counts_[i] += other.counts_[i];
    return *this;
  }
  friend bool operator==(const Tally&, const Tally&) = default;

 private:
  std::array<std::uint32_t, filter_count> counts_{};
};

/// \returns what is wrong with a call's quote, or nothing: it must be two-sided, not crossed, the bid under `spot` and
/// the ask not above it, its spread within `max_spread` (exactly that is fine) and at most `max_age` old.
[[nodiscard]] inline std::optional<Filter> quote_fault(const ChainOption& o, std::optional<double> spot,
                                                       std::optional<double> max_spread, Duration max_age,
                                                       Timestamp now) noexcept {
  const auto there = [](const std::optional<double>& side) { return side && std::isfinite(*side) && *side > 0; };
  if (!there(o.quote.bid)) return Filter::no_bid;
  if (!there(o.quote.ask)) return Filter::no_ask;
  if (*o.quote.bid > *o.quote.ask) return Filter::crossed;
  if (spot && (*o.quote.ask > *spot || *o.quote.bid >= *spot)) return Filter::above_spot;
  constexpr double cent_room = 1e-9;  // 1.10 less 1.00 is a spread of 0.10
  if (max_spread && *o.quote.ask - *o.quote.bid > *max_spread + cent_room) return Filter::wide_spread;
  if (!is_fresh(o.at, max_age, now)) return Filter::stale;
  return std::nullopt;
}

}  // namespace optcoord::ipmcc
