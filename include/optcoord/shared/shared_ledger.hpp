// optcoord/shared/shared_ledger.hpp -- the concentration ledger for hosts with several threads: the same rules.
// SPDX-License-Identifier: MIT
//
// Groups that share a root, directly or through others, form an island: a plain `Ledger` behind a lock of its own.
// Requests of one island take turns. Those of different islands do not wait for each other if each thread draws its ids
// from a range of its own (its number in the upper half): a thousand neighbouring ids share a lock, which is held while
// their island is waited for. Every function may be called by any thread at any time. Example, by each thread:
//
//   Judging said;  // one a thread: where what is said of its last request is kept
//   Result<Decision> d = shared.decide({.id = RequestId{1}, .strategy = lt112, .units = 3, .legs = legs}, said, now);
//   if (d && d->verdict != Verdict::denied) send_order(d->units);
//   (void)shared.apply(Fill{RequestId{1}, ExecutionId{1}, spy, -300, 450.10}, now);
#pragma once

#include <optcoord/ledger/ledger.hpp>

#include <cstddef>      // std::size_t
#include <cstdint>      // fixed width integers
#include <memory>       // std::shared_ptr, std::unique_ptr
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view
#include <vector>       // std::vector

namespace optcoord {

/// A request made ready in its island.
struct SharedPrepared {
  std::uint32_t island{0};
  PreparedId id{};
};

class SharedLedger {
 public:
  /// As `Ledger::make`: validates `config`, interns its names into `names`, and divides it into islands.
  [[nodiscard]] static Result<SharedLedger> make(const LedgerConfig& config, Names& names,
                                                 const ProductTable& products);
  SharedLedger(SharedLedger&&) noexcept;
  SharedLedger& operator=(SharedLedger&&) noexcept;
  ~SharedLedger();

  // --- registration, as Ledger's. No other thread may use `names` meanwhile: it is the host's, and has no lock ----
  StrategyId add_strategy(std::string_view name, Names& names);
  RootId add_root(std::string_view root, Names& names, const ProductTable& products);
  [[nodiscard]] Result<ContractId> add_contract(std::string_view text, Names& names, const ProductTable& products,
                                                const char* field = "contract", std::int32_t index = -1);

  // --- marks, as Ledger's. Each is seen by all islands it concerns at once ----------------------------------------
  std::vector<std::uint32_t> mark_root(RootId root, double price, Timestamp now);
  void mark_future(ContractId future, double price, Timestamp now);
  /// An underlying of another island than the option's is not taken.
  void mark_option(ContractId option, const OptionMark& mark, Timestamp now);
  void set_equity(std::optional<double> equity);
  std::vector<std::uint32_t> set_event(EventId event, bool in_force);

  // --- inputs from whoever coordinates the strategies, as Ledger's -------------------------------------------------
  void set_priority(StrategyId strategy, std::int32_t priority);
  void set_may_open(StrategyId strategy, bool may);
  void set_may_open(GroupId group, bool may);

  // --- questions: change nothing ----------------------------------------------------------------------------------
  [[nodiscard]] Result<OwnedDecision> what_if(const Request& request, Timestamp now) const;
  /// One limit row, by its place in `policy().rows()`, as it stands. O(1) in the lock of its island.
  [[nodiscard]] RowReport row(std::size_t place) const;
  /// As `Ledger::rows_over`, each row as at an instant of its own.
  [[nodiscard]] std::vector<RowOver> rows_over() const;
  /// As `Ledger::compare`, all islands at one instant.
  [[nodiscard]] Result<Reconciliation> compare(std::span<const BrokerPosition> positions) const;
  /// A fresh report, which `last_report` gives from now on. Each island as at one instant, one island after another.
  /// A request waits at most while the part of its own island is made, O(what is held and open there); an island in
  /// which nothing has happened since the last report is not asked.
  [[nodiscard]] std::shared_ptr<const ExposureReport> report() const;
  /// The report made last; an empty one before the first. Never waits for a request, nor a request for it. O(1).
  [[nodiscard]] std::shared_ptr<const ExposureReport> last_report() const;
  [[nodiscard]] bool remembers(RequestId id) const;
  /// The whole configuration, as validated.
  [[nodiscard]] const LedgerPolicy& policy() const noexcept;
  /// How many locks there are: one an island, and one for all roots in no group.
  [[nodiscard]] std::size_t islands() const noexcept;

  // --- changes ----------------------------------------------------------------------------------------------------
  /// As `Ledger::decide`; the decision's lists are in `said` and hold until that is used again. Legs of several
  /// islands are judged and reserved in all of them at once, or in none. An id is one request's over all islands; of
  /// two faults, that it is known may be said first.
  [[nodiscard]] Result<Decision> decide(const Request& request, Judging& said, Timestamp now);
  /// As `Ledger::prepare`. \returns also `invalid_value`, field `legs`, when legs are of several islands.
  [[nodiscard]] Result<SharedPrepared> prepare(const Request& request);
  /// As `decide` for `units` of a prepared request: the quickest way. \pre prepared by this ledger, not discarded
  [[nodiscard]] Result<Decision> decide(SharedPrepared prepared, RequestId id, std::int64_t units, Judging& said,
                                        Timestamp now);
  void discard(SharedPrepared prepared);
  /// As `Ledger::withdraw`.
  void withdraw(RequestId id);
  [[nodiscard]] Result<ReservationChange> apply(RequestId id, OrderStatus status, Timestamp now);
  [[nodiscard]] Result<ReservationChange> apply(const Fill& fill, Timestamp now);
  /// As `Ledger::reconcile`; everybody waits. A package of several islands that would close more than is held in one of
  /// them is cancelled whole, after the reservations of that island alone have been gone through.
  [[nodiscard]] Result<Reconciliation> reconcile(std::span<const BrokerPosition> positions, Timestamp now);
  /// When the next reservation lapses, if any waits. O(islands).
  [[nodiscard]] std::optional<Timestamp> next_expiry() const;
  /// Lets every reservation lapse that is due. To be called before requests are judged at `now`: time does not pass by
  /// itself. \returns what lapsed, by instant and id. Waits only for islands where something is due.
  std::vector<ReservationChange> expire(Timestamp now);
  /// As `Ledger::forget_ended_before`. Everybody waits: for a quiet hour.
  void forget_ended_before(Timestamp instant);

 private:
  struct Impl;
  explicit SharedLedger(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace optcoord
