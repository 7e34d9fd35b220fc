// optcoord/core/names.hpp -- names to ids and back, and the nearest known name for a typing error.
// SPDX-License-Identifier: MIT
//
// Owned by the desk or the host, passed const to whoever prints. Names match exactly ("ES" is not "ESTC"). Example:
//
//   Names names;
//   StrategyId lt112 = names.strategies.add("LT112");
//   names.strategies.nearest("LT12");   // "LT112"
#pragma once

#include <optcoord/core/ids.hpp>

#include <algorithm>      // std::min
#include <cstddef>        // std::size_t
#include <cstdint>        // std::uint32_t
#include <functional>     // std::equal_to, std::hash
#include <optional>       // std::optional
#include <string>         // std::string
#include <string_view>    // std::string_view
#include <unordered_map>  // look-up only; nothing iterates over it
#include <vector>         // std::vector

namespace optcoord {

/// Number of single-character edits (insert, delete, replace, swap of neighbours) between two names,
/// letter case ignored. O(|a| x |b|).
[[nodiscard]] inline std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  std::vector<std::size_t> before(b.size() + 1);  // row i - 2
  std::vector<std::size_t> above(b.size() + 1);   // row i - 1
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0U : 1U)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(above);
    above.swap(row);
  }
  return above[b.size()];
}

/// \returns the entry of `known` nearest to `name`, the first of several; empty when nothing is near
/// (more than a third of the longer name would have to change, and more than two characters).
template <class Range>
[[nodiscard]] std::string_view nearest_name(const Range& known, std::string_view name) {
  std::string_view best;
  std::size_t best_distance = 0;
  for (const auto& candidate_text : known) {
    const std::string_view candidate{candidate_text};
    const std::size_t distance = edit_distance(candidate, name);
    const std::size_t allowed = std::max<std::size_t>(2, std::max(candidate.size(), name.size()) / 3);
    if (distance > allowed || distance >= std::max(candidate.size(), name.size())) continue;
    if (best.empty() || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

/// An append-only two-way table of names of one kind. Ids are 0, 1, 2, ... in order of addition.
template <class Id>
class NameTable {
 public:
  /// \returns the id of `name`, added if new. May allocate.
  Id add(std::string_view name) {
    if (const std::optional<Id> known = find(name)) return *known;
    const Id id{static_cast<std::uint32_t>(texts_.size())};
    texts_.emplace_back(name);
    ids_.emplace(texts_.back(), id);
    return id;
  }
  /// \returns the id of `name`, or nothing. One hash look-up, no allocation.
  [[nodiscard]] std::optional<Id> find(std::string_view name) const {
    const auto it = ids_.find(name);
    if (it == ids_.end()) return std::nullopt;
    return it->second;
  }
  /// \returns the name of `id`; empty for an id this table never gave out.
  [[nodiscard]] std::string_view text(Id id) const noexcept {
    return index_of(id) < texts_.size() ? std::string_view{texts_[index_of(id)]} : std::string_view{};
  }
  /// \returns the known name nearest to `name`, empty when none is near. For error messages; O(all names).
  [[nodiscard]] std::string_view nearest(std::string_view name) const { return nearest_name(texts_, name); }
  [[nodiscard]] std::size_t size() const noexcept { return texts_.size(); }
  /// All names in order of their ids.
  [[nodiscard]] const std::vector<std::string>& all() const noexcept { return texts_; }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept { return std::hash<std::string_view>{}(s); }
  };
  std::vector<std::string> texts_;
  std::unordered_map<std::string, Id, Hash, std::equal_to<>> ids_;
};

/// Every name an instance of the library knows.
struct Names {
  NameTable<StrategyId> strategies;
  NameTable<GroupId> groups;
  NameTable<RootId> roots;
  NameTable<ContractId> contracts;  ///< canonical contract texts
  NameTable<EventId> events;

  Names() { strategies.add("unassigned"); }
};

}  // namespace optcoord
