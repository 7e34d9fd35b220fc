// optcoord/coordination/correlated_groups.hpp -- which groups a pair that moves together too much closes to opens.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>

#include <algorithm>  // std::any_of, std::find
#include <span>       // std::span

namespace optcoord {

/// Calls f(group) for the groups closed to opens by a blocked pair whose configured groups are `a` and `b`: those they
/// share or, when they share none, all of both, in the order written, those of `a` first; a group written twice comes
/// twice. Groups with members `all`, of which `all_roots(group)` tells, are never closed, and a pair that shares only
/// such groups closes nothing.
template <class AllRoots, class F>
void for_each_correlated_group(std::span<const GroupId> a, std::span<const GroupId> b, AllRoots all_roots, F f) {
  const auto in_b = [b](GroupId g) { return std::find(b.begin(), b.end(), g) != b.end(); };
  const bool share_one = std::any_of(a.begin(), a.end(), in_b);
  for (const GroupId g : a)
    if ((!share_one || in_b(g)) && !all_roots(g)) f(g);
  if (share_one) return;
  for (const GroupId g : b)
    if (!all_roots(g)) f(g);
}

}  // namespace optcoord
