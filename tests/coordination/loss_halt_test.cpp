// tests/coordination/loss_halt_test.cpp -- the day's loss halts once, at the threshold, and not again by itself.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/loss_halt.hpp>

#include <doctest/doctest.h>

namespace {

using namespace optcoord;

constexpr double five_percent = -0.05;

[[nodiscard]] DayFigures day(double equity, double start = 100'000, double deposits = 0) {
  return {equity, start, deposits};
}

}  // namespace

TEST_CASE("exactly the threshold is a loss, a cent above is none") {
  CHECK(is_loss(day(95'000), five_percent) == true);
  CHECK(is_loss(day(94'999.99), five_percent) == true);
  CHECK(is_loss(day(95'000.01), five_percent) == false);
}

TEST_CASE("a loss of the threshold that misses it by a rounding is one") {
  // 0.05 x 123,456.78 has no exact double; ten dollars in a billion are forgiven, no more
  CHECK(is_loss({123'456.78 * 0.95, 123'456.78, 0}, five_percent) == true);
  CHECK(is_loss(day(95'000.00005), five_percent) == true);
  CHECK(is_loss(day(95'000.0002), five_percent) == false);
}

TEST_CASE("deposits are no profit, withdrawals no loss") {
  CHECK(is_loss(day(105'000, 100'000, 10'000), five_percent) == true);
  CHECK(is_loss(day(90'000, 100'000, -10'000), five_percent) == false);
}

TEST_CASE("nothing is judged before both figures are known, nor of a day that started with nothing") {
  CHECK(!is_loss({50'000.0, {}, 0}, five_percent));
  CHECK(!is_loss({{}, 100'000.0, 0}, five_percent));
  CHECK(!is_loss(day(-1, 0), five_percent));
  LossHalt loss;
  CHECK(!loss.take({50'000.0, {}, 0}, five_percent));
  CHECK(loss.take(day(50'000), five_percent));
}

TEST_CASE("it fires once, and again only after the result was above") {
  LossHalt loss;
  CHECK(!loss.take(day(99'000), five_percent));
  CHECK(loss.take(day(95'000), five_percent));
  CHECK(!loss.take(day(94'000), five_percent));
  CHECK(!loss.take(day(95'000), five_percent));
  CHECK(!loss.take(day(95'001), five_percent));
  CHECK(loss.take(day(94'999), five_percent));
}

TEST_CASE("it fires again when the day's starting equity has changed") {
  LossHalt loss;
  CHECK(loss.take(day(90'000), five_percent));
  CHECK(!loss.take(day(90'000), five_percent));
  CHECK(loss.take(day(90'000, 99'000), five_percent));
  CHECK(!loss.take(day(90'000, 99'000), five_percent));
  CHECK(!loss.take(day(90'000, 90'000), five_percent));
  CHECK(loss.take(day(85'000, 90'000), five_percent));
}
