// tests/desk/labels_test.cpp -- the report by group and strategy: whole units held under each label, headroom by side.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

#include <string>       // std::string
#include <string_view>  // std::string_view

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

struct Book : DeskBook {
  Book() : DeskBook(spy_delta(1'000'000)) {
    delta(call_450, 0.5);
    delta(call_460, 0.3);
    delta(put_440, -0.4);
    delta(put_430, -0.2);
    delta(later_call_450, 0.55);
  }
  Answer ask(const Ask& asked, std::string_view label) {
    RequestEvent e = request_event(asked, RequestId{++last_});
    e.label = label;
    tell(e);
    return {{}, RequestId{last_}};
  }
  /// What `strategy` holds under labels in `group`: "2 iron condors, 1 put spread".
  [[nodiscard]] std::string labels(std::string_view strategy, std::string_view group = "SPY") const {
    std::string out;
    for (const GroupReport& g : desk().report().groups) {
      if (desk().names().groups.text(g.group) != group) continue;
      for (const StrategyExposure& s : g.strategies) {
        if (desk().names().strategies.text(s.strategy) != strategy) continue;
        for (const LabelledUnits& held : s.labels)
          out += (out.empty() ? "" : ", ") + std::to_string(held.units) + ' ' + held.label;
      }
    }
    return out;
  }

 private:
  std::uint64_t last_{0};
};

[[nodiscard]] Ask condors(std::string_view strategy, std::int64_t units) {
  return position(strategy, units, {{call_450, -1}, {call_460, 1}, {put_440, -1}, {put_430, 1}});
}

void fill_condors(Book& book, const Answer& answer, std::int64_t units) {
  CHECK(book.fill(answer, call_450, -units).find("left") != std::string::npos);
  CHECK(book.fill(answer, call_460, units).find("left") != std::string::npos);
  CHECK(book.fill(answer, put_440, -units).find("left") != std::string::npos);
  CHECK(book.fill(answer, put_430, units).find("left") != std::string::npos);
}

}  // namespace

TEST_CASE("a unit counts when all its legs have filled") {
  Book book;
  const Answer order = book.ask(condors("0DTE", 3), "iron condors");
  CHECK(book.labels("0DTE").empty());
  book.fill(order, call_450, -3);
  book.fill(order, call_460, 3);
  book.fill(order, put_440, -2);
  CHECK(book.labels("0DTE").empty());
  book.fill(order, put_430, 1);
  CHECK(book.labels("0DTE") == "1 iron condors");
  book.fill(order, put_430, 2);
  CHECK(book.labels("0DTE") == "2 iron condors");
  book.fill(order, put_440, -1);
  CHECK(book.labels("0DTE") == "3 iron condors");
  CHECK(book.labels("0DTE", "ACCOUNT") == "3 iron condors");
  CHECK(book.labels("0DTE", "ES").empty());
}

TEST_CASE("an exit takes units back, whatever it is called, as soon as one leg has gone") {
  Book book;
  fill_condors(book, book.ask(condors("0DTE", 3), "iron condors"), 3);
  const Answer exit = book.ask(contracts("0DTE", 1, call_450).exit(), "");
  CHECK(book.labels("0DTE") == "3 iron condors");
  book.fill(exit, call_450, 1);
  CHECK(book.labels("0DTE") == "2 iron condors");
  const Answer all = book.ask(contracts("0DTE", -3, put_430).exit(), "iron condors");
  book.fill(all, put_430, -3);
  CHECK(book.labels("0DTE").empty());
}

TEST_CASE("what came back under no label has none") {
  Book book;
  book.fill(book.ask(shares("A", 5), "shares"), "SPY", 5);
  book.fill(book.ask(shares("A", -5).exit(), ""), "SPY", -5);
  book.fill(book.ask(shares("A", 5), ""), "SPY", 5);
  CHECK(book.labels("A").empty());
}

TEST_CASE("labels of a strategy stand in order of first fill, equal ones added up over different contracts") {
  Book book;
  book.fill(book.ask(contracts("A", -1, put_440), "short puts"), put_440, -1);
  book.fill(book.ask(shares("A", 7), "shares"), "SPY", 7);
  book.fill(book.ask(contracts("A", -2, put_430), "short puts"), put_430, -2);
  book.fill(book.ask(shares("B", 3), "shares"), "SPY", 3);
  CHECK(book.labels("A") == "3 short puts, 7 shares");
  CHECK(book.labels("B") == "3 shares");
}

TEST_CASE("units that share a contract go newest first") {
  Book book;
  book.fill(book.ask(shares("A", 5), "core"), "SPY", 5);
  book.fill(book.ask(shares("A", 4), "tactical"), "SPY", 4);
  book.fill(book.ask(shares("A", -3).exit(), ""), "SPY", -3);
  CHECK(book.labels("A") == "5 core, 1 tactical");
  book.fill(book.ask(shares("A", -3).exit(), ""), "SPY", -3);
  CHECK(book.labels("A") == "3 core");
}

TEST_CASE("of a roll the leg that opens counts, the position it closed is gone") {
  Book book;
  book.fill(book.ask(shares("A", 200), ""), "SPY", 200);
  book.fill(book.ask(contracts("A", -2, call_450), "weekly calls"), call_450, -2);
  const Answer roll = book.ask(position("A", 2, {{call_450, 1}, {later_call_450, -1}}).adjust(), "monthly calls");
  book.fill(roll, call_450, 2);
  CHECK(book.labels("A").empty());
  book.fill(roll, later_call_450, -2);
  CHECK(book.labels("A") == "2 monthly calls");
}

TEST_CASE("late fills and overfills are held, and count") {
  Book book;
  const Answer order = book.ask(shares("A", 2), "shares");
  book.fill(order, "SPY", 3);
  CHECK(book.labels("A") == "3 shares");
  const Answer late = book.ask(shares("A", 2), "shares");
  book.order(late, OrderStatus::cancelled);
  book.fill(late, "SPY", 1);
  CHECK(book.labels("A") == "4 shares");
}

TEST_CASE("a known execution counts once") {
  Book book;
  const Answer order = book.ask(shares("A", 5), "shares");
  book.fill(order, "SPY", 2, 9);
  book.fill(order, "SPY", 2, 9);
  CHECK(book.labels("A") == "2 shares");
}

TEST_CASE("raw exposures have labels too") {
  Book book;
  book.fill_units(book.ask(raw_delta("A", -200), "condors, by hand"), 150);
  CHECK(book.labels("A") == "150 condors, by hand");
  book.fill_units(book.ask(raw_delta("A", 100).exit(), ""), 100);
  CHECK(book.labels("A") == "50 condors, by hand");
}

TEST_CASE("positions of the broker's take labels back, and give none") {
  Book book;
  book.fill(book.ask(shares("A", 5), "shares"), "SPY", 5);
  book.tell(PositionsEvent{{{"SPY", 2, {}}}, false});
  CHECK(book.labels("A") == "5 shares");
  book.tell(PositionsEvent{{{"SPY", 2, {}}}});
  CHECK(book.labels("A") == "2 shares");
  book.tell(PositionsEvent{{{"SPY", 9, "A"}}});
  CHECK(book.labels("A") == "2 shares");
  book.tell(PositionsEvent{{{"SPY", -9, "A"}}});
  CHECK(book.labels("A").empty());
}

TEST_CASE("a label outlives the memory of its order") {
  Book book;
  book.fill(book.ask(shares("A", 5), "shares"), "SPY", 5);
  book.wait(24h * 4);
  CHECK_FALSE(book.desk().remembers(RequestId{1}));
  CHECK(book.labels("A") == "5 shares");
}

TEST_CASE("the same request again keeps its label, another label is another request") {
  Book book;
  const Ask asked = shares("A", 5);
  RequestEvent e = DeskBook::request_event(asked, RequestId{1});
  e.label = "shares";
  book.tell(e);
  book.tell(e);
  CHECK(book.said() == Lines{"decision again"});
  e.label = "stock";
  CHECK(book.send(e) == "duplicate_id id");
}

TEST_CASE("a very long label is kept to 128 bytes, and no character is cut in two") {
  Book book;
  book.fill(book.ask(shares("A", 1), std::string(127, 'x') + "\xc3\xa9" + std::string(500, 'y')), "SPY", 1);
  CHECK(book.labels("A") == "1 " + std::string(127, 'x'));
  book.fill(book.ask(shares("B", 1), std::string(128, 'z')), "SPY", 1);
  CHECK(book.labels("B") == "1 " + std::string(128, 'z'));
}

TEST_CASE("headroom of a row, by side: limit - held - pending, as findings have it") {
  DeskBook book(rows({limit("SPY", Metric::delta, 1000), lower_only("ACCOUNT", Metric::theta, -500)}));
  book.trade(shares("A", -300));
  (void)book.pending(shares("A", -200));
  (void)book.pending(shares("B", 50));
  const RowReport row = book.report_of("SPY", Metric::delta);
  CHECK(text_of(row.headroom_lower) == "-500");  // 500 more short
  CHECK(text_of(row.headroom_upper) == "1250");  // 1,250 more long
  const RowReport theta = book.report_of("ACCOUNT", Metric::theta);
  CHECK(text_of(theta.headroom_lower) == "-500");
  CHECK_FALSE(theta.headroom_upper.has_value());
  book.tell(PositionsEvent{{{"SPY", 1100, {}}}});
  CHECK(text_of(book.report_of("SPY", Metric::delta).headroom_upper) == "-150");  // over
  book.tell(PositionsEvent{{{"SPY", 1100, {}}, {put_440, 1, {}}}});               // no Greeks
  CHECK_FALSE(book.report_of("SPY", Metric::delta).headroom_upper.has_value());
}

TEST_CASE("adopted positions are counted") {
  Book book;
  book.tell(PositionsEvent{});
  book.tell(PositionsEvent{});
  book.tell(PositionsEvent{{}, false});
  CHECK(book.desk().report().counters.reconciled == 2);
}

TEST_CASE("a position too large for a sum has no figure, never a wrapped one") {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  Book book;
  book.tell(PositionsEvent{{{call_450, most, "A"}}});
  CHECK(book.held("SPY") == "?");
  CHECK_FALSE(book.desk().report().groups[0].strategies[0].held[0].has_value());
}
