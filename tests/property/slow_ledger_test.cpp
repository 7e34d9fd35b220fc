// tests/property/slow_ledger_test.cpp -- the slow model itself, against numbers worked out by hand.
// SPDX-License-Identifier: MIT
//
// What the ledger is held against must be right on its own. Shares of SPY in units of one delta; figures in the model's
// answers are millionths.
#include "property/slow_ledger.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

/// A SlowLedger with a clock, at 10:00 in New York on Monday, 2026-01-05.
class SlowBook {
 public:
  explicit SlowBook(const LedgerConfig& config) : slow(config) {
    for (const char* contract : {"SPY", "QQQ", "ES 2026-03-20", "SPY   260116C00450000"}) slow.add(contract);
    slow.registered({"A", "B", "C", "unassigned"});
  }
  std::string ask(Ask asked) {
    asked.id = ++last_id;
    return slow.ask(asked, now, false).text;
  }
  std::string what_if(const Ask& asked) { return slow.ask(asked, now, true).text; }
  /// Asks for shares, fills all that is allowed.
  std::string trade(const Ask& asked) {
    const std::string said = ask(asked);
    const auto r = slow.reservations.find(last_id);
    if (r != slow.reservations.end())
      for (const SlowLeg& leg : SlowReservation(r->second).legs)
        (void)slow.fill(last_id, leg.thing, leg.ratio * r->second.units, ++last_execution, now);
    return said;
  }
  /// The first row as it stands.
  [[nodiscard]] std::string row() const {
    const std::string all = slow.text();
    const std::size_t begin = all.find('\n') + 1;
    return all.substr(begin, all.find(" \n", begin) - begin);
  }

  SlowLedger slow;
  Timestamp now{*parse_time("2026-01-05T15:00:00Z")};
  std::uint64_t last_id{0};
  std::uint64_t last_execution{0};
};

/// Groups SPY and ACCOUNT of the sample, with these rows.
[[nodiscard]] LedgerConfig with(std::vector<LimitConfig> limits) { return rows(std::move(limits)); }

[[nodiscard]] HeadroomConfig kept(const char* strategy, double amount) {
  HeadroomConfig h;
  h.strategy = strategy;
  h.group = "SPY";
  h.amount = amount;
  return h;
}

/// 1,000 on SPY, 400 of it kept for 0DTE until 10:30; priorities of the sample.
[[nodiscard]] LedgerConfig opening_headroom() {
  LedgerConfig c = spy_delta(1000);
  c.headroom = {kept("0DTE", 400)};
  c.headroom[0].schedule.until = 10h + 30min;
  return c;
}
[[nodiscard]] SlowBook sample_book(const LedgerConfig& config) {
  SlowBook book(config);
  int priority = 0;
  for (const char* name : {"0DTE", "LT112", "IPMCC", "FuturesStrangle", "LEAPLadders"})
    book.slow.priority(name, ++priority);
  return book;
}

const std::string fits = ": /";  // no reasons, no warnings

}  // namespace

TEST_CASE("model: the sequences of one limit") {
  SlowBook book(spy_delta(1000));
  CHECK(book.trade(shares("A", -400)) == "approved 400, max 400" + fits);
  CHECK(book.trade(shares("B", -300)) == "approved 300, max 300" + fits);
  CHECK(book.trade(shares("C", -400)) ==
        "denied 0, max 300: limit_exceeded@0 lower -700000000 to -1100000000 of -1000000000 (300) /");
  SlowBook second(spy_delta(1000));
  for (const int sold : {200, 150, 100}) CHECK(second.trade(shares("A", -sold)).find("approved") == 0);
  CHECK(second.trade(shares("D", -300)) == "approved 300, max 300: / limit_warning@0");
  SlowBook third(spy_delta(750));
  CHECK(third.trade(shares("A", -500)) == "approved 500, max 500" + fits);
  CHECK(third.trade(shares("B", -300)).find("denied 0, max 250: limit_exceeded@0") == 0);
  CHECK(third.trade(shares("C", -200)) == "approved 200, max 200: / limit_near@0");
}

TEST_CASE("model: pending orders that offset hide nothing, and a row that is over takes what gives back") {
  SlowBook book(spy_delta(1000));
  CHECK(book.ask(shares("A", -800)).find("approved") == 0);
  CHECK(book.ask(shares("B", 800)).find("approved") == 0);
  CHECK(book.ask(shares("C", -300)).find("denied 0, max 200") == 0);
  LedgerConfig c = spy_delta(1000);
  c.cuts = {event_cut("FOMC", 0.5)};
  SlowBook cut(c);
  (void)cut.trade(shares("A", 700));
  cut.slow.event("FOMC", true);
  CHECK(cut.trade(shares("B", -100)) == "approved 100, max 100" + fits);
  CHECK(cut.trade(shares("C", 1)) == "denied 0, max 0: event_limit@0 upper 600000000 to 601000000 of 500000000 (0) /");
}

// ---- headroom

TEST_CASE("model: what 0DTE keeps until 10:30 is not LT112's to sell") {
  SlowBook book = sample_book(opening_headroom());
  CHECK(book.trade(shares("LEAPLadders", -200)) == "approved 200, max 200" + fits);
  CHECK(book.trade(shares("LT112", -500)) ==
        "denied 0, max 400: priority_reserved@0 lower -200000000 to -700000000 of -600000000 (400) /");
  CHECK(book.trade(shares("0DTE", -400)) == "approved 400, max 400" + fits);
  // All that was kept is used; the row alone is left.
  CHECK(book.what_if(shares("LT112", -400)) == "approved 400, max 400: / limit_near@0");
  CHECK(book.what_if(shares("LT112", -401)) ==
        "denied 0, max 400: limit_exceeded@0 lower -600000000 to -1001000000 of -1000000000 (400) /");
}

TEST_CASE("model: headroom holds on both sides, and what a strategy holds on one side frees nothing on the other") {
  SlowBook book = sample_book(opening_headroom());
  (void)book.trade(shares("0DTE", 100));
  // Upper side: 300 unused, so 700 and 100 held. Lower side: 400 unused still, so -600 from +100.
  CHECK(book.what_if(shares("LT112", 601)).find("max 600: priority_reserved@0 upper") != std::string::npos);
  CHECK(book.what_if(shares("LT112", -701)).find("max 700: priority_reserved@0 lower") != std::string::npos);
  (void)book.ask(shares("0DTE", -50));  // pending: worst case counts, held stays +100
  CHECK(book.what_if(shares("LT112", -701)).find("max 650: priority_reserved@0 lower") != std::string::npos);
  (void)book.ask(shares("0DTE", -150));  // +100 - 200: 100 of the lower 400 are used; 0 - 100 on the row
  CHECK(book.what_if(shares("LT112", -701)).find("max 600: priority_reserved@0 lower") != std::string::npos);
  SlowBook sold = sample_book(opening_headroom());
  (void)sold.trade(shares("0DTE", -100));  // 400 unused above, not 500; 300 below
  CHECK(sold.what_if(shares("LT112", 701)).find("max 700: priority_reserved@0 upper") != std::string::npos);
  CHECK(sold.what_if(shares("LT112", -601)).find("max 600: priority_reserved@0 lower") != std::string::npos);
}

TEST_CASE("model: warnings measure use against the bound after cuts, whatever headroom leaves") {
  SlowBook book = sample_book(opening_headroom());
  CHECK(book.what_if(shares("LT112", -600)) == "approved 600, max 600" + fits);
}

TEST_CASE("model: headroom is for its window, its days, strictly worse priorities, and while its strategy may open") {
  SlowBook book = sample_book(opening_headroom());
  const auto reserved = [&book](const char* strategy) {
    return book.what_if(shares(strategy, -700)).find("priority_reserved") != std::string::npos;
  };
  CHECK(reserved("LT112"));
  CHECK_FALSE(reserved("0DTE"));
  CHECK(reserved("nobody told of"));  // priority 1000
  book.slow.priority("LT112", 1);
  CHECK_FALSE(reserved("LT112"));
  book.slow.priority("LT112", 2);
  book.slow.may_open("0DTE", false);
  CHECK_FALSE(reserved("LT112"));
  book.slow.may_open("0DTE", true);
  book.now += 30min - 1ns;
  CHECK(reserved("LT112"));
  book.now += 1ns;
  CHECK_FALSE(reserved("LT112"));

  LedgerConfig c = opening_headroom();
  c.headroom[0].schedule = {day_mask(std::chrono::Tuesday), 9h + 30min, 16h};
  SlowBook tuesdays = sample_book(c);
  CHECK(tuesdays.what_if(shares("LT112", -700)).find("approved") == 0);
  tuesdays.now += 24h;
  CHECK(tuesdays.what_if(shares("LT112", -700)).find("denied") == 0);
  tuesdays.now -= 30min;  // 09:30
  CHECK(tuesdays.what_if(shares("LT112", -700)).find("denied") == 0);
  tuesdays.now -= 1ns;
  CHECK(tuesdays.what_if(shares("LT112", -700)).find("approved") == 0);
}

TEST_CASE("model: better strategies' headroom adds up, never past zero, and is cut as the row is") {
  LedgerConfig c = spy_delta(1000);
  c.headroom = {kept("0DTE", 400), kept("LT112", 300)};
  c.cuts = {event_cut("FOMC", 0.5)};
  SlowBook book = sample_book(c);
  CHECK(book.what_if(shares("IPMCC", 301)).find("max 300: priority_reserved@0 upper 0 to 301000000 of 300000000") !=
        std::string::npos);
  CHECK(book.what_if(shares("LT112", 601)).find("max 600: priority_reserved") != std::string::npos);
  book.slow.event("FOMC", true);  // 500, and 200 + 150 kept
  CHECK(book.what_if(shares("IPMCC", 151)).find("max 150: event_limit@0 upper 0 to 151000000 of 150000000") !=
        std::string::npos);
  // 301 does not pass 300 without cuts, but 500 without headroom; 501 passes neither.
  CHECK(book.what_if(shares("IPMCC", 301)).find("max 150: priority_reserved@0") != std::string::npos);
  CHECK(book.what_if(shares("IPMCC", 501)).find("max 150: limit_exceeded@0") != std::string::npos);

  c.headroom[1].amount = 700;
  SlowBook full = sample_book(c);
  CHECK(full.what_if(shares("IPMCC", 1)).find("max 0: priority_reserved@0 upper 0 to 1000000 of 0 (0)") !=
        std::string::npos);
}

TEST_CASE("model: headroom leaves caps alone, and a fraction of equity is a notional cap once it is gone") {
  LedgerConfig c = with({cap("LT112", "SPY", Metric::delta, 100), limit("SPY", Metric::delta, 1000)});
  c.headroom = {kept("0DTE", 400)};
  SlowBook book = sample_book(c);
  CHECK(book.what_if(shares("LT112", 700)) ==
        "denied 0, max 100: strategy_cap@0 upper 0 to 700000000 of 100000000 (100) "
        "priority_reserved@1 upper 0 to 700000000 of 600000000 (600) /");
  LimitConfig fraction;
  fraction.group = "SPY";
  fraction.equity_fraction = 0.01;
  SlowBook equity(with({fraction}));
  CHECK(equity.what_if(shares("A", 1)).find("equity_unknown@0 (0)") != std::string::npos);
  equity.slow.equity(100'000);
  CHECK(equity.what_if(shares("A", 1001)).find("max 1000: notional_cap@0") != std::string::npos);
}

// ---- gross delta

TEST_CASE("model: gross delta adds what each strategy may come to, whatever the sign") {
  SlowBook book(with({limit("SPY", Metric::gross_delta, 1000)}));
  CHECK(book.trade(shares("A", -400)) == "approved 400, max 400" + fits);
  CHECK(book.trade(shares("B", 300)) == "approved 300, max 300" + fits);
  CHECK(book.row() == "700000000 700000000 1000000000 0");
  CHECK(book.what_if(shares("C", -301)) ==
        "denied 0, max 300: limit_exceeded@0 upper 700000000 to 1001000000 of 1000000000 (300) /");
  CHECK(book.what_if(shares("C", 60)) == "approved 60, max 60: / limit_warning@0");  // 760
  // A holds -400: buying 800 may leave it at -400 or at +400, 801 at +401.
  CHECK(book.what_if(shares("A", 800)) == "approved 800, max 800" + fits);
  CHECK(book.what_if(shares("A", 1101)).find("max 1100: limit_exceeded@0") != std::string::npos);
  (void)book.ask(shares("A", 800));
  CHECK(book.row() == "700000000 700000000 1000000000 0");
  (void)book.ask(shares("A", -100));  // now -500 at worst
  CHECK(book.row() == "700000000 800000000 1000000000 0");
}

TEST_CASE("model: a gross row that is over passes what does not increase it, as far as that goes") {
  LedgerConfig c = with({limit("SPY", Metric::gross_delta, 1000)});
  c.cuts = {event_cut("FOMC", 0.5)};
  SlowBook book(c);
  (void)book.trade(shares("A", -400));
  (void)book.trade(shares("B", 300));
  book.slow.event("FOMC", true);
  CHECK(book.what_if(shares("A", 800)) == "approved 800, max 800" + fits);
  CHECK(book.what_if(shares("A", 801)) ==
        "denied 0, max 800: event_limit@0 upper 700000000 to 701000000 of 500000000 (800) /");
  CHECK(book.what_if(shares("A", 1101)).find("max 800: limit_exceeded@0") != std::string::npos);
  CHECK(book.what_if(shares("A", -1)).find("max 0: event_limit@0") != std::string::npos);
}

// ---- strategy count

TEST_CASE("model: a member never counts against itself, and the next strategy too many is refused whole") {
  LimitConfig count;
  count.group = "SPY";
  count.metric = Metric::strategy_count;
  count.upper = 2;
  SlowBook book(with({count}));
  CHECK(book.trade(shares("A", -1)) == "approved 1, max 1" + fits);  // half of it used
  CHECK(book.ask(shares("B", 1)) == "approved 1, max 1: / limit_near@0");
  CHECK(book.row() == "1000000 2000000 2000000 0");
  CHECK(book.what_if(shares("C", -1).or_fewer()) ==
        "denied 0, max 0: strategy_count@0 upper 2000000 to 3000000 of 2000000 (0) /");
  CHECK(book.what_if(shares("C", -1, "QQQ")) == "approved 1, max 1" + fits);
  CHECK(book.what_if(shares("A", -500)) == "approved 500, max 500" + fits);
  (void)book.slow.reconcile({{"SPY", 5, ""}}, book.now);  // -1 becomes +5: unassigned holds, and is not counted
  CHECK(book.row() == "0 1000000 2000000 0");
}

// ---- conflicting direction

TEST_CASE("model: against another strategy's delta beyond the tolerance nothing opens in that group") {
  LedgerConfig c = with({limit("ACCOUNT", Metric::delta, 1e6)});
  c.options.conflict_tolerance = 50;
  SlowBook book(c);
  for (const auto& [root, usd] : {std::pair{"SPY", 588.0}, {"QQQ", 512.0}}) book.slow.price(root, usd, book.now);
  (void)book.trade(shares("A", -50));
  CHECK(book.what_if(shares("B", 1)) == "approved 1, max 1" + fits);  // exactly the tolerance
  (void)book.trade(shares("A", -1));
  CHECK(book.what_if(shares("B", 1).or_fewer())
            .find("max 0: conflicting_direction@SP500 (0) conflicting_direction@SPY (0)") != std::string::npos);
  CHECK(book.what_if(shares("B", -1)) == "approved 1, max 1" + fits);
  CHECK(book.what_if(shares("A", 1)) == "approved 1, max 1" + fits);  // its own
  CHECK(book.what_if(shares("B", 1, "QQQ")) ==
        "approved 1, max 1" + fits);  // ACCOUNT takes all roots, and is not asked
  (void)book.trade(shares("B", -2));
  CHECK(book.ask(shares("B", 2).exit()).find("conflicting_direction@SP500 conflicting_direction@SPY (bypass)") !=
        std::string::npos);
}

// ---- reconciliation

TEST_CASE("model: what the broker has beyond ours is unassigned, and goes first when it is less") {
  SlowBook book(spy_delta(1e6));
  (void)book.trade(shares("A", 10));
  (void)book.trade(shares("B", 20));
  using Lines = std::vector<std::string>;
  CHECK(book.slow.reconcile({{"SPY", 35, ""}}, book.now).changes == Lines{"unassigned SPY 0 to 5"});
  CHECK(book.slow.reconcile({{"SPY", 33, ""}}, book.now).changes == Lines{"unassigned SPY 5 to 3"});
  CHECK(book.slow.reconcile({{"SPY", 25, ""}}, book.now).changes == Lines{"unassigned SPY 3 to 0", "B SPY 20 to 15"});
  CHECK(book.slow.reconcile({{"SPY", 4, ""}}, book.now).changes == Lines{"B SPY 15 to 0", "A SPY 10 to 4"});
  CHECK(book.slow.reconcile({{"SPY", -3, ""}}, book.now).changes == Lines{"unassigned SPY 0 to -3", "A SPY 4 to 0"});
  CHECK(book.slow.reconcile({}, book.now).changes == Lines{"unassigned SPY -3 to 0"});
  CHECK(book.slow.positions.empty());
  CHECK(book.slow.text().find("unassigned") == std::string::npos);
}

TEST_CASE("model: a line with a strategy is the truth for it, and the rest goes by the rule") {
  SlowBook book(spy_delta(1e6));
  (void)book.trade(shares("A", 10));
  (void)book.trade(shares("B", -20));
  CHECK_FALSE(SlowLedger(book.slow).reconcile({{"SPY", -5, ""}}, book.now).settled);  // whose is missing?
  const SlowReconciliation done = book.slow.reconcile({{"SPY", 7, "A"}, {"SPY", -25, "B"}}, book.now);
  CHECK(done.settled);
  CHECK(done.changes == std::vector<std::string>{"B SPY -20 to -25", "A SPY 10 to 7"});
}

TEST_CASE("model: exits of what is no longer there are cancelled, other reservations and raw exposures stay") {
  SlowBook book(spy_delta(1e6));
  (void)book.trade(shares("A", 10));
  (void)book.trade(raw_delta("A", 100));
  (void)book.ask(shares("A", -6).exit());
  const std::uint64_t exit = book.last_id;
  (void)book.ask(shares("B", -3));
  SlowReconciliation done = book.slow.reconcile({{"SPY", 6, ""}}, book.now);
  CHECK(done.settled);
  CHECK(done.cancelled.empty());
  done = book.slow.reconcile({{"SPY", 5, ""}}, book.now);
  CHECK(done.cancelled == std::vector<std::uint64_t>{exit});
  CHECK(book.slow.reservations.at(exit).status == ReservationStatus::cancelled);
  CHECK(book.row() == "105000000 -3000000 0 -1000000000000 1000000000000 0");
}
