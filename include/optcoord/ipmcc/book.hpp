// optcoord/ipmcc/book.hpp -- what the strategy holds and has at the broker: LEAPs, the calls sold against them, orders.
// SPDX-License-Identifier: MIT
//
// An order that could leave a call without a LEAP, in whatever order its parts fill, is refused; fills are facts and
// always booked, as are orders that somebody else let pass, and what they leave without its other half is reported with
// its repair. Example:
//
//   Book book;
//   (void)book.place({RequestId{1}, true, plan.steps});   // invalid_value coverage, or it stands
//   (void)book.fill({RequestId{1}, leap, +1, 103.5}, now);
//   orphans(book.state(), underlying);                                 // the weekly is not sold yet: sell_to_open
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/reason.hpp>
#include <optcoord/ipmcc/book_state.hpp>
#include <optcoord/ipmcc/coverage.hpp>
#include <optcoord/ipmcc/orphans.hpp>
#include <optcoord/ipmcc/plan.hpp>

#include <algorithm>  // std::find_if, std::lower_bound, std::max, std::min
#include <cmath>      // std::isfinite
#include <cstdint>    // std::int32_t, std::int64_t
#include <optional>   // std::optional
#include <utility>    // std::move
#include <vector>     // std::erase_if, std::vector

namespace optcoord::ipmcc {

/// An order as it is sent.
struct NewOrder {
  RequestId id{};
  bool package{false};
  std::vector<Step> steps{};  ///< in a package a sale without `depends_on` waits for the first purchase
};

/// \returns the steps of `plan` as one order.
[[nodiscard]] inline NewOrder order_of(const Plan& plan, RequestId id) {
  return {id, !plan.steps.empty() && plan.steps.front().package.has_value(), plan.steps};
}

/// A trade at the broker.
struct BookFill {
  std::optional<RequestId> order{};  ///< absent: traded outside
  Contract contract{};
  std::int64_t quantity{0};       ///< contracts, + bought, - sold; not 0
  std::optional<double> price{};  ///< USD per unit, >= 0; unknown is kept as unknown
};

/// How the shares owed after an assignment were come by.
enum class Settled : std::uint8_t { shares_bought, leap_exercised };

/// The most contracts one order or trade may have.
inline constexpr std::int64_t max_book_quantity = 9'007'199'254'740'992;  // what a JSON number holds exactly
inline constexpr std::size_t max_order_legs = 64;

class Book {
 public:
  Book() = default;
  /// \returns the book of `state` when it contradicts itself nowhere; else the first fault (ipmcc/restore.hpp). Of an
  /// order's leg `batch` is the order's place and `index` the leg's. O(n log n) in all there is.
  [[nodiscard]] static Result<Book> restore(BookState state);

  [[nodiscard]] const BookState& state() const noexcept { return state_; }

  /// An order goes to the broker. Nothing changes on an error: `duplicate_id` for an order that is working;
  /// `invalid_value` with the field for legs that are no calls of one root, close more than is open and not being
  /// closed, depend on what they cannot, or are of unequal quantity in a package; `invalid_value` with the field
  /// `coverage` for an order that could leave a call uncovered. O(lots x orders).
  [[nodiscard]] Result<void> place(const NewOrder& order);
  /// The same of an order that is at the broker already, whoever let it pass: what it closes and what it leaves
  /// uncovered is not asked, only counted. `duplicate_id` or `invalid_value` for what is no order in calls of one root.
  [[nodiscard]] Result<void> sent(const NewOrder& order);
  /// A trade. Each execution is told once. \returns `late_fill` for an order that is not known or whose leg had ended,
  /// `overfill` beyond its quantity, else none: all are booked. `invalid_value` for what is no trade in a call.
  [[nodiscard]] Result<Code> fill(const BookFill& fill, Timestamp now);
  /// What is left of an order, or of one leg of it, has ended. \returns `close_failed` when that was to buy back a call
  /// sold, else none; `unknown_request` for an order or leg that is not working.
  [[nodiscard]] Result<Code> end(RequestId order, LegStatus status, Timestamp now,
                                 std::optional<std::uint32_t> leg = std::nullopt);
  /// Calls sold were assigned. `invalid_value` for more than are open, or were when they expired.
  [[nodiscard]] Result<void> assign(const Contract& contract, std::int64_t quantity, Timestamp now);
  /// Shares owed were delivered. `invalid_value` for what was never assigned, or more LEAPs than are held.
  [[nodiscard]] Result<void> settle(LotId weekly, std::int64_t quantity, Settled how, Timestamp now);
  /// Everything that expires before `date` is gone, orders for it too.
  void expire_before(Date date, Timestamp now);
  /// Sets what is held of `contract` to what the broker says; prices of what was not known are unknown.
  void adopt(const Contract& contract, std::int64_t quantity, Timestamp now);
  /// Forgets what is recorded before `until`. Lots, orders and numbers stay.
  void forget_record(Timestamp until);

 private:
  [[nodiscard]] Result<void> check_form(const NewOrder& order) const;
  [[nodiscard]] Result<void> check_closings(const NewOrder& order) const;
  void add(BookOrder order);
  [[nodiscard]] static BookOrder booked(const NewOrder& order);
  /// Records it; at the time of the entry before when the clock has gone back since.
  void note(BookEventKind kind, std::optional<LotId> lot, const Contract& contract, std::int64_t quantity,
            std::optional<double> price, std::optional<RequestId> order, Timestamp now) {
    const Timestamp at = state_.record.empty() ? now : std::max(now, state_.record.back().at);
    state_.record.push_back({kind, lot, contract, quantity, price, order, at});
  }
  std::int64_t reduce(const Contract& contract, std::int64_t change, BookEventKind kind, std::optional<double> price,
                      std::optional<RequestId> order, Timestamp now);
  void trade(const BookFill& fill, BookLeg* leg, BookEventKind opening, Timestamp now);
  void count(BookOrder& order, std::size_t leg, const BookFill& fill, Timestamp now);
  LotId open_lot(const BookFill& fill, BookEventKind kind, Timestamp now);
  void end_leg(BookOrder& order, std::size_t leg, LegStatus status, Timestamp now, bool& close_failed);
  [[nodiscard]] std::optional<LotId> leap_for(const Lot& weekly) const;
  void find_leaps_anew();
  std::int64_t assign_expired(const Contract& contract, std::int64_t quantity, Timestamp now, bool really);
  void tidy();
  Lot* lot(LotId id) noexcept {
    const auto it = std::find_if(state_.lots.begin(), state_.lots.end(), [id](const Lot& l) { return l.id == id; });
    return it == state_.lots.end() ? nullptr : &*it;
  }
  BookOrder* order(RequestId id) noexcept {
    const auto it =
        std::find_if(state_.orders.begin(), state_.orders.end(), [id](const auto& o) { return o.id == id; });
    return it == state_.orders.end() ? nullptr : &*it;
  }

  BookState state_{};
  bool leaps_changed_{false};  ///< since calls sold were last laid to LEAPs
};

}  // namespace optcoord::ipmcc

#include <optcoord/ipmcc/book_orders.hpp>
#include <optcoord/ipmcc/book_trades.hpp>
#include <optcoord/ipmcc/restore.hpp>
