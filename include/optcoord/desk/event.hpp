// optcoord/desk/event.hpp -- everything a host can tell or ask the desk: one struct per event, one variant.
// SPDX-License-Identifier: MIT
//
// The fields are those of the JSON-lines protocol, with texts as views that need to live only during `step`.
// Example:
//
//   desk.step({t, QuoteEvent{.instrument = "SPY", .price = 450.0}}, sink);
#pragma once

#include <optcoord/coordination/allocation.hpp>     // AllocationMode
#include <optcoord/coordination/halts.hpp>          // HaltLevel
#include <optcoord/coordination/state_machine.hpp>  // Trigger
#include <optcoord/core/decision.hpp>               // Intent
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>               // Date, Timestamp
#include <optcoord/exercise/config.hpp>         // ExerciseMode
#include <optcoord/ledger/request.hpp>          // OrderStatus
#include <optcoord/market/quote.hpp>            // Quote
#include <optcoord/sizing/request.hpp>          // SizeRequest
#include <optcoord/sizing/risk_adjustment.hpp>  // TradeResult

#include <cstdint>      // std::int64_t
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <utility>      // std::pair
#include <variant>      // std::variant
#include <vector>       // std::vector

namespace optcoord {

/// Account figures in USD; what is absent keeps its last value.
struct AccountEvent {
  std::optional<double> equity{};
  std::optional<double> buying_power{};
  std::optional<double> margin_used{};  ///< fraction
  std::optional<double> day_start_equity{};
  std::optional<double> net_deposits{};
  std::vector<std::pair<std::string_view, double>> used{};  ///< buying power used by strategy, USD
};

/// A price of a root or a futures contract: `price`, else the mid of `bid` and `ask`.
struct QuoteEvent {
  std::string_view instrument{};
  std::optional<double> price{};
  Quote quote{};
};

/// A contract's quote and, where the host has them, its volatility and unit Greeks (long side).
struct OptionEvent {
  std::string_view contract{};
  std::string_view underlying{};  ///< a futures contract whose price is the underlying's; empty: the root's
  Quote quote{};
  std::optional<double> iv{};     ///< annual, a fraction; <= 0 means the host's Greeks are not to be trusted
  std::optional<double> delta{};  ///< per unit of underlying
  std::optional<double> gamma{};  ///< per USD 1
  std::optional<double> theta{};  ///< USD per calendar day
  std::optional<double> vega{};   ///< USD per 0.01 of volatility
};

/// Continuous rates per year, fractions.
struct RatesEvent {
  double rate{0};
  std::vector<std::pair<std::string_view, double>> dividend_yield{};  ///< by root
};

/// A cash dividend; the same (root, ex_date) replaces the amount, and 0 takes it back.
struct DividendEvent {
  std::string_view root{};
  Date ex_date{};
  double amount{0};  ///< USD per share, >= 0
};

/// A market event in force for from <= now < until; the same (name, root, from) replaces until.
struct CalendarEvent {
  std::string_view name{};
  Timestamp from{};
  Timestamp until{};
  std::string_view root{};  ///< empty: all
};

/// Trading hours of a root, or of all with "*", on the New York date of the close.
struct SessionEvent {
  std::string_view root{};
  Timestamp open{};
  Timestamp close{};
};

struct LegText {
  std::string_view contract{};
  std::int64_t ratio{0};
};

struct ExposureText {
  std::string_view root{};
  double delta{0};
  std::optional<double> gamma{};
  std::optional<double> theta{};
  std::optional<double> vega{};
};

/// May this strategy do this now? Exactly one of `legs` and `exposure` is given.
struct RequestEvent {
  RequestId id{};  ///< not looked at in what_if
  std::string_view strategy{};
  Intent intent{Intent::open};
  std::int64_t units{1};
  bool partial{false};
  bool legging{false};
  std::optional<double> ttl_s{};         ///< seconds, > 0
  std::optional<double> buying_power{};  ///< USD per unit, >= 0
  std::string_view entry{};
  std::string_view label{};
  std::vector<LegText> legs{};
  std::optional<ExposureText> exposure{};
};

/// The same question without consequences; several are judged in order, as if each were approved.
struct WhatIfEvent {
  std::vector<RequestEvent> requests{};
  bool batch{false};  ///< given as a list: errors name the element
};

struct OrderEvent {
  RequestId request{};
  OrderStatus status{OrderStatus::working};
};

/// A trade: `leg` and `quantity`, or `units` for raw requests.
struct FillEvent {
  RequestId request{};
  ExecutionId execution{};
  std::string_view leg{};
  std::optional<std::int64_t> quantity{};  ///< contracts, signed as traded
  std::optional<double> price{};           ///< USD per unit of underlying
  std::optional<std::int64_t> units{};     ///< > 0
};

/// A line of the broker's positions.
struct PositionText {
  std::string_view contract{};
  std::int64_t quantity{0};     ///< contracts, + long, - short; 0 is the same as no line
  std::string_view strategy{};  ///< whose they are; empty: the host does not know
};

/// The broker's whole truth: what is not named is not held. How a difference is settled: ledger/reconcile.hpp.
struct PositionsEvent {
  std::vector<PositionText> positions{};
  bool adopt{true};  ///< false: differences are told, nothing changes
};

/// Something happened to a strategy: it moves as the table of coordination/state_machine.hpp says.
struct StateEvent {
  std::string_view strategy{};
  Trigger trigger{Trigger::market_open};
  std::string_view reason{};
  std::string_view actor{};  ///< with a reason needed where a person must have looked: the reset of an error
};

/// Unrealised results, USD. Strategies that are not named keep theirs.
struct PnlEvent {
  std::vector<std::pair<std::string_view, double>> values{};
};

/// One observation of strategies' returns, as fractions.
struct ReturnsEvent {
  std::vector<std::pair<std::string_view, double>> values{};
};

/// Who gets how much of the buying power? Without demands: the fixed shares.
struct AllocateEvent {
  std::optional<std::vector<std::pair<std::string_view, double>>> demands{};  ///< USD by strategy
  std::optional<AllocationMode> mode{};                                       ///< absent: as configured
};

/// Which strategies may act now?
struct PlanEvent {};

/// How large may this trade of the strategy be?
struct SizeEvent {
  std::string_view strategy{};
  std::optional<double> equity{};  ///< USD; absent: the account's
  SizeRequest trade{};             ///< its equity is not looked at
};

/// A trade of the strategy was closed.
struct TradeResultEvent {
  std::string_view strategy{};
  TradeResult result{};
};

/// "account", "group:SPY" or "strategy:LT112".
struct HaltEvent {
  std::string_view scope{};
  HaltLevel level{HaltLevel::halt};
  std::string_view actor{};
  std::string_view reason{};
};

struct ResumeEvent {
  std::string_view scope{};
  std::string_view actor{};
  std::string_view reason{};
};

/// What should the strategy do with LEAPs and weekly calls on this root now?
struct IpmccEvent {
  std::string_view strategy{};
  std::string_view root{};
};

/// Which of the strategy's weekly calls are due to be rolled, on all roots?
struct IpmccRollsEvent {
  std::string_view strategy{};
};

/// A stop order of the host's works, or works no more.
struct StopOrderEvent {
  StopId id{};
  std::string_view strategy{};
  std::string_view contract{};
  std::int64_t quantity{0};  ///< contracts, signed as the trade
  double stop_price{0};      ///< USD per unit, > 0
  bool working{true};        ///< else cancelled
};

/// What is to be closed before expiry?
struct ExpiryEvent {
  std::optional<ExerciseMode> mode{};  ///< for this once; absent: the mode in force
};

/// A person closes one position, whatever its stage.
struct CloseRequestEvent {
  std::string_view strategy{};
  std::string_view contract{};
};

/// How an attempt to close ended. Fills and positions alone move the ledger.
struct CloseResultEvent {
  std::string_view strategy{};
  std::string_view contract{};
  bool success{false};
  std::optional<double> price{};         ///< USD per unit
  std::optional<std::int64_t> filled{};  ///< contracts, >= 0; absent: all of it when successful, else none
};

/// While on, no closing is ordered.
struct KillSwitchEvent {
  bool on{true};
  std::string_view actor{};
};

struct TickEvent {};
struct ReportEvent {};

using EventBody =
    std::variant<AccountEvent, QuoteEvent, OptionEvent, RatesEvent, DividendEvent, CalendarEvent, SessionEvent,
                 RequestEvent, WhatIfEvent, OrderEvent, FillEvent, PositionsEvent, StateEvent, PnlEvent, PlanEvent,
                 SizeEvent, TradeResultEvent, ReturnsEvent, AllocateEvent, HaltEvent, ResumeEvent, IpmccEvent,
                 IpmccRollsEvent, StopOrderEvent, ExpiryEvent, CloseRequestEvent, CloseResultEvent, KillSwitchEvent,
                 TickEvent, ReportEvent>;

struct Event {
  Timestamp t{};
  EventBody body{};
};

}  // namespace optcoord
