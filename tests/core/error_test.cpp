// tests/core/error_test.cpp -- faults as values: names of the codes, equality, the failure branch of a Result.
// SPDX-License-Identifier: MIT
#include <optcoord/core/error.hpp>

#include <doctest/doctest.h>

#include <array>
#include <set>
#include <string>
#include <string_view>

namespace optcoord {
namespace {

constexpr std::array all_codes{Errc::parse_error,     Errc::unknown_key,        Errc::unknown_type,
                               Errc::unknown_name,    Errc::invalid_value,      Errc::time_went_back,
                               Errc::duplicate_id,    Errc::illegal_transition, Errc::invalid_configuration,
                               Errc::unknown_request, Errc::no_sizer,           Errc::not_ready};

[[nodiscard]] Result<int> half(int x) {
  if (x % 2 != 0) return fail(Errc::invalid_value, "x");
  return x / 2;
}

TEST_CASE("every error code has a name of its own") {
  std::set<std::string_view> names;
  for (const Errc code : all_codes) names.insert(text(code));
  CHECK(names.size() == all_codes.size());
}

TEST_CASE("error codes carry the protocol's names") {
  CHECK(text(Errc::parse_error) == "parse_error");
  CHECK(text(Errc::unknown_key) == "unknown_key");
  CHECK(text(Errc::unknown_type) == "unknown_type");
  CHECK(text(Errc::unknown_name) == "unknown_name");
  CHECK(text(Errc::invalid_value) == "invalid_value");
  CHECK(text(Errc::time_went_back) == "time_went_back");
  CHECK(text(Errc::duplicate_id) == "duplicate_id");
  CHECK(text(Errc::illegal_transition) == "illegal_transition");
  CHECK(text(Errc::invalid_configuration) == "invalid_configuration");
  CHECK(text(Errc::unknown_request) == "unknown_request");
  CHECK(text(Errc::no_sizer) == "no_sizer");
  CHECK(text(Errc::not_ready) == "not_ready");
}

TEST_CASE("error codes are numbered from 1 without gaps, so that 0 never names a fault") {
  for (std::size_t i = 0; i < all_codes.size(); ++i) CHECK(static_cast<std::size_t>(all_codes[i]) == i + 1);
}

TEST_CASE("a result holds either the value or the error that kept it from being made") {
  const Result<int> good = half(8);
  REQUIRE(good.has_value());
  CHECK(*good == 4);

  const Result<int> bad = half(7);
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error() == Error{Errc::invalid_value, "x", -1});
}

TEST_CASE("errors compare by what the field says, not by where its text lies") {
  const std::string path = "legs[].ratio";
  const Error literal{Errc::invalid_value, "legs[].ratio", 2};
  CHECK(literal == Error{Errc::invalid_value, path.c_str(), 2});
  CHECK_FALSE(literal == Error{Errc::invalid_value, path.c_str(), 1});
  CHECK_FALSE(literal == Error{Errc::invalid_value, "legs[].contract", 2});
  CHECK_FALSE(literal == Error{Errc::unknown_name, path.c_str(), 2});
}

TEST_CASE("fail names the element of a list, and -1 where there is no list") {
  const Result<int> listed = fail(Errc::unknown_name, "groups[].name", 3);
  CHECK(listed.error().index == 3);
  const Result<int> single = fail(Errc::unknown_name, "strategy");
  CHECK(single.error().index == -1);
}

}  // namespace
}  // namespace optcoord
