// tests/programs/validate_test.cpp -- optcoord-validate as a person runs it: what it prints and its exit codes.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>
#include <string_view>

namespace {

struct Printed {
  int code;
  std::string out;
};

/// Runs optcoord-validate with `arguments`, `input` on standard input, standard error dropped unless asked for.
[[nodiscard]] Printed validate(std::string_view arguments, std::string_view input = "", bool with_errors = false) {
  const std::string command = "printf '%s' '" + std::string{input} + "' | '" + OPTCOORD_PROGRAM_DIR +
                              "/optcoord-validate' " + std::string{arguments} +
                              (with_errors ? " 2>&1" : " 2>/dev/null");
  std::FILE* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Printed outcome{-1, ""};
  std::array<char, 4096> buffer{};
  for (std::size_t got = 1; got > 0;) {
    got = std::fread(buffer.data(), 1, buffer.size(), pipe);
    outcome.out.append(buffer.data(), got);
  }
  const int status = pclose(pipe);
  outcome.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

TEST_CASE("a valid configuration is listed with the origin of each value, in columns") {
  const Printed o = validate("-", R"({"strategies":[{"name":"A","position_sizing":{"fixed_amount_usd":5}}]})");
  CHECK(o.code == 0);
  CHECK(o.out.find("strategies[0].name                              \"A\"          file\n") != std::string::npos);
  CHECK(o.out.find("strategies[0].position_sizing.fixed_amount_usd  5            strategy\n") != std::string::npos);
  CHECK(o.out.find("ledger.missing_greek                            \"deny\"       default\n") != std::string::npos);
}

TEST_CASE("with --json the values are a JSON list, one a line") {
  const Printed o = validate("--json -", "{}");
  CHECK(o.code == 0);
  CHECK(o.out.substr(0, 77) ==
        "[\n{\"path\":\"ledger.max_greeks_age_s\",\"value\":60,\"origin\":\"default\"},\n{\"path\":\"");
  CHECK(o.out.substr(o.out.size() - 4) == "}\n]\n");
}

TEST_CASE("faults are one JSON line each, as the replay prints them, and exit code 1") {
  const Printed o = validate("-", R"({"grups":[],"ledger":{"default_ttl_s":0}})");
  CHECK(o.code == 1);
  CHECK(o.out == R"({"seq":0,"type":"error","code":"invalid_value","field":"ledger.default_ttl_s",)"
                 R"("message":"must be above 0 and at most 1000000000, found 0"})"
                 "\n"
                 R"({"seq":0,"type":"error","code":"unknown_key","field":"grups",)"
                 R"("message":"unknown key 'grups', did you mean 'groups'?"})"
                 "\n");
}

TEST_CASE("--schema prints a JSON Schema and reads nothing") {
  const Printed o = validate("--schema");
  CHECK(o.code == 0);
  CHECK(o.out.starts_with("{\n \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n"));
  CHECK(o.out.find("\"strike_rule\": {\"enum\":[\"below_leap\",") != std::string::npos);
  CHECK(o.out.ends_with("\n}\n"));
  CHECK(validate("--schema -", "{}").code == 2);
  CHECK(validate("--schema --json").code == 2);
}

TEST_CASE("usage and unreadable files are exit code 2, help and version 0") {
  CHECK(validate("").code == 2);
  CHECK(validate("a b").code == 2);
  CHECK(validate("--nope -", "{}").code == 2);
  CHECK(validate("/nonexistent/file").code == 2);
  CHECK(validate("/").code == 2);
  CHECK(validate("--help").code == 0);
  CHECK(validate("--version").out.substr(0, 18) == "optcoord-validate ");
  CHECK(validate("/nonexistent/file", "", true).out ==
        "optcoord-validate: /nonexistent/file: No such file or directory\n");
}

}  // namespace
