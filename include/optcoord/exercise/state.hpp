// optcoord/exercise/state.hpp -- what has happened to closings: attempts, the breaker, stops, the kill switch.
// SPDX-License-Identifier: MIT
//
// A plain value apart from policy, and one function per event. Example:
//
//   ExerciseState state;
//   (void)close_result(state, policy, {strategy, contract, false}, today, now);   // the next limit is one step worse
//   kill_switch(state, true);                                                     // no order from here on
#pragma once

#include <optcoord/core/error.hpp>  // Result
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/exercise/breaker.hpp>
#include <optcoord/exercise/emergency.hpp>
#include <optcoord/exercise/policy.hpp>
#include <optcoord/market/new_york.hpp>  // new_york_date

#include <algorithm>    // std::lower_bound, std::min
#include <cmath>        // std::isfinite
#include <cstdint>      // fixed width integers
#include <optional>     // std::optional
#include <string_view>  // std::string_view
#include <tuple>        // std::tie
#include <vector>       // std::vector

namespace optcoord {

/// What closings are counted by.
struct CloseKey {
  StrategyId strategy{};
  ContractId contract{};

  friend constexpr auto operator<=>(const CloseKey&, const CloseKey&) noexcept = default;
};

/// The closings of one position.
struct CloseTrack {
  CloseKey key{};
  Date session{};             ///< of all that follows: another one starts afresh
  std::int32_t failed{0};     ///< attempts since the last filled one
  bool pending{false};        ///< closed, as the host says, and not yet seen in fills or positions
  std::int64_t ahead{0};      ///< contracts closed by fills, less those that results told of; below 0 fills are to come
  std::int64_t in_flight{0};  ///< contracts a person was advised to close by hand, and nothing has been heard of

  friend bool operator==(const CloseTrack&, const CloseTrack&) = default;
};

/// A stop order of the host's, working at the broker.
struct StopOrder {
  StopId id{};
  StrategyId strategy{};
  ContractId contract{};
  std::int64_t quantity{0};  ///< contracts, signed as the trade
  double stop_price{0};      ///< USD per unit

  friend bool operator==(const StopOrder&, const StopOrder&) = default;
};

/// How an attempt to close ended.
struct CloseResult {
  StrategyId strategy{};
  ContractId contract{};
  bool success{false};
  std::optional<double> price{};         ///< USD per unit
  std::optional<std::int64_t> filled{};  ///< contracts; absent: all of it when successful, else none
};

struct ExerciseState {
  std::vector<CloseTrack> tracks{};    ///< by key
  std::vector<StopOrder> stops{};      ///< working, by id
  Breaker breaker{};                   ///< one for all positions
  SpotWatch watch{};                   ///< of the emergency trigger
  std::optional<ExerciseMode> mode{};  ///< a person's, or the trigger's; absent: the policy's
  bool kill_switch{false};

  friend bool operator==(const ExerciseState&, const ExerciseState&) = default;
};

/// \returns `invalid_value` naming the field for a price that is not finite and at least 0, a negative `filled`, or a
/// success of none.
[[nodiscard]] inline Result<void> check(const CloseResult& r) {
  if (r.price && !(std::isfinite(*r.price) && *r.price >= 0)) return fail(Errc::invalid_value, "price");
  if (r.filled && (*r.filled < 0 || (r.success && *r.filled == 0))) return fail(Errc::invalid_value, "filled");
  return {};
}
/// \returns `invalid_value` naming the field unless stop_price is finite and above 0 and quantity is not 0.
[[nodiscard]] inline Result<void> check(const StopOrder& stop) {
  if (!(std::isfinite(stop.stop_price) && stop.stop_price > 0)) return fail(Errc::invalid_value, "stop_price");
  if (stop.quantity == 0) return fail(Errc::invalid_value, "quantity");
  return {};
}

namespace detail {

template <class Tracks>
[[nodiscard]] auto track_at(Tracks& tracks, CloseKey key) {
  return std::lower_bound(tracks.begin(), tracks.end(), key, [](const CloseTrack& t, CloseKey k) { return t.key < k; });
}
/// The track of `key` in `session`: what another session left is forgotten.
[[nodiscard]] inline CloseTrack& track(ExerciseState& s, CloseKey key, Date session) {
  auto at = track_at(s.tracks, key);
  if (at == s.tracks.end() || at->key != key) at = s.tracks.insert(at, CloseTrack{key, session});
  if (at->session != session) *at = CloseTrack{key, session};
  return *at;
}
[[nodiscard]] inline const CloseTrack* find_track(const ExerciseState& s, CloseKey key, Date session) {
  const auto at = track_at(s.tracks, key);
  return at != s.tracks.end() && at->key == key && at->session == session ? &*at : nullptr;
}

}  // namespace detail

/// \returns attempts of `key` that failed in `session`, as `session_date` says it, since the last filled close.
[[nodiscard]] inline std::int32_t failed_attempts(const ExerciseState& s, CloseKey key, Date session) {
  const CloseTrack* t = detail::find_track(s, key, session);
  return t != nullptr ? t->failed : 0;
}
/// \returns whether the host has said in `session` that `key` is closed, and no fill or positions have shown it yet.
[[nodiscard]] inline bool is_pending(const ExerciseState& s, CloseKey key, Date session) {
  const CloseTrack* t = detail::find_track(s, key, session);
  return t != nullptr && t->pending;
}
/// \returns contracts of `key` that a person was advised to close in `session`, and nothing has been heard of.
[[nodiscard]] inline std::int64_t in_flight(const ExerciseState& s, CloseKey key, Date session) {
  const CloseTrack* t = detail::find_track(s, key, session);
  return t != nullptr ? t->in_flight : 0;
}
/// \returns the mode in force.
[[nodiscard]] inline ExerciseMode mode_of(const ExerciseState& s, const ExercisePolicy& p) noexcept {
  return s.mode.value_or(p.config().mode);
}

/// An attempt to close has ended, in the root's `session`. Success forgets earlier failures and keeps the position out
/// of the queue until the next fill, positions, failure or session, unless its fills came before it; failures count in
/// every mode, for the position and for the breaker. \returns an error as `check` does, and nothing changed.
[[nodiscard]] inline Result<void> close_result(ExerciseState& s, const ExercisePolicy& p, const CloseResult& r,
                                               Date session, Timestamp now) {
  if (const Result<void> sound = check(r); !sound) return sound;
  CloseTrack& t = detail::track(s, {r.strategy, r.contract}, session);
  t.in_flight = 0;
  if (!r.success) {
    t.failed += 1;
    t.pending = false;
    t.ahead = std::min<std::int64_t>(t.ahead - r.filled.value_or(0), 0);
    s.breaker.failed(p.config().breaker, now);
    return {};
  }
  // No order has more contracts than the cap: so many are the most that "all of it" can mean.
  std::optional<std::int64_t> told = r.filled;
  if (!told && p.config().max_contracts_per_close) told = *p.config().max_contracts_per_close;
  t.failed = 0;
  t.pending = !told || t.ahead < *told;
  t.ahead = told ? std::min<std::int64_t>(t.ahead - *told, 0) : 0;
  s.breaker.succeeded(p.config().breaker, now);
  return {};
}

/// The broker reported a fill of `key` that closed so many contracts of it, at least 0: what it holds is known again.
inline void position_filled(ExerciseState& s, CloseKey key, std::int64_t closed, Date session) {
  if (closed == 0 && detail::find_track(s, key, session) == nullptr) return;
  CloseTrack& t = detail::track(s, key, session);
  const bool of_untold_size = t.pending && t.ahead == 0;  // a fill of what the result already told of
  if (!of_untold_size) t.ahead += closed;
  t.pending = false;
  t.in_flight = 0;
}
/// Nothing of `key` is left, or all of it is known: there is nothing to wait for.
inline void position_known(ExerciseState& s, CloseKey key) {
  const auto at = detail::track_at(s.tracks, key);
  if (at == s.tracks.end() || at->key != key) return;
  at->pending = false;
  at->ahead = 0;
  at->in_flight = 0;
}
/// A person was given an order by `close_one`: such a long covers nothing until a result, fill or positions are heard.
inline void close_advised(ExerciseState& s, CloseKey key, std::int64_t quantity, Date session) {
  detail::track(s, key, session).in_flight = quantity;
}
/// The broker reported all positions.
inline void positions_reported(ExerciseState& s) {
  for (const CloseTrack& t : s.tracks) position_known(s, t.key);
}

/// A stop order works at the broker, or works differently. \returns an error as `check` does, and nothing changed.
[[nodiscard]] inline Result<void> stop_working(ExerciseState& s, const StopOrder& stop) {
  if (const Result<void> sound = check(stop); !sound) return sound;
  const auto at = std::lower_bound(s.stops.begin(), s.stops.end(), stop.id,
                                   [](const StopOrder& o, StopId id) { return o.id < id; });
  if (at != s.stops.end() && at->id == stop.id) {
    *at = stop;
  } else {
    s.stops.insert(at, stop);
  }
  return {};
}
/// A stop order works no more. One that is not known changes nothing.
inline void stop_cancelled(ExerciseState& s, StopId id) {
  std::erase_if(s.stops, [id](const StopOrder& o) { return o.id == id; });
}

/// A person stops all orders, or lets them through again.
inline void kill_switch(ExerciseState& s, bool on) noexcept { s.kill_switch = on; }

/// A person sets the mode; nothing goes back to the policy's, also after the trigger. Moves seen before count no more:
/// the trigger must not take back at the next price what a person has just decided.
inline void set_mode(ExerciseState& s, std::optional<ExerciseMode> mode) noexcept {
  s.mode = mode;
  s.watch = {};
}

/// A spot of `root` was seen. \returns whether it pulled the emergency trigger just now; the mode then stays
/// emergency until a person sets another.
[[nodiscard]] inline bool spot_seen(ExerciseState& s, const ExercisePolicy& p, std::string_view root, double price,
                                    Timestamp now) {
  const auto& rule = p.config().emergency_trigger;
  if (!rule || rule->root != root || !s.watch.saw(*rule, price, now)) return false;
  if (mode_of(s, p) == ExerciseMode::emergency) return false;
  s.mode = ExerciseMode::emergency;
  return true;
}

/// Time has passed: forgets failures that no longer count. No answer changes by it.
inline void tick(ExerciseState& s, const ExercisePolicy& p, Timestamp now) {
  s.breaker.forget(p.config().breaker, now);
  const Date today = new_york_date(now);
  std::erase_if(s.tracks, [&](const CloseTrack& t) {
    return t.session < today || (!t.pending && t.failed == 0 && t.ahead == 0 && t.in_flight == 0);
  });
}

}  // namespace optcoord
