// src/pricing/batch.cpp -- chooses a level, looks at the lengths, and hands plain pointers to the kernels.
// SPDX-License-Identifier: MIT
#include <optcoord/pricing/batch.hpp>

#include "kernel_table.hpp"
#include "processor.hpp"

#include <initializer_list>  // std::initializer_list

namespace optcoord::pricing {

static_assert(sizeof(Right) == 1 && static_cast<int>(Right::call) == 0 && static_cast<int>(Right::put) == 1);
static_assert(sizeof(IvStatus) == 1 && static_cast<int>(IvStatus::solved) == 0 &&
              static_cast<int>(IvStatus::not_finite) == 5);

namespace {

// An enumeration over bytes may be seen as its bytes (std::uint8_t is a character type where there is one).
[[nodiscard]] const std::uint8_t* bytes(std::span<const Right> x) noexcept {
  return reinterpret_cast<const std::uint8_t*>(x.data());
}
[[nodiscard]] std::uint8_t* bytes(std::span<IvStatus> x) noexcept { return reinterpret_cast<std::uint8_t*>(x.data()); }

struct Length {
  const char* field;
  std::size_t n;
};
/// \returns the error of the first that is not of length `n`.
[[nodiscard]] Result<void> all_of_length(std::size_t n, std::initializer_list<Length> lengths) noexcept {
  for (const Length& length : lengths)
    if (length.n != n) return fail(Errc::invalid_value, length.field);
  return {};
}

[[nodiscard]] const KernelTable& table_of([[maybe_unused]] InstructionSet set) noexcept {
#if defined(__x86_64__)
  switch (set) {
    case InstructionSet::portable: return portable_kernels;
    case InstructionSet::x86_64: return x86_64_kernels;
    case InstructionSet::x86_64_v3: return x86_64_v3_kernels;
    case InstructionSet::x86_64_v4: return x86_64_v4_kernels;
  }
#endif
  return portable_kernels;
}

}  // namespace

Kernels Kernels::best() noexcept {
  static const InstructionSet most = most_of_this_processor();
  return Kernels(most, table_of(most));
}

std::optional<Kernels> Kernels::of(InstructionSet set) noexcept {
  if (set > best().instruction_set()) return std::nullopt;
  return Kernels(set, table_of(set));
}

Result<void> Kernels::log_ratio(std::span<const double> x, double anchor, std::span<double> out) const noexcept {
  if (const Result<void> same = all_of_length(x.size(), {{"out", out.size()}}); !same) return same;
  table_->log_ratio(x.data(), anchor, out.data(), x.size());
  return {};
}

Result<void> Kernels::normal_cdf(std::span<const double> x, std::span<double> out) const noexcept {
  if (const Result<void> same = all_of_length(x.size(), {{"out", out.size()}}); !same) return same;
  table_->normal_cdf(x.data(), out.data(), x.size());
  return {};
}

Result<void> Kernels::greeks(const ExpiryTerms& expiry, const ChainInput& in, const ChainGreeks& out) const noexcept {
  const std::size_t n = in.strike.size();
  const Result<void> same = all_of_length(n, {{"right", in.right.size()},
                                              {"log_strike", in.log_strike.size()},
                                              {"vol", in.vol.size()},
                                              {"value", out.value.size()},
                                              {"delta", out.delta.size()},
                                              {"gamma", out.gamma.size()},
                                              {"theta", out.theta.size()},
                                              {"vega", out.vega.size()}});
  if (!same) return same;
  table_->greeks({expiry.spot, expiry.years, expiry.rate, expiry.dividend_yield, expiry.anchor, bytes(in.right),
                  in.strike.data(), in.log_strike.data(), in.vol.data(), out.value.data(), out.delta.data(),
                  out.gamma.data(), out.theta.data(), out.vega.data()},
                 n);
  return {};
}

Result<void> Kernels::implied_volatility(const ExpiryTerms& expiry, const ChainPrices& in,
                                         const ChainVolatilities& out) const noexcept {
  const std::size_t n = in.strike.size();
  const Result<void> same = all_of_length(n, {{"right", in.right.size()},
                                              {"log_strike", in.log_strike.size()},
                                              {"price", in.price.size()},
                                              {"vol", out.vol.size()},
                                              {"status", out.status.size()}});
  if (!same) return same;
  table_->implied({expiry.spot, expiry.years, expiry.rate, expiry.dividend_yield, expiry.anchor, bytes(in.right),
                   in.strike.data(), in.log_strike.data(), in.price.data(), out.vol.data(), bytes(out.status)},
                  n);
  return {};
}

Result<void> Kernels::grid(const GridInput& in, const GridShocks& shocks, std::span<double> value) const noexcept {
  const std::size_t n = in.strike.size();
  if (shocks.spot.empty() || shocks.spot.size() > most_shocks) return fail(Errc::invalid_value, "shocks.spot");
  if (shocks.vol.empty() || shocks.vol.size() > most_shocks) return fail(Errc::invalid_value, "shocks.vol");
  const Result<void> same = all_of_length(n, {{"right", in.right.size()},
                                              {"spot", in.spot.size()},
                                              {"years", in.years.size()},
                                              {"rate", in.rate.size()},
                                              {"dividend_yield", in.dividend_yield.size()},
                                              {"vol", in.vol.size()},
                                              {"beta", in.beta.size()}});
  if (!same) return same;
  const std::size_t cells = n * shocks.spot.size() * shocks.vol.size();
  if (shocks.years_passed.empty()) return fail(Errc::invalid_value, "shocks.years_passed");
  if (value.size() / shocks.years_passed.size() != cells || value.size() % shocks.years_passed.size() != 0)
    return fail(Errc::invalid_value, "value");
  double* to = value.data();
  for (const double passed : shocks.years_passed) {
    table_->grid({bytes(in.right), in.spot.data(), in.strike.data(), in.years.data(), in.rate.data(),
                  in.dividend_yield.data(), in.vol.data(), in.beta.data(), n, shocks.spot.data(), shocks.spot.size(),
                  shocks.vol.data(), shocks.vol.size(), passed, to},
                 n);
    to += cells;
  }
  return {};
}

namespace {

/// \returns ln(strike / spot), so that a chain of one option is anchored at its spot.
[[nodiscard]] double log_strike(const KernelTable& table, const OptionTerms& o) noexcept {
  double out = 0;
  table.log_ratio(&o.strike, o.spot, &out, 1);
  return out;
}

struct ValueAndGreeks {
  double value{0};
  UnitGreeks greeks{};
};
[[nodiscard]] ValueAndGreeks figures(const KernelTable& table, const OptionTerms& o, double vol) noexcept {
  ValueAndGreeks out;
  const double log = log_strike(table, o);
  UnitGreeks& g = out.greeks;
  table.greeks({o.spot, o.years, o.rate, o.dividend_yield, o.spot, bytes({&o.right, 1}), &o.strike, &log, &vol,
                &out.value, &g.delta, &g.gamma, &g.theta, &g.vega},
               1);
  return out;
}

}  // namespace

double Kernels::value(const OptionTerms& o, double vol) const noexcept { return figures(*table_, o, vol).value; }

UnitGreeks Kernels::unit_greeks(const OptionTerms& o, double vol) const noexcept {
  return figures(*table_, o, vol).greeks;
}

ImpliedVolatility Kernels::implied_volatility(const OptionTerms& o, double price) const noexcept {
  const double log = log_strike(*table_, o);
  ImpliedVolatility found;
  IvStatus status = IvStatus::not_finite;
  table_->implied({o.spot, o.years, o.rate, o.dividend_yield, o.spot, bytes({&o.right, 1}), &o.strike, &log, &price,
                   &found.vol, bytes(std::span{&status, 1})},
                  1);
  found.status = status;
  return found;
}

Formulas compiled_formulas() noexcept {
  return {[](const OptionTerms& o, double vol) noexcept { return Kernels::best().value(o, vol); },
          [](const OptionTerms& o, double vol) noexcept { return Kernels::best().unit_greeks(o, vol); },
          [](const OptionTerms& o, double price) noexcept { return Kernels::best().implied_volatility(o, price); }};
}

Result<void> Kernels::exercise_risk(const ExpiringInput& in, const ExpiringRisk& out,
                                    const ScoreScales& scales) const noexcept {
  const std::size_t n = in.strike.size();
  const Result<void> same = all_of_length(n, {{"right", in.right.size()},
                                              {"log_strike", in.log_strike.size()},
                                              {"vol", in.vol.size()},
                                              {"score", out.score.size()},
                                              {"raw_score", out.raw_score.size()},
                                              {"probability", out.probability.size()}});
  if (!same) return same;
  table_->exercise(
      {in.spot, in.minutes, in.trading_minutes, in.anchor, scales.moneyness, scales.minutes, scales.normal_vol,
       scales.least_vol_weight, scales.most_vol_weight, scales.minutes_per_year, bytes(in.right), in.strike.data(),
       in.log_strike.data(), in.vol.data(), out.score.data(), out.raw_score.data(), out.probability.data()},
      n);
  return {};
}

}  // namespace optcoord::pricing
