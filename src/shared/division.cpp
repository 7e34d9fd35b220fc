// src/shared/division.cpp -- islands are what groups with common roots join up to.
// SPDX-License-Identifier: MIT
#include "division.hpp"

#include <algorithm>  // std::any_of, std::min, std::none_of
#include <numeric>    // std::iota
#include <string>     // std::string

namespace optcoord {

namespace {

/// \returns for each group the first group it is joined to, itself among them.
[[nodiscard]] std::vector<std::uint32_t> join_by_roots(std::size_t groups, const LedgerState& state) {
  std::vector<std::uint32_t> first(groups);
  std::iota(first.begin(), first.end(), 0U);
  for (const RootState& root : state.roots) {
    for (const Membership& other : root.groups) {
      const std::uint32_t a = first[index_of(root.groups.front().group)];
      const std::uint32_t b = first[index_of(other.group)];
      for (std::uint32_t& f : first)
        if (f == a || f == b) f = std::min(a, b);
    }
  }
  return first;
}

/// \returns `cut` as far as it selects rows of `plan`.
[[nodiscard]] CutConfig part_of(CutConfig cut, const LedgerConfig& plan) {
  std::erase_if(cut.groups, [&plan](const std::string& name) {
    return std::none_of(plan.groups.begin(), plan.groups.end(), [&](const GroupConfig& g) { return g.name == name; });
  });
  return cut;
}

}  // namespace

Division divide(const LedgerConfig& config, const Ledger& whole) {
  Division division;
  const std::vector<std::uint32_t> first = join_by_roots(config.groups.size(), whole.state());
  std::vector<IslandPlan>& islands = division.islands;
  for (std::uint32_t g = 0; g < first.size(); ++g) {
    if (first[g] == g) islands.emplace_back().config.options = config.options;
    division.of_group.push_back(first[g] == g ? static_cast<std::uint32_t>(islands.size() - 1)
                                              : division.of_group[first[g]]);
    IslandPlan& island = islands[division.of_group[g]];
    island.config.groups.push_back(config.groups[g]);
    island.groups.push_back(whole.policy().groups()[g].id);
  }
  const auto island_of = [&](const std::string& group) -> IslandPlan& {
    std::size_t g = 0;
    while (config.groups[g].name != group) ++g;
    return islands[division.of_group[g]];
  };
  for (const LimitConfig& limit : config.limits) island_of(limit.group).config.limits.push_back(limit);
  const std::vector<RowPolicy>& rows = whole.policy().rows();
  for (std::uint32_t r = 0; r < rows.size(); ++r) islands[division.of_group[index_of(rows[r].group)]].rows.push_back(r);
  for (const HeadroomConfig& headroom : config.headroom) island_of(headroom.group).config.headroom.push_back(headroom);
  for (const CutConfig& cut : config.cuts)
    for (IslandPlan& island : islands) {
      const std::vector<LimitConfig>& rows = island.config.limits;
      if (std::any_of(rows.begin(), rows.end(), [&cut](const LimitConfig& r) { return detail::selects(cut, r); }))
        island.config.cuts.push_back(part_of(cut, island.config));
    }
  IslandPlan& rest = islands.emplace_back();
  rest.config.options = config.options;
  rest.config.cuts = config.cuts;
  for (CutConfig& cut : rest.config.cuts) cut.groups.clear();
  return division;
}

}  // namespace optcoord
