// tests/coordination/gates_test.cpp -- gates 1 to 7: what is in the way of an open, an adjustment, a plan.
// SPDX-License-Identifier: MIT
#include "support/coordination_world.hpp"

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

[[nodiscard]] World with_margin_known(std::vector<StrategyConfig> strategies = sample_strategies(),
                                      std::optional<CoordinationConfig> rules = sample_rules(),
                                      std::vector<InterlockConfig> locks = {}) {
  World w(std::move(strategies), std::move(rules), std::move(locks));
  if (w.policy().rules().margin) w.use_margin(0.1);
  return w;
}

}  // namespace

TEST_CASE("nothing is in the way of strategies that are ready") {
  const World w = with_margin_known();
  for (const std::string& strategy : five) {
    CHECK(w.open(strategy).empty());
    CHECK(w.plan(strategy) == "run");
  }
  CHECK(w.in_words(w.policy().order(w.standings.size())) == "0DTE LT112 IPMCC FuturesStrangle LEAPLadders");
}

TEST_CASE("the order is by priority, then by registration") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[0].priority = 3;
  all[4].priority = 1;
  const World w(all);
  CHECK(w.in_words(w.policy().order(w.standings.size())) == "LEAPLadders LT112 0DTE IPMCC FuturesStrangle");
}

// ---- gate 1

TEST_CASE("halts are listed as account, groups, strategy") {
  World w = with_margin_known();
  w.halts.set(HaltScope::strategy(w.id("0DTE")), HaltLevel::halt);
  w.halts.set(HaltScope::group(w.group("SPY")), HaltLevel::reduce_only);
  w.halts.set(HaltScope::account(), HaltLevel::reduce_only);
  CHECK(w.open("0DTE") == "reduce_only account; reduce_only SPY; halted 0DTE");
  CHECK(w.open("LT112") == "reduce_only account; reduce_only SPY");
  CHECK(w.open("LT112", in_es) == "reduce_only account");
}

TEST_CASE("an adjustment goes on under reduce-only as long as it worsens nothing") {
  World w = with_margin_known();
  w.halts.set(HaltScope::account(), HaltLevel::reduce_only);
  CHECK(w.open("LT112", {.adjust = true, .worsens = false}).empty());
  CHECK(w.open("LT112", {.adjust = true, .worsens = true}) == "reduce_only account");
  CHECK(w.open("LT112", {.worsens = false}) == "reduce_only account");
  w.halts.set(HaltScope::account(), HaltLevel::halt);
  CHECK(w.open("LT112", {.adjust = true, .worsens = false}) == "halted account");
}

TEST_CASE("a plan meets a halted group where none of the strategy's own is left") {
  World w = with_margin_known();
  w.halts.set(HaltScope::group(w.group("SPY")), HaltLevel::halt);
  CHECK(w.plan("LT112") == "skip: halted SPY");
  CHECK(w.plan("FuturesStrangle") == "run");
  w.halts.lift(HaltScope::group(w.group("SPY")));
  w.halts.set(HaltScope::group(w.group("SP500")), HaltLevel::reduce_only);
  CHECK(w.plan("FuturesStrangle") == "skip: reduce_only SP500");
  w.halts.lift(HaltScope::group(w.group("SP500")));
  w.halts.set(HaltScope::group(w.group("ACCOUNT")), HaltLevel::halt);
  CHECK(w.plan("IPMCC") == "skip: halted ACCOUNT");
}

TEST_CASE("a plan of a strategy with two groups runs until both are halted") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[2].groups = {"SPY", "ES"};
  World w = with_margin_known(all);
  w.halts.set(HaltScope::group(w.group("SPY")), HaltLevel::halt);
  CHECK(w.plan("IPMCC") == "run");
  w.halts.set(HaltScope::group(w.group("ES")), HaltLevel::halt);
  CHECK(w.plan("IPMCC") == "skip: halted SPY; halted ES");
}

// ---- gate 2

TEST_CASE("seven states open, and an eighth adjusts") {
  for (std::size_t n = 0; n < trading_state_names.size(); ++n) {
    const auto state = static_cast<TradingState>(n);
    World w = with_margin_known();
    w.to("LT112", state);
    const std::string name(text(state));
    CAPTURE(name);
    constexpr std::array open{TradingState::ready,    TradingState::analyzing,     TradingState::pending_entry,
                              TradingState::entering, TradingState::position_open, TradingState::managing,
                              TradingState::adjusting};
    const bool opens = std::find(open.begin(), open.end(), state) != open.end();
    const bool adjusts = opens || state == TradingState::defensive_21dte;
    CHECK(w.open("LT112") == (opens ? "" : "strategy_state LT112 " + name));
    CHECK(w.open("LT112", {.adjust = true}) == (adjusts ? "" : "strategy_state LT112 " + name));
  }
}

// ---- gates 3 and 4

TEST_CASE("another strategy in error, margin_call or emergency_exit stops all others, each with its own item") {
  World w = with_margin_known();
  w.to("FuturesStrangle", TradingState::emergency_exit);
  w.to("LT112", TradingState::margin_call);
  CHECK(w.open("0DTE") == "peer_state LT112 margin_call; peer_state FuturesStrangle emergency_exit");
  CHECK(w.open("0DTE", {.adjust = true}).empty());
  w.to("FuturesStrangle", TradingState::ready);
  w.to("LT112", TradingState::error);
  CHECK(w.open("IPMCC") == "peer_state LT112 error");
  CHECK(w.open("LT112") == "strategy_state LT112 error");
  for (const TradingState state :
       {TradingState::halted, TradingState::suspended, TradingState::defensive_21dte, TradingState::terminated}) {
    w.to("LT112", state);
    CHECK(w.open("IPMCC").empty());
  }
}

TEST_CASE("LT112 in defensive_21dte: of the others only 0DTE is blocked") {
  World w = with_margin_known(sample_strategies(), sample_rules(), {{"0DTE", "LT112", {"defensive_21dte"}}});
  w.to("LT112", TradingState::defensive_21dte);
  CHECK(w.open("0DTE") == "interlock LT112 defensive_21dte");
  CHECK(w.open("0DTE", {.adjust = true}).empty());
  CHECK(w.plan("0DTE") == "skip: interlock LT112 defensive_21dte");
  for (const char* other : {"IPMCC", "FuturesStrangle", "LEAPLadders"}) CHECK(w.open(other).empty());
  w.to("LT112", TradingState::managing);
  CHECK(w.open("0DTE").empty());
}

// ---- gate 5

TEST_CASE("windows are half-open, and several count together") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[0].windows = {{all_days, 9h + 30min, 10h}, {day_mask(std::chrono::Monday), 10h + 30min, 11h}};
  World w = with_margin_known(all);
  CHECK(w.open("0DTE") == "outside_window");  // 10:00
  CHECK(w.open("LT112").empty());
  w.now -= 1ns;
  CHECK(w.open("0DTE").empty());
  w.now += 30min + 1ns;
  CHECK(w.open("0DTE").empty());
  w.now += 24h;  // Tuesday, 10:30
  CHECK(w.open("0DTE") == "outside_window");
}

TEST_CASE("an exclusion: the named strategy is opening, or holds a position in a common group") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[0].exclusions = {"LT112", "FuturesStrangle"};
  World w = with_margin_known(all);
  CHECK(w.open("0DTE").empty());
  w.standings.take_order(w.id("LT112"), false);
  CHECK(w.open("0DTE").empty());
  w.standings.take_order(w.id("LT112"), true);
  CHECK(w.open("0DTE") == "exclusion LT112");
  CHECK(w.open("LT112").empty());  // one-sided as written
  w.standings.end_order(w.id("LT112"), true);
  w.held = {{"FuturesStrangle", "ES"}, {"FuturesStrangle", "ACCOUNT"}};
  CHECK(w.open("0DTE", {.groups = {"SPY", "ACCOUNT"}}).empty());  // ACCOUNT is common to everybody
  w.held.emplace_back("FuturesStrangle", "SP500");
  CHECK(w.open("0DTE") == "exclusion FuturesStrangle");
  CHECK(w.plan("0DTE") == "run");  // its own group is SPY
  w.held.emplace_back("LT112", "SPY");
  CHECK(w.plan("0DTE") == "skip: exclusion LT112");
}

// ---- gates 6 and 7

TEST_CASE("five minutes after the last execution passes, a nanosecond less does not, the same entry does") {
  World w = with_margin_known();
  w.standings.set_execution(w.id("LT112"), "put ladder", w.now);
  w.now += 5min - 1ns;
  CHECK(w.open("LT112") == "min_interval");
  CHECK(w.open("LT112", {.entry = "put ladder"}).empty());
  CHECK(w.open("LT112", {.entry = "another"}) == "min_interval");
  CHECK(w.open("LT112", {.adjust = true}).empty());
  CHECK(w.open("0DTE").empty());
  w.now += 1ns;
  CHECK(w.open("LT112").empty());
  w.standings.set_execution(w.id("LT112"), "", w.now);  // an execution that is part of nothing
  CHECK(w.open("LT112", {.entry = ""}) == "min_interval");
}

TEST_CASE("three others entering, by state or by order, leave no room; the strategy itself does not count") {
  World w = with_margin_known();
  w.to("LT112", TradingState::analyzing);
  w.to("IPMCC", TradingState::adjusting);
  CHECK(w.open("0DTE").empty());
  w.standings.take_order(w.id("LEAPLadders"), true);
  CHECK(w.open("0DTE") == "max_active");
  CHECK(w.open("FuturesStrangle") == "max_active");
  CHECK(w.open("LT112").empty());
  CHECK(w.open("0DTE", {.adjust = true}).empty());
  w.standings.end_order(w.id("LEAPLadders"), true);
  w.standings.take_order(w.id("LEAPLadders"), false);
  CHECK(w.open("0DTE").empty());
}

TEST_CASE("positions do not count as active, unless that is what is configured") {
  CoordinationConfig rules = sample_rules();
  World w = with_margin_known(sample_strategies(), rules);
  w.held = {{"LT112", "SPY"}, {"IPMCC", "SPY"}, {"FuturesStrangle", "ES"}};
  CHECK(w.open("0DTE").empty());
  rules.max_active_counts = MaxActiveCounts::positions;
  World counting = with_margin_known(sample_strategies(), rules);
  counting.held = w.held;
  CHECK(counting.open("0DTE") == "max_active");
  CHECK(counting.open("LT112").empty());
  counting.to("LT112", TradingState::entering);  // holds and enters: once
  counting.held.pop_back();
  CHECK(counting.open("0DTE").empty());
}

// ---- all together

TEST_CASE("without the block only what is configured elsewhere is judged") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[0].windows = {{all_days, 0h, 1h}};
  World w(all, std::nullopt, {{"0DTE", "LT112", {"error"}}});
  w.to("LT112", TradingState::error);
  w.standings.set_execution(w.id("0DTE"), "", w.now);
  for (const char* other : {"IPMCC", "FuturesStrangle", "LEAPLadders"}) w.to(other, TradingState::entering);
  CHECK(w.open("0DTE") == "interlock LT112 error; outside_window");
}

TEST_CASE("a block whose members are all absent still knows the troubles of others") {
  World w(sample_strategies(), CoordinationConfig{});
  w.to("LT112", TradingState::error);
  w.standings.set_execution(w.id("0DTE"), "", w.now);
  for (const char* other : {"IPMCC", "FuturesStrangle", "LEAPLadders"}) w.to(other, TradingState::entering);
  CHECK(w.open("0DTE") == "peer_state LT112 error");
}

TEST_CASE("bought protection by a hedge passes the troubles of others, the pace and the margin, nothing else") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[4].exclusions = {"IPMCC"};
  all[4].windows = {{all_days, 0h, 1h}};
  World w(all, sample_rules(), {{"LEAPLadders", "LT112", {"error"}}});
  w.to("LT112", TradingState::error);
  for (const char* other : {"0DTE", "IPMCC", "FuturesStrangle"}) w.standings.take_order(w.id(other), true);
  w.standings.set_execution(w.id("LEAPLadders"), "", w.now);
  w.use_margin(0.9);
  w.halts.set(HaltScope::account(), HaltLevel::reduce_only);
  const std::string always = "reduce_only account; interlock LT112 error; outside_window; exclusion IPMCC";
  const std::string judged =
      "reduce_only account; peer_state LT112 error; interlock LT112 error; outside_window; exclusion IPMCC; "
      "min_interval; max_active; reduce_only";
  CHECK(w.open("LEAPLadders", {.all_bought = true}) == always);
  CHECK(w.open("LEAPLadders", {.all_bought = false}) == judged);
  CHECK(w.open("LEAPLadders", {.all_bought = true, .worsens_over = true}) == judged);
  CHECK(w.plan("LEAPLadders") == "skip: " + judged);  // a plan has no legs to show
  const World calm;
  CHECK(calm.open("LEAPLadders", {.all_bought = true}).empty());  // nor is an unknown margin use worth a word
}

TEST_CASE("denied strategies that have something to leave may exit, the others are skipped") {
  World w = with_margin_known();
  w.halts.set(HaltScope::account(), HaltLevel::halt);
  w.held = {{"LT112", "SPY"}};
  w.standings.take_order(w.id("IPMCC"), false);
  CHECK(w.plan("0DTE") == "skip: halted account");
  CHECK(w.plan("LT112") == "exits_only: halted account");
  CHECK(w.plan("IPMCC") == "exits_only: halted account");
}

TEST_CASE("a strategy may open at all when nothing of its own or of the account keeps it from it") {
  std::vector<StrategyConfig> all = sample_strategies();
  all[0].windows = {{all_days, 10h, 11h}};
  all[0].events = {on("FOMC", EventAction::skip), on("CPI", EventAction::scale, 0.5)};
  World w = with_margin_known(all);
  const auto may = [&] { return may_open(w.situation(), w.id("0DTE")); };
  CHECK(may());
  w.now -= 1ns;
  CHECK(!may());
  w.now += 1ns;
  w.start("CPI");
  CHECK(may());
  w.start("FOMC");
  CHECK(!may());
  w.end("FOMC");
  w.to("0DTE", TradingState::suspended);
  CHECK(!may());
  w.to("0DTE", TradingState::managing);
  w.use_margin(0.75);
  CHECK(may());
  w.use_margin(0.85);
  CHECK(!may());
  w.use_margin(0.1);
  w.halts.set(HaltScope::strategy(w.id("LT112")), HaltLevel::halt);
  CHECK(may());
  w.halts.set(HaltScope::strategy(w.id("0DTE")), HaltLevel::reduce_only);
  CHECK(!may());
  w.halts.lift(HaltScope::strategy(w.id("0DTE")));
  w.halts.set(HaltScope::account(), HaltLevel::reduce_only);
  CHECK(!may());
}
