// tests/exercise/moneyness_test.cpp -- distance into the money, and the prices at which bands begin, to the cent.
// SPDX-License-Identifier: MIT
#include <optcoord/exercise/moneyness.hpp>

#include <doctest/doctest.h>

#include "support/not_finite.hpp"

using namespace optcoord;

TEST_CASE("moneyness: the document's unit test, an in-the-money call is above 0") {
  CHECK(*moneyness(Right::call, 636, 635) > 0);
}

TEST_CASE("moneyness is a fraction of the strike, positive in the money for either right") {
  CHECK(*moneyness(Right::call, 660, 600) == doctest::Approx(0.10));
  CHECK(*moneyness(Right::call, 540, 600) == doctest::Approx(-0.10));
  CHECK(*moneyness(Right::put, 540, 600) == doctest::Approx(0.10));
  CHECK(*moneyness(Right::put, 660, 600) == doctest::Approx(-0.10));
  CHECK(*moneyness(Right::put, 600, 600) == 0.0);
}

TEST_CASE("moneyness of prices that are none is an error that names the field") {
  for (const double bad : {0.0, -1.0, test::not_a_number, test::infinity, -test::infinity}) {
    CAPTURE(bad);
    CHECK(moneyness(Right::call, bad, 600).error() == Error{Errc::invalid_value, "spot"});
    CHECK(moneyness(Right::put, 600, bad).error() == Error{Errc::invalid_value, "strike"});
  }
}

TEST_CASE("a band begins at a price: exactly there is inside, a millionth of a dollar short of it is not") {
  CHECK(at_least(Right::call, 622.30, 635, -0.02));
  CHECK_FALSE(at_least(Right::call, 622.299999, 635, -0.02));
  CHECK_FALSE(at_least(Right::call, 622.29, 635, -0.02));
  CHECK(at_least(Right::put, 647.70, 635, -0.02));
  CHECK_FALSE(at_least(Right::put, 647.700001, 635, -0.02));
  CHECK(at_least(Right::call, 628.65, 635, -0.01));
  CHECK_FALSE(at_least(Right::call, 628.64, 635, -0.01));
  CHECK(at_least(Right::call, 631.825, 635, -0.005));
  CHECK_FALSE(at_least(Right::call, 631.82, 635, -0.005));
  CHECK(at_least(Right::call, 631.8250004, 635, -0.005));  // the same to a millionth
  CHECK(at_least(Right::call, 631.8249996, 635, -0.005));
}

TEST_CASE("at the strike is not in the money; a millionth beyond is") {
  CHECK_FALSE(in_the_money(Right::call, 635, 635));
  CHECK_FALSE(in_the_money(Right::put, 635, 635));
  CHECK(in_the_money(Right::call, 635.000001, 635));
  CHECK(in_the_money(Right::put, 634.999999, 635));
  CHECK_FALSE(in_the_money(Right::call, 635.0000001, 635));
}

TEST_CASE("near the money is the same distance on both sides, its ends included") {
  CHECK(within(631.825, 635, 0.005));
  CHECK(within(638.175, 635, 0.005));
  CHECK_FALSE(within(631.824999, 635, 0.005));
  CHECK_FALSE(within(638.175001, 635, 0.005));
  CHECK(within_dollars(634.5, 635, 0.5));
  CHECK(within_dollars(635.5, 635, 0.5));
  CHECK_FALSE(within_dollars(635.500001, 635, 0.5));
}

TEST_CASE("exercise by exception begins at a cent in the money") {
  CHECK(exercised_by_exception(Right::call, 635.01, 635));
  CHECK_FALSE(exercised_by_exception(Right::call, 635.009999, 635));
  CHECK_FALSE(exercised_by_exception(Right::call, 634.99, 635));
  CHECK(exercised_by_exception(Right::put, 634.99, 635));
  CHECK_FALSE(exercised_by_exception(Right::put, 634.990001, 635));
}
