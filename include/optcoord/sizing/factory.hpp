// optcoord/sizing/factory.hpp -- one validated sizer for each strategy, made together or not at all.
// SPDX-License-Identifier: MIT
//
//   SizingResult<SizerFactory> made = SizerFactory::make(config);
//   if (!made) for (const SizingFault& f : made.error()) complain(f.path, f.message);
//   const Result<const Sizer*> sizer = made->sizer_for("LT112");   // look up once, keep the pointer
//
// A configuration is replaced by making another factory; one that has a fault leaves the old one in force.
#pragma once

#include <optcoord/core/error.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/names.hpp>
#include <optcoord/sizing/fault.hpp>
#include <optcoord/sizing/inheritance.hpp>
#include <optcoord/sizing/method.hpp>
#include <optcoord/sizing/sizer.hpp>
#include <optcoord/sizing/validate.hpp>

#include <cstddef>      // std::size_t
#include <cstdint>      // std::uint32_t
#include <optional>     // std::optional
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <utility>      // std::move
#include <vector>       // std::vector

namespace optcoord {

/// A strategy and the block of its own, if it has one.
struct StrategySizingConfig {
  std::string name{};
  std::optional<PositionSizingConfig> position_sizing{};
};

struct SizerFactoryConfig {
  std::optional<PositionSizingConfig> position_sizing{};          ///< the global block
  std::optional<std::vector<StrategySizingConfig>> strategies{};  ///< absent: any name, sized by the global block
  std::vector<HostMethod> methods{};
};

class SizerFactory {
 public:
  /// \returns the factory, or every fault with its path; each value is looked at where it is written, and what is in
  /// force for each strategy as a whole. O(strategies).
  [[nodiscard]] static SizingResult<SizerFactory> make(const SizerFactoryConfig& config) {
    SizerFactory made;
    std::vector<SizingFault> faults;
    detail::check_host_methods(config.methods, faults);
    made.open_ = !config.strategies;
    made.make_global(config, faults);
    if (config.strategies)
      for (std::size_t i = 0; i < config.strategies->size(); ++i) made.make_strategy(config, i, faults);
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    return made;
  }

  /// \returns the strategy's sizer, valid as long as the factory; `unknown_name` for a name that is not configured,
  /// `no_sizer` for a strategy without position_sizing at either level. One hash look-up.
  [[nodiscard]] Result<const Sizer*> sizer_for(std::string_view strategy) const {
    const std::optional<Place> place = names_.find(strategy);
    if (!place && !open_) return fail(Errc::unknown_name, "strategy");
    const std::optional<Sizer>& sizer = place ? sizers_[index_of(*place)] : global_;
    if (!sizer) return fail(Errc::no_sizer, "strategy");
    return &*sizer;
  }

  /// The strategies that are configured, in their order.
  [[nodiscard]] const std::vector<std::string>& strategies() const noexcept { return names_.all(); }
  /// \returns the configured name nearest to `strategy`, empty when none is near.
  [[nodiscard]] std::string_view nearest(std::string_view strategy) const { return names_.nearest(strategy); }

 private:
  enum class Place : std::uint32_t {};  // of a strategy in the configuration

  SizerFactory() = default;

  /// The sizer of whoever has no block of his own. A global block that nobody sizes by alone need not be whole.
  void make_global(const SizerFactoryConfig& config, std::vector<SizingFault>& faults) {
    if (!config.position_sizing) return;
    bool alone = open_;
    if (!open_)
      for (const StrategySizingConfig& s : *config.strategies) alone = alone || !s.position_sizing;
    const std::size_t before = faults.size();
    const std::string path = "position_sizing";
    const InheritedSizing in_force = inherited(*config.position_sizing, {});
    detail::check_written(in_force.config, config.methods, path, faults);
    detail::check_order(in_force.config, path, faults);
    if (alone) detail::check_whole(in_force, config.methods, path, faults);
    if (!alone || faults.size() != before) return;
    if (SizingResult<Sizer> sizer = Sizer::make(in_force, config.methods)) global_ = *std::move(sizer);
  }

  void make_strategy(const SizerFactoryConfig& config, std::size_t i, std::vector<SizingFault>& faults) {
    const StrategySizingConfig& s = (*config.strategies)[i];
    const std::string place = "strategies[" + std::to_string(i) + "]";
    if (s.name.empty()) faults.push_back({Errc::invalid_value, place + ".name", "must not be empty"});
    if (names_.find(s.name)) {
      faults.push_back({Errc::invalid_configuration, place + ".name", "'" + s.name + "' is defined above"});
    } else {
      names_.add(s.name);
      sizers_.emplace_back();
    }
    if (!s.position_sizing) {
      sizers_.back() = global_;
      return;
    }
    const std::string path = place + ".position_sizing";
    const std::size_t before = faults.size();
    detail::check_written(*s.position_sizing, config.methods, path, faults);
    const InheritedSizing in_force =
        inherited(config.position_sizing.value_or(PositionSizingConfig{}), *s.position_sizing);
    detail::check_whole(in_force, config.methods, path, faults);
    if (s.position_sizing->min_position_size_usd || s.position_sizing->max_position_size_usd)
      detail::check_order(in_force.config, path, faults);
    if (faults.size() != before) return;
    SizingResult<Sizer> sizer = Sizer::make(in_force, config.methods, path);
    if (sizer) {
      sizers_.back() = *std::move(sizer);
    } else if (faults.empty()) {  // a fault of the global block is reported where it is written, once
      faults = std::move(sizer.error());
    }
  }

  NameTable<Place> names_{};
  std::vector<std::optional<Sizer>> sizers_{};  ///< by place of the name; nothing: no position_sizing
  std::optional<Sizer> global_{};
  bool open_{false};
};

/// Puts what `config` makes in the place of `in_force`, all of it or nothing. \returns every fault; then nothing has
/// changed. Pointers that `sizer_for` gave out are to be asked for anew; performance states stay and fit themselves.
[[nodiscard]] inline SizingResult<void> replace(SizerFactory& in_force, const SizerFactoryConfig& config) {
  SizingResult<SizerFactory> made = SizerFactory::make(config);
  if (!made) return tl::unexpected(std::move(made.error()));
  in_force = *std::move(made);
  return {};
}

}  // namespace optcoord
