// tests/config/load_test.cpp -- the text itself: syntax, duplicates, limits, the sample, what is said about it.
// SPDX-License-Identifier: MIT
#include "loading.hpp"

#include <chrono>

namespace optcoord::config {
namespace {

TEST_CASE("the sample loads and says what it says") {
  const Loaded l = loaded(sample_text());
  const DeskConfig& c = l.config;
  REQUIRE(c.ledger.groups.size() == 4);
  CHECK(c.ledger.groups[2].members.size() == 5);
  CHECK(c.ledger.groups[3].all_roots);
  REQUIRE(c.ledger.limits.size() == 4);
  const LimitConfig& tiered = c.ledger.limits[0];
  REQUIRE(tiered.tiers.size() == 3);
  CHECK(tiered.tiers[0].equity_below == 100000);
  CHECK(tiered.tiers[1].equity_up_to == 500000);
  CHECK(tiered.tiers[2].limit == 2000);
  CHECK(c.ledger.limits[1].lower == -50);
  CHECK(c.ledger.limits[1].upper == 50);
  CHECK(c.ledger.limits[2].lower == -500);
  CHECK_FALSE(c.ledger.limits[2].upper);
  CHECK(c.ledger.headroom[0].schedule ==
        Schedule{day_mask(std::chrono::Friday), std::chrono::minutes{570}, std::chrono::minutes{630}});
  CHECK(c.ledger.cuts[0].event == "FOMC");
  CHECK(c.ledger.options.missing_greek == MissingGreek::skip);
  REQUIRE(c.strategies->size() == 5);
  CHECK((*c.strategies)[0].position_sizing->method == "risk_based");
  CHECK((*c.strategies)[1].events[0].factor == 0.5);
  CHECK((*c.strategies)[4].tags == Strings{"hedge"});
  CHECK(c.interlocks[0].states == Strings{"defensive_21dte"});
  CHECK(c.coordination->min_interval == std::chrono::minutes{5});
  CHECK(c.coordination->loss_halt == -0.05);
  CHECK(c.ipmcc->strike_rule == StrikeRule::above_leap);
  CHECK(c.exercise->stages.size() == 3);
}

TEST_CASE("an empty object is a configuration with every block off and the ledger at its defaults") {
  const Loaded l = loaded("{}");
  CHECK(l.config.ledger.groups.empty());
  CHECK_FALSE(l.config.strategies);
  CHECK_FALSE(l.config.coordination);
  CHECK_FALSE(l.config.position_sizing);
  CHECK_FALSE(l.config.ipmcc);
  CHECK_FALSE(l.config.exercise);
  CHECK(effective(l, "ledger.max_greeks_age_s") == "60 default");
  CHECK(effective(l, "ledger.missing_greek") == "\"deny\" default");
  CHECK(effective(l, "coordination") == "null default");
  CHECK(effective(l, "ipmcc") == "null default");
}

TEST_CASE("comments are allowed, to the end of the line") {
  CHECK(fault_list("// first\n{ // second\n\"groups\": [] // third\n}\n// last").empty());
}

TEST_CASE("a fault of syntax names line and column") {
  const std::vector<Fault> f = faults("{\n  \"groups\": [],\n  \"limits\" []\n}");
  REQUIRE(f.size() == 1);
  CHECK(f[0].code == Errc::parse_error);
  CHECK(f[0].message.find("line 3, column 12") != std::string::npos);
  CHECK(f[0].message.find("json.exception") == std::string::npos);
}

TEST_CASE("what is no JSON is a parse_error") {
  using Text = std::string_view;
  for (const Text text : std::initializer_list<Text>{
           "", " ", "{", "{\"groups\":[]", "{\"groups\":[],}", "{} {}", "{\"ledger\":{\"default_ttl_s\":NaN}}",
           "{\"ledger\":{\"default_ttl_s\":Infinity}}", "{\"ledger\":{\"default_ttl_s\":-Infinity}}", "{'groups':[]}",
           "{\"groups\":[]}\xff", "{\"ledger\":{\"default_ttl_s\":01}}", "\xc3\x28", Text("{}\0{\"groups\":1}", 15)}) {
    CAPTURE(text);
    const std::vector<Fault> f = faults(text);
    REQUIRE(f.size() == 1);
    CHECK(f[0].code == Errc::parse_error);
  }
}

TEST_CASE("what is JSON but no object is an invalid_value of the whole") {
  for (const std::string_view text : {"[]", "null", "1", "\"groups\"", "true"})
    CHECK(fault_list(text) == Strings{"invalid_value "});
}

TEST_CASE("a key given twice is a parse_error at its path, and the rest is still read") {
  CHECK(fault_list(R"({"groups":[],"groups":[]})") == Strings{"parse_error groups"});
  CHECK(fault_list(R"({"ledger":{"default_ttl_s":1,"default_ttl_s":1},"grups":[]})") ==
        Strings{"parse_error ledger.default_ttl_s", "unknown_key grups"});
  CHECK(fault_list(R"({"strategies":[{"name":"A"},{"name":"B","name":"C"}]})") ==
        Strings{"parse_error strategies[1].name"});
  CHECK(fault_list(R"({"strategies":[{"name":"A","x_note":{"a":1,"a":2}}]})") ==
        Strings{"parse_error strategies[0].x_note.a"});
  CHECK(fault_list(R"({"roots":[{"root":"A"},{"root":"B"}]})").empty());  // the same key in two objects
}

TEST_CASE("numbers that overflow or lose their value are invalid_value") {
  CHECK(fault_list(R"({"ledger":{"default_ttl_s":1e999}})") == Strings{"invalid_value ledger.default_ttl_s"});
  CHECK(fault_list(R"({"ledger":{"default_ttl_s":-1e999}})") == Strings{"invalid_value ledger.default_ttl_s"});
  const auto days = [](std::string_view n) {
    return fault_list(R"({"strategies":[{"name":"A","timeframe_days":)" + std::string{n} + "}]}");
  };
  CHECK(days("9007199254740992").empty());
  for (const std::string_view n : {"9007199254740993", "18446744073709551616", "1e300", "-1", "1.5"})
    CHECK(days(n) == Strings{"invalid_value strategies[0].timeframe_days"});
  CHECK(days("112.0").empty());
}

TEST_CASE("nesting is followed to its limit and no further") {
  const auto nested = [](std::size_t depth) {  // one object, one list, one object, then lists
    std::string text = R"({"strategies":[{"name":"A","x_deep":)";
    text.append(depth - 3, '[').append(depth - 3, ']');
    return text + "}]}";
  };
  CHECK(fault_list(nested(max_depth)).empty());
  const std::vector<Fault> f = faults(nested(max_depth + 1));
  REQUIRE(f.size() == 1);
  CHECK(f[0].code == Errc::parse_error);
  CHECK(f[0].message == "nested deeper than 64 levels");
  CHECK(fault_list(std::string(1'000'000, '[')).size() == 1);
}

TEST_CASE("a text beyond the size limit is one parse_error") {
  std::string text = "{}";
  text.append(max_bytes - text.size(), ' ');
  CHECK(fault_list(text).empty());
  CHECK(fault_list(text + " ") == Strings{"parse_error "});
}

TEST_CASE("very many faults are counted out") {
  std::string text = "{";
  for (std::size_t i = 0; i < max_faults + 100; ++i) text += "\"k" + std::to_string(i) + "\":1,";
  const std::vector<Fault> f = faults(text + "\"groups\":[]}");
  REQUIRE(f.size() == max_faults + 1);
  CHECK(f.back().message == "and more faults that are not listed");
}

TEST_CASE("a hostile text costs no more than its length") {
  std::string keys = "{";
  std::string names = R"({"strategies":[{"name":"S"})";
  std::string members = R"({"groups":[{"name":"G","reference":"SPY","members":[{"root":"A"})";
  for (int i = 0; i < 20'000; ++i) {
    const std::string n = std::to_string(i);
    keys += "\"ledgr" + n + "\":1,";
    names += ",{\"name\":\"S\",\"exclusions\":[\"T\"]}";
    members += ",{\"root\":\"A\"}";
  }
  CHECK(fault_list(keys + "\"groups\":[]}").size() == max_faults + 1);
  CHECK(fault_list(names + "]}").size() == max_faults + 1);
  CHECK(fault_list(members + "]}]}").size() == max_faults + 1);
}

TEST_CASE("faults of all blocks are found at once") {
  const Strings found = fault_list(R"({
    "groups":[{"name":"SPY","reference":"SPY","members":[]}, {"name":"SPY","reference":"spy","members":"al"}],
    "limits":[{"group":"SPX","metric":"dleta","limit":-1}],
    "cuts":[{"event":"FOMC"}],
    "ledger":{"default_ttl_s":"60"},
    "strategies":[{"name":"A","priority":0},{"name":"unassigned"},{"name":"A","events":{"FOMC":{"action":"scale"}}}],
    "coordination":{"margin":{"release":0.9}},
    "position_sizing":{"method":"fixed"},
    "ipmcc":{},
    "exercise":{"stages":[]},
    "limit":[]})");
  CHECK(found == Strings{"invalid_value groups[0].members", "invalid_configuration groups[1].name",
                         "invalid_value groups[1].reference", "invalid_value groups[1].members",
                         "unknown_name limits[0].group", "invalid_value limits[0].metric",
                         "invalid_value limits[0].limit", "invalid_value cuts[0].factor",
                         "invalid_value ledger.default_ttl_s", "invalid_value strategies[0].priority",
                         "invalid_value strategies[1].name", "invalid_configuration strategies[2].name",
                         "invalid_value strategies[2].events.FOMC.factor",
                         "invalid_configuration coordination.margin.release", "invalid_value position_sizing.method",
                         "invalid_value ipmcc.strike_rule", "invalid_value exercise.stages", "unknown_key limit"});
}

TEST_CASE("an unknown key names the nearest known one") {
  struct Case {
    std::string_view text, path, nearest;
  };
  for (const Case& c :
       {Case{R"({"grups":[]})", "grups", "'groups'"},
        Case{R"({"groups":[{"name":"G","reference":"SPY","members":"all","refrence":1}]})", "groups[0].refrence",
             "'reference'"},
        Case{R"({"groups":[{"name":"G","reference":"SPY","members":[{"root":"SPY","betta":1}]}]})",
             "groups[0].members[0].betta", "'beta'"},
        Case{R"({"ledger":{"default_ttl":1}})", "ledger.default_ttl", "'default_ttl_s'"},
        Case{R"({"strategies":[{"name":"A","prioriy":1}]})", "strategies[0].prioriy", "'priority'"},
        Case{R"({"coordination":{"max_activ":1}})", "coordination.max_activ", "'max_active'"},
        Case{R"({"coordination":{"margin":{"presure":0.7}}})", "coordination.margin.presure", "'pressure'"},
        Case{R"({"position_sizing":{"fixed_amount_usd":1,"lot":1}})", "position_sizing.lot", ""},
        Case{R"({"exercise":{"breaker":{"second":1}}})", "exercise.breaker.second", "'seconds'"},
        Case{R"({"ipmcc":{"strike_rule":"above_leap","roll_dte_":1}})", "ipmcc.roll_dte_", "'roll_dte'"}}) {
    CAPTURE(c.text);
    const std::vector<Fault> f = faults(c.text);
    REQUIRE(f.size() == 1);
    CHECK(f[0].code == Errc::unknown_key);
    CHECK(f[0].path == c.path);
    CHECK(f[0].message.find(c.nearest) != std::string::npos);
  }
}

TEST_CASE("a fault's line is JSON whatever the text was") {
  std::string line;
  append_fault_line(line, {Errc::unknown_key, "a.\"b\"", "line\nbreak \\ \x01 \xff \xe2\x82\xac"});
  CHECK(line ==
        R"({"seq":0,"type":"error","code":"unknown_key","field":"a.\"b\"","message":"line\nbreak \\ \u0001 \ufffd )"
        "\xe2\x82\xac\"}\n");
  line.clear();
  append_json_string(line, "\xed\xa0\x80 \xc0\xaf \xf4\x90\x80\x80 \xe2\x82");  // surrogate, overlong, beyond, cut off
  CHECK(line == R"("\ufffd\ufffd\ufffd \ufffd\ufffd \ufffd\ufffd\ufffd\ufffd \ufffd\ufffd")");
}

TEST_CASE("a very long key is shortened in the path") {
  const std::vector<Fault> f = faults("{\"" + std::string(5000, 'k') + "\":1}");
  REQUIRE(f.size() == 1);
  CHECK(f[0].path.size() < 100);
  CHECK(f[0].message.size() < 200);
}

}  // namespace
}  // namespace optcoord::config
