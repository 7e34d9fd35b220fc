// src/desk/sizing.cpp -- Desk: how large a trade may be, and what closed trades make of it.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>
#include <optcoord/desk/sizing_config.hpp>

#include <charconv>
#include <string_view>
#include <utility>

namespace optcoord {

namespace {

/// The number between the first brackets of a path.
[[nodiscard]] std::int32_t index_in(std::string_view path) {
  std::int32_t index = -1;
  path.remove_prefix(path.find('[') + 1);
  (void)std::from_chars(path.data(), path.data() + path.size(), index);
  return index;
}

[[nodiscard]] Error to_error(const SizingFault& fault) {
  if (fault.path.starts_with("strategies["))
    return {fault.code, "strategies[].position_sizing", index_in(fault.path), -1};
  if (fault.path.starts_with("methods[")) return {fault.code, "sizing_methods[]", index_in(fault.path), -1};
  return {fault.code, "position_sizing", -1, -1};
}

}  // namespace

Result<SizerFactory> Desk::make_sizers(const DeskConfig& config) {
  SizingResult<SizerFactory> made = SizerFactory::make(sizing_of(config));
  if (!made) return tl::unexpected<Error>(to_error(made.error().front()));
  return *std::move(made);
}

/// What no strategy owns is not sized: it may only be closed.
Result<const Sizer*> Desk::sizer_of(std::string_view strategy) const {
  const Result<StrategyId> id = strategy_or_next(strategy, "strategy");
  if (!id) return tl::unexpected<Error>(id.error());
  if (*id == unassigned) return fail(Errc::no_sizer, "strategy");
  return sizers_.sizer_for(strategy);
}

Result<Size> Desk::size_of(const SizeEvent& e) const {
  const Result<const Sizer*> sizer = sizer_of(e.strategy);
  if (!sizer) return tl::unexpected<Error>(sizer.error());
  const std::optional<double> equity = e.equity ? e.equity : account_.equity;
  if (!equity) return fail(Errc::invalid_value, "equity");
  SizeRequest trade = e.trade;
  trade.equity = *equity;
  return (*sizer)->size(trade, performance(*strategy_or_next(e.strategy, "strategy")));
}

Result<void> Desk::check(const SizeEvent& e, Timestamp) {
  const Result<Size> size = size_of(e);
  if (!size) return tl::unexpected<Error>(size.error());
  return {};
}

void Desk::act(const SizeEvent& e, Timestamp, SinkRef sink) {
  const SizeOutput out{register_strategy(e.strategy), *sizer_of(e.strategy), *size_of(e)};
  observe(sizing_metrics_, out.strategy, out.size);
  sink({std::nullopt, out});
}

/// Results of strategies without a sizer count in their metrics alone.
Result<void> Desk::check(const TradeResultEvent& e, Timestamp) {
  const Result<StrategyId> id = strategy_or_next(e.strategy, "strategy");
  if (!id) return tl::unexpected<Error>(id.error());
  const Result<double> r = r_multiple(e.result);
  if (!r) return tl::unexpected<Error>(r.error());
  return {};
}

void Desk::act(const TradeResultEvent& e, Timestamp, SinkRef) {
  const StrategyId id = register_strategy(e.strategy);
  observe(sizing_metrics_, id, e.result);
  const Result<const Sizer*> sizer = sizer_of(e.strategy);
  if (!sizer || !(*sizer)->risk_adjustment().enabled()) return;
  if (index_of(id) >= performance_.size()) performance_.resize(index_of(id) + 1);
  (void)(*sizer)->risk_adjustment().apply(performance_[index_of(id)], e.result);  // checked
}

}  // namespace optcoord
