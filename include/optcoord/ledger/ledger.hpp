// optcoord/ledger/ledger.hpp -- the concentration ledger: may this strategy add this exposure, and how much of it?
// SPDX-License-Identifier: MIT
//
// For a host that runs several strategies on one account: ask before each order, report what became of it. Approval
// and reservation are one step, so orders in flight count; proved exits are never blocked. A plain value for one
// thread: no clock, no I/O. Example:
//
//   Ledger ledger = *Ledger::make(config, names, products);
//   const ContractId spy = *ledger.add_contract("SPY", names, products);
//   const Leg sell[] = {{spy, -1}};
//   Decision d = *ledger.decide({.id = RequestId{1}, .strategy = lt112, .units = 300, .legs = sell}, now);
//   if (d.verdict == Verdict::approved) send_order();
//   (void)ledger.apply(Fill{RequestId{1}, ExecutionId{1}, spy, -300, 450.10}, now);
#pragma once

#include <optcoord/core/decision.hpp>
#include <optcoord/core/error.hpp>
#include <optcoord/core/names.hpp>
#include <optcoord/ledger/config.hpp>
#include <optcoord/ledger/exits.hpp>
#include <optcoord/ledger/judge.hpp>
#include <optcoord/ledger/judge_group.hpp>
#include <optcoord/ledger/policy.hpp>
#include <optcoord/ledger/ready.hpp>
#include <optcoord/ledger/reconcile.hpp>
#include <optcoord/ledger/report.hpp>
#include <optcoord/ledger/request.hpp>
#include <optcoord/ledger/reservations.hpp>
#include <optcoord/ledger/row_index.hpp>
#include <optcoord/ledger/state.hpp>
#include <optcoord/market/contract.hpp>  // Contract, parse_contract
#include <optcoord/market/greeks.hpp>    // OptionalGreeks
#include <optcoord/market/product.hpp>   // Product, ProductTable

#include <algorithm>    // std::min
#include <cstdint>      // fixed width integers
#include <functional>   // std::less
#include <limits>       // std::numeric_limits
#include <memory>       // std::shared_ptr
#include <optional>     // std::optional
#include <span>         // std::span
#include <string_view>  // std::string_view
#include <utility>      // std::move
#include <vector>       // std::vector

namespace optcoord {

/// What is known of an option at one instant.
struct OptionMark {
  OptionalGreeks greeks;                 ///< per unit of underlying, long side; a missing one has no figure from now on
  bool computed{false};                  ///< from the mid, not the host's
  std::optional<ContractId> underlying;  ///< options on futures: the future it exercises into
  std::optional<Revaluation> revaluation{};  ///< for rows on scenario_loss; without it those cannot be computed
};

/// What the rows and the exit proof say of a request, before anybody else is asked.
struct Judgement {
  bool gated{true};     ///< gates may deny it (opens and adjustments); an exit only lists them
  bool worsens{false};  ///< adjustments: moves some bounded row towards its bound, or may: not all could be computed
  bool in_range{true};  ///< false: the exposure of all units is beyond what a sum may reach
};

/// Everything a judgement writes. Kept by whoever asks often, for its capacity.
struct Judging {
  Findings reasons{};
  Findings warnings{};
  ReadyRequest ready{};  ///< scratch

  void clear() noexcept {
    reasons.clear();
    warnings.clear();
  }
};

class Ledger {
 public:
  /// Validates `config`, and interns its groups, roots, strategies and events into `names`.
  /// \returns the first fault: `unknown_name`, `invalid_value` or `invalid_configuration` with field and index.
  [[nodiscard]] static Result<Ledger> make(const LedgerConfig& config, Names& names, const ProductTable& products);

  // --- registration: may allocate, changes no exposure -------------------------------------------------------
  /// Makes `name` known. Registering again returns the same id.
  StrategyId add_strategy(std::string_view name, Names& names);
  /// Makes a root known, with the groups it counts in and the root whose price it follows.
  RootId add_root(std::string_view root, Names& names, const ProductTable& products);
  /// Makes a contract known. \returns `invalid_value` for a text that is none, or that nobody can hold.
  [[nodiscard]] Result<ContractId> add_contract(std::string_view text, Names& names, const ProductTable& products,
                                                const char* field = "contract", std::int32_t index = -1);

  // --- marks: re-count held and pending exposure at once. Each returns the level cuts that changed ------------
  /// A root's price, USD, > 0. O(instruments held or pending that it enters).
  std::vector<std::uint32_t> mark_root(RootId root, double price, Timestamp now);
  /// A future's own price.
  void mark_future(ContractId future, double price, Timestamp now);
  /// An option's Greeks. Until its next mark it keeps them, whatever its underlying does.
  void mark_option(ContractId option, const OptionMark& mark, Timestamp now);
  /// The account's equity, USD; nothing when unknown.
  void set_equity(std::optional<double> equity);
  /// A market event starts or ends. \returns the cuts that did.
  std::vector<std::uint32_t> set_event(EventId event, bool in_force);

  // --- inputs from whoever coordinates the strategies: headroom is kept by them ---------------------------------
  /// The priority of a registered strategy, smaller is better; 1000 until told. Headroom is kept from strictly worse.
  void set_priority(StrategyId strategy, std::int32_t priority) {
    state_.strategies[index_of(strategy)].priority = priority;
  }
  /// Whether a registered strategy may open at present; true until told. One that may not keeps nothing free.
  void set_may_open(StrategyId strategy, bool may) { state_.strategies[index_of(strategy)].may_open = may; }
  /// The same for all strategies in one group.
  void set_may_open(GroupId group, bool may) { state_.closed_groups[index_of(group)] = !may; }

  // --- questions: change nothing ------------------------------------------------------------------------------
  /// Whether `request` can be judged at all, but for its strategy, which may still be about to be registered.
  /// \returns `invalid_value` or `unknown_name` with the field.
  [[nodiscard]] Result<void> check(const Request& request) const;
  /// Judges a request that `check` let pass: adds breaches to the reasons (of a proved exit to the warnings), and
  /// warnings. No allocation within the lists' capacity.
  Judgement judge(const Request& request, Judging& out, Timestamp now) const;
  /// The same by the rows alone, whatever the request wants: as of an open or, `exempt`, of a proved exit.
  Judgement judge_rows(const Request& request, Judging& out, bool exempt, Timestamp now) const;
  /// The decision that `decide` would make, with nothing reserved.
  [[nodiscard]] Result<OwnedDecision> what_if(const Request& request, Timestamp now) const;
  /// What the broker's positions contradict, and whose it would become (rule and errors: ledger/reconcile.hpp).
  [[nodiscard]] Result<Reconciliation> compare(std::span<const BrokerPosition> positions) const {
    return compare_positions(state_, positions);
  }
  /// O(positions + open reservations).
  [[nodiscard]] ExposureReport report() const;
  /// One limit row, by its place in `policy().rows()`, as it stands.
  [[nodiscard]] RowReport row(std::size_t place) const;
  /// How held exposure alone puts a limit row over a bound in force, or nothing.
  [[nodiscard]] std::optional<RowOver> row_over(std::size_t place) const;
  /// All of those, in order of configuration.
  [[nodiscard]] std::vector<RowOver> rows_over() const;
  /// Whether some row limits losses in scenarios, so that marks of options should say how to value them anew.
  [[nodiscard]] bool revalues() const noexcept { return index_.has_scenarios(); }
  [[nodiscard]] bool remembers(RequestId id) const noexcept { return find_reservation(state_, id) != nil; }
  [[nodiscard]] bool remembers(ExecutionId id) const noexcept { return find_execution(state_, id) != nil; }

  // --- changes: one function per event ------------------------------------------------------------------------
  /// Judges and, if any units pass, reserves them. The decision's lists hold until the next call.
  /// \returns an error as `check` does, or `duplicate_id` for an id that holds a reservation already.
  [[nodiscard]] Result<Decision> decide(const Request& request, Timestamp now);
  /// Makes `request` ready to be asked again and again, by units: the quickest way to an answer, and the same answer.
  /// Its id and units do not matter. \returns an error as `check` does.
  [[nodiscard]] Result<PreparedId> prepare(const Request& request);
  /// As `decide` for `units` of a prepared request, under a new `id`. \pre prepared by this ledger, not discarded
  [[nodiscard]] Result<Decision> decide(PreparedId prepared, RequestId id, std::int64_t units, Timestamp now);
  /// Gives a prepared request's place free; what was reserved with it stays.
  void discard(PreparedId prepared);
  /// Reserves `units` of `request` without judging. For who asked the rows, and more than them, before.
  /// \pre `check` let it pass, nothing has changed since `judge`, and its id holds no reservation.
  /// \returns when it expires unless working by then.
  Timestamp reserve_units(const Request& request, std::int64_t units, Timestamp now);
  /// Takes a reservation back as if it had never been made. One that has traded is only ended: what happened stays.
  void withdraw(RequestId id);
  [[nodiscard]] Result<ReservationChange> apply(RequestId id, OrderStatus status, Timestamp now) {
    finish();
    return apply_order(*policy_, index_, state_, id, status, now);
  }
  /// Whether `apply` will take `fill`; a known execution is taken, and ignored, whatever else it says.
  [[nodiscard]] Result<void> check(const Fill& fill) {
    finish();
    if (remembers(fill.request) && remembers(fill.execution)) return {};
    return check_fill(state_, fill);
  }
  [[nodiscard]] Result<ReservationChange> apply(const Fill& fill, Timestamp now) {
    finish();
    return apply_fill(*policy_, index_, state_, fill, now);
  }
  /// Takes the broker's positions for the truth: holds what they say, and cancels reservations that would close more.
  /// \returns what changed, or an error as `compare` does, or `unknown_name` for a strategy that is not registered;
  /// nothing has changed then.
  [[nodiscard]] Result<Reconciliation> reconcile(std::span<const BrokerPosition> positions, Timestamp now);
  /// When the next reservation lapses, if any waits.
  [[nodiscard]] std::optional<Timestamp> next_expiry() const noexcept {
    Timestamp soonest = unfinished_.soonest();
    if (!state_.expiries.empty()) soonest = std::min(soonest, state_.expiries.front().at);
    if (soonest == Timestamp::max()) return std::nullopt;
    return soonest;
  }
  /// Lets the next reservation lapse. \pre next_expiry() has a value that has come.
  ReservationChange expire_next();
  /// Forgets reservations that ended before `instant`, and their executions. O(reservations remembered).
  void forget_ended_before(Timestamp instant) {
    forget_ended_before(instant, [](RequestId) { return false; });
  }
  /// The same but for reservations of which `keep(id)`.
  template <class Keep>
  void forget_ended_before(Timestamp instant, Keep keep);

  [[nodiscard]] const LedgerPolicy& policy() const noexcept { return *policy_; }
  [[nodiscard]] const LedgerState& state() const noexcept { return state_; }
  /// Counts a verdict that was reached with more than the rows.
  void count(Verdict verdict) noexcept;

 private:
  /// A request's legs as instruments, netted; a raw one that holds no place yet lives here.
  struct Resolved {
    LegList legs;
    std::optional<Instrument> raw;
    bool nets{true};  ///< false: legs cancel out, or one contract's ratios add up to more than a ratio may be
  };
  Ledger(LedgerPolicy policy, std::size_t groups);
  [[nodiscard]] Result<void> check_head(const Request& request) const;
  [[nodiscard]] Result<void> resolve(const Request& request, Resolved& out) const;
  [[nodiscard]] Result<void> resolve_raw(const Request& request, Resolved& out) const;
  [[nodiscard]] Result<void> resolve_legs(const Request& request, Resolved& out) const;
  [[nodiscard]] bool in_range(const Request& request, const Resolved& resolved) const;
  [[nodiscard]] Instrument raw_instrument(StrategyId strategy, const RawExposure& raw) const;
  [[nodiscard]] std::uint32_t place_raw(const Instrument& raw);
  [[nodiscard]] std::uint32_t add_instrument(const Instrument& instrument);
  /// A request kept, with its legs, and made ready.
  struct Prepared {
    Request request{};
    std::vector<Leg> legs{};
    ReadyRequest ready{};
  };
  /// Reservations that prepared approvals have made but for their legs and their place in the queue of clocks.
  class Unfinished {
   public:
    struct Item {
      std::uint32_t reservation;
      PreparedId prepared;
      Timestamp soonest;  ///< when the first of this and those before it lapses
    };
    void push(std::uint32_t reservation, PreparedId prepared, Timestamp expires) {
      if (count_ == items_.size()) [[unlikely]]
        grow();
      items_[count_] = {reservation, prepared, std::min(soonest(), expires)};
      ++count_;
    }
    void pop() noexcept { --count_; }
    void clear() noexcept { count_ = 0; }
    [[nodiscard]] bool empty() const noexcept { return count_ == 0; }
    [[nodiscard]] const Item& last() const noexcept { return items_[count_ - 1]; }
    [[nodiscard]] std::span<const Item> all() const noexcept { return std::span{items_}.first(count_); }
    /// When the first of them lapses; the end of time without any.
    [[nodiscard]] Timestamp soonest() const noexcept { return count_ == 0 ? Timestamp::max() : last().soonest; }

   private:
    [[gnu::noinline]] void grow() { items_.resize(2 * items_.size() + 16); }
    std::vector<Item> items_;
    std::size_t count_{0};
  };
  void finish();
  static constexpr std::size_t no_slot = std::numeric_limits<std::size_t>::max();
  [[nodiscard]] bool look_up(const Request& request, ReadyRequest& ready);
  [[nodiscard]] bool make_ready(StrategyId strategy, std::span<const LegView> legs, Timestamp now,
                                ReadyRequest& ready) const;
  [[nodiscard]] std::size_t slot_for_new(RequestId id, std::int64_t units, const ReadyRequest& ready);
  [[nodiscard]] Result<Decision> decide_ready(const ReadyRequest& ready, RequestId id, std::int64_t units,
                                              std::size_t slot, Timestamp now);
  [[nodiscard]] Result<Decision> decide_loud(const ReadyRequest& ready, std::span<const UnitRow> loud, RequestId id,
                                             std::int64_t units, std::size_t slot, Timestamp now);
  [[nodiscard]] bool make_ready_anew(Prepared& kept, Timestamp now);
  [[nodiscard]] bool withdraw_last(RequestId id);
  [[nodiscard]] static Request asked(const Prepared& kept, RequestId id, std::int64_t units);
  /// Whether `instrument` is one of the state's: a raw one that was never reserved is not.
  [[nodiscard]] bool is_placed(const Instrument* instrument) const noexcept {
    return std::less_equal<>{}(state_.instruments.data(), instrument) &&
           std::less<>{}(instrument, state_.instruments.data() + state_.instruments.size());
  }
  [[nodiscard]] std::uint32_t place_of(const Instrument* instrument) const noexcept {
    return static_cast<std::uint32_t>(instrument - state_.instruments.data());
  }
  void freshen(std::uint32_t instrument);
  [[nodiscard]] Result<Decision> decide_at_length(const Request& request, Timestamp now);
  Judgement judge_resolved(const Request& request, std::span<const LegView> legs, Judging& out, Timestamp now) const;
  Judgement judge_rows(const Request& request, std::span<const LegView> legs, Judging& out, bool exempt,
                       Timestamp now) const;
  Judgement judge_exit(const Request& request, std::span<const LegView> legs, Judging& out, Timestamp now) const;
  void judge_adjust(const Request& request, std::span<const LegView> legs, Judging& out) const;
  Timestamp reserve_resolved(const Request& request, const Resolved& resolved, std::int64_t units, std::size_t slot,
                             Timestamp now);
  void list_rows(RootState& root) const;
  void refresh_bounds(std::size_t row);
  void refresh_all_bounds();

  std::shared_ptr<const LedgerPolicy> policy_;
  RowIndex index_;
  Judging judging_;
  std::vector<std::uint32_t> free_prepared_;
  LedgerState state_;  // its end and these two are what the common path reads and writes
  Unfinished unfinished_;
  std::vector<Prepared> prepared_;
};

}  // namespace optcoord

#include <optcoord/ledger/ledger_common_path.hpp>  // IWYU pragma: export
#include <optcoord/ledger/ledger_decisions.hpp>    // IWYU pragma: export
#include <optcoord/ledger/ledger_life.hpp>         // IWYU pragma: export
#include <optcoord/ledger/ledger_setup.hpp>        // IWYU pragma: export
#include <optcoord/ledger/ledger_views.hpp>        // IWYU pragma: export
