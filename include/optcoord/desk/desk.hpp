// optcoord/desk/desk.hpp -- events in, decisions out: the form in which most hosts use the library.
// SPDX-License-Identifier: MIT
//
// `step` behaves as a pure function of (state, event): validate fully, then advance time, then act. An event that is
// refused changes nothing, not even time. Example:
//
//   Desk desk = *Desk::make(config);
//   auto print = [](const Output& out) { ... };
//   (void)desk.step({t, QuoteEvent{.instrument = "SPY", .price = 450.0}}, print);
//   if (Result<void> ok = desk.step({t, request}, print); !ok) complain(ok.error());
#pragma once

#include <optcoord/coordination/allocation.hpp>
#include <optcoord/coordination/correlation_state.hpp>
#include <optcoord/coordination/loss_halt.hpp>
#include <optcoord/coordination/plan.hpp>
#include <optcoord/core/error.hpp>
#include <optcoord/core/names.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/desk/calendar_book.hpp>
#include <optcoord/desk/call_books.hpp>
#include <optcoord/desk/config.hpp>
#include <optcoord/desk/event.hpp>
#include <optcoord/desk/exercise_book.hpp>
#include <optcoord/desk/option_chains.hpp>
#include <optcoord/desk/output.hpp>
#include <optcoord/desk/request_memory.hpp>
#include <optcoord/ipmcc/policy.hpp>
#include <optcoord/ledger/labels.hpp>
#include <optcoord/ledger/ledger.hpp>
#include <optcoord/market/product.hpp>
#include <optcoord/market/snapshot.hpp>
#include <optcoord/pricing/batch.hpp>
#include <optcoord/sizing/factory.hpp>
#include <optcoord/sizing/metrics.hpp>
#include <optcoord/sizing/risk_adjustment.hpp>

#include <optional>  // std::optional
#include <span>      // std::span
#include <vector>    // std::vector

namespace optcoord {

/// Figures of the account as last told.
struct Account {
  std::optional<double> equity{};            ///< USD
  std::optional<double> buying_power{};      ///< USD
  std::optional<double> margin_used{};       ///< fraction
  std::optional<double> day_start_equity{};  ///< USD
  double net_deposits{0};                    ///< USD since the day's start
};

class Desk {
 public:
  /// \returns the desk, or the first fault of `config`. Configurations from files are validated, all faults at once,
  /// by config/load.hpp; this is the last line of defence for those made in code.
  [[nodiscard]] static Result<Desk> make(const DeskConfig& config);

  /// Takes one event and calls `sink(const Output&)` for each output: what became due, in order of due time, then the
  /// event's own, then what it changed. Views in outputs hold until the sink returns.
  /// \returns `time_went_back` and the errors of the event; nothing has changed then and the sink was not called.
  template <class Sink>
  [[nodiscard]] Result<void> step(const Event& event, Sink&& sink) {
    using Target = std::remove_reference_t<Sink>;
    const auto call = [](const void* target, const Output& out) {
      (*const_cast<Target*>(static_cast<const Target*>(target)))(out);  // as const as the caller's sink is
    };
    return step_into(event, {&sink, call});
  }

  [[nodiscard]] const Names& names() const noexcept { return names_; }
  [[nodiscard]] const Ledger& ledger() const noexcept { return ledger_; }
  [[nodiscard]] const Snapshot& market() const noexcept { return market_; }
  [[nodiscard]] const Account& account() const noexcept { return account_; }
  [[nodiscard]] const Halts& halts() const noexcept { return halts_; }
  /// The strategies' states, and what else is remembered of each.
  [[nodiscard]] const Standings& standings() const noexcept { return standings_; }
  /// How all pairs of strategies that have had returns move together, in order of registration; none without the rule.
  [[nodiscard]] std::vector<PairCorrelation> correlations() const;
  /// What there is to use today and who uses how much of it; nothing is counted without the rule.
  [[nodiscard]] const BuyingPowerState& buying_power() const noexcept { return buying_power_; }
  /// Who is sized how.
  [[nodiscard]] const SizerFactory& sizers() const noexcept { return sizers_; }
  /// How a strategy's last trades went, as far as its risk adjustment remembers; nothing of strategies without one.
  [[nodiscard]] const PerformanceState& performance(StrategyId strategy) const noexcept {
    return index_of(strategy) < performance_.size() ? performance_[index_of(strategy)] : no_trades_;
  }
  /// Sizes and results by strategy, by id.
  [[nodiscard]] std::vector<StrategySizingMetrics> sizing_metrics() const { return snapshot(sizing_metrics_); }
  /// Which strategies may act at `now`, in which order, how much, and why not more.
  [[nodiscard]] ExecutionPlan plan(Timestamp now) const { return make_plan(situation(now)); }
  /// The ledger's report, with the units held under each label.
  [[nodiscard]] ExposureReport report() const;
  /// LEAPs and weeklies held; none without the block `ipmcc`.
  [[nodiscard]] std::vector<IpmccPosition> ipmcc_positions() const;
  /// What the planner knows of a strategy's calls on a root; nullptr before their first order, and without the block.
  [[nodiscard]] const ipmcc::Book* call_book(StrategyId strategy, RootId root) const noexcept {
    return ipmcc_ ? ipmcc_->books.find(strategy, root) : nullptr;
  }
  /// Whether an id is still known; ids are forgotten at the second New York midnight after their order ended.
  [[nodiscard]] bool remembers(RequestId id) const noexcept { return memory_.contains(id); }
  [[nodiscard]] bool remembers(ExecutionId id) const noexcept { return ledger_.remembers(id); }
  /// Whether a stop order works.
  [[nodiscard]] bool remembers(StopId id) const noexcept;
  /// How closings before expiry stand; nothing when that is switched off.
  [[nodiscard]] std::optional<ExerciseReport> exercise_report() const;

 private:
  /// A sink without its type, so that the desk is compiled once.
  struct SinkRef {
    const void* target;
    void (*call)(const void*, const Output&);
    void operator()(const Output& out) const { call(target, out); }
  };
  /// A request with its names looked up; `legs` is what `request.legs` views.
  struct Prepared {
    Request request{};
    std::vector<Leg> legs{};
    std::string_view entry{};             ///< what it is part of
    std::optional<Micro> buying_power{};  ///< USD a unit takes
    std::uint64_t content{0};
    std::optional<RememberedDecision> first{};  ///< the id is known and the content is the same
  };
  /// What the LEAP + weekly planner needs; kept from the first event on, since a book must know what came before it.
  struct Ipmcc {
    IpmccPolicy policy;
    CallBooks books{};
    OptionChains chains{};
  };

  Desk(Ledger ledger, CoordinationPolicy coordination, SizerFactory sizers, Names names, ProductTable products)
      : names_(std::move(names)),
        products_(std::move(products)),
        ledger_(std::move(ledger)),
        coordination_(std::move(coordination)),
        sizers_(std::move(sizers)) {}

  [[nodiscard]] Result<void> step_into(const Event& event, SinkRef sink);
  void advance(Timestamp t, SinkRef sink);
  void forget_old_ids(Timestamp t);
  [[nodiscard]] bool is_forgotten_at(Timestamp ended, Timestamp t) const;
  /// The same of a reservation, which may lapse on the way to `t`.
  [[nodiscard]] bool is_forgotten_at(const Reservation& r, Timestamp t) const;
  void log_cuts(const std::vector<std::uint32_t>& cuts, Timestamp at, SinkRef sink);
  void take_calendar_change(const CalendarChange& change, SinkRef sink);
  void mark_if_changed(SinkRef sink);

  // One pair per event: `check` refuses or makes ready, changing nothing that can be seen; `act` cannot fail.
  [[nodiscard]] Result<void> check(const AccountEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const QuoteEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const OptionEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const RatesEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const DividendEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const CalendarEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const SessionEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const RequestEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const WhatIfEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const OrderEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const FillEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const PositionsEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const StateEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const PnlEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const PlanEvent&, Timestamp) { return {}; }
  [[nodiscard]] Result<void> check(const SizeEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const TradeResultEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const ReturnsEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const AllocateEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const HaltEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const ResumeEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const IpmccEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const IpmccRollsEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const StopOrderEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const ExpiryEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const CloseRequestEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const CloseResultEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const KillSwitchEvent&, Timestamp);
  [[nodiscard]] Result<void> check(const TickEvent&, Timestamp) { return {}; }
  [[nodiscard]] Result<void> check(const ReportEvent&, Timestamp) { return {}; }
  void act(const AccountEvent&, Timestamp, SinkRef);
  void act(const QuoteEvent&, Timestamp, SinkRef);
  void act(const OptionEvent&, Timestamp, SinkRef);
  void act(const RatesEvent&, Timestamp, SinkRef);
  void act(const DividendEvent&, Timestamp, SinkRef);
  void act(const CalendarEvent&, Timestamp, SinkRef);
  void act(const SessionEvent&, Timestamp, SinkRef);
  void act(const RequestEvent&, Timestamp, SinkRef);
  void act(const WhatIfEvent&, Timestamp, SinkRef);
  void act(const OrderEvent&, Timestamp, SinkRef);
  void act(const FillEvent&, Timestamp, SinkRef);
  void act(const PositionsEvent&, Timestamp, SinkRef);
  void act(const StateEvent&, Timestamp, SinkRef);
  void act(const PnlEvent&, Timestamp, SinkRef);
  void act(const PlanEvent&, Timestamp, SinkRef);
  void act(const SizeEvent&, Timestamp, SinkRef);
  void act(const TradeResultEvent&, Timestamp, SinkRef);
  void act(const ReturnsEvent&, Timestamp, SinkRef);
  void act(const AllocateEvent&, Timestamp, SinkRef);
  void act(const HaltEvent&, Timestamp, SinkRef);
  void act(const ResumeEvent&, Timestamp, SinkRef);
  void act(const IpmccEvent&, Timestamp, SinkRef);
  void act(const IpmccRollsEvent&, Timestamp, SinkRef);
  void act(const StopOrderEvent&, Timestamp, SinkRef);
  void act(const ExpiryEvent&, Timestamp, SinkRef);
  void act(const CloseRequestEvent&, Timestamp, SinkRef);
  void act(const CloseResultEvent&, Timestamp, SinkRef);
  void act(const KillSwitchEvent&, Timestamp, SinkRef);
  void act(const TickEvent&, Timestamp, SinkRef) {}
  void act(const ReportEvent&, Timestamp, SinkRef);

  /// The id of a strategy, or the one it would get at first sight where any name is accepted.
  [[nodiscard]] Result<StrategyId> strategy_or_next(std::string_view name, const char* field) const;
  StrategyId register_strategy(std::string_view name);
  [[nodiscard]] std::optional<RememberedDecision> recall(RequestId id, Timestamp t) const;
  [[nodiscard]] Result<HaltScope> halt_scope(std::string_view text) const;
  [[nodiscard]] Result<Prepared> prepare(const RequestEvent& event);
  [[nodiscard]] Decision decide(const Prepared& asked, Timestamp now);
  Timestamp reserve(const Prepared& asked, const Decision& decided, Timestamp now);
  [[nodiscard]] std::span<const ComputedGreeks> computed_greeks_of(const Request& request);
  [[nodiscard]] bool has_adjusted_leg(const Request& request) const;
  [[nodiscard]] OptionMark option_mark(const OptionEvent& event, Timestamp t, OptionState& state) const;
  [[nodiscard]] std::optional<Price> spot(const Product& product, const OptionState& state) const;

  // coordination.cpp: what the gates are told, and who has orders out
  [[nodiscard]] Situation situation(Timestamp now) const;
  void tell_who_may_open(Timestamp now);
  void gates(const Request& request, std::string_view entry, const Judgement& judgement, Timestamp now);
  void look_at_legs(const Request& request, Asked& asked);
  void look_at_groups(RootId root);
  [[nodiscard]] bool worsens_over() const;
  [[nodiscard]] bool is_open(RequestId id) const;
  void end_order(const ReservationChange& ended, Timestamp now);
  void list_events_in_force();

  // correlation.cpp: who moves with whom; the one part that needs Eigen
  [[nodiscard]] static Result<void> check_correlation(const std::optional<CoordinationConfig>& config);
  void list_correlated_groups();
  [[nodiscard]] std::vector<ContractId> reduce_first() const;
  [[nodiscard]] std::int64_t held_by_asker(const Fill& fill) const;
  void note_opening(ContractId contract);

  // buying_power.cpp: what there is to use
  void take_buying_power(const AccountEvent& e, Timestamp now);
  void judge_buying_power(const Prepared& asked, Findings& out) const;
  [[nodiscard]] Result<std::vector<Allotment>> demands_of(const AllocateEvent& e) const;
  [[nodiscard]] BuyingPower claims_on_buying_power() const;

  // sizing.cpp: how large a trade may be
  [[nodiscard]] static Result<SizerFactory> make_sizers(const DeskConfig& config);
  [[nodiscard]] Result<const Sizer*> sizer_of(std::string_view strategy) const;
  [[nodiscard]] Result<Size> size_of(const SizeEvent& e) const;

  // ipmcc.cpp: LEAPs and the weekly calls sold against them
  [[nodiscard]] Result<void> check_planner(std::string_view strategy) const;
  [[nodiscard]] bool knows_root(std::string_view root) const;
  [[nodiscard]] ipmcc::Market market_of(StrategyId strategy, RootId root, Timestamp now) const;
  void take_quote(ContractId id, const OptionEvent& e, Timestamp t);
  void tell_plan(StrategyId strategy, RootId root, const ipmcc::Plan& plan, const ipmcc::Market& market, SinkRef sink);

  // exercise.cpp: what is to be closed before expiry
  [[nodiscard]] static Result<std::optional<ExerciseBook>> make_exercise(const std::optional<ExerciseConfig>& config);
  [[nodiscard]] ExpiryMarket expiry_market() const;
  [[nodiscard]] ExpiryPosition expiry_position(StrategyId strategy, ContractId id, std::int64_t quantity) const;
  [[nodiscard]] std::vector<ExpiryPosition> expiry_positions() const;
  [[nodiscard]] std::int64_t held(CloseKey key) const;
  [[nodiscard]] Result<CloseKey> close_key(std::string_view strategy, std::string_view contract);
  void log_exercise(LogItem item, std::string_view actor, SinkRef sink) const;
  void watch_spot(std::string_view root, double price, Timestamp t, SinkRef sink);
  void note_closing_fill(const Fill& fill, std::optional<double> price);
  void settle_expired(Timestamp t);
  void start_exercise_day(Timestamp t);

  // halts.cpp: halts, and what they do to strategies
  void set_halt(HaltScope scope, const HaltEvent& e, Timestamp now, SinkRef sink);
  void take_account_figures(bool margin_told, Timestamp now, SinkRef sink);
  void list_defensive(HaltScope scope);

  Names names_{};
  ProductTable products_{};
  Ledger ledger_;
  pricing::Formulas formulas_{pricing::compiled_formulas()};
  Snapshot market_{};
  Account account_{};
  CoordinationPolicy coordination_;
  Halts halts_{};
  Standings standings_{};
  MarginPressure margin_{};
  LossHalt loss_{};
  CalendarBook calendar_{};
  CorrelationState correlation_{};
  std::vector<CorrelatedGroup> correlated_groups_{};
  std::vector<std::uint64_t> opened_at_{};  ///< by ContractId: which opening fill was its last; 0: none
  std::uint64_t opening_fills_{0};
  BuyingPowerState buying_power_{};
  SizerFactory sizers_;
  std::vector<PerformanceState> performance_{};  ///< by StrategyId; none beyond its end
  PerformanceState no_trades_{};
  SizingMetricsState sizing_metrics_{};
  std::optional<Ipmcc> ipmcc_{};
  std::size_t configured_roots_{0};             ///< roots below this are the configuration's
  std::optional<ExerciseBook> exercise_{};      ///< nothing: switched off
  std::vector<MarketEvent> events_in_force_{};  ///< in order of announcement
  bool calendar_received_{false};
  RequestMemory memory_{};
  LabelBook labels_{};
  std::vector<RootId> adjusted_{};  ///< roots changed by a corporate action: they may only be closed
  bool any_strategy_{false};        ///< names are accepted at first sight
  std::optional<Timestamp> now_{};
  Timestamp next_midnight_{};  ///< New York
  std::uint64_t seen_held_version_{0};
  std::vector<RowOver> rows_over_{};

  // Kept between steps for their capacity alone.
  Findings gate_items_{};
  Findings gate_warnings_{};
  std::vector<GroupId> groups_of_legs_{};
  std::vector<RootId> short_calls_{};
  Judging rows_{};
  Findings reasons_{};
  Findings warnings_{};
  std::vector<Prepared> prepared_{};
  std::vector<ComputedGreeks> computed_greeks_{};
  std::vector<BrokerPosition> broker_positions_{};
  std::vector<DefensiveItem> defensive_{};
  std::vector<StrategyReturn> returns_{};
};

}  // namespace optcoord
