// tests/pricing/kernel_levels_test.cpp -- every instruction set gives the same bits, whatever it is given.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <optcoord/pricing/batch.hpp>
#include <support/dice.hpp>
#include <support/not_finite.hpp>
#include <support/option_batch.hpp>

#include <cstdlib>
#include <optional>
#include <string>

using namespace optcoord;
using namespace optcoord::pricing;
using namespace optcoord::test;

namespace {

/// Options per kernel: a million, or as the environment says.
std::size_t options_to_try() {
  const char* text = std::getenv("OPTCOORD_KERNEL_OPTIONS");
  return text ? static_cast<std::size_t>(std::strtoull(text, nullptr, 10)) : 1'000'000U;
}

/// What this processor has beyond the portable level; says what it lacks.
std::vector<Kernels> levels_beyond_portable() {
  std::vector<Kernels> there;
  for (const InstructionSet set : instruction_sets) {
    if (set == InstructionSet::portable) continue;
    if (const std::optional<Kernels> kernels = Kernels::of(set))
      there.push_back(*kernels);
    else
      MESSAGE("skipped: this processor has no " << std::string(text(set)));
  }
  return there;
}

/// A few inputs that are no option, among the others.
void spoil(OptionBatch& b, Dice& dice) {
  const double bad[] = {0.0, -1.0, not_a_number, infinity, -infinity, 1e-310};
  for (int i = 0; i < 6; ++i) {
    const auto at = [&] { return static_cast<std::size_t>(dice.roll(static_cast<std::int64_t>(b.size()))); };
    b.strike[at()] = bad[i];
    b.vol[at()] = bad[i];
    b.log_strike[at()] = bad[i];
  }
}

}  // namespace

TEST_CASE("the best level is one that can be asked for, and the portable one is always there") {
  CHECK(Kernels::of(InstructionSet::portable));
  const Kernels best = Kernels::best();
  const std::optional<Kernels> same = Kernels::of(best.instruction_set());
  REQUIRE(same);
  CHECK((*same).instruction_set() == best.instruction_set());
  for (const InstructionSet set : instruction_sets)
    CHECK(Kernels::of(set).has_value() == (set <= best.instruction_set()));
  CHECK(text(InstructionSet::x86_64_v3) == "x86-64-v3");
}

TEST_CASE("Greeks and implied volatilities of a million options are the same bits at every level") {
  const Kernels portable = *Kernels::of(InstructionSet::portable);
  const std::vector<Kernels> others = levels_beyond_portable();
  Dice dice(20'151'224);
  constexpr std::size_t chain = 997;  // no multiple of anything
  for (std::size_t done = 0; done < options_to_try(); done += chain) {
    OptionBatch b = drawn_options(dice, chain);
    b.finish(portable);
    if (dice.roll(4) == 0) spoil(b, dice);
    Columns expected(5, chain);
    REQUIRE(portable.greeks(b.expiry, b.input(), expected.greeks()));
    std::vector<double> price = expected.at[0];
    for (double& p : price) p *= dice.roll(20) == 0 ? 1.5 : 1.0;
    std::vector<double> vol(chain);
    std::vector<IvStatus> status(chain);
    const ChainPrices prices{b.right, b.strike, b.log_strike, price};
    REQUIRE(portable.implied_volatility(b.expiry, prices, {vol, status}));
    for (const Kernels& kernels : others) {
      CAPTURE(kernels.instruction_set());
      CAPTURE(done);
      std::vector<double> logs(chain);
      REQUIRE(kernels.log_ratio(b.strike, b.expiry.anchor, logs));
      std::vector<double> same_logs(chain);
      REQUIRE(portable.log_ratio(b.strike, b.expiry.anchor, same_logs));
      CHECK(same_bits(logs, same_logs));
      Columns out(5, chain);
      REQUIRE(kernels.greeks(b.expiry, b.input(), out.greeks()));
      REQUIRE(same_bits(out, expected));
      std::vector<double> own_vol(chain);
      std::vector<IvStatus> own_status(chain);
      REQUIRE(kernels.implied_volatility(b.expiry, prices, {own_vol, own_status}));
      REQUIRE(same_bits(own_vol, vol));
      REQUIRE(own_status == status);
    }
  }
}

TEST_CASE("grids, exercise risk and the normal distribution are the same bits at every level") {
  const Kernels portable = *Kernels::of(InstructionSet::portable);
  const std::vector<Kernels> others = levels_beyond_portable();
  Dice dice(7);
  const std::vector<double> spots{-1.5, -1.0, -0.2, -0.05, 0.0, 0.1, 3.0};
  const std::vector<double> vols{-0.5, 0.0, 0.25};
  constexpr std::size_t n = 101;
  for (std::size_t done = 0; done < options_to_try(); done += n * 21) {
    OptionBatch b = drawn_options(dice, n);
    b.finish(portable);
    if (dice.roll(4) == 0) spoil(b, dice);
    std::vector<double> spot, years, rate, yield, beta, x;
    for (std::size_t i = 0; i < n; ++i) {
      spot.push_back(b.expiry.spot * between(dice, 0.9, 1.1));
      years.push_back(between(dice, -0.1, 1.0));
      rate.push_back(between(dice, -0.05, 0.1));
      yield.push_back(between(dice, 0.0, 0.1));
      beta.push_back(between(dice, -0.5, 2.0));
      x.push_back(between(dice, -45.0, 45.0));
    }
    x[0] = not_a_number;
    x[1] = infinity;
    x[2] = -infinity;
    const GridInput grid{b.right, spot, b.strike, years, rate, yield, b.vol, beta};
    const std::vector<double> times{between(dice, 0.0, 0.2)};
    const GridShocks shocks{spots, vols, times};
    const ExpiringInput expiring{
        b.expiry.spot, between(dice, -5, 60), between(dice, -5, 800), b.expiry.anchor, b.right, b.strike, b.log_strike,
        b.vol};
    std::vector<double> values(n * 21), normals(n);
    Columns risk(3, n);
    REQUIRE(portable.grid(grid, shocks, values));
    REQUIRE(portable.exercise_risk(expiring, {risk.at[0], risk.at[1], risk.at[2]}));
    REQUIRE(portable.normal_cdf(x, normals));
    for (const Kernels& kernels : others) {
      CAPTURE(kernels.instruction_set());
      CAPTURE(done);
      std::vector<double> own_values(n * 21), own_normals(n);
      Columns own_risk(3, n);
      REQUIRE(kernels.grid(grid, shocks, own_values));
      REQUIRE(kernels.exercise_risk(expiring, {own_risk.at[0], own_risk.at[1], own_risk.at[2]}));
      REQUIRE(kernels.normal_cdf(x, own_normals));
      REQUIRE(same_bits(own_values, values));
      REQUIRE(same_bits(own_risk, risk));
      REQUIRE(same_bits(own_normals, normals));
    }
  }
}

TEST_CASE("one option alone has the bits it has in a chain, at every level") {
  Dice dice(11);
  std::vector<Kernels> levels;
  for (const InstructionSet set : instruction_sets)
    if (const std::optional<Kernels> kernels = Kernels::of(set)) levels.push_back(*kernels);
  for (int drawn = 0; drawn < 500; ++drawn) {
    CAPTURE(drawn);
    const double spot = log_between(dice, 1, 5000);
    const OptionTerms o{dice.roll(2) == 0 ? Right::call : Right::put,
                        spot,
                        spot * between(dice, 0.5, 1.5),
                        between(dice, -0.01, 3.0),
                        between(dice, -0.02, 0.1),
                        between(dice, 0.0, 0.05)};
    const double vol = dice.roll(20) == 0 ? -0.1 : log_between(dice, 0.01, 5.0);
    OptionBatch b;
    b.add(o.right, o.strike, vol);
    b.expiry = {o.spot, o.years, o.rate, o.dividend_yield, o.spot};
    b.finish(levels[0]);
    Columns chain(5, 1);
    REQUIRE(levels[0].greeks(b.expiry, b.input(), chain.greeks()));
    const std::vector<double> price{chain.at[0][0]};
    std::vector<double> solved(1);
    std::vector<IvStatus> status(1);
    REQUIRE(levels[0].implied_volatility(b.expiry, {b.right, b.strike, b.log_strike, price}, {solved, status}));
    for (const Kernels& kernels : levels) {
      CAPTURE(kernels.instruction_set());
      const UnitGreeks g = kernels.unit_greeks(o, vol);
      const std::vector<double> alone{kernels.value(o, vol), g.delta, g.gamma, g.theta, g.vega};
      for (std::size_t k = 0; k < 5; ++k) REQUIRE(same_bits({alone[k]}, chain.at[k]));
      const ImpliedVolatility iv = kernels.implied_volatility(o, price[0]);
      REQUIRE(same_bits({iv.vol}, solved));
      REQUIRE(iv.status == status[0]);
    }
  }
}

TEST_CASE("an option's figures do not depend on its place in the chain") {
  Dice dice(3);
  OptionBatch b = drawn_options(dice, 70);
  const Kernels best = Kernels::best();
  b.finish(best);
  Columns whole(5, 70);
  REQUIRE(best.greeks(b.expiry, b.input(), whole.greeks()));
  for (std::size_t n = 0; n <= 70; ++n) {
    Columns part(5, n);
    const ChainInput in = b.input();
    const ChainInput first{in.right.last(n), in.strike.last(n), in.log_strike.last(n), in.vol.last(n)};
    REQUIRE(best.greeks(b.expiry, first, part.greeks()));
    for (std::size_t c = 0; c < 5; ++c)
      for (std::size_t i = 0; i < n; ++i) REQUIRE(part.at[c][i] == whole.at[c][70 - n + i]);
  }
}
