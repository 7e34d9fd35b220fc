// optcoord/desk/exercise_book.hpp -- what the desk keeps of the expiry planner: policy, closings, and the day so far.
// SPDX-License-Identifier: MIT
//
// Plans and attempts go out as outputs and are the journal's to keep; here is only what the day's summary needs, one
// entry a position, so that memory stays flat however often somebody asks.
#pragma once

#include <optcoord/exercise/planner.hpp>
#include <optcoord/exercise/record.hpp>

#include <algorithm>  // std::lower_bound, std::max, std::min
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional
#include <span>       // std::span
#include <utility>    // std::exchange, std::move
#include <vector>     // std::vector

namespace optcoord {

/// The expiring positions of one New York day: how they were judged, and how they ended.
class ExerciseDay {
 public:
  /// A plan was made of all positions: a check. Options are watched from the first stage on.
  void looked(const ExpiryPlan& plan, std::span<const ExpiryPosition> positions, const SessionBook& sessions,
              Timestamp now) {
    checked(checks_, plan.next_check, now);
    judged(plan, positions, sessions, now);
  }
  /// A plan was made of some positions.
  void judged(const ExpiryPlan& plan, std::span<const ExpiryPosition> positions, const SessionBook& sessions,
              Timestamp now) {
    for (const Assessment& a : plan.positions) {
      Seen& seen = place({a.strategy, a.contract});
      seen.held = a.quantity;
      const bool news = a.action != seen.action || a.reason != seen.reason;
      if (news && a.action == ExpiryAction::escalate) tally_.add(escalation(a, positions[a.position], now));
      seen.action = a.action;
      seen.reason = a.reason;
      seen.closed_since = 0;
      if (a.stage && *a.stage > 0) watch(seen, a, positions[a.position], sessions, now);
    }
  }
  /// An attempt to close `p` has ended.
  void tried(const ExpiryPosition& p, const CloseResult& result, Timestamp now) {
    tally_.add(record_of(p, result, now));
    if (Seen* seen = find({p.strategy, p.id}); seen != nullptr && result.success) seen->said_price = result.price;
  }
  /// Contracts of `key` were traded, signed as the trade, at USD per unit.
  void traded(CloseKey key, std::int64_t quantity, std::optional<double> price) {
    Seen* seen = find(key);
    const bool closes = seen != nullptr && (quantity > 0) == (seen->held < 0);
    if (!closes) return;
    seen->closed_since += std::abs(quantity);
    if (!price) return;
    seen->closed += quantity;
    seen->closed_for += *price * static_cast<double>(quantity);
  }
  /// \returns contracts of `key` that fills have closed since the last plan or result; the next count begins anew.
  [[nodiscard]] std::int64_t take_closed(CloseKey key) {
    Seen* seen = find(key);
    return seen != nullptr ? std::exchange(seen->closed_since, 0) : 0;
  }
  /// The first close that positions watched have not been settled at; far away when there is none.
  [[nodiscard]] Timestamp next_close() const noexcept { return next_close_; }
  /// Settles what closed before `now`. `price_of(contract id)` is the last price of the underlying, if any;
  /// `is_closed(key)` says whether nothing of it is left.
  template <class PriceOf, class IsClosed>
  void settle(Timestamp now, const PriceOf& price_of, const IsClosed& is_closed) {
    next_close_ = Timestamp::max();
    for (Seen& seen : seen_) {
      if (!seen.close) continue;
      if (*seen.close >= now) {
        next_close_ = std::min(next_close_, *seen.close);
        continue;
      }
      seen.close.reset();
      if (const std::optional<double> spot = price_of(seen.key.contract))
        tally_.add(ExpiryOutcome{seen.contract, seen.terms, seen.quantity, is_closed(seen.key), price(seen),
                                 seen.probability, *spot});
    }
  }
  /// Checks due and made; those that were due by the last close, and that nobody made, are counted with them.
  [[nodiscard]] CheckCount checks(Timestamp now) const noexcept {
    CheckCount c = checks_;
    const Timestamp until = std::min(now, last_close_);
    if (c.last && c.interval > Duration{0} && until > *c.last) c.due += (until - *c.last) / c.interval;
    return c;
  }
  [[nodiscard]] DailySummary summary(Timestamp now) const noexcept { return tally_.summary(checks(now)); }

 private:
  struct Seen {
    CloseKey key{};
    ExpiryAction action{ExpiryAction::hold};
    Code reason{Code::none};
    std::int64_t held{0};              ///< as last judged, signed
    std::int64_t closed_since{0};      ///< contracts
    std::optional<Timestamp> close{};  ///< watched, and not settled yet
    Contract contract{};
    ExerciseTerms terms{};
    std::int64_t quantity{0};             ///< the most that was watched, signed
    std::optional<double> probability{};  ///< as first assessed within the first stage
    std::int64_t closed{0};               ///< contracts traded towards 0, signed as the trades
    double closed_for{0};                 ///< the same times their prices
    std::optional<double> said_price{};   ///< of the last close reported
  };

  [[nodiscard]] auto at(CloseKey key) {
    return std::lower_bound(seen_.begin(), seen_.end(), key, [](const Seen& s, CloseKey k) { return s.key < k; });
  }
  [[nodiscard]] Seen* find(CloseKey key) {
    const auto found = at(key);
    return found != seen_.end() && found->key == key ? &*found : nullptr;
  }
  [[nodiscard]] Seen& place(CloseKey key) {
    const auto found = at(key);
    if (found != seen_.end() && found->key == key) return *found;
    Seen fresh;
    fresh.key = key;
    return *seen_.insert(found, std::move(fresh));
  }
  [[nodiscard]] static ExerciseRecord escalation(const Assessment& a, const ExpiryPosition& p, Timestamp now) {
    return {now, a.strategy, p.contract, a.quantity, a.moneyness, a.action, a.reason};
  }
  void watch(Seen& seen, const Assessment& a, const ExpiryPosition& p, const SessionBook& sessions, Timestamp now) {
    const std::optional<Timestamp> close = sessions.close_on(p.contract.root(), new_york_date(now));
    if (!close) return;
    seen.contract = p.contract;
    seen.terms = p.terms;
    if (std::abs(a.quantity) > std::abs(seen.quantity)) seen.quantity = a.quantity;
    if (!seen.probability) seen.probability = a.probability_itm;
    seen.close = close;
    next_close_ = std::min(next_close_, *close);
    last_close_ = std::max(last_close_, *close);
  }
  [[nodiscard]] static std::optional<double> price(const Seen& seen) noexcept {
    if (seen.closed != 0) return seen.closed_for / static_cast<double>(seen.closed);
    return seen.said_price;
  }

  std::vector<Seen> seen_{};  // by key
  DailyTally tally_{};
  CheckCount checks_{};
  Timestamp next_close_{Timestamp::max()};
  Timestamp last_close_{Timestamp::min()};
};

/// The expiry planner as a desk runs it.
struct ExerciseBook {
  ExercisePolicy policy;
  ExerciseState state{};
  ExerciseDay day{};
};

/// A position with attempts to close it, or said to be closed.
struct ClosingReport {
  StrategyId strategy{};
  ContractId contract{};
  bool pending{false};              ///< the host has said it is closed
  std::int32_t failed_attempts{0};  ///< today
};

/// How closings stand.
struct ExerciseReport {
  ExerciseMode mode{ExerciseMode::monitor};
  bool kill_switch{false};
  BreakerState breaker{BreakerState::closed};
  std::vector<ClosingReport> closings{};  ///< in order of strategies, then of contracts
  std::int64_t stops{0};                  ///< stop orders working
  std::optional<Timestamp> next_check{};  ///< when the last plan asked to be asked again
  CheckCount checks{};                    ///< of today
  DailySummary today{};
};

}  // namespace optcoord
