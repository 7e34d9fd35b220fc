// optcoord/ipmcc/book_state.hpp -- everything the book knows, as plain values: what a file keeps between two runs.
// SPDX-License-Identifier: MIT
//
// Only `Book` changes it, and `Book::restore` is the only way back in: it checks what a file says.
#pragma once

#include <optcoord/core/ids.hpp>    // RequestId
#include <optcoord/core/time.hpp>   // Timestamp
#include <optcoord/ipmcc/plan.hpp>  // Action, Step
#include <optcoord/market/contract.hpp>

#include <algorithm>    // std::any_of, std::min, std::partition_point
#include <array>        // std::array
#include <cstddef>      // std::size_t
#include <cstdint>      // std::int64_t, std::uint32_t
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::ipmcc {

/// A lot's number, from 1; never given twice.
enum class LotId : std::uint32_t {};

/// Calls bought or sold by one order, as far as they are still open.
struct Lot {
  LotId id{};
  Contract contract{};
  std::int64_t quantity{0};               ///< contracts, never 0: + a LEAP, - a weekly sold
  std::optional<double> average_price{};  ///< USD per unit; unknown for what was found at the broker's
  std::optional<LotId> leap{};            ///< of a weekly: the LEAP it belongs to
  Timestamp opened{};
  bool close_failed{false};  ///< of a weekly: the last attempt to roll it could not buy it back

  [[nodiscard]] bool is_leap() const noexcept { return quantity > 0; }
  friend bool operator==(const Lot&, const Lot&) = default;
};

enum class LegStatus : std::uint8_t { working, filled, cancelled, rejected };

/// One leg of an order.
struct BookLeg {
  Action action{Action::buy_to_open};
  Contract contract{};
  std::int64_t quantity{0};
  std::int64_t filled{0};                     ///< at most `quantity`
  std::optional<std::uint32_t> depends_on{};  ///< it may fill only as far as that leg has
  LegStatus status{LegStatus::working};
  std::optional<LotId> lot{};  ///< what it has opened

  [[nodiscard]] bool is_working() const noexcept { return status == LegStatus::working; }
  [[nodiscard]] std::int64_t remaining() const noexcept { return is_working() ? quantity - filled : 0; }
  friend bool operator==(const BookLeg&, const BookLeg&) = default;
};

/// An order at the broker with at least one leg working.
struct BookOrder {
  RequestId id{};
  bool package{false};  ///< its legs trade together or not at all
  std::vector<BookLeg> legs{};

  [[nodiscard]] bool is_working() const noexcept {
    return std::any_of(legs.begin(), legs.end(), [](const BookLeg& l) { return l.is_working(); });
  }
  friend bool operator==(const BookOrder&, const BookOrder&) = default;
};

/// A package that ended with one leg ahead of the other, until it is put right.
struct OpenRepair {
  RequestId order{};
  Action action{Action::buy_to_close};
  Contract contract{};
  std::int64_t quantity{0};

  friend bool operator==(const OpenRepair&, const OpenRepair&) = default;
};

/// A weekly that was assigned: the account is short the shares until somebody has settled it.
struct Assignment {
  LotId weekly{};
  Contract contract{};
  std::int64_t quantity{0};     ///< contracts assigned and not settled
  std::optional<LotId> leap{};  ///< the LEAP it belonged to
  Timestamp at{};

  friend bool operator==(const Assignment&, const Assignment&) = default;
};

enum class BookEventKind : std::uint8_t {
  opened,         ///< a first fill made a lot
  rolled,         ///< as opened, in place of another one
  partly_filled,  ///< more of a leg that is not done
  filled,         ///< a leg is done
  closed,
  assigned,
  settled,  ///< of an assignment
  expired,
  close_failed,
  cancelled,
  rejected,
  reconciled,  ///< changed to what the broker says
};

[[nodiscard]] constexpr std::string_view text(BookEventKind k) noexcept {
  constexpr std::array<std::string_view, 12> texts{"opened",       "rolled",    "partly_filled", "filled",
                                                   "closed",       "assigned",  "settled",       "expired",
                                                   "close_failed", "cancelled", "rejected",      "reconciled"};
  return texts[static_cast<std::size_t>(k)];
}
[[nodiscard]] constexpr std::string_view text(LegStatus s) noexcept {
  constexpr std::array<std::string_view, 4> texts{"working", "filled", "cancelled", "rejected"};
  return texts[static_cast<std::size_t>(s)];
}

/// Something that happened to a lot or leg.
struct BookEvent {
  BookEventKind kind{BookEventKind::opened};
  std::optional<LotId> lot{};
  Contract contract{};
  std::int64_t quantity{0};       ///< contracts, signed as the trade's; of what ended without a trade, as held
  std::optional<double> price{};  ///< USD per unit
  std::optional<RequestId> order{};
  Timestamp at{};

  friend bool operator==(const BookEvent&, const BookEvent&) = default;
};

/// The book. A value: copying it is a snapshot.
struct BookState {
  std::vector<Lot> lots{};          ///< open ones, in order of contract, then number: a root's stand together
  std::vector<BookOrder> orders{};  ///< in order of placing
  std::vector<OpenRepair> repairs{};
  std::vector<Assignment> assignments{};
  std::vector<BookEvent> record{};  ///< what happened, oldest first
  std::uint32_t next_lot{1};

  friend bool operator==(const BookState&, const BookState&) = default;
};

namespace detail {
[[nodiscard]] constexpr bool is_call(const Contract& c) noexcept {
  return c.kind == Kind::option && c.right == Right::call;
}
}  // namespace detail

[[nodiscard]] inline bool is_before(const Lot& a, const Lot& b) noexcept {
  return a.contract != b.contract ? a.contract < b.contract : a.id < b.id;
}

/// \returns the lots of the root of `underlying`. O(log lots).
[[nodiscard]] inline std::span<const Lot> lots_of(const BookState& s, const Contract& underlying) noexcept {
  const auto first = std::partition_point(s.lots.begin(), s.lots.end(),
                                          [&](const Lot& l) { return l.contract.root_chars < underlying.root_chars; });
  const auto last = std::partition_point(first, s.lots.end(),
                                         [&](const Lot& l) { return l.contract.root_chars == underlying.root_chars; });
  return {first, last};
}
/// \returns the lots of `contract`, oldest first. O(log lots).
[[nodiscard]] inline std::span<const Lot> lots_in(const BookState& s, const Contract& contract) noexcept {
  const auto first =
      std::partition_point(s.lots.begin(), s.lots.end(), [&](const Lot& l) { return l.contract < contract; });
  const auto last = std::partition_point(first, s.lots.end(), [&](const Lot& l) { return l.contract == contract; });
  return {first, last};
}
/// \returns contracts of `contract` held, signed. O(log lots + lots of it).
[[nodiscard]] inline std::int64_t held_in(const BookState& s, const Contract& contract) noexcept {
  std::int64_t sum = 0;
  for (const Lot& l : lots_in(s, contract)) sum += l.quantity;
  return sum;
}
/// \returns the open lot of that number, or nullptr. O(lots).
[[nodiscard]] inline const Lot* find_lot(const BookState& s, LotId id) noexcept {
  for (const Lot& l : s.lots)
    if (l.id == id) return &l;
  return nullptr;
}
/// Contracts of a LEAP.
struct LeapPart {
  Contract contract{};
  std::int64_t quantity{0};
};
/// \returns the LEAPs whose exercise delivers the shares owed for `quantity` of `a`: its own first, then others that
/// outlive the weekly, in order of contract. Together fewer when fewer are held. O(lots of the root).
[[nodiscard]] inline std::vector<LeapPart> leaps_that_deliver(const BookState& s, const Assignment& a,
                                                              std::int64_t quantity) {
  const Lot* const own = a.leap ? find_lot(s, *a.leap) : nullptr;
  std::vector<LeapPart> out;
  const auto take = [&](const Contract& leap) {
    const std::int64_t taken = std::min(quantity, held_in(s, leap));
    if (taken <= 0) return;
    out.push_back({leap, taken});
    quantity -= taken;
  };
  if (own != nullptr) take(own->contract);
  const Contract* last = own != nullptr ? &own->contract : nullptr;
  for (const Lot& l : lots_of(s, a.contract)) {
    const bool seen = (own != nullptr && l.contract == own->contract) || (last != nullptr && l.contract == *last);
    if (!l.is_leap() || seen || l.contract.expiry <= a.contract.expiry) continue;
    take(l.contract);
    last = &l.contract;
  }
  return out;
}
/// \returns whether the order is of the root of `underlying`: all its legs are.
[[nodiscard]] inline bool is_of(const BookOrder& order, const Contract& underlying) noexcept {
  return !order.legs.empty() && order.legs.front().contract.root_chars == underlying.root_chars;
}
/// \returns contracts of `contract` that working orders close. O(orders).
[[nodiscard]] inline std::int64_t closing_in(const BookState& s, const Contract& contract) noexcept {
  std::int64_t sum = 0;
  for (const BookOrder& order : s.orders)
    for (const BookLeg& leg : order.legs)
      if (leg.contract == contract && !opens(leg.action)) sum += leg.remaining();
  return sum;
}
/// \returns LEAPs of the root that working orders would still buy. O(orders).
[[nodiscard]] inline std::int64_t leaps_on_their_way(const BookState& s, const Contract& underlying) noexcept {
  std::int64_t sum = 0;
  for (const BookOrder& order : s.orders)
    for (const BookLeg& leg : order.legs)
      if (is_of(order, underlying) && leg.action == Action::buy_to_open) sum += leg.remaining();
  return sum;
}

}  // namespace optcoord::ipmcc
