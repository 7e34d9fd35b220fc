// examples/expiry/simulation.cpp -- a host that lives through expiry days, and its account of them.
// SPDX-License-Identifier: MIT
#include "simulation.hpp"

#include <optcoord/calendar/calendar.hpp>
#include <optcoord/exercise/planner.hpp>

#include <algorithm>  // std::any_of
#include <cmath>      // std::exp, std::round, std::sqrt
#include <utility>    // std::move

namespace optcoord::expiry_program {
namespace {

/// A position, and what has become of it.
struct Held {
  std::int64_t quantity{0};  ///< at first
  std::optional<double> closed_at{};
  std::optional<double> probability{};  ///< of ending in the money, as first assessed
  Code asked{Code::none};               ///< why a person was asked, last
  bool called_for{false};               ///< to be closed, as last assessed
};

/// An order at the broker.
struct Working {
  std::size_t position{0};
  OrderAdvice order{};
  Quote quote{};         ///< that it was made on
  std::size_t until{0};  ///< the step at which it is filled or comes back
};

/// The host, for one day.
class Host {
 public:
  Host(const Day& day, const ExercisePolicy& policy, const MarketModel& model, Chance chance)
      : day_(day), policy_(policy), model_(model), chance_(chance) {
    (void)sessions_.set("*", day.session);
    open_book();
  }
  void live() {
    Timestamp due = time_of(0);
    for (step_ = 0; step_ <= steps; ++step_) {
      now_ = time_of(step_);
      const bool ended = end_orders();
      if (now_ < due && !ended) continue;
      see();
      due = now_ + look();
    }
  }
  /// Adds the day to `figures`, records and outcomes.
  void account(Figures& figures, std::vector<ExerciseRecord>& records, std::vector<ExpiryOutcome>& outcomes,
               CheckCount& checks) const;

 private:
  [[nodiscard]] Timestamp time_of(std::size_t step) const {
    return day_.session.close - step_length * static_cast<std::int64_t>(steps - step);
  }
  void open_book();
  [[nodiscard]] OptionMarket market_of(std::size_t position) const;
  void see();
  [[nodiscard]] Duration look();
  void send(const Assessment& a);
  [[nodiscard]] bool end_orders();
  void end(const Working& w);
  [[nodiscard]] std::int64_t uncovered_shorts() const;
  [[nodiscard]] std::vector<bool> delivers_to_another(double settled_at) const;

  const Day& day_;
  const ExercisePolicy& policy_;
  const MarketModel& model_;
  Chance chance_;
  SessionBook sessions_{};
  ExerciseState state_{};
  std::vector<ExpiryPosition> positions_{};
  std::vector<Held> held_{};
  std::vector<Working> working_{};
  std::vector<ExerciseRecord> records_{};
  CheckCount checks_{};
  std::int64_t uncovered_at_first_{0};
  std::int64_t left_uncovered_{0};
  std::size_t step_{0};
  Timestamp now_{};
};

void Host::open_book() {
  const double minutes = in_minutes(day_.session.close - day_.session.open);
  const double deviation = std::sqrt(variance(quoted_vol(model_), minutes));
  const double shift = book_shift * (2 * chance_.uniform(Draw::shift, 0) - 1);
  for (const BookLeg& leg : book) {
    const double out = leg.right == Right::call ? 1.0 : -1.0;
    const double strike =
        std::round(day_.open * std::exp((out * leg.distance + shift) * deviation)) + out * leg.further;
    ExpiryPosition p;
    p.strategy = StrategyId{leg.strategy};
    p.id = ContractId{static_cast<std::uint32_t>(positions_.size())};
    p.contract = *Contract::option("SPY", new_york_date(day_.session.close), leg.right,
                                   static_cast<std::int64_t>(strike) * 1000);
    p.quantity = leg.quantity;
    positions_.push_back(p);
    held_.push_back({leg.quantity});
  }
  uncovered_at_first_ = uncovered_shorts();
}

OptionMarket Host::market_of(std::size_t position) const {
  const Contract& c = positions_[position].contract;
  return option_market(model_, c.right, c.strike(), day_.spot[step_], in_minutes(day_.session.close - now_));
}

void Host::see() {
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    ExpiryPosition& p = positions_[i];
    p.spot = Price{day_.spot[step_], now_};
    p.quoted_at = now_;
    p.quote = chance_.uniform(Draw::no_quote, step_, i) < model_.no_quote ? Quote{} : quote_of(market_of(i));
  }
}

/// \returns how soon to look again.
Duration Host::look() {
  const ExpiryPlan plan = assess(positions_, {sessions_}, policy_, state_, now_);
  checked(checks_, plan.next_check, now_);
  for (Held& h : held_) h.called_for = false;
  for (const Assessment& a : plan.positions) {
    Held& h = held_[a.position];
    if (!h.probability) h.probability = a.probability_itm;
    h.called_for = a.action == ExpiryAction::close;
    if (a.action == ExpiryAction::escalate) h.asked = a.reason;
  }
  for (const ExerciseRecord& r : records_of(plan, positions_, now_))
    if (r.action == ExpiryAction::escalate) records_.push_back(r);
  for (const QueueEntry& next : plan.queue) send(plan.positions[next.row]);
  return plan.next_check;
}

/// At the bell nobody takes an order any more.
void Host::send(const Assessment& a) {
  const auto at_work = [&a](const Working& w) { return w.position == a.position; };
  if (!a.order || step_ == steps || std::any_of(working_.begin(), working_.end(), at_work)) return;
  const auto patience = static_cast<std::size_t>(model_.patience_s / static_cast<double>(step_length.count()));
  const std::size_t until = std::min(step_ + std::max<std::size_t>(patience, 1), steps);
  working_.push_back({a.position, *a.order, positions_[a.position].quote, until});
}

/// \returns whether an order was filled or came back.
bool Host::end_orders() {
  const std::size_t before = working_.size();
  for (const Working& w : working_)
    if (w.until == step_) end(w);
  std::erase_if(working_, [this](const Working& w) { return w.until == step_; });
  return working_.size() < before;
}

void Host::end(const Working& w) {
  ExpiryPosition& p = positions_[w.position];
  const double limit = *w.order.limit_price;
  const double likely = fill_chance(model_, market_of(w.position), p.quantity < 0, limit);
  const bool filled = chance_.uniform(Draw::filled, step_, w.position) < likely;
  const CloseResult result{p.strategy, p.id, filled, limit, std::nullopt};
  const Date session = new_york_date(day_.session.close);
  (void)close_result(state_, policy_, result, session, now_);
  ExpiryPosition as_ordered = p;
  as_ordered.quote = w.quote;
  records_.push_back(record_of(as_ordered, result, now_));
  if (!filled) return;
  p.quantity += p.quantity < 0 ? w.order.quantity : -w.order.quantity;
  position_filled(state_, {p.strategy, p.id}, w.order.quantity, session);
  held_[w.position].closed_at = limit;
  if (uncovered_shorts() > uncovered_at_first_) ++left_uncovered_;
}

std::int64_t Host::uncovered_shorts() const {
  std::vector<std::int64_t> held;
  for (const ExpiryPosition& p : positions_) held.push_back(p.quantity);
  std::int64_t sum = 0;
  for (const Structure& s : structures(positions_))
    for (const Right right : {Right::call, Right::put}) sum += uncovered(s, held, right);
  return sum;
}

/// Legs of one strategy and right, both held and both in the money: what one receives the other delivers.
std::vector<bool> Host::delivers_to_another(double settled_at) const {
  std::vector<std::int64_t> exercised;
  for (const ExpiryPosition& p : positions_)
    exercised.push_back(exercised_by_exception(p.contract.right, settled_at, p.contract.strike()) ? p.quantity : 0);
  std::vector<bool> nets(positions_.size());
  for (const Structure& s : structures(positions_))
    for (const Pair& pair : pairs(s, exercised)) nets[pair.short_leg] = nets[pair.long_leg] = true;
  return nets;
}

void Host::account(Figures& f, std::vector<ExerciseRecord>& records, std::vector<ExpiryOutcome>& outcomes,
                   CheckCount& checks) const {
  const double settled_at = day_.spot.back();
  const std::vector<bool> nets = delivers_to_another(settled_at);
  for (std::size_t i = 0; i < positions_.size(); ++i) {
    const Held& h = held_[i];
    const Contract& c = positions_[i].contract;
    ExerciseTerms terms;
    if (nets[i]) terms.settlement = Settlement::cash;  // what is left of two deliveries
    outcomes.push_back({c, terms, h.quantity, h.closed_at.has_value(), h.closed_at, h.probability, settled_at});
    f.netted += nets[i] ? 1 : 0;
    if (h.asked != Code::none) f.asked[h.asked] += 1;
    if (nets[i] || h.closed_at || !exercised_by_exception(c.right, settled_at, c.strike())) continue;
    (h.asked != Code::none ? f.missed_asked[h.asked] : h.called_for ? f.missed_in_work : f.missed_unseen) += 1;
  }
  f.days += 1;
  f.left_uncovered += left_uncovered_;
  records.insert(records.end(), records_.begin(), records_.end());
  checks.due += checks_.due;
  checks.made += checks_.made;
}

}  // namespace

std::int64_t total(const std::map<Code, std::int64_t>& by_reason) noexcept {
  std::int64_t sum = 0;
  for (const auto& [reason, count] : by_reason) sum += count;
  return sum;
}

std::vector<Rule> rules() {
  const ExerciseConfig nothing;
  ExerciseConfig near_money = nothing;
  near_money.mode = ExerciseMode::active;
  near_money.stages = {{2, 0.005, false, 0.005, false}};
  ExerciseConfig closure_logic = nothing;
  closure_logic.mode = ExerciseMode::active;
  ExerciseConfig thresholds = closure_logic;
  thresholds.policy = ClosureRule::thresholds;
  return {{"nothing", "monitors, sends no order", nothing},
          {"near_money", "the source's first rule: abs(moneyness) < 0.005 at T-2, and nothing else", near_money},
          {"closure_logic", "in the money from T-5, within 0.5 % from T-2", closure_logic},
          {"thresholds", "2 % from T-30, 1 % from T-5, 0.5 % from T-2", thresholds}};
}

Figures simulate(std::span<const Day> days, const Rule& rule, const MarketModel& model, std::uint64_t seed) {
  const ExercisePolicy policy = *ExercisePolicy::make(rule.config);
  Figures figures;
  std::vector<ExerciseRecord> records;
  std::vector<ExpiryOutcome> outcomes;
  CheckCount checks;
  for (std::size_t i = 0; i < days.size(); ++i) {
    Host host(days[i], policy, model, {seed, i});
    host.live();
    host.account(figures, records, outcomes, checks);
  }
  figures.summary = summarize(records, outcomes, checks);
  return figures;
}

std::vector<Day> model_days(const MarketModel& model, std::size_t days, std::uint64_t seed) {
  const Date before_first{std::chrono::sys_days{calendar::first_day()} - std::chrono::days{1}};
  std::vector<Day> out;
  std::optional<Date> date;
  while (out.size() < days) {
    date = calendar::next_session(calendar::Venue::nyse, date.value_or(before_first));
    if (!date) continue;  // the calendar is over: from the first day again
    const Session session = *calendar::on(calendar::Venue::nyse, *date).session;
    out.push_back(model_day(model, session, {seed, out.size()}));
  }
  return out;
}

}  // namespace optcoord::expiry_program
