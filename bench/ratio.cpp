// bench/ratio.cpp -- rounds of turns, and their medians.
// SPDX-License-Identifier: MIT
#include "ratio.hpp"

#include <algorithm>  // std::max, std::nth_element
#include <cstddef>    // std::ptrdiff_t, std::size_t

namespace optcoord::bench {

namespace {

[[nodiscard]] double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

[[nodiscard]] double per_operation(double total, const Batch& batch) {
  return batch.operations == 0 ? 0 : total / static_cast<double>(batch.operations);
}

}  // namespace

bool Outcome::passes(const Line& line) const noexcept {
  if (line.no_allocation && allocations > 0) return false;
  if (!line.required) return true;
  return line.sense == Sense::times_faster ? ratio >= *line.required : ratio <= *line.required;
}

Outcome measure(const Line& line, int repeats) {
  constexpr int warm_ups = 2;
  constexpr int fewest = 10;
  const int rounds = warm_ups + (line.slow == 1 ? repeats : std::max(repeats / line.slow, fewest));
  const Arms arms = line.make();
  std::vector<double> ours_ns;
  std::vector<double> peer_ns;
  std::vector<double> ratios;
  Outcome outcome;
  for (int round = 0; round < rounds; ++round) {
    Batch ours;
    Batch peer;
    const bool peer_first = round % 2 == 1;
    if (peer_first && arms.peer) peer = arms.peer();
    ours = arms.ours();
    if (!peer_first && arms.peer) peer = arms.peer();
    if (round < warm_ups) continue;
    ours_ns.push_back(per_operation(ours.ns, ours));
    outcome.allocations = std::max(outcome.allocations, per_operation(static_cast<double>(ours.allocations), ours));
    if (!arms.peer) continue;
    peer_ns.push_back(per_operation(peer.ns, peer));
    const bool faster = line.sense == Sense::times_faster;
    ratios.push_back(faster ? peer_ns.back() / ours_ns.back() : ours_ns.back() / peer_ns.back());
  }
  outcome.ours_ns = median(ours_ns);
  outcome.peer_ns = median(peer_ns);
  outcome.ratio = median(ratios);
  return outcome;
}

}  // namespace optcoord::bench
