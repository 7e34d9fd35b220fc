// src/protocol/decode_exercise.cpp -- events about closing before expiry: stops, questions, results, the kill switch.
// SPDX-License-Identifier: MIT
#include "event_types.hpp"

#include <array>  // std::array

namespace optcoord::protocol {
namespace {

using Text = std::string_view;

// in the order of the enumerators
constexpr std::array modes{Text{"monitor"}, Text{"active"}, Text{"emergency"}};
enum class StopStatus : std::uint8_t { working, cancelled };
constexpr std::array stop_statuses{Text{"working"}, Text{"cancelled"}};

/// True or false, and not left out.
[[nodiscard]] bool said(Fields& f, Text key) {
  if (!f.has(key)) f.refuse(key, "missing: true or false");
  return f.flag(key);
}

}  // namespace

void decode_stop_order(Fields& f, Ids ids, EventBody& body) {
  StopOrderEvent e;
  ReadId id;
  f.id("id", id);
  e.strategy = f.name("strategy");
  e.contract = f.name("contract");
  e.quantity = f.integer("quantity");
  if (e.quantity == 0) f.refuse("quantity", "a quantity is not 0");
  e.stop_price = f.number("stop_price", Range::positive);
  e.working = f.one_of<StopStatus>("status", stop_statuses) == StopStatus::working;
  e.id = intern<StopId>(f, "id", id, ids.stops);
  body = e;
}

void decode_expiry(Fields& f, Ids, EventBody& body) {
  ExpiryEvent e;
  if (f.has("mode")) e.mode = f.one_of<ExerciseMode>("mode", modes);
  body = e;
}

void decode_close_request(Fields& f, Ids, EventBody& body) {
  CloseRequestEvent e;
  e.strategy = f.name("strategy");
  e.contract = f.name("contract");
  body = e;
}

void decode_close_result(Fields& f, Ids, EventBody& body) {
  CloseResultEvent e;
  e.strategy = f.name("strategy");
  e.contract = f.name("contract");
  e.success = said(f, "success");
  e.price = f.optional_number("price", Range::not_negative);
  if (f.has("filled")) e.filled = f.integer("filled");
  if (e.filled && *e.filled < 0) f.refuse("filled", "contracts filled are 0 or more");
  if (e.success && e.filled == 0) f.refuse("filled", "a close of no contract is no success");
  body = e;
}

void decode_kill_switch(Fields& f, Ids, EventBody& body) {
  KillSwitchEvent e;
  e.on = said(f, "on");
  e.actor = f.name("actor");
  body = e;
}

}  // namespace optcoord::protocol
