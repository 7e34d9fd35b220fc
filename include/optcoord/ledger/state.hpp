// optcoord/ledger/state.hpp -- what a ledger remembers: prices, exposures, positions, reservations, row sums.
// SPDX-License-Identifier: MIT
//
// Flat vectors of plain records, so that copying the state is a snapshot. Only the functions of this room change
// it; hosts go through `Ledger` (ledger/ledger.hpp).
//
//   instrument --holders--> (strategy, quantity)      one list per instrument, one per strategy
//        |  \--legs------> reservation legs            which open reservations a mark must re-count
//        \--cells-------> exposure of one contract in each of its groups, by metric
//   row line: bounds in force | held | pending up | pending down
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ledger/expiry_queue.hpp>
#include <optcoord/ledger/id_map.hpp>
#include <optcoord/ledger/policy.hpp>    // Membership
#include <optcoord/ledger/report.hpp>    // LedgerCounters
#include <optcoord/ledger/request.hpp>   // Leg, RawExposure
#include <optcoord/market/contract.hpp>  // Kind, Right
#include <optcoord/market/greeks.hpp>    // UnitGreeks
#include <optcoord/market/snapshot.hpp>  // Price

#include <algorithm>  // std::max, std::min
#include <array>      // std::array
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// "None" for indices into the pools below.
inline constexpr std::uint32_t nil = 0xFFFF'FFFF;

/// The most legs one request may have; no listed structure comes near.
inline constexpr std::size_t max_legs = 32;

/// What never changes of a contract, as the ledger needs it.
struct ContractTerms {
  RootId root{};
  Kind kind{Kind::share};
  Right right{Right::call};
  std::int32_t expiry_day{0};  ///< days since 1970-01-01; options and futures
  double multiplier{1};        ///< units of underlying per contract
};

/// What never changes of a root.
struct RootTerms {
  RootId member_as{};  ///< counts wherever this root is a member
  RootId price_of{};   ///< whose quote is the underlying's price
};

/// A row that counts what a root's instruments add: which, and where its figure stands among their cells.
struct RootRow {
  std::uint32_t row{0};
  std::uint16_t nth{0};  ///< of the root's groups
  Metric metric{Metric::delta};
};

/// A part of a list.
struct RowSlice {
  std::uint32_t begin{0};
  std::uint32_t count{0};
};

/// A root: its groups, its price, and the instruments whose exposure row sums contain.
struct RootState {
  RootTerms terms{};
  bool registered{false};                     ///< false: only its name is known
  std::vector<Membership> groups{};           ///< in order of configuration
  std::vector<RootRow> rows{};                ///< those of its groups, for one strategy after another
  std::vector<RowSlice> rows_of{RowSlice{}};  ///< by StrategyId, each in order of configuration; last: without caps
  bool plain{true};                           ///< no group needs a price ratio, and every row is a sum of cells
  std::optional<Price> price{};
  std::vector<RootId> dependents{};       ///< roots whose exposures this root's price enters
  std::vector<std::uint32_t> active{};    ///< instruments held or pending
  std::uint32_t losses{0};                ///< scenarios of all its groups
  std::vector<std::uint32_t> raw{};       ///< all raw instruments, the retired among them
  std::vector<std::uint32_t> free_raw{};  ///< the retired, to be used again
  std::uint32_t version{1};               ///< raised whenever exposures of its instruments may have changed
};

/// \returns the rows that count what `strategy` does in `root`, in order of configuration.
[[nodiscard]] inline std::span<const RootRow> rows_of(const RootState& root, StrategyId strategy) noexcept {
  const std::size_t uncapped = root.rows_of.size() - 1;
  const RowSlice slice = root.rows_of[index_of(strategy) < uncapped ? index_of(strategy) : uncapped];
  return std::span{root.rows}.subspan(slice.begin, slice.count);
}

/// What an option is valued anew by, beside the price of what it is on.
struct Revaluation {
  double strike{0};          ///< USD per unit
  double years{0};           ///< to expiry, 365-day years, as of its mark
  double rate{0};            ///< continuous, per year
  double dividend_yield{0};  ///< the same; for an option on a future, the rate
  double vol{0};             ///< annual
};

/// A loss nobody can compute.
inline constexpr std::int64_t unknown_loss = std::numeric_limits<std::int64_t>::min();

/// The exposure of one contract in one group, rounded once; a metric without its bit in `known` has no figure.
struct Cell {
  std::array<std::int64_t, summed_metrics> value{};
  std::uint8_t known{0};

  friend constexpr bool operator==(const Cell&, const Cell&) noexcept = default;
};

/// A contract, or a caller's raw exposure as a pseudo-contract of its strategy. What judging and reserving read comes
/// first, and together.
struct Instrument {
  ContractTerms terms{};
  std::uint32_t cells{0};    ///< first of its cells, one per group of its root
  std::uint32_t losses{0};   ///< first of its losses, one per scenario of each of those groups
  std::uint32_t version{0};  ///< of the root when the cells were last computed
  std::uint64_t stamp{0};    ///< raised whenever the cells or the age of the Greeks behind them change
  Timestamp greeks_at{};
  std::uint32_t active_at{nil};  ///< place in the root's list of active instruments
  std::uint32_t first_leg{nil};  ///< of open reservations
  std::uint32_t first_holder{nil};
  std::uint32_t references{0};  ///< raw: legs of remembered reservations{}; at 0 and idle it is used again
  bool complete{false};         ///< every figure that some row measures is known, in the cells as last computed
  bool raw{false};
  bool greeks_computed{false};     ///< not the host's: computed from the mid
  std::uint8_t greeks_known{0};    ///< bit per metric
  std::uint8_t greeks_skipped{0};  ///< bit per metric that no row judges: left out of a raw exposure, by configuration
  ContractId contract{};           ///< unless raw
  StrategyId raw_strategy{};       ///< the one strategy a raw exposure belongs to
  RawExposure raw_exposure{};      ///< of one unit, canonical sign
  UnitGreeks greeks{};             ///< long side, per unit of underlying
  std::optional<Price> price{};    ///< futures: their own quote
  std::uint32_t underlying{nil};   ///< options on futures: the future's instrument
};

/// What one strategy holds of one instrument.
struct Holder {
  std::uint32_t instrument{nil};
  StrategyId strategy{};
  std::int64_t quantity{0};             ///< contracts (units for raw), signed
  std::int64_t closing{0};              ///< contracts that open exits will close, >= 0
  std::uint32_t next{nil};              ///< of the instrument
  std::uint32_t next_of_strategy{nil};  ///< of the strategy
  std::uint32_t previous_of_strategy{nil};
};

/// A leg of a reservation. Those of one reservation stand together. Small, since ended ones are kept.
struct ReservedLeg {
  std::int64_t filled{0};         ///< contracts, >= 0
  std::uint32_t instrument{nil};  ///< while its place is free: the next free one of that many legs
  std::uint32_t reservation{nil};
  std::int32_t ratio{0};
  std::uint32_t next_of_instrument{nil};  ///< while the reservation is open
  std::uint32_t previous_of_instrument{nil};
  bool closes{false};  ///< a proved closing: its quantity is set aside on the holder
};
static_assert(sizeof(ReservedLeg) == 32);

/// An approved request, open or ended; ended ones stay until forgotten, so that late fills find their legs.
struct Reservation {
  RequestId id{};
  std::int64_t units{0};
  Timestamp clock{};  ///< open: when it lapses unless working by then{}; ended: when it ended
  StrategyId strategy{};
  std::uint32_t first_leg{nil};
  std::uint32_t queue_place{nil};  ///< in the expiry queue while reserved; while its place is free: the next free one
  ReservationStatus status{ReservationStatus::reserved};
  std::uint8_t leg_count{0};  ///< 0: the place is free or, open, its legs are still to be written
  bool legging{false};
  bool open{false};
};
static_assert(sizeof(Reservation) == 40);

/// A trade that was booked. Twelve bytes, since every one is kept until its reservation is forgotten.
struct Execution {
  std::array<std::uint32_t, 2> id_halves{};  ///< low, high
  std::uint32_t reservation{nil};

  [[nodiscard]] static Execution of(ExecutionId id, std::uint32_t reservation) noexcept {
    const auto raw = static_cast<std::uint64_t>(id);
    return {{static_cast<std::uint32_t>(raw), static_cast<std::uint32_t>(raw >> 32U)}, reservation};
  }
  [[nodiscard]] std::uint64_t id() const noexcept { return std::uint64_t{id_halves[1]} << 32U | id_halves[0]; }
};
static_assert(sizeof(Execution) == 12);

/// The moving part of a limit row: one cache line, all that the common path of judging reads. Bounds are those in
/// force; an absent one is at the end of the range.
struct alignas(64) Line {
  std::int64_t lower{std::numeric_limits<std::int64_t>::min()};
  std::int64_t upper{std::numeric_limits<std::int64_t>::max()};
  std::int64_t spare_down{-max_sum_raw};  ///< down to this may be added without anything to be said of it
  std::int64_t spare_up{max_sum_raw};     ///< up to this may be added without anything to be said of it
  std::int64_t held{0};
  std::int64_t up{0};               ///< sum of open reservations' positive parts
  std::int64_t down{0};             ///< sum of their negative parts
  std::int32_t unknown_held{0};     ///< positions without a figure
  std::int32_t unknown_pending{0};  ///< open reservations without a figure
};
static_assert(sizeof(Line) == 64);

/// What the rare path of judging needs to know of a row beside its line.
struct RowState {
  bool bounds_known{true};  ///< false: the bound needs an equity that is unknown
  std::int64_t calm_lower{std::numeric_limits<std::int64_t>::min()};  ///< neither breached nor warned of down to this
  std::int64_t calm_upper{std::numeric_limits<std::int64_t>::max()};  ///< neither breached nor warned of up to this
  Finding breach{};  ///< what every breach of the row says, whatever the figures: its code but for cuts, group, metric
};

/// Works out what may still be added to `line` without anything to be said. To be called whenever its sums or the calm
/// bounds have changed; adding to a pending sum may take what it adds from the spare instead.
inline void settle(Line& line, const RowState& row) noexcept {
  const bool known = row.bounds_known && (line.unknown_held | line.unknown_pending) == 0;
  const Int128 down = Int128{row.calm_lower} - line.held - line.down;
  const Int128 up = Int128{row.calm_upper} - line.held - line.up;
  // Nothing spare is a step to the other side: what adds nothing to a row is not asked about.
  line.spare_down = !known || down > 0 ? 1 : static_cast<std::int64_t>(std::max<Int128>(down, -max_sum_raw));
  line.spare_up = !known || up < 0 ? -1 : static_cast<std::int64_t>(std::min<Int128>(up, max_sum_raw));
}

/// The priority of a strategy nobody gave one.
inline constexpr std::int32_t usual_priority = 1000;

/// What the ledger is told of a strategy by whoever coordinates them. Headroom is kept for better priorities alone, and
/// only while their strategies may open.
struct StrategyState {
  std::int32_t priority{usual_priority};  ///< smaller is better
  bool may_open{true};
};

/// A cut: in force or not, and for level cuts whether a quote has been seen.
struct CutState {
  bool on{false};
  bool known{true};
};

/// \returns the free lists of a ledger that has freed nothing yet.
[[nodiscard]] constexpr std::array<std::uint32_t, max_legs + 1> no_free_legs() noexcept {
  std::array<std::uint32_t, max_legs + 1> none{};
  for (std::uint32_t& first : none) first = nil;
  return none;
}

/// Everything that changes. What deciding reads or writes each time comes last, and together.
struct LedgerState {
  std::vector<RootState> roots{};              ///< by RootId
  std::vector<std::uint32_t> instrument_of{};  ///< by ContractId
  std::vector<Instrument> instruments{};
  std::vector<Cell> cells{};
  std::vector<std::int64_t> losses{};                      ///< of one contract in each scenario, in millionths of USD
  std::vector<std::optional<Revaluation>> revaluations{};  ///< by ContractId; none beyond its end
  std::vector<Holder> holders{};
  std::vector<std::uint32_t> free_holders{};
  std::vector<std::uint32_t> first_of_strategy{};  ///< by StrategyId: its first holder
  std::vector<ReservedLeg> legs{};
  std::array<std::uint32_t, max_legs + 1> free_legs{no_free_legs()};  ///< the same, by how many stand together
  std::vector<RowState> rows{};                                       ///< by row
  std::vector<CutState> cuts{};                                       ///< by cut
  std::vector<StrategyState> strategies{};                            ///< by StrategyId
  std::vector<bool> closed_groups{};                                  ///< by GroupId: nobody may open in it
  std::int32_t unknown_cuts{0};                                       ///< level cuts without a quote yet
  ExpiryQueue expiries{};
  std::vector<Execution> executions{};
  IdMap by_execution{};  ///< execution id to its place in `executions`
  std::optional<double> equity{};
  std::uint64_t held_version{0};  ///< raised whenever a held sum or a bound in force may have changed
  std::uint64_t marks{0};         ///< raised by every price, every option's Greeks and every cut first heard of
  std::vector<Line> lines{};      ///< by row; then strategies' own sums
  std::vector<Reservation> reservations{};
  IdMap by_id{};                        ///< request id to its place in `reservations`
  std::uint32_t free_reservation{nil};  ///< the first of those to be used again
  LedgerCounters counters{};
};

/// Takes a place from `free`, as its last user left it, or a new one at the end of `pool`.
template <class T>
[[nodiscard]] std::uint32_t take(std::vector<T>& pool, std::vector<std::uint32_t>& free) {
  if (free.empty()) {
    pool.emplace_back();
    return static_cast<std::uint32_t>(pool.size() - 1);
  }
  const std::uint32_t at = free.back();
  free.pop_back();
  return at;
}

/// How the ledger's id maps read the ids of what they name.
[[nodiscard]] inline auto request_id_in(const LedgerState& s) noexcept {
  return [&s](std::uint32_t place) { return static_cast<std::uint64_t>(s.reservations[place].id); };
}
[[nodiscard]] inline auto execution_id_in(const LedgerState& s) noexcept {
  return [&s](std::uint32_t place) { return s.executions[place].id(); };
}
/// \returns the reservation that `id` was a trade of, or nil.
[[nodiscard]] inline std::uint32_t find_execution(const LedgerState& s, ExecutionId id) noexcept {
  const std::uint32_t at = s.by_execution.find(static_cast<std::uint64_t>(id), execution_id_in(s));
  return at == IdMap::nowhere ? nil : s.executions[at].reservation;
}

/// \returns the legs of `r`.
[[nodiscard]] inline std::span<const ReservedLeg> legs_of(const LedgerState& s, const Reservation& r) noexcept {
  return std::span{s.legs}.subspan(r.first_leg, r.leg_count);
}
[[nodiscard]] inline std::span<ReservedLeg> legs_of(LedgerState& s, const Reservation& r) noexcept {
  return std::span{s.legs}.subspan(r.first_leg, r.leg_count);
}

}  // namespace optcoord
