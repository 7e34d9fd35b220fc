// tests/property/ipmcc_property_test.cpp -- any chain, book and rule: what a plan may never do, and a book never lose.
// SPDX-License-Identifier: MIT
#include "support/ipmcc_world.hpp"

#include <rapidcheck.h>

#include <map>  // std::map

namespace {

using namespace optcoord;
using namespace optcoord::test;

/// A world with some quotes broken, some Greeks missing, and something in the book.
[[nodiscard]] IpmccWorld drawn_world() {
  IpmccWorld world;
  world.config = rules_with(*rc::gen::element(StrikeRule::below_leap, StrikeRule::above_leap, StrikeRule::at_the_money,
                                              StrikeRule::target_delta));
  world.spot = *rc::gen::inRange(380, 520);
  world.chain.clear();
  for (const char* expiry : {"2026-01-07", this_friday, next_monday, "2026-03-20", in_december, next_january})
    world.list(expiry, 360, 540, 20);
  for (ipmcc::ChainOption& o : world.chain) switch (*rc::gen::inRange(0, 12)) {
      case 0: o.quote.bid = std::nullopt; break;
      case 1: o.quote.ask = std::nullopt; break;
      case 2: std::swap(o.quote.bid, o.quote.ask); break;
      case 3: o.at -= std::chrono::hours{1}; break;
      case 4: o.iv = 0.0; break;
      case 5: o.greeks.delta = std::nullopt; break;
      default: break;
    }
  world.account_value = *rc::gen::inRange(0, 3'000'000);
  world.extra.no_short_calls = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
  world.no_rate = *rc::gen::weightedElement<bool>({{5, false}, {1, true}});
  world.config.credit_only = *rc::gen::arbitrary<bool>();
  world.config.close_if_no_roll = *rc::gen::arbitrary<bool>();
  const int held = *rc::gen::inRange(0, 5);
  for (int i = 0; i < held; ++i) {
    const Contract leap = *rc::gen::element(call(in_december, 380), call(next_january, 400), call("2026-03-20", 380));
    world.hold(leap, *rc::gen::inRange(1, 4), 60.0);
  }
  const int sold = *rc::gen::inRange(0, 4);
  for (int i = 0; i < sold; ++i)
    world.hold(*rc::gen::element(call("2026-01-07", 460), call(this_friday, 480), call("2026-01-05", 460)), -1, 1.0);
  world.config.roll_dte = *rc::gen::inRange(0, 3);
  return world;
}
[[nodiscard]] std::int64_t naked_calls(const IpmccWorld& world) {
  std::int64_t sum = 0;
  for (const ipmcc::Orphan& o : world.orphans()) sum += is_buy(o.repair.action) ? o.repair.quantity : 0;
  return sum;
}
void fill_whole(IpmccWorld& world, RequestId id, const std::vector<ipmcc::Step>& steps) {
  for (const ipmcc::Step& s : steps) {
    const Result<Code> code =
        world.book.fill({id, s.contract, is_buy(s.action) ? s.quantity : -s.quantity, 1.0}, world.now);
    RC_ASSERT(code.has_value());
    RC_ASSERT(*code == Code::none);
  }
}

}  // namespace

TEST_CASE("any plan adds up, can be placed, buys no second LEAP, and leaves no more naked than before") {
  CHECK(rc::check([] {
    IpmccWorld world = drawn_world();
    const ipmcc::Plan plan = world.plan();
    RC_TAG(std::string(ipmcc::text(plan.path)));
    if (plan.rejected.total() > 0 || plan.chosen > 0)
      RC_ASSERT(plan.rejected.total() + plan.chosen == world.chain.size());
    RC_ASSERT(plan.steps.empty() == (plan.path == ipmcc::Path::none || plan.path == ipmcc::Path::fully_covered));
    RC_ASSERT(!plan.steps.empty() || !plan.reasons.empty());
    bool active = false;
    for (const ipmcc::Holding& h : ipmcc::holdings(world.book.state(), spy_share, true))
      active = active || ipmcc::is_active(world.config, h.contract, world.now);
    for (const ipmcc::Step& s : plan.steps) {
      RC_ASSERT(s.quantity > 0);
      RC_ASSERT(!(active && s.action == ipmcc::Action::buy_to_open));
      RC_ASSERT(!(world.extra.no_short_calls && s.action == ipmcc::Action::sell_to_open));
    }
    if (plan.steps.empty()) return;
    const std::int64_t before = naked_calls(world);
    const RequestId id{7};
    RC_ASSERT(world.book.place(ipmcc::order_of(plan, id)).has_value());
    fill_whole(world, id, plan.steps);
    RC_ASSERT(naked_calls(world) <= before);
    RC_ASSERT(world.plan().path != ipmcc::Path::create);
  }));
}

TEST_CASE("any roll closes before it sells, can be placed, and leaves no more naked than before") {
  CHECK(rc::check([] {
    IpmccWorld world = drawn_world();
    std::uint64_t id = 10;
    for (const ipmcc::Plan& plan : world.rolls()) {
      if (plan.steps.empty()) {
        RC_ASSERT(!plan.reasons.empty());
        continue;
      }
      const std::int64_t before = naked_calls(world);
      RC_ASSERT(plan.steps[0].action == ipmcc::Action::buy_to_close);
      const bool sale_waits = plan.steps.size() == 1 || plan.steps[1].depends_on == 0U;  // RC_ASSERT reads both sides
      RC_ASSERT(sale_waits);
      RC_ASSERT(world.book.place(ipmcc::order_of(plan, RequestId{++id})).has_value());
      fill_whole(world, RequestId{id}, plan.steps);
      RC_ASSERT(naked_calls(world) <= before);
    }
  }));
}

TEST_CASE("a book holds what was traded, whatever was traded, and is restored as it was") {
  CHECK(rc::check([] {
    const std::vector<Contract> contracts{call(this_friday, 460), call(next_monday, 470), call(in_december, 380),
                                          call(next_january, 400)};
    ipmcc::Book book;
    std::map<Contract, std::int64_t> held;
    std::uint32_t numbers = 1;
    const auto trades = *rc::gen::container<std::vector<std::pair<int, int>>>(
        rc::gen::pair(rc::gen::inRange(0, 4), rc::gen::inRange(-3, 4)));
    for (const auto& [which, quantity] : trades) {
      if (quantity == 0) continue;
      const Contract& c = contracts[static_cast<std::size_t>(which)];
      RC_ASSERT(book.fill({std::nullopt, c, quantity, 1.0}, at("2026-01-05T15:00:00Z")).has_value());
      held[c] += quantity;
      RC_ASSERT(book.state().next_lot >= numbers);
      numbers = book.state().next_lot;
    }
    for (const Contract& c : contracts) RC_ASSERT(ipmcc::held_in(book.state(), c) == held[c]);
    const Result<ipmcc::Book> again = ipmcc::Book::restore(book.state());
    RC_ASSERT(again.has_value());
    RC_ASSERT(again->state() == book.state());
  }));
}
