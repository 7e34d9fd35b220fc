// optcoord/desk/call_books.hpp -- calls each strategy holds and has at the broker, as the planner of LEAPs sees them.
// SPDX-License-Identifier: MIT
//
// A view of the ledger with what the ledger does not keep: prices paid, which call belongs to which LEAP, what was to
// follow what. The ledger's approvals and trades are facts here: nothing it lets pass is refused, and what leaves a
// call without a LEAP is reported with its repair. One book for a strategy and root, from the first order on.
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/core/names.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ipmcc/book.hpp>
#include <optcoord/ledger/ledger.hpp>

#include <cstdint>   // std::int64_t
#include <optional>  // std::optional
#include <span>      // std::span
#include <vector>    // std::vector

namespace optcoord {

/// One strategy's calls on one root.
struct CallBook {
  RootId root{};
  ipmcc::Book book{};
};

/// A LEAP and the weekly sold against it, or either alone.
struct IpmccPosition {
  StrategyId strategy{};
  std::optional<Contract> leap{};    ///< nothing: no LEAP covers the weekly
  std::optional<Contract> weekly{};  ///< nothing: the LEAP is free
  std::int64_t quantity{0};          ///< contracts, > 0
};

class CallBooks {
 public:
  /// The books of a strategy, in order of their first order.
  [[nodiscard]] std::span<const CallBook> of(StrategyId strategy) const noexcept;
  /// The book of a strategy and root; nullptr before their first order.
  [[nodiscard]] const ipmcc::Book* find(StrategyId strategy, RootId root) const noexcept;
  /// Whether anybody has ever had calls on `root`.
  [[nodiscard]] bool knows(RootId root) const noexcept;
  /// LEAPs and weeklies of all strategies. Calls that have nothing to do with a LEAP, one bought or sold as part of
  /// something else, are not among them. \param active_from  first expiry a LEAP without a weekly has
  [[nodiscard]] std::vector<IpmccPosition> positions(Date active_from) const;

  /// Reservation `id` was made.
  void take_order(const Ledger& ledger, const Names& names, RequestId id);
  /// What is left of an order has ended.
  void end_order(StrategyId strategy, const ReservationChange& ended, Timestamp now);
  /// A trade the ledger has booked. \param price  USD per unit, where known
  void take_fill(const Ledger& ledger, const Names& names, const Fill& fill, std::optional<double> price,
                 Timestamp now);
  /// The broker's positions, as the ledger has adopted them. Calls that went in the same positions in which as many of
  /// the root's shares went short were assigned.
  void take_positions(const Ledger& ledger, const Names& names, const Reconciliation& found, Timestamp now);
  /// A day begins: what expired before it is gone, and what was recorded before `forget_until` is forgotten.
  void begin_day(Date date, Timestamp forget_until, Timestamp now);

 private:
  [[nodiscard]] ipmcc::Book& at(StrategyId strategy, RootId root);
  void settle_assignments(const Ledger& ledger, const Names& names, RootId root, Timestamp now);

  std::vector<std::vector<CallBook>> books_{};  // by StrategyId
  bool any_assigned_{false};                    // some book may have an assignment to settle
  Date today_{};
};

}  // namespace optcoord
