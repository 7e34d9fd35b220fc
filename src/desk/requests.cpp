// src/desk/requests.cpp -- Desk: requests, what_if, orders and fills.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace optcoord {

namespace {

/// Folds everything a request says into one number, so that "the same again" is told from "something else".
class Digest {
 public:
  Digest& add(std::uint64_t x) {
    state_ = (std::rotl(state_, 27) ^ x) * 0x9E3779B97F4A7C15U;
    state_ ^= state_ >> 29U;
    return *this;
  }
  Digest& add(std::string_view text) {
    add(text.size());
    for (const char c : text) add(static_cast<unsigned char>(c));
    return *this;
  }
  Digest& add(std::optional<double> x) { return x ? add(1).add(std::bit_cast<std::uint64_t>(*x)) : add(0); }
  [[nodiscard]] std::uint64_t value() const { return state_; }

 private:
  std::uint64_t state_{0x2545F4914F6CDD1DU};
};

[[nodiscard]] std::uint64_t content_of(const RequestEvent& e) {
  Digest digest;
  digest.add(e.strategy).add(static_cast<std::uint64_t>(e.intent)).add(static_cast<std::uint64_t>(e.units));
  digest.add((e.partial ? 2U : 0U) + (e.legging ? 1U : 0U)).add(e.ttl_s).add(e.buying_power).add(e.entry).add(e.label);
  for (const LegText& leg : e.legs) digest.add(leg.contract).add(static_cast<std::uint64_t>(leg.ratio));
  if (e.exposure)
    digest.add(e.exposure->root)
        .add(std::optional{e.exposure->delta})
        .add(e.exposure->gamma)
        .add(e.exposure->theta)
        .add(e.exposure->vega);
  return digest.value();
}

/// \returns as much of a label as is kept: 128 bytes at most, whole characters.
[[nodiscard]] std::string_view kept_label(std::string_view label) {
  constexpr std::size_t longest = 128;
  if (label.size() <= longest) return label;
  std::size_t end = longest;
  while (end > 0 && (static_cast<unsigned char>(label[end]) & 0xC0U) == 0x80U) --end;
  return label.substr(0, end);
}

/// A time to live in whole nanoseconds; what does not fit is as good as for ever.
[[nodiscard]] Duration to_duration(double seconds) {
  constexpr double most = 9.2e9;
  return Duration{static_cast<std::int64_t>(std::min(seconds, most) * 1e9)};
}

}  // namespace

Result<Desk::Prepared> Desk::prepare(const RequestEvent& e) {
  Prepared p;
  const Result<StrategyId> id = strategy_or_next(e.strategy, "strategy");
  if (!id) return tl::unexpected<Error>(id.error());
  p.request.strategy = *id;
  if (e.units < 1) return fail(Errc::invalid_value, "units");
  p.entry = e.entry;
  p.request.id = e.id;
  p.request.intent = e.intent;
  p.request.units = e.units;
  p.request.partial = e.partial;
  p.request.legging = e.legging;
  if (e.ttl_s) {
    if (!std::isfinite(*e.ttl_s) || *e.ttl_s <= 0) return fail(Errc::invalid_value, "ttl_s");
    p.request.ttl = to_duration(*e.ttl_s);
    if (*p.request.ttl == Duration::zero()) return fail(Errc::invalid_value, "ttl_s");
  }
  if (e.buying_power) {
    const Result<Micro> each = to_micro(*e.buying_power, "buying_power");
    if (!each) return tl::unexpected<Error>(each.error());
    if (each->raw < 0 || Int128{each->raw} * e.units > max_sum_raw) return fail(Errc::invalid_value, "buying_power");
    p.buying_power = *each;
  }
  if (e.exposure) {
    if (!is_root(e.exposure->root)) return fail(Errc::invalid_value, "exposure.root");
    p.request.raw = RawExposure{ledger_.add_root(e.exposure->root, names_, products_), e.exposure->delta,
                                e.exposure->gamma, e.exposure->theta, e.exposure->vega};
  }
  std::int32_t index = 0;
  for (const LegText& leg : e.legs) {
    const Result<ContractId> contract = ledger_.add_contract(leg.contract, names_, products_, "legs[].contract", index);
    if (!contract) return tl::unexpected<Error>(contract.error());
    if (leg.ratio == 0 || leg.ratio > std::numeric_limits<std::int32_t>::max() ||
        leg.ratio < -std::numeric_limits<std::int32_t>::max())
      return fail(Errc::invalid_value, "legs[].ratio", index);
    p.legs.push_back({*contract, static_cast<std::int32_t>(leg.ratio)});
    ++index;
  }
  p.request.legs = p.legs;
  if (const Result<void> checked = ledger_.check(p.request); !checked) return tl::unexpected<Error>(checked.error());
  return p;
}

std::optional<RememberedDecision> Desk::recall(RequestId id, Timestamp t) const {
  std::optional<RememberedDecision> first = memory_.recall(id);
  if (!first) return std::nullopt;
  const std::uint32_t at = find_reservation(ledger_.state(), id);
  const bool forgotten =
      at == nil ? is_forgotten_at(first->decided, t) : is_forgotten_at(ledger_.state().reservations[at], t);
  if (forgotten) return std::nullopt;
  return first;
}

Result<void> Desk::check(const RequestEvent& e, Timestamp t) {
  prepared_.clear();
  const std::uint64_t content = content_of(e);
  if (std::optional<RememberedDecision> first = recall(e.id, t)) {
    if (first->content != content) return fail(Errc::duplicate_id, "id");
    prepared_.emplace_back().first = std::move(first);
    return {};
  }
  Result<Prepared> prepared = prepare(e);
  if (!prepared) return tl::unexpected<Error>(prepared.error());
  prepared_.push_back(*std::move(prepared));
  prepared_.back().request.legs = prepared_.back().legs;
  prepared_.back().content = content;
  return {};
}

void Desk::act(const RequestEvent& e, Timestamp t, SinkRef sink) {
  Prepared& p = prepared_.front();
  if (p.first) {
    Decision again = p.first->decision.view();
    again.duplicate = true;
    return sink({std::nullopt, DecisionOutput{again, e.id, {}}});
  }
  register_strategy(e.strategy);
  Decision d = decide(p, t);
  if (d.verdict != Verdict::denied) {
    d.reservation = e.id;
    d.expires = reserve(p, d, t);
    if (ipmcc_) ipmcc_->books.take_order(ledger_, names_, e.id);
  }
  ledger_.count(d.verdict);
  memory_.remember(e.id, p.content, d, t, d.verdict != Verdict::denied ? kept_label(e.label) : std::string_view{});
  sink({std::nullopt, DecisionOutput{d, e.id, computed_greeks_of(p.request)}});
}

std::span<const ComputedGreeks> Desk::computed_greeks_of(const Request& request) {
  computed_greeks_.clear();
  for (const Leg& leg : request.legs) {
    const Instrument& in = ledger_.state().instruments[ledger_.state().instrument_of[index_of(leg.contract)]];
    if (!in.greeks_computed || in.greeks_known == 0) continue;
    const auto told = [&in](Metric metric, double greek) {
      return (in.greeks_known & RowIndex::bit(metric)) != 0 ? std::optional{greek} : std::nullopt;
    };
    const std::optional<OptionState> option = market_.option(leg.contract);
    computed_greeks_.push_back({leg.contract,
                                in.greeks_at,
                                option ? option->iv : std::nullopt,
                                {told(Metric::delta, in.greeks.delta), told(Metric::gamma, in.greeks.gamma),
                                 told(Metric::theta, in.greeks.theta), told(Metric::vega, in.greeks.vega)}});
  }
  return computed_greeks_;
}

/// \returns when the reservation lapses.
Timestamp Desk::reserve(const Prepared& asked, const Decision& decided, Timestamp now) {
  const Request& request = asked.request;
  const bool opens = request.intent == Intent::open;
  standings_.take_order(request.strategy, opens);
  if (opens) standings_.set_execution(request.strategy, asked.entry, now);
  if (coordination_.buying_power() && asked.buying_power && !is_exit(request.intent))
    coordination_.buying_power()->approve(buying_power_, request.id, request.strategy, *asked.buying_power,
                                          decided.units);
  return ledger_.reserve_units(request, decided.units, now);
}

Decision Desk::decide(const Prepared& asked, Timestamp now) {
  const Request& request = asked.request;
  tell_who_may_open(now);
  rows_.clear();
  reasons_.clear();
  warnings_.clear();
  const Judgement judgement = ledger_.judge(request, rows_, now);
  gates(request, asked.entry, judgement, now);
  // What a gate says denies an open; past an exit it is only listed.
  for (const Finding& f : gate_items_.all()) (judgement.gated ? reasons_ : warnings_).push(f);
  if (judgement.gated)
    for (const Finding& f : gate_warnings_.all()) warnings_.push(f);
  for (const Finding& f : rows_.reasons.all()) reasons_.push(f);
  for (const Finding& f : rows_.warnings.all()) warnings_.push(f);
  if (request.intent != Intent::adjust) judge_buying_power(asked, judgement.gated ? reasons_ : warnings_);
  return conclude(request, reasons_, warnings_);
}

bool Desk::has_adjusted_leg(const Request& request) const {
  const LedgerState& state = ledger_.state();
  const auto is_adjusted = [this](RootId root) {
    return std::find(adjusted_.begin(), adjusted_.end(), root) != adjusted_.end();
  };
  if (adjusted_.empty()) return false;
  if (request.raw) return is_adjusted(request.raw->root);
  return std::any_of(request.legs.begin(), request.legs.end(), [&](const Leg& leg) {
    const Instrument& in = state.instruments[state.instrument_of[index_of(leg.contract)]];
    const LegView view{&in, leg.ratio};
    const bool closes = request.intent == Intent::adjust &&
                        verify_exit(state, request.strategy, {&view, 1}, request.units).proof.has_value();
    return is_adjusted(in.terms.root) && !closes;
  });
}

Result<void> Desk::check(const WhatIfEvent& e, Timestamp) {
  prepared_.clear();
  if (e.requests.empty()) return fail(Errc::invalid_value, "requests");
  std::int32_t index = 0;
  for (const RequestEvent& request : e.requests) {
    Result<Prepared> prepared = prepare(request);
    if (!prepared) {
      Error error = prepared.error();
      if (e.batch) error.batch = index;
      return tl::unexpected<Error>(error);
    }
    prepared_.push_back(*std::move(prepared));
    ++index;
  }
  for (Prepared& p : prepared_) p.request.legs = p.legs;
  return {};
}

/// A batch is judged as if each were approved: what passes is reserved in earnest, and all of it taken back at the end.
/// Exposures are whole numbers, so that leaves exactly the state there was.
void Desk::act(const WhatIfEvent& e, Timestamp t, SinkRef sink) {
  struct Reserved {
    RequestId id;
    StrategyId strategy;
    std::int64_t units;
    bool opens;
    std::optional<Timestamp> executed_at;  ///< before
    std::string entry;
  };
  std::uint64_t id = std::numeric_limits<std::uint64_t>::max();  // no host's: those end at 2^63
  std::vector<Reserved> reserved;
  for (std::size_t i = 0; i < prepared_.size(); ++i) {
    Prepared& p = prepared_[i];
    p.request.id = RequestId{id--};
    p.request.strategy = register_strategy(e.requests[i].strategy);
    const Decision d = decide(p, t);
    if (d.verdict != Verdict::denied && prepared_.size() > 1) {
      const Standing& before = standings_[d.strategy];
      reserved.push_back(
          {p.request.id, d.strategy, d.units, d.intent == Intent::open, before.executed_at, std::string(before.entry)});
      reserve(p, d, t);
    }
    sink({std::nullopt, DecisionOutput{d, std::nullopt, computed_greeks_of(p.request)}});
  }
  for (std::size_t i = reserved.size(); i-- > 0;) {
    ledger_.withdraw(reserved[i].id);
    standings_.end_order(reserved[i].strategy, reserved[i].opens);
    if (coordination_.buying_power())
      coordination_.buying_power()->finish(buying_power_, reserved[i].id, reserved[i].units);
    standings_.set_execution(reserved[i].strategy, reserved[i].entry, reserved[i].executed_at);
  }
}

Result<void> Desk::check(const OrderEvent& e, Timestamp t) {
  const std::uint32_t at = find_reservation(ledger_.state(), e.request);
  if (at == nil) return fail(Errc::unknown_request, "request");
  if (is_forgotten_at(ledger_.state().reservations[at], t)) return fail(Errc::unknown_request, "request");
  return {};
}

void Desk::act(const OrderEvent& e, Timestamp t, SinkRef sink) {
  const bool was_open = is_open(e.request);
  const ReservationChange change = *ledger_.apply(e.request, e.status, t);
  if (was_open && !is_open(e.request)) end_order(change, t);
  sink({std::nullopt, ReservationOutput{change}});
}

namespace {

/// \returns the fill in ids. A contract nobody knows is in no request.
[[nodiscard]] Result<Fill> to_fill(const FillEvent& e, const Ledger& ledger, const Names& names) {
  Fill fill{e.request, e.execution, ContractId{}, 0, e.price.value_or(0)};
  const std::uint32_t at = find_reservation(ledger.state(), e.request);
  if (at == nil) return fail(Errc::unknown_request, "request");
  const LedgerState& state = ledger.state();
  const bool raw = state.instruments[state.legs[state.reservations[at].first_leg].instrument].raw;
  if (raw) {
    if (!e.leg.empty()) return fail(Errc::invalid_value, "leg");
    if (!e.units || *e.units <= 0) return fail(Errc::invalid_value, "units");
    fill.quantity = *e.units;
    return fill;
  }
  if (e.units) return fail(Errc::invalid_value, "units");
  const std::optional<ContractId> contract = names.contracts.find(e.leg);
  if (!contract) return fail(Errc::invalid_value, "leg");
  if (!e.quantity || *e.quantity == 0) return fail(Errc::invalid_value, "quantity");
  fill.contract = *contract;
  fill.quantity = *e.quantity;
  return fill;
}

}  // namespace

Result<void> Desk::check(const FillEvent& e, Timestamp t) {
  if (const Result<void> known = check(OrderEvent{e.request, OrderStatus::working}, t); !known) return known;
  const std::uint32_t place = find_execution(ledger_.state(), e.execution);
  const bool known = place != nil && !is_forgotten_at(ledger_.state().reservations[place], t);
  if (known) return {};  // will be ignored, whatever else it says
  if (e.price && !std::isfinite(*e.price)) return fail(Errc::invalid_value, "price");
  const Result<Fill> fill = to_fill(e, ledger_, names_);
  if (!fill) return tl::unexpected<Error>(fill.error());
  return check_fill(ledger_.state(), *fill);
}

void Desk::act(const FillEvent& e, Timestamp t, SinkRef sink) {
  const Fill known_again{e.request, e.execution, ContractId{}, 0, 0};
  const Fill fill = to_fill(e, ledger_, names_).value_or(known_again);
  const std::int64_t filled_before = filled_units(ledger_.state(), e.request);
  const bool was_open = is_open(e.request);
  const std::int64_t held_before = held_by_asker(fill);
  const ReservationChange change = *ledger_.apply(fill, t);
  if (ipmcc_ && change.status != ReservationStatus::duplicate)
    ipmcc_->books.take_fill(ledger_, names_, fill, e.price, t);
  if (was_open && !is_open(e.request)) end_order(change, t);
  if (detail::magnitude(held_by_asker(fill)) > detail::magnitude(held_before)) note_opening(fill.contract);
  if (change.status != ReservationStatus::duplicate && !e.leg.empty()) note_closing_fill(fill, e.price);
  if (change.status != ReservationStatus::duplicate)
    labels_.take_fill(ledger_.state(), e.request, memory_.label(e.request), filled_before);
  sink({std::nullopt, ReservationOutput{change}});
}

}  // namespace optcoord
