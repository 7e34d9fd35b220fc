// tests/config/sizing_document_test.cpp -- the sizing guide, word for word: rules, examples, patterns, trouble.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/desk.hpp>
#include <optcoord/desk/sizing_config.hpp>
#include <optcoord/sizing/explain.hpp>

#include "loading.hpp"

namespace optcoord::config {
namespace {

constexpr std::string_view inheritance = R"({
  "position_sizing": {
    "method": "fixed_usd",
    "fixed_amount_usd": 1000,
    "risk_per_trade_pct": 0.02,
    "max_position_size_usd": 5000
  },
  "strategies": [
    {
      "name": "strategy_a",
      "position_sizing": {
        "method": "risk_based"
        // Inherits: risk_per_trade_pct: 0.02, max_position_size_usd: 5000
      }
    },
    {
      "name": "strategy_b",
      "position_sizing": {
        "fixed_amount_usd": 2000
        // Inherits: method: "fixed_usd", max_position_size_usd: 5000
      }
    },
    {
      "name": "strategy_c"
      // Inherits entire global position_sizing config
    }
  ]
})";

constexpr std::string_view mixed = R"({
  "position_sizing": {
    "method": "fixed_usd",
    "fixed_amount_usd": 1000,
    "risk_per_trade_pct": 0.02,
    "max_position_size_usd": 5000
  },
  "strategies": [
    {
      "name": "conservative_strategy"
      // Uses: method="fixed_usd", fixed_amount_usd=1000, max_position_size_usd=5000
    },
    {
      "name": "moderate_strategy",
      "position_sizing": {
        "method": "risk_based"
        // Uses: method="risk_based", risk_per_trade_pct=0.02, max_position_size_usd=5000
      }
    },
    {
      "name": "aggressive_strategy",
      "position_sizing": {
        "method": "percent_equity",
        "percent_equity": 0.2,
        "max_position_size_usd": 15000
        // Uses: method="percent_equity", percent_equity=0.2, max_position_size_usd=15000
      }
    }
  ]
})";

constexpr std::string_view risk_tiered = R"({
  "position_sizing": {
    "method": "fixed_usd",
    "fixed_amount_usd": 1000,
    "max_position_size_usd": 5000
  },
  "strategies": [
    {
      "name": "conservative_btc",
      "market": "BTC-USD",
      "position_sizing": {
        "method": "fixed_usd",
        "fixed_amount_usd": 500
      }
    },
    {
      "name": "moderate_eth",
      "market": "ETH-USD",
      "position_sizing": {
        "method": "risk_based",
        "risk_per_trade_pct": 0.02
      }
    },
    {
      "name": "aggressive_avax",
      "market": "AVAX-USD",
      "position_sizing": {
        "method": "percent_equity",
        "percent_equity": 0.1
      }
    }
  ]
})";

constexpr std::string_view by_timeframe = R"({
  "strategies": [
    {
      "name": "btc_scalping_1m",
      "market": "BTC-USD",
      "timeframe": "1m",
      "position_sizing": {
        "method": "fixed_usd",
        "fixed_amount_usd": 200,
        "max_position_size_usd": 1000
      }
    },
    {
      "name": "swing_4h",
      "market": "ETH-USD",
      "timeframe": "4h",
      "position_sizing": {
        "method": "risk_based",
        "risk_per_trade_pct": 0.03,
        "max_position_size_usd": 5000
      }
    },
    {
      "name": "btc_position_1d",
      "market": "BTC-USD",
      "timeframe": "1d",
      "position_sizing": {
        "method": "percent_equity",
        "percent_equity": 0.2,
        "max_position_size_usd": 20000
      }
    }
  ]
})";

constexpr std::string_view by_exchange = R"({
  "strategies": [
    {
      "name": "eth_hyperliquid_main",
      "market": "ETH-USD",
      "exchange": "hyperliquid",
      "position_sizing": {
        "method": "percent_equity",
        "percent_equity": 0.15,
        "max_position_size_usd": 10000
      }
    },
    {
      "name": "eth_coinbase_hedge",
      "market": "ETH-USD",
      "exchange": "coinbase",
      "position_sizing": {
        "method": "fixed_usd",
        "fixed_amount_usd": 2000,
        "max_position_size_usd": 5000
      }
    }
  ]
})";

constexpr std::string_view adaptive = R"({
  "strategies": [
    {
      "name": "eth_adaptive_strategy",
      "market": "ETH-USD",
      "position_sizing": {
        "method": "risk_based",
        "risk_per_trade_pct": 0.02,
        "max_position_size_usd": 8000
      },
      "risk_adjustment": {
        "enabled": true,
        "performance_window": 30,
        "min_risk_pct": 0.01,
        "max_risk_pct": 0.04
      }
    }
  ]
})";

constexpr std::string_view migration_before = R"({
  "position_sizing": {
    "method": "fixed_usd",
    "fixed_amount_usd": 1000
  },
  "strategies": [{ "name": "strategy_a" }, { "name": "strategy_b" }, { "name": "strategy_c" }]
})";

constexpr std::string_view migration_after = R"({
  "position_sizing": {
    "method": "fixed_usd",
    "fixed_amount_usd": 1000
  },
  "strategies": [
    { "name": "strategy_a" },
    {
      "name": "strategy_b",
      "position_sizing": {
        "method": "risk_based",
        "risk_per_trade_pct": 0.02
      }
    },
    { "name": "strategy_c" }
  ]
})";

constexpr std::string_view overrides = R"({
  "position_sizing": {
    "method": "fixed_usd",
    "fixed_amount_usd": 1000,
    "risk_per_trade_pct": 0.02,
    "max_position_size_usd": 5000
  },
  "strategies": [
    {
      "name": "eth_conservative_strategy",
      "market": "ETH-USD",
      "indicators": ["rsi_4h"]
      // Uses global position sizing (fixed_usd $1000)
    },
    {
      "name": "eth_aggressive_strategy",
      "market": "ETH-USD",
      "indicators": ["macd_1h"],
      "position_sizing": {
        "method": "risk_based",
        "risk_per_trade_pct": 0.03,
        "max_position_size_usd": 8000
      }
    }
  ]
})";

constexpr std::string_view examples = R"({
  "strategies": [
    {
      "name": "btc_scalping_strategy",
      "market": "BTC-USD",
      "indicators": ["rsi_15m"],
      "position_sizing": {
        "method": "fixed_usd",
        "fixed_amount_usd": 500,
        "max_position_size_usd": 2000
      }
    },
    {
      "name": "eth_momentum_strategy",
      "market": "ETH-USD",
      "indicators": ["rsi_4h", "macd_1h"],
      "position_sizing": {
        "method": "risk_based",
        "risk_per_trade_pct": 0.025,
        "max_position_size_usd": 15000
      },
      "stop_loss_pct": 3.0
    },
    {
      "name": "avax_trend_following",
      "market": "AVAX-USD",
      "indicators": ["avax_ma_1d", "avax_rsi_4h"],
      "position_sizing": {
        "method": "percent_equity",
        "percent_equity": 0.15,
        "max_position_size_usd": 25000
      }
    }
  ]
})";

[[nodiscard]] SizerFactory factory(std::string_view text) {
  SizingResult<SizerFactory> made = SizerFactory::make(sizing_of(loaded(text).config));
  REQUIRE(made.has_value());
  return *std::move(made);
}
/// What a strategy of `text` makes of a trade at 100 with 10,000 of equity.
[[nodiscard]] Size size_of(std::string_view text, std::string_view strategy, std::optional<double> stop = {}) {
  const SizerFactory sizers = factory(text);
  const Result<const Sizer*> sizer = sizers.sizer_for(strategy);
  REQUIRE(sizer.has_value());
  SizeRequest trade;
  trade.equity = 10000;
  trade.price = 100;
  trade.stop = stop;
  const Result<Size> size = (*sizer)->size(trade);
  REQUIRE(size.has_value());
  return *size;
}

TEST_CASE("guide, strategy-specific overrides: who has none uses the global block, fixed_usd $1000") {
  const Loaded l = loaded(overrides);
  CHECK(sized(l, 0, "method") == "\"fixed_usd\" global");
  CHECK(sized(l, 0, "fixed_amount_usd") == "1000 global");
  CHECK(size_of(overrides, "eth_conservative_strategy").notional == Usd{1000});
  CHECK(sized(l, 1, "method") == "\"risk_based\" strategy");
  CHECK(sized(l, 1, "risk_per_trade_pct") == "0.03 strategy");
  CHECK(sized(l, 1, "max_position_size_usd") == "8000 strategy");
  // 10,000 x 0.03 at a stop of 4 % is 7,500: under its own maximum of 8,000, over the global 5,000
  CHECK(size_of(overrides, "eth_aggressive_strategy", 96).notional.value == doctest::Approx(7500));
}

TEST_CASE("guide, position sizing methods: the example strategy of each") {
  const Loaded l = loaded(examples);
  CHECK(size_of(examples, "btc_scalping_strategy").notional == Usd{500});
  // Position Size = (Portfolio Value x Risk Per Trade %) / Stop Loss Distance, the strategy's own 3 %
  CHECK((*l.config.strategies)[1].stop_loss_pct == 3.0);
  const Size risked = size_of(examples, "eth_momentum_strategy");
  CHECK(risked.raw_notional.value == doctest::Approx(10000 * 0.025 / 0.03));
  CHECK(risked.notional.value == doctest::Approx(10000 * 0.025 / 0.03));
  const Result<Desk> desk = Desk::make(l.config);  // which a host runs knows it too
  REQUIRE(desk.has_value());
  CHECK((*(*desk).sizers().sizer_for("eth_momentum_strategy"))->rules().stop_fraction == 0.03);
  // an event's stop wins over the strategy's
  CHECK(size_of(examples, "eth_momentum_strategy", 95).notional.value == doctest::Approx(5000));
  // Position Size = Account Equity x Percent Equity
  CHECK(size_of(examples, "avax_trend_following").notional.value == doctest::Approx(1500));
}

TEST_CASE("guide, how inheritance works: strategy_a, strategy_b and strategy_c") {
  const Loaded l = loaded(inheritance);
  // Inherits: risk_per_trade_pct: 0.02, max_position_size_usd: 5000
  CHECK(sized(l, 0, "method") == "\"risk_based\" strategy");
  CHECK(sized(l, 0, "risk_per_trade_pct") == "0.02 global");
  CHECK(sized(l, 0, "max_position_size_usd") == "5000 global");
  // Inherits: method: "fixed_usd", max_position_size_usd: 5000
  CHECK(sized(l, 1, "method") == "\"fixed_usd\" global");
  CHECK(sized(l, 1, "fixed_amount_usd") == "2000 strategy");
  CHECK(sized(l, 1, "max_position_size_usd") == "5000 global");
  // Inherits entire global position_sizing config
  CHECK(sized(l, 2, "method") == "\"fixed_usd\" global");
  CHECK(sized(l, 2, "fixed_amount_usd") == "1000 global");
  CHECK(sized(l, 2, "risk_per_trade_pct") == "0.02 global");
  CHECK(sized(l, 2, "max_position_size_usd") == "5000 global");
  CHECK(sized(l, 2, "max_leverage") == "1 default");
}

TEST_CASE("guide, inheritance rule 1: if strategy doesn't specify method, uses global method") {
  const Loaded l = loaded(R"({"position_sizing":{"method":"percent_equity","percent_equity":0.1},
      "strategies":[{"name":"a","position_sizing":{"percent_equity":0.2}},{"name":"b"}]})");
  CHECK(sized(l, 0, "method") == "\"percent_equity\" global");
  CHECK(sized(l, 1, "method") == "\"percent_equity\" global");
}

TEST_CASE("guide, inheritance rule 2: missing parameters are inherited from global config") {
  const Loaded l = loaded(R"({"position_sizing":{"method":"fixed_usd","fixed_amount_usd":1,"kelly_win_rate":0.6,
      "kelly_avg_win":3,"kelly_avg_loss":2,"kelly_cap":0.2,"lot_size":0.5},
      "strategies":[{"name":"a","position_sizing":{"method":"kelly","kelly_cap":0.1}}]})");
  CHECK(sized(l, 0, "kelly_win_rate") == "0.6 global");
  CHECK(sized(l, 0, "kelly_win_loss_ratio") == "1.5 global");
  CHECK(sized(l, 0, "kelly_cap") == "0.1 strategy");
  CHECK(sized(l, 0, "lot_size") == "0.5 global");
}

TEST_CASE("guide, inheritance rule 3: strategy-specific parameters always override global ones") {
  for (const std::string_view value : {"1", "4999", "5001"}) {
    const std::string text = R"({"position_sizing":{"method":"fixed_usd","fixed_amount_usd":5000},
      "strategies":[{"name":"a","position_sizing":{"fixed_amount_usd":)" +
                             std::string{value} + "}}]}";
    CHECK(sized(loaded(text), 0, "fixed_amount_usd") == std::string{value} + " strategy");
  }
}

TEST_CASE("guide, inheritance rule 4: final configuration is validated for completeness") {
  CHECK(fault_list(R"({"position_sizing":{"method":"fixed_usd","fixed_amount_usd":1000},
      "strategies":[{"name":"a","position_sizing":{"method":"risk_based"}}]})") ==
        Strings{"invalid_value strategies[0].position_sizing.risk_per_trade_pct"});
}

TEST_CASE("guide, mixed inheritance: what each of three strategies uses") {
  const Loaded l = loaded(mixed);
  // Uses: method="fixed_usd", fixed_amount_usd=1000, max_position_size_usd=5000
  CHECK(sized(l, 0, "method") == "\"fixed_usd\" global");
  CHECK(sized(l, 0, "fixed_amount_usd") == "1000 global");
  CHECK(sized(l, 0, "max_position_size_usd") == "5000 global");
  // Uses: method="risk_based", risk_per_trade_pct=0.02, max_position_size_usd=5000
  CHECK(sized(l, 1, "method") == "\"risk_based\" strategy");
  CHECK(sized(l, 1, "risk_per_trade_pct") == "0.02 global");
  CHECK(sized(l, 1, "max_position_size_usd") == "5000 global");
  // Uses: method="percent_equity", percent_equity=0.2, max_position_size_usd=15000
  CHECK(sized(l, 2, "method") == "\"percent_equity\" strategy");
  CHECK(sized(l, 2, "percent_equity") == "0.2 strategy");
  CHECK(sized(l, 2, "max_position_size_usd") == "15000 strategy");
}

TEST_CASE("guide, pattern 1: risk-tiered portfolio") {
  const Loaded l = loaded(risk_tiered);
  CHECK(sized(l, 0, "fixed_amount_usd") == "500 strategy");
  CHECK(sized(l, 1, "risk_per_trade_pct") == "0.02 strategy");
  CHECK(sized(l, 2, "percent_equity") == "0.1 strategy");
  for (const int i : {0, 1, 2}) CHECK(sized(l, i, "max_position_size_usd") == "5000 global");
  CHECK(size_of(risk_tiered, "conservative_btc").notional == Usd{500});
  CHECK(size_of(risk_tiered, "aggressive_avax").notional == Usd{1000});
}

TEST_CASE("guide, pattern 2: timeframe-based sizing, without a global block") {
  const Loaded l = loaded(by_timeframe);
  CHECK_FALSE(l.config.position_sizing);
  CHECK(sized(l, 0, "fixed_amount_usd") == "200 strategy");
  CHECK(sized(l, 1, "risk_per_trade_pct") == "0.03 strategy");
  CHECK(sized(l, 2, "percent_equity") == "0.2 strategy");
  CHECK(size_of(by_timeframe, "btc_scalping_1m").notional == Usd{200});
  CHECK(size_of(by_timeframe, "swing_4h", 98).notional == Usd{5000});  // 15,000, over its maximum
  CHECK(size_of(by_timeframe, "btc_position_1d").notional == Usd{2000});
}

TEST_CASE("guide, pattern 3: exchange-specific sizing") {
  const Loaded l = loaded(by_exchange);
  CHECK(sized(l, 0, "max_position_size_usd") == "10000 strategy");
  CHECK(sized(l, 1, "max_position_size_usd") == "5000 strategy");
  CHECK(size_of(by_exchange, "eth_hyperliquid_main").notional == Usd{1500});
  CHECK(size_of(by_exchange, "eth_coinbase_hedge").notional == Usd{2000});
}

TEST_CASE("guide, pattern 4: dynamic risk adjustment") {
  const Loaded l = loaded(adaptive);
  CHECK(sized(l, 0, "risk_adjustment.enabled") == "true strategy");
  CHECK(sized(l, 0, "risk_adjustment.performance_window") == "30 strategy");
  CHECK(sized(l, 0, "risk_adjustment.min_risk_pct") == "0.01 strategy");
  CHECK(sized(l, 0, "risk_adjustment.max_risk_pct") == "0.04 strategy");
  CHECK(size_of(adaptive, "eth_adaptive_strategy", 95).notional == Usd{4000});  // no history: the base risk
}

TEST_CASE("guide, migration: before, after, and what changes") {
  const Loaded before = loaded(migration_before);
  const Loaded after = loaded(migration_after);
  for (const int i : {0, 1, 2}) {
    CHECK(sized(before, i, "method") == "\"fixed_usd\" global");
    CHECK(sized(before, i, "fixed_amount_usd") == "1000 global");
    if (i != 1) CHECK(sized(after, i, "method") == sized(before, i, "method"));
  }
  CHECK(sized(after, 1, "method") == "\"risk_based\" strategy");
  CHECK(sized(after, 1, "risk_per_trade_pct") == "0.02 strategy");
  CHECK(sized(after, 1, "fixed_amount_usd") == "1000 global");
}

TEST_CASE("guide, position sizer creation: an unknown method is no sizer") {
  const std::vector<Fault> f = faults(R"({"position_sizing":{"method":"martingale"}})");
  REQUIRE(f.size() == 1);
  CHECK(f[0].message == "Unknown position sizing method: martingale");
}

TEST_CASE("guide, trouble: Position size calculation failed for strategy X") {
  const SizerFactory sizers = factory(R"({"strategies":[{"name":"X"},
      {"name":"Y","position_sizing":{"method":"risk_based","risk_per_trade_pct":0.02}}]})");
  const Result<const Sizer*> none = sizers.sizer_for("X");
  REQUIRE_FALSE(none.has_value());
  CHECK(explain_failure(none.error(), "X", sizers).starts_with("Position size calculation failed for strategy X"));
  SizeRequest trade;
  trade.equity = 10000;
  trade.price = 100;
  const Result<Size> unstopped = (*sizers.sizer_for("Y"))->size(trade);
  REQUIRE_FALSE(unstopped.has_value());
  CHECK(explain_failure(unstopped.error(), "Y", sizers).starts_with("Position size calculation failed for strategy Y"));
  // the cause, an invalid configuration, is found before there is a trade
  CHECK(fault_list(R"({"strategies":[{"name":"X","position_sizing":{"method":"risk_based"}}]})") ==
        Strings{"invalid_value strategies[0].position_sizing.risk_per_trade_pct"});
}

TEST_CASE("guide, trouble: Position size exceeds maximum limit") {
  const Size size = size_of(by_timeframe, "swing_4h", 98);
  CHECK(size.binding == SizeCap::max_position_size_usd);
  CHECK(explain(size).find("Position size exceeds maximum limit") != std::string::npos);
}

TEST_CASE("guide, trouble: Strategy not found in position sizers") {
  const SizerFactory sizers = factory(migration_after);
  const Result<const Sizer*> none = sizers.sizer_for("strategy_d");
  REQUIRE_FALSE(none.has_value());
  CHECK(explain_failure(none.error(), "strategy_d", sizers).starts_with("Strategy not found in position sizers"));
}

}  // namespace
}  // namespace optcoord::config
