// src/protocol/decode_market.cpp -- events that say what the market and the account look like.
// SPDX-License-Identifier: MIT
#include "event_types.hpp"

namespace optcoord::protocol {

void decode_account(Fields& f, Ids, EventBody& body) {
  AccountEvent e;
  e.equity = f.optional_number("equity");
  e.buying_power = f.optional_number("buying_power");
  e.margin_used = f.optional_number("margin_used");
  e.day_start_equity = f.optional_number("day_start_equity");
  e.net_deposits = f.optional_number("net_deposits");
  f.named_numbers("used", e.used);
  body = std::move(e);
}

void decode_quote(Fields& f, Ids, EventBody& body) {
  QuoteEvent e;
  e.instrument = f.name("root");
  e.price = f.optional_number("price", Range::positive);
  if (e.price) {
    e.quote = {f.optional_number("bid", Range::not_negative), f.optional_number("ask", Range::not_negative)};
  } else if (f.has("bid") || f.has("ask")) {
    e.quote = {f.number("bid", Range::not_negative), f.number("ask", Range::not_negative)};
  } else {
    f.refuse("price", "missing: a quote has a price, or bid and ask");
  }
  body = e;
}

void decode_option(Fields& f, Ids, EventBody& body) {
  OptionEvent e;
  e.contract = f.name("contract");
  e.underlying = f.optional_name("underlying");
  e.quote = {f.optional_or_null("bid", Range::not_negative), f.optional_or_null("ask", Range::not_negative)};
  e.iv = f.optional_number("iv");
  e.delta = f.optional_number("delta");
  e.gamma = f.optional_number("gamma");
  e.theta = f.optional_number("theta");
  e.vega = f.optional_number("vega");
  body = e;
}

void decode_rates(Fields& f, Ids, EventBody& body) {
  RatesEvent e;
  e.rate = f.number("rate");
  f.named_numbers("dividend_yield", e.dividend_yield);
  body = std::move(e);
}

void decode_dividend(Fields& f, Ids, EventBody& body) {
  DividendEvent e;
  e.root = f.name("root");
  e.ex_date = f.date("ex_date");
  e.amount = f.number("amount", Range::not_negative);
  body = e;
}

void decode_calendar(Fields& f, Ids, EventBody& body) {
  CalendarEvent e;
  e.name = f.name("name");
  e.from = f.time("from");
  e.until = f.time("until");
  e.root = f.optional_name("root");
  body = e;
}

void decode_session(Fields& f, Ids, EventBody& body) {
  SessionEvent e;
  e.root = f.name("root");
  e.open = f.time("open");
  e.close = f.time("close");
  body = e;
}

}  // namespace optcoord::protocol
