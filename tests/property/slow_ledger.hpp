// tests/property/slow_ledger.hpp -- the ledger's rules kept the slow, obvious way, to hold the fast one against.
// SPDX-License-Identifier: MIT
//
// Nothing is kept that can be added up: positions and reservations are lists by name, and every sum, bound and proof
// is worked out anew whenever somebody asks. Answers and states are texts, so that a difference reads by itself.
// `ask` says "reduced 3 of 5, max 3: limit_exceeded@0 upper ... / limit_near@0".
#pragma once

#include <optcoord/ledger/config.hpp>
#include <optcoord/ledger/request.hpp>
#include <optcoord/market/contract.hpp>
#include <optcoord/market/greeks.hpp>
#include <optcoord/market/product.hpp>
#include <optcoord/market/snapshot.hpp>  // Price

#include "support/asking.hpp"
#include "support/exact_micro.hpp"

#include <algorithm>  // std::find, std::max, std::min, std::sort
#include <array>      // std::array
#include <cmath>      // std::isfinite
#include <cstdint>    // std::int64_t
#include <cstdlib>    // std::abs
#include <map>        // std::map
#include <optional>   // std::optional
#include <set>        // std::set
#include <sstream>    // std::ostringstream
#include <string>     // std::string
#include <utility>    // std::pair
#include <vector>     // std::vector

namespace optcoord::test {

/// A contract, or a raw exposure as a contract of its strategy: what a position is a quantity of.
struct SlowThing {
  bool raw{false};
  std::string root{};
  Kind kind{Kind::share};
  Right right{Right::call};
  Date expiry{};
  double multiplier{1};
  OptionalGreeks greeks{};
  bool computed{false};
  Timestamp greeks_at{};
  std::optional<double> future_price{};
  Timestamp future_price_at{};
  std::string underlying{};
};

struct SlowLeg {
  std::string thing{};
  std::int64_t ratio{0};
  bool closes{false};
  std::int64_t filled{0};
};

struct SlowReservation {
  std::string strategy{};
  ReservationStatus status{ReservationStatus::reserved};
  bool legging{false};
  std::int64_t units{0};
  Timestamp expires{};
  Timestamp ended{};
  std::vector<SlowLeg> legs{};

  [[nodiscard]] bool open() const { return status <= ReservationStatus::partly_filled; }
  [[nodiscard]] std::int64_t unfilled(const SlowLeg& leg) const {
    return std::max<std::int64_t>(0, units * std::abs(leg.ratio) - leg.filled);
  }
  [[nodiscard]] std::int64_t remaining() const {
    std::int64_t whole = units;
    for (const SlowLeg& leg : legs) whole = std::min(whole, leg.filled / std::abs(leg.ratio));
    return units - whole;
  }
};

/// Signed contracts by thing: a request's unit, what may still fill, a position.
using SlowLegs = std::map<std::string, std::int64_t>;

struct SlowParts {
  std::int64_t up{0};
  std::int64_t down{0};
  bool known{true};
};

struct SlowAnswer {
  Verdict verdict{Verdict::approved};
  std::int64_t units{0};
  std::string text{};
};

class SlowLedger {
 public:
  explicit SlowLedger(LedgerConfig config) : config_(std::move(config)) {
    for (const CutConfig& cut : config_.cuts)
      cuts_.push_back({cut.event.empty() && cut.on_when_unknown, !cut.event.empty()});
  }

  // ---- what the host tells; everything else follows from it
  void add(const std::string& text) {
    const Contract c = *parse_contract(text);
    SlowThing thing;
    thing.root = c.root();
    thing.kind = c.kind;
    thing.right = c.right;
    thing.expiry = c.expiry;
    thing.multiplier = multiplier(c, products_);
    if (c.kind != Kind::option) thing.greeks = {1.0, 0.0, 0.0, 0.0};
    things[text] = thing;
  }
  void price(const std::string& root, double usd, Timestamp now) {
    prices_[root] = {usd, now};
    for (std::size_t c = 0; c < cuts_.size(); ++c) {
      const CutConfig& cut = config_.cuts[c];
      if (cut.root != root) continue;
      if (usd > cut.above) cuts_[c].on = true;
      if (usd < cut.until_below) cuts_[c].on = false;
      cuts_[c].known = true;
    }
  }
  void future_price(const std::string& future, double usd, Timestamp now) {
    things[future].future_price = usd;
    things[future].future_price_at = now;
  }
  void greeks(const std::string& option, const OptionalGreeks& greeks, bool computed, Timestamp now) {
    things[option].greeks = greeks;
    things[option].computed = computed;
    things[option].greeks_at = now;
  }
  void exercises_into(const std::string& option, const std::string& future) { things[option].underlying = future; }
  void equity(std::optional<double> usd) { equity_ = usd; }
  void event(const std::string& name, bool in_force) {
    for (std::size_t c = 0; c < cuts_.size(); ++c)
      if (config_.cuts[c].event == name) cuts_[c].on = in_force;
  }

  // ---- requests and what becomes of them: slow_judging.hpp and slow_life.hpp
  SlowAnswer ask(const Ask& asked, Timestamp now, bool only_asking);
  std::string order(std::uint64_t id, OrderStatus status, Timestamp now);
  std::string fill(std::uint64_t id, const std::string& contract, std::int64_t quantity, std::uint64_t execution,
                   Timestamp now);
  std::vector<std::string> expire_until(Timestamp now);
  void withdraw(std::uint64_t id) { reservations.erase(id); }
  void forget_ended_before(Timestamp instant);

  // ---- views
  [[nodiscard]] std::string text() const;

  std::map<std::string, SlowThing> things{};
  std::map<std::string, SlowLegs> positions{};  ///< by strategy; no entry of 0
  std::map<std::uint64_t, SlowReservation> reservations{};

  // ---- exposure of one contract
  [[nodiscard]] std::optional<double> beta_in(const std::string& root, const GroupConfig& group) const {
    if (group.all_roots) return 1.0;
    const std::string as(member_root(products_.find(root)));
    for (const std::string& name : {root, as})
      for (const MemberConfig& member : group.members)
        if (member.root == name) return member.beta;
    return std::nullopt;
  }
  [[nodiscard]] const GroupConfig& group_of(const LimitConfig& row) const {
    return *std::find_if(config_.groups.begin(), config_.groups.end(),
                         [&](const GroupConfig& g) { return g.name == row.group; });
  }
  /// \returns nothing for a figure that cannot be computed.
  [[nodiscard]] std::optional<std::int64_t> unit(const SlowThing& t, const GroupConfig& group, Metric metric) const {
    const double beta = *beta_in(t.root, group);
    double ratio = 1;
    const bool converted = metric == Metric::delta || metric == Metric::gamma;
    if (converted && !shares_price(t, group)) {
      if (!spot(t) || !reference_price(group)) return std::nullopt;
      ratio = spot(t)->value / reference_price(group)->value;
    }
    if (metric == Metric::dollar_delta && !spot(t)) return std::nullopt;
    const OptionalGreeks& g = t.greeks;
    const std::array<std::optional<double>, 5> greek{g.delta, g.gamma, g.theta, g.vega, g.delta};
    const std::optional<double> of_one = greek[static_cast<std::size_t>(metric)];
    if (!of_one || !std::isfinite(*of_one)) return std::nullopt;
    const double position = *of_one * t.multiplier;
    if (metric == Metric::delta) return exact_micro(position * beta * ratio);
    if (metric == Metric::gamma) return exact_micro(position * beta * ratio * (beta * ratio));
    if (metric == Metric::dollar_delta) return exact_micro(position * spot(t)->value * beta);
    return exact_micro(position);
  }
  /// A raw exposure that leaves a metric out, where the configuration says that no row judges it then.
  [[nodiscard]] bool skipped(const SlowThing& t, Metric metric) const {
    if (!t.raw || config_.options.missing_greek != MissingGreek::skip) return false;
    return (metric == Metric::gamma && !t.greeks.gamma) || (metric == Metric::theta && !t.greeks.theta) ||
           (metric == Metric::vega && !t.greeks.vega);
  }

  // ---- sums
  [[nodiscard]] SlowParts parts(const LimitConfig& row, const SlowLegs& legs, bool legging) const {
    SlowParts sum;
    for (const auto& [name, quantity] : legs) {
      const SlowThing& t = things.at(name);
      if (quantity == 0 || !beta_in(t.root, group_of(row)) || skipped(t, row.metric)) continue;
      const std::optional<std::int64_t> one = unit(t, group_of(row), row.metric);
      if (!one) return {0, 0, false};
      (quantity * *one > 0 ? sum.up : sum.down) += quantity * *one;
    }
    if (legging) return sum;
    const std::int64_t net = sum.up + sum.down;
    return {std::max<std::int64_t>(0, net), std::min<std::int64_t>(0, net), true};
  }
  [[nodiscard]] std::optional<std::int64_t> held(const LimitConfig& row) const {
    std::int64_t sum = 0;
    for (const auto& [strategy, legs] : positions) {
      if (!row.strategy.empty() && row.strategy != strategy) continue;
      const SlowParts all = parts(row, legs, false);
      if (!all.known) return std::nullopt;
      sum += all.up + all.down;
    }
    return sum;
  }
  [[nodiscard]] SlowParts pending(const LimitConfig& row) const {
    SlowParts sum;
    for (const auto& [id, r] : reservations) {
      if (!r.open() || (!row.strategy.empty() && row.strategy != r.strategy)) continue;
      SlowLegs rest;
      for (const SlowLeg& leg : r.legs) rest[leg.thing] += leg.ratio < 0 ? -r.unfilled(leg) : r.unfilled(leg);
      const SlowParts one = parts(row, rest, r.legging);
      sum = {sum.up + one.up, sum.down + one.down, sum.known && one.known};
    }
    return sum;
  }

  // ---- bounds
  struct Bounds {
    std::optional<std::int64_t> lower{};
    std::optional<std::int64_t> upper{};
  };
  /// The cut in force on a row: the smallest factor; of an event's and a level's of equal size the event's.
  [[nodiscard]] const CutConfig* cut_on(const LimitConfig& row) const {
    const CutConfig* smallest = nullptr;
    for (std::size_t c = 0; c < cuts_.size(); ++c) {
      const CutConfig& cut = config_.cuts[c];
      if (!cuts_[c].on || !selects(cut, row)) continue;
      if (smallest == nullptr || cut.factor < smallest->factor ||
          (cut.factor == smallest->factor && smallest->event.empty() && !cut.event.empty()))
        smallest = &cut;
    }
    return smallest;
  }
  [[nodiscard]] bool unknown_cut_on(const LimitConfig& row) const {
    for (std::size_t c = 0; c < cuts_.size(); ++c)
      if (!cuts_[c].known && selects(config_.cuts[c], row)) return true;
    return false;
  }
  /// \returns nothing when the bound needs an equity that is not known.
  [[nodiscard]] std::optional<Bounds> bounds(const LimitConfig& row, bool with_cuts) const {
    std::optional<double> lower = row.lower;
    std::optional<double> upper = row.upper;
    if (!row.tiers.empty() || row.equity_fraction) {
      if (!equity_ || !std::isfinite(*equity_) || *equity_ <= 0) return std::nullopt;
      double limit = row.equity_fraction.value_or(0) * *equity_;
      for (auto tier = row.tiers.rbegin(); tier != row.tiers.rend(); ++tier) {
        const bool here = (!tier->equity_below || *equity_ < *tier->equity_below) &&
                          (!tier->equity_up_to || *equity_ <= *tier->equity_up_to);
        if (here) limit = tier->limit;
      }
      lower = -limit;
      upper = limit;
    }
    const CutConfig* cut = with_cuts ? cut_on(row) : nullptr;
    const auto in_force = [cut](double bound) {
      const std::int64_t entered = exact_micro(bound);
      return cut == nullptr ? entered : exact_micro(static_cast<double>(entered) / 1e6 * cut->factor);
    };
    Bounds result;
    if (lower) result.lower = in_force(*lower);
    if (upper) result.upper = in_force(*upper);
    return result;
  }

  // ---- proofs of exits
  [[nodiscard]] std::int64_t closable(const std::string& strategy, const SlowLegs& legs, std::int64_t units) const;
  [[nodiscard]] std::int64_t closable_raw(const std::string& strategy, const SlowThing& t, std::int64_t weight) const;
  [[nodiscard]] std::int64_t closing(const std::string& strategy, const std::string& thing) const;
  [[nodiscard]] std::int64_t uncovered(const std::string& strategy, const std::string& root, Right right,
                                       const SlowLegs& added, std::int64_t units) const;
  [[nodiscard]] bool raises_uncovered(const std::string& strategy, const SlowLegs& legs, std::int64_t units) const;

  [[nodiscard]] std::int64_t quantity(const std::string& strategy, const std::string& thing) const {
    const auto of = positions.find(strategy);
    if (of == positions.end()) return 0;
    const auto it = of->second.find(thing);
    return it == of->second.end() ? 0 : it->second;
  }

 private:
  struct Cut {
    bool on{false};
    bool known{true};
  };
  struct Judged;
  [[nodiscard]] std::optional<Price> spot(const SlowThing& t) const {
    if (t.future_price) return Price{*t.future_price, t.future_price_at};
    if (!t.underlying.empty() && things.at(t.underlying).future_price)
      return Price{*things.at(t.underlying).future_price, things.at(t.underlying).future_price_at};
    return price_of(t.root);
  }
  [[nodiscard]] std::optional<Price> price_of(const std::string& root) const {
    const auto it = prices_.find(std::string(price_root(products_.find(root))));
    if (it == prices_.end()) return std::nullopt;
    return it->second;
  }
  [[nodiscard]] std::optional<Price> reference_price(const GroupConfig& group) const {
    return price_of(group.reference);
  }
  /// Root and reference are the same, so S / S_ref is exactly 1.
  [[nodiscard]] bool shares_price(const SlowThing& t, const GroupConfig& group) const {
    return price_root(products_.find(t.root)) == price_root(products_.find(group.reference));
  }
  [[nodiscard]] bool is_stale(const SlowThing& t, const GroupConfig& group, Timestamp now) const;
  [[nodiscard]] static bool selects(const CutConfig& cut, const LimitConfig& row) {
    const auto has = [](const auto& list, const auto& item) {
      return std::find(list.begin(), list.end(), item) != list.end();
    };
    if (!row.strategy.empty()) return false;
    const std::vector<Metric> usual{Metric::delta, Metric::dollar_delta, Metric::gross_delta};
    return (cut.groups.empty() || has(cut.groups, row.group)) &&
           has(cut.metrics.empty() ? usual : cut.metrics, row.metric);
  }
  [[nodiscard]] SlowLegs netted(const Ask& asked);
  void judge_rows(const Ask& asked, const SlowLegs& legs, bool proved, Timestamp now, Judged& out) const;
  [[nodiscard]] bool lacks_a_figure(const std::string& group, const SlowLegs& legs) const;
  void judge_row(std::size_t row, const Ask& asked, const SlowLegs& legs, bool proved, Timestamp now,
                 Judged& out) const;
  void judge_side(std::size_t row, Side side, std::int64_t unit, std::int64_t bound, const Ask& asked, bool proved,
                  Judged& out) const;
  [[nodiscard]] Judged judge(const Ask& asked, const SlowLegs& legs, Timestamp now) const;

  LedgerConfig config_;
  ProductTable products_{};
  std::map<std::string, Price> prices_{};
  std::vector<Cut> cuts_{};
  std::optional<double> equity_{};
  std::map<std::uint64_t, std::uint64_t> executions_{};  ///< execution to request
  std::map<std::string, std::int64_t> counters_{};
};

}  // namespace optcoord::test

#include "property/slow_judging.hpp"  // IWYU pragma: export
#include "property/slow_life.hpp"     // IWYU pragma: export
