// src/desk/market.cpp -- Desk: account figures, prices, option quotes, rates, dividends, sessions and the calendar.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>
#include <optcoord/pricing/batch.hpp>
#include <optcoord/pricing/black_scholes.hpp>

#include <cmath>
#include <string>

namespace optcoord {

namespace {

[[nodiscard]] bool is_finite_or_absent(std::optional<double> x) { return !x || std::isfinite(*x); }

/// \returns a quote event's price: as given, else the mid of a two-sided quote that is not crossed.
[[nodiscard]] std::optional<double> price_of(const QuoteEvent& e) { return e.price ? e.price : mid(e.quote); }

}  // namespace

Result<void> Desk::check(const AccountEvent& e, Timestamp) {
  if (!is_finite_or_absent(e.equity)) return fail(Errc::invalid_value, "equity");
  if (e.buying_power && !to_micro(*e.buying_power)) return fail(Errc::invalid_value, "buying_power");
  if (!is_finite_or_absent(e.margin_used)) return fail(Errc::invalid_value, "margin_used");
  if (!is_finite_or_absent(e.day_start_equity)) return fail(Errc::invalid_value, "day_start_equity");
  if (!is_finite_or_absent(e.net_deposits)) return fail(Errc::invalid_value, "net_deposits");
  std::int32_t index = 0;
  for (const auto& [name, usd] : e.used) {
    if (const Result<StrategyId> id = strategy_or_next(name, "used[]"); !id)
      return fail(id.error().code, id.error().field, index);
    if (!to_micro(usd)) return fail(Errc::invalid_value, "used[]", index);
    ++index;
  }
  return {};
}

void Desk::act(const AccountEvent& e, Timestamp t, SinkRef sink) {
  if (e.equity) account_.equity = e.equity;
  if (e.buying_power) account_.buying_power = e.buying_power;
  if (e.margin_used) account_.margin_used = e.margin_used;
  if (e.day_start_equity) account_.day_start_equity = e.day_start_equity;
  if (e.net_deposits) account_.net_deposits = *e.net_deposits;
  ledger_.set_equity(account_.equity);
  take_buying_power(e, t);
  take_account_figures(e.margin_used.has_value(), t, sink);
}

Result<void> Desk::check(const QuoteEvent& e, Timestamp) {
  const Result<Contract> contract = parse_contract(e.instrument, "root");
  if (!contract) return tl::unexpected<Error>(contract.error());
  if ((*contract).kind == Kind::option) return fail(Errc::invalid_value, "root");
  if ((*contract).kind == Kind::future && !tradable(*contract, products_.find((*contract).root())))
    return fail(Errc::invalid_value, "root");
  const std::optional<double> price = price_of(e);
  if (!price || !std::isfinite(*price) || *price <= 0) return fail(Errc::invalid_value, e.quote.ask ? "ask" : "price");
  return {};
}

void Desk::act(const QuoteEvent& e, Timestamp t, SinkRef sink) {
  const Price price{*price_of(e), t};
  if (e.instrument.find(' ') != std::string_view::npos) {
    const ContractId future = *ledger_.add_contract(e.instrument, names_, products_);
    market_.set_contract(future, price);
    return ledger_.mark_future(future, price.value, t);
  }
  const RootId root = ledger_.add_root(e.instrument, names_, products_);
  market_.set_root(root, price);
  log_cuts(ledger_.mark_root(root, price.value, t), t, sink);
  watch_spot(e.instrument, price.value, t, sink);
}

Result<void> Desk::check(const OptionEvent& e, Timestamp) {
  const Result<Contract> contract = parse_contract(e.contract, "contract");
  if (!contract) return tl::unexpected<Error>(contract.error());
  if ((*contract).kind != Kind::option) return fail(Errc::invalid_value, "contract");
  if (!e.underlying.empty()) {
    const Result<Contract> future = parse_contract(e.underlying, "underlying");
    if (!future) return tl::unexpected<Error>(future.error());
    if ((*future).kind != Kind::future || !tradable(*future, products_.find((*future).root())))
      return fail(Errc::invalid_value, "underlying");
  }
  if (!is_finite_or_absent(e.iv)) return fail(Errc::invalid_value, "iv");
  if (!is_finite_or_absent(e.delta)) return fail(Errc::invalid_value, "delta");
  if (!is_finite_or_absent(e.gamma)) return fail(Errc::invalid_value, "gamma");
  if (!is_finite_or_absent(e.theta)) return fail(Errc::invalid_value, "theta");
  if (!is_finite_or_absent(e.vega)) return fail(Errc::invalid_value, "vega");
  return {};
}

void Desk::act(const OptionEvent& e, Timestamp t, SinkRef) {
  const ContractId contract = *ledger_.add_contract(e.contract, names_, products_);
  OptionState state{e.quote, e.iv, std::nullopt, t};
  if (!e.underlying.empty()) state.underlying = *ledger_.add_contract(e.underlying, names_, products_);
  const OptionMark mark = option_mark(e, t, state);
  market_.set_option(contract, state);
  if (ipmcc_) take_quote(contract, e, t);
  ledger_.mark_option(contract, mark, t);
}

/// The Greeks of an option event: the host's, and what is missing from the volatility given or solved from the mid. A
/// volatility at or below 0 is a vendor's way of saying that its Greeks are worth nothing. Limits on losses in
/// scenarios want the volatility too, whoever knows the Greeks.
OptionMark Desk::option_mark(const OptionEvent& e, Timestamp t, OptionState& state) const {
  const bool trusted = !e.iv || *e.iv > 0;
  OptionMark mark;
  mark.underlying = state.underlying;
  if (trusted) mark.greeks = {e.delta, e.gamma, e.theta, e.vega};
  if (!trusted) state.iv.reset();
  const bool greeks_given = complete(mark.greeks).has_value();
  if (greeks_given && !ledger_.revalues()) return mark;

  const Contract terms = *parse_contract(e.contract);
  const Product product = products_.find(terms.root());
  const std::optional<Price> underlying = spot(product, state);
  const std::optional<double> rate = market_.rate();
  if (!underlying || !rate) return mark;
  const RootId root = *names_.roots.find(terms.root());
  pricing::OptionTerms option;
  option.right = terms.right;
  option.spot = underlying->value;
  option.strike = terms.strike();
  option.years = pricing::years(expiry_instant(terms, market_.sessions) - t);
  option.rate = *rate;
  option.dividend_yield = product.settlement == Settlement::future ? *rate : market_.dividend_yield(root);
  if (!state.iv) {
    const std::optional<double> price = mid(e.quote);
    if (!price) return mark;
    const pricing::ImpliedVolatility solved = formulas_.implied_volatility(option, *price);
    if (solved.status != pricing::IvStatus::solved) return mark;
    state.iv = solved.vol;
    state.iv_solved = true;
  }
  if (!pricing::is_valid(option) || option.years <= 0) return mark;
  if (ledger_.revalues())
    mark.revaluation = Revaluation{option.strike, option.years, option.rate, option.dividend_yield, *state.iv};
  if (greeks_given) return mark;
  mark.greeks = filled(mark.greeks, formulas_.unit_greeks(option, *state.iv));
  mark.computed = true;
  return mark;
}

std::optional<Price> Desk::spot(const Product& product, const OptionState& state) const {
  if (state.underlying)
    if (const std::optional<Price> price = market_.contract_price(*state.underlying)) return price;
  const std::optional<RootId> root = names_.roots.find(price_root(product));
  return root ? market_.root_price(*root) : std::nullopt;
}

Result<void> Desk::check(const RatesEvent& e, Timestamp) {
  if (!std::isfinite(e.rate)) return fail(Errc::invalid_value, "rate");
  std::int32_t index = 0;
  for (const auto& [root, yield] : e.dividend_yield) {
    if (!is_root(root) || !std::isfinite(yield)) return fail(Errc::invalid_value, "dividend_yield[]", index);
    ++index;
  }
  return {};
}

void Desk::act(const RatesEvent& e, Timestamp, SinkRef) {
  market_.set_rate(e.rate);
  for (const auto& [root, yield] : e.dividend_yield)
    market_.set_dividend_yield(ledger_.add_root(root, names_, products_), yield);
}

Result<void> Desk::check(const DividendEvent& e, Timestamp) {
  return optcoord::check(Dividend{std::string(e.root), e.ex_date, e.amount});
}

void Desk::act(const DividendEvent& e, Timestamp, SinkRef) {
  (void)market_.dividends.set({std::string(e.root), e.ex_date, e.amount});  // checked: cannot fail
}

Result<void> Desk::check(const CalendarEvent& e, Timestamp) {
  if (e.name.empty()) return fail(Errc::invalid_value, "name");
  if (e.until <= e.from) return fail(Errc::invalid_value, "until");
  if (!e.root.empty() && !is_root(e.root)) return fail(Errc::invalid_value, "root");
  return {};
}

void Desk::act(const CalendarEvent& e, Timestamp t, SinkRef sink) {
  calendar_received_ = true;
  if (!e.root.empty()) ledger_.add_root(e.root, names_, products_);
  calendar_.announce(names_.events.add(e.name), e.root, e.from, e.until);
  while (const std::optional<CalendarChange> change = calendar_.next(t, t)) take_calendar_change(*change, sink);
}

Result<void> Desk::check(const SessionEvent& e, Timestamp) {
  if (e.root != "*" && !is_root(e.root)) return fail(Errc::invalid_value, "root");
  if (e.close <= e.open) return fail(Errc::invalid_value, "close");
  return {};
}

void Desk::act(const SessionEvent& e, Timestamp, SinkRef) {
  (void)market_.sessions.set(e.root, Session{e.open, e.close});  // checked: cannot fail
}

}  // namespace optcoord
