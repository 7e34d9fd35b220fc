// tests/ledger/scenario_loss_test.cpp -- rows on what is lost when prices jump: one row a scenario, linear in units.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/dice.hpp"
#include "support/ledger_book.hpp"

#include <optcoord/pricing/black_scholes.hpp>

#include <doctest/doctest.h>

#include <array>     // std::array
#include <cmath>     // std::llround
#include <iterator>  // std::ssize
#include <map>       // std::map
#include <utility>   // std::pair

namespace {

using namespace optcoord;
using namespace optcoord::test;

[[nodiscard]] LimitConfig loss_limit(std::string_view group, double usd, std::vector<double> spot,
                                     std::vector<double> vol = {0.0}) {
  LimitConfig row;
  row.group = group;
  row.metric = Metric::scenario_loss;
  row.upper = usd;
  row.scenario = {std::move(spot), std::move(vol)};
  return row;
}

/// The sample's groups with these rows alone.
[[nodiscard]] LedgerConfig losses(std::vector<LimitConfig> rows) {
  LedgerConfig c = sample_groups();
  c.limits = std::move(rows);
  return c;
}

constexpr OptionalGreeks some_greeks{0.5, 0.01, -0.05, 0.4};

/// A quarter of a year, at no rate and no yield.
[[nodiscard]] Revaluation at_strike(double strike, double vol = 0.2) { return {strike, 0.25, 0, 0, vol}; }

/// SPY at 450, its call and put at 450 marked.
[[nodiscard]] LedgerBook near_450(const LedgerConfig& c) {
  LedgerBook book(c);
  book.price("SPY", 450);
  book.greeks(call_450, some_greeks, at_strike(450));
  book.greeks(put_450, some_greeks, at_strike(450));
  return book;
}

/// One share less a share: a call bought and a put sold at one strike, worth S - K at no rate.
[[nodiscard]] Ask synthetic(std::string_view strategy, std::int64_t units) {
  return position(strategy, units, {{call_450, +1}, {put_450, -1}});
}

/// "spot -0.1, vol 0"
[[nodiscard]] std::string shock(const Finding& f) {
  REQUIRE(f.knows(Finding::scenario_field));
  return "spot " + std::to_string(f.scenario.spot).substr(0, 5) + ", vol " +
         std::to_string(f.scenario.vol).substr(0, 4);
}

}  // namespace

TEST_CASE("shares lose their price times the move, and as many units pass as the limit has room for") {
  LedgerBook book(losses({loss_limit("SPY", 20'000, {-0.10})}));
  book.price("SPY", 600);
  book.trade(shares("A", 100));
  CHECK(book.row("SPY", Metric::scenario_loss) == "held 6000, pending 0 +0");
  const OwnedDecision d = book.what_if(shares("B", 300));
  CHECK(says(d) == "denied, max 233: limit_exceeded");
  CHECK(figures(d.reasons[0]) ==
        "upper: held 6000, pending 0, requested 18000, projected 24000, limit 20000, headroom 14000, max 233");
  CHECK(shock(d.reasons[0]) == "spot -0.10, vol 0.00");
  CHECK(says(book.what_if(shares("B", 233))) == "approved 233 / limit_near");
  CHECK(says(book.what_if(shares("B", 300).or_fewer())) == "reduced to 233 of 300: limit_exceeded / limit_near");
}

TEST_CASE("each scenario is a row of its own, in the order of moves, then of volatilities") {
  LedgerBook book(losses({loss_limit("SPY", 5'000, {-0.10, 0.05, 0.10}, {0.0, 0.10})}));
  book.price("SPY", 600);
  const OwnedDecision falling = book.what_if(shares("A", 100));  // 60 a share at -10 %
  CHECK(says(falling) == "denied, max 83: limit_exceeded limit_exceeded");
  CHECK(shock(falling.reasons[0]) == "spot -0.10, vol 0.00");
  CHECK(shock(falling.reasons[1]) == "spot -0.10, vol 0.10");
  const OwnedDecision rising = book.what_if(shares("A", -100));
  CHECK(says(rising) == "denied, max 83: limit_exceeded limit_exceeded");  // 30 a share at +5 % is within the limit
  CHECK(shock(rising.reasons[0]) == "spot 0.100, vol 0.00");
}

TEST_CASE("options are valued anew: a call bought and a put sold lose what the shares do, whatever the volatility") {
  LedgerBook book = near_450(losses({loss_limit("SPY", 4'500, {-0.10}, {-0.10, 0.0, 0.30})}));
  CHECK(says(book.what_if(synthetic("A", 1))) == "approved 1 / limit_near limit_near limit_near");
  const OwnedDecision two = book.what_if(synthetic("A", 2));
  REQUIRE(says(two) == "denied, max 1: limit_exceeded limit_exceeded limit_exceeded");
  for (const Finding& f : two.reasons) CHECK(to_text(f.requested) == "9000");
}

TEST_CASE("a short put loses its value then less its value now, per contract of 100") {
  LedgerBook book = near_450(losses({loss_limit("SPY", 1e6, {-0.10}, {0.05})}));
  book.trade(contracts("A", -3, put_450));
  pricing::OptionTerms terms{Right::put, 450, 450, 0.25, 0, 0};
  const double now = pricing::value(terms, 0.2);
  terms.spot = 405;
  const double gained = (pricing::value(terms, 0.25) - now) * 100;  // by a long one
  CHECK(gained > 0);
  CHECK(to_double(*book.report_of("SPY", Metric::scenario_loss).held) == doctest::Approx(3 * gained));
}

TEST_CASE("a change below no volatility is none: what is left is the discounted intrinsic value") {
  LedgerBook book = near_450(losses({loss_limit("SPY", 1e6, {0.10}, {-0.5})}));
  pricing::OptionTerms terms{Right::call, 450, 450, 0.25, 0, 0};
  book.trade(contracts("A", -1, call_450));
  const double gained_by_call = 45 - pricing::value(terms, 0.2);
  CHECK(to_double(*book.report_of("SPY", Metric::scenario_loss).held) == doctest::Approx(100 * gained_by_call));
}

TEST_CASE("options are valued by the formulas the ledger is given") {
  LedgerConfig c = losses({loss_limit("SPY", 1e6, {-0.10})});
  c.options.formulas.value = [](const pricing::OptionTerms& terms, double vol) noexcept {
    return terms.spot / 10 + vol;  // 45.2 a unit now, 40.7 after
  };
  LedgerBook book = near_450(c);
  book.trade(contracts("A", 2, put_450));
  CHECK(book.row("SPY", Metric::scenario_loss) == "held 900, pending 0 +0");
}

TEST_CASE("open orders that offset each other hide no loss, and what gains in every scenario always passes") {
  LedgerBook book(losses({loss_limit("SPY", 1'000, {-0.10, 0.10})}));
  book.price("SPY", 100);
  book.pending(shares("A", 90));   // 900 at -10 %
  book.pending(shares("B", -90));  // 900 at +10 %
  CHECK(says(book.what_if(shares("C", 20))) == "denied, max 10: limit_exceeded");
  CHECK(says(book.what_if(shares("C", -20))) == "denied, max 10: limit_exceeded");
  LedgerBook over(losses({loss_limit("SPY", 1'000, {-0.10})}));
  over.price("SPY", 100);
  over.trade(shares("A", 100));
  over.price("SPY", 200);
  CHECK(over.held("SPY", Metric::scenario_loss) == "2000");
  CHECK(says(over.what_if(shares("B", -500))) == "approved 500");
  CHECK(says(over.what_if(shares("B", 1))) == "denied, max 0: limit_exceeded");
  REQUIRE(over.ledger().rows_over().size() == 1);
  CHECK(over.ledger().rows_over()[0].scenario == Scenario{-0.10, 0});
}

TEST_CASE("another underlying of the group moves by its beta, futures by their multiplier") {
  LedgerConfig c = losses({loss_limit("G", 1e6, {-0.10})});
  c.groups = {{.name = "G", .reference = "SPY", .members = {{"SPY", 1.0}, {"QQQ", 1.2}, {"ES", 1.0}}}};
  LedgerBook book(c);
  book.price("SPY", 450);
  book.price("QQQ", 400);
  book.future_price(es, 4500);
  book.trade(shares("A", 10, "QQQ"));
  CHECK(book.held("G", Metric::scenario_loss) == "480");
  book.trade(contracts("A", 1, es));
  CHECK(book.held("G", Metric::scenario_loss) == "22980");
}

TEST_CASE("a fall by more than everything leaves nothing, and no less") {
  LedgerConfig c = losses({loss_limit("G", 1e6, {-0.9})});
  c.groups = {{.name = "G", .reference = "SPY", .members = {{"SPY", 1.0}, {"TQQQ", 3.0}}}};
  LedgerBook book(c);
  book.price("TQQQ", 50);
  book.price("SPY", 450);
  book.trade(shares("A", 1, "TQQQ"));
  CHECK(to_double(*book.report_of("G", Metric::scenario_loss).held) == doctest::Approx(50));
}

TEST_CASE("without what an option is valued by, opens of its group are denied and exits pass") {
  LedgerBook book(losses({loss_limit("SPY", 1e6, {-0.10}), limit("SPY", Metric::delta, 1000)}));
  book.price("SPY", 450);
  book.greeks(put_450, some_greeks);
  const OwnedDecision d = book.what_if(contracts("A", 1, put_450));
  CHECK(says(d) == "denied, max 0: delta_unavailable delta_unavailable");
  CHECK(d.reasons[0].metric == Metric::scenario_loss);
  CHECK(says(book.what_if(shares("A", 1))) == "approved 1");
  const BrokerPosition held[] = {{book.contract(put_450), 2, book.strategy("A")}};
  REQUIRE(book.ledger().reconcile(held, book.now()).has_value());
  CHECK(says(book.what_if(shares("A", 1))) == "denied, max 0: delta_unavailable");  // what is held is not known
  CHECK(verdict(book.what_if(contracts("A", -2, put_450).exit())) == "approved");
  book.greeks(put_450, some_greeks, at_strike(450));
  CHECK(says(book.what_if(shares("A", 1))) == "approved 1");
}

TEST_CASE("shares without a price are not known to lose anything, so they are denied") {
  LedgerBook book(losses({loss_limit("SPY", 1e6, {-0.10})}));
  CHECK(says(book.what_if(shares("A", 1))) == "denied, max 0: delta_unavailable");
  book.price("SPY", 450);
  CHECK(says(book.what_if(shares("A", 1))) == "approved 1");
}

TEST_CASE("an estimate says nothing of losses: denied by name, or told where missing figures are skipped") {
  LedgerConfig c = losses({loss_limit("SPY", 1e6, {-0.10})});
  LedgerBook strict(c);
  strict.price("SPY", 450);
  const OwnedDecision d = strict.what_if(raw_delta("A", 1));
  CHECK(says(d) == "denied, max 0: delta_unavailable");
  CHECK(d.reasons[0].metric == Metric::scenario_loss);
  c.options.missing_greek = MissingGreek::skip;
  LedgerBook lenient(c);
  lenient.price("SPY", 450);
  CHECK(says(lenient.what_if(raw_delta("A", 1))) == "approved 1 / not_computed");
}

TEST_CASE("caps of a strategy, tiers, fractions of equity and cuts hold as for any row") {
  LimitConfig cap = loss_limit("SPY", 500, {-0.10});
  cap.strategy = "A";
  LimitConfig share = loss_limit("SPY", 0, {-0.10});
  share.upper.reset();
  share.equity_fraction = 0.02;
  LedgerConfig c = losses({cap, share});
  CutConfig halved;
  halved.event = "FOMC";
  halved.factor = 0.5;
  halved.metrics = {Metric::scenario_loss};
  c.cuts = {halved};
  LedgerBook book(c);
  book.price("SPY", 100);
  CHECK(says(book.what_if(shares("B", 1))) == "denied, max 0: equity_unknown");
  book.equity(100'000);
  CHECK(says(book.what_if(shares("B", 201))) == "denied, max 200: notional_cap");
  CHECK(says(book.what_if(shares("A", 60))) == "denied, max 50: strategy_cap");
  book.event("FOMC", true);
  CHECK(says(book.what_if(shares("B", 150))) == "denied, max 100: event_limit");
}

TEST_CASE("a limit on losses without a sound scenario is refused") {
  const auto refusal = [](const LimitConfig& row) {
    Names names;
    const auto made = LedgerPolicy::make(losses({row}), names);
    return made ? std::string("accepted") : says(made.error());
  };
  CHECK(refusal(loss_limit("SPY", 1, {})) == "invalid_value limits[0].scenario.spot");
  CHECK(refusal(loss_limit("SPY", 1, {-1.0})) == "invalid_value limits[0].scenario.spot");
  CHECK(refusal(loss_limit("SPY", 1, {-0.1}, {})) == "invalid_value limits[0].scenario.vol");
  CHECK(refusal(loss_limit("SPY", 1, {-0.1}, {-0.1})) == "accepted");
}

TEST_CASE("whatever is bought, sold, filled, cancelled and marked, sums are those of the positions and open orders") {
  constexpr std::array<Scenario, 4> shocks{Scenario{-0.1, 0.0}, {-0.1, 0.2}, {0.07, 0.0}, {0.07, 0.2}};
  LedgerBook book = near_450(losses({loss_limit("SPY", 1e9, {-0.1, 0.07}, {0.0, 0.2})}));
  const std::array<std::string, 3> what{"SPY", call_450, put_450};
  double spot = 450;
  std::map<std::string, double> vols{{call_450, 0.2}, {put_450, 0.2}};
  std::map<std::string, std::int64_t> held;
  struct Open {
    Answer answer;
    std::string contract;
    std::int64_t count;
  };
  std::vector<Open> open;
  // The slow model: one contract's loss from the definition, in whole millionths.
  const auto loss_of = [&](const std::string& contract, const Scenario& shock_of) {
    const double then = spot * (1 + shock_of.spot);
    if (contract == "SPY") return std::llround((spot - then) * 1e6);
    pricing::OptionTerms terms{contract == call_450 ? Right::call : Right::put, spot, 450, 0.25, 0, 0};
    const double now = pricing::value(terms, vols[contract]);
    terms.spot = then;
    return std::llround((now - pricing::value(terms, vols[contract] + shock_of.vol)) * 100 * 1e6);
  };
  Dice dice(20260105);
  for (int step = 0; step < 400; ++step) {
    const std::string& contract = what[static_cast<std::size_t>(dice.roll(std::ssize(what)))];
    switch (dice.roll(5)) {
      case 0:
        spot = 400 + static_cast<double>(dice.roll(100));
        book.price("SPY", spot);
        break;
      case 1:
        if (contract == "SPY") break;
        vols[contract] = 0.1 + 0.01 * static_cast<double>(dice.roll(40));
        book.greeks(contract, some_greeks, at_strike(450, vols[contract]));
        break;
      case 2: {
        const std::int64_t count = dice.roll(9) - 4;
        if (count == 0) break;
        const Answer answer = book.pending(contracts("A", count, contract));
        REQUIRE(verdict(answer) == "approved");
        open.push_back({answer, contract, count});
        break;
      }
      default: {
        if (open.empty()) break;
        const auto at = static_cast<std::size_t>(dice.roll(std::ssize(open)));
        if (dice.roll(2) == 0) {
          book.fill_all(open[at].answer);
          held[open[at].contract] += open[at].count;
        } else {
          book.order(open[at].answer, OrderStatus::cancelled);
        }
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
      }
    }
    for (std::size_t r = 0; r < shocks.size(); ++r) {
      std::int64_t sum = 0;
      std::int64_t up = 0;
      std::int64_t down = 0;
      for (const auto& [name, count] : held) sum += count * loss_of(name, shocks[r]);
      for (const Open& order : open) {
        const std::int64_t part = order.count * loss_of(order.contract, shocks[r]);
        (part > 0 ? up : down) += part;
      }
      const RowReport row = book.ledger().row(r);
      REQUIRE(row.scenario == shocks[r]);
      // a rounded half may go either way between the two
      const std::int64_t slack = 40;
      CHECK(std::abs(row.held->raw - sum) <= slack);
      CHECK(std::abs(row.pending_up->raw - up) <= slack);
      CHECK(std::abs(row.pending_down->raw - down) <= slack);
    }
  }
  for (const Open& order : open) book.order(order.answer, OrderStatus::cancelled);
  for (std::size_t r = 0; r < shocks.size(); ++r) {
    CHECK(book.ledger().row(r).pending_up == Micro{0});
    CHECK(book.ledger().row(r).pending_down == Micro{0});
  }
}
