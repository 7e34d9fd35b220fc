// optcoord/exercise/closing.hpp -- which contracts are to be closed: by stage, emergency, cash, then as structures.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/exercise/figures.hpp>
#include <optcoord/exercise/structure.hpp>

#include <algorithm>  // std::max, std::min, std::stable_sort
#include <chrono>     // std::chrono::minutes
#include <cmath>      // std::abs
#include <utility>    // std::exchange
#include <vector>     // std::vector

namespace optcoord::detail {

/// An assessment in the making. `held` and `row_of` go by place in the positions; no row for what is no option. A long
/// that the host says is closed is held no more, nor is one that a person is closing by hand: it covers nothing, except
/// where its own closing is judged. A short is held until the broker says otherwise.
struct Draft {
  std::span<const ExpiryPosition> positions;
  const ExerciseConfig& config;
  const ExercisePolicy& policy;
  const ExerciseState& state;
  ExerciseMode mode{ExerciseMode::monitor};
  std::optional<CloseKey> manual{};  ///< a person's wish: this position, and nothing else
  std::vector<ExpiryRow> rows{};
  std::vector<std::size_t> row_of{};
  std::vector<std::int64_t> held{};
  std::vector<Structure> books{};
};

inline constexpr std::size_t no_row = static_cast<std::size_t>(-1);

[[nodiscard]] inline CloseKey key_of(const ExpiryRow& r) noexcept { return {r.a.strategy, r.a.contract}; }

/// Closes in any case: what the emergency covers, or what a person named.
[[nodiscard]] inline bool forced(const Draft& d, const ExpiryRow& r) noexcept {
  if (r.expired) return false;
  if (d.manual) return *d.manual == key_of(r);
  return d.mode == ExerciseMode::emergency && d.config.emergency_scope == EmergencyScope::all;
}
/// So long before the close not being able to close is said aloud, whatever the stages.
inline constexpr Duration last_minutes = std::chrono::minutes{5};

/// In the last minutes, or inside the stage from which not being able to close is said aloud.
[[nodiscard]] inline bool urgent(const Draft& d, const ExpiryRow& r) noexcept {
  if (d.mode == ExerciseMode::emergency || forced(d, r)) return true;
  return r.expiring && (r.before <= last_minutes || *r.a.stage >= d.policy.urgent_stage());
}

/// \returns why the table of stages closes this position now.
[[nodiscard]] inline CloseCause cause_by_stage(const Draft& d, const ExpiryRow& r) noexcept {
  if (!r.expiring || r.cash) return CloseCause::none;
  if (!r.a.moneyness) return urgent(d, r) ? CloseCause::unknown : CloseCause::none;
  if (*r.a.stage == 0) return CloseCause::none;
  if (d.config.policy == ClosureRule::thresholds) return r.a.at_risk ? CloseCause::band : CloseCause::none;
  const ExpiryStage& stage = d.policy.stage(*r.a.stage);
  const bool itm = in_the_money(r.p->contract.right, r.p->spot->value, r.p->contract.strike());
  if (stage.close_itm && itm) return CloseCause::in_the_money;
  return r.near ? CloseCause::near_the_money : CloseCause::none;
}

[[nodiscard]] inline CloseCause cause_of(const Draft& d, const ExpiryRow& r) noexcept {
  if (d.manual) return forced(d, r) ? CloseCause::manual : CloseCause::none;
  if (forced(d, r)) return CloseCause::emergency;
  const bool expires_today = r.expiring || !r.a.ready;
  if (d.mode == ExerciseMode::emergency && expires_today && !r.cash) return CloseCause::emergency;
  return cause_by_stage(d, r);
}

inline void want(ExpiryRow& r, std::int64_t quantity, CloseCause cause) noexcept {
  if (r.a.cause == CloseCause::none || r.want == 0) r.a.cause = cause;
  r.want = std::min(r.want + quantity, std::abs(r.p->quantity));
}

/// A short and a long of one strategy that will both be exercised deliver to each other: cash is left, nothing else.
/// Not so when one of them may still end on the other side of its strike.
inline void leave_what_nets(Draft& d) {
  const auto settles = [](const ExpiryRow& r) {
    const bool by_stage = r.a.cause == CloseCause::in_the_money || r.a.cause == CloseCause::band;
    return r.expiring && by_stage && !r.near &&
           in_the_money(r.p->contract.right, r.p->spot->value, r.p->contract.strike());
  };
  std::vector<std::int64_t> there(d.held);
  for (const ExpiryRow& r : d.rows)
    if (r.a.pending) there[r.a.position] = 0;
  for (const Structure& book : d.books) {
    for (const Pair& pair : pairs(book, there)) {
      ExpiryRow& one = d.rows[d.row_of[pair.short_leg]];
      ExpiryRow& other = d.rows[d.row_of[pair.long_leg]];
      if (!settles(one) || !settles(other)) continue;
      for (ExpiryRow* leg : {&one, &other}) {
        leg->want -= pair.quantity;
        leg->netted += pair.quantity;
      }
    }
  }
}

/// Where assignment of the shorts at risk would take more cash than is to be kept, they close from the first stage on,
/// largest first, until the rest fits. Only longs in the money bring cash for certain: no other receipt counts.
inline void keep_cash(Draft& d) {
  if (!d.config.preserve_cash || d.manual) return;
  double needed = 0;
  std::vector<ExpiryRow*> payers;
  for (ExpiryRow& r : d.rows) {
    if (!r.a.at_risk) continue;
    const double cash = assignment(*r.p).value_or(Assignment{}).cash.value_or(0);
    const bool pays = r.p->quantity < 0 && cash < 0;
    const bool exercised =
        r.p->quantity > 0 && in_the_money(r.p->contract.right, r.p->spot->value, r.p->contract.strike());
    if (pays || (exercised && cash > 0 && !r.a.pending)) needed -= cash;
    if (pays) payers.push_back(&r);
  }
  const auto cash_of = [](const ExpiryRow* r) { return -*assignment(*r->p)->cash; };
  std::stable_sort(payers.begin(), payers.end(),
                   [&](const ExpiryRow* a, const ExpiryRow* b) { return cash_of(a) > cash_of(b); });
  for (ExpiryRow* r : payers) {
    if (needed <= *d.config.preserve_cash) return;
    want(*r, std::abs(r->p->quantity), CloseCause::preserve_cash);
    needed -= cash_of(r);
  }
}

/// The shorts of a book that a long at `leg` may have to take along, nearest strike first, its own right before the
/// other.
[[nodiscard]] inline std::vector<std::size_t> shorts_beside(const Draft& d, const Structure& book, std::size_t leg) {
  const Contract& l = d.positions[leg].contract;
  std::vector<std::size_t> out;
  for (const std::size_t i : book.members) {
    const Contract& c = d.positions[i].contract;
    if (c.kind == Kind::option && d.held[i] < 0 && c.expiry <= l.expiry && !d.rows[d.row_of[i]].expired)
      out.push_back(i);
  }
  std::stable_sort(out.begin(), out.end(), [&](std::size_t a, std::size_t b) {
    const auto distance = [&](std::size_t i) {
      const Contract& c = d.positions[i].contract;
      return std::tuple(c.right != l.right, std::llabs(c.strike_thousandths - l.strike_thousandths));
    };
    return distance(a) < distance(b);
  });
  return out;
}

/// A long that must go takes along the shorts it covers: first those matched with it, then, as long as closing it would
/// make the worst case worse, the nearest others. What even that does not free is refused.
inline void close_as_package(Draft& d, const Structure& book) {
  std::vector<std::int64_t> after(d.held);
  for (const std::size_t i : book.members)
    if (d.row_of[i] != no_row && d.held[i] < 0) after[i] += d.rows[d.row_of[i]].want;
  const auto take = [&](std::size_t i, std::int64_t quantity) {
    want(d.rows[d.row_of[i]], quantity, CloseCause::structure);
    after[i] = d.held[i] + d.rows[d.row_of[i]].want;
  };
  for (const std::size_t leg : book.members) {
    if (d.row_of[leg] == no_row || d.positions[leg].quantity <= 0) continue;
    ExpiryRow& r = d.rows[d.row_of[leg]];
    if (r.want == 0 || r.a.pending) continue;
    const std::int64_t covering = std::exchange(after[leg], r.p->quantity);
    if (!d.manual) {
      for (const Pair& pair : pairs(book, after)) {
        const std::int64_t spare = r.p->quantity - r.want;  // what stays of the long goes on covering
        if (pair.long_leg == leg && pair.quantity > spare && !d.rows[d.row_of[pair.short_leg]].expired)
          take(pair.short_leg, pair.quantity - spare);
      }
      for (const std::size_t i : shorts_beside(d, book, leg)) {
        if (closes_safely(book, after, leg, r.want)) break;
        take(i, -after[i]);
      }
      const std::int64_t free = closable(book, after, leg, r.want);
      if (free < r.want) r.a.warnings.add(Code::leaves_uncovered_short);
      r.refused = r.want - free;
      r.want = free;
    }
    after[leg] = std::min(covering, after[leg] - r.want);
  }
}

/// Fills `want`, `refused` and `cause` of every row.
inline void choose_closings(Draft& d) {
  for (ExpiryRow& r : d.rows) {
    const CloseCause cause = cause_of(d, r);
    if (cause != CloseCause::none) want(r, std::abs(r.p->quantity), cause);
  }
  leave_what_nets(d);
  keep_cash(d);
  for (const Structure& book : d.books) close_as_package(d, book);
  for (ExpiryRow& r : d.rows)
    if (r.want + r.refused == 0) r.a.cause = CloseCause::none;
}

}  // namespace optcoord::detail
