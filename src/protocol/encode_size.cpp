// src/protocol/encode_size.cpp -- the lines of sizes.
// SPDX-License-Identifier: MIT
#include <optcoord/sizing/explain.hpp>

#include "encode_parts.hpp"
#include "write.hpp"

namespace optcoord::protocol {
namespace {

void write_usd(ObjectWriter& line, std::string_view name, Usd usd) { line.number(name, std::optional{usd.value}); }

void write_cap(std::string& out, const AppliedCap& cap) {
  ObjectWriter item(out);
  item.string("cap", text(cap.cap));
  write_usd(item, "from", cap.from);
  write_usd(item, "to", cap.to);
  item.close();
}

}  // namespace

void write_body(ObjectWriter& line, const SizeOutput& output, const Names& names, const Decoder&) {
  const Size& size = output.size;
  line.string("strategy", names.strategies.text(output.strategy));
  line.string("method", output.sizer->method());
  write_usd(line, "raw_notional_usd", size.raw_notional);
  write_usd(line, "notional_usd", size.notional);
  line.number("units", std::optional{size.units.value});
  if (size.contracts) {
    line.number("contracts", size.contracts->value);
  } else {
    line.null("contracts");
  }
  ListWriter caps(line.key("caps"));
  for (const AppliedCap& cap : size.caps()) write_cap(caps.next(), cap);
  caps.close();
  line.string_or_null("binding", size.binding ? text(*size.binding) : std::string_view{});
  ListWriter reasons(line.key("reasons"));
  if (size.reason != Code::none) append_string(reasons.next(), text(size.reason));
  reasons.close();
  ObjectWriter origins(line.key("origins"));
  for (const EffectiveField& field : output.sizer->fields())
    append_string(origins.named(field.name), text(field.origin));
  origins.close();
  line.string("text", explain(size));
}

}  // namespace optcoord::protocol
