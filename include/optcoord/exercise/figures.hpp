// optcoord/exercise/figures.hpp -- what is known of one position before anything is decided: times, scores, bands.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/exercise/early_assignment.hpp>
#include <optcoord/exercise/plan.hpp>
#include <optcoord/exercise/trading_days.hpp>

#include <chrono>  // std::chrono::hours

namespace optcoord {

/// New York clock until which holders may still ask for exercise after the close.
inline constexpr Duration exercise_deadline = std::chrono::hours{17} + std::chrono::minutes{30};

/// \returns `d` in minutes, not rounded.
[[nodiscard]] constexpr double in_minutes(Duration d) noexcept { return static_cast<double>(d.count()) / 60e9; }

/// One position with the planner's judgement in the making.
struct ExpiryRow {
  const ExpiryPosition* p{nullptr};
  Assessment a{};
  double vol{0};
  bool expired{false};
  bool cash{false};
  bool expiring{false};          ///< at this close, which has not passed
  bool early{false};             ///< early assignment likely
  bool near{false};              ///< too near the strike to count on either side: the stage's closing band, or the pin
  bool blind{false};             ///< in a stage, and the price of the underlying is unknown or stale
  Duration before{0};            ///< of what is expiring: to the close
  Date session{};                ///< attempts and what is pending count for
  bool fresh{false};             ///< its quote
  std::optional<Quote> quote{};  ///< fresh, and good to close on
  std::int64_t want{0};          ///< contracts to close
  std::int64_t refused{0};       ///< further ones: closing them leaves a short uncovered, or the worst case worse
  std::int64_t netted{0};        ///< contracts left alone, as the other leg of a vertical delivers against them
};

namespace detail {

/// The volatility of a position: the host's, else what its fresh mid implies over the same minutes, else the default.
[[nodiscard]] inline double volatility(const ExpiryRow& r, double minutes, const pricing::Formulas& formulas,
                                       const ExercisePolicy& policy, WarningList& warnings) {
  const ExpiryPosition& p = *r.p;
  if (p.iv && *p.iv > 0 && *p.iv <= highest_vol) return *p.iv;
  if (const std::optional<double> price = r.quote ? mid(p.quote) : std::nullopt; price && p.spot) {
    const pricing::OptionTerms terms{p.contract.right,           p.spot->value, p.contract.strike(),
                                     minutes / minutes_per_year, 0.0,           0.0};
    const pricing::ImpliedVolatility solved = formulas.implied_volatility(terms, *price);
    if (solved.status == pricing::IvStatus::solved) return solved.vol;
  }
  warnings.add(Code::approximate_vol);
  return policy.config().default_vol;
}

/// Minutes of trading until the option's last close: to today's, and 390 for each session after it.
[[nodiscard]] inline double trading_minutes(const ExpiryRow& r, Date today, Date last, const SessionBook& sessions,
                                            Timestamp now) {
  const std::string_view root = r.p->contract.root();
  const std::optional<Timestamp> known = sessions.close_on(root, today);
  const Timestamp close = known ? *known : is_weekday(today) ? from_new_york(today, usual_close) : now;
  return std::max(in_minutes(close - now), 0.0) +
         minutes_per_session * static_cast<double>(sessions_between(root, today, last, sessions));
}

inline void place_in_time(ExpiryRow& r, const ExpiryMarket& market, const ExercisePolicy& policy, Timestamp now) {
  const Contract& c = r.p->contract;
  const Date today = new_york_date(now);
  const Date last = last_trading_date(c, r.p->terms, market.sessions);
  r.session = session_date(c.root(), market.sessions, now);
  const std::optional<Timestamp> close = market.sessions.close_on(c.root(), today);
  if (close) r.a.minutes_to_close = in_minutes(*close - now);
  r.expired = last < today || (last == today && close && now > *close);
  if (r.expired || last != today) {
    if (last < today) r.a.minutes_to_close.reset();
    return;
  }
  r.a.ready = close.has_value();
  r.expiring = close.has_value();
  if (!r.expiring) return;
  r.before = *close - now;
  r.a.stage = policy.stage_at(r.before);
}

inline void score(ExpiryRow& r, const ExpiryMarket& market, const ExercisePolicy& policy, Timestamp now) {
  const ExpiryPosition& p = *r.p;
  if (!spot_of(p) || !r.a.ready) return;
  const Result<double> m = moneyness(p.contract.right, p.spot->value, p.contract.strike());
  if (!m) return;
  const Date last = last_trading_date(p.contract, p.terms, market.sessions);
  const double minutes = r.expired ? 0.0 : trading_minutes(r, new_york_date(now), last, market.sessions, now);
  r.vol = volatility(r, minutes, market.formulas, policy, r.a.warnings);
  r.a.moneyness = *m;
  r.a.risk_score_raw = risk_score_raw(*m, minutes, r.vol);
  r.a.risk_score = risk_score(*r.a.risk_score_raw);
  r.a.probability_itm = probability_itm(p.contract.right, p.spot->value, p.contract.strike(), r.vol, minutes);
  r.a.level = risk_level(*r.a.probability_itm, minutes);
  if (!is_fresh(p.spot->at, policy.config().max_quote_age, now)) r.a.warnings.add(Code::no_quote);
}

/// A price of the underlying that is not known, or old, is said aloud from the first stage on.
inline void note_blindness(ExpiryRow& r) {
  if (!r.expiring || r.cash || *r.a.stage == 0) return;
  if (!r.a.moneyness) r.a.warnings.add(Code::no_quote);
  r.blind = r.a.warnings.has(Code::no_quote);
}

/// Whether the close may still fall on either side: the configured bands, in dollars and in standard deviations.
[[nodiscard]] inline bool at_the_pin(const ExpiryRow& r, const ExerciseConfig& c) {
  const double spot = r.p->spot->value;
  const double strike = r.p->contract.strike();
  if (c.pin_dollars && within_dollars(spot, strike, *c.pin_dollars)) return true;
  const double minutes = std::max(r.a.minutes_to_close.value_or(0.0), 0.0);
  return c.pin_sigma && std::abs(std::log(spot / strike)) <= *c.pin_sigma * std::sqrt(variance(r.vol, minutes));
}

/// After an out-of-the-money close a short near the strike can still be assigned, until the exercise deadline.
inline void note_pin(ExpiryRow& r, const ExercisePolicy& policy, Timestamp now) {
  const ExpiryPosition& p = *r.p;
  if (p.quantity >= 0 || r.cash || !r.a.moneyness || !contrary_exercise(p.contract, p.terms)) return;
  if (p.contract.expiry != new_york_date(now)) return;
  const bool pinned = within(p.spot->value, p.contract.strike(), policy.pin_band()) || at_the_pin(r, policy.config());
  const Timestamp deadline = from_new_york(p.contract.expiry, exercise_deadline);
  if (pinned && now <= deadline) r.a.assignable_until = deadline;
}

inline void judge_bands(ExpiryRow& r, const ExercisePolicy& policy) {
  if (!r.expiring || r.cash || !r.a.moneyness || *r.a.stage == 0) return;
  const ExpiryStage& stage = policy.stage(*r.a.stage);
  const double spot = r.p->spot->value;
  const double strike = r.p->contract.strike();
  const bool pin = at_the_pin(r, policy.config());
  // Where the band itself closes, the band is also what is too near to count on.
  const bool by_band = policy.config().policy == ClosureRule::thresholds;
  const std::optional<double> band = by_band ? std::optional(stage.at_risk) : stage.close_within;
  r.near = band && (within(spot, strike, *band) || pin);
  r.a.at_risk = pin || at_least(r.p->contract.right, spot, strike, -stage.at_risk);
}

}  // namespace detail

/// \returns the figures of one option position; nothing decided.
[[nodiscard]] inline ExpiryRow figures(const ExpiryPosition& p, std::size_t place, const ExpiryMarket& market,
                                       const ExercisePolicy& policy, Timestamp now) {
  ExpiryRow r;
  r.p = &p;
  r.a.position = place;
  r.a.strategy = p.strategy;
  r.a.contract = p.id;
  r.a.quantity = p.quantity;
  r.cash = p.terms.settlement == Settlement::cash;
  r.fresh = is_fresh(p.quoted_at, policy.config().max_quote_age, now);
  if (r.fresh) r.quote = closing_quote(p.quote, p.quantity, policy.config().max_slippage);
  detail::place_in_time(r, market, policy, now);
  detail::score(r, market, policy, now);
  detail::note_blindness(r);
  detail::judge_bands(r, policy);
  detail::note_pin(r, policy, now);
  const std::optional<double> middle = r.fresh ? mid(p.quote) : std::nullopt;
  r.early = !r.expired && !r.cash && r.a.moneyness && early_assignment_likely(p, middle, market, now);
  if (r.early) r.a.warnings.add(Code::early_assignment);
  return r;
}

}  // namespace optcoord
