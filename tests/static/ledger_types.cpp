// tests/static/ledger_types.cpp -- promises about decisions, proofs and ids that hold when this compiles.
// SPDX-License-Identifier: MIT
#include <optcoord/coordination/halts.hpp>
#include <optcoord/core/decision.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/ledger/exits.hpp>
#include <optcoord/ledger/ledger.hpp>

#include <cstdint>
#include <type_traits>

namespace optcoord {
namespace {

// Nobody makes a proof of an exit but verify_exit: not from nothing, not from a number.
static_assert(!std::is_default_constructible_v<VerifiedExit>);
static_assert(!std::is_constructible_v<VerifiedExit, std::int64_t> && !std::is_constructible_v<VerifiedExit, int>);
static_assert(!std::is_aggregate_v<VerifiedExit>);

// A "no" is data: no decision is true or false.
static_assert(!std::is_convertible_v<Decision, bool> && !std::is_constructible_v<bool, Decision>);
static_assert(!std::is_convertible_v<OwnedDecision, bool> && !std::is_constructible_v<bool, OwnedDecision>);
static_assert(!std::is_convertible_v<Verdict, bool> && !std::is_convertible_v<Verdict, int>);

// A finding is a flat record, copied without thought.
static_assert(std::is_trivially_copyable_v<Finding> && std::is_trivially_destructible_v<Finding>);
static_assert(std::is_trivially_copyable_v<DecisionHead>);

// What stands for a name or a number stands for nothing else.
static_assert(!std::is_convertible_v<StrategyId, RootId> && !std::is_convertible_v<RootId, ContractId>);
static_assert(!std::is_convertible_v<GroupId, EventId> && !std::is_convertible_v<ContractId, std::uint32_t>);
static_assert(!std::is_convertible_v<std::uint64_t, RequestId> && !std::is_convertible_v<ExecutionId, RequestId>);
static_assert(!std::is_invocable_v<decltype(&HaltScope::group), StrategyId>);
static_assert(!std::is_invocable_v<decltype(&HaltScope::strategy), GroupId>);

// A snapshot of the ledger is a copy.
static_assert(std::is_copy_constructible_v<Ledger> && std::is_copy_assignable_v<Ledger>);
static_assert(std::is_nothrow_move_constructible_v<Ledger>);

}  // namespace
}  // namespace optcoord
