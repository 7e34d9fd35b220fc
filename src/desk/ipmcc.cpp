// src/desk/ipmcc.cpp -- Desk: LEAPs and the weekly calls sold against them.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>

#include <optcoord/coordination/gate_market.hpp>  // forbids_short_calls
#include <optcoord/ipmcc/planner.hpp>
#include <optcoord/ipmcc/rolls.hpp>

#include <algorithm>
#include <array>

namespace optcoord {

/// Who asks must be somebody who can open; nobody plans for what no strategy owns.
Result<void> Desk::check_planner(std::string_view strategy) const {
  if (!ipmcc_) return fail(Errc::not_ready, "type");
  const Result<StrategyId> id = strategy_or_next(strategy, "strategy");
  if (!id) return tl::unexpected<Error>(id.error());
  if (*id == unassigned) return fail(Errc::invalid_value, "strategy");
  return {};
}

/// Whether anything is known of a root: it is configured, quoted, or held. Lines that were refused do not count.
bool Desk::knows_root(std::string_view root) const {
  const std::optional<RootId> id = names_.roots.find(root);
  if (!id) return products_.contains(root);
  return index_of(*id) < configured_roots_ || products_.contains(root) || market_.root_price(*id) ||
         !ipmcc_->chains.of(*id).empty() || ipmcc_->books.knows(*id);
}

Result<void> Desk::check(const IpmccEvent& e, Timestamp) {
  if (Result<void> asked = check_planner(e.strategy); !asked) return asked;
  if (!is_root(e.root)) return fail(Errc::invalid_value, "root");
  if (!knows_root(e.root)) return fail(Errc::unknown_name, "root");
  return {};
}

Result<void> Desk::check(const IpmccRollsEvent& e, Timestamp) { return check_planner(e.strategy); }

void Desk::take_quote(ContractId id, const OptionEvent& e, Timestamp t) {
  const Contract contract = *parse_contract(e.contract);
  const ipmcc::ChainOption option{contract, e.quote, e.iv, {e.delta, e.gamma, e.theta, e.vega}, t};
  ipmcc_->chains.tell(*names_.roots.find(contract.root()), id, option);
}

/// What is known of the root now. A price of the underlying that is too old is none.
ipmcc::Market Desk::market_of(StrategyId strategy, RootId root, Timestamp now) const {
  const Product product = products_.find(names_.roots.text(root));
  const RootTerms& terms = ledger_.state().roots[index_of(root)].terms;
  const std::array<RootId, 3> names_of_root{root, terms.member_as, terms.price_of};
  ipmcc::Market m;
  m.underlying = *Contract::share(product.root);
  m.max_quote_age = ledger_.policy().options().max_quote_age;
  const std::optional<Price> spot = market_.root_price(terms.price_of);
  if (spot && is_fresh(spot->at, m.max_quote_age, now)) m.spot = spot->value;
  m.chain = ipmcc_->chains.of(root);
  m.multiplier = product.multiplier;
  m.tick = product.tick;
  m.rate = market_.rate();
  m.dividend_yield = product.settlement == Settlement::future ? m.rate.value_or(0.0) : market_.dividend_yield(root);
  if (const std::optional<RootId> vix = names_.roots.find("VIX"))
    if (const std::optional<Price> level = market_.root_price(*vix)) m.vix = level->value;
  if (const std::optional<Dividend> next = market_.dividends.next(price_root(product), new_york_date(now)))
    m.ex_dividend = next->ex_date;
  m.no_short_calls = forbids_short_calls(situation(now), strategy, names_of_root);
  m.sessions = &market_.sessions;
  m.formulas = formulas_;
  return m;
}

void Desk::tell_plan(StrategyId strategy, RootId root, const ipmcc::Plan& plan, const ipmcc::Market& market,
                     SinkRef sink) {
  std::vector<AssignedCalls> assigned;
  if (const ipmcc::Book* const book = call_book(strategy, root)) {
    for (const ipmcc::Assignment& a : book->state().assignments) {
      const ipmcc::Lot* const leap = a.leap ? ipmcc::find_lot(book->state(), *a.leap) : nullptr;
      assigned.push_back({a, std::nullopt, ipmcc::ways_out(book->state(), a, market)});
      if (leap != nullptr) assigned.back().leap = leap->contract;
    }
  }
  sink({std::nullopt, IpmccPlanOutput{strategy, root, &plan, assigned}});
}

void Desk::act(const IpmccEvent& e, Timestamp t, SinkRef sink) {
  const StrategyId strategy = register_strategy(e.strategy);
  const RootId root = ledger_.add_root(e.root, names_, products_);
  const ipmcc::Market market = market_of(strategy, root, t);
  const ipmcc::Book* const book = ipmcc_->books.find(strategy, root);
  const ipmcc::BookState nothing;
  const ipmcc::BookState& held = book != nullptr ? book->state() : nothing;
  tell_plan(strategy, root, ipmcc::make_plan(ipmcc_->policy, held, market, account_.equity, t), market, sink);
}

void Desk::act(const IpmccRollsEvent& e, Timestamp t, SinkRef sink) {
  const StrategyId strategy = register_strategy(e.strategy);
  for (const CallBook& calls : ipmcc_->books.of(strategy)) {
    const ipmcc::Market market = market_of(strategy, calls.root, t);
    for (const ipmcc::Plan& roll : ipmcc::due_rolls(ipmcc_->policy, calls.book.state(), market, t))
      tell_plan(strategy, calls.root, roll, market, sink);
  }
}

std::vector<IpmccPosition> Desk::ipmcc_positions() const {
  if (!ipmcc_ || !now_) return {};
  return ipmcc_->books.positions(ipmcc::active_from(ipmcc_->policy.rules(), *now_));
}

}  // namespace optcoord
