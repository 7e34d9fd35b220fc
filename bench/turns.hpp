// bench/turns.hpp -- turns of questions: a block that warms up, a block that is timed, every answer looked at.
// SPDX-License-Identifier: MIT
#pragma once

#include "ratio.hpp"

#include <optcoord/core/decision.hpp>
#include <optcoord/core/error.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>  // std::uint64_t

namespace optcoord::bench {

inline constexpr std::uint64_t block = 250;  ///< orders open at once where the release is not timed: more than
                                             ///< accounts have

/// One turn: a block of questions for warming up and a block that is timed, each put right by `restore`. `ask()`
/// says whether the answer is as expected. Blocks are short, so that few of them meet another process.
template <class Ask, class Restore>
[[nodiscard]] Batch turn(Ask ask, Restore restore) {
  Stopwatch watch;
  for (const bool timed : {false, true}) {
    std::uint64_t good = 0;
    if (timed) watch.start();
    for (std::uint64_t i = 0; i < block; ++i) good += ask() ? 1 : 0;
    if (timed) watch.stop(block);
    expect(good == block, "an answer was not the expected one");
    restore();
  }
  return watch.batch();
}

/// What the decision is, with its parts looked at, so that none is optimised away.
[[nodiscard]] inline Verdict looked_at(const Result<Decision>& d) {
  expect(d.has_value(), "a request was refused");
  benchmark::DoNotOptimize(d->units);
  benchmark::DoNotOptimize(d->reasons.data());
  benchmark::ClobberMemory();
  return d->verdict;
}

}  // namespace optcoord::bench
