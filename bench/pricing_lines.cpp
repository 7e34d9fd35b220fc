// bench/pricing_lines.cpp -- each instruction set's kernels against those that work on one double at a time.
// SPDX-License-Identifier: MIT
//
// That peer is the same source, compiled for any x86-64: what it loses to is the width of the registers alone. The
// baseline of SSE2 has two doubles to a register already; against it the wider ones are reported.
#include "pricing_chain.hpp"

#include <optional>  // std::optional

namespace optcoord::bench {

namespace {

using pricing::InstructionSet;
using pricing::Kernels;

[[nodiscard]] Arms level_arms(InstructionSet ours, InstructionSet peer) {
  const auto chain = std::make_shared<PricingChain>();
  const auto arm = [&chain](Kernels k) {
    return [chain, k] { return repeated(4, PricingChain::n, [&] { chain->greeks(k); }); };
  };
  return {arm(*Kernels::of(ours)), arm(*Kernels::of(peer))};
}

}  // namespace

std::vector<Line> pricing_lines() {
  struct Wanted {
    InstructionSet ours;
    InstructionSet peer;
    std::optional<double> required;
  };
  constexpr Wanted wanted[] = {
      {InstructionSet::x86_64, InstructionSet::portable, std::nullopt},
      {InstructionSet::x86_64_v3, InstructionSet::portable, 2.5},
      {InstructionSet::x86_64_v4, InstructionSet::portable, 4.0},
      {InstructionSet::x86_64_v3, InstructionSet::x86_64, std::nullopt},
      {InstructionSet::x86_64_v4, InstructionSet::x86_64, std::nullopt},
  };
  std::vector<Line> lines;
  for (const Wanted& w : wanted) {
    if (!Kernels::of(w.ours)) continue;
    lines.push_back({.name = "pricing." + short_name(w.ours) + "_over_" + short_name(w.peer),
                     .about = "an option of a chain, value and four Greeks: the kernels for " +
                              std::string(text(w.ours)) + ", against those for " + std::string(text(w.peer)),
                     .peer = "the kernels for " + std::string(text(w.peer)),
                     .required = w.required,
                     .no_allocation = true,
                     .make = [w] { return level_arms(w.ours, w.peer); }});
  }
  return lines;
}

}  // namespace optcoord::bench
