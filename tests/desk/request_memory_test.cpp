// tests/desk/request_memory_test.cpp -- decisions come back whole, forgotten ones do not, and memory is small.
// SPDX-License-Identifier: MIT
#include <optcoord/desk/request_memory.hpp>

#include <doctest/doctest.h>

#include <chrono>  // std::chrono::seconds
#include <limits>  // std::numeric_limits
#include <span>    // std::span
#include <string>  // std::string
#include <vector>  // std::vector

using namespace optcoord;

namespace {

constexpr Timestamp decided_at{std::chrono::seconds{1'767'623'400}};

[[nodiscard]] Decision approval(std::int64_t units) {
  Decision d;
  d.strategy = StrategyId{7};
  d.verdict = Verdict::approved;
  d.units_requested = d.units = d.max_units = units;
  d.expires = decided_at + std::chrono::seconds{60};
  return d;
}

[[nodiscard]] Finding finding(Code code, std::int64_t scale) {
  Finding f;
  f.code = code;
  f.scope = Scope::group;
  f.metric = Metric::scenario_loss;
  f.side = Side::upper;
  f.has = 0x1FFF;
  f.state = TradingState::terminated;
  f.group = GroupId{255};
  f.strategy = StrategyId{1000};
  f.event = EventId{3};
  f.row = 17;
  f.max_units = scale;
  f.held = Micro{-scale};
  f.pending = Micro{scale / 3};
  f.requested = Micro{scale / 5};
  f.projected = f.held + f.pending + f.requested;
  f.limit = Micro{scale / 2};
  f.headroom = f.limit - f.pending;
  return f;
}

void check_same(const Finding& a, const Finding& b) {
  CHECK(a.code == b.code);
  CHECK(a.scope == b.scope);
  CHECK(a.metric == b.metric);
  CHECK(a.side == b.side);
  CHECK(a.has == b.has);
  if (a.knows(Finding::state_field)) CHECK(a.state == b.state);
  CHECK(a.group == b.group);
  CHECK(a.strategy == b.strategy);
  CHECK(a.event == b.event);
  CHECK(a.row == b.row);
  CHECK(a.max_units == b.max_units);
  CHECK(a.held == b.held);
  CHECK(a.pending == b.pending);
  CHECK(a.requested == b.requested);
  CHECK(a.projected == b.projected);
  CHECK(a.limit == b.limit);
  CHECK(a.headroom == b.headroom);
}

void check_same(std::span<const Finding> a, std::span<const Finding> b) {
  REQUIRE(a.size() == b.size());
  for (std::size_t i = 0; i < a.size(); ++i) check_same(a[i], b[i]);
}

void check_recalled(const RequestMemory& memory, RequestId id, std::uint64_t content, const Decision& d) {
  const auto r = memory.recall(id);
  REQUIRE(r);
  CHECK(r->content == content);
  CHECK(r->decided == decided_at);
  const OwnedDecision& got = r->decision;
  CHECK(got.strategy == d.strategy);
  CHECK(got.intent == d.intent);
  CHECK(got.verdict == d.verdict);
  CHECK(got.bypass == d.bypass);
  CHECK_FALSE(got.duplicate);
  CHECK(got.binding == d.binding);
  CHECK(got.units_requested == d.units_requested);
  CHECK(got.units == d.units);
  CHECK(got.max_units == d.max_units);
  CHECK(got.expires == d.expires);
  CHECK(got.reservation.has_value() == (d.verdict != Verdict::denied));
  if (got.reservation) CHECK(*got.reservation == id);
  check_same(got.reasons, d.reasons);
  check_same(got.warnings, d.warnings);
}

}  // namespace

TEST_CASE("decisions of every kind come back whole") {
  RequestMemory memory;
  const std::vector<Finding> reasons{finding(Code::limit_exceeded, 1), finding(Code::event_limit, 123'456'789'012),
                                     finding(Code::halted, -5)};
  Finding odd;  // sums that do not add up, at the ends of the range
  odd.code = Code::not_computed;
  odd.held = Micro{std::numeric_limits<std::int64_t>::max()};
  odd.pending = Micro{std::numeric_limits<std::int64_t>::max()};
  odd.limit = Micro{std::numeric_limits<std::int64_t>::min()};
  odd.projected = Micro{std::numeric_limits<std::int64_t>::min()};
  odd.headroom = Micro{42};
  const std::vector<Finding> warnings{odd};

  std::vector<Decision> all(6, approval(1));
  all[1].units_requested = all[1].units = all[1].max_units = 9'007'199'254'740'992;
  all[2].verdict = Verdict::denied;
  all[2].units = 0;
  all[2].max_units = -3;
  all[2].expires.reset();
  all[2].binding = Code::adjusted_contract;
  all[2].reasons = reasons;
  all[3].verdict = Verdict::reduced;
  all[3].units_requested = 1000;
  all[3].binding = Code::limit_exceeded;
  all[3].reasons = reasons;
  all[3].warnings = warnings;
  all[4].intent = Intent::emergency_exit;
  all[4].bypass = true;
  all[4].warnings = warnings;
  all[5].expires = Timestamp::max();
  for (std::size_t i = 0; i < all.size(); ++i)
    memory.remember(RequestId{i * 0x1111'1111'1111U}, ~std::uint64_t{i}, all[i], decided_at);
  CHECK(memory.size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    check_recalled(memory, RequestId{i * 0x1111'1111'1111U}, ~std::uint64_t{i}, all[i]);
  CHECK_FALSE(memory.recall(RequestId{1}));
  CHECK_FALSE(memory.contains(RequestId{std::numeric_limits<std::uint64_t>::max()}));
}

TEST_CASE("an empty memory knows nothing and has nothing to forget") {
  RequestMemory memory;
  CHECK_FALSE(memory.contains(RequestId{0}));
  CHECK_FALSE(memory.recall(RequestId{0}));
  memory.forget_if([](RequestId, Timestamp, Verdict) { return true; });
  CHECK(memory.size() == 0);
}

TEST_CASE("what is forgotten is new again, what is kept stays as it was") {
  RequestMemory memory;
  const std::vector<Finding> reasons(3, finding(Code::limit_exceeded, 1'000'000));
  const auto decision = [&](std::uint64_t i) {
    Decision d = approval(static_cast<std::int64_t>(i));
    if (i % 3 != 0) return d;
    d.verdict = Verdict::denied;
    d.expires.reset();
    d.reasons = std::span{reasons}.first(i % 4);
    return d;
  };
  for (std::uint64_t i = 0; i < 5000; ++i) memory.remember(RequestId{i}, i, decision(i), decided_at);
  memory.forget_if([](RequestId id, Timestamp decided, Verdict verdict) {
    CHECK(decided == decided_at);
    CHECK((verdict == Verdict::denied) == (index_of(id) % 3 == 0));
    return index_of(id) % 5 != 2;
  });
  CHECK(memory.size() == 1000);
  for (std::uint64_t i = 0; i < 5000; ++i) {
    CAPTURE(i);
    if (i % 5 == 2) {
      check_recalled(memory, RequestId{i}, i, decision(i));
    } else {
      CHECK_FALSE(memory.contains(RequestId{i}));
    }
  }
  for (std::uint64_t i = 0; i < 5000; i += 5) memory.remember(RequestId{i}, i + 1, decision(i), decided_at);
  CHECK(memory.size() == 2000);
  for (std::uint64_t i = 0; i < 5000; i += 5) check_recalled(memory, RequestId{i}, i + 1, decision(i));
  for (std::uint64_t i = 2; i < 5000; i += 5) check_recalled(memory, RequestId{i}, i, decision(i));
}

TEST_CASE("an approval takes at most 48 bytes and a denial with one reason at most 96") {
  constexpr std::size_t count = 100'000;
  RequestMemory approvals;
  RequestMemory denials;
  const std::vector<Finding> reasons{finding(Code::limit_exceeded, 1'000'000'000)};
  Decision denial = approval(10);
  denial.verdict = Verdict::denied;
  denial.units = 0;
  denial.expires.reset();
  denial.reasons = reasons;
  for (std::size_t i = 0; i < count; ++i) {
    approvals.remember(RequestId{i}, i * 0x9E3779B97F4A7C15U, approval(10), decided_at);
    denials.remember(RequestId{i}, i * 0x9E3779B97F4A7C15U, denial, decided_at);
  }
  CHECK(approvals.bytes() <= 48 * count);
  CHECK(denials.bytes() <= 96 * count);
  MESSAGE("bytes each: ", approvals.bytes() / count, " and ", denials.bytes() / count);
  approvals.forget_if([](RequestId id, Timestamp, Verdict) { return index_of(id) != 5; });
  CHECK(approvals.bytes() <= 256);
}

TEST_CASE("a label comes back as it was given, beside the decision, and costs its bytes") {
  RequestMemory memory;
  memory.remember(RequestId{1}, 11, approval(5), decided_at, "iron condors");
  memory.remember(RequestId{2}, 22, approval(6), decided_at);
  memory.remember(RequestId{3}, 33, approval(7), decided_at, std::string(300, 'x'));
  CHECK(memory.label(RequestId{1}) == "iron condors");
  CHECK(memory.label(RequestId{2}).empty());
  CHECK(memory.label(RequestId{3}) == std::string(300, 'x'));
  CHECK(memory.label(RequestId{4}).empty());
  CHECK(memory.recall(RequestId{1})->decision.units == 5);
  CHECK(memory.recall(RequestId{3})->content == 33);
  memory.forget_if([](RequestId id, Timestamp, Verdict verdict) {
    CHECK(verdict == Verdict::approved);
    return id == RequestId{1};
  });
  CHECK(memory.label(RequestId{1}).empty());
  CHECK(memory.label(RequestId{3}) == std::string(300, 'x'));
  CHECK(memory.recall(RequestId{3})->decision.units == 7);
}
