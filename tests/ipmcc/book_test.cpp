// tests/ipmcc/book_test.cpp -- the book's events one by one: fills, ends, assignments, expiries, and what it refuses.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"
#include "support/not_finite.hpp"

using namespace optcoord;
using namespace optcoord::test;
using ipmcc::Action;
using ipmcc::Book;
using ipmcc::BookEventKind;
using ipmcc::BookState;
using ipmcc::LegStatus;
using ipmcc::LotId;
using ipmcc::NewOrder;
using ipmcc::Settled;

namespace {

const Contract the_leap = call(next_january, 370);
const Contract other_leap = call(in_december, 375);
const Contract the_weekly = call(this_friday, 465);
const Contract next_weekly = call(next_friday, 470);
const Timestamp monday = at("2026-01-05T15:00:00Z");

[[nodiscard]] ipmcc::Step step(Action action, const Contract& contract, std::int64_t quantity,
                               std::optional<std::uint32_t> depends_on = std::nullopt) {
  return {action, contract, quantity, std::nullopt, std::nullopt, depends_on};
}
/// LEAP and weekly as one package.
[[nodiscard]] NewOrder package(std::uint64_t id, std::int64_t quantity) {
  return {RequestId{id},
          true,
          {step(Action::buy_to_open, the_leap, quantity), step(Action::sell_to_open, the_weekly, quantity)}};
}
[[nodiscard]] NewOrder single(std::uint64_t id, const ipmcc::Step& s) { return {RequestId{id}, false, {s}}; }

[[nodiscard]] std::string refusal(const Result<void>& result) {
  return result ? "placed" : std::string(text(result.error().code)) + ' ' + result.error().field;
}
[[nodiscard]] Code filled(Book& book, std::optional<std::uint64_t> id, const Contract& c, std::int64_t quantity,
                          std::optional<double> price = 1.0) {
  std::optional<RequestId> order;
  if (id) order = RequestId{*id};
  const Result<Code> code = book.fill({order, c, quantity, price}, monday);
  REQUIRE(code);
  return *code;
}
[[nodiscard]] std::string orphans_of(const Book& book) {
  std::string out;
  for (const ipmcc::Orphan& o : ipmcc::orphans(book.state(), spy_share))
    out += (out.empty() ? "" : "; ") + std::string(o.cancel ? "cancel " : "") + step_text(o.repair);
  return out;
}
[[nodiscard]] std::vector<BookEventKind> kinds(const Book& book) {
  std::vector<BookEventKind> out;
  for (const ipmcc::BookEvent& e : book.state().record) out.push_back(e.kind);
  return out;
}
/// A book that holds two LEAPs and two weeklies sold against them.
[[nodiscard]] Book covered_pair() {
  Book book;
  (void)filled(book, std::nullopt, the_leap, 2, 95.0);
  (void)filled(book, std::nullopt, the_weekly, -2, 0.5);
  return book;
}

}  // namespace

TEST_CASE("a package that fills leg by leg makes two lots, the weekly belonging to the LEAP") {
  Book book;
  REQUIRE(book.place(package(1, 2)));
  CHECK(filled(book, 1, the_leap, 1, 94.0) == Code::none);
  CHECK(filled(book, 1, the_leap, 1, 96.0) == Code::none);
  CHECK(filled(book, 1, the_weekly, -2, 0.5) == Code::none);
  const BookState& s = book.state();
  REQUIRE(s.lots.size() == 2);
  CHECK(s.orders.empty());
  CHECK(ipmcc::held_in(s, the_leap) == 2);
  CHECK(ipmcc::held_in(s, the_weekly) == -2);
  const ipmcc::Lot& bought = ipmcc::lots_in(s, the_leap)[0];
  CHECK(bought.average_price == 95.0);
  CHECK(ipmcc::lots_in(s, the_weekly)[0].leap == bought.id);
  CHECK(orphans_of(book).empty());
  CHECK(kinds(book) == std::vector{BookEventKind::opened, BookEventKind::partly_filled, BookEventKind::filled,
                                   BookEventKind::opened, BookEventKind::filled});
}

TEST_CASE("a one-leg fill is an orphan with the step that repairs it, while the package works and after it ended") {
  Book book;
  REQUIRE(book.place(package(1, 2)));
  (void)filled(book, 1, the_leap, 2);
  CHECK(orphans_of(book) == "sell_to_open 2 " + to_text(the_weekly));
  CHECK(ipmcc::orphans(book.state(), spy_share)[0].working);
  (void)filled(book, 1, the_weekly, -1);
  CHECK(orphans_of(book) == "sell_to_open 1 " + to_text(the_weekly));
  REQUIRE(book.end(RequestId{1}, LegStatus::cancelled, monday));
  CHECK(orphans_of(book) == "sell_to_open 1 " + to_text(the_weekly));
  CHECK_FALSE(ipmcc::orphans(book.state(), spy_share)[0].working);
  (void)filled(book, std::nullopt, the_weekly, -1);
  CHECK(orphans_of(book).empty());
  CHECK(book.state().repairs.empty());
}

TEST_CASE("a repair by another call sold against the LEAP counts too") {
  Book book;
  REQUIRE(book.place(package(1, 1)));
  (void)filled(book, 1, the_leap, 1);
  REQUIRE(book.end(RequestId{1}, LegStatus::rejected, monday));
  CHECK_FALSE(orphans_of(book).empty());
  (void)filled(book, std::nullopt, next_weekly, -1);
  CHECK(orphans_of(book).empty());
}

TEST_CASE("a call sold without its LEAP is bought back") {
  Book book;
  REQUIRE(book.place(package(1, 2)));
  (void)filled(book, 1, the_weekly, -2);  // the broker reports the short leg first
  CHECK(orphans_of(book) == "buy_to_close 2 " + to_text(the_weekly));
  (void)filled(book, 1, the_leap, 1);
  CHECK(orphans_of(book) == "buy_to_close 1 " + to_text(the_weekly));
  REQUIRE(book.end(RequestId{1}, LegStatus::cancelled, monday));
  CHECK(orphans_of(book) == "buy_to_close 1 " + to_text(the_weekly));
  (void)filled(book, std::nullopt, the_weekly, 1);
  CHECK(orphans_of(book).empty());
}

TEST_CASE("a LEAP rolled on one leg only says which leg is missing") {
  const Contract old = call("2026-03-20", 370);
  const NewOrder roll{
      RequestId{1}, true, {step(Action::buy_to_open, the_leap, 2), step(Action::sell_to_close, old, 2, 0U)}};
  Book book;
  (void)filled(book, std::nullopt, old, 2);
  (void)filled(book, std::nullopt, the_weekly, -2);
  REQUIRE(book.place(roll));
  (void)filled(book, 1, the_leap, 2);
  REQUIRE(book.end(RequestId{1}, LegStatus::rejected, monday));
  CHECK(orphans_of(book) == "sell_to_close 2 " + to_text(old));
  (void)filled(book, std::nullopt, old, -2);
  CHECK(orphans_of(book).empty());

  Book wrong;  // the old one sold first, against the order's own rule
  (void)filled(wrong, std::nullopt, old, 2);
  (void)filled(wrong, std::nullopt, the_weekly, -2);
  REQUIRE(wrong.place(roll));
  (void)filled(wrong, 1, old, -2);
  REQUIRE(wrong.end(RequestId{1}, LegStatus::rejected, monday));
  CHECK(orphans_of(wrong) == "buy_to_open 2 " + to_text(the_leap));
  (void)filled(wrong, std::nullopt, the_leap, 2);
  CHECK(orphans_of(wrong).empty());
}

TEST_CASE("more calls than LEAPs cannot be placed, in one order or in several") {
  Book book;
  (void)filled(book, std::nullopt, the_leap, 2);
  const BookState before = book.state();
  CHECK(refusal(book.place(single(1, step(Action::sell_to_open, the_weekly, 3)))) == "invalid_value coverage");
  CHECK(book.state() == before);
  CHECK(refusal(book.place(single(1, step(Action::sell_to_open, the_weekly, 1)))) == "placed");
  CHECK(refusal(book.place(single(2, step(Action::sell_to_open, next_weekly, 2)))) == "invalid_value coverage");
  CHECK(refusal(book.place(single(2, step(Action::sell_to_open, next_weekly, 1)))) == "placed");
  CHECK(refusal(book.place(single(3, step(Action::sell_to_open, the_weekly, 1)))) == "invalid_value coverage");
}

TEST_CASE("a call that outlives the LEAP is not covered by it") {
  Book book;
  (void)filled(book, std::nullopt, call(next_friday, 370), 1);
  CHECK(refusal(book.place(single(1, step(Action::sell_to_open, next_weekly, 1)))) == "invalid_value coverage");
  CHECK(refusal(book.place(single(1, step(Action::sell_to_open, the_weekly, 1)))) == "placed");
}

TEST_CASE("a LEAP under calls, or under calls on their way, cannot be sold alone") {
  Book book = covered_pair();
  CHECK(refusal(book.place(single(1, step(Action::sell_to_close, the_leap, 1)))) == "invalid_value coverage");
  Book uncovered;
  (void)filled(uncovered, std::nullopt, the_leap, 2);
  REQUIRE(uncovered.place(single(1, step(Action::sell_to_open, the_weekly, 1))));
  CHECK(refusal(uncovered.place(single(2, step(Action::sell_to_close, the_leap, 2)))) == "invalid_value coverage");
  CHECK(refusal(uncovered.place(single(2, step(Action::sell_to_close, the_leap, 1)))) == "placed");
}

TEST_CASE("both legs can be closed as one package: the LEAP goes only as the calls come back") {
  Book book = covered_pair();
  const NewOrder close{
      RequestId{1}, true, {step(Action::buy_to_close, the_weekly, 2), step(Action::sell_to_close, the_leap, 2)}};
  REQUIRE(book.place(close));
  CHECK(book.state().orders[0].legs[1].depends_on == 0U);
}

TEST_CASE("a roll sells the next call only as far as the old one is back") {
  Book book = covered_pair();
  const NewOrder roll{
      RequestId{1}, false, {step(Action::buy_to_close, the_weekly, 2), step(Action::sell_to_open, next_weekly, 2, 0U)}};
  REQUIRE(book.place(roll));
  CHECK(refusal(book.place(single(2, step(Action::sell_to_open, next_weekly, 1)))) == "invalid_value coverage");
  (void)filled(book, 1, the_weekly, 1);
  (void)filled(book, 1, next_weekly, -1);
  CHECK(kinds(book).back() == BookEventKind::partly_filled);
  const std::vector<BookEventKind> happened = kinds(book);
  CHECK(std::count(happened.begin(), happened.end(), BookEventKind::rolled) == 1);
  // The rest of the close fails: what was to follow it is off.
  const Result<Code> ended = book.end(RequestId{1}, LegStatus::rejected, monday, 0U);
  REQUIRE(ended);
  CHECK(*ended == Code::close_failed);
  CHECK(book.state().orders.empty());
  CHECK(ipmcc::held_in(book.state(), the_weekly) == -1);
  CHECK(ipmcc::held_in(book.state(), next_weekly) == -1);
  CHECK(orphans_of(book).empty());
}

TEST_CASE("a close sent by itself that fails is a failed close too") {
  for (const LegStatus failed : {LegStatus::rejected, LegStatus::cancelled}) {
    Book book = covered_pair();
    REQUIRE(book.place(single(1, step(Action::buy_to_close, the_weekly, 2))));
    CHECK(*book.end(RequestId{1}, failed, monday) == Code::close_failed);
    CHECK(ipmcc::held_in(book.state(), the_weekly) == -2);
    CHECK(ipmcc::lots_in(book.state(), the_weekly)[0].close_failed);
  }
}

TEST_CASE("a failed close leaves the old call tracked and sells nothing") {
  Book book = covered_pair();
  const NewOrder roll{
      RequestId{1}, false, {step(Action::buy_to_close, the_weekly, 2), step(Action::sell_to_open, next_weekly, 2, 0U)}};
  REQUIRE(book.place(roll));
  const Result<Code> ended = book.end(RequestId{1}, LegStatus::rejected, monday);
  REQUIRE(ended);
  CHECK(*ended == Code::close_failed);
  CHECK(ipmcc::sentence(Code::close_failed) == "Failed to close existing weekly call");
  CHECK(ipmcc::held_in(book.state(), the_weekly) == -2);
  CHECK(ipmcc::held_in(book.state(), next_weekly) == 0);
  CHECK(book.state().orders.empty());
  CHECK(ipmcc::lots_in(book.state(), the_weekly)[0].close_failed);
  REQUIRE(book.place(roll));  // tried again
  CHECK_FALSE(ipmcc::lots_in(book.state(), the_weekly)[0].close_failed);
}

TEST_CASE("what is refused changes nothing and names its field") {
  Book book = covered_pair();
  REQUIRE(book.place(single(7, step(Action::buy_to_close, the_weekly, 1))));
  const BookState before = book.state();
  const auto refused = [&](const NewOrder& order) { return refusal(book.place(order)); };
  CHECK(refused(single(7, step(Action::buy_to_open, the_leap, 1))) == "duplicate_id id");
  CHECK(refused({RequestId{8}, false, {}}) == "invalid_value steps");
  CHECK(refused(single(8, step(Action::buy_to_open, put(next_january, 370), 1))) == "invalid_value steps[].contract");
  CHECK(refused(single(8, step(Action::buy_to_open, spy_share, 1))) == "invalid_value steps[].contract");
  CHECK(refused(single(8, step(Action::buy_to_open, the_leap, 0))) == "invalid_value steps[].quantity");
  CHECK(refused(single(8, step(Action::buy_to_close, the_weekly, 2))) == "invalid_value steps[].quantity");
  CHECK(refused(single(8, step(Action::buy_to_close, the_leap, 1))) == "invalid_value steps[].quantity");
  CHECK(refused(single(8, step(Action::sell_to_close, other_leap, 1))) == "invalid_value steps[].quantity");
  const ipmcc::Step purchase = step(Action::buy_to_open, the_leap, 1);
  CHECK(refused({RequestId{8}, true, {purchase, step(Action::sell_to_open, the_weekly, 2)}}) ==
        "invalid_value steps[].quantity");
  CHECK(refused({RequestId{8}, false, {step(Action::sell_to_open, the_weekly, 1, 1U), purchase}}) ==
        "invalid_value steps[].depends_on");
  const ipmcc::Step elsewhere = step(Action::sell_to_open, *parse_contract("QQQ   260109C00465000"), 1);
  CHECK(refused({RequestId{8}, true, {purchase, elsewhere}}) == "invalid_value steps[].contract");
  CHECK_FALSE(book.fill({std::nullopt, the_leap, 0, 1.0}, monday));
  CHECK_FALSE(book.fill({std::nullopt, the_leap, 1, -1.0}, monday));
  CHECK_FALSE(book.fill({std::nullopt, the_leap, 1, not_a_number}, monday));
  CHECK_FALSE(book.fill({std::nullopt, spy_share, 1, 1.0}, monday));
  CHECK_FALSE(book.end(RequestId{9}, LegStatus::cancelled, monday));
  CHECK_FALSE(book.end(RequestId{7}, LegStatus::cancelled, monday, 1U));
  CHECK_FALSE(book.end(RequestId{7}, LegStatus::filled, monday));
  CHECK_FALSE(book.assign(the_weekly, 3, monday));
  CHECK_FALSE(book.assign(the_leap, 1, monday));
  CHECK_FALSE(book.settle(LotId{1}, 1, Settled::shares_bought, monday));
  CHECK(book.state() == before);
}

TEST_CASE("late fills and overfills are booked and said") {
  Book book;
  REQUIRE(book.place(single(1, step(Action::buy_to_open, the_leap, 1))));
  CHECK(filled(book, 1, the_leap, 2) == Code::overfill);
  CHECK(ipmcc::held_in(book.state(), the_leap) == 2);
  CHECK(filled(book, 1, the_leap, 1) == Code::late_fill);
  CHECK(ipmcc::held_in(book.state(), the_leap) == 3);
  CHECK(filled(book, 2, the_weekly, -4) == Code::late_fill);
  CHECK(orphans_of(book) == "buy_to_close 1 " + to_text(the_weekly));
}

TEST_CASE("a trade closes what is open the other way, oldest first, and opens with what is left") {
  Book book;
  (void)filled(book, std::nullopt, the_leap, 1, 90.0);
  (void)filled(book, std::nullopt, the_leap, 2, 95.0);
  (void)filled(book, std::nullopt, the_leap, -2, 99.0);
  REQUIRE(book.state().lots.size() == 1);
  CHECK(book.state().lots[0].id == LotId{2});
  CHECK(book.state().lots[0].quantity == 1);
  (void)filled(book, std::nullopt, the_leap, -2, 99.0);
  REQUIRE(book.state().lots.size() == 1);
  CHECK(book.state().lots[0].id == LotId{3});
  CHECK(book.state().lots[0].quantity == -1);
  (void)filled(book, std::nullopt, the_leap, 1, 99.0);
  CHECK(book.state().lots.empty());
  (void)filled(book, std::nullopt, the_leap, 1, 99.0);
  CHECK(book.state().lots[0].id == LotId{4});  // no number comes back
}

TEST_CASE("an order somebody else let pass is counted, however uncovered, and is to be taken back") {
  Book book;
  const NewOrder naked = single(1, step(Action::sell_to_open, the_weekly, 2));
  CHECK(refusal(book.place(naked)) == "invalid_value coverage");
  REQUIRE(book.sent(naked));
  CHECK(orphans_of(book) == "cancel sell_to_open 2 SPY   260109C00465000");
  CHECK(refusal(book.sent(naked)) == "duplicate_id id");
  CHECK(refusal(book.sent({RequestId{2}, false, {}})) == "invalid_value steps");
  REQUIRE(book.place(package(3, 1)));  // covered by itself
  CHECK(refusal(book.place(single(4, step(Action::sell_to_open, next_weekly, 1)))) == "invalid_value coverage");
  CHECK(filled(book, 1, the_weekly, -2) == Code::none);
  CHECK(orphans_of(book) == "buy_to_close 2 SPY   260109C00465000");
  REQUIRE(Book::restore(book.state()));
}

TEST_CASE("a purchase that closes and opens in one order fills leg after leg") {
  Book book;
  CHECK(filled(book, std::nullopt, the_weekly, -2) == Code::none);
  REQUIRE(book.sent(
      {RequestId{1}, false, {step(Action::buy_to_close, the_weekly, 2), step(Action::buy_to_open, the_weekly, 3)}}));
  CHECK(filled(book, 1, the_weekly, 4) == Code::none);
  CHECK(ipmcc::held_in(book.state(), the_weekly) == 2);
  REQUIRE(book.state().orders.size() == 1);
  CHECK(book.state().orders[0].legs[1].remaining() == 1);
  CHECK(filled(book, 1, the_weekly, 3) == Code::overfill);
  CHECK(book.state().orders.empty());
  CHECK(ipmcc::held_in(book.state(), the_weekly) == 5);
}

TEST_CASE("calls that were open when they expired can still be assigned, as many and no more") {
  Book book = covered_pair();
  book.expire_before(day("2026-01-10"), monday);
  REQUIRE(book.state().lots.size() == 1);
  CHECK(refusal(book.assign(the_weekly, 3, monday)) == "invalid_value quantity");
  REQUIRE(book.assign(the_weekly, 1, monday));
  REQUIRE(book.state().assignments.size() == 1);
  CHECK(book.state().assignments[0].leap == book.state().lots[0].id);
  CHECK(refusal(book.assign(the_weekly, 2, monday)) == "invalid_value quantity");
  REQUIRE(book.assign(the_weekly, 1, monday));
  CHECK(refusal(book.assign(the_weekly, 1, monday)) == "invalid_value quantity");
  CHECK(refusal(book.place(single(9, step(Action::sell_to_open, next_weekly, 1)))) == "invalid_value coverage");
  REQUIRE(Book::restore(book.state()));
}

TEST_CASE("when the LEAP is gone its calls belong to another that outlives them, or are naked") {
  Book book = covered_pair();
  (void)filled(book, std::nullopt, other_leap, 1);
  (void)filled(book, std::nullopt, the_leap, -2);
  const ipmcc::Lot& sold = ipmcc::lots_in(book.state(), the_weekly)[0];
  CHECK(sold.leap == ipmcc::lots_in(book.state(), other_leap)[0].id);
  CHECK(orphans_of(book) == "buy_to_close 1 " + to_text(the_weekly));
}

TEST_CASE("a sale on its way whose LEAP has gone is to be cancelled") {
  Book book;
  (void)filled(book, std::nullopt, the_leap, 2);
  REQUIRE(book.place(single(1, step(Action::sell_to_open, the_weekly, 2))));
  (void)filled(book, std::nullopt, the_leap, -1);  // sold by hand
  CHECK(orphans_of(book) == "cancel sell_to_open 1 " + to_text(the_weekly));
  CHECK(ipmcc::orphans(book.state(), spy_share)[0].order == RequestId{1});
}

TEST_CASE("an assigned call leaves the shares owed until they are settled, and its LEAP is not sold against again") {
  IpmccWorld world;
  world.hold(the_leap, 2, 95.0);
  world.hold(the_weekly, -2, 0.5);
  REQUIRE(world.book.assign(the_weekly, 1, monday));
  const BookState& s = world.book.state();
  REQUIRE(s.assignments.size() == 1);
  CHECK(s.assignments[0].quantity == 1);
  CHECK(ipmcc::held_in(s, the_weekly) == -1);
  CHECK(world.plan().path == ipmcc::Path::fully_covered);
  const LotId id = s.assignments[0].weekly;
  REQUIRE(world.book.settle(id, 1, Settled::shares_bought, monday));
  CHECK(world.book.state().assignments.empty());
  CHECK(world.plan().quantity == 1);
}

TEST_CASE("a LEAP exercised to settle an assignment is gone") {
  Book book = covered_pair();
  REQUIRE(book.assign(the_weekly, 2, monday));
  const LotId id = book.state().assignments[0].weekly;
  CHECK_FALSE(book.settle(id, 3, Settled::leap_exercised, monday));
  REQUIRE(book.settle(id, 2, Settled::leap_exercised, monday));
  CHECK(book.state().lots.empty());
  CHECK(book.state().assignments.empty());
}

TEST_CASE("the ways out of an assignment, with their cash") {
  IpmccWorld world;
  world.spot = 480;
  world.list_usual_chain();
  world.hold(the_leap, 2, 95.0);
  world.hold(the_weekly, -2, 0.5);
  REQUIRE(world.book.assign(the_weekly, 2, monday));
  world.entry(the_leap).quote = {125.0, 126.0};
  const auto ways = ipmcc::ways_out(world.book.state(), world.book.state().assignments[0], world.market());
  CHECK(ways[0].cash == doctest::Approx((125.0 - 480) * 200));
  CHECK(ways[1].cash == doctest::Approx(-370 * 200.0));
  CHECK(ways[2].cash == doctest::Approx(-480 * 200.0));
  CHECK(ways[0].with_assignment == doctest::Approx((125.0 - 480 + 465) * 200));
  CHECK(ways[1].with_assignment == doctest::Approx((465 - 370) * 200.0));
  CHECK(ways[1].time_value_lost == doctest::Approx(15 * 200.0));
  world.no_spot = true;
  const auto unknown = ipmcc::ways_out(world.book.state(), world.book.state().assignments[0], world.market());
  CHECK_FALSE(unknown[0].cash);
  CHECK(unknown[1].cash);
  CHECK_FALSE(unknown[2].cash);
}

TEST_CASE("what has expired is gone, with orders for it, and says so") {
  Book book = covered_pair();
  REQUIRE(book.place(single(1, step(Action::buy_to_close, the_weekly, 1))));
  book.expire_before(day(this_friday), monday);
  CHECK(ipmcc::held_in(book.state(), the_weekly) == -2);  // may trade on the day itself
  book.expire_before(day("2026-01-10"), monday);
  CHECK(ipmcc::held_in(book.state(), the_weekly) == 0);
  CHECK(ipmcc::held_in(book.state(), the_leap) == 2);
  CHECK(book.state().orders.empty());
  CHECK(kinds(book).back() == BookEventKind::expired);
}

TEST_CASE("the record can be shortened without touching what is held") {
  Book book = covered_pair();
  const std::vector<ipmcc::Lot> lots = book.state().lots;
  book.forget_record(monday);
  CHECK(book.state().record.size() == 2);
  book.forget_record(monday + std::chrono::seconds{1});
  CHECK(book.state().record.empty());
  CHECK(book.state().lots == lots);
}

TEST_CASE("reconciling names what differs, and adopts it only when told to") {
  Book book = covered_pair();
  const std::vector<Position> broker{{the_leap, 1, ""}, {the_leap, 2, ""}, {other_leap, 1, ""}, {spy_share, -100, ""}};
  const BookState before = book.state();
  Result<ipmcc::Reconciled> found = ipmcc::reconcile(book, broker, false, monday);
  REQUIRE(found);
  CHECK(book.state() == before);
  CHECK_FALSE(found->adopted);
  CHECK(found->missing == std::vector<ipmcc::Difference>{{the_weekly, -2, 0}});
  CHECK(found->extra == std::vector<ipmcc::Difference>{{other_leap, 0, 1}});
  CHECK(found->different == std::vector<ipmcc::Difference>{{the_leap, 2, 3}});
  found = ipmcc::reconcile(book, broker, true, monday);
  CHECK(found->adopted);
  CHECK(ipmcc::held_in(book.state(), the_leap) == 3);
  CHECK(ipmcc::held_in(book.state(), other_leap) == 1);
  CHECK(ipmcc::held_in(book.state(), the_weekly) == 0);
  CHECK_FALSE(ipmcc::lots_in(book.state(), other_leap)[0].average_price);
  found = ipmcc::reconcile(book, broker, true, monday);
  CHECK(found->agrees());
  CHECK_FALSE(found->adopted);
  const std::vector<Position> absurd{{the_leap, ipmcc::max_book_quantity + 1, ""}};
  CHECK_FALSE(ipmcc::reconcile(book, absurd, true, monday));
}

TEST_CASE("a book found at the broker with too many calls says what to buy back") {
  Book book;
  const std::vector<Position> broker{{the_leap, 1, ""}, {the_weekly, -3, ""}};
  REQUIRE(ipmcc::reconcile(book, broker, true, monday));
  CHECK(orphans_of(book) == "buy_to_close 2 " + to_text(the_weekly));
}

TEST_CASE("a clock that goes back leaves a record in order, so that the book can be restored") {
  IpmccWorld world;
  world.hold(call(next_january, 370), 1, 95.0);
  world.now -= std::chrono::milliseconds{5};
  world.hold(call(next_january, 370), 1, 95.0);
  REQUIRE(world.book.state().record.size() == 2);
  CHECK(world.book.state().record[1].at == world.book.state().record[0].at);
  CHECK(world.book.state().lots[1].opened == world.now);
  CHECK(ipmcc::Book::restore(world.book.state()));
}

TEST_CASE("a repair that an order at the broker makes already is not named to be sent again") {
  Book book;
  (void)filled(book, std::nullopt, the_weekly, -2, 1.0);
  CHECK(orphans_of(book) == "buy_to_close 2 " + to_text(the_weekly));
  CHECK_FALSE(ipmcc::orphans(book.state(), spy_share)[0].working);
  REQUIRE(book.place(single(1, step(Action::buy_to_close, the_weekly, 1))));
  std::vector<ipmcc::Orphan> left = ipmcc::orphans(book.state(), spy_share);
  REQUIRE(left.size() == 2);
  CHECK(left[0].working);  // that order's
  CHECK(left[0].order == RequestId{1});
  CHECK(left[0].repair.quantity == 1);
  CHECK_FALSE(left[1].working);
  CHECK(left[1].repair.quantity == 1);
  REQUIRE(book.place(single(2, step(Action::buy_to_close, the_weekly, 1))));
  for (const ipmcc::Orphan& o : ipmcc::orphans(book.state(), spy_share)) CHECK(o.working);
}

TEST_CASE("a repair by a sale that is on its way is named again only when that has ended") {
  Book book;
  REQUIRE(book.place(package(1, 2)));
  (void)filled(book, 1, the_leap, 2);
  REQUIRE(book.end(RequestId{1}, LegStatus::cancelled, monday));
  REQUIRE(book.place(single(2, step(Action::sell_to_open, next_weekly, 1))));
  CHECK(orphans_of(book) == "sell_to_open 1 " + to_text(the_weekly));
  REQUIRE(book.place(single(3, step(Action::sell_to_open, next_weekly, 1))));
  CHECK(orphans_of(book).empty());
  REQUIRE(book.end(RequestId{2}, LegStatus::rejected, monday));
  REQUIRE(book.end(RequestId{3}, LegStatus::rejected, monday));
  CHECK(orphans_of(book) == "sell_to_open 2 " + to_text(the_weekly));
}

TEST_CASE("the old LEAP of a half-filled roll is not sold twice") {
  Book book;
  (void)filled(book, std::nullopt, the_leap, 2, 90.0);
  const ipmcc::Step buy = step(Action::buy_to_open, other_leap, 2);
  ipmcc::Step sell = step(Action::sell_to_close, the_leap, 2);
  sell.depends_on = 0U;
  REQUIRE(book.place({RequestId{1}, true, {buy, sell}}));
  (void)filled(book, 1, other_leap, 2);
  REQUIRE(book.end(RequestId{1}, LegStatus::cancelled, monday));
  CHECK(orphans_of(book) == "sell_to_close 2 " + to_text(the_leap));
  REQUIRE(book.place(single(2, step(Action::sell_to_close, the_leap, 2))));
  CHECK(orphans_of(book).empty());
}

TEST_CASE("calls assigned over several LEAPs are settled by exercising one after the other") {
  IpmccWorld world;
  world.spot = 480;
  world.list_usual_chain();
  world.hold(the_leap, 1, 95.0);
  world.hold(call(next_january, 380), 1, 85.0);
  world.hold(the_weekly, -2, 0.5);
  REQUIRE(world.book.assign(the_weekly, 2, monday));
  const ipmcc::Assignment assigned = world.book.state().assignments.at(0);
  world.entry(the_leap).quote = {125.0, 126.0};
  world.entry(call(next_january, 380)).quote = {116.0, 117.0};
  const auto ways = ipmcc::ways_out(world.book.state(), assigned, world.market());
  CHECK(ways[0].cash == doctest::Approx((125.0 + 116.0 - 2 * 480) * 100));
  CHECK(ways[1].cash == doctest::Approx(-(370 + 380) * 100.0));
  CHECK(ways[1].time_value_lost == doctest::Approx((15 + 16) * 100.0));
  CHECK(ways[2].cash == doctest::Approx(-480 * 200.0));
  REQUIRE(world.book.settle(assigned.weekly, 2, Settled::leap_exercised, monday));
  CHECK(world.book.state().lots.empty());
  CHECK(world.book.state().assignments.empty());
}

TEST_CASE("with fewer LEAPs than calls assigned a way out counts those held, and buys the other shares") {
  IpmccWorld world;
  world.hold(the_leap, 2, 95.0);
  world.hold(the_weekly, -2, 0.5);
  REQUIRE(world.book.assign(the_weekly, 2, monday));
  world.hold(the_leap, -1, 95.0);
  world.entry(the_leap).quote = {90.0, 91.0};
  const ipmcc::Assignment assigned = world.book.state().assignments.at(0);
  const auto ways = ipmcc::ways_out(world.book.state(), assigned, world.market());
  CHECK(ways[0].cash == doctest::Approx((90.0 - 2 * 450) * 100));
  CHECK(ways[1].cash == doctest::Approx(-(370 + 450) * 100.0));
  CHECK_FALSE(world.book.settle(assigned.weekly, 2, Settled::leap_exercised, monday));
}

TEST_CASE("an assignment whose LEAP was rolled belongs to the new one") {
  Book book = covered_pair();
  REQUIRE(book.assign(the_weekly, 2, monday));
  (void)filled(book, std::nullopt, other_leap, 2, 80.0);
  (void)filled(book, std::nullopt, the_leap, -2, 95.0);
  const ipmcc::Assignment assigned = book.state().assignments.at(0);
  CHECK(assigned.leap == ipmcc::lots_in(book.state(), other_leap)[0].id);
  CHECK(Book::restore(book.state()));
  REQUIRE(book.settle(assigned.weekly, 2, Settled::leap_exercised, monday));
  CHECK(book.state().lots.empty());
}

TEST_CASE("naked calls of two expiries are each bought back once, whichever was named first") {
  Book book;
  REQUIRE(book.place(package(1, 1)));
  (void)filled(book, 1, the_weekly, -1);
  REQUIRE(book.end(RequestId{1}, LegStatus::cancelled, monday));
  (void)filled(book, std::nullopt, next_weekly, -1);
  CHECK(orphans_of(book) == "buy_to_close 1 " + to_text(the_weekly) + "; buy_to_close 1 " + to_text(next_weekly));
}
