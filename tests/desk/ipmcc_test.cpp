// tests/desk/ipmcc_test.cpp -- LEAPs and weekly calls through the desk: planned, sent, filled, rolled, assigned.
// SPDX-License-Identifier: MIT
#include "support/desk_book.hpp"
#include "support/dice.hpp"
#include "support/ipmcc_world.hpp"

#include <optcoord/market/new_york.hpp>

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;
using ipmcc::Path;
using ipmcc::Plan;

namespace {

const std::string ipmcc_leap = to_text(call(next_january, 370));
const std::string ipmcc_old_leap = to_text(call("2026-03-20", 370));
const std::string ipmcc_weekly = to_text(call(this_friday, 465));

/// The strategy IPMCC and another one, with the sample's groups and a wide limit.
[[nodiscard]] DeskConfig ipmcc_config(double bound = 100'000) {
  DeskConfig c;
  c.ledger = spy_delta(bound);
  c.strategies.emplace();
  for (const char* name : {"IPMCC", "LT112"}) c.strategies->emplace_back().name = name;
  c.strategies->front().events.push_back({"EARNINGS", EventAction::no_short_calls, 1, ""});
  c.ipmcc = rules_with(StrikeRule::above_leap);
  return c;
}

/// A desk that is told SPY at 450 and its chain.
struct IpmccDesk {
  IpmccWorld world{};
  DeskBook book;

  explicit IpmccDesk(const DeskConfig& config = ipmcc_config()) : book(config) {
    world.chain.clear();
    for (const char* expiry : {this_friday, next_monday, next_friday, "2026-03-20", next_january})
      world.list(expiry, 360, 480, 5);
    book.equity(1'000'000);
    quote();
  }
  /// Tells spot, rate and chain anew.
  void quote() {
    book.tell(RatesEvent{world.rate, {}});
    book.price("SPY", world.spot);
    world.now = book.now();
    for (const ipmcc::ChainOption& o : world.chain) {
      const ipmcc::ChainOption fresh = world.quoted(o.contract);
      const std::string text = to_text(o.contract);
      OptionEvent e;
      e.contract = text;
      e.quote = fresh.quote;
      e.iv = fresh.iv;
      e.delta = fresh.greeks.delta;
      e.gamma = fresh.greeks.gamma;
      e.theta = fresh.greeks.theta;
      e.vega = fresh.greeks.vega;
      book.tell(e);
    }
  }
  Plan plan() {
    book.tell(IpmccEvent{"IPMCC", "SPY"});
    REQUIRE(book.ipmcc_plans().size() == 1);
    return book.ipmcc_plans().front();
  }
  std::string answer() {
    (void)plan();
    return book.said().front();
  }
  std::vector<Plan> rolls() {
    book.tell(IpmccRollsEvent{"IPMCC"});
    return book.ipmcc_plans();
  }
  /// A plan's steps as one request.
  static Ask request_of(const Plan& plan, Intent intent = Intent::open) {
    std::vector<AskedLeg> legs;
    for (const ipmcc::Step& s : plan.steps) legs.push_back({to_text(s.contract), is_buy(s.action) ? 1 : -1});
    return position("IPMCC", plan.quantity, legs).as(intent);
  }
  /// Calls the strategy has bought (+) or sold (-), through the ledger.
  void hold(std::string_view contract, std::int64_t count) { (void)book.trade(contracts("IPMCC", count, contract)); }
  [[nodiscard]] const ipmcc::BookState& calls(std::string_view strategy = "IPMCC") const {
    const Names& names = book.desk().names();
    const ipmcc::Book* const found = book.desk().call_book(*names.strategies.find(strategy), *names.roots.find("SPY"));
    REQUIRE(found != nullptr);
    return found->state();
  }
  void broker(const std::vector<PositionText>& positions) { book.tell(PositionsEvent{positions, true}); }
  [[nodiscard]] Lines held() const {
    Lines lines;
    for (const IpmccPosition& p : book.desk().ipmcc_positions())
      lines.push_back((p.leap ? to_text(*p.leap) : "-") + " | " + (p.weekly ? to_text(*p.weekly) : "-") + " x" +
                      std::to_string(p.quantity));
    return lines;
  }
};

/// What ledger and book say of a strategy's calls that have not expired: held, and still to be filled.
void check_agreement(const DeskBook& book, std::string_view strategy) {
  const Names& names = book.desk().names();
  const LedgerState& s = book.desk().ledger().state();
  const StrategyId id = *names.strategies.find(strategy);
  const Date today = new_york_date(book.now());
  std::map<Contract, std::pair<std::int64_t, std::int64_t>> by_ledger;
  std::map<Contract, std::pair<std::int64_t, std::int64_t>> by_book;
  const auto call_in = [&](std::uint32_t instrument) -> std::optional<Contract> {
    const Instrument& in = s.instruments[instrument];
    if (in.raw || in.terms.kind != Kind::option || in.terms.right != Right::call) return std::nullopt;
    const Contract c = *parse_contract(names.contracts.text(in.contract));
    return c.expiry < today ? std::nullopt : std::optional{c};
  };
  for (const Holder& h : s.holders)
    if (h.strategy == id && h.quantity != 0)
      if (const auto c = call_in(h.instrument)) by_ledger[*c].first += h.quantity;
  for (const OpenReservation& open : book.desk().ledger().report().reservations) {
    const Reservation& r = s.reservations[find_reservation(s, open.id)];
    if (r.strategy != id) continue;
    for (const ReservedLeg& leg : legs_of(s, r))
      if (const auto c = call_in(leg.instrument); c && unfilled(r, leg) > 0)
        by_ledger[*c].second += leg.ratio < 0 ? -unfilled(r, leg) : unfilled(r, leg);
  }
  for (std::uint32_t root = 0; root < names.roots.size(); ++root) {
    const ipmcc::Book* const calls = book.desk().call_book(id, RootId{root});
    if (calls == nullptr) continue;
    REQUIRE(ipmcc::Book::restore(calls->state()));
    for (const ipmcc::Lot& l : calls->state().lots) by_book[l.contract].first += l.quantity;
    for (const ipmcc::BookOrder& o : calls->state().orders)
      for (const ipmcc::BookLeg& leg : o.legs)
        if (leg.remaining() > 0)
          by_book[leg.contract].second += is_buy(leg.action) ? leg.remaining() : -leg.remaining();
  }
  const auto words = [](const auto& quantities) {
    Lines lines;
    for (const auto& [contract, q] : quantities)
      if (q.first != 0 || q.second != 0)
        lines.push_back(to_text(contract) + ' ' + std::to_string(q.first) + ' ' + std::to_string(q.second));
    return lines;
  };
  CHECK(words(by_book) == words(by_ledger));
}

}  // namespace

TEST_CASE("without the block ipmcc nobody plans, and no book is kept") {
  DeskConfig config = ipmcc_config();
  config.ipmcc.reset();
  DeskBook book(config);
  CHECK(book.send(IpmccEvent{"IPMCC", "SPY"}) == "not_ready type");
  CHECK(book.send(IpmccRollsEvent{"IPMCC"}) == "not_ready type");
  book.delta(ipmcc_leap, 0.8);
  book.price("SPY", 450);
  (void)book.trade(contracts("IPMCC", 1, ipmcc_leap));
  CHECK(book.desk().ipmcc_positions().empty());
}

TEST_CASE("a desk is not made of rules that contradict each other") {
  DeskConfig config = ipmcc_config();
  config.ipmcc->weekly_max_dte = 300;
  const Result<Desk> made = Desk::make(config);
  REQUIRE_FALSE(made);
  CHECK(says(made.error()) == "invalid_configuration ipmcc.weekly_max_dte");
}

TEST_CASE("who or what is not known is an error that changes nothing") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 1);
  (void)desk.book.refusal(position("NOBODY", 1, {{"XYZ   260109C00001000", 1}}));  // a line that was refused
  const std::string before = desk.book.everything();
  CHECK(desk.book.send(IpmccEvent{"IPMC", "SPY"}) == "unknown_name strategy");
  CHECK(desk.book.send(IpmccEvent{"", "SPY"}) == "invalid_value strategy");
  CHECK(desk.book.send(IpmccEvent{"unassigned", "SPY"}) == "invalid_value strategy");
  CHECK(desk.book.send(IpmccEvent{"IPMCC", "XYZ"}) == "unknown_name root");
  CHECK(desk.book.send(IpmccEvent{"IPMCC", "spy"}) == "invalid_value root");
  CHECK(desk.book.send(IpmccEvent{"IPMCC", ""}) == "invalid_value root");
  CHECK(desk.book.send(IpmccRollsEvent{"IPMC"}) == "unknown_name strategy");
  CHECK(desk.book.send(IpmccRollsEvent{"unassigned"}) == "invalid_value strategy");
  CHECK(desk.book.send_at(desk.book.now() - 1s, IpmccEvent{"IPMCC", "SPY"}) == "time_went_back t");
  CHECK(desk.book.everything() == before);
  CHECK(desk.book.send(IpmccEvent{"LT112", "SPX"}).empty());  // configured, though nothing was told of it
  CHECK(desk.book.said().front() == "ipmcc_plan none; no_quote");
}

TEST_CASE("a position's life: created as one package, filled leg by leg, covered, rolled") {
  IpmccDesk desk;
  const Plan create = desk.plan();
  REQUIRE(create.path == Path::create);
  CHECK(create.quantity == 5);
  const Answer sent = desk.book.ask(IpmccDesk::request_of(create));
  CHECK(sent.verdict == Verdict::approved);
  CHECK(desk.answer() == "ipmcc_plan fully_covered; fully_covered");
  const std::string leap = to_text(create.steps[0].contract);
  const std::string weekly = to_text(create.steps[1].contract);

  (void)desk.book.fill(sent, leap, 3);
  const Plan one_leg = desk.plan();
  CHECK(one_leg.path == Path::fully_covered);
  REQUIRE(one_leg.has_warning(Code::orphan_leg));
  CHECK(step_text(*one_leg.warnings[0].repair) == "sell_to_open 3 " + weekly);
  CHECK(one_leg.warnings[0].working);
  CHECK(desk.held() == Lines{leap + " | - x3"});

  (void)desk.book.fill(sent, weekly, -3);
  CHECK_FALSE(desk.plan().has_warning(Code::orphan_leg));
  (void)desk.book.fill(sent, leap, 2);
  (void)desk.book.fill(sent, weekly, -2);
  CHECK(desk.answer() == "ipmcc_plan fully_covered; fully_covered");
  CHECK(desk.held() == Lines{leap + " | " + weekly + " x5"});
  CHECK(desk.rolls().empty());

  desk.book.tick_at(at("2026-01-12T15:00:00Z"));  // the Monday it expires on
  desk.quote();
  const std::vector<Plan> rolls = desk.rolls();
  REQUIRE(rolls.size() == 1);
  const Plan& roll = rolls[0];
  CHECK(roll.path == Path::roll_weekly);
  CHECK(roll.rules[0].fired());
  REQUIRE(roll.steps.size() == 2);
  const Answer rolled = desk.book.ask(IpmccDesk::request_of(roll, Intent::adjust));
  CHECK(rolled.verdict == Verdict::approved);
  CHECK(desk.rolls().empty());  // it is being bought back
  (void)desk.book.fill(rolled, weekly, 5);
  const std::string next = to_text(roll.steps[1].contract);
  (void)desk.book.fill(rolled, next, -5);
  CHECK(desk.held() == Lines{leap + " | " + next + " x5"});
  check_agreement(desk.book, "IPMCC");
}

TEST_CASE("a package that ends with one leg done is an orphan until it is put right, in whatever way") {
  IpmccDesk desk;
  const Plan create = desk.plan();
  const Answer sent = desk.book.ask(IpmccDesk::request_of(create));
  (void)desk.book.fill(sent, to_text(create.steps[0].contract), 5);
  (void)desk.book.order(sent, OrderStatus::cancelled);
  const Plan after = desk.plan();
  REQUIRE(after.has_warning(Code::orphan_leg));
  CHECK_FALSE(after.warnings[0].working);
  CHECK(after.warnings[0].planned);       // the plan's own sale puts it right
  CHECK(after.path == Path::add_weekly);  // the LEAP serves: no second one is bought
  CHECK(after.quantity == 5);
  desk.hold(to_text(after.steps[0].contract), -5);
  CHECK_FALSE(desk.plan().has_warning(Code::orphan_leg));
  check_agreement(desk.book, "IPMCC");
}

TEST_CASE("the report shows calls beside the LEAPs that cover them, and those that none covers") {
  IpmccDesk desk;
  desk.broker({{ipmcc_leap, 2, "IPMCC"}, {ipmcc_weekly, -5, "IPMCC"}});
  const std::string leap = ipmcc_leap, weekly = ipmcc_weekly;
  CHECK(desk.held() == Lines{leap + " | " + weekly + " x2", "- | " + weekly + " x3"});
}

TEST_CASE("a call sold before its LEAP is bought is in the report") {
  IpmccDesk desk;
  const Plan create = desk.plan();
  const Answer sent = desk.book.ask(IpmccDesk::request_of(create));
  (void)desk.book.fill(sent, to_text(create.steps[1].contract), -2);
  CHECK(desk.held() == Lines{"- | " + to_text(create.steps[1].contract) + " x2"});
}

TEST_CASE("orders that lapse, are cancelled or rejected free their LEAPs again") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 2);
  const auto sell = [&] { return desk.book.ask(contracts("IPMCC", -2, ipmcc_weekly).living(30)); };
  for (const OrderStatus ended : {OrderStatus::cancelled, OrderStatus::rejected}) {
    const Answer sent = sell();
    CHECK(desk.plan().path == Path::fully_covered);
    (void)desk.book.order(sent, ended);
    CHECK(desk.plan().quantity == 2);
  }
  (void)sell();
  desk.book.wait(30s);
  CHECK(desk.plan().path == Path::add_weekly);
  CHECK(desk.plan().quantity == 2);
  check_agreement(desk.book, "IPMCC");
}

TEST_CASE("of what is being closed already, more is bought to open") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 2);
  desk.hold(ipmcc_weekly, -2);
  (void)desk.book.pending(contracts("IPMCC", 1, ipmcc_weekly).exit());
  (void)desk.book.pending(contracts("IPMCC", 3, ipmcc_weekly));
  const std::vector<ipmcc::BookOrder>& orders = desk.calls().orders;
  REQUIRE(orders.size() == 2);
  REQUIRE(orders[1].legs.size() == 2);
  CHECK(orders[1].legs[0].action == ipmcc::Action::buy_to_close);
  CHECK(orders[1].legs[0].quantity == 1);
  CHECK(orders[1].legs[1].action == ipmcc::Action::buy_to_open);
  CHECK(orders[1].legs[1].quantity == 2);
}

TEST_CASE("what was bought before the first question counts, at the price paid") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 1);  // at 1 USD a unit
  const Plan plan = desk.plan();
  REQUIRE(plan.path == Path::add_weekly);
  REQUIRE(plan.break_even);
  const double bid = *desk.world.quoted(plan.steps[0].contract).quote.bid;
  CHECK(*plan.break_even == doctest::Approx(370 + 1.0 - bid));
  CHECK(*plan.max_loss == doctest::Approx((1.0 - bid) * 100));
  desk.broker({{ipmcc_leap, 2, "IPMCC"}});  // one more was found at the broker's
  const Plan found = desk.plan();
  CHECK(found.quantity == 2);
  CHECK_FALSE(found.break_even);  // at a price nobody knows
  CHECK_FALSE(found.max_loss);
  CHECK(found.net_debit);
}

TEST_CASE("other strategies' calls, and their orders, are none of its business") {
  IpmccDesk desk;
  (void)desk.book.trade(contracts("LT112", 3, ipmcc_leap));
  (void)desk.book.pending(contracts("LT112", -9, ipmcc_weekly));
  CHECK(desk.plan().path == Path::create);
  CHECK(desk.calls("LT112").lots.size() == 1);
  CHECK(desk.held() == Lines{ipmcc_leap + " | - x3"});
}

TEST_CASE("calls that belong to a spread are not reported as LEAPs and weeklies") {
  IpmccDesk desk;
  (void)desk.book.trade(position("LT112", 2, {{ipmcc_weekly, -1}, {to_text(call(this_friday, 470)), 1}}));
  CHECK(desk.calls("LT112").lots.size() == 2);
  CHECK(desk.held().empty());
}

TEST_CASE("what the ledger lets pass is never refused by the book: uncovered calls are named with their repair") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 1);
  const Answer sent = desk.book.pending(contracts("IPMCC", -3, ipmcc_weekly));
  CHECK(sent.verdict == Verdict::approved);
  const Plan pending = desk.plan();
  CHECK(pending.path == Path::fully_covered);
  REQUIRE(pending.has_warning(Code::orphan_leg));
  CHECK(step_text(*pending.warnings[0].repair) == "sell_to_open 2 " + ipmcc_weekly);
  CHECK(pending.warnings[0].cancel);
  desk.book.fill_all(sent);
  const Plan naked = desk.plan();
  CHECK(naked.steps.empty());
  REQUIRE(naked.has_warning(Code::orphan_leg));
  CHECK(step_text(*naked.warnings[0].repair) == "buy_to_close 2 " + ipmcc_weekly);
  CHECK(desk.held() == Lines{ipmcc_leap + " | " + ipmcc_weekly + " x1", "- | " + ipmcc_weekly + " x2"});
  // The exit goes through, whatever the book thinks.
  CHECK(desk.book.trade(contracts("IPMCC", 2, ipmcc_weekly).exit()).verdict == Verdict::approved);
  CHECK_FALSE(desk.plan().has_warning(Code::orphan_leg));
  check_agreement(desk.book, "IPMCC");
}

TEST_CASE("nothing is created beside calls on their way that nothing covers") {
  IpmccDesk desk;
  (void)desk.book.pending(contracts("IPMCC", -1, ipmcc_weekly));
  CHECK(desk.answer() == "ipmcc_plan none; orphan_leg");
  CHECK(desk.plan().has_warning(Code::orphan_leg));
}

TEST_CASE("legs sent one by one are not taken for a package") {
  IpmccDesk desk;
  const Plan create = desk.plan();
  const Answer sent = desk.book.ask(IpmccDesk::request_of(create).legging());
  CHECK(sent.verdict == Verdict::approved);
  const Plan after = desk.plan();
  REQUIRE(after.has_warning(Code::orphan_leg));  // the weekly may fill first
  CHECK(after.warnings[0].cancel);
  desk.book.fill_all(sent);
  CHECK_FALSE(desk.plan().has_warning(Code::orphan_leg));
}

TEST_CASE("a plan is a question: coordinator and ledger decide on the request made of it") {
  IpmccDesk desk(ipmcc_config(200));
  const Plan create = desk.plan();
  REQUIRE(create.exposure.delta);
  CHECK(*create.exposure.delta > 50);
  CHECK(*create.exposure.delta * 5 > 200);
  CHECK(says(desk.book.ask(IpmccDesk::request_of(create))).substr(0, 6) == "denied");
  CHECK(desk.plan().path == Path::create);  // nothing is on its way
  Ask estimate = position("IPMCC", create.quantity, {});
  estimate.raw = AskedExposure{"SPY", *create.exposure.delta, {}, {}, {}};
  CHECK(says(desk.book.ask(estimate)).substr(0, 6) == "denied");
  const Answer fewer = desk.book.ask(IpmccDesk::request_of(create).or_fewer());
  CHECK(fewer.verdict == Verdict::reduced);
  CHECK(desk.calls().orders.at(0).legs.at(0).quantity == fewer.units);
  desk.book.halt("strategy:IPMCC");
  CHECK(desk.plan().path == Path::fully_covered);
  CHECK(says(desk.book.ask(contracts("IPMCC", 1, ipmcc_leap))).find("halted") != std::string::npos);
}

TEST_CASE("a question judged as if changes no book") {
  IpmccDesk desk;
  const Plan create = desk.plan();
  (void)desk.book.what_if({IpmccDesk::request_of(create), IpmccDesk::request_of(create)});
  CHECK(desk.plan().path == Path::create);
}

TEST_CASE("an event that forbids short calls leaves buying back alone") {
  IpmccDesk desk;
  desk.book.event("EARNINGS", true);
  CHECK(desk.answer() == "ipmcc_plan none; no_short_calls");
  desk.hold(ipmcc_old_leap, 2);
  CHECK(desk.answer() == "ipmcc_plan none; no_short_calls");  // a LEAP short of days is not rolled either
  desk.book.later(1s);
  desk.book.event("EARNINGS", false);
  CHECK(desk.plan().path == Path::roll_leap);
  desk.hold(ipmcc_leap, 2);
  desk.hold(ipmcc_weekly, -2);
  desk.book.tick_at(at("2026-01-08T15:00:00Z"));
  desk.book.event("EARNINGS", true);
  desk.quote();
  CHECK(desk.answer() == "ipmcc_plan fully_covered; fully_covered; no_short_calls");
  (void)desk.rolls();
  CHECK(desk.book.said().front() == "ipmcc_plan roll_weekly; buy_to_close 2 " + ipmcc_weekly + "; no_short_calls");
  desk.book.tell(IpmccEvent{"LT112", "SPY"});  // who has no such rule may
  CHECK(desk.book.ipmcc_plans().front().path == Path::create);
}

TEST_CASE("an event of another root forbids nothing") {
  IpmccDesk desk;
  desk.book.tell(CalendarEvent{"EARNINGS", desk.book.now(), desk.book.now() + 1h, "QQQ"});
  CHECK(desk.plan().path == Path::create);
  desk.book.tell(CalendarEvent{"EARNINGS", desk.book.now(), desk.book.now() + 1h, "SPY"});
  CHECK(desk.plan().has_reason(Code::no_short_calls));
}

TEST_CASE("what is not known denies: account value, spot, quotes of a minute ago") {
  IpmccDesk desk;
  desk.book.later(60s);
  CHECK(desk.plan().path == Path::create);  // exactly that old is fresh
  desk.book.later(1ns);
  CHECK(desk.answer() == "ipmcc_plan none; no_quote");
  desk.book.price("SPY", 450);
  const Plan stale = desk.plan();
  CHECK(stale.path == Path::none);
  CHECK(stale.rejected[ipmcc::Filter::stale] > 0);
  DeskBook poor(ipmcc_config());
  poor.price("SPY", 450);
  CHECK(poor.send(IpmccEvent{"IPMCC", "SPY"}).empty());
  CHECK(poor.said().front() == "ipmcc_plan none; no_leap_candidate");
}

TEST_CASE("without equity no size is known; VIX shrinks it") {
  DeskConfig config = ipmcc_config();
  config.ipmcc->vix_scaling = VixScalingConfig{30, 0.25};
  IpmccDesk desk(config);
  CHECK(desk.plan().has_warning(Code::not_computed));  // nobody has told the VIX
  CHECK(desk.plan().quantity == 2);
  desk.book.price("VIX", 20);
  CHECK(desk.plan().quantity == 5);
  desk.book.price("VIX", 30.01);
  CHECK(desk.plan().quantity == 2);
}

TEST_CASE("a dividend announced keeps calls from being sold over its day, where the rules say so") {
  DeskConfig config = ipmcc_config();
  config.ipmcc->avoid_ex_dividend = true;
  IpmccDesk desk(config);
  CHECK(to_text(desk.plan().steps.at(1).contract.expiry) == next_monday);
  desk.book.tell(DividendEvent{"SPY", day(next_monday), 1.5});
  CHECK(to_text(desk.plan().steps.at(1).contract.expiry) == this_friday);
  CHECK(desk.plan().rejected[ipmcc::Filter::ex_dividend] > 0);
  desk.book.tell(DividendEvent{"SPY", day(next_monday), 0});  // taken back
  CHECK(to_text(desk.plan().steps.at(1).contract.expiry) == next_monday);
}

TEST_CASE("a chain is that of the root: options on others are not looked at") {
  IpmccDesk desk;
  const Plan before = desk.plan();
  desk.book.delta("QQQ   270115C00370000", 0.8);
  desk.book.delta("SPY   270115P00370000", -0.2);  // told already
  const Plan after = desk.plan();
  CHECK(after.rejected == before.rejected);
  CHECK(after.rejected.total() + after.chosen == desk.world.chain.size());
}

TEST_CASE("calls that went as the shares were delivered were assigned: their LEAP stays spoken for") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 3);
  desk.hold(ipmcc_weekly, -3);
  desk.broker({{ipmcc_leap, 3}, {ipmcc_weekly, -1}, {"SPY", -200}});
  CHECK(desk.answer() == "ipmcc_plan fully_covered; fully_covered; assigned 2 " + ipmcc_weekly);
  CHECK(desk.calls().assignments.at(0).leap == desk.calls().lots.at(1).id);
  check_agreement(desk.book, "IPMCC");
}

TEST_CASE("assigned calls are settled as the shares come, by a trade or at the broker's") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 3);
  desk.hold(ipmcc_weekly, -3);
  desk.broker({{ipmcc_leap, 3}, {"SPY", -300}});
  CHECK(desk.plan().path == Path::fully_covered);
  desk.broker({{ipmcc_leap, 3}, {"SPY", -150}});
  CHECK(desk.calls().assignments.at(0).quantity == 2);  // half a contract's shares are still owed
  CHECK(desk.plan().quantity == 1);
  (void)desk.book.trade(shares("unassigned", 150).exit());
  CHECK(desk.calls().assignments.empty());
  CHECK(desk.plan().quantity == 3);
}

TEST_CASE("calls bought back outside are gone, and nobody was assigned") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 2);
  desk.hold(ipmcc_weekly, -2);
  desk.broker({{ipmcc_leap, 2}});
  CHECK(desk.calls().assignments.empty());
  CHECK(desk.plan().quantity == 2);
  // Shares that were short before are no delivery.
  desk.hold(ipmcc_weekly, -2);
  desk.broker({{ipmcc_leap, 2}, {ipmcc_weekly, -2}, {"SPY", -500}});
  CHECK(desk.calls().assignments.empty());
  desk.broker({{ipmcc_leap, 2}, {"SPY", -500}});
  CHECK(desk.calls().assignments.empty());
}

TEST_CASE("what has expired is gone with the day; what was in the money then may still turn out assigned") {
  IpmccDesk desk;
  desk.hold(ipmcc_leap, 2);
  desk.hold(ipmcc_weekly, -2);
  desk.book.tick_at(at("2026-01-10T04:59:59Z"));  // still Friday in New York
  CHECK(desk.calls().lots.size() == 2);
  desk.book.tick_at(at("2026-01-10T05:00:00Z"));
  CHECK(desk.calls().lots.size() == 1);
  CHECK(desk.held() == Lines{ipmcc_leap + " | - x2"});
  desk.book.tick_at(at("2026-01-11T15:00:00Z"));  // the broker's statement
  desk.broker({{ipmcc_leap, 2}, {"SPY", -100}});
  REQUIRE(desk.calls().assignments.size() == 1);
  CHECK(desk.calls().assignments[0].quantity == 1);
  desk.quote();
  CHECK(desk.plan().quantity == 1);
  check_agreement(desk.book, "IPMCC");
}

TEST_CASE("expired contracts leave the chain, so that counts are of what can be traded") {
  IpmccDesk desk;
  desk.book.tick_at(at("2026-01-12T15:00:00Z"));
  desk.quote();
  const std::size_t listed = desk.world.chain.size();
  const Plan plan = desk.plan();  // this Friday's are quoted anew, and past
  CHECK(plan.rejected.total() + plan.chosen == listed);
  desk.book.tick_at(at("2026-01-13T15:00:00Z"));
  const Plan next_day = desk.plan();
  CHECK(next_day.rejected.total() + next_day.chosen < listed);
}

TEST_CASE("whatever happens, ledger and book hold the same calls, and a plan never leaves one uncovered") {
  const std::vector<std::string> some{ipmcc_leap, ipmcc_old_leap, ipmcc_weekly, to_text(call(next_monday, 465)),
                                      to_text(put(this_friday, 400))};
  int planned = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    Dice dice(seed);
    IpmccDesk desk;
    std::vector<std::pair<Answer, Ask>> orders;
    std::uint64_t execution = 1;
    const auto some_contract = [&] { return some[static_cast<std::size_t>(dice.roll(5))]; };
    for (int i = 0; i < 60; ++i) {
      CAPTURE(i);
      const std::int64_t what = dice.roll(12);
      if (what < 3) {  // any order, of one or two legs
        std::vector<AskedLeg> legs{{some_contract(), dice.roll(2) == 0 ? 1 : -1}};
        const std::string other = some_contract();
        if (dice.roll(2) == 0 && other != legs[0].contract)
          legs.push_back({other, dice.roll(3) == 0 ? -2 : -legs[0].ratio});
        Ask ask = position(dice.roll(4) == 0 ? "LT112" : "IPMCC", 1 + dice.roll(3), legs);
        if (dice.roll(4) == 0) ask = ask.legging();
        const Answer answer = desk.book.ask(ask);
        if (answer.verdict != Verdict::denied) orders.emplace_back(answer, ask);
      } else if (what < 5) {  // what the planner says, sent as it says it
        const Plan plan = desk.plan();
        if (plan.steps.empty()) continue;
        ++planned;
        const StrategyId id = *desk.book.desk().names().strategies.find("IPMCC");
        const RootId spy = *desk.book.desk().names().roots.find("SPY");
        const ipmcc::Book* const found = desk.book.desk().call_book(id, spy);
        ipmcc::Book copy = found != nullptr ? *found : ipmcc::Book{};
        const Result<void> placed = copy.place(ipmcc::order_of(plan, RequestId{999'999}));
        CHECK_MESSAGE(placed, std::string(placed ? "" : placed.error().field));
        const Ask ask = IpmccDesk::request_of(plan);
        orders.emplace_back(desk.book.ask(ask), ask);
      } else if (what < 9 && !orders.empty()) {  // a trade, early or late, once or twice, too much or not
        const auto& [answer, ask] = orders[static_cast<std::size_t>(dice.roll(std::ssize(orders)))];
        const AskedLeg& leg = ask.legs[static_cast<std::size_t>(dice.roll(std::ssize(ask.legs)))];
        const std::uint64_t exec = dice.roll(5) == 0 ? execution : ++execution;
        (void)desk.book.fill(answer, leg.contract, (1 + dice.roll(3)) * (leg.ratio > 0 ? 1 : -1), exec);
      } else if (what == 9 && !orders.empty()) {
        const Answer& answer = orders[static_cast<std::size_t>(dice.roll(std::ssize(orders)))].first;
        (void)desk.book.order(answer, static_cast<OrderStatus>(dice.roll(3)));
      } else if (what == 10) {  // the broker's word
        std::vector<PositionText> lines;
        for (const std::string& contract : some)
          if (dice.roll(2) == 0) lines.push_back({contract, dice.roll(7) - 3, dice.roll(2) == 0 ? "IPMCC" : ""});
        if (dice.roll(2) == 0) lines.push_back({"SPY", 100 * (dice.roll(5) - 3), ""});
        desk.broker(lines);
      } else {
        desk.book.wait(dice.roll(4) == 0 ? Duration{26h} : Duration{20s});
        desk.quote();
      }
      check_agreement(desk.book, "IPMCC");
      check_agreement(desk.book, "LT112");
    }
  }
  CHECK(planned > 10);
}
