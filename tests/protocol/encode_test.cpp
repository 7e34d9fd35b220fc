// tests/protocol/encode_test.cpp -- the exact bytes of every output line, of errors, numbers and texts.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/encode.hpp>
#include <optcoord/protocol/fault.hpp>

#include <doctest/doctest.h>

#include <cmath>    // std::nextafter
#include <cstdlib>  // std::strtod
#include <limits>   // std::numeric_limits
#include <string>   // std::string

namespace {

using namespace optcoord;
using namespace optcoord::protocol;

[[nodiscard]] std::string number(double x) {
  std::string out;
  append_number(out, x);
  return out;
}
[[nodiscard]] std::string quoted(std::string_view s) {
  std::string out;
  append_string(out, s);
  return out;
}
[[nodiscard]] constexpr Micro whole(std::int64_t units) { return Micro{units * micro_per_unit}; }

/// A desk's names, a decoder that has seen the requests "r1" and 7, and lines of one moment.
struct World {
  Names names;
  Decoder decoder;
  GroupId spy{names.groups.add("SPY")};
  StrategyId lt112{names.strategies.add("LT112")};
  ContractId put{names.contracts.add("SPY   260116P00450000")};
  EventId fomc{names.events.add("FOMC")};
  RequestId r1{see("\"r1\"")};
  RequestId r7{see("7")};
  Timestamp t{*parse_time("2026-01-05T14:30:00.250Z")};

  [[nodiscard]] RequestId see(std::string_view id) {
    const auto event = decoder.decode(R"({"type":"order","t":"2026-01-05T14:30:00Z","status":"working","request":)" +
                                      std::string(id) + "}");
    return std::get<OrderEvent>(event->body).request;
  }
  [[nodiscard]] std::string line(Output output) const {
    std::string out;
    append_line(out, output, 42, t, names, decoder);
    return out;
  }
  [[nodiscard]] Finding breach() const {
    Finding f;
    f.code = Code::limit_exceeded;
    f.scope = Scope::group;
    f.group = spy;
    f.row = 0;
    f.has = Finding::group_field | Finding::metric_field | Finding::side_field | Finding::held_field |
            Finding::pending_field | Finding::requested_field | Finding::projected_field | Finding::limit_field |
            Finding::headroom_field | Finding::figures_field;
    f.max_units = 3;
    f.held = whole(-700);
    f.requested = Micro{-400'500'000};
    f.projected = f.held + f.requested;
    f.limit = whole(-1000);
    f.headroom = whole(-300);
    return f;
  }
};

constexpr std::string_view head = R"({"seq":42,"t":"2026-01-05T14:30:00.25Z","type":)";

}  // namespace

TEST_CASE("numbers are the shortest text that reads back to the same double") {
  CHECK(number(400) == "400");
  CHECK(number(-0.5) == "-0.5");
  CHECK(number(0.1) == "0.1");
  CHECK(number(0.1 + 0.2) == "0.30000000000000004");
  CHECK(number(0) == "0");
  CHECK(number(-0.0) == "0");
  CHECK(number(1'000'000) == "1000000");
  CHECK(number(100'000) == "100000");
  CHECK(number(9007199254740993e0) == "9007199254740992");
  CHECK(number(0.000001) == "0.000001");
  CHECK(number(1e16) == "1e+16");
  CHECK(number(1e-7) == "1e-07");
  CHECK(number(1.7976931348623157e308) == "1.7976931348623157e+308");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null");
  CHECK(number(std::numeric_limits<double>::infinity()) == "null");
  double x = 1e-9;
  for (int i = 0; i < 2000; ++i) {
    x *= -1.0371;
    const double y = std::nextafter(x, 0.0);
    REQUIRE(std::strtod(number(x).c_str(), nullptr) == x);
    REQUIRE(std::strtod(number(y).c_str(), nullptr) == y);
  }
}

TEST_CASE("texts are escaped, and other bytes copied") {
  using namespace std::string_literals;
  CHECK(quoted("") == R"("")");
  CHECK(quoted("a\"b\\c/d") == R"("a\"b\\c/d")");
  CHECK(quoted("\n\r\t\x01\x1f\x7f"s) == "\"\\n\\r\\t\\u0001\\u001f\x7f\"");
  CHECK(quoted("\0x"s) == R"("\u0000x")");
  CHECK(quoted("\xc3\xa9") == "\"\xc3\xa9\"");
}

TEST_CASE("a denied decision") {
  const World w;
  const Finding f = w.breach();
  Decision d;
  d.strategy = w.lt112;
  d.verdict = Verdict::denied;
  d.binding = Code::limit_exceeded;
  d.units_requested = 4;
  d.max_units = 3;
  d.reasons = {&f, 1};
  CHECK(w.line({.at = {}, .body = DecisionOutput{d, w.r1}}) ==
        std::string(head) +
            R"("decision","id":"r1","strategy":"LT112","intent":"open","verdict":"denied","units_requested":4,)"
            R"("units":0,"max_units":3,"reservation":null,"expires":null,"binding":"limit_exceeded","reasons":[)"
            R"({"code":"limit_exceeded","max_units":3,"scope":"SPY","metric":"delta","side":"lower","held":-700,)"
            R"("pending":0,"requested":-400.5,"projected":-1100.5,"limit":-1000,"headroom":-300}],"warnings":[],)"
            R"("bypass":false,"text":"Would exceed maximum SPY exposure: -700 held + -400.5 requested = -1,100.5, )"
            R"(limit -1,000, headroom -300"})"
            "\n");
}

TEST_CASE("an approved decision, a duplicate, on a number for an id") {
  const World w;
  Decision d;
  d.strategy = w.lt112;
  d.verdict = Verdict::approved;
  d.duplicate = true;
  d.units_requested = d.units = d.max_units = 2;
  d.reservation = w.r7;
  d.expires = *parse_time("2026-01-05T14:31:00Z");
  CHECK(w.line({.at = {}, .body = DecisionOutput{d, w.r7}}) ==
        std::string(head) +
            R"("decision","id":7,"strategy":"LT112","intent":"open","verdict":"approved","units_requested":2,)"
            R"("units":2,"max_units":2,"reservation":7,"expires":"2026-01-05T14:31:00Z","binding":null,"reasons":[],)"
            R"("warnings":[],"bypass":false,"duplicate":true,"text":"Approved: 2 units"})"
            "\n");
}

TEST_CASE("a what_if has no id, and a bypassing exit names halts by scope") {
  const World w;
  Finding halt;
  halt.code = Code::halted;
  halt.scope = Scope::group;
  halt.group = w.spy;
  halt.has = Finding::group_field;
  Decision d;
  d.strategy = w.lt112;
  d.intent = Intent::exit;
  d.verdict = Verdict::approved;
  d.bypass = true;
  d.units_requested = d.units = d.max_units = 1;
  d.warnings = {&halt, 1};
  CHECK(w.line({.at = {}, .body = DecisionOutput{d, std::nullopt}}) ==
        std::string(head) +
            R"("decision","what_if":true,"strategy":"LT112","intent":"exit","verdict":"approved",)"
            R"("units_requested":1,"units":1,"max_units":1,"reservation":null,"expires":null,"binding":null,)"
            R"("reasons":[],"warnings":[{"code":"halted","max_units":0,"scope":"group:SPY"}],"bypass":true,)"
            R"("text":"Approved: 1 unit; exit passes over: Group SPY is halted"})"
            "\n");
  halt.scope = Scope::account;
  CHECK(w.line({.at = {}, .body = DecisionOutput{d, std::nullopt}}).find(R"("scope":"account")") != std::string::npos);
  halt.scope = Scope::strategy;
  halt.strategy = w.lt112;
  halt.code = Code::reduce_only;
  CHECK(w.line({.at = {}, .body = DecisionOutput{d, std::nullopt}}).find(R"("scope":"strategy:LT112")") !=
        std::string::npos);
}

TEST_CASE("figures that could not be computed are null, those that do not apply are absent") {
  const World w;
  Finding f = w.breach();
  f.code = Code::delta_unavailable;
  f.max_units = 0;
  f.has = Finding::group_field | Finding::metric_field | Finding::figures_field | Finding::held_field |
          Finding::event_field | Finding::strategy_field;
  f.event = w.fomc;
  f.strategy = w.lt112;
  Decision d;
  d.strategy = w.lt112;
  d.binding = Code::delta_unavailable;
  d.units_requested = 1;
  d.reasons = {&f, 1};
  const std::string line = w.line({.at = {}, .body = DecisionOutput{d, w.r1}});
  CHECK(line.find(R"("reasons":[{"code":"delta_unavailable","max_units":0,"scope":"SPY","metric":"delta",)"
                  R"("strategy":"LT112","held":-700,"pending":null,"requested":null,"projected":null,"limit":null,)"
                  R"("headroom":null,"event":"FOMC"}])") != std::string::npos);
}

TEST_CASE("a reservation's end by time carries when it was due") {
  const World w;
  CHECK(w.line({.at = *parse_time("2026-01-05T14:29:59Z"),
                .body = ReservationOutput{{w.r1, ReservationStatus::expired, 4}}}) ==
        std::string(head) + R"("reservation","at":"2026-01-05T14:29:59Z","id":"r1","status":"expired","remaining":4})"
                            "\n");
  CHECK(w.line({.at = {}, .body = ReservationOutput{{w.r7, ReservationStatus::partly_filled, 1}}}) ==
        std::string(head) + R"("reservation","id":7,"status":"partly_filled","remaining":1})"
                            "\n");
}

TEST_CASE("event_log lines of halts and cuts") {
  const World w;
  const DefensiveItem item{w.lt112, w.put, -3, DefensiveAction::close_short_first};
  EventLogOutput halt;
  halt.item = LogItem::halt;
  halt.scope = "strategy:LT112";
  halt.level = HaltLevel::reduce_only;
  halt.actor = "ann";
  halt.reason = "a \"feeling\"";
  halt.defensive = {&item, 1};
  CHECK(w.line({.at = {}, .body = halt}) ==
        std::string(head) +
            R"("event_log","item":"halt","scope":"strategy:LT112","level":"reduce_only","event":null,"root":null,)"
            R"("factor":null,"actor":"ann","reason":"a \"feeling\"","defensive":[{"strategy":"LT112",)"
            R"("contract":"SPY   260116P00450000","quantity":-3,"action":"close_short_first"}]})"
            "\n");
  EventLogOutput cut;
  cut.item = LogItem::cut_started;
  cut.event = w.fomc;
  cut.factor = 0.5;
  CHECK(w.line({.at = w.t, .body = cut}) ==
        std::string(head) +
            R"("event_log","at":"2026-01-05T14:30:00.25Z","item":"cut_started","scope":null,"level":null,)"
            R"("event":"FOMC","root":null,"factor":0.5,"actor":null,"reason":null})"
            "\n");
  EventLogOutput level;
  level.item = LogItem::cut_ended;
  level.root = "VIX";
  level.factor = 0.5;
  CHECK(w.line({.at = {}, .body = level})
            .find(R"("item":"cut_ended","scope":null,"level":null,"event":null,)"
                  R"("root":"VIX","factor":0.5)") != std::string::npos);
}

TEST_CASE("a reconciliation lists every change, before and after") {
  const World w;
  Reconciliation found;
  found.extra = {{w.put, w.lt112, 0, -3}};
  found.different = {{w.put, unassigned, 5, 4}, {w.put, w.lt112, -1, 2}};
  found.adopted = true;
  CHECK(w.line({.at = {}, .body = ReconciliationOutput{&found}}) ==
        std::string(head) +
            R"("reconciliation","missing":[],"extra":[{"contract":"SPY   260116P00450000","strategy":"LT112",)"
            R"("before":0,"after":-3}],"different":[{"contract":"SPY   260116P00450000","strategy":"unassigned",)"
            R"("before":5,"after":4},{"contract":"SPY   260116P00450000","strategy":"LT112","before":-1,"after":2}],)"
            R"("adopted":true})"
            "\n");
  const Reconciliation nothing;
  CHECK(w.line({.at = {}, .body = ReconciliationOutput{&nothing}}) ==
        std::string(head) + R"("reconciliation","missing":[],"extra":[],"different":[],"adopted":false})"
                            "\n");
}

TEST_CASE("a size says what lowered it, which cap binds and where each field is from") {
  const World w;
  const auto line_of = [&w](const PositionSizingConfig& global, const PositionSizingConfig& own, const SizeRequest& r) {
    const Sizer sizer = *Sizer::make(inherited(global, own));
    return w.line({.at = {}, .body = SizeOutput{w.lt112, &sizer, *sizer.size(r)}});
  };
  CHECK(
      line_of({.fixed_amount_usd = 5000, .max_position_size_usd = 1000}, {.method = "fixed_usd"},
              {.equity = 10'000, .price = 3, .multiplier = 100}) ==
      std::string(head) +
          R"("size","strategy":"LT112","method":"fixed_usd","raw_notional_usd":5000,"notional_usd":900,"units":300,)"
          R"("contracts":3,"caps":[{"cap":"max_position_size_usd","from":5000,"to":1000},)"
          R"({"cap":"lot","from":1000,"to":900}],"binding":"max_position_size_usd","reasons":[],)"
          R"("origins":{"method":"strategy","fixed_amount_usd":"global","max_position_size_usd":"global",)"
          R"("max_leverage":"default"},"text":"900 USD, 300 units, 3 contracts. Position size exceeds maximum limit: )"
          R"(5,000 -> 1,000 USD (max_position_size_usd). Rounded down to whole lots: 1,000 -> 900 USD"})"
          "\n");
  CHECK(line_of({}, {.fixed_amount_usd = 5000}, {.equity = 0, .price = 3}) ==
        std::string(head) +
            R"("size","strategy":"LT112","method":"fixed_usd","raw_notional_usd":0,"notional_usd":0,"units":0,)"
            R"("contracts":null,"caps":[],"binding":null,"reasons":["no_equity"],)"
            R"("origins":{"method":"default","fixed_amount_usd":"strategy","max_leverage":"default"},)"
            R"("text":"0 USD, 0 units. No equity to size on"})"
            "\n");
}

TEST_CASE("a size that does not come says so in the words people look for") {
  World w;
  REQUIRE(w.decoder
              .decode(R"({"type":"size","t":"2026-01-05T14:30:00Z","strategy":"LT12","price":100,"side":"long",)"
                      R"("signal":2})")
              .has_value());
  CHECK(to_fault({Errc::unknown_name, "strategy"}, w.decoder, w.names) ==
        Fault{Errc::unknown_name, "strategy",
              R"(Strategy not found in position sizers: unknown strategy "LT12", did you mean "LT112"?)"});
  CHECK(to_fault({Errc::invalid_value, "signal"}, w.decoder, w.names) ==
        Fault{Errc::invalid_value, "signal",
              "Position size calculation failed for strategy LT12: 2: not a value that fits here"});
  CHECK(to_fault({Errc::invalid_value, "stop"}, w.decoder, w.names).message ==
        "Position size calculation failed for strategy LT12: missing");
  CHECK(to_fault({Errc::no_sizer, "strategy"}, w.decoder, w.names).message ==
        R"(Position size calculation failed for strategy LT12: "LT12": the strategy has no position sizing)");
  CHECK(to_fault({Errc::time_went_back, "t"}, w.decoder, w.names).message ==
        R"("2026-01-05T14:30:00Z": earlier than a line already accepted)");
}

TEST_CASE("a marked line lists the rows over their bounds") {
  const World w;
  const RowOver row{w.spy, Metric::dollar_delta, Side::upper, w.lt112, {}, whole(1200), whole(1000)};
  CHECK(w.line({.at = {}, .body = MarkedOutput{{&row, 1}}}) ==
        std::string(head) + R"("marked","rows_over":[{"group":"SPY","metric":"dollar_delta","side":"upper",)"
                            R"("strategy":"LT112","value":1200,"limit":1000}]})"
                            "\n");
  CHECK(w.line({.at = {}, .body = MarkedOutput{}}) == std::string(head) + R"("marked","rows_over":[]})"
                                                                          "\n");
}

TEST_CASE("an exposure report") {
  const World w;
  ExposureReport report;
  GroupReport group;
  group.group = w.spy;
  RowReport row;
  row.held = whole(-700);
  row.pending_up = whole(0);
  row.pending_down = Micro{-100'000'001};
  row.lower = whole(-1000);
  row.upper = whole(1000);
  row.utilisation = 0.8;
  row.over = whole(0);
  row.headroom_lower = Micro{-199'999'999};
  row.headroom_upper = whole(1700);
  RowReport cap;
  cap.metric = Metric::vega;
  cap.strategy = w.lt112;
  group.rows = {row, cap};
  group.legs = 2;
  group.with_greeks = 1;
  group.missing = {w.put};
  StrategyExposure exposure;
  exposure.strategy = w.lt112;
  exposure.held[0] = whole(-1700);
  exposure.labels = {{"iron condors", 2}, {"\"spreads\"", 1000}};
  StrategyExposure bare;
  bare.held[0] = whole(1000);
  group.strategies = {bare, exposure};
  GroupReport unknown;
  unknown.group = w.spy;
  unknown.strategies = {StrategyExposure{}};
  report.groups = {group, unknown};
  report.reservations = {{w.r7, w.lt112, ReservationStatus::reserved, 3, 2, *parse_time("2026-01-05T14:31:00Z")}};
  report.counters.approved = 5;
  report.counters.late_fills = 1;
  report.counters.reconciled = 3;
  CHECK(w.line({.at = {}, .body = ReportOutput{&report}}) ==
        std::string(head) +
            R"("exposure_report","groups":[{"group":"SPY","rows":[{"metric":"delta","strategy":null,"held":-700,)"
            R"("pending_up":0,"pending_down":-100.000001,"lower":-1000,"upper":1000,"utilisation":0.8,"over":0,)"
            R"("headroom_lower":-199.999999,"headroom_upper":1700},)"
            R"({"metric":"vega","strategy":"LT112","held":null,"pending_up":null,"pending_down":null,"lower":null,)"
            R"("upper":null,"utilisation":null,"over":null,"headroom_lower":null,"headroom_upper":null}],)"
            R"("coverage":{"legs":2,"with_greeks":1,"missing":["SPY   260116P00450000"]},)"
            R"("strategies":{"unassigned":{"delta":1000,"gamma":null,"theta":null,"vega":null,"dollar_delta":null},)"
            R"("LT112":{"delta":-1700,"gamma":null,"theta":null,"vega":null,"dollar_delta":null}},)"
            R"("labels":{"LT112":{"iron condors":2,"\"spreads\"":1000}},)"
            R"x("tree":["unassigned: 1,000 delta","LT112: -1,700 delta (2 iron condors, 1,000 \"spreads\")",)x"
            R"("Total: -700 delta"]},)"
            R"({"group":"SPY","rows":[],"coverage":{"legs":0,"with_greeks":0,"missing":[]},)"
            R"("strategies":{"unassigned":{"delta":null,"gamma":null,"theta":null,"vega":null,"dollar_delta":null}},)"
            R"("labels":{},"tree":["unassigned: unknown delta","Total: unknown delta"]}],)"
            R"("open_reservations":1,"reservations":[{"id":7,)"
            R"("strategy":"LT112","status":"reserved","units":3,"remaining":2,"expires":"2026-01-05T14:31:00Z"}],)"
            R"("counters":{"approved":5,"reduced":0,"denied":0,"fills":0,"late_fills":1,"overfills":0,)"
            R"("duplicates":0,"expired":0,"cancelled":0,"rejected":0,"reconciled":3},"ipmcc":[],"exercise":{}})"
            "\n");
}

TEST_CASE("an error line has the fault's path and sentence") {
  std::string out;
  append_error(out, 7, Fault{Errc::unknown_key, "a\"b", "unknown"});
  CHECK(out == R"({"seq":7,"type":"error","code":"unknown_key","field":"a\"b","message":"unknown"})"
               "\n");
}

TEST_CASE("an error of the desk becomes a path, the offending value and the nearest name") {
  World w;
  w.names.roots.add("SPY");
  const std::string text =
      R"({"type":"request","t":"2026-01-05T14:30:00Z","id":"r1","strategy":"LT12","intent":"open","units":1,)"
      R"("legs":[{"contract":"SPY","ratio":1},{"contract":"spy","ratio":1}]})";
  REQUIRE(w.decoder.decode(text).has_value());
  CHECK(to_fault({Errc::unknown_name, "strategy", -1, -1}, w.decoder, w.names) ==
        Fault{Errc::unknown_name, "strategy", R"(unknown strategy "LT12", did you mean "LT112"?)"});
  CHECK(to_fault({Errc::invalid_value, "legs[].contract", 1, -1}, w.decoder, w.names) ==
        Fault{Errc::invalid_value, "legs[1].contract", R"("spy": not a value that fits here)"});
  CHECK(to_fault({Errc::invalid_value, "exposure.gamma", -1, -1}, w.decoder, w.names) ==
        Fault{Errc::invalid_value, "exposure.gamma", "missing"});
  CHECK(to_fault({Errc::duplicate_id, "id", -1, -1}, w.decoder, w.names).message ==
        R"("r1": a known id with other content)");
  CHECK(to_fault({Errc::time_went_back, "t", -1, -1}, w.decoder, w.names) ==
        Fault{Errc::time_went_back, "t", R"("2026-01-05T14:30:00Z": earlier than a line already accepted)"});

  REQUIRE(w.decoder
              .decode(R"({"type":"what_if","t":"2026-01-05T14:30:00Z","requests":[{"strategy":"A","intent":"open",)"
                      R"("units":1,"legs":[{"contract":"SPX","ratio":2}]}]})")
              .has_value());
  CHECK(to_fault({Errc::invalid_value, "legs[].ratio", 0, 0}, w.decoder, w.names) ==
        Fault{Errc::invalid_value, "requests[0].legs[0].ratio", "2: not a value that fits here"});

  REQUIRE(w.decoder.decode(R"({"type":"account","t":"2026-01-05T14:30:00Z","used":{"A":1,"LT11":2}})").has_value());
  CHECK(to_fault({Errc::unknown_name, "used[]", 1, -1}, w.decoder, w.names) ==
        Fault{Errc::unknown_name, "used.LT11", R"(unknown strategy "LT11", did you mean "LT112"?)"});
  REQUIRE(w.decoder.decode(R"({"type":"state","t":"2026-01-05T14:30:00Z","strategy":"LT112","trigger":"order_filled"})")
              .has_value());
  constexpr auto ready = static_cast<std::int32_t>(TradingState::ready);
  CHECK(to_fault({Errc::illegal_transition, "trigger", ready, -1}, w.decoder, w.names) ==
        Fault{Errc::illegal_transition, "trigger", R"("order_filled": not taken in the state ready)"});
  REQUIRE(w.decoder
              .decode(R"({"type":"halt","t":"2026-01-05T14:30:00Z","scope":"group:SPZ","level":"halt","actor":"a",)"
                      R"("reason":"b"})")
              .has_value());
  CHECK(to_fault({Errc::unknown_name, "scope", -1, -1}, w.decoder, w.names).message ==
        R"(unknown group "group:SPZ", did you mean "SPY"?)");
}
