// tests/static/core_types.cpp -- promises about the core's types that hold when this compiles.
// SPDX-License-Identifier: MIT
#include <optcoord/core/error.hpp>
#include <optcoord/core/fixed_point.hpp>
#include <optcoord/core/ids.hpp>
#include <optcoord/core/time.hpp>

#include <chrono>
#include <string_view>
#include <type_traits>

namespace optcoord {
namespace {

// An Error is copied through hot paths and across the floors: two words and an index, no owner of anything.
static_assert(std::is_trivially_copyable_v<Error>);
static_assert(std::is_nothrow_default_constructible_v<Error>);
static_assert(sizeof(Error) <= 24);
static_assert(std::is_trivially_copyable_v<Result<int>> && std::is_trivially_copyable_v<Result<Timestamp>>);

// Codes are numbers that outlive a version: they are read back from journals.
static_assert(static_cast<int>(Errc::parse_error) == 1 && static_cast<int>(Errc::not_ready) == 12);
static_assert(text(Errc::parse_error) == "parse_error" && text(Errc::not_ready) == "not_ready");

// An exposure is one machine word, and none is made from a bare number by accident.
static_assert(sizeof(Micro) == 8 && std::is_trivially_copyable_v<Micro>);
static_assert(!std::is_convertible_v<double, Micro> && !std::is_convertible_v<Micro, double>);

// Ids of one kind are not ids of another.
static_assert(!std::is_convertible_v<StrategyId, GroupId> && !std::is_convertible_v<std::uint32_t, StrategyId>);
static_assert(!std::is_convertible_v<RequestId, ExecutionId>);

// Instants are 64-bit nanoseconds, and parsing is usable at compile time.
static_assert(std::is_same_v<Timestamp::duration, std::chrono::nanoseconds> && sizeof(Timestamp) == 8);
constexpr bool epoch_is_zero = (*parse_time("1970-01-01T00:00:00Z")).time_since_epoch().count() == 0;
static_assert(epoch_is_zero);
static_assert(!parse_time("1970-01-01T00:00:00"));

}  // namespace
}  // namespace optcoord
