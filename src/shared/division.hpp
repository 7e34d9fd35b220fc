// src/shared/division.hpp -- divides a ledger's configuration into islands: groups that share no root with others.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/ledger/ledger.hpp>

#include <cstdint>  // std::uint32_t
#include <vector>   // std::vector

namespace optcoord {

/// What one island is configured with, and what its own numbers are called outside.
struct IslandPlan {
  LedgerConfig config{};
  std::vector<GroupId> groups{};      ///< by the island's own GroupId
  std::vector<std::uint32_t> rows{};  ///< by the island's own row, its place in the whole configuration
};

struct Division {
  std::vector<IslandPlan> islands{};      ///< the last has no groups, and every cut: roots in no group are there
  std::vector<std::uint32_t> of_group{};  ///< by GroupId of the whole configuration
};

/// Divides `config`, of which `whole` was made: a group joins every other that counts one of its roots. Islands are in
/// order of their first groups.
[[nodiscard]] Division divide(const LedgerConfig& config, const Ledger& whole);

}  // namespace optcoord
