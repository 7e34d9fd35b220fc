// tests/protocol/decode_fault_test.cpp -- every way a line can be wrong: the code, the field, the sentence.
// SPDX-License-Identifier: MIT
#include "lines.hpp"

#include <string>  // std::string

using namespace optcoord;
using namespace optcoord::protocol;
using namespace optcoord::protocol::testing;

TEST_CASE("what is not JSON is a parse_error") {
  for (const char* text : {"",
                           "{",
                           R"({"type":"tick","t":"2026-01-05T14:30:0)",
                           "[]",
                           "[1]",
                           "3",
                           "\"tick\"",
                           "null",
                           "{} {}",
                           "{}x",
                           R"({"type":"quote","t":"2026-01-05T14:30:00Z","root":"SPY","price":NaN})",
                           R"({"price":Infinity})",
                           R"({"price":-Infinity})",
                           R"({"price":+1})",
                           R"({"price":01})",
                           R"({"price":1.})",
                           R"({"price":.5})",
                           R"({"a":1,})",
                           R"({a:1})",
                           "{'a':1}",
                           R"({"a":1} // note)",
                           R"({"a":"\x"})",
                           R"({"a":"\ud800"})",
                           "{\"a\":\"\x01\"}",
                           "{\"a\":\"\xff\"}",
                           "{\"a\":\"\xc0\xaf\"}",
                           "{\"a\":\"\xed\xa0\x80\"}"})
    check_fault(text, Errc::parse_error, "");
  CHECK(fault(R"({"type":"tick")").message == "the line ends before its JSON does");
  CHECK(fault(R"({"type":tick})").message.starts_with("not JSON at character "));
}

TEST_CASE("a NUL does not hide what follows it") {
  using namespace std::string_literals;
  check_fault(line("tick") + "\0garbage"s, Errc::parse_error, "");
  check_fault(line("tick") + "\0"s, Errc::parse_error, "");
}

TEST_CASE("a key given twice is a parse_error, wherever it is") {
  check_fault(line("tick", R"("type":"tick")"), Errc::parse_error, "type");
  check_fault(line("quote", R"("root":"SPY","price":1,"price":2)"), Errc::parse_error, "price");
  check_fault(request(R"("legs":[{"contract":"SPY","ratio":1},{"contract":"SPY","ratio":1,"ratio":2}])"),
              Errc::parse_error, "legs[1].ratio");
  check_fault(line("tick", R"("x":[{"a":1,"\u0061":2}])"), Errc::parse_error, "x[0].a");
  std::string many = R"("used":{)";
  for (int i = 0; i < 100; ++i) many += "\"s" + std::to_string(i) + "\":1,";
  check_fault(line("account", many + R"("s55":2})"), Errc::parse_error, "used.s55");
  Decoder d;
  CHECK(body<AccountEvent>(d, line("account", many + R"("t55":2})")).used.size() == 101);
}

TEST_CASE("unknown types, keys and values name the nearest known") {
  const Fault type = fault(line("qoute", R"("root":"SPY","price":1)"));
  CHECK(type.code == Errc::unknown_type);
  CHECK(type.field == "type");
  CHECK(type.message == R"(unknown event type "qoute", did you mean "quote"?)");
  const Fault key = fault(line("quote", R"("root":"SPY","prize":1)"));
  CHECK(key.code == Errc::unknown_key);
  CHECK(key.field == "prize");
  CHECK(key.message == R"(unknown key "prize", did you mean "price"?)");
  const Fault leg = fault(request(R"("legs":[{"contract":"SPY","ratio":1,"qty":1}])"));
  CHECK(leg.code == Errc::unknown_key);
  CHECK(leg.field == "legs[0].qty");
  CHECK(leg.message == R"(unknown key "qty")");
  check_fault(request(R"("exposure":{"root":"SPY","delta":1,"detla":1})"), Errc::unknown_key, "exposure.detla");
  check_fault(line("tick", R"("x":1)"), Errc::unknown_key, "x");
  check_fault(line("what_if", R"("requests":[],"units":1)"), Errc::unknown_key, "units");
  check_fault(line("what_if", R"("requests":[{"strateggy":"X"}])"), Errc::unknown_key, "requests[0].strateggy");
  const Fault status = fault(line("order", R"("request":"r1","status":"canceled")"));
  CHECK(status.code == Errc::invalid_value);
  CHECK(status.field == "status");
  CHECK(status.message == R"("canceled" is not one of working, cancelled, rejected)");
  check_fault(line("request", R"("id":1,"strategy":"A","intent":"Open","units":1,)" + std::string(legs)),
              Errc::invalid_value, "intent");
  check_fault(line("halt", R"("scope":"account","level":"stop","actor":"a","reason":"b")"), Errc::invalid_value,
              "level");
}

TEST_CASE("type and t are required texts of their kind") {
  check_fault("{}", Errc::invalid_value, "type");
  check_fault(R"({"type":5})", Errc::invalid_value, "type");
  check_fault(R"({"type":"tick"})", Errc::invalid_value, "t");
  for (const char* t : {"5", "null", R"("")", R"("2026-01-05")", R"("2026-01-05T14:30:00+00:00")",
                        R"("2026-02-30T14:30:00Z")", R"("2026-01-05T14:30:60Z")", R"("2026-01-05T14:30:00.Z")",
                        R"("2026-01-05T14:30:00.1234567890Z")", R"("2026-01-05t14:30:00z")"})
    check_fault(R"({"type":"tick","t":)" + std::string(t) + "}", Errc::invalid_value, "t");
  Decoder d;
  CHECK(d.decode(R"({"t":"2026-01-05T14:30:00.123456789Z","type":"tick"})").has_value());
}

TEST_CASE("a missing required field is an invalid_value of that field") {
  check_fault(line("quote", R"("price":1)"), Errc::invalid_value, "root");
  check_fault(line("quote", R"("root":"SPY")"), Errc::invalid_value, "price");
  check_fault(line("quote", R"("root":"SPY","bid":1)"), Errc::invalid_value, "ask");
  check_fault(line("option"), Errc::invalid_value, "contract");
  check_fault(line("rates"), Errc::invalid_value, "rate");
  check_fault(line("calendar", R"("name":"FOMC","until":"2026-01-28T19:00:00Z")"), Errc::invalid_value, "from");
  check_fault(line("session", R"("root":"*","open":"2026-01-28T19:00:00Z")"), Errc::invalid_value, "close");
  check_fault(line("request", R"("strategy":"A","intent":"open","units":1,)" + std::string(legs)), Errc::invalid_value,
              "id");
  check_fault(line("request", R"("id":1,"intent":"open","units":1,)" + std::string(legs)), Errc::invalid_value,
              "strategy");
  check_fault(line("request", R"("id":1,"strategy":"A","units":1,)" + std::string(legs)), Errc::invalid_value,
              "intent");
  check_fault(line("request", R"("id":1,"strategy":"A","intent":"open",)" + std::string(legs)), Errc::invalid_value,
              "units");
  check_fault(request(R"("label":"")"), Errc::invalid_value, "legs");
  check_fault(request(R"("legs":[])"), Errc::invalid_value, "legs");
  check_fault(request(std::string(legs) + R"(,"exposure":{"root":"SPY","delta":1})"), Errc::invalid_value, "legs");
  check_fault(request(R"("legs":[{"ratio":1}])"), Errc::invalid_value, "legs[0].contract");
  check_fault(request(R"("exposure":{"root":"SPY"})"), Errc::invalid_value, "exposure.delta");
  check_fault(line("what_if", R"("requests":[])"), Errc::invalid_value, "requests");
  check_fault(line("order", R"("status":"working")"), Errc::invalid_value, "request");
  check_fault(line("order", R"("request":1)"), Errc::invalid_value, "status");
  check_fault(line("fill", R"("request":1,"units":1)"), Errc::invalid_value, "exec");
  check_fault(line("fill", R"("request":1,"exec":1)"), Errc::invalid_value, "leg");
  check_fault(line("fill", R"("request":1,"exec":1,"leg":"SPY","price":1)"), Errc::invalid_value, "quantity");
  check_fault(line("fill", R"("request":1,"exec":1,"leg":"SPY","quantity":1)"), Errc::invalid_value, "price");
  check_fault(line("fill", R"("request":1,"exec":1,"leg":"SPY","units":1)"), Errc::invalid_value, "leg");
  check_fault(line("halt", R"("scope":"account","level":"halt","reason":"b")"), Errc::invalid_value, "actor");
  check_fault(line("halt", R"("scope":"account","level":"halt","actor":"a")"), Errc::invalid_value, "reason");
  check_fault(line("halt", R"("scope":"account","level":"halt","actor":"","reason":"b")"), Errc::invalid_value,
              "actor");
  check_fault(line("resume", R"("actor":"a","reason":"b")"), Errc::invalid_value, "scope");
}

TEST_CASE("positions name the line and field at fault") {
  const auto check = [](std::string_view fields, Errc code, std::string_view field) {
    check_fault(line("positions", fields), code, field);
  };
  check("", Errc::invalid_value, "positions");
  check(R"("adopt":true)", Errc::invalid_value, "positions");
  check(R"("positions":null)", Errc::invalid_value, "positions");
  check(R"("positions":{})", Errc::invalid_value, "positions");
  check(R"("positions":[],"adpot":true)", Errc::unknown_key, "adpot");
  check(R"("positions":[],"adopt":1)", Errc::invalid_value, "adopt");
  check(R"("positions":[],"adopt":null)", Errc::invalid_value, "adopt");
  check(R"("positions":["SPY"])", Errc::invalid_value, "positions[0]");
  check(R"("positions":[{"contract":"SPY","quantity":1,"account":"x"}])", Errc::unknown_key, "positions[0].account");
  check(R"("positions":[{"quantity":1}])", Errc::invalid_value, "positions[0].contract");
  check(R"("positions":[{"contract":"SPY"}])", Errc::invalid_value, "positions[0].quantity");
  check(R"("positions":[{"contract":"SPY","quantity":1},{"contract":"SPX","quantity":1.5}])", Errc::invalid_value,
        "positions[1].quantity");
  check(R"("positions":[{"contract":"SPY","quantity":"1"}])", Errc::invalid_value, "positions[0].quantity");
  check(R"("positions":[{"contract":"SPY","quantity":9007199254740993}])", Errc::invalid_value,
        "positions[0].quantity");
  check(R"("positions":[{"contract":"SPY","quantity":1,"strategy":""}])", Errc::invalid_value, "positions[0].strategy");
  check(R"("positions":[{"contract":"SPY","quantity":1,"strategy":null}])", Errc::invalid_value,
        "positions[0].strategy");
  check(R"("positions":[{"contract":"SPY","quantity":1},{"contract":"SPX","quantity":1},)"
        R"({"contract":"SPY","quantity":2}])",
        Errc::invalid_value, "positions[2].contract");
  check(
      R"("positions":[{"contract":"SPY","quantity":1,"strategy":"A"},{"contract":"SPY","quantity":1,"strategy":"A"}])",
      Errc::invalid_value, "positions[1].contract");
  CHECK(fault(line("positions", R"("positions":[{"contract":"SPY","quantity":1},{"contract":"SPY","quantity":1}])"))
            .message == R"("SPY": given twice without a strategy)");
}

TEST_CASE("wrong types and ranges name the value and its path") {
  check_fault(line("quote", R"("root":5,"price":1)"), Errc::invalid_value, "root");
  check_fault(line("quote", R"("root":"SPY","price":"450")"), Errc::invalid_value, "price");
  check_fault(line("quote", R"("root":"SPY","price":null)"), Errc::invalid_value, "price");
  check_fault(line("quote", R"("root":"SPY","price":0)"), Errc::invalid_value, "price");
  check_fault(line("quote", R"("root":"SPY","price":-1)"), Errc::invalid_value, "price");
  check_fault(line("quote", R"("root":"","price":1)"), Errc::invalid_value, "root");
  check_fault(line("quote", R"("root":")" + std::string(max_name + 1, 'A') + R"(","price":1)"), Errc::invalid_value,
              "root");
  check_fault(line("option", R"("contract":"SPY   260116C00450000","bid":-0.01)"), Errc::invalid_value, "bid");
  check_fault(line("option", R"("contract":"SPY   260116C00450000","delta":null)"), Errc::invalid_value, "delta");
  check_fault(line("account", R"("equity":null)"), Errc::invalid_value, "equity");
  check_fault(line("account", R"("used":[1])"), Errc::invalid_value, "used");
  check_fault(line("account", R"("used":{"LT112":"x"})"), Errc::invalid_value, "used.LT112");
  check_fault(request(R"("partial":1,)" + std::string(legs)), Errc::invalid_value, "partial");
  check_fault(request(R"("ttl_s":0,)" + std::string(legs)), Errc::invalid_value, "ttl_s");
  check_fault(request(R"("ttl_s":1e300,)" + std::string(legs)), Errc::invalid_value, "ttl_s");
  check_fault(request(R"("buying_power":-1,)" + std::string(legs)), Errc::invalid_value, "buying_power");
  check_fault(request(R"("legs":{"contract":"SPY","ratio":1})"), Errc::invalid_value, "legs");
  check_fault(request(R"("legs":[1])"), Errc::invalid_value, "legs[0]");
  check_fault(request(R"("exposure":[])"), Errc::invalid_value, "exposure");
  for (const char* units : {"0", "-1", "1.5", "\"1\"", "true", "null"})
    check_fault(line("request", R"("id":1,"strategy":"A","intent":"open","units":)" + std::string(units) + "," +
                                    std::string(legs)),
                Errc::invalid_value, "units");
  const std::string good = R"({"contract":"SPY   260116P00450000","ratio":1})";
  for (const char* ratio : {"0", "2147483648", "-2147483648", "0.5"})
    check_fault(request(R"("legs":[)" + good + R"(,{"contract":"SPY","ratio":)" + ratio + "}]"), Errc::invalid_value,
                "legs[1].ratio");
  const std::string head = R"({"strategy":"A","intent":"open","units":1,"legs":[)";
  check_fault(
      line("what_if", R"("requests":[)" + head + good + "]}," + head + good + R"(,{"contract":"SPY","ratio":0}]}])"),
      Errc::invalid_value, "requests[1].legs[1].ratio");
  CHECK(fault(line("quote", R"("root":"SPY","price":-1.5)")).message == "-1.5 is not above 0");
}

TEST_CASE("numbers that overflow and integers beyond 2^53 are invalid values") {
  for (const char* big : {"1e999", "-1e999", "9007199254740993", "-9007199254740993", "18446744073709551615",
                          "123456789012345678901234567890"}) {
    check_fault(line("quote", R"("root":"SPY","price":)" + std::string(big)), Errc::invalid_value, "price");
    check_fault(line("tick", R"("x":[0,{"y":)" + std::string(big) + "}]"), Errc::invalid_value, "x[1].y");
  }
  Decoder d;
  CHECK(body<RequestEvent>(d, line("request", R"("id":9007199254740992,"strategy":"A","intent":"open",)"
                                              R"("units":9007199254740992,)" +
                                                  std::string(legs)))
            .units == 9007199254740992);
  check_fault(
      line("request", R"("id":1,"strategy":"A","intent":"open","units":9007199254740994.0,)" + std::string(legs)),
      Errc::invalid_value, "units");
  CHECK(body<QuoteEvent>(d, line("quote", R"("root":"SPY","price":1e300)")).price == 1e300);
}

TEST_CASE("long lines, deep ones and lines of very many values are refused") {
  check_fault(line("tick", "\"x\":\"" + std::string(max_line, 'a') + "\""), Errc::parse_error, "");
  std::string spaces = line("tick");
  spaces.append(max_line - spaces.size(), ' ');
  Decoder d;
  CHECK(d.decode(spaces).has_value());
  const std::string deep = R"({"x":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  CHECK(fault(deep).code == Errc::parse_error);
  CHECK(fault(deep).field.size() < 200);
  std::string wide = R"({"x":[0)";
  for (std::size_t i = 0; i < max_values; ++i) wide += ",0";
  check_fault(wide + "]}", Errc::invalid_value, "x[65534]");
}

TEST_CASE("hostile texts are not repeated whole") {
  const std::string key(100'000, 'k');
  const Fault unknown = fault(line("tick", "\"" + key + "\":1"));
  CHECK(unknown.code == Errc::unknown_key);
  CHECK(unknown.field.size() <= max_name);
  CHECK(unknown.message.size() < 300);
  CHECK(fault(line(key)).message.size() < 300);
  CHECK(fault(line("quote", R"("root":"SPY","price":")" + key + "\"")).message.size() < 300);
}

TEST_CASE("a state event has a strategy and a trigger of the table, a pnl event its values") {
  check_fault(line("state", R"("trigger":"suspend")"), Errc::invalid_value, "strategy");
  check_fault(line("state", R"("strategy":"A")"), Errc::invalid_value, "trigger");
  check_fault(line("state", R"("strategy":"A","trigger":"Suspend")"), Errc::invalid_value, "trigger");
  check_fault(line("state", R"("strategy":"A","trigger":"suspend","why":"x")"), Errc::unknown_key, "why");
  check_fault(line("pnl"), Errc::invalid_value, "values");
  check_fault(line("pnl", R"("values":[1])"), Errc::invalid_value, "values");
  check_fault(line("pnl", R"("values":{"A":"1"})"), Errc::invalid_value, "values.A");
  check_fault(line("returns", R"("values":{"A":null})"), Errc::invalid_value, "values.A");
  check_fault(line("returns"), Errc::invalid_value, "values");
  check_fault(line("allocate", R"("demands":{"A":"1"})"), Errc::invalid_value, "demands.A");
  check_fault(line("allocate", R"("mode":"evenly")"), Errc::invalid_value, "mode");
  check_fault(line("allocate", R"("demand":{})"), Errc::unknown_key, "demand");
  check_fault(line("plan", R"("now":true)"), Errc::unknown_key, "now");
}
