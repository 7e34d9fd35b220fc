// bench/ratio.hpp -- one line of the table: what is timed, against which peer, and what the ratio has to be.
// SPDX-License-Identifier: MIT
//
// The machine may be shared and noisy, so no time stands alone: ours and the peer take turns in one process, each
// round gives one ratio, and the median over the rounds counts. Example:
//
//   Line line{.name = "decision.approve", .about = "...", .peer = "NAIVE approve", .required = 8, .make = make_arms};
//   Outcome outcome = measure(line, 1001);
#pragma once

#include "allocations.hpp"

#include <chrono>      // std::chrono::steady_clock
#include <cstdint>     // std::uint64_t
#include <functional>  // std::function
#include <optional>    // std::optional
#include <stdexcept>   // std::logic_error
#include <string>      // std::string
#include <vector>      // std::vector

namespace optcoord::bench {

/// What one batch took: only what lies between a stopwatch's start and stop counts.
struct Batch {
  double ns{0};                  ///< of all operations
  std::uint64_t allocations{0};  ///< of all operations
  std::uint64_t operations{0};
};

/// Collects the timed parts of a batch.
class Stopwatch {
 public:
  void start() noexcept {
    allocations_ = allocations();
    start_ = Clock::now();
  }
  void stop(std::uint64_t operations) noexcept {
    const auto now = Clock::now();
    batch_.ns += std::chrono::duration<double, std::nano>(now - start_).count();
    batch_.allocations += allocations() - allocations_;
    batch_.operations += operations;
  }
  [[nodiscard]] Batch batch() const noexcept { return batch_; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point start_{};
  std::uint64_t allocations_{0};
  Batch batch_{};
};

/// Runs one batch; throws when the work did not give the answers it must.
using Arm = std::function<Batch()>;

/// The two sides of a line; without a peer the line is our time alone.
struct Arms {
  Arm ours;
  Arm peer{};
};

/// Whether a line says how many times faster we are, or how many times the peer's time we may take.
enum class Sense { times_faster, times_the_time };

struct Line {
  std::string name{};
  std::string about{};  ///< one sentence for `--list`
  std::string peer{};   ///< empty: no peer
  Sense sense{Sense::times_faster};
  std::optional<double> required{};  ///< absent: reported, not gated
  std::optional<double> stretch{};
  int slow{1};                   ///< this many times fewer rounds, at least ten
  bool no_allocation{false};     ///< any allocation of ours fails the line
  std::function<Arms()> make{};  ///< called when the line is run, so that others' memory is not in the way
};

/// The medians of a line.
struct Outcome {
  double ours_ns{0};      ///< of one operation
  double peer_ns{0};      ///< 0 without a peer
  double ratio{0};        ///< median of the rounds' ratios, in the line's sense; 0 without a peer
  double allocations{0};  ///< ours, of one operation, the worst round
  [[nodiscard]] bool passes(const Line& line) const noexcept;
};

/// Two warm-up rounds, then `repeats` rounds (fewer of slow lines) of one batch each, who goes first alternating.
[[nodiscard]] Outcome measure(const Line& line, int repeats);

/// Stops a benchmark whose work went wrong: a fast wrong answer is no figure.
inline void expect(bool good, const char* what) {
  if (!good) throw std::logic_error(what);
}

[[nodiscard]] std::vector<Line> decision_lines();
[[nodiscard]] std::vector<Line> coordination_lines();
[[nodiscard]] std::vector<Line> plan_lines();
[[nodiscard]] std::vector<Line> replay_lines();
[[nodiscard]] std::vector<Line> shared_lines();
[[nodiscard]] std::vector<Line> scale_lines();

}  // namespace optcoord::bench
