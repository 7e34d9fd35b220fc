// tests/data/expiry_days_test.cpp -- the last hour of two real expiry days, minute by minute, through the planner.
// SPDX-License-Identifier: MIT
//
// The host of these tests asks every minute, sends what the plan orders, and is filled at its limit when the next
// minute's quote reaches it; otherwise the attempt has failed. A desk beside it hears the same and must plan the same.
#include "data/quotes.hpp"

#include <optcoord/calendar/calendar.hpp>
#include <optcoord/exercise/planner.hpp>

#include <map>  // std::map

#include "data/desk_beside.hpp"
#include "support/times.hpp"

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// Everything told in one minute.
struct MinuteTold {
  std::map<std::string, double> prices;
  std::map<std::string, Quote> quotes;
};
using DayTold = std::map<Timestamp, MinuteTold>;

[[nodiscard]] DayTold told(const std::string& options) {
  DayTold day;
  for (const std::string& line : test::events(options)) {
    MinuteTold& minute = day[*parse_time(value_of(line, "t"))];
    if (value_of(line, "type") == "quote") minute.prices[value_of(line, "root")] = *number_of(line, "price");
    if (value_of(line, "type") == "option")
      minute.quotes[value_of(line, "contract")] = {number_of(line, "bid"), number_of(line, "ask")};
  }
  return day;
}

/// A host with positions, living through a day.
class ExpiryHost {
 public:
  ExpiryHost(const ExerciseConfig& config, std::string_view date)
      : policy_(*ExercisePolicy::make(config)), date_(day(date)), desk_(config) {
    REQUIRE(calendar::add_sessions(sessions_, day(date), day(date)) == calendar::DayKind::full);
  }
  void hold(std::uint32_t strategy, const std::string& contract, std::int64_t quantity) {
    ExpiryPosition p;
    p.strategy = StrategyId{strategy};
    p.id = ContractId{static_cast<std::uint32_t>(positions_.size())};
    p.contract = *parse_contract(contract);
    p.quantity = quantity;
    p.terms = exercise_terms(p.contract, ProductTable{}.find(p.contract.root()));
    positions_.push_back(p);
  }
  void live(const DayTold& day, const std::string& price_root) {
    open_desk(day.begin()->first);
    for (const auto& [t, minute] : day) {
      hear(minute, price_root, t);
      settle(t);
      const ExpiryPlan plan = assess(positions_, {sessions_}, policy_, state_, t);
      desk_.check_plan(plan, positions_, t);
      note(plan, t);
      send(plan);
      check_covered();
    }
  }
  /// What changed in what was said of each position: "20:55 0 close".
  [[nodiscard]] const std::vector<std::string>& said() const { return said_; }
  [[nodiscard]] const std::vector<Assessment>& last() const { return last_; }

 private:
  void open_desk(Timestamp t) {
    for (const ExpiryPosition& p : positions_)
      desk_.session(p.contract.root(), *sessions_.on(p.contract.root(), date_), t);
    desk_.positions(positions_, t);
  }
  void hear(const MinuteTold& minute, const std::string& price_root, Timestamp t) {
    if (const auto at = minute.prices.find(price_root); at != minute.prices.end())
      desk_.price(price_root, at->second, t);
    for (ExpiryPosition& p : positions_) {
      if (const auto at = minute.prices.find(price_root); at != minute.prices.end()) p.spot = Price{at->second, t};
      if (const auto at = minute.quotes.find(to_text(p.contract)); at != minute.quotes.end()) {
        p.quote = at->second;
        p.quoted_at = t;
        desk_.quote(p.contract, p.quote, t);
      }
    }
  }
  void settle(Timestamp t) {
    for (const auto& [i, order] : sent_) {
      ExpiryPosition& p = positions_[i];
      const bool buys = p.quantity < 0;
      const std::optional<double>& far = buys ? p.quote.ask : p.quote.bid;
      const bool filled = far && (buys ? *far <= *order.limit_price : *far >= *order.limit_price);
      REQUIRE(close_result(state_, policy_, {p.strategy, p.id, filled, order.limit_price, std::nullopt}, t));
      desk_.result(p, filled, order.limit_price, t);
      if (!filled) continue;
      said_.push_back(clock(t) + ' ' + std::to_string(i) + " filled");
      p.quantity += buys ? order.quantity : -order.quantity;
      position_filled(state_, {p.strategy, p.id});
    }
    if (!sent_.empty()) desk_.positions(positions_, t);
    sent_.clear();
  }
  void note(const ExpiryPlan& plan, Timestamp t) {
    for (const Assessment& a : plan.positions) {
      std::string now(text(a.action));
      if (a.reason != Code::none) now += ' ' + std::string(text(a.reason));
      std::string& before = before_[a.position];
      if (now != before) said_.push_back(clock(t) + ' ' + std::to_string(a.position) + ' ' + now);
      before = now;
    }
    last_ = plan.positions;
  }
  void send(const ExpiryPlan& plan) {
    for (const QueueEntry& e : plan.queue)
      if (const auto& order = plan.positions[e.row].order) sent_.emplace_back(plan.positions[e.row].position, *order);
  }
  /// No structure has more uncovered shorts than it began with.
  void check_covered() {
    std::vector<std::int64_t> held;
    for (const ExpiryPosition& p : positions_) held.push_back(p.quantity);
    if (first_.empty()) first_ = held;
    for (const Structure& s : structures(positions_))
      for (const Right right : {Right::call, Right::put})
        REQUIRE(uncovered(s, held, right) <= uncovered(s, first_, right));
  }
  [[nodiscard]] static std::string clock(Timestamp t) { return to_text(t).substr(11, 5); }

  ExercisePolicy policy_;
  Date date_;
  DeskBeside desk_;
  SessionBook sessions_{};
  ExerciseState state_{};
  std::vector<ExpiryPosition> positions_{};
  std::vector<std::pair<std::size_t, OrderAdvice>> sent_{};
  std::map<std::size_t, std::string> before_{};
  std::vector<std::int64_t> first_{};
  std::vector<Assessment> last_{};
  std::vector<std::string> said_{};
};

[[nodiscard]] DayTold goog_last_hour() {
  const std::string goog = ::optcoord::test::data("goog_20151224");
  return told(
      "--date 2015-12-24 --expiry 2015-12-24 --from 12:00 --session 09:30,13:00 --carry-forward --underlying "
      "'GOOG=America/New_York:" +
      goog + "/underlying_minute_trades.csv' --options 'GOOG=America/New_York:" + goog +
      "/options_minute_quotes.csv.gz'");
}
/// A short call, a bull put spread, another short call, a bull call spread: each of a strategy of its own.
void hold_goog(ExpiryHost& host) {
  host.hold(1, "GOOG  151224C00747500", -1);
  host.hold(2, "GOOG  151224P00750000", -2);
  host.hold(2, "GOOG  151224P00745000", 2);
  host.hold(3, "GOOG  151224C00750000", -1);
  host.hold(4, "GOOG  151224C00740000", 1);
  host.hold(4, "GOOG  151224C00752500", -1);
}
/// The lines from a clock reading on, UTC.
[[nodiscard]] std::string since(std::string_view clock, const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines)
    if (line >= clock) out += line + '\n';
  return out;
}

}  // namespace

TEST_CASE("GOOG on its 13:00 close: nothing is silent, and ten cents are too little for its spreads") {
  if (::optcoord::test::data("goog_20151224").empty()) {
    MESSAGE("skipped: no GOOG day in OPTCOORD_DATA_DIR");
    return;
  }
  ExerciseConfig config;
  config.mode = ExerciseMode::active;
  ExpiryHost host(config, "2015-12-24");
  hold_goog(host);
  host.live(goog_last_hour(), "GOOG");
  CHECK(since("17:31", host.said()) ==
        "17:55 0 escalate slippage_exceeded\n"  // C747.5, spot 749.10: 1.35 to 1.80
        "17:55 1 escalate no_quote\n"           // P750: nobody bids
        "17:55 4 escalate slippage_exceeded\n"  // C740, long: its short goes first, but it could not follow
        "17:55 5 close\n"                       // C752.5
        "17:56 0 close\n"
        "17:56 1 escalate slippage_exceeded\n"
        "17:57 0 escalate slippage_exceeded\n"
        "17:58 5 filled\n"
        "17:58 2 escalate no_quote\n"  // P745, long, half a percent out of the money
        "17:58 3 close\n"              // C750
        "18:01 0 expired\n18:01 1 expired\n18:01 2 expired\n18:01 3 expired\n18:01 4 expired\n");
}

TEST_CASE("GOOG with half a dollar allowed: what was closed when") {
  if (::optcoord::test::data("goog_20151224").empty()) return;
  ExerciseConfig config;
  config.mode = ExerciseMode::active;
  config.max_slippage = 0.50;
  ExpiryHost host(config, "2015-12-24");
  hold_goog(host);
  host.live(goog_last_hour(), "GOOG");
  CHECK(since("17:31", host.said()) ==
        "17:55 0 close\n17:55 1 escalate no_quote\n17:55 4 close\n17:55 5 close\n"
        "17:56 0 filled\n"  // C747.5, five minutes before it would have been assigned
        "17:56 1 close\n"
        "17:57 5 filled\n17:57 4 escalate slippage_exceeded\n"
        "17:58 2 escalate no_quote\n17:58 3 close\n"
        "18:00 1 filled\n"  // P750, 0.21 % in the money, at the last minute
        "18:00 3 filled\n"
        "18:01 2 expired\n18:01 4 expired\n");
}

TEST_CASE("SPXW on 2021-01-04 settles in cash, 65 cents in the money, whatever the minute") {
  const std::string spx = ::optcoord::test::data("spxw_0dte_202101");
  if (spx.empty()) {
    MESSAGE("skipped: no SPXW days in OPTCOORD_DATA_DIR");
    return;
  }
  const DayTold day =
      told("--date 2021-01-04 --expiry 2021-01-04 --from 15:00 --underlying 'SPX=America/Chicago:" + spx +
           "/spx_minute.csv' --options 'SPXW=America/New_York:" + spx + "/options_minute_quotes.csv.gz'");
  ExerciseConfig config;
  config.mode = ExerciseMode::active;
  ExpiryHost host(config, "2021-01-04");
  host.hold(1, "SPXW  210104C03700000", -1);
  host.hold(1, "SPXW  210104P03700000", -1);
  host.live(day, "SPX");
  CHECK(since("20:01", host.said()) ==
        "20:01 0 settles_cash\n20:01 1 settles_cash\n21:01 0 expired\n21:01 1 expired\n");
  CHECK(*host.last()[0].moneyness == doctest::Approx(0.65 / 3700));
  CHECK(host.last()[0].probability_itm == 1.0);
  CHECK(host.last()[1].probability_itm == 0.0);
}
