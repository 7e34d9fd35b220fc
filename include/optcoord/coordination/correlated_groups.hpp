// optcoord/coordination/correlated_groups.hpp -- which groups a pair that moves together too much closes to opens.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>

#include <algorithm>  // std::find
#include <span>       // std::span
#include <vector>     // std::vector

namespace optcoord {

/// The groups closed to opens by a blocked pair whose configured groups are `a` and `b`: those they share or, when they
/// share none, all of both. Groups with members `all`, of which `all_roots(group)` tells, are never closed, and a pair
/// that shares only such groups closes nothing. \returns each once, in the order written, those of `a` first.
template <class AllRoots>
[[nodiscard]] std::vector<GroupId> correlated_groups(std::span<const GroupId> a, std::span<const GroupId> b,
                                                     AllRoots all_roots) {
  const auto has = [](const auto& list, GroupId g) { return std::find(list.begin(), list.end(), g) != list.end(); };
  bool share_one = false;
  for (const GroupId g : a) share_one = share_one || has(b, g);

  std::vector<GroupId> closed;
  const auto close = [&](GroupId g) {
    if (!all_roots(g) && !has(closed, g)) closed.push_back(g);
  };
  for (const GroupId g : a)
    if (!share_one || has(b, g)) close(g);
  if (!share_one)
    for (const GroupId g : b) close(g);
  return closed;
}

}  // namespace optcoord
