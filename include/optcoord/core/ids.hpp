// optcoord/core/ids.hpp -- the small dense numbers that stand for names inside the library.
// SPDX-License-Identifier: MIT
//
// Names are interned once (core/names.hpp); hot calls take ids. Ids of one kind cannot be passed for another.
#pragma once

#include <cstddef>  // std::size_t
#include <cstdint>  // std::uint32_t, std::uint64_t

namespace optcoord {

enum class StrategyId : std::uint32_t {};  ///< a strategy, in order of registration
enum class GroupId : std::uint32_t {};     ///< a concentration group, in order of configuration
enum class RootId : std::uint32_t {};      ///< an underlying root, in order of first sight
enum class ContractId : std::uint32_t {};  ///< a contract, in order of first sight
enum class EventId : std::uint32_t {};     ///< the name of a market event, in order of first sight

enum class RequestId : std::uint64_t {};    ///< the host's number of a request
enum class PreparedId : std::uint32_t {};   ///< a request made ready to be asked again (ledger/ledger.hpp)
enum class ExecutionId : std::uint64_t {};  ///< the host's number of an execution; unique over all requests
enum class StopId : std::uint64_t {};       ///< the host's number of a stop order

/// Holds what the broker reports and no strategy owns. Always registered first; may only send exits.
inline constexpr StrategyId unassigned{0};

/// \returns the id as an index into dense tables.
template <class Id>
[[nodiscard]] constexpr std::size_t index_of(Id id) noexcept {
  return static_cast<std::size_t>(id);
}

}  // namespace optcoord
