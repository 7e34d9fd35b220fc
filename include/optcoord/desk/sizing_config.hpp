// optcoord/desk/sizing_config.hpp -- the sizing part of a configuration, as the sizer factory takes it.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/desk/config.hpp>
#include <optcoord/sizing/factory.hpp>

#include <optional>  // std::optional

namespace optcoord {

/// \returns the strategy's block. Its own stop_loss_pct stands beside the block, and counts as the strategy's value of
/// that field unless the block has one: an event's stop wins over it, and it over the global block's.
[[nodiscard]] inline std::optional<PositionSizingConfig> sizing_of(const DeskStrategyConfig& strategy) {
  std::optional<PositionSizingConfig> block = strategy.position_sizing;
  if (!strategy.stop_loss_pct) return block;
  if (!block) block.emplace();
  if (!block->stop_loss_pct) block->stop_loss_pct = strategy.stop_loss_pct;
  return block;
}

/// \returns what `SizerFactory::make` needs of `config`.
[[nodiscard]] inline SizerFactoryConfig sizing_of(const DeskConfig& config) {
  SizerFactoryConfig out;
  out.position_sizing = config.position_sizing;
  out.methods = config.sizing_methods;
  if (!config.strategies) return out;
  out.strategies.emplace();
  for (const DeskStrategyConfig& s : *config.strategies) {
    const bool sized = config.position_sizing || s.position_sizing;  // a stop alone makes no sizer
    out.strategies->push_back({s.name, sized ? sizing_of(s) : std::nullopt});
  }
  return out;
}

}  // namespace optcoord
