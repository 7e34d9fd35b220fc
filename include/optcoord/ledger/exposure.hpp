// optcoord/ledger/exposure.hpp -- from prices and Greeks to the exposure of one contract, and from there to row sums.
// SPDX-License-Identifier: MIT
//
// A figure is rounded once, per contract and metric (multiplier x unit Greek x factors), half to even; all after
// that is integer arithmetic, so what was added is taken away exactly. What cannot be computed is marked unknown
// and counted on the row, never added as zero.
#pragma once

#include <optcoord/core/decision.hpp>  // Metric
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/quote.hpp>           // is_fresh
#include <optcoord/pricing/black_scholes.hpp>  // OptionTerms

#include <algorithm>  // std::all_of, std::any_of, std::max
#include <array>      // std::array
#include <cstddef>    // std::size_t
#include <cstdint>    // fixed width integers
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <span>       // std::span

namespace optcoord {

/// A quantity of an instrument: the common form of a request's leg, a position and a reservation's open part.
struct LegView {
  const Instrument* instrument;
  std::int64_t weight;  ///< contracts, signed
};

/// A request's or reservation's legs, without the heap. Only the first `count` items mean anything.
struct LegList {
  LegList() noexcept {}  // leaves the items alone: filling 32 of them would cost more than judging
  std::array<LegView, max_legs> items;
  std::size_t count{0};

  void push(LegView leg) noexcept { items[count++] = leg; }
  [[nodiscard]] std::span<const LegView> view() const noexcept { return std::span{items}.first(count); }
};

/// Which cells to add up: those row sums contain, or those of this moment. They differ only for instruments that
/// are neither held nor pending, whose cells are not kept up to date.
enum class Cells : std::uint8_t { posted, current };

/// An exposure split by sign. A package counts its net, so one of the two is zero; legs sent one by one count apart.
struct Parts {
  std::int64_t up{0};    ///< >= 0
  std::int64_t down{0};  ///< <= 0
  bool known{true};      ///< false: a leg has no figure, or the sum leaves the range

  [[nodiscard]] constexpr std::int64_t net() const noexcept { return up + down; }
};

namespace detail {

/// \returns the parts `up` >= 0 and `down` <= 0, unknown when one leaves the range of sums.
[[nodiscard]] constexpr Parts parts_of(Int128 up, Int128 down) noexcept {
  if (up > max_sum_raw || down < -max_sum_raw) return {0, 0, false};
  return {static_cast<std::int64_t>(up), static_cast<std::int64_t>(down), true};
}
/// \returns the parts of an exposure that counts as one: the one of its sign.
[[nodiscard]] constexpr Parts parts_of_net(Int128 net) noexcept {
  return net > 0 ? parts_of(net, 0) : parts_of(0, net);
}

}  // namespace detail

/// \returns the price of what `in` is a contract on: its future's where one is named and quoted, else its root's.
[[nodiscard]] inline std::optional<Price> spot(const LedgerState& s, const Instrument& in) {
  if (in.price) return in.price;
  if (in.underlying != nil && s.instruments[in.underlying].price) return s.instruments[in.underlying].price;
  return s.roots[index_of(s.roots[index_of(in.terms.root)].terms.price_of)].price;
}

/// \returns the price of a group's reference.
[[nodiscard]] inline std::optional<Price> reference_price(const LedgerState& s, RootId reference) {
  return s.roots[index_of(s.roots[index_of(reference)].terms.price_of)].price;
}

/// \returns what an option is valued anew by, where its last mark said.
[[nodiscard]] inline const Revaluation* revaluation(const LedgerState& s, const Instrument& in) noexcept {
  const std::size_t at = index_of(in.contract);
  return !in.raw && at < s.revaluations.size() && s.revaluations[at] ? &*s.revaluations[at] : nullptr;
}

/// Whether what `in` loses in scenarios can be computed: of a caller's estimate never.
[[nodiscard]] inline bool can_be_revalued(const LedgerState& s, const Instrument& in) {
  return !in.raw && spot(s, in) && (in.terms.kind != Kind::option || revaluation(s, in) != nullptr);
}

/// One contract to be valued in scenarios: what it is worth now is found once, what it loses in each by the same
/// formula. Time stands still.
class Revalued {
 public:
  Revalued(const LedgerPolicy& policy, const LedgerState& s, const Instrument& in)
      : value_(policy.options().formulas.value), multiplier_(in.terms.multiplier) {
    if (!can_be_revalued(s, in)) return;
    terms_.spot = spot(s, in)->value;
    now_ = terms_.spot;
    if (in.terms.kind != Kind::option) return;
    const Revaluation& r = *revaluation(s, in);
    terms_ = {in.terms.right, terms_.spot, r.strike, r.years, r.rate, r.dividend_yield};
    vol_ = r.vol;
    now_ = value_(terms_, *vol_);
  }

  /// \returns what the contract, held long, loses when a group's reference moves as `shock` says and its own underlying
  /// `beta` times as much, in millionths of USD; `unknown_loss` when it cannot be computed.
  [[nodiscard]] std::int64_t loss(double beta, const Scenario& shock) const {
    if (!now_) return unknown_loss;
    constexpr double worthless = 1e-9;  // of the price now: a price that fell to nothing has no logarithm
    pricing::OptionTerms then = terms_;
    then.spot *= std::max(1 + beta * shock.spot, worthless);
    const double value = vol_ ? value_(then, std::max(*vol_ + shock.vol, 0.0)) : then.spot;
    const Result<Micro> rounded = to_micro((*now_ - value) * multiplier_);
    return rounded ? rounded->raw : unknown_loss;
  }

 private:
  double (*value_)(const pricing::OptionTerms&, double vol) noexcept;
  double multiplier_;
  pricing::OptionTerms terms_{};  ///< of a share or future the price alone
  std::optional<double> vol_{};   ///< of options
  std::optional<double> now_{};   ///< USD per unit; nothing when losses cannot be computed
};

/// \returns the exposure of one contract of `in` in the group `m`. The order of multiplications is part of the
/// contract: ((unit Greek x multiplier) x beta) x (S / S_ref), for gamma then x (beta x S / S_ref).
[[nodiscard]] inline Cell compute_cell(const LedgerPolicy& policy, const LedgerState& s, const Instrument& in,
                                       const Membership& m) {
  Cell cell;
  const auto set = [&cell](Metric metric, bool known, double value) {
    const Result<Micro> rounded = to_micro(value);
    if (!known || !rounded) return;
    cell.value[static_cast<std::size_t>(metric)] = rounded->raw;
    cell.known |= RowIndex::bit(metric);
  };
  const auto knows = [&in](Metric metric) { return (in.greeks_known & RowIndex::bit(metric)) != 0; };
  const std::optional<Price> price = spot(s, in);
  const std::optional<Price> ref =
      m.same ? std::nullopt : reference_price(s, policy.groups()[index_of(m.group)].reference);
  const bool convertible = m.same || (price && ref);
  const double ratio = !m.same && convertible ? price->value / ref->value : 1.0;

  const double delta = in.greeks.delta * in.terms.multiplier;
  const double gamma = in.greeks.gamma * in.terms.multiplier * m.beta;
  set(Metric::delta, knows(Metric::delta) && convertible, m.same ? delta * m.beta : delta * m.beta * ratio);
  set(Metric::gamma, knows(Metric::gamma) && convertible, m.same ? gamma * m.beta : gamma * ratio * (m.beta * ratio));
  set(Metric::theta, knows(Metric::theta), in.greeks.theta * in.terms.multiplier);
  set(Metric::vega, knows(Metric::vega), in.greeks.vega * in.terms.multiplier);
  set(Metric::dollar_delta, knows(Metric::delta) && price.has_value(), price ? delta * price->value * m.beta : 0);
  constexpr std::uint8_t losses = RowIndex::bit(Metric::scenario_loss);
  if ((m.metrics & losses) != 0 && can_be_revalued(s, in)) cell.known |= losses;
  return cell;
}

/// \returns which of the groups of `root` is `group`, or nothing.
[[nodiscard]] inline std::optional<std::size_t> place_in(const RootState& root, GroupId group) {
  for (std::size_t i = 0; i < root.groups.size(); ++i)
    if (root.groups[i].group == group) return i;
  return std::nullopt;
}

/// \returns the exposure of one contract of `in` in the `nth` group of its root, as of this moment.
[[nodiscard]] inline Cell current_cell(const LedgerPolicy& policy, const LedgerState& s, const Instrument& in,
                                       std::size_t nth) {
  const RootState& root = s.roots[index_of(in.terms.root)];
  return in.version == root.version ? s.cells[in.cells + nth] : compute_cell(policy, s, in, root.groups[nth]);
}

/// Where a group stands among those of the root all legs share; `searched` when legs have several roots.
inline constexpr std::size_t searched = std::numeric_limits<std::size_t>::max();

/// \returns whether a row on `metric` adds up what contracts have of it: `summed_metrics` in their cells, or losses.
[[nodiscard]] constexpr bool is_summed(Metric metric) noexcept {
  return static_cast<std::size_t>(metric) < summed_metrics || metric == Metric::scenario_loss;
}

/// The legs of one request in one group: a cell each. Made once per group, read once per row.
class GroupLegs {
 public:
  /// Collects the cells of those of `legs` whose root is in `group`, the `nth` of their common root.
  GroupLegs(const LedgerPolicy& policy, const LedgerState& s, std::span<const LegView> legs, GroupId group,
            std::size_t nth, Cells which) noexcept
      : policy_(policy), s_(s), group_(group), which_(which) {
    for (const LegView& leg : legs) {
      const Instrument& in = *leg.instrument;
      const RootState& root = s.roots[index_of(in.terms.root)];
      const std::size_t place = nth != searched ? nth : place_in(root, group).value_or(searched);
      if (place == searched || leg.weight == 0) continue;
      const bool stored = which == Cells::posted || in.version == root.version;
      if (!stored) computed_[count_] = compute_cell(policy, s, in, root.groups[place]);
      cells_[count_] = stored ? &s.cells[in.cells + place] : &computed_[count_];
      members_[count_] = &root.groups[place];
      legs_[count_++] = &leg;
    }
  }
  GroupLegs(const GroupLegs&) = delete;
  GroupLegs& operator=(const GroupLegs&) = delete;

  /// \returns the exposure in `metric`; of strategy_count how many legs there are. O(legs).
  [[nodiscard]] Parts parts(Metric metric, bool legging) const noexcept {
    if (metric == Metric::strategy_count) return {static_cast<std::int64_t>(count_), 0, true};
    const auto m = static_cast<std::size_t>(metric);
    const std::uint8_t bit = RowIndex::bit(metric);
    Int128 up = 0;
    Int128 down = 0;
    bool known = true;
    for (std::size_t i = 0; i < count_; ++i) {
      const Cell& cell = *cells_[i];
      if ((cell.known & bit) == 0) {
        known = known && (legs_[i]->instrument->greeks_skipped & bit) != 0;
        continue;
      }
      const Int128 part = Int128{legs_[i]->weight} * cell.value[m];
      (part > 0 ? up : down) += part;
    }
    if (!known) return {0, 0, false};
    return legging ? detail::parts_of(up, down) : detail::parts_of_net(up + down);
  }
  /// \returns the exposure that `row`, on a sum over contracts, adds up.
  [[nodiscard]] Parts parts(const RowIndex& index, RowRef row, bool legging) const {
    return row.metric == Metric::scenario_loss ? losses(index, row, legging) : parts(row.metric, legging);
  }
  /// \returns bits of the metrics that `leg`, one of legs(), has figures of.
  [[nodiscard]] std::uint8_t known_of(const LegView* leg) const noexcept {
    std::size_t at = 0;
    while (legs_[at] != leg) ++at;
    return cells_[at]->known;
  }
  /// The legs in the group.
  [[nodiscard]] std::span<const LegView* const> legs() const noexcept { return std::span{legs_}.first(count_); }

 private:
  /// What the legs lose in the row's scenario.
  [[nodiscard]] Parts losses(const RowIndex& index, RowRef row, bool legging) const {
    Int128 up = 0;
    Int128 down = 0;
    bool known = true;
    for (std::size_t i = 0; i < count_; ++i) {
      const Instrument& in = *legs_[i]->instrument;
      const Membership& m = *members_[i];
      const bool stored = which_ == Cells::posted || in.version == s_.roots[index_of(in.terms.root)].version;
      const std::int64_t loss = stored ? s_.losses[in.losses + m.first_loss + row.scenario]
                                       : Revalued(policy_, s_, in).loss(m.beta, index.scenarios(group_)[row.scenario]);
      if (loss == unknown_loss) {
        known = known && (in.greeks_skipped & RowIndex::bit(Metric::scenario_loss)) != 0;
        continue;
      }
      const Int128 part = Int128{legs_[i]->weight} * loss;
      (part > 0 ? up : down) += part;
    }
    if (!known) return {0, 0, false};
    return legging ? detail::parts_of(up, down) : detail::parts_of_net(up + down);
  }

  const LedgerPolicy& policy_;
  const LedgerState& s_;
  GroupId group_;
  Cells which_;
  std::size_t count_{0};
  std::array<const LegView*, max_legs> legs_;
  std::array<const Cell*, max_legs> cells_;
  std::array<const Membership*, max_legs> members_;
  union {  // not filled unless a cell is out of date
    std::array<Cell, max_legs> computed_;
  };
};

/// Calls f(group, nth) once for every group that has a root of `legs`; `nth` as in GroupLegs.
template <class F>
void for_each_group(const LedgerState& s, std::span<const LegView> legs, F f) {
  const auto root_of = [](const LegView& leg) { return leg.instrument->terms.root; };
  if (legs.empty()) return;
  const bool one_root =
      std::all_of(legs.begin(), legs.end(), [&](const LegView& leg) { return root_of(leg) == root_of(legs[0]); });
  if (one_root) {
    const std::vector<Membership>& groups = s.roots[index_of(root_of(legs[0]))].groups;
    for (std::size_t nth = 0; nth < groups.size(); ++nth) f(groups[nth].group, nth);
    return;
  }
  for (std::size_t i = 0; i < legs.size(); ++i) {
    const std::span<const LegView> before = legs.first(i);
    const RootId root = root_of(legs[i]);
    if (std::any_of(before.begin(), before.end(), [&](const LegView& leg) { return root_of(leg) == root; })) continue;
    for (const Membership& m : s.roots[index_of(root)].groups) {
      const bool seen = std::any_of(before.begin(), before.end(), [&](const LegView& leg) {
        return place_in(s.roots[index_of(root_of(leg))], m.group).has_value();
      });
      if (!seen) f(m.group, searched);
    }
  }
}

/// Sums wrap instead of overflowing: whatever was added can be taken away exactly, and judging refuses what would
/// leave the range long before.
inline void add_wrapping(std::int64_t& sum, std::int64_t x, int sign) noexcept {
  const auto ux = static_cast<std::uint64_t>(x);
  sum = static_cast<std::int64_t>(static_cast<std::uint64_t>(sum) + (sign > 0 ? ux : ~ux + 1));
}

/// Whether the exposure of `legs` is plain: of one root whose groups have sums in its own shares alone, and every
/// figure known. Then a row's figure is a sum of cells, found without looking at anything else.
[[nodiscard]] inline bool is_plain(const LedgerState& s, std::span<const LegView> legs, Cells which) noexcept {
  if (legs.empty()) return false;
  const RootId id = legs[0].instrument->terms.root;
  const RootState& root = s.roots[index_of(id)];
  bool plain = root.plain;
  for (const LegView& leg : legs) {
    const Instrument& in = *leg.instrument;
    plain = plain && in.terms.root == id && in.complete && (which == Cells::posted || in.version == root.version);
  }
  return plain;
}

/// What plain legs add to a row: GroupLegs for them, made for speed.
class PlainLegs {
 public:
  /// \pre is_plain(s, legs, ...)
  PlainLegs(const LedgerState& s, std::span<const LegView> legs) noexcept
      : cells_(s.cells.data()), first_(cells_ + legs[0].instrument->cells), weight_(legs[0].weight), legs_(legs) {}

  /// Puts their net in `row` into `net`. \returns false when it is out of range, or a step towards it beyond 64 bits.
  [[nodiscard]] bool net(RootRow row, std::int64_t& net) const noexcept {
    const auto metric = static_cast<std::size_t>(row.metric);
    if (__builtin_mul_overflow(weight_, first_[row.nth].value[metric], &net)) return false;
    for (std::size_t i = 1; i < legs_.size(); ++i) {  // most requests have one leg
      std::int64_t part = 0;
      if (__builtin_mul_overflow(legs_[i].weight, cells_[legs_[i].instrument->cells + row.nth].value[metric], &part) ||
          __builtin_add_overflow(net, part, &net))
        return false;
    }
    return net <= max_sum_raw && net >= -max_sum_raw;
  }
  /// The same split by sign, however large.
  [[nodiscard]] Parts parts(RootRow row) const noexcept {
    std::int64_t sum = 0;
    return net(row, sum) ? Parts{sum > 0 ? sum : 0, sum < 0 ? sum : 0, true} : exact_parts(row);
  }

 private:
  [[gnu::noinline]] [[nodiscard]] Parts exact_parts(RootRow row) const noexcept {
    Int128 net = 0;
    for (const LegView& leg : legs_)
      net += Int128{leg.weight} * cells_[leg.instrument->cells + row.nth].value[static_cast<std::size_t>(row.metric)];
    return detail::parts_of_net(net);
  }

  const Cell* cells_;
  const Cell* first_;
  std::int64_t weight_;
  std::span<const LegView> legs_;
};

/// Calls f(line, parts) for every row whose sums count `legs`, and for every sum of the strategy's own that does.
template <class F>
void for_each_exposure(const LedgerPolicy& policy, const RowIndex& index, const LedgerState& s, StrategyId strategy,
                       std::span<const LegView> legs, bool legging, Cells which, F f) {
  if (!legging && is_plain(s, legs, which)) {
    const PlainLegs plain(s, legs);
    for (const RootRow row : rows_of(s.roots[index_of(legs[0].instrument->terms.root)], strategy))
      f(row.row, plain.parts(row));
    return;
  }
  for_each_group(s, legs, [&](GroupId group, std::size_t nth) {
    const GroupLegs in_group(policy, s, legs, group, nth, which);
    for (const RowRef row : index.rows(group, strategy))
      if (is_summed(row.metric)) f(row.row, in_group.parts(index, row, legging));
    for (const OwnSum sum : index.own(group)) f(index.line(sum, strategy), in_group.parts(sum.metric, legging));
  });
}

/// Adds (sign +1) or takes away (-1) a position of `quantity` contracts to or from the held sums.
inline void post_held(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, StrategyId strategy,
                      std::uint32_t instrument, std::int64_t quantity, int sign) {
  if (quantity == 0) return;
  ++s.held_version;
  const LegView leg{&s.instruments[instrument], quantity};
  const auto post = [&s, sign](std::uint32_t row, const Parts& parts) {
    Line& line = s.lines[row];
    add_wrapping(line.held, parts.net(), sign);
    line.unknown_held += parts.known ? 0 : sign;
    if (row < s.rows.size()) settle(line, s.rows[row]);  // a strategy's own sums have no bounds
  };
  for_each_exposure(policy, index, s, strategy, {&leg, 1}, false, Cells::posted, post);
}

/// Adds or takes away the open part of a reservation to or from the pending sums.
inline void post_pending(const LedgerPolicy& policy, const RowIndex& index, LedgerState& s, StrategyId strategy,
                         std::span<const LegView> legs, bool legging, int sign) {
  const auto post = [&s, sign](std::uint32_t row, const Parts& parts) {
    Line& line = s.lines[row];
    add_wrapping(line.up, parts.up, sign);
    add_wrapping(line.down, parts.down, sign);
    line.unknown_pending += parts.known ? 0 : sign;
    if (row < s.rows.size()) settle(line, s.rows[row]);  // a strategy's own sums have no bounds
  };
  for_each_exposure(policy, index, s, strategy, legs, legging, Cells::posted, post);
}

}  // namespace optcoord
