// optcoord/ledger/request.hpp -- what a strategy asks the ledger for, in ids.
// SPDX-License-Identifier: MIT
//
// Either legs, whose exposure comes from the contracts' current Greeks, or the caller's own estimate. Example:
//
//   const Leg legs[] = {{short_put, -1}, {long_put, +1}};
//   Request r{.id = RequestId{7}, .strategy = lt112, .intent = Intent::open, .units = 3, .legs = legs};
#pragma once

#include <optcoord/core/decision.hpp>  // Intent
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>  // Duration

#include <array>        // std::array
#include <cstdint>      // std::int32_t, std::int64_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view

namespace optcoord {

/// One leg of a unit: how many contracts, bought (+) or sold (-).
struct Leg {
  ContractId contract{};
  std::int32_t ratio{0};  ///< not 0

  friend constexpr bool operator==(const Leg&, const Leg&) noexcept = default;
};

/// A caller's own estimate of one unit's exposure, in units of the root's underlying, signed as held.
/// The direct form of the source document's request call, for hosts that only know a delta.
struct RawExposure {
  RootId root{};
  double delta{0};                ///< share-equivalents of the root
  std::optional<double> gamma{};  ///< per USD 1
  std::optional<double> theta{};  ///< USD per calendar day
  std::optional<double> vega{};   ///< USD per 0.01 of volatility

  friend constexpr bool operator==(const RawExposure&, const RawExposure&) noexcept = default;
};

/// A question to the ledger. Exactly one of `legs` and `raw` is given.
struct Request {
  RequestId id{};
  StrategyId strategy{};
  Intent intent{Intent::open};
  std::int64_t units{1};          ///< whole units wanted, >= 1
  bool partial{false};            ///< fewer units are welcome
  bool legging{false};            ///< legs go out one by one: each sign counts apart
  std::optional<Duration> ttl{};  ///< life of the reservation until working; absent: the configured one
  std::span<const Leg> legs{};
  std::optional<RawExposure> raw{};
};

/// What became of an order.
enum class OrderStatus : std::uint8_t { working, cancelled, rejected };

/// The state a reservation is in, or what a fill did to it.
enum class ReservationStatus : std::uint8_t {
  reserved,
  working,
  partly_filled,
  filled,
  cancelled,
  rejected,
  expired,
  late_fill,  ///< booked after the reservation had ended
  overfill,   ///< booked beyond the units allowed
  duplicate,  ///< a known execution: ignored
};

[[nodiscard]] constexpr std::string_view text(ReservationStatus s) noexcept {
  constexpr std::array<std::string_view, 10> texts{"reserved", "working", "partly_filled", "filled",   "cancelled",
                                                   "rejected", "expired", "late_fill",     "overfill", "duplicate"};
  return texts[static_cast<std::size_t>(s)];
}

/// A trade the host reports for a request: one leg's contracts, or units of a raw request.
struct Fill {
  RequestId request{};
  ExecutionId execution{};
  ContractId contract{};     ///< the leg traded{}; ignored for raw requests
  std::int64_t quantity{0};  ///< contracts, signed as traded{}; for raw requests units, > 0
  double price{0};           ///< USD per unit of underlying{}; informational
};

/// What an order or a fill did: the reservation, its state, and the units not wholly filled.
struct ReservationChange {
  RequestId id{};
  ReservationStatus status{ReservationStatus::reserved};
  std::int64_t remaining{0};
};

}  // namespace optcoord
