// tests/exercise/stages_test.cpp -- the table of stages: every boundary to the nanosecond and the cent.
// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include "support/expiry_world.hpp"

using namespace optcoord;
using optcoord::test::active;
using optcoord::test::at;
using optcoord::test::ExpiryWorld;
using optcoord::test::spy;

namespace {

/// What is said of one short SPY option of strike 635 so long before the close.
[[nodiscard]] std::string said(char right, double spot, Duration before, ExerciseConfig config = {}) {
  ExpiryWorld w(std::move(config));
  w.hold(spy(right, 635), -1, spot).at_time(w.close - before);
  return w.says(0);
}
[[nodiscard]] std::string stage(Duration before) {
  ExpiryWorld w;
  w.hold(spy('C', 635), -1, 600).at_time(w.close - before);
  return w.row(0).stage ? w.policy.stage_text(*w.row(0).stage) : "none";
}

using std::chrono::minutes;
constexpr Duration nanosecond{1};

}  // namespace

TEST_CASE("stages begin exactly at their minutes: a nanosecond earlier is the stage before") {
  CHECK(stage(minutes{30} + nanosecond) == "monitoring");
  CHECK(stage(minutes{30}) == "T-30");
  CHECK(stage(minutes{5} + nanosecond) == "T-30");
  CHECK(stage(minutes{5}) == "T-5");
  CHECK(stage(minutes{2} + nanosecond) == "T-5");
  CHECK(stage(minutes{2}) == "T-2");
  CHECK(stage(nanosecond) == "T-2");
  CHECK(stage(Duration{0}) == "T-2");
  CHECK(stage(-nanosecond) == "none");
}

TEST_CASE("a nanosecond after the close a position is expired; at the close it is not") {
  CHECK(said('C', 640, Duration{0}) == "close");
  CHECK(said('C', 640, -nanosecond) == "expired");
}

TEST_CASE("monitoring neither warns nor closes; what is likely to end in the money is watched") {
  CHECK(said('C', 640, minutes{31}) == "watch");
  CHECK(said('C', 600, minutes{31}) == "hold");
}

TEST_CASE("T-30 warns from 2 % out of the money, to the cent, and closes nothing") {
  for (const Duration before : {Duration{minutes{30}}, Duration{minutes{5}} + nanosecond}) {
    CHECK(said('C', 622.30, before) == "warn");
    CHECK(said('C', 622.29, before) == "hold");
    CHECK(said('P', 647.70, before) == "warn");
    CHECK(said('P', 647.71, before) == "hold");
    CHECK(said('C', 680.00, before) == "warn");
  }
}

TEST_CASE("T-5 warns from 1 % and closes what is in the money, to the cent") {
  for (const Duration before : {Duration{minutes{5}}, Duration{minutes{2}} + nanosecond}) {
    CHECK(said('C', 628.65, before) == "warn");
    CHECK(said('C', 628.64, before) == "hold");
    CHECK(said('C', 635.00, before) == "warn");
    CHECK(said('C', 635.01, before) == "close");
    CHECK(said('P', 641.35, before) == "warn");
    CHECK(said('P', 641.36, before) == "hold");
    CHECK(said('P', 635.00, before) == "warn");
    CHECK(said('P', 634.99, before) == "close");
  }
}

TEST_CASE("T-2 closes what is in the money or within half a percent, to the tenth of a cent") {
  for (const Duration before : {Duration{minutes{2}}, Duration{0}}) {
    CHECK(said('C', 631.825, before) == "close");
    CHECK(said('C', 631.824, before) == "hold");
    CHECK(said('C', 660.00, before) == "close");
    CHECK(said('P', 638.175, before) == "close");
    CHECK(said('P', 638.176, before) == "hold");
    CHECK(said('P', 600.00, before) == "close");
  }
}

TEST_CASE("policy thresholds: each stage's band closes") {
  const ExerciseConfig c{.policy = ClosureRule::thresholds};
  CHECK(said('C', 622.30, minutes{30}, c) == "close");
  CHECK(said('C', 622.29, minutes{30}, c) == "hold");
  CHECK(said('C', 628.65, minutes{5}, c) == "close");
  CHECK(said('C', 628.64, minutes{5}, c) == "hold");
  CHECK(said('C', 631.825, minutes{2}, c) == "close");
  CHECK(said('C', 631.824, minutes{2}, c) == "hold");
  CHECK(said('C', 680, minutes{30} + nanosecond, c) == "watch");
}

TEST_CASE("stages are data: another table gives other boundaries and names") {
  ExerciseConfig c;
  c.stages = {{45, 0.03, false, std::nullopt, false}, {2.5, 0.01, true, 0.01, false}};
  CHECK(said('C', 616, minutes{45}, c) == "warn");
  CHECK(said('C', 616, minutes{45} + nanosecond, c) == "hold");
  CHECK(said('C', 630, std::chrono::seconds{150}, c) == "close");
  CHECK(said('C', 630, std::chrono::seconds{150} + nanosecond, c) == "warn");
  CHECK(ExercisePolicy::make(c)->stage_text(2) == "T-2.5");
}

TEST_CASE("minutes to close are not rounded") {
  ExpiryWorld w;
  w.hold(spy('C', 635), -1, 600).at_minutes(28.75);
  CHECK(w.row(0).minutes_to_close == 28.75);
}

TEST_CASE("a pin band in dollars keeps at risk and closes with the stage that closes near the money") {
  ExerciseConfig c;
  c.pin_dollars = 5.0;
  CHECK(said('C', 630.00, minutes{2}, c) == "close");
  CHECK(said('C', 629.99, minutes{2}, c) == "hold");
  CHECK(said('C', 630.00, minutes{5}, c) == "warn");
}

TEST_CASE("a pin band in standard deviations shrinks towards the close") {
  ExerciseConfig c;
  c.pin_sigma = 3.0;
  c.stages = {{30, 0.0, false, std::nullopt, false}};
  CHECK(said('C', 630, minutes{30}, c) == "warn");  // 3 x 0.20 x sqrt(30 / 98,280) is 1.05 %
  CHECK(said('C', 630, minutes{3}, c) == "hold");   // 0.33 %
}

TEST_CASE("each position counts to its own product's close") {
  ExpiryWorld w;
  w.sessions = SessionBook{};
  REQUIRE(w.sessions.set("*", {at("2026-01-16T14:30:00Z"), at("2026-01-16T21:00:00Z")}));
  REQUIRE(w.sessions.set("IWM", {at("2026-01-16T14:30:00Z"), at("2026-01-16T21:15:00Z")}));
  w.hold(spy('C', 635), -1, 640).hold("IWM   260116C00200000", -1, 201).at_minutes(2);
  CHECK(w.row(0).minutes_to_close == 2);
  CHECK(w.row(1).minutes_to_close == 17);
  CHECK(w.says(0) == "close");
  CHECK(w.says(1) == "warn");
}

TEST_CASE("early closes: on 2015-12-24 and 2023-07-03 T-2 is at 12:58 New York, and 15:58 is too late") {
  struct Case {
    const char* contract;
    const char* close;
    const char* later;
  };
  for (const Case& c : {Case{"SPY   151224C00205000", "2015-12-24T18:00:00Z", "2015-12-24T20:58:00Z"},
                        Case{"SPY   230703C00205000", "2023-07-03T17:00:00Z", "2023-07-03T19:58:00Z"}}) {
    CAPTURE(c.close);
    ExpiryWorld w;
    w.close = at(c.close);
    REQUIRE(w.sessions.set("*", {w.close - std::chrono::hours{3}, w.close}));
    w.hold(c.contract, -1, 204.5).at_minutes(2);
    CHECK(w.says(0) == "close");
    w.at_time(w.close - minutes{2} - nanosecond);
    CHECK(w.says(0) == "warn");
    w.at_time(at(c.later));
    CHECK(w.says(0) == "expired");
  }
}

TEST_CASE("around clock changes stages follow the New York clock, 20:00 UTC in summer and 21:00 in winter") {
  for (const char* c :
       {"2021-03-12T21:00:00Z", "2021-03-15T20:00:00Z", "2021-11-05T20:00:00Z", "2021-11-08T21:00:00Z"}) {
    CAPTURE(c);
    ExpiryWorld w;
    w.close = at(c);
    REQUIRE(w.sessions.set("*", {w.close - std::chrono::hours{6}, w.close}));
    const Contract option = *Contract::option("SPY", new_york_date(w.close), Right::call, 400'000);
    w.hold(to_text(option), -1, 401).at_minutes(5);
    CHECK(w.says(0) == "close");
    CHECK(w.row(0).minutes_to_close == 5);
  }
}

TEST_CASE("without a session the position that expires today is not ready, and said so") {
  ExpiryWorld w;
  w.sessions = SessionBook{};
  w.hold(spy('C', 635), -1, 640).at_minutes(3);
  CHECK_FALSE(w.row(0).ready);
  CHECK_FALSE(w.row(0).minutes_to_close);
  CHECK_FALSE(w.row(0).stage);
  CHECK(w.says(0) == "warn");
  CHECK(w.mode(ExerciseMode::emergency).look().says(0) == "close 1.05");
}

TEST_CASE("what does not expire at this close has no stage, and is held") {
  ExpiryWorld w = active();
  w.hold("SPY   260220C00635000", -1, 640).at_minutes(1);
  CHECK(w.says(0) == "hold");
  CHECK_FALSE(w.row(0).stage);
  CHECK(w.row(0).probability_itm > 0.5);
  CHECK_FALSE(w.row(0).assigned);
}

TEST_CASE("further sessions count 390 minutes each, weekends none") {
  ExpiryWorld w;  // Friday to Tuesday: two weekdays, as nobody has said that the Monday is a holiday
  w.hold("SPY   260120C00600000", -1, 600).at_minutes(60);
  CHECK(*w.row(0).probability_itm == doctest::Approx(probability_itm(Right::call, 600, 600, 0.20, 60 + 2 * 390)));
}

TEST_CASE("polling advice: 30 min, 15 with positions, 5 from T-30, 1 from T-5") {
  ExpiryWorld w;
  w.at_minutes(200);
  CHECK(w.plan.next_check == minutes{30});
  w.hold(spy('C', 635), -1, 600).at_minutes(200);
  CHECK(w.plan.next_check == minutes{15});
  CHECK(w.at_minutes(30).plan.next_check == minutes{5});
  CHECK(w.at_minutes(28.75).plan.next_check == minutes{5});
  CHECK(w.at_minutes(5).plan.next_check == minutes{1});
  CHECK(w.at_minutes(1).plan.next_check == minutes{1});
  CHECK(w.at_minutes(-1).plan.next_check == minutes{30});
}

TEST_CASE("polling advice never sleeps past the beginning of a stage") {
  ExpiryWorld w;
  w.hold(spy('C', 635), -1, 600);
  CHECK(w.at_minutes(40).plan.next_check == minutes{10});
  CHECK(w.at_minutes(8).plan.next_check == minutes{3});
  CHECK(w.at_minutes(2.5).plan.next_check == std::chrono::seconds{30});
}

TEST_CASE("a broker that liquidates by itself is named once its clock has passed and something is at risk") {
  ExerciseConfig c;
  c.broker_profile = BrokerProfileConfig{"some broker", std::chrono::hours{15} + minutes{30}};
  ExpiryWorld w(c);
  w.hold(spy('C', 635), -1, 640);
  CHECK(w.at_minutes(30).plan.broker_may_liquidate);
  CHECK_FALSE(w.at_minutes(30.001).plan.broker_may_liquidate);
  w.positions[0].spot->value = 500;
  CHECK_FALSE(w.at_minutes(20).plan.broker_may_liquidate);
}
