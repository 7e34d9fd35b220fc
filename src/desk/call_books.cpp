// src/desk/call_books.cpp -- calls by strategy and root: what the ledger's events do to the planner's books.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/call_books.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

namespace optcoord {

namespace {

[[nodiscard]] bool is_call(const Instrument& in) noexcept {
  return !in.raw && in.terms.kind == Kind::option && in.terms.right == Right::call;
}
[[nodiscard]] Contract contract_of(const Names& names, ContractId id) {
  return *parse_contract(names.contracts.text(id));  // registered texts are contracts
}
[[nodiscard]] const Instrument& instrument(const LedgerState& s, ContractId id) noexcept {
  return s.instruments[s.instrument_of[index_of(id)]];
}

/// What `strategy` holds of the root's shares, or nobody's shares are held for.
[[nodiscard]] std::int64_t shares_of(const LedgerState& s, const Names& names, StrategyId strategy, RootId root) {
  const std::optional<ContractId> share = names.contracts.find(names.roots.text(root));
  if (!share || index_of(*share) >= s.instrument_of.size() || s.instrument_of[index_of(*share)] == nil) return 0;
  const std::uint32_t in = s.instrument_of[index_of(*share)];
  return held_quantity(s, strategy, in) + held_quantity(s, unassigned, in);
}
/// Contracts' worth of shares that the strategy is short, shares that nobody owns counted as its own.
[[nodiscard]] double calls_owed(const LedgerState& s, const Names& names, StrategyId strategy, RootId root,
                                double multiplier) {
  return static_cast<double>(std::max<std::int64_t>(0, -shares_of(s, names, strategy, root))) / multiplier;
}
[[nodiscard]] double multiplier_of(const LedgerState& s, const Names& names, const Contract& contract) {
  return instrument(s, *names.contracts.find(to_text(contract))).terms.multiplier;
}
[[nodiscard]] std::int64_t assigned_in(const ipmcc::Book& book) noexcept {
  std::int64_t sum = 0;
  for (const ipmcc::Assignment& a : book.state().assignments) sum += a.quantity;
  return sum;
}

/// The steps of a leg: what closes what is open, and is not being closed, comes first.
void add_steps(const ipmcc::Book& book, const Contract& contract, std::int64_t ratio, std::int64_t quantity,
               std::vector<ipmcc::Step>& out) {
  const bool buys = ratio > 0;
  const std::int64_t held = ipmcc::held_in(book.state(), contract);
  const std::int64_t open = std::max<std::int64_t>(0, buys ? -held : held);
  const std::int64_t free = std::max<std::int64_t>(0, open - ipmcc::closing_in(book.state(), contract));
  const std::int64_t closes = std::min(quantity, free);
  const ipmcc::Action closing = buys ? ipmcc::Action::buy_to_close : ipmcc::Action::sell_to_close;
  const ipmcc::Action opening = buys ? ipmcc::Action::buy_to_open : ipmcc::Action::sell_to_open;
  if (closes > 0) out.push_back({closing, contract, closes, {}, {}, {}});
  if (quantity > closes) out.push_back({opening, contract, quantity - closes, {}, {}, {}});
}

/// Whether legs that trade together are of one quantity, so that one may fill only as far as the other.
[[nodiscard]] bool is_even(const std::vector<ipmcc::Step>& steps) {
  const auto same = [&](const ipmcc::Step& s) { return s.quantity == steps.front().quantity; };
  return steps.size() > 1 && std::all_of(steps.begin(), steps.end(), same);
}

void add_position(std::vector<IpmccPosition>& out, std::size_t first, const IpmccPosition& position) {
  const auto same = std::find_if(out.begin() + static_cast<std::ptrdiff_t>(first), out.end(), [&](const auto& each) {
    return each.leap == position.leap && each.weekly == position.weekly;
  });
  if (same == out.end()) return out.push_back(position);
  same->quantity += position.quantity;
}

/// Whether the book is that of a LEAP and its weeklies, and not of calls that are part of something else.
[[nodiscard]] bool has_to_do_with_leaps(const ipmcc::BookState& s, Date active_from) {
  const auto says_so = [&](const ipmcc::Lot& l) { return l.is_leap() ? l.contract.expiry >= active_from : !!l.leap; };
  const auto buys_leap = [&](const ipmcc::BookLeg& leg) {
    return leg.is_working() && leg.action == ipmcc::Action::buy_to_open && leg.contract.expiry >= active_from;
  };
  const auto sends_for_one = [&](const ipmcc::BookOrder& o) {
    return std::any_of(o.legs.begin(), o.legs.end(), buys_leap);
  };
  return !s.repairs.empty() || !s.assignments.empty() || std::any_of(s.lots.begin(), s.lots.end(), says_so) ||
         std::any_of(s.orders.begin(), s.orders.end(), sends_for_one);
}

/// Calls sold stand beside the LEAP they belong to as far as it covers them, then beside others that expire later, then
/// beside none.
void add_positions(std::vector<IpmccPosition>& out, StrategyId strategy, const ipmcc::BookState& s) {
  const std::size_t first = out.size();
  std::vector<std::int64_t> free;  // of each lot that is held long
  for (const ipmcc::Lot& lot : s.lots) free.push_back(std::max<std::int64_t>(0, lot.quantity));
  std::vector<std::int64_t> left;  // of each lot that is sold
  for (const ipmcc::Lot& lot : s.lots) left.push_back(std::max<std::int64_t>(0, -lot.quantity));
  const auto cover = [&](std::size_t weekly, std::size_t leap) {
    const std::int64_t covered = std::min(left[weekly], free[leap]);
    if (covered == 0) return;
    left[weekly] -= covered;
    free[leap] -= covered;
    add_position(out, first, {strategy, s.lots[leap].contract, s.lots[weekly].contract, covered});
  };
  for (const bool own : {true, false})
    for (std::size_t w = 0; w < s.lots.size(); ++w)
      for (std::size_t l = 0; l < s.lots.size(); ++l)
        if (own ? s.lots[w].leap == s.lots[l].id : s.lots[w].contract.expiry < s.lots[l].contract.expiry) cover(w, l);
  for (std::size_t l = 0; l < s.lots.size(); ++l) {
    if (free[l] > 0) add_position(out, first, {strategy, s.lots[l].contract, std::nullopt, free[l]});
    if (left[l] > 0) add_position(out, first, {strategy, std::nullopt, s.lots[l].contract, left[l]});
  }
}

}  // namespace

std::span<const CallBook> CallBooks::of(StrategyId strategy) const noexcept {
  if (index_of(strategy) >= books_.size()) return {};
  return books_[index_of(strategy)];
}

const ipmcc::Book* CallBooks::find(StrategyId strategy, RootId root) const noexcept {
  for (const CallBook& each : of(strategy))
    if (each.root == root) return &each.book;
  return nullptr;
}

bool CallBooks::knows(RootId root) const noexcept {
  for (std::uint32_t s = 0; s < books_.size(); ++s)
    if (find(StrategyId{s}, root) != nullptr) return true;
  return false;
}

ipmcc::Book& CallBooks::at(StrategyId strategy, RootId root) {
  if (index_of(strategy) >= books_.size()) books_.resize(index_of(strategy) + 1);
  std::vector<CallBook>& own = books_[index_of(strategy)];
  const auto it = std::find_if(own.begin(), own.end(), [root](const CallBook& each) { return each.root == root; });
  return it != own.end() ? it->book : own.emplace_back(CallBook{root, {}}).book;
}

std::vector<IpmccPosition> CallBooks::positions(Date active_from) const {
  std::vector<IpmccPosition> out;
  for (std::uint32_t s = 0; s < books_.size(); ++s)
    for (const CallBook& each : books_[s])
      if (has_to_do_with_leaps(each.book.state(), active_from)) add_positions(out, StrategyId{s}, each.book.state());
  return out;
}

void CallBooks::take_order(const Ledger& ledger, const Names& names, RequestId id) {
  const LedgerState& s = ledger.state();
  const Reservation& r = s.reservations[find_reservation(s, id)];
  if (r.strategy == unassigned) return;
  std::vector<std::pair<RootId, ipmcc::NewOrder>> orders;  // an order's calls, root by root
  for (const ReservedLeg& leg : legs_of(s, r)) {
    const Instrument& in = s.instruments[leg.instrument];
    if (!is_call(in)) continue;
    const Contract contract = contract_of(names, in.contract);
    if (contract.expiry < today_) continue;  // nothing can come of it
    const RootId root = in.terms.root;
    auto order = std::find_if(orders.begin(), orders.end(), [root](const auto& o) { return o.first == root; });
    if (order == orders.end()) order = orders.insert(order, {root, {id, false, {}}});
    const Int128 quantity = Int128{r.units} * detail::magnitude(leg.ratio);
    add_steps(at(r.strategy, root), contract, leg.ratio,
              static_cast<std::int64_t>(std::min<Int128>(quantity, ipmcc::max_book_quantity)), order->second.steps);
  }
  for (auto& [root, order] : orders) {
    order.package = !r.legging && is_even(order.steps);
    (void)at(r.strategy, root).sent(order);  // a new id, and calls of one root: cannot fail
  }
}

void CallBooks::end_order(StrategyId strategy, const ReservationChange& ended, Timestamp now) {
  if (index_of(strategy) >= books_.size()) return;
  const bool rejected = ended.status == ReservationStatus::rejected;
  const ipmcc::LegStatus status = rejected ? ipmcc::LegStatus::rejected : ipmcc::LegStatus::cancelled;
  for (CallBook& each : books_[index_of(strategy)])
    (void)each.book.end(ended.id, status, now);  // most know no such one
}

void CallBooks::take_fill(const Ledger& ledger, const Names& names, const Fill& fill, std::optional<double> price,
                          Timestamp now) {
  const LedgerState& s = ledger.state();
  const Reservation& r = s.reservations[find_reservation(s, fill.request)];
  if (s.instruments[s.legs[r.first_leg].instrument].raw) return;
  const Instrument& in = instrument(s, fill.contract);
  if (in.terms.kind == Kind::share) settle_assignments(ledger, names, in.terms.root, now);
  if (!is_call(in) || r.strategy == unassigned) return;
  const Contract contract = contract_of(names, fill.contract);
  const bool is_price = price && std::isfinite(*price) && *price >= 0;
  ipmcc::Book& book = at(r.strategy, in.terms.root);
  (void)book.fill({fill.request, contract, fill.quantity, is_price ? price : std::nullopt}, now);  // the ledger checked
  if (contract.expiry < today_) book.expire_before(today_, now);
}

void CallBooks::take_positions(const Ledger& ledger, const Names& names, const Reconciliation& found, Timestamp now) {
  const LedgerState& s = ledger.state();
  std::vector<std::pair<RootId, double>> delivered;  // shares that went, by root
  const auto delivered_of = [&](RootId root) -> double& {
    const auto it = std::find_if(delivered.begin(), delivered.end(), [root](const auto& d) { return d.first == root; });
    return it != delivered.end() ? it->second : delivered.emplace_back(root, 0.0).second;
  };
  const auto each_change = [&](auto f) {
    for (const auto* list : {&found.missing, &found.extra, &found.different})
      for (const PositionChange& change : *list) f(change, instrument(s, change.contract));
  };
  each_change([&](const PositionChange& change, const Instrument& in) {
    if (in.terms.kind == Kind::share)
      delivered_of(in.terms.root) += static_cast<double>(change.before) - static_cast<double>(change.after);
  });
  each_change([&](const PositionChange& change, const Instrument& in) {
    if (!is_call(in) || change.strategy == unassigned) return;
    const RootId root = in.terms.root;
    const Contract contract = contract_of(names, change.contract);
    ipmcc::Book& book = at(change.strategy, root);
    double& shares = delivered_of(root);
    const double multiplier = in.terms.multiplier;
    double owed = calls_owed(s, names, change.strategy, root, multiplier);
    for (const std::vector<CallBook>& own : books_)
      for (const CallBook& each : own)
        if (each.root == root) owed -= static_cast<double>(assigned_in(each.book));
    const double gone =
        change.before < 0 ? static_cast<double>(std::min<std::int64_t>(change.after, 0) - change.before) : 0;
    const auto assigned = static_cast<std::int64_t>(std::floor(std::min({gone, shares / multiplier, owed})));
    if (assigned > 0 && book.assign(contract, assigned, now)) {
      shares -= multiplier * static_cast<double>(assigned);
      any_assigned_ = true;
    }
    if (contract.expiry >= today_) book.adopt(contract, change.after, now);
  });
  for (const auto& [root, shares] : delivered) settle_assignments(ledger, names, root, now);
}

/// Assignments for which the shares have come since are settled, the oldest first.
void CallBooks::settle_assignments(const Ledger& ledger, const Names& names, RootId root, Timestamp now) {
  if (!any_assigned_) return;
  any_assigned_ = false;
  const LedgerState& s = ledger.state();
  for (std::uint32_t strategy = 0; strategy < books_.size(); ++strategy) {
    for (CallBook& each : books_[strategy]) {
      const std::vector<ipmcc::Assignment>& open = each.book.state().assignments;
      if (each.root == root && !open.empty()) {
        const double multiplier = multiplier_of(s, names, open.front().contract);
        const double owed = std::ceil(calls_owed(s, names, StrategyId{strategy}, root, multiplier));
        for (double left = static_cast<double>(assigned_in(each.book)) - owed; left > 0;) {
          const ipmcc::Assignment oldest = open.front();
          const std::int64_t quantity = std::min(oldest.quantity, static_cast<std::int64_t>(left));
          (void)each.book.settle(oldest.weekly, quantity, ipmcc::Settled::shares_bought, now);  // there are as many
          left -= static_cast<double>(quantity);
        }
      }
      any_assigned_ = any_assigned_ || !open.empty();
    }
  }
}

void CallBooks::begin_day(Date date, Timestamp forget_until, Timestamp now) {
  today_ = date;
  for (std::vector<CallBook>& own : books_) {
    for (CallBook& each : own) {
      each.book.expire_before(date, now);
      each.book.forget_record(forget_until);
    }
  }
}

}  // namespace optcoord
