// tests/pricing/worst_loss_test.cpp -- the worst of many scenarios, for each strategy and for the account.
// SPDX-License-Identifier: MIT
#include <optcoord/pricing/black_scholes.hpp>
#include <optcoord/pricing/worst_loss.hpp>

#include <doctest/doctest.h>
#include <support/dice.hpp>
#include <support/option_batch.hpp>

#include <algorithm>  // std::max
#include <cmath>      // std::abs
#include <limits>     // std::numeric_limits
#include <optional>   // std::optional
#include <string>     // std::string
#include <vector>     // std::vector

namespace {

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

/// A book that is filled one holding at a time.
struct Holdings {
  std::vector<Right> right{};
  std::vector<double> spot{}, strike{}, years{}, rate{}, yield{}, vol{}, beta{}, units{};
  std::vector<std::uint32_t> owner{};
  std::vector<LinearHolding> linear{};

  void option(std::uint32_t who, const OptionTerms& o, double v, double count, double b = 1) {
    right.push_back(o.right);
    spot.push_back(o.spot);
    strike.push_back(o.strike);
    years.push_back(o.years);
    rate.push_back(o.rate);
    yield.push_back(o.dividend_yield);
    vol.push_back(v);
    beta.push_back(b);
    units.push_back(count);
    owner.push_back(who);
  }
  [[nodiscard]] ShockedBook book() const {
    return {{right, spot, strike, years, rate, yield, vol, beta}, units, owner, linear};
  }
};

const std::vector<double> still{0.0};

}  // namespace

TEST_CASE("shares lose what their price does, times beta, and the worst scenario is named") {
  Holdings held;
  held.linear = {{450, 1, 100, 0}, {20, 2, -300, 1}};
  const std::vector<double> moves{-0.10, 0.0, 0.05};
  const Result<WorstLosses> worst = worst_losses(Kernels::best(), held.book(), {moves, still}, 3);
  REQUIRE(worst);
  REQUIRE(worst->by_owner.size() == 3);
  CHECK(worst->by_owner[0]->usd == doctest::Approx(4500));
  CHECK(worst->by_owner[0]->spot == 0);
  CHECK(worst->by_owner[1]->usd == doctest::Approx(600));  // short: 10 % up on 6,000
  CHECK(worst->by_owner[1]->spot == 2);
  CHECK(worst->by_owner[2]->usd == 0);  // holds nothing
  CHECK(worst->all->usd == doctest::Approx(4500 - 1200));
  CHECK(worst->all->spot == 0);
}

TEST_CASE("a strategy hedged by another's position loses in its own worst scenario, the account in none") {
  Holdings held;
  held.linear = {{450, 1, 100, 0}, {450, 1, -100, 1}};
  const std::vector<double> moves{-0.10, 0.10};
  const Result<WorstLosses> worst = worst_losses(Kernels::best(), held.book(), {moves, still}, 2);
  CHECK(worst->by_owner[0]->usd == doctest::Approx(4500));
  CHECK(worst->by_owner[1]->usd == doctest::Approx(4500));
  CHECK(worst->all->usd == 0);
}

TEST_CASE("what gains in every scenario has a worst loss below zero") {
  Holdings held;
  held.linear = {{450, 1, 100, 0}};
  const std::vector<double> moves{0.02, 0.05};
  CHECK(worst_losses(Kernels::best(), held.book(), {moves, still}, 1)->all->usd == doctest::Approx(-900));
}

TEST_CASE("time alone costs a long option its time value, and is found as the worst time") {
  Holdings held;
  held.option(0, {Right::call, 100, 100, 30.0 / 365, 0, 0}, 0.2, 100);
  const std::vector<double> times{0.0, 30.0 / 365};
  const WorstLosses worst = *worst_losses(Kernels::best(), held.book(), {still, still, times}, 1);
  CHECK(worst.all->time == 1);
  CHECK(worst.all->usd == doctest::Approx(100 * value({Right::call, 100, 100, 30.0 / 365, 0, 0}, 0.2)));
}

TEST_CASE("an option without a value leaves its owner's worst loss and the account's unknown, no one else's") {
  Holdings held;
  held.option(0, {Right::put, 100, 100, 0.1, 0, 0}, -1, 1);
  held.option(1, {Right::put, 100, 100, 0.1, 0, 0}, 0.2, 1);
  const std::vector<double> moves{-0.10, 0.10};
  const WorstLosses worst = *worst_losses(Kernels::best(), held.book(), {moves, still}, 2);
  CHECK_FALSE(worst.by_owner[0]);
  CHECK(worst.by_owner[1]);
  CHECK_FALSE(worst.all);
}

TEST_CASE("worst losses are those of a plain loop over all scenarios") {
  Dice dice(29);
  const std::vector<double> moves{-0.25, -0.1, -0.02, 0.0, 0.07, 0.3}, vols{-0.1, 0.0, 0.2}, times{0.0, 5.0 / 365};
  constexpr std::uint32_t owners = 4;
  Holdings held;
  std::vector<OptionTerms> terms;
  for (int i = 0; i < 600; ++i) {  // more than are valued at once
    const double spot = log_between(dice, 5, 5000);
    terms.push_back({dice.roll(2) == 0 ? Right::call : Right::put, spot, spot * between(dice, 0.7, 1.3),
                     between(dice, 0.001, 1.0), 0.04, 0.01});
    held.option(static_cast<std::uint32_t>(dice.roll(owners)), terms.back(), log_between(dice, 0.05, 1.0),
                between(dice, -500, 500), between(dice, 0.5, 1.5));
  }
  for (int i = 0; i < 20; ++i)
    held.linear.push_back({log_between(dice, 5, 500), between(dice, -1, 2), between(dice, -100, 100),
                           static_cast<std::uint32_t>(dice.roll(owners))});

  std::vector<WorstLoss> expected(owners + 1, WorstLoss{-1e300, 0, 0, 0});
  for (std::size_t t = 0; t < times.size(); ++t)
    for (std::size_t v = 0; v < vols.size(); ++v)
      for (std::size_t s = 0; s < moves.size(); ++s) {
        std::vector<double> loss(owners + 1, 0.0);
        for (std::size_t i = 0; i < terms.size(); ++i) {
          OptionTerms then = terms[i];
          then.spot *= std::max(1 + held.beta[i] * moves[s], 1e-12);
          then.years -= times[t];
          const double lost =
              (value(terms[i], held.vol[i]) - value(then, std::max(held.vol[i] + vols[v], 0.0))) * held.units[i];
          loss[held.owner[i]] += lost;
          loss[owners] += lost;
        }
        for (const LinearHolding& h : held.linear) {
          loss[h.owner] -= h.spot * h.beta * moves[s] * h.units;
          loss[owners] -= h.spot * h.beta * moves[s] * h.units;
        }
        for (std::size_t k = 0; k <= owners; ++k)
          if (loss[k] > expected[k].usd) expected[k] = {loss[k], s, v, t};
      }

  for (const InstructionSet set : instruction_sets) {
    const std::optional<Kernels> kernels = Kernels::of(set);
    if (!kernels) continue;
    CAPTURE(set);
    const WorstLosses worst = *worst_losses(*kernels, held.book(), {moves, vols, times}, owners);
    for (std::size_t k = 0; k <= owners; ++k) {
      const WorstLoss& found = k < owners ? *worst.by_owner[k] : *worst.all;
      CHECK(std::abs(found.usd - expected[k].usd) <= 1e-9 * std::abs(expected[k].usd));
      CHECK(found.spot == expected[k].spot);
      CHECK(found.vol == expected[k].vol);
      CHECK(found.time == expected[k].time);
    }
  }
}

TEST_CASE("a book that fits together nowhere, or shocks that are none, are errors that name the field") {
  Holdings held;
  held.option(0, {Right::put, 100, 100, 0.1, 0, 0}, 0.2, 1);
  const auto fault = [&](const GridShocks& shocks, std::size_t owners = 1) {
    const Result<WorstLosses> worst = worst_losses(Kernels::best(), held.book(), shocks, owners);
    REQUIRE_FALSE(worst);
    return std::string(worst.error().field);
  };
  CHECK(fault({{}, still}) == "shocks.spot");
  CHECK(fault({still, {}}) == "shocks.vol");
  CHECK(fault({still, still, {}}) == "shocks.years_passed");
  CHECK(fault({still, still}, 0) == "owner");
  held.linear = {{0, 1, 1, 0}};
  CHECK(fault({still, still}) == "linear");
  held.linear = {{1, 1, 1, 7}};
  CHECK(fault({still, still}) == "linear");
  held.linear.clear();
  held.units[0] = std::numeric_limits<double>::infinity();
  CHECK(fault({still, still}) == "units");
  held.units.clear();
  CHECK(fault({still, still}) == "units");
  held.beta.clear();
  CHECK(fault({still, still}) == "options");
}
