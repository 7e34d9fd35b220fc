// bench/sizing_lines.cpp -- one trade's size, against the same rules kept in maps of strings.
// SPDX-License-Identifier: MIT
//
// The peer is how such a sizer is usually written, after the manager of strategies it would replace: a dictionary of
// texts for each strategy, read by key at every trade. It is not slowed on purpose: the two levels are merged
// beforehand, the request is a struct, keys are looked up without making strings of them, numbers are read by
// from_chars, and it asks for no key that its method does not need.
#include "ratio.hpp"

#include <optcoord/sizing/factory.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>    // std::max, std::min
#include <array>        // std::array
#include <charconv>     // std::from_chars, std::to_chars
#include <cmath>        // std::floor, std::isfinite
#include <functional>   // std::less
#include <map>          // std::map
#include <memory>       // std::make_shared
#include <string>       // std::string
#include <string_view>  // std::string_view
#include <type_traits>  // std::is_same_v
#include <utility>      // std::pair
#include <vector>       // std::vector

namespace optcoord::bench {
namespace {

struct MapCap {
  std::string cap;
  double from{0};
  double to{0};
};
struct MapSize {
  double raw{0};
  double notional{0};
  double units{0};
  double contracts{0};
  std::vector<MapCap> caps{};
  std::string binding{};
  std::string reason{};
  std::string error{};  ///< the field; empty when there is a size
};

/// The values are texts, or, in the gentler peer, numbers.
template <class Value>
class MapSizer {
 public:
  using Config = std::map<std::string, Value, std::less<>>;

  void add(const std::string& strategy, std::string method, Config config) {
    methods_[strategy] = std::move(method);
    configs_[strategy] = std::move(config);
  }

  MapSize size(const std::string& strategy, const SizeRequest& r) const {
    MapSize s;
    const auto found = configs_.find(strategy);
    if (found == configs_.end()) return refuse("strategy");
    const Config& c = found->second;
    const std::string& method = methods_.at(strategy);
    if (!std::isfinite(r.equity)) return refuse("equity");
    if (!(r.price > 0) || !std::isfinite(r.price)) return refuse("price");
    if (r.signal && !(*r.signal >= 0 && *r.signal <= 1)) return refuse("signal");
    for (const auto& positive : {r.stop, r.multiplier, r.lot, r.max_loss_per_unit, r.volatility})
      if (positive && !(*positive > 0 && std::isfinite(*positive))) return refuse("input");
    double stop = 0;
    if (r.stop) {
      stop = (r.side == PositionSide::long_side ? r.price - *r.stop : *r.stop - r.price) / r.price;
      if (!(stop > 0)) return refuse("stop");
    } else if (has(c, "stop_loss_pct")) {
      stop = number(c, "stop_loss_pct") / 100;
    } else if (has(c, "default_stop_loss_pct")) {
      stop = number(c, "default_stop_loss_pct");
    }
    if (method == "risk_based" && stop == 0 && !r.max_loss_per_unit) return refuse("stop");
    if (r.equity <= 0) {
      s.reason = "no_equity";
      return s;
    }
    const double unit_value = r.max_loss_per_unit.value_or(r.price);
    if (method == "fixed_usd") {
      s.raw = number(c, "fixed_amount_usd");
    } else if (method == "percent_equity") {
      s.raw = r.equity * number(c, "percent_equity");
    } else if (method == "risk_based") {
      const double risked = r.equity * number(c, "risk_per_trade_pct");
      s.raw = r.max_loss_per_unit ? std::floor(risked / unit_value * (1 + 1e-12)) * unit_value : risked / stop;
    } else if (method == "fixed_units") {
      s.raw = number(c, "fixed_units") * unit_value * r.multiplier.value_or(1);
    } else if (method == "kelly") {
      const double p = number(c, "kelly_win_rate");
      const double b = number(c, "kelly_win_loss_ratio");
      s.raw = r.equity * std::min(std::max((b * p - (1 - p)) / b, 0.0), number(c, "kelly_cap"));
    } else if (method == "volatility_target") {
      if (!r.volatility) return refuse("volatility");
      s.raw = r.equity * number(c, "target_volatility") / *r.volatility;
    } else {
      return refuse("method");
    }
    if (!std::isfinite(s.raw)) return refuse("equity");
    s.notional = s.raw * r.signal.value_or(1);
    if (has(c, "max_position_size_usd")) lower(s, "max_position_size_usd", number(c, "max_position_size_usd"));
    const double leverage = has(c, "max_leverage") ? number(c, "max_leverage") : 1;
    lower(s, "max_leverage", r.equity * leverage);
    if (r.buying_power) lower(s, "buying_power", std::max(*r.buying_power, 0.0));
    double lot = r.lot.value_or(0);
    if (lot == 0 && has(c, "lot_size")) lot = number(c, "lot_size");
    if (lot == 0 && r.max_loss_per_unit) lot = 1;
    const double exact = s.notional / unit_value;
    s.units = lot > 0 ? std::floor(exact / lot * (1 + 1e-12)) * lot : exact;
    if (r.multiplier.value_or(1) > 1) {
      s.contracts = std::floor(s.units / *r.multiplier * (1 + 1e-12));
      s.units = s.contracts * *r.multiplier;
    }
    if (s.units < exact * (1 - 1e-12)) lower(s, "lot", s.units * unit_value);
    const bool nothing = s.notional <= 0 || s.units <= 0;
    if (nothing || (has(c, "min_position_size_usd") && s.notional < number(c, "min_position_size_usd"))) {
      s.reason = nothing ? "zero_size" : "below_min";
      s.notional = s.units = s.contracts = 0;
    }
    return s;
  }

 private:
  static MapSize refuse(std::string field) {
    MapSize s;
    s.error = std::move(field);
    return s;
  }
  static void lower(MapSize& s, std::string cap, double limit) {
    if (s.notional <= limit) return;
    if (cap != "lot" || s.binding.empty()) s.binding = cap;
    s.caps.push_back({std::move(cap), s.notional, limit});
    s.notional = limit;
  }
  static bool has(const Config& c, std::string_view key) { return c.find(key) != c.end(); }
  static double number(const Config& c, std::string_view key) {
    const Value& v = c.find(key)->second;
    if constexpr (std::is_same_v<Value, double>) {
      return v;
    } else {
      double out = 0;
      std::from_chars(v.data(), v.data() + v.size(), out);
      return out;
    }
  }

  std::map<std::string, std::string> methods_;
  std::map<std::string, Config> configs_;
};

template <class Value>
[[nodiscard]] Value value_of(double v) {
  if constexpr (std::is_same_v<Value, double>) {
    return v;
  } else {
    std::array<char, 32> buffer{};
    return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), v).ptr};
  }
}

constexpr std::array<const char*, 5> strategy_names{"0DTE", "LT112", "IPMCC", "LEAPLadders", "FuturesStrangle"};

/// A strategy's block over a global one that has every parameter, as files in the wild have.
[[nodiscard]] SizerFactoryConfig five_strategies() {
  SizerFactoryConfig c;
  c.position_sizing = PositionSizingConfig{.method = "fixed_usd",
                                           .fixed_amount_usd = 100,
                                           .risk_per_trade_pct = 0.02,
                                           .percent_equity = 0.05,
                                           .fixed_units = 0.1,
                                           .kelly_win_rate = 0.6,
                                           .kelly_win_loss_ratio = 1.5,
                                           .kelly_cap = 0.25,
                                           .default_stop_loss_pct = 0.05,
                                           .max_position_size_usd = 1000,
                                           .min_position_size_usd = 50,
                                           .max_leverage = 1};
  c.strategies.emplace();
  for (const char* name : strategy_names) c.strategies->push_back({name, PositionSizingConfig{.method = "risk_based"}});
  return c;
}

/// Trades whose sizes are lowered by the maximum, by nothing, by contracts.
[[nodiscard]] std::vector<SizeRequest> trades() {
  std::vector<SizeRequest> out;
  for (int i = 0; i < 64; ++i) {
    SizeRequest r{.equity = 10'000.0 + i, .price = 40.0 + i, .stop = 36.0 + i};
    if (i % 4 == 1) r.stop = r.price * 0.7;
    if (i % 4 == 2) r.signal = 0.5;
    if (i % 4 == 3) r.multiplier = 5;
    out.push_back(r);
  }
  return out;
}

template <class Value>
struct Sizing {
  SizerFactory factory{*SizerFactory::make(five_strategies())};
  std::vector<const Sizer*> sizers{};
  MapSizer<Value> maps{};
  std::vector<std::string> names{strategy_names.begin(), strategy_names.end()};
  std::vector<SizeRequest> requests{trades()};

  Sizing() {
    const PositionSizingConfig global = *five_strategies().position_sizing;
    for (const std::string& name : names) {
      sizers.push_back(*factory.sizer_for(name));
      typename MapSizer<Value>::Config merged;
      for (const SizingParameter& p : sizing_parameters)
        if (const auto& v = global.*p.member) merged[std::string{p.name}] = value_of<Value>(*v);
      maps.add(name, "risk_based", std::move(merged));
    }
    std::size_t lowered = 0;
    for (const SizeRequest& r : requests) {
      const Size ours = *sizers[0]->size(r);
      const MapSize theirs = maps.size(names[0], r);
      expect(ours.notional.value == theirs.notional && ours.units.value == theirs.units &&
                 ours.caps().size() == theirs.caps.size() && theirs.error.empty() && ours.notional > Usd{0},
             "the sizes differ");
      lowered += ours.caps().size();
    }
    expect(lowered > 0 && lowered < 2 * requests.size(), "the caps all bind, or none does");
  }
};

/// Runs every trade for every strategy, twice: once to warm up.
template <class One>
[[nodiscard]] Batch all_trades(std::size_t strategies, std::size_t trades_each, One one) {
  Batch batch;
  for (int pass = 0; pass < 2; ++pass) {
    Stopwatch watch;
    watch.start();
    for (std::size_t i = 0; i < trades_each; ++i)
      for (std::size_t s = 0; s < strategies; ++s) one(s, i);
    watch.stop(strategies * trades_each);
    batch = watch.batch();
  }
  return batch;
}

template <class Value>
[[nodiscard]] Arms sizing_arms() {
  const auto both = std::make_shared<Sizing<Value>>();
  const auto run = [both](auto one) { return all_trades(both->names.size(), both->requests.size(), one); };
  return {[both, run] {
            return run([&](std::size_t s, std::size_t i) {
              const Result<Size> size = both->sizers[s]->size(both->requests[i]);
              expect(size.has_value(), "a trade was refused");
              benchmark::DoNotOptimize(size->notional);
            });
          },
          [both, run] {
            return run([&](std::size_t s, std::size_t i) {
              const MapSize size = both->maps.size(both->names[s], both->requests[i]);
              expect(size.error.empty(), "a trade was refused");
              benchmark::DoNotOptimize(size.notional);
            });
          }};
}

/// As above with the sizer looked up by name each time.
[[nodiscard]] Arms by_name_arms() {
  Arms arms = sizing_arms<std::string>();
  const auto both = std::make_shared<Sizing<std::string>>();
  arms.ours = [both] {
    return all_trades(both->names.size(), both->requests.size(), [&](std::size_t s, std::size_t i) {
      const Result<const Sizer*> sizer = both->factory.sizer_for(both->names[s]);
      expect(sizer.has_value(), "a strategy was not found");
      benchmark::DoNotOptimize((*sizer)->size(both->requests[i])->notional);
    });
  };
  return arms;
}

}  // namespace

std::vector<Line> sizing_lines() {
  return {{.name = "sizing.size",
           .about = "one trade's size by risk, with every cap that lowered it, by a sizer that is kept",
           .peer = "map of strings",
           .required = 20,
           .no_allocation = true,
           .make = sizing_arms<std::string>},
          {.name = "sizing.by_name",
           .about = "the same, the sizer looked up by name each time",
           .peer = "map of strings",
           .no_allocation = true,
           .make = by_name_arms},
          {.name = "sizing.size_numbers",
           .about = "as sizing.size, against maps from names to numbers",
           .peer = "map of numbers",
           .no_allocation = true,
           .make = sizing_arms<double>}};
}

}  // namespace optcoord::bench
