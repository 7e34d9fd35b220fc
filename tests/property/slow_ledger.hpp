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

#include <algorithm>   // std::find, std::max, std::min, std::sort
#include <array>       // std::array
#include <cmath>       // std::isfinite
#include <cstdint>     // std::int64_t
#include <cstdlib>     // std::abs
#include <functional>  // std::function
#include <map>         // std::map
#include <optional>    // std::optional
#include <set>         // std::set
#include <sstream>     // std::ostringstream
#include <string>      // std::string
#include <utility>     // std::pair
#include <vector>      // std::vector

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

/// A line of the broker's positions; `strategy` is empty where the broker does not say whose it is.
struct SlowBrokerLine {
  std::string contract{};
  std::int64_t quantity{0};
  std::string strategy{};
};

struct SlowReconciliation {
  std::vector<std::string> changes{};      ///< "A SPY 5 to 3"
  std::vector<std::uint64_t> cancelled{};  ///< closing reservations beyond what is held now
  bool settled{true};                      ///< false: the rules leave open what becomes of it
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
  /// Strategies in order of registration, `unassigned` anywhere among them.
  void registered(std::vector<std::string> order) { registered_ = std::move(order); }
  void priority(const std::string& strategy, int priority) { priorities_[strategy] = priority; }
  void may_open(const std::string& strategy, bool may) { may_open_[strategy] = may; }
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
  SlowReconciliation reconcile(const std::vector<SlowBrokerLine>& broker, Timestamp now);  // slow_reconcile.hpp

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
    if (row.metric == Metric::strategy_count) return sum;
    const Metric metric = row.metric == Metric::gross_delta ? Metric::delta : row.metric;
    for (const auto& [name, quantity] : legs) {
      const SlowThing& t = things.at(name);
      if (quantity == 0 || !beta_in(t.root, group_of(row)) || skipped(t, metric)) continue;
      const std::optional<std::int64_t> one = unit(t, group_of(row), metric);
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

  // ---- what is not a sum over all: slow_rows.hpp
  /// The row as if it were a cap on `strategy`.
  [[nodiscard]] static LimitConfig of(LimitConfig row, const std::string& strategy) {
    row.strategy = strategy;
    return row;
  }
  [[nodiscard]] std::set<std::string> strategies_on(const LimitConfig& row) const;
  [[nodiscard]] std::optional<std::int64_t> gross_held(const LimitConfig& row) const;
  [[nodiscard]] std::optional<std::int64_t> gross(const LimitConfig& row, const std::string& asker,
                                                  const SlowParts& added) const;
  [[nodiscard]] bool holds_in(const LimitConfig& row, const std::string& strategy) const;
  [[nodiscard]] bool waits_in(const LimitConfig& row, const std::string& strategy) const;
  [[nodiscard]] std::int64_t count(const LimitConfig& row, bool pending_too, const std::string& added) const;

  // ---- bounds: slow_bounds.hpp
  struct Bounds {
    std::optional<std::int64_t> lower{};
    std::optional<std::int64_t> upper{};
  };
  [[nodiscard]] const CutConfig* cut_on(const LimitConfig& row) const;
  [[nodiscard]] bool unknown_cut_on(const LimitConfig& row) const;
  [[nodiscard]] std::optional<Bounds> bounds(const LimitConfig& row, bool with_cuts) const;
  [[nodiscard]] std::int64_t kept_free(const LimitConfig& row, Side side, const std::string& asker, bool with_cuts,
                                       Timestamp now) const;
  [[nodiscard]] std::int64_t bound(const LimitConfig& row, Side side, const std::string& asker, bool with_cuts,
                                   bool with_headroom, Timestamp now) const;

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
    if (!row.strategy.empty() || row.metric == Metric::strategy_count) return false;
    const std::vector<Metric> usual{Metric::delta, Metric::dollar_delta, Metric::gross_delta};
    return (cut.groups.empty() || has(cut.groups, row.group)) &&
           has(cut.metrics.empty() ? usual : cut.metrics, row.metric);
  }
  [[nodiscard]] SlowLegs netted(const Ask& asked);
  void cancel_beyond(const std::string& strategy, const std::string& thing, bool changed,
                     SlowReconciliation& done) const;
  void judge_rows(const Ask& asked, const SlowLegs& legs, bool proved, Timestamp now, Judged& out) const;
  [[nodiscard]] bool lacks_a_figure(const std::string& group, const SlowLegs& legs) const;
  void judge_row(std::size_t row, const Ask& asked, const SlowLegs& legs, bool proved, Timestamp now,
                 Judged& out) const;
  /// What a side of a row comes to, pending included, with that many units more.
  using Projected = std::function<std::int64_t(std::int64_t units)>;
  void judge_side(std::size_t row, Side side, const Projected& projected, const Ask& asked, bool proved, Timestamp now,
                  Judged& out) const;
  [[nodiscard]] Code code_of_breach(const LimitConfig& row, Side side, std::int64_t before, std::int64_t after,
                                    const std::string& asker, Timestamp now) const;
  void judge_directions(const Ask& asked, const SlowLegs& legs, bool proved, Judged& out) const;
  [[nodiscard]] std::string row_text(const LimitConfig& row) const;
  [[nodiscard]] Judged judge(const Ask& asked, const SlowLegs& legs, Timestamp now) const;

  LedgerConfig config_;
  ProductTable products_{};
  std::map<std::string, Price> prices_{};
  std::vector<Cut> cuts_{};
  std::optional<double> equity_{};
  std::vector<std::string> registered_{};
  std::map<std::string, int> priorities_{};              ///< 1000 when not told
  std::map<std::string, bool> may_open_{};               ///< true when not told
  std::map<std::uint64_t, std::uint64_t> executions_{};  ///< execution to request
  std::map<std::string, std::int64_t> counters_{};
};

}  // namespace optcoord::test

#include "property/slow_bounds.hpp"     // IWYU pragma: export
#include "property/slow_judging.hpp"    // IWYU pragma: export
#include "property/slow_life.hpp"       // IWYU pragma: export
#include "property/slow_reconcile.hpp"  // IWYU pragma: export
#include "property/slow_rows.hpp"       // IWYU pragma: export
