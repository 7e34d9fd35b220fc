// tests/core/fixed_point_test.cpp -- exposures enter rounded once, exactly, and come out as exact text.
// SPDX-License-Identifier: MIT
#include <optcoord/core/fixed_point.hpp>

#include "support/exact_micro.hpp"
#include "support/not_finite.hpp"

#include <doctest/doctest.h>

#include <cmath>    // std::nextafter
#include <cstdint>  // std::int64_t
#include <limits>   // std::numeric_limits

namespace {

using namespace optcoord;
using namespace optcoord::test;

constexpr std::int64_t least = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max();

/// Millionths of `x`; a fault reads as the least number there is.
[[nodiscard]] std::int64_t micro(double x) {
  const Result<Micro> entered = to_micro(x);
  return entered ? (*entered).raw : least;
}

/// \returns whether `x` is refused, as an invalid value.
[[nodiscard]] bool refused(double x) {
  const Result<Micro> entered = to_micro(x);
  return !entered && entered.error().code == Errc::invalid_value;
}

}  // namespace

TEST_CASE("whole numbers and short decimals enter exactly") {
  CHECK(micro(0) == 0);
  CHECK(micro(-0.0) == 0);
  CHECK(micro(1) == 1'000'000);
  CHECK(micro(-400) == -400'000'000);
  CHECK(micro(0.000001) == 1);
  CHECK(micro(-0.35 * 100) == -35'000'000);
  CHECK(micro(0.1) == 100'000);
  CHECK(micro(1234567.891234) == 1'234'567'891'234);
}

TEST_CASE("a half that a double holds exactly goes to the even neighbour") {
  CHECK(micro(1.0 / 128) == 7'812);   // 7812.5
  CHECK(micro(3.0 / 128) == 23'438);  // 23437.5
  CHECK(micro(5.0 / 128) == 39'062);  // 39062.5
  CHECK(micro(-1.0 / 128) == -7'812);
  CHECK(micro(-3.0 / 128) == -23'438);
  CHECK(micro(1000 + 1.0 / 128) == 1'000'007'812);
  CHECK(micro(1000 + 3.0 / 128) == 1'000'023'438);
  CHECK(micro(1048576 + 5.0 / 128) == 1'048'576'039'062);
}

TEST_CASE("what reads as a half in decimal goes where the double's own value lies") {
  CHECK(micro(5e-7) == 0);               // below 0.5
  CHECK(micro(3.5e-6) == 3);             // below, though 4 is even
  CHECK(micro(6.5e-6) == 6);             // below
  CHECK(micro(4.5e-6) == 5);             // above, though 4 is even
  CHECK(micro(2.5e-6) == 3);             // above
  CHECK(micro(1.0000005) == 1'000'001);  // above
  CHECK(micro(1.0000015) == 1'000'001);  // below, though ...002 is even
  CHECK(micro(2.0000005) == 2'000'001);  // above, though ...000 is even
  CHECK(micro(1000.0000005) == 1'000'000'001);
  CHECK(micro(0.3000005) == 300'001);
  CHECK(micro(0.1000005) == 100'001);
  CHECK(micro(-2.0000005) == -2'000'001);
  CHECK(micro(-1.0000015) == -1'000'001);
}

TEST_CASE("the neighbours of an exact half go to their own side") {
  for (const double half : {1.0 / 128, 3.0 / 128, 5.0 / 128, 64 + 7.0 / 128, 65536 + 9.0 / 128}) {
    const auto below = static_cast<std::int64_t>(std::floor(half * 1e6));
    CHECK(micro(std::nextafter(half, 0.0)) == below);
    CHECK(micro(std::nextafter(half, infinity)) == below + 1);
    CHECK(micro(-std::nextafter(half, 0.0)) == -below);
    CHECK(micro(-std::nextafter(half, infinity)) == -below - 1);
  }
}

TEST_CASE("rounding agrees with integer arithmetic wherever a double holds every millionth") {
  std::uint64_t state = 20260105;
  for (int i = 0; i < 200'000; ++i) {
    state = state * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX generator
    const int exponent = static_cast<int>(state >> 58U) - 30;     // below 2^33
    const double x = std::ldexp(static_cast<double>(static_cast<std::int64_t>(state << 6U)), exponent - 63);
    REQUIRE(micro(x) == exact_micro(x));
    const double near_half = (static_cast<double>(state >> 40U) + 0.5) / 1e6;
    REQUIRE(micro(near_half) == exact_micro(near_half));
  }
}

TEST_CASE("tiny values round to nothing") {
  CHECK(micro(std::numeric_limits<double>::denorm_min()) == 0);
  CHECK(micro(std::numeric_limits<double>::min()) == 0);
  CHECK(micro(-4.9e-7) == 0);
}

TEST_CASE("a million million enters, and nothing beyond it") {
  CHECK(micro(1e12) == max_entry_raw);
  CHECK(micro(-1e12) == -max_entry_raw);
  CHECK(refused(std::nextafter(1e12, infinity)));
  CHECK(refused(std::nextafter(-1e12, -infinity)));
  CHECK(refused(1e300));
  CHECK(refused(std::numeric_limits<double>::max()));
}

TEST_CASE("what is not a number never enters") {
  CHECK(refused(not_a_number));
  CHECK(refused(infinity));
  CHECK(refused(-infinity));
}

TEST_CASE("a refusal carries the field and the index it was asked with") {
  const Result<Micro> entered = to_micro(not_a_number, "legs[].delta", 3);
  REQUIRE(!entered);
  CHECK(entered.error() == Error{Errc::invalid_value, "legs[].delta", 3, -1});
}

TEST_CASE("text is exact, without trailing zeros") {
  CHECK(to_text(Micro{0}) == "0");
  CHECK(to_text(Micro{1}) == "0.000001");
  CHECK(to_text(Micro{-1}) == "-0.000001");
  CHECK(to_text(Micro{500'000}) == "0.5");
  CHECK(to_text(Micro{-500'000}) == "-0.5");
  CHECK(to_text(Micro{-1'100'000'000}) == "-1100");
  CHECK(to_text(Micro{1'000'010}) == "1.00001");
  CHECK(to_text(Micro{999'999}) == "0.999999");
  CHECK(to_text(Micro{10'000'000}) == "10");
  CHECK(to_text(Micro{most}) == "9223372036854.775807");
  CHECK(to_text(Micro{least}) == "-9223372036854.775808");
}

TEST_CASE("text is appended to what is there") {
  std::string line = "held ";
  append_text(line, Micro{-2'500'000});
  CHECK(line == "held -2.5");
}

TEST_CASE("a double comes back nearest, and enters again as it was") {
  CHECK(to_double(Micro{-35'000'000}) == -35.0);
  CHECK(to_double(Micro{1}) == 1e-6);
  for (const std::int64_t raw : {std::int64_t{1}, std::int64_t{-123'456'789}, std::int64_t{1'999'999'999'999}})
    CHECK(micro(to_double(Micro{raw})) == raw);
}

TEST_CASE("exposures add, subtract and compare by value") {
  Micro sum{1'000'000};
  sum += Micro{500'000};
  CHECK(sum == Micro{1'500'000});
  sum -= Micro{2'000'000};
  CHECK(sum == Micro{-500'000});
  CHECK(-sum == Micro{500'000});
  CHECK(Micro{1} + Micro{2} == Micro{3});
  CHECK(Micro{1} - Micro{2} == Micro{-1});
  CHECK(Micro{-1} < Micro{0});
  CHECK(Micro{2} > Micro{1});
  CHECK(Micro{2} != Micro{1});
}

TEST_CASE("saturating sums stop at the end of the range they pass") {
  CHECK(saturating_add(1, 2) == 3);
  CHECK(saturating_add(most, 0) == most);
  CHECK(saturating_add(most, 1) == most);
  CHECK(saturating_add(most - 1, 1) == most);
  CHECK(saturating_add(least, -1) == least);
  CHECK(saturating_add(least + 1, -1) == least);
  CHECK(saturating_add(most, least) == -1);
}

TEST_CASE("saturating differences stop at the end of the range they pass") {
  CHECK(saturating_sub(1, 2) == -1);
  CHECK(saturating_sub(least, 1) == least);
  CHECK(saturating_sub(most, -1) == most);
  CHECK(saturating_sub(0, least) == most);
  CHECK(saturating_sub(-1, least) == most);
  CHECK(saturating_sub(-2, most) == least);
}

TEST_CASE("saturating products stop at the end of the range they pass") {
  CHECK(saturating_mul(-3, 4) == -12);
  CHECK(saturating_mul(0, least) == 0);
  CHECK(saturating_mul(most, 2) == most);
  CHECK(saturating_mul(most, -2) == least);
  CHECK(saturating_mul(least, 2) == least);
  CHECK(saturating_mul(least, -1) == most);
  CHECK(saturating_mul(least, -2) == most);
  CHECK(saturating_mul(least, 1) == least);
}
