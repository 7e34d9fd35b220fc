// tests/shared/two_books.hpp -- a plain Ledger and a SharedLedger of the same configuration, told the same things.
// SPDX-License-Identifier: MIT
//
// Every call goes to both, and both must say the same, to the last figure. Example:
//
//   TwoBooks books(archipelago());
//   books.ask({.id = RequestId{1}, .strategy = books.strategy("A"), .units = 10, .legs = legs});
#pragma once

#include <optcoord/shared/shared_ledger.hpp>

#include "support/asking.hpp"

#include <doctest/doctest.h>

#include <cstdint>      // fixed width integers
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord::test {

/// Three islands (SPY with SPX and SPXW; TLT and GLD, which share a group; QQQ) and roots in no group; caps, tiers, an
/// event cut on all rows, a level cut on some.
[[nodiscard]] inline LedgerConfig archipelago() {
  LedgerConfig c;
  c.groups = {{.name = "SPY", .reference = "SPY", .members = {{"SPY"}, {"SPX"}}},
              {.name = "TLT", .reference = "TLT", .members = {{"TLT"}}},
              {.name = "QQQ", .reference = "SPY", .members = {{"QQQ", 1.2}}},
              {.name = "SAFE", .reference = "TLT", .members = {{"TLT"}, {"GLD", 0.5}}}};
  c.limits = {limit("QQQ", Metric::delta, 300),       limit("SPY", Metric::delta, 900),
              limit("TLT", Metric::delta, 400),       cap("A", "SPY", Metric::delta, 600),
              lower_only("SPY", Metric::theta, -200), limit("SAFE", Metric::delta, 600),
              limit("SPY", Metric::vega, 500),        cap("B", "TLT", Metric::delta, 300)};
  c.limits[1].lower.reset();
  c.limits[1].upper.reset();
  c.limits[1].tiers = {{.name = "small", .equity_below = 100'000.0, .limit = 500}, {.name = "large", .limit = 900}};
  c.headroom = {{.strategy = "A", .group = "SAFE", .metric = Metric::delta, .amount = 150}};
  c.cuts = {event_cut("FOMC", 0.5), level_cut("VIX", 30, 25, 0.6)};
  c.cuts[1].groups = {"SPY", "TLT"};
  return c;
}

/// All there is in a report, as text.
[[nodiscard]] inline std::string all_of(const Finding& f) {
  return std::string(text(f.code)) + " row " + std::to_string(f.row) + " group " +
         std::to_string(f.knows(Finding::group_field) ? index_of(f.group) : 99) + ' ' + figures(f);
}
[[nodiscard]] inline std::string all_of(const Decision& d) {
  std::string out = says(OwnedDecision(d)) + " until " +
                    (d.expires ? std::to_string(d.expires->time_since_epoch().count()) : "never");
  for (const Finding& f : d.reasons) out += "\n  " + all_of(f);
  for (const Finding& f : d.warnings) out += "\n  / " + all_of(f);
  return out;
}
[[nodiscard]] inline std::string all_of(const Result<Decision>& d) { return d ? all_of(*d) : says(d.error()); }
[[nodiscard]] inline std::string all_of(const Result<ReservationChange>& c) { return c ? says(*c) : says(c.error()); }
[[nodiscard]] inline std::string all_of(const RowReport& r) {
  return text_of(r.held) + ' ' + text_of(r.pending_down) + ' ' + text_of(r.pending_up) + ' ' + text_of(r.lower) + ' ' +
         text_of(r.upper);
}
[[nodiscard]] inline std::string all_of(const ExposureReport& report) {
  std::string out;
  for (const GroupReport& g : report.groups) {
    out += "group " + std::to_string(index_of(g.group)) + " legs " + std::to_string(g.legs) + " missing " +
           std::to_string(g.missing.size()) + '\n';
    for (const RowReport& r : g.rows) out += "  " + all_of(r) + '\n';
    for (const StrategyExposure& s : g.strategies)
      out += "  of " + std::to_string(index_of(s.strategy)) + ' ' + text_of(s.held[0]) + '\n';
  }
  for (const OpenReservation& r : report.reservations)
    out += std::to_string(static_cast<std::uint64_t>(r.id)) + ' ' + std::string(text(r.status)) + ' ' +
           std::to_string(r.units) + ' ' + std::to_string(r.remaining) + ' ' +
           (r.expires ? std::to_string(r.expires->time_since_epoch().count()) : "-") + '\n';
  const LedgerCounters& c = report.counters;
  for (const std::int64_t n : {c.approved, c.reduced, c.denied, c.fills, c.late_fills, c.overfills, c.duplicates,
                               c.expired, c.cancelled, c.rejected, c.reconciled})
    out += std::to_string(n) + ' ';
  return out;
}

[[nodiscard]] inline std::string all_of(const std::vector<RowOver>& rows) {
  std::string out;
  for (const RowOver& r : rows)
    out += std::to_string(index_of(r.group)) + ' ' + std::string(text(r.metric)) + ' ' + std::string(text(r.side)) +
           ' ' + text_of(r.value) + " over " + text_of(r.limit) + '\n';
  return out;
}
[[nodiscard]] inline std::string all_of(const Result<Reconciliation>& found) {
  if (!found) return says(found.error());
  std::string out = found->adopted ? "adopted\n" : "compared\n";
  for (const auto* list : {&found->missing, &found->extra, &found->different}) {
    for (const PositionChange& c : *list)
      out += std::to_string(index_of(c.contract)) + " of " + std::to_string(index_of(c.strategy)) + ": " +
             std::to_string(c.before) + " to " + std::to_string(c.after) + '\n';
    out += "--\n";
  }
  for (const ReservationChange& c : found->cancelled)
    out += std::to_string(static_cast<std::uint64_t>(c.id)) + ": " + says(c) + '\n';
  return out;
}

class TwoBooks {
 public:
  explicit TwoBooks(const LedgerConfig& config)
      : plain(*Ledger::make(config, names_, products_)),
        shared(*SharedLedger::make(config, shared_names_, products_)) {}

  StrategyId strategy(std::string_view name) {
    const StrategyId id = plain.add_strategy(name, names_);
    CHECK(shared.add_strategy(name, shared_names_) == id);
    return id;
  }
  RootId root(std::string_view name) {
    const RootId id = plain.add_root(name, names_, products_);
    CHECK(shared.add_root(name, shared_names_, products_) == id);
    return id;
  }
  ContractId contract(std::string_view name) {
    const ContractId id = *plain.add_contract(name, names_, products_);
    CHECK(shared.add_contract(name, shared_names_, products_) == id);
    return id;
  }
  void price(std::string_view name, double usd) {
    const RootId id = root(name);
    CHECK(plain.mark_root(id, usd, now) == shared.mark_root(id, usd, now));
  }
  void greeks(ContractId option, OptionalGreeks g, bool computed = false) {
    plain.mark_option(option, {g, computed, {}}, now);
    shared.mark_option(option, {g, computed, {}}, now);
  }
  void equity(std::optional<double> usd) {
    plain.set_equity(usd);
    shared.set_equity(usd);
  }
  void event(std::string_view name, bool on) {
    const EventId id = names_.events.add(name);
    REQUIRE(shared_names_.events.add(name) == id);
    CHECK(plain.set_event(id, on) == shared.set_event(id, on));
  }
  /// \returns what both decided.
  std::string ask(const Request& request) {
    const std::string answer = all_of(plain.decide(request, now));
    CHECK(all_of(shared.decide(request, said, now)) == answer);
    return answer;
  }
  void what_if(const Request& request) {
    const Result<OwnedDecision> a = plain.what_if(request, now);
    const Result<OwnedDecision> b = shared.what_if(request, now);
    CHECK((a ? all_of(a->view()) : says(a.error())) == (b ? all_of(b->view()) : says(b.error())));
  }
  std::string order(RequestId id, OrderStatus status) {
    const std::string answer = all_of(plain.apply(id, status, now));
    CHECK(all_of(shared.apply(id, status, now)) == answer);
    return answer;
  }
  std::string fill(const Fill& f) {
    const std::string answer = all_of(plain.apply(f, now));
    CHECK(all_of(shared.apply(f, now)) == answer);
    return answer;
  }
  void withdraw(RequestId id) {
    plain.withdraw(id);
    shared.withdraw(id);
  }
  void forget(Timestamp instant) {
    plain.forget_ended_before(instant);
    shared.forget_ended_before(instant);
  }
  void priority(StrategyId strategy, std::int32_t priority) {
    plain.set_priority(strategy, priority);
    shared.set_priority(strategy, priority);
  }
  void may_open(StrategyId strategy, bool may) {
    plain.set_may_open(strategy, may);
    shared.set_may_open(strategy, may);
  }
  void may_open(std::string_view group, bool may) {
    plain.set_may_open(*names_.groups.find(group), may);
    shared.set_may_open(*shared_names_.groups.find(group), may);
  }
  void compare(const std::vector<BrokerPosition>& positions) {
    CHECK(all_of(shared.compare(positions)) == all_of(plain.compare(positions)));
  }
  /// \returns what both found and did.
  std::string reconcile(const std::vector<BrokerPosition>& positions) {
    const std::string answer = all_of(plain.reconcile(positions, now));
    CHECK(all_of(shared.reconcile(positions, now)) == answer);
    return answer;
  }
  /// \returns how many reservations lapsed.
  std::size_t wait(Duration time) {
    now += time;
    CHECK(plain.next_expiry() == shared.next_expiry());
    std::string lapsed;
    while (plain.next_expiry() && *plain.next_expiry() <= now) lapsed += number_and(plain.expire_next());
    std::string also;
    const std::vector<ReservationChange> changes = shared.expire(now);
    for (const ReservationChange& c : changes) also += number_and(c);
    CHECK(also == lapsed);
    return changes.size();
  }
  void same_views() {
    CHECK(all_of(shared.rows_over()) == all_of(plain.rows_over()));
    CHECK(all_of(*shared.report()) == all_of(plain.report()));
    for (std::size_t r = 0; r < plain.policy().rows().size(); ++r) CHECK(all_of(shared.row(r)) == all_of(plain.row(r)));
  }

 private:
  [[nodiscard]] static std::string number_and(const ReservationChange& c) {
    return std::to_string(static_cast<std::uint64_t>(c.id)) + ": " + says(c) + '\n';
  }
  Names names_{};
  Names shared_names_{};
  ProductTable products_{};

 public:
  Ledger plain;
  SharedLedger shared;
  Judging said{};
  Timestamp now{*parse_time("2026-01-05T15:00:00Z")};
};

}  // namespace optcoord::test
