// optcoord/desk/option_chains.hpp -- option quotes by root: what a plan looks at is its own chain and no more.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>
#include <optcoord/ipmcc/chain.hpp>  // ChainOption

#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint32_t
#include <span>     // std::span
#include <vector>   // std::vector

namespace optcoord {

/// The chain of each root, as last told: one entry a contract, in the order in which contracts were first heard of.
class OptionChains {
 public:
  /// Takes what is told of `id`, a contract of `root`. O(1).
  void tell(RootId root, ContractId id, const ipmcc::ChainOption& option) {
    if (index_of(root) >= chains_.size()) chains_.resize(index_of(root) + 1);
    if (index_of(id) >= places_.size()) places_.resize(index_of(id) + 1, nowhere);
    Chain& chain = chains_[index_of(root)];
    std::uint32_t& place = places_[index_of(id)];
    if (place != nowhere) {
      chain.options[place] = option;
      return;
    }
    place = static_cast<std::uint32_t>(chain.options.size());
    chain.options.push_back(option);
    chain.ids.push_back(id);
  }
  /// \returns the chain of `root`; empty when nothing was told of it.
  [[nodiscard]] std::span<const ipmcc::ChainOption> of(RootId root) const noexcept {
    if (index_of(root) >= chains_.size()) return {};
    return chains_[index_of(root)].options;
  }
  /// Forgets contracts that expired before `date`. O(contracts).
  void forget_before(Date date) {
    for (Chain& chain : chains_) {
      std::size_t kept = 0;
      for (std::size_t i = 0; i < chain.options.size(); ++i) {
        const bool past = chain.options[i].contract.expiry < date;
        places_[index_of(chain.ids[i])] = past ? nowhere : static_cast<std::uint32_t>(kept);
        if (past) continue;
        chain.options[kept] = chain.options[i];
        chain.ids[kept] = chain.ids[i];
        ++kept;
      }
      chain.options.resize(kept);
      chain.ids.resize(kept);
    }
  }

 private:
  static constexpr std::uint32_t nowhere = 0xFFFF'FFFF;
  struct Chain {
    std::vector<ipmcc::ChainOption> options{};
    std::vector<ContractId> ids{};  ///< of the options, place by place
  };
  std::vector<Chain> chains_{};          // by RootId
  std::vector<std::uint32_t> places_{};  // by ContractId: in the chain of its root
};

}  // namespace optcoord
