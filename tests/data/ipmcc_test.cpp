// tests/data/ipmcc_test.cpp -- LEAP and weekly on the real GOOG chain of 2015-12-24, at each of its 210 minutes.
// SPDX-License-Identifier: MIT
//
// The day has an expiry of 0 days, one of 7 on a Thursday (both Fridays are holidays) and one of 393, and closes at
// 13:00. Quotes are those of the bars, each standing until the next; Greeks are computed from the mids.
#include "support/ipmcc_world.hpp"
#include "support/running.hpp"

#include <chrono>  // std::chrono::hours
#include <map>     // std::map

using namespace optcoord;
using namespace optcoord::test;

namespace {

const Contract goog_share = *Contract::share("GOOG");
const Contract goog_leap = *parse_contract("GOOG  170120C00525000");
const Contract goog_today = *parse_contract("GOOG  151224C00750000");
const Date christmas_eve = day("2015-12-24");
const Date new_years_eve = day("2015-12-31");
const Date in_393_days = day("2017-01-20");

/// The comma-separated fields of a line.
[[nodiscard]] std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> out;
  for (std::size_t comma = line.find(','); comma != std::string_view::npos; comma = line.find(',')) {
    out.push_back(line.substr(0, comma));
    line.remove_prefix(comma + 1);
  }
  out.push_back(line);
  return out;
}
[[nodiscard]] std::optional<double> price_in(std::string_view field) {
  if (field.empty()) return std::nullopt;
  return std::strtod(std::string(field).c_str(), nullptr);
}
/// 09:30:00 of the day in New York as an instant.
[[nodiscard]] Timestamp instant(std::string_view clock) {
  const auto two = [&](std::size_t from) { return (clock[from] - '0') * 10 + (clock[from + 1] - '0'); };
  return from_new_york(christmas_eve, std::chrono::hours{two(0)} + std::chrono::minutes{two(3)});
}

/// The day's quotes, told minute by minute.
class GoogDay {
 public:
  GoogDay() {
    const Scratch scratch;
    const std::string csv = scratch.at("quotes.csv");
    REQUIRE(run("gzip -dc '" + data("goog_20151224/options_minute_quotes.csv.gz") + "' >'" + csv + "'") == 0);
    for (const std::string& line : lines_of(csv)) take_option(line);
    for (const std::string& line : lines_of(data("goog_20151224/underlying_minute_quotes.csv"))) take_spot(line);
    REQUIRE(sessions_.set("*", Session{instant("09:30:00"), instant("13:00:00")}));
  }
  /// Calls `each(market, now)` for every minute of the session, once the underlying and the LEAP are quoted.
  template <class Each>
  int each_minute(Each each) {
    int minutes = 0;
    ipmcc::Market m;
    m.underlying = goog_share;
    m.rate = 0.005;
    m.max_quote_age = std::chrono::hours{4};  // a bar comes only when something has changed
    m.sessions = &sessions_;
    for (Timestamp now = instant("09:30:00"); now < instant("13:00:00"); now += std::chrono::minutes{1}) {
      for (const ipmcc::ChainOption& o : bars_[now]) tell(o);
      if (const auto it = spots_.upper_bound(now); it != spots_.begin()) m.spot = std::prev(it)->second;
      m.chain = chain_;
      each(m, now);
      ++minutes;
    }
    return minutes;
  }

 private:
  void take_option(const std::string& line) {
    const std::vector<std::string_view> f = fields_of(line);
    if (f[0] != "2015-12-24") return;
    ipmcc::ChainOption o;
    const double strike = *price_in(f[3]);
    o.contract = *Contract::option("GOOG", *parse_date(f[2]), f[4] == "C" ? Right::call : Right::put,
                                   static_cast<std::int64_t>(strike * 1000 + 0.5));
    o.quote = {price_in(f[8]), price_in(f[13])};
    o.at = instant(f[1]);
    bars_[o.at].push_back(o);
  }
  void take_spot(const std::string& line) {
    const std::vector<std::string_view> f = fields_of(line);
    if (f[0] != "2015-12-24") return;
    const std::optional<double> middle = mid(Quote{price_in(f[5]), price_in(f[10])});
    if (middle) spots_[instant(f[1])] = *middle;
  }
  void tell(const ipmcc::ChainOption& o) {
    const auto [it, is_new] = place_.try_emplace(o.contract, chain_.size());
    if (is_new) chain_.push_back(o);
    chain_[it->second] = o;
  }

  std::map<Timestamp, std::vector<ipmcc::ChainOption>> bars_{};
  std::map<Timestamp, double> spots_{};
  std::map<Contract, std::size_t> place_{};
  std::vector<ipmcc::ChainOption> chain_{};
  SessionBook sessions_{};
};

[[nodiscard]] bool no_goog_day() {
  if (!data("goog_20151224/options_minute_quotes.csv.gz").empty()) return false;
  MESSAGE("skipped: no GOOG day in OPTCOORD_DATA_DIR");
  return true;
}
[[nodiscard]] ipmcc::Book book_with(const std::vector<std::pair<Contract, std::int64_t>>& lots) {
  ipmcc::Book book;
  for (const auto& [contract, quantity] : lots) REQUIRE(book.fill({std::nullopt, contract, quantity, 200.0}, {}));
  return book;
}
[[nodiscard]] IpmccPolicy goog_policy(StrikeRule rule = StrikeRule::above_leap) {
  return *IpmccPolicy::make(rules_with(rule));
}
void check_adds_up(const ipmcc::Plan& plan, const ipmcc::Market& m) {
  CHECK(plan.rejected.total() + plan.chosen == m.chain.size());
}
/// The lowest strike of next Thursday at or above 1.03 x spot that has a bid and an ask; at some minutes none has.
[[nodiscard]] std::optional<double> sellable_strike(const ipmcc::Market& m) {
  std::optional<double> lowest;
  for (const ipmcc::ChainOption& o : m.chain) {
    const bool sellable = o.contract.right == Right::call && o.contract.expiry == new_years_eve && mid(o.quote) &&
                          o.contract.strike() >= 1.03 * *m.spot;
    if (sellable && (!lowest || o.contract.strike() < *lowest)) lowest = o.contract.strike();
  }
  return lowest;
}
/// Whether nothing can be sold at this minute; then the plan must say so.
[[nodiscard]] bool said_why_not(const ipmcc::Plan& plan, const ipmcc::Market& m) {
  if (sellable_strike(m)) return false;
  CHECK(plan.steps.empty());
  CHECK(plan.has_reason(Code::no_weekly_candidate));
  CHECK(plan.rejected[ipmcc::Filter::no_bid] > 0);
  return true;
}

}  // namespace

TEST_CASE("GOOG: at every minute a new position is the 393-day 0.80-delta LEAP and the 7-day weekly") {
  if (no_goog_day()) return;
  GoogDay goog_day;
  const IpmccPolicy policy = goog_policy();
  const ipmcc::BookState nothing;
  int created = 0;
  const int minutes = goog_day.each_minute([&](const ipmcc::Market& m, Timestamp now) {
    const ipmcc::Plan plan = ipmcc::make_plan(policy, nothing, m, 2'000'000.0, now);
    INFO(to_text(now));
    check_adds_up(plan, m);
    if (said_why_not(plan, m)) return;
    ++created;
    REQUIRE(plan.path == ipmcc::Path::create);
    CHECK(plan.steps[0].contract.expiry == in_393_days);
    CHECK(ipmcc::days_to_expiry(plan.steps[0].contract, now) == 393);
    CHECK(plan.steps[1].contract.expiry == new_years_eve);
    CHECK(plan.steps[1].contract.strike() >= 1.03 * *m.spot - 1e-9);
    CHECK_FALSE(plan.has_warning(Code::short_below_long));
    double nearest = 1;
    double own = 1;
    for (const ipmcc::ChainOption& o : m.chain) {
      if (o.contract.right == Right::put || !mid(o.quote)) continue;
      const std::optional<double> delta = o.contract.expiry == in_393_days ? ipmcc::delta_of(o, m, now) : std::nullopt;
      const double distance = delta ? std::abs(*delta - 0.80) : 1.0;
      nearest = std::min(nearest, distance);
      if (o.contract == plan.steps[0].contract) own = distance;
    }
    CHECK(own == nearest);
    CHECK(own < 0.05);  // quotes 4 USD wide, some of one side
    CHECK(plan.steps[1].contract.strike() == sellable_strike(m));
    CHECK(plan.exposure.delta);
    CHECK(*plan.break_even < *m.spot + 100);
  });
  CHECK(minutes == 210);
  CHECK(created == 162);  // at the others no weekly 3 % out of the money has a bid
}

TEST_CASE("GOOG: at every minute the LEAP of C525 is sold against, and covered it is left alone") {
  if (no_goog_day()) return;
  GoogDay goog_day;
  const IpmccPolicy policy = goog_policy();
  const ipmcc::Book leap = book_with({{goog_leap, 2}});
  int below_sold = 0;
  (void)goog_day.each_minute([&](const ipmcc::Market& m, Timestamp now) {
    const ipmcc::Plan plan = ipmcc::make_plan(policy, leap.state(), m, 2'000'000.0, now);
    INFO(to_text(now));
    check_adds_up(plan, m);
    if (said_why_not(plan, m)) return;
    REQUIRE(plan.path == ipmcc::Path::add_weekly);
    REQUIRE(plan.steps.size() == 1);
    CHECK(plan.quantity == 2);
    CHECK(plan.steps[0].contract.expiry == new_years_eve);
    const ipmcc::Book covered = book_with({{goog_leap, 2}, {plan.steps[0].contract, -2}});
    CHECK(ipmcc::make_plan(policy, covered.state(), m, 2'000'000.0, now).path == ipmcc::Path::fully_covered);
    const ipmcc::Plan below = ipmcc::make_plan(goog_policy(StrikeRule::below_leap), leap.state(), m, 2'000'000.0, now);
    check_adds_up(below, m);
    if (below.has_reason(Code::no_weekly_candidate)) return;  // nothing that deep in the money has both sides
    ++below_sold;
    CHECK(below.steps[0].contract.strike() <= 0.95 * 525);
    CHECK(below.has_warning(Code::short_below_long));
    CHECK(below.has_warning(Code::spread_margin));
  });
  CHECK(below_sold > 100);
}

TEST_CASE("GOOG: at every minute the call that expires today is rolled to next Thursday, bought back first") {
  if (no_goog_day()) return;
  GoogDay goog_day;
  const IpmccPolicy policy = goog_policy();
  ipmcc::Book book = book_with({{goog_leap, 2}, {goog_today, -2}});
  int rolled = 0;
  (void)goog_day.each_minute([&](const ipmcc::Market& m, Timestamp now) {
    const std::vector<ipmcc::Plan> rolls = ipmcc::due_rolls(policy, book.state(), m, now);
    INFO(to_text(now));
    REQUIRE(rolls.size() == 1);
    const ipmcc::Plan& plan = rolls[0];
    check_adds_up(plan, m);
    if (said_why_not(plan, m)) return;
    REQUIRE(plan.steps.size() == 2);
    CHECK(plan.rules[0].fired());
    CHECK(plan.steps[0].contract == goog_today);
    CHECK(plan.steps[0].limit_price.has_value() != plan.has_warning(Code::no_quote));
    CHECK(plan.steps[1].contract.expiry == new_years_eve);
    ipmcc::Book after = book;
    REQUIRE(after.place(ipmcc::order_of(plan, RequestId{1})));
    REQUIRE(after.fill({RequestId{1}, goog_today, 2, plan.steps[0].limit_price}, now));
    REQUIRE(after.fill({RequestId{1}, plan.steps[1].contract, -2, plan.steps[1].limit_price}, now));
    CHECK(ipmcc::orphans(after.state(), goog_share).empty());
    CHECK(ipmcc::due_rolls(policy, after.state(), m, now).empty());
    CHECK(ipmcc::make_plan(policy, after.state(), m, 2'000'000.0, now).path == ipmcc::Path::fully_covered);
    ++rolled;
  });
  CHECK(rolled == 162);
}

TEST_CASE("GOOG: a day's life: created at ten, filled leg by leg, expired a week later, the LEAP sold against again") {
  if (no_goog_day()) return;
  GoogDay goog_day;
  const IpmccPolicy policy = goog_policy();
  ipmcc::Book book;
  (void)goog_day.each_minute([&](const ipmcc::Market& m, Timestamp now) {
    const ipmcc::Plan plan = ipmcc::make_plan(policy, book.state(), m, 700'000.0, now);
    if (now < instant("10:00:00")) return;
    if (now > instant("10:00:00")) {
      CHECK(plan.path == ipmcc::Path::fully_covered);
      return;
    }
    REQUIRE(plan.path == ipmcc::Path::create);
    REQUIRE(book.place(ipmcc::order_of(plan, RequestId{1})));
    REQUIRE(book.fill({RequestId{1}, plan.steps[0].contract, plan.quantity, plan.steps[0].limit_price}, now));
    CHECK(ipmcc::orphans(book.state(), goog_share).size() == 1);
    REQUIRE(book.fill({RequestId{1}, plan.steps[1].contract, -plan.quantity, plan.steps[1].limit_price}, now));
    CHECK(ipmcc::orphans(book.state(), goog_share).empty());
  });
  book.expire_before(day("2016-01-01"), instant("13:00:00"));
  REQUIRE(book.state().lots.size() == 1);
  CHECK(book.state().lots[0].contract.expiry == in_393_days);
}

TEST_CASE(
    "GOOG: through the program every half hour a position is planned, and against a LEAP that was bought a call") {
  if (no_goog_day()) return;
  const Scratch scratch;
  std::ofstream config(scratch.at("config.json"));
  config << R"({"ipmcc":{"strike_rule":"above_leap"},"ledger":{"max_quote_age_s":14400},)"
         << R"("strategies":[{"name":"IPMCC"}]})";
  config.close();
  std::ofstream script(scratch.at("script.jsonl"));
  script << R"({"type":"account","t":"2015-12-24T14:30:00Z","equity":2000000})" << '\n';
  const auto ask = [&](const std::string& t) {
    script << R"({"type":"ipmcc","t":")" << t << R"(","strategy":"IPMCC","root":"GOOG"})" << '\n';
  };
  for (const char* clock : {"15:00", "15:30", "16:00", "16:30"}) ask(std::string("2015-12-24T") + clock + ":00Z");
  script << R"({"type":"request","t":"2015-12-24T16:45:00Z","id":"leap","strategy":"IPMCC","intent":"open","units":2,)"
         << R"("legs":[{"contract":"GOOG  170120C00525000","ratio":1}]})" << '\n'
         << R"({"type":"fill","t":"2015-12-24T16:45:00Z","request":"leap","exec":"e","leg":"GOOG  170120C00525000",)"
         << R"("quantity":2,"price":245})" << '\n';
  for (const char* clock : {"17:00", "17:30"}) ask(std::string("2015-12-24T") + clock + ":00Z");
  script << R"({"type":"report","t":"2015-12-24T17:59:00Z"})" << '\n';
  script.close();
  const std::string goog = data("goog_20151224");
  REQUIRE(run("'" + program("optcoord-events") + "' --date 2015-12-24 --session 09:30,13:00 --rate 0.005" +
              " --underlying 'GOOG=America/New_York:" + goog + "/underlying_minute_quotes.csv'" +
              " --options 'GOOG=America/New_York:" + goog + "/options_minute_quotes.csv.gz'" + " --script '" +
              scratch.at("script.jsonl") + "' --out '" + scratch.at("events") + "' 2>/dev/null") == 0);
  REQUIRE(run("'" + program("optcoord-replay") + "' '" + scratch.at("config.json") + "' '" + scratch.at("events") +
              "' >'" + scratch.at("out") + "' 2>/dev/null") == 0);
  Lines plans;
  Lines reports;
  for (const std::string& line : lines_of(scratch.at("out"))) {
    if (line.find(R"("type":"ipmcc_plan")") != std::string::npos) plans.push_back(line);
    if (line.find(R"("type":"exposure_report")") != std::string::npos) reports.push_back(line);
  }
  REQUIRE(plans.size() == 6);
  int planned = 0;
  for (std::size_t i = 0; i < plans.size(); ++i) {
    const bool bought = i >= 4;
    CAPTURE(plans[i]);
    const auto has = [&](const char* text) { return plans[i].find(text) != std::string::npos; };
    if (has("no_weekly_candidate")) continue;  // nothing 3 % out of the money has a bid at this minute
    ++planned;
    CHECK(has(bought ? R"("path":"add_weekly")" : R"("path":"create")"));
    CHECK(has(R"("action":"sell_to_open","contract":"GOOG  151231C00)"));
    CHECK(has(R"("action":"buy_to_open","contract":"GOOG  170120C00)") != bought);
    CHECK(has(R"("quantity":2,"limit_price")") == bought);
  }
  CHECK(planned > 2);
  REQUIRE(reports.size() == 1);
  CHECK(
      reports[0].find(R"("ipmcc":[{"strategy":"IPMCC","leap":"GOOG  170120C00525000","weekly":null,"quantity":2}])") !=
      std::string::npos);
}
