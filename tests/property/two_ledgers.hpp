// tests/property/two_ledgers.hpp -- one day told to the ledger and to its slow model; a difference ends it.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/ledger.hpp>

#include "property/ledger_calls.hpp"
#include "property/ledger_texts.hpp"
#include "property/slow_ledger.hpp"
#include "property/tape.hpp"
#include "support/asking.hpp"
#include "support/ledger_book.hpp"

#include <algorithm>  // std::max
#include <cstdint>    // std::int64_t, std::uint64_t
#include <map>        // std::map
#include <optional>   // std::optional
#include <sstream>    // std::ostringstream
#include <string>     // std::string
#include <utility>    // std::move
#include <vector>     // std::vector

namespace optcoord::test {

/// What differed, after which events.
struct Difference {
  std::string text{};
};

/// How often what was seen, over all days: a day that denies everything tests little.
using Tally = std::map<std::string, std::int64_t>;

/// A row's largest possible exposure beyond each bound, in millionths; absent when it cannot be computed.
struct Excess {
  std::optional<std::int64_t> below{};
  std::optional<std::int64_t> above{};
};

class TwoLedgers {
 public:
  TwoLedgers(const LedgerConfig& config, Tally& tally) : book_(config), slow_(config), tally_(tally) {
    std::map<StrategyId, std::string> registered;
    for (const std::string& strategy : all_strategies) registered[book_.strategy(strategy)] = strategy;
    if (draws_reconcile) registered[book_.strategy("unassigned")] = "unassigned";
    std::vector<std::string> order;
    for (const auto& [id, strategy] : registered) order.push_back(strategy);
    slow_.registered(order);
    for (const std::string& contract : all_contracts) {
      book_.contract(contract);
      slow_.add(contract);
    }
    into("ES    260320P05000000", "ES 2026-03-20");
  }

  // ---- events, each told to both
  void price(const std::string& root, double usd) {
    log_ << "price " << root << ' ' << usd << '\n';
    book_.price(root, usd);
    slow_.price(root, usd, now());
    compare_states(true);
  }
  void future_price(const std::string& future, double usd) {
    log_ << "price " << future << ' ' << usd << '\n';
    book_.future_price(future, usd);
    slow_.future_price(future, usd, now());
    compare_states(true);
  }
  void greeks(const std::string& option, const OptionalGreeks& g, bool computed) {
    log_ << "greeks " << option << ' ' << g.delta.value_or(99) << ' ' << g.gamma.value_or(99) << ' '
         << g.theta.value_or(99) << ' ' << g.vega.value_or(99) << '\n';
    book_.ledger().mark_option(book_.contract(option), {g, computed, {}}, now());
    slow_.greeks(option, g, computed, now());
    compare_states(true);
  }
  void equity(std::optional<double> usd) {
    log_ << "equity " << usd.value_or(-1) << '\n';
    book_.equity(usd);
    slow_.equity(usd);
    compare_states(true);
  }
  void event(const std::string& name, bool in_force) {
    log_ << "event " << name << ' ' << in_force << '\n';
    book_.event(name, in_force);
    slow_.event(name, in_force);
    compare_states(true);
  }
  void priority(const std::string& strategy, int priority) {
    log_ << "priority " << strategy << ' ' << priority << '\n';
    tell_priority(book_.ledger(), book_.strategy(strategy), priority);
    slow_.priority(strategy, priority);
    compare_states(false);
  }
  void may_open(const std::string& strategy, bool may) {
    log_ << "may open " << strategy << ' ' << may << '\n';
    tell_may_open(book_.ledger(), book_.strategy(strategy), may);
    slow_.may_open(strategy, may);
    compare_states(false);
  }
  /// The broker's positions, unless the rules leave open what becomes of them. \returns whether they were told.
  bool reconcile(const std::vector<SlowBrokerLine>& broker) {
    if (!SlowLedger(slow_).reconcile(broker, now()).settled) return false;
    log_ << "broker";
    for (const SlowBrokerLine& line : broker)
      log_ << " [" << line.quantity << ' ' << line.contract << (line.strategy.empty() ? "" : " of " + line.strategy)
           << ']';
    log_ << '\n';
    tell_positions(book_.ledger(), broker, Ids{book_}, now());
    const SlowReconciliation done = slow_.reconcile(broker, now());
    for (const std::string& change : done.changes) log_ << "  " << change << '\n';
    ++tally_[done.changes.empty() ? "broker agrees" : "broker differs"];
    if (!done.cancelled.empty()) ++tally_["broker ends exits"];
    compare_states(true);
    return true;
  }
  void wait(std::int64_t seconds) {
    log_ << "wait " << seconds << " s\n";
    book_.expired.clear();
    book_.wait(std::chrono::seconds{seconds});
    std::string fast;
    for (const ReservationChange& c : book_.expired)
      fast += std::to_string(static_cast<std::uint64_t>(c.id)) + ' ' + says(c) + '\n';
    std::string slow;
    for (const std::string& line : slow_.expire_until(now())) slow += line + '\n';
    compare(fast, slow);
    compare_states(false);
  }
  /// Asks both, first without consequences. \returns the decision.
  SlowAnswer ask(Ask asked) {
    if (asked.id == 0) asked.id = ++last_id_;
    book_.ask_prepared(asked.id % 2 == 0);  // the same answer either way
    if (asked.id % 16 == 0) book_.discard_prepared();
    log_ << "ask " << describe(asked) << '\n';
    const SlowAnswer thought = slow_.ask(asked, now(), true);
    if (thought.text.find("invalid_value") != 0) {
      compare(text_of_answer(book_.what_if(asked), book_.names()), thought.text);
    }
    const SlowAnswer said = slow_.ask(asked, now(), false);
    if (said.text.find("invalid_value") == 0 || said.text.find("duplicate_id") == 0) {
      compare(book_.refusal(asked), said.text);
    } else {
      compare(text_of_answer(book_.ask(asked), book_.names()), said.text);
      count(said.text);
    }
    compare_states(is_exit(asked.intent) && said.text.find("(bypass)") != std::string::npos);
    last_asked_ = asked;
    return said;
  }
  std::string order(std::uint64_t id, OrderStatus status) {
    log_ << "order " << id << ' ' << static_cast<int>(status) << '\n';
    const std::string said = slow_.order(id, status, now());
    compare(book_.order(numbered(id), status), said);
    ++tally_[said.substr(0, said.find(','))];
    compare_states(false);
    return said;
  }
  /// A trade under a number of its own, unless `again` names one that is known.
  void fill(std::uint64_t id, const std::string& contract, std::int64_t quantity, std::uint64_t again = 0) {
    const std::uint64_t execution = again != 0 ? again : ++last_execution_;
    log_ << "fill " << id << ' ' << contract << ' ' << quantity << " execution " << execution << '\n';
    const auto r = slow_.reservations.find(id);
    const bool package = r != slow_.reservations.end() && !r->second.legging && r->second.legs.size() > 1;
    const std::string said = slow_.fill(id, contract, quantity, execution, now());
    const ContractId leg = contract.empty() ? ContractId{} : book_.contract(contract);
    const Fill fill{RequestId{id}, ExecutionId{execution}, leg, quantity, 1.0};
    const bool checked = book_.ledger().check(fill).has_value();
    const auto change = book_.ledger().apply(fill, now());
    compare(change ? says(*change) : says(change.error()), said);
    const std::string status = said.substr(0, said.find(','));
    compare(checked ? "can be booked" : "cannot", change ? "can be booked" : "cannot");
    ++tally_[status];
    compare_states(package || status == "late_fill" || status == "overfill");
  }
  void forget(std::int64_t seconds_ago) {
    log_ << "forget what ended " << seconds_ago << " s ago\n";
    book_.ledger().forget_ended_before(now() - std::chrono::seconds{seconds_ago});
    slow_.forget_ended_before(now() - std::chrono::seconds{seconds_ago});
    compare_states(false);
  }
  void withdraw(std::uint64_t id) {
    log_ << "withdraw " << id << '\n';
    book_.ledger().withdraw(RequestId{id});
    slow_.withdraw(id);
    compare_states(false);
  }

  [[nodiscard]] Timestamp now() const { return book_.now(); }
  [[nodiscard]] const SlowLedger& slow() const { return slow_; }
  [[nodiscard]] Ledger& ledger() { return book_.ledger(); }
  [[nodiscard]] std::uint64_t last_id() const { return last_id_; }
  [[nodiscard]] std::uint64_t last_execution() const { return last_execution_; }
  [[nodiscard]] const Ask& last_asked() const { return last_asked_; }
  [[noreturn]] void fail_with(const std::string& why) const { throw Difference{log_.str() + why}; }

 private:
  struct Ids {
    LedgerBook& book;
    [[nodiscard]] StrategyId strategy(const std::string& name) const { return book.strategy(name); }
    [[nodiscard]] ContractId contract(const std::string& name) const { return book.contract(name); }
  };
  void into(const std::string& option, const std::string& future) {
    book_.ledger().mark_option(book_.contract(option), {{}, false, book_.contract(future)}, now());
    slow_.exercises_into(option, future);
  }
  [[nodiscard]] static Answer numbered(std::uint64_t id) {
    Answer answer;
    answer.id = RequestId{id};
    return answer;
  }
  void compare(const std::string& fast, const std::string& slow) const {
    if (fast != slow) fail_with("ledger: " + fast + "\nmodel:  " + slow);
  }
  /// Both states, and that nothing but what is excused took a row further over a bound.
  void compare_states(bool excused) {
    const ExposureReport report = book_.ledger().report();
    const std::string fast = text_of_report(report, book_.names());
    const std::string slow = slow_.text();
    if (fast != slow) fail_with("ledger:\n" + fast + "\nmodel:\n" + slow);
    std::vector<Excess> excess;
    for (const GroupReport& group : report.groups)
      for (const RowReport& row : group.rows) excess.push_back(excess_of(row));
    for (std::size_t row = 0; !excused && row < excess.size() && row < excess_.size(); ++row)
      if (rose(excess_[row].below, excess[row].below) || rose(excess_[row].above, excess[row].above))
        fail_with("held and worst pending went over a bound: row " + std::to_string(row) + " of\n" + fast);
    excess_ = std::move(excess);
  }
  [[nodiscard]] static bool rose(std::optional<std::int64_t> before, std::optional<std::int64_t> after) {
    return before && after && *after > *before;
  }
  [[nodiscard]] static Excess excess_of(const RowReport& row) {
    Excess e;
    if (!row.held || !row.pending_up) return e;
    const bool two_sided = row.metric != Metric::gross_delta && row.metric != Metric::strategy_count;
    if (row.lower && two_sided)
      e.below = std::max<std::int64_t>(0, row.lower->raw - row.held->raw - row.pending_down->raw);
    if (row.upper) e.above = std::max<std::int64_t>(0, row.held->raw + row.pending_up->raw - row.upper->raw);
    return e;
  }

  [[nodiscard]] static std::string describe(const Ask& asked) {
    std::ostringstream out;
    out << asked.id << ' ' << asked.strategy << ' ' << text(asked.intent) << ' ' << asked.units;
    for (const AskedLeg& leg : asked.legs) out << " [" << leg.ratio << ' ' << leg.contract << ']';
    if (asked.raw)
      out << " raw " << asked.raw->root << ' ' << asked.raw->delta << ' ' << asked.raw->gamma.value_or(99) << ' '
          << asked.raw->theta.value_or(99) << ' ' << asked.raw->vega.value_or(99);
    if (asked.fewer_are_welcome) out << " partial";
    if (asked.leg_by_leg) out << " legging";
    if (asked.seconds_to_live) out << " ttl " << *asked.seconds_to_live;
    return out.str();
  }
  /// Counts the verdict and each code of an answer.
  void count(const std::string& answer) {
    std::istringstream words(answer);
    for (std::string word; words >> word;) {
      const bool named = word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_@0123456789") ==
                         std::string::npos;
      if (named && word.find('_') != std::string::npos) ++tally_[word.substr(0, word.find('@'))];
      if (word == "(bypass)") ++tally_["bypass"];
    }
    ++tally_[answer.substr(0, answer.find(' '))];
  }

  LedgerBook book_;
  SlowLedger slow_;
  Tally& tally_;
  std::ostringstream log_{};
  std::vector<Excess> excess_{};
  std::uint64_t last_id_{0};
  std::uint64_t last_execution_{0};
  Ask last_asked_{};
};

}  // namespace optcoord::test
