// optcoord/desk/config.hpp -- the whole configuration: one struct, one block per room.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/coordination/config.hpp>
#include <optcoord/exercise/config.hpp>
#include <optcoord/ipmcc/config.hpp>
#include <optcoord/ledger/config.hpp>
#include <optcoord/market/product.hpp>
#include <optcoord/sizing/config.hpp>
#include <optcoord/sizing/method.hpp>  // HostMethod

#include <optional>  // std::optional
#include <string>    // std::string
#include <utility>   // std::pair
#include <vector>    // std::vector

namespace optcoord {

/// A strategy with the sizing block of its own, if it has one.
struct DeskStrategyConfig : StrategyConfig {
  std::optional<PositionSizingConfig> position_sizing{};
  /// Percent, (0, 100): the key of that name beside position_sizing, which the host shares with the sizer. Absent
  /// where the strategy has no sizer.
  std::optional<double> stop_loss_pct{};
};

/// What `Desk::make` takes. An absent block is switched off; the ledger's is all its defaults.
struct DeskConfig {
  std::vector<Product> roots{};  ///< added to the built-in product table, or replacing rows of it
  LedgerConfig ledger{};
  std::optional<std::vector<DeskStrategyConfig>> strategies{};  ///< absent: any name is accepted at first sight
  std::vector<InterlockConfig> interlocks{};
  std::optional<CoordinationConfig> coordination{};
  std::optional<PositionSizingConfig> position_sizing{};
  std::vector<HostMethod> sizing_methods{};  ///< of the host's own; a file cannot have any
  std::optional<IpmccConfig> ipmcc{};
  std::optional<ExerciseConfig> exercise{};
};

}  // namespace optcoord
