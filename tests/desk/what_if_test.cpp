// tests/desk/what_if_test.cpp -- asking without consequences, one request or several in order.
// SPDX-License-Identifier: MIT
#include "support/contracts.hpp"
#include "support/desk_book.hpp"

#include <doctest/doctest.h>

namespace {

using namespace optcoord;
using namespace optcoord::test;
using namespace std::chrono_literals;

}  // namespace

TEST_CASE("a question changes nothing and reserves nothing") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", -300));
  const std::string before = book.everything();
  const OwnedDecision d = book.what_if(shares("B", -500));
  CHECK(says(d) == "approved 500 / limit_warning");
  CHECK(!d.reservation);
  CHECK(!d.expires);
  CHECK(book.said() == Lines{"decision"});
  CHECK(book.everything() == before);
  book.wait(1h);
  CHECK(book.said().empty());
}

TEST_CASE("a question is answered as the request would be") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", -700));
  for (const Ask& asked : {shares("B", -400), shares("B", -400).or_fewer(), shares("B", -300), shares("A", 900).exit(),
                           raw_delta("B", -301), shares("A", -5).adjust()}) {
    const OwnedDecision d = book.what_if(asked);
    const Answer answer = book.ask(asked);
    CHECK(says(d) == says(answer));
    book.order(answer, OrderStatus::cancelled);
  }
}

TEST_CASE("several are judged in order, as if each before had been approved") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", -100));
  const std::string before = book.everything();
  const auto answers = book.what_if({shares("A", -500), shares("B", -500), shares("C", -400), shares("D", 1100)});
  REQUIRE(answers.size() == 4);
  CHECK(says(answers[0]) == "approved 500");
  CHECK(says(answers[1]) == "denied, max 400: limit_exceeded");
  CHECK(says(answers[2]) == "approved 400 / limit_near");
  CHECK(says(answers[3]) == "approved 1100 / limit_near");  // -100 held, and no sale before it may be counted on
  CHECK(book.everything() == before);
}

TEST_CASE("exits of one batch race each other") {
  DeskBook book(spy_delta(1000));
  book.trade(shares("A", -900));
  const Ask most = shares("A", 600).exit();
  const auto answers = book.what_if({most, most.or_fewer(), shares("A", 1).exit()});
  REQUIRE(answers.size() == 3);
  CHECK(says(answers[0]) == "approved 600");
  CHECK(says(answers[1]) == "reduced to 300 of 600: exit_not_reducing");
  CHECK(says(answers[2]) == "denied, max 0: exit_not_reducing");
  CHECK(says(book.ask(shares("A", 900).exit())) == "approved 900");
}

TEST_CASE("a batch of raw estimates and spreads leaves no trace") {
  DeskBook book(spy_delta(1000));
  book.delta(put_440, -0.3);
  book.trade(contracts("A", -2, put_440));
  const std::string before = book.everything();
  (void)book.what_if(
      {raw_delta("A", -100), raw_delta("B", 50), contracts("B", 3, put_440), contracts("A", 2, put_440).exit()});
  CHECK(book.everything() == before);
  CHECK(says(book.ask(contracts("A", 2, put_440).exit())) == "approved 2");
}

TEST_CASE("numbers of questions are not remembered") {
  DeskBook book(spy_delta(1000));
  (void)book.what_if(shares("A", -1).numbered(5));
  CHECK(says(book.ask(shares("A", -2).numbered(5))) == "approved 2");
  CHECK(book.said() == Lines{"decision"});
}

TEST_CASE("a halt is part of the answer") {
  DeskBook book(spy_delta(1000));
  book.halt("account");
  CHECK(says(book.what_if(shares("A", -1))) == "denied, max 0: halted");
}
