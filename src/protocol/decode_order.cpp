// src/protocol/decode_order.cpp -- events that say what strategies and people want, and what became of it.
// SPDX-License-Identifier: MIT
#include <optcoord/protocol/decoder.hpp>  // max_ttl_s

#include "event_types.hpp"

#include <array>    // std::array
#include <limits>   // std::numeric_limits
#include <set>      // std::set
#include <utility>  // std::pair

namespace optcoord::protocol {
namespace {

using Text = std::string_view;

// in the order of the enumerators
constexpr std::array intents{Text{"open"}, Text{"adjust"}, Text{"exit"}, Text{"emergency_exit"}};
constexpr std::array halt_levels{text(HaltLevel::reduce_only), text(HaltLevel::halt)};
constexpr std::array order_statuses{Text{"working"}, Text{"cancelled"}, Text{"rejected"}};
constexpr std::array position_sides{text(PositionSide::long_side), text(PositionSide::short_side)};
constexpr std::array allocation_modes{Text{"shares"}, Text{"waterfall"}, Text{"priority"}};

constexpr std::array leg_keys{Text{"contract"}, Text{"ratio"}};
constexpr std::array exposure_keys{Text{"root"}, Text{"delta"}, Text{"gamma"}, Text{"theta"}, Text{"vega"}};
constexpr std::array position_keys{Text{"contract"}, Text{"quantity"}, Text{"strategy"}};
constexpr std::array batch_keys{Text{"requests"}};

void read_leg(Fields& f, std::vector<LegText>& legs) {
  f.only(leg_keys);
  LegText leg;
  leg.contract = f.name("contract");
  leg.ratio = f.integer("ratio");
  constexpr std::int64_t largest = std::numeric_limits<std::int32_t>::max();
  if (leg.ratio == 0 || leg.ratio > largest || leg.ratio < -largest)
    f.refuse("ratio", "a ratio is not 0 and fits 32 bits");
  legs.push_back(leg);
}

[[nodiscard]] ExposureText read_exposure(Fields& f) {
  f.only(exposure_keys);
  ExposureText e;
  e.root = f.name("root");
  e.delta = f.number("delta");
  e.gamma = f.optional_number("gamma");
  e.theta = f.optional_number("theta");
  e.vega = f.optional_number("vega");
  return e;
}

/// Everything but the id.
void read_request(Fields& f, RequestEvent& e) {
  e.strategy = f.name("strategy");
  e.intent = f.one_of<Intent>("intent", intents);
  e.units = f.integer("units");
  if (e.units < 1) f.refuse("units", "units are a whole number from 1");
  e.partial = f.flag("partial");
  e.legging = f.flag("legging");
  e.ttl_s = f.optional_number("ttl_s", Range::positive);
  if (e.ttl_s && *e.ttl_s > max_ttl_s) f.refuse("ttl_s", "a time to live is at most 1e9 seconds");
  e.entry = f.optional_text("entry");
  e.label = f.optional_text("label");
  e.buying_power = f.optional_number("buying_power", Range::not_negative);
  if (f.has("legs") == f.has("exposure")) {
    f.refuse("legs", f.has("legs") ? "a request has legs or an exposure, not both"
                                   : "missing: a request has legs or an exposure");
  } else if (f.has("legs")) {
    f.each("legs", [&](Fields& leg) { read_leg(leg, e.legs); });
  } else {
    f.within("exposure", [&](Fields& exposure) { e.exposure = read_exposure(exposure); });
  }
}

/// A hypothetical request may carry an id; it is not looked at.
void read_hypothetical(Fields& f, RequestEvent& e) {
  ReadId ignored;
  if (f.has("id")) f.id("id", ignored);
  read_request(f, e);
}

}  // namespace

void decode_request(Fields& f, Ids ids, EventBody& body) {
  RequestEvent e;
  ReadId id;
  f.id("id", id);
  read_request(f, e);
  e.id = intern<RequestId>(f, "id", id, ids.requests);
  body = std::move(e);
}

void decode_what_if(Fields& f, Ids, EventBody& body) {
  WhatIfEvent e;
  e.batch = f.has("requests");
  if (e.batch) {
    f.only(batch_keys, head_keys);
    f.each("requests", [&](Fields& one) {
      one.only(request_keys());
      read_hypothetical(one, e.requests.emplace_back());
    });
  } else {
    read_hypothetical(f, e.requests.emplace_back());
  }
  body = std::move(e);
}

void decode_order(Fields& f, Ids ids, EventBody& body) {
  OrderEvent e;
  ReadId id;
  f.id("request", id);
  e.status = f.one_of<OrderStatus>("status", order_statuses);
  e.request = intern<RequestId>(f, "request", id, ids.requests);
  body = e;
}

void decode_fill(Fields& f, Ids ids, EventBody& body) {
  FillEvent e;
  ReadId request;
  ReadId execution;
  f.id("request", request);
  f.id("exec", execution);
  if (f.has("units")) {
    e.units = f.integer("units");
    if (*e.units < 1) f.refuse("units", "units are a whole number from 1");
    if (f.has("leg")) f.refuse("leg", "a fill has a leg and quantity, or units, not both");
    if (f.has("quantity")) f.refuse("quantity", "a fill has a leg and quantity, or units, not both");
    e.price = f.optional_number("price", Range::not_negative);
  } else {
    e.leg = f.name("leg");
    e.quantity = f.integer("quantity");
    if (*e.quantity == 0) f.refuse("quantity", "a quantity is not 0");
    e.price = f.number("price", Range::not_negative);  // 0: what expires worthless is closed at nothing
  }
  e.request = intern<RequestId>(f, "request", request, ids.requests);
  e.execution = intern<ExecutionId>(f, "exec", execution, ids.executions);
  body = e;
}

void decode_positions(Fields& f, Ids, EventBody& body) {
  PositionsEvent e;
  std::set<std::pair<Text, Text>> seen;
  f.each_if_any("positions", [&](Fields& line) {
    line.only(position_keys);
    PositionText position;
    position.contract = line.name("contract");
    position.quantity = line.integer("quantity");
    position.strategy = line.optional_name("strategy");
    if (!seen.emplace(position.contract, position.strategy).second)
      line.refuse("contract",
                  position.strategy.empty() ? "given twice without a strategy" : "given twice for the same strategy");
    e.positions.push_back(position);
  });
  e.adopt = f.flag("adopt", true);
  body = std::move(e);
}

void decode_state(Fields& f, Ids, EventBody& body) {
  StateEvent e;
  e.strategy = f.name("strategy");
  e.trigger = f.one_of<Trigger>("trigger", trigger_names);
  e.reason = f.optional_text("reason");
  e.actor = f.optional_name("actor");
  body = e;
}

void decode_pnl(Fields& f, Ids, EventBody& body) {
  PnlEvent e;
  if (!f.has("values")) f.refuse("values", "missing: results by strategy");
  f.named_numbers("values", e.values);
  body = std::move(e);
}

void decode_returns(Fields& f, Ids, EventBody& body) {
  ReturnsEvent e;
  if (!f.has("values")) f.refuse("values", "missing: returns by strategy");
  f.named_numbers("values", e.values);
  body = std::move(e);
}

void decode_allocate(Fields& f, Ids, EventBody& body) {
  AllocateEvent e;
  if (f.has("demands")) f.named_numbers("demands", e.demands.emplace());
  if (f.has("mode")) e.mode = f.one_of<AllocationMode>("mode", allocation_modes);
  body = std::move(e);
}

void decode_plan(Fields&, Ids, EventBody& body) { body = PlanEvent{}; }

/// Whether figures are in range is the sizer's to say, in its words.
void decode_size(Fields& f, Ids, EventBody& body) {
  SizeEvent e;
  e.strategy = f.name("strategy");
  e.equity = f.optional_number("equity");
  e.trade.price = f.number("price");
  e.trade.side = f.one_of<PositionSide>("side", position_sides);
  e.trade.stop = f.optional_number("stop");
  e.trade.stop_loss_pct = f.optional_number("stop_loss_pct");
  e.trade.signal = f.optional_number("signal");
  e.trade.multiplier = f.optional_number("multiplier");
  e.trade.lot = f.optional_number("lot");
  e.trade.max_loss_per_unit = f.optional_number("max_loss_per_unit");
  e.trade.buying_power = f.optional_number("buying_power");
  e.trade.volatility = f.optional_number("volatility");
  body = e;
}

void decode_trade_result(Fields& f, Ids, EventBody& body) {
  TradeResultEvent e;
  e.strategy = f.name("strategy");
  e.result.pnl = f.number("pnl");
  e.result.risked = f.number("risked", Range::positive);
  body = e;
}

void decode_halt(Fields& f, Ids, EventBody& body) {
  HaltEvent e;
  e.scope = f.name("scope");
  e.level = f.one_of<HaltLevel>("level", halt_levels);
  e.actor = f.name("actor");
  e.reason = f.filled_text("reason");
  body = e;
}

void decode_resume(Fields& f, Ids, EventBody& body) {
  ResumeEvent e;
  e.scope = f.name("scope");
  e.actor = f.name("actor");
  e.reason = f.filled_text("reason");
  body = e;
}

void decode_ipmcc(Fields& f, Ids, EventBody& body) {
  IpmccEvent e;
  e.strategy = f.name("strategy");
  e.root = f.name("root");
  body = e;
}

void decode_ipmcc_rolls(Fields& f, Ids, EventBody& body) { body = IpmccRollsEvent{f.name("strategy")}; }

void decode_tick(Fields&, Ids, EventBody& body) { body = TickEvent{}; }
void decode_report(Fields&, Ids, EventBody& body) { body = ReportEvent{}; }

}  // namespace optcoord::protocol
