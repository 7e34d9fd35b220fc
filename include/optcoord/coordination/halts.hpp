// optcoord/coordination/halts.hpp -- what a person has stopped: latched, by scope, lifted by nothing but resume.
// SPDX-License-Identifier: MIT
//
// Both levels deny opens; exits always pass. A repeated halt keeps the stricter level. Example:
//
//   Halts halts;
//   halts.set({Scope::group, spy}, HaltLevel::reduce_only);
//   halts.lift({Scope::group, spy});   // the level lifted, or nothing when it was not halted
#pragma once

#include <optcoord/core/decision.hpp>  // Scope
#include <optcoord/core/ids.hpp>

#include <algorithm>    // std::find_if
#include <array>        // std::array
#include <cstdint>      // std::uint8_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <tuple>        // std::tie
#include <vector>       // std::erase_if, std::vector

namespace optcoord {

/// How much a halt stops; the later is the stricter.
enum class HaltLevel : std::uint8_t {
  reduce_only,  ///< nothing may add exposure
  halt,         ///< and strategies leave their normal course
};

[[nodiscard]] constexpr std::string_view text(HaltLevel level) noexcept {
  return level == HaltLevel::halt ? "halt" : "reduce_only";
}

/// What a halt is about: the account, one group, or one strategy.
struct HaltScope {
  Scope kind{Scope::account};
  std::uint32_t id{0};  ///< of the group or strategy; 0 for the account

  [[nodiscard]] static constexpr HaltScope account() noexcept { return {Scope::account, 0}; }
  [[nodiscard]] static constexpr HaltScope group(GroupId g) noexcept {
    return {Scope::group, static_cast<std::uint32_t>(g)};
  }
  [[nodiscard]] static constexpr HaltScope strategy(StrategyId s) noexcept {
    return {Scope::strategy, static_cast<std::uint32_t>(s)};
  }
  friend constexpr auto operator<=>(const HaltScope&, const HaltScope&) noexcept = default;
};

/// The halts in force, in the order account, groups, strategies.
class Halts {
 public:
  struct Entry {
    HaltScope scope;
    HaltLevel level{HaltLevel::halt};
    std::string actor{};   ///< who set this level last
    std::string reason{};  ///< and why
  };

  /// Halts `scope`. \returns the level now in force: the stricter of this and an earlier one.
  HaltLevel set(HaltScope scope, HaltLevel level, std::string_view actor = {}, std::string_view reason = {}) {
    const auto it = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& e) { return !(e.scope < scope); });
    if (it == entries_.end() || it->scope != scope) {
      entries_.insert(it, {scope, level, std::string(actor), std::string(reason)});
      return level;
    }
    if (level >= it->level) *it = {scope, level, std::string(actor), std::string(reason)};
    return it->level;
  }
  /// Lifts the halt of exactly `scope`. \returns its level, or nothing when there was none.
  std::optional<HaltLevel> lift(HaltScope scope) {
    const std::optional<HaltLevel> level = at(scope);
    if (level) std::erase_if(entries_, [&](const Entry& e) { return e.scope == scope; });
    return level;
  }
  /// \returns the level in force for exactly `scope`.
  [[nodiscard]] std::optional<HaltLevel> at(HaltScope scope) const noexcept {
    for (const Entry& e : entries_)
      if (e.scope == scope) return e.level;
    return std::nullopt;
  }
  [[nodiscard]] const std::vector<Entry>& all() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;
};

}  // namespace optcoord
