// src/protocol/event_types.hpp -- the event types of the protocol: name, keys, decoder. One table, read aloud.
// SPDX-License-Identifier: MIT
#pragma once

#include <optcoord/desk/event.hpp>  // EventBody

#include "fields.hpp"  // Fields, Keys

#include <array>        // std::array
#include <span>         // std::span
#include <string_view>  // std::string_view

namespace optcoord::protocol {

/// Where ids become numbers.
struct Ids {
  IdTable& requests;
  IdTable& executions;
  IdTable& stops;
};

/// The number of an id that was read; refuses when four gigabytes of them are known.
template <class Id>
[[nodiscard]] Id intern(Fields& f, std::string_view key, const ReadId& id, IdTable& table) {
  if (!f.ok()) return Id{};
  const std::optional<std::uint64_t> number = table.intern(id.host());
  if (!number) f.refuse(key, "no room for another id");
  return Id{number.value_or(0)};
}

/// Fills the event's body; on a fault what it leaves there means nothing and no id was interned.
using Decode = void (*)(Fields& fields, Ids ids, EventBody& body);

/// What every event has.
inline constexpr std::array<std::string_view, 2> head_keys{"type", "t"};

struct EventType {
  std::string_view name;
  Keys keys;  ///< beside head_keys
  Decode decode{nullptr};
};

/// All event types, the frequent ones first.
[[nodiscard]] std::span<const EventType> event_types() noexcept;
/// The keys of a request, alone or in a batch.
[[nodiscard]] Keys request_keys() noexcept;

// decode_market.cpp: what the market and the account look like
void decode_account(Fields& f, Ids, EventBody& body);
void decode_quote(Fields& f, Ids, EventBody& body);
void decode_option(Fields& f, Ids, EventBody& body);
void decode_rates(Fields& f, Ids, EventBody& body);
void decode_dividend(Fields& f, Ids, EventBody& body);
void decode_calendar(Fields& f, Ids, EventBody& body);
void decode_session(Fields& f, Ids, EventBody& body);

// decode_order.cpp: what strategies and people want, and what became of it
void decode_request(Fields& f, Ids ids, EventBody& body);
void decode_what_if(Fields& f, Ids, EventBody& body);
void decode_order(Fields& f, Ids ids, EventBody& body);
void decode_fill(Fields& f, Ids ids, EventBody& body);
void decode_positions(Fields& f, Ids, EventBody& body);
void decode_state(Fields& f, Ids, EventBody& body);
void decode_pnl(Fields& f, Ids, EventBody& body);
void decode_returns(Fields& f, Ids, EventBody& body);
void decode_allocate(Fields& f, Ids, EventBody& body);
void decode_plan(Fields& f, Ids, EventBody& body);
void decode_size(Fields& f, Ids, EventBody& body);
void decode_trade_result(Fields& f, Ids, EventBody& body);
void decode_halt(Fields& f, Ids, EventBody& body);
void decode_resume(Fields& f, Ids, EventBody& body);
void decode_ipmcc(Fields& f, Ids, EventBody& body);
void decode_ipmcc_rolls(Fields& f, Ids, EventBody& body);
void decode_tick(Fields& f, Ids, EventBody& body);
void decode_report(Fields& f, Ids, EventBody& body);

// decode_exercise.cpp: what is to be closed before expiry, and what became of it
void decode_stop_order(Fields& f, Ids ids, EventBody& body);
void decode_expiry(Fields& f, Ids, EventBody& body);
void decode_close_request(Fields& f, Ids, EventBody& body);
void decode_close_result(Fields& f, Ids, EventBody& body);
void decode_kill_switch(Fields& f, Ids, EventBody& body);

}  // namespace optcoord::protocol
