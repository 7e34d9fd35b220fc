// optcoord/exercise/record.hpp -- what is kept of assessments and closings, and the day summed up from it.
// SPDX-License-Identifier: MIT
//
// Plain values for a journal or a table; nothing here writes. Example:
//
//   for (const ExerciseRecord& r : records_of(plan, positions, now)) journal(r);
//   DailySummary day = summarize(records, outcomes, checks);
#pragma once

#include <optcoord/exercise/plan.hpp>
#include <optcoord/exercise/position.hpp>

#include <algorithm>  // std::max, std::min
#include <array>      // std::array
#include <cmath>      // std::ceil
#include <cstddef>    // std::size_t
#include <cstdint>    // std::int64_t
#include <optional>   // std::optional
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// One assessment, or one attempt that ended. Strike and expiry are the contract's.
struct ExerciseRecord {
  Timestamp at{};
  StrategyId strategy{};
  Contract contract{};
  std::int64_t quantity{0};  ///< held, signed
  std::optional<double> moneyness{};
  ExpiryAction action{ExpiryAction::hold};
  Code reason{Code::none};
  std::optional<double> price{};     ///< USD per unit: the limit advised, or the price filled
  std::optional<double> slippage{};  ///< USD per unit given up against mid; below 0 is gained
  std::optional<bool> success{};     ///< of an attempt; absent for an assessment
};

/// \returns one record a position of the plan, in its order. `positions` are those the plan was made from.
[[nodiscard]] inline std::vector<ExerciseRecord> records_of(const ExpiryPlan& plan,
                                                            std::span<const ExpiryPosition> positions, Timestamp now) {
  std::vector<ExerciseRecord> out;
  for (const Assessment& a : plan.positions) {
    ExerciseRecord r{now, a.strategy, positions[a.position].contract, a.quantity, a.moneyness, a.action, a.reason};
    if (a.order) r.price = a.order->limit_price;
    out.push_back(r);
  }
  return out;
}

/// \returns what a fill at `price` gave up against `mid`, USD per unit, for a position of `quantity` that it closes.
[[nodiscard]] constexpr double slippage(std::int64_t quantity, double price, double mid) noexcept {
  return quantity < 0 ? price - mid : mid - price;
}

/// \returns the record of an attempt to close `p` that ended.
[[nodiscard]] inline ExerciseRecord record_of(const ExpiryPosition& p, const CloseResult& result, Timestamp now) {
  ExerciseRecord r{now, p.strategy, p.contract, p.quantity};
  r.action = ExpiryAction::close;
  r.success = result.success;
  r.price = result.price;
  if (p.spot)
    if (const Result<double> m = moneyness(p.contract.right, p.spot->value, p.contract.strike())) r.moneyness = *m;
  const std::optional<double> middle = mid(p.quote);
  if (result.success && result.price && middle) r.slippage = slippage(p.quantity, *result.price, *middle);
  return r;
}

/// How a position that expired ended.
struct ExpiryOutcome {
  Contract contract{};
  ExerciseTerms terms{};
  std::int64_t quantity{0};                 ///< watched, signed
  bool closed{false};                       ///< all of it, before the close
  std::optional<double> price{};            ///< USD per unit at which it was closed
  std::optional<double> probability_itm{};  ///< as first assessed within the first stage
  double settled_at{0};                     ///< price of the underlying at the close
};

/// Checks due by the plans' own advice, and made.
struct CheckCount {
  std::optional<Timestamp> last{};
  Duration interval{};
  std::int64_t due{0};
  std::int64_t made{0};
};

/// A check was made, and the plan said when the next is due. Checks left out in between count as due.
inline void checked(CheckCount& c, Duration next_check, Timestamp now) noexcept {
  std::int64_t due = 1;
  if (c.last && c.interval > Duration{0}) due = std::max<std::int64_t>((now - *c.last) / c.interval, 1);
  c.due += due;
  c.made += 1;
  c.last = now;
  c.interval = next_check;
}

/// Predictions of one tenth of the range, and how they turned out.
struct ProbabilityBucket {
  std::int64_t predicted{0};
  std::int64_t in_the_money{0};
  double sum{0};  ///< of the probabilities: sum / predicted against in_the_money / predicted is the calibration
};

struct DailySummary {
  std::int64_t actions{0};  ///< attempts that ended
  std::int64_t successes{0};
  std::int64_t escalations{0};  ///< assessments that asked for a person
  std::optional<double> mean_moneyness{};
  std::optional<double> mean_slippage{};  ///< USD per unit, of successes
  double pnl_impact{0};  ///< USD: what closing gained (or, below 0, cost) against settlement at the close
  std::int64_t watched{0};
  std::int64_t exercised{0};  ///< positions left that were exercised or assigned
  std::int64_t prevented{0};  ///< positions closed that would have been
  std::int64_t closed_for_nothing{0};
  std::optional<double> prevention_rate{};      ///< prevented / (prevented + exercised)
  std::optional<double> false_positive_rate{};  ///< closed_for_nothing / watched
  std::optional<double> share_of_checks_made{};
  std::array<ProbabilityBucket, 10> buckets{};
};

namespace detail {

class Mean {
 public:
  void add(const std::optional<double>& x) noexcept {
    if (!x) return;
    sum_ += *x;
    ++count_;
  }
  [[nodiscard]] std::optional<double> value() const noexcept {
    if (count_ == 0) return std::nullopt;
    return sum_ / static_cast<double>(count_);
  }

 private:
  double sum_{0};
  std::int64_t count_{0};
};

[[nodiscard]] inline std::optional<double> share(std::int64_t part, std::int64_t whole) noexcept {
  if (whole == 0) return std::nullopt;
  return static_cast<double>(part) / static_cast<double>(whole);
}

inline void add_outcome(DailySummary& s, const ExpiryOutcome& o) {
  const bool itm = exercised_by_exception(o.contract.right, o.settled_at, o.contract.strike());
  if (o.probability_itm) {
    const auto tenth = static_cast<std::size_t>(std::clamp(*o.probability_itm * 10.0, 0.0, 9.0));
    s.buckets[tenth].predicted += 1;
    s.buckets[tenth].in_the_money += itm ? 1 : 0;
    s.buckets[tenth].sum += *o.probability_itm;
  }
  if (o.terms.settlement == Settlement::cash) return;
  s.watched += 1;
  if (itm) (o.closed ? s.prevented : s.exercised) += 1;
  if (o.closed && !itm) s.closed_for_nothing += 1;
  if (!o.closed || !o.price) return;
  const double worth = intrinsic(o.contract.right, o.settled_at, o.contract.strike());
  s.pnl_impact += (*o.price - worth) * static_cast<double>(o.quantity) * o.terms.multiplier;
}

}  // namespace detail

/// A day summed up as it goes: as large in the evening as in the morning.
class DailyTally {
 public:
  /// An assessment or an attempt. Of assessments only escalations count.
  void add(const ExerciseRecord& r) noexcept {
    if (!r.success) {
      so_far_.escalations += r.action == ExpiryAction::escalate ? 1 : 0;
      return;
    }
    so_far_.actions += 1;
    so_far_.successes += *r.success ? 1 : 0;
    moneyness_.add(r.moneyness);
    slippage_.add(r.slippage);
  }
  /// Cash-settled positions count in the buckets only: nobody is assigned on them.
  void add(const ExpiryOutcome& o) { detail::add_outcome(so_far_, o); }

  [[nodiscard]] DailySummary summary(const CheckCount& checks) const noexcept {
    DailySummary s = so_far_;
    s.mean_moneyness = moneyness_.value();
    s.mean_slippage = slippage_.value();
    s.prevention_rate = detail::share(s.prevented, s.prevented + s.exercised);
    s.false_positive_rate = detail::share(s.closed_for_nothing, s.watched);
    s.share_of_checks_made = detail::share(checks.made, checks.due);
    return s;
  }

 private:
  DailySummary so_far_{};  // its counts and sums
  detail::Mean moneyness_{};
  detail::Mean slippage_{};
};

/// Sums up a day that is kept whole.
[[nodiscard]] inline DailySummary summarize(std::span<const ExerciseRecord> records,
                                            std::span<const ExpiryOutcome> outcomes, const CheckCount& checks) {
  DailyTally tally;
  for (const ExerciseRecord& r : records) tally.add(r);
  for (const ExpiryOutcome& o : outcomes) tally.add(o);
  return tally.summary(checks);
}

}  // namespace optcoord
